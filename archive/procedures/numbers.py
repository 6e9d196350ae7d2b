"""Numbers of procurements, contracts and cases, taken apart, so that two writings of one can be compared.

In a Serbian register, a file has a class and an ordinal, or an ordinal alone, and a year (404-18/2020). In front may
stand the office that keeps it (III-), behind it the act of that file (-7) or a mark of the register (-У, "services").
In a Croatian one, the whole KLASA names the file: 363-01/20-01/5.
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
_KLASA = re.compile(r"(\d{3})-(\d{2})/(\d{2})-(\d{2})/(\d{1,4})")
_ACT = re.compile("[a-z]?[0-9]+[a-z]?|[ivx]{1,6}")

_NEWEST_SHORT_YEAR = 40
_OLDEST_SHORT_YEAR = 90
"""Years of two digits run from 1990 to 2040; what lies between is no year (1900/49)."""


_STARTS_OF_BARE = ("", "0", "00", "%-", "%-0")
"""What stands before a bare ordinal: nothing, zeros that fill it up, an office."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number taken apart. Letters are folded and Latin, figures have no leading zeros, the year has four digits.

    ``parts`` are class and ordinal; ``year`` is empty where the number has none.
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
        """Whether it names a class and an ordinal. A bare ordinal (12/2019) is counted anew in every register."""
        return len(self.parts) >= (2 if self.year else 3)

    @property
    def has_figures(self) -> bool:
        """Whether its parts have figures, without which it is no number."""
        return any(not part.isalpha() for part in self.parts)

    def patterns(self) -> tuple[str, ...]:
        """Return what SQL's LIKE finds every writing of the file by. It finds others, too, which have to be sorted out.

        A number without figures has none, and is never found again.
        """
        if self.parts[:1] == ("klasa",):
            # The year stands among its parts: 363-01/20-01/5.
            _, class_, form, dossier, ordinal = self.parts
            return (f"%{class_}-%{form}/{self.year[2:]}-%{dossier}/%{ordinal}%",)
        figures = "%".join(re.findall("[0-9]+", " ".join(self.parts)))
        if not figures:
            return ()
        # Whatever stands before the year, it is one sign or more.
        rest = f"{figures}_%{self.year[2:]}%" if self.year else f"{figures}%"
        return tuple(start + rest for start in (_STARTS_OF_BARE if len(self.parts) == 1 else ("%",)))


@lru_cache(maxsize=1 << 16)
def parse(printed: str) -> Number:
    """Return a number as printed, in either script, taken apart."""
    text = fold(to_latin(printed))
    klasa = _KLASA.fullmatch(text.strip())
    if klasa:
        class_, form, _year_printed, dossier, ordinal = map(_bare, klasa.groups())
        return Number("", ("klasa", class_, form, dossier, ordinal), "", f"20{klasa[3]}", ())
    found = next(filter(_year, _SLASHED_YEAR.finditer(text)), None) or _LAST_YEAR.search(text)
    head, tail = (text[: found.start()], text[found.end() :]) if found else (text, "")
    tokens = [_bare(token) for token in _TOKEN.findall(head)]
    office = tokens.pop(0) if len(tokens) > 1 and _OFFICE.fullmatch(tokens[0]) else ""
    behind = [_bare(token) for token in _TOKEN.findall(tail)]
    act = tuple(token for token in behind if _ACT.fullmatch(token))
    mark = "-".join(token for token in behind if not _ACT.fullmatch(token))
    return Number(office, tuple(tokens), mark, _year(found) if found else "", act)


def key(printed: str) -> str:
    """Return the form in which two numbers are the same: Latin, without spaces, the year in four digits, no leading
    zeros."""
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
    """Return a token without the zeros that fill it up: 02 is 2."""
    return token.lstrip("0") or token
