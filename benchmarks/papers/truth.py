"""The ground truth of a generated document, computed from its marks: spans, and values in the form of the labels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from archive.text.folding import to_latin, unmix
from benchmarks.papers.grammar import Family
from benchmarks.papers.layout import PrintedWord
from benchmarks.papers.marks import Mark, Marks, turns
from benchmarks.papers.world import World

WHAT = {
    "award": "award",
    "contract": "contract",
    "estimated": "estimated",
    "offer": "other",
    "budget": "other",
    "sum": "other",
    "spent": "other",
    "former": "other",
    "part": "other",
}
"""Roles of amounts that are facts of a document, and their names in the labels; other roles have no label."""

AWARDING = {"award_decision", "contract", "contract_annex", "procurement_report", "report", "minutes"}


@dataclass(frozen=True, slots=True)
class Span:
    """The place of a mark: words ``first`` to ``last`` of a page, and their text."""

    mark: int
    page: int
    first: int
    last: int
    text: str


def spans(pages: list[list[PrintedWord]]) -> list[Span]:
    """Return the places of the marks.

    A mark that is divided by a page, a cell or a lost line has several.
    """
    found: list[Span] = []
    last: dict[int, int] = {}
    for number, page in enumerate(pages, start=1):
        begun: dict[int, int] = {}
        for at, word in enumerate(page):
            for mark, begins in turns(word.signs):
                if begins:
                    begun[mark] = at
                elif mark in begun:
                    before = found[last[mark]] if mark in last else None
                    if before is not None and (before.page, before.last) == (number, begun[mark] - 1):
                        found[last[mark]] = _span(page, number, mark, before.first, at)
                    else:
                        last[mark] = len(found)
                        found.append(_span(page, number, mark, begun[mark], at))
    return found


def _span(page: list[PrintedWord], number: int, mark: int, first: int, last: int) -> Span:
    return Span(mark, number, first, last, " ".join(word.text for word in page[first : last + 1]))


def texts(found: Iterable[Span]) -> dict[int, list[str]]:
    """Return the texts at the places of each mark."""
    written: dict[int, list[str]] = {}
    for span in found:
        written.setdefault(span.mark, []).append(span.text)
    return written


def described(found: Iterable[Span], printed: dict[int, list[str]], marks: Marks) -> list[dict[str, Any]]:
    """Return the spans as in a document's record.

    ``clean``: the words still equal the printed ones; ``part``: they are one of several parts.
    """
    rows = []
    for span in found:
        mark, whole = marks[span.mark], printed[span.mark]
        rows.append(
            {
                "field": mark.name,
                "role": mark.role,
                "value": mark.value if mark.value is not None else bare(" ".join(whole)),
                "page": span.page,
                "first": span.first,
                "last": span.last,
                **mark.more,
                **({"part": True} if whole[1:] else {}),
                "clean": span.text in whole,
            }
        )
    return sorted(rows, key=lambda row: (row["page"], row["first"], row["last"]))


def bare(text: str) -> str:
    """Return a reference or name without the punctuation around it."""
    return re.sub(r"^[\s,;:(]+|[\s,;:.)]+$", "", text)


@dataclass(frozen=True, slots=True)
class Printed:
    """The marks of a document with the text printed for each."""

    marks: list[tuple[Mark, str]]

    def of(self, field: str, *roles: str) -> list[tuple[Mark, str]]:
        """Return the marks of a field in these roles, or in all roles if none is given."""
        return [(mark, text) for mark, text in self.marks if mark.name == field and (not roles or mark.role in roles)]

    def names(self, *roles: str, lot: Any = ...) -> list[str]:
        """Return the firms in these roles, each by its full name if that is printed, else by the longest form."""
        wanted = dict.fromkeys(
            mark.value for mark, _ in self.of("firm", *roles) if lot is ... or mark.more.get("lot") == lot
        )
        for mark, text in self.of("firm"):
            if mark.value in wanted:
                written = mark.value if mark.more["full"] else to_latin(unmix(text)).strip(" ,;:()")
                best = wanted[mark.value] or ""
                wanted[mark.value] = mark.value if mark.value in {best, written} else max(best, written, key=len)
        return [name for name in wanted.values() if name]

    def one(self, field: str, *roles: str) -> Any:
        """Return the value of the first mark of a field in these roles, or None."""
        found = self.of(field, *roles)
        if not found:
            return None
        mark, text = found[0]
        return mark.value if mark.value is not None else bare(text)


def truth(family: Family, world: World, marks: Marks, printed: dict[int, list[str]]) -> dict[str, Any]:
    """Return the ground truth of a document in the form of ``labels.jsonl``, without OCR errors."""
    paper = Printed([(marks[index], " ".join(parts)) for index, parts in sorted(printed.items())])
    private = "private" in family.settings
    vendors = paper.names("vendor", "member")
    bidders = paper.names("bidder")
    references = [bare(text) for role in ("own", "procurement") for _, text in paper.of("reference", role)]
    day = paper.one("date", "own")
    buyers = paper.names("buyer")
    return {
        "kind": family.kind,
        "municipality": None if private else paper.one("municipality", "own"),
        "buyer": buyers[0] if buyers else None,
        "vendors": vendors,
        "bidders": list(dict.fromkeys([*bidders, *vendors])) if bidders else [],
        "vendor_ids": _ids(paper, "vendor", "member"),
        "buyer_ids": _ids(paper, "buyer"),
        "year": _year(paper, day, world.values["year"] if family.settings.get("own") in OF_A_YEAR else None),
        "date": day,
        "reference": references[0] if references else None,
        "amounts": _amounts(paper),
        "bids_received": _bids(paper, world),
        "cpv": list(dict.fromkeys(mark.value for mark, _ in paper.of("cpv"))),
        "awards": _awards(paper, family) if family.kind in AWARDING else [],
        "accept": {"reference": list(dict.fromkeys(references[1:]))},
    }


def _bids(paper: Printed, world: World) -> int | None:
    """Return the number of bids that is printed, or that follows from a complete list."""
    for mark, _ in paper.of("bids"):
        if "lot" not in mark.more:
            return int(mark.value)
    listed = {mark.value for mark, _ in paper.of("firm", "bidder")}
    count = len(world.lots[0]["bids"])
    return (
        count
        if len(world.lots) == 1 and len(listed) == sum(len(bid["members"]) for bid in world.lots[0]["bids"])
        else None
    )


def _ids(paper: Printed, *roles: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"PIB": [], "MB": []}
    for mark, _ in paper.of("id", *roles):
        if mark.value not in found.setdefault(mark.more["kind"], []):
            found[mark.more["kind"]].append(mark.value)
    return found


OF_A_YEAR = ("plan", "year_end")
"""Documents with one of these dates belong to the year in their titles."""


def _year(paper: Printed, day: str | None, titled: int | None) -> int | None:
    """Return the year of the own date, else of the own numbers, of the deadline for bids, or of the title."""
    if day:
        return int(day[:4])
    for _, text in paper.of("reference", "own", "procurement"):
        if year := re.search(r"(?<!\d)20\d\d(?!\d)|/(\d\d)(?!\d)", text):
            return int(year[1] or year[0][-2:]) + 2000
    later = paper.one("date", "deadline") or paper.one("date", "session")
    return int(later[:4]) if later else titled


def _amounts(paper: Printed) -> list[dict[str, Any]]:
    """Return the amounts that are facts.

    A bid equal to the award's value is not listed again.
    """
    rows: dict[tuple[float, str], dict[str, Any]] = {}
    for mark, _ in paper.of("amount"):
        if mark.role in WHAT:
            row = {
                "value": mark.value,
                "currency": mark.more["currency"],
                "what": WHAT[mark.role],
                "vat": mark.more["vat"],
            }
            known = rows.setdefault((mark.value, row["what"]), row)
            if known["vat"] == "unknown":
                known["vat"] = row["vat"]
    facts = {row["value"] for row in rows.values() if row["what"] != "other"}
    return [row for row in rows.values() if row["what"] != "other" or row["value"] not in facts]


def _awards(paper: Printed, family: Family) -> list[dict[str, Any]]:
    """Return one line for each lot (or row of a register) with a printed vendor."""
    lines = []
    for lot in dict.fromkeys(mark.more.get("lot") for mark, _ in paper.of("firm", "vendor", "member")):
        amounts = [mark for mark, _ in paper.of("amount", "award", "contract") if mark.more.get("lot") == lot]
        amounts.sort(key=lambda mark: ("without", "unknown", "with").index(mark.more["vat"]))
        best = amounts[0] if amounts else None
        ids = [
            mark.value
            for mark, _ in paper.of("id", "vendor", "member")
            if mark.more.get("lot") == lot and mark.more["kind"] != "MB"
        ]
        bids = [mark.value for mark, _ in paper.of("bids") if mark.more.get("lot") == lot]
        lines.append(
            {
                "lot": None if "rows" in family.settings else lot,
                "vendors": paper.names("vendor", "member", lot=lot),
                "amount": best.value if best else None,
                "currency": best.more["currency"] if best else None,
                "vat": best.more["vat"] if best else None,
                "bids": bids[0] if bids else None,
                "pib": ids[0] if ids else None,
            }
        )
    whole = [line for line in lines if line["lot"] is not None or "rows" in family.settings]
    return whole or lines
