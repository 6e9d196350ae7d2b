"""A value of a filter that does not exist is said to be none, with the nearest ones, and never answered as truth."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.facts.values import Municipalities
from archive.search.request import SearchRequest
from archive.search.saved_searches import AlertRunner
from tests.conftest import run_dosije
from tests.webapp_samples import NoPicture, fill
from webapp import create_app

pytestmark = pytest.mark.usefixtures("warm_readers")

KNOWN = Municipalities([("Zrenjanin", ()), ("Brezovac", ()), ("Novi Sad", ()), ("Bačka Palanka", ())])


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("room")
    with Archive.open(folder / "home") as archive:
        fill(archive, folder)
    return folder / "home"


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    with Archive.open(home) as archive:
        yield create_app(archive, NoPicture(), KNOWN).test_client()


WRONG = [
    ("kind", "contarct", "contract"),
    ("kind", "xyzzy", "There are: tender_notice"),
    ("year", "20x", "four digits"),
    ("language", "srpksi", "srpski"),
    ("language", "zz", "The search page lists"),
    ("quality", "goood", "good"),
    ("municipality", "Breozvac", "Brezovac"),
    ("vendor", "Providni Sitemi", "Providni Sistemi"),
    ("collection", "mian", "main"),
]


@pytest.mark.parametrize(("facet", "value", "told"), WRONG)
def test_pages_and_programs_are_told(client: FlaskClient, facet: str, value: str, told: str) -> None:
    for name in (facet, f"not_{facet}"):
        answer = client.get("/api/v1/search", query_string={name: value})
        assert answer.status_code == 400, name
        error = answer.get_json()["error"]
        assert value in error["message"]
        assert told in error["remedy"]
    page = client.get("/", query_string={"q": "camera", facet: value})
    assert page.status_code == 400
    assert told in page.text
    assert "camera" in page.text, "the form is there, with what was asked"
    assert "/certificate?" not in page.text, "nothing was searched"
    for path in ("/export.csv", "/certificate", "/facets/kind", "/api/v1/facets", "/api/v1/certificate"):
        assert client.get(path, query_string={facet: value}).status_code == 400, path
    assert client.post("/lists", data={"lines": "camera", facet: value}).status_code == 400
    assert client.post("/saved", data={"name": "wrong", "q": "camera", facet: value}).status_code == 400


@pytest.mark.parametrize(
    "filters",
    [
        {"kind": "ugovor"},
        {"kind": "Contract"},
        {"kind": "minutes"},
        {"year": "1999"},
        {"language": "serbian"},
        {"language": "hu"},
        {"municipality": "бечеј"},
        {"municipality": "unknown"},
        {"vendor": "providni sistemi"},
        {"vendor": "199000017"},
        {"collection": "main"},
        {"not_kind": "unknown"},
    ],
    ids=str,
)
def test_what_exists_is_searched_however_it_is_written(client: FlaskClient, filters: dict[str, str]) -> None:
    assert client.get("/api/v1/search", query_string=filters).status_code == 200
    assert client.get("/", query_string=filters).status_code == 200


def test_a_known_municipality_without_a_paper_is_a_question(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?municipality=zrenjanin")
    assert (answer.status_code, answer.get_json()["total"]) == (200, 0)
    assert "No document is from Zrenjanin." in answer.get_json()["notes"]
    assert "No document is from Zrenjanin." in client.get("/?municipality=zrenjanin").text


def test_the_command_line_ends_with_a_usage_error(home: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("camera\n")
    for command in (("search", "camera"), ("certificate", "camera"), ("search-list", tmp_path / "list.txt"),
                    ("saved", "add", "wrong", "camera")):  # fmt: skip
        run = run_dosije(home, *command, "--kind", "contarct")
        assert run.returncode == 2, command
        assert "There is no kind 'contarct'. Nearest: contract" in run.stderr
    assert run_dosije(home, "search", "camera", "--year", "20x").returncode == 2
    assert run_dosije(home, "search", "camera", "--kind", "ugovor").returncode == 0
    # Zrenjanin is in our gazetteer.
    run = run_dosije(home, "search", "camera", "--municipality", "Zrenjanin")
    assert (run.returncode, "No document is from Zrenjanin." in run.stderr) == (0, True)


def test_a_saved_search_outlives_the_value_it_asks_for(home: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(home, tmp_path / "home"))
    with Archive.open(copy) as archive:
        alerts = AlertRunner(archive.catalog, archive.search)
        alerts.save(archive.engine.generation, "gone", SearchRequest("camera", {"vendor": ("Nestala firma",)}))
        page = create_app(archive, NoPicture(), KNOWN).test_client().get("/saved")
        assert page.status_code == 200
    assert run_dosije(copy, "alerts").returncode == 0


def test_an_unknown_setting_is_refused_with_the_nearest(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOSIJE_PROT", "9000")
    run = run_dosije(home, "status")
    assert run.returncode == 2
    assert "DOSIJE_PROT sets 'prot', which is not a setting. Did you mean port?" in run.stderr


FIELDS = [
    ("municipality:Breozvac", "There is no municipality 'Breozvac'. Nearest: Brezovac."),
    ("opština:Breozvac", "There is no municipality 'Breozvac'. Nearest: Brezovac."),
    ("општина:xyzzy", "There is no municipality 'xyzzy'."),
    ("opština:Novi Sad kamere", 'A name of several words is written in quotation marks: opština:"Novi Sad".'),
    ("grad:backa palanka", 'A name of several words is written in quotation marks: grad:"Bačka Palanka".'),
    ('vendor:"Providni Sitemi"', "There is no vendor 'Providni Sitemi'. Nearest: Providni Sistemi"),
    ("dobavljač:Sitemi", "There is no vendor 'Sitemi'. Nearest: Providni Sistemi"),
    ("vendor:(Providni OR Sitemi)", "There is no vendor 'Sitemi'."),
    ("camera -vendor:Sitemi", "There is no vendor 'Sitemi'."),
    ("kind:contarct", "There is no kind 'contarct'. Nearest: contract"),
    ("language:srpksi", "There is no language 'srpksi'. Nearest: srpski"),
    ("quality:goood", "There is no reading quality 'goood'. Nearest: good"),
    ("collection:mian", "There is no collection 'mian'. Nearest: main."),
    ("watch:xyzzy", "There is no watched term 'xyzzy'."),
    ("year:20x", "“year:20x” does not name a year"),
    ("municipality:zrenjanin", "No document is from Zrenjanin."),
    ("municpality:bečej", "“municpality:” is not a field and was searched for as text; is it municipality: ?"),
    ("naručilac:bečej", "“naručilac:” is not a field and was searched for as text; is it opstina: ?"),
    ("opstna:bečej", "“opstna:” is not a field and was searched for as text; is it opstina: ?"),
    ("yaer:2024", "“yaer:” is not a field and was searched for as text; is it year: ?"),
]


@pytest.mark.parametrize(("query", "told"), FIELDS, ids=str)
def test_fields_of_a_query_are_told_and_searched(client: FlaskClient, query: str, told: str) -> None:
    answer = client.get("/api/v1/search", query_string={"q": query})
    assert answer.status_code == 200
    assert sum(told in note for note in answer.get_json()["notes"]) == 1, answer.get_json()["notes"]
    page = client.get("/", query_string={"q": query})
    assert page.status_code == 200
    assert told in unescape(page.text)
    certificate = client.get("/api/v1/certificate", query_string={"q": query}).get_json()
    assert any(told in note for note in certificate["query"]["notes"])
    line = client.post("/api/v1/lists", json={"lines": [query]}).get_json()["results"][0]
    assert any(told in note for note in line["notes"])


@pytest.mark.parametrize(
    "query",
    [
        "camera",
        "municipality:бечеј",
        "municipality:unknown",
        "vrsta:nepoznato",
        "kind:contract*",
        "year:1999..2001",
        "vendor:providn*",
        "vendor:sistema",
        "збирка:маин",
        "https://example.org 12:30",
    ],
)
def test_nothing_is_said_of_what_exists(client: FlaskClient, query: str) -> None:
    notes = client.get("/api/v1/search", query_string={"q": query}).get_json()["notes"]
    assert not [note for note in notes if "There is no" in note or "No document" in note or "is no field" in note]


def test_the_command_line_tells_of_fields(home: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("collection:mian\n")
    for command in (("search", "collection:mian"), ("certificate", "collection:mian"),
                    ("saved", "add", "fields", "collection:mian")):  # fmt: skip
        run = run_dosije(home, *command)
        assert run.returncode == 0, run.stderr
        assert "There is no collection 'mian'. Nearest: main." in run.stderr + run.stdout, command
    for form in ("csv", "json"):
        run = run_dosije(home, "search-list", tmp_path / "list.txt", "--format", form)
        assert "There is no collection 'mian'. Nearest: main." in run.stdout
    # Zrenjanin is in our gazetteer.
    run = run_dosije(home, "search", "municipality:Zrenjanin", "--json")
    assert "No document is from Zrenjanin." in json.loads(run.stdout)["notes"]
