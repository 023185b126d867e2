"""Files that the screens hand out: documents as they were read, conversations, questions and runs of the evaluation.

Invariant: a file of the corpus never becomes a page of this server: only pictures and PDF without scripts open in the browser, everything else is saved.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import FastAPI, Query, Request
from fastapi.responses import Response

from policy_qa.errors import UnknownConversation
from policy_qa.judging import as_lines
from policy_qa.spreadsheet import as_csv
from policy_qa.types import Holder, to_json
from policy_qa.web.gate import Asker
from policy_qa.web.passive_pdf import is_passive
from ui.chat.export import as_markdown
from ui.cookies import BROWSER_COOKIE
from ui.evaluation import export
from ui.service import Service

_PDF = "application/pdf"
# What a browser shows by itself without running anything of the file.
_SHOWN = {
    ".pdf": _PDF,
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".bmp": "image/bmp",
}
# A browser's own viewer of PDF files needs styles and a frame of this origin.
_SHOWN_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


def add_downloads(app: FastAPI, service: Service) -> None:
    """Add the addresses of files to the app."""

    @app.get(
        "/api/original",
        summary="原本を得る",
        response_class=Response,
        responses={200: {"content": {"application/octet-stream": {}}, "description": "成功"}},
    )
    def original(viewer: Asker, path: Annotated[str, Query(description="文書のパス")]) -> Response:
        """文書のファイルを、読み取ったときのまま返します。PDF（スクリプトなどのないもの）と画像はブラウザーで開き、ほかは保存されます。"""
        data = service.original(path, viewer=viewer)
        kind = _SHOWN.get(PurePosixPath(path).suffix.lower())
        if kind == _PDF and not is_passive(data):
            kind = None
        return _file(data, PurePosixPath(path).name, kind or "application/octet-stream", shown=kind is not None)

    @app.get("/api/conversations/{conversation}", include_in_schema=False)
    def exported(
        request: Request, viewer: Asker, conversation: str, form: Literal["markdown", "json"] = "markdown"
    ) -> Response:
        secret = request.cookies.get(BROWSER_COOKIE)
        if not secret:
            raise UnknownConversation
        found = service.conversations.open(conversation, Holder(viewer, secret))
        if form == "json":
            content = json.dumps(to_json(found), ensure_ascii=False, indent=2)
            return _file(content.encode(), f"{found.title}.json", "application/json", shown=False)
        return _file(as_markdown(found).encode(), f"{found.title}.md", "text/markdown; charset=utf-8", shown=False)

    @app.get("/api/evaluation/questions.jsonl", include_in_schema=False)
    def questions(viewer: Asker) -> Response:
        kept = (one.question for one in service.evaluation.questions(viewer=viewer))
        return _file(as_lines(kept).encode(), "質問.jsonl", "application/jsonl", shown=False)

    @app.get("/api/evaluation/runs/{number}.{form}", include_in_schema=False)
    def run(viewer: Asker, number: int, form: Literal["csv", "md"]) -> Response:
        found = service.evaluation.run(number, viewer=viewer)
        if form == "csv":
            return _file(
                as_csv(list(export.as_rows(found))), f"評価{number}.csv", "text/csv; charset=utf-8", shown=False
            )
        return _file(
            export.as_markdown(found).encode(), f"評価{number}.md", "text/markdown; charset=utf-8", shown=False
        )


def _file(data: bytes, name: str, kind: str, *, shown: bool) -> Response:
    disposition = "inline" if shown else "attachment"
    headers = {
        "content-disposition": f"{disposition}; filename*=UTF-8''{quote(name, safe='')}",
    }
    if shown:
        headers["content-security-policy"] = _SHOWN_POLICY
    return Response(data, media_type=kind, headers=headers)
