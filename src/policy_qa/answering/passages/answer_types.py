"""What type of thing answers a question, and where it stands in a passage.

Owns the recognisers of short answers: money, dates, quantities, rates, organisations, persons, places. Invariant: a short answer is
verbatim (after normalisation) in its passage and not already in the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from policy_qa.answering.passages.when import asks_period, times_told
from policy_qa.japanese import counters
from policy_qa.japanese.amounts import find_amounts, find_quantities
from policy_qa.japanese.tokens import Token, analyze


@dataclass(frozen=True, slots=True)
class Value:
    """A short answer in a passage's text."""

    text: str
    start: int
    end: int


_BOUNDED = frozenset({"money", "quantity", "rate", "duration"})
_ASKED_UNIT = re.compile(
    r"何(?P<unit>か月|ヶ月|週間|パーセント|項目|段階|歳代|企業|事業|施設|%|"
    + counters.ASKED
    + r"|[ァ-ヴー]{2,}|[年日割条期次語字県市町村室]|ha|㎡|㎥|k[mg]|[tgmL](?![A-Za-z]))|(?P<counted>件|人|台|戸|世帯|回|社|校|棟|箇所|団体|隻|基)数(?:は|を|が|[?？。]|$)"
)
# 「1人30万円」「1件当たり」: what something is counted by, no count of anything.
_PER_ONE = re.compile(
    r"(?<![0-9,.])1[^0-9、。]{1,4}?(?:当たり|あたり|につき|(?:約|最大|上限)?[0-9][0-9,.兆億万千百]*円|[1一]回)"
)
_OF_ALL = re.compile(r"全部で|全体で|合計で|総数")
_OF_PART = re.compile(r"うち、?(?:約)?$")
_NUMBER = r"(?:[0-9][0-9,.]*[億万千])*[0-9][0-9,.]*[億万千]?"
_TO_THE_NEXT = re.compile(r"(?:\([月火水木金土日・祝]+\))?\s*(?:から|より|[〜~～–—-])\s*")
_BARE = re.compile(r"(?<=(?P<noun>[一-鿿]{2}))[0-9]{1,4}(?=[、。・)で]|$)")
_PLACES = ("か所", "カ所", "ヶ所", "箇所", "地区", "地点", "港", "施設", "拠点")
_SAME_UNIT = {
    "トン": ("t", "トン"), "グラム": ("g", "グラム"), "メートル": ("m", "メートル"), "キロ": ("k", "キロ"), "社": ("社", "者", "業者", "件"), "人": ("人", "名"), "名": ("人", "名"), "か所": (*_PLACES, "ケ所"),
    "箇所": _PLACES, "歳代": ("代",), "パーセント": ("%", "パーセント", "割"), "%": ("%", "パーセント", "割"), "割": ("割", "%"),
    "つ": ("つ", "個", "分野", "種類", "本", "件", "項目", "点"), "自治体": ("自治体", "団体", "市町村"), "団体": ("団体", "自治体"),
}  # fmt: skip
_FREQUENCY = re.compile(
    r"(?:毎(?:年|月|週|日|年度)(?:末|初|度)?|(?:年|月|週|日|年度)に?[0-9〇一二三四五六七八九十～〜\-]+(?:回|度)(?:程度|以上)?|[0-9]+(?:年|か月|月|週間|日)(?:に|ごと)[0-9]*回?|随時|定期的|隔(?:年|月|週))"
)
_DURATION = re.compile(
    r"(?:約|概ね|おおむね)?[0-9]+(?:か年|年|か月|ヶ月|週|日)間|[一二三四五六七八九十]+(?:か年|年|か月|箇月|日|週)間|(?<![和成正治0-9])[0-9]{1,2}年(?:以上|以内|未満|を経過|続けて)|[0-9]+(?:か年|か月|ヶ月)|[0-9]+年間|[0-9]+(?:営業)?日(?:程度|以内|ほど|(?=から[0-9]|[にへ](?:延|短|改|変)|[にへ][)、。]|へ))"
)
_RATE = re.compile(
    r"(?:約|概ね|おおむね)?(?:[0-9]+(?:\.[0-9]+)?(?:%|割(?:[0-9]分)?|パーセント)|[0-9]+分の[0-9]+|(?<![0-9/])[0-9]{1,2}/[0-9]{1,2}(?![0-9/])|[½⅓⅔¼¾]|(?<![決予内固])定額)(?:以内|以上|程度|未満)?"
)
# 「年収360万円未満相当の世帯」: who it is for, no sum that is paid, unless the asker's means are the question.
_OF_WHOM = re.compile(r"(?:未満|以下|以上|を超える)(?:相当)?の(?:世帯|方|者|人|家庭)")
_MEANS = re.compile(r"所得|収入|年収|稼ぎ|資本金|売上")
_ROUNDING = re.compile(r"(?:未満|以下)?の?端数")  # how an amount is rounded, none itself
# 「補助金の額の全額」, 「交付額の3分の2に相当する額」: an amount that is told as a part of another.
_SHARE_OF_AMOUNT = re.compile(
    r"(?:[一-鿿]{1,8}の)?[一-鿿]{0,6}額の(?:全額|半額|[0-9]+分の[0-9]+|[0-9]+割|[0-9]+(?:\.[0-9]+)?(?:%|パーセント))(?:に相当する額)?"
)
_OF_CASE = re.compile(
    r"(?:以上|以下|未満|超え)(?:で|に|の(?:とき|場合))"
)  # 「２年未満で廃業したとき」: the case, not what follows from it
_WHOLE = re.compile(r"(?:全|半)額(?![一-鿿])")
# 「どれくらい出してもらえますか」 is answered by a part of the cost too, 「いくら」 by a sum.
_HOW_MUCH = re.compile(r"(?:どれ|どの)(?:だけ|くらい|ぐらい|ほど|程度)")
_FREE = re.compile(r"(?:無料|無償)(?=です|とする|とします|になり|[。、|)\s]|$)")
_ARTICLE = re.compile(r"第[0-9]+条(?:の[0-9]+)*(?:第[0-9]+項)?(?:第[0-9]+号)?")
_PERSON_ROLE = re.compile(
    r"[一-鿿々ァ-ヴー・]{0,18}(?:大臣|知事|市長|町長|村長|区長|首長|局長|課長|室長|部長|本部長|会長|座長|委員長|理事長|職員|担当者|専門家|有識者|支援官|事業者|団体|法人|公共団体|自治体|都道府県|市区町村|市町村|企業|住民|国民|誰も|学生|若者|女性|方|者)"
)
_BY_NAME = re.compile(r"氏名|(?:長|官|監|員|者|事|大臣|代表)の(?:お?名前|名)")
_OFFICE = re.compile(
    r"(?:一般|公益|特定非営利活動|独立行政|国立研究開発)?(?:財団|社団|行政)?法人[^、。はがにで()（）「」\s]{2,20}(?![一-鿿])|(?:[一-鿿々ァ-ヴーA-Za-z0-9・]{0,24}(?:こども|子ども|まちづくり|まち|くらし|ふるさと|みどり|いきいき|すこやか|ものづくり)[一-鿿々]{0,8}|[一-鿿々ァ-ヴーA-Za-z0-9・]{1,24})(?:(?<!政)府|省|庁|局|課|室|(?<!関)係|本部|(?<![学全一内外各])部|委員会|事務局|機構|官房|センター|会議WG|会議|協会|連合会|財団|機関|商工会|振興会|WG)(?![一-鿿])"
)
_PLACE = re.compile(
    r"(?:各)?(?:都道府県|道府県|市区町村|市町村)|東京圏(?:以外)?|東京都|北海道|大阪府(?:・市)?|京都府|[一-鿿々ァ-ヴー]{1,6}(?:県|(?<![朝夕夜])市|区|町|村|圏|地域|地方|拠点|センター)"
)


