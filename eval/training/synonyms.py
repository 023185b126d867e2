"""Words of everyday speech and the words official text uses for them: the table ``policy_qa.retrieval.synonyms`` reads.

    npm pack sudachi-synonyms-dictionary && tar xzf sudachi-synonyms-dictionary-*.tgz
    python -m eval.training.synonyms --dictionary package/sudachi-synonyms-dictionary.json --data ../shared/data

Compiled from the Sudachi synonym dictionary (Works Applications, Apache-2.0). A group of it gives pairs: from each word that the
dictionary lets widen a search to each other word of the group that official text uses, as ``word_frequencies.tsv.gz`` counts it. Left out are

- names (firms, people, places, products), slips and abbreviations of one or two letters,
- single characters and numbers,
- foreign words in Latin letters that are no short name (AI stays, ability does not),
- pairs of words that laws both use: to a law 許可 and 認可, 申請 and 届出, 費用 and 手数料 are two things,
- the way from a word to one that official text uses less: 女性 needs no ウーマン,
- kinds of programmes, plans and budget stages (補助金 and 交付金): one programme's answer never stands in for its neighbour's,
- words of years and sums, which are read as slots.

Writes ``src/policy_qa/retrieval/synonyms.tsv.gz``: ``terms of the word<TAB>terms for it``, both parted by blanks. Deterministic.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from eval.training.word_frequencies import law_paragraphs
from policy_qa.japanese.dates import find_times
from policy_qa.japanese.numerals import parse_number
from policy_qa.japanese.stages import find_stages
from policy_qa.japanese.terms import COMPOUND
from policy_qa.japanese.tokens import index_terms
from policy_qa.japanese.vocabulary import PROGRAM_ENDINGS
from policy_qa.retrieval.words import informativeness, is_common

OUTPUT = Path("src/policy_qa/retrieval/synonyms.tsv.gz")
_NAMES = frozenset(
    {"企業名", "旧企業名", "人名", "地名", "国名", "大学名", "店名", "キャラ", "単位", "色", "音楽", "スポーツ", "組織名", "旧組織名", "不快", "商品"}
)  # fmt: skip
# Kinds of official things: each is what it is called.
KINDS = frozenset(
    {*PROGRAM_ENDINGS, "計画", "構想", "戦略", "方針", "案", "法律", "条例", "規則", "要綱", "通知", "告示", "決定", "省", "庁", "局", "課"}
)  # fmt: skip
_AGGREGATES = re.compile(r"合計|総計|総額|小計|累計|平均|前年|昨年|来年|今年|差|割合|比率|倍|最[大小高低多少]")
_KANA = re.compile(r"[ぁ-んー]+")
_LEAST_KANA = 4
_PARAGRAPHS = 40_000
_IN_LAWS = 40  # paragraphs of law that make a word one of theirs
_LONGEST = 3  # terms
_SAYS_SOMETHING = 2.3  # 行う and 有する stand everywhere: they cover nothing
_LESS_USED = 0.5  # of informativeness: a word may be a little rarer than the one it stands for


def main() -> None:
    """Compiles and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dictionary", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments = parser.parse_args()
    in_laws = counted_in_laws(arguments.data / "train")
    pairs: defaultdict[str, set[str]] = defaultdict(set)
    for group in json.loads(arguments.dictionary.read_text(encoding="utf-8")):
        for word, others in _pairs(group["items"], in_laws):
            pairs[word].update(others)
    lines = [f"{word}\t{' '.join(sorted(others))}\n" for word, others in sorted(pairs.items())]
    with OUTPUT.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write("".join(lines).encode())
    print(f"{len(lines):,} words, {OUTPUT.stat().st_size:,} bytes")


def _pairs(items: list[dict[str, Any]], in_laws: Counter[str]) -> Iterator[tuple[str, list[str]]]:
    """For each word of a group that may widen a search: its terms, and those of the other words."""
    if any(_NAMES.intersection(item["bunya"]) for item in items):
        return
    words = [item for item in items if item["expandControl"] != 2 and "間違い" not in item["gokeiSyubetsu"]]
    terms = {item["midashi"]: _terms(item["midashi"]) for item in words}
    if any(item["midashi"] in KINDS for item in words):
        return
    for item in words:
        own = terms[item["midashi"]]
        if not own or item["expandControl"] == 1:
            continue
        others = {
            COMPOUND.join(terms[other["midashi"]])
            for other in words
            if _is_way_to(own, terms[other["midashi"]], in_laws) and not _KANA.fullmatch(other["midashi"])
        }
        if others:
            yield " ".join(own), sorted(others)


def _terms(word: str) -> list[str]:
    """The terms of a word without its compounds; none for one that must not be exchanged."""
    if len(word) < 2 or (len(word) < _LEAST_KANA and _KANA.fullmatch(word)):
        return []  # MeCab reads short kana by themselves as many things
    if re.fullmatch(r"[A-Z]|.*[a-z].*|.*[0-9].*", word) or is_slot(word):
        return []
    terms = [term for term in index_terms(word) if COMPOUND not in term and ":" not in term]
    return terms if len(terms) <= _LONGEST else []


def is_slot(word: str) -> bool:
    """Whether a word is read as a year, a stage, a number or a sum, and so must be taken as it is."""
    found = parse_number(word) is not None or find_times(word) or find_stages(word) or _AGGREGATES.search(word)
    return bool(found)


def _is_way_to(own: list[str], other: list[str], in_laws: Counter[str]) -> bool:
    """Whether official text uses the other word, and uses it for what the first one says."""
    if not 1 <= len(other) <= 2 or set(own) & set(other) or not all(map(is_common, other)):
        return False
    if len("".join(other)) == 1 or max(map(informativeness, other)) < _SAYS_SOMETHING:
        return False
    if is_of_law(own, in_laws) and is_of_law(other, in_laws):
        return False
    return max(map(informativeness, other)) <= max(map(informativeness, own)) + _LESS_USED


def is_of_law(terms: list[str], in_laws: Counter[str]) -> bool:
    """Whether laws use a word: then it is one thing, and its neighbour another."""
    return in_laws[COMPOUND.join(terms)] >= _IN_LAWS


def counted_in_laws(folder: Path) -> Counter[str]:
    """How many paragraphs of laws have each term."""
    counted: Counter[str] = Counter()
    for paragraph in islice(law_paragraphs(folder), _PARAGRAPHS):
        counted.update(set(index_terms(paragraph[:600])))
    return counted


if __name__ == "__main__":
    main()
