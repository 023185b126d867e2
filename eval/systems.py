"""The program under evaluation, asked in one of two ways: through its Python names, or as a user's script would.

Invariant: both ways give the same ``Record``s, one a question in the order of the questions, and one question that
fails never costs another its record. Neither touches the user's index: the folder is the caller's.
"""

from __future__ import annotations

import json
import logging
import shlex
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from eval.metrics import RETRIEVAL_DEPTH
from eval.runs import FACT_FIELDS, Record
from policy_qa.judging import Question

if TYPE_CHECKING:
    from policy_qa import PolicyQA

# The codes of the contract under which a command has done its work: done, and partly done.
_DONE = frozenset({0, 3})


class SystemStartError(RuntimeError):
    """The program could not be brought to the point where it answers. ``str(error)`` says what it said."""


class System(Protocol):
    """Something that answers questions; ``sync_ms`` is the time its index took, ``failed`` the files not read."""

    sync_ms: float
    failed: tuple[str, ...]

    def warm_up(self, question: Question) -> float | None:
        """The milliseconds of a first call, after which times are those of a running program."""
        ...

    def records(self, questions: Sequence[Question]) -> Iterator[Record]:
        """One record a question, in order."""
        ...

    def facts(self) -> tuple[Mapping[str, Any], ...]:
        """The budget facts of the corpus, with the fields a run keeps."""
        ...

    def close(self) -> None:
        """Lets go of everything held."""
        ...


class PythonSystem:
    """The program through its public Python names, in this process."""

    def __init__(self, corpus: Path, index: Path, settings: Mapping[str, str]) -> None:
        from policy_qa import PolicyQAError, Settings, Viewer, open_policy_qa

        chosen: dict[str, Any] = {**settings, "corpus": corpus, "index": index}
        self._viewer = Viewer.local_owner()
        self._texts: dict[str, str] = {}
        started = time.perf_counter()
        try:
            self._service: PolicyQA = open_policy_qa(Settings(**chosen))
            report = self._service.sync()
        except (PolicyQAError, ValueError) as error:
            raise SystemStartError(str(error)) from error
        self.sync_ms = _since(started)
        self.failed = tuple(failure.path for failure in report.failed)

    def warm_up(self, question: Question) -> float | None:
        """The milliseconds of the first call, ``None`` when it failed."""
        return self._record(question).elapsed_ms

    def records(self, questions: Sequence[Question]) -> Iterator[Record]:
        """One record a question, each asked on its own."""
        return map(self._record, questions)

    def facts(self) -> tuple[Mapping[str, Any], ...]:
        """The budget facts, by path and place."""
        from policy_qa import to_json

        return tuple(_kept(to_json(fact)) for fact in self._service.facts(viewer=self._viewer, kind="budget"))

    def every_fact(self) -> tuple[Mapping[str, Any], ...]:
        """All facts of every kind with all their fields."""
        from policy_qa import to_json

        return tuple(to_json(fact) for fact in self._service.facts(viewer=self._viewer))

    def close(self) -> None:
        """Closes the service."""
        self._service.close()

    def _record(self, question: Question) -> Record:
        from policy_qa import to_json

        started = time.perf_counter()
        try:
            with _warnings() as rejected:
                answer = self._service.ask(
                    question.question, viewer=self._viewer, turns=question.turns, log=False, id=question.id
                )
            elapsed = _since(started)
            hits = None
            if not question.turns:
                hits = self._service.search(question.question, viewer=self._viewer, limit=RETRIEVAL_DEPTH)
        except Exception as error:  # whatever one question brings about, the others are still to be asked
            return Record(question.id, question.question, error=f"{type(error).__name__}: {error}")
        recorded: dict[str, Any] = to_json(answer)
        return Record(
            question.id,
            question.question,
            answer=recorded,
            hits=None if hits is None else tuple(to_json(hit) for hit in hits),
            verbatim=tuple(is_verbatim(citation, self._text) for citation in recorded["citations"]),
            elapsed_ms=elapsed,
            rejected=tuple(rejected),
        )

    def _text(self, path: str) -> str:
        if path not in self._texts:
            self._texts[path] = self._service.text(path, viewer=self._viewer)
        return self._texts[path]


