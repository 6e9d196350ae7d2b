"""Archives whose catalog is on a real PostgreSQL, compared with each other. For tests and benchmarks of workers."""

from __future__ import annotations

import json
import re
from pathlib import Path

from archive.archive import Archive
from tests.crash_samples import Life


def put_on_server(home: Path, address: str) -> None:
    """Have the archive at ``home`` keep its catalog at ``address``, and commit its index often."""
    home.mkdir(parents=True)
    (home / "settings.toml").write_text(f'catalog_url = "{address}"\ncommit_documents = 3\n')


def reports(said: str) -> list[dict[str, str]]:
    """What a command with ``--json`` reported of files."""
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    return [line for line in lines if "summary" not in line]


def state(life: Life) -> dict[str, str]:
    """What is in an archive, without the folder it was made in; its events without their order, and without the size
    that the first of equal files has."""
    with Archive.open(life.home) as archive:
        catalog = archive.catalog
        catalog.events.verify()
        entries = catalog.events.between(0, catalog.events.newest())
        events = sorted(f"{entry.name} {entry.document} {_without_size(entry.detail)}" for entry in entries)
    parts = life.state() | {"events": "\n".join(events)}
    return {name: re.sub(r"/[^' \"]*/inputs", "", str(part)) for name, part in parts.items()}


def _without_size(detail: str) -> str:
    return re.sub(r', "size": \d+', "", detail)
