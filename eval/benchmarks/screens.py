"""How long people wait for the screens: ``python -m eval.benchmarks.screens [--pages N] [--questions N] [--corpus FOLDER] [--write]``.

Debian's chromium opens the pages of ``policy-qa serve`` over the documents of ``corpus/``, which are in the index. A page is usable when its welcome, with
questions to start with, and a field that takes letters are there: *empty* for a browser that never saw it (nothing in its cache), *again* for one
that did. An answer starts to show with the first line of it, the verdict or value, and is whole with its source in the panel; both count from the
key that sends. The clock is that of the browser, from the start of the navigation or the press of the key to the frame after the change. Processor
seconds are those of the server and of all processes of the browser. The load of the machine, by which clocks go slower, stands beside the figures.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from policy_qa.judging import load_questions

RESULT = Path(__file__).parents[1] / "results" / "screens.md"
_QUESTIONS = Path(__file__).parents[1] / "questions" / "seed.jsonl"
_TICKS = os.sysconf("SC_CLK_TCK")
_GOALS = {"usable": 2_000, "starts": 300}  # milliseconds

# Runs before any script of the page, and notes when what is waited for is drawn.
_WATCH = """
window.seen = {};
const drawn = (name) => { if (!(name in window.seen)) { window.seen[name] = null;
  requestAnimationFrame(() => setTimeout(() => (window.seen[name] = performance.now()))); } };
const look = () => {
  if (document.querySelector('#conversation .welcome .choice') && document.querySelector('#question textarea:enabled')) drawn('usable');
  const turns = [...document.querySelectorAll('.turn')];
  if (!window.expected || turns.length < window.expected) return;
  drawn('question');
  const last = turns.at(-1);
  if (last.querySelector('.working')) return;
  drawn('starts');
  const cited = last.querySelector('.sources');
  if (!cited || document.querySelector('#panel [data-back]')?.dataset.back.includes(`"turn": ${turns.length - 1},`)) drawn('whole');
};
new MutationObserver(look).observe(document, { childList: true, subtree: true, attributes: true });
document.addEventListener('keydown', (event) => { if (event.key === 'Enter') window.sentAt ??= performance.now(); }, true);
"""


@dataclass(slots=True)
class Measured:
    """Milliseconds by the clock, and processor seconds of the server and the browser, of the same thing done several times."""

    clock: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    browser: list[float] = field(default_factory=list)

    def row(self, name: str, goal: int | None = None) -> str:
        """A row of the table."""
        spread = f"{min(self.clock):,.0f}–{max(self.clock):,.0f}"
        spent = [f"{statistics.median(times):.2f}" if times else "" for times in (self.server, self.browser)]
        within = f"{sum(ms <= goal for ms in self.clock)} of {len(self.clock)} within {goal:,}" if goal else ""
        return f"| {name} | {statistics.median(self.clock):,.0f} | {spread} | {within} | {' | '.join(spent)} |"


class Server:
    """``policy-qa serve`` as a process of its own; ``started`` are the seconds until it said that it listens."""

    def __init__(self, corpus: Path, index: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/"
        folders = ["--corpus", str(corpus), "--index", str(index)]
        begun = time.perf_counter()
        self.process = subprocess.Popen(  # noqa: S603 -- ourselves
            [sys.executable, "-m", "policy_qa", "serve", "--port", str(port), *folders],
            stderr=subprocess.PIPE,
            text=True,
        )
        self._stderr = self.process.stderr
        said = self._stderr.readline() if self._stderr else ""
        self.started = time.perf_counter() - begun
        self.spent = processor_seconds(self.process.pid)
        if self.address not in said:
            sys.exit(f"サーバーを起動できません：{said.strip()}")

    def close(self) -> None:
        """Ends it."""
        self.process.terminate()
        self.process.wait(timeout=20)


@contextmanager
def serving(corpus: Path, index: Path) -> Iterator[Server]:
    """A server that ends with the block."""
    server = Server(corpus, index)
    try:
        yield server
    finally:
        server.close()


def processor_seconds(pid: int) -> float:
    """What a process and all it started, as far as they still run, have spent."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            after_name = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        parents[int(folder.name)] = int(after_name[1])
        spent[int(folder.name)] = (int(after_name[11]) + int(after_name[12])) / _TICKS

    def is_under(one: int) -> bool:
        while one not in {pid, 0}:
            one = parents.get(one, 0)
        return one == pid

    return sum(seconds for one, seconds in spent.items() if is_under(one))


