"""By when something has to be done under a programme, and how its money flows: read off its terms.

Owns the choice among periods. Invariant: the end of applying answers only for applying, a report's deadline or a programme's duration only
for itself; where several ends remain that no case tells apart, there is no answer here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft, Statement, place_of_fact
from policy_qa.answering.eligibility.wording import fact_text, told
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.types import Fact

# What a period is of, as questions and documents call it; the first that a text has wins.
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("報告", re.compile(r"報告|完了届")),
    ("申請", re.compile(r"申請|応募|受付|募集|公募|申し?込|締切|締め切|〆切|必着|エントリー|提出|出せ")),
    ("事業", re.compile(r"(?:事業|補助|実施|融資|返済|利用|支給|助成|対象|契約)の?(?:実施)?期間|事業期限")),
)
_ASKS_END = re.compile(r"いつまで|期限|締切|締め切|〆切|締めきり|期間|何日まで|期日|何日前|何(?:日|か月|年)以内")
_ASKS_OTHER = re.compile(
    r"いつから|いつ(?:始|開始|決|公表|届|振|支払|入金)|何年間|結果|採択|決め|決ま|決定|通知|支払|振り?込"
)
_START = re.compile(r"開始")
_RELATIVE = re.compile(r"[^、。：:]{0,16}?[0-9]+(?:日|か月|ヶ月|週間|年)(?:以内|前まで)")
_FLOWS = re.compile(
    r"資金の流れ|(?:資金|お金|補助金|交付金)(?:は|が)?(?:どのように|どう)?(?:流れ|渡)|実施主体|事業主体|誰が実施"
)
_ACTOR = re.compile(r"実施主体|事業主体|誰が実施")


def deadline(question: Question, facts: Sequence[Fact]) -> Draft | None:
    """The end of the period that a question asks for; a line for each case where they differ."""
    text = normalize(question.text).text
    if not _ASKS_END.search(text) or _ASKS_OTHER.search(text):
        return None
    wanted = _kind(text) or "申請"
    found = [
        fact
        for fact in facts
        if fact.aspect == "period" and _kind_of(fact) == wanted and not _START.search(fact.subject or "")
    ]
    asked = fold(question.search_text)
    named = [fact for fact in found if fact.subject and _case(fact) in asked]
    found = named or found
    ends = {(fact.subject, _end(fact)) for fact in found}
    if not found or len({fact.path for fact in found}) > 1:
        return None
    if len({end for _, end in ends}) == 1:
        fact = found[0]
        statement = Statement(f"{_end(fact)}です。資料の記載は次のとおりです。{told(fact)}。", (place_of_fact(fact),))
        return Draft(
            "answered", (statement,), _end(fact), assumptions=question.assumptions, confidence="high",
            facts=((fact, place_of_fact(fact)),),
        )  # fmt: skip
    if any(fact.subject is None for fact in found):
        return None
    lines = [Statement(f"・{fact.subject}：{fact_text(fact)}", (place_of_fact(fact),)) for fact in _last_of_each(found)]
    first = Statement(f"区分ごとに次のとおりです。\n{lines[0].text}", lines[0].evidence)
    return Draft(
        "answered", (first, *lines[1:]), None, assumptions=question.assumptions, confidence="high", is_list=True
    )


def flow(question: Question, facts: Sequence[Fact]) -> Draft | None:
    """Who carries a programme out, or how its money flows, where the question asks it."""
    text = normalize(question.text).text
    asking = _FLOWS.search(text)
    if asking is None:
        return None
    is_actor = bool(_ACTOR.search(asking[0]))
    found = [
        fact for fact in facts if fact.aspect == "flow" and bool(_ACTOR.search(normalize(told(fact)).text)) == is_actor
    ]
    if len(found) != 1:
        return None
    own = fact_text(found[0])
    statement = Statement(
        f"{own}。" if own == told(found[0]) else f"{own}です。資料の記載は次のとおりです。{told(found[0])}。",
        (place_of_fact(found[0]),),
    )
    return Draft(
        "answered", (statement,), own if len(own) <= 60 else None, assumptions=question.assumptions, confidence="high",
        facts=((found[0], place_of_fact(found[0])),),
    )  # fmt: skip


def _kind(text: str) -> str | None:
    return next((name for name, pattern in _KINDS if pattern.search(text)), None)


def _kind_of(fact: Fact) -> str | None:
    """What a period is of: by its own line, else by the heading over it."""
    return _kind(normalize(fact.quote).text) or next(
        (kind for title in reversed(fact.section) if (kind := _kind(normalize(title).text))), None
    )


def _case(fact: Fact) -> str:
    return fold(re.sub(r"[（(].*$", "", fact.subject or ""))


def _end(fact: Fact) -> str:
    """The end as it is printed: a day with its hour, else what it is counted from."""
    text = normalize(fact_text(fact)).text
    times = find_times(text) if fact.date else []
    if times:
        behind = re.match(
            r"(?:[（(][月火水木金土日][)）])?(?:午[前後])?(?:[0-9]{1,2}時(?:[0-9]{1,2}分)?)?", text[times[-1].end :]
        )
        return f"{times[-1].printed}{behind[0] if behind else ''}"
    relative = _RELATIVE.search(text)
    return relative[0] if relative else text


def _last_of_each(facts: Sequence[Fact]) -> list[Fact]:
    """The last period of each case: a table has the first day in one column and the last in the next."""
    return list({fact.subject: fact for fact in facts}.values())
