"""The page of a clause, and the outline of a document."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archive.body import PagePart
from archive.citing.locators import clause_locator, style_of
from archive.model import Clause, Description, Document, Reading
from archive.model.clauses import clause_title, path, units
from webapp.languages.translation import gettext, marked
from webapp.links import cite_url, clause_url, compare_url, document_url, evidence_url, older_number, packet_offer_url
from webapp.pages.document.document_parts import present_older
from webapp.pages.parts import Context, Link, Mark, OlderReading, Piece, back_to_search, paragraphs
from webapp.pages.wording import page_name, page_short, value_label
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause in a list: link, topic, pages, depth in the tree (from 0), and its first words if it has no heading."""

    link: Link
    topic: str | None
    place: str
    depth: int
    beginning: str | None


@dataclass(frozen=True, slots=True)
class ClausePageText:
    """The text of a clause on one page. ``page`` links there, with its words marked."""

    page: Link
    paragraphs: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class ClauseContext(Context):
    """The page of a clause.

    ``path`` links to its ancestors, ``cite`` to its citation, ``compare`` to the comparison with another one.
    """

    title: str
    heading: str
    language: str | None
    text_language: str | None
    about: tuple[str, ...]
    results: Link
    document: Link
    path: tuple[Link, ...]
    older: OlderReading | None
    notes: tuple[str, ...]
    pages: tuple[ClausePageText, ...]
    inside: tuple[ClauseRow, ...]
    previous: str | None
    next: str | None
    cite: Link
    packet: str
    compare: Link


WORDS_SHOWN = 12
"""Number of words shown for a clause without a heading."""

SURE = 0.6
"""Confidence below which readers are told to check the clause themselves."""

_COUNTED = marked("It has no printed number: it was counted by machine, from the layout of the paragraphs.")
_UNSURE = marked("It is uncertain where this clause begins and ends. Check it against the page before you cite it.")


def present_clause(
    state: SearchState,
    document: Document,
    described: Description,
    reading: Reading,
    clauses: Sequence[Clause],
    clause: Clause,
    body: Sequence[PagePart],
    matches: Mapping[int, Sequence[tuple[int, int]]],
) -> ClauseContext:
    """Return the context of the page of ``clause``.

    :param body: its text, page by page.
    :param matches: the matches of the search on each page, as word numbers.
    """
    older = older_number(document, reading)
    line = path(clauses, clause)
    listed = list(units(clauses))
    at = next((at for at, unit in enumerate(listed) if unit.eid in {each.eid for each in line}), None)
    beside = {step: _neighbour(listed, at, step) for step in (-1, 1)}
    located = clause_locator(line, style_of(reading.language)) or clause.label
    heading = clause_title(located[:1].upper() + located[1:], clause.heading)
    return ClauseContext(
        state=state,
        title=f"{heading} – {described.title}",
        heading=heading,
        language=described.language,
        text_language=reading.language,
        about=_about(reading, clause),
        results=back_to_search(state),
        document=Link(described.title, document_url(document.id, state, "clauses", older)),
        path=tuple(Link(_named(each, reading), clause_url(document.id, each.eid, state, older)) for each in line[:-1]),
        older=present_older(document, reading, document_url(document.id, state)),
        notes=_notes(clause),
        pages=tuple(_text(clause, part, matches, state) for part in body),
        inside=outline(document, reading, [each for each in clauses if _is_inside(each, clause)], state, body),
        previous=None if beside[-1] is None else clause_url(document.id, beside[-1].eid, state, older),
        next=None if beside[1] is None else clause_url(document.id, beside[1].eid, state, older),
        cite=Link(gettext("Cite this clause"), cite_url(clause.span)),
        packet=packet_offer_url(f"{document.id}#{clause.eid}"),
        compare=Link(gettext("Compare"), compare_url(f"{document.id}/{clause.eid}")),
    )


def outline(
    document: Document, reading: Reading, clauses: Sequence[Clause], state: SearchState, body: Sequence[PagePart] = ()
) -> tuple[ClauseRow, ...]:
    """Return clauses as a list, each with its depth among those listed.

    :param body: their text, from which first words are shown.
    """
    depths: dict[str, int] = {}
    rows: list[ClauseRow] = []
    words = [(number, text) for part in body for number, text in zip(part.numbers, part.texts, strict=True)]
    older = older_number(document, reading)
    for clause in clauses:
        depths[clause.eid] = depths.get(clause.parent or "", -1) + 1
        rows.append(
            ClauseRow(
                Link(_named(clause, reading), clause_url(document.id, clause.eid, state, older)),
                None if clause.topic is None else value_label("topic", clause.topic),
                _place(reading, clause),
                depths[clause.eid],
                None if clause.heading else _beginning(clause, words),
            )
        )
    return tuple(rows)


def listed_clauses(clauses: Sequence[Clause]) -> list[Clause]:
    """Return the parts and units that the page of a document lists."""
    shown = {unit.eid for unit in units(clauses)}
    around = {clause.parent for clause in clauses if clause.eid in shown}
    return [each for each in clauses if each.eid in shown | around]


def _named(clause: Clause, reading: Reading) -> str:
    """Return a clause by its printed label or, if it was counted, by its number."""
    label_ = clause.label or clause_locator([clause], style_of(reading.language)) or clause.eid
    return clause_title(label_, clause.heading)


def _beginning(clause: Clause, words: Sequence[tuple[int, str]]) -> str | None:
    first = bisect_left(words, (clause.span.first, ""))
    shown = words[first : first + WORDS_SHOWN + 1]
    texts = [text for number, text in shown if number <= clause.span.last]
    if not texts:
        return None
    return " ".join(texts[:WORDS_SHOWN]) + (" …" if len(texts) > WORDS_SHOWN else "")


def _is_inside(clause: Clause, other: Clause) -> bool:
    is_within = other.span.first <= clause.span.first and clause.span.last <= other.span.last
    return is_within and clause.eid.startswith(f"{other.eid}__")


def _neighbour(listed: Sequence[Clause], at: int | None, step: int) -> Clause | None:
    return None if at is None or not 0 <= at + step < len(listed) else listed[at + step]


def _about(reading: Reading, clause: Clause) -> tuple[str, ...]:
    topic = () if clause.topic is None else (value_label("topic", clause.topic),)
    return (*topic, _place(reading, clause), clause.eid)


def _notes(clause: Clause) -> tuple[str, ...]:
    counted = (gettext(_COUNTED),) if clause.counted else ()
    return (*counted, gettext(_UNSURE)) if clause.confidence < SURE else counted


def _place(reading: Reading, clause: Clause) -> str:
    first, last = (reading.page_of_word(word).number for word in (clause.span.first, clause.span.last))
    return page_short(first) if first == last else gettext("pp. %(first)s–%(last)s", first=first, last=last)


def _text(
    clause: Clause, part: PagePart, matches: Mapping[int, Sequence[tuple[int, int]]], state: SearchState
) -> ClausePageText:
    numbers, marks = part.numbers, []
    for at, (first, last) in enumerate(matches.get(part.page.number, ()), start=1):
        begin, end = bisect_left(numbers, first), bisect_right(numbers, last) - 1
        if begin <= end:
            marks.append(Mark(begin, end, f"match-{at}"))
    return ClausePageText(
        Link(page_name(part.page.number), evidence_url(clause.span, part.page.number, state)),
        paragraphs(part.cut(), marks, anchored=True),
    )
