"""Build and query ours and other engines side by side.

Usage: ``python -m benchmarks.search WORK_FOLDER --pages 100000 --engines ours,tantivy,tantivy-two,fts5,whoosh``

What is missing in the work folder is built; delete a folder of it to build anew. Every engine is fed the same exact
forms and stems (:mod:`benchmarks.search.analysis`) and asked the same questions (:mod:`benchmarks.search.questions`).
Two works are measured, the same for all. *Matching*: how many documents there are, which 20 come first, and the counts
of five facets over all matches, a facet's own selection left out. The *whole page* besides: all matching pages of those
20, and of the first of them an excerpt, the best stretch by the archive's own rule. CPU time is that of the process
which does the work, all its threads together. Page caches are warm.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.search.feed import QUESTIONS, read_questions
from benchmarks.search.measuring import OURS, measure
from benchmarks.search.report import tables
from benchmarks.search.running import Running, build, prepare
from benchmarks.search.worker import ENGINES


def main() -> None:
    """Prepare, build, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m benchmarks.search", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=100_000)
    parser.add_argument("--engines", default="ours,tantivy,tantivy-two,fts5")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--questions-of", type=int, metavar="PAGES", help="ask those of a smaller corpus (ours only)")
    arguments = parser.parse_args()
    names = arguments.engines.split(",")
    if unknown := set(names) - set(ENGINES):
        parser.error(f"no such engine: {', '.join(sorted(unknown))}; there are {', '.join(ENGINES)}")
    if arguments.questions_of and names != [OURS]:
        parser.error("--questions-of is for --engines ours: the others need the analysis of their corpus")
    work = arguments.folder.resolve()
    folder = work / str(arguments.pages)
    questions = work / str(arguments.questions_of) / QUESTIONS if arguments.questions_of else None
    prepared = prepare(folder, arguments.pages, questions)
    built = {name: build(folder, name) for name in names}
    engines = [Running(folder, name) for name in names]
    measured = measure(engines, read_questions(folder), arguments.rounds)
    for engine in engines:
        engine.close()
    print(tables(prepared, built, engines, measured))


if __name__ == "__main__":
    main()
