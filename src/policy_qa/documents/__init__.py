"""file -> ``Document``: one module per format, chosen by the file's ending.

Owns the list of formats and the errors of reading. Invariant: whatever is wrong with a file comes out as ``DocumentError`` with
one of five kinds; nothing is written.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from policy_qa.documents import archive
from policy_qa.documents.encoding import NotText, decode
from policy_qa.documents.manifest import MANIFEST_NAME, Manifest, read_manifest
from policy_qa.documents.recognition import Recognition
from policy_qa.documents.text import blocks_of
from policy_qa.documents.title import title_of
from policy_qa.documents.unreadable import Unreadable, empty, not_text, unsupported
from policy_qa.documents.unseen import as_seen
from policy_qa.errors import CorpusMissing, DocumentError
from policy_qa.system_errors import reason_of
from policy_qa.types import Box, Document, Extraction, Metadata

__all__ = [
    "READER_VERSION",
    "Manifest",
    "Recognition",
    "archive_of",
    "as_document",
    "endings",
    "extract",
    "list_files",
    "page_image",
    "read_bytes",
    "read_document",
    "read_manifest",
    "readable",
    "reader_of",
]

# Change when a reader gives another text, other blocks, pages or places for the same bytes: what older readers gave is then read anew.
READER_VERSION = "5"

_Reader = Callable[[bytes, Recognition], Extraction]


def _read_text(data: bytes, recognition: Recognition) -> Extraction:
    try:
        text, _ = decode(data)
    except NotText as error:
        raise not_text(error, "UTF-8 か Shift_JIS のテキストとして保存し直してください。") from error
    text, unseen = as_seen(text)
    return Extraction(text, blocks_of(text), unseen=unseen)


def _reader_in(module: str, *, recognises: bool = False) -> _Reader:
    """The ``read`` of a format's module. Imported when the first file of the format comes: each brings a library of its own.

    ``recognises`` says that it may meet pages that are pictures, and takes a second argument: how these are read.
    """

    def read(data: bytes, recognition: Recognition) -> Extraction:
        reader = import_module(f"policy_qa.documents.{module}").read
        found: Extraction = reader(data, recognition) if recognises else reader(data)
        return found

    return read


_picture = _reader_in("pictures", recognises=True)

_READERS: dict[str, _Reader] = {
    ".txt": _read_text,
    ".text": _read_text,
    ".md": _read_text,
    ".markdown": _read_text,
    ".docx": _reader_in("word"),
    ".docm": _reader_in("word"),
    ".pptx": _reader_in("slides"),
    ".pptm": _reader_in("slides"),
    ".xlsx": _reader_in("workbook"),
    ".xlsm": _reader_in("workbook"),
    ".csv": _reader_in("separated"),
    ".tsv": _reader_in("separated"),
    ".html": _reader_in("markup"),
    ".htm": _reader_in("markup"),
    ".xhtml": _reader_in("markup"),
    ".png": _picture,
    ".jpg": _picture,
    ".jpeg": _picture,
    ".tif": _picture,
    ".tiff": _picture,
    ".webp": _picture,
    ".bmp": _picture,
    ".pdf": _reader_in("pdf", recognises=True),
    archive.ENDING: _reader_in("archive"),
}


# A workbook's first words are a sheet's name and a CSV file's the name of a column: their own names say more.
_UNTITLED = frozenset({".xlsx", ".xlsm", ".csv", ".tsv"})

# Formats whose pages can be shown as they look.
_DRAWN = {".pdf": "pdf.images"} | dict.fromkeys(
    (ending for ending, reader in _READERS.items() if reader is _picture), "pictures"
)


def reader_of(path: str, recognition: Recognition) -> str:
    """The name of what reads a file of that name: as long as it is the same, the same bytes give the same extraction."""
    ending = Path(path).suffix.lower()
    return f"{READER_VERSION} {ending}" + (f" {recognition.state}" if ending in _DRAWN else "")


def readable(name: str) -> None:
    """Nothing; raises ``Unreadable`` for a name whose ending no reader is known for."""
    ending = Path(name).suffix.lower()
    if ending not in _READERS:
        raise unsupported(ending, _READERS)


def endings() -> tuple[str, ...]:
    """The endings of the files that can be read."""
    return tuple(_READERS)


def list_files(corpus: Path) -> list[str]:
    """Paths of the corpus' files, relative with ``/``, sorted; hidden files and the manifest left out.

    The files inside a ZIP archive are listed in its place, the archive itself only where none can be listed.

    Files of formats that cannot be read are listed too: reading them says so. Raises ``CorpusMissing``.
    """
    if not corpus.is_dir():
        raise CorpusMissing(str(corpus))
    files = []
    for file in corpus.rglob("*"):
        relative = file.relative_to(corpus)
        hidden = any(part.startswith((".", "~$")) for part in relative.parts)
        # A link that leads nowhere, out of the folder or to a folder is listed too: reading it says what is wrong.
        if (file.is_file() or file.is_symlink()) and not hidden and relative.as_posix() != MANIFEST_NAME:
            files += _inside(corpus, file, relative.as_posix()) or [relative.as_posix()]
    return sorted(files)


def _inside(corpus: Path, file: Path, path: str) -> list[str]:
    """The paths of the files inside an archive; none for any other file, and for an archive that cannot be opened."""
    if file.suffix.lower() != archive.ENDING or _leads_out(corpus, file):
        return []
    try:
        return [f"{path}/{member.path}" for member in archive.members(file)]
    except (Unreadable, OSError):
        return []


def _leads_out(corpus: Path, file: Path) -> bool:
    """Whether a path leads out of the folder, over a link or by its own parts."""
    return not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(corpus))


def archive_of(corpus: Path, path: str) -> str | None:
    """The path of the archive that holds the file at ``path``; ``None`` for a file that lies in a folder."""
    parts = path.split("/")
    for count, part in enumerate(parts[:-1], start=1):
        if part.lower().endswith(archive.ENDING) and (corpus / Path(*parts[:count])).is_file():
            return "/".join(parts[:count])
    return None


def read_document(
    corpus: Path, path: str, metadata: Metadata, *, limit_bytes: int, recognition: Recognition = Recognition()
) -> Document:
    """The document at ``path`` below ``corpus``. Raises ``DocumentError``.

    ``limit_bytes`` bounds the file's size, ``recognition`` says how pages that are pictures are read.
    """
    data = read_bytes(corpus, path, limit_bytes=limit_bytes)
    return as_document(path, hashlib.sha256(data).hexdigest(), extract(path, data, recognition), metadata)


def read_bytes(corpus: Path, path: str, *, limit_bytes: int) -> bytes:
    """What the file at ``path`` below ``corpus`` holds. Raises ``DocumentError``."""
    holder = archive_of(corpus, path)
    file = corpus / (holder or path)
    if _leads_out(corpus, file):
        raise DocumentError(
            path,
            "unsupported",
            "文書フォルダーの外を指すリンクは読みません。",
            "ファイルそのものを文書フォルダーに置いてください。",
        )
    if file.is_symlink() and file.is_dir():
        raise DocumentError(
            path,
            "unsupported",
            "フォルダーへのリンクはたどりません。",
            "フォルダーそのものを文書フォルダーに置いてください。",
        )
    try:
        if holder is not None:
            return archive.read_member(file, path.removeprefix(f"{holder}/"), limit_bytes=limit_bytes)
        size = file.stat().st_size
        if size > limit_bytes:
            raise DocumentError(
                path,
                "too_large",
                f"ファイルが大きすぎます（{size / 2**20:,.1f} MiB、上限 {limit_bytes / 2**20:,.0f} MiB）。",
                "分割するか、設定 POLICY_QA_FILE_LIMIT_MB を大きくしてください。",
            )
        return file.read_bytes()
    except OSError as error:
        raise DocumentError(
            path,
            "damaged",
            f"ファイルを開けません（{reason_of(error)}）。",
            "読み取りの権限と、ファイルがあることを確かめてください。",
        ) from error
    except Unreadable as error:
        raise DocumentError(path, error.kind, error.reason, error.remedy) from error


def extract(path: str, data: bytes, recognition: Recognition = Recognition()) -> Extraction:
    """What a reader takes out of the bytes of a file of that name. Raises ``DocumentError``.

    Depends on them, on the name's ending, and, where pages are pictures, on how these are read.
    """
    ending = Path(path).suffix.lower()
    reader = _READERS.get(ending)
    try:
        if reader is None:
            raise unsupported(ending, _READERS)
        extraction = reader(data, recognition)
        if not extraction.blocks:
            raise empty()
    except Unreadable as error:
        raise DocumentError(path, error.kind, error.reason, error.remedy) from error
    return extraction


def page_image(path: str, data: bytes, number: int, width: int, boxes: Sequence[Box] = ()) -> bytes | None:
    """A page of the file as PNG, about ``width`` pixels wide; ``None`` where the format has no pages to draw.

    ``boxes`` (in points, as those of places) are drawn on it. Raises ``DocumentError``.
    """
    module = _DRAWN.get(Path(path).suffix.lower())
    if module is None:
        return None
    try:
        drawn: bytes = import_module(f"policy_qa.documents.{module}").page_image(data, number, width, boxes)
    except Unreadable as error:
        raise DocumentError(path, error.kind, error.reason, error.remedy) from error
    return drawn


def as_document(path: str, sha256: str, extraction: Extraction, metadata: Metadata) -> Document:
    """The document of a file; where ``corpus.toml`` gives no title, the one found in the text."""
    if metadata.title == Path(path).stem and Path(path).suffix.lower() not in _UNTITLED:
        metadata = replace(metadata, title=title_of(extraction.text, extraction.blocks) or metadata.title)
    return Document(path, sha256, extraction.text, extraction.blocks, metadata, extraction.pages, extraction.unseen)
