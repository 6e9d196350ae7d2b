"""The current tables of the catalog. The steps of :mod:`archive.store.sql.migrations` build them; a test compares the
two.

Only types and constraints that SQLite and PostgreSQL share are used. Words are in a separate table, so that reading
page rows does not load their blobs.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from archive.store.sql.columns import JSON_TEXT, UtcDateTime, fact_columns

metadata = MetaData()

documents = Table(
    "documents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("filename", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("collection", Text, nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
    Column("reading", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("page_count", Integer, nullable=False),
    Column("word_count", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False, server_default=text("1")),
    Index("documents_by_age", "added_at", "id"),
    Index("documents_by_sequence", "sequence", "id"),
)

sources = Table(
    "sources",
    metadata,
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("seen_at", UtcDateTime, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("agent", JSON_TEXT, nullable=False),
    Column("language", Text),
)

pages = Table(
    "pages",
    metadata,
    Column("document", String(64), primary_key=True),
    Column("reading", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("first_word", Integer, nullable=False),
    Column("word_count", Integer, nullable=False),
    Column("width", Float, nullable=False),
    Column("height", Float, nullable=False),
    Column("source", Text, nullable=False),
    Column("confidence", Float),
    Column("language", Text),
    Column("note", Text),
    Column("script", Text),
    Column("reason", Text),
    ForeignKeyConstraint(["document", "reading"], ["readings.document", "readings.number"]),
)

# Partial indexes of badly read pages, of which there are few; a query must repeat these conditions word for word.
UNREAD_PAGE = text("pages.source = 'none'")
DOUBTFUL_PAGE = text(
    "pages.source <> 'none' AND pages.word_count > 0 AND (pages.confidence < 90 OR pages.note IS NOT NULL)"
)
for _name, _column, _condition in (
    ("pages_unread", pages.c.document, UNREAD_PAGE),
    ("pages_doubtful", pages.c.confidence, DOUBTFUL_PAGE),
):
    # PostgreSQL is told in its own module, since to name it here would load its dialect in every command.
    Index(_name, _column, sqlite_where=_condition)

# Totals per collection, derived from documents and pages (totals.py).

document_totals = Table(
    "document_totals",
    metadata,
    Column("collection", Text, primary_key=True),
    Column("documents", BigInteger, nullable=False),
    Column("words", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
)

page_totals = Table(
    "page_totals",
    metadata,
    Column("collection", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("has_words", Boolean, primary_key=True),
    Column("is_flawed", Boolean, primary_key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("pages", BigInteger, nullable=False),
)

page_words = Table(
    "page_words",
    metadata,
    Column("document", String(64), primary_key=True),
    Column("reading", Integer, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("packed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["document", "reading", "page"], ["pages.document", "pages.reading", "pages.number"]),
)

# Extracted facts. Decisions of persons are in the two tables after this one.
facts = Table(
    "facts",
    metadata,
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    *fact_columns(),
    Index("facts_by_value", "field", "value"),
)

# Superseded extracted facts, by the event that replaced them.
superseded_facts = Table(
    "superseded_facts",
    metadata,
    Column("event", BigInteger, primary_key=True, autoincrement=False),
    Column("document", String(64), ForeignKey("documents.id"), nullable=False),
    Column("packed", LargeBinary, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("event", BigInteger, primary_key=True, autoincrement=False),
    Column("document", String(64), ForeignKey("documents.id"), nullable=False),
    Column("field", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("old", Text),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("undone_by", BigInteger),
    Index("decisions_by_document", "document", "event"),
)

decided_facts = Table(
    "decided_facts",
    metadata,
    Column("event", BigInteger, ForeignKey("decisions.event"), primary_key=True, autoincrement=False),
    Column("ordinal", Integer, primary_key=True),
    Column("document", String(64), nullable=False),
    *fact_columns(),
)

clauses = Table(
    "clauses",
    metadata,
    Column("document", String(64), primary_key=True),
    Column("reading", Integer, primary_key=True),
    Column("eid", Text, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("label", Text, nullable=False),
    Column("heading", Text),
    Column("topic", Text),
    Column("parent", Text),
    Column("first_word", Integer, nullable=False),
    Column("last_word", Integer, nullable=False),
    Column("level", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("counted", Boolean, nullable=False),
    Column("is_unit", Boolean, nullable=False),
    ForeignKeyConstraint(["document", "reading"], ["readings.document", "readings.number"]),
    Index("clauses_in_order", "document", "reading", "ordinal"),
)

# An annotation's own words and box never change; its place in the newest reading is stored beside them.
notes = Table(
    "annotations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("document", String(64), nullable=False),
    Column("made_reading", Integer, nullable=False),
    Column("made_page", Integer, nullable=False),
    Column("made_first", Integer),
    Column("made_last", Integer),
    Column("made_quote", Text, nullable=False),
    Column("x0", Float),
    Column("y0", Float),
    Column("x1", Float),
    Column("y1", Float),
    Column("reading", Integer, nullable=False),
    Column("page", Integer, nullable=False),
    Column("first_word", Integer),
    Column("last_word", Integer),
    Column("quote", Text, nullable=False),
    Column("how", Text),
    Column("note", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime),
    Column("changed_by", Text),
    Column("removed_at", UtcDateTime),
    Column("removed_by", Text),
    ForeignKeyConstraint(["document", "made_reading"], ["readings.document", "readings.number"]),
    ForeignKeyConstraint(["document", "reading"], ["readings.document", "readings.number"]),
    Index("annotations_by_document", "document", "page"),
)

short_links = Table(
    "short_links",
    metadata,
    Column("code", Text, primary_key=True),
    Column("document", String(64), ForeignKey("documents.id"), nullable=False),
    Column("reading", Integer, nullable=False),
    Column("first_word", Integer, nullable=False),
    Column("last_word", Integer, nullable=False),
    Column("quote", String(32), nullable=False),
    Column("given_at", UtcDateTime, nullable=False),
)

# Stories and marks are appended to and never altered; they outlive a deleted document.
story_changes = Table(
    "story_changes",
    metadata,
    Column("event", BigInteger, primary_key=True, autoincrement=False),
    Column("story", String(32), nullable=False),
    Column("batch", String(32), nullable=False),
    Column("action", Text, nullable=False),
    Column("item", String(32)),
    Column("document", String(64)),
    Column("detail", JSON_TEXT, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("story_changes_in_order", "story", "event"),
)

reader_marks = Table(
    "reader_marks",
    metadata,
    Column("event", BigInteger, primary_key=True, autoincrement=False),
    Column("reader", Text, nullable=False),
    Column("batch", String(32), nullable=False),
    Column("document", String(64), nullable=False),
    Column("detail", JSON_TEXT, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("reader_marks_in_order", "reader", "document", "event"),
)

failures = Table(
    "failures",
    metadata,
    Column("path", Text, primary_key=True),
    Column("sha256", String(64)),
    Column("reason", Text, nullable=False),
    Column("remedy", Text),
    Column("failed_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("container", String(64)),
    Column("member", Text),
)

members = Table(
    "members",
    metadata,
    Column("container", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("document", String(64), ForeignKey("documents.id")),
    Index("members_by_document", "document"),
)

events = Table(
    "events",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("name", Text, nullable=False),
    Column("document", String(64)),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# Users, tokens, collections and their rights.

# A removed user is kept, so that the name is never reused.
users = Table(
    "users",
    metadata,
    Column("key", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("user", Text, ForeignKey("users.key"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("sessions_by_user", "user"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(8), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("user", Text, ForeignKey("users.key"), nullable=False),
    Column("label", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

# Keys are digests, because people type their password into the name field.
log_in_failures = Table(
    "log_in_failures",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)

# Places where a user has logged in: an address, or a browser by the secret in its cookie, each as a digest.
log_in_places = Table(
    "log_in_places",
    metadata,
    Column("user", Text, ForeignKey("users.key"), primary_key=True),
    Column("place", String(64), primary_key=True),
    Column("last_at", UtcDateTime, nullable=False),
)

# A collection without a row is public.
collections = Table(
    "collections",
    metadata,
    Column("name", Text, primary_key=True),
    Column("is_private", Boolean, nullable=False),
)

collection_members = Table(
    "collection_members",
    metadata,
    Column("collection", Text, ForeignKey("collections.name"), primary_key=True),
    Column("user", Text, ForeignKey("users.key"), primary_key=True),
)

# Uploads that are to be added.

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("collection", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("pages_read", Integer, nullable=False),
    Column("note", Text),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Index("jobs_by_state", "state", "created_at"),
)

job_files = Table(
    "job_files",
    metadata,
    Column("job", String(32), ForeignKey("jobs.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("ordinal", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("document", String(64)),
    Column("pages", Integer),
    Column("reason", Text),
)

# Files that wait to be read by one of several workers.

tasks = Table(
    "tasks",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("path", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("collection", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("worker", Text),
    Column("document", String(64)),
    Column("pages", Integer, nullable=False),
    Column("reason", Text),
    Column("queued_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("urgent", Boolean, nullable=False, server_default=text("FALSE")),
    Column("turn", BigInteger, nullable=False, server_default="0"),
    Index("tasks_by_state", "state", "number"),
    Index("tasks_by_collection", "collection", "turn"),
    Index("tasks_by_bytes", "sha256"),
)

# The order in which workers take tasks.
Index("tasks_by_turn", tasks.c.urgent.desc(), tasks.c.turn, tasks.c.number)

# Mailboxes, watched folders and e-mail digests.

watched_files = Table(
    "watched_files",
    metadata,
    Column("place", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified", BigInteger, nullable=False),
)

mail_messages = Table(
    "mail_messages",
    metadata,
    Column("mailbox", Text, primary_key=True),
    Column("validity", BigInteger, primary_key=True, autoincrement=False),
    Column("uid", BigInteger, primary_key=True, autoincrement=False),
    Column("document", String(64)),
    Column("reason", Text),
    Column("taken_at", UtcDateTime, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("reader", Text, nullable=False, unique=True),
    Column("address", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("secret", Text, nullable=False, unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_until", UtcDateTime, nullable=False),
    Column("sending_until", UtcDateTime),
    Column("trouble", Text),
)

digest_searches = Table(
    "digest_searches",
    metadata,
    Column("digest", String(32), ForeignKey("digests.id"), primary_key=True),
    Column("search", String(32), ForeignKey("saved_searches.id"), primary_key=True),
)

# Index records, saved searches and their alerts, near-duplicates.

index_records = Table(
    "index_records",
    metadata,
    Column("generation", Text, primary_key=True),
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, nullable=False),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("name", Text, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("holds", Text),
)

saved_searches = Table(
    "saved_searches",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("parameters", JSON_TEXT, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("trouble", Text),
)

saved_search_hits = Table(
    "saved_search_hits",
    metadata,
    Column("search", String(32), ForeignKey("saved_searches.id"), primary_key=True),
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("state", Text, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    Column("read_at", UtcDateTime),
    Index("saved_search_hits_by_state", "search", "state", "found_at"),
)

alert_checks = Table(
    "alert_checks",
    metadata,
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, nullable=False),
)

signatures = Table(
    "signatures",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("document", String(64), ForeignKey("documents.id"), nullable=False),
    Column("reading", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("linked", Boolean, nullable=False),
    Column("text", LargeBinary, nullable=False),
    Column("wording", LargeBinary, nullable=False),
    Column("numbers", LargeBinary, nullable=False),
    Column("by_ocr", Boolean, nullable=False),
    Index("signatures_by_document", "document", unique=True),
)

# These two have many small rows, which take half the space WITHOUT ROWID.
signature_bands = Table(
    "signature_bands",
    metadata,
    Column("band", BigInteger, primary_key=True, autoincrement=False),
    Column("signature", Integer, ForeignKey("signatures.number"), primary_key=True),
    sqlite_with_rowid=False,
)

likenesses = Table(
    "likenesses",
    metadata,
    Column("signature", Integer, ForeignKey("signatures.number"), primary_key=True),
    Column("other", Integer, ForeignKey("signatures.number"), primary_key=True),
    Column("wording", Float, nullable=False),
    Column("numbers", Float, nullable=False),
    Column("by_ocr", Boolean, nullable=False),
    Index("likenesses_by_other", "other"),
    sqlite_with_rowid=False,
)

# Vendors: rulings of persons, and what is derived from them and from facts.

# Rulings on vendors. They are original data; all tables after this one are derived from them and from facts.
vendor_rulings = Table(
    "vendor_rulings",
    metadata,
    Column("event", BigInteger, primary_key=True, autoincrement=False),
    Column("action", Text, nullable=False),
    Column("one", JSON_TEXT, nullable=False),
    Column("other", JSON_TEXT, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("undone_by", BigInteger),
)

vendors = Table(
    "vendors",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("others", JSON_TEXT, nullable=False),
    # The form, as in vendor_keys, of the id; below, of the name.
    Column("form", Text, nullable=False, server_default=""),
)

# Every word form of a name, and every number and id, that a vendor is found by.
vendor_keys = Table(
    "vendor_keys",
    metadata,
    Column("key", Text, primary_key=True),
    Column("vendor", Text, primary_key=True),
    Index("vendor_keys_by_vendor", "vendor"),
)

vendor_mentions = Table(
    "vendor_mentions",
    metadata,
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("vendor", Text, nullable=False),
    Column("won", Boolean, nullable=False),
    Column("bid", Boolean, nullable=False),
    Column("numbers", JSON_TEXT, nullable=False),
    Column("failed", Text, nullable=False),
    Column("form", Text, nullable=False, server_default=""),
    # The print, and whether its collection was public when it was counted (archive/store/vendors/).
    Column("print", String(32), nullable=False, server_default=""),
    Column("is_public", Boolean, nullable=False, server_default=text("TRUE")),
    Index("vendor_mentions_by_vendor", "vendor"),
    Index("vendor_mentions_by_print", "print", "document"),
    # Counts per vendor.
    Index("vendor_mentions_counted", "vendor", "document", "won", "bid"),
)

# Links by which vendors are updated for a new document without reading all names: a digest of what is shared (key), and
# who shares it (item); the kinds are in archive/store/vendors/links.py.
vendor_links = Table(
    "vendor_links",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("key", String(32), primary_key=True),
    Column("item", Text, primary_key=True),
    Index("vendor_links_by_item", "item", "kind"),
    sqlite_with_rowid=False,
)

# Each printed name, parsed.
vendor_names = Table(
    "vendor_names",
    metadata,
    Column("name", Text, primary_key=True),
    Column("told", JSON_TEXT, nullable=False),
    Column("core", JSON_TEXT, nullable=False),
)

# What similar mentions have in common, and their vendor.
vendor_prints = Table(
    "vendor_prints",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("numbers", JSON_TEXT, nullable=False),
    Column("failed", Text, nullable=False),
    Column("beside", JSON_TEXT, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("public", Integer, nullable=False),
    Column("first", String(64), nullable=False),
    Column("vendor", Text, nullable=False),
    Index("vendor_prints_by_name", "name"),
    Index("vendor_prints_by_vendor", "vendor"),
)

# The sources of the name and the id of a vendor.
vendor_firms = Table(
    "vendor_firms",
    metadata,
    Column("vendor", Text, primary_key=True),
    Column("printed", Text, nullable=False),
    Column("number", JSON_TEXT, nullable=False),
    Column("is_public", Boolean, nullable=False),
    Column("first_document", String(64), nullable=False),
    Column("first_name", Text, nullable=False),
    Column("slug", Text, nullable=False),
    Column("documents", Integer, nullable=False),
)

# Pairs of vendors for a person to judge.
vendor_candidates = Table(
    "vendor_candidates",
    metadata,
    Column("one", Text, primary_key=True),
    Column("other", Text, primary_key=True),
    Column("reason", JSON_TEXT, nullable=False),
    Column("likelihood", Float, nullable=False),
    Column("score", Float, nullable=False),
    Index("vendor_candidates_by_other", "other"),
    Index("vendor_candidates_by_score", "score"),
)
