"""Characters a second, on one core, of MeCab alone and of what is built on it.

``python eval/benchmarks/tokenisation.py [FILE]``: FILE is any UTF-8 text; without it the laws of the training data are
read. Each figure is the best of three runs in processor time, so that other work on the machine counts less.
"""

from __future__ import annotations

import json
import lzma
import sys
import time
from collections.abc import Callable
from pathlib import Path

from policy_qa.japanese import amounts, dates, normalize, sentences, tokens

LAWS = Path(__file__).resolve().parents[3] / "shared" / "data" / "train" / "laws.jsonl.xz"
CHARACTERS = 1_000_000


def laws(limit: int) -> str:
    """The first ``limit`` characters of the laws, one after the other."""
    parts: list[str] = []
    total = 0
    with lzma.open(LAWS, "rt", encoding="utf-8") as lines:
        for line in lines:
            parts.append(json.loads(line)["text"])
            total += len(parts[-1])
            if total >= limit:
                break
    return "\n".join(parts)[:limit]


def speed(work: Callable[[str], object], text: str) -> float:
    """Millions of characters a second, the best of three."""
    work(text[:10_000])
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        work(text)
        best = min(best, time.process_time() - started)
    return len(text) / best / 1e6


def tagger_alone(text: str) -> None:
    """Runs MeCab over ``text`` and reads nothing of its output."""
    for _, piece in tokens.pieces(text):
        tokens.tagged_lines(piece)


def main(arguments: list[str]) -> int:
    """0, after one line a function is printed; 1 where there is no text to read."""
    if not arguments and not LAWS.exists():
        print(f"{LAWS} がありません。UTF-8のテキストファイルを引数に指定してください。", file=sys.stderr)
        return 1
    text = Path(arguments[0]).read_text(encoding="utf-8") if arguments else laws(CHARACTERS)
    print(f"{len(text):,} characters")
    works: dict[str, Callable[[str], object]] = {
        "MeCab alone": tagger_alone,
        "tokens.count": tokens.count,
        "tokens.analyze": tokens.analyze,
        "tokens.index_terms": tokens.index_terms,
        "normalize": normalize.normalize,
        "sentences": sentences.sentences,
        "find_times": dates.find_times,
        "find_amounts": amounts.find_amounts,
    }
    for name, work in works.items():
        print(f"{name:20} {speed(work, text):6.2f} M characters/s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
