"""Eligibility facts: for whom and what a programme is, on which terms.

    ３ 補助対象者 / (1) 県内に主たる事業所を有する者        the heading says the aspect, each item is one fact
    補助率：２分の１以内／上限額：500万円                   a line of labels and values
    第３条　補助の対象となる者は、次の各号の…者とする。      the sentence says it itself
    | 枠 | 補助率 | 補助上限額 |                             a column says it, the row says of which case (``subject``)

Owns the reading of aspects. Invariant: an aspect is taken from a label, a column, a heading or the sentence's own words, never from the
mere neighbourhood; a sentence that shuts out (ただし, 対象外, を除く) is never read as one that lets in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from policy_qa.facts.eligibility.aspects import (
    LIFTS,
    aspect_of_label,
    aspect_of_question,
    aspect_of_sentence,
    is_legend,
    lets_in,
    shuts_out,
    without_number,
)
from policy_qa.facts.eligibility.labels import case_of, label_alone, labels_of
from policy_qa.facts.eligibility.values import with_values
from policy_qa.facts.programs.names import clean_name, is_program_like, program_of_title
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.sentences import sentences
from policy_qa.japanese.vocabulary import LABEL_LINE
from policy_qa.row_names import name_column_of
from policy_qa.tables import line_spans, table_of
from policy_qa.types import Aspect, Block, Document, Fact, Span

_STARTS_EXCLUSION = re.compile(r"[×✕✖]")
_SHOWS_SOMETHING = re.compile(r"[ァ-ヴ一-鿿]")
# 「はい。」「できます。」: the answer to the question above it, without a statement of its own.
_BARE_ANSWER = re.compile(
    r"\**(?:答|A|回答)?\**[\s:：.．]*(?:はい|いいえ|(?:対象(?:と|に))?(?:なり|あり|でき|申請でき|利用でき)(?:ます|ません))。?"
)
_WORTH_READING = re.compile(
    r"対象|要件|条件|資格|補助率|助成率|交付率|負担率|上限|限度|下限|期限|期間|締|必着|申請|応募|提出|除[くき]|ただし|できません|できない|実施主体|事業主体|資金の流れ|負担割合|(?:限度|支給|助成|補助)額|所得制限|窓口|申し?込|もらえ|使途|必要(?:な)?(?:書類|もの)|持ち物|に限|ません|いただけます|使えます|乗れます"
)
_LAW = re.compile(r"(?:法|法律|施行令|施行規則|政令|省令|府令|規則|条例)(?:[（(].*)?$")
_LIST_FOLLOWS = re.compile(r"次[のに]|以下の|下記|各号|とおり|掲げる")
_SEVERAL_LABELS = re.compile(
    r"(?m)^[ 　#*・●○■◆◇【〈|\-]*(?:[^\n\s]{0,6})?(?:対象|補助率|助成率|補助額|助成額|支給額|申請|申込|申し込|窓口|期限|要件)[^\n。、]{0,8}(?:[】*:：〉|]|[ 　]|$)"
)
# Aid that is called by no name of a programme: loans to students, condolence money.
_RULES_OF_AID = re.compile(
    r"(?P<about>[^\s]{2,24}?(?:資金|奨学金|手当|見舞金|祝い?金|報奨金))(?:の)?(?:貸与|貸付け?|支給|給付|交付)?(?:に関する)?(?:条例|規則|規程|要綱|要領)(?:施行規則)?"
)
_LEAFLET = re.compile(
    r"[\s]*(?:の|について|に関する)?[\s]*(?:よくある(?:ご)?質問(?:と回答)?|FAQ|Q&A|Q&A集|のご?案内|利用案内|ご?利用の手引き?|手引き?|パンフレット|のしおり|ガイド(?:ブック)?)(?:[（(].*)?$"
)
_NUMBER_OF_MARK = re.compile(r"[0-9０-９]+|[①-⑳ア-ンa-z]")
_LONGEST_SUBJECT = 30
_HAS_VALUE = re.compile(r"[:：】]\s*\S")
_QUESTION = re.compile(r"[?？]$|(?:です|ます|せん|でしょう)か。?$|(?:教えて)?ください。?$|とは$")
_APPLY_BY = re.compile(r"(?:申請|応募|申込み?|届出)(?:書)?(?:を|し|は)?.{0,60}(?:提出|申請|行)|(?:申請|応募|申込み?)し")
_VALUE_COLUMN = re.compile(
    r"(?:(?:工事|経費|事業|補助|取組)の)?内容|(?:補助)?対象(?:経費|工事|事業)|概要|説明|詳細|備考|摘要|記載事項"
)
_DOCUMENTS_FOLLOW = re.compile(r"(?:次に掲げる|次の|以下の|下記の)(?:書類|もの)を(?:添え|添付|提出)|次の書類")
_TYPED: frozenset[Aspect] = frozenset({"rate", "ceiling", "period"})
_REMARK = re.compile(r"【[^】]*】")
_OF_PEOPLE = re.compile(r"(?:者|方|人|世帯|法人|団体|場合)(?:は|には|、)|対象")
_ANNEX = re.compile(r"(?P<article>第[0-9]+条)[^)）]*関係")
_AFTERWARDS = re.compile(r"報告|請求|変更|取消|取下|返還|検査|調査|処分|帳簿|保存")
_ENTRY = re.compile(
    r"\s*(?:[(（][0-9０-９]{1,2}[)）]|[⑴-⒇①-⑳]|[ア-ン])?[ \u3000]*(?P<name>[^\s。、:：]{2,20})[ \u3000]+(?=[^\n]{0,40}(?:分の|割|[%％]|全額))"
)
# A table of what was paid out: its amounts are no terms.
_OF_RESULTS = re.compile(r"実績|決算|執行|件数")
_CASE = re.compile(r"枠|類型|区分|コース|種別|メニュー|対象|型$")
_MOST_LINES = 40
_LONGEST_CASE = 20
_ASPECTS_OF_ENTRY = 2
_NAME_AND_VALUE = 2  # cells


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a statement stands: its document and block, and whose it is."""

    document: Document
    block: Block
    program: str | None
    case: str | None = None  # a heading below the one with the aspect: （１）通常枠


