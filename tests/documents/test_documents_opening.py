"""Office packages are opened within bounds, or refused by name."""

from __future__ import annotations

import zipfile
from io import BytesIO
from itertools import product

import docx
import openpyxl
import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_qa.documents import opening
from policy_qa.documents.opening import OfficeKind, opened
from policy_qa.documents.unreadable import Unreadable

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
_BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def _saved(document: object) -> bytes:
    stream = BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def _word() -> bytes:
    document = docx.Document()
    document.add_paragraph("補助上限額は500万円とする。")
    return _saved(document)


def _made(kind: OfficeKind) -> bytes:
    if kind == "word":
        return _word()
    return _saved(pptx.Presentation() if kind == "slides" else openpyxl.Workbook())


def _changed(data: bytes, changes: dict[str, bytes | None]) -> bytes:
    """The package with parts replaced, added, or (``None``) left out."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as package, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as written:
        parts = {**{name: package.read(name) for name in package.namelist()}, **changes}
        for name, content in parts.items():
            if content is not None:
                written.writestr(name, content)
    return stream.getvalue()


def _replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return _changed(data, {name: package.read(name).replace(old, new) for name in package.namelist()})


def _refusal(data: bytes, expected: OfficeKind = "word") -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        opened(data, expected)
    return refused.value


_KINDS: tuple[OfficeKind, ...] = ("word", "slides", "workbook")


@pytest.mark.parametrize("kind", _KINDS)
def test_a_package_comes_out_as_it_went_in(kind: OfficeKind) -> None:
    data = _made(kind)
    assert opened(data, kind).read() == data


@pytest.mark.parametrize(("kind", "expected"), [pair for pair in product(_KINDS, _KINDS) if pair[0] != pair[1]])
def test_a_package_of_another_kind_is_unsupported_and_called_by_its_name(
    kind: OfficeKind, expected: OfficeKind
) -> None:
    refusal = _refusal(_made(kind), expected)
    assert refusal.kind == "unsupported"
    assert {"word": "Word 文書", "slides": "PowerPoint 文書", "workbook": "Excel ブック"}[kind] in refusal.reason


@pytest.mark.parametrize(
    ("data", "kind", "says"),
    [
        (b"", "empty", "0 バイト"),
        (_COMPOUND + "EncryptedPackage".encode("utf-16-le"), "encrypted", "パスワード"),
        (_COMPOUND + "WordDocument".encode("utf-16-le"), "unsupported", "（.doc）"),
        (_COMPOUND + "Workbook".encode("utf-16-le"), "unsupported", "（.xls）"),
        (_COMPOUND + "PowerPoint Document".encode("utf-16-le"), "unsupported", "（.ppt）"),
        (_COMPOUND, "damaged", "古い形式"),
        (b"%PDF-1.7\n", "unsupported", "PDF"),
        (b"{\\rtf1\\ansi", "unsupported", "リッチテキスト"),
        (b"\r\n<HTML><body>", "unsupported", "HTML"),
        ("補助上限額は500万円".encode(), "damaged", ".docx"),
        (_word()[:-200], "damaged", "終わりが欠けている"),
        (_changed(_word(), {"[Content_Types].xml": None}), "damaged", "部品がありません"),
        (_changed(_word(), {"word/document.xml": None}), "damaged", "本文の部品がありません"),
        (_changed(_word(), {"_rels/.rels": b"<Relationships>"}), "damaged", "読み取れません"),
    ],
)
def test_what_is_no_package_is_called_by_its_name(data: bytes, kind: str, says: str) -> None:
    refusal = _refusal(data)
    assert refusal.kind == kind
    assert says in refusal.reason


def test_an_encrypted_entry_is_encrypted() -> None:
    data = bytearray(_word())
    central = data.rindex(b"PK\x01\x02")
    data[central + 8] |= 1
    assert _refusal(bytes(data)).kind == "encrypted"


def test_a_bomb_of_blanks_is_refused_before_it_is_inflated() -> None:
    bomb = _changed(_word(), {"word/media/image1.bin": bytes(opening._SMALL + 1)})
    assert _refusal(bomb).kind == "too_large"


@pytest.mark.parametrize(("limit", "value"), [("MOST_UNPACKED", 10), ("MOST_ENTRIES", 10), ("MOST_XML", {"word": 10})])
def test_what_would_grow_too_large_is_refused(limit: str, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, limit, value)
    assert _refusal(_word()).kind == "too_large"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", ["", "<!-- a -->\n", '<?xml version="1.0"?>\n<!----><?a b?> '])
def test_a_part_that_declares_entities_is_refused(encoding: str, before: str) -> None:
    bomb = _changed(_word(), {"word/document.xml": f"{before}{_BOMB}<x>&b;</x>".encode(encoding)})
    assert _refusal(bomb).kind == "damaged"


def test_a_prolog_of_many_comments_is_refused_at_once() -> None:
    prolog = b"<!---->" * 9_000 + _BOMB.encode()
    assert _refusal(_changed(_word(), {"word/document.xml": prolog})).kind == "damaged"


def test_a_document_of_the_strict_dialect_is_translated() -> None:
    strict = _word()
    for kind in (b"wordprocessingml", b"drawingml", b"officeDocument"):
        old = b"http://schemas.openxmlformats.org/" + kind + b"/2006/"
        strict = _replaced(strict, old, b"http://purl.oclc.org/ooxml/" + kind + b"/")
    strict = _replaced(strict, b"officeDocument/extended-properties", b"officeDocument/extendedProperties")
    assert [one.text for one in docx.Document(opened(strict, "word")).paragraphs] == ["補助上限額は500万円とする。"]


def test_a_picture_that_is_missing_takes_nothing_else_with_it() -> None:
    with zipfile.ZipFile(BytesIO(_word())) as package:
        relations = package.read("word/_rels/document.xml.rels")
    loose = b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/image1.gif"/>'
    data = _changed(
        _word(), {"word/_rels/document.xml.rels": relations.replace(b"</Relationships>", loose + b"</Relationships>")}
    )
    document = docx.Document(opened(data, "word"))
    assert (document.paragraphs[0].text, "rId99" in document.part.rels) == ("補助上限額は500万円とする。", False)
    assert document.part.rels


@pytest.mark.parametrize(
    "other",
    [
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
    ],
)
def test_a_document_with_macros_and_a_template_are_documents(other: bytes) -> None:
    usual = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    data = _replaced(_word(), usual, other)
    assert docx.Document(opened(data, "word")).paragraphs[0].text == "補助上限額は500万円とする。"


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_whatever_bytes_come_only_unreadable_is_raised(data: st.DataObject) -> None:
    package = bytearray(_PACKAGE)
    for _ in range(data.draw(st.integers(1, 8))):
        package[data.draw(st.integers(0, len(package) - 1))] = data.draw(st.integers(0, 255))
    try:
        opened(bytes(package), "word")
    except Unreadable as refusal:
        assert refusal.remedy  # noqa: PT017 -- most mutations do no harm


_PACKAGE = _word()
