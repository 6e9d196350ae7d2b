"""A page asks the catalog a bounded number of questions, and no more of them for a document of many pages, facts and
clauses than for one of few, for a procedure of many papers, or for a vendor in many documents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from archive.archive import Archive
from archive.config import Settings
from archive.model import Clause, ClauseLevel, Fact, Span
from tests.store_samples import sample
from tests.webapp_samples import NoPicture
from webapp import create_app

FEW, MANY = 3, 9
PAGES = {
    "document": "/documents/{document}",
    "document searched": "/documents/{document}?q=kamere",
    "page": "/documents/{document}/pages/1",
    "page searched": "/documents/{document}/pages/1?q=kamere&find=ugovor",
    "clause": "/documents/{document}/clauses/{last}",
    "comparison": "/compare?a={document}/art_1&b={document}/{last}",
    "citation": "/cite/{document}/1/0-40",
    "vendor": "/vendors/{vendor}",
    "vendors": "/vendors?q={vendor}",
    "facts": "/api/v1/documents/{document}/facts",
    "chain": "/api/v1/documents/{document}/chain",
    "content search": "/iiif/{document}/search/2?q=kamere",
    "search": "/?q=kamere&vendor={vendor}",
    "doubts": "/review/many?field=vendor&value={vendor}",
}

MOST = {
    "search": ("/?q=kamere", 1),
    "search, some of the words": ("/?q=kamere+ugovor", 1),
    "search, one filter": ("/?q=kamere&vendor={vendor}", 2),
    "search, filters": ("/?q=kamere&vendor={vendor}&kind=contract&municipality=unknown&not_year=2001", 2),
    "search, nothing found": ("/?q=nigde&vendor={vendor}&kind=contract&municipality=unknown&not_year=2001", 2),
    "search, less finds": ("/?q=kamere&vendor={vendor}&kind=tender_notice&municipality=unknown&not_year=2001", 2),
    "document": ("/documents/{alone}", 10),
    "document in a procedure": ("/documents/{document}", 12),
    "page": ("/documents/{document}/pages/1?q=kamere&find=ugovor", 8),
    "clause": ("/documents/{document}/clauses/{last}", 7),
    "review": ("/review", 6),
    "review, many": ("/review/many", 6),
    "review, by value": ("/review/values", 2),
    "findings": ("/findings", 0),
    "a finding": ("/findings/spending", 6),
    "vendors": ("/vendors", 4),
    "a vendor": ("/vendors/{vendor}", 13),
}
"""The main pages, each with the most questions that it may ask: measured, and to be lowered only."""


@dataclass(frozen=True, slots=True)
class Room:
    """A client, and what stands in addresses: of a procedure that is small, and of one that is large."""

    client: FlaskClient
    small: dict[str, str]
    large: dict[str, str]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    with Archive.open(tmp_path_factory.mktemp("statements") / "home", Settings({"results_per_page": MANY})) as archive:
        with archive.writing():
            small, large = (procedure(archive, size) for size in (FEW, MANY))
            plain = sample(7, 4)
            archive.catalog.documents.add(plain.document, plain.reading, plain.words, plain.facts, plain.source)
            large["alone"] = plain.id
            archive.indexing.index_due()
        yield Room(create_app(archive, NoPicture()).test_client(), small, large)


def procedure(archive: Archive, size: int) -> dict[str, str]:
    """Add so many papers of one procedure and one vendor, each of so many pages with a fact and a clause on each."""
    vendor = f"Kamera {size} d.o.o."
    for number in range(size):
        plain = sample(100 * size + number, size + 1)
        starts = [page.first_word for page in plain.reading.pages[:size]]
        told = [
            ("kind", "contract", {}),
            ("reference", f"404-{size}/2020", {"role": "procurement"}),
            ("vendor", vendor, {}),
        ]
        told += [("amount", f"{1000 + at}.00", {"currency": "RSD"}) for at in range(size - len(told))]
        facts = [
            Fact(field, value, Span(plain.id, 1, at, at), f"{field}.test", 0.7, details=details)
            for at, (field, value, details) in zip(starts, told, strict=True)
        ]
        clauses = [
            Clause(f"art_{at}", f"Član {at}.", None, None, None, Span(plain.id, 1, 0, first), ClauseLevel.ARTICLE, 0.9)
            for at, first in enumerate(starts, start=1)
        ]
        archive.catalog.documents.add(plain.document, plain.reading, plain.words, facts, plain.source, clauses=clauses)
    return {"document": plain.id, "vendor": vendor, "last": clauses[-1].eid}


@pytest.mark.parametrize("page", PAGES)
def test_more_on_a_page_is_no_more_statements(room: Room, page: str) -> None:
    small, large = (statements(room.client, PAGES[page].format(**ids)) for ids in (room.small, room.large))
    assert large == small


@pytest.mark.parametrize("page", MOST)
def test_a_page_asks_no_more_than_it_needs(room: Room, page: str) -> None:
    url, most = MOST[page]
    asked = statements(room.client, url.format(**room.large))
    assert len(asked) <= most, "\n".join(asked)


def statements(client: FlaskClient, url: str) -> list[str]:
    """What the catalog is asked for a page, with lists of values as one. The beginning of a transaction, and the stamp
    by which a connection knows of changes, are no questions."""
    client.get(url, follow_redirects=True)
    with collected() as asked:
        assert client.get(url, follow_redirects=True).status_code == 200
    return [one.split("WHERE")[0] for one in asked if one != "BEGIN" and not one.startswith("PRAGMA")]


@contextmanager
def collected() -> Iterator[list[str]]:
    """Every statement that any engine is sent within this."""
    seen: list[str] = []

    def collect(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", collect)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", collect)
