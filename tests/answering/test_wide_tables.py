"""Tables whose rows are named in a later column, as ministries, prefectures and cities list their programmes."""

from __future__ import annotations

import pytest

from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

PREFECTURE = """# 令和９年度　瀬凪県　産業労働部　主要事業一覧

（単位：千円）

| 番号 | 課名 | 事業名 | 区分 | 令和８年度当初 | 令和９年度当初 | 増減 | 事業の概要 |
|---|---|---|---|---|---|---|---|
| 1 | 産業振興課 | 地場産品販路開拓事業 | 継続 | 40,000 | 42,000 | 2,000 | 首都圏の百貨店で物産展を年４回開く。 |
| 2 | 産業振興課 | 伝統工芸後継者育成給付金 | 新規 | － | 18,000 | 18,000 | 工房で学ぶ40歳未満の者に、１人月額８万円を２年間給付する。 |
| 3 | 雇用課 | 女性再就職応援事業 | 拡充 | 25,000 | 30,000 | 5,000 | 職場見学と研修を組み合わせ、託児を無料とする。 |
| 4 | 雇用課 | 外国人材受入環境整備事業 | 新規 | － | 12,600 | 12,600 | 相談窓口を県内２か所に設け、日本語の講座を開く。 |
| 5 | 観光課 | 周遊バス運行支援事業 | 継続 | 36,000 | 33,000 | △3,000 | 港と温泉を結ぶバスの運行経費の３分の１を補助する。 |
| 計 | 計 | 計 | 計 | 101,000 | 135,600 | 34,600 | |
"""

MINISTRY = """# 水資源庁　令和９年度　施策別予算の概要

（単位：百万円）

| No. | 担当 | 施策名 | 新規・継続 | 令和８年度予算額 | 令和９年度要求額 | 施策の内容 |
|---|---|---|---|---|---|---|
| ① | 計画課 | 老朽水路更新対策 | 継続 | 5,200 | 5,600 | 築50年を超える用水路の更新を進める。 |
| ② | 計画課 | 節水技術実証プログラム | 新規 | － | 900 | 農業団体と大学が節水栽培を三地区で実証する。 |
| ③ | 環境課 | 湧水保全交付金 | 継続 | 1,300 | 1,450 | 湧水の水質を測る市町村に交付する。 |
| ④ | 環境課 | 地下水見える化推進施策 | 新規 | － | 640 | 観測井戸の水位を地図で公表する。 |
"""

CITY = """# 芹沢市総合計画　実施計画　取組一覧

| 基本目標 | 取組名 | 担当課 | 開始年度 | 取組内容 |
|---|---|---|---|---|
| 健やかに暮らす | まちかど保健室の開設 | 健康課 | 令和８年度 | 商店街の空き店舗で保健師が週２回相談を受ける。 |
| 健やかに暮らす | 歩こうマイレージ | 健康課 | 令和７年度 | 歩いた数に応じて商品券と替えられる点を付ける。 |
| 安心して育てる | おむつ宅配見守り便 | こども課 | 令和８年度 | １歳になるまで毎月おむつを届け、様子を聞く。 |
| 安心して育てる | 放課後ひろば拡充計画 | 学校教育課 | 令和９年度 | 全ての小学校で午後７時まで児童を預かる。 |

## 市の現況

| 項目 | 過去 | 現在 | 課題 |
|---|---|---|---|
| 保育士数 | 210人（平成30年度） | 184人（令和６年度） | 離職が続く |
| 公園の数 | 61か所（平成28年度） | 66か所（令和６年度） | 遊具の老朽化 |
| 市の負担額 | ２億1,000万円（令和元年度） | ２億6,500万円（令和６年度） | 燃料費 |

## 目標

| 指標 | 基準値（令和６年度） | 目標値（令和12年度） |
|---|---|---|
| 保育士数 | 184人 | 220人 |
| 公園の数 | 66か所 | 70か所 |
"""

INVITATION = """# 御影市ものづくり設備導入補助金　公募要領

## １　補助率及び上限額

| 枠 | 区分 | 補助率 | 補助上限額 |
|---|---|---|---|
| 一般枠 | 通常 | ２分の１ | 150万円 |
| 一般枠 | 脱炭素特例 | ３分の２ | 250万円 |
| 創業枠 | 市内に本店を置く者 | ４分の３ | 80万円 |

## ２　太陽光

太陽光発電設備に１kW当たり４万円（上限16万円）、蓄電池に１kWh当たり２万円（上限10万円）を補助する。
"""

