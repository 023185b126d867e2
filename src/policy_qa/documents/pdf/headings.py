"""Which paragraphs of a PDF stand above others, by how they are set.

Owns what the size and weight of letters say. The body is what most characters are set in; a heading is short, set larger (or stronger) than the body,
and something is set below it. Numbering is left to the reading of text, but where the letters already say that a line is a heading it orders
headings of one size. Invariant: no more than one line (of text or of a table) or paragraph in four is a heading.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from policy_qa.documents.lines import HEADING_LENGTH, SENTENCE_END
from policy_qa.documents.markers import BULLETS, DIVISIONS, NUMBERED, marker_of
from policy_qa.documents.pdf.paragraphs import Passage, ends_sentence
from policy_qa.documents.title import is_office
from policy_qa.japanese.normalize import normalize

_LARGER = 1.12
_SAME = 0.06  # of the size: sizes that are one
_LEVELS = 4
_NEAR = 4  # ems between the beginning of text and that of a heading
_SHARE = 0.25
_FEWEST_TO_COUNT = 12
_MARKED_NAME = re.compile(r"[^\W\d_][⁰¹²³⁴-⁹]+(?:[、，,・\s]|$)")
_UNIT = re.compile(r"[省庁局課室]|(?<![学全一内外本])部|本部|委員会|官房|内閣府")
_LETTERS = re.compile(r"[^\W\d_]")
_ORDER = ("part", "chapter", "section", "clause", "article", "roman", "number", "numbers2", "numbers3", "paren_number", "circled", "kana", "paren_kana")  # fmt: skip
_STRONG_FONT = re.compile(r"gothic|ゴシック|ｺﾞｼｯｸ|sans|meiryo|メイリオ", re.IGNORECASE)
_PLAIN_FONT = re.compile(r"mincho|明朝|serif(?!.*sans)|song", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[（(][^（()）]*[）)]")
_CONTENTS = re.compile(r"目次|もくじ|contents", re.IGNORECASE)  # stands above a list, not above what follows
_DATE = re.compile(
    r"[（(]?(?:(?:明治|大正|昭和|平成|令和)[\s0-9０-９元]{1,4}|[0-9０-９]{4}\s?)年度?(?:[\s0-9０-９]{1,4}月(?:[\s0-9０-９]{1,4}日)?)?.{0,2}[）)]?"
)


def mark_headings(
    pages: Sequence[Sequence[Passage]], *, rows: int = 0, is_deck: bool, dividers: Sequence[bool]
) -> None:
    """Sets ``heading`` of the passages that are headings; one sequence for each page. ``is_deck`` says that the pages are slides.

    ``rows`` are those of tables, which stand below headings as text does; ``dividers`` are the pages with a title alone.
    """
    passages = [passage for page in pages for passage in page]
    characters = Counter[float]()
    fonts = Counter[str]()
    strong = 0
    for passage in passages:
        for line, _ in passage.lines:
            characters[line.size] += len(line.text)
            fonts[line.font] += len(line.text)
            strong += len(line.text) * line.strong
    if not characters:
        return
    body = characters.most_common(1)[0][0]
    plain = fonts.most_common(1)[0][0]
    mostly_strong = strong > 0.4 * characters.total()
    candidates = {
        id(passage): size for passage in passages if (size := _set_off(passage, body, plain, mostly_strong)) is not None
    }
    if is_deck:
        _raise_titles(pages, candidates, body)
        _raise_dividers(pages, candidates, dividers)
    else:
        _without_labels(passages, candidates)
    for page in pages:
        _without_body(page, candidates, body)
    kept = _bounded(passages, candidates, rows)
    _settle(kept, candidates)
    keys = {
        id(passage): (-candidates[id(passage)], _rank(passage, candidates[id(passage)] > body + 0.05))
        for passage in kept
    }
    levels = _levels(sorted(set(keys.values())))
    for passage in kept:
        passage.heading = levels[keys[id(passage)]]


def _set_off(passage: Passage, body: float, plain: str, mostly_strong: bool) -> float | None:
    """The size of a passage that is set as headings are, on a scale on which the body in bold is a little larger; else ``None``."""
    text = passage.text()
    first = passage.first
    if passage.note or len(text) > HEADING_LENGTH or len(passage.lines) > 3 or not _LETTERS.search(text):
        return None
    if ends_sentence(text) or SENTENCE_END.search(text) or text.endswith(("、", "，")) or text.startswith("※"):
        return None
    if (
        len(text.strip()) < 2
        or _CONTENTS.fullmatch(re.sub(r"\s", "", text))
        or _DATE.fullmatch(text.strip())
        or "\u3000\u3000\u3000" in text.strip()[4:]
    ):
        return None
    if _is_signature(text):
        return None
    marker = marker_of(text)
    if marker is not None and marker.style in BULLETS and first.size < 1.3 * body:
        return None
    if first.size >= _LARGER * body:
        return round(first.size, 1)
    if first.size < body * (1 - _SAME):
        return None
    is_strong = (first.strong and not mostly_strong) or bool(
        _PLAIN_FONT.search(plain) and _STRONG_FONT.search(first.font)
    )
    is_named = marker is None or marker.style in DIVISIONS | NUMBERED
    return (
        round(body, 1) + 0.01
        if is_strong and is_named and all(line.strong == first.strong for line, _ in passage.lines)
        else None
    )


def _is_signature(text: str) -> bool:
    """Whether a line says who speaks: authors with the marks of their notes, or an office and what it is part of (総務部財政課)."""
    written = normalize(text).text.strip()
    return len(_MARKED_NAME.findall(text)) > 1 or (is_office(written) and len(_UNIT.findall(written)) > 1)


def _without_labels(passages: Sequence[Passage], candidates: dict[int, float]) -> None:
    """On paper, a heading begins where text begins, or stands in its middle; large letters elsewhere are those of a figure."""
    lefts = [line.left for passage in passages for line, _ in passage.lines if len(line.text) > HEADING_LENGTH // 2]
    rights = [line.right for passage in passages for line, _ in passage.lines if len(line.text) > HEADING_LENGTH // 2]
    if len(lefts) < _FEWEST_TO_COUNT:
        return
    left, right = median(lefts), median(rights)
    for passage in passages:
        line = passage.first
        is_at_left = line.left - left < _NEAR * line.size
        is_in_middle = abs(line.left + line.right - left - right) < _NEAR * line.size
        if not (is_at_left or is_in_middle or line.right - line.left > 0.5 * (right - left)):
            candidates.pop(id(passage), None)


def _raise_titles(pages: Sequence[Sequence[Passage]], candidates: dict[int, float], body: float) -> None:
    """Gives the titles of slides one size: a long one is set smaller, and is a title all the same where it stands in their place."""
    firsts = [page[0] for page in pages if page and candidates.get(id(page[0]), 0) > body + 0.05]
    if not firsts:
        return
    usual = Counter(candidates[id(passage)] for passage in firsts).most_common(1)[0][0]
    place = median(passage.first.box[1] for passage in firsts if candidates[id(passage)] == usual)
    for passage in firsts:
        if abs(passage.first.box[1] - place) < 0.7 * usual:
            candidates[id(passage)] = max(candidates[id(passage)], usual)


def _raise_dividers(pages: Sequence[Sequence[Passage]], candidates: dict[int, float], dividers: Sequence[bool]) -> None:
    """A slide with a title alone stands above the slides behind it, beside the cover."""
    largest = max(candidates.values(), default=0.0)
    for page, is_divider in zip(pages, dividers, strict=True):
        if is_divider and id(page[0]) in candidates and largest:
            candidates[id(page[0])] = 1.2 * largest
    for passage in pages[0] if any(dividers) and pages else ():
        if candidates.get(id(passage)) == largest:
            candidates[id(passage)] = 1.2 * largest


def _without_body(page: Sequence[Passage], candidates: dict[int, float], body: float) -> None:
    """On a page of large letters alone, such as a cover, only the largest are headings."""
    if not page or any(id(passage) not in candidates and len(passage.text()) > 25 for passage in page):
        return
    sizes = [candidates[id(passage)] for passage in page if id(passage) in candidates]
    if not sizes or min(sizes) <= body + 0.01:
        return
    for passage in page:
        if candidates.get(id(passage), 0) < max(sizes):
            candidates.pop(id(passage), None)
    for before, passage in pairwise(page):
        if id(before) not in candidates and id(passage) not in candidates:
            passage.gap = False  # the date and the offices on a cover are said of its title together


def _bounded(passages: Sequence[Passage], candidates: dict[int, float], rows: int) -> list[Passage]:
    """The passages that stay headings: the smallest sizes are given up as long as there are too many, of the lines and of the paragraphs."""
    kept = [passage for passage in passages if id(passage) in candidates]
    lines = sum(len(passage.lines) for passage in passages) + rows
    while lines >= _FEWEST_TO_COUNT and len(kept) > _SHARE * lines and len(kept) > _SHARE * len(passages):
        smallest = min(candidates[id(passage)] for passage in kept)
        kept = [passage for passage in kept if candidates[id(passage)] > smallest]
    return kept


def _settle(kept: Sequence[Passage], candidates: dict[int, float]) -> None:
    """Headings numbered in one way have one size; a few that were set otherwise by mistake do not stand above the rest."""
    by_style: dict[str, list[Passage]] = {}
    for passage in kept:
        marker = marker_of(passage.text())
        if marker is not None and marker.style in _ORDER:
            by_style.setdefault(marker.style, []).append(passage)
    for passages in by_style.values():
        usual, count = Counter(candidates[id(passage)] for passage in passages).most_common(1)[0]
        if count >= 0.7 * len(passages):
            for passage in passages:
                candidates[id(passage)] = usual


def _rank(passage: Passage, is_larger: bool) -> int:
    """The place of a heading among those of its size. One without a number stands beside the outermost, or, if it is but bold, inside all."""
    marker = marker_of(passage.text())
    if marker is not None and marker.style in _ORDER:
        is_closed = marker.style == "number" and marker.text[-1] in ")）"  # 1) stands inside 1.1
        return _ORDER.index("paren_number" if is_closed else marker.style)
    return -1 if is_larger else len(_ORDER)


def _levels(order: list[tuple[float, int]]) -> dict[tuple[float, int], int]:
    """The depth of each size and numbering, largest first; what has no number stands beside the outermost number of its size."""
    levels: dict[tuple[float, int], int] = {}
    depth = 0
    size = rank = None
    for key in order:
        is_same_size = size is not None and abs(size - key[0]) <= _SAME * abs(key[0]) and abs(key[0]) > 0
        is_beside = is_same_size and (rank == key[1] or rank == -1)
        if not is_beside:
            depth += 1
        levels[key] = min(depth, _LEVELS)
        size, rank = key
    return levels
