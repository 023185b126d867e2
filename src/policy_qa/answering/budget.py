"""Answers from budget facts: lookups, small tables, comparisons, arithmetic.

Owns which figures a question about money means. Invariant: every figure shown is a fact of the asked programme, year and stage, or is
calculated from such facts with the calculation shown; one programme's, year's or stage's figure never stands in for another's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction

from policy_qa.answering import figures
from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.wording import abstain
from policy_qa.facts.programs import clean_name
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.retrieval.words import content_words
from policy_qa.types import Fact, Stage

_TOTAL_WORDS = re.compile(r"合計|総額|総計|小計|計$|予算(?:\(案\)|案)?$|全体|の$")
_PROGRAMS_ASKED = re.compile(r"事業|交付金|補助金|施策|内訳|項目")
_MOST_LISTED = 60
_ENTRY = re.compile(r"[\s\-*・○]*(?:事項|事業名|施策名|名称)\s*[:：]")
_STAGE_ORDER: dict[Stage, int] = {"settled": 4, "supplementary": 3, "initial": 2, "request": 1, "other": 0}
# Words of a question about money that name no programme.
_NOT_A_SUBJECT = re.compile(
    r"予算|金額|総額|合計|額|全体|総計|国|政府|資料|年度|当初|補正|概算|要求|決定|決算|執行|案|規模|前年|今年|昨年|昨|来|本|第|号|次|以外|事業|事項|経費|施策|"
    r"計上|措置|推移|一覧|差|増減|増|減|比較|割合|倍|最大|最小|令和|平成|円|億|万|兆|今回|全部|全て|それぞれ|分|年"
)
_MOST_LINES = 12


def answer_from_budgets(question: Question, library: Library) -> Draft | None:
    """The answer from budget facts; an abstention when the programme, year or stage is missing; ``None`` when this is no such question."""
    if not _is_about_budget(question):
        return None
    if question.wants_list and not question.programs and question.intent == "list":
        return _list(question, library)
    subjects = _subjects(question, library)
    if subjects is None:
        return None
    if question.operation in {"largest", "smallest"}:
        return _extreme(question, library)
    missing = [name for name, facts in subjects if not facts]
    if missing:
        return _without_figures(question, missing, library)
    if question.operation is not None:
        computed = _calculate(question, subjects, library)
        if computed is not None:
            return computed
    return _look_up(question, subjects, library)


def _is_about_budget(question: Question) -> bool:
    if question.attribute not in {None, "amount", "contact"} and question.operation is None:
        return False
    if question.intent in {"budget", "calculation"}:
        return True
    if question.wants_list and _PROGRAMS_ASKED.search(question.text) and (question.fiscal_years or question.stages):
        return _speaks_of_nothing_else(question)
    return question.is_check and (bool(question.claims) or question.operation is not None) and (
        question.attribute == "amount" or bool(question.stages or question.fiscal_years) or "予算" in question.text
    )


Subject = tuple[str, list[Fact]]


def _subjects(question: Question, library: Library) -> list[Subject] | None:
    """What the question asks the figures of, each with all its facts; ``None`` when the question is about something else."""
    if question.programs:
        return [(name, _facts_of(name, library)) for name in question.programs]
    if question.unknown_programs:
        return None
    totals: dict[str, list[Fact]] = {}
    asked = fold(question.search_text)
    for fact in library.budgets:
        core = _TOTAL_WORDS.sub("", fold(fact.program or "")) if fact.is_total else ""
        if len(core) >= 2 and core in asked:
            totals.setdefault(fact.program or "", []).append(fact)
    if totals:
        return list(totals.items())
    if not _speaks_of_nothing_else(question):
        return None
    if not (question.fiscal_years or question.stages):
        return None
    facts = [fact for fact in library.budgets if fact.is_total]
    sums = [fact for fact in facts if _is_overall(fact)]
    return [("総額", sums or facts)] if facts else None


def _facts_of(program: str, library: Library) -> list[Fact]:
    wanted = key(program)
    found = [fact for fact in library.budgets if fact.program and key(fact.program) == wanted]
    return found or _facts_of_entry(wanted, library)


def _facts_of_entry(wanted: str, library: Library) -> list[Fact]:
    """The figures of the heading under which a programme stands as its only entry (「事項：○○に係る経費」)."""
    entries = [fact for fact in library.programs if fact.section and _ENTRY.match(normalize(fact.quote).text)]
    for entry in entries:
        brothers = [other for other in entries if (other.path, other.section) == (entry.path, entry.section)]
        if key(entry.program or "") == wanted and len(brothers) == 1:
            return [fact for fact in library.budgets if (fact.path, fact.section) == (entry.path, entry.section)]
    return []


def _is_overall(fact: Fact) -> bool:
    """Whether a total is of a whole budget, not of one group within it (計39億円)."""
    own = normalize(fact.quote).text
    return figures.fiscal_year(fact.fiscal_year or 0) in own or bool(re.search(r"年度|R[0-9]", own))


def _speaks_of_nothing_else(question: Question) -> bool:
    """Whether the question names no subject beside years, stages and words of money."""
    text = normalize(question.search_text).text
    for match in question.topics:
        if match.is_program or all(_NOT_A_SUBJECT.search(word.surface) for word in content_words(match.name)):
            text = text.replace(match.name, "")
    return all(_NOT_A_SUBJECT.search(word.surface) for word in content_words(text))


# -- choosing ---------------------------------------------------------------------------------------------------------


def _chosen(question: Question, facts: Sequence[Fact]) -> list[Fact]:
    """The facts of the asked years and stages, each figure once, newest first."""
    wanted = [
        fact
        for fact in facts
        if (not question.fiscal_years or fact.fiscal_year in question.fiscal_years)
        and (not question.stages or fact.stage in question.stages)
    ]
    return distinct(wanted)


def distinct(facts: Sequence[Fact]) -> list[Fact]:
    """Each figure once (再掲 and repetitions drop out), from the place that says most, newest first."""
    best: dict[tuple[str, int | None, Stage | None, int | None], Fact] = {}
    for fact in sorted(facts, key=_clarity):
        best.setdefault((key(fact.program or ""), fact.fiscal_year, fact.stage, fact.amount_yen), fact)
    return sorted(best.values(), key=lambda fact: (-(fact.fiscal_year or 0), -_STAGE_ORDER[fact.stage or "other"], fact.start))


def _clarity(fact: Fact) -> tuple[bool, bool, bool, int]:
    """Small for a line that names programme, year and amount itself and is no repetition."""
    quote = fold(fact.quote)
    return (
        "再掲" in quote,
        bool(fact.program) and fold(fact.program or "") not in quote,
        fact.fiscal_year is not None and figures.fiscal_year(fact.fiscal_year) not in quote,
        len(quote),
    )


# -- saying -----------------------------------------------------------------------------------------------------------


def _look_up(question: Question, subjects: Sequence[Subject], library: Library) -> Draft:
    chosen = [(name, _chosen(question, facts)) for name, facts in subjects]
    for name, facts in chosen:
        if not facts:
            return _without_period(question, name, dict(subjects)[name], library)
    every = [fact for _, facts in chosen for fact in facts][:_MOST_LINES]
    if question.is_check and question.claims:
        return _check(question, every, library)
    statements = [_statement(fact, library) for fact in every]
    assumptions = list(question.assumptions)
    if len(subjects) == 1 and len(every) > 1:
        what = "年度" if not question.fiscal_years else "段階（当初・補正など）"
        assumptions.append(f"{what}の指定がないため、資料にあるものを新しい順に示しています")
    elif len(every) == 1 and not (question.fiscal_years and question.stages):
        assumptions.append(f"{figures.period(every[0])}として回答")
    return Draft(
        status="answered",
        statements=tuple(statements),
        short_answer=figures.amount(every[0]) if len(every) == 1 else None,
        assumptions=tuple(assumptions),
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in every),
        confidence="high" if not any(match.written for match in question.topics) else "medium",
        is_list=len(every) > 1,
    )


def _list(question: Question, library: Library) -> Draft | None:
    """Every programme with its amount for the asked years and stages, in the documents' order."""
    facts = sorted(
        (fact for fact in _chosen(question, library.budgets) if not fact.is_total and fact.program),
        key=lambda fact: (fact.path, fact.start),
    )
    if not facts:
        return None
    shown = facts[:_MOST_LISTED]
    lines = [Statement(f"・{clean_name(fact.program or '')}：{figures.amount(fact)}（{figures.period(fact)}）", evidence_of(fact, library)) for fact in shown]
    assumptions = list(question.assumptions)
    if len(facts) > len(shown):
        assumptions.append(f"資料にある{len(facts)}件のうち{len(shown)}件を示しています")
    return Draft(
        "answered", tuple(lines), None, assumptions=tuple(assumptions), confidence="high", is_list=True,
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in shown),
    )  # fmt: skip


