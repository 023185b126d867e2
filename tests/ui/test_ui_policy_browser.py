from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.ui.browsing import Served, watched
from tests.ui.samples import sample_service
from ui.app import PAGES

pytestmark = pytest.mark.browser

# What the policy and its Trusted Types stop, each tried on an open page: markup that a bug would let through runs nothing.
_TRIED = """(name) => {
  window.ran = undefined;
  const place = document.createElement("div");
  document.body.append(place);
  const tries = {
    handler: () => { place.innerHTML = '<img src="data:," onerror="ran = 1">'; },
    script: () => { const made = document.createElement("script"); made.text = "ran = 1"; place.append(made); },
    address: () => { const made = document.createElement("script"); made.src = "//evil.example/x.js"; place.append(made); },
    text: () => Function("ran = 1")(),
    evaluated: () => eval("ran = 1"),
    timer: () => setTimeout("ran = 1"),
    link: () => { place.innerHTML = '<a href="javascript:ran = 1">a</a>'; place.querySelector("a")?.click(); },
    frame: () => { place.innerHTML = '<iframe srcdoc="<script>parent.ran = 1</script>"></iframe>'; },
    object: () => { place.innerHTML = '<object data="data:text/html,x"></object><embed src="/docs">'; },
    foreign: () => { place.innerHTML = '<img src="//evil.example/x.png"><a href="//evil.example/">a</a>'; },
    style: () => { place.innerHTML = "<style>body { --taken: 1 }</style>"; },
    base: () => { place.innerHTML = '<base href="//evil.example/"><meta http-equiv="refresh" content="0;url=/docs">'; },
    form: () => { place.innerHTML = '<form action="//evil.example/"><button formaction="/docs">b</button></form>'; },
    template: () => { place.innerHTML = '<svg><style><img src="x" onerror="ran = 1"></style></svg><math><mtext></mtext></math>'; },
  };
  // In a task of its own: what a debugger evaluates may compile text.
  setTimeout(() => { try { tries[name](); } catch {} });
  return new Promise((done) => setTimeout(() => done({
    ran: window.ran ?? null,
    taken: getComputedStyle(document.body).getPropertyValue("--taken"),
    left: [...place.querySelectorAll("script[src], iframe, object, embed, style, base, meta, img, a[href], form[action], [formaction]")].map((one) => one.outerHTML),
  }), 60));
}"""  # fmt: skip
_NAMES = re.findall(r"^    (\w+): \(\) =>", _TRIED, re.MULTILINE)


def test_markup_that_a_bug_would_let_through_runs_nothing_loads_nothing_and_styles_nothing(browser: Browser) -> None:
    with Served(sample_service()) as served, browser.new_context(base_url=served.address) as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/")
        expect(page.locator("#conversation h2").first).to_be_visible()
        asked.clear()
        for name in _NAMES:
            seen = page.evaluate(_TRIED, name)
            allowed = ["<script"] if name == "address" else []  # it was made, and is not loaded
            left = [one for one in seen["left"] if not one.startswith(tuple(allowed))]
            assert (seen["ran"], seen["taken"], left) == (None, "", []), name
        assert [address for address in asked if not address.startswith((served.address, "data:"))] == []
        assert page.url == served.address


def test_every_page_works_within_its_policy(browser: Browser) -> None:
    with Served(sample_service()) as served:
        for page in PAGES:
            with watched(browser, served.address) as opened:
                opened.goto(f"/{page.path}")
                expect(opened).to_have_title(re.compile(r".+ \| "))
        with watched(browser, served.address) as opened:
            opened.goto("/docs")
            assert opened.evaluate("getComputedStyle(document.body).maxWidth") == "960px"
