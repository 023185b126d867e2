"""Targets: an indicator, its figure, by when; with the present and intermediate values that stand beside it, marked as such.

Owns the ways targets are written: a table with columns 現状値｜目標値, a list under a heading 目標 or KPI, a sentence (「…までに…を70％に引き上げる」).
Invariant: ``form`` says which value it is (目標値, 中間値, 現状値): only the first two are ever aimed at; the figure is printed in the quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import islice, takewhile

from policy_qa.facts.targets.courses import course_targets, listed_targets, reached
from policy_qa.facts.targets.figures import when_of
from policy_qa.facts.targets.sentences import GOAL_LABEL, aim_of_owner, line_targets, remark_targets, sentence_targets
from policy_qa.facts.targets.tables import (
    NUMBERING,
    UNIT_COLUMN,
    cell_target,
    header_of_spaced,
    is_by_rows,
    kind_of,
    row_targets,
    spaced_targets,
)
from policy_qa.japanese.glances import Glanced
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.tables import table_of
from policy_qa.types import Block, Document, Fact, Span

_ABOUT = re.compile(
    r"目標|計画で[はも]|目指|めざす|KPI|ＫＰＩ|K ?P ?I|指標|までに|に向け|[にへ](?:引き?上げ|引き?下げ|増やす|減らす|高める)"
)
# What a heading or label over a list of targets ends with.
_OF_TARGETS = re.compile(
    r"(?:目標|目標値|KPI|指標|アウトカム|アウトプット|成果目標)(?:等|一覧|の?設定|と(?:現状|実績|取組|進捗)(?:状況)?|について|・指標|・KPI|[(][^()]*[)])*[)>」】》\]]*$"
)
_FROM_TO = Glanced("に[0-9０-９]", r"[0-9０-９][^、。]{0,8}(?:を|から)、?[^、。]{0,10}年度?末?(?:まで)?に[0-9０-９]")
# 「耐震化率は令和６年度末83.1％。計画では令和12年度末に95％とする。」: what is planned goes on with what was spoken of.
_TOPIC = re.compile(r"^[\s○・●◯\-※]*(?P<name>[^。、はが0-9]{2,30})は(?:現在|令和|平成|20)?[^。]*[0-9]")
_PLANNED = re.compile(r"計画で[はも]|これを|年度?末?(?:まで)?に[0-9０-９]")
_ANY_FIGURE = re.compile(r"[0-9０-９一二三四五六七八九十百倍半½：:]")
_ROW = re.compile(r"\S {2,}[^。]*[0-9][^。\s]*$")
_VALUES = re.compile(r"^\s*(?:(?:令和|平成)[0-9元]+年|20[0-9]{2}年|現状|基準).*(?:→|⇒)")
_MARK = re.compile(r"(?P<mark>[①-⑳]|[ア-ン](?=[.．、)）\s]))")
_REFERENCE = re.compile(r"[①-⑳ア-ン](?:の|は)[^。]*[0-9]")
_LISTING = re.compile(r"目標|ＫＰＩ|KPI|指標")
_COURSE = re.compile(r"[0-9０-９][^\n。]{0,12}(?:→|⇒)[ 　]*[0-9０-９]")
_COURSE_OF_YEARS = re.compile(r"[年度末]\s*(?:\([^()]*\))?\s*(?:→|⇒)\s*(?:令和|平成|R|H|20|[0-9])")
_FAR_ABOVE = 12  # items that the caption of a list stands above one at most
_SAYS_MORE = re.compile(r"[0-9０-９。]")
_NAMES = re.compile(r"指標|KPI|項目|成果目標|名称|内容|取組")
_UNIT_OF_NAME = re.compile(
    r"[(（](?:単位[:：]?)?(?P<unit>%|％|人|件|社|か所|箇所|ha|ヘクタール|円|億円|万人|トン|t|回|団体|校|戸|台|歳)[)）]$"
)


def target_facts(document: Document) -> Iterator[Fact]:
    """The targets of a document in the order they stand, each figure with what it is a figure of."""
    found = list(_targets(document))
    yield from found
    aimed = {fact.subject for fact in found if fact.form == "目標値" and fact.subject}
    told = {(fact.start, fact.end) for fact in found}
    yield from (fact for fact in reached(document, aimed) if (fact.start, fact.end) not in told)


def _targets(document: Document) -> Iterator[Fact]:
    text = document.text
    announced: tuple[tuple[str, ...], bool] = ((), False)
    marked: tuple[tuple[str, ...], dict[str, str]] = ((), {})  # the numbered indicators of the last table
    spaced: tuple[str, ...] | None = None  # the heading whose lines stand under a header set with blanks
    for number, block in enumerate(document.blocks):
        start, end = block.span.start, block.span.end
        if header_of_spaced(document, block):
            below = list(takewhile(partial(_is_under, block.heading_path), document.blocks[number:]))
            found = list(spaced_targets(document, below))
            yield from found
            spaced = block.heading_path if found else None
            continue
        if block.heading_path == spaced and block.kind != "table":
            continue
        if block.kind == "table" and is_by_rows(document, block):
            yield from row_targets(document, block)
        elif block.kind == "table":
            found = list(_table(document, block))
            marked = (block.heading_path, dict(_marks(document, block))) if found else marked
            yield from found
        elif marked[1] and block.heading_path == marked[0] and _REFERENCE.search(normalize(text[start:end]).text):
            yield from remark_targets(document, block, marked[1])
        path = block.heading_path
        if announced[0] != path:
            announced = (path, bool(path) and bool(_OF_TARGETS.search(normalize(path[-1]).text)))
        if block.kind in {"item", "paragraph"} and _COURSE.search(text, start, end):
            found = list(course_targets(document, block, _caption_of_course(document, number)))
            if found:
                yield from found
                continue
        about = announced[1] or _is_about(text, start, end)
        if not about:
            continue
        if block.kind == "paragraph" and end - start < 40 and "\n" not in text[start:end]:
            label = normalize(text[start:end]).text.strip("＜＞<>【】《》[]()（）:： ・○■")
            if _OF_TARGETS.search(label) and not re.search(r"[0-9。]", label):
                announced = (path, True)  # a label such as 「成果目標（ＫＰＩ）」 over its list
                continue
        if block.kind != "table":
            yield from _block(document, block, announced[1])


def _caption_of_course(document: Document, number: int) -> str:
    """The caption over a list that gives the years of its figures, in their order: 「転入者数の推移と目標（令和３年度 → 令和６年度 → 令和12年度）」."""
    path = document.blocks[number].heading_path
    above = takewhile(lambda other: other.heading_path == path, reversed(document.blocks[:number]))
    texts = [other.span.of(document.text) for other in islice(above, _FAR_ABOVE) if other.kind != "table"]
    captions = [normalize(text).text for text in (*texts, *path[-1:])]
    return next((caption for caption in captions if _COURSE_OF_YEARS.search(caption)), "")


def _is_about(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` may speak of a target."""
    return bool(_ABOUT.search(text, start, end) or _FROM_TO.search(text, start, end))


