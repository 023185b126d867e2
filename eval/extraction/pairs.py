"""The same text in two formats: how much of the one is read out of the other.

    python -m eval.extraction.pairs --data ../shared/data

Word files of ``gif-v1.3`` are read against the Markdown that their publisher keeps beside them, PDFs of ``cio-jp`` against the Word file of the same paper,
and every Word file against all text its own XML holds. The editions are no copies of each other: what a file does not hold at all (``originals``)
is counted apart and shown, never left out of sight. Writes ``eval/results/extraction-pairs.json`` and ``.md``.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.extraction.alignment import Alignment, Counted, Overlap, normalised, overlap
from eval.extraction.markup import plain
from eval.extraction.originals import Original, of_pdf, of_word
from eval.extraction.reading import SHARED, Document, DocumentError, read
from eval.runs import ROOT, machine, now, revision

RESULTS = ROOT / "eval" / "results"
GOALS = {"docx-md": 0.99, "pdf-docx": 0.98, "docx-own": 0.99}
TITLES = {
    "docx-md": "Word against the Markdown of the same text (gif-v1.3)",
    "pdf-docx": "PDF against the Word file of the same paper (cio-jp)",
    "docx-own": "Word against the text its own XML holds, figures and contents included",
}
_SHOWN = 12  # stretches kept of each list; 80 characters of each
_NUMBER = re.compile(r"^(?:第?[0-9]+(?:[.\-][0-9]+)*[章節条項]?[.):]?|\([0-9]+\)|[①-⑳]|[IVX]+\.)")
_NOTE = re.compile(r"\(注[0-9]+\)|[＊※*][0-9]+$")
_DRAWN = re.compile(r"[(第]?(?:[0-9]+(?:[.\-][0-9]+)*|[a-zア-ン]|Q[0-9]*)[.):章節条]?")


@dataclass(frozen=True, slots=True)
class Result:
    """One file against its reference. ``error`` says why nothing could be read; the shares are then of nothing."""

    pair: str
    file: str
    reference: str
    characters: Counted
    kana: Counted
    precision: float
    headings: Overlap
    cells: Overlap
    seconds: float
    lost: tuple[str, ...] = ()
    not_held: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    error: str | None = None

    @property
    def reaches_goal(self) -> bool:
        """Whether the characters that the file holds are read."""
        return self.error is None and self.characters.of_what_is_held >= GOALS[self.pair]


def compared(
    pair: str,
    file: Path,
    reference: Path,
    text: str,
    headings: Sequence[str],
    cells: Sequence[str],
    held: str,
    apart: Original,
) -> Result:
    """``file`` as it is read, against a reference text with its headings and cells."""
    name, other = (path.relative_to(path.parents[2]).as_posix() for path in (file, reference))
    started = time.perf_counter()
    try:
        document = read(file)
    except DocumentError as error:
        nothing = Alignment(text, "")
        return Result(
            pair, name, other, nothing.counted(), nothing.counted(kana=True), 0.0, titles_shared(headings, ()),
            overlap(_texts(cells), Counter()), 0.0, error=f"{error.kind}: {error}",
        )  # fmt: skip
    seconds = time.perf_counter() - started
    alignment = Alignment(text, document.text)
    figures = "\n".join(apart.figures)
    alignment.set_apart(held, figures)
    given = [block.span.of(document.text) for block in document.blocks if block.kind == "heading"]
    return Result(
        pair,
        name,
        other,
        alignment.counted(),
        alignment.counted(kana=True),
        alignment.precision("\n".join((figures, *apart.contents))),
        titles_shared(headings, given),
        overlap(_texts(cells), _texts(cells_of(document))),
        seconds,
        lost=_shortened(alignment.lost),
        not_held=_shortened(alignment.not_held),
        added=_shortened(alignment.added),
    )


def _shortened(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(text[:80] for text in texts[:_SHOWN])


def cells_of(document: Document) -> Iterator[str]:
    """The cells of the tables of a document, row by row, as its text sets them."""
    for block in document.blocks:
        if block.kind == "table":
            for line in block.span.of(document.text).split("\n"):
                if line.strip().startswith("|"):
                    yield from line.strip().strip("|").split("|")


def _texts(texts: Sequence[str] | Iterator[str]) -> Counter[str]:
    return Counter(text for text in map(normalised, texts) if text.strip("-:"))


def titles_shared(headings: Sequence[str], given: Sequence[str]) -> Overlap:
    """How far two lists of headings agree, apart from their numbers, which Word draws by its own rules, and the marks of notes in them."""
    wanted, left = _titles(headings), _titles(given)
    total = left.total()
    shared = 0
    for title in wanted.elements():
        match = title if left[title] else next((other for other in left if _is_numbered(other, title)), None)
        if match is not None:
            shared += 1
            left.subtract((match,))
            left += Counter()
    return Overlap(wanted.total(), total, shared)


def _titles(headings: Sequence[str]) -> Counter[str]:
    bare = (_NOTE.sub("", _NUMBER.sub("", normalised(heading))) for heading in headings)
    return Counter(title for title in bare if title)


def _is_numbered(given: str, title: str) -> bool:
    return given.endswith(title) and _DRAWN.fullmatch(given.removesuffix(title)) is not None


def word_and_markdown(data: Path) -> Iterator[tuple[Path, Path]]:
    """Word files with the Markdown of the same number beside them."""
    for file in sorted((data / "documents" / "gif-v1.3").glob("*/docx/*.docx")):
        number = file.name.split("_")[0]
        for other in (file.parents[1] / "md").glob(f"{number}_*.md"):
            yield file, other


def pdf_and_word(data: Path) -> Iterator[tuple[Path, Path]]:
    """PDFs with the Word file of the same paper."""
    for file in sorted((data / "documents" / "cio-jp" / "pdf").glob("*.pdf")):
        other = file.parents[1] / "docx" / f"{file.stem}.docx"
        if other.exists():
            yield file, other


def word_alone(data: Path) -> Iterator[Path]:
    """Every Word file."""
    yield from sorted((data / "documents").rglob("*.docx"))


def results(data: Path, chosen: Sequence[str], matching: str) -> Iterator[Result]:
    """Every comparison asked for whose file's name holds ``matching``."""
    if "docx-md" in chosen:
        for file, other in word_and_markdown(data):
            if matching in file.name:
                page, original = plain(other.read_text(encoding="utf-8-sig")), of_word(file)
                yield compared(
                    "docx-md", file, other, page.text, page.headings, page.cells, original.everything, original
                )
    if "pdf-docx" in chosen:
        for file, other in pdf_and_word(data):
            if matching in file.name:
                original = of_word(other)
                try:
                    text = read(other).text
                except DocumentError:
                    text = "\n".join((*original.body, *original.notes))
                yield compared("pdf-docx", file, other, text, original.headings, original.cells, of_pdf(file), original)
    if "docx-own" in chosen:
        for file in word_alone(data):
            if matching in file.name:
                original = of_word(file)
                text = "\n".join((*original.body, *original.notes, *original.figures))
                own = replace(original, figures=[])
                yield compared("docx-own", file, file, text, original.headings, original.cells, text, own)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


