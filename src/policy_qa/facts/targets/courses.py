"""Targets whose years stand apart from their figures: over a list of courses, or once before several indicators.

    転入者数の推移と目標（令和３年度 → 令和６年度 → 令和12年度）       the caption gives the years
    ・移住相談件数：65件 → 131件 → 250件                                 each figure has the year of its place
    令和８年の目標を観光消費額7,000億円、リピーター率65％としている。   one year for all

Owns that pairing. Invariant: a course has as many figures as its caption has years, or is none; the last of a caption's years is the target's, and
what is not later than the document is what was reached.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from policy_qa.facts.programs.names import clean_name
from policy_qa.facts.targets.figures import When, figures_of, target_fact, whens_of
from policy_qa.japanese.normalize import normalize, unwrapped
from policy_qa.japanese.sentences import sentences
from policy_qa.types import Block, Document, Fact, Span

_ARROW = re.compile(r"\s*(?:→|⇒)\s*")
_BETWEEN_YEARS = re.compile(r"(?:\([^()]*\)|末|実績|現状|目標|見込み?|基準|\s)*(?:→|⇒)\s*(?:\([^()]*\)|\s)*")
_NAME = re.compile(r"^[\s・○●◯■□◆◇\-*※]*(?P<name>[^:：→⇒]{2,40}?)[\s:：]+$")
_AIMED = re.compile(r"目標|KPI|めざ|目指")
_SAID_ONCE = re.compile(
    r"(?:末|度末)?(?:まで)?の(?:数値|成果|達成)?目標(?:値)?(?:を|は|として)、?(?P<items>[^。]+?)(?:とし|と定め|と設定|を掲げ|に設定|とする|です|である)"
)
_BASE = re.compile(r"\([^()]*(?:基準|現状|実績|策定時)(?:値|の値)?[:：は]?\s?[0-9][^()]*\)")
_ITEM_ENDS = re.compile(r"[、,]|及び|並びに")
_SUBJECT = re.compile(r"(?P<name>[一-鿿々ァ-ヴーA-Za-z0-9()・ぁ-ん]{2,30}?)(?:を|は|が|が約|約|\s)*$")


def course_targets(document: Document, block: Block, caption: str) -> Iterator[Fact]:
    """The figures of the courses in a block, each of the year that the normalised ``caption`` over them gives to its place."""
    years = _years_of_course(caption, document.metadata.date)
    if len(years) < 2:
        return
    for span in sentences(document.text, block.span.start, block.span.end):
        normal = normalize(span.of(document.text))
        text = normal.text
        figures = figures_of(text)
        if len(figures) != len(years) or whens_of(text, None):
            continue
        between = [text[one.end : other.start] for one, other in pairwise(figures)]
        name = _NAME.match(text[: figures[0].start])
        if name is None or not all(_ARROW.fullmatch(piece) for piece in between):
            continue
        now = int((document.metadata.date or "0")[:4])
        for number, (figure, when) in enumerate(zip(figures, years, strict=True)):
            is_last = number == len(years) - 1
            year = when.fiscal_year or int((when.iso or "0")[:4])
            kind = "中間値" if number and not is_last and now and year > now else "現状値"
            kind = "目標値" if is_last and (_AIMED.search(caption) or (now and year > now)) else kind
            printed = normal.to_original(figure.start, figure.end).of(normal.original)
            yield target_fact(document, block, span, clean_name(name["name"]), kind, figure, when, printed)


def _years_of_course(caption: str, reference: str | None) -> list[When]:
    """The years of a caption that arrows join; none where it joins none."""
    whens = whens_of(caption, reference)
    joined: list[When] = []
    for one, other in pairwise(whens):
        if _BETWEEN_YEARS.fullmatch(caption[one.end : other.start]):
            joined = [*joined, other] if joined and joined[-1] is one else [one, other]
    return joined


def listed_targets(document: Document, block: Block, span: Span) -> Iterator[Fact]:
    """The targets that a sentence lists behind their year: 「令和８年の目標を観光消費額7,000億円、宿泊者数1,300万人、…としている」."""
    normal = unwrapped(span.of(document.text))
    text = normal.text
    for when in whens_of(text, document.metadata.date):
        said = _SAID_ONCE.match(text, when.end)
        if said is None:
            continue
        start = said.start("items")
        for piece in _pieces(said["items"]):
            figures = figures_of(text[start + piece[0] : start + piece[1]])
            subject = (
                _SUBJECT.search(said["items"][piece[0] : piece[0] + figures[0].start]) if len(figures) == 1 else None
            )
            if subject is None:
                continue
            place = start + piece[0] + figures[0].start
            end = start + piece[0] + figures[0].end
            printed = normal.to_original(place, end).of(normal.original)
            yield target_fact(document, block, span, subject["name"], "目標値", figures[0], when, printed)


def reached(document: Document, subjects: Collection[str]) -> Iterator[Fact]:
    """Where the indicators that a document aims with stood: 「令和６年のリピーター率は58.7％（令和３年の基準値52.1％）であった」."""
    for block in document.blocks if subjects else ():
        if block.kind in {"table", "heading"}:
            continue
        own = block.span.of(document.text)
        named = [subject for subject in subjects if subject in own]
        for span in sentences(document.text, block.span.start, block.span.end) if named else ():
            for subject in named:
                yield from _reached(document, block, span, subject)


def _reached(document: Document, block: Block, span: Span, subject: str) -> Iterator[Fact]:
    normal = unwrapped(span.of(document.text))
    text = normal.text
    whens, figures = whens_of(text, document.metadata.date), figures_of(text)
    said = re.search(rf"の{re.escape(subject)}(?:は|が)(?:約|およそ)?(?=[0-9])", text)
    if said is None or _AIMED.search(text):
        return
    when = next((when for when in whens if text[when.end : said.start()] in {"", "末", "度末"}), None)
    figure = next((figure for figure in figures if figure.start == said.end()), None)
    if when is None or figure is None:
        return
    yield target_fact(
        document, block, span, subject, "現状値", figure, when,
        normal.to_original(figure.start, figure.end).of(normal.original),
    )  # fmt: skip
    remark = _BASE.match(text, figure.end)
    base = next((one for one in whens if remark and remark.start() < one.start < remark.end()), None)
    value = next((one for one in figures if remark and remark.start() < one.start < remark.end()), None)
    if base is not None and value is not None and value.unit == figure.unit:
        printed = normal.to_original(value.start, value.end).of(normal.original)
        yield target_fact(document, block, span, subject, "現状値", value, base, printed)


def _pieces(items: str) -> Iterator[tuple[int, int]]:
    """The places of the items; a comma within a number parts none."""
    start = 0
    for end in _ITEM_ENDS.finditer(items):
        if end[0] == "," and items[end.end() : end.end() + 1].isdigit():
            continue
        yield start, end.start()
        start = end.end()
    yield start, len(items)
