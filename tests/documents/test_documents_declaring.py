"""Writing into corpus.toml what a form says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.documents.declaring import declared, forgotten
from policy_qa.documents.manifest import manifest_in
from policy_qa.errors import ManifestInvalid
from policy_qa.japanese.visible import visible_line
from policy_qa.types import Metadata

OURS = """# 既知の文書。手で直すときはここを見る。

[defaults]
labels = ["public"]   # だれでも

[[document]]  # 計画はぜんぶ
files = ["*.pdf", "計画/**"]
title = 'そのまま "引用"'
date = 2026-01-15
publishers = [
  "県",   # 第一
  "市",
]

# 最後の注記
"""
ABOUT = Metadata("題名", ("県 企画部",), "2026-03", "計画", "自由", frozenset({"staff"}), "draft")


def said(content: str, path: str) -> Metadata:
    return manifest_in(content, "corpus.toml").metadata(path)


def test_an_entry_is_added_and_nothing_else_changes() -> None:
    content = declared(OURS, "a.pdf", ABOUT)
    assert content.startswith(OURS.rstrip())
    assert said(content, "a.pdf") == ABOUT
    assert said(content, "b.pdf") == said(OURS, "b.pdf")


def test_a_document_has_the_labels_that_were_chosen_and_no_others() -> None:
    for path in ("a.pdf", "計画/b.txt", "other.txt"):
        assert said(declared(OURS, path, Metadata("題")), path).labels == frozenset()


def test_what_a_pattern_says_is_taken_back_where_the_form_is_empty() -> None:
    path = "計画/a.pdf"
    assert said(declared(OURS, path, Metadata("a")), path) == Metadata("a")


def test_a_second_change_takes_the_place_of_the_first() -> None:
    once = declared(declared(OURS, "a.pdf", ABOUT), "b.pdf", ABOUT)
    twice = declared(once, "a.pdf", Metadata("別の題", labels=frozenset({"x"})))
    assert twice.count("a.pdf") == 1
    assert said(twice, "a.pdf") == Metadata("別の題", labels=frozenset({"x"}))
    assert said(twice, "b.pdf") == ABOUT


def test_an_entry_with_a_comment_is_never_taken_away() -> None:
    kept = declared("", "a.pdf", ABOUT) + "# 末尾\n"
    commented = kept.replace("date =", "# 日付は要確認\ndate =")
    changed = declared(commented, "a.pdf", Metadata("新"))
    assert changed.startswith(commented.rstrip())
    assert said(changed, "a.pdf") == Metadata("新")
    assert forgotten(commented, "a.pdf") == commented
    assert forgotten(kept, "a.pdf").strip() == "# 末尾"


def test_an_archive_speaks_for_what_is_in_it_and_leaves_titles_alone() -> None:
    content = declared(OURS, "資料.zip", ABOUT, is_archive=True)
    inside = said(content, "資料.zip/様式/申請書.docx")
    assert (inside.title, inside.labels, inside.status) == ("申請書", frozenset({"staff"}), "draft")
    assert forgotten(content, "資料.zip").strip() == OURS.strip()


def test_text_that_looks_like_an_entry_is_no_entry() -> None:
    content = '[[document]]\nfiles = ["x.txt"]\nterms = """\n[[document]]\nfiles = ["a.pdf"]\n"""\n'
    assert forgotten(content, "a.pdf") == content
    assert said(declared(content, "a.pdf", ABOUT), "x.txt").terms == '[[document]]\nfiles = ["a.pdf"]\n'


@pytest.mark.parametrize("content", ["title = ", "[other]\n", 'document = [{files = ["a"]}]\n'])
def test_a_file_that_cannot_be_written_to_is_left_alone(content: str) -> None:
    with pytest.raises(ManifestInvalid):
        declared(content, "a.pdf", ABOUT)


LINES = st.text(st.characters(codec="utf-8"), max_size=40).map(visible_line)


@given(
    LINES.filter(lambda line: "/" not in line and bool(line) and line.strip(".") != ""),
    LINES,
    st.lists(LINES.filter(bool), max_size=3, unique=True),
)
def test_every_name_and_value_comes_back_as_it_was_written(path: str, title: str, labels: list[str]) -> None:
    about = Metadata(title or path, (title,) if title else (), None, title or None, None, frozenset(labels))
    content = declared(OURS, path, about)
    found = said(content, path)
    assert (found.publishers, found.document_type, found.labels) == (
        about.publishers,
        about.document_type,
        about.labels,
    )
    assert said(content, f"{path}x").labels == said(OURS, f"{path}x").labels
    assert forgotten(content, path).strip() == OURS.strip()
