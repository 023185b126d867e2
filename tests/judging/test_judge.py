"""Verdicts on single answers."""

from __future__ import annotations

from typing import Any

from policy_qa.judging import Question, judge

BUDGET = Question(
    id="b",
    kind="budget",
    question="地域未来交付金は？",
    answerable=True,
    must=(("1,600億円",), ("令和8年度", "R8")),
    must_not=("概算要求",),
    evidence=("地域未来交付金 1,600億円",),
    path="a.txt",
)
UNANSWERABLE = Question(id="u", kind="unanswerable", question="補助率は？", answerable=False)
CLARIFY = Question(id="c", kind="clarify", question="いくら？", answerable=True)


def answer(text: str, status: str = "answered", quote: str = "", path: str = "a.txt") -> dict[str, Any]:
    return {"status": status, "answer": text, "citations": [{"path": path, "quote": quote}] if quote else []}


def test_every_group_has_to_be_met() -> None:
    assert judge(BUDGET, answer("令和8年度は1600億円です。")).right
    verdict = judge(BUDGET, answer("1,600億円です。"))
    assert not verdict.right
    assert verdict.why == "missing 令和8年度 | R8"
    assert verdict.missing == (("令和8年度", "R8"),)


def test_a_forbidden_string_makes_it_wrong() -> None:
    verdict = judge(BUDGET, answer("令和8年度概算要求は1,600億円"))
    assert (verdict.why, verdict.missing, verdict.forbidden) == ("must not say 概算要求", (), ("概算要求",))


def test_only_an_answer_answers() -> None:
    for status in ("abstained", "clarify"):
        verdict = judge(BUDGET, answer("令和8年度は1,600億円です。", status))
        assert not verdict.right
        assert verdict.evidence_hit is None


def test_evidence_counts_in_its_own_document_only() -> None:
    assert judge(BUDGET, answer("x", quote="○地域未来交付金  １，６００億円（案）")).evidence_hit is True
    assert judge(BUDGET, answer("x", quote="地域未来交付金 1,600億円", path="b.txt")).evidence_hit is False
    assert judge(BUDGET, answer("x")).evidence_hit is False


def test_an_amount_that_no_quote_states_is_named() -> None:
    quote = "地域未来交付金 1,600億円 （R7当初：2,000億円）"
    assert judge(BUDGET, answer("1600億円です。前年度は200,000百万円です。[1]", quote=quote)).ungrounded == ()
    assert judge(BUDGET, answer("1,600億円と1,084億円です。", quote=quote)).ungrounded == ("1,084億円",)
    assert judge(BUDGET, answer("31,500百万円です。", quote="| 対策費 | 46,200 | 31,500 |")).ungrounded == ()
    assert judge(BUDGET, answer("1,500百万円です。", quote="| 対策費 | 46,200 | 31,500 |")).ungrounded == (
        "1,500百万円",
    )


def test_what_is_not_in_the_documents_is_right_when_abstained() -> None:
    assert judge(UNANSWERABLE, answer("資料にありません。", "abstained")).right
    assert not judge(UNANSWERABLE, answer("2分の1です。")).right
    assert not judge(UNANSWERABLE, answer("どの事業ですか。", "clarify")).right


def test_asking_back_is_right_only_where_it_is_expected() -> None:
    assert judge(CLARIFY, answer("どの年度ですか。", "clarify")).right
    assert not judge(CLARIFY, answer("1億円です。")).right


def test_no_answer_is_an_error_and_never_right() -> None:
    for question in (BUDGET, UNANSWERABLE, CLARIFY):
        verdict = judge(question, None, "boom")
        assert (verdict.right, verdict.status, verdict.why) == (False, "error", "boom")
