from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from policy_qa.errors import PolicyQAError
from policy_qa.testing import FakePolicyQA
from policy_qa.types import Answer, DocumentSummary, Understood, Viewer
from policy_qa.types import Page as PageOfFile
from tests.ui.browsing import Served, ask, open_chat
from tests.ui.samples import (
    AMOUNT_QUESTION,
    ATTACK,
    CHOICE,
    CLARIFY_QUESTION,
    COMPARE_QUESTION,
    HOSTILE_QUESTION,
    KNOWN_ERROR_QUESTION,
    UNEXPECTED_ERROR_QUESTION,
    cite,
    document,
)

pytestmark = pytest.mark.browser


def test_a_question_asked_by_keyboard_is_answered_with_a_citation_that_opens(page: Page) -> None:
    ask(page, AMOUNT_QUESTION)
    expect(page.locator(".turn .verdict")).to_have_text("12億3,400万円")
    expect(page.locator(".turn .assumptions")).to_contain_text("当初予算として回答")
    expect(page.locator("#question textarea")).to_have_value("")
    page.locator(".turn .cite").focus()
    page.keyboard.press("Enter")
    panel = page.locator("#panel section")
    expect(panel).to_be_focused()
    expect(panel.locator("mark")).to_have_text("海辺のまち支援事業 12億3,400万円（前年度：10億円）")
    expect(panel.locator(".excerpt")).to_contain_text("第3章 進め方")
    expect(panel).to_contain_text("青葉県 企画部")
    page.keyboard.press("Escape")
    expect(page.locator(".turn .cite")).to_be_focused()


def test_the_page_of_a_quote_is_seen_beside_its_text(context: BrowserContext) -> None:
    scan = replace(document("a.pdf", "甲の計画", "甲の計画は12億円です。"), pages=(PageOfFile(1, 0, "i", 595, 842),))
    said = Answer("甲は？", "answered", "12億円です。[1]", Understood("what"), citations=(cite(1, scan, "12億円"),))
    drawn = io.BytesIO()
    Image.new("RGB", (595, 842), "white").save(drawn, format="PNG")
    service = FakePolicyQA([scan], {"甲は？": said}, images={("a.pdf", 1): drawn.getvalue()})
    with Served(service) as served, context.new_page() as page:
        open_chat(page, served.address)
        ask(page, "甲は？")
        page.locator(".turn .cite").click()
        picture = page.get_by_role("img", name="1ページ（印刷 p.i）の画像")
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("naturalWidth", 595)


def test_next_and_previous_walk_through_the_citations_of_an_answer(page: Page) -> None:
    ask(page, COMPARE_QUESTION)
    expect(page.locator("#panel h2")).to_have_text("出典 1／2")
    page.get_by_role("button", name="次の出典").click()
    expect(page.locator("#panel h2")).to_have_text("出典 2／2")
    expect(page.locator("#panel mark")).to_contain_text("港の環境改善交付金")
    expect(page.locator('.source[aria-current="true"]')).to_contain_text("2")
    expect(page.get_by_role("button", name="次の出典")).to_be_disabled()


def test_an_example_question_is_asked_by_its_button(page: Page) -> None:
    page.locator(".welcome .choice").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".turn .asked")).to_contain_text("海辺のまち支援事業の予算額は？")
    expect(page.locator(".working")).to_have_count(0)
    expect(page.locator(".turn .asked")).to_be_focused()  # the button is gone: one goes on from the question


def test_an_abstention_shows_its_box_and_no_citation(page: Page) -> None:
    ask(page, "資料にないこと")
    expect(page.locator(".turn .abstained h3")).to_have_text("資料にありません")
    expect(page.locator(".turn .cite")).to_have_count(0)
    expect(page.locator("#panel .empty")).to_be_visible()


def test_a_choice_is_asked_with_the_earlier_questions_as_turns(page: Page, service: FakePolicyQA) -> None:
    ask(page, CLARIFY_QUESTION)
    page.get_by_role("button", name=CHOICE).click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".working")).to_have_count(0)
    assert service.asked[-1] == (CHOICE, (CLARIFY_QUESTION,))


