"""A small corpus whose documents say which version they are and who may see them, the index over it, and what is served of it.

Owns what «old», «new» and «mixed» mean in the trials of durability: ``served`` asks both searches, the facts, the catalog and ``verify`` on behalf
of every viewer, and they have to tell the same.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from policy_qa.documents.manifest import MANIFEST_NAME, read_manifest
from policy_qa.errors import IndexMissing
from policy_qa.storage.index import Index
from policy_qa.storage.source import Source
from policy_qa.testing import HashingEncoder, LineSource
from policy_qa.types import Metadata, SyncReport, Viewer

FINGERPRINT = {"model": "hashing-pairs", "normaliser": "1", "chunker": "1"}
LABELS = ("public", "staff", "secret")
OWNER = Viewer.local_owner()
VIEWERS = (OWNER, *(Viewer(label, frozenset({label})) for label in LABELS))
_LINES = 4
_ALL = 10_000
_OF_INDEX = re.compile(r"catalog\.sqlite|catalog\.seal|answers\.sqlite|\.lock|vectors-\d+\.faiss|keywords-\d+")


@dataclass(frozen=True, slots=True)
class Kept:
    """A document as it is told apart: which version its text is of, and the labels that it has."""

    version: int
    labels: frozenset[str]


Books = Mapping[str, Kept]


class MixedError(AssertionError):
    """What is served does not hold together."""


class Shelf:
    """The folders ``corpus`` and ``index`` below ``root``. ``kinds`` are the endings of its documents."""

    kinds = frozenset({".txt"})

    def __init__(self, root: Path) -> None:
        self.root = root
        self.corpus = root / "corpus"
        self.index = root / "index"
        self.corpus.mkdir(parents=True, exist_ok=True)

    def lay(self, books: Books) -> None:
        """Makes the corpus folder hold these documents, and no others; unchanged files are left alone."""
        entries = (
            f"[[document]]\nfiles = [{json.dumps(path)}]\nlabels = {json.dumps(sorted(book.labels))}\n"
            for path, book in sorted(books.items())
        )
        (self.corpus / MANIFEST_NAME).write_text("".join(entries), encoding="utf-8")
        for file in self.corpus.iterdir():
            if file.suffix in self.kinds and file.name not in books:
                file.unlink()
        for path, book in books.items():
            content, file = self.content(path, book.version), self.corpus / path
            if not file.exists() or file.read_bytes() != content:
                file.write_bytes(content)

    def content(self, path: str, version: int) -> bytes:
        """What the file of a document holds in one version."""
        return text_of(path, version).encode()

    def source(self) -> Source:
        """The corpus as a sync is given it, with what ``corpus.toml`` says now."""
        return source_of(self.corpus)

    def open(self) -> Index:
        """The index, to be closed."""
        return Index(self.index, FINGERPRINT)

    def sync(self) -> SyncReport:
        """Brings the index level."""
        with self.open() as index:
            return index.sync(self.source())

    def copy(self, root: Path) -> Shelf:
        """The same folders at another place, which is emptied first."""
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(self.root, root)
        return Shelf(root)

    def left_over(self) -> list[str]:
        """What lies in either folder that no finished sync leaves there, or more than one generation of it."""
        names = sorted(path.name for path in self.index.iterdir())
        odd = [name for name in names if not _OF_INDEX.fullmatch(name)]
        for kind in ("vectors-", "keywords-"):
            odd += [name for name in names if name.startswith(kind)][1:]
        return odd + sorted(
            path.name for path in self.corpus.iterdir() if path.suffix not in self.kinds and path.name != MANIFEST_NAME
        )


def source_of(corpus: Path) -> LineSource:
    """A corpus of lines with what its ``corpus.toml`` says."""
    manifest = read_manifest(corpus)
    paths = [path.relative_to(corpus).as_posix() for path in corpus.rglob("*.txt")]
    return LineSource(corpus, {path: manifest.metadata(path) for path in paths})


def text_of(path: str, version: int) -> str:
    """What a document of that name says: every line its name, its version and an amount, so that each is a chunk and a fact."""
    return "".join(f"行 {path} {line} 版{version} {version}円 2026年度 当初\n" for line in range(_LINES))


def served(index: Index, dimension: int = 64, *, verified: bool = True) -> dict[str, Kept]:
    """Every document in the version and with the labels it is served in; none where there is no index.

    Raises ``MixedError`` where searches, facts, catalog, versions or checksums tell different things, for whichever viewer.
    """
    try:
        with index.reading():
            found = {}
            for item in index.documents(OWNER):
                document = index.document(item.path, OWNER)
                versions = {int(number) for number in re.findall(r"版(\d+)", document.text)}
                if len(versions) != 1 or document.text != text_of(item.path, *versions):
                    raise MixedError(f"{item.path}: a text of versions {sorted(versions)}")
                if index.versions(item.path, OWNER)[0].sha256 != document.sha256:
                    raise MixedError(f"{item.path}: its last version is of other bytes")
                found[item.path] = Kept(versions.pop(), item.metadata.labels)
            # First: a search would make files anew that are not as they were written.
            checks = index.verify() if verified else []
            broken = [f"{check.name}: {check.detail}" for check in checks if not check.ok]
            if broken:
                raise MixedError("; ".join(broken))
            for viewer in VIEWERS:
                _agree(
                    index,
                    viewer,
                    HashingEncoder(dimension),
                    {path: book for path, book in found.items() if viewer.sees(book.labels)},
                )
    except IndexMissing:
        return {}
    return found


def _agree(index: Index, viewer: Viewer, encoder: HashingEncoder, books: Books) -> None:
    lines = sorted(line for path, book in books.items() for line in text_of(path, book.version).splitlines())

    def texts(ranking: Iterable[tuple[int, float]]) -> list[str]:
        return sorted(chunk.text for chunk in index.chunks([number for number, _ in ranking], viewer))

    told = {
        "catalog": sorted(item.path for item in index.documents(viewer)) == sorted(books),
        "keywords": texts(index.keyword_search(["行"], _ALL, viewer)) == lines,
        "vectors": texts(index.dense_search(encoder.encode_query("行"), _ALL, viewer)) == lines,
        "facts": sorted(fact.quote for fact in index.facts(viewer)) == lines,
        "counts": index.status(viewer).chunks == len(lines),
    }
    if not all(told.values()):
        wrong = ", ".join(name for name, same in told.items() if not same)
        raise MixedError(f"{wrong} of {viewer.name}: not those of {dict(books)}")


def strange(found: Books, old: Books, new: Books) -> list[str]:
    """The documents that are neither as they were nor as they shall be.

    Beside old and new stands one state in which less is seen: the old text where both text and labels change, for those who have a label of
    both, because access that is taken away does not wait for the rest.
    """
    odd = []
    for path in sorted({*found, *old, *new}):
        was, is_now, shall = old.get(path), found.get(path), new.get(path)
        allowed = [was, shall]
        if was is not None and shall is not None:
            allowed.append(Kept(was.version, was.labels & shall.labels))
        if is_now not in allowed:
            odd.append(f"{path}: {is_now}, neither {was} nor {shall}")
    return odd


def changed(books: Books, dice: Random, paths: Sequence[str], versions: Sequence[int]) -> dict[str, Kept]:
    """Half of the documents: some new, some in one of ``versions``, some with other labels, some gone; never none at all."""
    after = dict(books)
    for path in dice.sample(paths, -(-len(paths) // 2)):
        book, version = after.get(path), dice.choice(versions)
        labels = frozenset(dice.sample(LABELS, dice.randint(0, 2)))
        what = dice.random()
        if book is None or what < 0.35:
            after[path] = Kept(version, book.labels if book else labels)
        elif what < 0.55:
            after[path] = Kept(book.version, labels)
        elif what < 0.75:
            after[path] = Kept(version, labels)
        elif len(after) > 1:
            del after[path]
    return after


def metadata_of(path: str, book: Kept) -> Metadata:
    """What is said of a document in a form."""
    return Metadata(Path(path).stem, labels=book.labels)
