"""``dosije rates``: the rates of exchange by which findings convert amounts."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from pathlib import Path

import click

from archive.archive import Archive
from archive.command_line.options import JSON_OPTION, print_json
from archive.findings.rate_files import load_rates
from archive.findings.rates import Rate, read_rates


@click.group("rates", invoke_without_command=True)
@JSON_OPTION
@click.pass_context
def rates_group(context: click.Context, /, *, as_json: bool) -> None:
    """List the rates of exchange by which findings convert amounts: of which currency, how many, from when to when."""
    if context.invoked_subcommand is not None:
        return
    with Archive.open(context.obj, create=False) as archive:
        listed = sorted(read_rates(archive.home), key=_series)
    rows = [_row(list(series)) for _, series in groupby(listed, key=_series)]
    if as_json:
        print_json(rows)
    for row in rows if not as_json else ():
        kind = "fixed" if row["fixed"] else f"{row['rates']} rates"
        click.echo(f"{row['currency']} to {row['to']}: {kind}, {row['first']} to {row['last']}, {row['source']}")


def _series(rate: Rate) -> tuple[str, str, bool]:
    return rate.currency, rate.to, rate.is_fixed


def _row(series: list[Rate]) -> dict[str, str | int | bool]:
    first, last = (choose(rate.period for rate in series) for choose in (min, max))
    sources = list(dict.fromkeys(rate.source for rate in series))
    source = sources[0] if len(sources) == 1 else f"{len(sources)} sources"
    head: dict[str, str | int | bool] = {
        "currency": series[0].currency,
        "to": series[0].to,
        "rates": len(series),
        "fixed": series[0].is_fixed,
    }
    return {**head, "first": first, "last": last, "source": source}


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
