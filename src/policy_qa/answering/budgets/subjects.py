"""Whose figures a question about money asks for.

Owns the way from a question's names to budget facts. Invariant: a fact is chosen only for the programme, year, stage and kind of figure that
is asked; one programme's, year's or stage's figure never stands in for another's, a part never for its whole.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from policy_qa.answering.budgets import figures
from policy_qa.answering.budgets.coverage import NOT_A_SUBJECT, cover_of, covered, shortened
from policy_qa.answering.library import Library
from policy_qa.facts.budgets.names import (
    PARTS,
    SHARE,
    SOURCE,
    is_source,
    kind_of_figure,
    names_more_than_a_budget,
    source_in,
)
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key
from policy_qa.retrieval.words import content_words
from policy_qa.types import Fact, Stage

STAGE_ORDER: dict[Stage, int] = {"settled": 4, "supplementary": 3, "initial": 2, "request": 1, "other": 0}
_TOTAL_WORDS = re.compile(r"合計|総額|総計|小計|計$|予算(?:\(案\)|案)?$|全体|の$")
_OF_OFFICE = re.compile(r"(?:の)?(?:関係|所管)$")
_ENTRY = re.compile(r"[\s\-*・○]*(?:事項|事業名|施策名|名称)\s*[:：]")
_COMPARED = re.compile(r"(?:対?前年度?|対前年)(?:当初)?(?:予算)?(?:比|増減率?)")
_SPENDS = re.compile(
    r"(?:いくら|どれ(?:だけ|くらい))(?:を)?(?:使[いうっ]|充て|かけ[るてま]|投じ|計上|措置|盛り込|付[いけ])"
)
_YEAR_BEFORE = re.compile(r"前年|昨年|前の年|去年")
_ENDING = re.compile(r"(?:の?(?:整備|支援|推進|促進|対策|実施|導入|作成|補助|助成|強化|化|等))*(?:事業|補助金|費)?")
_SHORTEST_ROW = 4
_OF_DEBT = re.compile(r"の?(?:新規)?(?:発行|借入|収入|取崩し?)(?:予定|見込)?(?:額|高)?$")
_OF_DEBT_INSIDE = re.compile(r"(?<=[債金税])(?:新規)?(?:発行|借入|収入|取崩し?)(?:予定|見込)?(?:額|高)?")
_TAKEN_IN = re.compile(r"(?:新規)?(?:発行|借入|収入|歳入|取り?崩[しすさ]|見込[みむ]|比べて?)")
_TAX = re.compile(r"[一-鿿](?:税|交付税|譲与税)$")
_OF_A_WHOLE = frozenset({"share", "except", "ratio"})
# 「港湾局の令和8年度予算で、」 before a programme says where it stands, not what it is set against.
_HOME = re.compile(
    r"(?:関係|所管|全体|一般会計|(?:令和|平成|r)?[0-9元]+年度?|当初|補正|概算|要求|決定|予算|\(案\)|案|額|の|うち|で|では|において|における|に|中|[、,\s])*"
)
_COUNT_OF_PROGRAMS = re.compile(r"[0-9一二三四五六七八九十]+(?:つの|個の)?(?:事業|施策|経費|交付金|補助金)")
# Headings of lists in which one programme is broken down by place.
_BY_PLACE = re.compile(r"(?:[箇個か]所|地区|路線|施設|河川|地域|工区|港湾?|府?県)別")
_PROGRAMME = "\N{REPLACEMENT CHARACTER}"
# A name as the answer says it, with all figures it has.
Subject = tuple[str, list[Fact]]


def subjects_of(question: Question, library: Library) -> list[Subject] | None:
    """What the question asks the figures of, each with all its facts; ``None`` when the question is about something else."""
    if question.programs:
        named = _without_wholes(question, _parts_alone(question, library))
        named += _beside(question, library)
        totals = _totals_named(question, library) if question.operation else []
        return named + [total for total in totals if key(total[0]) not in map(key, question.programs)]
    if any(not _COUNT_OF_PROGRAMS.fullmatch(name) for name in question.unknown_programs):
        return None
    totals = _totals_named(question, library)
    revenue = _revenue_named(question, library)
    if revenue and question.operation in _OF_A_WHOLE and totals:
        return [*revenue, *totals]
    if revenue:
        return _of_office(revenue, replace(question, search_text=_TAKEN_IN.sub(" ", question.search_text)), library)
    if question.wants_total and not totals and "予算" in question.search_text:
        # 「暮らしの足関係予算は全部で」: the sum under the heading that says it, before the programme that begins like it
        overall = _totals_under(question, library)
        if overall:
            return [("総額", overall)]
    meant = covered(question, library) if _speaks_of_a_budget(question) else []
    if meant:
        own = [(name, facts_of(name, library) or _totals_of(name, library)) for name in meant]
        beside = [total for total in totals if total[0] not in meant] if question.operation in _OF_A_WHOLE else []
        return own + beside
    if totals:
        return _of_office(totals, question, library)
    of_change = question.operation in {"difference", "growth"} and "予算" in question.search_text
    if not (question.fiscal_years or question.stages or of_change):
        return None
    if speaks_of_nothing_else(question):
        facts = [fact for fact in library.budgets if fact.is_total]
    else:
        facts = _totals_under(question, library) if question.wants_total or of_change else []
    sums = [fact for fact in facts if is_overall(fact)]
    return [("総額", sums or facts)] if facts else None


def _speaks_of_a_budget(question: Question) -> bool:
    """Whether the question asks for the figure of a budget year, not for a price or a ceiling of a programme that it describes."""
    dated = bool(question.fiscal_years or question.stages) or "予算" in question.search_text
    return (dated or bool(_SPENDS.search(question.search_text))) and question.attribute in {None, "amount"}


def _totals_of(name: str, library: Library) -> list[Fact]:
    return [fact for fact in library.budgets if key(fact.program or "") == key(name)]


def _of_office(totals: Sequence[Subject], question: Question, library: Library) -> list[Subject] | None:
    """The totals in documents of the office that the question names beside them: every prefecture has a 一般会計."""
    named = fold("".join(name for name, _ in totals))
    words = [word for word in subject_words(question) if word not in named]
    if not words:
        return list(totals)
    found = [
        (name, [fact for fact in facts if all(word in cover_of(fact, library) for word in words)])
        for name, facts in totals
    ]
    return [subject for subject in found if subject[1]] or None


def _totals_named(question: Question, library: Library) -> list[Subject]:
    """Totals and groups that a question names: 一般会計, 危機管理部; not those inside another name.

    Nor those that only say where a programme stands (「港湾局の○○事業」), where nothing is asked of it as a part of them.
    """
    asked = fold(question.search_text)
    for name in question.programs:
        asked = asked.replace(key(name), _PROGRAMME)
    cores: dict[str, tuple[str, list[Fact]]] = {}
    for fact in library.budgets:
        core = _OF_OFFICE.sub("", _TOTAL_WORDS.sub("", fold(fact.program or ""))) if fact.is_total else ""
        if core and not names_more_than_a_budget(core):  # 要求総額: asked for by its whole name only
            core = fold(fact.program or "")
        if len(core) >= 2 and core in asked:
            cores.setdefault(core, (fact.program or "", []))[1].append(fact)
    longest = [core for core in cores if not any(core != other and core in other for other in cores)]
    if question.operation not in _OF_A_WHOLE:
        longest = [core for core in longest if not _is_home(asked[asked.find(core) + len(core) :])]
    return [cores[core] for core in sorted(longest, key=asked.find)]


def _is_home(following: str) -> bool:
    """Whether what follows a name leads to a programme that it is the home of, and is no comparison with it."""
    link = _HOME.match(following)
    return link is not None and link.end() > 0 and following.startswith(_PROGRAMME, link.end())


def _parts_alone(question: Question, library: Library) -> list[Subject]:
    """The programmes asked about with their facts, without wholes that say only where a part belongs.

    Of 「○○補助金の共同枠」 that is the part alone, where the whole has no figures, or where those of two years or stages are compared.
    """
    named = [(name, facts_of(name, library)) for name in question.programs]
    compares = question.operation in {"difference", "growth"} and (
        len(question.fiscal_years) > 1 or len(question.stages) > 1 or _YEAR_BEFORE.search(question.search_text)
    )
    matches = [match for match in question.topics if match.is_program]
    if len(matches) < 2 or len(named) < 2:
        return named
    text = fold(question.search_text)
    wholes = {
        match.name
        for match, following in itertools.pairwise(matches)
        if text[match.end : following.start] in {"の", "のうち", "のうち、"}
    }
    kept = [(name, facts) for name, facts in named if name not in wholes or not (compares or not facts)]
    return kept if any(facts for _, facts in kept) else named


def _beside(question: Question, library: Library) -> list[Subject]:
    """What a calculation names beside its programmes by a shortened name: 「みらい奨学金、自立応援給付金、返還サポート補助」."""
    if question.operation not in {"sum", "difference", "ratio", "largest", "smallest"}:
        return []
    text = fold(question.search_text)
    for match in question.topics:
        text = text.replace(match.written or key(match.name), " ")
    own = {key(name) for name in question.programs}
    short = shortened(text, library)
    return [(name, facts) for name in short if key(name) not in own and (facts := facts_of(name, library))]


def _revenue_named(question: Question, library: Library) -> list[Subject]:
    """Lines of a budget's revenue, or of its debt, that a question names as a word of its own: 県債, 市税."""
    asked = fold(question.search_text)
    found: dict[str, tuple[str, list[Fact]]] = {}
    for fact in library.budgets:
        core = _OF_DEBT.sub("", fold(fact.program or "")) if fact.qualifier not in PARTS and not fact.is_total else ""
        if len(core) >= 2 and (core in found or _is_word_in(core, asked)) and is_revenue(core):
            found.setdefault(core, (fact.program or "", []))[1].append(fact)
    longest = [core for core in found if not any(core != other and core in other for other in found)]
    return [found[core] for core in sorted(longest, key=asked.find)]


