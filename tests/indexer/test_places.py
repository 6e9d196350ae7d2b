"""Where inputs lie: names that no catalog could keep as they are neither end a run nor keep a document out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.records import document_record
from indexer.ingest.inputs import LONGEST_PLACE, is_shortened, place
from indexer.ingest.progress import AddOptions, FileReport, Progress
from indexer.ingest.run import add
from tests.container_samples import zipped

pytestmark = pytest.mark.usefixtures("warm_readers")


def _added(archive: Archive, *paths: Path, retry: bool = False) -> list[FileReport]:
    reports: list[FileReport] = []
    add(archive, paths, AddOptions(1, "never", "main", retry), reports.append, Progress())
    return reports


def test_a_place_of_moderate_length_stays_as_it_is() -> None:
    assert place("/srv/ulaz/Уговор.pdf") == "/srv/ulaz/Уговор.pdf"
    assert not is_shortened("/srv/ulaz/Уговор.pdf")


@pytest.mark.parametrize("letter", ["x", "ш", "\U0001f4c4"])
def test_a_longer_one_is_cut_in_its_middle_and_says_so(letter: str) -> None:
    whole = f"/srv/{letter * 5000}/ugovor.pdf"
    cut, other = place(whole), place(whole.replace("srv", "mnt"))
    assert len(cut.encode()) <= LONGEST_PLACE
    assert (cut[:6], cut[-11:], is_shortened(cut)) == (whole[:6], "/ugovor.pdf", True)
    assert "shortened" in cut
    assert place(whole.replace(f"{letter}/", f"{letter}x/")) != cut != other
    assert place(cut) == cut


def test_containers_in_containers_under_long_names_are_taken_in(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """PostgreSQL's indexes take 2,704 bytes of a place; this one has some 3,000, and one of its files fails."""
    names = ["".join(chr(0x430 + (at * at + turn) % 32) for at in range(380)) for turn in (3, 5, 7)]
    packed = zipped({f"{names[0]}/ugovor.txt": b"Ugovor o nabavci kamera", f"{names[0]}/prazan.txt": b""})
    for name in names[1:]:
        packed = zipped({f"{name}.zip": packed})
    (tmp_path / "ulaz.zip").write_bytes(packed)
    (added,) = [report for report in _added(archive, tmp_path / "ulaz.zip") if report.path.endswith("ugovor.txt")]
    record = document_record(archive.catalog, added.id or "")
    assert [(is_shortened(path), path[-10:]) for path in record["sources"]] == [(True, "ugovor.txt")]
    assert [one.path for one in archive.catalog.failures.all() if is_shortened(one.path)]
    assert capsys.readouterr().err.count("marked “shortened”") == 1
    again = _added(archive, tmp_path / "ulaz.zip", retry=True)
    assert {report.status for report in again if report.path.endswith("ugovor.txt")} <= {"duplicate"}
    assert [one.attempts for one in archive.catalog.failures.all()] == [2]


def test_a_file_whose_own_place_was_shortened_is_not_looked_for_there(
    archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(14):
        Path("ш" * 120).mkdir()
        monkeypatch.chdir("ш" * 120)
    Path("prazan.txt").touch()
    assert [report.status for report in _added(archive, Path("prazan.txt"))] == ["failed"]
    capsys.readouterr()
    assert _added(archive, retry=True) == []
    assert "Name it to add it again" in capsys.readouterr().err
    assert [one.reason for one in archive.catalog.failures.all()] == ["prazan.txt is empty."]


def test_what_fails_under_a_name_that_is_not_utf_8_is_named_and_the_rest_goes_on(
    archive: Archive, tmp_path: Path
) -> None:
    folder = tmp_path / "ulaz"
    folder.mkdir()
    old = os.fsdecode(os.fsencode(folder) + b"/prazan \xe8.txt")
    Path(old).touch()
    loop = os.fsdecode(os.fsencode(folder) + b"/krug \xe8")
    Path(loop).symlink_to(folder)
    (folder / "z.txt").touch()
    reports = {Path(report.path).name: report.status for report in _added(archive, folder)}
    assert reports == {"prazan \\xe8.txt": "failed", "krug \\xe8": "failed", "z.txt": "failed"}
    assert sum("\\xe8" in one.reason for one in archive.catalog.failures.all()) == 2
