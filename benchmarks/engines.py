"""Compare the results and the speed of both search engines on a real archive.

Usage: ``python -m benchmarks.engines HOME URL [--jobs 2] [--kind clauses] [--rounds 3]``, where HOME is a copy of an
archive and URL an address as in the setting ``search_url``. Both indexes are rebuilt from the catalog. Every query of
``judged_queries.toml`` and every example of ``docs/queries.md`` is run in each order, exactly and not, with filters and
without; compared are totals, facet counts, documents in order (by relevance: which), pages and matches. Times are those
of the first page of results; the engines alternate.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path

from archive.search.engine import EngineRequest, EngineResults, SearchEngine
from archive.search.entries import ClauseEntries, Entries, entry_id
from archive.search.filters import engine_request
from archive.search.opensearch_engine.client import Client, Servers
from archive.search.opensearch_engine.engine import OpenSearchEngine
from archive.search.query_language.parser import parse
from archive.search.rebuilding import build
from archive.search.request import SORTS, SearchRequest, Unit
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.store.catalog import Catalog
from benchmarks.judged import read_queries

_HERE = Path(__file__).parent
_TYPED = re.compile(r"^\| `((?:[^`|]|\\\|)+)` \|", re.MULTILINE)
SHOWN = 20
"""Documents per page of results."""


def questions() -> list[str]:
    """Return the query texts: the judged queries, the examples of the documentation, and the empty query."""
    judged, _ = read_queries(_HERE / "judged_queries.toml")
    typed = _TYPED.findall((_HERE.parent / "docs" / "queries.md").read_text(encoding="utf-8"))
    return list(dict.fromkeys(["", *(query.text for query in judged), *typed]))


def requests(
    catalog: Catalog, unit: Unit, filters: Sequence[dict[str, tuple[str, ...]]], most: int
) -> Iterator[EngineRequest]:
    """Yield all requests for both engines, each for ``most`` documents."""
    for text in questions():
        for exact in (False, True):
            for chosen in filters:
                asked = SearchRequest(text, chosen, limit=most, exact=exact, unit=unit)
                request = engine_request(catalog, asked, parse(text, exact).query)
                # Filters affect which documents are found, not their order.
                yield from (replace(request, sort=sort) for sort in (SORTS if not chosen else SORTS[:1]))


def some_filters(engine: SearchEngine, unit: Unit) -> list[dict[str, tuple[str, ...]]]:
    """Return the filters: none; the most frequent values of facets, included, excluded, and both."""
    facets = engine.search(EngineRequest(None, {}, "newest", 1, 0, facets=unit.facets)).facets
    common = {name: sorted(counts, key=lambda value, of=counts: (-of[value], value)) for name, counts in facets.items()}  # type: ignore[misc]
    two = {name: tuple(common[name][:2]) for name in ("kind", "year", "vendor")}
    return [{}, {"kind": two["kind"], "year": two["year"]}, {"not_vendor": two["vendor"], "year": two["year"][:1]}]


def difference(one: EngineResults, other: EngineResults, sort: str) -> str | None:
    """Return the difference between two results in a few words; None if there is none."""
    if one.total != other.total:
        return f"total {one.total} and {other.total}"
    if one.facets != other.facets:
        return "counts of facets"
    ids = [[hit.id for hit in results.hits] for results in (one, other)]
    if sort != "relevance" and ids[0] != ids[1]:
        return "order"
    if one.total == len(ids[0]) and set(ids[0]) != set(ids[1]):
        return "documents"
    matches = [{hit.id: (hit.reading, hit.matches, hit.shown) for hit in results.hits} for results in (one, other)]
    wrong = [id_ for id_ in matches[0].keys() & matches[1].keys() if matches[0][id_] != matches[1][id_]]
    return f"matches of {wrong[0]}" if wrong else None


def compare(engines: Sequence[SearchEngine], asked: Sequence[EngineRequest]) -> None:
    """Send all requests to both engines and print differences."""
    wrong, first, near = 0, 0, 0
    ranked: list[float] = []
    for request in asked:
        one, other = (engine.search(request) for engine in engines)
        found = difference(one, other, request.sort)
        if found:
            wrong += 1
            print(f"DIFFERENT: {found}: {request.query} {request.filters} {request.excluded} {request.sort}")
        if request.sort == "relevance" and request.query is not None and one.total > 1:
            tops = [[hit.id for hit in results.hits[:10]] for results in (one, other)]
            ranked.append(len(set(tops[0]) & set(tops[1])) / len(tops[0]))
            first += tops[0][0] == tops[1][0]
            near += tops[0] == tops[1]
    print(f"{len(asked)} requests, {wrong} answered otherwise.")
    print(
        f"By relevance, of {len(ranked)} answers with several documents: the same first document in {first}, the same "
        f"first ten in the same order in {near}; {100 * statistics.mean(ranked):.1f} % of the first ten are the same."
    )


def times(engines: Sequence[SearchEngine], catalog: Catalog, unit: Unit, rounds: int) -> None:
    """Time the first page of results of each query text with both engines, and print the times."""
    asked = [
        engine_request(catalog, SearchRequest(text, limit=SHOWN, unit=unit), parse(text, False).query)
        for text in questions()
    ]
    taken: list[list[float]] = [[] for _ in engines]
    # The engines alternate, so that other load on the machine affects both.
    for request, (engine, of_engine) in product(asked * rounds, list(zip(engines, taken, strict=True))):
        started = time.perf_counter()
        engine.search(request)
        of_engine.append((time.perf_counter() - started) * 1000)
    print("| engine | p50 ms | p95 ms | slowest ms |\n| --- | --- | --- | --- |")
    for engine, of_engine in zip(engines, taken, strict=True):
        of_engine.sort()
        at95 = of_engine[len(of_engine) * 95 // 100]
        name = type(engine).__name__
        print(f"| {name} | {statistics.median(of_engine):.1f} | {at95:.1f} | {of_engine[-1]:.0f} |", flush=True)


def built(engine: SearchEngine, catalog: Catalog, unit: Unit, jobs: int) -> float:
    """Build a generation of the whole catalog, and return the seconds it took."""
    started = time.perf_counter()
    expected = catalog.indexing.revisions()
    if unit is Unit.CLAUSES:
        of_units = catalog.clauses.unit_revisions()
        expected = {entry_id(*unit): revision for unit, revision in of_units.items()}
    rebuild = engine.rebuild()
    build(rebuild, expected, catalog, ClauseEntries if unit is Unit.CLAUSES else Entries, jobs, None)
    rebuild.publish(expected)
    return time.perf_counter() - started


def on_servers(url: str, unit: Unit) -> int:
    """Return the bytes of the index on the servers, without replicas."""
    servers = Servers.parse(url)
    with closing(Client(servers)) as client:
        client.ask("POST", f"/{servers.name}-{unit}-*/_flush")
        told = client.ask("GET", f"/{servers.name}-{unit}-*/_stats/store")
    return int(told["_all"]["primaries"]["store"]["size_in_bytes"])


def main() -> None:
    """Build both indexes, compare, and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("url")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kind", type=Unit, default=Unit.DOCUMENTS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=1000, help="documents of each answer that are compared")
    parser.add_argument("--requests", type=int, help="so many of the requests, at random, are compared; all by default")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="dosije-engines-"))
    unit: Unit = arguments.kind
    try:
        with (
            closing(Catalog.open(arguments.home / "catalog.sqlite")) as catalog,
            closing(WhooshEngine(folder / "index")) as embedded,
            closing(OpenSearchEngine(arguments.url, unit)) as servers,
        ):
            engines: list[SearchEngine] = [embedded, servers]
            pages = catalog.coverage.counts().pages
            print(f"{catalog.coverage.counts().documents:,} documents, {pages:,} pages")
            for engine in engines:
                seconds = built(engine, catalog, unit, arguments.jobs)
                print(f"{type(engine).__name__}: built in {seconds:.1f} s, {pages / seconds:,.0f} pages a second")
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
            print(
                f"Size: {size / 1e6:,.1f} MB in files, {on_servers(arguments.url, unit) / 1e6:,.1f} MB on the servers"
            )
            times(engines, catalog, unit, arguments.rounds)
            if arguments.most:
                asked = list(requests(catalog, unit, some_filters(embedded, unit), arguments.most))
                random.Random(17).shuffle(asked)
                compare(engines, asked[: arguments.requests])
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