def test_errors_are_calm_lines_and_the_conversation_goes_on(page: Page) -> None:
    ask(page, KNOWN_ERROR_QUESTION)
    expect(page.locator(".turn .error").first).to_contain_text("壊れています")
    ask(page, UNEXPECTED_ERROR_QUESTION)
    expect(page.locator(".turn .error").nth(1)).to_contain_text("予期しないエラーが発生しました（受付番号 ")
    expect(page.locator("body")).not_to_contain_text("hidden detail")
    ask(page, AMOUNT_QUESTION)
    expect(page.locator(".turn .verdict")).to_be_visible()


def test_hostile_text_is_shown_and_never_runs(page: Page) -> None:
    ask(page, HOSTILE_QUESTION)
    expect(page.locator("#panel mark")).to_contain_text(ATTACK)
    for place in (".asked", ".verdict", ".assumptions", ".source", "#panel .document", "#panel dl", "#panel .excerpt"):
        expect(page.locator(place)).to_contain_text(ATTACK)
    assert page.locator("#conversation img, #panel img, #conversation script, #panel script").count() == 0
    assert page.evaluate("window.attacked") is None


def test_enter_that_confirms_a_conversion_does_not_send(page: Page) -> None:
    textarea = page.locator("#question textarea")
    textarea.fill("よさんがく")
    # As Chromium and Firefox report it, then as Safari does.
    for composing in ({"isComposing": True}, {"keyCode": 229}):
        textarea.evaluate(
            "(area, composing) => ['keydown', 'keypress'].forEach((kind) => area.dispatchEvent(new KeyboardEvent(kind,"
            " {key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, ...composing})))",
            composing,
        )
    # And a composition of the browser's own, with its Enter.
    textarea.focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "は", "selectionStart": 1, "selectionEnd": 1})
    page.keyboard.press("Enter")
    keyboard.send("Input.insertText", {"text": "は"})
    page.wait_for_timeout(400)
    expect(page.locator(".turn")).to_have_count(0)
    expect(textarea).to_have_value("よさんがくは")
    textarea.press("Enter")
    expect(page.locator(".turn")).to_have_count(1)


def test_shift_enter_starts_a_new_line(page: Page) -> None:
    textarea = page.locator("#question textarea")
    textarea.fill("一行目")
    textarea.press("Shift+Enter")
    textarea.press_sequentially("二行目")
    expect(textarea).to_have_value("一行目\n二行目")
    expect(page.locator(".turn")).to_have_count(0)


def test_a_new_conversation_forgets_the_old_one(page: Page, service: FakePolicyQA) -> None:
    ask(page, AMOUNT_QUESTION)
    page.locator("#clear").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, COMPARE_QUESTION)
    assert service.asked[-1] == (COMPARE_QUESTION, ())


def test_two_people_never_see_each_others_conversation(page: Page, browser: Browser, address: str) -> None:
    ask(page, AMOUNT_QUESTION)
    with browser.new_context() as context:
        other = context.new_page()
        open_chat(other, address)
        expect(other.locator(".turn")).to_have_count(0)
        ask(other, COMPARE_QUESTION)
        expect(other.locator(".turn")).to_have_count(1)
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator("#panel h2")).to_have_text("出典 1／1")


def test_the_page_is_japanese_and_can_be_english(page: Page, browser: Browser, address: str) -> None:
    assert page.evaluate("document.documentElement.lang") == "ja"
    expect(page).to_have_title("相談 | 政策文書アシスタント")
    with browser.new_context() as context:  # a language is kept for the whole browser
        other = context.new_page()
        open_chat(other, address)
        other.get_by_text("表示設定").click()
        other.get_by_label("English").check()
        expect(other.locator("#send")).to_have_text("Ask")
        assert other.evaluate("document.documentElement.lang") == "en"
        other.get_by_role("link", name="Facts").click()
        expect(other.locator("h1")).to_have_text("Facts read from the documents")
        open_chat(other, f"{address}?lang=ja")
        expect(other.locator("#send")).to_have_text("質問する")


