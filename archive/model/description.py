"""The description of a document: the best fact of each field, without evidence.

It is computed from facts. The index stores a copy, so that a page of results does not read the catalog; it is replaced
whenever a fact changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from archive.model.documents import Document, Fact, FactStatus, Vendor
from archive.model.quality import Quality

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_AMOUNT_ROLES = (None, "contract", "award", "estimated")
"""Roles of sums, the best first; None is that of a sum which a person gave without one."""

_RANK = {FactStatus.CORRECTED: 2, FactStatus.CONFIRMED: 1, FactStatus.EXTRACTED: 0}


@dataclass(frozen=True, slots=True)
class VendorName:
    """The displayed name of a vendor that is printed under several names, and the ``others`` of these."""

    name: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """The values that search results and document pages show; None if no rule was certain enough.

    ``vendors`` have their printed names. ``vendor_entities`` are the displayed names of these vendors, and
    ``vendor_names`` all names that they are found by; both are empty if equal to the printed ones. An index stores keys
    instead of the former. ``watch`` are the watchlist terms that it asserts and does not deny. ``amount`` is the
    largest sum of its best role (:data:`_AMOUNT_ROLES`), with this ``amount_role``, its ``currency`` and whether it
    includes VAT (``vat``), if known; ``more_amounts`` says how many others there are of these.
    """

    id: str
    filename: str
    collection: str
    title: str
    kind: str | None
    language: str | None
    municipality: str | None
    buyer: str | None
    vendors: tuple[Vendor, ...]
    year: int | None
    date: str | None
    reference: str | None
    quality: Quality | None
    page_count: int
    vendor_entities: tuple[str, ...] = ()
    vendor_names: tuple[str, ...] = ()
    watch: tuple[str, ...] = ()
    subject: str | None = None
    amount: str | None = None
    currency: str | None = None
    vat: str | None = None
    amount_role: str | None = None
    more_amounts: int = 0

    def to_bytes(self) -> bytes:
        """Serialize to JSON, as stored data of the index."""
        values = {name: getattr(self, name) for name in self.__slots__}
        values["vendors"] = [{name: getattr(vendor, name) for name in vendor.__slots__} for vendor in self.vendors]
        return _ENCODER.encode(values).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Description:
        """Parse what :meth:`to_bytes` wrote."""
        return cls.from_values(json.loads(data))

    @classmethod
    def from_values(cls, values: dict[str, Any]) -> Description:
        """Build from the parsed JSON of :meth:`to_bytes`."""
        values["vendors"] = tuple(Vendor(**vendor) for vendor in values["vendors"])
        for name in ("vendor_entities", "vendor_names", "watch"):
            values[name] = tuple(values.get(name, ()))
        values["quality"] = None if values["quality"] is None else Quality(values["quality"])
        return cls(**values)

    def facet_values(self) -> dict[str, tuple[str, ...]]:
        """Return the values of each search facet; empty for an unknown fact."""
        single = {
            "municipality": self.municipality,
            "year": None if self.year is None else str(self.year),
            "kind": self.kind,
            "language": self.language,
            "quality": self.quality,
            "collection": self.collection,
        }
        values: dict[str, tuple[str, ...]] = {name: (value,) if value else () for name, value in single.items()}
        values["vendor"] = self.vendor_entities or self._printed()
        values["watch"] = self.watch
        return values

    def names_of_vendors(self) -> tuple[str, ...]:
        """Return all names that its vendors are found by."""
        return self.vendor_names or self._printed()

    def _printed(self) -> tuple[str, ...]:
        return tuple(vendor.name for vendor in self.vendors)


def describe(
    document: Document,
    language: str | None,
    quality: Quality | None,
    facts: Iterable[Fact],
    vendor_names: Mapping[str, VendorName] = MappingProxyType({}),
) -> Description:
    """Compute the description from a document's newest reading and facts. Facts of persons precede those of rules;
    what is only proposed does not describe it.

    :param language: the language of the newest reading, unless a person decided otherwise.
    :param vendor_names: vendor names that differ from the printed one, by printed name.
    """
    by_field: dict[str, list[Fact]] = {}
    for fact in facts:
        if not fact.is_proposed:
            by_field.setdefault(fact.field, []).append(fact)

    def best_fact(field: str) -> Fact | None:
        candidates = by_field.get(field, [])
        return max(candidates, key=lambda fact: (_RANK[fact.status], fact.confidence), default=None)

    def best(field: str) -> str | None:
        fact = best_fact(field)
        return None if fact is None else fact.value

    year, amounts = best("year"), _amounts(by_field.get("amount", []))
    amount = max(amounts, key=lambda fact: Decimal(fact.value), default=None)
    vendors = _vendors(by_field.get("vendor", []))
    called, found_by = _called(vendors, vendor_names)
    return Description(
        id=document.id,
        filename=document.filename,
        collection=document.collection,
        title=best("title") or PurePosixPath(document.filename).stem,
        kind=best("kind"),
        language=best("language") or language,
        municipality=best("municipality"),
        buyer=best("buyer"),
        vendors=vendors,
        year=None if year is None else int(year),
        date=best("date"),
        reference=best("reference"),
        quality=quality,
        page_count=document.page_count,
        vendor_entities=called,
        vendor_names=found_by,
        watch=_watched(by_field.get("watch", ())),
        subject=best("subject"),
        amount=None if amount is None else amount.value,
        currency=None if amount is None else amount.details.get("currency"),
        vat=None if amount is None else amount.details.get("vat"),
        amount_role=None if amount is None else amount.details.get("role"),
        more_amounts=max(0, len({fact.value for fact in amounts}) - 1),
    )


def _amounts(facts: Iterable[Fact]) -> list[Fact]:
    """Return the sums that a document is about: persons' before rules', then those of the best role, the most that may
    be paid last, and of these the ones that are like the surest, without VAT if as sure. What is none of its roles, or
    a price per unit, is no sum of a document."""

    def rank(fact: Fact) -> tuple[int, int, bool]:
        return _RANK[fact.status], -_AMOUNT_ROLES.index(fact.details.get("role")), "ceiling" not in fact.details

    def sureness(fact: Fact) -> tuple[float, bool, float]:
        # Papers print a sum with and without VAT; which is a hundredth surer says nothing, and results are compared.
        return round(fact.confidence, 1), fact.details.get("vat") == "without", fact.confidence

    able = [one for one in facts if one.details.get("role") in _AMOUNT_ROLES and "unit_price" not in one.details]
    surest = max(able, key=lambda fact: (*rank(fact), *sureness(fact)), default=None)
    return [
        one
        for one in able
        if surest
        and rank(one) == rank(surest)
        and all(one.details.get(name) == surest.details.get(name) for name in ("currency", "vat"))
    ]


def _watched(facts: Iterable[Fact]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.value for fact in facts if fact.details.get("negated") != "yes"))


def _called(
    vendors: tuple[Vendor, ...], vendor_names: Mapping[str, VendorName]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the displayed names of vendors, and all names that they are found by; empty if equal to the printed
    ones."""
    if not any(vendor.name in vendor_names for vendor in vendors):
        return (), ()
    known = [(vendor.name, vendor_names.get(vendor.name, VendorName(vendor.name))) for vendor in vendors]
    names = (name for printed, one in known for name in (printed, one.name, *one.others))
    return tuple(dict.fromkeys(one.name for _, one in known)), tuple(dict.fromkeys(names))


def _vendors(facts: list[Fact]) -> tuple[Vendor, ...]:
    """Return the distinct vendors, in the order of the document."""
    by_name: dict[str, Vendor] = {}
    for fact in facts:
        by_name.setdefault(fact.value, Vendor(fact.value, fact.details.get("pib"), fact.details.get("mb")))
    return tuple(by_name.values())
