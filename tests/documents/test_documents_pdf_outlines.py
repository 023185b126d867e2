"""What is set beside or below text and belongs to it, or does not: figures set right, captions, who signs."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence

import pypdfium2
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from policy_qa.documents.pdf import read
from policy_qa.documents.pdf.figures import breaks_off, is_amount_alone
from policy_qa.documents.pdf.glyphs import glyphs_of
from policy_qa.documents.pdf.lines import lines_of_page
from policy_qa.types import Extraction

WIDTH, HEIGHT = 595, 842
for _name in ("HeiseiMin-W3", "HeiseiKakuGo-W5"):
    pdfmetrics.registerFont(UnicodeCIDFont(_name))
_SAID = "市町村と連携し、事業に要する経費の一部を補助する。"
_Draw = Callable[[Canvas], None]


def _pdf(draw: _Draw) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT))
    canvas.setFont("HeiseiMin-W3", 10.5)
    draw(canvas)
    canvas.save()
    return file.getvalue()


def _read(draw: _Draw) -> Extraction:
    return read(_pdf(draw))


def _lines(found: Extraction) -> list[str]:
    """The lines of the text, a wide gap as one bar."""
    return [re.sub("\u3000{3,}", "|", line) for line in found.text.splitlines() if line]


def _tables(found: Extraction) -> list[str]:
    return [block.kind for block in found.blocks if block.kind == "table"]


_OUTLINE = (
    ("１ 総務企画部", "733,050（616,700）"),
    ("(1)【新】移住住宅整備事業", "84,600（－）"),
    ("(2) バス運行費補助", "412,000（418,500）"),
    ("ア 修学資金の貸付", "210,000（225,000）"),
    ("・電気柵の設置", "180,400"),
)


def _bare(canvas: Canvas) -> None:
    for row, (name, figure) in enumerate(_OUTLINE):
        canvas.drawString(70, HEIGHT - 100 - 20 * row, name)
        canvas.drawRightString(520, HEIGHT - 100 - 20 * row, figure)


def _with_text_between(canvas: Canvas) -> None:
    top = 100.0
    for name, figure in _OUTLINE:
        canvas.drawString(70, HEIGHT - top, name)
        canvas.drawRightString(520, HEIGHT - top, figure)
        canvas.drawString(80, HEIGHT - top - 17, _SAID)
        top += 42


def _with_large_names(canvas: Canvas) -> None:
    for row, (name, figure) in enumerate(_OUTLINE):
        canvas.setFont("HeiseiKakuGo-W5", 15 if not row else 13)
        canvas.drawString(70, HEIGHT - 100 - 30 * row, name)
        canvas.setFont("HeiseiMin-W3", 10.5)
        canvas.drawRightString(520, HEIGHT - 99 - 30 * row, figure)


def _below_a_caption(canvas: Canvas) -> None:
    canvas.drawRightString(520, HEIGHT - 80, "（単位：千円）")
    _bare(canvas)


def _in_boxes_beside_each_other(canvas: Canvas) -> None:
    for column, rows in ((40, _OUTLINE[:3]), (310, _OUTLINE[3:])):
        top = 100
        for name, figure in rows:
            canvas.rect(column, HEIGHT - top - 30, 250, 46)
            canvas.drawString(column + 8, HEIGHT - top, name)
            canvas.drawRightString(column + 242, HEIGHT - top, figure)
            canvas.drawString(column + 8, HEIGHT - top - 18, _SAID[:22])
            top += 60


def _in_two_columns(canvas: Canvas) -> None:
    for column, rows in ((40, _OUTLINE[:3]), (320, _OUTLINE[3:])):
        for row, (name, figure) in enumerate(rows):
            canvas.drawString(column, HEIGHT - 100 - 36 * row, name)
            canvas.drawRightString(column + 235, HEIGHT - 100 - 36 * row, figure)
            canvas.drawString(column, HEIGHT - 118 - 36 * row, _SAID[:22])


def _figures_drawn_first(canvas: Canvas) -> None:
    for row, (_, figure) in enumerate(_OUTLINE):
        canvas.drawRightString(520, HEIGHT - 100 - 20 * row, figure)
    for row, (name, _) in enumerate(_OUTLINE):
        canvas.drawString(70, HEIGHT - 100 - 20 * row, name)


@pytest.mark.parametrize(
    "draw",
    [_bare, _with_text_between, _with_large_names, _below_a_caption, _in_boxes_beside_each_other, _in_two_columns, _figures_drawn_first],
)  # fmt: skip
def test_a_figure_set_right_belongs_to_the_line_on_its_height(draw: _Draw) -> None:
    found = _read(draw)
    assert _tables(found) == []
    assert [line for line in _lines(found) if "|" in line] == [f"{name}|{figure}" for name, figure in _OUTLINE]


def test_two_figures_set_right_stand_behind_one_name() -> None:
    def draw(canvas: Canvas) -> None:
        for row, (name, figure) in enumerate(_OUTLINE):
            canvas.drawString(70, HEIGHT - 100 - 20 * row, name)
            canvas.drawRightString(420, HEIGHT - 100 - 20 * row, "1,200")
            canvas.drawRightString(540, HEIGHT - 100 - 20 * row, figure)

    assert _lines(_read(draw)) == [f"{name}|1,200|{figure}" for name, figure in _OUTLINE]


@pytest.mark.parametrize("is_last", [True, False])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("(1)【拡】中山間地域における持続可能な農業の担い手の確保及び", "育成に関する推進事業"),
        ("・過疎地域の医療機関に対する遠隔診療の設備の整備（離島を", "含む。）への補助"),
        ("ア 子育て世帯の移住を後押しする住宅の改修に要する費用の", "助成"),
    ],
)
def test_a_name_on_two_lines_has_its_figure_behind_it(first: str, second: str, is_last: bool) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(70, HEIGHT - 100, first)
        canvas.drawString(91, HEIGHT - 117, second)
        canvas.drawRightString(520, HEIGHT - (117 if is_last else 100), "12,345（－）")
        canvas.drawString(80, HEIGHT - 140, _SAID)

    assert _lines(_read(draw)) == [f"{first}{second}|12,345（－）", _SAID]


@pytest.mark.parametrize("left", [70, 91])
def test_what_describes_a_line_with_a_figure_is_a_line_of_its_own(left: float) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(70, HEIGHT - 100, "(1)【新】白嶺牛輸出促進事業")
        canvas.drawRightString(520, HEIGHT - 100, "43,750（－）")
        canvas.drawString(left, HEIGHT - 117, "商談会を年２回開催するほか、輸出用ロゴマークを作成する。")

    assert len(_lines(_read(draw))) == 2


def test_a_figure_that_a_narrow_box_broke_is_whole() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(70, HEIGHT - 108, "４ 県土整備部")
        canvas.drawRightString(520, HEIGHT - 100, "14,641,900（14,340,00")
        canvas.drawRightString(520, HEIGHT - 116, "0）")
        canvas.drawString(70, HEIGHT - 150, _SAID)

    assert _lines(_read(draw))[0].endswith("14,641,900（14,340,000）")


def _figures_of_a_chart(canvas: Canvas) -> None:
    for row in range(5):
        canvas.drawString(60, HEIGHT - 100 - 18 * row, _SAID[:20])
        canvas.drawString(330, HEIGHT - 100 - 18 * row, f"{row + 1}")


def _text_beside(canvas: Canvas) -> None:
    right = ("利用者の数の推移", "1,200人", "を超えて増えている", "こととされている。")
    for row in range(4):
        canvas.drawString(60, HEIGHT - 100 - 18 * row, _SAID[:20])
        canvas.drawString(330, HEIGHT - 100 - 18 * row, right[row])


def _large_figures(canvas: Canvas) -> None:
    canvas.drawString(60, HEIGHT - 100, "新規就農者の数")
    canvas.setFont("HeiseiKakuGo-W5", 28)
    canvas.drawString(330, HEIGHT - 100, "1,800人")


@pytest.mark.parametrize("draw", [_figures_of_a_chart, _text_beside, _large_figures])
def test_a_figure_in_the_text_beside_belongs_to_no_line_of_another_column(draw: _Draw) -> None:
    with pypdfium2.PdfDocument(_pdf(draw)) as document:
        page = glyphs_of(document[0])
    assert all(line.set_off is None for line in lines_of_page(page, page.glyphs, ()))


@pytest.mark.parametrize("names", [("事業名", "令和８年度", "令和７年度"), ("区分", "予算額", "前年度予算額")])
@pytest.mark.parametrize("marks", [("", "", ""), ("(1)", "(2)", "(3)"), ("・", "・", "・")])
def test_an_unruled_table_below_the_names_of_its_columns_stays_a_table(
    names: Sequence[str], marks: Sequence[str]
) -> None:
    def draw(canvas: Canvas) -> None:
        for place, name in zip((80, 420, 520), names, strict=True):
            (canvas.drawString if place == 80 else canvas.drawRightString)(place, HEIGHT - 100, name)
        for row, mark in enumerate(marks):
            canvas.drawString(80, HEIGHT - 120 - 18 * row, f"{mark}地域交通整備事業{'甲乙丙'[row]}")
            canvas.drawRightString(420, HEIGHT - 120 - 18 * row, f"{row + 1},200")
            canvas.drawRightString(520, HEIGHT - 120 - 18 * row, f"{row + 2},100")

    assert _tables(_read(draw)) == ["table"]


def test_figures_with_those_of_the_year_before_in_brackets_are_a_column() -> None:
    def draw(canvas: Canvas) -> None:
        for place, name in ((80, "事業名"), (480, "予算額（前年度）")):
            (canvas.drawString if place == 80 else canvas.drawRightString)(place, HEIGHT - 100, name)
        for row in range(4):
            canvas.drawString(80, HEIGHT - 120 - 18 * row, f"地域交通整備事業{'甲乙丙丁'[row]}")
            canvas.drawRightString(480, HEIGHT - 120 - 18 * row, f"{row + 1},200（{row + 2},000）")

    rows = [line for line in _read(draw).text.splitlines() if line.startswith("|")]
    assert rows[:3] == ["| 事業名 | 予算額（前年度） |", "|---|---|", "| 地域交通整備事業甲 | 1,200（2,000） |"]


@pytest.mark.parametrize(
    "labels",
    [
        (("２月18日", "議会開会、予算案の提案"), ("３月19日", "採決（予定）")),
        (("第１次公募", "令和８年４月20日（月）から５月29日（金）まで"), ("第２次公募", "令和８年８月３日（月）から９月11日（金）まで")),
        (("10:00～10:30", "開会、座長の選出について"), ("10:30～12:00", "中間取りまとめ（案）について")),
    ],
)  # fmt: skip
def test_what_stands_beside_a_date_or_a_short_label_is_said_of_it(labels: Sequence[tuple[str, str]]) -> None:
    def draw(canvas: Canvas) -> None:
        top = 100
        for label, said in labels:
            canvas.drawString(70, HEIGHT - top, label)
            canvas.drawString(330, HEIGHT - top, said)
            canvas.drawString(70, HEIGHT - top - 18, "持参及び郵送は受け付けません。")
            top += 36

    lines = [line for line in _lines(_read(draw)) if "|" in line]
    assert lines == [f"{label}|{said}" for label, said in labels]


def test_titles_over_tables_are_headings_though_little_text_is_below() -> None:
    def draw(canvas: Canvas) -> None:
        for part in range(5):
            top = 80 + 140 * part
            canvas.setFont("HeiseiKakuGo-W5", 15)
            canvas.drawString(60, HEIGHT - top, f"制度その{'甲乙丙丁戊'[part]}")
            canvas.setFont("HeiseiMin-W3", 10.5)
            canvas.drawString(60, HEIGHT - top - 22, "市が行う独自の給付です。")
            canvas.grid([60, 200, 340], [HEIGHT - top - 35 - 18 * row for row in range(5)])
            for row in range(4):
                canvas.drawString(66, HEIGHT - top - 48 - 18 * row, f"区分{row}")
                canvas.drawString(206, HEIGHT - top - 48 - 18 * row, f"{row + 1},000円")
            canvas.drawString(60, HEIGHT - top - 125, "窓口で申し込んでください。")

    headings = [block for block in _read(draw).blocks if block.kind == "heading"]
    assert len(headings) == 5


@pytest.mark.parametrize(
    "text", ["43,750（－）", "1,710,220 (1,333,400)", "18,900［14,200］", "3億円", "▲1,200", "（98,000）"]
)
def test_an_amount_alone_is_known(text: str) -> None:
    assert is_amount_alone(text)


@pytest.mark.parametrize(
    "text", ["12", "- 3 -", "R8", "100名程度", "（１）", "第3", "50％", "令和８年度", "3,000円以内"]
)
def test_a_short_number_or_a_word_is_no_amount(text: str) -> None:
    assert not is_amount_alone(text)


def test_only_a_figure_is_broken_off() -> None:
    assert breaks_off("14,641,900（14,340,00", "0）")
    assert not breaks_off("14,641,900（14,340,000）", "0）")
    assert not breaks_off("補助率（上限", "0）")


def _captions_below_pictures(canvas: Canvas, *, size: float, left: float) -> None:
    canvas.drawString(70, HEIGHT - 80, "デジタル実装型の取組を支援する。")
    canvas.drawString(70, HEIGHT - 97, _SAID)
    for row, name in enumerate(("書かない窓口", "地域アプリ", "オンライン診療")):
        canvas.rect(left - 30, HEIGHT - 160 - 75 * row, 120, 50, fill=1)
        canvas.setFont("HeiseiMin-W3", size)
        canvas.drawString(left, HEIGHT - 172 - 75 * row, name)
    canvas.setFont("HeiseiMin-W3", 10.5)
    canvas.drawString(70, HEIGHT - 400, _SAID * 2)
    canvas.drawString(70, HEIGHT - 440, _SAID * 2)


@pytest.mark.parametrize("size", [7, 8])
@pytest.mark.parametrize("left", [100, 250])
def test_captions_below_pictures_stand_by_themselves_and_head_nothing(size: float, left: float) -> None:
    found = _read(lambda canvas: _captions_below_pictures(canvas, size=size, left=left))
    names = {"書かない窓口", "地域アプリ", "オンライン診療"}
    assert names <= {block.span.of(found.text) for block in found.blocks if block.kind == "paragraph"}


def test_a_source_right_below_what_it_is_of_stays_with_it() -> None:
    def draw(canvas: Canvas) -> None:
        for row in range(3):
            canvas.drawString(70, HEIGHT - 80 - 17 * row, _SAID)
        canvas.setFont("HeiseiMin-W3", 8)
        canvas.drawString(70, HEIGHT - 128, "総務省の統計による")

    assert _read(draw).text.endswith(f"{_SAID}\n総務省の統計による")


@pytest.mark.parametrize("word", ["等", "など"])
def test_and_so_on_below_a_list_ends_its_last_item(word: str) -> None:
    def draw(canvas: Canvas) -> None:
        for row, text in enumerate(("・デジタル人材の育成", "・リスキリング支援", word)):
            canvas.drawString(70, HEIGHT - 80 - 17 * row, text)

    assert _lines(_read(draw))[-1] == f"・リスキリング支援{word}"


@pytest.mark.parametrize(
    "who", ["白嶺県総務部財政課", "内閣官房 地域未来戦略本部事務局", "関谷勇司、田丸健三郎、大江将史"]
)
def test_who_signs_heads_nothing(who: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("HeiseiKakuGo-W5", 20)
        canvas.drawString(70, HEIGHT - 90, "主要事業の概要")
        canvas.setFont("HeiseiKakuGo-W5", 13)
        left = 70.0
        for part in who.split("、"):
            canvas.drawString(left, HEIGHT - 140, part)
            left += 13 * len(part)
            if "、" in who:
                canvas.setFont("HeiseiKakuGo-W5", 6)
                canvas.drawString(left, HEIGHT - 135, "1")
                canvas.setFont("HeiseiKakuGo-W5", 13)
                canvas.drawString(left + 4, HEIGHT - 140, "、" if part != who.rsplit("、", maxsplit=1)[-1] else "")
                left += 17
        canvas.setFont("HeiseiMin-W3", 10.5)
        for row in range(14):
            canvas.drawString(70, HEIGHT - 180 - 17 * row, _SAID * 2)

    found = _read(draw)
    assert [block.span.of(found.text) for block in found.blocks if block.kind == "heading"] == ["主要事業の概要"]


@pytest.mark.parametrize("shift", [0.5, 1.0, 1.8])
@pytest.mark.parametrize("place", ["text", "table", "box"])
def test_a_text_drawn_twice_is_read_once_wherever_it_stands(place: str, shift: float) -> None:
    def draw(canvas: Canvas) -> None:
        if place == "table":
            canvas.grid([60, 200, 340], [HEIGHT - 80, HEIGHT - 105, HEIGHT - 130])
        elif place == "box":
            canvas.rect(60, HEIGHT - 130, 280, 50)
        for row, texts in enumerate((("区分ああ", "金額"), ("委託費", "1,100円"))):
            for column, text in enumerate(texts):
                for again in (0.0, shift):
                    canvas.drawString(70 + 140 * column + again, HEIGHT - 97 - 25 * row, text)

    said = re.sub(r"[\s|\-]", "", _read(draw).text)
    assert sorted(said) == sorted("区分ああ金額委託費1,100円")
