"""How a term of a programme is told: its value, or the line that states it.

Owns that wording. Invariant: what is told is the document's own text on one line, without marks.
"""

from __future__ import annotations

import re

from policy_qa.answering.passages.passages import plain
from policy_qa.types import Fact


def told(fact: Fact) -> str:
    """A term on one line: a cell behind the name of its row, a value behind its label, everything else as it is written."""
    own, whole = fact_text(fact), fact_text(fact, whole=True)
    if "|" in whole or "\t" in fact.quote:
        first = re.split(r"[|\t]", whole)[0].strip()
        return f"{first}：{own}" if first and first != own else own
    return whole


def fact_text(fact: Fact, *, whole: bool = False) -> str:
    """The value of a fact, or its ``whole`` quote, on one line without marks."""
    return plain(fact.quote if whole else fact.printed).strip(" 　|").rstrip("。")
