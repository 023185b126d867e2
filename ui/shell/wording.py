"""The words of what every page shares, in Japanese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ui.language import Language


@dataclass(frozen=True, slots=True)
class ShellWords:
    """The words of the head and of shared pieces, in one language."""

    product: str
    skip: str
    pages: str
    settings: str
    settings_kept: str
    language: str
    languages: Mapping[Language, str]
    size: str
    sizes: Mapping[str, str]
    theme: str
    themes: Mapping[str, str]
    unavailable: str
    unexpected: str
    copied: str
    not_copied: str
    signed_in: str
    sign_out: str


_JA = ShellWords(
    product="政策文書アシスタント",
    skip="本文へ移動",
    pages="画面の切り替え",
    settings="表示設定",
    settings_kept="この端末のブラウザーに保存します。",
    language="表示の言語",
    languages=MappingProxyType({"ja": "日本語", "en": "English"}),
    size="文字の大きさ",
    sizes=MappingProxyType({"standard": "標準", "large": "大", "largest": "特大"}),
    theme="配色",
    themes=MappingProxyType({"system": "端末に合わせる", "light": "明るい", "dark": "暗い"}),
    unavailable="いまは文書を調べられません",
    unexpected="予期しないエラーが発生しました（受付番号 {reference}）。"
    "もう一度お試しください。続くときは、受付番号を添えて管理者に連絡してください。",
    copied="コピーしました。",
    not_copied="コピーできませんでした。文字を選んでコピーしてください。",
    signed_in="{name} としてサインインしています",
    sign_out="サインアウト",
)

_EN = ShellWords(
    product="Policy document assistant",
    skip="Skip to the content",
    pages="Pages",
    settings="Display",
    settings_kept="Kept in this browser.",
    language="Language",
    languages=MappingProxyType({"ja": "日本語", "en": "English"}),
    size="Text size",
    sizes=MappingProxyType({"standard": "Standard", "large": "Large", "largest": "Largest"}),
    theme="Colours",
    themes=MappingProxyType({"system": "As the system", "light": "Light", "dark": "Dark"}),
    unavailable="The documents cannot be searched now",
    unexpected="An unexpected error occurred (reference {reference}). "
    "Please try again; if it persists, give this reference to the administrator.",
    copied="Copied.",
    not_copied="Could not copy. Select the text and copy it.",
    signed_in="Signed in as {name}",
    sign_out="Sign out",
)

_WORDS: Mapping[Language, ShellWords] = MappingProxyType({"ja": _JA, "en": _EN})


def shell_words(language: Language) -> ShellWords:
    """The words of ``language``."""
    return _WORDS[language]
