"""Run one engine in a process of its own, so that its CPU time and memory are its own.

Usage: ``python -m benchmarks.search.worker ENGINE WORK_FOLDER build|serve``

``build`` prints figures. ``serve`` opens the index, prints figures, and then answers commands on standard input,
``matching N``, ``page N``, ``documents N`` or ``memory``, each with one line of JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.search.feed import Adapter, Feed, NoSuchQuery, folder_bytes, read_questions

ENGINES = {
    "ours": ("benchmarks.search.engines.ours", "Ours"),
    "whoosh": ("benchmarks.search.engines.whoosh_stock", "StockWhoosh"),
    "fts5": ("benchmarks.search.engines.fts5", "Fts5"),
    "tantivy": ("benchmarks.search.engines.tantivy_engine", "Tantivy"),
    "tantivy-two": ("benchmarks.search.engines.tantivy_two", "TantivyTwo"),
}


def main() -> None:
    """Build or serve."""
    name, folder, task = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    module, of = ENGINES[name]
    make = getattr(importlib.import_module(module), of)
    if task == "build":
        _say(_build(make, folder, folder / name))
    else:
        _serve(make, folder, folder / name)


def _build(make: Any, work: Path, folder: Path) -> dict[str, float]:
    """Build the index; return its CPU time without reading the corpus, but with the engine's own threads."""
    folder.mkdir(parents=True)
    feed = Feed(work)
    began = time.process_time()
    analysis = make(folder).build(feed)
    spent = time.process_time() - began - feed.seconds
    return {
        "pages": feed.pages,
        "text_bytes": feed.text_bytes,
        "analysis_seconds": analysis,
        "engine_seconds": spent - analysis,
        "bytes": folder_bytes(folder),
        "peak_megabytes": _memory()["peak"],
    }


def _serve(make: Any, work: Path, folder: Path) -> None:
    questions = read_questions(work)
    first = next(question for question in questions if question.group == "1 % word")
    idle = _memory()
    began, wall = time.process_time(), time.perf_counter()
    adapter: Adapter = make(folder)
    adapter.open()
    opened, opened_wall = time.process_time() - began, time.perf_counter() - wall
    adapter.page(first)
    answered, answered_wall = time.process_time() - began, time.perf_counter() - wall
    figures = {"open": opened, "open_wall": opened_wall, "first": answered, "first_wall": answered_wall}
    _say(figures | {"idle_anonymous": idle["anonymous"]})
    for line in sys.stdin:
        command, _, number = line.strip().partition(" ")
        if command == "memory":
            _say(_memory())
            continue
        question = questions[int(number)]
        try:
            if command == "documents":
                _say({"ids": sorted(adapter.documents(question))})
            else:
                began, wall = time.process_time(), time.perf_counter()
                answer = (adapter.page if command == "page" else adapter.matching)(question)
                spent, spent_wall = time.process_time() - began, time.perf_counter() - wall
                _say({"cpu": spent, "wall": spent_wall, "total": answer.total, "hits": len(answer.hits)})
        except NoSuchQuery:
            _say({"absent": True})


def _memory() -> dict[str, float]:
    """Return the memory in megabytes: anonymous, resident, and the peak of resident."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{os.getpid()}/status").read_text().splitlines())
    return {
        "anonymous": int(status["RssAnon"].split()[0]) / 1024,
        "resident": int(status["VmRSS"].split()[0]) / 1024,
        "peak": int(status["VmHWM"].split()[0]) / 1024,
    }


def _say(value: dict[str, Any]) -> None:
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main()
