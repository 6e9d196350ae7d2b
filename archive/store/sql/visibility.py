"""Hiding of private collections: for users without access, their documents do not exist.

A view shadows every table that holds data of documents, so that no query can forget the filter. SQLite resolves a table
among the temporary ones of a connection first; PostgreSQL resolves it in the schema of the views only
(:mod:`archive.store.sql.postgres.schema`). A test fails for a table that is neither in :func:`views` nor in
:data:`OF_NO_DOCUMENT`.

Writes go to the tables themselves, because the event chain and the vendors belong to the whole archive. Triggers on
them refuse to change hidden documents, as if they did not exist.
"""

# ruff: noqa: S608 - statements are formatted from our own literals only

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.model.fields import RULING_FIELD
from archive.store.sql.database import REFUSED


@dataclass(frozen=True, slots=True)
class Dialect:
    """SQL fragments of a database for the views of :func:`views`.

    ``tables`` is the prefix of a table, ``seen`` that of a view, ``hidden`` a query for the names of the hidden
    collections. ``member`` extracts a member of a JSON object as text, ``says_hidden`` tests whether a JSON value
    contains a hidden name anywhere, ``seen_names`` filters a JSON list of names by a query.
    """

    tables: str
    seen: str
    hidden: str
    member: str
    says_hidden: str
    seen_names: str
    position: str


