"""Reads the training data: plain texts, (query, passage) pairs, scored sentence pairs and everyday words.

Invariant: nothing under ``dev/`` or ``documents/`` is opened here, since retrieval is measured on them; and the held-out JaQuAD titles
appear in no text and no pair.
Everything is drawn with a given random generator from files in a fixed order, so two runs read the same.
"""

from __future__ import annotations

import gzip
import json
import lzma
import random
import re
from collections.abc import Iterator
from csv import DictReader
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from eval.training.rewording import Rewording, Saying, read_sayings

ARTICLE = re.compile(
    r"^（([^（）\n]{1,40})）\n(第[^ 　\n]{1,20}条[^\n]*(?:\n(?!（|第[^ 　\n]{1,20}[条章節款編]|附則)[^\n]*)*)", re.M
)
SENTENCE_END = re.compile(r"(?<=[。！？!?\n])")
ASKING = re.compile("お伺い|お聞か|教えて|伺い|いかが|お尋ね|ご説明|お願い")
# Retrieval is measured on the articles of these (``shared/data/documents/law-html``).
MEASURED_LAWS = {"日本国憲法", "地方自治法", "地方財政法", "個人情報の保護に関する法律", "地域再生法"}
REPLIES = 15_000
HELD_OUT_SHARE = 0.05
SEED = 20260101  # of the model that ships: it decides which titles are held out, for training and for the evaluation of search


@dataclass(frozen=True, slots=True)
class Question:
    """The questions of one JaQuAD paragraph, and the article they come from."""

    title: str
    passage: str
    questions: tuple[str, ...]


@dataclass(slots=True)
class Sources:
    """All that training reads. ``pairs`` maps a source to (query, passage) pairs; ``scored`` holds (a, b, 0..1)."""

    train: list[Question] = field(default_factory=list)
    held_out: list[Question] = field(default_factory=list)
    passages: dict[str, list[str]] = field(default_factory=dict)
    pairs: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    scored: list[tuple[str, str, float]] = field(default_factory=list)
    sayings: list[Saying] = field(default_factory=list)


def read_sources(folder: Path, seed: int) -> Sources:
    """Everything in ``folder`` (``shared/data/train``) and the lists of everyday words.

    5% of the JaQuAD titles are set aside for validation.
    """
    draw = random.Random(seed)
    sources = Sources()
    sources.train, sources.held_out = read_jaquad(folder, draw)

    projects = list(_projects(folder))
    laws = list(_lines(folder / "laws.jsonl.xz"))
    meetings = [meeting["speeches"] for meeting in _lines(folder / "minutes.jsonl.xz")]
    replies = [pair for speeches in meetings for pair in _replies(speeches)]
    scored = read_scored(folder)
    sources.passages = {
        "jaquad": list(dict.fromkeys(f"{question.title}\n{question.passage}" for question in sources.train)),
        "rs": [" ".join(project.values()) for project in projects],
        "laws": [passage for law in laws for passage in _pieces(law["text"], 400)],
        "minutes": [
            passage
            for speeches in meetings
            for speech in speeches
            if len(speech) >= 80
            for passage in _pieces(speech, 400)
        ],
        "captions": [sentence for first, second, _ in scored for sentence in (first, second)],
    }
    sources.scored = scored
    sources.pairs = {
        "laws": [
            pair
            for law in laws
            if law["title"] not in MEASURED_LAWS
            for pair in _articles(law["title"], law["text"], draw)
        ],
        "rs": [pair for project in projects for pair in _project_pairs(project)],
        "niilc": list(_niilc(folder)),
        "jsick": list(_entailments(folder)),
        "replies": draw.sample(replies, min(REPLIES, len(replies))),
    }
    sources.sayings = read_sayings()
    rewording = Rewording(sources.sayings, draw)
    formal = [pair for name in ("rs", "laws") for pair in sources.pairs[name]]
    spoken = draw.sample(sources.passages["minutes"], min(15_000, len(sources.passages["minutes"])))
    sources.pairs["reworded"] = list(rewording.pairs([*formal, *_sentences(spoken + sources.passages["rs"], draw)]))
    return sources


def read_jaquad(folder: Path, draw: random.Random) -> tuple[list[Question], list[Question]]:
    """The JaQuAD paragraphs to train on, and those of the 5% of the titles that are held out."""
    questions = list(_jaquad(folder))
    titles = sorted({question.title for question in questions})
    held_out = set(draw.sample(titles, round(len(titles) * HELD_OUT_SHARE)))
    train = [question for question in questions if question.title not in held_out]
    return train, [question for question in questions if question.title in held_out]