def is_revenue(name: str) -> bool:
    """Whether a name is that of a source of funds or a tax: what a budget takes in."""
    return is_source(name) or bool(_TAX.search(name))


def _is_word_in(name: str, text: str) -> bool:
    """Whether a name stands in a text where no other kanji makes it a piece of a longer word."""
    return bool(re.search(rf"(?<![一-鿿]){re.escape(name)}(?![一-鿿])", _OF_DEBT_INSIDE.sub("", text)))


def _without_wholes(question: Question, named: Sequence[Subject]) -> list[Subject]:
    """「○○事業のうち△△分」: only the part is asked, where nothing is calculated from both."""
    if question.operation in {"share", "except", "ratio", "difference"} or len(named) < 2:
        return list(named)
    # 「Ａ事業の甲と乙を足すと」: what belongs to a whole is not added to it.
    adds = question.operation == "sum"
    parents = {key(fact.parent or "") for _, facts in named for fact in facts if fact.qualifier == SHARE or adds}
    return [subject for subject in named if key(subject[0]) not in parents] or list(named)


def _totals_under(question: Question, library: Library) -> list[Fact]:
    """The totals without a name of their own that stand under all that a question names."""
    unnamed = (fact for fact in library.budgets if fact.is_total and _is_unnamed(fact))
    return [fact for fact in unnamed if _is_within(fact, question, library)]


