"""Questions -> slots, over the names of an invented corpus."""

from __future__ import annotations

import pytest

from policy_qa.retrieval.follow_up import understand
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import Topics

TOPICS = Topics.of(
    ["離島航路維持事業", "港湾再生交付金", "漁村担い手育成補助金", "海洋データ連携事業"],
    ["海洋観測の強化", "補助対象者", "海洋予算"],
)
REFERENCE = "2026-01"


def ask(text: str, *turns: str) -> Question:
    return understand(text, TOPICS, turns=turns, reference=REFERENCE)


@pytest.mark.parametrize(
    "year", ["令和8年度", "令和８年度", "令和八年度", "令 和 8 年 度", "R8", "Ｒ８", "R8年度", "2026年度", "２０２６年度", "FY2026", "今後の話として、令和8年度"]
)  # fmt: skip
@pytest.mark.parametrize(
    "rest",
    ["の港湾再生交付金の予算額は？", "当初予算の港湾再生交付金はいくらですか。", "、港湾再生交付金の予算はいくら"],
)
def test_a_fiscal_year_is_the_same_however_it_is_written(year: str, rest: str) -> None:
    found = ask(f"{year}{rest}")
    assert found.fiscal_years == (2026,)
    assert found.programs == ("港湾再生交付金",)
    assert found.intent == "budget"
    assert found.asks == "money"


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("令和7年度と令和8年度の港湾再生交付金の予算額は？", (2025, 2026)),
        ("R6補正の離島航路維持事業は？", (2024,)),
        ("平成31年度予算はいくらか", (2019,)),
        ("今年度の予算額は？", (2025,)),
        ("昨年度の予算額は？", (2024,)),
        ("来年度の予算額は？", (2026,)),
        ("港湾再生交付金の予算額は？", ()),
    ],
)
def test_years_are_read_in_order_and_relative_ones_from_the_documents_date(text: str, years: tuple[int, ...]) -> None:
    assert ask(text).fiscal_years == years


@pytest.mark.parametrize("year", ["2026年", "令和8年"])
def test_a_calendar_year_of_a_budget_is_taken_as_fiscal_and_that_is_said(year: str) -> None:
    found = ask(f"{year}の港湾再生交付金の予算額は？")
    assert found.fiscal_years == (2026,)
    assert found.assumptions == (f"{year}を{year}度として回答",)


@pytest.mark.parametrize(
    ("words", "stages"),
    [
        ("当初予算", ("initial",)),
        ("予算案", ("initial",)),
        ("補正予算", ("supplementary",)),
        ("補正予算（第1号）", ("supplementary",)),
        ("概算要求", ("request",)),
        ("決算", ("settled",)),
        ("当初予算と補正予算", ("initial", "supplementary")),
    ],
)
def test_stages_are_read(words: str, stages: tuple[str, ...]) -> None:
    assert ask(f"令和8年度{words}で港湾再生交付金はいくらですか。").stages == stages


@pytest.mark.parametrize(
    ("text", "intent", "asks"),
    [
        ("港湾再生交付金の予算額はいくらですか。", "budget", "money"),
        ("港湾再生交付金って何ですか？", "definition", "definition"),
        ("離島航路維持事業の目的を教えてください。", "definition", "definition"),
        ("離島航路維持事業はいつ始まりますか。", "date", "date"),
        ("公募の締切はいつまでですか。", "date", "date"),
        ("漁村担い手育成補助金の補助率は？", "rate", "rate"),
        ("研修は何人が受けますか。", "quantity", "quantity"),
        ("採択件数はどれくらいですか", "quantity", "quantity"),
        ("支援を受けた市町村の数は？", "quantity", "quantity"),
        ("支援を受けた市町村の数を教えてください。", "quantity", "quantity"),
        ("海洋データ連携事業を所管しているのはどの課ですか。", "who", "office"),
        ("座長は誰ですか。", "who", "person"),
        ("観測所はどこに置かれますか。", "place", "place"),
        ("なぜ離島航路を支えるのですか。", "reason", "reason"),
        ("航路の数を減らしたわけは？", "reason", "reason"),
        ("会議はどのくらいの頻度で開かれますか。", "frequency", "frequency"),
        ("もらった家には何年住まないといけませんか。", "duration", "duration"),
        ("何年たったらまた申し込めますか。", "duration", "duration"),
        ("申請してからどれくらい待ちますか。", "duration", "duration"),
        ("船だまりの掃除は何曜日ですか。", "date", "date"),
        ("会議室はどのくらい前から予約できますか。", "date", "date"),
        ("研修所には何泊できますか。", "quantity", "quantity"),
        ("漁業のことはどこに電話すればよいですか。", "other", "text"),
        ("研修の期間は？", "duration", "duration"),
        ("誰が申請できますか。", "eligibility", "person"),
        ("個人でも申請できますか。", "eligibility", "text"),
        ("中古の漁船は補助の対象になりますか。", "eligibility", "text"),
        ("港湾再生交付金は100億円で合っていますか。", "check", "text"),
        ("主な事業を挙げてください。", "list", "text"),
        ("対象となる地域にはどのようなものがありますか。", "list", "text"),
        ("港湾の脱炭素化はどのように進めますか。", "method", "method"),
    ],
)
def test_the_kind_of_answer_is_read(text: str, intent: str, asks: str) -> None:
    found = ask(text)
    assert (found.intent, found.asks) == (intent, asks)


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("港湾再生交付金の予算は令和7年度からいくら増えましたか。", "difference"),
        ("令和7年度と令和8年度の予算の差額は？", "difference"),
        ("当初予算と補正予算を合わせるといくらですか。", "sum"),
        ("港湾再生交付金と離島航路維持事業の予算の合計はいくらか", "sum"),
        ("予算全体に占める港湾再生交付金の割合は？", "share"),
        ("令和8年度予算は前年度から何％増えましたか。", "growth"),
        ("令和8年度予算は令和7年度の何倍ですか。", "ratio"),
        ("予算額が最も大きい事業は何ですか。", "largest"),
        ("予算額が一番少ない事業は？", "smallest"),
        ("令和8年度予算のうち港湾再生交付金以外の額はいくらですか。", "except"),
        ("港湾再生交付金の予算額は？", None),
        ("研修生の数はどれだけ増えましたか。", None),
    ],
)
def test_a_calculation_is_seen_where_it_is_about_budgets(text: str, operation: str | None) -> None:
    assert ask(text).operation == operation


