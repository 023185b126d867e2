"""Whether what a question says is so: 「座長は石動氏ですか」, 「日曜日も走りますか」, 「見積書は2者以上必要ですか」, 「計画は5年間で合っていますか」.

Owns the verdict on what documents say, other than budget figures and cases that may be covered. Invariant: はい needs a statement that has what
the question speaks of and what it says of it, figures included; いいえ needs one about the same thing that states another figure or name,
denies it, says the opposite, or gives a list without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from policy_qa.answering.draft import Draft
from policy_qa.answering.draft import Statement as Said
from policy_qa.answering.eligibility.owners import words_of
from policy_qa.answering.library import Library
from policy_qa.answering.passages.answer_types import values as values_of_kind
from policy_qa.answering.passages.passages import Passage, place_of, statement_of_passage
from policy_qa.answering.verdicts.claim import TELLING, Claim, Point, asked_sentence, claim_of
from policy_qa.answering.verdicts.entailing import says_own_case, shares_a_word
from policy_qa.answering.verdicts.figures import figures_in, meets_bounds
from policy_qa.answering.verdicts.judging import polarity
from policy_qa.answering.verdicts.order import order_of, order_says
from policy_qa.answering.verdicts.services import of_asked_service
from policy_qa.answering.verdicts.stance import NEEDS, PERMITS, WAIVES
from policy_qa.answering.verdicts.statements import Statement, statements_of
from policy_qa.answering.verdicts.trends import rose
from policy_qa.answering.verdicts.values import Values, current, is_bounded, meets, values_of
from policy_qa.answering.verdicts.wording import asks_whether
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.stages import find_stages
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.question import Question

_CONSIDERED = 12
_MOST_MISSING = 0.2
_IS_DATED = re.compile(r"令和|平成|昭和|[12][0-9]{3}|[RH][0-9]|月")
_NUMBER = re.compile(r"[0-9][0-9,.]*(?P<unit>[^0-9\s、。,.])")
_ABSENT = re.compile(r"欠席(?:者)?[:：][^()（）]*")
_HALF = 0.5
_NAME_AND_PREDICATE = 2
_MOST_OF_CASE = 0.6  # of a case that is set out before it is asked what it needs
_AT_ONCE = 14
# Words of a question that do not have to stand in the statement.
_LOOSE = re.compile(
    r"(?:含|入|成|増|減|貰|受け|構|合|行|置|始|出|指定|場所|期限|目標|導入|整備|決定|認め|開始|間違|正し|本当|足り|十分|必要|可能|実際|現在|新し)[ぁ-ん]*"
)
_MEMBERSHIP = re.compile(r"含ま|入って|入り|入る|該当|対象|指定|選ば|挙げ")
_ONLY = re.compile(r"だけ|のみ|しか|限(?:る|定)")
_NEGATIVE = re.compile(
    r"(?<!間違い)(?<!間違いあり)(?<!相違)(?<!相違あり)(?<!なければなら)(?<!なければいけ)(?<!ないと)(?<!ないといけ)(?<!ないとなり)(?<!なくてはいけ)(?<!なくてはなり)(?:ない|ません)(?:の|ん)?(?:です|でしょう)?か?[?？。]*$|対象外|だめ|ダメ|禁止"
)
_ASKS_NEED = re.compile(
    r"(?:必要|要り|要る|いり|いる|要し)(?:が|は)?(?:です|ます|でしょう|ある|あり|な|の|か|[?？])|(?:なければ|なくては|ないと)(?:なら|いけ|だめ)|(?:かかり|かかる|取られ|払う|払い)(?:ます)?(?:の|か|[?？])"
)
_OF_BEING = re.compile(r"(?:あり(?:ます|ません)|ある|ない|設け[^、。]{0,6})(?:の|ん|です|か|[?？。])*$")
# What introduces the list of what has to be handed in with something.
_HANDED_IN = re.compile(
    r"(?:書類|もの|資料)[^。]{0,8}(?:を|は|が)[^。]*(?:添え|添付|提出|必要|持|用意)|必要(?:な)?(?:書類|もの)|(?:提出|添付)書類"
)
_CLAIMED = frozenset({"以上", "以下", "以内", "未満", "超", "まで"})
_FREE = re.compile(r"無料|無償|かかりません|かからない|不要|負担(?:は)?(?:ない|ありません)")
_COSTS = re.compile(r"[0-9]円|有料|自己負担|実費")
# That money is what is needed, not what the thing is about: 「料金の値引きに申請は必要ですか」.
_OF_MONEY = re.compile(
    r"(?:お金|費用|料金|代金|手数料|送料|金額|[一-鿿]料)(?:は|が|も|を|って)?、?(?:別に|別途|[^、。はがも]{1,6}で)?(?:必要|要|いり|いる|かか|払|取ら|取り)|有料"
)
# What cannot both be said of one thing: the one denies the other.
_OPPOSITES = (
    ("廃止", "存続|継続|維持"), ("終了", "継続|延長"), ("中止", "実施|開催"), ("有料", "無料|無償|かかりません"), ("無料", "有料|[0-9]円"), ("赤字", "黒字"), ("黒字", "赤字"),
    ("不要", "必要"), ("増加", "減少|減っ"), ("減少", "増加|増え"), ("上昇", "低下|下降|減少"), ("低下", "上昇|増加"), ("据え置", "引き?上げ|引き?下げ|改定"), ("引上げ", "据え置|引き?下げ"),
    ("上回", "下回|届か|及ば|満た"), ("下回", "上回|超え"), ("超え", "下回|以下に|届か"), ("多い", "少な"), ("少ない", "多い|上回"), ("高い", "低い|下回"), ("低い", "高い|上回"), ("必須", "任意|不要"), ("任意", "必須|義務"), ("義務", "任意|努力"),
    ("拡大", "縮小"), ("縮小", "拡大"), ("公開", "非公開"), ("非公開", "(?<!非)公開"), ("可決", "否決"), ("否決", "可決"), ("新設", "廃止|統合"), ("延長", "短縮"), ("短縮", "延長"),
    ("先着", "抽選"), ("抽選", "先着"), ("早い者勝ち", "抽選"), ("後払い", "前払|概算払"), ("前払", "精算払|後払"), ("複数", "1者|1社|一者|一社|単独"), ("単独", "複数"),
)  # fmt: skip
_IS_NAME = re.compile(
    r"は、?(?P<claimed>[^は、。]{2,24}?)(?:氏|さん|様)?(?:です|でしょう|でした|なの(?:です)?)(?:か|よね)[?？。]*$"
)
_NAMED_KINDS = ("person", "office", "place")
_FOCUS = re.compile(r"(?P<focus>[一-鿿々ァ-ヴーA-Za-z]{2,12})(?:で|に|から|へ|を)?も(?!の|し)")
_ALLOWS = re.compile(
    r"可(?!能性|決)|認め(?:る|ます)|でき(?:る|ます)|受け付け(?:る|ます)|対象と(?:する|なる|なります)|含(?:む|みます)"
)
_DENIES = re.compile(r"不可|ない(?=[。)）]|$)|ません|対象外|除く|禁止|×")
_DIRECTION = re.compile(r"増|減|上が|下が|上昇|低下|伸び|改善|悪化|年度|前年")


@dataclass(frozen=True, slots=True)
class _Told:
    """A statement with what it says of a question: the points that it has to say, and those of them it does not."""

    question: Question
    claim: Claim
    values: Values
    statement: Statement
    needed: tuple[Point, ...]
    missing: tuple[Point, ...]

    @property
    def is_about(self) -> bool:
        """Whether it speaks of the question's thing: no telling noun is missing, and little altogether."""
        total = sum(point.weight for point in self.needed)
        lacking = sum(point.weight for point in self.missing)
        return bool(self.needed) and lacking <= _MOST_MISSING * total and not any(p.is_required for p in self.missing)

    @property
    def is_denied(self) -> bool:
        """Whether it denies what it speaks of; what it waives it denies where the question asks whether there is such a thing."""
        does = polarity(self.statement, self.claim)
        if does == "waive" and PERMITS.search(self.statement.text):
            return False
        return does == "out" or (does == "waive" and bool(_OF_BEING.search(asked_sentence(self.question))))


