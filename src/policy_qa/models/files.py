"""Where a model lies on this machine, and what its folder says of it before it is opened.

Owns names and folders, the prompts of its family, and the refusals that need no model library. Invariant: no call
reaches for the network; a model that is not on this machine is a ``ModelError``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policy_qa.errors import ModelError
from policy_qa.types import Prompts

BUNDLED = Path(__file__).parent / "policy-static-ja-2"
BUNDLED_NAME = "bundled"  # what the bundled model is called where a model is named

# Families by their published names. Folders often carry no prompts although the cards ask for them; where a card asks for none, the pair is
# empty. (name, query, document)
FAMILIES = (
    (re.compile(r"(?:^|[-_/])e5(?![-\w]*instruct)(?:[-_/]|$)", re.I), "query: ", "passage: "),
    (re.compile(r"(?:^|/)ruri-v3", re.I), "検索クエリ: ", "検索文書: "),
    (re.compile(r"(?:^|/)ruri-", re.I), "クエリ: ", "文章: "),
    (re.compile(r"(?:^|/)GLuCoSE-base-ja-v2", re.I), "query: ", "passage: "),
    (re.compile(r"(?:^|/)(?:GLuCoSE-base-ja$|bge-m3|static-embedding-japanese|policy-static-ja|LaBSE)", re.I), "", ""),
    (re.compile(r"(?:^|/)(?:paraphrase|distiluse)-.*multilingual", re.I), "", ""),
)

_WEIGHTS = ".safetensors"
# Forms of weights that run a program when they are opened (pickle), and what stands beside weights and is never opened.
_PICKLED, _NOT_WEIGHTS = (
    frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl"}),
    ("training_args", "optimizer", "scheduler", "rng_state"),
)
_LIBRARY = "sentence_transformers."
_WORKING_BYTES = 600 << 20  # torch, a tokenizer and what one batch computes with
_LFS_POINTER = b"version "  # and an address; weights begin otherwise


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model on this machine: ``name`` is what to call it, ``folder`` where it lies, ``shelf`` where the digests of its files are noted."""

    name: str
    folder: Path
    shelf: Path | None = None


def locate(model: str | None, shelf: Path | None = None) -> ModelFolder:
    """Where ``model`` lies: a folder, the name of one on the ``shelf``, a name in the local model cache, or the bundled one.

    Raises ``ModelError`` where it is not on this machine.
    """
    if model is None or model == BUNDLED_NAME:
        if not (BUNDLED / "modules.json").is_file():
            raise ModelError(BUNDLED.name, "同梱のモデルが見つかりません。policy-qa を入れ直してください")
        return ModelFolder(BUNDLED.name, BUNDLED)
    if shelf is not None and re.fullmatch(r"[^/\\]+", model) and (shelf / model).is_dir():
        return ModelFolder(model, shelf / model, shelf)
    folder = Path(model).expanduser()
    if folder.is_dir():
        return ModelFolder(_name_of(folder.resolve()), folder.resolve(), shelf)
    if not re.fullmatch(r"[\w.-]+(?:/[\w.-]+)?", model):
        raise ModelError(model, "フォルダーがありません")
    with offline():
        from huggingface_hub import snapshot_download  # noqa: PLC0415 - only a name needs the cache

        try:
            return ModelFolder(model, Path(snapshot_download(model, local_files_only=True)), shelf)
        except Exception as error:  # not cached, not a valid name, no readable cache: all mean "not on this machine"
            raise ModelError(
                model, "この名前のフォルダーもモデルもこの端末にありません。外部からは取得しません"
            ) from error


def cached_models() -> list[ModelFolder]:
    """The embedding models in the local model cache, by name."""
    from huggingface_hub import scan_cache_dir  # noqa: PLC0415 - only this looks into the whole cache

    try:
        repositories = scan_cache_dir().repos
    except Exception:  # there is no cache, or it cannot be read: nothing to offer from it
        return []
    newest = {
        found.repo_id: max(found.revisions, key=lambda revision: revision.last_modified).snapshot_path
        for found in repositories
        if found.repo_type == "model" and found.revisions
    }
    return [ModelFolder(name, newest[name]) for name in sorted(newest) if (newest[name] / "modules.json").is_file()]


@contextmanager
def offline() -> Iterator[None]:
    """Within it, no hub client opens a connection, whatever a library below would like to look up."""
    from huggingface_hub import constants  # noqa: PLC0415 - only a model that is not bundled needs it

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


@contextmanager
def opening() -> Iterator[None]:
    """Within it, a model library opens files of this machine only, and draws no bars of its own."""
    from transformers.utils import logging as library_logging  # noqa: PLC0415 - only a model of this library needs it

    logging: Any = library_logging  # untyped
    drawn = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        with offline():
            yield
    finally:
        if drawn:
            logging.enable_progress_bar()


