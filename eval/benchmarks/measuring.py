"""What the speed benchmarks share: texts of the training data, a corpus of them, questions on other texts, and how time is measured.

Characters a second are the best of three runs in processor time, so that other work on the machine counts less.
"""

from __future__ import annotations

import gzip
import json
import lzma
import re
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count, zip_longest
from pathlib import Path

TRAIN = Path(__file__).resolve().parents[3] / "shared" / "data" / "train"
CHARACTERS = 1_000_000
_CHARACTERS_A_CHUNK = 330


def training_text(name: str, limit: int = CHARACTERS) -> str:
    """The first ``limit`` characters of a file of the training data (``laws``, ``minutes``), its texts one after the other."""
    parts: list[str] = []
    total = 0
    with lzma.open(TRAIN / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            parts.append(record["text"] if "text" in record else "\n".join(record["speeches"]))
            total += len(parts[-1])
            if total >= limit:
                break
    return "\n".join(parts)[:limit]


def training_documents() -> Iterator[tuple[str, str]]:
    """Titles and texts of minutes and laws by turns, as long as there are both, then the rest."""
    for pair in zip_longest(_records("minutes"), _records("laws")):
        yield from (record for record in pair if record is not None)


def write_corpus(folder: Path, chunks: int, said_of: Callable[[int], str]) -> None:
    """Minutes and laws, over and over, for about this many chunks, with a ``corpus.toml``: ``said_of`` a document's number its lines.

    Each round says its number, so that no two documents are the same.
    """
    manifest = []
    left = chunks * _CHARACTERS_A_CHUNK
    for turn in count():
        for number, (title, text) in enumerate(training_documents()):
            name = f"{turn}-{number:05d}.txt"
            (folder / name).write_text(f"{title}（{turn}）\n\n{text}", encoding="utf-8")
            manifest.append(f'[[document]]\nfiles = ["{name}"]\n{said_of(number)}\n')
            left -= len(text)
            if left <= 0:
                (folder / "corpus.toml").write_text("\n".join(manifest), encoding="utf-8")
                return


def questions_of_others(count: int) -> list[str]:
    """Questions on other text than minutes and laws: half are asked of an encyclopedia, half are sentences on national projects."""
    half = count // 2
    with gzip.open(TRAIN / "jaquad-train.json.gz", "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    asked = [item["question"] for article in articles for part in article["paragraphs"] for item in part["qas"]]
    with lzma.open(TRAIN / "rs2024-projects.json.xz", "rt", encoding="utf-8") as projects:
        values = [
            value for project in json.load(projects).values() for value in project.values() if isinstance(value, str)
        ]
    said = [part for value in values for part in re.split(r"(?<=。)", value) if 15 < len(part) < 120]
    return [text for pair in zip_longest(_spread(asked, count - half), _spread(said, half)) for text in pair if text]


def _records(name: str) -> Iterator[tuple[str, str]]:
    with lzma.open(TRAIN / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield record["title"], record["text"] if "text" in record else "\n".join(record["speeches"])


def _spread(values: Sequence[str], count: int) -> list[str]:
    return [values[place * len(values) // count] for place in range(count)]


def milliseconds(work: Callable[[], object]) -> float:
    """The processor time of something."""
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def speed(work: Callable[[], object], characters: int) -> float:
    """Millions of characters a second, the best of three runs over ``characters`` of them."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return characters / best / 1e6
