"""How common words are in Japanese official and encyclopaedic text: the table the answerer weighs rare words with.

    python -m eval.training.word_frequencies --data ../shared/data

Counts, over paragraphs of council minutes, national projects, laws and encyclopaedia articles, how many hold each index term, and writes
``src/policy_qa/retrieval/word_frequencies.tsv.gz``: the number of paragraphs, then ``term<TAB>paragraphs`` for every term found
in at least ``--least`` of them. Deterministic: the first paragraphs of each source are taken, in file order.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from policy_qa.japanese.tokens import index_terms

OUTPUT = Path("src/policy_qa/retrieval/word_frequencies.tsv.gz")
_PARAGRAPHS = 40_000  # of each source
_LONGEST = 600


def paragraphs(data: Path) -> Iterator[str]:
    """Paragraphs of the four sources, at most ``_PARAGRAPHS`` of each."""
    for source in (_minutes, _projects, law_paragraphs, _articles):
        yield from islice(source(data / "train"), _PARAGRAPHS)


def _minutes(folder: Path) -> Iterator[str]:
    with lzma.open(folder / "minutes.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from (speech for speech in json.loads(line)["speeches"] if len(speech) > 40)


def _projects(folder: Path) -> Iterator[str]:
    with lzma.open(folder / "rs2024-projects.json.xz", "rt", encoding="utf-8") as file:
        for project in json.load(file).values():
            for field in ("purpose", "currentIssues", "overview"):
                if project.get(field):
                    yield f"{project['projectName']} {project[field]}"


def law_paragraphs(folder: Path) -> Iterator[str]:
    """The paragraphs of laws that are long enough to be sentences."""
    with lzma.open(folder / "laws.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from (paragraph for paragraph in json.loads(line)["text"].split("\n") if len(paragraph) > 40)


def _articles(folder: Path) -> Iterator[str]:
    with gzip.open(folder / "jaquad-train.json.gz", "rt", encoding="utf-8") as file:
        for article in json.load(file)["data"]:
            yield from (paragraph["context"] for paragraph in article["paragraphs"])


def main() -> None:
    """Counts and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--least", type=int, default=12)
    arguments = parser.parse_args()
    counted: Counter[str] = Counter()
    total = 0
    for paragraph in paragraphs(arguments.data):
        total += 1
        counted.update({term for term in index_terms(paragraph[:_LONGEST]) if "＋" not in term and ":" not in term})
    kept = sorted(item for item in counted.items() if item[1] >= arguments.least and not item[0].isdigit())
    content = f"{total}\n" + "".join(f"{term}\t{count}\n" for term, count in kept)
    with OUTPUT.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(content.encode())
    print(f"{total:,} paragraphs, {len(kept):,} terms, {OUTPUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
