"""A short answer of the asked type out of the passages: a day, an amount, a rate, a person, an office.

Owns which passage's value answers. Invariant: the passage is about what is asked, of the asked case, year and one of several (枠, 地区), and
states the attribute that is asked for; a value that is only near never answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft
from policy_qa.answering.library import Library
from policy_qa.answering.passages.answer_types import is_typed, values
from policy_qa.answering.passages.deeds import says_deed_asked
from policy_qa.answering.passages.focus import (
    asked_of,
    is_said_around,
    meets_case,
    named_rows,
    says_what_is_counted,
    tells_difference,
)
from policy_qa.answering.passages.meant import lacks_ordinal, meets_sister
from policy_qa.answering.passages.missing import is_written
from policy_qa.answering.passages.pairing import (
    asks_former,
    asks_year_before,
    is_of_years,
    part_asked,
    tells_change,
    tells_year_before,
)
from policy_qa.answering.passages.passages import Passage, place_of
from policy_qa.answering.passages.quoting import is_of_another_year, statements_of
from policy_qa.answering.passages.relevance import QUESTION_HEADING, Fit, Weighed, is_on_topic
from policy_qa.answering.passages.value_asked import TELLING_OWNER, beside_noun, noun_of_figure, value_asked
from policy_qa.answering.passages.when import asks_both_ends, asks_period, is_period
from policy_qa.answering.wording import clarify
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words, telling_nouns

_NEAR_BEST = 0.65
_VALUES_CONSIDERED = 15
_LEAST_OF_VALUE = 0.4
_STRONG = 0.85
_LEAST_OFF_TOPIC = 0.6
_AGE_ASKED = re.compile(r"何(?:歳|才)")
_BESIDE = 3  # blocks: what is asked in one breath is written side by side
_OF_A_BUDGET = re.compile(r"予算|要求|計上|措置|決定額|補正|決算|執行|総額")
_OF_APPLYING = re.compile(r"受付|申し?込|申請|応募|公募|募集|提出|締切|締め切|必着")
# A label of what has to be paid, and how that is asked for.
_COSTS = re.compile(r"[【〔\[(]?(?:いくら|費用|料金|お?代金|利用料|使用料|参加費|負担)[】〕\])]?[:： ]?")
_COSTS_ASKED = re.compile(r"の(?:料金|費用|代金|値段|利用料|使用料|参加費)(?:は|を|って|[?？]|$)")
_ADJACENT = 0.4
_DECIDING = re.compile(
    r"決ま[るりっ]|決め|判断(?:し|する|され)|決定(?=[しすさとで)]|を行|:|。|$)|可決|議決|承認|了承|採択(?!後)|選(?:ば|び|定)"
)
_DECIDED = re.compile(
    r"(?:決ま(?:った|りました)|(?:決め|選ば)(?:られ)?(?:た|ました)|(?:決定|可決|議決|承認|了承|採択|選定)(?:した|され[てた]|しました|されました))"
)
_DECIDING_COVERAGE = 0.9
_TO_BE_DECIDED = re.compile(r"いつ(?:ごろ|頃)?(?:まで)?に?(?:決ま|決め|分か|わか)(?:る|り|ら)")
_TO_COME = re.compile(r"今後|予定|見込み?")
_INTERROGATIVE = re.compile(r"誰|だれ|いつ|どこ|いくら|何[^でかがをにはとの、。？?]?|どの|どれ")
_ASKED_NOUN = re.compile(r"(?P<noun>[一-鿿々ァ-ヴー]{2,})(?:は|が)(?=何|いくら|いつ|どれ|誰|どこ)")
_POINTS = re.compile(r"[同本当各両全]|この|その|上記|前記")


def typed_draft(question: Question, fits: Sequence[Fit], words: Sequence[Weighed]) -> Draft | None:
    """The best passage that covers the question and has a value of the asked type near the question's words."""
    enough = _STRONG if question.programs else _LEAST_OFF_TOPIC
    candidates = fits
    fits = [
        fit
        for fit in fits
        if (is_on_topic(fit.passage, question) or fit.coverage >= enough) and not lacks_ordinal(fit.passage, question)
    ]
    fits = [fit for fit in _of_asked_thing(question, fits) if says_what_is_counted(fit.passage, question, words)]
    if not fits:
        return None
    compounds = asked_of(question, words)
    if question.attribute == "deadline" and not _names_event(
        compounds, question
    ):  # the end of applying, not of the programme
        fits = [
            fit for fit in fits if _OF_APPLYING.search(" ".join((fit.passage.text, *fit.passage.section[-1:])))
        ] or fits
        fits = sorted(fits, key=lambda fit: _is_row_of_another_step(fit.passage))
    elif question.asks in {"person", "office", "place", "date"}:
        fits = sorted(fits, key=lambda fit: -_with_focus(fit, question))
    strict = attribute(question.attribute) if question.attribute not in {None, "amount", "kpi"} else None
    # An attribute is measured among the lines that state it, which need not repeat the rest of the question.
    able = [fit for fit in fits if fit.values and is_written(strict, fit.passage)] if strict is not None else []
    periods = [fit for fit in fits if any(is_period(value.text) for value in fit.values)]
    if periods and question.asks == "date" and asks_period(normalize(question.search_text).text):
        able, fits, strict = periods, periods, None
    floor = max(_LEAST_OF_VALUE, max(fit.coverage for fit in able or fits) * _NEAR_BEST)
    fits = [fit for fit in named_rows(fits, question) if tells_difference(fit.passage, question)]
    if _names_event(compounds, question):  # 「変更届はいつまで」: of the lines below a heading the one that says it
        fits = sorted(fits, key=lambda fit: not _says(compounds[0], fit))
    noun = noun_of_figure(question)
    if noun is not None:  # 「総事業費は？」: the figure that stands with that very noun
        fits = sorted(fits, key=lambda fit: not (fit.coverage >= floor and beside_noun(fit, noun)))
    if (
        question.asks == "money" and len(compounds) > 1
    ):  # 「小学生の運賃」: the sentence that says all of it, with the one it leans on
        fits = sorted(
            fits, key=lambda fit: -sum(_says(compound, fit) for compound in compounds) if fit.coverage >= floor else 0
        )
    cases = {meets_case(fit, question) for fit in fits}
    if True in cases:  # the case that is asked stands before the rule
        fits = sorted(fits, key=lambda fit: meets_case(fit, question) is not True)
    elif False in cases:
        return None  # the documents tell cases apart, and have not this one
    fits = _told_first(fits, question, floor)
    for fit in fits[:_VALUES_CONSIDERED]:
        if not fit.values or fit.coverage < floor:
            continue
        if is_of_another_year(fit.passage, question):
            continue
        if is_of_another_owner(fit, question) or not says_deed_asked(fit.passage, question):
            continue
        if meets_case(fit, question) is False or not all(is_said_around(compound, fit, fits) for compound in compounds):
            continue
        if strict is not None and not is_written(strict, fit.passage):
            continue
        is_price = bool(_COSTS.match(fit.passage.text) and _COSTS_ASKED.search(question.search_text))
        if question.asks == "money" and compounds and not (is_price or is_said_around(compounds[0], fit, [fit])):
            continue  # an amount beside the line that says the asked noun is of another thing
        if (
            question.attribute == "amount"
            and question.asks == "money"
            and not _OF_A_BUDGET.search(_stated_around(fit.passage))
        ):
            continue
        value = value_asked(fit, question)
        if value is None:
            continue
        second = _second_value(question, fit, candidates)
        return Draft(
            "answered",
            statements_of([fit, *second], value_first=value.text),
            value.text,
            assumptions=question.assumptions,
            confidence="high" if fit.coverage > 0.8 else "medium",
            is_open=True,
        )
    return None