def _is_within(fact: Fact, question: Question, library: Library) -> bool:
    """Whether everything the question names beside years and money stands in the title or headings over a fact: 「○○庁予算の総額」."""
    around = cover_of(fact, library) + fold(fact.parent or "")
    words = subject_words(question)
    return bool(words) and all(word in around for word in words)


def subject_words(question: Question, besides: str = "") -> list[str]:
    """The words of a question that name something, beside years, stages, amounts and words of money, folded."""
    text = _COMPARED.sub(" ", normalize(question.search_text).text)
    text = text.replace(besides, " ") if besides else text
    for match in question.topics:
        if match.is_program or all(NOT_A_SUBJECT.search(word.surface) for word in content_words(match.name)):
            text = text.replace(match.name, "")
    return [fold(word.surface) for word in content_words(text) if not NOT_A_SUBJECT.search(word.surface)
            and not NOT_A_SUBJECT.fullmatch(word.lemma)]  # fmt: skip


def within(question: Question, facts: Sequence[Fact], library: Library) -> list[Fact]:
    """The facts in the documents, sections and groups that a question names; all where it names none."""
    words = [fold(word.surface) for word in content_words(normalize(question.search_text).text) if word.is_noun]
    words = [word for word in subject_words(question) if word in words]
    asked = fold(question.search_text)
    of_group = [fact for fact in facts if fact.parent and fold(fact.parent) in asked]
    facts = of_group or facts  # 「健康福祉部の事業」: those that add up to its figure, not all that stand near it
    return [fact for fact in facts if all(word in cover_of(fact, library) + fold(fact.parent or "") for word in words)]


