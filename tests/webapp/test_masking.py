"""Personal numbers do not leave the house with an export, unless the settings say so."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from archive.config import Settings
from archive.search.masking import masked_value
from tests.rights_samples import add
from tests.webapp_own_room import OwnRoom, own_room

NUMBER = "0101990710006"
"""Made up, with a check digit that is wrong; it is one for the word before it."""


@pytest.fixture
def room(tmp_path: Path) -> Iterator[OwnRoom]:
    made = own_room(tmp_path)
    made.come_in("zapisnik.txt", f"Svedok Petar, JMBG {NUMBER}, video je kameru na trgu.")
    yield made
    made.archive.close()


def exported(room: OwnRoom) -> list[str]:
    client = room.app.test_client()
    table, told = (client.get(f"/export.{form}?q=kamera").text for form in ("csv", "json"))
    with ZipFile(io.BytesIO(client.get("/export.xlsx?q=kamera").data)) as book:
        sheet = b"".join(map(book.read, book.namelist())).decode("utf-8", "replace")
    return [table, told, sheet]


def test_exports_mask_personal_numbers(room: OwnRoom) -> None:
    for text in exported(room):
        assert "Svedok Petar" in text
        assert NUMBER not in text
        assert "█" * 13 in text
    room.archive.settings = Settings({"mask_personal_numbers": 0})
    for text in exported(room):
        assert NUMBER in text


@pytest.mark.parametrize(
    "told", ["matični broj {}", "Јединствени матични број грађана: {}", "лични број\n{}", "MB 12/0101990710008"]
)
def test_exports_mask_numbers_under_other_labels(tmp_path: Path, told: str) -> None:
    room = own_room(tmp_path)
    room.come_in("zapisnik.txt", f"Svedok Petar, {told.format(NUMBER)} video je kameru na trgu.")
    for text in exported(room):
        assert "0101990710" not in text
        assert "█" * 13 in text


@pytest.mark.parametrize("unit", ["documents", "clauses"])
def test_exports_mask_names_headings_and_names_of_files(tmp_path: Path, unit: str) -> None:
    """Each text of a row that a document or its file says."""
    told = f"JMBG {NUMBER}"
    facts: list[tuple[str, str, dict[str, str]]] = [
        ("title", f"Ugovor {told}", {}),
        ("vendor", f"Petar Petrić PR {told}", {}),
        ("buyer", f"Opština {told}", {}),
        ("reference", f"404-1 {told}", {}),
    ]
    room = own_room(tmp_path)
    with room.archive.writing():
        lines = ["Ugovor o nabavci", f"Član 1. JMBG:{NUMBER} kamera za nadzor"]
        add(room.archive, tmp_path, f"ugovor {told}.txt", lines, facts)
        room.archive.indexing.index_due()
    client = room.app.test_client()
    table, told_json = (client.get(f"/export.{form}?q=kamera&unit={unit}").text for form in ("csv", "json"))
    heading, row = table.splitlines()
    columns = dict(zip(*csv.reader([heading, row]), strict=True))
    said = {
        "title",
        "filename",
        "vendors",
        "buyer",
        "reference",
        "snippet",
        *(["heading"] if unit == "clauses" else []),
    }
    assert {name for name, text in columns.items() if "█" * 13 in text} == said
    assert columns["vendors"] == f"Petar Petrić PR JMBG {'█' * 13}"
    assert NUMBER not in table + told_json
    room.archive.settings = Settings({"mask_personal_numbers": 0})
    assert NUMBER in client.get(f"/export.json?q=kamera&unit={unit}").text
    room.archive.close()


def test_findings_mask_what_names_and_words_say(tmp_path: Path) -> None:
    room = own_room(tmp_path)
    client, line = room.app.test_client(), f"Isporučilac Petar Petrić JMBG {NUMBER} opština Brezovac"
    with room.archive.writing():
        facts = {
            "kind": ("contract", 0, 0),
            "vendor": (f"Petar Petrić JMBG {NUMBER}", 1, 4),
            "buyer": ("Opština Brezovac", 5, 6),
        }
        room.filler.text("ugovor.txt", [line], "sr-Latn", facts=facts)
        room.archive.indexing.index_due()

    def files() -> dict[str, str]:
        told = {form: client.get(f"/findings/vendors.{form}").text for form in ("csv", "json", "ocds")}
        with ZipFile(io.BytesIO(client.get("/findings/vendors.xlsx").data)) as book:
            return told | {"xlsx": b"".join(map(book.read, book.namelist())).decode("utf-8", "replace")}

    for form, text in files().items():
        assert "Petar Petrić" in text, form
        # The address of a row that is called by it has it: it could not lead there otherwise.
        assert NUMBER not in text.replace(f"row=Petar+Petri%C4%87+JMBG+{NUMBER}", ""), form
    room.archive.settings = Settings({"mask_personal_numbers": 0})
    for form, text in files().items():
        assert NUMBER in text, form
    room.archive.close()


def test_lists_mask_what_was_found_and_not_what_was_asked(room: OwnRoom) -> None:
    client = room.app.test_client()
    asked = {"lines": f"kamera\n{NUMBER}", "format": "csv"}
    found, own = client.post("/lists", data=asked).text.splitlines()[1:]
    assert NUMBER not in found
    assert "█" * 13 in found
    assert own.split(",")[:3] == ["2", NUMBER, NUMBER]
    assert own.count(NUMBER) == 2


def test_values_are_masked_and_ids_and_addresses_are_not() -> None:
    hash_ = f"a{NUMBER}b" + "c" * 49
    record = {"quote": f"JMBG {NUMBER}", "id": hash_, "rows": [f"https://x.example/{NUMBER}", 7, None]}
    expected = {"quote": "JMBG " + "█" * 13, "id": hash_, "rows": [f"https://x.example/{NUMBER}", 7, None]}
    assert masked_value(record) == expected
