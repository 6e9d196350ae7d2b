"""Parsing and comparison of numbers of procurements, contracts and cases.

In a Serbian register, a file has a class and an ordinal, or an ordinal alone, and a year (404-18/2020). The prefix may
be an office (III-), the suffix an act of that file (-7) or a mark of the register (-У, "services"). In a Croatian one,
the whole KLASA identifies the file: 363-01/20-01/5. In a Montenegrin one, the ordinal and the act follow the year:
06-404/25-112/12 is act 12 of file 112 of the year 2025 in class 404 of office 06.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
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

LARGEST_SUBCLASS = 5
"""Class 404 may be in parts: all 404-n-m/year of the corpus are of 404-1 or 404-2 (23 numbers), those of strangers too.
Beyond, 404-27-11/2024 is no file 11 of a class 404-27, but act 11 of file 404-27/2024."""

_CLASS = re.compile(rf"(?<!\w){PROCUREMENT_CLASS}-")
_KLASA = re.compile(r"(\d{3})-(\d{2})/(\d{2})-(\d{2})/(\d{1,4})")
_YEAR_FIRST = re.compile(
    rf"(\d{{2}})-(?:({PROCUREMENT_CLASS})|(\d{{3}})(?=.*-\d+/))/(\d{{2}})-(\d{{1,5}})(?:/(\d{{1,4}}))?"
)
_ACT = re.compile("[a-z]?[0-9]+[a-z]?|[ivx]{1,6}")

_NEWEST_SHORT_YEAR = 40
_OLDEST_SHORT_YEAR = 90
"""Two-digit years from this one on are 1990 to 1999, those up to 40 are 2000 to 2040; others are no years (1900/49)."""


@dataclass(frozen=True, slots=True)
class Number:
    """A parsed number. Letters are folded to Latin, digits have no leading zeros, the year has four digits.

    ``parts`` are class and ordinal; ``year`` is empty if the number has none. An ordinal printed behind its year has it
    before it (25-112).
    """

    office: str
    parts: tuple[str, ...]
    mark: str
    year: str
    act: tuple[str, ...]

    @property
    def file(self) -> str:
        """The file of the number: 404-18/2020 for III-404-18/2020-7 and 404-18-7/2020, 404/25-112 for 06-404/25-112/12.

        That of 404-1-62/2023 is its own, for class 404-1.
        """
        act = self._as_act
        return act._whole if act and not _is_subclass(act.parts[1]) else self._whole

    @property
    def _whole(self) -> str:
        if self._has_year_first:
            return "/".join(self.parts)
        return "-".join(filter(None, (*self.parts, self.mark))) + (f"/{self.year}" if self.year else "")

    @property
    def _has_year_first(self) -> bool:
        return any("-" in part for part in self.parts)

    @property
    def _as_act(self) -> Number | None:
        is_whole = self.year and len(self.parts) == 3 and self.parts[0] == PROCUREMENT_CLASS
        if is_whole and self.parts[1].isdecimal() and self.parts[2].isdecimal():
            return replace(self, parts=self.parts[:2], act=(self.parts[2], *self.act))
        return None

    @property
    def as_act(self) -> Number | None:
        """The number read as an act before the year, if it may be one, or not: 404-1-62/2023 is file 62 of class 404-1,
        or act 62 of file 404-1/2023. Other papers tell which."""
        act = self._as_act
        return act if act and _is_subclass(act.parts[1]) else None

    @property
    def files(self) -> tuple[str, ...]:
        """The files that the number may be of: its own, and the one that it may be an act of."""
        return (self.file, act.file) if (act := self.as_act) else (self.file,)

    @property
    def has_class(self) -> bool:
        """Whether it has a class and an ordinal. A bare ordinal (12/2019) is unique per register only."""
        return len(self.parts) >= (2 if self.year else 3)

    @property
    def has_figures(self) -> bool:
        """Whether its parts have digits; else it is not a number."""
        return any(not part.isalpha() for part in self.parts)

    def patterns(self) -> set[str]:
        """Return LIKE patterns that match every notation of its files in ASCII digits, and others that must be filtered
        out; none without digits."""
        return {one._pattern() for one in (self, self._as_act) if one and one.has_figures}

    def _pattern(self) -> str:
        figures = "%".join(re.findall("[0-9]+", " ".join(self.parts)))
        # The year is preceded by at least one character; where the ordinal is printed behind it, it is among the parts.
        is_within = self.parts[:1] == ("klasa",) or self._has_year_first
        year = f"_%{self.year[2:]}" if self.year and not is_within else ""
        return f"%{figures}{year}%"


@lru_cache(maxsize=1 << 16)
def parse(printed: str) -> Number:
    """Parse a number as printed, in either script."""
    text = fold(to_latin(printed))
    klasa = _KLASA.fullmatch(text.strip())
    if klasa:
        class_, form, _year_printed, dossier, ordinal = map(_bare, klasa.groups())
        return Number("", ("klasa", class_, form, dossier, ordinal), "", f"20{klasa[3]}", ())
    if first := _YEAR_FIRST.fullmatch(text.strip()):
        office, class_, year, *behind = filter(None, first.groups())
        ordinal, *own_act = map(_bare, behind)
        return Number(_bare(office), (class_, f"{year}-{ordinal}"), "", f"20{year}", tuple(own_act))
    # Of III/01-404-16/2023 the office is III/01.
    years = (one for one in _SLASHED_YEAR.finditer(text) if _year(one) and not _CLASS.search(text, one.end()))
    found = next(years, None) or _LAST_YEAR.search(text)
    head, tail = (text[: found.start()], text[found.end() :]) if found else (text, "")
    tokens = [_bare(token) for token in _TOKEN.findall(head)]
    at = tokens.index(PROCUREMENT_CLASS, 1, 3) if PROCUREMENT_CLASS in tokens[1:3] else 0
    is_of_class = found is not None and 0 < at < len(tokens) - 1 and (at > 1 or tokens[0].isdecimal())
    # At an office, too, 404-1-62 may be file 62 of class 404-1.
    end = at + (3 if is_of_class and _is_subclass(tokens[at + 1]) else 2)
    behind = [*(tokens[end:] if is_of_class else ()), *(_bare(token) for token in _TOKEN.findall(tail))]
    if is_of_class:
        office, tokens = "-".join(tokens[:at]), tokens[at:end]
    else:
        office = tokens.pop(0) if len(tokens) > 1 and _OFFICE.fullmatch(tokens[0]) else ""
    act = tuple(token for token in behind if _ACT.fullmatch(token))
    mark = "-".join(token for token in behind if not _ACT.fullmatch(token))
    return Number(office, tuple(tokens), mark, _year(found) if found else "", act)


def key(printed: str) -> str:
    """Return the canonical form of a number: Latin, without spaces, the year in four digits, no leading zeros."""
    number = parse(printed)
    return "-".join(filter(None, (number.office, number._whole, *number.act)))


def _is_subclass(token: str) -> bool:
    """Return whether the figure after class 404 may be that of a part of the class."""
    return token.isdecimal() and int(token) <= LARGEST_SUBCLASS


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
