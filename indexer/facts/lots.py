"""Marks of lots, in one grammar for all readers: "Partija br. 2", "lot 3", "grupa predmeta nabave 2", „дел 2”.

All patterns are for folded text (Latin script, lower case, no diacritics). The group ``lot`` holds the number, perhaps
a Roman one, or a letter, or ``ordinal`` the stem of "treća partija". :func:`marks` also knows several lots at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.text.folding import ORDINALS

LOT = (
    r"\b(?:partij[aeiou]\w{0,3}\b|part\.|lot(?:-?(?:[aeiu]|om|ov\w{1,3}))?\b|grup\w{1,2}(?:\s(?:predmeta\s)?nabav[ek]\w{0,2})?|sklop\w{0,2}"
    r"|del(?:ot)?\b|nr\.\si\spjeses|pjes\w+)"
)
"""The regular expression of the word for a lot, in any case."""

# "Partija i ugovor": a letter alone is one of a lot only where something ends it; "lot I-VII" are several.
_RANGE = r"(?!\s?[–—-]\s?(?:[ivx]{1,4}|[a-h])\b)"
_LETTER = rf"(?:[ivx]{{2,4}}\b{_RANGE}|[abcdgivx]{_RANGE}(?=\s?(?:[–—:,()\n-]|$)))"
_NUMBER = rf"(?P<lot>\d{{1,3}}\b(?![.,/-]\d)|{_LETTER})"
_LABEL = rf"{LOT}(?!\.\s)\W{{0,3}}(?:(?:br(?:oj\w*)?|no|nr)\W{{1,3}})?"
_ORDINAL = rf"\b(?P<ordinal>{'|'.join(ORDINALS)})\w{{1,3}}\s(?:partij\w{{1,3}}|lot\w{{0,3}})\b"
ANY_LOT = rf"(?:{_ORDINAL.replace('?P<ordinal>', '?:')}|{_LABEL}(?:\d{{1,3}}\b|{_LETTER}))"
"""The regular expression of a lot with its number, without groups."""

# "Partije 1, 2 i 4" names no lot alone; what follows a comma may also be a sum.
LOT_MARK = re.compile(rf"(?:{_ORDINAL}|{_LABEL}{_NUMBER}(?!(?:,|\s(?:i|te|and))\s\d{{1,3}}\b(?![.,]\d)))")
# "za\npartiju 2" stands within a sentence.
_BEGINS = r"(?:^|(?<!\sza)(?<!\s[uia])(?<!\spo)(?<!\sna)\n|[.;)]\s)"
LOT_TITLE = re.compile(rf"{_BEGINS}\W*(?:(?:za|for|u)\s|[^\W\d]+:\s)?{LOT_MARK.pattern}")
"""A lot at the beginning of a line or sentence, or behind its label: the title of what follows."""

LOT_BEHIND = re.compile(rf"(?:\s(?:din\w*|rsd|eur\w*|km))?,?(?:\s(?:bez|sa?)\spdv\S*)?\sza\s{LOT_MARK.pattern}")
"""A lot right behind the price of a bid for it: "100,00 dinara za partiju 1"."""

LOT_ALONE = re.compile(
    rf"\bza\s(?P<ordinal>{'|'.join(ORDINALS)})u\b(?!\s(?:partij|lot|polovin|godin|ponud))"
    r"|(?<![\w.])p\.?\s?(?P<lot>\d{1,2})(?=:?\s)"
)
"""A lot by its ordinal or one letter, where lots are spoken of: "za prvu nudi 100,00, a za drugu 200,00", "p.1 90"."""

LOT_HEAD = re.compile(rf"(?:{LOT}|\bpart)(?!\w)")
"""The head of a column of lots."""

LOT_LABEL = re.compile(rf"(?:(?:broj|rb|r\.?\s?br|oznaka)\W+)?{LOT}(?!\w)")
"""The label that begins the block of a lot."""

LOT_CELL = re.compile(rf"^(?:{_LABEL})?(?P<lot>\d{{1,3}}\b(?![.,]\d)|{_LETTER})")
"""A cell below such a head, or the value beside such a label, that begins with the number."""


def last_lot(text: str) -> str | None:
    """Return the number of the last lot that folded text names, None without one."""
    numbers = [lot_number(mark) for mark in LOT_MARK.finditer(text)]
    return numbers[-1] if numbers else None


_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "x": "10"}


def lot_number(mark: re.Match[str]) -> str:
    """Return the number of a lot in figures, or its letter; "V" stays, since it is five or the third letter."""
    if "ordinal" in mark.re.groupindex and mark["ordinal"]:
        return str(ORDINALS.index(mark["ordinal"]) + 1)
    said = mark["lot"]
    return str(int(said)) if said.isdecimal() else _ROMAN.get(said, said.upper())


_EACH = r"\d{1,2}(?![\d.,/-]*\d)"
_SEVERAL = rf"\b(?:partij|lotov)\w{{1,4}}\W{{1,3}}(?P<several>{_EACH}(?:(?:,\s?|\s(?:i|te|and)\s){_EACH})+)"
_EVERY = re.compile(rf"{_SEVERAL}|{LOT_MARK.pattern}")


def marks(folded: str, start: int, end: int) -> Iterator[tuple[re.Match[str], list[str]]]:
    """Yield the marks of lots between two offsets of folded text, each with the numbers that it names."""
    for mark in _EVERY.finditer(folded, start, end):
        several = re.findall(r"\d+", mark["several"] or "")
        yield mark, [str(int(number)) for number in several] or [lot_number(mark)]


_OF_LOTS = re.compile(r"\b(?:partij|part\.|lot)")
"""Words that always are those of lots: parts and groups are of much else."""


def named(folded: str) -> dict[str, re.Match[str]]:
    """Return the lots that folded text names, each with its first mark."""
    found: dict[str, re.Match[str]] = {}
    for mark, lots in marks(folded, 0, len(folded)):
        for lot in lots if _OF_LOTS.search(mark[0]) else ():
            found.setdefault(lot, mark)
    return found
