"""No secret stands in an address: no password, token, session or browser's secret in what a browser asks for, is led to or is linked to, nor in a log.

Addresses are kept where secrets are not to be: in histories, bookmarks, logs of proxies, and what is passed on of a page that was left.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from playwright.sync_api import Browser, Page, expect

from policy_qa.accounts.callers import SESSION_COOKIE
from policy_qa.history import History
from policy_qa.web.server import create_app
from tests.accounts.offices import PASSWORD, PROXY, USERS, Office, open_office
from tests.accounts.routes import routes_of
from tests.ui.browsing import Served, ask
from tests.ui.samples import AMOUNT_QUESTION, sample_service
from ui.cookies import BROWSER_COOKIE

WRONG = "a password that somebody else has"
# Of every element what names an address: a link, a form, a file, a frame.
ADDRESSES = """() => [...document.querySelectorAll("*")].flatMap(
    element => ["href", "src", "action", "formaction", "data", "poster"].map(name => element.getAttribute(name)).filter(Boolean))"""


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_office(tmp_path)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Whatever anything in this process has to say, the server's threads among it."""
    caplog.set_level(logging.DEBUG)
    return caplog


def found(secrets: Iterable[str], places: Iterable[str]) -> list[tuple[str, str]]:
    """Each secret in each place, in any of the ways in which an address writes it."""
    written = [(secret, {secret, quote(secret), quote(secret, safe=""), quote_plus(secret)}) for secret in secrets]
    return [(secret, place) for place in places for secret, ways in written if any(way in place for way in ways)]


def test_a_secret_is_found_however_an_address_writes_it() -> None:
    assert found(["a b/c"], ["/x?q=a+b%2Fc", "/x?q=a%20b/c", "/a%20b%2Fc", "/x?q=a"]) == [
        ("a b/c", place) for place in ("/x?q=a+b%2Fc", "/x?q=a%20b/c", "/a%20b%2Fc")
    ]


@pytest.fixture
def address(office: Office, tmp_path: Path) -> Iterator[str]:
    with Served(sample_service(History(tmp_path)), office.accounts) as served:
        yield served.address


@pytest.mark.browser
def test_a_browser_meets_no_secret_in_an_address(browser: Browser, address: str, log: pytest.LogCaptureFixture) -> None:
    with browser.new_context(base_url=address, locale="ja-JP") as context:
        page = context.new_page()
        met: list[str] = []
        page.on("request", lambda request: met.append(f"{request.url} {request.headers.get('referer', '')}"))
        page.on("response", lambda answer: met.append(answer.headers.get("location", "")))
        page.on("framenavigated", lambda frame: met.append(frame.url))
        page.goto("/search?q=交付金")
        signing_in(page, WRONG)
        expect(page.get_by_role("alert")).to_contain_text("名前かパスワードが違います")
        met += page.evaluate(ADDRESSES)
        signing_in(page, PASSWORD)
        expect(page.locator("#search-results")).to_contain_text("交付金")
        secrets = {
            cookie["value"] for cookie in context.cookies() if cookie["name"] in {SESSION_COOKIE, BROWSER_COOKIE}
        }
        assert len(secrets) == 2
        for opened in ("/", "/decisions", "/budgets", "/documents", "/facts", "/evaluation", "/docs"):
            page.goto(opened)
            if opened == "/":
                ask(page, AMOUNT_QUESTION)
                expect(page.locator("#conversations")).to_contain_text("海辺のまち支援事業")
            page.wait_for_load_state("load")
            met += page.evaluate(ADDRESSES)
        page.goto("/")
        page.get_by_role("button", name="サインアウト").click()
        expect(page.get_by_text("サインアウトしました。", exact=True)).to_be_visible()
        met += page.evaluate(ADDRESSES)
    assert any("/gradio_api/queue/join" in one for one in met)
    assert any(one.startswith("/sign-in") for one in met)
    assert found([PASSWORD, WRONG, *secrets], [*met, *told(log)]) == []


def signing_in(page: Page, password: str) -> None:
    page.locator("#name").fill("reader")
    page.locator("#password").fill(password)
    page.keyboard.press("Enter")


def told(log: pytest.LogCaptureFixture) -> list[str]:
    """The lines of the log, but for what tests themselves have to say of their requests."""
    return [record.getMessage() for record in log.records if not record.name.startswith(("httpx", "httpcore"))]


def test_no_route_says_a_secret_in_an_address_or_in_a_log(
    office: Office, tmp_path: Path, log: pytest.LogCaptureFixture
) -> None:
    app = create_app(sample_service(History(tmp_path)), office.accounts)
    met = []
    session = office.browser(app, "reader")
    secrets = [PASSWORD, *office.tokens.values(), *session.cookies.values()]
    clients = [session, office.client(app), *(office.client(app, name) for name in USERS)]
    for client in clients:
        for method, path in sorted(set(routes_of(app.routes))):
            if path.startswith("/gradio_api") or path == "/sign-out":
                continue
            answer = client.request(method, path.replace("{", "").replace("}", ""), headers={"accept": "text/html"})
            met += [
                answer.headers.get("location", ""),
                answer.headers.get("refresh", ""),
                answer.headers.get("link", ""),
            ]
            if "text/html" in answer.headers.get("content-type", "") or answer.status_code >= 400:
                met.append(answer.text)
    assert any(one.startswith("/sign-in?next=") for one in met)
    assert found(secrets, [*met, *told(log)]) == []


def test_a_secret_in_an_address_lets_nobody_in_and_is_not_repeated(office: Office, tmp_path: Path) -> None:
    """What somebody puts there by mistake opens nothing, so that nobody gets used to it."""
    app = create_app(sample_service(History(tmp_path)), office.accounts)
    token, session = office.tokens["reader"], str(office.browser(app, "reader").cookies[SESSION_COOKIE])
    for address in ("/api/status", "/api/facts"):
        for name, value in (
            ("token", token), ("access_token", token), ("authorization", f"Bearer {token}"), (SESSION_COOKIE, session),
            ("x-forwarded-user", "reader"),
        ):  # fmt: skip
            for client in (office.client(app), office.client(app, address=PROXY)):
                answer = client.get(address, params={name: value})
                assert (answer.status_code, found([value], [answer.text])) == (401, [])
    asked = office.client(app).get("/sign-in", params={"name": "reader", "password": PASSWORD})
    assert (asked.status_code, SESSION_COOKIE in asked.headers.get("set-cookie", "")) == (200, False)
    assert found([PASSWORD], [asked.text]) == []
