"""The search page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from archive.model import Description, Span
from archive.model.clauses import clause_title
from archive.model.quality import Quality
from archive.search.did_you_mean import Suggestion
from archive.search.facets import FacetValue
from archive.search.help import Expansion, SearchHelp
from archive.search.query_language.other_words import OtherWords
from archive.search.relaxations import Relaxation
from archive.search.request import SORTS, STORY, UNKNOWN, ResolvedFilters, Unit
from archive.search.results import CloseHit, ClosePassages, Hit, SearchResults, ShownClause
from archive.store.stories.story import Marks
from webapp.languages.translation import gettext, marked, number, plural, said
from webapp.links import (
    certificate_url,
    chronology_url,
    clause_url,
    document_url,
    evidence_url,
    export_urls,
    packet_offer_url,
    search_url,
)
from webapp.pages.facets import AmountField, FacetGroup, YearBars, present_amounts, present_facets, year_bars
from webapp.pages.front.front_page import FrontContext
from webapp.pages.parts import Context, Link, PageLine, page_line, snippet_pieces
from webapp.pages.wording import (
    about,
    counted_units,
    detail,
    field_label,
    more_pages,
    page_short,
    reading_quality,
    shown_title,
    some_words,
    unit_label,
    value_label,
)
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class HitCard:
    """One document or clause among the results. ``language`` is a BCP 47 tag, for the title and the snippets;
    ``within`` is the document that a clause stands in, ``lacking`` are words of the query that do not stand in it.
    ``printed`` is the title on the document where ``title`` is made up of what is known of it; ``amount`` its amount,
    and what is to be said of it. ``copies`` are near-identical documents that were found, too, and stand
    folded here."""

    title: str
    url: str
    language: str | None
    within: Link | None
    about: tuple[str, ...]
    lines: tuple[PageLine, ...]
    more: Link | None
    duplicates: Link | None
    lacking: tuple[str, ...] = ()
    printed: str | None = None
    amount: tuple[str, str] | None = None
    copies: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundAs:
    """A word as it was typed, and the words it was found as; ``more`` of them are not shown.

    ``look_alikes`` are those that only OCR can have made of it.
    """

    typed: str
    forms: str
    more: str
    look_alikes: str


@dataclass(frozen=True, slots=True)
class Pagination:
    """Where to go among the pages of results; None in ``numbers`` stands for pages left out."""

    previous: str | None
    numbers: tuple[Link | None, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class SearchContext(Context):
    """The search page. ``is_empty_archive`` tells "nothing found" from "nothing there".

    ``units`` lead to the same search for documents or clauses; ``certificate`` is None where clauses are searched, and
    where a filter's value does not exist. ``partly`` have some of the words and come behind the others, below a line
    that says so; ``partly_count`` is empty where nobody looked for such. ``close`` have a passage close in meaning,
    which is their only line.
    ``also`` are other words for those of the query, each leading to a search for either. ``missing`` are typed words
    that stand nowhere. ``switches`` lead to the same search with exact words, or with words that OCR may have misread,
    and back. ``wider`` are searches that ask less, with what they find. ``exports`` lead to
    all results as files, ``packet`` to one of the first of them, ``chronology`` to their dates. ``chips`` take a filter
    out of force; ``suggested`` are names that the search box offers, each with what it is the name of.
    ``front`` stands above the list of all documents where nothing was asked.
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
    close: ClosePassages | None = None,
    *,
    marks: Mapping[str, Marks],
    is_empty_archive: bool,
) -> SearchContext:
    """The search page for ``results``, ``size`` of them a page, with what is close in meaning; ``marks`` are the
    reader's own, by document."""
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
        hits=_cards(results.hits, state, marks),
        partly=_cards(results.partly, state, marks),
        partly_count=_partly_count(results, state),
        close=tuple(_marked(_close_card(hit, state), marks.get(hit.id)) for hit in close.hits) if close else (),
        close_note=_close_note(close.not_compared) if close and (close.hits or close.not_compared) else "",
        pagination=_pagination(state, -(-(results.total + (results.total_partly or 0)) // size)),
        found_as=tuple(map(_found_as, help_.found_as)),
        missing=help_.missing,
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


def _asking(state: SearchState, relaxation: Relaxation) -> SearchState:
    """The state of another search than the one at hand."""
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
    """The same search with other words beside it, and the ways back; where nothing was found, only these."""
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
    """The same search with either the typed words or others."""
    for term in other.terms:
        either = f"({other.typed} OR {f'({term})' if ' ' in term else term})"
        if other.typed in state.text:
            yield Link(term, search_url(state.with_text(state.text.replace(other.typed, either, 1))))


def _suggested(facets: Mapping[str, Sequence[FacetValue]], unit: Unit) -> tuple[tuple[str, str], ...]:
    """Names that the search box offers: those of the results at hand, as no page has a script to ask for others."""
    return tuple(
        (value.label, f"{field_label(facet)}, {counted_units(unit, value.count)}")
        for facet in SUGGESTED_FACETS
        for value in facets.get(facet, ())[:MOST_SUGGESTED]
        if value.value != UNKNOWN and value.count
    )


def _chips(state: SearchState) -> tuple[Link, ...]:
    title = state.filters.story_title if isinstance(state.filters, ResolvedFilters) else ""
    return tuple(
        Link(
            title if name == STORY else value_label(name, value),
            search_url(state.without_filter(name, value)),
            note=field_label(name),
        )
        for name, values in state.filters.items()
        for value in values
    )


def _partly_count(results: SearchResults, state: SearchState) -> str:
    if not results.total_partly:
        return ""
    return some_words(counted_units(state.unit, results.total_partly), likely=results.is_likely)


def _cards(hits: Iterable[Hit], state: SearchState, marks: Mapping[str, Marks]) -> tuple[HitCard, ...]:
    """A card for each hit; near-identical documents stand folded under the first of them."""
    cards: dict[str, HitCard] = {}
    first_of: dict[str, str] = {}
    for hit in hits:
        first = first_of.get(hit.id)
        if hit.clause:
            card = clause_card(hit, hit.clause, state)
            cards[f"{hit.id} {hit.clause.eid}"] = _marked(card, marks.get(hit.id))
        elif first is not None:
            copy = Link(hit.description.filename, document_url(hit.id, state))
            cards[first] = replace(cards[first], copies=(*cards[first].copies, copy))
        else:
            cards[hit.id] = _marked(_card(hit, state), marks.get(hit.id))
            first_of |= dict.fromkeys(hit.duplicates, hit.id)
    return tuple(cards.values())


def _marked(card: HitCard, marks: Marks | None) -> HitCard:
    """The card of a document on which the reader has these marks."""
    if marks is None:
        return card
    star = (gettext("★ starred"),) if marks.is_starred else ()
    read = (gettext("read by you"),) if marks.is_read else ()
    return replace(card, about=(*star, *read, *card.about))


def _card(hit: Hit, state: SearchState) -> HitCard:
    described = hit.description
    unreliable = (reading_quality(Quality.UNRELIABLE),) if described.quality is Quality.UNRELIABLE else ()
    more = len(hit.pages) - PAGE_LINES
    title = shown_title(described)
    return HitCard(
        title=title.text,
        url=document_url(hit.id, state),
        language=described.language,
        within=None,
        # Judgments are called "In the name of the people", forms by their form: the file's name tells them apart.
        about=(*about(described), *unreliable, described.filename),
        lines=tuple(page_line(hit.id, page, state) for page in hit.pages[:PAGE_LINES]),
        more=Link(more_pages(more), document_url(hit.id, state, "pages")) if more > 0 else None,
        duplicates=_duplicates(hit, state),
        lacking=hit.lacking,
        printed=title.printed,
        amount=_amount(described),
    )


def _amount(described: Description) -> tuple[str, str] | None:
    """The amount of a document, and its currency with what is known of VAT."""
    if described.amount is None:
        return None
    amount = Decimal(described.amount)
    vat = detail("vat", described.vat) if described.vat and described.vat != "unknown" else ""
    return number(int(amount) if amount == int(amount) else amount), " ".join(filter(None, (described.currency, vat)))


def _close_card(hit: CloseHit, state: SearchState) -> HitCard:
    span = Span(hit.id, hit.reading, *hit.words)
    line = PageLine(Link(page_short(hit.page), evidence_url(span, hit.page, state)), snippet_pieces(hit.snippet))
    described = hit.description
    return HitCard(
        title=described.title,
        url=document_url(hit.id, state),
        language=described.language,
        within=None,
        about=(*about(described), described.filename),
        lines=(line,),
        more=None,
        duplicates=None,
    )


def _close_note(not_compared: int) -> str:
    note = gettext("Found by a language model, which can be wrong; in no count above, no file and no certificate.")
    if not not_compared:
        return note
    waiting = plural(
        "%(count)s document waits to be compared.", "%(count)s documents wait to be compared.", not_compared
    )
    return f"{note} {waiting}"


def _duplicates(hit: Hit, state: SearchState) -> Link | None:
    count = len(hit.duplicates)
    label = plural("%(count)s near-identical document", "%(count)s near-identical documents", count)
    return Link(label, document_url(hit.id, state, "near-identical")) if count else None


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


CLAUSE_LINES = 3
"""Matching pages shown of each clause; its own page shows all of it."""


def clause_card(hit: Hit, clause: ShownClause, state: SearchState) -> HitCard:
    """A clause as a card: its label and heading, what it is about, and the document it stands in."""
    described = hit.description
    topic = () if clause.topic is None else (value_label("topic", clause.topic),)
    return HitCard(
        title=clause_title(clause.label, clause.heading),
        url=clause_url(described.id, clause.eid, state),
        language=described.language,
        within=Link(described.title, document_url(described.id, state)),
        about=(*topic, *about(described)),
        lines=tuple(page_line(described.id, page, state) for page in hit.pages[:CLAUSE_LINES]),
        more=None,
        duplicates=None,
        lacking=hit.lacking,
    )
