"""The same document laid out as an office would send it: nothing is lost on the way, and facts and answers are those of the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from eval.extraction.alignment import Alignment
from eval.extraction.formats import TEXT, ask, laid_out
from eval.extraction.layouts import LAYOUTS
from eval.extraction.outline import SLIDES, Piece, pieces
from eval.extraction.parts import groups, sections
from eval.extraction.reading import Document, read
from eval.runs import ROOT, Header
from eval.score import score
from policy_qa.documents import read_manifest
from policy_qa.facts import extract_facts
from policy_qa.judging import load_questions

CORPUS = ROOT / "corpus"
DOCUMENTS = ROOT / "tests" / "documents"
SEED = CORPUS / "chiiki-mirai-senryaku-r8-01.txt"
OTHERS = [
    DOCUMENTS / "work-c" / "chiikiseikatsu-gaisan-r8.txt",
    DOCUMENTS / "work-c" / "sumigahara-kosodate-guide-r8.md",
    DOCUMENTS / "apart-b" / "hakurei-r8-tousho-yosan.txt",
]
# A workbook has no running text; what it says is measured in eval/results/formats.md.
FLOWING = [name for name in LAYOUTS if name != "xlsx"]
# The least share of the budget facts of the text; lines with a figure set off at the right end are still taken for columns in PDFs.
LEAST = {"pdf-slides": 0.95, "pdf-pages": 0.95}


def _pieces(file: Path) -> list[Piece]:
    return pieces(file.read_text(encoding="utf-8"), slides=SLIDES if file == SEED else ())


def _said(parts: Sequence[Piece]) -> str:
    return "\n".join(
        "\n".join("\n".join(row) for row in piece.rows) if piece.role == "table" else f"{piece.text}\n{piece.behind}"
        for piece in parts
    )


def _document(file: Path, layout: str, folder: Path) -> Document:
    """The only document of a folder that holds ``file`` in a layout, with what the manifest of its corpus says of it."""
    if layout == TEXT:
        made = folder / file.name
        made.write_bytes(file.read_bytes())
    else:
        made = folder / f"{file.stem}{LAYOUTS[layout].ending}"
        made.write_bytes(LAYOUTS[layout].make(_pieces(file)))
    document = read(made)
    metadata = read_manifest(file.parent).metadata(file.name)
    return Document(made.name, document.sha256, document.text, document.blocks, metadata, document.pages)


def _budgets(document: Document) -> Counter[tuple[str | None, int | None, str | None, int | None]]:
    facts = (fact for fact in extract_facts(document) if fact.kind == "budget")
    return Counter((fact.program, fact.fiscal_year, fact.stage, fact.amount_yen) for fact in facts)


@pytest.mark.parametrize("file", [SEED, *OTHERS], ids=lambda file: file.stem)
def test_the_pieces_of_a_document_are_all_of_it_and_in_order(file: Path) -> None:
    source = file.read_text(encoding="utf-8").replace("**", "").replace("#", "")
    alignment = Alignment(source, _said(_pieces(file)))
    assert alignment.counted().strict == pytest.approx(1, abs=0.002)
    assert alignment.precision() == pytest.approx(1, abs=0.002)


@pytest.mark.parametrize("file", [SEED, *OTHERS], ids=lambda file: file.stem)
def test_slides_and_boxes_together_are_all_pieces_in_order(file: Path) -> None:
    parts = _pieces(file)
    assert [piece for section in sections(parts) for group in groups(section) for piece in group] == parts


@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_characters_of_the_corpus_are_read_from_every_format(layout: str, tmp_path: Path) -> None:
    document = _document(SEED, layout, tmp_path)
    assert Alignment(_said(_pieces(SEED)), document.text).counted().anywhere >= 0.995


@pytest.mark.parametrize("layout", FLOWING)
def test_the_budget_facts_of_the_corpus_are_those_of_its_text_in_every_format(layout: str, tmp_path: Path) -> None:
    (tmp_path / "text").mkdir()
    wanted = _budgets(_document(SEED, TEXT, tmp_path / "text"))
    found = _budgets(_document(SEED, layout, tmp_path))
    shared = (wanted & found).total()
    assert shared >= LEAST.get(layout, 1) * wanted.total(), wanted - found
    assert shared >= LEAST.get(layout, 1) * found.total(), found - wanted


@pytest.mark.parametrize("layout", ["docx", "docx-plain", "pptx", "html"])
@pytest.mark.parametrize("file", OTHERS, ids=lambda file: file.stem)
def test_tables_and_lines_with_figures_give_the_same_facts_in_every_format(
    file: Path, layout: str, tmp_path: Path
) -> None:
    (tmp_path / "text").mkdir()
    wanted = _budgets(_document(file, TEXT, tmp_path / "text"))
    assert wanted
    assert wanted - _budgets(_document(file, layout, tmp_path)) == Counter()


@pytest.mark.parametrize("layout", ["pdf-pages", "docx", "pptx", "html"])
def test_questions_are_answered_right_from_every_format(layout: str, tmp_path: Path) -> None:
    questions = load_questions(ROOT / "eval" / "questions" / "seed.jsonl")[0][::12]
    laid_out(CORPUS, layout, tmp_path)
    asked = ask(tmp_path, questions)
    header = Header("seed", "", "python", "", "", layout, "", "", {}, facts=asked.budget_facts)
    verdicts = score(header, questions, {record.id: record for record in asked.records}).verdicts
    assert asked.failed == ()
    assert len([verdict for verdict in verdicts if not verdict.right]) <= 1
