"""The folders of documents that are searched, each laid out for one run as a user would have it: files and ``corpus.toml``.

    jsquad, jaquad   a text file a paragraph, with its article's title in the manifest
    policy           every document at hand, of all question sets at once, so that nothing is found because nothing else is there
    masked           the same, without the headings and questions that are asked for (``masking``)

Invariant: documents of a set held apart are in no corpus, nor is one edition of a document beside another. A corpus is a function of the
files it is made from.
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import normalize

from eval.runs import ROOT
from eval.summary import SETS, read_sets
from eval.training.sources import SEED, read_jaquad

MANIFEST = "corpus.toml"
TEST_DOCUMENTS = ROOT / "tests" / "documents"

# Of a paper that is there in several formats, one edition.
SHARED = (
    ("policy-md", "*.md"),
    ("digital-agency-md", "*.md"),
    ("gif-v1.3", "*/md/*.md"),
    ("cio-jp", "docx/*.docx"),
    ("bulletin-csv", "*.csv"),
    ("law-html", "*.html"),
)


@dataclass(slots=True)
class Layout:
    """The files of a corpus by their path in it, and the entries of its manifest."""

    files: dict[str, Path | str] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        """Lays the corpus out in ``folder``, which is emptied first; where it lies there already, nothing is done."""
        mark = folder.with_name(f"{folder.name}.sha256")
        if folder.is_dir() and mark.is_file() and mark.read_text(encoding="utf-8") == self.digest():
            return
        mark.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for path, content in self.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, str):
                target.write_text(content, encoding="utf-8")
            else:
                shutil.copyfile(content, target)
        (folder / MANIFEST).write_text(_as_toml(self.entries), encoding="utf-8")
        mark.write_text(self.digest(), encoding="utf-8")

    def digest(self) -> str:
        """The SHA-256 of all that is laid out, in hex."""
        digest = sha256(_as_toml(self.entries).encode())
        for path, content in self.files.items():
            data = content.encode() if isinstance(content, str) else content.read_bytes()
            digest.update(f"\0{path}\0{len(data)}\0".encode() + data)
        return digest.hexdigest()


def jsquad(data: Path) -> tuple[Layout, dict[str, list[str]]]:
    """The paragraphs of JSQuAD valid, and the questions on each by its path."""
    with gzip.open(data / "dev" / "jsquad-valid.json.gz", "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    paragraphs = []
    for paragraph in (paragraph for article in articles for paragraph in article["paragraphs"]):
        title, text = paragraph["context"].split(" [SEP] ", 1)
        paragraphs.append((title, text, [item["question"] for item in paragraph["qas"]]))
    return _paragraphs(paragraphs)


def jaquad(data: Path) -> tuple[Layout, dict[str, list[str]]]:
    """The paragraphs of the JaQuAD articles that training sets aside, and the questions on each by its path."""
    _, held_out = read_jaquad(data / "train", random.Random(SEED))
    return _paragraphs((item.title, item.passage, list(item.questions)) for item in held_out)


def policy(data: Path) -> Layout:
    """Every policy document at hand: of the question sets, of the tests, and of the shared data where that is there."""
    layout = Layout()
    for folder in policy_folders():
        manifest = folder / MANIFEST
        if manifest.exists():
            known = tomllib.loads(manifest.read_text(encoding="utf-8-sig"))
            defaults = known.get("defaults", {})
            for entry in known.get("document", []):
                files = [f"{prefix_of(folder)}/{pattern}" for pattern in entry["files"]]
                layout.entries.append({**defaults, **entry, "files": files})
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name != MANIFEST:
                layout.files[f"{prefix_of(folder)}/{path.relative_to(folder).as_posix()}"] = path
    for name, pattern in SHARED:
        folder = data / "documents" / name
        for path in sorted(folder.glob(pattern)):
            # Some of these names were made on a system that takes letters apart.
            layout.files[normalize("NFC", f"{name}/{path.relative_to(folder).as_posix()}")] = path
    return layout


def policy_folders() -> list[Path]:
    """The folders of documents in this repository, without those of sets held apart."""
    sets = read_sets(SETS)
    apart = {(ROOT / item.corpus).resolve() for item in sets if item.part == "held apart"}
    folders = {(ROOT / item.corpus).resolve() for item in sets}
    folders |= {path.parent.resolve() for path in TEST_DOCUMENTS.rglob("*.*") if path.suffix in {".md", ".txt"}}
    return sorted(folder for folder in folders - apart if folder.is_dir() and not (apart & set(folder.parents)))


def prefix_of(folder: Path) -> str:
    """The name that a folder of documents has in the merged corpus."""
    inside = folder.resolve()
    below = TEST_DOCUMENTS if inside.is_relative_to(TEST_DOCUMENTS) else ROOT
    return inside.relative_to(below).as_posix() if inside.is_relative_to(below) else inside.name


def _paragraphs(paragraphs: Iterable[tuple[str, str, list[str]]]) -> tuple[Layout, dict[str, list[str]]]:
    layout = Layout()
    asked: dict[str, list[str]] = {}
    folders: dict[str, str] = {}
    for number, (title, text, questions) in enumerate(paragraphs):
        if title not in folders:
            folders[title] = f"{len(folders):03}"
            layout.entries.append({"files": [f"{folders[title]}/*.txt"], "title": title})
        path = f"{folders[title]}/{number:05}.txt"
        layout.files[path] = text
        asked[path] = questions
    return layout, asked


def _as_toml(entries: list[dict[str, Any]]) -> str:
    lines: list[str] = []
    for entry in entries:
        lines.append("[[document]]")
        # A JSON string, and a list of them, is written alike in TOML. A date of TOML is read by its text.
        lines += [f"{key} = {json.dumps(_plain(value), ensure_ascii=False)}" for key, value in entry.items()]
        lines.append("")
    return "\n".join(lines)


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | list) else str(value)
