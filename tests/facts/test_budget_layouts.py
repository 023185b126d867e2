"""Budget figures in the layouts of prefectures' and ministries' own typesetting: gaps instead of lines, legends, captions behind titles."""

from __future__ import annotations

from policy_qa.facts.budgets.names import SOURCE
from policy_qa.facts.budgets.reader import budget_facts
from policy_qa.types import Fact
from tests.texts import document_of

OKU, MILLION, THOUSAND = 10**8, 10**6, 10**3


def facts_in(text: str, *, title: str = "資料") -> list[Fact]:
    return list(budget_facts(document_of(text, title=title)))


def of(facts: list[Fact], program: str | None) -> list[tuple[int | None, str | None, int | None]]:
    return [
        (fact.fiscal_year, fact.stage, fact.amount_yen)
        for fact in facts
        if fact.program == program and fact.qualifier != SOURCE
    ]


def test_numbered_rows_below_a_header_are_rows_of_its_table() -> None:
    facts = facts_in(
        "# 令和９年度 森林省予算案\n\n　　　　　　　　（単位：百万円）\n  事　項　　　　　　　　　　　　R9予算案   R8当初    R8補正    担当\n"
        "  (1) 苗木生産強化事業　　　　　  8,250     5,600     2,000   造林課\n  (2) 林道点検費　　　　　　　　  1,260       980        －   路網課\n"
        "  合　計　　　　　　　　　　　　  9,510     6,580     2,000\n"
    )
    assert of(facts, "林道点検費")[:2] == [(2027, "initial", 1260 * MILLION), (2026, "initial", 980 * MILLION)]
    assert of(facts, "苗木生産強化事業")[2] == (2026, "supplementary", 2000 * MILLION)


def test_an_account_in_brackets_owns_its_figure_and_the_comparison_on_the_line_below() -> None:
    facts = facts_in(
        "# 令和９年度予算案の概要\n\n１．総括表\n\n令和９年度予算案（一般会計）　1,003億円\n（令和８年度当初予算額　982億円、対前年度比 102.1％）\n"
    )
    assert of(facts, "一般会計") == [(2027, "initial", 1003 * OKU), (2026, "initial", 982 * OKU)]


def test_sources_are_read_by_the_legend_of_the_document() -> None:
    facts = facts_in(
        "# 令和８年度当初予算案\n\n凡例：（　）内は前年度当初予算額、国＝国庫支出金、債＝県債、一＝一般財源\n（単位：千円）\n\n"
        "【新】集落通信確保事業　　　　　48,600　（    0）\n　　○　36集落に機器を配備する。\n　　　　財源：国 24,300　債 20,000　一 4,300　　　　［防災課］\n"
    )
    assert of(facts, "集落通信確保事業") == [(2026, "initial", 48_600 * THOUSAND), (2025, "initial", 0)]
    sources = {fact.program: fact.amount_yen for fact in facts if fact.qualifier == SOURCE}
    assert sources == {"国庫支出金": 24_300_000, "県債": 20_000_000, "一般財源": 4_300_000}


def test_a_line_of_revenue_is_a_figure_of_its_own_with_the_year_before() -> None:
    facts = facts_in(
        "# 令和８年度当初予算案\n\n## 歳入の主なもの\n\n○　県　　　　税　　148,700千円（前年度 142,900千円）\n○　国庫支出金　　　 88,450千円（前年度 85,110千円）\n"
        "○　県　　　　債　　 57,600千円（前年度 61,200千円）\n"
    )
    assert of(facts, "県税") == [(2026, "initial", 148_700_000), (2025, "initial", 142_900_000)]
    assert of(facts, "県債") == [(2026, "initial", 57_600_000), (2025, "initial", 61_200_000)]
    assert of(facts, "国庫支出金") == [(2026, "initial", 88_450_000), (2025, "initial", 85_110_000)]


def test_a_figure_beside_the_year_before_counts_in_a_sentence_too() -> None:
    facts = facts_in(
        "# 令和８年度当初予算（案）\n\n○　県債の新規発行額は412億円（前年度435億円）とし、県債残高は7,180億円となる見込み。\n"
    )
    assert of(facts, "県債の新規発行額") == [(2026, "initial", 412 * OKU), (2025, "initial", 435 * OKU)]


def test_what_adds_up_to_the_sum_of_an_office_belongs_to_it() -> None:
    facts = facts_in(
        "# 令和８年度当初予算案の概要\n\n（　）内は前年度当初予算額（単位：千円）\n\n(1) こども未来部　　　　部計　　156,680　（140,200）\n\n"
        "【拡】病児保育推進事業　　　　　64,200　（ 51,900）\n　　○　予約の仕組みを導入する。\n　　不妊治療費助成事業　　　　　92,480　（ 88,300）\n　　○　費用の７割を助成する。\n"
    )
    total = next(fact for fact in facts if fact.is_total)
    assert (total.program, total.amount_yen) == ("こども未来部", 156_680 * THOUSAND)
    assert {fact.program for fact in facts if fact.parent == "こども未来部"} == {
        "病児保育推進事業",
        "不妊治療費助成事業",
    }


