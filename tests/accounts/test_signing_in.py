"""Signing in and out on the real app: sessions, tokens, forms, and who is kept apart from whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from policy_qa.accounts.callers import SESSION_COOKIE
from policy_qa.accounts.sessions import Sessions
from policy_qa.history import History
from policy_qa.web.server import create_app
from tests.accounts.offices import PASSWORD, PROXY, Office, open_office
from tests.ui.samples import AMOUNT_QUESTION, sample_service

EVIL = "evil.example"


class Clock:
    """A clock that stands still until it is set on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Office:
    return open_office(tmp_path, Sessions(longest_s=36_000, idle_s=7_200, clock=clock))


@pytest.fixture
def app(office: Office, tmp_path: Path) -> FastAPI:
    return create_app(sample_service(History(tmp_path)), office.accounts)


def _asked(client: Any) -> str:
    """What becomes of a question that documents with the label «public» answer."""
    answer = client.post("/api/ask", json={"question": AMOUNT_QUESTION})
    return str(answer.json()["status"]) if answer.status_code == 200 else str(answer.status_code)


def test_who_is_not_known_gets_no_answer_and_who_has_no_labels_no_document(office: Office, app: FastAPI) -> None:
    assert _asked(office.client(app)) == "401"
    assert _asked(office.client(app, "unlabelled")) == "abstained"
    assert office.client(app, "unlabelled").get("/api/status").json()["documents"] == []
    assert _asked(office.client(app, "reader")) == "answered"
    assert _asked(office.client(app, "admin")) == "answered"
    assert office.client(app).get("/healthz").json() == {"status": "ok"}


def test_a_session_lasts_until_it_is_ended_and_its_cookie_is_no_scripts(office: Office, app: FastAPI) -> None:
    client = office.client(app)
    signed_in = client.post("/sign-in", data={"name": "reader", "password": PASSWORD, "next": "/search?q=x"})
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/search?q=x")
    cookie = next(one for one in signed_in.headers.get_list("set-cookie") if SESSION_COOKIE in one)
    assert ("HttpOnly" in cookie, "SameSite=lax" in cookie, "Secure" in cookie) == (True, True, False)
    assert _asked(client) == "answered"
    kept = dict(client.cookies)
    left = client.post("/sign-out")
    assert (left.status_code, left.headers["location"]) == (303, "/sign-in?out=1")
    assert "サインアウトしました" in client.get("/sign-in?out=1").text
    client.cookies.update(kept)  # the same cookie again, as somebody may have copied it
    assert _asked(client) == "401"


def test_behind_a_proxy_that_speaks_https_cookies_are_secure(office: Office, app: FastAPI) -> None:
    form = {"name": "reader", "password": PASSWORD}
    secure, forged = (
        office.client(app, address=address).post("/sign-in", data=form, headers={"x-forwarded-proto": "https"})
        for address in (PROXY, "203.0.113.9")
    )
    assert all("Secure" in cookie for cookie in secure.headers.get_list("set-cookie"))
    assert not any("Secure" in cookie for cookie in forged.headers.get_list("set-cookie"))


def test_a_session_ends_by_itself(office: Office, app: FastAPI, clock: Clock) -> None:
    idle, busy = office.browser(app, "reader"), office.browser(app, "reader")
    for _ in range(5):
        clock.now += 7_000
        assert _asked(busy) == "answered"
    assert _asked(idle) == "401"
    clock.now += 7_000  # ten hours after it began, used or not
    assert _asked(busy) == "401"


@pytest.mark.parametrize("change", ["removed", "password", "tokens", "file"])
def test_whoever_is_taken_out_is_out_at_the_next_request(office: Office, app: FastAPI, change: str) -> None:
    browser, program = office.browser(app, "reader"), office.client(app, "reader")
    assert (_asked(browser), _asked(program)) == ("answered", "answered")
    if change == "removed":
        office.users.remove("reader")
    elif change == "password":
        office.users.change("reader", password="another horse battery")
    elif change == "tokens":
        office.users.change("reader", without_tokens=True)
    else:
        office.users.path.unlink()
    assert _asked(browser) == ("answered" if change == "tokens" else "401")
    assert _asked(program) == ("answered" if change == "password" else "401")


