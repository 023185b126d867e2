"""What somebody may not see any more is gone at their next request: from answers, conversations, the log, runs, pages and streams."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from policy_qa.accounts.errors import NotSignedIn
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.types import DecisionDraft, Holder, Question, Viewer, to_json
from policy_qa.web.gate import Gate
from policy_qa.web.server import create_app
from policy_qa.wiring import open_policy_qa
from tests.accounts.offices import PASSWORD, Office, open_office
from tests.ui.samples import sample_service

OPEN = "# 広場の計画\n\n広場整備事業の令和8年度当初予算は1,200万円です。\n"
SECRET = "# 港の計画\n\n港湾機密事業の令和8年度当初予算は9億8,700万円です。\n"
QUESTION = "港湾機密事業の令和8年度予算額は？"
HIDDEN = ("9億8,700万円", "港の計画", "secret.md")
READER = Viewer("reader", frozenset({"public", "secret"}))
LESS = Viewer("reader", frozenset({"public"}))
MANIFEST = (
    '[[document]]\nfiles = ["open.md"]\nlabels = ["public"]\n[[document]]\nfiles = ["secret.md"]\nlabels = ["{}"]\n'
)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "open.md").write_text(OPEN, encoding="utf-8")
    (folder / "secret.md").write_text(SECRET, encoding="utf-8")
    (folder / "corpus.toml").write_text(MANIFEST.format("secret"), encoding="utf-8")
    return folder


@pytest.fixture
def service(corpus: Path, tmp_path: Path) -> Iterator[PolicyQA]:
    with open_policy_qa(Settings(corpus=corpus, index=tmp_path / "index")) as opened:
        opened.sync()
        yield opened


def _says_nothing(value: Any) -> None:
    text = str(to_json(value))
    assert [hidden for hidden in HIDDEN if hidden in text] == []


def test_what_was_answered_is_withheld_when_its_documents_are_hidden(service: PolicyQA, corpus: Path) -> None:
    holder = Holder(READER, "browser")
    answer = service.ask(QUESTION, viewer=READER, id="1")
    assert "9億8,700万円" in answer.answer
    service.keep_turns("c1", ["1"], holder)
    service.give_feedback("1", viewer=READER, useful=True)
    service.evaluation.keep(Question("q1", "budget", QUESTION, True, must=(("987000000円",),)), viewer=READER)
    run = service.evaluation.start(viewer=READER)
    while service.evaluation.running(viewer=READER):
        time.sleep(0.05)
    assert "9億8,700万円" in str(to_json(service.evaluation.run(run.number, viewer=READER)))

    def kept(viewer: Viewer) -> list[Any]:
        return [
            service.conversations.open("c1", Holder(viewer, "browser")),
            service.history(viewer=viewer),
            service.evaluation.judged_answers(viewer=viewer),
            service.evaluation.run(run.number, viewer=viewer).records[0].answer,
            service.decisions(viewer=viewer, sources=["answer"]),
            service.ask(QUESTION, viewer=viewer, log=False),
            service.search("港湾機密事業", viewer=viewer),
            service.facts(viewer=viewer),
            service.status(viewer=viewer).documents,
        ]

    assert all("secret.md" in str(to_json(value)) for value in kept(READER)[:4])
    for value in kept(LESS):  # the viewer's labels were taken away
        _says_nothing(value)
    assert service.history(viewer=LESS)[0].question == QUESTION  # what they asked themselves stays
    (corpus / "corpus.toml").write_text(MANIFEST.format("other"), encoding="utf-8")
    service.sync()
    for value in kept(READER):  # the document's labels were changed
        _says_nothing(value)
    for viewer in (Viewer("auditor", auditor=True), Viewer.local_owner()):
        assert "9億8,700万円" in str(to_json(service.history(viewer=viewer)))


def test_a_recorded_decision_loses_what_its_writer_does_not_see_any_more(service: PolicyQA) -> None:
    answer = service.ask(QUESTION, viewer=READER, log=False)
    draft = DecisionDraft("reply", "照会への回答", "認める", answer=answer.answer, citations=answer.citations)
    service.record_decision(draft, viewer=READER)
    (now,) = service.recorded_decisions(viewer=READER)
    assert "9億8,700万円" in str(to_json(now))
    (later,) = service.recorded_decisions(viewer=LESS)
    assert (later.record.subject, later.record.outcome) == ("照会への回答", "認める")
    _says_nothing(later)


def test_a_running_evaluation_asks_with_the_labels_of_the_moment_and_ends_with_its_user(service: PolicyQA) -> None:
    for number in range(6):
        service.evaluation.keep(Question(f"q{number}", "budget", QUESTION, True, must=(("x",),)), viewer=READER)
    asked = iter([READER, READER, LESS, LESS])

    def now() -> Viewer:
        try:
            return next(asked)
        except StopIteration:
            raise NotSignedIn from None

    run = service.evaluation.start(viewer=READER, now=now)
    while service.evaluation.running(viewer=READER):
        time.sleep(0.05)
    done = service.evaluation.run(run.number, viewer=READER)
    assert (done.summary.state, done.summary.asked) == ("stopped", 4)
    assert [(record.answer or {})["status"] for record in done.records] == ["answered"] * 2 + ["abstained"] * 2


def test_labels_of_documents_and_users_hold_at_the_next_request_over_http(
    service: PolicyQA, corpus: Path, tmp_path: Path
) -> None:
    office = open_office(tmp_path)
    office.users.change("reader", labels=["public", "secret"])
    browser = office.browser(create_app(service, office.accounts), "reader")

    def status() -> str:
        return str(browser.post("/api/ask", json={"question": QUESTION}).json()["status"])

    assert status() == "answered"
    assert len(browser.get("/api/history").json()) == 1
    office.users.change("reader", labels=["public"])
    assert status() == "abstained"
    for address in ("/api/history", "/api/status", "/api/facts", "/api/decisions?source=answer", "/api/budgets"):
        _says_nothing(browser.get(address).json())
    for address in ("/api/original?path=secret.md", "/api/places?path=secret.md&start=0&end=5"):
        assert browser.get(address).json()["error"]["kind"] == "UnknownPath"
    office.users.change("reader", labels=["public", "secret"])
    assert status() == "answered"
    (corpus / "corpus.toml").write_text(MANIFEST.format("other"), encoding="utf-8")
    service.sync()
    assert status() == "abstained"
    _says_nothing(browser.get("/api/history").json())


def _taken_out(office: Office, _: Request) -> None:
    office.users.remove("reader")


def _with_another_password(office: Office, _: Request) -> None:
    office.users.change("reader", password=f"{PASSWORD} 2")


def _signed_out(office: Office, request: Request) -> None:
    office.accounts.sign_out(request)


@pytest.mark.parametrize("end", [_taken_out, _with_another_password, _signed_out])
def test_a_stream_ends_with_the_session_that_it_was_opened_in(
    tmp_path: Path, end: Callable[[Office, Request], None]
) -> None:
    office = open_office(tmp_path)

    async def streaming(scope: Scope, receive: Receive, send: Send) -> None:
        async def parts() -> AsyncIterator[str]:
            yield "data: first\n\n"
            end(office, Request(scope))
            yield "data: second\n\n"

        await StreamingResponse(parts(), media_type="text/event-stream")(scope, receive, send)

    signed_in = office.browser(create_app(sample_service(), office.accounts), "reader")
    client = office.client(Gate(streaming, office.accounts))
    client.cookies.update(dict(signed_in.cookies))
    told = client.get("/gradio_api/queue/data", params={"session_hash": "page"})
    assert told.text == "data: first\n\n"
