"""The line that answers where no rule gave an answer, or a far worse one: the best-scored line that fills every slot, if that is sure enough.

Owns the last answer before a refusal, and the second look at answers that were quoted by rules. Invariant: it quotes a line as it stands and says that
it is the nearest one; it gives no verdict; where ``model`` is less sure than it needs to be, there is no such answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from policy_qa.answering.draft import Draft
from policy_qa.answering.evidence.alike import WordVectors
from policy_qa.answering.evidence.measures import Numbers, measures, of_question
from policy_qa.answering.evidence.model import Model, trained
from policy_qa.answering.evidence.slots import fills_slots
from policy_qa.answering.library import Library
from policy_qa.answering.passages.listing import list_draft
from policy_qa.answering.passages.meant import meets_sister
from policy_qa.answering.passages.passages import Passage, announces
from policy_qa.answering.passages.quoting import statements_of
from policy_qa.answering.passages.relevance import Fit, Weighed, rank, weigh
from policy_qa.answering.wording import abstain
from policy_qa.embedding import Encoder
from policy_qa.retrieval.question import Question

CONSIDERED = 40  # best lines by the rules' measure: those that answer are among them
_LONGEST_LIST = 330
_FAR_BEHIND = 3.0  # of a quoted line's score behind the best one's: the odds are 20 to 1
_UNLIKELY = 0.05
# What is asked for by a figure: a line that hardly fits has some figure, too. Names and words are found by other forms than likeness.
_FIGURES = frozenset({"money", "quantity", "rate", "duration", "frequency"})
_NOTE = "質問の言葉どおりの記載はないため、最も近い記載を示します"
_NOTE_OF_CHECK = "はい・いいえの判断はせず、最も近い記載を示します"


@dataclass(frozen=True, slots=True)
class _Judged:
    """The lines that can be an answer with their scores; ``sure`` gives how sure it is that one of them, by its number, is one, 0..1."""

    fits: Sequence[Fit]
    words: Sequence[Weighed]
    scores: Numbers
    sure: Callable[[int], float]

    @property
    def best(self) -> int:
        """The number of the best line."""
        return int(np.argmax(self.scores))

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

    def instead(self, draft: Draft, question: Question, passages: Sequence[Passage], library: Library) -> Draft | None:
        """What to say instead of an open draft; ``None`` where it may stand.

        For a refusal the nearest line, if that is sure enough; for a line that rules have quoted one that fits far better, or that none answers.
        """
        if draft.status == "answered" and question.is_check:
            return None
        judged = self._judged(question, passages, library)
        if judged is None:
            return None
        is_sure = judged.sure(judged.best) >= self._model.needed
        if draft.status != "answered":
            return _draft(question, judged, library) if is_sure else None
        quoted = judged.quoted(draft)
        if not quoted:
            return None
        behind = judged.scores[judged.best] - max(judged.scores[number] for number in quoted)
        if behind >= _FAR_BEHIND and is_sure:
            return _draft(question, judged, library)
        if question.asks in _FIGURES and max(map(judged.sure, quoted)) < _UNLIKELY:
            return abstain("attribute_missing", "お尋ねの内容に当たると言える記載は資料に見つかりません。", question)
        return None

    def measured(
        self, question: Question, fits: Sequence[Fit], words: Sequence[Weighed], library: Library
    ) -> tuple[Numbers, Numbers]:
        """(fits, measures) and what is known of the question: what ``model`` is asked with, and trained on."""
        return measures(question, fits, words, self._vectors), of_question(question, words, library)

    def _judged(self, question: Question, passages: Sequence[Passage], library: Library) -> _Judged | None:
        words = weigh(question, library)
        fits = candidates(question, passages, words)
        if not words or not fits:
            return None
        rows, known = self.measured(question, fits, words, library)
        scores = self._model.ranking(rows)
        return _Judged(fits, words, scores, partial(self._model.sure, rows, scores, known))


def candidates(question: Question, passages: Sequence[Passage], words: Sequence[Weighed]) -> list[Fit]:
    """The lines that can be an answer, best first."""
    fits = rank(question, passages, words)
    sisters = [meets_sister(fit.passage, question) for fit in fits]
    if False in sisters:  # the documents tell them apart: this one's line answers, or none
        fits = [fit for fit, sister in zip(fits, sisters, strict=True) if sister]
    able = (fit for fit in fits if fills_slots(question, fit, fits, words))
    return [fit for fit, _ in zip(able, range(CONSIDERED), strict=False)]


def _draft(question: Question, judged: _Judged, library: Library) -> Draft:
    """The best line as an answer, with the list that it announces; a value of its own only out of a row, which is told cell by cell."""
    fit = judged.fits[judged.best]
    notes = (*question.assumptions, _NOTE_OF_CHECK if question.is_check else _NOTE)
    if announces(fit.passage.quote) and not fit.passage.cells:
        listed = list_draft(question, [fit], judged.words, library)
        if listed is not None and len(listed.statements[0].text) <= _LONGEST_LIST:
            return replace(listed, assumptions=notes, confidence="low")
    value = fit.values[0].text if len(fit.values) == 1 and fit.passage.cells else ""
    return Draft(
        "answered", statements_of([fit], value_first=value), value or None, assumptions=notes, confidence="low"
    )
