"""winmail.dat: the e-mail and the attachments that Outlook packed into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import DamagedDocument
from indexer.formats import media_types, open_source
from indexer.formats.sniffing import media_type_of
from indexer.formats.source import Container, ReadContext
from indexer.ocr.engine import NullOcr
from tests.tnef_sample import winmail

CONTEXT = ReadContext(NullOcr(), "never", 200, 100, 10**6)
RTF = rb"{\rtf1\ansi\ansicpg1250 Ugovor o nabavci\par Cena je 1.250.000 dinara.\par}"


def opened(path: Path, data: bytes) -> Container:
    path.write_bytes(data)
    assert media_type_of(path, "x") == media_types.TNEF
    source = open_source(media_types.TNEF, path, path.name)
    assert isinstance(source, Container)
    return source


def test_it_is_an_e_mail_with_attachments(tmp_path: Path) -> None:
    attached = {"Rešenje o žalbi.docx": b"PK...", "a.pdf": b"%PDF"}
    source = opened(tmp_path / "winmail.dat", winmail("Ugovor škole", "Šaljem ugovor.", attachments=attached))
    assert source.read(1, CONTEXT).words.text().split("\n") == [
        *["From: Ana", "To: nabavke@primer.rs", "Subject: Ugovor škole", "Attachments: Rešenje o žalbi.docx; a.pdf"],
        *["", "Šaljem ugovor."],
    ]
    assert {one.path: b"".join(one.chunks()) for one in source.contents()} == attached


def test_a_text_that_is_rtf_only_is_read(tmp_path: Path) -> None:
    page = opened(tmp_path / "winmail.dat", winmail("Ugovor", rtf=RTF)).read(1, CONTEXT)
    assert page.words.text().endswith("Ugovor o nabavci\nCena je 1.250.000 dinara.")


def test_a_damaged_text_costs_no_attachment(tmp_path: Path) -> None:
    data = winmail("Ugovor", rtf=RTF, attachments={"a.pdf": b"%PDF"}).replace(b"LZFu", b"LZFx")
    source = opened(tmp_path / "winmail.dat", data)
    assert source.read(1, CONTEXT).note == "Its body is compressed RTF that is damaged."
    assert [one.path for one in source.contents()] == ["a.pdf"]


def test_a_name_that_leads_out_is_text(tmp_path: Path) -> None:
    source = opened(tmp_path / "winmail.dat", winmail("Ugovor", "x", attachments={"../../etc/zlo.txt": b"zlo"}))
    assert [one.path for one in source.contents()] == ["../../etc/zlo.txt"]


@pytest.mark.parametrize("data", [winmail("", sender="")[:6], winmail("Ugovor")[:6] + b"\xff" * 400])
def test_broken_packets_are_damaged(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(DamagedDocument, match=r"winmail\.dat"):
        opened(tmp_path / "winmail.dat", data)