def verdict_on_told(question: Question, passages: Sequence[Passage], library: Library) -> Draft | None:
    """はい or いいえ with the statement that decides it; ``None`` where none does."""
    if not asks_whether(question):
        return None
    asked = asked_sentence(question)
    values = values_of(question)
    references = {summary.path: summary.metadata.date for summary in library.summaries}
    statements = _statements(question, passages, library)
    names = [name for name in question.scope_names if name]
    paths = {passage.path for passage in passages[:_CONSIDERED]}
    publishers = [" ".join(s.metadata.publishers) for s in library.summaries if s.path in paths]
    known = frozenset(words_of(" ".join(publishers)))
    written = " ".join(statement.text for statement in statements)
    claim = claim_of(question, names, known, written=written)
    is_negative = bool(_NEGATIVE.search(asked))
    for statement in sorted(statements, key=lambda statement: statement.is_exception):
        told = _told(question, claim, values, statement)
        for judge in _JUDGES:
            is_so = judge(told, references.get(statement.passage.path))
            if is_so is None:
                continue
            verdict = "はい" if is_so != is_negative else "いいえ"
            said = f"{verdict}、資料の記載は次のとおりです。{statement_of_passage(statement.passage)}{place_of(statement.passage)}"
            shown = (Said(said, statement.passage.evidence()),)
            return Draft("answered", shown, verdict, assumptions=question.assumptions, confidence="medium")
    return None


