"""Pictures of pages: what is read of them, where it stands, and what is said where nothing can be read."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from PIL import Image

from policy_qa.documents import page_image, read_document
from policy_qa.documents.layout import compose
from policy_qa.documents.pictures import page_count, picture_to_read
from policy_qa.documents.recognition import Recognition, recognise_page
from policy_qa.documents.unreadable import Unreadable
from policy_qa.errors import DocumentError
from policy_qa.types import Document, Metadata, Place
from tests.documents.pictures import (
    as_file,
    needs_font,
    needs_language,
    needs_recognition,
    page,
    pdf_of,
    vertical_page,
)

SCALE = 72 / 300
LINES = (
    "令和８年度当初予算の概要",
    "",
    "一般会計の総額は、1,234億5,600万円とする。",
    "申請の期限は、令和８年６月30日までとする。",
)
OFF = Recognition(wanted=False)
NOWHERE = Recognition(command="/nowhere/tesseract")


def places_of(picture: Image.Image) -> tuple[str, dict[str, Place]]:
    """The text of a page, and the place of each of its stretches."""
    extraction = compose([recognise_page(picture, SCALE, Recognition())])
    return extraction.text, {place.span.of(extraction.text): place for place in extraction.places}


def read(folder: Path, name: str, data: bytes, recognition: Recognition = Recognition()) -> Document:
    (folder / name).write_bytes(data)
    return read_document(folder, name, Metadata(Path(name).stem), limit_bytes=2**26, recognition=recognition)


def error_of(folder: Path, name: str, data: bytes, recognition: Recognition = Recognition()) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read(folder, name, data, recognition)
    return caught.value


@needs_font
@needs_recognition
def test_a_page_is_read_without_blanks_between_japanese_letters_and_every_line_has_its_box() -> None:
    text, places = places_of(page(LINES))
    assert "一般会計の総額は、1,234億5,600万円とする。" in text
    assert "令和8年6月30日" in text
    left, top, right, bottom = places["令和8年度当初予算の概要"].box or (0, 0, 0, 0)
    assert (left, top) == pytest.approx((120 * SCALE, 90 * SCALE), abs=6)
    assert (right, bottom) == pytest.approx((650 * SCALE, 140 * SCALE), abs=12)


@needs_font
@needs_recognition
@needs_language("osd")
@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_lies_on_its_side_is_read_and_its_boxes_are_those_of_the_page_as_it_lies(turned: int) -> None:
    lines = LINES + ("補助率は２分の１以内とし、上限は５百万円とする。",) * 2
    upright, lying = page(lines), page(lines).rotate(-turned, expand=True)
    _, places = places_of(lying)
    title = places["令和8年度当初予算の概要"].box
    assert title is not None
    cut = lying.crop(tuple(round(edge / SCALE) for edge in title)).rotate(turned, expand=True)  # type: ignore[arg-type]
    expected = places_of(upright)[1]["令和8年度当初予算の概要"].box
    assert expected is not None
    assert cut.size == pytest.approx(((expected[2] - expected[0]) / SCALE, (expected[3] - expected[1]) / SCALE), abs=30)
    assert cut.getextrema()[0] < 50  # type: ignore[operator]  # ink


@needs_font
@needs_recognition
@needs_language("jpn_vert")
def test_vertical_text_is_read_from_the_right_to_the_left() -> None:
    columns = ("申請の期限は令和八年六月三十", "日までとする。補助率は二分の", "一以内とし、市長が定める。")
    text, places = places_of(vertical_page(columns))
    assert "令和八年六月三十日までとする。補助率は二分の一以内とし" in text
    first, second, *_ = (place.box for place in places.values() if place.box)
    assert first[0] > second[2]
    assert first[3] - first[1] > 5 * (first[2] - first[0])


@needs_font
@needs_recognition
def test_columns_of_a_line_stay_apart_each_with_its_own_box() -> None:
    rows = ("橋りょう補修事業　　　　　　　320百万円", "離島航路維持事業　　　　　　　154百万円")
    text, places = places_of(page(rows))
    assert "   " in text.splitlines()[0]
    name, amount = (
        next(place for said, place in places.items() if part in said).box for part in ("離島航路", "154百万円")
    )
    assert name is not None
    assert amount is not None
    assert name[2] < amount[0]


@needs_recognition
def test_blank_paper_says_nothing_and_is_no_trouble() -> None:
    found = recognise_page(Image.new("L", (800, 600), 250), SCALE, Recognition())
    assert (found.pieces, found.troubles, found.recognised) == ((), (), True)


@needs_recognition
def test_a_page_of_stains_is_said_to_read_badly() -> None:
    chance = random.Random(7)
    stains = Image.new("L", (700, 500), 255)
    for _ in range(900):
        x, y, size = chance.randrange(680), chance.randrange(480), chance.randrange(3, 18)
        stains.paste(chance.randrange(90), (x, y, x + size, y + chance.randrange(3, 18)))
    assert recognise_page(stains, SCALE, Recognition()).troubles in {("garbled",), ("empty",)}


@needs_font
@needs_recognition
def test_a_page_that_takes_too_long_is_empty_and_said_to_be() -> None:
    found = recognise_page(page(LINES), SCALE, Recognition(seconds=0.01))
    assert (found.pieces, found.troubles) == ((), ("empty",))


@needs_font
@needs_recognition
@pytest.mark.parametrize("ending", ["png", "jpg", "tiff", "webp"])
def test_an_image_file_is_a_document_of_recognised_pages(tmp_path: Path, ending: str) -> None:
    data = as_file(page(LINES), file_format={"jpg": "JPEG"}.get(ending, ending.upper()))
    document = read(tmp_path, f"予算.{ending}", data)
    assert "1,234億5,600万円" in document.text
    assert [(known.number, known.recognised) for known in document.pages] == [(1, True)]
    assert document.metadata.title == "令和8年度当初予算の概要"


@needs_font
@needs_recognition
def test_each_picture_of_a_tiff_is_a_page_of_its_own(tmp_path: Path) -> None:
    second = page(("附則", "この要綱は、令和８年４月１日から施行する。"))
    document = read(tmp_path, "要綱.tif", as_file(page(LINES), second, file_format="TIFF"))
    assert [known.number for known in document.pages] == [1, 2]
    assert document.page_number(document.text.index("施行")) == 2
    assert document.page_number(document.text.index("1,234億")) == 1


@needs_font
@needs_recognition
def test_of_a_pdf_only_the_page_that_is_a_picture_is_recognised(tmp_path: Path) -> None:
    document = read(tmp_path, "混在.pdf", pdf_of("港湾の整備を進めるため、岸壁の改良を行う。", page(LINES)))
    assert [(known.number, known.recognised) for known in document.pages] == [(1, False), (2, True)]
    assert "岸壁の改良を行う" in document.text
    assert document.page_number(document.text.index("1,234億5,600万円")) == 2


@needs_font
def test_without_recognition_a_mixed_pdf_keeps_its_text_and_says_which_page_is_missing(tmp_path: Path) -> None:
    data = pdf_of("港湾の整備を進めるため、岸壁の改良を行う。", page(LINES))
    document = read(tmp_path, "混在.pdf", data, NOWHERE)
    assert "岸壁の改良を行う" in document.text
    assert [known.troubles for known in document.pages] == [(), ("empty",)]


@needs_font
@pytest.mark.parametrize(("recognition", "advice"), [(OFF, "POLICY_QA_OCR"), (NOWHERE, "tesseract-ocr-jpn")])
def test_a_scanned_pdf_without_recognition_is_empty_and_what_to_do_is_said(
    tmp_path: Path, recognition: Recognition, advice: str
) -> None:
    error = error_of(tmp_path, "走査.pdf", pdf_of(page(LINES)), recognition)
    assert error.kind == "empty"
    assert "画像だけの文書で、取り出せる文字がありません" in error.reason
    assert advice in error.remedy


@needs_font
def test_a_page_of_a_pdf_is_drawn_as_wide_as_asked_and_one_that_is_not_there_is_refused() -> None:
    data = pdf_of("一枚目", "二枚目")
    drawn = page_image("計画.pdf", data, 2, 400)
    assert drawn is not None
    picture = Image.open(io.BytesIO(drawn))
    assert (picture.format, picture.width) == ("PNG", 400)
    assert picture.height == pytest.approx(400 * 842 / 595, abs=2)
    for name, number, kind in (("計画.pdf", 3, "damaged"), ("壊れ.pdf", 1, "damaged")):
        with pytest.raises(DocumentError) as caught:
            page_image(name, data if name == "計画.pdf" else b"no pdf", number, 400)
        assert caught.value.kind == kind
    assert page_image("計画.docx", data, 1, 400) is None


@needs_font
@pytest.mark.parametrize("name", ["計画.pdf", "計画.png"])
def test_boxes_lie_on_the_picture_where_they_lie_on_the_page(name: str) -> None:
    data = pdf_of(" ") if name.endswith("pdf") else as_file(Image.new("L", (2480, 3508), 255))
    drawn = page_image(name, data, 1, 595, [(100, 200, 300, 240)])
    assert drawn is not None
    picture = Image.open(io.BytesIO(drawn))
    for x, y, is_marked in ((99, 220, True), (200, 220, True), (200, 260, False), (310, 220, False)):
        assert (picture.getpixel((x, y)) != (255, 255, 255)) is is_marked
    assert picture.getpixel((200, 199)) == (180, 0, 0)


def test_a_picture_has_the_size_its_resolution_tells_and_a_screenshot_that_of_a_sheet() -> None:
    scanned, scale = picture_to_read(as_file(Image.new("L", (2480, 3508), 255)), 1)
    assert (scanned.width * scale, scanned.height * scale) == pytest.approx((595.2, 841.9), abs=1)
    shot, scale = picture_to_read(as_file(Image.new("L", (800, 600), 255), dots=72), 1)
    assert shot.width > 2000
    assert shot.width * scale == pytest.approx(842, abs=1)


@pytest.mark.parametrize(
    ("recognition", "said", "advice"),
    [(OFF, "設定で止めて", "POLICY_QA_OCR"), (NOWHERE, "tesseract がありません", "tesseract-ocr-jpn")],
)
def test_where_nothing_can_be_recognised_a_picture_is_empty_and_what_to_install_is_said(
    tmp_path: Path, recognition: Recognition, said: str, advice: str
) -> None:
    error = error_of(tmp_path, "走査.png", as_file(Image.new("L", (300, 200), 255)), recognition)
    assert error.kind == "empty"
    assert "画像だけの文書で、取り出せる文字がありません" in error.reason
    assert said in error.reason
    assert advice in error.remedy


def test_without_japanese_data_that_is_what_is_missing(tmp_path: Path) -> None:
    command = tmp_path / "tesseract"
    command.write_text('#!/bin/sh\necho "List of available languages (1):"\necho eng\n')
    command.chmod(0o755)
    missing = Recognition(command=str(command)).missing()
    assert missing is not None
    assert "（jpn）がありません" in missing.reason
    assert "tesseract-ocr-jpn" in missing.remedy


@needs_recognition
def test_a_picture_without_letters_is_an_empty_document_with_advice(tmp_path: Path) -> None:
    error = error_of(tmp_path, "白紙.png", as_file(Image.new("L", (300, 200), 255)))
    assert (error.kind, "読み取れません" in error.reason, "300dpi" in error.remedy) == ("empty", True, True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\nnothing more",
        b"plain words",
        as_file(Image.new("L", (30, 20)), file_format="TIFF")[:40],
    ],
)
def test_what_is_no_picture_is_damaged(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        page_count(data)
    assert caught.value.kind == "damaged"


def test_a_picture_that_ends_early_is_damaged() -> None:
    data = as_file(Image.effect_noise((400, 300), 80))
    with pytest.raises(Unreadable) as caught:
        picture_to_read(data[: len(data) // 2], 1)
    assert caught.value.kind == "damaged"


def test_a_picture_that_would_fill_the_memory_is_too_large() -> None:
    small = as_file(Image.new("1", (8, 8)), file_format="BMP")
    huge = small.replace((8).to_bytes(4, "little") * 2, (60_000).to_bytes(4, "little") * 2, 1)
    with pytest.raises(Unreadable) as caught:
        picture_to_read(huge, 1)
    assert caught.value.kind == "too_large"
