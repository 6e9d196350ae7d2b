"""Profiles as JSON: what ``/api/v1/vendors/ID``, ``/api/v1/places/NAME`` and the commands of both give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from archive.findings.joined import amounts, money_columns
from archive.findings.measures import TOGETHER
from archive.findings.sentences import told
from archive.findings.table import UNITS, Table, TableRow
from archive.profiles.bids import BidCount
from archive.profiles.place import PlaceProfile, RequestStory, cell
from archive.profiles.vendor import BidResult, VendorProfile
from archive.serialization import Id, JsonAnswer, attr
from archive.vendors.records import VendorWithMentions


class SumAnswer(JsonAnswer):
    """An amount in one currency and on one basis of VAT, of how many procedures; shared with these other vendors."""

    amount: str
    currency: str
    vat: str
    procedures: int
    shared_with: tuple[str, ...]


def vendor_sums(profile: VendorProfile) -> list[dict[str, Any]]:
    """Return the amounts of the contracts and awards of a vendor, its own ones first."""
    if profile.money is None:
        return []
    rows = sorted(profile.rows, key=lambda row: row.is_joint)
    return [one for row in rows for one in _sums(profile.money, row, profile.vendor.name)]


def _sums(table: Table, row: TableRow, vendor: str = "") -> Iterator[dict[str, Any]]:
    names = (row.key[-1] or "").split(TOGETHER) if vendor and row.key else []
    for money in money_columns(table):
        for one in amounts(table, row, money):
            yield {
                "amount": str(one.cell.number),
                "currency": one.currency,
                "vat": one.basis,
                "procedures": one.cell.units,
                "shared_with": [name for name in names if name != vendor],
            }


class RivalAnswer(JsonAnswer):
    """Another firm in its procedures: in how many of them, and how they ended. id is empty where no document tells
    which firm the name is of."""

    id: str = attr("firm.id")
    name: str = attr("firm.name")
    met: int
    won_against: int
    lost_to: int
    both: int
    unknown: int


class TownCount(JsonAnswer):
    municipality: str | None
    won: int


class YearCount(JsonAnswer):
    year: int | None
    won: int


class VendorFigures(JsonAnswer):
    """What the findings say of a vendor. Of the procedures that name it as a bidder or vendor: won, lost, and those of
    which no paper says who won. only_bidder: of the won ones whose bids are known."""

    procedures: int = attr(lambda profile: profile.count())
    won: int = attr(lambda profile: profile.count(BidResult.WON))
    lost: int = attr(lambda profile: profile.count(BidResult.LOST))
    unknown: int = attr(lambda profile: profile.count(BidResult.UNKNOWN))
    only_bidder: int = attr(lambda profile: profile.bids(BidCount.ONE))
    bids_known: int = attr(lambda profile: profile.won - profile.bids(BidCount.UNKNOWN))
    sums: tuple[SumAnswer, ...] = attr(vendor_sums)
    towns: tuple[TownCount, ...] = attr(
        lambda profile: [{"municipality": name, "won": count} for name, count in profile.towns.items()]
    )
    years: tuple[YearCount, ...] = attr(
        lambda profile: [{"year": year, "won": count} for year, count in profile.years.items()]
    )
    rivals: tuple[RivalAnswer, ...]


class VendorProfileAnswer(VendorWithMentions):
    """A vendor, with its profile. won and bid count the documents that name it as the vendor and as a bidder."""

    profile: VendorFigures


class ProcedurePaperAnswer(JsonAnswer):
    """A paper of a procedure. id is null where the archive lacks one of this kind, which the law makes exist."""

    kind: str
    id: Id | None = attr(lambda one: one.paper and one.paper.id)
    date: str | None = attr(lambda one: one.paper and one.paper.known.date)


class ProcedureAnswer(JsonAnswer):
    """A procedure with its papers in the order of its stages."""

    id: str = attr("unit.id")
    subject: str | None = attr(lambda one: one.unit.subject and one.unit.subject.value)
    buyer: str | None = attr("unit.buyer")
    year: int | None
    papers: tuple[ProcedurePaperAnswer, ...]


def _counted_from(one: RequestStory) -> str | None:
    if one.days is None:
        return None
    return "sending" if one.is_sent else "receipt"


class RequestAnswer(JsonAnswer):
    """A request for information: its papers, the days to the answer, counted from its receipt or its sending, and how
    it ended, as columns of the findings foi-in-time and foi-outcomes."""

    papers: tuple[Id, ...] = attr(lambda one: [paper.id for paper in one.unit.papers])
    days: int | None = attr(lambda one: None if one.days is None else int(one.days))
    counted_from: str | None = attr(_counted_from)
    time: str | None
    outcome: str | None


class SellerAnswer(JsonAnswer):
    """Who was given contracts, how many, and for how much; several names share theirs."""

    vendors: tuple[str, ...]
    procedures: int
    sums: tuple[SumAnswer, ...]


class PlaceFindingAnswer(JsonAnswer):
    """What a finding says of the municipality: its numbers by column, and sentences where it is told in one row."""

    name: str
    title: str
    sentences: tuple[str, ...]
    numbers: Mapping[str, str | None]


def _sellers(profile: PlaceProfile) -> Iterator[dict[str, Any]]:
    table = profile.by("vendors-by-municipality", "municipality", "vendor")
    for row in table.rows if table else ():
        yield {
            "vendors": (row.key[1] or "").split(TOGETHER) if row.key[1] else [],
            "procedures": int(cell(table, row, UNITS).number or 0) if table else 0,
            "sums": list(_sums(table, row)) if table else [],
        }


def _spent(profile: PlaceProfile) -> list[dict[str, Any]]:
    table = profile.by("spending", "municipality", "year")
    return [] if table is None else list(_sums(table, table.total))


def _findings(profile: PlaceProfile) -> Iterator[dict[str, Any]]:
    for name, table in sorted(profile.tables.items()):
        one_row = table.definition.group == ("municipality",)
        numbers = {column.id: _text(one.number) for column, one in zip(table.columns, table.total.cells, strict=True)}
        sentences = [one.text for one in told(table) if one_row and _is_of_one_place(one.every_number)]
        yield {"name": name, "title": table.definition.title, "sentences": sentences, "numbers": numbers}


def _is_of_one_place(numbers: Any) -> bool:
    return all(one.joining is None or one.joining.count in ("", UNITS) for one in numbers)


def _text(number: Decimal | None) -> str | None:
    return None if number is None else str(number)


class PlaceAnswer(JsonAnswer):
    """The profile of a municipality. papers counts documents once, without near-identical copies."""

    municipality: str
    papers: int
    procedures: tuple[ProcedureAnswer, ...]
    requests: tuple[RequestAnswer, ...]
    sellers: tuple[SellerAnswer, ...] = attr(_sellers)
    sums: tuple[SumAnswer, ...] = attr(_spent)
    findings: tuple[PlaceFindingAnswer, ...] = attr(_findings)
