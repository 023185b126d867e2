"""Characters a second, on one core, of MeCab alone and of what is built on it.

``python eval/benchmarks/tokenisation.py [FILE]``: FILE is any UTF-8 text; without it the laws of the training data are
read.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from eval.benchmarks.measuring import TRAIN, speed, training_text
from policy_qa.japanese import amounts, dates, normalize, sentences, tokens


def tagger_alone(text: str) -> None:
    """Runs MeCab over ``text`` and reads nothing of its output."""
    for _, piece in tokens.pieces(text):
        tokens.tagged_lines(piece)


def main(arguments: list[str]) -> int:
    """0, after one line a function is printed; 1 where there is no text to read."""
    if not arguments and not TRAIN.exists():
        print(f"{TRAIN} がありません。UTF-8のテキストファイルを引数に指定してください。", file=sys.stderr)
        return 1
    text = Path(arguments[0]).read_text(encoding="utf-8") if arguments else training_text("laws")
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
        work(text[:10_000])  # the first call opens what it needs
        print(f"{name:20} {speed(partial(work, text), len(text)):6.2f} M characters/s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
