"""When something is due, and who said something: times without a year, deadlines that count from an event, speakers in minutes."""

from __future__ import annotations

import pytest

from policy_qa.answering.passages.answer_types import values
from policy_qa.japanese.normalize import normalize
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

GUIDE = """# 松ヶ浦市 くらしの手当案内

## 新生児すこやか手当

- 対象：市内に住民登録のある新生児の保護者
- 支給額：１人 25,000円
- 申請期限：出生日の翌日から60日以内
- 支給月：６月、10月、２月

## 住宅用蓄電池補助

- 受付：毎年５月１日から11月30日まで
- 実績報告：工事完了後30日以内又は２月末日のいずれか早い日まで
- 変更届：変更する日の10日前まで
- 補助金の支払：請求書を受理した日から45日以内
- 交付決定の日から５年以内に蓄電池を処分したときは、補助金の返還を求めます。

## 乗合タクシー「まつのり」

・運　賃：１乗車 400円。ただし、小学生は200円、未就学児は無料とする。
・運行地区：東部地区は令和８年４月、山手地区は令和９年10月に始める。

## これまでの経緯

○ 令和７年５月13日　第３回会議において、「まつのり」の運賃を400円とすることを決定
　　　　　　　　　　（実施は令和８年４月１日）
○ 令和７年９月２日　第４回会議において、計画の素案を了承
"""

MINUTES = """第２回　松ヶ浦市図書館協議会　議事録

１　協議事項
（１）分館の開館時間について
　坂委員：平日は20時まで開けてほしい。勤め帰りに寄れない。
　楠会長：職員の配置が要る。試行から始めてはどうか。
　坂委員：試行なら夏休みの７月からがよい。
（２）移動図書館について
・菊池委員から、山手地区の巡回を月２回に増やすべきとの意見があった。
・事務局より、車両の更新は令和９年度になると説明があった。

２　質疑（○：委員　●：事務局）
○　予約した本の取置きは何日か。
●　７日間である。
"""


@pytest.fixture(scope="module")
def city(opened_over_texts: OpenTexts) -> PolicyQA:
    """The service over a guide to allowances and the minutes of a council."""
    return opened_over_texts({"guide.md": GUIDE, "minutes.txt": MINUTES})


def ask(service: PolicyQA, question: str, *turns: str) -> Answer:
    return service.ask(question, viewer=OWNER, turns=turns, log=False)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("新生児すこやか手当はいつまでに申請すればよいですか。", "出生日の翌日から60日以内"),
        ("新生児すこやか手当は何月に支給されますか。", "10月"),
        ("住宅用蓄電池補助の申込みはいつまでですか。", "11月30日"),
        ("住宅用蓄電池補助の変更届はいつまでに出しますか。", "10日前"),
        ("住宅用蓄電池補助の補助金はいつ支払われますか。", "45日以内"),
        ("住宅用蓄電池補助の実績報告はいつまでですか。", "30日以内"),
    ],
)
def test_a_time_without_a_year_or_from_an_event_answers_when(city: PolicyQA, question: str, told: str) -> None:
    answer = ask(city, question)
    assert answer.status == "answered"
    assert told in normalize(answer.answer).text


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("いつまでに届け出ますか", "転入した日から14日以内に届け出る。", ["転入した日から14日以内"]),
        ("いつ申し込みますか", "利用の7日前までに申し込む。", ["利用の7日前まで"]),
        ("報告はいつまでか", "毎年6月末までに報告する。", ["毎年6月末"]),
        ("いつ決まりましたか", "交付決定から5年以内に処分したとき", []),
        ("いつですか", "事業完了の翌年度に報告する。", []),
        ("いつ始まりますか", "10月6日に始まる。", ["10月6日"]),
    ],
)
def test_times_are_read_as_they_are_written(question: str, text: str, found: list[str]) -> None:
    assert [value.text for value in values("date", question, text)] == found


def test_a_sister_by_name_gives_no_date(city: PolicyQA) -> None:
    assert "令和９年10月" in ask(city, "「まつのり」は山手地区でいつ始まりますか。").answer
    follow_up = ask(city, "山手地区は？", "「まつのり」は東部地区でいつ始まりますか。")
    assert normalize(follow_up.short_answer or "").text == "令和9年10月"
    assert ask(city, "「まつのり」は西部地区でいつ始まりますか。").status == "abstained"


def test_a_label_set_apart_is_read_as_one_word(city: PolicyQA) -> None:
    assert ask(city, "小学生はいくら？", "「まつのり」の運賃はいくらですか。").short_answer == "200円"


