"""The REST API: what a request may hold, what comes back, and every refusal as JSON with one Japanese line."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from policy_qa.accounts.callers import caller_now
from policy_qa.accounts.errors import HeaderRefused, NotSignedIn
from policy_qa.errors import Busy, DocumentError, NotAllowed, PolicyQAError, TooManyQuestions, UsageError
from policy_qa.service import WIDEST_IMAGE
from policy_qa.types import (
    Answer,
    Check,
    DecisionStatus,
    Fact,
    FactKind,
    Filters,
    IndexStatus,
    Location,
    LoggedAnswer,
    Span,
    Stage,
    Viewer,
    to_json,
)
from policy_qa.web.gate import Asker
from policy_qa.web.refusals import refusal
from ui.api_reference import api_reference
from ui.service import Service
from ui.trouble import explain

_NOBODY = Viewer("nobody")
_DATE = "^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"  # an ISO date, whole or reduced
_MISDIRECTED = {
    400: "リクエストの本文を読み取れません。JSON の形を確かめてください。",
    404: "その呼び出しはありません。/docs を確かめてください。",
    405: "その呼び出し方（メソッド）はありません。/docs を確かめてください。",
}
_MOST_VALUES = 100  # of one filter


class FiltersIn(BaseModel):
    """検索の範囲を絞る条件。省いたものは絞り込みません。"""

    model_config = ConfigDict(extra="forbid")

    paths: Annotated[list[str], Field(max_length=_MOST_VALUES, description="文書のパス、フォルダー、またはグロブ")] = []
    document_types: Annotated[list[str], Field(max_length=_MOST_VALUES, description="文書種別")] = []
    date_from: Annotated[
        str | None, Field(description="この日付以後（ISO形式。年や年月だけでもよい）", pattern=_DATE)
    ] = None
    date_to: Annotated[
        str | None, Field(description="この日付以前（ISO形式。年や年月だけでもよい）", pattern=_DATE)
    ] = None
    years: Annotated[list[int], Field(max_length=_MOST_VALUES, description="年度（西暦。令和8年度は2026）")] = []
    stages: Annotated[list[Stage], Field(max_length=_MOST_VALUES, description="予算の段階")] = []
    publishers: Annotated[
        list[str], Field(max_length=_MOST_VALUES, description="発行者（府省や自治体の名前。その下の部署も含む）")
    ] = []
    labels: Annotated[list[str], Field(max_length=_MOST_VALUES, description="文書のラベル")] = []
    programs: Annotated[list[str], Field(max_length=_MOST_VALUES, description="その箇所に書かれた事業の名前")] = []
    statuses: Annotated[
        list[DecisionStatus], Field(max_length=_MOST_VALUES, description="その箇所に書かれた決定の状態")
    ] = []
    tables_only: Annotated[bool, Field(description="表のある箇所だけ")] = False

    def value(self) -> Filters:
        """The filters as the service takes them."""
        return Filters(
            paths=tuple(self.paths),
            document_types=tuple(self.document_types),
            date_from=self.date_from,
            date_to=self.date_to,
            years=tuple(self.years),
            stages=tuple(self.stages),
            publishers=tuple(self.publishers),
            labels=tuple(self.labels),
            programs=tuple(self.programs),
            statuses=tuple(self.statuses),
            tables_only=self.tables_only,
        )


class _AskIn(BaseModel):
    """質問。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"question": "令和8年度の予算額は？"}]})

    question: str = Field(description="質問の文")
    turns: Annotated[list[str], Field(max_length=100, description="同じ会話のこれまでの質問（古い順）")] = []
    filters: FiltersIn = FiltersIn()


