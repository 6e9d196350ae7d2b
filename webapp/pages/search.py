"""The search page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from archive.errors import Message
from archive.search.did_you_mean import Suggestion
from archive.search.facets import FacetValues
from archive.search.help import Expansion, SearchHelp
from archive.search.query_language.other_words import OtherWords
from archive.search.relaxations import Relaxation
from archive.search.request import SORTS, STORY, UNKNOWN, ResolvedFilters, Unit, all_years, years_in_rows
from archive.search.results import ClosePassages, SearchResults
from archive.store.stories.story import Marks
from webapp.languages.translation import gettext, marked, number, plural, said
from webapp.links import certificate_url, chronology_url, export_urls, packet_offer_url, search_url
from webapp.pages.facets import AmountField, FacetGroup, YearBars, present_amounts, present_facets, year_bars
from webapp.pages.front_page import FrontContext
from webapp.pages.hits.cards import HitCard, close_cards, hit_cards
from webapp.pages.hits.chosen import ChoosingBar, present_choosing
from webapp.pages.parts import Context, Link
from webapp.pages.profiles.answer import Answer
from webapp.pages.wording import counted_units, field_label, some_words, unit_label, value_label
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class FoundAs:
    """A query word with the word forms it matched; ``more`` tells how many are not shown.

    ``look_alikes`` are likely OCR misreadings of it.
    """

    typed: str
    forms: str
    more: str
    look_alikes: str


@dataclass(frozen=True, slots=True)
class Pagination:
    """The links to pages of results; None in ``numbers`` is an ellipsis."""

    previous: str | None
    numbers: tuple[Link | None, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class SearchContext(Context):
    """The search page. ``is_empty_archive`` distinguishes "no results" from "no documents".

    ``units`` link to the same search for documents or clauses; ``certificate`` is None for clauses and where a filter
    has an unknown value. ``partly`` match only some of the words and follow the full matches below a heading;
    ``partly_count`` is empty if such were not searched. ``close`` are passages with a similar meaning. ``choosing`` is
    the toolbar for selected results.

    ``also`` are synonyms of query words, each linked to a search for either. ``missing`` are query words without a
    match. ``switches`` link to the same search with exact words, with likely OCR misreadings, and back. ``wider`` are
    searches with fewer conditions, with their counts. ``exports`` link to all results as files, ``packet`` to a packet
    of the first ones, ``chronology`` to their dates. ``chips`` are the active filters, each linked to the search
    without it; ``suggested`` are completions of the search box, each with its field.

    ``front`` is shown above the list of all documents where there is no query, ``reading`` are the jobs in progress
    then. ``answer`` is what findings say of the municipality and the subject that the query names.
    """

    title: str
    heading: str
    count: str
    took: str
    units: tuple[Link, ...]
    notes: tuple[str, ...]
    facets: tuple[FacetGroup, ...]
    years: YearBars | None
    amounts: tuple[AmountField, ...]
    filter_count: int
    chips: tuple[Link, ...]
    clear_url: str
    sorts: tuple[Link, ...]
    hits: tuple[HitCard, ...]
    partly: tuple[HitCard, ...]
    partly_count: str
    close: tuple[HitCard, ...]
    close_note: str
    choosing: ChoosingBar | None
    pagination: Pagination | None
    found_as: tuple[FoundAs, ...]
    missing: tuple[str, ...]
    switches: tuple[Link, ...]
    did_you_mean: Link | None
    also: tuple[tuple[str, tuple[Link, ...]], ...]
    wider: tuple[Link, ...]
    certificate: Link | None
    exports: tuple[Link, ...]
    packet: str | None
    chronology: str | None
    suggested: tuple[tuple[str, str], ...]
    is_empty_archive: bool
    front: FrontContext | None = None
    reading: tuple[Link, ...] = ()
    answer: Answer | None = None

    @property
    def has_preview(self) -> bool:
        """Whether a preview of a result is shown beside the results; not on the front page."""
        return self.front is None and bool(self.hits or self.partly or self.close)


NEIGHBOURS = 2
"""Pages of results linked on each side of the current one."""

SUGGESTED_FACETS = ("municipality", "vendor")
MOST_SUGGESTED = 20
"""Maximum names of each facet that the search box suggests, the most frequent ones."""

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
    close: ClosePassages | None = None,
    *,
    marks: Mapping[str, Marks],
    most: int,
    is_empty_archive: bool,
) -> SearchContext:
    """Return the search page for ``results``, ``size`` per page, with passages ``close`` in meaning.

    ``marks`` are the reader's own, by document; ``most`` is the maximum number of results that can be selected.
    """
    filter_count = sum(len(values) for values in state.filters.values())
    noted = {note.values.get("typed") for note in results.notes if isinstance(note, Message)}
    return SearchContext(
        state=state,
        title=gettext("%(query)s – Search", query=state.text) if state.text else gettext("Search"),
        heading=gettext("Search for %(query)s", query=state.text) if state.text else gettext("Search the documents"),
        count=counted_units(state.unit, results.total),
        took=f"{number(max(1, round(results.took_ms)))} ms",
        units=tuple(Link(unit_label(unit), search_url(state.with_unit(unit)), unit is state.unit) for unit in Unit),
        notes=tuple(map(said, results.remarks)),
        facets=() if is_empty_archive else present_facets(state, results.facets.counts),
        years=year_bars(state, results.facets.counts.get("year", {})),
        amounts=present_amounts(state),
        filter_count=filter_count,
        chips=_chips(state),
        clear_url=search_url(state.without_filters()),
        sorts=tuple(_sorts(state)),
        hits=hit_cards(results.hits, state, marks),
        partly=hit_cards(results.partly, state, marks),
        partly_count=_partly_count(results, state),
        close=close_cards(close.hits, state, marks) if close else (),
        close_note=_close_note(close.not_compared) if close and (close.hits or close.not_compared) else "",
        choosing=present_choosing(state, results.total, most, has_partly=bool(results.partly)),
        pagination=_pagination(state, -(-(results.total + (results.total_partly or 0)) // size)),
        found_as=tuple(map(_found_as, help_.found_as)),
        missing=tuple(word for word in help_.missing if word not in noted),
        switches=_switches(state, help_, results.total),
        did_you_mean=_did_you_mean(state, help_.suggestion),
        also=tuple((other.typed, tuple(_also(state, other))) for other in help_.also),
        wider=tuple(
            Link(relaxation.label, search_url(_asking(state, relaxation)), note=counted_units(state.unit, total))
            for relaxation, total in help_.wider
            if total or relaxation.is_of_filter
        ),
        certificate=_certificate(state, results.total) if state.unit is Unit.DOCUMENTS else None,
        exports=tuple(Link(name, url) for name, url in export_urls(state).items()) if results.total else (),
        packet=packet_offer_url(state) if results.total else None,
        chronology=chronology_url(state) if results.total else None,
        suggested=_suggested(results.facets, state.unit),
        is_empty_archive=is_empty_archive,
    )


def _sorts(state: SearchState) -> Iterator[Link]:
    """Yield links to the orders of the results. Without words, the best match is the newest."""
    current = "newest" if state.sort == "relevance" and not state.text else state.sort
    for sort in SORTS if state.text else SORTS[1:]:
        yield Link(gettext(_SORT_LABELS[sort]), search_url(state.with_sort(sort)), sort == current)


def _asking(state: SearchState, relaxation: Relaxation) -> SearchState:
    """Return the state with the request of a relaxation."""
    asked = relaxation.request
    return replace(
        state,
        text=asked.text,
        filters=asked.filters,
        exact=asked.exact,
        look_alikes=asked.look_alikes,
        results_page=1,
    )


def _certificate(state: SearchState, total: int) -> Link:
    label = gettext("Record of this search") if total else gettext("Certificate that nothing was found")
    return Link(label, certificate_url(state))


def _found_as(word: Expansion) -> FoundAs:
    more = gettext("and %(count)s more", count=number(word.more)) if word.more else ""
    return FoundAs(word.typed, ", ".join(word.forms), more, ", ".join(word.look_alikes))


def _switches(state: SearchState, help_: SearchHelp, total: int) -> tuple[Link, ...]:
    """Return links to the same search with other matching options, and back."""
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


def _also(state: SearchState, other: OtherWords) -> Iterator[Link]:
    """Yield links to the same search for either the query words or their synonyms."""
    for term in other.terms:
        either = f"({other.typed} OR {f'({term})' if ' ' in term else term})"
        if other.typed in state.text:
            yield Link(term, search_url(state.with_text(state.text.replace(other.typed, either, 1))))


def _suggested(facets: FacetValues, unit: Unit) -> tuple[tuple[str, str], ...]:
    """Return the completions of the search box: names in the facets of the current results."""
    known = [
        (facet, value)
        for facet in SUGGESTED_FACETS
        for value in facets.first(facet, MOST_SUGGESTED)
        if value.value != UNKNOWN and value.count
    ]
    kinds = {facet: field_label(facet) for facet in SUGGESTED_FACETS}
    counted = {count: counted_units(unit, count) for count in {value.count for _, value in known}}
    return tuple((value.label, f"{kinds[facet]}, {counted[value.count]}") for facet, value in known)


def _chips(state: SearchState) -> tuple[Link, ...]:
    """Return links that remove one active filter each; consecutive years have one link."""
    title = state.filters.story_title if isinstance(state.filters, ResolvedFilters) else ""
    rows = years_in_rows(state.filters.get("year", ()))
    shown = {**state.filters, "year": tuple(row for row in rows if "-" not in row)}
    ranges = (all_years([row]) for row in rows if "-" in row)
    return (
        *(
            Link(
                title if name == STORY else value_label(name, value),
                search_url(state.without_filter(name, value)),
                note=field_label(name),
            )
            for name, values in shown.items()
            for value in values
        ),
        *(
            Link(f"{row[0]}–{row[-1]}", search_url(_without_years(state, row)), note=field_label("year"))
            for row in ranges
        ),
    )


def _without_years(state: SearchState, years: Sequence[str]) -> SearchState:
    return state.with_values("year", tuple(year for year in state.filters["year"] if year not in years))


def _partly_count(results: SearchResults, state: SearchState) -> str:
    if not results.total_partly:
        return ""
    return some_words(counted_units(state.unit, results.total_partly), likely=results.is_likely)


def _close_note(not_compared: int) -> str:
    note = gettext("Found by a language model, which can be wrong; in no count above, no file and no certificate.")
    if not not_compared:
        return note
    waiting = plural(
        "%(count)s document waits to be compared.", "%(count)s documents wait to be compared.", not_compared
    )
    return f"{note} {waiting}"


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