@dataclass(frozen=True, slots=True)
class _Lead:
    """A sentence or a label alone that says what the items behind it are: the aspect, and how the sentence's own block is marked."""

    path: tuple[str, ...] = ()
    aspect: Aspect | None = None
    style: str = ""
    is_label: bool = False

    def covers(self, block: Block) -> bool:
        """Whether a block is one of those items; one that is marked as the sentence itself is its brother."""
        if self.aspect is None or block.heading_path != self.path:
            return False
        if self.is_label:
            return block.kind in {"item", "table", "note"}
        return block.kind == "item" and _style(block) != self.style


def eligibility_facts(document: Document) -> Iterator[Fact]:
    """The aspects a document states of its programmes, in the order they stand."""
    title = document.metadata.title
    own = program_of_title(title)
    subject = own or _subject_of_title(title)
    if subject is None and _LAW.search(title):
        return  # it states duties and procedures; what a programme pays and for whom stands in its rules (要綱, 要領)
    catalogue = frozenset() if own else _entries_of_catalogue(document)
    own = subject
    lead = _Lead()
    articles: dict[str, Aspect] = {}
    for block in document.blocks:
        if block.kind == "heading" and not _HAS_VALUE.search(document.text, block.span.start, block.span.end):
            continue
        heading, case = _aspect_of_headings(block.heading_path[-2:])
        if heading is not None and block.marker.startswith("第"):
            articles[normalize(block.marker).text] = heading
        text = block.span.of(document.text)
        if heading is None and block.kind != "table" and not lead.covers(block) and not _WORTH_READING.search(text):
            continue
        place = _Place(document, block, _program_over(block, own, catalogue), case)
        if block.kind == "table":
            yield from _of_table(
                place, (lead.aspect if lead.covers(block) else heading) or _of_article(block, articles)
            )
            continue
        if block.kind == "heading":
            yield from _of_lines(place, None, block.span.end, only_labels=True)
            continue
        label = label_alone(document.text, block)
        if label and label[0] == heading:
            label = None  # a short item of what the heading announces
        end = label[1] if label else block.span.end
        yield from _of_block(place, lead.aspect if lead.covers(block) else heading, end)
        announced = _announced(text)
        if label is not None:
            lead = _Lead(block.heading_path, label[0], "", is_label=True)
        elif announced is not None or not lead.covers(block):
            lead = _Lead(block.heading_path, announced, _style(block))


