"""Answers from budget facts: lookups, small tables, confirmations; lists, parts and calculations are handed on.

Owns which of these a question about money wants. Invariant: every figure shown is a fact of the asked programme, year and stage; when
one is missing, the answer says which, and what there is instead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from policy_qa.answering.budgets import figures
from policy_qa.answering.budgets.calculation import OF_KINDS, SPENT, calculate
from policy_qa.answering.budgets.lists import AVERAGE, average, over_programs, runs_over_programs
from policy_qa.answering.budgets.parts import is_about_commitments, part_draft, source_of_whole
from policy_qa.answering.budgets.statements import counts_beside, evidence_of, label_of, mismatch_notes, statement_of
from policy_qa.answering.budgets.subjects import (
    Subject,
    chosen,
    distinct,
    newest_period,
    source_asked,
    speaks_of_nothing_else,
    subjects_of,
    with_year_before,
)
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.wording import abstain, clarify
from policy_qa.facts.budgets.names import kind_of_figure
from policy_qa.facts.programs.names import clean_name
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.types import Fact

_ONLY_NAMED = re.compile(r"(?:は|って)[?？。]*$")
_KIND_ALONE = re.compile(r"(?<![一-鿿々ァ-ヴーA-Za-z])(?P<kind>交付金|補助金|助成金|給付金|支援金|事業)(?![一-鿿])")
_GROWTH = re.compile(r"(?:対?前年度?|前年)(?:度)?比|何[%％]の?(?:伸び|増|減)")
_IN_YEN = re.compile(r"いくら|何円|何[千百]*[億万]|差額|増減額|減少額|増加額")
# 「前年度比でいくらの減か」: an amount, whatever it is compared with.
_CHANGE_IN_YEN = re.compile(
    r"(?:前年度?比|対前年度?|前年度?)[^。]{0,8}(?:いくら|何円|何[千百]*[億万]円?)の?(?:増|減|プラス|マイナス)"
)
_YEAR_BEFORE = re.compile(r"前年|昨年|前の年|比べ|より")
_SAME_AS_BEFORE = re.compile(
    r"(?:前年度?|昨年度?|前の年)[^。]{0,10}(?:同じ|同額|変わら|変わって(?:い)?(?:ない|ません)|据え置)"
)
_BALANCE = re.compile(r"残高|積立|積み立て|取り?崩|貯金")
_SHARE = re.compile(r"占め|割合|何[%％割]")
_PERCENT_OF_BUDGET = re.compile(r"予算[^。、]{0,12}の(?:うち)?何[%％割]")
_SUM = re.compile(r"合計|合わせ[てる]")
# 「市税と地方交付税を足すと」: of two things, of which the one that no budget line has may be a row of a table.
_ADDS_TWO = re.compile(r"[^、。]{2,}と[^、。]{1,16}を(?:足|合わせ|合計|合算)")
_DIFFERENCE = re.compile(r"差額?(?:は|を|[?？。]|$)|増減|比べ|比較")
_LIST_OF_PROGRAMS = re.compile(
    r"(?:予算|要求|補正|決算)(?:案|額|\(案\))?の?\s*(?:主要|主な|重点|新規)(?:事業|施策|事項)(?:一覧)?$"
)
_WHICH_IS_MORE = re.compile(r"(?:どちら|どっち)(?:が|の(?:ほう|方)が)[^。]{0,12}(?:多|少な|大き|小さ|高|低)")
_COUNT_OF = re.compile(
    r"の?(?:[一-鿿]{0,4}(?:回数|件数|人数|者数|社数|本数|台数|戸数|枚数|団体数|施設数|参加者|利用者))"
)
_SEVERAL_YEARS = re.compile(r"[0-9]+(?:年間|か年|カ年|ヶ年)(?:の|で|に|分|合計|計|総額)")
_EXECUTION_RATE = re.compile(r"執行率|消化率")
_WHOLE_COST = re.compile(r"(?:総|全体)事業費|(?:総|全体)建設費|総工費")
_BEYOND = re.compile(
    r"円(?P<word>以上|以下|未満|を?(?:超|上回)|より(?:も)?(?:多|大|高)|を?下回|より(?:も)?(?:少|小|低)|に満たない|に届)"
)
_PAID_OUT = re.compile(
    r"(?:いくら|何円|金額|額|どれ(?:だけ|くらい))[^。]{0,10}?(?:もら|支給され|給付され|受け取|受けられ|助成され|補助され|払|かかり|かかる|納め|戻|返(?:[すさし]|って|還|金)|得です)"
    r"|(?:[一-鿿]{1,3}料|料金|運賃|会費|参加費|自己負担|家賃|授業料)(?:$|[^一-鿿])"
    r"|[0-9]人目|第[0-9]子|毎月|月々|[月日]額|月に?いくら|いくらで(?:売|買|販)|単価|単身|世帯(?:の(?:額|場合)|だと|なら)|(?:1|一)[^、。]{1,5}(?:当たり|あたり|につき)"
)
_AIMED_AT = re.compile(r"目指[しすそ]|めざ[しす]|目標(?!を?達成)")
_OF_SEVERAL = frozenset({"share", "except", "ratio", "difference", "growth"})
_MOST_CHOICES = 8
_MOST_LINES = 12
_MOST_CORRECTED = 3
_MOST_NEAR = 4


def answer_from_budgets(question: Question, library: Library) -> Draft | None:
    """The answer from budget facts; an abstention when the programme, year or stage is missing; ``None`` when this is no such question."""
    question = _completed(question)
    if not _is_about_budget(question) or is_about_commitments(question) or _asks_a_count(question):
        return None
    if runs_over_programs(question):
        listed = over_programs(question, library)
        if listed is not None or question.operation in {"largest", "smallest"} or question.wants_list:
            return listed
    choices = _choices(question, library)
    if len(choices) > 1:
        return clarify("次のうち、どれについてのご質問ですか。", choices, question)
    of_whole = source_of_whole(question, library)
    if of_whole is not None:
        return of_whole
    subjects = subjects_of(question, library)
    if subjects is None:
        return _without_total(question)
    question = with_year_before(question, subjects)
    part = part_draft(question, subjects, library)
    if part is not None:
        return part
    missing = [name for name, facts in subjects if not facts]
    if missing and (_BALANCE.search(question.search_text) or all(name.endswith("基金") for name in missing)):
        return None  # how much a fund holds is said elsewhere than in budget lines
    if missing:
        return _without_figures(question, missing, library)
    if AVERAGE.search(question.text):
        averaged = _average(question, subjects, library)
        if averaged is not None:
            return averaged
    bounded = _beyond(question, subjects, library)
    if bounded is not None:
        return bounded
    if question.operation in {"largest", "smallest"} and len(subjects) == 1:
        return None  # which of its parts, or of what its table lists: no comparison of its own years
    if question.operation == "difference" and len(subjects) == 1 and OF_KINDS.search(question.search_text):
        return calculate(question, subjects, library)
    if question.operation is not None and not (question.is_check and question.claims):
        computed = calculate(question, subjects, library)
        if computed is not None or (question.operation == "share" and SPENT.search(question.search_text)):
            return computed
        if len(subjects) > 1 and question.operation in _OF_SEVERAL:
            return None
        if question.operation == "sum" and _ADDS_TWO.search(normalize(question.search_text).text):
            return None  # one of the two is no sum of both
    return _look_up(question, subjects, library)


def _completed(question: Question) -> Question:
    """The question with the calculation that words of budgets ask for (前年度比, どちらが多い), and without programmes that are lists of them."""
    named = tuple(match for match in question.topics if not _LIST_OF_PROGRAMS.search(match.name))
    if named != question.topics:
        question = replace(question, topics=named)
    if question.programs and source_asked(question) is not None:
        share = bool(_SHARE.search(question.text))
        operation = "share" if share else question.operation
        return replace(question, operation=operation, intent="calculation" if share else "budget", attribute=None)
    adds = question.stages == ("supplementary",) and len(question.fiscal_years) < 2
    if question.operation == "difference" and adds and not _YEAR_BEFORE.search(question.text):
        return replace(question, operation=None, intent="budget")  # a supplementary budget is itself what is added
    if question.is_check and question.operation is None and _SAME_AS_BEFORE.search(question.text):
        return replace(question, operation="difference", fiscal_years=_years_named(question), periods=())
    if question.operation is None and _CHANGE_IN_YEN.search(question.text):
        return replace(
            question, operation="difference", intent="calculation", fiscal_years=_years_named(question), periods=()
        )
    if (
        question.operation in {None, "difference"}
        and _GROWTH.search(question.text)
        and not _IN_YEN.search(question.text)
    ):
        # 「前年度」 is counted from the year that is compared, not from the documents' date.
        intent = "calculation" if not question.is_check else question.intent
        return replace(question, operation="growth", intent=intent, fiscal_years=_years_named(question), periods=())
    if question.operation is None and _PERCENT_OF_BUDGET.search(question.text):
        return replace(question, operation="share", intent="calculation")
    if question.operation is None and len(question.programs) >= 2 and _SUM.search(question.text):
        return replace(question, operation="sum", intent="calculation")
    several = len(question.fiscal_years) >= 2 or len(question.stages) >= 2
    if question.operation is None and question.programs and several and _DIFFERENCE.search(question.text):
        return replace(question, operation="difference", intent="calculation")
    if question.operation is None and _WHICH_IS_MORE.search(question.text):
        return replace(question, operation="difference", intent="calculation")
    return question


def _years_named(question: Question) -> tuple[int, ...]:
    """The years a question names by themselves, not those that are counted from the documents' date."""
    return tuple(dict.fromkeys(year for time in find_times(question.search_text) for year in time.fiscal_years))


