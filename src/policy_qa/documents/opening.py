"""Office Open XML packages (.docx, .pptx, .xlsx): bytes -> bytes that a library may open.

Owns what the three formats share: what a package may cost, what it is when it is no package, and what offices forgive and libraries do not: the
dialects (strict, with macros, templates) and relations that lead nowhere. Invariants: nothing is inflated before its declared size is known to be within bounds, and what comes out is
a zip of the wanted kind without document type definitions, so that no entity can be expanded.
"""

from __future__ import annotations

import gc
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Literal
from urllib.parse import unquote
from xml.etree import ElementTree

from policy_qa.documents.unreadable import Unreadable, damaged, empty, encrypted, too_large

OfficeKind = Literal["word", "slides", "workbook"]

MOST_UNPACKED = 512 * 2**20
# XML that is read at once takes twenty times its size; sheets are read row by row. A thousand pages of Word are some 15 MiB.
MOST_XML: dict[OfficeKind, int] = {"word": 48 * 2**20, "slides": 48 * 2**20, "workbook": 384 * 2**20}
MOST_ENTRIES = 20_000
# Text of office documents shrinks to a tenth, that of wide and empty sheets to a hundredth; small parts may shrink as they like.
MOST_SHRUNK = 250
_SMALL = 8 * 2**20
_PROLOG = 64 * 2**10  # bytes; the root element of a part that an office wrote begins within the first hundred

# What a compound file (the container of the 1997 formats, and of encrypted packages) holds, by the names of its streams.
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAMS = ("EncryptedPackage", "DRMEncryptedDataSpace")
_OLD_FORMATS = {
    "WordDocument": "古い Word 文書（.doc）",
    "PowerPoint Document": "古い PowerPoint 文書（.ppt）",
    "Workbook": "古い Excel ブック（.xls）",
    "Book": "古い Excel ブック（.xls）",
    "JSRV_SegmentInformation": "一太郎文書（.jtd）",
    "__properties_version1.0": "Outlook のメール（.msg）",
}
_OTHER_FORMATS = (
    (b"%PDF-", "PDF"),
    (b"{\\rtf", "リッチテキスト（.rtf）"),
    (b"<html", "HTML"),
    (b"<!doctype html", "HTML"),
)

_NAMES: dict[OfficeKind, tuple[str, str]] = {
    "word": ("Word 文書", ".docx"),
    "slides": ("PowerPoint 文書", ".pptx"),
    "workbook": ("Excel ブック", ".xlsx"),
}
_MAIN_PARTS: dict[OfficeKind, tuple[re.Pattern[str], str]] = {
    "word": (re.compile(r"wordprocessingml|ms-word"), "wordprocessingml.document"),
    "slides": (re.compile(r"presentationml|ms-powerpoint"), "presentationml.presentation"),
    "workbook": (re.compile(r"spreadsheetml|ms-excel"), "spreadsheetml.sheet"),
}
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.{}.main+xml"

# What may stand before the root element: never a DOCTYPE. Groups are atomic, so that no prolog takes long to refuse.
_HARMLESS_PROLOG = re.compile(r"\s*+(?>(?><!--(?:(?!-->).)*+-->|<\?(?:(?!\?>).)*+\?>)\s*+)*+<[^!?\s]", re.DOTALL)

# ISO/IEC 29500 strict calls the same elements by other names than what everybody writes (transitional).
_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAME = re.compile(re.escape(_STRICT) + rb"(\w+)/(?:(extendedProperties|customProperties)\b)?")
_TRANSITIONAL = b"http://schemas.openxmlformats.org/"
_HYPHENATED = {b"extendedProperties": b"extended-properties", b"customProperties": b"custom-properties"}


