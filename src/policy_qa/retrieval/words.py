"""The words of a question that carry its content.

Owns which words say what is asked about and which only ask. Invariant: a content word is compared by its lemma, and compounds stay
whole where the document may write them whole.
"""

from __future__ import annotations

import gzip
import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from policy_qa.japanese.tokens import Token, analyze

_CONTENT = (
    "名詞-普通名詞",
    "名詞-固有名詞",
    "動詞-一般",
    "形容詞-一般",
    "形状詞-一般",
    "接尾辞-名詞的",
    "接頭辞",
    "名詞-数詞",
    "記号-文字",
)
# What nouns are joined with when they are written together, and what politeness adds.
_JOINED = ("名詞-普通名詞", "名詞-固有名詞", "名詞-数詞", "接尾辞", "接頭辞", "形状詞", "記号-文字")
_HONORIFIC = re.compile(r"^[お御ご](?=[一-鿿ァ-ヴ])|(?:さん|さま|様|たち|達)$")
# Words that ask, point or only hold a question together.
_ASKING = frozenset(
    """
    何 誰 何時 何処 何れ 幾ら 幾つ 如何 教える 知る 言う 有る 居る 成る 為る 出来る 下さる 頂く 貰う 見る 思う 分かる 示す 挙げる 列挙 説明 一覧 内容 概要
    こと 事 物 者 為 時 所 様 場合 場所 方 方法 どれ どの どんな 其れ 此れ 其の 此の 資料 文書 記載 答え 質問 確認 理解 合う 正しい 間違い 本当 予定 今 今後 現在 以下 以上 主 例 詳しい
    市 県 区 面 頻度 回数 期間 理由 付く 就く つい 仕組み 取り組み 頻繁 位 程度 どれ程 様子 役割 お陰 御陰
    積もり つもり 頃 ごろ 何時頃 いつごろ 自分 面倒 訳 余分 御 さん 様 達 位い ぐらい まま すぐ 直ぐ まず 先ず 困る 欲しがる
    割合 何語
    具体 的 以内 等 など 関する 対する 於く 就く 拠る 因る 依る 中 内 上 下 後 前 間 名 名前 種類 感じ 話 分 箇条 必要 使う 行う 受ける 当たる 使える 全て すべて 全部 其々 夫々 欲しい いい 良い 可能
    駄目 だめ ダメ 平気 大丈夫 構う
    """.split()  # noqa: SIM905
)
_KATAKANA = re.compile(r"[ァ-ヴー]+")
_FOREIGN = re.compile(r"[ァ-ヴー]{4,}|[A-Za-zａ-ｚＡ-Ｚ]{3,}")
_UNIT_AFTER_HOW_MANY = re.compile(
    r"何(?:人分|人前|か年|ヶ年|年度|年分|回分|[ァ-ヴー]{2,}|人|名|件|社|年|月|日|回|割|つ|分|か所|%|円|者|トン|種類|分野|団体|歳代?|代|倍|時間|語|校|点|枚|台|戸|世帯|か国|カ国|市|町|村|県|便|本|冊|頭|羽|軒|店|組|班|部|通|"
    r"箱|袋|基|棟|隻|両|番|号|階|次|期|泊|曜日?)(?!か[らっ])"
)


_ABOUT = re.compile(r"のこと(?=[はをがもでに、。]|$)")  # MeCab reads a saw (金のこ) out of 「お金のこと」

# 二次公募, 第3回, １号: the number is what tells these from their brothers.
ORDINAL = re.compile(
    r"第?[0-9一二三四五六七八九十]+(?:次|期|号|種|類|回|章|条|型|級|段階)(?!元)|[0-9]+\.[0-9]+(?=[一-鿿])"
)
# 75歳以上, 18歳未満: whom a line is for; the number tells it from its brothers.
_AGE = re.compile(r"(?P<number>[0-9]{1,3})(?:歳|才)(?:以上|以下|未満)?")


@dataclass(frozen=True, slots=True)
class Word:
    """A content word: as written, its lemma, and its place in the normalised question.

    A compound counts only whole; a name (of a place, a person, a product) is a thing of its own that no other word stands for.
    """

    surface: str
    lemma: str
    start: int
    end: int
    is_noun: bool = True
    is_compound: bool = False
    is_name: bool = False
    is_prefix: bool = False