SQLITE = Dialect(
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
"""Whether the document of that column is visible. A key lookup per row, so that indexes are still used."""

OF_NO_DOCUMENT = frozenset(
    {"meta", "migrations", "checkpoints", "users", "sessions", "tokens", "log_in_failures", "log_in_places", "digests",
     "digest_searches"}
)  # fmt: skip
"""Tables without data of documents. Those of users are read for authentication, and never shown directly."""

GUARDED = {
    "decisions": "document",
    "annotations": "document",
    "story_changes": "document",
    "reader_marks": "document",
    "jobs": "collection",
    "documents": "collection",
}
"""Tables that users write to, with the column of the document or collection of a row; rows with NULL there are not
guarded."""

GUARDED_ACTIONS = tuple(
    (table, action)
    for table in GUARDED
    for action in ("INSERT", "UPDATE", "DELETE")
    # Only the revision may be updated, because a change elsewhere may make a hidden document due.
    if (table, action) != ("documents", "UPDATE")
)


def views(dialect: Dialect) -> dict[str, str]:
    """Return the query of the view for each table, in the order of dependence."""
    by_table = {
        table: f"SELECT own.* FROM {dialect.tables}{table} AS own WHERE {condition}"
        for table, condition in (_of_documents(dialect) | _of_vendors(dialect)).items()
    }
    return by_table | _other_values(dialect)


def _visible(dialect: Dialect, of: str) -> str:
    return _SEEN_DOCUMENT.format(of=of, tables=dialect.tables, hidden=dialect.hidden)


def _of_documents(dialect: Dialect) -> dict[str, str]:
    """Return the filter conditions of tables with data of documents."""
    hidden, tables = dialect.hidden, dialect.tables
    by_document = _visible(dialect, "own.document")
    is_first = f"(SELECT min(first.seen_at) FROM {tables}sources AS first WHERE first.document = own.document)"
    sent_with = f"{dialect.position}(own.path, '/inbox/' || job.id || '/') > 0"
    in_seen_job = f"EXISTS (SELECT 1 FROM {tables}jobs AS job WHERE {sent_with} AND job.collection NOT IN {hidden})"
    size, says_hidden = dialect.member.format(of="own.detail", name="size"), dialect.says_hidden
    is_search = f"{dialect.member.format(of='own.detail', name='kind')} = 'search'"
    of_all = ("readings", "pages", "page_words", "facts", "superseded_facts", "clauses", "annotations",
              "index_records", "saved_search_hits", "alert_checks", "signatures",
              "short_links", "reader_marks")  # fmt: skip
    # A ruling names another document, which may be hidden.
    named = f"(SELECT id FROM {tables}documents WHERE collection IN {hidden})"
    is_ruling = f"{dialect.member.format(of='own.detail', name='field')} = '{RULING_FIELD}'"
    names_hidden = f"{is_ruling} AND {dialect.says_hidden.format(of='own.detail', hidden=named)}"
    ruled = f"SELECT 1 FROM {tables}decided_facts AS said WHERE said.event = own.event AND said.value IN {named}"
    return dict.fromkeys(of_all, by_document) | {
        "decisions": (
            f"{by_document} AND (own.field <> '{RULING_FIELD}' "
            f"OR (NOT EXISTS ({ruled}) AND coalesce(own.old, '') NOT IN {named}))"
        ),
        "decided_facts": f"{by_document} AND (own.field <> '{RULING_FIELD}' OR own.value NOT IN {named})",
        "documents": f"own.collection NOT IN {hidden}",
        # Other source paths of the same bytes may belong to a private collection.
        "sources": f"{by_document} AND own.seen_at = {is_first}",
        "members": (
            f"{_visible(dialect, 'own.container')} AND (own.document IS NULL OR {_visible(dialect, 'own.document')})"
        ),
        # Sources outside of containers and uploads were given on the command line, by a user who sees everything.
        "failures": f"{_visible(dialect, 'own.container')} OR {in_seen_job}",
        # Of events without a document, only those without names; of captures the first, which has a size.
        "events": (
            f"{by_document} AND (own.name <> 'capture' OR {size} IS NOT NULL) AND ({names_hidden}) IS NOT TRUE "
            "OR (own.document IS NULL "
            "AND own.name NOT IN ('metadata modification', 'policy assignment', 'appraisal'))"
        ),
        "jobs": f"own.collection NOT IN {hidden}",
        "document_totals": f"own.collection NOT IN {hidden}",
        "page_totals": f"own.collection NOT IN {hidden}",
        "collections": f"own.name NOT IN {hidden}",
        "collection_members": f"own.collection NOT IN {hidden}",
        # A search that is filtered by a hidden collection, or excludes one, names it.
        "saved_searches": f"NOT {says_hidden.format(of='own.parameters', hidden=hidden)}",
        # A search that is filtered by a hidden collection names it.
        "story_changes": (
            f"(own.document IS NULL OR {by_document}) AND NOT (coalesce({is_search}, FALSE) "
            f"AND {says_hidden.format(of='own.detail', hidden=hidden)})"
        ),
        # Sources of files and mail are for users who see everything.
        "watched_files": "FALSE",
        "mail_messages": "FALSE",
        # Vendors are computed from all documents, before filtering.
        **dict.fromkeys(("vendor_links", "vendor_names", "vendor_prints", "vendor_firms"), "FALSE"),
        "signature_bands": _like(dialect, "signature"),
        "likenesses": f"{_like(dialect, 'signature')} AND {_like(dialect, 'other')}",
    }


def _like(dialect: Dialect, side: str) -> str:
    shown = _visible(dialect, f"{side}.document")
    signatures = f"{dialect.tables}signatures AS {side}"
    return f"EXISTS (SELECT 1 FROM {signatures} WHERE {side}.number = own.{side} AND {shown})"


def _of_vendors(dialect: Dialect) -> dict[str, str]:
    """Return the filter conditions of tables of vendors: a visible document must print the name."""
    mentions = f"{dialect.seen}vendor_mentions"
    member = dialect.member.format
    return {
        "vendor_mentions": _visible(dialect, "own.document"),
        # Both names must be printed in visible documents.
        "vendor_rulings": (
            f"{member(of='own.one', name='name')} IN (SELECT name FROM {mentions}) "
            f"AND {member(of='own.other', name='name')} IN (SELECT name FROM {mentions})"
        ),
        "vendor_candidates": (
            f"EXISTS (SELECT 1 FROM {mentions} AS seen WHERE seen.vendor = own.one) "
            f"AND EXISTS (SELECT 1 FROM {mentions} AS seen WHERE seen.vendor = own.other)"
        ),
        "vendor_keys": (
            f"EXISTS (SELECT 1 FROM {mentions} AS seen JOIN {dialect.tables}vendors AS firm ON firm.id = seen.vendor "
            "WHERE seen.vendor = own.vendor AND (own.key IN (seen.form, firm.form) "
            f"OR {dialect.position}(seen.numbers, own.key) > 0))"
        ),
    }


def _other_values(dialect: Dialect) -> dict[str, str]:
    """Return the views whose values, too, differ from those of their table."""
    tables, mentions = dialect.tables, f"{dialect.seen}vendor_mentions"
    of_it = f"FROM {mentions} AS seen WHERE seen.vendor = own.id"
    others = dialect.seen_names.format(of="own.others", among=f"(SELECT seen.name {of_it})")
    # A namesake has its number after its name.
    is_called_so = f"seen.name = own.name OR {dialect.position}(own.name, seen.name || ' (') = 1"
    document = f"CASE WHEN {_visible(dialect, 'own.document')} THEN own.document END AS document"
    in_seen_job = f"job.id = own.job AND job.collection NOT IN {dialect.hidden}"
    return {
        "vendors": (
            "SELECT own.id, CASE "
            f"WHEN EXISTS (SELECT 1 {of_it} AND ({is_called_so})) THEN own.name "
            f"ELSE (SELECT min(seen.name) {of_it}) END AS name, {others} AS others, own.form "
            f"FROM {tables}vendors AS own WHERE EXISTS (SELECT 1 {of_it})"
        ),
        "job_files": (
            f"SELECT own.job, own.path, own.ordinal, own.size, own.state, {document}, own.pages, own.reason "
            f"FROM {tables}job_files AS own WHERE EXISTS (SELECT 1 FROM {tables}jobs AS job WHERE {in_seen_job})"
        ),
        "tasks": (
            "SELECT own.number, own.sha256, own.path, own.filename, own.collection, own.state, own.attempts, "
            f"own.worker, {document}, own.pages, own.reason, own.queued_at, own.started_at, own.finished_at, "
            "own.urgent, own.turn "
            f"FROM {tables}tasks AS own WHERE own.collection NOT IN {dialect.hidden}"
        ),
    }


def show_only(connection: Any, hidden: frozenset[str]) -> None:
    """Set up a new driver connection of SQLite to read without these collections, and to write nothing."""
    _hide(connection, hidden)
    for table, shown in views(SQLITE).items():
        connection.execute(f"CREATE TEMP VIEW {table} AS {shown}")
    connection.execute("PRAGMA query_only = ON")


def guard(connection: Any, hidden: frozenset[str]) -> None:
    """Set up a new driver connection of SQLite to refuse writes to documents of these collections."""
    _hide(connection, hidden)
    for table, action in GUARDED_ACTIONS:
        of = f"{'NEW' if action == 'INSERT' else 'OLD'}.{GUARDED[table]}"
        may_be_seen = _visible(SQLITE, of) if GUARDED[table] == "document" else f"{of} NOT IN {SQLITE.hidden}"
        connection.execute(
            f"CREATE TEMP TRIGGER guard_{action}_{table} BEFORE {action} ON main.{table} "
            f"WHEN {of} IS NOT NULL AND NOT {may_be_seen} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )


def _hide(connection: Any, hidden: frozenset[str]) -> None:
    connection.execute("CREATE TEMP TABLE hidden (name TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.executemany("INSERT INTO temp.hidden VALUES (?)", [(name,) for name in sorted(hidden)])
