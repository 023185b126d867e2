from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from policy_qa.testing import FakePolicyQA
from policy_qa.types import Answer, Conversation, ConversationSummary, Fact, Feedback, KeptTurn, Understood
from tests.ui.samples import (
    AMOUNT_QUESTION,
    ATTACK,
    COMPARE_QUESTION,
    HOSTILE_QUESTION,
    OWNER,
    PLAN_DOCUMENT,
    cite,
    sample_answers,
)
from ui.chat.copying import official, plain
from ui.chat.export import as_markdown
from ui.chat.listing import listing
from ui.chat.suggestions import follow_ups
from ui.chat.understood import chips, show_chips
from ui.chat.wording import chat_words
from ui.dates import japanese_date

JA = chat_words("ja")
DOCUMENTS = {PLAN_DOCUMENT.path: PLAN_DOCUMENT.metadata}
PROGRAM, OTHER = "海辺のまち支援事業", "港の環境改善交付金"


def _answer(question: str) -> Answer:
    answer = sample_answers()[question]
    assert isinstance(answer, Answer)
    return answer


def _fact(program: str, year: int = 2026, *, kind: str = "budget", aspect: str | None = None) -> Fact:
    return Fact(kind, PLAN_DOCUMENT.path, 0, 1, "青", "青", program, year, "initial", aspect=aspect)  # type: ignore[arg-type]


FACTS = (_fact(PROGRAM), _fact(PROGRAM, 2025), _fact(OTHER), _fact(PROGRAM, kind="eligibility", aspect="applicant"))


def _asked(markup: str) -> list[dict[str, object]]:
    return [json.loads(unescape(value)) for value in re.findall('data-value="([^"]*)"', markup)]


# -- copying ---------------------------------------------------------------------------------------------------------


def test_a_copy_holds_the_answer_what_it_assumes_and_every_quote() -> None:
    assert plain(_answer(AMOUNT_QUESTION), DOCUMENTS).splitlines() == [
        f"質問：{AMOUNT_QUESTION}",
        "回答：令和8年度の海辺のまち支援事業の予算額は12億3,400万円です。[1]",
        "※令和8年度 = 2026年度、当初予算として回答",
        "出典：",
        "[1] 「海辺のまち振興計画」（青葉県 企画部、令和8年3月）第2章 令和8年度の予算",
        "    海辺のまち支援事業 12億3,400万円（前年度：10億円）",
    ]


def test_an_official_copy_is_numbered_and_names_its_grounds_in_the_text() -> None:
    lines = official(_answer(COMPARE_QUESTION), DOCUMENTS).splitlines()
    assert [line for line in lines if re.match("[０-９]　", line)] == ["１　照会事項", "２　回答", "３　根拠"]
    assert "　・港の環境改善交付金：4億5,000万円（根拠(2)）" in lines
    assert "　　　「港の環境改善交付金 4億5,000万円（前年度：4億円）」" in lines
    assert lines[-1] == "以上"


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        ("2026-01-15", "令和8年1月15日"), ("2026", "令和8年"), ("2019-05", "令和元年5月"), ("2019-04", "平成31年4月"),
        ("1989", "平成元年"), ("1975-10", "1975年10月"),
    ],
)  # fmt: skip
def test_dates_are_written_with_their_era(iso: str, said: str) -> None:
    assert japanese_date(iso) == said


# -- exporting -------------------------------------------------------------------------------------------------------


@given(st.text())
def test_no_text_of_a_conversation_means_anything_in_markdown(text: str) -> None:
    quote = f"{ATTACK} [x](javascript:1) ![](http:x) {text} "
    answer = Answer(text, "answered", quote, Understood("what"), assumptions=(text,))
    conversation = Conversation(
        "c", text, "2026-12-01T00:00:00+09:00", (KeptTurn(answer, Feedback(useful=True, comment=quote)),)
    )
    tokens = MarkdownIt("commonmark").parse(as_markdown(conversation))
    kinds = {token.type for token in tokens} | {child.type for token in tokens for child in token.children or ()}
    assert (
        kinds & {"link_open", "image", "html_block", "html_inline", "code_inline", "fence", "code_block", "hr"} == set()
    )


def test_an_export_holds_questions_answers_sources_and_judgements() -> None:
    turn = KeptTurn(_answer(AMOUNT_QUESTION), Feedback(useful=False, comment="年度が違う"))
    text = as_markdown(Conversation("c", "予算", "2026-12-01T00:00:00+09:00", (turn,))).replace("\\", "")
    for part in (
        "# 予算",
        f"## {AMOUNT_QUESTION}",
        "12億3,400万円です。[1]",
        "plans/umibe.md",
        "役に立たなかった　年度が違う",
    ):
        assert part in text


# -- what was understood, and how to go on ---------------------------------------------------------------------------


