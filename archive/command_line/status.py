"""``dosije status`` and ``dosije settings``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from archive.archive import Archive
from archive.command_line.options import JSON_OPTION, print_json, print_table
from archive.config import Settings
from archive.errors import ArchiveError, EngineUnavailable, IndexDamaged, IndexNewer
from archive.model.quality import page_quality
from archive.model.queue import InWork, QueueState, TaskState
from archive.serialization import serialize
from archive.system.confinement import protection
from archive.system.terminal import on_one_line


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
        click.echo(on_one_line(f"failed     {failure['path']}: {failure['reason']} {failure['remedy'] or ''}".rstrip()))
    return code


_DANGERS = {
    "privileges": "it has privileges of root",
    "network": "it can use the network",
    "kernel_settings": "it can change settings of the kernel",
    "other_files": "it can read files of others",
    "catalog": "it can read the catalog",
}
"""Permissions that a process that reads documents should lack."""


def _protection(said: dict[str, Any]) -> str:
    limits = "documents are read by processes with limits"
    if "refused" in said:
        return f"none: {said['refused']}"
    if said["sandboxed"]:
        kept = f"{limits}, in a sandbox without network (bubblewrap)"
    else:
        kept = f"{limits}, and no sandbox: {said['why']}"
        if said["files_by"]:
            kept += "; kept to their files by Landlock"
    filtered = "dangerous system calls are " + (
        "refused" if said["system_calls_filtered"] else "not refused (libseccomp)"
    )
    user = "as root" if said["user"] == 0 else f"as user {said['user']}"
    dangers = [danger for name, danger in _DANGERS.items() if said[name]]
    return "; ".join((kept, filtered, f"such a process, tried just now, ran {user}", *dangers))


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


WORST_PAGES = 10
"""The most pages of poor quality that are listed."""


def status_record(archive: Archive) -> dict[str, Any]:
    """Return counts, index state, the worst pages and failures as a JSON object."""
    counts = archive.catalog.coverage.counts()
    return {
        "home": str(archive.home),
        "protection": protection(archive.settings, archive.home),
        "documents": counts.documents,
        "pages": counts.pages,
        "words": counts.words,
        "bytes": counts.bytes,
        "pages_by_source": dict(counts.pages_by_source),
        "unread_pages": counts.unread_pages,
        **_index_record(archive),
        "meaning": None if archive.meaning is None else asdict(archive.meaning.state()),
        "queue": _queue_record(archive.catalog.tasks.state()) if archive.catalog.tasks.has_queue else None,
        "worst_pages": [
            {
                "document": poor.document,
                "filename": poor.filename,
                "page": poor.page.number,
                "quality": page_quality(poor.page),
                "source": str(poor.page.source),
                "confidence": poor.page.confidence,
                "reason": poor.page.reason,
                "note": poor.page.note,
            }
            for poor in archive.catalog.coverage.poor_pages(WORST_PAGES)
        ],
        "failures": [
            {
                "path": failure.path,
                "sha256": failure.sha256,
                "reason": failure.reason,
                "remedy": failure.remedy,
                "failed_at": failure.failed_at.isoformat(),
                "attempts": failure.attempts,
            }
            for failure in archive.catalog.failures.all()
        ],
    }


def _index_record(archive: Archive) -> dict[str, Any]:
    """Return the state of the index; if it is unavailable or damaged, the documents due by the catalog and the
    problem."""
    try:
        return {
            "index_generation": archive.engine.generation,
            "index_documents": archive.engine.count(),
            "index_due": archive.search.not_searched(),
            "index_problem": None,
            "index_needs_repair": False,
        }
    except (EngineUnavailable, IndexDamaged) as error:
        return {
            "index_generation": None,
            "index_documents": None,
            "index_due": archive.catalog.indexing.count_not_indexed(),
            "index_problem": str(error),
            "index_needs_repair": isinstance(error, IndexDamaged) and not isinstance(error, IndexNewer),
        }


def _queue_record(queue: QueueState) -> dict[str, Any]:
    """Return the number of tasks in each state, the reading speed, and the tasks in work."""
    return {
        **{str(state): queue.counts.get(state, 0) for state in TaskState},
        "pages_an_hour": None if queue.pages_an_hour is None else round(queue.pages_an_hour),
        "in_work": [serialize(InWork, one) for one in queue.in_work],
    }
