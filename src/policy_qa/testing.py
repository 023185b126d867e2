"""Public fakes: real values from small, exact parts, for tests of whatever stands on them.

Invariant: a fake keeps the contract of what it stands for (signatures, viewers, spans) and does no hidden work.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from policy_qa.errors import CorpusMissing, DocumentError, EmptyQuestion, NoOriginal, NoPageImage, UnknownPath
from policy_qa.history import Conversations, History
from policy_qa.storage.source import Prepared, SourceFile, Terms, Wanted
from policy_qa.types import (
    Answer,
    Block,
    Chunk,
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
    Metadata,
    Page,
    Place,
    SourceFailure,
    Span,
    Stage,
    Understood,
    Viewer,
)

_NO_FILTERS = Filters()
_NOWHERE = Path("/dev/null/history")


class FakePolicyQA:
    """The service over documents held in memory, giving the answers it was handed.

    ``answers`` maps a question to what is said; any other question is abstained from. An exception in place of an
    answer is raised. ``asked`` lists every question with its ``turns``. Viewers see what their labels allow. ``places`` are those of a
    document by its path, ``images`` the pictures of pages by path and number, ``originals`` the bytes of files. ``history`` keeps what is
    answered and said of it; without one nothing is kept.
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
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def ask(
        self,
        question: str,
        *,
        viewer: Viewer,
        turns: Sequence[str] = (),
        filters: Filters = _NO_FILTERS,
        log: bool = True,
        id: str | None = None,  # noqa: A002
    ) -> Answer:
        """The answer that was handed in for ``question``, if this viewer sees all it cites; else an abstention."""
        if not question.strip():
            raise EmptyQuestion
        self.asked.append((question, tuple(turns)))
        known = self._answers.get(question)
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

    def give_feedback(self, identity: str, *, viewer: Viewer, useful: bool, comment: str = "") -> Feedback:
        """What is kept of an answer; raises ``NotRecorded`` and ``IndexProblem``."""
        self._history.close()
        return self._history.feedback.give(identity, viewer=viewer, useful=useful, comment=comment)

    def keep_turn(self, conversation: str, identity: str, holder: Holder) -> None:
        """Adds an answer to a conversation; raises ``UnknownConversation`` and ``IndexProblem``."""
        self._history.close()
        self._history.conversations.keep(conversation, identity, holder)

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
            )
            for document in self._visible(viewer).values()
        ]

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


class HashingEncoder:
    """An encoder without a model: a text becomes counts of its hashed character pairs, scaled to length 1.

    Texts that share pairs of characters lie near each other. The same text has the same vector in every process.
    """

    name = "hashing-pairs"

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 for each text."""
        return np.array([self.encode_query(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The vector of one text."""
        vector = np.zeros(self.dimension, dtype=np.float32)
        for pair in zip(f" {text}", f"{text} ", strict=True):
            vector[crc32("".join(pair).encode("utf-8", "surrogatepass")) % self.dimension] += 1
        scaled: NDArray[np.float32] = vector / np.linalg.norm(vector)
        return scaled


@dataclass(frozen=True)
class LineSource:
    """A corpus of UTF-8 text files for a sync: each line that is not blank is a block and a chunk.

    A form feed begins a page; a line lies in a box of 12 points on it. The terms of a line are its words. A line with 円 states a budget; years are read as in 2026年度, 当初 means the
    initial budget. ``metadata`` says more about files by path; the others have the label ``public``.
    """

    folder: Path
    metadata: Mapping[str, Metadata] = field(default_factory=dict)
    encoder: HashingEncoder = field(default_factory=HashingEncoder)
    limits: str = "none"

    def list(self) -> Sequence[SourceFile]:
        """Every ``.txt`` file below the folder, by path."""
        if not self.folder.is_dir():
            raise CorpusMissing(str(self.folder))
        files = {path.relative_to(self.folder).as_posix(): path for path in self.folder.rglob("*.txt")}
        return [SourceFile(path, files[path], self._metadata(path), "lines") for path in sorted(files)]

    def digest(self, file: SourceFile) -> str | None:
        """The SHA-256 of a file."""
        return sha256(file.absolute.read_bytes()).hexdigest()

    def prepare(
        self, wanted: Iterable[Wanted], page: Callable[[SourceFile, int], None]
    ) -> Generator[tuple[SourceFile, Prepared | DocumentError]]:
        """Each file in turn, with ``DocumentError`` for one that is no UTF-8 or has no line. All are opened, also what is known."""
        for item in wanted:
            try:
                prepared = self.read(item.file)
            except DocumentError as error:
                yield item.file, error
                continue
            page(item.file, max(1, len(prepared.document.pages)))
            yield item.file, prepared

    def read(self, file: SourceFile) -> Prepared:
        """The document in this file. Raises ``DocumentError``."""
        data = file.absolute.read_bytes()
        try:
            text = data.decode()
        except UnicodeDecodeError as error:
            raise DocumentError(file.path, "damaged", "UTF-8 ではない", "UTF-8 で保存してください。") from error
        lines = [Span(*match.span()) for match in re.finditer(r"[^\n\f]*\S[^\n\f]*", text)]
        if not lines:
            raise DocumentError(file.path, "empty", "文字がない", "内容を確かめてください。")
        breaks = [match.end() for match in re.finditer("\f", text)]
        pages = tuple(Page(number, start) for number, start in enumerate([0, *breaks], start=1)) if breaks else ()
        unplaced = Document(file.path, sha256(data).hexdigest(), text, (), file.metadata, pages)
        blocks = tuple(Block("paragraph", span, page=unplaced.page_number(span.start)) for span in lines)
        chunks = tuple(self._chunk(file.path, block, block.span.of(text)) for block in blocks)
        title = tuple(file.metadata.title.split())
        return Prepared(
            document=replace(unplaced, blocks=blocks),
            chunks=chunks,
            terms=tuple(Terms(title, (), tuple(chunk.text.split())) for chunk in chunks),
            embeddings=self.encoder.encode_documents([chunk.text for chunk in chunks]),
            facts=tuple(
                Fact("budget", chunk.path, chunk.span.start, chunk.span.end, chunk.text, chunk.text)
                for chunk in chunks
                if "円" in chunk.text
            ),
            places=tuple(
                Place(block.span, block.page, (0.0, 12.0 * line, 12.5 * len(block.span), 12.0 * line + 12))
                for line, block in enumerate(blocks)
            ),
        )

    def _chunk(self, path: str, block: Block, text: str) -> Chunk:
        years = tuple(int(year) for year in re.findall(r"(\d{4})年度", text))
        stages: tuple[Stage, ...] = ("initial",) if "当初" in text else ()
        return Chunk(path, block.span, text, page=block.page, years=years, stages=stages)

    def _metadata(self, path: str) -> Metadata:
        return self.metadata.get(path, Metadata(title=path.removesuffix(".txt"), labels=frozenset({"public"})))
