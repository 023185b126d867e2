"""How people say it and how official documents write it: the table ``policy_qa.retrieval.everyday`` reads.

    python -m eval.training.everyday --data ../shared/data

Compiles ``eval/training/everyday/*.tsv``, a vocabulary of this project written field by field, into terms of the keyword index, so that nothing has to
be analysed when the program starts. A line is ``sayings<TAB>official words``, both parted by 「、」; sayings are in dictionary form. Left out are

- sayings of more than four words, or of nothing but one or two kana, which MeCab reads as many things,
- official words that stand everywhere: they would find everything,
- pairs of words that laws both use, see ``synonyms``,
- kinds of official things (補助金, 計画, 条例) and words of years, stages and sums as sayings: each is what it is called.

Writes ``src/policy_qa/retrieval/everyday.tsv.gz``: ``terms of the saying<TAB>terms of the official words``, parted by blanks. Deterministic.
"""

from __future__ import annotations

import argparse
import gzip
import re
from collections import defaultdict
from pathlib import Path

from eval.training.synonyms import KINDS, counted_in_laws, is_of_law, is_slot
from policy_qa.japanese.normalize import normalize
from policy_qa.japanese.terms import COMPOUND
from policy_qa.japanese.tokens import index_terms
from policy_qa.retrieval.synonyms import saying
from policy_qa.retrieval.words import informativeness

SOURCES = Path("eval/training/everyday")
OUTPUT = Path("src/policy_qa/retrieval/everyday.tsv.gz")
_SHORT_KANA = re.compile(r"[ぁ-んー]{1,2}")
_NOUN = re.compile(r"[一-鿿]{2,}")
_LONGEST = 4  # terms
_SAYS_SOMETHING = 2.3  # 行う and 有する stand everywhere: they cover nothing
_PAIR_SAYS = 3.6  # nor do 補助金 and 対象外
_KATAKANA = re.compile(r"[ァ-ヴー]+")


def main() -> None:
    """Compiles and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    in_laws = counted_in_laws(parser.parse_args().data / "train")
    pairs: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for path in sorted(SOURCES.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            said, official = line.split("\t")
            written = [term for word in official.split("、") for term in _official(word)]
            for words in said.split("、"):
                key = _said(words)
                own = key.split(" ")
                is_one_thing = bool(_NOUN.fullmatch(words)) and is_of_law(own, in_laws)
                others = (
                    term
                    for term in written
                    if not (is_one_thing and is_of_law([term], in_laws)) and not _is_sister(term, own)
                )
                pairs[key].update(dict.fromkeys(term for term in others if term not in own))
    lines = [f"{key}\t{' '.join(others)}\n" for key, others in sorted(pairs.items()) if key and others]
    with OUTPUT.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write("".join(lines).encode())
    print(f"{len(lines):,} sayings, {OUTPUT.stat().st_size:,} bytes")


def _said(words: str) -> str:
    """The terms of a saying as a question would have them; empty where it cannot be told from other words."""
    terms = saying(normalize(words).text)
    is_taken_as_it_is = {words, "".join(terms)} & KINDS or is_slot(words) or _SHORT_KANA.fullmatch(words)
    return "" if is_taken_as_it_is or len(terms) > _LONGEST else " ".join(terms)


def _official(word: str) -> list[str]:
    """The terms of an official word: the compounds its parts make, since a part alone is another word, else itself."""
    terms = [term for term in index_terms(normalize(word).text) if ":" not in term]
    pairs = [term for term in terms if COMPOUND in term]
    return [term for term in pairs or terms if len(term) > 1 and _says_something(term)]


def _says_something(term: str) -> bool:
    parts = term.split(COMPOUND)
    return max(map(informativeness, parts)) >= (_PAIR_SAYS if len(parts) > 1 else _SAYS_SOMETHING)


def _is_sister(term: str, own: list[str]) -> bool:
    """Whether an official word is another of the kind a saying names: スーパーシティ for スマートシティ."""
    parts = set(term.split(COMPOUND))
    return len(parts) > 1 and len(own) > 1 and not parts.isdisjoint(own) and all(map(_KATAKANA.fullmatch, parts))


if __name__ == "__main__":
    main()
