"""The corpus folder: its files with what ``corpus.toml`` says of them, each read in a child process, and embedded there or here.

Owns what a user is told of a file that its process did not survive. Invariant: every wanted file comes back once, prepared or with a
``DocumentError``; a reader's mistake is logged with its traceback.
"""

from __future__ import annotations

import hashlib
import logging
import os
import traceback
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from threading import Lock

from policy_qa.documents import Recognition, archive_of, list_files, read_bytes, read_manifest
from policy_qa.errors import CorpusEmpty, DocumentError, NoOriginal, NoPageImage, PolicyQAError
from policy_qa.models.embedding import Encoder, StaticEncoder
from policy_qa.reading.changes import recover_unless_changing
from policy_qa.reading.drawing import PageDrawer, WantedPage
from policy_qa.reading.one_file import FileReader, Reading, Refusal
from policy_qa.reading.process import Failure, Limits
from policy_qa.reading.workers import Outcome, Workers
from policy_qa.settings import Settings
from policy_qa.storage.source import Known, Prepared, SourceFile, Wanted, digest_of
from policy_qa.types import Box, Document, Metadata, Place

_log = logging.getLogger(__name__)

_MOST_LOOKED = 10_000_000  # characters
_PAGES_TIMES = 20  # a file that goes on page by page may take this many times as long as one that does not


class Looked:
    """What was read out of files before they came into the corpus, for the sync that follows. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, str], Known] = OrderedDict()

    def keep(self, reader: str, known: Known) -> None:
        """Keeps what ``reader`` took out of some bytes, while it is not too much."""
        with self._lock:
            self._kept[known.sha256, reader] = known
            while sum(len(one.extraction.text) for one in self._kept.values()) > _MOST_LOOKED:
                self._kept.popitem(last=False)

    def known(self, wanted: Wanted) -> Wanted:
        """A wanted file, with what its reader has taken out of the same bytes already."""
        if wanted.known is not None or wanted.sha256 is None:
            return wanted
        with self._lock:
            return replace(wanted, known=self._kept.get((wanted.sha256, wanted.file.reader)))


class CorpusFolder:
    """The corpus as a sync sees it. ``reader`` takes the place of the one that reads every format; ``looked`` need not be read again."""

    def __init__(
        self, settings: Settings, encoder: Encoder, reader: FileReader | None = None, looked: Looked | None = None
    ) -> None:
        self._looked = looked or Looked()
        self._root = settings.corpus
        self._limit_bytes = settings.file_limit_mb * 2**20
        self._encoder = encoder
        # A model that is at once at hand embeds where the texts are; any other is too large to be opened in every process.
        model = encoder if isinstance(encoder, StaticEncoder) else None
        self._reader = reader or file_reader(settings, settings.corpus, model)
        self._count = settings.workers or cores()
        self._limits = limits_of(settings)
        self._drawing = Lock()  # people leaf through pages faster than processes start

    @property
    def limits(self) -> str:
        """What bounds the reading of a file: one that failed within other bounds is tried again."""
        return f"{self._limit_bytes / 2**20:g} MiB, {self._limits.seconds:g} s, {self._limits.megabytes} MB"

    def list(self) -> Sequence[SourceFile]:
        """Every file of the corpus, those inside archives too; first puts back what a killed change of the folder left.

        Raises ``CorpusMissing``, ``CorpusEmpty``, ``ManifestInvalid``, and ``CorpusReadOnly`` where it cannot be put back.
        """
        recover_unless_changing(self._root)
        paths = list_files(self._root)
        if not paths:
            raise CorpusEmpty(str(self._root))
        manifest = read_manifest(self._root)
        files = []
        readers: dict[str, str] = {}  # asked for once: what recognises pictures is another program
        for path in paths:
            archive = archive_of(self._root, path)
            ending = PurePosixPath(path).suffix.lower()
            if ending not in readers:
                readers[ending] = self._reader.name(path)
            absolute = self._root / (archive or path)
            files.append(
                SourceFile(path, absolute, manifest.metadata(path), readers[ending], in_archive=archive is not None)
            )
        return files

    def digest(self, file: SourceFile) -> str | None:
        """The SHA-256 of a file's bytes; ``None`` for one that cannot be read, for its reader to say why."""
        if not file.in_archive:
            return digest_of(file.absolute)
        try:
            return hashlib.sha256(read_bytes(self._root, file.path, limit_bytes=self._limit_bytes)).hexdigest()
        except (OSError, DocumentError):
            return None

    def prepare(
        self, wanted: Iterable[Wanted], page: Callable[[SourceFile, int], None]
    ) -> Generator[tuple[SourceFile, Prepared | DocumentError]]:
        """Each wanted file with what it holds, or why it cannot be read, in the order in which the processes end with them.

        ``page`` is told of pages as they are read.
        """
        with Workers(self._reader, count=self._count, limits=self._limits) as workers:
            to_read = map(self._looked.known, wanted)
            for outcome in workers.run(to_read, lambda task, pages: page(task.file, pages)):
                file = outcome.task.file
                reading = _reading_in(outcome, self._limits)
                yield file, reading if isinstance(reading, DocumentError) else self._prepared(reading)

    def _prepared(self, reading: Reading) -> Prepared | DocumentError:
        try:
            return self._embedded(reading)
        except PolicyQAError:
            raise
        except Exception:  # a reading that does not hold together costs one file, not the sync
            _log.exception("%s could not be prepared", reading.document.path)
            return lost(reading.document.path, Failure("error", traceback.format_exc()), self._limits)

    def _embedded(self, reading: Reading) -> Prepared:
        embeddings = reading.embeddings
        if embeddings is None:
            embeddings = self._encoder.encode_documents(reading.embedded)
        return Prepared(reading.document, reading.chunks, reading.terms, embeddings, reading.facts, reading.places)

    def page_image(self, path: str, sha256: str, page: int, width: int, boxes: Sequence[Box] = ()) -> bytes:
        """A page of the file at ``path`` as PNG, while the file is the one with this hash. Raises ``NoPageImage``."""
        wanted = WantedPage(path, sha256, page, width, tuple(boxes))
        drawer = PageDrawer(self._root, self._limit_bytes)
        with self._drawing, Workers(drawer, count=1, limits=self._limits) as workers:
            (outcome,) = workers.run([wanted])
        if outcome.failure is not None:
            _log.warning("%s, page %d: %s: %s", path, page, outcome.failure.kind, outcome.failure.detail)
            raise NoPageImage(path, page, lost(path, outcome.failure, self._limits).reason)
        if not isinstance(outcome.result, bytes):
            raise NoPageImage(path, page, outcome.result or "")
        return outcome.result

    def original(self, path: str, sha256: str) -> bytes:
        """The bytes of the file at ``path``, while it is the one with this hash. Raises ``NoOriginal``."""
        try:
            data = read_bytes(self._root, path, limit_bytes=self._limit_bytes)
        except DocumentError as error:
            raise NoOriginal(path, error.reason) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise NoOriginal(path, "ファイルが変わっています。policy-qa sync を実行してください。")
        return data


