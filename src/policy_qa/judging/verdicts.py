"""Whether one recorded answer is right.

Invariant: a verdict depends on the question and the recorded answer only, so that a run can be
judged again at any time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from policy_qa.judging.comparison import quotes, states, ungrounded
from policy_qa.types import Question, Verdict


def judge(question: Question, answer: Mapping[str, Any] | None, error: str | None = None) -> Verdict:
    """The verdict on ``answer``, the JSON of an Answer; ``None`` when there was none, with the ``error`` instead."""
    if answer is None:
        return Verdict(question.id, question.kind, False, "error", error or "no answer was recorded")
    status = str(answer.get("status"))
    if not question.answerable:
        right = status == "abstained"
        return Verdict(question.id, question.kind, right, status, "" if right else "should have abstained")
    if status != "answered":
        right = status == "clarify" and question.kind == "clarify"
        return Verdict(question.id, question.kind, right, status, "" if right else f"status is {status}")
    text = str(answer.get("answer", ""))
    citations = answer.get("citations") or []
    missing = tuple(group for group in question.must if not any(states(text, alternative) for alternative in group))
    forbidden = tuple(wrong for wrong in question.must_not if states(text, wrong))
    why = _shortcoming(question, missing, forbidden)
    hit = supports(question, citations, "quote") if question.evidence else None
    grounds = [question.question, *(str(citation.get("quote", "")) for citation in citations)]
    loose = () if question.kind == "calculation" else tuple(ungrounded(text, grounds))
    return Verdict(
        question.id, question.kind, not why, status, why, hit, loose, len(text), missing=missing, forbidden=forbidden
    )


def supports(question: Question, places: Sequence[Mapping[str, Any]], field: str) -> bool:
    """Whether one of ``places`` (citations by ``quote``, hits by ``text``) holds evidence of the question."""
    return any(is_evidence(question, place, field) for place in places)


def is_evidence(question: Question, place: Mapping[str, Any], field: str) -> bool:
    """Whether this place is in the question's document and contains one of its evidence strings."""
    if question.path is not None and place.get("path") != question.path:
        return False
    return any(quotes(str(place.get(field, "")), evidence) for evidence in question.evidence)


def _shortcoming(question: Question, missing: Sequence[Sequence[str]], forbidden: Sequence[str]) -> str:
    if question.kind == "clarify" and not question.must:
        return "should have asked back"
    reasons = ["missing " + " | ".join(group[:4]) for group in missing]
    reasons += [f"must not say {wrong}" for wrong in forbidden]
    return "; ".join(reasons)
