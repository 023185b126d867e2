"""Documents -> chunks: whole where it can be, cut at sentences where it must, and nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.chunking import chunk
from policy_qa.japanese import tokens
from policy_qa.japanese.sentences import sentences
from policy_qa.types import Chunk, Document
from tests.conftest import FICTITIOUS, SEED
from tests.texts import document_of

MARKS = ["", "", "", "１．", "（１）", "①", "○", "・", "- ", "※", "## ", "【事例】", "| a | ", "第３条　", "\f"]
BODIES = [
    "補助対象者", "令和8年度 海洋観測予算（案）", "海洋観測事業 512億円（R7当初：498億円）", "港湾の機能を強めるため、岸壁の改良を進める。",
    "市は、歩行空間を整備する。その際、市民の意見を聴く。必要があれば計画を改める。", "", "期待される効果", "甲 | 乙 | 丙 |", "漁村の暮らし、担い手、産地、流通、加工、販売、輸出、観光、教育、防災",
]  # fmt: skip
texts = st.lists(st.builds(str.__add__, st.sampled_from(MARKS), st.sampled_from(BODIES)), max_size=30).map("\n".join)
any_texts = st.text(st.characters(codec="utf-8"), max_size=300)
budgets = st.integers(5, 60)


def assert_holds(document: Document, chunks: list[Chunk], max_tokens: int) -> None:
    position = 0
    covered = bytearray(len(document.text))
    for piece in chunks:
        assert position <= piece.span.start < piece.span.end
        position = piece.span.end
        assert piece.text == piece.span.of(document.text)
        assert piece.path == document.path
        covered[piece.span.start : piece.span.end] = b"\1" * len(piece.span)
    for block in document.blocks:
        outside = [place for place in range(block.span.start, block.span.end) if not covered[place]]
        assert all(document.text[place].isspace() for place in outside), block
    for piece in chunks:
        assert (
            tokens.count_by_sentence(piece.text) <= max_tokens
            or len(sentences(piece.text)) == 1
            or _is_one_unit(piece, document)
        )


def _is_one_unit(piece: Chunk, document: Document) -> bool:
    """Whether the chunk is one run that has no place to cut, or is counted differently joined than apart."""
    inside = [block for block in document.blocks if piece.span.covers(block.span)]
    return len(piece.text) < 2 or sum(
        tokens.count_by_sentence(block.span.of(document.text)) for block in inside
    ) < tokens.count_by_sentence(piece.text)


@given(texts, budgets)
def test_chunks_are_in_order_whole_and_within_the_budget(text: str, max_tokens: int) -> None:
    document = document_of(text)
    assert_holds(document, chunk(document, max_tokens), max_tokens)


@given(any_texts, budgets)
def test_chunks_of_any_text_are_in_order_and_whole(text: str, max_tokens: int) -> None:
    document = document_of(text)
    assert_holds(document, chunk(document, max_tokens), max_tokens)


@pytest.mark.parametrize("path", sorted([*SEED.glob("*.txt"), *FICTITIOUS.iterdir()]), ids=lambda path: path.name)
@pytest.mark.parametrize("max_tokens", [40, 220, 2000])
def test_chunks_of_real_documents_are_whole(path: object, max_tokens: int) -> None:
    document = document_of(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    chunks = chunk(document, max_tokens)
    assert_holds(document, chunks, max_tokens)
    assert max(tokens.count_by_sentence(piece.text) for piece in chunks) <= max_tokens


def test_a_section_stays_with_its_heading() -> None:
    document = document_of("１．目的\n港湾を整える。\n\n２．対象\n漁港とする。\n")
    assert [piece.text for piece in chunk(document, 220)] == ["１．目的\n港湾を整える。", "２．対象\n漁港とする。"]
    assert [piece.heading_path for piece in chunk(document, 220)] == [("１．目的",), ("２．対象",)]


def test_a_heading_over_nothing_joins_what_stands_before_it() -> None:
    document = document_of("前の文である。\n\n港の写真\n\n# 次章\n\n次の文である。\n")
    assert all("文である" in piece.text for piece in chunk(document, 220))


BUDGET = """
令和8年度当初予算（案）

海の観測の強化

- ・ 海底地震計整備事業（{}）
- ・ 観測船建造事業（34.5億円）
- ・ 海洋データ連携事業（2.1億円）
- ・ 沿岸防災支援交付金（18億円）
"""


@pytest.mark.parametrize("max_tokens", [20, 40, 220])
@pytest.mark.parametrize("line", ["海底地震計", "観測船", "海洋データ", "沿岸防災"])
def test_a_budget_line_keeps_its_heading_and_year_however_it_is_cut(line: str, max_tokens: int) -> None:
    document = document_of(BUDGET.format("56億円"))
    piece = next(piece for piece in chunk(document, max_tokens) if line in piece.text)
    assert "令和8年度当初予算（案）" in piece.heading_path
    assert (piece.years, piece.stages) == ((2026,), ("initial",))
    assert "億円" in piece.text.split(line)[1].split("\n")[0]


@pytest.mark.parametrize(
    ("text", "years", "stages"),
    [
        ("令和7年度補正予算に12億円を計上した。", (2025,), ("supplementary",)),
        ("R8当初予算は34億円、R7当初予算は31億円である。", (2025, 2026), ("initial",)),
        ("２０２６年度概算要求額　５６億円", (2026,), ("request",)),
        ("令和6年度決算額は8億円となった。", (2024,), ("settled",)),
        ("港湾の整備を進める。", (), ()),
    ],
)
def test_a_chunk_says_which_years_and_stages_it_speaks_of(
    text: str, years: tuple[int, ...], stages: tuple[str, ...]
) -> None:
    (piece,) = chunk(document_of(text), 220)
    assert (piece.years, piece.stages) == (years, stages)


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    written = [f"第{number}の港では、岸壁の改良と航路の浚渫を進める。" for number in range(1, 30)]
    document = document_of("".join(written))
    chunks = chunk(document, 60)
    assert len(chunks) > 3
    assert all(piece.text.endswith("。") for piece in chunks)
    assert "".join(piece.text for piece in chunks) == document.text


def test_a_long_table_is_cut_between_rows() -> None:
    rows = [f"| 第{number}港 | {number}億円 |" for number in range(1, 40)]
    document = document_of("\n".join(["| 港 | 額 |", "|---|---|", *rows]))
    chunks = chunk(document, 60)
    assert len(chunks) > 3
    assert all(piece.text.startswith("|") and piece.text.endswith("|") for piece in chunks)


def test_a_sentence_longer_than_the_budget_is_cut_at_a_comma() -> None:
    document = document_of("、".join(f"第{number}の港" for number in range(200)))
    chunks = chunk(document, 50)
    assert all(tokens.count_by_sentence(piece.text) <= 50 for piece in chunks)
    assert all(piece.text.endswith("、") for piece in chunks[:-1])


def test_a_chunk_has_the_page_it_begins_on() -> None:
    document = document_of("１．目的\n港を整える。\n\f２．対象\n漁港とする。\n")
    assert [piece.page for piece in chunk(document, 220)] == [1, 2]


def test_nothing_has_no_chunks() -> None:
    assert chunk(document_of("\n　\n----\n"), 220) == []