def test_a_header_of_fewer_words_than_columns_is_set_by_its_place() -> None:
    facts = facts_in(
        "# 令和８年度 生活省 概算要求\n\n（単位：百万円）\n  事　　項                  令和７年度    令和８年度    対前年度\n"
        "                            予 算 額      要 求 額      増減額     比率\n  移動の足の確保             38,420        46,900       8,480     122.1％\n"
        "  空き家の再生               21,600        24,300       2,700     112.5％\n"
    )
    assert of(facts, "移動の足の確保") == [(2025, "initial", 38_420 * MILLION), (2026, "request", 46_900 * MILLION)]


def test_years_that_one_blank_keeps_apart_are_columns_of_their_own() -> None:
    facts = facts_in(
        "# 補助金の要綱\n\n（参考）予算額等の推移　　　　　　　　（単位：千円）\n　区　分　　　　令和６年度決算　令和７年度予算　令和８年度予算\n　耐震診断　　　　　５，８７４　　　７，２００　　　８，１００\n"
        "　除却　　　　　　　７，２１８　　　９，０００　　　９，０００\n"
    )
    assert of(facts, "耐震診断") == [
        (2024, "settled", 5_874_000),
        (2025, "initial", 7_200_000),
        (2026, "initial", 8_100_000),
    ]


def test_a_title_with_a_caption_behind_it_ends_what_stood_above() -> None:
    facts = facts_in(
        "# 計画の概要\n\n## ３ 主な事業\n\n（１）公用車電動化事業\n　　車を電気自動車に替える。\n\n４　事業費　　　　　　　　（単位：百万円）\n"
        "　　事　業　　　　　令和７年度当初　　令和８年度当初案\n　　公用車電動化　　　　　　　２０　　　　　　　３６\n　　雨水貯留　　　　　　　　１６５　　　　　　１４２\n　　計　　　　　　　　　　　１８５　　　　　　１７８\n"
    )
    assert [fact.amount_yen for fact in facts if fact.is_total] == [185 * MILLION, 178 * MILLION]
    assert not [fact for fact in facts if fact.program == "公用車電動化事業"]


def test_another_stage_below_a_programme_is_its_own() -> None:
    facts = facts_in(
        "# 令和８年度 生活省 概算要求\n\n## ３．主要事項（[　]内は令和７年度予算額、単位：百万円）\n\n（１）地域の足事業【拡充】　　　　　18,900［14,200］\n"
        "　・　このほか令和６年度補正予算で6,300百万円を措置済み。\n（２）つながり相談24　　　　　　　　　 3,480［3,850］\n"
    )
    assert of(facts, "地域の足事業") == [
        (2026, "request", 18_900 * MILLION), (2025, "initial", 14_200 * MILLION), (2024, "supplementary", 6_300 * MILLION),
    ]  # fmt: skip
    assert of(facts, "つながり相談24") == [(2026, "request", 3_480 * MILLION), (2025, "initial", 3_850 * MILLION)]


def test_a_letter_that_a_formula_calls_a_row_by_is_no_name() -> None:
    facts = facts_in(
        "# 令和６年度決算の概要\n\n（単位：百万円）\n　区　分　　　　　　　令和６年度　　令和５年度　　増減額\n　歳入総額　　　　Ａ　　 512,846　　 526,318　 ▲13,472\n"
        "　歳出総額　　　　Ｂ　　 498,235　　 513,090　 ▲14,855\n　実質収支　　　　　　　　 5,671　　　 5,123　　　　548\n"
    )
    assert not {"A", "B"} & {fact.program for fact in facts}
    assert of(facts, "実質収支") == [(2024, "settled", 5_671 * MILLION), (2023, "settled", 5_123 * MILLION)]


def test_sources_listed_in_a_remark_belong_to_the_figure_that_they_add_up_to() -> None:
    facts = facts_in(
        "# 令和８年度要求\n\n別紙１　関連事業費　　　　　（単位：千円）\n　　事　業　　　　　　　令和７年度当初　　令和８年度要求\n　　北浜施設整備費　　　　１８，６００　　　１４２，５００\n"
        "　　会館管理費　　　　　　５１，７００　　　　４９，９００\n　　合　計　　　　　　　　７０，３００　　　１９２，４００\n"
        "　（注１）北浜施設整備費の令和８年度要求の財源は、国庫補助金５７，０００、市債\n　　　　　７６，９００、一般財源８，６００。\n"
    )
    sources = {(fact.program, fact.parent, fact.amount_yen) for fact in facts if fact.qualifier == SOURCE}
    assert sources == {
        ("国庫補助金", "北浜施設整備費", 57_000_000), ("市債", "北浜施設整備費", 76_900_000), ("一般財源", "北浜施設整備費", 8_600_000),
    }  # fmt: skip


