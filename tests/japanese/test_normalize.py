from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.japanese.characters import _CHANGED, _JOINING, _SEVERAL, PROTECTED, SINGLE, changed_in, fold_single
from policy_qa.japanese.normalize import fold, normalize

TRICKY = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "令和年度8８０ 　①⑴½㎡㈱⻑⺠ｶﾞﾟがーKPIa*~～〜−-‐.,，１億万円\n\r\t\u200b\u3099\U000e0101か所月日"
        ),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("printed", "normal"),
    [
        ("上限①500万円", "上限①500万円"),
        ("補助率½、面積１００㎡、第Ⅱ期", "補助率½、面積100㎡、第Ⅱ期"),
        ("⻑期の⺠間投資と⻄日本", "長期の民間投資と西日本"),
        ("K P Iを設定", "KPIを設定"),
        ("S D G s の推進", "SDGs の推進"),
        ("令 和 ８ 年 度", "令和8年度"),
        ("令和 8 年 1 月", "令和8年1月"),
        ("概算決定額 1,600.0 億円", "概算決定額 1,600.0億円"),
        ("（１）1 か所で提供", "(1)1か所で提供"),
        ("目　　次", "目次"),
        ("ｶﾞｲﾄﾞﾌﾞｯｸ", "ガイドブック"),
        ("**12.9億円** <R6", "12.9億円 <R6"),
        ("６～８年度", "6〜8年度"),
        ("１０−２０人", "10-20人"),
        ("葛󠄀城市", "葛城市"),
    ],
)
def test_one_writing_for_all_the_ways_to_typeset_it(printed: str, normal: str) -> None:
    assert normalize(printed).text == normal


@pytest.mark.parametrize(
    "text",
    [
        "New Stories",
        "D to P with N",
        "1 目的",
        "2 年金",
        "3 千葉県",
        "男 10 女 20",
        "交付金 1,600億円",
        "2**3",
        "あ\n い",
    ],
)
def test_what_is_a_boundary_stays_one(text: str) -> None:
    assert normalize(text).text == text


def test_a_range_maps_to_the_characters_it_was_made_of() -> None:
    printed = "予算は **１，６００．０　億円** です"
    normal = normalize(printed)
    start = normal.text.index("1,600.0億円")
    assert normal.to_original(start, start + len("1,600.0億円")).of(printed) == "１，６００．０　億円"


def test_every_character_of_unicode_is_folded_or_kept_on_purpose() -> None:
    known = {chr(code) for code in SINGLE} | _SEVERAL | PROTECTED | _JOINING
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.combining(character) or unicodedata.normalize("NFKC", character) != character:
            assert character in known, hex(code)


@given(TRICKY)
def test_the_map_is_monotone_and_covers(text: str) -> None:
    normal = normalize(text)
    before_start = before_end = 0
    for index in range(len(normal.text)):
        span = normal.to_original(index, index + 1)
        assert span.start >= before_start
        assert span.end >= before_end
        assert 0 <= span.start < span.end <= len(text)
        before_start, before_end = span.start, span.end
    if normal.text:
        whole = normal.to_original(0, len(normal.text))
        assert normalize(whole.of(text)).text == normal.text or len(whole) < len(text)


@given(TRICKY)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalize(text).text
    assert normalize(once).text == once
    assert fold(fold(text)) == fold(text)


@given(TRICKY)
def test_line_breaks_and_protected_marks_survive(text: str) -> None:
    normal = normalize(text).text
    assert normal.count("\n") == text.count("\n")
    assert [mark for mark in text if mark in "①⑴½㎡"] == [mark for mark in normal if mark in "①⑴½㎡"]


def test_a_range_outside_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="no range"):
        normalize("あ").to_original(0, 2)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("・運　賃：１乗車300円", "・運賃:1乗車300円"),
        ("（４）決　　定：２月に決定", "(4)決定:2月に決定"),
        ("対　象： 町内の方\n期　間： ３年", "対象: 町内の方\n期間: 3年"),
    ],
)
def test_a_label_set_apart_before_its_colon_is_one_word(written: str, read: str) -> None:
    assert normalize(written).text == read


def test_every_changed_character_is_seen_at_a_glance() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    assert changed_in(everything) == _CHANGED
    assert all(changed_in(f"年{character}") == {character} for character in _CHANGED)


@given(TRICKY)
def test_what_is_seen_at_a_glance_is_what_changes(text: str) -> None:
    assert changed_in(text) == _CHANGED.intersection(text)


@pytest.mark.parametrize("kinds", [1, 60, 400])
def test_few_and_many_kinds_of_characters_fold_alike(kinds: int) -> None:
    text = "計画" + "".join(map(chr, list(SINGLE)[:kinds])) * 2
    assert fold_single(text, changed_in(text)) == text.translate(SINGLE)
