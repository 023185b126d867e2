"""What the screens and the REST API ask of the service: a ``PolicyQA`` has it, and so has the public fake."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol, TypeVar

from policy_qa.types import (
    Answer,
    BudgetChanges,
    BudgetComposition,
    BudgetPeriod,
    BudgetTable,
    Change,
    Check,
    Conversation,
    ConversationSummary,
    DecisionDraft,
    DecisionSource,
    DecisionTimeline,
    Document,
    DocumentSummary,
    EvaluationRun,
    Fact,
    FactKind,
    Feedback,
    Filters,
    Found,
    Hit,
    Holder,
    IndexStatus,
    JudgedAnswer,
    KeptQuestion,
    Location,
    LoggedAnswer,
    Metadata,
    Progress,
    Question,
    QuestionsTaken,
    RecordedDecision,
    Registration,
    RunComparison,
    RunSummary,
    SortOrder,
    Span,
    Stage,
    SyncReport,
    Understood,
    Upload,
    Version,
    Viewer,
)

T = TypeVar("T")


class Conversations(Protocol):
    """The conversations that are kept; each call raises ``UnknownConversation`` for one of somebody else."""

    def list(self, holder: Holder) -> Sequence[ConversationSummary]:
        """The newest first."""

    def open(self, conversation: str, holder: Holder, *, newest: int | None = None) -> Conversation:
        """A conversation with its answers."""

    def rename(self, conversation: str, title: str, holder: Holder) -> None:
        """Calls it ``title``."""

    def delete(self, conversation: str, holder: Holder) -> None:
        """Takes it off the list; its answers stay in the log."""


class Arriving(Protocol):
    """A file that is being sent."""

    def write(self, data: bytes) -> None:
        """Adds bytes; raises ``UploadRefused``."""

    def finish(self) -> Upload:
        """The file as it was read; raises ``UploadRefused`` and ``DocumentError``."""

    def drop(self) -> None:
        """Takes away what arrived."""


class Editing(Protocol):
    """Sending, changing and deleting documents; each call raises ``NotAllowed`` for a viewer who may not."""

    @property
    def limit_bytes(self) -> int:
        """The most bytes of a file."""

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings of the files that can be read."""

    def labels(self, viewer: Viewer) -> tuple[str, ...]:
        """The labels that this viewer may give."""

    def receive(self, identity: str, name: str, holder: Holder, size: int | None = None) -> Arriving:
        """The place for a file; raises ``UploadRefused``."""

    def uploads(self, holder: Holder) -> tuple[Upload, ...]:
        """What this sender sent and has not registered."""

    def discard(self, identity: str, holder: Holder) -> None:
        """Forgets a file of this sender."""

    def register(
        self,
        registrations: Sequence[Registration],
        holder: Holder,
        *,
        progress: Callable[[Progress], None] | None = None,
    ) -> SyncReport:
        """Makes documents of uploads; an exception out of ``progress`` breaks off, and all is as before."""

    def change(
        self, path: str, metadata: Metadata, viewer: Viewer, *, progress: Callable[[Progress], None] | None = None
    ) -> SyncReport:
        """Says anew what is known of a document; raises ``UnknownPath`` and ``NotChanged``."""

    def delete(self, path: str, viewer: Viewer) -> SyncReport:
        """Deletes a document; raises ``UnknownPath`` and ``NotChanged``."""


class Evaluation(Protocol):
    """Kept questions and runs over them, each viewer's own; what cannot be kept or found raises ``QuestionInvalid`` or ``NotRecorded``."""

    def questions(self, *, viewer: Viewer) -> Sequence[KeptQuestion]:
        """All questions in the order they were first kept."""

    def keep(
        self, question: Question, *, viewer: Viewer, replaces: bool = False, answer: int | None = None
    ) -> Question:
        """The question as it is kept, with an id; ``answer`` is the logged answer it is made from."""

    def delete_question(self, identifier: str, *, viewer: Viewer) -> None:
        """Takes a question away; runs keep it."""

    def take_in(self, text: str, *, viewer: Viewer) -> QuestionsTaken:
        """What became of the lines of a question file."""

    def judged_answers(self, *, viewer: Viewer) -> Sequence[JudgedAnswer]:
        """The newest judged answers of the log that this viewer sees."""

    def start(self, *, viewer: Viewer, now: Callable[[], Viewer] | None = None) -> RunSummary:
        """The run that begins now, in the background; ``now`` tells before each question who the viewer is then."""

    def stop(self, *, viewer: Viewer) -> None:
        """Ends a run of this viewer; what it has stays."""

    def running(self, *, viewer: Viewer) -> RunSummary | None:
        """How far a run of this viewer got that goes on."""

    def runs(self, *, viewer: Viewer) -> Sequence[RunSummary]:
        """The newest first."""

    def run(self, number: int, *, viewer: Viewer) -> EvaluationRun:
        """A run with what was answered."""

    def delete_run(self, number: int, *, viewer: Viewer) -> None:
        """Takes a run away."""

    def compare(self, number: int, other: int, *, viewer: Viewer) -> RunComparison:
        """Two runs, the earlier first."""


class Admission(Protocol):
    """Who is answered now, and who waits."""

    @property
    def is_busy(self) -> bool:
        """Whether somebody waits."""

    async def run(self, viewer: Viewer, call: Callable[[], T]) -> T:
        """What ``call`` gives, called in a thread when its turn comes; raises ``Busy`` at once where too many wait."""


