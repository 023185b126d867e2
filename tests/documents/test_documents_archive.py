"""ZIP archives: what is inside is read under names that stay inside, and nothing unpacks to more than it may."""

from __future__ import annotations

import io
import struct
import time
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.documents import archive_of, list_files, read_bytes, read_document
from policy_qa.documents.encoding import decode_names
from policy_qa.errors import DocumentError, DocumentErrorKind
from policy_qa.types import Metadata

MIB = 2**20
TEXT = "令和8年度予算\n\n地域未来交付金 1,600億円\n"


def packed(members: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as zipped:
        for name, data in members.items():
            zipped.writestr(name, data)
    return made.getvalue()


def named(names: list[bytes]) -> bytes:
    """An archive whose names are these bytes, with nothing said of their encoding."""
    stands_for = {f"{number:q>{len(name)}}": name for number, name in enumerate(names)}
    data = packed(dict.fromkeys(stands_for, TEXT))
    for letters, name in stands_for.items():
        data = data.replace(letters.encode(), name)
    return data


def place(folder: Path, data: bytes, name: str = "資料.zip") -> list[str]:
    (folder / name).write_bytes(data)
    return list_files(folder)


def refused(folder: Path, path: str, limit: int = MIB) -> tuple[DocumentErrorKind, str]:
    with pytest.raises(DocumentError) as caught:
        read_document(folder, path, Metadata("資料"), limit_bytes=limit)
    assert caught.value.remedy
    return caught.value.kind, caught.value.reason


def test_members_are_documents_with_paths_below_their_archive(tmp_path: Path) -> None:
    (tmp_path / "上").mkdir()
    place(tmp_path, packed({"予算/概要.txt": TEXT, "予算/": b"", "読み方.md": "# 読み方\n\n本文\n"}), "上/資料.ZIP")
    assert list_files(tmp_path) == ["上/資料.ZIP/予算/概要.txt", "上/資料.ZIP/読み方.md"]
    document = read_document(tmp_path, "上/資料.ZIP/予算/概要.txt", Metadata("概要"), limit_bytes=MIB)
    assert document.text == TEXT
    assert document.path == "上/資料.ZIP/予算/概要.txt"
    assert archive_of(tmp_path, document.path) == "上/資料.ZIP"
    assert archive_of(tmp_path, "上/資料.ZIP") is None


def test_a_folder_that_is_called_like_an_archive_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "x.zip").mkdir()
    (tmp_path / "x.zip/a.txt").write_text(TEXT, encoding="utf-8")
    assert list_files(tmp_path) == ["x.zip/a.txt"]
    assert read_document(tmp_path, "x.zip/a.txt", Metadata("a"), limit_bytes=MIB).text == TEXT


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "utf-8"])
def test_names_that_do_not_say_their_encoding_are_read_in_the_one_they_were_written_in(
    tmp_path: Path, encoding: str
) -> None:
    names = [
        "申請書一覧表.txt",
        "能登半島の復興ソフト対策.txt",
        "ﾃｽﾄ資料.txt",
    ]  # 表, 能 and ソ end in a backslash in cp932
    found = place(tmp_path, named([name.encode(encoding) for name in names]))
    assert sorted(found) == sorted(f"資料.zip/{name}" for name in names)
    assert read_bytes(tmp_path, found[0], limit_bytes=MIB).decode() == TEXT


def test_names_of_a_mac_are_composed_as_everybody_else_writes_them(tmp_path: Path) -> None:
    name = "ガイドブック（ﾊﾞ版）𠮷﨑.txt"
    found = place(
        tmp_path, named([unicodedata.normalize("NFD", name.replace("ﾊﾞ", "バ")).replace("\u5d0e", "﨑").encode()])
    )
    assert found == ["資料.zip/ガイドブック（バ版）𠮷﨑.txt"]


def test_a_name_kept_in_the_extra_field_is_used(tmp_path: Path) -> None:
    old, new = b"??.txt", "予算.txt".encode()
    entry = zipfile.ZipInfo("__.txt")
    body = b"\x01" + struct.pack("<L", zlib.crc32(old)) + new
    entry.extra = struct.pack("<HH", 0x7075, len(body)) + body
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        zipped.writestr(entry, TEXT)
    data = made.getvalue().replace(b"__.txt", old)
    assert place(tmp_path, data) == ["資料.zip/予算.txt"]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("/etc/passwd.txt", "etc/passwd.txt"),
        ("C:\\様式\\申請.txt", "様式/申請.txt"),
        ("..\\..\\上.txt", "上.txt"),
        ("./a//b/./c.txt", "a/b/c.txt"),
    ],
)
def test_a_name_never_leads_out_of_the_archive(tmp_path: Path, name: str, path: str) -> None:
    assert place(tmp_path, packed({name: TEXT})) == [f"資料.zip/{path}"]
    assert read_document(tmp_path, f"資料.zip/{path}", Metadata("a"), limit_bytes=MIB).text == TEXT


def test_two_members_that_come_to_have_one_name_are_both_kept(tmp_path: Path) -> None:
    found = place(tmp_path, packed({"a.txt": "一つ目", "./a.txt": "二つ目"}))
    assert found == ["資料.zip/1_a.txt", "資料.zip/a.txt"]
    texts = [read_document(tmp_path, path, Metadata("a"), limit_bytes=MIB).text for path in found]
    assert texts == ["二つ目", "一つ目"]