def _subject_of_title(title: str) -> str | None:
    """What a leaflet, a FAQ or the rules of a loan are about, where the title says so: 「○○パス　よくあるご質問」, 「○○修学資金貸与規則」."""
    name = normalize(title).text.strip()
    rules = _RULES_OF_AID.fullmatch(name)
    if rules is not None:
        return rules["about"]
    about = _LEAFLET.sub("", name).strip(" 「」")
    return about if about != name and 2 <= len(about) <= _LONGEST_SUBJECT else None


def _style(block: Block) -> str:
    """What the marks of one list have in common."""
    return _NUMBER_OF_MARK.sub("0", block.marker) + "_" * block.level


def _program_over(block: Block, own: str | None, catalogue: frozenset[tuple[str, ...]]) -> str | None:
    """The innermost heading that names a programme, else the programme the whole document is about."""
    path = block.heading_path
    for depth in range(len(path), 0, -1):
        if path[:depth] in catalogue or is_program_like(path[depth - 1]):
            name = clean_name(path[depth - 1])
            if aspect_of_label(name) is None:
                return name
    return own


def _entries_of_catalogue(document: Document) -> frozenset[tuple[str, ...]]:
    """Headings that are programmes by what stands below them: brothers that each label several aspects, the same ones.

    In a guide to many services (手引き) their names end in anything: 紙おむつ支給, 福祉タクシー利用券.
    """
    if len(_SEVERAL_LABELS.findall(document.text)) < 2 * _ASPECTS_OF_ENTRY:
        return frozenset()
    labelled: dict[tuple[str, ...], set[Aspect]] = defaultdict(set)
    for block in document.blocks:
        path = block.heading_path
        if not path:
            continue
        if block.kind == "heading":
            aspect = _read_title(block.span.of(document.text).lstrip("# "))[0]
            if aspect:
                labelled[path].add(aspect)
        elif block.kind == "table":
            table = table_of(document.text, block.span)
            labels = [*table.labels, *(row.cells[0].text for row in table.rows if row.cells)] if table else []
            labelled[path] |= {aspect for label in labels if (aspect := aspect_of_label(label))}
        elif _WORTH_READING.search(document.text, block.span.start, block.span.end):
            alone = label_alone(document.text, block)
            labelled[path] |= {alone[0]} if alone else set()
            for line in list(line_spans(document.text, block.span))[:_MOST_LINES]:
                labelled[path] |= {aspect for aspect, _, _ in labels_of(document.text, line) if aspect}
    several = {path: aspects for path, aspects in labelled.items() if len(aspects) >= _ASPECTS_OF_ENTRY}
    return frozenset(
        path
        for path, aspects in several.items()
        if any(other != path and other[:-1] == path[:-1] and aspects & several[other] for other in several)
    )


@lru_cache(maxsize=1024)
def _aspect_of_headings(path: tuple[str, ...]) -> tuple[Aspect | None, str | None]:
    """The aspect of the innermost heading that has one, and the case that a heading below it names.

    A question as a heading has the aspect of its words; a label of something else (留意事項) ends the aspect above it.
    """
    case: str | None = None
    for title in reversed(path):
        aspect, is_question = _read_title(title)
        if aspect is not None or is_question:
            return aspect, case
        case = without_number(clean_name(title))
        if LABEL_LINE.fullmatch(case):
            return None, None
        case = case if len(case) <= _LONGEST_CASE else None
    return None, None


def _of_article(block: Block, articles: Mapping[str, Aspect]) -> Aspect | None:
    """The aspect of the article that an annexed table belongs to: 「別表第１（第４条関係）」."""
    match = _ANNEX.search(normalize(block.heading_path[-1]).text) if block.heading_path else None
    return articles.get(match["article"]) if match else None


