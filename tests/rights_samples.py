"""Two archives: one with a private collection with words of its own, and the same without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from archive.access.records import Role, Scope
from archive.accounts import Accounts
from archive.archive import Archive
from archive.config import Settings
from archive.model import Clause, ClauseLevel, Document, Fact, FactStatus, Page, Reading, Span, TextSource
from archive.model.annotations import Target
from archive.model.decisions import Decision, DecisionAction
from archive.model.queue import FileState, JobFile
from archive.search.request import SearchRequest
from archive.search.saved_searches import AlertRunner
from archive.store.members import Failure
from tests.webapp_samples import flowing

SECRET = "zmajska tajna"
"""The private collection.

Every word that only its documents have begins with "zmaj" (Serbian for dragon).
"""

AMOUNT = "77777777"
NOW = datetime(2026, 3, 9, 14, 5, tzinfo=UTC)
JOB = "dada" * 8

LETTER = (
    "Poštovani, dostavljamo vam podatke o nabavci kamera za nadzor u ulici i na trgu po pozivu od 3. marta 2021.",
    "Ukupno je postavljeno jedanaest kamera sa snimačima, a radove je izvela firma Kamera Plus doo iz Niša",
    "Srdačan pozdrav, načelnik odeljenja za investicije i održavanje puteva i zgrada u opštini Brezovac",
)
CONTRACT = (
    "Ugovor o nabavci kamera",
    "Član 1. Predmet ugovora je nabavka kamera za nadzor u vrednosti od 1.000.000,00 dinara",
    "Član 2. Ugovorna kazna iznosi pola procenta za svaki dan kašnjenja u isporuci robe",
)


@dataclass(frozen=True, slots=True)
class Rights:
    """An archive with its users' tokens.

    ``hidden`` are the ids of private documents, empty in the archive without them.
    """

    archive: Archive
    letter: str
    contract: str
    hidden: tuple[str, ...]
    vendor: str
    note: str
    saved: str
    tokens: dict[str, str]


def add(
    archive: Archive,
    folder: Path,
    filename: str,
    lines: Sequence[str],
    told: Sequence[tuple[str, str, dict[str, str]]],
    collection: str = "main",
) -> str:
    """Add a text document, and return its id. Each line after the first is a clause."""
    path = folder / "written.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    taken = archive.originals.add(path)
    words = flowing(lines)
    page = Page(1, 0, len(words), 0, 0, TextSource.TEXT, language="sr-Latn")
    document = Document(taken.id, filename, "text/plain", taken.size, collection, NOW, 1, 1, 1, len(words))
    clauses, first = [], len(lines[0].split())
    for number, line in enumerate(lines[1:], start=1):
        span = Span(taken.id, 1, first, first + len(line.split()) - 1)
        heading = " ".join(line.split()[2:4])
        clauses.append(Clause(f"art_{number}", f"Član {number}.", heading, None, None, span, ClauseLevel.ARTICLE, 0.9))
        first = span.last + 1
    facts = [
        Fact(field, value, Span(taken.id, 1, 0, 0), f"{field}.test", 0.9, details=details)
        for field, value, details in told
    ]
    reading = Reading(taken.id, 1, NOW, {"reader": "test"}, "sr-Latn", (page,))
    archive.catalog.documents.add(document, reading, [words], facts, f"/scans/{filename}", (), clauses)
    return taken.id


def build(folder: Path, *, with_secret: bool) -> Rights:
    """Return an archive in ``folder``; the caller closes it."""
    archive = Archive.open(folder / "home", Settings({"login": "always"}))
    plus = {"mb": "07000003"}
    letter = add(archive, folder, "dopis.txt", LETTER, [("kind", "foi_reply", {}), ("municipality", "Brezovac", {}),
                 ("vendor", "Kamera Plus doo", plus), ("year", "2021", {})])  # fmt: skip
    contract = add(archive, folder, "ugovor.txt", CONTRACT, [("kind", "contract", {}), ("title", CONTRACT[0], {}),
                   ("municipality", "Brezovac", {}), ("vendor", "Kamera Plus doo", plus), ("year", "2021", {}),
                   ("amount", "1000000.00", {"currency": "RSD", "role": "contract"})])  # fmt: skip
    saved = AlertRunner(archive.catalog, archive.search).save("none", "Kamere", SearchRequest("kamera"))
    hidden = _hide(archive, folder, letter) if with_secret else ()
    archive.indexing.index_due()
    AlertRunner(archive.catalog, archive.search).check_due(archive.engine.generation)
    note = archive.catalog.annotations.add(
        Target(letter, 1, 1, Span(letter, 1, 0, 1), None, "Poštovani, dostavljamo"), "n", "t"
    )
    accounts, tokens = Accounts(archive.catalog), {}
    for name, role in (
        ("reader", Role.READER),
        ("editor", Role.EDITOR),
        ("member", Role.READER),
        ("admin", Role.ADMIN),
    ):
        accounts.add(name, role, None, "test")
        _, tokens[name] = accounts.add_token(name, "", Scope.EDIT, 1, "test")
    if with_secret:
        archive.catalog.collections.share(SECRET, is_private=True, members=["member"], by="test")
    archive.settle()
    (vendor,) = (one.id for one in archive.catalog.vendors.all() if "07000003" in dict(one.numbers).values())
    return Rights(archive, letter, contract, hidden, vendor, note.id, saved.id, tokens)


def _hide(archive: Archive, folder: Path, letter: str) -> tuple[str, ...]:
    """Add a copy of the letter and a contract with private data in every table; return their ids.

    The data include a vendor with the same name, another name and number of it, and another path of the letter.
    """
    catalog = archive.catalog
    plus = {"mb": "07000003", "pib": "100000049"}
    copied = [*LETTER, "zmajokopija"]
    copy = add(archive, folder, "zmajodopis.txt", copied, [("kind", "foi_reply", {}), ("municipality", "Zmajevac", {}),
               ("vendor", "Zmajoplus doo", plus), ("vendor", "Kamera Plus doo", plus), ("year", "2021", {})],
               SECRET)  # fmt: skip
    lines = ["Zmajougovor o nabavci kamera", "Član 1. Zmajopredmet zmajougovora je nabavka zmajokamera 77.777.777,00",
             CONTRACT[2] + " zmajokazna"]  # fmt: skip
    paper = add(archive, folder, "zmajougovor.txt", lines, [("kind", "contract", {}), ("title", "Zmajougovor", {}),
                ("municipality", "Zmajevac", {}), ("buyer", "Opština Zmajevac", {}), ("vendor", "Zmajokam doo", {}),
                ("vendor", "Kamera plus DOO", {"mb": "07999999"}),
                ("year", "1977", {}), ("reference", "ZMAJ-77/2026", {}), ("watch", "zmajonadzor", {"group": "zmaj"}),
                ("amount", f"{AMOUNT}.00", {"currency": "RSD", "role": "contract"}), ("bids", "1", {}),
                ("cpv", "32323500", {}), ("quantity", "77", {"what": "zmajokamera"})], SECRET)  # fmt: skip
    catalog.documents.add_source(letter, "/scans/zmajoizvor.txt")
    catalog.annotations.add(Target(paper, 1, 1, Span(paper, 1, 0, 1), None, "Zmajougovor o"), "zmajobeleška", "Zmajo")
    told = Fact("date", "1977-07-07", None, "person", 1.0, FactStatus.CORRECTED)
    catalog.decisions.record([Decision(paper, "date", DecisionAction.CORRECT, "Zmajo", (told,))])
    catalog.jobs.add(JOB, SECRET, "Zmajo", [JobFile("1/zmajofajl.pdf", 7, FileState.WAITING)])
    catalog.failures.record(Failure(f"/h/inbox/{JOB}/1/zmajofajl.pdf", None, "Zmajogreška.", None, NOW))
    catalog.failures.record(Failure("/scans/zmajofajl.pdf", None, "Zmajogreška.", None, NOW))
    catalog.searches.save("Zmajopretraga", {"text": "", "filters": {"collection": [SECRET]}})
    return copy, paper
