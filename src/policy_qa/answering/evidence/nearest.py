"""The lines found for a question in the order of how well each answers it, and the best of them where no rule gave an answer, or a far worse one.

Owns the order that every quoted answer is chosen in, the last answer before a refusal, and the second look at answers that were quoted by rules.
Invariant: the order is ``model``'s; as the nearest line only one is quoted that fills every slot, as it stands, and it is called the nearest; it gives no
verdict; where ``model`` is less sure than it needs to be, there is no such answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from policy_qa.answering.draft import Draft, Statement
from policy_qa.answering.evidence.alike import WordVectors
from policy_qa.answering.evidence.measures import Numbers, measures, of_question
from policy_qa.answering.evidence.model import Model, trained
from policy_qa.answering.evidence.slots import fills_slots
from policy_qa.answering.library import Library
from policy_qa.answering.passages.answer_types import is_typed
from policy_qa.answering.passages.asking import is_noun_chain
from policy_qa.answering.passages.listing import list_draft
from policy_qa.answering.passages.meant import meets_sister, tells_nothing
from policy_qa.answering.passages.passages import Passage, announces
from policy_qa.answering.passages.quoting import statements_of
from policy_qa.answering.passages.relevance import Fit, Weighed, measured, share_of, weigh
from policy_qa.answering.wording import abstain
from policy_qa.japanese.dates import fiscal_years_in
from policy_qa.japanese.normalize import normalize
from policy_qa.models.embedding import Encoder
from policy_qa.retrieval.question import Question, asks_outcome
from policy_qa.retrieval.words import content_words

CONSIDERED = 40  # lines that say most of the question's words: of 1,060 questions with a line that answers 1,055 have one among them
_STEP = 0.01  # between the lines behind those
LOG_ODDS = 7.0  # of one line before another that make one of ``Fit.score``: what the rules add to it is small beside a sure order
_LONGEST_LIST = 330
_LIKELIEST = 3
_FAR_BEHIND = 3.0  # of a quoted line's score behind the best one's: the odds are 20 to 1
_UNLIKELY = (
    0.1  # of the lines that rules quoted 50 of 71 so unsure were wrong, in corpora the weights were not fitted on
)
_HOPELESS = 0.02  # for lines found by their form, and for questions whose words are those of earlier turns
# Of the needed sureness: a line that is shown without a verdict, or without a value, claims less; but not where a word of the question is nowhere.
_OF_CHECK, _OF_TOLD, _OF_UNSAID = 0.45, 0.7, 0.8
_ERA = 4  # characters that a year grows by when it is written out (R8, 令和8年度)
_LOOKED_THROUGH = 10
_MOST_NEAR = 2
_SOMETHING = 0.3  # of the question's weight that a place has to have
_NEAR = "近い記載は次の箇所にあります。"
_DECIDED = re.compile(r"決ま[りっ]|決め[たてら]|決定|可決|議決|了承|承認")
_NOTE = "質問の言葉どおりの記載はないため、最も近い記載を示します"
_NOTE_OF_CHECK = "はい・いいえの判断はせず、最も近い記載を示します"


@dataclass(frozen=True, slots=True)
class Ordered:
    """The lines found for a question, best first.

    ``rows`` (at most ``CONSIDERED``, measures) are what the first lines are measured as, ``known`` what is known of the question.
    """

    words: Sequence[Weighed]
    fits: Sequence[Fit]
    rows: Numbers
    known: Numbers


@dataclass(frozen=True, slots=True)
class _Judged:
    """The lines that can be an answer with their scores; ``sure`` gives how sure it is that one of them, by its number, is one, 0..1."""

    fits: Sequence[Fit]
    words: Sequence[Weighed]
    scores: Numbers
    sure: Callable[[int], float]

    def quoted(self, draft: Draft) -> list[int]:
        """The numbers of the lines that a draft cites."""
        places = [place for statement in draft.statements for place in statement.evidence]
        return [
            number
            for number, fit in enumerate(self.fits)
            if any(
                place.path == fit.passage.path
                and place.start < fit.passage.span.end
                and fit.passage.span.start < place.end
                for place in places
            )
        ]


class Nearest:
    """Finds the line that is nearest to a question, by the words and vectors of one encoder and a model, else the one that ships."""

    def __init__(self, encoder: Encoder, model: Model | None = None) -> None:
        self._vectors = WordVectors(encoder)
        self._given = model

    @property
    def _model(self) -> Model:
        return self._given or trained()

    def measured(self, question: Question, passages: Sequence[Passage], library: Library) -> Ordered:
        """The passages in the order of how much of the question's words they say, the first of them measured: what ``model`` is trained on."""
        words = weigh(question, library)
        fits = measured(question, passages, words)
        rows = measures(question, fits[:CONSIDERED], words, self._vectors)
        return Ordered(words, fits, rows, of_question(question, words, library))

    def ordered(self, question: Question, passages: Sequence[Passage], library: Library) -> Ordered:
        """The passages in the order of the model; ``Fit.score`` says by how much. What says least of the question comes last, as it was."""
        found = self.measured(question, passages, library)
        scores = self._model.ranking(found.rows) / LOG_ODDS
        if question.wants_list or question.intent == "list":  # hangs on a heading, which is no line that answers
            scores = scores + np.array([fit.score for fit in found.fits[: len(scores)]])
        order = np.argsort(-scores, kind="stable")
        fits = [replace(found.fits[line], score=float(scores[line])) for line in order]
        lowest = fits[-1].score if fits else 0.0
        behind = [
            replace(fit, score=lowest - _STEP * place) for place, fit in enumerate(found.fits[len(order) :], start=1)
        ]
        return replace(found, fits=[*fits, *behind], rows=found.rows[order])

    def instead(self, draft: Draft, question: Question, ordered: Ordered, library: Library) -> Draft | None:
        """What to say instead of an open draft; ``None`` where it may stand.

        For a refusal the nearest line, if that is sure enough; for a line that rules have quoted one that fits far better, or that none answers.
        """
        if draft.status == "answered" and question.is_check:
            return None
        judged = self._judged(question, ordered)
        if judged is None:
            return None
        is_sure = judged.sure(0) >= self._model.needed * _claimed(draft, question)
        if draft.status != "answered":
            return _draft(question, judged, library) if is_sure else None
        quoted = judged.quoted(draft)
        if not quoted:
            return None
        behind = judged.scores[0] - max(judged.scores[number] for number in quoted)
        lines = [judged.fits[number].passage.text for number in quoted]
        if behind >= _FAR_BEHIND and is_sure and not _alone_says(question, lines, judged.fits[0].passage.text):
            return _draft(question, judged, library)
        by_form = _is_found_by_form(question) or any(_is_told(question, line) for line in lines)
        if max(map(judged.sure, quoted)) < (_HOPELESS if by_form else _UNLIKELY):
            # The quoted line cannot stand; the best one may be the answer all the same.
            if is_sure and 0 not in quoted:
                return _draft(question, judged, library)
            return abstain(
                "attribute_missing", "お尋ねの内容に当たると言える記載は資料に見つかりません。", question, is_open=True
            )
        return None

    def pointed(self, draft: Draft, question: Question, ordered: Ordered) -> Draft:
        """A refusal with the places that come nearest, where lines say some of what is asked; they are no answer, and it says so."""
        named = "".join(match.name for match in question.topics)
        asked = [weighed for weighed in ordered.words if weighed.word.is_noun and weighed.word.surface not in named]
        near: list[Fit] = []
        for fit in ordered.fits[:_LOOKED_THROUGH]:
            passage = fit.passage
            tells = passage.block.kind != "heading" and fit.coverage >= _SOMETHING and not tells_nothing(passage)
            says = any(share_of(weighed, passage.terms) for weighed in asked if not weighed.names_document)
            is_new = all(
                (passage.path, passage.section) != (other.passage.path, other.passage.section) for other in near
            )
            near += [fit] if tells and says and is_new else []
        if not near or any(statement.evidence for statement in draft.statements):
            return draft
        places = tuple(fit.passage.evidence()[0] for fit in near[:_MOST_NEAR])
        return replace(draft, statements=(*draft.statements, Statement(_NEAR, places)))

    def likeliest(self, question: Question, ordered: Ordered) -> list[tuple[Passage, float]]:
        """The lines that answer best, at most ``_LIKELIEST``, best first, each with the probability, 0..1, that it answers."""
        judged = self._judged(question, ordered)
        if judged is None:
            return []
        return [(fit.passage, judged.sure(number)) for number, fit in enumerate(judged.fits[:_LIKELIEST])]

    def _judged(self, question: Question, ordered: Ordered) -> _Judged | None:
        able = candidates(question, ordered)
        if not ordered.words or not able:
            return None
        scores = self._model.ranking(ordered.rows[able])
        able = [able[place] for place in np.argsort(-scores, kind="stable")]
        rows, scores = ordered.rows[able], np.sort(scores)[::-1]
        sure = partial(self._model.sure, rows, scores, ordered.known)
        return _Judged([ordered.fits[line] for line in able], ordered.words, scores, sure)


