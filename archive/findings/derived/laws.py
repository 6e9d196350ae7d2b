"""Limits and least periods of the law, with the days from and to which they hold and where they stand:
``laws.toml``. Serbia's; a line more makes another country's."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Limit:
    """A value without VAT under which less is asked of a buyer. ``subject`` is ``goods`` (and services), ``works`` or
    ``any``."""

    name: str
    value: Decimal
    currency: str
    subject: str


def read(file: Path) -> dict[str, Any]:
    """The tables of a file of laws: each ``limit`` and ``period``, as they are written."""
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _tables() -> dict[str, Any]:
    return read(Path(__file__).with_name("laws.toml"))


def limits_on(day: datetime.date, currency: str, subject: str) -> tuple[Limit, ...]:
    """The limits in this currency that hold for goods or for works on a day."""
    return tuple(
        Limit(one["name"], Decimal(one["value"]), one["currency"], one["subject"])
        for one in _tables()["limit"]
        if one["currency"] == currency and one["subject"] in (subject, "any") and _holds(one, day)
    )


def least_days(method: str | None, day: datetime.date) -> int | None:
    """How many days a call of this kind of procedure has to leave at least, where we know it."""
    periods = (one for one in _tables()["period"] if one["method"] == method and _holds(one, day))
    return next((int(one["days"]) for one in periods), None)


def _holds(one: dict[str, Any], day: datetime.date) -> bool:
    first, last = one["from"], one.get("to")
    return bool(first <= day and (last is None or day <= last))
