"""Word documents are read as they are printed: lists with their marks, notes at their place, changes as accepted."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.document import Document as WordDocument
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_qa.documents import word
from policy_qa.documents.numerals import numeral
from policy_qa.documents.unreadable import Unreadable
from policy_qa.documents.word import story
from policy_qa.types import Extraction

_OTHERS = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_NAMES = f"{nsdecls('w', 'wp', 'a', 'm', 'r')} {_OTHERS}"


def _xml(text: str) -> Any:
    """The first element of ``text``; names of every vocabulary are known in it."""
    return parse_xml(f"<w:x {_NAMES}>{text}</w:x>")[0]


def _paragraph(inner: str) -> Any:
    return _xml(f"<w:p>{inner}</w:p>")


def _append(document: WordDocument, *elements: Any) -> None:
    for element in elements:
        document.element.body.insert_element_before(element, "w:sectPr")


def _read(document: WordDocument) -> Extraction:
    stream = BytesIO()
    document.save(stream)
    return word.read(stream.getvalue())


def _text(*paragraphs: str) -> str:
    """The text of a document of these paragraphs, given as what stands in their elements."""
    document = docx.Document()
    _append(document, *map(_paragraph, paragraphs))
    return _read(document).text


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def _headings(extraction: Extraction) -> list[tuple[int, str]]:
    found = (block for block in extraction.blocks if block.kind == "heading")
    return [(block.level, block.span.of(extraction.text)) for block in found]


def _lists(document: WordDocument, *levels: Sequence[tuple[str, str]], more: str = "") -> None:
    """Puts lists into a document, numbered from 11, each of levels (format, pattern)."""
    root = document.part.numbering_part.element
    for place, level in enumerate(levels, 11):
        inner = "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
            for depth, (kind, pattern) in enumerate(level)
        )
        root.insert(0, _xml(f'<w:abstractNum w:abstractNumId="{place}">{inner}</w:abstractNum>'))
        root.append(_xml(f'<w:num w:numId="{place}"><w:abstractNumId w:val="{place}"/>{more}</w:num>'))


def _item(text: str, level: int = 0, list_id: int = 11) -> Any:
    of_list = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    return _paragraph(f"<w:pPr>{of_list}</w:pPr>{_run(text)}")


# -- headings -------------------------------------------------------------------------------------------------------------


def test_headings_are_those_of_the_styles_and_stand_under_the_title() -> None:
    document = docx.Document()
    document.add_heading("地域交通再生支援補助金", 0)
    document.add_heading("補助対象", 1)
    document.add_heading("補助対象者", 2)
    document.add_paragraph("市町村とする。")
    read = _read(document)
    assert _headings(read) == [(1, "地域交通再生支援補助金"), (2, "補助対象"), (3, "補助対象者")]
    assert read.blocks[-1].heading_path == ("地域交通再生支援補助金", "補助対象", "補助対象者")


def test_a_title_on_several_lines_is_one_heading() -> None:
    document = docx.Document()
    document.add_heading("政府情報システムに係る", 0)
    document.add_heading("資産管理の在り方", 0)
    document.add_heading("はじめに", 1)
    document.add_paragraph("本書の目的を述べる。")
    assert _headings(_read(document)) == [(1, "政府情報システムに係る資産管理の在り方"), (2, "はじめに")]


def test_a_style_based_on_a_heading_is_one_and_an_outline_makes_one() -> None:
    document = docx.Document()
    style = document.styles.add_style("節の題", 1)
    style.base_style = document.styles["Heading 2"]
    document.add_heading("章", 1)
    document.add_paragraph("節", style="節の題")
    _append(document, _paragraph(f'<w:pPr><w:outlineLvl w:val="2"/></w:pPr>{_run("項")}'))
    document.add_paragraph("本文とする。")
    assert _headings(_read(document)) == [(1, "章"), (2, "節"), (3, "項")]


def test_an_outline_for_body_text_takes_the_heading_back() -> None:
    document = docx.Document()
    document.add_heading("章", 1)
    document.add_heading("節", 2)
    _append(document, _paragraph(f'<w:pPr><w:pStyle w:val="Heading1"/><w:outlineLvl w:val="9"/></w:pPr>{_run("本文")}'))
    assert _headings(_read(document)) == [(1, "章"), (2, "節")]


def test_a_sentence_that_was_declared_to_get_its_number_is_a_paragraph() -> None:
    document = docx.Document()
    sentence = (
        "補助事業者は、補助事業が完了したときは、その日から起算して三十日以内に実績報告書を提出しなければならない。"
    )
    document.add_heading(sentence, 2)
    document.add_paragraph("以上")
    assert _headings(_read(document)) == []


def test_where_headings_are_declared_no_short_line_is_taken_for_one() -> None:
    document = docx.Document()
    document.add_heading("問合せ", 1)
    document.add_paragraph("国土交通省総合政策局地域交通課")
    document.add_paragraph("")
    document.add_paragraph("電話はこちらへどうぞ。")
    document.add_heading("附則", 1)
    document.add_paragraph("この要綱は、公布の日から施行する。")
    assert _headings(_read(document)) == [(1, "問合せ"), (1, "附則")]


def test_where_none_is_declared_titles_are_found_by_how_they_are_written() -> None:
    document = docx.Document()
    for line in (
        "地域交通再生支援補助金の概要",
        "",
        "１　補助対象者",
        "市町村とする。",
        "２　補助率",
        "２分の１以内とする。",
    ):
        document.add_paragraph(line)
    assert [title for _, title in _headings(_read(document))] == [
        "地域交通再生支援補助金の概要",
        "１　補助対象者",
        "２　補助率",
    ]


def test_the_table_of_contents_is_left_out() -> None:
    document = docx.Document()
    document.styles.add_style("toc 1", 1)
    for line in ("第１章　総則\t1", "第２章　補助\t3"):
        document.add_paragraph(line, style="toc 1")
    _append(
        document,
        _paragraph(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> TOC \\o "1-3" </w:instrText></w:r>'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_run("第３章　雑則")}<w:r><w:tab/></w:r>{_run("5")}'
        ),
        _paragraph('<w:r><w:fldChar w:fldCharType="end"/></w:r>'),
    )
    document.add_paragraph("本文は残る 5")
    assert _read(document).text == "本文は残る 5"


def test_a_subtitle_is_a_heading_where_it_parts_the_document() -> None:
    document = docx.Document()
    document.add_heading("よくある質問", 0)
    document.add_paragraph("令和８年３月", style="Subtitle")
    for part in ("対象", "率"):
        document.add_paragraph(part, style="Subtitle")
        document.add_heading(f"{part}は何ですか", 1)
        document.add_paragraph("次のとおりとする。")
    assert _headings(_read(document)) == [
        (1, "よくある質問"),
        (2, "対象"),
        (3, "対象は何ですか"),
        (2, "率"),
        (3, "率は何ですか"),
    ]


# -- lists ----------------------------------------------------------------------------------------------------------------


def test_lists_are_numbered_as_they_are_printed() -> None:
    document = docx.Document()
    _lists(document, [("decimalFullWidth", "第%1章"), ("decimal", "%1.%2"), ("aiueoFullWidth", "(%3)")])
    _append(
        document, _item("総則"), _item("目的", 1), _item("定義", 1), _item("市町村", 2), _item("補助"), _item("率", 1)
    )
    printed = "第１章 総則 １.1 目的 １.2 定義 (ア) 市町村 第２章 補助 ２.1 率"
    assert _read(document).text.split() == printed.split()


def test_deeper_items_are_set_deeper() -> None:
    document = docx.Document()
    _lists(document, [("bullet", "○"), ("bullet", "・")])
    _append(document, _item("市町村に交付する。"), _item("町村を含む。", 1))
    read = _read(document)
    assert read.text == "○　市町村に交付する。\n  ・　町村を含む。"
    assert [(block.kind, block.level) for block in read.blocks] == [("item", 0), ("item", 1)]


def test_a_list_that_starts_anew_counts_from_there() -> None:
    document = docx.Document()
    _lists(document, [("decimalEnclosedCircle", "%1")])
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    again = f'<w:num w:numId="12"><w:abstractNumId w:val="11"/>{restart}</w:num>'
    document.part.numbering_part.element.append(_xml(again))
    _append(document, _item("甲とする。"), _item("乙とする。"), _item("丙とする。", list_id=12), _item("丁とする。"))
    assert [line[0] for line in _read(document).text.split("\n")] == ["①", "②", "①", "②"]


def test_a_style_numbers_its_paragraphs() -> None:
    document = docx.Document()
    _lists(document, [("japaneseCounting", "第%1条")])
    style = document.styles["Heading 1"].element
    style.get_or_add_pPr().append(_xml('<w:numPr><w:numId w:val="11"/></w:numPr>'))
    document.add_heading("目的", 1)
    document.add_heading("定義", 1)
    assert _read(document).text == "第一条　目的\n\n第二条　定義"


@pytest.mark.parametrize(
    ("font", "pattern", "printed"),
    [("Wingdings", "\uf06c", "●"), ("Symbol", "\uf0b7", "•"), ("Courier New", "o", "○"), ("Wingdings", "\uf0fc", "✓")],
)
def test_bullets_of_symbol_fonts_become_characters(font: str, pattern: str, printed: str) -> None:
    document = docx.Document()
    _lists(document, [("bullet", pattern)])
    level = document.part.numbering_part.element[0][0]
    level.append(_xml(f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>'))
    _append(document, _item("市町村とする。"))
    assert _read(document).text == f"{printed}　市町村とする。"


@pytest.mark.parametrize(
    ("count", "number_format", "printed"),
    [
        (12, "decimalFullWidth", "１２"),
        (20, "decimalEnclosedCircle", "⑳"),
        (50, "decimalEnclosedCircle", "㊿"),
        (51, "decimalEnclosedCircle", "51"),
        (123, "japaneseCounting", "百二十三"),
        (20, "ideographDigital", "二〇"),
        (3, "japaneseLegal", "参"),
        (6, "aiueoFullWidth", "カ"),
        (3, "iroha", "ハ"),
        (28, "lowerLetter", "bb"),
        (14, "upperRoman", "XIV"),
        (2, "ideographTraditional", "乙"),
        (5, "none", ""),
        (5, "heisei", "5"),
        (0, "lowerRoman", "0"),
        (10**9, "lowerLetter", "1000000000"),
    ],
)
def test_every_count_has_a_print(count: int, number_format: str, printed: str) -> None:
    assert numeral(count, number_format) == printed


# -- what stands between words ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inner", "printed"),
    [
        (f"<w:ins>{_run('500万円')}</w:ins><w:del><w:r><w:delText>300万円</w:delText></w:r></w:del>", "500万円"),
        (f"<w:moveTo>{_run('後')}</w:moveTo><w:moveFrom>{_run('前')}</w:moveFrom>", "後"),
        (f"{_run('公開')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>内部</w:t></w:r>", "公開"),
        (f"{_run('公開')}<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>外部</w:t></w:r>", "公開外部"),
        ("<w:r><w:ruby><w:rt><w:r><w:t>かんが</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>鑑</w:t></w:r></w:rubyBase></w:ruby></w:r>", "鑑"),
        (f'<w:hyperlink>{_run("申請様式")}</w:hyperlink>', "申請様式"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{_run('令和８年度')}</w:sdtContent></w:sdt>", "令和８年度"),
        (f'<w:fldSimple w:instr=" DATE ">{_run("令和８年４月１日")}</w:fldSimple>', "令和８年４月１日"),
        ("<w:r><w:t>施設整備費</w:t><w:tab/><w:tab/><w:t>1,200</w:t></w:r>", "施設整備費　　　　1,200"),
        ("<w:r><w:t>一行目</w:t><w:br/><w:t>二行目</w:t></w:r>", "一行目\n二行目"),
        ("<w:r><w:t>03</w:t><w:noBreakHyphen/><w:t>1234</w:t><w:softHyphen/></w:r>", "03-1234"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>同意する</w:t></w:r>', "☑同意する"),
        (f"{_run('10')}<w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:t>6</w:t></w:r>", "10⁶"),
        ("<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>", "1/2"),
    ],
)  # fmt: skip
def test_a_paragraph_reads_as_it_is_printed(inner: str, printed: str) -> None:
    assert _text(inner) == printed


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        (r"eq \o\ac(○,印)", "㊞"),
        (r"EQ \* jc2 \* hps10 \o\ad(\s\up 9(ふりがな),振仮名)", "振仮名"),
        ("PAGE", ""),
        ("EQ", ""),
    ],
)
def test_a_field_that_draws_gives_what_it_draws(code: str, printed: str) -> None:
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    assert (
        _text(f"{_run('［')}{begin}<w:r><w:instrText>{code}</w:instrText></w:r>{end}{_run('］')}") == f"［{printed}］"
    )


def test_a_field_left_open_does_not_swallow_the_text() -> None:
    assert (
        _text('<w:r><w:fldChar w:fldCharType="begin"/></w:r>', _run("補助率は２分の１とする。"))
        == "補助率は２分の１とする。"
    )


def test_a_deleted_end_of_a_paragraph_joins_it_with_the_next() -> None:
    assert (
        _text(f"<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{_run('補助率は')}", _run("２分の１とする。"))
        == "補助率は２分の１とする。"
    )


def test_a_text_box_is_read_once_behind_its_paragraph() -> None:
    box = f"<w:txbxContent><w:p>{_run('対象は市町村です。')}</w:p></w:txbxContent>"
    drawing = f"<w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
    picture = f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
    both = f'<w:r><mc:AlternateContent><mc:Choice Requires="wps">{drawing}</mc:Choice><mc:Fallback>{picture}</mc:Fallback></mc:AlternateContent></w:r>'
    assert _text(_run("図のとおり。") + both) == "図のとおり。\n\n対象は市町村です。"
    assert _text(_run("図のとおり。") + f"<w:r>{picture}</w:r>") == "図のとおり。\n\n対象は市町村です。"


@pytest.mark.parametrize(("state", "printed"), [("<w:checked/>", "☑"), ('<w:default w:val="0"/>', "□"), ("", "□")])
def test_a_box_to_tick_is_printed(state: str, printed: str) -> None:
    box = (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{state}</w:checkBox></w:ffData></w:fldChar></w:r>'
    )
    assert _text(f'{box}<w:r><w:fldChar w:fldCharType="end"/></w:r>{_run("同意する")}') == f"{printed}同意する"


# -- notes ----------------------------------------------------------------------------------------------------------------


def _add_notes(document: WordDocument, notes: dict[int, str]) -> None:
    """Puts footnotes into a document, each given as what stands in its paragraph behind the mark."""
    inner = "".join(
        f'<w:footnote w:id="{number}"><w:p><w:r><w:footnoteRef/></w:r>{content}</w:p></w:footnote>'
        for number, content in notes.items()
    )
    root = f"<w:footnotes {_NAMES}>{inner}</w:footnotes>".encode()
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, root, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _referring(note: int) -> str:
    return f'<w:r><w:footnoteReference w:id="{note}"/></w:r>'


def test_a_footnote_stands_behind_its_paragraph_with_its_mark() -> None:
    document = docx.Document()
    _add_notes(document, {2: _run("税抜き。"), 3: _run("上限あり。")})
    _append(
        document,
        _paragraph(f"{_run('上限は500万円')}{_referring(3)}{_run('とする。')}"),
        _paragraph(f"{_run('下限は50万円')}{_referring(2)}{_run('とする。')}"),
    )
    read = _read(document)
    texts = ["上限は500万円（注1）とする。", "（注1）上限あり。", "下限は50万円（注2）とする。", "（注2）税抜き。"]
    assert [block.span.of(read.text) for block in read.blocks] == texts
    assert [block.kind for block in read.blocks] == ["paragraph", "note"] * 2


def test_a_footnote_in_a_table_stands_behind_the_table() -> None:
    document = docx.Document()
    _add_notes(document, {2: _run("税抜き。")})
    table = _table(document, [["上限", "500万円"], ["率", "２分の１"]])
    table.cell(0, 1).paragraphs[0]._p.append(_xml(_referring(2)))
    assert _read(document).text == "| 上限 | 500万円（注1） |\n| 率 | ２分の１ |\n\n（注1）税抜き。"


def test_notes_that_refer_to_each_other_are_read_once() -> None:
    document = docx.Document()
    _add_notes(
        document,
        {note: f"{_run(f'第{note}の注。')}{_referring(note % 40 + 1)}{_referring(note)}" for note in range(1, 41)},
    )
    _append(document, _paragraph(f"{_run('本文とする。')}{_referring(1)}"))
    text = _read(document).text
    assert [text.count(f"第{note}の注。") for note in range(1, 41)] == [1] * 40


# -- tables ---------------------------------------------------------------------------------------------------------------


def _table(document: WordDocument, rows: Sequence[Sequence[str]]) -> Any:
    table = document.add_table(len(rows), len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return table


def test_merged_cells_are_filled_over_their_rows_and_columns() -> None:
    document = docx.Document()
    table = _table(document, [["区分", "予算額", ""], ["交付金", "当初", "1,600"], ["", "補正", "20"]])
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    assert _read(document).text.split("\n") == [
        "| 区分 | 予算額 | 予算額 |",
        "| 交付金 | 当初 | 1,600 |",
        "| 交付金 | 補正 | 20 |",
    ]


def test_a_row_repeated_on_every_page_is_header_and_so_is_one_shaded_alone() -> None:
    for mark in ("repeated", "shaded"):
        document = docx.Document()
        table = _table(document, [["事業", "額"], ["交付金", "1,600"]])
        if mark == "repeated":
            table.rows[0]._tr.get_or_add_trPr().append(_xml("<w:tblHeader/>"))
        else:
            for cell in table.rows[0].cells:
                cell._tc.get_or_add_tcPr().append(_xml('<w:shd w:val="clear" w:fill="D9D9D9"/>'))
        assert _read(document).text.split("\n") == ["| 事業 | 額 |", "|---|---|", "| 交付金 | 1,600 |"]


def test_a_table_of_one_column_is_a_frame_around_text() -> None:
    document = docx.Document()
    cell = _table(document, [[""]]).cell(0, 0)
    cell.paragraphs[0].text = "補助率は２分の１とする。"
    inner = cell.add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "上限", "500万円"
    assert _read(document).text == "補助率は２分の１とする。\n\n| 上限 | 500万円 |"


def test_what_stands_inside_a_cell_is_said_on_its_line() -> None:
    document = docx.Document()
    table = _table(document, [["対象", ""], ["率", "２分の１"]])
    cell = table.cell(0, 1)
    cell.paragraphs[0].text = "市町村"
    inner = cell.add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "町", "村"
    assert _read(document).text.split("\n")[0] == "| 対象 | 市町村 町 村 |"


def test_rows_set_with_line_breaks_are_rows() -> None:
    document = docx.Document()
    _table(document, [["区分", "金額"], ["国費\n県費", "1,600\n▲20"], ["対象\n対象外", "市町村\n国"]])
    lines = _read(document).text.split("\n")
    assert lines == ["| 区分 | 金額 |", "| 国費 | 1,600 |", "| 県費 | ▲20 |", "| 対象 対象外 | 市町村 国 |"]


def test_lines_that_do_not_match_stay_in_their_cell() -> None:
    document = docx.Document()
    _table(document, [["区分", "金額"], ["国費\n（うち特会）\n県費", "1,600\n\n20"]])
    assert _read(document).text.split("\n")[-1] == "| 国費 （うち特会） 県費 | 1,600 20 |"


def test_deleted_rows_are_gone_and_rows_beside_the_grid_keep_its_width() -> None:
    document = docx.Document()
    table = _table(document, [["a", "b"], ["c", "d"], ["e", "f"]])
    table.rows[1]._tr.get_or_add_trPr().append(_xml("<w:del/>"))
    last = table.rows[2]._tr
    last.remove(last.findall(qn("w:tc"))[0])
    last.get_or_add_trPr().append(_xml('<w:gridBefore w:val="1"/>'))
    assert _read(document).text.split("\n") == ["| a | b |", "|  | f |"]


def test_what_a_damaged_cell_claims_makes_no_table_of_a_million_columns() -> None:
    document = docx.Document()
    table = _table(document, [["a", "b"], ["c", "d"]])
    table.cell(0, 0)._tc.get_or_add_tcPr().append(_xml('<w:gridSpan w:val="1000000000"/>'))
    assert len(_read(document).text) < 5_000


def test_a_table_of_too_many_cells_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "MOST_CELLS", 3)
    document = docx.Document()
    _table(document, [["a", "b"], ["c", "d"]])
    with pytest.raises(Unreadable) as refused:
        _read(document)
    assert refused.value.kind == "too_large"


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text("あ漢Ａaｱ１1、。（） 　-○①第条|#\u200b", max_size=30), max_size=8))
def test_no_text_is_lost_and_blocks_are_in_order(lines: list[str]) -> None:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    read = _read(document)
    assert "".join(read.text.split()) == "".join("".join(lines).split())
    assert [block.span.start for block in read.blocks] == sorted(block.span.start for block in read.blocks)


# -- what is wrong ----------------------------------------------------------------------------------------------------------


def test_whatever_a_library_raises_is_damage() -> None:
    document = docx.Document()
    document.element.remove(document.element.body)
    with pytest.raises(Unreadable) as refused:
        _read(document)
    assert refused.value.kind == "damaged"


def test_a_document_without_text_has_no_blocks() -> None:
    assert _read(docx.Document()).blocks == ()


# -- documents put in ----------------------------------------------------------------------------------------------------


def _put_in(document: WordDocument, name: str, content: bytes) -> None:
    part = Part(PackURI(f"/word/{name}"), "application/octet-stream", content, document.part.package)
    relation = document.part.relate_to(part, f"{RELATIONSHIP_TYPE.IMAGE.rpartition('/')[0]}/aFChunk")
    _append(document, _xml(f'<w:altChunk r:id="{relation}"/>'))


def _with_one(name: str, content: bytes) -> Extraction:
    document = docx.Document()
    document.add_heading("実施要領", 1)
    document.add_paragraph("要領は次のとおりとする。")
    _put_in(document, name, content)
    document.add_paragraph("以上のとおり通知する。")
    return _read(document)


def test_documents_put_in_are_read_in_their_place() -> None:
    inner = docx.Document()
    inner.add_heading("対象経費", 2)
    inner.add_paragraph("機器の購入に要する経費とする。")
    stream = BytesIO()
    inner.save(stream)
    page = "<h2>対象経費</h2><p>機器の購入に要する経費とする。</p><table><tr><th>種別</th><th>上限</th></tr><tr><td>機器</td><td>50万円</td></tr></table>"
    for name, content in (
        ("chunk.docx", stream.getvalue()),
        ("chunk.html", f"<html><body>{page}</body></html>".encode()),
        ("chunk.txt", "対象経費\n\n機器の購入に要する経費とする。".encode("cp932")),
    ):
        text = _with_one(name, content).text
        assert text.index("次のとおり") < text.index("対象経費") < text.index("機器の購入") < text.index("以上のとおり")
    assert "| 機器 | 50万円 |" in _with_one("chunk.html", page.encode()).text


def test_a_document_put_in_that_cannot_be_read_leaves_a_line_that_says_so() -> None:
    for name, content in (
        ("chunk.mht", b"MIME-Version: 1.0"),
        ("chunk.docx", b"PK damaged"),
        ("chunk.rtf", b"{\\rtf1}"),
    ):
        assert "\n\n（埋め込まれた文書は読み取っていません）\n\n以上" in _with_one(name, content).text


def test_headings_stand_ten_deep_below_a_title() -> None:
    document = docx.Document()
    document.add_paragraph("計画", style="Title")
    for level in range(1, 10):
        document.add_heading(f"見出し{level}の題", level)
    document.add_paragraph("本文とする。")
    extraction = _read(document)
    assert len(extraction.blocks[-1].heading_path) == 10
