"""``python -m tests.ui.screenshots FOLDER``: every page as people see it, in light, dark and on a phone, over the documents of a corpus.

A copy of the documents, the index and the log are made in a folder that is gone afterwards; the first example question is asked on the page 相談, the first
questions of a question file on the page 評価, twice, with an answer that was not useful, and on the page 文書 files are sent, and a document is opened to
be changed. ``--readme`` makes the two pictures of the READMEs instead, small enough for a repository.
"""

from __future__ import annotations

import argparse
import io
import itertools
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from policy_qa import PolicyQA, Settings, Viewer, open_policy_qa
from policy_qa.judging import Question, as_lines, load_questions
from tests.ui.browsing import Served, open_chat, send_files
from ui.app import PAGES
from ui.documents.page import DocumentsPage

# name: width, height, colours
VIEWS: dict[str, tuple[int, int, Literal["light", "dark"]]] = {
    "light": (1440, 1000, "light"),
    "dark": (1440, 1000, "dark"),
    "phone": (360, 740, "light"),
}

# The pictures of README.md and README.ja.md, and how large they are.
OF_README = Path("docs")
README_SIZE = (1280, 880)
README_COLOURS = 64

_SENT = "みなと市交通計画（案）\n令和8年3月\nみなと市 企画部 交通政策課\n\nコミュニティバスの運賃は1回150円とする。\n"


# Pages that show something else at another address.
FURTHER = {"evaluation-questions": "evaluation?view=questions", "evaluation-compared": "evaluation?run=2&against=1"}


def main() -> None:
    """Makes the pictures and names each of them."""
    options = argparse.ArgumentParser(description="画面の画像を作る")
    options.add_argument("folder", type=Path, nargs="?", default=Path("build/screenshots"), help="画像を置くフォルダー")
    options.add_argument("--corpus", type=Path, default=Path("corpus"), help="文書フォルダー")
    options.add_argument("--question", help="相談で尋ねる質問（省くと質問の例の1つめ）")
    options.add_argument(
        "--questions", type=Path, default=Path("eval/questions/seed.jsonl"), help="評価の画面に登録する質問ファイル"
    )
    options.add_argument("--readme", action="store_true", help=f"README の画像を {OF_README}/ に作る")
    asked = options.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("chromium がありません（Debian・Ubuntu では apt-get install chromium）。")
    asked.folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as kept:
        made = Path(kept.enter_context(tempfile.TemporaryDirectory()))
        corpus = shutil.copytree(asked.corpus, made / "corpus")  # files are sent into it
        qa = kept.enter_context(open_policy_qa(Settings(corpus=corpus, index=made / "index")))
        qa.sync()
        if not asked.readme:
            _evaluate(qa, load_questions(asked.questions)[0])
        with Served(qa) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            if asked.readme:
                _for_readme(browser, served.address, asked.question)
            else:
                for name in VIEWS:
                    _view(browser, served.address, name, asked.folder, asked.question)
            browser.close()


def _view(browser: Browser, address: str, name: str, folder: Path, question: str | None) -> None:
    width, height, colours = VIEWS[name]
    with browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=colours, locale="ja-JP"
    ) as context:
        page = context.new_page()
        for shown in PAGES:
            called = shown.path or "chat"
            if shown.path:
                page.goto(address + shown.path)
                expect(page.locator("h1")).to_be_visible(timeout=20_000)
            else:
                open_chat(page, address)
                _save(page, folder / f"welcome-{name}.png")
                _ask(page, question)
            page.wait_for_timeout(1_500)
            _save(page, folder / f"{called}-{name}.png")
            if shown is DocumentsPage:
                _send(page)
                _save(page, folder / f"{called}-sending-{name}.png", whole=True)
                _change(page)
                _save(page, folder / f"{called}-changing-{name}.png")
        for called, shown_at in FURTHER.items():
            page.goto(address + shown_at)
            expect(page.locator(".evaluation")).to_be_visible(timeout=20_000)
            page.wait_for_timeout(500)
            _save(page, folder / f"{called}-{name}.png")


def _for_readme(browser: Browser, address: str, question: str | None) -> None:
    """An answer beside its source, and budgets beside the line that states one of them."""
    width, height = README_SIZE
    with browser.new_context(viewport={"width": width, "height": height}, locale="ja-JP") as context:
        page = context.new_page()
        open_chat(page, address)
        _ask(page, question)
        page.wait_for_timeout(1_500)
        _save_small(page, OF_README / "chat.png")
        page.goto(f"{address}budgets")
        page.locator('table.grid button[data-event="select"]').first.click()
        expect(page.locator("#source-panel mark")).to_be_visible(timeout=20_000)
        page.mouse.move(0, 0)
        page.locator("#budget-table").evaluate("element => element.scrollIntoView({ block: 'start' })")
        page.wait_for_timeout(500)
        _save_small(page, OF_README / "budgets.png")


def _save_small(page: Page, path: Path) -> None:
    """With few colours: screens have hardly more."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").quantize(README_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(path)


def _evaluate(service: PolicyQA, questions: list[Question]) -> None:
    """Two runs, between which questions were added, and an answer that somebody did not find useful."""
    viewer = Viewer.local_owner()
    kinds = {kind: [one for one in questions if one.kind == kind] for kind in dict.fromkeys(q.kind for q in questions)}
    first = [question for group in itertools.zip_longest(*kinds.values()) for question in group if question is not None]
    for taken in (first[:30], first[:48]):
        service.evaluation.take_in(as_lines(taken), viewer=viewer)
        service.evaluation.start(viewer=viewer)
        while service.evaluation.running(viewer=viewer) is not None:
            time.sleep(0.2)
    service.ask(questions[0].question, viewer=viewer, id="judged")
    service.give_feedback("judged", viewer=viewer, useful=False, comment="補正予算の額も知りたい")


def _ask(page: Page, question: str | None) -> None:
    if question is None:
        page.locator(".welcome .choice").first.click()
    else:
        page.locator("#question textarea").fill(question)
        page.keyboard.press("Enter")
    page.locator(".turn .tools").first.wait_for(timeout=20_000)
    page.locator("#next .slot-chip, #next .choice").first.wait_for(timeout=20_000)


def _send(page: Page) -> None:
    """Sends a new document, one of a name that there is, and one that cannot be read."""
    known = page.locator(".documents .file").first.inner_text()
    send_files(page, ("交通計画（案）.txt", _SENT), (known, _SENT), ("集計.xls", "x"))
    page.locator("#registering .upload").nth(1).wait_for(timeout=20_000)


def _change(page: Page) -> None:
    page.locator(".documents .opens").first.click()
    page.locator(".versions summary").click()
    page.locator(".changing summary").click()
    page.wait_for_timeout(500)


def _save(page: Page, path: Path, *, whole: bool = False) -> None:
    page.screenshot(path=path, full_page=whole)
    print(path)


if __name__ == "__main__":
    main()