def test_a_claim_is_what_a_yes_no_question_puts_forward() -> None:
    found = ask("令和8年度の港湾再生交付金は1,200億円ですか。")
    assert found.is_check
    assert [claim.yen for claim in found.claims] == [120_000_000_000]
    assert not ask("令和8年度の港湾再生交付金はいくらですか。").claims


@pytest.mark.parametrize("text", ["予算総額は？", "全体でいくらですか", "予算の合計額は？"])
def test_the_whole_is_asked_for(text: str) -> None:
    assert ask(text).wants_total


def test_a_programme_that_no_document_has_is_known_as_such() -> None:
    found = ask("宇宙港整備交付金の予算額は？")
    assert found.programs == ()
    assert found.unknown_programs == ("宇宙港整備交付金",)


# -- conversations -----------------------------------------------------------------------------------------------------

FIRST = "令和8年度当初予算の港湾再生交付金はいくらですか。"


@pytest.mark.parametrize(
    ("follow_up", "programs", "years", "stages"),
    [
        ("令和7年度は？", ("港湾再生交付金",), (2025,), ()),
        ("では、前年度は？", ("港湾再生交付金",), (2025,), ()),
        ("翌年度は？", ("港湾再生交付金",), (2027,), ()),
        ("では令和7年度補正は？", ("港湾再生交付金",), (2025,), ("supplementary",)),
        ("補正予算では？", ("港湾再生交付金",), (2026,), ("supplementary",)),
        ("離島航路維持事業は？", ("離島航路維持事業",), (2026,), ("initial",)),
        ("では海洋データ連携事業はいくらですか。", ("海洋データ連携事業",), (2026,), ("initial",)),
    ],
)
def test_a_follow_up_changes_one_slot_and_keeps_the_others(
    follow_up: str, programs: tuple[str, ...], years: tuple[int, ...], stages: tuple[str, ...]
) -> None:
    found = ask(follow_up, FIRST)
    assert (found.programs, found.fiscal_years, found.stages) == (programs, years, stages)
    assert found.asks == "money"
    assert found.intent == "budget"


def test_slots_are_carried_over_several_turns() -> None:
    found = ask("離島航路維持事業は？", FIRST, "では前年度は？")
    assert (found.programs, found.fiscal_years) == (("離島航路維持事業",), (2025,))


def test_another_attribute_of_the_same_programme_is_asked_for() -> None:
    found = ask("その補助率は？", "漁村担い手育成補助金の目的は何ですか。")
    assert found.programs == ("漁村担い手育成補助金",)
    assert (found.asks, found.attribute) == ("rate", "rate")


@pytest.mark.parametrize(
    "text",
    [
        "海洋観測の強化は何年までに終わりますか。",
        "漁村担い手育成補助金の申請期限はいつですか。",
        "港湾で働く人の宿舎の補助対象者は誰ですか。",
    ],
)
def test_a_question_that_says_all_itself_starts_afresh(text: str) -> None:
    found = ask(text, FIRST)
    assert found == ask(text)


@pytest.mark.parametrize("before", ["目的は？", "公募の締切はいつですか。", "座長は誰ですか。"])
def test_a_question_that_asks_how_much_is_about_money_whatever_was_asked_before(before: str) -> None:
    found = ask(FIRST, before)
    assert (found.intent, found.asks, found.programs) == ("budget", "money", ("港湾再生交付金",))


def test_without_earlier_turns_nothing_is_carried() -> None:
    assert ask("前年度は？").programs == ()


def test_years_that_each_have_their_own_stage_are_read_in_pairs() -> None:
    found = ask("港湾再生交付金の令和7年度補正予算と令和8年度当初予算を合わせるといくらですか。")
    assert found.periods == ((2025, "supplementary"), (2026, "initial"))
    assert ask("港湾再生交付金の令和7年度の当初予算と補正予算の合計は？").periods == ()


