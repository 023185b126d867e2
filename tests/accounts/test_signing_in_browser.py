"""Signing in and out in a real browser, with the keyboard, with and without scripts, one person after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as TimedOut

from policy_qa.history import History
from tests.accounts.offices import PASSWORD, Office, open_office
from tests.ui.browsing import Served, ask, serious_faults, watched
from tests.ui.samples import AMOUNT_QUESTION, sample_service

pytestmark = pytest.mark.browser


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return open_office(tmp_path)


@pytest.fixture
def address(office: Office, tmp_path: Path) -> Iterator[str]:
    with Served(sample_service(History(tmp_path)), office.accounts) as served:
        yield served.address


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """With the keyboard alone, from the field that has the focus."""
    expect(page.locator("#name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_people_sign_in_ask_and_sign_out_and_the_next_one_sees_nothing_of_it(
    browser: Browser,
    address: str,
) -> None:
    with watched(browser, address) as page:
        page.goto("/search?q=交付金")
        assert serious_faults(page) == set()
        sign_in(page, "reader", "wrong horse battery")
        expect(page.get_by_role("alert")).to_contain_text("名前かパスワードが違います")
        expect(page.locator("#password")).to_be_focused()
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#search-results")).to_contain_text("交付金")  # where they wanted to go
        expect(page.locator(".signed-in")).to_contain_text("reader")
        page.goto("/")
        ask(page, AMOUNT_QUESTION)
        expect(page.locator("#conversations")).to_contain_text("海辺のまち支援事業")
        conversation = page.locator("#conversation").inner_text()
        assert "12億3,400万円" in conversation
        page.get_by_role("button", name="サインアウト").click()
        expect(page.get_by_text("サインアウトしました。", exact=True)).to_be_visible()
        page.go_back()
        expect(page.locator("#name")).to_be_visible()
        sign_in(page, "unlabelled")
        expect(page.locator(".signed-in")).to_contain_text("unlabelled")
        expect(page.locator("#conversation h2").first).to_be_visible()
        expect(page.locator("body")).not_to_contain_text("海辺")
        page.goto("/documents")
        expect(page.locator(".signed-in")).to_contain_text("unlabelled")
        expect(page.locator("body")).not_to_contain_text("海辺")


def test_an_open_page_shows_nothing_more_when_its_user_is_taken_out(
    browser: Browser,
    address: str,
    office: Office,
) -> None:
    with watched(browser, address) as page:
        page.goto("/")
        sign_in(page, "reader")
        expect(page.locator("#conversation h2").first).to_be_visible()
        ask(page, AMOUNT_QUESTION)
        office.users.change("reader", labels=["other"])
        ask(page, AMOUNT_QUESTION)
        expect(page.locator(".turn").last).not_to_contain_text("12億")
        expect(page.locator("#conversation")).to_contain_text("閲覧できなくなったため")  # the answer of before
        expect(page.locator("body")).not_to_contain_text("12億")
        office.users.remove("reader")
        with suppress(TimedOut):  # what the page was still asking for by itself may have led to the sign-in already
            page.locator("#question textarea").fill("もう一度", timeout=5_000)
            page.keyboard.press("Enter")
        expect(page.locator("#name")).to_be_focused()


def test_signing_in_needs_no_script(browser: Browser, address: str) -> None:
    with browser.new_context(java_script_enabled=False, base_url=address, locale="ja-JP") as context:
        page = context.new_page()
        page.goto("/docs")
        page.get_by_role("link", name="English").click()
        expect(page.get_by_role("heading")).to_have_text("Sign in")
        page.locator("#name").fill("reader")
        page.locator("#password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("policy_qa REST API")
