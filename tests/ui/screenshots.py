"""``python -m tests.ui.screenshots FOLDER``: every page as people see it, in light, dark and on a phone, over the documents of a corpus.

The index and the log are made in a folder that is gone afterwards; the first example question is asked on the page 相談, and the first questions of
a question file on the page 評価, twice, with an answer that was not useful.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from policy_qa import PolicyQA, Settings, Viewer, open_policy_qa
from policy_qa.judging import Question, as_lines, load_questions
from tests.ui.browsing import Served, open_chat
from ui.app import PAGES

# name: width, height, colours
VIEWS: dict[str, tuple[int, int, Literal["light", "dark"]]] = {
    "light": (1440, 1000, "light"),
    "dark": (1440, 1000, "dark"),
    "phone": (360, 740, "light"),
}


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
    asked = options.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("chromium がありません（Debian・Ubuntu では apt-get install chromium）。")
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as index, open_policy_qa(Settings(corpus=asked.corpus, index=Path(index))) as qa:
        qa.sync()
        _evaluate(qa, load_questions(asked.questions)[0])
        with Served(qa) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
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
        for called, shown_at in FURTHER.items():
            page.goto(address + shown_at)
            expect(page.locator(".evaluation")).to_be_visible(timeout=20_000)
            page.wait_for_timeout(500)
            _save(page, folder / f"{called}-{name}.png")


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


def _save(page: Page, path: Path) -> None:
    page.screenshot(path=path)
    print(path)


if __name__ == "__main__":
    main()