def _statements(question: Question, passages: Sequence[Passage], library: Library) -> list[Statement]:
    """The passages as statements, in their own order; without those of another service than the asked one."""
    near = passages[:_CONSIDERED]
    found = {
        (statement.passage.path, statement.passage.span.start): statement
        for path in dict.fromkeys(passage.path for passage in near)
        for statement in statements_of(path, library)
    }
    asked = normalize(question.text).text
    kept = {id(statement) for statement in of_asked_service(list(found.values()), asked)}
    found = {place: statement for place, statement in found.items() if id(statement) in kept}
    places = [(passage.path, passage.span.start) for passage in near]
    return [found[place] for place in places if place in found]


def _told(question: Question, claim: Claim, values: Values, statement: Statement) -> _Told:
    name = _claimed_name(question)
    slots = [(time.start, time.end) for time in find_times(claim.text)]
    slots += [(stage.start, stage.end) for stage in find_stages(claim.text)]
    if question.attribute is not None:
        slots += [match.span() for match in attribute(question.attribute).asked.finditer(claim.text)]
    needed = tuple(
        point
        for point in claim.points
        if not any(start < point.end and point.start < end for start, end in (*values.places, *slots))
        and not _LOOSE.fullmatch(point.surface)
        and not (name and point.surface in name)
    )
    around = f"{statement.text} {statement.above}"
    # What an answer is about its earlier sentences may say, never what it says of that.
    beside = statement.beside if statement.question else ""
    missing = tuple(
        point for point in needed if not point.is_in(around) and (point is needed[-1] or not point.is_in(beside))
    )
    return _Told(question, claim, values, statement, needed, missing)


# -- judges: whether it is so as the question says, without its own negation; ``None`` where a statement does not tell ---------


def _by_need(told: _Told, reference: str | None) -> bool | None:
    """Whether something has to be done, had or paid."""
    asked = asked_sentence(told.question)
    if not _ASKS_NEED.search(asked):
        return None
    start = max(asked.rfind(mark, 0, -8) for mark in ("、", "場合", "とき", "たら", "では"))
    lacking = sum(point.weight for point in told.missing)
    heads = {point.start for point in told.needed if point not in told.missing}
    for point in told.missing:
        is_of_another = (
            asked.startswith("の", point.end) and point.end + 1 in heads
        )  # 住民票の除票: the 除票 is asked for
        if point.is_required and point.start >= start and not is_of_another:
            return None
    if lacking > _MOST_OF_CASE * sum(point.weight for point in told.needed):
        return None
    text = told.statement.text
    if _OF_MONEY.search(asked):
        return False if _FREE.search(text) else True if _COSTS.search(text) else None
    claimed = [figure for figure in told.claim.figures if figure.value.bound in _CLAIMED]
    printed = list(figures_in(text))
    for figure in claimed:
        same = [other.value.value for other in printed if other.value.unit == figure.value.unit]
        if same and figure.value.value not in same:
            return False
    case = [figure for figure in told.claim.figures if figure not in claimed]
    fits = meets_bounds(case, text) if case else None
    if not shares_a_word(told.claim, f"{text} {told.statement.question}") or told.statement.is_out:
        return None  # another line under its heading, or a list of what is forbidden
    if WAIVES.search(text):
        return False
    if told.statement.aspect == "application" and _HANDED_IN.search(told.statement.passage.lead) and _is_named(told):
        return True
    if NEEDS.search(text) and says_own_case(told.claim, text):
        return fits is not False
    return None


