"""Decide which numbers of a document are clauses: articles, sections, chapters and schedules.

A number at the beginning of a paragraph may also be a list item, a party of the contract, a line of a table of contents
or a reference moved there by a line break. The document decides: the words "Član" and "Section", the sequence of the
numbers, and whether they have headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from archive.model import ClauseLevel
from archive.model.clauses import to_number, to_roman
from archive.text.folding import fold
from indexer.clauses.headings import has_several_numbers, is_heading, run_in
from indexer.clauses.layout import SHORT, Paragraph, ends_sentence, is_cut_off
from indexer.clauses.markers import Marker, MarkerStyle, fits, is_closing, part_rank
from indexer.clauses.sequence import NumberedLine, Path, likeliest

CONTENTS_LINES = 6
"""Minimum number of consecutive clauses without text that form a table of contents, if their numbers recur."""

NEAR = 8
"""Maximum number of paragraphs between the heading of a part and an article."""

FEWEST_SECTIONS = 2
"""A single number is not a numbering."""

COUNTED = 0.6
"""Confidence of a section without a number."""

LOST = 0.5
"""Confidence of a number that OCR lost."""

FEWEST_WITHOUT_FIRST = 4
"""Minimum length of a sequence of Roman numerals whose first one OCR lost."""

_QUOTING = frozenset({"glasi:", "glase:"})
"""Words that introduce the quoted articles of an amending act ("član 16. menja se i glasi:")."""


@dataclass(frozen=True, slots=True)
class NumberedClause:
    """A numbered clause: the index of its paragraph, level, number as printed ("5", "2.1", "II"), confidence (0..1).

    ``rank`` is the rank of a part, 0 the highest. ``is_implied`` says that the number is not in the text; ``index`` is
    then that of its first subsection.
    """

    index: int
    level: ClauseLevel
    number: str
    confidence: float
    rank: int = 0
    is_implied: bool = False


def find_units(paragraphs: Sequence[Paragraph], decimals: bool) -> list[NumberedClause]:
    """Return the numbered clauses of a document in order; ``decimals`` also accepts bare numbers."""
    articles = _named(paragraphs, MarkerStyle.ARTICLE)
    if not articles and decimals:
        # In minutes "Tačka 1." is an agenda item.
        articles = _named(paragraphs, MarkerStyle.ITEM)
    if articles:
        # A file may hold two contracts.
        apart = [unit for unit in _chapters(paragraphs) if not _is_near(unit.index, articles)] if decimals else []
        others = [*_sections(paragraphs, bare=False), *(apart if len(apart) >= FEWEST_WITHOUT_FIRST else [])]
        named = sorted([*articles, *others], key=lambda unit: unit.index)
    else:
        named = _sections(paragraphs, bare=decimals) or (
            _chapters(paragraphs) or _headed(paragraphs) if decimals else []
        )
    named = _without_contents(named, CONTENTS_LINES, paragraphs)
    if not named:
        return []
    schedules = _without_contents(list(_schedules(paragraphs, named[0].index)), 2)
    others = [*_parts(paragraphs, articles), *schedules]
    taken = {unit.index for unit in others}
    found = [*(unit for unit in named if unit.index not in taken), *others]
    return sorted((_less_sure(paragraphs, unit) for unit in found), key=lambda unit: unit.index)


def _less_sure(paragraphs: Sequence[Paragraph], unit: NumberedClause) -> NumberedClause:
    marker = paragraphs[unit.index].marker
    return replace(unit, confidence=LOST) if marker is not None and marker.is_lost else unit


ALONE, HEADED, PLAIN, UNLIKELY, DAMAGED, IN_A_LIST = 5.0, 2.5, 1.2, 0.2, 0.6, 0.15
"""Weights of a candidate:

