"""What people look around with: searches to leaf through, budget tables, decisions on a time line and their records.

A part of ``PolicyQA``, for which the same rules hold: every call takes the ``viewer`` on whose behalf it is made, and reads one state of the index.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from policy_qa.facts.budgets.overview import budget_table, changes_of, composition_of, period_of
from policy_qa.history import History
from policy_qa.history.sight import Sight
from policy_qa.history.timeline import timeline
from policy_qa.retrieval.finding import find
from policy_qa.retrieval.hybrid import Retriever
from policy_qa.storage.facets import bodies_of
from policy_qa.storage.index import Index
from policy_qa.storage.snapshot import Snapshot
from policy_qa.types import (
    BudgetChanges,
    BudgetComposition,
    BudgetPeriod,
    BudgetTable,
    DecisionDraft,
    DecisionSource,
    DecisionTimeline,
    Fact,
    Filters,
    Found,
    RecordedDecision,
    SortOrder,
    Stage,
    Viewer,
)

MOST_ANSWERS = 500  # of the log that the time line looks through, the newest


class Searched(Protocol):
    """Of the parts of a service those that are looked through here."""

    @property
    def index(self) -> Index:
        """The index."""
        ...

    @property
    def retriever(self) -> Retriever:
        """The search over it."""
        ...


class Browsing(ABC):
    """The calls of ``PolicyQA`` for looking around."""

    _history: History

    @abstractmethod
    def _reading(self, searcher: Viewer | None = None) -> AbstractContextManager[tuple[Searched, Snapshot]]:
        """The parts with one state of the index to read from, and for a ``searcher`` to search in."""

    @abstractmethod
    def _check(self, question: str) -> None:
        """Raises ``EmptyQuestion`` and ``QuestionTooLong``."""

    def find(
        self,
        query: str,
        *,
        viewer: Viewer,
        filters: Filters = Filters(),
        sort: SortOrder = "relevance",
        limit: int = 20,
        offset: int = 0,
    ) -> Found:
        """One page of a search to leaf through, with how many places there are of each kind. Raises as ``ask`` does.

        「…」 or "…" is a phrase, a word behind ``-`` is left out.
        """
        self._check(query)
        with self._reading(viewer) as (parts, _):
            return find(
                query,
                parts.index,
                parts.retriever,
                viewer=viewer,
                filters=filters,
                sort=sort,
                limit=limit,
                offset=offset,
            )

    def budget_table(
        self,
        *,
        viewer: Viewer,
        program: str | None = None,
        years: Sequence[int] = (),
        stages: Sequence[Stage] = (),
        body: str | None = None,
    ) -> BudgetTable:
        """The budget figures this viewer may see, by programme and period. ``program`` is part of a name, ``body`` whose budget it is."""
        facts, bodies = self._budgets(viewer)
        return budget_table(facts, bodies, program=program, years=years, stages=stages, body=body)

    def budget_changes(
        self,
        *,
        viewer: Viewer,
        earlier: BudgetPeriod | None = None,
        later: BudgetPeriod | None = None,
        program: str | None = None,
        body: str | None = None,
    ) -> BudgetChanges:
        """What grew and shrank between two periods, by default the newest of one stage that most programmes have figures of."""
        facts, bodies = self._budgets(viewer)
        return changes_of(budget_table(facts, bodies, program=program, body=body), earlier, later)

    def budget_composition(
        self, path: str, start: int, *, viewer: Viewer, period: BudgetPeriod
    ) -> BudgetComposition | None:
        """What the total of a period at a place of a document is made of; ``None`` where there is none, or not surely all of it."""
        with self._reading() as (parts, _):
            facts = parts.index.facts(viewer, kind="budget", filters=Filters(paths=(path,)))
        for fact in facts:
            if (fact.path, fact.start, fact.is_total) == (path, start, True) and period_of(fact) == period:
                return composition_of(fact, facts)
        return None

    def _budgets(self, viewer: Viewer) -> tuple[list[Fact], dict[str, str | None]]:
        """The budget facts, and whose budget each document is: the body of its first publisher."""
        with self._reading() as (parts, _):
            facts = list(parts.index.facts(viewer, kind="budget"))
            published = parts.index.publishers((fact.path for fact in facts), viewer)
        return facts, {path: next(iter(bodies_of(publishers)), None) for path, publishers in published.items()}

    def decisions(
        self,
        *,
        viewer: Viewer,
        query: str | None = None,
        sources: Collection[DecisionSource] = (),
        body: str | None = None,
        form: str | None = None,
        program: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> DecisionTimeline:
        """The decisions that documents state and that were recorded, as this viewer sees them, newest first.

        With ``answer`` among the ``sources`` the answers that this viewer was given too, of which the newest are looked through.
        """
        with self._reading() as (parts, _):
            facts = parts.index.facts(viewer, kind="decision")
            titles = parts.index.titles((fact.path for fact in facts), viewer)
        return timeline(
            facts, self.recorded_decisions(viewer=viewer, query=query), titles,
            self._history.list(viewer=viewer, query=query, limit=MOST_ANSWERS),
            query=query, sources=sources, body=body, form=form, program=program, since=since, until=until,
        )  # fmt: skip

    def record_decision(self, draft: DecisionDraft, *, viewer: Viewer, replaces: int | None = None) -> RecordedDecision:
        """The record as it is kept; ``replaces`` is the number of the record it corrects. Raises ``NotRecorded``."""
        if draft.citations:
            with self._reading() as (parts, _):
                visible = parts.index.titles((cited.path for cited in draft.citations), viewer)
            draft = Sight(frozenset(visible), "").of_record(draft)
        return self._history.decisions.add(draft, viewer=viewer, replaces=replaces)

    def withdraw_decision(self, number: int, *, viewer: Viewer) -> None:
        """Takes a record off the lists; the database keeps it. Raises ``NotRecorded``."""
        self._history.decisions.withdraw(number, viewer=viewer)

    def recorded_decisions(
        self, *, viewer: Viewer, query: str | None = None, limit: int | None = None
    ) -> list[RecordedDecision]:
        """Recorded decisions and replies, newest first: one's own, all for the owner, and shared ones that cite only what one sees."""
        visible: frozenset[str] = frozenset()
        if not viewer.owner:
            with self._reading() as (parts, _):
                visible = parts.index.paths(viewer)
        return self._history.decisions.list(viewer=viewer, query=query, visible=visible, limit=limit)
