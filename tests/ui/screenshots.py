"""``python -m tests.ui.screenshots FOLDER``: every page as people see it, in light, dark and on a phone, over the documents of a corpus.

The index and the log are made in a folder that is gone afterwards; the first example question is asked on the page 相談.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from policy_qa import Settings, open_policy_qa
from tests.ui.browsing import Served, open_chat
from ui.app import PAGES

# name: width, height, colours
VIEWS: dict[str, tuple[int, int, Literal["light", "dark"]]] = {
    "light": (1440, 1000, "light"),
    "dark": (1440, 1000, "dark"),
    "phone": (360, 740, "light"),
}


def main() -> None:
    """Makes the pictures and names each of them."""
    options = argparse.ArgumentParser(description="画面の画像を作る")
    options.add_argument("folder", type=Path, nargs="?", default=Path("build/screenshots"), help="画像を置くフォルダー")
    options.add_argument("--corpus", type=Path, default=Path("corpus"), help="文書フォルダー")
    options.add_argument("--question", help="相談で尋ねる質問（省くと質問の例の1つめ）")
    asked = options.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("chromium がありません（Debian・Ubuntu では apt-get install chromium）。")
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as index, open_policy_qa(Settings(corpus=asked.corpus, index=Path(index))) as qa:
        qa.sync()
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
