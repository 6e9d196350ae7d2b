"""schemathesis against the API: does any request make the server fail, or answer otherwise than it is described?

Usage: python -m benchmarks.api_fuzzing --home HOME [--examples N] [--seed N] [--program schemathesis]

HOME is an archive, which is copied and not touched. Of two runs, the first knows nothing of it; the second is given the
ids of a document, a vendor, two clauses and a note, so that it gets past the 404s. The exit code is 0 if nothing
was found.

One check is left out: ``positive_data_acceptance`` takes any 400 to a well-formed request for a fault, but that a
document has no page 7, or that a query is broader than the limits, is in no schema.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.annotating.making import AnnotationTarget, target_of
from archive.archive import Archive
from archive.search.request import SearchRequest
from archive.search.saved_searches import Alerts
from indexer.images.pages import SandboxedRenderer
from webapp import create_app
from webapp.api import PREFIX
from webapp.server import make_server

THREADS = 2


@contextmanager
def serving(archive: Archive) -> Iterator[str]:
    """The address of a room over ``archive``."""
    renderer = SandboxedRenderer(archive.settings, archive.cache)
    server = make_server(create_app(archive, renderer), "127.0.0.1", 0, THREADS)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(server.close)
    thread.join()
    renderer.close()


def known(archive: Archive) -> dict[str, str]:
    """Values of parameters that lead to something."""
    catalog = archive.catalog
    documents = [document for document in catalog.documents.newest_first() if catalog.clauses.of(document.id)]
    document = documents[0]
    saved = Alerts(catalog, archive.search).save(archive.engine.generation, "fuzzing", SearchRequest("ugovor"))
    note = catalog.annotations.add(target_of(catalog, document, AnnotationTarget(words="0-1")), "?", "Ana")
    clauses = [f"{document.id}/{clause.eid}" for clause in catalog.clauses.of(document.id)]
    return {
        "path.document_id": document.id,
        "path.vendor_id": catalog.vendors.search("", 1, 0)[1][0].id,
        "path.search_id": saved.id,
        "path.annotation_id": note.id,
        "a": clauses[0],
        "b": clauses[-1],
    }


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--examples", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--program", default="schemathesis")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        shutil.copytree(asked.home, home)
        with Archive.open(home, create=False) as archive, serving(archive) as address:
            config = Path(folder) / "known.toml"
            values = known(archive)
            lines = [f'"{name}" = "{value}"' for name, value in values.items()]
            topic = ["[[operations]]", f'include-path = "{PREFIX}/compare/topic"', "[operations.parameters]"]
            topic += [f'vendor = "{values["path.vendor_id"]}"', 'topic = "price"']
            config.write_text("\n".join(["[parameters]", *lines, *topic, ""]), encoding="utf-8")
            common = [
                *(f"{address}/api/openapi.json", "--max-examples", str(asked.examples), "--seed", str(asked.seed)),
                *("--exclude-checks", "positive_data_acceptance"),
            ]
            runs = (
                [asked.program, "run", *common],
                # Known ids would stand in the place of impossible ones, too, so only possible requests are made.
                [asked.program, "--config-file", str(config), "run", *common, "--mode", "positive"],
            )
            return max(subprocess.run(command, check=False, cwd=folder).returncode for command in runs)


if __name__ == "__main__":
    raise SystemExit(main())
