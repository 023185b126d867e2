from __future__ import annotations

import pytest

from policy_qa.facts.programs.relations import programme_facts
from policy_qa.types import Fact
from tests.texts import document_of


def facts(text: str, title: str = "資料") -> list[Fact]:
    document = document_of(text, title=title)
    found = list(programme_facts(document))
    assert all(document.text[fact.start : fact.end] == fact.quote and fact.printed in fact.quote for fact in found)
    return found


@pytest.mark.parametrize(
    ("text", "program", "other"),
    [
        ("地域観光促進事業（以下「観光事業」という。）は、取組を支援する。", "地域観光促進事業", "観光事業"),
        ("地域観光促進事業（以下「観光\n　事業」という。）は、取組を支援する。", "地域観光促進事業", "観光事業"),
        ("### 波留っ子すくすく応援給付金（旧：出産祝金事業）", "波留っ子すくすく応援給付金", "出産祝金事業"),
        ("| 共創促進補助金（通称「スタ補」） | 実証経費 |\n| 港湾再生交付金 | 岸壁 |", "共創促進補助金", "スタ補"),
        ("新しい地域経済創生交付金（地域躍進交付金）を創設する。", "新しい地域経済創生交付金", "地域躍進交付金"),
    ],
)
def test_another_name_is_read_where_the_document_says_so(text: str, program: str, other: str) -> None:
    named = [fact for fact in facts(text) if fact.other_names]
    assert [(fact.program, fact.other_names) for fact in named] == [(program, (other,))]


@pytest.mark.parametrize(
    "text",
    [
        "港湾再生交付金（以下「交付金」という。）を交付する。",
        "港湾再生交付金（以下「交付\n　金」という。）を交付する。",
        "港湾再生交付金（令和8年度当初予算）を活用する。",
        "海洋データ連携事業（新規）",
        "港湾再生交付金（内閣府港湾推進室）",
    ],
)
def test_a_bare_kind_a_year_or_an_office_is_no_name(text: str) -> None:
    assert [fact for fact in facts(text) if fact.other_names] == []


def test_an_office_is_of_the_programme_whose_heading_bracket_or_number_gives_it() -> None:
    text = (
        "# 海洋庁の事業\n\n## 港湾再生交付金（内閣府港湾推進室）\n\n岸壁の改良を支援する。\n\n"
        "## 海洋データ連携事業\n\n観測を行う。\n\n担当：海洋庁 情報課\n"
    )
    assert {(fact.program, fact.body) for fact in facts(text) if fact.body} == {
        ("港湾再生交付金", "内閣府港湾推進室"), ("海洋データ連携事業", "海洋庁 情報課"),
    }  # fmt: skip
    numbered = "Ⅰ　主要事項\n\n１　港湾再生事業\n岸壁の改良。\n\n２　漁業定着事業\n研修の支援。\n\n［お問い合わせ先］　１の事業　港湾課（03-0000-1122）　２の事業　人材課（03-0000-1133）\n"
    assert {(fact.program, fact.body) for fact in facts(numbered) if fact.body} == {
        ("港湾再生事業", "港湾課"), ("漁業定着事業", "人材課"),
    }  # fmt: skip
