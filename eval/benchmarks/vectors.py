"""How FAISS indexes of several kinds keep the ten nearest: ``python -m eval.benchmarks.vectors [--rows N] [--write]``.

Rows are pieces of minutes and laws, questions come from other text (JaQuAD, national projects), embedded by the bundled model. For each kind
and filter: recall@10 against exact search (a row as near as the tenth counts), and processor milliseconds a question on one thread.
Filters let 10%, 1% or 0.1% through by chance, or the 10% and 1% that are nearest to one row: a filter by subject.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from eval.benchmarks.measuring import TRAIN, questions_of_others, training_documents
from policy_qa.models.embedding import open_encoder
from policy_qa.storage.access import Allowed
from policy_qa.storage.vectors import VectorIndex

RESULT = Path(__file__).parents[1] / "results" / "vectors.md"
NEAREST = 10
PIECE = 80  # characters, at least; a piece ends with a sentence
QUESTIONS = 200

Rows = NDArray[np.float32]
Mask = NDArray[np.bool_]
Search = Callable[[Rows, Mask | None, int], list[int]]


def pieces() -> Iterator[str]:
    """The training texts in pieces of whole sentences."""
    for _, text in training_documents():
        piece = ""
        for sentence in re.split(r"(?<=[。\n])", text):
            piece += sentence
            if len(piece) >= PIECE:
                yield piece
                piece = ""


def embedded(count: int) -> tuple[Rows, Rows]:
    """``count`` rows of pieces, taken at even distances, and the rows of the questions."""
    encoder = open_encoder()
    texts = list(pieces())
    chosen = [texts[place] for place in np.linspace(0, len(texts) - 1, min(count, len(texts))).astype(int)]
    tables = [encoder.encode_documents(chosen[start : start + 10_000]) for start in range(0, len(chosen), 10_000)]
    questions = np.stack([encoder.encode_query(question) for question in questions_of_others(QUESTIONS)])
    return np.concatenate(tables).astype(np.float16).astype(np.float32), questions


def masks_of(rows: Rows) -> dict[str, Mask | None]:
    """The filters by name: which rows each lets through."""
    random = np.random.default_rng(5)
    near = rows @ rows[random.integers(len(rows))]
    by_chance = {f"{share:.1%}": random.random(len(rows)) < share for share in (0.1, 0.01, 0.001)}
    by_subject = {f"{share:.0%}, one subject": near >= np.quantile(near, 1 - share) for share in (0.1, 0.01)}
    return {"all": None, **by_chance, **by_subject}


def selector(mask: Mask | None) -> Any:
    """What FAISS is told of a filter."""
    parts: Any = faiss
    return None if mask is None else parts.IDSelectorBitmap(np.packbits(mask, bitorder="little"))


def from_factory(rows: Rows, name: str, probes: float = 1.0) -> Search:
    """An index of FAISS' factory; of its cells this share is looked at, or of a graph's neighbours 256 at a time."""
    index: Any = faiss.index_factory(rows.shape[1], name, faiss.METRIC_INNER_PRODUCT)
    if not index.is_trained:
        index.train(rows[:: max(1, len(rows) // 50_000)])
    index.add(rows)
    parts: Any = faiss

    def search(question: Rows, mask: Mask | None, limit: int) -> list[int]:
        if name.startswith("IVF"):
            how = parts.SearchParametersIVF(nprobe=max(1, int(index.nlist * probes)), sel=selector(mask))
        elif name.startswith("HNSW"):
            how = parts.SearchParametersHNSW(efSearch=256, sel=selector(mask))
        else:
            how = parts.SearchParameters(sel=selector(mask)) if mask is not None else None
        found: list[int] = index.search(question[None], limit, params=how)[1][0].tolist()
        return found

    return search


def shipped(rows: Rows) -> Search:
    """The index of the program."""
    ids = np.arange(len(rows), dtype=np.int64)
    index = VectorIndex.build([(ids, rows)])
    kept: dict[int, Allowed] = {}

    def search(question: Rows, mask: Mask | None, limit: int) -> list[int]:
        if mask is not None and id(mask) not in kept:
            kept[id(mask)] = Allowed(mask)
        allowed = None if mask is None else kept[id(mask)]
        return [number for number, _ in index.search(question, limit, allowed)]

    return search


def kinds_of(rows: Rows, graphs: bool) -> dict[str, Callable[[], Search]]:
    """The kinds of index by name, each to be built."""
    cells = 2 ** int(np.log2(4 * np.sqrt(len(rows))) - 1)
    kinds: dict[str, Callable[[], Search]] = {
        "exact, half precision": lambda: from_factory(rows, "SQfp16"),
        "exact, 8 bits": lambda: from_factory(rows, "SQ8"),
        "the program's": lambda: shipped(rows),
    }
    for probes in (0.05, 0.2):
        kinds[f"{cells} cells, half precision, {probes:.0%} looked at"] = lambda probes=probes: from_factory(  # type: ignore[misc]
            rows, f"IVF{cells},SQfp16", probes
        )
    if graphs:
        kinds["graph (HNSW, 32 neighbours, 256 at a time)"] = lambda: from_factory(rows, "HNSW32,SQfp16")
    return kinds


def exact(questions: Rows, rows: Rows, masks: Mapping[str, Mask | None]) -> tuple[Rows, dict[str, Rows]]:
    """All inner products, a line for each question, and by filter that of the tenth nearest row."""
    scores = np.stack([rows @ question for question in questions])
    tenths = {
        name: np.array([np.partition(line if mask is None else line[mask], -NEAREST)[-NEAREST] for line in scores])
        for name, mask in masks.items()
    }
    return scores, tenths


def measured(
    search: Search, questions: Rows, masks: Mapping[str, Mask | None], truth: tuple[Rows, dict[str, Rows]]
) -> list[str]:
    """A cell for each filter: recall@10 and processor milliseconds a question."""
    scores, tenths = truth
    cells = []
    for name, mask in masks.items():
        search(questions[0], mask, NEAREST)
        started = time.process_time()
        found = [search(question, mask, NEAREST) for question in questions]
        spent = (time.process_time() - started) / len(questions) * 1000
        near = sum(
            int((line[[place for place in places if place >= 0]] >= tenth - 1e-6).sum())
            for line, places, tenth in zip(scores, found, tenths[name], strict=True)
        )
        cells.append(f"{near / NEAREST / len(questions):.3f}, {spent:.2f} ms")
    return cells


def main() -> None:
    """Reads the command line, measures, prints; ``--write`` keeps the table under ``eval/results``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--rows", type=int, action="append", help="how many rows; again for more (default 50,000 and 200,000)"
    )
    parser.add_argument("--graphs", action="store_true", help="measure HNSW too, which takes long to build")
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.name} under eval/results")
    options = parser.parse_args()
    if not TRAIN.exists():
        parser.exit(1, f"{TRAIN} がありません。\n")
    faiss.omp_set_num_threads(1)
    lines = []
    for count in options.rows or [50_000, 200_000]:
        rows, questions = embedded(count)
        masks = masks_of(rows)
        truth = exact(questions, rows, masks)
        lines += [
            f"\n{len(rows):,} rows of {rows.shape[1]} numbers\n",
            f"| index | built, CPU s | {' | '.join(masks)} |",
        ]
        lines += ["|---|---|" + "---|" * len(masks)]
        for name, build in kinds_of(rows, options.graphs).items():
            started = time.process_time()
            search = build()
            built = time.process_time() - started
            lines.append(f"| {name} | {built:.1f} | {' | '.join(measured(search, questions, masks, truth))} |")
            print(lines[-1], flush=True)
    if options.write:
        said = re.sub(r"\s+", " ", (__doc__ or "").partition("\n\n")[2]).strip()
        command = f"`{' '.join(['python -m eval.benchmarks.vectors', *sys.argv[1:]])}`, {time.strftime('%Y-%m-%d')}."
        RESULT.write_text("\n".join([f"# Nearest rows\n\n{command} {said}", *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
