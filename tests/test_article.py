"""The article, asked number by number, down to the words.

The specimens tell an investigation like the one that this program was asked for. What is right is taken from the story
of their maker (``documents/truth.json``, which nothing here computes), and each number must open at words that stand on
a page of the paper that it names, beside those that the truth table quotes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.facts.evidence import EvidenceReader
from archive.findings.counting import run
from archive.findings.files import load, read
from archive.findings.table import Cell, Table
from archive.text.folding import fold
from tests.conftest import ROOT, run_dosije

pytestmark = pytest.mark.usefixtures("warm_readers")

Truth = dict[str, Any]
Row = dict[str, Cell]

TECHNOLOGY = """
title = "Software and brands"
about = "In which towns a paper names software or a make of cameras."
counts = "municipalities"
group = ["municipality"]

[facts]
field = "watch"
details = { group = ["software", "brand"] }
columns = ["value", "state"]
"""


@pytest.fixture(scope="module")
def archive(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The archive of ``make run``: the specimens, read with the watchlist of their newsroom."""
    home = tmp_path_factory.mktemp("article") / "home"
    shutil.copytree(specimen_home, home)
    shutil.copyfile(ROOT / "documents" / "watchlist.toml", home / "watchlist.toml")
    done = run_dosije(home, "extract", "--again", "--apply")
    assert done.returncode == 0, done.stderr
    (home / "findings").mkdir(exist_ok=True)
    (home / "findings" / "technology.toml").write_text(TECHNOLOGY, encoding="utf-8")
    with Archive.open(home, Settings()) as opened:
        yield opened


@pytest.fixture(scope="module")
def story(truth: Truth) -> Truth:
    """The investigation as its maker tells it."""
    told: Truth = truth["story"]
    return told


def counted(archive: Archive, name: str) -> Table:
    return run(load(archive.home, name), archive.catalog, archive.search, archive.engine)


def rows_of(table: Table) -> dict[str, Row]:
    """The cells of each row, under its key; of the total, under nothing."""
    ids = [column.id for column in table.columns]
    return {
        " ".join(value or "?" for value in row.key): dict(zip(ids, row.cells, strict=True))
        for row in (*table.rows, table.total)
    }


def number(row: Row, column: str) -> float:
    cell = row.get(column)
    return float(cell.number or 0) if cell is not None else 0.0


def words_of(archive: Archive, cell: Cell) -> dict[str, list[str]]:
    """What the facts behind a number say in their papers, by file; each is checked to stand on the page it names."""
    reader = EvidenceReader(archive.catalog)
    found: dict[str, list[str]] = {}
    for proof in cell.proofs:
        filename = archive.catalog.documents.find(proof.document).filename
        quotes = found.setdefault(filename, [])
        if proof.fact and proof.fact.span:
            evidence = reader.of(proof.fact.span)
            page = archive.catalog.readings.words(proof.document, evidence.page.number)
            assert fold(evidence.quote) in fold(" ".join(page.texts)), (filename, evidence.quote)
            quotes.append(evidence.quote)
    return found


def quoted(truth: Truth, file: str) -> str:
    """The true text of a specimen."""
    (entry,) = [entry for entry in truth["documents"] if entry["file"] == file]
    return fold(" ".join(entry["page_texts"]))


def assert_told(archive: Archive, truth: Truth, cell: Cell, *words: str) -> None:
    """Make sure that a number opens at words of a paper which have these in them, and that the paper has them."""
    told = words_of(archive, cell)
    assert told
    for word in words:
        assert any(fold(word) in fold(quote) for quotes in told.values() for quote in quotes), (word, told)
        assert any(fold(word) in quoted(truth, file) for file in told), (word, list(told))


def test_who_won_where_and_for_how_much(archive: Archive, truth: Truth, story: Truth) -> None:
    rows = rows_of(counted(archive, "vendors-by-municipality"))
    checked = 0
    for one in story["procedures"]:
        for part in one.get("lots", [one]) if one["outcome"] in ("contract", "award") else []:
            names = [name.rpartition(" ")[0] for name in part["vendors"]]
            sums = {f"{one['currency']}·{vat}": part.get(f"{vat}_vat") for vat in ("with", "without")}
            ((key, row),) = [
                (key, row)
                for key, row in rows.items()
                if key.startswith(f"{one['municipality']} ")
                and all(name in key for name in names)
                and key.count(" + ") == len(names) - 1
                and number(row, f"{one['currency']}·without") == part["without_vat"]
            ]
            assert {column: number(row, column) or None for column in sums} == sums, key
            printed = f"{part['without_vat']:,}"
            told = words_of(archive, row[f"{one['currency']}·without"])
            digits = {"".join(filter(str.isdecimal, quote)) for quotes in told.values() for quote in quotes}
            assert any(printed.replace(",", "") in each for each in digits), (key, told)
            checked += 1
    assert checked == 7


def test_how_many_tenders_had_competition(archive: Archive, truth: Truth, story: Truth) -> None:
    total = rows_of(counted(archive, "competition"))[""]
    totals = story["totals"]
    assert number(total, "units") == totals["procedures"] == 8
    assert number(total, "Several bids") == len(totals["several_bids"]) == 5
    assert number(total, "One bid") == len(totals["single_bid"]) == 3
    assert_told(archive, truth, total["Several bids"], "tri ponude", "(dve) ponude")
    assert_told(archive, truth, total["One bid"], "jednu ponudu", "jedna ponuda")