def _is_about_budget(question: Question) -> bool:
    if question.attribute not in {None, "amount", "contact"} and question.operation is None:
        return False
    if _PAID_OUT.search(_without_names(question)) and not (question.stages or "予算" in question.search_text):
        return False  # what one applicant gets, or pays, is no budget
    if _AIMED_AT.search(question.search_text):
        return False  # a balance that is aimed at stands among the targets
    if _WHOLE_COST.search(question.search_text) or _is_over_years(question):
        return False  # of no one year
    if _EXECUTION_RATE.search(question.search_text) and question.operation is None:
        return False
    if question.intent in {"budget", "calculation"}:
        return True
    if runs_over_programs(question):
        return True
    if question.programs and kind_of_figure(question.search_text) is not None and not question.is_check:
        return True
    if question.intent == "other" and question.programs and (question.fiscal_years or question.stages):
        return bool(_ONLY_NAMED.search(question.search_text)) and speaks_of_nothing_else(question)
    return (
        question.is_check
        and (bool(question.claims) or question.operation is not None)
        and (
            question.attribute == "amount" or bool(question.stages or question.fiscal_years) or "予算" in question.text
        )
    )


def _without_names(question: Question) -> str:
    """The question without the names of programmes: LPガス料金負担軽減事業 asks for no price."""
    text = question.search_text
    for match in question.topics:
        text = text.replace(match.name, " ") if match.is_program else text
    return text