def facts_of(program: str, library: Library) -> list[Fact]:
    """All budget facts of a programme, under its own name or as the only entry of the heading it stands under."""
    wanted = key(program)
    found = [
        fact for fact in library.budgets if fact.program and key(fact.program) == wanted and fact.qualifier != SOURCE
    ]
    own = [fact for fact in found if fact.qualifier != SHARE]
    return own or found or _facts_of_entry(wanted, library) or _facts_of_row(wanted, library)


def _facts_of_row(wanted: str, library: Library) -> list[Fact]:
    """The figures of the one row that names a programme without its ending, in a document that describes it: 「公用車電動化」 for …事業."""
    homes = {fact.path for fact in library.programs if key(fact.program or "") == wanted}
    found: dict[str, list[Fact]] = {}
    for fact in library.budgets:
        name = key(fact.program or "")
        rest = wanted[len(name) :] if len(name) >= _SHORTEST_ROW and wanted.startswith(name) else "-"
        if fact.path in homes and fact.qualifier not in PARTS and not fact.is_total and _ENDING.fullmatch(rest):
            found.setdefault(name, []).append(fact)
    return next(iter(found.values())) if len(found) == 1 else []


def sources_of(program: str, library: Library) -> list[Fact]:
    """Where the money of a programme comes from, as far as the documents say."""
    wanted = key(program)
    return [fact for fact in library.budgets if fact.qualifier == SOURCE and key(fact.parent or "") == wanted]


def source_asked(question: Question) -> str | None:
    """The source of funds that a question asks for (国庫支出金, 一般財源), beside the names of its programmes."""
    text = normalize(question.search_text).text
    for match in question.topics:
        text = text.replace(match.name, " ") if match.is_program else text
    every = re.search(r"(?<!一般)(?<!特定)(?<![自主己])財源(?:内訳|は|を|の内訳|構成)", text)
    return "財源" if every else source_in(text)


def _facts_of_entry(wanted: str, library: Library) -> list[Fact]:
    """The figures of the heading under which a programme stands as its only entry (「事項：○○に係る経費」)."""
    entries = [fact for fact in library.programs if fact.section and _ENTRY.match(normalize(fact.quote).text)]
    for entry in entries:
        brothers = [other for other in entries if (other.path, other.section) == (entry.path, entry.section)]
        if key(entry.program or "") == wanted and len(brothers) == 1:
            return [fact for fact in library.budgets if (fact.path, fact.section) == (entry.path, entry.section)]
    return []


def _is_unnamed(fact: Fact) -> bool:
    """Whether a total has no name beside words of budgets: 要求総額."""
    return fact.program is None or not names_more_than_a_budget(fact.program)


def is_overall(fact: Fact) -> bool:
    """Whether a total is of a whole budget, not of one group within it (計39億円)."""
    own = normalize(fact.quote).text
    return (
        figures.fiscal_year(fact.fiscal_year or 0) in own
        or bool(re.search(r"年度|R[0-9]", own))
        or (fact.program is None and "合計" in own.replace(" ", ""))
    )


def speaks_of_nothing_else(question: Question, besides: str = "") -> bool:
    """Whether the question names no subject beside years, stages and words of money, and ``besides``."""
    return not subject_words(question, besides)


