"""Backups of an index in use, and what restoring them brings back."""

from __future__ import annotations

import random
import shutil
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from policy_qa.backup import back_up, restore
from policy_qa.errors import HistoryDamaged, IndexBusy, IndexDamaged, PolicyQAError, UsageError
from policy_qa.history import History
from policy_qa.storage.database import writer_lock
from policy_qa.storage.index import Index
from policy_qa.types import Answer, Progress, Understood
from tests.storage.storage_library import FINGERPRINT, Library


def append(library: Library, number: int) -> None:
    with History(library.index.folder) as history:
        answer = Answer(f"質問{number}", "answered", "答え", Understood("fact"), id=f"id-{number}")
        assert history.append(answer, viewer=library.owner, index_state="s").result()


def questions(library: Library) -> list[str]:
    with History(library.index.folder) as history:
        assert history.verify().ok
        return [logged.question for logged in history.list(viewer=library.owner)]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    made = Library(tmp_path)
    made.write("budget.txt", "地域 交付金 1,600億円\n")
    made.write("corpus.toml", "[defaults]\n")
    made.index.sync(made.source)
    for number in range(3):
        append(made, number)
    return made


def test_what_was_backed_up_comes_back_and_what_stood_there_is_kept(library: Library, tmp_path: Path) -> None:
    made = back_up(library.index.folder, library.corpus, tmp_path / "kept.zip")
    before = (library.keyword("地域"), library.dense("地域"), questions(library), library.index.state(library.owner))
    library.write("budget.txt", "地域 交付金 9,900億円\n")
    library.index.sync(library.source)
    append(library, 4)
    assert library.keyword("地域") != before[0]
    restored = restore(tmp_path / "kept.zip", library.index.folder)
    assert (
        library.keyword("地域"),
        library.dense("地域"),
        questions(library),
        library.index.state(library.owner),
    ) == before
    assert library.whole()
    assert (restored.state, restored.end) == (made.state, made.end)
    assert restored.replaced is not None
    assert {path.name for path in Path(restored.replaced).iterdir()} == {
        "catalog.sqlite",
        "answers.sqlite",
        "answers.head",
    }
    assert not [path for path in library.index.folder.iterdir() if path.name.startswith(".restoring")]


def test_a_backup_is_restored_where_nothing_was(library: Library, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    made = back_up(library.index.folder, library.corpus, tmp_path / "folder")
    shutil.rmtree(library.index.folder)
    assert restore(Path(made.path), library.index.folder).replaced is None
    assert library.keyword("交付金") == ["地域 交付金 1,600億円"]
    assert questions(library) == ["質問2", "質問1", "質問0"]
    assert library.whole()
    append(library, 3)
    assert questions(library)[0] == "質問3"


def test_a_file_that_is_there_is_never_written_over(library: Library, tmp_path: Path) -> None:
    target = tmp_path / "kept.zip"
    target.write_text("mine")
    with pytest.raises(UsageError, match="上書き"):
        back_up(library.index.folder, library.corpus, target)
    assert target.read_text() == "mine"


def test_progress_is_told(library: Library, tmp_path: Path) -> None:
    steps: list[Progress] = []
    back_up(library.index.folder, library.corpus, tmp_path / "kept.zip", steps.append)
    assert {"catalog.sqlite", "answers.sqlite", "corpus.toml"} <= {step.path for step in steps}


def test_a_damaged_backup_is_refused_and_changes_nothing(library: Library, tmp_path: Path) -> None:
    target = tmp_path / "kept.zip"
    back_up(library.index.folder, library.corpus, target)
    whole, dice = target.read_bytes(), random.Random(1)
    before = {path.name: path.read_bytes() for path in library.index.folder.iterdir() if path.is_file()}
    told: list[str] = []
    for number in range(60):
        data = bytearray(whole)
        if number % 3:
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        else:
            del data[dice.randrange(len(data)) :]
        target.write_bytes(data)
        index = tmp_path / f"index-{number}"
        with suppress(PolicyQAError):
            restore(target, index)
            with Index(index, FINGERPRINT) as found:  # a bit that says nothing: a time, an attribute
                assert found.state(library.owner) == library.index.state(library.owner)
            continue
        assert [*index.iterdir()] == []
        with pytest.raises(PolicyQAError, match=r"kept\.zip") as refused:
            restore(target, index)
        told.append(str(refused.value))
    assert len(told) > 40
    assert not any("\n" in line for line in told)
    target.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PolicyQAError):
        restore(target, library.index.folder)
    assert {path.name: path.read_bytes() for path in library.index.folder.iterdir() if path.is_file()} == before


def test_what_is_damaged_is_not_backed_up(library: Library, tmp_path: Path) -> None:
    for name, error in (("answers.sqlite", HistoryDamaged), ("catalog.sqlite", IndexDamaged)):
        path = library.index.folder / name
        path.write_bytes(path.read_bytes().replace("質問1".encode(), "質問9".encode()).replace(b"1,600", b"1,900"))
        with pytest.raises(error, match=name):
            back_up(library.index.folder, library.corpus, tmp_path / "kept.zip")
        assert not (tmp_path / "kept.zip").exists()


def test_nothing_is_restored_below_a_writer(library: Library, tmp_path: Path) -> None:
    back_up(library.index.folder, library.corpus, tmp_path / "kept.zip")
    with writer_lock(library.index.folder), pytest.raises(IndexBusy):
        restore(tmp_path / "kept.zip", library.index.folder)
    assert library.whole()
    assert len(questions(library)) == 3


def test_backups_of_an_index_that_is_written_to_are_each_of_one_moment(library: Library, tmp_path: Path) -> None:
    done = threading.Event()

    def write() -> None:
        number = 10
        while not done.is_set():
            number += 1
            for name in ("budget.txt", "other.txt"):
                library.write(name, f"世代 {number}\n" * 40)
            library.index.sync(library.source)
            append(library, number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(6):
            back_up(library.index.folder, library.corpus, tmp_path / f"{number}.zip")
    finally:
        done.set()
        writer.join()
    for number in range(6):
        root = tmp_path / f"root-{number}"
        root.mkdir()
        restored = Library(root)
        restore(tmp_path / f"{number}.zip", restored.index.folder)
        found = restored.index.documents(restored.owner)
        texts = {restored.index.document(one.path, restored.owner).text for one in found}
        assert len(texts) == 1  # both documents of one generation
        assert restored.whole()
        assert questions(restored)[-1] == "質問0"
