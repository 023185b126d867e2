"""A page of an office's web site, with the navigation around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from eval.extraction.outline import Piece

_AROUND = (
    '<!DOCTYPE html>\n<html lang="ja"><head><meta charset="utf-8"><title>{title}</title><style>body{{margin:0}}</style></head>\n<body>\n'
    '<header><a href="/">ホーム</a><form><input type="search"><button>検索</button></form></header>\n'
    '<nav><ul><li><a href="/a">政策</a></li><li><a href="/b">組織</a></li><li><a href="/c">報道発表</a></li></ul></nav>\n<main>\n',
    "</main>\n<footer><p>所在地・連絡先</p><p>Copyright</p></footer>\n</body></html>\n",
)


def page(pieces: Sequence[Piece]) -> bytes:
    """The page in UTF-8: headings, paragraphs, lists, tables with header cells, figures with captions."""
    title = next((piece.text for piece in pieces if piece.role == "title"), "")
    body = "\n".join(_elements(pieces))
    return (_AROUND[0].format(title=escape(title)) + body + "\n" + _AROUND[1]).encode()


def _elements(pieces: Sequence[Piece]) -> Iterator[str]:
    for role, run in groupby(pieces, key=lambda piece: piece.role):
        if role == "item":
            yield "<ul>" + "".join(f"<li>{escape(piece.text)}</li>" for piece in run) + "</ul>"
            continue
        for piece in run:
            said = escape(piece.text) + (f"　　　　　　{escape(piece.behind)}" if piece.behind else "")
            if role in {"title", "heading"}:
                yield f"<h{piece.level + 1}>{said}</h{piece.level + 1}>"
            elif role == "caption":
                yield f'<figure><img src="a.png" alt=""><figcaption>{said}</figcaption></figure>'
            elif role == "table":
                yield _table(piece)
            else:
                yield f"<p>{said}</p>"


def _table(piece: Piece) -> str:
    rows = []
    for number, cells in enumerate(piece.rows):
        name = "th" if number < piece.headers else "td"
        rows.append(
            "<tr>" + "".join(f"<{name}>{escape(cell).replace(chr(10), '<br>')}</{name}>" for cell in cells) + "</tr>"
        )
    return "<table>\n" + "\n".join(rows) + "\n</table>"
