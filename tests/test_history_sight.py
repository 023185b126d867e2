"""What was answered once is shown as long as everything behind it is there for its viewer, and again when it is there again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_qa.history.sight import HIDDEN, OUTDATED
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.types import Answer, DecisionDraft, Holder, Question, Viewer
from policy_qa.wiring import open_policy_qa
from tests.answering.offices import BUDGET, INVITATION
from ui.chat.asking import Asking
from ui.chat.export import as_markdown

STAFF = Viewer("staff", frozenset({"public"}))
HOLDER = Holder(STAFF, "secret of this browser")
ASKED = "令和8年度の港湾再生交付金の予算額は？"
UNSAID = "令和8年度の港湾再生交付金の補助率は？"


class Office:
    """A service over two documents whose labels change."""

    def __init__(self, root: Path) -> None:
        self.corpus = root / "corpus"
        self.corpus.mkdir()
        (self.corpus / "budget.md").write_text(BUDGET, encoding="utf-8")
        (self.corpus / "call.txt").write_text(INVITATION, encoding="utf-8")
        self.labels("public", "public")
        self.service: PolicyQA = open_policy_qa(Settings(corpus=self.corpus, index=root / "index"))
        self.service.sync()

    def labels(self, budget: str, call: str) -> None:
        entry = '[[document]]\nfiles = ["{}"]\nlabels = ["{}"]\n'
        manifest = entry.format("budget.md", budget) + entry.format("call.txt", call)
        (self.corpus / "corpus.toml").write_text(manifest, encoding="utf-8")

    def changed(self, budget: str, call: str) -> None:
        self.labels(budget, call)
        self.service.sync()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.service.close()


def ask(office: Office, question: str = ASKED, identity: str = "one") -> Answer:
    answer = office.service.ask(question, viewer=STAFF, id=identity)
    office.service.keep_turns("talk", [identity], HOLDER)
    return answer


def kept(office: Office) -> list[str]:
    return [turn.answer.answer for turn in office.service.conversations.open("talk", HOLDER).turns]


def test_an_answer_that_cites_what_its_viewer_no_longer_sees_is_one_line_until_they_see_it_again(
    office: Office,
) -> None:
    service, answer = office.service, ask(office)
    assert {cited.path for cited in answer.citations} == {"budget.md"}
    assert kept(office) == [answer.answer]
    office.changed("secret", "public")
    assert kept(office) == [HIDDEN]
    (logged,) = service.history(viewer=STAFF)
    assert (logged.question, logged.answer["answer"], logged.answer["citations"]) == (ASKED, HIDDEN, [])
    assert logged.answer["understood"]["programs"] == []
    exported = as_markdown(service.conversations.open("talk", HOLDER))
    assert "300億円" not in exported
    assert "budget.md" not in exported
    assert service.history(viewer=STAFF, query="300億円") == []
    assert len(service.history(viewer=STAFF, query="港湾再生")) == 1  # their own question
    line = service.decisions(viewer=STAFF, sources=["answer"])
    assert line.entries == ()
    assert service.history(viewer=Viewer.local_owner())[0].answer["answer"] == answer.answer
    office.changed("public", "public")
    assert kept(office) == [answer.answer]


def test_a_deleted_document_and_a_hidden_one_look_the_same(office: Office) -> None:
    ask(office)
    (office.corpus / "budget.md").unlink()
    office.service.sync()
    assert kept(office) == [HIDDEN]


def test_a_word_of_a_hidden_answer_takes_nobodys_place_in_a_search_of_the_log(office: Office) -> None:
    other = ask(office, "漁村担い手育成補助金の補助対象者は？", "first")
    assert other.status == "answered"
    ask(office, identity="second")
    office.changed("secret", "public")
    word = other.answer[:4]
    assert [logged.question for logged in office.service.history(viewer=STAFF, query=word, limit=1)] == [other.question]


def test_a_refusal_that_names_a_programme_is_one_line_once_other_documents_are_seen(office: Office) -> None:
    answer = ask(office, UNSAID)
    assert answer.status == "abstained"
    assert kept(office) == [answer.answer]
    office.changed("secret", "public")
    (line,) = kept(office)
    assert line in {HIDDEN, OUTDATED}
    assert office.service.history(viewer=STAFF)[0].answer["reason"] == "withheld"


def test_an_open_page_shows_what_is_still_seen(office: Office) -> None:
    answer = ask(office)
    asking = Asking(office.service, lambda: STAFF, records=None, evaluates=None)
    turns = asking.kept(office.service.conversations.open("talk", HOLDER).turns)
    assert asking.in_sight(turns) == turns
    office.changed("secret", "public")
    (turn,) = asking.in_sight(turns)
    assert turn.answer is not None
    assert turn.answer.answer == HIDDEN
    assert "300億円" not in f"{turn.plain}{turn.official}"
    assert office.service.in_sight([answer], viewer=Viewer.local_owner()) == [answer]


def test_a_record_keeps_what_its_writer_wrote_and_shows_of_the_answer_what_they_still_see(office: Office) -> None:
    service, answer = office.service, ask(office)
    draft = DecisionDraft(
        "reply", "件名", "認める", question=ASKED, answer=answer.answer, citations=answer.citations, shared=True
    )
    service.record_decision(draft, viewer=STAFF)
    office.changed("secret", "public")
    (recorded,) = service.recorded_decisions(viewer=STAFF)
    assert (recorded.record.outcome, recorded.record.answer, recorded.record.citations) == ("認める", HIDDEN, ())
    assert service.recorded_decisions(viewer=STAFF, query="300億円") == []
    assert service.recorded_decisions(viewer=Viewer("colleague", frozenset({"public"}))) == []
    service.record_decision(draft, viewer=STAFF)  # from a page that was open before
    assert service.recorded_decisions(viewer=Viewer.local_owner())[0].record.answer == HIDDEN


def test_a_run_of_the_evaluation_keeps_its_verdict_and_shows_no_hidden_answer(office: Office) -> None:
    evaluation = office.service.evaluation
    evaluation.keep(Question("q1", "budget", ASKED, True, must=(("300億円",),)), viewer=STAFF)
    number = evaluation.start(viewer=STAFF).number
    while evaluation.running(viewer=STAFF) is not None:
        pass
    (before,) = evaluation.run(number, viewer=STAFF).records
    assert before.verdict.right
    office.changed("secret", "public")
    (after,) = evaluation.run(number, viewer=STAFF).records
    assert after.verdict.right
    assert after.answer is not None
    assert (after.answer["answer"], after.answer["citations"]) == (HIDDEN, [])
    assert "budget.md" not in str(after)
