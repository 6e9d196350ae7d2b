"""Score the facts against hand-made labels: precision and recall of each field, and a file with every error.

Usage: ``python -m benchmarks.facts CORPUS --home HOME [--half develop|held-out] [--errors FILE]``

CORPUS is a folder with ``labels.jsonl`` and the labelled files, or ``documents``, whose truth table is taken then. HOME
is an archive into which the files were added. Words come from the archive, so scans are not read again, and the facts
are extracted anew by the rules at hand. A file that the archive does not hold counts as not found in every field, and
is named. ``develop`` is every other document of each source, in the order of the labels; rules are written looking at
it, ``held-out`` is the rest.

An amount is its value and currency; what it is and how it stands to VAT are scored for those found ("amount role",
"amount vat": award and contract count as one). A quantity that is a part of a larger one is not scored. The watchlist
is the shipped one with CORPUS/watchlist.toml, and a label's term is the entry that has it as a phrase. The last lines
say how many facts have their words on the page they name, and what the rules cost.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from archive.archive import Archive
from archive.model import Fact
from archive.text.folding import fold
from benchmarks.facts.labels import (
    FIELDS,
    Label,
    Values,
    comparable,
    corpus_labels,
    half_of,
    identifiers,
    specimen_labels,
)
from indexer.facts.extraction import extract
from indexer.facts.mentions.watchlist import Watchlist
from indexer.facts.text import DocumentText

_WON = frozenset({"award", "contract"})
"""Labels of amounts that are paid to somebody."""


@dataclass(slots=True)
class Tally:
    """Counts for one field."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of extracted values that are right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of labelled values that are extracted."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@dataclass(slots=True)
class Score:
    """The counts by field, the errors, the number of facts, and the CPU seconds and pages of extraction."""

    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    errors: list[dict[str, Any]] = field(default_factory=list)
    facts: int = 0
    seconds: float = 0.0
    pages: int = 0

    def add(self, label: Label, name: str, found: Values) -> None:
        """Compare the values extracted for a field with the alternative that fits best."""
        if name == "amount":
            found = frozenset(value for value in found if value.split()[0] not in label.extra_amounts)
        best = min(
            label.alternatives(name), key=lambda right: (len(found - right) + len(right - found), -len(right & found))
        )
        tally = self.tallies[name]
        tally.right += len(found & best)
        tally.wrong += len(found - best)
        tally.missed += len(best - found)
        if found != best:
            self._error(label, name, sorted(found - best), sorted(best - found))

    def add_amount_details(self, label: Label, amounts: Sequence[Fact]) -> None:
        """Score the roles and the VAT status of the extracted amounts."""
        found: dict[str, list[Mapping[str, str]]] = defaultdict(list)
        for fact in amounts:
            found[f"{float(fact.value):.2f}"].append(fact.details)
        for right in label.amounts():
            same = found.get(f"{right['value']:.2f}")
            if same:
                roles = {details.get("role") for details in same}
                is_right = right["what"] in roles or (right["what"] in _WON and bool(roles & _WON))
                self._count("amount role", label, right, roles, is_right=is_right)
                vats = {details.get("vat", "unknown") for details in same}
                is_right = right["vat"] in vats or any(map(label.accepts_vat, vats))
                self._count("amount vat", label, right, vats, is_right=is_right)

    def _count(self, name: str, label: Label, right: Mapping[str, Any], got: object, *, is_right: bool) -> None:
        tally = self.tallies[name]
        tally.right += is_right
        tally.wrong += not is_right
        tally.missed += not is_right
        if not is_right:
            key = "what" if name == "amount role" else "vat"
            self._error(label, name, [f"{right['value']}: {got}"], [f"{right['value']}: {right[key]}"])

    def _error(self, label: Label, name: str, wrong: list[str], missed: list[str]) -> None:
        error = {"file": str(label.path), "field": name, "wrong": wrong, "missed": missed}
        evidence = label.written.get("evidence", {}).get(FIELDS.get(name, ""))
        self.errors.append(error | ({"evidence": evidence} if evidence and missed else {}))


