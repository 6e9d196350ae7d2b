"""Search results as cards: a description of each hit, and its matches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from archive.model import Description, Span
from archive.model.clauses import clause_title
from archive.model.quality import Quality
from archive.search.results import CloseHit, Hit, PageHit, ShownClause
from archive.store.stories.story import Marks
from webapp.languages.translation import gettext, number, plural
from webapp.links import clause_url, document_url, evidence_url, page_url, thumbnail_url
from webapp.pages.hits.thumbnail import marks_in_address
from webapp.pages.parts import Link, PageLine, page_line, snippet_pieces
from webapp.pages.wording import (
    detail,
    more_pages,
    number_of,
    page_short,
    pages,
    reading_quality,
    shown_title,
    value_label,
    vendor_names,
    when,
)
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class KnownOfHit:
    """The description of a document in one line: municipality, vendors, amount with note, date or year."""

    town: str | None
    vendors: tuple[str, ...]
    amount: tuple[str, str] | None
    when: str | None


@dataclass(frozen=True, slots=True)
class HitCard:
    """A document or clause among the results.

    ``language`` is the BCP 47 tag of title and snippets; ``within`` is the document of a clause, ``lacking`` are query
    words that it does not contain. ``page`` links to the first page with a match, ``picture`` to its thumbnail.
    ``printed`` is the title on the document if ``title`` was composed from facts. ``about`` distinguishes documents
    with the same description. ``copies`` are near-identical hits collapsed into this one.
    """

    title: str
    url: str
    language: str | None
    page: str
    picture: str
    within: Link | None
    known: KnownOfHit
    about: tuple[str, ...]
    lines: tuple[PageLine, ...]
    more: Link | None
    duplicates: Link | None
    lacking: tuple[str, ...] = ()
    printed: str | None = None
    copies: tuple[Link, ...] = ()


PAGE_LINES = 3
"""Maximum number of matching pages shown per hit; a link leads to the others."""

CLAUSE_LINES = 3
"""Maximum number of matching pages shown per clause."""


def hit_cards(hits: Iterable[Hit], state: SearchState, marks: Mapping[str, Marks]) -> tuple[HitCard, ...]:
    """Return a card per hit; near-identical documents are collapsed into the first of them."""
    cards: dict[str, HitCard] = {}
    first_of: dict[str, Hit] = {}
    for hit in hits:
        first = first_of.get(hit.id)
        if hit.clause:
            card = _clause_card(hit, hit.clause, state)
            cards[f"{hit.id} {hit.clause.eid}"] = _marked(card, marks.get(hit.id))
        elif first is not None and _may_be_same(first.description, hit.description):
            copy = Link(hit.description.filename, document_url(hit.id, state))
            cards[first.id] = replace(cards[first.id], copies=(*cards[first.id].copies, copy))
        else:
            cards[hit.id] = _marked(_card(hit, state), marks.get(hit.id))
            first_of |= dict.fromkeys(hit.duplicates, hit)
    return tuple(cards.values())


def close_cards(hits: Iterable[CloseHit], state: SearchState, marks: Mapping[str, Marks]) -> tuple[HitCard, ...]:
    """Return a card per document with a passage similar in meaning, which is its only line."""
    return tuple(_marked(_close_card(hit, state), marks.get(hit.id)) for hit in hits)


def _may_be_same(one: Description, other: Description) -> bool:
    """Return whether no fact distinguishes two near-identical documents.

    By wording alone, a form filled in for another vendor is nearly the same, and OCR misreads numbers.
    """
    return all(
        not here or not there or here == there
        for here, there in (
            (one.municipality, other.municipality),
            (one.vendors, other.vendors),
            (one.reference, other.reference),
            (one.date, other.date),
            (one.amount, other.amount),
        )
    )


def _marked(card: HitCard, marks: Marks | None) -> HitCard:
    """Return the card with the reader's marks."""
    if marks is None:
        return card
    star = (gettext("★ starred"),) if marks.is_starred else ()
    read = (gettext("read by you"),) if marks.is_read else ()
    return replace(card, about=(*star, *read, *card.about))


