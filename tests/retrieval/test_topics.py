"""The corpus' names in a question: exact, with or without 事業, misspelt, shortened, unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.japanese.normalize import fold
from policy_qa.retrieval.topics import Topics, key

NAMES = [
    "離島航路維持事業",
    "港湾再生交付金",
    "港湾再生交付金特別枠事業",
    "漁村担い手育成補助金",
    "地域産品の高付加価値化・海外展開推進のための実証調査事業",
    "ふるさと住民登録制度",
]
TOPICS = Topics.of(NAMES, ["１．海洋観測の強化", "【事例】島根県", "補助対象者", "第2章 漁村のにぎわい"])


def found(question: str) -> list[tuple[str, str | None]]:
    return [(match.name, match.written) for match in TOPICS.find(question)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("frame", ["{}の予算額は？", "「{}」とは何ですか", "令和8年度の{}について教えて", "{}"])
def test_a_name_as_the_corpus_writes_it_goes_unannounced(name: str, frame: str) -> None:
    assert found(frame.format(name)) == [(name, None)]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("離島航路維持の予算は？", "離島航路維持事業"),
        ("離島航路維持事業費はいくら？", "離島航路維持事業"),
        ("離 島 航 路 維 持 事 業は？", "離島航路維持事業"),
        ("港湾再生交付金事業の予算は？", "港湾再生交付金"),
        ("海洋観測の強化の目的は？", "海洋観測の強化"),
        ("漁村のにぎわいとは？", "漁村のにぎわい"),
    ],
)
def test_the_bare_kind_behind_a_name_blanks_and_numbering_do_not_matter(written: str, name: str) -> None:
    assert found(written) == [(name, None)]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("離島航路維待事業の予算は？", "離島航路維持事業"),
        ("漁村担い手育成助成金の予算は？", "漁村担い手育成補助金"),
        ("漁村担手育成補助金の予算は？", "漁村担い手育成補助金"),
        ("地域産品海外展開実証調査事業の予算は？", "地域産品の高付加価値化・海外展開推進のための実証調査事業"),
    ],
)
def test_a_likely_name_is_disclosed(written: str, name: str) -> None:
    ((match, said),) = found(written)
    assert match == name
    assert said is not None
    assert said in fold(written)


@pytest.mark.parametrize(
    "question", ["宇宙港整備交付金の予算は？", "子ども医療費助成制度とは？", "空港再生交付金の予算額は？"]
)
def test_another_programme_is_not_taken_for_one_of_the_corpus(question: str) -> None:
    assert found(question) == []
    assert len(TOPICS.unknown(question, [])) == 1


@pytest.mark.parametrize(
    "question", ["主な事業は？", "この交付金の目的は？", "補助対象事業は何ですか", "どの補助金ですか", "対象経費は？"]
)
def test_a_kind_alone_is_no_name(question: str) -> None:
    assert TOPICS.unknown(question, TOPICS.find(question)) == []


def test_the_longer_name_wins() -> None:
    assert found("港湾再生交付金特別枠事業と港湾再生交付金の違いは？") == [
        ("港湾再生交付金特別枠事業", None),
        ("港湾再生交付金", None),
    ]


def test_labels_are_no_topics() -> None:
    assert found("補助対象者は誰ですか") == []


def test_a_latin_name_is_not_cut_out_of_a_word() -> None:
    topics = Topics.of(["SDGs推進事業"], ["RESAS"])
    assert [match.name for match in topics.find("RESASとは？")] == ["RESAS"]
    assert topics.find("PRESASTとは？") == []


@given(st.text(max_size=60))
def test_any_question_is_read_and_matches_lie_in_it(question: str) -> None:
    matches = TOPICS.find(question)
    TOPICS.unknown(question, matches)
    folded = fold(question)
    end = 0
    for match in matches:
        assert end <= match.start < match.end <= len(folded)
        end = match.end


@given(st.sampled_from(NAMES), st.sampled_from(["", "の予算", "は？", "について、令和8年度の額を"]))
def test_a_key_is_stable(name: str, behind: str) -> None:
    assert key(key(name)) == key(name)
    assert [match.name for match in TOPICS.find(name + behind)] == [name]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("離島行路維持事業の予算は？", "離島航路維持事業"),  # other kanji, read alike
        ("離島航路維事事業の予算は？", "離島航路維持事業"),
        ("離島航路事業の予算は？", "離島航路維持事業"),
        ("漁村にない手育成補助金の予算は？", "漁村担い手育成補助金"),
        ("地域産品の高付加価値化海外展開推進のための実証調査事業は？", "地域産品の高付加価値化・海外展開推進のための実証調査事業"),
        ("地域産品高付加価値化・海外展開推進のための実証調査事業の額", "地域産品の高付加価値化・海外展開推進のための実証調査事業"),
        ("ふるさと住民登禄制度とは？", "ふるさと住民登録制度"),
        ("港湾再生の交付金とは？", "港湾再生交付金"),
    ],
)  # fmt: skip
def test_slips_of_the_hand_and_of_conversion_are_read_and_disclosed(written: str, name: str) -> None:
    ((match, said),) = found(written)
    assert match == name
    assert said is not None


@pytest.mark.parametrize(
    "question", ["授業を届ける事業の予算は？", "個人が使える補助金は？", "苗を植える事業はありますか"]
)
def test_a_clause_that_describes_a_kind_is_no_name(question: str) -> None:
    assert TOPICS.unknown(question, TOPICS.find(question)) == []


def test_a_short_form_of_several_programmes_gives_the_choices() -> None:
    topics = Topics.of(["地域経済循環事業", "地域経済牽引事業", "地方大学改革推進事業"], [])
    assert topics.choices("地域経済事業") == ("地域経済循環事業", "地域経済牽引事業")
    assert topics.choices("大学改革推進事業") == ()
    assert topics.choices("宇宙港整備事業") == ()


LONG = Topics.of(
    [
        "白鳥市中小商店街空き店舗活用にぎわい創出事業費補助金",
        "地域公共交通路線維持運行費補助金",
        "地域公共交通車両更新費補助金",
    ],
    ["令和8年度 補助対象者"],
)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("空き店舗補助金の額は？", "白鳥市中小商店街空き店舗活用にぎわい創出事業費補助金"),
        ("白鳥市の商店街空き店舗補助金は？", "白鳥市中小商店街空き店舗活用にぎわい創出事業費補助金"),
        ("路線維持補助金の上限は？", "地域公共交通路線維持運行費補助金"),
    ],
)
def test_a_name_that_leaves_words_out_stands_for_the_one_that_has_them(written: str, name: str) -> None:
    (match,) = LONG.find(written)
    assert match.name == name
    assert match.written is not None


@pytest.mark.parametrize(
    "written", ["農地補助金の額は？", "空き家補助金の額は？", "にぎわい支援補助金は？", "創出補助金は？"]
)
def test_a_name_with_another_word_or_nothing_telling_stands_for_nothing(written: str) -> None:
    assert LONG.find(written) == []


def test_a_short_form_of_two_programmes_is_asked_back() -> None:
    assert LONG.find("地域公共交通補助金の額は？") == []
    assert len(LONG.choices("地域公共交通補助金")) == 2


@pytest.mark.parametrize("column", ["令和9", "令和8年度", "R9当初", "2026年度"])
def test_a_year_over_a_column_is_no_programme(column: str) -> None:
    assert Topics.of([column], []).programs == {}
