"""Other embedding models: what is refused, what is found out, and how one takes the place of another while questions are asked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from policy_qa.admission import Admission
from policy_qa.errors import IndexMismatch, ModelError, ModelRefused
from policy_qa.history import History
from policy_qa.models import identity
from policy_qa.models.embedding import BUNDLED, open_encoder
from policy_qa.models.files import ModelFolder, locate, prompts_of, refuse_unusable
from policy_qa.models.shelf import ModelShelf
from policy_qa.models.trial import examine
from policy_qa.reading.corpus import Looked
from policy_qa.reading.incoming import Incoming
from policy_qa.service import Parts, PolicyQA
from policy_qa.settings import Settings
from policy_qa.storage.index import Index
from policy_qa.types import Progress, Viewer
from policy_qa.wiring import open_models, open_policy_qa
from tests.answering.offices import TEXTS
from tests.cli.test_cli import Outcome, run
from tests.models import tiny_models

OWNER = Viewer.local_owner()
QUESTION = "港湾再生交付金の令和8年度予算額はいくらですか。"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with small models. Only to be read."""
    folder = tmp_path_factory.mktemp("models")
    tiny_models.transformer(folder / "multilingual-e5-tiny")
    tiny_models.transformer(
        folder / "cls", pooling="cls", normalise=False, prompts={"query": "問: ", "passage": "文: "}
    )
    tiny_models.static(folder / "static")
    tiny_models.static(folder / "wide", dimension=40)
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A corpus that is synced with the bundled model."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for path, text in TEXTS.items():
        (corpus / path).write_text(text, encoding="utf-8")
    with open_policy_qa(Settings(corpus=corpus, index=tmp_path / "index")) as service:
        service.sync()
    return Settings(corpus=corpus, index=tmp_path / "index")


@pytest.fixture
def service(settings: Settings) -> Iterator[PolicyQA]:
    with open_policy_qa(settings) as opened:
        yield opened


def model_of(service: PolicyQA) -> str:
    return service.status(viewer=OWNER).fingerprint["model"]


def put(shelf: ModelShelf, model: str | None, *, copy: bool = True) -> None:
    shelf.take(shelf.candidate(model), copy=copy)


# -- what a folder says of itself ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "query", "document", "source"),
    [
        ("intfloat/multilingual-e5-small", "query: ", "passage: ", "family"),
        ("e5-base-4k", "query: ", "passage: ", "family"),
        ("cl-nagoya/ruri-v3-30m", "検索クエリ: ", "検索文書: ", "family"),
        ("pkshatech/GLuCoSE-base-ja-v2", "query: ", "passage: ", "family"),
        ("pkshatech/GLuCoSE-base-ja", "", "", "family"),
        ("hotchpotch/static-embedding-japanese", "", "", "family"),
        ("BAAI/bge-m3", "", "", "family"),
        ("somebody/something", "", "", "unknown"),
    ],
)
def test_a_family_is_known_by_its_name(tmp_path: Path, name: str, query: str, document: str, source: str) -> None:
    prompts = prompts_of(ModelFolder(name, tmp_path), {"query": "", "document": ""})
    assert (prompts.query, prompts.document, prompts.source) == (query, document, source)


def test_prompts_that_a_folder_carries_stand_above_its_familys(tmp_path: Path) -> None:
    own = {"query": "Instruct: …\nQuery: ", "document": "", "s2s": "同義: "}
    prompts = prompts_of(ModelFolder("intfloat/multilingual-e5-small", tmp_path), own)
    assert (prompts.query, prompts.document, prompts.source) == ("Instruct: …\nQuery: ", "", "model")


