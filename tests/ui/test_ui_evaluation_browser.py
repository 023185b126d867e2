"""The page of the evaluation, as people use it: writing questions, asking them all, looking at what was wrong, comparing two runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any, Literal, cast

import pytest
from playwright.sync_api import Browser, Page, expect

from policy_qa.history import History
from policy_qa.judging import as_lines
from policy_qa.testing import FakePolicyQA
from policy_qa.types import Answer, Question
from tests.ui.browsing import Served, serious_faults, watched
from tests.ui.samples import (
    AMOUNT_QUESTION,
    ATTACK,
    CLARIFY_QUESTION,
    HOSTILE_DOCUMENT,
    HOSTILE_QUESTION,
    OWNER,
    PLAN_DOCUMENT,
    sample_answers,
)

pytestmark = pytest.mark.browser

RIGHT = Question("a", "budget", AMOUNT_QUESTION, True, must=(("12億3,400万円",),))
HOSTILE = Question(f"b {ATTACK}", "programme", HOSTILE_QUESTION, True, must=((f"正しい {ATTACK}",),))
UNKNOWN = Question("c", "unanswerable", "火星の天気は？", False)


class Waiting(FakePolicyQA):
    """The sample service, which answers when its gate is open."""

    def __init__(self, history: History) -> None:
        super().__init__((PLAN_DOCUMENT, HOSTILE_DOCUMENT), sample_answers(), history=history)
        self.gate = threading.Event()
        self.gate.set()

    def ask(self, question: str, **given: Any) -> Answer:
        self.gate.wait(30)
        return super().ask(question, **given)


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Waiting:
    return Waiting(History(tmp_path_factory.mktemp("history")))


@pytest.fixture(scope="module")
def address(waiting: Waiting) -> Iterator[str]:
    with Served(waiting) as served:
        yield served.address


@pytest.fixture
def service(waiting: Waiting) -> Iterator[Waiting]:
    """The service without questions and runs."""
    yield waiting
    waiting.gate.set()
    waiting.evaluation.close()
    for kept in waiting.evaluation.questions(viewer=OWNER):
        waiting.evaluation.delete_question(kept.question.id, viewer=OWNER)
    for run in waiting.evaluation.runs(viewer=OWNER):
        waiting.evaluation.delete_run(run.number, viewer=OWNER)


@pytest.fixture
def page(browser: Browser, service: Waiting, address: str) -> Iterator[Page]:
    with watched(browser, address) as page:
        yield page


def ask_all(page: Page) -> None:
    page.get_by_role("button", name="問をすべて尋ねる").click()
    expect(page.locator(".ended")).to_be_visible()


def test_a_question_is_written_asked_found_wrong_mended_and_the_runs_compared(page: Page, service: Waiting) -> None:
    page.goto("evaluation")
    expect(page.get_by_role("button", name="0問をすべて尋ねる")).to_be_disabled()
    page.get_by_role("button", name="質問を登録する").click()
    page.get_by_label("質問（必須）").fill(AMOUNT_QUESTION)
    page.get_by_role("button", name="登録する", exact=True).click()
    expect(page.locator("#question-form .error")).to_contain_text("1つ以上書いてください")
    expect(page.locator("#question-form .error")).to_be_focused()
    expect(page.get_by_label("質問（必須）")).to_have_value(AMOUNT_QUESTION)
    page.get_by_label("正しい答えに必ず含まれる言葉").fill("99億円 | 98億円")
    page.get_by_role("button", name="登録する", exact=True).click()
    expect(page.locator(".evaluation .good")).to_contain_text("質問「q1」を登録しました")
    expect(page.locator(".kept-questions tbody tr")).to_have_count(1)

    page.get_by_role("button", name="結果", exact=True).click()
    expect(page.locator(".evaluation .box")).to_contain_text("まだ一度も尋ねていません")
    ask_all(page)
    expect(page.locator("#result .value")).to_have_text("0.0%")  # shown without another click
    wrong = page.locator(".judgement.wrong")
    expect(wrong).to_contain_text("令和8年度の海辺のまち支援事業の予算額は12億3,400万円です。")
    expect(wrong).to_contain_text("含まれていない言葉：99億円 | 98億円")
    wrong.locator(".cited .opens").click()
    expect(page.locator("#source-panel mark")).to_contain_text("12億3,400万円")
    page.keyboard.press("Escape")
    expect(wrong.locator(".cited .opens")).to_be_focused()

    wrong.get_by_role("button", name="質問を直す").click()
    expect(page.get_by_label("正しい答えに必ず含まれる言葉")).to_have_value("99億円 | 98億円")
    assert "edit=q1" in page.url
    page.get_by_label("正しい答えに必ず含まれる言葉").fill("1,234,000,000円")
    page.get_by_role("button", name="登録する", exact=True).click()
    expect(page.locator(".evaluation .good")).to_contain_text("直しました")
    ask_all(page)
    page.get_by_role("button", name="この結果を見る").click()
    expect(page.locator("#result .value")).to_have_text("100.0%")
    later, earlier = (run.number for run in service.evaluation.runs(viewer=OWNER))
    page.get_by_role("button", name=f"No.{later} を No.{earlier} と比べる").click()
    expect(page.locator("#compared h2")).to_have_text(f"No.{earlier} から No.{later} への変化")
    expect(page.locator("#compared")).to_contain_text("正答になった質問（1問）")
    expect(page.locator(".pair")).to_contain_text("質問が書き直された")
    assert f"run={later}&against={earlier}" in page.url
    page.reload()
    expect(page.locator("#compared h2")).to_have_text(f"No.{earlier} から No.{later} への変化")
    page.goto("evaluation?run=99999")
    expect(page.locator(".evaluation .error")).to_contain_text("評価の実行 99999 は見つかりません")
    expect(page.locator("#result h2")).to_have_text(f"結果 No.{later}")


def test_a_run_shows_how_far_it_is_also_after_a_reload_and_can_be_stopped(page: Page, service: Waiting) -> None:
    for question in (RIGHT, UNKNOWN):
        service.evaluation.keep(question, viewer=OWNER)
    service.gate.clear()
    page.goto("evaluation?view=questions")
    page.get_by_role("button", name="2問をすべて尋ねる").focus()
    page.keyboard.press("Enter")
    stop = page.get_by_role("button", name="中止する")
    expect(stop).to_be_focused()
    page.wait_for_timeout(1_200)  # drawn anew meanwhile
    expect(stop).to_be_focused()
    page.reload()
    expect(page.locator("#evaluation-bar progress")).to_be_visible()
    stop.click()
    assert service.evaluation._running is not None
    assert service.evaluation._running.stop.wait(20)
    service.gate.set()
    expect(page.locator(".ended")).to_contain_text("中止しました：1問を尋ね")
    expect(page.get_by_role("button", name="この結果を見る")).to_be_focused()
    expect(page.get_by_role("button", name="2問をすべて尋ねる")).to_be_enabled()
    expect(page.locator(".kept-questions")).to_be_visible()  # what one was looking at stays
    page.get_by_role("button", name="この結果を見る").click()
    expect(page.locator("#result")).to_contain_text("途中で中止")
    page.get_by_role("button", name="この結果を削除").click()
    page.get_by_role("button", name="もう一度押すと削除します").click()
    expect(page.locator(".evaluation .good")).to_contain_text("を削除しました")


def test_an_answer_that_was_not_useful_becomes_a_question(page: Page, service: Waiting) -> None:
    service.ask(AMOUNT_QUESTION, viewer=OWNER, id="x")
    service.give_feedback("x", viewer=OWNER, useful=False, comment="正しくは13億円")
    page.goto("evaluation?view=questions")
    row = page.locator(".judged tr", has_text="正しくは13億円")
    row.get_by_role("button", name="質問にする").click()
    expect(page.get_by_label("質問（必須）")).to_have_value(AMOUNT_QUESTION)
    expect(page.locator("#question-form .notice")).to_contain_text("正しくは13億円")
    expect(page.get_by_label("根拠となる原文")).to_have_value("海辺のまち支援事業 12億3,400万円（前年度：10億円）")
    expect(page.get_by_label("正しい答えに必ず含まれる言葉")).to_have_value("")
    page.get_by_label("正しい答えに必ず含まれる言葉").fill("13億円")
    page.get_by_role("button", name="登録する", exact=True).click()
    expect(page.locator(".kept-questions")).to_contain_text("回答の評価から")
    expect(row).to_have_count(0)


def test_a_question_file_is_taken_in_and_given_out_again(page: Page) -> None:
    page.goto("evaluation?view=questions")
    page.get_by_text("質問ファイル", exact=True).click()
    page.get_by_role("button", name="取り込む").click()
    expect(page.locator("#question-file .error")).to_contain_text("選ばれていません")
    content = as_lines([RIGHT, HOSTILE, UNKNOWN]) + "{}\n"
    page.get_by_label("質問ファイルを選ぶ").set_input_files(
        {"name": "q.jsonl", "mimeType": "application/jsonl", "buffer": content.encode()}
    )
    page.get_by_role("button", name="取り込む").click()
    expect(page.locator("#question-file .good")).to_contain_text("追加3、置き換え0")
    expect(page.locator("#question-file .notice")).to_contain_text("4行目：id に文字がありません")
    expect(page.locator(".kept-questions tbody tr")).to_have_count(3)
    with page.expect_download() as download:
        page.get_by_role("link", name="質問ファイルとして保存").click()
    assert download.value.path().read_text(encoding="utf-8") == as_lines([RIGHT, HOSTILE, UNKNOWN])
    page.get_by_label("質問ファイルを選ぶ").set_input_files(
        {"name": "q.jsonl", "mimeType": "application/jsonl", "buffer": content.encode("cp932", "replace")}
    )
    page.get_by_role("button", name="取り込む").click()
    expect(page.locator("#question-file .error")).to_contain_text("UTF-8")
    page.get_by_role("button", name="火星の天気は？：削除").click()
    page.get_by_role("button", name="火星の天気は？：削除：もう一度押すと削除します").click()
    expect(page.locator(".kept-questions tbody tr")).to_have_count(2)


def test_hostile_text_is_shown_and_never_runs_and_answers_are_chosen_by_kind(page: Page, service: Waiting) -> None:
    clarify = Question("d", "clarify", CLARIFY_QUESTION, True)
    service.evaluation.take_in(as_lines([RIGHT, HOSTILE, UNKNOWN, clarify]), viewer=OWNER)
    page.goto("evaluation")
    ask_all(page)
    expect(page.locator(".judgement")).to_have_count(1)
    expect(page.locator(".judgement")).to_contain_text(ATTACK)
    page.get_by_label("すべて", exact=True).check()
    expect(page.locator(".judgement")).to_have_count(4)
    expect(page.get_by_label("すべて", exact=True)).to_be_focused()
    page.get_by_label("種類", exact=True).select_option("clarify")
    expect(page.locator(".judgement")).to_have_count(1)
    expect(page.locator(".judgement h3")).to_have_text(CLARIFY_QUESTION)
    assert "all=1&kind=clarify" in page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename.startswith("評価")
    page.get_by_role("button", name="質問", exact=True).click()
    expect(page.locator(".kept-questions tbody tr")).to_have_count(4)
    assert page.locator(".evaluation img, .evaluation script").count() == 0
    assert page.evaluate("window.attacked") is None


def test_every_view_fits_a_phone_in_dark_and_has_no_serious_fault(
    browser: Browser, service: Waiting, address: str
) -> None:
    service.evaluation.take_in(as_lines([RIGHT, HOSTILE, UNKNOWN]), viewer=OWNER)
    service.ask(AMOUNT_QUESTION, viewer=OWNER, id="y")
    service.give_feedback("y", viewer=OWNER, useful=False)
    for _ in range(2):
        service.evaluation.start(viewer=OWNER)
        assert service.evaluation._running is not None
        service.evaluation._running.thread.join(20)
    later, earlier = (run.number for run in service.evaluation.runs(viewer=OWNER))
    views = ("", "?view=questions&edit=a", f"?run={later}&against={earlier}", "?run=99999")
    for width, scheme in ((360, "dark"), (1280, "light")):
        colours = cast("Literal['dark', 'light']", scheme)
        with watched(browser, address, viewport={"width": width, "height": 740}, color_scheme=colours) as page:
            for view in views:
                page.goto(f"evaluation{view}")
                expect(page.locator(".evaluation h2").first).to_be_visible()
                assert page.evaluate("document.documentElement.scrollWidth") <= width, view
                assert serious_faults(page) == set(), view
