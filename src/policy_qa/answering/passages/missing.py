"""When the documents do not have what a question asks, and how that is said.

Owns the abstentions before anything is chosen: an unknown programme, a stranger (a name that no document has), too little said of the
question's words, an attribute that nothing states. Invariant: only a name of a thing that is asked about is a stranger; ages, amounts,
circumstances of the asker, wishes about form and everyday words never are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policy_qa.answering.draft import Draft
from policy_qa.answering.library import Library
from policy_qa.answering.passages.answer_types import is_typed
from policy_qa.answering.passages.passages import Passage
from policy_qa.answering.passages.relevance import TITLE_SHARE, Fit, Weighed, covers, is_on_topic
from policy_qa.answering.strangers import OF_ASKER
from policy_qa.answering.wording import abstain
from policy_qa.japanese.normalize import fold
from policy_qa.retrieval.attributes import Attribute, attribute
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import informativeness, is_common, whole_word

# How much of the question's weight the evidence has to cover, headings included.
_COVERAGE = 0.5
_COVERAGE_OF_VALUE = 0.55
_COVERAGE_OF_NAME = 0.62  # names of offices and places stand everywhere
_COVERAGE_OF_OWN = 0.3  # of the words that do not only name the document
_LEAD = 0.3  # of the best passage's score over the next
_STANDING_OUT = 0.09
_RARE = 7.0
_ENOUGH_OF_WORD = 0.5
_MOST_NAMED = 3
_EVERYDAY = re.compile(r"[ァ-ヴーA-Za-zａ-ｚＡ-Ｚ]+")
_ASKED_LABEL = re.compile(r"の(?P<label>[^のはをがに、。]{2,12})を(?:教え|知り|お?示し|挙げ|説明)")
_LEAST_OF_NAME = 2  # characters: か年 is no name of a thing


def missing(question: Question, fits: Sequence[Fit], words: Sequence[Weighed], library: Library) -> Draft | None:
    """The abstention when the passages do not hold what is asked; ``None`` when they do."""
    unknown = [name for name in question.unknown_programs if not library.writes(name)]
    strange = [weighed for weighed in words if not weighed.official and is_stranger(weighed, question, library)]
    if unknown or strange:
        named = "」「".join(unknown or [weighed.word.surface for weighed in strange])
        # A proper name is a thing of its own; what is called by a common word may be written by another.
        is_open = bool(unknown) or not any(weighed.word.is_name for weighed in strange)
        return abstain("not_in_corpus", f"「{named}」についての記載は資料にありません。", question, is_open=is_open)
    if not fits and is_typed(question.asks):
        return no_value(question)
    if not fits:
        return abstain("not_in_corpus", "お尋ねの内容は資料にありません。", question)
    best = max(fits[:10], key=lambda fit: fit.coverage)
    unsaid = _unsaid_label(question, fits, words)
    if unsaid:
        return abstain("not_in_corpus", f"「{unsaid}」についての記載は資料に見つかりません。", question, is_open=True)
    if best.coverage < _needed(question) - _STANDING_OUT * _stands_out(question, fits) or _says_only_names(
        question, fits[:10], words
    ):
        return abstain("not_in_corpus", _lacking(best, words, library), question, is_open=True)
    if question.attribute not in {None, "amount"} and (
        question.attribute != "kpi" or (question.programs and question.asks == "definition")
    ):
        wanted = attribute(question.attribute or "")
        near = [fit for fit in fits if fit.coverage >= min(best.coverage, 0.5) * 0.8]
        if question.attribute == "kpi":  # every programme has targets: its own are asked for
            near = [fit for fit in fits if is_on_topic(fit.passage, question)]
        if not any(is_written(wanted, fit.passage) for fit in near):
            return no_attribute(question, wanted.label)
    return None


def is_stranger(weighed: Weighed, question: Question, library: Library) -> bool:
    """Whether a word is the name of a thing, or begins with one (琵琶湖), that is nowhere in the documents."""
    word = weighed.word
    first = weighed.terms[0]
    if re.search(r"[0-9]", word.surface) or len(first) < _LEAST_OF_NAME:
        return False
    if weighed.is_circumstance or weighed.names_document:
        return False
    if not word.is_noun or OF_ASKER.match(question.search_text, word.end):
        return False
    if word.is_name:
        # Loanwords and abbreviations of everyday use: documents may well say them otherwise (NPO, トラック).
        is_everyday = bool(_EVERYDAY.fullmatch(word.surface)) and is_common(word.lemma)
        if is_everyday or library.knows(first) or library.writes(word.surface):
            return False
        return not library.writes(whole_word(word, question.search_text))  # 平 of 葛平市民病院
    is_rare_compound = len(weighed.terms) > 1 and informativeness(first) >= _RARE
    return is_rare_compound and not library.knows(first)


def _unsaid_label(question: Question, fits: Sequence[Fit], words: Sequence[Weighed]) -> str | None:
    """The noun that a question asks for in so many words (「…の内訳を教えて」), where no passage says any of it."""
    match = _ASKED_LABEL.search(question.search_text)
    if match is None or question.is_check or question.attribute is not None or question.asks != "text":
        return None
    start, end = match.span("label")
    label = [weighed for weighed in words if start <= weighed.word.start < end and weighed.word.is_noun]
    if not label or any(weighed.official for weighed in label):
        return None
    said = any(covers(weighed, fit.passage) >= TITLE_SHARE for weighed in label for fit in fits)
    return None if said else match["label"]


def is_written(wanted: Attribute, passage: Passage) -> bool:
    """Whether the passage, its lead-in or the heading right above it has the documents' wording of an attribute."""
    return bool(wanted.written.search(" ".join((passage.text, passage.lead, *passage.section[-1:]))))