def test_other_labels_and_roles_hold_at_the_next_request(office: Office, app: FastAPI) -> None:
    browser = office.browser(app, "reader")
    assert len(browser.get("/api/status").json()["documents"]) == 2
    assert browser.get("/api/verify").status_code == 403
    office.users.change("reader", labels=["other"], roles=["auditor"])
    assert browser.get("/api/status").json()["documents"] == []
    assert browser.get("/api/verify").status_code == 200
    assert _asked(browser) == "abstained"


def test_a_file_that_cannot_be_understood_closes_everything_without_saying_where_it_is(
    office: Office, app: FastAPI
) -> None:
    browser = office.browser(app, "admin")
    office.users.path.write_text("nonsense", encoding="utf-8")
    refused = browser.get("/api/status")
    assert (refused.status_code, "users.toml" in refused.text) == (503, False)
    signing_in = office.client(app).post("/sign-in", data={"name": "admin", "password": PASSWORD})
    assert (signing_in.status_code, "users.toml" in signing_in.text) == (503, False)


def test_auditors_read_the_whole_log_and_others_their_own(office: Office, app: FastAPI) -> None:
    for name in ("reader", "editor"):
        assert _asked(office.client(app, name)) == "answered"
    seen = {
        name: {one["viewer"] for one in office.client(app, name).get("/api/history").json()}
        for name in ("reader", "editor", "auditor", "unlabelled")
    }
    assert seen == {
        "reader": {"reader"}, "editor": {"editor"}, "auditor": {"reader", "editor"}, "unlabelled": set(),
    }  # fmt: skip


def test_a_wrong_name_and_a_wrong_password_are_told_alike(office: Office, app: FastAPI) -> None:
    wrong = [("reader", "wrong horse battery"), ("nobody", PASSWORD), ("", ""), ("reader", ""), ("reader\0", PASSWORD)]
    for name, password in wrong:
        refused = office.client(app).post("/sign-in", data={"name": name, "password": password})
        assert refused.status_code == 401
        assert "名前かパスワードが違います" in refused.text
        assert 'role="alert"' in refused.text
        assert SESSION_COOKIE not in str(refused.headers.get_list("set-cookie"))
        assert not password or password not in refused.text


def test_what_was_typed_comes_back_as_text_only(office: Office, app: FastAPI) -> None:
    attack = '"><script>alert(1)</script>'
    shown = office.client(app).post("/sign-in", data={"name": attack, "password": attack, "next": attack}).text
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


def test_guessing_is_slowed_down_per_user_and_address(office: Office, app: FastAPI) -> None:
    guesser = office.client(app)
    tried = [
        guesser.post("/sign-in", data={"name": "reader", "password": f"wrong horse {number}"}).status_code
        for number in range(12)
    ]
    assert tried == [401] * 10 + [429] * 2
    refused = guesser.post("/sign-in", data={"name": "reader", "password": PASSWORD})
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "900")  # also the right one
    assert _asked(office.browser(app, "reader", address="198.51.100.7")) == "answered"  # elsewhere, as they always did
    assert _asked(office.browser(app, "editor")) == "answered"


def test_one_address_that_tries_every_user_is_slowed_down(office: Office, app: FastAPI) -> None:
    guesser = office.client(app)
    tried = [
        guesser.post("/sign-in", data={"name": f"user{number}", "password": PASSWORD}).status_code
        for number in range(102)
    ]
    assert tried == [401] * 100 + [429] * 2


