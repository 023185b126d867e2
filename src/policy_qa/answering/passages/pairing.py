"""Which of a sentence's figures is the asked one: of its year, of its case, before or after a change.

Owns the choice among the figures of one sentence. Invariant: a figure that the sentence gives for another year than the asked one is never chosen,
nor any where the asked noun stands in the sentence without one; where the words tell no figure from the others all are left to choose from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.passages.answer_types import Value
from policy_qa.answering.passages.owned import Owned, label_words, owned_values
from policy_qa.japanese.amounts import find_quantities
from policy_qa.japanese.normalize import fold
from policy_qa.retrieval.everyday import official_terms
from policy_qa.retrieval.words import informativeness

_ASKS_YEAR_BEFORE = re.compile(r"前年|昨年|去年|前の年|1年前|一年前|その前")
_ASKS_FORMER = re.compile(
    r"(?:改[定正]|変更|見直し?|引き?[上下]げ|値上げ|増[額員便]|減[額員便])(?:する|される)?(?:の)?前|以前|前回|これまで|今まで|従来|もともと|元は|現行|当初は"
)
_ASKS_CHANGE = re.compile(r"増|減|差|上回|下回|伸び|変化|より|比べ")
_AIMED = re.compile(r"目標|見込|予定")
_AGO = re.compile(r"[0-9]+年前")
_MONTH = re.compile(r"(?<![0-9])[0-9]{1,2}月(?!額)")
_BOUND = re.compile(r"(?P<word>以上|以下|以内|未満|超)")
_ASKED_NOUN = re.compile(r"(?:^|[のではに、])(?P<noun>[一-鿿々ァ-ヴー]{3,12})は(?:何|いくら|どれ|どの|[?。]|$)")
_OF_ALL = re.compile(r"総(?!合)|累計|合計|期間")
_PART = re.compile(r"のうち(?:の|、|で)?(?!ち)")
_RUN = re.compile(r"[一-鿿々ァ-ヴーA-Za-z]{2,}")
_YEAR_OWN, _YEAR_HANDED = 2.5, 2.0
_OWN, _BEHIND, _HANDED = 1.0, 0.8, 0.45
_NOT_ASKED = 0.15
_MOST_NOT_ASKED = 3
_MUCH = 6.0  # nats: a word this rare counts whole
_EPSILON = 0.05
_LATER = 0.6
_OF_CASE = 1.5
_IN_BRACKET = 0.2
_OTHER_YEAR = 1.5
_OF_PART = 2.5
_WHOLE_WORD = 0.5
_MEANT = 0.6


def asked_values(
    asked: str,
    years_asked: frozenset[int],
    text: str,
    values: Sequence[Value],
    around: frozenset[int] = frozenset(),
) -> list[Value]:
    """Those of a sentence's ``values`` that a normalised question asks for, the headings naming the years ``around``; none where all are of others."""
    if not values:
        return []
    every = owned_values(text, values, around)
    wants_before = bool(_ASKS_YEAR_BEFORE.search(asked))
    if years_asked:
        every = [one for one in every if _is_of_year(one, years_asked) or (wants_before and one.is_before)]
    noun = _ASKED_NOUN.search(asked)
    labels = " ".join(f"{one.own} {one.behind} {one.handed}" for one in every)
    if noun is not None and noun["noun"] in text and noun["noun"] not in labels:
        return []  # 「国5,400万円、町債1億円、残りは一般財源である」 says no figure of 一般財源
    if not every:
        return []
    tells_years = len({one.years for one in every}) > 1 or any(one.is_before for one in every)
    if len(every) == 1:
        return [every[0].value]
    shared = frozenset.intersection(*(frozenset(label_words(f"{one.own} {one.behind} {one.handed}")) for one in every))
    common = frozenset(word for word in shared if len(word) > 1)  # 市町村 is of no 村
    scores = [
        _score(one, asked, years_asked if tells_years else frozenset(), common, wants_before=wants_before)
        for one in every
    ]
    best = max(scores)
    return [one.value for one, score in zip(every, scores, strict=True) if score >= best - _EPSILON]


def asks_former(asked: str) -> bool:
    """Whether a normalised question asks for what was before a change."""
    return bool(_ASKS_FORMER.search(asked))


def tells_change(text: str, values: Sequence[Value]) -> bool:
    """Whether a normalised sentence says of one of its figures that another takes its place."""
    return any(one.is_latter for one in owned_values(text, values))


