"""The REST calls for looking around, over a real service."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from policy_qa.settings import Settings
from policy_qa.testing import HashingEncoder
from policy_qa.types import Viewer
from policy_qa.web.server import create_app
from policy_qa.wiring import open_policy_qa
from tests.answering.offices import TEXTS


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("research")
    corpus = folder / "corpus"
    corpus.mkdir()
    for path, text in TEXTS.items():
        (corpus / path).write_text(text, encoding="utf-8")
    with open_policy_qa(Settings(corpus=corpus, index=folder / "index"), encoder=HashingEncoder()) as service:
        service.sync()
        app = create_app(service, Viewer.local_owner(), hosts=("127.0.0.1",))
        with TestClient(app, base_url="http://127.0.0.1") as client:
            yield client


def test_find_gives_places_marks_and_facets(client: TestClient) -> None:
    found = client.post("/api/find", json={"query": "港湾再生交付金", "filters": {"tables_only": True}}).json()
    assert found["places"][0]["is_table"]
    assert found["places"][0]["marks"]
    assert {facet["name"] for facet in found["facets"]} >= {"path", "year", "program"}


def test_find_refuses_what_it_does_not_know(client: TestClient) -> None:
    assert client.post("/api/find", json={"query": "港", "sort": "best"}).status_code == 422
    assert client.post("/api/find", json={"query": " "}).status_code == 400


def test_budgets_come_as_json_csv_and_workbook_with_their_unit(client: TestClient) -> None:
    asked = "?year=2026&year=2025&stage=initial&program=港湾再生"
    table = client.get(f"/api/budgets{asked}").json()
    assert [row["program"] for row in table["rows"]] == ["港湾再生交付金"]
    response = client.get(f"/api/budgets.csv{asked}&unit=億円")
    head, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert head[3:5] == ["令和7年度当初（億円）", "令和8年度当初（億円）"]
    assert row[3:5] == ["320", "300"]
    assert "filename*=UTF-8''" in response.headers["content-disposition"]
    sheet = load_workbook(io.BytesIO(client.get(f"/api/budgets.xlsx{asked}").content)).active
    assert sheet["A1"].value == "予算一覧　単位：百万円"
    assert [sheet["D3"].value, sheet["E3"].value] == [32_000, 30_000]


def test_changes_are_of_the_asked_periods(client: TestClient) -> None:
    chosen = client.get("/api/budget-changes?earlier_year=2025&later_year=2026").json()
    assert (chosen["changes"][0]["program"], chosen["changes"][0]["yen"]) == ("離島航路維持事業", 2_000_000_000)
    assert client.get("/api/budget-changes").json() == chosen
    assert client.get("/api/budget-changes?earlier_year=1999&later_year=2026").json()["changes"] == []


def test_a_decision_is_recorded_found_and_refused_where_it_says_too_little(client: TestClient) -> None:
    made = client.post("/api/decisions", json={"kind": "reply", "subject": "使用料の減免", "outcome": "認める"}).json()
    assert made["number"] == 1
    listed = client.get("/api/decisions?query=減免&source=reply").json()["entries"]
    assert [entry["recorded"]["number"] for entry in listed] == [1]
    refused = client.post("/api/decisions", json={"kind": "reply", "subject": "減免", "outcome": " "})
    assert refused.status_code == 400
    assert "結果がありません" in refused.json()["error"]["message"]


def test_an_address_that_is_none_is_still_refused_in_json(client: TestClient) -> None:
    assert client.get("/api/nothing").status_code == 404
