"""Conversations over real documents: each turn is asked with the turns before it, and has to be answered right."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy_qa.japanese.normalize import fold
from policy_qa.retrieval.follow_up import understand
from policy_qa.retrieval.topics import Topics
from policy_qa.service import PolicyQA
from policy_qa.types import Viewer
from tests.conftest import FICTITIOUS, SEED, Open, OpenTexts

DOCUMENTS = Path(__file__).parents[1] / "documents"
OWNER = Viewer.local_owner()

# folder -> conversations; each turn with what its answer has to hold (nothing: it is only there to be leaned on).
CONVERSATIONS: dict[Path, list[list[tuple[str, str]]]] = {
    SEED: [
        [("令和8年度の地域未来交付金の予算額は？", "1,600億円"), ("前年度は？", "2,000億円"), ("その差は？", "400億円")],
        [("地方創生特区推進事業の令和7年度補正予算額は？", "12.9億円"), ("では令和6年度補正は？", "8.0億円"), ("差額はいくら？", "4.9億円")],
        [("地域未来交付金のR7補正予算", "1,000億円"), ("地方大学・地域産業創生交付金は？", "12.0億円")],
        [("プロフェッショナル人材事業って何？", ""), ("その拠点はどこに設置されているの？", "各道府県")],
        [("地方創生2.0基本構想はいつ閣議決定されましたか。", "2025年6月"), ("総合戦略のほうは？", "12月23日"), ("もう一つの方は？", "2025年6月")],
    ],
    FICTITIOUS: [
        [("省エネルギー設備への更新の補助上限額はいくらですか。", "1,500万円"), ("では燃料転換の場合は？", "1億円"), ("補助率は？", "2分の1")],
        [("上下水道老朽化対策推進費の令和8年度予算額は？", "46,200百万円"), ("流域治水連携推進費は？", "218.5億円"), ("どちらが多い？", "243.5億円")],
        [("水道事業広域化支援補助金の令和8年度予算額を教えて", "97.5億円"), ("令和7年度当初予算だと？", "102.2億円"), ("何％減った？", "4.6")],
        [("水道事業広域化支援補助金の補助率は？", "2分の1"), ("上限額は？", "15億円")],
    ],
    DOCUMENTS / "blind": [
        [("ひのタクの大人の料金はいくらですか。", "400円"), ("小学生は？", "100円"), ("未就学児だと？", "無料")],
        [("ひのタクの北部エリアの運行日はいつですか。", "月曜日"), ("東部エリアのほうは？", "火・木・土曜日")],
        [("漁港にぎわい創出モデル事業の施設型の上限額は？", "5,000万円"), ("補助率は？", "2分の1"), ("下限は？", "300万円")],
        [("漁港にぎわい創出モデル事業の施設型の補助率は？", "2分の1"), ("いつまで？", "5月14日")],
        [("漁港にぎわい創出モデル事業のソフト型と施設型の違いは？", ""), ("ソフト型の上限額は？", ""), ("もう一つの方は？", "5,000万円")],
        [("孤立集落通信確保事業費の令和9年度の額は？", "148,200千円"), ("前年度は？", "96,500千円"), ("その差は？", "5,170万円")],
        [("ツキノワグマ出没対策事業費の令和9年度の額", "87,600千円"), ("少花粉スギ植替促進事業費は？", "513,000千円"), ("合計すると？", "6億60万円")],
        [("読書環境整備基本計画はいつ閣議決定されましたか。", "令和6年12月20日"), ("計画の期間は？", "5年間"), ("見直しはいつ？", "令和9年度")],
    ],
    DOCUMENTS / "heldout": [
        [("みはる野市の電動式処理機の補助の限度額はいくらですか。", "3万円"), ("密閉式容器ではどうですか。", "2千5百円"), ("堆肥化容器は？", "5千円"), ("補助率は？", "3分の2")],
        [("子育て世帯住まい応援補助金で新築住宅を取得するときの上限額は？", "60万円"), ("中古の場合は？", "80万円"), ("改修だと？", "50万円")],
        [("子育て世帯住まい応援補助金とは？", ""), ("所得の制限はありますか", "730万円")],
        [("雲居湖の第四次計画でＣＯＤの令和12年度の目標はいくつですか。", "4.5mg/L"), ("全りんのほうは？", "0.030mg/L")],
        [("雲居湖水質保全基本計画の第二次はいつ閣議決定されましたか。", "平成十二年五月"), ("では第一次は？", "昭和六十二年六月")],
        [("伝統工芸担い手育成事業の令和9年度概算要求額は？", "86億円"), ("前年度は？", "72億円"), ("差は？", "14億円")],
        [("伝統工芸担い手育成事業の令和9年度概算要求額は？", "86億円"), ("古民家等利活用促進補助金は？", "148億円"), ("多言語解説整備支援事業だとどうですか", "1,250百万円")],
        [("古民家等利活用促進補助金はどのような事業ですか。", ""), ("国の補助率は？", "1/2")],
    ],
    DOCUMENTS / "unseen": [
        [("省力化設備導入費補助金の通常枠の補助率を教えてください。", "2分の1"), ("賃上げ枠だとどうなりますか。", "3分の2"), ("上限は？", "300万円"), ("下限は？", "50万円")],
        [("スマート水産データ連携推進事業の令和8年度当初予算額はいくらですか。", "6.2億円"), ("では、令和9年度はいくらですか。", "7.4億円"), ("差は？", "1.2億円"), ("漁港施設再編整備事業は？", "2.5億円")],
        [("第2次柚木市地域公共交通計画の計画期間は？", "令和8年度から令和13年度"), ("それは誰が決めたの？", "市長")],
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def services(opened: Open) -> dict[Path, PolicyQA]:
    return {folder: opened(folder) for folder in CONVERSATIONS}


@pytest.mark.parametrize(
    ("folder", "conversation"),
    [(folder, conversation) for folder, several in CONVERSATIONS.items() for conversation in several],
    ids=lambda value: value.name if isinstance(value, Path) else " → ".join(turn for turn, _ in value),
)
def test_every_turn_of_a_conversation_is_answered(
    services: dict[Path, PolicyQA], folder: Path, conversation: list[tuple[str, str]]
) -> None:
    turns: list[str] = []
    for question, must in conversation:
        answer = services[folder].ask(question, viewer=OWNER, turns=tuple(turns), log=False)
        if must:
            assert answer.status == "answered", (question, answer.answer)
            assert fold(must) in fold(answer.answer), (question, answer.answer)
        turns.append(question)


PROGRAMMES = """# 令和8年度 地域経済予算