def refuse_unusable(place: ModelFolder, available_bytes: int | None = None) -> None:
    """Nothing; raises ``ModelError`` for what its folder shows to be no embedding model that can be used here.

    ``available_bytes`` is how much memory there is; by default as the system says.
    """
    modules = read_json(place.folder / "modules.json")
    if not isinstance(modules, list) or not modules:
        raise ModelError(place.name, "sentence-transformers のフォルダーではありません（modules.json がない）")
    foreign = [
        str(module.get("type", "")) for module in modules if not str(module.get("type", "")).startswith(_LIBRARY)
    ]
    if foreign:
        raise ModelError(
            place.name, f"モデルに付いたプログラム（{foreign[0]}）の実行が要ります。policy-qa はそれを実行しません"
        )
    refuse_incomplete(place, available_bytes)


def refuse_incomplete(place: ModelFolder, available_bytes: int | None = None) -> None:
    """Nothing; raises ``ModelError`` where the weights are not there, or are more than memory has room for."""
    weights = _weights(place.folder)
    pickled = _pickled(place.folder)
    if pickled is not None:
        raise ModelError(
            place.name,
            f"{pickled.name} は、開くとプログラムが動く形式（pickle）の重みです。policy-qa が開くのは safetensors だけです",
        )
    if not weights:
        raise ModelError(place.name, "重みのファイル（model.safetensors など）がありません。取得が途中かもしれません")
    for path in weights:
        with path.open("rb") as file:
            if file.read(len(_LFS_POINTER)) == _LFS_POINTER:
                raise ModelError(place.name, f"{path.name} が Git LFS の目印だけです。実体を取得してください")
    needed = sum(path.stat().st_size for path in weights) + _WORKING_BYTES
    available = _available_memory() if available_bytes is None else available_bytes
    if available is not None and needed > available:
        raise ModelError(
            place.name, f"メモリーが足りません（およそ {_mib(needed):,} MB が要り、空きは {_mib(available):,} MB）"
        )


def prompts_of(place: ModelFolder, own: Mapping[str, str | None]) -> Prompts:
    """What to put before a question and before a text: as the folder says (``own``), else as its family's card does."""
    query = own.get("query") or ""
    # The library fills in an empty «document» beside a «passage» that says something, and would then use it.
    document = next(filter(None, (own.get(name) for name in ("document", "passage", "corpus"))), "")
    if query or document:
        return Prompts(query, document, "model")
    config = read_json(place.folder / "config.json") or {}
    for name in (place.name, place.folder.name, str(config.get("_name_or_path", ""))):
        for family, asked_query, asked_document in FAMILIES:
            if family.search(name):
                return Prompts(asked_query, asked_document, "family")
    return Prompts("", "", "unknown")


def size_bytes(folder: Path) -> int:
    """How much the files of a model take on disk, hidden ones left out."""
    return sum(path.stat().st_size for path in files_of(folder))


def reason_of(error: Exception) -> str:
    """What a library says was wrong with a model, as one line."""
    text = str(error).strip()
    if "trust_remote_code" in text:
        return "モデルに付いたプログラムの実行が要ります。policy-qa はそれを実行しません"
    if isinstance(error, MemoryError) or "can't allocate memory" in text:
        return "メモリーが足りません"
    return (text.splitlines() or [type(error).__name__])[0][:200]


def encodable(text: str) -> str:
    """``text`` without lone surrogates (undecodable bytes of a command line), which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def read_json(path: Path) -> Any:
    """The value in a JSON file; ``None`` where there is no file. Raises ``ValueError``."""
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _name_of(folder: Path) -> str:
    """A folder's name; of a snapshot in a model cache, which is called by a digest, the model's."""
    cached = folder.parent.parent.name
    if folder.parent.name == "snapshots" and cached.startswith("models--"):
        return cached.rpartition("--")[2]
    return folder.name


def files_of(folder: Path) -> Iterator[Path]:
    """The files of a model, without hidden ones: those are of version control, or of a download."""
    for path in folder.rglob("*"):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _weights(folder: Path) -> list[Path]:
    """The files with weights that would be loaded."""
    return sorted(path for path in files_of(folder) if path.suffix == _WEIGHTS and not _is_of_others(folder, path))


def _pickled(folder: Path) -> Path | None:
    """A file of weights that a library would open as pickle, for want of safetensors beside it."""
    safe = {path.parent for path in _weights(folder)}
    return next(
        (
            path
            for path in sorted(files_of(folder))
            if path.suffix in _PICKLED
            and path.parent not in safe
            and not path.name.startswith(_NOT_WEIGHTS)
            and not _is_of_others(folder, path)
        ),
        None,
    )


def _is_of_others(folder: Path, path: Path) -> bool:
    """Whether a file is there for another program than ours."""
    return not {"onnx", "openvino"}.isdisjoint(path.relative_to(folder).parts)


def _available_memory() -> int | None:
    """How many bytes a process can still have; ``None`` where the system does not say."""
    limits = []
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                limits.append(int(line.split()[1]) * 1024)
        group = Path("/sys/fs/cgroup")
        most = (group / "memory.max").read_text(encoding="ascii").strip()
        if most.isdigit():
            limits.append(int(most) - int((group / "memory.current").read_text(encoding="ascii")))
    except (OSError, ValueError, IndexError):
        pass
    return min(limits, default=None)


def _mib(size: int) -> int:
    return round(size / 2**20)
