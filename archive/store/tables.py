"""The catalog's tables as they are now. The steps in ``migrations/`` build them; a test compares the two.

Only types and constraints that SQLite and PostgreSQL share are used. Words lie in a table of their own, so that
reading pages does not drag their blobs along.
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
)

from archive.store.columns import JSON_TEXT, UtcDateTime, fact_columns

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
    Index("documents_by_age", "added_at", "id"),
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

page_words = Table(
    "page_words",
    metadata,
    Column("document", String(64), primary_key=True),
    Column("reading", Integer, primary_key=True),
    Column("page", Integer, primary_key=True),
    Column("packed", LargeBinary, nullable=False),
    ForeignKeyConstraint(["document", "reading", "page"], ["pages.document", "pages.reading", "pages.number"]),
)

# What rules read. What persons say of it lies in the two tables after this one.
facts = Table(
    "facts",
    metadata,
    Column("document", String(64), ForeignKey("documents.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    *fact_columns(),
    Index("facts_by_value", "field", "value"),
)

# What rules read before, by the event that put other facts in its place.
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

# A note's own words and box never change; where its words stand in the newest reading is told beside them.
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
