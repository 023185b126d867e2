"""What residents ask in everyday words: which words may be nowhere, what the nearest line claims, and what a refusal points to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy_qa.answering.evidence.model import trained
from policy_qa.answering.evidence.nearest import Nearest
from policy_qa.answering.grounding.ground import problems
from policy_qa.answering.passages.answer_types import values
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
