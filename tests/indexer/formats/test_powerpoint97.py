"""Old presentations: the newest text of each slide in its order, with notes, and broken files named."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import DamagedDocument, EncryptedDocument, UnsupportedFormat
from indexer.formats import media_types
from indexer.formats.powerpoint97 import PptSource
from indexer.formats.sniffing import media_type_of
from tests.outlook_sample import compound_file
from tests.powerpoint97_sample import Slide, presentation

SLIDES = [
    Slide("Plan nabavki za 2026", "Jedanaest kamera\rza škole\vi vrtiće", "Reći da je rok 30 dana"),
    Slide("Набавке", "Cena"),
]


def opened(path: Path, data: bytes) -> PptSource:
    path.write_bytes(data)
    assert media_type_of(path, "x") == media_types.PPT
    return PptSource(path, path.name)


def test_each_slide_is_a_page_with_its_notes(tmp_path: Path) -> None:
    source = opened(tmp_path / "plan.ppt", presentation(SLIDES))
    assert [[line for line in page if line] for page in source._pages] == [
        [
            *["Plan nabavki za 2026", "Jedanaest kamera", "za škole", "i vrtiće", "Opština Brezovac"],
            "Reći da je rok 30 dana",
        ],
        ["Набавке", "Cena", "Opština Brezovac"],
    ]
    assert source.layout_obstacle == "it has speaker notes, which a layout leaves out"


def test_what_was_replaced_is_not_read(tmp_path: Path) -> None:
    assert "Stari naslov" not in opened(tmp_path / "a.ppt", presentation(SLIDES)).text()


def test_hidden_slides_are_read_and_flow(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.ppt", presentation([Slide("Skriveno", is_hidden=True)]))
    assert source.text().split() == ["Skriveno", "Opština", "Brezovac"]
    assert source.layout_obstacle == "it has hidden slides, which a layout leaves out"
    assert opened(tmp_path / "b.ppt", presentation([Slide("Vidljivo")])).layout_obstacle is None


def test_a_password_and_an_old_version_are_named(tmp_path: Path) -> None:
    with pytest.raises(EncryptedDocument, match="password"):
        opened(tmp_path / "a.ppt", presentation(SLIDES, token=0xF3D1C4DF))
    with pytest.raises(UnsupportedFormat, match="libreoffice-impress-nogui"):
        opened(tmp_path / "b.ppt", compound_file({"PowerPoint Document": b"x" * 100}))


@pytest.mark.parametrize("change", [b"\x72\x17", b"\xf5\x0f", b"\xe8\x03", b"\xf3\x03"])
def test_broken_records_are_damage(tmp_path: Path, change: bytes) -> None:
    """The table of objects, the record of a saving, the document and the list of slides, each made something else."""
    data = presentation(SLIDES)
    with pytest.raises(DamagedDocument, match=r"a\.ppt"):
        opened(tmp_path / "a.ppt", data.replace(change, b"\x00\x00"))


def test_a_file_that_was_saved_in_a_circle_ends(tmp_path: Path) -> None:
    data = bytearray(presentation(SLIDES))
    at = data.rindex(b"\xf5\x0f") - 2
    circular = bytes(data[:at]) + data[at : at + 16] + b"\x00\x00\x00\x00" + bytes(data[at + 20 :])
    assert opened(tmp_path / "a.ppt", circular).page_count == 2
