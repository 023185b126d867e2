"""The part of the REST API for people who look around: searching with facets, budget tables as JSON, CSV and XLSX, decisions on a time line.

Invariant: as of ``rest``: the shapes are those of ``to_json``, every call is made for the viewer who asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated
from urllib.parse import quote

from fastapi import FastAPI, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from policy_qa.spreadsheet import Value, as_csv, as_xlsx
from policy_qa.types import (
    BudgetCell,
    BudgetChanges,
    BudgetPeriod,
    BudgetTable,
    Citation,
    DecisionDraft,
    DecisionSource,
    DecisionTimeline,
    Found,
    RecordedDecision,
    RecordKind,
    SortOrder,
    Stage,
    Viewer,
    to_json,
)
from policy_qa.web.gate import Asker
from policy_qa.web.rest import FiltersIn
from ui.budgets.naming import UNITS, BudgetUnit, period_name
from ui.service import Service

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _FindIn(BaseModel):
    """絞り込みのできる検索。"""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"query": "「地域未来交付金」 対象 -補正", "limit": 5}]}
    )

    query: str = Field(description="探す言葉。「…」は句のまま、-語 はその語のないもの")
    filters: FiltersIn = FiltersIn()
    sort: Annotated[SortOrder, Field(description="並び順")] = "relevance"
    limit: Annotated[int, Field(ge=1, le=100, description="最大件数")] = 20
    offset: Annotated[int, Field(ge=0, le=1000, description="何件目から")] = 0


class _RecordIn(BaseModel):
    """決定または回答の記録。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"kind": "reply", "subject": "使用料の減免", "outcome": "認める", "reason": "要綱第3条による"}]
        },
    )

    kind: Annotated[RecordKind, Field(description="decision（決定）か reply（回答）")]
    subject: str = Field(description="件名")
    outcome: str = Field(description="結果")
    reason: Annotated[str, Field(description="理由")] = ""
    note: Annotated[str, Field(description="案件のメモ")] = ""
    program: Annotated[str | None, Field(description="事業名")] = None
    body: Annotated[str | None, Field(description="決定した機関")] = None
    form: Annotated[str | None, Field(description="決定の形式")] = None
    decided_on: Annotated[str | None, Field(description="決定した日（令和8年4月1日、2026-04 など）")] = None
    question: Annotated[str | None, Field(description="もとの質問")] = None
    answer: Annotated[str | None, Field(description="もとの回答")] = None
    citations: Annotated[list[Citation], Field(max_length=100, description="もとの回答の出典")] = []
    shared: Annotated[bool, Field(description="出典の文書をすべて見られる人にも見せるか")] = False
    replaces: Annotated[int | None, Field(description="訂正する記録の番号")] = None

    def value(self) -> DecisionDraft:
        """The draft as the service takes it."""
        given = {name: getattr(self, name) for name in type(self).model_fields if name != "replaces"}
        return DecisionDraft(**(given | {"citations": tuple(self.citations)}))


class _Budgets(BaseModel):
    """What a budget table is limited to."""

    program: Annotated[str | None, Field(description="事業名（一部でもよい）")] = None
    year: Annotated[list[int], Field(description="年度（西暦。令和8年度は2026）")] = []
    stage: Annotated[list[Stage], Field(description="予算の段階")] = []
    body: Annotated[str | None, Field(description="どの機関の予算か（発行者の最初の名前）")] = None


