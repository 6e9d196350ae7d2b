"""The page of list search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from archive.search.lists import LineResult
from archive.search.results import Hit
from webapp.languages.translation import gettext, number, said
from webapp.links import document_url, list_url, search_url
from webapp.pages.parts import Context, Link, PageLine, page_line
from webapp.pages.wording import documents, field_label, pages, some_words, value_label
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class ListForm:
    """The values of the submitted form."""

    text: str = ""
    column: str = ""
    has_header: bool = False
    is_phrase: bool = False


@dataclass(frozen=True, slots=True)
class ListHit:
    """A document that matches a line. ``line`` is its first matching page."""

    title: str
    url: str
    language: str | None
    line: PageLine | None


@dataclass(frozen=True, slots=True)
class ListRow:
    """A line of the list with its results.

    ``trouble`` is the reason why it could not be searched; ``partly`` is the number of documents that match only some
    of the words, if any.
    """

    number: int
    text: str
    found: Link | None
    pages: str
    hits: tuple[ListHit, ...]
    more: str | None
    notes: tuple[str, ...]
    trouble: str | None
    partly: str | None


@dataclass(frozen=True, slots=True)
class ListContext(Context):
    """The page of list search: the form, followed by the results of a submitted list.

    ``rows`` is a generator; the page is streamed. ``only`` are the active filters, each with the URL without it;
    ``filters`` are their (name, value) pairs.
    """

    form: ListForm
    only: tuple[Link, ...]
    filters: tuple[tuple[str, str], ...]
    limit: str
    problem: str | None = None
    summary: str | None = None
    rows: Iterable[ListRow] | None = None


HITS_SHOWN = 3
"""Documents shown for each line; a link leads to all of them."""


def present_form(state: SearchState, form: ListForm, limit: int, problem: str | None = None) -> ListContext:
    """Return the form; ``problem`` is the error message of the submitted list."""
    only = tuple(
        Link(f"{field_label(name)}: {value_label(name, value)}", list_url(state.without_filter(name, value)))
        for name, values in state.filters.items()
        for value in values
    )
    filters = tuple((name, value) for name, values in state.filters.items() for value in values)
    return ListContext(form, only, filters, number(limit), problem, state=state)


def present_rows(state: SearchState, results: Iterable[LineResult]) -> Iterator[ListRow]:
    """Yield the rows of the results one at a time.

    ``state`` has the filters and the exactness that apply to all lines.
    """
    for result in results:
        of_line = replace(state, text=result.asked)
        count, shown = result.documents, result.hits[:HITS_SHOWN]
        more = (count or 0) - len(shown)
        yield ListRow(
            number=result.line.number,
            text=result.line.text,
            found=None if count is None else Link(documents(count), search_url(of_line)),
            pages=_pages(result),
            hits=tuple(_hit(hit, of_line) for hit in shown),
            more=gettext("and %(count)s more", count=number(more)) if shown and more else None,
            notes=tuple(map(said, result.notes)),
            trouble=said(result.error) if result.error else None,
            partly=some_words(documents(result.total_partly), likely=result.is_likely) if result.total_partly else None,
        )


def _pages(result: LineResult) -> str:
    if not result.documents:
        return ""
    return gettext("pages not counted") if result.pages is None else pages(result.pages)


def _hit(hit: Hit, state: SearchState) -> ListHit:
    return ListHit(
        title=hit.description.title,
        url=document_url(hit.id, state),
        language=hit.description.language,
        line=page_line(hit.id, hit.pages[0], state) if hit.pages else None,
    )