class Service(Protocol):
    """Answers from the index. Called from several threads at once; every call says for whom it is made."""

    def ask(
        self,
        question: str,
        *,
        viewer: Viewer,
        turns: Sequence[str] = (),
        filters: Filters = ...,
        log: bool = True,
        id: str | None = None,  # noqa: A002 - the name the contract gives it
        told: Callable[[Understood], None] | None = None,
    ) -> Answer:
        """The answer to one question; ``turns`` are the earlier questions of the conversation, oldest first.

        ``told`` is called, in the thread of the call, with how the question was read, before anything is searched for.
        """

    def is_ready(self, *, viewer: Viewer) -> bool:
        """Whether a search of this viewer begins at once, or waits for what it searches to be made."""

    def in_sight(self, answers: Sequence[Answer], *, viewer: Viewer) -> Sequence[Answer]:
        """Answers that this viewer was given, as they are shown now."""

    def reworded(self, question: str, changes: Sequence[Change], *, viewer: Viewer) -> list[str | None]:
        """The question with each change made by itself; ``None`` where its words do not say what is to be changed."""

    def search(self, query: str, *, viewer: Viewer, limit: int = 10, filters: Filters = ...) -> list[Hit]:
        """The best chunks for a query, best first."""

    def facts(
        self,
        *,
        viewer: Viewer,
        kind: FactKind | None = None,
        program: str | None = None,
        year: int | None = None,
        stage: Stage | None = None,
    ) -> list[Fact]:
        """The typed statements of the documents this viewer sees."""

    def text(self, path: str, *, viewer: Viewer) -> str:
        """The extracted text that the spans of ``path`` point into; raises ``UnknownPath``."""

    def places(self, path: str, start: int, end: int, *, viewer: Viewer) -> Location:
        """Where a stretch of a document's text stands in its file: pages, lines, cells; raises ``UnknownPath``."""

    def page_image(self, path: str, page: int, *, viewer: Viewer, width: int = ..., boxed: Span | None = None) -> bytes:
        """A page of a PDF or an image file as PNG, what stands at ``boxed`` marked; raises ``UnknownPath`` and ``NoPageImage``."""

    def documents(self, *, viewer: Viewer) -> list[DocumentSummary]:
        """The documents this viewer sees."""

    def versions(self, path: str, *, viewer: Viewer) -> list[Version]:
        """What the file of a document held and when, newest first; raises ``UnknownPath``."""

    def status(self, *, viewer: Viewer) -> IndexStatus:
        """What the index holds for this viewer."""

    def original(self, path: str, *, viewer: Viewer) -> bytes:
        """The file of a document as it was read; raises ``UnknownPath`` and ``NoOriginal``."""

    def give_feedback(self, identity: str, *, viewer: Viewer, useful: bool, comment: str = "") -> Feedback:
        """What is kept of the answer that was asked for under this ``id``; raises ``NotRecorded``."""

    def keep_turns(self, conversation: str, identities: Sequence[str], holder: Holder) -> None:
        """Adds the answers that were asked for under these ``id``s to a conversation, once each; begins it where it is new."""

    @property
    def conversations(self) -> Conversations:
        """The conversations that are kept."""

    @property
    def editing(self) -> Editing | None:
        """Changing the documents, where that can be done."""

    @property
    def admission(self) -> Admission:
        """The places for questions and searches."""

    @property
    def evaluation(self) -> Evaluation:
        """The questions that are kept, and runs over them."""

    def find(
        self,
        query: str,
        *,
        viewer: Viewer,
        filters: Filters = ...,
        sort: SortOrder = "relevance",
        limit: int = 20,
        offset: int = 0,
    ) -> Found:
        """One page of a search, with how many places there are of each kind."""

    def budget_table(
        self,
        *,
        viewer: Viewer,
        program: str | None = None,
        years: Sequence[int] = (),
        stages: Sequence[Stage] = (),
        body: str | None = None,
    ) -> BudgetTable:
        """The budget figures by programme and period."""

    def budget_changes(
        self,
        *,
        viewer: Viewer,
        earlier: BudgetPeriod | None = None,
        later: BudgetPeriod | None = None,
        program: str | None = None,
        body: str | None = None,
    ) -> BudgetChanges:
        """What grew and shrank between two periods."""

    def budget_composition(
        self, path: str, start: int, *, viewer: Viewer, period: BudgetPeriod
    ) -> BudgetComposition | None:
        """What a total is made of; ``None`` where that is not surely known."""

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
        """Decisions that documents state and that people recorded, newest first."""

    def record_decision(self, draft: DecisionDraft, *, viewer: Viewer, replaces: int | None = None) -> RecordedDecision:
        """The record as it is kept; raises ``NotRecorded``."""

    def withdraw_decision(self, number: int, *, viewer: Viewer) -> None:
        """Takes a record off the lists; raises ``NotRecorded``."""

    def history(self, *, viewer: Viewer, query: str | None = None, limit: int = 20) -> list[LoggedAnswer]:
        """Past answers, newest first."""

    def verify(self) -> list[Check]:
        """Whether index and log are whole."""

    def document(self, path: str, *, viewer: Viewer) -> Document:
        """A document with its blocks and pages; raises ``UnknownPath``."""

    def sync(self, *, progress: Callable[[Progress], None] | None = None) -> SyncReport:
        """What was done to bring the index level with the documents' folder."""
