"""Which of the numbers in a document are those of its clauses: articles, sections, chapters and schedules.

A number at the beginning of a paragraph may be a clause, an item of a list, a party of the contract, a line of a table
of contents or a reference that a line break put there. What decides is the document: the words "Član" and "Section",
the sequence of the numbers, and whether headings stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from archive.model import ClauseLevel
from archive.text.folding import fold
from indexer.clauses.headings import is_heading, run_in
from indexer.clauses.layout import Paragraph
from indexer.clauses.markers import Marker, MarkerStyle, fits, to_number

CONTENTS_LINES = 6
"""So many clauses in a row without any text are a table of contents, if their numbers come again."""

FEWEST_SECTIONS = 2
"""A single number is no numbering."""

_QUOTING = frozenset({"glasi:", "glase:"})
"""Words with which an act that changes another one introduces its articles ("član 16. menja se i glasi:")."""


@dataclass(frozen=True, slots=True)
class NumberedClause:
    """A clause that a number names: the place of its paragraph, its level, its number as printed ("5", "2.1", "II")
    and how sure that is (0..1)."""

    index: int
    level: ClauseLevel
    number: str
    confidence: float


def find_units(paragraphs: Sequence[Paragraph], decimals: bool) -> list[NumberedClause]:
    """The numbered clauses of a document in order. ``decimals`` allows clauses that only a number names."""
    articles = list(_articles(paragraphs))
    sections = list(_sections(paragraphs))
    if len(articles) > 1 or any(unit.number in {"1", "i"} for unit in articles):
        named = sorted([*articles, *sections], key=lambda unit: unit.index)
    else:
        articles = []
        numbered = list(_numbered(paragraphs)) if decimals else []
        named = sections if len(sections) > max(1, len(numbered)) else numbered
    named = _without_contents(named, CONTENTS_LINES)
    if not named:
        return []
    schedules = _without_contents(list(_schedules(paragraphs, named[0].index)), 2)
    others = [*_parts(paragraphs, articles), *schedules]
    taken = {unit.index for unit in others}
    return sorted([*(unit for unit in named if unit.index not in taken), *others], key=lambda unit: unit.index)


def _articles(paragraphs: Sequence[Paragraph]) -> Iterator[NumberedClause]:
    """Paragraphs that begin with "Član 5." or "Article V", or with what OCR made of it where the sequence fits."""
    last = 0
    may_be_quoted = all_are_quoted = False
    for index, paragraph in enumerate(paragraphs):
        marker = paragraph.marker
        if marker is None or marker.style is not MarkerStyle.ARTICLE or not marker.is_plain:
            may_be_quoted = may_be_quoted or fold(paragraph.text.rsplit(None, 1)[-1]) in _QUOTING
            continue
        number = to_number(marker.number)
        if may_be_quoted and last and not all_are_quoted and number != last + 1:
            continue
        if marker.is_damaged or number == 0:
            number = next((value for value in (last + 1, last + 2) if fits(marker.number, value)), 0)
            if number == 0:
                continue
            yield NumberedClause(index, ClauseLevel.ARTICLE, str(number), 0.75)
        elif paragraph.is_alone:
            yield NumberedClause(index, ClauseLevel.ARTICLE, marker.number, 0.98)
        elif is_heading(paragraph) or number in {1, last + 1, last + 2}:
            yield NumberedClause(index, ClauseLevel.ARTICLE, marker.number, 0.9)
        else:
            continue
        all_are_quoted = all_are_quoted or (may_be_quoted and not last)
        last, may_be_quoted = number, False


@dataclass(slots=True)
class _Sequence:
    """The numbers of sections read so far, by depth: a number fits if it goes on at its depth or opens a new one."""

    path: tuple[int, ...] = ()

    def takes(self, number: tuple[int, ...]) -> bool:
        """Whether ``number`` may come next; if so it is the last one now."""
        above = number[:-1]
        here = self.path[: len(number)]
        if len(number) == 1:
            fitting = number[0] <= (self.path[0] if self.path else 0) + 2
        else:
            known = self.path[: len(above)] == above
            goes_on = len(here) == len(number) and here[:-1] == above and here[-1] <= number[-1] <= here[-1] + 3
            begins = len(here) < len(number) and known and number[-1] <= 3
            opens = not known and number[-1] == 1 and (not self.path or above[0] - self.path[0] in {0, 1})
            fitting = goes_on or begins or opens
        if fitting:
            self.path = number
        return fitting


def _sections(paragraphs: Sequence[Paragraph]) -> Iterator[NumberedClause]:
    """The paragraphs that begin with "Section 2.1" and the like, whose numbers follow each other."""
    sequence = _Sequence()
    for index, paragraph in enumerate(paragraphs):
        marker = paragraph.marker
        if marker is None or marker.style is not MarkerStyle.SECTION or not marker.is_plain:
            continue
        number = _path(marker)
        # A reference that fell on a line of its own, as a rule to what stands before it.
        if paragraph.is_alone and number == sequence.path:
            continue
        if len(number) > 1 and sequence.path[:1] != number[:1]:
            sequence.path = number[:1]
        if sequence.takes(number):
            yield NumberedClause(index, ClauseLevel.SECTION, marker.number, 0.95)


def _path(marker: Marker) -> tuple[int, ...]:
    return tuple(to_number(part) for part in marker.number.split("."))


def _numbered(paragraphs: Sequence[Paragraph]) -> Iterator[NumberedClause]:
    """Clauses that only a number names: "1. Predmet", "1.1", "2.1.1".

    Where a third of the whole numbers have headings, a number without one is an item of a list or a party, unless it is
    the one that is missing between two that have.
    """
    whole = [index for index, each in enumerate(paragraphs) if each.marker and each.marker.style is MarkerStyle.NUMBER]
    headed = {index for index in whole if _has_heading(paragraphs, index)}
    if len(headed) >= max(FEWEST_SECTIONS, len(whole) / 3):
        headed |= _missing(paragraphs, whole, headed)
        whole = [index for index in whole if index in headed]
    allowed = set(whole)
    sequence = _Sequence()
    units = []
    for index, paragraph in enumerate(paragraphs):
        marker = paragraph.marker
        is_decimal = marker is not None and marker.style is MarkerStyle.DECIMAL and _may_be_clause(marker)
        if marker is not None and (is_decimal or index in allowed) and sequence.takes(_path(marker)):
            confidence = 0.9 if index in headed or is_decimal else 0.7
            units.append(NumberedClause(index, ClauseLevel.SECTION, marker.number, confidence))
    if sum("." not in unit.number for unit in units) >= FEWEST_SECTIONS:
        yield from units


def _may_be_clause(marker: Marker) -> bool:
    """Whether a decimal number may be a clause's: before a small letter ("7.3 shall survive") it is a reference, unless
    it is an item of a list ("10.2.1 ako su odobreni")."""
    return marker.is_plain or marker.number.count(".") > 1


def _missing(paragraphs: Sequence[Paragraph], whole: Sequence[int], headed: set[int]) -> set[int]:
    """Numbers without a heading where the numbers with one leave a gap of one: 4 between 3 and 5."""
    numbers = {index: to_number(marker.number) for index in whole if (marker := paragraphs[index].marker)}
    found = set()
    for before, after in pairwise(sorted(headed)):
        if numbers[after] - numbers[before] == 2:
            between = [index for index in whole if before < index < after and numbers[index] == numbers[before] + 1]
            found.update(between[-1:])
    return found


def _has_heading(paragraphs: Sequence[Paragraph], index: int) -> bool:
    """Whether a whole number stands before a heading: on its line, run into its text, or on the next line."""
    paragraph = paragraphs[index]
    if paragraph.marker is None or paragraph.marker.style is not MarkerStyle.NUMBER:
        return False
    if paragraph.is_alone:
        return index + 1 < len(paragraphs) and is_heading(paragraphs[index + 1])
    return is_heading(paragraph) or run_in(paragraph) is not None


def _without_contents(units: Sequence[NumberedClause], fewest: int) -> list[NumberedClause]:
    """The clauses without a table of contents: ``fewest`` numbers or more in a row with no text between them, which
    come again later."""
    runs: list[list[NumberedClause]] = []
    for unit in units:
        follows = bool(runs) and runs[-1][-1].index + 1 == unit.index
        if follows and unit.number not in {each.number for each in runs[-1]}:
            runs[-1].append(unit)
        else:
            runs.append([unit])
    kept: list[list[NumberedClause]] = []
    later: set[str] = set()
    for run in reversed(runs):
        again = sum(unit.number in later for unit in run)
        if len(run) < fewest or again < len(run) * 2 / 3:
            kept.append(run)
        later.update(unit.number for unit in run)
    return [unit for run in reversed(kept) for unit in run]


def _parts(paragraphs: Sequence[Paragraph], articles: Sequence[NumberedClause]) -> Iterator[NumberedClause]:
    """Chapters with a Roman number that stand between articles: "I Osnovne odredbe", "GLAVA II"."""
    places = [unit.index for unit in articles]
    last = 0
    for index, paragraph in enumerate(paragraphs):
        marker = paragraph.marker
        if marker is None or marker.style is not MarkerStyle.PART or not places or index > places[-1]:
            continue
        number = to_number(marker.number)
        near = any(index < place <= index + 5 for place in places)
        if near and number in {1, last + 1, last + 2} and (paragraph.is_alone or is_heading(paragraph)):
            last = number
            yield NumberedClause(index, ClauseLevel.PART, marker.number.upper(), 0.9)


def _schedules(paragraphs: Sequence[Paragraph], first: int) -> Iterator[NumberedClause]:
    """Appendices after the first clause: a line "Schedule 1", "Exhibit A" or "Prilog 2", with or without a title."""
    for index, paragraph in enumerate(paragraphs):
        marker = paragraph.marker
        if index <= first or marker is None or marker.style is not MarkerStyle.SCHEDULE or not marker.is_plain:
            continue
        if paragraph.is_alone or is_heading(paragraph):
            yield NumberedClause(index, ClauseLevel.SCHEDULE, marker.number.upper(), 0.85)
