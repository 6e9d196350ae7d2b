"""The profile of a vendor: the procedures in which it bid or got a contract, their results, and its competitors.

Contracts, values and numbers of bids are from the findings ``vendors`` and ``competition``. Bidders are added here: one
who is not among the known winners of a procedure has lost it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from archive.findings.definition import PROCEDURE, CountedUnit
from archive.findings.kept.units import UnitChoice
from archive.findings.measures import TOGETHER
from archive.findings.precedence import Proof, proof_of
from archive.findings.table import Table, TableRow
from archive.findings.units import Counted
from archive.model.fields import VENDOR_FIELDS
from archive.profiles.tables import ProfileUnits
from archive.store.catalog import Catalog
from archive.vendors.entities import Entity

MONEY, BIDS = "vendors", "competition"
"""The findings on contracts and amounts by vendor, and on numbers of bids."""


class BidResult(StrEnum):
    """The result of a procedure for a firm: it got a contract; others did; nobody did, or it is unknown who."""

    WON = "won"
    LOST = "lost"
    UNKNOWN = "unknown"


class BidCount(StrEnum):
    """The number of bids in a procedure."""

    ONE = "one"
    SEVERAL = "several"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class BiddingFirm:
    """A vendor or bidder. ``id`` is empty if the firm of a name is unknown."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class BidStory:
    """A procedure of a firm. ``rivals`` bid in it or got a contract, ``winners`` are those with one; ``proofs`` are the
    facts on bidders, winners and the number of bids. ``year`` is that of the contract or award, or else of the first
    paper with a year."""

    unit: Counted
    result: BidResult
    bids: BidCount
    rivals: tuple[BiddingFirm, ...]
    winners: frozenset[BiddingFirm]
    year: int | None
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Rival:
    """Another firm in the procedures of one: the number of common procedures, and of those won by the firm only, by the
    rival only, by both, and by unknown ones. In the others, neither won."""

    firm: BiddingFirm
    met: int
    won_against: int
    lost_to: int
    both: int
    unknown: int


@dataclass(frozen=True, slots=True)
class VendorProfile:
    """The findings of a vendor. ``money`` is the finding of contracts in rows by vendor, over its procedures only, with
    ``rows`` that concern it: its own, and joint ones."""

    vendor: Entity
    stories: tuple[BidStory, ...]
    rivals: tuple[Rival, ...]
    between: Mapping[tuple[BiddingFirm, BiddingFirm], int]
    money: Table | None
    rows: tuple[TableRow, ...]

    def count(self, *results: BidResult) -> int:
        """Return the number of procedures with these results."""
        return sum(one.result in results for one in self.stories)

    def bids(self, count: BidCount) -> int:
        """Return the number of won procedures with this number of bids."""
        return sum(one.bids is count for one in self.won)

    @property
    def won(self) -> tuple[BidStory, ...]:
        """The procedures in which it got a contract."""
        return tuple(one for one in self.stories if one.result is BidResult.WON)

    @property
    def towns(self) -> Mapping[str | None, int]:
        """The number of won procedures in each municipality; None if unknown."""
        return Counter(one.unit.municipality for one in self.won)

    @property
    def years(self) -> Mapping[int | None, int]:
        """The number of won procedures in each year; None, at the end, if unknown."""
        found = Counter(one.year for one in self.won)
        return {year: found[year] for year in sorted(found, key=lambda year: (year is None, year or 0))}

    @property
    def own_row(self) -> TableRow | None:
        """The row of the finding that is of this vendor only."""
        return next((row for row in self.rows if row.key == (self.vendor.name,)), None)


def vendor_profile(home: Path, catalog: Catalog, vendor: Entity, vat: str = "") -> VendorProfile:
    """Return the current profile of a vendor; ``vat`` selects the prices.

    :raises archive.errors.UsageError: the VAT basis is unknown.
    """
    documents = frozenset(mention.document for mention in vendor.mentions)
    read = ProfileUnits.read(home, catalog, (CountedUnit.PROCEDURES,), UnitChoice(documents=documents), vat)
    units = read.units[CountedUnit.PROCEDURES]
    named = catalog.vendors.named_in({paper.id for unit in units for paper in unit.papers})
    own = BiddingFirm(vendor.id, vendor.name)
    winners, counts = _winners(read, named), _bid_counts(read)
    found = (_story(unit, own, named, winners.get(unit.id, {}), counts) for unit in units)
    stories = tuple(sorted(filter(None, found), key=lambda one: (one.year is None, one.year or 0, one.unit.id)))
    won = [one.unit.id for one in stories if one.result is BidResult.WON]
    money = read.table(MONEY, ("vendor",), won)
    rows = tuple(row for row in money.rows if vendor.name in _sharing(row)) if money else ()
    return VendorProfile(vendor, stories, _rivals(stories), _between(stories), money, rows)


_Named = Mapping[str, Mapping[str, tuple[str, str]]]
"""The id and name of each vendor and bidder, by document and printed name."""


def _sharing(row: TableRow) -> list[str]:
    return (row.key[-1] or "").split(TOGETHER)


