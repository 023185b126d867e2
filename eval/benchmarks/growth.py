"""How indexing and searching grow with the corpus, beside other people's searches: ``python -m eval.benchmarks.growth [--up-to N] [--write]``.

Corpora of about 1,000, 10,000, 100,000 (and with ``--up-to 1000000`` a million) chunks are made of minutes and laws, as text files in folders. Ours
is measured as it is used: ``sync`` (reading, MeCab, facts, keywords and vectors), then ``search`` in a process of its own. The others get
the same texts in memory: LlamaIndex's starter pipeline whole documents, which it cuts itself; BM25Retriever, bm25s and SQLite's trigrams
passages of whole sentences, cut before the clock starts. Every step runs in a process of its own, and is stopped after ``--limit`` seconds: then
larger corpora are not tried. ``--baselines-up-to`` keeps the others from the largest. With ``--write`` each step is kept as it ends, and ``--go-on``
does only what is not there yet.

Questions come from other text. Processor time of indexing is that of all processes together. Memory is the largest sum of what a process and its children hold (PSS: what they share counts once).
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from eval.benchmarks.growth_plot import Curve, Panel, drawing
from eval.benchmarks.measuring import TRAIN, questions_of_others, training_documents

if TYPE_CHECKING:
    from eval.retrieval.systems import Corpus, Search

RESULTS = Path(__file__).parents[1] / "results"
KEPT = RESULTS / "growth.json"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
CHARACTERS_A_CHUNK = 240  # of minutes and laws; how many chunks come out is counted
FOLDERS = 100  # a filter by folder lets a hundredth of the documents through, one by ten of them a tenth
QUESTIONS = 200
WARMING = 20  # questions before those that are timed
OURS = "policy_qa"
LISTED = 10  # hits a question

BASELINES = {
    "LlamaIndex, vectors": "llama_vectors",
    "LlamaIndex, BM25Retriever": "llama_bm25",
    "bm25s, MeCab lemmas": "bm25s",
    "SQLite FTS5, trigrams": "fts5_trigrams",
}


@dataclass(slots=True)
class Measured:
    """One system on one corpus. Milliseconds a question are (median, 95th percentile); ``None``: not measured, and why stands in ``stopped``."""

    system: str
    size: int
    characters: int
    chunks: int | None = None
    indexing_s: float | None = None
    indexing_cpu_s: float | None = None
    indexing_mb: float | None = None
    asking_mb: float | None = None
    opening_s: float | None = None
    one_thread: tuple[float, float] | None = None
    one_thread_cpu: tuple[float, float] | None = None
    two_threads: tuple[float, float] | None = None
    tenth: tuple[float, float] | None = None
    hundredth: tuple[float, float] | None = None
    stopped: str = ""


# -- corpora ----------------------------------------------------------------------------------------------------------------


def texts(characters: int) -> Iterator[tuple[str, str]]:
    """Titles and texts, so many characters of them. Where there are no more, the same ones are cut elsewhere: each begun a third further on."""
    left = characters
    for turn in range(100):
        for title, text in training_documents():
            start = len(text) * turn // 3 % max(1, len(text))
            part = text[start:] + text[:start]
            yield (title if turn == 0 else f"{title}（{turn + 1}）"), part[:left]
            left -= len(part)
            if left <= 0:
                return


def write_corpus(folder: Path, characters: int) -> int:
    """How many characters were written: a file for each text, in ``FOLDERS`` folders by turns."""
    written = 0
    for number, (title, text) in enumerate(texts(characters)):
        place = folder / f"{number % FOLDERS:02}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:05}.txt").write_text(f"{title}\n\n{text}", encoding="utf-8")
        written += len(text)
    return written


def passages(characters: int) -> Iterator[str]:
    """The same texts in pieces of whole sentences, about as long as our chunks."""
    for _, text in texts(characters):
        piece = ""
        for sentence in re.split(r"(?<=[。\n])", text):
            piece += sentence
            if len(piece) >= CHARACTERS_A_CHUNK:
                yield piece
                piece = ""
        if piece.strip():
            yield piece


# -- what a child process does ----------------------------------------------------------------------------------------------


def timed(
    ask: Callable[[str], object], questions: list[str], threads: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    """(median, 95th percentile) of milliseconds a question, by the clock and of the processor, so many asked at a time."""

    def one(question: str) -> tuple[float, float]:
        started, worked = time.perf_counter(), time.thread_time()
        ask(question)
        return (time.perf_counter() - started) * 1000, (time.thread_time() - worked) * 1000

    with ThreadPoolExecutor(threads) as pool:
        spent = np.array(list(pool.map(one, questions)))
    median, last = np.percentile(spent, [50, 95], axis=0)
    return (float(median[0]), float(last[0])), (float(median[1]), float(last[1]))


def ask_all(search: Callable[[str], object], found: dict[str, Any]) -> None:
    """Adds the milliseconds of all questions to ``found``."""
    questions = questions_of_others(QUESTIONS + WARMING)
    for question in questions[:WARMING]:
        search(question)
    found["one_thread"], found["one_thread_cpu"] = timed(search, questions[WARMING:], 1)
    found["two_threads"], _ = timed(search, questions[WARMING:], 2)


def sync_ours(folder: Path) -> dict[str, Any]:
    """What ``sync`` took."""
    from policy_qa import Settings, open_policy_qa

    with open_policy_qa(Settings(corpus=folder / "corpus", index=folder / "index")) as service:
        started, before = time.perf_counter(), processor_s()
        report = service.sync()
        return {"indexing_s": time.perf_counter() - started, "before_s": before, "chunks": report.chunks}


def processor_s() -> float:
    """Seconds of the processor that this process and its children that have ended took."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def ask_ours(folder: Path) -> dict[str, Any]:
    """What ``search`` took, over everything and inside filters."""
    from policy_qa import Filters, Settings, Viewer, open_policy_qa

    found: dict[str, Any] = {}
    viewer = Viewer.local_owner()
    with open_policy_qa(Settings(corpus=folder / "corpus", index=folder / "index")) as service:
        started = time.perf_counter()
        service.search("資料", viewer=viewer)
        found["opening_s"] = time.perf_counter() - started
        ask_all(partial(service.search, viewer=viewer, limit=LISTED), found)
        questions = questions_of_others(QUESTIONS + WARMING)[WARMING:]
        for name, count in (("tenth", FOLDERS // 10), ("hundredth", FOLDERS // 100)):
            inside = Filters(paths=tuple(f"{number:02}" for number in range(count)))
            service.search("資料", viewer=viewer, filters=inside)
            found[name], _ = timed(partial(service.search, viewer=viewer, limit=LISTED, filters=inside), questions, 1)
    return found


def index_and_ask(name: str, characters: int) -> dict[str, Any]:
    """What another search took for both; its libraries are loaded before."""
    from eval.retrieval import baselines
    from eval.retrieval.sets import Passage
    from eval.retrieval.systems import Corpus

    def corpus_of(pieces: Iterable[str]) -> Corpus:
        found = tuple(Passage(str(number), str(number), "", "", (), text) for number, text in enumerate(pieces))
        return Corpus(name, Path(), Path(), found)

    whole = name == "llama_vectors"
    opened: Callable[[Corpus], Search] = (
        baselines.bm25s_over(baselines.lemmas) if name == "bm25s" else getattr(baselines, name)
    )
    opened(corpus_of(islice(passages(10_000), 20)))("資料", 1)
    corpus = corpus_of((text for _, text in texts(characters)) if whole else passages(characters))
    started, worked = time.perf_counter(), processor_s()
    search = opened(corpus)
    search("資料", LISTED)
    spent = {"indexing_s": time.perf_counter() - started, "indexing_cpu_s": processor_s() - worked}
    found: dict[str, Any] = {**spent, "chunks": None if whole else len(corpus.passages)}
    ask_all(lambda question: search(question, LISTED), found)
    return found


# -- watching over child processes ------------------------------------------------------------------------------------------


def run(arguments: list[str], limit_s: float) -> tuple[dict[str, Any], float]:
    """What a child process found, and the most MB that it and its children held. ``stopped`` says why it found nothing."""
    command = [sys.executable, "-m", "eval.benchmarks.growth", "--child", *arguments]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 -- ourselves
    started, most = time.monotonic(), 0.0
    while True:
        try:
            said, _ = child.communicate(timeout=0.5)
        except subprocess.TimeoutExpired:
            most = max(most, held_mb(child.pid))
            if time.monotonic() - started > limit_s:
                child.kill()
                child.communicate()
                return {"stopped": f"stopped after {limit_s:,.0f} s"}, most
        else:
            if child.returncode:
                return {"stopped": f"failed ({child.returncode})"}, most
            found: dict[str, Any] = json.loads(said.splitlines()[-1])
            return found, most


def held_mb(process: int) -> float:
    """What a process and its children hold in memory now, in MB, what they share counted once; 0 where the system does not tell."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return 0.0
    own = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return (int(own[1]) / 1000 if own else 0.0) + sum(held_mb(int(child)) for child in children)


def measure(system: str, size: int, limit_s: float) -> Measured:
    """One system on a corpus of about ``size`` chunks."""
    wanted = size * CHARACTERS_A_CHUNK
    if system != OURS:
        found, most = run(["other", BASELINES[system], str(wanted)], limit_s)
        return Measured(system, size, wanted, indexing_mb=most, asking_mb=most, **found)
    with TemporaryDirectory(prefix="policy-qa-growth-") as root:
        characters = write_corpus(Path(root, "corpus"), wanted)
        before = processor_s()
        found, indexing = run(["sync", root], limit_s)
        if "stopped" not in found:  # its processes are told of when they have ended
            found["indexing_cpu_s"] = processor_s() - before - found.pop("before_s")
        asked, asking = ({}, 0.0) if "stopped" in found else run(["ask", root], limit_s)
    return Measured(system, size, characters, indexing_mb=indexing, asking_mb=asking or None, **found, **asked)


def child(arguments: list[str]) -> None:
    """Does one step, in a process of its own, and prints what it took as JSON."""
    step, *rest = arguments
    if step == "other":
        found = index_and_ask(rest[0], int(rest[1]))
    else:
        found = {"sync": sync_ours, "ask": ask_ours}[step](Path(rest[0]))
    print(json.dumps(found))


# -- what is shown ----------------------------------------------------------------------------------------------------------


def row(measured: Measured) -> str:
    """A line of the table."""

    def pair(value: tuple[float, float] | None) -> str:
        return "–" if value is None else f"{value[0]:.1f} / {value[1]:.1f}"

    def number(value: float | None, form: str) -> str:
        return "–" if value is None else format(value, form)

    seconds, chunks = measured.indexing_s, measured.chunks
    cells = (
        measured.system + (f" ({measured.stopped})" if measured.stopped else ""),
        number(chunks, ",d"),
        f"{measured.characters:,}",
        number(seconds, ",.1f"),
        number(measured.indexing_cpu_s, ",.1f"),
        number(measured.characters / seconds if seconds else None, ",.0f"),
        number(chunks / seconds if seconds and chunks else None, ",.0f"),
        number(measured.indexing_mb, ",.0f"),
        number(measured.asking_mb, ",.0f"),
        pair(measured.one_thread),
        pair(measured.one_thread_cpu),
        pair(measured.two_threads),
        pair(measured.tenth),
        pair(measured.hundredth),
    )
    return f"| {' | '.join(cells)} |"


HEAD = (
    "| search | chunks | characters | indexing, s | of the processor, s | characters/s | chunks/s | MB, indexing | MB, asking | ms a question, median / p95 | "
    "of the processor | two at a time | a tenth allowed | a hundredth allowed |\n" + "|---" * 14 + "|"
)


def table(results: list[Measured]) -> str:
    """All results, a part for each size."""
    parts = []
    for size in sorted({measured.size for measured in results}):
        rows = [row(measured) for measured in results if measured.size == size]
        parts.append("\n".join([f"\nAbout {size:,} chunks\n", HEAD, *rows]))
    return "\n".join(parts)


def plot(results: list[Measured]) -> str:
    """Both growth curves as SVG: characters a second, and the 95th percentile of a question."""
    speeds: list[Curve] = []
    waits: list[Curve] = []
    for system in dict.fromkeys(measured.system for measured in results):
        mine = [measured for measured in results if measured.system == system]
        speeds.append(Curve(system, [(m.size, m.characters / m.indexing_s) for m in mine if m.indexing_s]))
        waits.append(Curve(system, [(m.size, m.one_thread[1]) for m in mine if m.one_thread]))
    return drawing(
        [Panel("indexing", "chunks", "characters/s", speeds), Panel("a question, p95", "chunks", "ms", waits)]
    )


def main() -> None:
    """Reads the command line, measures, prints; ``--write`` keeps table, values and curves under ``eval/results``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--up-to", type=int, default=100_000, help="the largest corpus, in chunks (default 100,000)")
    parser.add_argument("--only", action="append", choices=[OURS, *BASELINES], help="this search only; again for more")
    parser.add_argument(
        "--limit", type=float, default=900, help="seconds after which a step is stopped (default 900); ours is not"
    )
    parser.add_argument(
        "--baselines-up-to", type=int, default=100_000, help="the largest corpus for the others (default 100,000)"
    )
    parser.add_argument("--write", action="store_true", help="write growth.md, .json and .svg under eval/results")
    parser.add_argument("--go-on", action="store_true", help="keep what growth.json holds and measure the rest")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not TRAIN.exists():
        parser.exit(1, f"{TRAIN} がありません。\n")
    if options.child:
        child(options.child)
        return
    results = kept() if options.go_on else []
    done = {(measured.system, measured.size) for measured in results}
    given_up = {measured.system for measured in results if measured.stopped}
    for size in [size for size in SIZES if size <= options.up_to]:
        for system in options.only or [OURS, *BASELINES]:
            too_large = system != OURS and size > options.baselines_up_to
            if system in given_up or (system, size) in done or too_large:
                continue
            results.append(measure(system, size, float("inf") if system == OURS else options.limit))
            print(row(results[-1]), flush=True)
            if results[-1].stopped:
                given_up.add(system)
            if options.write:
                write(results)


def kept() -> list[Measured]:
    """What an earlier run wrote."""
    if not KEPT.exists():
        return []
    pairs = ("one_thread", "one_thread_cpu", "two_threads", "tenth", "hundredth")
    found = json.loads(KEPT.read_text(encoding="utf-8"))
    return [Measured(**item | {name: item[name] and tuple(item[name]) for name in pairs}) for item in found]


def write(results: list[Measured]) -> None:
    """Table, values and curves under ``eval/results``, with the command that was given last."""
    command = " ".join(["python -m eval.benchmarks.growth", *sys.argv[1:]])
    said = (__doc__ or "").partition("\n\n")[2]
    text = f"# Growth\n\n`{command}`, {time.strftime('%Y-%m-%d')}.\n\n{said}\n![curves](growth.svg)\n{table(results)}\n"
    (RESULTS / "growth.md").write_text(text, encoding="utf-8")
    KEPT.write_text(json.dumps([asdict(m) for m in results], ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "growth.svg").write_text(plot(results), encoding="utf-8")


if __name__ == "__main__":
    main()
