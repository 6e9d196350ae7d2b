"""What the words of a paper say, from the marks that stand in them: spans, and the truth in the form of the labels."""

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
"""Roles of amounts that are facts of a paper, and what the labels call them; of the others no label speaks."""

AWARDING = {"award_decision", "contract", "contract_annex", "procurement_report", "report", "minutes"}


@dataclass(frozen=True, slots=True)
class Span:
    """Where a mark stands: words ``first`` to ``last`` of a page, and what they read there."""

    mark: int
    page: int
    first: int
    last: int
    text: str


def spans(pages: list[list[PrintedWord]]) -> list[Span]:
    """Where the marks stand. One that a page, a cell or a lost line divides stands in several places."""
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
    """What stands at the places of each mark."""
    written: dict[int, list[str]] = {}
    for span in found:
        written.setdefault(span.mark, []).append(span.text)
    return written


def described(found: Iterable[Span], printed: dict[int, list[str]], marks: Marks) -> list[dict[str, Any]]:
    """The spans as a paper's record lists them. ``clean`` tells whether the words still say what was printed there,
    ``part`` that they are one of several parts."""
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
    """A reference or name without the punctuation around it."""
    return re.sub(r"^[\s,;:(]+|[\s,;:.)]+$", "", text)


@dataclass(frozen=True, slots=True)
class Printed:
    """The marks of a paper with what was printed for each."""

    marks: list[tuple[Mark, str]]

    def of(self, field: str, *roles: str) -> list[tuple[Mark, str]]:
        """The marks of a field in these roles, all when none is named."""
        return [(mark, text) for mark, text in self.marks if mark.name == field and (not roles or mark.role in roles)]

    def names(self, *roles: str, lot: Any = ...) -> list[str]:
        """The firms in these roles, each by its name in full if that is printed anywhere, else by the longest form."""
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
        """The value of the first mark of a field in these roles, or None."""
        found = self.of(field, *roles)
        if not found:
            return None
        mark, text = found[0]
        return mark.value if mark.value is not None else bare(text)


def truth(family: Family, world: World, marks: Marks, printed: dict[int, list[str]]) -> dict[str, Any]:
    """The truth of a paper in the form of ``labels.jsonl``, from what is printed before any noise."""
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
    """The number of bids that is printed, or that a whole list of them shows."""
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
"""Papers of these days are of the year that their titles name."""


def _year(paper: Printed, day: str | None, titled: int | None) -> int | None:
    """The year of the own date, else that of the own numbers, of the day on which offers end, of the title."""
    if day:
        return int(day[:4])
    for _, text in paper.of("reference", "own", "procurement"):
        if year := re.search(r"(?<!\d)20\d\d(?!\d)|/(\d\d)(?!\d)", text):
            return int(year[1] or year[0][-2:]) + 2000
    later = paper.one("date", "deadline") or paper.one("date", "session")
    return int(later[:4]) if later else titled


def _amounts(paper: Printed) -> list[dict[str, Any]]:
    """The amounts that are facts; a bid that is the award's value too is no other amount."""
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
    """One line for each lot (or row of a register) whose vendor is printed."""
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
