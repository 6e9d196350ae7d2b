"""``dosije collections``: which collections there are, and who sees those that are private."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive.access.records import Sharing, checked_collection
from archive.archive import Archive
from archive.command_line.options import JSON_OPTION, by_option, counted, print_json
from archive.command_line.users import tell_if_open
from archive.errors import UsageError


@click.group("collections")
def collections_group() -> None:
    """List collections, and have some be seen by their members only."""


@collections_group.command("list")
@JSON_OPTION
@click.pass_obj
def list_command(home: Path, as_json: bool) -> None:
    """List the collections with their documents and, if they are private, their members."""
    with Archive.open(home, create=False) as archive:
        documents = {one.name: one.documents for one in archive.catalog.collections.all()}
        shared = {one.name: one for one in archive.catalog.collections.sharings()}
    rows = [
        _row(shared.get(name, Sharing(name, is_private=False, members=())), documents.get(name, 0))
        for name in sorted({*documents, *shared})
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        members = f"private to {', '.join(row['members']) or 'admins'}" if row["private"] else "public"
        click.echo(f"{row['name']}  {counted(row['documents'], 'document')}  {members}")


@collections_group.command("private")
@click.argument("name")
@click.option("--member", "members", multiple=True, help="User who may see it, beside admins; repeat it for several.")
@by_option
@JSON_OPTION
@click.pass_obj
def private_command(home: Path, name: str, members: tuple[str, ...], by: str, as_json: bool) -> None:
    """Have the collection NAME be seen by these members and by admins only. It need not hold documents yet."""
    _share(home, name, is_private=True, members=members, by=by, as_json=as_json)


@collections_group.command("public")
@click.argument("name")
@by_option
@JSON_OPTION
@click.pass_obj
def public_command(home: Path, name: str, by: str, as_json: bool) -> None:
    """Have the collection NAME be seen by everybody who may log in."""
    _share(home, name, is_private=False, members=(), by=by, as_json=as_json)


def _share(home: Path, name: str, *, is_private: bool, members: tuple[str, ...], by: str, as_json: bool) -> None:
    with Archive.open(home, create=False) as archive:
        known = {one.name: one.documents for one in archive.catalog.collections.all()}
        collection = checked_collection(name)
        if (
            not is_private
            and collection not in known
            and collection not in {one.name for one in archive.catalog.collections.sharings()}
        ):
            raise UsageError(f"There is no collection {collection!r}.", "See: dosije collections list")
        shared = archive.catalog.collections.share(collection, is_private, members, by)
        # What firms are called may change with what everybody sees.
        is_known = archive.settle()
        if is_private:
            tell_if_open(archive.settings)
    if as_json:
        print_json(_row(shared, known.get(shared.name, 0)))
        return
    seen = f"{', '.join([*shared.members, 'admins'])} only" if shared.is_private else "everybody who may log in"
    click.echo(f"{shared.name} is seen by {seen}.")
    if not is_known:
        click.echo("Documents are being added; names of firms follow when that has ended.", err=True)


def _row(shared: Sharing, documents: int) -> dict[str, Any]:
    return {"name": shared.name, "documents": documents, "private": shared.is_private, "members": list(shared.members)}
