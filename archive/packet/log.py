"""The events of a packet's documents, as one JSON object per line with all data that the hash covers."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from archive.citing.annotation import PARSE_ERRORS
from archive.store.events import Entry

FIELDS = ("number", "at", "name", "document", "detail", "previous", "hash")


def as_lines(entries: Sequence[Entry], mask: Callable[[str], str]) -> str:
    """Return the events as JSON lines.

    A detail with masked content is omitted as a whole (null), so that the masked part cannot be guessed from the hash.
    """
    return "".join(json.dumps(_entry_record(entry, mask), ensure_ascii=False) + "\n" for entry in entries)


def _entry_record(entry: Entry, mask: Callable[[str], str]) -> dict[str, Any]:
    told = asdict(entry)
    return told | {"detail": None} if mask(entry.detail) != entry.detail else told


def left_out(content: str) -> int:
    """Count the events without a detail. (Within a detail, quotation marks are escaped.)"""
    return sum('"detail": null' in line for line in content.splitlines())


def faults(content: str, documents: Collection[str]) -> Iterator[str]:
    """Check the events of a packet about these documents; yield each fault as a sentence."""
    before: Entry | None = None
    for at, line in enumerate(content.splitlines(), start=1):
        try:
            entry = _entry(line)
            # Text that cannot be encoded has no hash, and is not an event of an archive.
            is_changed = entry.detail is not None and entry.own_hash != entry.hash
        except PARSE_ERRORS:
            yield f"Line {at} is not an event."
            continue
        number = entry.number
        if is_changed:
            yield f"Event {number} was changed: its hash is not that of what it says."
        if entry.document not in documents:
            yield f"Event {number} tells of no document of this packet."
        if before and number <= before.number:
            yield f"Event {number} does not come after the event before it."
        if before and number == before.number + 1 and entry.previous != before.hash:
            yield f"Event {number} does not follow event {before.number}: it names another hash before it."
        before = entry


def _entry(line: str) -> Entry:
    """Parse the event of a line; its detail is None if it was omitted."""
    told = json.loads(line)
    values = [told[field] for field in FIELDS]
    if type(values[0]) is not int or not all(isinstance(value, str | None) for value in values[1:]):
        raise TypeError("a value of the wrong kind")
    return Entry(*values)
