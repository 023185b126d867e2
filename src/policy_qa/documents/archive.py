"""ZIP archives: the documents inside, each with a path of its own (``資料.zip/様式/申請書.docx``).

Owns the names of members and the bounds of unpacking. Invariants: nothing is unpacked to a disk; a member's path stays below its archive
whatever the archive calls it; an archive that would unpack to more than it may, or counts the same bytes twice, is refused before a
byte of it is unpacked. An archive inside an archive is not opened.
"""

from __future__ import annotations

import io
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO

from policy_qa.documents.encoding import decode_names
from policy_qa.documents.unreadable import Unreadable, damaged, empty, encrypted, too_large
from policy_qa.types import Extraction

ENDING = ".zip"

_MOST_MEMBERS = 10_000
_MOST_DIRECTORY = 16 * 2**20  # bytes of the list of members
_MOST_BYTES = 2**30  # of all members, unpacked
_MOST_TIMES = (
    200  # the size of the archive, for all members together; text packs to a tenth, an empty table to a hundredth
)
_SMALL = 64 * 2**20  # what may be packed however well
_END_RECORD = b"PK\x05\x06"
_END_LENGTH = 22
_MOST_COMMENT = 0xFFFF
_IS_UTF8, _IS_ENCRYPTED = 0x800, 0x1
_UNICODE_PATH = 0x7075  # the extra field in which Info-ZIP keeps a name that the old field cannot hold
_LEFT_OUT = {"__macosx", "thumbs.db", "desktop.ini"}
_DECOMPOSED = re.compile(r"[^\u0300-\u036f\u3099\u309a][\u0300-\u036f\u3099\u309a]+")
_NOT_A_NAME = re.compile(r"[\x00-\x1f\x7f]")
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
)


@dataclass(frozen=True, slots=True)
class Member:
    """A document inside an archive: its path there with ``/``, and which entry of the archive it is."""

    path: str
    entry: int


def read(data: bytes) -> Extraction:
    """Never anything: what is read of an archive is its members. Says why there are none, or why they are not read."""
    file = io.BytesIO(data)
    _check_directory(file)
    if _open(file, len(data)).members:
        raise Unreadable(
            "unsupported",
            "ZIPファイルの中のZIPファイルは読みません。",
            "中のZIPファイルを展開して置いてください。",
        )
    raise empty("ZIPファイルに文書が入っていません")


def members(file: Path) -> tuple[Member, ...]:
    """The documents inside the archive, in its order. Raises ``Unreadable`` or ``OSError``."""
    return tuple(_opened(file).members.values())


def read_member(file: Path, path: str, *, limit_bytes: int) -> bytes:
    """What a member holds. Raises ``Unreadable``; ``FileNotFoundError`` where the archive has none of that path."""
    opened = _opened(file)
    if path not in opened.members:
        raise FileNotFoundError(2, "ZIPファイルの中にない", path)
    return _unpacked(opened.archive, opened.members[path].entry, limit_bytes)


@dataclass(frozen=True, slots=True)
class _Opened:
    """An archive with its documents by path."""

    archive: zipfile.ZipFile
    members: Mapping[str, Member]


def _opened(file: Path) -> _Opened:
    status = file.stat()
    return _kept_open(str(file), status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)  # many members of one archive are read one after another: its directory is not read for each
def _kept_open(file: str, changed: int, size: int) -> _Opened:
    with Path(file).open("rb") as opened:
        _check_directory(opened)
    return _open(Path(file), size)


def _open(file: Path | IO[bytes], size: int) -> _Opened:
    """The archive in a file of that many bytes, with its documents. Raises ``Unreadable``."""
    try:
        archive = zipfile.ZipFile(file)
    except _FAULTS as error:
        raise damaged(f"ZIPファイルとして開けない：{error}") from error
    return _Opened(archive, {member.path: member for member in _members(archive, size)})


def _members(archive: zipfile.ZipFile, size: int) -> tuple[Member, ...]:
    entries = archive.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_MEMBERS or total > _MOST_BYTES or total > max(_SMALL, _MOST_TIMES * size):
        raise too_large(f"展開すると {len(entries):,}ファイル、{total / 2**20:,.0f} MiB になるZIPファイル")
    _check_apart(entries)
    return tuple(_named(entries))


