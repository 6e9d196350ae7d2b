"""A bulk correction that is killed is made whole or not at all; two that run at once wait for each other."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from archive.store.catalog import Catalog
from tests.store_samples import add_samples
from tests.waiting import PATIENCE
from tests.warm_processes import WarmScript

DOCUMENTS, ROUNDS = 150, 5

CORRECTING = """
import sys
from pathlib import Path
from archive.model.decisions import METHOD, Decision, DecisionAction
from archive.model import Fact, FactStatus
from archive.store.catalog import Catalog

catalog, value = Catalog.open(Path(sys.argv[1])), sys.argv[2]
fact = Fact("vendor", value, None, METHOD, 1.0, FactStatus.CORRECTED)
decisions = [Decision(one.id, "vendor", DecisionAction.ADD, value, (fact,)) for one in catalog.documents.newest_first()]
print("ready", flush=True)
sys.stdin.readline()
assert all(change.event for change in catalog.decisions.record(decisions))
print("done", flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "catalog.sqlite"
    catalog = Catalog.open(path)
    add_samples(catalog, range(DOCUMENTS))
    catalog.close()
    return path


def correcting(path: Path, value: str) -> WarmScript:
    process = WarmScript(CORRECTING, path, value)
    assert process.stdout.readline() == "ready\n"
    return process


def go(process: WarmScript) -> float:
    process.stdin.write("\n")
    process.stdin.flush()
    return time.monotonic()


def corrected(path: Path) -> dict[str, int]:
    """How many documents have each of the vendors that the processes name."""
    catalog = Catalog.open(path)
    found: dict[str, int] = {}
    for facts in catalog.facts.by_document(document.id for document in catalog.documents.newest_first()).values():
        for fact in facts:
            if fact.value.startswith("V"):
                found[fact.value] = found.get(fact.value, 0) + 1
    events = catalog.events.verify()
    catalog.close()
    assert events == 2 * DOCUMENTS + sum(found.values())
    return found


def test_a_killed_bulk_correction_is_whole_or_not_there(path: Path) -> None:
    whole = correcting(path, "V0")
    began = go(whole)
    assert whole.communicate(timeout=PATIENCE) == "done\n"
    lasted = time.monotonic() - began
    for number in range(1, ROUNDS + 1):
        process = correcting(path, f"V{number}")
        go(process)
        time.sleep(lasted * number / (ROUNDS + 1))
        process.kill()
        out = process.communicate(timeout=PATIENCE)
        count = corrected(path).get(f"V{number}", 0)
        assert count in ({DOCUMENTS} if out else {0, DOCUMENTS})


def test_two_bulk_corrections_at_once_are_both_made(path: Path) -> None:
    both = [correcting(path, value) for value in ("VA", "VB")]
    for process in both:
        go(process)
    assert [process.communicate(timeout=PATIENCE) for process in both] == ["done\n", "done\n"]
    assert corrected(path) == {"VA": DOCUMENTS, "VB": DOCUMENTS}
