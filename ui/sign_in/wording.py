"""The words of the sign-in page, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ui.language import Language


@dataclass(frozen=True, slots=True)
class SignInWords:
    """The words of the page, in one language; ``told`` is what it says above the form, by what happened."""

    title: str
    lead: str
    name: str
    password: str
    sign_in: str
    other_language: str
    told: Mapping[str, str]


_JA = SignInWords(
    title="サインイン",
    lead="登録された名前とパスワードを入力してください。",
    name="名前",
    password="パスワード",  # noqa: S106 -- the label of the field
    sign_in="サインイン",
    other_language="English",
    told=MappingProxyType(
        {
            "out": "サインアウトしました。",
            "wrong": "名前かパスワードが違います。確かめて、もう一度入力してください。",
            "guesses": "サインインの失敗が続いたため、しばらく受け付けません。15分ほどおいてから試してください。",
            "closed": "いまはサインインできません。管理者に連絡してください。",
        }
    ),
)

_EN = SignInWords(
    title="Sign in",
    lead="Enter the name and password you were given.",
    name="Name",
    password="Password",  # noqa: S106 -- the label of the field
    sign_in="Sign in",
    other_language="日本語",
    told=MappingProxyType(
        {
            "out": "You have signed out.",
            "wrong": "The name or the password is wrong. Check them and try again.",
            "guesses": "Signing in failed too often. Try again in about 15 minutes.",
            "closed": "Signing in is not possible now. Ask the administrator.",
        }
    ),
)

_WORDS: Mapping[Language, SignInWords] = MappingProxyType({"ja": _JA, "en": _EN})


def sign_in_words(language: Language) -> SignInWords:
    """The words of ``language``."""
    return _WORDS[language]
