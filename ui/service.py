"""What the screens and the REST API ask of the service: a ``PolicyQA`` has it, and so has the public fake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from policy_qa.types import (
    Answer,
    DocumentSummary,
    Fact,
    FactKind,
    Filters,
    Hit,
    IndexStatus,
    Location,
    Span,
    Stage,
    Viewer,
)


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
    ) -> Answer:
        """The answer to one question; ``turns`` are the earlier questions of the conversation, oldest first."""

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

    def status(self, *, viewer: Viewer) -> IndexStatus:
        """What the index holds for this viewer."""
