"""The order in which all documents are read: by municipality, and in the order of an index."""

from __future__ import annotations

from sqlalchemy import text

from archive.archive import Archive
from archive.store.history import _PLACED, _UNPLACED
from tests.finding_samples import add, document_id, told


def test_documents_are_grouped_by_municipality(archive: Archive) -> None:
    towns = {"a": ("Bor",), "b": ("Ada",), "c": (), "d": ("Bor",), "e": ("Ada", "Bor"), "f": ("Ada",), "g": ()}
    for name, of_paper in towns.items():
        add(archive, name, [told("kind", "report"), *(told("municipality", town) for town in of_paper)])
    names = {document_id(name): name for name in towns}
    listed = list(archive.catalog.history.sequence_by_municipality())
    known = archive.catalog.documents.known(names)
    assert all(sequence == known[id_].sequence for id_, sequence, _ in listed)
    told_of = [(names[id_], place) for id_, _, place in listed]
    assert told_of[:3] == [("b", "Ada"), ("e", "Ada"), ("f", "Ada")]
    assert told_of[3:6] == [("a", "Bor"), ("d", "Bor"), ("e", "Bor")]
    assert {*told_of[6:]} == {("c", None), ("g", None)}


def test_no_document_is_sorted_and_each_is_looked_up(archive: Archive) -> None:
    # SQLite would sort in memory, and look through all municipalities for each document.
    with archive.catalog._database.reading() as connection:
        for query in (_PLACED, _UNPLACED):
            told = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
            plan = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {told}"))]
            assert not any("TEMP B-TREE" in step for step in plan), plan
            searched = [step for step in plan if "facts" in step]
            assert all("facts_by_value (field=?)" in step or "document=?" in step for step in searched), plan
            assert len(searched) == 1, plan
