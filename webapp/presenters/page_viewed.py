"""What the parts of the view of a page are made from."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import Document, Page, Reading, Span
from archive.model.description import Description
from archive.model.words import Words
from webapp.links import evidence_url, older_number, page_url
from webapp.page_state import PageState
from webapp.search_state import SearchState


@dataclass(frozen=True, slots=True)
class Viewed:
    """The page that is looked at, in ``reading``, and how the address says that it is looked at. ``is_waiting`` says
    that something was asked of the document that its index cannot answer yet."""

    state: SearchState
    view: PageState
    document: Document
    description: Description
    reading: Reading
    page: Page
    words: Words
    is_waiting: bool

    @property
    def older(self) -> int | None:
        """The number of the reading that addresses need to stay in; none if it is the newest."""
        return older_number(self.document, self.reading)

    def url(
        self, number: int, view: PageState | None = None, *, match: int | None = None, found: int | None = None
    ) -> str:
        """A page of the same reading, looked at in the same way or as ``view`` says."""
        view = self.view if view is None else view
        return page_url(self.document.id, number, self.state, match=match, found=found, view=view, reading=self.older)

    @property
    def newest_url(self) -> str:
        """The same page in the newest reading."""
        return page_url(self.document.id, self.page.number, self.state, view=self.view)

    def marked_url(self, span: Span) -> str:
        """This page with the words of a span marked."""
        return evidence_url(span, self.page.number, self.state, self.view)

    def here(self, span: Span) -> bool:
        """Whether a span has words of this page."""
        end = self.page.first_word + self.page.word_count
        return span.reading == self.reading.number and span.first < end and span.last >= self.page.first_word
