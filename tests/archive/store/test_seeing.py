"""The catalog as those see it from whom a collection is hidden: no table tells of it, and none is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from archive.access.records import Role
from archive.errors import UnknownAnnotation, UnknownDocument, UnknownJob, UnknownVendor, UsageError
from archive.model import Box, Fact, FactStatus, Span
from archive.model.annotations import Target
from archive.model.decisions import Decision, DecisionAction
from archive.model.queue import FileState, JobFile
from archive.store.catalog import Catalog
from archive.store.exchange.taken import SeenFile, TakenMessage
from archive.store.members import Failure
from archive.store.near_duplicates import Signature, Similarity
from archive.store.sql.database import Database
from archive.store.sql.tables import metadata
from archive.store.sql.visibility import OF_NO_DOCUMENT, SQLITE, views
from archive.store.stories.story import ItemContent, ItemKind, Marks, StoryReader
from tests.postgres_samples import own_schema
from tests.store_samples import START, STORES, sample

HIDDEN = frozenset({"secret"})
VIEWS = views(SQLITE).keys()
INNER = frozenset({"vendor_links", "vendor_names", "vendor_prints", "vendor_firms"})
"""Tables that are for finding vendors from all documents, and are read by nobody else."""

OTHER_VALUES = frozenset({"vendors", "job_files", "tasks"})
"""Views that show other values than their table has."""

MARK = "Skrivena"
"""Stands in every text that is written of the hidden document."""

JOB = "5ec7e7" * 5 + "ff"


@pytest.fixture(params=STORES)
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    """Document 1 is seen, document 2 is not; something of each is in every table."""
    with_all = STORES[request.param](tmp_path)
    seen = sample(1)
    hidden = replace(sample(2), source=f"/scans/{MARK}.pdf")
    vendor = Fact("vendor", f"{MARK} Kamera", hidden.facts[2].span, "parties:seller", 0.9, details={"pib": "100000002"})
    hidden = replace(
        hidden,
        document=replace(hidden.document, collection="secret", filename=f"{MARK}.pdf"),
        facts=[*hidden.facts[:2], vendor, replace(vendor, field="bidder", value=f"{MARK} Kamere", details={})],
    )
    seen.add_to(with_all)
    with_all.documents.add(
        hidden.document, hidden.reading, hidden.words, hidden.facts, hidden.source, [f"{MARK}.txt"], ()
    )
    _fill(with_all, seen.id, hidden.id)
    yield with_all
    with_all.close()


def _fill(catalog: Catalog, seen: str, hidden: str) -> None:
    catalog.users.add("Iva", Role.EDITOR, None, MARK)
    catalog.collections.share("secret", is_private=True, members=["Iva"], by=MARK)
    for id_, value in ((seen, "1/2026"), (hidden, MARK)):
        catalog.annotations.add(_target(id_), f"note {value}", "Iva")
        catalog.short_links.of(Span(id_, 1, 0, 1), "0" * 32)
        catalog.marks.put("Iva", id_, Marks(is_starred=True))
        catalog.decisions.record(
            [Decision(id_, "reference", DecisionAction.CORRECT, "Iva", (_told(value, "reference"),))]
        )
        catalog.decisions.record([Decision(id_, "title", DecisionAction.CORRECT, "Iva", (_told(value),))])
        catalog.facts.replace_extracted(id_, 1, catalog.facts.extracted(id_)[1:])
    ruling = Fact("procedure", hidden, None, "person", 1.0, FactStatus.CORRECTED, {"belongs": "yes"})
    catalog.decisions.record([Decision(seen, "procedure", DecisionAction.ADD, "Iva", (ruling,))])
    catalog.decisions.record([Decision(seen, "procedure", DecisionAction.REMOVE, "Iva", (), hidden)])
    catalog.near_duplicates.sign([Signature(id_, 1, 1, b"12345678" * 16, b"w", b"n", False) for id_ in (seen, hidden)])
    catalog.near_duplicates.link({hidden: [Similarity(seen, 1.0, 1.0, False)]})
    story = catalog.stories.create("Kamere", StoryReader("Iva")).id
    theirs = {"parameters": {"text": MARK, "collection": ["secret"]}}
    contents = [ItemContent(ItemKind.DOCUMENT, seen, {}), ItemContent(ItemKind.DOCUMENT, hidden, {})]
    catalog.stories.add(story, [*contents, ItemContent(ItemKind.SEARCH, None, theirs)], StoryReader("Iva"))
    search = catalog.searches.save("all", {"text": "kamere"})
    catalog.searches.save("theirs", {"text": MARK, "collection": ["secret"]})
    catalog.alerts.record_known({search.id: [hidden]})
    catalog.indexing.mark("g1", {seen: 1, hidden: 1})
    catalog.jobs.add(JOB, "secret", MARK, [JobFile(f"{MARK}.pdf", 1, FileState.WAITING)])
    catalog.tasks.add("5ec7e7" + "0" * 58, f"/scans/{MARK}.pdf", f"{MARK}.pdf", "secret")
    catalog.failures.record(Failure(f"/home/inbox/{JOB}/{MARK}.pdf", None, MARK, None, START))
    catalog.failures.record(Failure(f"/scans/{MARK}!/a", None, MARK, None, START, container=hidden, member="a"))
    catalog.failures.record(Failure(f"/scans/other {MARK}", None, MARK, None, START))
    catalog.watched_files.record({f"/srv/other {MARK}.pdf": SeenFile(1, 1)})
    catalog.mail_messages.record(f"other {MARK}", 1, [TakenMessage(1, hidden, None)])
    catalog.alerts.record_checks({seen: 1, hidden: 1}, {})
    merged = catalog.vendors.merge(f"{MARK} Kamera", "Камера 1 д.о.о.", MARK)
    assert merged.event is not None
    catalog.vendors.undo(merged.event, MARK)


def _target(id_: str) -> Target:
    return Target(id_, 1, 1, None, Box(0.1, 0.1, 0.2, 0.2), "")


def _told(value: str, field: str = "title") -> Fact:
    return Fact(field, value, None, "person", 1.0, FactStatus.CORRECTED)


@pytest.fixture
def seen(catalog: Catalog) -> Iterator[Catalog]:
    view = catalog.hiding(HIDDEN)
    yield view
    view.close()


def rows(database: Database, table: str) -> list[str]:
    with database.reading() as connection:
        return [repr(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{table}"'))]


def test_every_table_is_known_to_tell_of_documents_or_not() -> None:
    """Whoever adds a table says in archive/store/sql/visibility.py which of its rows are seen."""
    tables = metadata.tables.keys() | {"migrations"}
    assert tables == VIEWS | OF_NO_DOCUMENT
    assert not VIEWS & OF_NO_DOCUMENT


def test_no_table_tells_of_the_hidden_document(catalog: Catalog, seen: Catalog) -> None:
    (hidden,) = (one.id for one in catalog.documents.newest_first() if one.collection == "secret")
    secrets = (hidden, MARK, "secret", JOB)
    for table in VIEWS:
        everything, told = rows(catalog._database, table), rows(seen._database, table)
        assert not [row for row in told if any(secret in row for secret in secrets)], table
        assert set(told) <= set(everything) or table in OTHER_VALUES
        if table not in {"clauses", "decided_facts", "superseded_facts"}:
            assert len(told) < len(everything), f"the sample has nothing hidden in {table}"


def test_all_that_is_not_hidden_is_seen(catalog: Catalog) -> None:
    """A view from which an unknown collection is hidden shows every row of every table that tells of a document."""
    view = catalog.hiding(frozenset({"no such collection"}))
    assert [rows(view._database, table) for table in INNER] == [[]] * len(INNER)
    for table in VIEWS - INNER:
        told = rows(view._database, table)
        lost = [row for row in rows(catalog._database, table) if row not in told]
        if table in {
            "events",
            "failures",
            "watched_files",
            "mail_messages",
        }:  # What is of no document and no upload is for those who see everything.
            lost = [row for row in lost if "other" not in row and "None, '{" not in row]
        assert lost == [], table
    view.close()


def test_nothing_is_written_of_a_hidden_document(catalog: Catalog, seen: Catalog) -> None:
    hidden = next(one.id for one in catalog.documents.newest_first() if one.collection == "secret")
    (note,) = catalog.annotations.all(hidden)
    before = {table: rows(catalog._database, table) for table in metadata.tables}
    with pytest.raises(UnknownDocument):
        seen.annotations.add(_target(hidden), "note", "Ivo")
    with pytest.raises(UnknownDocument):
        seen.decisions.record([Decision(hidden, "title", DecisionAction.CORRECT, "Ivo", (_told("New title"),))])
    with pytest.raises((UnknownDocument, UsageError)):
        seen.decisions.undo(hidden, None, "Ivo")
    with pytest.raises(UnknownAnnotation):
        seen.annotations.edit(note.id, "note", "Ivo")
    with pytest.raises(UnknownDocument):
        seen.marks.put("Ivo", hidden, Marks(is_read=True))
    (story,) = seen.stories.all(StoryReader("Iva"))
    with pytest.raises(UnknownDocument):
        seen.stories.add(story.id, [ItemContent(ItemKind.DOCUMENT, hidden, {})], StoryReader("Iva"))
    with pytest.raises(UnknownJob):
        seen.jobs.remove(JOB)
    with pytest.raises(UnknownDocument):
        seen.jobs.add("f" * 32, "secret", "Ivo", [JobFile("a", 1, FileState.WAITING)])
    with pytest.raises(UnknownVendor) as refused:
        seen.vendors.merge(f"{MARK} Kamera", "Камера 1 д.о.о.", "Ivo")
    assert "Did you mean" not in str(refused.value)
    assert {table: rows(catalog._database, table) for table in metadata.tables} == before


def test_what_reads_cannot_write(seen: Catalog) -> None:
    with seen._database.reading() as connection:
        itself = "main" if connection.dialect.name == "sqlite" else own_schema()
        with pytest.raises(Exception, match=r"readonly|read-only"):
            connection.execute(text(f"DELETE FROM {itself}.documents"))


def test_the_seen_document_can_be_worked_on(catalog: Catalog, seen: Catalog) -> None:
    document = next(seen.documents.newest_first())
    (change,) = seen.decisions.record(
        [Decision(document.id, "title", DecisionAction.CORRECT, "Ivo", (_told("New title"),))]
    )
    assert not isinstance(change, UsageError)
    assert change.event
    note = seen.annotations.add(_target(document.id), "note", "Ivo")
    assert seen.annotations.edit(note.id[:10], "other note", "Ivo").note == "other note"
    assert catalog.events.verify() == catalog.events.newest()
    assert [search.name for search in seen.searches.all()] == ["all"]


def test_a_collection_with_a_quote_in_its_name_is_hidden(catalog: Catalog) -> None:
    odd = sample(7)
    replace(odd, document=replace(odd.document, collection="o'brien\"; --")).add_to(catalog)
    view = catalog.hiding(frozenset({"o'brien\"; --"}))
    assert not view.documents.has(odd.id)
    assert view.documents.count() == 2
    view.close()


@pytest.mark.parametrize("store", STORES)
def test_the_same_vendor_is_called_by_what_is_seen(store: str, tmp_path: Path) -> None:
    """A firm that both documents name keeps to what the public one prints: its name, its number, its id."""
    catalog = STORES[store](tmp_path)
    one, two = sample(1), sample(2)
    vendor = replace(one.facts[2], value="Kamera Plus", details={"mb": "07000003"})
    replace(one, facts=[vendor]).add_to(catalog)
    span = two.facts[2].span
    names = [
        Fact("vendor", "Kamera Plus", span, "r", 0.9, details={"mb": "07000003", "pib": "100000049"}),
        Fact("vendor", f"{MARK} DOO", span, "r", 0.9, details={"mb": "07000003", "pib": "100000049"}),
    ]
    replace(two, document=replace(two.document, collection="secret"), facts=names).add_to(catalog)
    catalog.users.add("Iva", Role.EDITOR, None, "me")
    catalog.collections.share("secret", is_private=True, members=["Iva"], by="me")
    catalog.vendors.identify()
    (known,) = catalog.vendors.all()
    assert known.name == "Kamera Plus"
    view = catalog.hiding(HIDDEN)
    (told,) = view.vendors.all()
    assert (told.name, told.names, told.won) == ("Kamera Plus", ("Kamera Plus",), 1)
    assert MARK not in repr(view.documents.descriptions([one.id])) + repr(catalog.documents.descriptions([one.id]))
    assert MARK in repr(catalog.documents.descriptions([two.id]))
    for unknown in (f"{MARK} DOO", "100000049"):
        assert view.vendors.names_for([unknown]) == {}
        assert catalog.vendors.names_for([unknown])
    view.close()
    catalog.close()
