"""Cells: what a clause states as rate, base, cap, notice, term, currency, bearer.

They are extracted from sentences in Serbian (both scripts, ekavian and ijekavian) and English by the regular
expressions of ``cells.toml`` over the folded words of a clause. What none of them matches is unknown; nothing is
inferred.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any

from archive.text.folding import fold


class CellName(StrEnum):
    """The names of cells."""

    RATE = "rate"
    BASE = "base"
    CAP = "cap"
    NOTICE = "notice"
    TERM = "term"
    CURRENCY = "currency"
    BEARER = "bearer"


@dataclass(frozen=True, slots=True)
class FoundCell:
    """A cell, with its first and last word by index. ``value`` is normalized."""

    name: CellName
    text: str
    value: str
    first: int
    last: int


_NAMED = re.compile(r"@([a-z_]+)")


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files("archive.comparing").joinpath("cells.toml").read_text(encoding="utf-8"))


def _expression(text: str) -> str:
    """Expand the names in an expression."""
    return _NAMED.sub(lambda name: f"(?:{'|'.join(map(_expression, _table()['parts'][name[1]]))})", text)


@cache
def _expressions(name: str) -> tuple[re.Pattern[str], ...]:
    """Return the expressions of a cell, or of a part."""
    return tuple(re.compile(_expression(text)) for text in _table()["cells"].get(name) or [f"@{name}"])


@cache
def _names(of: str) -> Mapping[str, str]:
    """Return the labels of a table by prefix or word."""
    return {begin: name for name, listed in _table()[of].items() for begin in listed}


class _ReadClause:
    """The folded words of a clause as one text, with a map from offsets to words."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        folded = list(map(fold, texts))
        self.text = " ".join(folded)
        self._starts = [0, *accumulate(len(word) + 1 for word in folded[:-1])]

    def cell(self, name: CellName, span: tuple[int, int]) -> FoundCell:
        """Return the cell between two offsets of the text."""
        first, last = (bisect_right(self._starts, at) - 1 for at in (span[0], max(span[0], span[1] - 1)))
        printed = " ".join(self.texts[first : last + 1]).strip(" ,;:.()„“”\"'-–")
        return FoundCell(name, printed, _value(name, self.text[slice(*span)]), first, last)


def read_cells(texts: Sequence[str]) -> dict[CellName, FoundCell]:
    """Extract the cells of a clause. Of several statements, the first one of the most reliable expression counts."""
    if not texts:
        return {}
    clause = _ReadClause(texts)
    found = list(_shares(clause))
    notice = _first(clause, CellName.NOTICE)
    found += [notice] if notice else []
    for name in (CellName.TERM, CellName.BEARER):
        if cell := _first(clause, name, notice):
            found.append(cell)
    if currency := _currency(clause):
        found.append(currency)
    return {cell.name: cell for cell in sorted(found, key=lambda cell: list(CellName).index(cell.name))}


def _shares(clause: _ReadClause) -> Iterator[FoundCell]:
    """Yield rate and cap: the first share that is a maximum, and the first that is not, with their bases."""
    capped = [match.span("cell") for pattern in _expressions("cap") for match in pattern.finditer(clause.text)]
    if capped:
        yield clause.cell(CellName.CAP, capped[0])
    for match in _expressions("percent")[0].finditer(clause.text):
        if not any(start <= match.start() < end for start, end in capped):
            yield clause.cell(CellName.RATE, match.span())
            if based := _base().match(clause.text, match.end()):
                yield clause.cell(CellName.BASE, based.span("base"))
            return


@cache
def _base() -> re.Pattern[str]:
    return re.compile(rf",? (?:\([^()]*\) )?{_expression('@base')}")


def _first(clause: _ReadClause, name: CellName, other: FoundCell | None = None) -> FoundCell | None:
    """Return the first match of the most reliable expression that matches, unless it belongs to another cell."""
    for pattern in _expressions(name):
        for match in pattern.finditer(clause.text):
            cell = clause.cell(name, match.span("cell"))
            if other is None or (cell.value != other.value and not other.first <= cell.last <= other.last):
                return cell
    return None


def _currency(clause: _ReadClause) -> FoundCell | None:
    """Return the first currency beside a sum, or else the first one that is not beside a blank to be filled in."""
    (named,) = _expressions("currency")
    beside = _expressions("money")[0].search(clause.text)
    match = named.search(clause.text, *beside.span()) if beside else None
    if match is None:
        match = next((one for one in named.finditer(clause.text) if _stands_alone(clause.text, one)), None)
    return clause.cell(CellName.CURRENCY, match.span()) if match else None


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    return not before.isalnum() and after != "_"


def _value(name: CellName, folded: str) -> str:
    """Return the normalized value of a cell: two promille, 2‰ and 0,2% are the same rate."""
    if name is CellName.CURRENCY:
        return next((code for begin, code in _names("currencies").items() if folded.startswith(begin)), folded)
    numbers = list(_numbers(folded))
    if name in (CellName.RATE, CellName.CAP) and numbers:
        is_share = _expressions("sign")[0].search(folded)
        number = numbers[0] / 10 if re.search("‰|promil", folded) else numbers[0]
        return f"{number:g}{'%' if is_share else ''}"
    if name in (CellName.TERM, CellName.NOTICE):
        units = [sign for word in folded.split() for begin, sign in _names("units").items() if word.startswith(begin)]
        if units and re.match(r"(godinu|mj?esec|nedelju|sedmicu) dana", folded):
            return f"1{units[0]}"
        return f"{numbers[0]:g}{units[0]}" if units and 0 < len(numbers) <= len(("7", "sedam")) else folded
    return folded.removeprefix("the ")


def _numbers(folded: str) -> Iterator[float]:
    for word in re.findall(r"\d[\d.,]*|[a-z-]+", folded):
        if word[0].isdigit():
            yield _number(word.rstrip(".,"))
        elif word in _names("numbers"):
            yield float(_names("numbers")[word])


def _number(printed: str) -> float:
    """Parse a number with groups of three digits, and a decimal part after a point or a comma."""
    whole, _, rest = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", printed).replace(",", ".").partition(".")
    return float(f"{whole}.{rest.replace('.', '')}" if rest else whole)