def test_a_snapshot_of_a_cache_is_called_by_its_models_name(tmp_path: Path, made: Path) -> None:
    snapshot = tmp_path / "models--cl-nagoya--ruri-v3-30m" / "snapshots" / "0f1e2d"
    shutil.copytree(made / "static", snapshot)
    assert locate(str(snapshot)).name == "ruri-v3-30m"


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda folder: (folder / "modules.json").unlink(), "modules.json がない"),
        (lambda folder: (folder / "model.safetensors").unlink(), "重みのファイル"),
        (
            lambda folder: (folder / "model.safetensors").write_text("version git-lfs/spec/v1\noid sha256:0"),
            "Git LFS",
        ),
        (
            lambda folder: (folder / "modules.json").write_text(
                (folder / "modules.json").read_text().replace("sentence_transformers.base", "modeling_own")
            ),
            "プログラム",
        ),
        (
            lambda folder: (folder / "config.json").write_text(
                json.dumps(
                    json.loads((folder / "config.json").read_text())
                    | {"model_type": "own", "auto_map": {"AutoConfig": "own.Config", "AutoModel": "own.Model"}}
                )
            ),
            "プログラム",
        ),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused_with_the_reason(
    tmp_path: Path, made: Path, spoil: object, reason: str
) -> None:
    folder = Path(shutil.copytree(made / "multilingual-e5-tiny", tmp_path / "spoilt"))
    assert callable(spoil)
    spoil(folder)
    with pytest.raises(ModelError) as caught:
        open_encoder(str(folder))
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_model_larger_than_memory_is_refused_before_it_is_opened(made: Path) -> None:
    place = locate(str(made / "static"))
    refuse_unusable(place, available_bytes=2**31)
    with pytest.raises(ModelError, match=r"メモリーが足りません（およそ \d+ MB が要り、空きは 100 MB）"):
        refuse_unusable(place, available_bytes=100 * 2**20)


# -- what is found out ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "dimension", "max_tokens", "prompts", "normalises"),
    [
        ("multilingual-e5-tiny", 32, 64, ("query: ", "passage: "), True),
        ("cls", 32, 64, ("問: ", "文: "), False),
        ("static", 24, None, ("", ""), False),
    ],
)
def test_a_model_of_any_kind_is_tried_out_and_told(
    made: Path, name: str, dimension: int, max_tokens: int | None, prompts: tuple[str, str], normalises: bool
) -> None:
    encoder = open_encoder(str(made / name))
    long = "港の予算を定める。" * 20
    trial = examine(encoder, [long, "短い文"])
    assert (encoder.dimension, encoder.max_tokens, encoder.normalises) == (dimension, max_tokens, normalises)
    assert (encoder.prompts.query, encoder.prompts.document) == prompts
    assert trial.cut == (0.5 if max_tokens else 0.0)
    assert 0 <= trial.understood <= trial.asked == 8
    assert trial.characters_per_second > 0
    assert trial.query_ms > 0


def test_the_bundled_model_understands_most_of_the_examples() -> None:
    trial = examine(open_encoder(None))
    assert trial.understood >= trial.asked - 2


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda rows: rows * np.float32("nan"), "NaN"),
        (np.ones_like, "同じベクトル"),
        (lambda rows: rows * 0, "長さをそろえられる"),
    ],
)
def test_a_model_whose_vectors_are_none_is_refused(tmp_path: Path, made: Path, spoil: object, reason: str) -> None:
    folder = Path(shutil.copytree(made / "static", tmp_path / "spoilt"))
    kept = load_file(folder / "model.safetensors")
    assert callable(spoil)
    save_file({name: spoil(rows) for name, rows in kept.items()}, folder / "model.safetensors")
    with pytest.raises(ModelError, match=reason):
        examine(open_encoder(str(folder)))


def test_a_model_whose_vocabulary_is_larger_than_its_weights_is_refused(tmp_path: Path, made: Path) -> None:
    folder = Path(shutil.copytree(made / "multilingual-e5-tiny", tmp_path / "spoilt"))
    kept = load_file(folder / "model.safetensors")
    name = "embeddings.word_embeddings.weight"
    rows = len(kept[name]) - 400  # all but the last kanji, 齋 and 鿢 among them
    save_file(kept | {name: kept[name][:rows].copy()}, folder / "model.safetensors", {"format": "pt"})
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"vocab_size": rows}), encoding="utf-8")
    with pytest.raises(ModelError, match="文を計算できません"):
        examine(open_encoder(str(folder)))


