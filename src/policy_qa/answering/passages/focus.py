"""Of what a short answer is asked, and whether a passage speaks of that.

Owns the tie between a value and its thing. Invariant: a value answers only where the noun it is asked of, and the one that owns it
(循環バスの運賃: 運賃 of 循環バス), are said around it, and where no case is named that the question's own case contradicts (15歳以下, 16歳以上).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence

from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.passages.relevance import OF_ASKER, TITLE_SHARE, Fit, Weighed, covers
from policy_qa.answering.verdicts.values import cases, cases_asked, cases_at_head, falls_into, is_bound
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.numerals import parse_number
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.question import Question

_INTERROGATIVE = re.compile(r"誰|だれ|いつ|どこ|いくら|いくつ|何(?!でも)|どの|どれ|どう|[?？。]*$")
# Of several interrogatives the one that asks for the type: 「…がどう変わる？いつから？」.
_ASKING_OF = {
    "date": re.compile(r"いつ|何[年月日]"), "money": re.compile(r"いくら|何[億万]?円"), "person": re.compile(r"誰|だれ"), "place": re.compile(r"どこ"),
}  # fmt: skip
# Nouns that only say of what type the answer is: the value is one, the passage need not call it so.
_TYPE_NOUN = re.compile(
    r"今回|次回|前回|現在|現状|全体|.{0,4}(?:要件|条件|基準)|.{0,4}(?:担当|所管|部署|部局|機関|窓口|場所|時期|日付|期日|日程?|金額|額|人数|件数|割合|率|値|数|名前|氏名|地域|地区|都市|自治体|団体|[課室局省庁者国先])"
)
# What a count or an amount is of, before the noun that only says which it is: 分娩 of 分娩件数.
_OF_WHAT = re.compile(r"(?P<of>[一-鿿々ァ-ヴー]{2,4})(?P<tail>件数|人数|金額|月額|年額|価格|総?数)")
_UNIT_OF = {"件数": re.compile(r"件"), "人数": re.compile(r"[人名]")}
_OF_ANY = re.compile(r"補助|助成|交付|支給|給付|対象|申請|採択|募集|利用|参加|年間|合計|目標|予定|限度|上限|応募|実績")
# 「分譲価格は1平方メートル当たりいくら」: what stands between the noun and its interrogative.
_MEASURE = re.compile(r"(?P<particle>[はが])、?(?:1|一)[^、。はがを0-9]{1,8}(?:当たり|あたり|につき)$")
# 「何件の意見」: what is counted stands behind.
_COUNTED = re.compile(r"何[一-鿿ァ-ヴー]{1,3}の(?=[一-鿿ァ-ヴー]{2})")
_WHOSE = re.compile(r"[人方者]")
_ATTRIBUTE_TAIL = re.compile("[額率日先値]?")
_HANDLED = re.compile(r"を[^、。をはがに]{1,8}(?:のに|には|ために|のは|と)は?、?$")
_ENOUGH = 0.6
_DIFFERENCE_ASKED = re.compile(
    r"(?:いくら|何円|どれ(?:くらい|だけ)|どのくらい)(?:くらい|ぐらい|ほど)?の?(?:お?得|安[いくか]|高[いくか]|差|浮|違[いうっ])"
)
_CHANGE_ASKED = re.compile(r"何[^、。0-9]{1,4}?(?:も|くらい|ぐらい|ほど)?(?:増え|減り|減っ|増加|減少)(?:まし|た|て)")
_DIFFERENCE = re.compile(r"差|得|割引|引き|割安|割高|安[いく]|高[いく]|増|減|上回|下回|違")
_MEASURES = (
    (re.compile(r"^(?:成果|活動)?実績値?$"), ("実績", "結果")),
    (re.compile(r"^目標値?$"), ("目標",)),
    (re.compile(r"^当初見込み?$"), ("見込",)),
    (re.compile(r"^達成[度率]"), ("達成度", "達成率")),
)
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
_OPENING = 20  # characters of an item that say which case it is
_MOST_KEYS = 2  # cells at the beginning of a row that tell it from its brothers
_BOUNDS = {"以上": operator.ge, "超": operator.gt, "以下": operator.le, "未満": operator.lt}
_CHILD = re.compile(
    r"(?:第(?=[0-9一二三四五]子)|(?=[0-9一二三四五]人目))(?P<number>[0-9一二三四五])(?:子|人目)(?P<on>以降|以上|から)?"
)
# What figures are counted by is no case: 「1人が1日に出すごみ」.
_PER_ONE = re.compile(
    r"(?<![0-9])1(?:(?:人|日|件|回|か月|台|戸|世帯|食|校)[にで](?!も)|年[にで](?=、?(?:何|いく|どれ|どの))|(?:人|日|件|回|年|か月|台|戸|世帯|食|校)(?:当たり|あたり|につき|が(?=1)|(?:の(?:料金|金額|額|自己負担額?|利用料|使用料))?(?:は)?(?=いくら|何円)))"
)


def asked_of(question: Question, words: Sequence[Weighed]) -> list[list[Weighed]]:
    """The compounds a value is asked of, innermost first: 「循環バスの1か月定期券はいくら」 is 定期券, then 循環バス.

    Empty where the question does not put them right before 「は」 or 「が」 and its interrogative, or says what is done to them
    (「用地を買うのにいくら」).
    """
    text = question.search_text
    asking = (_ASKING_OF[question.asks].search(text) if question.asks in _ASKING_OF else None) or _INTERROGATIVE.search(
        text
    )
    if asking is None:
        return []
    handled = _HANDLED.search(text, 0, asking.start())
    measure = _MEASURE.search(text, 0, asking.start())
    place = handled.start() if handled else measure.start("particle") if measure else asking.start() - 1
    if not handled and text[place : place + 1] not in {"は", "が"}:
        return _counted_by(text, words)
    place = _before_attribute(question, text, place)
    compounds = []
    while run := _ending_at(place, words):
        named = text[run[0].word.start : run[-1].word.end]
        is_case = question.asks == "money" and _WHOSE.fullmatch(named)  # 75歳以上の人はいくら
        is_asker = question.asks == "date" and OF_ASKER.fullmatch(named)
        of_what = _of_what(named, run)
        if of_what:
            compounds.append(of_what)
        elif not (_TYPE_NOUN.fullmatch(named) or is_case or is_asker):
            compounds.append(run)
        place = run[0].word.start - 1
        if text[place : place + 1] != "の":
            break
    return compounds


def _of_what(named: str, run: Sequence[Weighed]) -> list[Weighed]:
    """The words of a compound that say what is counted in it: 分娩 of 分娩件数; none of 申請件数, which any aid has."""
    match = _OF_WHAT.fullmatch(named)
    if match is None or _OF_ANY.search(match["of"]):
        return []
    return [weighed for weighed in run if weighed.word.surface in match["of"]] or list(run)


def says_what_is_counted(passage: Passage, question: Question, words: Sequence[Weighed]) -> bool:
    """Whether a passage, or what stands above it, says what a question counts by a compound of its own, in its unit: 分娩 and 件 for 分娩件数."""
    for match in _OF_WHAT.finditer(question.search_text):
        if _OF_ANY.search(match["of"]):
            continue
        inside = [weighed for weighed in words if match.start() <= weighed.word.start < match.end("of")]
        if not all(covers(weighed, passage) >= TITLE_SHARE for weighed in inside):
            return False
        unit = _UNIT_OF.get(match["tail"])
        if unit is not None and not unit.search(" ".join((passage.text, passage.lead, *passage.section))):
            return False
    return True


def _counted_by(text: str, words: Sequence[Weighed]) -> list[list[Weighed]]:
    """The nouns behind 「何件の」, as one compound."""
    counted = _COUNTED.search(text)
    behind = [
        weighed
        for weighed in words
        if counted is not None and weighed.word.start == counted.end() and weighed.word.is_noun
    ]
    return [behind] if behind else []


def _before_attribute(question: Question, text: str, place: int) -> int:
    """Where what has the attribute ends: in 「○○補助の上限額は」 before の上限額, in which no word names a thing."""
    if question.attribute is None:
        return place
    for match in attribute(question.attribute).asked.finditer(text):
        if _ATTRIBUTE_TAIL.fullmatch(text, match.end(), place) and text[match.start() - 1 : match.start()] == "の":
            return match.start() - 1
    return place


def _ending_at(place: int, words: Sequence[Weighed]) -> list[Weighed]:
    """The nouns written together that end at a place, in order."""
    run: list[Weighed] = []
    for weighed in sorted(words, key=lambda weighed: -weighed.word.start):
        if weighed.word.end == place and weighed.word.is_noun:
            run.insert(0, weighed)
            place = weighed.word.start
    return run


def is_said_around(compound: Sequence[Weighed], fit: Fit, fits: Sequence[Fit]) -> bool:
    """Whether a passage, or one beside it under the same headings, says most of a compound."""
    place = (fit.passage.path, fit.passage.section)
    total = sum(weighed.says for weighed in compound)
    said = 0.0
    for weighed in compound:
        shares = [
            covers(weighed, other.passage) for other in fits if (other.passage.path, other.passage.section) == place
        ]
        share = max(shares, default=0.0)
        said += weighed.says * (1.0 if share >= TITLE_SHARE else 0.0)
    return said >= _ENOUGH * total


def meets_case(fit: Fit, question: Question) -> bool | None:
    """Whether a passage is of the case that the question counts (75歳以上だと, 3人世帯では).

    ``False`` where it names only other cases of that kind, ``None`` where it or the question names none.
    """
    text = _PER_ONE.sub("", normalize(question.search_text).text)
    passage = fit.passage
    in_band = _is_in_band(passage, text)
    if in_band is not None:
        return in_band
    of_child = _is_of_child(passage, text)
    if of_child is not None:
        return of_child
    asked = cases_asked(text)
    if not asked:
        return None
    if passage.cells:
        name = passage.name
        others = [cell.text for number, cell in enumerate(passage.cells) if number != passage.named]
        printed = [*cases(name), *(case for text in others for case in cases(text) if is_bound(case))]
    else:
        printed = cases(passage.text)
    heads = cases_at_head(passage.text) if not passage.cells else []
    if passage.block.kind == "item" and passage.lead:  # one of several cases: 「開業後２年未満で廃業したとき」
        heads = heads or [case for case in cases(passage.text[:_OPENING]) if is_bound(case)]
    results = []
    for quantity in asked:
        # So many years (2年なら) are told apart by what an item begins with: years are also said in passing.
        is_years = quantity.unit == "年" and quantity.bound is None and not passage.cells
        told = heads if is_years else printed
        same = [case for case in told if case[0].unit == quantity.unit]
        if same:
            results.append(any(falls_into(quantity, case) for case in same))
    return all(results) if results else None


def _is_of_child(passage: Passage, asked: str) -> bool | None:
    """Whether a passage is of the child that the question counts (3人目, 第3子): 「第3子以降」; ``None`` where one of them counts none."""
    wanted = _CHILD.search(asked)
    told = list(_CHILD.finditer(passage.name if passage.cells else passage.text))
    if wanted is None or not told:
        return None
    number = parse_number(wanted["number"]) or 0
    return any(
        (parse_number(child["number"]) == number)
        or (bool(child["on"]) and (parse_number(child["number"]) or 0) <= number)
        for child in told
    )


def _is_in_band(passage: Passage, asked: str) -> bool | None:
    """Whether an amount of the asker's (所得割額が10万円) lies in the band that a cell of a row gives (97,000円以上169,000円未満)."""
    own = [amount for amount in find_amounts(asked) if amount.qualifier is None and amount.yen_to is None]
    if len(own) != 1:
        return None
    for cell in passage.cells:
        bounds = find_amounts(cell.text)
        if bounds and all(bound.qualifier in _BOUNDS for bound in bounds):
            return all(_BOUNDS[bound.qualifier or ""](own[0].yen, bound.yen) for bound in bounds)
    return None


