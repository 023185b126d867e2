"""Nothing that comes from outside is ever run: no pickle, no eval, no model with code of its own; data is opened as data."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from policy_qa.errors import ModelError
from policy_qa.models.files import ModelFolder, refuse_unusable
from policy_qa.reading.one_file import Refusal
from policy_qa.reading.process import Done, Failure
from policy_qa.reading.values import values_in
from policy_qa.types import Document, Metadata, Span
from tests.models.tiny_models import static

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for folder in ("src/policy_qa", "ui") for path in (ROOT / folder).rglob("*.py"))
# Calls that run what they are given, or open what can hold a program.
RUNNING = {"eval", "exec", "compile", "__import__", "execfile"}
OPENING = {
    ("torch", "load"), ("yaml", "load"), ("yaml", "unsafe_load"), ("joblib", "load"), ("marshal", "loads"), ("marshal", "load"), ("shelve", "open"), ("dill", "loads"),
    ("os", "system"), ("os", "popen"), ("subprocess", "getoutput"), ("pickle", "load"), ("pd", "read_pickle"),
}  # fmt: skip
# A process hands tasks to processes that it started itself; what they say is read by ``reading.values`` only, which makes nothing but values.
PICKLES = {"reading/process.py", "reading/workers.py", "reading/values.py"}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield path.relative_to(ROOT).as_posix().removeprefix("src/policy_qa/"), node


def test_nothing_is_run_that_was_read() -> None:
    found = [
        (name, ast.unparse(call)[:80])
        for name, call in _calls()
        if (isinstance(call.func, ast.Name) and call.func.id in RUNNING)
        or (isinstance(call.func, ast.Attribute) and (ast.unparse(call.func.value), call.func.attr) in OPENING)
        or any(keyword.arg == "shell" and ast.unparse(keyword.value) != "False" for keyword in call.keywords)
    ]
    assert found == []


def test_pickle_is_known_to_the_processes_that_read_files_only() -> None:
    users = set()
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if "pickle" in {
            alias.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import) for alias in node.names
        }:
            users.add(path.relative_to(ROOT / "src" / "policy_qa").as_posix())
    assert users == PICKLES


def test_arrays_are_opened_without_objects_and_models_without_code() -> None:
    loads = [call for _, call in _calls() if ast.unparse(call.func) in {"np.load", "numpy.load"}]
    assert [
        call
        for call in loads
        if not any(word.arg == "allow_pickle" and ast.unparse(word.value) == "False" for word in call.keywords)
    ] == []
    opened = [call for _, call in _calls() if ast.unparse(call.func) in {"SentenceTransformer", "CrossEncoder"}]
    assert len(opened) == 2
    for call in opened:
        said = {word.arg: ast.unparse(word.value) for word in call.keywords}
        assert said["trust_remote_code"] == "False"
        assert said["local_files_only"] == "True"
        assert said["model_kwargs"] == "{'use_safetensors': True}"


def test_nothing_that_ships_is_a_pickle() -> None:
    files = [path for folder in ("src", "ui", "corpus") for path in (ROOT / folder).rglob("*") if path.is_file()]
    assert [
        path.name
        for path in files
        if path.suffix in {".pkl", ".pickle", ".pt", ".pth", ".ckpt", ".bin", ".npy", ".npz", ".joblib"}
    ] == []


@pytest.mark.parametrize(
    "name", ["model.bin", "pytorch_model.bin", "model.pt", "weights.pkl", "2_Dense/pytorch_model.bin"]
)
def test_a_model_whose_weights_are_a_pickle_is_refused_before_it_is_opened(tmp_path: Path, name: str) -> None:
    folder = static(tmp_path / "model")
    refuse_unusable(ModelFolder("model", folder))
    if "/" not in name:
        next(folder.rglob("*.safetensors")).unlink()
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"\x80\x05cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(ModelError, match="pickle"):
        refuse_unusable(ModelFolder("model", folder))


class _Attack:
    def __reduce__(self) -> tuple[object, tuple[str, ...]]:
        return eval, ("print('run')",)


@pytest.mark.parametrize(
    "said",
    [
        pickle.dumps(_Attack()), b"cos\nsystem\n(S'true'\ntR.", b"cpolicy_qa.reading.process\npickle.loads\n.", b"cpolicy_qa.reading.process\nserve\n.",
        b"cbuiltins\neval\n(S'1'\ntR.", b"cfunctools\npartial\n.", b"cpolicy_qa.documents\nimport_module\n.", b"cpolicy_qa.reading.values\n_Values\n.",
    ],
)  # fmt: skip
def test_what_a_reading_process_says_is_never_run(said: bytes) -> None:
    with pytest.raises((pickle.UnpicklingError, AttributeError)):
        values_in(said)


def test_what_a_reading_process_has_to_say_arrives() -> None:
    document = Document("a.md", "00", "本文", (), Metadata("題", labels=frozenset({"public"})))
    for value in (None, 3, Done((document, np.eye(3, dtype=np.float32)), None, 1.5, is_fit=True), Done(None, Failure("time", "x"), 0.0, is_fit=False), Refusal("empty", "a", "b"), Span(1, 2)):  # fmt: skip
        found = values_in(pickle.dumps(value))
        if isinstance(value, Done) and value.result is not None:
            assert found.result[0] == document
            assert (found.result[1] == np.eye(3)).all()
        else:
            assert found == value
