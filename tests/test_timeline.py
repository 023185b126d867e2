"""Decisions of documents and of people on one time line."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_qa.history.timeline import timeline
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.testing import HashingEncoder
from policy_qa.types import (
    Citation,
    Decision,
    DecisionDraft,
    DecisionTimeline,
    Fact,
    LoggedAnswer,
    RecordedDecision,
    Viewer,
)
from policy_qa.wiring import open_policy_qa

OWNER = Viewer.local_owner()
STAFF = Viewer("staff", frozenset({"public"}))
TITLES = {"a.md": "交通計画"}


def stated(subject: str, date: str | None, form: str = "閣議決定", body: str = "閣議", path: str = "a.md") -> Fact:
    return Fact(
        "decision", path, 0, 5, f"{subject}を決定", "決定", program="バス事業",
        subject=subject, date=date, form=form, body=body, status="decided",
    )  # fmt: skip


def recorded(number: int, subject: str, decided_on: str | None) -> RecordedDecision:
    return RecordedDecision(number, "2026-05-01T10:00:00+09:00", "owner", None, DecisionDraft(
        "reply", subject, "認める", decided_on=decided_on, body="市民課",
    ))  # fmt: skip


FACTS = [
    stated("交通計画", "2026-03-31"),
    stated("大綱", "2025"),
    stated("附則", None),
    stated("交通 計画", "2026-03-31"),
]
RECORDS = [recorded(1, "減免", "2026-04"), recorded(2, "延長", None)]


def subjects(line: DecisionTimeline) -> list[str]:
    return [entry.subject for entry in line.entries]


def answered(number: int, question: str, short: str, day: str, status: str = "answered") -> LoggedAnswer:
    answer = {
        "status": status,
        "answer": f"{short}です。[1]",
        "short_answer": short,
        "understood": {"programs": ["バス事業"]},
    }
    return LoggedAnswer(number, f"{day}T09:00:00+09:00", "owner", "state", question, answer)


ANSWERS = [
    answered(5, "バス事業の予算額は？", "3億円", "2026-06-02"),
    answered(4, "バス事業の予算額は?", "3億円", "2026-06-01"),
    answered(3, "バス事業の予算額は？", "2億円", "2025-06-01"),
    answered(2, "バス事業の運賃は？", "", "2025-05-01", status="abstained"),
]


def test_answers_are_counted_and_stand_on_the_line_where_they_are_asked_for() -> None:
    without = timeline(FACTS, RECORDS, TITLES, ANSWERS)
    assert without.answers == 2
    assert all(entry.logged is None for entry in without.entries)
    shown = timeline(FACTS, RECORDS, TITLES, ANSWERS, sources={"answer"})
    assert [(entry.date, entry.outcome, entry.program) for entry in shown.entries] == [
        ("2026-06-02", "3億円", "バス事業"),
        ("2025-06-01", "2億円", "バス事業"),
    ]
    assert shown.programs == without.programs


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"since": "2026"}, 1),
        ({"program": "バス"}, 2),
        ({"program": "港"}, 0),
        ({"form": "閣議決定"}, 0),
        ({"body": "閣議"}, 0),
    ],
)
def test_answers_are_chosen_by_programme_and_period_and_were_decided_by_nobody(
    filters: dict[str, str], count: int
) -> None:
    line = timeline(FACTS, RECORDS, TITLES, ANSWERS, sources={"answer"}, **filters)
    assert (len(line.entries), line.answers) == (count, count)


def test_the_newest_comes_first_what_is_stated_twice_once_and_the_undated_last() -> None:
    assert subjects(timeline(FACTS, RECORDS, TITLES)) == ["延長", "減免", "交通計画", "大綱", "附則"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"sources": {"document"}}, ["交通計画", "大綱", "附則"]),
        ({"body": "市民課"}, ["延長", "減免"]),
        ({"form": "閣議 決定"}, ["交通計画", "大綱", "附則"]),
        ({"program": "バス"}, ["交通計画", "大綱", "附則"]),
        ({"since": "2026"}, ["延長", "減免", "交通計画"]),
        ({"since": "2026-04-01", "until": "2026-04-30"}, ["減免"]),
        ({"until": "2025-12"}, ["大綱"]),
        ({"query": "大綱 閣議"}, ["延長", "減免", "大綱"]),
    ],
)
def test_entries_are_chosen_by_source_body_form_programme_period_and_words(
    filters: dict[str, str], found: list[str]
) -> None:
    assert subjects(timeline(FACTS, RECORDS, TITLES, **filters)) == found  # type: ignore[arg-type]


def test_what_filters_offer_does_not_shrink_with_them() -> None:
    line = timeline(FACTS, RECORDS, TITLES, body="市民課")
    assert (line.bodies, line.forms, line.programs) == (("閣議", "市民課"), ("閣議決定",), ("バス事業",))


def test_decisions_of_documents_the_viewer_does_not_see_are_not_there() -> None:
    assert timeline(FACTS, (), {}) == DecisionTimeline(())


@pytest.fixture
def service(tmp_path: Path) -> PolicyQA:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("# 計画\n\n令和8年3月31日、市長は交通計画を決定した。\n", encoding="utf-8")
    (corpus / "b.md").write_text("# 内部\n\n令和8年4月10日、部会は非公開の方針を決定した。\n", encoding="utf-8")
    (corpus / "corpus.toml").write_text('[[document]]\nfiles = ["a.md"]\nlabels = ["public"]\n', encoding="utf-8")
    made = open_policy_qa(Settings(corpus=corpus, index=tmp_path / "index"), encoder=HashingEncoder())
    made.sync()
    return made


def test_the_service_joins_documents_and_records_for_each_viewer(service: PolicyQA) -> None:
    with service:
        hidden = Citation(1, "b.md", "内部", (), None, 0, 2, "部会", "00")
        draft = DecisionDraft("decision", "港線の廃止", "廃止しない", "利用者が多い", citations=(hidden,), shared=True)
        kept = service.record_decision(draft, viewer=OWNER)
        assert subjects(service.decisions(viewer=STAFF)) == ["交通計画"]
        first = service.decisions(viewer=OWNER).entries[0]
        assert (first.source, first.recorded) == ("decision", kept)
        assert len(subjects(service.decisions(viewer=OWNER))) == 3
        assert service.recorded_decisions(viewer=OWNER, query="利用者") == [kept]
        # Nobody can cite, and so keep, what they do not see.
        own = service.record_decision(draft, viewer=STAFF)
        assert own.record.citations == ()
        service.withdraw_decision(own.number, viewer=STAFF)
        assert service.recorded_decisions(viewer=STAFF) == []


def test_an_entry_names_the_document_it_is_stated_in(service: PolicyQA) -> None:
    with service:
        (entry,) = service.decisions(viewer=STAFF).entries
        assert isinstance(entry, Decision)
        assert (entry.source, entry.date, entry.body, entry.title) == ("document", "2026-03-31", "市長", "計画")
