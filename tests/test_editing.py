"""Sending, changing and deleting documents, over real folders and indexes."""

from __future__ import annotations

import os
import resource
import signal
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from policy_qa.documents.manifest import read_manifest
from policy_qa.editing import MOST_WAITING
from policy_qa.errors import (
    CorpusReadOnly,
    DocumentError,
    IndexBusy,
    ManifestInvalid,
    NotAllowed,
    NotChanged,
    Stopped,
    UnknownPath,
    UploadRefused,
)
from policy_qa.models.embedding import Encoder, open_encoder
from policy_qa.reading.changes import FolderChange, Laying
from policy_qa.service import PolicyQA
from policy_qa.settings import Settings
from policy_qa.storage.database import writer_lock
from policy_qa.types import Holder, Metadata, Progress, Registration, Upload, Viewer
from policy_qa.wiring import open_policy_qa
from tests.conftest import MEMORY

OWNER = Holder(Viewer.local_owner(), "browser")
STAFF = Holder(Viewer("staff", frozenset({"staff"}), editor=True), "browser")
PUBLIC = Viewer("market", frozenset({"public"}))
OURS = (
    '# 手で書いた覚書\n[defaults]\nlabels = ["public"]\n\n[[document]]\nfiles = ["secret.txt"]\nlabels = ["secret"]\n'
)
PLAN = "みなと市交通計画（案）\n令和8年3月\nみなと市 企画部 交通政策課\n\nコミュニティバスの運賃は1回150円とする。\n"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder(None)


@pytest.fixture
def corpus() -> Iterator[Path]:
    with TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        (corpus / "corpus.toml").write_text(OURS, encoding="utf-8")
        (corpus / "open.txt").write_text("公開の文書。予算は5億円です。\n", encoding="utf-8")
        (corpus / "secret.txt").write_text("秘密の文書。予算は9億円です。\n", encoding="utf-8")
        yield corpus


@pytest.fixture
def office(corpus: Path, encoder: Encoder) -> Iterator[PolicyQA]:
    with open_policy_qa(Settings(corpus=corpus, index=corpus.parent / "index"), encoder=encoder) as service:
        service.sync()
        yield service


_sent = iter(range(10_000))


def send(office: PolicyQA, name: str, data: bytes | str, holder: Holder = OWNER) -> Upload:
    arriving = office.editing.receive(f"{next(_sent):032x}", name, holder)
    try:
        arriving.write(data.encode() if isinstance(data, str) else data)
        return arriving.finish()
    except BaseException:
        arriving.drop()
        raise


def paths(office: PolicyQA, viewer: Viewer = OWNER.viewer) -> list[str]:
    return [document.path for document in office.documents(viewer=viewer)]


def waiting(corpus: Path) -> list[Path]:
    return [path for path in (corpus / ".uploads").iterdir() if path.is_dir()]


def test_a_form_is_filled_with_what_the_document_says_and_never_with_labels(office: PolicyQA) -> None:
    upload = send(office, "計画.txt", PLAN)
    expected = Metadata("みなと市交通計画(案)", ("みなと市 企画部 交通政策課",), "2026-03", "計画", status="draft")
    assert upload.seen.about == expected
    assert (upload.replaceable, upload.same_as) == ((), None)


def test_a_registered_file_is_answered_from_and_everything_else_stays(office: PolicyQA, corpus: Path) -> None:
    upload = send(office, "計画.txt", PLAN)
    about = Metadata("交通計画", ("みなと市",), "2026-03", "計画", None, frozenset({"public"}), "draft")
    report = office.editing.register([Registration(upload.id, about)], OWNER)
    assert report.added == ("計画.txt",)
    answer = office.ask("コミュニティバスの運賃はいくらですか。", viewer=PUBLIC, log=False)
    assert answer.short_answer == "150円"
    assert "出典の「交通計画」は案の段階の文書です" in answer.assumptions
    assert (corpus / "corpus.toml").read_text(encoding="utf-8").startswith(OURS.rstrip())
    assert read_manifest(corpus).metadata("計画.txt") == about
    assert office.editing.uploads(OWNER) == ()
    assert waiting(corpus) == []
    assert all(check.ok for check in office.verify())