def only_value(question: Question, fits: Sequence[Fit], library: Library) -> Draft | None:
    """「締め切りはいつ」, asked of no thing: the one value that a single document states of the attribute; the choice, where it states several."""
    if question.attribute is None or not is_typed(question.asks) or len(library.summaries) != 1:
        return None
    strict = attribute(question.attribute)
    found: dict[str, Fit] = {}
    for fit in fits:
        stated = fit.values and is_written(strict, fit.passage) and _OF_APPLYING.search(_stated_around(fit.passage))
        value = value_asked(fit, question) if stated else None
        if value is not None:
            found.setdefault(value.text, fit)
    if len(found) > 1:
        places = (place_of(fit.passage)[1:-1] or fit.passage.shown for fit in found.values())
        return clarify("次のうち、どれについてのご質問ですか。", tuple(dict.fromkeys(places)), question)
    for value_text, fit in found.items():
        statements = statements_of([fit], value_first=value_text)
        return Draft("answered", statements, value_text, assumptions=question.assumptions, is_open=True)
    return None


def _is_row_of_another_step(passage: Passage) -> bool:
    """Whether a row is of another step than applying: 「交付決定 | 申請からおおむね3週間」."""
    return bool(passage.cells) and not _OF_APPLYING.search(passage.cells[0].text)


def _of_asked_thing(question: Question, fits: Sequence[Fit]) -> list[Fit]:
    """The fits that say when, where or by whom it was decided, where that is asked, of both ends of a period, and of the asked one of several."""
    if _asks_of_deciding(question):
        fits = _of_deciding(question, fits)
    if question.asks == "date" and asks_both_ends(normalize(question.search_text).text):
        fits = [fit for fit in fits if any(is_period(value.text) for value in fit.values)]
    sisters = [meets_sister(fit.passage, question) for fit in fits]
    if False in sisters:  # the documents tell them apart: this one's line answers, or none
        return [fit for fit, sister in zip(fits, sisters, strict=True) if sister]
    return list(fits)


