"""How long a search with facets takes: ``python -m eval.benchmarks.facets [--chunks N]``.

The corpus is minutes and laws until it has ``N`` chunks, each document with a publisher, a date and a type. Queries are questions on other
texts, asked with no filter and with three. Figures are processor milliseconds: the first search of a published state, which reads what chunks
can be told apart by, and the median and the 95th percentile of the later ones. The share of the facets alone is measured by asking for no place.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from eval.benchmarks.measuring import questions_of_others, training_documents
from policy_qa import Filters, PolicyQA, Settings, Viewer, open_policy_qa

_QUESTIONS = 60
_CHARACTERS_A_CHUNK = 330
_FILTERS = (Filters(), Filters(document_types=("会議録",)), Filters(years=(2020, 2021), publishers=("試験県",)))


def write_corpus(folder: Path, chunks: int) -> None:
    """Enough documents for about this many chunks, with what the manifest says about them."""
    manifest = []
    written = 0
    for number, (title, text) in enumerate(training_documents()):
        name = f"{number:05d}.txt"
        (folder / name).write_text(f"{title}\n\n{text}", encoding="utf-8")
        manifest.append(
            f'[[document]]\nfiles = ["{name}"]\npublishers = ["試験県 {number % 40}課"]\ndate = "{2000 + number % 27}"\n'
            f'document_type = "{("会議録", "法令", "計画", "要綱")[number % 4]}"\nlabels = ["public"]\n'
        )
        written += len(text)
        if written >= chunks * _CHARACTERS_A_CHUNK:
            break
    (folder / "corpus.toml").write_text("\n".join(manifest), encoding="utf-8")


def milliseconds(service: PolicyQA, query: str, viewer: Viewer, filters: Filters, limit: int) -> float:
    """The processor time of one search."""
    started = time.process_time()
    service.find(query, viewer=viewer, filters=filters, limit=limit)
    return (time.process_time() - started) * 1000


def main() -> None:
    """Make the corpus, search it, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=10_000)
    chunks = parser.parse_args().chunks
    with tempfile.TemporaryDirectory() as root:
        corpus = Path(root, "corpus")
        corpus.mkdir()
        write_corpus(corpus, chunks)
        with open_policy_qa(Settings(corpus=corpus, index=Path(root, "index"))) as service:
            service.sync()
            viewer = Viewer("staff", frozenset({"public"}))
            status = service.status(viewer=viewer)
            print(f"{len(status.documents):,} documents, {status.chunks:,} chunks, {status.facts:,} facts")
            queries = questions_of_others(_QUESTIONS)
            service.search(queries[0], viewer=viewer)  # the searches themselves are loaded
            print(f"first search of a state: {milliseconds(service, queries[0], viewer, Filters(), 20):.0f} ms")
            for limit, called in ((20, "a page of places with facets"), (0, "total and facets alone")):
                times = [
                    milliseconds(service, query, viewer, filters, limit) for query in queries for filters in _FILTERS
                ]
                later = statistics.quantiles(times, n=20)
                print(f"{called}: median {statistics.median(times):.1f} ms, 95th percentile {later[-1]:.1f} ms")


if __name__ == "__main__":
    main()
