"""Pages as people with other eyes and screens read them: enlarged, narrow, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from policy_qa.service import PolicyQA
from tests.ui.browsing import Served, ask, open_chat
from ui.app import PAGES

pytestmark = pytest.mark.browser

# Amounts and years of a page, whatever element they are in, that begin on one line and end on another.
_BROKEN = """() => {
    const figures = /[▲△]?[0-9][0-9,.]*[兆億万千百]*円|(?:令和|平成)[0-9]+年度?|[0-9.]+[%％]/g;
    const broken = [], texts = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        for (const figure of texts.currentNode.data.matchAll(figures)) {
            const range = document.createRange();
            range.setStart(texts.currentNode, figure.index);
            range.setEnd(texts.currentNode, figure.index + figure[0].length);
            const lines = new Set([...range.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top)));
            if (lines.size > 1) broken.push(texts.currentNode.data);
        }
    }
    return broken;
}"""


@pytest.fixture(scope="module")
def seed_address(seed: PolicyQA) -> Iterator[str]:
    with Served(seed) as served:
        yield served.address


def _shown(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("h1")).to_be_attached()
    expect(page.locator("main .piece :is(h2, table)").first).to_be_visible()


@pytest.mark.parametrize(("width", "scale"), [(640, 2), (360, 1)], ids=["200% of 1280", "360"])
def test_no_page_scrolls_sideways_and_no_figure_breaks(
    browser: Browser, seed_address: str, width: int, scale: int
) -> None:
    with browser.new_context(
        viewport={"width": width, "height": 450},
        device_scale_factor=scale,
        locale="ja-JP",
        base_url=seed_address,
    ) as context:
        page = context.new_page()
        for shown in (*(one.path for one in PAGES), "search?q=地域未来交付金", "decisions?record=問い"):
            _shown(page, shown)
            if not shown:
                ask(page, "令和8年度の地域未来交付金の予算額は？")
                expect(page.locator("#question textarea")).to_be_in_viewport()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, shown
            assert page.evaluate(_BROKEN) == [], shown


def test_japanese_breaks_between_phrases_and_figures_stand_in_columns(browser: Browser, seed_address: str) -> None:
    with browser.new_context(locale="ja-JP") as context:
        page = context.new_page()
        open_chat(page, seed_address)
        style = "(name) => getComputedStyle(document.querySelector('.gradio-container'))[name]"
        assert page.evaluate(style, "wordBreak") == "auto-phrase"
        assert page.evaluate(style, "fontVariantNumeric") == "tabular-nums"


def test_the_keyboard_goes_through_the_page_in_the_order_it_is_read(browser: Browser, seed_address: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}, locale="ja-JP") as context:
        page = context.new_page()
        open_chat(page, seed_address)
        ask(page, "令和8年度の地域未来交付金の予算額は？")
        expect(page.locator("#next .choice").first).to_be_visible()
        page.locator("body").evaluate("element => { element.tabIndex = -1; element.focus(); }")
        places = [
            "a.skip",
            ".product",
            ".pages",
            ".settings",
            "#clear",
            "#conversations",
            "#conversation",
            "#next",
            "#composer",
            "#panel",
        ]
        met: list[str] = []
        for _ in range(60):
            page.keyboard.press("Tab")
            place = page.evaluate(
                "(places) => places.find((place) => document.activeElement.closest(place)) ?? ''", places
            )
            if place and place not in met[-1:]:
                met.append(place)
            if place == "#panel":
                break
        assert met == places
