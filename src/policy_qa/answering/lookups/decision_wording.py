"""How a decision is said: what, in which form, when, by whom.

Owns the sentences about one decision fact. Invariant: every name and day said stands in the fact's quote or its cited places; what is planned
is said to be planned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.lookups.naming import evidence_of
from policy_qa.answering.passages.passages import plain
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.types import Fact

_LONGEST_QUOTE = 200


def statement_of(fact: Fact, library: Library, *, with_body: bool = False) -> Statement:
    """A decision as a sentence: what, how, when; a planned one as planned."""
    places = evidence_of(fact, library)
    what = f"「{_shown(fact, places)}」の{label_of(fact)}"
    body = f"{fact.body}が" if with_body and fact.body and fact.body != "閣議" else ""
    if not has_time(fact):
        said = f"{what}は資料に記載があります。"
    elif "第" in label_of(fact):
        said = f"「{_shown(fact, places)}」（{label_of(fact)}）の日付は{time_of(fact)}です。"
    elif fact.qualifier == "予定":
        said = f"{what}は、資料では{time_of(fact)}{_expected(fact)}。"
    elif body:
        said = (
            f"{time_of(fact)}に{body}決定しました（{fact.subject}）。"
            if "決定" in label_of(fact)
            else f"{what}は{time_of(fact)}です（{fact.body}）。"
        )
    else:
        said = f"{what}は{time_of(fact)}です。"
    return Statement(said + sentence_of(fact), places)


def _expected(fact: Fact) -> str:
    """That something is still to come, in the document's own word where it has one."""
    word = next((word for word in ("見込み", "予定") if word in fact.quote), None)
    return f"の{word}です" if word else "とされています（今後のこととして書かれています）"


def _shown(fact: Fact, places: Sequence[Evidence]) -> str:
    """A subject by the name that the cited places have: a bill and a draft keep their 「案」."""
    subject = fact.subject or ""
    if any(fold(f"{subject}案") in fold(place.quote) for place in places):
        return f"{subject}案"
    return f"{subject}の案" if fact.qualifier == "案" else subject


def sentence_of(fact: Fact) -> str:
    """What the document says, where it is short enough to be said."""
    quote = plain(fact.quote)
    return f"資料の記載：{quote.rstrip('。')}。" if len(quote) <= _LONGEST_QUOTE else ""


def has_time(fact: Fact) -> bool:
    """Whether a decision carries a day, month or year."""
    return fact.date is not None or fact.fiscal_year is not None or bool(re.search(r"[月年]", fact.printed))


def time_of(fact: Fact) -> str:
    """The day of a decision as printed, without blanks."""
    numbered = re.match(r"(.*?年)\s*(?:法律|政令)", normalize(fact.printed).text)
    return numbered[1] if numbered else re.sub(r"\s+", "", normalize(fact.printed).text)


def label_of(fact: Fact) -> str:
    """The form of a decision, or that it is one."""
    return fact.form or "決定"