def named_rows(fits: Sequence[Fit], question: Question) -> list[Fit]:
    """The fits without the table rows that another row of their table is named beside, first those whose very cell is asked.

    小学校 where the question says 中学校, and of the rows under one merged name 実績 where it says 目標.
    """
    asked = fold(question.search_text)
    rows = [(fit.passage, row_name(fit.passage), _measures(fit.passage)) for fit in fits if fit.passage.cells]
    named = [(passage, name) for passage, name, _ in rows if name and name in asked]
    measured = [(passage, measures) for passage, _, measures in rows if any(word in asked for word in measures)]

    def is_displaced(passage: Passage, name: str, measures: frozenset[str]) -> bool:
        if (
            name
            and name not in asked
            and any(
                other.block == passage.block
                and len(said) == len(name)
                and (said[-1] == name[-1] or said[:2] == name[:2])
                for other, said in named
            )
        ):
            return True
        return (
            bool(measures)
            and not any(word in asked for word in measures)
            and any(other.block == passage.block and other.cells[0] == passage.cells[0] for other, _ in measured)
        )

    left_out = {passage.span for passage, name, measures in rows if is_displaced(passage, name, measures)}
    # The rows of a form are of different things: only below a header are they brothers.
    said = [(passage, _cells_said(passage, asked)) for passage, _, _ in rows if passage.lead]
    left_out |= {
        passage.span
        for passage, own in said
        if any(other.block == passage.block and own < more for other, more in said)
    }
    kept = [fit for fit in fits if not fit.passage.cells or fit.passage.span not in left_out]
    return sorted(kept, key=lambda fit: not _is_cell_asked(fit, asked))


