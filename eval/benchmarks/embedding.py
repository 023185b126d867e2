"""Measures embedding models: ``python -m eval.benchmarks.embedding [--model FOLDER …] [--write]``.

JSQuAD valid: is a question's own paragraph the nearest of all 1,145 (recall@1, @10)? JSTS valid: do the similarities
agree with people's (Spearman, Pearson)? Beside each model stand a random model of the bundled one's shape, character
bigrams (TF-IDF) and BM25 over MeCab terms. Both data sets are for tuning and measuring, never for training.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import pearsonr, spearmanr
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from policy_qa.models.embedding import BUNDLED, Encoder, open_encoder

RESULT = Path(__file__).parents[1] / "results" / "embedding.md"
Result = TypeVar("Result")
HEAD = (
    "| model | JSQuAD R@1 | R@10 | JSTS Spearman | Pearson | sentences/s | characters/s "
    "| one question | opened in | MB |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """``own[i]`` is the row in ``passages`` of the paragraph that question ``i`` was asked on."""

    passages: list[str]
    questions: list[str]
    own: NDArray[np.int64]
    firsts: list[str]
    seconds: list[str]
    scores: list[float]


def read_benchmark(dev: Path) -> Benchmark:
    """JSQuAD valid (paragraphs with their article's title above them) and JSTS valid."""
    with gzip.open(dev / "jsquad-valid.json.gz", "rt", encoding="utf-8") as file:
        paragraphs = [paragraph for article in json.load(file)["data"] for paragraph in article["paragraphs"]]
    asked = [(item["question"], row) for row, paragraph in enumerate(paragraphs) for item in paragraph["qas"]]
    with gzip.open(dev / "jsts-valid.jsonl.gz", "rt", encoding="utf-8") as file:
        pairs = [json.loads(line) for line in file]
    return Benchmark(
        passages=[paragraph["context"].replace(" [SEP] ", "\n", 1) for paragraph in paragraphs],
        questions=[question for question, _ in asked],
        own=np.array([row for _, row in asked]),
        firsts=[pair["sentence1"] for pair in pairs],
        seconds=[pair["sentence2"] for pair in pairs],
        scores=[float(pair["label"]) for pair in pairs],
    )


def recall(scores: NDArray[np.float32], own: NDArray[np.int64]) -> tuple[float, float]:
    """Recall@1 and @10 from a (question, passage) table of scores; ties count against the model."""
    mine = scores[np.arange(len(own)), own][:, None]
    rank = (scores >= mine).sum(axis=1)
    return float((rank <= 1).mean()), float((rank <= 10).mean())


def measure(name: str, opener: Callable[[], Encoder], benchmark: Benchmark, megabytes: float) -> str:
    """One row of the table for a model."""
    encoder, opened = _timed(opener)
    passages, passage_seconds = _timed(lambda: encoder.encode_documents(benchmark.passages))
    questions = np.stack([encoder.encode_query(question) for question in benchmark.questions])
    firsts, sentence_seconds = _timed(lambda: encoder.encode_documents(benchmark.firsts))
    seconds = encoder.encode_documents(benchmark.seconds)
    one = min(_timed(lambda: encoder.encode_query(benchmark.questions[0]))[1] for _ in range(50))
    return _row(
        name,
        recall(questions @ passages.T, benchmark.own),
        _agreement((firsts * seconds).sum(axis=1), benchmark.scores),
        f"{len(firsts) / sentence_seconds:,.0f}",
        f"{sum(map(len, benchmark.passages)) / passage_seconds:,.0f}",
        f"{one * 1000:.2f} ms",
        f"{opened:.2f} s",
        f"{megabytes:.1f}",
    )


def measure_bigrams(benchmark: Benchmark) -> str:
    """The row for TF-IDF over character bigrams, fitted to the passages (to the sentences for JSTS)."""
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), sublinear_tf=True)
    passages = vectorizer.fit_transform(benchmark.passages)
    table = (vectorizer.transform(benchmark.questions) @ passages.T).toarray()
    vectorizer.fit(benchmark.firsts + benchmark.seconds)
    products = vectorizer.transform(benchmark.firsts).multiply(vectorizer.transform(benchmark.seconds))
    return _row(
        "TF-IDF, character bigrams",
        recall(table, benchmark.own),
        _agreement(np.asarray(products.sum(axis=1)).ravel(), benchmark.scores),
    )


