"""What aid a cost gives: 「300万円の工事で補助金はいくら」 out of the rate and the ceiling of the programme's case.

Owns that calculation. Invariant: the rate is the only one of the case that is asked, its ceiling and the rounding are those the document states;
the result is shown with the calculation, and cut at the ceiling. A ceiling for so many of a thing (10アール当たり) is worked out for what the question counts; where it
counts none, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Evidence, Statement, place_of_fact
from policy_qa.answering.eligibility.owners import of_programmes, words_of
from policy_qa.answering.eligibility.terms import of_named_case
from policy_qa.answering.library import Library
from policy_qa.answering.reckoning.given import UNIT, cost, counts, unit_of
from policy_qa.japanese.amounts import AmountMention, find_amounts
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import informativeness
from policy_qa.types import Fact

_NAME_BEFORE = re.compile(r"(?P<name>[一-鿿々ァ-ヴーA-Za-z0-9]{2,20})(?:が|は|で|：|:|\s)*(?:最大|上限)?$")
_WORDS_OF_UNITS = {"百円": 100, "千円": 1_000, "万円": 10_000}
_SMALLEST_CUT = 10_000  # yen: nothing is cut off an amount in whole 万円
_ONE_MEANT = frozenset({"件", "人", "世帯", "団体", "回"})
_DENIED = re.compile(r"(?:の?[^、。]{0,4})?(?:で|じゃ)は?(?:な[いくし]|ありません)|(?:で|じゃ)な[いくし]|以外")
_WITH_ADDITION = re.compile(r"加算(?!なし|は?(?:ない|ありません|受けな|せず|しない))|上乗せ|割増")
_SHORTEST_SAID = 3
_ENOUGH = 9.0
_NEXT_BEST = 0.7
_OF_AID = re.compile(r"補助|助成|もら[えう]|支給|交付|戻|給付|受け取|支援|出(?:ます|る)")
_CUT = re.compile(
    r"(?<=[。\n])[^。\n]*?(?P<unit>[0-9０-９][0-9０-９,，]*(?:万|千)?円|(?<![一-鿿])[百千万]円)未満(?:の|に)?端数[^。\n]*切り?捨て[^。\n]*。?"
)
_AMOUNT_OF_AID = re.compile(r"補助|助成|交付|支給|給付|支援")
_OF_A_FEE = re.compile(r"使用料|利用料|手数料|料金|税")
# 「10アール当たり36万円」: a ceiling for so many of a thing.
_PER = re.compile(
    rf"(?<![0-9.,])(?P<count>[0-9][0-9,]*)\s?(?P<unit>{UNIT})(?:当たり|あたり|につき|ごとに)(?:を|は|、)?(?:上限|最大)?$"
)


def answer_from_rates(question: Question, library: Library) -> Draft | None:
    """The aid for the cost a question names, with its calculation; ``None`` where it names none, or no one rate is its case's."""
    spent = _cost(question)
    if spent is None:
        return None
    terms = terms_asked(question, library)
    rates = of_named_case([fact for fact in terms if fact.aspect == "rate"], question)
    if not rates or len({(fact.path, fact.program, fact.value) for fact in rates}) != 1:
        return None
    rate = rates[0]
    share = _share(rate)
    if share is None or _is_denied(rate, question) or _WITH_ADDITION.search(fold(question.search_text)):
        return None
    ceilings = _of_entry(_ceilings(rate, terms), question)
    if len({(fact.amount_yen, _per(fact)) for fact in ceilings}) > 1:
        return None
    limit = _limit(ceilings[0], question) if ceilings else None
    if ceilings and limit is None:
        return None  # a ceiling for so many of something that the question does not count
    exact = spent.yen * share
    of = f"{rate.subject}は" if rate.subject else ""
    written = f"{normalize(rate.printed).text.strip()}{rate.qualifier or ''}"
    cut = _cut(rate.path, library) if exact.denominator != 1 or exact % _SMALLEST_CUT else None
    cut = cut if cut is not None and exact % cut[1] else None
    about = "" if exact.denominator == 1 else "約"
    value = int(exact + Fraction(1, 2))
    shown = f"{of}{figures.yen(spent.yen)} × {written} = {about}{figures.yen(value)}"
    given = [spent.printed]
    places = tuple(dict.fromkeys(map(place_of_fact, (rate, *ceilings[:1]))))
    if limit is not None and limit.yen < exact:
        aid = figures.yen(int(limit.yen))
        said = f"{aid}です。{shown}となりますが、上限額は{limit.shown}です。"
        given += limit.given
        cut = None
    elif cut is not None:
        place, unit = cut
        rounded = int(exact) // unit * unit
        aid = figures.yen(rounded)
        said = f"{aid}です（{shown}、{_written_unit(place)}未満切捨て → {aid}）。"
        places = (*places, place)
    else:
        aid = f"{about}{figures.yen(value)}"
        said = f"{aid}です（{shown}）。"
    statements = [Statement(said, places, computed=True, given=tuple(given))]
    if cut is not None:
        statements.append(Statement(cut[0].quote.strip(), (cut[0],)))
    facts = (rate, *ceilings[:1])
    return Draft(
        "answered", tuple(statements), aid, assumptions=question.assumptions, confidence="medium",
        facts=tuple((fact, place_of_fact(fact)) for fact in facts),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Limit:
    """A ceiling in yen, how it is shown, and what of the question it is worked out with."""

    yen: Fraction
    shown: str
    given: tuple[str, ...] = ()


def _per(ceiling: Fact) -> tuple[Fraction, str] | None:
    """For how many of what a ceiling is, as its line says right before it."""
    before = normalize(ceiling.quote).text.partition(normalize(ceiling.printed).text.strip())[0]
    match = _PER.search(before)
    count = int(match["count"].replace(",", "")) if match else 0
    return (Fraction(count), unit_of(match["unit"])) if match and count else None


def _limit(ceiling: Fact, question: Question) -> _Limit | None:
    """The ceiling for what the question counts; ``None`` where it is one for so many of a thing, and the question counts none, or several."""
    yen, printed = Fraction(ceiling.amount_yen or 0), normalize(ceiling.printed).text.strip()
    per = _per(ceiling)
    if per is None:
        return _Limit(yen, printed)
    number, unit = per
    found = [count for count in counts(normalize(question.search_text).text) if count.unit == unit]
    if len(found) != 1:
        return _Limit(yen, printed) if unit in _ONE_MEANT and number == 1 and not found else None
    whole = yen * found[0].number / number
    by = "" if number == 1 else f" ÷ {number}{unit}"
    value = figures.yen(int(whole))
    shown = f"{value}（{number}{unit}当たり{printed} × {found[0].printed}{by} = {value}）"
    return _Limit(whole, shown, (found[0].printed, re.sub(r"[^0-9.,]", "", found[0].printed)))


def terms_asked(question: Question, library: Library) -> list[Fact]:
    """The terms of the programme that a question names, of the row of a list, or of the one that is told of nearest."""
    return (
        of_programmes(library.eligibility, question, library)
        or _of_row_named(question, library)
        or _told_nearest(question, library)
    )


def _cost(question: Question) -> AmountMention | None:
    """The one amount that a question says is spent, where it asks how much of it is paid."""
    text = normalize(question.search_text).text
    if question.is_check or question.asks != "money" or not _OF_AID.search(text):
        return None
    return cost(text)


def _is_denied(rate: Fact, question: Question) -> bool:
    """Whether the question says that its case is not the one of a rate: 「急傾斜地区ではなく」."""
    asked, subject = fold(question.search_text), fold(rate.subject or "")
    said = next((subject[:end] for end in range(len(subject), _SHORTEST_SAID - 1, -1) if subject[:end] in asked), "")
    return bool(said) and all(_DENIED.match(part) for part in asked.split(said)[1:])


def _share(rate: Fact) -> Fraction | None:
    try:
        share = Fraction(rate.value or "")
    except (ValueError, ZeroDivisionError):
        return None
    return share if 0 < share <= 1 else None


def _ceilings(rate: Fact, terms: Sequence[Fact]) -> list[Fact]:
    """The ceilings of a rate's own case, else those of its line or of the whole programme."""
    own = [fact for fact in terms if fact.aspect == "ceiling" and fact.amount_yen and fact.program == rate.program]
    of_case = [fact for fact in own if fact.subject == rate.subject]
    return of_case or [fact for fact in own if (fact.start, fact.end) == (rate.start, rate.end) or fact.subject is None]


def _told_nearest(question: Question, library: Library) -> list[Fact]:
    """The terms of the one programme whose lines and headings say far more of the question than any other's."""
    asked = words_of(question.search_text)
    told: dict[tuple[str, str | None], set[str]] = {}
    for fact in library.eligibility:
        if fact.aspect in {"rate", "ceiling"}:
            own = told.setdefault((fact.path, fact.program), set())
            own |= asked & words_of(" ".join((fact.program or "", fact.quote, *fact.section)))
    scores = {place: sum(map(informativeness, words)) for place, words in told.items()}
    best = max(scores, key=scores.__getitem__, default=None)
    if best is None or scores[best] < _ENOUGH:
        return []
    if any(score > _NEXT_BEST * scores[best] for place, score in scores.items() if place != best):
        return []
    return [fact for fact in library.eligibility if (fact.path, fact.program) == best]


def _of_entry(ceilings: Sequence[Fact], question: Question) -> list[Fact]:
    """The ceilings whose name, right before the amount, the question says: 「上限は住宅が100万円、交流拠点が300万円」; all where none is."""
    asked = fold(question.search_text)
    named = []
    for fact in ceilings:
        before = normalize(fact.quote).text.partition(normalize(fact.printed).text.strip())[0]
        name = _NAME_BEFORE.search(before)
        if name is not None and fold(name["name"]) in asked:
            named.append(fact)
    return named or list(ceilings)


def _of_row_named(question: Question, library: Library) -> list[Fact]:
    """The terms of the one row of a list of programmes whose name the question says."""
    asked = fold(question.search_text)
    named = [
        fact
        for fact in library.eligibility
        if fact.aspect in {"rate", "ceiling"} and fact.subject and len(fact.subject) > 2 and fold(fact.subject) in asked
    ]
    longest = max((len(fact.subject or "") for fact in named), default=0)
    own = [fact for fact in named if len(fact.subject or "") == longest]
    return own if len({(fact.path, fact.program, fact.subject) for fact in own}) == 1 else []


def _cut(path: str, library: Library) -> tuple[Evidence, int] | None:
    """The sentence of a document that says how odd aid is rounded down, and the yen to which; ``None`` where several say it otherwise."""
    rules = [rule for rule in _CUT.finditer(library.document(path).text) if not _OF_A_FEE.search(rule[0])]
    of_aid = [rule for rule in rules if _AMOUNT_OF_AID.search(rule[0])] or rules
    match = of_aid[0] if len({normalize(rule["unit"]).text for rule in of_aid}) == 1 else None
    if match is None:
        return None
    unit = normalize(match["unit"]).text
    yen = _WORDS_OF_UNITS.get(unit) or next((own.yen for own in find_amounts(unit)), 0)
    return (Evidence(path, *match.span(), match[0]), yen) if yen else None


def _written_unit(place: Evidence) -> str:
    match = _CUT.search(f"。{place.quote}")
    return normalize(match["unit"]).text if match else ""