alone on its line, before a heading, a sentence, lower case; misread; headless among headed ones.
"""

QUOTED = 4.0
"""Penalty for the number after "menja se i glasi:", which belongs to another act unless the sequence continues."""

MOST_ARTICLES = 300
"""Highest value that a misread number is tried as."""

_LEADER = re.compile(r"(?:\.\s?){4,}\s*\d{1,4}$|…{2,}\s*\d{1,4}$|_{4,}\s*\d{1,4}$")
"""The end of a line of a table of contents: leader dots and a page number."""


def _named(paragraphs: Sequence[Paragraph], style: MarkerStyle) -> list[NumberedClause]:
    """Return the paragraphs that begin with "Član 5.", "Article V" or "Tačka 3.", misread ones if the sequence fits.

    A single one counts only if it is the first.
    """
    candidates: list[NumberedLine] = []
    may_be_quoted = all_are_quoted = False
    for index, paragraph in enumerate(paragraphs):
        marker = paragraph.marker
        if marker is None or marker.style is not style or marker.refers or _LEADER.search(paragraph.text):
            may_be_quoted = may_be_quoted or fold(paragraph.text.rsplit(None, 1)[-1]) in _QUOTING
            continue
        number = to_number(marker.number)
        readings: tuple[Path, ...] = ((number,),)
        if marker.is_damaged or number == 0:
            values = range(1, MOST_ARTICLES) if len(marker.number) > 1 else range(1, 10)
            readings = tuple((value,) for value in values if fits(marker.number, value))
        weight = _weight_of_name(paragraph)
        if may_be_quoted and candidates and not all_are_quoted:
            weight -= QUOTED
        all_are_quoted = all_are_quoted or (may_be_quoted and not candidates)
        may_be_quoted = False
        if readings:
            candidates.append(NumberedLine(index, readings, weight))
    found = [
        NumberedClause(one.index, ClauseLevel.ARTICLE, _printed(paragraphs[one.index], path), _confidence(one.weight))
        for one, path in likeliest(candidates)
    ]
    return found if len(found) > 1 or any(unit.number in {"1", "i"} for unit in found) else []


def _weight_of_name(paragraph: Paragraph) -> float:
    marker = paragraph.marker
    if marker is None or marker.is_damaged:
        return DAMAGED
    if paragraph.is_alone:
        return ALONE
    if not marker.is_plain:
        return UNLIKELY
    return HEADED if is_heading(paragraph) else PLAIN


def _confidence(weight: float) -> float:
    if weight >= ALONE:
        return 0.98
    return 0.9 if weight > DAMAGED else 0.75


def _printed(paragraph: Paragraph, path: Path) -> str:
    """Return the number as printed ("5a", "iv"), or as inferred if it is misread."""
    marker = paragraph.marker
    if marker is None or marker.is_damaged or to_number(marker.number) != path[0]:
        return str(path[0])
    return marker.number


def _sections(paragraphs: Sequence[Paragraph], *, bare: bool) -> list[NumberedClause]:
    """Return the paragraphs that begin with "Section 2.1" and, if ``bare``, with a bare number: "1. Predmet", "2.1.1".

    Where a third of the whole numbers have headings, a number without one is a list item or a party, unless the
    sequence needs it.
    """
    whole = [index for index, each in enumerate(paragraphs) if each.marker and each.marker.style is MarkerStyle.NUMBER]
    headed = {index for index in whole if _has_heading(paragraphs, index)} if bare else set()
    most_headed = len(headed) >= max(FEWEST_SECTIONS, len(whole) / 3)
    named = [each for each in paragraphs if each.marker and each.marker.style is MarkerStyle.SECTION]
    has_named = sum(each.marker.is_plain and "." not in each.marker.number for each in named if each.marker) > 1
    candidates: list[NumberedLine] = []
    for index, paragraph in enumerate(paragraphs):
        marker = paragraph.marker
        if marker is None or _LEADER.search(paragraph.text):
            continue
        if marker.style is MarkerStyle.SECTION:
            weight = (ALONE if paragraph.is_alone else HEADED) if marker.is_plain else 0.0
        elif bare and marker.style is MarkerStyle.DECIMAL:
            weight = PLAIN if _may_be_clause(marker) else 0.0
        elif bare and marker.style is MarkerStyle.NUMBER and not has_named:
            weight = HEADED if index in headed else IN_A_LIST if most_headed else 2 * UNLIKELY
        else:
            weight = 0.0
        # Usually a reference to preceding text that a line break put on its own line.
        is_reference = paragraph.is_alone and candidates and candidates[-1].readings == (_path(marker),)
        if weight and not (is_reference and marker.style is MarkerStyle.SECTION):
            candidates.append(NumberedLine(index, (_path(marker),), weight))
    found = []
    for candidate, _ in likeliest(candidates):
        marker = paragraphs[candidate.index].marker
        assert marker is not None
        sure = 0.95 if marker.style is MarkerStyle.SECTION else 0.9
        confidence = sure if candidate.weight >= PLAIN else 0.7
        found.append(NumberedClause(candidate.index, ClauseLevel.SECTION, marker.number, confidence))
    is_numbering = has_named or sum("." not in unit.number for unit in found) >= FEWEST_SECTIONS
    return found if is_numbering or (not bare and found) else []


def _chapters(paragraphs: Sequence[Paragraph]) -> list[NumberedClause]:
    """Return the sections numbered by Roman numerals only ("II. Cena"), if there are no other sections."""
    candidates = [
        NumberedLine(index, ((to_number(marker.number),),), ALONE if paragraph.is_alone else HEADED)
        for index, paragraph in enumerate(paragraphs)
        if (marker := paragraph.marker) is not None
        and marker.style is MarkerStyle.PART
        and not marker.number.isdigit()
        and not _LEADER.search(paragraph.text)
        and (paragraph.is_alone or marker.is_lost or is_heading(paragraph))
    ]
    found = [
        NumberedClause(candidate.index, ClauseLevel.SECTION, to_roman(path[0]).upper(), 0.85)
        for candidate, path in likeliest(candidates)
    ]
    fewest = FEWEST_SECTIONS if found and found[0].number == "I" else FEWEST_WITHOUT_FIRST
    return found if len(found) >= fewest else []


def _headed(paragraphs: Sequence[Paragraph]) -> list[NumberedClause]:
    """Return the sections of a contract without numbers, one for each heading.

    A heading is in capitals or centred, and before a sentence; the first one is the title.
    """
    headings = [
        index
        for index, paragraph in enumerate(paragraphs[:-1])
        if paragraph.marker is None
        and not paragraph.in_table
        and (paragraph.body.isupper() or paragraph.is_centred)
        and is_heading(paragraph)
        and not has_several_numbers(paragraph.body)
        and not is_closing(paragraph.body)
        and paragraphs[index + 1].last - paragraphs[index + 1].first >= SHORT
        and ends_sentence(paragraphs[index + 1].text)
    ]
    found = enumerate(headings[1:], start=1)
    units = [NumberedClause(index, ClauseLevel.SECTION, str(number), COUNTED) for number, index in found]
    return units if len(units) >= FEWEST_WITHOUT_FIRST else []


def _is_near(index: int, articles: Sequence[NumberedClause]) -> bool:
    """Return whether an article follows the paragraph at ``index`` closely, or it is between articles."""
    return articles[0].index < index < articles[-1].index or any(
        index < each.index <= index + NEAR for each in articles
    )


def _begins_under(paragraphs: Sequence[Paragraph], index: int) -> bool:
    """Return whether a heading follows the paragraph at ``index``."""
    return index + 1 < len(paragraphs) and is_heading(paragraphs[index + 1])


def _path(marker: Marker) -> tuple[int, ...]:
    return tuple(to_number(part) for part in marker.number.split("."))


def _may_be_clause(marker: Marker) -> bool:
    """Return whether a decimal may be that of a clause.

    In lower case ("7.3 shall survive") it is a reference, unless it is a list item ("10.2.1 ako su odobreni").
    """
    return marker.is_plain or marker.number.count(".") > 1


def _has_heading(paragraphs: Sequence[Paragraph], index: int) -> bool:
    """Return whether a whole number has a heading: on its line, run in, or on the next line."""
    paragraph = paragraphs[index]
    if paragraph.marker is None or paragraph.marker.style is not MarkerStyle.NUMBER:
        return False
    if paragraph.is_alone:
        return _begins_under(paragraphs, index)
    return is_heading(paragraph) or run_in(paragraph) is not None


def _without_contents(
    units: Sequence[NumberedClause], fewest: int, paragraphs: Sequence[Paragraph] = ()
) -> list[NumberedClause]:
    """Return the clauses without a table of contents.

    That is ``fewest`` or more consecutive numbers without text between them that recur later; of ``paragraphs``, one
    without a sentence end may be a garbled line of it.
    """
    runs: list[list[NumberedClause]] = []
    for unit in units:
        between = paragraphs[runs[-1][-1].index + 1 : unit.index] if runs else ()
        follows = bool(runs) and runs[-1][-1].index + 1 + len(between) == unit.index and len(between) < 2
        follows = follows and not any(ends_sentence(each.text) for each in between)
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
    """Yield the parts, titles, chapters and divisions among articles: "DEO DRUGI", "GLAVA II", "Odeljak 3".

    Each level has its own count, which may restart in the enclosing part.
    """
    places = [unit.index for unit in articles]
    last: dict[int, int] = {}
    for index, paragraph in enumerate(paragraphs):
        marker = paragraph.marker
        if marker is None or marker.style is not MarkerStyle.PART or not places or index > places[-1]:
            continue
        number, rank = to_number(marker.number), part_rank(marker.name)
        near = any(index < place <= index + NEAR for place in places)
        follows = number in {1, last.get(rank, 0) + 1, last.get(rank, 0) + 2}
        if near and follows and (paragraph.is_alone or is_heading(paragraph)) and not _LEADER.search(paragraph.text):
            last = {level: value for level, value in last.items() if level < rank} | {rank: number}
            yield NumberedClause(index, ClauseLevel.PART, marker.number.upper(), 0.9, rank)


def _schedules(paragraphs: Sequence[Paragraph], first: int) -> Iterator[NumberedClause]:
    """Yield the schedules after the first clause: a line "Schedule 1", "Exhibit A" or "Prilog 2", perhaps titled."""
    for index, paragraph in enumerate(paragraphs):
        marker = paragraph.marker
        if index <= first or marker is None or marker.style is not MarkerStyle.SCHEDULE or not marker.is_plain:
            continue
        if _LEADER.search(paragraph.text) or is_cut_off(paragraphs[index - 1].text):
            continue
        if paragraph.is_alone or is_heading(paragraph):
            yield NumberedClause(index, ClauseLevel.SCHEDULE, marker.number.upper(), 0.85)