def test_colours_and_size_of_type_are_kept_for_every_page(browser: Browser, address: str) -> None:
    with browser.new_context(color_scheme="light") as context:
        page = context.new_page()
        open_chat(page, address)
        ground = "getComputedStyle(document.body).backgroundColor"
        light, size = page.evaluate(ground), page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        page.get_by_text("表示設定").click()
        page.get_by_label("暗い").check()
        page.get_by_label("特大").check()
        page.keyboard.press("Escape")
        expect(page.locator("details.settings summary")).to_be_focused()
        page.get_by_role("link", name="事実").click()
        expect(page.locator("#facts table")).to_be_visible()
        assert page.evaluate(ground) != light
        assert page.locator("#facts .meta").evaluate("e => parseFloat(getComputedStyle(e).fontSize)") > size
        page.emulate_media(color_scheme="dark")
        page.emulate_media(color_scheme="light")  # what the system says comes after what was chosen
        expect(page.locator("body")).to_have_class(re.compile("dark"))
        page.get_by_text("表示設定").click()
        expect(page.get_by_label("暗い")).to_be_checked()


def test_the_navigation_marks_the_page_and_the_keyboard_skips_it(page: Page) -> None:
    expect(page.locator("nav [aria-current=page]")).to_have_text("相談")
    page.locator("body").evaluate("element => { element.tabIndex = -1; element.focus(); }")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ移動")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#question textarea")).to_be_focused()
    page.get_by_role("link", name="事実").click()
    expect(page.locator("nav [aria-current=page]")).to_have_text("事実")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_without_scrolling_sideways(browser: Browser, address: str, scheme: str) -> None:
    with browser.new_context(
        viewport={"width": 360, "height": 740}, color_scheme="dark" if scheme == "dark" else "light"
    ) as context:
        page = context.new_page()
        open_chat(page, address)
        for question in (AMOUNT_QUESTION, COMPARE_QUESTION, "資料にないこと", CLARIFY_QUESTION, HOSTILE_QUESTION):
            ask(page, question)
            assert page.evaluate("document.documentElement.scrollWidth") == 360
        paper = page.locator(".turn").first.evaluate("element => getComputedStyle(element).backgroundColor")
        assert (paper == "rgb(255, 255, 255)") == (scheme == "light")
        below = "document.querySelector('#talk').getBoundingClientRect().bottom"
        assert page.evaluate(f"document.querySelector('#side').getBoundingClientRect().top >= {below}")


class _NoIndexYet(FakePolicyQA):
    missing = False

    def documents(self, *, viewer: Viewer) -> list[DocumentSummary]:
        if self.missing:
            raise PolicyQAError("索引がまだありません。", "policy-qa sync を実行して作ってください。")
        return []


def test_an_empty_or_missing_index_says_what_to_do(context: BrowserContext) -> None:
    service = _NoIndexYet()
    with Served(service) as served, context.new_page() as page:
        open_chat(page, served.address)
        expect(page.locator("#conversation .notice")).to_contain_text("コマンド「policy-qa sync」を実行します")
        service.missing = True
        open_chat(page, served.address)
        expect(page.locator("#conversation .error")).to_contain_text("policy-qa sync を実行して作ってください。")


def test_facts_are_listed_narrowed_and_opened_to_their_line(page: Page) -> None:
    page.get_by_role("link", name="事実").click()
    expect(page.locator("h1")).to_have_text("読み取った事実")
    row = page.locator("table.facts tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("12億3,400万円")
    expect(row.locator("blockquote")).to_be_hidden()
    row.get_by_text("原文").click()
    expect(row.locator("blockquote")).to_have_text("海辺のまち支援事業 12億3,400万円（前年度：10億円）")
    for written, outcome in (
        ("R7", "該当する事実はありません"),
        ("八年", "年度を読み取れません"),
        ("令和８年度", "1件のうち1件"),
    ):
        page.locator("#year input, #year textarea").fill(written)
        page.locator("#apply").click()
        expect(page.locator("#facts [role]").first).to_contain_text(outcome)
    page.get_by_role("link", name="相談").click()
    expect(page.locator(".welcome")).to_be_visible()


def test_the_api_reference_opens_without_another_machine(page: Page, address: str) -> None:
    page.goto(address + "docs")
    expect(page.get_by_role("heading", name="POST /api/ask")).to_be_visible()
