"""Answers quoted from passages: the best lines first, a short answer of the asked type out of them, or nothing.

Owns the choice of evidence for everything that is not a budget figure. Invariant: an answer is given only when the passage (with its
headings) has what the question is about, and a value of the asked type where one is asked for; otherwise it is an abstention that says
what was missing. Scores alone never decide: documents' own words fill unanswerable questions too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.budgets import figures
from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.library import Library
from policy_qa.answering.passages.alike import alike_lines
from policy_qa.answering.passages.answer_types import Value, is_typed, values
from policy_qa.answering.passages.asking import is_noun_chain
from policy_qa.answering.passages.explaining import asks_reason, explained_first, gives_reason
from policy_qa.answering.passages.focus import (
    asked_of,
    is_said_around,
    meets_case,
    named_rows,
    says_what_happens,
    tells_difference,
)
from policy_qa.answering.passages.headed import headed_list, says_owner
from policy_qa.answering.passages.labels import labelled_draft
from policy_qa.answering.passages.listing import list_draft
from policy_qa.answering.passages.missing import is_stranger, is_written, missing, no_attribute, no_value
from policy_qa.answering.passages.named import is_asked_above, named_draft, tells_of_deed
from policy_qa.answering.passages.passages import Passage, announces, place_of, statement_of_passage
from policy_qa.answering.passages.relevance import (
    QUESTION_HEADING,
    Fit,
    Weighed,
    asked_role,
    is_of_counterpart,
    is_on_topic,
    lacks_number,
    lacks_ordinal,
    meets_sister,
    rank,
    says_heading,
    weigh,
)
from policy_qa.answering.passages.speakers import said_by
from policy_qa.answering.verdicts.told import verdict_on_told
from policy_qa.answering.verdicts.wording import asks_whether, speaks_of_cover
from policy_qa.answering.wording import abstain, clarify
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words, informativeness

_LEAST_OF_VALUE = 0.4
_NEAR_BEST = 0.65
_STRONG = 0.85
_VALUES_CONSIDERED = 15
_LEAST_OFF_TOPIC = 0.6
_BESIDE = 3  # blocks: what is asked in one breath is written side by side
_OF_A_BUDGET = re.compile(r"予算|要求|計上|措置|決定額|補正|決算|執行|総額")
_OF_APPLYING = re.compile(r"受付|申請|応募|公募|募集|提出|締切|締め切|必着")
# Of a period, a deadline is its end and a start its beginning.
_SIDES = {
    "deadline": re.compile(r"[^、。]{0,14}(?:まで|必着|締)"),
    "start": re.compile(r"[^、。]{0,8}(?:から|より|以降)"),
}
_ADJACENT = 0.4
_DECIDING = re.compile(
    r"決ま[るりっ]|決め|決定(?=[しすさとで)]|を行|:|。|$)|可決|議決|承認|了承|採択(?!後)|選(?:ば|び|定)"
)
_DECIDED = re.compile(
    r"(?:決ま(?:った|りました)|(?:決め|選ば)(?:られ)?(?:た|ました)|(?:決定|可決|議決|承認|了承|採択|選定)(?:した|され[てた]|しました|されました))"
)
_INTERROGATIVE = re.compile(r"誰|だれ|いつ|どこ|いくら|何[^でかがをにはとの、。？?]?|どの|どれ")
_SECOND_SENTENCE = 0.75
_NEAR_IN_COVERAGE = 0.25
_BEHIND = 4
_BEHIND_A_FIGURE = 15  # characters of remarks: （前年度 12億円）, の内数
_LONGEST = 330


def answer_from_passages(question: Question, passages: Sequence[Passage], library: Library) -> Draft:
    """The answer quoted from passages, or an abstention."""
    words = weigh(question, library)
    if not words and not question.topics and not question.unknown_programs:
        return clarify(
            "何についてのご質問かが分かりません。事業名や年度などを補って、もう一度質問してください。", (), question
        )
    fits = [
        fit
        for fit in rank(question, passages, words)
        if not (lacks_number(fit.passage, question) or is_of_counterpart(fit.passage, question))
    ]
    speaker = said_by(question, fits, words, library)
    if speaker is not None:
        return speaker
    if question.is_check and fits and not speaks_of_cover(question):
        near = [fit.passage for fit in fits if fit.coverage >= fits[0].coverage - _NEAR_IN_COVERAGE]
        verdict = verdict_on_told(question, near, library)
        if verdict is not None:
            return verdict
    absent = missing(question, fits, words, library)
    # What has the form of the answer says little of the question in words; a stranger no form makes up for.
    is_known = bool(fits) and not any(is_stranger(weighed, question, library) for weighed in words)
    if absent is None or (is_known and not question.unknown_programs):
        by_form = (
            labelled_draft(question, fits, words, library)
            or headed_list(question, fits, words, library)
            or (named_draft(question, fits, words, library) if absent is not None else None)
        )
        if by_form is not None:
            return by_form
    if absent is not None:
        return absent
    if asks_whether(question) or (question.is_check and speaks_of_cover(question)):
        return abstain("attribute_missing", "資料の記載からは、はい・いいえを判断できません。", question)
    has_value = is_typed(question.asks) and bool(fits[0].values)
    if (question.wants_list or question.intent == "list") and not has_value:
        floor = max(fit.coverage for fit in fits) - 0.2
        near_fits = [fit for fit in fits if fit.coverage >= floor and says_owner(question, fit, fits, words)]
        listed = list_draft(question, near_fits, words, library) if near_fits else None
        listed = alike_lines(question, fits, instead_of=listed) or listed
        if listed is not None:
            return listed
    named = named_draft(question, fits, words, library)
    if named is not None:
        return named
    if is_typed(question.asks):
        told = [fit for fit in fits if tells_of_deed(question, fit, fits, words)]
        typed = _typed(question, told, words)
        if typed is not None:
            return typed
        strong = any(
            fit.coverage >= _STRONG and fit.passage.block.kind != "heading" and says_what_happens(fit, question, words)
            for fit in fits[:8]
        )
        if question.asks not in {"place", "person", "office"} or not strong or not told or asked_role(question):
            return no_value(question)
        fits = [fit for fit in told if "。" in fit.passage.text and fit.passage.block.kind != "heading"] or told
        fits = sorted(fits, key=lambda fit: not is_asked_above(question, fit))  # a FAQ's own answer first
    fits = explained_first(question, fits)
    is_plain = question.attribute is None and question.asks in {"text", "definition"} and is_noun_chain(question)
    owned = [fit for fit in fits if says_owner(question, fit, fits, words)] if is_plain else list(fits)
    if not owned:
        return abstain("attribute_missing", "お尋ねの事柄についてその点を述べた記載は資料に見つかりません。", question)
    fits = owned
    if question.asks == "reason" and asks_reason(question):
        fits = [fit for fit in fits if gives_reason(question, fit, words)]
        if not fits:
            return abstain("attribute_missing", "お尋ねの理由を述べた記載は資料に見つかりません。", question)
    top = fits[0].passage
    is_listed = top.block.kind == "item" or announces(top.quote)
    if is_listed and (question.intent in {"eligibility", "definition", "list"} or says_heading(top, question)):
        listed = list_draft(question, fits[:1], words, library)
        if listed is not None and len(listed.statements[0].text) <= _LONGEST:
            return listed
    return _quoted(question, fits)


# -- saying -----------------------------------------------------------------------------------------------------------


def _typed(question: Question, fits: Sequence[Fit], words: Sequence[Weighed]) -> Draft | None:
    """The best passage that covers the question and has a value of the asked type near the question's words."""
    enough = _STRONG if question.programs else _LEAST_OFF_TOPIC
    candidates = fits
    fits = [
        fit
        for fit in fits
        if (is_on_topic(fit.passage, question) or fit.coverage >= enough) and not lacks_ordinal(fit.passage, question)
    ]
    if _asks_of_deciding(question):
        deciding = [fit for fit in fits if fit.values and _DECIDING.search(fit.passage.text)]
        fits = deciding or fits  # when it was decided, not when it holds
    sisters = [meets_sister(fit.passage, question) for fit in fits]
    if False in sisters:  # the documents tell them apart: this one's line answers, or none
        fits = [fit for fit, sister in zip(fits, sisters, strict=True) if sister]
    if not fits:
        return None
    compounds = asked_of(question, words)
    if question.attribute == "deadline" and not _names_event(
        compounds, question
    ):  # the end of applying, not of the programme
        fits = [
            fit for fit in fits if _OF_APPLYING.search(" ".join((fit.passage.text, *fit.passage.section[-1:])))
        ] or fits
    elif question.asks in {"person", "office", "place", "date"}:
        fits = sorted(fits, key=lambda fit: -_with_focus(fit, question))
    floor = max(_LEAST_OF_VALUE, max(fit.coverage for fit in fits) * _NEAR_BEST)
    strict = attribute(question.attribute) if question.attribute not in {None, "amount", "kpi"} else None
    fits = [fit for fit in named_rows(fits, question) if tells_difference(fit.passage, question)]
    if _names_event(compounds, question):  # 「変更届はいつまで」: of the lines below a heading the one that says it
        fits = sorted(fits, key=lambda fit: not _says(compounds[0], fit))
    cases = {meets_case(fit, question) for fit in fits}
    if True in cases:  # the case that is asked stands before the rule
        fits = sorted(fits, key=lambda fit: meets_case(fit, question) is not True)
    elif False in cases:
        return None  # the documents tell cases apart, and have not this one
    for fit in fits[:_VALUES_CONSIDERED]:
        if not fit.values or fit.coverage < floor:
            continue
        if _is_of_another_year(fit.passage, question):
            continue
        if meets_case(fit, question) is False or not all(is_said_around(compound, fit, fits) for compound in compounds):
            continue
        if strict is not None and not is_written(strict, fit.passage):
            continue
        if (
            question.attribute == "amount"
            and question.asks == "money"
            and not _OF_A_BUDGET.search(_stated_around(fit.passage))
        ):
            continue
        value = _nearest(fit, question)
        second = _second_value(question, fit, candidates)
        return Draft(
            "answered",
            _statements([fit, *second], value_first=value.text),
            value.text,
            assumptions=question.assumptions,
            confidence="high" if fit.coverage > 0.8 else "medium",
        )
    return None


