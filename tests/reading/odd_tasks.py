"""What a child process may meet: functions and a reader that hang, crash and fill the memory, each when its task says so."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from policy_qa.reading.one_file import FileReader
from policy_qa.reading.process import give_sign
from policy_qa.types import Extraction

_kept: list[bytearray] = []


def _fill() -> None:
    while True:
        _kept.append(bytearray(20 * 2**20))


def _hang() -> None:
    time.sleep(3600)


def _hang_in_a_library() -> None:
    re.match("(a|a)+$", "a" * 60 + "b")  # no other thread of the process gets a turn


def _raise() -> None:
    raise RecursionError("深すぎる")


def _fail_for_want_of_memory() -> None:
    try:
        _fill()
    except MemoryError as error:
        _kept.clear()
        raise ValueError("壊れた画像") from error


HARM: dict[str, Callable[[], object]] = {
    "hang": _hang,
    "spin": _hang_in_a_library,
    "exit": lambda: os._exit(3),
    "fault": lambda: ctypes.string_at(0),
    "fill": _fill,
    "want": _fail_for_want_of_memory,
    "raise": _raise,
}


def task(said: str) -> object:
    """What the task says, after the harm it names."""
    word, _, rest = said.partition(" ")
    if word in HARM:
        HARM[word]()
    if word == "leak":
        _kept.append(bytearray(int(rest) * 2**20))
    if word == "pages":
        for _ in range(int(rest)):
            time.sleep(0.4)
            give_sign()
    if word == "function":
        return lambda: said
    if word == "sleeper":
        Path(rest).write_text(str(subprocess.Popen(["sleep", "3600"]).pid))
        _hang()
    if word == "pid":
        return os.getpid()
    if word == "once":
        with Path(rest).open("a") as file:
            file.write("x")
        os._exit(1)
    return said


@dataclass(frozen=True)
class OddReader(FileReader):
    """Reads as ever, but for a text that begins with a word of harm; notes each reading. The file named in ``slow`` takes a while."""

    notes: Path = Path("notes")
    version: str = "1"
    slow: str = ""
    seconds: float = 0.0

    def extract(self, path: str, data: bytes) -> Extraction:
        with self.notes.open("a", encoding="utf-8") as file:
            file.write(f"{path}\n")
        word = data.decode("utf-8", "replace").split(maxsplit=1)[:1]
        if word and word[0] in HARM:
            HARM[word[0]]()
        if re.fullmatch(self.slow, path):
            time.sleep(self.seconds)
        return FileReader.extract(self, path, data)

    def name(self, path: str) -> str:
        return self.version
