"""A budget fact as a sentence with the places it rests on.

Owns the wording of one figure. Invariant: the evidence holds the line that prints the figure and, where that line does not name them,
the headings that give it its programme and its year, and the caption that gives a table its unit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from policy_qa.answering.budgets import figures
from policy_qa.answering.budgets.subjects import is_overall
from policy_qa.answering.draft import Evidence, Statement, place_of_fact
from policy_qa.answering.library import Library
from policy_qa.facts.budgets.names import PARTS, WHOLE_COST
from policy_qa.facts.budgets.totals import mismatches
from policy_qa.facts.programs.names import clean_name
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.tables import UNIT_CAPTION, line_spans, table_of
from policy_qa.types import Document, Fact

_COUNT_ASKED = re.compile(r"何(?P<unit>件|人|名|台|基|戸|棟|か所|校|本|枚|団体|社|世帯|地区|回)")
_SHOWN = {"翌年度への繰越額": "繰越額"}
_NOT_YET_A_NOUN = {"補正前", "補正後"}


def statement_of(fact: Fact, library: Library) -> Statement:
    """One figure as a sentence with its evidence."""
    label = label_of(fact)
    if fact.amount_yen is None:
        meaning = "計上なし" if len(figures.amount(fact)) == 1 else "金額の記載なし"
        text = f"{label}は資料では「{figures.amount(fact)}」（{meaning}）です。"
    else:
        text = f"{label}は{figures.amount(fact)}です。"
    return Statement(text, evidence_of(fact, library))


def counts_beside(question: Question, facts: Sequence[Fact], library: Library) -> tuple[Statement, ...]:
    """The lines of figures that also print a count which is asked for: 「600台・90,000千円」 for 「いくら、何台分」."""
    asked = _COUNT_ASKED.search(normalize(question.text).text)
    if asked is None or question.is_check:
        return ()
    count = re.compile(rf"[0-9][0-9,]*{re.escape(asked['unit'])}")
    return tuple(
        Statement(f"資料の記載：{' '.join(fact.quote.split()).lstrip('-・○# ')}。", evidence_of(fact, library)[:1])
        for fact in facts
        if count.search(normalize(fact.quote).text)
    )


def label_of(fact: Fact) -> str:
    """「令和8年度当初予算（案）の地域○○交付金」; a total without a name is 「令和7年度補正予算の総額」."""
    if fact.qualifier in PARTS and fact.parent:
        return f"{figures.period(fact)}の{clean_name(fact.parent)}のうち{clean_name(fact.program or '')}"
    if figures.kind(fact):
        return f"{figures.fiscal_year(fact.fiscal_year or 0)}の{clean_name(fact.program or '合計')}の{_SHOWN.get(fact.qualifier or '', fact.qualifier)}{'の額' if fact.qualifier in _NOT_YET_A_NOUN else ''}"
    if fact.program is None:
        return f"{figures.period(fact)}の{'計' if not is_overall(fact) else '総額'}"
    if fact.qualifier == WHOLE_COST:
        return f"{figures.period(fact)}の{clean_name(fact.program)}（事業費）"
    if fact.is_total and not re.search(r"予算|計|総額|全体", fact.program):
        return f"{figures.period(fact)}の総額（{clean_name(fact.program)}）"
    return f"{figures.period(fact)}の{clean_name(fact.program)}"


def mismatch_notes(facts: Sequence[Fact], library: Library) -> tuple[str, ...]:
    """What has to be said of totals among the facts that their printed parts do not add up to."""
    notes = []
    for total in facts:
        if total.is_total and total.amount_yen is not None:
            others = [fact for fact in library.budgets if fact.path == total.path]
            for found in mismatches(others, only=total):
                notes.append(
                    f"資料の{label_of(total)} {figures.amount(total)}は、内訳{len(found.parts)}件の和 {figures.yen(found.sum_yen)}と一致しません"
                )
    return tuple(dict.fromkeys(notes))


def evidence_of(fact: Fact, library: Library) -> tuple[Evidence, ...]:
    """The line that states the figure, then the headings that give it its programme and its year where the line does not."""
    document = library.document(fact.path)
    line = place_of_fact(fact)
    quote = fold(fact.quote)
    above: list[Evidence] = []
    if fact.program and key(fact.program) not in quote:
        above += _line_above(fact, document, _names(key(fact.program)))
    if fact.fiscal_year is not None and not figures.names_year(fact.quote, fact.fiscal_year):
        year = fact.fiscal_year
        above += _header_over(fact, document, year) or _line_above(
            fact, document, lambda text: figures.names_year(text, year)
        )
    if fact.amount_yen is not None and "円" not in fact.quote:
        above += _unit_caption(fact, document)
    if fact.qualifier in PARTS and fact.parent and key(fact.parent) not in quote:
        above += _whole_line(fact, library)
        if not any(key(fact.parent) in fold(place.quote) for place in above):
            above += _line_above(fact, document, _names(key(fact.parent)))
    return (line, *dict.fromkeys(above))


def _names(program: str) -> Callable[[str], bool]:
    return lambda text: program in fold(text)


def _header_over(fact: Fact, document: Document, year: int) -> list[Evidence]:
    """The header of the table that a figure stands in, where it names the year."""
    for block in document.blocks:
        if block.kind == "table" and block.span.start <= fact.start < block.span.end:
            table = table_of(document.text, block.span)
            quote = table.header.of(document.text) if table and table.header else ""
            if table and table.header and figures.names_year(quote, year):
                place = (table.header.start, table.header.end)
                return [Evidence(fact.path, *place, quote, block.heading_path, block.page)]
    return []


def _line_above(fact: Fact, document: Document, is_wanted: Callable[[str], bool]) -> list[Evidence]:
    """The nearest heading above a figure that says what is wanted, or else the nearest line."""
    above = [block for block in document.blocks if block.span.start < fact.start]
    headings = [block for block in above if block.kind == "heading" and is_wanted(block.span.of(document.text))]
    if headings:
        block = headings[-1]
        title = block.span.of(document.text)
        return [Evidence(fact.path, block.span.start, block.span.end, title, block.heading_path, block.page)]
    for block in reversed(above):
        for line in reversed(list(line_spans(document.text, block.span))):
            quote = line.of(document.text)
            if line.end <= fact.start and is_wanted(quote):
                return [Evidence(fact.path, line.start, line.end, quote, block.heading_path, block.page)]
    return []


def _whole_line(part: Fact, library: Library) -> list[Evidence]:
    """The line above that states the whole which a part is a part of."""
    wanted = key(part.parent or "")
    lines = [
        fact
        for fact in library.budgets
        if fact.path == part.path and fact.start < part.start and key(fact.program or "") == wanted
    ]
    if not lines:
        return []
    last = max(lines, key=lambda fact: fact.start)
    return [place_of_fact(last)]


def _unit_caption(fact: Fact, document: Document) -> list[Evidence]:
    """The caption that gives a table's figures their unit: the last one before the figure (単位：百万円)."""
    captions = list(UNIT_CAPTION.finditer(document.text, 0, fact.start))
    return [Evidence(fact.path, *captions[-1].span(), captions[-1][0], fact.section)] if captions else []
