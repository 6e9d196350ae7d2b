"""When the archive was last backed up, tried by a drill and checked, and whether all was well."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from archive.errors import DiskFull, ReadOnly
from archive.store.catalog import Catalog


class Upkeep(StrEnum):
    """What is done for an archive from time to time."""

    BACKUP = "backup"
    DRILL = "drill"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class LastRun:
    """The last run of one kind, when it ended, and whether all was well."""

    at: datetime
    passed: bool


def keep_last_run(catalog: Catalog, upkeep: Upkeep, *, passed: bool) -> None:
    """Keep that a run ended just now. Where nothing can be written it is not kept, as its event is not recorded."""
    told = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "passed": passed}
    with suppress(DiskFull, ReadOnly):
        catalog.properties.set(_key(upkeep), json.dumps(told))


def last_runs(catalog: Catalog) -> Mapping[Upkeep, LastRun]:
    """Return the last run of each kind that there was."""
    found = {upkeep: json.loads(told) for upkeep in Upkeep if (told := catalog.properties.get(_key(upkeep)))}
    return {upkeep: LastRun(datetime.fromisoformat(told["at"]), bool(told["passed"])) for upkeep, told in found.items()}


def _key(upkeep: Upkeep) -> str:
    return f"last_{upkeep}"
