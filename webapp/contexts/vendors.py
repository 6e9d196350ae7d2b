"""What the pages of vendors show."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.contexts.common import Link
from webapp.contexts.document import Evidence
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class VendorRow:
    """A vendor in the list. ``others`` are names that documents print for it, too."""

    vendor: Link
    numbers: tuple[str, ...]
    documents: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VendorsContext:
    """The list of vendors. ``query`` is what a name or number has to contain; ``parts`` lead to the rest of it."""

    state: SearchState
    query: str
    count: str
    rows: tuple[VendorRow, ...]
    parts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class PrintedName:
    """A name as documents print it, and in how many of them."""

    name: str
    documents: str


@dataclass(frozen=True, slots=True)
class VendorDocument:
    """A document that names a vendor: as what, under which names, and the words that say so."""

    document: Link
    language: str | None
    about: tuple[str, ...]
    said: tuple[tuple[str, Evidence | None], ...]


@dataclass(frozen=True, slots=True)
class RulingRow:
    """What a person said of vendors. ``event`` is its number in the log, None where it was taken back."""

    text: str
    event: int | None


@dataclass(frozen=True, slots=True)
class VendorContext:
    """The page of a vendor. ``alike`` leads to its contracts that are made on one template; ``rulings`` tell who said
    what of it; ``parts`` lead to the rest of its documents; ``by`` is the name of whoever signed last."""

    state: SearchState
    id: str
    by: str
    title: str
    documents: str
    search: Link
    alike: Link
    numbers: tuple[str, ...]
    names: tuple[PrintedName, ...]
    rulings: tuple[RulingRow, ...]
    rows: tuple[VendorDocument, ...]
    parts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """Two vendors that may be one, and why; each with its id and what is known of it."""

    reason: str
    vendors: tuple[VendorRow, VendorRow]
    ids: tuple[str, str]


@dataclass(frozen=True, slots=True)
class CandidatesContext:
    """The pairs of vendors that may be one. ``done`` is what a person said just now; ``later`` says that search does
    not know of it yet."""

    state: SearchState
    count: str
    rows: tuple[CandidateRow, ...]
    more: str | None
    done: RulingRow | None
    later: bool
    by: str
