"""``corpus.toml``: what it says about a file, and what is wrong with one that cannot be understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_qa.documents import Manifest, read_manifest
from policy_qa.errors import ManifestInvalid
from policy_qa.types import Metadata

WHOLE = """
[defaults]
labels = ["public"]
publishers = ["みずほ市"]

[[document]]
files = ["plans/*.txt", "announcements/**"]
document_type = "計画"
date = "2025"

[[document]]
files = "plans/harbour.txt"
title = "港湾整備計画"
publishers = "港湾課"
date = 2026-01-15
terms = "出典を示せば自由"
labels = ["staff", "harbour"]
"""


def manifest(folder: Path, content: str | bytes) -> Manifest:
    (folder / "corpus.toml").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_manifest(folder)


def reason(folder: Path, content: str | bytes) -> str:
    with pytest.raises(ManifestInvalid) as caught:
        manifest(folder, content)
    assert str(folder / "corpus.toml") in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value.reason


def test_later_entries_win_field_by_field(tmp_path: Path) -> None:
    found = manifest(tmp_path, WHOLE).metadata("plans/harbour.txt")
    assert found == Metadata(
        title="港湾整備計画",
        publishers=("港湾課",),
        date="2026-01-15",
        document_type="計画",
        terms="出典を示せば自由",
        labels=frozenset({"staff", "harbour"}),
    )


def test_an_earlier_entry_fills_what_the_later_one_leaves_open(tmp_path: Path) -> None:
    found = manifest(tmp_path, WHOLE).metadata("plans/roads.txt")
    assert (found.date, found.document_type, found.publishers) == ("2025", "計画", ("みずほ市",))


def test_a_file_that_no_entry_names_has_its_name_and_the_defaults(tmp_path: Path) -> None:
    assert manifest(tmp_path, WHOLE).metadata("misc/議事録 第3回.txt") == Metadata(
        title="議事録 第3回", publishers=("みずほ市",), labels=frozenset({"public"})
    )


def test_without_a_manifest_nobody_but_the_owner_sees_a_document(tmp_path: Path) -> None:
    assert read_manifest(tmp_path).metadata("a/b.md") == Metadata(title="b")
    assert read_manifest(tmp_path).metadata("a/b.md").labels == frozenset()


@pytest.mark.parametrize(
    ("pattern", "named", "others"),
    [
        ("a.txt", ["a.txt"], ["b/a.txt", "a.txt.md"]),
        ("*.txt", ["a.txt", "予算.txt"], ["b/a.txt", "a.md"]),
        ("*/a.txt", ["b/a.txt"], ["a.txt", "b/c/a.txt"]),
        ("**/a.txt", ["a.txt", "b/a.txt", "b/c/a.txt"], ["b/ba.txt"]),
        ("b/**", ["b/a.txt", "b/c/a.txt"], ["a.txt", "bb/a.txt"]),
        ("b/**/*.md", ["b/x.md", "b/c/d/x.md"], ["b/x.txt", "x.md"]),
        ("第[0-9]回*.txt", ["第3回議事録.txt"], ["第三回議事録.txt"]),
        ("年度?.txt", ["年度1.txt"], ["年度10.txt"]),
    ],
)
def test_a_pattern_names_files_below_the_folder(
    tmp_path: Path, pattern: str, named: list[str], others: list[str]
) -> None:
    found = manifest(tmp_path, f'[[document]]\nfiles = ["{pattern}"]\ntitle = "当たり"\n')
    assert [path for path in [*named, *others] if found.metadata(path).title == "当たり"] == named


@pytest.mark.parametrize("date", ['"2026"', '"2026-01"', '"2026-01-15"', "2026-01-15"])
def test_dates_are_whole_or_reduced(tmp_path: Path, date: str) -> None:
    found = manifest(tmp_path, f'[[document]]\nfiles = ["a"]\ndate = {date}\n').metadata("a")
    assert found.date == date.strip('"')


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    assert manifest(tmp_path, WHOLE.encode("utf-8-sig")).defaults["labels"] == ("public",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[[document]\n", "TOML の書き方が違う"),
        ("labels = [\n", "TOML の書き方が違う"),
        ("題名".encode("cp932"), "UTF-8 ではない"),
        ("[settings]\n", "知らない項目：settings"),
        ("document = 3\n", "[defaults] と [[document]] の形"),
        ("defaults = 3\n", "[defaults] と [[document]] の形"),
        ('[[document]]\ntitle = "a"\n', "files"),
        ("[[document]]\nfiles = []\n", "1番目の [[document]]に files がない"),
        ("[[document]]\nfiles = [3]\n", "files は文字列か文字列の並び"),
        (
            '[[document]]\nfiles = ["a"]\n[[document]]\nfiles = ["b"]\nauthor = "x"\n',
            "2番目の [[document]]に知らない項目 author",
        ),
        ('[defaults]\nfiles = ["a"]\n', "[defaults]に知らない項目 files"),
        ('[[document]]\nfiles = ["a"]\nlabels = 3\n', "labels は文字列か文字列の並び"),
        ('[[document]]\nfiles = ["a"]\ndate = "令和8年"\n', "date は 2026、2026-01、2026-01-15"),
        ('[[document]]\nfiles = ["a"]\ndate = "2026-13"\n', "date は 2026、2026-01、2026-01-15"),
        ('[[document]]\nfiles = ["a"]\ndate = "2026/01/15"\n', "date は 2026、2026-01、2026-01-15"),
        ("document = [3]\n", "[[document]]"),
    ],
)
def test_each_mistake_is_named_with_its_place(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in reason(tmp_path, content)


@pytest.mark.parametrize(
    ("written", "status"), [("案", "draft"), ("決定", "decided"), ("revised", "revised"), ("", None)]
)
def test_a_status_is_written_in_either_language(tmp_path: Path, written: str, status: str | None) -> None:
    (tmp_path / "corpus.toml").write_text(f'[[document]]\nfiles = ["a.txt"]\nstatus = "{written}"\n', encoding="utf-8")
    assert read_manifest(tmp_path).metadata("a.txt").status == status


def test_an_empty_value_takes_back_what_an_earlier_entry_said(tmp_path: Path) -> None:
    about = (
        'title = "題"\ndate = "2026"\nstatus = "案"\ndocument_type = "計画"\npublishers = ["市"]\nlabels = ["public"]\n'
    )
    nothing = 'title = ""\ndate = ""\nstatus = ""\ndocument_type = ""\npublishers = []\nlabels = []\n'
    entries = f'[[document]]\nfiles = ["*.txt"]\n{about}[[document]]\nfiles = ["a.txt"]\n{nothing}'
    (tmp_path / "corpus.toml").write_text(entries, encoding="utf-8")
    assert read_manifest(tmp_path).metadata("a.txt") == Metadata("a")


def test_a_pattern_of_many_stars_is_answered_at_once() -> None:
    """Compared part by part: never by trying every way to part a path."""
    deep = "/".join(["a"] * 60)
    many = Manifest(entries=((("**/" * 40 + "b", "**/a/**/a/**/a/**/a/**/b"), {"title": "甲"}),))
    assert many.metadata(deep).title == "a"
    assert many.metadata(f"{deep}/b").title == "甲"
    assert Manifest(entries=((("**",), {"title": "甲"}),)).metadata(deep).title == "甲"
    assert Manifest(entries=((("a/**/b.txt",), {"title": "甲"}),)).metadata("a/b.txt").title == "甲"
