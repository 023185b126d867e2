"""Reads general Japanese word vectors: chiVe (Works Applications), as the vocabulary of the ``ja_ginza`` wheel carries them.

Invariant: only the ``vocab`` files of the wheel are opened; nothing of its pipeline, which was trained on other corpora, is read.

The wheel keeps 20,000 vectors and, for 480,443 words, which of them stands for the word: its own, or the nearest one. A word is
found by spaCy's key for it, MurmurHash64A (Austin Appleby, public domain) of its UTF-8 bytes with seed 1.
"""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_MULTIPLIER = 0xC6A4A7935BD1E995
_64_BITS = (1 << 64) - 1
# msgpack: the first byte of an unsigned number -> how struct reads it
_NUMBERS = {0xCC: ">B", 0xCD: ">H", 0xCE: ">I", 0xCF: ">Q"}
_MAP_32 = 0xDF


def read_chive(wheel: Path) -> tuple[dict[str, int], Floats]:
    """(row of each word, vectors): words in Sudachi's normalised form, vectors (20,000, 300)."""
    with ZipFile(wheel) as archive:
        (folder,) = {name.rpartition("/")[0] for name in archive.namelist() if name.endswith("/vocab/key2row")}
        words = json.loads(archive.read(f"{folder}/strings.json"))
        rows = _unpacked(archive.read(f"{folder}/key2row"))
        vectors = np.load(io.BytesIO(archive.read(f"{folder}/vectors")))
    found = ((word, rows.get(string_key(word))) for word in words)
    return {word: row for word, row in found if row is not None}, vectors.astype(np.float32)


def string_key(text: str, seed: int = 1) -> int:
    """MurmurHash64A of the UTF-8 bytes of ``text``: the number by which spaCy knows a string."""
    data = text.encode()
    whole = len(data) // 8 * 8
    key = seed ^ (len(data) * _MULTIPLIER & _64_BITS)
    for block in struct.unpack(f"<{whole // 8}Q", data[:whole]):
        mixed = block * _MULTIPLIER & _64_BITS
        mixed ^= mixed >> 47
        key = (key ^ (mixed * _MULTIPLIER & _64_BITS)) * _MULTIPLIER & _64_BITS
    if data[whole:]:
        key = (key ^ int.from_bytes(data[whole:], "little")) * _MULTIPLIER & _64_BITS
    key = (key ^ (key >> 47)) * _MULTIPLIER & _64_BITS
    return key ^ (key >> 47)


def _unpacked(data: bytes) -> dict[int, int]:
    """A msgpack map of unsigned numbers to unsigned numbers."""
    if data[0] != _MAP_32:
        raise ValueError("key2row is no msgpack map of 32-bit length")
    (size,) = struct.unpack_from(">I", data, 1)
    place = 5
    numbers = []
    for _ in range(2 * size):
        first = data[place]
        place += 1
        if first in _NUMBERS:
            (first,) = struct.unpack_from(_NUMBERS[first], data, place)
            place += struct.calcsize(_NUMBERS[data[place - 1]])
        numbers.append(first)
    return dict(zip(numbers[::2], numbers[1::2], strict=True))
