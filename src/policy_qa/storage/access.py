"""Who may see what, and what a search is limited to, as sets of chunk ids.

Invariant: a published document is visible to a viewer exactly when ``viewer.sees(labels)``; one without labels only
to the owner. The sets are handed into both searches, so that nothing hidden takes a place among the best.
"""

# ruff: noqa: S608 -- what is written into a statement are column lists and conditions from this package; values are bound

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import partial

import numpy as np
from numpy.typing import NDArray

from policy_qa.japanese.normalize import normalize
from policy_qa.types import Filters, Viewer

FILTERED = "path, document_type, date, publishers"  # the columns of a document that ``inside`` reads

ChunkIds = NDArray[np.int64]

_NO_FILTERS = Filters()


def visible(viewer: Viewer, labels: Sequence[str] = ()) -> tuple[str, tuple[str, ...]]:
    """A SQL condition on ``documents``, with its parameters: published, visible to this viewer, with one of ``labels`` if any."""
    wanted = [*([] if viewer.owner else [sorted(viewer.labels)]), *([list(labels)] if labels else [])]
    labelled = "documents.id IN (SELECT document_id FROM labels WHERE label IN (SELECT value FROM json_each(?)))"
    return f"({' AND '.join(['NOT documents.staged', *[labelled] * len(wanted)])})", tuple(map(json.dumps, wanted))


def allowed_chunks(connection: sqlite3.Connection, viewer: Viewer, filters: Filters) -> ChunkIds | None:
    """The ids of the chunks inside the filters that this viewer may see, ascending; ``None`` when that is all."""
    if viewer.owner and filters == _NO_FILTERS:
        return None
    condition, parameters = visible(viewer, filters.labels)
    found = connection.execute(f"SELECT id, {FILTERED} FROM documents WHERE {condition}", parameters)
    documents = [number for number, *about in found if inside(filters, *about)]
    query = "SELECT id FROM chunks WHERE document_id IN (SELECT value FROM json_each(?))"
    wanted = [json.dumps(documents)]
    for column, values in (("years", filters.years), ("stages", filters.stages)):
        if values:
            query += f" AND EXISTS (SELECT 1 FROM json_each({column}) WHERE value IN (SELECT value FROM json_each(?)))"
            wanted.append(json.dumps(values))
    ids = [number for (number,) in connection.execute(f"{query} ORDER BY id", wanted)]
    return np.array(ids, dtype=np.int64)


def in_any(path: str, wanted: tuple[str, ...]) -> bool:
    """Whether ``path`` is one of these paths, in one of these folders, or fits one of these patterns.

    In a pattern ``*`` stays inside a folder and ``**`` crosses folders.
    """
    for item in wanted:
        folder = item.removeprefix("./").rstrip("/")
        if folder in {"", ".", path} or path.startswith(f"{folder}/"):
            return True
        if _fits(path.split("/"), folder.split("/")):
            return True
    return False


def inside(filters: Filters, path: str, document_type: str | None, date: str | None, publishers: str = "[]") -> bool:
    """Whether a document with these values of ``FILTERED`` is inside the filters that concern whole documents, labels apart."""
    if filters.paths and not in_any(path, filters.paths):
        return False
    if filters.document_types and document_type not in filters.document_types:
        return False
    if filters.publishers and not any(map(partial(_published_by, filters.publishers), json.loads(publishers))):
        return False
    if filters.date_from is None and filters.date_to is None:
        return True
    if date is None:
        return False
    after = filters.date_from is None or _compare(date, filters.date_from) >= 0
    return after and (filters.date_to is None or _compare(date, filters.date_to) <= 0)


def _published_by(wanted: Sequence[str], publisher: str) -> bool:
    """Whether a publisher is one of these bodies, or an office of one: its name stands first, parted by a blank."""
    name = _folded(publisher)
    return any(name == body or name.startswith(f"{body} ") for body in map(_folded, wanted))


def _folded(name: str) -> str:
    return " ".join(normalize(name).text.split())


def _compare(date: str, bound: str) -> int:
    """The order of two reduced ISO dates by the precision they share: 2026-01-15 equals 2026-01 and 2026."""
    length = min(len(date), len(bound))
    return (date[:length] > bound[:length]) - (date[:length] < bound[:length])


def _fits(path: list[str], pattern: list[str]) -> bool:
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(_fits(path[skip:], pattern[1:]) for skip in range(len(path) + 1))
    return bool(path) and fnmatchcase(path[0], pattern[0]) and _fits(path[1:], pattern[1:])
