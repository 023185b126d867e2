"""Documents that people send and change: what arrived, what is to become of it."""

from __future__ import annotations

from dataclasses import dataclass

from policy_qa.types.documents import Metadata


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found in a file that was sent. ``about`` is what it says of itself, without labels.

    ``characters``, ``pages`` and ``troubled`` (pages that read badly) say how well it was read; ``members`` counts the documents in an archive.
    """

    sha256: str
    about: Metadata
    characters: int
    pages: int = 0
    troubled: int = 0
    members: int | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent and waits to be registered. ``id`` is known to its sender only, ``name`` is made safe, ``size`` is in bytes.

    ``replaceable`` are the documents of that name which it may be a new version of; ``same_as`` is a document of the same bytes.
    """

    id: str
    name: str
    size: int
    seen: Seen
    replaceable: tuple[str, ...] = ()
    same_as: str | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """What is to become of an upload: a document of its own, or the new version of the one at ``replaces``."""

    upload: str
    metadata: Metadata
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Placing:
    """An upload on its way into the corpus: the file of which upload, at which path, with what said of it, and whether one lies there."""

    upload: str
    path: str
    metadata: Metadata
    replaces: bool
