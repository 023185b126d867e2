"""Twenty users of five offices at once: every answer is of the asker's own office, none is an error, and a flood is told to come back.

Half of them ask as programs do (``/api/ask``, a token), half through the pages (a session, Gradio's queue). They think between their questions, about
two seconds; what no pause does to the times is a note, and no promise.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from policy_qa.accounts.users import UsersFile
from policy_qa.settings import Settings
from policy_qa.wiring import open_policy_qa
from tests.torture.trial import Attempt, Trial

_OFFICES = ("港湾課", "農政課", "森林課", "福祉課", "交通課")
_USERS = 20
_THINKS_S = 2.0
_MOST_TIMES = 12.0  # the 95th percentile among sixteen users, in medians of one
_TIMED_S = 60  # a run that is shorter, beside other tests, tells nothing of time
_FLOOD = 200
_KEPT_OPEN_S = 2  # less than the server keeps a connection that nobody uses
_AT_ONCE_S = 2.0  # a refusal comes within, where two hundred come in the same moment
_PASSWORD = "ひとつの合言葉 2026"


@dataclass(slots=True)
class _Asked:
    """What became of the questions of one phase: seconds of those answered, and of the refusals."""

    answered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)


class _Office:
    """One office with its documents: what its users ask, and what an answer to them holds and never holds."""

    def __init__(self, number: int) -> None:
        self.label = f"office{number}"
        self.name = _OFFICES[number]
        self.amounts = {f"{self.name}支援事業{one}": 101 + 10 * number + one for one in range(1, 5)}

    def document(self) -> str:
        lines = [f"# {self.name} 令和8年度 支援事業のご案内", ""]
        for program, amount in self.amounts.items():
            lines += [
                f"## {program}",
                "",
                "- 補助率：2分の1以内",
                f"- 上限額：{amount}万円",
                "- 対象者：県内の団体",
                "",
            ]
        return "\n".join(lines)

    def question(self, dice: Random) -> tuple[str, str]:
        """A question, and what its answer says."""
        program, amount = dice.choice(list(self.amounts.items()))
        return f"{program}の上限額はいくらですか。", f"{amount}万円"


_ALL = tuple(map(_Office, range(len(_OFFICES))))
Ask = Callable[[str], Awaitable[tuple[int, str]]]  # a question: HTTP status, and what was answered


def load(attempt: Attempt) -> None:
    """Serves five offices, and lets users ask for ``attempt.times`` seconds."""
    corpus, index, users = (attempt.folder / name for name in ("corpus", "index", "users.toml"))
    corpus.mkdir()
    tables = []
    for office in _ALL:
        (corpus / f"{office.label}.md").write_text(office.document(), encoding="utf-8")
        tables.append(f'[[document]]\nfiles = ["{office.label}.md"]\nlabels = ["{office.label}"]\n')
    (corpus / "corpus.toml").write_text("\n".join(tables), encoding="utf-8")
    with open_policy_qa(Settings(corpus=corpus, index=index)) as service:
        report = service.sync()
        if report.failed:
            attempt.loss(f"sync failed: {report.failed}")
    known = UsersFile(users)
    tokens = {}
    for number in range(_USERS):
        known.add(f"user{number}", _PASSWORD, [_ALL[number % len(_ALL)].label], ["reader"])
        tokens[f"user{number}"] = known.give_token(f"user{number}")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "POLICY_QA_USERS": str(users), "POLICY_QA_QUESTIONS_PER_MINUTE": "100000"}
    command = [
        sys.executable,
        "-m",
        "policy_qa",
        "serve",
        "--corpus",
        str(corpus),
        "--index",
        str(index),
        f"--port={port}",
    ]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        asyncio.run(_all_phases(attempt, f"http://127.0.0.1:{port}", tokens))
        if server.poll() is not None:
            attempt.loss(f"the server ended with {server.returncode}")
    finally:
        server.terminate()
        _, said = server.communicate(timeout=30)
    for line in said.splitlines():
        if "Traceback" in line or "Error" in line:
            attempt.loss(f"the server said: {line}")


async def _all_phases(attempt: Attempt, address: str, tokens: dict[str, str]) -> None:
    limits = httpx.Limits(max_connections=400, keepalive_expiry=_KEPT_OPEN_S)
    async with httpx.AsyncClient(base_url=address, timeout=60, limits=limits) as programs:
        await _reachable(programs)
        asks = {name: _as_program(programs, token) for name, token in tokens.items()}
        alone, sixteen, unpaused = _Asked(), _Asked(), _Asked()
        await _user(attempt, 0, asks["user0"], alone, questions=10)  # warm
        alone.answered.clear()
        await _user(attempt, 0, asks["user0"], alone, questions=40)
        some = [asks[f"user{number}"] for number in range(16)]
        await _together(attempt, some, sixteen, seconds=attempt.times * 0.2, thinks_s=_THINKS_S)
        await _together(attempt, some, unpaused, seconds=attempt.times * 0.05, thinks_s=0)
        median = statistics.median(alone.answered)
        for asked, pause in ((sixteen, "thinking 2 s"), (unpaused, "without a pause")):
            p95 = _p95(asked.answered)
            line = f"16 users {pause}: p95 {p95 * 1000:.0f} ms = {p95 / median:.1f} medians of one ({median * 1000:.0f} ms)"
            attempt.note(line)
            if asked is sixteen and p95 > _MOST_TIMES * median and attempt.times >= _TIMED_S:
                attempt.loss(line)
        async with _pages(address, range(_USERS // 2, _USERS)) as pages:
            both = [asks[f"user{number}"] for number in range(_USERS // 2)] + pages
            everybody = _Asked()
            await _together(attempt, both, everybody, seconds=attempt.times * 0.75, thinks_s=_THINKS_S)
        attempt.note(
            f"20 users, half of them on the pages: {len(everybody.answered):,} answers, p95 {_p95(everybody.answered) * 1000:.0f} ms"
        )
        await _flood(attempt, list(asks.values()))


async def _reachable(client: httpx.AsyncClient) -> None:
    for _ in range(600):
        try:
            if (await client.get("/healthz")).status_code < 500:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)
    raise TimeoutError("the server did not begin to listen within a minute")


def _as_program(client: httpx.AsyncClient, token: str) -> Ask:
    async def ask(question: str) -> tuple[int, str]:
        headers = {"authorization": f"Bearer {token}"}
        response = await client.post("/api/ask", json={"question": question}, headers=headers)
        return response.status_code, response.text

    return ask


@asynccontextmanager
async def _pages(address: str, numbers: Sequence[int]) -> AsyncIterator[list[Ask]]:
    """Users who have signed in and opened the first page, each in a browser of their own."""
    clients = []
    try:
        asks = []
        for number in numbers:
            client = httpx.AsyncClient(
                base_url=address,
                timeout=60,
                headers={"origin": address},
                limits=httpx.Limits(keepalive_expiry=_KEPT_OPEN_S),
            )
            clients.append(client)
            form = {"name": f"user{number}", "password": _PASSWORD, "next": "/"}
            signed_in = await client.post("/sign-in", data=form)
            if signed_in.status_code != httpx.codes.SEE_OTHER:
                raise RuntimeError(f"user{number} cannot sign in: {signed_in.status_code}")
            asks.append(await _as_page(client))
        yield asks
    finally:
        for client in clients:
            await client.aclose()


async def _as_page(client: httpx.AsyncClient) -> Ask:
    (await client.get("/")).raise_for_status()
    config = (await client.get("/config")).raise_for_status().json()
    names = {one["id"]: one["props"].get("elem_id") for one in config["components"]}
    sends = next(one for one in config["dependencies"] if any(names.get(by) == "question" for by, _ in one["targets"]))
    page = secrets.token_hex(6)

    async def ask(question: str) -> tuple[int, str]:
        body = {"data": [question, None, None, None, "ja"], "fn_index": sends["id"], "session_hash": page}
        joined = await client.post("/gradio_api/queue/join", json={**body, "trigger_id": sends["targets"][0][0]})
        if joined.status_code != httpx.codes.OK:
            return joined.status_code, joined.text
        said: list[Any] = []
        async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": page}) as stream:
            async for line in stream.aiter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                if message["msg"] == "process_completed" and not message["success"]:
                    return 500, json.dumps(message, ensure_ascii=False)
                said.append(message.get("output"))
                if message["msg"] == "close_stream":
                    break
        return 200, json.dumps(said, ensure_ascii=False)

    return ask


async def _together(attempt: Attempt, asks: Sequence[Ask], asked: _Asked, *, seconds: float, thinks_s: float) -> None:
    ends = time.monotonic() + seconds
    users = (_user(attempt, number, ask, asked, ends=ends, thinks_s=thinks_s) for number, ask in enumerate(asks))
    await asyncio.gather(*users)


async def _user(
    attempt: Attempt,
    number: int,
    ask: Ask,
    asked: _Asked,
    *,
    questions: int = sys.maxsize,
    ends: float = float("inf"),
    thinks_s: float = 0.0,
) -> None:
    """Asks on behalf of the user of this number until enough was asked, or the time is over."""
    office, dice = _ALL[number % len(_ALL)], Random(attempt.dice.random())
    while questions and time.monotonic() < ends:
        questions -= 1
        question, wanted = office.question(dice)
        if thinks_s:
            await asyncio.sleep(dice.expovariate(1 / thinks_s))
        started = time.monotonic()
        status, said = await _status(ask, question)
        took = time.monotonic() - started
        attempt.tried += 1
        if status != httpx.codes.OK:
            attempt.loss(f"user{number}: {status} {said[:200]}")
            continue
        asked.answered.append(took)
        if wanted not in said:
            attempt.loss(f"user{number} asked «{question}» and got no {wanted}: {said[:300]}")
        attempt.lost += [
            f"user{number} of {office.name} got something of {other.name}"
            for other in _ALL
            if other is not office and other.name in said
        ]


async def _status(ask: Ask, question: str) -> tuple[int, str]:
    """What comes of a question; 0 where the connection broke."""
    try:
        return await ask(question)
    except httpx.TransportError as error:
        return 0, repr(error)


async def _flood(attempt: Attempt, asks: Sequence[Ask]) -> None:
    """Many more questions at once than may wait: each is answered, or told at once to come back; and then all is as before."""
    asked = _Asked()

    async def one(number: int) -> None:
        office = _ALL[number % len(_ALL)]
        question, wanted = office.question(attempt.dice)
        started = time.monotonic()
        status, said = await _status(asks[number % len(asks)], question)
        took = time.monotonic() - started
        attempt.tried += 1
        if status in {429, 503}:
            asked.refused.append(took)
            if "混雑しています" not in said and "多くの質問" not in said:
                attempt.loss(f"a refusal that says nothing of the crowd: {said[:200]}")
        elif status == httpx.codes.OK and wanted in said:
            asked.answered.append(took)
        else:
            attempt.loss(f"in the flood: {status} {said[:200]}")

    await asyncio.gather(*map(one, range(_FLOOD)))
    slowest = max(asked.refused, default=0.0)
    line = f"{_FLOOD} questions at once: {len(asked.answered)} answered, {len(asked.refused)} refused, the slowest refusal after {slowest * 1000:.0f} ms"
    attempt.note(line)
    if not asked.refused or not asked.answered or (slowest > _AT_ONCE_S and attempt.times >= _TIMED_S):
        attempt.loss(line)
    status, said = await asks[0](_ALL[0].question(attempt.dice)[0])
    if status != httpx.codes.OK:
        attempt.loss(f"after the flood: {status} {said[:200]}")


def _p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)] if seconds else float("inf")


TRIALS = (
    Trial("load", "20 users at once, seconds", 600, 6, load, alone=True),
)  # fmt: skip
