"""Slides are read as they are shown: title first, boxes in reading order, bullets and numbers as drawn."""

from __future__ import annotations

from io import BytesIO
from typing import Any, cast

import pptx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_SHAPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.presentation import Presentation
from pptx.util import Pt

from policy_qa.documents import slides
from policy_qa.documents.drawings import chart_of, diagram_lines
from policy_qa.documents.slides.order import in_reading_order
from policy_qa.types import Extraction

_TITLE_SLIDE, _TITLE_AND_BODY, _SECTION, _TITLE_ONLY, _BLANK = 0, 1, 2, 5, 6
_DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"


def _read(presentation: Presentation) -> Extraction:
    stream = BytesIO()
    presentation.save(stream)
    return slides.read(stream.getvalue())


def _slide(presentation: Presentation, layout: int = _BLANK, title: str = "") -> Any:
    slide = presentation.slides.add_slide(presentation.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def _box(shapes: Any, text: str, left: float, top: float, width: float = 200, height: float = 30) -> Any:
    box = shapes.add_textbox(Pt(left), Pt(top), Pt(width), Pt(height))
    box.text_frame.text = text
    return box


def _blocks(extraction: Extraction) -> list[str]:
    return [block.span.of(extraction.text) for block in extraction.blocks]


def _headings(extraction: Extraction) -> list[tuple[int, str]]:
    found = (block for block in extraction.blocks if block.kind == "heading")
    return [(block.level, block.span.of(extraction.text)) for block in found]


# -- slides and their titles ------------------------------------------------------------------------------------------------


def test_each_slide_is_a_page_with_its_size() -> None:
    presentation = pptx.Presentation()
    _box(_slide(presentation).shapes, "一枚目とする。", 50, 50)
    _slide(presentation)
    _box(_slide(presentation).shapes, "三枚目とする。", 50, 50)
    read = _read(presentation)
    assert [(page.number, page.label, page.width, page.height) for page in read.pages] == [(number, None, 720.0, 540.0) for number in (1, 2, 3)]  # fmt: skip
    assert [block.page for block in read.blocks] == [1, 3]


def test_titles_stand_under_the_first_slide_and_under_their_section() -> None:
    presentation = pptx.Presentation()
    _slide(presentation, _TITLE_SLIDE, "地域未来戦略")
    _slide(presentation, _TITLE_ONLY, "はじめに")
    _slide(presentation, _SECTION, "第１部")
    _slide(presentation, _TITLE_ONLY, "交付金")
    _slide(presentation, _SECTION, "第２部")
    assert _headings(_read(presentation)) == [
        (1, "地域未来戦略"),
        (2, "はじめに"),
        (2, "第１部"),
        (3, "交付金"),
        (2, "第２部"),
    ]


def test_a_title_on_two_lines_is_one_heading_wherever_it_lies() -> None:
    presentation = pptx.Presentation()
    slide = _slide(presentation, _TITLE_ONLY, "交付金の\v概要")
    slide.shapes.title.top = Pt(400)
    _box(slide.shapes, "市町村に交付する。", 50, 50)
    assert _blocks(_read(presentation)) == ["交付金の概要", "市町村に交付する。"]


def test_where_no_title_is_declared_it_is_the_largest_text_at_the_top() -> None:
    presentation = pptx.Presentation()
    shapes = _slide(presentation).shapes
    _box(shapes, "補助率は２分の１とする。", 50, 200)
    title = _box(shapes, "（１）交付金とは、何をするか", 50, 20)
    title.text_frame.paragraphs[0].runs[0].font.size = Pt(28)
    assert _headings(_read(presentation)) == [(1, "（１）交付金とは、何をするか")]


def test_what_repeats_on_every_slide_is_left_out_and_so_is_what_is_hidden() -> None:
    presentation = pptx.Presentation()
    slide = _slide(presentation, _TITLE_ONLY, "交付金")
    for kind in ("dt", "ftr", "sldNum"):
        box = _box(slide.shapes, f"毎頁{kind}", 50, 500)
        box._element.find(f"{qn('p:nvSpPr')}/{qn('p:nvPr')}").append(parse_xml(f'<p:ph {nsdecls("p")} type="{kind}"/>'))
    hidden = _box(slide.shapes, "下書き", 50, 100)
    hidden._element.find(f"{qn('p:nvSpPr')}/{qn('p:cNvPr')}").set("hidden", "1")
    assert _blocks(_read(presentation)) == ["交付金"]


def test_a_hidden_slide_is_read_and_labelled() -> None:
    presentation = pptx.Presentation()
    slide = _slide(presentation, _TITLE_ONLY, "参考")
    slide._element.set("show", "0")
    read = _read(presentation)
    assert (_blocks(read), read.pages[0].label) == (["参考"], "非表示")


def test_notes_stand_behind_their_slide_and_say_what_they_are() -> None:
    presentation = pptx.Presentation()
    slide = _slide(presentation, _TITLE_ONLY, "交付金")
    slide.notes_slide.notes_text_frame.text = "ここで質問を受ける。\n次へ進む。"
    _slide(presentation, _TITLE_ONLY, "補助金")
    read = _read(presentation)
    assert _blocks(read) == ["交付金", "ノート：ここで質問を受ける。\n次へ進む。", "補助金"]
    assert [block.page for block in read.blocks] == [1, 1, 2]


# -- shapes -----------------------------------------------------------------------------------------------------------------


def test_columns_are_read_one_after_the_other_below_what_runs_across() -> None:
    presentation = pptx.Presentation()
    shapes = _slide(presentation).shapes
    for text, left, top, height in (
        ("右下", 400, 260, 90),
        ("左下", 50, 300, 50),
        ("右上", 400, 150, 90),
        ("左上", 50, 160, 120),
    ):
        _box(shapes, f"{text}とする。", left, top, height=height)
    _box(shapes, "全体とする。", 50, 50, width=600)
    assert _blocks(_read(presentation)) == [f"{text}とする。" for text in ("全体", "左上", "左下", "右上", "右下")]


def test_titles_over_columns_stand_each_over_its_own() -> None:
    presentation = pptx.Presentation()
    shapes = _slide(presentation).shapes
    for column in (0, 1):
        for text, top, height in (("見出し", 100, 25), ("本文", 130, 90), ("補足", 225, 90)):
            _box(shapes, f"{text}{column}とする。", 50 + 250 * column, top, height=height)
    order = [f"{text}{column}とする。" for column in (0, 1) for text in ("見出し", "本文", "補足")]
    assert _blocks(_read(presentation)) == order


def test_labels_stand_beside_what_they_label() -> None:
    presentation = pptx.Presentation()
    shapes = _slide(presentation).shapes
    for row, (top, height) in enumerate(((100, 30), (140, 90))):
        _box(shapes, f"内容{row}とする。", 160, top, width=500, height=height)
        _box(shapes, f"項目{row}とする。", 50, top, width=100, height=height)
    assert _blocks(_read(presentation)) == [f"{text}{row}とする。" for row in (0, 1) for text in ("項目", "内容")]


def test_a_group_stays_together_and_its_members_lie_where_they_are_shown() -> None:
    presentation = pptx.Presentation()
    shapes = _slide(presentation).shapes
    group = shapes.add_group_shape()
    _box(group.shapes, "乙とする。", 0, 100)
    _box(group.shapes, "甲とする。", 0, 0)
    group.left, group.top, group.width, group.height = Pt(100), Pt(300), Pt(100), Pt(65)  # half of what it holds
    _box(shapes, "前とする。", 400, 310)
    read = _read(presentation)
    assert _blocks(read) == ["甲とする。", "乙とする。", "前とする。"]
    assert read.places[1].box == pytest.approx((100, 350, 200, 365), abs=0.1)


def test_what_a_shape_says_has_its_place() -> None:
    presentation = pptx.Presentation()
    shape = _slide(presentation).shapes.add_shape(MSO_SHAPE.RECTANGLE, Pt(10), Pt(20), Pt(100), Pt(40))
    shape.text_frame.text = "市町村"
    (place,) = _read(presentation).places
    assert (place.page, place.box) == (1, (10.0, 20.0, 110.0, 60.0))


def test_a_placeholder_takes_its_place_and_bullets_from_the_master() -> None:
    presentation = pptx.Presentation()
    slide = _slide(presentation, _TITLE_AND_BODY, "交付金")
    frame = slide.placeholders[1].text_frame
    frame.text = "市町村に交付する。"
    deeper = frame.add_paragraph()
    deeper.text, deeper.level = "町村を含む。", 1
    read = _read(presentation)
    assert read.text == "交付金\n\n•　市町村に交付する。\n  –　町村を含む。"
    assert [block.level for block in read.blocks] == [1, 0, 1]
    assert read.places[1].box == pytest.approx((36.0, 126.0, 684.0, 482.4), abs=0.1)


def test_numbers_are_counted_by_level_and_start_where_they_are_told() -> None:
    presentation = pptx.Presentation()
    frame = _box(_slide(presentation).shapes, "", 50, 50).text_frame
    for level, kind in ((0, "arabicPeriod"), (1, "circleNumDbPlain"), (1, "circleNumDbPlain"), (0, "arabicPeriod"), (1, "circleNumDbPlain"), (0, "alphaLcParenBoth")):  # fmt: skip
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = "項とする。", level
        start = ' startAt="3"' if level == 0 and kind.startswith("arabic") else ""
        paragraph._p.get_or_add_pPr().append(parse_xml(f'<a:buAutoNum {nsdecls("a")} type="{kind}"{start}/>'))
    marks = [line.split("　")[0].strip() for line in _read(presentation).text.split("\n")]
    assert marks == ["3.", "①", "②", "4.", "①", "(a)"]


def test_lines_of_a_box_belong_together_until_a_sentence_ends() -> None:
    presentation = pptx.Presentation()
    _box(_slide(presentation).shapes, "交付の\n割合は\n２分の１とする。\n対象は市町村とする。", 50, 50)
    assert _blocks(_read(presentation)) == ["交付の\n割合は\n２分の１とする。", "対象は市町村とする。"]


def test_a_line_below_a_list_is_no_part_of_its_last_item() -> None:
    presentation = pptx.Presentation()
    frame = _slide(presentation, _TITLE_AND_BODY, "交付金").placeholders[1].text_frame
    frame.text = "市町村"
    plain = frame.add_paragraph()
    plain.text = "ほかに定める者とする。"
    plain._p.get_or_add_pPr().append(parse_xml(f"<a:buNone {nsdecls('a')}/>"))
    assert _blocks(_read(presentation)) == ["交付金", "•　市町村", "ほかに定める者とする。"]


def test_raised_figures_breaks_and_slide_numbers_in_text() -> None:
    presentation = pptx.Presentation()
    frame = _box(_slide(presentation).shapes, "面積10m", 50, 50).text_frame
    paragraph = frame.paragraphs[0]
    run = paragraph.add_run()
    run.text = "2"
    run.font._element.set("baseline", "30000")
    paragraph.add_line_break()
    paragraph.add_run().text = "以上"
    paragraph._p.append(parse_xml(f'<a:fld {nsdecls("a")} id="{{0}}" type="slidenum"><a:t>7</a:t></a:fld>'))
    assert _read(presentation).text == "面積10m²\n以上"


# -- tables, charts, diagrams -----------------------------------------------------------------------------------------------


def test_a_table_has_its_header_its_merged_cells_filled_and_a_place_for_each() -> None:
    presentation = pptx.Presentation()
    table = _slide(presentation).shapes.add_table(3, 2, Pt(100), Pt(100), Pt(200), Pt(60)).table
    for row, texts in enumerate((("区分", "予算額"), ("交付金", "1,600"), ("", "20"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    read = _read(presentation)
    assert read.text.split("\n") == ["| 区分 | 予算額 |", "|---|---|", "| 交付金 | 1,600 |", "| 交付金 | 20 |"]
    assert read.places[-1].box == pytest.approx((200.0, 140.0, 300.0, 160.0))


def test_a_chart_is_a_table_of_its_categories_and_series() -> None:
    presentation = pptx.Presentation()
    data = cast(Any, CategoryChartData)(number_format="0.0%")
    data.categories = ["令和７年度", "令和８年度"]
    data.add_series("執行率", (0.915, 0.3))
    frame = _slide(presentation).shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Pt(0), Pt(0), Pt(300), Pt(200), data)
    frame.chart.has_title = True
    frame.chart.chart_title.text_frame.text = "執行率の推移"
    assert _blocks(_read(presentation)) == [
        "執行率の推移",
        "|  | 執行率 |\n|---|---|\n| 令和７年度 | 91.5% |\n| 令和８年度 | 30.0% |",
    ]


def _diagram(points: str, links: str) -> bytes:
    names = f'xmlns:dgm="{_DIAGRAM}" {nsdecls("a")}'
    return f"<dgm:dataModel {names}><dgm:ptLst>{points}</dgm:ptLst><dgm:cxnLst>{links}</dgm:cxnLst></dgm:dataModel>".encode()  # fmt: skip


def _point(identifier: str, text: str = "", kind: str = "node") -> str:
    return (
        f'<dgm:pt modelId="{identifier}" type="{kind}"><dgm:t><a:p><a:r><a:t>{text}</a:t></a:r></a:p></dgm:t></dgm:pt>'
    )


def test_a_diagram_is_read_in_the_order_of_its_tree() -> None:
    presentation = pptx.Presentation()
    slide = _slide(presentation)
    links = "".join(f'<dgm:cxn srcId="{source}" destId="{target}" srcOrd="{order}"/>' for source, target, order in ((0, 2, 0), (0, 1, 1), (2, 3, 0)))  # fmt: skip
    points = _point("0", kind="doc") + _point("1", "実行") + _point("2", "計画") + _point("3", "目標") + _point("9", "型", "parTrans")  # fmt: skip
    part = Part(PackURI("/ppt/diagrams/data1.xml"), "application/xml", slide.part.package, _diagram(points, links))
    relation = slide.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData")  # fmt: skip
    frame = (
        f'<p:graphicFrame {nsdecls("p", "a", "r")}><p:nvGraphicFramePr><p:cNvPr id="9" name="d"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>'
        '<p:xfrm><a:off x="0" y="0"/><a:ext cx="127000" cy="127000"/></p:xfrm><a:graphic><a:graphicData uri="d">'
        f'<dgm:relIds xmlns:dgm="{_DIAGRAM}" r:dm="{relation}"/></a:graphicData></a:graphic></p:graphicFrame>'
    )
    slide.shapes._spTree.append(parse_xml(frame))
    assert _read(presentation).text == "計画\n  目標\n実行"


def test_a_diagram_that_hangs_on_itself_is_read_once() -> None:
    links = '<dgm:cxn srcId="1" destId="2"/><dgm:cxn srcId="2" destId="1"/>'
    root = parse_xml(_diagram(_point("1", "甲") + _point("2", "乙"), links))
    assert diagram_lines(root) == [(0, "甲"), (1, "乙")]


@pytest.mark.parametrize(
    ("code", "saved", "printed"),
    [
        ("General", "0.30000000000000004", "0.3"),
        ("#,##0", "160000000000", "160,000,000,000"),
        ("0%", "0.5", "50%"),
        ('yyyy"年"m"月"', "45748", "2025年4月"),
        ("General", "1E+400", "1E+400"),
        ("General", "皆増", "皆増"),
    ],
)
def test_figures_of_a_chart_are_printed_as_their_format_says(code: str, saved: str, printed: str) -> None:
    chart = f"<x><ser><tx><v>額</v></tx><val><formatCode>{code.replace(chr(34), '&quot;')}</formatCode><pt idx='0'><v>{saved}</v></pt></val></ser></x>"  # fmt: skip
    assert chart_of(parse_xml(chart)).rows == (("", "額"), ("", printed))


# -- geometry ---------------------------------------------------------------------------------------------------------------

_EDGES = st.tuples(st.floats(0, 700), st.floats(0, 500), st.floats(0, 300), st.floats(0, 300))
_BOXES = st.lists(st.none() | _EDGES.map(lambda edge: (edge[0], edge[1], edge[0] + edge[2], edge[1] + edge[3])))


@given(_BOXES)
def test_every_item_comes_out_once(boxes: list[tuple[float, float, float, float] | None]) -> None:
    items = list(enumerate(boxes))
    assert sorted(number for number, _ in in_reading_order(items, lambda item: item[1])) == list(range(len(items)))


@given(st.permutations(range(12)))
def test_a_grid_of_boxes_is_read_row_by_row(order: list[int]) -> None:
    def box(item: int) -> tuple[float, float, float, float]:
        left, top = item % 4 * 100.0, item // 4 * 50.0
        return (left, top, left + 80, top + 30)

    assert in_reading_order(order, box) == list(range(12))
