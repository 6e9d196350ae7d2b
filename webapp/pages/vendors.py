"""The pages of vendors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archive.facts.evidence import Evidence as FoundEvidence
from archive.model import Description, Fact
from archive.vendors.candidates import Candidate
from archive.vendors.entities import Entity, ListedVendor
from archive.vendors.identity import Number
from archive.vendors.rulings import RecordedRuling, RulingAction
from webapp.languages.translation import gettext, marked, number, plural, said
from webapp.links import chronology_url, document_url, search_url, templates_url, vendor_url, vendors_url
from webapp.pages.facts import present_evidence
from webapp.pages.parts import Context, EvidenceRow, Link, SaidByPerson, part_links
from webapp.pages.profiles.vendor import VendorBox
from webapp.pages.wording import about as about_document
from webapp.pages.wording import day, detail, documents, field_label, shown_title
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class VendorRow:
    """A vendor in the list. ``others`` are the other printed forms of its name."""

    vendor: Link
    numbers: tuple[str, ...]
    documents: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VendorsContext(Context):
    """The list of vendors. ``query`` filters names and numbers; ``parts`` link to the parts of the list."""

    query: str
    count: str
    rows: tuple[VendorRow, ...]
    parts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class VendorDocument:
    """A document that names a vendor: in which roles, under which names, with the evidence."""

    document: Link
    title_language: str | None
    language: str | None
    about: tuple[str, ...]
    said: tuple[tuple[str, EvidenceRow | None], ...]


@dataclass(frozen=True, slots=True)
class VendorContext(Context):
    """The page of a vendor.

    ``names`` are the printed forms of its name with the number of documents; ``alike`` links to its contracts made from
    one template; ``rulings`` are decisions of persons on it; ``parts`` link to the parts of its list of documents;
    ``by`` is the last used name. ``waits`` is the reason why its profile cannot be computed yet.
    """

    id: str
    by: str
    title: str
    documents: str
    search: Link
    chronology: str
    alike: Link
    numbers: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    rulings: tuple[SaidByPerson, ...]
    rows: tuple[VendorDocument, ...]
    parts: tuple[Link, ...]
    box: VendorBox | None
    cannot: tuple[str, ...]
    waits: str | None = None


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """Two vendors that may be the same, with the reason."""

    reason: str
    vendors: tuple[VendorRow, VendorRow]
    ids: tuple[str, str]


@dataclass(frozen=True, slots=True)
class CandidatesContext(Context):
    """The candidate pairs of vendors that may be the same.

    ``done`` is the last decision; ``later`` says that the search index is not up to date yet.
    """

    count: str
    rows: tuple[CandidateRow, ...]
    more: str | None
    done: SaidByPerson | None
    later: bool
    by: str


VENDORS_SHOWN = 100
"""Vendors per page."""

CANDIDATES_SHOWN = 50
"""Candidate pairs per page."""

DOCUMENTS_SHOWN = 50
"""Documents of a vendor per page."""

_RULED = {
    (RulingAction.MERGE, True): marked("%(by)s, %(day)s: %(one)s and %(other)s are the same firm"),
    (RulingAction.SPLIT, True): marked("%(by)s, %(day)s: %(one)s and %(other)s are different firms"),
    (RulingAction.APART, True): marked("%(by)s, %(day)s: %(one)s and %(other)s are different firms"),
    (RulingAction.MERGE, False): marked("%(by)s, %(day)s: %(one)s and %(other)s are the same firm (undone)"),
    (RulingAction.SPLIT, False): marked("%(by)s, %(day)s: %(one)s and %(other)s are different firms (undone)"),
    (RulingAction.APART, False): marked("%(by)s, %(day)s: %(one)s and %(other)s are different firms (undone)"),
}
"""Decisions in words, by action and whether they are in force."""

Said = tuple[Fact, FoundEvidence | None]
"""A fact about a vendor with its evidence."""


def present_vendors(
    state: SearchState, query: str, total: int, listed: Iterable[ListedVendor], first: int
) -> VendorsContext:
    """Return the list of vendors from number ``first`` on, of ``total`` that match the query."""
    parts = part_links(total, VENDORS_SHOWN, first, lambda start: vendors_url(query, start))
    count = plural("%(count)s vendor", "%(count)s vendors", total)
    return VendorsContext(query, count, tuple(map(_row, listed)), parts, state=state)


def _row(vendor: Entity | ListedVendor) -> VendorRow:
    return VendorRow(
        Link(vendor.name, vendor_url(vendor.id)), _numbers(vendor), documents_text(vendor), vendor.other_names
    )


def present_vendor(
    state: SearchState,
    vendor: ListedVendor,
    rulings: Iterable[RecordedRuling],
    described: Sequence[Description],
    said: Mapping[str, Sequence[Said]],
    first: int,
    by: str,
    box: VendorBox | None,
) -> VendorContext:
    """Return the page of a vendor with its profile and its documents from number ``first`` on.

    ``said`` are the facts about the vendor by document; ``by`` is the default name in its forms.
    """
    found = SearchState().with_filter("vendor", vendor.name)
    return VendorContext(
        state=state,
        id=vendor.id,
        by=by,
        title=vendor.name,
        documents=documents_text(vendor),
        search=Link(gettext("Search the documents that name it as the vendor"), search_url(found)),
        chronology=chronology_url(found),
        alike=Link(gettext("Its contracts from one template"), templates_url(vendor.id)),
        numbers=_numbers(vendor),
        names=_printed(vendor),
        rulings=tuple(map(_ruling, rulings)),
        rows=tuple(_document(state, one, said.get(one.id, ())) for one in described),
        parts=part_links(vendor.documents, DOCUMENTS_SHOWN, first, lambda start: vendor_url(vendor.id, start)),
        box=box,
        cannot=tuple(map(gettext, _CANNOT)),
    )


_CANNOT = (
    marked("Procedures whose papers are not in the archive."),
    marked("Whether firms that both won made one bid together, or won a lot each."),
    marked("Why a bid lost, and whether rivals knew of each other."),
)


def _printed(vendor: ListedVendor) -> tuple[tuple[str, str], ...]:
    return tuple((name, documents(vendor.printed[name])) for name in vendor.names)


def _document(state: SearchState, described: Description, said: Sequence[Said]) -> VendorDocument:
    rows: dict[str, EvidenceRow | None] = {}
    for fact, found in said:
        rows.setdefault(f"{field_label(fact.field)}: {fact.value}", present_evidence(fact, found, state))
    title = shown_title(described)
    return VendorDocument(
        document=Link(title.text, document_url(described.id, state)),
        title_language=None if title.printed else described.language,
        language=described.language,
        about=about_document(described),
        said=tuple(rows.items()),
    )


def _numbers(vendor: Entity | ListedVendor) -> tuple[str, ...]:
    doubtful = (number_text(number, is_valid=False) for number in vendor.doubtful_numbers)
    return (*map(number_text, vendor.numbers), *doubtful)


def number_text(number: Number, *, is_valid: bool = True) -> str:
    """Return ``PIB 100000001``, with a note if its check digit is wrong."""
    text = detail(*number)
    return text if is_valid else gettext("%(number)s (check digit wrong)", number=text)


def documents_text(vendor: Entity | ListedVendor) -> str:
    """Return the number of documents that name a vendor in each role; roles without documents are left out."""
    if not vendor.bid:
        return plural("vendor in %(count)s document", "vendor in %(count)s documents", vendor.won)
    if not vendor.won:
        return plural("bidder in %(count)s document", "bidder in %(count)s documents", vendor.bid)
    return plural(
        "vendor in %(count)s document, bidder in %(bid)s",
        "vendor in %(count)s documents, bidder in %(bid)s",
        vendor.won,
        bid=number(vendor.bid),
    )


def present_candidates(
    total: int, found: Sequence[Candidate], done: RecordedRuling | None, by: str, *, later: bool
) -> CandidatesContext:
    """Return the most useful candidate pairs of ``total``."""
    more = total - len(found)
    return CandidatesContext(
        count=plural("%(count)s pair", "%(count)s pairs", total),
        rows=tuple(
            CandidateRow(said(pair.reason), (_row(pair.one), _row(pair.other)), (pair.one.id, pair.other.id))
            for pair in found
        ),
        more=_more(more) if more > 0 else None,
        done=_ruling(done) if done else None,
        later=later,
        by=by,
    )


def _more(count: int) -> str:
    return plural(
        "%(count)s more pair follows once you decide on these.",
        "%(count)s more pairs follow once you decide on these.",
        count,
    )


def _ruling(recorded: RecordedRuling) -> SaidByPerson:
    ruling, holds = recorded.ruling, recorded.undone_by is None
    names = {"one": ruling.one.name, "other": ruling.other.name}
    text = gettext(_RULED[ruling.action, holds], by=ruling.by, day=day(recorded.at), **names)
    return SaidByPerson(text, recorded.event if holds else None)
