"""Fixed Japanese phrases of answers that are not statements about documents: abstentions, choices, hints.

Owns what is said when nothing is asserted, and of what is left out. Invariant: an abstention says what is missing and what the user can do next.
"""

from __future__ import annotations

from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.retrieval.question import Question

_NEXT = {
    "ambiguous": "事業名や年度などを補って、もう一度質問してください。",
    "not_in_corpus": "別の言い方で尋ねるか、該当する文書を登録してください。",
    "attribute_missing": "所管の窓口に確かめるか、該当する文書を登録してください。",
    "year_missing": "年度を変えて尋ねるか、その年度の文書を登録してください。",
    "stage_missing": "段階（当初・補正など）を変えて尋ねるか、該当する文書を登録してください。",
    "unsupported_language": "",
    "empty_question": "",
    "question_too_long": "",
}

MORE_CONDITIONS = "ほかに条件があります（出典を確認してください）。"


def more_lines(count: int) -> str:
    """The line under a list that is not shown whole."""
    return f"・ほか{count:,}件（出典を確認してください）"


def clarify(asked: str, choices: Sequence[str], question: Question) -> Draft:
    """A question back: what has to be chosen, and the choices, one a line."""
    text = "".join((asked, *(f"\n・{choice}" for choice in choices)))
    return Draft(
        "clarify",
        (Statement(text),),
        reason="ambiguous",
        assumptions=question.assumptions,
        confidence="low",
        is_list=True,
    )


def abstain(
    reason: str, missing: str, question: Question, nearest: tuple[Evidence, ...] = (), *, is_open: bool = False
) -> Draft:
    """An abstention: what is missing, then what to do. ``nearest`` are places worth reading, shown as citations; ``is_open`` as in ``Draft``."""
    text = f"{missing}{_NEXT[reason]}"
    return Draft(
        "abstained",
        (Statement(text, nearest),),
        reason=reason,
        assumptions=question.assumptions,
        confidence="low",
        is_open=is_open,
    )
