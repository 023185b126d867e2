"""A new user's first quarter of an hour, over the document that comes with the program: each step at the first try, by what the screen says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from policy_qa.service import PolicyQA
from tests.ui.browsing import Served, open_chat

pytestmark = pytest.mark.browser


@pytest.fixture
def newcomer(browser: Browser, seed: PolicyQA) -> Iterator[Page]:
    """A browser that was never here."""
    with Served(seed) as served, browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="ja-JP", base_url=served.address
    ) as context:  # fmt: skip
        yield context.new_page()


def _answered(page: Page, count: int) -> None:
    expect(page.locator(".turn .tools")).to_have_count(count)


def test_a_new_user_asks_checks_a_source_finds_a_decision_and_takes_a_table_home(
    newcomer: Page, tmp_path: Path
) -> None:
    page = newcomer

    # The first page says what can be done, and what to ask.
    open_chat(page, "/")
    expect(page.locator(".welcome")).to_contain_text("ふだんの言葉で質問してください")
    expect(page.locator(".welcome")).to_contain_text("登録文書 1件")

    # Three questions: one of the examples, one in own words, one that is offered to go on with.
    page.locator(".welcome .choice").first.click()
    _answered(page, 1)
    expect(page.locator(".turn .verdict")).to_have_text(re.compile("[0-9,]+億円"))
    page.get_by_role("textbox", name="質問").fill("地域未来交付金の対象となるのは誰ですか？")
    page.keyboard.press("Enter")
    _answered(page, 2)
    expect(page.locator(".turn").last).to_contain_text("地方公共団体")
    page.locator("#next .choice").first.click()
    _answered(page, 3)

    # A source: the number beside the first answer opens the line that says it, and the file itself is a press away.
    page.locator(".turn").first.locator(".cite").first.click()
    expect(page.locator("#source-panel mark")).to_contain_text("1,600億円")
    with page.expect_download() as original:
        page.get_by_role("link", name="原本を保存する").click()
    assert "地域未来交付金 1,600億円" in original.value.path().read_text(encoding="utf-8")

    # A decision: from the navigation to the line of the document.
    page.get_by_role("link", name="過去の決定").click()
    page.get_by_label("言葉", exact=True).fill("地方創生 基本構想")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("query="))
    page.locator(".entry.document .opens").first.click()
    expect(page.locator("#source-panel mark")).to_contain_text("基本構想")

    # Words that no decision has lead on to the answer of a minute ago and to the documents.
    page.get_by_label("言葉", exact=True).fill("地域未来交付金 対象")
    page.keyboard.press("Enter")
    expect(page.locator(".answers-too")).to_contain_text("これまでの回答")
    expect(page.get_by_role("link", name="「地域未来交付金 対象」を文書から検索する")).to_be_visible()

    # A table of budgets: narrowed, and opened in a spreadsheet with the figures of the screen.
    page.get_by_role("link", name="予算", exact=True).click()
    page.get_by_label("事業名（一部でもよい）").fill("地域未来交付金")
    page.get_by_label("金額の単位").select_option("億円")
    page.get_by_role("button", name="表示する").click()
    expect(page.locator("table.grid tbody tr")).to_have_count(1)
    shown = page.locator("table.grid tbody td button").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excelで書き出す").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    sheet = load_workbook(saved).worksheets[0]
    figures = {
        f"{value:,}" for row in sheet.iter_rows(values_only=True) for value in row if isinstance(value, int | float)
    }
    assert {"1,600"} <= set(shown) & figures
