"""URLs of pages. Each carries the search it was reached from, so that a link back is always possible.

``reading`` is the number of an older reading; without it, the URL leads to the newest one at the time it is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus, urlencode, urlsplit

from flask import current_app, g, request, url_for

from archive.comparing.topic_contracts import TableFilters
from archive.model import Document, Reading, Span
from webapp.languages.speaking import here
from webapp.state import LEFT_IN_QUERIES, PLAIN, PageState, SearchState

_FIXED = "dosije.addresses"


def older_number(document: Document, reading: Reading) -> int | None:
    """Return the ``reading`` parameter for URLs: None if it is the newest."""
    return reading.number if reading.number < document.reading else None


def choice_url(path: str, chosen: str) -> str:
    """Return the URL that stores a display setting (``/language`` or ``/light``) and leads back to the current page.

    Every page has six of them, and the way back may be long, so its encoding is cached.
    """
    if "way_back" not in g:
        g.way_back = urlencode({"back": here()}, safe=LEFT_IN_QUERIES)
    return f"{request.script_root}{path}/{chosen}?{g.way_back}"


def own_page(asked: str) -> str:
    r"""Return a requested path if it is one of this site, else that of the search page.

    ``//elsewhere`` and ``/\\elsewhere`` lead to other sites.
    """
    try:
        parts = urlsplit(asked)
    except ValueError:
        return url_for("search.show")
    is_ours = not parts.scheme and not parts.netloc and asked.startswith("/") and not asked.startswith(("//", "/\\"))
    return asked if is_ours and asked.isprintable() else url_for("search.show")


def came_from() -> str | None:
    """Return the page of this site from which the browser came, None if it is unknown or the current page."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return None
    page = f"{parts.path}?{parts.query}" if parts.query else parts.path
    is_here = request.method == "GET" and page == request.full_path.rstrip("?")
    return None if parts.netloc != request.host or is_here or own_page(page) != page else page


def search_url(state: SearchState) -> str:
    """Return the URL of the results of a search."""
    return _path("/", state)


def search_urls_with(state: SearchState, name: str) -> Callable[[str], str]:
    """Return a function for URLs of a search with one more value of a filter.

    The values must be neither selected nor excluded. A page has hundreds of these URLs.
    """
    pairs = state.with_values(name, (*state.filters.get(name, ()), "")).in_address()
    at = [*pairs].index(name) + 1
    before = urlencode(dict([*pairs.items()][:at]), doseq=True, safe=LEFT_IN_QUERIES)
    behind = urlencode(dict([*pairs.items()][at:]), doseq=True, safe=LEFT_IN_QUERIES)
    begin, end = f"{request.script_root}/?{before}", f"&{behind}" if behind else ""
    return lambda value: f"{begin}{_encoded(value)}{end}"


@lru_cache(maxsize=1 << 13)
def _encoded(value: str) -> str:
    return quote_plus(value, safe=LEFT_IN_QUERIES)


_in_path = lru_cache(maxsize=1 << 13)(quote)
"""A quoted path segment such as the id of a document, from a cache."""


def _path(path: str, state: SearchState, anchor: str | None = None, **values: object) -> str:
    """Return a URL without Flask's routing, which is slower; a page of results has hundreds."""
    further = {name: str(value) for name, value in values.items() if value is not None}
    query = state.query
    if further:
        query = urlencode({**state.in_address(), **further}, doseq=True, safe=LEFT_IN_QUERIES)
    return f"{request.script_root}{path}{f'?{query}' if query else ''}{f'#{anchor}' if anchor else ''}"


def fixed_url(endpoint: str) -> str:
    """Return the URL of an endpoint without parameters, from a cache."""
    known: dict[tuple[str, str], str] = current_app.extensions.setdefault(_FIXED, {})
    key = request.script_root, endpoint
    if key not in known:
        known[key] = url_for(endpoint)
    return known[key]


def facet_url(name: str, state: SearchState, find: str = "", first: int = 1) -> str:
    """Return the URL of all values of a facet in a search, or those that contain ``find``, from number ``first`` on."""
    return _path(f"/facets/{quote(name)}", state, find=find or None, first=None if first == 1 else first)