def _asks_of_deciding(question: Question) -> bool:
    """Whether a question asks when or where something was decided, or who decides it."""
    if question.asks in {"person", "office"} or "person" in question.also_asks:
        return bool(_DECIDING.search(question.search_text))
    return question.asks in {"date", "place"} and bool(_DECIDED.search(question.search_text))


def _names_event(compounds: Sequence[Sequence[Weighed]], question: Question) -> bool:
    """Whether the time of something is asked for that is no programme and no applying: 変更届, 実績報告, 完成."""
    if question.asks != "date" or not compounds or not compounds[0]:
        return False
    start, end = compounds[0][0].word.start, compounds[0][-1].word.end
    named = any(match.start < end and start < match.end for match in question.topics)
    return not named and not _OF_APPLYING.search(question.search_text[start:end])


def _says(compound: Sequence[Weighed], fit: Fit) -> bool:
    """Whether a passage says a compound itself, not by its headings."""
    text = fit.passage.text
    return all(fit.passage.terms.issuperset(weighed.terms) or weighed.word.surface in text for weighed in compound)


def _second_value(question: Question, first: Fit, fits: Sequence[Fit]) -> list[Fit]:
    """For 「いつ、誰が…」: the passage beside the first one that has what else is asked, unless the first has it."""
    asked = normalize(question.text).text
    for kind in question.also_asks:
        if values(kind, asked, first.passage.text):
            continue
        beside = [
            fit
            for fit in fits
            if fit.passage.section == first.passage.section
            and fit.passage.path == first.passage.path
            and abs(fit.passage.order - first.passage.order) <= _BESIDE
            and values(kind, asked, fit.passage.text)
        ]
        return sorted(beside, key=lambda fit: abs(fit.passage.order - first.passage.order))[:1]
    return []


