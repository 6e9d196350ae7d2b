"""``dosije vendors``: the firms behind the names that documents print, and a person's word on who is who."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from archive.archive import Archive
from archive.command_line.options import JSON_OPTION, by_option, counted, make_searchable, print_json
from archive.errors import UsageError
from archive.facts.corrections import checked_name
from archive.serialization import serialize
from archive.store.catalog import Catalog
from archive.store.vendors.rulings import RulingChange
from archive.vendors.entities import Entity, ListedVendor
from archive.vendors.identity import Number
from archive.vendors.records import CandidateAnswer, RulingAnswer, VendorAnswer, VendorsAnswer
from archive.vendors.rulings import Ruling

VENDORS_SHOWN = 50
CANDIDATES_SHOWN = 20


class _ListByDefault(click.Group):
    """A group of commands that runs ``list`` if the first argument names none: the argument is then its query."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert ``list`` if the first argument names no command."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group("vendors", cls=_ListByDefault)
def vendors_group() -> None:
    """The firms behind the names of vendors and bidders: dosije vendors [QUERY] lists them."""


@vendors_group.command("list")
@click.argument("query", default="")
@click.option("--limit", type=click.IntRange(1), default=VENDORS_SHOWN, show_default=True, help="Vendors to show.")
@JSON_OPTION
@click.pass_obj
def list_command(home: Path, query: str, limit: int, as_json: bool) -> None:
    """List the vendors and bidders with QUERY in a name or number, those in most documents first."""
    with _up_to_date(home) as archive:
        total, listed = archive.catalog.vendors.search(query, limit)
    if as_json:
        print_json(serialize(VendorsAnswer, None, total=total, vendors=listed))
        return
    for vendor in listed:
        _print_vendor(vendor)
    if total > len(listed):
        click.echo(f"{counted(total - len(listed), 'more vendor')}; to see them: --limit {total}", err=True)
    if not total:
        click.echo("No vendor has that in a name or number." if query else "No vendors are known.", err=True)


@vendors_group.command("candidates")
@click.option("--limit", type=click.IntRange(1), default=CANDIDATES_SHOWN, show_default=True, help="Pairs to show.")
@JSON_OPTION
@click.pass_obj
def candidates_command(home: Path, limit: int, as_json: bool) -> None:
    """List pairs of vendors that may be one, those first whose merging is most useful. How they are ordered:
    docs/vendors.md."""
    with _up_to_date(home) as archive:
        total, found = archive.catalog.vendors.merge_candidates(limit)
    if as_json:
        print_json({"total": total, "candidates": [serialize(CandidateAnswer, pair) for pair in found]})
        return
    for pair in found:
        click.echo(f"{pair.score:.2f}  {pair.reason}")
        for vendor in (pair.one, pair.other):
            click.echo(f"      {vendor.name}  [{vendor.id}]  {_documents(vendor)}")
    if total > len(found):
        click.echo(f"{counted(total - len(found), 'more pair')}; to see them: --limit {total}", err=True)
    if not found:
        click.echo("No vendors look alike.", err=True)


@vendors_group.command("merge")
@click.argument("one")
@click.argument("other")
@by_option
@JSON_OPTION
@click.pass_obj
def merge_command(home: Path, one: str, other: str, by: str, as_json: bool) -> None:
    """Say that the vendors ONE and OTHER are one. Each is named by a name in any print, by a number or by its id."""
    name = checked_name(by)
    _rule(home, lambda catalog: catalog.vendors.merge(one, other, name), as_json=as_json)


@vendors_group.command("apart")
@click.argument("one")
@click.argument("other")
@by_option
@JSON_OPTION
@click.pass_obj
def apart_command(home: Path, one: str, other: str, by: str, as_json: bool) -> None:
    """Say that the vendors ONE and OTHER are two: that pair is no candidate any more. Each is named by a name in any
    print, by a number or by its id."""
    name = checked_name(by)
    _rule(home, lambda catalog: catalog.vendors.separate(one, other, name), as_json=as_json)


