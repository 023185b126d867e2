"""The forms that decisions take in Japanese administration, who takes them, and the days they carry.

Owns the words: 閣議決定, 本部決定, 告示第n号, 可決, 施行 …, the bodies that decide, and how a printed day becomes an ISO date. Invariant: all patterns
expect normalised text; a form is returned as it is printed, a body only where its name is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy_qa.japanese.dates import TimeMention
from policy_qa.japanese.normalize import normalize
from policy_qa.types import DecisionStatus

_DIGITS = "0-9〇一二三四五六七八九十百千"
_NAME = r"一-鿿々ァ-ヴーA-Za-z0-9・"
# What a text is numbered as: 法律第136号, 告示第38号, 文部科学省令第3号.
NUMBERED = rf"(?:法律|政令|勅令|[府省]令|条例|規則|告示|公告|訓令|訓|通達|規程|要綱)(?:甲|乙)?第 ?[{_DIGITS}]+号(?:の[{_DIGITS}]+)?"
# What is done to a text or a plan. Longest first where one begins another.
_DEEDS = (
    "閣議決定", "閣議了解", "閣議報告", "持ち回り決定", "一部改正", "一部改定", "一部変更", "一部改訂", "全部改正", "最終改正", "全部改定", "申合せ", "申し合わせ",
    "取りまとめ", "とりまとめ", "決定", "了解", "了承", "承認", "可決", "議決", "成立", "公布", "施行", "制定", "策定", "改定", "改訂", "改正", "変更", "廃止",
    "失効", "答申", "諮問", "勧告", "告示", "公示", "採択", "裁定", "公表", "発表", "通知",
)  # fmt: skip
DEED = "|".join(_DEEDS)
_ROLE = (
    r"(?:本部|会議|委員会|審議会|協議会|分科会|部会|検討会|懇談会|連絡会|幹事会|連絡会議|推進会議|議会|国会|衆議院|参議院|"
    r"大臣|長官|知事|市長|町長|村長|区長|局長|部長|課長|室長|本部長|会長|総裁|統括官|次官|次長|審議官|閣議|内閣|省|庁|政府|教育長|理事会|県|市|町|村|区)"
)
BODY = rf"[{_NAME}]{{0,30}}?{_ROLE}"
_BODY_AND_DEED = re.compile(rf"(?P<body>[{_NAME}、]{{0,40}}?)(?P<form>{NUMBERED}|{DEED})(?P<end>案|予定|見込み)?")
_ROLE_ENDING = re.compile(rf"{_ROLE}$")
# A deed done by one body that has its own short name: 本部決定, 会議決定, 大臣決定, 市議会可決.
_SHORT_ROLES = re.compile(
    r"(?:本部|会議|委員会|審議会|協議会|部会|大臣|長官|知事|市長|町長|村長|区長|局長|部長|課長|室長|会長|議会)$"
)
_ABOLISHING = re.compile(r"廃止|失効|効力を失")
_REVISING = re.compile(r"改正|改定|改訂|変更")
_REFERRING = re.compile(r"(?:^|・)(?:同|本|当|各|関係|両)(?=[^意一-鿿]|$)")
_BARE_DAY = re.compile(
    r"(?<![0-9年])(?P<month>1[0-2]|[1-9])月(?P<day>[12][0-9]|3[01]|[1-9])日|(?<![0-9年か〜~\-])(?P<part>(?:1[0-2]|[1-9])月[上中下]旬)"
)
TAIL = re.compile(r"(?:[上中下]旬|末|頃|ごろ|中(?![一-鿿])|春|夏|秋|冬)")


@dataclass(frozen=True, slots=True)
class Form:
    """How something was decided: ``body`` by whom, ``form`` as printed, both without the day."""

    body: str | None
    form: str

    @property
    def status(self) -> DecisionStatus:
        """How far a decision of this form brings its subject."""
        if _ABOLISHING.search(self.form):
            return "abolished"
        return "revised" if _REVISING.search(self.form) else "decided"


@dataclass(frozen=True, slots=True)
class Day:
    """A day, month or year a text prints, in its normal form: ``iso`` whole or reduced, ``fiscal_year`` where it is one."""

    start: int
    end: int
    iso: str | None
    fiscal_year: int | None = None


def form_of(text: str) -> Form | None:
    """The form that a text is and nothing else: 「デジタル大臣決定」, 「告示第38号」; ``None`` for anything longer."""
    match = _BODY_AND_DEED.fullmatch(re.sub(r"^(?:付け?|に|の)?[、\s]*", "", text).rstrip("。 "))
    if match is None or match["end"]:
        return None
    body, form = match["body"].strip("、"), match["form"].replace(" ", "")
    if form.startswith("閣議"):
        return Form("閣議", form) if not body else None
    if form.startswith(("省令", "府令")) and body:
        return Form(body + form[0], form)
    if not body:
        return Form(None, form)
    if not _ROLE_ENDING.search(body) and "第" not in form:
        return None
    if _REFERRING.search(body) or body in {"市", "県", "町", "村", "区", "省", "庁"}:
        return Form(None, form)
    if body == "閣議":
        return Form(body, f"閣議{form}")
    role = _SHORT_ROLES.search(body)
    return Form(body, f"{role[0]}{form}" if role and form == "決定" else form)


def days_of(text: str, mentions: list[TimeMention]) -> list[Day]:
    """The days among the times of a normalised text; a day without a year is one without an ISO date."""
    days = [day for mention in mentions if (day := _day(text, mention)) is not None]
    for match in _BARE_DAY.finditer(text):
        if not any(day.start <= match.start() < day.end for day in days):
            days.append(Day(match.start(), match.end(), None))
    return sorted(days, key=lambda day: day.start)


def _day(text: str, mention: TimeMention) -> Day | None:
    tail = TAIL.match(text, mention.end)
    end = tail.end() if tail else mention.end
    first = mention.first
    if mention.precision == "fiscal_year":
        return Day(mention.start, end, None, mention.fiscal_years[0])
    if mention.precision == "range":
        return None
    printed = normalize(mention.printed).text
    if re.match(r"[^年]*月", printed) and not re.search(r"[年./\-]", printed) and not printed.startswith("同"):
        return Day(mention.start, end, None)  # its year was not printed
    if re.match(r"再?来年|今年|本年|昨年|去年|一昨年", printed):
        return Day(mention.start, end, None)  # counted from a day of writing that the document's own date need not be
    iso = {"day": first.isoformat(), "month": first.isoformat()[:7]}.get(mention.precision, first.isoformat()[:4])
    return Day(mention.start, end, iso)


def planned(behind: str, form: str) -> bool:
    """Whether what follows a deed says that it is still to come: 「される見込み」, 「する予定」, 「する。」; a text that enters into force is decided."""
    if re.match(
        r"[^。、]{0,12}(?:予定|見込み|見通し|方針|方向|目指|目途|目処|めど|計画で|べき|こととし|ことにし)", behind
    ):
        return True
    return form not in {"施行", "失効"} and bool(
        re.match(r"(?:を(?:行い|行う|行な)|さ?れ|し|す|(?:を)?得)?(?:る|ます|よう)(?!こと[がは]でき|に至|など)", behind)
    )
