from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.japanese.amounts import AmountMention, QuantityMention, find_amounts, find_quantities, find_unit

OKU = 10**8


@pytest.mark.parametrize(
    ("printed", "yen"),
    [
        ("1,639億円", 1639 * OKU),
        ("1,600.0 億円", 1600 * OKU),
        ("１，６００億円", 1600 * OKU),
        ("123億4千万円", 12_340_000_000),
        ("1000百万円", 1_000_000_000),
        ("23.2億円", 2_320_000_000),
        ("0.9億円", 90_000_000),
        ("二百億円", 200 * OKU),
        ("三百万円", 3_000_000),
        ("５００万円", 5_000_000),
        ("1兆2,345億円", 1_234_500_000_000),
        ("3千円", 3_000),
        ("1円", 1),
        ("▲398億円", -398 * OKU),
        ("△1,000千円", -1_000_000),
        ("−5億円", -5 * OKU),
    ],
)
def test_an_amount_in_every_writing(printed: str, yen: int) -> None:
    for before, after in (("予算額は", "である"), ("①", "、"), ("（", "）"), ("", "")):
        text = before + printed + after
        (mention,) = find_amounts(text)
        assert mention.yen == yen
        assert mention.negative == (yen < 0)
        assert mention.printed == printed == text[mention.start : mention.end]


@pytest.mark.parametrize(
    "text",
    [
        "円滑な実施",
        "百円ショップ",
        "150円高",
        "二円形",
        "関東一円",
        "500万人",
        "100億企業",
        "100万ドル",
        "数百万円",
        "十数億円",
        "単位：百万円",
        "（千円）",
        "R7当初予算額：-",
        "－",
    ],
)
def test_what_is_no_money_is_no_amount(text: str) -> None:
    assert find_amounts(text) == []


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("100万円～500万円", 1_000_000, 5_000_000),
        ("100～500万円", 1_000_000, 5_000_000),
        ("100万～500万円", 1_000_000, 5_000_000),
        ("10万円から30万円まで", 100_000, 300_000),
        ("1,500～2,000円", 1_500, 2_000),
    ],
)
def test_a_range_is_one_amount_with_two_ends(text: str, low: int, high: int) -> None:
    (mention,) = find_amounts(text)
    assert (mention.yen, mention.yen_to) == (low, high)


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("約15億円", "約"),
        ("概ね２億円", "概ね"),
        ("最大500万円", "最大"),
        ("上限は100万円", "上限"),
        ("500万円以内", "以内"),
        ("百万円以下の罰金", "以下"),
        ("1億円（税抜）未満", "未満"),
        ("10億円程度", "程度"),
        ("3億円", None),
    ],
)
def test_what_limits_an_amount_belongs_to_it(text: str, qualifier: str | None) -> None:
    assert find_amounts(text)[0].qualifier == qualifier


def test_the_unit_of_a_table_makes_its_numbers_amounts() -> None:
    cells = "1,234 ▲56 － 令和8年度 3か所 12.5 50% 2026/4/1"
    assert [(mention.printed, mention.yen) for mention in find_amounts(cells, 1_000_000)] == [
        ("1,234", 1_234_000_000),
        ("▲56", -56_000_000),
        ("12.5", 12_500_000),
    ]
    assert find_amounts(cells) == []


@pytest.mark.parametrize(
    ("caption", "unit"),
    [
        ("（単位：百万円）", 10**6),
        ("単位:千円", 1000),
        ("（単位：億円）", OKU),
        ("(単位 円)", 1),
        ("（百万円）", 10**6),
        ("（単位：万円、％）", 10**4),
        ("（単位：人）", None),
        ("円滑化", None),
    ],
)
def test_the_caption_of_a_table_names_its_unit(caption: str, unit: int | None) -> None:
    assert find_unit(caption) == unit


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("補助率1/2以内", Fraction(1, 2), "割合"),
        ("２分の１", Fraction(1, 2), "割合"),
        ("三分の二", Fraction(2, 3), "割合"),
        ("½", Fraction(1, 2), "割合"),
        ("10/10", Fraction(1), "割合"),
        ("8割", Fraction(4, 5), "割合"),
        ("7割5分", Fraction(3, 4), "割合"),
        ("50％", Fraction(1, 2), "割合"),
        ("3.5%", Fraction(7, 200), "割合"),
        ("17分野", Decimal(17), "分野"),
        ("6,000万人", Decimal(60_000_000), "人"),
        ("24 t、", Decimal(24), "t"),
        ("約 100 年前", Decimal(100), "年前"),
        ("3つのタイプ", Decimal(3), "つ"),
        ("1 か所", Decimal(1), "か所"),
    ],
)
def test_a_quantity_has_its_value_and_unit(text: str, value: Decimal | Fraction, unit: str) -> None:
    (mention,) = find_quantities(text)
    assert (mention.value, mention.unit) == (value, unit)


def test_a_range_of_counts_keeps_both_ends() -> None:
    (mention,) = find_quantities("月に1～2回程度")
    assert (mention.value, mention.value_to) == (Decimal(1), Decimal(2))
    assert (mention.unit, mention.qualifier) == ("回", "程度")


@pytest.mark.parametrize(
    "text", ["第3回", "4/1", "11/23", "〇〇市", "2 法人税", "3社会", "2026年", "100億企業", "500万円", "割引"]
)
def test_what_is_no_quantity_is_none(text: str) -> None:
    assert find_quantities(text) == []


def _mixed(yen: int) -> str:
    parts = []
    for size, unit in ((10**12, "兆"), (10**8, "億"), (10**4, "万"), (1, "")):
        count, yen = divmod(yen, size)
        if count:
            parts.append(f"{count:,}{unit}")
    return "".join(parts) + "円"


def _kanji(yen: int) -> str:
    written = ""
    for size, unit in ((10**12, "兆"), (10**8, "億"), (10**4, "万"), (1, "")):
        section, yen = divmod(yen, size)
        if not section:
            continue
        for small, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit, section = divmod(section, small)
            if digit:
                written += ("" if digit == 1 and small > 1 else "〇一二三四五六七八九"[digit]) + name
        written += unit
    return written + "円"


WIDE = str.maketrans("0123456789,.", "０１２３４５６７８９，．")


@given(st.integers(1, 10**16 - 1), st.text(alphabet="額は、。（）「」 ：計の", max_size=6))
def test_what_is_printed_is_read_back(yen: int, around: str) -> None:
    forms = [f"{yen}円", f"{yen:,}円", _mixed(yen), _kanji(yen)]
    forms += [form.translate(WIDE) for form in forms]
    thousands = yen % 10**6
    for form, value in [
        *((form, yen) for form in forms if form != "一円"),
        (f"{thousands:,}百万円", thousands * 10**6),
        (f"{thousands / 10:,.1f}億円", thousands * 10**7),
        (f"{thousands / 10:,.1f} 億円", thousands * 10**7),
    ]:
        text = f"{around}「{form}」{around}"
        (mention,) = find_amounts(text)
        assert mention.yen == value
        assert text[mention.start : mention.end] == mention.printed == form


@given(st.text(alphabet="0123456789０１,，.億兆万千百十一二円▲△−-〜～約 （）①½分のつ人%割/", max_size=40))
def test_mentions_are_verbatim_ordered_and_never_crash(text: str) -> None:
    for found in (find_amounts(text), find_amounts(text, 1000), find_quantities(text)):
        mentions: list[AmountMention | QuantityMention] = [*found]
        assert all(text[mention.start : mention.end] == mention.printed for mention in mentions)
        assert all(left.end <= right.start for left, right in pairwise(mentions))
