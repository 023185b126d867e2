"""Trying a model out: does it behave as an encoder must, how much Japanese does it know, how fast is it here.

Owns what is asked of a model before an index is made with it, and how long a cross-encoder takes. Invariant: nothing is stored; what fails is a ``ModelError`` that says which
promise of ``Encoder`` does not hold.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import median

import numpy as np

from policy_qa.errors import ModelError
from policy_qa.models.cross_encoder import CrossEncoderReranker
from policy_qa.models.embedding import SentenceTransformerEncoder, StaticEncoder, Vectors
from policy_qa.models.files import reason_of, size_bytes
from policy_qa.types import RerankerReport

Opened = StaticEncoder | SentenceTransformerEncoder

_LENGTH = 1e-3
_SAME = 1e-3  # of any number of two vectors of one text; half precision and the shape of a batch leave less
_SECONDS = 1.0  # of documents are enough to tell their speed
_AT_ONCE = 16

# What documents and command lines hold beside sentences.
_ODD = (
    "",
    " \n\t　",
    "。",
    "A",
    "１，６３９億円　ＫＰＩ ①½㎡ ⻑期",
    "𠮷野家の髙﨑齋龥 🍣 ‌ \x00 العربية",
    "予算\udce3は",
    "<mask> [CLS] </s>",
)
_LONG = "地方公共団体の自主性と創意工夫に基づく取組を支援する。" * 120

# Each question with the passage that answers it, in the words of administration; every passage is nearest to its own question only.
_PAIRS = (
    ("保育園に入るにはどこに申請しますか", "保育所の入所を希望する方は、市役所の子育て支援課の窓口に申込書を提出してください。"),
    ("ごみの収集日はいつですか", "燃えるごみは毎週月曜日と木曜日に、資源物は第二水曜日に集めます。"),
    ("災害のときはどこに逃げればよいですか", "大規模な地震が起きた場合は、指定された避難所の小学校の体育館へ避難してください。"),
    ("補助金の上限はいくらですか", "補助率は対象経費の二分の一以内とし、一件当たり五百万円を限度とする。"),
    ("バスがない地域の移動手段はどうしますか", "交通空白地域においては、予約制の乗合タクシーの導入を支援する。"),
    ("水道料金の払い方を教えてください", "上下水道の使用料は、口座振替または納入通知書により納めていただきます。"),
    ("農業を始めたい人への支援はありますか", "新たに就農する者に対し、研修費と農業機械の導入に要する費用を助成する。"),
    ("図書館は何時まで開いていますか", "中央図書館の開館時間は午前九時から午後八時までとし、月曜日を休館日とする。"),
)  # fmt: skip
JAPANESE = tuple(passage for _, passage in _PAIRS)


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it.

    ``understood`` of ``asked`` questions were nearest to their own passage; ``cut`` is the share of the sample that is longer than the model
    reads; speeds are characters of documents a second and milliseconds a question.
    """

    understood: int
    asked: int
    cut: float
    characters_per_second: float
    query_ms: float


def examine(encoder: Opened, sample: Sequence[str] = ()) -> Trial:
    """The trial of a model, timed on the ``sample`` (texts as they are embedded). Raises ``ModelError``."""
    texts = list(sample) or list(JAPANESE)
    passages = _checked(encoder)
    questions = np.stack([_query(encoder, question) for question, _ in _PAIRS])
    understood = int((np.argmax(questions @ passages.T, axis=1) == np.arange(len(_PAIRS))).sum())
    return Trial(understood, len(_PAIRS), _cut(encoder, texts), _speed(encoder, texts), _latency(encoder))


