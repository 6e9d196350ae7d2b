"""What the commands that make a new archive of an old one have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import click

from archive.errors import ArchiveError

R = TypeVar("R")


def address_options(command: Callable[..., R]) -> Callable[..., R]:
    """The options that say where the parts of a new archive are to be."""
    for name, help_ in (
        ("originals", "Originals in an object store: s3://bucket/folder."),
        ("search", "Search on OpenSearch: http://host:9200/name."),
        ("catalog", "Catalog on PostgreSQL: postgresql://user@host/database."),
    ):
        command = click.option(f"--{name}-url", default="", metavar="URL", help=help_)(command)
    return command


def tell_lacking(lacking: Iterable[str], what: str) -> int:
    """Name the originals that are lacking; returns the exit code."""
    code = 0
    for id_ in lacking:
        click.echo(f"damage    The original {id_} {what}.", err=True)
        code = ArchiveError.exit_code
    return code
