"""Vendors as JSON: what ``dosije vendors --json`` and ``/api/v1/vendors`` give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from archive.serialization import Id, JsonAnswer, Timestamp, attr
from archive.vendors.entities import Entity
from archive.vendors.rulings import RulingAction


class _NumberAnswer(JsonAnswer):
    """valid: its check digit agrees."""

    register: str
    number: str
    valid: bool


def _numbers(vendor: Entity) -> Iterator[dict[str, Any]]:
    for numbers, valid in ((vendor.numbers, True), (vendor.doubtful_numbers, False)):
        yield from ({"register": register, "number": number, "valid": valid} for register, number in numbers)


class VendorAnswer(JsonAnswer):
    """A vendor. won and bid count the documents that name it as the vendor and as a bidder."""

    id: str
    name: str
    names: tuple[str, ...]
    numbers: tuple[_NumberAnswer, ...] = attr(_numbers)
    won: int
    bid: int


class MentionAnswer(JsonAnswer):
    """A document that names it."""

    id: Id = attr("document")
    name: str
    vendor: bool = attr("won")
    bidder: bool = attr("bid")
    numbers: Mapping[str, str] = attr(lambda mention: dict(mention.numbers))


class VendorWithMentions(VendorAnswer):
    """A vendor. won and bid count the documents that name it as the vendor and as a bidder."""

    documents: tuple[MentionAnswer, ...] = attr("mentions")


class VendorsAnswer(JsonAnswer):
    total: int
    vendors: tuple[VendorAnswer, ...]


class CandidateAnswer(JsonAnswer):
    """Two vendors that may be one, and why. score orders them."""

    one: VendorAnswer
    other: VendorAnswer
    reason: str
    score: float


class RulingAnswer(JsonAnswer):
    """What a person said of two names. undone_by is the event that took it back."""

    event: int
    at: Timestamp
    action: RulingAction = attr("ruling.action")
    one: str = attr("ruling.one.name")
    other: str = attr("ruling.other.name")
    by: str = attr("ruling.by")
    undone_by: int | None
