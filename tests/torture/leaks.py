"""A restricted document is as if it did not exist.

Users with labels by dice read one index of everything, and read an index into which only the documents they may see were ever put: every value that
a call gives is the same in both, scores to the last bit, errors to the last character, and so is every byte that the REST API sends
(``reading_requests``). And each lock is tried by itself: searches (the filter) give no id of a hidden chunk; the statements of the catalog (the
condition) open nothing for an id or a path that came from elsewhere; and what its labels say (the comparison) keeps every hidden document out of
what is read. What was answered before a document was hidden goes with it.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from random import Random

from policy_qa.errors import UnknownPath
from policy_qa.japanese.tokens import index_terms
from policy_qa.models.embedding import Encoder, open_encoder
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.storage.access import Opened
from policy_qa.storage.catalog import CATALOG_NAME, Catalog
from policy_qa.types import Answer, Holder, Span, Viewer
from policy_qa.wiring import open_policy_qa
from tests.torture import offices
from tests.torture.offices import LABELS, Office, OfficeFile
from tests.torture.reading_calls import Calls, outcome
from tests.torture.reading_requests import WAYS, Requests, servers
from tests.torture.trial import Attempt, Trial
from ui.chat.export import as_markdown

_TRIES_OF_AN_OFFICE = 2_500
_SHARE_OF_REQUESTS = 0.35  # of the tries, through the REST API
_FILES, _SETS = 26, 7  # of an office, and different sets of labels of its users
_FEW_FILES, _FEW_SETS = 12, 2  # where little is tried


class Opening:
    """Opens services over files, each with a corpus and an index of its own, until its end."""

    def __init__(self, folder: Path) -> None:
        self.encoder = open_encoder(None)  # once: every copy of it is 60 MB
        self._folder = folder
        self._kept = ExitStack()
        self._opened = 0

    def __call__(self, files: Mapping[str, OfficeFile]) -> PolicyQA:
        self._opened += 1
        return self._kept.enter_context(service_of(files, self._folder / str(self._opened), self.encoder))

    def __enter__(self) -> Opening:
        return self

    def __exit__(self, *error: object) -> None:
        self._kept.close()


def service_of(files: Mapping[str, OfficeFile], root: Path, encoder: Encoder) -> PolicyQA:
    """A service over files that were laid into a corpus, and read."""
    offices.write(files, root / "corpus")
    settings = Settings(
        corpus=root / "corpus", index=root / "index", workers=1, ocr=False, questions_per_minute=1_000_000
    )
    service = open_policy_qa(settings, encoder=encoder)
    service.sync()
    return service


@dataclass(frozen=True, slots=True)
class Beside:
    """A service over everything beside one over the files alone that certain viewers may see."""

    everything: PolicyQA
    alone: PolicyQA
    encoder: Encoder
    viewers: tuple[Viewer, ...]
    hidden: Mapping[str, OfficeFile]


def reads_alike(attempt: Attempt) -> None:
    """Offices by dice, in each many calls by users by dice, compared value for value."""
    while attempt.tried < attempt.times:
        left = attempt.times - attempt.tried
        few = left <= _TRIES_OF_AN_OFFICE // 5
        office = offices.made(attempt.dice, _FEW_FILES if few else _FILES)
        folder = attempt.folder / f"office-{attempt.tried}"
        with Opening(folder) as opens:
            compare(attempt, office, opens, min(left, _TRIES_OF_AN_OFFICE), _FEW_SETS if few else _SETS)
        shutil.rmtree(folder)


def compare(attempt: Attempt, office: Office, opens: Opening, tries: int, sets: int) -> None:
    """So many calls in one office."""
    everything = opens(office.files)
    pairs = [beside(everything, office, labels, opens) for labels in _sets(attempt.dice, sets)]
    calls = Calls(attempt.dice, office)
    requests, (of_everything, of_alone) = Requests(attempt.dice, calls), servers()
    for _ in range(tries):
        pair = attempt.dice.choice(pairs)
        viewer = attempt.dice.choice(pair.viewers)
        attempt.tried += 1
        if attempt.dice.random() < _SHARE_OF_REQUESTS:
            name, request = requests.next()
            way = attempt.dice.choice(WAYS)
            got = of_everything.outcome(request, pair.everything, viewer, way)
            expected = of_alone.outcome(request, pair.alone, viewer, way)
        else:
            name, call = calls.next()
            got, expected = outcome(call, pair.everything, viewer), outcome(call, pair.alone, viewer)
        if got != expected:
            said = " TELLS A HIDDEN TEXT" if told(pair, got, expected) else ""
            attempt.loss(f"{name} for {sorted(viewer.labels)}{said}: {difference(got, expected)}")
        if attempt.tried % 10 == 0:
            for line in unlocked(pair, viewer, calls.question(), attempt.dice):
                attempt.loss(line)


def beside(everything: PolicyQA, office: Office, labels: frozenset[str], opens: Opening) -> Beside:
    """The two services for users with these labels: some by different names and roles, one with a label that nothing has."""
    seen = office.seen_by(labels)
    of = "・".join(sorted(labels)) or "nothing"
    viewers = (
        Viewer(f"reader of {of}", labels),
        Viewer(f"editor of {of}", labels, editor=True),
        Viewer(f"guest of {of}", labels | {"ないラベル"}),
    )
    alone = opens(seen or {"空.md": OfficeFile("空.md", "何もない".encode(), "空", "", "2026", "", frozenset(), "")})
    hidden = {path: file for path, file in office.files.items() if path not in seen}
    return Beside(everything, alone, opens.encoder, viewers, hidden)


def told(pair: Beside, got: object, expected: object) -> bool:
    """Whether a value holds the mark of a hidden document that is not there by what was asked."""
    text, known = str(got), str(expected)
    return any(file.mark and file.mark in text and file.mark not in known for file in pair.hidden.values())


def unlocked(pair: Beside, viewer: Viewer, question: str, dice: Random) -> Iterator[str]:
    """What each lock by itself lets through."""
    index, hidden = pair.everything._parts.index, pair.hidden.keys()
    vector = pair.encoder.encode_query(question)
    with index.reading() as snapshot:
        connection = snapshot.catalog.connection
        query = "SELECT chunks.id, path FROM chunks JOIN documents ON documents.id = document_id WHERE NOT staged"
        path_of: dict[int, str] = dict(connection.execute(query).fetchall())
        some = dice.sample(sorted(path_of), min(40, len(path_of)))
        let: dict[str, set[str]] = {
            "filter: keyword search": {
                path_of[number] for number, _ in index.keyword_search(index_terms(question), 1_000, viewer)
            },
            "filter: vector search": {path_of[number] for number, _ in index.dense_search(vector, 1_000, viewer)},
            "comparison:": set(Opened().paths(connection, viewer) or ()),
        }
        catalog = Catalog(connection, index.folder / CATALOG_NAME, _AllOpen())
        let |= {f"condition: {name}": paths for name, paths in _read(catalog, viewer, some, path_of, sorted(hidden))}
    for name, paths in let.items():
        if paths & hidden:
            yield f"{name} for {sorted(viewer.labels)} lets through {sorted(paths & hidden)}"


class _AllOpen(Opened):
    """No comparison: every path is one that the viewer sees."""

    def paths(self, connection: sqlite3.Connection, viewer: Viewer) -> frozenset[str] | None:
        return None


def _read(
    catalog: Catalog, viewer: Viewer, chunks: Sequence[int], path_of: Mapping[int, str], wanted: Sequence[str]
) -> Iterator[tuple[str, set[str]]]:
    """The paths of what each call of a catalog gives of these chunks and documents."""
    yield "documents", {document.path for document in catalog.documents(viewer)}
    yield "paths", set(catalog.paths(viewer))
    yield "facts", {fact.path for fact in catalog.facts(viewer)}
    yield "failures", {failure.path for failure in catalog.failures(viewer)}
    yield "chunk ids", {path_of[number] for number in catalog.chunk_ids(viewer)}
    yield "chunks", {chunk.path for chunk in catalog.chunks(chunks, viewer)}
    yield "terms", {terms.path for terms in catalog.chunk_terms(chunks, viewer)}
    yield "titles", set(catalog.titles(wanted, viewer))
    yield "publishers", set(catalog.publishers(wanted, viewer))
    for path in wanted:
        for name, call in (
            ("document", partial(catalog.document, path, viewer)),
            ("places", partial(catalog.places, path, Span(0, 9), viewer)),
            ("versions", partial(catalog.versions, path, viewer)),
        ):
            with suppress(UnknownPath):
                call()
                yield name, {path}


def difference(got: object, expected: object, at: str = "") -> str:
    """The first place where two values differ."""
    if isinstance(got, dict) and isinstance(expected, dict):
        for name in sorted({*got, *expected}):
            if got.get(name) != expected.get(name):
                return difference(got.get(name), expected.get(name), f"{at}.{name}")
    if isinstance(got, list) and isinstance(expected, list) and len(got) == len(expected):
        for place, (one, other) in enumerate(zip(got, expected, strict=True)):
            if one != other:
                return difference(one, other, f"{at}[{place}]")
    return f"{at}: {str(got)[:160]!r}, alone {str(expected)[:160]!r}"


def _sets(dice: Random, count: int) -> list[frozenset[str]]:
    """Different sets of labels: none and all of them, where there is room, among sets by dice."""
    found = {frozenset[str](), frozenset(LABELS)} if count > 4 else set()
    while len(found) < count:
        found.add(frozenset(dice.sample(LABELS, dice.randint(1, 3))))
    return sorted(found, key=sorted)


def forgets(attempt: Attempt) -> None:
    """Answers that were given, and then a document hidden or deleted: nothing that is kept shows it or names what it alone says, at the next request."""
    office = offices.made(attempt.dice, _FEW_FILES)
    labels = frozenset(attempt.dice.sample(LABELS, 3))
    viewer = Viewer("reader", labels)
    holder = Holder(viewer, "browser")
    calls = Calls(attempt.dice, office)
    with Opening(attempt.folder) as opens:
        service = opens(office.files)
        corpus = attempt.folder / "1" / "corpus"
        given: list[Answer] = []
        misses = 0
        while attempt.tried < attempt.times:
            answer = service.ask(calls.question(), viewer=viewer, id=f"asked-{attempt.tried}-{misses}")
            service.keep_turns("talk", [answer.id or ""], holder)
            given.append(answer)
            cited = sorted({citation.path for citation in answer.citations})
            if not cited:
                misses += 1
                continue
            attempt.tried += 1
            beside = sorted(document.path for document in service.documents(viewer=viewer))
            gone = attempt.dice.choice(cited if attempt.dice.random() < 0.7 else beside)
            asked = "".join(one.question for one in given)  # what they wrote themselves stays
            marks = [word for word in (gone, office.files[gone].mark) if word not in asked]
            hidden = {**office.files, gone: replace(office.files[gone], labels=frozenset())}
            if deleted := attempt.dice.random() < 0.3:
                (corpus / gone).unlink()
                del hidden[gone]
            offices.declare(hidden, corpus)
            service.sync([gone])
            for name, shown in _kept(service, viewer, holder, given, answer):
                for mark in marks:
                    if mark in shown:
                        attempt.loss(f"{name} shows {mark} of {gone}, which was {'deleted' if deleted else 'hidden'}")
            offices.write(office.files, corpus)
            service.sync([gone])
            if answer not in [turn.answer for turn in service.conversations.open("talk", holder).turns]:
                attempt.loss(f"an answer from {gone} stays away although it is seen again")


def _kept(
    service: PolicyQA, viewer: Viewer, holder: Holder, given: list[Answer], answer: Answer
) -> Iterator[tuple[str, str]]:
    """Everything that is kept for a viewer, as text."""
    opened = service.conversations.open("talk", holder)
    yield "the conversation", str(opened)
    yield "the export", as_markdown(opened)
    yield "the log", str(service.history(viewer=viewer, limit=1_000))
    yield "a search of the log", str(service.history(viewer=viewer, query=answer.answer[:6], limit=1_000))
    yield "the time line", str(service.decisions(viewer=viewer, sources=("document", "answer", "decision", "reply")))
    yield "an open page", str(service.in_sight(given, viewer=viewer))
    again = service.ask(answer.question, viewer=viewer, turns=[one.question for one in given[-3:]], log=False)
    yield "the same question", str(again)


TRIALS = (
    Trial(
        "restricted",
        "a call by a user of an index with documents they may not see, and of an index without these",
        times=10_000,
        quick=60,
        run=reads_alike,
    ),
    Trial(
        "revoked",
        "a document behind a kept answer, or beside it, hidden or deleted, and everything that is kept looked through at the next request",
        times=100,
        quick=2,
        run=forgets,
    ),
)
