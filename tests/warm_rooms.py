"""Caches shared by all applications and catalogs of a test run: templates, URL builders, SQL statements, schemas.

Creating an application takes 90 ms and its first page 110 ms, nearly all of it for the former two. Creating a catalog
takes 25 ms and the first use of each statement 1 ms, nearly all of it for the latter two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from archive.store.sql import migrations
from archive.store.sql.migrations import STEPS, Step


class CompiledTemplates(BytecodeCache):
    """Templates compiled by one application, for all others of this process."""

    def __init__(self) -> None:
        self._codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the template if it was compiled from the same source."""
        if bucket.key in self._codes:
            bucket.bytecode_from_string(self._codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store the template."""
        self._codes[bucket.key] = bucket.bytecode_to_string()


class CompiledStatements(LRUCache[Any, Any]):
    """Statements compiled by the engine of one catalog, for all others of the same dialect.

    SQLAlchemy's key has the dialect object of the engine; one of the same name compiles to the same.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the statement if it was compiled."""
        return super().get(self._of_any(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(self._of_any(key), value)

    def _of_any(self, key: Any) -> Any:
        dialect, *rest = key
        return (dialect.name, dialect.driver, *rest)


def share() -> None:
    """Share these caches among all applications and catalogs of this process."""
    Flask.jinja_options["bytecode_cache"] = CompiledTemplates()
    _share_builders()
    _share_statements()
    _share_tables()


def _share_statements() -> None:
    statements = CompiledStatements(5000)
    make_engine = Engine.__init__

    def sharing(engine: Engine, *arguments: Any, **more: Any) -> None:
        make_engine(engine, *arguments, **more)
        if engine._compiled_cache is not None:
            engine._compiled_cache = statements

    Engine.__init__ = sharing  # type: ignore[assignment, method-assign]


def _share_tables() -> None:
    """Copy the tables of the first catalog in a file to all later ones instead of running the migrations."""
    make_catalog, applied = migrations.make_catalog, migrations.recorded
    tables: list[str] = []
    taken: list[tuple[Any, ...]] = []

    def making(connection: Connection, steps: Sequence[Step] = STEPS) -> None:
        if connection.dialect.name != "sqlite" or steps is not STEPS:
            make_catalog(connection, steps)
        elif not tables:
            make_catalog(connection, steps)
            told = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name != 'sqlite_sequence'"
            tables.extend(connection.exec_driver_sql(told).scalars())
            taken.extend(tuple(row) for row in connection.exec_driver_sql("SELECT * FROM migrations"))
        elif not applied(connection):
            for table in tables:
                connection.exec_driver_sql(table)
            connection.exec_driver_sql("INSERT INTO migrations VALUES (?, ?, ?, ?)", taken)

    migrations.make_catalog = making


def _share_builders() -> None:
    builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def shared(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        # The builder depends only on the rule's text. It gets the rule as an argument for its converters.
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        says = (rule.rule, *rule._trace, append_unknown)
        if says not in builders:
            builders[says] = compile_builder(rule, append_unknown)
        return builders[says]

    Rule._compile_builder = shared  # type: ignore[assignment]
