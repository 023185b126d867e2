"""Decisions that a sentence states: a bracket behind a name, a verb with its object, an entry into force, a basis.

Owns the reading of sentences. Invariant: a decision has the day that stands between the deed before it and itself; a deed that is denied,
supposed or only spoken about gives no fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policy_qa.facts.decisions.forms import BODY, DEED, NUMBERED, Day, Form, days_of, form_of, planned
from policy_qa.facts.decisions.names import POINTS, is_official, name_before, title_name, title_of_path, whole_before
from policy_qa.facts.decisions.writing import Place, Told, fact_of
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import Normalized, normalize
from policy_qa.types import DecisionStatus, Fact, Span

_BRACKET = re.compile(r"[(〔](?P<inside>[^()〔〕]{4,80})[)〕]")
_ENFORCED = re.compile(
    r"この(?P<kind>要綱|要領|条例|規則|法律|政令|省令|府令|命令|告示|規程|訓令|基準|計画|指針|細則|内規)は、?[^。、]{0,16}?(?P<day>[^。、]{4,14}?)(?:から|より)(?P<form>施行|適用|実施)"
)
_OF_ITSELF = re.compile(
    r"この(?:要綱|要領|条例|規則|法律|政令|省令|府令|命令|告示|規程|訓令)[はの中][^。]{0,80}(?:施行|適用|効力を失)"
)
_EXPIRES = re.compile(
    r"この(?:要綱|要領|条例|規則|法律|規程|告示)は、?(?P<day>[^。、]{4,14}?)(?:限り|をもって)、?(?:その)?(?:効力を失|廃止)"
)
_DEED = re.compile(
    rf"(?P<form>{DEED}|決め|{NUMBERED})(?P<end>(?:さ?れ|し)(?:た|て|、|まし|ている)|(?:さ?れ|す)る|(?:さ?れ|し)ます|た|まし|ました|を(?:行|経|し|受け|得)|と(?:した|し、|なった|なり|する)|の(?:予定|見込み)|予定|済み|(?<=まとめ)る|[。、]|$)"
)
_REMARK = re.compile(r"[ 　]*[（(][^（）()\n]{2,60}[）)]")
_DENIED = re.compile(
    r"(?:さ?れ|し)?て?(?:い|お)?(?:ない|らず|りません|ません|なかった|ず)|[^。、]{0,8}?(?:場合|とき|際|ものとみなす|ことができる|ことができ)|(?:さ?れ|し|す)[たる](?:前|後|日|もの|年度|まで|以前|以後|以降)"
)
_BESIDES = re.compile(
    rf"(?:[、に]|付け?で?|新たに|本日|初めて|全会一致で|全員一致で|賛成多数で|原案のとおり|[(][^()]*[)]|{BODY}(?:において|で|にて|が|は|として|により|の)|限りで?|をもって|を(?:目途|目処|めど)に|で)*"
)
_OBJECT = re.compile(r"(?:を|が|は|も|について(?:は|も)?、?|につき、?|に関し、?)")
_CLAUSE_DECIDED = re.compile(
    rf"(?:こと)(?=(?:を|が|で)、?(?:全会一致で|原案のとおり)?(?:{DEED})(?:さ?れ|し)(?:た|まし))"
)
_BEFORE_CLAUSE = re.compile(r"(?:において(?:は)?|にて|会議で|[会部議省庁市町村県長臣]が)、?|[年月日]に?、")
_LONGEST_CLAUSE = 100
_OF_WHOLE_TEXT = ("決定", "策定", "改定", "市長決定", "知事決定", "大臣決定", "承認")
_POINTING = re.compile(
    r"(?<![一-鿿])(?P<how>同|本|この|当該)(?P<kind>計画|戦略|方針|法|法律|要綱|条例|規則|基準|指針|案|構想|大綱|改正)(?:の?案)?$"
)
_BASIS = re.compile(r"(?:に基づき|に基づいて|を踏まえ(?:て|、)|に則り|に則って|を受けて)")
_LEGAL_BASIS = re.compile(
    r"(?P<whose>(?:本|この)[一-鿿]{1,8}|「[^」]{2,50}」|[一-鿿々ァ-ヴー]{2,30}(?:計画|要綱|事業|制度|交付金|補助金|戦略|方針))(?:[(][^()]*[)])?(?:は|とは)、?(?P<basis>[^。]{2,70}?(?:法律?|条例|規則|要綱|政令|省令)(?:\([^()]{2,40}\))?(?:第[0-9一二三四五六七八九十百]+条(?:の[0-9一二三四五六七八九十]+)?(?:第[0-9一二三四五六七八九十]+[項号])*)?)(?:の規定)?(?:に基づ(?:く|き|いて)|を根拠)"
)
_UNDATED = re.compile(r"閣議|(?:本部|会議|委員会|大臣|長官|知事|市長)決定|了承|可決|承認|答申")
_VERBS = {"決め": "決定"}


@dataclass(slots=True)
class Memory:
    """What the sentences before this one spoke of."""

    subject: str | None = None


def sentence_facts(place: Place, title: str | None, memory: Memory) -> Iterator[Fact]:
    """The decisions that one sentence states; ``title`` is the text the document is, ``memory`` what was decided before."""
    own = title or title_of_path(place.block.heading_path)
    raw = place.span.of(place.document.text)
    of_itself = _OF_ITSELF.search(raw) is not None
    if of_itself and own is None:
        return  # 「この法律は、…から施行する。」 of a text that nothing names
    normal = normalize(raw)
    text = normal.text
    days = days_of(text, find_times(text, place.document.metadata.date))
    reader = _Sentence(place, normal, days, own, memory)
    yield from reader.enforced()
    yield from reader.brackets()
    if not of_itself:
        yield from reader.deeds()
        yield from reader.bases()


@dataclass(slots=True)
class _Sentence:
    place: Place
    normal: Normalized
    days: Sequence[Day]
    own: str | None
    memory: Memory

    def enforced(self) -> Iterator[Fact]:
        """「この要綱は、令和7年4月1日から施行する。」, 「…限り、その効力を失う。」 of the text itself or of its amendment."""
        text = self.normal.text
        if self.own is None or "この" not in text:
            return
        for pattern, form in ((_ENFORCED, "施行"), (_EXPIRES, "失効")):
            for match in pattern.finditer(text):
                day = next((day for day in self.days if match.start("day") <= day.start <= match.end("day")), None)
                if day is None:
                    continue
                amendment = None if form == "失効" else self._amendment(match.start())
                status: DecisionStatus = "abolished" if form == "失効" else "revised" if amendment else "decided"
                printed = self._printed(day.start, day.end)
                yield fact_of(
                    self._with_remark(),
                    Told(self.own, None, form, status, day.iso, day.fiscal_year, printed, basis=amendment),
                )

    def _with_remark(self) -> Place:
        """The sentence with the bracket behind it, in which an amendment says what it changed: 「…から施行する。（加算の追加）」."""
        text, span = self.place.document.text, self.place.span
        earlier, own = (
            _REMARK.match(text, span.start),
            _REMARK.match(text, span.end),
        )  # the first is the sentence's before
        start = earlier.end() if earlier and "この" in text[earlier.end() : span.end] else span.start
        start += len(text[start : span.end]) - len(text[start : span.end].lstrip())
        return replace(self.place, span=Span(start, own.end() if own else span.end))

    def _amendment(self, place: int) -> str | None:
        """What 「附 則（令和5年3月24日告示第44号）」 above the sentence says, when it is an amendment's."""
        document, start = self.place.document, self.place.span.start
        around = f"{normalize(document.text[max(0, start - 160) : start]).text}\n{self.normal.text[:place]}"
        heads = list(re.finditer(r"附 *則(?:\s*[(](?P<inside>[^()]+)[)])?", around))
        inside = heads[-1]["inside"] if heads else None
        return inside if inside and re.search(NUMBERED, inside) else None

    def brackets(self) -> Iterator[Fact]:
        """「○○計画（令和7年12月23日閣議決定）」, also with later changes behind it; 「…会議の答申（令和8年2月13日）」."""
        text = self.normal.text
        for match in _BRACKET.finditer(text):
            inside = re.split(r"以下|。", match["inside"])[0].rstrip(" 、,")
            offset = match.start("inside")
            if re.search(r"(?:法律|政令|勅令)第", inside):
                continue  # read without the dictionary, for speed
            days = [day for day in self.days if offset <= day.start < offset + len(inside)]
            if not days:
                continue
            if re.search(r"附 *則\s*$", text[: match.start()]):
                yield from self._amended(days[0], inside, offset)
                continue
            subject = name_before(text, match.start()) or whole_before(text[: match.start()])
            if subject is None:
                continue
            if days[0].start == offset and days[0].end == offset + len(inside):
                yield from self._deed_with_day(match.start(), days[0])
                continue
            for piece in re.finditer(r"[^、,;・]+(?:・[^、,;0-9]+)*", inside):
                begin, end = offset + piece.start(), offset + piece.end()
                day = next((day for day in days if begin <= day.start < end), None)
                if day is None:
                    continue
                form = form_of((text[day.end : end]).strip()) or form_of(text[begin : day.start].strip())
                if form is None or (text[begin : day.start].strip() and text[day.end : end].strip()):
                    continue
                is_plan = "予定" in piece[0]
                self.memory.subject = subject
                yield self._told(subject, form, day, planned_=is_plan)

    def _amended(self, day: Day, inside: str, offset: int) -> Iterator[Fact]:
        """「附 則（令和5年3月24日告示第44号）」: the text was changed that day by that."""
        by = re.search(rf"{NUMBERED}$", inside)
        if self.own is not None and by is not None:
            yield self._told(self.own, Form(None, "改正"), day, basis=by[0], at=(offset, offset + len(inside)))

    def _deed_with_day(self, place: int, day: Day) -> Iterator[Fact]:
        match = re.search(
            rf"(?P<body>{BODY})の?(?P<form>答申|決定|議決|承認|了承|諮問|勧告)$", self.normal.text[:place]
        )
        if match is None or self.own is None:
            return
        body = match["body"] if not re.match("同|本|当該", match["body"]) else self._named_body(match["body"], place)
        yield self._told(self.own, Form(body, match["form"]), day)

    def _named_body(self, pointing: str, place: int) -> str | None:
        """The full name of 「同会議」: the last name before it with the same ending."""
        ending = re.sub(r"^(?:同|本|当該)", "", pointing)
        names = re.findall(rf"[一-鿿々ァ-ヴー・]{{2,30}}{re.escape(ending)}", self.normal.text[: place - len(pointing)])
        return str(names[-1]) if names else None

    def deeds(self) -> Iterator[Fact]:
        """Verbs: 「…を閣議決定した」, 「…が成立し、令和6年4月1日に施行された」, 「市長が決定した」."""
        text = self.normal.text
        begin = 0
        subject: str | None
        last_subject: str | None = None
        clause = self._clause()
        for match in _DEED.finditer(text):
            if _inside_bracket(text, match.start()):
                continue
            behind = text[match.end("form") :]
            if _DENIED.match(behind) or (match["form"] == "決め" and not re.match(r"た|まし", behind)):
                continue
            decides = clause is not None and match.start() >= clause.end
            if clause is not None and clause.start <= match.start() < clause.end:
                begin = max(begin, clause.start)
            window = text[0 if decides else begin : match.start()]
            form, window = self._form(match, window)
            if form is None:
                continue
            if decides and clause is not None:
                subject, body, clause_days, clause = self._of_clause(clause)
                days = clause_days
            else:
                days = [day for day in self.days if begin <= day.start < match.start()]
                days = [
                    day for day in days if not _inside_bracket(text, day.start) and not self._is_until(day, form.form)
                ]
                subject, body = self._object(begin, begin + len(window))
                subject = self._resolved(subject, last_subject) or last_subject
                days = [day for day in days if not subject or text[day.start : day.end] not in subject]
            if subject is None and form.form in {"施行", "公布"} and not _OBJECT.search(window):
                subject = self.memory.subject
            if subject is None and form.form in _OF_WHOLE_TEXT and self.own and days:
                subject = self.own
            begin = match.end()
            if subject is None or not (
                decides or is_official(subject) or form.form == "廃止" or f"「{subject}」" in text
            ):
                continue
            last_subject = subject
            self.memory.subject = subject
            day = days[-1] if days else None
            form = Form(form.body or body, "閣議決定" if body == "閣議" and form.form == "決定" else form.form)
            if day is None and not (_UNDATED.search(form.form) and is_official(subject)):
                continue
            yield self._told(
                subject, form, day, planned_=planned(behind, form.form), basis=self._basis(window, match.start()), at=match.span("form")
            )  # fmt: skip

    def _clause(self) -> Span | None:
        """The clause that a body decides on: 「…を廃止し、…に切り替えることを決定した」."""
        text = self.normal.text
        match = _CLAUSE_DECIDED.search(text)
        if match is None:
            return None
        before = list(_BEFORE_CLAUSE.finditer(text, 0, match.start()))
        start = before[0].end() if before else 0
        return Span(start, match.start() + 2) if 6 <= match.start() + 2 - start <= _LONGEST_CLAUSE else None

    def _of_clause(self, clause: Span) -> tuple[str, str | None, list[Day], None]:
        head = self.normal.text[: clause.start]
        body = re.search(rf"(?P<body>{BODY})(?:において(?:は)?|にて|で|が|は)、?$", head)
        days = [day for day in self.days if day.end <= clause.start and not _inside_bracket(head, day.start)]
        return clause.of(self.normal.text), body["body"] if body else None, days, None

    def _is_until(self, day: Day, form: str) -> bool:
        """Whether a day is of something else than the deed: 「…まで」, 「…現在」; a thing is abolished 「…限りで」."""
        behind = self.normal.text[day.end :]
        if re.match(r"(?:限り|をもって)", behind):
            return "廃止" not in form and form != "失効"
        return bool(
            re.match(r"(?:から(?!施行|適用)|まで(?!に)|以降|時点|現在|の(?!閣議|[一-鿿]{0,24}(?:会|本部)))", behind)
        )

    def _form(self, match: re.Match[str], window: str) -> tuple[Form | None, str]:
        """The form of a deed with the body written on to it (…会議決定), and the window without that body."""
        deed = _VERBS.get(match["form"], match["form"])
        tail = re.search(r"[一-鿿々ァ-ヴー・]+$", window)
        if tail is None:
            return form_of(deed), window
        form = form_of(tail[0] + deed)
        if form is None or not form.body:
            return None, window  # 交付決定, 計画策定: a word of its own
        return form, window[: tail.start()]

    def _object(self, begin: int, end: int) -> tuple[str | None, str | None]:
        """What a deed is done to and by whom, from the words before it."""
        text = self.normal.text
        subject: str | None = None
        body: str | None = None
        for particle in reversed(list(_OBJECT.finditer(text, begin, end))):
            if _inside_bracket(text, particle.start()):
                continue
            head = text[begin : particle.start()]
            by = re.search(rf"(?P<body>{BODY})$", head)
            if particle[0] in {"が", "は"} and by and not is_official(by["body"]):
                body = body or by["body"]
                continue
            if subject is None and (particle[0].startswith(("は", "に")) or self._adjoins(particle.end(), end)):
                pointing = _POINTING.search(head)
                subject = pointing[0] if pointing else name_before(text, particle.start())
        where = re.search(rf"(?P<body>{BODY})(?:において|で|にて)", text[begin:end])
        body = body or (where["body"] if where else None)
        return subject, body if body is None or not POINTS.fullmatch(body) else None

    def _adjoins(self, start: int, end: int) -> bool:
        """Whether nothing stands between an object and its deed but days, bodies and the like: 「…を、令和6年3月に本部で決定」."""
        between = self.normal.text[start:end]
        for day in self.days:
            if start <= day.start and day.end <= end:
                between = between.replace(self.normal.text[day.start : day.end], "", 1)
        return bool(_BESIDES.fullmatch(between))

    def _resolved(self, subject: str | None, last: str | None) -> str | None:
        """A name for what 「同案」, 「本計画」 or 「この方針」 points to."""
        if subject is None:
            return None
        pointing = _POINTING.fullmatch(subject)
        if pointing is None:
            return subject
        if pointing["how"] == "本" and self.own:
            return self.own
        if pointing["kind"] == "改正":
            return None
        found = last or self.memory.subject
        return f"{found}案" if found and pointing["kind"] == "案" and not found.endswith("案") else found

    def _basis(self, window: str, end: int) -> str | None:
        match = _BASIS.search(window)
        if match is None:
            return None
        head = re.sub(r"[(][^()]*[)]$", "", window[: match.start()])
        return name_before(head, len(head))

    def bases(self) -> Iterator[Fact]:
        """「本計画は、○○法第5条に基づく」: what a plan or programme rests on."""
        text = self.normal.text
        for match in _LEGAL_BASIS.finditer(text):
            whose = match["whose"].strip("「」")
            subject = (
                self.own or title_name(self.place.document.metadata.title) if re.match("本|この", whose) else whose
            )
            printed = self._printed(*match.span("basis"))
            if len(subject) < 3 or re.match(r"この|その|同|本|当該|法(?:第|律?$)", match["basis"]):
                continue
            told = Told(subject, None, None, "decided", None, None, printed, basis=match["basis"], confidence="medium")
            yield fact_of(self.place, told)

    def _told(
        self,
        subject: str,
        form: Form,
        day: Day | None,
        *,
        planned_: bool = False,
        basis: str | None = None,
        at: tuple[int, int] = (0, 0),
    ) -> Fact:
        printed = self._printed(day.start, day.end) if day else self._printed(*at)
        return fact_of(
            self.place,
            Told(
                subject, form.body, form.form, form.status, day.iso if day else None, day.fiscal_year if day else None,
                printed, planned_, basis, "high" if day else "medium",
            ),
        )  # fmt: skip

    def _printed(self, start: int, end: int) -> str:
        return self.normal.to_original(start, end).of(self.normal.original)


def _inside_bracket(text: str, place: int) -> bool:
    """Whether a place lies in round brackets or quotes of its sentence."""
    return any(
        text.count(opening, 0, place) > text.count(closing, 0, place) for opening, closing in ("()", "「」", "『』")
    )
