"""The inbox keeps uploads under safe names, whole or not at all."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest

from archive.errors import ArchiveError, UsageError
from archive.model.queue import FileState
from archive.store.originals.uploads import EMPTY, LONGEST_NAME, STALE_SECONDS, Uploads, safe_name, safe_path


@pytest.fixture
def inbox(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "inbox")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("ugovor 1.pdf", "ugovor 1.pdf"),
        ("Уговор бр. 5.pdf", "Уговор бр. 5.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\plan.docx", "plan.docx"),
        ("/etc/", "unnamed"),
        ("", "unnamed"),
        ("..", "unnamed"),
        ("...hidden.txt", "hidden.txt"),
        ("a\0b\n.pdf", "a_b_.pdf"),
        ("\u202efdp.exe", "_fdp.exe"),
        ("\udcff.pdf", "?.pdf"),
        ("<b>&\"'.pdf", "<b>&\"'.pdf"),
    ],
)
def test_a_name_is_made_safe_and_stays_readable(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("papiri/2023/ugovor.pdf", "papiri/2023/ugovor.pdf"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc//passwd", "etc/passwd"),
        ("mail.eml!/ugovor.pdf", "mail.eml/ugovor.pdf"),
        ("!/x.pdf", "unnamed/x.pdf"),
        ("a\\b\\c.pdf", "a/b/c.pdf"),
        ("/".join("abcdefghijkl"), "d/e/f/g/h/i/j/k/l"),
    ],
)
def test_a_path_stays_below_its_upload_and_out_of_containers(path: str, safe: str) -> None:
    assert safe_path(path) == safe


@pytest.mark.parametrize("name", ["x" * 400 + ".pdf", "ш" * 400, "a." + "б" * 400, "ш" * 99 + "x.pdf"])
def test_a_long_name_is_cut_between_letters(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= LONGEST_NAME
    assert name.endswith(".pdf") == safe.endswith(".pdf")


def test_files_of_one_name_are_kept_apart_and_empty_ones_refused(inbox: Uploads) -> None:
    sent = [("a/x.txt", b"one"), ("b/x.txt", b"two"), ("empty.pdf", b"")]
    job, files = inbox.keep((name, io.BytesIO(data)) for name, data in sent)
    assert [(file.path, file.size, file.state) for file in files] == [
        ("1/x.txt", 3, FileState.WAITING),
        ("2/x.txt", 3, FileState.WAITING),
        ("3/empty.pdf", 0, FileState.FAILED),
    ]
    assert files[2].reason == EMPTY
    assert [(inbox.folder(job) / file.path).read_bytes() for file in files[:2]] == [b"one", b"two"]
    inbox.discard(job, "1/x.txt")
    inbox.discard(job, "1/x.txt")
    assert [path.name for path in inbox.folder(job).iterdir()] == ["2"]
    inbox.discard_job(job)
    assert not inbox.folder(job).exists()


class Breaking(io.BytesIO):
    """A stream that ends as a full disk would."""

    def read(self, size: int | None = -1) -> bytes:
        raise OSError(28, "No space left on device")


def test_of_an_upload_that_cannot_be_kept_nothing_stays(inbox: Uploads, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="disk of the archive is full"):
        inbox.keep([("a.txt", io.BytesIO(b"a")), ("b.txt", Breaking(b"b"))])
    assert list((tmp_path / "inbox").iterdir()) == []


def test_only_uploads_interrupted_long_ago_and_those_of_no_job_are_swept(inbox: Uploads, tmp_path: Path) -> None:
    job, _ = inbox.keep([("a.txt", io.BytesIO(b"a"))])
    forgotten, _ = inbox.keep([("b.txt", io.BytesIO(b"b"))])
    os.utime(inbox.folder(forgotten), (time.time() - STALE_SECONDS - 60,) * 2)
    os.utime(inbox.folder(job), (time.time() - STALE_SECONDS - 60,) * 2)
    for name, age in (("old", STALE_SECONDS + 60), ("new", 0)):
        folder = tmp_path / "inbox" / f".{name}"
        folder.mkdir()
        os.utime(folder, (time.time() - age,) * 2)
    # Nothing is there: so it looks when a folder is renamed or removed between the look and the question how old it is.
    (tmp_path / "inbox" / ".gone").symlink_to("nowhere")
    assert inbox.sweep(lambda ids: ids & {job}) == 2
    assert inbox.jobs() == {job}
    assert {path.name for path in (tmp_path / "inbox").iterdir()} == {job, ".new", ".gone"}


def test_parts_are_added_up_and_refused_only_for_what_is_there(inbox: Uploads, tmp_path: Path) -> None:
    job = inbox.begin()
    for ordinal in (1, 2):
        assert inbox.append(job, ordinal, "a.pdf", 0, b"x" * 40, 100) == 40
    with pytest.raises(UsageError, match="more than may be sent"):
        inbox.append(job, 3, "a.pdf", 0, b"x" * 21, 100)
    (kept,) = (path for path in tmp_path.rglob("bytes"))
    assert kept.read_text() == "80"
    kept.write_text("101")  # Whoever noted a part was killed before it was written.
    assert inbox.append(job, 1, "a.pdf", 40, b"x" * 20, 100) == 60
    kept.write_text("")
    assert inbox.append(job, 1, "a.pdf", 40, b"x" * 20, 100) == 60, "a part that comes twice counts once"
    with pytest.raises(UsageError, match="more than may be sent"):
        inbox.append(job, 3, "a.pdf", 0, b"x", 100)
    assert [one.size for one in inbox.finish(job, {1: 60, 2: 40})] == [60, 40]
    assert not list(tmp_path.rglob("bytes"))