def opened(data: bytes, expected: OfficeKind) -> BytesIO:
    """The package in ``data``, checked, in the dialect that libraries know. Raises ``Unreadable``."""
    if not data:
        raise empty("ファイルが空です（0 バイト）")
    if data.startswith(_COMPOUND_FILE):
        raise _compound_file(data, expected)
    try:
        package = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _no_package(data, expected) from error
    with package, damage_named(_NAMES[expected][0]):
        _check_cost(package, expected)
        for entry in package.infolist():
            if _is_xml(entry.filename):
                _check_prolog(package, entry)
        main = _main_part(package, expected)
        mended = _mended(package, main, expected)
    return mended or BytesIO(data)


@contextmanager
def damage_named(what: str) -> Iterator[None]:
    """Whatever a library raises inside becomes ``Unreadable``: its errors are as many as the ways to damage a file."""
    try:
        yield
    except Unreadable:
        raise
    except MemoryError as error:
        raise too_large(f"{what}の展開にメモリーが足りません") from error
    except Exception as error:
        raise damaged(f"{what}の中身を読み取れません: {type(error).__name__}") from error


@contextmanager
def collector_resting() -> Iterator[None]:
    """A tree or a sheet is a million objects and none of them garbage: looking for some while it grows takes a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


# -- what is no package -------------------------------------------------------------------------------------------------


def _compound_file(data: bytes, expected: OfficeKind) -> Unreadable:
    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in data

    if any(map(holds, _ENCRYPTED_STREAMS)):
        return encrypted()
    for stream, name in _OLD_FORMATS.items():
        if holds(stream):
            return _other_format(name, expected)
    return damaged(f"{_NAMES[expected][0]}（{_NAMES[expected][1]}）ではない古い形式の入れ物です")


def _no_package(data: bytes, expected: OfficeKind) -> Unreadable:
    start = data[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for signature, name in _OTHER_FORMATS:
        if start.startswith(signature.lower()):
            return _other_format(name, expected)
    if data.startswith(b"PK"):
        return damaged("ファイルの終わりが欠けているか、途中が書き換わっています")
    return damaged(f"{_NAMES[expected][0]}の形式（{_NAMES[expected][1]}）になっていません")


def _other_format(name: str, expected: OfficeKind) -> Unreadable:
    wanted, ending = _NAMES[expected]
    return Unreadable(
        "unsupported",
        f"拡張子は {ending} ですが、中身は{name}です。",
        f"元のソフトで開き、{wanted}（{ending}）として保存し直すか、中身に合う拡張子に直してください。",
    )


# -- what a package may cost ----------------------------------------------------------------------------------------------


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def _check_cost(package: zipfile.ZipFile, expected: OfficeKind) -> None:
    """Refuses what would grow too large, by what the entries declare: ``zipfile`` never inflates more than that."""
    entries = package.infolist()
    if len(entries) > MOST_ENTRIES:
        raise too_large(f"中のファイルが {len(entries):,} 個、上限 {MOST_ENTRIES:,} 個")
    total = sum(entry.file_size for entry in entries)
    if total > MOST_UNPACKED:
        raise too_large(f"展開すると {total / 2**20:,.0f} MiB、上限 {MOST_UNPACKED / 2**20:,.0f} MiB")
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise encrypted()
        if entry.file_size > _SMALL and entry.file_size > MOST_SHRUNK * max(entry.compress_size, 1):
            raise too_large("圧縮率が異常に高く、展開を止めました")
    text = sum(entry.file_size for entry in entries if _is_xml(entry.filename))
    if text > MOST_XML[expected]:
        raise too_large(f"本文が {text / 2**20:,.0f} MiB、上限 {MOST_XML[expected] / 2**20:,.0f} MiB")


def _check_prolog(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Refuses a part that declares a document type: the standard forbids it, and entities are declared nowhere else."""
    try:
        with package.open(entry) as part:
            head = part.read(_PROLOG)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise damaged(f"{entry.filename} を展開できません") from error
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:4]
    encoding = ("utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-16-le") if wide else "latin-1"
    if head.startswith(b"\0<"):
        encoding = "utf-16-be"
    text = head.decode(encoding, errors="replace").removeprefix("\xef\xbb\xbf").lstrip("\ufeff")
    if text.strip() and not _HARMLESS_PROLOG.match(text):
        raise damaged(f"{entry.filename} が Office 文書の XML ではありません")


