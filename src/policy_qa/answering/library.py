"""What one viewer's documents say, as the answerer needs it: names, facts, texts, how rare a word is.

Owns the caching of one published state of the index for one set of labels. Invariant: a library never mixes two states and holds
nothing its viewer may not see.
"""

from __future__ import annotations

import math
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from functools import cached_property
from typing import Any, TypeVar

from policy_qa.answering.orders import states_order
from policy_qa.japanese.normalize import fold
from policy_qa.japanese.tokens import index_terms
from policy_qa.japanese.vocabulary import PROGRAM_ENDING
from policy_qa.retrieval.topics import Topics
from policy_qa.storage.index import Index
from policy_qa.types import Document, DocumentSummary, Fact, FactKind, Viewer

_KEPT_LIBRARIES = 8
_KEPT_DOCUMENTS = 64
_KEPT_NARROWED = 32
_KEPT_STATEMENTS = 3_000  # of all documents together; more only of one that has more
_WRITTEN_IN = 50
_QUOTED = re.compile(r"^[^「」『』]+[「『](?P<name>[^「」『』]{3,})[」』]$")
_OPENING = 200  # characters at a document's beginning that say what and whose it is

_Statement = TypeVar("_Statement")


class Library:
    """One state of the index as one viewer sees it. Parts are read when first asked for."""

    def __init__(self, index: Index, viewer: Viewer) -> None:
        self._index = index
        self._viewer = viewer
        self._documents: OrderedDict[str, Document] = OrderedDict()
        self._counted: dict[str, int] = {}
        self._named: dict[str, tuple[frozenset[str], frozenset[str] | None]] = {}
        self._narrowed: dict[frozenset[str], Library] = {}
        self._stated: dict[tuple[str, bool], tuple[Any, ...]] = {}
        self._paths: frozenset[str] | None = None

    @cached_property
    def summaries(self) -> tuple[DocumentSummary, ...]:
        """Every document there is for this viewer."""
        return self._index.documents(self._viewer)

    @property
    def outdated(self) -> frozenset[str]:
        """The documents of whose files there is a newer version that could not be read; not kept, for it changes within one state."""
        return frozenset(failure.path for failure in self._index.failures(self._viewer) if failure.serving_previous)

    @cached_property
    def reference_date(self) -> str | None:
        """The date of the newest document: what 「今年度」 in a question is counted from."""
        return max((summary.metadata.date for summary in self._covered() if summary.metadata.date), default=None)

    @cached_property
    def budgets(self) -> tuple[Fact, ...]:
        """All budget facts, by path and place."""
        return self._facts("budget")

    @cached_property
    def programs(self) -> tuple[Fact, ...]:
        """Every place that names a programme, by path and place."""
        return self._facts("program")

    @cached_property
    def eligibility(self) -> tuple[Fact, ...]:
        """Who and what a programme is for, its conditions, rates, ceilings, periods, by path and place."""
        return self._facts("eligibility")

    @cached_property
    def decisions(self) -> tuple[Fact, ...]:
        """What was decided by whom and when, by path and place."""
        return self._facts("decision")

    @cached_property
    def targets(self) -> tuple[Fact, ...]:
        """Indicators with their figures and years, by path and place."""
        return self._facts("target")

    def _facts(self, kind: FactKind) -> tuple[Fact, ...]:
        """The facts of one kind, without those that a document orders to be stated."""
        return tuple(
            fact for fact in self._index.facts(self._viewer, kind=kind) if not states_order(fact.quote, fact.printed)
        )

    @cached_property
    def topics(self) -> Topics:
        """Programme names and headings of all documents covered."""
        programs = [fact.program for fact in self.programs if fact.program]
        programs += [
            fact.program
            for fact in self.budgets
            if fact.program
            and not fact.is_total
            and fact.qualifier != "財源"
            and not PROGRAM_ENDING.fullmatch(fact.program)
        ]
        totals = [fact.program for fact in self.budgets if fact.program and fact.is_total]
        titles = [summary.metadata.title for summary in self._covered()]
        others = {other: fact.program for fact in self.programs if fact.program for other in fact.other_names}
        # 予約制乗合タクシー「あさぎ号」 is known by the name in its quotation marks.
        quoted = ((_QUOTED.search(name), name) for name in programs)
        others |= {match["name"]: name for match, name in quoted if match is not None}
        return Topics.of(programs, [*totals, *self._headings(), *titles], others)

    def document(self, path: str) -> Document:
        """The document at ``path``."""
        if path in self._documents:
            self._documents.move_to_end(path)
            return self._documents[path]
        document = self._index.document(path, self._viewer)
        self._documents[path] = document
        if len(self._documents) > _KEPT_DOCUMENTS:
            self._documents.popitem(last=False)
        return document

    def statements(
        self, path: str, read: Callable[[Document, Sequence[Fact]], tuple[_Statement, ...]]
    ) -> tuple[_Statement, ...]:
        """What ``read`` finds stated in the document at ``path``, given its facts of eligibility; kept, for several steps of an answer ask for it."""
        asked = (path, self._paths is None or path in self._paths)  # of others there are no facts
        found = self._stated.get(asked)
        if found is None:
            found = read(self.document(path), [fact for fact in self.eligibility if fact.path == path])
            if sum(map(len, list(self._stated.values()))) + len(found) > _KEPT_STATEMENTS:
                self._stated.clear()
            self._stated[asked] = found
        return found

    def rarity(self, term: str) -> float:
        """How much a term says: its inverse document frequency over chunks; the largest for a term no document has."""
        frequency = self._frequency(term)
        return math.log(1 + (self._chunks - frequency + 0.5) / (frequency + 0.5))

    def knows(self, term: str) -> bool:
        """Whether any document has this index term."""
        return self._frequency(term) > 0

    def known_of(self, terms: Iterable[str]) -> frozenset[str]:
        """Those of many index terms that a document has."""
        with self._index.reading():  # one state for all, opened once
            return frozenset(term for term in terms if self._index.frequency(term, self._viewer))

    def writes(self, text: str) -> bool:
        """Whether a document has this text, compared folded, in one of the chunks that fit its words best."""
        found = self._index.keyword_search(index_terms(text), _WRITTEN_IN, self._viewer)
        wanted = fold(text)
        chunks = self._index.chunks([identity for identity, _ in found], self._viewer)
        return any(wanted in fold(" ".join((*chunk.heading_path, chunk.text))) for chunk in chunks)

    @cached_property
    def titles(self) -> dict[str, str]:
        """The title and publishers of every document, folded, by its path."""
        return {
            summary.path: fold(" ".join((summary.metadata.title, *summary.metadata.publishers)))
            for summary in self.summaries
        }

    def documents_with(self, name: str) -> tuple[frozenset[str], frozenset[str] | None]:
        """The documents named after a folded name (in title, publisher or opening), and all that write it; ``None`` where too many to tell."""
        if name not in self._named:
            named_after = {path for path, title in self.titles.items() if name in title}
            found = self._index.keyword_search(index_terms(name), _WRITTEN_IN, self._viewer)
            chunks = self._index.chunks([identity for identity, _ in found], self._viewer)
            having = [chunk for chunk in chunks if name in fold(" ".join((*chunk.heading_path, chunk.text)))]
            named_after |= {
                chunk.path for chunk in having if chunk.span.start < _OPENING and name in fold(chunk.text)[:_OPENING]
            }
            too_many = len(having) == _WRITTEN_IN
            self._named[name] = (
                frozenset(named_after),
                None if too_many else frozenset(chunk.path for chunk in having) | named_after,
            )
        return self._named[name]

    def within(self, paths: frozenset[str]) -> Library:
        """The same library with the facts, the topics and the reference date of some documents only."""
        if paths not in self._narrowed:
            if len(self._narrowed) >= _KEPT_NARROWED:
                self._narrowed.clear()
            narrowed = copy(self)
            narrowed._paths = paths
            for kind in ("topics", "reference_date"):
                narrowed.__dict__.pop(kind, None)
            for kind in ("budgets", "programs", "eligibility", "decisions", "targets"):
                narrowed.__dict__[kind] = tuple(fact for fact in getattr(self, kind) if fact.path in paths)
            self._narrowed[paths] = narrowed
        return self._narrowed[paths]

    def _covered(self) -> list[DocumentSummary]:
        """The documents whose topics and dates count."""
        return [summary for summary in self.summaries if self._paths is None or summary.path in self._paths]

    def _headings(self) -> tuple[str, ...]:
        if self._paths is None:
            return self._index.headings(self._viewer)
        titles = (
            title
            for path in sorted(self._paths)
            for block in self.document(path).blocks
            for title in block.heading_path
        )
        return tuple(dict.fromkeys(titles))

    @cached_property
    def _chunks(self) -> int:
        return self._index.count(self._viewer)

    def _frequency(self, term: str) -> int:
        if term not in self._counted:
            self._counted[term] = self._index.frequency(term, self._viewer)
        return self._counted[term]


class Libraries:
    """The libraries in use, by index generation and labels."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, str, bool, frozenset[str]], Library] = OrderedDict()

    def open(self, viewer: Viewer) -> Library:
        """The library of this viewer for the state being served now. Raises ``IndexProblem``."""
        with self._index.reading() as snapshot:
            key = (snapshot.published.generation, snapshot.published.state, viewer.owner, viewer.labels)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = Library(self._index, viewer)
            self._kept.move_to_end(key)
            if len(self._kept) > _KEPT_LIBRARIES:
                self._kept.popitem(last=False)
            return self._kept[key]