def values(asks: str, question: str, text: str) -> list[Value]:
    """The values of the asked type in a normalised text, in order, without those the question itself gives."""
    finder = _FINDERS.get(asks)
    if finder is None:
        return []
    found = finder(question, text)
    if asks in _BOUNDED:
        found = _with_both_bounds(found, text)
    return [value for value in found if _fold(value.text) not in _fold(question)]


def _with_both_bounds(found: list[Value], text: str) -> list[Value]:
    """The values, a least and a most side by side as one: 「３か月以上１年以内」."""
    joined: list[Value] = []
    for value in found:
        last = joined[-1] if joined else None
        is_most = last is not None and last.text.endswith("以上") and value.text.endswith(("以内", "以下", "未満"))
        if last is not None and is_most and text[last.end : value.start] in {"", "、"}:
            joined[-1] = Value(text[last.start : value.end], last.start, value.end)
        else:
            joined.append(value)
    return joined


def is_person_name(text: str) -> bool:
    """Whether a text is nothing but proper nouns, two words at least: a family name and a given name."""
    tokens = analyze(text)
    return len(tokens) >= 2 and all(token.part_of_speech.startswith("名詞-固有名詞") for token in tokens)


def is_typed(asks: str) -> bool:
    """Whether answers to this kind of question have a recognisable type."""
    return asks in _FINDERS


