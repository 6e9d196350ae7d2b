"""Measure the recall of the whole search, as a person uses it, on queries with known relevant documents.

Usage: ``python -m benchmarks.judged HOME [--queries benchmarks/judged_queries.toml]``

HOME is an archive of the corpus's folders ``serbian``, ``other`` and ``bodies`` whose index is up to date. Recall at 10
is the number of relevant documents among the first ten, divided by their number or by ten if there are more. Partial
matches count where they fill up the ten. Documents that the archive lacks are listed and count as not found. Misses of
queries of the part ``held`` are not printed, so that the search is not tuned on them.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from archive.archive import Archive
from archive.search.request import SearchRequest
from archive.search.service import SearchService

FIRST = 10
SHOWN = 5
"""Maximum documents listed."""

_DIGITS = 10
_QUERIES = Path(__file__).with_name("judged_queries.toml")


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query of the part ``seen`` or ``held``.

    ``finds`` are the first digits of the SHA-256 of the relevant documents.
    """

    group: str
    part: str
    text: str
    finds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The result of a query. ``strangers`` is the number of documents among the first ten that are not on the list."""

    query: JudgedQuery
    recall: float
    total: int
    missing: frozenset[str]
    strangers: int


def main() -> None:
    """Run every query, and print recall by group and the misses."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    parser.add_argument("--queries", type=Path, default=_QUERIES)
    arguments = parser.parse_args()
    queries, names = read_queries(arguments.queries)
    with Archive.open(arguments.home, create=False) as archive:
        held = {id_[:_DIGITS] for id_ in archive.engine.held()}
        for id_ in sorted(names.keys() - held)[:SHOWN]:
            print(f"The archive lacks {names[id_]} ({id_}).")
        judged = [judge(archive.search, query) for query in queries]
    _print_groups(judged)
    for judgement in judged:
        if judgement.recall < 1 and judgement.query.part == "seen":
            missing = ", ".join(names[id_] for id_ in sorted(judgement.missing)[:SHOWN])
            print(
                f"{judgement.query.text}: recall {judgement.recall:.2f}, {judgement.total} documents found, "
                f"{judgement.strangers} of the first {FIRST} not on the list; missing, among others: {missing}"
            )


def read_queries(path: Path) -> tuple[list[JudgedQuery], dict[str, str]]:
    """Return the queries, and the filename of each document they list."""
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    queries = [
        JudgedQuery(entry["group"], entry["part"], entry["text"], frozenset(entry["finds"]))
        for entry in values["query"]
    ]
    return queries, values["documents"]


def judge(service: SearchService, query: JudgedQuery) -> Judgement:
    """Run one query."""
    found = service.search(SearchRequest(text=query.text, limit=FIRST), filled_up=True)
    first = {hit.id[:_DIGITS] for hit in (*found.hits, *found.partly)}
    recall = len(first & query.finds) / min(FIRST, len(query.finds))
    return Judgement(query, recall, found.total, query.finds - first, len(first - query.finds))


def _print_groups(judged: Sequence[Judgement]) -> None:
    """Print the recall of each group and of all, for each part and together, with the number of queries."""
    groups: dict[str, list[Judgement]] = defaultdict(list)
    for judgement in judged:
        groups[judgement.query.group].append(judgement)
    print("| group | seen | held | all |\n| --- | --- | --- | --- |")
    for group, of_group in (*groups.items(), ("all", judged)):
        parts = [[each for each in of_group if each.query.part == part] for part in ("seen", "held")]
        print(f"| {group} | {' | '.join(map(_recall, (*parts, of_group)))} |")


def _recall(judged: Sequence[Judgement]) -> str:
    return f"{mean(judgement.recall for judgement in judged):.3f} ({len(judged)})" if judged else "-"


if __name__ == "__main__":
    main()