def is_programme(fact: Fact) -> bool:
    """Whether a fact is the figure of one programme: no total, no part, no source of funds, no kind of figure such as 不用額."""
    return (
        bool(fact.program)
        and not fact.is_total
        and not fact.is_repeated
        and fact.qualifier not in PARTS
        and not is_source(fact.program or "")
        and not kind_of_figure(fact.qualifier or "")
        and not (fact.section and _BY_PLACE.search(fact.section[-1]))
    )


def chosen(question: Question, facts: Sequence[Fact]) -> list[Fact]:
    """The facts of the asked years, stages and kind of figure, each figure once, newest first."""
    kind = kind_of_figure(question.search_text)
    if kind is not None and any(fact.qualifier == kind for fact in facts):
        of_kind = [fact for fact in facts if fact.qualifier == kind]
        return distinct(
            [fact for fact in of_kind if not question.fiscal_years or fact.fiscal_year in question.fiscal_years]
        )
    if kind is not None and kind != "予備費":
        return []
    plain = [fact for fact in facts if not kind_of_figure(fact.qualifier or "", settled=True)]
    # Accounts print 「予算額」 beside 決算額: the figure that such a question asks for where there is no other budget.
    beside = [fact for fact in facts if fact.qualifier == "予算額" and not question.stages]
    says_budget = "予算" in question.search_text and all(fact.stage == "settled" for fact in plain)
    facts = beside if beside and says_budget else plain or beside
    if question.periods:
        return distinct([fact for fact in facts if (fact.fiscal_year, fact.stage) in question.periods])
    wanted = [
        fact
        for fact in facts
        if (not question.fiscal_years or fact.fiscal_year in question.fiscal_years)
        and (not question.stages or fact.stage in question.stages)
    ]
    return distinct(wanted)


def distinct(facts: Sequence[Fact]) -> list[Fact]:
    """Each figure once (再掲 and repetitions drop out), from the place that says most, newest first."""
    best: dict[tuple[object, ...], Fact] = {}
    for fact in sorted(facts, key=_clarity):
        part_of = key(fact.parent or "") if fact.qualifier in PARTS else ""
        kind = kind_of_figure(fact.qualifier or "", settled=True)
        best.setdefault((key(fact.program or ""), fact.fiscal_year, fact.stage, fact.amount_yen, part_of, kind), fact)
    return sorted(
        best.values(), key=lambda fact: (-(fact.fiscal_year or 0), -STAGE_ORDER[fact.stage or "other"], fact.start)
    )


def with_year_before(question: Question, subjects: Sequence[Subject]) -> Question:
    """「前年度」 without another year is the year before the newest the documents have of what is asked."""
    if question.fiscal_years or question.operation or not re.search(r"前年度|昨年度|前の年度", question.search_text):
        return question
    years = [fact.fiscal_year for _, facts in subjects for fact in facts if fact.fiscal_year is not None]
    if not years:
        return question
    year = max(years) - 1
    said = f"前年度を{figures.fiscal_year(year)}（資料の最新の年度の前年度）として回答"
    return replace(question, fiscal_years=(year,), assumptions=(*question.assumptions, said))


def newest_period(facts: Sequence[Fact]) -> list[Fact]:
    """The facts of the newest year and, in it, of the stage furthest on that most of them have."""
    counted: dict[tuple[int, int], int] = {}
    for fact in facts:
        period = (fact.fiscal_year or 0, STAGE_ORDER[fact.stage or "other"])
        counted[period] = counted.get(period, 0) + 1
    year = max((year for year, _ in counted), default=None)
    if year is None:
        return []
    most = max((count, stage) for (own, stage), count in counted.items() if own == year)[1]
    return [fact for fact in facts if fact.fiscal_year == year and STAGE_ORDER[fact.stage or "other"] == most]


def _clarity(fact: Fact) -> tuple[bool, bool, bool, int]:
    """Small for a line that names programme, year and amount itself and is no repetition."""
    quote = fold(fact.quote)
    return (
        fact.is_repeated or "再掲" in quote,
        bool(fact.program) and fold(fact.program or "") not in quote,
        fact.fiscal_year is not None and figures.fiscal_year(fact.fiscal_year) not in quote,
        len(quote),
    )
