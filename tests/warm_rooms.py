"""Caches shared by all applications and catalogs of a test run: templates, URL builders, SQL statements, schemas.

Creating an application takes 90 ms and its first page 110 ms, nearly all of it for the former two. Creating a catalog
takes 25 ms and the first use of each statement 1 ms, nearly all of it for the latter two.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from archive.store.sql import sqlite
from archive.store.sql.database import BUSY_SECONDS
from archive.store.sql.sqlite import open_sqlite


class CompiledTemplates(BytecodeCache):
    """Templates compiled by one application, for all others of this process."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the template, if it was compiled from the same source."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the template."""
        self._codes[bucket.key, bucket.checksum] = bucket.code


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
    """The first catalog in a file is made as ever; the others begin as what it was when it had no more than tables."""
    switch = sqlite._switch_to_wal

    @cache
    def first() -> bytes:
        with TemporaryDirectory() as folder:
            path = Path(folder, "catalog.sqlite")
            switch(path, BUSY_SECONDS)
            open_sqlite(path).close()
            return path.read_bytes()

    def switching(path: Path, busy_seconds: float) -> None:
        if not path.exists():
            try:
                path.touch(0o644, exist_ok=False)
                path.write_bytes(first())
            except OSError:
                path.unlink(missing_ok=True)  # It is said as ever why there can be none.
        switch(path, busy_seconds)

    sqlite._switch_to_wal = switching


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
