"""The profile of a vendor: awards and lost bids, sums, places, years and rivals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from archive.findings.measures import TOGETHER
from archive.findings.municipalities import COORDINATES
from archive.profiles.bids import MONEY, BidCount, BiddingFirm
from archive.profiles.vendor import BidResult, VendorProfile
from webapp.languages.translation import gettext, number, plural
from webapp.links import place_url, vendor_picture_url, vendor_procedures_url, vendor_url
from webapp.pages.findings.picture import Picture
from webapp.pages.findings.picture_charts import YearNumber, year_columns
from webapp.pages.findings.picture_map import MapNumber, map_of
from webapp.pages.findings.wording import SentencePart, group_value
from webapp.pages.parts import Link
from webapp.pages.profiles.figures import (
    Figure,
    MoneyRow,
    ProfilePicture,
    basis_links,
    linked,
    marks,
    money_rows,
    not_known,
    procedures_text,
)
from webapp.pages.profiles.network import draw_network
from webapp.state import FindingState

MOST_ROWS = 60
"""Maximum rivals in the table, the most frequent."""

PICTURES = ("network", "towns", "years")
"""Names of the pictures of a vendor in URLs."""


@dataclass(frozen=True, slots=True)
class RivalRow:
    """A rival with the numbers of shared procedures by result, each linked to these procedures."""

    firm: Link
    numbers: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class VendorBox:
    """The profile of a vendor.

    ``towns`` and ``years`` are the data of its pictures; ``unknown`` are links to the units with unknown values, with
    their counts.
    """

    says: tuple[tuple[SentencePart, ...], ...]
    figures: tuple[Figure, ...]
    money: tuple[MoneyRow, ...]
    bases: tuple[Link, ...]
    whole: Link
    unknown: tuple[Link, ...]
    network: ProfilePicture | None
    rivals: tuple[RivalRow, ...]
    every_rival: Link | None
    map: ProfilePicture | None
    towns: tuple[tuple[Link, Link], ...]
    timeline: ProfilePicture | None
    years: tuple[Link, ...]
    every: Link


def present_box(profile: VendorProfile, vat: str) -> VendorBox | None:
    """Return the profile of a vendor with its money on a VAT basis; None if it has no procedure."""
    if not profile.outcomes:
        return None
    state, id_ = FindingState(MONEY, vat=vat), profile.vendor.id
    pictures = {name: draw(profile, name) for name in PICTURES}
    files = {name: ProfilePicture(one, name, vendor_picture_url(id_, name)) for name, one in pictures.items() if one}
    return VendorBox(
        says=tuple(_summary(profile)),
        figures=tuple(_figures(profile)),
        money=tuple(_money(profile, state)),
        bases=basis_links(vendor_url(id_), vat),
        whole=Link(gettext("The finding on all vendors"), state.url),
        unknown=tuple(_unknown_counts(profile, state)),
        network=files.get("network"),
        rivals=tuple(islice(_rivals(profile), MOST_ROWS)),
        every_rival=_every_rival(profile),
        map=files.get("towns"),
        towns=tuple(_towns(profile)),
        timeline=files.get("years"),
        years=tuple(_years(profile)),
        every=Link(procedures_text(profile.count()), vendor_procedures_url(id_)),
    )


def draw(profile: VendorProfile, name: str) -> Picture | None:
    """Return one of :data:`PICTURES`; None if there is no data."""
    vendor = profile.vendor
    if name == "network":
        title = gettext("%(vendor)s: who bid against whom", vendor=vendor.name)
        return draw_network(
            title,
            BiddingFirm(vendor.id, vendor.name),
            profile.rivals,
            profile.between,
            lambda firm: _of_rival(profile, firm),
        )
    if name == "towns":
        return _map(profile)
    numbers = {
        year: YearNumber(Decimal(count), vendor_procedures_url(vendor.id, result="won", year=str(year)))
        for year, count in profile.years.items()
        if year is not None
    }
    lost = profile.years.get(None, 0)
    note = gettext("Without a year: %(procedures)s.", procedures=procedures_text(lost)) if lost else ""
    return year_columns(gettext("%(vendor)s: procedures won, by year", vendor=vendor.name), numbers, note)


def _number(count: int, url: str) -> Link:
    return Link(number(count), url)


def _at(profile: VendorProfile, **asked: str) -> str:
    return vendor_procedures_url(profile.vendor.id, **asked)


def _summary(profile: VendorProfile) -> Iterator[tuple[SentencePart, ...]]:
    won, known = profile.won, profile.won - profile.bids(BidCount.UNKNOWN)
    text = gettext("Won %(won)s of the %(all)s in which it is named as a bidder or vendor.", **marks("won", "all"))
    links = {
        "won": _number(won, _at(profile, result="won")),
        "all": Link(procedures_text(profile.count()), _at(profile)),
    }
    if won:
        text = gettext(
            "Won %(won)s of the %(all)s in which it is named as a bidder or vendor, in %(towns)s.",
            **marks("won", "all", "towns"),
        )
        links["towns"] = Link(_towns_text(profile), "#towns")
    yield linked(text, links)
    if known:
        text = gettext(
            "It made the only bid in %(one)s of the %(known)s that it won and whose bids are known.",
            **marks("one", "known"),
        )
        one = _number(profile.bids(BidCount.ONE), _at(profile, result="won", bids="one"))
        yield linked(text, {"one": one, "known": Link(number(known), _at(profile, result="won", bids="known"))})


def _towns_text(profile: VendorProfile) -> str:
    count = sum(name is not None for name in profile.towns)
    return plural("%(count)s municipality", "%(count)s municipalities", count)


def _figures(profile: VendorProfile) -> Iterator[Figure]:
    won, known = profile.won, profile.won - profile.bids(BidCount.UNKNOWN)
    yield Figure(gettext("Won"), _number(won, _at(profile, result="won")))
    yield Figure(gettext("Lost"), _number(profile.count(BidResult.LOST), _at(profile, result="lost")))
    open_ = profile.count(BidResult.UNKNOWN)
    if open_:
        yield Figure(gettext("No document says who won"), _number(open_, _at(profile, result="unknown")))
    if known:
        one = profile.bids(BidCount.ONE)
        share = f"{round(100 * one / known)}%"
        note = gettext("of %(all)s whose bids are known (%(share)s)", all=number(known), share=share)
        url = _at(profile, result="won", bids="one")
        yield Figure(gettext("Won as the only bidder"), Link(number(one), url, note=note))
    if profile.rivals:
        yield Figure(gettext("Rivals met"), Link(number(len(profile.rivals)), "#rivals"))


def _money(profile: VendorProfile, state: FindingState) -> Iterator[MoneyRow]:
    table = profile.money
    if table is None:
        return
    for row in sorted(profile.rows, key=lambda row: row.is_joint):
        names = (row.key[0] or "").split(TOGETHER)
        others = ", ".join(name for name in names if name != profile.vendor.name)
        told = gettext("shared with %(names)s", names=others) if others else None
        yield from money_rows(table, row, state, told)


def _unknown_counts(profile: VendorProfile, state: FindingState) -> Iterator[Link]:
    """Yield the counts of unknown values."""
    no_count = profile.bids(BidCount.UNKNOWN)
    if no_count:
        won = procedures_text(profile.won)
        text = gettext("Number of bids unknown: %(some)s of %(all)s won", some=number(no_count), all=won)
        yield Link(text, _at(profile, result="won", bids="unknown"))
    row = profile.own_row
    if profile.money is not None and row is not None:
        yield from not_known(profile.money, row, state)
    nowhere = profile.towns.get(None, 0)
    if nowhere:
        text = gettext("Municipality unknown: %(procedures)s", procedures=procedures_text(nowhere))
        yield Link(text, _at(profile, result="won", town="unknown"))


def _of_rival(profile: VendorProfile, firm: BiddingFirm, **asked: str) -> str:
    return _at(profile, rival=firm.id or firm.name, **asked)


def _every_rival(profile: VendorProfile) -> Link | None:
    """Return the link to all rivals, None if the table has all."""
    count = len(profile.rivals)
    if count <= MOST_ROWS:
        return None
    text = gettext("The %(some)s largest of %(all)s; all of them", some=number(MOST_ROWS), all=number(count))
    return Link(text, _at(profile))


def _rivals(profile: VendorProfile) -> Iterator[RivalRow]:
    for one in profile.rivals:
        firm = one.firm
        numbers = (
            _number(one.met, _of_rival(profile, firm)),
            _number(one.won_against, _of_rival(profile, firm, result="won", other="lost")),
            _number(one.lost_to, _of_rival(profile, firm, other="won", result="lost")),
            _number(one.both, _of_rival(profile, firm, other="won", result="won")),
        )
        yield RivalRow(Link(firm.name, vendor_url(firm.id) if firm.id else ""), numbers)


def _towns(profile: VendorProfile) -> Iterator[tuple[Link, Link]]:
    ranked = sorted(profile.towns.items(), key=lambda one: (one[0] is None, -one[1], one[0] or ""))
    for name, count in ranked:
        asked = name or "unknown"
        place = Link(group_value("municipality", name), place_url(name) if name else "")
        yield place, _number(count, _at(profile, result="won", town=asked))


def _map(profile: VendorProfile) -> Picture | None:
    title = gettext("%(vendor)s: procedures won, by municipality", vendor=profile.vendor.name)
    placed = [
        MapNumber(name, COORDINATES[name], Decimal(count), _at(profile, result="won", town=name))
        for name, count in profile.towns.items()
        if name is not None and name in COORDINATES
    ]
    lost = [group_value("municipality", name) for name in profile.towns if name not in COORDINATES]
    return map_of(title, placed, lambda name: None, lost) if placed else None


def _years(profile: VendorProfile) -> Iterator[Link]:
    """Yield the years with the number of awards in each."""
    for year, count in profile.years.items():
        asked = "unknown" if year is None else str(year)
        label = gettext("no year") if year is None else str(year)
        yield Link(number(count), _at(profile, result="won", year=asked), note=label)