def test_what_a_meeting_decided_is_its_entry_with_the_remark_below_it(city: PolicyQA) -> None:
    answer = ask(city, "第３回会議では何が決まりましたか。").answer
    assert "400円とすることを決定" in answer
    assert not answer.startswith("（実施")


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ("平日は20時まで開けてほしいと言ったのは誰ですか。", "坂委員"),
        ("試行から始めることを提案したのは誰ですか。", "楠会長"),
        ("山手地区の巡回を増やすべきだと述べたのはどの委員ですか。", "菊池委員"),
        ("車両の更新が令和9年度になると説明したのは誰ですか。", "事務局"),
        ("取置きは7日間だと答えたのは誰ですか。", "事務局"),
    ],
)
def test_a_remark_has_its_speaker(city: PolicyQA, question: str, who: str) -> None:
    answer = ask(city, question)
    assert answer.short_answer == who


def test_a_remark_that_nobody_made_has_none(city: PolicyQA) -> None:
    assert ask(city, "閲覧室の机を増やすべきだと言ったのは誰ですか。").status == "abstained"


def test_a_name_is_asked_for_by_its_holder_not_by_a_role(city: PolicyQA) -> None:
    assert ask(city, "松ヶ浦市図書館協議会の会長の氏名を教えてください。").short_answer in {None, "楠会長"}


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("いつまでに予約しますか。", "事前の登録が必要で、予約は乗る日の前日17時までです。", ["乗る日の前日17時まで"]),
        ("いつまでに電話しますか。", "午前8時台の便は、前の日の午後5時までにお電話ください。", ["前の日の午後5時まで"]),
        ("いつまでに申請しますか。", "| 空き家改修 | 120万円 | 工事の契約前 |", ["工事の契約前"]),
        ("いつまでに申請しますか。", "着工前に申請してください。", ["着工前"]),
        ("いつまでに申請しますか。", "駅前に窓口があります。以前に申請した方は名前を書いてください。", []),
        ("何日前までに予約しますか。", "乗る時刻の1時間前までに予約してください。", ["時刻の1時間前まで"]),
        (
            "どのくらい前から予約できますか。",
            "使用日の12月前の月の初日から受け付ける。",
            ["使用日の12月前の月の初日から"],
        ),
        ("いつ振り込まれますか。", "報告書を受け付けてから、おおむね45日後に振り込みます。", ["45日後"]),
        ("いつ振り込まれましたか。", "報告書を受け付けてから、おおむね45日後に振り込みます。", []),
        ("何月から何月までですか。", "五月から七月までは行わない。六か月後に見直す。", ["五月から七月まで"]),
        ("何曜日に出しますか。", "| 燃やすごみ | 火曜・金曜 | 4月から |", ["火曜・金曜"]),
        (
            "何曜日に開いていますか。",
            "毎週木曜日は午後7時まで、第2・第4土曜日は正午まで",
            ["毎週木曜日", "第2・第4土曜日"],
        ),
    ],
)
def test_a_time_may_count_from_a_deed_or_be_a_day_of_the_week(question: str, text: str, told: list[str]) -> None:
    assert [value.text for value in values("date", question, normalize(text).text)] == told


def test_how_long_is_told_by_a_bound_in_years_and_no_year_of_an_era_is_one() -> None:
    asked = "何年住まないといけませんか。"
    assert [value.text for value in values("duration", asked, "10年以上住み続けてください。")] == ["10年以上"]
    assert values("duration", asked, "令和8年以内に住み始めた方") == []
    assert [value.text for value in values("duration", "何年間残しますか。", "議事録は公表後五年間保存する。")] == [
        "五年間"
    ]


@pytest.mark.parametrize(
    ("asks", "question", "text", "told"),
    [
        ("money", "定期代はどれくらい出ますか。", "定期券代の3分の2を助成する。", ["3分の2"]),
        ("money", "定期代はいくら出ますか。", "定期券代の3分の2を助成する。", []),
        ("money", "定期代はどれくらい出ますか。", "定期券代の3分の2、月12,000円まで", ["12,000円まで"]),
        ("quantity", "全国の何か所で行いますか。", "全国15地区で行う。", ["15地区"]),
        ("quantity", "何社くらいですか。", "採択件数は80件程度とする。", ["80件程度"]),
        ("quantity", "何歳代が多いですか。", "年代別では30代が最も多い。", ["30代"]),
    ],
)
def test_how_much_is_told_by_a_part_and_a_count_by_what_documents_count(
    asks: str, question: str, text: str, told: list[str]
) -> None:
    assert [value.text for value in values(asks, question, normalize(text).text)] == told