def _is_named(told: _Told) -> bool:
    """Whether a statement names itself the last thing that is asked about."""
    return bool(told.needed) and told.needed[-1].is_in(told.statement.text)


def _by_order(told: _Told, reference: str | None) -> bool | None:
    """Whether one thing comes before the other as the question says."""
    asked = order_of(told.question)
    if not told.values.is_empty:
        return None  # how long before or after is asked
    if asked is None or any(point.is_required and not asked.covers(point.surface) for point in told.missing):
        return None
    return order_says(asked, told.statement.text, is_out=told.statement.is_out)


def _by_trend(told: _Told, reference: str | None) -> bool | None:
    risen = rose(told.question, told.statement.passage)
    missing = [point for point in told.missing if point.is_required and not _DIRECTION.search(point.surface)]
    return None if missing else risen


def _by_values(told: _Told, reference: str | None) -> bool | None:
    """Whether it prints the claimed figure, time or day, or another one of the kind."""
    if told.values.is_empty:
        return None
    passage = told.statement.passage
    text = told.statement.text
    if passage.cells and told.values.weekdays:
        under = [cell.text for cell in passage.cells if cell.label and cell.label in asked_sentence(told.question)]
        text = " ".join(under) or text
    text = current(text)
    met = meets(told.values, told.question, text, reference)
    if met is None and passage.section and meets(told.values, told.question, " ".join(passage.section), reference):
        met = True
    if met is None:
        return None
    block = " ".join((told.statement.beside, told.statement.above, text))
    missing = tuple(point for point in told.missing if not point.is_in(block))
    if not _Told(told.question, told.claim, told.values, told.statement, told.needed, missing).is_about:
        return None
    if not met and not _is_of_attribute(told.question, passage):
        return None  # another figure of another attribute corrects nothing
    denied = not told.values.is_enough and told.is_denied and is_bounded(told.values, text)
    return met != denied


def _is_of_attribute(question: Question, passage: Passage) -> bool:
    if question.attribute in {None, "amount", "kpi"}:
        return True
    return bool(attribute(question.attribute or "").written.search(" ".join((passage.text, passage.lead))))


def _by_name(told: _Told, reference: str | None) -> bool | None:
    """Whether it has the claimed name, or another of that kind."""
    claimed = _claimed_name(told.question)
    if claimed is None or not told.is_about:
        return None
    text = told.statement.text
    if claimed in text:
        return not told.is_denied
    kinds = [kind for kind in _NAMED_KINDS if values_of_kind(kind, "", claimed)] or ["person"]
    return False if any(values_of_kind(kind, "", text) for kind in kinds) else None


def _claimed_name(question: Question) -> str | None:
    """The name that a question puts forward behind 「は」: 石動 in 「座長は石動氏ですか」."""
    match = _IS_NAME.search(asked_sentence(question))
    if match is None or re.search(r"[0-9]", match["claimed"]):
        return None
    claimed = match["claimed"]
    return (
        claimed
        if any(values_of_kind(kind, "", claimed) for kind in _NAMED_KINDS) or question.asks == "person"
        else None
    )


def _by_words(told: _Told, reference: str | None) -> bool | None:
    """Whether it says all that the question says, or denies it."""
    if _ASKS_NEED.search(asked_sentence(told.question)) and not told.is_denied:
        return None  # that it is so does not say that it has to be
    right_above = " ".join((told.statement.text, *told.statement.passage.section[-1:]))
    if not told.values.is_empty or not told.needed or not any(p.is_in(right_above) for p in told.needed):
        return None
    if told.statement.passage.block.kind == "heading" and len(told.needed) < _NAME_AND_PREDICATE:
        return None  # a heading that names the thing says nothing of it
    if told.missing or not any(p.is_in(told.statement.text) for p in told.needed):
        if _says_opposite(told):
            return False
        return False if told.is_denied and told.is_about else None
    if _is_said_absent(told):
        return False
    agrees = _agrees(told, reference)
    return None if agrees is None else agrees and not told.is_denied


