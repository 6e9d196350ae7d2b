"""What was moved is the archive that it was, its source is untouched, and what is not whole cannot be opened."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from archive.archive import UNFINISHED_MOVE, Archive
from archive.errors import ArchiveError, OriginalDamaged, UsageError
from archive.model import Box
from archive.model.annotations import Target
from archive.search.request import SearchRequest
from archive.store.originals.files import Originals
from archive.upkeep.check import check
from archive.upkeep.move import MoveReport, MoveSource, move, nobody_writes
from archive.upkeep.problems import ProblemKind
from tests import warm_commands
from tests.archive.upkeep.homes import DOCUMENTS, PERSON, fill, flip
from tests.store_samples import sample


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with all that its owner may have put into it."""
    home = tmp_path_factory.mktemp("filled") / "home"
    fill(home)
    (home / "settings.toml").write_text('# Ours\nport = 8123\ncatalog_url = ""\n', encoding="utf-8")
    (home / "watchlist.toml").write_text('[[term]]\nname = "kamere"\nforms = ["kamera"]\n', encoding="utf-8")
    (home / "findings").mkdir()
    (home / "findings" / "ours.toml").write_text("# nothing yet\n", encoding="utf-8")
    (home / "audit.jsonl").write_text("{}\n", encoding="utf-8")
    (home / "inbox" / "job" / "1").mkdir(parents=True)
    (home / "inbox" / "job" / "1" / "ugovor.pdf").write_bytes(b"waits")
    return home


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    return shutil.copytree(filled, tmp_path / "home")


def moved(home: Path, target: Path, **addresses: str) -> MoveReport:
    with Archive.open(home, create=False) as archive, nobody_writes(archive):
        return move(MoveSource.of(archive), target, addresses, jobs=1)


def files(home: Path) -> dict[str, str]:
    """Every file of an archive with its SHA-256, but for what locks and logs of the database leave."""
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*")
        if path.is_file() and path.suffix != ".lock" and not path.name.startswith("catalog.sqlite-")
    }


def answers(home: Path) -> dict[str, Any]:
    """What an archive says when it is asked."""
    with Archive.open(home, create=False) as archive:
        found = archive.search.search(SearchRequest("kamere"))
        return {
            "documents": list(archive.catalog.documents.newest_first()),
            "revisions": archive.catalog.indexing.revisions(),
            "hits": [(hit.id, hit.pages) for hit in found.hits],
            "facets": found.facets,
            "clauses": archive.clause_engine.held(),
            "originals": list(archive.originals.ids()),
        }


def test_an_archive_is_moved_to_another_folder_and_stays_as_it_is(home: Path, tmp_path: Path) -> None:
    before, asked = files(home), answers(home)
    report = moved(home, tmp_path / "new" / "home")
    assert files(home) == before
    assert answers(tmp_path / "new" / "home") == asked
    assert report.later_events == 0
    told = report.originals
    assert (told.copied, told.present, told.verified, told.lacking) == (DOCUMENTS, 0, DOCUMENTS, [])
    assert told.bytes_copied == told.bytes_verified == sum(document.size for document in asked["documents"])
    assert (report.documents, report.indexed, report.tables["documents"].rows) == (DOCUMENTS,) * 3
    owned = {"audit.jsonl", "findings/ours.toml", "inbox/job/1/ugovor.pdf", "watchlist.toml"}
    after = files(tmp_path / "new" / "home")
    assert set(report.files) == owned
    assert {name: after[name] for name in owned} == {name: before[name] for name in owned}
    with Archive.open(tmp_path / "new" / "home") as archive:
        assert archive.settings.number("port") == 8123
        last = archive.catalog.events.entries(set())[-1]
        assert (last.name, json.loads(last.detail)["moved_from"]) == ("replication", str(home))
        assert check(archive).problems == []


@pytest.mark.usefixtures("s3_url")
def test_an_archive_is_moved_to_servers_and_back(home: Path, tmp_path: Path, postgres_url: str, s3_url: str) -> None:
    asked = answers(home)
    there = moved(home, tmp_path / "there", catalog_url=postgres_url, originals_url=s3_url)
    assert (there.originals.copied, there.originals.verified) == (DOCUMENTS, DOCUMENTS)
    assert answers(tmp_path / "there") == asked
    assert not (tmp_path / "there" / "originals").exists()
    assert not (tmp_path / "there" / "catalog.sqlite").exists()
    with Archive.open(tmp_path / "there") as archive:
        assert archive.settings.number("port") == 8123
        assert check(archive).problems == []
    with pytest.raises(UsageError, match="There is an archive in postgresql://"):
        moved(home, tmp_path / "other", catalog_url=postgres_url)
    back = moved(tmp_path / "there", tmp_path / "back")
    assert answers(tmp_path / "back") == asked
    assert back.tables["page_words"] == there.tables["page_words"]
    assert (tmp_path / "back" / "settings.toml").read_text(encoding="utf-8") == "# Ours\nport = 8123\n"