def test_a_document_without_labels_is_seen_by_the_owner_alone_whatever_the_defaults_say(office: PolicyQA) -> None:
    for name, labels in (("none.txt", ()), ("staff.txt", ("staff",))):
        upload = send(office, name, PLAN)
        office.editing.register([Registration(upload.id, Metadata("交通計画", labels=frozenset(labels)))], OWNER)
    assert paths(office, PUBLIC) == ["open.txt"]
    assert paths(office, STAFF.viewer) == ["staff.txt"]
    assert {hit.path for hit in office.search("コミュニティバスの運賃", viewer=PUBLIC)} <= {"open.txt"}
    assert office.ask("コミュニティバスの運賃はいくらですか。", viewer=PUBLIC, log=False).status == "abstained"
    assert {"none.txt", "staff.txt"} <= set(paths(office))


def test_a_new_version_takes_the_place_of_the_old_one_and_the_old_file_is_put_aside(
    office: PolicyQA, corpus: Path
) -> None:
    before = (corpus / "open.txt").read_bytes()
    upload = send(office, "open.txt", "新しい版。予算は6億円です。\n")
    assert upload.replaceable == ("open.txt",)
    report = office.editing.register([Registration(upload.id, Metadata("新版"), "open.txt")], OWNER)
    assert report.changed == ("open.txt",)
    assert office.text("open.txt", viewer=OWNER.viewer).startswith("新しい版")
    assert [version.replaced_at is None for version in office.versions("open.txt", viewer=OWNER.viewer)] == [
        True,
        False,
    ]
    (kept,) = (corpus / ".earlier" / "open.txt").iterdir()
    assert kept.read_bytes() == before
    assert len(paths(office)) == 2
    office.editing.delete("open.txt", OWNER.viewer)
    assert not (corpus / ".earlier" / "open.txt").exists()


def test_both_are_kept_under_names_of_their_own(office: PolicyQA) -> None:
    uploads = [send(office, "OPEN.txt", f"別の文書{number}。\n") for number in range(2)]
    office.editing.register([Registration(one.id, Metadata("別")) for one in uploads], OWNER)
    assert set(paths(office)) == {"open.txt", "secret.txt", "OPEN (2).txt", "OPEN (3).txt"}
    assert office.text("open.txt", viewer=PUBLIC).startswith("公開")


def test_whoever_does_not_see_a_document_learns_nothing_of_its_name(office: PolicyQA) -> None:
    for name in ("secret.txt", "free.txt"):
        upload = send(office, name, f"係の文書。{name}\n", STAFF)
        assert upload.replaceable == ()
        with pytest.raises(UploadRefused):
            office.editing.register(
                [Registration(upload.id, Metadata("係", labels=frozenset({"staff"})), "secret.txt")], STAFF
            )
        office.editing.register([Registration(upload.id, Metadata("係", labels=frozenset({"staff"})))], STAFF)
        assert any(path.startswith(f"{name[:-4]}-") for path in paths(office, STAFF.viewer))
    assert office.text("secret.txt", viewer=OWNER.viewer).startswith("秘密")


def test_editors_give_and_take_labels_of_their_own_only(office: PolicyQA) -> None:
    upload = send(office, "a.txt", PLAN, STAFF)
    for labels in (frozenset[str](), frozenset({"public"})):
        with pytest.raises(NotChanged, match="閲覧ラベルがありません"):
            office.editing.register([Registration(upload.id, Metadata("題", labels=labels))], STAFF)
    both = frozenset({"public", "staff"})
    office.editing.register([Registration(upload.id, Metadata("題", labels=both))], STAFF)
    (path,) = paths(office, STAFF.viewer)
    assert paths(office, PUBLIC) == ["open.txt"]
    office.editing.change(path, Metadata("題", labels=both), OWNER.viewer)
    office.editing.change(path, Metadata("題2", labels=frozenset({"staff"})), STAFF.viewer)
    assert office.document(path, viewer=PUBLIC).metadata.labels == both
    for hidden in ("open.txt", "secret.txt", "nowhere.txt"):
        with pytest.raises(UnknownPath):
            office.editing.change(hidden, Metadata("x", labels=frozenset({"staff"})), STAFF.viewer)
        with pytest.raises(UnknownPath):
            office.editing.delete(hidden, STAFF.viewer)


