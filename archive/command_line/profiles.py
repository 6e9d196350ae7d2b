"""``dosije vendor`` and ``dosije place``: what the findings say of one vendor or one municipality."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from archive.archive import Archive
from archive.command_line.options import JSON_OPTION, counted, print_json
from archive.errors import UsageError
from archive.profiles.bids import BidCount
from archive.profiles.place import PlaceProfile, place_profile
from archive.profiles.records import PlaceAnswer, VendorProfileAnswer, vendor_sums
from archive.profiles.vendor import BidResult, VendorProfile, vendor_profile
from archive.serialization import serialize

RIVALS_SHOWN = 10

_VAT_OPTION = click.option(
    "--vat", type=click.Choice(("with", "without")), default=None, help="Which prices count; by default as printed."
)


@click.command("vendor")
@click.argument("name")
@_VAT_OPTION
@JSON_OPTION
@click.pass_obj
def vendor_command(home: Path, name: str, vat: str | None, as_json: bool) -> None:
    """Show what the vendor NAME won and lost, for how much, where, when and against whom."""
    with Archive.open(home, create=False) as archive:
        archive.settle()
        found = archive.catalog.vendors.find(name)
        profile = vendor_profile(home, archive.catalog, found, vat or "")
    if as_json:
        print_json(serialize(VendorProfileAnswer, found, profile=profile))
        return
    for line in _vendor_lines(profile):
        click.echo(line)


def _vendor_lines(profile: VendorProfile) -> Iterator[str]:
    won, known = profile.won, profile.won - profile.bids(BidCount.UNKNOWN)
    yield f"{profile.vendor.name}  [{profile.vendor.id}]"
    lost, unknown = profile.count(BidResult.LOST), profile.count(BidResult.UNKNOWN)
    ended = f"won {won:,}, lost {lost:,}, no paper says who won {unknown:,}"
    yield f"    {counted(profile.count(), 'procedure')}: {ended}"
    yield f"    only bidder in {profile.bids(BidCount.ONE):,} of the {known:,} won whose bids are known"
    for one in vendor_sums(profile):
        shared = f", shared with {' + '.join(one['shared_with'])}" if one["shared_with"] else ""
        yield f"    {_sum(one)}{shared}"
    for town, count in sorted(profile.towns.items(), key=lambda each: (-each[1], each[0] or "")):
        yield f"    won in {town or 'an unknown municipality'}: {count:,}"
    for year, count in profile.years.items():
        yield f"    won in {year or 'an unknown year'}: {count:,}"
    for rival in profile.rivals[:RIVALS_SHOWN]:
        ended = f"won {rival.won_against:,}, lost {rival.lost_to:,}, both won {rival.both:,}"
        yield f"    met {rival.firm.name} {rival.met:,} times: {ended}"
    if len(profile.rivals) > RIVALS_SHOWN:
        yield f"    {counted(len(profile.rivals) - RIVALS_SHOWN, 'more rival')}; to see them: --json"


def _sum(one: dict[str, Any]) -> str:
    vat = {"with": "with VAT", "without": "without VAT"}.get(one["vat"], "VAT unknown")
    return f"{one['amount']} {one['currency']} {vat} ({counted(one['procedures'], 'procedure')})"


@click.command("place")
@click.argument("municipality")
@_VAT_OPTION
@JSON_OPTION
@click.pass_obj
def place_command(home: Path, municipality: str, vat: str | None, as_json: bool) -> None:
    """Show the papers of MUNICIPALITY, its procedures with what they lack, its requests, and what findings say."""
    with Archive.open(home, create=False) as archive:
        archive.settle()
        profile = place_profile(home, archive.catalog, municipality, vat or "")
    if not profile.papers:
        raise UsageError("No paper is of a municipality %(name)s.", name=repr(municipality[:80]))
    answer = serialize(PlaceAnswer, profile)
    if as_json:
        print_json(answer)
        return
    for line in _place_lines(profile, answer):
        click.echo(line)


def _place_lines(profile: PlaceProfile, answer: dict[str, Any]) -> Iterator[str]:
    yield profile.municipality
    counts = ((profile.papers, "document"), (len(profile.procedures), "procedure"), (len(profile.requests), "request"))
    yield f"    {', '.join(counted(*one) for one in counts)}"
    for one in answer["sums"]:
        yield f"    contracts and awards: {_sum(one)}"
    for one in answer["sellers"]:
        yield f"    sold to it: {' + '.join(one['vendors']) or 'unknown'} ({counted(one['procedures'], 'procedure')})"
    for one in answer["procedures"]:
        missing = ", ".join(paper["kind"] for paper in one["papers"] if paper["id"] is None)
        lacking = f"  [missing: {missing}]" if missing else ""
        yield f"    {one['year'] or 'no year'}  {one['subject'] or one['id']}{lacking}"
    for one in answer["findings"]:
        for sentence in one["sentences"]:
            yield f"    {one['title']}: {sentence}"
