"""Reads the odd documents (damaged, encrypted, fuzzed, huge) as a sync would, and says what came of each.

    python -m eval.extraction.odd --data ../shared/data

Owns the tally. Invariant: each file is read in a child process within the limits of the settings; the archive is unpacked into a folder of
its own outside the repository, which is gone afterwards. Whether a file asks for a password is found apart from the readers:
by pdfium's own refusal, and by the stream in which Office keeps what it encrypts.
"""

from __future__ import annotations

import argparse
import json
import tarfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from policy_qa import Settings
from policy_qa.reading.corpus import cores, file_reader, limits_of, lost
from policy_qa.reading.one_file import FileReader, Refusal
from policy_qa.reading.workers import Outcome, Workers
from policy_qa.storage.source import SourceFile, Wanted
from policy_qa.types import Metadata

ARCHIVE = "odd-documents.tar.xz"
RESULT = Path(__file__).parents[1] / "results" / "odd-documents.json"
MOST_SECONDS, MOST_MB = 60.0, 1500.0
_SHOWN = 10
_OLE, _ENCRYPTED_STREAM = b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Seen:
    """What one file came to. ``outcome`` is ``read`` or one of the five kinds; ``process`` says how its process failed, if it did."""

    path: str
    ending: str
    outcome: str
    said: str
    process: str | None
    detail: str
    wants_password: bool
    has_advice: bool
    characters: int
    pages: int
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class _Odd:
    """What is done with a file in its process."""

    reader: FileReader

    def __call__(self, path: str) -> tuple[str, str, str, int, int]:
        """Outcome, reason and advice, characters, pages."""
        file = SourceFile(path, self.reader.corpus / path, Metadata(Path(path).stem), "")
        found = self.reader(Wanted(file))
        if isinstance(found, Refusal):
            return found.kind, found.reason, found.remedy, 0, 0
        return "read", "", "", len(found.document.text), len(found.document.pages)


def wants_password(path: str) -> bool:
    """Whether a file opens with a password only, by what it is and not by how it is read."""
    data = Path(path).read_bytes()
    if data.startswith(_OLE):
        return _ENCRYPTED_STREAM in data
    if b"%PDF" not in data[:1024]:
        return False
    import pypdfium2

    with suppress(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(b"x")  # forgets the error of the file before, which PDFium may tell again
    try:
        pypdfium2.PdfDocument(data).close()
    except pypdfium2.PdfiumError as error:
        return "password" in str(error).lower()
    return False


@contextmanager
def unpacked(archive: Path) -> Iterator[Path]:
    """The folder with the files of the archive, as long as the context lasts."""
    with TemporaryDirectory(prefix="odd-documents-") as folder:
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        yield Path(folder)


def look(folder: Path, settings: Settings) -> list[Seen]:
    """What each file below a folder came to, by path."""
    paths = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())
    limits, count = limits_of(settings), settings.workers or cores()
    protected = set()
    with Workers(wants_password, count=count, limits=limits) as workers:
        for asked in workers.run([str(folder / path) for path in paths]):
            if asked.result:
                protected.add(asked.task)
    seen = []
    with Workers(_Odd(file_reader(settings, folder)), count=count, limits=limits) as reading:
        for number, outcome in enumerate(reading.run(paths), start=1):
            seen.append(_seen(outcome, settings, str(folder / outcome.task) in protected))
            if number % 100 == 0:
                print(f"{number}/{len(paths)}", flush=True)
    return sorted(seen, key=lambda one: one.path)


def _seen(outcome: Outcome[str, tuple[str, str, str, int, int]], settings: Settings, protected: bool) -> Seen:
    path, process, detail = outcome.task, None, ""
    if outcome.failure is not None:
        error = lost(path, outcome.failure, limits_of(settings))
        process, detail = outcome.failure.kind, outcome.failure.detail
        result = (str(error.kind), error.reason, error.remedy, 0, 0)
    else:
        assert outcome.result is not None
        result = outcome.result
    kind, reason, remedy, characters, pages = result
    return Seen(
        path,
        Path(path).suffix.lower(),
        kind,
        reason,
        process,
        detail,
        protected,
        kind == "read" or bool(reason and remedy),
        characters,
        pages,
        round(outcome.seconds, 2),
        round(outcome.megabytes, 1),
    )


def tally(seen: Sequence[Seen], elapsed: float) -> dict[str, object]:
    """The figures, and by name the files that fall short of a goal."""
    measured = [one for one in seen if one.process is None]
    return {
        "files": len(seen),
        "seconds": round(elapsed, 1),
        "outcomes": dict(Counter(one.outcome for one in seen).most_common()),
        "by_ending": {
            ending: dict(Counter(one.outcome for one in seen if one.ending == ending).most_common())
            for ending in sorted({one.ending for one in seen})
        },
        "goals": {
            "crashes of the reading process": _named(seen, lambda one: one.process == "crash"),
            "uncaught exceptions": _named(seen, lambda one: one.process == "error"),
            f"over {MOST_SECONDS:g} s": _named(seen, lambda one: one.process == "time" or one.seconds > MOST_SECONDS),
            f"over {MOST_MB:g} MB": _named(seen, lambda one: one.process == "memory" or one.megabytes > MOST_MB),
            "password-protected and not called encrypted": _named(
                seen, lambda one: one.wants_password and one.outcome not in {"encrypted", "unsupported"}
            ),
            "called encrypted and not password-protected": _named(
                seen, lambda one: one.outcome == "encrypted" and not one.wants_password
            ),
            "failures without reason and advice": _named(seen, lambda one: not one.has_advice),
            "read and without text": _named(seen, lambda one: one.outcome == "read" and not one.characters),
        },
        "password_protected": sum(one.wants_password for one in seen),
        "slowest": [(one.path, one.seconds) for one in sorted(seen, key=lambda one: -one.seconds)[:_SHOWN]],
        "largest": [(one.path, one.megabytes) for one in sorted(measured, key=lambda one: -one.megabytes)[:_SHOWN]],
        "reasons": dict(Counter(f"{one.outcome}: {one.said}" for one in seen if one.said).most_common(40)),
    }


def _named(seen: Sequence[Seen], falls_short: object) -> list[str]:
    assert callable(falls_short)
    return [
        f"{one.path}: {one.process} {_last_line(one.detail)}" if one.process else f"{one.path}: {one.said}"
        for one in seen
        if falls_short(one)
    ]


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip()[:200] if lines else ""


def main() -> None:
    """Prints the tally and writes it beside the other results."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the archive")
    parser.add_argument("--all", type=Path, help="file for what came of each file, as JSON lines")
    parser.add_argument("--out", type=Path, default=RESULT)
    arguments = parser.parse_args()
    started = time.monotonic()
    with unpacked(arguments.data / ARCHIVE) as folder:
        seen = look(folder, Settings())
    figures = tally(seen, time.monotonic() - started)
    arguments.out.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if arguments.all:
        arguments.all.write_text(
            "".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in seen), encoding="utf-8"
        )
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    # Its functions are handed to other processes, where this module has its own name.
    import_module("eval.extraction.odd").main()