def read_file(settings: Settings, file: Path) -> tuple[Document, tuple[Place, ...]]:
    """Any file as the corpus' files are read, with the places of its text. Raises ``DocumentError``."""
    wanted = Wanted(SourceFile(file.name, file, Metadata(file.stem), ""))
    limits = limits_of(settings)
    with Workers(file_reader(settings, file.parent), count=1, limits=limits) as workers:
        (outcome,) = workers.run([wanted])
    reading = _reading_in(outcome, limits)
    if isinstance(reading, DocumentError):
        raise reading
    return reading.document, reading.places


def _reading_in(outcome: Outcome[Wanted, Reading | Refusal], limits: Limits) -> Reading | DocumentError:
    """What a child process made of a file, or why there is nothing; a process that was lost is logged."""
    path = outcome.task.file.path
    if outcome.failure is not None:
        _log.warning("%s: %s: %s", path, outcome.failure.kind, outcome.failure.detail)
        return lost(path, outcome.failure, limits)
    assert outcome.result is not None  # noqa: S101 -- an outcome without failure has a result
    if isinstance(outcome.result, Refusal):
        return DocumentError(path, outcome.result.kind, outcome.result.reason, outcome.result.remedy)
    return outcome.result


def file_reader(settings: Settings, folder: Path, model: StaticEncoder | None = None) -> FileReader:
    """What reads the files below a folder in a child process, and embeds them if it is given a model."""
    # Recognising a page takes up to three looks at it as a rule: as it lies, turned, and as vertical text.
    recognition = Recognition(settings.ocr, settings.tesseract, settings.read_timeout_s / 3)
    return FileReader(folder, settings.file_limit_mb * 2**20, settings.chunk_tokens, recognition, model)


def reader_name(settings: Settings, path: str) -> str:
    """What reads a file of that name, as the sync of the corpus calls it."""
    return file_reader(settings, settings.corpus).name(path)


def limits_of(settings: Settings) -> Limits:
    """What a file may take of a child process."""
    return Limits(settings.read_timeout_s, settings.read_timeout_s * _PAGES_TIMES, settings.read_memory_mb)


def lost(path: str, failure: Failure, limits: Limits) -> DocumentError:
    """What to say of a file whose process did not come back with an answer."""
    if failure.kind == "time":
        return DocumentError(
            path,
            "too_large",
            f"{limits.seconds:g}秒たっても読み終わりません。",
            "文書を分けるか、設定 POLICY_QA_READ_TIMEOUT_S を大きくしてください。",
        )
    if failure.kind == "memory":
        return DocumentError(
            path,
            "too_large",
            f"読み取りに {limits.megabytes:,} MB を超えるメモリーが要ります。",
            "文書を分けるか、設定 POLICY_QA_READ_MEMORY_MB を大きくしてください。",
        )
    if failure.kind == "crash":
        name = failure.detail.split(maxsplit=1)[0]
        return DocumentError(
            path,
            "damaged",
            f"読み取りの途中で処理が異常終了しました（{name}）。",
            "ファイルが壊れていないか開いて確かめ、別の名前で保存し直したものに置き換えてください。",
        )
    return DocumentError(
        path,
        "damaged",
        f"予期しないエラーで読み取れません（{failure.detail.strip().splitlines()[-1]}）。",
        "文書が開けるか確かめてください。開けるなら、このメッセージを添えて開発者に知らせてください。",
    )


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
