"""Why bytes are no document: one of five kinds, in words for the user.

Owns the wording of the kinds that several readers share. A reader knows no path; ``read_document`` adds it.
"""

from __future__ import annotations

from policy_qa.errors import DocumentErrorKind


class Unreadable(Exception):
    """The bytes cannot be read. ``reason`` says what is wrong, ``remedy`` what to do, both in Japanese."""

    def __init__(self, kind: DocumentErrorKind, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.kind: DocumentErrorKind = kind
        self.reason = reason
        self.remedy = remedy


def damaged(detail: str) -> Unreadable:
    """The file is not what its format says it is."""
    return Unreadable(
        "damaged",
        f"ファイルが壊れているため読めません（{detail}）。",
        "元の文書を開いて確かめ、保存し直したものに置き換えてください。",
    )


def encrypted() -> Unreadable:
    """The file opens with a password only."""
    return Unreadable(
        "encrypted",
        "パスワードで保護されているため読めません。",
        "パスワードを外して保存し直したものに置き換えてください。",
    )


def empty(detail: str = "文字がありません") -> Unreadable:
    """The file is whole but says nothing that can be extracted."""
    return Unreadable(
        "empty",
        f"{detail}。",
        "中身のある文書に置き換えるか、フォルダーから除いてください。",
    )


def too_large(detail: str) -> Unreadable:
    """Reading the file would take more than it may."""
    return Unreadable(
        "too_large",
        f"文書が大きすぎます（{detail}）。",
        "分割するか、設定の上限を大きくしてください。",
    )
