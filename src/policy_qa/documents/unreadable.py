"""Why bytes are no document: one of five kinds, in words for the user.

Owns the wording of the kinds that several readers share. A reader knows no path; ``extract`` adds it.
"""

from __future__ import annotations

from collections.abc import Iterable

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


def not_text(error: Exception, remedy: str) -> Unreadable:
    """The bytes are text in no encoding that is known here."""
    return Unreadable("damaged", f"テキストとして読めません（{error}）。", remedy)


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


# What offices still keep, with what opens it and what to save it as.
_SAVE_AS = {
    **dict.fromkeys((".doc", ".dot", ".rtf", ".wps"), ("Word", ".docx（Word 文書）")),
    **dict.fromkeys((".xls", ".xlt", ".xlsb"), ("Excel", ".xlsx（Excel ブック）")),
    **dict.fromkeys((".ppt", ".pps", ".pot"), ("PowerPoint", ".pptx（PowerPoint プレゼンテーション）")),
    **dict.fromkeys((".jtd", ".jtt", ".jtdc", ".jttc"), ("一太郎", ".docx か PDF")),
    ".odt": ("LibreOffice か Word", ".docx"),
    ".ods": ("LibreOffice か Excel", ".xlsx"),
    ".odp": ("LibreOffice か PowerPoint", ".pptx"),
    **dict.fromkeys((".xdw", ".xbd"), ("DocuWorks", "PDF")),
    ".pages": ("Pages", ".docx か PDF"),
    ".numbers": ("Numbers", ".xlsx"),
    ".key": ("Keynote", ".pptx か PDF"),
    **dict.fromkeys((".msg", ".eml", ".mht", ".mhtml"), ("メールソフトかブラウザー", "PDF か .html")),
}
_ARCHIVES = (".lzh", ".7z", ".rar", ".tar", ".gz", ".tgz", ".cab")


def unsupported(ending: str, formats: Iterable[str]) -> Unreadable:
    """No reader knows the format; ``formats`` are the endings that are known."""
    reason = f"「{ending or '拡張子なし'}」の形式には対応していません。"
    if ending in _SAVE_AS:
        program, target = _SAVE_AS[ending]
        return Unreadable(
            "unsupported", reason, f"{program}で開き、「名前を付けて保存」で {target} にして置いてください。"
        )
    if ending in _ARCHIVES:
        return Unreadable("unsupported", reason, "展開して中の文書を置くか、ZIP 形式にしてください。")
    return Unreadable("unsupported", reason, f"読める形式（{'、'.join(formats)}）にして置いてください。")


def too_large(detail: str) -> Unreadable:
    """Reading the file would take more than it may."""
    return Unreadable(
        "too_large",
        f"文書が大きすぎます（{detail}）。",
        "分割するか、設定の上限を大きくしてください。",
    )
