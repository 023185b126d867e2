"""The signs of text that no machine could read, and ordinary text that shows none of them."""

from __future__ import annotations

import pytest

from policy_qa.documents.quality import troubles_of

JAPANESE = "本事業は、地域の課題の解決に資する取組を行う事業者に対し、経費の一部を補助する。" * 5


@pytest.mark.parametrize(
    "text",
    [
        JAPANESE,
        "The quick brown fox jumps over the lazy dog. " * 10,
        "区分　令和７年度　令和８年度\n" + "一般会計　1,234　5,678\n" * 20,
        "山田太郎\n鈴木花子\n佐藤一郎\n" * 20,
        "令和８年度地方創生関係予算概算要求総括表",
        "○\n" + JAPANESE,
        "Ｋ Ｐ Ｉ：東京圏以外における就業者一人当たり年間付加価値労働生産性の伸び率",
        "①②③㈱㍻㎡½⺠⻑",
    ],
)
def test_ordinary_text_has_no_trouble(text: str) -> None:
    assert troubles_of(text, ink=True) == ()


@pytest.mark.parametrize(
    "text",
    [
        "\ufffd" * 40 + "第１条",
        JAPANESE[:60] + "\ue001\ue002\ue003\ue004\ue005",
        "(cid:123)(cid:45)(cid:678)(cid:9)",
        "地域の活性化".encode().decode("cp1252", "replace") * 5,
        "地域活性化事業計画書類提出期限厳守事項確認資料" * 10,
    ],
)
def test_signs_that_are_no_text_are_garbled(text: str) -> None:
    assert "garbled" in troubles_of(text, ink=True)


def test_crumbs_are_fragmented() -> None:
    assert troubles_of("\n".join("地域の活性化を図ることを目的とする"), ink=True) == ("fragmented",)


def test_no_text_is_trouble_only_where_something_is_printed() -> None:
    assert troubles_of(" \n\u3000", ink=True) == ("empty",)
    assert troubles_of("", ink=False) == ()
