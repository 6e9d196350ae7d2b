"""Documents that name vendors, put into an archive without the indexer's help."""

from __future__ import annotations

from archive.archive import Archive
from archive.model import Fact, Span
from tests.store_samples import Sample, sample


def naming(number: int, *vendors: str, bidders: tuple[str, ...] = (), **details: str) -> Sample:
    """Document ``number``, which prints these vendors and bidders, each with these details; none of them is indexed."""
    plain = sample(number)
    names = [("vendor", name) for name in vendors] + [("bidder", name) for name in bidders]
    facts = [
        Fact(field, name, Span(plain.id, 1, at, at), f"{field}.test", 0.9, details=details)
        for at, (field, name) in enumerate(names)
    ]
    return Sample(plain.document, plain.reading, plain.words, facts, plain.source)


def come_in(archive: Archive, *documents: Sample) -> list[str]:
    """The documents come into the archive and are indexed; returns their ids."""
    with archive.writing():
        ids = [document.add_to(archive.catalog) for document in documents]
        archive.indexing.index_due()
    return ids
