"""A corpus folder read in child processes: what a file does to its process, and what is not read twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from policy_qa.chunking import embedded_text
from policy_qa.models.embedding import BUNDLED, StaticEncoder
from policy_qa.reading.corpus import CorpusFolder, file_reader
from policy_qa.reading.one_file import Reading
from policy_qa.settings import Settings
from policy_qa.storage.index import Index
from policy_qa.storage.source import Prepared, SourceFile, Wanted
from policy_qa.testing import HashingEncoder
from policy_qa.types import Metadata, SyncReport, Viewer
from tests.reading.odd_tasks import HARM, OddReader

OWNER = Viewer.local_owner()


@dataclass
class Place:
    """A corpus folder, its index, and notes of what was read."""

    root: Path
    version: str = "1"
    slow: str = "-"
    seconds: float = 0.0
    read: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.corpus = self.root / "corpus"
        self.corpus.mkdir(exist_ok=True)
        self.notes = self.root / "notes"

    def write(self, path: str, text: str) -> None:
        (self.corpus / path).parent.mkdir(parents=True, exist_ok=True)
        (self.corpus / path).write_text(text, encoding="utf-8")

    def index(self, **changed: str) -> Index:
        return Index(self.root / "index", {"model": "hashing-pairs"} | changed)

    def sync(self, index: Index | None = None, *paths: str, rebuild: bool = False) -> SyncReport:
        """Brings the index level; ``read`` is then what was read for it."""
        settings = Settings(corpus=self.corpus, workers=3, read_timeout_s=3, read_memory_mb=400)
        reader = OddReader(
            self.corpus, 2**20, 220, notes=self.notes, version=self.version, slow=self.slow, seconds=self.seconds
        )
        self.notes.write_text("", encoding="utf-8")
        report = (index or self.index()).sync(CorpusFolder(settings, HashingEncoder(), reader), paths, rebuild=rebuild)
        self.read = Counter(self.notes.read_text(encoding="utf-8").split())
        return report


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_file_that_harms_its_process_is_told_with_advice_and_is_left_alone_until_something_changes(
    place: Place,
) -> None:
    place.write("良い.txt", "地域未来交付金 1,600億円")
    for word in HARM:
        place.write(f"{word}.txt", f"{word} 文書")
    report = place.sync()
    assert report.added == ("良い.txt",)
    failed = {failure.path.removesuffix(".txt"): failure for failure in report.failed}
    assert {name: failure.kind for name, failure in failed.items()} == {
        "hang": "too_large",
        "spin": "too_large",
        "exit": "damaged",
        "fault": "damaged",
        "fill": "too_large",
        "want": "too_large",
        "raise": "damaged",
    }
    assert "3秒" in failed["hang"].reason
    assert "400 MB" in failed["fill"].reason
    assert "異常終了" in failed["exit"].reason
    assert "RecursionError: 深すぎる" in failed["raise"].reason
    assert all(failure.remedy for failure in failed.values())
    again = place.sync()
    assert place.read == {}
    assert {failure.path: failure.reason for failure in again.failed} == {
        failure.path: failure.reason for failure in report.failed
    }
    assert again.unchanged == ("良い.txt",)
    place.sync(None, "exit.txt")
    assert set(place.read) == {"exit.txt"}
    place.write("fault.txt", "直した文書")
    assert place.sync().added == ("fault.txt",)
    assert place.read == {"fault.txt": 1}


def test_the_same_bytes_are_read_once_whatever_they_are_called(place: Place) -> None:
    place.write("a.txt", "令和8年度予算\n地域未来交付金 1,600億円")
    place.write("写し/a.txt", "令和8年度予算\n地域未来交付金 1,600億円")
    place.write("b.txt", "会議")
    index = place.index()
    place.sync(index)
    assert sum(place.read.values()) == 2
    texts = {item.path: index.document(item.path, OWNER) for item in index.documents(OWNER)}
    assert texts["a.txt"].text == texts["写し/a.txt"].text
    assert texts["a.txt"].blocks == texts["写し/a.txt"].blocks

    (place.corpus / "b.txt").rename(place.corpus / "改名.txt")
    place.write("corpus.toml", '[[document]]\nfiles = ["a.txt"]\ntitle = "予算の概要"\n')
    report = place.sync(index)
    assert (report.added, report.changed, report.removed) == (("改名.txt",), ("a.txt",), ("b.txt",))
    assert place.read == {}
    assert index.document("a.txt", OWNER).metadata.title == "予算の概要"

    changed = place.index(chunker="another")
    assert len(place.sync(changed, rebuild=True).changed) == 3
    assert place.read == {}
    place.version = "2"
    place.sync(changed, rebuild=True)
    assert sum(place.read.values()) == 2
    assert all(check.ok for check in changed.verify())


def test_files_inside_an_archive_are_documents_read_once_and_filtered_by_their_paths(place: Place) -> None:
    def pack(members: dict[str, str]) -> None:
        with zipfile.ZipFile(place.corpus / "様式.zip", "w") as packed:
            for name, text in members.items():
                packed.writestr(name, text)

    pack({"概要.txt": "地域未来交付金 1,600億円", "別/申請.txt": "申請の期限は六月である。", "harm.txt": "exit 文書"})
    place.write("写し.txt", "地域未来交付金 1,600億円")
    place.write("corpus.toml", '[[document]]\nfiles = ["様式.zip/別/*.txt"]\ntitle = "申請書"\nlabels = ["public"]\n')
    index = place.index()
    report = place.sync(index)
    assert report.added == ("写し.txt", "様式.zip/別/申請.txt", "様式.zip/概要.txt")
    assert [failure.path for failure in report.failed] == ["様式.zip/harm.txt"]
    assert sum(place.read.values()) == 3
    (seen,) = index.documents(Viewer("誰か", frozenset({"public"})))
    assert (seen.path, seen.metadata.title) == ("様式.zip/別/申請.txt", "申請書")

    assert len(place.sync(index).unchanged) == 3
    assert place.read == {}
    pack({"概要.txt": "地域未来交付金 1,600億円", "別/申請.txt": "申請の期限は七月である。"})
    report = place.sync(index)
    assert (report.changed, report.removed, report.failed) == (("様式.zip/別/申請.txt",), (), ())
    assert set(place.read) == {"様式.zip/別/申請.txt"}
    (place.corpus / "様式.zip").unlink()
    assert place.sync(index).removed == ("様式.zip/別/申請.txt", "様式.zip/概要.txt")


def test_copies_of_a_file_that_fails_are_not_tried_each(place: Place) -> None:
    for name in "abc":
        place.write(f"{name}.txt", "exit 文書")
    assert {failure.path for failure in place.sync().failed} == {"a.txt", "b.txt", "c.txt"}
    assert sum(place.read.values()) == 1


def test_a_stored_reading_that_is_no_longer_whole_is_not_used_again(place: Place) -> None:
    place.write("a.txt", "地域未来交付金 1,600億円")
    index = place.index()
    place.sync(index)
    index.close()
    with closing(sqlite3.connect(place.root / "index/catalog.sqlite")) as connection, connection:
        connection.execute("UPDATE documents SET text = replace(text, '1', '2')")
    place.sync(index, rebuild=True)
    assert place.read == {"a.txt": 1}
    assert index.document("a.txt", OWNER).text == "地域未来交付金 1,600億円"


def test_answers_do_not_depend_on_which_file_was_read_first(tmp_path: Path) -> None:
    found: list[object] = []
    orders = []
    for number, slow in enumerate(("1.txt", "[2-5].txt")):
        (tmp_path / f"{number}").mkdir()
        place = Place(tmp_path / f"{number}", slow=slow, seconds=0.8)
        for name in range(1, 6):
            place.write(f"{name}.txt", f"地域の会議は六月に開く。\n\n# 見出し{name % 2}\n\n番号は{name}である。")
        index = place.index()
        place.sync(index)
        query = HashingEncoder().encode_query("地域の会議は六月に開く。")
        rankings = (index.keyword_search(["会議", "六月"], 10, OWNER), index.dense_search(query, 3, OWNER))
        chunks = [index.chunks([identity for identity, _ in ranking], OWNER) for ranking in rankings]
        found.append(([[(chunk.path, chunk.span) for chunk in some] for some in chunks], index.headings(OWNER)))
        orders.append([chunk.path for chunk in index.chunks(range(1, 99), OWNER)])
    assert found[0] == found[1]
    assert orders[0] != orders[1]


def staged(place: Place) -> set[str]:
    """The files that are stored and not yet published."""
    try:
        with closing(sqlite3.connect(place.root / "index/catalog.sqlite", timeout=20)) as connection:
            return {path for (path,) in connection.execute("SELECT path FROM documents WHERE staged")}
    except sqlite3.OperationalError:  # not made yet
        return set()


def test_a_parallel_sync_killed_in_the_middle_goes_on_with_what_was_read(place: Place) -> None:
    for number in range(8):
        place.write(f"{number}.txt", f"文書の番号は{number}である。")
    code = (
        "from pathlib import Path; from tests.reading.test_corpus import Place\n"
        f"Place(Path({str(place.root)!r}), slow='[4-7].txt', seconds=9).sync()\n"
    )
    running = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    ends = time.monotonic() + 60
    while len(staged(place)) < 3 and time.monotonic() < ends:
        time.sleep(0.1)
    running.send_signal(signal.SIGKILL)
    running.wait()
    kept = staged(place)
    assert len(kept) >= 3
    assert len(place.sync().added) == 8
    assert set(place.read) == {f"{number}.txt" for number in range(8)} - kept
    assert all(check.ok for check in place.index().verify())


def children() -> set[str]:
    """The processes that this one has started; none where the system does not tell."""
    told = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return set(told.read_text().split()) if told.exists() else set()


def test_an_interrupted_sync_leaves_no_process_behind(place: Place) -> None:
    for number in range(4):
        place.write(f"{number}.txt", f"文書{number}")
    place.slow, place.seconds = "[1-3].txt", 2.0
    settings = Settings(corpus=place.corpus, workers=3)
    reader = OddReader(place.corpus, 2**20, 220, notes=place.notes, slow=place.slow, seconds=place.seconds)

    def stop(step: object) -> None:
        if getattr(step, "done", 0):
            raise KeyboardInterrupt

    before = children()
    with pytest.raises(KeyboardInterrupt):
        place.index().sync(CorpusFolder(settings, HashingEncoder(), reader), progress=stop)
    assert children() <= before
    assert len(place.sync().added) == 4
    assert "0.txt" not in place.read


def test_what_a_process_has_read_before_says_nothing_of_the_next_file(place: Place) -> None:
    """PDFium keeps one last error for its process: after a file with a password, a broken one would seem to have one too."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    for name, password in (("1.pdf", "himitsu"), ("2.pdf", None)):
        sheet = canvas.Canvas(str(place.corpus / name), encrypt=password)
        sheet.drawString(100, 100, "secret")
        sheet.save()
    broken = (place.corpus / "2.pdf").read_bytes().replace(b"/Pages ", b"/Faces ")
    (place.corpus / "2.pdf").write_bytes(broken)
    report = place.index().sync(CorpusFolder(Settings(corpus=place.corpus, workers=1), HashingEncoder()))
    assert {failure.path: failure.kind for failure in report.failed} == {"1.pdf": "encrypted", "2.pdf": "damaged"}


def test_a_model_that_opens_at_once_embeds_in_the_process_that_reads(tmp_path: Path) -> None:
    (tmp_path / "港.txt").write_text("港湾を整備する。\n\n" * 40, encoding="utf-8")
    model = StaticEncoder(BUNDLED)
    settings = Settings(corpus=tmp_path, workers=1)
    wanted = Wanted(SourceFile("港.txt", tmp_path / "港.txt", Metadata("港"), ""))
    reading = file_reader(settings, tmp_path, model)(wanted)
    assert isinstance(reading, Reading)
    assert reading.embedded == ()
    ((_, prepared),) = CorpusFolder(settings, model).prepare([wanted], lambda file, pages: None)
    assert isinstance(prepared, Prepared)
    expected = model.encode_documents([embedded_text("港", piece) for piece in prepared.chunks])
    assert np.array_equal(prepared.embeddings, expected)
