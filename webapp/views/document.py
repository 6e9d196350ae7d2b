"""``/documents/<id>``: a document, one of its clauses, its original file, and a comparison with another.

Forms on its page set a reader's private marks and the procedure that it belongs to.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import chain as chain_of

from flask import Blueprint, Response, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, NotFound

from archive.body import body
from archive.errors import QueryTooBroad, UsageError
from archive.facts.evidence import EvidenceReader, spans_of
from archive.model import Document, Reading, Span, Words
from archive.procedures.chains import Chain
from archive.procedures.lookup import PaperLookup, chains_of
from archive.procedures.rulings import made, rule
from archive.store.catalog import Catalog
from archive.store.documents import Known
from archive.store.stories.story import Marks
from webapp.access.callers import caller, known_user
from webapp.forms import known_person, make_searchable, own_marks, person, remembering
from webapp.languages.translation import gettext, marked, number, said_error
from webapp.links import own_page
from webapp.pages.chain import LoadedChain
from webapp.pages.document.clause import listed_clauses, present_clause
from webapp.pages.document.document import LoadedDocument, listed_facts, present_document, shown_facts
from webapp.pages.document.document_parts import shown_members
from webapp.pages.near_duplicates import present_beside
from webapp.room import current_room, requested_document, requested_reading
from webapp.state import PageState, SearchState, positive_number
from webapp.views.page import matches_of

blueprint = Blueprint("document", __name__)

_NO_PAGE = marked("%(filename)s has %(count)s pages; there is no number %(number)s.")
_NO_FACT = marked("%(filename)s has %(count)s facts; there is no number %(number)s.")
_NO_CLAUSE = marked("%(filename)s has %(count)s clauses; there is no number %(number)s.")
_NO_MEMBER = marked("%(filename)s has %(count)s files inside; there is no number %(number)s.")


@blueprint.get("/documents/<document_id>")
def show(document_id: str) -> str:
    """Show a document.

    ``reading`` selects an earlier reading; ``first`` is the number of the first page in the list, ``fact`` of the first
    fact, ``clause`` of the first clause, and ``member`` of the first file inside.
    """
    document = requested_document(document_id)
    state = SearchState.from_arguments(request.args)
    return render_template("document.html", page=present_document(_loaded(document, state), state))


def _loaded(document: Document, state: SearchState) -> LoadedDocument:
    archive = current_room().archive
    catalog = archive.catalog
    reading = requested_reading(document)
    pages_from = _first("first", len(reading.pages), _NO_PAGE, document)
    around = catalog.documents.surroundings(document.id)
    members_from = _first("member", len(around.members), _NO_MEMBER, document)
    lookup = PaperLookup(catalog)
    ahead = lookup.ahead(document.id, around)
    near = catalog.near_duplicates.of(ahead)
    similar = near.get(document.id, ())
    listed = {held.document for held in shown_members(around.members, members_from) if held.document is not None}
    beside = {place.container for place in around.containers} | {like.document for like in similar}
    known = catalog.documents.known(ahead | listed | beside)
    facts = listed_facts(known[document.id])
    facts_from = _first("fact", len(facts), _NO_FACT, document)
    spans = set(spans_of(shown_facts(facts, facts_from)))
    reader = EvidenceReader(catalog, [reading])
    reader.read(spans, [(document.id, reading.number, page.number) for page in reading.pages[:1]])
    copies = {id_: tuple(like.document for like in near.get(id_, ()) if like.is_near_identical) for id_ in ahead}
    chains, chain_trouble = _chains(catalog, document, known, copies, lookup)
    matches, is_partly = matches_of(reading, state)
    clauses = catalog.clauses.in_reading(reading)
    return LoadedDocument(
        document=document,
        reading=reading,
        view=PageState.from_arguments(request.args),
        first_words=reader.words_on(document.id, reading.number, 1) if reading.pages else None,
        readings=_readings(catalog, document),
        pages_from=pages_from,
        around=around,
        members_from=members_from,
        similar=similar,
        known=known,
        facts_from=facts_from,
        evidence={span: reader.of(span) for span in spans},
        clauses=clauses,
        clauses_from=_first("clause", len(listed_clauses(clauses)), _NO_CLAUSE, document),
        annotations=catalog.annotations.all(document.id),
        chains=chains,
        chain_trouble=chain_trouble,
        person=known_person(),
        marks=own_marks([document.id]).get(document.id, Marks()) if known_user() else None,
        matches=matches,
        is_partly=is_partly,
        is_waiting=bool(state.text) and not matches and archive.search.is_waiting(document.id),
    )


def _first(name: str, count: int, beyond: str, document: Document) -> int:
    first = positive_number(name, request.args.get(name) or "1")
    if first > max(1, count):
        raise NotFound(gettext(beyond, filename=document.filename, count=number(count), number=first))
    return first


def _readings(catalog: Catalog, document: Document) -> Sequence[Reading]:
    """Return all readings of a document, newest first; none if there is only one."""
    if document.reading == 1:
        return ()
    found = catalog.readings.named((document.id, number) for number in range(document.reading, 0, -1))
    return sorted(found.values(), key=lambda reading: reading.number, reverse=True)


def _chains(
    catalog: Catalog,
    document: Document,
    known: Mapping[str, Known],
    copies: Mapping[str, tuple[str, ...]],
    lookup: PaperLookup,
) -> tuple[list[LoadedChain], str | None]:
    """Return the procedures of a document, or the message of a failure."""
    try:
        found = chains_of(catalog, document.id, known, copies, lookup)
    except QueryTooBroad as error:
        return [], said_error(error)
    shown = [chain for chain in found if len(chain.all_members) > 1 or chain.missing or chain.rulings]
    spans = [list(spans_of(member.link for member in chain.all_members if member.link)) for chain in shown]
    subjects = [chain.subject.span for chain in shown if chain.subject and chain.subject.span]
    numbers = catalog.readings.page_numbers([*chain_of.from_iterable(spans), *subjects])
    return [
        _with_rulings(catalog, chain, {span.document: numbers[span] for span in on}, numbers)
        for chain, on in zip(shown, spans, strict=True)
    ], None


def _with_rulings(catalog: Catalog, chain: Chain, pages: Mapping[str, int], numbers: Mapping[Span, int]) -> LoadedChain:
    rulings = made(catalog, chain.rulings)
    named = {id_ for one in rulings for id_ in (one.document, one.other)}
    names = {id_: one.filename for id_, one in catalog.documents.descriptions(named).items()} if named else {}
    span = chain.subject.span if chain.subject else None
    return LoadedChain(chain, pages, rulings, names, None if span is None else numbers[span])


clause = Blueprint("clause", __name__)


@clause.get("/documents/<document_id>/clauses/<eid>", endpoint="show")
def show_clause(document_id: str, eid: str) -> str:
    """Show the text of a clause, with matches of the search marked.

    ``reading`` selects an earlier reading.
    """
    archive = current_room().archive
    document = requested_document(document_id)
    reading = requested_reading(document)
    state = SearchState.from_arguments(request.args)
    clauses = archive.catalog.clauses.in_reading(reading)
    clause = next((each for each in clauses if each.eid == eid), None)
    if clause is None:
        raise NotFound(gettext("%(filename)s has no clause '%(eid)s'.", filename=document.filename, eid=eid[:80]))
    context = present_clause(
        state,
        document,
        archive.catalog.documents.descriptions([document.id])[document.id],
        reading,
        clauses,
        clause,
        body(archive.catalog, reading, clause.span),
        matches_of(reading, state)[0],
    )
    return render_template("clause.html", page=context)


beside = Blueprint("beside", __name__)


@beside.get("/documents/<document_id>/beside/<other_id>", endpoint="show")
def show_beside(document_id: str, other_id: str) -> str:
    """Show the newest readings of two documents side by side at page ``at``."""
    catalog = current_room().archive.catalog
    here, there = requested_document(document_id), catalog.documents.find(other_id)
    number = positive_number("at", request.args.get("at") or "1")
    if number > max(1, here.page_count, there.page_count):
        neither = marked("Neither %(one)s nor %(other)s has a page %(number)s.")
        raise NotFound(gettext(neither, one=here.filename, other=there.filename, number=number))
    described = catalog.documents.descriptions([here.id, there.id])
    found = {like.document: like for like in catalog.near_duplicates.of([here.id]).get(here.id, ())}
    context = present_beside(
        described[here.id],
        described[there.id],
        found.get(there.id),
        number,
        (_words_of_page(catalog, here.id, number), _words_of_page(catalog, there.id, number)),
        catalog.clauses.by_document([here.id, there.id]),
        SearchState.from_arguments(request.args),
    )
    return render_template("beside.html", page=context)


def _words_of_page(catalog: Catalog, document_id: str, number: int) -> Words | None:
    reading = catalog.readings.get(document_id)
    if number > len(reading.pages):
        return None
    return catalog.readings.words(document_id, number, reading.number)


original = Blueprint("original", __name__)

_UNSAFE = re.compile(r'[/\\:*?"<>|]')
"""Characters that are special in file systems or in the header.

