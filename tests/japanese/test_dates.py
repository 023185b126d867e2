from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.japanese.calendar import ERAS, fiscal_year_of
from policy_qa.japanese.dates import find_times

REFERENCE = "2026-01"


@pytest.mark.parametrize(
    ("printed", "year"),
    [
        ("令和8年度", 2026),
        ("令 和 ８ 年 度", 2026),
        ("令和八年度", 2026),
        ("令和元年度", 2019),
        ("平成32年度", 2020),
        ("平成三十年度", 2018),
        ("昭和60年度", 1985),
        ("R8当初", 2026),
        ("Ｒ６補正", 2024),
        ("H31", 2019),
        ("S60", 1985),
        ("2026年度", 2026),
        ("２０２６年度", 2026),
        ("二〇二六年度", 2026),
        ("FY2026", 2026),
        ("FY26", 2026),
        ("今年度", 2025),
        ("本年度", 2025),
        ("前年度", 2024),
        ("昨年度", 2024),
        ("来年度", 2026),
        ("8年度", 2026),
        ("令和8（2026）年度", 2026),
        ("2026（令和8）年度", 2026),
    ],
)
def test_a_fiscal_year_in_every_writing(printed: str, year: int) -> None:
    (mention,) = find_times(f"{printed}、", REFERENCE)
    assert mention.precision == "fiscal_year"
    assert mention.fiscal_years == (year,)
    assert (mention.first, mention.last) == (date(year, 4, 1), date(year + 1, 3, 31))


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("令和8年に", "year", "2026-01-01", "2026-12-31"),
        ("令和 8 年 1 月", "month", "2026-01-01", "2026-01-31"),
        ("（2025年12月23日閣議決定）", "day", "2025-12-23", "2025-12-23"),
        ("12月23日に公表", "day", "2026-12-23", "2026-12-23"),
        ("R7.4.1施行", "day", "2025-04-01", "2025-04-01"),
        ("2026/4/1", "day", "2026-04-01", "2026-04-01"),
        ("2026-04-01", "day", "2026-04-01", "2026-04-01"),
        ("令和3年（2021年）8月31日以前", "day", "2021-08-31", "2021-08-31"),
        ("2026年夏を目処に", "season", "2026-06-01", "2026-08-31"),
        ("来年夏までに", "season", "2027-06-01", "2027-08-31"),
        ("2030年冬", "season", "2030-12-01", "2031-02-28"),
        ("5月頃", "month", "2026-05-01", "2026-05-31"),
        ("4月15日から5月7日まで", "range", "2026-04-15", "2026-05-07"),
        ("令和7年12月20日～1月10日", "range", "2025-12-20", "2026-01-10"),
        ("令和７（2025）年12月", "month", "2025-12-01", "2025-12-31"),
        ("昭和五六年三月三〇日", "day", "1981-03-30", "1981-03-30"),
        ("令和7年度12月", "month", "2025-12-01", "2025-12-31"),
        ("2020年代", "range", "2020-01-01", "2029-12-31"),
    ],
)
def test_a_date_as_exactly_as_it_is_said(text: str, precision: str, first: str, last: str) -> None:
    (mention,) = find_times(text, REFERENCE)
    assert (mention.precision, str(mention.first), str(mention.last)) == (precision, first, last)
    assert mention.fiscal_years == ()


@pytest.mark.parametrize(
    ("printed", "years"),
    [
        ("令和６～８年度", (2024, 2025, 2026)),
        ("令和6年度から令和8年度", (2024, 2025, 2026)),
        ("令和6・7年度", (2024, 2025)),
        ("2025～2027年度", (2025, 2026, 2027)),
        ("R7～R9年度", (2025, 2026, 2027)),
    ],
)
def test_a_range_of_fiscal_years_is_one_mention(printed: str, years: tuple[int, ...]) -> None:
    (mention,) = find_times(f"計画期間は{printed}まで", REFERENCE)
    assert mention.printed == printed
    assert mention.fiscal_years == years


@pytest.mark.parametrize(
    "text",
    [
        "2月30日",
        "令和5年2月29日",
        "R2D2",
        "GR8当初",
        "3か月",
        "今後10年間",
        "1000年前",
        "同年齢",
        "本年金制度",
        "月額5万円",
        "H2見出し",
        "毎月",
        "13月",
    ],
)
def test_what_is_no_date_is_no_mention(text: str) -> None:
    assert find_times(text, REFERENCE) == []


