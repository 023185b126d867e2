"""Learns what the features of a hit are worth: ``python -m eval.training.reranker --data ../shared/data [--workdir FOLDER] [--write]``.

Questions with all hits of both searches, from two sources: JaQuAD (wiki paragraphs, in eight collections of about 1,200) and the policy questions that
rules were changed after, each asked of all policy documents together. The weights make the right hit likely among the others (a softmax
over a question's hits, ListNet of Cao et al. 2007 with one or several right ones), with a small penalty on large ones.

The embedding was trained on most of JaQuAD, so its cosine is blanked there: what it is worth is learned from policy questions, and the same under no headings.
Sets held apart are not read, nor are the FAQ and headings of ``eval.retrieval``. What is printed for policy questions was learned without their folder of
documents; JSQuAD is not learned from.

Two weights a feature: one for all questions, and one that counts by the share of a question's hits that stand under no heading, as wiki paragraphs do.
Wiki questions teach both, once as they are and once as if their paragraphs stood under headings: without the second, weights for policy questions lose half a point.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from eval.retrieval.making import CORPORA
from eval.retrieval.systems import prepare
from eval.runs import ROOT
from eval.training.sources import SEED, read_jaquad
from policy_qa import Settings
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.tokens import body_terms, index_terms
from policy_qa.models.embedding import Encoder, open_encoder
from policy_qa.retrieval.everyday import meanings, official_terms
from policy_qa.retrieval.features import FEATURES, Asked, features
from policy_qa.retrieval.fusion import weighted_sum
from policy_qa.retrieval.hybrid import candidates, query_terms
from policy_qa.retrieval.learned_order import plainness
from policy_qa.retrieval.nearness import cosines
from policy_qa.storage.keywords import KeywordIndex
from policy_qa.storage.rows import StoredTerms
from policy_qa.storage.vectors import VectorIndex

WEIGHTS = ROOT / "src" / "policy_qa" / "retrieval" / "learned_order.json"
COLLECTIONS = 8
JAQUAD_QUESTIONS = 2_400
POLICY_WEIGHT = 6.0
PENALTY = 3e-4
DEPTH = 50
FOLDS = 5
REPORTED = 0.2  # of the wiki questions that nothing is learned from
DENSE = [FEATURES.index("dense"), FEATURES.index("beyond")]


@dataclass(frozen=True, slots=True)
class Passage:
    """Something that can be found."""

    path: str
    title: str
    headings: tuple[str, ...]
    text: str


@dataclass(slots=True)
class Asking:
    """A question with its hits, best first as the searches have them: features, and which are right. ``group`` is where it is from.

    ``plain`` is the share of hits that stand under no heading.
    """

    group: str
    table: NDArray[np.floating]
    right: NDArray[np.bool_]
    plain: float
    weight: float = 1.0

    def worth(self, weights: NDArray[np.float64]) -> NDArray[np.floating]:
        """(hits,): what they are worth by two weights a feature, (2, len(FEATURES))."""
        worth: NDArray[np.floating] = self.table @ (weights[0] + self.plain * weights[1])
        return worth


class Collection:
    """Passages with both searches over them, in memory."""

    def __init__(self, passages: Sequence[Passage], encoder: Encoder, dense_weight: float) -> None:
        self._encoder = encoder
        self._dense_weight = dense_weight
        self.passages = passages
        self._terms = [
            StoredTerms(
                number, item.path, " ".join(index_terms(item.title)), " ".join(index_terms("\n".join(item.headings))),
                " ".join(body_terms(item.text)),
            )
            for number, item in enumerate(passages)
        ]  # fmt: skip
        self._keywords = KeywordIndex.build(
            (item.id, item.id, item.title, item.headings, item.body) for item in self._terms
        )
        embedded = [normalize("\n".join((*(item.headings[-3:] or (item.title,)), item.text))).text for item in passages]
        self._vectors = VectorIndex.build([(np.arange(len(passages)), encoder.encode_documents(embedded))])

    def asked(self, text: str, is_right: Callable[[Passage, int], bool], group: str, weight: float = 1.0) -> Asking:
        """A question asked of the collection, as ``HybridRetriever`` asks it."""
        normal = normalize(text).text
        own, official = index_terms(text), official_terms(normal)
        keyword = self._keywords.search(query_terms(own, official), DEPTH)
        vector = self._encoder.encode_query(normal)
        dense = self._vectors.search(vector, DEPTH)
        ranking = weighted_sum(keyword, dense, self._dense_weight)[:DEPTH]
        stored = [self._terms[number] for number, _ in ranking]
        asked = Asked(normal, own, official, self._keywords.frequency, len(self.passages), meanings(normal))
        right = [is_right(self.passages[number], number) for number, _ in ranking]
        embeddings = self._vectors.embeddings(np.array([item.id for item in stored]))
        near = cosines(normal, vector, [item.title for item in stored], embeddings, self._encoder)
        hits = candidates(stored, keyword, *near)
        table = features(asked, hits).astype(np.float32)
        return Asking(group, table, np.array(right, dtype=np.bool_), plainness(hits), weight)


def squad(file: Path) -> list[tuple[Passage, list[str]]]:
    """The paragraphs of a file in SQuAD form with their questions, in its order."""
    with gzip.open(file, "rt", encoding="utf-8") as opened:
        articles = json.load(opened)["data"]
    found: dict[tuple[str, str], list[str]] = {}
    for article in articles:
        for paragraph in article["paragraphs"]:
            head, mark, text = paragraph["context"].partition(" [SEP] ")
            key = (head, text) if mark else (article["title"], paragraph["context"])
            found.setdefault(key, []).extend(item["question"] for item in paragraph["qas"])
    return [
        (Passage(f"{title}/{number}", title, (), text), questions)
        for number, ((title, text), questions) in enumerate(found.items())
    ]


def wiki_askings(
    paragraphs: Sequence[tuple[Passage, list[str]]], encoder: Encoder, dense_weight: float, group: str, share: float
) -> list[Asking]:
    """A share of the questions of one collection of paragraphs."""
    collection = Collection([passage for passage, _ in paragraphs], encoder, dense_weight)
    draw = random.Random(SEED)
    return [
        collection.asked(question, lambda _, number, own=place: number == own, group)  # type: ignore[misc]
        for place, (_, questions) in enumerate(paragraphs)
        for question in questions
        if draw.random() < share
    ]


def jaquad_askings(data: Path, encoder: Encoder, dense_weight: float) -> dict[str, list[Asking]]:
    """Questions of JaQuAD ``train``, without the embedding's cosine, and those of the ``held out`` articles, which nothing is learned from."""
    paragraphs = squad(data / "train" / "jaquad-train.json.gz")
    held_out = {item.title for item in read_jaquad(data / "train", random.Random(SEED))[1]}
    titles = sorted({passage.title for passage, _ in paragraphs} - held_out)
    random.Random(SEED).shuffle(titles)
    collection_of = {title: number % COLLECTIONS for number, title in enumerate(titles)}
    share = JAQUAD_QUESTIONS / sum(len(questions) for _, questions in paragraphs)
    train = []
    for number in range(COLLECTIONS):
        inside = [item for item in paragraphs if collection_of.get(item[0].title) == number]
        train += wiki_askings(inside, encoder, dense_weight, f"jaquad-{number}", share)
    for asking in train:
        asking.table[:, DENSE] = 0.0
    apart = [item for item in paragraphs if item[0].title in held_out]
    return {"train": train, "held out": wiki_askings(apart, encoder, dense_weight, "held out", REPORTED)}


