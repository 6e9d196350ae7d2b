"""Estimate the resources of an archive of a given size: hours of OCR, storage, shards, machines, and monthly costs.

Usage: ``python -m benchmarks.capacity [--scanned 0.6] [--cores 32] [--replicas 1] ...``

Nothing is run at that size. Figures measured for one page (``MEASURED``, each with its source) are scaled up, and two
parts that do not scale linearly are simulated: an import by many workers that take turns at writing to the catalog,
with document lengths as in the corpus; and a search that waits for the slowest of its shards. Assumptions are options
with defaults; prices are assumptions, not offers of any provider.
"""

from __future__ import annotations

import argparse
import heapq
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

SIZES = (100_000, 1_000_000, 10_000_000, 100_000_000)

DOCUMENT_PAGES = (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 6, 10, 14, 25, 86)
"""Pages of documents: the mean of each twentieth of the 112 documents of ``corpus/serbian``, 8.0 over all."""

SIMULATED_DOCUMENTS = 20_000
SIMULATED_QUERIES = 5_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure per page."""

    value: float
    unit: str
    source: str


VOCABULARY_GROWTH = 0.75
"""Exponent of vocabulary growth with the number of pages: 2,479 types in 6,973 words, 43,344 in 304,828."""

MEASURED = {
    "ocr": Figure(1.18, "CPU s a scanned page", "measurements, OCR, Speed: whole add of image-only pages"),
    "text": Figure(0.0187, "CPU s a page with text", "measurements, Born-digital pages: whole add"),
    "scan_bytes": Figure(301_000, "bytes of original a scanned page", "the 7 scanned PDFs of the corpus, 18 pages"),
    "text_bytes": Figure(27_500, "bytes of original a page with text", "81 PDFs with text of the corpus, 1,026 pages"),
    "catalog": Figure(12_400, "bytes of PostgreSQL a page", "corpus/serbian, 926 pages, right after the import"),
    "index": Figure(
        12_300, "bytes of OpenSearch a page", "corpus/serbian, 926 pages and 982 clauses, without replicas"
    ),
    "vocabulary": Figure(
        8_360_000, "bytes of its list of words, of 926 pages", "the same; grows with the 0.75th power"
    ),
    "write": Figure(
        0.0040, "s of the writer's turn a page", "corpus/serbian into PostgreSQL: CPU of both sides, 926 pages"
    ),
    "indexing": Figure(70, "pages indexed a CPU s", "corpus/serbian into OpenSearch: CPU of both sides, 926 pages"),
    "search_base": Figure(5.3, "CPU ms a query in a shard, empty", "Whoosh, 20 % word at 100,000 and 1,000,000 pages"),
    "search_pages": Figure(6.9, "CPU ms a query a million pages", "Whoosh, 20 % word at 100,000 and 1,000,000 pages"),
    "web": Figure(0.027, "CPU s a page of results", "measurements, The reading room: p50"),
}


GROWN = (20_000, 1_000_000)
"""Documents of the two archives between which the costs of whole-archive operations are extrapolated linearly."""

GROWING = {
    "commit of 200 documents": (1.22, 2.46),
    "front page, first of a process after a commit": (0.28, 2.18),
    "front page": (0.034, 0.104),
    "search, a word": (0.017, 0.094),
    "document page": (0.023, 0.029),
    "vendors": (0.020, 0.113),
    "a vendor of one paper in 19, without its profile": (0.058, 0.438),
    "topics, after a change": (0.094, 4.19),
}
"""CPU seconds of these operations in one folder, in both archives (:mod:`benchmarks.growth`)."""


def _chosen(default: float, says: str) -> Any:
    """Return a field of :class:`Assumed`; ``says`` is shown in the report and as the help of its option."""
    return field(default=default, metadata={"says": says})


@dataclass(frozen=True, slots=True)
class Assumed:
    """The assumptions. Prices are per month of 730 hours, in any currency."""

    scanned: float = _chosen(0.6, "share of pages that OCR must read")
    cores: int = _chosen(32, "cores of all workers together, while papers are taken in")
    days: float = _chosen(30.0, "days within which the whole must be taken in: tells the cores needed")
    replicas: int = _chosen(1, "copies of each shard beside the first")
    shard_gb: float = _chosen(30.0, "gigabytes of index in a shard at most; OpenSearch advises 10 to 50")
    shard_pages: float = _chosen(
        10_000_000.0, "pages in a shard at most, so that one core answers from it within 0.1 s"
    )
    node_gb: float = _chosen(1_000.0, "gigabytes of disk of a search node")
    node_cores: int = _chosen(8, "cores of a search node")
    fill: float = _chosen(0.85, "share of a disk that OpenSearch fills before it puts no more shards there")
    database_cores: int = _chosen(4, "cores of PostgreSQL")
    queries: float = _chosen(5.0, "searches a second at the busiest time")
    network: float = _chosen(1.0, "gigabits a second between machines, of which 70 % carry bytes of ours")
    new: float = _chosen(0.001, "share of the archive that is new since the last backup")
    backup: float = _chosen(1.0, "further copies of originals and catalog")
    price_core: float = _chosen(20.0, "price of a core with 4 GB of memory for a month")
    price_disk: float = _chosen(0.08, "price of a gigabyte of disk for a month")
    price_object: float = _chosen(0.02, "price of a gigabyte in an object store for a month")


@dataclass(frozen=True, slots=True)
class Import:
    """The result of a simulated import.

    ``hours`` are until all is read and indexed; ``writer_busy`` is the share of the readers' time in which the
    catalog's writer is busy, ``waiting`` the share in which cores wait for it.
    """

    hours: float
    writer_busy: float
    waiting: float


def main() -> None:
    """Print the report for the assumptions."""
    print(report(_assumed()))


def report(assumed: Assumed) -> str:
    """Return the measured figures, the assumptions, the table of sizes, and the limits of adding workers."""
    measured = [(f"{figure.value:,.9g}", figure.unit, figure.source) for figure in MEASURED.values()]
    chosen = [
        (_option(row.name), f"{getattr(assumed, row.name):,.9g}", row.metadata["says"]) for row in fields(assumed)
    ]
    columns = [column(pages, assumed) for pages in SIZES]
    sizes = [(name, *(column[name] for column in columns)) for name in columns[0]]
    imports = [(cores, importing(10_000_000, cores, assumed)) for cores in (8, 32, 64, 128, 256)]
    workers = [(f"{cores}", f"{it.hours:,.0f}", f"{it.writer_busy:.0%}", f"{it.waiting:.0%}") for cores, it in imports]
    return "\n\n".join(
        (
            _table(("measured for one page", "", "source"), measured),
            _table(("assumed", "", ""), chosen),
            _table(("", *(f"{pages:,} pages" for pages in SIZES)), sizes),
            _table(
                ("cores of workers", "hours for 10,000,000 pages", "writer busy", "cores' time lost waiting"), workers
            ),
            _table(
                ("one folder, CPU s", *(f"{pages:,} pages" for pages in SIZES)),
                [(act, *(f"{growing(act, pages / _mean_pages()):,.2g}" for pages in SIZES)) for act in GROWING],
            ),
        )
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))


def _assumed() -> Assumed:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for row in fields(Assumed):
        says = f"{row.metadata['says']}; %(default)s"
        parser.add_argument(_option(row.name), type=type(row.default), default=row.default, help=says)
    return Assumed(**vars(parser.parse_args()))


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def column(pages: int, assumed: Assumed) -> dict[str, str]:
    """Return the resources of an archive of ``pages`` pages."""
    taken = importing(pages, assumed.cores, assumed)
    scanned = pages * assumed.scanned
    originals = scanned * _of("scan_bytes") + (pages - scanned) * _of("text_bytes")
    catalog = pages * _of("catalog")
    index = pages * _of("index") + _of("vocabulary") * (pages / 926) ** VOCABULARY_GROWTH
    shards = max(1, math.ceil(index / (assumed.shard_gb * 1e9)), math.ceil(pages / assumed.shard_pages))
    copies = 1 + assumed.replicas
    median, high = searching(pages / shards, shards)
    busy_cores = assumed.queries * shards * _search_ms(pages / shards) / 1000
    # The old index is kept until the rebuilt one is verified.
    index_disk = 2 * copies * index / 1e9 / assumed.fill
    # Two of three nodes can elect a leader; one of two cannot.
    nodes = max(
        1 if copies == 1 else max(3, copies),
        math.ceil(index_disk / assumed.node_gb),
        math.ceil(busy_cores / (assumed.node_cores * 0.5)),
    )
    needed = cores_for(pages, assumed)
    return {
        "documents": f"{pages / _mean_pages():,.0f}",
        "OCR, core hours": f"{scanned * _of('ocr') / 3600:,.0f}",
        f"taking in with {assumed.cores} cores": _time(taken.hours),
        f"cores to take it in within {assumed.days:g} days": "not reached" if needed is None else f"{needed:,}",
        "writer of the catalog busy": f"{taken.writer_busy:.0%}",
        "building the index anew, core hours": f"{pages / _of('indexing') / 3600:,.1f}",
        "originals": _bytes(originals),
        "catalog": _bytes(catalog),
        "index, without and with replicas": f"{_bytes(index)}, {_bytes(copies * index)}",
        "shards (with replicas)": f"{shards} ({shards * copies})",
        "search nodes": f"{nodes}",
        "disk for the index by the rule of AWS (x 1.45)": _bytes(1.45 * copies * index),
        "first backup over the network": _time((originals + catalog) / _bytes_an_hour(assumed)),
        "each later backup over the network": _time((catalog + assumed.new * originals) / _bytes_an_hour(assumed)),
        "search in the index: p50, p95": f"{median:.0f}, {high:.0f} ms",
        f"cores busy with {assumed.queries:g} searches a second": f"{busy_cores:.1f}",
        **_prices(nodes, index_disk + catalog / 1e9 / assumed.fill, originals, catalog, assumed),
        "once: reading": f"{scanned * _of('ocr') / 3600 / 730 * assumed.price_core:,.0f}",
    }


def _prices(nodes: int, disk_gb: float, originals: float, catalog: float, assumed: Assumed) -> dict[str, str]:
    """Return the monthly costs: machines for search, disks, stored bytes, other machines."""
    kept_gb = (originals + (originals + catalog) * assumed.backup) / 1e9
    web_cores = max(2, math.ceil(assumed.queries * _of("web") / 0.5))
    return {
        "month: search nodes": f"{nodes * assumed.node_cores * assumed.price_core:,.0f}",
        "month: disk of index and catalog": f"{disk_gb * assumed.price_disk:,.0f}",
        "month: originals and backups": f"{kept_gb * assumed.price_object:,.0f}",
        "month: database and reading room": f"{(assumed.database_cores + web_cores) * assumed.price_core:,.0f}",
    }


def importing(pages: int, cores: int, assumed: Assumed) -> Import:
    """Simulate an import: each core takes the next document, reads it, and waits for its turn to write.

    ``SIMULATED_DOCUMENTS`` (more for many cores) are simulated and the time is scaled to ``pages``. One process indexes
    at the same time; the import ends when both are done.
    """
    chance = random.Random(10)
    writer_free, writing, waited, done = 0.0, 0.0, 0.0, 0
    # When each core has read its document, and its pages: the first to be ready writes first.
    ready = [(0.0, 0)] * cores
    for _ in range(max(SIMULATED_DOCUMENTS, cores * 200)):
        read_at, length = heapq.heappop(ready)
        turn = max(read_at, writer_free)
        writer_free = turn + length * _of("write")
        writing, waited, done = writing + length * _of("write"), waited + turn - read_at, done + length
        following = chance.choice(DOCUMENT_PAGES)
        is_scanned = chance.random() < assumed.scanned
        heapq.heappush(ready, (writer_free + following * _of("ocr" if is_scanned else "text"), following))
    hours = max(pages / done * writer_free, pages / _of("indexing")) / 3600
    return Import(hours, writing / writer_free, waited / (writer_free * cores))


def cores_for(pages: int, assumed: Assumed) -> int | None:
    """Return the fewest cores (each step 25 % more) that import the pages within the days; None if none do."""
    steps = [1]
    while steps[-1] < 1024:
        steps.append(math.ceil(steps[-1] * 1.25))
    return next((cores for cores in steps if importing(pages, cores, assumed).hours <= assumed.days * 24), None)


def searching(shard_pages: float, shards: int) -> tuple[float, float]:
    """Return the median and 95th percentile, in milliseconds, of searches that wait for the slowest shard.

    A shard takes its mean time, with the variance of the measured queries (log-normal, 95th percentile 1.2 times the
    median); shards answer in parallel, on cores of their own.
    """
    chance = random.Random(11)
    spread = math.log(1.2) / 1.645
    times = sorted(
        max(_search_ms(shard_pages) * chance.lognormvariate(0, spread) for _ in range(shards))
        for _ in range(SIMULATED_QUERIES)
    )
    return times[len(times) // 2], times[len(times) * 95 // 100]


def growing(act: str, documents: float) -> float:
    """Return the CPU seconds of an operation in an archive of ``documents``, linear in the measured ones."""
    few, many = GROWING[act]
    return max(0.0, few + (many - few) / (GROWN[1] - GROWN[0]) * (documents - GROWN[0]))


def _search_ms(shard_pages: float) -> float:
    return _of("search_base") + _of("search_pages") * shard_pages / 1e6


def _of(name: str) -> float:
    return MEASURED[name].value


def _bytes_an_hour(assumed: Assumed) -> float:
    return 0.7 * assumed.network * 1e9 / 8 * 3600


def _mean_pages() -> float:
    return sum(DOCUMENT_PAGES) / len(DOCUMENT_PAGES)


def _time(hours: float) -> str:
    return f"{hours * 60:,.0f} min" if hours < 1 else f"{hours:,.0f} h" if hours < 72 else f"{hours / 24:,.1f} days"


def _bytes(count: float) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count / 1e6:,.0f} MB"


if __name__ == "__main__":
    main()