def _firms(unit: Counted, named: _Named) -> dict[str, BiddingFirm]:
    """Return the firms that the papers of a procedure name, by displayed and by printed name."""
    found: dict[str, BiddingFirm] = {}
    for paper in unit.papers:
        for printed, (id_, name) in named.get(paper.id, {}).items():
            found.setdefault(name, BiddingFirm(id_, name))
            found.setdefault(printed, BiddingFirm(id_, name))
    return found


def _winners(read: ProfileUnits, named: _Named) -> dict[str, dict[BiddingFirm, tuple[Proof, ...]]]:
    """Return the winners of each procedure, with the proofs."""
    table = read.table(MONEY, (PROCEDURE, "vendor"))
    units = {unit.id: unit for unit in read.units[CountedUnit.PROCEDURES]}
    found: dict[str, dict[BiddingFirm, tuple[Proof, ...]]] = {}
    for row in table.rows if table else ():
        unit = units[row.key[0] or ""]
        firms = _firms(unit, named)
        for name in filter(None, _sharing(row)):
            firm = firms.get(name, BiddingFirm("", name))
            found.setdefault(unit.id, {})[firm] = tuple(_naming(unit, firm, named, ("vendor",)))
    return found


def _naming(unit: Counted, firm: BiddingFirm, named: _Named, fields: Iterable[str]) -> Iterator[Proof]:
    """Yield the facts that name a firm in a procedure, one per document and field."""
    for paper in unit.papers:
        for field in fields:
            facts = (fact for fact in paper.facts_of(field) if _is_of(firm, paper.id, fact.value, named))
            if (fact := next(facts, None)) is not None:
                yield proof_of(unit, paper.id, fact)


def _is_of(firm: BiddingFirm, document: str, printed: str, named: _Named) -> bool:
    id_, name = named.get(document, {}).get(printed, ("", printed))
    return id_ == firm.id if firm.id else name == firm.name


def _bid_counts(read: ProfileUnits) -> dict[str, tuple[BidCount, tuple[Proof, ...]]]:
    """Return the number of bids of each procedure, with the proofs."""
    table = read.table(BIDS, (PROCEDURE,))
    columns = {"One bid": BidCount.ONE, "Several bids": BidCount.SEVERAL}
    found = {}
    for row in table.rows if table else ():
        for column, count in columns.items():
            place = table.place_of(column) if table else None
            if place is not None and row.cells[place].proofs:
                found[row.key[0] or ""] = count, tuple(row.cells[place].proofs)
    return found


def _story(
    unit: Counted,
    own: BiddingFirm,
    named: _Named,
    winners: Mapping[BiddingFirm, tuple[Proof, ...]],
    counts: Mapping[str, tuple[BidCount, tuple[Proof, ...]]],
) -> BidStory | None:
    """Return a procedure of a firm; None if its papers name the firm neither as a bidder nor as a winner."""
    bidders = _bidders(unit, named)
    if own not in bidders and own not in winners:
        return None
    result = BidResult.WON if own in winners else BidResult.LOST if winners else BidResult.UNKNOWN
    rivals = tuple(sorted({*bidders, *winners} - {own}, key=lambda firm: firm.name))
    bids, proofs = counts.get(unit.id, (BidCount.UNKNOWN, ()))
    naming = tuple(proof for firm in (own, *rivals) for proof in _naming(unit, firm, named, VENDOR_FIELDS))
    year = min((p.year for p in unit.papers if p.year and p.kind in _AWARDING_KINDS), default=None)
    year = year or min((p.year for p in unit.papers if p.year), default=None)
    return BidStory(unit, result, bids, rivals, frozenset(winners) - {own}, year, (*naming, *proofs))


_AWARDING_KINDS = frozenset({"contract", "contract_annex", "award_decision"})


def _bidders(unit: Counted, named: _Named) -> set[BiddingFirm]:
    return {
        BiddingFirm(*named.get(paper.id, {}).get(fact.value, ("", fact.value)))
        for paper in unit.papers
        for fact in paper.facts_of("bidder")
    }


def _rivals(stories: Iterable[BidStory]) -> tuple[Rival, ...]:
    """Return the other firms, the most frequent first."""
    met: dict[BiddingFirm, list[BidStory]] = {}
    for one in stories:
        for firm in one.rivals:
            met.setdefault(firm, []).append(one)
    found = [
        Rival(
            firm,
            len(several),
            sum(one.result is BidResult.WON and firm not in one.winners for one in several),
            sum(one.result is not BidResult.WON and firm in one.winners for one in several),
            sum(one.result is BidResult.WON and firm in one.winners for one in several),
            sum(one.result is BidResult.UNKNOWN for one in several),
        )
        for firm, several in met.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.met, -one.lost_to, one.firm.name)))


def _between(stories: Iterable[BidStory]) -> Mapping[tuple[BiddingFirm, BiddingFirm], int]:
    """Return the number of these procedures in which each two rivals met."""
    return Counter(
        (one, other) for story in stories for at, one in enumerate(story.rivals) for other in story.rivals[at + 1 :]
    )