def is_of_years(text: str, values: Sequence[Value], years: frozenset[int]) -> bool:
    """Whether a normalised sentence gives one of its figures for one of these years."""
    return any(one.years & years and _is_of_year(one, years) for one in owned_values(text, values))


def tells_year_before(text: str, values: Sequence[Value]) -> bool:
    """Whether a normalised sentence gives one of its figures for the year before."""
    return any(one.is_before for one in owned_values(text, values))


def asks_year_before(asked: str) -> bool:
    """Whether a normalised question asks for the year before by that word."""
    return bool(_ASKS_YEAR_BEFORE.search(asked))


def part_asked(asked: str) -> list[str]:
    """The words of the part that a normalised question asks for: チップ用 of 「生産量のうちチップ用は」."""
    whole = _PART.search(asked)
    return label_words(re.split("[はがを]", asked[whole.end() :])[0]) if whole else []


def _is_of_year(one: Owned, years_asked: frozenset[int]) -> bool:
    """Whether a figure may be of the asked years: not where it is of others, nor where it is of several together (計画期間の総額)."""
    if len(one.years) > 1 and not one.years <= years_asked and _OF_ALL.search(f"{one.handed}{one.own}"):
        return False
    return not one.years or bool(one.years & years_asked)


def _score(one: Owned, asked: str, years_asked: frozenset[int], common: frozenset[str], *, wants_before: bool) -> float:
    """How well a figure fits a question; ``common`` are the words that every figure of the sentence is of, and that tell none from the others."""
    score = _of_its_case(one.own, asked)
    if one.is_before and wants_before:
        score += _YEAR_OWN
    elif years_asked and one.years & years_asked:
        score += _YEAR_OWN if one.is_own_year else _YEAR_HANDED
    elif one.is_before:
        score -= _OTHER_YEAR
    if one.is_former or one.is_latter:
        wanted = one.is_former if _ASKS_FORMER.search(asked) else one.is_latter
        score += _LATER if wanted else -_LATER
    if _AIMED.search(one.own) and not _AIMED.search(asked):
        score -= _LATER
    if one.is_change and not _ASKS_CHANGE.search(asked):
        score -= _OTHER_YEAR
    counted = set(common)
    before = score
    for label, weight in ((one.own, _OWN), (one.behind, _BEHIND), (one.handed, _HANDED)):
        score += weight * _matched(label, asked, counted)
    if one.depth and score == before:
        score -= _IN_BRACKET
    strangers = [word for word in label_words(one.own) if fold(word) not in fold(asked) and word not in common]
    return score - _NOT_ASKED * min(len(strangers), _MOST_NOT_ASKED)


def _of_its_case(label: str, asked: str) -> float:
    """What the counts, bounds and months of a label say of those of the question: 「3戸以上」 of 「3戸で」, 「８月は」 of 「８月だけ」."""
    score = 0.0
    wanted = {mention.unit: mention.value for mention in find_quantities(asked) if mention.value_to is None}
    for mention in find_quantities(label):
        if mention.unit in wanted and mention.value_to is None:
            bound = _BOUND.match(label, mention.end)
            value, own = wanted[mention.unit], mention.value
            held = {
                "以上": value >= own,
                "以下": value <= own,
                "以内": value <= own,
                "未満": value < own,
                "超": value > own,
            }
            score += _OF_CASE if held.get(bound["word"] if bound else "", value == own) else -_OF_CASE
    score += sum(_OF_CASE for month in _MONTH.findall(label) if month in _MONTH.findall(asked))
    return score + sum(_OF_CASE if ago in asked else -_OTHER_YEAR for ago in _AGO.findall(label))


def _matched(label: str, asked: str, counted: set[str]) -> float:
    """How much of a label the question says, each word once; a word that stands whole in the question counts whole (県外客)."""
    total = 0.0
    official = frozenset(official_terms(asked))  # 「足りない」 for 不足
    whole = _PART.search(asked)  # 「登録物件のうち売買は」: what stands behind is asked for
    part = asked[whole.end() :] if whole else ""
    for word in label_words(label):
        if word in counted or not (word in asked or word in official):
            continue
        counted.add(word)
        said = _OF_PART if word in part else 1.0 if word in asked else _MEANT
        total += said * min(informativeness(word), _MUCH) / _MUCH
    for run in _RUN.findall(label):
        if (
            run in asked
            and run not in counted
            and len(run) > 2
            and not all(word in counted for word in label_words(run))
        ):
            counted.add(run)
            total += _WHOLE_WORD
    return total
