"""Promise: no request reads outside the corpus, brings the server down, or is read on when it is too large; each is refused in one line.

A real service over a folder with links out of it and archives that climb out of it; beside it lies a file with a secret. A loss is the secret in an
answer, an answer of 500, a refusal that is no line of Japanese, or more of a body read than is allowed.
"""

from __future__ import annotations

import io
import json
import struct
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

from fastapi.testclient import TestClient

from policy_qa.history import History
from policy_qa.settings import Settings
from policy_qa.types import Holder, Viewer
from policy_qa.web.request_limits import MOST_BODY, MOST_HEADERS, MOST_TARGET
from policy_qa.web.server import create_app
from policy_qa.wiring import open_policy_qa
from tests.answering.offices import TEXTS
from tests.torture.trial import Attempt, Trial
from ui.cookies import BROWSER_COOKIE

SECRET = "秘密の合言葉は紫陽花"
_OWNER = Viewer.local_owner()
_CLIMBS = (
    "../secret.txt", "..\\secret.txt", "/secret.txt", "{outside}", "....//secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "%252e%252e%252fsecret.txt",
    "budget.md/../../secret.txt", "./../secret.txt", "../corpus/../secret.txt", "file://{outside}", "C:\\secret.txt", "\\\\host\\share", "secret.txt\0.pdf",
    "link.txt", "folder/secret.txt", "loop.txt", "loops/loops/loops/budget.md", "climbs.zip/../../secret.txt", "climbs.zip/secret.txt", "link.zip/secret.txt",
    ".uploads", "corpus.toml", "..", ".", "", "/", "/etc/passwd", "/proc/self/environ", "budget.md\n../secret.txt", "ｂｕｄｇｅｔ．ｍｄ/．．/secret.txt", "a" * 5_000,
)  # fmt: skip


def folder_of_traps(place: Path) -> Path:
    """A corpus with links that lead out of it and in circles, and archives that name paths outside; the secret lies beside it."""
    corpus = place / "corpus"
    corpus.mkdir(parents=True)
    outside = place / "secret.txt"
    outside.write_text(f"# 内部資料\n\n{SECRET}です。\n", encoding="utf-8")
    for path, text in TEXTS.items():
        (corpus / path).write_text(text, encoding="utf-8")
    (corpus / "link.txt").symlink_to(outside)
    (corpus / "folder").symlink_to(place, target_is_directory=True)
    (corpus / "loops").symlink_to(corpus, target_is_directory=True)
    (corpus / "loop.txt").symlink_to(corpus / "loop.txt")
    (corpus / "nowhere.md").symlink_to(place / "nowhere.md")
    with zipfile.ZipFile(place / "outside.zip", "w") as packed:
        packed.writestr("secret.txt", f"# 内部資料\n\n{SECRET}です。\n")
    (corpus / "link.zip").symlink_to(place / "outside.zip")
    with zipfile.ZipFile(corpus / "climbs.zip", "w") as packed:
        for name in (
            "../../secret.txt",
            "/secret.txt",
            "C:\\secret.txt",
            "..\\..\\secret.txt",
            "a/../../../secret.txt",
        ):
            packed.writestr(name, "# 道の計画\n\n道の計画の予算額は3億円である。\n")
        pointing = zipfile.ZipInfo("pointing.txt")
        pointing.external_attr = 0o120777 << 16  # a link, as Info-ZIP writes one
        packed.writestr(pointing, str(outside))
    for name, bomb in bombs():
        (corpus / name).write_bytes(bomb)
    return corpus


