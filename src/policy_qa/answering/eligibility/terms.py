"""Answers from what a programme's terms are: its rate, ceiling and floor by case, and lists of who and what it is for.

Owns the choice of facts for such a question. Invariant: a rate or amount of one case (枠, 類型, 区分) is never given for another; a list is whole,
and what is shut out is shown with it, marked as such.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from policy_qa.answering.draft import Draft, Statement, place_of_fact, together
from policy_qa.answering.eligibility.deadlines import deadline, flow
from policy_qa.answering.eligibility.owners import of_programmes, title_and_programmes, words_of
from policy_qa.answering.eligibility.wording import fact_text
from policy_qa.answering.library import Library
from policy_qa.answering.wording import abstain
from policy_qa.facts.eligibility.aspects import ANNOUNCES
from policy_qa.japanese.negation import NEGATING_PREFIXES, says_plainly
from policy_qa.japanese.normalize import fold, normalize
from policy_qa.japanese.tokens import term_set
from policy_qa.retrieval.attributes import attribute
from policy_qa.retrieval.question import Question
from policy_qa.retrieval.words import content_words, informativeness
from policy_qa.types import Aspect, Fact

_TYPED: dict[str, Aspect] = {"rate": "rate", "ceiling": "ceiling", "floor": "floor"}
_PAID = re.compile(
    r"いくら(?:まで|ぐらい|くらい)?(?:もら|受け取|支給|助成|補助|借り|出)|(?:支給|助成|補助|交付|融資|貸付)額|何円(?:もら|支給|助成|補助)|単身(?:だと|なら|の場合は)?いくら|(?:だと|なら|の場合は)いくら"
)
_WRITTEN_AS: dict[str, re.Pattern[str]] = {
    "rate": re.compile(
        r"(?:補助|助成|交付|負担)(?:金の)?(?:率|割合)|(?:分の[0-9一二三四五]|[0-9]/[0-9]|[0-9]割|[0-9]%)(?:以内)?(?:を(?:補助|助成|支給)|の額|以内)"
    ),
    "ceiling": re.compile(r"上限|限度|円(?:以内|まで)|最大"),
    "floor": re.compile(r"下限|最低(?:額|でも)"),
}
_LABELS = {"rate": "補助率", "ceiling": "上限額", "floor": "下限額"}
_MOST_NEAREST = 2
_SHORTEST_ENDING = 3
_SHORTEST_BEGINNING = 4
_CASE_WORD = re.compile(r"[枠型類]|場合|コース|区分|メニュー")
# How a question asks for a list of an aspect; the first that fits wins.
_LISTED: tuple[tuple[Aspect, str, re.Pattern[str]], ...] = tuple(
    (aspect, label, re.compile(pattern))  # type: ignore[misc]
    for aspect, label, pattern in (
        ("excluded", "対象外", r"対象外|対象(?:と|に)(?:なら|でき)ない(?:もの|人|者|方|経費|費用|事業|の|[一-鿿]{2,4})(?:は|を|って|に|が|[?？]|$)|使えない(?:もの|経費|の)|除外"),
        ("cost", "対象経費", r"対象(?:と(?:なる|する))?(?:経費|費用)|(?:どんな|どのような|どういう|何の)(?:経費|費用|もの)(?:に|が|は)|何に使え"),
        ("applicant", "対象者", r"(?:どんな|どのような|どういう|どういった)(?:人|方|者|団体|世帯|事業者|企業|会社|自治体|組織)(?:が|なら|は|に|です|でしょう|[?？])|誰が(?:申請|応募|利用|もら|受け|対象)|対象者|(?:応募|申請)(?:資格|できる(?:人|方|者|の))|対象(?:は|って)(?:誰|だれ)"),
        ("application", "提出書類", r"(?:必要|提出|添付|申請|応募)(?:な|の|する|すべき)?書類|(?:添え|添付す|付け)る書類|書類(?:は|には)?(?:何|どんな|どのような)|何を(?:提出|添付|用意)|持ち物|(?:持って|もって)(?:い|行)[くけっ][^、。]{0,6}(?:もの|物|書類)|(?:申請|手続き?|応募)に(?:必要な|要る)(?:もの|物)|何(?:を|が)(?:持って|必要)"),
        ("requirement", "要件", r"(?:補助|交付|支給|申請|応募|助成)?(?:要件|条件)(?:は|を|って|に)"),
    )
)  # fmt: skip
_DOCUMENT = re.compile(r"印鑑|印かん|書|写し|票|証|様式|資料|名簿|図面?|写真|通帳|計画")
# What may stand beside the programme without narrowing the list.
_GENERAL = re.compile(
    r"補助|助成|交付|支給|申請|応募|事業|制度|支援|利用|対象|書類|一覧|締切|期限|期間|期日|公募|募集|受付|提出|報告|実績|完了|資金|流れ|主体|実施|条件|要件|資格|市|県|国|町|村|区"
)
_TELLING = 3.5
_MOST_LISTED = 20
_MOST_EXCLUSIONS = 6


def answer_from_terms(question: Question, library: Library) -> Draft | None:
    """The answer from eligibility facts of the programme a question names; ``None`` when this is no such question."""
    if question.operation is not None:
        return None
    if question.is_check:
        return None
    facts = of_programmes(library.eligibility, question, library)
    if facts and not _is_narrowed(question, normalize(question.text).text, (0, 0), library):
        found = flow(question, facts) or deadline(question, facts)
        if found is not None:
            return found
    several = _several_typed(question, library)
    if several is not None:
        return several
    aspect = _TYPED.get(question.attribute or "") or _asked_amount(question)
    if aspect is not None:
        return _typed(aspect, question, library) if question.asks in {"rate", "money", "text", "quantity"} else None
    text = normalize(question.text).text
    for listed, label, pattern in _LISTED:
        asking = pattern.search(text)
        if asking:
            return (
                None
                if _is_narrowed(question, text, asking.span(), library)
                else _list(listed, label, question, library)
            )
    return None


def _several_typed(question: Question, library: Library) -> Draft | None:
    """The rate with the ceiling or the floor where a question asks for both in one breath: 「補助率と上限額は」."""
    text = normalize(question.search_text).text
    asked = [name for name in _TYPED if attribute(name).asked.search(text)]
    if len(asked) < 2 or question.attribute not in asked:
        return None
    parts = [_typed(_TYPED[name], replace(question, attribute=name, asks="text"), library) for name in asked]
    answered = [
        _labelled(part, attribute(name).label)
        for name, part in zip(asked, parts, strict=True)
        if part is not None and part.status == "answered"
    ]
    return together(answered) if len(answered) == len(asked) else None


def _labelled(draft: Draft, label: str) -> Draft:
    """One value said with what it is; a list of cases says so itself."""
    first, *others = draft.statements
    if draft.is_list:
        return draft
    return replace(draft, statements=(replace(first, text=f"{label}は{first.text}"), *others))


def _asked_amount(question: Question) -> Aspect | None:
    """「いくらもらえますか」, 「支給額は？」: the amount that is paid, which documents write as its upper end."""
    is_asked = question.asks == "money" and _PAID.search(normalize(question.search_text).text)
    return "ceiling" if is_asked and not question.fiscal_years and not question.stages else None


def _typed(aspect: Aspect, question: Question, library: Library) -> Draft | None:
    """The one value of the case that is named, else a line for each case."""
    is_named = question.attribute in _TYPED
    label = attribute(question.attribute or "").label if is_named else "支給額"
    text = normalize(question.search_text).text
    asking = attribute(question.attribute or "").asked.search(text) if is_named else _PAID.search(text)
    if not question.programs and _is_narrowed(question, text, asking.span() if asking else (0, 0), library):
        return None
    terms = of_programmes(library.eligibility, question, library)
    every = [fact for fact in terms if fact.aspect == aspect]
    if not every and terms and is_named:
        return _missing(label, aspect, terms, question, library)
    if not every or len({fact.path for fact in every}) > 1:
        return None
    named = of_named_case(every, question)
    if not named:
        return None
    if len({(fact.subject, fact.printed) for fact in named}) == 1:
        return _one(named[0], label, question)
    plain = [fact for fact in named if fact.subject is None]
    if plain and not (len({fact.printed for fact in plain}) == 1 and len({fact.quote for fact in named}) == 1):
        return None
    lines = [Statement(f"・{fact.subject or label}：{_value(fact)}", (place_of_fact(fact),)) for fact in named]
    return _draft(f"{label}は次のとおりです。", lines, named, question)


def _missing(label: str, aspect: Aspect, terms: Sequence[Fact], question: Question, library: Library) -> Draft | None:
    """That a programme's documents do not say what is asked, with the neighbours they do say; ``None`` where they have the word."""
    words = _WRITTEN_AS[aspect]
    if any(words.search(normalize(library.document(path).text).text) for path in {fact.path for fact in terms}):
        return None
    others = sorted(
        (fact for fact in terms if fact.aspect in _TYPED.values() and fact.aspect != aspect),
        key=lambda fact: (fact.aspect == "rate") == (aspect != "rate"),
    )
    near = others[:_MOST_NEAREST]
    if not near:
        return None
    said = "、".join(f"{_LABELS[fact.aspect or '']}（{_with_case(fact)}）" for fact in near)
    message = f"{label}は資料にありません。記載があるのは{said}です。"
    return abstain("attribute_missing", message, question, nearest=tuple(dict.fromkeys(map(place_of_fact, near))))


