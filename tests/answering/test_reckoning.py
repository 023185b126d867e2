"""Calculations from what the asker gives: counts against prices, classes of people, steps of a scale; and when nothing is calculated."""

from __future__ import annotations

import pytest

from policy_qa.answering.grounding.formulas import roundings
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

GUIDE = """# 榛名坂町 施設と支援のてびき

## 1　郷土館の観覧料

| 区分 | 現行 | 改定案 |
|---|---|---|
| 一般（高校生以上） | 300円 | 500円 |
| 小・中学生 | 100円 | 200円 |
| 65歳以上 | 150円 | 250円 |

審議の結果、小・中学生を100円に据え置き、その他は案のとおりとする。

## 2　貸出し

テントは１張１日2,000円で貸し出します。発電機は１台１日4,500円です。

## 3　支援金

| 名前 | 金額 | 上限額 |
|---|---|---|
| 薪ストーブ支援金 | 出力1kW当たり2万円 | 15万円 |
| 集落支援金 | 均等割3万円に、1世帯当たり400円を加えた額 | － |
| 茶園改植支援金 | 10アール当たり18万円 | － |
| 訓練支援金 | 参加者30人未満は1回1万円、30人以上60人未満は1回2万円、60人以上は1回3万円 | － |

## 4　券

１枚400円の温泉券を、年20枚お配りします。北山地区の方は30枚です。

## 5　返還

（返還）
町長は、次に掲げる額の返還を命ずる。
(1) 植付けから3年以内のとき　交付を受けた額の全額
(2) 植付けから3年を超え5年以内のとき　交付を受けた額の2分の1

## 6　料金の改定

水道の基本料金は、口径13ミリの場合、１か月980円から1,150円になります。口径20ミリは１か月1,300円から1,520円になります。
利用者は延べ6,400人（令和５年度は5,900人）でした。職員は16人で、うち保健師が4人です。
登録の手数料は１件3,000円、証明の手数料は１件400円です。
"""


@pytest.fixture(scope="module")
def town(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"tebiki.md": GUIDE})


def _ask(town: PolicyQA, question: str) -> Answer:
    return town.ask(question, viewer=Viewer.local_owner(), log=False)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("榛名坂町の薪ストーブ支援金は、6kWの場合いくらになりますか。", "12万円"),
        ("榛名坂町の薪ストーブ支援金は、9kWの場合いくらになりますか。", "15万円"),
        ("45世帯の集落だと、榛名坂町の集落支援金はいくらですか。", "4万8,000円"),
        ("榛名坂町の茶園改植支援金は、35アールだといくらですか。", "63万円"),
        ("発電機を2台、3日間借りると榛名坂町ではいくらかかりますか。", "2万7,000円"),
        ("榛名坂町の温泉券は、北山地区の人だと合計でいくら分になりますか。", "1万2,000円"),
    ],
)
def test_a_count_is_multiplied_with_the_price_it_is_counted_for(town: PolicyQA, question: str, value: str) -> None:
    answer = _ask(town, question)
    assert answer.short_answer == value, answer.answer
    assert "×" in answer.answer
    assert answer.citations


def test_classes_of_people_are_added_up_at_the_price_that_was_decided(town: PolicyQA) -> None:
    answer = _ask(town, "榛名坂町の郷土館の新しい観覧料だと、大人2人と小学生3人で合計いくらですか。")
    assert answer.short_answer == "1,300円", answer.answer
    assert any("据え置き" in citation.quote for citation in answer.citations)
    before = _ask(town, "榛名坂町の郷土館の今の観覧料だと、大人2人と70歳1人で合計いくらですか。")
    assert before.short_answer == "750円", before.answer


def test_of_a_scale_the_step_is_taken_that_the_number_lies_in(town: PolicyQA) -> None:
    assert _ask(town, "榛名坂町の訓練支援金は、参加者が45人だといくらですか。").short_answer == "2万円"
    assert _ask(town, "榛名坂町の訓練支援金は、参加者が60人だといくらですか。").short_answer == "3万円"
    returned = _ask(
        town, "榛名坂町で80万円の交付を受けた人が、植付けから4年で返還することになると、返す額はいくらですか。"
    )
    assert returned.short_answer == "40万円", returned.answer


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("榛名坂町の水道の基本料金は、口径20ミリだと月いくら上がりますか。", "220円の増"),
        ("榛名坂町の利用者は前年度より何人増えましたか。", "500人の増"),
        ("榛名坂町の職員のうち保健師は何％ですか。", "25%"),
    ],
)
def test_figures_of_one_sentence_are_set_against_one_another(town: PolicyQA, question: str, value: str) -> None:
    assert _ask(town, question).short_answer == value


def test_two_prices_that_are_named_are_added_up(town: PolicyQA) -> None:
    answer = _ask(town, "榛名坂町の登録の手数料と証明の手数料を合わせるといくらですか。")
    assert answer.short_answer == "3,400円", answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "榛名坂町の集落支援金は、4haだといくらになりますか。",
        "榛名坂町の訓練支援金は、参加者が45人で3日間だといくらですか。",
        "榛名坂町の郷土館の新しい観覧料だと、大人2人と犬1匹で合計いくらですか。",
    ],
)
def test_nothing_is_calculated_with_a_count_that_no_price_is_for(town: PolicyQA, question: str) -> None:
    assert "=" not in _ask(town, question).answer


