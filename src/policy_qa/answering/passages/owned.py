"""What each figure of a sentence is of: its words, its year, whether a change begins or ends with it.

    令和６年度末の登録物件は76件（うち賃貸18件、売買58件）         words in a bracket, with those before it
    小学校が令和５年度28件、令和６年度35件、中学校が…９件          a name holds until the next one
    しおみ病院が642人（前年度588人）、北浜クリニックが415人（同437人）
    急性期120床を72床に減らし                                     what a change begins with, and what it ends with

Owns the reading of such sentences. A figure is of the words and the time between the figure before it and itself, of those in a bracket behind it
and of what is done with it (「52件に交付を決定」); what it does not say itself it has from the figure before it, in a bracket from the one before the
bracket. Invariant: a year that is not written beside a figure, or handed down to it so, is no year of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from policy_qa.answering.passages.answer_types import Value
from policy_qa.japanese.dates import TimeMention, find_times
from policy_qa.retrieval.words import content_words

_BRACKET = re.compile(r"[(（\[［〔][^()（）\[\]［］〔〕]*[)）\]］〕]")
_OPEN, _CLOSE = "(（[［〔", ")）]］〕"
_CLAUSE = re.compile(r"[、,。;；]|(?<=[^0-9a-zA-Z])\s|\s(?=[^0-9a-zA-Z(（])")
_TOPIC = re.compile(r"[はが]、?$")
# 「前年度588人」 and 「前年同期」, but no comparison with them: 前年度比, 前年より.
YEAR_BEFORE = re.compile(
    r"(?:前年|昨年|前の年)(?:度末|度|同期|同月|の同期)?(?:実績|同期|当初)?(?!度?比|[度同期]*より|[度同期]*に比|[度同期]*から|[提置半後])"
)
_SAME = re.compile(r"(?:^|[、(（])同(?:年度?|じく|様に)?$")
_COMPARED = re.compile(r"(?:を[上下]回|より|に比べ|から|に対し)")
# 「前年度を4件上回った」, 「5件増の」: by how much, no figure of anything.
_CHANGE = re.compile(r"(?:の|ほど)?(?:を?[上下]回|増|減|多[いくか]|少な|高[いくか]|低[いくか]|[上下]が|[伸延]び)")
# 「4,300円を4,900円に改める」: from what, to what.
_CHANGING = r"(?:改め|変[えわ更]|引き?[上下]げ|増[やえ額員便]?|減[らる額員便]?|拡[大充]|縮小|延[長ばび]|短縮|高め|伸ば|上[がげ]|下[がげ]|見直)"
_FROM = re.compile(r"[」』]?(?:を|から|だったものを|であったものを|\s*(?:→|⇒))")
_TO = re.compile(
    rf"[」』]?(?:に|へ|まで)、?[^、。0-9]{{0,8}}?(?:{_CHANGING}|する|した|なる|なった|なり|し、)|[にへ](?=[)）」』])"
    rf"|[にへ]、(?=[^。]*[0-9][^、。]{{0,6}}[にへ]{_CHANGING})"
)
_ARROW = re.compile(r"^[^、。]*(?:→|⇒)")
_UNTIL = re.compile(r"(?:\([^()]{1,4}\))?\s*(?:から|[〜~–—-])")
_CHANGED = re.compile(r"を(?:引き?[上下]げ|改め|改定|変更|見直)")
_FORMER = re.compile(r"従来|前回|これまで|以前は|改[定正]前|変更前|見直し?前|現行|旧")
_RELATION = re.compile(r"(?:うち|計|合計|約|およそ|各|それぞれ|延べ|毎|最大|最低|全体で|合わせて)+$")
_ONE_LETTER = re.compile(r"\s*(?P<word>[市町村区県都男女])(?:が|は|も|で|では)?\s*")  # 「町が66.3％、村が31.7％」
_FILLER = frozenset(
    [
        "円",
        "人",
        "件",
        "年",
        "年度",
        "年度末",
        "年間",
        "月",
        "日",
        "回",
        "約",
        "うち",
        "計",
        "同",
        "前年",
        "前",
        "末",
        "末現在",
        "実績",
        "率",
        "額",
        "数",
        "者",
    ]
)


@dataclass(frozen=True, slots=True)
class Owned:
    """A figure with what a sentence says it is of: ``own`` before it, ``behind`` it, ``handed`` down from figures before it.

    ``years`` are fiscal or calendar years, ``is_own_year`` where they stand with the figure itself; ``is_before`` is that of the year before
    the one the sentence is about, ``is_former`` what a change begins with, ``is_latter`` what it ends with, ``is_change`` by how much it is
    more or less, ``depth`` that of its brackets.
    """

    value: Value
    own: str = ""
    behind: str = ""
    handed: str = ""
    years: frozenset[int] = field(default=frozenset())
    is_own_year: bool = False
    is_before: bool = False
    is_former: bool = False
    is_latter: bool = False
    is_change: bool = False
    depth: int = 0


def owned_values(text: str, values: Sequence[Value], around: frozenset[int] = frozenset()) -> list[Owned]:
    """What a normalised sentence says each of its ``values`` is of, in their order; ``around`` are the years its headings name."""
    return _Reader(text, values, around).read()


def label_words(label: str) -> list[str]:
    """The words of a label that say what a figure is of: no times, units and words such as うち."""
    plain = label
    for time in reversed(find_times(label)):
        plain = plain[: time.start] + " " + plain[time.end :]
    plain = _RELATION.sub("", YEAR_BEFORE.sub(" ", plain))
    if (alone := _ONE_LETTER.fullmatch(plain)) is not None:
        return [alone["word"]]
    return [word.surface for word in content_words(plain) if word.surface not in _FILLER]


class _Reader:
    """Reads one sentence from its first figure to its last."""

    def __init__(self, text: str, values: Sequence[Value], around: frozenset[int]) -> None:
        self._text = text
        self._values = sorted(values, key=lambda value: value.start)
        self._around = around
        self._bare = _without_remarks(text, self._values)
        self._times = [time for time in find_times(text) if not any(_meet(time, value) for value in self._values)]
        self._found: list[Owned] = []

    def read(self) -> list[Owned]:
        for number, value in enumerate(self._values):
            end = self._values[number + 1].start if number + 1 < len(self._values) else len(self._text)
            self._found.append(self._owned(value, end))
        return [
            replace(one, is_former=one.is_former and self._is_left_behind(one, after))
            for one, after in zip(self._found, [*self._found[1:], None], strict=False)
        ]

    def _owned(self, value: Value, end: int) -> Owned:
        depth, opened = _depth(self._bare, value.start)
        last = self._found[-1] if self._found else None
        giver = last if last is not None and depth > last.depth else self._at(depth)
        beside = giver if giver is not None and giver.depth == depth else None
        start = max(beside.value.end if beside else 0, opened)
        if last is not None and depth < last.depth:
            start = max(start, self._bare.rfind(")", 0, value.start) + 1)
        segment = self._bare[start : value.start]
        topic, own = _labels(segment, is_behind_figure=beside is not None)
        if opened and beside is None and not label_words(own):  # 「会議の答申（令和８年２月13日）を踏まえ」
            end_of_last = last.value.end if last else 0
            _, before_bracket = _labels(self._bare[end_of_last : opened - 1], is_behind_figure=last is not None)
            own = f"{before_bracket}{own}"
        remark = self._remark(value)
        if depth and giver is not None and _SAME.search(segment):
            own = next(
                (other.own for other in reversed(self._found) if other.depth == depth and other is not giver), own
            )
        years, is_own_year, is_before = self._year(value, start, len(remark), topic + own, segment, giver, beside)
        told = label_words(own)
        rest = self._bare[value.end + len(remark) : end]
        is_latter = giver is not None and giver.is_former and self._ends_change(segment, value.end + len(remark))
        if beside is not None and not told and (is_latter or _UNTIL.match(segment)):
            own = beside.own  # 「急性期120床を72床に」, 「後期は10月１日から11月30日まで」
        if beside is not None and told:  # 「小学校が28件、…、中学校が12件」: no longer of the one before
            handed = topic if label_words(topic) else beside.handed
        else:
            handed = " ".join(
                part for part in (topic, giver.own if giver else "", giver.handed if giver else "") if part
            )
        return Owned(
            value, own, f"{_behind(rest, is_last=end == len(self._text))} {remark}", handed, years, is_own_year, is_before,
            is_former=(bool(_FROM.match(rest)) and end < len(self._text)) or bool(_FORMER.search(own) or _CHANGED.match(rest)),
            is_latter=is_latter, is_change=bool(_CHANGE.match(rest)), depth=depth,
        )  # fmt: skip

    def _at(self, depth: int) -> Owned | None:
        return next((other for other in reversed(self._found) if other.depth == depth), None)

    def _remark(self, value: Value) -> str:
        """The bracket right behind a figure that holds none itself: 「60％（令和12年度末）」."""
        remark = _BRACKET.match(self._text, value.end)
        return remark[0] if remark and not self._bare[remark.start() : remark.end()].strip() else ""

    def _year(
        self, value: Value, start: int, remark: int, label: str, segment: str, giver: Owned | None, beside: Owned | None
    ) -> tuple[frozenset[int], bool, bool]:
        """The years of a figure, whether they stand with it, and whether it is of the year before the sentence's."""
        near = [time for time in self._times if start <= time.start and time.end <= value.start]
        told = [time for time in self._times if value.end <= time.start < value.end + remark]
        years = _years(told or near[-1:])
        before = YEAR_BEFORE.search(label)
        if before is not None and near and near[-1].start >= value.start - len(label) + before.start():
            return years, True, True  # 「前年度（令和７年度）」
        if before is not None:  # 「令和８年度は…前年度の42億円を」
            base = years or (giver.years if giver else frozenset()) or self._around
            return frozenset(year - 1 for year in base) if len(base) == 1 else frozenset(), True, True
        if giver is not None and giver.is_before and _COMPARED.match(segment):
            return _years([time for time in self._times if time.end <= giver.value.start][-1:]), False, False
        if years or giver is None:
            return years, bool(years), False
        return giver.years, False, giver.is_before and beside is not None

    def _ends_change(self, segment: str, place: int) -> bool:
        return bool(_ARROW.search(segment) or _TO.match(self._bare, place))

    def _is_left_behind(self, one: Owned, after: Owned | None) -> bool:
        """Whether what seems to come before a change does: the next figure ends it, or the sentence says so of this one alone."""
        by_itself = _FORMER.search(one.own) or _CHANGED.match(self._bare, one.value.end)
        return bool(by_itself) or (after is not None and after.is_latter)


