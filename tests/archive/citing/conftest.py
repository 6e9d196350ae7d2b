"""Fixtures with a contract in an archive for each test, built once and copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.citing.citation import Citation, cite
from archive.citing.verification import Verifier
from archive.config import Settings
from archive.model import Span
from tests.made_once import copied
from tests.webapp_samples import Filler, read_again

BASE = "https://arhiva.example/dosije"
MADE = datetime(2026, 5, 4, 10, 30, tzinfo=UTC)

LINES = (
    "UGOVOR o javnoj nabavci br. 404-12/2023",
    "naručilac: Opština Brezovac i „Vid_zor & sin” d.o.o.",
    "Član 5. Cena iznosi 12.480.000,00 dinara.",
    "Isporučilac isporučuje 24 kamere u roku od 30 dana.",
)
FACTS = {
    "title": ("UGOVOR o javnoj nabavci", 0, 3),
    "kind": ("contract", 0, 0),
    "buyer": ("Opština Brezovac", 7, 8),
    "vendor": ("Vid_zor & sin d.o.o.", 10, 13),
    "date": ("2023-03-15", 5, 5),
    "year": ("2023", 5, 5),
    "reference": ("404-12/2023", 5, 5),
}
CAMERAS = (20, 28)
"""Indexes of the first and last word of the last line."""


@dataclass(frozen=True, slots=True)
class Contract:
    """An archive, the filler that adds documents to it, and the contract in it."""

    archive: Archive
    filler: Filler
    id: str

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.archive.catalog, self.archive.originals, self.archive.search)

    def citation(self, first: int = CAMERAS[0], last: int = CAMERAS[1], reading: int = 1) -> Citation:
        catalog = self.archive.catalog
        return cite(catalog, catalog.documents.find(self.id), Span(self.id, reading, first, last), BASE + "/", MADE)

    def read_again(self, *lines: str) -> None:
        """Add a reading with one page of these lines, and index it."""
        read_again(self.archive, self.id, lines)
        with self.archive.writing():
            self.archive.indexing.index_due()


def changed_contract(folder: Path, change: Callable[[Contract], object] | None = None) -> Iterator[Contract]:
    """Yield the contract in ``folder`` after ``change``; it is open during the iteration."""
    id_ = copied(folder, _make, change)
    with Archive.open(folder / "home", Settings()) as archive:
        yield Contract(archive, Filler(archive, folder), id_)


def _make(folder: Path, change: Callable[[Contract], object] | None) -> str:
    with Archive.open(folder / "home", Settings()) as archive:
        filler = Filler(archive, folder)
        with archive.writing():
            id_ = filler.text("ugovor.txt", LINES, "sr-Latn", facts=FACTS)
            filler.text("dopis.txt", ["Dopis o nabavci kamera u opštini"], "sr-Latn")
            archive.indexing.index_due()
        if change is not None:
            change(Contract(archive, filler, id_))
    return id_


@pytest.fixture
def contract(tmp_path: Path) -> Iterator[Contract]:
    yield from changed_contract(tmp_path)