def test_readers_change_nothing(office: PolicyQA, corpus: Path) -> None:
    reader = Holder(PUBLIC, "browser")
    before = sorted(path for path in corpus.rglob("*"))
    for call in (
        lambda: office.editing.receive("0" * 32, "a.txt", reader),
        lambda: office.editing.register([], reader),
        lambda: office.editing.change("open.txt", Metadata("x"), PUBLIC),
        lambda: office.editing.delete("open.txt", PUBLIC),
    ):
        with pytest.raises(NotAllowed):
            call()
    assert sorted(path for path in corpus.rglob("*")) == before


def test_what_another_browser_sent_is_not_there(office: PolicyQA) -> None:
    upload = send(office, "a.txt", PLAN)
    other = Holder(OWNER.viewer, "another")
    assert office.editing.uploads(other) == ()
    office.editing.discard(upload.id, other)
    with pytest.raises(UploadRefused):
        office.editing.register([Registration(upload.id, Metadata("題"))], other)
    assert office.editing.uploads(OWNER) == (upload,)
    office.editing.discard(upload.id, OWNER)
    assert office.editing.uploads(OWNER) == ()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.exe", b"MZ", "読める形式"),
        ("a.doc", b"x", "Word"),
        ("a.docx", b"PK\x03\x04broken", "壊れて"),
        ("a.pdf", b"%PDF-1.4 nothing", "壊れて|開けません|読めません"),
        ("a.txt", b"", "空です"),
        ("a.txt", b"\xff\xfe\x00", "読めません"),
        ("a.txt", b"   \n", "文字がありません"),
        ("a.zip", b"PK", "ZIP"),
        ("..", b"x", "ファイル名"),
        ("corpus.toml", b"[defaults]", "読める形式"),
    ],
)
def test_a_bad_file_is_refused_in_one_line_and_leaves_nothing(
    office: PolicyQA, corpus: Path, name: str, data: bytes, said: str
) -> None:
    good = send(office, "good.txt", PLAN)
    with pytest.raises((UploadRefused, DocumentError), match=said) as refused:
        send(office, name, data)
    assert "\n" not in str(refused.value)
    assert office.editing.uploads(OWNER) == (good,)
    assert [folder.name for folder in waiting(corpus)] == [good.id]
    office.editing.register([Registration(good.id, Metadata("題"))], OWNER)
    assert "good.txt" in paths(office)


def test_a_file_has_a_limit_and_so_have_files_that_wait(corpus: Path, encoder: Encoder) -> None:
    settings = Settings(corpus=corpus, index=corpus.parent / "index", file_limit_mb=1)
    with open_policy_qa(settings, encoder=encoder) as office:
        with pytest.raises(UploadRefused, match="大きすぎます"):
            office.editing.receive("0" * 32, "a.txt", OWNER, size=2**20 + 1)
        with pytest.raises(UploadRefused, match="大きすぎます"):
            send(office, "a.txt", b"a" * (2**20 + 1))
        assert waiting(corpus) == []
        coming = [office.editing.receive(f"{number:032x}", "a.txt", OWNER, size=1) for number in range(MOST_WAITING)]
        with pytest.raises(UploadRefused, match="多すぎます"):
            office.editing.receive("f" * 32, "a.txt", OWNER, size=1)
        for arriving in coming:
            arriving.drop()
        assert waiting(corpus) == []
        for bad in ("../../x", "0" * 31, "F" * 32, ""):
            with pytest.raises(UploadRefused):
                office.editing.receive(bad, "a.txt", STAFF, size=1)


def test_a_full_disk_is_said_in_one_line_and_leaves_nothing(office: PolicyQA, corpus: Path) -> None:
    arriving = office.editing.receive("a" * 32, "a.txt", OWNER)
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, most[1]))
    try:
        with pytest.raises(CorpusReadOnly, match="書き込めません"):
            arriving.write(b"a" * 2**20)
        arriving.drop()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
        signal.signal(signal.SIGXFSZ, ignored)
    assert waiting(corpus) == []
    assert office.editing.uploads(OWNER) == ()


