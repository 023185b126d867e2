"""Questions on figures of accounts, statistics, minutes and review sheets, answered with the figure of the asked year, row and case."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

ACCOUNTS = """令和６年度　主要な施策の成果に関する報告書

第２章　施策ごとの成果

１　空き家対策
（１）空き家改修補助金
　予算現額　24,000千円　　決算額　21,350千円　　執行率　89.0％
　申請件数は、令和４年度が31件、令和５年度が44件、令和６年度が58件でした。

２　子育て支援
（１）病児保育事業
　延べ利用者数は、しおみ病院が642人（前年度588人）、北浜クリニックが415人（同437人）でした。
（２）一時預かり事業
　延べ利用者数は公立1,260人、私立2,385人でした。

３　公共交通

表　コミュニティバスの路線別利用者数と収支率
路線名　　　　令和５年度利用者数　　令和６年度利用者数　　令和６年度収支率
北浜線　　　　　　　42,310人　　　　　　45,120人　　　　　　38.2％
山手線　　　　　　　28,940人　　　　　　27,655人　　　　　　24.6％
計　　　　　　　　　71,250人　　　　　　72,775人　　　　　　32.9％
"""

SHEET = """令和７年度　行政事業レビューシート

事業名　：　地域防災リーダー養成事業

【予算額・執行額】　　　　　　　　　　　　　　　　　　　　（単位：百万円）
　　　　　　　　　令和４年度　令和５年度　令和６年度　令和７年度　令和８年度要求
当初予算　　　　　　　320　　　　340　　　　365　　　　380　　　　　420
執行額　　　　　　　　298　　　　331　　　　379

【成果指標】
成果指標：地域防災リーダーの認定者数（累計）
　　　　　　　　　　　令和４年度　令和５年度　令和６年度　目標最終年度（令和10年度）
成果実績　　　人　　　 8,120　　　 9,870　　　11,640
目標値　　　　人　　　 8,000　　　10,000　　　12,000　　　　20,000

【資金の流れ】
　Ａ．一般財団法人日本地域防災協会　214百万円（研修の企画・運営）
　Ｂ．株式会社テラ企画　46百万円（教材の作成）
"""

PLAN = """# 緑川町総合戦略

## 基本目標２　ひとの流れをつくる

図　転入者数の推移と目標（令和３年度 → 令和６年度 → 令和12年度）
- 移住相談件数：65件 → 131件 → 250件
- 空き家の利活用件数：4件 → 11件 → 30件

## 財政計画

総事業費は24億6,000万円を見込む。年度別では、令和８年度4億2,000万円、令和９年度5億1,000万円、令和10年度5億8,000万円である。
"""


@pytest.fixture(scope="module")
def told(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"seika.txt": ACCOUNTS, "sheet.txt": SHEET, "plan.md": PLAN})


def ask(service: PolicyQA, question: str, *turns: str) -> Answer:
    return service.ask(question, viewer=OWNER, turns=turns, log=False)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("空き家改修補助金の令和５年度の申請件数は？", "44件"),
        ("空き家改修補助金の決算額は？", "21,350千円"),
        ("病児保育事業の延べ利用者数は北浜クリニックで何人ですか", "415人"),
        ("山手線の令和６年度の利用者数は？", "27,655人"),
        ("北浜線の収支率は？", "38.2%"),
        ("地域防災リーダー養成事業の令和６年度の執行額は？", "3億7,900万円"),
        ("地域防災リーダー養成事業の令和８年度の要求額は？", "4.2億円"),
        ("地域防災リーダーの認定者数の令和10年度の目標は？", "20,000人"),
        ("移住相談件数は令和６年度に何件でしたか", "131件"),
        ("空き家の利活用件数の令和12年度の目標は何件？", "30件"),
        ("緑川町総合戦略の令和10年度の事業費は？", "5億8,000万円"),
    ],
)
def test_the_figure_of_the_asked_year_row_and_case_is_given(told: PolicyQA, question: str, expected: str) -> None:
    answer = ask(told, question)
    assert (answer.status, answer.short_answer) == ("answered", expected)


def test_a_follow_up_changes_the_year_the_row_or_adds_what_was_answered(told: PolicyQA) -> None:
    first = "病児保育事業の令和６年度の延べ利用者数はしおみ病院で何人ですか"
    assert ask(told, "前の年度は？", first).short_answer == "588人"
    assert ask(told, "もう一方のクリニックは？", first).short_answer == "415人"
    public = "一時預かり事業の延べ利用者数は公立で何人？"
    assert ask(told, "私立は？", public).short_answer == "2,385人"
    together = ask(told, "合わせると？", public, "私立は？")
    assert together.short_answer == "3,645人"
    assert "1,260人 + 2,385人 = 3,645人" in together.answer
    assert ask(told, "その差は？", public, "私立は？").short_answer == "1,125人"


def test_a_supplier_is_not_the_programme_whose_name_shares_its_words(told: PolicyQA) -> None:
    answer = ask(told, "地域防災リーダー養成事業の令和３年度の執行額は？")
    assert "214" not in answer.answer


def test_a_column_of_change_or_of_no_year_never_stands_for_another_year(opened_over_texts: OpenTexts) -> None:
    table = (
        "# 令和８年度当初予算（案） 主要事業\n\n（単位：千円）\n\n| 事業名 | 令和７年度当初 予算額 | 令和８年度当初 予算額 | 増減 予算額 |\n|---|---|---|---|\n"
        "| 花粉対策事業 | 41,200 | 48,700 | 7,500 |\n| 里山再生事業 | 30,000 | 28,000 | ▲2,000 |\n"
    )
    service = opened_over_texts({"yosan.md": table})
    assert ask(service, "花粉対策事業の令和９年度の予算額はいくらになりますか。").status == "abstained"
    assert ask(service, "花粉対策事業の令和７年度の予算額はいくらですか。").short_answer == "4,120万円"


def test_a_month_before_a_meeting_is_its_name_and_a_day_is_a_date(opened_over_texts: OpenTexts) -> None:
    text = "# 集会所の料金\n\nこの料金は、集会所条例の改正（令和６年12月20日市議会議決、令和７年４月１日施行）によるものです。\n"
    service = opened_over_texts({"kaisei.md": text})
    assert ask(service, "集会所条例の改正はいつ市議会で議決されましたか。").short_answer == "令和6年12月20日"
