"""What was understood of a question, as chips to change or take away: each is the question asked again in other words.

Invariant: an offered value is one that the documents state of the same programme, or another programme of the same document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from policy_qa.types import Answer, Change, Fact, Slot, Understood, Viewer
from ui.chat.wording import ChatWords, chat_words
from ui.render import join, prose
from ui.service import Service
from ui.shell import pieces

_MOST_OPTIONS = 8
_REIWA = 2018


@dataclass(frozen=True, slots=True)
class Option:
    """A value to choose, and the question that asks with it; ``alone`` leaves the earlier questions out of it."""

    label: str
    question: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """One slot as it was read, what else it can be, and the question without it."""

    slot: str
    value: str
    options: tuple[Option, ...] = ()
    removal: Option | None = None


def chips(answer: Answer, service: Service, viewer: Viewer, words: ChatWords) -> list[Chip]:
    """The chips of an answered question; none where nothing of it was read into a slot."""
    read = answer.understood
    facts = [
        fact for name in read.programs for fact in service.facts(viewer=viewer, program=name) if fact.program == name
    ]
    found = [
        *(_programme(name, answer, service, viewer, words) for name in read.programs),
        *_of_facts(
            "fiscal_year", read.fiscal_years, (fact.fiscal_year for fact in facts), answer, service, viewer, words
        ),
        *_of_facts("stage", read.stages, (fact.stage for fact in facts), answer, service, viewer, words),
    ]
    asked = words.asked_of.get(read.attribute or "") or words.asked_of.get(read.intent)
    if asked and found:
        found.append(Chip(words.slots["attribute"], asked, tuple(_other_aspects(asked, read.programs, facts, words))))
    return found


def show_chips(found: Sequence[Chip], words: ChatWords) -> Markup:
    """The chips as markup; nothing where there are none."""
    if not found:
        return Markup("")
    return Markup(
        '<section class="understood"><h3>{}</h3><ul class="slot-chips">{}</ul><p class="meta">{}</p></section>'
    ).format(words.understood, join(_chip(chip, words) for chip in found), words.understood_hint)


def named(read: Understood, words: ChatWords) -> str:
    """In one line what was read of a question; empty where nothing was."""
    asked = words.asked_of.get(read.attribute or "") or words.asked_of.get(read.intent)
    years = (_year_called(year, words) for year in read.fiscal_years)
    stages = (words.stages[stage] for stage in read.stages if stage != "other")
    said = (*read.programs, *years, *stages, *([asked] if asked else []))
    return words.joined.join(said) if read.programs or read.fiscal_years else ""


def _year_called(year: int, words: ChatWords) -> str:
    """A fiscal year as officials write it: by its era from 令和2年度 on, else by its Gregorian year."""
    return words.year_value.format(year=year - _REIWA) if year > _REIWA + 1 else words.year_western.format(year=year)


def _programme(name: str, answer: Answer, service: Service, viewer: Viewer, words: ChatWords) -> Chip:
    """The programme, with those that stand nearest to it in the cited documents."""
    places = {citation.path: citation.start for citation in answer.citations}
    budgets = [
        fact for fact in service.facts(viewer=viewer, kind="budget") if fact.path in places and not fact.is_total
    ]
    budgets.sort(key=lambda fact: abs(fact.start - places[fact.path]))
    others = list(dict.fromkeys(fact.program for fact in budgets if fact.program and fact.program != name))
    return _chip_of("program", name, others, answer, service, viewer, words)


def _of_facts(
    slot: Slot,
    read: Sequence[int | str],
    stated: Iterable[int | str | None],
    answer: Answer,
    service: Service,
    viewer: Viewer,
    words: ChatWords,
) -> Iterator[Chip]:
    """A chip for each value that was read; where none was, one that is not said yet if the documents state several."""
    values = sorted({value for value in stated if value is not None and value != "other"}, key=str, reverse=True)
    for value in read:
        others = [str(other) for other in values if other not in read]
        yield _chip_of(slot, str(value), others, answer, service, viewer, words)
    if not read and len(values) > 1 and answer.understood.intent == "budget":
        yield _chip_of(slot, "", [str(value) for value in values], answer, service, viewer, words)


def _chip_of(
    slot: Slot, value: str, others: Sequence[str], answer: Answer, service: Service, viewer: Viewer, words: ChatWords
) -> Chip:
    offered = others[:_MOST_OPTIONS]
    changes = [Change(slot, value, other) for other in offered]
    if not value:
        options = [Option(_called(slot, other, words), _said_first(slot, other, answer)) for other in offered]
        return Chip(words.slots[slot], words.not_said, tuple(options))
    *reworded, without = service.reworded(answer.question, [*changes, Change(slot, value)], viewer=viewer)
    options = [
        Option(_called(slot, other, words), said or _said_first(slot, other, answer))
        for other, said in zip(offered, reworded, strict=True)
    ]
    # What the question itself does not say came from the conversation: it goes with that.
    removal = Option(words.take_away, without or answer.question, alone=True)
    return Chip(words.slots[slot], _called(slot, value, words), tuple(options), removal)


def _said_first(slot: Slot, value: str, answer: Answer) -> str:
    """The question with the value in front of it: questions are Japanese, whatever the screens speak."""
    return f"{_called(slot, value, chat_words('ja'))}の{answer.question}"


def _called(slot: Slot, value: str, words: ChatWords) -> str:
    if slot == "fiscal_year":
        return _year_called(int(value), words)
    return next((called for stage, called in words.stages.items() if slot == "stage" and stage == value), value)


def _other_aspects(asked: str, programs: Sequence[str], facts: Sequence[Fact], words: ChatWords) -> Iterator[Option]:
    """What else the documents state of the one programme that was asked about."""
    if len(programs) != 1:
        return
    stated = {fact.aspect for fact in facts if fact.aspect}
    names = [called for aspect, called in words.aspects.items() if aspect in stated]
    if any(fact.kind == "budget" for fact in facts):
        names.insert(0, "予算額")
    for name in names:
        if name != asked:
            yield Option(name, words.follow_aspect.format(program=programs[0], aspect=name))


def _chip(chip: Chip, words: ChatWords) -> Markup:
    label = Markup('<span class="slot">{}</span> <span class="value">{}</span>').format(chip.slot, prose(chip.value))
    shown = label
    if chip.options:
        listed = join(
            Markup("<li>{}</li>").format(
                pieces.button(
                    prose(option.label), "submit", {"question": option.question, "alone": option.alone}, "option"
                )
            )
            for option in chip.options
        )
        shown = Markup("<details><summary>{}</summary><ul>{}</ul></details>").format(label, listed)
    removal = Markup("")
    if chip.removal is not None:
        removal = pieces.button(
            "×",
            "submit",
            {"question": chip.removal.question, "alone": chip.removal.alone},
            "remove",
            aria_label=words.take_away_of.format(slot=chip.slot, value=chip.value),
        )
    return Markup('<li class="slot-chip">{}{}</li>').format(shown, removal)
