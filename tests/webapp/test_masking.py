"""Personal numbers do not leave the house with an export, unless the settings say so."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from urllib.parse import quote_plus
from zipfile import ZipFile

import pytest

from archive.config import Settings
from archive.search.masking import masked_value
from tests.rights_samples import add
from tests.webapp_own_room import OwnRoom, own_room

pytestmark = pytest.mark.usefixtures("warm_readers")

NUMBER = "0101990710006"
"""Made up, with a check digit that is wrong; it is one for the word before it."""


@pytest.fixture
def room(room: OwnRoom) -> OwnRoom:
    room.come_in("zapisnik.txt", f"Svedok Petar, JMBG {NUMBER}, video je kameru na trgu.")
    return room


def exported(room: OwnRoom) -> list[str]:
    client = room.app.test_client()
    table, told = (client.get(f"/export.{form}?q=kamera").text for form in ("csv", "json"))
    return [table, told, unpacked(client.get("/export.xlsx?q=kamera").data)]


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


@pytest.mark.parametrize(
    ("asked", "hidden"),
    [
        # The picture has no room for the whole number, and half of it must not be left either.
        ("", ["010199"]),
        ("?mask=name", ["010199", "Petar", "Petrić"]),
        ("?mask=person", ["010199", "Petar Petrić"]),
    ],
)
def test_every_file_of_findings_masks_what_names_and_words_say(tmp_path: Path, asked: str, hidden: list[str]) -> None:
    room = own_room(tmp_path)
    client, vendor = room.app.test_client(), f"Preduzetnik za video nadzor Petar Petrić JMBG {NUMBER}"
    (room.archive.home / "masked-names.txt").write_text("Petar Petrić\n", "utf-8")
    with room.archive.writing():
        line = f"Isporučilac {vendor} opština Brezovac"
        facts = {"kind": ("contract", 0, 0), "vendor": (vendor, 1, 8), "buyer": ("Opština Brezovac", 9, 10)}
        room.filler.text("ugovor.txt", [line], "sr-Latn", facts=facts)
        room.archive.indexing.index_due()

    def files() -> dict[str, str]:
        names = [f"vendors.{form}" for form in ("csv", "json", "ocds", "svg", "xlsx")]
        told = {name: client.get(f"/findings/{name}{asked}").data for name in [*names, "report.html", "report.docx"]}
        return {name: unpacked(data) for name, data in told.items()}

    told = files()
    assert all("video nadzor" in text for text in told.values())
    # The address of a row that is called by it has it: it could not lead there otherwise.
    texts = {name: text.replace(quote_plus(vendor), "") for name, text in told.items()}
    assert [(name, word) for name, text in texts.items() for word in hidden if word in text] == []
    room.archive.settings = Settings({"mask_personal_numbers": 0})
    for name, text in files().items():
        assert NUMBER in text, name
    room.archive.close()


def unpacked(data: bytes) -> str:
    """A file as text, with all that is in it."""
    if not data.startswith(b"PK"):
        return data.decode()
    with ZipFile(io.BytesIO(data)) as file:
        return b"".join(map(file.read, file.namelist())).decode("utf-8", "replace")


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