def test_what_systems_put_beside_the_documents_is_left_out(tmp_path: Path) -> None:
    hidden = ["__MACOSX/._a.txt", ".DS_Store", "様式/.git/config", "~$a.docx", "写真/Thumbs.db", "desktop.ini"]
    assert place(tmp_path, packed(dict.fromkeys([*hidden, "a.txt"], TEXT))) == ["資料.zip/a.txt"]
    assert place(tmp_path, packed(dict.fromkeys(hidden, TEXT))) == ["資料.zip"]
    assert refused(tmp_path, "資料.zip")[0] == "empty"


def zip_of_zeros(megabytes: int) -> bytes:
    return packed({"a.txt": b"0" * megabytes * MIB})


def overlapping() -> bytes:
    """Two entries of the directory that are the same bytes."""
    data = packed({"a.txt": "0" * 1000})
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[start:end]
    second = entry.replace(b"a.txt", b"b.txt")
    tail = bytearray(data[end:])
    tail[8:12] = struct.pack("<HH", 2, 2)
    tail[12:16] = struct.pack("<L", len(entry) * 2)
    return data[:end] + second + bytes(tail)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (zip_of_zeros(80), "too_large"),
        (packed({f"{number}.txt": "" for number in range(10_001)}, zipfile.ZIP_STORED), "too_large"),
        (overlapping(), "damaged"),
        (packed({"a.txt": TEXT})[:-30], "damaged"),
        (b"PK\x05\x06" + bytes(10), "damaged"),
        (b"\xff" * 1000, "damaged"),
        (b"", "damaged"),
        (packed({}), "empty"),
        (b"PK\x05\x06" + bytes(4) + struct.pack("<HHLLH", 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0), "too_large"),
    ],
    ids=["ratio", "members", "overlap", "cut", "end", "garbage", "nothing", "none", "huge"],
)
def test_an_archive_that_cannot_be_opened_safely_is_one_failure(
    tmp_path: Path, data: bytes, kind: DocumentErrorKind
) -> None:
    assert place(tmp_path, data) == ["資料.zip"]
    assert refused(tmp_path, "資料.zip", 64 * MIB)[0] == kind


def test_a_member_that_lies_about_its_size_gives_no_more_than_it_may(tmp_path: Path) -> None:
    data = zip_of_zeros(4)
    lying = data.replace(struct.pack("<L", 4 * MIB), struct.pack("<L", 10))
    (path,) = place(tmp_path, lying)
    assert refused(tmp_path, path)[0] == "damaged"
    (path,) = place(tmp_path, data)
    assert refused(tmp_path, path)[0] == "too_large"


def test_a_member_with_a_password_is_called_encrypted_and_its_neighbours_are_read(tmp_path: Path) -> None:
    data = bytearray(packed({"a.txt": TEXT, "b.txt": TEXT}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    assert place(tmp_path, bytes(data)) == ["資料.zip/a.txt", "資料.zip/b.txt"]
    assert refused(tmp_path, "資料.zip/a.txt")[0] == "encrypted"
    assert read_document(tmp_path, "資料.zip/b.txt", Metadata("b"), limit_bytes=MIB).text == TEXT


def test_a_damaged_member_costs_itself_only(tmp_path: Path) -> None:
    data = bytearray(packed({"a.txt": TEXT * 50, "b.txt": TEXT}))
    data[60] ^= 0xFF
    place(tmp_path, bytes(data))
    assert refused(tmp_path, "資料.zip/a.txt")[0] == "damaged"
    assert read_document(tmp_path, "資料.zip/b.txt", Metadata("b"), limit_bytes=MIB).text == TEXT


def test_thousands_of_members_are_read_without_reading_the_directory_for_each(tmp_path: Path) -> None:
    paths = place(tmp_path, packed({f"{number}.txt": f"{number}" for number in range(4000)}, zipfile.ZIP_STORED))
    started = time.process_time()
    assert all(read_bytes(tmp_path, path, limit_bytes=MIB).decode() in path for path in paths)
    assert time.process_time() - started < 10
    (tmp_path / "資料.zip").write_bytes(packed({"5.txt": "新しい"}))
    assert read_bytes(tmp_path, "資料.zip/5.txt", limit_bytes=MIB).decode() == "新しい"


def test_an_archive_inside_an_archive_is_named_and_not_opened(tmp_path: Path) -> None:
    assert place(tmp_path, packed({"中.zip": packed({"a.txt": TEXT})})) == ["資料.zip/中.zip"]
    kind, reason = refused(tmp_path, "資料.zip/中.zip")
    assert (kind, "ZIPファイルの中のZIPファイル" in reason) == ("unsupported", True)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("a.doc", ".docx"),
        ("a.xls", ".xlsx"),
        ("a.ppt", ".pptx"),
        ("a.jtd", "一太郎"),
        ("a.rtf", "名前を付けて保存"),
        ("a.odt", ".docx"),
        ("a.lzh", "ZIP"),
        ("a.exe", ".txt"),
    ],
)
def test_a_format_of_old_is_told_how_to_save_it_anew(tmp_path: Path, name: str, advice: str) -> None:
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    with pytest.raises(DocumentError) as caught:
        read_document(tmp_path, name, Metadata("a"), limit_bytes=MIB)
    assert caught.value.kind == "unsupported"
    assert advice in caught.value.remedy


@given(st.lists(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3093), min_size=1), min_size=1))
def test_kana_names_come_back_in_the_encodings_of_offices(names: list[str]) -> None:
    for encoding in ("utf-8", "cp932"):
        assert decode_names([name.encode(encoding) for name in names]) == names


@given(st.lists(st.binary(max_size=20)))
def test_any_bytes_can_be_names(names: list[bytes]) -> None:
    assert len(decode_names(names)) == len(names)
