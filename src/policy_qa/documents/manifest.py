"""``corpus.toml``: what is known about the files of a corpus beside their text.

    [defaults]
    labels = ["public"]

    [[document]]
    files = ["chiiki-*.txt"]          # paths or patterns below the corpus folder; `**` crosses folders
    title = "地域未来戦略の推進について"
    publishers = ["内閣官房"]
    date = "2026-01"
    document_type = "説明資料"
    status = "案"                     # 案, 決定, 改定 or 廃止
    terms = "政府標準利用規約（第2.0版）"
    labels = ["public"]

Invariant: later entries win over earlier ones, field by field, and ``[defaults]`` fill what no entry names. A document no
entry names has its file name as title, and only the default labels: without any, nobody but the owner sees it. An empty value takes back what
an earlier entry said.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from policy_qa.errors import ManifestInvalid
from policy_qa.types import DecisionStatus, Metadata

MANIFEST_NAME = "corpus.toml"
# What people write of a document's status, in their words and in ours.
STATUSES: dict[str, DecisionStatus] = {"案": "draft", "決定": "decided", "改定": "revised", "廃止": "abolished"}
_STATUSES = STATUSES | {status: status for status in STATUSES.values()}
_TEXT_FIELDS = ("title", "date", "document_type", "terms", "status")
_LIST_FIELDS = ("publishers", "labels")
_REDUCED_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The entries of ``corpus.toml`` in their order."""

    defaults: dict[str, Any] = field(default_factory=dict)
    entries: tuple[tuple[tuple[str, ...], dict[str, Any]], ...] = ()

    def metadata(self, path: str) -> Metadata:
        """What the manifest says about the file at ``path`` (relative, with ``/``)."""
        known = dict(self.defaults)
        for patterns, values in self.entries:
            if any(_matches(path, pattern) for pattern in patterns):
                known |= values
        return Metadata(
            title=known.get("title") or PurePosixPath(path).stem,
            publishers=tuple(known.get("publishers", ())),
            date=known.get("date") or None,
            document_type=known.get("document_type") or None,
            terms=known.get("terms") or None,
            labels=frozenset(known.get("labels", ())),
            status=_STATUSES.get(known.get("status", "")),
        )

    def labels(self) -> frozenset[str]:
        """Every access label that is given to anything."""
        said = [self.defaults, *(values for _, values in self.entries)]
        return frozenset(label for values in said for label in values.get("labels", ()))


def read_manifest(corpus: Path) -> Manifest:
    """The manifest of a corpus folder; an empty one when it has none. Raises ``ManifestInvalid``."""
    path = corpus / MANIFEST_NAME
    try:
        return manifest_in(path.read_text(encoding="utf-8-sig"), str(path))
    except FileNotFoundError:
        return Manifest()
    except UnicodeDecodeError as error:
        raise ManifestInvalid(str(path), "UTF-8 ではない") from error


def manifest_in(text: str, path: str) -> Manifest:
    """The manifest that the file at ``path`` holds. Raises ``ManifestInvalid``."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ManifestInvalid(path, f"TOML の書き方が違う：{error}") from error
    unknown = sorted(set(content) - {"defaults", "document"})
    if unknown:
        raise ManifestInvalid(path, f"知らない項目：{'、'.join(unknown)}")
    defaults = content.get("defaults", {})
    documents = content.get("document", [])
    tables = isinstance(documents, list) and all(isinstance(entry, dict) for entry in documents)
    if not isinstance(defaults, dict) or not tables:
        raise ManifestInvalid(path, "[defaults] と [[document]] の形で書く")
    entries = []
    for number, entry in enumerate(documents, start=1):
        place = f"{number}番目の [[document]]"
        files = _strings(path, place, "files", entry.get("files"))
        if not files:
            raise ManifestInvalid(path, f"{place}に files がない")
        entries.append((files, _checked(path, place, {key: entry[key] for key in entry if key != "files"})))
    return Manifest(_checked(path, "[defaults]", defaults), tuple(entries))


def _checked(path: str, place: str, values: dict[str, Any]) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for key, value in values.items():
        if key in _LIST_FIELDS:
            checked[key] = _strings(path, place, key, value)
        elif key not in _TEXT_FIELDS:
            raise ManifestInvalid(path, f"{place}に知らない項目 {key}")
        else:
            text = str(value)  # TOML dates become ISO text
            if key == "status" and text not in {"", *_STATUSES}:
                raise ManifestInvalid(path, f"{place}の status は {'、'.join(STATUSES)} のどれかで書く")
            if key == "date" and text and not _REDUCED_DATE.fullmatch(text):
                raise ManifestInvalid(path, f"{place}の date は 2026、2026-01、2026-01-15 のどれかの形で書く")
            checked[key] = text
    return checked


def _strings(path: str, place: str, key: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise ManifestInvalid(path, f"{place}の {key} は文字列か文字列の並びで書く")


def _matches(path: str, pattern: str) -> bool:
    """Whether ``pattern`` names ``path``: ``*`` stays inside a folder, ``**`` crosses folders."""
    return _match_parts(path.split("/"), pattern.split("/"))


def _match_parts(path: list[str], pattern: list[str]) -> bool:
    reached = {0}  # how much of the path the pattern may have used up so far
    for part in pattern:
        if part == "**":
            reached = set(range(min(reached, default=len(path) + 1), len(path) + 1))
        else:
            reached = {place + 1 for place in reached if place < len(path) and fnmatchcase(path[place], part)}
    return len(path) in reached
