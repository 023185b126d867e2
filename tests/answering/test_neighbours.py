"""What stands beside the thing that is asked about never answers for it: another programme, case or order of things."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()
GUIDE = """# 松野市くらしの助成ガイド

## 1 若者家賃補助

対象となる世帯

- 市内の民間賃貸住宅に入居した世帯

※ 社宅に入居した場合は対象外です。

| 区分 | 補助月額（上限） |
|---|---|
| 若者世帯 | 10,000円 |
| 子育て世帯 | 15,000円 |

## 2 補聴器購入費の助成

| 世帯の区分 | 助成率 | 上限額 |
|---|---|---|
| 市民税非課税世帯 | 10分の9 | 45,000円 |
| 市民税課税世帯 | 2分の1 | 25,000円 |

- 購入前に申請が必要です。購入後の申請は受け付けません。
- 修理代は対象になりません。

## 3 おむつ券

- 入院中の方は交付できません。ただし、入院が30日以内の場合は引き続き使えます
"""
FARM = """# 営農支援金の手引き

| 区分 | 交付額 |
|---|---|
| 認定農業者 | 300,000円 |
| 未認定農業者 | 100,000円 |

- 機械の導入後に申請してください。

## 委員会

委員の任期は2年とする。ただし、再任を妨げない。
"""


@pytest.fixture
def service(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"guide.md": GUIDE, "farm.md": FARM})


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("補聴器購入費の助成の上限額は課税世帯でいくらですか", "25,000円"), ("補聴器購入費の助成の上限額は非課税世帯でいくらですか", "45,000円"),
        ("営農支援金の交付額は認定農業者でいくらですか", "300,000円"), ("営農支援金の交付額は未認定農業者でいくらですか", "100,000円"),
    ],
)  # fmt: skip
def test_a_case_is_not_the_one_that_denies_it(service: PolicyQA, question: str, short: str) -> None:
    assert ask(service, question).short_answer == short


@pytest.mark.parametrize(
    "question", ["松野市の住宅リフォーム補助の上限額はいくらですか", "松野市の太陽光パネル補助の上限額はいくらですか"]
)
def test_a_programme_that_is_not_there_gets_no_figure_of_another(service: PolicyQA, question: str) -> None:
    assert ask(service, question).status == "abstained"


def test_what_one_programme_shuts_out_is_not_shown_for_another(service: PolicyQA) -> None:
    answer = ask(service, "入院している母はおむつ券を使えますか")
    assert "社宅" not in answer.answer
    assert "修理代" not in answer.answer


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("補聴器を買ったあとで助成を申請してもいいですか", "いいえ"), ("補聴器の購入前に申請できますか", "はい"), ("母が20日ほど入院します。おむつ券はそのまま使えますか", "はい"),
        ("母が60日ほど入院します。おむつ券はそのまま使えますか", "いいえ"), ("委員は再任できますか", "はい"),
    ],
)  # fmt: skip
def test_a_verdict_hears_the_order_the_exception_and_the_double_denial(
    service: PolicyQA, question: str, verdict: str
) -> None:
    assert ask(service, question).answer.startswith(verdict)


KAWABE = """# 河辺町 空き家改修補助金のご案内（令和8年度）

## 対象とならないもの

3親等以内の親族から買った住宅は、対象になりません。
"""
HINOSAWA = """# 日ノ沢村 空き家改修補助金の手引き（令和7年度）

## 対象者

村内に住む方が対象です。

## 予算額

令和7年度の予算額は960万円です。
"""


@pytest.mark.parametrize(
    "question",
    [
        "日ノ沢村の空き家改修補助金は、3親等の親族から買った家でも使えますか。",
        "3親等以内の親族から買った家は、日ノ沢村の空き家改修補助金の対象になりますか。",
    ],
)
def test_what_a_neighbour_excludes_is_no_answer_about_a_village_with_a_kana_in_its_name(
    opened_over_texts: OpenTexts, question: str
) -> None:
    service = opened_over_texts({"kawabe.md": KAWABE, "hinosawa.md": HINOSAWA})
    answer = service.ask(question, viewer=Viewer.local_owner(), log=False)
    assert {citation.path for citation in answer.citations} <= {"hinosawa.md"}
    assert not answer.answer.startswith(("いいえ", "はい"))


def test_years_that_titles_share_do_not_draw_a_question_to_other_documents(opened_over_texts: OpenTexts) -> None:
    service = opened_over_texts(
        {
            "kawabe.md": KAWABE,
            "plan.md": "# 交通計画\n\n## 目標\n\n令和8年度までに、自動運転バスの運行か所数を100か所とする。\n",
        }
    )
    answer = service.ask(
        "自動運転バスは令和8年度までに何か所での運行を目指していますか。", viewer=Viewer.local_owner(), log=False
    )
    assert "100か所" in answer.answer
