"""Bytes -> characters: the encodings of Japanese offices are told apart, and what is no text is refused."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policy_qa.documents.encoding import NotText, decode

POLICY = (
    "令和８年度　地域交通再生支援補助金　公募要領\n"
    "１．補助対象者　市町村及び交通事業者（次のいずれかに該当する者）\n"
    "　ア　道路運送法第４条の許可を受けた者\n"
    "　イ　（株）その他の法人\n"
    "２．補助率　２分の１以内（上限５００万円）\n"
)
VENDOR = "①㈱みらい交通、②㈲はま観光。№３、５㎡〜１０㎡、Ⅳ期、髙﨑市長。\n補助上限額は五百万円とする。\n"
SHORT = "予算額は五億円です。"


@pytest.mark.parametrize("text", [POLICY, VENDOR, SHORT])
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (b"", "utf-16-le"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (b"", "utf-16-be"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_unicode_is_read_with_and_without_a_byte_order_mark(text: str, mark: bytes, encoding: str) -> None:
    assert decode(mark + text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize("text", [POLICY, SHORT])
@pytest.mark.parametrize(
    ("encoding", "name"), [("euc_jp", "euc_jp"), ("iso2022_jp", "iso2022_jp"), ("shift_jis", "cp932")]
)
def test_the_older_encodings_are_told_apart(text: str, encoding: str, name: str) -> None:
    assert decode(text.encode(encoding)) == (text, name)


def test_what_is_called_shift_jis_keeps_the_vendors_characters() -> None:
    # cp932 has the full-width tilde where Shift_JIS has the wave dash.
    text = VENDOR.replace("〜", "～")
    assert decode(text.encode("cp932")) == (text, "cp932")


def test_half_width_katakana_of_cp932_is_no_euc_jp() -> None:
    text = POLICY + "振込先：ﾐﾗｲｷﾝｺ ﾎﾝﾃﾝ\n"
    assert decode(text.encode("cp932")) == (text, "cp932")


def test_jis_of_old_mail_with_half_width_escapes_is_read() -> None:
    assert decode(SHORT.encode("iso2022_jp_ext"))[0] == SHORT


@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "euc_jp", "utf-16-le"])
@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_every_line_end_becomes_one(encoding: str, line_end: str) -> None:
    assert decode(POLICY.replace("\n", line_end).encode(encoding))[0] == POLICY


def test_plain_ascii_is_text() -> None:
    assert decode(b"policy 2026\n") == ("policy 2026\n", "utf-8")


def test_nothing_decodes_to_nothing() -> None:
    assert decode(b"")[0] == ""
    assert decode(codecs.BOM_UTF8)[0] == ""


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0",
        b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0",
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n\xff\xfe\xfa\xfb\x80\x80",
        b"\0" * 64,
        b"budget\0table\0",
        b"policy text\0 of 2026",
        b"a policy of 2026 \xe4\xba\x88\xe7\xae\x97\0 in one table",
        "予算\0額".encode(),
        b"\xff" * 40,
        bytes(range(256)) * 4,
        codecs.BOM_UTF8 + b"\xff\xfe\xfd",
        b"\x1b$B!",
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(NotText):
        decode(data)


def test_one_wrong_byte_in_utf8_is_not_read_as_another_encoding() -> None:
    data = bytearray(POLICY.encode() * 3)
    data[200] = 0xFF
    with pytest.raises(NotText):
        decode(bytes(data))


@given(st.binary(max_size=400))
def test_any_bytes_are_text_without_nul_or_refused(data: bytes) -> None:
    try:
        text, encoding = decode(data)
    except NotText:
        return
    assert "\0" not in text
    assert "\r" not in text
    assert not text.startswith("\ufeff")
    codecs.lookup(encoding)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\ufeff\x1b"), max_size=200))
def test_any_utf8_text_comes_back_as_it_was(text: str) -> None:
    assert decode(text.encode())[0] == text
    assert decode(codecs.BOM_UTF8 + text.encode())[0] == text


KANA = st.text(
    "あいうえおかきくけこさしすせそたちつてとアイウエオ予算交付金補助令和年度地域。、（）", min_size=12, max_size=120
)


@given(KANA, st.sampled_from(["utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16-le", "utf-16-be"]))
def test_japanese_in_any_of_the_encodings_is_never_garbled(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    # Without a mark, 「ああ」 in UTF-16 is the same bytes as "B0B0": nobody can tell.
    assume(encoding == "iso2022_jp" or not data.isascii())
    try:
        assert decode(data)[0] == text
    except NotText:
        pytest.fail(f"refused {encoding}: {text}")
