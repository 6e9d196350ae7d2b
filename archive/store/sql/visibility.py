"""The catalog as somebody sees it from whom collections are hidden: their documents do not exist there.

What reads it meets a view in the place of every table that holds something of a document, so that no query, present or
future, can forget to ask. SQLite looks for a table among the temporary ones of a connection first; PostgreSQL looks in
the schema of the views alone (:mod:`archive.store.sql.postgres.schema`). The test of this module fails for a table that
:func:`views` and :data:`OF_NO_DOCUMENT` do not know.

Writing goes to the tables themselves: the chain of events, or who is who among vendors, are of the whole archive.
There, triggers refuse what would touch a hidden document by its name, as if it did not exist.
"""

# ruff: noqa: S608 - all that is put into statements here is ours

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.store.sql.database import REFUSED


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a database writes what the views are made of. Names are those of :func:`views`, ``own`` is a row.

    ``tables`` stands before the name of a table itself, ``seen`` before that of a view, ``hidden`` lists the names of
    the hidden collections. ``member`` is the text of a member of a JSON object, ``says_hidden`` whether a JSON value
    says such a name anywhere, ``seen_names`` the elements of a list of names that are among some, as a list.
    """

    tables: str
    seen: str
    hidden: str
    member: str
    says_hidden: str
    seen_names: str
    position: str


SQLITE = Spelling(
    tables="main.",
    seen="temp.",
    hidden="(SELECT name FROM temp.hidden)",
    member="json_extract({of}, '$.{name}')",
    says_hidden="EXISTS (SELECT 1 FROM json_tree({of}) AS told WHERE told.atom IN {hidden})",
    seen_names="(SELECT json_group_array(one.value) FROM json_each({of}) AS one WHERE one.value IN {among})",
    position="instr",
)

_SEEN_DOCUMENT = (
    "EXISTS (SELECT 1 FROM {tables}documents AS seen WHERE seen.id = {of} AND seen.collection NOT IN {hidden})"
)
"""Whether the document of that column may be seen. A look-up by key for each row, so that indexes go on being used."""

OF_NO_DOCUMENT = frozenset({"meta", "migrations", "users", "sessions", "tokens", "log_in_failures", "log_in_places"})
"""Tables that tell nothing of any document. Those of users are read by what admits them, never shown as they are."""

GUARDED = {"decisions": "document", "annotations": "document", "jobs": "collection", "documents": "collection"}
"""Tables that persons write to, by what tells of which document or collection a row is."""

GUARDED_ACTIONS = tuple(
    (table, action)
    for table in GUARDED
    for action in ("INSERT", "UPDATE", "DELETE")
    # Only a document that is revised because of what happened elsewhere may be touched, by its revision.
    if (table, action) != ("documents", "UPDATE")
)


def views(spelling: Spelling) -> dict[str, str]:
    """The query of the view that stands in the place of each table, those first that others look at."""
    by_table = {
        table: f"SELECT own.* FROM {spelling.tables}{table} AS own WHERE {condition}"
        for table, condition in (_of_documents(spelling) | _of_vendors(spelling)).items()
    }
    return by_table | _other_values(spelling)


def _seen(spelling: Spelling, of: str) -> str:
    return _SEEN_DOCUMENT.format(of=of, tables=spelling.tables, hidden=spelling.hidden)


def _of_documents(spelling: Spelling) -> dict[str, str]:
    """Which rows are seen of the tables that tell of documents."""
    hidden, tables = spelling.hidden, spelling.tables
    by_document = _seen(spelling, "own.document")
    is_first = f"(SELECT min(first.seen_at) FROM {tables}sources AS first WHERE first.document = own.document)"
    sent_with = f"{spelling.position}(own.path, '/inbox/' || job.id || '/') > 0"
    in_seen_job = f"EXISTS (SELECT 1 FROM {tables}jobs AS job WHERE {sent_with} AND job.collection NOT IN {hidden})"
    size, says_hidden = spelling.member.format(of="own.detail", name="size"), spelling.says_hidden
    of_all = ("readings", "pages", "page_words", "facts", "superseded_facts", "decisions", "decided_facts", "clauses",
              "annotations", "index_records", "saved_search_hits", "alert_checks", "signatures")  # fmt: skip
    return dict.fromkeys(of_all, by_document) | {
        "documents": f"own.collection NOT IN {hidden}",
        # Where else the same bytes came from may be a private collection's business.
        "sources": f"{by_document} AND own.seen_at = {is_first}",
        "members": (
            f"{_seen(spelling, 'own.container')} AND (own.document IS NULL OR {_seen(spelling, 'own.document')})"
        ),
        # What lies outside of containers and uploads was given on the command line, by somebody who sees everything.
        "failures": f"{_seen(spelling, 'own.container')} OR {in_seen_job}",
        # Of what was done to no single document, only what tells no names; of captures the first, which has a size.
        "events": (
            f"{by_document} AND (own.name <> 'capture' OR {size} IS NOT NULL) "
            "OR (own.document IS NULL AND own.name NOT IN ('metadata modification', 'policy assignment'))"
        ),
        "jobs": f"own.collection NOT IN {hidden}",
        "collections": f"own.name NOT IN {hidden}",
        "collection_members": f"own.collection NOT IN {hidden}",
        # A search that is narrowed to a hidden collection, or leaves one out, names it.
        "saved_searches": f"NOT {says_hidden.format(of='own.parameters', hidden=hidden)}",
        "signature_bands": _like(spelling, "signature"),
        "likenesses": f"{_like(spelling, 'signature')} AND {_like(spelling, 'other')}",
    }


def _like(spelling: Spelling, side: str) -> str:
    shown = _seen(spelling, f"{side}.document")
    signatures = f"{spelling.tables}signatures AS {side}"
    return f"EXISTS (SELECT 1 FROM {signatures} WHERE {side}.number = own.{side} AND {shown})"


def _of_vendors(spelling: Spelling) -> dict[str, str]:
    """Which rows are seen of the tables of vendors: what a document that is seen prints."""
    mentions = f"{spelling.seen}vendor_mentions"
    member = spelling.member.format
    return {
        "vendor_mentions": _seen(spelling, "own.document"),
        # Both names must be printed in documents that are seen.
        "vendor_rulings": (
            f"{member(of='own.one', name='name')} IN (SELECT name FROM {mentions}) "
            f"AND {member(of='own.other', name='name')} IN (SELECT name FROM {mentions})"
        ),
        "vendor_keys": (
            f"EXISTS (SELECT 1 FROM {mentions} AS seen JOIN {spelling.tables}vendors AS firm ON firm.id = seen.vendor "
            "WHERE seen.vendor = own.vendor AND (own.key IN (seen.form, firm.form) "
            f"OR {spelling.position}(seen.numbers, own.key) > 0))"
        ),
    }


def _other_values(spelling: Spelling) -> dict[str, str]:
    """The views that show other values than their table has, too."""
    tables, mentions = spelling.tables, f"{spelling.seen}vendor_mentions"
    of_it = f"FROM {mentions} AS seen WHERE seen.vendor = own.id"
    others = spelling.seen_names.format(of="own.others", among=f"(SELECT seen.name {of_it})")
    document = f"CASE WHEN {_seen(spelling, 'own.document')} THEN own.document END AS document"
    in_seen_job = f"job.id = own.job AND job.collection NOT IN {spelling.hidden}"
    return {
        "vendors": (
            "SELECT own.id, CASE "
            f"WHEN EXISTS (SELECT 1 {of_it} AND {spelling.position}(own.name, seen.name) = 1) THEN own.name "
            f"ELSE (SELECT min(seen.name) {of_it}) END AS name, {others} AS others, own.form "
            f"FROM {tables}vendors AS own WHERE EXISTS (SELECT 1 {of_it})"
        ),
        "job_files": (
            f"SELECT own.job, own.path, own.ordinal, own.size, own.state, {document}, own.pages, own.reason "
            f"FROM {tables}job_files AS own WHERE EXISTS (SELECT 1 FROM {tables}jobs AS job WHERE {in_seen_job})"
        ),
        "tasks": (
            "SELECT own.number, own.sha256, own.path, own.filename, own.collection, own.state, own.attempts, "
            f"own.worker, {document}, own.pages, own.reason, own.queued_at, own.started_at, own.finished_at "
            f"FROM {tables}tasks AS own WHERE own.collection NOT IN {spelling.hidden}"
        ),
    }


def show_only(connection: Any, hidden: frozenset[str]) -> None:
    """Have a new connection of SQLite's driver read nothing of the documents of these collections, and write
    nothing."""
    _hide(connection, hidden)
    for table, shown in views(SQLITE).items():
        connection.execute(f"CREATE TEMP VIEW {table} AS {shown}")
    connection.execute("PRAGMA query_only = ON")


def guard(connection: Any, hidden: frozenset[str]) -> None:
    """Have a new connection of SQLite's driver refuse to write of the documents of these collections."""
    _hide(connection, hidden)
    for table, action in GUARDED_ACTIONS:
        of = f"{'NEW' if action == 'INSERT' else 'OLD'}.{GUARDED[table]}"
        may_be_seen = _seen(SQLITE, of) if GUARDED[table] == "document" else f"{of} NOT IN {SQLITE.hidden}"
        connection.execute(
            f"CREATE TEMP TRIGGER guard_{action}_{table} BEFORE {action} ON main.{table} WHEN NOT {may_be_seen} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )


def _hide(connection: Any, hidden: frozenset[str]) -> None:
    connection.execute("CREATE TEMP TABLE hidden (name TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.executemany("INSERT INTO temp.hidden VALUES (?)", [(name,) for name in sorted(hidden)])