def read_scored(folder: Path) -> list[tuple[str, str, float]]:
    """The JSTS pairs and how alike people call them, 0 to 1."""
    with gzip.open(folder / "jsts-train.jsonl.gz", "rt", encoding="utf-8") as file:
        return [(pair["sentence1"], pair["sentence2"], float(pair["label"]) / 5) for pair in map(json.loads, file)]


def inner_pairs(passages: list[str], draw: random.Random, keep: float = 0.3) -> list[tuple[str, str]]:
    """One (sentence, its surroundings) pair per passage of two or more sentences: the inverse cloze task.

    The sentence stays in its surroundings with probability ``keep``, so that shared words go on counting.
    """
    pairs = []
    for passage in passages:
        sentences = [piece for piece in SENTENCE_END.split(passage) if len(piece.strip()) >= 12]
        if len(sentences) < 2:
            continue
        chosen = draw.randrange(len(sentences))
        rest = sentences if draw.random() < keep else sentences[:chosen] + sentences[chosen + 1 :]
        pairs.append((sentences[chosen].strip(), "".join(rest)))
    return pairs


def _jaquad(folder: Path) -> Iterator[Question]:
    with gzip.open(folder / "jaquad-train.json.gz", "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    for article in articles:
        for paragraph in article["paragraphs"]:
            questions = tuple(item["question"] for item in paragraph["qas"])
            yield Question(article["title"], paragraph["context"], questions)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def _projects(folder: Path) -> Iterator[dict[str, str]]:
    with lzma.open(folder / "rs2024-projects.json.xz", "rt", encoding="utf-8") as file:
        projects = json.load(file).values()
    fields = ("projectName", "ministry", "bureau", "purpose", "currentIssues", "overview")
    for project in projects:
        yield {name: project[name] or "" for name in fields}


def _project_pairs(project: dict[str, str]) -> Iterator[tuple[str, str]]:
    name = project["projectName"]
    for query, passage in (
        (name, project["purpose"]),
        (name, project["overview"]),
        (project["currentIssues"], project["purpose"]),
        (project["purpose"], f"{name}\n{project['overview']}"),
    ):
        if len(query) >= 4 and len(passage) >= 20:
            yield query, passage[:800]


def _articles(title: str, text: str, draw: random.Random, limit: int = 10) -> Iterator[tuple[str, str]]:
    found = ARTICLE.findall(text)
    for heading, body in draw.sample(found, min(limit, len(found))):
        yield f"{title} {heading}", body[:500]


def _replies(speeches: list[str]) -> Iterator[tuple[str, str]]:
    """The end of each speech that asks something, and the beginning of the next speech."""
    for asking, reply in pairwise(speeches):
        if len(asking) < 60 or len(reply) < 80 or not ASKING.search(asking[-150:]):
            continue
        question = ""
        for sentence in reversed([piece.strip() for piece in SENTENCE_END.split(asking) if len(piece.strip()) >= 12]):
            if len(question) + len(sentence) > 260:
                break
            question = sentence + question
        if len(question) >= 40:
            yield question, reply[:500]


def _sentences(passages: list[str], draw: random.Random) -> Iterator[tuple[str, str]]:
    """One sentence of each passage, with itself or with the passage."""
    for passage in passages:
        sentences = [piece.strip() for piece in SENTENCE_END.split(passage) if 15 <= len(piece.strip()) <= 120]
        if sentences:
            sentence = draw.choice(sentences)
            yield sentence, draw.choice((sentence, passage[:500]))


def _pieces(text: str, size: int) -> Iterator[str]:
    """``text`` in runs of whole lines of at least ``size`` characters (the last may be shorter)."""
    piece: list[str] = []
    length = 0
    for line in text.splitlines():
        piece.append(line)
        length += len(line)
        if length >= size:
            yield "\n".join(piece)
            piece, length = [], 0
    if piece:
        yield "\n".join(piece)


def _niilc(folder: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(folder / "niilc-dev.xml.gz", "rb") as file:
        root = ElementTree.parse(file).getroot()  # noqa: S314 - our own data file
    for question in root:
        text = (question.findtext("text") or "").strip()
        page = (question.findtext("meta/E.3") or "").strip()
        evidence = (question.findtext("meta/E.5") or "").strip()
        if text and len(evidence) >= 10:
            yield text, f"{page}\n{evidence}"


def _entailments(folder: Path) -> Iterator[tuple[str, str]]:
    """The JSICK pairs in which one sentence follows from the other (the file holds no relatedness scores)."""
    with gzip.open(folder / "jsick-train.tsv.gz", "rt", encoding="utf-8") as file:
        for row in DictReader(file, delimiter="\t"):
            if row["entailment_label_Ja"] == "entailment":
                yield row["sentence_A_Ja"], row["sentence_B_Ja"]