def _claimed(draft: Draft, question: Question) -> float:
    """How much a line claims when it is shown instead of a draft, 0..1: most where a value is asked for."""
    if draft.reason == "not_in_corpus":
        return _OF_UNSAID
    return _OF_CHECK if question.is_check else 1.0 if is_typed(question.asks) else _OF_TOLD


def _is_found_by_form(question: Question) -> bool:
    """Whether what answers is told by its form, or by words of earlier turns, so that a line may say little of the question."""
    leans_on_turns = len(question.search_text) > len(question.text) + _ERA
    is_named = not is_typed(question.asks) and is_noun_chain(question)  # 「計画の根拠は？」
    is_number = question.attribute in {"phone_number", "email_address"}  # 「予約は前日まで（電話 0999-…）」
    return (
        leans_on_turns or is_named or is_number or question.asks == "definition" or asks_outcome(question.search_text)
    )


def _alone_says(question: Question, quoted: Sequence[str], best: str) -> bool:
    """Whether only the quoted lines, and not the best one, say that something was decided, or any word of a follow-up itself."""
    if _DECIDED.search(question.text):
        return any(map(_DECIDED.search, quoted)) and not _DECIDED.search(best)
    if len(question.search_text) <= len(question.text) + _ERA:
        return False
    own = {word.surface for word in content_words(question.text)}
    return any(word in line for word in own for line in quoted) and not any(word in best for word in own)