def _labels(segment: str, *, is_behind_figure: bool) -> tuple[str, str]:
    """What stands before a figure as its topic (「利用者数は」) and its own label (「公立」)."""
    cuts = [match.end() for match in _CLAUSE.finditer(segment)]
    first = cuts[0] if cuts and is_behind_figure else 0  # what is said of the figure before
    if first and _TOPIC.search(segment, 0, first):
        first = 0  # 「3億円を除いた実質収支は、10億円」: said of the figure that follows
    topic, own = segment[first : cuts[-1] if cuts else 0], segment[cuts[-1] if cuts else 0 :]
    if topic and not label_words(own):  # 「件数　51件」, 「実質収支は、10億円」
        topic, own = "", f"{topic}{own}"
    marked = own.find("は") + 1
    if marked and label_words(own[marked:]):
        topic, own = f"{topic}{own[:marked]}", own[marked:]
    return topic, own


def _behind(rest: str, *, is_last: bool) -> str:
    """What is done with a figure, up to the end of its clause; what leads to the next figure is said of that one."""
    stop = _CLAUSE.search(rest)
    if (stop is None and not is_last) or _TOPIC.search(rest, 0, stop.end() if stop else 0):
        return ""
    return rest[: stop.start()] if stop else rest


def _without_remarks(text: str, values: Sequence[Value]) -> str:
    """The text with blanks for its brackets that hold no figure: 「件数（累計）は14件」 is one label."""
    bare = text
    for bracket in _BRACKET.finditer(text):
        if not any(bracket.start() < value.start < bracket.end() for value in values):
            bare = bare[: bracket.start()] + "\N{IDEOGRAPHIC SPACE}" * len(bracket[0]) + bare[bracket.end() :]
    return bare


def _depth(text: str, place: int) -> tuple[int, int]:
    """How many brackets are open at a place, and where the innermost begins."""
    opened: list[int] = []
    for index, character in enumerate(text[:place]):
        if character in _OPEN:
            opened.append(index + 1)
        elif character in _CLOSE and opened:
            opened.pop()
    return len(opened), opened[-1] if opened else 0


def _meet(time: TimeMention, value: Value) -> bool:
    return time.start < value.end and value.start < time.end


def _years(times: Sequence[TimeMention]) -> frozenset[int]:
    years: set[int] = set()
    for time in times:
        years.update(time.fiscal_years or (time.first.year,))
        if time.precision in {"day", "month"}:
            years.add(time.first.year - (time.first.month < 4))
    return frozenset(years)
