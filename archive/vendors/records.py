"""Vendors as JSON: what ``dosije vendors --json`` and ``/api/v1/vendors`` give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from archive.vendors.candidates import Candidate
from archive.vendors.entities import Entity
from archive.vendors.rulings import RecordedRuling


def vendor_record(vendor: Entity) -> dict[str, Any]:
    """A vendor. ``won`` and ``bid`` count the documents that name it as the vendor and as a bidder; ``valid`` says
    whether the check digit of a number agrees."""
    numbers = [(number, True) for number in vendor.numbers] + [(number, False) for number in vendor.doubtful_numbers]
    return {
        "id": vendor.id,
        "name": vendor.name,
        "names": list(vendor.names),
        "numbers": [
            {"register": register, "number": number, "valid": is_valid} for (register, number), is_valid in numbers
        ],
        "won": vendor.won,
        "bid": vendor.bid,
    }


def mention_records(vendor: Entity) -> list[dict[str, Any]]:
    """Where a vendor is named: document, name as printed, as what, and the numbers printed with it."""
    return [
        {"id": one.document, "name": one.name, "vendor": one.won, "bidder": one.bid, "numbers": dict(one.numbers)}
        for one in vendor.mentions
    ]


def candidate_record(pair: Candidate) -> dict[str, Any]:
    """Two vendors that may be one."""
    return {
        "one": vendor_record(pair.one),
        "other": vendor_record(pair.other),
        "reason": pair.reason,
        "score": pair.score,
    }


def ruling_record(recorded: RecordedRuling) -> dict[str, Any]:
    """Return a person's ruling on two vendors."""
    ruling = recorded.ruling
    return {
        "event": recorded.event,
        "at": recorded.at.isoformat(),
        "action": str(ruling.action),
        "one": ruling.one.name,
        "other": ruling.other.name,
        "by": ruling.by,
        "undone_by": recorded.undone_by,
    }


def vendor_list_record(total: int, listed: Sequence[Entity]) -> dict[str, Any]:
    """Some of the vendors there are, and how many there are of them."""
    return {"total": total, "vendors": [vendor_record(vendor) for vendor in listed]}
