"""How the script of the screens and Gradio's own files reach a browser: named with the page, compressed once, asked for once.

Gradio's script finds out step by step what it needs, some fifty files in seven rounds, and a browser that has them asks again for each whether
it changed. Named ahead they come in one round; their names hold a digest of their content, so that a browser may keep them.

Invariant: what a file holds is never changed. Where a later Gradio is built otherwise nothing is named, and everything comes as Gradio sends it.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.language import Language
from ui.shell.document import BUILT

_ENTRY = re.compile(r'<script type="module"[^>]* src="\./assets/([^"]+\.js)"')
# As Vite writes them: the files that a module may need, and for each module that it loads later which of these come with it.
_FILES = re.compile(r"m\.f=(\[[^\]]*\])")
_LATER = re.compile(r"import\(`\./([^`]+\.js)`\)(?:(?!import\().)*?__vite__mapDeps\(\[([0-9,]*)\]\)", re.DOTALL)
_COMPONENT = r"\b{}:\{{[^{{}}]*?component:\(\)=>\w+\(\(\)=>import\(`\./([^`]+\.js)`\)"

_WORDS = r'/{}\.json":\(\)=>\w+\(\(\)=>import\(`\./([^`]+\.js)`\)'

_KEPT = "/assets/"
_FOR_GOOD = "public, max-age=31536000, immutable"


def named_ahead(components: Collection[str], language: Language) -> str:
    """The value of a ``Link`` header for a page with components of these kinds: its scripts, its styles, Gradio's words; empty for none.

    A header, because Gradio puts what it is given as a head into the document by script, when all this has been loaded.
    """
    kinds = {".js": "modulepreload", ".css": "preload; as=style"}
    return ", ".join(
        f"<./assets/{name}>; rel={kinds[Path(name).suffix]}; crossorigin"
        for name in dict.fromkeys(_needed(components, language))
    )


def _needed(components: Collection[str], language: Language) -> Iterator[str]:
    """The names of the files, those first that are needed first."""
    entry = _ENTRY.search((BUILT / "index.html").read_text(encoding="utf-8"))
    if entry is None:
        return
    yield entry[1]
    for app, files in _later(entry[1]).items():
        yield from files
        yield from (name for page, more in _later(app).items() if page.startswith("Blocks-") for name in more)
        for file in files:
            script, known = _script(file), _later(file)
            yield from re.findall(_WORDS.format(language), script)
            for component in components:
                for found in re.findall(_COMPONENT.format(re.escape(component)), script):
                    yield from known.get(found, ())


def _later(module: str) -> dict[str, list[str]]:
    """The modules that ``module`` loads later, each with all the files that come with it."""
    script = _script(module)
    listed = _FILES.search(script)
    if listed is None:
        return {}
    files = [name.removeprefix("./") for name in json.loads(listed[1])]
    return {name: [files[int(at)] for at in places.split(",") if at] for name, places in _LATER.findall(script)}


def _script(name: str) -> str:
    file = BUILT / "assets" / name
    return file.read_text(encoding="utf-8") if name.endswith(".js") and file.is_file() else ""


@dataclass(frozen=True, slots=True)
class _Kept:
    headers: list[tuple[bytes, bytes]]
    body: bytes


def _of_script(body: bytes, coding: str = "") -> _Kept:
    headers = {
        "content-type": "text/javascript; charset=utf-8",
        "content-length": str(len(body)),
        "cache-control": _FOR_GOOD,
        "vary": "Accept-Encoding",
    }
    return _Kept(Headers(headers | ({"content-encoding": coding} if coding else {})).raw, body)


class Delivery:
    """Names the files of a page ahead, with ``links``, and hands them out from memory, compressed once, for browsers to keep for good.

    ``pages`` are the addresses of the pages, each with its ``/``; ``script`` is that of the screens by its name, which the pages read from
    ``request.state.screens``.
    """

    def __init__(self, app: ASGIApp, links: str, pages: Collection[str], script: tuple[str, bytes]) -> None:
        self._app = app
        self._script, text = script
        self._links = ", ".join(filter(None, (f"<.{_KEPT}{self._script}>; rel=preload; as=script", links)))
        self._pages = frozenset(pages)
        address, packed = f"{_KEPT}{self._script}", _of_script(gzip.compress(text, mtime=0), "gzip")
        self._kept: dict[tuple[str, str], _Kept] = {
            (address, "br"): packed,
            (address, "gzip"): packed,
            (address, ""): _of_script(text),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as ASGI asks for."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if scope["path"] in self._pages:
            scope.setdefault("state", {})["screens"] = self._script
            await self._app(scope, receive, self._naming(send))
            return
        if not scope["path"].startswith(_KEPT) or "range" in headers:
            await self._app(scope, receive, send)
            return
        # What Gradio compresses with, in the order of its choice.
        taken = headers.get("accept-encoding", "")
        key = (scope["path"], next((coding for coding in ("br", "gzip") if coding in taken), ""))
        kept = self._kept.get(key)
        if kept is None:
            kept = await self._fetched(key, scope, receive, send)
        if kept is not None:
            await send({"type": "http.response.start", "status": 200, "headers": list(kept.headers)})
            await send({"type": "http.response.body", "body": kept.body})

    def _naming(self, send: Send) -> Send:
        async def name(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("link", self._links)
            await send(message)

        return name

    async def _fetched(self, key: tuple[str, str], scope: Scope, receive: Receive, send: Send) -> _Kept | None:
        """The file as Gradio sends it, held from now on; ``None`` where it sent something else, which is passed on."""
        start: Message | None = None
        parts: list[bytes] = []

        async def keep(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and message["status"] == 200:
                start = message
            elif start is None:
                await send(message)
            else:
                parts.append(message.get("body", b""))

        unconditional = [pair for pair in scope["headers"] if pair[0] not in {b"if-none-match", b"if-modified-since"}]
        await self._app({**scope, "headers": unconditional}, receive, keep)
        if start is None:
            return None
        body = b"".join(parts)
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["cache-control"] = _FOR_GOOD
        headers["content-length"] = str(len(body))
        self._kept[key] = _Kept(headers.raw, body)
        return self._kept[key]
