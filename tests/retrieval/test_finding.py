"""The search to leaf through: what counts as found, in which order, and that facets count what choosing them finds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from policy_qa.retrieval.finding import FIELDS
from policy_qa.service import PolicyQA
from policy_qa.types import FacetName, Filters, Found, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()
STAFF = Viewer("staff", frozenset({"public"}))

MANIFEST = """
[[document]]
files = ["a/budget.md"]
title = "青葉県 当初予算の概要"
publishers = ["青葉県 財政課"]
date = "2026-02"
document_type = "予算"
labels = ["public"]
[[document]]
files = ["a/plan.md"]
title = "青葉県 交通計画"
publishers = ["青葉県 交通課"]
date = "2025-03-31"
document_type = "計画"
labels = ["public"]
[[document]]
files = ["secret/notes.md"]
title = "内部の検討"
publishers = ["白浜市"]
date = "2026-03"
document_type = "会議録"
labels = ["staff-only"]
"""
TEXTS = {
    "corpus.toml": MANIFEST,
    "a/budget.md": """# 令和8年度当初予算の概要

（単位：百万円）

| 事項 | 令和8年度当初予算 | 令和7年度当初予算 |
|---|---:|---:|
| バス路線維持事業 | 1,200 | 1,000 |
| 港湾再生交付金 | 300 | 320 |

## バス路線維持事業

県内のバス路線を守るため、運行する事業者を支援する。
""",
    "a/plan.md": """# 青葉県交通計画

## 1 バス路線の見直し

バス路線の運行は、市町村とともに見直す。令和7年3月31日、知事が計画を決定した。

## 2 自転車

自転車の通行する空間を広げる。
""",
    "secret/notes.md": "# 検討\n\nバス路線のうち港線は廃止する方向で検討する。\n",
}


@pytest.fixture(scope="module")
def service(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts(TEXTS)


def facet(found: Found, name: FacetName) -> dict[str, int]:
    return {value.value: value.count for value in next(each for each in found.facets if each.name == name).values}


def test_places_with_every_word_are_found_with_their_words_marked(service: PolicyQA) -> None:
    found = service.find("バス路線 運行", viewer=STAFF)
    best = found.places[0]
    text = service.text(best.hit.path, viewer=STAFF)
    assert "バス路線" in {mark.of(text) for mark in best.marks}
    assert all(best.hit.start <= mark.start < mark.end <= best.hit.end for mark in best.marks)
    assert found.total >= found.ranked == len(found.places) > 0


def test_every_count_of_every_facet_is_what_choosing_it_finds(service: PolicyQA) -> None:
    found = service.find("バス路線", viewer=OWNER)
    checked = 0
    for each in found.facets:
        for value in each.values:
            chosen: Any = int(value.value) if each.name == "year" else value.value
            narrowed: dict[str, Any] = {FIELDS[each.name]: (chosen,)}
            assert service.find("バス路線", viewer=OWNER, filters=Filters(**narrowed)).total == value.count
            checked += 1
    assert checked >= 8


def test_a_body_counts_what_its_offices_published(service: PolicyQA) -> None:
    counts = facet(service.find("バス", viewer=STAFF), "publisher")
    assert counts["青葉県"] == counts["青葉県 財政課"] + counts["青葉県 交通課"]


def test_nothing_that_a_viewer_may_not_see_is_found_counted_or_named(service: PolicyQA) -> None:
    seen = service.find("バス路線", viewer=STAFF)
    everything = service.find("バス路線", viewer=OWNER)
    assert {place.hit.path for place in everything.places} - {place.hit.path for place in seen.places} == {
        "secret/notes.md"
    }
    assert everything.total > seen.total
    assert "白浜市" not in {value.value for each in seen.facets for value in each.values}
    assert service.find("バス路線", viewer=Viewer("nobody")).total == 0


def test_more_values_of_one_facet_can_be_chosen(service: PolicyQA) -> None:
    one = service.find("バス", viewer=STAFF, filters=Filters(document_types=("計画",)))
    assert facet(one, "document_type") == facet(service.find("バス", viewer=STAFF), "document_type")
    assert facet(one, "path").keys() == {"a/plan.md"}
    assert [value.value for each in one.facets for value in each.values if value.chosen] == ["計画"]


def test_a_programme_is_chosen_however_it_is_written(service: PolicyQA) -> None:
    found = service.find("事業", viewer=STAFF, filters=Filters(programs=("バス路線 維持事業",)))
    assert {place.hit.path for place in found.places} == {"a/budget.md"}


def test_tables_alone_can_be_asked_for(service: PolicyQA) -> None:
    found = service.find("バス路線", viewer=STAFF, filters=Filters(tables_only=True))
    assert found.total >= 1
    assert all(place.is_table and "1,200" in place.hit.text for place in found.places)


def test_decisions_can_be_asked_for_by_how_far_they_got(service: PolicyQA) -> None:
    found = service.find("計画 決定", viewer=STAFF, filters=Filters(statuses=("decided",)))
    assert [place.hit.path for place in found.places] == ["a/plan.md"]


def test_phrases_hold_and_excluded_words_leave_out(service: PolicyQA) -> None:
    phrase = service.find("「バス路線の運行」", viewer=OWNER)
    assert [place.hit.path for place in phrase.places] == ["a/plan.md"]
    without = service.find("バス路線 -廃止", viewer=OWNER)
    assert "secret/notes.md" not in {place.hit.path for place in without.places}
    assert service.find("「どこにもない言い回し」", viewer=OWNER).total == 0
    assert service.find("-廃止", viewer=OWNER).total == 0


def test_a_query_of_unknown_words_finds_what_is_near_in_meaning(service: PolicyQA) -> None:
    found = service.find("ラジコンヘリコプタ", viewer=OWNER)
    assert found.coverage == "near"
    assert found.total == len(found.places) > 0


def test_dates_order_the_places_and_pages_follow_each_other(service: PolicyQA) -> None:
    newest = service.find("バス路線", viewer=OWNER, sort="newest")
    dates = [place.date for place in newest.places]
    assert dates == sorted(dates, key=str, reverse=True)
    first = service.find("バス路線", viewer=OWNER, sort="newest", limit=1)
    second = service.find("バス路線", viewer=OWNER, sort="newest", limit=1, offset=1)
    assert [*first.places, *second.places] == list(newest.places[:2])
    oldest = service.find("バス路線", viewer=OWNER, sort="oldest")
    assert oldest.places[0].date == "2025-03-31"


def test_filters_of_facts_hold_for_questions_too(service: PolicyQA) -> None:
    hits = service.search("バス路線", viewer=OWNER, filters=replace(Filters(), tables_only=True))
    assert {hit.path for hit in hits} == {"a/budget.md"}
