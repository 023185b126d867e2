"""Whether a PDF may be opened in a browser: whether it surely does nothing by itself there.

A browser's viewer runs the scripts of a PDF, and shows what they say in the name of the server. Invariant: what cannot be looked into is not
taken for passive.
"""

from __future__ import annotations

import re
import zlib

_MOST_BYTES = 8 * 2**20  # of a stream that holds objects


def _name(word: str) -> bytes:
    """A pattern for a name, each letter of which may be written as ``#`` and its code."""
    return b"/" + b"".join(b"(?:%s|#(?i:%02x))" % (letter.encode(), ord(letter)) for letter in word)


_ACTIVE = re.compile(
    b"|".join(map(_name, ("JavaScript", "Launch", "SubmitForm", "ImportData", "RichMedia", "Rendition", "XFA")))
)
_LOCKED = re.compile(_name("Encrypt"))
_HOLDS_OBJECTS = re.compile(_name("ObjStm"))
_FILTER = re.compile(_name("Filter"))
_FLATE = re.compile(rb"/Filter\s*(?:/FlateDecode\b|\[\s*/FlateDecode\s*\])")
_DATA = re.compile(rb"stream\r?\n")


def is_passive(data: bytes) -> bool:
    """False for a PDF with a script or another action that needs nobody to press anything, and for one whose objects cannot be read."""
    if _ACTIVE.search(data) or _LOCKED.search(data):
        return False
    for found in _HOLDS_OBJECTS.finditer(data):
        begins = data.rfind(b"obj", 0, found.start())
        stream = _DATA.search(data, found.end())
        if begins < 0 or stream is None:
            return False
        described = data[begins : stream.start()]
        if not _FILTER.search(described):
            continue  # it stands in the file as it is, and was looked at
        if len(_FILTER.findall(described)) != 1 or not _FLATE.search(described):
            return False
        reading = zlib.decompressobj()
        try:
            objects = reading.decompress(memoryview(data)[stream.end() :], _MOST_BYTES)
        except zlib.error:
            return False
        if not reading.eof or _ACTIVE.search(objects):
            return False
    return True
