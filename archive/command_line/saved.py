"""``dosije saved`` and ``dosije alerts``: stored queries, and the documents that they found since they were stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive.archive import Archive
from archive.command_line.options import (
    EXACT_OPTION,
    JSON_OPTION,
    LOOK_ALIKES_OPTION,
    checked_filters,
    chosen,
    counted,
    filter_options,
    print_json,
    settle,
)
from archive.search.facets import label
from archive.search.request import AMOUNT_FILTERS, SearchRequest, excluded_facet
from archive.search.results import not_searched_note
from archive.search.saved_searches import Alert, AlertAnswer, AlertRunner, request_of
from archive.serialization import serialize
from archive.store.searches import SavedSearch

PAGES_SHOWN = 3


@click.group("saved")
def saved_group() -> None:
    """Save searches, which tell of the documents that they find from then on (see: dosije alerts)."""


@saved_group.command("add")
@click.argument("name")
@click.argument("query", default="")
@filter_options
@EXACT_OPTION
@LOOK_ALIKES_OPTION
@click.pass_obj
def add_command(
    home: Path, /, name: str, query: str, exact: bool, look_alikes: bool, **filters: tuple[str, ...] | int | None
) -> None:
    """Save the search for QUERY under NAME. Without QUERY, every document that passes the filters is news."""
    request = SearchRequest(query, chosen(filters), limit=1, exact=exact, look_alikes=look_alikes)
    with Archive.open(home, create=False) as archive:
        notes = checked_filters(archive, request)
        results = archive.search.search(request)
        saved = AlertRunner(archive.catalog, archive.search).save(archive.engine.generation, name, request)
    for note in (*results.remarks, *notes):
        click.echo(note, err=True)
    click.echo(f"Saved as {saved.name}. It finds {counted(results.total, 'document')} now, and tells of those to come.")


@saved_group.command("list")
@JSON_OPTION
@click.pass_obj
def list_command(home: Path, as_json: bool) -> None:
    """List the saved searches."""
    with Archive.open(home, create=False) as archive:
        searches = archive.catalog.searches.all()
    if as_json:
        print_json([_as_json(saved) for saved in searches])
        return
    for saved in searches:
        asks = ", ".join(request_parts(request_of(saved)))
        click.echo(f"{saved.name} ({asks}): {saved.found:,} found since it was saved, {saved.unread:,} of them unread")
        _tell_trouble(saved)


@saved_group.command("remove")
@click.argument("name")
@click.pass_obj
def remove_command(home: Path, name: str) -> None:
    """Forget the saved search NAME and what it found."""
    with Archive.open(home, create=False) as archive:
        saved = archive.catalog.searches.get(name)
        archive.catalog.searches.remove(saved.id)
    click.echo(f"Removed {saved.name}.")


@click.command("alerts")
@click.argument("name", required=False)
@click.option("--new", "unread_only", is_flag=True, help="Only what nobody has marked as read.")
@click.option("--mark-read", is_flag=True, help="Mark what is printed as read.")
@JSON_OPTION
@click.pass_obj
def alerts_command(home: Path, name: str | None, unread_only: bool, mark_read: bool, as_json: bool) -> None:
    """Print the documents that saved searches found since they were saved: all of them, or those of NAME."""
    with Archive.open(home, create=False) as archive:
        settle(archive)
        alerts = AlertRunner(archive.catalog, archive.search)
        # A killed import may have indexed documents on which no saved search was run.
        alerts.check_due(archive.engine.generation)
        searches = [archive.catalog.searches.get(name)] if name else archive.catalog.searches.all()
        not_searched = archive.search.not_searched()
        for note in not_searched_note(not_searched):
            click.echo(note, err=True)
        found = [(saved, alerts.found(saved, unread_only=unread_only)) for saved in searches]
        if as_json:
            print_json(
                [
                    {
                        **_as_json(saved),
                        "not_searched": not_searched,
                        "alerts": [serialize(AlertAnswer, alert) for alert in told],
                    }
                    for saved, told in found
                ]
            )
        else:
            for saved, told in found:
                _print_alerts(saved, told)
        if mark_read:
            for saved, told in found:
                if told:
                    archive.catalog.searches.mark_read(saved.id, told[0].found_at)


def _print_alerts(saved: SavedSearch, told: tuple[Alert, ...]) -> None:
    click.echo(f"{saved.name}: {counted(len(told), 'document')}")
    _tell_trouble(saved)
    for alert in told:
        mark = "new " if alert.is_unread else ""
        found = f"{alert.found_at:%Y-%m-%d %H:%M} UTC"
        click.echo(f"  {mark}{alert.description.id[:12]}  {alert.description.title}  ({found})")
        for page in alert.pages[:PAGES_SHOWN]:
            click.echo(f"      p. {page.number:<4} {page.snippet.text}")
        if len(alert.pages) > PAGES_SHOWN:
            click.echo(f"              {counted(len(alert.pages) - PAGES_SHOWN, 'more page')}")


def _tell_trouble(saved: SavedSearch) -> None:
    if saved.trouble:
        click.echo(f"{saved.name} could not be run on {counted(saved.missed, 'document')}: {saved.trouble}", err=True)


def _as_json(saved: SavedSearch) -> dict[str, Any]:
    return {
        "id": saved.id,
        "name": saved.name,
        "search": dict(saved.parameters),
        "created_at": saved.created_at.isoformat(),
        "found": saved.found,
        "unread": saved.unread,
        "missed": saved.missed,
        "trouble": saved.trouble,
    }


_FIELDS = {"watch": "On the watchlist", "quality": "Reading quality", **dict.fromkeys(AMOUNT_FILTERS, "Amount")}
"""Labels of filters that differ from their names."""


def request_parts(request: SearchRequest) -> tuple[str, ...]:
    """Return a request as text: its query, each filter, and how words are matched."""
    filters = (
        f"{_field(name)}: {', '.join(label(name, value) for value in values)}"
        for name, values in request.filters.items()
    )
    exact = ("exact words only",) if request.exact else ()
    look_alikes = ("also look-alikes",) if request.look_alikes else ()
    return (request.text or "every document", *filters, *exact, *look_alikes)


def _field(name: str) -> str:
    field = excluded_facet(name) or name
    return _FIELDS.get(field, field.replace("_", " ").capitalize())
