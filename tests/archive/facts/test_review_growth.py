"""What a look at the queue of doubts costs: counted in steps of SQLite and in questions, not in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from archive.access.records import Role
from archive.facts.review import NEEDED, SURE, queue
from archive.model import Fact, Span
from archive.model.decisions import Decision, DecisionAction
from archive.store.catalog import Catalog
from archive.store.sql.database import one_state
from tests.store_samples import sample


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog.open(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()


def add(catalog: Catalog, first: int, last: int, collection: str = "main") -> None:
    """Contracts without an amount, each with a vendor that a rule was unsure of."""
    for number in range(first, last):
        plain = sample(number)
        told = (("kind", "contract", 0.95), ("municipality", "Niš", 0.95), ("vendor", f"Firma {number}", 0.6))
        facts = [Fact(field, value, Span(plain.id, 1, 0, 0), "rule", sure) for field, value, sure in told]
        document = replace(plain.document, collection=collection)
        replace(plain, document=document, facts=facts).add_to(catalog)


@contextmanager
def statements(catalog: Catalog) -> Iterator[list[str]]:
    """The statements that are run within this."""
    run: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        run.append(statement)

    engine = catalog._database._reader
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield run
    finally:
        event.remove(engine, "before_cursor_execute", note)


def sieve(catalog: Catalog) -> int:
    """The steps of SQLite's machine, in tens, that it takes to find all documents doubtful."""
    taken: list[None] = []
    with one_state(), catalog._database.reading() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.set_progress_handler(lambda: taken.append(None), 10)
        found = catalog.facts.doubtful_documents(SURE, NEEDED)
        driver.set_progress_handler(None, 10)
    assert len(found) == catalog.documents.count()
    return len(taken)


def test_looking_for_doubtful_documents_grows_with_their_number_and_not_its_square(catalog: Catalog) -> None:
    add(catalog, 0, 60)
    few = sieve(catalog)
    add(catalog, 60, 240)
    assert sieve(catalog) < 6 * few, "four times as many documents"


def test_a_second_look_reads_the_doubt_that_is_shown_and_no_other(catalog: Catalog) -> None:
    asked = []
    for first, last in ((0, 5), (5, 60)):
        add(catalog, first, last)
        queue(catalog)
        with statements(catalog) as run:
            shown = queue(catalog).doubts(catalog, None, 3, 1)
        assert len(shown) == 1
        asked.append(len(run))
    assert asked[0] == asked[1] < 10
    assert queue(catalog).count() == 120
    assert queue(catalog).of_field == {"vendor": 60, "amount": 60}


def test_the_queue_is_kept_up_to_date_by_what_happened(catalog: Catalog) -> None:
    add(catalog, 0, 3)
    assert queue(catalog).count() == 6
    add(catalog, 3, 4)
    assert queue(catalog).count() == 8
    first = queue(catalog).doubts(catalog, "vendor", 0, 1)[0]
    assert first.fact is not None
    catalog.decisions.record([Decision(first.document, "vendor", DecisionAction.REMOVE, "Ana", (), first.fact.value)])
    assert queue(catalog).count() == 7
    catalog.decisions.undo(first.document, None, "Ana")
    assert queue(catalog).count() == 8
    (again,) = queue(catalog).doubts(catalog, "vendor", 0, 1)
    assert replace(again, known=first.known) == first
    catalog.facts.replace_extracted(first.document, 1, [])
    assert queue(catalog).count() == 6
    fresh = Catalog.open(Path(catalog.location))
    assert queue(fresh).places == queue(catalog).places
    fresh.close()


def test_each_sees_the_doubts_of_what_they_see(catalog: Catalog) -> None:
    add(catalog, 0, 2)
    add(catalog, 2, 5, "tajna")
    catalog.users.add("Iva", Role.READER, None, "test")
    catalog.collections.share("tajna", is_private=True, members=["Iva"], by="test")
    hidden = catalog.hiding(catalog.collections.hidden_from(None))
    assert (queue(catalog).count(), queue(hidden).count()) == (10, 4)
    add(catalog, 5, 6, "tajna")
    assert (queue(catalog).count(), queue(hidden).count()) == (12, 4)
    hidden.close()
