from __future__ import annotations

import dataclasses
import logging
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.requests import HTTPConnection

from policy_qa.accounts.errors import UsersNeeded
from policy_qa.errors import PolicyQAError, PortInUse, UsageError
from policy_qa.settings import Settings
from policy_qa.testing import FakePolicyQA
from policy_qa.types import Caller, IndexStatus, Page, Place, Span, Viewer, to_json
from policy_qa.web.server import accounts_of, create_app, serve
from tests.ui.samples import (
    AMOUNT_QUESTION,
    HOSTILE_QUESTION,
    KNOWN_ERROR_QUESTION,
    OWNER,
    UNEXPECTED_ERROR_QUESTION,
    document,
    sample_answers,
    sample_service,
)

LOCAL = ("127.0.0.1", "localhost")


@pytest.fixture(scope="module")
def service() -> FakePolicyQA:
    return sample_service()


@pytest.fixture(scope="module")
def client(service: FakePolicyQA) -> Iterator[TestClient]:
    app = create_app(service, OWNER, hosts=LOCAL)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield client


def _message(response: Any) -> str:
    message = response.json()["error"]["message"]
    assert isinstance(message, str)
    return message


def test_ask_returns_the_answer_exactly_as_the_contract_writes_it(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": AMOUNT_QUESTION})
    assert response.status_code == 200
    assert response.json() == to_json(sample_answers()[AMOUNT_QUESTION])


def test_ask_passes_the_turns_on(client: TestClient, service: FakePolicyQA) -> None:
    client.post("/api/ask", json={"question": "前年度は？", "turns": ["一つ目", "二つ目"]})
    assert service.asked[-1] == ("前年度は？", ("一つ目", "二つ目"))


def test_an_abstention_is_an_answer_and_no_error(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": "知らないこと"})
    assert (response.status_code, response.json()["status"]) == (200, "abstained")


def test_status_lists_the_documents_with_pages_that_read_badly() -> None:
    pages = (Page(1, 0), Page(2, 5, troubles=("garbled",)))
    service = FakePolicyQA([dataclasses.replace(document("a.pdf", "甲", "甲の計画について"), pages=pages)])
    with TestClient(create_app(service, OWNER)) as client:
        (listed,) = client.get("/api/status").json()["documents"]
    assert (listed["path"], listed["pages"]) == ("a.pdf", 2)
    assert [(noted["number"], noted["troubles"]) for noted in listed["noted_pages"]] == [(2, ["garbled"])]


def test_places_and_pictures_of_pages_are_those_of_the_viewers_documents() -> None:
    pages = (Page(1, 0, "i", 595.0, 842.0),)
    known = dataclasses.replace(document("a.pdf", "甲", "甲の計画について"), pages=pages)
    line = Place(Span(0, 8), 1, (60.0, 70.0, 200.0, 84.0))
    service = FakePolicyQA([known], places={"a.pdf": [line]}, images={("a.pdf", 1): b"\x89PNG"})
    with TestClient(create_app(service, OWNER)) as client:
        found = client.get("/api/places", params={"path": "a.pdf", "start": 2, "end": 4}).json()
        assert (found["pages"][0]["label"], found["places"][0]["box"]) == ("i", [60.0, 70.0, 200.0, 84.0])
        drawn = client.get("/api/page-image", params={"path": "a.pdf", "page": 1})
        assert (drawn.status_code, drawn.headers["content-type"], drawn.content) == (200, "image/png", b"\x89PNG")
        refused = client.get("/api/page-image", params={"path": "a.pdf", "page": 2})
        assert (refused.status_code, refused.json()["error"]["kind"]) == (400, "NoPageImage")
        assert client.get("/api/page-image", params={"path": "a.pdf", "page": 0}).status_code == 422
        assert client.get("/api/page-image", params={"path": "a.pdf", "page": 1, "width": 99999}).status_code == 422
    with TestClient(create_app(service, Viewer("guest", frozenset({"other"})))) as client:
        for address in ("/api/places?path=a.pdf&start=0&end=1", "/api/page-image?path=a.pdf&page=1"):
            assert client.get(address).json()["error"]["kind"] == "UnknownPath"


def test_search_returns_hits_of_the_contract_within_the_filters(client: TestClient) -> None:
    response = client.post(
        "/api/search", json={"query": "交付金", "limit": 1, "filters": {"paths": ["plans/umibe.md"]}}
    )
    (hit,) = response.json()["hits"]
    assert set(hit) == {"path", "title", "section", "page", "start", "end", "text", "score"}
    assert "交付金" in hit["text"]


def test_facts_come_with_their_quote_and_place_within_what_is_asked(client: TestClient) -> None:
    (fact,) = client.get("/api/facts", params={"kind": "budget", "program": "海辺", "year": 2026}).json()["facts"]
    assert (fact["amount_yen"], fact["stage"], fact["printed"]) == (1_234_000_000, "initial", "12億3,400万円")
    assert (fact["path"], fact["quote"]) == ("plans/umibe.md", "海辺のまち支援事業 12億3,400万円（前年度：10億円）")
    assert client.get("/api/facts", params={"year": 1999}).json() == {"facts": []}
    refused = client.get("/api/facts", params={"kind": "wish"})
    assert refused.status_code == 422
    assert "kind：" in _message(refused)


def test_health_says_what_the_index_holds(client: TestClient) -> None:
    assert client.get("/healthz").json()["index"]["documents"] == 2


def test_an_empty_question_is_refused_with_what_to_do(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": " 　\n"})
    assert response.status_code == 400
    assert "質問が空です" in _message(response)


def test_a_damaged_index_is_refused_as_unavailable(client: TestClient) -> None:
    response = client.post("/api/ask", json={"question": KNOWN_ERROR_QUESTION})
    assert response.status_code == 503
    assert "--rebuild" in _message(response)


def test_an_unexpected_error_shows_its_log_reference_and_nothing_of_its_inside(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="policy_qa.ui"):
        response = client.post("/api/ask", json={"question": UNEXPECTED_ERROR_QUESTION})
    assert response.status_code == 500
    message = _message(response)
    (record,) = [record for record in caplog.records if record.name == "policy_qa.ui"]
    assert "予期しないエラーが発生しました（受付番号 " in message
    assert record.getMessage().rsplit(" ", 1)[-1] in message
    assert record.exc_info is not None
    assert "hidden detail" not in message


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "question：必須の項目です"),
        ({"question": 5}, "question：文字列で指定してください"),
        ({"question": "q", "turns": "t"}, "turns：配列で指定してください"),
        ({"question": "q", "extra": 1}, "extra：この項目はありません"),
        ({"question": "q", "filters": {"date_from": "令和8年"}}, "filters.date_from：2026-04-01、2026-04、2026"),
        ({"question": "q", "filters": {"date_to": "2026-13"}}, "filters.date_to：2026-04-01"),
        ({"question": "q", "filters": {"stages": ["first"]}}, "filters.stages.0：'request', 'initial'"),
        ([], "オブジェクトで指定してください"),
    ],
)
def test_a_malformed_request_is_explained_in_japanese(client: TestClient, body: Any, said: str) -> None:
    response = client.post("/api/ask", json=body)
    assert response.status_code == 422
    assert said in _message(response)


