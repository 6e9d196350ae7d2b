"""What the page of a document shows."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.alike import Alike
from webapp.contexts.annotations import NoteCard
from webapp.contexts.chain import Chains
from webapp.contexts.clause import ClauseRow
from webapp.contexts.common import Link, OlderReading
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that prove a value, and where they can be seen. ``how`` names the rule and its confidence; it is empty
    where a person gave the value."""

    quote: str
    place: Link
    how: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """One value of a field. ``url`` leads to what it names, where that has a page; ``correct`` to the form that
    corrects it. ``is_title``: the value is the title, in the document's own language."""

    label: str
    value: str
    details: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    status: str | None
    url: str | None = None
    correct: str | None = None
    is_title: bool = False


@dataclass(frozen=True, slots=True)
class PageTile:
    """A page in a document's list of pages. ``image`` is None on a flowing page; sizes are pixels."""

    number: int
    url: str
    image: str | None
    width: int
    height: int
    about: tuple[str, ...]
    quality: str | None
    note: str | None
    matches: str | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """Something to know about the original."""

    label: str
    value: str
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class PageRow:
    """How one page was read. ``quality`` and its label are None where there is nothing to judge."""

    page: Link
    source: str
    quality: str | None
    quality_label: str | None
    script: str | None
    reason: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document lies inside another."""

    container: Link
    path: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """Something that a container holds: a document, or the ``trouble`` why it is none."""

    path: str
    document: Link | None
    about: tuple[str, ...]
    trouble: str | None


@dataclass(frozen=True, slots=True)
class Contents:
    """What a container holds; a long list comes in parts."""

    summary: str
    members: tuple[MemberRow, ...]
    parts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class DocumentContext:
    """The page of a document, in one of its readings. ``contents`` is None for a document that is no container.

    ``readings`` are all its readings, if there is more than one; ``cards`` are persons' notes.
    """

    state: SearchState
    document_id: str
    title: str
    language: str | None
    about: tuple[str, ...]
    results: Link
    original: Link
    older: OlderReading | None
    places: tuple[Place, ...]
    contents: Contents | None
    alike: tuple[Alike, ...]
    chains: Chains
    facts: tuple[FactRow, ...]
    clauses: tuple[ClauseRow, ...]
    cards: tuple[NoteCard, ...]
    matches: str | None
    first_match: str | None
    tiles: tuple[PageTile, ...]
    parts: tuple[Link, ...]
    page_rows: tuple[PageRow, ...]
    readings: tuple[Link, ...]
    file: tuple[FileRow, ...]