def _is_over_years(question: Question) -> bool:
    """Whether a sum over several years is asked that the question does not name one by one: 「３年間の合計」."""
    return bool(_SEVERAL_YEARS.search(normalize(question.search_text).text)) and len(question.fiscal_years) < 2


def _asks_a_count(question: Question) -> bool:
    """Whether a count beside a programme's name is asked, and no money: 「○○派遣の回数は」."""
    text = normalize(question.search_text).text
    endings = {name[-2:] for name in question.programs}
    return any(_COUNT_OF.match(behind) for ending in endings for behind in text.split(ending)[1:])


def _choices(question: Question, library: Library) -> list[str]:
    """The programmes a question can mean that names only their kind: 「交付金はいくら？」."""
    kind = _KIND_ALONE.search(question.search_text)
    if kind is None or question.programs or question.unknown_programs or question.topics or question.wants_total:
        return []
    if not speaks_of_nothing_else(question, kind["kind"]):
        return []
    facts = [fact for fact in chosen(question, library.budgets) if fact.program and not fact.is_total]
    names = {key(fact.program or ""): clean_name(fact.program or "") for fact in reversed(facts)}
    return [name for name in reversed(names.values()) if kind["kind"] in name][:_MOST_CHOICES]


def _look_up(question: Question, subjects: Sequence[Subject], library: Library) -> Draft:
    found = [(name, chosen(question, facts)) for name, facts in subjects]
    if not all(facts for _, facts in found) and (nearer := _of_stage_alone(question, subjects)) is not None:
        return _look_up(nearer, subjects, library)
    for name, facts in found:
        if not facts:
            return _without_period(question, name, dict(subjects)[name], library)
    every = [fact for _, facts in found for fact in _telling(facts, question)][:_MOST_LINES]
    if question.is_check and question.claims:
        return _check(question, every, library)
    statements = [statement_of(fact, library) for fact in every]
    assumptions = [*question.assumptions, *mismatch_notes(every, library)]
    if len(subjects) == 1 and len(every) > 1:
        what = "年度" if not question.fiscal_years else "段階（当初・補正など）"
        assumptions.append(f"{what}の指定がないため、資料にあるものを新しい順に示しています")
    elif len(every) == 1 and not (question.fiscal_years and question.stages):
        assumptions.append(f"{figures.period(every[0])}として回答")
    return Draft(
        status="answered",
        statements=(*statements, *counts_beside(question, every, library)),
        short_answer=figures.amount(every[0]) if len(every) == 1 else None,
        assumptions=tuple(assumptions),
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in every),
        confidence="high" if not any(match.written for match in question.topics) else "medium",
        is_list=len(every) > 1,
    )