def _check_directory(opened: IO[bytes]) -> None:
    """Nothing; raises where the list of members alone would fill the memory, which ``ZipFile`` reads whole."""
    size = opened.seek(0, io.SEEK_END)
    opened.seek(max(0, size - _END_LENGTH - _MOST_COMMENT))
    tail = opened.read()
    place = tail.rfind(_END_RECORD)
    if place < 0 or len(tail) - place < _END_LENGTH:
        raise damaged("ZIPファイルの終わりが欠けている")
    count, length = struct.unpack("<HL", tail[place + 10 : place + 16])
    if count > _MOST_MEMBERS or length > _MOST_DIRECTORY:  # also the marks of the 64-bit form
        raise too_large(f"ZIPファイルの中のファイルが {_MOST_MEMBERS:,} を超える")


def _check_apart(entries: list[zipfile.ZipInfo]) -> None:
    """Nothing; raises where two members share bytes, as only bombs and broken archives do."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise damaged("ZIPファイルの中のファイルが重なっている")
        end = entry.header_offset + zipfile.sizeFileHeader + entry.compress_size  # type: ignore[attr-defined]


def _named(entries: list[zipfile.ZipInfo]) -> Iterable[Member]:
    taken: set[str] = set()
    for number, name in enumerate(_names(entries)):
        parts = [part for part in re.split(r"[\\/]+", name) if part not in {"", ".", ".."}]
        if parts and re.fullmatch("[A-Za-z]:", parts[0]):
            del parts[0]
        hidden = any(part.startswith((".", "~$")) or part.lower() in _LEFT_OUT for part in parts)
        if not parts or hidden or name.endswith(("/", "\\")):
            continue
        path = "/".join(parts)
        if path in taken:  # two members of one name: neither is lost
            path = "/".join([*parts[:-1], f"{number}_{parts[-1]}"])
        taken.add(path)
        yield Member(path, number)


def _names(entries: list[zipfile.ZipInfo]) -> list[str]:
    """The names of the entries, as they were written: in UTF-8 where they say so, else in what Japanese programs write."""
    unmarked = [entry for entry in entries if not entry.flag_bits & _IS_UTF8]
    # ZipFile has read them as cp437, in which every byte is a character.
    raw = [entry.orig_filename.encode("cp437", "replace") for entry in unmarked]
    decoded = dict(zip(map(id, unmarked), decode_names(raw), strict=True))
    names = []
    for entry in entries:
        name = _unicode_path(entry) or decoded.get(id(entry), entry.orig_filename)
        name = _DECOMPOSED.sub(lambda match: unicodedata.normalize("NFC", match[0]), name)
        names.append(_NOT_A_NAME.sub("", name))
    return names


def _unicode_path(entry: zipfile.ZipInfo) -> str | None:
    """The name in the extra field for it, where that belongs to the name in the old field."""
    if entry.flag_bits & _IS_UTF8:
        return None
    extra = entry.extra
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_PATH and len(field) > 5:
            (checksum,) = struct.unpack("<L", field[1:5])
            if checksum == zlib.crc32(entry.orig_filename.encode("cp437", "replace")):
                return field[5:].decode("utf-8", "replace")
    return None


def _unpacked(archive: zipfile.ZipFile, number: int, limit_bytes: int) -> bytes:
    try:
        entry = archive.infolist()[number]
        if entry.flag_bits & _IS_ENCRYPTED:
            raise encrypted()
        if entry.file_size > limit_bytes:
            raise too_large(f"展開すると {entry.file_size / 2**20:,.0f} MiB、上限 {limit_bytes / 2**20:,.0f} MiB")
        with archive.open(entry) as member:
            data = member.read(limit_bytes + 1)
    except NotImplementedError as error:
        raise Unreadable(
            "unsupported",
            f"ZIPファイルの圧縮の方式が読めません（{error}）。",
            "展開して、中の文書をそのまま置いてください。",
        ) from error
    except RuntimeError as error:  # what zipfile raises for passwords
        raise encrypted() from error
    except _FAULTS as error:
        raise damaged(f"ZIPファイルから取り出せない：{error}") from error
    if len(data) > limit_bytes:
        raise too_large(f"上限 {limit_bytes / 2**20:,.0f} MiB")
    return data