# -- adding, using, removing ----------------------------------------------------------------------------------------------


def test_an_added_model_is_copied_and_used_without_any_setting(settings: Settings, made: Path, tmp_path: Path) -> None:
    stick = Path(shutil.copytree(made / "multilingual-e5-tiny", tmp_path / "multilingual-e5-tiny"))
    shelf = open_models(settings)
    candidate = shelf.candidate(str(stick))
    assert candidate.report.chunks > 0
    assert candidate.report.characters > 0
    assert not candidate.report.in_use
    change = shelf.take(candidate, copy=True)
    assert change.chunks == candidate.report.chunks
    shutil.rmtree(stick)
    with open_policy_qa(settings) as service:
        assert model_of(service).startswith("multilingual-e5-tiny-")
        assert service.ask(QUESTION, viewer=OWNER, log=False).status == "answered"
        (settings.corpus / "new.txt").write_text("図書館の開館時間は九時から八時までとする。", encoding="utf-8")
        assert service.sync().added == ("new.txt",)
        assert all(check.ok for check in service.verify())
    listed = {model.model: model for model in shelf.list()}
    assert listed["multilingual-e5-tiny"].in_use
    assert listed["multilingual-e5-tiny"].home == "added"
    assert not listed["bundled"].in_use
    with pytest.raises(ModelRefused, match="いま使っています"):
        shelf.remove("multilingual-e5-tiny")
    put(shelf, "bundled")
    shelf.remove("multilingual-e5-tiny")
    assert [model.model for model in shelf.list() if model.home != "cache"] == ["bundled"]
    with pytest.raises(ModelRefused, match="加えたモデルではありません"):
        shelf.remove("bundled")


def test_a_model_used_where_it_lies_is_listed_and_missed_when_it_is_gone(
    settings: Settings, made: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(made / "static", tmp_path / "elsewhere" / "static"))
    shelf = open_models(settings)
    put(shelf, str(folder), copy=False)
    assert not shelf.folder.exists()
    used = next(model for model in shelf.list() if model.in_use)
    assert (used.home, used.folder) == ("folder", str(folder))
    shutil.rmtree(folder)
    with pytest.raises(ModelError, match="policy-qa model use bundled"):
        open_policy_qa(settings)
    assert not any(model.in_use for model in shelf.list())
    put(shelf, "bundled")
    with open_policy_qa(settings) as service:
        assert service.search("港湾", viewer=OWNER)


def test_another_model_of_the_same_name_is_not_put_over_it(settings: Settings, made: Path, tmp_path: Path) -> None:
    shelf = open_models(settings)
    put(shelf, str(made / "static"))
    other = Path(shutil.copytree(made / "wide", tmp_path / "static"))
    with pytest.raises(ModelRefused, match="同じ名前の別のモデル"):
        put(shelf, str(other))
    put(shelf, str(made / "static"))  # the same one again is none