def bombs() -> Iterator[tuple[str, bytes]]:
    """Archives and packages that would grow without bound, by name."""

    def packed(members: dict[str, bytes]) -> bytes:
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as opened:
            for name, data in members.items():
                opened.writestr(name, data)
        return written.getvalue()

    zeros = packed({"zeros.txt": bytes(80 * 2**20)})
    yield "ratio.zip", zeros
    yield "nested.zip", packed({f"{number}.zip": zeros for number in range(16)})
    yield "many.zip", packed({f"{number}.txt": b"" for number in range(10_001)})
    # A member whose header says that it is small: what it says is not believed.
    lying = bytearray(packed({"lying.txt": bytes(20 * 2**20)}))
    directory = lying.rindex(b"PK\x01\x02")
    lying[directory + 24 : directory + 28] = struct.pack("<L", 100)
    yield "lying.zip", bytes(lying)
    sheet = b"<worksheet>" + b"<row/>" * 20_000_000 + b"</worksheet>"
    yield "bomb.xlsx", packed({"[Content_Types].xml": b"<Types/>", "xl/worksheets/sheet1.xml": sheet})
    entity = (
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "'
        + b"a" * 1000
        + b'"><!ENTITY b "'
        + b"&a;" * 1000
        + b'">]><d>&b;</d>'
    )
    yield (
        "entities.docx",
        packed({"[Content_Types].xml": b"<Types/>", "_rels/.rels": b"<Relationships/>", "word/document.xml": entity}),
    )


def _requests(attempt: Attempt) -> None:
    corpus = folder_of_traps(attempt.folder)
    outside = str(attempt.folder / "secret.txt")
    settings = Settings(corpus=corpus, index=attempt.folder / "index", file_limit_mb=8)
    with open_policy_qa(settings) as service:
        report = service.sync()
        refused = {failure.path for failure in report.failed}
        for name in (
            "link.txt",
            "folder",
            "loops",
            "loop.txt",
            "nowhere.md",
            "link.zip",
            "ratio.zip",
            "nested.zip",
            "many.zip",
            "bomb.xlsx",
            "entities.docx",
        ):
            attempt.tried += 1
            if not any(path == name or path.startswith(f"{name}/") for path in refused):
                attempt.loss(f"{name} was not refused")
        for document in service.documents(viewer=_OWNER):
            if SECRET in service.text(document.path, viewer=_OWNER):
                attempt.loss(f"{document.path} is read from outside of the folder")
        app = create_app(service, _OWNER)
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
            client.cookies.set(BROWSER_COOKIE, "secret")
            while attempt.tried < attempt.times:
                attempt.tried += 1
                _tried(client, attempt, outside)
    if not Path(outside).read_text(encoding="utf-8").endswith(f"{SECRET}です。\n"):
        attempt.loss("the file outside of the folder was changed")
    strangers = {path.name for path in attempt.folder.iterdir()} - {"corpus", "index", "secret.txt", "outside.zip"}
    if strangers:
        attempt.loss(f"written outside of the folder: {sorted(strangers)}")


def _tried(client: TestClient, attempt: Attempt, outside: str) -> None:
    dice = attempt.dice
    kind = dice.choice((_climbing, _too_large, _malformed, _uploading))
    method, url, sent = kind(dice, outside)
    taken = [0]
    if "chunks" in sent:
        chunks = sent.pop("chunks")

        def counted() -> Iterator[bytes]:
            for _ in range(chunks):
                taken[0] += 2**16
                yield bytes(2**16)

        sent["content"] = counted()
    response = client.request(method, url, **sent)
    said = f"{method} {url[:120]!r}"
    if SECRET.encode() in response.content or quote(SECRET).encode() in response.content:
        attempt.loss(f"{said}: the secret")
    if response.status_code >= 500 and response.status_code != 503:
        attempt.loss(f"{said}: {response.status_code} {response.text[:200]}")
    if response.status_code >= 400 and response.url.path.startswith("/api/"):
        try:
            message = response.json()["error"]["message"]
        except (ValueError, KeyError, TypeError):
            attempt.loss(f"{said}: {response.status_code} {response.text[:200]!r} is no refusal")
        else:
            if "\n" in message or not any("ぁ" <= one <= "ん" for one in message):
                attempt.loss(f"{said}: {message!r}")
    if kind is _too_large and response.status_code not in {400, 413, 414, 422, 431}:
        attempt.loss(f"{said}: {response.status_code} for what is too large")


