"""Who bid in each procedure, who won, and how many bids there were: from the findings ``vendors`` and ``competition``,
and the bidders that papers name. One who is not among the known winners of a procedure has lost it.

What a procedure says of its firms depends on its papers alone, so it is stored as lines
(:mod:`archive.store.kept.bids`) and recomputed when a document of the procedure changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from hashlib import sha256
from pathlib import Path

from archive.findings.counting import keep_findings
from archive.findings.definition import PROCEDURE, CountedUnit, Definition, Measure
from archive.findings.derived.value import NOTHING
from archive.findings.files import readable
from archive.findings.kept.as_of import aside, few_units, file_now
from archive.findings.kept.background import behind
from archive.findings.kept.by_change import Until, never
from archive.findings.kept.lines import bring_up_to_date
from archive.findings.kept.units import UnitChoice, changed, units_at
from archive.findings.measures import SEPARATOR, TOGETHER
from archive.findings.precedence import Proof, proof_of
from archive.findings.unit_rows import fields_counted, is_needed, unit_rows
from archive.findings.units import Counted
from archive.model.fields import VENDOR_FIELDS
from archive.store.catalog import Catalog
from archive.store.kept.bids import BidLines, bid_lines
from archive.store.kept.lines import KeptLine
from archive.store.kept.units import KeptUnits, KeptUnitsLost
from archive.system.kept_files import source_version

MONEY, COMPETITION = "vendors", "competition"
"""The findings on contracts and amounts by vendor, and on numbers of bids."""


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

    @property
    def key(self) -> str:
        """Its key among the lines."""
        return json.dumps([self.id, "" if self.id else self.name], ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Bids:
    """What a procedure says of its firms. ``year`` is that of the contract or award, or else of the first paper with a
    year; ``proofs`` are of the number of bids."""

    unit: Counted
    bidders: frozenset[BiddingFirm]
    winners: frozenset[BiddingFirm]
    year: int | None
    count: BidCount
    proofs: tuple[Proof, ...]


Named = Mapping[str, Mapping[str, tuple[str, str]]]
"""The id and name of each vendor and bidder, by document and printed name."""


@dataclass(frozen=True, slots=True)
class BidRules:
    """The findings by which bids are read; None if there is no such finding, or it does not count procedures alone."""

    money: Definition | None
    competition: Definition | None

    @classmethod
    def of(cls, home: Path) -> BidRules:
        """Return those of an archive."""
        found = {
            one.name: one for one in readable(home)[0] if one.is_of_units_alone and one.counts is CountedUnit.PROCEDURES
        }
        return cls(found.get(MONEY), found.get(COMPETITION))

    @property
    def version(self) -> str:
        """Return what identifies the rules."""
        source = source_version("findings/**/*.py", "findings/**/*.toml", "profiles/bids.py", "store/kept/bids.py")
        return sha256(f"{source}\n{self.money!r}\n{self.competition!r}".encode()).hexdigest()

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields of the facts that bids are read from."""
        counted = (fields_counted(one) for one in (self.money, self.competition) if one is not None)
        return tuple(sorted({*VENDOR_FIELDS, *(name for names in counted for name in names)}))

    def read(self, unit: Counted, named: Named) -> Bids:
        """Return the bids of a procedure."""
        bidders = frozenset(
            BiddingFirm(*named.get(paper.id, {}).get(fact.value, ("", fact.value)))
            for paper in unit.papers
            for fact in paper.facts_of("bidder")
        )
        year = min((p.year for p in unit.papers if p.year and p.kind in _AWARDING_KINDS), default=None)
        year = year or min((p.year for p in unit.papers if p.year), default=None)
        return Bids(unit, bidders, self._winners(unit, named), year, *self._count(unit))

    def _winners(self, unit: Counted, named: Named) -> frozenset[BiddingFirm]:
        if self.money is None or not is_needed(unit, self.money):
            return frozenset()
        firms: dict[str, BiddingFirm] = {}
        for paper in unit.papers:
            for printed, firm in named.get(paper.id, {}).items():
                firms.setdefault(firm[1], BiddingFirm(*firm))
                firms.setdefault(printed, BiddingFirm(*firm))
        keys = unit_rows(unit, replace(self.money, group=("vendor",)), NOTHING).keys
        names = {name for (vendors,) in keys for name in (vendors or "").split(TOGETHER) if name}
        return frozenset(firms.get(name, BiddingFirm("", name)) for name in names)

    def _count(self, unit: Counted) -> tuple[BidCount, tuple[Proof, ...]]:
        definition = self.competition
        if definition is not None and definition.facts.measure is not Measure.RANGE and is_needed(unit, definition):
            counted = unit_rows(unit, replace(definition, group=(PROCEDURE,)), NOTHING).facts.columns
            columns = {SEPARATOR.join(key): proofs for key, proofs in counted.items()}
            for column, count in _COLUMNS.items():
                if proofs := columns.get(column):
                    return count, proofs
        return BidCount.UNKNOWN, ()