class Watcher:
    """Pages of one browser on one server, and what they cost."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def opened(self, context: BrowserContext, into: Measured) -> Page:
        """A page, as soon as it is usable."""
        server, browser = processor_seconds(self._server.process.pid), self._browser_spent()
        page = context.new_page()
        page.add_init_script(_WATCH)
        page.goto(self._server.address, wait_until="commit")
        _until(page, "window.seen?.usable")
        into.clock.append(page.evaluate("window.seen.usable"))
        page.locator("#question textarea").press_sequentially("あ")  # it takes letters
        _until(page, "document.querySelector('#question textarea').value === 'あ'")
        into.server.append(processor_seconds(self._server.process.pid) - server)
        into.browser.append(self._browser_spent() - browser)
        return page

    def asked(self, page: Page, question: str, shown: Measured, starts: Measured, whole: Measured) -> None:
        """One question, from the key that sends it to its source in the panel."""
        page.evaluate(
            "window.expected = document.querySelectorAll('.turn').length + 1; window.seen = {}; delete window.sentAt"
        )
        page.locator("#question textarea").fill(question)
        server = processor_seconds(self._server.process.pid)
        page.keyboard.press("Enter")
        _until(page, "window.seen.whole")
        starts.server.append(processor_seconds(self._server.process.pid) - server)
        sent, seen = page.evaluate("window.sentAt"), page.evaluate("window.seen")
        for name, into in (("question", shown), ("starts", starts), ("whole", whole)):
            into.clock.append(seen[name] - sent)
        page.wait_for_timeout(800)  # the chips and follow-ups of this answer come, as they do while people read it

    def _browser_spent(self) -> float:
        mine = processor_seconds(os.getpid())
        return mine - processor_seconds(self._server.process.pid)


def _until(page: Page, condition: str) -> None:
    """Waits for what JavaScript says: Playwright's own way evaluates text in the page later on, which the page's policy forbids."""
    page.evaluate(
        f"() => new Promise((done) => {{ const look = () => ({condition}) ? done() : requestAnimationFrame(look); look(); }})"
    )


def measured(corpus: Path, pages: int, questions: Sequence[str]) -> Iterator[str]:
    """The rows of the table."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("chromium がありません（Debian・Ubuntu では apt-get install chromium）。")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        index = Path(folder, "index")
        subprocess.run(  # noqa: S603 -- ourselves
            [sys.executable, "-m", "policy_qa", "sync", "--corpus", str(corpus), "--index", str(index)],
            check=True,
            capture_output=True,
        )
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield from _rows(browser, corpus, index, pages, questions)
        browser.close()


def _rows(browser: Browser, corpus: Path, index: Path, pages: int, questions: Sequence[str]) -> Iterator[str]:
    start, first, empty, again = (Measured() for _ in range(4))
    shown, starts, whole, opening = (Measured() for _ in range(4))
    for _ in range(3):
        with serving(corpus, index) as server, browser.new_context(locale="ja-JP") as context:
            start.clock.append(server.started * 1_000)
            start.server.append(server.spent)
            Watcher(server).opened(context, first)
    with serving(corpus, index) as server:
        watcher = Watcher(server)
        with browser.new_context(locale="ja-JP") as context:
            watcher.opened(context, Measured())  # the server's first page was measured above
        for _ in range(pages):
            with browser.new_context(locale="ja-JP") as context:
                watcher.opened(context, empty).close()
                page = watcher.opened(context, again)
                watcher.asked(page, questions[0], Measured(), opening, Measured())
        page = watcher.opened(browser.new_context(locale="ja-JP"), Measured())
        for question in questions:
            watcher.asked(page, question, shown, starts, whole)
            page.locator("#clear").click()
            _until(page, "document.querySelector('#conversation .welcome')")
    yield start.row("start of the server, until it listens")
    yield first.row("page usable: first page of a server that just started, empty", _GOALS["usable"])
    yield empty.row("page usable, empty", _GOALS["usable"])
    yield again.row("page usable, again", _GOALS["usable"])
    yield opening.row("answer starts to show: first question of a page", _GOALS["starts"])
    yield shown.row("question shows, with what is being done")
    yield starts.row("answer starts to show", _GOALS["starts"])
    yield whole.row("answer whole, its source in the panel")


def main() -> None:
    """Reads the command line, measures, prints; ``--write`` keeps the table under ``eval/results``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"), help="folder of documents")
    parser.add_argument("--pages", type=int, default=9, help="how often a page is opened")
    parser.add_argument("--questions", type=int, default=30, help="how many questions of seed.jsonl are asked")
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.name} under eval/results")
    options = parser.parse_args()
    texts = [question.question for question in load_questions(_QUESTIONS)[0] if not question.turns]
    asked = texts[:: max(1, len(texts) // options.questions)][: options.questions]
    lines = [
        "| what | median, ms | least–most | goal | CPU s: server | browser |",
        "|---|---|---|---|---|---|",
        *measured(options.corpus, options.pages, asked),
    ]
    load = ", ".join(f"{mean:.1f}" for mean in os.getloadavg())
    lines += ["", f"Load of the machine ({os.cpu_count()} cores) over the last 1, 5 and 15 minutes: {load}."]
    print("\n".join(lines))
    if options.write:
        said = re.sub(r"\s+", " ", (__doc__ or "").partition("\n\n")[2]).strip()
        command = f"`{' '.join(['python -m eval.benchmarks.screens', *sys.argv[1:]])}`, {time.strftime('%Y-%m-%d')}."
        RESULT.write_text("\n".join([f"# Waiting for the screens\n\n{command} {said}\n", *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
