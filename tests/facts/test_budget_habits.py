"""Budget figures in the habits of ministries, prefectures, forms and accounts: parts, groups, sources, comparisons, and lists made by hand."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.facts import GOLD, compare
from policy_qa.facts.budgets.names import SHARE
from policy_qa.facts.budgets.reader import budget_facts
from policy_qa.types import Fact
from tests.texts import document_of

OKU, MILLION, THOUSAND = 10**8, 10**6, 10**3
SEED_LIST = "chiiki-mirai-senryaku-r8-01"


def facts_in(text: str, *, title: str = "資料") -> list[Fact]:
    return list(budget_facts(document_of(text, title=title)))


def of(facts: list[Fact], program: str | None) -> list[tuple[int | None, str | None, int | None]]:
    return [(fact.fiscal_year, fact.stage, fact.amount_yen) for fact in facts if fact.program == program]


@pytest.mark.parametrize("gold", sorted((GOLD / "budgets").glob("*.jsonl")), ids=lambda path: path.stem)
def test_the_figures_of_a_document_are_those_of_the_list_made_by_hand(gold: Path) -> None:
    result = compare(gold)
    assert result.found >= 8
    assert result.precision == 1.0
    assert result.recall >= (0.98 if SEED_LIST in str(gold) else 0.90)


def test_a_header_of_two_rows_gives_year_above_and_stage_below() -> None:
    facts = facts_in(
        "（単位：億円）\n\n| 事業 | 令和７年度 | | 令和８年度 |\n|---|---|---|---|\n| | 当初 | 補正 | 要求額 |\n| 干潟再生事業 | 12 | 3 | 14 |\n"
    )
    assert of(facts, "干潟再生事業") == [
        (2025, "initial", 12 * OKU), (2025, "supplementary", 3 * OKU), (2026, "request", 14 * OKU),
    ]  # fmt: skip


def test_years_in_rows_and_programmes_in_columns_are_read_the_other_way_round() -> None:
    facts = facts_in(
        "# 当初予算の推移\n\n（単位：千円）\n\n| 年度 | 街灯更新事業 | 橋りょう点検事業 | 合計 |\n|---|---|---|---|\n| 令和6年度 | 500 | 700 | 1,200 |\n"
    )
    assert of(facts, "街灯更新事業") == [(2024, "initial", 500 * THOUSAND)]
    assert of(facts, "橋りょう点検事業") == [(2024, "initial", 700 * THOUSAND)]
    assert [fact.amount_yen for fact in facts if fact.is_total] == [1_200 * THOUSAND]


def test_two_figures_before_one_unit_are_two_years_where_a_remark_says_so() -> None:
    text = "# 干潟再生事業\n\n令和９年度予算額　3,250（2,980）百万円\n\n※（　）内は令和８年度当初予算額\n"
    assert of(facts_in(text), "干潟再生事業") == [(2027, "initial", 3250 * MILLION), (2026, "initial", 2980 * MILLION)]
    silent = text.partition("※")[0]
    assert of(facts_in(silent), "干潟再生事業") == [(2027, "initial", 3250 * MILLION)]


def test_a_part_carries_its_whole_and_is_no_total() -> None:
    facts = facts_in("# 令和8年度当初予算\n\n・港湾整備事業　20億円\n・うち防波堤補修　5億円\n")
    part = next(fact for fact in facts if fact.amount_yen == 5 * OKU)
    assert (part.program, part.parent, part.qualifier, part.is_total) == ("防波堤補修", "港湾整備事業", "うち", False)


def test_sources_of_funds_belong_to_the_programme_above_them() -> None:
    facts = facts_in(
        "# 令和8年度当初予算\n\n・堤防改修事業費　30,000千円\n　財源内訳：国庫支出金 12,000千円、県債 18,000千円\n・水門更新事業費　9,000千円\n"
    )
    sources = [(fact.program, fact.parent, fact.amount_yen) for fact in facts if fact.qualifier == "財源"]
    assert sources == [
        ("国庫支出金", "堤防改修事業費", 12_000 * THOUSAND), ("県債", "堤防改修事業費", 18_000 * THOUSAND),
    ]  # fmt: skip


def test_sources_in_columns_are_no_amounts_of_the_programme() -> None:
    facts = facts_in(
        "# 令和8年度当初予算（単位：千円）\n\n| 事業名 | 予算額 | 国庫支出金 | 一般財源 |\n|---|---|---|---|\n| 公園改修事業 | 900 | 300 | 600 |\n"
    )
    assert of(facts, "公園改修事業") == [(2026, "initial", 900 * THOUSAND)]
    assert {(fact.program, fact.parent, fact.amount_yen) for fact in facts if fact.qualifier == "財源"} == {
        ("国庫支出金", "公園改修事業", 300 * THOUSAND), ("一般財源", "公園改修事業", 600 * THOUSAND),
    }  # fmt: skip


def test_commitments_and_ceilings_are_no_budget() -> None:
    facts = facts_in(
        "# 令和8年度当初予算\n\n・堤防改修事業費　30,000千円\n　債務負担行為：限度額 90,000千円（令和9年度）\n"
    )
    assert [fact.amount_yen for fact in facts] == [30_000 * THOUSAND]


def test_a_group_with_deeper_rows_is_a_total_and_their_parent() -> None:
    facts = facts_in(
        "（単位：百万円）\n\n| 事項 | 令和8年度予算案 |\n|---|---|\n| １ 防災対策 | 300 |\n| (1) 堤防強化事業 | 200 |\n| (2) 避難所整備事業 | 100 |\n| 合計 | 300 |\n"
    )
    group = next(fact for fact in facts if fact.program == "防災対策")
    assert group.is_total
    assert {fact.program for fact in facts if fact.parent == "防災対策"} == {"堤防強化事業", "避難所整備事業"}


def test_a_figure_shared_with_others_and_a_repeated_one_are_marked() -> None:
    facts = facts_in(
        "# 令和8年度当初予算\n\n・海洋教育推進事業（28億円の内数）\n・離島医療支援事業（5億円）【再掲】\n・港湾点検事業　約9億円\n"
    )
    assert [(fact.qualifier, fact.is_repeated) for fact in facts] == [("内数", False), (None, True), ("約", False)]


def test_before_and_after_a_supplementary_budget_are_no_stage_of_their_own() -> None:
    facts = facts_in(
        "# 令和8年度補正予算（第2号）（単位：千円）\n\n| 事業 | 補正前の額 | 補正額 | 補正後の額 |\n|---|---|---|---|\n| 除雪事業 | 700 | △50 | 650 |\n"
    )
    assert [(fact.stage, fact.qualifier, fact.amount_yen) for fact in facts] == [
        ("other", "補正前", 700 * THOUSAND), ("supplementary", None, -50 * THOUSAND), ("other", "補正後", 650 * THOUSAND),
    ]  # fmt: skip


def test_a_year_before_is_of_the_programme_in_front_of_the_bracket() -> None:
    facts = facts_in("# 令和9年度当初予算\n\n## 終了する事業\n\n・宿泊応援事業費（前年度 300,000千円）\n")
    assert of(facts, "宿泊応援事業費") == [(2026, "initial", 300_000 * THOUSAND)]


def test_a_broken_figure_and_a_broken_name_are_put_together() -> None:
    facts = facts_in("# 令和8年度当初予算\n\n○ 離島における医療人材の確保のための\n　遠隔診療推進事業　12億円\n")
    (fact,) = facts
    assert (fact.program or "").replace(" ", "") == "離島における医療人材の確保のための遠隔診療推進事業"
    assert fact.amount_yen == 12 * OKU
    figure = facts_in("# 令和8年度当初予算\n\n港湾再生交付金　1,600\n億円\n")
    assert of(figure, "港湾再生交付金") == [(2026, "initial", 1600 * OKU)]


SPOKEN = [
    "平成20年度の補正予算ですけれども、こちらが約1,500万円ということでございます。",
    "例えば、8万円、この補助を受けるという話が令和5年度予算でありました。",
    "まず国のほうに返還するものが、令和6年度補正予算では約2億9,503万円となっています。",
    "令和5年度の当初予算の話でございますけれども、最高が月額5万円でございます。",
]


@pytest.mark.parametrize("sentence", SPOKEN)
def test_speech_about_money_is_no_budget_line(sentence: str) -> None:
    assert facts_in(f"# 令和5年度予算特別委員会\n\n○福祉課長\n{sentence}\n") == []


def test_a_sentence_names_programme_and_year_for_each_of_its_figures() -> None:
    facts = facts_in(
        "昨年度は3億円を支出した。また、令和８年度当初予算では、水源保全事業に134億円、地下水調査費に８億３千万円を計上している。\n"
    )
    assert [(fact.program, fact.fiscal_year, fact.stage, fact.amount_yen) for fact in facts] == [
        ("水源保全事業", 2026, "initial", 134 * OKU), ("地下水調査費", 2026, "initial", 830 * MILLION),
    ]  # fmt: skip


def test_an_answer_of_a_faq_gives_the_budget_of_its_programme() -> None:
    facts = facts_in(
        "### 問3 今年度の予算を教えてください。\n\n**答** 2026年度の予算額は2億4,000万円で、件数はおよそ400件です。なお、2025年度の予算額は1億9,500万円でした。\n",
        title="潮見県 空き家活用補助金 よくあるご質問",
    )
    assert of(facts, "空き家活用補助金") == [(2026, "initial", 240 * MILLION), (2025, "initial", 195 * MILLION)]


def test_one_endless_line_takes_no_endless_time() -> None:
    text = "# 令和8年度当初予算\n\n" + "事業に（3億円と（令和7年度" * 6_000
    start = time.perf_counter()
    assert facts_in(text) == []
    assert time.perf_counter() - start < 3


@given(st.lists(st.integers(1, 9_999), min_size=2, max_size=6), st.integers(0, 2))
def test_every_cell_stays_under_its_own_column(amounts: list[int], blank: int) -> None:
    years = [f"令和{2 + index}年度当初予算" for index in range(len(amounts))]
    cells = [f"{amount:,}" for amount in amounts]
    if blank < len(cells):
        cells[blank] = ""
    text = f"（単位：千円）\n\n| 事業 | {' | '.join(years)} |\n|{'---|' * (len(years) + 1)}\n| 林道整備事業 | {' | '.join(cells)} |\n"
    assert of(facts_in(text), "林道整備事業") == [
        (2020 + index, "initial", amount * THOUSAND) for index, amount in enumerate(amounts) if index != blank
    ]


def test_a_year_alone_names_no_programme() -> None:
    table = "（単位：百万円）\n\n| 箇所 | 完成予定 | 令和９年度 |\n|---|---|---:|\n| 三沢調整池 | 令和9 | 500 |\n| 大瀬調整池 | 令和12 | 700 |\n"
    facts = facts_in(f"# 令和９年度当初予算\n\n{table}")
    assert {fact.program for fact in facts} == {"三沢調整池", "大瀬調整池"}


def test_each_kind_of_bracket_is_of_the_year_that_the_remark_gives_it() -> None:
    facts = facts_in(
        "# 令和９年度概算要求\n\n※（　）内は令和８年度当初予算額、＜　＞内は令和７年度補正予算額。\n\n・干潟再生事業　500百万円（400百万円）＜30百万円＞\n"
    )
    assert of(facts, "干潟再生事業") == [
        (2027, "request", 500 * MILLION),
        (2026, "initial", 400 * MILLION),
        (2025, "supplementary", 30 * MILLION),
    ]


def test_a_column_of_a_part_gives_no_figure_of_the_whole() -> None:
    facts = facts_in(
        "# 令和９年度概算要求\n\n（単位：億円）\n\n| 区分 | 令和９年度 | | 令和８年度 |\n| | 要求額 | うち推進枠 | 当初予算額 |\n|---|---|---|---|\n| 干潟再生事業 | 12 | 3 | 10 |\n| 藻場保全事業 | 8 | 2 | 7 |\n"
    )
    assert of(facts, "干潟再生事業") == [(2027, "request", 12 * OKU), (2026, "initial", 10 * OKU)]
    assert of(facts, "推進枠") == [(2027, "request", 3 * OKU), (2027, "request", 2 * OKU)]


def test_the_rate_row_of_a_review_sheet_is_no_money() -> None:
    facts = facts_in(
        "# レビューシート\n\n| 項目 | 内容 |\n|---|---|\n| 事業名 | 干潟再生事業 |\n\n## 予算額・執行額\n\n（単位：百万円）\n\n| 区分 | 令和６年度 |\n|---|---:|\n| 当初予算 | 100 |\n| 執行額 | 90 |\n| 執行率（％） | 90.0 |\n"
    )
    assert of(facts, "干潟再生事業") == [(2024, "initial", 100 * MILLION), (2024, "settled", 90 * MILLION)]
    assert len(facts) == 2


@pytest.mark.parametrize(
    ("remark", "yen"),
    [
        ("※　金額の単位は特に断りのない限り千円。", 84_600_000),
        ("（注）計数は、特に断りがない限り百万円", 84_600_000_000),
        ("単位は、特段の記載のない限り千円とする。", 84_600_000),
    ],
)
def test_a_remark_sets_the_unit_of_the_figures_below_it(remark: str, yen: int) -> None:
    text = f"令和8年度当初予算（案）主要事業\n\n{remark}\n\n１　総務部\n\n(1)【新】移住住宅整備事業　　　84,600\n"
    assert of(facts_in(text, title="令和8年度当初予算（案）主要事業"), "移住住宅整備事業") == [(2026, "initial", yen)]


@pytest.mark.parametrize("mark", ["【新】", "【拡充】", "(2)【拡】", "ア　", "〔継続〕", "（新規）"])
def test_what_marks_a_line_is_no_part_of_its_name(mark: str) -> None:
    text = f"令和8年度当初予算の主要事業（単位：千円）\n\n{mark}除雪支援事業　　　26,900\n"
    assert of(facts_in(text, title="令和8年度当初予算の主要事業"), "除雪支援事業") == [(2026, "initial", 26_900_000)]


@pytest.mark.parametrize(
    ("programme", "parts"),
    [
        ("介護人材確保対策事業", {"ア　修学資金の貸付": 210, "イ　受入れの相談": 96}),
        ("有害鳥獣対策事業", {"・電気柵の設置": 180, "・捕獲活動への謝礼": 92, "・処理施設の改修": 25}),
        ("図書館運営事業", {"① 資料の購入": 40, "② 建物の修繕": 60}),
    ],
)
def test_lines_that_add_up_to_a_programme_are_what_it_is_spent_on(programme: str, parts: dict[str, int]) -> None:
    lines = "".join(f"    {name}　　　　{amount},000\n" for name, amount in parts.items())
    text = f"令和8年度当初予算の概要（単位：千円）\n\n(1)　{programme}　　　　{sum(parts.values())},000\n{lines}"
    facts = facts_in(text, title="令和8年度当初予算の概要")
    whole, *own = facts
    assert (whole.program, whole.is_total, whole.qualifier) == (programme, False, None)
    assert [(fact.parent, fact.qualifier) for fact in own] == [(programme, SHARE)] * len(parts)


def test_lines_that_are_programmes_themselves_stay_programmes_of_their_group() -> None:
    text = "令和8年度当初予算の概要（単位：千円）\n\n１　健康福祉部　　300,000\n(1)　保育料軽減事業　　100,000\n(2)　産後ケア助成事業　　200,000\n"
    group, *own = facts_in(text, title="令和8年度当初予算の概要")
    assert group.is_total
    assert [(fact.program, fact.parent, fact.qualifier) for fact in own] == [
        ("保育料軽減事業", "健康福祉部", None),
        ("産後ケア助成事業", "健康福祉部", None),
    ]


@pytest.mark.parametrize(
    ("sentence", "purpose"),
    [
        (
            "令和７年度補正予算において、老朽化した岸壁の緊急改良等に213億円を措置している。",
            "老朽化した岸壁の緊急改良等",
        ),
        ("令和７年度補正予算では、市町村が行う森林の整備や間伐に213億円を計上した。", "市町村が行う森林の整備や間伐"),
        ("令和７年度補正予算案に、学校の断熱改修に要する経費として213億円を盛り込んだ。", "学校の断熱改修"),
        ("除雪車の更新には、令和７年度補正予算で213億円を計上している。", "除雪車の更新"),
    ],
)
def test_a_sentence_names_what_money_is_meant_for_without_the_name_of_a_programme(sentence: str, purpose: str) -> None:
    assert of(facts_in(sentence + "\n"), purpose) == [(2025, "supplementary", 213 * OKU)]


@pytest.mark.parametrize(
    "sentence",
    [
        "令和８年度予算では、全国の自治体に12億円を措置した。",
        "令和８年度予算では、昨年度の2倍に当たる12億円を計上した。",
        "令和８年度当初予算案に、前年度より3億円多い12億円を計上した。",
        "令和８年度予算において、国に対し12億円を要求した。",
    ],
)
def test_receivers_and_comparisons_are_no_purpose_of_money(sentence: str) -> None:
    assert facts_in(sentence + "\n") == []


def test_a_sum_of_which_the_figure_is_only_a_part_is_read_out_of_a_table_with_its_qualifier() -> None:
    facts = facts_in(
        "（単位：百万円）\n\n| 事項 | 令和8年度予算額 | 令和7年度予算額 |\n|---|---|---|\n| 護岸の補修 | 1,960 | 2,100 |\n"
        "| （参考）自治体が行う緑地の整備 | 412,000の内数 | 約405,500 |\n"
    )
    own = [fact for fact in facts if fact.program == "自治体が行う緑地の整備"]
    assert [(fact.amount_yen, fact.qualifier) for fact in own] == [
        (412_000 * MILLION, "内数"),
        (405_500 * MILLION, "約"),
    ]


def test_rows_of_other_figures_are_no_group_of_the_programmes_in_the_columns() -> None:
    facts = facts_in(
        "# 令和8年度補助金の予算\n\n| 区分 | 省力化枠 | 転換枠 |\n|---|---|---|\n| 採択予定件数 | 25件程度 | 12件程度 |\n| 予算額 | 1億2,000万円 | 9,600万円 |\n"
    )
    assert [(fact.program, fact.parent) for fact in facts] == [("省力化枠", None), ("転換枠", None)]


def test_bare_brackets_hold_the_year_before_where_a_table_of_the_document_says_so() -> None:
    table = (
        "（単位：百万円）\n\n| 区分 | 令和７年度当初 | 令和８年度当初 |\n|---|---|---|\n| 海洋調査費 | 560 | 620 |\n\n"
    )
    lines = (
        "## 令和８年度予算 主要事項\n\n（１）海洋調査費　620百万円（560百万円）\n①船舶建造費　380百万円（310百万円）\n"
    )
    assert (2025, "initial", 310 * MILLION) in of(facts_in(table + lines), "船舶建造費")
    without = table.replace("560", "570") + lines
    assert of(facts_in(without), "船舶建造費") == [(2026, "initial", 380 * MILLION)]


def test_accounts_give_what_was_to_be_spent_and_what_was_beside_it() -> None:
    text = "# 空き家改修補助金\n\n　予算現額　24,000千円　　決算額　21,350千円　　執行率　89.0％\n"
    found = facts_in(text, title="令和６年度 主要な施策の成果に関する報告書")
    assert (2024, "settled", 21_350 * THOUSAND) in of(found, "空き家改修補助金")
    assert [fact.amount_yen for fact in found if fact.qualifier == "予算現額"] == [24_000 * THOUSAND]


def test_a_sentence_names_a_bodys_whole_budget_and_that_of_the_year_before() -> None:
    found = facts_in(
        "令和8年度の森林整備局当初予算案は、総額7,469百万円（令和7年度当初7,058百万円）。", title="森林整備局の予算"
    )
    assert of(found, "森林整備局") == [(2026, "initial", 7_469 * MILLION), (2025, "initial", 7_058 * MILLION)]


def test_a_call_says_its_own_years_budget_without_naming_itself() -> None:
    title = "令和７年度 潮見県砂浜保全活動支援補助金 公募要領"
    found = facts_in("２ 予算額は、１，４８０万円です（令和６年度予算額は１，１２０万円）。", title=title)
    assert {(fact.fiscal_year, fact.amount_yen) for fact in found} == {(2025, 14_800_000), (2024, 11_200_000)}


def test_what_is_budgeted_besides_is_the_whole_of_its_own_stage() -> None:
    text = "# Ⅰ 令和８年度予算案の総括\n\n（注）このほか、令和７年度補正予算として1,860百万円を措置。\n"
    found = facts_in(text, title="令和８年度予算案の概要")
    assert [(fact.program, fact.fiscal_year, fact.stage, fact.is_total) for fact in found] == [
        (None, 2025, "supplementary", True)
    ]


def test_a_form_is_about_the_programme_that_it_names_at_its_top() -> None:
    sheet = (
        "# 行政事業レビューシート\n\n事業名　　：　防災リーダー養成事業\n\n# 予算額（単位：百万円）\n\n"
        "　　　　　　　　令和５年度　令和６年度　令和７年度要求\n当初予算　　　　　　340　　　　365　　　　380\n執行額　　　　　　　331　　　　352\n"
    )
    found = of(facts_in(sheet), "防災リーダー養成事業")
    assert (2024, "initial", 365 * MILLION) in found
    assert (2023, "settled", 331 * MILLION) in found
