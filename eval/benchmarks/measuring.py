"""What the speed benchmarks share: texts of the training data, and characters a second.

Each figure is the best of three runs in processor time, so that other work on the machine counts less.
"""

from __future__ import annotations

import json
import lzma
import time
from collections.abc import Callable
from pathlib import Path

TRAIN = Path(__file__).resolve().parents[3] / "shared" / "data" / "train"
CHARACTERS = 1_000_000


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


def speed(work: Callable[[], object], characters: int) -> float:
    """Millions of characters a second, the best of three runs over ``characters`` of them."""
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return characters / best / 1e6
