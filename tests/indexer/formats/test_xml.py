"""XML made readable, invoices as paper, and nothing expanded or fetched."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import DamagedDocument
from archive.model import Page, Reading, TextSource
from indexer.facts.mentions.watchlist import Watchlist
from indexer.formats import media_types, open_source
from indexer.formats.flowing import FlowingSource
from indexer.formats.sniffing import media_type_of
from indexer.formats.source import Container, ReadContext
from indexer.ingest.work import apply_rules
from indexer.layout import page_layout
from indexer.ocr.engine import NullOcr
from tests.indexer.hostile import laughing_xml
from tests.ubl_sample import invoice

CONTEXT = ReadContext(NullOcr(), "never", 200, 100, 10**6)


def opened(path: Path, data: bytes) -> FlowingSource:
    path.write_bytes(data)
    assert media_type_of(path, "x") == media_types.XML
    source = open_source(media_types.XML, path, path.name)
    assert isinstance(source, FlowingSource)
    return source


def test_any_xml_is_a_line_for_each_text(tmp_path: Path) -> None:
    data = b"""<?xml version="1.0" encoding="windows-1250"?><!-- x -->
    <spisak datum="2026-03-12"><ugovor><broj>1/26</broj>
    <opis>nabavka <b>kamera</b> \x9akolama</opis><prazno/></ugovor><iznos valuta="RSD">12</iznos></spisak>"""
    assert opened(tmp_path / "a.xml", data).text().split("\n") == [
        *["", "spisak (datum 2026-03-12)", "", "ugovor", "broj: 1/26", "opis: nabavka", "b: kamera", "školama"],
        "iznos (valuta RSD): 12",
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_xml_is_known_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    declared = "utf-16" if "16" in encoding else "utf-8"
    data = f"<?xml version='1.0' encoding='{declared}'?><a><b>Општина</b></a>".encode(encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    assert opened(tmp_path / "a.xml", data).text() == "\na\nb: Општина"


@pytest.mark.parametrize("in_envelope", [False, True])
def test_an_invoice_reads_as_paper(tmp_path: Path, in_envelope: bool) -> None:
    lines = opened(tmp_path / "a.xml", invoice(in_envelope=in_envelope)).text().split("\n")
    for line in (
        *["Faktura br. 2026-15", "Datum izdavanja: 12.03.2026.", "Datum dospeća: 26.04.2026.", "Valuta: RSD"],
        *[
            "Ugovor broj: 404-12/2026",
            "Dobavljač: Signal d.o.o. Brezovac",
            "PIB: 100000008",
        ],
        "Naručilac: Opština Kladovo",
        *["Ukupno bez PDV: 1.250.000,00 RSD", "Iznos PDV: 250.000,00 RSD", "Ukupno sa PDV: 1.500.000,00 RSD"],
    ):
        assert line in lines
    assert sum("1.500.000,00" in line for line in lines) == 1, "what is to be paid is the whole"
    assert ("SalesInvoiceId: 123456" in lines) is in_envelope, "whatever has no place on paper follows"
    assert not any("1250000" in line for line in lines)


def test_the_lines_of_an_invoice_are_a_table(tmp_path: Path) -> None:
    words = opened(tmp_path / "a.xml", invoice()).read(1, CONTEXT).words
    (table,) = page_layout(words).tables
    cells = {" ".join(words.texts[word] for word in cell.words) for cell in table.cells}
    assert {"Kamera za video nadzor", "10 kom", "125.000,00 RSD"} <= cells


def test_rules_find_the_facts_of_an_invoice_and_their_words(tmp_path: Path) -> None:
    words = opened(tmp_path / "a.xml", invoice()).read(1, CONTEXT).words
    page = Page(1, 0, len(words), 0, 0, TextSource.TEXT)
    reading = Reading("0" * 64, 1, datetime.now(UTC), {}, None, (page,))
    facts = {fact.field: fact for fact in apply_rules(reading.document, reading, [words], Watchlist.shipped()).facts}
    found = {name: facts[name].value for name in ("vendor", "buyer", "amount", "date", "reference", "kind")}
    assert found == {
        **{"vendor": "Signal d.o.o.", "buyer": "Opština Kladovo", "amount": "1500000.00", "date": "2026-03-12"},
        **{"reference": "2026-15", "kind": "other"},
    }
    assert facts["amount"].details["vat"] == "with"
    assert facts["vendor"].details["pib"] == "100000008"
    assert all(fact.span for fact in facts.values())


def test_files_in_an_invoice_are_its_contents(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.xml", invoice({"../prilog.pdf": b"%PDF-1.4"}, in_envelope=True))
    assert isinstance(source, Container)
    (attached,) = source.contents()
    assert (attached.path, b"".join(attached.chunks())) == ("../prilog.pdf", b"%PDF-1.4")
    assert "JVBER" not in source.text()


@pytest.mark.parametrize("letters", ["JVBER", "прилог"])
def test_a_file_in_an_invoice_that_is_none_is_damaged(tmp_path: Path, letters: str) -> None:
    data = invoice({"prilog.pdf": b"%PDF-1.4"}).replace(b"JVBERi0xLjQ=", letters.encode())
    source = opened(tmp_path / "a.xml", data)
    assert isinstance(source, Container)
    (attached,) = source.contents()
    with pytest.raises(DamagedDocument, match=r"prilog\.pdf in a\.xml"):
        b"".join(attached.chunks())


def test_a_long_text_is_no_file_in_letters(tmp_path: Path) -> None:
    numbers = " ".join(["JN 404"] * 80)
    letters = "\n".join(["JVBERi0x" * 8] * 8)
    data = f"<?xml version='1.0'?><a><b>{numbers}</b><c>{letters}\nJVBE==</c></a>"
    assert opened(tmp_path / "a.xml", data.encode()).text().split("\n")[-2:] == [f"b: {numbers}", "c: …"]


def test_sums_and_days_that_are_none_stay_as_they_are(tmp_path: Path) -> None:
    data = invoice().replace(b"2026-03-12", b"2026-13-99").replace(b"1500000.00", b"NaN")
    text = opened(tmp_path / "a.xml", data.replace(b"125000.00", b"1e999999999")).text()
    for shown in ("Datum izdavanja: 2026-13-99", "Ukupno sa PDV: NaN", "1e999999999"):
        assert shown in text


def test_entities_are_neither_expanded_nor_fetched(tmp_path: Path) -> None:
    (tmp_path / "tajna.txt").write_text("tajna")
    data = f"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "ha"><!ENTITY f SYSTEM "file://{tmp_path}/tajna.txt">
    <!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">]><a><b>pre &e; &f; posle</b></a>"""
    source = opened(tmp_path / "a.xml", data.encode())
    assert "ha" not in source.text()
    assert "tajna" not in source.text()
    assert "entities" in (source.read(1, CONTEXT).note or "")


def test_entities_that_multiply_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DamagedDocument, match="entity"):
        opened(tmp_path / "a.xml", laughing_xml())


@pytest.mark.parametrize(
    "data", [invoice()[:900], b"<?xml version='1.0'?>", b"<?xml version='1.0'?>" + b"<a>" * 5000 + b"</a>" * 5000]
)
def test_broken_and_endless_xml_is_damaged(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DamagedDocument, match=r"a\.xml"):
        opened(tmp_path / "a.xml", data)


@pytest.mark.parametrize("text", ["<b>Napomena</b> uz ugovor", "< 5 kamera, xmlns nije", "Cena <1000 din xmlns>"])
def test_text_with_angle_brackets_is_no_xml(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(text * 20)
    assert media_type_of(path, path.name) == media_types.PLAIN
