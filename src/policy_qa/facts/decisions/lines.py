"""Decisions that a line states by its place: the head of a document, the history of a text, a chronology, a schedule.

Owns lines that are no sentences. Invariant: a line's day and form stand in it (or in the line beside it, which the quote then covers); its
subject is what stands between them, the line above it, or the text the document is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from policy_qa.facts.decisions.forms import BODY, DEED, NUMBERED, Day, Form, days_of, form_of
from policy_qa.facts.decisions.names import law_before, own_title, title_name, title_of_path
from policy_qa.facts.decisions.writing import Place, Told, fact_of
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.tables import line_spans
from policy_qa.types import Block, Document, Fact, Span

_MARK = re.compile(r"^[\s\-・○●◯◎•■□◆◇▼▽▶*#>|※]+")
_HISTORY = re.compile(
    r"^(?P<deed>制定|一部改正|全部改正|最終改正|改正|一部改定|改定|改訂|廃止|施行|公布|策定)(?:日|年月日)?\s*[:： ]\s*"
)
_LONGEST_LINE = 160
_LONGEST_FORM = 40
_ANY_DIGIT = re.compile(r"[0-9０-９〇一二三四五六七八九十元][ 　]?[年月./．]")
HEAD_BLOCKS = 10
_LINES_UP = 4
_UNDATED = re.compile(r"予定|スケジュール|日程|今後|見込|流れ|進め方")
_TAIL_BRACKET = re.compile(r"\s*[(](?P<inside>[^()]{1,24})[)]$")
_JOIN = re.compile(r"(?:の|を|が|は|について|:|\s)+$")
_SAME = re.compile(r"^同(?=[(〔]|上|計画|戦略|方針)")
_VERSION = re.compile(r"[(〔][^()〔〕]*[)〕]")
_NEVER_PLANNED = re.compile(r"改正|施行|公布|告示第|法律第|条例第|失効")
# A line of a chronology that names only bodies speaks of the text that the document is: 「環境審議会から市長へ答申」, 「市議会3月定例会において議決」.
_ONLY_BODIES = re.compile(
    rf"(?:(?P<by>{BODY})(?!議会|[長民])(?:が|から|より|は|、|が、))?(?:(?P<at>{BODY})(?!議会|[長民])(?:[(][^()]*[)])?[^、をはが]{{0,8}}?(?:に|へ|において|で|にて))?(?:計画|本計画|戦略|本戦略|方針|条例)?(?:案|の案)?(?:を|について)?"
)
_BODY_BEHIND = re.compile(rf"(?:を|について|(?<=」))(?P<body>{BODY})(?:[(][^()]*[)])?(?:で|において|にて|が|に)?$")
_SHORT_NAME = r"(?:基本|実施|行動|推進)?(?:計画|戦略|方針|構想|大綱|プラン|ビジョン|法|条例|要綱|指針)"
_ABBREVIATED = re.compile(
    rf"「(?P<name>[^「」]{{3,60}})」[(（](?:[^()（）「」]*。)?以下、?(?:単に)?「(?P<short>{_SHORT_NAME})」と"
)
_SHORT_LAW = re.compile(r"[（(](?:[^（）()「」]{3,40}。)?以下、?「(?P<short>法|条例|規則|要綱)」と")
_BEFORE_SHORT = 72  # characters that are looked at for the law's name
_NO_LAW_NAME = re.compile(r"[\n（）()]")
_SHORTEST_LAW = 3
_OF_DECISION = re.compile(r"^「(?P<name>[^「」]+)」の.{2,8}について$")  # the title of a press release
_ALSO = re.compile(rf"(?P<form>{DEED})(?:[、,]|し、)(?P<day>[^、]{{3,14}}?)に?(?P<form2>公布|施行|適用)$")
_BODY_IN_BRACKET = re.compile(r"(?:本会議|本部|会議|委員会|審議会|議会|協議会|大臣|長官|知事|市長|町長|閣議)$")


class Lines:
    """Reads the lines of one document, with what stood above them."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._own = own_title(document.metadata.title)
        self._deed: str | None = None
        self._last: str | None = None

    @cached_property
    def _abbreviated(self) -> Mapping[str, str]:
        """The full names of what the document calls by a short one, read when the first line asks."""
        text = self._document.text
        names = {normalize(match["short"]).text: normalize(match["name"]).text for match in _ABBREVIATED.finditer(text)}
        done = 0
        for match in _SHORT_LAW.finditer(text):
            before = _NO_LAW_NAME.split(text[max(done, match.start() - _BEFORE_SHORT) : match.start()])[-1]
            if len(before) < _SHORTEST_LAW:
                continue
            done = match.end()
            if (law := law_before(normalize(before).text)) is not None:
                names.setdefault(match["short"], law)
        return names

    def facts(self, number: int) -> Iterator[Fact]:
        """The decisions that the lines of block ``number`` state."""
        block = self._document.blocks[number]
        self._deed = None
        for span in line_spans(self._document.text, block.span):
            written = span.of(self._document.text)
            no_line = len(span) > _LONGEST_LINE or written.rstrip().endswith(("。", "、"))
            in_head = number < HEAD_BLOCKS and len(span) < _LONGEST_FORM
            no_line = no_line or written.lstrip("#＃ 　")[:1] == "附"
            if (no_line or not _ANY_DIGIT.search(written)) and self._deed is None and not in_head:
                continue
            line = _MARK.sub("", normalize(written).text).strip()
            fact = self._fact(line, span, block, number)
            if fact is not None:
                yield fact
                yield from self._also(line, fact)

    def _fact(self, line: str, span: Span, block: Block, number: int) -> Fact | None:
        if line.endswith(("。", "、")) and not line.startswith("("):
            return None
        if "|" in line:
            return self._row(line, span, block)
        bracketed = re.fullmatch(r"[(〔](?P<inside>[^()〔〕]+)[)〕]", line)
        line = bracketed["inside"] if bracketed else line
        history = _HISTORY.match(line)
        if history:
            self._deed = history["deed"]
            line = line[history.end() :]
        days = days_of(line, find_times(line, self._document.metadata.date))
        if not days:
            return self._form_alone(line, span, block, number)
        day = days[0]
        if day.start > 0:
            form = form_of(line[: day.start].rstrip(" 、,"))
            behind = line[day.end :].strip()
            if form is None or behind:
                return None
            return self._about_above(form, day, line, span, block, number)
        rest = re.sub(r"^(?:付け?|に)?[\s:：、,]*", "", line[day.end :])
        if history or self._deed:
            return self._history(rest, day, line, span, block)
        form = form_of(rest)
        if form is not None:
            return self._about_above(form, day, line, span, block, number)
        return self._entry(rest, day, line, span, block)

    def _also(self, line: str, fact: Fact) -> Iterator[Fact]:
        """The second deed of a line, which has its own day: 「○○法 公布、同年７月１日施行」."""
        match = _ALSO.search(line)
        days = days_of(line, find_times(line, self._document.metadata.date)) if match else []
        day = next((day for day in days if match and day.start == match.start("day")), None)
        if match is not None and day is not None and day.iso is not None:
            printed = _printed(fact.quote, line[day.start : day.end])
            yield replace(fact, form=match["form2"], date=day.iso, printed=printed)

    def _history(self, rest: str, day: Day, line: str, span: Span, block: Block) -> Fact | None:
        """A line of a text's history: 「改正　平成26年3月31日告示第27号」, and the lines below it."""
        subject = self._own or title_of_path(block.heading_path)
        numbered = re.fullmatch(rf"(?:[一-鿿]*?)(?P<form>{NUMBERED})?(?:施行|適用|から施行)?\s*(?:[(].*)?", rest)
        if subject is None or numbered is None or self._deed is None:
            self._deed = None
            return None
        form = Form(None, self._deed)
        basis = numbered["form"]
        return self._told(subject, form, day, line, Place(self._document, block, span), basis=basis)

    def _entry(self, rest: str, day: Day, line: str, span: Span, block: Block) -> Fact | None:
        """A line of a chronology or schedule: 「平成12年5月　○○計画 閣議決定」, 「７月下旬　採択結果の公表」."""
        bracket = _TAIL_BRACKET.search(rest)
        inside = bracket["inside"] if bracket else ""
        plain = rest[: bracket.start()] if bracket else rest
        head, _, more = plain.partition("。")
        plain = head if more and re.search(rf"(?:{DEED})$", head) else plain  # 「法 施行。○○本部を設置」
        second = _ALSO.search(plain)
        plain = plain[: second.end("form")] if second else plain
        bracket_form = form_of(inside) if inside else None
        found = re.search(rf"(?P<form>{DEED}|{NUMBERED})(?:予定|する|した)?$", plain)
        if found is None:
            if bracket_form is None or len(plain) < 3:
                return None
            return self._told(plain, bracket_form, day, line, Place(self._document, block, span))
        subject = plain[: found.start()]
        words = subject.split()
        form = form_of(found["form"]) or Form(None, found["form"])
        if len(words) > 1 and (with_body := form_of(words[-1] + found["form"])) is not None and with_body.body:
            form, subject = with_body, " ".join(words[:-1])
        elif _BODY_IN_BRACKET.search(inside) and form.body is None:
            form = Form(None if inside.startswith("本") else inside, form.form)
        subject, body = self._about(_JOIN.sub("", subject).strip() if _BODY_BEHIND.search(subject) is None else subject)
        form = Form(form.body or body, form.form)
        return self._told(subject, form, day, line, Place(self._document, block, span))

    def _about(self, said: str) -> tuple[str, str | None]:
        """What a line of a chronology speaks of, and the body that it names: a short name is given in full, bodies alone leave the own text."""
        bodies = _ONLY_BODIES.fullmatch(said)
        if bodies is not None and said and (bodies["by"] or bodies["at"]):
            return _OF_DECISION.sub(r"\g<name>", self._own or said), bodies["by"] or bodies["at"]
        behind = _BODY_BEHIND.search(said)
        what = (said[: behind.start()] if behind else said).strip()
        quoted = re.fullmatch(r"「(?P<name>[^「」]+)」", what)
        what = quoted["name"] if quoted else what
        full = self._abbreviated.get(what.removeprefix("本"))
        if full is None and what in {"計画", "本計画", "戦略", "本戦略"} and self._own and what[-2:] in self._own:
            full = _OF_DECISION.sub(r"\g<name>", self._own)
        return full or what, behind["body"] if behind else None

    def _row(self, line: str, span: Span, block: Block) -> Fact | None:
        """A row of a table of decisions: one cell is a day, another ends in a form."""
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        for index, cell in enumerate(cells):
            days = days_of(cell, find_times(cell, self._document.metadata.date))
            if len(days) == 1 and days[0].start == 0 and days[0].end == len(cell):
                others = [other for place, other in enumerate(cells) if place != index and other]
                for other in others:
                    form = form_of(other)
                    if form is not None and len(others) > 1:
                        subject = next(entry for entry in others if entry != other)
                        return self._told(subject, form, days[0], cell, Place(self._document, block, span))
                return self._entry(others[0], days[0], cell, span, block) if others else None
        return None

    def _form_alone(self, line: str, span: Span, block: Block, number: int) -> Fact | None:
        """「閣議決定」 alone, with the day on the line before or behind it: the head of a document."""
        if number >= HEAD_BLOCKS or len(line) > _LONGEST_FORM:
            return None
        form = form_of(line)
        if form is None or ("決定" not in form.form and "了解" not in form.form and "第" not in form.form):
            return None
        text = self._document.text
        for other in (_line_before(text, span.start), _line_behind(text, span.end)):
            if other is None:
                continue
            near = _MARK.sub("", normalize(other.of(text)).text).strip(" ()")
            days = days_of(near, find_times(near, self._document.metadata.date))
            if len(days) == 1 and days[0].start == 0 and days[0].end == len(near):
                both = Span(min(span.start, other.start), max(span.end, other.end))
                return self._about_above(form, days[0], near, both, block, number)
        return None

    def _about_above(self, form: Form, day: Day, line: str, span: Span, block: Block, number: int) -> Fact | None:
        """A day and a form alone: of the title above it, or of the text that the document is."""
        subject = self._title_above(span)
        if subject is None and number < HEAD_BLOCKS:
            subject = self._own or title_name(self._document.metadata.title)
        if subject is None or len(subject) < 4:
            return None
        return self._told(subject, form, day, line, Place(self._document, block, span))

    def _title_above(self, span: Span) -> str | None:
        text = self._document.text
        place = span.start
        for _ in range(_LINES_UP):
            above = _line_before(text, place)
            if above is None:
                return None
            line = _MARK.sub("", normalize(above.of(text)).text).strip()
            place = above.start
            if form_of(line.strip("()")) or days_of(line, find_times(line)):
                continue
            name = title_name(line)
            return name if own_title(name) and not re.search(r"[。、]", name) else None
        return None

    def _told(
        self, subject: str, form: Form, day: Day, line: str, place: Place, basis: str | None = None
    ) -> Fact | None:
        if self._last and _SAME.match(subject):
            subject = _VERSION.sub("", self._last).strip() + _SAME.sub("", subject)
        name = title_name(subject)
        name = subject if _VERSION.search(subject) else name
        if len(name) < 2 or form_of(name) is not None or re.search(r"[。、]$|^附\s*則", name):
            return None
        self._last = name
        quote = place.span.of(self._document.text)
        printed = _printed(quote, line[day.start : day.end])
        written = self._document.metadata.date or "9999"
        later = day.iso is not None and day.iso[: len(written)] > written  # 「令和8年3月」 may be after its 17th
        announced = bool(_UNDATED.search(" ".join(place.block.heading_path))) or "予定" in quote
        planned = (later or (announced and not self._is_past(day))) and not _NEVER_PLANNED.search(form.form)
        return fact_of(
            place, Told(name, form.body, form.form, form.status, day.iso, day.fiscal_year, printed, planned, basis)
        )

    def _is_past(self, day: Day) -> bool:
        date = self._document.metadata.date
        return day.iso is not None and date is not None and day.iso[:7] < date[:7]


def _printed(quote: str, wanted: str) -> str:
    """The place in a quote whose normal form is ``wanted``, as the quote prints it."""
    normal = normalize(quote)
    place = normal.text.find(wanted)
    return normal.to_original(place, place + len(wanted)).of(quote) if place >= 0 and wanted else quote


def _line_before(text: str, start: int) -> Span | None:
    end = start
    while end > 0 and text[end - 1].isspace():
        end -= 1
    if end == 0:
        return None
    begin = text.rfind("\n", 0, end) + 1
    return Span(begin, end)


def _line_behind(text: str, end: int) -> Span | None:
    start = end
    while start < len(text) and text[start].isspace():
        start += 1
    if start >= len(text):
        return None
    stop = text.find("\n", start)
    stop = len(text) if stop < 0 else stop
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    return Span(start, stop)
