"""The fields that facts are of: which of them hold one value, and what may be told of a value beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class FactField:
    """A field of facts.

    ``is_list`` says that a document may have several values of it at once. ``details`` names what may be told of a
    value; those in ``kept`` say what the value is for, so they stay when a person puts a right value in its place.
    """

    name: str
    is_list: bool = False
    details: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


_TABLE = (
    FactField("title"),
    FactField("subject"),
    FactField("kind"),
    FactField("language"),
    FactField("municipality"),
    FactField("buyer", details=("pib", "mb")),
    FactField("vendor", is_list=True, details=("pib", "mb", "oib", "jib", "role"), kept=("role",)),
    FactField("bidder", is_list=True, details=("pib", "mb", "jib")),
    FactField("year"),
    FactField("date"),
    FactField("deadline"),
    FactField("called"),
    FactField("closed"),
    FactField("received"),
    FactField("procedure_type"),
    FactField("reference", is_list=True, details=("role",), kept=("role",)),
    FactField("related", is_list=True, details=("role",), kept=("role",)),
    FactField("procedure", is_list=True, details=("belongs",), kept=("belongs",)),
    FactField(
        "amount",
        is_list=True,
        details=("currency", "vat", "role", "lot", "unit_price", "ceiling"),
        kept=("currency", "vat", "role", "lot", "ceiling"),
    ),
    FactField("bids", is_list=True, details=("lot",), kept=("lot",)),
    FactField(
        "offer", is_list=True, details=("bidder", "currency", "vat", "rejected"), kept=("bidder", "currency", "vat")
    ),
    FactField(
        "award",
        is_list=True,
        details=("lot", "vendor", "amount", "currency", "vat", "bids", "unit_price", "pib", "oib", "jib"),
        kept=("lot",),
    ),
    FactField("vat_rate", is_list=True),
    FactField("exchange_rate", is_list=True, details=("currency", "to"), kept=("currency", "to")),
    FactField("cpv", is_list=True, details=("check",)),
    FactField("foi_outcome", details=("ground", "after")),
    FactField("quantity", is_list=True, details=("what", "of", "state"), kept=("what",)),
    FactField("watch", is_list=True, details=("group", "negated", "state", "more"), kept=("group",)),
)

FIELDS: Mapping[str, FactField] = MappingProxyType({field.name: field for field in _TABLE})
"""Every field by its name, in the order in which they are shown. Later papers of a procurement tell when it was
``called`` and until when offers were taken (``closed``), a reply when a request was ``received``. A sum that is the
most that may be paid is a ``ceiling``. ``vat_rate`` is in percent; ``exchange_rate`` is so many of ``currency`` for one
of ``to``. ``language`` is found when a document is read, so no rule's fact is of it; a person's may be.
``procedure`` holds rulings alone: the document belongs to the procedure of another one, named by its id, or not."""


NUMBER_FIELDS = ("reference", "related")
RULING_FIELD = "procedure"
PART_WORDS = "_words"
"""The ending of details that hold the words of a part of a value, as "first-last" numbers parted by a space: those of
``amount`` of an award are in ``amount_words``."""

VENDOR_FIELDS = ("vendor", "bidder")
"""The fields whose values are names of firms that supply or would."""


def is_list(name: str) -> bool:
    """Return whether a document may have several values of a field at once; a field that we do not know may."""
    return name not in FIELDS or FIELDS[name].is_list
