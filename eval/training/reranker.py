"""Learns what the features of a hit are worth: ``python -m eval.training.reranker --data ../shared/data [--write]``.

Questions with all hits of both searches, from two sources: JaQuAD (wiki paragraphs, in eight collections of about 1,200) and the policy questions that
rules were changed after, each asked of its own documents and of all of them together. The weights make the right hit likely among the others (a softmax
over a question's hits, ListNet of Cao et al. 2007 with one or several right ones), with a small penalty on large ones.

The embedding was trained on most of JaQuAD, so its cosine is blanked there: what it is worth is learned from held-out articles and policy questions.
Sets held apart are not read. What is printed for a policy corpus was learned without its questions; JSQuAD is not learned from.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from eval.runs import ROOT
from eval.summary import SETS, read_sets
from eval.training.sources import SEED, read_jaquad
from policy_qa import Settings, Viewer, open_policy_qa
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.tokens import body_terms, index_terms
from policy_qa.judging import Question, is_evidence, load_questions
from policy_qa.models.embedding import Encoder, open_encoder
from policy_qa.retrieval.everyday import meanings, official_terms
from policy_qa.retrieval.features import FEATURES, Asked, features
from policy_qa.retrieval.fusion import weighted_sum
from policy_qa.retrieval.hybrid import candidates, query_terms
from policy_qa.retrieval.nearness import cosines
from policy_qa.storage.keywords import KeywordIndex
from policy_qa.storage.rows import StoredTerms
from policy_qa.storage.vectors import VectorIndex

WEIGHTS = ROOT / "src" / "policy_qa" / "retrieval" / "learned_order.json"
COLLECTIONS = 8
JAQUAD_QUESTIONS = 10_000
POLICY_WEIGHT = 6.0
PENALTY = 3e-4
DEPTH = 50
TOGETHER = " in all"
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
    """A question with its hits, best first as the searches have them: features, and which are right. ``group`` is its corpus."""

    group: str
    table: NDArray[np.floating]
    right: NDArray[np.bool_]
    weight: float = 1.0


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
        table = features(asked, candidates(stored, keyword, *near)).astype(np.float32)
        return Asking(group, table, np.array(right, dtype=np.bool_), weight)


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
    return {"train": train, "held out": wiki_askings(apart, encoder, dense_weight, "held out", 1.0)}


def policy_askings(encoder: Encoder, dense_weight: float) -> list[Asking]:
    """The questions that rules were changed after, asked of their own documents and of all documents together."""
    sets = [item for item in read_sets(SETS) if item.part == "work" and (ROOT / item.corpus).is_dir()]
    asked: dict[str, list[Question]] = {}
    for item in sets:
        questions, _ = load_questions(item.questions)
        asked.setdefault(item.corpus, []).extend(
            question for question in questions if question.evidence and question.answerable and not question.turns
        )
    passages = {corpus: _passages(corpus, encoder) for corpus in asked}
    together = Collection(
        [
            Passage(f"{corpus}/{item.path}", item.title, item.headings, item.text)
            for corpus, found in passages.items()
            for item in found
        ],
        encoder,
        dense_weight,
    )
    askings = []
    for corpus, questions in asked.items():
        alone = Collection(passages[corpus], encoder, dense_weight)
        for question in questions:
            askings.append(alone.asked(question.question, _holds(question, ""), corpus, POLICY_WEIGHT))
            askings.append(
                together.asked(question.question, _holds(question, f"{corpus}/"), corpus + TOGETHER, POLICY_WEIGHT)
            )
    return askings


def _passages(corpus: str, encoder: Encoder) -> list[Passage]:
    """Every chunk of a corpus. The search by vectors alone ranks all there are."""
    viewer = Viewer.local_owner()
    with tempfile.TemporaryDirectory() as index:
        settings = Settings(corpus=ROOT / corpus, index=Path(index), dense_weight=1.0)
        with open_policy_qa(settings, encoder=encoder) as service:
            service.sync()
            count = service.status(viewer=viewer).chunks
            hits = service.search("資料", viewer=viewer, limit=count)
    return [
        Passage(hit.path, hit.title, hit.section, hit.text)
        for hit in sorted(hits, key=lambda hit: (hit.path, hit.start))
    ]


def _holds(question: Question, prefix: str) -> Callable[[Passage, int], bool]:
    def is_right(passage: Passage, _: int) -> bool:
        if not passage.path.startswith(prefix):
            return False
        return is_evidence(question, {"path": passage.path.removeprefix(prefix), "text": passage.text}, "text")

    return is_right


def learned(askings: Sequence[Asking]) -> NDArray[np.float64]:
    """(len(FEATURES),): the weights under which the right hits are likeliest; 0 for a feature that never differs."""
    useful = [item for item in askings if item.right.any() and not item.right.all()]
    depth = max(len(item.right) for item in useful)
    table = np.zeros((len(useful), depth, len(FEATURES)), dtype=np.float32)
    is_there = np.zeros((len(useful), depth), dtype=np.bool_)
    is_right = np.zeros_like(is_there)
    for row, item in enumerate(useful):
        table[row, : len(item.right)], is_there[row, : len(item.right)] = item.table, True
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

    found: NDArray[np.float64] = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B").x
    learned_weights: NDArray[np.float64] = found / scale
    return learned_weights


def recalls(askings: Iterable[Asking], weights: NDArray[np.float64] | None) -> str:
    """Recall@1, @5 and @10 of hits in their first order (``None``), or as the weights have them."""
    ranks = []
    for item in askings:
        order = (
            np.argsort(-(item.table @ weights), kind="stable") if weights is not None else np.arange(len(item.right))
        )
        right = np.flatnonzero(item.right[order])
        ranks.append(right[0] + 1 if len(right) else np.inf)
    return " ".join(f"{float(np.mean(np.array(ranks) <= depth)):.3f}" for depth in (1, 5, 10))


def main() -> None:
    """Reads the command line, learns, prints; ``--write`` puts the weights in their place."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--write", action="store_true", help=f"write {WEIGHTS.name}")
    options = parser.parse_args()
    dense_weight, encoder = Settings().dense_weight, open_encoder(None)
    valid = wiki_askings(squad(options.data / "dev" / "jsquad-valid.json.gz"), encoder, dense_weight, "jsquad", 1.0)
    wiki = jaquad_askings(options.data, encoder, dense_weight)
    policy = policy_askings(encoder, dense_weight)
    weights = report(valid, wiki["train"], wiki["held out"], policy)
    if options.write:
        kept = {name: round(float(value), 4) for name, value in zip(FEATURES, weights, strict=True)}
        about = "python -m eval.training.reranker --data ../shared/data --write"
        WEIGHTS.write_text(json.dumps({"made by": about, "weights": kept}, indent=1) + "\n", encoding="utf-8")


