"""PDFs as offices make them -> text: drawn here line by line, so that what is read can be compared with what was set."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from policy_qa.documents.pdf import read
from policy_qa.documents.recognition import Recognition
from policy_qa.documents.unreadable import Unreadable

WIDTH, HEIGHT = 595, 842
pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3"))
pdfmetrics.registerFont(UnicodeCIDFont("HeiseiKakuGo-W5"))
LONG = "本事業は、地域の課題の解決に資する取組を行う事業者に対し、その取組に要する経費の一部を補助することにより、地域の活性化を図ることを目的とする。"

Draw = Callable[[Canvas], None]


def pdf(*pages: Draw, password: str | None = None, owner: str | None = None) -> bytes:
    file = io.BytesIO()
    encrypt = None
    if password is not None or owner is not None:
        from reportlab.lib.pdfencrypt import StandardEncryption

        encrypt = StandardEncryption(password or "", ownerPassword=owner, canPrint=0)
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), encrypt=encrypt)
    for draw in pages:
        canvas.setFont("HeiseiMin-W3", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def typeset(
    canvas: Canvas, text: str, *, left: float = 80, top: float = 100, width: int = 40, size: float = 10
) -> float:
    """Sets text in lines of so many characters; the height below the last."""
    for start in range(0, len(text), width):
        canvas.drawString(left, HEIGHT - top, text[start : start + width])
        top += 1.7 * size
    return top


def lines(*rows: str, left: float = 80, top: float = 100, step: float = 17) -> Draw:
    def draw(canvas: Canvas) -> None:
        for number, row in enumerate(rows):
            canvas.drawString(left, HEIGHT - top - number * step, row)

    return draw


def text_of(*pages: Draw) -> str:
    return read(pdf(*pages)).text


def test_the_lines_of_a_paragraph_are_joined_without_a_blank() -> None:
    assert text_of(lambda canvas: (typeset(canvas, LONG * 3), None)[1]) == LONG * 3


def test_latin_words_keep_their_blank_over_a_line_break() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        lines(*["The quick brown fox jumps over the lazy dog and runs home"] * 4)(canvas)

    assert "home The quick" in text_of(draw)


def test_a_list_mark_begins_a_paragraph_though_the_line_above_is_full() -> None:
    rows = ("（１）" + LONG[:37], "（２）" + LONG[:37], LONG[37:])
    assert text_of(lines(*rows)).splitlines()[1].startswith("（２）")


def test_columns_are_read_one_after_the_other() -> None:
    left, right = LONG * 2, "また、市町村は、計画の策定に当たり、あらかじめ関係する者の意見を聴かなければならない。" * 3

    def draw(canvas: Canvas) -> None:
        typeset(canvas, left, width=20, left=60)
        typeset(canvas, right, width=20, left=310, top=108)

    said = text_of(draw)
    assert left in said
    assert right in said
    assert said.index(left) < said.index(right)


def test_boxes_beside_each_other_are_read_one_after_the_other() -> None:
    def draw(canvas: Canvas) -> None:
        for left, word in ((60, "対象となる事業者は市町村である"), (320, "補助率は二分の一以内とする")):
            canvas.roundRect(left, HEIGHT - 200, 200, 110, 8)
            typeset(canvas, word * 2, width=14, left=left + 12, top=110)

    said = text_of(draw).replace("\n", "")
    assert "対象となる事業者は市町村である" * 2 in said
    assert "補助率は二分の一以内とする" * 2 in said


def test_what_stands_at_one_place_on_every_page_is_left_out() -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(80, HEIGHT - 40, "地域振興計画（案）")
            typeset(canvas, f"第{number}の段落。" + LONG)
            canvas.drawCentredString(WIDTH / 2, 30, f"- {number + 2} -")

        return draw

    found = read(pdf(*(page(number) for number in range(1, 6))))
    assert "地域振興計画（案）" not in found.text
    assert "- 3 -" not in found.text
    assert [page.label for page in found.pages] == ["3", "4", "5", "6", "7"]


def test_a_short_document_keeps_what_stands_at_its_edges() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(80, HEIGHT - 40, "令和８年４月１日")
        typeset(canvas, LONG)
        canvas.drawString(80, 40, "担当：企画課")

    said = text_of(draw, draw)
    assert said.count("令和８年４月１日") == 2
    assert said.count("担当：企画課") == 2


def test_a_paragraph_goes_on_over_the_end_of_a_page_and_its_notes() -> None:
    def first(canvas: Canvas) -> None:
        typeset(canvas, LONG[:40], top=600)
        canvas.setFont("HeiseiMin-W3", 8)
        canvas.drawString(80, 60, "※1 市町村には特別区を含む。")

    found = read(pdf(first, lambda canvas: (typeset(canvas, LONG[40:]), None)[1]))
    assert LONG in found.text
    assert found.text.index("※1") > found.text.index(LONG)
    assert {place.page for place in found.places} == {1, 2}


def test_each_printed_line_keeps_its_box() -> None:
    found = read(pdf(lambda canvas: (typeset(canvas, LONG), None)[1]))
    assert [place.span.of(found.text) for place in found.places] == [LONG[:40], LONG[40:]]
    first = found.places[0].box
    assert first is not None
    assert first[0] == pytest.approx(80, abs=1)
    assert first[1] < 100 < first[3]


def test_ruby_is_left_out_of_the_text() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(80, HEIGHT - 100, "補助の対象は嵩上げの費用とする。")
        canvas.setFont("HeiseiMin-W3", 5)
        canvas.drawString(141, HEIGHT - 90, "かさ")

    assert text_of(draw) == "補助の対象は嵩上げの費用とする。"


def test_a_raised_figure_does_not_join_the_figure_before_it() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(80, HEIGHT - 100, "予算額は1,000")
        canvas.setFont("HeiseiMin-W3", 6)
        end = 80 + pdfmetrics.stringWidth("予算額は1,000", "HeiseiMin-W3", 10)
        canvas.drawString(end, HEIGHT - 95, "3")
        canvas.setFont("HeiseiMin-W3", 10)
        canvas.drawString(end + 4, HEIGHT - 100, "万円である。")

    assert text_of(draw) == "予算額は1,000³万円である。"


def test_large_letters_are_headings_in_the_order_of_their_size() -> None:
    def draw(canvas: Canvas) -> None:
        top = 100.0
        for size, text in ((18, "地域振興計画"), (14, "現状と課題"), (10, LONG), (14, "今後の方針"), (10, LONG)):
            canvas.setFont("HeiseiMin-W3", size)
            top = typeset(canvas, text, top=top) + 20

    found = read(pdf(draw))
    headings = [(block.span.of(found.text), block.level) for block in found.blocks if block.kind == "heading"]
    assert headings == [("地域振興計画", 1), ("現状と課題", 2), ("今後の方針", 2)]


def test_a_text_drawn_twice_for_a_shadow_is_read_once() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(80, HEIGHT - 100, "補助金の概要")
        canvas.drawString(80.4, HEIGHT - 100.4, "補助金の概要")

    assert text_of(draw) == "補助金の概要"


def failure(data: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(data, Recognition(wanted=False))
    return caught.value


def test_a_file_that_needs_a_password_is_encrypted() -> None:
    assert failure(pdf(lines("秘密"), password="ひみつ"[:0] + "secret")).kind == "encrypted"


def test_a_file_that_only_its_changes_need_a_password_for_is_read() -> None:
    assert read(pdf(lines("公開する"), owner="owner")).text == "公開する"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"\x00" * 100, pdf(lines("本文"))[:200]])
def test_what_is_no_whole_pdf_is_damaged(data: bytes) -> None:
    assert failure(data).kind == "damaged"


def test_a_picture_without_text_says_what_is_missing() -> None:
    error = failure(pdf(lambda canvas: canvas.rect(100, 100, 200, 200, fill=1)))
    assert error.kind == "empty"
    assert "画像だけ" in error.reason


def test_blank_paper_is_empty() -> None:
    assert failure(pdf(lambda canvas: None)).kind == "empty"


@pytest.mark.parametrize("rows", [("○　対象者", "○　補助率", "○　上限額"), ("１　目的", "２　対象", "３　期間")])
def test_short_items_stay_apart(rows: Sequence[str]) -> None:
    assert text_of(lines(*rows)).splitlines() == list(rows)


def slide(title: str, body: str = "") -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setPageSize((HEIGHT, WIDTH))
        canvas.setFont("HeiseiKakuGo-W5", 22)
        canvas.drawString(40, WIDTH - 60, title)
        canvas.setFont("HeiseiMin-W3", 11)
        for number, row in enumerate(body.splitlines()):
            canvas.drawString(40, WIDTH - 120 - 17 * number, row)

    return draw


def test_a_slide_with_a_title_alone_stands_above_the_slides_behind_it() -> None:
    text = "・" + LONG[:40] + "\n　" + LONG[40:]
    found = read(
        pdf(slide("補正予算"), slide("防災対策", text), slide("子育て支援", text), slide("参考"), slide("統計", text))
    )
    paths = [block.heading_path for block in found.blocks if block.kind != "heading"]
    assert paths == [("補正予算", "防災対策"), ("補正予算", "子育て支援"), ("参考", "統計")]


def test_vertical_writing_is_read_from_the_right() -> None:
    def draw(canvas: Canvas) -> None:
        for column, start in enumerate(range(0, len(LONG), 25)):
            for row, character in enumerate(LONG[start : start + 25]):
                canvas.drawString(400 - 18 * column, HEIGHT - 100 - 10 * row, character)

    assert text_of(draw) == LONG


def test_a_vertical_font_is_read_from_the_right() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("HeiseiKakuGo-W5", 10)
        for column, start in enumerate(range(0, len(LONG), 25)):
            canvas.drawString(400 - 18 * column, HEIGHT - 100, LONG[start : start + 25])

    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiKakuGo-W5", isVertical=True))
    try:
        assert text_of(draw) == LONG
    finally:
        pdfmetrics.registerFont(UnicodeCIDFont("HeiseiKakuGo-W5"))