def facts_of(
    archive: Archive, document: str, score: Score, watchlist: Watchlist
) -> tuple[tuple[Fact, ...], str | None]:
    """Return the extracted facts of a stored document, and the language of its reading."""
    reading = archive.catalog.readings.get(document)
    words = list(archive.catalog.readings.all_words(document))
    started = time.process_time()
    facts = extract(DocumentText.of(document, reading, words), words, watchlist)
    score.seconds += time.process_time() - started
    score.pages += len(reading.pages)
    for fact in facts:
        assert fact.span is not None
        assert fact.span.last < reading.word_count, f"{fact} points beyond {document}"
    score.facts += len(facts)
    return facts, reading.language


def answers(facts: Sequence[Fact], language: str | None) -> dict[str, Values]:
    """Return the facts of a document in the form in which labels are compared."""
    found: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        if fact.field == "bids" and "lot" in fact.details:
            continue  # The labels count the bids of a document, not those of each lot.
        if fact.field == "quantity" and "of" in fact.details:
            continue  # The same holds for the parts of a quantity.
        found[fact.field].add(_answer(fact))
        if fact.field in {"vendor", "buyer"}:
            given = {name: [fact.details[name]] for name in ("pib", "mb", "jib") if name in fact.details}
            found[f"{fact.field} ids"] |= identifiers(given)
    if language is not None:
        found["language"].add(comparable("language", language))
    return {name: frozenset(values) for name, values in found.items()}


def _answer(fact: Fact) -> str:
    if fact.field == "amount":
        return f"{float(fact.value):.2f} {fact.details.get('currency')}"
    if fact.field == "quantity":
        return f"{fact.value} {fact.details['what']}"
    return comparable(fact.field, fact.value)


def named(label: Label, watchlist: Watchlist) -> Label:
    """Return a label with its watched terms renamed to the entries of the watchlist."""
    names = {fold(phrase): entry.name for entry in watchlist.entries for phrase in entry.phrases}
    hits = [{**hit, "term": names.get(fold(hit["term"]), hit["term"])} for hit in label.written.get("watchlist", ())]
    return replace(label, written={**label.written, "watchlist": hits}) if hits else label


def main(arguments: Sequence[str] | None = None) -> None:
    """Score, print a table, and write the errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--half", choices=("develop", "held-out"))
    parser.add_argument("--source", help="only labels whose path has this in it")
    parser.add_argument("--errors", type=Path, help="write one JSON object for each field of a document that is wrong")
    options = parser.parse_args(arguments)
    is_corpus = (options.corpus / "labels.jsonl").exists()
    labels = corpus_labels(options.corpus) if is_corpus else specimen_labels(options.corpus)
    watchlist = Watchlist.of(options.corpus)
    score, unread = Score(), []
    with Archive.open(options.home, create=False) as archive:
        for label in (named(label, watchlist) for label in half_of(labels, options.half)):
            if options.source and options.source not in str(label.path):
                continue
            document = hashlib.sha256(label.path.read_bytes()).hexdigest()
            if not archive.catalog.documents.has(document):
                unread.append(label.path)
            facts, language = facts_of(archive, document, score, watchlist) if label.path not in unread else ((), None)
            found = answers(facts, language)
            for name in filter(label.scores, FIELDS):
                score.add(label, name, found.get(name, frozenset()))
            if label.scores("amount"):
                score.add_amount_details(label, [fact for fact in facts if fact.field == "amount"])
    report(score, unread)
    if options.errors:
        lines = [json.dumps(error, ensure_ascii=False) + "\n" for error in score.errors]
        options.errors.write_text("".join(lines), "utf-8")


def report(score: Score, unread: Sequence[Path]) -> None:
    """Print the table and the files that the archive does not have."""
    print("| field | right | wrong | missed | precision | recall |\n| --- | --- | --- | --- | --- | --- |")
    for name, tally in score.tallies.items():
        figures = f"{tally.precision:.2f} | {tally.recall:.2f}"
        print(f"| {name} | {tally.right} | {tally.wrong} | {tally.missed} | {figures} |")
    cost = 1000 * score.seconds / max(1, score.pages)
    print(f"\n{score.facts} facts, each with its words; {cost:.2f} ms CPU a page ({score.pages} pages)")
    for path in unread:
        print(f"not in the archive: {path}")


if __name__ == "__main__":
    main()
