"""``dosije search``: the search page at a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from archive.archive import Archive
from archive.command_line.options import (
    JSON_OPTION,
    MEANING_REMEDY,
    checked_filters,
    chosen,
    counted,
    filter_options,
    print_json,
    settle,
)
from archive.errors import UsageError
from archive.search.help import Expansion, SearchHelp, search_help, search_record
from archive.search.request import SORTS, STORY, SearchRequest, Unit
from archive.search.results import ClosePassages, Hit, SearchResults

PAGES_SHOWN = 3
VALUES_SHOWN = 8


@click.command("search")
@click.argument("query", default="")
@filter_options
@click.option(
    "--story", metavar="STORY", help="Only the papers of this story: its id, the beginning of it, or its title."
)
@click.option("--topic", multiple=True, help="What clauses are about; with --unit clauses.")
@click.option(
    "--unit",
    type=click.Choice([str(unit) for unit in Unit]),
    default="documents",
    show_default=True,
    help="What to find.",
)
@click.option("--sort", type=click.Choice(SORTS), default="relevance", show_default=True)
@click.option("--limit", type=int, default=20, show_default=True, help="Results to show.")
@click.option("--offset", type=int, default=0, help="Results to pass over first.")
@click.option("--exact", is_flag=True, help="Only the words as typed, without their inflected forms.")
@click.option("--look-alikes", is_flag=True, help="Also words that OCR may have made of those asked for.")
@click.option(
    "--meaning/--no-meaning", default=None, help="Also list what is close in meaning.  [default: as the settings say]"
)
@JSON_OPTION
@click.pass_obj
def search_command(
    home: Path,
    /,
    query: str,
    unit: str,
    sort: str,
    limit: int,
    offset: int,
    exact: bool,
    look_alikes: bool,
    meaning: bool | None,
    as_json: bool,
    story: str | None,
    **filters: tuple[str, ...] | int | None,
) -> None:
    """Search the archive. Repeat a filter to widen it; different filters narrow each other."""
    request = SearchRequest(query, chosen(filters), sort, limit, offset, exact, look_alikes, unit=Unit(unit))
    with Archive.open(home, create=False) as archive:
        settle(archive)
        if story is not None:
            request = _within(archive, request, story)
        remarks = checked_filters(archive, request)
        service, engine = archive.searching(request.unit)
        results = service.search(request, may_be_partial=True, filled_up=True)
        help_ = search_help(service, engine, request, results)
        close = None if meaning is False else _close(archive, request, results, is_asked=bool(meaning))
    if as_json:
        results = replace(results, notes=(*results.notes, *remarks))
        print_json(search_record(results, help_, close))
    else:
        _print_notes((*results.remarks, *remarks), help_, request.unit.noun)
        _print_results(results, request.unit.noun)
        if close:
            _print_close(close)


def _within(archive: Archive, request: SearchRequest, story: str) -> SearchRequest:
    """Restrict a request to the papers of a story."""
    # Imported here, as few searches are within a story.
    from archive.store.stories.story import StoryReader  # noqa: PLC0415 - see above
    from archive.stories.searching import within_story  # noqa: PLC0415 - see above

    named = {**request.filters, STORY: (story,)}
    return replace(request, filters=within_story(archive.catalog, named, StoryReader("", sees_all=True), request.unit))


def _close(archive: Archive, request: SearchRequest, results: SearchResults, *, is_asked: bool) -> ClosePassages | None:
    if archive.meaning is None and is_asked:
        raise UsageError("Search by meaning is switched off.", MEANING_REMEDY)
    return archive.meaning.close_passages(request, results) if archive.meaning else None


def _print_notes(notes: Iterable[str], help_: SearchHelp, noun: str) -> None:
    for note in notes:
        click.echo(note, err=True)
    for word in help_.found_as:
        click.echo(_found_as(word), err=True)
    if help_.missing:
        click.echo(f"In no document: {', '.join(help_.missing)}", err=True)
    if help_.suggestion:
        found = counted(help_.suggestion.total, noun)
        click.echo(f"Did you mean: {help_.suggestion.text} ({found})", err=True)
    for also in help_.also:
        click.echo(f"{also.typed}, also to be searched for as: {', '.join(also.terms)}", err=True)
    for relaxation, total in help_.wider:
        if total:
            click.echo(f"{relaxation.label}: {counted(total, noun)}", err=True)


def _found_as(word: Expansion) -> str:
    forms = ", ".join(word.forms) + (f" and {word.more} more" if word.more else "")
    alike = f"perhaps misread as: {', '.join(word.look_alikes)}" if word.look_alikes else ""
    return f"{word.typed} found as: " + "; ".join(filter(None, (forms, alike)))


def _print_results(results: SearchResults, noun: str) -> None:
    what = "what was likely meant" if results.is_likely else "some of the words"
    partly = f", {results.total_partly:,} more with {what}" if results.total_partly else ""
    click.echo(f"{counted(results.total, noun)}{partly} ({results.took_ms:.0f} ms)")
    for hit in results.hits:
        _print_hit(hit)
    if results.partly:
        click.echo("\n--- What was likely meant:" if results.is_likely else "\n--- Only some of the words:")
    for hit in results.partly:
        _print_hit(hit)
    for name, values in results.facets.items():
        if not values:
            continue
        shown = ", ".join(f"{value.label} {value.count}" for value in values[:VALUES_SHOWN])
        more = f", {len(values) - VALUES_SHOWN} more" if len(values) > VALUES_SHOWN else ""
        click.echo(f"\n{name}: {shown}{more}")


def _print_close(close: ClosePassages) -> None:
    """Print passages close in meaning, last: the counts above do not include them."""
    click.echo("\n--- Close in meaning, whatever the words:")
    if close.not_compared:
        click.echo(f"Not compared yet: {counted(close.not_compared, 'document')}. Do it now: dosije reindex --meaning")
    for hit in close.hits:
        click.echo(f"\n{hit.id[:12]}  {hit.description.title}")
        click.echo(f"    p. {hit.page:<4} words {hit.words[0]}-{hit.words[1]}, similarity {hit.similarity:.3f}")
        click.echo(f"    {hit.text}")


def _print_hit(hit: Hit) -> None:
    described = hit.description
    vendors = ", ".join(vendor.name for vendor in described.vendors)
    year = None if described.year is None else str(described.year)
    about = [described.kind, described.municipality, vendors, year]
    click.echo(f"\n{described.id[:12]}  {described.title}")
    if hit.clause:
        named = ", ".join(filter(None, (hit.clause.label, hit.clause.heading)))
        click.echo(f"              {hit.clause.eid}  {named}")
    click.echo("              " + " · ".join(value for value in about if value))
    if hit.lacking:
        click.echo(f"              lacks {', '.join(hit.lacking)}")
    for page in hit.pages[:PAGES_SHOWN]:
        click.echo(f"    p. {page.number:<4} {page.snippet.text}")
    if len(hit.pages) > PAGES_SHOWN:
        click.echo(f"            {counted(len(hit.pages) - PAGES_SHOWN, 'more page')}")