def test_the_address_that_counts_is_the_browsers_and_not_the_trusted_proxys(office: Office, app: FastAPI) -> None:
    def guess(origin: str, number: int) -> int:
        form = {"name": "reader", "password": f"wrong horse {number}"}
        client = office.client(app, address=PROXY)
        return client.post("/sign-in", data=form, headers={"x-forwarded-for": f"1.2.3.4, {origin}"}).status_code

    assert [guess("198.51.100.1", number) for number in range(11)] == [401] * 10 + [429]
    assert guess("198.51.100.2", 0) == 401


@pytest.mark.parametrize(
    "address", [f"https://{EVIL}/", f"//{EVIL}", f"/\\{EVIL}", "/\tx", "javascript:x", "/sign-out", ""]
)
def test_after_signing_in_a_browser_stays_on_this_server(office: Office, app: FastAPI, address: str) -> None:
    signed_in = office.client(app).post("/sign-in", data={"name": "reader", "password": PASSWORD, "next": address})
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/")


def test_a_page_of_another_site_changes_nothing(office: Office, app: FastAPI) -> None:
    browser = office.browser(app, "editor")
    form = {"name": "reader", "password": PASSWORD}
    foreign: list[dict[str, str]] = [
        {"origin": f"https://{EVIL}"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:81"},
        {"sec-fetch-site": "cross-site"},
    ]
    for headers in foreign:
        for answer in (
            browser.post("/api/ask", json={"question": AMOUNT_QUESTION}, headers=headers),
            browser.post("/sign-out", headers=headers),
            browser.post("/sign-in", data=form, headers=headers),
            browser.put("/api/uploads/" + "0" * 32, params={"name": "a.txt"}, content=b"a", headers=headers),
            browser.post("/gradio_api/queue/join", json={"session_hash": "x"}, headers=headers),
        ):
            assert (answer.status_code, answer.json()["error"]["kind"]) == (403, "NotAllowed")
    assert _asked(browser) == "answered"
    own = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
    assert browser.post("/api/ask", json={"question": AMOUNT_QUESTION}, headers=own).status_code == 200


def test_an_open_page_answers_nobody_but_who_opened_it_also_in_the_same_browser(office: Office, app: FastAPI) -> None:
    browser = office.browser(app, "reader")
    event = {"session_hash": "page1", "fn_index": 10_000, "data": []}
    assert browser.post("/gradio_api/queue/join", json=event).status_code != 401
    browser.post("/sign-out")
    assert browser.post("/sign-in", data={"name": "editor", "password": PASSWORD}).status_code == 303
    for answer in (
        browser.post("/gradio_api/queue/join", json=event),
        browser.post("/gradio_api/cancel", json={**event, "event_id": "x"}),
        browser.get("/gradio_api/queue/data", params={"session_hash": "page1"}),
        browser.get("/gradio_api/heartbeat/page1"),
        browser.post("/gradio_api/queue/join", json={"data": []}),
        browser.post("/gradio_api/queue/join", content=b"{"),
    ):
        assert answer.status_code == 401
    assert browser.post("/gradio_api/queue/join", json={**event, "session_hash": "page2"}).status_code != 401


def test_nothing_a_user_sees_is_kept_by_the_browser(office: Office, app: FastAPI) -> None:
    browser = office.browser(app, "reader")
    for address in ("/", "/search", "/api/status", "/api/original?path=plans/umibe.md"):
        assert browser.get(address).headers["cache-control"] == "no-store"
    assert office.client(app).get("/sign-in").headers["cache-control"] == "no-store"


def test_the_sign_in_page_speaks_both_languages_and_remembers(office: Office, app: FastAPI) -> None:
    client = office.client(app)
    assert '<html lang="ja">' in client.get("/sign-in").text
    assert "Sign in" in client.get("/sign-in?lang=en").text
    assert '<html lang="en">' in client.get("/sign-in").text
    assert "<script" not in client.get("/sign-in").text


def test_a_large_form_is_no_form(office: Office, app: FastAPI) -> None:
    form = {"name": "reader", "password": PASSWORD, "next": "x" * 20_000}
    assert office.client(app).post("/sign-in", data=form).status_code == 401