def _fold(text: str) -> str:
    return re.sub(r"\s|,", "", text)


def _money(question: str, text: str) -> list[Value]:
    of_means = bool(_MEANS.search(question))
    found = [
        _with_qualifier(text, mention.start, mention.end)
        for mention in find_amounts(text)
        if not _ROUNDING.match(text, mention.end) and (of_means or not _OF_WHOM.match(text, mention.end))
    ]
    shares = [Value(match[0], *match.span()) for match in _SHARE_OF_AMOUNT.finditer(text)]
    rates = _rate(question, text) if _HOW_MUCH.search(question) else []
    return found or shares or rates or [Value(match[0], *match.span()) for match in _FREE.finditer(text)]


def _date(question: str, text: str) -> list[Value]:
    """The times in order, of those that begin alike or overlap the longest."""
    found: list[Value] = []
    for start, end in sorted(times_told(question, text), key=lambda span: (span[0], -span[1])):
        if not found or start >= found[-1].end:
            found.append(Value(text[start:end], start, end))
    return _from_day_to_day(found, text) if asks_period(question) else found


def _from_day_to_day(found: list[Value], text: str) -> list[Value]:
    """The times, two that から joins over a day of the week as one period: 「３月２日（月）から３月13日（金）」."""
    joined: list[Value] = []
    for value in found:
        last = joined[-1] if joined else None
        if last is not None and _TO_THE_NEXT.fullmatch(text, last.end, value.start):
            joined[-1] = Value(text[last.start : value.end], last.start, value.end)
        else:
            joined.append(value)
    return joined


def _quantity(question: str, text: str) -> list[Value]:
    asked = _ASKED_UNIT.search(question)
    unit = (asked["unit"] or asked["counted"]) if asked else ""
    units = _SAME_UNIT.get(unit, (unit,)) if unit else None
    if unit == "条":
        return [Value(match[0], *match.span()) for match in _ARTICLE.finditer(text)]
    found = []
    whole = _OF_ALL.search(question)

    def counts(start: int) -> bool:
        is_part = whole is not None and _OF_PART.search(text, 0, start) is not None
        return not (is_part or _PER_ONE.match(text, start))

    for mention in find_quantities(text):
        printed = text[mention.start : mention.end]
        if not counts(mention.start) or text.startswith("建", mention.end):  # 一戸建て
            continue
        if units is None or any(unit in printed for unit in units):
            found += [_with_qualifier(text, *place) for place in _from_and_to(text, mention.start, mention.end)]
    found += [
        Value(match[0], *match.span())
        for match in re.finditer(
            rf"[0-9][0-9,]*の[一-鿿ァ-ヴー]{{1,8}}?(?:{'|'.join(map(re.escape, units))})"
            if units
            else r"(?<![第0-9])[0-9][0-9,]*の[一-鿿ァ-ヴー]{2,10}",
            text,
        )
    ]
    if units and not found:  # a unit that only the question names
        written = re.finditer(rf"{_NUMBER}(?:{'|'.join(map(re.escape, units))})(?![A-Za-z])", text)
        found = [_with_qualifier(text, *match.span()) for match in written if counts(match.start())]
        found = found or _bare(question, text)
    if units is None:
        found += [*_rate(question, text), *_money(question, text)]
        found += [Value(match[0], *match.span()) for match in _WHOLE.finditer(text)]
        found = [value for value in found if not _OF_CASE.match(text, value.end - 2)] or found
    if unit in {"年", "日"}:
        found = _date(question, text) or found
    return sorted({value.start: value for value in found}.values(), key=lambda value: value.start)


def _bare(question: str, text: str) -> list[Value]:
    """Figures without a unit right behind a noun that the question says: 「賛成９、反対４」."""
    return [Value(match[0], *match.span()) for match in _BARE.finditer(text) if match["noun"] in question]


