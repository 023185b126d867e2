from __future__ import annotations

import zlib

import pytest

from policy_qa.web.passive_pdf import is_passive
from tests.torture.hostile_screens import hostile_pdf

_PLAIN = b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction[3 0 R/Fit]/Pages 2 0 R>>endobj\n"
_SCRIPT = b"<</S/JavaScript/JS(app.alert(1))>>"


def _packed(objects: bytes, filters: bytes = b"/FlateDecode", name: bytes = b"/ObjStm") -> bytes:
    data = zlib.compress(objects)
    return _PLAIN + b"4 0 obj<</Type%s/N 1/First 4/Filter%s/Length %d>>stream\r\n%s\nendstream endobj\n" % (
        name,
        filters,
        len(data),
        data,
    )


@pytest.mark.parametrize(
    "data", [_PLAIN, _packed(b"5 0 <</Type/Page/AA 6 0 R>>"), _packed(b"5 0 <<>>", b"[/FlateDecode]")]
)
def test_a_pdf_that_only_shows_something_is_passive(data: bytes) -> None:
    assert is_passive(data)


@pytest.mark.parametrize(
    "data",
    [
        hostile_pdf("app.alert('x')", "x"),
        _PLAIN + b"5 0 obj" + _SCRIPT + b"endobj",
        _PLAIN + b"5 0 obj<</S/Java#53cript/#4a#53(x)>>endobj",
        _PLAIN + b"5 0 obj<</S/Launch/F(x)>>endobj",
        _PLAIN + b"trailer<</Encrypt 9 0 R>>",
        _packed(b"5 0 " + _SCRIPT),
        _packed(b"5 0 " + _SCRIPT, name=b"/Obj#53tm"),
        _packed(b"5 0 <<>>", b"[/ASCIIHexDecode/FlateDecode]"),
        _packed(b"5 0 <<>>", b" 9 0 R"),
        _packed(b"5 0 <<>>", b"/LZWDecode"),
        _packed(b"5 0 <<>>" * 1_000)[:-60],
    ],
)
def test_a_pdf_that_may_run_something_or_cannot_be_looked_into_is_not(data: bytes) -> None:
    assert not is_passive(data)
