"""Makes the vocabulary: whole words as MeCab cuts them, in a Unigram tokenizer that is whole in its ``tokenizer.json``.

Invariant: no character vanishes. A word that is not in the vocabulary falls into shorter words and single characters, and what
the texts never held into UTF-8 bytes, each a token of its own.

MeCab is needed here only. The tokenizer finds the same words by their frequencies (the most probable way to cut a text), in
text that was folded (NFKC, lower case) and cut at blanks and punctuation. Forms of one word (走る 走っ, 申込み 申し込み) are
tokens that share a row of vectors: the one of their dictionary form.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from policy_qa.japanese.tokens import pieces, plain_lemma, tagged_lines

UNKNOWN = "<unk>"
BYTES = [f"<0x{value:02X}>" for value in range(256)]
_NUMBER = re.compile(r"[0-9]+")
_LONGEST_NUMBER = 4  # characters: years are one token
_SEEN = 5  # times a character outside of JIS level 1 has to be seen

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A tokenizer, its tokens by id, how often each was met, and the row of vectors it shares with the other forms of its word."""

    tokenizer: Tokenizer
    tokens: list[str]
    counts: Ids
    words: list[str]
    row_of: Ids

    def rows_of(self, texts: Sequence[str]) -> list[Ids]:
        """The rows of each text."""
        encodings = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [self.row_of[np.array(encoding.ids, dtype=np.int64)] for encoding in encodings]

    def shares(self) -> NDArray[np.float64]:
        """The share of each row among all words met."""
        met = np.bincount(self.row_of, weights=self.counts, minlength=len(self.words))
        return np.asarray(met / met.sum(), dtype=np.float64)

    def forms(self) -> list[list[str]]:
        """The tokens of each row."""
        forms: list[list[str]] = [[] for _ in self.words]
        for token, row in zip(self.tokens, self.row_of, strict=True):
            forms[row].append(token)
        return forms


def fold(text: str) -> str:
    """``text`` as the tokenizer sees it."""
    return unicodedata.normalize("NFKC", text).lower()


def make_vocabulary(texts: Iterable[str], sayings: Sequence[str], size: int, longest: int) -> Vocabulary:
    """The ``size`` most common words, numbers and characters of ``texts``, none longer than ``longest`` characters.

    The words of ``sayings`` are in, however rare they are in ``texts``.
    """
    counts: Counter[str] = Counter()
    lemmas: dict[str, Counter[str]] = defaultdict(Counter)
    characters: Counter[str] = Counter()
    folded = list(map(fold, texts))
    said = _lines_of(map(fold, sayings))
    for line, times in (_lines_of(folded) + said).items():
        word, lemma = _form_and_word(line)
        if len(word) <= longest and not _NUMBER.fullmatch(word):
            counts[word] += times
            lemmas[word][lemma] += times
    for text in folded:
        counts.update(run for run in _NUMBER.findall(text) if len(run) <= _LONGEST_NUMBER)
        characters.update(text)
    wanted = {_form_and_word(line)[0] for line in said} & counts.keys()
    alphabet = dict.fromkeys(_everyday_characters())
    alphabet |= dict.fromkeys(one for one, times in characters.items() if times >= _SEEN and not one.isspace())
    long = [word for word, _ in counts.most_common() if len(word) > 1]
    long.sort(key=lambda word: word not in wanted)  # the wanted first, else as they were: the most common first
    chosen = [*alphabet, *long[: size - len(BYTES) - 1 - len(alphabet)]]
    scored = _scored(chosen, counts)
    words = [lemmas[token].most_common(1)[0][0] if token in lemmas else token for token, _ in scored]
    rows = {word: row for row, word in enumerate(dict.fromkeys(words))}
    return Vocabulary(
        tokenizer=_tokenizer(scored),
        tokens=[token for token, _ in scored],
        counts=np.array([counts[token] for token, _ in scored]),
        words=list(rows),
        row_of=np.array([rows[word] for word in words]),
    )


def _lines_of(texts: Iterable[str]) -> Counter[str]:
    """How often MeCab gives each line, ``blanks and word<TAB>lemma<TAB>part of speech``."""
    lines: Counter[str] = Counter()
    for text in texts:
        for _, piece in pieces(text):
            lines.update(tagged_lines(piece))
    return lines


def _form_and_word(line: str) -> tuple[str, str]:
    """A form as written, and what all forms of its word have in common.

    Names stay as written: UniDic's lemma of a name is its reading, which many names share.
    """
    written, lemma, part_of_speech = line.split("\t")
    form = written.lstrip(" ")
    return form, form if not lemma or "固有名詞" in part_of_speech else fold(plain_lemma(lemma))


def _scored(chosen: Sequence[str], counts: Counter[str]) -> list[tuple[str, float]]:
    """Each token with the logarithm of its share, the bytes below them all."""
    total = sum(counts.values())
    never = math.log(0.3 / total) - 2  # a character that is no word: spelling costs more than any word does
    known = [(token, math.log(counts[token] / total) if counts[token] else never) for token in chosen]
    return [(UNKNOWN, 0.0), *known, *((byte, never - 10) for byte in BYTES)]


def _tokenizer(scored: list[tuple[str, float]]) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram(scored, unk_id=0, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    # Short pieces are found again in the tokenizer's cache: cutting at punctuation makes it half again as fast.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Punctuation("isolated")]
    )
    return tokenizer


def _everyday_characters() -> list[str]:
    """Kana, letters, digits and the 2,965 kanji of JIS level 1: rows 4, 5 and 16 to 47 of JIS X 0208."""
    cells = [bytes([0xA0 + row, 0xA0 + cell]) for row in (4, 5, *range(16, 48)) for cell in range(1, 95)]
    folded = map(fold, [*map(chr, range(0x21, 0x7F)), *"".join(cell.decode("euc_jp", "ignore") for cell in cells)])
    return [one for one in folded if len(one) == 1]
