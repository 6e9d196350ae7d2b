"""Other words are offered where the archive has them, and are never searched for unasked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.search.indexing import Indexer
from archive.search.meanings.tables import lines, rows
from archive.search.query_language.other_words import other_words
from archive.search.query_language.parser import parse
from archive.search.request import SearchRequest
from archive.search.service import SearchService
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.store.catalog import Catalog

AddDocument = Callable[..., str]

PRINTED = "kupovinom nadzornih kamera za video nadzor; raskid, otkazi i penali; biometrije; sporazumi; nadzor"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("nabavka", {"nabavka": ("kupovina",)}),
        ("набавке", {"набавке": ("kupovina",)}),
        ("KAZNA", {"KAZNA": ("penali",)}),
        ("prestanak ugovora", {"prestanak": ("raskid", "otkaz"), "ugovora": ("sporazum",)}),
        ("nadzorne kamere", {"nadzorne kamere": ("kamera", "video nadzor")}),
        ("prepoznavanja lica", {"prepoznavanja lica": ("biometrija",)}),
        ("penali", {}),  # the archive has no other word for them
        ("-nabavka kupovina", {}),
        ('"nabavka"', {}),
        ("nesto", {}),
    ],
)
def test_other_words_of_the_archive_are_offered(
    typed: str, offered: dict[str, tuple[str, ...]], add_document: AddDocument, indexing: Indexer, engine: WhooshEngine
) -> None:
    add_document(PRINTED)
    indexing.index_due()
    found = other_words(parse(typed, exact=False).words, engine)
    assert {other.typed: other.terms for other in found} == offered


def test_they_are_not_searched_for(
    add_document: AddDocument, indexing: Indexer, catalog: Catalog, engine: WhooshEngine
) -> None:
    add_document(PRINTED)
    indexing.index_due()
    assert SearchService(catalog, engine).search(SearchRequest("nabavka")).total == 0


def test_the_table_is_whole() -> None:
    assert len(list(lines("thesaurus.txt"))) >= 150
    for row in rows("thesaurus.txt"):
        assert len({entry.variants for entry in row.both_ways}) == len(row.both_ways) > 1, row
        assert not row.one_way
