"""Who does it, to whom, where: the noun that a sentence ties to the verb of the asked deed.

    館にない本のリクエストを受けると、選書会議が買うか、…借りるかを決めます。     who decides: 選書会議
    鍵の管理は、北地区まちづくり協議会に頼む。                                   who keeps it: whom it is left to
    託児を希望する委員は、開催日の５日前までに事務局へ申し出る。                   to whom: 事務局

Owns that tie. Invariant: the name stands before its particle in the clause of the verb, or where a sentence leaves the deed to it; the subject of a clause
within (町長が定める者は), what is done to a thing (鍵の管理は), and another verb's place are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policy_qa.answering.passages.deeds import AT, TO, WHO, Deed
from policy_qa.japanese.tokens import Token, analyze

_BODY = re.compile(
    r"(?:長|員|者|人|会|社|店|議|課|室|係|班|局|省|庁|府|部|署|院|所|館|市|町|村|県|都|北海道|区|国|団体|法人|会社|企業|組合|機関|機構|大学|学校|園|さん|氏|士|師|方|医|監|官|大臣|知事|事務局|ボランティア|センター|チーム|グループ|WG|部会|スタッフ|コーディネーター|アドバイザー|サポーター|財団|教授|先生|保護者|家族|世帯|住民|[市町村県国]民|[0-9](?:名|人)|名|氏名)$"
)
_PLACE = re.compile(
    r"(?:議|WG|所|館|室|場|庁|舎|口|階|園|校|課|係|局|院|駅|(?<=[所園館校店駅局院場堂寺社口門橋室庁舎台])前|受付前|店|会|棟|庫|市|町|村|県|区|港|寺|社|停|台|センター|カウンター|コーナー|ホール|ロビー|プラザ|サイト|ホームページ|アプリ|ポスト|フロア|窓口|広場|公園|先|事務局|長|者|員|組合|団体)$"
)
_AS_WHO = re.compile(r"が|は|において|により|によって|で")
_AS_TO = re.compile(r"に|へ|宛て?に?|まで")
_AS_AT = re.compile(r"で|にて|において|に|へ")
_ROLES = {WHO: (_AS_WHO, _BODY), TO: (_AS_TO, _PLACE), AT: (_AS_AT, _PLACE)}
_LEAVES = re.compile(r"頼|依頼|委託|委ね|委任|任せ|お願い|行わせ|担わせ|求め")
_IN_NAME = ("名詞", "接頭辞", "接尾辞", "形状詞", "記号")
_JOINS = frozenset({"、", "・", "と", "及び", "並びに", "又は", "または", "や", "および", "若しくは", "もしくは"})
_NEGATED = re.compile(r"[^、。]{0,8}?(?:ない|ません|ず)")
_OF_A_CASE = re.compile(r"[ぁ-ん]{0,4}(?:前|後|日|とき|場合|ところ|こと(?:が|は)でき)")
_IS_ROLE = re.compile(r"[^、。はがをにで]{0,8}は、?")
_IS = re.compile(r"です|と(?:する|し|なる|なり)|で|。|$")
_TIME = re.compile(r"(?:[0-9年月日時分]|前|後|以内|まで|当日|翌日|毎[日週月年])+$")
_NO_NAME = re.compile(
    r"(?:次|以下|これ|それ|ここ|こちら|そこ|何|誰|どこ|いずれ|同)(?:の.*)?$|(?:者|人|方|もの|場合|とき|こと)$|(?:一|全|内|外|大)部$|仕方$|機会$|場所$"
)


@dataclass(frozen=True, slots=True)
class Doer:
    """A name in a text, where it stands, and the stretch from the deed before to the own one, which says what it is done to."""

    name: str
    start: int
    end: int
    clause: tuple[int, int] = (0, 0)


def doers(deed: Deed, text: str) -> Iterator[Doer]:
    """The names that a normalised sentence ties to a deed in one of its asked parts, the nearest to its verb first."""
    tokens = analyze(text)
    begins = 0
    for number, token in enumerate(tokens):
        is_said = token.lemma == deed.lemma or bool(deed.written.match(text, token.start))
        if not is_said or _NEGATED.match(text, token.end) or _OF_A_CASE.match(text, token.end):
            continue
        clause = (begins, token.end)
        begins = token.end
        if WHO in deed.parts:
            for form in (_left_to, _named_role, _bearing):
                yield from (replace(one, clause=clause) for one in form(tokens, number, text))
        for part in deed.parts:
            yield from (replace(one, clause=clause) for one in _before(tokens, number, text, part))


def _before(tokens: Sequence[Token], verb: int, text: str, part: str) -> Iterator[Doer]:
    """The name before the particle of a part that is nearest before a verb, in its sentence."""
    particles, kind = _ROLES[part]
    for number in range(verb - 1, 0, -1):
        token = tokens[number]
        if token.surface in {"。", "?", "!"}:
            return
        if not token.part_of_speech.startswith("助詞"):
            continue
        particle = _particle(tokens, number)
        if particle is None or not particles.fullmatch(particle):
            continue
        named = _name_before(tokens, number, text, kind)
        if particle == "が" and _is_within(tokens, number, verb):
            continue
        if named is None:
            if particle == ("が" if part == WHO else "は"):
                return  # what does it is no person and no body
            continue
        if part != WHO and any(_ends_clause(other) for other in tokens[number + 1 : verb]):
            return
        yield named
        return


def _particle(tokens: Sequence[Token], number: int) -> str | None:
    """The particle, compound ones (において, により) whole, that begins at a token."""
    token = tokens[number]
    if token.surface == "に" and number + 1 < len(tokens):
        following = "".join(other.surface for other in tokens[number : number + 3])
        for whole in ("において", "によって", "により"):
            if following.startswith(whole):
                return whole
    if token.surface == "で" and tokens[number - 1].part_of_speech.startswith(("助動詞", "動詞")):
        return None
    return token.surface


def _is_within(tokens: Sequence[Token], subject: int, verb: int) -> bool:
    """Whether a subject is that of a clause that says what a noun is like: 町長が定める者."""
    for number in range(subject + 1, verb):
        if tokens[number].part_of_speech.startswith("動詞") or tokens[number].lemma in {"為る", "する"}:
            end = number + 1
            while end < verb and tokens[end].part_of_speech.startswith("助動詞"):
                end += 1
            return end <= verb and tokens[end].part_of_speech.startswith("名詞") and end != verb
    return False


def _ends_clause(token: Token) -> bool:
    """Whether a token ends a clause, so that what stands before it belongs to another verb."""
    return token.part_of_speech.startswith("助詞-接続助詞") and token.surface in {
        "と",
        "が",
        "から",
        "ので",
        "けれど",
        "ば",
    }


def _name_before(tokens: Sequence[Token], particle: int, text: str, kind: re.Pattern[str]) -> Doer | None:
    """The noun phrase that ends before a token, with those joined to it that are of the same kind."""
    particle = _behind_bracket(tokens, particle)
    first = last = particle
    place = particle - 1
    while place >= 0:
        token = tokens[place]
        if first != last and token.end < tokens[first].start and not _are_names(token, tokens[first]):
            break  # a number or a label set off by a blank: 「⑷　産地計画　市町村長」
        if token.part_of_speech.startswith(_IN_NAME) or (token.surface == "の" and first != last):
            first = place
        elif token.surface in _JOINS and first != last:
            before = _name_before(tokens, place, text, kind) if place else None
            if before is None:
                break
            return _doer(text, before.start, tokens[last - 1].end)
        else:
            break
        place -= 1
    while first < last and tokens[first].surface == "の":
        first += 1
    if first == last:
        return None
    found = _doer(text, tokens[first].start, tokens[last - 1].end)
    is_named = kind.search(found.name) and not _NO_NAME.match(found.name) and not _TIME.fullmatch(found.name)
    return found if is_named else None


def _behind_bracket(tokens: Sequence[Token], particle: int) -> int:
    """Where a name ends before a particle, without the remark in brackets behind it: 「栽培指導員（月２回）が」."""
    if particle < 2 or tokens[particle - 1].surface not in {")", "）"}:
        return particle
    opens = (number for number in range(particle - 2, 0, -1) if tokens[number].surface in {"(", "（"})
    return next(opens, particle)


def _are_names(*tokens: Token) -> bool:
    return all(token.part_of_speech.startswith("名詞-固有名詞") for token in tokens)


def _left_to(tokens: Sequence[Token], verb: int, text: str) -> Iterator[Doer]:
    """Whom a deed is left to: 「鍵の管理は、協議会に頼む」."""
    for number in range(verb + 1, len(tokens)):
        if tokens[number].surface == "。":
            return
        if tokens[number].surface in {"に", "へ"} and _LEAVES.match(text, tokens[number].end):
            named = _name_before(tokens, number, text, _BODY)
            if named is not None and named.start >= tokens[verb].end:
                yield named
            return


def _named_role(tokens: Sequence[Token], verb: int, text: str) -> Iterator[Doer]:
    """Who a deed's role is said to be: 「講師は、児童文学作家の瀬川みどりさんです」."""
    match = _IS_ROLE.match(text, tokens[verb].end)
    if match is None:
        return
    for number in range(verb + 1, len(tokens)):
        token = tokens[number]
        if token.start < match.end():
            continue
        is_end = token.surface in {"です", "。", "である", "で", "が", "を"}
        if is_end:
            named = _name_before(tokens, number, text, _BODY)
            closes = token.surface != "が" or text.startswith(("務め", "つとめ", "担当", "行"), token.end)
            if named is not None and named.start == match.end() and closes:
                yield named
            return
        if not (token.part_of_speech.startswith(_IN_NAME) or token.surface in _JOINS or token.surface == "の"):
            return


def _bearing(tokens: Sequence[Token], verb: int, text: str) -> Iterator[Doer]:
    """Whose burden it is: 「送料は利用者の負担です」."""
    if (
        tokens[verb].surface == "負担"
        and verb > 1
        and tokens[verb - 1].surface == "の"
        and _IS.match(text, tokens[verb].end)
    ):
        named = _name_before(tokens, verb - 1, text, _BODY)
        if named is not None:
            yield named


def _doer(text: str, start: int, end: int) -> Doer:
    return Doer(text[start:end].strip(), start, end)