## 1 地域経済循環促進事業

令和8年度当初予算額　3,500万円

## 2 地域経済牽引促進事業

令和8年度当初予算額　1,200万円
"""


def test_a_short_form_of_two_programmes_is_asked_back_with_both(opened_over_texts: OpenTexts) -> None:
    service = opened_over_texts({"budget.md": PROGRAMMES})
    answer = service.ask("地域経済促進事業の令和8年度予算額は？", viewer=OWNER, log=False)
    assert (answer.status, answer.reason) == ("clarify", "ambiguous")
    assert "地域経済循環促進事業" in answer.answer
    assert "地域経済牽引促進事業" in answer.answer
    chosen = service.ask(
        "地域経済牽引促進事業です", viewer=OWNER, turns=("地域経済促進事業の令和8年度予算額は？",), log=False
    )
    assert "1,200万円" in chosen.answer


RESERVOIRS = """# 白波県 ため池改修計画

## 1 箇所別一覧

（単位：百万円）

| 箇所名 | 総事業費 | うち県負担 | 完成予定 |
|---|---:|---:|---|
| 南沢ため池 | 820 | 410 | 令和11年3月 |
| 北沢ため池 | 640 | 320 | 令和12年3月 |

## 2 南沢ため池

令和8年度に着工する。

## 3 北沢ため池

令和9年度に着工する。

## 4 工事の公募

| | 前期公募 | 後期公募 |
|---|---|---|
| 受付の締切 | 令和8年5月29日 | 令和8年9月30日 |
| 審査結果の通知 | 令和8年7月上旬 | 令和8年11月上旬 |
"""


@pytest.mark.parametrize(
    ("turns", "question", "must"),
    [
        (("白波県の南沢ため池の総事業費はいくら？",), "では北沢は？", "6.4億円"),
        (("南沢ため池の完成予定はいつ？",), "じゃあ北沢だと？", "令和12年3月"),
        (("白波県のため池工事の後期公募、締切はいつ？",), "結果はいつごろ分かる？", "11月上旬"),
    ],
)  # fmt: skip
def test_a_follow_up_changes_the_row_or_the_column_and_nothing_else(
    opened_over_texts: OpenTexts, turns: tuple[str, ...], question: str, must: str
) -> None:
    service = opened_over_texts({"plan.md": RESERVOIRS})
    answer = service.ask(question, viewer=OWNER, turns=turns, log=False)
    assert answer.status == "answered", answer.answer
    assert must in answer.answer.split("です")[0], answer.answer


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        ("奨励金を受けて半年で転出したら、いくら返すの？", "2年なら？", "奨励金を受けて2年で転出したら、いくら返すの?"),
        ("奨励金を受けて2年で転出したら、いくら返すの？", "4年住んでいた場合は？", "奨励金を受けて4年で転出したら、いくら返すの?"),
        ("奨励金を受けて3年で転出したら、いくら返すの？", "半年だと？", "奨励金を受けて半年で転出したら、いくら返すの?"),
    ],
)  # fmt: skip
def test_another_count_takes_the_place_of_the_one_in_its_unit(before: str, question: str, whole: str) -> None:
    assert understand(question, Topics(), turns=(before,)).search_text == whole
