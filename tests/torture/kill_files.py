"""``kill -9`` at any moment of a sync of real files: PDF, Word, Excel, PowerPoint and HTML, read by the real readers in processes of their own.

What is compared is what the program itself made of each version of each file while nothing was in its way.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import docx
import openpyxl
import pptx
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from policy_qa import wiring
from policy_qa.documents.manifest import MANIFEST_NAME
from policy_qa.errors import IndexMissing, PolicyQAError
from policy_qa.models.embedding import Encoder, open_encoder
from policy_qa.reading.corpus import CorpusFolder
from policy_qa.settings import Settings
from policy_qa.storage.index import Index
from tests.torture.kills import Clock, killed
from tests.torture.shelf import LABELS, OWNER, VIEWERS, Books, Kept, MixedError, strange
from tests.torture.trial import Attempt, Trial

_VERSIONS = 3
_BETWEEN = 4  # kills before a sync may end, and has to leave nothing behind
_ALL = 10_000


def _lines(version: int) -> list[str]:
    return [
        f"地域交流施設整備補助金交付要綱（第{version}版）",
        f"令和{version + 5}年度当初予算額 {version * 100}百万円",
        f"対象者は、市内に住所を有する者で、施設の整備に{version * 10}万円以上を要するものとする。",
        f"交付の申請は、令和{version + 5}年6月30日までに行わなければならない。",
    ]


def _pdf(version: int) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
    written = io.BytesIO()
    canvas = Canvas(written, invariant=True)
    for line, height in zip(_lines(version), range(780, 0, -30), strict=False):
        canvas.setFont("HeiseiMin-W3", 11)
        canvas.drawString(60, height, line)
    canvas.save()
    return written.getvalue()


def _word(version: int) -> bytes:
    document = docx.Document()
    for line in _lines(version):
        document.add_paragraph(line)
    return _saved(document)


def _workbook(version: int) -> bytes:
    book = openpyxl.Workbook()
    for row, line in enumerate(_lines(version), 1):
        book.active.cell(row, 1, line)
    return _saved(book)


def _slides(version: int) -> bytes:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    title, *rest = _lines(version)
    slide.shapes.title.text = title
    slide.shapes.add_textbox(0, 2_000_000, 8_000_000, 2_000_000).text_frame.text = "\n".join(rest)
    return _saved(show)


def _html(version: int) -> bytes:
    lines = "".join(f"<p>{line}</p>" for line in _lines(version))
    return f"<!DOCTYPE html><html lang='ja'><head><title>要綱</title></head><body><main>{lines}</main></body></html>".encode()


def _saved(document: object) -> bytes:
    written = io.BytesIO()
    document.save(written)  # type: ignore[attr-defined]
    return written.getvalue()


_MADE: Mapping[str, Callable[[int], bytes]] = {
    "要綱.pdf": _pdf,
    "要綱.docx": _word,
    "予算.xlsx": _workbook,
    "説明.pptx": _slides,
    "案内.html": _html,
}


@dataclass(frozen=True, slots=True)
class _Read:
    """What the program makes of one version of one file."""

    text: str
    chunks: tuple[str, ...]
    facts: tuple[str, ...]


class _Files:
    """The folders ``corpus`` and ``index`` below ``root``, opened as ``policy-qa`` opens them."""

    def __init__(self, root: Path) -> None:
        self.settings = Settings(corpus=root / "corpus", index=root / "index")
        self.settings.corpus.mkdir(parents=True, exist_ok=True)

    @cached_property
    def encoder(self) -> Encoder:
        return open_encoder(None)

    def open(self) -> Index:
        """The index, to be closed."""
        return Index(self.settings.index, wiring._fingerprint(self.settings, self.encoder))

    def sync(self) -> None:
        """Brings the index level."""
        with self.open() as index:
            report = index.sync(CorpusFolder(self.settings, self.encoder))
            if report.failed:
                raise MixedError(f"not read: {report.failed}")

    def lay(self, books: Books, content: Mapping[str, bytes]) -> None:
        """Makes the corpus hold these files with these labels, and no others; unchanged files are left alone."""
        entries = (
            f"[[document]]\nfiles = [{json.dumps(path, ensure_ascii=False)}]\nlabels = {json.dumps(sorted(book.labels))}\n"
            for path, book in sorted(books.items())
        )
        corpus = self.settings.corpus
        (corpus / MANIFEST_NAME).write_text("".join(entries), encoding="utf-8")
        for file in corpus.iterdir():
            if file.name not in books and file.name != MANIFEST_NAME:
                file.unlink()
        for path in books:
            file = corpus / path
            if not file.exists() or file.read_bytes() != content[path]:
                file.write_bytes(content[path])


class _Expected:
    """Each version of each file, and what is read of it when nothing is in the way."""

    def __init__(self, root: Path) -> None:
        self.content = {(name, version): make(version) for name, make in _MADE.items() for version in _numbers()}
        files = _Files(root)
        for (name, version), data in self.content.items():
            (files.settings.corpus / f"v{version}").mkdir(exist_ok=True)
            (files.settings.corpus / f"v{version}" / name).write_bytes(data)
        started = time.monotonic()
        files.sync()
        self.seconds = time.monotonic() - started
        self._read: dict[tuple[str, int], _Read] = {}
        with files.open() as index, index.reading():
            found = index.dense_search(files.encoder.encode_query("補助金"), _ALL, OWNER)
            numbers = [number for number, _ in found]
            chunks = index.chunks(numbers, OWNER)
            terms = [{*f"{one.title} {one.headings} {one.body}".split()} for one in index.chunk_terms(numbers, OWNER)]
            self.term = min(set.intersection(*terms))  # a word that every chunk has
            for name, version in self.content:
                path = f"v{version}/{name}"
                self._read[name, version] = _Read(
                    index.document(path, OWNER).text,
                    tuple(chunk.text for chunk in chunks if chunk.path == path),
                    tuple(fact.quote for fact in index.facts(OWNER) if fact.path == path),
                )

    def version_of(self, name: str, text: str) -> int:
        """Which version of a file has this text. Raises ``MixedError`` where none has."""
        for version in _numbers():
            if self._read[name, version].text == text:
                return version
        raise MixedError(f"{name}: a text of no version: {text[:80]!r}")

    def of(self, books: Books) -> tuple[list[str], list[str]]:
        """The chunks and the quotes of facts of all these files, sorted."""
        read = [self._read[name, book.version] for name, book in books.items()]
        return sorted(text for one in read for text in one.chunks), sorted(text for one in read for text in one.facts)


def _numbers() -> range:
    return range(1, _VERSIONS + 1)


def sync_files(root: Path, parent: Connection) -> None:
    """Brings the index level; for a process of its own."""
    files = _Files(root)
    parent.send("ready")
    files.sync()
    parent.send("done")


def _served(files: _Files, index: Index, expected: _Expected) -> dict[str, Kept]:
    """Every file in the version and with the labels it is served in; raises ``MixedError`` where parts tell different things."""
    with suppress(IndexMissing), index.reading():
        found = {
            item.path: Kept(expected.version_of(item.path, index.document(item.path, OWNER).text), item.metadata.labels)
            for item in index.documents(OWNER)
        }
        broken = [f"{check.name}: {check.detail}" for check in index.verify() if not check.ok]
        if broken:
            raise MixedError("; ".join(broken))
        vector = files.encoder.encode_query("補助金")
        for viewer in VIEWERS:

            def texts(ranking: Iterable[tuple[int, float]], viewer=viewer) -> list[str]:  # type: ignore[no-untyped-def]
                return sorted(chunk.text for chunk in index.chunks([number for number, _ in ranking], viewer))

            chunks, facts = expected.of({path: book for path, book in found.items() if viewer.sees(book.labels)})
            told = {
                "vectors": texts(index.dense_search(vector, _ALL, viewer)) == chunks,
                "keywords": texts(index.keyword_search([expected.term], _ALL, viewer)) == chunks,
                "facts": sorted(fact.quote for fact in index.facts(viewer)) == facts,
            }
            if not all(told.values()):
                raise MixedError(
                    f"{', '.join(name for name, same in told.items() if not same)} of {viewer.name}: {found}"
                )
        return found
    return {}


def _changed(books: Books, dice: Random) -> dict[str, Kept]:
    """Some files new, some in another version, some with other labels, some gone; never none at all."""
    after = dict(books)
    for name in dice.sample(sorted(_MADE), 3):
        labels = frozenset(dice.sample(LABELS, dice.randint(0, 2)))
        book, what = after.get(name), dice.random()
        if book is None or what < 0.35:
            after[name] = Kept(dice.choice(_numbers()), book.labels if book else labels)
        elif what < 0.6:
            after[name] = Kept(book.version, labels)
        elif what < 0.8:
            after[name] = Kept(dice.choice(_numbers()), labels)
        elif len(after) > 1:
            del after[name]
    return after


def _kill_reading(attempt: Attempt) -> None:
    dice, root = attempt.dice, attempt.folder / "now"
    expected = _Expected(attempt.folder / "expected")
    files, clock = _Files(root), Clock(expected.seconds / 2)
    old: Books = {}
    turn = 0
    while attempt.tried < attempt.times and not attempt.lost:
        turn += 1
        before, new = old, _changed(old, dice)
        files.lay(new, {path: expected.content[path, book.version] for path, book in new.items()})
        was_killed, said, seconds = killed(sync_files, (root,), lambda: clock.moment(dice))
        attempt.tried += was_killed
        if not was_killed:
            clock.missed()
        where = f"kill {attempt.tried} after {seconds * 1000:.0f} ms"
        try:
            with files.open() as index:
                found = _served(files, index, expected)
            for odd in strange(found, before, new):
                attempt.loss(f"{where}: {odd}")
            if "done" in said and found != new:
                attempt.loss(f"{where}: a sync that had ended is not all there")
            if turn % _BETWEEN == 0:
                started = time.monotonic()
                files.sync()
                clock.ended(time.monotonic() - started)
                with files.open() as index:
                    found = _served(files, index, expected)
                if found != new:
                    attempt.loss(f"{where}: the next sync serves {found} for {new}")
        except (PolicyQAError, MixedError) as error:
            attempt.loss(f"{where}: {error}")
        else:
            old = found


TRIALS = (
    Trial(
        "kill-files",
        "kill -9 at a random moment of sync of PDF, Word, Excel, PowerPoint, HTML files",
        40,
        2,
        _kill_reading,
    ),
)