def test_the_year_just_named_carries_on() -> None:
    text = "2014年に法律が成立し、同年12月に施行、翌年4月1日に改正、同月3日に公布"
    assert [str(mention.first) for mention in find_times(text)] == [
        "2014-01-01",
        "2014-12-01",
        "2015-04-01",
        "2015-04-03",
    ]


def test_nothing_is_guessed_without_a_reference() -> None:
    assert find_times("来年夏（5月頃）までに今年度の計画を定める") == []


def test_three_documents_read_as_they_are() -> None:
    slide = "令和7年度補正予算額 12.0億円 <R6補正予算額：12.0億円、R7当初予算額：5.0億円>"
    assert [mention.fiscal_years for mention in find_times(slide, REFERENCE)] == [(2025,), (2024,), (2025,)]
    bulletin = "日時：5月11日\n(1)10時30分 申込み：4月15日〜5月7日に公園緑地課へ"
    assert [mention.printed for mention in find_times(bulletin, "2024-04-15")] == ["5月11日", "4月15日〜5月7日"]
    law = "附則（平成三十年六月二十九日法律第七十号）この法律は、平成三十一年四月一日から施行する。"
    assert [str(mention.first) for mention in find_times(law)] == ["2018-06-29", "2019-04-01"]


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.text(alphabet="　 、。（）金表のは", max_size=5))
def test_a_day_is_found_in_every_printed_form(day: date, around: str) -> None:
    era = "令和" if day >= date(2019, 5, 1) else "平成"
    number = day.year - ERAS[era]
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for form in (
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y-%m-%d}",
        f"{era}{number if number > 1 else '元'}年{day.month}月{day.day}日",
        f"{era} {number} 年 {day.month} 月 {day.day} 日",
        f"{era}{number}年{day.month}月{day.day}日".translate(wide),
    ):
        text = f"{around}「{form}」{around}"
        (mention,) = find_times(text)
        assert (mention.first, mention.last, mention.precision) == (day, day, "day")
        assert text[mention.start : mention.end] == mention.printed == form


@given(st.text(alphabet="令和平成昭元年度月日今来同前R8H30０１２３-/.〜～から1234567890 、春夏一二十", max_size=40))
def test_mentions_are_verbatim_ordered_and_never_crash(text: str) -> None:
    mentions = find_times(text, REFERENCE)
    assert all(text[mention.start : mention.end] == mention.printed for mention in mentions)
    assert all(mention.first <= mention.last for mention in mentions)
    assert all(left.end <= right.start for left, right in pairwise(mentions))


@pytest.mark.parametrize("reference", [None, "", "2026", "2026-13", "x", "0000", "9999-99-99", "2026-01-15"])
def test_any_reference_is_taken(reference: str | None) -> None:
    assert isinstance(find_times("今年度と来年夏、同年、来月、再来年度、12月23日", reference), list)


def test_the_fiscal_year_of_a_day_begins_in_april() -> None:
    assert (fiscal_year_of(date(2026, 3, 31)), fiscal_year_of(date(2026, 4, 1))) == (2025, 2026)


@given(first=st.integers(1, 30), length=st.integers(1, 20), dash=st.sampled_from(["～", "〜", "-", "から"]))
def test_fiscal_years_from_one_to_another_are_all_named(first: int, length: int, dash: str) -> None:
    (mention,) = find_times(f"令和{first}年度{dash}{first + length}年度の計画", REFERENCE)
    assert mention.fiscal_years == tuple(range(2018 + first, 2018 + first + length + 1))


@given(year=st.integers(1, 60), month=st.integers(1, 12), day=st.integers(1, 28))
def test_both_reckonings_of_a_year_are_one_year(year: int, month: int, day: int) -> None:
    for text in (f"令和{year}（{2018 + year}）年{month}月{day}日", f"{2018 + year}年（令和{year}年）{month}月{day}日"):
        (mention,) = find_times(text, REFERENCE)
        assert (mention.precision, mention.first) == ("day", date(2018 + year, month, day))


def test_the_year_after_next_counts_from_the_year_just_named() -> None:
    first, second = find_times("令和7年度に着手し、翌々年度に完了する。", REFERENCE)
    assert (first.fiscal_years, second.fiscal_years) == ((2025,), (2027,))


@pytest.mark.parametrize("printed", ["令和8年度9月補正予算", "令和８年度２月補正", "R8年度 12月 追加補正"])
def test_the_session_of_a_supplementary_budget_is_no_month_of_the_year(printed: str) -> None:
    assert find_times(printed)[0].fiscal_years == (2026,)
    assert find_times("令和8年度9月に補正した")[0].precision == "month"