def measure_bm25(benchmark: Benchmark, analyze: Callable[[str], list[str]]) -> str:
    """The row for BM25 (k1 1.2, b 0.75) over the terms that the keyword index uses."""
    vectorizer = CountVectorizer(analyzer=analyze)
    counts = vectorizer.fit_transform(benchmark.passages).tocoo()
    length = np.asarray(counts.sum(axis=1)).ravel()
    holding = np.bincount(counts.col, minlength=counts.shape[1])
    rarity = np.log1p((counts.shape[0] - holding + 0.5) / (holding + 0.5))
    saturated = counts.data * 2.2 / (counts.data + 1.2 * (0.25 + 0.75 * length[counts.row] / length.mean()))
    index = sparse.csr_matrix((rarity[counts.col] * saturated, (counts.row, counts.col)), shape=counts.shape)
    table = (vectorizer.transform(benchmark.questions) @ index.T).toarray()
    return _row("BM25, MeCab terms", recall(table, benchmark.own), None)


def random_model(folder: Path, like: Path) -> None:
    """Writes a copy of the model ``like`` to ``folder``, with every vector replaced by a random one."""
    from safetensors.numpy import load_file, save_file

    shutil.copytree(like, folder)
    kept = load_file(like / "model.safetensors")
    rows = np.random.default_rng(0).standard_normal(kept["embeddings"].shape)
    in_8_bits = np.rint(np.clip(rows * 32, -127, 127)).astype(np.int8)
    kept |= {"embeddings": in_8_bits, "weights": np.ones_like(kept["weights"])}
    save_file(kept, folder / "model.safetensors")


def main() -> None:
    """Reads the command line, measures, prints; ``--write`` keeps the table under ``eval/results``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--model", action="append", default=[], help="a further model: folder or cached name")
    parser.add_argument("--bundled", type=Path, default=BUNDLED, help="measure this folder in place of the bundled one")
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.name} under eval/results")
    options = parser.parse_args()
    benchmark = read_benchmark(options.data / "dev")
    bundled: Path = options.bundled

    rows = [measure(bundled.name, lambda: open_encoder(str(bundled)), benchmark, _megabytes(bundled))]
    for model in options.model:
        folder = Path(model)
        megabytes = _megabytes(folder) if folder.is_dir() else float("nan")
        rows.append(measure(model, lambda model=model: open_encoder(model), benchmark, megabytes))  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "random"
        random_model(folder, bundled)
        rows.append(measure("random, same shape", lambda: open_encoder(str(folder)), benchmark, _megabytes(folder)))
    rows.append(measure_bigrams(benchmark))
    try:
        from policy_qa.japanese.tokens import index_terms
    except ImportError as error:
        print(f"BM25 left out: {error}")
    else:
        rows.append(measure_bm25(benchmark, index_terms))

    table = "\n".join([HEAD, *rows])
    print(table)
    if options.write:
        RESULT.parent.mkdir(parents=True, exist_ok=True)
        RESULT.write_text(f"# Embedding models\n\n{_explanation(benchmark)}\n\n{table}\n", encoding="utf-8")


def _explanation(benchmark: Benchmark) -> str:
    return (
        f"`python -m eval.benchmarks.embedding --write`, {time.strftime('%Y-%m-%d')}.\n"
        f"JSQuAD valid: {len(benchmark.questions):,} questions, each among {len(benchmark.passages):,} paragraphs\n"
        f"(article title, then text). JSTS valid: {len(benchmark.scores):,} pairs. «one question» is the best of 50;\n"
        "«opened in» includes the imports not made yet. Neither data set was trained on; both were looked at\n"
        "while tuning."
    )


def _timed(call: Callable[[], Result]) -> tuple[Result, float]:
    started = time.perf_counter()
    result = call()
    return result, time.perf_counter() - started


def _agreement(similarities: NDArray[np.float32], scores: Sequence[float]) -> tuple[float, float]:
    return float(spearmanr(similarities, scores)[0]), float(pearsonr(similarities, scores)[0])


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _row(name: str, recalls: tuple[float, float], agreement: tuple[float, float] | None, *speeds: str) -> str:
    agreed = [f"{value:.3f}" for value in agreement] if agreement else ["–", "–"]
    cells = [name, *(f"{value:.1%}" for value in recalls), *agreed, *(speeds or ["–"] * 5)]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