def _cells_said(passage: Passage, asked: str) -> frozenset[str]:
    """The cells of words of a row that a folded question says: a row of whose cells it says more stands before its brothers."""
    words = (fold(_BRACKETED.sub("", cell.text)) for cell in passage.cells[:_MOST_KEYS])
    return frozenset(word for word in words if len(word) > 1 and not re.match(r"[0-9▲△-]", word) and word in asked)


def _is_cell_asked(fit: Fit, asked: str) -> bool:
    """Whether the question says both the name of a row and that of the column that its value stands in."""
    name = row_name(fit.passage)
    if not name or name not in asked or not fit.values:
        return False
    labels = [
        _label_name(cell.label) for cell in fit.passage.cells if cell.text and fit.values[0].text.startswith(cell.text)
    ]
    return any(len(label) > 1 and label in asked for label in labels)


def _label_name(label: str) -> str:
    return fold(_BRACKETED.sub("", label))


def _measures(passage: Passage) -> frozenset[str]:
    """What a row of a merged name measures of it, as questions say it: 実績 or 結果, 目標, 達成度."""
    texts = [fold(cell.text) for cell in passage.cells[1:]]
    return frozenset(word for text in texts for written, words in _MEASURES if written.search(text) for word in words)


def tells_difference(passage: Passage, question: Question) -> bool:
    """Whether a passage says itself by how much one thing is more than another, where the question asks that (いくら得ですか, 何人減りましたか)."""
    text = normalize(question.search_text).text
    is_asked = _DIFFERENCE_ASKED.search(text) or (passage.cells and _CHANGE_ASKED.search(text))
    return not is_asked or bool(_DIFFERENCE.search(passage.text))


def row_name(passage: Passage) -> str:
    """What a table row is called, without what stands in brackets, folded; empty for one that is no word."""
    name = fold(_BRACKETED.sub("", passage.name))
    return name if len(name) > 1 and not name.isdigit() else ""


def says_what_happens(fit: Fit, question: Question, words: Sequence[Weighed]) -> bool:
    """Whether a passage says what the question asks the place or person of: 設置 in 「どこに設置されますか」."""
    asking = _INTERROGATIVE.search(question.search_text)
    behind = [weighed for weighed in words if asking is not None and weighed.word.start >= asking.end()]
    return all(covers(weighed, fit.passage) >= TITLE_SHARE for weighed in behind)