def report(
    valid: Sequence[Asking], wiki: Sequence[Asking], held_out: Sequence[Asking], policy: Sequence[Asking]
) -> NDArray[np.float64]:
    """The weights learned from everything but ``valid`` and ``held_out``; prints what they and the parts are worth."""
    weights, from_wiki = learned([*wiki, *policy]), learned(wiki)
    corpora = sorted({_corpus(item) for item in policy})
    without = {corpus: learned([*wiki, *(item for item in policy if _corpus(item) != corpus)]) for corpus in corpora}
    print("R@1, R@5, R@10: the searches | ranked by JaQuAD's weights | ranked by all weights")
    for name, askings in (("JSQuAD valid", valid), ("JaQuAD held out", held_out)):
        print(
            f"{name} ({len(askings)}): {recalls(askings, None)} | {recalls(askings, from_wiki)} | {recalls(askings, weights)}"
        )
    for name, is_together in (("own documents", False), ("all documents together", True)):
        chosen = [item for item in policy if item.group.endswith(TOGETHER) == is_together]
        ours = [Asking(item.group, item.table @ without[_corpus(item)][:, None], item.right) for item in chosen]
        print(
            f"policy, {name} ({len(chosen)}): {recalls(chosen, None)} | {recalls(chosen, from_wiki)} | "
            f"{recalls(ours, np.ones(1))} (each corpus by weights without it)"
        )
    for name, value in sorted(zip(FEATURES, weights, strict=True), key=lambda pair: -abs(pair[1])):
        print(f"  {name:20s} {value:+.3f}")
    return weights


def _corpus(asking: Asking) -> str:
    return asking.group.removesuffix(TOGETHER)


if __name__ == "__main__":
    main()
