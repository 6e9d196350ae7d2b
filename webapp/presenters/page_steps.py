"""The marks of what was searched for or found in a document, and the way through them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from archive.model import Page
from webapp.contexts.page import MatchSteps
from webapp.languages.translation import gettext, marked, number, plural
from webapp.presenters.marking import Mark
from webapp.presenters.page_viewed import Viewed

Spans = Sequence[tuple[int, int]]


class Kind(StrEnum):
    """Matches of the search, or what was found in this document alone: its parameter in the URL, and its anchors."""

    MATCH = "match"
    FOUND = "found"


def match_marks(page: Page, matches: Mapping[int, Spans], current: int | None, kind: Kind = Kind.MATCH) -> list[Mark]:
    """The marks of a page's matches. They are numbered from 1 through the document; ``current`` is one of them."""
    before = sum(len(spans) for other, spans in matches.items() if other < page.number)
    return [
        Mark(
            first - page.first_word,
            last - page.first_word,
            f"{kind}-{at}",
            current=at == current,
            found=kind is Kind.FOUND,
        )
        for at, (first, last) in enumerate(matches.get(page.number, ()), start=before + 1)
    ]


def match_steps(
    viewed: Viewed, matches: Mapping[int, Spans], current: int | None, kind: Kind = Kind.MATCH
) -> MatchSteps:
    """The way through the matches. Without a ``current`` one, next is the first on this page or after it."""
    here = viewed.page.number
    pages = [page for page, spans in matches.items() for _ in spans]
    if current is None:
        summary = plural(
            "%(count)s match on this page, %(total)s in the document",
            "%(count)s matches on this page, %(total)s in the document",
            len(matches.get(here, ())),
            total=number(len(pages)),
        )
        previous = sum(1 for page in pages if page < here)
        following = previous + 1
    else:
        at_place = marked("Match %(at)s of %(count)s") if kind is Kind.MATCH else marked("Found %(at)s of %(count)s")
        summary = gettext(at_place, at=number(current), count=number(len(pages)))
        previous, following = current - 1, current + 1

    def url(at: int) -> str | None:
        if not 1 <= at <= len(pages):
            return None
        match, found = (at, None) if kind is Kind.MATCH else (None, at)
        return viewed.url(pages[at - 1], match=match, found=found)

    return MatchSteps(summary, url(previous), url(following))


def first_from(matches: Mapping[int, Spans], page: int) -> tuple[int, int] | None:
    """The page and the number of the first match on ``page`` or after it, or else in the document."""
    listed = [(each, at) for at, each in enumerate((each for each, spans in matches.items() for _ in spans), 1)]
    return next((place for place in listed if place[0] >= page), listed[0] if listed else None)
