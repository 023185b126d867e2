"""``kill -9`` at any moment of a sync of real files: PDF, Word, Excel, PowerPoint and HTML, read by the real readers in processes of their own.

What is compared is what the program itself made of each version of each file while nothing was in its way.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import product
from pathlib import Path

import docx
import openpyxl
import pptx
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from policy_qa import wiring
from policy_qa.errors import IndexMissing
from policy_qa.models.embedding import Encoder, open_encoder
from policy_qa.reading.corpus import CorpusFolder
from policy_qa.settings import Settings
from policy_qa.storage.index import Index
from policy_qa.storage.source import Source
from policy_qa.types import SyncReport, Viewer
from tests.torture.kills import kill_syncs
from tests.torture.shelf import OWNER, VIEWERS, Books, Kept, MixedError, Shelf, changed
from tests.torture.trial import Attempt, Trial

_NUMBERS = range(1, 4)  # of versions
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


@cache
def _made(name: str, version: int) -> bytes:
    """One version of one file: the same bytes each time, also where a format writes down when it was made."""
    return _MADE[name](version)


@dataclass(frozen=True, slots=True)
class _Read:
    """What the program makes of one version of one file."""

    text: str
    chunks: tuple[str, ...]
    facts: tuple[str, ...]


class _Files(Shelf):
    """The folders, opened as ``policy-qa`` opens them."""

    kinds = frozenset(Path(name).suffix for name in _MADE)

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.settings = Settings(corpus=self.corpus, index=self.index)

    @cached_property
    def encoder(self) -> Encoder:
        return open_encoder(None)

    def content(self, path: str, version: int) -> bytes:
        """What the file of a document holds in one version."""
        return _made(path, version)

    def source(self) -> Source:
        """The corpus as a sync is given it."""
        return CorpusFolder(self.settings, self.encoder)

    def open(self) -> Index:
        """The index, to be closed."""
        return Index(self.settings.index, wiring._fingerprint(self.settings, self.encoder))

    def sync(self) -> SyncReport:
        """Brings the index level."""
        report = super().sync()
        if report.failed:
            raise MixedError(f"not read: {report.failed}")
        return report


class _Expected:
    """Each version of each file, and what is read of it when nothing is in the way."""

    def __init__(self, root: Path) -> None:
        files = _Files(root)
        for version in _NUMBERS:
            folder = files.corpus / f"v{version}"
            folder.mkdir()
            for name in _MADE:
                (folder / name).write_bytes(_made(name, version))
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
            for name, version in product(_MADE, _NUMBERS):
                path = f"v{version}/{name}"
                self._read[name, version] = _Read(
                    index.document(path, OWNER).text,
                    tuple(chunk.text for chunk in chunks if chunk.path == path),
                    tuple(fact.quote for fact in index.facts(OWNER) if fact.path == path),
                )

    def version_of(self, name: str, text: str) -> int:
        """Which version of a file has this text. Raises ``MixedError`` where none has."""
        for version in _NUMBERS:
            if self._read[name, version].text == text:
                return version
        raise MixedError(f"{name}: a text of no version: {text[:80]!r}")

    def of(self, books: Books) -> tuple[list[str], list[str]]:
        """The chunks and the quotes of facts of all these files, sorted."""
        read = [self._read[name, book.version] for name, book in books.items()]
        return sorted(text for one in read for text in one.chunks), sorted(text for one in read for text in one.facts)


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

        def texts(ranking: Iterable[tuple[int, float]], viewer: Viewer) -> list[str]:
            return sorted(chunk.text for chunk in index.chunks([number for number, _ in ranking], viewer))

        vector = files.encoder.encode_query("補助金")
        for viewer in VIEWERS:
            chunks, facts = expected.of({path: book for path, book in found.items() if viewer.sees(book.labels)})
            told = {
                "vectors": texts(index.dense_search(vector, _ALL, viewer), viewer) == chunks,
                "keywords": texts(index.keyword_search([expected.term], _ALL, viewer), viewer) == chunks,
                "facts": sorted(fact.quote for fact in index.facts(viewer)) == facts,
            }
            if not all(told.values()):
                raise MixedError(
                    f"{', '.join(name for name, same in told.items() if not same)} of {viewer.name}: {found}"
                )
        return found
    return {}


def _kill_reading(attempt: Attempt) -> None:
    expected, files = _Expected(attempt.folder / "expected"), _Files(attempt.folder / "now")
    kill_syncs(
        attempt,
        files,
        expected.seconds / 2,
        lambda index: _served(files, index, expected),
        lambda books, _: changed(books, attempt.dice, sorted(_MADE), _NUMBERS),
    )


TRIALS = (
    Trial(
        "kill-files",
        "kill -9 at a random moment of sync of PDF, Word, Excel, PowerPoint, HTML files",
        40,
        2,
        _kill_reading,
    ),
)
