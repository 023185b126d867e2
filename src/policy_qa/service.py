"""``PolicyQA``: the one object everything outside talks to.

Owns the life of the parts and the rules that hold for every caller: a viewer is required, questions are bounded, answers are logged.
Invariant: whoever asks (CLI, REST, UI, evaluation) goes through here; nothing here knows which implementation a part is.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol

from policy_qa.admission import Admission
from policy_qa.answering.answerer import Answerer
from policy_qa.answering.generate import Writer
from policy_qa.browsing import Browsing
from policy_qa.editing import Editing, Folder
from policy_qa.errors import EmptyQuestion, IndexMismatch, IndexMissing, QuestionTooLong, UnknownPath
from policy_qa.evaluating import Evaluation
from policy_qa.history import Conversations, History
from policy_qa.history.sight import Sight
from policy_qa.retrieval.finding import hit_of
from policy_qa.retrieval.hybrid import Retriever
from policy_qa.storage.index import Index
from policy_qa.storage.snapshot import Snapshot
from policy_qa.storage.source import Source
from policy_qa.storage.views import MOST_PREPARED, MOST_PREPARED_CHUNKS
from policy_qa.types import (
    Answer,
    Box,
    Change,
    Check,
    Document,
    DocumentSummary,
    Fact,
    FactKind,
    Feedback,
    Filters,
    Hit,
    Holder,
    IndexStatus,
    Location,
    LoggedAnswer,
    Progress,
    Span,
    Stage,
    SyncReport,
    Understood,
    Version,
    Viewer,
)

WIDEST_IMAGE = 2_400  # pixels
MOST_TURNS = 100  # earlier questions that a question is read with; older ones no longer bear on it

_log = logging.getLogger(__name__)


class Originals(Protocol):
    """The files of the corpus as they are and as they look."""

    def page_image(self, path: str, sha256: str, page: int, width: int, boxes: Sequence[Box] = ()) -> bytes:
        """A page of the file at ``path`` as PNG with boxes drawn on it, while the file is the one with this hash. Raises ``NoPageImage``."""
        ...

    def original(self, path: str, sha256: str) -> bytes:
        """The bytes of the file at ``path``, while it is the one with this hash. Raises ``NoOriginal``."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What works with one model and one index made with it: exchanged as a whole when the index gets another model."""

    index: Index
    source: Source
    originals: Originals
    retriever: Retriever
    answerer: Answerer
    check_model: Callable[[], Check] | None = None  # of a model that was read from files


