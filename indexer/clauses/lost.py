"""Clause numbers that OCR lost or garbled, restored from gaps in the sequence where the page has room for them.

Between IV and VI a scan may have a centred scrap ("M" for V), the space of one line, or a heading without a number.
Numbers are restored only where there are as many such places as missing numbers. Such a clause is marked as counted and
has a lower confidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from archive.model import ClauseLevel
from archive.model.clauses import to_number, to_roman
from archive.text.folding import fold
from indexer.clauses.headings import is_heading, run_in
from indexer.clauses.layout import Paragraph
from indexer.clauses.markers import LIST_STYLES, NAMED, Marker, MarkerStyle, article_names, fits
from indexer.clauses.sequence import Path
from indexer.clauses.units import LOST, NumberedClause

MOST_LOST = 4
"""Maximum number of consecutive missing numbers that are looked for."""

ROOM = 2.6
"""Height of a number on a line of its own with its spacing, in lines."""

SCRAP_LENGTH = 12
"""Maximum length in characters (and two words) of what OCR left of a number."""

FEWEST_ALIKE = 2
"""Minimum number of sibling numbers from which position and heading style are learned."""

FEWEST_WORDS = 5
"""A sentence has at least this many spaces."""

SPOILED, BY_PLACE, BY_ROOM = 3, 2, 1
"""Evidence for a place: garbled digits; a scrap, or a heading like those of siblings; enough blank space."""

_ROMAN_SHAPES = str.maketrans(
    {"l": "i", "1": "i", "|": "i", "!": "i", "h": "x", "u": "v", "y": "v", "c": "ii", "n": "ii", "p": "ii", "s": "iii"}
)
"""Roman digits as OCR misreads them, folded: "Х" (h) for X, "У" (u) for V, "Ц" (c) for II, "Ш" (s) for III."""


@dataclass(frozen=True, slots=True)
class _Gap:
    """Missing numbers, and the indexes of the paragraphs before and after them."""

    missing: tuple[Path, ...]
    after: int
    before: int | None


@dataclass(frozen=True, slots=True)
class _NumberStyle:
    """Common style of the numbers of one depth: alone on a line, centred, with which kind of heading."""

    style: MarkerStyle
    is_alone: bool
    is_centred: bool
    is_headed: bool
    is_run_in: bool
    is_upper: bool

    @classmethod
    def of(cls, owners: Sequence[Paragraph]) -> _NumberStyle:
        """Return the style that most of the ``owners`` of such numbers share."""

        def most(flags: Iterator[bool]) -> bool:
            return 2 * sum(flags) > len(owners)

        style = owners[0].marker.style if owners[0].marker else MarkerStyle.NUMBER
        return cls(
            style,
            most(each.is_alone for each in owners),
            most(each.is_centred for each in owners),
            most(is_heading(each) for each in owners),
            most(not each.is_alone and run_in(each) is not None for each in owners),
            most(each.body.isupper() for each in owners),
        )

    def strength(self, paragraph: Paragraph, missing: Sequence[Path], before: Paragraph | None) -> int:
        """Return the evidence that a paragraph begins with one of the ``missing`` numbers, 0 if there is none."""
        if any(self.looks_like(paragraph, path) for path in missing):
            return SPOILED
        if paragraph.marker is not None and (self.is_alone or paragraph.marker.style is not _style_of(missing[0])):
            return 0
        if self.is_alone:
            is_short = len(paragraph.text) <= SCRAP_LENGTH and paragraph.text.count(" ") < 2
            if is_short and paragraph.is_centred == self.is_centred:
                return BY_PLACE
            return BY_ROOM if paragraph.above >= ROOM and not (before and before.is_scrap) else 0
        if paragraph.is_scrap or paragraph.body.isupper() != self.is_upper:
            return 0
        is_like = (self.is_headed and is_heading(paragraph)) or (self.is_run_in and run_in(paragraph) is not None)
        return BY_PLACE if is_like else 0

    def looks_like(self, paragraph: Paragraph, path: Path) -> bool:
        """Return whether a paragraph begins with a plausible OCR misreading of a number."""
        words = paragraph.text.split()
        if self.style is MarkerStyle.ARTICLE and fold(paragraph.text).strip(".: ") in article_names():
            return True
        if self.is_alone and len(words) > (2 if self.style in NAMED else 1):
            return False
        read = "".join(
            char for char in fold(words[-1] if self.is_alone else words[0]) if char.isalnum() or char in "|!"
        )
        if self.style is MarkerStyle.PART:
            return read.translate(_ROMAN_SHAPES) == to_roman(path[0])
        number = int("".join(map(str, path)))
        # OCR may read the full stop as a letter: "1s Definitions".
        is_number = fits(read, number) or (read[-1:].isalpha() and fits(read[:-1], number))
        return is_number and (self.is_alone or len(words) > 1)

    def marker(self, paragraph: Paragraph, path: Path) -> Marker:
        """Return the marker of a lost number; it covers the scrap or garbled number, or no word at all."""
        if self.is_alone and len(paragraph.text) <= SCRAP_LENGTH:
            last = paragraph.last
        else:
            last = paragraph.first - (paragraph.marker is None and not self.looks_like(paragraph, path))
        number = to_roman(path[0]) if self.style is MarkerStyle.PART else ".".join(map(str, path))
        style = self.style if self.style in NAMED or self.style is MarkerStyle.PART else _style_of(path)
        return Marker(style, number, last, is_lost=True)


def _style_of(path: Path) -> MarkerStyle:
    return MarkerStyle.NUMBER if len(path) == 1 else MarkerStyle.DECIMAL


def restored(found: Sequence[Paragraph], kept: Sequence[Paragraph], units: Sequence[NumberedClause]) -> list[Paragraph]:
    """Return the paragraphs ``found`` in a scan with markers where numbers were lost, and without other scraps.

    ``units`` are the numbered clauses among ``kept``, the paragraphs without scraps.
    """
    places = {each.first: place for place, each in enumerate(found)}
    numbered = {kept[unit.index].first for unit in units}
    marked: dict[int, Marker] = {}
    for numbers in _kinds(kept, units):
        owners: dict[int, list[Paragraph]] = {}
        for path, place in numbers:
            owners.setdefault(len(path), []).append(kept[place])
        alikes = {depth: _NumberStyle.of(every) for depth, every in owners.items() if len(every) >= FEWEST_ALIKE}
        for gap in _gaps(numbers):
            alike = alikes.get(len(gap.missing[0]))
            if alike is None:
                continue
            begin = places[kept[gap.after].first] + 1 if gap.after >= 0 else 0
            end = places[kept[gap.before].first] if gap.before is not None else len(found)
            between = [
                place for place in range(begin, end) if found[place].first not in numbered and _may_be(found[place])
            ]
            for place, path in _filled(found, between, gap, alike):
                marked[place] = alike.marker(found[place], path)
    marked |= {places[first]: marker for first, marker in _lost_parts(kept, units)}
    return [
        _with(paragraph, marked.get(place))
        for place, paragraph in enumerate(found)
        if place in marked or not paragraph.is_scrap
    ]


def _lost_parts(kept: Sequence[Paragraph], units: Sequence[NumberedClause]) -> Iterator[tuple[int, Marker]]:
    """Yield the first words and markers of chapters whose Roman numerals are lost.

    These are headings in capitals before an article, like those of the other chapters.
    """
    parts = {unit.index: to_number(unit.number.lower()) for unit in units if unit.level is ClauseLevel.PART}
    if len(parts) < FEWEST_ALIKE or not all(kept[index].body.isupper() for index in parts):
        return
    last = 0
    for unit in units:
        last = parts.get(unit.index, last)
        above = kept[unit.index - 1] if unit.level is ClauseLevel.ARTICLE and unit.index else None
        if above is None or unit.index - 1 in parts or unit.index - 2 in parts or not above.body.isupper():
            continue
        is_other = above.marker is not None and (above.marker.style is not MarkerStyle.PART or above.is_alone)
        if last and not is_other and is_heading(above):
            last += 1
            end = above.marker.last if above.marker else above.first - 1
            yield above.first, Marker(MarkerStyle.PART, to_roman(last), end, is_lost=True)


def _may_be(paragraph: Paragraph) -> bool:
    """Return whether a paragraph may begin with a garbled number: without a marker, or with one of no list item."""
    return paragraph.marker is None or not (paragraph.marker.is_listed or paragraph.marker.style in NAMED)


def _with(paragraph: Paragraph, marker: Marker | None) -> Paragraph:
    if marker is None:
        return paragraph
    body = " ".join(paragraph.text.split()[marker.last + 1 - paragraph.first :])
    body = body if any(map(str.isalnum, body)) else ""
    return replace(paragraph, marker=replace(marker, stands_alone=not body), body=body, is_scrap=False)


def _kinds(kept: Sequence[Paragraph], units: Sequence[NumberedClause]) -> Iterator[list[tuple[Path, int]]]:
    """Yield the numbers of articles, Roman sections and other sections, each with the index of its paragraph."""

    def kind(unit: NumberedClause) -> tuple[bool, bool]:
        marker = kept[unit.index].marker
        return unit.level is ClauseLevel.ARTICLE, marker is not None and marker.style is MarkerStyle.PART

    numbered = [unit for unit in units if unit.level in {ClauseLevel.ARTICLE, ClauseLevel.SECTION}]
    for _, group in groupby(sorted(numbered, key=lambda unit: (*kind(unit), unit.index)), key=kind):
        yield [(tuple(to_number(part) for part in unit.number.lower().split(".")), unit.index) for unit in group]


def _gaps(numbers: Sequence[tuple[Path, int]]) -> Iterator[_Gap]:
    """Yield the gaps in a sequence of numbers, and the open end after the last, where the count is unknown."""
    for (path, after), (following, before) in pairwise([((0,), -1), *numbers]):
        missing = tuple(_between(path, following))
        if 0 < len(missing) <= MOST_LOST:
            yield _Gap(missing, after, before)
    path, after = numbers[-1]
    yield _Gap(tuple((*path[:-1], path[-1] + more) for more in range(1, MOST_LOST + 1)), after, None)


def _between(path: Path, following: Path) -> Iterator[Path]:
    """Yield the numbers missing between two: 2.3 between 2.2 and 2.4, 3 between 2.4 and 3.1."""
    above, own = following[:-1], following[-1]
    if path[: len(above)] == above:
        at = path[len(above)] if len(path) > len(above) else 0
        yield from ((*above, number) for number in range(at + 1, own))
    elif own == 1 and path[: len(above) - 1] == above[:-1] and len(path) >= len(above):
        yield from ((*above[:-1], number) for number in range(path[len(above) - 1] + 1, above[-1] + 1))


def _filled(
    found: Sequence[Paragraph], places: Sequence[int], gap: _Gap, alike: _NumberStyle
) -> Iterator[tuple[int, Path]]:
    """Yield the places of the missing numbers if there are exactly as many places as numbers."""
    strengths = {
        place: alike.strength(found[place], gap.missing, found[place - 1] if place else None)
        for place in places
        if not (
            place + 1 < len(found) and _is_same_depth(found[place + 1], gap.missing[0]) and is_heading(found[place])
        )
    }
    if gap.before is None:
        yield from _after_last(found, [place for place in strengths if strengths[place] >= BY_PLACE], gap, alike)
        return
    for least in (SPOILED, BY_PLACE, BY_ROOM):
        chosen = [place for place, strength in strengths.items() if strength >= least]
        if len(chosen) == len(gap.missing):
            yield from zip(chosen, gap.missing, strict=True)
            return
    for path in gap.missing:
        chosen = [place for place in strengths if alike.looks_like(found[place], path)]
        if len(chosen) == 1:
            yield chosen[0], path


def _is_same_depth(following: Paragraph, path: Path) -> bool:
    """Return whether a paragraph has a number of the same depth; a heading right before it is a contents line."""
    marker = following.marker
    return marker is not None and marker.style not in LIST_STYLES and marker.number.count(".") + 1 == len(path)


def implied(paragraphs: Sequence[Paragraph], units: Sequence[NumberedClause]) -> list[NumberedClause]:
    """Return the numbered clauses of a scan with the sections whose number and heading are lost.

    Section 3 is implied where 3.1 follows 2.4 and other sections are printed before their first subsection.
    """
    for numbers in _kinds(paragraphs, units):
        first = {path[0] for path, _ in numbers if len(path) == 1} & {path[0] for path, _ in numbers if len(path) > 1}
        lost = {
            place: str(gap.missing[0][0])
            for gap in _gaps(numbers)
            if first and gap.before is not None
            for path, place in numbers
            if place == gap.before and path == (*gap.missing[0], 1)
        }
        units = [
            each
            for unit in units
            for each in (
                *(
                    [replace(unit, number=lost[unit.index], confidence=LOST, is_implied=True)]
                    if unit.index in lost
                    else ()
                ),
                unit,
            )
        ]
    return list(units)


def _after_last(
    found: Sequence[Paragraph], places: Sequence[int], gap: _Gap, alike: _NumberStyle
) -> Iterator[tuple[int, Path]]:
    """Yield the places after the last number that look like the next numbers or are scraps before a sentence."""
    if not alike.is_alone:
        return
    pairs = list(zip(places, gap.missing, strict=False))
    known = [
        count
        for count, (place, path) in enumerate(pairs, start=1)
        if alike.looks_like(found[place], path) or _is_before_sentence(found, place)
    ]
    yield from pairs[: max(known, default=0)]


def _is_before_sentence(found: Sequence[Paragraph], place: int) -> bool:
    """Return whether a scrap precedes a sentence, as a number does; noise near a signature does not."""
    if not found[place].is_scrap or place + 1 == len(found):
        return False
    following = found[place + 1].text
    return following.count(" ") >= FEWEST_WORDS and following.endswith(".")
