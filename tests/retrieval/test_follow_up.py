"""Follow-ups over an invented corpus: which slots stay, which change, and what is searched for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.retrieval.follow_up import understand
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import Topics

TOPICS = Topics.of(
    ["離島航路維持事業", "港湾再生交付金", "漁村担い手育成補助金", "海洋データ連携事業"], ["海洋観測の強化"]
)


def ask(*turns: str) -> Question:
    *before, last = turns
    return understand(last, TOPICS, turns=before, reference="2026-01")


@pytest.mark.parametrize(
    ("turns", "text"),
    [
        # another row in the place of its brother
        (("漁村担い手育成補助金の通常枠の上限額は？", "賃上げ枠だとどうなりますか"), "漁村担い手育成補助金の賃上げ枠の上限額は?"),
        (("漁村担い手育成補助金のソフト型の補助率を教えて", "施設型は？"), "漁村担い手育成補助金の施設型の補助率を教えてください"),
        (("あさひ市の電動自転車の購入費の補助額はいくら？", "チャイルドシートではどうですか"), "あさひ市のチャイルドシートの購入費の補助額はいくら?"),
        (("中央公園の大人の入園料はいくらですか", "北公園だと？"), "北公園の大人の入園料はいくらですか"),
        # another age, another kind of people: replaced, or put in where there was none
        (("市民バスの大人の運賃はいくらですか。", "75歳以上だといくらになりますか。"), "市民バスの75歳以上の運賃はいくらですか。"),
        (("市民バスの大人の運賃はいくらですか。", "75歳以上だと？", "小学生は？"), "市民バスの小学生の運賃はいくらですか。"),
        (("市民プールの利用料はいくらですか。", "障害者だといくらですか"), "市民プールの障害者の利用料はいくらですか。"),
        # another condition
        (("新築住宅を買うときの上限額は？", "中古の場合は？"), "中古の場合の上限額は?"),
        (("新築住宅を買うときの上限額は？", "中古の場合は？", "改修だと？"), "改修の場合の上限額は?"),
        # another number
        (("港湾計画の第二次はいつ閣議決定されましたか。", "では第一次は？"), "港湾計画の第一次はいつ閣議決定されましたか。"),
        (("二次公募の締切はいつですか", "一次は？"), "一次公募の締切はいつですか"),
        (("二次公募の締切はいつですか", "一次を教えてください。"), "一次公募の締切はいつですか"),
        # another thing asked of the same row
        (("漁村担い手育成補助金の通常枠の補助率は？", "上限額は？"), "漁村担い手育成補助金の通常枠の上限額は?"),
        (("漁村担い手育成補助金の通常枠の補助率は？", "賃上げ枠は？", "下限は？"), "漁村担い手育成補助金の賃上げ枠の下限は?"),
        # other words of the conversation
        (("離島航路維持事業とは何ですか", "それは誰が決めたの？"), "離島航路維持事業 誰が決めたの?"),
        (("循環バスの南回り線はいつ廃止されますか", "なぜ？"), "循環バスの南回り線は廃止され なぜ?"),
        (("港湾審議会はいつ開かれましたか", "どこで？", "座長は誰？"), "港湾審議会 座長は誰?"),
        (("漁村担い手育成補助金の対象者は？", "車は対象になる？", "書類は？"), "漁村担い手育成補助金の書類は?"),
        (("漁村担い手育成補助金の通常枠の補助率は？", "個人でも申請できますか"), "漁村担い手育成補助金 個人でも申請できますか"),
        (("港湾再生交付金の令和8年度の予算は？", "前年度は？", "その前の年は？"), "港湾再生交付金の令和6年度の予算は?"),
        (("海洋基本法はいつ成立しましたか", "施行は？"), "海洋基本法の施行はいつ成立しましたか"),
    ],
)  # fmt: skip
def test_a_follow_up_is_searched_for_as_the_whole_question(turns: tuple[str, ...], text: str) -> None:
    assert ask(*turns).search_text == text


@pytest.mark.parametrize(
    ("turns", "programs", "years", "operation"),
    [
        (("港湾再生交付金の令和8年度予算は？", "前年度は？", "その差は？"), ("港湾再生交付金",), (2026, 2025), "difference"),
        (("港湾再生交付金のR8予算は？", "R7は？", "R6は？", "何％増えた？"), ("港湾再生交付金",), (2025, 2024), "growth"),
        (("令和8年度の港湾再生交付金は？", "離島航路維持事業は？", "合わせるといくら？"), ("港湾再生交付金", "離島航路維持事業"), (2026,), "sum"),
        (("令和8年度予算の港湾再生交付金は？", "離島航路維持事業は？", "海洋データ連携事業は？", "全部で合計すると？"), ("港湾再生交付金", "離島航路維持事業", "海洋データ連携事業"), (2026,), "sum"),
        (("令和8年度予算の港湾再生交付金は？", "離島航路維持事業は？", "どちらが多いですか"), ("港湾再生交付金", "離島航路維持事業"), (2026,), "difference"),
        (("港湾再生交付金の令和7年度と令和8年度の予算は？", "差額は？"), ("港湾再生交付金",), (2025, 2026), "difference"),
    ],
)  # fmt: skip
def test_an_operation_is_over_what_was_asked_before(
    turns: tuple[str, ...], programs: tuple[str, ...], years: tuple[int, ...], operation: str
) -> None:
    found = ask(*turns)
    assert (found.intent, found.programs, found.fiscal_years, found.operation) == (
        "calculation",
        programs,
        years,
        operation,
    )


@pytest.mark.parametrize("text", ["その差は？", "合計すると？", "もう一つの方は？", "他には？", "なぜ？", "前年度は？"])
def test_what_leans_on_nothing_stays_as_it_is(text: str) -> None:
    found = ask(text)
    assert found.topics == ()
    assert found.operation is None


def test_the_other_of_two_programmes_is_asked_the_same() -> None:
    found = ask("港湾再生交付金と離島航路維持事業の目的は？", "港湾再生交付金の令和8年度予算は？", "もう一つの方は？")
    assert (found.programs, found.fiscal_years, found.intent) == (("離島航路維持事業",), (2026,), "budget")


def test_the_other_of_two_rows_is_asked_the_same() -> None:
    found = ask("漁村担い手育成補助金のソフト型と施設型の違いは？", "施設型の上限額は？", "もう一方は？")
    assert found.attribute == "ceiling"
    assert "ソフト型の上限額" in found.search_text
    assert "施設型" not in found.search_text


def test_the_other_after_both_is_asked_back() -> None:
    found = ask("港湾再生交付金と離島航路維持事業の令和8年度予算は？", "もう一つの方は？")
    assert set(found.choices) == {"港湾再生交付金", "離島航路維持事業"}


def test_more_of_a_list_is_asked_for() -> None:
    found = ask("漁村担い手育成補助金の対象経費は？", "他にはありますか？")
    assert found.wants_more
    assert (found.intent, found.programs) == ("list", ("漁村担い手育成補助金",))


def test_until_when_asks_for_the_deadline_of_a_programme() -> None:
    found = ask("漁村担い手育成補助金の補助率は？", "いつまで？")
    assert (found.asks, found.attribute, found.programs) == ("date", "deadline", ("漁村担い手育成補助金",))


def test_a_yes_no_question_in_a_conversation_stays_one() -> None:
    found = ask("漁村担い手育成補助金の上限額はいくらですか。", "個人でも申請できますか")
    assert (found.intent, found.is_check, found.programs) == ("eligibility", True, ("漁村担い手育成補助金",))
    assert found.attribute is None


def test_a_name_once_disclosed_stays_disclosed() -> None:
    found = ask("港湾再性交付金の令和8年度予算は？", "前年度は？")
    assert found.programs == ("港湾再生交付金",)
    assert any("港湾再性交付金" in said for said in found.assumptions)


@pytest.mark.parametrize("opening", ["では", "では、", "じゃあ", "それでは、", "ちなみに、", ""])
@pytest.mark.parametrize("asking", ["{}は？", "{}はどうですか。", "{}だといくらですか", "{}の場合は？"])
def test_a_year_replaces_the_year_however_it_is_put(opening: str, asking: str) -> None:
    found = ask("港湾再生交付金の令和8年度当初予算はいくらですか。", opening + asking.format("令和7年度補正"))
    assert (found.programs, found.fiscal_years, found.stages) == (("港湾再生交付金",), (2025,), ("supplementary",))
    assert "令和8年度" not in found.search_text


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_conversation_is_read(turns: list[str]) -> None:
    assert ask(*turns).text == turns[-1]


@given(
    st.lists(
        st.sampled_from(
            [
                "その差は？",
                "前年度は？",
                "もう一つの方は？",
                "離島航路維持事業は？",
                "75歳以上だと？",
                "なぜ？",
                "他には？",
                "補正は？",
                "R7は？",
                "対象は？",
            ]
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_chain_of_follow_ups_keeps_to_what_was_named(turns: list[str]) -> None:
    found = ask("港湾再生交付金の令和8年度予算は？", *turns)
    assert set(found.programs) <= {"港湾再生交付金", "離島航路維持事業"}
    assert found.programs


def test_the_year_before_is_counted_from_the_figures_where_no_year_was_named() -> None:
    found = ask("港湾再生交付金の予算額は？", "前年度は？")
    assert (found.fiscal_years, found.year_offset, found.programs) == ((), -1, ("港湾再生交付金",))
    assert ask("港湾再生交付金の令和8年度の予算額は？", "前年度は？").year_offset == 0
