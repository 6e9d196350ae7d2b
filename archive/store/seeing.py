"""The catalog as somebody sees it from whom collections are hidden: their documents do not exist there.

SQLite looks for a table among the temporary ones of a connection first. So each connection that reads has a view of
the name of every table that holds something of a document, and no query, present or future, can forget to ask. The test
of this module fails for a table that :data:`VIEWS` and :data:`OF_NO_DOCUMENT` do not know.

Writing goes to the tables themselves: the chain of events, or who is who among vendors, are of the whole archive.
There, triggers refuse what would touch a hidden document by its name, as if it did not exist.
"""

from __future__ import annotations

from typing import Any

from archive.store.database import REFUSED
from archive.vendors.names import words

VISIBLE = "EXISTS (SELECT 1 FROM main.documents AS seen WHERE seen.id = {of} AND seen.collection NOT IN temp.hidden)"
"""Whether the document of that column may be seen. A look-up by key for each row, so that indexes go on being used."""


def _of(column: str) -> str:
    return f"WHERE {VISIBLE.format(of='own.' + column)}"


_BY_DOCUMENT = _of("document")
_IS_FIRST = "own.seen_at = (SELECT min(first.seen_at) FROM main.sources AS first WHERE first.document = own.document)"
_JOB_IS_SEEN = "EXISTS (SELECT 1 FROM main.jobs AS job WHERE {which} AND job.collection NOT IN temp.hidden)"
_SENT_WITH_IT = _JOB_IS_SEEN.format(which="instr(own.path, '/inbox/' || job.id || '/')")
_LIKE = "EXISTS (SELECT 1 FROM main.signatures AS {side} WHERE {side}.number = own.{side} AND {seen})"

VIEWS = {
    "documents": "WHERE own.collection NOT IN temp.hidden",
    # Where else the same bytes came from may be a private collection's business.
    "sources": f"{_BY_DOCUMENT} AND {_IS_FIRST}",
    "readings": _BY_DOCUMENT,
    "pages": _BY_DOCUMENT,
    "page_words": _BY_DOCUMENT,
    "facts": _BY_DOCUMENT,
    "superseded_facts": _BY_DOCUMENT,
    "decisions": _BY_DOCUMENT,
    "decided_facts": _BY_DOCUMENT,
    "clauses": _BY_DOCUMENT,
    "annotations": _BY_DOCUMENT,
    "index_records": _BY_DOCUMENT,
    "saved_search_hits": _BY_DOCUMENT,
    "alert_checks": _BY_DOCUMENT,
    "signatures": _BY_DOCUMENT,
    "members": f"{_of('container')} AND (own.document IS NULL OR {VISIBLE.format(of='own.document')})",
    # What lies outside of containers and uploads was given on the command line, by somebody who sees everything.
    "failures": f"{_of('container')} OR {_SENT_WITH_IT}",
    # Of what was done to no single document, only what tells no names; of captures the first, which has a size.
    "events": (
        f"{_BY_DOCUMENT} AND (own.name <> 'capture' OR json_extract(own.detail, '$.size') IS NOT NULL) "
        "OR (own.document IS NULL AND own.name NOT IN ('metadata modification', 'policy assignment'))"
    ),
    "jobs": "WHERE own.collection NOT IN temp.hidden",
    "collections": "WHERE own.name NOT IN temp.hidden",
    "collection_members": "WHERE own.collection NOT IN temp.hidden",
    # A search that is narrowed to a hidden collection, or leaves one out, names it.
    "saved_searches": (
        "WHERE NOT EXISTS (SELECT 1 FROM json_tree(own.parameters) AS told WHERE told.atom IN temp.hidden)"
    ),
    "signature_bands": f"WHERE {_LIKE.format(side='signature', seen=VISIBLE.format(of='signature.document'))}",
    "likenesses": " AND ".join(
        (
            f"WHERE {_LIKE.format(side='signature', seen=VISIBLE.format(of='signature.document'))}",
            _LIKE.format(side="other", seen=VISIBLE.format(of="other.document")),
        )
    ),
    "vendor_mentions": _BY_DOCUMENT,
    # Both names must be printed in documents that are seen.
    "vendor_rulings": (
        "WHERE json_extract(own.one, '$.name') IN (SELECT name FROM temp.vendor_mentions) "
        "AND json_extract(own.other, '$.name') IN (SELECT name FROM temp.vendor_mentions)"
    ),
    "vendor_keys": (
        "WHERE EXISTS (SELECT 1 FROM temp.vendor_mentions AS seen WHERE seen.vendor = own.vendor AND "
        "(own.key = form_of(seen.name) OR own.key = form_of(own.vendor) OR instr(seen.numbers, own.key)))"
    ),
}
"""Which rows of each table are seen, as ``own``. ``temp.hidden`` has the names of the hidden collections."""

