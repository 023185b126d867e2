"""When: the days, months, deadlines and stretches of years that answer «いつ», «何月», «いつまで».

Owns what counts as a time beside the dates of the text layer: months and days whose year is not written (毎年6月末, 11月30日まで), days of the week,
and deadlines that count from an event or a deed (出生日の翌日から6か月以内, 締切の2週間前まで, 工事の契約前). Invariant: a time is printed as its
passage prints it; one that counts from an event is given only where the question looks ahead, never for what has happened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy_qa.japanese.dates import find_times

# A day of the text layer's that only makes it read months without a year; no year of it is ever said.
_ANY_DAY = "2000-01"
_WITHOUT_YEAR = re.compile(r"(?:同年|同月|翌年|翌月)?の?[0-9]")
_TAIL = re.compile(r"末日?|[上中下]旬|頃|ごろ|中(?![一-鿿])|内(?![一-鿿])")
_EVERY = re.compile(r"(?:毎年度?|毎月|翌年度?の?|当該年度の|年度の?)$")
_NO_LONGER = re.compile(r"(?:当初の?(?:計画|予定|見込み)|従来|[変改][更正定]前|旧計画)(?:の|では|は)?、?$")
_OF_A_LAW = re.compile(r"[^。]{0,4}(?:法律|政令|省令|府令|条例|規則|告示)第")
_BEFORE = re.compile(r"前(?![半期])")  # 「12月前」 is a count of months
_SEASON = re.compile(
    r"(?:来年|今年|翌年|[0-9]{4}年)(?:春|夏|秋|冬|末|度末|度内|中|前半|後半)|(?<![0-9])(?:毎年|年度)末"
)
_YEARS = re.compile(
    r"(?:約|今後)?(?<![和成正治第0-9一二三四五六七八九十])(?:[0-9]+|[一二三四五六七八九十]+)年(?:間|後|程度|以内)?(?=[^0-9一二三四五六七八九十月度法]|$)"
)
_COUNT = r"[0-9一二三四五六七八九十]+(?:営業)?(?:日|週間|か月|ヶ月|カ月|箇月|月|年|時間)"
# 「出生日の翌日から6か月以内」「工事を始める7日前まで」「請求書を受理した日から45日以内」
_FROM_AN_EVENT = re.compile(
    r"(?:(?:[一-鿿々ァ-ヴー]{1,14}(?:を[一-鿿々]{1,8})?[したするれめ]{0,3})?(?:の?(?:日|翌日|翌月|翌年度|当日))?(?:から(?:起算して)?|の|より)?)?"
    + _COUNT
    + r"(?:以内|後(?:まで|から|(?=に|、|。|$))|前(?:の日|の(?:月の)?(?:初日|末日|[0-9]+日)(?:から[0-9]+日前)?)?(?:まで|から|(?=に|、|。|$)))"
)
_IN_CASE = re.compile(
    r"に[^、。]{1,23}[たるいうくすつむぬぶ](?:、?(?:若しくは|又は|もしくは|または)[^、。]{1,20})?(?:とき|場合|者|方|もの)(?![^、。はがにを])"
)  # 「5年以内に処分したときは」 tells of a case
# 「乗る日の前日17時まで」「前の日の午後5時まで」
_BY_THE_DAY = re.compile(
    r"(?:[^はがをにでも、。\s|]{1,8}の)?(?:前々日|前日|前の日|当日|翌日)(?:の?(?:午前|午後|正午|朝|夕方)?(?:[0-9]{1,2}時(?:[0-9]{1,2}分|半)?)?)(?:まで|(?=に|、|。|で|$))"
)
# 「工事の契約前」「購入前に」「片付けの前」
_BEFORE_A_DEED = re.compile(
    r"(?:[一-鿿々ァ-ヴー]{1,8}の)?(?<![0-9一-鿿々ァ-ヴー])(?P<deed>[一-鿿々ァ-ヴーけりみえ]{2,10})の?前(?=[にまで]|\*|。|$|\s*\|)"
)
# Of no deed, as 契約前, 交付決定前 and 片付け前 are: 市役所前, 三月前.
_NO_DEED = re.compile(r"[所園館校店駅局院場堂寺社宅家口門橋室課人名者方]$|^[一二三四五六七八九十以午]")
_KANJI_MONTH = r"(?<![一二三四五六七八九十])(?:十[一二]?|[一二三四五六七八九])月"
_KANJI_MONTHS = re.compile(
    rf"{_KANJI_MONTH}(?:から{_KANJI_MONTH}(?:まで)?)?"
)  # minutes are printed so: 五月から七月まで
_WEEKDAY_ASKED = re.compile(r"何曜")
_WEEKDAYS = re.compile(
    r"(?:毎週|第[0-9](?:[・、]第?[0-9])*)?[月火水木金土日]曜?(?:[・、][月火水木金土日]曜?)*日?(?:曜日)?(?:[〜~～-][月火水木金土日]曜日?)?"
)
# What happens every day is asked for by いつ, and told by its hours.
_DAILY = re.compile(r"いつ(?!まで|から)[^。?？]*(?:れます|られます|えます|けます|います|てる|ている|れる|ってい)")
_HOURS = re.compile(
    r"(?:(?:毎日|平日|土日|毎朝|毎晩)の?)?(?:午前|午後|正午)[0-9]{0,2}(?:時(?:[0-9]{1,2}分|半)?)?(?:(?:から|と|[〜~～-])(?:午前|午後|正午)[0-9]{0,2}(?:時(?:[0-9]{1,2}分|半)?)?)*"
)
_ASKS_BOTH_ENDS = re.compile(r"いつから、?(?:いつ|何[月日])(?:まで)?")
_ASKS_PERIOD = re.compile(
    rf"{_ASKS_BOTH_ENDS.pattern}|(?:受付|受け付け|募集|申請|公募|応募|申し?込み?|提出|縦覧|実施|意見)(?:の)?期間"
)
_PERIOD = re.compile(r"[0-9日月年度)](?:時(?:[0-9]+分)?)?(?:から|より|[〜~～–—-])")
_AHEAD = re.compile(
    r"いつ|期限|締切|締め切り|〆切|期日|何(?:日|か月|ヶ月|週間)(?:以内|前|まで|後|のうち)|(?:どの|どれ)(?:くらい|ぐらい)(?:のうち|前)"
)
_LATEST = re.compile(r"いつまで|期限|締切|締め切り|〆切|何(?:日|か月|ヶ月|週間)前|(?:どの|どれ)(?:くらい|ぐらい)前")
_HAS_HAPPENED = re.compile(r"た(?:の|ん)?(?:です)?か?[?？。]*$|ましたか?[?？。]*$")
_APPLYING = re.compile(r"申請|応募|提出|申し?込|受付|受け付け|募集|公募|届|出[しせ]")


def times_told(question: str, text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a normalised text that tell when, in no order; some may overlap."""
    if _WEEKDAY_ASKED.search(question):
        yield from (match.span() for match in _WEEKDAYS.finditer(text) if "曜" in match[0])
        return
    mentions = find_times(text)
    known = [(mention.start, mention.end) for mention in mentions]
    mentions += [
        mention
        for mention in find_times(text, _ANY_DAY)
        if _WITHOUT_YEAR.match(mention.printed)
        and not any(start < mention.end and mention.start < end for start, end in known)
    ]
    for mention in mentions:
        if _OF_A_LAW.match(text, mention.end) or _BEFORE.match(text, mention.end):
            continue
        if "当初" in question or not _NO_LONGER.search(text, 0, mention.start):
            yield _whole(text, mention.start, mention.end)
    if "何年" in question or (
        "いつまで" in question and not _APPLYING.search(question)
    ):  # 「いつまで取っておく」: 5年間
        yield from (match.span() for match in _YEARS.finditer(text))
    if "何月" in question:
        yield from (match.span() for match in _KANJI_MONTHS.finditer(text))
    if _DAILY.search(question) and not mentions:
        yield from (match.span() for match in _HOURS.finditer(text))
    yield from (match.span() for match in _SEASON.finditer(text))
    if _AHEAD.search(question) and not _HAS_HAPPENED.search(question):
        yield from (match.span() for match in _FROM_AN_EVENT.finditer(text) if not _IN_CASE.match(text, match.end()))
    if _LATEST.search(question) and not _HAS_HAPPENED.search(question):
        yield from (match.span() for match in _BY_THE_DAY.finditer(text))
        yield from (match.span() for match in _BEFORE_A_DEED.finditer(text) if not _NO_DEED.search(match["deed"]))


def asks_period(asked: str) -> bool:
    """Whether a normalised question asks from when to when: 「受付期間は」, 「いつからいつまで」."""
    return bool(_ASKS_PERIOD.search(asked))


def asks_both_ends(asked: str) -> bool:
    """Whether a normalised question asks for both ends of a period by name, so that a single time is no answer."""
    return bool(_ASKS_BOTH_ENDS.search(asked))


def is_period(printed: str) -> bool:
    """Whether a time goes from a day to a day: 「8月24日(月)〜9月25日(金)17時」."""
    return bool(_PERIOD.search(printed))


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """A date with the words that narrow it: 令和10年度末, 7月下旬, 毎年6月1日."""
    tail = _TAIL.match(text, end)
    every = _EVERY.search(text, 0, start)
    return every.start() if every else start, tail.end() if tail else end
