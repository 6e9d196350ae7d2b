"""The goals of the search engine, and whether a run meets them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.search.measuring import MATCHING, OURS, PAGE, Measured
from benchmarks.search.running import Prepared, Running

LARGE = 1_000_000
"""Minimum pages for the goals of a large archive."""

MOST_MILLISECONDS, MOST_COLD_MILLISECONDS, MOST_MEGABYTES = 20.0, 300.0, 100.0
MOST_SIZE = 1.2
LEAST_INDEXING = 1.0

# Work, group of queries, statistic of their times, rival, maximum ratio of our time to the rival's.
_SHARES = (
    (MATCHING, "20 % word", "median", "tantivy", 0.5),
    (MATCHING, "20 % word, two filters", "median", "tantivy", 0.5),
    (MATCHING, "wildcard inside", "median", "tantivy", 0.5),
    (MATCHING, "1 % word", "median", "tantivy", 0.8),
    (MATCHING, "AND", "median", "tantivy", 0.8),
    (MATCHING, "OR", "median", "tantivy", 0.8),
    (MATCHING, "prefix", "median", "tantivy", 0.8),
    (MATCHING, "phrase", "p95", "tantivy", 0.8),
    (MATCHING, "fuzzy, one edit", "median", "tantivy", 1.2),
    (PAGE, "20 % word", "median", "tantivy", 0.6),
    (PAGE, "20 % word", "median", "fts5", 0.2),
)
_MOST_OF_A_PAGE = 1.0
"""Maximum ratio of our time for a whole page to that of any rival, in any group."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal, the measurement, and whether it is met."""

    work: str
    goal: str
    measured: str
    is_met: bool


def goals(
    prepared: Prepared, built: Mapping[str, Mapping[str, float]], engines: Sequence[Running], measured: Measured
) -> Iterator[Goal]:
    """Yield every goal for which this run has figures."""
    for work, group, figure, rival, most in _SHARES:
        times = measured.times[work].get(group, {})
        if OURS in times and rival in times:
            share = getattr(times[OURS], figure) / getattr(times[rival], figure)
            yield Goal(f"{work}: {group}, {figure}", f"<= {most} x {rival}", f"{share:.2f} x", share <= most)
    yield from _slowest_pages(measured)
    if OURS in built and "fts5" in built:
        # The analysis is the same for all, and its time would vary with the load of two runs.
        analysis = built[OURS]["analysis_seconds"]
        ratio = (built["fts5"]["engine_seconds"] + analysis) / (built[OURS]["engine_seconds"] + analysis)
        yield Goal(
            "indexing, pages per CPU second, with the same analysis",
            f">= {LEAST_INDEXING} x fts5",
            f"{ratio:.2f} x",
            ratio >= LEAST_INDEXING,
        )
    if OURS in built:
        size = built[OURS]["bytes"] / built[OURS]["text_bytes"]
        yield Goal("index size / raw text", f"<= {MOST_SIZE}", f"{size:.2f}", size <= MOST_SIZE)
    for engine in engines:
        if engine.engine == OURS and prepared.pages >= LARGE:
            yield from _of_large(engine, measured)


def _slowest_pages(measured: Measured) -> Iterator[Goal]:
    """Yield the group with the highest ratio for each rival."""
    shares: dict[str, list[tuple[float, str]]] = {}
    for group, times in measured.times[PAGE].items():
        for rival in times.keys() - {OURS} if OURS in times else ():
            shares.setdefault(rival, []).append((times[OURS].median / times[rival].median, group))
    for rival, of_rival in sorted(shares.items()):
        share, group = max(of_rival)
        goal = f"<= {_MOST_OF_A_PAGE} x {rival}"
        yield Goal(f"{PAGE}: worst group ({group}), median", goal, f"{share:.2f} x", share <= _MOST_OF_A_PAGE)


def speed(figures: Mapping[str, float], prepared: Prepared) -> float:
    """Return pages per CPU second, including the text analysis, whether done by the engine or beforehand."""
    pages = figures["pages"]
    analysis = figures["analysis_seconds"] or prepared.analysis_seconds * pages / prepared.pages
    return pages / (figures["engine_seconds"] + analysis)


def _of_large(ours: Running, measured: Measured) -> Iterator[Goal]:
    group, slowest = max(
        ((group, times[OURS].p95) for group, times in measured.times[PAGE].items()), key=lambda of_group: of_group[1]
    )
    of_word = measured.times[PAGE]["20 % word"][OURS].p95
    for name, p95 in (("20 % word", of_word), (f"slowest group ({group})", slowest)):
        yield Goal(
            f"{name}, p95", f"< {MOST_MILLISECONDS:.0f} ms", f"{p95:.1f} ms of CPU time", p95 < MOST_MILLISECONDS
        )
    opened = 1000 * ours.opened["first_wall"]
    most = MOST_COLD_MILLISECONDS
    yield Goal("open and answer first", f"< {most:.0f} ms", f"{opened:.0f} ms", opened < most)
    memory = measured.memory[OURS]["anonymous"]
    yield Goal(
        "memory of its own (RssAnon), imports included",
        f"< {MOST_MEGABYTES:.0f} MB",
        f"{memory:.0f} MB",
        memory < MOST_MEGABYTES,
    )
