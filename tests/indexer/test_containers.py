"""E-mails and archives: every file in them a document of its own that says where it came from, however it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

import pymupdf
import pytest
import pyzipper

from archive.archive import Archive
from archive.config import Settings
from archive.records import document_record
from archive.search.request import SearchRequest
from archive.store.members import Member
from indexer.ingest.inputs import NamedInput
from indexer.ingest.progress import AddOptions, FileReport, Progress, Summary
from indexer.ingest.run import add
from tests.container_samples import mail, zipped
from tests.indexer_samples import letter_pdf
from tests.packed_samples import tarred

pytestmark = pytest.mark.usefixtures("warm_readers")

Add = Callable[..., tuple[Summary, dict[str, FileReport]]]


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "home", Settings({"commit_documents": 2, "read_timeout": 60})) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ulaz"
    made.mkdir()
    return made


@pytest.fixture
def run(archive: Archive, folder: Path) -> Add:
    """Add paths; gives the summary and the report of each file by its path under ``folder``."""

    def run_add(*paths: Path, retry: bool = False, passwords: tuple[str, ...] = (), **settings: Any) -> Any:
        reports: list[FileReport] = []
        options = AddOptions(1, "never", "main", retry, passwords)
        archive.settings = Settings({"commit_documents": 2, **settings})
        summary = add(archive, paths, options, reports.append, Progress())
        assert len(reports) == summary.added + summary.duplicates + summary.failed
        assert not list((archive.cache / "unpacked").iterdir()), "nothing is left of what was unpacked"
        return summary, {report.path.removeprefix(f"{folder}/"): report for report in reports}

    return run_add


def test_every_contained_file_is_a_document_that_says_where_it_came_from(
    archive: Archive, run: Add, folder: Path
) -> None:
    pdf = letter_pdf().tobytes()
    (folder / "dopis.eml").write_bytes(mail({"ugovor/odluka.pdf": pdf, "napomena.txt": b"jedna napomena"}))
    summary, reports = run(folder)
    inside = "dopis.eml!/prilozi.zip!/"
    assert {path: report.status for path, report in reports.items()} == dict.fromkeys(
        ["dopis.eml", "dopis.eml!/prilozi.zip", f"{inside}ugovor/odluka.pdf", f"{inside}napomena.txt"], "added"
    )
    assert (summary.added, summary.failed, summary.pages) == (4, 0, 4)
    letter, packed, decision = (
        reports[path].id or "" for path in ("dopis.eml", "dopis.eml!/prilozi.zip", f"{inside}ugovor/odluka.pdf")
    )
    assert archive.originals.local(decision).read_bytes() == pdf
    assert archive.catalog.documents.find(decision).filename == "odluka.pdf"
    assert archive.catalog.documents.find(packed).media_type == "application/zip"
    record = document_record(archive.catalog, decision)
    assert record["containers"] == [{"id": packed, "filename": "prilozi.zip", "path": "ugovor/odluka.pdf"}]
    assert record["sources"] == [f"{folder}/{inside}ugovor/odluka.pdf"]
    assert document_record(archive.catalog, letter)["members"] == [
        {"path": "prilozi.zip", "id": packed, "reason": None}
    ]
    assert [hit.id for hit in archive.search.search(SearchRequest("Town of Brezovac")).hits] == [decision]
    assert archive.catalog.facts.of(packed) == (), "a list of names states no facts"
    again, _ = run(folder)
    assert (again.added, again.duplicates) == (0, 1), "a known container is not unpacked again"


def test_what_a_file_holds_is_read_before_the_next_file(run: Add, folder: Path) -> None:
    """Though the next job is begun before the container is stored: what is unpacked takes room until it is read."""
    (folder / "a.zip").write_bytes(zipped({"jedan.txt": b"jedna napomena", "dva.txt": b"druga napomena"}))
    (folder / "b.txt").write_text("dopis", encoding="utf-8")
    _, reports = run(folder)
    assert [*reports] == ["a.zip", "a.zip!/jedan.txt", "a.zip!/dva.txt", "b.txt"]


def test_what_is_decompressed_to_see_names_is_counted_for_all_that_lies_in_a_file(
    run: Add, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = NamedInput.of

    def with_little_room(*given: Any, **more: Any) -> NamedInput:
        return replace(of(*given, **more), passed=5 << 20)

    monkeypatch.setattr(NamedInput, "of", with_little_room)
    inner = {f"{one}.tar.bz2": tarred({"nula.txt": bytes(2 << 20), f"{one}.txt": b"dopis " + one.encode()}, "bz2")
             for one in "abcd"}  # fmt: skip
    (folder / "sve.zip").write_bytes(zipped(inner))
    _, reports = run(folder)
    refused = "was not looked through: with other archives in the same file"
    for one, is_listed in zip("abcd", (True, True, False, False), strict=True):
        assert (reports[f"sve.zip!/{one}.tar.bz2"].status == "added") == is_listed
        assert (f"sve.zip!/{one}.tar.bz2!/{one}.txt" in reports) == is_listed
        assert is_listed or refused in (reports[f"sve.zip!/{one}.tar.bz2"].reason or "")
    (folder / "jedan.tar.bz2").write_bytes(inner["d.tar.bz2"])
    _, reports = run(folder / "jedan.tar.bz2")
    assert reports["jedan.tar.bz2"].status == "added", "another file that somebody named has room of its own"


def test_the_same_bytes_in_two_containers_are_one_document_in_two_places(
    archive: Archive, run: Add, folder: Path
) -> None:
    (folder / "a.zip").write_bytes(zipped({"ugovor.txt": b"isti ugovor", "kopija.txt": b"isti ugovor"}))
    (folder / "b.zip").write_bytes(zipped({"ugovor.txt": b"isti ugovor", "drugi.txt": b"drugi ugovor"}))
    (folder / "c.txt").write_bytes(b"isti ugovor")
    summary, reports = run(folder)
    assert (summary.added, summary.duplicates) == (4, 3)
    (document,) = {
        report.id for path, report in reports.items() if path.endswith(("ugovor.txt", "kopija.txt", "c.txt"))
    }
    assert document is not None
    assert sorted(place.path for place in archive.catalog.members.containers(document)) == [
        "kopija.txt",
        "ugovor.txt",
        "ugovor.txt",
    ]
    assert len(archive.catalog.documents.sources(document)) == 4


def test_what_cannot_be_read_inside_is_named_and_the_rest_goes_on(archive: Archive, run: Add, folder: Path) -> None:
    contents = {"prazno.txt": b"", "program.xyz": bytes(range(256)) * 20, "/etc/passwd": b"x", "dobar.txt": b"dobar"}
    (folder / "a.zip").write_bytes(zipped(contents))
    (folder / "b.zip").write_bytes(zipped({"x.txt": b"x" * 1000})[:80])
    summary, reports = run(folder)
    assert (summary.added, summary.failed) == (2, 4)
    for name in ("prazno.txt", "program.xyz", "/etc/passwd"):
        reason = reports[f"a.zip!/{name}"].reason
        assert reason is not None
        assert PurePath(name).name in reason
    assert reports["b.zip"].status == "failed"
    container = reports["a.zip"].id or ""
    members = {member.path: member for member in archive.catalog.members.of(container)}
    assert [path for path, member in members.items() if member.document] == ["dobar.txt"]
    assert "is empty" in str(members["prazno.txt"].reason)
    assert archive.catalog.members.unfinished() == ()
    assert len(list(archive.originals.ids())) == 2, "what failed is not kept"


def test_containers_nested_too_deep_are_named_and_kept_but_not_opened(archive: Archive, run: Add, folder: Path) -> None:
    deep = zipped({"dno.txt": b"na dnu"})
    for number in (3, 2, 1):
        deep = zipped({f"{number}.zip": deep, f"uz {number}.txt": b"uz %d" % number})
    (folder / "0.zip").write_bytes(deep)
    summary, reports = run(folder)
    reason = reports["0.zip!/1.zip!/2.zip!/3.zip!/dno.txt"].reason
    assert reason is not None
    assert "max_nesting" in reason
    assert reports["0.zip!/1.zip!/2.zip!/3.zip"].status == "added"
    assert (summary.added, summary.failed) == (7, 1)
    summary, reports = run(retry=True, max_nesting=4)
    assert (summary.added, summary.failed) == (1, 0)
    assert [Path(path).name for path in reports] == ["dno.txt"]
    assert archive.catalog.failures.all() == ()


def test_limits_hold_for_all_that_one_file_contains(run: Add, folder: Path) -> None:
    """Two containers of three files each, in one. Two that are read at once may take what is left of the limit
    twice, but no trick of nesting gets more out of it."""
    inner = {
        f"{name}.zip": zipped({f"{name}{number}.txt": b"dopis %s%d" % (name.encode(), number) for number in range(3)})
        for name in "ab"
    }
    (folder / "sve.zip").write_bytes(zipped(inner))
    summary, reports = run(folder, max_members=4)
    assert summary.added <= 1 + 2 + 4
    refused = [report for report in reports.values() if report.status == "failed"]
    assert refused
    assert all("max_members" in str(report.reason) for report in refused)


def test_known_bytes_are_never_unpacked_twice(run: Add, folder: Path) -> None:
    """So an archive that contains itself comes to an end too."""
    inner = zipped({"a.txt": b"tekst"})
    (folder / "spolja.zip").write_bytes(zipped({"unutra.zip": inner, "opet.zip": inner}))
    summary, _ = run(folder)
    assert (summary.added, summary.duplicates) == (3, 1)


def test_passwords_open_pdfs_and_archives_and_are_kept_nowhere(archive: Archive, run: Add, folder: Path) -> None:
    secret = "tajna-lozinka-117"
    letter_pdf().save(folder / "tajna.pdf", encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw=secret, owner_pw="x")
    with pyzipper.AESZipFile(folder / "tajna.zip", "w", encryption=pyzipper.WZ_AES) as packed:
        packed.setpassword(secret.encode())
        packed.writestr("ugovor.txt", "tajni ugovor")
    summary, reports = run(folder)
    assert {path for path, report in reports.items() if report.status == "failed"} == {
        "tajna.pdf",
        "tajna.zip!/ugovor.txt",
    }
    assert all("--password-file" in str(report.reason) for report in reports.values() if report.status == "failed")
    assert summary.added == 1
    summary, reports = run(folder, passwords=("pogrešna", secret))
    assert (summary.added, summary.duplicates, summary.failed) == (2, 1, 0)
    assert archive.catalog.failures.all() == ()
    files = [path for path in archive.home.rglob("*") if path.is_file()]
    assert len(files) > 5
    assert not [path for path in files if secret.encode() in path.read_bytes()]
    assert secret not in repr(AddOptions(1, "never", "main", False, (secret,)))


def test_a_retry_reads_only_what_failed(archive: Archive, run: Add, folder: Path) -> None:
    """The limit is raised: what was left out comes in, also what nobody had counted."""
    contents = {f"{number}.txt": b"dopis %d" % number for number in range(5)}
    (folder / "a.zip").write_bytes(zipped(contents))
    summary, reports = run(folder, max_members=2)
    assert (summary.added, summary.failed) == (3, 1)
    container = reports["a.zip"].id or ""
    summary, reports = run(folder / "a.zip", retry=True)
    assert (summary.added, summary.duplicates, summary.failed) == (3, 1, 0)
    assert all(isinstance(member, Member) and member.document for member in archive.catalog.members.of(container))
    assert len(archive.catalog.members.of(container)) == 5
