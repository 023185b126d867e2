"""What people do with answers and conversations, in a real browser."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from policy_qa.history import History
from policy_qa.testing import FakePolicyQA
from policy_qa.types import Answer, Filters, Understood, Viewer
from tests.ui.browsing import Served, ask, open_chat, serious_faults
from tests.ui.samples import (
    AMOUNT_QUESTION,
    ATTACK,
    CLARIFY_QUESTION,
    COMPARE_QUESTION,
    HOSTILE_QUESTION,
    OWNER,
    sample_service,
)

pytestmark = pytest.mark.browser


def test_a_reload_keeps_the_conversation_and_another_page_leads_back_to_it(page: Page) -> None:
    ask(page, AMOUNT_QUESTION)
    expect(page.locator("#conversations [data-current]")).to_have_attribute("data-current", re.compile(".+"))
    page.reload()
    expect(page.locator(".turn .verdict")).to_have_text("12億3,400万円")
    expect(page.locator("#panel mark")).to_contain_text("海辺のまち支援事業")
    page.get_by_role("link", name="事実").click()
    expect(page.locator("#facts table")).to_be_visible()
    page.get_by_role("link", name="相談").click()
    expect(page.locator(".turn .verdict")).to_be_visible()
    ask(page, COMPARE_QUESTION)
    expect(page.locator('.conversation[aria-current="true"]')).to_contain_text("質問2件")


def test_conversations_are_listed_resumed_renamed_exported_and_deleted(
    page: Page, address: str, tmp_path: Path
) -> None:
    ask(page, HOSTILE_QUESTION)
    page.locator("#clear").click()
    expect(page.locator(".welcome")).to_be_visible()
    ask(page, COMPARE_QUESTION)
    expect(page.locator('.conversation[aria-current="true"]')).to_contain_text(COMPARE_QUESTION)
    row = page.locator("#conversations li").filter(has_text=ATTACK).first
    expect(row).to_be_visible()
    row.locator("button.conversation").click()
    expect(page.locator(".turn .asked")).to_contain_text(ATTACK)
    assert page.evaluate("window.attacked") is None

    row.locator(".menu summary").click()
    row.get_by_label("会話の名前").fill("名前を変えた会話")
    page.keyboard.press("Enter")
    renamed = page.locator("#conversations li").filter(has_text="名前を変えた会話")
    expect(renamed.locator("button.conversation")).to_have_attribute("aria-current", "true")

    renamed.locator(".menu summary").click()
    for label, ending in (("書き出す（Markdown）", ".md"), ("書き出す（JSON）", ".json")):
        with page.expect_download() as download:
            renamed.get_by_role("link", name=label).click()
        saved = tmp_path / f"saved{ending}"
        download.value.save_as(saved)
        assert download.value.suggested_filename == f"名前を変えた会話{ending}"
        assert "悪意のある引用" in saved.read_text(encoding="utf-8")
    assert json.loads(saved.read_text(encoding="utf-8"))["turns"][0]["answer"]["question"] == HOSTILE_QUESTION

    deleting = renamed.get_by_role("button", name="削除")
    deleting.click()
    renamed.get_by_role("button", name="本当に削除する").click()
    expect(renamed).to_have_count(0)
    expect(page.locator(".welcome")).to_be_visible()


def test_an_answer_is_judged_commented_and_found_in_the_log(page: Page, service: FakePolicyQA) -> None:
    ask(page, AMOUNT_QUESTION)
    page.get_by_role("button", name="役に立たなかった").click()
    comment = page.get_by_label("どこがよかったか、何が違うか")
    expect(comment).to_be_focused()
    comment.fill("補正後の額が知りたい")
    page.get_by_role("button", name="コメントを送る").click()
    expect(page.locator("#notice")).to_contain_text("コメントを記録しました")
    page.reload()
    expect(page.get_by_role("button", name="役に立たなかった")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("どこがよかったか、何が違うか")).to_have_value("補正後の額が知りたい")
    logged = service.history(viewer=OWNER)
    assert any(entry.feedback and entry.feedback.comment == "補正後の額が知りたい" for entry in logged)
    page.get_by_role("link", name="評価用の質問にする").click()
    expect(page.locator(".judged tr", has_text="補正後の額が知りたい")).to_be_visible()


def test_an_answer_is_copied_with_its_sources(page: Page, context: BrowserContext, address: str) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address.rstrip("/"))
    ask(page, AMOUNT_QUESTION)
    for button, begins in (
        ("出典つきでコピー", "質問："),
        ("公文書の形でコピー", "記\n"),
        ("引用をコピー", "海辺のまち支援事業 12億"),
    ):
        page.get_by_role("button", name=button).click()
        expect(page.locator("#notice")).to_contain_text("コピーしました")
        assert page.evaluate("navigator.clipboard.readText()").startswith(begins)


def test_a_chip_asks_again_with_what_was_chosen(page: Page, service: FakePolicyQA) -> None:
    ask(page, AMOUNT_QUESTION)
    chip = page.locator(".slot-chip").filter(has_text="年度")
    chip.get_by_role("button", name="年度「令和8年度」を外して質問し直す").click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn .asked").last).to_contain_text("海辺のまち支援事業の予算額は？")
    expect(page.locator(".working")).to_have_count(0)  # the question shows before it is asked
    assert (AMOUNT_QUESTION.replace("令和8年度の", ""), ()) in service.asked


def test_the_source_file_is_handed_out_as_it_was_read(page: Page) -> None:
    ask(page, AMOUNT_QUESTION)
    with page.expect_download() as download:
        page.get_by_role("link", name="原本を保存する").click()
    assert download.value.suggested_filename == "umibe.md"


class _Slow(FakePolicyQA):
    """Answers when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def ask(
        self,
        question: str,
        *,
        viewer: Viewer,
        turns: Sequence[str] = (),
        filters: Filters = Filters(),
        log: bool = True,
        id: str | None = None,  # noqa: A002
        told: Callable[[Understood], None] | None = None,
    ) -> Answer:
        if told is not None:
            told(Understood("budget", ("港湾再生交付金",), (2026,), (), "amount"))
        self.go.wait(10)
        return super().ask(question, viewer=viewer, turns=turns, filters=filters, log=log, id=id)


