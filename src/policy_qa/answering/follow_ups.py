"""「合わせると？」「その差は？」 after questions that were answered with a figure each: calculated from these answers.

Owns arithmetic over a conversation outside budgets, whose own figures are calculated from facts. Invariant: every operand is the short answer of an
earlier question, asked and checked as it was then, with its evidence; all are of one unit; the calculation is shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.tables.wording import decimal
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import Question

_ASKS = re.compile(
    r"^(?:では|じゃあ|それでは|で)?、?(?:その|それらの?|両方の?|両者の?|(?:2|二)つの?|全部の?|すべての?|ふたつの?)?(?:を|で)?、?"
    r"(?P<word>合わせ(?:る|て|た)|足[すし]|合計|全部で|両方で|差|違い)(?:すると|と|額|数|は|すと|たら|して|いくら|いくつ|何|どれ(?:くらい|だけ)|どの(?:くらい|程度)|なり|なる|です|ます|に|を|教えて|ください|で|か|[^、。はがの]{1,3}に)*[?。]*$"
)
_DIFFERENCE = re.compile(r"差|違い")
_ALL = re.compile(r"全部|すべて")
_COUNT = re.compile(r"(?P<about>約)?(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<suffix>[^0-9]{1,6})")
_MOST = 6


def asked_over(text: str, turns: Sequence[str]) -> str | None:
    """``sum`` or ``difference`` where a question is nothing but that over what was asked before; else ``None``."""
    asked = _ASKS.match(normalize(text).text.strip()) if len(turns) > 1 else None
    if asked is None:
        return None
    return "difference" if _DIFFERENCE.search(asked["word"]) else "sum"


def over_answers(operation: str, text: str, answered: Sequence[tuple[Question, Draft]]) -> Draft | None:
    """The sum of the answers before a question, or the difference of the last two; ``None`` where they are not figures of one unit.

    ``answered`` are the questions before with their answers, oldest first: of these the last ones that asked the same of something else.
    """
    operands = [(question, draft, _figure(draft.short_answer)) for question, draft in answered[-_MOST:]]
    wanted = len(operands) if _ALL.search(text) else 2
    chosen = operands[-wanted:]
    if len(chosen) < 2:
        return None
    found = [(question, draft, figure) for question, draft, figure in chosen if figure is not None]
    if len(found) != len(chosen) or len({suffix for _, _, (_, suffix) in found}) != 1:
        return None
    if len({(draft.short_answer, _first(draft)) for _, draft, _ in found}) != len(found):
        return None  # one place answered twice
    suffix = found[0][2][1]
    values = [value for _, _, (value, _) in found]
    if suffix in {"%", "％"} and operation == "sum":
        return None
    result = sum(values, Fraction(0)) if operation == "sum" else max(values) - min(values)
    shown = _shown(result, "ポイント" if suffix in {"%", "％"} else suffix)
    ordered = found if operation == "sum" else sorted(found, key=lambda one: -one[2][0])
    formula = (" + " if operation == "sum" else " − ").join(str(draft.short_answer) for _, draft, _ in ordered)
    places: tuple[Evidence, ...] = tuple(
        dict.fromkeys(place for _, draft, _ in found for place in draft.statements[0].evidence)
    )
    said = Statement(f"{shown}です（{formula} = {shown}）。", places, computed=True)
    return Draft("answered", (said,), shown, assumptions=tuple(dict.fromkeys(note for _, draft, _ in found for note in draft.assumptions)), confidence="medium")  # fmt: skip


def _first(draft: Draft) -> Evidence | None:
    return next((place for place in draft.statements[0].evidence), None) if draft.statements else None


def _figure(short: str | None) -> tuple[Fraction, str] | None:
    """A short answer as a number and its unit; ``None`` for what is no one figure."""
    text = normalize(short or "").text.strip()
    amounts = find_amounts(text)
    if len(amounts) == 1 and amounts[0].printed == text and amounts[0].yen_to is None:
        return Fraction(amounts[0].yen), "円"
    counted = _COUNT.fullmatch(text)
    if counted is None:
        return None
    return Fraction(counted["number"].replace(",", "")), counted["suffix"]


def _shown(value: Fraction, suffix: str) -> str:
    return figures.yen(int(value)) if suffix == "円" else f"{decimal(value, 3)}{suffix}"
