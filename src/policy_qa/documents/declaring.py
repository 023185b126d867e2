"""Writing into ``corpus.toml`` what a form says of a document: text of the file -> text of the file.

Owns the entries that the program writes, each for one file. Invariant: whatever else stands in the file (comments, other entries, their order) stays
character for character, an entry with a comment in it too; what comes out is held against what was meant before it is handed back. Text, not a
TOML library: the ones that keep comments move them where tables are added or taken away.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Sequence
from glob import escape
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from policy_qa.documents.manifest import MANIFEST_NAME, STATUSES, Manifest, manifest_in
from policy_qa.errors import ManifestInvalid
from policy_qa.types import Metadata

_HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)
_ENTRY = re.compile(r"[ \t]*\[\[[ \t]*document[ \t]*\]\]")
_STATUS_NAMES = {status: name for name, status in STATUSES.items()}


def declared(content: str, path: str, about: Metadata, *, is_archive: bool = False) -> str:
    """``content`` with ``about`` as the last word on the file at ``path``; of an archive, on all that is in it, titles apart.

    Raises ``ManifestInvalid`` where ``content`` cannot be understood, or written to.
    """
    rest, before = _forgotten(content, path)
    files = [escape(path), *([f"{escape(path)}/**"] if is_archive else [])]
    # What earlier entries say and this one does not has to be taken back by an empty value.
    earlier = before.metadata(path)
    said: dict[str, Any] = {
        "title": about.title if not is_archive and about.title != PurePosixPath(path).stem else "",
        "publishers": list(about.publishers),
        "date": about.date or "",
        "document_type": about.document_type or "",
        "status": _STATUS_NAMES[about.status] if about.status else "",
        "terms": about.terms or "",
    }
    known = {name: getattr(earlier, name) for name in said}
    if earlier.title == PurePosixPath(path).stem:
        known["title"] = ""
    written = {name: value for name, value in said.items() if value or known[name]}
    entry = _written({"files": files, **written, "labels": sorted(about.labels)})
    changed = f"{rest.rstrip()}\n\n{entry}" if rest.strip() else entry
    _check(before, changed, files, written | {"labels": sorted(about.labels)})
    return changed


def forgotten(content: str, path: str) -> str:
    """``content`` without the entries for the file at ``path`` alone, of those that have no comment in them. Raises ``ManifestInvalid``."""
    return _forgotten(content, path)[0]


def _forgotten(content: str, path: str) -> tuple[str, Manifest]:
    """What ``forgotten`` gives, and what it says. Parsed no more often than needed: of a long file that takes longest."""
    before = manifest_in(content, MANIFEST_NAME)  # what cannot be understood is not written to
    alone = ([escape(path)], [escape(path), f"{escape(path)}/**"])
    if not any(list(files) in alone for files, _ in before.entries):
        return content, before
    kept, position = "", 0
    for start, end in _entries(content):
        block = content[start:end]
        if "#" in _without_strings(block):
            continue
        try:
            (entry,) = tomllib.loads(block)["document"]
        except (tomllib.TOMLDecodeError, KeyError, ValueError):
            continue
        files = entry.get("files")
        if [files] in alone or files in alone:
            kept += content[position:start]
            position = end
    kept += content[position:]
    if kept == content:
        return content, before
    after = manifest_in(kept, MANIFEST_NAME)
    others = [
        (manifest.defaults, [entry for entry in manifest.entries if list(entry[0]) not in alone])
        for manifest in (before, after)
    ]
    return (kept, after) if others[0] == others[1] else (content, before)


def _entries(content: str) -> Iterable[tuple[int, int]]:
    """Where each ``[[document]]`` begins, and where its last line ends: blank lines and comments behind it are not its own."""
    headers = [match.start() for match in _HEADER.finditer(content)]
    for start, following in pairwise([*headers, len(content)]):
        if _ENTRY.match(content, start):
            lines = content[start:following].splitlines(keepends=True)
            while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith("#")):
                lines.pop()
            yield start, start + sum(map(len, lines))


def _without_strings(block: str) -> str:
    return re.sub(r'"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', '""', block)


def _written(values: dict[str, Any]) -> str:
    lines = "".join(f"{name} = {_value(value)}\n" for name, value in values.items())
    return f"[[document]]\n{lines}"


def _value(value: str | Sequence[str]) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"[{', '.join(map(_value, value))}]"


def _check(before: Manifest, changed: str, files: list[str], values: dict[str, Any]) -> None:
    """Raises ``ManifestInvalid`` where ``changed`` does not say what stood there ``before`` and this entry behind it."""
    after = manifest_in(changed, MANIFEST_NAME)
    wanted = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    if (after.defaults, after.entries) != (before.defaults, (*before.entries, (tuple(files), wanted))):
        raise ManifestInvalid(MANIFEST_NAME, "この書き方のファイルには画面から書き込めない")