def _list(aspect: Aspect, label: str, question: Question, library: Library) -> Draft | None:
    """Every item of an aspect, and what is shut out, in the document's order."""
    every = of_programmes(library.eligibility, question, library)
    items = _items([fact for fact in every if fact.aspect == aspect])
    if aspect == "application":
        items = [fact for fact in items if _DOCUMENT.search(fact_text(fact)) or _is_in_a_list(fact, items)]
    if not items or len({fact.path for fact in items}) > 1:
        return None
    subjects = {fact.subject for fact in items if fact.subject}
    if subjects and _CASE_WORD.search(question.text):
        narrowed = [fact for fact in items if fact.subject is not None and fold(fact.subject) in fold(question.text)]
        if not narrowed:
            return None
        items = narrowed
    shown = items[:_MOST_LISTED]
    lines = [Statement(f"・{_with_case(fact)}", (place_of_fact(fact),)) for fact in shown]
    exclusions = [] if aspect == "excluded" else _items([fact for fact in every if fact.aspect == "excluded"])
    exclusions = [fact for fact in exclusions if fact.section == items[0].section][:_MOST_EXCLUSIONS]
    lines += [Statement(f"・（対象外）{fact_text(fact)}", (place_of_fact(fact),)) for fact in exclusions]
    return _draft(f"{label}は次のとおりです。", lines, (*shown, *exclusions), question)