def examine_reranker(reranker: CrossEncoderReranker, sample: Sequence[str], candidates: int) -> RerankerReport:
    """The trial of a cross-encoder on ``candidates`` texts of the ``sample``. Raises ``RerankerError``."""
    started = time.perf_counter()
    reranker.scores(_PAIRS[0][0], JAPANESE[:1])
    loaded = time.perf_counter() - started
    understood = sum(
        int(np.argmax(reranker.scores(question, JAPANESE))) == number for number, (question, _) in enumerate(_PAIRS)
    )
    texts = list(islice(cycle(sample or JAPANESE), candidates))
    started = time.perf_counter()
    reranker.scores(_PAIRS[0][0], texts)
    return RerankerReport(
        model=reranker.name,
        folder=str(reranker.folder),
        megabytes=round(size_bytes(reranker.folder) / 1e6, 1),
        understood=understood,
        asked=len(_PAIRS),
        load_seconds=round(loaded, 2),
        candidates=candidates,
        search_ms=round((time.perf_counter() - started) * 1000, 1),
    )


def _checked(encoder: Opened) -> Vectors:
    """The vectors of the passages, after all that can be asked of any model holds."""
    passages = _documents(encoder, JAPANESE)
    _require(encoder, _are_unit(passages), "日本語の文から、長さをそろえられるベクトルができません")
    alike = passages @ passages.T - np.eye(len(passages))
    _require(encoder, alike.max() < 1 - 1e-6, "違う文から同じベクトルができます")
    _require(encoder, _equal(_documents(encoder, JAPANESE), passages), "同じ文から毎回違うベクトルができます")
    alone = np.concatenate([_documents(encoder, [passage]) for passage in JAPANESE[:3]])
    _require(encoder, _equal(alone, passages[:3]), "1件ずつ計算するときと、まとめて計算するときで、ベクトルが違います")
    odd = _documents(encoder, [*_ODD, _LONG])
    lengths = np.linalg.norm(odd, axis=1)
    _require(
        encoder, bool((np.minimum(lengths, abs(lengths - 1)) < _LENGTH).all()), "空や長い文のベクトルが正しくありません"
    )
    _require(encoder, lengths[-1] > _LENGTH, "長い文のベクトルがゼロになります")
    return passages


def _documents(encoder: Opened, texts: Sequence[str]) -> Vectors:
    try:
        found = encoder.encode_documents(texts)
    except Exception as error:  # whatever a model does with these texts, it would do in the middle of a sync
        raise ModelError(encoder.name, f"文を計算できません：{reason_of(error)}") from error
    _require(
        encoder, found.shape == (len(texts), encoder.dimension), f"ベクトルの形が正しくありません（{found.shape}）"
    )
    _require(encoder, bool(np.isfinite(found).all()), "ベクトルに数でない値（NaN、無限大）があります")
    return found


def _query(encoder: Opened, text: str) -> Vectors:
    found = encoder.encode_query(text)
    shape = (encoder.dimension,)
    _require(encoder, found.shape == shape and _are_unit(found[None]), "質問のベクトルが正しくありません")
    return found


def _require(encoder: Opened, holds: bool, reason: str) -> None:
    if not holds:
        raise ModelError(encoder.name, reason)


def _are_unit(rows: Vectors) -> bool:
    return bool((np.abs(np.linalg.norm(rows, axis=1) - 1) < _LENGTH).all())


def _equal(one: Vectors, other: Vectors) -> bool:
    return bool(np.abs(one - other).max() < _SAME)


def _cut(encoder: Opened, texts: Sequence[str]) -> float:
    if encoder.max_tokens is None:
        return 0.0
    prompt = encoder.prompts.document
    longer = [encoder.count_tokens(prompt + text) > encoder.max_tokens for text in texts]
    return sum(longer) / len(longer)


def _speed(encoder: Opened, texts: Sequence[str]) -> float:
    encoder.encode_documents(texts[:_AT_ONCE])  # what is made ready at the first call is not counted
    characters = 0
    started = time.perf_counter()
    while time.perf_counter() - started < _SECONDS:
        for first in range(0, len(texts), _AT_ONCE):
            some = texts[first : first + _AT_ONCE]
            encoder.encode_documents(some)
            characters += sum(map(len, some))
            if time.perf_counter() - started >= _SECONDS:
                break
    return characters / (time.perf_counter() - started)


def _latency(encoder: Opened) -> float:
    taken = []
    for question, _ in (*_PAIRS, *_PAIRS):
        started = time.perf_counter()
        encoder.encode_query(question)
        taken.append(time.perf_counter() - started)
    return median(taken) * 1000
