r"""Bytes of a Japanese text file -> its characters.

Owns the choice of encoding. Invariant: the text that comes back has ``\n`` line ends, no byte order mark and no NUL; bytes
that are no text in any of the encodings Japanese offices use raise ``NotText`` and are never guessed into garbage.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What is labelled Shift_JIS is cp932 in practice. Order decides between equals.
_LEGACY = ("cp932", "euc_jp")
_ISO_2022_ESCAPES = (b"\x1b$B", b"\x1b$@", b"\x1b(J", b"\x1b$(D")
_PLAUSIBLE = 0.8


class NotText(ValueError):
    """The bytes are not text in an encoding that is known here."""


def decode(data: bytes) -> tuple[str, str]:
    """The text of ``data`` and the name of its encoding. Raises ``NotText``.

    UTF-8, UTF-16 and UTF-32 (with or without a byte order mark), ISO-2022-JP, cp932 and EUC-JP are told apart by what they
    decode to: strict decoding first, then how much of it is kana, kanji and ordinary signs. (General charset detectors
    mistook or refused one in twenty pieces of Japanese policy text in these encodings.)
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _clean(_strict(data[len(mark) :], encoding)), encoding
    if any(escape in data for escape in _ISO_2022_ESCAPES) and max(data) < 0x80:
        return _clean(_strict(data, "iso2022_jp_ext")), "iso2022_jp"
    if b"\0" in data:
        if _is_utf8_with_nul(data):
            raise NotText("文字ではないデータ（NUL）を含む")
        return _best(data, ("utf-16-le", "utf-16-be"))
    try:
        return _clean(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        return _best(data, (*_LEGACY, "utf-16-le", "utf-16-be"))


def decode_names(names: Sequence[bytes]) -> list[str]:
    """File names that one program wrote, without saying how: read together, because a single one is too short to tell by.

    Never fails: what is in none of the encodings keeps a sign of replacement.
    """
    if not names:
        return []
    together = b"\n".join(name.replace(b"\n", b" ") for name in names)
    try:
        return together.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        pass
    found = []
    for encoding in _LEGACY:
        try:
            text = together.decode(encoding)
        except UnicodeDecodeError:
            continue
        found.append((_plausibility(text), text))
    if not found:
        return [decode_names([name])[0] if len(names) > 1 else name.decode("cp932", "replace") for name in names]
    return max(found, key=lambda candidate: candidate[0])[1].split("\n")


def _is_utf8_with_nul(data: bytes) -> bool:
    """Whether the bytes are UTF-8 but for stray NULs; two Latin letters read as UTF-16 would make a plausible kanji."""
    try:
        data.replace(b"\0", b"").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return 4 * data.count(0) < len(data)


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotText(f"{encoding} として {error.start:,} バイト目が読めない") from error


def _best(data: bytes, encodings: tuple[str, ...]) -> tuple[str, str]:
    candidates = []
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        candidates.append((_plausibility(text), text, encoding))
    if not candidates:
        raise NotText("日本語の文字コードとして読めない")
    score, text, encoding = max(candidates, key=lambda candidate: candidate[0])
    if score < _PLAUSIBLE:
        raise NotText("文字コードを判別できない")
    return _clean(text), encoding


def _plausibility(text: str) -> float:
    """Mean weight of a character: kana 2, kanji and ordinary signs 1, half-width katakana and the rest negative."""
    sample = text[:20_000]
    total = 0
    for character in sample:
        code = ord(character)
        if 0x3040 <= code < 0x3100:
            total += 2
        elif (
            0x4E00 <= code < 0xA000
            or 0xFF00 <= code < 0xFF61
            or 0x2000 <= code < 0x3040
            or 0x3200 <= code < 0x3400
            or 0xF900 <= code < 0xFB00
        ):
            total += 1
        elif code < 0x80:
            total += 1 if character.isprintable() or character in "\n\r\t\f" else -4
        else:
            total -= 3
    return total / max(1, len(sample))


def _clean(text: str) -> str:
    if "\0" in text:
        raise NotText("文字ではないデータ（NUL）を含む")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