def test_chips_offer_what_the_documents_state_and_ask_in_the_question_s_own_words() -> None:
    answer = _answer(AMOUNT_QUESTION)
    found = {chip.slot: chip for chip in chips(answer, FakePolicyQA([PLAN_DOCUMENT], facts=FACTS), OWNER, JA)}
    assert [option.question for option in found["事業名"].options] == [AMOUNT_QUESTION.replace(PROGRAM, OTHER)]
    assert [(option.label, option.question) for option in found["年度"].options] == [
        ("令和7年度", AMOUNT_QUESTION.replace("令和8年度", "令和7年度"))
    ]
    removal = found["年度"].removal
    assert removal is not None
    assert (removal.question, removal.alone) == (AMOUNT_QUESTION.replace("令和8年度の", ""), True)
    assert [option.label for option in found["観点"].options] == ["対象者"]


def test_questions_of_chips_are_japanese_whatever_the_screens_speak() -> None:
    asked = Answer(f"{PROGRAM}は？", "answered", "12億円です。", Understood("budget", (PROGRAM,)))
    facts = [replace(fact, stage=stage) for fact in FACTS for stage in ("initial", "request")]
    found = {
        chip.slot: chip for chip in chips(asked, FakePolicyQA([PLAN_DOCUMENT], facts=facts), OWNER, chat_words("en"))
    }
    assert [option.label for option in found["Stage"].options] == ["requested", "initial"]
    assert [option.question for option in found["Stage"].options] == [
        f"概算要求の{asked.question}",
        f"当初の{asked.question}",
    ]


def test_a_slot_that_came_from_the_conversation_is_taken_away_with_it() -> None:
    asked = "対象は？"
    answer = Answer(asked, "answered", "市町村です。", Understood("eligibility", (PROGRAM,)))
    (program, *_) = chips(answer, FakePolicyQA([PLAN_DOCUMENT], facts=FACTS), OWNER, JA)
    assert program.removal is not None
    assert (program.removal.question, program.removal.alone) == (asked, True)


def test_where_several_years_are_known_and_none_was_said_one_can_be_said() -> None:
    answer = Answer(
        f"{PROGRAM}の予算額は？", "answered", "1億円です。", Understood("budget", (PROGRAM,), stages=("initial",))
    )
    found = {chip.slot: chip for chip in chips(answer, FakePolicyQA([PLAN_DOCUMENT], facts=FACTS), OWNER, JA)}
    assert found["年度"].value == "指定なし"
    assert [option.question for option in found["年度"].options] == [
        f"令和8年度の{PROGRAM}の予算額は？", f"令和7年度の{PROGRAM}の予算額は？",
    ]  # fmt: skip


def test_a_question_without_slots_has_no_chips() -> None:
    assert (
        str(show_chips(chips(Answer("q", "answered", "a", Understood("other")), FakePolicyQA(), OWNER, JA), JA)) == ""
    )


def test_hostile_names_stay_text_in_chips() -> None:
    answer = Answer(
        ATTACK, "answered", "a", Understood("budget", (ATTACK,)), citations=(cite(1, PLAN_DOCUMENT, "第1章"),)
    )
    markup = str(
        show_chips(chips(answer, FakePolicyQA([PLAN_DOCUMENT], facts=[_fact(ATTACK), _fact(OTHER)]), OWNER, JA), JA)
    )
    assert "<img" not in markup
    assert {"question": ATTACK, "alone": True} in _asked(markup)


def test_only_questions_that_are_answered_are_offered_and_trying_leaves_no_trace() -> None:
    answered = f"{PROGRAM}の対象者は？"
    known = Answer(answered, "answered", "市町村です。", Understood("eligibility"))
    service = FakePolicyQA([PLAN_DOCUMENT], {answered: known}, FACTS)
    assert follow_ups(_answer(AMOUNT_QUESTION), [AMOUNT_QUESTION], service, OWNER, JA) == [answered]
    assert follow_ups(_answer(AMOUNT_QUESTION), [AMOUNT_QUESTION, answered], service, OWNER, JA) == []


# -- the list of conversations ---------------------------------------------------------------------------------------


def test_a_hostile_title_stays_text_in_the_list() -> None:
    summary = ConversationSummary("id", f'"{ATTACK}', "2026-12-01T09:05:00+09:00", "2026-12-01T09:05:00+09:00", 2)
    markup = str(listing([summary], "id", JA))
    assert "<img" not in markup
    assert "12/1 09:05　質問2件" in re.sub("<[^>]*>", "", markup)
    assert _asked(markup)[0] == {"open": "id"}


def test_hostile_answers_stay_text_in_what_is_copied() -> None:
    assert ATTACK in plain(_answer(HOSTILE_QUESTION), {})  # text for the clipboard: the page escapes it where it stands
