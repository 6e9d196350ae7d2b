"""``GET /documents/<id>``: what is known of a document, where it lies, what it holds, and its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain as chain_of

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from archive.errors import QueryTooBroad
from archive.facts.evidence import EvidenceReader, spans_of
from archive.fields import VENDOR_FIELDS
from archive.model import Document, Reading
from archive.procedures.finding import chains_of
from archive.search.near_duplicates import NearDuplicates
from archive.store.catalog import Catalog
from archive.store.documents import Known
from webapp.contexts.chain import Chains
from webapp.contexts.document import FactRow
from webapp.languages.sentences import said_error
from webapp.languages.translation import gettext, marked, number
from webapp.links import correct_url, vendor_url
from webapp.presenters.alike import present_alike
from webapp.presenters.chain import present_chain
from webapp.presenters.containment import present_contents, present_places, shown_members
from webapp.presenters.document import present_document
from webapp.presenters.facts import in_reading_order, joined, present_emptied, present_fact
from webapp.presenters.reading import reading_links
from webapp.room import current_room, requested_document, requested_reading
from webapp.search_state import SearchState, positive_number

blueprint = Blueprint("document", __name__)

_NO_PAGE = marked("%(filename)s has %(count)s pages; there is no number %(number)s.")
_NO_MEMBER = marked("%(filename)s has %(count)s files inside; there is no number %(number)s.")


@blueprint.get("/documents/<document_id>")
def show(document_id: str) -> str:
    """The page of a document. ``reading`` shows an earlier reading; ``first`` is the first of its pages to list, and
    ``member`` the first of the things it holds."""
    archive = current_room().archive
    catalog = archive.catalog
    document = requested_document(document_id)
    state = SearchState.from_arguments(request.args)
    reading = requested_reading(document)
    first = _first("first", len(reading.pages), _NO_PAGE, document)
    members, containers = catalog.members.of(document.id), catalog.members.containers(document.id)
    member = _first("member", len(members), _NO_MEMBER, document)
    similar = NearDuplicates(catalog).of([document.id]).get(document.id, ())
    listed = {held.document for held in shown_members(members, member) if held.document is not None}
    beside = {place.container for place in containers} | {like.id for like in similar}
    known = catalog.documents.known({document.id} | listed | beside)
    described = {id_: one.description for id_, one in known.items()}
    page = present_document(
        state,
        document,
        described[document.id],
        reading,
        facts=list(joined(_facts(catalog, document, known[document.id], reading, state))),
        sources=catalog.documents.sources(document.id),
        matches=archive.search.matches_in(reading, state.text, state.exact, state.look_alikes),
        is_waiting=archive.search.is_waiting(document.id) if state.text else False,
        first=first,
        places=present_places(containers, described, state),
        contents=present_contents(document.id, members, described, member, state),
        alike=present_alike(described[document.id], similar, described, state),
        chains=_chains(catalog, document, known, state),
        readings=reading_links(document, _readings(catalog, document), reading, state),
        clauses=catalog.clauses.of(document.id, reading.number),
        notes=catalog.annotations.all(document.id),
    )
    return render_template("document.html", page=page)


def _first(name: str, count: int, beyond: str, document: Document) -> int:
    first = positive_number(name, request.args.get(name) or "1")
    if first > max(1, count):
        raise NotFound(gettext(beyond, filename=document.filename, count=number(count), number=first))
    return first


def _readings(catalog: Catalog, document: Document) -> Iterable[Reading]:
    """All its readings, the newest first, if there is more than one to choose from."""
    if document.reading == 1:
        return ()
    found = catalog.readings.named((document.id, number) for number in range(document.reading, 0, -1))
    return sorted(found.values(), key=lambda reading: reading.number, reverse=True)


def _chains(catalog: Catalog, document: Document, known: Mapping[str, Known], state: SearchState) -> Chains:
    """The procedures that it belongs to, with the page of each number that holds a paper there."""
    try:
        found = chains_of(catalog, document.id, known)
    except QueryTooBroad as error:
        return Chains((), said_error(error))
    shown = [chain for chain in found if len(chain.all_members) > 1 or chain.missing]
    spans = [list(spans_of(member.link for member in chain.all_members if member.link)) for chain in shown]
    reader = EvidenceReader(catalog)
    reader.locate(chain_of.from_iterable(spans))
    pages = [{span.document: reader.page_of(span).number for span in of_chain} for of_chain in spans]
    presented = (
        present_chain(chain, document.id, of_chain, state) for chain, of_chain in zip(shown, pages, strict=True)
    )
    return Chains(tuple(presented), None)


def _facts(catalog: Catalog, document: Document, known: Known, shown: Reading, state: SearchState) -> Iterator[FactRow]:
    """Each fact with its evidence in the reading it was made in, which may be older or newer than the one shown."""
    facts, decided = known.facts, [one for one in known.decisions if one.undone_by is None]
    reader = EvidenceReader(catalog, [shown])
    reader.read(spans_of(facts))
    vendors = catalog.vendors.of(document.id)
    for fact in in_reading_order(facts):
        evidence = None if fact.span is None else reader.of(fact.span)
        vendor = vendors.get(fact.value) if fact.field in VENDOR_FIELDS else None
        url = None if vendor is None else vendor_url(vendor)
        correct = correct_url(document.id, fact.field, fact.value)
        yield present_fact(fact, evidence, decided, state, shown.number, url, correct)
    yield from present_emptied(facts, decided)