def test_text_that_is_no_json_is_explained(client: TestClient) -> None:
    response = client.post("/api/ask", content="{", headers={"content-type": "application/json"})
    assert (response.status_code, "JSONとして読めません" in _message(response)) == (422, True)


@pytest.mark.parametrize(("limit", "said"), [(0, "1以上"), (101, "100以下"), ("x", "整数")])
def test_a_limit_out_of_range_is_explained(client: TestClient, limit: Any, said: str) -> None:
    response = client.post("/api/search", json={"query": "q", "limit": limit})
    assert (response.status_code, said in _message(response)) == (422, True)


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/ask"), ("POST", "/api/nothing"), ("GET", "/api/")])
def test_a_mistyped_api_address_gets_json_and_no_page(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path)
    assert response.status_code == 404
    assert "/docs" in _message(response)


def test_the_api_reference_covers_every_operation_and_loads_nothing(client: TestClient) -> None:
    page = client.get("/docs").text
    assert all(path in page for path in client.get("/openapi.json").json()["paths"])
    assert "<script" not in page
    assert "<link" not in page


def test_another_sites_name_that_points_here_is_refused(client: TestClient) -> None:
    assert client.get("/healthz", headers={"host": "attacker.example"}).status_code == 400
    assert client.get("/healthz", headers={"host": "localhost:7860"}).status_code == 200


