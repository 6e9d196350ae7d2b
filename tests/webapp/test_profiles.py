"""The profiles of vendors and places, on the specimens: their numbers are those of the findings, and lead to words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from archive.access.records import Role, Scope
from archive.accounts import Accounts
from archive.archive import Archive
from archive.config import Settings
from archive.errors import FindingsBehind
from archive.facts.values import Municipalities
from archive.findings.files import SHIPPED
from archive.findings.measures import TOGETHER
from archive.model.decisions import DecisionAction
from archive.store.kept.units import KeptUnitsLost
from tests.conftest import run_dosije
from tests.finding_samples import Told, add, contract, decide, price, told
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app

PLACES = ("Ada", "Bečej", "Ivanjica", "Kanjiža", "Kladovo", "Ražanj")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def client(specimen_home: Path) -> Iterator[FlaskClient]:
    places = Municipalities([(name, [name.upper()]) for name in (*PLACES, "Ub")])
    with Archive.open(specimen_home, create=False) as archive:
        yield create_app(archive, NoPicture(), places).test_client()


def told_by(client: FlaskClient, path: str) -> Any:
    response = client.get(path)
    assert response.status_code == 200, (path, response.text)
    return response.get_json()


def vendors(client: FlaskClient) -> list[str]:
    return [one["id"] for one in told_by(client, "/api/v1/vendors")["vendors"]]


def test_what_a_vendor_won_is_what_the_finding_counts(client: FlaskClient) -> None:
    finding = told_by(client, "/api/v1/findings/vendors")
    rows = {row["key"]["vendor"]: row["cells"] for row in finding["rows"]}
    won = {}
    for id_ in vendors(client):
        vendor = told_by(client, f"/api/v1/vendors/{id_}")
        figures = vendor["profile"]
        own = [cells for name, cells in rows.items() if vendor["name"] in (name or "").split(TOGETHER)]
        units = {proof["unit"] for cells in own for proof in cells["units"]["evidence"]}
        assert figures["won"] == len(units), vendor["name"]
        for parts in ("towns", "years"):
            assert figures["won"] == sum(one["won"] for one in figures[parts])
        assert figures["procedures"] == figures["won"] + figures["lost"] + figures["unknown"]
        won[vendor["name"]] = figures["won"]
        for one in figures["sums"]:
            name = TOGETHER.join(sorted((vendor["name"], *one["shared_with"])))
            there = rows[name][f"{one['currency']}·{one['vat']}"]["number"]
            # Of a procedure with prices on two bases, one is told; the finding's column has both.
            assert 0 < float(one["amount"]) <= float(there), (name, one)
    assert max(won.values()) > 1
    assert {name for row in rows for name in (row or "").split(TOGETHER)} <= {*won, ""}


def test_what_findings_say_of_a_place_is_their_row(client: FlaskClient) -> None:
    findings = {one["name"]: told_by(client, f"/api/v1/findings/{one['name']}")
                for one in told_by(client, "/api/v1/findings")["findings"]}  # fmt: skip
    compared = 0
    for place in PLACES:
        profile = told_by(client, f"/api/v1/places/{quote(place)}")
        for one in profile["findings"]:
            rows = [row for row in findings[one["name"]]["rows"] if row["key"] == {"municipality": place}]
            for row in rows:
                for column, number in one["numbers"].items():
                    in_row = row["cells"][column]["number"]
                    assert (number is None) == (in_row is None), (place, one["name"], column)
                    assert number is None or float(number) == float(in_row), (place, one["name"], column)
                    compared += 1
        sellers = [row for row in findings["vendors-by-municipality"]["rows"] if row["key"]["municipality"] == place]
        assert sorted(one["procedures"] for one in profile["sellers"]) == sorted(
            int(row["cells"]["units"]["number"]) for row in sellers
        )
        missing = sum(paper["id"] is None for one in profile["procedures"] for paper in one["papers"])
        told_missing = next(one for one in profile["findings"] if one["name"] == "missing-documents")["numbers"]
        apart = ("units", "documents", "absent", "unclear")
        assert missing == sum(int(number or 0) for column, number in told_missing.items() if column not in apart)
    assert compared > 100


def answer(client: FlaskClient, query: str) -> str:
    """Return the answer above the results of a search, as HTML; empty without one."""
    found = re.search(r'<section class="answer".*?</section>', html_of(client, f"/?q={quote(query)}"), re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize(
    "asked", ["koliko kamera ima Bečej", "колико камера има у Бечеју", "kamere becej", "How many cameras has Bečej?"]
)
def test_a_question_about_a_place_is_answered_by_the_number_of_its_finding(client: FlaskClient, asked: str) -> None:
    cells = told_by(client, "/api/v1/findings/quantities")["rows"]
    number = next(row["cells"]["cameras"]["number"] for row in cells if row["key"] == {"municipality": "Bečej"})
    shown = answer(client, asked)
    assert re.search(rf"Cameras {number}\b", text_of(shown)), shown
    assert "/places/Be%C4%8Dej" in links(shown)
    (leads,) = [link for link in links(shown) if "column=cameras" in link]
    assert "Bečej" in text_of(html_of(client, leads))


def test_each_question_is_answered_by_its_own_finding(client: FlaskClient) -> None:
    place = told_by(client, "/api/v1/places/Be%C4%8Dej")
    shown = text_of(answer(client, "ko je prodao kamere Bečeju i koliko su koštale"))
    assert all(name in shown for name in place["sellers"][0]["vendors"])
    assert "Contracts and awards" in shown
    assert "The median price of a camera" in shown
    assert "Only one bid came in" in text_of(answer(client, "koliko ponuda je bilo u Bečeju"))


def test_what_no_finding_knows_is_said_and_what_nobody_asked_is_not_there(client: FlaskClient) -> None:
    for asked in (
        "Bečej",
        "koliko kamera",
        "kamere Beograd",
        "koliko drveća ima Bečej",
        "-kamera Bečej",
        '"kamere" Ub',
    ):
        assert not answer(client, asked), asked


def test_a_search_goes_on_where_its_answer_cannot_be_counted(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def behind(*_: object, **_named: object) -> None:
        raise FindingsBehind("What findings count is being brought up to date: 7 % is done.", "Try again in a moment.")

    monkeypatch.setattr("webapp.views.search.place_profile", behind)
    html = html_of(client, "/?q=kamere+Bečej")
    assert 'class="answer"' not in html
    assert "is being brought up to date: 7 % is done. Try again in a moment." in text_of(html)
    assert 'class="hit"' in html


def test_unknown_numbers_are_told_as_such(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        add(archive, "u", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
        archive.settle()
        client = create_app(archive, NoPicture()).test_client()
        assert "Cameras and places: Unknown: 1 of 1 purchase" in text_of(answer(client, "koliko kamera ima Bor"))
        both = text_of(answer(client, "cena i kamere Bor"))
        assert "Contracts and awards 100 RSD" in both
        assert "Cameras and places: Unknown: 1 of 1 purchase" in both, "beside what is known"
        by_filter = text_of(html_of(client, "/?q=iznos&municipality=Bor"))
        assert "Counted from the papers of Bor Contracts and awards 100 RSD" in by_filter


def test_a_reply_that_tells_another_number_of_cameras_stands_beside_what_was_bought(tmp_path: Path) -> None:
    def reply(day: str, *more: Told) -> list[Told]:
        return [told("kind", "foi_reply"), told("municipality", "Bor"), told("date", day), *more]

    with Archive.open(tmp_path / "home", Settings()) as archive:
        add(archive, "u", contract("Bor", "404-1/2020", "Alfa d.o.o.", told("quantity", "12", what="cameras")))
        older = told("quantity", "20", what="cameras")
        add(archive, "old", reply("2021-05-06", older), "o kamerama jedan dva dvadeset")
        newer = (told("quantity", "28", what="cameras"), told("quantity", "16", what="cameras", of="28"))
        id_ = add(archive, "new", reply("2022-05-06", *newer), "o kamerama jedan dvadeset osam")
        add(archive, "none", reply("2023-05-06"), "kamere bez broja, jedan dva")
        archive.settle()
        client = create_app(archive, NoPicture()).test_client()
        shown = answer(client, "koliko kamera ima Bor")
        assert "Cameras 12 " in text_of(shown)
        assert "Cameras by its newest reply 28 6 May 2022" in text_of(shown)
        assert [link for link in links(shown) if f"{id_}/pages/1" in link and "words=3-3" in link]
        assert "not narrowed by" not in text_of(shown)
        narrowed = text_of(answer(client, "koliko termovizijskih kamera imaju škole u Boru"))
        assert "Of the whole municipality, not narrowed by: termovizijskih, škole" in narrowed
        decide(archive, id_, DecisionAction.CORRECT, told("quantity", "27", what="cameras"), old="28")
        archive.settle()
        corrected = answer(client, "koliko kamera ima Bor")
        assert "Cameras by its newest reply 27" in text_of(corrected)
        assert f"/documents/{id_}" in links(corrected), "a person's number has no words"
        add(archive, "v", contract("Bor", "404-2/2020", "Alfa d.o.o.", told("quantity", "27", what="places")))
        archive.settle()
        places = text_of(answer(client, "koliko kamera ima Bor"))
        assert "Places with cameras 27" in places
        assert "newest reply 27" in places, "the number of places is another"
        decide(archive, id_, DecisionAction.CORRECT, told("quantity", "12", what="cameras"), old="27")
        archive.settle()
        assert "newest reply" not in text_of(answer(client, "koliko kamera ima Bor"))


def test_every_number_of_a_profile_leads_to_what_makes_it(client: FlaskClient) -> None:
    paths = [f"/vendors/{id_}" for id_ in vendors(client)] + [f"/places/{quote(place)}" for place in PLACES]
    tried = set()
    for path in paths:
        html = html_of(client, path)
        for url, number in re.findall(r'<a class="number" href="([^"]*)"[^>]*>([^<]*)</a>', html):
            address = url.replace("&amp;", "&")
            if address in tried or address.startswith("#"):
                continue
            tried.add(address)
            shown = html_of(client, address)
            if "/procedures" in address:
                count = re.match(r"[\d,]+", number)
                assert count, number
                assert f": {count[0]} procedure" in text_of(shown), (address, number)
                assert "/pages/" in shown or count[0] == "0", "and to words"
            elif "/cell" in address:
                amount = re.match(r"[\d,.]+", number)
                assert amount, number
                assert f": {amount[0]}" in text_of(shown), (address, number)
                assert "words=" in shown or amount[0] == "0", "and to words"
            else:
                pytest.fail(f"{number} of {path} leads to {address}")
    assert len(tried) > 60


def test_filters_of_procedures_say_what_they_ask(client: FlaskClient) -> None:
    path = f"/vendors/{vendors(client)[0]}/procedures"
    html = html_of(client, f"{path}?result=won&bids=one&town=Kladovo&year=2019")
    assert "1 procedure" in text_of(html)
    assert f"{path}?bids=one&town=Kladovo&year=2019" in links(html), "one can be taken away"
    assert "0 procedures" in text_of(html_of(client, f"{path}?town=Ub"))
    for wrong in ("result=x", "bids=x", "other=unknown", "first=0"):
        assert client.get(f"{path}?{wrong}").status_code == 400
    assert client.get(f"{path}?first=99").status_code == 404
    assert client.get("/vendors/nobody/procedures").status_code == 404


def test_pictures_are_files_with_title_and_description_and_without_script(client: FlaskClient) -> None:
    id_ = vendors(client)[0]
    asked = [f"/vendors/{id_}.svg?picture={name}" for name in ("network", "towns", "years")]
    asked += [f"/places/{quote('Bečej')}.svg?picture={name}" for name in ("procedures", "money")]
    for path in asked:
        response = client.get(path)
        assert response.status_code == 200, path
        assert response.mimetype == "image/svg+xml"
        picture = ElementTree.fromstring(response.data)
        assert picture.findtext(f"{SVG}title")
        assert picture.findtext(f"{SVG}desc")
        assert not list(picture.iter(f"{SVG}a")), "addresses of the room lead nowhere in a file"
    assert client.get(f"/vendors/{id_}.svg?picture=x").status_code == 400
    assert client.get("/places/Ub.svg").status_code == 404
    assert client.get("/vendors/nobody.svg").status_code == 404


def test_a_hollow_dot_stands_for_each_paper_that_is_missing(client: FlaskClient) -> None:
    profile = told_by(client, "/api/v1/places/Kladovo")
    missing = sum(paper["id"] is None for one in profile["procedures"] for paper in one["papers"])
    html = html_of(client, "/places/Kladovo")
    assert html.count('class="shade-missing"') == missing > 0


def test_a_place_goes_by_its_official_name_and_one_without_papers_says_so(client: FlaskClient) -> None:
    response = client.get("/places/KLADOVO")
    assert (response.status_code, response.headers["Location"]) == (302, "/places/Kladovo")
    assert "no documents of this municipality yet" in text_of(html_of(client, "/places/Ub"))
    assert told_by(client, "/api/v1/places/KLADOVO")["municipality"] == "Kladovo"
    for path in ("/places/Nigdina", "/api/v1/places/Nigdina"):
        assert client.get(path).status_code == 404
    for path in ("/places/Kladovo?vat=x", f"/vendors/{vendors(client)[0]}?vat=x"):
        assert client.get(path).status_code == 400


def test_a_page_of_a_profile_opens_where_the_documents_change_meanwhile(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.profiles.place.units_at", raising)
    monkeypatch.setattr("archive.profiles.vendor.units_at", raising)
    monkeypatch.setattr("archive.profiles.vendor.run_over_lines", raising)
    for path in (f"/places/{quote('Bečej')}", f"/vendors/{vendors(client)[0]}"):
        response = client.get(path)
        assert response.status_code == 200
        assert "The archive changed while this was read" in text_of(response.text)


def raising(*_: object) -> None:
    raise KeptUnitsLost


def test_places_are_linked_where_they_are_named(client: FlaskClient) -> None:
    for path in ("/", "/places", "/findings/competition"):
        assert "/places/Kladovo" in links(html_of(client, path)), path
    assert f"/places/{quote('Bečej')}" in links(html_of(client, f"/vendors/{vendors(client)[0]}"))


def test_prices_are_told_on_the_basis_that_is_asked_for(client: FlaskClient) -> None:
    with_vat = told_by(client, "/api/v1/places/Kladovo?vat=with")["sums"]
    assert with_vat
    assert {one["vat"] for one in with_vat} == {"with"}
    html = html_of(client, "/places/Kladovo?vat=with")
    assert any("vat=with" in link for link in links(html) if "/cell" in link)


def test_a_sentence_is_copied_with_its_source_and_addresses_that_stay(client: FlaskClient) -> None:
    html = html_of(client, "/findings/competition")
    copied = re.search(r'<pre class="copy" id="sentence-text"[^>]*>(.*?)</pre>', html, re.DOTALL)
    assert copied
    text, source, address = copied[1].splitlines()
    assert text.startswith("Only one bid came in ")
    assert "Competition" in source
    assert re.fullmatch(r"http://localhost/findings/competition\?as_of=\d+", address)
    rich = html[html.index('id="sentence-html"') : html.index("<pre", html.index('id="sentence-html"'))]
    numbers = [link for link in links(rich) if "/cell" in link]
    assert numbers
    for link in numbers:
        assert client.get(link.removeprefix("http://localhost")).status_code == 200


def test_a_name_of_private_papers_is_in_no_profile(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home", Settings({"login": "always"})) as archive:
        add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
        bids = [told("kind", "minutes"), told("municipality", "Bor"), told("buyer", "Opština Bor"),
                told("reference", "404-1/2020", role="procurement"), told("bids", "2"),
                told("bidder", "Tajna d.o.o."), told("bidder", "Alfa d.o.o.")]  # fmt: skip
        add(archive, "tajno", bids, collection="tajna")
        accounts, tokens = Accounts(archive.catalog), {}
        for name in ("member", "reader"):
            accounts.add(name, Role.READER, None, "test")
            _, tokens[name] = accounts.add_token(name, "", Scope.READ, 1, "test")
        archive.catalog.collections.share("tajna", is_private=True, members=["member"], by="test")
        archive.settle()
        client = create_app(archive, NoPicture()).test_client()

        def asked(who: str, path: str) -> str:
            response = client.get(path, headers={"Authorization": f"Bearer {tokens[who]}"})
            assert response.status_code == 200, (path, response.text)
            return response.text

        alfa = archive.catalog.vendors.find("Alfa d.o.o.").id
        named = [f"/vendors/{alfa}", f"/vendors/{alfa}/procedures", f"/vendors/{alfa}.svg", f"/api/v1/vendors/{alfa}"]
        for path in named:
            assert "Tajna" in asked("member", path), path
        for path in (f"/vendors/{alfa}", f"/vendors/{alfa}/procedures", f"/vendors/{alfa}.svg?picture=years",
                     f"/api/v1/vendors/{alfa}", "/places/Bor", "/api/v1/places/Bor"):  # fmt: skip
            assert "Tajna" not in asked("reader", path), path
        told_of_bids = "0</a> of <a"
        assert told_of_bids in asked("member", "/?q=ponuda+Bor"), "of the procedure whose minutes are private"
        assert told_of_bids not in asked("reader", "/?q=ponuda+Bor")
        assert "minutes" in asked("member", "/api/v1/places/Bor")
        procedures = json.loads(asked("reader", "/api/v1/places/Bor"))["procedures"]
        assert [paper["kind"] for one in procedures for paper in one["papers"] if paper["id"]] == ["contract"]


def test_papers_that_a_finding_leaves_out_are_not_called_copies(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        add(archive, "u", contract("Bor", "404-1/2020", "Alfa d.o.o.", told("watch", "video", group="capability")))
        add(archive, "o", [told("kind", "minutes"), told("municipality", "Bor")])
        archive.settle()
        client = create_app(archive, NoPicture(), Municipalities([("Bor", ["BOR"])])).test_client()
        whole = text_of(client.get("/places/Bor").text)
        ours = (SHIPPED / "capabilities.toml").read_text("utf-8")
        ours = ours.replace('counts = "municipalities"', 'counts = "documents"\nneeds = ["contract"]')
        (archive.home / "findings").mkdir()
        (archive.home / "findings" / "capabilities.toml").write_text(ours, "utf-8")
        for page in (whole, text_of(client.get("/places/Bor").text)):
            assert re.search(r"\b2 (papers|documents) in the archive", page), page[:900]
            assert "near-identical" not in page


@pytest.mark.parametrize("typed", ["Bečej", "becej", "БЕЧЕЈ"])
def test_a_place_is_named_at_a_terminal_as_in_filters(specimen_home: Path, typed: str) -> None:
    assert run_dosije(specimen_home, "place", typed).stdout.startswith("Bečej\n")
