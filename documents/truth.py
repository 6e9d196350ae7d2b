"""The truth table: what a reader of the specimens must find, in the terms of the design (section 3).

What a person knows (kind, parties, amounts) is written in the front matter of each source; what the source's structure
tells (the true text of a page, the clauses) is read from it here, and the totals are summed from the story.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from documents.source import Block, BlockKind, Source

EMPTY: Mapping[str, Any] = {
    "kind": None,
    "municipality": None,
    "buyer": None,
    "vendors": [],
    "bidders": [],
    "vendor_ids": {"PIB": [], "MB": []},
    "buyer_ids": {"PIB": [], "MB": []},
    "year": None,
    "date": None,
    "reference": None,
    "procedure": None,
    "deadline": None,
    "bids_received": None,
    "cpv": [],
    "amounts": [],
    "quantities": [],
    "watchlist": [],
    "misprints": [],
    "accept": {},
    "evidence": {},
    "duplicate_of": None,
}
"""The fields every document has, whether or not its source speaks of them."""

ENDS_OF_CLAUSE = {BlockKind.SIGNATURES, BlockKind.TITLE, BlockKind.SUBTITLE, BlockKind.SMALL}


def _numbered_blocks(source: Source) -> list[tuple[int, Block]]:
    return [(number, block) for number, page in enumerate(source.pages, start=1) for block in page]


def clauses(source: Source) -> list[dict[str, Any]]:
    """The clauses in order: ``number``, ``label``, ``heading``, ``page`` of the label, and ``paragraphs``.

    ``paragraphs`` has one entry for each unnumbered paragraph (stav), the count of its points: ``[0, 3]`` is two
    paragraphs, the second with three points. Points of points are not counted.
    """
    found: list[dict[str, Any]] = []
    current: dict[str, Any] | None = None
    waiting: str | None = None
    for page, block in _numbered_blocks(source):
        if block.kind is BlockKind.CLAUSE:
            digits = re.search(r"\d+", block.text)
            assert digits, f"{source.file}: a clause without a number: {block.text}"
            current = {"number": int(digits[0]), "label": block.text, "heading": waiting, "page": page}
            current["paragraphs"] = []
            found.append(current)
            waiting = None
        elif block.kind is BlockKind.HEADING:
            if source.headings_before:
                waiting, current = block.text, None
            elif current:
                current["heading"] = block.text
        elif block.kind in ENDS_OF_CLAUSE:
            current = None
        elif current and block.kind is BlockKind.PARAGRAPH:
            current["paragraphs"].append(0)
        elif current and block.kind is BlockKind.POINT:
            current["paragraphs"][-1] += 1
    return found


def _nulls(accept: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """TOML has no null; an empty string in ``accept`` means that leaving the field empty is right too."""
    return {field: [value or None for value in values] for field, values in accept.items()}


def document_truth(source: Source) -> dict[str, Any]:
    """The entry of one specimen."""
    entry: dict[str, Any] = {"file": source.file, **EMPTY, **source.truth}
    entry["accept"] = _nulls(entry["accept"])
    entry["language"] = source.language
    entry["scanned"] = source.scan is not None
    entry["pages"] = len(source.pages)
    entry["marker"] = source.marker
    entry["clauses"] = clauses(source)
    entry["page_texts"] = [source.page_text(number) for number in range(1, len(source.pages) + 1)]
    return entry


GIVEN = ("contract", "award")
"""Outcomes of a procedure whose contract, or the award of it, is in the archive. One that is only ``told`` by other
papers (minutes) is not among them."""


def _money(part: Mapping[str, Any], procedure: Mapping[str, Any]) -> Counter[str]:
    """The value of a procedure or of one of its lots, in its currency."""
    currency = procedure["currency"]
    return Counter({f"{currency}_without_vat": part["without_vat"], f"{currency}_with_vat": part.get("with_vat", 0)})


def _totals(story: Mapping[str, Any]) -> dict[str, Any]:
    """What the findings of the investigation come to, summed over the procedures."""
    procedures = story["procedures"]
    contracts = [each for each in procedures if each["outcome"] in GIVEN]
    per_town: dict[str, Counter[str]] = defaultdict(Counter)
    per_vendor: dict[str, Counter[str]] = defaultdict(Counter)
    for each in contracts:
        per_town[each["municipality"]].update(
            _money(each, each) + Counter(cameras=each["cameras"], places=each["places"], contracts=1)
        )
        for vendor in each["vendors"]:
            per_vendor[vendor]["contracts"] += 1
        for part in each.get("lots", [each]):
            for vendor in part["vendors"]:
                # No paper divides a consortium's value, so its members have the contract and no share of the sum.
                is_alone = len(part["vendors"]) == 1
                per_vendor[vendor].update(_money(part, each) if is_alone else Counter(joint=1))
    return {
        "procedures": len(procedures),
        "contracts": len(contracts),
        "several_bids": sorted(each["id"] for each in procedures if each["bids"] > 1),
        "cancelled": sum(each["outcome"] == "cancelled" for each in procedures),
        "single_bid": sorted(each["id"] for each in procedures if each["bids"] == 1),
        "bids": {each["id"]: each["bids"] for each in procedures},
        "annexes_that_raise": {
            each["id"]: each["raised_by_percent"] for each in procedures if "raised_by_percent" in each
        },
        "face_recognition": sorted({each["municipality"] for each in procedures if each.get("face_recognition")}),
        "software": sorted({(name, each["municipality"]) for each in procedures for name in each.get("software", ())}),
        "brands": sorted({(name, each["municipality"]) for each in procedures for name in each.get("brands", ())}),
        "foi_outcomes": {case["municipality"]: case["outcome"] for case in story["foi"]},
        "by_municipality": {town: dict(sums) for town, sums in sorted(per_town.items())},
        "by_vendor": {vendor: dict(sums) for vendor, sums in sorted(per_vendor.items())},
        "all": dict(sum(per_town.values(), Counter())),
    }


def _of_kind(procedure: str, sources: Sequence[Source]) -> list[str]:
    return [source.file for source in sources if source.truth.get("procedure") == procedure]


def truth_table(sources: Sequence[Source], story_file: Path) -> dict[str, Any]:
    """The whole table: ``documents`` (one entry a file) and ``story`` (vendors, procedures, FOI cases, totals)."""
    story = tomllib.loads(story_file.read_text(encoding="utf-8"))
    for procedure in story["procedures"]:
        procedure["documents"] = _of_kind(procedure["id"], sources)
    return {
        "documents": [document_truth(source) for source in sources],
        "story": {**story, "totals": _totals(story)},
    }