def test_the_sum_beside_what_was_before_a_supplementary_budget_is_what_is_after_it() -> None:
    facts = facts_in(
        "# 令和７年度一般会計補正予算（第３号）の概要\n\n（単位：千円）\n　　会　計　名　　　　　補正前の額　　　補正額　　　　　計\n　　一般会計　　　　　　8,412,300　　　 136,500　　　8,548,800\n"
        "　　介護保険特別会計　　　 986,400　　　　12,600　　　　999,000\n"
    )
    kinds = {(fact.qualifier, fact.amount_yen) for fact in facts if fact.program == "一般会計"}
    assert kinds == {("補正前", 8_412_300_000), (None, 136_500_000), ("補正後", 8_548_800_000)}


def test_lines_under_carried_over_sums_and_commitments_are_no_budget_of_the_year() -> None:
    facts = facts_in(
        "# 令和７年度補正予算（第３号）\n\n## ３ 繰越明許費\n\n　・橋りょう補修事業　　31,500千円\n\n## ４ 債務負担行為の補正\n\n　・庁舎空調更新事業　　58,400千円\n"
    )
    assert [(fact.program, fact.stage, fact.qualifier) for fact in facts] == [
        ("橋りょう補修事業", "other", "翌年度への繰越額")
    ]


def test_who_speaks_and_what_is_asked_are_no_programmes_but_the_topic_is() -> None:
    facts = facts_in(
        "# 産業委員会会議録\n\n令和７年12月12日　令和８年度当初予算について\n\n### ゼロカーボン設備補助金について、予算の推移を伺う。\n\n"
        "○小野寺産業労働部長　予算額は令和６年度１億５，０００万円、令和７年度２億４，０００万円で、令和８年度当初予算は\n３億６，０００万円を計上した。\n"
    )
    assert {fact.program for fact in facts} <= {"ゼロカーボン設備補助金"}


def test_figures_listed_in_a_sentence_are_each_of_their_own_name() -> None:
    facts = facts_in(
        "# 令和8年度当初予算の概要\n\n※ このほか特別会計は、国民健康保険 142,600万円（前年度145,900万円）、介護保険 158,300万円（同154,200万円）です。\n"
    )
    assert of(facts, "国民健康保険") == [(2026, "initial", 1_426_000_000), (2025, "initial", 1_459_000_000)]
    assert of(facts, "介護保険") == [(2026, "initial", 1_583_000_000), (2025, "initial", 1_542_000_000)]


SUPPLEMENT = """# 令和８年度９月補正予算（案）の概要

２　補正予算の規模                                     （単位：千円）
  区　分           補正前の額    今回補正額     補正後の額
  一般会計        412,480,000     8,946,300    421,426,300
  水道事業会計     14,330,000      ▲86,500     14,243,500

３　財源                                               （単位：千円）
  国庫支出金  3,512,400      県債  2,680,000
  諸収入  319,200      計  8,946,300
　※財政調整基金の残高：令和７年度末 20,905,000　令和８年度末見込み 18,420,000

４　主な事業                                           （単位：千円）
  事　業　名                   補正前     今回補正      補正後   担当課
 Ⅰ 災害からの復旧
  道路災害復旧費             1,200,000    3,264,000   4,464,000   道路課
 Ⅱ 暮らしの支援
  ◎燃料費高騰対策事業               －      486,500     486,500   産業課
  避難所備品整備事業            95,000      212,300     307,300   防災課

５　その他
　このほか、予備費を充てる。
  橋りょう点検                 1,000        2,000       3,000   道路課
"""


def test_a_supplementary_budget_named_after_its_session_is_one_of_its_fiscal_year() -> None:
    facts = facts_in(SUPPLEMENT)
    assert of(facts, "水道事業会計")[1] == (2026, "supplementary", -86_500 * THOUSAND)
    assert [fact.qualifier for fact in facts if fact.program == "水道事業会計"] == ["補正前", None, "補正後"]


def test_the_columns_of_rows_in_groups_are_those_of_the_line_above_the_groups() -> None:
    facts = [fact for fact in facts_in(SUPPLEMENT) if fact.stage == "supplementary" and not fact.is_total]
    found = {fact.program: fact.amount_yen for fact in facts}
    assert found["道路災害復旧費"] == 3_264_000 * THOUSAND
    assert found["燃料費高騰対策事業"] == 486_500 * THOUSAND
    assert found["避難所備品整備事業"] == 212_300 * THOUSAND
    assert "橋りょう点検" not in found  # behind running text the columns are in force no more


def test_figures_side_by_side_belong_each_to_the_name_before_it() -> None:
    found = {fact.program: fact.amount_yen for fact in facts_in(SUPPLEMENT) if fact.section[-1:] == ("３ 財源",)}
    assert found["国庫支出金"] == 3_512_400 * THOUSAND
    assert found["県債"] == 2_680_000 * THOUSAND
    assert 18_420_000 * THOUSAND not in found.values()  # what a fund will hold is no budget
