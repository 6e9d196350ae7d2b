"""The inbox keeps uploads under safe names, whole or not at all."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest

from archive.errors import ArchiveError
from archive.model.queue import FileState
from archive.store.originals.inbox import EMPTY, LONGEST_NAME, STALE_SECONDS, Inbox, safe_name


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "inbox")


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


@pytest.mark.parametrize("name", ["x" * 400 + ".pdf", "ш" * 400, "a." + "б" * 400, "ш" * 99 + "x.pdf"])
def test_a_long_name_is_cut_between_letters(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= LONGEST_NAME
    assert name.endswith(".pdf") == safe.endswith(".pdf")


def test_files_of_one_name_are_kept_apart_and_empty_ones_refused(inbox: Inbox) -> None:
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


def test_of_an_upload_that_cannot_be_kept_nothing_stays(inbox: Inbox, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="disk of the archive is full"):
        inbox.keep([("a.txt", io.BytesIO(b"a")), ("b.txt", Breaking(b"b"))])
    assert list((tmp_path / "inbox").iterdir()) == []


def test_only_uploads_interrupted_long_ago_are_swept(inbox: Inbox, tmp_path: Path) -> None:
    job, _ = inbox.keep([("a.txt", io.BytesIO(b"a"))])
    for name, age in (("old", STALE_SECONDS + 60), ("new", 0)):
        folder = tmp_path / "inbox" / f".{name}"
        folder.mkdir()
        os.utime(folder, (time.time() - age,) * 2)
    # Nothing is there: so it looks when a folder is renamed or removed between the look and the question how old it is.
    (tmp_path / "inbox" / ".gone").symlink_to("nowhere")
    assert inbox.sweep() == 1
    assert {path.name for path in (tmp_path / "inbox").iterdir()} == {job, ".new", ".gone"}
