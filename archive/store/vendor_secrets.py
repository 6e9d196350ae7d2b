"""Names of vendors that only documents of private collections print.

What a firm is called is found from all documents that name it, and goes into the index with each of them. So it must
not carry a name out of a private collection into a document that others see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlalchemy import Connection, select

from archive.description import VendorName
from archive.store import sharing
from archive.store.sql.database import batches
from archive.store.sql.tables import documents, vendor_mentions


@dataclass(frozen=True, slots=True)
class VendorSecrets:
    """``private`` has, by vendor, the names printed in private collections and which those are; ``public`` the names
    that the same vendors have in others."""

    private: Mapping[str, Mapping[str, frozenset[str]]]
    public: Mapping[str, frozenset[str]]

    def kept(self, vendor: str, collection: str, printed: str, called: VendorName) -> VendorName:
        """What a vendor is called in a document of a collection, without what others are not to know."""
        secret = {
            name
            for name, collections in self.private.get(vendor, {}).items()
            if name not in self.public.get(vendor, ()) and collection not in collections
        }
        if not secret:
            return called
        others = tuple(name for name in called.others if name not in secret)
        # A namesake has its number after its name.
        is_secret = called.name in secret or any(called.name.startswith(f"{name} (") for name in secret)
        return VendorName(printed if is_secret else called.name, others)


def load(connection: Connection, vendors: Iterable[str]) -> VendorSecrets:
    """Which names of these vendors are secret. Nothing is read where no collection is private."""
    private = sharing.private(connection)
    named: set[tuple[str, str, str]] = set()
    for some in batches(vendors) if private else ():
        query = select(vendor_mentions.c.vendor, vendor_mentions.c.name, documents.c.collection).distinct()
        query = query.join(documents, documents.c.id == vendor_mentions.c.document)
        named.update(tuple(row) for row in connection.execute(query.where(vendor_mentions.c.vendor.in_(some))))
    return secrets_of(named, private)


def secrets_of(named: Iterable[tuple[str, str, str]], private: AbstractSet[str]) -> VendorSecrets:
    """Which names are secret.

    :param named: each name that documents print of a vendor: the vendor, the name, the collection of the document.
    :param private: the private collections.
    """
    theirs: dict[str, dict[str, frozenset[str]]] = {}
    everybodys: dict[str, frozenset[str]] = {}
    for vendor, name, collection in named:
        if collection in private:
            names = theirs.setdefault(vendor, {})
            names[name] = names.get(name, frozenset()) | {collection}
        else:
            everybodys[vendor] = everybodys.get(vendor, frozenset()) | {name}
    return VendorSecrets(theirs, everybodys)
