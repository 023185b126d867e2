from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.facts import GOLD, compare
from policy_qa.facts.decisions.reader import decision_facts
from policy_qa.types import Fact
from tests.texts import document_of

LISTS = sorted((GOLD / "decisions").glob("*.jsonl"))


def facts(text: str, title: str = "資料", date: str | None = "2026-01") -> list[Fact]:
    return list(decision_facts(document_of(text, title=title, date=date)))


def only(text: str, title: str = "資料") -> Fact:
    (fact,) = facts(text, title)
    return fact


@pytest.mark.parametrize("gold", LISTS, ids=lambda gold: gold.stem)
def test_no_decision_is_read_that_the_document_does_not_state(gold: Path) -> None:
    result = compare(gold)
    assert result.wrong == ()
    assert result.recall >= 0.65


def test_most_decisions_of_the_lists_are_read() -> None:
    results = [compare(gold) for gold in LISTS]
    found, missed = sum(result.found for result in results), sum(len(result.missed) for result in results)
    assert found >= 30
    assert found / (found + missed) >= 0.85


@pytest.mark.parametrize(
    ("text", "subject", "body", "form", "date", "status"),
    [
        ("「湾岸再生計画」（令和7年12月23日閣議決定）に沿って進める。", "湾岸再生計画", "閣議", "閣議決定", "2025-12-23", "decided"),
        ("2025年6月には、「湾岸再生構想」が閣議決定され、方向性が定まった。", "湾岸再生構想", "閣議", "閣議決定", "2025-06", "decided"),
        ("令和6年3月29日、防災会議において「避難指針」を決定した。", "避難指針", "防災会議", "決定", "2024-03-29", "decided"),
        ("港湾再生法（平成26年法律第136号）の施行に伴い、体制を整えた。", "港湾再生法", None, "法律第136号", "2014", "decided"),
        ("「避難指針」（令和5年4月14日港湾大臣決定）による。", "避難指針", "港湾大臣", "大臣決定", "2023-04-14", "decided"),
        ("令和8年3月に「湾岸再生計画」を改定する予定である。", "湾岸再生計画", None, "改定", "2026-03", "draft"),
        ("港湾再生法案が令和7年6月13日に成立した。", "港湾再生法", None, "成立", "2025-06-13", "decided"),
        ("令和7年10月　第四次湾岸計画案 了承（本会議）\n令和7年11月　委員の委嘱", "第四次湾岸計画", None, "了承", "2025-10", "draft"),
        ("海運線を令和9年3月31日限りで廃止する。", "海運線", None, "廃止", "2027-03-31", "draft"),
    ],
)  # fmt: skip
def test_a_decision_is_read_in_the_ways_documents_write_it(
    text: str, subject: str, body: str | None, form: str, date: str, status: str
) -> None:
    fact = only(text)
    assert (fact.subject, fact.body, fact.form, fact.date, fact.status) == (subject, body, form, date, status)


def test_the_history_of_a_text_is_its_own() -> None:
    text = (
        "港町補助金交付要綱\n\n平成30年3月28日\n告示第12号\n\n改正　令和2年3月30日告示第9号\n　　　令和6年3月25日告示第15号\n\n"
        "第1条　この要綱は、必要な事項を定める。\n\n附　則\nこの要綱は、平成30年4月1日から施行する。\n\n"
        "附　則（令和6年3月25日告示第15号）\nこの要綱は、令和6年4月1日から施行し、令和11年3月31日限り、その効力を失う。\n"
    )
    read = facts(text, "港町補助金交付要綱")
    assert {fact.subject for fact in read} == {"港町補助金交付要綱"}
    assert [(fact.form, fact.date, fact.status) for fact in read] >= [("告示第12号", "2018-03-28", "decided")]
    assert {(fact.form, fact.date, fact.status) for fact in read} >= {
        ("改正", "2020-03-30", "revised"), ("改正", "2024-03-25", "revised"), ("施行", "2018-04-01", "decided"), ("施行", "2024-04-01", "revised"),
    }  # fmt: skip


def test_what_stands_on_the_head_of_a_document_is_of_its_title() -> None:
    fact = only("# 港湾安全基本方針\n\n- 令和3年9月7日\n- 港湾大臣決定\n\n本文をここに置く。\n", "港湾安全基本方針")
    assert (fact.subject, fact.body, fact.date) == ("港湾安全基本方針", "港湾大臣", "2021-09-07")
    assert "令和3年9月7日" in fact.quote
    assert "港湾大臣決定" in fact.quote


@pytest.mark.parametrize(
    "text",
    [
        "令和7年4月1日までに計画が決定されていない場合は、申請できない。",
        "交付決定の日から令和9年1月29日までに設置を完了すること。",
        "令和7年度の交付決定を受けた者に通知する。",
        "「湾岸再生計画」を閣議決定した場合は、令和8年4月に公表する。",
        "令和6年に議員を決定しました。",
        "社会情勢が変わり、平成25年度に見直しを変更した。",
    ],
)
def test_what_is_denied_supposed_or_no_text_is_no_decision(text: str) -> None:
    assert [fact for fact in facts(text) if fact.form in {"閣議決定", "決定", "策定", "変更", "通知"}] == []


def test_a_basis_is_read_with_what_rests_on_it() -> None:
    fact = only("本計画は、港湾再生法第5条の規定に基づき定める。", "第2次港湾計画")
    assert (fact.subject, fact.basis, fact.form) == ("第2次港湾計画", "港湾再生法第5条", None)


def test_a_relative_year_is_not_counted_from_a_date_that_may_be_another() -> None:
    fact = only("港湾会議では、来年夏までに、「湾岸再生戦略」を取りまとめる。")
    assert (fact.date, fact.fiscal_year, fact.qualifier) == (None, None, "予定")


NAMES = st.sampled_from(["「湾岸再生計画」", "『避難指針』", "港湾再生法", "第2次防災基本計画"])
DAYS = st.sampled_from(["令和7年12月23日", "2025年6月", "Ｒ７.３.３１", "平成二十七年七月", "令和８年度", ""])
DEEDS = st.sampled_from(
    [
        "閣議決定",
        "を閣議決定した。",
        "（令和6年6月21日閣議決定）",
        "が成立し、",
        "　改正",
        "を策定する予定。",
        "\n告示第12号",
    ]
)


@given(st.lists(st.tuples(DAYS, NAMES, DEEDS, st.sampled_from(["\n", "、", "　", "。"])), max_size=6))
def test_a_quote_is_the_text_at_its_place_and_holds_what_is_printed(pieces: list[tuple[str, str, str, str]]) -> None:
    document = document_of("".join("".join(piece) for piece in pieces))
    for fact in decision_facts(document):
        assert document.text[fact.start : fact.end] == fact.quote
        assert fact.printed in fact.quote


def test_the_gold_lists_name_documents_that_are_there() -> None:
    records = [json.loads(line) for gold in LISTS for line in gold.read_text(encoding="utf-8").splitlines()]
    assert len(records) >= 30
    assert all((GOLD.parents[1] / record["path"]).exists() for record in records)
