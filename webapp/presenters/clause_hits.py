"""Clauses among search results."""

from __future__ import annotations

from archive.search.results import Hit, ShownClause
from webapp.contexts.common import Link
from webapp.contexts.search import HitCard, PageLine
from webapp.links import clause_url, document_url, page_url
from webapp.presenters.marking import snippet_pieces
from webapp.presenters.places import page_short
from webapp.presenters.wording import about, value_label
from webapp.search_state import SearchState

PAGE_LINES = 3
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
        lines=tuple(
            PageLine(page_short(page.number), page_url(described.id, page.number, state), snippet_pieces(page.snippet))
            for page in hit.pages[:PAGE_LINES]
        ),
        more=None,
        duplicates=None,
    )


def clause_title(label_: str, heading: str | None) -> str:
    """``Član 5. – Garancija``; either alone where the other is missing."""
    return " – ".join(filter(None, (label_, heading)))
