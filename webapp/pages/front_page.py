"""The front page: a summary of the archive, municipalities, findings, news and gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive.findings.definition import Definition, Subject
from archive.findings.kept_sentences import KeptFinding
from archive.model import Description, Document
from archive.search.facets import FacetValue
from archive.search.request import UNKNOWN
from archive.store.coverage import Counts
from archive.store.searches import SavedSearch
from archive.store.stories.story import StoryHead
from webapp.languages.translation import gettext, number, plural
from webapp.links import (
    certificate_url,
    document_url,
    facet_url,
    front_url,
    places_url,
    review_url,
    saved_search_url,
    search_url,
)
from webapp.pages.findings.overview import CountedFinding, FindingRow, finding_row
from webapp.pages.findings.wording import SentencePart, sentence_parts
from webapp.pages.parts import Link
from webapp.pages.places import FIRST, PlacesContext, in_order, present_places
from webapp.pages.stories.story import items_text, story_url
from webapp.pages.wording import day, documents, number_of, shown_title
from webapp.state import FindingState, SearchState

HEADLINES, SAVED, STORIES = 6, 6, 6
"""Maximum number of findings, saved searches and stories on the front page."""


@dataclass(frozen=True, slots=True)
class FrontContext:
    """The front page.

    Its first sentence is made of ``documents``, ``places_told``, ``years`` and ``told``. ``uncounted`` links to
    findings that were not counted since the last change; ``missing`` describes missing documents; ``gaps`` are other
    deficiencies. The note of a new document is its date, with its number if its title has no subject; that of a saved
    search its news, that of a story its size.
    """

    documents: Link
    places_told: Link | None
    years: Link | None
    told: tuple[SentencePart, ...]
    places: PlacesContext
    headlines: tuple[FindingRow, ...]
    uncounted: Link | None
    missing: tuple[SentencePart, ...]
    new: tuple[Link, ...]
    all_new: str
    gaps: tuple[Link, ...]
    saved: tuple[Link, ...]
    stories: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """The data for the front page.

    ``facets`` are those of all documents, ``kept`` has the cached result of each finding, ``doubts`` is None if they
    were not counted or are not for this reader.
    """

    total: int
    facets: Mapping[str, Sequence[FacetValue]]
    kept: Sequence[tuple[Definition, KeptFinding | None]]
    newest: Sequence[Document]
    described: Mapping[str, Description]
    counts: Counts
    saved: Sequence[SavedSearch]
    stories: Sequence[StoryHead]
    doubts: int | None


def present_front(shelf: Shelf, question: str) -> FrontContext:
    """Return the context of the front page, with the map of a ``question``."""
    state = SearchState()
    kept = in_order(shelf.kept)
    uncounted = len(shelf.kept) - len(kept)
    by_name = {definition.name: one for definition, one in kept}
    municipalities = _known(shelf.facets.get("municipality", ()))
    newest = state.with_sort("newest")
    return FrontContext(
        documents=Link(documents(shelf.total), search_url(newest)),
        places_told=Link(_from_places(len(municipalities)), places_url()) if municipalities else None,
        years=_years(_known(shelf.facets.get("year", ()))),
        told=_first_sentence(FIRST, by_name),
        places=present_places(question, municipalities, kept, front_url, most=12),
        headlines=tuple(_headlines(kept)),
        uncounted=Link(_uncounted(uncounted), "/findings") if uncounted else None,
        missing=_first_sentence("missing-documents", by_name),
        new=tuple(_new(one, shelf.described[one.id], state) for one in shelf.newest),
        all_new=search_url(newest),
        gaps=tuple(_gaps(shelf)),
        saved=tuple(_saved(shelf.saved)),
        stories=tuple(
            Link(one.title, story_url(one.id), note=items_text(one.count)) for one in shelf.stories[:STORIES]
        ),
    )


def _new(document: Document, description: Description, state: SearchState) -> Link:
    """Return a link to a new document with its date and, if its title has no subject, its number.

    Documents of the same kind and municipality may have equal titles.
    """
    number_told = None if description.subject else number_of(description.reference)
    note = " · ".join(filter(None, (number_told, day(document.added_at))))
    return Link(shown_title(description).text, document_url(document.id, state), note=note)


def _known(values: Iterable[FacetValue]) -> list[FacetValue]:
    return [one for one in values if one.value != UNKNOWN and one.count]


def _from_places(count: int) -> str:
    return plural("%(count)s municipality", "%(count)s municipalities", count)


def _years(years: Sequence[FacetValue]) -> Link | None:
    if not years:
        return None
    first, last = min(int(one.value) for one in years), max(int(one.value) for one in years)
    return Link(str(first) if first == last else f"{first}–{last}", facet_url("year", SearchState()))


def _first_sentence(name: str, kept: Mapping[str, KeptFinding]) -> tuple[SentencePart, ...]:
    sentences = kept[name].sentences if name in kept else ()
    return sentence_parts(sentences[0], FindingState(name)) if sentences else ()


def _headlines(kept: Sequence[tuple[Definition, KeptFinding]]) -> Iterator[FindingRow]:
    """Yield the first finding of each subject, then the second ones, without those shown elsewhere on the page."""
    ranks: dict[Subject, int] = {}
    ranked = []
    for definition, one in kept:
        if one.sentences and definition.name not in (FIRST, "missing-documents"):
            rank = ranks[definition.subject] = ranks.get(definition.subject, 0) + 1
            ranked.append((rank, finding_row(CountedFinding(definition, one.sentences[:2]))))
    ranked = [(rank, row) for rank, row in ranked if row.headline and row.headline.label != number(0)]
    yield from (row for _, row in sorted(ranked, key=lambda each: each[0])[:HEADLINES])


def _uncounted(count: int) -> str:
    return plural(
        "Count %(count)s finding that was not counted since the last change",
        "Count %(count)s findings that were not counted since the last change",
        count,
    )


def _gaps(shelf: Shelf) -> Iterator[Link]:
    """Yield the deficiencies of the archive, each with a link to the details."""
    certificate = certificate_url(SearchState())
    if count := shelf.counts.unread_pages:
        yield Link(plural("%(count)s page could not be read", "%(count)s pages could not be read", count), certificate)
    if count := shelf.counts.failures:
        yield Link(
            plural("%(count)s file could not be added", "%(count)s files could not be added", count), certificate
        )
    for one in shelf.facets.get("municipality", ()):
        if one.value == UNKNOWN and one.count:
            told = gettext("%(documents)s of no known municipality", documents=documents(one.count))
            yield Link(told, search_url(SearchState().with_filter("municipality", UNKNOWN)))
    if shelf.doubts:
        told = plural("%(count)s doubt waits for a decision", "%(count)s doubts wait for a decision", shelf.doubts)
        yield Link(told, review_url())


def _saved(saved: Sequence[SavedSearch]) -> Iterator[Link]:
    """Yield saved searches, those with news first."""
    for one in sorted(saved, key=lambda each: (-each.unread, each.name))[:SAVED]:
        news = plural("%(count)s new", "%(count)s new", one.unread) if one.unread else None
        yield Link(one.name, saved_search_url(one.id), note=news)
