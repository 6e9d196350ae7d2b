"""What the tests of users share: passwords hashed quickly, and time that has passed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import argon2
from sqlalchemy import text

from archive.access.passwords import PasswordHashes
from archive.store.catalog import Catalog

GOOD = "jedna duga lozinka"


QUICK = PasswordHashes(argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""The least that Argon2 can take: what is tested is not how long it takes."""


def let_pass(catalog: Catalog, time: timedelta) -> None:
    """Have everything that is kept of sessions, tokens and log-ins be so much older."""
    columns = {
        "sessions": ("created_at", "expires_at"),
        "tokens": ("created_at", "expires_at"),
        "log_in_failures": ("last_at",),
        "log_in_places": ("last_at",),
    }
    with catalog._database.writing() as connection:
        for table, names in columns.items():
            for name in names:
                rows = connection.execute(text(f"SELECT rowid, {name} FROM {table}")).all()
                for row, at in rows:
                    moment = datetime.fromisoformat(at).replace(tzinfo=UTC) - time
                    told = moment.replace(tzinfo=None).isoformat(" ", "microseconds")
                    connection.execute(
                        text(f"UPDATE {table} SET {name} = :at WHERE rowid = :row"), {"at": told, "row": row}
                    )