WILDLIFE = """# 瑞穂村　鳥獣被害対策のてびき

## 捕獲報償金

捕獲報償金は、イノシシ（成獣）１頭12,000円、アナグマ１匹3,000円とする。

## 電気柵

補助の上限は農家１戸につき10万円とし、３戸以上が共同で設置する場合は40万円とする。
"""


def ask(service: PolicyQA, question: str) -> Answer:
    return service.ask(question, viewer=OWNER, log=False)


@pytest.fixture(scope="module")
def offices(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts(
        {
            "prefecture.md": PREFECTURE,
            "ministry.md": MINISTRY,
            "city.md": CITY,
            "invitation.md": INVITATION,
            "wildlife.md": WILDLIFE,
        }
    )


@pytest.mark.parametrize(
    ("question", "told", "other"),
    [
        ("伝統工芸後継者育成給付金とはどのような制度ですか。", "１人月額８万円を２年間給付する", "物産展"),
        ("周遊バス運行支援事業の概要を教えて。", "港と温泉を結ぶバス", "託児"),
        ("節水技術実証プログラムとは何ですか。", "節水栽培を三地区で実証する", "用水路"),
        ("湧水保全交付金の内容を知りたい。", "湧水の水質を測る市町村", "井戸"),
        ("おむつ宅配見守り便とはどのような取組ですか。", "毎月おむつを届け", "商品券"),
        ("まちかど保健室の開設について教えてください。", "保健師が週２回相談", "児童"),
    ],
)
def test_what_a_row_is_is_told_by_its_own_cell_alone(offices: PolicyQA, question: str, told: str, other: str) -> None:
    answer = ask(offices, question)
    assert told in answer.answer
    assert other not in answer.answer
    assert "番号" not in answer.answer
    assert "。。" not in answer.answer


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("地場産品販路開拓事業と女性再就職応援事業を合わせると、令和９年度の予算はいくらですか。", "7,200万円"),
        ("女性再就職応援事業の予算は、令和８年度当初から何％増えましたか。", "20%"),
        ("老朽水路更新対策の令和９年度の要求額はいくらですか。", "56億円"),
    ],
)
def test_figures_of_rows_named_in_a_later_column_are_reckoned_with(
    offices: PolicyQA, question: str, value: str
) -> None:
    assert value in ask(offices, question).answer


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("芹沢市の保育士数は平成30年度から令和６年度までに何人減りましたか。", "26人"),
        ("芹沢市の公園の数は平成28年度から令和６年度までに何か所増えましたか。", "5か所"),
        ("芹沢市の負担額は令和元年度から令和６年度までにいくら増えましたか。", "5,500万円"),
    ],
)
def test_years_written_in_the_cells_are_the_years_subtracted(offices: PolicyQA, question: str, value: str) -> None:
    answer = ask(offices, question)
    assert value in answer.answer
    assert "−" in answer.answer


def test_a_change_over_years_that_no_cell_has_is_refused(offices: PolicyQA) -> None:
    assert ask(offices, "芹沢市の保育士数は平成20年度から令和６年度までに何人減りましたか。").status == "abstained"


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("御影市の補助金の一般枠の脱炭素特例だと、補助率と上限額はどうなりますか。", ("3分の2", "250万円")),
        ("御影市ものづくり設備導入補助金の一般枠（通常）の補助率と上限額は？", ("2分の1", "150万円")),
        ("御影市ものづくり設備導入補助金の創業枠の補助率と上限額を教えて。", ("4分の3", "80万円")),
    ],
)
def test_the_case_chooses_the_row_and_both_terms_are_given(
    offices: PolicyQA, question: str, values: tuple[str, ...]
) -> None:
    answer = ask(offices, question).answer
    assert all(value in answer for value in values)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("御影市の一般枠（通常）で、対象経費が200万円のとき、補助金はいくらですか。", "100万円"),
        ("御影市の一般枠の脱炭素特例で、対象経費が600万円のとき、補助金はいくらですか。", "250万円"),
        ("御影市の創業枠で、対象経費が80万円のとき、補助金はいくらですか。", "60万円"),
    ],
)
def test_the_aid_for_a_cost_is_that_of_the_case_cut_at_its_ceiling(
    offices: PolicyQA, question: str, value: str
) -> None:
    answer = ask(offices, question).answer
    assert answer.startswith(value)
    assert "×" in answer


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("御影市で太陽光発電設備を３kW設置すると補助額はいくら？", "12万円"),
        ("御影市で太陽光発電設備を10kW設置すると補助はいくらですか。", "16万円"),
        ("瑞穂村でイノシシを３頭捕獲すると報償金はいくらもらえますか。", "3万6,000円"),
    ],
)
def test_so_many_at_so_much_each_are_multiplied(offices: PolicyQA, question: str, value: str) -> None:
    answer = ask(offices, question).answer
    assert answer.startswith(value)
    assert "×" in answer


