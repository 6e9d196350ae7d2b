"""What a device keeps of a story so that it can be read offline: its page, and the pages of the papers that it quotes.

Pictures, style sheets and faces are not listed: the script that keeps a page takes what the page itself names.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from archive.store.stories.story import ItemKind, StoryHead
from archive.stories.shown_items import ShownItem
from webapp.languages.translation import gettext
from webapp.links import evidence_url
from webapp.pages.stories.cards import ItemCard
from webapp.pages.stories.story import StoryContext, story_url
from webapp.state import SearchState

_OF_PAPERS = frozenset({ItemKind.DOCUMENT, ItemKind.PAGE, ItemKind.WORDS, ItemKind.CLAUSE, ItemKind.NOTE})
"""What leads to a paper. Searches, vendors and tables of findings are no quotations, and change by the day."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a device is told. ``version`` is another when the story shows something else, in whatever language;
    ``pages`` are addresses, that of the story first; ``note`` is what each kept page says above its text."""

    version: str
    pages: tuple[str, ...]
    when: str
    note: str


def present_keeping(story: StoryHead, items: Sequence[ShownItem], page: StoryContext, when: str) -> Keeping:
    """Return what to keep of a story that is shown by ``page``, at a moment in words."""
    return Keeping(
        version=story_version(story, items),
        pages=tuple(dict.fromkeys(url.partition("#")[0] for url in _pages(items, page))),
        when=when,
        note=gettext("This is a copy on your device, kept on %(when)s.", when=when),
    )


def story_version(story: StoryHead, items: Iterable[ShownItem]) -> str:
    """Return a digest of what a story shows to a reader."""
    shown = [
        (
            one.item.id,
            one.item.content.said,
            one.is_lost,
            one.path,
            one.description.title if one.description else None,
            str(one.now.value) if one.now else None,
            one.note.note if one.note else None,
        )
        for one in items
    ]
    told = json.dumps([story.title, story.is_removed, shown], ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _pages(items: Iterable[ShownItem], page: StoryContext) -> Iterator[str]:
    yield story_url(page.id)
    for one in items:
        if one.kind in _OF_PAPERS and not one.is_lost:
            yield one.path
        if one.citation is not None:
            first, last = one.citation.pages
            yield from (evidence_url(one.citation.span, number, SearchState()) for number in range(first, last + 1))
    yield from (url for card in page.cards for url in _proofs(card))
    yield from (source.link.url for source in page.sources)


def _proofs(card: ItemCard) -> Iterator[str]:
    """Yield the pages with the words behind a number, as far as the story shows them."""
    if card.number is not None:
        yield from (proof.place.url for proof in card.number.proofs)
