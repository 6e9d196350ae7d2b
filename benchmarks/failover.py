"""Whether a search index on three servers loses anything when one of them is killed.

Usage: ``python -m benchmarks.failover HOME FOLDER``, where HOME is a copy of an archive and FOLDER, which the user
``nobody`` must be able to reach, is where the servers keep their data. Three servers are started, with every part of
the index on two of them. One is killed while the documents of the archive are indexed, and started again; another while
every query of :mod:`benchmarks.engines` is asked. No document may be missing, and no answer be another than before.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from archive.errors import DosijeError
from archive.search.engine import EngineRequest, EngineResults, SearchEngine
from archive.search.entries import Entries
from archive.search.opensearch_engine.client import Client, Servers
from archive.search.opensearch_engine.engine import OpenSearchEngine
from archive.search.query_language.parser import parse
from archive.store.catalog import Catalog
from benchmarks.engines import difference, questions
from tests.servers.opensearch import start_nodes, wait_for_nodes
from tests.servers.processes import Server

COMMIT = 10
"""Documents of one addition."""

SHOWN = 20


def main() -> None:
    """Index and search while servers are killed, and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    with _three(arguments.folder) as nodes:
        hosts = ",".join(node.url.removeprefix("http://") for node in nodes)
        url = f"http://{hosts}/failover?shards=3&replicas=1"
        with (
            closing(Catalog.open(arguments.home / "catalog.sqlite")) as catalog,
            closing(OpenSearchEngine(url, "documents")) as engine,
        ):
            index(engine, catalog, nodes[1])
            nodes[1] = nodes[1].start_again()
            wait_for_nodes(nodes)
            _wait_until_whole(url)
            search(engine, nodes[2])


@contextmanager
def _three(folder: Path) -> Iterator[list[Server]]:
    nodes = start_nodes(folder, 3)
    try:
        wait_for_nodes(nodes)
        yield nodes
    finally:
        for node in nodes:
            node.stop()


def index(engine: SearchEngine, catalog: Catalog, victim: Server) -> None:
    """Index every document, a few at a time, and kill a server in the middle."""
    revisions, entries = catalog.indexing.revisions(), Entries(catalog)
    ids = list(revisions)
    taken: list[float] = []
    for start in range(0, len(ids), COMMIT):
        if start == len(ids) // 2 // COMMIT * COMMIT:
            threading.Timer(0.05, victim.kill).start()
        started = time.perf_counter()
        engine.add(entries.of(ids[start : start + COMMIT], revisions))
        taken.append(time.perf_counter() - started)
    lost = len(revisions.items() - {(id_, held.revision) for id_, held in engine.held().items()})
    print(
        f"Indexing: {len(ids)} documents in {len(taken)} additions, a server killed in the middle: {lost} lost. "
        f"Additions took {statistics.median(taken):.2f} s, that with the kill {taken[len(ids) // 2 // COMMIT]:.2f} s."
    )


def _wait_until_whole(url: str) -> None:
    with closing(Client(Servers.parse(url))) as client:
        while client.ask("GET", "/_cluster/health")["status"] != "green":
            time.sleep(0.5)


def search(engine: SearchEngine, victim: Server) -> None:
    """Ask every query before, and again while a server is killed."""
    asked = [EngineRequest(parse(text, False).query, {}, "relevance", SHOWN, 0) for text in questions()]
    before = [engine.search(request) for request in asked]
    threading.Timer(1.0, victim.kill).start()
    taken, wrong, failed = _asked_again(engine, asked, before)
    print(
        f"Searching: {len(taken)} answers while a server was killed: {wrong} other than before, {failed} failed. "
        f"The median took {statistics.median(taken):.3f} s, the longest {max(taken):.2f} s."
    )


def _asked_again(
    engine: SearchEngine, asked: Sequence[EngineRequest], before: Sequence[EngineResults], seconds: float = 60.0
) -> tuple[list[float], int, int]:
    taken: list[float] = []
    wrong = failed = 0
    began = time.perf_counter()
    for request, expected in itertools.cycle(zip(asked, before, strict=True)):
        started = time.perf_counter()
        if started - began > seconds:
            break
        try:
            wrong += difference(engine.search(request), expected, request.sort) is not None
        except DosijeError as error:
            failed += 1
            print(f"{started - began:.1f} s: {error}")
        taken.append(time.perf_counter() - started)
    return taken, wrong, failed


if __name__ == "__main__":
    main()
