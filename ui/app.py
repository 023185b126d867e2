"""The whole app: the pages in one ``gr.Blocks``, and how it looks and behaves in a browser.

Gradio puts its own container before every selector of the style sheets, and leaves the selector as it was beside it, but not inside ``@media``:
there a selector names neither that container nor a comma in brackets (tests/ui/test_ui_looking.py).

Invariant: a browser that shows it asks this server only: system fonts, no analytics, no run history, no share link.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import gradio as gr
from fastapi import FastAPI

from ui.budgets.page import BudgetsPage
from ui.chat.page import ChatPage
from ui.decisions.page import DecisionsPage
from ui.documents.page import DocumentsPage
from ui.evaluation.page import EvaluationPage
from ui.facts.page import FactsPage
from ui.language import Language
from ui.search.page import SearchPage
from ui.service import Service
from ui.shell import document
from ui.shell.delivery import Delivery, named_ahead
from ui.shell.page import Page, Who
from ui.shell.wording import shell_words

# Every page, in the order of the navigation; the first is the one that opens. A page is registered here and nowhere else.
PAGES: tuple[type[Page], ...] = (
    ChatPage,
    SearchPage,
    DecisionsPage,
    BudgetsPage,
    DocumentsPage,
    FactsPage,
    EvaluationPage,
)

_HERE = Path(__file__).parent

# Fonts of the reader's own system: a web font would be a request to another machine.
_FONTS = (
    "Noto Sans JP",
    "Noto Sans CJK JP",
    "Hiragino Sans",
    "Yu Gothic UI",
    "BIZ UDPGothic",
    "Meiryo",
    "system-ui",
    "sans-serif",
)
_MONOSPACE = ("Noto Sans Mono CJK JP", "BIZ UDGothic", "Consolas", "monospace")

# Larger than any event of a page; documents are sent to an address of their own (policy_qa.web.uploads), not through Gradio.
_UPLOAD_LIMIT = "1kb"


def build(service: Service, who: Who, language: Language = "ja") -> gr.Blocks:
    """The pages; ``who`` tells whose an event is. Analytics are off here, by the argument that stands before Gradio's own environment."""
    first, *others = PAGES
    blocks: gr.Blocks
    with gr.Blocks(title=shell_words(language).product, analytics_enabled=False, fill_width=True) as blocks:
        first(service, who, language, PAGES).on_load(blocks)
    for page in others:
        # The pages link to each other themselves: Gradio's own bar knows one language only.
        with blocks.route(page.name(language), f"/{page.path}", show_in_navbar=False):
            page(service, who, language, PAGES).on_load(blocks)
    # Answers of several people at once; the service orders what must not overlap.
    blocks.queue(default_concurrency_limit=4, api_open=False)
    return blocks


def deliver(app: FastAPI, blocks: gr.Blocks, language: Language = "ja") -> None:
    """Names the files that the first page needs ahead, the others need hardly any more, and hands them out; our script is one of them."""
    config = blocks.get_config_file()
    first = set(config["page"][PAGES[0].path]["components"])
    app.add_middleware(
        Delivery,
        links=named_ahead({one["type"] for one in config["components"] if one["id"] in first}, language),
        pages=[f"/{page.path}" for page in PAGES],
        script=document.script(_files("*/*.js"), language, config["components"]),
    )


def mount(app: FastAPI, blocks: gr.Blocks, language: Language = "ja") -> FastAPI:
    """``app`` with the pages at ``/``. Every feature that reaches out or keeps runs in the browser is off by name."""
    document.write_documents()
    with warnings.catch_warnings():
        # Gradio says that it renders several pages in the browser only, also to those who asked for nothing else.
        warnings.filterwarnings("ignore", message="SSR mode is not supported")
        gr.mount_gradio_app(
            app,
            blocks,
            path="/",
            footer_links=[],
            run_history=False,
            show_error=False,
            max_file_size=_UPLOAD_LIMIT,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
            enable_monitoring=False,
            favicon_path=str(_HERE / "shell" / "favicon.png"),
            theme=gr.themes.Base(font=_FONTS, font_mono=_MONOSPACE),
            css="\n".join(_files("*/*.css")),
        )
    return app


def _files(pattern: str) -> list[str]:
    """What the files of the pages hold that match, the shell's first: pages may build on what it defines."""
    files = sorted(_HERE.glob(pattern), key=lambda file: (file.parent.name != "shell", file))
    return [file.read_text(encoding="utf-8") for file in files]