def test_the_page_carries_no_analytics_no_run_history_and_no_web_font(client: TestClient) -> None:
    page = client.get("/").text
    assert '"analytics_enabled":false' in page
    assert '"run_history":false' in page
    assert "fonts.googleapis" not in page + client.get("/theme.css").text


def test_the_events_of_the_screens_are_no_public_api(client: TestClient) -> None:
    assert client.get("/gradio_api/info").json() == {"named_endpoints": {}, "unnamed_endpoints": {}}


def test_a_file_cannot_be_uploaded(client: TestClient) -> None:
    response = client.post("/gradio_api/upload", files={"files": ("a.bin", b"x" * 5000)})
    assert response.status_code >= 400


def test_a_viewer_gets_no_answer_from_a_document_without_the_label() -> None:
    app = create_app(sample_service(), Viewer("guest", frozenset({"other"})))
    response = TestClient(app).post("/api/ask", json={"question": HOSTILE_QUESTION})
    assert response.json()["status"] == "abstained"


class _Unavailable(FakePolicyQA):
    def status(self, *, viewer: Viewer) -> IndexStatus:
        raise PolicyQAError("索引がまだありません。", "policy-qa sync を実行してください。")


def test_health_is_unavailable_without_an_index() -> None:
    response = TestClient(create_app(_Unavailable(), OWNER)).get("/healthz")
    assert (response.status_code, "policy-qa sync" in _message(response)) == (503, True)


def test_a_taken_port_is_an_error_that_names_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse) as caught:
            serve(Settings(port=port), sample_service(), OWNER)
    assert caught.value.port == port


def test_serve_says_where_it_listens_and_ends_cleanly_on_ctrl_c() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = (
        "from policy_qa.web.server import serve; from policy_qa.settings import Settings;"
        f"from tests.ui.samples import *; serve(Settings(port={port}), sample_service(), OWNER); print('closed')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stderr is not None
        assert f"http://127.0.0.1:{port}/ で待ち受けています" in run.stderr.readline()
        run.send_signal(signal.SIGINT)
        output, errors = run.communicate(timeout=20)
    assert (run.returncode, output) == (0, "closed\n")
    assert errors == "終了しました。\n"


def test_an_address_of_another_machine_cannot_be_served() -> None:
    with pytest.raises(PolicyQAError, match="待ち受けを始められません"):
        serve(Settings(host="192.0.2.1", trusted_proxies="192.0.2.7"), sample_service(), OWNER)


@pytest.mark.parametrize(
    ("viewer", "host", "editing", "may"),
    [
        (OWNER, "127.0.0.1", None, True),
        (OWNER, "::1", None, True),
        (OWNER, "127.0.0.1", False, False),
        (Viewer("staff", frozenset({"staff"})), "127.0.0.1", None, False),
        (Viewer("staff", frozenset({"staff"})), "127.0.0.1", True, True),
    ],
)
def test_documents_are_changed_from_this_machine_by_its_owner_unless_the_setting_says_otherwise(
    viewer: Viewer, host: str, editing: bool | None, may: bool
) -> None:
    accounts = accounts_of(Settings(host=host, editing=editing), viewer)
    caller = accounts.caller(HTTPConnection({"type": "http", "headers": []}))
    assert caller == Caller(dataclasses.replace(viewer, editor=may), "local")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])  # noqa: S104
@pytest.mark.parametrize("viewer", [OWNER, Viewer("staff", frozenset({"staff"}))])
def test_nothing_is_served_to_other_machines_without_users(host: str, viewer: Viewer, tmp_path: Path) -> None:
    for editing in (None, True, False):
        with pytest.raises(UsersNeeded, match="policy-qa user add") as caught:
            serve(Settings(host=host, editing=editing), sample_service(), viewer)
        assert len(str(caught.value).splitlines()) == 1
    missing = Settings(host=host, users=tmp_path / "users.toml")
    with pytest.raises(UsersNeeded, match="利用者がまだいません"):
        serve(missing, sample_service(), OWNER)


def test_a_viewer_of_the_command_line_and_users_do_not_go_together(tmp_path: Path) -> None:
    users = tmp_path / "users.toml"
    users.write_text('[[user]]\nname = "a"\n', encoding="utf-8")
    with pytest.raises(UsageError, match="--as"):
        serve(Settings(users=users), sample_service(), Viewer("staff"))
