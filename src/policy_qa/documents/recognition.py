"""The picture of a page -> the pieces of a page, read with tesseract where it is installed (OCR).

Owns the recognition of characters. Invariants: every page made here is ``recognised``, boxes are those of the picture as it was handed in,
whichever way it had to be turned to be read, and a page that reads badly says so: nothing that was seen is left out silently.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from policy_qa.documents.layout import PageLayout, Paragraph, Run
from policy_qa.documents.markers import marker_of
from policy_qa.documents.pace import still_at_it
from policy_qa.documents.unreadable import Unreadable
from policy_qa.types import Box, PageTrouble

if TYPE_CHECKING:
    from PIL import Image

RESOLUTION = 300  # dots per inch: what tesseract's models were made for
MOST_PIXELS = 30_000_000  # an A3 page at that resolution has 17 million

_HORIZONTAL, _VERTICAL, _TURNS = "jpn", "jpn_vert", "osd"
_AS_PAGE, _AS_VERTICAL_BLOCK = 3, 5  # how tesseract looks for text
_LEVEL_OF_LINES = 4  # in its tables; words follow their line
_SURE = 60.0  # mean certainty of a page, in percent: text that is read the wrong way round has about 20
_NOISE, _SPECK = (
    25.0,
    5,
)  # a line less certain than that is badly read; with fewer letters it is a stain, or a picture's edge
_MOST_NOISE = 0.1  # of the letters of a page that is said to be read well
_LEAST_CONTRAST = 40  # grey levels between paper and ink
# In heights of the line: what is a blank behind a number that begins a line, what elsewhere between Japanese characters, and what a gap
# between columns. Brackets and stops bring half a blank of their own.
_BEHIND_NUMBER, _BLANK, _GAP, _OF_A_BRACKET = 0.75, 1.1, 2.0, 0.5
_BETWEEN_LATIN = 0.15  # as little is a blank between words in half-width letters
_FULL = 2.0  # heights that a line may end before the edge of its block and still be full
_LATIN = re.compile(r"[!-~]")
_OPENING, _CLOSING = re.compile(r"[（(「『【〔〈《・]"), re.compile(r"[）)」』】〕〉》、。，．・：]")
_SENTENCE_END = re.compile(r"[。！？]$")


@dataclass(frozen=True, slots=True)
class Recognition:
    """Whether pictures are read, with which command, and how many seconds a page may take."""

    wanted: bool = True
    command: str = "tesseract"
    seconds: float = 60.0

    def missing(self) -> Unreadable | None:
        """Why no picture can be read here, in words for who has a file without text; ``None`` where it can."""
        if not self.wanted:
            return _without_text("文字認識（OCR）は設定で止めてあります", "設定 POLICY_QA_OCR を true にする")
        languages = _languages(self.command)
        if languages is None:
            return _without_text(
                "文字認識（OCR）の tesseract がありません",
                "tesseract と日本語データ（Debian・Ubuntu では tesseract-ocr、tesseract-ocr-jpn、tesseract-ocr-jpn-vert）を入れる",
            )
        if _HORIZONTAL not in languages:
            return _without_text(
                "tesseract に日本語データ（jpn）がありません",
                "日本語データ（Debian・Ubuntu では tesseract-ocr-jpn、tesseract-ocr-jpn-vert）を入れる",
            )
        return None

    @property
    def state(self) -> str:
        """What of tesseract is at hand, in a word that differs when pictures would be read otherwise. Cheap: loads no library."""
        command = shutil.which(self.command) if self.wanted else None
        if command is None:
            return "-"
        try:
            said = subprocess.run([command, "--list-langs"], capture_output=True, timeout=20, check=False).stdout  # noqa: S603
        except (OSError, subprocess.SubprocessError):
            return "-"
        known = set(said.decode("utf-8", "replace").split())
        return "+".join(name for name in (_HORIZONTAL, _VERTICAL, _TURNS) if name in known) or "-"


def _without_text(why: str, to_do: str) -> Unreadable:
    return Unreadable(
        "empty",
        f"画像だけの文書で、取り出せる文字がありません。{why}。",
        f"{to_do}か、文字の入った文書に置き換えてください。",
    )


def recognise_page(
    picture: Image.Image,
    scale: float,
    recognition: Recognition,
    *,
    number: int = 1,
    label: str | None = None,
) -> PageLayout:
    """The text of a page's picture. ``scale`` is how many points one of its pixels is wide: 72/300 for a page drawn at 300 dots per inch.

    Raises ``Unreadable`` where nothing can be recognised here (``Recognition.missing``).
    """
    missing = recognition.missing()
    if missing is not None:
        raise missing
    grey = picture.convert("L")
    width, height = grey.width * scale, grey.height * scale

    def page(pieces: Iterable[Paragraph], *troubles: PageTrouble) -> PageLayout:
        return PageLayout(tuple(pieces), number, label, width, height, recognised=True, troubles=troubles)

    used = [level for level, count in enumerate(grey.histogram()) if count]
    if used[-1] - used[0] < _LEAST_CONTRAST:
        return page(())  # blank paper
    try:
        reading = _best_reading(grey, scale, recognition)
    except (RuntimeError, OSError):  # the time is up, or tesseract gave up: a page is lost, and says so
        return page((), "empty")
    kept = [line for line in reading.lines if line.certainty >= _NOISE or line.letters >= _SPECK]
    if not kept:
        return page((), "empty")
    noise = sum(line.letters for line in reading.lines if line.certainty < _NOISE)
    pieces = _paragraphs(kept, _Ground(*grey.size, reading.turn, scale))
    if reading.certainty < _SURE or noise > _MOST_NOISE * sum(line.letters for line in reading.lines):
        return page(pieces, "garbled")
    return page(pieces)


# -- what tesseract reads ------------------------------------------------------------------------------------------------


class _Word(NamedTuple):
    """A word as tesseract cuts it. ``start`` and ``end`` lie along the line, ``over`` and ``under`` are the line's edges, all in pixels."""

    text: str
    certainty: float
    start: int
    end: int
    over: int
    under: int


