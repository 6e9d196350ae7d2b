"""Pages, words and what a search finds, named and counted; and the way back to the search."""

from __future__ import annotations

from archive.search.request import Unit
from webapp.contexts.common import Link
from webapp.languages.translation import gettext, marked, plural
from webapp.links import search_url
from webapp.presenters.wording import documents
from webapp.search_state import SearchState

_UNITS = {Unit.DOCUMENTS: marked("Documents"), Unit.CLAUSES: marked("Clauses")}


def page_name(number: int) -> str:
    """``Page 4``."""
    return gettext("Page %(number)s", number=number)


def page_short(number: int, reading: int | None = None) -> str:
    """``p. 4``, or ``p. 4 of reading 2``."""
    if reading is None:
        return gettext("p. %(number)s", number=number)
    return gettext("p. %(number)s of reading %(reading)s", number=number, reading=reading)


def more_pages(count: int) -> str:
    """``1,200 more pages``."""
    return plural("%(count)s more page", "%(count)s more pages", count)


def words_counted(count: int) -> str:
    """``1,200 words``."""
    return plural("%(count)s word", "%(count)s words", count)


def unit_label(unit: Unit) -> str:
    """What a search finds, documents or clauses, as a choice."""
    return gettext(_UNITS[unit])


def counted_units(unit: Unit, count: int) -> str:
    """``1,200 documents``, ``1 clause``."""
    return documents(count) if unit is Unit.DOCUMENTS else plural("%(count)s clause", "%(count)s clauses", count)


def no_match(query: str, *, is_waiting: bool) -> str:
    """What to say of a query that matches nothing in a document, which may not be searched yet."""
    text = marked("“%(query)s” does not match in this document.")
    waiting = marked("“%(query)s” was not looked for: this document was added or changed, and is not searched yet.")
    return gettext(waiting if is_waiting else text, query=query)


def back_to_search(state: SearchState) -> Link:
    """The way back to the results, or to the search where there are none."""
    return Link(gettext("Results") if state.parameters() else gettext("Search"), search_url(state))
