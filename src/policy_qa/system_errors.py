"""What the operating system refuses, in the words of whoever reads the message: why, and what helps.

Owns these words for every part that touches files. Invariant: pure; an errno that nobody foresaw is told as the system tells it.
"""

from __future__ import annotations

import errno
import os
from types import MappingProxyType

_AGAIN = "もう一度実行してください。"
_SAID = MappingProxyType(
    {
        errno.ENOSPC: ("空き容量がない", f"不要なファイルを消すなどして空き容量を増やし、{_AGAIN}"),
        errno.EDQUOT: ("割り当てられた容量を使い切った", f"管理者に容量を増やしてもらい、{_AGAIN}"),
        errno.EFBIG: (
            "ファイルの大きさが上限に達した",
            f"大きさの制限（ulimit -f、ファイルシステム）を緩めて、{_AGAIN}",
        ),
        errno.EIO: (
            "ディスクの読み書きに失敗した",
            f"ディスクの状態と接続を確かめて、{_AGAIN}続くときは管理者に連絡してください。",
        ),
        errno.EMFILE: (
            "同時に開けるファイルの数を使い切った",
            f"同時に動かしている処理を減らすか、上限（ulimit -n）を大きくして、{_AGAIN}",
        ),
        errno.EACCES: ("権限がない", ""),
        errno.EROFS: ("読み取り専用の場所にある", ""),
        errno.ENOMEM: ("メモリーが足りない", f"ほかのプログラムを終えて、{_AGAIN}"),
    }
)
_SAME = {errno.ENFILE: errno.EMFILE, errno.EPERM: errno.EACCES}


def reason_of(error: OSError | int) -> str:
    """Why a file could not be read or written, without a full stop; takes an errno too."""
    number = error if isinstance(error, int) else error.errno
    said = _SAID.get(_SAME.get(number or 0, number or 0))
    if said is not None:
        return said[0]
    if isinstance(error, int):
        return os.strerror(error)
    return error.strerror or str(error)


def remedy_of(error: OSError | int) -> str:
    """What to do about it, as a sentence; empty where that depends on the file."""
    number = error if isinstance(error, int) else error.errno
    said = _SAID.get(_SAME.get(number or 0, number or 0))
    return "" if said is None else said[1]
