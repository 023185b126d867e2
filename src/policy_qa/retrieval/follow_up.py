"""A question in its conversation: what it leaves open is filled from the questions before it.

Owns how slots are carried over. Invariant: a question that says itself what it is about starts afresh; one that leans on the conversation
changes the slots it names and keeps the others, and its ``search_text`` is the whole question as it could have been asked at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold
from policy_qa.japanese.stages import find_stages
from policy_qa.japanese.vocabulary import EVENT
from policy_qa.retrieval.attributes import attribute, attribute_of
from policy_qa.retrieval.merging import CASE, RELATIVE, asks_the_same, is_bare, merged_text, subject_of
from policy_qa.retrieval.question import Question, operation_of, read, without_opening
from policy_qa.retrieval.topics import Match, Topics
from policy_qa.retrieval.words import content_words
from policy_qa.types import Stage

_SHORT_NAME = re.compile(
    r"(?P<name>[一-鿿々ァ-ヴーA-Za-z0-9]{2,10}?)(?:の?(?:ほう|方|場合))?(?:は|だと|なら|では)(?:どう(?:です|でしょう)?か?)?[?？。]*"
)
# 「中学校のほうを教えてください」 and 「二次を教えてください」 ask no more than 「中学校のほうは？」 and 「二次は？」.
_ASKED_FOR_A_CASE = re.compile(
    r"^(?P<case>(?:.{1,16}(?:場合|ほう|方|ケース)|[一-鿿々ァ-ヴー0-9]{2,6}(?=を)))(?:を|について|も|は)?(?:教えて|知りたい|どうな)[^。]{0,14}[。?？]*$"
)
# What was asked back is answered: 「○○事業です」「○○事業のほうでお願いします」.
_CHOSEN = re.compile(r"^(?P<name>[^、。はがを?？]{2,40}?)(?:の(?:ほう|方))?(?:です|で(?:お願いします)?)?[。]*$")
# 「小学生の子がいる世帯の場合は？」 changes the case of what was asked.
_OF_A_CASE = re.compile(r"(?:場合|とき|ケース)(?:に)?$")
_ALIKE = 2  # characters that sisters end with
_SHORT = 14  # characters of a fragment
_ASKED_AT_START = re.compile(r"(?:誰|だれ|どの|どんな|どう|いつ|どこ|何|いくら)")
_REFERS_BACK = re.compile(
    r"^(?:では|じゃあ|それでは|なら|ほか|他に|また|ちなみに|あと|そのうち)|(?:その|それ|この|これ|あの|上記|同)(?!他|ほか)|のほうは|の方は|そのうち"
)
_OTHER_ONE = re.compile(
    r"もう(?:一つ|1つ|ひとつ|一方|片方)|(?:^|[、は])(?:他方|片方)(?:の|は)|残り(?:の(?:一つ|1つ|方|ほう))?は"
)
# 「もう一方のクリニックは？」 names it.
_OTHER_NAMED = re.compile(
    r"(?:もう(?:一つ|1つ|ひとつ|一方|片方)|他方|片方)の(?=(?!方|ほう|もの|やつ)[一-鿿々ァ-ヴーA-Za-z]{2,14}(?:は|だと|なら|では)(?:どう|何|いくら|いくつ)?[^、。]{0,8}[?？。]*$)"
)
_PAIR = re.compile(
    r"(?P<one>[一-鿿々ァ-ヴーA-Za-z0-9ぁ-ん]{1,16}?)(?:と|及び|または|又は|か|、|・)(?P<other>[一-鿿々ァ-ヴーA-Za-z0-9]{2,16})"
)
_MORE = re.compile(
    r"(?:それ|その)?(?:他|ほか)(?:に|には|にも|は)?(?:何|なに|どんなもの|どのようなもの)?[がもは]?(?:ありますか|ありませんか|あるの?|ない(?:の|んですか|ですか)?|教えて(?:ください)?)?[?？。]*"
)
_UNTIL = re.compile(r"(?:それは)?いつまで(?:です|なの|でしょう)?か?[?？。]*")
_RESULT = re.compile(r"(?:その|両者の)?(?:増減|伸び|増加|減少|変化|差|合計|倍)(?:率|額|幅)?は")
_BUDGET = {"budget", "calculation", "check"}
_OVER_TWO = {"difference", "growth", "ratio", "sum", "largest", "smallest"}
_THOSE = re.compile(r"^(?:では|じゃあ)?、?(?:その|それら?の|この|両方の|両者の)")
_ALL = re.compile(r"全部|すべて|全て|合計|総計|合わせ")
# What comes after what was asked has a date of its own: 「締切はいつ？」「結果はいつごろ？」.
_OTHER_EVENT = re.compile(
    rf"(?:{EVENT.pattern}|審査)?(?:{EVENT.pattern}|結果|発表|通知|入金|振込|支払い?)(?:日|時期)?は(?:いつ|何月|何日)"
)
_BEFORE = re.compile(r"前年|昨年度|前の年|去年")
_AFTER = re.compile(r"翌年度|来年度|次の年")


def understand(text: str, topics: Topics, *, turns: Sequence[str] = (), reference: str | None = None) -> Question:
    """The slots of a question; ``turns`` are the earlier questions, oldest first, ``reference`` the date of the newest document."""
    history: list[Question] = []
    for turn in turns:
        history.append(_in_conversation(_with_sister(read(turn, topics, reference), history, topics), history))
    if history:
        text = _ASKED_FOR_A_CASE.sub(r"\g<case>は？", text)
        if history[-1].choices:
            text = _CHOSEN.sub(r"\g<name>は？", text)
    return _in_conversation(_with_sister(read(text, topics, reference), history, topics), history)


def _with_sister(question: Question, history: Sequence[Question], topics: Topics) -> Question:
    """The question with the name it begins with short, where only one of the corpus' names begins so and ends like the last one.

    「では北沢は？」 after a question about 南沢調整池 names 北沢調整池.
    """
    match = _SHORT_NAME.fullmatch(without_opening(question.search_text))
    last = [found.name for found in history[-1].topics] if history else []
    if match is None or question.topics or len(last) != 1:
        return question
    short, ending = fold(match["name"]), fold(last[0])[-_ALIKE:]
    names = {**topics.headings, **topics.programs}
    sisters = {name for folded, name in names.items() if folded.startswith(short) and fold(name).endswith(ending)}
    if len(sisters) != 1 or fold(last[0]).startswith(short):
        return question
    (name,) = sisters
    text = question.search_text.replace(match["name"], name, 1)
    found = Match(name, 0, len(fold(name)), name in topics.programs.values(), match["name"])
    return replace(question, topics=(found,), search_text=text)


def _in_conversation(question: Question, history: Sequence[Question]) -> Question:
    """The question with the slots it leaves open filled from the conversation, when it leans on it; else as it is."""
    if not history:
        return question
    normal = without_opening(question.search_text)
    named_other = _OTHER_NAMED.match(normal)
    if named_other is not None and not question.topics:
        rest = question.search_text[question.search_text.index(named_other[0]) + len(named_other[0]) :]
        question = replace(question, search_text=rest)
        normal = without_opening(rest)
    elif _OTHER_ONE.search(normal):
        return _the_other(question, history)
    previous = history[-1]
    if _MORE.fullmatch(normal):
        return replace(
            previous, text=question.text, intent="list", asks="text", wants_list=True, wants_more=True, is_check=False
        )
    together = _over_what_was_asked(question, history)
    if together is not None:
        return together
    names_topic = bool(question.topics or question.unknown_programs) or _has_own_subject(normal)
    is_fragment = len(fold(question.search_text)) <= _SHORT
    if names_topic and not (is_fragment or is_bare(question) or _REFERS_BACK.search(question.search_text)):
        return question
    return _carried(question, previous, names_topic)


def _carried(question: Question, previous: Question, names_topic: bool) -> Question:
    carried = question
    normal = without_opening(question.search_text)
    if not (question.topics or question.unknown_programs):
        carried = replace(
            carried,
            topics=previous.topics,
            unknown_programs=previous.unknown_programs,
            choices=question.choices or previous.choices,
            assumptions=tuple(dict.fromkeys((*previous.assumptions, *question.assumptions))),
        )
    if question.topics and all(CASE.fullmatch(match.name) for match in question.topics):
        # Another case of the programme that was asked about.
        owners = tuple(match for match in previous.topics if not CASE.fullmatch(match.name))
        carried = replace(carried, topics=(*owners, *question.topics))
    asks_nothing = asks_the_same(question, previous)
    if asks_nothing and question.asks == "text":
        carried = replace(
            carried,
            asks=previous.asks,
            intent=previous.intent,
            attribute=question.attribute or previous.attribute,
            operation=question.operation or previous.operation,
            wants_list=previous.wants_list,
            wants_total=question.wants_total or (previous.wants_total and not question.topics),
        )
    elif asks_nothing and question.attribute is None and not _OTHER_EVENT.match(normal):
        carried = replace(carried, attribute=previous.attribute)
    elif _UNTIL.fullmatch(without_opening(question.search_text)) and previous.programs and previous.asks != "date":
        carried = replace(carried, attribute="deadline")  # of applying: what a programme's reader asks until when
    if asks_nothing or {carried.intent, previous.intent} <= _BUDGET:
        own_years, offset = _years_of(question, previous)
        stages = question.stages or (() if own_years or offset else previous.stages)
        years = () if offset else own_years or previous.fiscal_years
        carried = replace(carried, fiscal_years=years, stages=stages, year_offset=offset)
    if carried.fiscal_years and RELATIVE.search(question.search_text):
        question = replace(question, fiscal_years=carried.fiscal_years)
    text = merged_text(question, previous, names_topic)
    if previous.attribute is not None and _OTHER_EVENT.match(normal):
        text = attribute(previous.attribute).asked.sub("", text)
    return replace(carried, search_text=text)


def _years_of(question: Question, previous: Question) -> tuple[tuple[int, ...], int]:
    """The years a follow-up names. 「前年度」 counts from the year the conversation is at, before the documents' own date.

    Where the conversation is at no year, its distance to the year of the figures that were answered is given instead.
    """
    normal = question.search_text
    offset = -1 if _BEFORE.search(normal) else 1 if _AFTER.search(normal) else 0
    if not offset:
        return question.fiscal_years, 0
    if not previous.fiscal_years:
        return (), offset
    return (previous.fiscal_years[-1] + offset,), 0


def _has_own_subject(normal: str) -> bool:
    """Whether a question says itself what it is about: two content nouns or more before its 「は」, attributes left out."""
    subject, marker, _ = normal.partition("は")
    if not marker or _ASKED_AT_START.match(normal) or attribute_of(subject) is not None or _OF_A_CASE.search(subject):
        return False
    slots = [(time.start, time.end) for time in find_times(subject)]
    slots += [(stage.start, stage.end) for stage in find_stages(subject)]
    nouns = [
        word
        for word in content_words(subject)
        if word.is_noun and not any(start <= word.start < end for start, end in slots)
    ]
    return len(nouns) >= 2


# -- what was asked before, together ------------------------------------------------------------------------------------


def _over_what_was_asked(question: Question, history: Sequence[Question]) -> Question | None:
    """「その差は？」「合計すると？」: the operation over the last two figures that were asked for, or all of them."""
    operation = question.operation or operation_of(question.search_text)
    if operation not in _OVER_TWO or question.topics or question.unknown_programs or question.fiscal_years:
        return None
    if question.stages or (_has_own_subject(question.search_text) and not _RESULT.match(question.search_text)):
        return None
    asked: list[Question] = []
    for earlier in reversed(history):
        if earlier.intent not in _BUDGET or not (earlier.programs or earlier.fiscal_years):
            break
        if earlier.operation is None and all(_operand(earlier) != _operand(other) for other in asked):
            asked.append(earlier)
    if not asked:
        return None
    names_several = len(asked[0].programs) > 1 or len(asked[0].fiscal_years) > 1 or len(asked[0].stages) > 1
    wanted = len(asked) if _ALL.search(question.search_text) else 1 if names_several else 2
    operands = asked[:wanted][::-1]
    if len(operands) < 2 and not names_several:
        return None
    topics = {match.name: match for operand in operands for match in operand.topics}
    periods = tuple(dict.fromkeys(period for operand in operands if (period := _period(operand)) is not None))
    return replace(
        question,
        intent="calculation",
        asks="rate" if operation == "growth" else "money",
        operation=operation,
        attribute=None,
        topics=tuple(topics.values()),
        fiscal_years=tuple(dict.fromkeys(year for operand in operands for year in operand.fiscal_years)),
        stages=tuple(dict.fromkeys(stage for operand in operands for stage in operand.stages)),
        periods=periods if len(periods) == len(operands) > 1 and len(topics) == 1 else (),
        assumptions=tuple(dict.fromkeys(said for operand in operands for said in operand.assumptions)),
        search_text=f"{'と'.join(topics) or subject_of(operands[-1])}の{_THOSE.sub('', question.search_text)}",
    )


def _operand(question: Question) -> tuple[tuple[str, ...], tuple[int, ...], tuple[Stage, ...]]:
    return question.programs, question.fiscal_years, question.stages


def _period(question: Question) -> tuple[int, Stage] | None:
    if len(question.fiscal_years) == 1 == len(question.stages):
        return question.fiscal_years[0], question.stages[0]
    return None


# -- the other of two ---------------------------------------------------------------------------------------------------


def _the_other(question: Question, history: Sequence[Question]) -> Question:
    """「もう一つの方は？」: the last question about the other of two programmes or rows that were named."""
    previous = history[-1]
    asks_itself = question.asks != "text" or question.attribute is not None
    base = previous
    if asks_itself:
        base = replace(
            question,
            topics=previous.topics,
            search_text=f"{subject_of(previous)}の{_OTHER_ONE.sub('', question.search_text)}",
        )
    named = _names(history)
    left = [match for match in named if all(match.name != other.name for other in previous.topics)]
    if len(named) == 2 and len(left) == 1 and len({match.name for match in previous.topics}) == 1:
        (other,) = left
        text = base.search_text.replace(previous.topics[0].written or previous.topics[0].name, other.name)
        text = text if other.name in text else f"{other.name} {text}"
        said = tuple(note for note in previous.assumptions if previous.topics[0].name not in note)
        return replace(base, text=question.text, topics=(other,), search_text=text, assumptions=said)
    row = _other_row(previous.search_text, history)
    if row is not None:
        return replace(base, text=question.text, search_text=base.search_text.replace(*row))
    if len(history) > 1 and not history[-2].search_text.endswith(previous.search_text):
        return replace(history[-2], text=question.text)  # the last question changed something: what it was before
    choices = tuple(dict.fromkeys(match.name for match in previous.topics if match.is_program))
    return replace(base, text=question.text, choices=choices if len(choices) > 1 else ())


def _names(history: Sequence[Question]) -> list[Match]:
    """The last two different names of the conversation, or those of the last question that has two."""
    for earlier in reversed(history):
        if len({match.name for match in earlier.topics}) == 2:
            return list(earlier.topics)
    named: dict[str, Match] = {}
    for earlier in reversed(history):
        for match in earlier.topics:
            named.setdefault(match.name, match)
    return list(named.values())[:2]


def _other_row(asked: str, history: Sequence[Question]) -> tuple[str, str] | None:
    """What stands in ``asked`` and the one it was named beside: ソフト型 and 施設型 of 「ソフト型と施設型」."""
    for earlier in reversed(history):
        for match in _PAIR.finditer(earlier.search_text):
            one, other = match["one"].rpartition("の")[2], match["other"]
            for here, there in ((one, other), (other, one)):
                start = next((place for place in range(len(here) - 1) if here[place:] in asked), None)
                if start is not None and there not in asked and len(here[start:]) >= 2:
                    return here[start:], there
    return None
