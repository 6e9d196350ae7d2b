"""Containers whose reading is cut off: nothing of what they hold is lost, and nothing is there twice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from archive.archive import Archive
from tests.container_samples import mail
from tests.indexer.killing import run_and_kill

pytestmark = pytest.mark.usefixtures("warm_readers")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ulaz"
    made.mkdir()
    return made


def state(home: Path) -> dict[str, object]:
    """Everything an archive holds that must not depend on how it came to hold it."""
    with Archive.open(home) as archive:
        catalog = archive.catalog
        documents = sorted(catalog.documents.newest_first(), key=lambda document: document.id)
        return {
            "documents": [(document.id, document.page_count) for document in documents],
            "members": [catalog.members.of(document.id) for document in documents],
            "containers": [catalog.members.containers(document.id) for document in documents],
            "sources": [
                sorted(source.path for source in catalog.documents.sources(document.id)) for document in documents
            ],
            "failures": [(failure.path, failure.reason) for failure in catalog.failures.all()],
            "originals": sorted(archive.originals.ids()),
            "index": archive.engine.held(),
            "unfinished": catalog.members.unfinished(),
            "events": catalog.events.verify() > 0,
        }


SCRIPT = """
import sys
from pathlib import Path
from archive.config import Settings
from archive.archive import Archive
from indexer.ingest.progress import AddOptions
from indexer.ingest.run import add
from indexer.ingest.progress import Progress
if __name__ == "__main__":
    with Archive.open(Path(sys.argv[1]), Settings({"commit_documents": 3})) as archive:
        options = AddOptions(2, "never", "main", False)
        add(archive, [Path(path) for path in sys.argv[2:]], options, lambda _: print("x", flush=True), Progress())
"""
STOPS = SCRIPT.replace('lambda _: print("x", flush=True)', "stopping_after(9)").replace(
    "if __name__", "from tests.indexer.killing import stopping_after\nif __name__"
)


def test_a_run_killed_between_a_container_and_its_members_is_finished_by_the_next(tmp_path: Path, folder: Path) -> None:
    for name in "ab":
        inner = {f"{name}{number}.txt": b"dopis %d" % (number % 7) for number in range(9)} | {"prazno.txt": b""}
        (folder / f"{name}.eml").write_bytes(mail(inner))
    (folder / "c.txt").write_bytes(b"dopis 1")
    moments = random.Random(3)
    for reports in (2, 6):
        run_and_kill(SCRIPT, [tmp_path / "killed", folder], reports, moments.uniform(0, 0.02))
    for home in ("killed", "straight"):
        assert run_and_kill(SCRIPT, [tmp_path / home, folder]) == 0
    assert state(tmp_path / "killed") == state(tmp_path / "straight")


def test_what_is_due_is_read_by_any_later_run(tmp_path: Path, folder: Path) -> None:
    """The last run does not name the container again: what it holds is due all the same."""
    (folder / "a.eml").write_bytes(mail({f"{number}.txt": b"dopis %d" % number for number in range(20)}))
    (folder / "drugo.txt").write_bytes(b"drugo")
    run_and_kill(STOPS, [tmp_path / "home", folder / "a.eml"], 3)
    with Archive.open(tmp_path / "home") as archive:
        assert archive.catalog.members.unfinished() != ()
    assert run_and_kill(SCRIPT, [tmp_path / "home", folder / "drugo.txt"]) == 0
    with Archive.open(tmp_path / "home") as archive:
        assert archive.catalog.members.unfinished() == ()
        assert archive.catalog.documents.count() == 23