def test_broken_off_or_failed_everything_is_as_before_and_can_be_tried_again(office: PolicyQA, corpus: Path) -> None:
    uploads = [send(office, "open.txt", PLAN), send(office, "new.txt", PLAN + "追記。\n")]
    asked = [Registration(uploads[0].id, Metadata("新"), "open.txt"), Registration(uploads[1].id, Metadata("新2"))]
    files = {path: path.read_bytes() for path in corpus.iterdir() if path.is_file()}
    state = office.status(viewer=OWNER.viewer).state

    def stop(step: Progress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        office.editing.register(asked, OWNER, progress=stop)
    with writer_lock(corpus.parent / "index"), pytest.raises(IndexBusy):
        office.editing.register(asked, OWNER)
    assert {path: path.read_bytes() for path in corpus.iterdir() if path.is_file()} == files
    assert office.status(viewer=OWNER.viewer).state == state
    assert paths(office, PUBLIC) == ["open.txt"]
    assert office.editing.uploads(OWNER) == tuple(uploads)
    assert office.sync().unchanged == ("open.txt", "secret.txt")
    report = office.editing.register(asked, OWNER)
    assert (report.added, report.changed) == (("new.txt",), ("open.txt",))


def test_what_is_called_back_while_it_is_registered_takes_nothing_with_it(office: PolicyQA, corpus: Path) -> None:
    uploads = [send(office, "open.txt", PLAN), send(office, "new.txt", PLAN + "追記。\n")]
    asked = [Registration(uploads[0].id, Metadata("新"), "open.txt"), Registration(uploads[1].id, Metadata("新2"))]
    files = {path: path.read_bytes() for path in corpus.iterdir() if path.is_file()}

    def call_back(step: Progress) -> None:
        for upload in uploads:
            office.editing.discard(upload.id, OWNER)
        raise Stopped

    with pytest.raises(Stopped):
        office.editing.register(asked, OWNER, progress=call_back)
    assert {path: path.read_bytes() for path in corpus.iterdir() if path.is_file()} == files
    assert office.editing.uploads(OWNER) == ()


def test_the_old_index_answers_while_the_new_document_is_read(office: PolicyQA) -> None:
    upload = send(office, "open.txt", "新しい版。予算は6億円です。\n")
    seen: list[str] = []

    def look(step: Progress) -> None:
        seen.append(office.text("open.txt", viewer=PUBLIC)[:2])

    about = Metadata("新", labels=frozenset({"public"}))
    office.editing.register([Registration(upload.id, about, "open.txt")], OWNER, progress=look)
    assert set(seen) == {"公開"}
    assert office.text("open.txt", viewer=PUBLIC)[:2] == "新し"


def test_metadata_and_labels_are_changed_without_touching_the_file(office: PolicyQA, corpus: Path) -> None:
    before = (corpus / "open.txt").stat().st_mtime_ns
    about = Metadata("題\u202e<b>", ("県\n知事室",), "令和8年4月", "計画", None, frozenset({"staff"}), "decided")
    office.editing.change("open.txt", about, OWNER.viewer)
    found = office.document("open.txt", viewer=OWNER.viewer).metadata
    assert found == Metadata("題<b>", ("県 知事室",), "2026-04", "計画", None, frozenset({"staff"}), "decided")
    assert (corpus / "open.txt").stat().st_mtime_ns == before
    assert paths(office, PUBLIC) == []
    with pytest.raises(NotChanged, match="日付"):
        office.editing.change("open.txt", Metadata("x", date="きのう"), OWNER.viewer)


def test_a_deleted_document_is_gone_from_folder_index_and_manifest(office: PolicyQA, corpus: Path) -> None:
    upload = send(office, "a[1].txt", PLAN)
    office.editing.register([Registration(upload.id, Metadata("題", labels=frozenset({"staff"})))], OWNER)
    assert office.document("a[1].txt", viewer=STAFF.viewer).metadata.title == "題"
    assert office.editing.delete("a[1].txt", OWNER.viewer).removed == ("a[1].txt",)
    assert not (corpus / "a[1].txt").exists()
    assert (corpus / "corpus.toml").read_text(encoding="utf-8").strip() == OURS.strip()
    office.editing.delete("open.txt", OWNER.viewer)
    with pytest.raises(NotChanged, match="最後の1件"):
        office.editing.delete("secret.txt", OWNER.viewer)
    assert paths(office) == ["secret.txt"]


def test_an_archive_is_registered_with_the_labels_for_all_that_is_in_it(office: PolicyQA) -> None:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("a.txt", PLAN)
        packed.writestr("../../b.txt", "外へ出ようとする文書。\n")
    upload = send(office, "資料.zip", data.getvalue())
    assert upload.seen.members == 2
    about = Metadata("資料", document_type="計画", labels=frozenset({"staff"}))
    office.editing.register([Registration(upload.id, about)], OWNER)
    assert len(paths(office, STAFF.viewer)) == 2
    assert all(path.startswith("資料.zip/") and ".." not in path for path in paths(office, STAFF.viewer))
    with pytest.raises(NotChanged, match="ZIPファイルの中"):
        office.editing.delete(paths(office, STAFF.viewer)[0], OWNER.viewer)
    smaller = BytesIO()
    with zipfile.ZipFile(smaller, "w") as packed:
        packed.writestr("a.txt", PLAN + "改。\n")
    again = send(office, "資料.zip", smaller.getvalue())
    assert again.replaceable == ("資料.zip",)
    office.editing.register([Registration(again.id, about, "資料.zip")], OWNER)
    assert paths(office, STAFF.viewer) == ["資料.zip/a.txt"]
    # Whoever does not see all that is in it neither replaces nor deletes an archive.
    assert send(office, "資料.zip", smaller.getvalue(), STAFF).replaceable == ()
    with pytest.raises(UnknownPath):
        office.editing.delete("資料.zip", STAFF.viewer)
    office.editing.delete("資料.zip", OWNER.viewer)
    assert paths(office, STAFF.viewer) == []


def test_nothing_asked_for_changes_nothing(office: PolicyQA, corpus: Path) -> None:
    (corpus / "new.txt").write_text("まだ読まれていない。\n", encoding="utf-8")
    office.editing.register([], OWNER)
    assert "new.txt" not in paths(office)


def test_a_manifest_that_cannot_be_written_to_stops_a_registration_before_anything_changes(
    office: PolicyQA, corpus: Path
) -> None:
    upload = send(office, "a.txt", PLAN)
    (corpus / "corpus.toml").write_text("title = ", encoding="utf-8")
    with pytest.raises(ManifestInvalid):
        office.editing.register([Registration(upload.id, Metadata("題"))], OWNER)
    assert not (corpus / "a.txt").exists()
    assert office.editing.uploads(OWNER) == (upload,)


def test_what_was_looked_at_is_not_read_a_second_time(office: PolicyQA) -> None:
    upload = send(office, "計画.txt", PLAN)
    pages: list[int] = []
    about = [Registration(upload.id, Metadata("題"))]
    office.editing.register(about, OWNER, progress=lambda step: pages.append(step.pages))
    assert pages
    assert set(pages) == {0}


def test_a_first_document_can_be_sent_into_a_folder_that_is_not_there_yet(tmp_path: Path, encoder: Encoder) -> None:
    with open_policy_qa(Settings(corpus=tmp_path / "new", index=tmp_path / "index"), encoder=encoder) as office:
        upload = send(office, "計画.txt", PLAN)
        office.editing.register([Registration(upload.id, Metadata("題"))], OWNER)
        assert paths(office) == ["計画.txt"]
        assert paths(office, PUBLIC) == []


def test_a_change_that_was_killed_is_put_back_by_the_next_sync_and_not_while_it_is_made(
    office: PolicyQA, corpus: Path
) -> None:
    before, text = (corpus / "corpus.toml").read_bytes(), (corpus / "open.txt").read_bytes()
    upload = send(office, "open.txt", "新しい版。\n")
    staged = f".uploads/{upload.id}/open.txt"
    opened = before + b'\n[[document]]\nfiles = ["secret.txt"]\nlabels = ["public"]\n'
    FolderChange.make(corpus, before, opened, [Laying(staged, "open.txt", replaces=True)], taken=["secret.txt"])
    assert (corpus / "open.txt").read_text(encoding="utf-8") == "新しい版。\n"
    with writer_lock(corpus / ".uploads"):
        office.sync(["open.txt"])
        assert office.text("open.txt", viewer=PUBLIC) == "新しい版。\n"
    office.sync()
    assert (corpus / "corpus.toml").read_bytes() == before
    assert (corpus / "open.txt").read_bytes() == text
    assert paths(office, PUBLIC) == ["open.txt"]
    assert office.text("secret.txt", viewer=OWNER.viewer).startswith("秘密")
    assert waiting(corpus) == []