@lru_cache(maxsize=4096)
def _read_title(title: str) -> tuple[Aspect | None, bool]:
    """The aspect of a heading, and whether it is a question; kept, because every block below asks again."""
    name = normalize(title).text
    is_question = bool(_QUESTION.search(name))
    if not is_question and (name.rstrip().endswith("。") or len(name) > _LONGEST_CASE):
        # 「次に該当する者は、補助の対象になりません。」 over a list
        return ("excluded" if shuts_out(name) else _announced(name)) or aspect_of_label(name), False
    return aspect_of_question(name) if is_question else aspect_of_label(name), is_question


def _announced(text: str) -> Aspect | None:
    """The aspect of the items that follow a sentence: 「補助の対象となる者は、次の各号のいずれかに該当する者とする。」"""
    if not _LIST_FOLLOWS.search(text):
        return None
    last = normalize(text).text.rstrip("。").split("。")[-1]
    if not re.search(r"次[のに]|以下の|下記|各号|とおり|掲げる", last):
        return None
    if shuts_out(last):
        return "excluded"
    return "application" if _DOCUMENTS_FOLLOW.search(last) else aspect_of_sentence(last)


def _of_block(place: _Place, heading: Aspect | None, end: int) -> Iterator[Fact]:
    labelled = list(_of_lines(place, heading, end))
    if labelled:
        yield from labelled
        return
    yield from _of_sentences(place, heading, Span(place.block.span.start, end), _entry_of(place))


def _entry_of(place: _Place) -> str | None:
    """The case that an item of a list of rates names first, set off by a blank: 「(1)　準中型免許の取得　補助対象経費の３分の２」."""
    if place.block.kind != "item":
        return None
    match = _ENTRY.match(place.block.span.of(place.document.text))
    return normalize(match["name"]).text if match else None


def _of_sentences(place: _Place, heading: Aspect | None, around: Span, case: str | None) -> Iterator[Fact]:
    text = place.document.text
    before: Aspect | None = None
    for span in sentences(text, around.start, around.end):
        sentence = normalize(span.of(text)).text
        if not _SHOWS_SOMETHING.search(sentence) or _BARE_ANSWER.fullmatch(sentence) or is_legend(sentence):
            continue
        aspect = _aspect_of(sentence, heading, before, is_owned=place.program is not None)
        if aspect == "application" and place.block.heading_path and _AFTERWARDS.search(place.block.heading_path[-1]):
            aspect = None  # what is handed in later is no application
        if aspect is not None:
            yield from _facts(place, aspect, span, span, case or case_of(sentence))
        if aspect == "application" and place.program and _APPLY_BY.search(sentence):
            yield from _facts(place, "period", span, span, None)
        before = aspect


def _aspect_of(sentence: str, heading: Aspect | None, before: Aspect | None, *, is_owned: bool) -> Aspect | None:
    """The aspect of a normalised sentence: what it says itself, before what the heading over it says; an exception has that of its rule."""
    if (LIFTS.search(sentence) and before == "excluded") or (heading and _STARTS_EXCLUSION.search(sentence)):
        return "excluded"
    if shuts_out(sentence):
        if heading == "application" and not _OF_PEOPLE.search(sentence):
            return heading  # a way of applying that there is not
        return "excluded" if heading or is_owned else None
    aspect = (aspect_of_sentence(sentence) if is_owned else None) or heading
    return None if aspect == "excluded" and lets_in(sentence) else aspect


def _of_lines(place: _Place, heading: Aspect | None, end: int, *, only_labels: bool = False) -> Iterator[Fact]:
    """The facts of a block that has labels; nothing of one that has none."""
    text = place.document.text
    lines = [line for line in line_spans(text, place.block.span) if line.start < end][:_MOST_LINES]
    labelled = [list(labels_of(text, line)) for line in lines]
    if not any(labelled) or (heading is None and not any(aspect for found in labelled for aspect, _, _ in found)):
        return
    for line, found in zip(lines, labelled, strict=True):
        if found or not only_labels:
            yield from _of_line(place, line, found, heading)