def test_an_answer_that_comes_while_the_one_before_is_still_completed_is_kept_and_completed_too(
    context: BrowserContext, tmp_path: Path
) -> None:
    service = sample_service(History(tmp_path))
    facts, go, completing = service.facts, threading.Event(), threading.Event()

    def slowly(*arguments: Any, **options: Any) -> Any:
        completing.set()
        go.wait(10)
        return facts(*arguments, **options)

    with Served(service) as served, context.new_page() as page:
        open_chat(page, served.address)
        service.facts = slowly  # type: ignore[method-assign]
        ask(page, AMOUNT_QUESTION)
        assert completing.wait(10)
        ask(page, COMPARE_QUESTION)
        go.set()
        answered = page.locator(".turn").last.get_attribute("data-answer")
        expect(page.locator("#next .next")).to_be_visible()
        expect(page.locator("#next .next")).to_have_attribute("data-after", str(answered))
        expect(page.locator('.conversation[aria-current="true"]')).to_contain_text("質問2件")


def test_long_work_says_what_was_understood_and_how_long_and_can_be_stopped(context: BrowserContext) -> None:
    service = _Slow()
    with Served(service) as served, context.new_page() as page:
        open_chat(page, served.address)
        page.locator("#question textarea").fill("長くかかる質問")
        page.keyboard.press("Enter")
        expect(page.locator(".working")).to_contain_text(
            "港湾再生交付金・令和8年度・予算額 について、文書を調べています"
        )
        expect(page.locator(".working")).to_contain_text("1秒経過")
        page.locator("#question textarea").blur()  # wherever the focus is
        page.keyboard.press("Escape")
        expect(page.locator(".turn")).to_have_count(0)
        expect(page.locator("#question textarea")).to_have_value("長くかかる質問")
        service.go.set()


def test_a_question_shows_before_its_answer_is_there(page: Page) -> None:
    ask(page, AMOUNT_QUESTION)  # the first question of a session also opens its connection
    page.evaluate(
        """() => new MutationObserver(() => {
            const turns = document.querySelectorAll('.turn');
            if (turns.length > 1) window.shownAt ??= performance.now();
            if (turns.length > 1 && turns[1].querySelector('.sources')) window.answeredAt ??= performance.now();
        }).observe(document.getElementById('conversation'), {childList: true, subtree: true})"""
    )
    page.locator("#question textarea").fill(COMPARE_QUESTION)
    page.evaluate("window.askedAt = performance.now()")
    page.keyboard.press("Enter")
    expect(page.locator(".turn").nth(1).locator(".sources")).to_be_visible()
    asked, shown, answered = (page.evaluate(f"window.{name}") for name in ("askedAt", "shownAt", "answeredAt"))
    assert asked < shown <= answered


def test_two_people_keep_their_own_lists(page: Page, browser: Browser, address: str) -> None:
    ask(page, AMOUNT_QUESTION)
    expect(page).to_have_url(re.compile("c=."))
    mine = page.url
    with browser.new_context() as context:
        other = context.new_page()
        open_chat(other, mine)  # the other one's address opens nothing
        expect(other.locator(".turn")).to_have_count(0)
        expect(other.locator("#conversations")).to_contain_text("まだありません")
        identity = re.findall("c=(.*)", mine)[0]
        assert other.request.get(f"{address}api/conversations/{identity}").status == 400


def test_where_nothing_can_be_kept_the_page_says_so_and_answers(context: BrowserContext) -> None:
    with Served(sample_service()) as served, context.new_page() as page:
        open_chat(page, served.address)
        ask(page, AMOUNT_QUESTION)
        expect(page.locator("#notice")).to_contain_text("保存できませんでした")
        expect(page.locator(".turn .verdict")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (360, "dark")])
def test_axe_finds_no_serious_fault(
    browser: Browser, tmp_path: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    service = sample_service(History(tmp_path))
    with Served(service) as served, browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale="ja-JP"
    ) as context:  # fmt: skip
        page = context.new_page()
        open_chat(page, served.address)
        faults = serious_faults(page)
        ask(page, COMPARE_QUESTION)
        ask(page, CLARIFY_QUESTION)
        ask(page, AMOUNT_QUESTION)
        page.get_by_role("button", name="役に立った").last.click()
        page.locator(".slot-chip").first.wait_for()
        page.get_by_text("表示設定").click()
        faults |= serious_faults(page)
        page.goto(f"{served.address}facts")
        expect(page.locator("#facts table")).to_be_visible()
        faults |= serious_faults(page)
    assert faults == set()
