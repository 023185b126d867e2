"""Characters a second, on one core, of the extraction of facts, kind by kind and together, beside the other steps of indexing.

``python -m eval.benchmarks.facts``: the document in ``corpus/`` repeated, laws and minutes of the training data. What indexing does
besides is measured in the same run, to see that facts are not its slow step.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from eval.benchmarks.measuring import CHARACTERS, TRAIN, speed, training_text
from policy_qa import facts
from policy_qa.chunking import chunk
from policy_qa.documents.text import blocks_of
from policy_qa.japanese import tokens
from policy_qa.types import Chunk, Document, Fact, FactKind, Metadata

SEED = Path(__file__).resolve().parents[2] / "corpus" / "chiiki-mirai-senryaku-r8-01.txt"
CHUNK_TOKENS = 220


def documents() -> dict[str, Document]:
    """About a million characters of each kind of text."""
    seed = SEED.read_text(encoding="utf-8")
    texts = {"corpus": (seed + "\n\n") * (CHARACTERS // len(seed))}
    if TRAIN.exists():
        texts |= {name: training_text(name) for name in ("laws", "minutes")}
    else:
        print(f"{TRAIN} がないため、corpus の文書だけで測ります。", file=sys.stderr)
    about = Metadata("資料", date="2026-01")
    return {name: Document(f"{name}.txt", "", text, blocks_of(text), about) for name, text in texts.items()}


def _of_kind(kind: FactKind, document: Document) -> list[Fact]:
    return list(facts.READERS[kind](document))


def _chunks(document: Document) -> list[Chunk]:
    return chunk(document, CHUNK_TOKENS)


def _terms(document: Document) -> list[str]:
    return tokens.index_terms(document.text)


def main() -> int:
    """0, after a table of millions of characters a second is printed."""
    measured = documents()
    works: dict[str, Callable[[Document], object]] = {
        "facts: all kinds": facts.extract_facts,
        **{f"facts: {kind}": partial(_of_kind, kind) for kind in facts.READERS},
        "chunking": _chunks,
        "index terms": _terms,
    }
    print(f"{'M characters/s':20}" + "".join(f"{name:>10}" for name in measured))
    for name, work in works.items():
        figures = (speed(partial(work, document), len(document.text)) for document in measured.values())
        print(f"{name:20}" + "".join(f"{figure:10.2f}" for figure in figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
