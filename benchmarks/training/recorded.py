"""Record what another version of the program reads in the documents of archives, for training.

Usage, in a checkout of that version: ``PYTHONPATH=. python THIS_FILE rules|labels OUT HOME FOLDER SOURCE ...``

HOME is an archive into which the files of FOLDER were added; those below SOURCE are read.

``rules`` writes the facts of rules for every kind. Rules that were mended on the papers of an author look better on
them than on any other; those of before the papers were opened do not. ``labels`` writes what the weights of that
version are sure of, as labels: for papers that they were trained on, and whose labels are lost.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from archive.archive import Archive
from archive.model import Fact
from archive.model.words import Words
from indexer.facts.extraction import extract
from indexer.facts.mentions.watchlist import Watchlist
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.model import each_of, shipped
from indexer.facts.scoring.proposals import backed, propose, rule_facts
from indexer.facts.text import DocumentText

SURE, NAMED, DOUBTED = 0.9, 0.75, 0.3
"""Minimum probability of a label, of a name, and of a sum that is neither labelled nor counted as wrong."""

_SINGLE = {
    "kind": "kind", "municipality": "municipality", "buyer": "buyer", "year": "year",
    "date": "date", "reference": "reference", "bids": "bids_received",
}  # fmt: skip
_OFTEN_MISSED = frozenset({"kind", "buyer"})
"""Fields of which a paper without a value is no evidence."""


def rules_of(text: DocumentText) -> Iterator[dict[str, Any]]:
    """Yield the facts of rules for each kind of document."""
    for kind in (None, *shipped()["kind"].classes):
        facts = {field: [_written(fact) for fact in found] for field, found in rule_facts(text, kind).items()}
        yield {"document": text.document, "kind": kind, "facts": facts}


def _written(fact: Fact) -> list[Any]:
    assert fact.span is not None
    return [fact.value, [fact.span.first, fact.span.last], fact.method, fact.confidence, dict(fact.details)]


def label_of(text: DocumentText, pages: Sequence[Words], watchlist: Watchlist) -> dict[str, Any]:
    """Return what the weights are sure of as a label."""
    facts = extract(text, pages, watchlist)
    label: dict[str, Any] = {}
    for field, name in _SINGLE.items():
        found = [fact for fact in facts if fact.field == field and "lot" not in fact.details]
        if found and found[0].confidence >= SURE:
            label[name] = found[0].value
        elif not found and field not in _OFTEN_MISSED:
            label[name] = None
    for field, name in (("vendor", "vendors"), ("bidder", "bidders")):
        names = [fact for fact in facts if fact.field == field]
        if all(fact.confidence >= NAMED for fact in names):
            label[name] = [fact.value for fact in names]
    sums = {f"{float(fact.value):.2f}": fact.details for fact in facts if fact.field == "amount"}
    label["amounts"] = [
        {"value": float(value), "currency": told["currency"], "what": told["role"], "vat": told.get("vat", "unknown")}
        for value, told in sums.items()
    ]
    doubted = set(_doubted(text, pages, label.get("kind"))) - set(map(float, sums))
    return {**label, "accept": {"amounts": sorted(doubted)}}


def _doubted(text: DocumentText, pages: Sequence[Words], kind: str | None) -> Iterator[float]:
    found, model = propose(TextSurroundings(text, pages), kind), shipped()["amount"]
    proposed, rows = found.by_role["amount"], found.rows["amount"]
    if rows:
        for each, signs in zip(proposed, each_of(model.scores(rows)[:, 0], backed(proposed, "amount")), strict=True):
            if model.probability(signs) >= DOUBTED:
                yield float(each.key.split()[0])


def main() -> None:
    """Write what is recorded as JSON Lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["rules", "labels"])
    parser.add_argument("out", type=Path)
    parser.add_argument("home", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sources", nargs="+")
    options = parser.parse_args()
    watchlist, seen = Watchlist.of(options.folder), set()
    with Archive.open(options.home, create=False) as archive, options.out.open("w", encoding="utf-8") as file:
        for path in (path for source in options.sources for path in sorted((options.folder / source).rglob("*"))):
            document = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            if document in seen or not archive.catalog.documents.has(document):
                continue
            seen.add(document)
            pages = list(archive.catalog.readings.all_words(document))
            text = DocumentText.of(document, archive.catalog.readings.get(document), pages)
            labels = ({"path": str(path.relative_to(options.folder)), **label_of(text, pages, watchlist)},)
            for record in rules_of(text) if options.what == "rules" else labels:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
