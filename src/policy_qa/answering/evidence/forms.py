"""What kind of line it is, and whether it has the form of what is asked for, as numbers.

Owns the measures of form: values, attributes, headings, endings, kinds of blocks. Invariant: a number of one question and one passage alone, whatever
other passages there are; their order is ``FORMS``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache

from policy_qa.answering.grounding.faithful import excludes
from policy_qa.answering.passages.answer_types import is_typed
from policy_qa.answering.passages.asking import asked_phrase
from policy_qa.answering.passages.focus import meets_case
from policy_qa.answering.passages.missing import is_written
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.passages.quoting import is_of_another_year
from policy_qa.answering.passages.relevance import QUESTION_HEADING, Fit, is_on_topic, says_heading
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.normalize import fold
from policy_qa.japanese.vocabulary import LABEL_LINE
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import key

FORMS = (
    "has_value", "more_values", "states_attribute", "of_another_year", "of_the_case", "of_the_topic", "topic_above", "heading_is_asked", "heading_is_kind", "head_noun", "label_is_asked", "says_quoted",
    "asks_itself", "answers_heading", "tells_time", "tells_place", "tells_figure", "tells_rule", "tells_condition", "tells_reason", "tells_meaning", "tells_way", "tells_aim",
    "agrees_in_exclusion", "in_named_document", "length", "is_short", "is_sentence", "is_item", "is_row", "is_note", "is_heading", "is_title", "is_figure", "has_lead",
    "is_imprint", "typed_row", "typed_sentence", "told_row", "told_figure", "told_sentence",
)  # fmt: skip
# The question, titles and headings come again with every passage.
_fold = lru_cache(maxsize=4096)(fold)
UNKNOWN = 0.5  # of a measure that the question gives no ground for
# When and by whom a document or a rule was made; it tells nothing of what it is about.
_IMPRINT = re.compile(
    r"^(?:最終)?(?:更新|発行|作成|改正|改定|制定|公表|公布)(?:日|年月日)?[:： ]|(?:告示|条例|規則|訓令)第[0-9]+号|附 ?則|(?:要綱|要領|条例|規則|告示)は、[^。]*(?:から施行|効力を失)|[0-9]現在[)）]?$"
)
_SHORT = 12
_TOLD = frozenset({"text", "definition", "reason", "method"})  # what is told in words
_ASKS_ITSELF = re.compile(r"か[。?？]?$|[?？]$")
_QUOTED = re.compile(r"[「『“\"]([^「」『』“”\"]{2,})[」』”\"]")
_LABEL = re.compile(
    r"[・○●◯\s]*(?:[(【〔「]([一-鿿々ァ-ヴーぁ-ん]{1,12})[)】〕」]|([一-鿿々ァ-ヴーぁ-ん]{2,12})(?:\s*:|\s{1,}))"
)
_WHO_MAY = re.compile(r"対象|要件|資格|条件")
_SAYS_WHAT = re.compile(r"概要|目的|内容|趣旨")
# How a line tells what is asked for, by what is asked (or by the intent); the same words tell nothing where something else is asked.
_TELLS: tuple[tuple[str, Callable[[Question], bool], re.Pattern[str]], ...] = (
    ("tells_time", lambda question: question.asks == "date", re.compile(r"年|月|日|期|まで|から|以降|時")),
    ("tells_place", lambda question: question.asks == "place", re.compile(r"市|町|村|県|区|所|館|センター|地|室|窓口|会場")),
    ("tells_figure", lambda _: True, re.compile(r"[0-9]")),
    ("tells_rule", lambda question: question.is_check, re.compile(r"ない|ません|できる|できます|必要|なければ|可$|不可|対象|認め|含|除")),
    ("tells_condition", lambda question: question.intent == "eligibility", re.compile(r"場合|とき|必要|なければ|こと。?$|限る|以上|以下|者$|方$|対象")),
    ("tells_reason", lambda question: question.asks == "reason", re.compile(r"ため|ので|から[、。]|により|によって|理由|要因|原因|背景|目的|踏まえ")),
    ("tells_meaning", lambda question: question.asks == "definition", re.compile(r"とは|という|をいう|のこと|もの(?:です|である)?。?$")),
    ("tells_aim", lambda question: question.intent in {"definition", "other", "eligibility"} and bool(question.topics), re.compile(r"とは|という|をいう|のこと|目的|ため(?:、|に)|する(?:事業|制度|もの|仕組み)|を(?:支援|推進|実現|図|後押し|促進|創設|行)")),
    ("tells_way", lambda question: question.asks == "method", re.compile(r"により|によって|提出|申請|手続|方法|ください|行う|行い|実施|講じ|窓口|様式")),
)  # fmt: skip


def form(fit: Fit, question: Question) -> dict[str, float]:
    """The numbers of ``FORMS`` by name."""
    passage = fit.passage
    text = passage.text
    wanted = attribute(question.attribute) if question.attribute not in {None, "amount", "kpi"} else None
    phrase = asked_phrase(question)
    head = _fold(phrase.head) if phrase is not None else ""
    case = meets_case(fit, question)
    typed = is_typed(question.asks)
    is_row, is_sentence, has_figure = passage.block.kind == "table", "。" in text, bool(re.search("[0-9]", text))
    telling = passage.section[-1] if passage.section else ""
    return {
        "has_value": float(bool(fit.values)) if typed else UNKNOWN,
        "more_values": math.log1p(max(0, len(fit.values) - 1)),
        "states_attribute": float(is_written(wanted, passage)) if wanted is not None else UNKNOWN,
        "of_another_year": float(is_of_another_year(passage, question)),
        "of_the_case": 0.0 if case is None else 1.0 if case else -1.0,
        "of_the_topic": float(is_on_topic(passage, question)),
        "topic_above": _topic_above(passage, question),
        "heading_is_asked": float(says_heading(passage, question)),
        "heading_is_kind": float(
            bool(
                (question.intent == "eligibility" and _WHO_MAY.search(telling))
                or (question.intent == "definition" and _SAYS_WHAT.search(telling))
            )
        ),
        "head_noun": float(head in fold(with_headings(passage))) if head else UNKNOWN,
        "label_is_asked": float(_is_label_asked(text, question)),
        "says_quoted": _says_quoted(passage, question),
        "asks_itself": float(bool(_ASKS_ITSELF.search(text))),
        "answers_heading": float(bool(passage.section and QUESTION_HEADING.search(passage.section[-1]))),
        **{name: float(applies(question) and bool(told.search(text))) for name, applies, told in _TELLS},
        "agrees_in_exclusion": float(excludes(text) == excludes(question.text)),
        "in_named_document": float(passage.path in question.scope) if question.scope else UNKNOWN,
        "length": math.log1p(len(text)),
        "is_short": float(len(text) < _SHORT),
        "is_sentence": float(is_sentence),
        "is_item": float(passage.block.kind == "item"),
        "is_row": float(is_row),
        "is_note": float(passage.block.kind == "note"),
        "is_heading": float(passage.block.kind == "heading"),
        "is_title": float(fold(text) in _fold(passage.title)),
        "is_figure": float(not is_sentence and bool(find_amounts(text))),
        "has_lead": float(bool(passage.lead)),
        "is_imprint": float(bool(_IMPRINT.search(text))),
        "typed_row": float(typed and is_row),
        "typed_sentence": float(typed and is_sentence),
        "told_row": float(question.asks in _TOLD and is_row),
        "told_figure": float(question.asks in _TOLD and has_figure),
        "told_sentence": float(question.asks in _TOLD and is_sentence),
    }


def with_headings(passage: Passage) -> str:
    """A passage below its nearest headings and the line that leads it."""
    return "\n".join((*passage.section[-2:], passage.lead, passage.text))


def _topic_above(passage: Passage, question: Question) -> float:
    """1 where the nearest heading that tells something names what the question names and the document's title does not, ½ where another or the line does."""
    whole = _fold(passage.title)
    names = [name for match in question.topics if (name := key(match.name)) not in whole]
    titles = (*passage.section, passage.text) if passage.block.kind == "heading" else passage.section
    telling = [title for title in titles if not LABEL_LINE.fullmatch(title)]
    if telling and any(name in _fold(telling[-1]) for name in names):
        return 1.0
    around = fold(" ".join((*telling, passage.text)))
    return 0.5 if any(name in around for name in names) else 0.0


def _is_label_asked(text: str, question: Question) -> bool:
    """Whether a line begins with a label that the question says: 「政策目標：…」, 「（例）…」."""
    label = _LABEL.match(text)
    return label is not None and fold(label[1] or label[2]) in _fold(question.search_text)


def _says_quoted(passage: Passage, question: Question) -> float:
    """Whether a passage has what the question puts in quotation marks."""
    quoted = [fold(match[1]) for match in _QUOTED.finditer(question.search_text)]
    if not quoted:
        return UNKNOWN
    around = fold(" ".join((passage.text, *passage.section[-2:])))
    return float(any(phrase in around for phrase in quoted))
