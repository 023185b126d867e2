"""Names of files that come from elsewhere -> names that may lie in the corpus folder.

Owns what such a name may hold. Invariant: what comes out is one component of a path on every system, is listed by ``list_files``, has no character
that cannot be seen or that turns others around, and is at most ``LONGEST`` bytes long; made safe twice it is the same.
"""

from __future__ import annotations

import re
import unicodedata

from policy_qa.japanese.visible import visible_line

LONGEST = 180  # bytes of UTF-8; systems allow 255, and room is left for what tells two files of one name apart
# Windows takes these for devices, whatever ending follows.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)
_SEPARATOR = re.compile(r"[/\\]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')  # on Windows, and in patterns


def safe_name(name: str) -> str | None:
    """A name for the file that was called ``name``; ``None`` where nothing of it is left but an ending."""
    last = _SEPARATOR.split(unicodedata.normalize("NFC", name))[-1]
    clean = _FORBIDDEN.sub("_", visible_line(last)).lstrip(". ~$").rstrip(". ")
    stem, dot, ending = clean.rpartition(".")
    if not dot:
        stem, ending = clean, ""
    stem = stem.rstrip(". ")
    if not stem.strip("_"):
        return None
    if _DEVICE.match(stem):
        stem = f"_{stem}"
    tail = f".{ending}" if dot else ""
    return with_suffix(f"{stem}{tail}", "") if len(tail.encode()) <= LONGEST // 2 else None


def with_suffix(name: str, suffix: str) -> str:
    """``name`` with ``suffix`` before its ending, its stem cut where the whole would be too long."""
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = name, ""
    tail = f"{suffix}{dot}{ending}"
    while len(f"{stem}{tail}".encode()) > LONGEST:
        stem = stem[:-1]
    return f"{stem.rstrip('. ')}{tail}"


def same_name(name: str) -> str:
    """What two names share that some file system would take for one."""
    return unicodedata.normalize("NFC", name).casefold()
