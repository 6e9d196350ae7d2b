"""Persons may say that two vendors are two. No table changes: a program that knows no such ruling must not open the
catalog, since it would find no vendors and take the ruling for a changed one."""

from __future__ import annotations

from sqlalchemy import Connection


def apply(_connection: Connection) -> None:
    """Change nothing; that the step is recorded is what keeps older programs out."""