# -- what is in it --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Main:
    """The part that a package is about: its name in the zip and its type."""

    name: str
    content_type: str


def _main_part(package: zipfile.ZipFile, expected: OfficeKind) -> _Main:
    names = set(package.namelist())
    if "mimetype" in names and package.read("mimetype").startswith(b"application/vnd.oasis"):
        raise _other_format("OpenDocument の文書（LibreOffice など）", expected)
    if "[Content_Types].xml" not in names or "_rels/.rels" not in names:
        raise damaged("ZIP ファイルですが、Office 文書の部品がありません")
    relations = ElementTree.fromstring(package.read("_rels/.rels"))  # noqa: S314 -- no part declares entities, see above
    target = next((one.get("Target", "") for one in relations if one.get("Type", "").endswith("/officeDocument")), "")
    name = target.lstrip("/")
    if name not in names:
        raise damaged("本文の部品がありません")
    types = ElementTree.fromstring(package.read("[Content_Types].xml"))  # noqa: S314
    ending = name.rpartition(".")[2].lower()
    by_name = {one.get("PartName", "").lower(): one.get("ContentType", "") for one in types}
    by_ending = {one.get("Extension", "").lower(): one.get("ContentType", "") for one in types}
    main = _Main(name, by_name.get(f"/{name}".lower()) or by_ending.get(ending, ""))
    if "binary" in main.content_type and "ms-excel" in main.content_type:
        raise _other_format("バイナリ形式の Excel ブック（.xlsb）", expected)
    for kind, (pattern, _) in _MAIN_PARTS.items():
        if pattern.search(main.content_type):
            if kind != expected:
                raise _other_format(f"{_NAMES[kind][0]}（{_NAMES[kind][1]}）", expected)
            return main
    raise damaged("本文の部品の種類がわかりません")


def _mended(package: zipfile.ZipFile, main: _Main, expected: OfficeKind) -> BytesIO | None:
    """The package with its dialect translated and loose relations dropped; ``None`` where the libraries take it as it is."""
    known_type = _MAIN_TYPE.format(_MAIN_PARTS[expected][1])
    is_strict = _STRICT in package.read("_rels/.rels")
    names = {name.lower() for name in package.namelist()}
    relations = {name: package.read(name) for name in package.namelist() if name.lower().endswith(".rels")}
    tied = {name: _tied(name, content, names) for name, content in relations.items()}
    if main.content_type == known_type and not is_strict and tied == relations:
        return None
    mended = BytesIO()
    with zipfile.ZipFile(mended, "w", zipfile.ZIP_STORED) as written:
        for entry in package.infolist():
            content = tied.get(entry.filename) or package.read(entry)
            if entry.filename == "[Content_Types].xml":
                content = content.replace(main.content_type.encode(), known_type.encode())
            if is_strict and _is_xml(entry.filename):
                content = _STRICT_NAME.sub(_transitional, content)
            written.writestr(entry.filename, content)
    mended.seek(0)
    return mended


def _tied(name: str, content: bytes, names: set[str]) -> bytes:
    """The relations in ``content`` without those whose part is missing, such as a picture that someone took out."""
    root = ElementTree.fromstring(content)  # noqa: S314
    folder = posixpath.dirname(posixpath.dirname(name))
    loose = []
    for relation in root:
        target = unquote(relation.get("Target", ""))
        part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/").lower()
        if relation.get("TargetMode") != "External" and part not in names:
            loose.append(relation)
    for relation in loose:
        root.remove(relation)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) if loose else content


def _transitional(match: re.Match[bytes]) -> bytes:
    return _TRANSITIONAL + match[1] + b"/2006/" + _HYPHENATED.get(match[2] or b"", b"")