# -- the same question in other words -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "令和8年度の港湾再生交付金の予算額はいくらですか。", "令和8年度の港湾再生交付金の予算額", "R8の港湾再生交付金の予算を知りたい",
        "２０２６年度港湾再生交付金予算わかる？", "令和八年度の港湾再生交付金の予算額を教えて", "港湾再生交付金 R8 予算", "予算 港湾再生交付金 2026年度",
        "港湾再生交付金、令和8年度はいくら", "港湾再生交付金って令和8年度いくらだっけ", "来年度の港湾再生交付金の予算額は", "港湾再性交付金のR8予算額は？",
        "すみません、R8年度の港湾再生交付金の予算額を教えていただけますか。よろしくお願いします。", "令和8年度の港湾再生交付金は？", "港湾再生交付金の令和８年度の予算が知りたいです",
        "港湾再生の交付金、R8年度の予算額が分かりません",
    ],
)  # fmt: skip
def test_a_budget_is_asked_in_many_ways(text: str) -> None:
    found = ask(text)
    assert (found.programs, found.fiscal_years, found.asks) == (("港湾再生交付金",), (2026,), "money")
    assert not found.is_check


@pytest.mark.parametrize(
    "text",
    ["R8予算は？", "R8年度予算は？", "2026年度予算は？", "令和八年度予算は？", "ＦＹ2026予算は？", "令和8年度予算は？"],
)
def test_a_question_is_searched_for_with_its_year_in_one_writing(text: str) -> None:
    assert ask(text).search_text == "令和8年度予算は?"


@pytest.mark.parametrize(
    ("text", "attribute", "asks"),
    [
        ("漁村担い手育成補助金の締切", "deadline", "date"),
        ("漁村担い手育成補助金 締切", "deadline", "date"),
        ("補助率 漁村担い手育成補助金", "rate", "rate"),
        ("漁村担い手育成補助金、上限は？", "ceiling", "money"),
        ("漁村担い手育成補助金は最大でいくら出ますか", "ceiling", "money"),
    ],
)
def test_an_attribute_says_what_type_the_answer_is_of(text: str, attribute: str, asks: str) -> None:
    found = ask(text)
    assert (found.attribute, found.asks, found.operation) == (attribute, asks, None)


@pytest.mark.parametrize(
    "text",
    [
        "令和8年度の港湾再生交付金は300億円だ。", "港湾再生交付金は300億円である", "港湾再生交付金の予算は300億円か", "港湾再生交付金の予算は300億円？",
        "座長は山田氏？", "循環バスは廃止されるの？", "書類は持参してもよい？", "機械はすぐに売ってもいいの",
    ],
)  # fmt: skip
def test_a_statement_put_forward_is_a_check(text: str) -> None:
    assert ask(text).is_check


@pytest.mark.parametrize(
    "text",
    [
        "なぜ廃止されるの？",
        "キュウリは？",
        "令和6年度補正は？",
        "予算額が分かりません",
        "締切はいつなの？",
        "使えるのはどこ？",
    ],
)
def test_what_asks_is_no_check(text: str) -> None:
    assert not ask(text).is_check


@pytest.mark.parametrize(
    ("text", "audience"),
    [
        ("75歳以上だといくらですか", ("75歳以上",)),
        ("65歳以上の方は無料ですか", ("65歳以上の方",)),
        ("小規模な自治体は対象になりますか", ("小規模な自治体",)),
        ("株式会社でも申請できますか", ("株式会社",)),
        ("従業員が20人以下の会社は対象ですか", ("従業員が20人以下の会社",)),
        ("個人事業主が使える補助金は？", ("個人事業主",)),
        ("小学生の料金は？", ("小学生",)),
        ("NPO法人の場合は？", ("NPO法人",)),
        ("自治体の予算はいくらですか", ()),
        ("港湾再生交付金の予算額は？", ()),
    ],
)
def test_whom_a_question_asks_for_is_read(text: str, audience: tuple[str, ...]) -> None:
    assert ask(text).audience == audience


@pytest.mark.parametrize(
    ("text", "negative"),
    [
        ("対象外になる経費は？", True),
        ("対象にならないのはどんな人ですか", True),
        ("補助金が使えない場合は？", True),
        ("港湾再生交付金以外の事業は？", True),
        ("対象になる経費は？", False),
        ("申請できませんか", False),
        ("所得の制限はありませんか", False),
    ],
)
def test_a_question_for_what_is_left_out_is_known_from_a_polite_one(text: str, negative: bool) -> None:
    assert ask(text).is_negative is negative


def test_a_short_form_of_several_programmes_leaves_the_choice_to_the_reader() -> None:
    topics = Topics.of(["地域経済循環事業", "地域経済牽引事業"], [])
    found = understand("地域経済事業の予算は？", topics)
    assert found.choices == ("地域経済循環事業", "地域経済牽引事業")
    assert (found.programs, found.unknown_programs) == ((), ())
