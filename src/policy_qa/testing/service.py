"""The service without an index: documents held in memory, answers that were handed in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from policy_qa.admission import Admission
from policy_qa.errors import EmptyQuestion, NoOriginal, NoPageImage, UnknownPath
from policy_qa.evaluating import Evaluation
from policy_qa.facts.budgets.overview import budget_table, changes_of, composition_of, period_of
from policy_qa.history import Conversations, History
from policy_qa.history.sight import Sight
from policy_qa.history.timeline import timeline
from policy_qa.retrieval.rewording import reworded
from policy_qa.retrieval.topics import Topics
from policy_qa.types import (
    Answer,
    BudgetChanges,
    BudgetComposition,
    BudgetPeriod,
    BudgetTable,
    Change,
    Check,
    DecisionDraft,
    DecisionSource,
    DecisionTimeline,
    Document,
    DocumentSummary,
    Fact,
    FactKind,
    Feedback,
    Filters,
    Found,
    FoundPlace,
    Hit,
    Holder,
    IndexStatus,
    Location,
    LoggedAnswer,
    Place,
    Progress,
    RecordedDecision,
    SortOrder,
    SourceFailure,
    Span,
    Stage,
    SyncReport,
    Understood,
    Version,
    Viewer,
)

_NO_FILTERS = Filters()
_NOWHERE = Path("/dev/null/history")


class FakePolicyQA:
    """The service over documents held in memory, giving the answers it was handed.

    ``answers`` maps a question to what is said; any other question is abstained from. An exception in place of an
    answer is raised. ``asked`` lists every question with its ``turns``, but not those that are tried without a trace in the log, as the chat
    does for what it offers next. Viewers see what their labels allow. ``places`` are those of a document by its path, ``images`` the pictures
    of pages by path and number, ``originals`` the bytes of files. ``history`` keeps what is answered and said of it; without one nothing is
    kept.
    """

    def __init__(
        self,
        documents: Iterable[Document] = (),
        answers: Mapping[str, Answer | Exception] | None = None,
        facts: Iterable[Fact] = (),
        failed: Iterable[SourceFailure] = (),
        places: Mapping[str, Sequence[Place]] | None = None,
        images: Mapping[tuple[str, int], bytes] | None = None,
        originals: Mapping[str, bytes] | None = None,
        history: History | None = None,
    ) -> None:
        self._documents = {document.path: document for document in documents}
        self._answers = dict(answers or {})
        self._facts = tuple(facts)
        self._failed = tuple(failed)
        self._places = dict(places or {})
        self._images = dict(images or {})
        self._originals = dict(originals or {})
        self._history = history or History(_NOWHERE)
        self._history.sights.said_by(lambda viewer: Sight(frozenset(self._visible(viewer)), "fake"))
        self.evaluation = Evaluation(self._history, self.ask, lambda _: {"index": "fake"})
        self.admission = Admission(waiting=60, per_viewer=4, per_minute=60)
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def is_ready(self, *, viewer: Viewer) -> bool:
        """Always."""
        return True

    def prepare(self, viewers: Sequence[Viewer]) -> None:
        """Nothing: there is nothing to wait for."""

    def verify(self) -> list[Check]:
        """That the log can be read; there is no index."""
        return [self._history.verify()]

    def ask(
        self,
        question: str,
        *,
        viewer: Viewer,
        turns: Sequence[str] = (),
        filters: Filters = _NO_FILTERS,
        log: bool = True,
        id: str | None = None,  # noqa: A002
        told: Callable[[Understood], None] | None = None,
    ) -> Answer:
        """The answer that was handed in for ``question``, if this viewer sees all it cites; else an abstention."""
        if not question.strip():
            raise EmptyQuestion
        if log:
            self.asked.append((question, tuple(turns)))
        known = self._answers.get(question)
        if told is not None and isinstance(known, Answer):
            told(known.understood)
        if isinstance(known, Exception):
            raise known
        visible = self._visible(viewer)
        if known is not None and all(citation.path in visible for citation in known.citations):
            answer = replace(known, id=id)
        else:
            answer = self._abstention(question, id)
        if log:
            self._history.append(answer, viewer=viewer, index_state="fake")
        return answer

    @staticmethod
    def _abstention(question: str, identity: str | None) -> Answer:
        return Answer(
            question=question,
            status="abstained",
            reason="not_in_corpus",
            answer="お尋ねの内容は資料にありません。別の言い方で尋ねるか、該当する文書を登録してください。",
            understood=Understood(intent="other"),
            id=identity,
        )

    def reworded(self, question: str, changes: Sequence[Change], *, viewer: Viewer) -> list[str | None]:
        """The question with each change made, where its words say the programme of a fact, a year or a stage."""
        topics = Topics.of((fact.program for fact in self.facts(viewer=viewer) if fact.program), ())
        return [reworded(question, change, topics) for change in changes]

    def search(self, query: str, *, viewer: Viewer, limit: int = 10, filters: Filters = _NO_FILTERS) -> list[Hit]:
        """The blocks that hold the query as it is written, in document order, all with score 1."""
        found = [
            Hit(
                path=document.path,
                title=document.metadata.title,
                section=block.heading_path,
                page=block.page,
                start=block.span.start,
                end=block.span.end,
                text=block.span.of(document.text),
                score=1.0,
            )
            for document in self._visible(viewer).values()
            if not filters.paths or document.path in filters.paths
            for block in document.blocks
            if query in block.span.of(document.text)
        ]
        return found[:limit]

    def facts(
        self,
        *,
        viewer: Viewer,
        kind: FactKind | None = None,
        program: str | None = None,
        year: int | None = None,
        stage: Stage | None = None,
    ) -> list[Fact]:
        """The facts that were handed in, as far as they match and the viewer sees their document."""
        visible = self._visible(viewer)
        return [
            fact
            for fact in self._facts
            if fact.path in visible
            and kind in (None, fact.kind)
            and (program is None or program in (fact.program or ""))
            and year in (None, fact.fiscal_year)
            and stage in (None, fact.stage)
        ]

    def text(self, path: str, *, viewer: Viewer) -> str:
        """The text of a document; raises ``UnknownPath`` for one this viewer does not see."""
        return self._document(path, viewer).text

    def places(self, path: str, start: int, end: int, *, viewer: Viewer) -> Location:
        """Where a stretch of a document stands, of the places that were handed in; raises ``UnknownPath``."""
        span = Span(start, end)
        near = [place for place in self._places.get(path, ()) if place.span.start < end and start < place.span.end]
        return Location(path, span, self._document(path, viewer).pages_of(span), tuple(near))

    def page_image(
        self, path: str, page: int, *, viewer: Viewer, width: int = 1_000, boxed: Span | None = None
    ) -> bytes:
        """The picture that was handed in for a page; raises ``UnknownPath`` and ``NoPageImage``."""
        self._document(path, viewer)
        if (path, page) not in self._images:
            raise NoPageImage(path, page, "画像がありません。")
        return self._images[path, page]

    def original(self, path: str, *, viewer: Viewer) -> bytes:
        """The bytes that were handed in for a file; raises ``UnknownPath`` and ``NoOriginal``."""
        self._document(path, viewer)
        if path not in self._originals:
            raise NoOriginal(path, "ファイルがありません。")
        return self._originals[path]

    def in_sight(self, answers: Sequence[Answer], *, viewer: Viewer) -> list[Answer]:
        """The answers as the history shows them now."""
        return list(self._history.in_sight(answers, viewer=viewer))

    def give_feedback(self, identity: str, *, viewer: Viewer, useful: bool, comment: str = "") -> Feedback:
        """What is kept of an answer; raises ``NotRecorded`` and ``IndexProblem``."""
        self._history.close()
        return self._history.feedback.give(identity, viewer=viewer, useful=useful, comment=comment)

    def keep_turns(self, conversation: str, identities: Sequence[str], holder: Holder) -> None:
        """Adds answers to a conversation; raises ``UnknownConversation`` and ``IndexProblem``."""
        self._history.close()
        self._history.conversations.keep(conversation, identities, holder)

    @property
    def conversations(self) -> Conversations:
        """The conversations that were kept."""
        return self._history.conversations

    def documents(self, *, viewer: Viewer) -> list[DocumentSummary]:
        """The documents this viewer sees, by path."""
        return [
            DocumentSummary(
                path=document.path,
                metadata=document.metadata,
                sha256=document.sha256,
                characters=len(document.text),
                chunks=len(document.blocks),
                facts=sum(fact.path == document.path for fact in self._facts),
                pages=len(document.pages),
                noted_pages=tuple(page for page in document.pages if page.recognised or page.troubles),
                unseen=document.unseen,
            )
            for document in self._visible(viewer).values()
        ]

    def versions(self, path: str, *, viewer: Viewer) -> list[Version]:
        """The only version there is of a document; raises ``UnknownPath``."""
        document = self._document(path, viewer)
        about = document.metadata
        known = (about.title, about.date, about.status, len(document.text), about.labels)
        return [Version(document.sha256, *known, "2026-04-01T09:00:00+09:00")]

    @property
    def editing(self) -> None:
        """Nothing: documents held in memory cannot be changed."""
        return

    def status(self, *, viewer: Viewer) -> IndexStatus:
        """What is held, as this viewer sees it."""
        documents = tuple(self.documents(viewer=viewer))
        return IndexStatus(
            state="fake",
            fingerprint={},
            documents=documents,
            failed=self._failed,
            chunks=sum(document.chunks for document in documents),
            facts=sum(document.facts for document in documents),
            last_sync=None,
        )

    def find(
        self,
        query: str,
        *,
        viewer: Viewer,
        filters: Filters = _NO_FILTERS,
        sort: SortOrder = "relevance",
        limit: int = 20,
        offset: int = 0,
    ) -> Found:
        """The blocks that ``search`` finds, without facets."""
        hits = self.search(query, viewer=viewer, limit=1_000, filters=filters)
        shown = [FoundPlace(hit, (), None, (), None, is_table=False) for hit in hits[offset : offset + limit]]
        return Found(query, tuple(shown), offset, len(hits), len(hits), "all", ())

    def budget_table(
        self,
        *,
        viewer: Viewer,
        program: str | None = None,
        years: Sequence[int] = (),
        stages: Sequence[Stage] = (),
        body: str | None = None,
    ) -> BudgetTable:
        """The table of the budget facts that were handed in; every document is of nobody."""
        facts = self.facts(viewer=viewer, kind="budget")
        return budget_table(facts, {}, program=program, years=years, stages=stages, body=body)

    def budget_changes(
        self,
        *,
        viewer: Viewer,
        earlier: BudgetPeriod | None = None,
        later: BudgetPeriod | None = None,
        program: str | None = None,
        body: str | None = None,
    ) -> BudgetChanges:
        """The changes in ``budget_table``."""
        return changes_of(self.budget_table(viewer=viewer, program=program, body=body), earlier, later)

    def budget_composition(
        self, path: str, start: int, *, viewer: Viewer, period: BudgetPeriod
    ) -> BudgetComposition | None:
        """What a total among the facts is made of."""
        facts = self.facts(viewer=viewer, kind="budget")
        totals = (fact for fact in facts if (fact.path, fact.start, fact.is_total) == (path, start, True))
        total = next((fact for fact in totals if period_of(fact) == period), None)
        return None if total is None else composition_of(total, facts)

    def decisions(
        self,
        *,
        viewer: Viewer,
        query: str | None = None,
        sources: Collection[DecisionSource] = (),
        body: str | None = None,
        form: str | None = None,
        program: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> DecisionTimeline:
        """The time line of the decision facts that were handed in and of what was recorded."""
        recorded = self._history.decisions.list(viewer=viewer, query=query, visible=self._visible(viewer))
        titles = {path: document.metadata.title for path, document in self._visible(viewer).items()}
        return timeline(
            self.facts(viewer=viewer, kind="decision"), recorded, titles, self.history(viewer=viewer, query=query),
            query=query, sources=sources, body=body, form=form, program=program, since=since, until=until,
        )  # fmt: skip

    def record_decision(self, draft: DecisionDraft, *, viewer: Viewer, replaces: int | None = None) -> RecordedDecision:
        """The record as the history keeps it."""
        return self._history.decisions.add(draft, viewer=viewer, replaces=replaces)

    def withdraw_decision(self, number: int, *, viewer: Viewer) -> None:
        """Takes a record off the lists of the history."""
        self._history.decisions.withdraw(number, viewer=viewer)

    def history(self, *, viewer: Viewer, query: str | None = None, limit: int = 20) -> list[LoggedAnswer]:
        """What the history keeps."""
        return list(self._history.list(viewer=viewer, query=query, limit=limit))

    def document(self, path: str, *, viewer: Viewer) -> Document:
        """A document that was handed in; raises ``UnknownPath`` for one this viewer does not see."""
        return self._document(path, viewer)

    def sync(self, *, progress: Callable[[Progress], None] | None = None) -> SyncReport:
        """That every document is as it was."""
        return SyncReport(unchanged=tuple(sorted(self._documents)))

    def _document(self, path: str, viewer: Viewer) -> Document:
        document = self._visible(viewer).get(path)
        if document is None:
            raise UnknownPath(path)
        return document

    def _visible(self, viewer: Viewer) -> dict[str, Document]:
        return {
            path: document
            for path, document in sorted(self._documents.items())
            if viewer.sees(document.metadata.labels)
        }
