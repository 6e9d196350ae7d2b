"""What the commands that decide on facts have in common: who decides, what is said of a change, and search."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from archive.decisions import Change
from archive.errors import UsageError
from archive.facts.values import UNLISTED
from archive.home import Archive
from archive.model import Fact

R = TypeVar("R")


def by_option(command: Callable[..., R]) -> Callable[..., R]:
    """Who decides. The command gets the name, that of the login user by default."""
    return click.option("--by", "by", callback=_person, help="Who says so.  [default: the login user]")(command)


def _person(_context: click.Context, _option: click.Parameter, name: str | None) -> str:
    if name is not None:
        return name
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError) as error:
        raise UsageError("The system does not know who you are.", "Say it: --by NAME") from error


def change_record(change: Change) -> dict[str, Any]:
    """A change as JSON."""
    return {
        "document": change.document,
        "field": change.field,
        "before": [_record(fact) for fact in change.before],
        "after": [_record(fact) for fact in change.after],
        "event": change.event,
    }


def _record(fact: Fact) -> dict[str, Any]:
    return {"value": fact.value, "status": str(fact.status), "method": fact.method, "details": dict(fact.details)}


def change_line(change: Change) -> str:
    """``1a2b3c4d5e6f vendor: A | B → C (corrected)``."""
    return f"{change.document[:12]} {change.field}: {_values(change.before)} → {_values(change.after)}"


def _values(facts: Sequence[Fact]) -> str:
    return " | ".join(f"{fact.value} ({fact.status})" for fact in facts) or "none"


def tell(archive: Archive, change: Change) -> None:
    """What a person should know after a change, on stderr."""
    if not change.is_news:
        click.echo("This is known and decided already; nothing was recorded.", err=True)
    for fact in change.after:
        if UNLISTED in fact.details and fact not in change.before:
            click.echo(f"{fact.value} is not on the list of municipalities; it is kept as you wrote it.", err=True)
    dates = [fact.value for fact in change.after if fact.field == "date"]
    years = [fact.value for fact in archive.catalog.facts.of(change.document) if fact.field == "year"]
    if dates and years and not dates[0].startswith(years[0]):
        remedy = f"dosije correct {change.document[:12]} year {dates[0][:4]}"
        click.echo(f"The year of this document is {years[0]}. To change it, too: {remedy}", err=True)


def make_searchable(archive: Archive) -> None:
    """Have search know at once what was decided."""
    if archive.settle():
        return
    why = archive.index_trouble.message if archive.index_trouble else "Documents are being added."
    click.echo(f"{why} Search learns of this as soon as it is indexed.", err=True)
