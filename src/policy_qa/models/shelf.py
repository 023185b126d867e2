"""The models an index can use, and putting one in the place of another.

    index/models/NAME      a model that was added: a copy, so that a USB stick can be taken out again
    index/catalog.sqlite   notes which model the index was embedded with, and where it is opened from

Owns which models there are and what is in use. The choice stands in the index and not in a settings file, because only there it changes in
the same instant as the vectors do: whoever asks next, in whichever process, asks with the model of the index. Invariant: what is in use
changes last, by one transaction of the catalog; until then everything is as it was. A copy is on the disk, files and names, before that.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from policy_qa.errors import IndexReadOnly, ModelError, ModelRefused
from policy_qa.models.cross_encoder import CrossEncoderReranker
from policy_qa.models.embedding import Encoder, open_encoder
from policy_qa.models.files import BUNDLED, BUNDLED_NAME, ModelFolder, cached_models, locate, size_bytes
from policy_qa.models.identity import identity
from policy_qa.models.trial import Opened, examine, examine_reranker
from policy_qa.storage.catalog import chosen_model
from policy_qa.storage.database import make_folder, sync_folder
from policy_qa.storage.index import Index
from policy_qa.storage.reembedding import extent
from policy_qa.system_errors import reason_of, remedy_of
from policy_qa.types import Check, KnownModel, ModelChange, ModelReport, Progress, RerankerReport

SHELF = "models"  # below the index folder


@dataclass(frozen=True, slots=True)
class Candidate:
    """A model that was opened and tried out. ``reference`` is where it is opened from; ``None`` for the bundled one."""

    encoder: Opened
    reference: str | None
    place: ModelFolder
    report: ModelReport


class ModelShelf:
    """The models of the index in ``folder``. ``fingerprint`` says what an index made with an encoder is known by.

    ``setting`` is the model that the settings name, if they do: it stands above the index' own.
    """

    def __init__(
        self, folder: Path, fingerprint: Callable[[Encoder], Mapping[str, str]], setting: str | None = None
    ) -> None:
        self._index = folder
        self._fingerprint = fingerprint
        self._setting = setting
        self.folder = folder / SHELF

    def used(self) -> str | None:
        """Where the model in use is opened from; ``None`` is the bundled one."""
        return self._setting if self._setting is not None else chosen_model(self._index)

    def list(self) -> tuple[KnownModel, ...]:
        """The models on this machine: the bundled one, those added, the one in use from a folder elsewhere, those of the model cache."""
        used = self.used()
        try:
            in_use = locate(used, self.folder).folder.resolve()
        except ModelError:
            in_use = None
        found: list[KnownModel] = []

        def add(model: str, home: str, folder: Path) -> None:
            mine = in_use is not None and folder.resolve() == in_use
            size = round(size_bytes(folder) / 1e6, 1)
            found.append(KnownModel(model, home, str(folder), size, mine))  # type: ignore[arg-type]

        add(BUNDLED_NAME, "bundled", BUNDLED)
        if self.folder.is_dir():
            for folder in sorted(self.folder.iterdir()):
                if folder.is_dir() and not folder.name.startswith("."):
                    add(folder.name, "added", folder)
        cached = cached_models()
        places = {item.folder for item in found} | {str(place.folder) for place in cached}
        if used is not None and in_use is not None and not any(Path(place).resolve() == in_use for place in places):
            add(used, "folder", in_use)
        for place in cached:
            add(place.name, "cache", place.folder)
        return tuple(found)

    def candidate(self, model: str | None) -> Candidate:
        """The model opened and tried out on what the index holds. Raises ``ModelError`` for one that cannot be used."""
        place = locate(model, self.folder)
        started = time.perf_counter()
        encoder = open_encoder(model, self.folder)
        loaded = time.perf_counter() - started
        held = extent(self._index)
        trial = examine(encoder, held.sample)
        reference = self._reference(model, place)
        report = ModelReport(
            model=BUNDLED_NAME if reference is None else reference,
            identity=encoder.name,
            folder=str(place.folder),
            in_use=self._is_used(encoder.name),
            megabytes=round(size_bytes(place.folder) / 1e6, 1),
            dimension=encoder.dimension,
            max_tokens=encoder.max_tokens,
            cut=round(trial.cut, 3),
            prompts=encoder.prompts,
            normalises=encoder.normalises,
            understood=trial.understood,
            asked=trial.asked,
            load_seconds=round(loaded, 2),
            characters_per_second=round(trial.characters_per_second, 1),
            query_ms=round(trial.query_ms, 2),
            chunks=held.chunks,
            characters=held.characters,
            seconds=round(held.characters / trial.characters_per_second, 1),
        )
        return Candidate(encoder, reference, place, report)

    def check(self, used: str | None, name: str) -> Check:
        """Whether the files of the model that is opened from ``used`` are, to the last byte, those of the identity ``name``."""
        told = "埋め込みモデルのファイル"
        remedy = (
            "モデルを入れ直して policy-qa model add で加えるか、policy-qa sync --rebuild で索引を作り直してください。"
        )
        try:
            found = identity(locate(used, self.folder), afresh=True)
        except ModelError as error:
            return Check(told, ok=False, detail=error.problem, remedy=error.remedy)
        except OSError as error:
            return Check(told, ok=False, detail=reason_of(error), remedy=remedy_of(error))
        if found != name:
            return Check(told, ok=False, detail=f"索引を作ったモデル（{name}）と違う：{found}", remedy=remedy)
        return Check(told, ok=True, detail=f"{name}：索引を作ったときのままです。")

    def reranker(self, model: str, candidates: int) -> RerankerReport:
        """A cross-encoder tried out on what the index holds. Raises ``RerankerError``."""
        return examine_reranker(CrossEncoderReranker(model, self.folder), extent(self._index).sample, candidates)

    def take(
        self, candidate: Candidate, *, copy: bool, progress: Callable[[Progress], None] | None = None
    ) -> ModelChange:
        """The candidate put in the place of the model in use: copied to the shelf (``copy``), all chunks embedded, then switched.

        Raises ``ModelRefused`` where the settings name another model, or the shelf has another of that name, and what
        ``storage.reembedding`` raises.
        """
        started = time.perf_counter()
        self._check_setting(candidate.encoder.name)
        reference = candidate.reference
        if copy and reference is not None and Path(reference).is_absolute():
            reference = self._copied(candidate)
        with Index(self._index, self._fingerprint(candidate.encoder), reference) as index:
            chunks = index.reembed(candidate.encoder.encode_documents, progress)
        report = replace(candidate.report, model=BUNDLED_NAME if reference is None else reference, in_use=True)
        return ModelChange(report, chunks, round(time.perf_counter() - started, 1))

    def remove(self, name: str) -> None:
        """Deletes a model that was added. Raises ``ModelRefused`` for one in use, and for what was not added here."""
        folder = self.folder / name
        if "/" in name or name.startswith(".") or not folder.is_dir():
            raise ModelRefused(
                name, "policy-qa model add で加えたモデルではありません", "policy-qa model list で確かめてください。"
            )
        if self.used() == name:
            raise ModelRefused(
                name,
                "いま使っています",
                "先に policy-qa model use で別のモデル（同梱なら bundled）に切り替えてください。",
            )
        gone = self.folder / f".removed-{name}"
        try:
            shutil.rmtree(gone, ignore_errors=True)
            folder.rename(gone)  # at once: a killed removal leaves no half of a model under its name
            shutil.rmtree(gone)
        except OSError as error:
            raise IndexReadOnly(str(self.folder), reason_of(error), remedy_of(error)) from error

    def _reference(self, model: str | None, place: ModelFolder) -> str | None:
        if place.folder == BUNDLED or model is None:
            return None
        if place.folder.parent.resolve() == self.folder.resolve():
            return place.name
        return str(place.folder) if Path(model).expanduser().is_dir() else model

    def _is_used(self, name: str) -> bool:
        try:
            return identity(locate(self.used(), self.folder)) == name
        except ModelError:
            return False

    def _check_setting(self, name: str) -> None:
        """Nothing; a model that would be put in place and then not used, because the settings name another, is refused."""
        if self._setting is not None and not self._is_used(name):
            raise ModelRefused(
                self._setting,
                "設定 POLICY_QA_MODEL（または policy_qa.toml の model）がこれを使うと決めています",
                "設定を外してから、もう一度実行してください。",
            )

    def _copied(self, candidate: Candidate) -> str:
        """The name under which the candidate lies on the shelf, after it was copied there, whole or not at all."""
        name = candidate.place.name
        folder = self.folder / name
        if name == BUNDLED_NAME or (folder.exists() and identity(ModelFolder(name, folder)) != candidate.encoder.name):
            raise ModelRefused(
                name,
                "同じ名前の別のモデルがすでにあります",
                "フォルダーの名前を変えるか、policy-qa model remove で先に外してください。",
            )
        if folder.exists():
            return name
        coming = self.folder / f".adding-{name}"
        try:
            shutil.rmtree(coming, ignore_errors=True)
            make_folder(self.folder)
            shutil.copytree(
                candidate.place.folder, coming, ignore=shutil.ignore_patterns(".*"), copy_function=_copy_durably
            )
            for inside in (*coming.rglob("*/"), coming):
                sync_folder(inside)
            if identity(ModelFolder(name, coming)) != candidate.encoder.name:
                raise ModelError(name, "コピーが元と一致しません")
            coming.rename(folder)
            sync_folder(self.folder)
        except OSError as error:
            shutil.rmtree(coming, ignore_errors=True)
            raise IndexReadOnly(
                str(self.folder), reason_of(error) if error.errno else "コピーが途中で止まった", remedy_of(error)
            ) from error
        return name


def _copy_durably(source: str, target: str) -> None:
    """Copies a file, and has it on the disk."""
    with Path(source).open("rb") as read, Path(target).open("wb") as written:
        shutil.copyfileobj(read, written, 1 << 20)
        written.flush()
        os.fsync(written.fileno())
