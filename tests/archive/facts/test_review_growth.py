"""What a look at the queue of doubts costs: counted in steps of SQLite and in statements, not in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import event

from archive.access.records import Role
from archive.facts.kept_doubts import kept_doubts
from archive.facts.review import queue
from archive.model import Fact, Span
from archive.model.decisions import Decision, DecisionAction
from archive.store.catalog import Catalog
from tests.store_samples import sample


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


@contextmanager
def steps(catalog: Catalog) -> Iterator[list[None]]:
    """The steps of SQLite's machine, in tens, that the kept queue takes within this."""
    taken: list[None] = []
    connection = kept_doubts(catalog)._file._own
    connection.set_progress_handler(lambda: taken.append(None), 10)
    try:
        yield taken
    finally:
        connection.set_progress_handler(None, 10)


def costs(catalog: Catalog) -> dict[str, int]:
    """What each look at the queue takes of SQLite."""
    doubts = queue(catalog)
    last = doubts.count() - 1
    looks: dict[str, Callable[[], object]] = {
        "count": lambda: queue(catalog).count(),
        "first": lambda: doubts.doubts(None, 0, 1),
        "first of a field": lambda: doubts.doubts("amount", 0, 1),
        "last": lambda: doubts.doubts(None, last, 1),
        "first of the table": lambda: doubts.every(None, 0, 20),
        "a value": lambda: doubts.of_value("vendor", "Firma 2", 0, 20),
        "first values": lambda: doubts.values(None, 0, 20),
        "after a change": lambda: (catalog.facts.replace_extracted(changed, 1, []), queue(catalog)),
    }
    changed = doubts.doubts(None, last, 1)[0].document
    found = {}
    for name, look in looks.items():
        with steps(catalog) as taken:
            look()
        found[name] = len(taken)
    return found


def test_a_look_costs_the_same_however_long_the_queue_is(catalog: Catalog) -> None:
    add(catalog, 0, 40)
    few = costs(catalog)
    add(catalog, 40, 400)
    many = costs(catalog)
    assert queue(catalog).count() > 700
    for name, taken in many.items():
        assert taken <= 1.5 * few[name] + 5, f"{name}: {few[name]} steps, {taken} with ten times as many documents"


def test_documents_are_read_once(catalog: Catalog) -> None:
    add(catalog, 0, 5)
    queue(catalog)
    for number in range(5, 30, 10):
        add(catalog, number, number + 1)
        with statements(catalog) as run:
            queue(catalog)
        of_facts = [statement for statement in run if "FROM facts" in statement]
        assert len(of_facts) == 1


def test_a_second_look_reads_the_doubt_that_is_shown_and_no_other(catalog: Catalog) -> None:
    asked = []
    for first, last in ((0, 5), (5, 60)):
        add(catalog, first, last)
        queue(catalog)
        with statements(catalog) as run:
            shown = queue(catalog).doubts(None, 3, 1)
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
    first = queue(catalog).doubts("vendor", 0, 1)[0]
    assert first.fact is not None
    catalog.decisions.record([Decision(first.document, "vendor", DecisionAction.REMOVE, "Ana", (), first.fact.value)])
    assert queue(catalog).count() == 7
    catalog.decisions.undo(first.document, None, "Ana")
    assert queue(catalog).count() == 8
    (again,) = queue(catalog).doubts("vendor", 0, 1)
    assert replace(again, known=first.known) == first
    catalog.facts.replace_extracted(first.document, 1, [])
    assert queue(catalog).count() == 6
    fresh = Catalog.open(Path(catalog.location))
    assert queue(fresh).doubts() == queue(catalog).doubts()
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
