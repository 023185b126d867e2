"""MeCab words (the only importer of fugashi) with exact offsets, and the terms of the keyword index made of them.

Invariant: ``text[token.start:token.end] == token.surface``; tokens are in order, do not overlap and leave out
nothing but blanks and control characters. Threads: whoever analyses takes a tagger for that long (MeCab keeps one lattice per tagger) and puts it
back for the next, in whichever thread: what a tagger maps of the dictionary stays mapped when it is thrown away, and servers have ever new threads.
A tagger is opened when none is free, so forked processes are safe.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import unidic_lite
from fugashi import GenericTagger

from policy_qa.japanese.characters import PROTECTED, changed_in
from policy_qa.japanese.normalize import Normalized, normalize
from policy_qa.japanese.old_characters import modern
from policy_qa.japanese.terms import ALNUM_RUN, COMPOUND, alnum_terms, is_sign, value_terms, word_term

# A line a word: the word with the blanks before it, its lemma, its part of speech. Asking for no more than is used is
# what makes this fast: reading every feature of every word takes three times as long.
_LINES = (r"%M\t%f[7]\t%f[0]-%f[1]\n", r"%M\t\t%f[0]-%f[1]\n")
_COUNT = (".", ".")  # a sign a word: a third of the time goes into writing the lines
_READING = ("%f[9]", "%m")

# MeCab counts the bytes of a word and of its blanks in 16 bits, and a short lattice stays in the processor's cache.
_PIECE = 4000
_PIECE_LOOK_BACK = 1500
_PIECE_ENDS = ("\n", "。", "｡", "、", "､", " ")

# NUL would end the text for MeCab, the other controls would break the lines of its output; every kind
# of blank becomes the one that it drops, so that no word is a blank.
_BLANKS = dict.fromkeys(
    (*range(0x21), *range(0x7F, 0xA1), 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000), " "
)
_OTHER_BLANK = re.compile("[" + "".join(re.escape(chr(code)) for code in _BLANKS if code != 0x20) + "]")
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")

# Stands between the terms of two sentences; being a blank, it is none to the keyword index.
SENTENCE_END = "\n"
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]*")

# One word each in either width, wherever they stand.
_MARKS = frozenset("（）［］｛｝：；！？")
_SENTENCES_KEPT = 1024  # those of a chunk, several times

_NOTHING, _WORD, _MEMBER, _ALNUM = range(4)
_EMPTY_WORDS = frozenset({"助詞", "助動詞"})
_COMPOUND_WORDS = frozenset({"名詞", "接頭辞", "接尾辞", "形状詞", "記号", "補助記号"})
_KNOWN_LIMIT = 200_000


# The taggers that nobody uses at the moment, by what they print.
_free: dict[tuple[str, str], deque[GenericTagger]] = {}


class Token(NamedTuple):
    """One MeCab word. ``lemma`` is its dictionary form, or the surface of a word that is in no dictionary."""

    surface: str
    lemma: str
    part_of_speech: str
    start: int
    end: int


def analyze(text: str) -> list[Token]:
    """The MeCab words of ``text`` with their places in it; blanks and control characters are no words."""
    tokens: list[Token] = []
    append = tokens.append
    for piece_start, piece in pieces(text):
        position = piece_start
        for line in tagged_lines(piece):
            blanks_and_word, lemma, part_of_speech = line.split("\t")
            position += len(blanks_and_word)
            word = blanks_and_word.lstrip(" ")
            start = position - len(word)
            surface = text[start:position]
            append(Token(surface, plain_lemma(lemma) or surface, part_of_speech, start, position))
    return tokens


def count(text: str) -> int:
    """The number of MeCab words in ``text``: ``len(analyze(text))`` without making them."""
    return sum(len(_parse(_plain(piece), _COUNT)) for _, piece in pieces(text))


def count_by_sentence(text: str) -> int:
    """The number of MeCab words in the sentences and lines of ``text``, each analysed by itself.

    What was analysed for it is kept for ``body_terms``, which is asked for next where texts are cut to size.
    """
    return sum(map(_words_of, _SENTENCE.findall(text)))


def reading(text: str) -> str:
    """How ``text`` is read, in katakana; a word that is in no dictionary stands as it is written."""
    return _parse(text.translate(_BLANKS)[:_PIECE], _READING)


def is_in_dictionary(word: str) -> bool:
    """Whether ``word`` is one word of the dictionary."""
    lines = tagged_lines(word)
    return len(lines) == 1 and bool(lines[0].split("\t")[1])


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """``text`` cut where words end, as ``(start, piece)``, each short enough to be analysed at once."""
    start = 0
    while start < len(text):
        end = _piece_end(text, start)
        yield start, text[start:end]
        start = end


def tagged_lines(piece: str) -> list[str]:
    """One line a word, ``blanks and word<TAB>lemma<TAB>part of speech``; the lemma is empty for an unknown word."""
    output = _parse(_plain(piece), _LINES)
    return output.split("\n") if output else []


def index_terms(text: str) -> list[str]:
    """The terms of ``text`` for the keyword index and for queries alike, in order, with repetitions.

    Words are lemmas, old characters as they are written today; Latin words and numbers are whole; neighbours inside a compound also stand joined by
    ``COMPOUND``; after the words come the amounts, fiscal years and dates by value (``yen:160000000000``, ``fy:2026``,
    ``month:2026-05``, ``date:2025-12-23``). Particles, auxiliaries and signs are left out.
    """
    return _analysed(text).terms


def body_terms(text: str) -> list[str]:
    """``index_terms`` of each sentence and line of ``text``, with ``SENTENCE_END`` between them."""
    terms: list[str] = []
    for sentence in _SENTENCE.findall(text):
        found = _kept(sentence).terms
        if found:
            terms += found if not terms else [SENTENCE_END, *found]
    return terms


@lru_cache(maxsize=16_384)
def term_set(text: str) -> frozenset[str]:
    """The index terms of a short text, kept: headings come with every line below them, lines with every question near them."""
    return frozenset(index_terms(text))


class _Analysed(NamedTuple):
    """A sentence's index terms, and the number of its words: of the normal form, and so of the sentence where both have the same ones."""

    terms: list[str]
    words: int
    keeps_words: bool


