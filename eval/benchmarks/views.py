"""What a viewer waits for who does not see everything: ``python -m eval.benchmarks.views [--chunks N]``.

The corpus is minutes and laws, over and over, until it has about ``N`` chunks; one document in ten is hidden from the viewer. The first search of
a viewer after a change of their documents makes the index that their searches use; later ones find it made. Printed in processor milliseconds
(and the first search by the clock too): the first search, the first count of facets, and the median of later searches, each beside those of the
owner, who sees everything; and what the process grew by.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from eval.benchmarks.measuring import milliseconds, questions_of_others, write_corpus
from policy_qa import PolicyQA, Settings, Viewer, open_policy_qa

_QUESTIONS = 40
_HIDDEN = 10  # every so many documents


def said_of(number: int) -> str:
    """What ``corpus.toml`` says of a document."""
    return f'labels = ["{"secret" if number % _HIDDEN == 0 else "public"}"]'


def resident_mb() -> float:
    """The memory of this process, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def measure(service: PolicyQA, viewer: Viewer, queries: list[str]) -> None:
    """Print the line of one viewer."""
    before, started = resident_mb(), time.perf_counter()
    first = milliseconds(lambda: service.search(queries[0], viewer=viewer))
    waited = (time.perf_counter() - started) * 1000
    facets = milliseconds(lambda: service.find(queries[0], viewer=viewer))
    later = [milliseconds(lambda query=query: service.search(query, viewer=viewer)) for query in queries]  # type: ignore[misc]
    print(
        f"{viewer.name}: first search {first:,.0f} ms ({waited:,.0f} by the clock), first facets {facets:,.0f} ms, "
        f"later searches {statistics.median(later):.1f} ms, {resident_mb() - before:+,.0f} MB"
    )


def main() -> None:
    """Make the corpus, search it, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=20_000)
    chunks = parser.parse_args().chunks
    with tempfile.TemporaryDirectory() as root:
        corpus = Path(root, "corpus")
        corpus.mkdir()
        write_corpus(corpus, chunks, said_of)
        with open_policy_qa(Settings(corpus=corpus, index=Path(root, "index"))) as service:
            service.sync()
            queries = questions_of_others(_QUESTIONS)
            owner, staff = Viewer.local_owner(), Viewer("staff", frozenset({"public"}))
            for viewer in (owner, staff):
                status = service.status(viewer=viewer)
                print(f"{viewer.name} sees {len(status.documents):,} documents, {status.chunks:,} chunks")
            service.search(queries[0], viewer=owner)  # the model and the files are opened
            measure(service, owner, queries)
            measure(service, staff, queries)


if __name__ == "__main__":
    main()
