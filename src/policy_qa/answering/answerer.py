"""question -> evidence -> draft -> checks -> answer or abstention: the order of the steps, and nothing else.

Owns the pipeline. Invariant: whatever a step proposes passes ``ground`` before it is composed; a draft that fails gives way to the next
answerer, and at last to an abstention.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache

from policy_qa.answering.budget import answer_from_budgets
from policy_qa.answering.compose import compose
from policy_qa.answering.cover import answer_on_cover
from policy_qa.answering.decisions import answer_from_decisions
from policy_qa.answering.disclosures import disclosures
from policy_qa.answering.draft import Draft
from policy_qa.answering.extract import answer_from_passages
from policy_qa.answering.ground import problems
from policy_qa.answering.library import Libraries, Library
from policy_qa.answering.passages import Passage, passages_of
from policy_qa.answering.table_figures import answer_from_tables
from policy_qa.answering.targets import answer_from_targets
from policy_qa.answering.terms import answer_from_terms
from policy_qa.answering.wording import abstain, clarify
from policy_qa.japanese.normalize import normalize
from policy_qa.retrieval.follow_up import understand
from policy_qa.retrieval.hybrid import Retriever
from policy_qa.retrieval.question import Question
from policy_qa.types import Answer, Filters, Viewer

_JAPANESE = re.compile(r"[ぁ-んァ-ヴ一-鿿]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")

_log = logging.getLogger(__name__)


class Answerer:
    """Answers questions from one index. ``evidence`` is how many chunks are read for a question."""

    def __init__(self, libraries: Libraries, retriever: Retriever, *, evidence: int) -> None:
        self._libraries = libraries
        self._retriever = retriever
        self._evidence = evidence

    def answer(
        self,
        text: str,
        *,
        viewer: Viewer,
        turns: Sequence[str] = (),
        filters: Filters = Filters(),
        identity: str | None = None,
    ) -> Answer:
        """The checked answer. Raises ``IndexProblem`` when there is no index to answer from."""
        library = self._libraries.open(viewer)
        question = understand(text, library.topics, turns=turns, reference=library.reference_date)
        for draft in self._drafts(question, library, viewer, filters):
            wrong = problems(draft, library, question)
            if not wrong:
                disclosed = replace(draft, assumptions=(*draft.assumptions, *disclosures(draft, library)))
                return compose(disclosed, question, library, identity=identity)
            _log.warning("a draft was not shown: %s", "; ".join(wrong))
            if draft.status != "answered":
                break  # what had to be refused is not to be answered by the next step
        draft = abstain("not_in_corpus", "根拠を確かめられる答えが資料から得られませんでした。", question)
        return compose(draft, question, library, identity=identity)

    def _drafts(self, question: Question, library: Library, viewer: Viewer, filters: Filters) -> Iterator[Draft]:
        if _is_foreign(question.text):
            yield abstain(
                "unsupported_language",
                "日本語の資料に答える仕組みのため、日本語で質問してください（Please ask in Japanese）。",
                question,
            )
            return
        if question.choices and not question.programs:
            yield clarify("次のうち、どれについてのご質問ですか。", question.choices, question)
            return

        @cache
        def passages() -> list[Passage]:
            limit = self._evidence
            ranked = self._retriever.retrieve(question.search_text, viewer=viewer, limit=limit, filters=filters)
            return passages_of(ranked, library)

        steps: tuple[Callable[[], Draft | None], ...] = (
            lambda: answer_from_budgets(question, library),
            lambda: answer_from_decisions(question, library),
            lambda: answer_from_targets(question, library),
            lambda: answer_from_terms(question, library),
            lambda: answer_on_cover(question, library),
            lambda: answer_from_tables(question, passages(), library),
            lambda: answer_from_passages(question, passages(), library),
        )
        for step in steps:
            draft = step()
            if draft is not None:
                yield draft


def _is_foreign(text: str) -> bool:
    """Whether a question is a sentence in another language: several Latin words and no Japanese."""
    normal = normalize(text).text
    return not _JAPANESE.search(normal) and len(_LATIN_WORD.findall(normal)) >= 3


def refused(text: str, reason: str, message: str, identity: str | None = None) -> Answer:
    """The answer in a batch to a question that could not be asked at all."""
    question = replace(Question("", "", "other", "text"), text=text[:200])
    return Answer(question.text, "abstained", message, question.understood(), reason=reason, id=identity)