def test_a_ceiling_for_one_is_not_multiplied(offices: PolicyQA) -> None:
    assert "30万円" not in ask(offices, "瑞穂村で電気柵を農家３戸で設置すると補助はいくらですか。").answer


@pytest.mark.parametrize(
    ("question", "named", "left_out"),
    [
        ("瀬凪県の主要事業のうち継続の事業を挙げてください。", ("地場産品販路開拓事業", "周遊バス運行支援事業"), "給付金"),
        ("瀬凪県で雇用課が担当する事業をすべて教えてください。", ("女性再就職応援事業", "外国人材受入環境整備事業"), "給付金"),
        ("産業労働部の令和９年度の新規事業を全部教えて。", ("伝統工芸後継者育成給付金", "外国人材受入環境整備事業"), "周遊バス"),
        ("水資源庁で環境課が担当する施策を列挙してください。", ("湧水保全交付金", "地下水見える化推進施策"), "節水"),
        ("芹沢市で令和８年度に始まる取組をすべて挙げて。", ("まちかど保健室の開設", "おむつ宅配見守り便"), "ひろば"),
        ("安心して育てるという目標の取組を列挙してください。", ("おむつ宅配見守り便", "放課後ひろば拡充計画"), "保健室"),
    ],
)  # fmt: skip
def test_rows_are_listed_whose_cell_says_what_is_asked(
    offices: PolicyQA, question: str, named: tuple[str, ...], left_out: str
) -> None:
    answer = ask(offices, question).answer
    assert all(name in answer for name in named)
    assert left_out not in answer


@pytest.mark.parametrize(
    ("question", "value", "other"),
    [
        ("まちかど保健室の開設の担当課はどこですか。", "健康課", "空き店舗"),
        ("放課後ひろば拡充計画の開始年度は？", "令和９年度", "児童"),
        ("女性再就職応援事業の区分は？", "拡充", "託児"),
    ],
)
def test_the_asked_cell_is_given_and_not_the_whole_row(
    offices: PolicyQA, question: str, value: str, other: str
) -> None:
    answer = ask(offices, question).answer
    assert value in answer
    assert other not in answer


@pytest.mark.parametrize(
    "question",
    ["おむつ宅配見守り便を運ぶ会社はどこですか。", "歩こうマイレージの協賛企業の名前を教えて。"],
)
def test_a_row_about_another_attribute_does_not_answer(offices: PolicyQA, question: str) -> None:
    assert ask(offices, question).status == "abstained"


WAYS = """# 汐路市ふれあい交通計画

## 基本方針

### 基本方針１

移動の足を守る
路線を束ねて本数を保ちます。

### 基本方針２

だれでも乗れる
低床の車両を入れます。

### 基本方針３

担い手をふやす

## デマンド便「しおかぜ」

令和９年10月から：北浦地区、松原地区
令和10年４月から：岬地区を追加

| 施策 | 令和９年度 | 令和10年度 |
|---|---|---|
| しおかぜ | ２地区で開始 | １地区を追加 |
| 市内循環 | 準備 | 開始 |

| 施策 | 実施主体 | 事業費 |
|---|---|---|
| デマンド便「しおかぜ」の運行 | 市、タクシー事業者 | 2,400万円 |
| 市内循環の再編 | 市、汐路交通 | 1,800万円 |

| 項目 | 内容 |
|---|---|
| 運行日・時間 | 月～金曜日　８時～18時 |
| 利用できる方 | 登録した市民 |
"""


