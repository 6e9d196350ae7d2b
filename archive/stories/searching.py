"""Asking of the papers of a story alone: looked up for who asks, as nobody else may know what is in it."""

from __future__ import annotations

from collections.abc import Iterable

from archive.search.entries import entry_id
from archive.search.filters import resolve_filters
from archive.search.request import STORY, Filters, ResolvedFilters, Unit
from archive.store.catalog import Catalog
from archive.store.stories.story import StoryReader


def within_story(catalog: Catalog, filters: Filters, reader: StoryReader, unit: Unit) -> Filters:
    """Resolve filters that name a story, of which this reader may see the papers; others stay as they are.

    :raises archive.errors.UnknownStory: there is no such story that the reader may see.
    """
    key = next(iter(filters.get(STORY, ())), None)
    if key is None or isinstance(filters, ResolvedFilters):
        return filters
    story = catalog.stories.get(key, reader)
    found = resolve_filters(catalog, {name: values for name, values in filters.items() if name != STORY})
    among: Iterable[str] = story.documents
    if unit is Unit.CLAUSES:
        among = (entry_id(*clause) for clause in catalog.clauses.unit_revisions(story.documents))
    return ResolvedFilters({**found, STORY: (story.id,)}, found.unknown, frozenset(among), story.title)
