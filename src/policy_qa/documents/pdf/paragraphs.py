"""The lines of a flow -> paragraphs.

Owns which line goes on with the one above. A Japanese line goes on when it is full and does not end a sentence, without a blank; marks, indents, another
size of letters and a gap begin a paragraph. Invariant: every line is in one paragraph, in order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from policy_qa.documents.layout import Run
from policy_qa.documents.markers import marker_of
from policy_qa.documents.pdf.text_lines import TextLine
from policy_qa.types import Box

_TITLE = 1.4  # times the body: lines of such letters over each other's middle are one title
_ROOM = 1.7  # ems that a full line may leave: what may not begin a line takes a character with it
_SENTENCE = 15  # characters: longer lines are running text
_SENTENCE_END = re.compile(r"[。．！？!?][」』）)”’】]*$|[。．]$")
_SURELY_MARK = re.compile(
    r"[○●◯◎□■◇◆▼▽▶▷★☆・•➢✓※]|第[0-9０-９一二三四五六七八九十]+[章節条編部款]|[①-⑳]|【|《|＜|[【［〔]"
)
_WEAK_MARKS = frozenset(
    {"kana", "paren_kana", "number", "numbers2", "numbers3", "question", "answer", "speaker", "roman"}
)
_LABEL = re.compile(r".{1,10}(?:[:：]|\u3000)\S")
_PHRASE = r"及び|並びに|又は|若しくは|かつ|による|における|に係る|に関する|のための|ための"
_SURELY_UNFINISHED = re.compile(rf"(?:[、，を]|{_PHRASE})$")
_UNFINISHED = re.compile(rf"(?:[、，,をにのはがとへでやもし]|{_PHRASE})$")
_AND_SO_ON = re.compile(r"(?:等|など|ほか|他)[。）)]?")  # below the last item of a list
_LEADERS = re.compile(r"(?:[.．…‥・･]\s?){4,}\s*[0-9０-９ⅰ-ⅻivx\-]*$")
_MID_WORD = re.compile(r"[ぁ-ゖー々、。，．）」』】〕％]")
_KATAKANA = re.compile(r"[ァ-ヺー]")
_WORD = re.compile(r"[A-Za-z0-9,.;:)\]'\"”’%]")
_BEGINS_WORD = re.compile(r"[A-Za-z0-9(\[\"“'‘$]")
# What stands in columns is a line of its own.
_COLUMNS = re.compile(r"^.{3,}?[^\s]\u3000{2,}\S|\S\u3000{3,}\S|(?:\S+\u3000+){3}\S")
_CJK = re.compile(r"[ぁ-ヿ一-鿿]")


@dataclass(slots=True)
class Passage:
    """The lines of a paragraph, each with its page. ``gap`` says that a gap stands above, ``heading`` is its depth as one, 0 for none.

    ``is_caption`` says that it heads nothing, for its letters are small and it stands alone.
    """

    lines: list[tuple[TextLine, int]]
    gap: bool = True
    heading: int = 0
    right: float = 0.0
    note: bool = False
    is_caption: bool = False

    @property
    def first(self) -> TextLine:
        """Its first line."""
        return self.lines[0][0]

    @property
    def last(self) -> TextLine:
        """Its last line."""
        return self.lines[-1][0]

    def text(self) -> str:
        """What it says."""
        return "".join(run.text for run in self.runs(0))

    def runs(self, page: int) -> tuple[Run, ...]:
        """Its lines as runs; those of another page than ``page`` say so."""
        runs: list[Run] = []
        before = behind = ""
        for index, (line, number) in enumerate(self.lines):
            text = line.text
            if line.set_off and index + 1 < len(self.lines):  # the figure stands behind the whole name
                text, behind = line.name, line.text[len(line.name) :]
            elif index + 1 == len(self.lines):
                text += behind
            if before and _WORD.match(before[-1]) and _BEGINS_WORD.match(text) and not before.endswith("-"):
                text = " " + text
            runs.append(Run(text, _rounded(line.box), None, None if number == page else number))
            before = line.text
        return tuple(runs)


@dataclass(frozen=True, slots=True)
class Setting:
    """How the text of pages is set: its usual size, where it ends on the right, and how far a line lies below the one above, in ems; 0 if unknown."""

    size: float
    right: float
    step: float


@dataclass(slots=True)
class Column:
    """What is known of the column that lines stand in: how far to the right they may go, and how far a line lies below the one above.

    ``size`` is that of the body.
    """

    right: float
    step: float = 0.0
    size: float = 1000.0
    shared: bool = field(default=False)  # the right end is known from several lines


def _rounded(box: Box) -> Box:
    left, top, right, bottom = (round(edge, 1) for edge in box)
    return left, top, right, bottom


def passages(lines: Sequence[TextLine], page: int, setting: Setting) -> list[Passage]:
    """The paragraphs that lines of one column make."""
    column = _column(lines, setting)
    found: list[Passage] = []
    for index, line in enumerate(lines):
        above = lines[index - 1] if index else None
        if above is not None and goes_on(found[-1], line, column):
            found[-1].lines.append((line, page))
        else:
            found.append(Passage([(line, page)], above is None or has_gap(above, line, column), right=column.right))
    return found


def setting_of(flows: Sequence[Sequence[TextLine]]) -> Setting:
    """How text is set on pages of one width, from the lines of their columns."""
    characters = Counter[float]()
    ends: list[float] = []
    steps: list[float] = []
    for lines in flows:
        for line in lines:
            characters[line.size] += len(line.text)
            if len(line.text) > _SENTENCE:
                ends.append(line.right)
        steps += _steps(lines)
    size = characters.most_common(1)[0][0] if characters else 10.0
    right = sorted(ends)[int(0.9 * (len(ends) - 1))] if ends else 0.0
    return Setting(size, right, median(steps) if steps else 0.0)


def _steps(lines: Sequence[TextLine]) -> list[float]:
    """How far lines lie below full lines, which go on with them, in ems."""
    end = _end(lines) if lines else 0.0
    return [
        (below.base - line.base) / line.size
        for line, below in pairwise(lines)
        if _same_size(line, below)
        and not line.set_off
        and end - line.right < _ROOM * line.size
        and not ends_sentence(line.text)
        and 0.8 * line.size < below.base - line.base < 3 * line.size
    ]


def _end(lines: Sequence[TextLine]) -> float:
    """Where lines end on the right; one or two may hang over."""
    ends = sorted((line.right for line in lines), reverse=True)
    return ends[min(2, len(ends) // 4)]


def _column(lines: Sequence[TextLine], setting: Setting) -> Column:
    end = _end(lines)
    near = sum(line.right > end - 1.2 * line.size for line in lines)
    if 0 < setting.right - end < 3 * lines[0].size:
        end = setting.right
    steps = _steps(lines)
    is_page_wide = abs(setting.right - end) < 1.5 * lines[0].size
    step = median(steps) if len(steps) > 2 else setting.step
    return Column(end, step, setting.size, near >= 3 or is_page_wide)


def _same_size(one: TextLine, other: TextLine) -> bool:
    return abs(one.size - other.size) <= 0.08 * max(one.size, other.size)


def has_gap(above: TextLine, line: TextLine, column: Column) -> bool:
    """Whether there is more between two lines than lines usually have between them, or the letters grow."""
    if line.size > above.size and not _same_size(above, line):
        return True
    step = _step(above, line)
    return step < 0 or step > (1.25 * column.step if column.step else 1.9)


def _step(above: TextLine, line: TextLine) -> float:
    return 1 + (line.top - above.bottom) / max(line.size, 1e-6)


def _ends_in_phrase(above: TextLine, line: TextLine, column: Column) -> bool:
    """Whether a gap that is not wide stands in the middle of a phrase: lines of a text box that somebody broke by hand."""
    return _step(above, line) < 1.6 * (column.step or 1.5) and bool(_UNFINISHED.search(above.text))


def ends_sentence(text: str) -> bool:
    """Whether a line ends a sentence, or is no sentence (a row of a table of contents)."""
    return bool(_SENTENCE_END.search(text) or _LEADERS.search(text))


def begins_anew(passage: Passage, line: TextLine, column: Column) -> bool:
    """Whether a line begins with a mark that begins a paragraph; text that goes on may look like one (「ル、ロジック」, 「（１）の」)."""
    if _SURELY_MARK.match(line.text):
        return True
    marker = marker_of(line.text)
    if marker is None:
        return False
    above = passage.last
    first = marker_of(passage.first.text)
    if first is not None and first.style == marker.style and line.left < passage.first.left + 0.6 * line.size:
        return True
    is_in_sentence = is_full(above, column) and not ends_sentence(above.text)
    return not (is_in_sentence and (_UNFINISHED.search(above.text) or marker.style in _WEAK_MARKS))


def goes_on(passage: Passage, line: TextLine, column: Column) -> bool:
    """Whether a line goes on with the paragraph above it."""
    above = passage.last
    if not _same_size(above, line) or above.cell != line.cell:
        return False
    if has_gap(above, line, column) and not _ends_in_phrase(above, line, column):
        return False
    if _AND_SO_ON.fullmatch(line.text):
        return True
    if line.set_off or any(own.set_off for own, _ in passage.lines):
        return _name_goes_on(passage, line, column)
    if _LEADERS.search(above.text) or _COLUMNS.search(above.text) or _COLUMNS.search(line.text):
        return False
    if line.size > _TITLE * column.size and _is_centred(above, line) and marker_of(line.text) is None:
        return True
    if line.base - above.base < 0.5 * line.size or begins_anew(passage, line, column):
        return False
    if passage.heading == 0 and above.strong != line.strong and len(passage.lines) == 1 and not is_full(above, column):
        return False
    return reads_on(passage, line, column)


def _name_goes_on(passage: Passage, line: TextLine, column: Column) -> bool:
    """Whether a name with a figure set off at its end takes two lines, the figure on either: cut, or set in below a line that reaches the figure."""
    above = passage.last
    figure = above.set_off or line.set_off
    if figure is None or (above.set_off and line.set_off) or len(passage.lines) > 1 or above.strong != line.strong:
        return False
    if line.reach > figure.left or begins_anew(passage, line, column) or ends_sentence(above.name):
        return False
    reaches_figure = above.reach > figure.left - _ROOM * line.size
    return _breaks_off(above.name, line.name) or (reaches_figure and line.left > above.left + 0.6 * line.size)


def reads_on(passage: Passage, line: TextLine, column: Column) -> bool:
    """Whether what a line says goes on with what a paragraph says, by how full the line above is and where the line begins."""
    above, em = passage.last, line.size
    full = is_full(above, column)
    is_ended = ends_sentence(above.text)
    if len(passage.lines) > 1:
        shift = line.left - passage.last.left
        if shift > 0.6 * em or (shift < -0.6 * em and passage.lines[-2][0].left - above.left < 0.6 * em):
            return False
        is_indented = passage.first.left > above.left + 0.6 * em
        return (not is_ended or is_indented) if full else _is_cut(above, line, column)
    shift = line.left - above.left
    is_hanging = marker_of(above.text) is not None or _LABEL.match(above.text) is not None
    if shift > (6 * em if is_hanging else 0.6 * em):
        return _is_centred(above, line) and _is_cut(above, line, Column(above.right))
    if full:
        return not is_ended or shift < -0.6 * em
    return _is_cut(above, line, column)


def is_full(line: TextLine, column: Column) -> bool:
    """Whether a line reaches the end of its column, as far as Japanese line breaking lets it."""
    room = column.right - line.right
    return room < _ROOM * line.size and (column.shared or column.right - line.left > 18 * line.size)


def _is_centred(above: TextLine, line: TextLine) -> bool:
    """Whether two lines of a title stand over each other's middle."""
    return abs(above.left + above.right - line.left - line.right) < 1.6 * line.size


def _is_cut(above: TextLine, line: TextLine, column: Column) -> bool:
    """Whether a line that does not reach the end of its column is cut all the same: in the middle of a word or a phrase."""
    if ends_sentence(above.text):
        return False
    if _SURELY_UNFINISHED.search(above.text):
        return True
    if column.right - above.right > 4 * above.size:
        return False
    return _breaks_off(above.text, line.text)


def _breaks_off(above: str, below: str) -> bool:
    """Whether a text is broken in the middle of a word, a phrase or brackets."""
    if _UNFINISHED.search(above) or _is_open(above):
        return True
    if _MID_WORD.match(below) and _CJK.search(above[-1:]):
        return True
    return bool(_KATAKANA.match(below) and _KATAKANA.search(above[-1:]))


def _is_open(text: str) -> bool:
    """Whether a bracket that is opened on the line is not closed there."""
    return any(text.rfind(opening) > text.rfind(closing) for opening, closing in ("（）", "「」", "()", "『』"))