def export_urls(state: SearchState) -> dict[str, str]:
    """Return the URLs of all results of a search as files, by the name of the format."""
    whole = state.with_results_page(1)
    return {name.upper(): _search_url(f"export.{name}", whole) for name in ("csv", "xlsx", "json")}


def certificate_url(state: SearchState) -> str:
    """Return the URL of the certificate of a search."""
    return _search_url("certificate.show", state)


def document_url(document_id: str, state: SearchState, anchor: str | None = None, reading: int | None = None) -> str:
    """Return the URL of a document."""
    return _path(f"/documents/{_in_path(document_id)}", state, anchor, reading=reading)


def document_part_url(
    document_id: str, state: SearchState, name: str, first: int, reading: int | None, anchor: str
) -> str:
    """Return the URL of a document with one of its lists from number ``first`` on; ``name`` is its parameter."""
    return _path(f"/documents/{quote(document_id)}", state, anchor, reading=reading, **{name: first})


def beside_url(document_id: str, other_id: str, state: SearchState, page: int = 1) -> str:
    """Return the URL of two documents side by side, both at the page with this number."""
    at = None if page == 1 else page
    return _url("beside.show", state, document_id=document_id, other_id=other_id, at=at)


def page_url(
    document_id: str,
    number: int,
    state: SearchState,
    *,
    match: int | None = None,
    found: int | None = None,
    view: PageState = PLAIN,
    reading: int | None = None,
) -> str:
    """Return the URL of a page of a document, at match ``match`` or at place ``found``."""
    path = f"/documents/{_in_path(document_id)}/pages/{number}"
    if (match, found, view, reading) == (None, None, PLAIN, None):
        return _path(path, state)
    anchor = f"found-{found}" if found is not None else f"match-{match}" if match is not None else None
    return _path(path, state, anchor, reading=reading, match=match, **view.parameters(), found=found)


def scan_url(document_id: str, state: SearchState, view: PageState, reading: int | None) -> str:
    """Return the URL of the data that the script of the scan view loads first."""
    return _path(f"/documents/{quote(document_id)}/scan", state, reading=reading, **view.parameters())


def scan_pages_url(
    document_id: str, state: SearchState, view: PageState, reading: int | None, words: str | None
) -> str:
    """Return the URL of some pages of the scan view, with ``words`` marked."""
    path = f"/documents/{quote(document_id)}/scan/pages"
    return _path(path, state, reading=reading, words=words, **view.parameters())


def clause_url(document_id: str, eid: str, state: SearchState, reading: int | None = None) -> str:
    """Return the URL of a clause of a document."""
    return _url("clause.show", state, document_id=document_id, eid=eid, reading=reading)


def cite_url(span: Span, quote: str | None = None, style: str | None = None) -> str:
    """Return the URL of the citation of words; with the hash of ``quote``, it is their permalink."""
    words = f"{span.first}-{span.last}"
    return url_for("cite.show", document_id=span.document, reading=span.reading, words=words, quote=quote, style=style)


def evidence_url(span: Span, number: int, state: SearchState, view: PageState = PLAIN) -> str:
    """Return the URL of page ``number`` with the words of ``span`` marked.

    Word numbers are valid only within their own reading.
    """
    words = f"{span.first}-{span.last}"
    return _url(
        "page.show",
        state,
        document_id=span.document,
        number=number,
        reading=span.reading,
        words=words,
        **view.parameters(),
        _anchor="words",
    )


def page_path(document_id: str, number: int | None, words: tuple[int, int, int] | None) -> str:
    """Return the path of a document, of its page ``number``, or of that page with words marked (reading, first, last).

    It needs no application context, so it can be used for files.
    """
    path = f"/documents/{document_id}"
    if number is None or words is None:
        return path
    reading, first, last = words
    return f"{path}/pages/{number}?reading={reading}&words={first}-{last}#words"


def annotation_url(annotation_id: str) -> str:
    """Return the permalink of an annotation."""
    return url_for("annotation.show", annotation_id=annotation_id)


