"""Of which of several services one document tells: sections («2 住宅の応急修理»), rows of a table, or topics (「病児保育は、…」).

Owns that telling apart. Invariant: a statement is left out only where the question names one service of the document and the statement stands
in the section or row of another, or begins with another, and says nothing of the one that is asked about.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from policy_qa.answering.verdicts.statements import Statement
from policy_qa.facts.eligibility.aspects import aspect_of_label, bare_label
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.vocabulary import PROGRAM_ENDING

# Headings and rows that are of all services, or of one part of the text.
_OF_ALL = re.compile(
    r"(?<=[一-鿿ァ-ヴー])[のをとやがにではも](?=[一-鿿ァ-ヴー]|$)|[0-9()（）「」・、\s]|お?問い?合わ?せ?|お?申し?込み?|はじめに|よくある|その他|ご案内|お知らせ|注意|概要|目的|趣旨|共通|お?手続き?|申請|期間|期限|質問|全般|一覧|定義|雑則|附則|対象|補助(?!器)|助成|支給|交付|金額|[額率費料]$|提出|変更|報告|書類|方法|条件|要件|内容|区分|資格|応募|義務|経費|費用|受付|等級|効力|届出|備考|項目|限度|上限|公募|事業|制度|[枠型]$|コース|プラン|場合|[者方]$|団体|世帯|設備|工事|利用|案内"
)
_ADDED = re.compile(r"(?:について|とは|の?ご?案内|の?ご利用|のしくみ|Q&A)$")
_CLAUSE = re.compile(r"[。、?？]|か$|[うくすつぬむるたい](?:場合|とき|もの|者|方)$")
_TOPIC = re.compile(r"^(?:(?:A|答)[0-9]*[ 　.:：]*)?(?:※ ?)?(?P<topic>[^、。 　()「」]{3,12}?)は、?")
_SHORTEST = 4
_SHORTEST_TOPIC = 3
_LONGEST = 16
_FEWEST = 2


def of_asked_service(statements: Sequence[Statement], question: str) -> list[Statement]:
    """The statements without those of services that the question does not name; all where it names none, or the document has but one."""
    asked = fold(question)
    kept = list(statements)
    topics = _topics(kept)
    sections = {place for statement in kept for place in _sections(statement)}
    if any(_is_named(place, asked) for place in sections):
        kept = [statement for statement in kept if not _is_of_other(_sections(statement), statement, sections, asked)]
    rows = {place for statement in kept for place in _row(statement)}
    if any(_is_named(place, asked) for place in rows):
        kept = [statement for statement in kept if not _is_of_other(_row(statement), statement, rows, asked)]
    if len(topics) >= _FEWEST and any(topic in asked for topic in topics):
        kept = [
            _clause_of(statement, topics, asked)
            for statement in kept
            if not _is_of_other(_topic(statement) & topics, statement, topics, asked)
        ]
    named = {place for place in sections | rows | topics if _is_named(place, asked)}
    return [statement for statement in kept if not _is_of_other_programme(statement, named, asked)]


def _is_of_other_programme(statement: Statement, named: set[str], asked: str) -> bool:
    """Whether a statement begins with a programme that the question does not name, where it names another: 「若者家賃補助は40歳未満の方が対象です。」"""
    topics = {topic for topic in _topic(statement) if PROGRAM_ENDING.search(topic) and _is_telling(topic)}
    if not topics or not named or any(topic in asked for topic in topics):
        return False
    said = fold(" ".join((statement.text, *statement.passage.section[1:])))
    return not any(way in said for place in named for way in _ways(place))


def _is_of_other(own: set[str], statement: Statement, places: set[str], asked: str) -> bool:
    named = [place for place in places if _is_named(place, asked)]
    if not own or any(_is_named(place, asked) for place in own):
        return False
    said = fold(" ".join((statement.text, *statement.passage.section[1:])))
    return not any(way in said for place in named for way in _ways(place) if way in asked)


def _is_named(place: str, asked: str) -> bool:
    return any(way in asked for way in _ways(place))


def _ways(place: str) -> list[str]:
    """A name, and what stands behind its last 「の」: 応急修理 of 「住宅の応急修理」."""
    tail = place.rpartition("の")[2]
    return [place, tail] if len(tail) >= _SHORTEST and _is_telling(tail) else [place]


def _sections(statement: Statement) -> set[str]:
    return {place for title in statement.passage.section[1:] for place in _place(title)}


def _row(statement: Statement) -> set[str]:
    return set(_place(statement.passage.cells[0].text)) if len(statement.passage.cells) > _FEWEST else set()


def _place(label: str) -> list[str]:
    text = normalize(label).text
    name = _ADDED.sub("", bare_label(text))
    is_service = _SHORTEST <= len(name) <= _LONGEST and _is_telling(name) and not _CLAUSE.search(name)
    return [fold(name)] if is_service and aspect_of_label(text) is None else []


def _is_telling(name: str) -> bool:
    """Whether a heading says more than what part of a text it is: 眼鏡の購入助成, not 申請の方法."""
    return len(_OF_ALL.sub("", name)) >= _SHORTEST_TOPIC


def _topic(statement: Statement) -> set[str]:
    match = _TOPIC.match(statement.text)
    return {fold(match["topic"])} if match else set()


def _topics(statements: Sequence[Statement]) -> set[str]:
    """What several statements begin with, and a title or heading of the document names."""
    counted = Counter(topic for statement in statements for topic in _topic(statement))
    titles = fold(
        " ".join({title for statement in statements for title in (statement.passage.title, *statement.passage.section)})
    )
    return {
        topic
        for topic, count in counted.items()
        if count >= _FEWEST and len(topic) >= _SHORTEST_TOPIC and topic in titles and _is_telling(topic)
    }


def _clause_of(statement: Statement, topics: set[str], asked: str) -> Statement:
    """The part of a statement that is of the asked service, where it tells of several: 「一時預かりは…まで、病児保育は…まで」."""
    places = sorted(
        (match.start(), topic) for topic in topics for match in re.finditer(rf"{re.escape(topic)}は", statement.text)
    )
    named = [number for number, (_, topic) in enumerate(places) if topic in asked]
    if len(places) < _FEWEST or len(named) != 1:
        return statement
    start = places[named[0]][0]
    end = places[named[0] + 1][0] if named[0] + 1 < len(places) else len(statement.text)
    return replace(statement, text=statement.text[start:end])
