"""Which one of several a question means, and which remarks tell nothing.

Owns the passages that are left out whatever they say: of another number (第2回 for 第3回) or grade, of a counterpart (南回り線 for 北回り線), of a
sister (入門枠 for 活用枠), of a neighbouring time (the days of applying for that of payment), the day a document was made, and remarks that only ask. Invariant: a passage is left out only for what it says itself or
stands under, never for what it leaves unsaid; what is meant by its number alone has to be said.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from policy_qa.answering.passages.deeds import is_of_another_event
from policy_qa.answering.passages.passages import Passage, is_title
from policy_qa.answering.verdicts.figures import levels_in
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.numerals import parse_number
from policy_qa.retrieval.question import Question

# What comes in several, told apart by the word before it.
_ONE_OF_SEVERAL = re.compile(
    r"(?P<which>[一-鿿々ァ-ヴーa-z0-9]{1,8}?)(?P<kind>地区|枠|型|コース|エリア|ブロック|線)(?![一-鿿々ァ-ヴー])"
)
_ANY_OF_THEM = re.compile(r"(?:各|全|両|本|当該|同|他|[0-9一二三四五六七八九]+|対象|1つの|複数)+")
_MEANT = re.compile(r"第[0-9一二三四五六七八九十]+(?:回|次|期)|[0-9一二三四五六七八九十]+[次期](?=[一-鿿])(?!元|待)")
# How often something is done (1回いくら) is no number of one: 第2回, 2回目, 2回公募.
_ORDINAL = re.compile(
    r"第?(?P<number>[0-9一二三四五六七八九十]+)(?P<unit>次|期(?!間)|号|条|章|類|種(?!類)|(?:(?<=第[0-9])|(?<=第[0-9]{2})|(?<=第[一二三四五六七八九十]))回|回(?=目|公募|募集|会議|委員会|審査|調査))(?![0-9])"
)
_GRADES = frozenset({"級", "要介護", "要支援", "区分"})
_FROM_A_GRADE = re.compile(r"(?:[0-9]級|要介護[0-9]|要支援[0-9]|区分[0-9])(?:以上|以下|から|まで|[〜~～])")
# When a document itself was made or last changed: nothing that it tells about happens on that day.
_IMPRINT = re.compile(r"^(?:最終)?(?:更新|発行|作成|掲載|印刷)(?:日|年月日)?(?:[:： ]|は)")
_ASKS_IMPRINT = re.compile(r"更新|発行|作成|掲載|印刷|いつの(?:資料|情報|もの)|時点|現在")
_CONTACT = re.compile(r"[【\[(]?(?:問い?合わ?せ先?|問|連絡先)[】\])]?[:： ]")
_ASKS_CONTACT = re.compile(
    r"問い?合わ?せ|連絡|相談|聞[けくい]|尋ね|電話|窓口|担当|所管|[課係室局](?:は|が|で|に|の|です)|申し?込|申請|届|出[せしす]|主管"
)
_PER = re.compile(r"(?:1|一)(?P<of>[^0-9、。のはがを]{1,6}?)(?:当たり|あたり|につき)")
_PAIRS = ("北南", "東西", "新旧", "前後", "上下", "内外", "男女", "左右", "大小", "甲乙")
_COUNTERPART = {side: pair[1 - place] for pair in _PAIRS for place, side in enumerate(pair)}
_SIDE = re.compile(f"(?P<side>[{''.join(_PAIRS)}])(?!回[っらりるれ])(?P<rest>[一-鿿々ァ-ヴー][一-鿿々ァ-ヴーぁ-ん])")
# A remark in minutes, by its mark or its speaker, and how one ends that asks.
_REMARK = re.compile(
    r"[\s　]*(?:[○●◯◎][\s　]*)?[【〔\[(（<＜]?[一-鿿々ァ-ヴー]{0,14}(?:委員長?|議員|会長|座長|議長|[部課局室]長|事務局)[:：\s　】〕\])）>＞]|[\s　]*[○●](?=[^。]*か。$)"
)
# The question of a FAQ that is set as a line: 「問　申請書はメールで出せますか。」
_FAQ = re.compile(r"(?:問|Q)[ ]?[0-9]{0,3}(?:[ .:)、-]|(?=[^0-9題い]))[^。]*(?:か。?|[?])$")
_ASKS = re.compile(r"(?:か|伺う|伺いたい|尋ねる|聞きたい|ほしい|願いたい|[^、。]{2}は)。?$")

# The question comes again with every passage.
_fold = lru_cache(maxsize=4096)(fold)


def is_left_out(passage: Passage, question: Question) -> bool:
    """Whether a passage can be no answer, whatever it says: it is of another than the one that is asked about, or tells nothing."""
    return (
        lacks_number(passage, question)
        or is_of_counterpart(passage, question)
        or is_per_other(passage, question)
        or is_imprint(passage, question)
        or is_contact(passage, question)
        or is_of_another_event(passage, question)
        or tells_nothing(passage)
    )


def lacks_number(passage: Passage, question: Question) -> bool:
    """Whether the question counts (第四次, 第2回, 二次公募) and the passage, with what stands around it, counts only others of that kind."""
    asked = _counted(question.search_text)
    if not asked:
        return False
    found = _counted(" ".join((passage.text, passage.lead, *passage.section, passage.title)))
    return any(unit in found and number not in found[unit] for unit, numbers in asked.items() for number in numbers)


def is_of_counterpart(passage: Passage, question: Question) -> bool:
    """Whether the passage speaks of the counterpart of what is asked, and not of that: 南回り線 for 北回り線, 後期 for 前期."""
    sides = list(_SIDE.finditer(_fold(question.search_text)))
    if not sides:
        return False
    around = fold(" ".join((passage.text, passage.lead, *passage.section, passage.title)))
    return any(_COUNTERPART[side["side"]] + side["rest"] in around and side[0] not in around for side in sides)


def meets_sister(passage: Passage, question: Question) -> bool | None:
    """Whether the passage speaks of the one of several that is asked about: 南部地区, 活用枠.

    ``False`` where it names only its sisters (西部地区, 入門枠), ``None`` where it or the question names none.
    """
    asked = {(match["which"], match["kind"]) for match in _ONE_OF_SEVERAL.finditer(_fold(question.search_text))}
    if not asked:
        return None
    own = fold(passage.text)
    around = fold(" ".join((passage.text, passage.lead, *passage.section, passage.title)))
    if all(f"{which}{kind}" in around for which, kind in asked):
        return True
    kinds = {kind for which, kind in asked if f"{which}{kind}" not in around}
    said = [match for match in _ONE_OF_SEVERAL.finditer(own) if not _ANY_OF_THEM.fullmatch(match["which"])]
    return False if any(match["kind"] in kinds for match in said) else None


def is_per_other(passage: Passage, question: Question) -> bool:
    """Whether a figure for one of something is asked (1トン当たり) and the passage gives it for others alone (1団体当たり)."""
    asked = {match["of"] for match in _PER.finditer(normalize(question.search_text).text)}
    told = {match["of"] for match in _PER.finditer(passage.text)}
    return bool(asked and told) and asked.isdisjoint(told)


def lacks_ordinal(passage: Passage, question: Question) -> bool:
    """Whether the question means one of several by its number (二次公募, 第5回会議), which stands nowhere around the passage."""
    text = normalize(question.search_text).text
    grades = _grades(text)
    own = _grades(passage.text) if grades else {}
    is_other = any(kind in own and levels.isdisjoint(own[kind]) for kind, levels in grades.items())
    if is_other and not _FROM_A_GRADE.search(passage.text):
        return True  # 「１級・２級」 for the holder of 「３級の手帳」
    asked = _counted(" ".join(match[0] for match in _MEANT.finditer(text)))
    if not asked:
        return False
    found = _counted(" ".join((passage.text, passage.lead, *passage.section, passage.title)))
    return any(number not in found.get(unit, ()) for unit, numbers in asked.items() for number in numbers)


def _grades(text: str) -> dict[str, set[Decimal | Fraction]]:
    """The grades that a text names, by what they are of: 級, 要介護, 区分."""
    grades: dict[str, set[Decimal | Fraction]] = {}
    for level in levels_in(text):
        if level.value.unit in _GRADES:
            grades.setdefault(level.value.unit, set()).add(level.value.value)
    return grades


def _counted(text: str) -> dict[str, set[int]]:
    counted: dict[str, set[int]] = {}
    for match in _ORDINAL.finditer(normalize(text).text):
        number = parse_number(match["number"])
        if number is not None:
            counted.setdefault(match["unit"], set()).add(int(number))
    return counted


def is_imprint(passage: Passage, question: Question) -> bool:
    """Whether a passage tells when its document was made (「更新日:…」), where a day of something else is asked for."""
    is_other = question.asks == "date" and not _ASKS_IMPRINT.search(question.search_text)
    return is_other and bool(_IMPRINT.match(passage.text))


def is_contact(passage: Passage, question: Question) -> bool:
    """Whether a passage only says whom to ask (「問　建設課（内線221）」), where a question asks for no such office."""
    is_other = question.asks in {"person", "office", "place"} and not _ASKS_CONTACT.search(question.search_text)
    return is_other and bool(_CONTACT.match(passage.text))


def is_remark(passage: Passage) -> bool:
    """Whether a passage opens what somebody says in minutes."""
    text = f"{passage.block.marker} {passage.text}" if passage.block.marker else passage.text
    return passage.block.kind != "heading" and bool(_REMARK.match(text))


def tells_nothing(passage: Passage) -> bool:
    """Whether a passage is a remark that asks, the question of a FAQ or the title of its document, and so tells nothing."""
    is_faq = passage.block.kind != "heading" and bool(_FAQ.match(passage.text))
    return is_faq or is_title(passage) or (is_remark(passage) and bool(_ASKS.search(passage.text)))
