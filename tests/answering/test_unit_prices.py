"""What so many are paid at so much for each: units of several letters are read whole."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Viewer
from tests.conftest import OpenTexts

RULES = """# 汐里市 支援のてびき

## 自治会活動交付金

交付金の額は、１世帯当たり500円とする。

## 廃食油回収協力金

協力金の額は、回収した油１kg当たり20円とする。

## 森林整備奨励金

奨励金の額は、間伐１ha当たり80,000円とする。
"""


@pytest.fixture(scope="module")
def town(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"tebiki.md": RULES})


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("自治会活動交付金は120世帯だといくらですか。", "60,000円"),
        ("廃食油回収協力金は油30kgだといくらですか。", "600円"),
        ("森林整備奨励金は間伐2haでいくらですか。", "160,000円"),
    ],
)
def test_units_of_several_letters_are_counted_whole(town: PolicyQA, question: str, value: str) -> None:
    answer = town.ask(question, viewer=Viewer.local_owner(), log=False)
    assert answer.status == "answered"
    assert answer.short_answer in {value, value.replace("0,000円", "万円")}, answer.answer
