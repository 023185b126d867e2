"""Budget lines -> facts: programme, fiscal year, stage and amount, as each habit of writing them means it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.facts import extract_facts
from policy_qa.facts.budgets.reader import budget_facts
from policy_qa.japanese.amounts import find_amounts
from policy_qa.types import Document, Fact
from tests.conftest import FICTITIOUS, SEED
from tests.texts import document_of

OKU, MAN, MILLION, THOUSAND = 10**8, 10**4, 10**6, 10**3
Figure = tuple[str | None, int | None, str | None, int | None]

# name: (text, facts as (programme, year, stage, yen)); a programme of None is a total without a name.
FORMS: dict[str, tuple[str, list[Figure]]] = {
    "a line that says all": (
        "令和8年度当初予算の港湾再生交付金 1,200億円\n",
        [("港湾再生交付金", 2026, "initial", 1200 * OKU)],
    ),
    "name, amount, comparison in brackets": (
        "# 令和8年度 港湾予算（案）\n\n港湾再生交付金 1,200億円（R7当初：1,000億円）\n",
        [("港湾再生交付金", 2026, "initial", 1200 * OKU), ("港湾再生交付金", 2025, "initial", 1000 * OKU)],
    ),
    "amount in brackets, year in the heading": (
        "# 令和7年度 補正予算\n\n- ・港湾再生交付金（300億円）\n- ・海洋データ連携事業（2.1億円）\n",
        [("港湾再生交付金", 2025, "supplementary", 300 * OKU), ("海洋データ連携事業", 2025, "supplementary", 210 * MILLION)],
    ),
    "programme in the heading alone": (
        "# 沿岸防災推進事業（国土省 港湾局）\n\n令和7年度補正予算額 23.2億円 <R6補正予算額：9.5億円、R7当初予算額：- >\n",
        [
            ("沿岸防災推進事業", 2025, "supplementary", 2320 * MILLION),
            ("沿岸防災推進事業", 2024, "supplementary", 950 * MILLION),
            ("沿岸防災推進事業", 2025, "initial", None),
        ],
    ),
    "decided amount, the year before in a line of its own": (
        "# 沿岸防災推進事業（国土省 港湾局）\n\n令和8年度概算決定額 48.0 億円\n\n（令和7年度予算額 45.5億円）\n",
        [("沿岸防災推進事業", 2026, "initial", 4800 * MILLION), ("沿岸防災推進事業", 2025, "initial", 4550 * MILLION)],
    ),
    "request": (
        "令和９年度概算要求額　８６億円（令和８年度予算額　７２億円）\n".join(["# 漁村担い手育成事業\n\n", "\n"]),
        [("漁村担い手育成事業", 2027, "request", 86 * OKU), ("漁村担い手育成事業", 2026, "initial", 72 * OKU)],
    ),
    "numbered supplementary budget": (
        "令和7年度補正予算（第1号）の漁港整備事業　15億円\n",
        [("漁港整備事業", 2025, "supplementary", 15 * OKU)],
    ),
    "unit in the label": (
        "# 航路標識整備事業\n\n- 令和4年度概算要求額（百万円）: 5426\n- 令和3年度当初予算額（百万円）: 4,310\n",
        [("航路標識整備事業", 2022, "request", 5426 * MILLION), ("航路標識整備事業", 2021, "initial", 4310 * MILLION)],
    ),
    "settled accounts": (
        "# 令和6年度決算\n\n・漁港整備事業　12億3,400万円\n",
        [("漁港整備事業", 2024, "settled", 1_234 * MILLION)],
    ),
    "full width": (
        "＃ 令和８年度当初予算\n".replace("＃", "#") + "\n○離島航路維持事業　３１．５億円\n",
        [("離島航路維持事業", 2026, "initial", 3150 * MILLION)],
    ),
    "kanji numerals": (
        "# 令和八年度当初予算\n\n○離島航路維持事業　三億五千万円\n",
        [("離島航路維持事業", 2026, "initial", 350 * MILLION)],
    ),
    "letter-spaced": (
        "# 令 和 ８ 年 度 当 初 予 算\n\n○離島航路維持事業　1,200 億円\n",
        [("離島航路維持事業", 2026, "initial", 1200 * OKU)],
    ),
    "repeated": (
        "# 令和7年度補正予算\n\n## 暮らし\n\n・離島航路維持事業（5億円）\n\n## 産業\n\n・離島航路維持事業（5億円）【再掲】\n",
        [("離島航路維持事業", 2025, "supplementary", 5 * OKU), ("離島航路維持事業", 2025, "supplementary", 5 * OKU)],
    ),
    "emphasised": (
        "# 令和7年度補正予算\n\n- ・**離島航路維持事業（5億円）**\n",
        [("離島航路維持事業", 2025, "supplementary", 5 * OKU)],
    ),
    "sum of a group": (
        "# 令和8年度当初予算\n\n計39億円\n",
        [(None, 2026, "initial", 39 * OKU)],
    ),
    "prose": (
        "令和8年度当初予算において、離島航路維持事業に12億円を計上した。\n",
        [("離島航路維持事業", 2026, "initial", 12 * OKU)],
    ),
    "prose with measures": (
        "令和7年度補正予算では、漁港整備事業として3億5千万円を措置する。\n",
        [("漁港整備事業", 2025, "supplementary", 350 * MILLION)],
    ),
    "prose without a name": (
        "令和8年度当初予算は、総額512億円である。\n",
        [(None, 2026, "initial", 512 * OKU)],
    ),
    "prose that spends": (
        "令和7年度補正予算により、離島航路維持事業で3億円を執行した。\n",
        [("離島航路維持事業", 2025, "supplementary", 3 * OKU)],
    ),
    "prose with two": (
        "令和8年度当初予算では、離島航路維持事業に12億円、漁港整備事業に15億円を計上した。\n",
        [("離島航路維持事業", 2026, "initial", 12 * OKU), ("漁港整備事業", 2026, "initial", 15 * OKU)],
    ),
    "about": (
        "# 令和8年度当初予算\n\n・離島航路維持事業　約12億円\n",
        [("離島航路維持事業", 2026, "initial", 12 * OKU)],
    ),
    "an increase beside it": (
        "# 令和8年度当初予算\n\n・離島航路維持事業　12億円（前年度比2億円増）\n・漁港整備事業　15億円（対前年度3億円の減）\n",
        [("離島航路維持事業", 2026, "initial", 12 * OKU), ("漁港整備事業", 2026, "initial", 15 * OKU)],
    ),
    "a share beside it": (
        "# 令和8年度当初予算\n\n・離島航路維持事業　12億円（うち国費 5億円）\n",
        [("離島航路維持事業", 2026, "initial", 12 * OKU), ("国費", 2026, "initial", 5 * OKU)],
    ),
    "from year to year": (
        "漁港整備事業　令和7年度当初 13億円 → 令和8年度当初 15億円\n",
        [("漁港整備事業", 2025, "initial", 13 * OKU), ("漁港整備事業", 2026, "initial", 15 * OKU)],
    ),
    "name in the line above": (
        "# 令和8年度当初予算\n\n離島航路維持事業\n12億円\n",
        [("離島航路維持事業", 2026, "initial", 12 * OKU)],
    ),
    "name in the first line of an item": (
        "# 令和8年度当初予算\n\n○離島航路維持事業\n　予算額：12億円\n○漁港整備事業\n　予算額：15億円\n",
        [("離島航路維持事業", 2026, "initial", 12 * OKU), ("漁港整備事業", 2026, "initial", 15 * OKU)],
    ),
    "a form with labels": (
        "事業名：離島航路維持事業\n令和8年度予算額：12億円\n令和7年度予算額：10億円\n",
        [("離島航路維持事業", 2026, "initial", 12 * OKU), ("離島航路維持事業", 2025, "initial", 10 * OKU)],
    ),
    "era short": (
        "漁港整備事業　R8当初：4億円、R7補正：2億円\n",
        [("漁港整備事業", 2026, "initial", 4 * OKU), ("漁港整備事業", 2025, "supplementary", 2 * OKU)],
    ),
    "the whole budget": (
        "令和8年度 海洋予算（案） 512億円\n\n（令和7年度 当初予算額 498億円）\n\n・観測船を建造する。\n",
        [("海洋予算", 2026, "initial", 512 * OKU), ("海洋予算", 2025, "initial", 498 * OKU)],
    ),
}  # fmt: skip

TABLES: dict[str, tuple[str, list[Figure]]] = {
    "thousands of yen": (
        "（単位：千円）\n\n| 事業名 | 令和8年度当初予算 | 令和7年度当初予算 | 増減 |\n|---|---:|---:|---:|\n"
        "| 市民バス運行事業 | 12,300 | 11,800 | 500 |\n| 道路台帳整備事業 | 4,560 | - | 皆増 |\n| 合計 | 16,860 | 11,800 | 5,060 |\n",
        [
            ("市民バス運行事業", 2026, "initial", 12_300 * THOUSAND),
            ("市民バス運行事業", 2025, "initial", 11_800 * THOUSAND),
            ("道路台帳整備事業", 2026, "initial", 4_560 * THOUSAND),
            ("道路台帳整備事業", 2025, "initial", None),
            (None, 2026, "initial", 16_860 * THOUSAND),
            (None, 2025, "initial", 11_800 * THOUSAND),
        ],
    ),
    "unit in the header": (
        "| 施策 | 令和8年度要求額（億円） | 令和7年度当初予算額（億円） |\n|---|---|---|\n| 港湾の脱炭素化 | 120 | 98.5 |\n",
        [("港湾の脱炭素化", 2026, "request", 120 * OKU), ("港湾の脱炭素化", 2025, "initial", 9850 * MILLION)],
    ),
    "amounts with their unit": (
        "# 令和8年度当初予算\n\n| 事業 | 予算額 | 備考 |\n|---|---|---|\n| 路面電車延伸事業 | 3億2千万円 | 令和9年度まで |\n",
        [("路面電車延伸事業", 2026, "initial", 320 * MILLION)],
    ),
    "tabs": (
        "単位：百万円\n事業\t令和8年度当初\t令和7年度補正\n河川改修事業\t1,250\t310\n砂防事業\t▲20\t45\n",
        [
            ("河川改修事業", 2026, "initial", 1250 * MILLION),
            ("河川改修事業", 2025, "supplementary", 310 * MILLION),
            ("砂防事業", 2026, "initial", -20 * MILLION),
            ("砂防事業", 2025, "supplementary", 45 * MILLION),
        ],
    ),
    "columns set off by blanks": (
        "（単位：百万円）\n\n事業名　　　　　　令和８年度当初予算　　令和７年度当初予算\n水路改修事業　　　　　　１，２５０　　　　９８０\n農道整備事業　　　　　　　　４３０　　　　４３０\n",
        [
            ("水路改修事業", 2026, "initial", 1250 * MILLION),
            ("水路改修事業", 2025, "initial", 980 * MILLION),
            ("農道整備事業", 2026, "initial", 430 * MILLION),
            ("農道整備事業", 2025, "initial", 430 * MILLION),
        ],
    ),
    "stage and year in the heading": (
        "## 令和6年度決算（単位：円）\n\n| 事業 | 金額 |\n|---|---|\n| 街路樹管理事業 | 8,765,432 |\n",
        [("街路樹管理事業", 2024, "settled", 8_765_432)],
    ),
    "numbered rows": (
        "| 番号 | 事業名 | 令和8年度当初予算（千円） |\n|---|---|---|\n| 1 | 公園遊具更新事業 | 5,400 |\n| 2 | 図書館改修事業 | 88,000 |\n",
        [("公園遊具更新事業", 2026, "initial", 5_400 * THOUSAND), ("図書館改修事業", 2026, "initial", 88_000 * THOUSAND)],
    ),
}  # fmt: skip

NO_BUDGETS = {
    "a ceiling": "令和8年度当初予算による漁港整備事業の補助上限額は500万円とする。\n",
    "a ceiling in a line": "# 令和8年度当初予算\n\n補助上限額　１，５００万円\n補助限度額：1億円\n",
    "a unit price": "# 令和8年度当初予算\n\n研修生1人当たり 150万円\n1団体につき30万円以内\n",
    "a share": "# 令和8年度当初予算\n\nうち国費 3億円\n",
    "a turnover": "# 令和8年度当初予算\n\n・売上100億円の企業を育てる。\n・輸出額 2兆円を目指す。\n・観光消費額15兆円\n",
    "no year": "離島航路維持事業 12億円\n\n当初予算 5億円\n",
    "no stage": "令和8年度に離島航路を維持する。費用は12億円\n",
    "no amount": "# 令和8年度当初予算\n\n離島航路維持事業\n令和8年度 120件\n",
    "a condition": "# 令和8年度当初予算\n\n・資本金3億円以下の法人\n・単価50万円以上の財産\n",
    "an unbudgeted heading": "# 令和8年度の取組\n\n離島航路維持事業 12億円\n",
    "damage of a flood": "# 令和8年度の災害\n\n被害額 12億円\n",
}


def figures(facts: Iterator[Fact] | list[Fact]) -> list[Figure]:
    return [(fact.program, fact.fiscal_year, fact.stage, fact.amount_yen) for fact in facts]


def assert_grounded(fact: Fact, document: Document) -> None:
    assert fact.quote == document.text[fact.start : fact.end]
    assert fact.printed
    assert fact.printed in fact.quote
    assert "\n" not in fact.quote
    assert fact.path == document.path


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_a_budget_line_is_read(form: str) -> None:
    text, expected = FORMS[form]
    document = document_of(text)
    facts = list(budget_facts(document))
    assert figures(facts) == expected
    for fact in facts:
        assert_grounded(fact, document)


@pytest.mark.parametrize("form", TABLES)
def test_each_form_of_a_budget_table_is_read(form: str) -> None:
    text, expected = TABLES[form]
    document = document_of(text)
    facts = list(budget_facts(document))
    assert figures(facts) == expected
    for fact in facts:
        assert_grounded(fact, document)


@pytest.mark.parametrize("form", NO_BUDGETS)
def test_what_is_no_budget_is_no_fact(form: str) -> None:
    assert figures(budget_facts(document_of(NO_BUDGETS[form]))) == []


@pytest.mark.parametrize(
    ("written", "year"),
    [("令和8年度", 2026), ("令和八年度", 2026), ("令和元年度", 2019), ("2026年度", 2026), ("２０２６年度", 2026), ("R8", 2026), ("平成30年度", 2018)],
)  # fmt: skip
@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("当初予算", "initial"),
        ("予算（案）", "initial"),
        ("概算要求額", "request"),
        ("補正予算", "supplementary"),
        ("補正予算（第２号）", "supplementary"),
        ("決算額", "settled"),
    ],
)
def test_year_and_stage_are_read_however_they_are_written(written: str, year: int, words: str, stage: str) -> None:
    for text in (f"# 漁港整備事業\n\n{written}{words} 15億円\n", f"# {written} {words}\n\n・漁港整備事業　15億円\n"):
        assert figures(budget_facts(document_of(text))) == [("漁港整備事業", year, stage, 15 * OKU)]


def test_the_programme_of_the_title_owns_figures_below_mere_labels() -> None:
    text = "１．目的\n商店街を支える。\n\n２．予算額\n令和8年度当初予算　4億円（令和7年度当初予算　3億8千万円）\n"
    document = document_of(text, title="令和8年度 商店街再生支援補助金 公募要領")
    assert figures(budget_facts(document)) == [
        ("商店街再生支援補助金", 2026, "initial", 4 * OKU),
        ("商店街再生支援補助金", 2025, "initial", 380 * MILLION),
    ]


def test_a_sum_is_marked_as_a_total() -> None:
    facts = list(budget_facts(document_of(TABLES["thousands of yen"][0])))
    assert [fact.is_total for fact in facts] == [False] * 4 + [True] * 2


# -- the documents of this repository -----------------------------------------------------------------------------------

DOCUMENTS = {path.name: path for path in sorted([*SEED.glob("*.txt"), *FICTITIOUS.iterdir()])}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_fact_of_a_real_document_is_grounded(name: str) -> None:
    document = document_of(DOCUMENTS[name].read_text(encoding="utf-8"), path=name)
    facts = extract_facts(document)
    assert facts
    for fact in facts:
        assert_grounded(fact, document)
        if fact.kind == "budget":
            assert fact.fiscal_year is not None
            assert fact.stage is not None


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_changed_amount_changes_its_fact_and_no_other(name: str) -> None:
    text = DOCUMENTS[name].read_text(encoding="utf-8")
    everything = list(budget_facts(document_of(text)))
    before = [fact for fact in everything if fact.amount_yen]
    for fact in before[:: max(1, len(before) // 4)]:
        place = fact.start + fact.quote.index(fact.printed)
        changed = re.sub(
            "[0-9０-９]",
            lambda match: "１" if match[0] > "９" or match[0] in "２４６８０" else "7",
            fact.printed,
            count=1,
        )
        if changed == fact.printed:
            changed = re.sub("[0-9０-９]", "3", fact.printed, count=1)
        edited = text[:place] + changed + text[place + len(fact.printed) :]
        after = list(budget_facts(document_of(edited)))
        now = [other for other in after if other.start == fact.start and other.printed == changed]
        assert any(
            (other.program, other.fiscal_year, other.stage) == (fact.program, fact.fiscal_year, fact.stage)
            and other.amount_yen != fact.amount_yen
            for other in now
        )
        elsewhere = [figures([other]) for other in after if other.start != fact.start]
        assert elsewhere == [figures([other]) for other in everything if other.start != fact.start]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_line_that_is_gone_has_no_fact(name: str) -> None:
    text = DOCUMENTS[name].read_text(encoding="utf-8")
    lines = sorted({(fact.start, fact.end) for fact in budget_facts(document_of(text))})
    for start, end in lines[:: max(1, len(lines) // 4)]:
        edited = text[:start] + text[end:]
        assert all(fact.start != start for fact in budget_facts(document_of(edited)))
        assert edited.count(text[start:end]) == sum(
            fact_line == text[start:end]
            for fact_line in {
                (fact.quote, fact.start): fact.quote for fact in budget_facts(document_of(edited))
            }.values()
        )


# -- for any text ------------------------------------------------------------------------------------------------------

PIECES = ["令和8年度", "R7", "当初予算", "補正", "概算要求額", "離島航路維持事業", "港湾交付金", "（", "）", "＜", "＞", "：", "、", "－", "1,200億円", "３百万円", "12", "▲5億円", "計", "合計", "|", "\t", "\n", "\n\n", "# ", "○", "・", "単位：千円", "上限", "うち", "に", "を計上", "**", "　", "約", "〜"]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(texts)
def test_a_fact_of_any_text_is_grounded_and_of_the_amount_it_prints(text: str) -> None:
    document = document_of(text)
    for fact in budget_facts(document):
        assert_grounded(fact, document)
        assert fact.fiscal_year is not None
        assert fact.stage is not None
        if fact.amount_yen is not None and "円" in fact.printed and "〜" not in text:
            assert fact.amount_yen in [mention.yen for mention in find_amounts(fact.printed.replace("**", "  "))]


@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_read_without_an_error(text: str) -> None:
    document = document_of(text)
    for fact in extract_facts(document):
        assert_grounded(fact, document)


@given(st.integers(1, 99_999), st.sampled_from(["億円", "百万円", "万円"]), st.integers(1, 20))
def test_the_amount_follows_what_is_printed(number: int, unit: str, year: int) -> None:
    text = f"# 令和{year}年度当初予算\n\n・離島航路維持事業　{number:,}{unit}\n"
    factor = {"億円": OKU, "百万円": MILLION, "万円": MAN}[unit]
    assert figures(budget_facts(document_of(text))) == [("離島航路維持事業", 2018 + year, "initial", number * factor)]
