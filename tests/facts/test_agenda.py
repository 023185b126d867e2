"""What meetings made of the items of their agendas, as minutes write it."""

from __future__ import annotations

import pytest

from policy_qa.facts.decisions.agenda import subject_of
from policy_qa.facts.decisions.reader import decision_facts
from tests.texts import document_of

BUS = "# 第3回 港町交通会議 議事録\n\n## 協議事項\n\n### （1）東線の減便について（議案第1号）\n\n委員：本数は維持してほしい。\n会長：原案を承認してよいか。\n→　異議なく承認（条件付き）。\n\n### （2）運賃の改定について（議案第2号）\n\n会長：次回に継続して協議したい。\n→　継続協議。\n"
WATER = "# 水道審議会 会議概要\n\n## 1 料金の見直しについて\n\n事務局から説明があり、全会一致で了承された。\n\n## 2 浄水場の統合に関する件\n\n審議結果：否決\n"
SCHOOL = "# 学校再編検討委員会 議事要旨\n\n## 議題1　西小学校の統合について\n\n採決の結果、賛成多数で可決した。\n\n## 会議の経緯\n\n令和7年5月　準備会で決定\n"


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        (BUS, [("東線の減便", "承認"), ("運賃の改定", "継続協議")]),
        (WATER, [("料金の見直し", "了承"), ("浄水場の統合", "否決")]),
        (SCHOOL, [("西小学校の統合", "可決")]),
    ],
)
def test_the_outcome_of_an_item_is_read_under_its_heading(text: str, outcomes: list[tuple[str, str]]) -> None:
    title = text.split("\n", maxsplit=1)[0].strip("# ")
    facts = [fact for fact in decision_facts(document_of(text, title=title)) if fact.date is None]
    assert [(fact.subject, fact.form) for fact in facts] == outcomes
    assert all(fact.form is not None and fact.form in fact.quote for fact in facts)


@pytest.mark.parametrize(
    "said",
    ["会長：原案を承認してよいか。", "委員：早く可決してほしい。", "委員：継続審議とすべきである。", "事務局：次回に承認を得たい。", "承認された場合は公表する。"],
)  # fmt: skip
def test_what_a_speaker_wants_is_no_outcome(said: str) -> None:
    text = f"# 第3回 港町交通会議 議事録\n\n## （1）東線の減便について\n\n{said}\n"
    assert list(decision_facts(document_of(text, title="第3回 港町交通会議 議事録"))) == []


def test_a_document_that_is_no_minutes_has_no_outcomes() -> None:
    text = "# 港町交通計画\n\n## 東線の減便について\n\n議会で可決された。\n"
    assert list(decision_facts(document_of(text, title="港町交通計画"))) == []


@pytest.mark.parametrize(
    ("heading", "subject"),
    [
        ("（１）石渡線の見直しについて（議案第１号）", "石渡線の見直し"), ("議題２ 図書館の複合化に関すること", "図書館の複合化"), ("第3号議案 規約の変更", "規約の変更"),
        ("４ その他", None), ("３ 協議事項", None), ("会議の経緯", None),
    ],
)  # fmt: skip
def test_an_item_is_called_what_its_heading_is_about(heading: str, subject: str | None) -> None:
    assert subject_of(heading) == subject


def test_what_is_called_the_result_is_read_whole_and_what_a_later_meeting_decides_is_no_outcome() -> None:
    text = (
        "# 第2回 図書館協議会 議事要旨\n\n## 議題1　開館時間の変更について【諮問】\n\n- （委員）早く可決してほしい。\n\n"
        "【結果】平日の延長は全員一致で了承した。日曜日の繰下げは次回に改めて審議することとした。2026年3月の教育委員会会議で規則を決定する。\n\n"
        "## 議題2　分館の移転について\n\n【結果】継続審議とする。\n"
    )
    facts = [fact for fact in decision_facts(document_of(text, title="第2回 図書館協議会 議事要旨")) if fact.section]
    assert [(fact.subject, fact.form) for fact in facts] == [
        ("開館時間の変更", "了承"), ("開館時間の変更", "次回に改めて審議"), ("分館の移転", "継続審議"),
    ]  # fmt: skip
