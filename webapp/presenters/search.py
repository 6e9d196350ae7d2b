"""The search page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from archive.model.quality import Quality
from archive.search.did_you_mean import Suggestion
from archive.search.help import Expansion, SearchHelp
from archive.search.request import SORTS, UNKNOWN, Unit
from archive.search.results import FacetValue, Hit, PageHit, SearchResults
from webapp.contexts.common import Link
from webapp.contexts.search import Chip, FoundAs, HitCard, PageLine, Pagination, SearchContext, SuggestedValue
from webapp.languages.sentences import said
from webapp.languages.translation import gettext, marked, number, plural
from webapp.links import certificate_url, document_url, export_urls, page_url, search_url
from webapp.presenters.clause_hits import clause_card
from webapp.presenters.marking import snippet_pieces
from webapp.presenters.places import counted_units, more_pages, page_short, unit_label
from webapp.presenters.relaxations import Relaxation
from webapp.presenters.search_facets import present_amounts, present_facets
from webapp.presenters.wording import about, field_label, reading_quality, value_label
from webapp.presenters.year_bars import year_bars
from webapp.search_state import SearchState

PAGE_LINES = 3
"""Matching pages shown of each hit; a link leads to the others."""

NEIGHBOURS = 2
"""Pages of results linked on either side of the current one."""

SUGGESTED_FACETS = ("municipality", "vendor")
MOST_SUGGESTED = 50
"""Names of each facet that the search box offers, those in most documents."""

_SORT_LABELS = {
    "relevance": marked("Best match"),
    "newest": marked("Newest"),
    "oldest": marked("Oldest"),
    "title": marked("Title"),
}


def present_search(
    state: SearchState,
    results: SearchResults,
    size: int,
    help_: SearchHelp,
    wider: Iterable[tuple[Relaxation, int]],
    *,
    is_empty_archive: bool,
) -> SearchContext:
    """The search page for ``results``, ``size`` of them a page. ``wider`` are other searches with what they find."""
    filter_count = sum(len(values) for values in state.filters.values())
    return SearchContext(
        state=state,
        title=gettext("%(query)s – Search", query=state.text) if state.text else gettext("Search"),
        heading=gettext("Search for %(query)s", query=state.text) if state.text else gettext("Search the documents"),
        count=counted_units(state.unit, results.total),
        took=f"{number(max(1, round(results.took_ms)))} ms",
        units=tuple(Link(unit_label(unit), search_url(state.with_unit(unit)), unit is state.unit) for unit in Unit),
        notes=tuple(map(said, results.remarks)),
        facets=() if is_empty_archive else present_facets(state, results.facets),
        years=year_bars(state, results.facets.get("year", ())),
        amounts=present_amounts(state),
        filter_count=filter_count,
        chips=_chips(state),
        clear_url=search_url(state.without_filters()),
        sorts=tuple(
            Link(gettext(_SORT_LABELS[sort]), search_url(state.with_sort(sort)), sort == state.sort) for sort in SORTS
        ),
        hits=tuple(clause_card(hit, hit.clause, state) if hit.clause else _card(hit, state) for hit in results.hits),
        pagination=_pagination(state, -(-results.total // size)),
        found_as=tuple(map(_found_as, help_.found_as)),
        missing=help_.missing,
        switches=_switches(state, help_, results.total),
        did_you_mean=_did_you_mean(state, help_.suggestion),
        wider=tuple(
            Link(relaxation.label, search_url(relaxation.state), note=counted_units(state.unit, total))
            for relaxation, total in wider
            if total or relaxation.is_of_filter
        ),
        certificate=_certificate(state, results.total) if state.unit is Unit.DOCUMENTS else None,
        exports=tuple(Link(name, url) for name, url in export_urls(state).items()) if results.total else (),
        suggested=_suggested(results.facets, state.unit),
        is_empty_archive=is_empty_archive,
    )


def _certificate(state: SearchState, total: int) -> Link:
    label = gettext("Record of this search") if total else gettext("Certificate that nothing was found")
    return Link(label, certificate_url(state))


def _found_as(word: Expansion) -> FoundAs:
    more = gettext("and %(count)s more", count=number(word.more)) if word.more else ""
    return FoundAs(word.typed, ", ".join(word.forms), more, ", ".join(word.look_alikes))


def _switches(state: SearchState, help_: SearchHelp, total: int) -> tuple[Link, ...]:
    """Beside the words found: the same search with the typed words alone, or with more words, and the ways back.

    Where nothing was found, only the ways back are here; what finds more is offered with its count.
    """
    if state.exact:
        return (Link(gettext("Other forms of the words too"), search_url(state.with_exact(False))),) if total else ()
    exact = [Link(gettext("Exact words only"), search_url(state.with_exact(True)))] if total and help_.found_as else []
    if state.look_alikes:
        without = gettext("Without words that OCR may have misread")
        return (*exact, Link(without, search_url(state.with_look_alikes(False))))
    is_wordy = total and state.text
    wider = Link(gettext("Words that OCR can take for these too"), search_url(state.with_look_alikes(True)))
    return (*exact, wider) if is_wordy else ()


def _did_you_mean(state: SearchState, suggestion: Suggestion | None) -> Link | None:
    if suggestion is None:
        return None
    found = counted_units(state.unit, suggestion.total)
    return Link(suggestion.text, search_url(state.with_text(suggestion.text)), note=found)


def _suggested(facets: Mapping[str, Sequence[FacetValue]], unit: Unit) -> tuple[SuggestedValue, ...]:
    """Names that the search box offers: those of the results at hand, as no page has a script to ask for others."""
    return tuple(
        SuggestedValue(value.label, f"{field_label(facet)}, {counted_units(unit, value.count)}")
        for facet in SUGGESTED_FACETS
        for value in facets.get(facet, ())[:MOST_SUGGESTED]
        if value.value != UNKNOWN and value.count
    )


def _chips(state: SearchState) -> tuple[Chip, ...]:
    return tuple(
        Chip(field_label(name), value_label(name, value), search_url(state.without_filter(name, value)))
        for name, values in state.filters.items()
        for value in values
    )


def _card(hit: Hit, state: SearchState) -> HitCard:
    described = hit.description
    unreliable = (reading_quality(Quality.UNRELIABLE),) if described.quality is Quality.UNRELIABLE else ()
    more = len(hit.pages) - PAGE_LINES
    return HitCard(
        title=described.title,
        url=document_url(hit.id, state),
        language=described.language,
        within=None,
        # Judgments are called "In the name of the people", forms by their form: the file's name tells them apart.
        about=(*about(described), *unreliable, described.filename),
        lines=tuple(_line(hit, page, state) for page in hit.pages[:PAGE_LINES]),
        more=Link(more_pages(more), document_url(hit.id, state, "pages")) if more > 0 else None,
        duplicates=_duplicates(hit, state),
    )


def _duplicates(hit: Hit, state: SearchState) -> Link | None:
    count = len(hit.duplicates)
    label = plural("%(count)s near-identical document", "%(count)s near-identical documents", count)
    return Link(label, document_url(hit.id, state, "near-identical")) if count else None


def _line(hit: Hit, page: PageHit, state: SearchState) -> PageLine:
    return PageLine(page_short(page.number), page_url(hit.id, page.number, state), snippet_pieces(page.snippet))


def _pagination(state: SearchState, last: int) -> Pagination | None:
    if last <= 1:
        return None
    here = state.results_page
    shown = sorted({1, last, *range(max(1, here - NEIGHBOURS), min(last, here + NEIGHBOURS) + 1)})
    numbers: list[Link | None] = []
    for at, page in enumerate(shown):
        if at and page > shown[at - 1] + 1:
            numbers.append(None)
        numbers.append(Link(number(page), search_url(state.with_results_page(page)), page == here))
    return Pagination(
        previous=search_url(state.with_results_page(here - 1)) if here > 1 else None,
        numbers=tuple(numbers),
        next=search_url(state.with_results_page(here + 1)) if here < last else None,
    )
