"""Passwords and tokens as they are kept: never themselves, only what they can be held against.

Passwords go through scrypt (RFC 7914) with a salt of their own: 32 MiB and a few tenths of a second a guess. Tokens are random, so that a plain
digest is enough. Invariant: comparing takes as long whatever is compared, and no more than two passwords are worked on at a time.
"""

from __future__ import annotations

import secrets
import unicodedata
from base64 import b64decode, b64encode
from hashlib import scrypt, sha256
from hmac import compare_digest
from threading import BoundedSemaphore

from policy_qa.errors import UserRefused

SHORTEST = 12  # characters
_LONGEST = 1_000  # characters
_N, _R, _P = 15, 8, 3  # the second row of what OWASP recommends: 2^15 blocks, three rounds
_LARGEST = (17, 16, 8)  # what a file may ask for at most
_TOKEN = "pqa_"  # by which a token that got somewhere is found  # noqa: S105
_working = BoundedSemaphore(2)


def hashed(password: str) -> str:
    """What is kept of a new password. Raises ``UserRefused`` for one that is too easy to guess."""
    if len(password) < SHORTEST or len(set(password)) < SHORTEST // 3:
        raise UserRefused(f"パスワードは{SHORTEST}文字以上にしてください。", "同じ文字の繰り返しは避けてください。")
    if len(password) > _LONGEST:
        raise UserRefused("パスワードが長すぎます。", f"{_LONGEST:,}文字以内にしてください。")
    salt = secrets.token_bytes(16)
    return f"scrypt${_N}${_R}${_P}${_text(salt)}${_text(_derived(password, salt, _N, _R, _P))}"


def matches(password: str, kept: str) -> bool:
    """Whether ``password`` is the one that ``kept`` was made of. Raises ``ValueError`` where ``kept`` is none of ours."""
    n, r, p, salt, derived = _parts(kept)
    if len(password) > _LONGEST:
        return False
    return compare_digest(_derived(password, salt, n, r, p), derived)


def check(kept: str) -> str:
    """``kept`` itself. Raises ``ValueError`` where it was not made by ``hashed``."""
    _parts(kept)
    return kept


def new_token() -> str:
    """A token to ask with, of 256 random bits."""
    return f"{_TOKEN}{secrets.token_urlsafe(32)}"


def digest(secret: str) -> str:
    """What is kept of a token or of a session's secret, which are random and long."""
    return sha256(secret.encode()).hexdigest()


def _derived(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    # The same password typed on another keyboard or system: full-width letters, composed marks.
    typed = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    with _working:
        return scrypt(typed, salt=salt, n=1 << n, r=r, p=p, maxmem=256 * r * (1 << n) + 2**20, dklen=32)


def _parts(kept: str) -> tuple[int, int, int, bytes, bytes]:
    try:
        name, n, r, p, salt, derived = kept.split("$")
        numbers = (int(n), int(r), int(p))
        if name != "scrypt" or not all(1 <= one <= most for one, most in zip(numbers, _LARGEST, strict=True)):
            raise ValueError(kept[:20])  # noqa: TRY301
        return (*numbers, b64decode(salt, validate=True), b64decode(derived, validate=True))
    except ValueError as error:
        raise ValueError("no hashed password") from error


def _text(value: bytes) -> str:
    return b64encode(value).decode()
