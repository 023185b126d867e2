"""Copies of the databases, each of one moment, whoever writes meanwhile.

Invariant: what is copied was found whole, and a copy holds one committed state: while it is made a writer waits with its commit.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from policy_qa.errors import IndexDamaged
from policy_qa.storage import seal
from policy_qa.storage.catalog import CATALOG_NAME, Catalog, Published
from policy_qa.storage.database import MOMENT_S, connect_reader, connect_writer, translated, writer_lock, writing_files

_PAGES_AT_ONCE = 256

Told = Callable[[int, int], None]
"""Called with how many pages were copied, of how many."""


def copy_catalog(folder: Path, target: Path, told: Told | None = None) -> Published:
    """What is published in the catalog of ``folder``, after copying it to a new file. Raises ``IndexProblem``, and ``OSError`` for ``target``."""
    path = folder / CATALOG_NAME
    with translated(path), closing(connect_reader(path)) as connection:
        connection.execute("BEGIN")
        seal.check_schema(connection, path)
        seal.check(connection, path)
        published = Catalog(connection, path).published()
        copy(connection, target, told)
    return published


def copy(connection: sqlite3.Connection, target: Path, told: Told | None = None) -> None:
    """Copies what ``connection`` sees, inside a transaction, to a new file."""
    with closing(sqlite3.connect(target)) as copied:
        connection.backup(
            copied,
            pages=_PAGES_AT_ONCE,
            progress=None if told is None else lambda _, left, total: told(total - left, total),
        )


def put_catalog(coming: Path, folder: Path, others: Mapping[Path, Path], former: Path) -> Published:
    """What is published in a catalog that takes the place of the one in ``folder``, after it was looked through.

    ``others`` are files that take a place with it, in their order, by where they come from. What stood in their places is in the folder
    ``former`` then. Raises ``IndexDamaged`` and ``IndexMismatch``, with everything as it was; ``IndexBusy`` and ``IndexReadOnly``.
    """
    path = folder / CATALOG_NAME
    places = {**others, coming: path}
    with writer_lock(folder, wait_s=MOMENT_S), translated(coming), closing(connect_reader(coming)) as connection:
        connection.execute("BEGIN")
        seal.look_through(connection, coming)
        published = Catalog(connection, coming).published()
        with ExitStack() as held, writing_files(folder):
            for place in places.values():
                held.enter_context(_held(place))
            held.enter_context(seal.broken(connection, path))
            former.mkdir()
            for place in places.values():
                if place.exists():
                    os.link(place, former / place.name)
            for source, place in places.items():
                source.replace(place)
    return published


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Nobody reads or writes the database at ``path`` inside, and it has no journal; a damaged one is taken as it is."""
    with ExitStack() as held:
        if path.suffix == ".sqlite" and path.exists():
            try:
                with translated(path):
                    connection = held.enter_context(closing(connect_writer(path)))
                    connection.execute("BEGIN EXCLUSIVE")
            except IndexDamaged:
                path.with_name(f"{path.name}-journal").unlink(missing_ok=True)  # of another file from now on
        yield
