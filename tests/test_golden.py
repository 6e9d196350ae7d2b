"""Archives that earlier releases made: each opens, is brought up to date, and is as whole as it was.

``tests/golden/make.py`` says how they were made.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from pysqlite3 import dbapi2 as sqlite

from archive.archive import Archive
from archive.search.request import SearchRequest
from archive.store.sql.migrations import STEPS
from archive.upkeep.check import check
from dosije import cli
from tests.golden.home import GOLDEN, unpack
from tests.golden.make import LETTER_ID

TRUTH = {
    "documents", "sources", "readings", "pages", "page_words", "clauses", "members", "failures", "events", "decisions",
    "decided_facts", "annotations", "saved_searches", "story_changes", "short_links", "vendor_rulings", "users", "jobs",
}  # fmt: skip

RELEASES = [path.name.removesuffix(".tar.xz") for path in sorted(GOLDEN.glob("*.tar.xz"))]


@pytest.fixture
def home(release: str, tmp_path: Path) -> Path:
    return unpack(release, tmp_path / "home")


def steps_of(catalog: Path) -> int:
    """The newest step that a catalog has come to."""
    connection = sqlite.connect(str(catalog))
    try:
        (step,) = connection.execute("SELECT max(number) FROM migrations").fetchone()
    finally:
        connection.close()
    return int(step)


def rows_of(catalog: Path) -> dict[str, int]:
    """How many rows each table of the truth has. What is computed of it may be computed otherwise."""
    connection = sqlite.connect(str(catalog))
    try:
        present = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TRUTH & present}
    finally:
        connection.close()


@pytest.mark.parametrize("release", RELEASES)
def test_it_opens_and_is_whole(release: str, home: Path) -> None:
    before = steps_of(home / "catalog.sqlite")
    with Archive.open(home) as archive:
        assert archive.settle()
        found = {hit.id: hit for hit in archive.search.search(SearchRequest("kamera")).hits}
        assert found[LETTER_ID].description.title == "Zahtev opštini", "what a person said is kept"
        assert [search.name for search in archive.catalog.searches.all()] == ["kamere"]
        assert [note.note for note in archive.catalog.annotations.all(LETTER_ID)] == ["Pročitano."]
        assert [problem.message for problem in check(archive).problems] == []
    (link,) = re.findall(r"http\S+", (GOLDEN / f"{release}.txt").read_text(encoding="utf-8"))
    verified = CliRunner().invoke(cli, ["--home", str(home), "verify", link])
    assert (verified.exit_code, verified.output.partition(":")[0]) == (0, "VERIFIED")
    kept = {} if before == STEPS[-1].number else {f"catalog.before-{STEPS[-1].number:02}.sqlite": before}
    assert {path.name: steps_of(path) for path in home.glob("catalog.before-*")} == kept


@pytest.mark.parametrize("release", RELEASES)
def test_no_row_is_lost(release: str, home: Path) -> None:
    """What the archive alone knows: whatever people said, read or ordered is still there, row by row."""
    before = rows_of(home / "catalog.sqlite")
    Archive.open(home).close()
    after = rows_of(home / "catalog.sqlite")
    assert {table: (rows, after[table]) for table, rows in before.items() if after[table] < rows} == {}


def test_every_step_that_an_archive_was_made_at_is_tried(tmp_path: Path) -> None:
    """No program was ever published at steps 11, 13 and 25: each came together with the step after it."""
    steps = {steps_of(unpack(release, tmp_path / release) / "catalog.sqlite") for release in RELEASES}
    assert steps >= set(range(10, 27)) - {11, 13, 25}


@pytest.mark.parametrize("release", RELEASES)
def test_the_copy_of_before_opens_again(release: str, home: Path) -> None:
    """As one puts it back when an upgrade was not wanted: what it was then is all there."""
    upgraded = steps_of(home / "catalog.sqlite") < STEPS[-1].number
    Archive.open(home).close()
    copies = list(home.glob("catalog.before-*.sqlite"))
    assert len(copies) == upgraded
    for kept in copies:
        kept.replace(home / "catalog.sqlite")
    with Archive.open(home) as archive:
        assert archive.catalog.documents.find(LETTER_ID).page_count == 1
