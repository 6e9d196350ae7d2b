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
from tests.golden import answers
from tests.golden.home import GOLDEN, unpack
from tests.golden.make import LETTER_ID

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


@pytest.mark.parametrize("release", [name for name in RELEASES if name != answers.RELEASE])
def test_the_copy_of_before_opens_again(release: str, home: Path) -> None:
    """As one puts it back when an upgrade was not wanted: what it was then is all there."""
    Archive.open(home).close()
    kept = next(home.glob("catalog.before-*.sqlite"))
    kept.replace(home / "catalog.sqlite")
    with Archive.open(home) as archive:
        assert archive.catalog.documents.find(LETTER_ID).page_count == 1