_COLUMNS = ("file", "characters", "in order", "anywhere", "of what is held", "kana held", "precision", "headings", "cells", "cell precision")  # fmt: skip


def _row(result: Result) -> tuple[str, ...]:
    if result.error is not None:
        return (Path(result.file).name, f"{result.characters.total:,}", "not read", *[""] * (len(_COLUMNS) - 3))
    return (
        Path(result.file).name,
        f"{result.characters.total:,}",
        _percent(result.characters.strict),
        _percent(result.characters.anywhere),
        _percent(result.characters.of_what_is_held) + ("" if result.reaches_goal else " *"),
        _percent(result.kana.of_what_is_held),
        _percent(result.precision),
        _percent(result.headings.recall),
        _percent(result.cells.recall),
        _percent(result.cells.precision),
    )


def _together(found: Sequence[Result]) -> tuple[str, ...]:
    """All files of a pair as one, each with the weight of its length."""

    def added(parts: Sequence[Counted]) -> Counted:
        names = ("total", "in_order", "moved", "not_held", "figure")
        return Counted(*(sum(getattr(part, name) for part in parts) for name in names))

    def joined(parts: Sequence[Overlap]) -> Overlap:
        return Overlap(*(sum(getattr(part, name) for part in parts) for name in ("wanted", "given", "shared")))

    characters, kana = added([item.characters for item in found]), added([item.kana for item in found])
    weight = sum(item.characters.total for item in found) or 1
    precision = sum(item.precision * item.characters.total for item in found) / weight
    headings, cells = joined([item.headings for item in found]), joined([item.cells for item in found])
    shares = (characters.strict, characters.anywhere, characters.of_what_is_held, kana.of_what_is_held, precision, headings.recall, cells.recall, cells.precision)  # fmt: skip
    return (f"all {len(found)}", f"{characters.total:,}", *map(_percent, shares))


