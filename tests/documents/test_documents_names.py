"""Names of files from elsewhere."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.documents.names import LONGEST, safe_name, same_name, with_suffix
from policy_qa.japanese.visible import visible_line

HOSTILE = st.text(
    st.one_of(
        st.sampled_from('./\\:*?"<>|~$\0\n\r\u202e\u2066\u200b\ufeff\U000e0041 ..ConNULaé\u3099か'), st.characters()
    ),
    max_size=300,
)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("計画.pdf", "計画.pdf"),
        ("令和8年度　予算（案）.xlsx", "令和8年度 予算（案）.xlsx"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\a\\b.docx", "b.docx"),
        ("..\\..\\x.pdf", "x.pdf"),
        ("/etc/shadow", "shadow"),
        ("報告\u202efdp.exe", "報告fdp.exe"),
        ("a\u200bb\ufeff\U000e0041.txt", "ab.txt"),
        ("a\nb\x1b[31m.txt", "a b[31m.txt"),
        ("\0x.pdf", "x.pdf"),
        (".htaccess.txt", "htaccess.txt"),
        ("~$計画.docx", "計画.docx"),
        ("a.txt. . ", "a.txt"),
        ("CON.txt", "_CON.txt"),
        ("com1.pdf", "_com1.pdf"),
        ("console.txt", "console.txt"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("か\u3099.txt", "が.txt"),
        ("a[1].txt", "a[1].txt"),
        ("..", None),
        ("", None),
        ("/", None),
        (".pdf", "pdf"),
        ("\u202e.pdf", "pdf"),
        ("???.pdf", None),
    ],
)
def test_a_hostile_name_is_made_safe_or_refused(name: str, safe: str | None) -> None:
    assert safe_name(name) == safe


@given(HOSTILE)
def test_what_comes_out_can_lie_in_any_folder(name: str) -> None:
    safe = safe_name(name)
    if safe is None:
        return
    assert safe_name(safe) == safe
    assert 0 < len(safe.encode()) <= LONGEST
    assert not set(safe) & set('/\\<>:"|?*\0')
    assert not safe.startswith((".", " ", "~$"))
    assert not safe.endswith((".", " "))
    assert not any(unicodedata.category(one).startswith("C") for one in safe)


def test_a_long_name_is_cut_before_its_ending() -> None:
    safe = safe_name("長い名前" * 100 + ".docx")
    assert safe is not None
    assert safe.startswith("長い名前")
    assert safe.endswith(".docx")
    assert len(with_suffix(safe, " (2)").encode()) <= LONGEST
    assert with_suffix(safe, " (2)").endswith(" (2).docx")
    assert safe_name("a." + "x" * 300) is None


def test_names_that_a_file_system_may_take_for_one_are_one() -> None:
    assert same_name("A.PDF") == same_name("a.pdf")
    assert same_name("か\u3099.txt") == same_name("が.txt")


@given(HOSTILE)
def test_a_visible_line_is_one_line_of_what_can_be_seen(text: str) -> None:
    line = visible_line(text)
    assert visible_line(line) == line == line.strip()
    assert len(line.splitlines()) <= 1
    assert not any(unicodedata.category(one).startswith("C") for one in line)