def _statements(fits: Sequence[Fit], value_first: str = "") -> tuple[Statement, ...]:
    """The passages as statements, the place behind the last of each section; the value that was asked for in front."""
    statements = []
    for number, fit in enumerate(fits):
        following = fits[number + 1] if number + 1 < len(fits) else None
        place = "" if following and following.passage.section == fit.passage.section else place_of(fit.passage)
        text = statement_of_passage(fit.passage)
        if number == 0 and value_first and fold(value_first) != fold(text.rstrip("。")):
            text = f"{value_first}です。{text}"
        statements.append(Statement(f"{text}{place}", fit.passage.evidence()))
    return tuple(statements)


def _stated_around(passage: Passage) -> str:
    """A passage with what stands above it, but for questions, which state nothing."""
    stated = (title for title in passage.section if not QUESTION_HEADING.search(title))
    return " ".join((passage.text, passage.lead, *stated))


def _is_figure(passage: Passage) -> bool:
    """Whether a passage is a budget line: it says how much, not what; an amount stands at its end, or in a row."""
    amounts = find_amounts(passage.text)
    if not amounts or "。" in passage.text:
        return False
    return passage.block.kind == "table" or len(passage.text) - amounts[-1].end <= _BEHIND_A_FIGURE


def _names_asked_year(passage: Passage, question: Question) -> bool:
    return bool(question.fiscal_years) and not _years_around(passage).isdisjoint(question.fiscal_years)


