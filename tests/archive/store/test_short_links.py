"""Short links: the same for the same words, others for other ones, whatever they begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from archive.model import Span
from archive.store import short_links as module
from archive.store.catalog import Catalog
from archive.store.short_links import ShortLink, code_in
from archive.store.sql.tables import short_links
from tests.store_samples import STORES, sample


@pytest.fixture(params=STORES)
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    opened = STORES[request.param](tmp_path)
    sample(1).add_to(opened)
    yield opened
    opened.close()


def span(first: int, last: int) -> Span:
    return Span(sample(1).id, 1, first, last)


def count(catalog: Catalog) -> int:
    with catalog._database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(short_links)) or 0


def test_words_keep_their_link(catalog: Catalog) -> None:
    given = catalog.short_links.of(span(0, 2), "a" * 32)
    assert (given.span, given.quote, len(given.code)) == (span(0, 2), "a" * 32, 6)
    assert catalog.short_links.of(span(0, 2), "a" * 32) == given
    assert catalog.short_links.find(given.code) == given
    assert count(catalog) == 1
    others = {catalog.short_links.of(span(0, 1), "a" * 32).code, catalog.short_links.of(span(0, 2), "b" * 32).code}
    assert given.code not in others
    assert len(others) == 2


def test_it_is_made_of_the_words_and_of_nothing_else(catalog: Catalog, tmp_path: Path) -> None:
    other = Catalog.open(tmp_path / "other.sqlite")
    sample(1).add_to(other)
    other.short_links.of(span(1, 1), "c" * 32)
    assert other.short_links.of(span(0, 2), "a" * 32) == catalog.short_links.of(span(0, 2), "a" * 32)
    other.close()


def test_words_whose_link_begins_the_same_have_a_longer_one(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = {(0, 0): "AAAAAA11", (0, 1): "AAAAAA12", (0, 2): "AAAAAA13"}
    monkeypatch.setattr(module, "_letters", lambda of, _quote: letters[of.first, of.last].ljust(26, "Z"))
    codes = [catalog.short_links.of(span(0, last), "a" * 32).code for last in (0, 1, 2)]
    assert codes == ["AAAAAA", "AAAAAA1", "AAAAAA13"]
    assert [catalog.short_links.of(span(0, last), "a" * 32).code for last in (0, 1, 2)] == codes
    assert catalog.short_links.find("AAAAAA1") == ShortLink("AAAAAA1", span(0, 1), "a" * 32)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("AB12CD", "AB12CD"), ("ab12cd", "AB12CD"), ("OIL123", "011123"), ("AB12C", None), ("AB12-D", None), ("", None)],
)
def test_letters_as_they_are_typed(typed: str, code: str | None) -> None:
    assert code_in(typed) == code
