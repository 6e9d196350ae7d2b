"""What the pages of findings show."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link
from webapp.contexts.document import Evidence
from webapp.contexts.finding_pictures import Pictures
from webapp.finding_state import FindingState
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding in the list of all; ``trouble`` is what is wrong with its file."""

    finding: Link
    about: str
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class FindingsContext:
    """The list of findings."""

    state: SearchState
    rows: tuple[FindingRow, ...]


@dataclass(frozen=True, slots=True)
class NumberCell:
    """A number of a table. ``url`` leads to what makes it, ``bar`` is its share (0 to 100) of the largest one of its
    column, ``notes`` say what it is made from."""

    text: str
    url: str
    bar: int | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A row of a table: its heads and its numbers."""

    heads: tuple[str, ...]
    cells: tuple[NumberCell, ...]


@dataclass(frozen=True, slots=True)
class FindingContext:
    """A finding. ``heads`` and ``columns`` are links that sort by them; ``method`` says how it was made.

    ``asked`` is what the reader asked of it; ``hidden`` says how many rows are not shown because of that;
    ``parts`` lead to the other rows of a long table; ``last`` are what rows share, if they do, and the total.
    """

    state: SearchState
    asked: FindingState
    title: str
    about: str
    notes: tuple[str, ...]
    hidden: str | None
    heads: tuple[Link, ...]
    columns: tuple[Link, ...]
    rows: tuple[NumberRow, ...]
    parts: tuple[Link, ...]
    last: tuple[NumberRow, ...]
    pictures: Pictures
    files: tuple[Link, ...]
    method: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProofRow:
    """A document that makes a number, with what it says and the words of it."""

    document: Link
    said: str | None
    evidence: Evidence | None
    status: str | None


@dataclass(frozen=True, slots=True)
class CellContext:
    """What makes a number, the documents of each unit together."""

    state: SearchState
    title: str
    back: Link
    number: str
    notes: tuple[str, ...]
    units: tuple[tuple[str, tuple[ProofRow, ...]], ...]
    parts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A number that changed: ``number`` leads to what makes it now, ``reasons`` say why, with the document of each."""

    what: str
    before: str
    after: str
    url: str | None
    reasons: tuple[tuple[Link | None, str], ...]


@dataclass(frozen=True, slots=True)
class ChangesContext:
    """What changed of a finding between two moments; ``notes`` say what could not be counted as it was."""

    state: SearchState
    title: str
    back: Link
    span: str
    notes: tuple[str, ...]
    rows: tuple[ChangeRow, ...]