def _years_around(passage: Passage) -> set[int]:
    around = " ".join((passage.text, passage.lead, *passage.section, passage.title))
    return {year for mention in find_times(around) for year in mention.fiscal_years}


def _is_of_another_year(passage: Passage, question: Question) -> bool:
    """Whether the question names a fiscal year and the passage, with its headings and title, names only others."""
    if not question.fiscal_years:
        return False
    years = _years_around(passage)
    return bool(years) and years.isdisjoint(question.fiscal_years)


def _with_focus(fit: Fit, question: Question) -> float:
    """The score, with more for a value right beside the word that the question asks it of (誰が中心となって: …を中心に)."""
    asking = _INTERROGATIVE.search(question.text)
    if asking is None:
        return fit.score
    focus = [
        word.surface
        for word in content_words(normalize(question.text).text)
        if 0 <= word.start - asking.end() <= 2 or 0 <= asking.start() - word.end <= 1
    ]
    text = fit.passage.text
    if question.asks == "date":
        return fit.score + (_ADJACENT if any(word in text for word in focus) else 0.0)
    beside = any(
        0 <= match.start() - value.end <= 1 or 0 <= value.start - match.end() <= 1
        for value in fit.values
        for word in focus
        for match in re.finditer(re.escape(word), text)
    )
    return fit.score + (_ADJACENT if beside else 0.0)


def _nearest(fit: Fit, question: Question) -> Value:
    """The value that stands closest behind (or else before) the question's words."""
    side = _SIDES.get(question.attribute or "")
    if side is not None:
        beside = [value for value in fit.values if side.match(fit.passage.text[value.end :])]
        if beside:
            return beside[-1]
    return min(fit.values, key=lambda value: _distance(fit, question, value))


def _distance(fit: Fit, question: Question, value: Value) -> float:
    """Characters between a value and the question's own words, each by what it says; a word behind the value counts as farther."""
    text = fit.passage.text
    total = 0.0
    for word in content_words(question.text):
        places = [match.span() for match in re.finditer(re.escape(word.surface), text)]
        distances = [
            value.start - end if value.start >= end else start - value.end + _BEHIND
            for start, end in places
            if value.start >= end or start >= value.end
        ]
        total += informativeness(word.lemma) * min(distances, default=0 if places else len(text))
    return total


def _quoted(question: Question, fits: Sequence[Fit]) -> Draft:
    """The best passage, and a second one of the same section when it says as much and there is room."""
    strict = attribute(question.attribute) if question.attribute not in {None, "amount", "kpi"} else None
    if strict is not None:
        fits = [fit for fit in fits if is_written(strict, fit.passage)]
        if not fits:
            return no_attribute(question, strict.label)
    near = fits[:_VALUES_CONSIDERED]
    dated = [fit for fit in near if _names_asked_year(fit.passage, question)] or near
    if question.fiscal_years and dated is near and any(_is_of_another_year(fit.passage, question) for fit in near[:8]):
        return abstain(
            "year_missing",
            f"{'・'.join(map(figures.fiscal_year, question.fiscal_years))}についての記載は資料にありません。",
            question,
        )
    fits = [fit for fit in dated if question.asks == "money" or not _is_figure(fit.passage)] or dated
    best = next((fit for fit in fits if fit.passage.block.kind != "heading"), fits[0])
    chosen = [best]
    length = len(best.passage.text)
    for fit in fits:
        if len(chosen) > 2:
            break
        same_section = fit.passage.path == best.passage.path and fit.passage.section == best.passage.section
        new = (
            all(fit.passage.span != other.passage.span for other in chosen)
            and fit.passage.text not in best.passage.text
        )
        fitting = fit.score >= _SECOND_SENTENCE * best.score and fit.passage.block.kind != "heading"
        if same_section and new and fitting and length + len(fit.passage.text) <= _LONGEST:
            chosen.append(fit)
            length += len(fit.passage.text)
    chosen.sort(key=lambda fit: fit.passage.span.start)
    return Draft(
        "answered",
        _statements(chosen),
        best.passage.text if len(best.passage.text) <= 60 else None,
        assumptions=question.assumptions,
        confidence="high" if best.coverage > 0.85 else "medium" if best.coverage > 0.6 else "low",
    )