def _is_in_a_list(fact: Fact, items: Sequence[Fact]) -> bool:
    """Whether a term stands under the heading of a list of documents, no sentence and no office."""
    of_heading = [other for other in items if other.section == fact.section and _DOCUMENT.search(fact_text(other))]
    text = normalize(fact_text(fact)).text
    return len(of_heading) > 1 and not re.search(r"ます$|ください$|こと$|課$|係$|窓口|センター", text)


def _draft(lead: str, lines: Sequence[Statement], facts: Sequence[Fact], question: Question) -> Draft:
    first = Statement(f"{lead}\n{lines[0].text}", lines[0].evidence)
    short = "、".join(dict.fromkeys(_with_case(fact) for fact in facts if fact.aspect == facts[0].aspect))
    return Draft(
        "answered", (first, *lines[1:]), short if len(short) <= 100 else None, assumptions=question.assumptions,
        confidence="high", is_list=True, facts=tuple((fact, place_of_fact(fact)) for fact in facts),
    )  # fmt: skip


def _one(fact: Fact, label: str, question: Question) -> Draft:
    of = f"{fact.subject}の" if fact.subject else ""
    statement = Statement(
        f"{_value(fact)}です。{of}{label}の記載：{fact_text(fact, whole=True)}。", (place_of_fact(fact),)
    )
    return Draft(
        "answered", (statement,), _value(fact), assumptions=question.assumptions, confidence="high",
        facts=((fact, place_of_fact(fact)),),
    )  # fmt: skip


