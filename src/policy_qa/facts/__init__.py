"""Document -> facts: typed statements with the place that states them.

Owns what the program takes as data out of documents. One module per kind of fact. Invariant: ``quote`` is the document's text at the
fact's span and ``printed`` lies inside it; what cannot be read with certainty is left out.
"""

from __future__ import annotations

from policy_qa.facts.budgets import budget_facts
from policy_qa.facts.programs import program_facts
from policy_qa.types import Document, Fact

__all__ = ["FACTS_VERSION", "extract_facts"]

# Change when the same document would yield other facts: an index made with another version is refused.
FACTS_VERSION = "2"


def extract_facts(document: Document) -> list[Fact]:
    """All facts of a document, in the order they stand in it within each kind."""
    return [*budget_facts(document), *program_facts(document)]