@lru_cache(maxsize=16_384)
def content_words(normal_text: str) -> tuple[Word, ...]:
    """The content words of a normalised text in order, each place once; single kana and asking words left out.

    Kept, because every question asks for those of the same facts and headings.
    """
    words = [Word(match[0], match[0], match.start(), match.end()) for match in ORDINAL.finditer(normal_text)]
    words += [Word(match[0], match["number"], match.start(), match.end()) for match in _AGE.finditer(normal_text)]
    masked = _UNIT_AFTER_HOW_MANY.sub(lambda match: "何" + "　" * (len(match[0]) - 1), normal_text)
    masked = _ABOUT.sub("　　　", masked)
    for token in analyze(masked):
        if _carries_content(token) and not any(word.start <= token.start < word.end for word in words):
            lemma = token.lemma.casefold()
            if words and words[-1].end == token.start and _is_prefix_of(words[-1], token):
                # 中学校 is not 小学校: what stands before a noun is of it.
                first = words.pop()
                words.append(
                    Word(
                        first.surface + token.surface,
                        first.surface + lemma,
                        first.start,
                        token.end,
                        is_name=_is_name(token),
                        is_prefix=token.part_of_speech.startswith("接頭辞"),
                    )
                )
            elif words and token.part_of_speech.startswith("接尾辞") and words[-1].end == token.start:
                last = words.pop()
                words.append(
                    Word(
                        last.surface + token.surface, last.lemma + token.surface, last.start, token.end,
                        is_name=last.is_name,
                    )
                )  # fmt: skip
            elif words and words[-1].end == token.start and _KATAKANA.fullmatch(words[-1].surface + token.surface):
                # スマートシティ is not スーパーシティ: loanwords written together are one word.
                last = words.pop()
                words.append(
                    Word(last.surface + token.surface, last.lemma + lemma, last.start, token.end, True, True, True)
                )
            elif not token.part_of_speech.startswith("接尾辞"):
                is_noun = token.part_of_speech.startswith(("名詞", "記号"))
                is_prefix = token.part_of_speech.startswith("接頭辞")
                words.append(
                    Word(
                        token.surface, lemma, token.start, token.end, is_noun,
                        is_name=_is_name(token), is_prefix=is_prefix,
                    )
                )  # fmt: skip
    return tuple(sorted(words, key=lambda word: word.start))


def whole_word(word: Word, normal_text: str) -> str:
    """A word as the reader wrote it: with the nouns it is joined to (自治体 for 自治), to be named in a message."""
    start, end = word.start, word.end
    if not word.is_noun:
        return word.surface
    parts = [token for token in analyze(normal_text) if token.part_of_speech.startswith(_JOINED)]
    for token in reversed(parts):
        if token.end == start:
            start = token.start
    for token in parts:
        if token.start == end:
            end = token.end
    return _HONORIFIC.sub("", normal_text[start:end])


def _is_prefix_of(word: Word, token: Token) -> bool:
    return word.is_prefix and token.part_of_speech.startswith(("名詞-普通名詞", "名詞-固有名詞", "形状詞", "接頭辞"))


def _is_name(token: Token) -> bool:
    return token.part_of_speech.startswith("名詞-固有名詞") or bool(_FOREIGN.fullmatch(token.surface))


def _carries_content(token: Token) -> bool:
    if token.part_of_speech == "名詞-数詞":
        return False
    if token.part_of_speech.startswith("接頭辞") and re.fullmatch(r"[中前後上下内]", token.surface):
        return True
    if not token.part_of_speech.startswith(_CONTENT) or token.lemma in _ASKING or token.surface in _ASKING:
        return False
    return not re.fullmatch(r"[ぁ-ん]|[ー・]|[かカヵヶケ箇][年月所国]", token.surface)


_UNSEEN = 8.0


def informativeness(term: str) -> float:
    """How much a term says in general: 0 for one in every paragraph of official text, larger the rarer (natural logarithm)."""
    total, counts = _frequencies()
    count = counts.get(term)
    return math.log(total / (count + 1)) if count else _UNSEEN


def telling_nouns(normal_text: str, least: float) -> list[str]:
    """The nouns of a normalised text that tell at least so much (``informativeness``), in its order."""
    return [
        word.surface for word in content_words(normal_text) if word.is_noun and informativeness(word.lemma) >= least
    ]


def is_common(term: str) -> bool:
    """Whether a term is a word that official text uses at all."""
    return term in _frequencies()[1]


@cache
def _frequencies() -> tuple[int, dict[str, int]]:
    """Paragraphs counted, and how many of them hold each term; made by ``eval/training/word_frequencies.py``."""
    content = gzip.decompress(files("policy_qa.retrieval").joinpath("word_frequencies.tsv.gz").read_bytes()).decode()
    total, *lines = content.splitlines()
    return int(total), {term: int(count) for term, _, count in (line.partition("\t") for line in lines)}
