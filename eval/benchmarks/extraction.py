"""How fast files are read: pages of text PDFs and megabytes of Word text a second beside what a user would else take, and files a second through ``sync``.

``python -m eval.benchmarks.extraction [--pages 150] [--no-sync]``: PDFs of the shared data and PDFs laid out from the corpus, Word files of the shared data.
Figures of one process are of processor time (the best of two runs), so that other work on the machine counts less; those of two processes and of ``sync`` are
of the clock. Of the others, pdfplumber and pdfminer give text in the order of lines, pdfium the bare characters: the floor below which no reader here can come.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import docx
import pdfplumber
import pypdfium2
from pdfminer.high_level import extract_text

from eval.extraction.layouts import LAYOUTS
from eval.extraction.outline import SLIDES, pieces
from eval.extraction.reading import SHARED, read
from eval.runs import ROOT

SEED = ROOT / "corpus" / "chiiki-mirai-senryaku-r8-01.txt"
GOALS = "目標：PDF 30 ページ/秒（2 プロセス）、Word 0.5 MB/秒"


def _ours(file: Path) -> int:
    """Reads a file as the program does; the bytes of its text."""
    return len(read(file).text.encode())


def _pdfplumber(file: Path) -> int:
    with pdfplumber.open(file) as document:
        return sum(len(page.extract_text() or "") for page in document.pages)


def _pdfminer(file: Path) -> int:
    return len(extract_text(str(file)))


def _pdfium(file: Path) -> int:
    with pypdfium2.PdfDocument(file) as document:
        return sum(len(page.get_textpage().get_text_range()) for page in document)


def _python_docx(file: Path) -> int:
    document: Any = docx.Document(str(file))
    return len("\n".join(paragraph.text for paragraph in document.paragraphs).encode())


def pages_of(file: Path) -> int:
    """How many pages a PDF has."""
    with pypdfium2.PdfDocument(file) as document:
        return len(document)


def sample(files: Iterable[Path], pages: int) -> list[Path]:
    """Whole files from the front until they have at least so many pages."""
    chosen: list[Path] = []
    total = 0
    for file in files:
        if total >= pages:
            break
        chosen.append(file)
        total += pages_of(file)
    return chosen


def _seconds(work: Callable[[Path], int], files: Sequence[Path]) -> float:
    """Processor time for all files, the best of two runs."""
    best = float("inf")
    for _ in range(2):
        started = time.process_time()
        for file in files:
            work(file)
        best = min(best, time.process_time() - started)
    return best


def _seconds_in_two(files: Sequence[Path]) -> float:
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_ours, files[:2]))  # libraries are loaded before the clock runs
        started = time.perf_counter()
        list(pool.map(_ours, files))
        return time.perf_counter() - started


def _laid_out(folder: Path) -> list[Path]:
    seed = pieces(SEED.read_text(encoding="utf-8"), slides=SLIDES)
    made = []
    for name in ("pdf-slides", "pdf-pages"):
        made.append(folder / f"{name}.pdf")
        made[-1].write_bytes(LAYOUTS[name].make(seed))
    return made


def pdf(name: str, files: Sequence[Path]) -> None:
    """Prints pages a second of every way to read PDFs."""
    total = sum(map(pages_of, files))
    print(f"\n{name}: {len(files)} files, {total} pages")
    print(f"  {'policy_qa, 2 processes':28}{total / _seconds_in_two(files):8.1f} pages/s (clock)")
    ways = {"policy_qa": _ours, "pdfplumber extract_text": _pdfplumber, "pdfminer extract_text": _pdfminer, "pdfium characters": _pdfium}  # fmt: skip
    for way, work in ways.items():
        print(f"  {way:28}{total / _seconds(work, files):8.1f} pages/s")


def word(files: Sequence[Path]) -> None:
    """Prints megabytes of text a second of Word files."""
    size = sum(map(_ours, files)) / 1e6
    print(f"\nWord: {len(files)} files, {size:.2f} MB of text")
    for way, work in {"policy_qa": _ours, "python-docx paragraphs": _python_docx}.items():
        bytes_of_text = sum(map(work, files)) / 1e6
        print(f"  {way:28}{bytes_of_text / _seconds(work, files):8.2f} MB/s")


def sync(files: Sequence[Path]) -> None:
    """Prints files and pages a second of the way from files to an index."""
    from policy_qa import Settings, open_policy_qa

    with tempfile.TemporaryDirectory() as corpus, tempfile.TemporaryDirectory() as index:
        for number, file in enumerate(files):
            shutil.copy(file, Path(corpus) / f"{number:03}-{file.name}")
        with open_policy_qa(Settings(corpus=Path(corpus), index=Path(index))) as service:
            started = time.perf_counter()
            report = service.sync()
            elapsed = time.perf_counter() - started
    print(f"\nsync: {len(files)} files ({len(report.failed)} failed) in {elapsed:.1f} s")
    print(f"  {'files to an index':28}{len(files) / elapsed:8.2f} files/s (clock)")


def main(arguments: list[str] | None = None) -> int:
    """0, after the tables are printed; 1 where the shared data is absent."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=int, default=150, help="pages of the shared PDFs that are read")
    parser.add_argument("--no-sync", action="store_true", help="leave out the index")
    options = parser.parse_args(arguments)
    documents = SHARED / "documents"
    if not documents.exists():
        print(f"{documents} がないため測れません。", file=sys.stderr)
        return 1
    print(GOALS)
    shared = sample(sorted((documents / "cio-jp" / "pdf").glob("*.pdf")), options.pages)
    words = sorted(documents.rglob("*.docx"))
    with tempfile.TemporaryDirectory() as folder:
        made = _laid_out(Path(folder))
        pdf("PDF (cio-jp)", shared)
        pdf("PDF (laid out from the corpus)", made)
        word(words)
        if not options.no_sync:
            sync([*shared, *words[:20], *made])
    return 0


if __name__ == "__main__":
    sys.exit(main())
