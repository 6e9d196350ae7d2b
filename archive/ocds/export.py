"""A release for each procurement of the archive, as of now or an earlier event."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Sequence
from typing import Any

from archive.facts.evidence import EvidenceReader, spans_of
from archive.ocds.release import Procurement, release
from archive.ocds.values import Json, Links, Proofs
from archive.procedures.chains import ChainPaper
from archive.procedures.lookup import Chained, chained_now
from archive.store.catalog import Catalog
from archive.store.sql.scratch import OrderedTexts

_RELEASED_FIELDS = frozenset(
    {"title", "kind", "date", "reference", "related", "buyer", "vendor", "bidder", "bids", "amount", "cpv", "deadline"}
)
"""Fields whose facts a release states."""

PAPERS_AT_ONCE = 50
"""Papers that are read together with the pages of their facts, or as many as one procurement has."""


def releases(
    catalog: Catalog,
    prefix: str,
    links: Links,
    of: Chained | None = None,
    only: Container[str] | None = None,
    papers_at_once: int = PAPERS_AT_ONCE,
) -> Iterator[Json]:
    """Yield a release for each procurement, in the order of their ids, as each is made. Few papers are in memory at
    once: which ones are a procurement is found first, and kept in a file.

    :param prefix: of the ``ocid``; a publisher registers its own.
    :param of: the chains, if not all that there are now.
    :param only: the ids of those that are told, if not all.
    """
    chained = of or chained_now(catalog)
    found = OrderedTexts()
    for chain in chained.chains:
        if chain.is_procurement and (only is None or chain.id in only):
            members = [(member.paper.id, member.copy_of) for member in chain.members]
            found.add(chain.id, json.dumps((chain.id, chain.number, chain.buyer, members)))
    some, papers = list[Any](), 0
    for told in map(json.loads, found):
        some.append(told)
        papers += len(told[-1])
        if papers >= papers_at_once:
            yield from _released(catalog, prefix, links, chained, some)
            some, papers = [], 0
    yield from _released(catalog, prefix, links, chained, some)


def _released(catalog: Catalog, prefix: str, links: Links, of: Chained, some: Sequence[Any]) -> Iterator[Json]:
    """Yield the releases of some procurements: of each its id, number and buyer, and its papers with what each is a
    copy of. Papers that are there no longer are left out."""
    ids = sorted({id_ for *_, members in some for id_, _ in members})
    papers, documents, reader = of.papers(ids), catalog.documents.named(ids), EvidenceReader(catalog)
    reader.read(
        spans_of(fact for id_ in ids if id_ in papers for fact in papers[id_].facts if fact.field in _RELEASED_FIELDS)
    )
    for chain_id, number, buyer, told in some:
        there = ((id_, copy_of) for id_, copy_of in told if id_ in papers and id_ in documents)
        members = tuple(ChainPaper(papers[id_], None, copy_of) for id_, copy_of in there)
        if members:
            procurement = Procurement(chain_id, number, buyer, members)
            yield release(procurement, f"{prefix}-{chain_id}", documents, Proofs(reader, links))