def api_annotation_url(annotation_id: str) -> str:
    """Return the URL of an annotation as a W3C Web Annotation."""
    return url_for("api.annotation", annotation_id=annotation_id)


def compare_url(one: str, other: str | None = None, query: str = "", first: int = 1) -> str:
    """Return the URL of two clauses side by side, each given as ``ID/EID``.

    Without ``other``, the page offers clauses to choose from: on the same topic, or the results of a query, from number
    ``first`` on.
    """
    return url_for("compare.show", a=one, b=other, q=query or None, first=None if first == 1 else first)


def topic_url(vendor_id: str, topic: str) -> str:
    """Return the URL of the clauses on one topic in the contracts of a vendor."""
    return url_for("compare.topic", vendor=vendor_id, topic=topic)


def topic_table_url(topic: str, asked: TableFilters, form: str | None = None) -> str:
    """Return what contracts state on a topic, as a page or as a file of a form."""
    if form is None:
        return url_for("topics.show", topic=topic, **_filters(asked))
    return url_for("topics.export", topic=topic, form=form, **_filters(asked))


def topic_lacking_url(topic: str, lack: str, asked: TableFilters, first: int = 1) -> str:
    """Return the contracts ``without`` a clause on a topic, or the ``unread`` ones, from number ``first`` on."""
    start = None if first == 1 else first
    return url_for("topics.show_lacking", topic=topic, lack=lack, **_filters(asked), first=start)


def _filters(asked: TableFilters) -> dict[str, Any]:
    return {name: value for name in asked.__slots__ if (value := getattr(asked, name)) is not None}


def desk_url(state: SearchState, topics: Sequence[str], pinned: str | None = None, first: int = 1) -> str:
    """Return the URL of the clauses on topics in the contracts of a search, compared with the ``pinned`` one."""
    start = None if first == 1 else first
    return _url("desk.show", state.with_results_page(1), topic=list(topics), pinned=pinned, first=start)


def templates_url(vendor_id: str | None = None) -> str:
    """Return the URL of contract templates, of all vendors or of one."""
    return url_for("compare.templates", vendor=vendor_id)


def audit_url(user: str = "", part: str = "", before: int | None = None) -> str:
    """Return the URL of a part of the audit:

    requests of a user, paths that contain ``part``, before an offset of the file.
    """
    return url_for("users.audit", user=user or None, part=part or None, before=before)


def recorded_url(path: str, query: str) -> str:
    """Return the URL of a recorded request, from its decoded path and its query."""
    return f"{request.script_root}{quote(path)}{f'?{query}' if query else ''}"


def vendors_url(query: str = "", first: int = 1) -> str:
    """Return the URL of the vendors that match a query, from number ``first`` on."""
    return url_for("vendors.show_all", q=query or None, first=None if first == 1 else first)


def vendor_url(vendor_id: str, first: int = 1) -> str:
    """Return the URL of a vendor, with its documents from number ``first`` on."""
    return url_for("vendors.show", vendor_id=vendor_id, first=None if first == 1 else first)


def vendor_procedures_url(vendor_id: str, **asked: str) -> str:
    """Return the URL of the procedures of a vendor, filtered by outcome, place or competitor."""
    return url_for("vendors.procedures", vendor_id=vendor_id, **asked)  # type: ignore[arg-type] # of any name


def vendor_picture_url(vendor_id: str, picture: str) -> str:
    """Return the URL of a chart of a vendor's profile as a file."""
    return url_for("profile_pictures.of_vendor", vendor_id=vendor_id, picture=picture)


def place_url(municipality: str, **asked: str) -> str:
    """Return the URL of the profile of a municipality."""
    return url_for("places.show", municipality=municipality, **asked)  # type: ignore[arg-type] # of any name


def place_picture_url(municipality: str, picture: str) -> str:
    """Return the URL of a chart of a municipality's profile as a file."""
    return url_for("profile_pictures.of_place", municipality=municipality, picture=picture)


def profile_url(group: str, value: str) -> str:
    """Return the URL of the profile of a municipality or vendor; empty for others, or for a name with a slash."""
    if group == "municipality":
        return place_url(value)
    return vendor_url(value) if group == "vendor" and "/" not in value else ""


