"""Pages through the whole program: what status, text, facts, answers and the service say of a scan."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from policy_qa.errors import NoPageImage, UnknownPath
from policy_qa.service import PolicyQA
from policy_qa.types import Span, Viewer
from tests.cli.test_cli import Place, run
from tests.conftest import Open
from tests.documents.pictures import as_file, needs_font, needs_recognition, page

OWNER, STRANGER = Viewer.local_owner(), Viewer("guest", frozenset({"other"}))
QUESTION = "港湾再生交付金の令和8年度予算額はいくらですか。"
BUDGET = ("令和８年度当初予算の概要", "", "港湾再生交付金　　12億3,000万円", "離島航路維持事業　　１億5,400万円")
PLAIN = "# 離島航路の要綱\n\n対象者は、離島に住む者とする。\n"
pytestmark = [needs_font, needs_recognition]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A scan of two sheets, the second empty, beside a text; synced. Only to be read."""
    root = tmp_path_factory.mktemp("pages")
    (root / "corpus").mkdir()
    scan = as_file(page(BUDGET), Image.new("L", (900, 700), 255), file_format="TIFF")
    (root / "corpus" / "予算.tif").write_bytes(scan)
    (root / "corpus" / "要綱.md").write_text(PLAIN, encoding="utf-8")
    found = Place(root / "corpus", root / "index")
    assert found.run("sync").code == 0
    return found


@pytest.fixture(scope="module")
def service(opened: Open, place: Place) -> PolicyQA:
    return opened(place.corpus)


def test_status_says_which_pages_were_read_from_pictures(place: Place) -> None:
    said = place.run("status").out
    assert "文字・2ページ" in said
    assert "すべてのページを画像から文字認識（OCR）で読み取りました" in said
    scan, text = place.run("status", "--json").json["documents"]
    assert (scan["pages"], [noted["number"] for noted in scan["noted_pages"]]) == (2, [1, 2])
    assert all(noted["recognised"] for noted in scan["noted_pages"])
    assert (text["pages"], text["noted_pages"]) == (0, [])


def test_facts_of_a_scan_are_shown_as_unverified(place: Place) -> None:
    assert "12億3,000万円（OCR・未確認）" in place.run("facts", "--kind", "budget").out
    assert {fact["verified"] for fact in place.run("facts", "--kind", "budget", "--json").json} == {False}


def test_an_answer_names_the_page_and_warns_before_it_speaks(place: Place) -> None:
    said = place.run("ask", QUESTION).out
    assert "（予算.tif p.1、" in said
    assert said.index("画像から文字認識（OCR）") < said.index("12億3,000万円です")
    assert "（予算.tif p.1）" in place.run("search", "港湾再生交付金").out


def test_text_in_blocks_says_what_and_where_each_is(place: Place) -> None:
    said = place.run("text", "予算.tif", "--blocks").out
    assert said.startswith("■ 見出し1 p.1（0–12文字目）")
    extract = place.run("text", "予算.tif", "--blocks", "--json").json
    text = place.run("text", "予算.tif").out
    assert [page["number"] for page in extract["pages"]] == [1, 2]
    for block in extract["blocks"]:
        assert text[block["span"]["start"] : block["span"]["end"]] == block["text"]
        assert block["places"]
        assert all(len(found["box"]) == 4 for found in block["places"])


def test_text_of_a_file_that_is_not_in_the_index_is_read_there_and_then(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "別の要綱.md"
    file.write_text(PLAIN, encoding="utf-8")
    found = place.run("text", str(file))
    assert (found.code, found.out) == (0, PLAIN)
    assert "索引にないファイルを直接読み取りました" in found.err
    assert "■ 見出し1（0–9文字目）" in place.run("text", str(file), "--blocks").out
    assert run("text", str(file), "--index", str(tmp_path / "none")).out == PLAIN
    refused = place.run("text", str(file), "--as", "guest:public")
    assert (refused.code, refused.out) == (2, "")


def test_a_span_has_the_boxes_of_its_lines_and_a_page_its_picture(service: PolicyQA) -> None:
    text = service.text("予算.tif", viewer=OWNER)
    start = text.index("12億")
    location = service.places("予算.tif", start, start + 3, viewer=OWNER)
    assert [known.number for known in location.pages] == [1]
    (found,) = location.places
    assert found.box is not None
    width, height = location.pages[0].width, location.pages[0].height
    picture = Image.open(io.BytesIO(service.page_image("予算.tif", 1, viewer=OWNER, width=600)))
    assert picture.format == "PNG"
    assert picture.width == 600
    assert picture.height == pytest.approx(600 * (height or 0) / (width or 1), abs=2)
    scale = 600 / (width or 1)
    inside = picture.convert("L").crop(tuple(round(edge * scale) for edge in found.box))  # type: ignore[arg-type]
    assert inside.getextrema()[0] < 100  # type: ignore[operator]


def test_a_quote_is_boxed_on_the_picture_of_its_page(service: PolicyQA) -> None:
    text = service.text("予算.tif", viewer=OWNER)
    start = text.index("12億")
    plain, boxed = (
        Image.open(io.BytesIO(service.page_image("予算.tif", 1, viewer=OWNER, width=600, boxed=span)))
        for span in (None, Span(start, start + 3))
    )
    changed = ImageChops.difference(plain, boxed).getbbox()
    location = service.places("予算.tif", start, start + 3, viewer=OWNER)
    (found,) = location.places
    scale = 600 / (location.pages[0].width or 1)
    assert changed == pytest.approx([edge * scale for edge in found.box or ()], abs=4)


def test_who_may_not_see_a_document_sees_neither_its_places_nor_its_pages(service: PolicyQA) -> None:
    with pytest.raises(UnknownPath):
        service.places("予算.tif", 0, 1, viewer=STRANGER)
    with pytest.raises(UnknownPath):
        service.page_image("予算.tif", 1, viewer=STRANGER)


@pytest.mark.parametrize(("path", "number", "said"), [("予算.tif", 3, "3ページ"), ("要綱.md", 1, "PDF と画像")])
def test_a_page_that_has_no_picture_is_refused_with_the_reason(
    service: PolicyQA, path: str, number: int, said: str
) -> None:
    with pytest.raises(NoPageImage, match=said):
        service.page_image(path, number, viewer=OWNER)


def test_a_page_of_a_file_that_changed_since_is_not_shown(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "予算.png").write_bytes(as_file(page(BUDGET)))
    service = opened(tmp_path)
    (tmp_path / "予算.png").write_bytes(as_file(page(BUDGET[2:])))
    with pytest.raises(NoPageImage, match="policy-qa sync"):
        service.page_image("予算.png", 1, viewer=OWNER)