_AWARDING_KINDS = frozenset({"contract", "contract_annex", "award_decision"})
_COLUMNS = {"Several bids": BidCount.SEVERAL, "One bid": BidCount.ONE}


def naming(unit: Counted, firm: BiddingFirm, named: Named, fields: Iterable[str]) -> Iterator[Proof]:
    """Yield the facts that name a firm in a procedure, one per document and field."""
    for paper in unit.papers:
        for field in fields:
            facts = (fact for fact in paper.facts_of(field) if _is_of(firm, paper.id, fact.value, named))
            if (fact := next(facts, None)) is not None:
                yield proof_of(unit, paper.id, fact)


def _is_of(firm: BiddingFirm, document: str, printed: str, named: Named) -> bool:
    id_, name = named.get(document, {}).get(printed, ("", printed))
    return id_ == firm.id if firm.id else name == firm.name


class KeptBids:
    """The bids of all procedures at one state of the file of units."""

    def __init__(self, home: Path, catalog: Catalog, file: KeptUnits, stamp: str) -> None:
        self.catalog, self.file, self.stamp, self.rules = catalog, file, stamp, BidRules.of(home)
        self.lines = BidLines(file, stamp, CountedUnit.PROCEDURES, _ASKED, self.rules.version)

    def keep(self, until: Until = never) -> bool:
        """Update the lines, in batches; returns whether they are up to date. A stopped update is resumed.

        :raises KeptUnitsLost: the file is of another state, or cannot be written.
        """
        return bring_up_to_date([self.lines], lambda numbers: [self._made(numbers)], until)

    def read(self, numbers: Sequence[int], fields: Sequence[str] | None = None) -> Iterator[tuple[Bids, Named]]:
        """Yield the bids of these procedures, and who is named in them.

        :raises KeptUnitsLost: the file is of another state.
        """
        units = list(units_at(self.file, self.stamp, numbers, self.rules.fields if fields is None else fields))
        named = self.catalog.vendors.named_in({paper.id for unit in units for paper in unit.papers})
        for unit in units:
            yield self.rules.read(unit, named), named

    def _made(self, numbers: Sequence[int]) -> Iterator[KeptLine]:
        for number, (bids, _) in zip(numbers, self.read(numbers), strict=True):
            if firms := {firm.key: firm in bids.winners for firm in bids.bidders | bids.winners}:
                told = json.dumps([bids.unit.municipality, bids.year, bids.count], ensure_ascii=False)
                yield from bid_lines(number, told, firms, bids.year)

    def firms(self, keys: Iterable[str]) -> dict[str, BiddingFirm]:
        """Return the firms of these keys.

        :raises ArchiveBusy: a firm has another id since.
        """
        told = {key: json.loads(key) for key in keys}
        names = self.catalog.vendors.names({id_ for id_, _ in told.values() if id_})
        if any(id_ and id_ not in names for id_, _ in told.values()):
            self.lines.forget()
            raise changed()
        return {key: BiddingFirm(id_, names[id_] if id_ else name) for key, (id_, name) in told.items()}


_ASKED = "bids of procedures"


def bids_now(home: Path, catalog: Catalog, vendor: str) -> KeptBids:
    """Return the bids of all procedures or, where no file is kept, of those with a document that names this vendor.

    :raises archive.errors.FindingsBehind: they are computed in the background.
    """
    with suppress(KeptUnitsLost):
        if kept := file_now(catalog):
            bids, limits = KeptBids(home, catalog, *kept), catalog.limits
            due = bids.lines.count_due()
            if due > limits.units_in_memory and not limits.is_awaiting_units:
                aside(catalog, _ASKED, partial(keep_bids, home, catalog))
                total = bids.lines.count_units()
                raise behind(total - due, total)
            bids.keep()
            return bids
    documents = frozenset(catalog.vendors.documents_naming(vendor))
    few = few_units(catalog, (CountedUnit.PROCEDURES,), UnitChoice(documents=documents))
    bids = KeptBids(home, catalog, *few)
    bids.keep()
    return bids


def keep_bids(home: Path, catalog: Catalog, until: Until | None = None) -> bool:
    """Update the bids of all procedures, in batches; returns whether they are up to date."""
    while not (until and until()):
        kept = file_now(catalog)
        if kept is None:
            return False
        try:
            return KeptBids(home, catalog, *kept).keep(until or never)
        except KeptUnitsLost:
            # As for findings: if documents changed meanwhile, continue with them.
            if kept[0].stamp() == kept[1]:
                return False
    return False


def keep_counts(home: Path, catalog: Catalog, until: Until | None = None) -> bool:
    """Update all that findings and profiles count, in batches; returns whether it is up to date."""
    return keep_findings(readable(home)[0], catalog, until) and keep_bids(home, catalog, until)
