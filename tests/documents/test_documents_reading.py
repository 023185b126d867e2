"""Files of a corpus folder -> documents: what is listed, what each error says, and the title nobody gave."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import pytest

from policy_qa.documents import list_files, read_bytes, read_document
from policy_qa.errors import CorpusMissing, DocumentError
from policy_qa.types import Document, Metadata

MIB = 2**20
TEXT = "港湾整備計画について\n\n令和8年4月1日\n国土省 港湾局\n\n岸壁の改良を進める。\n"


def read(folder: Path, name: str, data: bytes | str, *, title: str | None = None, limit_bytes: int = MIB) -> Document:
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_document(folder, name, Metadata(title or Path(name).stem), limit_bytes=limit_bytes)


def error_of(folder: Path, name: str, data: bytes, *, limit_bytes: int = MIB) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read(folder, name, data, limit_bytes=limit_bytes)
    return caught.value


def test_a_document_has_the_text_the_hash_of_the_bytes_and_the_metadata(tmp_path: Path) -> None:
    data = TEXT.encode("cp932")
    document = read(tmp_path, "港湾.txt", data, title="港湾整備計画")
    assert document.text == TEXT
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert (document.path, document.metadata.title) == ("港湾.txt", "港湾整備計画")
    assert document.blocks[0].span.of(document.text) == "港湾整備計画について"


@pytest.mark.parametrize("name", ["a.txt", "a.text", "a.md", "a.markdown", "A.TXT", "計画.Md"])
def test_text_and_markdown_are_read(tmp_path: Path, name: str) -> None:
    assert read(tmp_path, name, TEXT).text == TEXT


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("計画.pdf", b"%PDF-1.7", "damaged"),
        ("計画.jtd", b"\xd0\xcf\x11\xe0", "unsupported"),
        ("計画", "文字".encode(), "unsupported"),
        ("空.txt", b"", "empty"),
        ("空白.txt", "\n　\t\n\f".encode(), "empty"),
        ("罫線.txt", "----------\n＝＝＝＝＝\n".encode(), "empty"),
        ("印だけ.txt", b"\xef\xbb\xbf", "empty"),
        ("画像.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "damaged"),
        ("半分.txt", "予算".encode()[:-1] + b"\n", "damaged"),
        ("nul.md", b"# a\0b\n", "damaged"),
        ("大.txt", "あ".encode() * 20, "too_large"),
    ],
)
def test_each_bad_file_is_an_error_of_its_kind(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    error = error_of(tmp_path, name, data, limit_bytes=50)
    assert (error.kind, error.path) == (kind, name)


@pytest.mark.parametrize("name", ["a.pdf", "空.txt", "画像.txt", "大.txt"])
def test_an_error_is_one_japanese_line_with_the_file_and_what_to_do(tmp_path: Path, name: str) -> None:
    data = {"空.txt": b"", "大.txt": b"a" * 100}.get(name, b"\x89PNG\0")
    error = error_of(tmp_path, name, data, limit_bytes=50)
    line = str(error)
    assert line.startswith(f"{name}：")
    assert "\n" not in line
    assert line.endswith("。")
    assert error.remedy
    assert re.search("[ぁ-ん]", error.reason)
    assert re.search("[ぁ-ん]", error.remedy)


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"消えた\.txt：ファイルを開けません") as caught:
        read_document(tmp_path, "消えた.txt", Metadata("消えた"), limit_bytes=MIB)
    assert caught.value.kind == "damaged"


def test_a_folder_with_the_name_of_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "資料.txt").mkdir()
    with pytest.raises(DocumentError):
        read_document(tmp_path, "資料.txt", Metadata("資料"), limit_bytes=MIB)


# -- listing -----------------------------------------------------------------------------------------------------------


def test_files_are_listed_by_path_without_the_hidden_and_the_manifest(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a/2.md",
        "a/1.pdf",
        ".hidden.txt",
        ".git/config",
        "~$開いている.docx",
        "corpus.toml",
        "a/corpus.toml",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).touch()
    assert list_files(tmp_path) == ["a/1.pdf", "a/2.md", "a/corpus.toml", "b.txt"]


def test_an_empty_folder_has_no_files(tmp_path: Path) -> None:
    assert list_files(tmp_path) == []


def test_a_missing_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing, match="無い"):
        list_files(tmp_path / "無い")


@pytest.mark.skipif(os.name == "nt", reason="needs symbolic links")
def test_links_are_read_inside_the_folder_only_and_every_other_says_why(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "元").mkdir(parents=True)
    (corpus / "元" / "計画.txt").write_text("計画の文書。\n", encoding="utf-8")
    (tmp_path / "外.txt").write_text("秘密の文書。\n", encoding="utf-8")
    (corpus / "中.txt").symlink_to(corpus / "元" / "計画.txt")
    (corpus / "外.txt").symlink_to(tmp_path / "外.txt")
    (corpus / "輪.txt").symlink_to(corpus / "輪.txt")
    (corpus / "切れた.txt").symlink_to(corpus / "無い.txt")
    (corpus / "先").symlink_to(corpus / "元", target_is_directory=True)
    (corpus / "上").symlink_to(tmp_path, target_is_directory=True)
    said = {}
    for path in list_files(corpus):
        try:
            said[path] = read_bytes(corpus, path, limit_bytes=1000).decode()
        except DocumentError as error:
            said[path] = error.reason
    assert said.pop("輪.txt").startswith("ファイルを開けません")
    assert said.pop("切れた.txt").startswith("ファイルを開けません")
    assert said == {
        "元/計画.txt": "計画の文書。\n",
        "中.txt": "計画の文書。\n",
        "外.txt": "文書フォルダーの外を指すリンクは読みません。",
        "上": "文書フォルダーの外を指すリンクは読みません。",
        "先": "フォルダーへのリンクはたどりません。",
    }


@pytest.mark.parametrize("path", ["../外.txt", "a/../../外.txt", "上/外.txt"])
def test_a_path_that_climbs_out_of_the_folder_is_not_read(tmp_path: Path, path: str) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "a").mkdir(parents=True)
    (corpus / "上").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "外.txt").write_text("秘密の文書。\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="外を指す"):
        read_bytes(corpus, path, limit_bytes=1000)


# -- titles ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (TEXT, "港湾整備計画について"),
        ("# 水源林保全計画\n\n## 現状\n\n森を守る。\n", "水源林保全計画"),
        (
            "※検査のための文書です。\n\n令和８年度 商店街再生支援補助金\n公　募　要　領\n\n令和８年３月\n\n１．目的\n商店街の再生を図る。\n",
            "令和8年度 商店街再生支援補助金 公募要領",
        ),
        (
            "みずほ市歩行空間条例\n\n平成２３年３月２９日\n条例第３８号\n\n（目的）\n第１条　この条例は、歩行の安全を目的とする。\n",
            "みずほ市歩行空間条例",
        ),
        (
            "令和8年1月\n\n内閣官房 海洋戦略本部事務局\n\n海洋戦略の推進について\n\n海洋の利用を進める。\n",
            "海洋戦略の推進について",
        ),
        ("昭和四十二年法律第百三十一号\n\n住居表示法\n\n（目的）\n第一条　この法律は、住居を表す。\n", "住居表示法"),
        ("**農地集積の手引き**\n\n手順を示す。\n", "農地集積の手引き"),
        ("農 地 集 積 の 手 引 き\n\n手順を示す。\n", "農地集積の手引き"),
    ],
)
def test_the_title_is_what_stands_at_the_top(tmp_path: Path, text: str, title: str) -> None:
    assert read(tmp_path, "doc-01.txt", text).metadata.title == title


@pytest.mark.parametrize(
    "text",
    [
        "令和8年1月15日\n",
        "この文書は計画の背景を説明する。\n",
        "| 事業 | 額 |\n| 水道 | 3億円 |\n",
        "国土省\n",
    ],
)
def test_a_document_without_a_title_line_keeps_its_files_name(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, "doc-01.txt", text).metadata.title == "doc-01"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("森林環境の保全に係る\n\n交付金の運用について\n\n令和8年4月\n", "森林環境の保全に係る交付金の運用について"),
        ("拠点間の網に適用可能な\n\n回線の選び方\n\n2021年9月\n", "拠点間の網に適用可能な回線の選び方"),
        ("付録\n\n人材の枠組み案\n\n2021年8月\n", "付録 人材の枠組み案"),
        ("港湾整備の方針\n\n概要\n\n港湾を整える。\n", "港湾整備の方針"),
    ],
)
def test_a_title_that_breaks_before_its_noun_goes_on_in_the_next_block(tmp_path: Path, text: str, title: str) -> None:
    assert read(tmp_path, "doc-01.txt", text).metadata.title == title


def test_a_sheet_or_table_of_values_is_called_as_its_file_is(tmp_path: Path) -> None:
    table = "自治体名,年度,額\nみなと町,2026,100\nうしお町,2026,200\n"
    assert read(tmp_path, "予算一覧.csv", table).metadata.title == "予算一覧"


def test_the_manifests_title_wins(tmp_path: Path) -> None:
    assert read(tmp_path, "doc-01.txt", TEXT, title="港湾の計画（改訂版）").metadata.title == "港湾の計画（改訂版）"
