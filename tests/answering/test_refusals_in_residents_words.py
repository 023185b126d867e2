"""What residents ask in everyday words: which words may be nowhere, what the nearest line claims, and what a refusal points to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy_qa.answering.evidence.model import trained
from policy_qa.answering.evidence.nearest import Nearest
from policy_qa.answering.grounding.ground import problems
from policy_qa.answering.passages.answer_types import values
from policy_qa.answering.passages.meant import is_imprint
from policy_qa.answering.passages.missing import is_stranger
from policy_qa.answering.scope import names_of_places
from policy_qa.answering.strangers import stranger_of, unknown_of
from policy_qa.answering.wording import abstain
from policy_qa.service import PolicyQA
from policy_qa.testing import HashingEncoder
from policy_qa.types import Viewer
from tests.conftest import OpenTexts

OWNER = Viewer.local_owner()

NOTICE = """# 竹原野市 ごみ出し支援のお知らせ

## 利用できる世帯

75歳以上の方だけで暮らし、集積所までごみを運べない世帯です。

## 収集しないもの

粗大ごみは収集しません。粗大ごみの運び出しは、１点300円の持ち出しサービスを使ってください。

## 窓口

申請書は、環境センター又は公民館に出してください。
"""


@pytest.fixture(scope="module")
def town(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"oshirase.md": NOTICE})


def test_the_name_of_the_only_body_is_no_word_that_a_line_has_to_say(town: PolicyQA) -> None:
    question, passages, library = town._parts.answerer.found("竹原野市で粗大ごみを出したい。", viewer=OWNER)
    words = town._parts.answerer.nearest.measured(question, passages, library).words
    named = [weighed for weighed in words if weighed.names_document]
    assert "".join(weighed.word.surface for weighed in named) in {"竹原野", "竹原野市"}
    assert not any(is_stranger(weighed, question, library) for weighed in named)


def test_a_thing_that_no_document_has_may_be_called_otherwise_and_a_place_may_not(town: PolicyQA) -> None:
    found = town._parts.answerer.found
    thing, _, library = found("タンスの収集の補助はありますか。", viewer=OWNER)
    assert stranger_of(thing, library) is None
    assert unknown_of(thing, library) == "タンス"
    place, _, library = found("琵琶湖市で粗大ごみを出せますか。", viewer=OWNER)
    assert stranger_of(place, library) == "琵琶湖市"


def test_what_a_document_is_named_after_is_no_thing_that_aid_is_asked_for(town: PolicyQA) -> None:
    question, _, library = town._parts.answerer.found("竹原野市のごみの補助は受けられますか。", viewer=OWNER)
    assert unknown_of(question, library) is None


GUIDE = """# 竹原野市 福祉の手引き

更新日：2026年4月10日　竹原野市 福祉課

## タクシー券

| 対象者 | 枚数 |
|---|---|
| 身体障害者手帳１級・２級 | 年48枚 |
| 身体障害者手帳３級 | 年24枚 |

## 空き家の補助の流れ

| 段階 | 期限等 |
|---|---|
| 交付決定 | 申請からおおむね３週間 |
| 交付申請 | 令和８年５月11日から10月30日まで |

## 相談

介護の相談は、みどり相談センターで受け付けています。

## 会議室

ホールの使用許可は、使用日の14日前までに申請してください。
和室の使用許可は、使用日の3日前までに申請してください。
"""


@pytest.fixture(scope="module")
def guide(opened_over_texts: OpenTexts) -> PolicyQA:
    return opened_over_texts({"tebiki.md": GUIDE})


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("３級の手帳を持っています。タクシー券は年に何枚ですか。", "年24枚"),
        ("１級の手帳を持っています。タクシー券は年に何枚ですか。", "年48枚"),
        ("空き家の補助はいつまでに申し込めばいいですか。", "10月30日"),
    ],
)
def test_the_row_of_the_grade_or_step_that_is_asked_answers(guide: PolicyQA, asked: str, told: str) -> None:
    answer = guide.ask(asked, viewer=OWNER, log=False)
    assert answer.status == "answered"
    assert told in (answer.short_answer or "")


def test_a_follow_up_asks_for_the_kind_of_time_that_the_turn_before_it_says(guide: PolicyQA) -> None:
    before = ("ホールの使用許可は使用日の何日前までに申請すればよいですか。",)
    answer = guide.ask("和室の場合は？", viewer=OWNER, turns=before, log=False)
    assert answer.status == "answered"
    assert "3日前" in (answer.short_answer or "")


def test_the_day_a_page_was_changed_is_when_nothing_else_happens(guide: PolicyQA) -> None:
    question, passages, _ = guide._parts.answerer.found("タクシー券はいつもらえますか。", viewer=OWNER)
    line = next(passage for passage in passages if passage.text.startswith("更新日"))
    assert is_imprint(line, question)
    question, _, _ = guide._parts.answerer.found("この手引きはいつ更新されましたか。", viewer=OWNER)
    assert not is_imprint(line, question)


def test_a_stay_is_a_circumstance_and_a_formal_noun_begins_no_name(town: PolicyQA) -> None:
    question, _, library = town._parts.answerer.found("東京都にいるので母の代わりにごみを出せますか。", viewer=OWNER)
    assert stranger_of(question, library) is None
    assert [name for name, _ in names_of_places("籍を置いたまま碧峰県で働く。")] == ["碧峰県"]


def test_a_refusal_points_to_the_nearest_places_and_claims_nothing(town: PolicyQA) -> None:
    question, passages, library = town._parts.answerer.found("粗大ごみの手数料の減免率は何割ですか。", viewer=OWNER)
    nearest = Nearest(HashingEncoder(), replace(trained(), needed=2.0))
    ordered = nearest.ordered(question, passages, library)
    refusal = abstain("attribute_missing", "お尋ねの率に当たる記載は資料にありません。", question, is_open=True)
    pointing = nearest.pointed(refusal, question, ordered)
    assert pointing.status == "abstained"
    assert pointing.short_answer is None
    places = [place for statement in pointing.statements for place in statement.evidence]
    assert places
    assert all(library.document(place.path).text[place.start : place.end] == place.quote for place in places)
    assert "粗大ごみ" in places[0].quote
    assert problems(pointing, library, question) == []
    assert nearest.pointed(pointing, question, ordered) == pointing, "what already cites a place is left as it is"


def test_a_refusal_shows_its_places_as_citations(town: PolicyQA) -> None:
    answer = town.ask("粗大ごみの手数料の減免率は何割ですか。", viewer=OWNER, log=False)
    assert answer.status == "abstained"
    assert answer.citations
    assert "近い記載" in answer.answer


@pytest.mark.parametrize(
    ("asks", "question", "text", "expected"),
    [
        ("money", "給食代はいくら", "年収360万円未満相当の世帯は、副食費を免除します。", []),
        ("money", "世帯の年収はいくらまでですか", "年収360万円未満相当の世帯は、副食費を免除します。", ["360万円未満"]),
        ("quantity", "運転手は何人", "利用券を差し上げます（1人1回限り）。", []),
        ("quantity", "空き家は今いくつ", "一戸建ての住宅をいう。", []),
    ],
)
def test_what_only_says_whom_it_is_for_is_no_value(asks: str, question: str, text: str, expected: list[str]) -> None:
    assert [value.text for value in values(asks, question, text)] == expected
