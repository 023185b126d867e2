"""The stages of a budget that a text speaks of: requested, decided at first, supplemented, settled.

Invariant: spans lie in the given text, in order; the longest reading wins (当初予算（案） is one initial draft).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_qa.japanese.glances import Glanced
from policy_qa.japanese.normalize import Normalized, normalize
from policy_qa.japanese.numerals import parse_number
from policy_qa.types import Stage

_NUMBER = r"[0-9一二三四五六七八九十]{1,3}"
_DRAFT = r" ?(?:(?:政府)?案|[(〔\[](?:政府)?案[)〕\]])"
# What a stage begins with, looked at before all its branches: a tenth of the time where a text names any.
_FIRST = "予概要政第補当本決執実支繰前 0-9一二三四五六七八九十"
_STAGE = Glanced(
    "予算|要求|補正|当初|決算|執行|要望額|概算決定|実績額|支出済額|予備費|繰越|繰り越し|前倒し額",
    rf"(?=[{_FIRST}])(?:"
    r"(?P<request>(?:予算)?概算要求(?:額|時)?|(?<!概算)要求額|要望額|(?<=年度)要求(?![一-鿿])|(?<=年度の)要求(?![一-鿿]))"
    r"|(?P<decided>概算決定(?:額)?|政府予算案|予算政府案)"
    rf"|(?P<supplementary>(?:第(?P<before>{_NUMBER})次|(?P<issue>{_NUMBER})号)?"
    r"(?:(?<=[次号]) )?補正(?![前後])(?:予算)?(?:額)?"
    rf"(?: ?[(〔\[]?(?:第(?P<after>{_NUMBER})[号次]|(?P<plain>{_NUMBER})号)[)〕\]]?)?)"
    rf"(?P<supplementary_draft>{_DRAFT})?"
    r"|(?P<initial>(?:当初|(?<![日基])本)予算(?:額)?|当初(?=[額(: 、。)案比]|$|[0-9▲△])|(?:(?<=年度)|(?<=年度の)|(?<=[RH][0-9])|(?<=[RH][0-9]{2}))当初|当初(?=(?:と|及び|・|[+＋])補正))"
    rf"(?P<initial_draft>{_DRAFT})?"
    rf"|(?P<draft>予算(?:額)?{_DRAFT})"
    r"|(?P<settled>決算(?:額|見込(?:額)?)?|執行(?:済)?額|実績額|支出済額)"
    r"|(?P<other>予備費(?:使用)?(?:額)?|繰越(?:額|金|明許費)?|繰り越し(?:額)?|前倒し額))",
    re.MULTILINE,
)
# 補正 alone is also the correction of an application or of a measurement: a budget year, the month of a session (9月補正) or 今回 has to stand before it.
_IN_A_BUDGET = re.compile(
    r"(?:年度?|(?<![A-Za-z])[RH][0-9]{1,2}|当初|(?<![0-9])[0-9]{1,2}月|今回)(?:[ の・+＋と]|及び)*$|^[ (「]*$"
)


@dataclass(frozen=True, slots=True)
class StageMention:
    """A budget stage in a text. ``number`` counts supplementary budgets (第2次補正); a ``draft`` is not yet passed."""

    start: int
    end: int
    stage: Stage
    number: int | None = None
    draft: bool = False


def find_stages(text: str) -> list[StageMention]:
    """The budget stages that ``text`` names, in order."""
    return stages_in(normalize(text))


def stages_in(normal: Normalized) -> list[StageMention]:
    """``find_stages`` for a text whose normal form is there already; places are those of the original."""
    found: list[StageMention] = []
    for match in _STAGE.finditer(normal.text):
        if match.group() == "補正" and not _IN_A_BUDGET.search(normal.text, max(0, match.start() - 12), match.start()):
            continue
        stage, number, draft = _read(match)
        span = normal.to_original(*match.span())
        found.append(StageMention(span.start, span.end, stage, number, draft))
    return found


def _read(match: re.Match[str]) -> tuple[Stage, int | None, bool]:
    if match["request"]:
        return "request", None, False
    if match["decided"] or match["draft"]:
        return "initial", None, True
    if match["supplementary"]:
        written = match["before"] or match["issue"] or match["after"] or match["plain"]
        number = parse_number(written) if written else None
        return "supplementary", None if number is None else int(number), bool(match["supplementary_draft"])
    if match["initial"]:
        return "initial", None, bool(match["initial_draft"])
    return ("settled" if match["settled"] else "other"), None, False
