"""How years, stages and yen are written in an answer.

Owns the output wording of figures; ``japanese`` owns the reading. Invariant: what is written here is read back by ``japanese`` as
the same value.
"""

from __future__ import annotations

import re

from policy_qa.facts.budgets.names import kind_of_figure
from policy_qa.japanese.normalize import normalize
from policy_qa.types import Fact, Stage

_ERAS = ((2019, "令和"), (1989, "平成"), (1926, "昭和"))
_STAGES: dict[Stage, str] = {
    "request": "概算要求",
    "initial": "当初予算",
    "supplementary": "補正予算",
    "settled": "決算",
    "other": "予算",
}
_DRAFT = re.compile(r"[（(]案[)）]|予算案|概算決定|政府案")
_IN_COMPARISON = re.compile(r"[0-9０-９][^（(＜<〔\[]*[（(＜<〔\[](?P<inside>[^）)＞>〕\]]*)$")
_BEFORE = ("約", "概ね", "おおむね", "およそ")
_BEHIND = ("程度", "前後", "超", "強", "弱", "余り", "あまり")
_UNITS = ((10**12, "兆"), (10**8, "億"), (10**4, "万"))


def fiscal_year(year: int) -> str:
    """A Gregorian starting year as a Japanese fiscal year: 2026 -> 令和8年度."""
    first, era = next(((first, era) for first, era in _ERAS if year >= first), (1868, "明治"))
    number = year - first + 1
    return f"{era}{'元' if number == 1 else number}年度"


def stage_name(stage: Stage, *, draft: bool = False) -> str:
    """A budget stage in Japanese."""
    return _STAGES[stage] + ("（案）" if draft and stage == "initial" else "")


def period(fact: Fact) -> str:
    """The fiscal year and stage of a fact: 「令和8年度当初予算（案）」."""
    if fact.fiscal_year is None or fact.stage is None:
        raise ValueError("a fact without year and stage")
    if kind(fact):
        return f"{fiscal_year(fact.fiscal_year)}の{fact.qualifier}"
    return fiscal_year(fact.fiscal_year) + stage_name(fact.stage, draft=is_draft(fact))


def kind(fact: Fact) -> str | None:
    """What kind of figure a fact is where it is no budget of one stage: 補正後, 不用額."""
    return kind_of_figure(fact.qualifier or "", settled=True) if fact.stage == "other" else None


def is_draft(fact: Fact) -> bool:
    """Whether the document gives the figure as a proposal (予算案, 概算決定) rather than as enacted."""
    place = fact.quote.find(fact.printed)
    own = fact.quote[: place if place >= 0 else None]
    compared = _IN_COMPARISON.search(own)
    own = compared["inside"] if compared else own  # the draft is the line's own figure, not what it is compared with
    years = re.findall(r"(?:令和|平成)\s*[0-9０-９元]+\s*年度|R[0-9]+", own)
    if len(years) > 1 or (fact.fiscal_year is not None and years and not names_year(years[-1], fact.fiscal_year)):
        return False
    titles = [title for title in fact.section if fact.fiscal_year is not None and names_year(title, fact.fiscal_year)]
    return fact.stage == "initial" and bool(_DRAFT.search(normalize(own).text) or any(map(_DRAFT.search, titles)))


def names_year(text: str, year: int) -> bool:
    """Whether a text names a fiscal year, in whatever writing."""
    normal = normalize(text).text
    label = fiscal_year(year)
    return label in normal or f"R{year - 2018}" in normal or f"{year}年度" in normal


def amount(fact: Fact) -> str:
    """The amount of a fact as printed, or in 億 and 万 where a table prints bare numbers."""
    printed = normalize(fact.printed).text.replace("**", "").strip()
    if fact.amount_yen is None:
        return printed
    plain = printed if "円" in printed else yen(fact.amount_yen)
    if fact.qualifier == "内数":
        return f"{plain}の内数"
    if fact.qualifier in _BEFORE and not plain.startswith(fact.qualifier):
        return f"約{plain}"
    return f"{plain}{fact.qualifier}" if fact.qualifier in _BEHIND and not plain.endswith(fact.qualifier) else plain


def yen(value: int) -> str:
    """Yen in Japanese units, with 億 as the unit where it divides to a tenth: 1,639億円, 13.7億円, ▲398億円, 3兆2,000億円."""
    sign = "▲" if value < 0 else ""
    rest = abs(value)
    if 10**7 <= rest < 10**12 and rest % 10**7 == 0:
        whole, tenth = divmod(rest // 10**7, 10)
        return f"{sign}{whole:,}{f'.{tenth}' if tenth else ''}億円"
    parts = []
    for unit, name in _UNITS:
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count:,}{name}")
    if rest or not parts:
        parts.append(f"{rest:,}")
    return f"{sign}{''.join(parts)}円"