class PolicyQA(Browsing):
    """Questions to one index. Safe to use from several threads; ``close`` it, or use it as a context manager.

    Every reading call raises ``IndexProblem`` where there is no index to read, and takes the ``viewer`` on whose behalf it is made.
    """

    def __init__(
        self,
        open_parts: Callable[[], Parts],
        history: History,
        incoming: Folder,
        admission: Admission,
        *,
        question_limit: int,
        conditions: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        self._open_parts = open_parts
        self._parts = open_parts()
        self._exchanging = threading.Lock()
        self._prepared: object = None  # for which index, in which generation, and for whom
        self._history = history
        history.sights.said_by(self._sight)
        self.admission = admission
        self._question_limit = question_limit
        self._own_conditions = conditions
        self.evaluation = Evaluation(history, self.ask, self._conditions)
        self.editing = Editing(incoming, self._known, lambda paths, progress: self.sync(paths, progress=progress))

    def sync(
        self,
        paths: Sequence[str] = (),
        *,
        rebuild: bool = False,
        progress: Callable[[Progress], None] | None = None,
    ) -> SyncReport:
        """What was done to bring the index level with the corpus; ``paths`` limits it to files or folders of the corpus.

        ``rebuild`` reads everything again, as is needed after a change of model. Raises ``CorpusError`` and ``IndexProblem``.
        """
        parts = self._parts
        return parts.index.sync(parts.source, paths, rebuild=rebuild, progress=progress)

    def ask(
        self,
        question: str,
        *,
        viewer: Viewer,
        turns: Sequence[str] = (),
        filters: Filters = Filters(),
        log: bool = True,
        id: str | None = None,  # noqa: A002  (the contract's name)
        told: Callable[[Understood], None] | None = None,
        writer: Writer | None = None,
    ) -> Answer:
        """The answer to a question; ``turns`` are the earlier questions of the conversation, oldest first.

        ``writer`` may put an answer that holds into other words; what it says beside the answer is never shown.
        ``told`` is called with how the question was read, before anything is searched for: all that can be said before the checks.
        Raises ``EmptyQuestion`` and ``QuestionTooLong``; what the documents do not say is an answer that abstains.
        """
        started = time.perf_counter()
        self._check(question)
        kept_turns = [turn for turn in turns[-MOST_TURNS:] if turn.strip() and len(turn) <= self._question_limit]
        # One state of the index for the whole answer, whatever a sync publishes.
        with self._reading(viewer) as (parts, _):
            answer = parts.answerer.answer(
                question, viewer=viewer, turns=kept_turns, filters=filters, identity=id, told=told, writer=writer
            )
            state = parts.index.state(viewer)
        answer = replace(answer, elapsed_ms=round((time.perf_counter() - started) * 1000, 1))
        if log:
            self._history.append(answer, viewer=viewer, index_state=state)
        return answer

    def reworded(self, question: str, changes: Sequence[Change], *, viewer: Viewer) -> list[str | None]:
        """The question with each of the changes made by itself; ``None`` where its words do not say what is to be changed."""
        with self._reading() as (parts, _):
            return parts.answerer.reworded(question, changes, viewer=viewer)

    def search(self, query: str, *, viewer: Viewer, limit: int = 10, filters: Filters = Filters()) -> list[Hit]:
        """The best chunks for a query, best first. Raises as ``ask`` does."""
        self._check(query)
        with self._reading(viewer) as (parts, _):
            ranked = parts.retriever.retrieve(query, viewer=viewer, limit=limit, filters=filters)
            titles = parts.index.titles((chunk.path for chunk, _ in ranked), viewer)
        return [hit_of(chunk, titles[chunk.path], score) for chunk, score in ranked if chunk.path in titles]

    def facts(
        self,
        *,
        viewer: Viewer,
        kind: FactKind | None = None,
        program: str | None = None,
        year: int | None = None,
        stage: Stage | None = None,
    ) -> list[Fact]:
        """The typed facts this viewer may see; ``program`` is part of a name, ``year`` a Gregorian starting year."""
        with self._reading() as (parts, _):
            return list(parts.index.facts(viewer, kind=kind, program=program, year=year, stage=stage))

    def text(self, path: str, *, viewer: Viewer) -> str:
        """The extracted text of a document: exactly the string that spans point into. Raises ``UnknownPath``."""
        return self.document(path, viewer=viewer).text

    def document(self, path: str, *, viewer: Viewer) -> Document:
        """A document with its blocks and pages. Raises ``UnknownPath``."""
        with self._reading() as (parts, _):
            return parts.index.document(path, viewer)

    def places(self, path: str, start: int, end: int, *, viewer: Viewer) -> Location:
        """Where the characters ``start``..``end`` of a document's text stand in its file. Raises ``UnknownPath``."""
        with self._reading() as (parts, _):
            document = parts.index.document(path, viewer)
            span = Span(min(start, len(document.text)), min(max(start, end), len(document.text)))
            return Location(path, span, document.pages_of(span), parts.index.places(path, span, viewer))

    def page_image(
        self, path: str, page: int, *, viewer: Viewer, width: int = 1_000, boxed: Span | None = None
    ) -> bytes:
        """A page (from 1) of a PDF or image file as PNG, at most ``width`` pixels wide. Raises ``UnknownPath`` and ``NoPageImage``.

        The lines and cells of the span ``boxed`` are marked on it.
        """
        with self._reading() as (parts, _):
            document = parts.index.document(path, viewer)
            places = parts.index.places(path, boxed, viewer) if boxed is not None else ()
        boxes = [place.box for place in places if place.page == page and place.box is not None]
        drawn = parts.originals.page_image(path, document.sha256, page, max(1, min(width, WIDEST_IMAGE)), boxes)
        self._check_still_there(path, viewer)
        return drawn

    def original(self, path: str, *, viewer: Viewer) -> bytes:
        """The file of a document as it was read. Raises ``UnknownPath``, and ``NoOriginal`` where it is another one now."""
        with self._reading() as (parts, _):
            sha256 = parts.index.document(path, viewer).sha256
        content = parts.originals.original(path, sha256)
        self._check_still_there(path, viewer)
        return content

    def documents(self, *, viewer: Viewer) -> list[DocumentSummary]:
        """Every document this viewer may see, by path."""
        with self._reading() as (parts, _):
            return list(parts.index.documents(viewer))

    def versions(self, path: str, *, viewer: Viewer) -> list[Version]:
        """What the file of a document held and when, newest first; the first is what is served. Raises ``UnknownPath``."""
        with self._reading() as (parts, _):
            return list(parts.index.versions(path, viewer))

    def history(self, *, viewer: Viewer, query: str | None = None, limit: int = 20) -> list[LoggedAnswer]:
        """Past answers, newest first; everybody sees their own, the owner and auditors all."""
        return list(self._history.list(viewer=viewer, query=query, limit=limit))

    def in_sight(self, answers: Sequence[Answer], *, viewer: Viewer) -> list[Answer]:
        """Answers that this viewer was given, as they are shown now: one line in the place of each that rests on what they no longer see."""
        return list(self._history.in_sight(answers, viewer=viewer))

    def give_feedback(self, identity: str, *, viewer: Viewer, useful: bool, comment: str = "") -> Feedback:
        """What is kept of an answer that was asked for under ``identity``. Raises ``NotRecorded`` and ``IndexProblem``."""
        self._history.close()  # what was answered a moment ago can be judged
        return self._history.feedback.give(identity, viewer=viewer, useful=useful, comment=comment)

    def keep_turns(self, conversation: str, identities: Sequence[str], holder: Holder) -> None:
        """Adds the answers that were asked for under ``identities`` to a conversation, once each. Raises ``UnknownConversation`` and ``IndexProblem``."""
        self._history.close()
        self._history.conversations.keep(conversation, identities, holder)

    @property
    def conversations(self) -> Conversations:
        """The conversations that were kept."""
        return self._history.conversations

    def _known(self, viewer: Viewer) -> IndexStatus | None:
        try:
            return self.status(viewer=viewer)
        except IndexMissing:
            return None

    def status(self, *, viewer: Viewer) -> IndexStatus:
        """What is in the index, as this viewer sees it."""
        with self._reading() as (parts, _):
            return parts.index.status(viewer)

    def verify(self, *, end: str | None = None) -> list[Check]:
        """Whether index, model and log are whole; ``end`` is one that the chain of the log had, as an earlier ``verify`` told it."""
        parts = self._parts
        model = [] if parts.check_model is None else [parts.check_model()]
        return [*parts.index.verify(), *model, self._history.verify(end)]

    def is_ready(self, *, viewer: Viewer) -> bool:
        """Whether a search of this viewer begins at once; else it waits for what it searches to be made. Raises ``IndexProblem``."""
        with self._reading() as (_, snapshot):
            return snapshot.view(viewer).is_made

    def prepare(self, viewers: Sequence[Viewer]) -> None:
        """Makes what the first searches of these viewers, one for each set of labels, would wait for, the foremost first, as long as there is room for views.

        Nothing where neither the index nor the viewers changed since the last time. Raises ``IndexProblem``.
        """
        with self._reading() as (parts, snapshot):
            wanted = parts.index, snapshot.published.generation, [viewer.labels for viewer in viewers]
        if wanted == self._prepared:
            return
        room = MOST_PREPARED_CHUNKS
        for viewer in viewers[:MOST_PREPARED]:
            room -= parts.index.make_ready(viewer)
            if room <= 0:
                break
        self._prepared = wanted

    def close(self) -> None:
        """Writes what is left to write and lets go of files."""
        self.admission.close()
        self.evaluation.close()
        self._history.close()
        self._parts.index.close()

    def __enter__(self) -> PolicyQA:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _reading(self, searcher: Viewer | None = None) -> Iterator[tuple[Parts, Snapshot]]:
        """The parts of the model that the index has now, with one state of the index to read from, and for a ``searcher`` to search in.

        A question is so never embedded with another model than its index was: parts refuse an index of another model, and those of its own
        are opened, outside of any reading, before it is read.
        """
        with ExitStack() as stack:
            parts, stays = self._parts, False
            while True:  # while one model is opened the index may get yet another
                try:
                    if searcher is not None:
                        parts.index.make_ready(searcher)
                    snapshot = stack.enter_context(parts.index.reading())
                    break
                except IndexMismatch as mismatch:
                    if stays or set(mismatch.differences) != {"model"}:
                        raise
                    before, parts = parts, self._exchanged(parts)
                    stays = parts is before
            yield parts, snapshot

    def _exchanged(self, parts: Parts) -> Parts:
        """The parts of the model that the index, or a setting, names now; the same ones where that is still theirs."""
        with self._exchanging:  # whoever comes second finds it done
            if self._parts is parts:
                opened = self._open_parts()
                if opened.index.fingerprint == parts.index.fingerprint:
                    return parts
                _log.info("the index has another model: %s", opened.index.fingerprint["model"])
                self._parts = opened
                parts.index.close()
            return self._parts

    def _sight(self, viewer: Viewer) -> Sight:
        """What this viewer sees now; nothing where there is no index. Raises ``IndexProblem``."""
        try:
            with self._reading() as (parts, _):
                return Sight(parts.index.paths(viewer), parts.index.state(viewer))
        except IndexMissing:
            return Sight(frozenset(), "")

    def _conditions(self, viewer: Viewer) -> dict[str, str]:
        """What answers depend on: the program and its settings, the index as this viewer sees it. Raises ``IndexProblem``."""
        status = self.status(viewer=viewer)
        index = {"index": status.state, "documents": str(len(status.documents))}
        return {**self._own_conditions(), **index, **status.fingerprint}

    def _check_still_there(self, path: str, viewer: Viewer) -> None:
        """Raises ``UnknownPath`` where a document was hidden while something was made of it outside of any reading."""
        with self._reading() as (parts, _):
            if not parts.index.titles((path,), viewer):
                raise UnknownPath(path)

    def _check(self, question: str) -> None:
        if not question.strip():
            raise EmptyQuestion
        if len(question) > self._question_limit:
            raise QuestionTooLong(len(question), self._question_limit)