def _check(question: Question, facts: Sequence[Fact], library: Library) -> Draft:
    claimed = {claim.yen for claim in question.claims}
    confirmed = [fact for fact in facts if fact.amount_yen in claimed]
    shown = confirmed or facts
    verdict = "はい" if confirmed else "いいえ"
    first, *others = [_statement(fact, library) for fact in shown]
    first = Statement(f"{verdict}、{first.text}", first.evidence)
    return Draft(
        status="answered",
        statements=(first, *others),
        short_answer=verdict,
        assumptions=question.assumptions,
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in shown),
        confidence="high",
    )


def _statement(fact: Fact, library: Library) -> Statement:
    label = _label(fact)
    if fact.amount_yen is None:
        text = f"{label}は資料では「{figures.amount(fact)}」（計上なし）です。"
    else:
        text = f"{label}は{figures.amount(fact)}です。"
    return Statement(text, evidence_of(fact, library))


def _label(fact: Fact) -> str:
    """「令和8年度当初予算（案）の地域○○交付金」; a total without a name is 「令和7年度補正予算の総額」."""
    if fact.program is None:
        return f"{figures.period(fact)}の{'計' if not _is_overall(fact) else '総額'}"
    if fact.is_total and not re.search(r"予算|計|総額|全体", fact.program):
        return f"{figures.period(fact)}の総額（{clean_name(fact.program)}）"
    return f"{figures.period(fact)}の{clean_name(fact.program)}"