def test_how_many_towns_bought_face_recognition(archive: Archive, truth: Truth, story: Truth) -> None:
    rows = rows_of(counted(archive, "capabilities"))
    having = {town for town, row in rows.items() if town and number(row, "face recognition··contracts")}
    assert having == set(story["totals"]["face_recognition"]) == {"Bečej", "Kanjiža"}
    assert number(rows[""], "face recognition·") == 2
    assert_told(archive, truth, rows[""]["face recognition··contracts"], "prepoznavanj")
    denied = {one["municipality"] for one in story["told"] if one.get("face_recognition") is False}
    assert denied == {"Kosjerić", "Topola"}
    for town in denied:
        assert number(rows[town], "face recognition·denied") == 1
        assert not number(rows[town], "face recognition·"), town
    asked = {entry["municipality"] for entry in truth["documents"] if entry["kind"] in ("foi_request", "foi_appeal")}
    assert asked == {"Bečej", "Kladovo", "Ivanjica", "Sokobanja"}
    for town in asked:
        assert number(rows[town], "face recognition·asked") == 1
    assert not number(rows["Sokobanja"], "face recognition·"), "to ask is not to have"


def test_who_bought_which_software_and_cameras(archive: Archive, truth: Truth, story: Truth) -> None:
    definition = read(archive.home / "findings" / "technology.toml")
    rows = rows_of(run(definition, archive.catalog, archive.search, archive.engine))
    bought: dict[str, set[str]] = {}
    for name, town in (*story["totals"]["software"], *story["totals"]["brands"]):
        bought.setdefault(name, set()).add(town)
    assert len(bought) == 3
    for name, towns in bought.items():
        assert {key for key, row in rows.items() if key and number(row, f"{name}·")} == towns
        for town in towns:
            assert_told(archive, truth, rows[town][f"{name}·"], name)


def test_cameras_in_how_many_places_for_how_much(archive: Archive, truth: Truth, story: Truth) -> None:
    rows, each = rows_of(counted(archive, "quantities")), rows_of(counted(archive, "price-of-a-camera"))
    told: dict[str, list[Truth]] = {}
    for one in (*story["procedures"], *story["told"]):
        if one["cameras"]:
            told.setdefault(one["municipality"], []).append(one)
    assert set(rows) == {*told, ""}
    for town, purchases in told.items():
        for what in ("cameras", "places"):
            assert number(rows[town], what) == sum(one[what] for one in purchases), (town, what)
        assert_told(archive, truth, rows[town]["cameras"], *(str(one["cameras"]) for one in purchases))
    assert number(rows[""], "cameras") == 177
    assert number(rows[""], "places") == 65
    reply = words_of(archive, rows["Kosjerić"]["cameras·replies"])
    assert reply == {"kosjeric-2022-foi-odgovor.pdf": ["42 kamere"]}
    price = each["Kosjerić"]["cameras·EUR·unknown·median"]
    assert round(float(price.number or 0), 2) == round(96000 / 42, 2)
    assert_told(archive, truth, price, "96.000,00")
    assert number(rows["Bečej"], "cameras") == 28, "the reply that repeats them is not added"


def test_cameras_per_inhabitant(archive: Archive) -> None:
    table = counted(archive, "quantities")
    place = table.place_of("cameras")
    assert place is not None
    per = {row.key[0]: row.cells[place].per for row in table.rows}
    inhabitants = {row.key[0]: row.inhabitants for row in table.rows}
    assert inhabitants["Kosjerić"] == 10462
    for town, cameras in (("Kosjerić", 42), ("Bečej", 28), ("Kladovo", 10)):
        assert float(per[town] or 0) == pytest.approx(cameras * 100 / (inhabitants[town] or 0))


def test_how_requests_ended(archive: Archive, truth: Truth, story: Truth) -> None:
    rows, times = rows_of(counted(archive, "foi-outcomes")), rows_of(counted(archive, "foi-in-time"))
    for one in story["foi"]:
        town, outcome = one["municipality"], "silent" if one["outcome"] == "no_reply" else one["outcome"]
        assert number(rows[town], outcome) == number(rows[town], "units") == 1, town
        (file, *_) = words_of(archive, rows[town][outcome])
        (entry,) = [entry for entry in truth["documents"] if entry["file"] == file]
        words = entry["evidence"]["outcome"]["quote"]
        heads = [fold(quote) for quotes in words_of(archive, rows[town][outcome]).values() for quote in quotes]
        # What is read in a scan has the words of the truth table in it; in text they stand as they are printed.
        shared = [set(fold(words).split()) & set(head.split()) for head in heads]
        stands = [head in quoted(truth, file) for head in heads]
        assert any(len(both) >= 2 for both in shared) or (all(stands) and not entry["scanned"]), (town, words, heads)
        took = one.get("days")
        assert number(times[town], "silent" if took is None else "in_time" if took <= 15 else "late") == 1, town
    total = {name: number(rows[""], name) for name in ("granted", "partly", "refused", "silent", "ordered")}
    assert total == {"granted": 1, "partly": 2, "refused": 2, "silent": 2, "ordered": 1}


def test_the_ground_on_which_a_request_was_refused(archive: Archive, story: Truth) -> None:
    grounds = {one["municipality"]: one["ground"] for one in story["foi"] if "ground" in one}
    rows = rows_of(counted(archive, "foi-outcomes"))
    for town, ground in grounds.items():
        facts = [proof.fact for column in ("refused", "partly") for proof in rows[town][column].proofs if proof.fact]
        assert [fact.details.get("ground") for fact in facts] == [ground], town


def test_where_a_town_and_the_ministry_signed(archive: Archive, truth: Truth, story: Truth) -> None:
    rows = rows_of(counted(archive, "cooperation"))
    signed = {one["municipality"]: one for one in story["cooperation"]}
    assert set(rows) == {*signed, ""}
    for town, one in signed.items():
        (proof,) = rows[town]["units"].proofs
        assert archive.catalog.documents.find(proof.document).filename == one["document"]
        assert fold(one["with"].split(" – ")[0]) in quoted(truth, one["document"])
