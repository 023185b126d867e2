"""Whether a claim says all that a phrase asks for: 「中古の機械を買う」 entails 「中古品の購入費」.

Owns that comparison. Invariant: words of the programme's name count for nothing; a word is said only as the phrase means it, denied where the
phrase denies it; the claim may say more than the phrase.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from policy_qa.answering.verdicts.claim import ANYONE, DENIED, MOST, TELLING, Claim, Point
from policy_qa.answering.verdicts.figures import figures_in, meets_bounds
from policy_qa.answering.verdicts.kinds import KINDS, SUFFIX, speaks_of_other_aid
from policy_qa.answering.verdicts.stance import DENIES, LETS_IN
from policy_qa.facts.eligibility.aspects import IN_BRACKETS, LIFTS
from policy_qa.retrieval.words import Word, content_words, informativeness

LEFT_OUT = re.compile(r"を除(?:く|き|いた)|は除(?:く|き)|以外")
# How a remark in brackets, or in a cell of notes, takes things out of the noun before it: 賃借料（敷金を除く。）, 委託料（振込手数料は含まない。）.
_TAKES_OUT = re.compile(
    r"(?P<what>[^。]+?)(?:については|[をは])?(?:除(?:く|き|いた)|以外|含(?:ま|み|め)(?:ない|ず|ません)|対象外|対象と(?:しない|しません|ならない|なりません)|対象に(?:ならない|なりません)|不可|認めない)"
)
_CAUSE = re.compile(r"(?:により|によって|のために|を理由に)")
_HAS_A_VERB = re.compile(
    r"[ぁ-ん]を|[一-鿿ァ-ヴ]を|[うくすつむるた](?:者|もの|経費|費用|場合|方|人|子|とき|世帯)|より前|から"
)
_MARK = re.compile(
    r"^(?:[(（][0-9ア-ン]{1,2}[)）]|[①-⑳]|[ア-ン](?=[ 　])|[一二三四五六七八九十]{1,3}(?=[ 　])|第?[0-9]{1,2}(?:条|項)?(?=[ 　.．、]))[ 　.．、]*"
)
_LABEL = re.compile(r"^[^:：、。]{2,10}[:：]\s*")
_CONTRAST = re.compile(r"(?P<what>[^、。]{1,12})では(?:なく|ありませんが)、?")
_EXCEPTED = re.compile(r"[^、。]*(?:を除き|以外の?(?=[^、。]))、?")
_BETWEEN_CASES = re.compile(r"(?<=もの)、|(?<=者)、|(?<=方)、|(?<=場合)、|又は|または|若しくは|もしくは")
_LISTED_OBJECTS = re.compile(
    r"^(?P<topic>[^、。]{1,24}?(?:に)?は、)?(?P<items>[^。]*[一-鿿ァ-ヴー」])(?P<verb>(?:を|に|が)(?:[^、。]*[うくすつむるた][^、。]*|[^、。]{0,12}))$"
)
# What is named before the kind it is of: 「パソコン、タブレット等、汎用性が高く他の用途に使用できるもの」.
_EXAMPLES = re.compile(r"^(?P<items>[^。]+?)(?:等|など)(?:の|、)[^、。]+(?:もの|経費|費用)$")
_ITEMS_OF = re.compile(r"^(?P<items>[^。]+?)(?:等|など)の(?P<head>[^、。]+)$")
_ALTERNATIVES = re.compile(r"、|及び|又は|または|並びに|若しくは|もしくは|・|その他の?|や|等|など")
_OR = re.compile(r"\s*(?:又は|または|若しくは|もしくは|及び|や|、|・|などの|等の)\s*")
_LAST_NOUNS = re.compile(r"(?:[一-鿿々ァ-ヴーA-Za-z0-9]|や|及び|又は|または|、|・)+$")
_TAIL = re.compile(
    r"(?:は|も|について(?:は)?|に(?:は)?)?、?(?:補助|助成|交付|支給)?(?:金)?(?:の)?(?:対象|交付)?(?:外(?:です|とする|とします)?|(?:と(?:し|なり|なら)|に(?:なり|なら)|から除"
    r"|(?:は|を)?(?:受け付け|行[わい]|認め|支給し|交付し|補助し|利用でき|申請でき|受けられ|使え|でき))[^、。:]{0,10})。?$"
)
_SAYS_NOTHING = re.compile(
    r"もの|こと|者|方|人|場合|経費|費用|購入費?|対象外?|補助金?|助成金?|支給|交付|申請|事業|係る|要する|等|費|料|品|受ける|該当|次|各号|上記|本|お?申し?込み?|利用|使用|受付|参加|区分|工事|額|金額|機械|設備|機器|装置|物品|製品|備品|日|前|後|日前|決定|以内|以上|者等|とき|世帯|住宅|途中|内|親等|相手方?|不可|可能?|禁止|認める|本補助金|条|制度|全額|相当|取得|理由|提出|年度"
)
_LIGHT_HEAD = re.compile(r"契約|方式|形式|形態|行為|製品")  # リース契約 is リース
_OF_NEED = frozenset({"必要", "要る", "為る", "有る", "無い", "成る", "行く"})
_CASE = re.compile(r"(?P<case>[^。]{2,30}?)(?:とき|場合)(?:は|に(?:は)?)、?")
_POLITE = 2  # characters: お子さん
_ENTAILED = 0.65
ENOUGH = 5.0
_NARROW = tuple((kind, wider) for kind, wider in KINDS if not kind.search("会社") and not kind.search("市町村"))


def entails(claim: Claim, text: str, *, least: float = ENOUGH) -> bool:
    """Whether a claim says all that a phrase, or one of the things it lists, asks for; it may say more besides.

    「中古品の購入費」 is entailed by 「中古の機械を買う」, 「県税に未納がある者」 by 「県税に未納がある会社」.
    """
    aid = [point for point in claim.required if speaks_of_other_aid(point.surface)]
    if aid and speaks_of_other_aid(text) and not any(point.is_in(text) for point in aid):
        return False  # of another body's aid
    text = _LABEL.sub("", text)
    text = _CONTRAST.sub("", _TAIL.sub("", _MARK.sub("", IN_BRACKETS.sub("", text)).strip(" 　-・*※○×")))
    text = _EXCEPTED.sub("", text)
    return any(
        all(_is_entailed(claim, part, least, is_whole=parts == (text,)) for part in parts)
        for parts in dict.fromkeys(_alternatives(text))
    )


def _alternatives(text: str) -> Iterator[tuple[str, ...]]:
    """A phrase, and what it lists each by itself: 「中古品、リース料」, 「役員を…し、又は…した者」, 「市営住宅、社宅に入居した場合」.

    What a list is of (従業員の数には、…を含めない) has to be entailed beside the item.
    """
    yield (text,)
    if not _HAS_A_VERB.search(text):
        topic, _, rest = text.rpartition("は、")
        around = (topic,) if topic else ()
        kinds = _ITEMS_OF.match(rest)
        if kinds and not _SAYS_NOTHING.fullmatch(
            kinds["head"]
        ):  # 家財道具、車両等の処分費: of each of them, but of nothing else
            yield from (
                (*around, f"{item}の{kinds['head']}")
                for item in _ALTERNATIVES.split(kinds["items"])
                if not _SAYS_NOTHING.fullmatch(item or "もの")
            )
            return
        yield from ((*around, part) for part in _ALTERNATIVES.split(rest))
        return
    examples = _EXAMPLES.match(text)
    if examples and not _HAS_A_VERB.search(examples["items"]):
        yield from ((part,) for part in _ALTERNATIVES.split(examples["items"]) if part)
    yield from ((part,) for part in _CAUSE.split(text)[:1])
    yield from ((part,) for part in _BETWEEN_CASES.split(text) if _HAS_A_VERB.search(part))
    listed = _LISTED_OBJECTS.match(text)
    if listed:
        items = [item for item in re.split(r"、|及び|又は|または|並びに|若しくは|もしくは|・", listed["items"]) if item]
        of = (listed["topic"],) if listed["topic"] else ()
        if len(items) > 1:
            yield from ((*of, f"{item}{listed['verb']}") for item in items)


def _is_entailed(claim: Claim, text: str, least: float, *, is_whole: bool) -> bool:
    figures = [figure for figure in figures_in(text) if figure.value.unit not in {"親等", "つ"}]
    words = [
        word
        for word in content_words(text)
        if (word.is_noun or not re.fullmatch("[ぁ-ん]+", word.surface))
        and not _SAYS_NOTHING.fullmatch(word.surface)
        and not _SAYS_NOTHING.fullmatch(word.lemma)
        and word.lemma not in claim.known
        and not any(figure.start <= word.start < figure.end for figure in figures)
        and not (_LIGHT_HEAD.fullmatch(word.surface) and re.match(r"[一-鿿ァ-ヴー]", text[word.start - 1 : word.start]))
    ]
    if len(words) > 1 and ANYONE.fullmatch(words[-1].surface) and len(text) - words[-1].end <= _POLITE:
        words = words[:-1]  # 「…に通うお子さん」: who it is of, the claim need not say
    spans = list(_spans(claim, text))
    if figures and meets_bounds(claim.figures, text) is not True:
        return False
    says = sum(informativeness(word.lemma) for word in words if word.is_noun) + (ENOUGH if figures else 0)
    if says < least or not (words or figures):
        return False
    groups = _any_of([word for word in words if word.is_noun], text)
    if not groups:
        return bool(figures) and is_whole and (bool(spans) or all(figure.is_of_its_own for figure in figures))
    weighed = [(max(map(_weight, group)), group) for group in groups]
    total = sum(weight for weight, _ in weighed)
    said = sum(
        weight
        for weight, group in weighed
        if any(all(_is_said(word, text, claim, spans) for word in compound) for compound in group)
    )
    return said >= _ENTAILED * total and said >= min(least, total)


def _any_of(words: Sequence[Word], text: str) -> list[list[list[Word]]]:
    """The compounds of a phrase, those joined by 「又は」 together: one of them is enough."""
    groups: list[list[list[Word]]] = []
    for word in words:
        between = text[groups[-1][-1][-1].end : word.start] if groups else "."
        if not between:
            groups[-1][-1].append(word)
        elif _OR.fullmatch(between):
            groups[-1].append([word])
        else:
            groups.append([[word]])
    return groups


def _weight(compound: Sequence[Word]) -> float:
    return min(sum(informativeness(word.lemma) for word in compound), MOST)


def _spans(claim: Claim, text: str) -> Iterator[tuple[int, int, Point]]:
    for point in claim.points:
        yield from ((start, end, point) for start, end in point.places_in(text))


def _is_said(word: Word, text: str, claim: Claim, spans: Sequence[tuple[int, int, Point]]) -> bool:
    """Whether a claim says a word of a text, and denies it only where the text does."""
    for start, end, point in spans:
        if start < word.end and word.start < end:
            return point.is_denied == bool(DENIED.match(text, max(end, word.end)))
    found = _ways(word.surface).search(claim.text)
    denied = bool(DENIED.match(text, word.end))
    return found is not None and bool(DENIED.match(claim.text, found.end())) == denied


@lru_cache(maxsize=4096)
def _ways(surface: str) -> re.Pattern[str]:
    """A word of a text as a claim may say it: itself, with another ending, or a narrower kind. Texts say the same words to every question."""
    ways = [re.escape(surface), rf"{re.escape(SUFFIX.sub('', surface))}(?:費|代|金|者|品)?(?![一-鿿ァ-ヴ])"]
    ways += [kind.pattern for kind, wider in _NARROW if re.search(wider, surface)]
    return re.compile("|".join(ways))


def left_out(text: str) -> Iterator[str]:
    """What a text leaves out of itself: in brackets that say so, or before 「を除く」."""
    for bracket in IN_BRACKETS.findall(text):
        if LEFT_OUT.search(bracket) or (LETS_IN.search(bracket) and not DENIES.search(bracket)):
            yield LEFT_OUT.sub("", bracket.strip("()（）"))
    outside = IN_BRACKETS.sub("", text).strip("。 ")
    for piece in re.split(r"[、。]", outside):
        match = LEFT_OUT.search(piece)
        if match and match.start() and not outside.endswith(piece):
            yield piece[: match.start()]


def taken_out(remark: str) -> Iterator[str]:
    """What a remark beside a noun takes out of it."""
    for part in re.split(r"含み、|含(?:む|みます)。?|に限り、|。", remark.strip("()（）")):
        yield from (match["what"] for match in _TAKES_OUT.finditer(part))


def says_any_thing(claim: Claim, text: str) -> bool:
    """Whether a claim says one of the telling things that a phrase names, or it names none."""
    spans = list(_spans(claim, text))
    things = [
        word
        for word in content_words(text)
        if word.is_noun
        and not _SAYS_NOTHING.fullmatch(word.surface)
        and word.lemma not in claim.known
        and informativeness(word.lemma) >= TELLING
    ]
    return not things or any(
        _is_said(word, text, claim, spans) or all(sign in claim.text for sign in word.surface)  # 「県の税金」 is 県税
        for word in things
    )


def shares_a_word(claim: Claim, text: str) -> bool:
    """Whether a text has any word of a claim, the words of asking (必要) apart."""
    asked = {word.lemma for word in content_words(claim.text)} | {point.surface for point in claim.points}
    own = {word.lemma for word in content_words(text)}
    return bool(asked & own - _OF_NEED) or any(point.is_in(text) for point in claim.points)


def says_own_case(claim: Claim, text: str) -> bool:
    """Whether a claim says something of the case that a sentence begins with, or it begins with none: 「代表者が変わったときは、届け出てください」."""
    case = _CASE.match(text)
    return case is None or says_any_thing(claim, case["case"])


def touches(claim: Claim, text: str) -> bool:
    """Whether a claim speaks of a telling thing that a phrase names, and does not deny it."""
    spans = list(_spans(claim, text))
    return any(
        word.is_noun
        and not _SAYS_NOTHING.fullmatch(word.surface)
        and informativeness(word.lemma) >= TELLING
        and _is_said(word, text, claim, spans)
        for word in content_words(text)
    )


def says_case(claim: Claim, case: str) -> bool:
    """Whether a claim is the case of an exception: it says all that the case asks for, or the noun that the case ends in: 「…による転勤や出向」."""
    ending = _LAST_NOUNS.search(case)
    nouns = _OR.split(ending[0]) if ending else []
    is_named = any(
        point.is_in(noun) for noun in nouns if noun and not _SAYS_NOTHING.fullmatch(noun) for point in claim.required
    )
    return is_named or entails(claim, case, least=TELLING)


def condition_of(text: str) -> str:
    """The case that an exception is of, everything for what is none: 「ただし、食料品製造業にあっては50人以下とする」."""
    if not re.match(r"(?:※ ?|なお、?)?(?:ただし|但し)", text) and not LIFTS.search(text):
        return text
    text = re.sub(r"^(?:※ ?|なお、?)?(?:ただし|但し)、?", "", text)
    match = re.match(
        r"(?P<case>.+?)(?:の)?(?:場合|とき|にあって|につい|であれば|に限り|は(?=[^、。]*(?:でき|対象|認め|可能|使え|受けられ))|は、|も、|ならば|なら|には|を除)",
        text,
    )
    return match["case"] if match else LIFTS.sub("", text)
