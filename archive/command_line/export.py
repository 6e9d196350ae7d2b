"""``dosije export ocds``: every procurement of the archive in the Open Contracting Data Standard."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from pathlib import Path

import click

from archive.archive import Archive
from archive.citing.locators import base_url
from archive.command_line.options import counted
from archive.config import Settings
from archive.model import Span
from archive.ocds.release import releases
from archive.ocds.values import Links
from archive.search.masking import masked_value, masks
from archive.system.files import written_whole


@click.group("export")
def export_group() -> None:
    """Hand on what the archive knows, in a form that other programs read."""


@export_group.command("ocds")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@click.pass_obj
def ocds_command(home: Path, output: Path | None) -> None:
    """Write a release of OCDS 1.1 for each procurement, one JSON value a line.

    Settings: ocid_prefix and base_url. What stands in which field: docs/ocds.md.
    """
    count = 0
    with Archive.open(home, create=False) as archive:
        found = releases(archive.catalog, archive.settings.text("ocid_prefix"), links_below(archive.settings))
        with nullcontext(sys.stdout.buffer) if output is None else written_whole(output) as file:
            for release in map(masked_value, found) if masks(archive.settings) else found:
                file.write(f"{json.dumps(release, ensure_ascii=False)}\n".encode())
                count += 1
    click.echo(counted(count, "release"), err=True)


def links_below(settings: Settings) -> Links:
    """Return the addresses of the reading room below ``base_url``, as :mod:`webapp.links` makes them for its pages."""
    base = base_url(settings)

    def page(span: Span, number: int) -> str:
        words = f"reading={span.reading}&words={span.first}-{span.last}"
        return f"{base}/documents/{span.document}/pages/{number}?{words}#words"

    return Links(page=page, document=lambda document: f"{base}/documents/{document}")
