"""Where a catalog on PostgreSQL lies, and how connections to it are set up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from archive.errors import UsageError
from archive.store.sql.media import BUSY_SECONDS

SESSION = {
    # A server that is set to lose the last commits in a crash must not do so to what was reported as kept.
    "synchronous_commit": "on",
    "lock_timeout": f"{BUSY_SECONDS}s",
    # Far beyond what any of our queries takes; what takes longer has gone astray, and others wait for it.
    "statement_timeout": "10min",
    # A process that was stopped in the middle of writing must not keep everybody from writing for good.
    "idle_in_transaction_session_timeout": "10min",
    # So that locks of a machine that is gone fall within two minutes.
    "tcp_keepalives_idle": "60",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "6",
    # Compiling a query takes longer than any of ours.
    "jit": "off",
}

_WAIT = {"connect_timeout": 10, "keepalives_idle": 60, "keepalives_interval": 10, "keepalives_count": 6}
"""What can be waited for the server, at the start and for signs of life."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a catalog lies. ``name`` is what errors call it, without its password."""

    url: URL
    schema: str
    name: str

    @classmethod
    def of(cls, url: str) -> Address:
        """The address that is written as a URL.

        :raises UsageError: it is none of PostgreSQL, or names a schema that cannot be one.
        """
        try:
            made = make_url(url)
        except ArgumentError as error:
            raise _not_an_address() from error
        if made.drivername not in ("postgresql", "postgres") or not made.database:
            raise _not_an_address()
        schema = made.query.get("schema", "dosije")
        if not isinstance(schema, str) or not re.fullmatch("[a-z_][a-z0-9_]{0,40}", schema):
            raise UsageError(
                "catalog_url names the schema %(name)s.",
                "Name one of small letters, digits and underscores.",
                name=repr(schema),
            )
        shown = {name: value for name, value in made.query.items() if name == "schema"}
        named = made.set(drivername="postgresql", query=shown).render_as_string().replace(":***@", "@")
        return cls(made.set(drivername="postgresql+psycopg").difference_update_query(["schema"]), schema, named)

    def key(self, purpose: str) -> int:
        """The number of the lock that this catalog has for a purpose. Locks are those of a database."""
        return int.from_bytes(blake2b(f"dosije {self.schema} {purpose}".encode(), digest_size=8).digest(), signed=True)


def _not_an_address() -> UsageError:
    return UsageError(
        "catalog_url is not the address of a PostgreSQL database.", "Write: postgresql://user:password@host/database"
    )


def engine_of(address: Address, search_path: str, **options: Any) -> Engine:
    """An engine whose connections look for tables in ``search_path``.

    :raises UsageError: the driver is not installed.
    """
    try:
        engine = create_engine(address.url, connect_args=_WAIT | {"application_name": "dosije"}, **options)
    except ModuleNotFoundError as error:
        raise UsageError(
            "A catalog on PostgreSQL needs the package psycopg, which is not installed.",
            "Run: pip install 'dosije[servers]'",
        ) from error
    event.listen(engine, "connect", partial(_set_up, settings=SESSION | {"search_path": search_path}))
    return engine


def _set_up(connection: Any, _record: object, settings: dict[str, str]) -> None:
    with connection.cursor() as cursor:
        calls = ", ".join("set_config(%s, %s, false)" for _ in settings)
        cursor.execute(f"SELECT {calls}", [part for setting in settings.items() for part in setting])
    # Within a transaction, settings would fall with it.
    connection.commit()
