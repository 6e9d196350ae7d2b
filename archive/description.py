"""What a document is, in a few words: the best fact of each field, without the evidence.

Facts are the truth; a description is computed from them. The index keeps a copy, so that a page of results needs no
look at the catalog; it is made anew whenever a fact changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

from archive.model import Document, Fact, FactStatus, Vendor
from archive.quality import Quality

_RANK = {FactStatus.CORRECTED: 2, FactStatus.CONFIRMED: 1, FactStatus.EXTRACTED: 0}


@dataclass(frozen=True, slots=True)
class Description:
    """The values search results and document pages show. None where no rule was sure enough."""

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

    def to_bytes(self) -> bytes:
        """All of it as JSON, for an index to keep beside the words."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Description:
        """The description that :meth:`to_bytes` wrote."""
        values = json.loads(data)
        values["vendors"] = tuple(Vendor(**vendor) for vendor in values["vendors"])
        values["quality"] = None if values["quality"] is None else Quality(values["quality"])
        return cls(**values)

    def facet_values(self) -> dict[str, tuple[str, ...]]:
        """The values of each search facet; an unknown fact has none."""
        single = {
            "municipality": self.municipality,
            "year": None if self.year is None else str(self.year),
            "kind": self.kind,
            "language": self.language,
            "quality": self.quality,
            "collection": self.collection,
        }
        values: dict[str, tuple[str, ...]] = {name: (value,) if value else () for name, value in single.items()}
        values["vendor"] = tuple(vendor.name for vendor in self.vendors)
        return values


def describe(document: Document, language: str | None, quality: Quality | None, facts: Iterable[Fact]) -> Description:
    """The description that follows from a document's newest reading and facts. A person's word goes before a rule's.

    :param language: that of the newest reading, which counts unless a person says otherwise.
    """
    by_field: dict[str, list[Fact]] = {}
    for fact in facts:
        by_field.setdefault(fact.field, []).append(fact)

    def best(field: str) -> str | None:
        candidates = by_field.get(field)
        if not candidates:
            return None
        return max(candidates, key=lambda fact: (_RANK[fact.status], fact.confidence)).value

    year = best("year")
    return Description(
        id=document.id,
        filename=document.filename,
        collection=document.collection,
        title=best("title") or PurePosixPath(document.filename).stem,
        kind=best("kind"),
        language=best("language") or language,
        municipality=best("municipality"),
        buyer=best("buyer"),
        vendors=_vendors(by_field.get("vendor", [])),
        year=None if year is None else int(year),
        date=best("date"),
        reference=best("reference"),
        quality=quality,
        page_count=document.page_count,
    )


def _vendors(facts: list[Fact]) -> tuple[Vendor, ...]:
    """Each vendor once, in the order of the document."""
    by_name: dict[str, Vendor] = {}
    for fact in facts:
        by_name.setdefault(fact.value, Vendor(fact.value, fact.details.get("pib"), fact.details.get("mb")))
    return tuple(by_name.values())
