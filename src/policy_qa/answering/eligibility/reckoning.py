"""What aid a cost gives: 「300万円の工事で補助金はいくら」 out of the rate and the ceiling of the programme's case.

Owns that calculation. Invariant: the rate is the only one of the case that is asked, its ceiling and the rounding are those the document states;
the result is shown with the calculation, and cut at the ceiling.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Evidence, Statement, place_of_fact
from policy_qa.answering.eligibility.owners import of_programmes, words_of
from policy_qa.answering.eligibility.terms import of_named_case
from policy_qa.answering.library import Library
from policy_qa.japanese.amounts import AmountMention, find_amounts
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import informativeness
from policy_qa.types import Fact

_NAME_BEFORE = re.compile(r"(?P<name>[一-鿿々ァ-ヴーA-Za-z0-9]{2,20})(?:が|は|で|：|:|\s)*(?:最大|上限)?$")
_ENOUGH = 9.0
_NEXT_BEST = 0.7
# An amount that is spent: 「300万円かかる工事」, 「40万円の冷蔵庫を買う」, 「費用が80万円のとき」.
_SPENT_BEHIND = re.compile(
    r"(?:ほど|くらい|ぐらい|程度)?(?:が|を|も)?(?:かか|掛か|かけ|使[うっ]|払|支払|支出)"
    r"|(?:ほど|くらい|ぐらい|程度)?の[^、。0-9円]{1,20}(?:を|に|で|の(?:場合|とき))|(?:ほど|くらい|ぐらい)?(?:だと|なら|の場合|のとき|だったら|で)"
)
_SPENT_BEFORE = re.compile(
    r"(?:費用?|経費|代金?|工事|価格|購入額|総額|見積(?:額|もり)?)(?:が|は|に|で|の合計が|の総額が)?(?:合計|総額|約)?$"
)
_OF_AID = re.compile(r"補助|助成|もら[えう]|支給|交付|戻|給付|受け取|支援|出(?:ます|る)")
_CUT = re.compile(r"(?<=[。\n])[^。\n]*[0-9０-９][0-9０-９,，]*(?:万|千)?円未満の?端数[^。\n]*切り?捨て[^。\n]*。?")


def answer_from_rates(question: Question, library: Library) -> Draft | None:
    """The aid for the cost a question names, with its calculation; ``None`` where it names none, or no one rate is its case's."""
    cost = _cost(question)
    if cost is None:
        return None
    terms = of_programmes(library.eligibility, question, library) or _told_nearest(question, library)
    rates = of_named_case([fact for fact in terms if fact.aspect == "rate"], question)
    if not rates or len({(fact.path, fact.program, fact.value) for fact in rates}) != 1:
        return None
    rate = rates[0]
    share = _share(rate)
    if share is None:
        return None
    ceilings = _of_entry(_ceilings(rate, terms), question)
    if len({fact.amount_yen for fact in ceilings}) > 1:
        return None
    exact = cost.yen * share
    of = f"{rate.subject}は" if rate.subject else ""
    about = "" if exact.denominator == 1 else "約"
    aid = f"{about}{figures.yen(int(exact + Fraction(1, 2)))}"
    shown = f"{of}{figures.yen(cost.yen)} × {normalize(rate.printed).text.strip()}{rate.qualifier or ''} = {aid}"
    facts = [rate, *ceilings[:1]]
    most = ceilings[0].amount_yen if ceilings else None
    if most is not None and most < exact:
        aid = figures.yen(most)
        said = f"{aid}です。{shown}ですが、上限額は{normalize(ceilings[0].printed).text.strip()}です。"
    else:
        said = f"{aid}です（{shown}）。"
    places = tuple(dict.fromkeys(map(place_of_fact, facts)))
    statements = [Statement(said, places, computed=True, given=(cost.printed,))]
    cut = _cut(rate.path, library) if about and aid.startswith(about) else None
    if cut is not None:
        statements.append(Statement(cut.quote.strip(), (cut,)))
    return Draft(
        "answered", tuple(statements), aid, assumptions=question.assumptions, confidence="medium",
        facts=tuple((fact, place_of_fact(fact)) for fact in facts),
    )  # fmt: skip


def _cost(question: Question) -> AmountMention | None:
    """The one amount that a question says is spent, where it asks how much of it is paid."""
    text = normalize(question.search_text).text
    if question.is_check or question.asks != "money" or not _OF_AID.search(text):
        return None
    found = find_amounts(text)
    if len(found) != 1 or found[0].yen_to is not None or found[0].qualifier not in {None, "約"}:
        return None
    amount = found[0]
    if not (_SPENT_BEHIND.match(text, amount.end) or _SPENT_BEFORE.search(text, 0, amount.start)):
        return None
    return amount


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


def _cut(path: str, library: Library) -> Evidence | None:
    """The sentence of a document that says how an odd amount is rounded."""
    match = _CUT.search(library.document(path).text)
    return Evidence(path, *match.span(), match[0]) if match else None
