"""A document of 1,000 pages, with something to find, facts and clauses far apart."""

from __future__ import annotations

from pathlib import Path

from archive.model import Clause, ClauseLevel, Fact, Span
from tests.made_once import copied
from tests.webapp_own_room import OwnRoom, own_room

LONG = 1000
PLACES = (3, 500, 998)
"""Pages on which ``zvezda`` stands."""


def _page(number: int) -> list[str]:
    lines = [f"SPECIMEN page {number}", f"Article {number}. The supplier delivers", "cameras to the town."]
    lines += [f"Line {line} of the contract goes on and on." for line in range(5)]
    if number in PLACES:
        lines[5] = "Here stands zvezda for all to see."
    if number == 2:
        lines[3] = "Something drugo stands here."
    return lines


def long_document(folder: Path) -> tuple[OwnRoom, str]:
    """An archive in ``folder`` that holds it, and its id. Whoever asks for it closes the archive."""
    id_ = copied(folder, _make)
    return own_room(folder), id_


def _make(folder: Path) -> str:
    room = own_room(folder)
    with room.archive, room.archive.writing():
        id_ = room.filler.pdf("long.pdf", [_page(number) for number in range(1, LONG + 1)], "en")
        catalog = room.archive.catalog
        pages = catalog.readings.get(id_).pages
        facts = [
            Fact("title", "SPECIMEN page 1", Span(id_, 1, 0, 2), "title.test", 0.9),
            Fact("reference", "500", Span(id_, 1, pages[499].first_word + 2, pages[499].first_word + 2), "x.test", 0.8),
        ]
        clauses = [
            Clause(f"art_{page.number}", f"Article {page.number}.", "The supplier delivers", None, None,
                   Span(id_, 1, page.first_word + 3, page.first_word + page.word_count - 1), ClauseLevel.ARTICLE, 0.9)
            for page in pages
        ]  # fmt: skip
        catalog.facts.replace_extracted(id_, 1, facts, clauses)
        room.archive.indexing.index_due()
    return id_