def _told_first(fits: Sequence[Fit], question: Question, floor: float) -> list[Fit]:
    """The fits, those first that tell of a change where what was before one is asked, and beside the best one those of the asked part or year."""
    if not fits or question.asks == "date":
        return list(fits)
    asked = normalize(question.search_text).text
    years, part = frozenset(question.fiscal_years), part_asked(asked)
    path, section = fits[0].passage.path, fits[0].passage.section
    says_noun = bool(beside_noun(fits[0], noun_of_figure(question)))

    def tells(fit: Fit) -> bool:
        text = fit.passage.text
        if fit.passage.cells or not fit.values:
            return False
        if asks_former(asked):
            return fit.coverage >= floor and tells_change(text, fit.values)
        if (fit.passage.path, fit.passage.section) != (path, section):
            return False
        if part:  # 「生産量のうちチップ用は」
            return all(word in text for word in part)
        if fit.coverage < floor:
            return False
        if asks_year_before(asked) and tells_year_before(text, fit.values):
            return True
        return bool(years) and not says_noun and is_of_years(text, fit.values, years)

    return sorted(fits, key=lambda fit: not tells(fit))


def _asks_of_deciding(question: Question) -> bool:
    """Whether a question asks when or where something was decided, or who decides it."""
    if question.asks in {"person", "office"} or "person" in question.also_asks:
        return bool(_DECIDING.search(question.search_text))
    is_to_come = question.asks == "date" and bool(_TO_BE_DECIDED.search(question.search_text))
    return is_to_come or (question.asks in {"date", "place"} and bool(_DECIDED.search(question.search_text)))


def _of_deciding(question: Question, fits: Sequence[Fit]) -> list[Fit]:
    """The fits that say when or where it was decided, not when it holds; where none does, those that do not tell of what is to come."""
    deciding = [fit for fit in fits if fit.values and _DECIDING.search(fit.passage.text)]
    if _TO_BE_DECIDED.search(question.search_text):
        floor = _DECIDING_COVERAGE * max((fit.coverage for fit in fits), default=0.0)
        deciding = [f for f in deciding if not _DECIDED.search(f.passage.text) and f.coverage >= floor]
    elif not deciding and _DECIDED.search(question.search_text):
        return [fit for fit in fits if not _TO_COME.search(" ".join((fit.passage.text, *fit.passage.section[-1:])))]
    return deciding or list(fits)


def _names_event(compounds: Sequence[Sequence[Weighed]], question: Question) -> bool:
    """Whether the time of something is asked for that is no programme and no applying: 変更届, 実績報告, 完成."""
    if question.asks != "date" or not compounds or not compounds[0]:
        return False
    start, end = compounds[0][0].word.start, compounds[0][-1].word.end
    named = any(match.start < end and start < match.end for match in question.topics)
    return not named and not _OF_APPLYING.search(question.search_text[start:end])


def _says(compound: Sequence[Weighed], fit: Fit) -> bool:
    """Whether a passage, with the sentence it leans on, says a compound itself, not by its headings."""
    text = fit.passage.text + (normalize(fit.passage.before.quote).text if fit.passage.before else "")
    return all(fit.passage.terms.issuperset(weighed.terms) or weighed.word.surface in text for weighed in compound)


def is_of_another_owner(fit: Fit, question: Question) -> bool:
    """Whether a passage tells the asked noun of another thing alone: 「耐震改修の件数」 for the 件数 of 除却."""
    asked = _ASKED_NOUN.search(question.search_text)
    if asked is None:
        return False
    owned = rf"([一-鿿々ァ-ヴー]{{2,}})の{re.escape(asked['noun'])}(?![一-鿿々ァ-ヴー])"
    owners = [
        owner
        for owner in re.findall(owned, fit.passage.text)
        if telling_nouns(owner, TELLING_OWNER) and not _POINTS.match(owner)
    ]
    before = telling_nouns(question.search_text[: asked.start()], TELLING_OWNER)
    is_said = not before or any(word in fit.passage.text for word in before)
    return bool(owners) and not is_said and not any(owner in question.search_text for owner in owners)


def _stated_around(passage: Passage) -> str:
    """A passage with what stands above it, but for questions, which state nothing."""
    stated = (title for title in passage.section if not QUESTION_HEADING.search(title))
    return " ".join((passage.text, passage.lead, *stated))


def _second_value(question: Question, first: Fit, fits: Sequence[Fit]) -> list[Fit]:
    """For 「いつ、誰が…」: the passage beside the first one that has what else is asked, unless the first has it."""
    asked = normalize(question.text).text
    ages = ("quantity",) if _AGE_ASKED.search(asked) and question.asks != "quantity" else ()
    for kind in dict.fromkeys((*question.also_asks, *ages)):
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
