"""The address that files are sent to, one file a request, as bytes without any form around them.

Invariant: nothing is kept of a file that did not arrive whole, or cannot be read. Pages of other sites cannot send here (``policy_qa.web.gate``). What was
sent belongs to the viewer in the browser that sent it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from policy_qa.errors import NotAllowed
from policy_qa.types import Holder, Viewer
from policy_qa.web.gate import Asker
from ui.cookies import BROWSER_COOKIE
from ui.service import Editing, Service

_GONE = 499  # what nginx made usual for a client that did not wait; nobody reads it


def add_uploads(app: FastAPI, service: Service) -> None:
    """Add the address of uploads to the app."""

    @app.put("/api/uploads/{identity}", include_in_schema=False)
    async def receive(
        request: Request, viewer: Asker, identity: str, name: Annotated[str, Query(max_length=1_000)]
    ) -> Response:
        declared = request.headers.get("content-length", "")
        size = int(declared) if declared.isdecimal() else None
        holder = _holder(request, viewer)
        arriving = await run_in_threadpool(_editing(service).receive, identity, name, holder, size)
        try:
            async for data in request.stream():
                await run_in_threadpool(arriving.write, data)
            upload = await run_in_threadpool(arriving.finish)
        except ClientDisconnect:
            arriving.drop()
            return Response(status_code=_GONE)
        except BaseException:
            arriving.drop()
            raise
        return JSONResponse({"id": upload.id, "name": upload.name})

    @app.delete("/api/uploads/{identity}", include_in_schema=False)
    def discard(request: Request, viewer: Asker, identity: str) -> Response:
        _editing(service).discard(identity, _holder(request, viewer))
        return Response(status_code=204)


def _editing(service: Service) -> Editing:
    if service.editing is None:
        raise NotAllowed
    return service.editing


def _holder(request: Request, viewer: Viewer) -> Holder:
    secret = request.cookies.get(BROWSER_COOKIE)
    if not secret or not viewer.editor:
        raise NotAllowed
    return Holder(viewer, secret)