class _SearchIn(BaseModel):
    """検索。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"query": "補助率", "limit": 5}]})

    query: str = Field(description="検索する語句")
    limit: Annotated[int, Field(ge=1, le=100, description="最大件数")] = 10
    filters: FiltersIn = FiltersIn()


class _HitOut(BaseModel):
    path: str
    title: str
    section: list[str]
    page: int | None
    start: int
    end: int
    text: str
    score: float


class _HitsOut(BaseModel):
    hits: list[_HitOut]


class _FactsOut(BaseModel):
    facts: list[Fact]


class _IndexOut(BaseModel):
    state: str
    model: str
    documents: int
    chunks: int
    facts: int
    failed: int
    last_sync: str | None


class _HealthOut(BaseModel):
    status: str
    index: _IndexOut | None = None


class _Trouble(BaseModel):
    field: str
    problem: str


class _ErrorOut(BaseModel):
    message: str
    kind: str
    details: list[_Trouble] = []


class Refusal(BaseModel):
    """誤りの内容。"""

    error: _ErrorOut


def add_routes(app: FastAPI, service: Service) -> None:
    """Add the operations of the API, its description in HTML, and the answer to any other address under ``/api``."""

    @app.post("/api/ask", summary="質問に答える", response_model=Answer, response_description="成功")
    async def ask(asked: _AskIn, viewer: Asker) -> JSONResponse:
        """質問への回答を返します。資料にないことは、status が abstained の回答になります。"""
        filters = asked.filters.value()
        call = partial(service.ask, asked.question, viewer=viewer, turns=asked.turns, filters=filters)
        answer = await service.admission.run(viewer, call)
        return JSONResponse(to_json(answer))

    @app.post("/api/search", summary="文書を検索する", response_model=_HitsOut, response_description="成功")
    async def search(asked: _SearchIn, viewer: Asker) -> JSONResponse:
        """語句に近い箇所を、近い順に返します。"""
        filters = asked.filters.value()
        call = partial(service.search, asked.query, viewer=viewer, limit=asked.limit, filters=filters)
        hits = await service.admission.run(viewer, call)
        return JSONResponse({"hits": to_json(hits)})

    @app.get("/api/facts", summary="事実を一覧する", response_model=_FactsOut, response_description="成功")
    def facts(
        viewer: Asker,
        kind: Annotated[FactKind | None, Query(description="種類")] = None,
        program: Annotated[str | None, Query(description="事業名（一部でもよい）")] = None,
        year: Annotated[int | None, Query(description="年度（西暦。令和8年度は2026）")] = None,
        stage: Annotated[Stage | None, Query(description="予算の段階")] = None,
    ) -> JSONResponse:
        """文書から読み取った事実（予算額、対象、決定、目標、事業名）を、根拠の引用と位置とともに返します。"""
        found = service.facts(viewer=viewer, kind=kind, program=program, year=year, stage=stage)
        return JSONResponse({"facts": to_json(found)})

    @app.get("/api/status", summary="登録文書を一覧する", response_model=IndexStatus, response_description="成功")
    def status(viewer: Asker) -> JSONResponse:
        """登録文書と、読めなかったファイル、正しく読めていない可能性のあるページ（noted_pages の troubles）を返します。"""
        return JSONResponse(to_json(service.status(viewer=viewer)))

    @app.get("/api/history", summary="回答の記録を見る", response_model=list[LoggedAnswer], response_description="成功")
    def history(
        viewer: Asker,
        query: Annotated[str | None, Query(description="記録の中から探す言葉")] = None,
        limit: Annotated[int, Query(ge=1, le=1000, description="最大件数")] = 20,
    ) -> JSONResponse:
        """これまでの回答を、新しい順に返します。自分への回答だけを、監査の役割のある人には全員への回答を返します。"""
        return JSONResponse(to_json(service.history(viewer=viewer, query=query, limit=limit)))

    @app.get("/api/verify", summary="索引と記録を検証する", response_model=list[Check], response_description="成功")
    def verify() -> JSONResponse:
        """索引・モデル・記録が壊れていないかを確かめます。監査の役割のある人だけが使えます。"""
        return JSONResponse(to_json(service.verify()))

    @app.get("/api/places", summary="位置を調べる", response_model=Location, response_description="成功")
    def places(
        viewer: Asker,
        path: Annotated[str, Query(description="文書のパス")],
        start: Annotated[int, Query(ge=0, description="本文の何文字目から（引用の start）")],
        end: Annotated[int, Query(ge=0, description="本文の何文字目まで（引用の end）")],
    ) -> JSONResponse:
        """本文の範囲が、元のファイルのどのページ・行・セルにあるかを返します。box は左上を原点とするポイント（左、上、右、下）です。"""
        return JSONResponse(to_json(service.places(path, start, end, viewer=viewer)))

    @app.get(
        "/api/page-image",
        summary="ページの画像を得る",
        response_class=Response,
        responses={200: {"content": {"image/png": {}}, "description": "成功"}},
    )
    def page_image(
        viewer: Asker,
        path: Annotated[str, Query(description="文書のパス")],
        page: Annotated[int, Query(ge=1, description="ファイルの先頭から数えたページ番号")],
        width: Annotated[int, Query(ge=50, le=WIDEST_IMAGE, description="幅（画素）")] = 1_000,
        start: Annotated[int, Query(ge=0, description="枠で囲む本文の範囲の始まり（引用の start）")] = 0,
        end: Annotated[int, Query(ge=0, description="枠で囲む本文の範囲の終わり（引用の end）")] = 0,
    ) -> Response:
        """PDF と画像ファイルのページを、PNG の画像で返します。start と end を指定すると、その行やセルを枠で囲みます。"""
        boxed = Span(start, end) if start < end else None
        drawn = service.page_image(path, page, viewer=viewer, width=width, boxed=boxed)
        return Response(drawn, media_type="image/png")

    @app.get("/healthz", summary="状態を確かめる", response_model=_HealthOut, response_description="成功")
    def health(request: Request) -> JSONResponse:
        """サーバーの状態を、サインインした人には索引の状態も返します。索引を使えないときは 503 です。"""
        try:
            viewer = caller_now(request).viewer
        except PolicyQAError:  # whoever looks after the server asks without a name
            service.status(viewer=_NOBODY)
            return JSONResponse({"status": "ok"})
        status = service.status(viewer=viewer)
        return JSONResponse(
            {
                "status": "ok",
                "index": {
                    "state": status.state,
                    "model": status.fingerprint.get("model", ""),
                    "documents": len(status.documents),
                    "chunks": status.chunks,
                    "facts": status.facts,
                    "failed": len(status.failed),
                    "last_sync": status.last_sync,
                },
            }
        )

    @app.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(api_reference(app.openapi(), str(request.base_url), request.state.style_nonce))

    # The screens are mounted at "/" and would answer a mistyped API address with a page.
    @app.api_route("/api/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    def unknown(rest: str, request: Request) -> JSONResponse:
        return refusal(
            404, "not_found", f"{request.method} /api/{rest} という呼び出しはありません。/docs を確かめてください。"
        )


def add_error_handlers(app: FastAPI) -> None:
    """Turn every error into a refusal; what was not foreseen is logged under a reference number."""

    @app.exception_handler(Busy)
    def busy(request: Request, error: Busy) -> JSONResponse:
        refused = refusal(429 if isinstance(error, TooManyQuestions) else 503, type(error).__name__, str(error))
        refused.headers["retry-after"] = str(error.retry_after_s)
        return refused

    @app.exception_handler(PolicyQAError)
    def known(request: Request, error: PolicyQAError) -> JSONResponse:
        is_theirs = isinstance(error, UsageError | DocumentError)
        forbidden = isinstance(error, NotAllowed | HeaderRefused)
        status = 401 if isinstance(error, NotSignedIn) else 403 if forbidden else 400 if is_theirs else 503
        return refusal(status, type(error).__name__, str(error))

    @app.exception_handler(RequestValidationError)
    def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        details = [
            {
                "field": ".".join(str(part) for part in problem["loc"] if part not in {"body", "query"}) or "（全体）",
                "problem": _problem(problem["type"], problem.get("ctx", {})),
            }
            for problem in error.errors()
        ]
        listed = "、".join(f"{detail['field']}：{detail['problem']}" for detail in details)
        return refusal(422, "malformed", f"リクエストの形が正しくありません（{listed}）。", details)

    @app.exception_handler(HTTPException)
    def misdirected(request: Request, error: HTTPException) -> JSONResponse:
        said = _MISDIRECTED.get(error.status_code, "この呼び出しはできません。/docs を確かめてください。")
        answer = refusal(error.status_code, "malformed" if error.status_code == 400 else "not_found", said)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(OverflowError)
    @app.exception_handler(UnicodeEncodeError)
    def impossible(request: Request, error: Exception) -> JSONResponse:
        # A number that no year, page or place has; half of a pair that stands for no character.
        return refusal(
            422, "malformed", "数が大きすぎるか、文字になっていない値があります。リクエストの値を直してください。"
        )

    @app.exception_handler(Exception)
    def unforeseen(request: Request, error: Exception) -> JSONResponse:
        return refusal(500, "unexpected", explain(error, "ja"))


def _problem(kind: str, context: dict[str, Any]) -> str:
    """What is wrong with one field, in Japanese."""
    match kind:
        case "missing":
            return "必須の項目です"
        case "extra_forbidden":
            return "この項目はありません"
        case "json_invalid":
            return "JSONとして読めません"
        case "string_type":
            return "文字列で指定してください"
        case "list_type":
            return "配列で指定してください"
        case "model_attributes_type" | "dict_type" | "model_type":
            return "オブジェクトで指定してください（Content-Type は application/json）"
        case "int_type" | "int_parsing" | "int_from_float":
            return "整数で指定してください"
        case "greater_than_equal":
            return f"{context['ge']}以上で指定してください"
        case "less_than_equal":
            return f"{context['le']}以下で指定してください"
        case "string_pattern_mismatch":
            return "2026-04-01、2026-04、2026 のような日付で指定してください"
        case "too_long":
            return f"{context['max_length']}件以下で指定してください"
        case "literal_error":
            return f"{context['expected'].replace(' or ', ', ')} のどれかで指定してください"
        case _:
            return "値が正しくありません"