def _items(facts: Sequence[Fact]) -> list[Fact]:
    """The facts that are items themselves, each wording once; sentences that only announce a list are none."""
    found: dict[str, Fact] = {}
    for fact in facts:
        text = fact_text(fact)
        if not ANNOUNCES.search(text):
            found.setdefault(fold(text), fact)
    return list(found.values())


def _is_narrowed(question: Question, text: str, asking: tuple[int, int], library: Library) -> bool:
    """Whether the question asks for less than the whole list: 「所得の要件」, 「施設の改修に使える経費」."""
    taken = fold("".join(f"{match.written or ''}{match.name}" for match in question.topics))
    facts = of_programmes(library.eligibility, question, library)
    named = words_of(" ".join(title_and_programmes(facts, library)))
    return any(
        word.is_noun
        and word.lemma not in named
        and not asking[0] <= word.start < asking[1]
        and fold(word.surface) not in taken
        and not _CASE_WORD.search(word.surface)
        and not _GENERAL.search(word.surface)
        and informativeness(word.lemma) >= _TELLING
        and not question.text[: word.start].endswith(tuple("「『"))
        for word in content_words(text)
        if not _CASE_WORD.match(text, word.end)
    )


def of_named_case(facts: Sequence[Fact], question: Question) -> list[Fact]:
    """The facts of the case that the question names, the newest turn before earlier ones; all of them where it names none.

    Empty where the question speaks of a case that is none of theirs: another place may have it.
    """
    subjects = {fact.subject for fact in facts if fact.subject}
    for text in (question.text, question.search_text):
        asked, terms = fold(text), term_set(normalize(text).text)
        named = {subject for subject in subjects if says_plainly(fold(subject), asked)}
        named = named or {subject for subject in subjects if term_set(subject) <= terms}
        named = named or {
            subject for subject in subjects if " " in subject and says_plainly(fold(subject.split(" ")[0]), asked)
        }
        named = named or _by_ending(subjects, asked) or _by_beginning(subjects, asked)
        if named:
            return [fact for fact in facts if fact.subject in named]
    if len({fact.section for fact in facts}) > 1 or _CASE_WORD.search(question.text):
        return []
    return list(facts)


def _by_ending(subjects: set[str], asked: str) -> set[str]:
    """The one case whose last words a question says: 市民税課税世帯 for 「課税世帯では」."""
    said: dict[str, int] = {}
    for subject in subjects:
        name = fold(subject)
        for start in range(1, len(name) - _SHORTEST_ENDING + 1):
            if name[start - 1] not in NEGATING_PREFIXES and says_plainly(name[start:], asked):
                said[subject] = len(name) - start
                break
    longest = {subject for subject, length in said.items() if length == max(said.values())}
    return longest if len(longest) == 1 else set()


def _by_beginning(subjects: set[str], asked: str) -> set[str]:
    """The one case whose first words a question says: 準中型免許の取得 for 「準中型免許を取る」, what stands in brackets behind it apart."""
    said: dict[str, int] = {}
    for subject in subjects:
        name = fold(subject)
        length = next(
            (end for end in range(len(name), _SHORTEST_BEGINNING - 1, -1) if says_plainly(name[:end], asked)), 0
        )
        if length:
            said[subject] = length
    longest = {subject for subject, length in said.items() if length == max(said.values())}
    return longest if len(longest) == 1 else set()


def _with_case(fact: Fact) -> str:
    if fact.aspect in _TYPED.values():
        return f"{fact.subject}：{_value(fact)}" if fact.subject else _value(fact)
    text = fact_text(fact)
    return f"{fact.subject}：{text}" if fact.subject and fact.subject not in text else text


def _value(fact: Fact) -> str:
    """A rate or an amount with what bounds it, as printed."""
    printed = normalize(fact.printed).text.strip()
    behind = normalize(fact.quote).text.partition(printed)[2]
    return f"{printed}{fact.qualifier}" if fact.qualifier and behind.startswith(fact.qualifier) else printed
