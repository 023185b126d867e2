"""What counts as read: alignment of texts, Markdown without its markup, what a Word file itself holds."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.extraction.alignment import Alignment, normalised
from eval.extraction.markup import plain
from eval.extraction.originals import of_word

TEXTS = st.text("地域交付金の予算は1,600億円。（案）", max_size=40)


@given(TEXTS, TEXTS)
def test_every_character_of_the_reference_is_counted_once(reference: str, other: str) -> None:
    alignment = Alignment(reference, other)
    alignment.set_apart(other, "")
    counted = alignment.counted()
    assert counted.total == len(normalised(reference))
    assert 0 <= counted.strict <= counted.anywhere <= counted.of_what_is_held <= 1
    assert len(alignment.state) == counted.total


@given(TEXTS)
def test_a_text_is_wholly_found_in_itself(text: str) -> None:
    alignment = Alignment(text, text)
    assert alignment.counted().strict == 1
    assert alignment.precision() == 1
    assert not alignment.lost


def test_blanks_width_and_drawn_signs_are_no_difference() -> None:
    assert normalised("| 令和８年度 | １，６００億円 |\n|---|---|\n・ 対象") == "令和8年度1,600億円対象"


def test_lost_kana_are_seen_among_the_kana() -> None:
    alignment = Alignment("地方の創生に関する総合戦略", "地方創生関総合戦略")
    assert alignment.counted(kana=True).strict == 0
    assert alignment.counted().strict == pytest.approx(9 / 13)


def test_a_note_at_another_place_is_moved_and_not_lost() -> None:
    note = "国の職員が市町村へ派遣される制度をいう。"
    alignment = Alignment(
        f"概要{note}目的を述べる本文が続く。対象と要件も続く。", f"概要目的を述べる本文が続く。対象と要件も続く。{note}"
    )
    assert alignment.counted().strict < 1
    assert alignment.counted().anywhere == 1


def test_a_text_said_twice_and_read_once_is_lost_once() -> None:
    said = "周知のためのプロモーション活動を行う。"
    counted = Alignment(f"{said}次に、{said}", f"{said}次に、").counted()
    assert counted.in_order + counted.moved == counted.total - len(said)


def test_what_the_file_does_not_hold_is_set_apart_but_what_it_holds_is_not() -> None:
    reference = "予算の概要。この段落は別の版にしかない文章である。対象者の要件は次のとおりとする。"
    alignment = Alignment(reference, "予算の概要。")
    alignment.set_apart(held="予算の概要。対象者の要件は次のとおりとする。", figures="")
    assert alignment.counted().of_what_is_held < 0.5
    assert "この段落は別の版にしかない文章である" in alignment.not_held[0]
    assert "対象者の要件は次のとおりとする。" in alignment.lost[0]


def test_numbering_is_never_excused() -> None:
    alignment = Alignment("1.2. 目的", "目的")
    alignment.set_apart(held="目的", figures="")
    assert alignment.counted().not_held == 0


def test_markdown_is_read_without_its_markup() -> None:
    page = plain(
        "# 手引 <!-- omit in toc -->\n\n- [1. 目的](#目的)\n\n## 1. 目的\n\n**交付金**は[要綱](https://127.0.0.1/a)による。[^1]\n\n"
        "<figure>\n\n![図](a.png)\n\n<figcaption>図1 流れ</figcaption>\n</figure>\n\n|年度|額|\n|---|---|\n|令和8年度|1億円<br>以内|\n\n"
        "1. 申請\n2. 決定\n\n[^1]: 令和8年の要綱\n"
    )
    assert page.headings == ["手引", "1. 目的"]
    assert page.cells == ["年度", "額", "令和8年度", "1億円\n以内"]
    assert normalised(page.text) == normalised(
        "手引 目的 交付金は要綱による。図1 流れ 年度 額 令和8年度 1億円以内 申請 決定 令和8年の要綱"
    )


def test_a_word_file_says_what_it_holds_and_declares(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("予算の概要", 1)
    document.add_paragraph("交付金は1,600億円である。")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "年度", "額"
    document.sections[0].header.paragraphs[0].text = "内閣府"
    document.save(str(tmp_path / "a.docx"))
    found = of_word(tmp_path / "a.docx")
    assert found.headings == ["予算の概要"]
    assert found.cells == ["年度", "額"]
    assert found.body == ["予算の概要", "交付金は1,600億円である。", "年度", "額"]
    assert found.furniture == ["内閣府"]
