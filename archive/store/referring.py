"""The part of the catalog that finds documents which may belong together: by their numbers, or by place and time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, CompoundSelect, Select, func, or_, select, union

from archive.store.sql.database import Database, batches
from archive.store.sql.tables import decided_facts, documents, facts

_TABLES = (facts, decided_facts)

Condition = Callable[[Column[str]], ColumnElement[bool]]


class Referring:
    """Methods of :class:`archive.store.catalog.Catalog`, kept apart for their number.

    They see what a rule or a person has said. A person's decision may be undone by now, so whoever asks looks at the
    facts that hold.
    """

    _database: Database

    def numbers_like(self, patterns: Iterable[str]) -> dict[str, set[str]]:
        """The numbers that one of these LIKE patterns matches, as printed, with the documents that have each."""
        wanted = list(patterns)
        found: dict[str, set[str]] = {}
        if not wanted:
            return found
        query = _said(("reference", "related"), lambda value: or_(*(value.like(pattern) for pattern in wanted)))
        with self._database.reading() as connection:
            for row in connection.execute(query):
                found.setdefault(row[0], set()).add(row[1])
        return found

    def said_of(self, ids: Iterable[str], field: str) -> dict[str, set[str]]:
        """All values of a field that were ever said of these documents; those of which none was are left out."""
        found: dict[str, set[str]] = {}
        with self._database.reading() as connection:
            for batch in batches(ids):
                for table in _TABLES:
                    # Behind a function, the field does not tempt SQLite to go through all facts of that field.
                    of_field = func.coalesce(table.c.field, "") == field
                    query = select(table.c.document, table.c.value).where(table.c.document.in_(batch), of_field)
                    for document, value in connection.execute(query):
                        found.setdefault(document, set()).add(value)
        return found

    def documents_of_kinds(
        self, kinds: Collection[str], body: tuple[str, str], times: Iterable[tuple[str, str]]
    ) -> set[str]:
        """Documents of these kinds, dated within one of these times, with this value of a field.

        :param body: the field, municipality or buyer, and its value.
        :param times: the first and the last day of each (ISO).
        """
        within = list(times)
        field, name = body
        query = select(documents.c.id).where(
            documents.c.id.in_(_documents("kind", lambda value: value.in_(kinds))),
            documents.c.id.in_(_documents(field, lambda value: value == name)),
            documents.c.id.in_(_documents("date", lambda value: or_(*(value.between(*days) for days in within)))),
        )
        with self._database.reading() as connection:
            return set(connection.scalars(query))


def _said(fields: Collection[str], condition: Condition) -> CompoundSelect[Any]:
    """The values of these fields that meet a condition, and the documents of which a rule or a person said so."""
    return union(
        *(
            select(table.c.value, table.c.document).where(table.c.field.in_(fields), condition(table.c.value))
            for table in _TABLES
        )
    )


def _documents(field: str, condition: Condition) -> Select[Any]:
    return select(_said((field,), condition).subquery().c.document)
