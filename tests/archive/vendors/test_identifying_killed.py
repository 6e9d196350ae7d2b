"""Who is killed while identifying vendors leaves the rest to the next one, who comes to the same as if nothing had
happened."""

from __future__ import annotations

import signal
from contextlib import closing
from pathlib import Path

import pytest

from archive.store.catalog import Catalog
from tests.vendor_life import NAMES, is_as_found_anew
from tests.vendor_samples import naming
from tests.warm_processes import run_script

IDENTIFYING = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from archive.store.catalog import Catalog

catalog, commits = Catalog.open(Path(sys.argv[1])), int(sys.argv[3])
catalog._database.batch_size = 4
if sys.argv[2] == "whole":
    catalog.vendors.forget()

def count(_connection):
    global commits
    commits -= 1
    if not commits:
        os.kill(os.getpid(), signal.SIGKILL)

event.listen(catalog._database._engine, "commit", count)
catalog.vendors.identify()
"""


@pytest.mark.parametrize(("what", "commits"), [("changes", 1), ("changes", 3), ("whole", 2), ("whole", 25)])
def test_what_was_not_done_is_due(what: str, commits: int, tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    with closing(Catalog.open(path)) as catalog:
        for number, name in enumerate(NAMES[:10]):
            naming(number, name, pib=str(number % 3)).add_to(catalog)
        catalog.vendors.identify()
        for number, name in enumerate(NAMES[10:20], start=10):
            naming(number, name, NAMES[0]).add_to(catalog)
    assert run_script(IDENTIFYING, path, what, commits).returncode == -signal.SIGKILL
    with closing(Catalog.open(path)) as catalog:
        assert not catalog.indexing.vendors_are_identified()
        assert catalog.vendors.are_as_computed()
        catalog.vendors.identify()
        is_as_found_anew(catalog)
        called = {
            id_: one.vendor_entities
            for id_, one in catalog.documents.descriptions(catalog.indexing.revisions()).items()
        }
        again = {id_ for id_, revision in catalog.indexing.revisions().items() if revision > 1}
        assert again >= {id_ for id_, entities in called.items() if entities}
