"""Questions with a slip of the pen are answered as they were meant, and the answer says how they were read."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import ROOT, Open

DOCUMENTS = ROOT / "tests" / "documents"
OWNER = Viewer.local_owner()


@pytest.fixture(scope="module")
def worlds(opened: Open) -> dict[str, PolicyQA]:
    return {name: opened(DOCUMENTS / name) for name in ("work-e", "apart-b", "work-n", "eligibility")}


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.mark.parametrize(
    ("world", "written", "name", "question"),
    [
        ("work-e", "奨学金返還サーポト補助", "奨学金返還サポート補助", "{}の令和8年度の予算額を教えてください。"),
        ("work-e", "あねお自立応援給付金", "あおね自立応援給付金", "{}の受給者を決定するのは誰ですか。"),
        ("apart-b", "書かない窓窓口推進事業", "書かない窓口推進事業", "{}の令和8年度予算を教えてください"),
        ("work-n", "北部清掃工基場幹改良", "北部清掃工場基幹改良", "{}の令和8年度予算の財源で、潮見原市が借金でまかなうのはいくらですか。"),
        ("eligibility", "データ活実用証事業費補助金", "データ活用実証事業費補助金", "海と空の{}の応募の締切はいつですか。"),
    ],
)  # fmt: skip
def test_a_mistyped_name_is_answered_as_the_name_and_said(
    worlds: dict[str, PolicyQA], world: str, written: str, name: str, question: str
) -> None:
    right = ask(worlds[world], question.format(name))
    mistyped = ask(worlds[world], question.format(written))
    assert right.status == "answered"
    assert (mistyped.status, mistyped.short_answer, mistyped.answer) == (right.status, right.short_answer, right.answer)
    assert any(written in said and name in said for said in mistyped.assumptions)
    assert mistyped.question == question.format(written)


@pytest.mark.parametrize(
    ("world", "written", "word", "question"),
    [
        ("work-e", "サポポート", "サポート", "公務員は奨学金返還{}を申請できますか。"),
        ("work-e", "象対者", "対象者", "奨学金返還サポート補助の{}は？"),
    ],
)
def test_a_mistyped_word_is_read_as_the_one_word_that_the_documents_have(
    worlds: dict[str, PolicyQA], world: str, written: str, word: str, question: str
) -> None:
    right, mistyped = ask(worlds[world], question.format(word)), ask(worlds[world], question.format(written))
    assert (mistyped.status, mistyped.answer) == (right.status, right.answer)
    assert right.status == "answered"
    assert any(written in said and word in said for said in mistyped.assumptions)


@pytest.mark.parametrize(
    ("world", "question"),
    [
        ("work-n", "南部清掃工場基幹改良の令和8年度予算はいくらですか。"),
        ("work-e", "就学金返還サポート補助の予算額は？"),
        ("work-n", "三ツ森村へ1年半前に越してきました。支援金の対象になりますか。"),
        ("work-e", "申請は何日前までにすればよいですか。"),
        ("work-e", "奨学金返還サポート補助の対象者者"),  # the last one typed twice
    ],
)
def test_what_is_no_slip_is_not_bent_to_what_documents_have(
    worlds: dict[str, PolicyQA], world: str, question: str
) -> None:
    assert not any("」を「" in said for said in ask(worlds[world], question).assumptions)


def test_a_turn_is_read_without_its_slips_too(worlds: dict[str, PolicyQA]) -> None:
    answers = [
        worlds["work-e"].ask(
            "では前年度は？", viewer=OWNER, log=False, turns=[f"{name}の令和8年度の予算額を教えてください。"]
        )
        for name in ("奨学金返還サポート補助", "奨学金返還サポポート補助")
    ]
    assert [answer.status for answer in answers] == ["answered", "answered"]
    assert answers[0].answer == answers[1].answer