def _of_line(
    place: _Place, line: Span, found: list[tuple[Aspect | None, str, Span]], heading: Aspect | None
) -> Iterator[Fact]:
    written = normalize(line.of(place.document.text)).text
    if is_legend(written):
        return
    case = case_of(written) or place.case
    for aspect, label, value in found:
        if aspect is not None:
            yield from _of_value(place, aspect, line, value, case)
        elif heading is not None:
            is_excluded = _STARTS_EXCLUSION.search(written) or shuts_out(normalize(label).text)
            yield from _of_value(place, "excluded" if is_excluded else heading, line, value, case or label)
    if not found:
        yield from _of_sentences(place, heading, line, case)


def _of_value(place: _Place, aspect: Aspect, line: Span, value: Span, case: str | None) -> Iterator[Fact]:
    """The fact of a labelled value; a sentence behind its first one stands for itself, one that shuts out is no part of it."""
    text = place.document.text
    first, *behind = list(sentences(text, value.start, value.end)) or [value]
    if aspect in _TYPED or not behind:
        yield from _facts(place, aspect, line, value, case)
        return
    for number, span in enumerate((first, *behind)):
        is_excluded = shuts_out(normalize(span.of(text)).text)
        quote = Span(line.start, span.end) if number == 0 else span
        yield from _facts(place, "excluded" if is_excluded else aspect, quote, span, case)


def _of_table(place: _Place, heading: Aspect | None) -> Iterator[Fact]:
    table = table_of(place.document.text, place.block.span)
    if table is None:
        return
    named = name_column_of(table)
    of_results = _OF_RESULTS.search(" ".join((*place.block.heading_path[-1:], *table.labels)))
    for row in table.rows:
        first = row.cells[0] if row.cells else None
        if first is None:
            continue
        own = row.whole()[named].text if named and len(row.whole()) > named else ""
        of_row = aspect_of_label(first.text)
        if of_row is None and first.text and aspect_of_label(first.label) == "applicant":
            yield from _facts(place, "applicant", row.span, first.span, None)
        for cell in row.cells[1:]:
            aspect = aspect_of_label(cell.label) or of_row
            if aspect == "ceiling" and of_results and not re.search(r"上限|限度", cell.label):
                continue
            is_entry = (
                len(row.cells) == _NAME_AND_VALUE
                and not cell.label
                and not _VALUE_COLUMN.fullmatch(cell.text.replace(" ", ""))
            )
            if aspect is None and (heading in _TYPED or is_entry):
                aspect = heading
            if aspect is None and heading is not None and _VALUE_COLUMN.fullmatch(cell.label):
                aspect = heading
            if aspect is None or not cell.text:
                continue
            subject: str | None = without_number(_REMARK.sub("", first.text))
            if own and cell.label != table.labels[named] and aspect_of_label(table.labels[named]) is None:
                subject = f"{subject} {own}" if _CASE.search(first.label) else own  # 通常枠 一般, 通常枠 賃上げ特例
            below = cell.label.split(" ")[1:]
            if subject and below and aspect_of_label(below[-1]) is None:
                subject = f"{subject} {below[-1]}"  # 補助率 over 中小企業者 and 小規模企業者
            if of_row is not None and aspect_of_label(cell.label) is None:
                subject = None if _VALUE_COLUMN.fullmatch(cell.label) else cell.label
            yield from _facts(place, aspect, row.span, cell.span, subject or None)


def _facts(place: _Place, aspect: Aspect, quote: Span, value: Span, subject: str | None) -> Iterator[Fact]:
    """The fact of one value, typed as its aspect asks; a rate or an amount that stands beside another gives one each."""
    text = place.document.text
    fact = Fact(
        "eligibility", place.document.path, quote.start, quote.end, quote.of(text), value.of(text), place.program,
        section=place.block.heading_path, aspect=aspect, subject=subject or place.case,
        confidence="high" if place.program else "medium",
    )  # fmt: skip
    return with_values(fact, place.document.metadata.date)