def policy_askings(data: Path, workdir: Path, encoder: Encoder, dense_weight: float) -> list[Asking]:
    """The policy questions of ``eval.retrieval`` that may be fitted to, asked of all policy documents together. ``group`` is a folder of documents."""
    made = CORPORA["policy"](data)
    folder = workdir / "policy"
    made.layout.write(folder / "corpus")
    corpus = prepare("policy", folder / "corpus", folder / "index", made.by_document, rebuild=False)
    together = Collection(
        [Passage(item.path, item.title, item.section, item.text) for item in corpus.passages], encoder, dense_weight
    )
    units = [item.unit for item in corpus.passages]
    askings = []
    for asked in made.questions(corpus.passages):
        if asked.seen == "fitted to":
            for query in asked.queries:
                group = min(query.relevant).partition("/")[0]
                askings.append(
                    together.asked(
                        query.question,
                        lambda _, number, right=query.relevant: units[number] in right,  # type: ignore[misc]
                        group,
                        POLICY_WEIGHT,
                    )
                )
    return askings


def learned(askings: Sequence[Asking]) -> NDArray[np.float64]:
    """(2, len(FEATURES)): the weights under which the right hits are likeliest; 0 for a feature that never differs."""
    useful = [item for item in askings if item.right.any() and not item.right.all()]
    depth = max(len(item.right) for item in useful)
    table = np.zeros((len(useful), depth, 2 * len(FEATURES)), dtype=np.float32)
    is_there = np.zeros((len(useful), depth), dtype=np.bool_)
    is_right = np.zeros_like(is_there)
    for row, item in enumerate(useful):
        added = item.plain * item.table
        added[:, DENSE] = 0.0
        table[row, : len(item.right)] = np.hstack((item.table, added))
        is_there[row, : len(item.right)] = True
        is_right[row, : len(item.right)] = item.right
    weight = np.array([item.weight for item in useful]) / sum(item.weight for item in useful)
    scale = table[is_there].std(axis=0)
    scale[scale < 1e-6] = np.inf
    table /= scale

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        worth = np.where(is_there, table @ values.astype(np.float32), -np.inf).astype(np.float64)
        right = np.where(is_right, worth, -np.inf)
        every, best = logsumexp(worth, axis=1), logsumexp(right, axis=1)
        error = np.exp(worth - every[:, None]) - np.exp(right - best[:, None])
        gradient = np.einsum("qh,qhf->f", (error * weight[:, None]).astype(np.float32), table)
        return float(weight @ (every - best) + PENALTY * values @ values), gradient + 2 * PENALTY * values

    found: NDArray[np.float64] = minimize(loss, np.zeros(2 * len(FEATURES)), jac=True, method="L-BFGS-B").x
    learned_weights: NDArray[np.float64] = (found / scale).reshape(2, len(FEATURES))
    return learned_weights