def evidence_of(fact: Fact, library: Library) -> tuple[Evidence, ...]:
    """The line that states the figure, then the headings that give it its programme and its year where the line does not."""
    document = library.document(fact.path)
    line = Evidence(fact.path, fact.start, fact.end, fact.quote, fact.section)
    wanted: list[Callable[[str], bool]] = []
    quote = fold(fact.quote)
    if fact.program and key(fact.program) not in quote:
        program = key(fact.program)
        wanted.append(lambda title: program in fold(title))
    if fact.fiscal_year is not None and not figures.names_year(fact.quote, fact.fiscal_year):
        year = fact.fiscal_year
        wanted.append(lambda title: figures.names_year(title, year))
    above = []
    for is_wanted in wanted:
        for block in reversed([block for block in document.blocks if block.kind == "heading" and block.span.end <= fact.start]):
            title = block.span.of(document.text)
            if is_wanted(title):
                above.append(Evidence(fact.path, block.span.start, block.span.end, title, block.heading_path, block.page))
                break
    return (line, *dict.fromkeys(above))


# -- what is missing --------------------------------------------------------------------------------------------------


def _without_figures(question: Question, missing: Sequence[str], library: Library) -> Draft:
    names = "」「".join(missing)
    return abstain("attribute_missing", f"「{names}」は資料にありますが、その予算額の記載は見つかりません。", question)


def _without_period(question: Question, name: str, facts: Sequence[Fact], library: Library) -> Draft:
    asked = "・".join(
        [figures.fiscal_year(year) for year in question.fiscal_years] + [figures.stage_name(stage) for stage in question.stages]
    )
    reason = "year_missing"
    if not question.fiscal_years or any(fact.fiscal_year in question.fiscal_years for fact in facts):
        reason = "stage_missing"
    label = "予算の総額" if name == "総額" else f"「{name}」の額"
    there = "、".join(dict.fromkeys(figures.period(fact) for fact in distinct(facts)))
    return abstain(reason, f"{asked}の{label}は資料にありません。記載があるのは{there}です。", question)


# -- calculating ------------------------------------------------------------------------------------------------------


