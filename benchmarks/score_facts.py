"""Score the first facts against hand-made labels: precision and recall of each field, and a file with every error.

Usage: ``python benchmarks/score_facts.py CORPUS --home HOME [--half develop|held-out] [--errors FILE]``

CORPUS holds ``labels.jsonl`` and the labelled files; HOME is an archive into which the corpus was added. Words come
from the archive, so scans are not read again, and the facts are extracted anew by the rules at hand. A file that the
archive does not hold counts as not found in every field, and is named. ``develop`` is every other document of each
source, in the order of the labels; rules are written looking at it, ``held-out`` is the rest.

Rules of scoring: names are compared folded, without quotes, punctuation and legal form; ``accept`` holds other right
values, null among them meaning that nothing is right too; of list fields it holds whole alternative lists, and the
one that fits best counts; ``labelled`` restricts a document to the fields it names; a byte-identical copy counts
once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive.home import Archive
from archive.text.folding import fold
from indexer.facts import extract

FIELDS = {"kind": "kind", "municipality": "municipality", "vendor": "vendors", "year": "year", "date": "date"}
"""Our name of a scored field, and the labels' name."""

_LEGAL_FORM = re.compile(r"(?<!\w)(?:d\.?\s?o\.?\s?o|a\.?\s?d|sh\.?\s?p\.?\s?k|ltd|inc|llc|ood)(?!\w)\.?")

Label = Mapping[str, Any]
Values = frozenset[str]


@dataclass(slots=True)
class Tally:
    """Counts of one field."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@dataclass(slots=True)
class Score:
    """The tallies of every field, and what was wrong."""

    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    errors: list[dict[str, Any]] = field(default_factory=list)

    def add(self, label: Label, name: str, found: Values) -> None:
        """Compare what was found for one field with the alternative that fits it best."""
        alternatives = accepted(label, FIELDS.get(name, name))
        best = min(alternatives, key=lambda right: (len(found - right) + len(right - found), -len(right & found)))
        tally = self.tallies[name]
        tally.right += len(found & best)
        tally.wrong += len(found - best)
        tally.missed += len(best - found)
        if found != best:
            error = {"path": label["path"], "field": name, "found": sorted(found), "right": sorted(best)}
            self.errors.append(error)


def comparable(value: object) -> str:
    """A value folded for comparison: script, case, quotes, punctuation and legal forms do not count."""
    folded = fold(str(value))
    return re.sub(r"\W", "", _LEGAL_FORM.sub(" ", folded)) or folded


def accepted(label: Label, name: str) -> list[Values]:
    """Every right answer for a field, as sets: empty where nothing is right."""
    alternatives = [label[name], *(label.get("accept", {}).get(name) or ())]
    return [
        frozenset(map(comparable, value if isinstance(value, list) else [] if value is None else [value]))
        for value in alternatives
    ]


def chosen(labels: Sequence[Label], half: str | None) -> Iterator[Label]:
    """The labels of one half, alternating within each source folder; copies left out."""
    seen: Counter[str] = Counter()
    for label in labels:
        if label.get("duplicate_of"):
            continue
        source = "/".join(label["path"].split("/")[:2])
        seen[source] += 1
        if half is None or (seen[source] % 2 == 1) == (half == "develop"):
            yield label


def answers(archive: Archive, document: str) -> dict[str, Values]:
    """What the rules, and the stored reading's language, say of a document."""
    reading = archive.catalog.reading(document)
    words = list(archive.catalog.all_words(document))
    found: dict[str, set[str]] = defaultdict(set)
    for fact in extract(document, reading, words, archive.catalog.find(document).filename):
        found[fact.field].add(comparable(fact.value))
    if reading.language is not None:
        found["language"].add(comparable(reading.language))
    return {name: frozenset(values) for name, values in found.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    """Score, print a table, write the errors."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--half", choices=("develop", "held-out"))
    parser.add_argument("--errors", type=Path, help="write one JSON object a wrong or missing value")
    options = parser.parse_args(arguments)
    lines = (options.corpus / "labels.jsonl").read_text("utf-8").splitlines()
    score, unread = Score(), []
    archive = Archive.open(options.home)
    for label in chosen([json.loads(line) for line in lines], options.half):
        document = hashlib.sha256((options.corpus / label["path"]).read_bytes()).hexdigest()
        known = archive.catalog.known(document)
        if not known:
            unread.append(label["path"])
        found = answers(archive, document) if known else {}
        for name in (*FIELDS, "language"):
            if FIELDS.get(name, name) in label.get("labelled", (FIELDS.get(name, name),)):
                score.add(label, name, found.get(name, frozenset()))
    archive.close()
    report(score, unread)
    if options.errors:
        options.errors.write_text(
            "".join(json.dumps(error, ensure_ascii=False) + "\n" for error in score.errors), "utf-8"
        )


def report(score: Score, unread: Sequence[str]) -> None:
    """Print the table and the files that the archive does not hold."""
    print(f"{'field':14}{'right':>6}{'wrong':>6}{'missed':>7}{'precision':>11}{'recall':>8}")
    for name, tally in score.tallies.items():
        counts = f"{tally.right:6}{tally.wrong:6}{tally.missed:7}"
        print(f"{name:14}{counts}{tally.precision:11.2f}{tally.recall:8.2f}")
    for path in unread:
        print(f"not in the archive: {path}")


if __name__ == "__main__":
    main()