def ranks(askings: Iterable[Asking], weights: NDArray[np.float64] | None) -> list[float]:
    """The place of the first right hit of each question, from 1, in their first order (``None``) or as the weights have them; infinity for none."""
    found = []
    for item in askings:
        order = np.argsort(-item.worth(weights), kind="stable") if weights is not None else np.arange(len(item.right))
        right = np.flatnonzero(item.right[order])
        found.append(float(right[0] + 1) if len(right) else np.inf)
    return found


def recalls(places: Sequence[float]) -> str:
    """Recall@1, @5 and @10 of the places of first right hits."""
    return " ".join(f"{float(np.mean(np.array(places) <= depth)):.3f}" for depth in (1, 5, 10))


def main() -> None:
    """Reads the command line, learns, prints; ``--write`` puts the weights in their place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--workdir", type=Path, help="that of eval.retrieval, whose index is used again; a temporary one if not given"
    )
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS.name}")
    options = parser.parse_args()
    dense_weight, encoder = Settings().dense_weight, open_encoder(None)
    valid = squad(options.data / "dev" / "jsquad-valid.json.gz")
    drawn = wiki_askings(valid, encoder, dense_weight, "jsquad", REPORTED)
    wiki = jaquad_askings(options.data, encoder, dense_weight)
    wiki["train"] += [replace(item, plain=0.0) for item in wiki["train"]]
    with tempfile.TemporaryDirectory() as temporary:
        policy = policy_askings(options.data, options.workdir or Path(temporary), encoder, dense_weight)
    weights = report(drawn, wiki["train"], wiki["held out"], policy)
    if options.write:
        kept: dict[str, object] = {"made by": "python -m eval.training.reranker --data ../shared/data --write"}
        for name, values in zip(("weights", "added where plain"), weights.tolist(), strict=True):
            kept[name] = {feature: round(value, 4) for feature, value in zip(FEATURES, values, strict=True)}
        WEIGHTS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def report(
    valid: Sequence[Asking], wiki: Sequence[Asking], held_out: Sequence[Asking], policy: Sequence[Asking]
) -> NDArray[np.float64]:
    """The weights learned from everything but ``valid`` and ``held_out``; prints what they and the parts are worth."""
    weights, from_wiki = learned([*wiki, *policy]), learned(wiki)
    folders = sorted({item.group for item in policy})
    random.Random(SEED).shuffle(folders)
    fold_of = {folder: number % FOLDS for number, folder in enumerate(folders)}
    without = [learned([*wiki, *(item for item in policy if fold_of[item.group] != fold)]) for fold in range(FOLDS)]
    print("R@1, R@5, R@10: the searches | ranked by JaQuAD's weights | ranked by all weights")
    for name, askings in (("JSQuAD valid, drawn", valid), ("JaQuAD held out, drawn", held_out)):
        by_weights = (recalls(ranks(askings, by)) for by in (None, from_wiki, weights))
        print(f"{name} ({len(askings)}): {' | '.join(by_weights)}")
    by_fold = [(fold, [item for item in policy if fold_of[item.group] == fold]) for fold in range(FOLDS)]
    ours = [rank for fold, items in by_fold for rank in ranks(items, without[fold])]
    print(
        f"policy ({len(policy)}): {recalls(ranks(policy, None))} | {recalls(ranks(policy, from_wiki))} | "
        f"{recalls(ours)} (each folder by weights without it)"
    )
    print("feature: what it is worth, and what is added where all hits are plain")
    for name, common, added in sorted(zip(FEATURES, *weights.tolist(), strict=True), key=lambda row: -abs(row[1])):
        print(f"  {name:20s} {common:+.3f} {added:+.3f}")
    return weights


if __name__ == "__main__":
    main()
