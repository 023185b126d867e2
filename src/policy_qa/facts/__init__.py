"""Document -> facts: typed statements with the place that states them.

Owns what the program takes as data out of documents. One module per kind of fact. Invariant: ``quote`` is the document's text at the
fact's span and ``printed`` lies inside it; what cannot be read with certainty is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from policy_qa.facts.budgets.reader import budget_facts
from policy_qa.facts.decisions.reader import decision_facts
from policy_qa.facts.eligibility.reader import eligibility_facts
from policy_qa.facts.programs.relations import programme_facts
from policy_qa.facts.targets.reader import target_facts
from policy_qa.types import Document, Fact, FactKind, Span

__all__ = ["FACTS_VERSION", "READERS", "extract_facts"]

# Change when the same document would yield other facts: an index made with another version is refused.
FACTS_VERSION = "15"

READERS: Mapping[FactKind, Callable[[Document], Iterable[Fact]]] = MappingProxyType(
    {
        "budget": budget_facts,
        "eligibility": eligibility_facts,
        "decision": decision_facts,
        "target": target_facts,
        "program": programme_facts,
    }
)


def extract_facts(document: Document) -> list[Fact]:
    """All facts of a document, in the order they stand in it within each kind; what a picture was read for is not verified."""
    found = [fact for read in READERS.values() for fact in read(document)]
    if not any(page.recognised for page in document.pages):
        return found
    return [
        replace(fact, verified=not any(page.recognised for page in document.pages_of(Span(fact.start, fact.end))))
        for fact in found
    ]
