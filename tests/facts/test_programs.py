"""Programmes: which lines are a programme's name, and what of a line the name is."""

from __future__ import annotations

import pytest

from policy_qa.facts.programs.names import clean_name, is_program_like, program_facts, program_name, program_of_title
from policy_qa.types import Fact
from tests.texts import document_of


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("・離島航路維持事業", "離島航路維持事業"),
        (
            "- ・ 地域産品の高付加価値化・海外展開推進のための実証調査事業（23.2億円）",
            "地域産品の高付加価値化・海外展開推進のための実証調査事業",
        ),
        ("### (3) 水道事業広域化支援補助金　9,750百万円（10,220百万円）", "水道事業広域化支援補助金"),
        ("【スマート漁業推進プログラム】", "スマート漁業推進プログラム"),
        ("○ 古民家等利活用促進補助金　　１４８億円（１６０億円）", "古民家等利活用促進補助金"),
        ("ふるさと住民登録制度の創設", "ふるさと住民登録制度"),
        ("沿岸防災推進事業（国土省 港湾局）", "沿岸防災推進事業"),
        ("①子育て応援給付金", "子育て応援給付金"),
        ("## A. 在宅育児応援給付金", "在宅育児応援給付金"),
        ("**港湾再生交付金**", "港湾再生交付金"),
        ("ＧＸ投資促進税制", "GX投資促進税制"),
        ("事業名：空き店舗活用支援事業", "空き店舗活用支援事業"),
        ("連携中枢都市圏特区", "連携中枢都市圏特区"),
        ("・子ども・子育て支援交付金", "子ども・子育て支援交付金"),
        ("がん対策推進事業", "がん対策推進事業"),
        ("はつらつ健康づくり事業", "はつらつ健康づくり事業"),
        ("ものづくり補助金", "ものづくり補助金"),
        ("高校生の地域留学の促進のための高校魅力化支援事業 等", "高校生の地域留学の促進のための高校魅力化支援事業"),
    ],
)
def test_a_line_that_is_a_name_gives_the_name(line: str, name: str) -> None:
    assert program_name(line) == name


@pytest.mark.parametrize(
    "line",
    [
        "離島航路を維持する事業者を支援する。",
        "住民が主体となる事業",
        "港湾を整備する事業",
        "ひとり親も使える制度",
        "主な事業",
        "補助対象事業",
        "事業概要",
        "事業",
        "補助金",
        "国は、この事業を令和8年度に始める",
        "対象経費",
        "港湾の脱炭素化",
        "期待される効果",
        "令和8年度当初予算",
        "次に掲げる経費は、補助の対象としない。",
        "",
    ],
)
def test_a_sentence_a_label_and_a_bare_kind_are_no_names(line: str) -> None:
    assert program_name(line) is None


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("令和８年度 商店街再生支援補助金 公募要領", "商店街再生支援補助金"),
        ("かすみがうら市空き家改修補助金交付要綱", "かすみがうら市空き家改修補助金"),
        ("空き家改修助成金のご案内", "空き家改修助成金"),
        ("空き家改修助成金のてびき（令和８年度版）", "空き家改修助成金"),
        ("子育て応援給付金 Q&A", "子育て応援給付金"),
        ("沿岸防災推進事業の概要", "沿岸防災推進事業"),
    ],
)
def test_a_document_about_one_programme_names_it_in_its_title(title: str, name: str) -> None:
    assert program_of_title(title) == name


@pytest.mark.parametrize(
    "title", ["海洋戦略の推進について", "令和8年度 水循環庁予算案の概要", "第七回 会議 議事要旨", "資料"]
)
def test_other_titles_name_no_programme(title: str) -> None:
    assert program_of_title(title) is None


@pytest.mark.parametrize(
    "line",
    [
        "港湾整備予算 3億円",
        "港湾整備予算（案） 512百万円",
        "港湾整備予算　約５億円",
        "「港湾整備予算」",
        "1. 港湾整備予算",
        "港湾整備予算について",
    ],
)
def test_marks_amounts_and_brackets_are_no_part_of_a_name(line: str) -> None:
    assert clean_name(line) == "港湾整備予算"


@pytest.mark.parametrize("line", ["", "3億円", "①", "（案）", "***"])
def test_cleaning_never_fails(line: str) -> None:
    assert isinstance(clean_name(line), str)


def test_a_heading_with_an_office_behind_it_is_like_a_programme() -> None:
    assert is_program_like("海の観測の強化（国土省 海洋局）")
    assert is_program_like("沿岸防災推進事業")
    assert not is_program_like("海の観測の強化")
    assert not is_program_like("強い経済（令和8年度）")


TEXT = """
商店街再生支援補助金
公募要領

１．事業の目的
商店街の再生を図る。

２．関連する施策
・空き店舗活用支援事業
・若者起業応援プログラム
・相談窓口の設置

【地域おこし交付金】

地域の取組を後押しする。
"""


def named(text: str, title: str) -> list[Fact]:
    return list(program_facts(document_of(text, title=title)))


def test_every_place_that_is_a_name_is_a_fact_with_its_place() -> None:
    facts = named(TEXT, "商店街再生支援補助金 公募要領")
    assert [fact.program for fact in facts] == [
        "商店街再生支援補助金",
        "空き店舗活用支援事業",
        "若者起業応援プログラム",
        "地域おこし交付金",
    ]
    for fact in facts:
        assert fact.kind == "program"
        assert fact.quote == TEXT[fact.start : fact.end] == fact.printed
        assert fact.amount_yen is None


def test_a_heading_is_in_the_section_of_its_own_fact() -> None:
    assert named(TEXT, "資料")[-1].section[-1] == "地域おこし交付金"
