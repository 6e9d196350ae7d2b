"""The units that findings count: procedures, requests for information, documents. A copy is never one more.

* A **procedure** is a chain (:mod:`archive.procedures`): all papers of one procurement, one round of it.
* A **request** is a request for information with its reply, decision and appeal.
* A **document** is one document; its near-identical copies are the same one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from archive.findings.definition import Unit
from archive.findings.disputes import Disputed
from archive.model.quality import Quality
from archive.procedures.chains import chains
from archive.procedures.papers import REQUEST_KINDS, Paper
from archive.procedures.requests import exchanges

_NOTHING: Mapping[str, Disputed] = MappingProxyType({})
_BETTER = {Quality.GOOD: 0, Quality.FAIR: 1, Quality.UNRELIABLE: 2, None: 3}

Copies = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing that is counted once. ``papers`` are its documents without copies, ``missing`` the kinds it lacks.

    ``disputed`` are documents of it with a field and a value that is disputed there (:mod:`.disputes`).
    """

    id: str
    municipality: str | None
    buyer: str | None
    papers: tuple[Paper, ...]
    missing: tuple[str, ...] = ()
    disputed: frozenset[tuple[str, str, str]] = frozenset()


def units_of(
    papers: Sequence[Paper], copies: Copies, counts: Unit, disputed: Mapping[str, Disputed] = _NOTHING
) -> Iterator[Counted]:
    """The units of these papers.

    :param disputed: the disputed facts of documents.
    """
    for unit in _units(papers, copies, counts):
        doubts = {(paper.id, *one) for paper in unit.papers for one in disputed.get(paper.id, ())}
        yield replace(unit, disputed=frozenset(doubts)) if doubts else unit


def _units(papers: Sequence[Paper], copies: Copies, counts: Unit) -> Iterator[Counted]:
    if counts is Unit.PROCEDURES:
        for chain in chains(papers, copies):
            if chain.is_procurement:
                own = tuple(member.paper for member in chain.members if member.copy_of is None)
                lacking = tuple(dict.fromkeys(missing.kind for missing in chain.missing))
                # What a request about it lacks is no gap of the procedure.
                lacking = tuple(kind for kind in lacking if kind not in REQUEST_KINDS)
                yield Counted(chain.id, chain.municipality, chain.buyer, own, lacking)
    elif counts is Unit.REQUESTS:
        for exchange in exchanges(papers):
            yield _unit(_without_copies(exchange, copies))
    else:
        for paper in _without_copies(papers, copies):
            yield _unit([paper])


def _unit(papers: Sequence[Paper]) -> Counted:
    return Counted(
        min(paper.id for paper in papers)[:16],
        _most(paper.known.municipality for paper in papers),
        _most(paper.known.buyer for paper in papers),
        tuple(papers),
    )


def _without_copies(papers: Iterable[Paper], copies: Copies) -> list[Paper]:
    """One of each set of copies: the one that could be read best, or else has the shortest name (scan-2 is longer)."""
    kept: list[Paper] = []
    gone: set[str] = set()
    for paper in sorted(papers, key=lambda p: (_BETTER[p.known.quality], len(p.known.filename), p.id)):
        if paper.id not in gone:
            kept.append(paper)
            gone.update(copies.get(paper.id, ()))
    return sorted(kept, key=lambda paper: paper.place_in_time)


def _most(values: Iterable[str | None]) -> str | None:
    counts = Counter(value for value in values if value)
    return min(counts, key=lambda value: (-counts[value], value), default=None)


def within(unit: Counted, found: Collection[str]) -> bool:
    """Whether a search found one of its documents."""
    return any(paper.id in found for paper in unit.papers)