Werkzeug follows RFC 6266 but does not replace them.
"""

_LONGEST_NAME = 150


@original.get("/documents/<document_id>/original")
def download(document_id: str) -> Response:
    """Send the original file as an attachment. Range requests are supported."""
    document = requested_document(document_id)
    path = current_room().archive.originals.local(document.id)
    response = send_file(
        path,
        mimetype=document.media_type,
        as_attachment=True,
        download_name=safe_name(document.filename),
        etag=document.id,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def safe_name(filename: str) -> str:
    """Return a filename that is safe on all file systems and in a header.

    A long name is truncated before its extension.
    """
    visible = "".join(
        " " if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character for character in filename
    )
    name = " ".join(_UNSAFE.sub("_", visible).split()).strip(". ") or "original"
    if len(name) <= _LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"


marks = Blueprint("marks", __name__)


@marks.post("/documents/<document_id>/marks", endpoint="put")
def put_marks(document_id: str) -> ResponseReturnValue:
    """Put ``starred``, ``read`` and the ``tags``, parted by commas, in the place of the reader's marks of before."""
    user, form = caller().user, request.form
    if user is None:
        raise Forbidden(gettext("Marks are kept for readers who have logged in."))
    tags = tuple(tag for tag in form.get("tags", "").split(",") if tag.strip())
    put = Marks("starred" in form, "read" in form, tags)
    current_room().archive.catalog.marks.put(user.name, requested_document(document_id).id, put)
    return redirect(own_page(form.get("back", "")), code=303)


