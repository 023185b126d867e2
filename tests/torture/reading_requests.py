"""Every address of the REST API that reads, asked through the real app by viewers who have signed in, send a token or come from a trusted proxy.

What came of a request is its status, all its headers and its body, byte for byte. Left out is what carries nothing of documents: times, the numbers of the
log that everybody's answers share, what is drawn anew for each response. That a route which reads has its request here, a test holds against the
app's table of routes.
"""

from __future__ import annotations

import asyncio
import atexit
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp
from threading import Thread
from typing import Any, Literal, get_args
from zipfile import ZipFile

import httpx

from policy_qa.accounts.callers import Accounts
from policy_qa.accounts.proxy import TrustedProxy
from policy_qa.accounts.users import UsersFile
from policy_qa.service import PolicyQA
from policy_qa.types import Filters, Holder, Question, Viewer
from policy_qa.web.server import create_app
from tests.torture.offices import BODIES
from tests.torture.reading_calls import LEFT_OUT, Calls
from tests.ui.samples import sample_service
from ui.cookies import BROWSER_COOKIE

Way = Literal["session", "token", "proxy"]  # how a viewer is known
WAYS: tuple[Way, ...] = get_args(Way)
Route = tuple[str, str]  # method and address, as the app's table of routes writes them

_PASSWORD = "ひとつの合言葉 2026"
_PROXY, _STRANGER = "10.0.0.1", "203.0.113.9"
_BROWSER = "the-secret-of-a-browser"
_VARYING = re.compile(rf'"({"|".join(sorted(LEFT_OUT))})": ?(?:null|"[^"]*"|[0-9.]+)'.encode())
_NONCE = re.compile(r"nonce[-=]['\"]?[\w-]+")
_RUN = re.compile(r"(%E8%A9%95%E4%BE%A1)[0-9]+")  # 評価 and its number, in the name of a file
_ASKED_FOR = (
    {"range": "bytes=0-9"},
    {"if-none-match": "*"},
    {"accept": "text/html"},
    {"if-modified-since": "Tue, 01 Dec 2026 00:00:00 GMT"},
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``prepared`` keeps first what is asked for, and gives the parts of the address that ``route`` leaves open."""

    route: Route
    query: tuple[tuple[str, Any], ...] = ()
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    prepared: Callable[[PolicyQA, Viewer], Mapping[str, Any]] = lambda service, viewer: {}


class Requests:
    """Requests by dice, over the same things as ``Calls``."""

    def __init__(self, dice: Random, calls: Calls) -> None:
        self._dice = dice
        self._calls = calls
        self._kept = 0

    def next(self) -> tuple[str, Request]:
        """Another request, with what it is called."""
        makers = self._makers
        (route,) = self._dice.choices([*makers], [weight for weight, _ in makers.values()])
        query, rest = makers[route][1]()
        request = Request(route, tuple((name, value) for name, value in query.items() if value is not None), **rest)
        if self._dice.random() < 0.1:
            request = self._spoilt(request)
        return " ".join(route), request

    @property
    def routes(self) -> frozenset[Route]:
        """Every address that is asked."""
        return frozenset(self._makers)

    @cached_property
    def _makers(self) -> Mapping[Route, tuple[int, Callable[[], tuple[dict[str, Any], dict[str, Any]]]]]:
        """How often each address is asked, and what makes its query and the rest of its request."""
        return {
            ("POST", "/api/ask"): (12, self._ask), ("POST", "/api/search"): (10, self._search), ("POST", "/api/find"): (10, self._find),
            ("GET", "/api/facts"): (6, self._facts), ("GET", "/api/status"): (3, self._nothing), ("GET", "/api/places"): (5, self._place),
            ("GET", "/api/page-image"): (5, self._page), ("GET", "/api/original"): (6, self._file),
            ("GET", "/api/budgets"): (3, self._budgets), ("GET", "/api/budgets.csv"): (3, self._table),
            ("GET", "/api/budgets.xlsx"): (3, self._table), ("GET", "/api/budget-changes"): (3, self._changes),
            ("GET", "/api/decisions"): (5, self._decisions), ("POST", "/api/decisions"): (3, self._record),
            ("GET", "/api/history"): (5, self._history), ("GET", "/api/conversations/{conversation}"): (3, self._conversation),
            ("GET", "/api/evaluation/questions.jsonl"): (1, self._questions),
            ("GET", "/api/evaluation/runs/{number}.{form}"): (1, self._run), ("GET", "/api/verify"): (1, self._nothing),
            ("GET", "/api/{rest:path}"): (1, self._mistyped), ("GET", "/healthz"): (2, self._nothing),
            ("GET", "/docs"): (1, self._nothing), ("GET", "/openapi.json"): (1, self._nothing),
        }  # fmt: skip

    def _spoilt(self, request: Request) -> Request:
        """With a header that asks for less, without a part of the query, or with one that is no value."""
        if not request.query or self._dice.random() < 0.4:
            return replace(request, headers=self._dice.choice(_ASKED_FOR))
        place = self._dice.randrange(len(request.query))
        instead = self._dice.choice(((), ((request.query[place][0], self._dice.choice(("", "-1", "x" * 300))),)))
        return replace(request, query=(*request.query[:place], *instead, *request.query[place + 1 :]))

    # -- what is asked, by address --------------------------------------------------------------------------------------------

    def _ask(self) -> tuple[dict[str, Any], dict[str, Any]]:
        turns = [self._calls.question() for _ in range(self._dice.choice((0, 0, 0, 1)))]
        return {}, {"body": {"question": self._calls.question(), "turns": turns, "filters": self._filters()}}

    def _search(self) -> tuple[dict[str, Any], dict[str, Any]]:
        limit = self._dice.choice((1, 10, 100, 0))
        return {}, {"body": {"query": self._calls.query(), "limit": limit, "filters": self._filters()}}

    def _find(self) -> tuple[dict[str, Any], dict[str, Any]]:
        sort, offset = self._dice.choice(("relevance", "newest", "oldest")), self._dice.choice((0, 0, 3))
        return {}, {
            "body": {
                "query": self._calls.query(),
                "filters": self._filters(),
                "sort": sort,
                "offset": offset,
                "limit": 7,
            }
        }

    def _filters(self) -> dict[str, Any]:
        chosen = self._calls.filters() if self._dice.random() < 0.4 else Filters()
        given = {one.name: getattr(chosen, one.name) for one in fields(Filters)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in given.items() if value}

    def _nothing(self) -> tuple[dict[str, Any], dict[str, Any]]:
        return {}, {}

    def _mistyped(self) -> tuple[dict[str, Any], dict[str, Any]]:
        path = self._calls.path()
        return {}, {"prepared": lambda service, viewer: {"rest": path}}

    def _facts(self) -> tuple[dict[str, Any], dict[str, Any]]:
        kind = self._dice.choice((None, "budget", "eligibility", "decision", "target", "program"))
        program = self._dice.choice((None, self._calls.program(), self._calls.program()[:3]))
        return {"kind": kind, "program": program, "year": self._dice.choice((None, 2025, 2026))}, {}

    def _place(self) -> tuple[dict[str, Any], dict[str, Any]]:
        start = self._dice.choice((0, 5, 100))
        return {"path": self._calls.path(), "start": start, "end": start + 60}, {}

    def _page(self) -> tuple[dict[str, Any], dict[str, Any]]:
        boxed = self._dice.choice(({}, {"start": 0, "end": 30}))
        return {"path": self._calls.path(), "page": self._dice.choice((1, 2, 9)), "width": 80, **boxed}, {}

    def _file(self) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"path": self._calls.path()}, {}

    def _budgets(self) -> tuple[dict[str, Any], dict[str, Any]]:
        program, body = self._dice.choice((None, None, self._calls.program())), self._dice.choice((None, None, *BODIES))
        return {"program": program, "body": body, "year": self._dice.choice((None, 2025, 2026))}, {}

    def _table(self) -> tuple[dict[str, Any], dict[str, Any]]:
        return {**self._budgets()[0], "unit": self._dice.choice((None, "億円", "円"))}, {}

    def _changes(self) -> tuple[dict[str, Any], dict[str, Any]]:
        years = self._dice.choice(({}, {"earlier_year": 2025, "later_year": 2026}))
        return {"program": self._dice.choice((None, None, self._calls.program())), **years}, {}

    def _decisions(self) -> tuple[dict[str, Any], dict[str, Any]]:
        source = self._dice.choice((None, "document", "answer", "reply"))
        return {"query": self._dice.choice((None, self._calls.program())), "source": source}, {}

    def _record(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """A record that cites any document, as somebody may make up who knows a path."""
        path = self._calls.path()
        cited = {"marker": 1, "path": path, "title": "題", "section": [], "page": None, "start": 0, "end": 3}
        record = {
            "kind": "reply", "subject": self._calls.program(), "outcome": "認める", "answer": "認めます。[1]", "shared": False,
            "citations": [{**cited, "quote": "引用", "document_sha256": "0" * 64}],
        }  # fmt: skip
        return {}, {"body": record}

    def _history(self) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"query": self._dice.choice((None, self._calls.program())), "limit": self._dice.choice((None, 1, 5))}, {}

    def _conversation(self) -> tuple[dict[str, Any], dict[str, Any]]:
        question, self._kept = self._calls.question(), self._kept + 1
        identity = f"told-{self._kept}"

        def prepared(service: PolicyQA, viewer: Viewer) -> Mapping[str, Any]:
            service.ask(question, viewer=viewer, id=identity)
            service.keep_turns(f"{identity}-{viewer.name}", [identity], Holder(viewer, _BROWSER))
            return {"conversation": f"{identity}-{viewer.name}"}

        return {"form": self._dice.choice((None, "json"))}, {"prepared": prepared}

    def _questions(self) -> tuple[dict[str, Any], dict[str, Any]]:
        return {}, {"prepared": self._keeping()}

    def _run(self) -> tuple[dict[str, Any], dict[str, Any]]:
        keep, form = self._keeping(), self._dice.choice(("csv", "md"))

        def prepared(service: PolicyQA, viewer: Viewer) -> Mapping[str, Any]:
            keep(service, viewer)
            begun = service.evaluation.start(viewer=viewer)
            while service.evaluation.running(viewer=viewer) is not None:
                time.sleep(0.002)
            return {"number": begun.number, "form": form}

        return {}, {"prepared": prepared}

    def _keeping(self) -> Callable[[PolicyQA, Viewer], Mapping[str, Any]]:
        """Keeps one question of the evaluation."""
        question, program = self._calls.question(), self._calls.program()

        def keep(service: PolicyQA, viewer: Viewer) -> Mapping[str, Any]:
            wanted = Question("q1", "budget", question, True, must=((program,),))
            service.evaluation.keep(wanted, viewer=viewer, replaces=True)
            return {}

        return keep


class Turned:
    """A service that hands every call to the one that it is turned to: to draw the pages of an app takes seconds."""

    def __init__(self) -> None:
        self.service: Any = sample_service()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.service, name)


class Server:
    """An app, asked by whoever is known in ``users`` and by whom a proxy names."""

    def __init__(self, turned: Turned, accounts: Accounts, users: UsersFile, loop: asyncio.AbstractEventLoop) -> None:
        app = create_app(turned, accounts)
        self._turned = turned
        self._users = users
        self._loop = loop
        self._clients = {
            address: httpx.AsyncClient(
                transport=httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 1)),
                base_url="http://127.0.0.1",
            )
            for address in (_PROXY, _STRANGER)
        }
        self._known: dict[tuple[str, Way], dict[str, bytes]] = {}

    def outcome(self, request: Request, service: PolicyQA, viewer: Viewer, way: Way) -> list[Any]:
        """What comes of a request over ``service``, by a viewer known in this ``way``: status, headers, body."""
        self._turned.service = service
        method, address = request.route
        address = address.replace("{rest:path}", "{rest}")
        parts = request.prepared(service, viewer)
        answer = self._send(
            _PROXY if way == "proxy" else _STRANGER,
            method,
            address.format(**parts),
            params=list(request.query),
            json=request.body,
            headers=[*request.headers.items(), *self._as(viewer, way).items()],
        )
        return plain_answer(answer)

    def _as(self, viewer: Viewer, way: Way) -> dict[str, bytes]:
        """The headers by which a viewer is known; of a browser, with its own secret too."""
        if (viewer.name, way) not in self._known:
            self._known[viewer.name, way] = self._made_known(viewer, way)
        return self._known[viewer.name, way]

    def _made_known(self, viewer: Viewer, way: Way) -> dict[str, bytes]:
        browser = f"{BROWSER_COOKIE}={_BROWSER}"
        roles = ["editor"] if viewer.editor else []
        if way == "proxy":
            groups = [*sorted(viewer.labels), *(f"policy-qa-{role}" for role in roles)]
            named = {"x-forwarded-user": viewer.name.encode(), "x-forwarded-groups": ",".join(groups).encode()}
            return {**named, "cookie": browser.encode()}
        if viewer.name not in self._users.users():
            self._users.add(viewer.name, _PASSWORD, viewer.labels, roles)
        if way == "token":
            return {
                "authorization": f"Bearer {self._users.give_token(viewer.name)}".encode(),
                "cookie": browser.encode(),
            }
        signed_in = self._send(_STRANGER, "POST", "/sign-in", data={"name": viewer.name, "password": _PASSWORD})
        session = signed_in.headers["set-cookie"].partition(";")[0]
        return {"cookie": f"{session}; {browser}".encode()}

    def _send(self, address: str, method: str, target: str, **rest: Any) -> httpx.Response:
        client = self._clients[address]
        client.cookies.clear()
        return asyncio.run_coroutine_threadsafe(client.request(method, target, **rest), self._loop).result()


@cache
def servers() -> tuple[Server, Server]:
    """Two apps with the same users, for the whole process."""
    folder = Path(mkdtemp(prefix="policy-qa-users-"))
    atexit.register(rmtree, folder)
    users = UsersFile(folder / "users.toml")
    proxy = TrustedProxy.at(_PROXY, "X-Forwarded-User", "X-Forwarded-Groups", "X-Forwarded-Groups")
    accounts, loop = Accounts(users=users, proxy=proxy), asyncio.new_event_loop()
    Thread(target=loop.run_forever, daemon=True).start()  # the browser of other tests holds the event loop of theirs
    one, other = (Server(turned, accounts, users, loop) for turned in (Turned(), Turned()))
    return one, other


def plain_answer(answer: httpx.Response) -> list[Any]:
    """Status, headers and body without what carries nothing; a length that is not that of the body stands out."""
    body = answer.content
    headers = {
        name: _RUN.sub(r"\1", _NONCE.sub("nonce", value))
        for name, value in answer.headers.items()
        if not value.startswith(BROWSER_COOKIE)
    }
    told = int(headers.pop("content-length", len(body)))
    kind = headers.get("content-type", "")
    if "json" in kind:
        body = _VARYING.sub(rb'"\1":0', body)
    elif "spreadsheetml" in kind and answer.status_code == 200:
        with ZipFile(BytesIO(body)) as book:  # with the time at which it was made
            parts = [(name, book.read(name)) for name in book.namelist() if name != "docProps/core.xml"]
        return [answer.status_code, headers, parts]
    elif kind.startswith("text/"):
        lines = _NONCE.sub("nonce", body.decode("utf-8")).splitlines()
        year = time.strftime("%Y")
        lines = [re.sub(r",[0-9.]+$", ",", line) for line in lines if not line.startswith((year, "# 評価", "- 日時"))]
        return [answer.status_code, headers, lines]
    return [answer.status_code, headers, told - len(answer.content), len(body), body]
