"""Truth tables of the clauses: ``clause_truth.json`` for the corpus, ``documents/truth.json`` for the specimens.

The corpus table describes how it was made. It holds numbers, counts and the first 60 characters of headings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CORPUS_TABLE = Path(__file__).parents[1] / "clause_truth.json"

HEADING_LENGTH = 60
"""Characters of a heading in the table."""


@dataclass(frozen=True, slots=True)
class TrueClause:
    """An article or section: its number, its heading if any, and the number of its stavovi if known."""

    number: str
    heading: str | None
    stavovi: int | None


@dataclass(frozen=True, slots=True)
class TrueDocument:
    """A document with its articles and sections in order, without those inside appendices."""

    path: Path
    half: str
    group: str
    clauses: tuple[TrueClause, ...]
    parts: tuple[str, ...] | None = None


def corpus(folder: Path) -> Iterator[TrueDocument]:
    """Yield the documents of the corpus that are in the table."""
    for entry in json.loads(CORPUS_TABLE.read_text("utf-8"))["documents"]:
        clauses = tuple(_clause(each) for each in entry["clauses"])
        parts = tuple(entry["parts"]) if "parts" in entry else None
        group = Path(entry["file"]).parts[1]
        yield TrueDocument(folder / entry["file"], entry["half"], group, clauses, parts)


def specimens(folder: Path) -> Iterator[TrueDocument]:
    """Yield the specimens below ``documents``; their truth is their source, and they have no held-out half."""
    for entry in json.loads((folder / "truth.json").read_text("utf-8"))["documents"]:
        clauses = tuple(
            TrueClause(str(each["number"]), each["heading"], len(each["paragraphs"])) for each in entry["clauses"]
        )
        group = "specimens, scanned" if entry["scanned"] else "specimens"
        yield TrueDocument(folder / "specimens" / entry["file"], "develop", group, clauses)


def _clause(entry: Mapping[str, Any]) -> TrueClause:
    return TrueClause(entry["number"], entry["heading"], entry.get("stavovi"))
