"""The fields that facts are of: which of them hold one value, and what may be told of a value beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Field:
    """A field of facts.

    ``is_list`` says that a document may have several values of it at once. ``details`` names what may be told of a
    value; those in ``kept`` say what the value is for, so they stay when a person puts a right value in its place.
    """

    name: str
    is_list: bool = False
    details: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


_TABLE = (
    Field("title"),
    Field("kind"),
    Field("language"),
    Field("municipality"),
    Field("buyer", details=("pib", "mb")),
    Field("vendor", is_list=True, details=("pib", "mb", "jib", "role"), kept=("role",)),
    Field("bidder", is_list=True, details=("pib", "mb", "jib")),
    Field("year"),
    Field("date"),
    Field("deadline"),
    Field("called"),
    Field("closed"),
    Field("received"),
    Field("procedure_type"),
    Field("reference", is_list=True, details=("role",), kept=("role",)),
    Field("related", is_list=True, details=("role",), kept=("role",)),
    Field(
        "amount",
        is_list=True,
        details=("currency", "vat", "role", "lot", "unit_price"),
        kept=("currency", "vat", "role", "lot"),
    ),
    Field("bids", is_list=True, details=("lot",), kept=("lot",)),
    Field("offer", is_list=True, details=("bidder", "currency", "vat", "rejected"), kept=("bidder", "currency", "vat")),
    Field("cpv", is_list=True, details=("check",)),
    Field("foi_outcome"),
    Field("quantity", is_list=True, details=("what", "of"), kept=("what",)),
    Field("watch", is_list=True, details=("group", "negated", "more"), kept=("group",)),
)

FIELDS: Mapping[str, Field] = MappingProxyType({field.name: field for field in _TABLE})
"""Every field by its name, in the order in which they are shown. Later papers of a procurement tell when it was
``called`` and until when offers were taken (``closed``), a reply when a request was ``received``. ``language`` is found
when a document is read, so no rule's fact is of it; a person's may be."""


VENDOR_FIELDS = ("vendor", "bidder")
"""The fields whose values are names of firms that supply or would."""


def is_list(name: str) -> bool:
    """Whether a document may have several values of a field at once; a field that we do not know may."""
    return name not in FIELDS or FIELDS[name].is_list
