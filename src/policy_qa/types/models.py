"""What is known of a model that turns texts into vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PromptSource = Literal["model", "family", "unknown"]
ModelHome = Literal["bundled", "added", "folder", "cache"]


@dataclass(frozen=True, slots=True)
class Prompts:
    """What is put before a question and before a text; who says so: the model's own folder, its family's card, or nobody."""

    query: str
    document: str
    source: PromptSource


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model on this machine. ``model`` is what to call it in commands; ``home`` says whose it is."""

    model: str
    home: ModelHome
    folder: str
    megabytes: float
    in_use: bool


@dataclass(frozen=True, slots=True)
class ModelReport:
    """A model that was tried out on this machine.

    ``identity`` is its name in the index' fingerprint. ``max_tokens`` is how many tokens it reads of a text (``None``: all of it), ``cut`` the
    share of the sampled chunks that are longer. ``understood`` of ``asked`` Japanese questions were nearest to their own passage. Speeds are
    of this machine: characters of documents a second, milliseconds a question. ``chunks`` and ``characters`` are what the index holds,
    ``seconds`` what embedding them is estimated to take.
    """

    model: str
    identity: str
    folder: str
    in_use: bool
    megabytes: float
    dimension: int
    max_tokens: int | None
    cut: float
    prompts: Prompts
    normalises: bool
    understood: int
    asked: int
    load_seconds: float
    characters_per_second: float
    query_ms: float
    chunks: int
    characters: int
    seconds: float


@dataclass(frozen=True, slots=True)
class RerankerReport:
    """A cross-encoder that was tried out on this machine.

    ``understood`` of ``asked`` Japanese questions had their own passage first; ``search_ms`` is what a search with ``candidates`` takes longer,
    in milliseconds.
    """

    model: str
    folder: str
    megabytes: float
    understood: int
    asked: int
    load_seconds: float
    candidates: int
    search_ms: float


@dataclass(frozen=True, slots=True)
class ModelChange:
    """A model put in the place of another: how many chunks were embedded for it, and in how many seconds."""

    report: ModelReport
    chunks: int
    seconds: float