def _is_told(question: Question, line: str) -> bool:
    """Whether a line says a year that is asked for, or that something was decided where this is asked: what is beside it was chosen by it."""
    if _DECIDED.search(question.text) and _DECIDED.search(line):
        return True
    return bool(set(question.fiscal_years) & fiscal_years_in(normalize(line)))


def candidates(question: Question, ordered: Ordered) -> list[int]:
    """The numbers of the measured lines that can be an answer."""
    fits = ordered.fits[: len(ordered.rows)]
    sisters = [meets_sister(fit.passage, question) for fit in fits]
    # Where the documents tell them apart, this one's line answers, or none.
    of_this = [line for line, sister in enumerate(sisters) if sister or False not in sisters]
    kept = [fits[line] for line in of_this]
    return [line for line in of_this if fills_slots(question, fits[line], kept, ordered.words)]


def _draft(question: Question, judged: _Judged, library: Library) -> Draft:
    """The best line as an answer, with the list that it announces; a value of its own only out of a row, which is told cell by cell."""
    fit = judged.fits[0]
    notes = (*question.assumptions, _NOTE_OF_CHECK if question.is_check else _NOTE)
    if announces(fit.passage.quote) and not fit.passage.cells:
        listed = list_draft(question, [fit], judged.words, library)
        if listed is not None and len(listed.statements[0].text) <= _LONGEST_LIST:
            return replace(listed, assumptions=notes, confidence="low")
    value = fit.values[0].text if len(fit.values) == 1 and fit.passage.cells else ""
    return Draft(
        "answered", statements_of([fit], value_first=value), value or None, assumptions=notes, confidence="low"
    )
