"""Budget facts: programme × fiscal year × stage × amount.

Owns the walk over a document: what stands around each line, and which reader a block belongs to. Invariant: a figure becomes a fact only
when its fiscal year and stage are written in the line, its table header or a heading above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations
from typing import Generic, TypeVar

from policy_qa.facts.budgets.grid import header_alone, stands_under
from policy_qa.facts.budgets.lines import Surroundings, line_facts, owner_before
from policy_qa.facts.budgets.names import PARTS, owner_of
from policy_qa.facts.budgets.periods import Period, bracket_remarks, period_of, period_of_headings
from policy_qa.facts.budgets.rows import with_groups
from policy_qa.facts.budgets.sources import said_sources
from policy_qa.facts.budgets.tables import table_facts
from policy_qa.facts.programs.names import clean_name, program_of_title
from policy_qa.japanese.amounts import find_amounts, find_unit
from policy_qa.japanese.glances import Glanced
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.tables import is_piped, line_spans
from policy_qa.types import Block, Document, Fact, Span

_Said = TypeVar("_Said")

_CAPTION = re.compile(r"単位|ない限り|[（(〔\[][^（()）\n]{0,4}円[）)〕\]]")
# What a line without 円 must have to be worth reading: a request without an amount, or a dash behind a label.
_WITHOUT_YEN = Glanced(
    r"事項要求|[:：][\s　]*[-－―–ー‐]", r"事項要求|[額予初正算度][:：][\s　]*[-－―–ー‐](?![0-9０-９])"
)
_FIELD = re.compile(
    r"^[\s　|]*(?:[（(]?[0-9０-９]+[)）.．]?[\s　]*)?(?:事務事業名|事業の?名称?|事業名称?|補助金の?名称?)[\s　]*[:：|][\s　]*(?P<name>[^|\n]{3,60})(?=\||$)",
    re.MULTILINE,
)
_LISTED_FIGURE = re.compile(
    r"[^0-9０-９\n]*[^\n]*?[　 ]{2,}[▲△]?[0-9０-９][0-9０-９,，.．]*[兆億万千百]*円(?:[ 　]*[（(＜<〔\[【][^\n]*)?[ 　]*"
)
_COVER = re.compile(r"年度.{0,24}(?:予算|要求|決算)")
_NUMBERED = re.compile(r"[#\s　]*(?:第?[0-9０-９一二三四五六七八九十]+[\s　.．、章節]|[Ⅰ-Ⅹ])")
_NO_COVER = re.compile(r"円|。|[0-9０-９][,，][0-9０-９]|単位|内は")
_SENTENCE = re.compile(r"[^\s。][^。]*。?")
_COMMITMENTS = re.compile(r"債務負担行為|継続費|地方債の(?:補正|限度額)|一時借入金")
_CARRIED_OVER = re.compile(r"繰越明許費|繰越事業|事故繰越")
_GAP = re.compile(r"\S[ 　]{2,}\S")
_FULL_LINE = 30
_IN_MIDDLE = re.compile(r"^(?!.*\S[ 　]{3,}\S).*[ぁ-んァ-ヴー一-鿿々0-9０-９、，]$")
_LINE = 240
_TOP = 400
_LONGEST_SENTENCE = 800
_COVER_BLOCKS = 5
_COVER_LENGTH = 50
_BROKEN_FIGURE = re.compile(r"[0-9０-９,，.．]$")
_ENDS_IN_FIGURE = re.compile(r"[0-9０-９兆億万千百][\s　]*円$")
_COMPARED_BELOW = re.compile(
    r"[\s　]*[（(＜<][^（(）)＜<＞>\n]*(?:年度|[RＲ][0-9０-９]+)[^（(）)＜<＞>\n]*[0-9０-９][^（(）)＜<＞>\n]*円"
)
# 「○○交付金　1,450百万円（1,600百万円）」
_WITH_BRACKET = re.compile(
    r"(?P<own>[0-9][0-9,.]*[兆億万千百]*円)\s*[(]\s*(?P<before>[0-9][0-9,.]*[兆億万千百]*円)\s*[)]"
)
# Where that may be, at a glance at the text as it stands; any sign may stand between that the normal form leaves out.
_BRACKET_BEHIND = re.compile(r"円\W*[(（﹙︵]\W*\d")
_UNIT_GOES_ON = re.compile(r"[\s　]*[兆億万千百]*円")
_UNFINISHED = re.compile(
    r"(?:の|ための|に係る|に関する|に資する|に向けた|を通じた|による|における|・|及び|並びに|又は|と|等|型|への)[\s　]*$"
)


def budget_facts(document: Document) -> Iterator[Fact]:
    """The budget figures of a document in the order they stand; a programme printed twice (再掲) comes twice."""
    if "円" in document.text:
        remarks = bracket_remarks(document)
        facts = _read(document, remarks)
        if not any(opening == "(" for _, opening, _ in remarks) and _shows_year_before(document, facts):
            facts = _read(document, [*remarks, (0, "(", Period())])
        yield from with_groups(facts)


def _read(document: Document, remarks: Sequence[tuple[int, str, Period]]) -> list[Fact]:
    facts: list[Fact] = []
    for fact in _facts(document, facts, remarks):
        kind = _kind_of_list(fact)
        if kind != "":
            facts.append(replace(fact, stage="other", qualifier=kind) if kind else fact)
    return facts


def _shows_year_before(document: Document, facts: Sequence[Fact]) -> bool:
    """Whether bare brackets behind figures hold those of the year before, as a table of the document gives them for the same programme."""
    if not _BRACKET_BEHIND.search(document.text):
        return False
    pairs = {(match["own"], match["before"]) for match in _WITH_BRACKET.finditer(normalize(document.text).text)}
    if not pairs:
        return False
    sums = {tuple(amount.yen for written in pair for amount in find_amounts(written)) for pair in pairs}
    in_rows: dict[int, list[Fact]] = {}
    for fact in facts:
        if fact.amount_yen is not None and fact.program:
            in_rows.setdefault(fact.start, []).append(fact)
    return any(
        (own.amount_yen, before.amount_yen) in sums
        for row in in_rows.values()
        for own, before in permutations(row, 2)
        if own.program == before.program and (own.fiscal_year or 0) - 1 == before.fiscal_year
    )


def _kind_of_list(fact: Fact) -> str | None:
    """The kind of figure that the heading over a list gives to its lines: 繰越明許費; "" for commitments, which are no budget."""
    title = fact.section[-1] if fact.section else ""
    if _COMMITMENTS.search(title):
        return ""
    return "翌年度への繰越額" if _CARRIED_OVER.search(title) and fact.qualifier not in PARTS else None


def is_list_of_figures(text: str, block: Block) -> bool:
    """Whether what is set as a table is a list: each line a name and, after a gap, its amount with its unit."""
    lines = [span.of(text) for span in line_spans(text, block.span)]
    return not is_piped(text, block.span) and all(_LISTED_FIGURE.fullmatch(line) for line in lines)


def _facts(document: Document, before: Sequence[Fact], remarks: Sequence[tuple[int, str, Period]]) -> Iterator[Fact]:
    """The facts of a document; ``before`` are those that were read already, ``remarks`` say what bare brackets hold."""
    text = document.text
    units = _UnderHeadings[int]()
    of_title = program_of_title(document.metadata.title) or _of_form(document)
    programs = _UnderHeadings[str]()
    periods: dict[tuple[str, ...], Period] = {}
    cover = tuple(_cover(document))
    main: Fact | None = None
    header: Span | None = None
    for block in document.blocks:
        own = block.span.of(text)
        header = _header_over(text, block, header)
        caption = find_unit(own) if "円" in own and _CAPTION.search(own) else None
        unit = units.at(block, caption)
        own_program = programs.at(block, _named_in_field(own)) or of_title
        if not (unit or "円" in own or _WITHOUT_YEN.search(own)):
            continue
        if block.heading_path not in periods:
            titles = (document.metadata.title, *cover, *block.heading_path)
            period = period_of_headings(titles, document.metadata.date)
            # A document about one programme is about its own year: 令和９年度 ○○事業 公募要領
            own_year = period_of(document.metadata.title, None).year if of_title else None
            periods[block.heading_path] = period.filled_from(Period(own_year))
        headings = periods[block.heading_path]
        remark = _nearest(remarks, block.span.start)
        in_group = header is not None and block.kind != "heading" and stands_under(text, block.span, header)
        if block.kind == "table" or in_group:
            owner = owner_before(main, block) or owner_of(block, own_program)[0]
            if not is_list_of_figures(text, block):
                over = header if in_group else None
                yield from table_facts(document, block, headings, unit, owner, remark.get("("), over)
                continue
        yield from said_sources(document, block, unit, before)
        earlier: list[Span] = []
        for span in _pieces(text, block):
            line = span.of(text)
            if "円" in line or unit or _WITHOUT_YEN.search(line):
                around = Surroundings(document, block, headings, own_program, remark, tuple(earlier), main, unit)
                for fact in line_facts(span, around):
                    if fact.qualifier not in PARTS and (main is None or fact.start != main.start):
                        main = fact
                    yield fact
            earlier.append(span)


def _header_over(text: str, block: Block, before: Span | None) -> Span | None:
    """The line that names the columns of rows set below the headings of their groups; anything but such rows and captions ends it."""
    if block.kind == "heading":
        return before
    if block.kind == "paragraph" and _GAP.search(own := block.span.of(text)) and "\n" not in own.strip():
        found = header_alone(text, block.span)
        if found is not None:
            return found
    is_caption = len(block.span) <= _COVER_LENGTH and "。" not in block.span.of(text)
    return before if before is not None and (is_caption or stands_under(text, block.span, before)) else None


def _cover(document: Document) -> Iterator[str]:
    """Lines at the top of a document that say of which year's budget it is, where they are no headings."""
    for block in document.blocks[:_COVER_BLOCKS]:
        if block.kind == "heading" and _NUMBERED.match(block.span.of(document.text)):
            return  # the first part begins: what its heading says holds for that part only
        for line in block.span.of(document.text).split("\n") if block.kind != "table" else ():
            if len(line) <= _COVER_LENGTH and _COVER.search(line) and not _NO_COVER.search(line):
                yield normalize(line).text


