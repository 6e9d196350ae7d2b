"""``dosije rates``: the rates of exchange by which findings convert amounts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from archive.archive import Archive
from archive.command_line.options import JSON_OPTION, print_json
from archive.findings.rate_files import load_rates
from archive.findings.rates import read_rates, series_of


@click.group("rates", invoke_without_command=True)
@JSON_OPTION
@click.pass_context
def rates_group(context: click.Context, /, *, as_json: bool) -> None:
    """List the rates of exchange by which findings convert amounts: of which currency, how many, from when to when."""
    if context.invoked_subcommand is not None:
        return
    with Archive.open(context.obj, create=False) as archive:
        known = series_of(read_rates(archive.home))
    if as_json:
        print_json([asdict(one) for one in known])
    for one in known if not as_json else ():
        kind = "fixed" if one.fixed else f"{one.rates} rates"
        source = one.sources[0] if len(one.sources) == 1 else f"{len(one.sources)} sources"
        click.echo(f"{one.currency} to {one.to}: {kind}, {one.first} to {one.last}, {source}")


@rates_group.command("load")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="When they held, if the file does not say it.")
@click.option("--base", default="RSD", show_default=True, metavar="CURRENCY", help="What the list tells its rates in.")
@click.option("--source", default="", help="Whose rates they are, as tables will say; without, the name of the file.")
@JSON_OPTION
@click.pass_obj
def load_command(home: Path, /, file: Path, day: datetime | None, base: str, source: str, *, as_json: bool) -> None:
    """Load the rates of FILE: lists of the National Bank of Serbia or of another bank as CSV, or TOML as rates.toml."""
    with Archive.open(home, create=False) as archive:
        loaded = load_rates(archive.home, file, base, day.date() if day else None, source)
    if as_json:
        print_json({"rates": len(loaded.rates), "new": loaded.new, "replaced": loaded.replaced})
    else:
        click.echo(f"Rates read: {len(loaded.rates)}. New: {loaded.new}. In the place of others: {loaded.replaced}.")
