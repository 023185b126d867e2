"""The parts of a Word package and what ties them.

Owns names and relations. Invariants: a part is unpacked and parsed when it is asked for, so that what nobody reads costs nothing; names differ by more
than the case of their letters.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from urllib.parse import unquote
from xml.etree import ElementTree

from policy_qa.documents.opening import collector_resting
from policy_qa.documents.unreadable import damaged
from policy_qa.documents.word.markup import Element


class Package:
    """An opened package. ``stream`` comes from ``opened``, so no part declares a document type."""

    def __init__(self, stream: BytesIO) -> None:
        self._zip = zipfile.ZipFile(stream)
        self._names = {name.lower(): name for name in self._zip.namelist()}

    @property
    def main(self) -> Part:
        """The part that the package is about. Raises ``Unreadable``."""
        for relation in Part(self, "").relations.values():
            if relation.kind == "officeDocument" and relation.target is not None:
                return relation.target
        raise damaged("本文の部品がありません")

    def holds(self, name: str) -> bool:
        """Whether there is a part of that name."""
        return name.lower() in self._names

    def content(self, name: str) -> bytes:
        """The bytes of a part."""
        return self._zip.read(self._names[name.lower()])


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part is tied to: the last word of the relation's type, and the part, where the package holds it."""

    kind: str
    target: Part | None


@dataclass(frozen=True)
class Part:
    """A part by its name in the package; the empty name is the package's own."""

    package: Package
    name: str

    @property
    def content(self) -> bytes:
        """Its bytes."""
        return self.package.content(self.name)

    @cached_property
    def root(self) -> Element:
        """Its root element."""
        with collector_resting():
            return ElementTree.fromstring(self.content)  # noqa: S314 -- see ``Package``

    @cached_property
    def relations(self) -> Mapping[str, Relation]:
        """What it is tied to, by the ids of the relations."""
        folder, own = posixpath.split(self.name)
        listing = posixpath.join(folder, "_rels", f"{own}.rels")
        if not self.package.holds(listing):
            return {}
        found: dict[str, Relation] = {}
        for one in Part(self.package, listing).root:
            name = posixpath.normpath(posixpath.join("/", folder, unquote(one.get("Target", "")))).lstrip("/")
            is_inside = one.get("TargetMode") != "External" and self.package.holds(name)
            kind = one.get("Type", "").rpartition("/")[2]
            found[one.get("Id", "")] = Relation(kind, Part(self.package, name) if is_inside else None)
        return found

    def related(self, kind: str) -> Element | None:
        """The root of the first part that a relation of this kind leads to."""
        targets = (one.target for one in self.relations.values() if one.kind == kind)
        return next((target.root for target in targets if target is not None), None)
