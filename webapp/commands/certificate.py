"""``dosije certificate``: what a search looked through."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

from archive.archive import Archive
from archive.command_line.options import (
    EXACT_OPTION,
    JSON_OPTION,
    LOOK_ALIKES_OPTION,
    checked_filters,
    chosen,
    filter_options,
    print_json,
    settle,
)
from archive.search.certificate import Certificate, certify
from archive.search.request import SearchRequest
from webapp.pages.certificate import certificate_title, sections

_WIDTH = 100


@click.command("certificate")
@click.argument("query", default="")
@filter_options
@click.option("--limit", type=int, default=20, show_default=True, help="Documents found to list.")
@EXACT_OPTION
@LOOK_ALIKES_OPTION
@JSON_OPTION
@click.pass_obj
def certificate_command(
    home: Path,
    /,
    query: str,
    limit: int,
    exact: bool,
    look_alikes: bool,
    as_json: bool,
    **filters: tuple[str, ...] | int | None,
) -> None:
    """State what a search looked through and what it found: as much proof of finding nothing as there can be."""
    request = SearchRequest(query, chosen(filters), limit=limit, exact=exact, look_alikes=look_alikes)
    with Archive.open(home, create=False) as archive:
        # Documents that cannot be indexed now, because another process is writing, are listed in the certificate.
        settle(archive)
        notes = checked_filters(archive, request)
        certificate = certify(archive.catalog, archive.engine, archive.search, request, notes)
    if as_json:
        print_json(certificate.as_json())
    else:
        click.echo("\n".join(_lines(certificate)))


def _lines(certificate: Certificate) -> Iterator[str]:
    title = certificate_title(certificate)
    yield title
    yield "=" * len(title)
    yield ""
    yield textwrap.fill(certificate.statement(), _WIDTH)
    for section in sections(certificate):
        yield ""
        yield section.title
        yield "-" * len(section.title)
        for row in section.rows:
            yield f"{row.label}: {row.value}"
        if section.items:
            yield f"{section.items_title}:"
            yield from (f"  {item}" for item in section.items)
    yield ""
    yield f"SHA-256 {certificate.as_json()['sha256']}"