def job_url(job_id: str) -> str:
    """Return the URL of an upload."""
    return url_for("jobs.show", job_id=job_id)


def chronology_url(state: SearchState) -> str:
    """Return the URL of the chronology of the documents that a search finds."""
    return _search_url("chronology.show", state.with_results_page(1))


def places_url(question: str = "") -> str:
    """Return the URL of the findings on municipalities, with the answers to a question."""
    return url_for("places.show_all", question=question or None)


def front_url(question: str) -> str:
    """Return the URL of the front page, with the answers to a question."""
    return url_for("search.show", question=question, _anchor="places")


def packet_url(packet_id: str) -> str:
    """Return the URL of an ordered packet."""
    return url_for("packets.show", packet_id=packet_id)


def packet_offer_url(chosen: SearchState | str) -> str:
    """Return the URL of the form for a packet of a search, or of one citation."""
    if isinstance(chosen, str):
        return url_for("packets.offer", cite=chosen)
    return _search_url("packets.offer", chosen.with_results_page(1))


def review_url(field: str | None = None, at: int = 1) -> str:
    """Return the URL of the review queue at number ``at``, of all doubts or those on ``field``."""
    return url_for("review.show", field=field, at=None if at == 1 else at)


def doubts_url(field: str | None = None, value: str | None = None, first: int = 1) -> str:
    """Return the URL of the table of doubts from number ``first`` on.

    It has all doubts, those on a field, or those on one value ("" for a missing one).
    """
    return url_for("doubts.show", field=field, value=value, first=None if first == 1 else first)


def doubted_values_url(field: str | None = None, first: int = 1) -> str:
    """Return the URL of the list of doubted values, of all fields or one, from number ``first`` on."""
    return url_for("doubts.values", field=field, first=None if first == 1 else first)


def piece_url(document_id: str, number: int, region: tuple[int, int, int, int], width: int) -> str:
    """Return the URL of a part of the image of a page: left, top, width and height in pixels of the canvas."""
    return url_for(
        "iiif.piece",
        document_id=document_id,
        number=number,
        region=",".join(map(str, region)),
        size=f"{min(width, region[2])},",
        rotation="0",
        quality="default",
        form="jpg",
    )


def correct_url(document_id: str, field: str, value: str | None = None, *, add: bool = False) -> str:
    """Return the URL of the page that corrects a field of a document: one of its values, or to ``add`` another."""
    return url_for("correct.show", document_id=document_id, field=field, value=value, add="1" if add else None)


def image_url(document_id: str, number: int, width: int, reading: int | None = None) -> str:
    """Return the URL of the image of a page."""
    return url_for("image.show", document_id=document_id, number=number, width=width, reading=reading)


def thumbnail_url(document_id: str, number: int, reading: int, marks: str) -> str:
    """Return the URL of the thumbnail of a page beside a hit, with these words of a reading marked."""
    query = f"reading={reading}&marks={marks}" if marks else f"reading={reading}"
    return f"{request.script_root}/documents/{_in_path(document_id)}/pages/{number}/thumbnail?{query}"


def list_url(state: SearchState) -> str:
    """Return the URL of the form for a list of searches, with the filters and options of this search."""
    return _search_url(
        "lists.show", SearchState(filters=state.filters, exact=state.exact, look_alikes=state.look_alikes)
    )


def saved_search_url(search_id: str) -> str:
    """Return the URL of a saved search and its results."""
    return url_for("saved.show", search_id=search_id)


def feed_url(search_id: str) -> str:
    """Return the URL of the feed of a saved search."""
    return url_for("saved.feed", search_id=search_id)


def _search_url(endpoint: str, state: SearchState) -> str:
    """Return the URL of an endpoint without parameters, for a search."""
    path = fixed_url(endpoint)
    return f"{path}?{state.query}" if state.query else path


def _url(endpoint: str, state: SearchState, **values: Any) -> str:
    arguments: dict[str, Any] = {**state.in_address(), **values}
    return url_for(endpoint, **arguments)
