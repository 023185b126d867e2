"""Whether a line can be an answer at all, however near it comes.

Owns the slots that no likeness makes up for. Invariant: a line that lacks the programme, year, number, attribute or type of value that is asked for, or
that only asks itself, is never an answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.passages.asking import asks_by_nouns
from policy_qa.answering.passages.explaining import gives_reason
from policy_qa.answering.passages.focus import meets_case, says_what_is_counted, tells_difference
from policy_qa.answering.passages.headed import says_owner
from policy_qa.answering.passages.meant import is_left_out, lacks_ordinal
from policy_qa.answering.passages.missing import is_written
from policy_qa.answering.passages.quoting import is_of_another_year
from policy_qa.answering.passages.relevance import Fit, Weighed, is_on_topic
from policy_qa.answering.passages.typed import is_of_another_owner
from policy_qa.answering.passages.when import asks_both_ends, is_period
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.question import Question

# Types of answers that are recognised whenever they are there; names of people, bodies and places are not.
_ALWAYS_RECOGNISED = frozenset({"money", "date", "rate", "quantity", "frequency", "duration"})
# Who, which body and where is found by the form of a line (a label, a role, a particle): a line that is only near names another.
_BY_FORM = frozenset({"person", "office", "place"})
_OF_A_BUDGET = re.compile(r"予算|要求|計上|措置|決定額|補正|決算|執行|総額")
# Wishes and questions in minutes and lists of opinions: what somebody asks for tells nothing of what is so.
_WISHES = re.compile(r"(?:か|伺う|伺いたい|尋ねる|聞きたい|ほしい|欲しい|願いたい|いかがか|[?？])[。」)）]*$")


def fills_slots(question: Question, fit: Fit, fits: Sequence[Fit], words: Sequence[Weighed]) -> bool:
    """Whether a passage has everything that is asked for by name, number or type; ``fits`` are all that were found."""
    passage = fit.passage
    if question.asks in _BY_FORM or (question.asks == "reason" and not gives_reason(question, fit, words)):
        return False
    if asks_by_nouns(question) and not says_owner(question, fit, fits, words):
        return False
    if question.asks in _ALWAYS_RECOGNISED and is_of_another_owner(fit, question):
        return False
    if passage.block.kind == "heading" or is_left_out(passage, question) or _WISHES.search(passage.text):
        return False
    if question.asks in _ALWAYS_RECOGNISED and not (fit.values and says_what_is_counted(passage, question, words)):
        return False
    if question.asks == "date" and asks_both_ends(normalize(question.search_text).text):
        return any(is_period(value.text) for value in fit.values) and _names_programs(question, fit)
    if question.attribute == "amount":
        around = " ".join((passage.text, passage.lead, *passage.section))
        if question.asks == "money" and not _OF_A_BUDGET.search(around):
            return False
    elif question.attribute not in {None, "kpi"} and not is_written(attribute(question.attribute or ""), passage):
        return False
    return (
        _names_programs(question, fit)
        and is_on_topic(passage, question)
        and not is_of_another_year(passage, question)
        and meets_case(fit, question) is not False
        and not lacks_ordinal(passage, question)
        and tells_difference(passage, question)
    )


def _names_programs(question: Question, fit: Fit) -> bool:
    """Whether a passage, its headings or its title name a programme that the question names."""
    if not question.programs:
        return True
    around = fold(" ".join((fit.passage.text, fit.passage.lead, fit.passage.title, *fit.passage.section)))
    return any(fold(name) in around for name in question.programs)
