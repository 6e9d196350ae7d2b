"""The profile of a vendor: the procedures in which it bid or got a contract, their results, and its competitors.

It is counted from what each procedure says of its firms (:mod:`archive.profiles.bids`), and the amounts from the lines
of the finding ``vendors``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from archive.findings.counting import run_over, run_over_lines
from archive.findings.files import as_asked
from archive.findings.kept.units import changed, reading_one_state, units_at
from archive.findings.measures import TOGETHER
from archive.findings.precedence import Proof
from archive.findings.table import Table, TableRow
from archive.findings.unit_rows import fields_counted
from archive.findings.units import Counted
from archive.model.fields import VENDOR_FIELDS
from archive.profiles.bids import BidCount, BiddingFirm, Bids, KeptBids, Named, bids_now, naming
from archive.store.catalog import Catalog
from archive.store.kept.bids import IS_AWARDED, WON, CountOfMeetings
from archive.store.kept.units import KeptUnitsLost
from archive.vendors.entities import Entity, ListedVendor

MOST_DRAWN = 12
"""Rivals, the most frequent, of which it is counted how often each two met."""


class BidResult(StrEnum):
    """The result of a procedure for a firm: it got a contract; others did; nobody did, or it is unknown who."""

    WON = "won"
    LOST = "lost"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FirmProcedure:
    """A procedure of a firm, by the number of its unit."""

    number: int
    municipality: str | None
    year: int | None
    bids: BidCount
    result: BidResult


@dataclass(frozen=True, slots=True)
class FirmProcedures:
    """A count of procedures of a firm of which the same is known."""

    municipality: str | None
    year: int | None
    bids: BidCount
    result: BidResult
    count: int


@dataclass(frozen=True, slots=True)
class BidStory:
    """A procedure of a firm with its papers. ``rivals`` bid in it or got a contract, ``winners`` are those with one;
    ``proofs`` are the facts on bidders, winners and the number of bids. ``year`` is that of the contract or award, or
    else of the first paper with a year."""

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
    """The findings of a vendor. ``outcomes`` count its procedures, ``between`` how often each two of the first rivals
    met in them. ``money`` is the finding of contracts in rows by vendor, over the procedures that it won only, with
    ``rows`` that concern it: its own, and joint ones. It may have other rows."""

    vendor: Entity | ListedVendor
    outcomes: tuple[FirmProcedures, ...]
    rivals: tuple[Rival, ...]
    between: Mapping[tuple[BiddingFirm, BiddingFirm], int]
    money: Table | None
    rows: tuple[TableRow, ...]
    _bids: KeptBids

    def count(self, *results: BidResult) -> int:
        """Return the number of procedures, or of those with these results."""
        return sum(one.count for one in self.outcomes if not results or one.result in results)

    def bids(self, count: BidCount) -> int:
        """Return the number of won procedures with this number of bids."""
        return sum(one.count for one in self._won if one.bids is count)

    @property
    def won(self) -> int:
        """The number of procedures in which it got a contract."""
        return self.count(BidResult.WON)

    @property
    def _won(self) -> Iterator[FirmProcedures]:
        return (one for one in self.outcomes if one.result is BidResult.WON)

    @property
    def towns(self) -> Mapping[str | None, int]:
        """The number of won procedures in each municipality; None if unknown."""
        found = Counter[str | None]()
        for one in self._won:
            found[one.municipality] += one.count
        return found

    @property
    def years(self) -> Mapping[int | None, int]:
        """The number of won procedures in each year; None, at the end, if unknown."""
        found = Counter[int | None]()
        for one in self._won:
            found[one.year] += one.count
        return {year: found[year] for year in sorted(found, key=lambda year: (year is None, year or 0))}

    @property
    def own_row(self) -> TableRow | None:
        """The row of the finding that is of this vendor only."""
        return next((row for row in self.rows if row.key == (self.vendor.name,)), None)

    def procedures(self, rival: str = "", has_rival_won: bool | None = None) -> list[FirmProcedure]:
        """Return its procedures in the order of time, all or those with a rival, by its id or name.

        :raises ArchiveBusy: the documents changed since the profile was counted.
        """
        own, lines = _own(self.vendor).key, self._bids.lines
        keys = {BiddingFirm(rival, "").key, BiddingFirm("", rival).key}
        with reading_one_state():
            listed = lines.procedures(own)
            met = lines.meetings(own, keys, has_other_won=has_rival_won) if rival else None
        wanted = (one for one in listed if met is None or one.unit in met)
        return [FirmProcedure(number, *_told(told), _result(flags)) for number, told, flags in wanted]

    def stories(self, procedures: Iterable[FirmProcedure]) -> list[BidStory]:
        """Read some of its procedures.

        :raises ArchiveBusy: the documents changed since the profile was counted.
        """
        own, numbers = _own(self.vendor), [one.number for one in procedures]
        with reading_one_state():
            return [_story(own, bids, named) for bids, named in self._bids.read(numbers)]


def vendor_profile(home: Path, catalog: Catalog, vendor: Entity | ListedVendor, vat: str = "") -> VendorProfile:
    """Return the current profile of a vendor; ``vat`` selects the prices.

    :raises archive.errors.UsageError: the VAT basis is unknown.
    :raises archive.errors.FindingsBehind: what it is counted from is computed in the background.
    :raises archive.errors.ArchiveBusy: the documents changed again and again.
    """
    for _ in range(_ATTEMPTS):
        bids = bids_now(home, catalog, vendor.id)
        with suppress(KeptUnitsLost):
            return _profile(home, bids, vendor, vat)
    raise changed()


_ATTEMPTS = 3
"""How often a profile is counted, where the documents change meanwhile."""


def _profile(home: Path, bids: KeptBids, vendor: Entity | ListedVendor, vat: str) -> VendorProfile:
    key = _own(vendor).key
    outcomes = tuple(
        FirmProcedures(*_told(told), _result(flags), count) for told, flags, count in bids.lines.counts(key)
    )
    rivals = _rivals(bids, bids.lines.met(key))
    between = _between(bids, key, rivals[:MOST_DRAWN])
    money = _money(home, bids, vendor, vat)
    rows = tuple(row for row in money.rows if vendor.name in _sharing(row)) if money else ()
    return VendorProfile(vendor, outcomes, rivals, between, money, rows, bids)


def _own(vendor: Entity | ListedVendor) -> BiddingFirm:
    return BiddingFirm(vendor.id, vendor.name)


def _told(told: str) -> tuple[str | None, int | None, BidCount]:
    municipality, year, count = json.loads(told)
    return municipality, year, BidCount(count)


def _result(flags: int) -> BidResult:
    return BidResult.WON if flags & WON else BidResult.LOST if flags & IS_AWARDED else BidResult.UNKNOWN


def _sharing(row: TableRow) -> list[str]:
    return (row.key[-1] or "").split(TOGETHER)


def _money(home: Path, bids: KeptBids, vendor: Entity | ListedVendor, vat: str) -> Table | None:
    """Return the finding of contracts in rows by vendor, over the procedures that a firm won, at least its rows."""
    definition, key = bids.rules.money, _own(vendor).key
    if definition is None:
        return None
    if vat and definition.facts.field == "price":
        definition = as_asked(definition, home, vat)
    if definition.group == ("vendor",):
        kept, won_by = (bids.file, bids.stamp), bids.lines.won_by(key)
        table = run_over_lines(definition, bids.catalog, kept, won_by, vendor.name)
        if table is not None:
            return table
    won = [number for number, _, flags in bids.lines.procedures(key) if flags & WON]
    units = units_at(bids.file, bids.stamp, won, fields_counted(definition))
    return run_over(replace(definition, group=("vendor",)), bids.catalog, units)


def _story(own: BiddingFirm, bids: Bids, named: Named) -> BidStory:
    result = BidResult.WON if own in bids.winners else BidResult.LOST if bids.winners else BidResult.UNKNOWN
    rivals = tuple(sorted((bids.bidders | bids.winners) - {own}, key=lambda firm: firm.name))
    proofs = (proof for firm in (own, *rivals) for proof in naming(bids.unit, firm, named, VENDOR_FIELDS))
    return BidStory(bids.unit, result, bids.count, rivals, bids.winners - {own}, bids.year, (*proofs, *bids.proofs))


def _rivals(bids: KeptBids, met: Iterable[CountOfMeetings]) -> tuple[Rival, ...]:
    """Return the other firms, the most frequent first."""
    of_firm: dict[str, Counter[str]] = {}
    for one in met:
        has_won, has_other_won = one.flags & WON, one.other_flags & WON
        counts = of_firm.setdefault(one.other, Counter())
        counts["met"] += one.procedures
        counts["unknown"] += 0 if one.flags & IS_AWARDED else one.procedures
        if has_won or has_other_won:
            counts["both" if has_won and has_other_won else "won_against" if has_won else "lost_to"] += one.procedures
    names = ("met", "won_against", "lost_to", "both", "unknown")
    firms = bids.firms(of_firm)
    found = [Rival(firms[key], *(counts[name] for name in names)) for key, counts in of_firm.items()]
    return tuple(sorted(found, key=lambda one: (-one.met, -one.lost_to, one.firm.name, one.firm.id)))


def _between(bids: KeptBids, key: str, rivals: Iterable[Rival]) -> Mapping[tuple[BiddingFirm, BiddingFirm], int]:
    """Return the number of these procedures in which each two of these rivals met."""
    firms = {one.firm.key: one.firm for one in rivals}
    found = []
    for one, other, count, place in bids.lines.pairs(key, firms.keys()):
        pair = sorted((firms[one], firms[other]), key=lambda firm: firm.name)
        found.append((place, [firm.name for firm in pair], (pair[0], pair[1]), count))
    return {pair: count for *_, pair, count in sorted(found, key=lambda each: each[:2])}
