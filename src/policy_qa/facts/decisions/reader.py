"""Decisions: what was decided, by whom, in which form, when, how far it got, and on what it rests.

Owns the walk over a document and the ways decisions are written: a bracket behind a name, a verb, a line with a day in front, a history line
of a text, the head of a document. Invariant: form and day are printed in the quote; what the sentence leaves open stays open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_qa.facts.decisions.agenda import agenda_facts
from policy_qa.facts.decisions.clauses import clause_facts
from policy_qa.facts.decisions.forms import DEED
from policy_qa.facts.decisions.lines import HEAD_BLOCKS, Lines
from policy_qa.facts.decisions.names import law_before, own_title
from policy_qa.facts.decisions.sentences import Memory, sentence_facts
from policy_qa.facts.decisions.writing import Place, Told, fact_of
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.glances import Glanced
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.types import Block, Document, Fact, Span

_DIGIT = "0-9０-９元〇一二三四五六七八九十"
# A day, month or year; the year of a law's number is none, laws being cited without end.
_DATED = Glanced(
    r"[年月]|[RrＲ][0-9０-９]|20[0-9]{2}[/.]",
    rf"(?:明治|大正|昭和|平成|令和)[ 　]?[{_DIGIT} 　]{{1,5}}年(?![一-鿿・ ]{{0,12}}?(?:法律|政令|[府省]令|勅令|規則)第)"
    rf"|[12１２二][0-9０-９〇一二三四五六七八九]{{3}}[ 　]?年|[{_DIGIT}][ 　]?月[ 　]?(?:[{_DIGIT}]{{1,3}}[ 　]?日|[上中下]旬)|[{_DIGIT}][ 　]?年度|[来本今昨同]年"
    r"|[RrＲ][0-9０-９]{1,2}[.．]|20[0-9]{2}[/.][0-9]",
)
_DEED = re.compile(rf"{DEED}|決め|効力を失|告\s*示|(?:条例|規則|訓令|法律|令)第|号）")
_UNDATED = re.compile(r"閣議|[議会部臣官事長]決定|了承|可決|承認|答申")
_BASED = Glanced(
    "に基づ",
    r"(?:本|この|計画|要綱|事業|制度|交付金|補助金|戦略|方針|」)(?:[一-鿿]{0,8}|[（(][^（）()\n]{0,40}[）)])(?:は|とは)、?[^。\n]{2,90}に基づ[くき]",
)
_LAW = re.compile(
    r"(?P<open>[（(])(?P<day>(?:明治|大正|昭和|平成|令和)[ 　]?[0-9０-９元一二三四五六七八九十]{1,3}[ 　]?年)(?:[0-9０-９一二三四五六七八九十]{1,3}月[0-9０-９一二三四五六七八九十]{1,3}日)?"
    r"[ 　]?(?P<form>(?:法律|政令|勅令)第[ 　]?[0-9０-９一二三四五六七八九十百]+[ 　]?号(?:の[0-9０-９一二三四五六七八九十]+)?)(?=[）)。、・，;])"
)
_BEFORE_LAW = 72


def decision_facts(document: Document) -> Iterator[Fact]:
    """The decisions of a document in the order they stand, each the first time it is stated in the same way."""
    seen: set[tuple[object, ...]] = set()
    for fact in _all_facts(document):
        same = (fact.subject, fact.body, fact.form, fact.date, fact.fiscal_year, fact.status, fact.qualifier)
        if same not in seen:
            seen.add(same)
            yield fact


def _all_facts(document: Document) -> Iterator[Fact]:
    text = document.text
    lines = Lines(document)
    title = own_title(document.metadata.title)
    for number, block in enumerate(document.blocks):
        start, end = block.span.start, block.span.end
        if text.find("号", start, end) >= 0:
            yield from _laws(document, block)
        dated = number < HEAD_BLOCKS or _DATED.search(text, start, end)
        if (dated or _UNDATED.search(text, start, end)) and _DEED.search(text, start, end):
            yield from _unit_facts(document, number, lines, title)
        elif _BASED.search(text, start, end):
            yield from _sentences(document, block, title)
        if block.kind not in {"table", "heading"}:
            yield from clause_facts(document, block)
    yield from agenda_facts(document)


def _laws(document: Document, block: Block) -> Iterator[Fact]:
    """Laws cited with their number: 「○○法（平成26年法律第136号）」."""
    text = document.text
    for match in _LAW.finditer(text, block.span.start, block.span.end):
        before = normalize(text[max(block.span.start, match.start() - _BEFORE_LAW) : match.start()]).text
        name = law_before(before)
        times = find_times(match["day"])
        if name is None or not times:
            continue
        form = normalize(match["form"]).text.replace(" ", "")
        start = max(block.span.start, match.start() - _BEFORE_LAW)
        start = _place_of(text, name, start, match.start())
        told = Told(name, None, form, "decided", times[0].first.isoformat()[:4], None, match[0].strip("（()）"))
        yield fact_of(Place(document, block, Span(start, match.end() + (text[match.end()] in "）)"))), told)


def _place_of(text: str, name: str, start: int, end: int) -> int:
    """Where a name begins in the original text before ``end``, as long as its letters are the same; else ``start``."""
    found = text.rfind(name[:4], start, end)
    return found if found >= 0 else start


def _unit_facts(document: Document, number: int, lines: Lines, title: str | None) -> Iterator[Fact]:
    block = document.blocks[number]
    from_lines = list(lines.facts(number))
    taken = [Span(fact.start, fact.end) for fact in from_lines]
    yield from from_lines
    if block.kind == "table" and "|" in block.span.of(document.text):
        return
    for fact in _sentences(document, block, title):
        if not any(span.start <= fact.start < span.end for span in taken):
            yield fact


def _sentences(document: Document, block: Block, title: str | None) -> Iterator[Fact]:
    memory = Memory()
    for span in sentences(document.text, block.span.start, block.span.end):
        quote = span.of(document.text)
        dated = _DATED.search(quote) or _UNDATED.search(quote)
        if (dated and _DEED.search(quote)) or _BASED.search(quote):
            place = Place(document, block, span)
            yield from sentence_facts(place, title, memory)
