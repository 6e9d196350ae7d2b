"""Hand-made labels: the right values of each field of a document, and the split into halves.

``accept`` holds other right values; null among them means that no value is right, too. For list fields it holds whole
alternative lists, and the one that fits best counts. ``accept.amounts`` are numbers that are accepted but not required.
``labelled`` restricts a document to the fields it names; a byte-identical copy counts once.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.text.folding import fold

FIELDS = {
    "kind": "kind",
    "municipality": "municipality",
    "buyer": "buyer",
    "vendor": "vendors",
    "bidder": "bidders",
    "year": "year",
    "date": "date",
    "reference": "reference",
    "amount": "amounts",
    "bids": "bids_received",
    "cpv": "cpv",
    "vendor ids": "vendor_ids",
    "buyer ids": "buyer_ids",
    "quantity": "quantities",
    "watch": "watchlist",
    "language": "language",
}
"""Scored fields, and their names in the labels."""

_LEGAL_FORM = re.compile(r"(?<!\w)(?:d\.?\s?o\.?\s?o|a\.?\s?d|sh\.?\s?p\.?\s?k|ltd|inc|llc|ood)(?!\w)\.?")
_NAMES = frozenset({"buyer", "vendor", "bidder", "municipality"})

Values = frozenset[str]


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled document: the path of its file, and the label as written."""

    path: Path
    source: str
    written: Mapping[str, Any]

    def scores(self, name: str) -> bool:
        """Return whether the field is labelled."""
        labelled = self.written.get("labelled")
        return FIELDS[name] in self.written and (labelled is None or FIELDS[name] in labelled)

    def alternatives(self, name: str) -> list[Values]:
        """Return the alternative right values of a field, as sets; an empty set if no value is right."""
        accept = self.written.get("accept") or {}
        right = self.written[FIELDS[name]]
        if name == "amount":
            return [frozenset(f"{amount['value']:.2f} {amount['currency']}" for amount in right)]
        if name in {"vendor ids", "buyer ids"}:
            return [identifiers(right), *map(identifiers, accept.get(FIELDS[name]) or ())]
        if name == "quantity":
            return [frozenset(f"{quantity['count']} {quantity['what']}" for quantity in right)]
        if name == "watch":
            return [frozenset(comparable(name, hit["term"]) for hit in right)]
        return [_values(name, value) for value in (right, *(accept.get(FIELDS[name]) or ()))]

    @property
    def extra_amounts(self) -> frozenset[str]:
        """Amounts that are accepted but not required."""
        given = (self.written.get("accept") or {}).get("amounts") or ()
        return frozenset(f"{value:.2f}" for value in given if isinstance(value, int | float))

    def amounts(self) -> list[Mapping[str, Any]]:
        """Return the labelled amounts, each with its role ``what`` and its ``vat`` status."""
        return list(self.written["amounts"])

    def accepts_vat(self, vat: str) -> bool:
        """Return whether another VAT status is accepted for this document."""
        return vat in ((self.written.get("accept") or {}).get("vat") or ())


def comparable(name: str, value: object) -> str:
    """Return a value normalised for comparison.

    Script and case are ignored, and in names quotes, periods, spaces and the legal form.
    """
    folded = fold(str(value))
    if name in _NAMES:
        return re.sub(r"\W", "", _LEGAL_FORM.sub(" ", folded)) or folded
    return re.sub(r"\s", "", folded)


def identifiers(written: Mapping[str, Sequence[str]] | None) -> Values:
    """Return tax and registration numbers, each with the name of its register."""
    return frozenset(
        f"{register.lower()} {number}" for register, numbers in (written or {}).items() for number in numbers
    )


def _values(name: str, value: Any) -> Values:
    values = value if isinstance(value, list) else [] if value is None else [value]
    if name == "cpv":
        values = [str(code)[:8] for code in values]
    return frozenset(comparable(name, each) for each in values)


def corpus_labels(corpus: Path) -> list[Label]:
    """Return the labels of ``corpus/labels.jsonl``."""
    written = [json.loads(line) for line in (corpus / "labels.jsonl").read_text("utf-8").splitlines()]
    return [Label(corpus / each["path"], "/".join(each["path"].split("/")[:2]), each) for each in written]


def specimen_labels(documents: Path) -> list[Label]:
    """Return the labels of the project's own truth table."""
    written = json.loads((documents / "truth.json").read_text("utf-8"))["documents"]
    return [Label(documents / "specimens" / each["file"], "specimens", each) for each in written]


def half_of(labels: Sequence[Label], half: str | None) -> Iterator[Label]:
    """Yield the labels of one half, alternating within each source, without byte-identical copies."""
    seen: Counter[str] = Counter()
    for label in labels:
        copy = label.written.get("duplicate_of")
        if copy and label.source != "specimens":
            continue
        seen[label.source] += 1
        if half is None or (seen[label.source] % 2 == 1) == (half == "develop"):
            yield label
