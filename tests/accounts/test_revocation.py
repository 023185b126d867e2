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
from policy_qa.errors import UnknownPath
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.types import Answer, DecisionDraft, Filters, Holder, Question, Viewer, to_json
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


class _Meanwhile:
    """A service in which something happens after each call of one name, before its value is handed on."""

    def __init__(self, service: PolicyQA, name: str, happens: Callable[[], object]) -> None:
        self._service = service
        self._name = name
        self._happens = happens

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._service, name)
        if name != self._name:
            return found

        def call(*args: Any, **options: Any) -> Any:
            value = found(*args, **options)
            self._happens()
            return value

        return call


@pytest.mark.parametrize(
    ("name", "method", "address", "body"),
    [
        ("ask", "POST", "/api/ask", {"question": QUESTION}),
        ("search", "POST", "/api/search", {"query": "港湾機密事業"}),
        ("facts", "GET", "/api/facts", None),
        ("history", "GET", "/api/history", None),
        ("original", "GET", "/api/original?path=secret.md", None),
        ("budget_table", "GET", "/api/budgets.xlsx", None),
    ],
)
def test_what_is_worked_out_while_a_right_is_taken_away_is_not_handed_out(
    service: PolicyQA, tmp_path: Path, name: str, method: str, address: str, body: Any
) -> None:
    office = open_office(tmp_path)
    ends: tuple[tuple[Callable[[], object], int, str], ...] = (
        (lambda: None, 200, ""),
        (lambda: office.users.change("reader", labels=["public"]), 409, "rights_changed"),
        (lambda: office.users.remove("reader"), 401, "NotSignedIn"),
    )
    for happens, status, kind in ends:
        office.users.change("reader", labels=["public", "secret"])
        app = create_app(_Meanwhile(service, name, happens), office.accounts)
        answer = office.client(app, "reader").request(method, address, json=body)
        assert answer.status_code == status
        if kind:
            assert answer.json()["error"]["kind"] == kind
            _says_nothing(answer.text)


def test_a_file_that_is_hidden_while_it_is_read_is_not_handed_out(
    service: PolicyQA, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    originals = service._parts.originals
    plain = originals.original

    def slowly(path: str, sha256: str) -> bytes:
        content = plain(path, sha256)
        (corpus / "corpus.toml").write_text(MANIFEST.format("other"), encoding="utf-8")
        service.sync()
        return content

    assert service.original("secret.md", viewer=READER) == SECRET.encode()
    monkeypatch.setattr(originals, "original", slowly)
    with pytest.raises(UnknownPath):
        service.original("secret.md", viewer=READER)


def test_a_kept_answer_names_no_document_that_it_does_not_cite_once_others_are_seen(
    service: PolicyQA, corpus: Path
) -> None:
    newer = corpus / "newer.md"
    newer.write_text("# 広場の計画\n\n広場整備事業を見直す。\n", encoding="utf-8")
    entry = '[[document]]\nfiles = ["{}"]\ntitle = "広場の計画"\ndate = "{}"\nlabels = ["{}"]\n'
    (corpus / "corpus.toml").write_text(
        entry.format("open.md", "2026-04", "public") + entry.format("newer.md", "2026-05", "secret"), encoding="utf-8"
    )
    service.sync()
    asked = "広場整備事業の令和8年度予算額は？"
    given = service.ask(asked, viewer=READER, id="1", filters=Filters(paths=("open.md",)))
    service.keep_turns("c1", ["1"], Holder(READER, "browser"))
    assert "「newer.md」" in str(given.assumptions)

    def kept(viewer: Viewer) -> list[Answer]:
        (turn,) = service.conversations.open("c1", Holder(viewer, "browser")).turns
        return [turn.answer, *service.in_sight([given], viewer=viewer)]

    assert kept(READER) == [given, given]
    for shown in kept(LESS):
        assert (shown.answer, shown.citations) == (given.answer, given.citations)
        assert "newer.md" not in str(shown)
    for logged in service.history(viewer=LESS):
        assert "newer.md" not in str(logged.answer)


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
