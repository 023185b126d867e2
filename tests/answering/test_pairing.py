"""Figures of one sentence, each with the year, the case and the deed that the sentence gives it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.answering.passages.answer_types import values
from policy_qa.answering.passages.owned import owned_values
from policy_qa.answering.passages.pairing import asked_values
from policy_qa.japanese.normalize import normalize

HOSPITALS = "延べ利用者数は、しおみ病院が642人（前年度588人）、北浜クリニックが415人（同437人）でした。"
SCHOOLS = "認知件数は、小学校が令和５年度28件、令和６年度35件、中学校が令和５年度12件、令和６年度９件である。"
MEALS = "小学校は月額4,300円を4,900円に、中学校は月額5,000円を5,700円に改める。"
COSTS = "財源は国庫補助金5,400万円、町債１億1,000万円、残りは一般財源である。"
BANK = "令和６年度末の登録物件は76件（うち賃貸18件、売買58件）です。"
DEALS = "令和６年度中の成約は23件で、前年度の19件を4件上回りました。"


def asked(
    question: str, kind: str, sentence: str, years: tuple[int, ...] = (), around: tuple[int, ...] = ()
) -> list[str]:
    text, question = normalize(sentence).text, normalize(question).text
    found = asked_values(question, frozenset(years), text, values(kind, question, text), frozenset(around))
    return [value.text for value in found]


@pytest.mark.parametrize(
    ("question", "kind", "sentence", "years", "expected"),
    [
        ("申請件数は何件", "quantity", "申請件数は、令和４年度が31件、令和５年度が44件、令和６年度が58件でした。", (2023,), "44件"),
        ("交付決定したのは何件", "quantity", "申請58件のうち52件に交付を決定し、残る6件は不採択としました。", (), "52件"),
        ("売買は何件", "quantity", BANK, (), "58件"),
        ("登録物件は何件", "quantity", BANK, (), "76件"),
        ("成約は何件", "quantity", DEALS, (2024,), "23件"),
        ("成約は何件", "quantity", DEALS, (2023,), "19件"),
        ("北浜クリニックの利用者は何人", "quantity", HOSPITALS, (), "415人"),
        ("しおみ病院の前年度の利用者は何人", "quantity", HOSPITALS, (), "588人"),
        ("北浜クリニックの前年度の利用者は何人", "quantity", HOSPITALS, (), "437人"),
        ("中学校の認知件数は何件", "quantity", SCHOOLS, (2024,), "9件"),
        ("小学校の認知件数は何件", "quantity", SCHOOLS, (2023,), "28件"),
        ("中学校の給食費は月いくらになる", "money", MEALS, (), "5,700円"),
        ("小学校の給食費は改定前はいくら", "money", MEALS, (), "4,300円"),
        ("旅館の稼働率は何%", "rate", "客室稼働率は、ホテルが68.4％、旅館が41.9％、簡易宿所が29.3％であった。", (), "41.9%"),
        ("回復期は何床になる", "quantity", "急性期120床を72床に減らし、回復期40床を70床に増やしたい。", (), "70床"),
        ("備蓄率の目標は何%", "rate", "備蓄率　令和６年度末38％ → 令和９年度末80％。", (2027,), "80%"),
        ("耐震適合率の目標は何%", "rate", "基幹管路の耐震適合率　43.8%（令和６年度末）→ 60%（令和12年度末）。", (), "60%"),
        ("離島の補助率は", "rate", "補助率：２分の１以内（離島は３分の２以内）", (), "3分の2以内"),
        ("3戸で一緒に設置するときはいくら", "money", "上限は農家1戸15万円、3戸以上が共同で設置する場合は60万円です。", (), "60万円"),
        ("８月だけはいくら", "money", "月額6,500円（８月は9,500円）", (), "9,500円"),
        ("事業費はいくら", "money", "概算の事業費は、前回の説明では34億円でしたが、資材の高騰により38億円に見直しました。", (), "38億円"),
        ("令和８年度の予算はいくら", "money", "令和８年度は造林事業に前年度の４億円を上回る５億円を計上した。", (2026,), "5億円"),
        ("令和７年度の予算はいくら", "money", "令和８年度は造林事業に前年度の４億円を上回る５億円を計上した。", (2025,), "4億円"),
        ("答申はいつ", "date", "会議の答申（令和8年2月13日）を踏まえ、令和8年3月27日に市長が決定した。", (), "令和8年2月13日"),
    ],
)  # fmt: skip
def test_a_question_finds_the_figure_that_the_sentence_gives_for_it(
    question: str, kind: str, sentence: str, years: tuple[int, ...], expected: str
) -> None:
    assert asked(question, kind, sentence, years) == [expected]


def test_a_figure_of_another_year_is_none() -> None:
    assert asked("申請件数は何件", "quantity", "令和４年度が31件、令和５年度が44件でした。", (2026,)) == []


def test_the_sum_of_a_whole_period_is_no_years_own() -> None:
    assert asked("事業費はいくら", "money", "総事業費は24億円を見込む。", (2028,)) == ["24億円"]
    assert asked("事業費はいくら", "money", "令和８年度～令和12年度の総事業費は24億円を見込む。", (2028,)) == []


def test_what_stands_in_the_sentence_without_a_figure_has_none() -> None:
    assert asked("一般財源はいくら", "money", COSTS) == []
    assert asked("町債はいくら", "money", COSTS) == ["1億1,000万円"]


def test_the_year_before_is_counted_from_the_heading_where_the_sentence_names_no_year() -> None:
    assert asked("しおみ病院の利用者は何人", "quantity", HOSPITALS, (2023,), around=(2024,)) == ["588人"]


def test_figures_that_no_word_tells_apart_are_all_left() -> None:
    assert asked("何件ですか", "quantity", "甲が3件、乙が5件である。") == ["3件", "5件"]


@given(st.text(alphabet="令和５６年度前甲乙（）、。はがをにから→28件5万円%うち計同", max_size=60))
def test_any_text_is_read_and_every_figure_is_kept_in_its_order(text: str) -> None:
    normal = normalize(text).text
    found = values("quantity", "", normal)
    owned = owned_values(normal, found)
    assert [one.value for one in owned] == sorted(found, key=lambda value: value.start)
    chosen = asked_values("甲は", frozenset(), normal, found)
    assert set(chosen) <= set(found)