procedure = Blueprint("procedure", __name__)

_ID = re.compile("[0-9a-f]{8,64}")


@procedure.post("/documents/<document_id>/procedure")
def rule_on(document_id: str) -> ResponseReturnValue:
    """Record that ``paper``, an id or the address of a document, belongs to the procedure of this document, or does
    not. Of this document itself, it is said with regard to ``other``."""
    by, catalog = person(), current_room().archive.catalog
    here = catalog.documents.find(document_id).id
    named, belongs = _ID.search(request.form.get("paper", "").strip().lower()), request.form.get("belongs")
    if named is None or belongs not in ("yes", "no"):
        raise UsageError(
            gettext("The form does not name a document."),
            gettext("Paste its address, or the first 8 digits of its id or more."),
        )
    paper = catalog.documents.find(named[0]).id
    change = rule(
        catalog, paper, request.form.get("other", "") if paper == here else here, by, belongs=belongs == "yes"
    )
    return _back(here, by, is_news=change.event is not None)


@procedure.post("/documents/<document_id>/procedure/withdraw")
def withdraw(document_id: str) -> ResponseReturnValue:
    """Take back what was said in ``event`` of the document ``on``."""
    by, catalog = person(), current_room().archive.catalog
    here = catalog.documents.find(document_id).id
    on = catalog.documents.find(request.form.get("on", "")).id
    catalog.decisions.undo(on, positive_number("event", request.form.get("event", "")), by)
    return _back(here, by, is_news=True)


def _back(document: str, by: str, *, is_news: bool) -> ResponseReturnValue:
    if is_news:
        make_searchable(current_room().archive)
    target = url_for("document.show", document_id=document, _anchor="chains")
    return remembering(make_response(redirect(target, code=303)), by)
