"""What happened in an archive that can change a finding, as the event log tells of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from archive.store.events import Entry, EventName


class What(StrEnum):
    """What can happen."""

    ADDED = "added"
    READ_AGAIN = "read again"
    RULES_AGAIN = "read by other rules"
    DECIDED = "decided by a person"
    UNDONE = "decision taken back"
    VENDORS = "vendors merged or split"


@dataclass(frozen=True, slots=True)
class Happening:
    """One event. ``document`` is None for one that is about vendors.

    ``by`` is the person. ``field`` is what a decision is on, ``before`` and ``after`` are the values it had and has.
    """

    event: int
    at: str
    what: What
    document: str | None
    by: str | None = None
    field: str | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = f"{self.what} by {self.by}" if self.what is What.VENDORS else str(self.what)
        if self.field is not None:
            change = f"{', '.join(self.before) or 'nothing'} → {', '.join(self.after) or 'nothing'}"
            told = f"{told.removesuffix(' by a person')} by {self.by}: {self.field} {change}"
        return f"{told} (event {self.event}, {self.at[:10]})"


def happenings(entries: Iterable[Entry]) -> list[Happening]:
    """What of these events can change a finding: not a note, and no check."""
    found = []
    for entry in entries:
        detail: Mapping[str, Any] = json.loads(entry.detail)
        what = _what(entry.name, detail)
        if what is not None:
            before, after = (tuple(one["value"] for one in detail.get(name, ())) for name in ("before", "after"))
            by, field = detail.get("by"), detail.get("field")
            found.append(Happening(entry.number, entry.at, what, entry.document, by, field, before, after))
    return found


def _what(name: str, detail: Mapping[str, Any]) -> What | None:
    if name == EventName.INGESTION:
        return What.ADDED
    if name == EventName.METADATA_EXTRACTION and "facts" in detail:
        return What.RULES_AGAIN if "facts_before" in detail else What.READ_AGAIN
    if name == EventName.METADATA_MODIFICATION and "field" in detail:
        return What.UNDONE if "undoes" in detail else What.DECIDED
    if name == EventName.METADATA_MODIFICATION and "annotation" not in detail and "by" in detail:
        # That two vendors are two changes neither of them.
        return None if detail.get("action") == "apart vendors" else What.VENDORS
    return None