def _marks(document: Document, block: Block) -> Iterator[tuple[str, str]]:
    """The number of each indicator of a table, with its name: what remarks below refer to."""
    table = table_of(document.text, block.span)
    for row in table.rows if table else ():
        mark = _MARK.match(row.cells[0].text)
        if mark:
            yield mark["mark"], NUMBERING.sub("", row.cells[0].text).strip()


def _is_under(path: tuple[str, ...], block: Block) -> bool:
    return block.heading_path == path


def _block(document: Document, block: Block, in_list: bool) -> Iterator[Fact]:
    listed = in_list
    topic: str | None = None
    for span in _lines(document, block):
        quote = span.of(document.text)
        label = quote.strip("＜＞<>【】《》[]()（）:： ・○■　\n")
        if len(label) < 24 and _LISTING.search(label) and not _SAYS_MORE.search(label):
            listed = True
            continue
        if not _ANY_FIGURE.search(quote):
            continue
        is_about = listed or _is_about(quote, 0, len(quote))
        found = list(sentence_targets(document, block, span, topic if _PLANNED.search(quote) else None)) if is_about else []  # fmt: skip
        found = found or list(listed_targets(document, block, span)) or list(aim_of_owner(document, block, span))
        yield from found or (line_targets(document, block, span, listed=listed) if len(span) < 200 else ())
        said = _TOPIC.match(normalize(quote).text)
        topic = said["name"] if said else None


def _lines(document: Document, block: Block) -> Iterator[Span]:
    """The sentences of a block; 「＜目標＞　○○の数」 with the line of its values below it."""
    pending: Span | None = None
    for span in _rows(document, block):
        if pending is not None:
            if _VALUES.match(normalize(span.of(document.text)).text):
                yield Span(pending.start, span.end)
                pending = None
                continue
            yield pending
            pending = None
        line = normalize(span.of(document.text)).text
        if GOAL_LABEL.match(line) and "→" not in line and "。" not in line:
            pending = span
        else:
            yield span
    if pending is not None:
        yield pending


def _rows(document: Document, block: Block) -> Iterator[Span]:
    """The sentences of a block; where its first line is a row of a list, that line by itself."""
    start, end = block.span.start, block.span.end
    line = document.text[start:end].split("\n", 1)[0]
    if len(line) < end - start and _ROW.search(normalize(line).text):
        yield Span(start, start + len(line.rstrip()))
        start += len(line)
        start += len(document.text[start:end]) - len(document.text[start:end].lstrip())
    yield from sentences(document.text, start, end)


def _table(document: Document, block: Block) -> Iterator[Fact]:
    table = table_of(document.text, block.span)
    if table is None or not table.labels:
        return
    header = table.labels
    kinds = [kind_of(label) for label in header]
    if "目標値" not in kinds or any("円" in label and "目標" not in label for label in header[:1]):
        return
    whens = [when_of(label, document.metadata.date) for label in header]
    first = min(index for index, kind in enumerate(kinds) if kind)
    names = [index for index in range(first) if not UNIT_COLUMN.search(header[index])]
    name_column = next((index for index in names if _NAMES.search(header[index])), names[0] if names else None)
    unit_column = next((index for index in range(len(header)) if UNIT_COLUMN.search(header[index])), None)
    if name_column is None:
        return
    for row in table.rows:
        cells = row.whole()
        if len(cells) != len(header):
            continue
        name = NUMBERING.sub("", cells[name_column].text).strip()
        unit_text = cells[unit_column].text if unit_column is not None else ""
        own_unit = _UNIT_OF_NAME.search(name)
        unit = unit_text or (normalize(own_unit["unit"]).text if own_unit else "")
        if len(name) < 2:
            continue
        subject = name[: own_unit.start()] if own_unit else name
        for cell, kind, when in zip(cells, kinds, whens, strict=True):
            if kind is not None and row.span.start <= cell.span.start:
                yield from cell_target(document, block, row.span, subject, kind, cell.span, when, unit)
