"""The whole app: the pages in one ``gr.Blocks``, and how it looks and behaves in a browser.

Invariant: a browser that shows it asks this server only: system fonts, no analytics, no run history, no share link.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import gradio as gr
from fastapi import FastAPI

from policy_qa.types import Viewer
from ui.chat import ChatPage
from ui.facts import FactsPage
from ui.service import Service
from ui.wording import Language, words

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

# Larger than any event of a page; no page takes files.
_UPLOAD_LIMIT = "1kb"


def build(service: Service, viewer: Viewer, language: Language = "ja") -> gr.Blocks:
    """The pages for one viewer. Analytics are off here, by the argument that stands before Gradio's own environment."""
    blocks: gr.Blocks
    with gr.Blocks(title=words(language).title, analytics_enabled=False, fill_width=True) as blocks:
        chat = ChatPage(service, viewer, language)
        chat.on_load(blocks)
    # The pages link to each other themselves: Gradio's own bar knows one language only.
    with blocks.route(words(language).facts_title, "/facts", show_in_navbar=False):
        facts = FactsPage(service, viewer, language)
        facts.on_load(blocks)
    # Answers of several people at once; the service orders what must not overlap.
    blocks.queue(default_concurrency_limit=4, api_open=False)
    return blocks


def mount(app: FastAPI, blocks: gr.Blocks, language: Language = "ja") -> FastAPI:
    """``app`` with the pages at ``/``. Every feature that reaches out or keeps runs in the browser is off by name."""
    behaviour = (_HERE / "behaviour.js").read_text(encoding="utf-8").replace("__LANGUAGE__", language)
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
            favicon_path=str(_HERE / "favicon.png"),
            theme=gr.themes.Base(font=_FONTS, font_mono=_MONOSPACE),
            css=(_HERE / "style.css").read_text(encoding="utf-8"),
            head=f"<script>{behaviour}</script>",
        )
    return app