def _calculate(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    operation = question.operation
    if operation == "except":
        return _rest(question, subjects, library)
    if operation == "share":
        return _share(question, subjects, library)
    operands = _operands(question, subjects)
    if operation == "sum":
        return _sum(operands, question, library) if len(operands) >= 2 else None
    if len(operands) < 2:
        return _missing_operand(question, subjects, library)
    newer, older = operands[0], operands[1]
    return _compare(newer, older, question, library)


def _operands(question: Question, subjects: Sequence[Subject]) -> list[Fact]:
    """The facts to calculate with, newest first: one for each programme, year and stage the question sets side by side."""
    if question.operation == "sum" or len(subjects) > 1:
        every = [fact for _, facts in subjects for fact in _chosen(question, facts) if fact.amount_yen is not None]
        if len(subjects) > 1 and question.operation != "sum":
            periods = [{(fact.fiscal_year, fact.stage) for fact in facts} for _, facts in subjects]
            common = set.intersection(*periods)
            every = [
                max((fact for fact in every if key(fact.program or "") == key(name) and (fact.fiscal_year, fact.stage) in common),
                    key=lambda fact: (fact.fiscal_year or 0, _STAGE_ORDER[fact.stage or "other"]), default=None)
                for name, _ in subjects
            ]  # type: ignore[misc]
        return [fact for fact in every if fact is not None]
    facts = [fact for fact in distinct(subjects[0][1]) if fact.amount_yen is not None]
    years = sorted(_years_compared(question, facts), reverse=True)
    stages = [stage for stage in question.stages] or [None]
    if len(years) >= 2:
        shared = [
            stage
            for stage in (*(stage for stage in question.stages), "initial", "supplementary", "settled", "request")
            if all(any(fact.fiscal_year == year and fact.stage == stage for fact in facts) for year in years[:2])
        ]
        if not shared:
            # 「令和4年度要求は令和3年度当初より」: each year with the stage that is asked for it.
            pairs = [[fact for fact in facts if fact.fiscal_year == year and fact.stage in question.stages] for year in years[:2]]
            return [pair[0] for pair in pairs] if all(len(pair) == 1 for pair in pairs) else []
        return [next(fact for fact in facts if fact.fiscal_year == year and fact.stage == shared[0]) for year in years[:2]]
    if len(stages) >= 2 and years:
        return [fact for fact in facts if fact.fiscal_year == years[0] and fact.stage in stages][:2]
    return []


def _years_compared(question: Question, facts: Sequence[Fact]) -> set[int]:
    years = set(question.fiscal_years)
    known = {fact.fiscal_year for fact in facts if fact.fiscal_year is not None and (not question.stages or fact.stage in question.stages)}
    if re.search(r"前年|昨年|前の年|去年", question.search_text):
        newest = max(years or known, default=None)
        if newest is not None:
            years = {newest, newest - 1}
    if not years:
        years = set(sorted(known)[-2:])
    elif len(years) == 1 and len(question.stages) < 2:
        before = {year for year in known if year < next(iter(years))}
        years |= {max(before)} if before else set()
    return years


def _missing_operand(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    name, facts = subjects[0]
    there = "、".join(dict.fromkeys(figures.period(fact) for fact in distinct(facts)))
    return abstain("year_missing", f"比べる2つの額がそろいません。「{name}」で記載があるのは{there}です。", question)


def _compare(newer: Fact, older: Fact, question: Question, library: Library) -> Draft | None:
    new, old = newer.amount_yen or 0, older.amount_yen or 0
    change = new - old
    sign = "増" if change > 0 else "減"
    formula = f"{_label(newer)} {figures.amount(newer)} − {_label(older)} {figures.amount(older)} = {figures.yen(change)}"
    if question.operation in {"growth", "share"} and old:
        rate = _percent(Fraction(abs(change), old))
        value = f"{rate}{sign}" if change else "増減なし"
        formula += f"、{figures.yen(abs(change))} ÷ {figures.amount(older)} = {rate}"
    elif question.operation == "ratio" and old:
        value = f"{_decimal(Fraction(new, old))}倍"
        formula = f"{_label(newer)} {figures.amount(newer)} ÷ {_label(older)} {figures.amount(older)} = {value}"
    elif key(newer.program or "") != key(older.program or ""):
        value = figures.yen(abs(change))
    else:
        value = f"{figures.yen(abs(change))}の{sign}" if change else "同額"
    lead = value
    if question.is_check:
        asked_up = bool(re.search(r"増|多|上が|伸び", question.text))
        lead = f"{'はい' if (change > 0) == asked_up and change else 'いいえ'}、{value}"
    return _computed(lead, value, formula, (newer, older), question, library)


def _sum(operands: Sequence[Fact], question: Question, library: Library) -> Draft:
    total = sum(fact.amount_yen or 0 for fact in operands)
    formula = " + ".join(f"{_label(fact)} {figures.amount(fact)}" for fact in operands) + f" = {figures.yen(total)}"
    return _computed(figures.yen(total), figures.yen(total), formula, operands, question, library)


def _rest(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    """A total without one programme."""
    parts = [fact for _, facts in subjects for fact in _chosen(question, facts) if fact.amount_yen is not None]
    for part in parts:
        whole = _whole_of(part, library)
        if whole is not None:
            rest = (whole.amount_yen or 0) - (part.amount_yen or 0)
            formula = f"{_label(whole)} {figures.amount(whole)} − {_label(part)} {figures.amount(part)} = {figures.yen(rest)}"
            return _computed(figures.yen(rest), figures.yen(rest), formula, (whole, part), question, library)
    return None


def _share(question: Question, subjects: Sequence[Subject], library: Library) -> Draft | None:
    parts = [fact for _, facts in subjects for fact in _chosen(question, facts) if fact.amount_yen and not fact.is_total]
    for part in parts:
        whole = _whole_of(part, library)
        if whole is not None and whole.amount_yen:
            rate = _percent(Fraction(part.amount_yen or 0, whole.amount_yen))
            formula = f"{_label(part)} {figures.amount(part)} ÷ {_label(whole)} {figures.amount(whole)} = {rate}"
            return _computed(rate, rate, formula, (part, whole), question, library)
    return None


def _whole_of(part: Fact, library: Library) -> Fact | None:
    """The total of the same document, year and stage that stands above the part and is larger."""
    wholes = [
        fact
        for fact in library.budgets
        if fact.is_total and fact.path == part.path and (fact.fiscal_year, fact.stage) == (part.fiscal_year, part.stage)
        and (fact.amount_yen or 0) > (part.amount_yen or 0)
    ]  # fmt: skip
    return min(wholes, key=lambda fact: abs(fact.start - part.start), default=None)


def _extreme(question: Question, library: Library) -> Draft | None:
    """The programme with the largest or smallest amount of a period."""
    facts = [fact for fact in _chosen(question, library.budgets) if fact.amount_yen and not fact.is_total and fact.program]
    if not facts:
        return None
    newest = (facts[0].fiscal_year, facts[0].stage)
    facts = [fact for fact in facts if (fact.fiscal_year, fact.stage) == newest]
    pick = max if question.operation == "largest" else min
    found = pick(facts, key=lambda fact: fact.amount_yen or 0)
    statement = _statement(found, library)
    word = "最も多い" if question.operation == "largest" else "最も少ない"
    lead = Statement(f"{word}のは{clean_name(found.program or '')}で、{figures.amount(found)}です（{figures.period(found)}、資料にある{len(facts)}件のうち）。", statement.evidence, computed=True)
    return Draft(
        "answered", (lead,), clean_name(found.program or ""), assumptions=question.assumptions,
        facts=((found, evidence_of(found, library)[0]),), confidence="high",
    )  # fmt: skip


def _computed(
    lead: str, value: str, formula: str, facts: Sequence[Fact], question: Question, library: Library
) -> Draft:
    evidence = tuple(dict.fromkeys(place for fact in facts for place in evidence_of(fact, library)))
    return Draft(
        status="answered",
        statements=(Statement(f"{lead}です（{formula}）。", evidence, computed=True),),
        short_answer=value,
        assumptions=question.assumptions,
        facts=tuple((fact, evidence_of(fact, library)[0]) for fact in facts),
        confidence="high",
    )


def _percent(value: Fraction) -> str:
    return f"{_decimal(value * 100)}%"


def _decimal(value: Fraction) -> str:
    """One decimal, dropped when it is zero; rounded half up."""
    tenths = int(value * 10 + Fraction(1, 2))
    whole, tenth = divmod(tenths, 10)
    return f"{whole:,}.{tenth}" if tenth else f"{whole:,}"