def _card(hit: Hit, state: SearchState) -> HitCard:
    described = hit.description
    more = len(hit.pages) - PAGE_LINES
    title = shown_title(described)
    page, picture = _first_page(hit, state)
    return HitCard(
        title=title.text,
        url=document_url(hit.id, state),
        language=described.language,
        page=page,
        picture=picture,
        within=None,
        known=_known(described),
        about=_about(described, with_kind=title.printed is None),
        lines=tuple(page_line(hit.id, page, state) for page in hit.pages[:PAGE_LINES]),
        more=Link(more_pages(more), document_url(hit.id, state, "pages")) if more > 0 else None,
        duplicates=_duplicates(hit, state),
        lacking=hit.lacking,
        printed=title.printed,
    )


def _clause_card(hit: Hit, clause: ShownClause, state: SearchState) -> HitCard:
    """Return the card of a clause: label, heading, topic, and its document."""
    described = hit.description
    topic = () if clause.topic is None else (value_label("topic", clause.topic),)
    page, picture = _first_page(hit, state, clause.first_page)
    return HitCard(
        title=clause_title(clause.label, clause.heading),
        url=clause_url(described.id, clause.eid, state),
        language=described.language,
        page=page,
        picture=picture,
        within=Link(described.title, document_url(described.id, state)),
        known=_known(described),
        about=(*topic, *_about(described, with_kind=True)),
        lines=tuple(page_line(described.id, page, state) for page in hit.pages[:CLAUSE_LINES]),
        more=None,
        duplicates=None,
        lacking=hit.lacking,
    )


def _close_card(hit: CloseHit, state: SearchState) -> HitCard:
    span = Span(hit.id, hit.reading, *hit.words)
    url = evidence_url(span, hit.page, state)
    described = hit.description
    return HitCard(
        title=described.title,
        url=document_url(hit.id, state),
        language=described.language,
        page=url,
        picture=thumbnail_url(hit.id, hit.page, hit.reading, marks_in_address([hit.words])),
        within=None,
        known=_known(described),
        about=_about(described, with_kind=True),
        lines=(PageLine(Link(page_short(hit.page), url), snippet_pieces(hit.snippet)),),
        more=None,
        duplicates=None,
    )


def _first_page(hit: Hit, state: SearchState, otherwise: int = 1) -> tuple[str, str]:
    """Return the URL of the first page with a match, or of another page, and of its thumbnail."""
    first: PageHit | None = hit.pages[0] if hit.pages else None
    at, words = (first.number, first.words) if first else (otherwise, ())
    return page_url(hit.id, at, state), thumbnail_url(hit.id, at, hit.reading, marks_in_address(words))


def _known(described: Description) -> KnownOfHit:
    return KnownOfHit(
        town=value_label("municipality", described.municipality) if described.municipality else None,
        vendors=vendor_names(described),
        amount=_amount(described),
        when=when(described),
    )


def _amount(described: Description) -> tuple[str, str] | None:
    """Return the amount of a document, and its currency with VAT status, role and others beside it; None without
    one."""
    if described.amount is None:
        return None
    amount, more = Decimal(described.amount), described.more_amounts
    vat = detail("vat", described.vat) if described.vat and described.vat != "unknown" else None
    unit = " ".join(filter(None, (described.currency, vat)))
    role = detail("role", "estimated") if described.amount_role == "estimated" else None
    others = plural("%(count)s more amount", "%(count)s more amounts", more) if more else None
    return number(int(amount) if amount == int(amount) else amount), ", ".join(filter(None, (unit, role, others)))


def _about(described: Description, *, with_kind: bool) -> tuple[str, ...]:
    kind = value_label("kind", described.kind) if with_kind and described.kind else None
    unreliable = reading_quality(Quality.UNRELIABLE) if described.quality is Quality.UNRELIABLE else None
    # Many judgments and forms have the same title; the file name distinguishes them.
    told: Sequence[str | None] = (
        kind,
        number_of(described.reference),
        pages(described.page_count),
        unreliable,
        described.filename,
    )
    return tuple(filter(None, told))


def _duplicates(hit: Hit, state: SearchState) -> Link | None:
    count = len(hit.duplicates)
    label = plural("%(count)s near-identical document", "%(count)s near-identical documents", count)
    return Link(label, document_url(hit.id, state, "near-identical")) if count else None