class CommandSystem:
    """The program through its command line: ``sync``, ``ask --batch``, ``search --batch`` and ``text``."""

    def __init__(self, command: str, corpus: Path, index: Path) -> None:
        self._command = shlex.split(command)
        self._places = ["--corpus", str(corpus), "--index", str(index)]
        self._texts: dict[str, str] = {}
        self.failed: tuple[str, ...] = ()  # the command names them on its standard error, which is for people
        started = time.perf_counter()
        self._run("sync", *self._places)
        self.sync_ms = _since(started)

    def warm_up(self, question: Question) -> float | None:
        """Nothing stays warm between commands."""
        return None

    def records(self, questions: Sequence[Question]) -> Iterator[Record]:
        """One record a question, from one batch of all; the time is the one each Answer reports."""
        answers = self._batch("ask", questions)
        alone = [question for question in questions if not question.turns]
        found = self._batch("search", alone, "--limit", str(RETRIEVAL_DEPTH))
        for question in questions:
            answer = answers.get(question.id)
            if answer is None or "status" not in answer:
                said = "the batch has no answer for it" if answer is None else json.dumps(answer, ensure_ascii=False)
                yield Record(question.id, question.question, error=said)
                continue
            hits = found.get(question.id, {}).get("hits")
            yield Record(
                question.id,
                question.question,
                answer=answer,
                hits=None if hits is None else tuple(hits),
                verbatim=tuple(is_verbatim(citation, self._text) for citation in answer.get("citations", [])),
                elapsed_ms=answer.get("elapsed_ms"),
            )

    def facts(self) -> tuple[Mapping[str, Any], ...]:
        """The budget facts, as ``facts --json`` prints them."""
        printed = json.loads(self._run("facts", "--kind", "budget", "--json", *self._places))
        return tuple(_kept(fact) for fact in printed)

    def close(self) -> None:
        """Nothing is held between commands."""

    def _batch(self, name: str, questions: Sequence[Question], *options: str) -> dict[str, dict[str, Any]]:
        with tempfile.TemporaryDirectory(prefix="policy-qa-eval-") as folder:
            batch = Path(folder) / "batch.jsonl"
            lines = ({"id": item.id, "question": item.question, "turns": list(item.turns)} for item in questions)
            batch.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
            printed = self._run(name, "--batch", str(batch), *options, *self._places)
        results: dict[str, dict[str, Any]] = {}
        for line in printed.splitlines():
            try:
                value = json.loads(line)
            except ValueError:
                continue  # a line that is no JSON belongs to no question; its question is reported as unanswered
            if isinstance(value, dict) and isinstance(value.get("id"), str):
                results[value["id"]] = value
        return results

    def _text(self, path: str) -> str:
        if path not in self._texts:
            self._texts[path] = self._run("text", path, *self._places)
        return self._texts[path]

    def _run(self, *arguments: str) -> str:
        line = [*self._command, *arguments]
        try:
            # Bytes, because reading as text would change the line breaks that spans count.
            done = subprocess.run(line, capture_output=True, check=False)  # noqa: S603  the evaluator's own command
        except OSError as error:
            raise SystemStartError(f"{shlex.join(line)}: {error}") from error
        if done.returncode not in _DONE:
            said = done.stderr.decode("utf-8", errors="replace").strip()
            raise SystemStartError(f"{shlex.join(line)} ended with {done.returncode}: {said[-2000:]}")
        return done.stdout.decode("utf-8")


class _Collector(logging.Handler):
    """Keeps the messages it is given."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.WARNING)
        self._kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps one message."""
        self._kept.append(record.getMessage())


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """What the program warns of while it answers: drafts that did not pass its own checks."""
    logger = logging.getLogger("policy_qa.answering")
    kept: list[str] = []
    handler = _Collector(kept)
    logger.addHandler(handler)
    propagates, logger.propagate = logger.propagate, False
    try:
        yield kept
    finally:
        logger.propagate = propagates
        logger.removeHandler(handler)


def _kept(fact: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fact.get(name) for name in FACT_FIELDS}


class TextOf(Protocol):
    """Gives the extracted text of a document by its path."""

    def __call__(self, path: str, /) -> str:
        """The text spans point into."""
        ...


def is_verbatim(citation: Mapping[str, Any], text_of: TextOf) -> bool:
    """Whether the quote of a citation is the document's text at its span; a text that cannot be had is a no."""
    try:
        text = text_of(str(citation["path"]))
        start, end = int(citation["start"]), int(citation["end"])
    except Exception:  # an unknown path or an odd citation is exactly what this looks for
        return False
    # `text PATH` may end in a line break that the shell's user expects; spans never reach past the text.
    return 0 <= start < end <= len(text) and text[start:end] == citation.get("quote")


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
