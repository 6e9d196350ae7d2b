"""What the pages that compare clauses show."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.citing import Crop
from webapp.contexts.common import Link
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text. ``kind`` is same, tolerated or different; ``why`` says what is tolerated."""

    text: str
    kind: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """One of two clauses: its text, and the pages it stands on."""

    document: Link
    clause: Link
    language: str | None
    paragraphs: tuple[tuple[Run, ...], ...]
    crops: tuple[Crop, ...]
    not_shown: str | None


@dataclass(frozen=True, slots=True)
class CompareContext:
    """Two clauses side by side; without ``sides``, the form that asks for the second one. ``tallies`` say what is
    tolerated, ``topics`` lead to the same topic in other contracts of a vendor."""

    state: SearchState
    title: str
    one: str
    other: str
    summary: str
    tallies: tuple[str, ...]
    sides: tuple[ComparedSide, ...]
    topics: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A clause and what differs in it from the usual wording: pairs of what is usual and what stands here."""

    document: Link
    clause: Link
    language: str | None
    agreement: str
    differences: tuple[tuple[str, str], ...]
    more: str | None
    beside: Link | None


@dataclass(frozen=True, slots=True)
class TopicContext:
    """The clauses on one topic in a vendor's contracts, the odd ones first. ``usual`` is the most common wording."""

    state: SearchState
    title: str
    vendor: Link
    summary: str
    topics: tuple[Link, ...]
    usual: Link | None
    usual_text: str
    language: str | None
    rows: tuple[TopicRow, ...]
    without: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class OddRow:
    """A clause that has none like it in the other document, with the way to both of them beside each other."""

    clause: Link
    nearest: Link | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A document made on a template, with its clauses that depart from it; ``missing`` are those it lacks."""

    document: Link
    about: str
    odd: tuple[OddRow, ...]
    missing: tuple[OddRow, ...]
    more: str | None


@dataclass(frozen=True, slots=True)
class TemplateGroup:
    """Documents made on one template. ``model`` is the one like most of the others; ``same`` have no odd clause."""

    title: str
    model: Link
    odd: tuple[MemberRow, ...]
    same: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class TemplatesContext:
    """The templates on which documents are made."""

    state: SearchState
    title: str
    vendor: Link | None
    groups: tuple[TemplateGroup, ...]