def _climbing(dice: Random, outside: str) -> tuple[str, str, dict[str, Any]]:
    path = dice.choice(_CLIMBS).replace("{outside}", outside)
    number = dice.randrange(4)
    if number == 0:
        return "GET", "/api/original", {"params": {"path": path}}
    if number == 1:
        return "GET", "/api/places", {"params": {"path": path, "start": 0, "end": 99}}
    if number == 2:
        return "GET", "/api/page-image", {"params": {"path": path, "page": 1}}
    kinds = (
        "/api/{}",
        "/api/original/{}",
        "/gradio_api/file={}",
        "/static/{}",
        "/assets/{}",
        "/api/conversations/{}",
        "/theme.css/{}",
        "/{}",
    )
    return "GET", dice.choice(kinds).format(quote(path, safe="/%")), {}


def _too_large(dice: Random, outside: str) -> tuple[str, str, dict[str, Any]]:
    number = dice.randrange(8)
    if number == 0:
        return "POST", "/api/ask", {"json": {"question": "あ" * dice.choice((2_001, MOST_BODY))}}
    if number == 1:
        return (
            "POST",
            "/api/ask",
            {"json": {"question": "予算額は？", "turns": ["予算額は？"] * dice.choice((101, 10_000))}},
        )
    if number == 2:
        field = dice.choice(("paths", "labels", "publishers", "programs", "document_types"))
        return "POST", "/api/search", {"json": {"query": "予算", "filters": {field: ["a"] * 10_000}}}
    if number == 3:
        return "GET", f"/api/facts?program={'a' * MOST_TARGET}", {}
    if number == 4:
        return "GET", "/api/status", {"headers": {"x-long": "a" * MOST_HEADERS}}
    if number == 5:
        return (
            "POST",
            dice.choice(("/api/ask", "/gradio_api/queue/join", "/gradio_api/upload")),
            {"chunks": 2 * MOST_BODY // 2**16},
        )
    if number == 6:
        return "POST", "/api/ask", {"content": b"{}", "headers": {"content-length": str(2**40)}}
    return "PUT", f"/api/uploads/{dice.randrange(16**32):032x}?name=a.txt", {"content": bytes(9 * 2**20)}


def _malformed(dice: Random, outside: str) -> tuple[str, str, dict[str, Any]]:
    bodies = (
        b"[" * 200_000, b'{"question": ' + b'{"a":' * 50_000, b"\xff\xfe\x00", b"nul", b'{"question": "\\ud800"}', b'{"question": 1e999}',
        json.dumps({"question": "予算額は？", "filters": {"years": [10**30]}}).encode(), b'{"question": "a", "turns": [["a"]]}', b"",
        json.dumps({"question": "\0\x1b[2J", "filters": {"paths": ["**/" * 200 + "x"], "date_from": "9999-99-99"}}).encode(),
        json.dumps({"question": "予算額は？", "filters": {"paths": ["[" * 500, "*" * 500]}}).encode(),
        b'{"query": "a", "limit": 99999999999999999999999}', json.dumps({"query": '"' * 1_000 + "(" * 500}).encode(),
    )  # fmt: skip
    if dice.random() < 0.7:
        address = dice.choice(("/api/ask", "/api/search", "/api/find", "/api/decisions"))
        return "POST", address, {"content": dice.choice(bodies), "headers": {"content-type": "application/json"}}
    addresses = (
        "/api/facts?year=99999999999999999999", "/api/budgets?year=-1", "/api/places?path=budget.md&start=99999999999999999999&end=0",
        "/api/page-image?path=budget.md&page=99999999999999999999", "/api/evaluation/runs/99999999999999999999.csv", "/api/decisions?since=%00",
        "/api/budget-changes?earlier_year=99999999999999999999", "/api/facts?program=%00", "/api/facts?program=%ff%fe", "/api/original?path=%ed%a0%80",
        "/api/budgets.xlsx?program=%1b%5b2J", "/api/budgets?year=99999999999999999999",
    )  # fmt: skip
    return "GET", dice.choice(addresses), {}


def _uploading(dice: Random, outside: str) -> tuple[str, str, dict[str, Any]]:
    name = dice.choice((*_CLIMBS[:15], "計画\u202etxt.exe", "..", "CON.txt", "a.zip", "\x1b[2J.txt")).replace(
        "{outside}", outside
    )
    identity = dice.choice((f"{dice.randrange(16**32):032x}", "../../secret", "..", "0" * 31, "%2e%2e%2fsecret"))
    body = dice.choice((b"", "文書。\n".encode(), b"PK\x05\x06" + bytes(18)))
    return "PUT", f"/api/uploads/{identity}", {"params": {"name": name}, "content": body}


def _long(attempt: Attempt) -> None:
    """Conversations of ``times`` answers, kept, opened, listed and asked on with, each within bounds of time."""
    corpus = attempt.folder / "corpus"
    corpus.mkdir()
    for path, text in TEXTS.items():
        (corpus / path).write_text(text, encoding="utf-8")
    holder = Holder(_OWNER, "browser")
    with open_policy_qa(Settings(corpus=corpus, index=attempt.folder / "index")) as service:
        service.sync()
        question = "港湾再生交付金の令和8年度予算額はいくらですか。"
        answer = service.ask(question, viewer=_OWNER, log=False)
        with History(attempt.folder / "index") as log:
            for number in range(attempt.times):
                log.append(replace(answer, id=f"{number}"), viewer=_OWNER, index_state="")
                attempt.tried += 1
        service.keep_turns("long", [f"{number}" for number in range(attempt.times)], holder)
        turns = [question] * attempt.times
        page = create_app(service, _OWNER)
        with TestClient(page, base_url="http://127.0.0.1") as client:
            client.cookies.set(BROWSER_COOKIE, holder.browser)
            bounded: tuple[tuple[str, float, Callable[[], object]], ...] = (
                ("opening it on the page", 2, lambda: service.conversations.open("long", holder, newest=200)),
                ("listing", 1, lambda: service.conversations.list(holder)),
                ("asking on", 5, lambda: service.ask("その補助率は？", viewer=_OWNER, turns=turns, log=False)),
                ("exporting all of it", 30, lambda: client.get("/api/conversations/long?form=json").json()["turns"]),
                ("keeping one more", 2, lambda: service.keep_turns("long", ["0"], holder)),
            )
            for what, seconds, call in bounded:
                started = time.process_time()
                found = call()
                took = time.process_time() - started
                attempt.note(f"{what}, {attempt.times:,} answers: {took:.2f} s of CPU")
                if took > seconds:
                    attempt.loss(f"{what} takes {took:.1f} s, more than {seconds} s")
                if what.startswith("exporting") and len(found) != attempt.times:  # type: ignore[arg-type]
                    attempt.loss(f"{len(found)} answers were exported")  # type: ignore[arg-type]
        short = service.ask("その補助率は？", viewer=_OWNER, turns=turns[-100:], log=False)
        if replace(short, elapsed_ms=0) != replace(
            service.ask("その補助率は？", viewer=_OWNER, turns=turns, log=False), elapsed_ms=0
        ):
            attempt.loss("a longer conversation is answered otherwise")


TRIALS = (
    Trial(
        "long-conversation",
        "answers of one conversation: kept, opened, listed, exported and asked on with, within bounds of time",
        10_000,
        100,
        _long,
    ),
    Trial(
        "requests",
        "links, archives and requests that climb out, are too large or malformed: refused in one line, nothing read or written outside",
        600,
        40,
        _requests,
    ),
)
