"""A release for each procurement of the archive, as of now or an earlier event."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from archive.facts.evidence import EvidenceReader, spans_of
from archive.findings.definition import CountedUnit
from archive.findings.kept.as_of import file_now, units_now
from archive.findings.kept.units import Procedure, procedures_in, reading_one_state
from archive.ocds.release import Procurement, release
from archive.ocds.values import Json, Links, Proofs
from archive.procedures.chains import ChainPaper, in_order
from archive.procedures.lookup import papers_now
from archive.procedures.papers import Paper
from archive.store.catalog import Catalog
from archive.store.kept.units import KeptUnitsLost
from archive.store.sql.scratch import OrderedTexts

_RELEASED_FIELDS = frozenset(
    {"title", "kind", "date", "reference", "related", "buyer", "vendor", "bidder", "bids", "amount", "cpv", "deadline"}
)
"""Fields whose facts a release states."""

PAPERS_AT_ONCE = 50
"""Papers that are read together with the pages of their facts, or as many as one procurement has."""


@dataclass(frozen=True, slots=True)
class Procured:
    """The procurements of one state of the archive, and what reads papers of it; unknown ones are left out."""

    procedures: Iterable[Procedure]
    papers: Callable[[Collection[str]], Mapping[str, Paper]]


def procured_now(catalog: Catalog) -> Procured:
    """Return the procurements that there are now.

    :raises archive.errors.FindingsBehind: they are being brought up to date.
    """
    papers = partial(papers_now, catalog)
    with suppress(KeptUnitsLost):
        if kept := file_now(catalog):
            return Procured(procedures_in(*kept), papers)
    return Procured(map(Procedure.of, units_now(catalog, CountedUnit.PROCEDURES, ())), papers)


def releases(
    catalog: Catalog,
    prefix: str,
    links: Links,
    of: Procured | None = None,
    only: Container[str] | None = None,
    papers_at_once: int = PAPERS_AT_ONCE,
) -> Iterator[Json]:
    """Yield a release for each procurement, in the order of their ids, as each is made. Which papers are one is known
    from what findings count; it is kept in a file meanwhile, so that few papers are in memory at once.

    :param prefix: of the ``ocid``; a publisher registers its own.
    :param of: the procurements, if not all that there are now.
    :param only: the ids of those that are told, if not all.
    :raises archive.errors.ArchiveBusy: the archive changed before the first.
    """
    procured = of or procured_now(catalog)
    found = OrderedTexts()
    with reading_one_state():
        for procedure in procured.procedures:
            if only is None or procedure.id in only:
                found.add(procedure.id, json.dumps(procedure))
    some, papers = list[Procedure](), 0
    for told in map(json.loads, found):
        some.append(Procedure(*told))
        papers += len(some[-1].papers) + len(some[-1].copies)
        if papers >= papers_at_once:
            yield from _released(catalog, prefix, links, procured, some)
            some, papers = [], 0
    yield from _released(catalog, prefix, links, procured, some)


def _released(catalog: Catalog, prefix: str, links: Links, of: Procured, some: Sequence[Procedure]) -> Iterator[Json]:
    """Yield the releases of some procurements. Papers that are there no longer are left out."""
    ids = sorted({id_ for one in some for id_ in (*one.papers, *one.copies)})
    papers, documents, reader = of.papers(ids), catalog.documents.named(ids), EvidenceReader(catalog)
    reader.read(
        spans_of(fact for id_ in ids if id_ in papers for fact in papers[id_].facts if fact.field in _RELEASED_FIELDS)
    )
    for one in some:
        there = [papers[id_] for id_ in (*one.papers, *one.copies) if id_ in papers and id_ in documents]
        members = tuple(ChainPaper(paper, None, one.copies.get(paper.id)) for paper in in_order(there, one.copies))
        if members:
            procurement = Procurement(one.id, one.number, one.buyer, members)
            yield release(procurement, f"{prefix}-{one.id}", documents, Proofs(reader, links))
