"""Every kind of link that the reading room prints is answered: in every finding, and on every other page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask

from archive.archive import Archive
from archive.config import Settings
from archive.findings.files import SHIPPED
from benchmarks.links import ROOTS, Crawl, finding_roots
from indexer.images.clips import ClipRenderer
from webapp import create_app

pytestmark = pytest.mark.usefixtures("warm_readers")

FINDINGS = sorted(file.stem for file in SHIPPED.glob("*.toml"))


@pytest.fixture(scope="module")
def app(specimen_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = tmp_path_factory.mktemp("links") / "home"
    shutil.copytree(specimen_home, home)
    with (
        Archive.open(home, Settings()) as archive,
        closing(ClipRenderer(archive.settings, archive.cache)) as renderer,
    ):
        yield create_app(archive, renderer)


def test_every_kind_of_link_is_answered(app: Flask) -> None:
    """Whether each number leads to what makes it: tests/webapp/test_findings.py."""
    newest = app.test_client().get("/api/v1/findings/spending").get_json()["as_of"]["event"]
    crawl = Crawl(app, each=1, of_view=lambda address: 3 * len(FINDINGS) if address.startswith("/findings") else 8)
    moments = (f"/findings/spending?as_of={newest}", f"/findings/vendors/changes?against={newest // 2}")
    findings = (address for address in finding_roots(()) if address.startswith("/findings"))
    assert list(crawl.broken([*ROOTS, *moments, *findings])) == []
    assert crawl.opened["findings.cell"] >= 2 * len(FINDINGS)
    assert crawl.opened["finding_files.export"] >= 3 * len(FINDINGS), "files are opened, too"
    reached = {"document.show", "page.show", "clause.show", "cite.show", "vendors.show", "findings.changes"}
    assert reached <= crawl.opened.keys()
