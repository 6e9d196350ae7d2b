"""Fixtures with an archive of real documents, and a packet of citations, both built by the command line."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import docx
import pymupdf
import pytest
from click.testing import CliRunner, Result

from archive.command_line.export import packet_group
from indexer.images.clips import ClipRenderer
from tests.conftest import SPECIMENS, reading_in_forks, run_dosije

JMBG = "0101990710008"
MISREAD = "0202990710001"
"""The first number is fictitious (region and serial number) with a valid check digit, the second has an invalid one."""

CONTRACT, SCAN = "becej-2020-ugovor.pdf", "kladovo-2019-odluka-o-dodeli.tif"
FLOWING = "kladovo-2022-foi-zahtev.txt"
"""The text of the Word specimen.

It has no pages, whether LibreOffice is installed or not.
"""
PERSONAL, PERSONAL_TEXT = "delo.pdf", f"delo {JMBG}.txt"


@dataclass(frozen=True, slots=True)
class Room:
    """An archive at ``home``; ``ids`` are its documents by their filenames."""

    home: Path
    ids: dict[str, str]

    def packet(self, *arguments: str | Path) -> Result:
        """Run ``dosije packet`` in this process; ``return_value`` is its exit code, ``exception`` its error."""
        command, given = packet_group(ClipRenderer), list(map(str, arguments))
        return CliRunner().invoke(command, given, obj=self.home, standalone_mode=False)

    @property
    def citations(self) -> tuple[str, ...]:
        """A clause, a page, words of a scan, words of a flowing document, and words around personal numbers."""
        return (
            f"{self.ids[CONTRACT]}#art_5",
            f"{self.ids[CONTRACT]}@1",
            f"{self.ids[SCAN]}:20-40",
            f"{self.ids[FLOWING]}:30-60",
            f"{self.ids[PERSONAL]}:4-14",
            f"{self.ids[PERSONAL_TEXT][:12]}:0-9",
        )


def _personal_pdf(path: Path) -> None:
    """Write a page with personal numbers: labelled, split in two words without a label, misread, in an account."""
    with pymupdf.open() as document:
        page = document.new_page()
        page.insert_text((72, 100), "UGOVOR O DELU", fontsize=16)
        page.insert_text((72, 140), f"Mika Primer, JMBG: {JMBG}, iz Uba")
        page.insert_text((72, 160), f"Pera Primer, broj {JMBG[:7]} {JMBG[7:]} iz Bele Crkve")
        page.insert_text((72, 200), f"Maticni broj: {MISREAD}")
        page.insert_text((72, 220), f"Racun: 160-{JMBG}-12")
        document.save(path)


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    folder = tmp_path_factory.mktemp("packets")
    (folder / "in").mkdir()
    for name in (CONTRACT, SCAN):
        shutil.copy(SPECIMENS / name, folder / "in")
    paragraphs = docx.Document(str(SPECIMENS / "kladovo-2022-foi-zahtev.docx")).paragraphs
    (folder / "in" / FLOWING).write_text("\n\n".join(each.text for each in paragraphs), encoding="utf-8")
    _personal_pdf(folder / "in" / PERSONAL)
    text = f"UGOVOR O DELU\n\nMika Primer, JMBG {JMBG}, obavlja nadzor nad kamerama.\n"
    (folder / "in" / PERSONAL_TEXT).write_text(text, encoding="utf-8")
    with reading_in_forks():
        run = run_dosije(folder / "home", "add", folder / "in", "--json")
    assert run.returncode == 0, run.stderr
    added = map(json.loads, run.stdout.splitlines()[:-1])
    return Room(folder / "home", {Path(line["path"]).name: line["id"] for line in added})


@pytest.fixture(scope="session")
def made(room: Room, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a packet of all citations. Tests must not write to it."""
    folder = tmp_path_factory.mktemp("made") / "packet"
    arguments = ("--title", "Nadzor: <kamere> & ugovori", "--prefix", "CASE-7")
    with reading_in_forks():
        run = room.packet("make", "--output", folder, *arguments, *room.citations)
    assert run.exit_code == 0, run.output
    return folder


@pytest.fixture
def packet(made: Path, tmp_path: Path) -> Path:
    """Return a copy of the packet that a test may change."""
    shutil.copytree(made, tmp_path / "packet")
    return tmp_path / "packet"
