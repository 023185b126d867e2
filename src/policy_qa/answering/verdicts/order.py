"""Doing one thing before or after another: 「買ったあとで申請しても」, 「先に着工してから」, and 「購入前に申請が必要です」, 「交付決定前に契約したものは対象外」.

Owns the reading of such orders. Invariant: a statement decides only where it puts applying or the decision beside the deed that is asked about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_qa.facts.eligibility.aspects import shuts_out
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import Question

# Deeds, by their kind.
_KINDS = tuple(
    re.compile(kind)
    for kind in (
        r"購入|買[いうっ取替]|契約|発注|注文|支払|払っ",
        r"着手|着工|工事|施工|始め|開始|取りかか|設置|取り?付け|付け|建て|直し|完了|終わっ|終え|納品|実施",
        r"入居|転入|借り",
        r"手術|治療|受講",
    )
)
_DEED = "|".join(kind.pattern for kind in _KINDS)
_APPLY = r"申請|申し?込|応募|手続|届"
_ASKED_AFTER = (
    re.compile(
        rf"(?:{_DEED})[^、。]{{0,8}}?(?:た|の|し)?(?:後|あと|てから|から)(?:で|に|の|でも|も)?[^。]{{0,24}}?(?:{_APPLY}|出)"
    ),
    re.compile(
        rf"(?:先に|前もって|申請(?:する)?前に|(?:交付)?決定(?:の日)?(?:より|の)?前[にの]|(?:交付|採択|補助)(?:が|の)?決ま(?:る|り)前に|決定を待たずに|すでに|もう|既に)[^。]{{0,16}}?(?:{_DEED})"
    ),
    re.compile(
        rf"(?:{_DEED})[^、。]{{0,8}}?(?:は|を|も)?(?:もう|すでに|既に)[^、。]{{0,6}}(?:済|終|し|結)[^、。]*(?:た|ます|いる|いて)"
    ),
    re.compile(rf"(?:事後|あとから|後から)(?:に|の|で)?(?:{_APPLY})"),
)
_ASKED_BEFORE = re.compile(
    rf"(?:{_DEED})(?:する|る|の)?(?:より)?前(?:に|の|でも|でなら)[^。]{{0,12}}?(?:{_APPLY}|決定)"
)
_BEFORE = rf"(?:{_DEED})(?:を(?:結ぶ|する|行う|締結する))?(?:する|した|の)?(?:日|前日)?(?:の)?(?:より)?前(?:まで)?に?"
_BEFOREHAND = r"事前に?|あらかじめ|予め"
_IS_ASKED = rf"[^。]{{0,24}}(?:{_APPLY}|承認|協議|相談)[^。]{{0,16}}(?:必要|こと|ください|なければ|する|要)"
_MUST_BEFORE = re.compile(
    rf"(?:{_BEFORE}){_IS_ASKED}|(?:{_APPLY})[^。、]{{0,6}}は、?[^。]{{0,12}}(?:{_BEFORE})[^。]{{0,10}}(?:お願い|ください|必要|限|行)"
)
# Before what, the sentence says elsewhere, or leaves to applying: 「工事に着手しようとするときは、あらかじめ…」, 「事前に申請が必要です」.
_MUST_BEFOREHAND = re.compile(
    rf"(?:(?:{_DEED})[^。]*(?:{_BEFOREHAND})|(?:{_BEFOREHAND})[^。]{{0,12}}(?:{_APPLY})){_IS_ASKED}|(?:{_BEFOREHAND})の?(?:{_APPLY})[^。]{{0,16}}(?:必要|こと|ください|なければ|要)"
)
_MUST_NOT = re.compile(r"ては(?:ならない|なりません|いけない|いけません)")
_LATE = re.compile(
    rf"(?:(?:{_DEED})(?:した)?(?:後|あと)|事後)[^。]{{0,6}}(?:{_APPLY})[^。]{{0,24}}(?:ない|ません|不可|対象外)"
)
_EARLY = re.compile(rf"(?:決定|申請|交付)[^。、]{{0,10}}?前[^。]{{0,24}}(?:{_DEED})")
_ONLY_AFTER = re.compile(rf"決定[^。、]{{0,12}}?(?:以?後|受けてから|た後)[^。]{{0,16}}(?:{_DEED})")
_MAY_AFTER = re.compile(
    rf"(?:{_DEED})[^。、]{{0,16}}?(?:した日から|の日から|後|してから)[^。]{{0,20}}(?:以内|まで)に?[^。]{{0,20}}(?:{_APPLY})"
)


@dataclass(frozen=True, slots=True)
class Order:
    """That a question asks of applying after a deed, or ``is_before`` it; ``written`` is the part of the question that says so."""

    written: str
    is_before: bool = False

    def is_of(self, text: str) -> bool:
        """Whether a text speaks of the same kind of deed: 「入居した日から90日以内に申請」 says nothing of buying first."""
        own = [kind for kind in _KINDS if kind.search(self.written)]
        return not own or any(kind.search(text) for kind in own)

    def covers(self, surface: str) -> bool:
        """Whether a word of the question is part of the order."""
        return surface in self.written or bool(re.search(_DEED, surface))


def order_of(question: Question) -> Order | None:
    """The order a question asks about: a deed before applying or the decision, or the reverse."""
    return order_of_text(normalize(question.text).text)


def order_of_text(text: str) -> Order | None:
    """The order that a normalised question asks about, or ``None``."""
    after = next((match for pattern in _ASKED_AFTER if (match := pattern.search(text))), None)
    before = _ASKED_BEFORE.search(text) if after is None else None
    if after:
        return Order(after[0])
    return Order(before[0], is_before=True) if before else None


def order_says(asked: Order, text: str, *, is_out: bool) -> bool | None:
    """Whether a statement, one of a list that shuts out where ``is_out``, allows what is asked; ``None`` where it says nothing of that order."""
    if _LATE.search(text) or _MUST_BEFORE.search(text) or _MUST_BEFOREHAND.search(text):
        return asked.is_before
    if (_EARLY.search(text) and (is_out or shuts_out(text) or _MUST_NOT.search(text))) or _ONLY_AFTER.search(text):
        return asked.is_before
    may = _MAY_AFTER.search(text)
    return True if may is not None and not asked.is_before and asked.is_of(may[0]) else None
