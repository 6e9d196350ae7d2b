"""``dosije search-list``, ``dosije saved`` and ``dosije alerts``, as a person at a terminal uses them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import click
import pytest
import python_calamine
from click.testing import CliRunner

from archive.command_line.saved import alerts_command, saved_group
from archive.errors import UsageError
from tests.conftest import run_dosije
from tests.webapp_own_room import own_room
from tests.webapp_samples import Sample

pytestmark = pytest.mark.usefixtures("warm_readers")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An archive that holds a document before anything is saved."""
    room = own_room(tmp_path)
    room.come_in("staro.txt", "Stara kamera na trgu.")
    room.archive.close()
    return room.archive.home


def test_a_list_is_searched_and_summed_up(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "firme.csv").write_text("Ime;Broj\ncamera;1\n;2\ncamera;3\nnemaovoga;4\n", encoding="utf-8")
    command = ("search-list", tmp_path / "firme.csv", "--column", "ime")
    run = run_dosije(sample.archive.home, *command)
    assert run.returncode == 0, run.stderr
    rows = list(csv.DictReader(run.stdout.splitlines()))
    straight = json.loads(run_dosije(sample.archive.home, "search", "camera", "--json").stdout)
    assert [row["id"] for row in rows if row["text"] == "camera"] == [hit["id"] for hit in straight["hits"]]
    assert {sample.contract, sample.scan} == {hit["id"] for hit in straight["hits"]}
    assert {row["documents"] for row in rows} == {"2", "0"}
    assert "2 searches; 1 blank line and 1 repeated line skipped." in run.stderr
    assert "1 found something, 1 nothing, 0 failed." in run.stderr
    output = tmp_path / "out.xlsx"
    assert run_dosije(sample.archive.home, *command, "--format", "xlsx", "--output", output).returncode == 0
    lines = python_calamine.load_workbook(output).get_sheet_by_name("Lines").to_python()
    assert [(row[0], row[1], row[3]) for row in lines[1:]] == [(2, "camera", 2), (5, "nemaovoga", 0)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["firme.csv", "out.xlsx"]


def test_a_line_that_fails_is_named_and_the_rest_goes_on(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{'x' * 2001}\ncamera\n", encoding="utf-8")
    arguments = (tmp_path / "list.txt", "--format", "json", "--kind", "contract")
    run = run_dosije(sample.archive.home, "search-list", *arguments)
    assert run.returncode == 3
    first, second = map(json.loads, run.stdout.splitlines())
    assert (first["documents"], "2000 are allowed" in first["error"]) == (None, True)
    assert (second["line"], second["query"], second["error"]) == (2, "camera", None)
    assert (second["documents"], second["hits"][0]["id"]) == (1, sample.contract)


def test_a_list_that_makes_no_sense_is_a_usage_error(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_bytes("živković".encode("cp1250"))
    for arguments, said in ((("--column", "2"), "UTF-8"), (("--format", "xlsx"), "--output")):
        run = run_dosije(sample.archive.home, "search-list", tmp_path / "old.txt", *arguments)
        assert (run.returncode, run.stdout) == (2, "")
        assert said in run.stderr


def run_here(home: Path, command: click.Command, *arguments: str) -> str:
    """What a command prints. In this process: starting Python anew for each would take most of the time."""
    run = CliRunner().invoke(command, arguments, obj=home, catch_exceptions=False)
    assert run.exit_code == 0
    return run.stdout


def test_a_saved_search_tells_of_what_is_added_until_it_is_read(home: Path, tmp_path: Path) -> None:
    saved = run_dosije(home, "saved", "add", "Kamere", "kamera")
    assert (saved.returncode, "It finds 1 document" in saved.stdout) == (0, True), saved.stderr
    assert "Kamere: 0 documents" in run_here(home, alerts_command)
    for name, text in (("novo", "Grad je kupio nove kamere."), ("treće", "Putevi.")):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    assert run_dosije(home, "add", tmp_path / "novo.txt", tmp_path / "treće.txt").returncode == 0
    (told,) = json.loads(run_dosije(home, "alerts", "Kamere", "--new", "--json", "--mark-read").stdout)
    assert (told["name"], told["search"], told["found"]) == ("Kamere", {"text": "kamera"}, 1)
    (alert,) = told["alerts"]
    assert (alert["unread"], alert["pages"][0]["number"]) == (True, 1)
    assert alert["pages"][0]["snippet"] == "Grad je kupio nove kamere."
    assert json.loads(run_here(home, alerts_command, "--new", "--json"))[0]["alerts"] == []
    assert alert["id"][:12] in run_here(home, alerts_command), "what was read is still listed"


def test_saved_searches_are_listed_and_removed(home: Path) -> None:
    run_here(home, saved_group, "add", "Niš", "--municipality", "Niš", "--exact")
    assert "Niš (every document, Municipality: Niš, exact words only)" in run_here(home, saved_group, "list")
    with pytest.raises(UsageError, match="already a saved search"):
        run_here(home, saved_group, "add", "Niš", "x")
    run_here(home, saved_group, "remove", "Niš")
    assert json.loads(run_here(home, saved_group, "list", "--json")) == []
    gone = run_dosije(home, "saved", "remove", "Niš")
    assert (gone.returncode, "dosije saved list" in gone.stderr) == (2, True)


def test_values_are_left_out_and_amounts_bounded_at_a_terminal(sample: Sample) -> None:
    home = sample.archive.home
    found = json.loads(run_dosije(home, "search", "--not-year", "2021", "--not-year", "unknown", "--json").stdout)
    assert [hit["id"] for hit in found["hits"]] == [sample.reply]
    assert json.loads(run_dosije(home, "search", "--amount-min", "5", "--json").stdout)["total"] == 0
    refused = run_dosije(home, "search", "--amount-min", "5", "--amount-max", "3")
    assert refused.returncode == UsageError.exit_code
    assert "No amount is at least 5 and at most 3." in refused.stderr