@pytest.fixture
def large(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes the weights of the small models count as large files, once documents were read (by processes that know nothing of it)."""
    monkeypatch.setattr(identity, "_LARGE", 1000)


@pytest.mark.usefixtures("large")
def test_a_byte_in_the_middle_of_a_large_file_makes_another_model(settings: Settings, made: Path) -> None:
    shelf = open_models(settings)
    put(shelf, str(made / "static"))
    _change_the_middle(shelf.folder / "static" / "model.safetensors")
    with open_policy_qa(settings) as service, pytest.raises(IndexMismatch, match="model"):
        service.status(viewer=OWNER)


@pytest.mark.usefixtures("large")
def test_a_large_file_that_looks_as_before_is_read_again_by_verify_alone(settings: Settings, made: Path) -> None:
    shelf = open_models(settings)
    put(shelf, str(made / "static"))
    weights = shelf.folder / "static" / "model.safetensors"
    with open_policy_qa(settings) as service:
        assert all(check.ok for check in service.verify())
    _change_the_middle(weights)
    note = shelf.folder / identity.NOTE
    noted = json.loads(note.read_text(encoding="utf-8"))
    noted[str(weights.resolve())][0] = identity._looks(weights)  # a disk that failed, and touched no time
    note.write_text(json.dumps(noted), encoding="utf-8")
    with open_policy_qa(settings) as service:
        assert service.status(viewer=OWNER).chunks > 0
        assert [check.name for check in service.verify() if not check.ok] == ["埋め込みモデルのファイル"]


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("spoilt", ["", "{}", "[]", '{"x": 1}', "\0"])
def test_a_note_of_digests_that_cannot_be_read_is_made_anew(settings: Settings, made: Path, spoilt: str) -> None:
    shelf = open_models(settings)
    put(shelf, str(made / "static"))
    note = shelf.folder / identity.NOTE
    note.write_text(spoilt, encoding="utf-8")
    with open_policy_qa(settings) as service:
        assert model_of(service).startswith("static-")
    assert str(shelf.folder / "static" / "model.safetensors") in json.loads(note.read_text(encoding="utf-8"))


def _change_the_middle(weights: Path) -> None:
    data = bytearray(weights.read_bytes())
    data[len(data) // 2] ^= 1
    weights.write_bytes(data)


def test_a_model_that_the_settings_would_overrule_is_refused_before_any_work(settings: Settings, made: Path) -> None:
    shelf = open_models(settings.model_copy(update={"model": str(BUNDLED)}))
    with pytest.raises(ModelRefused, match="POLICY_QA_MODEL"):
        put(shelf, str(made / "static"))
    assert not shelf.folder.exists()


def test_a_model_of_the_settings_stands_above_the_index_and_needs_a_rebuild_that_notes_it(
    settings: Settings, made: Path
) -> None:
    named = settings.model_copy(update={"model": str(made / "static")})
    with open_policy_qa(named) as service:
        with pytest.raises(IndexMismatch):
            service.status(viewer=OWNER)
        service.sync(rebuild=True)
    with open_policy_qa(settings) as service:
        assert model_of(service).startswith("static-")


def test_without_an_index_the_first_sync_is_made_with_the_added_model(
    settings: Settings, made: Path, tmp_path: Path
) -> None:
    fresh = settings.model_copy(update={"index": tmp_path / "another"})
    put(open_models(fresh), str(made / "static"))
    with open_policy_qa(fresh) as service:
        service.sync()
        assert model_of(service).startswith("static-")


# -- while questions are asked ----------------------------------------------------------------------------------------------


def test_a_running_service_answers_from_the_old_model_until_the_switch_and_then_from_the_new(
    settings: Settings, service: PolicyQA, made: Path
) -> None:
    before = service.search(QUESTION, viewer=OWNER)
    meanwhile: list[object] = []

    def ask(step: Progress) -> None:
        meanwhile.append((model_of(service), service.search(QUESTION, viewer=OWNER)))

    old = model_of(service)
    shelf = open_models(settings)
    shelf.take(shelf.candidate(str(made / "static")), copy=True, progress=ask)
    assert meanwhile == [(old, before)] * len(meanwhile)
    assert len(meanwhile) >= 3  # each document, and the end
    assert model_of(service).startswith("static-")
    with open_policy_qa(settings) as fresh:
        assert service.search(QUESTION, viewer=OWNER) == fresh.search(QUESTION, viewer=OWNER)
    assert service.ask(QUESTION, viewer=OWNER).status == "answered"
    assert all(check.ok for check in service.verify())


def test_no_question_meets_vectors_of_another_model_however_often_they_are_exchanged(
    settings: Settings, service: PolicyQA, made: Path
) -> None:
    shelf = open_models(settings)
    candidates = [shelf.candidate(name) for name in (str(made / "static"), str(made / "wide"), "bundled")]
    done = False

    def ask(_: int) -> int:
        count = 0
        while not done or count == 0:
            # A vector of another length than the index has is a ``ValueError`` of the search.
            assert service.search(QUESTION, viewer=OWNER)
            count += 1
        return count

    with ThreadPoolExecutor(3) as threads:
        asking = [threads.submit(ask, number) for number in range(3)]
        try:
            for candidate in candidates * 2:
                shelf.take(candidate, copy=True)
        finally:
            done = True
        assert all(asked.result() > 0 for asked in asking)


@pytest.mark.parametrize("names", [("wide",), ("bundled",), ("wide", "bundled")])
def test_a_model_that_changes_again_while_it_is_opened_is_opened_again(
    settings: Settings, service: PolicyQA, made: Path, names: tuple[str, ...]
) -> None:
    shelf = open_models(settings)
    coming = [shelf.candidate(str(made / name) if name != "bundled" else name) for name in names]

    def opening() -> Parts:
        opened = service._open_parts()
        if coming and coming[0].encoder.name != opened.index.fingerprint["model"]:
            shelf.take(coming.pop(0), copy=True)
        return opened

    assert model_of(service).startswith("policy-static")
    put(shelf, str(made / "static"))
    incoming = Incoming(settings, Looked())
    with PolicyQA(
        opening, History(settings.index), incoming, Admission(waiting=9, per_viewer=9, per_minute=9), question_limit=100
    ) as asked:
        assert asked.search(QUESTION, viewer=OWNER)
        assert coming == []
        assert model_of(asked) == model_of(service)


def test_an_index_that_differs_in_more_than_its_model_is_no_reason_to_open_another(
    settings: Settings, service: PolicyQA, made: Path
) -> None:
    assert service.documents(viewer=OWNER)
    with Index(settings.index, {"model": "x", "chunker": "another"}) as other:
        other.sync(service._parts.source, rebuild=True)  # its embeddings are as good as any
    with pytest.raises(IndexMismatch) as caught:
        service.documents(viewer=OWNER)
    assert "chunker" in caught.value.differences


# -- the command line -------------------------------------------------------------------------------------------------------


def command(settings: Settings, *arguments: str) -> Outcome:
    return run("model", *arguments, "--corpus", str(settings.corpus), "--index", str(settings.index))


def test_the_commands_say_what_a_model_is_before_they_use_it(settings: Settings, made: Path) -> None:
    said = command(settings, "add", str(made / "multilingual-e5-tiny"))
    assert said.code == 0
    for words in ("次元：32", "先頭の 64 トークン", "「query: 」", "文字/秒", "ミリ秒", "切り替えました"):
        assert words in said.out
    assert "チャンクを計算し直します" in said.err
    assert "● multilingual-e5-tiny（追加" in command(settings, "list").out
    assert "（使用中）" in command(settings, "show").out
    assert command(settings, "use", "bundled").code == 0
    assert "消しました" in command(settings, "remove", "multilingual-e5-tiny").out


def test_the_commands_give_json(settings: Settings, made: Path) -> None:
    report = command(settings, "show", str(made / "static"), "--json").json
    assert (report["dimension"], report["in_use"], report["prompts"]["source"]) == (24, False, "model")
    change = command(settings, "add", str(made / "static"), "--json").json
    assert change["chunks"] == report["chunks"] > 0
    assert (change["report"]["model"], change["report"]["in_use"]) == ("static", True)
    listed = command(settings, "list", "--json").json
    assert {model["model"]: model["in_use"] for model in listed if model["home"] != "cache"} == {
        "bundled": False,
        "static": True,
    }
    assert command(settings, "use", "bundled", "--json").code == 0
    assert command(settings, "remove", "static", "--json").json == {"removed": "static"}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("add", "nobody/has-this"), 1, "この端末にありません"),
        (("add", "/no/such/folder"), 1, "フォルダーがありません"),
        (("use", "だめ"), 1, "この端末にありません"),
        (("remove", "bundled"), 2, "加えたモデルではありません"),
        (("remove", "../corpus"), 2, "加えたモデルではありません"),
        (("add",), 2, "指定が正しくありません"),
    ],
)
def test_what_cannot_be_done_is_one_line(settings: Settings, arguments: tuple[str, ...], code: int, words: str) -> None:
    said = command(settings, *arguments)
    assert said.code == code
    assert words in said.err
    assert said.err.strip().count("\n") == 0
    assert said.out == ""
