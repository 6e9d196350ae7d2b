"""``dosije status`` and ``dosije settings``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from archive.config import Settings
from archive.errors import ArchiveError
from archive.home import Archive
from archive.status import status_record
from webapp.command_line.options import JSON_OPTION, print_json, print_table


@click.command("status")
@JSON_OPTION
@click.pass_obj
def status_command(home: Path, as_json: bool) -> int:
    """Say what the archive holds, what failed and whether the index is complete."""
    with Archive.open(home, create=False) as archive:
        record = status_record(archive)
    code = ArchiveError.exit_code if record["index_needs_repair"] else 0
    if record["index_problem"]:
        click.echo(f"dosije: {record['index_problem']}", err=True)
    if as_json:
        print_json(record)
        return code
    failures, worst_pages, queue = record.pop("failures"), record.pop("worst_pages"), record.pop("queue")
    print_table(record | {"protection": _protection(record["protection"])})
    if queue:
        in_work = queue.pop("in_work")
        told = ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in queue.items() if value is not None)
        click.echo(f"queue      {told}")
        for one in in_work:
            click.echo(f"in work    {one['path']}: {one['worker']}, since {one['since']}, attempt {one['attempts']}")
    for poor in worst_pages:
        confidence = "" if poor["confidence"] is None else f", confidence {poor['confidence']:.1f}"
        why = " ".join(filter(None, (poor["reason"], poor["note"])))
        where = f"{poor['document'][:12]} {poor['filename']}, page {poor['page']}"
        click.echo(f"{poor['quality']:<10} {where}: {poor['source']}{confidence} {why}".rstrip())
    for failure in failures:
        click.echo(f"failed     {failure['path']}: {failure['reason']} {failure['remedy'] or ''}".rstrip())
    return code


def _protection(said: dict[str, Any]) -> str:
    limits = "documents are read by processes with limits"
    if said["sandboxed"]:
        return f"{limits}, in a sandbox without network (bubblewrap)"
    return f"{limits}, and no sandbox: {said['why']}"


@click.command("settings")
@JSON_OPTION
@click.pass_obj
def settings_command(home: Path, as_json: bool) -> None:
    """Print every setting with its value and what it does."""
    items = Settings.load(home).items()
    if as_json:
        print_json({setting.name: value for setting, value in items})
        return
    for setting, value in items:
        click.echo(f"{setting.name} = {value!r}\n    {setting.help} Default: {setting.default!r}.")