class _UnderHeadings(Generic[_Said]):
    """What was said last, for everything under the headings it stands under: the unit of a caption, the programme a form names."""

    def __init__(self) -> None:
        self._scope: tuple[str, ...] = ()
        self._said: _Said | None = None

    def at(self, block: Block, said: _Said | None) -> _Said | None:
        """What is in force at a block, which may say it itself."""
        if said is not None:
            self._scope, self._said = block.heading_path, said
        elif block.heading_path[: len(self._scope)] != self._scope:
            self._said = None
        return self._said


def _named_in_field(text: str) -> str | None:
    """The programme that a form names in a field of its own: 「事業名：○○」."""
    field = _FIELD.search(text) if "名" in text else None
    return clean_name(field["name"]) if field else None


def _of_form(document: Document) -> str | None:
    """The programme that a form is about as a whole: the only one that it names in a field, at its top."""
    named = [clean_name(field["name"]) for field in _FIELD.finditer(document.text)] if "名" in document.text else []
    is_at_top = bool(named) and bool(_FIELD.search(document.text[:_TOP]))
    return named[0] if len(named) == 1 and is_at_top else None


def _pieces(text: str, block: Block) -> Iterator[Span]:
    """The lines of a block; the sentences of a line that is a whole paragraph. What is longer than any sentence is no budget line."""
    if block.kind != "table" and _is_running_text(text, block):
        for span in sentences(text, block.span.start, block.span.end):
            if len(span) <= _LONGEST_SENTENCE:
                yield span
        return
    for span in _figure_lines(text, block):
        if len(span) <= _LINE:
            yield span
            continue
        for sentence in _SENTENCE.finditer(text, span.start, span.end):
            if sentence.end() - sentence.start() <= _LONGEST_SENTENCE:
                yield Span(*sentence.span())


