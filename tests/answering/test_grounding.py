"""What holds for every answer: markers, verbatim quotes, grounded numbers, length; and that a bad draft is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_qa.answering import answerer
from policy_qa.answering.budgets import figures
from policy_qa.answering.compose import compose
from policy_qa.answering.draft import Draft, Evidence, Statement
from policy_qa.answering.grounding.formulas import calculations
from policy_qa.answering.grounding.ground import problems
from policy_qa.answering.library import Library
from policy_qa.answering.wording import MORE_CONDITIONS
from policy_qa.japanese.amounts import find_amounts
from policy_qa.japanese.dates import find_times
from policy_qa.judging import load_questions
from policy_qa.judging.comparison import ungrounded
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.topics import Topics
from policy_qa.service import PolicyQA
from policy_qa.types import Answer, Document, Fact, Viewer
from tests.answering.offices import BUDGET, INVITATION, PLAN
from tests.conftest import ROOT
from tests.texts import document_of

OWNER = Viewer.local_owner()


# -- a draft that is refused ---------------------------------------------------------------------------------------------


class Shelf(Library):
    """A library of three documents that are not in an index."""

    def __init__(self, budgets: tuple[Fact, ...] = ()) -> None:
        self._texts = {
            "budget.md": document_of(BUDGET),
            "invitation.txt": document_of(INVITATION),
            "plan.md": document_of(PLAN),
        }
        self.__dict__["budgets"] = budgets
        self.__dict__["eligibility"] = ()
        self.__dict__["topics"] = Topics.of([fact.program for fact in budgets if fact.program], [])

    def document(self, path: str) -> Document:
        return self._texts[path]


def evidence(
    quote: str, text: str = INVITATION, path: str = "invitation.txt", section: tuple[str, ...] = ()
) -> Evidence:
    start = text.index(quote)
    return Evidence(path, start, start + len(quote), quote, section)


CEILING = evidence("補助上限額　２００万円")
ROW = evidence("| 離島航路維持事業 | 12,000 | 10,000 | 500 |", BUDGET, "budget.md", ("令和8年度 海洋庁予算案の概要",))
FACT = Fact(
    "budget", "budget.md", ROW.start, ROW.end, ROW.quote, "12,000", "離島航路維持事業", 2026, "initial", 12_000_000_000
)


def draft(text: str, *places: Evidence, computed: bool = False) -> Draft:
    return Draft("answered", (Statement(text, places, computed),))


@pytest.mark.parametrize(
    "text",
    ["補助上限額は200万円です。", "補助上限額は２００万円です。", "上限額はあります。"],
)
def test_a_draft_that_says_what_is_quoted_passes(text: str) -> None:
    assert problems(draft(text, CEILING), Shelf()) == []


@pytest.mark.parametrize(
    "text",
    [
        "補助上限額は300万円です。",
        "補助上限額は200万円（令和8年度）です。",
        "補助上限額は20万円です。",
        "補助上限額は2,000万円です。",
    ],
)
def test_a_draft_with_a_number_that_is_in_no_quote_is_refused(text: str) -> None:
    assert problems(draft(text, CEILING), Shelf())


def test_a_draft_without_evidence_is_refused() -> None:
    assert problems(draft("補助金があります。"), Shelf())


def test_a_quote_that_is_not_the_text_there_is_refused() -> None:
    for wrong in (
        replace(CEILING, start=CEILING.start + 1, end=CEILING.end + 1),
        replace(CEILING, quote="補助上限額　９００万円"),
    ):
        assert problems(draft("補助上限額があります。", wrong), Shelf())


def test_an_abstention_with_a_wrong_quote_is_refused_too() -> None:
    wrong = replace(CEILING, quote="補助上限額　９００万円")
    assert problems(replace(draft("ありません。", wrong), status="abstained"), Shelf())


def test_a_figure_of_a_table_may_be_said_in_yen_and_a_year_may_stand_in_the_heading() -> None:
    assert problems(draft("令和8年度の離島航路維持事業は120億円です。", ROW), Shelf((FACT,))) == []
    assert problems(draft("令和9年度の離島航路維持事業は120億円です。", ROW), Shelf((FACT,)))


def test_a_calculation_needs_its_operands_in_the_quotes() -> None:
    right = "20億円の増です（120億円 − 100億円 = 20億円）。"
    older = replace(FACT, printed="10,000", fiscal_year=2025, amount_yen=10_000_000_000)
    assert problems(draft(right, ROW, computed=True), Shelf((FACT, older))) == []
    assert problems(draft(right.replace("100億円", "110億円"), ROW, computed=True), Shelf((FACT, older)))


# -- names, restrictions, calculations -----------------------------------------------------------------------------------

PLAN_PATH = "plan.md"
GRANT = evidence("- 対象：児童福祉法に基づく事業者（個人を除く。）", PLAN, PLAN_PATH, ("1 担い手育成応援補助金",))
RATE = evidence("- 補助率：2分の1以内", PLAN, PLAN_PATH, ("1 担い手育成応援補助金",))
USE = evidence(
    "令和7年度は12団体が利用した。令和8年度は20団体を見込む。", PLAN, PLAN_PATH, ("2 こども食堂開設支援事業",)
)
FOOD = evidence(
    "令和8年度当初予算額　3,500万円（令和7年度当初予算額　3,000万円）", PLAN, PLAN_PATH, ("2 こども食堂開設支援事業",)
)
NEW, OLD = (
    Fact("budget", PLAN_PATH, FOOD.start, FOOD.end, FOOD.quote, printed, "こども食堂開設支援事業", year, "initial", yen)
    for printed, year, yen in (("3,500万円", 2026, 35_000_000), ("3,000万円", 2025, 30_000_000))
)
SHELF = Shelf((NEW, OLD))
CALCULATED = (
    "500万円の増です（令和8年度当初予算のこども食堂開設支援事業 3,500万円 − 令和7年度当初予算のこども食堂開設支援事業 3,000万円 = 500万円、"
    "500万円 ÷ 3,000万円 = 16.7%）。"
)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("児童福祉法に基づく事業者が対象です（個人を除く）。", GRANT),
        ("対象は児童福祉法に基づく事業者で、個人は対象外です。", GRANT),
        ("補助率は2分の1以内です。", RATE),
        ("令和8年度は20団体の見込みです。", USE),
        ("令和8年度当初予算のこども食堂開設支援事業は3,500万円です。", FOOD),
        ("担い手育成応援補助金の補助率は50％以内です。", RATE),
        ("「児童福祉法に基づく事業者（個人を除く。）」が該当します。", GRANT),
    ],
)
def test_what_is_said_in_other_words_passes_when_it_says_the_same(text: str, place: Evidence) -> None:
    assert problems(draft(text, place), SHELF) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("児童福祉法に基づく事業者が対象です。", GRANT),  # the exclusion
        ("対象：児童福祉法に基づく事業者（個人を含む。）。", GRANT),
        ("補助率は2分の1です。", RATE),  # the bound
        ("令和8年度は20団体が利用した。", USE),  # what was only expected
        ("令和7年度は20団体を見込む。", USE),  # another year's figure
        ("老人福祉法に基づく事業者が対象です（個人を除く）。", GRANT),  # another law
        ("担い手育成推進補助金の補助率は2分の1以内です。", RATE),  # another name
        ("山田太郎氏に聞けば、補助率は2分の1以内です。", RATE),  # a person
        ("「こども食堂推進要綱」により、補助率は2分の1以内です。", RATE),  # a title
        ("補助率：3分の1以内。", RATE),
        ("令和7年度当初予算のこども食堂開設支援事業は3,500万円です。", FOOD),  # the year beside it
        ("令和8年度補正予算のこども食堂開設支援事業は3,500万円です。", FOOD),  # another stage
        ("令和8年度当初予算のこども食堂開催支援事業は3,500万円です。", FOOD),  # a slip in the name
    ],
)  # fmt: skip
def test_a_name_a_bound_or_a_restriction_that_differs_from_the_source_is_refused(text: str, place: Evidence) -> None:
    assert problems(draft(text, place), SHELF)


def test_a_calculation_that_is_right_passes() -> None:
    assert problems(draft(CALCULATED, FOOD, computed=True), SHELF) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("= 500万円、", "= 600万円、"),
        ("16.7%", "16.6%"),
        ("500万円の増", "500万円の減"),
        ("500万円の増", "600万円の増"),
        ("事業 3,000万円 =", "事業 3,100万円 ="),
        ("令和7年度当初予算の", "令和6年度当初予算の"),
        ("÷ 3,000万円", "÷ 3,500万円"),
        ("こども食堂開設支援事業 3,500万円", "放課後居場所づくりプロジェクト 3,500万円"),
    ],
)
def test_a_calculation_with_one_wrong_piece_is_refused(right: str, wrong: str) -> None:
    assert right in CALCULATED
    # A slip in the first name alone leaves the second: both have to be the programme's.
    text = CALCULATED.replace(right, wrong)
    if "放課後" in wrong:
        text = CALCULATED.replace("こども食堂開設支援事業", "放課後居場所づくりプロジェクト")
    assert problems(draft(text, FOOD, computed=True), SHELF)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**6), st.integers(1, 10**6), st.booleans(), st.integers(1, 10**6))
def test_sums_and_differences_are_worked_out_again(first: int, second: int, adds: bool, slip: int) -> None:
    result = first + second if adds else first - second
    sign = "+" if adds else "−"
    shown = f"A事業 {figures.yen(first)} {sign} B事業 {figures.yen(second)} = "
    (right,) = calculations(shown + figures.yen(result))
    assert right.holds()
    (wrong,) = calculations(shown + figures.yen(result + slip))
    assert not wrong.holds()


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_rates_are_worked_out_again_to_their_last_digit(part: int, whole: int) -> None:
    tenths = int(Fraction(part, whole) * 1000 + Fraction(1, 2))
    for slip in (0, 1):
        shown = f"A {part:,}円 ÷ B {whole:,}円 = {(tenths + slip) // 10}.{(tenths + slip) % 10}%"
        (found,) = calculations(shown)
        assert found.holds() == (slip == 0)


def test_an_abstention_names_only_what_was_asked_or_is_there() -> None:
    question = Question(
        "令和9年度の海底探査事業は？", "令和9年度の海底探査事業は？", "budget", "money", fiscal_years=(2027,)
    )
    shelf = Shelf((FACT,))
    good = Draft(
        "abstained",
        (Statement("令和9年度の「海底探査事業」の額は資料にありません。記載があるのは令和8年度当初予算です。"),),
        reason="year_missing",
    )
    assert problems(good, shelf, question) == []
    for wrong in (
        "記載があるのは令和5年度当初予算です。",
        "近いものは35億円です。",
        "「宇宙探査事業」の額は資料にありません。",
        "海中探査事業はありません。",
    ):
        assert problems(replace(good, statements=(Statement(wrong),)), shelf, question), wrong


# -- figures -------------------------------------------------------------------------------------------------------------


@given(st.integers(-(10**15), 10**15))
def test_yen_as_written_are_read_back(value: int) -> None:
    (mention,) = find_amounts(figures.yen(value))
    assert mention.yen == value


@given(st.integers(1989, 2060))
def test_a_fiscal_year_as_written_is_read_back(year: int) -> None:
    (mention,) = find_times(figures.fiscal_year(year))
    assert mention.fiscal_years == (year,)


@pytest.mark.parametrize(
    ("value", "written"),
    [(163_900_000_000, "1,639億円"), (-39_800_000_000, "▲398億円"), (1_370_000_000, "13.7億円"), (3_200_000_000_000, "3兆2,000億円"), (5_426_000, "542万6,000円"), (0, "0円")],
)  # fmt: skip
def test_yen_are_written_as_documents_write_them(value: int, written: str) -> None:
    assert figures.yen(value) == written


# -- every question ------------------------------------------------------------------------------------------------------

BAD_MARKER = re.compile(r"\[(?!\d+\])")


def assert_holds(answer: Answer, service: PolicyQA) -> None:
    assert answer.status in {"answered", "abstained", "clarify"}
    assert answer.answer.strip()
    markers = [int(number) for number in re.findall(r"\[(\d+)\]", answer.answer)]
    assert set(markers) == {citation.marker for citation in answer.citations}
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    hashes = {summary.path: summary.sha256 for summary in service.documents(viewer=OWNER)}
    for citation in answer.citations:
        assert citation.quote
        assert citation.quote == service.text(citation.path, viewer=OWNER)[citation.start : citation.end]
        assert citation.document_sha256 == hashes[citation.path]
    for fact in answer.facts:
        assert fact.citation in markers
    if answer.status == "answered":
        assert answer.citations
        assert answer.reason is None
        grounds = [text for citation in answer.citations for text in (citation.quote, *citation.section)]
        known = {abs(fact.amount_yen) for fact in answer.facts if fact.amount_yen is not None}
        said, _, _ = answer.answer.partition("=") if "=" in answer.answer else (answer.answer, "", "")
        said = said.partition("（")[2] if "=" in answer.answer else said  # what leads a calculation is its result
        loose = [text for text in ungrounded(said, grounds) if abs(find_amounts(text)[0].yen) not in known]
        assert loose == []
        is_list = "\n" in answer.answer
        assert len(answer.answer) <= 400 or is_list, len(answer.answer)
    else:
        assert answer.reason
        assert answer.short_answer is None


def questions(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for question in load_questions(ROOT / "eval" / "questions" / f"{name}.jsonl")[0]:
        yield question.question, question.turns


@pytest.mark.parametrize(("name", "fixture"), [("seed", "seed"), ("other-fictitious", "fictitious")])
def test_every_answer_to_every_question_holds(name: str, fixture: str, request: pytest.FixtureRequest) -> None:
    service: PolicyQA = request.getfixturevalue(fixture)
    wrong = []
    for question, turns in questions(name):
        answer = service.ask(question, viewer=OWNER, turns=turns, log=False)
        try:
            assert_holds(answer, service)
        except AssertionError as error:
            wrong.append((question, answer.answer, str(error).splitlines()[:1]))
    assert wrong == []


# -- good drafts, and good drafts corrupted -------------------------------------------------------------------------------


class Recorder:
    """Every draft that passed the checks while questions were answered, and what was refused."""

    def __init__(self) -> None:
        self.passed: list[tuple[Draft, Library]] = []
        self.refused: list[list[str]] = []

    def __call__(self, drafted: Draft, library: Library, question: Question | None = None) -> list[str]:
        wrong = problems(drafted, library, question)
        if wrong:
            self.refused.append(wrong)
        elif drafted.status == "answered":
            self.passed.append((drafted, library))
        return wrong


NAMES = ("中央環境保全整備事業", "南部広域連携推進協議会", "文化財総合保存計画", "海洋資源循環機構")


@pytest.fixture(scope="module")
def recorded(seed: PolicyQA, fictitious: PolicyQA) -> Recorder:
    recorder = Recorder()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(answerer, "problems", recorder)
        for name, service in (("seed", seed), ("other-fictitious", fictitious)):
            for question, turns in questions(name):
                service.ask(question, viewer=OWNER, turns=turns, log=False)
    return recorder


def test_no_draft_of_the_question_sets_is_refused(recorded: Recorder) -> None:
    assert recorded.refused == []
    assert len(recorded.passed) > 150


def _refused(recorded: Recorder, corrupt: Callable[[Statement], str | None]) -> tuple[int, list[str]]:
    """How many statements could be corrupted, and the corrupted ones that were not refused."""
    count, missed = 0, []
    for drafted, library in recorded.passed:
        for number, statement in enumerate(drafted.statements):
            text = corrupt(statement)
            if text is None or text == statement.text:
                continue
            count += 1
            statements = list(drafted.statements)
            statements[number] = replace(statement, text=text)
            if not problems(replace(drafted, statements=tuple(statements)), library):
                missed.append(text)
    return count, missed


@settings(max_examples=8, deadline=None)
@given(place=st.integers(0, 50), shift=st.integers(1, 9))
def test_an_amount_with_another_digit_is_refused(recorded: Recorder, place: int, shift: int) -> None:
    def corrupt(statement: Statement) -> str | None:
        amounts = find_amounts(statement.text)
        if not amounts:
            return None
        amount = amounts[place % len(amounts)]
        digits = [at for at in range(amount.start, amount.end) if statement.text[at] in "0123456789"]
        if not digits:
            return None
        at = digits[place % len(digits)]
        return statement.text[:at] + str((int(statement.text[at]) + shift) % 10) + statement.text[at + 1 :]

    count, missed = _refused(recorded, corrupt)
    assert count > 50
    assert missed == []


def _is_true(text: str, facts: Sequence[Fact]) -> bool:
    """Whether the year that a figure was moved to had the same figure by chance."""
    return any(
        fact.program is not None
        and fact.program in text
        and any(fact.amount_yen == amount.yen for amount in find_amounts(text))
        and any(fact.fiscal_year in mention.fiscal_years for mention in find_times(text))
        for fact in facts
    )


@settings(max_examples=4, deadline=None)
@given(shift=st.sampled_from([1, -1, 3, 9]))
def test_a_fiscal_year_that_is_shifted_is_refused(recorded: Recorder, shift: int) -> None:
    def corrupt(statement: Statement) -> str | None:
        match = re.search(r"令和([0-9]+)年度(?=[^（）]*は)", statement.text)
        if match is None or int(match[1]) + shift < 1 or not find_amounts(statement.text):
            return None
        return statement.text[: match.start(1)] + str(int(match[1]) + shift) + statement.text[match.end(1) :]

    count, missed = _refused(recorded, corrupt)
    assert count > 30
    known = [fact for _, library in recorded.passed[:1] for fact in library.budgets]
    assert [text for text in missed if not _is_true(text, known)] == []


@settings(max_examples=4, deadline=None)
@given(name=st.sampled_from(NAMES))
def test_a_name_that_is_not_cited_is_refused(recorded: Recorder, name: str) -> None:
    def corrupt(statement: Statement) -> str | None:
        return re.sub(r"[一-鿿ァ-ヴー]{3,}(?:事業|交付金|補助金)", name, statement.text, count=1)

    count, missed = _refused(recorded, corrupt)
    assert count > 50
    assert missed == []


@pytest.mark.parametrize(
    "word",
    ["以内", "未満", "対象外(?!です|：)", "ただし、", r"(?:を|は)除く", r"(?<=し)ない", r"(?:見込み|予定)", "に限る"],
)
def test_a_restricting_word_that_is_dropped_is_refused(recorded: Recorder, word: str) -> None:
    _, missed = _refused(recorded, lambda statement: re.sub(word, "", statement.text, count=1))
    assert missed == []


def test_the_restricting_words_are_there_to_be_dropped(recorded: Recorder) -> None:
    count, _ = _refused(
        recorded, lambda statement: re.sub("以内|未満|対象外|ただし、|しない", "", statement.text, count=1)
    )
    assert count > 3


# -- putting statements together --------------------------------------------------------------------------------------------


def composed(*statements: Statement, is_list: bool = False) -> Answer:
    question = Question("補助金は？", "補助金は？", "other", "text")
    return compose(Draft("answered", statements, is_list=is_list), question, Shelf(), identity=None)


def test_statements_are_left_out_whole_and_a_condition_among_them_is_announced() -> None:
    long = Statement("補助上限額は200万円です。" + "あ" * 340 + "。", (CEILING,))
    plain = Statement("使い道は広い。" * 8, (CEILING,))
    condition = Statement("ただし、市税を滞納している者は対象外です。" * 3, (CEILING,))
    assert composed(long, plain).answer == f"{long.text}[1]"
    told = composed(long, plain, condition).answer
    assert told == f"{long.text}[1]{MORE_CONDITIONS}[1]"
    assert len(told) <= 400
    assert composed(long, replace(plain, is_condition=True)).answer.endswith(f"{MORE_CONDITIONS}[1]")


@given(st.lists(st.integers(5, 180), min_size=1, max_size=8), st.lists(st.booleans(), min_size=8, max_size=8))
def test_an_answer_keeps_to_its_length_and_never_hides_a_condition(lengths: list[int], conditions: list[bool]) -> None:
    statements = [
        Statement("あ" * length + "。", (CEILING,), is_condition=limits)
        for length, limits in zip(lengths, conditions, strict=False)
    ]
    told = composed(*statements).answer
    assert len(told) <= 400
    shown = re.sub(r"\[\d+\]", "", told).replace(MORE_CONDITIONS, "")
    everything = "".join(statement.text for statement in statements)
    assert everything.startswith(shown)
    assert shown.endswith("。")
    hidden = [s for n, s in enumerate(statements) if sum(len(o.text) for o in statements[: n + 1]) > len(shown)]
    assert (MORE_CONDITIONS in told) == any(statement.is_condition for statement in hidden)


def test_a_long_list_says_how_many_lines_are_left_out() -> None:
    items = [Statement(f"・項目{number}", (CEILING,)) for number in range(100)]
    lines = composed(*items, is_list=True).answer.split("\n")
    assert lines[-1] == "・ほか40件（出典を確認してください）"
    assert len(lines) == 61
    whole = composed(Statement("一覧：" + "".join(f"\n・項目{n}" for n in range(100)), (CEILING,)), is_list=True).answer
    assert whole.split("\n")[-1] == "・ほか41件（出典を確認してください）"
    assert "ほか" not in composed(*items[:60], is_list=True).answer


PIECES = ["令和8年度", "予算", "港湾再生交付金", "離島航路維持事業", "の", "は", "？", "いくら", "補助率", "いつ", "誰", "以外", "合計", "差", "何％", "飲食費", "対象", "ですか", "一覧", "使用料", "120億円", "①", "|", "[1]", " ", "\n", "、"]  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=10).map("".join),
    st.lists(st.sampled_from(["では前年度は？", "港湾再生交付金の予算は？"]), max_size=2),
)
def test_any_question_is_answered_or_abstained_from(offices: PolicyQA, question: str, turns: list[str]) -> None:
    if question.strip():
        assert_holds(offices.ask(question, viewer=OWNER, turns=turns, log=False), offices)


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(str.strip))
def test_any_text_as_a_question_is_no_error(offices: PolicyQA, question: str) -> None:
    assert_holds(offices.ask(question, viewer=OWNER, log=False), offices)
