"""How long a search with facets takes: ``python -m eval.benchmarks.facets [--chunks N]``.

The corpus is minutes and laws until it has ``N`` chunks, each document with a publisher, a date and a type. Queries are questions on other
texts, asked with no filter and with three. Figures are processor milliseconds: the first search of a published state, which reads what chunks
can be told apart by, and the median and the 95th percentile of the later ones. The share of the facets alone is measured by asking for no place.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from eval.benchmarks.measuring import milliseconds, questions_of_others, write_corpus
from policy_qa import Filters, Settings, Viewer, open_policy_qa

_QUESTIONS = 60
_FILTERS = (Filters(), Filters(document_types=("会議録",)), Filters(years=(2020, 2021), publishers=("試験県",)))


def said_of(number: int) -> str:
    """What ``corpus.toml`` says of a document."""
    return (
        f'publishers = ["試験県 {number % 40}課"]\ndate = "{2000 + number % 27}"\n'
        f'document_type = "{("会議録", "法令", "計画", "要綱")[number % 4]}"\nlabels = ["public"]'
    )


def main() -> None:
    """Make the corpus, search it, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=10_000)
    chunks = parser.parse_args().chunks
    with tempfile.TemporaryDirectory() as root:
        corpus = Path(root, "corpus")
        corpus.mkdir()
        write_corpus(corpus, chunks, said_of)
        with open_policy_qa(Settings(corpus=corpus, index=Path(root, "index"))) as service:
            service.sync()
            viewer = Viewer("staff", frozenset({"public"}))

            def searched(query: str, filters: Filters, limit: int) -> float:
                return milliseconds(lambda: service.find(query, viewer=viewer, filters=filters, limit=limit))

            status = service.status(viewer=viewer)
            print(f"{len(status.documents):,} documents, {status.chunks:,} chunks, {status.facts:,} facts")
            queries = questions_of_others(_QUESTIONS)
            service.search(queries[0], viewer=viewer)  # the searches themselves are loaded
            print(f"first search of a state: {searched(queries[0], Filters(), 20):.0f} ms")
            for limit, called in ((20, "a page of places with facets"), (0, "total and facets alone")):
                times = [searched(query, filters, limit) for query in queries for filters in _FILTERS]
                later = statistics.quantiles(times, n=20)
                print(f"{called}: median {statistics.median(times):.1f} ms, 95th percentile {later[-1]:.1f} ms")


if __name__ == "__main__":
    main()