def no_attribute(question: Question, label: str) -> Draft:
    """The abstention where nothing states the attribute that is asked for."""
    of = f"「{question.topics[0].name}」の" if question.topics else ""
    return abstain("attribute_missing", f"{of}{label}は資料にありません。", question, is_open=True)


_TYPE_LABELS = {
    "money": "金額", "date": "日付・時期", "rate": "率", "quantity": "数", "frequency": "頻度", "duration": "期間", "place": "場所",
    "person": "人・役職", "office": "機関・部署",
}  # fmt: skip


def not_told(question: Question) -> Draft:
    """The abstention where nothing tells what is asked of a thing."""
    return abstain(
        "attribute_missing",
        "お尋ねの事柄についてその点を述べた記載は資料に見つかりません。",
        question,
        is_open=True,
    )


def no_value(question: Question) -> Draft:
    """The abstention where nothing gives a value of the type that is asked for."""
    of = f"「{question.topics[0].name}」について、" if question.topics else ""
    return abstain(
        "attribute_missing",
        f"{of}お尋ねの{_TYPE_LABELS[question.asks]}に当たる記載は資料にありません。",
        question,
        is_open=True,
    )


def _needed(question: Question) -> float:
    if question.asks in {"person", "office", "place"}:
        return _COVERAGE_OF_NAME
    return _COVERAGE_OF_VALUE if is_typed(question.asks) else _COVERAGE


def _says_only_names(question: Question, fits: Sequence[Fit], words: Sequence[Weighed]) -> bool:
    """Whether passages have hardly more of a question than the names of the document they stand in."""
    if not question.scope_names or not is_typed(question.asks):
        return False
    own = [w for w in words if not any(fold(w.word.surface) in name for name in question.scope_names)]
    total = sum(weighed.says for weighed in own)
    best = max(sum(weighed.says for weighed in own if covers(weighed, fit.passage) >= TITLE_SHARE) for fit in fits)
    return best < _COVERAGE_OF_OWN * total


def _stands_out(question: Question, fits: Sequence[Fit]) -> bool:
    """Whether one passage alone comes near the one value that is asked for: then a little less of the question may be said."""
    lead = fits[0].score - (fits[1].score if len(fits) > 1 else 0.0)
    is_named = question.asks in {"person", "office", "place"}
    return lead >= _LEAD and bool(fits[0].values) and not (is_named or question.also_asks or question.is_check)


def _lacking(best: Fit, words: Sequence[Weighed], library: Library) -> str:
    """The message that names what no document says; what one says elsewhere than in the best passage is not called missing."""
    lacking = [
        weighed
        for weighed in words
        if covers(weighed, best.passage) < _ENOUGH_OF_WORD
        and not any(map(library.knows, weighed.terms))
        and not library.writes(weighed.word.surface)
    ]
    most = sorted(lacking, key=lambda weighed: -weighed.says)[:_MOST_NAMED]
    named = "」「".join(weighed.word.surface for weighed in most if weighed.word.is_noun)
    if not named:
        return "お尋ねの内容に当たる記載は資料に見つかりません。"
    return f"「{named}」についての記載は資料に見つかりません。"
