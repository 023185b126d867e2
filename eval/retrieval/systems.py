"""Our search under evaluation, through the public names: as ``policy-qa search`` uses it, each leg alone, and with a part taken off.

Invariant: every system is asked in the same way and gives ids of passages, best first; what differs is its name and how it is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from eval.retrieval.sets import Passage

if TYPE_CHECKING:
    from policy_qa import PolicyQA, SyncReport

# The parts of our search that can be taken off, each when a question is asked: one index serves them all.
PARTS = {
    "everyday": "no official words for everyday ones, no synonyms",
    "compounds": "no compound words of the question",
    "reranker": "no learned order of what both searches found",
    "diversity": "passages that say the same stay where they are",
}

Family = Literal["ours", "leg", "ablation", "baseline"]


class CorpusNotReadError(RuntimeError):
    """The program could not read the corpus whole. ``str(error)`` says which files."""


class Search(Protocol):
    """Something that ranks the passages of one corpus."""

    def __call__(self, question: str, limit: int, /) -> list[str]:
        """The ids of the best passages, best first, at most ``limit``."""
        ...


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus under evaluation: the folder, its index by our program, and the passages of that index, which all systems rank."""

    name: str
    folder: Path
    index: Path
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class System:
    """A search by name. ``open`` makes it ready for a corpus; what it holds it lets go of with the last reference."""

    name: str
    family: Family
    says: str
    open: Callable[[Corpus], Search]


def prepare(name: str, folder: Path, index: Path, by_document: bool, *, rebuild: bool) -> Corpus:
    """A corpus whose index is level with its folder. ``by_document`` ranks documents, not passages. Raises ``CorpusNotReadError``."""
    settings = {"corpus": folder, "index": index, "dense_weight": 1.0}
    with _opened(settings) as service:
        report = _level(service, rebuild)
        if report.failed:
            raise CorpusNotReadError("; ".join(f"{failure.path}: {failure.reason}" for failure in report.failed))
        passages = _passages(service, by_document)
    return Corpus(name, folder, index, passages)


def _level(service: PolicyQA, rebuild: bool) -> SyncReport:
    """What was done to bring an index level; one that was kept and no longer fits is made anew."""
    from policy_qa import PolicyQAError

    try:
        try:
            return service.sync(rebuild=rebuild)
        except PolicyQAError:
            return service.sync(rebuild=True)
    except PolicyQAError as error:
        raise CorpusNotReadError(str(error)) from error


def _passages(service: PolicyQA, by_document: bool) -> tuple[Passage, ...]:
    """Every chunk of an index, by path and place. The search by vectors alone ranks all there are of a document."""
    from policy_qa import Filters, Viewer

    viewer = Viewer.local_owner()
    hits = []
    for document in service.documents(viewer=viewer):
        of = Filters(paths=(document.path,))
        found = service.search("資料", viewer=viewer, limit=document.chunks, filters=of) if document.chunks else []
        if len(found) != document.chunks:
            raise CorpusNotReadError(f"{document.path}: {len(found)} of {document.chunks} passages could be listed")
        hits += found
    hits.sort(key=lambda hit: (hit.path, hit.start))
    return tuple(
        Passage(
            identity(hit.path, hit.start),
            hit.path if by_document else identity(hit.path, hit.start),
            hit.path,
            hit.title,
            hit.section,
            hit.text,
        )
        for hit in hits
    )


def identity(path: str, start: int) -> str:
    """The id of the passage that begins at a place of a document."""
    return f"{path}#{start}"


def ours(settings: Mapping[str, str], without: Sequence[str] = ()) -> Callable[[Corpus], Search]:
    """Our search with these settings, and with these parts taken off."""

    def opened(corpus: Corpus) -> Search:
        from policy_qa import Viewer

        parts = {"without": tuple(without)} if without else {}
        service = _opened({**settings, "corpus": corpus.folder, "index": corpus.index}, **parts)
        viewer = Viewer.local_owner()

        def search(question: str, limit: int) -> list[str]:
            return [identity(hit.path, hit.start) for hit in service.search(question, viewer=viewer, limit=limit)]

        return search

    return opened


def our_systems(settings: Mapping[str, str]) -> list[System]:
    """Ours as it is installed, each of its searches alone, and ours with one part off at a time."""
    return [
        System("ours", "ours", "keywords and vectors, as `policy-qa search`", ours(settings)),
        System("keywords alone", "leg", "`dense_weight` 0", ours({**settings, "dense_weight": "0"})),
        System("vectors alone", "leg", "`dense_weight` 1", ours({**settings, "dense_weight": "1"})),
        *(System(f"without {part}", "ablation", says, ours(settings, (part,))) for part, says in PARTS.items()),
    ]


def _opened(settings: Mapping[str, Any], **parts: Any) -> PolicyQA:
    from policy_qa import Settings, open_policy_qa

    return open_policy_qa(Settings(**settings), **parts)
