"""The addresses of pages. Each carries the search it was reached from, so that the way back is never lost."""

from __future__ import annotations

from typing import Any

from flask import url_for

from webapp.search_state import SearchState


def search_url(state: SearchState) -> str:
    """The results of a search."""
    return _url("search.show", state)


def document_url(document_id: str, state: SearchState, anchor: str | None = None) -> str:
    """A document."""
    return _url("document.show", state, document_id=document_id, _anchor=anchor)


def document_part_url(document_id: str, state: SearchState, first_page: int) -> str:
    """A long document, its list of pages from ``first_page`` on."""
    return _url("document.show", state, document_id=document_id, first=first_page, _anchor="pages")


def page_url(
    document_id: str, number: int, state: SearchState, *, match: int | None = None, large: bool = False
) -> str:
    """A page of a document, at one of the matches if ``match`` names it."""
    size = "large" if large else None
    anchor = None if match is None else f"match-{match}"
    return _url("page.show", state, document_id=document_id, number=number, match=match, size=size, _anchor=anchor)


def evidence_url(document_id: str, number: int, state: SearchState, first: int, last: int) -> str:
    """A page of a document with the words ``first`` to ``last`` (numbers in the document) marked."""
    words = f"{first}-{last}"
    return _url("page.show", state, document_id=document_id, number=number, words=words, _anchor="words")


def image_url(document_id: str, number: int, width: int) -> str:
    """The image of a page."""
    return url_for("image.show", document_id=document_id, number=number, width=width)


def _url(endpoint: str, state: SearchState, **values: Any) -> str:
    arguments: dict[str, Any] = {**state.parameters(), **values}
    return url_for(endpoint, **arguments)