@dataclass(frozen=True, slots=True)
class _Line:
    words: tuple[_Word, ...]
    block: int
    paragraph: tuple[int, int]
    is_vertical: bool

    @property
    def height(self) -> float:
        """How high its characters stand."""
        return max(1.0, self.words[0].under - self.words[0].over)

    @property
    def letters(self) -> int:
        return sum(len(word.text) for word in self.words)

    @property
    def certainty(self) -> float:
        return sum(word.certainty * len(word.text) for word in self.words) / self.letters


@dataclass(frozen=True, slots=True)
class _Reading:
    """A page read one way: turned clockwise by ``turn`` degrees before."""

    lines: tuple[_Line, ...]
    turn: int = 0

    @property
    def certainty(self) -> float:
        letters = sum(line.letters for line in self.lines)
        return sum(line.certainty * line.letters for line in self.lines) / max(1, letters)


def _best_reading(grey: Image.Image, scale: float, recognition: Recognition) -> _Reading:
    """The page as it lies; where that reads badly, turned upright and as vertical text: the surest of these."""
    first = _Reading(_lines(grey, scale, recognition, _HORIZONTAL))
    if first.certainty >= _SURE:
        return first
    readings = [first]
    languages = _languages(recognition.command) or frozenset()
    turn = _turn(grey, recognition) if _TURNS in languages else 0
    upright = grey.rotate(-turn, expand=True) if turn else grey
    if turn:
        readings.append(_Reading(_lines(upright, scale, recognition, _HORIZONTAL), turn))
    if _VERTICAL in languages and readings[-1].certainty < _SURE:
        readings.append(_Reading(_lines(upright, scale, recognition, _VERTICAL), turn))
    return max(readings, key=lambda reading: reading.certainty)


def _turn(grey: Image.Image, recognition: Recognition) -> int:
    """By how many degrees, clockwise, a page has to be turned to stand upright; 0 where too little stands on it to tell."""
    tesseract = _tesseract(recognition.command)
    still_at_it()
    try:
        found = tesseract.image_to_osd(grey, timeout=recognition.seconds, output_type=tesseract.Output.DICT)
    except tesseract.TesseractError:
        return 0
    return int(found.get("rotate", 0)) % 360


def _lines(grey: Image.Image, scale: float, recognition: Recognition, language: str) -> tuple[_Line, ...]:
    tesseract = _tesseract(recognition.command)
    is_vertical = language == _VERTICAL
    mode = _AS_VERTICAL_BLOCK if is_vertical else _AS_PAGE
    still_at_it()
    table = tesseract.image_to_data(
        grey,
        lang=language,
        config=f"--psm {mode} --dpi {round(72 / scale)}",
        timeout=recognition.seconds,
        output_type=tesseract.Output.DICT,
    )
    columns = ("level", "block_num", "par_num", "line_num", "conf", "left", "top", "width", "height", "text")
    found: list[tuple[tuple[int, int, int], _Word]] = []
    over = under = 0
    for level, *key, certainty, left, top, width, height, text in zip(*map(table.get, columns), strict=True):
        across, along = (top, top + height), (left, left + width)
        along, across = (across, along) if is_vertical else (along, across)
        if level == _LEVEL_OF_LINES:
            over, under = across  # surer than those of its words
        elif str(text).strip():
            word = _Word(str(text).strip(), float(certainty), *along, over, under)
            found.append(((key[0], key[1], key[2]), word))
    return tuple(
        _Line(tuple(word for _, word in words), key[0], key[:2], is_vertical)
        for key, words in groupby(found, key=lambda item: item[0])
    )


@lru_cache(maxsize=8)
def _languages(command: str) -> frozenset[str] | None:
    """The languages that tesseract has data for; ``None`` where there is no tesseract."""
    tesseract = _tesseract(command)
    try:
        return frozenset(tesseract.get_languages())
    except (OSError, tesseract.TesseractError):
        return None