def _analysed(text: str) -> _Analysed:
    terms: list[str] = []
    values: list[str] = []
    words = 0
    keeps_words = True
    for _, piece in pieces(text):
        normal = normalize(piece)
        written_today = modern(normal.text)
        lines = tagged_lines(written_today)
        words += len(lines)
        keeps_words = keeps_words and written_today == normal.text and _keeps_words(normal)
        _add_word_terms(lines, terms)
        values += value_terms(normal)
    return _Analysed(terms + values, words, keeps_words)


@lru_cache(maxsize=_SENTENCES_KEPT)
def _kept(sentence: str) -> _Analysed:
    return _analysed(sentence)


@lru_cache(maxsize=_SENTENCES_KEPT)
def _words_of(sentence: str) -> int:
    analysed = _kept(sentence)
    return analysed.words if analysed.keeps_words else count(sentence)


def _keeps_words(normal: Normalized) -> bool:
    """Whether a text has the words of its normal form; a wide １ is another word to the dictionary than a 1."""
    if normal.text == normal.original:
        return True
    return normal.keeps_places and changed_in(normal.original) <= _MARKS


def _add_word_terms(lines: list[str], terms: list[str]) -> None:
    append = terms.append
    run = ""  # Latin letters and digits that stand together
    previous = ""  # the member of a compound that the next word may continue
    for term, kind, after_blank in map(_known.__getitem__, lines):
        if kind == _ALNUM:
            if after_blank:
                _end_run(run, previous, terms)
                run, previous = term, ""
            else:
                run += term
            continue
        if run:
            previous = _end_run(run, previous, terms)
            run = ""
        if not term:
            previous = ""
            continue
        append(term)
        if kind == _WORD:
            previous = ""
            continue
        if previous and not after_blank:
            append(f"{previous}{COMPOUND}{term}")
        previous = term
    if run:
        _end_run(run, previous, terms)


def _end_run(run: str, previous: str, terms: list[str]) -> str:
    """Adds the terms of a finished run; returns it as the member of a compound if it is one word with a letter."""
    found = alnum_terms(run)
    terms += found
    if not found or run.lower() != found[0] or not any(map(str.isalpha, run)):
        return ""
    if previous:
        terms.append(f"{previous}{COMPOUND}{found[0]}")
    return found[0]


class _Known(dict[str, tuple[str, int, bool]]):
    """What each line of MeCab output adds to the index; the vocabulary of a corpus is small, its lines repeat."""

    def __missing__(self, line: str) -> tuple[str, int, bool]:
        if len(self) >= _KNOWN_LIMIT:
            self.clear()
        blanks_and_word, lemma, part_of_speech = line.split("\t")
        surface = blanks_and_word.lstrip(" ")
        main, _, second = part_of_speech.partition("-")
        entry = self[line] = (*_term_of(surface, lemma, main, second), blanks_and_word[0] == " ")
        return entry


def _term_of(surface: str, lemma: str, main: str, second: str) -> tuple[str, int]:
    if ALNUM_RUN.fullmatch(surface):
        return surface, _ALNUM
    if main in _EMPTY_WORDS or is_sign(surface):
        return "", _NOTHING
    if surface in PROTECTED or second == "固有名詞":
        return surface, _MEMBER  # UniDic's lemma of a name is its reading, which many names share
    term = word_term(plain_lemma(lemma) or surface)
    return term, _MEMBER if main in _COMPOUND_WORDS and second != "数詞" else _WORD


def plain_lemma(lemma: str) -> str:
    """A UniDic lemma without the note that follows a hyphen (トマト-tomato, 円-助数詞)."""
    return lemma.partition("-")[0] or lemma


def _piece_end(text: str, start: int) -> int:
    end = start + _PIECE
    if end >= len(text):
        return len(text)
    for mark in _PIECE_ENDS:
        place = text.rfind(mark, end - _PIECE_LOOK_BACK, end)
        if place >= 0:
            return place + 1
    return end


def _plain(piece: str) -> str:
    """``piece`` with the one kind of blank that MeCab drops in the place of every other, and of controls."""
    piece = piece.replace("\n", " ")
    return piece.translate(_BLANKS) if _OTHER_BLANK.search(piece) else piece


def _parse(sentence: str, wanted: tuple[str, str]) -> str:
    """What MeCab prints of a sentence: ``wanted`` for a word, and for one that is in no dictionary."""
    free = _free.setdefault(wanted, deque())
    try:
        tagger = free.pop()
    except IndexError:
        known, unknown = wanted
        arguments = f'-r /dev/null -d "{unidic_lite.DICDIR}" -O "" -F "{known}" -U "{unknown}" -E ""'
        tagger = GenericTagger(arguments)
    try:
        output: str = tagger.parse(sentence)
    except UnicodeEncodeError:  # a lone surrogate is no character; its place is kept
        output = tagger.parse(sentence.translate(_SURROGATES))
    free.append(tagger)
    return output


_known = _Known()
