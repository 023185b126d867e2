"""question -> evidence -> draft -> checks -> answer or abstention: the order of the steps, and nothing else.

Owns the pipeline. Invariant: whatever a step proposes passes ``ground`` before it is composed; a draft that fails gives way to the next
answerer, and at last to an abstention.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from policy_qa.answering.budgets.lookup import answer_from_budgets
from policy_qa.answering.compose import compose
from policy_qa.answering.disclosures import disclosures
from policy_qa.answering.draft import Draft, together
from policy_qa.answering.eligibility.terms import answer_from_terms
from policy_qa.answering.evidence.nearest import Nearest, Ordered
from policy_qa.answering.follow_ups import asked_over, over_answers
from policy_qa.answering.generate import Writer
from policy_qa.answering.generate import reworded as reworded_by
from policy_qa.answering.grounding.ground import problems
from policy_qa.answering.library import Libraries, Library
from policy_qa.answering.lookups.decisions import answer_from_decisions
from policy_qa.answering.lookups.offices import answer_from_offices, names_office
from policy_qa.answering.lookups.outcomes import answer_from_outcomes
from policy_qa.answering.lookups.programmes import answer_from_programmes
from policy_qa.answering.lookups.targets import answer_from_targets
from policy_qa.answering.mistyped import as_meant
from policy_qa.answering.passages.extract import answer_from_passages
from policy_qa.answering.passages.passages import Passage, passages_of
from policy_qa.answering.reckoning.additions import answer_with_addition, wants_addition
from policy_qa.answering.reckoning.aid import answer_from_rates
from policy_qa.answering.reckoning.bills import answer_from_unit_prices, counts_units
from policy_qa.answering.reckoning.steps import answer_from_steps, gives_number
from policy_qa.answering.scope import with_scope
from policy_qa.answering.strangers import stranger_of, unknown_of
from policy_qa.answering.tables.chosen import chosen_rows
from policy_qa.answering.tables.figures import answer_from_tables
from policy_qa.answering.verdicts.by_line import rests_on, verdict_by_line
from policy_qa.answering.verdicts.cover import verdict_on_cover
from policy_qa.answering.verdicts.means import names_means, verdict_on_means
from policy_qa.answering.wording import abstain, clarify
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.retrieval.attributes import sought_for
from policy_qa.retrieval.follow_up import understand
from policy_qa.retrieval.hybrid import Retriever, within_scope
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.rewording import reworded
from policy_qa.retrieval.topics import key
from policy_qa.retrieval.two_in_one import asked_apart
from policy_qa.retrieval.words import content_words
from policy_qa.types import Answer, Change, Filters, Understood, Viewer

_JAPANESE = re.compile(r"[ぁ-んァ-ヴ一-鿿]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")

_TURNS_READ = 4
_FIRST_FOUND = 1  # passages by whose line a rule may decide unasked
_FURTHER = 6  # chunks found by each further search
_SHARE_OF_FURTHER = 0.5
_FEW_DOCUMENTS = 16  # more than one body publishes on one subject
_WIDER = 4  # times as many chunks are found where some are passed over

_log = logging.getLogger(__name__)

# Each answers from facts of its kind, or passes; what all pass on is answered from passages.
_STEPS: tuple[Callable[[Question, Library], Draft | None], ...] = (
    answer_from_rates,
    answer_from_terms,
    answer_from_budgets,
    answer_from_outcomes,
    answer_from_decisions,
    answer_from_targets,
    answer_from_programmes,
)


class Answerer:
    """Answers questions from one index. ``evidence`` is how many chunks are read for a question."""

    def __init__(self, libraries: Libraries, retriever: Retriever, nearest: Nearest, *, evidence: int) -> None:
        self._libraries = libraries
        self._retriever = retriever
        self.nearest = nearest
        self._evidence = evidence
        self._last = threading.local()  # what was found for the question that this thread is answering

    def answer(
        self,
        text: str,
        *,
        viewer: Viewer,
        turns: Sequence[str] = (),
        filters: Filters = Filters(),
        identity: str | None = None,
        told: Callable[[Understood], None] | None = None,
        writer: Writer | None = None,
    ) -> Answer:
        """The checked answer. ``told`` is called with how the question was read, before anything is searched for.

        ``writer`` may put it into other words, which pass the same checks or are dropped.

        Raises ``IndexProblem`` when there is no index to answer from.
        """
        library = self._libraries.open(viewer)
        asked, (text, corrected) = text, as_meant(text, library)
        turns = tuple(as_meant(turn, library)[0] for turn in turns)
        question, draft = self._answered(text, library, viewer, turns, filters, told)
        if not any(statement.computed for statement in draft.statements):
            draft = self._over_answers(question, library, viewer, turns, filters) or draft
        parts = [self._answered(part, library, viewer, before, filters)[1] for part, before in asked_apart(text, turns)]
        if len(parts) > 1 and all(part.status == "answered" for part in parts):
            draft = together(parts)
        worded = reworded_by(draft, question.text, writer) if writer is not None else None
        if worded is not None and _holds(worded, library, question):
            draft = worded
        self._last.found = self._last.ordered = None  # nothing of one state of the index is kept beyond its answer
        draft = replace(draft, assumptions=(*corrected, *draft.assumptions))
        return compose(draft, replace(question, text=asked), library, identity=identity)

    def _answered(
        self,
        text: str,
        library: Library,
        viewer: Viewer,
        turns: tuple[str, ...],
        filters: Filters,
        told: Callable[[Understood], None] | None = None,
    ) -> tuple[Question, Draft]:
        """One question as it is read, and its first draft that holds."""
        question = self._understood(text, library, turns)
        if told is not None:
            told(question.understood())
        for draft in self._drafts(question, library, viewer, filters):
            if draft.is_open:
                ordered = self._ordered(question, library, viewer, filters)
                nearer = self._read(question, library, viewer, filters) if draft.status != "answered" else None
                nearer = nearer or self.nearest.instead(draft, question, ordered, library)
                if nearer is not None and _holds(nearer, library, question):
                    draft = nearer  # noqa: PLW2901 - what is said in its place
                if draft.status == "abstained":
                    pointing = self.nearest.pointed(draft, question, ordered)
                    draft = pointing if _holds(pointing, library, question) else draft  # noqa: PLW2901 - the same, with places
            if _holds(draft, library, question):
                disclosed = replace(draft, assumptions=(*draft.assumptions, *disclosures(draft, library)))
                return question, disclosed
            if draft.status != "answered":
                break  # what had to be refused is not to be answered by the next step
        return question, abstain("not_in_corpus", "根拠を確かめられる答えが資料から得られませんでした。", question)

    def _over_answers(
        self, question: Question, library: Library, viewer: Viewer, turns: tuple[str, ...], filters: Filters
    ) -> Draft | None:
        """What a question asks of the answers before it, where nothing calculates it from facts."""
        operation = asked_over(question.text, turns)
        if operation is None:
            return None
        before = [
            self._answered(turn, library, viewer, turns[:number], filters)
            for number, turn in list(enumerate(turns))[-_TURNS_READ:]
        ]
        draft = over_answers(operation, normalize(question.text).text, before)
        return draft if draft is not None and _holds(draft, library, question) else None

    def reworded(self, text: str, changes: Sequence[Change], *, viewer: Viewer) -> list[str | None]:
        """The question with each of the changes made by itself; ``None`` where its words do not say what is to be changed."""
        topics = self._libraries.open(viewer).topics
        return [reworded(text, change, topics) for change in changes]

    def found(self, text: str, *, viewer: Viewer, turns: Sequence[str] = ()) -> tuple[Question, list[Passage], Library]:
        """A question as it is read, and the passages found for it: what an answer is made of, for those who measure it."""
        library = self._libraries.open(viewer)
        question = self._understood(text, library, tuple(turns))
        return question, self._retrieved(question, library, viewer, Filters()), library

    @staticmethod
    def _understood(text: str, library: Library, turns: tuple[str, ...]) -> Question:
        question = with_scope(understand(text, library.topics, turns=turns, reference=library.reference_date), library)
        if not question.is_scope_exclusive or len(question.scope) > _FEW_DOCUMENTS:
            return question
        # A question about one body is read with the names and dates of that body's documents: others' mean nothing in it.
        own = library.within(question.scope)
        return with_scope(understand(text, own.topics, turns=turns, reference=own.reference_date), library)

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
        of_means = (
            verdict_on_means(question, self._passages(question, library, viewer, filters), library)
            if names_means(question)
            else None
        )
        if of_means is not None:
            yield of_means
        stranger = stranger_of(question, library)
        unknown = stranger or unknown_of(question, library)
        if unknown is not None:
            message = f"「{unknown}」についての記載は資料にありません。"
            yield abstain("not_in_corpus", message, question, is_open=stranger is None)
            return
        of_office = (
            answer_from_offices(question, self._passages(question, library, viewer, filters), library)
            if names_office(question)
            else None
        )
        if of_office is not None:
            yield of_office
        narrow = library.within(question.scope) if question.scope else None
        for of_scope in (
            (narrow, library) if narrow is not None and not question.is_scope_exclusive else (narrow or library,)
        ):
            verdict = verdict_on_cover(question, self._passages(question, library, viewer, filters), of_scope)
            if verdict is not None:
                yield self._read(question, library, viewer, filters, ruled=verdict) or verdict
                break
        yield from self._reckoned(question, library, viewer, filters, narrow or library)
        for step in _STEPS:
            draft = step(question, narrow) if narrow is not None else None
            if narrow is None or (not question.is_scope_exclusive and (draft is None or draft.status != "answered")):
                draft = step(question, library)
            if draft is None:
                continue
            is_of_a_plan = draft.reason == "year_missing" and not question.stages
            if is_of_a_plan or (draft.status == "abstained" and question.operation is not None):
                # The year may be a column of a plan, and what is calculated stand in a table of a guide: neither is a budget.
                planned = answer_from_tables(question, self._passages(question, library, viewer, filters), library)
                if planned is not None and planned.status == "answered":
                    yield planned
            yield draft
        passages = self._passages(question, library, viewer, filters)
        rows = chosen_rows(question, passages, library)
        if rows is not None:
            yield rows
        from_tables = answer_from_tables(question, passages, library)
        if from_tables is not None:
            yield from_tables
        ordered = self._ordered(question, library, viewer, filters)
        draft = answer_from_passages(question, ordered.fits, ordered.words, library)
        if draft.status == "answered" and draft.short_answer in {"はい", "いいえ"}:
            draft = self._read(question, library, viewer, filters, ruled=draft) or draft
        yield draft

    def _reckoned(
        self, question: Question, library: Library, viewer: Viewer, filters: Filters, terms: Library
    ) -> Iterator[Draft]:
        """What is worked out of what the question gives; ``terms`` are the documents of whose programmes the terms are taken."""
        found = (question, library, viewer, filters)
        ways: tuple[tuple[bool, Callable[[list[Passage]], Draft | None]], ...] = (
            (wants_addition(question), lambda passages: answer_with_addition(question, passages, terms)),
            (gives_number(question), lambda passages: answer_from_steps(question, passages)),
            (counts_units(question), lambda passages: answer_from_unit_prices(question, passages, library)),
        )
        drafts = (answer(self._passages(*found)) for is_asked, answer in ways if is_asked)
        yield from (draft for draft in drafts if draft is not None)

    def _passages(self, question: Question, library: Library, viewer: Viewer, filters: Filters) -> list[Passage]:
        """The passages found for a question, searched for once: several steps read them."""
        asked = (question, library, viewer, filters)
        last = getattr(self._last, "found", None)
        if last is None or any(mine is not theirs for mine, theirs in zip(last[0], asked, strict=True)):
            last = (asked, self._retrieved(*asked))
            self._last.found, self._last.ordered = last, None
        return list(last[1])

    def _ordered(self, question: Question, library: Library, viewer: Viewer, filters: Filters) -> Ordered:
        """The same passages measured and ordered once, by how well they answer."""
        passages = self._passages(question, library, viewer, filters)
        if self._last.ordered is None:
            self._last.ordered = self.nearest.ordered(question, passages, library)
        ordered: Ordered = self._last.ordered
        return ordered

    def _read(
        self, question: Question, library: Library, viewer: Viewer, filters: Filters, ruled: Draft | None = None
    ) -> Draft | None:
        """はい or いいえ read off the likeliest line; ``None`` where nothing of the kind is asked, or it gives none, or none against ``ruled``."""
        if not question.is_check:
            return None
        passages = self._passages(question, library, viewer, filters)
        if ruled is not None and rests_on(ruled, passages[:_FIRST_FOUND]):
            return None  # to order all lines costs more than all the rest
        lines = self.nearest.likeliest(question, self._ordered(question, library, viewer, filters))
        return verdict_by_line(question, lines, passages, library, ruled)

    def _retrieved(self, question: Question, library: Library, viewer: Viewer, filters: Filters) -> list[Passage]:
        if question.is_scope_exclusive and not filters.paths:
            filters = replace(filters, paths=tuple(sorted(question.scope)))
        limit = self._evidence * (_WIDER if question.scope else 1)
        ranked = self._retriever.retrieve(question.search_text, viewer=viewer, limit=limit, filters=filters)
        ranked = within_scope(ranked, question.scope, exclusive=question.is_scope_exclusive)[: self._evidence]
        known = {chunk.id for chunk, _ in ranked}
        for query in _further(question):
            more = self._retriever.retrieve(query, viewer=viewer, limit=limit, filters=filters)
            more = within_scope(more, question.scope, exclusive=question.is_scope_exclusive)[:_FURTHER]
            ranked += [(chunk, score * _SHARE_OF_FURTHER) for chunk, score in more if chunk.id not in known]
            known |= {chunk.id for chunk, _ in more}
        return passages_of(ranked, library)


def _holds(draft: Draft, library: Library, question: Question) -> bool:
    """Whether a draft passes the checks; what is wrong with it is logged."""
    wrong = problems(draft, library, question)
    if wrong:
        _log.warning("a draft was not shown: %s", "; ".join(wrong))
    return not wrong


def _further(question: Question) -> Iterator[str]:
    """What else to search for: the names with what documents call the asked thing, and that without the names, which stand everywhere."""
    called = sought_for(question.attribute, question.asks, question.search_text)
    names = (*question.programs, *question.scope_names)
    if called:
        yield " ".join((*names, called))
    if names:
        rest = fold(question.search_text)
        for match in question.topics:
            rest = rest.replace(match.written or key(match.name), " ")
        for name in question.scope_names:
            rest = rest.replace(name, " ")
        nouns = [word.surface for word in content_words(rest) if word.is_noun]
        if nouns:
            yield " ".join((*nouns, called))


def _is_foreign(text: str) -> bool:
    """Whether a question is a sentence in another language: several Latin words and no Japanese."""
    normal = normalize(text).text
    return not _JAPANESE.search(normal) and len(_LATIN_WORD.findall(normal)) >= 3


def refused(text: str, reason: str, message: str, identity: str | None = None) -> Answer:
    """The answer in a batch to a question that could not be asked at all."""
    question = replace(Question("", "", "other", "text"), text=text[:200])
    return Answer(question.text, "abstained", message, question.understood(), reason=reason, id=identity)