def _from_and_to(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The places of two figures that から joins, 「2,310人から464人減少した」; of one the place itself."""
    middle = text.find("から", start, end)
    return [(start, end)] if middle < 0 else [(start, middle), (middle + len("から"), end)]


def _rate(_: str, text: str) -> list[Value]:
    rates = [
        _with_qualifier(text, mention.start, mention.end) for mention in find_quantities(text) if mention.unit == "割合"
    ]
    return rates or [Value(match[0], *match.span()) for match in _RATE.finditer(text)]


def _with_qualifier(text: str, start: int, end: int) -> Value:
    behind = re.match(r"(?:以内|以上|以下|未満|程度|まで|を超え)", text[end:])
    before = re.search(r"(?:約|概ね|おおむね|最大|上限)$", text[:start])
    start -= len(before[0]) if before else 0
    end += len(behind[0]) if behind else 0
    return Value(text[start:end], start, end)


def _pattern(pattern: re.Pattern[str]) -> Callable[[str, str], list[Value]]:
    def find(_: str, text: str) -> list[Value]:
        return [Value(match[0], *match.span()) for match in pattern.finditer(text)]

    return find


def _person(question: str, text: str) -> list[Value]:
    """Roles and kinds of people; where a name is asked for (氏名), people's names alone."""
    if text.startswith("|"):
        return _row_values(question, text)
    by_name = bool(_BY_NAME.search(question))
    found = [] if by_name else [Value(match[0], *match.span()) for match in _PERSON_ROLE.finditer(text) if match[0]]
    return found or (_names(text) if by_name or "誰" in question else [])


def _names(text: str) -> list[Value]:
    """A family name and a given name side by side."""
    names: list[Value] = []
    run: list[Token] = []
    for token in [*analyze(text), None]:
        if token is not None and token.part_of_speech.startswith("名詞-固有名詞"):
            run.append(token)
        else:
            if len(run) >= 2:
                names.append(Value(text[run[0].start : run[-1].end], run[0].start, run[-1].end))
            run = []
    return names


def cells_of(row: str) -> list[Value]:
    """The cells of a table row: between pipes, or set off by wide gaps."""
    pattern = r"[^|]+" if row.startswith("|") else r"[^\s]+(?:[ ][^\s]+)*(?=\s{2,}|\t|$)|[^\s]+"
    return [
        Value(match[0].strip(), match.start(), match.end()) for match in re.finditer(pattern, row) if match[0].strip()
    ]


def _row_values(question: str, row: str) -> list[Value]:
    """In a table row with a cell that the question names, the cells behind it."""
    cells = cells_of(row)
    asked = _fold(question)
    for number, cell in enumerate(cells):
        if len(cell.text) > 1 and _fold(cell.text) in asked:
            return cells[number + 1 :]
    return []


# 「どこの病院」「どの公民館」「どの課の何係」: only what is called so.
_KIND_OF_PLACE = re.compile(
    r"(?:どこ|どちら)の(?P<kind>病院|医院|学校|[小中高]学校|公民館|図書館|会館|体育館|施設|駅|港|空港|ホール|公園|郵便局|保育[所園])"
)
_KIND_OF_OFFICE = re.compile(r"(?:どの|何(?:という)?|なに)(?P<kind>[課係室局部省庁])(?![一-鿿])")
_PLACE_KINDS = (
    (r"(?:どの|どこの|何)(?:都道府)?県|都道府県は(?:どこ|どれ)", r"(?:都|道|府|県)$"),
    (r"(?:どの|どこの|何)(?:市|市町村|自治体|市区町村)|(?:市|市町村|自治体|市区町村)は(?:どこ|どれ)", r"[市区町村]$"),
)  # fmt: skip


def _office(question: str, text: str) -> list[Value]:
    found = _whole_words(text, _pattern(_OFFICE)(question, text))
    kinds = tuple(match["kind"] for match in _KIND_OF_OFFICE.finditer(question))
    return [value for value in found if not kinds or value.text.endswith(kinds)]


def _place(question: str, text: str) -> list[Value]:
    asked_kind = _KIND_OF_PLACE.search(question)
    if asked_kind is not None:
        called = re.compile(rf"[一-鿿々ァ-ヴーA-Za-z0-9]{{1,20}}{asked_kind['kind']}(?![一-鿿])")
        return _whole_words(text, _pattern(called)(question, text))
    kind = next((ending for asked, ending in _PLACE_KINDS if re.search(asked, question)), None)
    if kind is not None:  # どの県: only what is one
        named = [value for value in _pattern(_PLACE)(question, text) if re.search(kind, value.text)]
        return _whole_words(text, named)
    return _whole_words(text, [*_pattern(_PLACE)(question, text), *_pattern(_OFFICE)(question, text)])


def _whole_words(text: str, found: list[Value]) -> list[Value]:
    """Those that begin where a word begins: 担い手財団 holds no 手財団."""
    if not any(value.start and re.match(r"[ぁ-んァ-ヴー]", text[value.start - 1]) for value in found):
        return found
    starts = {token.start for token in analyze(text)}
    return [value for value in found if value.start in starts]


_FINDERS: dict[str, Callable[[str, str], list[Value]]] = {
    "money": _money,
    "date": _date,
    "quantity": _quantity,
    "rate": _rate,
    "frequency": _pattern(_FREQUENCY),
    "duration": _pattern(_DURATION),
    "person": _person,
    "office": _office,
    "place": _place,
}