@pytest.mark.parametrize(("point", "least"), [("original-kept:2", 1), ("generation-built", DOCUMENTS)])
def test_an_interrupted_move_cannot_be_opened_and_goes_on(home: Path, tmp_path: Path, point: str, least: int) -> None:
    target = tmp_path / "target"
    command = ["--home", str(home), "move", "--jobs", "1", str(target)]
    assert warm_commands.run(command, {"DOSIJE_FAILPOINT": point}).returncode == -signal.SIGKILL
    with pytest.raises(ArchiveError, match="not all of it is there"):
        Archive.open(target)
    present = len(list(Originals(target / "originals").ids()))
    assert present >= least
    with Archive.open(home) as archive:
        archive.catalog.documents.add_source(sample(1).id, "/later/found")
    run = warm_commands.run(command, {})
    assert run.returncode == 0, run.stdout
    assert run.stdout.splitlines()[0].startswith(f"{DOCUMENTS} documents and ")
    assert f"{DOCUMENTS - present} copied" in run.stdout
    for said in (f"{present} were there", "each has its SHA-256", "the same in both", "whole; the last one"):
        assert said in run.stdout
    assert answers(target) == answers(home)
    with Archive.open(target) as archive:
        assert "/later/found" in [source.path for source in archive.catalog.documents.sources(sample(1).id)]
        assert check(archive).problems == []
    assert not list(target.rglob("*.part"))


def test_damaged_originals_are_named_and_the_others_moved(home: Path, tmp_path: Path) -> None:
    damaged, missing = sample(0).id, sample(1).id
    with Archive.open(home) as archive:
        flip(archive.originals.local(damaged), 3)
        archive.originals.discard(missing)
    run = warm_commands.run(["--home", str(home), "move", "--jobs", "1", "--json", str(tmp_path / "target")], {})
    assert run.returncode == 5
    told, _ = json.JSONDecoder().raw_decode(run.stdout[run.stdout.index("{") :])
    assert told["originals"]["lacking"] == sorted([damaged, missing])
    assert told["originals"]["verified"] == DOCUMENTS - 2
    for id_ in (damaged, missing):
        assert f"The original {id_} is damaged or missing in {home} and was not moved." in run.stdout
    with Archive.open(tmp_path / "target") as archive:
        problems = check(archive).problems
    assert {(problem.kind, problem.document) for problem in problems} == {
        (ProblemKind.ORIGINAL_DAMAGED, damaged),
        (ProblemKind.ORIGINAL_DAMAGED, missing),
    }


def test_an_original_that_is_damaged_at_the_new_place_is_found(home: Path, tmp_path: Path) -> None:
    id_ = sample(2).id
    wrong = tmp_path / "target" / "originals" / id_[:2] / id_[2:4] / id_
    wrong.parent.mkdir(parents=True)
    wrong.write_bytes(b"from a run of before")
    (tmp_path / "target" / UNFINISHED_MOVE).write_text(json.dumps({"from": str(home)}), encoding="utf-8")
    with pytest.raises(OriginalDamaged, match=f"at the new place are damaged: {id_}"):
        moved(home, tmp_path / "target")
    with pytest.raises(ArchiveError, match="not all of it is there"):
        Archive.open(tmp_path / "target")
    wrong.unlink()
    assert moved(home, tmp_path / "target").originals.verified == DOCUMENTS


def test_what_comes_in_after_the_catalog_was_read_is_told(home: Path, tmp_path: Path) -> None:
    """Notes and decisions need no writer lock."""

    def note(step: str, done: int, of: int) -> None:
        if (step, done) == ("Indexing", of):
            archive.catalog.annotations.add(Target(sample(0).id, 1, 1, None, Box(0, 0, 0.1, 0.1), ""), "Kasno", PERSON)

    with Archive.open(home) as archive, nobody_writes(archive):
        report = move(MoveSource.of(archive), tmp_path / "target", {}, 1, note)
    assert report.later_events == 1


def refused(home: Path, target: Path, **addresses: str) -> str:
    with pytest.raises(UsageError) as caught:
        moved(home, target, **addresses)
    return str(caught.value)


def test_a_place_that_holds_something_else_is_refused(home: Path, tmp_path: Path) -> None:
    (used := tmp_path / "used").mkdir()
    (used / "letter.txt").touch()
    assert "is not empty" in refused(home, used)
    assert "is not a folder" in refused(home, used / "letter.txt")
    fill(tmp_path / "other" / "home", [9])
    assert "is not empty" in refused(home, tmp_path / "other" / "home")
    (used / "letter.txt").unlink()
    (used / UNFINISHED_MOVE).write_text(json.dumps({"from": "/elsewhere"}), encoding="utf-8")
    assert "unfinished move from /elsewhere" in refused(home, used)
    run = warm_commands.run(["--home", str(home), "move", str(home / "inside")], {})
    assert (run.returncode, "one inside the other" in run.stdout) == (2, True)


def test_what_an_unfinished_move_of_another_archive_left_is_not_replaced(home: Path, tmp_path: Path) -> None:
    """As when the marker was copied along with a folder."""
    fill(tmp_path / "other" / "home", [9])
    (tmp_path / "other" / "home" / UNFINISHED_MOVE).write_text(json.dumps({"from": str(home)}), encoding="utf-8")
    assert "holds another archive" in refused(home, tmp_path / "other" / "home")


def test_the_settings_of_the_new_place_hold(home: Path, tmp_path: Path, s3_url: str) -> None:
    (target := tmp_path / "target").mkdir()
    own = f'originals_url = "{s3_url}"\nport = 9000\n'
    (target / "settings.toml").write_text(own, encoding="utf-8")
    assert "has originals_url" in refused(home, target, originals_url="s3://elsewhere/folder")
    moved(home, target)
    assert (target / "settings.toml").read_text(encoding="utf-8") == own
    with Archive.open(target) as archive:
        assert len(list(archive.originals.ids())) == DOCUMENTS
        assert archive.originals.where(sample(0).id).startswith("s3://")


def test_addresses_of_the_environment_would_be_of_both(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOSIJE_ORIGINALS_URL", "s3://bucket/folder")
    assert "it would be of both archives" in refused(home, tmp_path / "target")
