"""Chains out of the catalog: those of one document, or all there are."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from archive.errors import QueryTooBroad
from archive.procedures.chains import Chain, chains
from archive.procedures.numbers import parse
from archive.procedures.papers import REQUEST_KINDS, Paper, paper_of
from archive.procedures.requests import LONGEST
from archive.search.near_duplicates import NearDuplicates
from archive.store.catalog import Catalog

MOST_PAPERS = 2_000
"""Documents looked at for the chains of one."""

_BATCH = 500

_STEPS = 2
"""A request and its reply show that they belong together only beside the others that either could belong to."""


def chains_of(catalog: Catalog, document: str) -> list[Chain]:
    """The chains that a document belongs to; several if it asks about several procurements, none if it is of neither.

    A document that stands alone has a chain, too, as that says what is missing.

    :raises QueryTooBroad: more documents would have to be looked at than :data:`MOST_PAPERS`.
    """
    papers: dict[str, Paper] = {}
    copies: dict[str, tuple[str, ...]] = {}
    asked: set[tuple[str, str | None]] = set()
    # How many steps from one request to the next are still to be gone, by the document from which they are.
    due = {document: _STEPS}
    while due:
        if len(papers) + len(due) > MOST_PAPERS:
            raise QueryTooBroad(
                f"More than {MOST_PAPERS:,} documents have numbers like those of {document[:12]}.",
                "If its reference was misread, correct it: dosije correct ID reference VALUE",
            )
        new = _papers(catalog, due)
        papers.update(new)
        copies.update(NearDuplicates(catalog).near_identical(new))
        found: dict[str, int] = {}
        for steps in sorted(set(due.values())):
            reached = [paper for id_, paper in new.items() if due[id_] == steps]
            found |= dict.fromkeys(_beside_requests(catalog, reached) if steps else (), steps - 1)
            found |= dict.fromkeys(_with_their_numbers(catalog, reached, asked) if steps else (), steps)
            found |= dict.fromkeys((other for paper in reached for other in copies.get(paper.id, ())), steps)
        due = {id_: steps for id_, steps in found.items() if id_ not in papers}
    return [chain for chain in chains(list(papers.values()), copies) if chain.holds(document)]


def all_chains(catalog: Catalog) -> list[Chain]:
    """Every chain of the archive, by its id."""
    papers: dict[str, Paper] = {}
    copies: dict[str, tuple[str, ...]] = {}
    near = NearDuplicates(catalog)
    ids = (document.id for document in catalog.documents())
    while batch := list(islice(ids, _BATCH)):
        papers.update(_papers(catalog, batch))
        copies.update(near.near_identical(batch))
    return sorted(chains(list(papers.values()), copies), key=lambda chain: chain.id)


def _papers(catalog: Catalog, ids: Iterable[str]) -> dict[str, Paper]:
    wanted = list(ids)
    described, facts = catalog.describe(wanted), catalog.facts_of(wanted)
    return {id_: paper_of(known, facts.get(id_, ())) for id_, known in described.items()}


def _with_their_numbers(catalog: Catalog, papers: Iterable[Paper], asked: set[tuple[str, str | None]]) -> set[str]:
    """The documents with a number of the same file as one of these papers, and not of another municipality.

    The same number stands at every body, so those of others are left out before they are looked at.

    :param asked: files that were looked for, each with the municipality; those of these papers are added.
    """
    found: set[str] = set()
    for paper in papers:
        place = paper.known.municipality
        numbers = {m.number for m in paper.numbers if (m.number.file, place) not in asked}
        files = {number.file for number in numbers}
        asked.update((file, place) for file in files)
        alike = catalog.numbers_like({pattern for number in numbers for pattern in number.patterns()})
        same = {id_ for printed, ids in alike.items() if parse(printed).file in files for id_ in ids}
        elsewhere = {} if place is None else catalog.said_of(same, "municipality")
        found |= {id_ for id_ in same if id_ not in elsewhere or place in elsewhere[id_]}
    return found


def _beside_requests(catalog: Catalog, papers: Iterable[Paper]) -> set[str]:
    """The requests, replies and appeals at the bodies of these ones, at a time when they may belong together."""
    found: set[str] = set()
    for paper in papers:
        known = paper.known
        body = ("municipality", known.municipality) if known.municipality else ("buyer", known.buyer)
        if paper.kind in REQUEST_KINDS and paper.date and body[1]:
            first, last = ((paper.date + sign * max(LONGEST.values())).isoformat() for sign in (-1, 1))
            found |= catalog.documents_of_kinds(REQUEST_KINDS, (body[0], body[1]), first, last)
    return found