@pytest.fixture(scope="module")
def ways(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"ways.md": WAYS})


def test_items_that_are_only_numbered_are_listed_with_their_own_words(ways: PolicyQA) -> None:
    answer = ask(ways, "汐路市ふれあい交通計画の基本方針を列挙してください。").answer
    assert all(words in answer for words in ("移動の足を守る", "だれでも乗れる", "担い手をふやす"))


def test_which_place_is_answered_where_places_are_named(ways: PolicyQA) -> None:
    answer = ask(ways, "しおかぜが令和９年10月から走るのはどの地区ですか。").answer
    assert answer.startswith("令和９年10月から：北浦地区、松原地区")


def test_the_row_of_a_form_about_times_names_no_company(ways: PolicyQA) -> None:
    assert ask(ways, "しおかぜを運行するタクシー会社の名前を教えて。").status == "abstained"


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("しおかぜの運賃は、75歳以上の人はいくらになりますか。", "100円"),
        ("ひばり号の料金は、中学生の人はいくらですか。", "150円"),
        ("あけぼの温泉の入浴料は、70歳以上の方はいくらですか。", "200円"),
    ],
)
def test_the_value_of_the_case_is_taken_out_of_a_cell_of_several(
    opened_over_texts: OpenTexts, question: str, value: str
) -> None:
    fares = opened_over_texts(
        {
            "fares.md": "# しおかぜの御案内\n\n| 項目 | 内容 |\n|---|---|\n| 運賃 | １回200円（75歳以上の方は100円、未就学児は無料） |\n| 予約 | 前日まで |\n",
            "bus.md": "# ひばり号のしおり\n\n| 項目 | 内容 |\n|---|---|\n| 料金 | 大人300円（中学生は150円） |\n| 運休 | 日曜 |\n",
            "spa.md": "# あけぼの温泉　利用案内\n\n| 項目 | 内容 |\n|---|---|\n| 入浴料 | 500円（70歳以上の方は200円、小学生は250円） |\n| 休館日 | 火曜 |\n",
        }
    )
    assert ask(fares, question).answer.startswith(value)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("瀬凪県の令和９年度の新規事業の予算は合わせていくらですか。", "3,060万円"),
        ("水資源庁の令和９年度の新規事業の要求額を合計するといくらになりますか。", "15.4億円"),
    ],
)
def test_the_rows_that_are_new_are_added_up(offices: PolicyQA, question: str, value: str) -> None:
    answer = ask(offices, question).answer
    assert answer.startswith(value)
    assert "+" in answer


RULES = """○ひばり村住宅改修支援金交付要綱

（支援金の額）
第5条　支援金の額は、別表第1に掲げる額とする。

別表第1（第5条関係）
｜区分｜対象経費｜支援金の額｜
｜新築｜住宅の建築に要する経費｜定額90万円｜
｜中古住宅の取得｜空き家バンクに登録された住宅の購入に要する経費｜経費の2分の1以内。上限70万円｜
｜家財の処分｜空き家バンクに登録された住宅に残る家財の処分に要する経費｜経費の全額。上限12万円｜

別表第2（第5条関係）
｜要件｜加算額｜
｜移住者であるとき｜30万円｜
｜村内業者が請け負うとき｜15万円｜
"""


@pytest.fixture(scope="module")
def rules(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"youkou.txt": RULES})


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("ひばり村の住宅改修支援金の区分を挙げてください。", ("新築", "中古住宅の取得", "家財の処分")),
        ("ひばり村の住宅改修支援金の加算の要件を挙げてください。", ("移住者", "30万円", "村内業者", "15万円")),
        ("ひばり村の住宅改修支援金で、中古住宅の取得の上限額は？", ("70万円",)),
        ("ひばり村の住宅改修支援金で、家財の処分の上限額は？", ("12万円",)),
    ],
)
def test_a_table_between_wide_pipes_is_read_row_by_row(rules: PolicyQA, question: str, wanted: tuple[str, ...]) -> None:
    answer = rules.ask(question, viewer=OWNER, log=False)
    assert answer.status == "answered"
    assert [one for one in wanted if one not in answer.answer] == []
    others = {"70万円", "12万円", "90万円"} - set(wanted)
    assert not (answer.short_answer and others & {answer.short_answer})
