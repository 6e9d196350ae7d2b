"""Parsing and comparison of numbers of procurements, contracts and cases.

In a Serbian register, a file has a class and an ordinal, or an ordinal alone, and a year (404-18/2020). The prefix may
be an office (III-), the suffix an act of that file (-7) or a mark of the register (-У, "services"). In a Croatian one,
the whole KLASA identifies the file: 363-01/20-01/5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from archive.text.folding import fold, to_latin

_SLASHED_YEAR = re.compile(r"(?<=[a-z0-9.])\s?/\s?((?:19|20)\d\d|\d\d)(?![a-z0-9])")
_LAST_YEAR = re.compile(r"(?<=[a-z0-9])\s?[-–.]\s?((?:19|20)\d\d)(?=\W*$)")
_TOKEN = re.compile("[a-z0-9]+")
_OFFICE = re.compile("[ivx]{1,6}")
PROCUREMENT_CLASS = "404"
"""The class of procurements in the registers of Serbian authorities: of 43 such numbers in the corpus 39 stand near
"nabavka", the others are of contracts. Those of Republika Srpska put the office before it, and the act before the year:
02-404-51-9/24 is act 9 of file 404-51/24 at office 02."""

_CLASS = re.compile(rf"(?<!\w){PROCUREMENT_CLASS}-")
_KLASA = re.compile(r"(\d{3})-(\d{2})/(\d{2})-(\d{2})/(\d{1,4})")
_ACT = re.compile("[a-z]?[0-9]+[a-z]?|[ivx]{1,6}")

_NEWEST_SHORT_YEAR = 40
_OLDEST_SHORT_YEAR = 90
"""Two-digit years from this one on are 1990 to 1999, those up to 40 are 2000 to 2040; others are no years (1900/49)."""


@dataclass(frozen=True, slots=True)
class Number:
    """A parsed number. Letters are folded to Latin, digits have no leading zeros, the year has four digits.

    ``parts`` are class and ordinal; ``year`` is empty if the number has none.
    """

    office: str
    parts: tuple[str, ...]
    mark: str
    year: str
    act: tuple[str, ...]

    @property
    def file(self) -> str:
        """The file of the number: 404-18/2020 for III-404-18/2020-7."""
        return "-".join(filter(None, (*self.parts, self.mark))) + (f"/{self.year}" if self.year else "")

    @property
    def has_class(self) -> bool:
        """Whether it has a class and an ordinal. A bare ordinal (12/2019) is unique per register only."""
        return len(self.parts) >= (2 if self.year else 3)

    @property
    def has_figures(self) -> bool:
        """Whether its parts have digits; else it is not a number."""
        return any(not part.isalpha() for part in self.parts)

    def pattern(self) -> str | None:
        """Return a LIKE pattern that matches every notation of the file in ASCII digits, and others that must be
        filtered out; None without digits."""
        figures = "%".join(re.findall("[0-9]+", " ".join(self.parts)))
        # The year is preceded by at least one character; that of a KLASA is among its parts (363-01/20-01/5).
        year = f"_%{self.year[2:]}" if self.year and self.parts[:1] != ("klasa",) else ""
        return f"%{figures}{year}%" if figures else None


@lru_cache(maxsize=1 << 16)
def parse(printed: str) -> Number:
    """Parse a number as printed, in either script."""
    text = fold(to_latin(printed))
    klasa = _KLASA.fullmatch(text.strip())
    if klasa:
        class_, form, _year_printed, dossier, ordinal = map(_bare, klasa.groups())
        return Number("", ("klasa", class_, form, dossier, ordinal), "", f"20{klasa[3]}", ())
    # Of III/01-404-16/2023 the office is III/01.
    years = (one for one in _SLASHED_YEAR.finditer(text) if _year(one) and not _CLASS.search(text, one.end()))
    found = next(years, None) or _LAST_YEAR.search(text)
    head, tail = (text[: found.start()], text[found.end() :]) if found else (text, "")
    tokens = [_bare(token) for token in _TOKEN.findall(head)]
    at = tokens.index(PROCUREMENT_CLASS, 1, 3) if PROCUREMENT_CLASS in tokens[1:3] else 0
    is_of_class = found is not None and 0 < at < len(tokens) - 1 and (at > 1 or tokens[0].isdecimal())
    behind = [*(tokens[at + 2 :] if is_of_class else ()), *(_bare(token) for token in _TOKEN.findall(tail))]
    if is_of_class:
        office, tokens = "-".join(tokens[:at]), tokens[at : at + 2]
    else:
        office = tokens.pop(0) if len(tokens) > 1 and _OFFICE.fullmatch(tokens[0]) else ""
    act = tuple(token for token in behind if _ACT.fullmatch(token))
    mark = "-".join(token for token in behind if not _ACT.fullmatch(token))
    return Number(office, tuple(tokens), mark, _year(found) if found else "", act)


def key(printed: str) -> str:
    """Return the canonical form of a number: Latin, without spaces, the year in four digits, no leading zeros."""
    number = parse(printed)
    return "-".join(filter(None, (number.office, number.file, *number.act)))


def _year(found: re.Match[str]) -> str:
    year = found[1]
    if len(year) == 4:
        return year
    if int(year) <= _NEWEST_SHORT_YEAR:
        return f"20{year}"
    return f"19{year}" if int(year) >= _OLDEST_SHORT_YEAR else ""


def _bare(token: str) -> str:
    """Strip padding zeros: 02 is 2."""
    return token.lstrip("0") or token
