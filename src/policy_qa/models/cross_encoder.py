"""Scores how well a text answers a question, with a cross-encoder on this machine: slower than vectors by far, and better at few texts.

Owns the opening of such models. Invariant: every score is a float in 0..1, the same for the same pair; no call reaches for the network. The
weights are opened by the first question: what a folder shows to be no cross-encoder is refused before.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from policy_qa.errors import ModelError, RerankerError
from policy_qa.models.files import encodable, locate, opening, read_json, reason_of, refuse_incomplete

_HEADS = ("ForSequenceClassification", "ForCausalLM")
_AT_ONCE = 16
_SLOW_S = 0.5  # a search that takes longer is worth a word

_log = logging.getLogger(__name__)


class CrossEncoderReranker:
    """A ``sentence-transformers`` cross-encoder: a folder, a name on the ``shelf`` or in the local model cache. Safe from several threads.

    Raises ``RerankerError`` for one that is not on this machine, is not complete, is none, or does not fit into memory.
    """

    def __init__(self, model: str, shelf: Path | None = None) -> None:
        try:
            self._place = locate(model, shelf)
            refuse_incomplete(self._place)
            config = read_json(self._place.folder / "config.json") or {}
        except (ModelError, ValueError) as error:
            raise RerankerError(model, getattr(error, "reason", None) or reason_of(error)) from error
        self.name = self._place.name
        self.folder = self._place.folder
        # Of any other model the library would make one, with a head of random numbers.
        heads = config.get("architectures") or []
        if not any(str(head).endswith(_HEADS) for head in heads):
            raise RerankerError(self.name, "再順位付け（cross-encoder）のモデルではありません")
        self._lock = Lock()  # a fast tokenizer changes its own settings while it encodes
        self._model: Any = None
        self._told = False

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """One score in 0..1 for each text, in order. Raises ``RerankerError``."""
        if not texts:
            return []
        pairs = [(encodable(question), encodable(text)) for text in texts]
        with self._lock:
            model = self._opened()
            started = time.perf_counter()
            try:
                logits = np.asarray(
                    model.predict(pairs, batch_size=_AT_ONCE, show_progress_bar=False, activation_fn=_unchanged),
                    dtype=np.float64,
                )
            except Exception as error:  # a damaged model fails in as many ways as there are libraries below
                raise RerankerError(self.name, reason_of(error)) from error
            self._tell(len(texts), time.perf_counter() - started)
        if logits.shape != (len(texts),) or not np.isfinite(logits).all():
            raise RerankerError(self.name, f"点数が正しくありません（{logits.shape}）")
        return [1 / (1 + math.exp(-max(-60.0, min(60.0, logit)))) for logit in logits.tolist()]

    def _opened(self) -> Any:
        if self._model is None:
            try:
                with opening():
                    from sentence_transformers import CrossEncoder  # noqa: PLC0415 - five seconds that only it needs

                    model = CrossEncoder(
                        str(self._place.folder),
                        device="cpu",
                        local_files_only=True,
                        trust_remote_code=False,
                        model_kwargs={"use_safetensors": True},
                    )
            except Exception as error:
                raise RerankerError(self.name, reason_of(error)) from error
            if model.num_labels != 1:
                raise RerankerError(self.name, f"点数を1つ出すモデルではありません（出力が{model.num_labels}個）")
            self._model = model
        return self._model

    def _tell(self, count: int, seconds: float) -> None:
        """Says once what the setting costs, where a person waits for it."""
        if not self._told and seconds > _SLOW_S:
            self._told = True
            _log.warning(
                "再順位付け（%s）は、候補%d件に%.1f秒かかります。速くするには設定 POLICY_QA_RERANK_CANDIDATES を小さくしてください。",
                self.name,
                count,
                seconds,
            )


def _unchanged(scores: Any) -> Any:
    """The logits: models differ in what they make of them by themselves."""
    return scores
