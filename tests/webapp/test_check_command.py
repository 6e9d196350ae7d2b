"""``dosije check``, ``backup`` and ``restore`` as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from archive.archive import Archive
from archive.command_line.upkeep import backup_command, check_command, restore_command
from tests.archive.upkeep.homes import DOCUMENTS, execute, fill, flip
from tests.store_samples import sample


def read_again(archive: Archive, document: str) -> str | None:
    return f"{document} of {archive.home} is no real file."


def run(command: click.Command, home: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(command, arguments, obj=home, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


@pytest.fixture
def home(tmp_path: Path) -> Path:
    fill(tmp_path / "home")
    return tmp_path / "home"


def original(home: Path, number: int) -> Path:
    with Archive.open(home) as archive:
        return archive.originals.local(sample(number).id)


def test_all_is_well(home: Path) -> None:
    result = run(check_command(read_again), home)
    assert result.return_value == 0
    first, second, last = result.stdout.splitlines()
    assert first.startswith(f"{DOCUMENTS} documents with 40 bytes, {3 * DOCUMENTS} pages and {34 * DOCUMENTS} words")
    assert second.startswith("Event 15 is the last one.")
    assert last == "All is well."


def test_a_problem_comes_with_what_where_and_remedy(home: Path) -> None:
    flip(original(home, 1), 3)
    result = run(check_command(read_again), home)
    assert result.return_value == 5
    what, message, remedy = result.stdout.splitlines()[:3]
    assert what == f"damage    original damaged: {original(home, 1)}"
    assert "its SHA-256 is now" in message
    assert "from a backup" in remedy
    assert result.stdout.splitlines()[-1] == "1 problem to be dealt with."


def test_repairs_are_told_of_and_what_could_not_be_repaired(home: Path) -> None:
    (file,) = (home / "index").glob("gen-*/*.columns")
    flip(file, 8)
    result = run(check_command(read_again), home, "--repair")
    assert (result.return_value, result.stdout.splitlines()[-1]) == (0, "All is well.")
    assert result.stdout.startswith("repaired  index damaged:")
    execute(home, f"UPDATE page_words SET packed = x'00' WHERE document = '{sample(2).id}' AND page = 1")
    result = run(check_command(read_again), home, "--repair", "--json")
    assert result.return_value == 5
    found = json.loads(result.stdout)
    assert (found["well"], found["complete"], found["documents"]) == (False, True, DOCUMENTS)
    (problem,) = found["problems"]
    assert (problem["kind"], problem["severity"], problem["repaired"]) == ("reading damaged", "damage", False)
    assert (problem["document"], problem["reading"]) == (sample(2).id, 1)
    assert problem["refusal"].endswith("is no real file.")


def test_a_check_with_a_budget_says_how_far_it_came(home: Path) -> None:
    result = run(check_command(read_again), home, "--budget", "0.000001")
    assert result.stdout.startswith(f"1 of {DOCUMENTS} documents")
    with pytest.raises(click.BadParameter):
        run(check_command(read_again), home, "--budget", "0")


def test_a_backup_and_its_restoring_say_what_they_did(home: Path, tmp_path: Path) -> None:
    backup, place = tmp_path / "backup", tmp_path / "restored"
    flip(original(home, 1), 3)
    made = run(backup_command, home, str(backup), "--copy")
    assert made.return_value == 5
    assert made.stdout.startswith(
        f"{DOCUMENTS} documents backed up in {backup}, run 1: {DOCUMENTS - 1} originals copied"
    )
    assert sample(1).id in made.stderr
    again = run(backup_command, home, str(backup), "--verify", "--json")
    told = json.loads(again.stdout)
    assert (told["copied"], told["linked"], told["statement"]["lacking"]) == (0, 0, [sample(1).id])
    restored = run(restore_command, place, str(backup), "--jobs", "1")
    assert restored.return_value == 5
    assert restored.stdout.startswith(f"{DOCUMENTS} documents, {3 * DOCUMENTS} pages and ")
    assert sample(1).id in restored.stderr
    second = run(restore_command, tmp_path / "second", str(backup), "--jobs", "1", "--json")
    assert json.loads(second.stdout)["lacking"] == [sample(1).id]
