"""The fields of facts: their cardinality, and the details of their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class FactField:
    """A field of facts.

    ``is_list``: a document may have several values. ``details`` are the names of details of a value; those in ``kept``
    describe its purpose, so they stay when a person corrects the value.
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
    FactField("buyer", details=("pib", "mb", "oib", "jib")),
    FactField("vendor", is_list=True, details=("pib", "mb", "oib", "jib", "role"), kept=("role",)),
    FactField("bidder", is_list=True, details=("pib", "mb", "oib", "jib")),
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
        details=("currency", "vat", "role", "lot", "unit_price", "ceiling", "call_off"),
        kept=("currency", "vat", "role", "lot", "ceiling", "call_off"),
    ),
    FactField("bids", is_list=True, details=("lot",), kept=("lot",)),
    FactField(
        "offer",
        is_list=True,
        details=("bidder", "currency", "vat", "rejected", "lot"),
        kept=("bidder", "currency", "vat", "lot"),
    ),
    FactField(
        "award",
        is_list=True,
        details=("lot", "vendor", "amount", "currency", "vat", "bids", "unit_price", "pib", "oib", "jib"),
        kept=("lot",),
    ),
    FactField(
        "price_change",
        is_list=True,
        details=("direction", "currency", "vat", "unit"),
        kept=("direction", "currency", "vat", "unit"),
    ),
    FactField("unread_lot", is_list=True),
    FactField("vat_rate", is_list=True),
    FactField("exchange_rate", is_list=True, details=("currency", "to"), kept=("currency", "to")),
    FactField("cpv", is_list=True, details=("check",)),
    FactField("foi_outcome", details=("ground", "after")),
    FactField("quantity", is_list=True, details=("what", "of", "state", "added", "lot"), kept=("what", "added", "lot")),
    FactField("watch", is_list=True, details=("group", "negated", "state", "more"), kept=("group",)),
)

FIELDS: Mapping[str, FactField] = MappingProxyType({field.name: field for field in _TABLE})
"""Every field by name, in display order. ``called`` and ``closed``: dates of the call and of the closing, as later
documents of a procurement state them; ``received``: date of receipt of a request, as a reply states it. ``ceiling``:
the sum is an upper limit; ``call_off``: it is the price of what was called off under a framework agreement.
``price_change``: by how much an annex makes a price ``more`` or ``less``, a sum or, by its ``unit``, ``percent``;
``unknown`` if the price that it sets was not read. A ``quantity`` that an annex tells as ``added``
(``more`` or ``less``) comes to that of its contract. ``unread_lot``: the number of a lot that a decision names and of
which no award was read. ``vat_rate``: percent. ``exchange_rate``: units of ``currency`` per unit of ``to``.
``language`` is detected when a document is read, so only persons have facts of it. ``procedure`` has rulings only:
whether the document belongs to the procedure of another one, given by id."""


NUMBER_FIELDS = ("reference", "related")
RULING_FIELD = "procedure"
PART_WORDS = "_words"
"""Suffix of details with the words of a part of a value, as space-separated "first-last" ranges: ``amount_words`` are
those of the ``amount`` of an award."""

VENDOR_FIELDS = ("vendor", "bidder")
"""Fields whose values are names of supplying or bidding firms."""


def is_list(name: str) -> bool:
    """Return whether a document may have several values of a field; true for an unknown field."""
    return name not in FIELDS or FIELDS[name].is_list