def add_research_routes(app: FastAPI, service: Service) -> None:
    """Add the operations. They come before ``rest.add_routes``, which answers every other address under ``/api``."""

    @app.post("/api/find", summary="絞り込みながら検索する", response_model=Found, response_description="成功")
    def find(asked: _FindIn, viewer: Asker) -> JSONResponse:
        """見つかった箇所と、文書・発行者・年度などの項目ごとの件数を返します。marks は語句のある位置です。"""
        found = service.find(
            asked.query,
            viewer=viewer,
            filters=asked.filters.value(),
            sort=asked.sort,
            limit=asked.limit,
            offset=asked.offset,
        )
        return JSONResponse(to_json(found))

    def table_of(asked: _Budgets, viewer: Viewer) -> BudgetTable:
        return service.budget_table(
            viewer=viewer,
            program=asked.program or None,
            years=asked.year,
            stages=asked.stage,
            body=asked.body or None,
        )

    @app.get("/api/budgets", summary="予算の一覧表を得る", response_model=BudgetTable, response_description="成功")
    def budgets(asked: Annotated[_Budgets, Query()], viewer: Asker) -> JSONResponse:
        """事業×年度・段階の予算額を返します。同じ額の再掲は1件と数え、額の違う記載は differing に示します。"""
        return JSONResponse(to_json(table_of(asked, viewer)))

    @app.get(
        "/api/budgets.csv", summary="予算の一覧表をCSVで得る", response_class=Response, response_description="成功"
    )
    def budgets_csv(
        viewer: Asker,
        asked: Annotated[_Budgets, Query()],
        unit: Annotated[BudgetUnit, Query(description="金額の単位")] = "百万円",
    ) -> Response:
        """予算の一覧表をCSV（UTF-8）で返します。"""
        rows = list(_rows(table_of(asked, viewer), unit))
        return _file(as_csv(rows), "text/csv; charset=utf-8", f"予算一覧（{unit}）.csv")

    @app.get(
        "/api/budgets.xlsx", summary="予算の一覧表をExcelで得る", response_class=Response, response_description="成功"
    )
    def budgets_xlsx(
        viewer: Asker,
        asked: Annotated[_Budgets, Query()],
        unit: Annotated[BudgetUnit, Query(description="金額の単位")] = "百万円",
    ) -> Response:
        """予算の一覧表をExcelの形式で返します。"""
        rows = list(_rows(table_of(asked, viewer), unit))
        return _file(as_xlsx("予算一覧", [f"予算一覧　単位：{unit}"], rows), _XLSX, f"予算一覧（{unit}）.xlsx")

    @app.get(
        "/api/budget-changes", summary="予算の増減を得る", response_model=BudgetChanges, response_description="成功"
    )
    def changes(
        viewer: Asker,
        earlier_year: Annotated[int | None, Query(description="前の年度")] = None,
        earlier_stage: Annotated[Stage, Query(description="前の年度の段階")] = "initial",
        later_year: Annotated[int | None, Query(description="後の年度")] = None,
        later_stage: Annotated[Stage, Query(description="後の年度の段階")] = "initial",
        program: Annotated[str | None, Query(description="事業名（一部でもよい）")] = None,
    ) -> JSONResponse:
        """2つの時期の両方に額のある事業の増減を、大きい順に返します。年度を省くと、比べられる最も新しい年度を選びます。"""
        earlier = BudgetPeriod(earlier_year, earlier_stage) if earlier_year is not None else None
        later = BudgetPeriod(later_year, later_stage) if later_year is not None else None
        return JSONResponse(
            to_json(service.budget_changes(viewer=viewer, earlier=earlier, later=later, program=program))
        )

    @app.get("/api/decisions", summary="決定をたどる", response_model=DecisionTimeline, response_description="成功")
    def decisions(
        viewer: Asker,
        query: Annotated[str | None, Query(description="探す言葉")] = None,
        source: Annotated[list[DecisionSource], Query(description="どこにある決定か")] = [],  # noqa: B006 -- read only
        body: Annotated[str | None, Query(description="決定した機関")] = None,
        form: Annotated[str | None, Query(description="決定の形式（閣議決定など）")] = None,
        program: Annotated[str | None, Query(description="事業名（一部でもよい）")] = None,
        since: Annotated[str | None, Query(description="この日付以後（ISO形式。年や年月だけでもよい）")] = None,
        until: Annotated[str | None, Query(description="この日付以前")] = None,
    ) -> JSONResponse:
        """文書に書かれた決定と、記録された決定・回答を、新しい順に返します。"""
        found = service.decisions(
            viewer=viewer,
            query=query,
            sources=source,
            body=body,
            form=form,
            program=program,
            since=since,
            until=until,
        )
        return JSONResponse(to_json(found))

    @app.post("/api/decisions", summary="決定を記録する", response_model=RecordedDecision, response_description="成功")
    def record(asked: _RecordIn, viewer: Asker) -> JSONResponse:
        """決定や回答を、結果・理由・メモとともに記録します。訂正は replaces に番号を指定して記録し直します。"""
        return JSONResponse(to_json(service.record_decision(asked.value(), viewer=viewer, replaces=asked.replaces)))


def _rows(table: BudgetTable, unit: BudgetUnit) -> Iterator[list[Value]]:
    """The table with its unit in the header, amounts as numbers and where the first of each row is printed."""
    yield [
        "事業",
        "機関",
        "合計・内訳",
        *(f"{period_name(period)}（{unit}）" for period in table.periods),
        "備考",
        "出典",
    ]
    for row in table.rows:
        cells = [_amount(cell, UNITS[unit]) if cell is not None else None for cell in row.cells]
        notes = [
            f"{period_name(period)}：{note}"
            for period, cell in zip(table.periods, row.cells, strict=True)
            if cell is not None
            for note in _notes(cell, unit)
        ]
        sources = dict.fromkeys(cell.fact.path for cell in row.cells if cell is not None)
        kind = "合計" if row.is_total else f"内訳：{row.parent}" if row.parent else ""
        name = row.program or (f"合計（{row.section}）" if row.section else "合計")
        yield [name, row.body, kind, *cells, "　".join(notes), "、".join(sources)]


def _amount(cell: BudgetCell, worth: int) -> Value:
    """The amount in the unit as a number; what is printed where there is none (－, 事項要求)."""
    if cell.fact.amount_yen is None:
        return cell.fact.printed
    exact = Decimal(cell.fact.amount_yen) / worth
    return int(exact) if exact == int(exact) else exact


def _notes(cell: BudgetCell, unit: BudgetUnit) -> Iterator[str]:
    if cell.fact.qualifier and cell.fact.stage != "other":
        yield cell.fact.qualifier
    for fact in cell.differing:
        yield f"{fact.path} には {fact.printed}"
    if cell.sum_yen is not None:
        yield f"内訳の合計は {Decimal(cell.sum_yen) / UNITS[unit]:,f}{unit}で一致しません"
    if not cell.fact.verified:
        yield "文字認識（OCR）で読んだ額"


def _file(content: bytes, media_type: str, name: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"content-disposition": disposition})