def _is_running_text(text: str, block: Block) -> bool:
    """Whether the lines of a block are one text that the page broke where they were full: sentences that go over their ends."""
    lines = [span.of(text).rstrip() for span in line_spans(text, block.span)]
    above = [line.strip() for line in lines[:-1]]
    is_full = all(len(line) >= _FULL_LINE and (_IN_MIDDLE.search(line) or line.endswith("。")) for line in above)
    return is_full and any(map(_IN_MIDDLE.search, above)) and "。" in block.span.of(text)


def _figure_lines(text: str, block: Block) -> Iterator[Span]:
    """The lines of a block, those put together that a line break cuts: in a figure, in an item's name, before what a figure is compared with."""
    pending: Span | None = None
    for span in line_spans(text, block.span):
        if pending is not None:
            before, line = pending.of(text).rstrip(), span.of(text)
            broken = _BROKEN_FIGURE.search(before) and _UNIT_GOES_ON.match(line)
            unfinished = block.kind == "item" and "円" not in before and _UNFINISHED.search(before) and "円" in line
            compared = _ENDS_IN_FIGURE.search(before) and _COMPARED_BELOW.match(line)
            if broken or unfinished or compared:
                pending = Span(pending.start, span.end)
                continue
            yield pending
        pending = span
    if pending is not None:
        yield pending


def _nearest(remarks: Sequence[tuple[int, str, Period]], place: int) -> dict[str, Period]:
    """What the remark nearest to a place says of each kind of bracket; a document has one for each table or list, if any."""
    found: dict[str, Period] = {}
    for _, opening, period in sorted(remarks, key=lambda remark: abs(remark[0] - place)):
        found.setdefault(opening, period)
    return found
