"""Hide collections: for those who must not see them, their documents do not exist.

A view stands in for every table that holds something of a document, so that no query, present or future, can forget to
ask. SQLite looks for a table among the temporary ones of a connection first; PostgreSQL looks in
the schema of the views alone (:mod:`archive.store.sql.postgres.schema`). The test of this module fails for a table that
:func:`views` and :data:`OF_NO_DOCUMENT` do not know.

Writing goes to the tables themselves: the chain of events and the vendors are of the whole archive. There, triggers
refuse what would touch a hidden document by its name, as if it did not exist.
"""

# ruff: noqa: S608 - all that is put into statements here is ours

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.model.fields import RULING_FIELD
from archive.store.sql.database import REFUSED


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a database writes the parts of the views. Names are those of :func:`views`, ``own`` is a row.

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
"""Whether the document of that column may be seen. A look-up by key for each row, so that indexes go on being used."""

OF_NO_DOCUMENT = frozenset(
    {"meta", "migrations", "checkpoints", "users", "sessions", "tokens", "log_in_failures", "log_in_places", "digests",
     "digest_searches"}
)  # fmt: skip
"""Tables with nothing of any document. Those of users are read to admit them, and never shown as they are."""

GUARDED = {
    "decisions": "document",
    "annotations": "document",
    "story_changes": "document",
    "reader_marks": "document",
    "jobs": "collection",
    "documents": "collection",
}
"""Tables that persons write to, with the column of the document or collection of a row; that of no document is not
guarded."""

GUARDED_ACTIONS = tuple(
    (table, action)
    for table in GUARDED
    for action in ("INSERT", "UPDATE", "DELETE")
    # Only a document that is revised because of what happened elsewhere may be touched, by its revision.
    if (table, action) != ("documents", "UPDATE")
)


def views(dialect: Dialect) -> dict[str, str]:
    """Return the query of the view that stands in for each table, in the order in which they need each other."""
    by_table = {
        table: f"SELECT own.* FROM {dialect.tables}{table} AS own WHERE {condition}"
        for table, condition in (_of_documents(dialect) | _of_vendors(dialect)).items()
    }
    return by_table | _other_values(dialect)


def _seen(dialect: Dialect, of: str) -> str:
    return _SEEN_DOCUMENT.format(of=of, tables=dialect.tables, hidden=dialect.hidden)


def _of_documents(dialect: Dialect) -> dict[str, str]:
    """Return which rows of the tables of documents are visible."""
    hidden, tables = dialect.hidden, dialect.tables
    by_document = _seen(dialect, "own.document")
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
        # Where else the same bytes came from may be a private collection's business.
        "sources": f"{by_document} AND own.seen_at = {is_first}",
        "members": (
            f"{_seen(dialect, 'own.container')} AND (own.document IS NULL OR {_seen(dialect, 'own.document')})"
        ),
        # What lies outside of containers and uploads was given on the command line, by somebody who sees everything.
        "failures": f"{_seen(dialect, 'own.container')} OR {in_seen_job}",
        # Of what was done to no single document, only what tells no names; of captures the first, which has a size.
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
        # A search that is narrowed to a hidden collection, or leaves one out, names it.
        "saved_searches": f"NOT {says_hidden.format(of='own.parameters', hidden=hidden)}",
        # A search that is narrowed to a hidden collection names it.
        "story_changes": (
            f"(own.document IS NULL OR {by_document}) AND NOT (coalesce({is_search}, FALSE) "
            f"AND {says_hidden.format(of='own.detail', hidden=hidden)})"
        ),
        # Where files and mail came from is for those who see everything.
        "watched_files": "FALSE",
        "mail_messages": "FALSE",
        # Vendors are found from all documents, before anything is hidden.
        **dict.fromkeys(("vendor_links", "vendor_names", "vendor_prints", "vendor_firms"), "FALSE"),
        "signature_bands": _like(dialect, "signature"),
        "likenesses": f"{_like(dialect, 'signature')} AND {_like(dialect, 'other')}",
    }


def _like(dialect: Dialect, side: str) -> str:
    shown = _seen(dialect, f"{side}.document")
    signatures = f"{dialect.tables}signatures AS {side}"
    return f"EXISTS (SELECT 1 FROM {signatures} WHERE {side}.number = own.{side} AND {shown})"


def _of_vendors(dialect: Dialect) -> dict[str, str]:
    """Return which rows of the tables of vendors are visible: what a visible document prints."""
    mentions = f"{dialect.seen}vendor_mentions"
    member = dialect.member.format
    return {
        "vendor_mentions": _seen(dialect, "own.document"),
        # Both names must be printed in documents that are seen.
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
    """Return the views that show other values than their table has, too."""
    tables, mentions = dialect.tables, f"{dialect.seen}vendor_mentions"
    of_it = f"FROM {mentions} AS seen WHERE seen.vendor = own.id"
    others = dialect.seen_names.format(of="own.others", among=f"(SELECT seen.name {of_it})")
    # A namesake has its number after its name.
    is_called_so = f"seen.name = own.name OR {dialect.position}(own.name, seen.name || ' (') = 1"
    document = f"CASE WHEN {_seen(dialect, 'own.document')} THEN own.document END AS document"
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
    """Set up a new connection of SQLite's driver to read nothing of the documents of these collections, and to write
    nothing."""
    _hide(connection, hidden)
    for table, shown in views(SQLITE).items():
        connection.execute(f"CREATE TEMP VIEW {table} AS {shown}")
    connection.execute("PRAGMA query_only = ON")


def guard(connection: Any, hidden: frozenset[str]) -> None:
    """Set up a new connection of SQLite's driver to refuse to write of the documents of these collections."""
    _hide(connection, hidden)
    for table, action in GUARDED_ACTIONS:
        of = f"{'NEW' if action == 'INSERT' else 'OLD'}.{GUARDED[table]}"
        may_be_seen = _seen(SQLITE, of) if GUARDED[table] == "document" else f"{of} NOT IN {SQLITE.hidden}"
        connection.execute(
            f"CREATE TEMP TRIGGER guard_{action}_{table} BEFORE {action} ON main.{table} "
            f"WHEN {of} IS NOT NULL AND NOT {may_be_seen} "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )


def _hide(connection: Any, hidden: frozenset[str]) -> None:
    connection.execute("CREATE TEMP TABLE hidden (name TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.executemany("INSERT INTO temp.hidden VALUES (?)", [(name,) for name in sorted(hidden)])