def _of_stage_alone(question: Question, subjects: Sequence[Subject]) -> Question | None:
    """「補正は？」 after a budget of 令和8年度: the year before it where only that one has the stage; ``None`` where the year is asked for itself."""
    if question.stages != ("supplementary",) or len(question.fiscal_years) != 1 or find_times(question.text):
        return None
    year = question.fiscal_years[0] - 1
    there = [fact for _, facts in subjects for fact in facts if fact.stage == "supplementary"]
    if not there or {fact.fiscal_year for fact in there} != {year}:
        return None
    said = f"{figures.fiscal_year(year)}の補正予算として回答"
    return replace(question, fiscal_years=(year,), periods=(), assumptions=(*question.assumptions, said))


def _telling(facts: Sequence[Fact], question: Question) -> Sequence[Fact]:
    """Without the dashes, where no stage is asked and there are amounts beside them."""
    amounts = [fact for fact in facts if fact.amount_yen is not None]
    return amounts if amounts and not question.stages else facts


def _average(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    """The mean over the years of one programme, or over the programmes a question names."""
    if len(subjects) == 1:
        facts = [fact for fact in chosen(question, subjects[0][1]) if fact.amount_yen is not None]
        stage = question.stages[0] if question.stages else "initial"
        facts = [fact for fact in facts if fact.stage == stage]
    else:
        facts = newest_period(
            [fact for _, own in subjects for fact in chosen(question, own) if fact.amount_yen is not None]
        )
        if len(facts) != len(subjects):
            return None
    return average(question, facts, question.assumptions, library) if len(facts) >= 2 else None


def _beyond(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    """「…は1,500億円より多いですか」: the verdict, with the difference."""
    word = _BEYOND.search(normalize(question.search_text).text)
    if not (question.is_check and len(question.claims) == 1 and word and len(subjects) == 1):
        return None
    facts = [fact for fact in chosen(question, subjects[0][1]) if fact.amount_yen is not None]
    facts = facts if question.fiscal_years else newest_period(facts)
    if len({fact.amount_yen for fact in facts}) != 1:
        return None
    (fact, *_), claim = facts, question.claims[0].yen
    value = fact.amount_yen or 0
    held = {
        "以上": value >= claim, "以下": value <= claim, "未満": value < claim,
    }.get(word["word"], value > claim if re.search("超|上回|多|大|高", word["word"]) else value < claim)  # fmt: skip
    verdict = "はい" if held else "いいえ"
    text = f"{verdict}、{label_of(fact)}は{figures.amount(fact)}です。"
    return Draft(
        "answered", (Statement(text, evidence_of(fact, library)),), verdict,
        assumptions=question.assumptions if question.fiscal_years else (*question.assumptions, f"{figures.period(fact)}として回答"),
        facts=((fact, evidence_of(fact, library)[0]),), confidence="high",
    )  # fmt: skip


def _check(question: Question, facts: Sequence[Fact], library: Library) -> Draft:
    claimed = {claim.yen for claim in question.claims}
    confirmed = [fact for fact in facts if fact.amount_yen in claimed]
    shown = confirmed or facts[:_MOST_CORRECTED]
    verdict = "はい" if confirmed else "いいえ"
    first, *others = [statement_of(fact, library) for fact in shown]
    first = Statement(f"{verdict}、{first.text}", first.evidence)
    return Draft(
        status="answered",
        statements=(first, *others),
        short_answer=verdict,
        assumptions=(*question.assumptions, *mismatch_notes(shown, library)),
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in shown),
        confidence="high",
    )


def _without_total(question: Question) -> Draft | None:
    """No passage's figure may stand in for the total of a budget that the documents do not give."""
    asks_total = question.wants_total and question.intent in {"budget", "calculation"} and "予算" in question.text
    if not asks_total or question.unknown_programs or not (question.fiscal_years or question.stages):
        return None
    return abstain("not_in_corpus", "お尋ねの予算の総額は資料に見つかりません。", question)


def _without_figures(question: Question, missing: Sequence[str], library: Library) -> Draft:
    names = "」「".join(missing)
    return abstain("attribute_missing", f"「{names}」は資料にありますが、その予算額の記載は見つかりません。", question)


def _without_period(question: Question, name: str, facts: Sequence[Fact], library: Library) -> Draft:
    """Which year, stage or kind of figure is missing, and the nearest there is."""
    kind = kind_of_figure(question.search_text)
    stages = [] if kind else [figures.stage_name(stage) for stage in question.stages]
    years = [figures.fiscal_year(year) for year in question.fiscal_years]
    asked = "・".join([f"{year}{stage}" for year in years or [""] for stage in stages or [""]])
    reason = "year_missing"
    if not question.fiscal_years or any(fact.fiscal_year in question.fiscal_years for fact in facts):
        reason = "stage_missing"
    label = "予算の総額" if name == "総額" else f"「{name}」の額"
    label = f"「{name}」の{kind}" if kind else label
    near = _nearest(question, facts)
    there = "、".join(dict.fromkeys(f"{figures.period(fact)}{figures.amount(fact)}" for fact in near))
    places = tuple(dict.fromkeys(place for fact in near for place in evidence_of(fact, library)))
    return abstain(
        reason,
        f"{f'{asked}の' if asked else ''}{label}は資料にありません。記載があるのは{there}です。",
        question,
        places,
    )


def _nearest(question: Question, facts: Sequence[Fact]) -> list[Fact]:
    """The figures nearest to what is asked: of the year itself, else of the years around it."""
    years = question.fiscal_years
    facts = [fact for fact in facts if fact.amount_yen is not None] or list(facts)
    if not years:
        return distinct(facts)[:_MOST_NEAR]
    return sorted(distinct(facts), key=lambda fact: min(abs((fact.fiscal_year or 0) - year) for year in years))[
        :_MOST_NEAR
    ]
