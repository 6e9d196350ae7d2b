"""The pages that a device caches to read a story offline: its own page, and the pages that it quotes.

Images, style sheets and fonts are not listed: the script that caches a page takes what the page refers to.
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
"""Items that link to a document. Searches, vendors and findings are left out, because they change daily."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """The list of pages to cache.

    ``version`` changes with the content of the story and is the same in all languages; ``pages`` are URLs, that of the
    story first; ``note`` is shown above the text of each cached page.
    """

    version: str
    pages: tuple[str, ...]
    when: str
    note: str


def present_keeping(story: StoryHead, items: Sequence[ShownItem], page: StoryContext, when: str) -> Keeping:
    """Return the list of pages to cache for a story with this ``page``; ``when`` is the time in words."""
    return Keeping(
        version=story_version(story, items),
        pages=tuple(dict.fromkeys(url.partition("#")[0] for url in _pages(items, page))),
        when=when,
        note=gettext("This is a copy on your device, kept on %(when)s.", when=when),
    )


def story_version(story: StoryHead, items: Iterable[ShownItem]) -> str:
    """Return a digest of the content that a story shows to a reader."""
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
    """Yield the URLs of the pages with the evidence of a number that the story shows."""
    if card.number is not None:
        yield from (proof.place.url for proof in card.number.proofs)