def _tesseract(command: str) -> Any:
    """The library, which knows its command and the environment it starts it in as values of its module.

    One thread a page: files are read beside each other, and tesseract's own threads gain nothing on a page.
    """
    from pytesseract import pytesseract  # noqa: PLC0415  (it brings other libraries, which only pictures are worth)

    pytesseract.tesseract_cmd = command
    pytesseract.environ = {**pytesseract.environ, "OMP_THREAD_LIMIT": "1"}
    return pytesseract


# -- what is made of it --------------------------------------------------------------------------------------------------


class _Ground(NamedTuple):
    """The picture a page was read from: how places on it, after it was turned clockwise, lie on the page as it was, in points."""

    width: int
    height: int
    turn: int
    scale: float

    def box(self, words: Sequence[_Word], is_vertical: bool) -> Box:
        """Where words stand on the page."""
        along = min(word.start for word in words), max(word.end for word in words)
        across = min(word.over for word in words), max(word.under for word in words)
        (left, right), (top, bottom) = (across, along) if is_vertical else (along, across)
        match self.turn:
            case 90:
                left, top, right, bottom = top, self.height - right, bottom, self.height - left
            case 180:
                left, top, right, bottom = (
                    self.width - right,
                    self.height - bottom,
                    self.width - left,
                    self.height - top,
                )
            case 270:
                left, top, right, bottom = self.width - bottom, left, self.width - top, right
        limits = (self.width, self.height, self.width, self.height)
        on_page = (min(max(0, edge), limit) for edge, limit in zip((left, top, right, bottom), limits, strict=True))
        left_edge, top_edge, right_edge, bottom_edge = (round(edge * self.scale, 2) for edge in on_page)
        return left_edge, top_edge, right_edge, bottom_edge


def _paragraphs(lines: Sequence[_Line], ground: _Ground) -> Iterator[Paragraph]:
    """The lines in the order they are read; a line that is full goes on in the next one of its block."""
    above = None
    for _, of_block in groupby(lines, key=lambda line: line.block):
        block = list(of_block)
        begin, end = min(line.words[0].start for line in block), max(line.words[-1].end for line in block)
        runs: list[Run] = []
        for number, line in enumerate(block):
            own = list(_runs(line, begin, ground))
            is_full = len(own) == 1 and line.words[-1].end >= end - _FULL * line.height
            following = block[number + 1] if number + 1 < len(block) else None
            runs += own
            if following and is_full and not _SENTENCE_END.search(own[0].text) and not _begins_anew(following, begin):
                continue
            yield Paragraph(tuple(runs), apart=line.paragraph != above)
            runs, above = [], line.paragraph


def _begins_anew(line: _Line, begin: int) -> bool:
    """Whether a line begins with the mark of an item or a title, or farther in than its block."""
    text = "".join(word.text for word in line.words)
    return marker_of(text) is not None or line.words[0].start - begin > _FULL * line.height


def _runs(line: _Line, begin: int, ground: _Ground) -> Iterator[Run]:
    """A line as one stretch of text, or, where gaps part it, as stretches set apart by as many blanks as the gap is wide."""
    half = line.height / 2
    column = 0  # of half-width characters, from the left edge of the block
    for number, words in enumerate(_parted(line)):
        if number:
            blanks = max(3, round((words[0].start - begin) / half) - column)
            yield Run(" " * blanks)
            column += blanks
        else:
            column = round((words[0].start - begin) / half)
        text = _joined(words, line.height)
        column += sum(1 if _LATIN.match(letter) else 2 for letter in text)
        yield Run(text, ground.box(words, line.is_vertical))


def _parted(line: _Line) -> Iterator[tuple[_Word, ...]]:
    first = 0
    for number, (before, after) in enumerate(pairwise(line.words), start=1):
        if after.start - before.end >= _GAP * line.height:
            yield line.words[first:number]
            first = number
    yield line.words[first:]


def _joined(words: Sequence[_Word], height: float) -> str:
    """Words as they are written: tesseract sets blanks between Japanese words, where the page has none."""
    parts = [words[0].text]
    for number, (before, after) in enumerate(pairwise(words)):
        least = _BEHIND_NUMBER if not number and before.text.isdecimal() else _BLANK
        gap = (after.start - before.end) / height
        both_latin = bool(_LATIN.match(before.text[-1]) and _LATIN.match(after.text[0]))
        brackets = bool(_CLOSING.match(before.text[-1])) + bool(_OPENING.match(after.text[0]))
        if both_latin:
            parts.append(
                " " if gap > _BETWEEN_LATIN and after.text[0] not in ")],.%" and before.text[-1] not in "([" else ""
            )
        elif gap >= least + _OF_A_BRACKET * brackets:
            parts.append("\u3000")
        parts.append(after.text)
    return "".join(parts)