@vendors_group.command("split")
@click.argument("vendor")
@click.argument("printed_name")
@by_option
@JSON_OPTION
@click.pass_obj
def split_command(home: Path, vendor: str, printed_name: str, by: str, as_json: bool) -> None:
    """Say that PRINTED_NAME, one of the names printed for VENDOR, is another vendor's."""
    name = checked_name(by)
    _rule(home, lambda catalog: catalog.vendors.split(vendor, printed_name, name), as_json=as_json)


@vendors_group.command("undo")
@click.argument("event", type=int, required=False)
@by_option
@JSON_OPTION
@click.pass_obj
def undo_command(home: Path, event: int | None, by: str, as_json: bool) -> None:
    """Take back what was said of vendors in this EVENT, or the last one that holds."""
    name = checked_name(by)

    def undo(catalog: Catalog) -> RulingChange:
        standing = [recorded.event for recorded in catalog.vendors.rulings() if recorded.undone_by is None]
        if event is None and not standing:
            raise UsageError("There are no rulings on vendors yet.")
        return catalog.vendors.undo(standing[-1] if event is None else event, name)

    _rule(home, undo, as_json=as_json)


@vendors_group.command("history")
@JSON_OPTION
@click.pass_obj
def history_command(home: Path, as_json: bool) -> None:
    """Show who merged, split or told apart which vendors and when, and what was taken back."""
    with Archive.open(home, create=False) as archive:
        rulings = archive.catalog.vendors.rulings()
    if as_json:
        print_json([serialize(RulingAnswer, recorded) for recorded in rulings])
        return
    for recorded in rulings:
        later = "" if recorded.undone_by is None else f"  (undone: event {recorded.undone_by})"
        click.echo(f"{recorded.event:>6}  {recorded.at:%Y-%m-%d %H:%M} UTC  {_ruling(recorded.ruling)}{later}")
    if not rulings:
        click.echo("There are no rulings on vendors yet.", err=True)


def _up_to_date(home: Path) -> Archive:
    """Open the archive and update its vendors."""
    archive = Archive.open(home, create=False)
    archive.settle()
    return archive


def _rule(home: Path, rule: Callable[[Catalog], RulingChange], *, as_json: bool) -> None:
    with Archive.open(home, create=False) as archive:
        change = rule(archive.catalog)
        if change.event is not None:
            make_searchable(archive)
    if as_json:
        before, after = ([serialize(VendorAnswer, one) for one in vendors] for vendors in (change.before, change.after))
        print_json({"before": before, "after": after, "event": change.event})
        return
    if change.event is None:
        click.echo("This is known and decided already; nothing was recorded.", err=True)
    before_names, after_names = (" | ".join(one.name for one in some) for some in (change.before, change.after))
    event = "" if change.event is None else f"  [event {change.event}]"
    click.echo(f"{before_names} → {after_names}{event}")


def _print_vendor(vendor: Entity | ListedVendor) -> None:
    numbers = [_number(number) for number in vendor.numbers]
    numbers += [f"{_number(number)} (check digit wrong)" for number in vendor.doubtful_numbers]
    click.echo(f"{vendor.name}  [{vendor.id}]")
    click.echo(f"    {', '.join((_documents(vendor), *numbers))}")
    if vendor.other_names:
        click.echo(f"    also printed: {' | '.join(vendor.other_names)}")


def _number(number: Number) -> str:
    kind, value = number
    return f"{kind.upper()} {value}"


def _documents(vendor: Entity | ListedVendor) -> str:
    """Return in how many documents a vendor is named as vendor and as bidder; a role it has in none is omitted."""
    if not vendor.bid:
        return f"vendor in {counted(vendor.won, 'document')}"
    if not vendor.won:
        return f"bidder in {counted(vendor.bid, 'document')}"
    return f"vendor in {counted(vendor.won, 'document')}, bidder in {vendor.bid:,}"


def _ruling(ruling: Ruling) -> str:
    return f"{ruling.by}: {ruling.action} {ruling.one.name} | {ruling.other.name}"
