"""Questions that ask for two things at once."""

from __future__ import annotations

import pytest

from policy_qa.retrieval.two_in_one import asked_apart


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("若者定住補助の補助率と上限額は？", ("若者定住補助の補助率は?", "若者定住補助の上限額は?")),
        ("説明会の日時と場所を教えてください。", ("説明会の日時を教えてください。", "説明会の場所を教えてください。")),
        ("何を燃料にするのですか。担当課もあわせて教えてください。", ("何を燃料にするのですか。", "担当課は?")),
        ("休館日はどう変わり、いつから施行されますか", ("休館日はどう変わりますか?", "休館日はいつから施行されますか")),
        ("審査は誰が行い、結果はいつ通知されますか", ("審査は誰が行いますか?", "審査の結果はいつ通知されますか")),
        ("採択は誰が決めますか。決定の日も教えて", ("採択は誰が決めますか。", "決定の日は?")),
        (
            "ほたるの夕べはいつ、どこで開かれますか。",
            ("ほたるの夕べはいつ開かれますか?", "ほたるの夕べはどこで開かれますか?"),
        ),
        (
            "農園をやめるとき、どこにいつまでに言えばいい？",
            ("農園をやめるときどこに言えばいい?", "農園をやめるときいつまでに言えばいい?"),
        ),
        ("収穫祭はどこが主催して、いつ開かれますか。", ("収穫祭はどこが主催しますか?", "収穫祭はいつ開かれますか")),
        (
            "雪かき応援の申込期間と料金を教えてください。",
            ("雪かき応援の申込期間を教えてください。", "雪かき応援の料金を教えてください。"),
        ),
        ("浜手区はいつから始まるの？袋は専用のがいる？", ("浜手区はいつから始まるの?", "袋は専用のがいる?")),
    ],
)
def test_what_lines_of_their_own_tell_is_asked_apart(question: str, parts: tuple[str, ...]) -> None:
    assert tuple(text for text, _ in asked_apart(question, ())) == parts


def test_what_is_asked_besides_leans_on_the_first_part() -> None:
    assert asked_apart("何をする事業ですか。担当課も教えてください。", ("前の質問",))[1][1] == (
        "前の質問",
        "何をする事業ですか。",
    )


@pytest.mark.parametrize(
    "question",
    [
        "A補助とB補助の上限額は？",
        "補助率と上限額の違いは？",
        "A事業の予算額と要求額の差は？",
        "補助率は？",
        "評価は誰が、いつ行いますか。",
        "受付はいつからいつまでですか。",
        "港循環線は、いつ、何便に増えましたか。",
        "市の事業と県の事業を教えてください。",
    ],
)
def test_one_question_and_two_that_are_compared_stay_whole(question: str) -> None:
    assert asked_apart(question, ()) == ()
