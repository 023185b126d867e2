"""What heads the text boxes of a slide: the line that stands out over the others."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pptx
import pytest
from pptx.util import Pt

from policy_qa.documents import slides
from policy_qa.types import Extraction

_TITLE_SLIDE, _TITLE_ONLY = 0, 5
_PLAIN = (12, False)
_Line = tuple[str, tuple[int, bool]]


def _read(*boxes: Sequence[_Line], title: str = "手当と助成", layout: int = _TITLE_ONLY) -> Extraction:
    """A slide with boxes below each other; a line has its size and whether it is bold."""
    presentation = pptx.Presentation()
    slide: Any = presentation.slides.add_slide(presentation.slide_layouts[layout])
    slide.shapes.title.text = title
    for number, lines in enumerate(boxes):
        frame = slide.shapes.add_textbox(Pt(40), Pt(150 + 90 * number), Pt(600), Pt(80)).text_frame
        for place, (text, (size, bold)) in enumerate(lines):
            paragraph = frame.add_paragraph() if place else frame.paragraphs[0]
            run = paragraph.add_run()
            run.text, run.font.size, run.font.bold = text, Pt(size), bold
    stream = BytesIO()
    presentation.save(stream)
    return slides.read(stream.getvalue())


def _paths(extraction: Extraction) -> dict[str, tuple[str, ...]]:
    return {block.span.of(extraction.text): block.heading_path for block in extraction.blocks}


@pytest.mark.parametrize("look", [(16, True), (12, True), (18, False)])
def test_a_first_line_that_is_bolder_or_larger_heads_its_box(look: tuple[int, bool]) -> None:
    paths = _paths(
        _read(
            [("出産応援金", look), ("お子さま一人に五万円をお渡しします。", _PLAIN)],
            [("産後ケア", look), ("助産師がお宅に伺います。", _PLAIN), ("一人につき七回までです。", _PLAIN)],
        )
    )
    assert paths["出産応援金"] == ("手当と助成",)
    assert paths["お子さま一人に五万円をお渡しします。"] == ("手当と助成", "出産応援金")
    assert paths["一人につき七回までです。"] == ("手当と助成", "産後ケア")


def test_a_box_of_several_parts_has_a_heading_for_each() -> None:
    bold = (12, True)
    paths = _paths(
        _read([("対象者", bold), ("町内に住む人とする。", _PLAIN), ("助成額", bold), ("費用の半分とする。", _PLAIN)])
    )
    assert paths["費用の半分とする。"] == ("手当と助成", "助成額")


def test_numbers_and_sizes_say_what_stands_outside() -> None:
    head, part = (16, True), (14, True)
    paths = _paths(
        _read(
            [("１　健康福祉部", head)],
            [("(1) 見守り事業", head), ("昼食を届ける。", _PLAIN)],
            [
                ("(2) 介護人材の確保", head),
                ("学費を貸し付ける。", _PLAIN),
            ],
            [("対象", part), ("町内の人とする。", _PLAIN)],
        )
    )
    assert paths["学費を貸し付ける。"] == ("手当と助成", "１ 健康福祉部", "(2) 介護人材の確保")
    assert paths["町内の人とする。"] == ("手当と助成", "１ 健康福祉部", "(2) 介護人材の確保", "対象")


def test_a_box_in_one_look_a_sentence_and_a_list_in_bold_have_no_heading() -> None:
    bold = (12, True)
    boxes: Sequence[Sequence[_Line]] = (
        [("内閣府", _PLAIN), ("令和８年１月", _PLAIN)],
        [("必ず期限までに出してください。", bold), ("郵送でもよい。", _PLAIN)],
        [("窓口で", bold), ("郵送で", bold), ("申請できます。", _PLAIN)],
        [("※ 未定のもの", bold), ("後日お知らせします。", _PLAIN)],
    )
    for box in boxes:
        extraction = _read(box)
        assert {path for path in _paths(extraction).values() if path} == {("手当と助成",)}


def test_a_title_slide_has_its_title_only() -> None:
    box = [("地域の計画", (16, True)), ("令和８年１月", _PLAIN), ("企画課", _PLAIN)]
    paths = _paths(_read(box, title="地域の計画", layout=_TITLE_SLIDE))
    assert set(paths.values()) == {(), ("地域の計画",)}
