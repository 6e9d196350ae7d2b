"""Score the clauses against truth tables: articles and sections found, their headings, and counts of their stavovi.

Usage: ``python -m benchmarks.clauses CORPUS --work FOLDER [--half develop|held_out] [--ocr] [--errors FILE]``

CORPUS is the folder of real documents that ``benchmarks/clause_truth.json`` lists, or ``documents`` for the specimens.
FOLDER caches scans and their OCR results. ``--ocr`` scores ten Serbian texts rendered as scans instead of the texts.
Files are read as ``dosije add`` reads them, and the kind of a document is that of the rules.

An article is found if there is one of its number; repeated numbers are matched in order. Clauses inside appendices are
ignored, both in the table and in the results. Headings are compared by their first 60 characters, folded, over the
articles found (an article without a heading must have none); stavovi over those with a known number in the table.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from archive.config import Settings
from archive.model import Clause, ClauseLevel, Reading
from archive.model.words import Words
from archive.text.folding import fold
from benchmarks.clauses.scans import SCANNED, make_scan
from benchmarks.clauses.truth import HEADING_LENGTH, TrueClause, TrueDocument, corpus, specimens
from indexer.clauses import find
from indexer.facts.text import DocumentText
from indexer.ingest.parts import DocumentRead, PageRead, ReadJob
from indexer.ingest.reading import Reader

T = TypeVar("T")

_COLUMNS = (
    "group", "found", "wrong", "missed", "precision", "recall", "F1", "headings", "where there is one", "stavovi",
    "ms CPU a page",
)  # fmt: skip
_LEVELS = {ClauseLevel.ARTICLE, ClauseLevel.SECTION}


@dataclass(slots=True)
class Score:
    """Counts for one group of documents, and the CPU seconds and pages of clause extraction."""

    found: int = 0
    wrong: int = 0
    missed: int = 0
    headings: int = 0
    headings_right: int = 0
    with_heading: int = 0
    with_heading_right: int = 0
    stavovi: int = 0
    stavovi_right: int = 0
    seconds: float = 0.0
    pages: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, document: TrueDocument, clauses: Sequence[Clause]) -> None:
        """Compare the clauses of a document with the table."""
        inside = _inside_appendices(clauses)
        mine = _numbered([each for each in clauses if each.level in _LEVELS and each.eid not in inside])
        right = dict(_by_occurrence([(clause.number.upper(), clause) for clause in document.clauses]))
        name = document.path.name[:24]
        self.wrong += len(mine.keys() - right.keys())
        self.missed += len(right.keys() - mine.keys())
        self.errors += [f"{name}: not there: {key} {mine[key].label!r}" for key in mine.keys() - right.keys()]
        self.errors += [f"{name}: missed: {key} {right[key].heading!r}" for key in right.keys() - mine.keys()]
        counts = Counter(each.parent for each in clauses if each.level is ClauseLevel.PARAGRAPH)
        for key in sorted(right.keys() & mine.keys()):
            self.found += 1
            self._compare(name, mine[key], right[key], counts[mine[key].eid])
        if document.parts is not None:
            parts = [each.label for each in clauses if each.level is ClauseLevel.PART]
            if len(parts) != len(document.parts):
                self.errors.append(f"{name}: {len(parts)} chapters, not {len(document.parts)}: {parts}")

    def _compare(self, name: str, mine: Clause, right: TrueClause, stavovi: int) -> None:
        self.headings += 1
        is_right = _heading(mine.heading) == _heading(right.heading)
        self.headings_right += is_right
        if right.heading is not None:
            self.with_heading += 1
            self.with_heading_right += is_right
        if not is_right:
            self.errors.append(f"{name} {mine.eid}: heading {mine.heading!r}, not {right.heading!r}")
        if right.stavovi is not None:
            self.stavovi += 1
            self.stavovi_right += stavovi == right.stavovi
            if stavovi != right.stavovi:
                self.errors.append(f"{name} {mine.eid}: {stavovi} stavovi, not {right.stavovi}")

    def row(self) -> str:
        """Return the figures as a table row."""
        precision = self.found / max(1, self.found + self.wrong)
        recall = self.found / max(1, self.found + self.missed)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        headings = (
            f"{_share(self.headings_right, self.headings)} | {_share(self.with_heading_right, self.with_heading)}"
        )
        cost = f"{1000 * self.seconds / max(1, self.pages):.2f}"
        counts = f"{self.found} | {self.wrong} | {self.missed} | {precision:.3f} | {recall:.3f} | {f1:.3f}"
        return f"{counts} | {headings} | {_share(self.stavovi_right, self.stavovi)} | {cost}"


def _share(right: int, of: int) -> str:
    return f"{right / of:.3f} ({right}/{of})" if of else "–"


def _inside_appendices(clauses: Sequence[Clause]) -> set[str]:
    """Return the ids of the clauses inside appendices."""
    inside = {each.eid for each in clauses if each.level is ClauseLevel.SCHEDULE}
    for clause in clauses:
        if clause.parent in inside:
            inside.add(clause.eid)
    return inside


def _numbered(clauses: Sequence[Clause]) -> dict[tuple[str, int], Clause]:
    return dict(_by_occurrence([(each.eid.rpartition("_")[2].split("-")[0].upper(), each) for each in clauses]))


def _by_occurrence(pairs: Sequence[tuple[str, T]]) -> Iterator[tuple[tuple[str, int], T]]:
    """Yield each number with its occurrence count, and its value."""
    seen: Counter[str] = Counter()
    for number, value in pairs:
        seen[number] += 1
        yield (number, seen[number]), value


def _heading(heading: str | None) -> str | None:
    """Return a heading normalised for comparison."""
    if heading is None:
        return None
    return "".join(filter(str.isalnum, "".join(map(fold, heading[:HEADING_LENGTH].split()))))


def read(path: Path, reader: Reader) -> tuple[Reading, list[Words], str | None]:
    """Return the reading of a file, its words page by page, and its kind."""
    words: list[Words] = []
    for part in reader.load()(ReadJob("0" * 64, path, path.name)):
        if isinstance(part, PageRead):
            words.append(part.words)
        elif isinstance(part, DocumentRead):
            kind = next((fact.value for fact in part.extraction.facts if fact.field == "kind"), None)
            return part.reading, words, kind
    raise ValueError(f"{path} gave no reading")


def main(arguments: Sequence[str] | None = None) -> None:
    """Score, print a table, and write the errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--half", choices=("develop", "held_out"))
    parser.add_argument("--ocr", action="store_true")
    parser.add_argument("--errors", type=Path, help="write a line for each thing that is wrong")
    options = parser.parse_args(arguments)
    is_corpus = not (options.corpus / "truth.json").exists()
    documents = list(corpus(options.corpus) if is_corpus else specimens(options.corpus))
    reader = Reader.of(Settings.load(options.work), "auto", options.work / "cache")
    scores: dict[str, Score] = defaultdict(Score)
    for document in documents:
        if (options.half and document.half != options.half) or (options.ocr and document.path.stem not in SCANNED):
            continue
        path = make_scan(document.path, options.work / "scans") if options.ocr else document.path
        reading, words, kind = read(path, reader)
        score = scores[f"{document.group}{', scanned' if options.ocr else ''}, {document.half}"]
        started = time.process_time()
        clauses = find(DocumentText.of("0" * 64, reading, words), words, kind)
        score.seconds += time.process_time() - started
        score.pages += len(reading.pages)
        score.add(document, clauses)
    print(f"| {' | '.join(_COLUMNS)} |\n| --- |{' --- |' * (len(_COLUMNS) - 1)}")
    for group, score in sorted(scores.items()):
        print(f"| {group} | {score.row()} |")
    if options.errors:
        options.errors.write_text("".join(f"{error}\n" for score in scores.values() for error in score.errors), "utf-8")


if __name__ == "__main__":
    main()
