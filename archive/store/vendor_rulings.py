"""Queries on what persons say of vendors. A ruling that is undone stays, marked with the event that undid it.

The event log tells every ruling, too, so that one that nobody made, or that was changed, is found out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from archive.errors import Message, UsageError
from archive.store import events
from archive.store.events import EventName
from archive.store.vendor_tables import vendor_rulings
from archive.vendors.rulings import Action, Anchor, RecordedRuling, Ruling


def every(connection: Connection) -> list[RecordedRuling]:
    """All rulings, those that are undone too, in the order they were made."""
    return [
        RecordedRuling(
            row.event,
            row.at,
            Ruling(Action(row.action), _anchor(row.one), _anchor(row.other), row.by),
            row.undone_by,
        )
        for row in connection.execute(select(vendor_rulings).order_by(vendor_rulings.c.event))
    ]


def standing(connection: Connection) -> list[RecordedRuling]:
    """The rulings that are not undone, in the order they were made."""
    return [recorded for recorded in every(connection) if recorded.undone_by is None]


def record(connection: Connection, ruling: Ruling) -> int:
    """Record a ruling in the event log and beside it; returns the number of its event."""
    told = {"one": _told(ruling.one), "other": _told(ruling.other)}
    event = _log(connection, {"action": f"{ruling.action} vendors", "by": ruling.by, **told})
    row = {"event": event, "action": ruling.action, "by": ruling.by, "at": datetime.now(UTC), **told}
    connection.execute(insert(vendor_rulings).values(row))
    return event


def holding(connection: Connection, event: int) -> RecordedRuling:
    """The ruling of this event.

    :raises UsageError: there is none of this number that holds.
    """
    known = standing(connection)
    recorded = next((one for one in known if one.event == event), None)
    if recorded is None:
        events_known = ", ".join(f"{one.event} ({one.ruling.action} {one.ruling.one.name!r})" for one in known)
        remedy = (
            Message("There are: %(decisions)s.", decisions=events_known)
            if known
            else "Nobody has said anything of vendors."
        )
        raise UsageError("There is no decision %(event)s on vendors that could be undone.", remedy, event=event)
    return recorded


def undo(connection: Connection, event: int, by: str) -> tuple[RecordedRuling, int]:
    """Take back a ruling; returns it, and the number of the event that took it back.

    :raises UsageError: there is none of this number that holds.
    """
    recorded = holding(connection, event)
    undone_by = _log(connection, {"action": "undo", "undoes": event, "by": by})
    connection.execute(update(vendor_rulings).where(vendor_rulings.c.event == event).values(undone_by=undone_by))
    return recorded, undone_by


def differences(connection: Connection) -> tuple[int, ...]:
    """The events whose rulings the table holds otherwise than the log tells.

    :raises KeyError, ValueError: an event, or a row, does not say what it should.
    """
    log, table = _told_by_log(connection), {one.event: (one.ruling, one.undone_by) for one in every(connection)}
    return tuple(event for event in sorted(log.keys() | table.keys()) if log.get(event) != table.get(event))


def _told_by_log(connection: Connection) -> dict[int, tuple[Ruling, int | None]]:
    """What the event log tells: each ruling by its event, with the event that took it back."""
    rulings: dict[int, tuple[Ruling, int | None]] = {}
    for event in events.after(connection, 0, [EventName.METADATA_MODIFICATION]):
        action = _ACTIONS.get(event.detail.get("action", ""))
        if action:
            one, other = _anchor(event.detail["one"]), _anchor(event.detail["other"])
            rulings[event.number] = Ruling(action, one, other, event.detail["by"]), None
        elif event.detail.get("undoes") in rulings:
            rulings[event.detail["undoes"]] = rulings[event.detail["undoes"]][0], event.number
    return rulings


_ACTIONS = {f"{action} vendors": action for action in Action}


def _log(connection: Connection, detail: Mapping[str, object]) -> int:
    return events.append(connection, EventName.METADATA_MODIFICATION, None, detail)


def _told(anchor: Anchor) -> dict[str, object]:
    return {"name": anchor.name, "number": None if anchor.number is None else list(anchor.number)}


def _anchor(told: Mapping[str, Any]) -> Anchor:
    try:
        name, number = told["name"], told["number"]
        return Anchor(name, None if number is None else (number[0], number[1]))
    except (LookupError, TypeError) as error:
        raise ValueError(f"A ruling on vendors does not name one: {told}") from error