COLUMNS = {
    "vendors": """
        SELECT own.id, CASE
            WHEN EXISTS (SELECT 1 FROM temp.vendor_mentions AS seen
                         WHERE seen.vendor = own.id AND instr(own.name, seen.name) = 1) THEN own.name
            ELSE (SELECT min(seen.name) FROM temp.vendor_mentions AS seen WHERE seen.vendor = own.id)
        END AS name,
        (SELECT json_group_array(one.value) FROM json_each(own.others) AS one WHERE one.value IN
            (SELECT seen.name FROM temp.vendor_mentions AS seen WHERE seen.vendor = own.id)) AS others
        FROM main.vendors AS own
        WHERE EXISTS (SELECT 1 FROM temp.vendor_mentions AS seen WHERE seen.vendor = own.id)
    """,
    "job_files": f"""
        SELECT own.job, own.path, own.ordinal, own.size, own.state,
            CASE WHEN {VISIBLE.format(of="own.document")} THEN own.document END AS document,
            own.pages, own.reason
        FROM main.job_files AS own WHERE {_JOB_IS_SEEN.format(which="job.id = own.job")}
    """,  # noqa: S608 - all is ours
}
"""Views that show other values than their table has, too."""

OF_NO_DOCUMENT = frozenset({"meta", "migrations", "users", "sessions", "tokens", "log_in_failures"})
"""Tables that tell nothing of any document. Those of users are read by what admits them, never shown as they are."""

_GUARDED = {
    "decisions": ("document", VISIBLE),
    "annotations": ("document", VISIBLE),
    "jobs": ("collection", "{of} NOT IN temp.hidden"),
    "documents": ("collection", "{of} NOT IN temp.hidden"),
}
"""Tables that persons write to, by what tells of which document a row is."""


def show_only(connection: Any, hidden: frozenset[str]) -> None:
    """Have a new connection of the driver read nothing of the documents of these collections, and write nothing."""
    _hide(connection, hidden)
    connection.create_function("form_of", 1, _form, deterministic=True)
    for table in sorted(VIEWS.keys() | COLUMNS.keys(), key=_later):
        shown = COLUMNS.get(table) or f"SELECT * FROM main.{table} AS own {VIEWS[table]}"  # noqa: S608 - all is ours
        connection.execute(f"CREATE TEMP VIEW {table} AS {shown}")
    connection.execute("PRAGMA query_only = ON")


def guard(connection: Any, hidden: frozenset[str]) -> None:
    """Have a new connection of the driver refuse to write of the documents of these collections."""
    _hide(connection, hidden)
    # Only a document that is revised because of what happened elsewhere may be touched, by its revision.
    for table, (column, seen) in _GUARDED.items():
        for action, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            if table == "documents" and action == "UPDATE":
                continue
            connection.execute(
                f"CREATE TEMP TRIGGER guard_{action}_{table} BEFORE {action} ON main.{table} "
                f"WHEN NOT {seen.format(of=f'{row}.{column}')} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )


def _hide(connection: Any, hidden: frozenset[str]) -> None:
    connection.execute("CREATE TEMP TABLE hidden (name TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.executemany("INSERT INTO temp.hidden VALUES (?)", [(name,) for name in sorted(hidden)])


def _later(table: str) -> tuple[bool, str]:
    """Views of vendors look at the view of their mentions."""
    return table.startswith("vendor") and table != "vendor_mentions", table


def _form(text: str) -> str:
    return " ".join(words(text)) or text
