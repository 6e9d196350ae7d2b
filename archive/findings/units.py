"""The units that findings count: procedures, requests for information, documents; and which facts are disputed.

* A **procedure** is a chain (:mod:`archive.procedures`): all papers of one procurement, one round of it.
* A **purchase** is a procedure with a contract, or, for a municipality where none names a quantity, what those of its
  other documents state that name one (without any contract, all): replies to requests, reports, agreements.
* A **municipality** is all of its papers together.
* A **request** is a request for information with its reply, decision and appeal.
* A **document** is one document with its near-identical copies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from archive.facts.doubts import FLAGS
from archive.findings.definition import CountedUnit
from archive.model import Description, Fact, FactStatus, Quality
from archive.model.decisions import Recorded
from archive.procedures.chains import OfOthers, chains
from archive.procedures.links import exchanges
from archive.procedures.papers import CONTRACT_KINDS, REQUEST_KINDS, Paper
from archive.store.events import LastEvent

_FLAGS = frozenset(FLAGS)

Disputed = frozenset[tuple[str, str]]
"""The disputed fields and values of one document."""


def disputed(facts: Sequence[Fact], decisions: Sequence[Recorded]) -> Disputed:
    """Return the disputed facts of a document. A fact that a person gave or confirmed is disputed only if another
    person disagreed; an extracted fact is disputed, too, if a person's contrary decision was undone.

    :param decisions: all decisions on the document, including undone ones, in order.
    """
    found = set(_flagged(facts))
    if not decisions:
        return frozenset(found)
    by_field = {fact.field for fact in facts}
    doubtful = [one for one in decisions if one.decision.field in by_field]
    found |= set(_contradicted(facts, [one for one in doubtful if one.undone_by is not None]))
    found |= set(_disagreed([one for one in doubtful if one.undone_by is None]))
    return frozenset(found & {(fact.field, fact.value) for fact in facts})


def _flagged(facts: Iterable[Fact]) -> Iterator[tuple[str, str]]:
    for fact in facts:
        if fact.status is FactStatus.EXTRACTED and not _FLAGS.isdisjoint(fact.details):
            yield fact.field, fact.value


def _contradicted(facts: Iterable[Fact], withdrawn: Sequence[Recorded]) -> Iterator[tuple[str, str]]:
    for fact in facts:
        if fact.status is FactStatus.EXTRACTED and any(_denies(one, fact) for one in withdrawn):
            yield fact.field, fact.value


def _disagreed(standing: Sequence[Recorded]) -> Iterator[tuple[str, str]]:
    for at, later in enumerate(standing):
        for earlier in standing[:at]:
            if earlier.decision.by != later.decision.by and any(
                _denies(later, fact) for fact in earlier.decision.facts
            ):
                yield from ((fact.field, fact.value) for fact in later.decision.facts)


def _denies(recorded: Recorded, fact: Fact) -> bool:
    """Return whether a decision denies this value."""
    decision = recorded.decision
    return decision.overrules(fact) and all(given.value != fact.value for given in decision.facts)


_NOTHING: Mapping[str, Disputed] = MappingProxyType({})
_QUALITY_ORDER = {Quality.GOOD: 0, Quality.FAIR: 1, Quality.UNRELIABLE: 2, None: 3}

Copies = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Counted:
    """A unit, which is counted once. ``papers`` are its documents without copies, ``missing`` the kinds that it lacks.

    ``disputed`` are its documents with a disputed field and value (:func:`disputed`). ``subject`` is the best fact on
    the subject of a procedure, ``number`` the number that identifies it; ``copies`` are the documents that are copies,
    each with what it is a copy of.
    """

    id: str
    municipality: str | None
    buyer: str | None
    papers: tuple[Paper, ...]
    missing: tuple[str, ...] = ()
    disputed: frozenset[tuple[str, str, str]] = frozenset()
    subject: Fact | None = None
    number: str | None = None
    copies: tuple[tuple[str, str], ...] = ()

    @property
    def year(self) -> int | None:
        """The year of its first document with a year."""
        return min((paper.year for paper in self.papers if paper.year), default=None)

    @property
    def place(self) -> str:
        """The sort key of units: the date of the earliest document, undated ones last."""
        is_undated, day, id_ = min(paper.place_in_time for paper in self.papers)
        return f"{'~' if is_undated else day.isoformat()} {id_}"


@dataclass(frozen=True, slots=True)
class CountedDocument:
    """A document as findings count it, as of a change, with its disputed facts."""

    sequence: int
    paper: Paper
    disputed: Disputed


def units_of(
    papers: Sequence[Paper],
    copies: Copies,
    counts: CountedUnit,
    disputed: Mapping[str, Disputed] = _NOTHING,
    procedures: Sequence[Counted] | None = None,
    of_others: OfOthers | None = None,
) -> Iterator[Counted]:
    """Yield the units of these documents, in the order of their earliest ones.

    :param disputed: the disputed facts of documents.
    :param procedures: the procedures of these documents, if known, from which purchases are derived.
    :param of_others: what these depend on beside each other, if they are not all documents.
    """
    made = sorted(_units(papers, copies, counts, procedures, of_others), key=lambda unit: unit.place)
    return with_disputes(made, disputed)


@dataclass(frozen=True, slots=True)
class State:
    """Documents in memory, after an event; None before the first."""

    event: LastEvent | None
    papers: Mapping[str, Paper]
    copies: Copies
    disputed: Mapping[str, Disputed]
    _units: dict[CountedUnit, list[Counted]] = field(default_factory=dict)

    @classmethod
    def of(cls, event: LastEvent | None, documents: Mapping[str, CountedDocument], copies: Copies) -> State:
        """Return the state of these documents, as if there were no others."""
        return cls(
            event,
            {id_: one.paper for id_, one in documents.items()},
            {id_: tuple(one for one in same if one in documents) for id_, same in copies.items()},
            {id_: one.disputed for id_, one in documents.items() if one.disputed},
        )

    def units(self, counts: CountedUnit) -> list[Counted]:
        """Return every unit of its documents."""
        if counts not in self._units:
            papers = [self.papers[id_] for id_ in sorted(self.papers)]
            procedures = self.units(CountedUnit.PROCEDURES) if counts is CountedUnit.PURCHASES else None
            self._units[counts] = list(units_of(papers, self.copies, counts, self.disputed, procedures))
        return self._units[counts]

    def at(self, event: LastEvent | None) -> State:
        """Return the same state after an event that changed nothing of it."""
        return replace(self, event=event)


def with_disputes(units: Iterable[Counted], disputed: Mapping[str, Disputed]) -> Iterator[Counted]:
    """Yield units with the disputed facts of their documents."""
    for unit in units:
        doubts = {(paper.id, *one) for paper in unit.papers for one in disputed.get(paper.id, ())}
        yield replace(unit, disputed=frozenset(doubts)) if doubts else unit


def _units(
    papers: Sequence[Paper],
    copies: Copies,
    counts: CountedUnit,
    procedures: Sequence[Counted] | None,
    of_others: OfOthers | None,
) -> Iterator[Counted]:
    if counts is CountedUnit.PROCEDURES:
        yield from _procedures(papers, copies, of_others)
    elif counts is CountedUnit.PURCHASES:
        known = list(_procedures(papers, copies, of_others)) if procedures is None else procedures
        yield from _purchases(papers, copies, known)
    elif counts is CountedUnit.MUNICIPALITIES:
        yield from by_municipality(_without_copies(papers, copies))
    elif counts is CountedUnit.REQUESTS:
        for exchange in exchanges(papers, of_others and of_others.pairs):
            yield _unit(_without_copies(exchange, copies))
    else:
        for paper in _without_copies(papers, copies):
            yield _unit([paper])


def _procedures(papers: Sequence[Paper], copies: Copies, of_others: OfOthers | None) -> Iterator[Counted]:
    for chain in chains(papers, copies, of_others):
        if chain.is_procurement:
            own = tuple(member.paper for member in chain.members if member.copy_of is None)
            lacking = tuple(dict.fromkeys(missing.kind for missing in chain.missing))
            # Documents that an information request about a procedure lacks are not missing in the procedure.
            lacking = tuple(kind for kind in lacking if kind not in REQUEST_KINDS)
            copies_in = tuple((one.paper.id, one.copy_of) for one in chain.members if one.copy_of is not None)
            body = chain.municipality, chain.buyer
            yield Counted(chain.id, *body, own, lacking, subject=chain.subject, number=chain.number, copies=copies_in)


_GIVEN_BY = CONTRACT_KINDS | {"award_decision"}
_KINDS_STATING_PURCHASES = frozenset(
    {"foi_reply", "report", "procurement_report", "minutes", "contract", "other", "correspondence"}
)
"""Kinds of documents that may state a purchase whose own documents the archive lacks."""


def _purchases(papers: Sequence[Paper], copies: Copies, procedures: Sequence[Counted]) -> Iterator[Counted]:
    given = [unit for unit in procedures if is_given(unit)]
    yield from given
    buying = {unit.municipality for unit in given}
    known = {unit.municipality for unit in given if names_quantity(unit.papers)}
    members = {paper.id for unit in procedures for paper in unit.papers}
    telling = (
        paper
        for paper in _without_copies(papers, copies)
        if may_tell_of_purchase(paper) and paper.id not in members and paper.known.municipality not in known
        if paper.known.municipality not in buying or names_quantity([paper])
    )
    yield from by_municipality(telling)


def may_tell_of_purchase(paper: Paper) -> bool:
    """Return whether a document may state a purchase of its municipality, if no procedure names a quantity."""
    return paper.kind in _KINDS_STATING_PURCHASES and bool(paper.known.municipality)


def is_given(unit: Counted) -> bool:
    """Return whether a document of a procedure is a contract or award, or states one."""
    kinds = {paper.kind for paper in unit.papers}
    if kinds & _GIVEN_BY:
        return True
    return "cancellation" not in kinds and any(paper.facts_of("award") for paper in unit.papers)


def names_quantity(papers: Iterable[Paper]) -> bool:
    """Return whether a document says how many of something there are. If one of a procedure with a contract does, no
    other document of the municipality is asked."""
    return any(paper.facts_of(QUANTITY) for paper in papers)


QUANTITY = "quantity"
"""The field of quantities of things of the watchlist."""


def place_key(known: Description) -> str:
    """Return the key by which documents are grouped to municipalities: the municipality; without one, the buyer, or the
    document itself."""
    place = known.municipality
    return f"{IN}{place}" if place else f"of {known.buyer or known.id}"


IN = "in "
"""Prefix of the key of a municipality."""


def by_municipality(papers: Iterable[Paper]) -> Iterator[Counted]:
    """Yield the documents of each municipality as a unit (:func:`place_key`)."""
    together: dict[str, list[Paper]] = {}
    for paper in papers:
        together.setdefault(place_key(paper.known), []).append(paper)
    yield from map(_unit, together.values())


def _unit(papers: Sequence[Paper]) -> Counted:
    return Counted(
        unit_id(paper.id for paper in papers),
        most_frequent(paper.known.municipality for paper in papers),
        most_frequent(paper.known.buyer for paper in papers),
        tuple(papers),
    )


def unit_id(documents: Iterable[str]) -> str:
    """Return the id of an unnamed unit, derived from its documents."""
    return min(documents)[:16]


def _without_copies(papers: Iterable[Paper], copies: Copies) -> list[Paper]:
    """Return one of each set of copies: the one with the best reading quality, or else the shortest name (scan-2 is
    longer)."""
    kept: list[Paper] = []
    gone: set[str] = set()
    for paper in sorted(papers, key=lambda p: (_QUALITY_ORDER[p.known.quality], len(p.known.filename), p.id)):
        if paper.id not in gone:
            kept.append(paper)
            gone.update(copies.get(paper.id, ()))
    return sorted(kept, key=lambda paper: paper.place_in_time)


def most_frequent(values: Iterable[str | None]) -> str | None:
    """Return the most frequent of the values that are known, of several the first in order."""
    counts = Counter(value for value in values if value)
    return min(counts, key=lambda value: (-counts[value], value), default=None)


def within(unit: Counted, found: Collection[str]) -> bool:
    """Return whether a search found one of its documents."""
    return any(paper.id in found for paper in unit.papers)
