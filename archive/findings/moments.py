"""Moments in the life of an archive, as people name them: the number of an event, or a day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from archive.errors import UsageError
from archive.store.catalog import Catalog

_MOST_DIGITS = 18
"""Of the number of an event. What is longer, no database counts to."""


def event_at(catalog: Catalog, text: str) -> int:
    """The number of the event of this number, or of the last one of a day or before it. Days are those of UTC.

    :raises UsageError: it names no moment, nothing had happened by then, or there is no such event yet.
    """
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        return catalog.event_at(int(text)).number
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            "%(value)s is no moment.",
            "Name a day, such as 2026-11-01, or an event by its number.",
            value=repr(text[:40]),
        ) from error
    if day == date.max:
        raise UsageError("%(value)s has not come yet.", "Name an earlier day.", value=text)
    return catalog.event_at(datetime.combine(day + timedelta(days=1), time(), UTC)).number