RULES = """# 清滝町 くらしの助成一覧

## 1　助成

| 助成の名前 | 対象となる費用 | 助成率 | 上限額 |
|---|---|---|---|
| 雨水ます設置助成 | ますの購入と設置 | 2分の1 | 4万円 |
| 防風網設置助成 | 網と支柱 | 3分の1以内 | 10アール当たり6万円 |

助成額に1,000円未満の端数があるときは、これを切り捨てる。
雨水ます設置助成は、ますを2基以上置く場合、上限額に2万円を加算する。

## 2　令和7年度の実績

| 助成の名前 | 件数 | 交付額 |
|---|---|---|
| 雨水ます設置助成 | 31件 | 95万円 |
| 防風網設置助成 | 12件 | 188万円 |
"""


@pytest.fixture(scope="module")
def village(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"joseikin.md": RULES})


def test_an_aid_is_cut_down_as_the_document_says(village: PolicyQA) -> None:
    answer = _ask(village, "清滝町の雨水ます設置助成は、4万5,500円かかったときいくら出ますか。")
    assert answer.short_answer == "2万2,000円", answer.answer
    assert "4万5,500円 × 2分の1 = 2万2,750円" in answer.answer
    assert any("切り捨てる" in citation.quote for citation in answer.citations)


def test_a_ceiling_for_so_many_of_a_thing_is_worked_out_or_nothing_is_said(village: PolicyQA) -> None:
    answer = _ask(village, "清滝町の防風網設置助成で、25アールに60万円の網を張ると助成はいくらですか。")
    assert answer.short_answer == "15万円", answer.answer
    without = _ask(village, "清滝町の防風網設置助成で、60万円の網を張ると助成はいくらですか。")
    assert "=" not in without.answer


def test_an_addition_to_a_ceiling_is_added_where_it_is_asked_for(village: PolicyQA) -> None:
    answer = _ask(village, "清滝町の雨水ます設置助成で、ますを置くときの上限額は加算を入れていくらですか。")
    assert answer.short_answer == "6万円", answer.answer
    assert "要件に当たる場合" in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "清滝町で防風網設置助成ではなく別の助成で、5万円の網を張るといくら出ますか。",
        "清滝町の雨水ます設置助成は、5万円かかったとき加算を含めていくら出ますか。",
    ],
)
def test_nothing_is_reckoned_for_a_case_that_is_denied_or_with_an_addition(village: PolicyQA, question: str) -> None:
    assert "=" not in _ask(village, question).answer


def test_what_was_paid_out_is_no_ceiling(village: PolicyQA) -> None:
    facts = village.facts(viewer=Viewer.local_owner(), kind="eligibility")
    assert {fact.amount_yen for fact in facts if fact.aspect == "ceiling"} == {40_000, 60_000}


CENTRE = """# 柿の木市 交流センターの案内

## 1　個人の利用

浴室は、一般が1回450円、高校生が1回300円、65歳以上は1回250円です。

## 2　部屋

| 部屋 | 午前（9時〜12時） | 午後（13時〜17時） | 冷暖房（1時間につき） |
|---|---|---|---|
| 和室 | 800円 | 1,100円 | 150円 |
| 調理室 | 1,300円 | 1,700円 | 250円 |

## 3　市の負担

表1　地区別の交付額

| 地区 | 市の交付額 | 前年度の市の交付額 |
|---|---|---|
| 東川 | 300万円 | 280万円 |
| 西川 | 500万円 | 500万円 |
| 合計 | 800万円 | 780万円 |

## 4　利用の状況

令和6年度の利用者は1,200人のうち、65歳以上が540人でした。
運営費は2,000万円で、人件費が1,200万円、光熱費が500万円、委託料が300万円です。
"""


@pytest.fixture(scope="module")
def centre(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"annai.md": CENTRE})


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("柿の木市の交流センターの浴室を、大人2人と高校生1人で1回使うと合計いくらですか。", "1,200円"),
        ("柿の木市の交流センターの調理室で冷暖房を3時間使うといくらですか。", "750円"),
        ("柿の木市の交流センターの和室を午前と午後に続けて借りると合わせていくらですか。", "1,900円"),
        ("柿の木市の市の交付額は、東川で前年度よりいくら増えましたか。", "20万円の増"),
        ("柿の木市の市の交付額のうち、西川の割合は何％ですか。", "62.5%"),
        ("柿の木市の交流センターの運営費のうち、人件費は何％ですか。", "60%"),
    ],
)
def test_a_guide_of_a_centre_is_reckoned_with(centre: PolicyQA, question: str, value: str) -> None:
    answer = _ask(centre, question)
    assert answer.short_answer == value, answer.answer


def test_a_cut_holds_only_where_it_leaves_whole_units() -> None:
    right, wrong = (
        roundings(f"= 2万2,750円、1,000円未満切捨て → {value}")[0] for value in ("2万2,000円", "2万2,500円")
    )
    assert right.holds()
    assert not wrong.holds()