def _is_said_absent(told: _Told) -> bool:
    """Whether it names what is asked only among those absent: 「委員11名のうち9名（欠席：坂入委員）」."""
    absent = _ABSENT.search(told.statement.text)
    if absent is None or "出席" not in asked_sentence(told.question):
        return False
    return any(point.is_required and point.is_in(absent[0]) for point in told.needed)


def _agrees(told: _Told, reference: str | None) -> bool | None:
    """Whether no figure or time of the question is another one in the statement: 2010年度 where it has 2013年度, 250円 where it has 200円.

    ``None`` where the question has a number of which the statement has none of the kind.
    """
    text = current(told.statement.text)
    printed = list(figures_in(text))
    for figure in told.claim.figures:
        same = [other for other in printed if other.value.unit == figure.value.unit]
        if (
            same
            and meets_bounds((figure,), text) is not True
            and all(o.value.value != figure.value.value for o in same)
        ):
            return False
    times = find_times(text, reference)
    dated = [time for time in find_times(asked_sentence(told.question), reference) if _IS_DATED.search(time.printed)]
    for claimed in dated:
        same_kind = [time for time in times if time.precision == claimed.precision]
        if same_kind and not any(time.first <= claimed.first and claimed.last <= time.last for time in times):
            return claimed.printed in told.statement.above
    asked = [(figure.start, figure.end) for figure in told.claim.figures]
    asked += [(time.start, time.end) for time in find_times(told.claim.text, reference)]
    for number in _NUMBER.finditer(told.claim.text):
        if any(start < number.end() and number.start() < end for start, end in asked):
            continue
        if number[0] not in f"{text} {told.statement.above}":
            return False if re.search(rf"[0-9]{re.escape(number['unit'])}", text) else None
    return True


def _says_opposite(told: _Told) -> bool:
    """Whether all that is missing is a word whose opposite it says: 廃止 where it says 存続."""
    text, beside = told.statement.text, told.statement.beside
    opposed = [point for point in told.missing if _opposite_in(point.surface, text)]
    lacking = [p for p in told.missing if p not in opposed and p.weight >= TELLING and not p.is_in(beside)]
    return bool(opposed) and not lacking and len(told.missing) < len(told.needed)


def _opposite_in(surface: str, text: str) -> bool:
    return any(word in surface and re.search(opposite, text) for word, opposite in _OPPOSITES)


def _by_focus(told: _Told, reference: str | None) -> bool | None:
    """What it says at once of the one thing put forward with 「も」: 郵送は不可."""
    focus = _FOCUS.search(asked_sentence(told.question))
    lacking = sum(point.weight for point in told.missing)
    if focus is None or not told.values.is_empty or lacking > _HALF * sum(point.weight for point in told.needed):
        return None
    said = re.search(rf"{re.escape(focus['focus'])}(?P<behind>[^。]{{0,{_AT_ONCE}}})", told.statement.text)
    if said is None:
        return None
    denied, allowed = _DENIES.search(said["behind"]), _ALLOWS.search(said["behind"])
    return None if not denied and not allowed else not denied


def _by_membership(told: _Told, reference: str | None) -> bool | None:
    """That it is the list, or the definition, without what is asked; or that it is not alone."""
    count = len(told.missing)
    if not told.values.is_empty or not 0 < count <= max(1, len(told.needed) // 2) or count == len(told.needed):
        return None
    text = told.statement.text
    asked = asked_sentence(told.question)
    surfaces = "|".join(re.escape(point.surface) for point in told.missing)
    if re.search(rf"(?:{surfaces}).{{0,2}}(?:だけ|のみ|しか)", asked) and not _ONLY.search(text):
        return False
    is_list = len(re.findall(r"[・、]", text)) >= 1 or told.statement.passage.block.kind == "item"
    are_names = all(re.fullmatch(r"[一-鿿々ァ-ヴーA-Za-z0-9()]{2,}", point.surface) for point in told.missing)
    return False if _MEMBERSHIP.search(asked) and is_list and are_names else None


_JUDGES: tuple[Callable[[_Told, str | None], bool | None], ...] = (
    _by_order, _by_need, _by_trend, _by_values, _by_name, _by_words, _by_focus, _by_membership,
)  # fmt: skip