def markdown(found: Sequence[Result], conditions: dict[str, str]) -> str:
    """The figures as a page, with what is missing of every file below its goal and what no reader could have found."""
    lines = ["# The same text in two formats", ""]
    lines += [f"- {name}: {value}" for name, value in conditions.items()]
    lines += [
        "",
        "*in order*: characters of the reference that the alignment pairs; *anywhere*: also those of stretches of eight that stand at another place; "
        "*of what is held*: of the characters that the file read holds as text at all, those in boxes of figures apart. Goals are for the last. "
        "`*`: below the goal.",
    ]
    for pair, title in TITLES.items():
        own = [item for item in found if item.pair == pair]
        if not own:
            continue
        reached = sum(item.reaches_goal for item in own)
        lines += ["", f"## {title}", "", f"Goal {GOALS[pair]:.0%}: reached by {reached} of {len(own)} files.", ""]
        lines += ["| " + " | ".join(_COLUMNS) + " |", "|" + "---|" * len(_COLUMNS)]
        lines += ["| " + " | ".join(row) + " |" for row in (*map(_row, own), _together(own))]
        for item in own:
            shown = () if item.reaches_goal else (("lost", item.lost),)
            for name, texts in (*shown, ("not in the file", item.not_held if pair != "docx-own" else ())):
                long = [text for text in texts if len(text) >= 6][:5]
                if long:
                    quoted = "、".join(f"「{text[:40]}」" for text in long)
                    lines += ["", f"{Path(item.file).name}, {name}: {quoted}"]
    return "\n".join(lines) + "\n"


def main(
    *,
    data: Annotated[Path, typer.Option(help="The shared data.")] = SHARED,
    pair: Annotated[list[str] | None, typer.Option(help=f"{', '.join(GOALS)} (repeatable); all by default.")] = None,
    only: Annotated[str, typer.Option(help="Files whose name holds this; then nothing is written.")] = "",
    failures: Annotated[bool, typer.Option(help="Print what is lost and added.")] = False,
) -> None:
    """Compare every pair of files; 1 when there is none."""
    console = Console(width=160)
    chosen = pair or list(GOALS)
    found = list(track(results(data, chosen, only), "reading", console=Console(stderr=True), transient=True))
    if not found:
        console.out(f"no files to compare under {data}")
        raise typer.Exit(1)
    for name, title in TITLES.items():
        own = [item for item in found if item.pair == name]
        if own:
            table = Table(*_COLUMNS, title=title, title_justify="left")
            for item in own:
                table.add_row(*_row(item))
            table.add_section()
            table.add_row(*_together(own))
            console.print(table)
    for item in found if failures else ():
        console.out(f"\n{item.pair} {item.file} {item.error or ''}")
        for label, texts in (("lost", item.lost), ("not held", item.not_held), ("added", item.added)):
            for text in texts:
                console.out(f"  {label:8} {text}", highlight=False)
    if not only and pair is None:
        command = shlex.join(["python", "-m", "eval.extraction.pairs", *sys.argv[1:]])
        conditions = {"run": f"`{command}` at {now()}", "revision": revision(), "machine": str(machine())}
        RESULTS.mkdir(parents=True, exist_ok=True)
        (RESULTS / "extraction-pairs.md").write_text(markdown(found, conditions), encoding="utf-8")
        value = {**conditions, "files": [asdict(item) for item in found]}
        written = json.dumps(value, ensure_ascii=False, indent=1)
        (RESULTS / "extraction-pairs.json").write_text(written + "\n", encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
