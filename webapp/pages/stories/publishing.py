"""The form that orders the public page of a story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.citing.copying import is_local
from archive.masking.classes import CHOSEN
from archive.store.stories.story import ItemKind, Story
from archive.stories.publication import LANGUAGES
from archive.stories.shown_items import ShownItem
from webapp.languages.negotiation import LANGUAGES as NAMES
from webapp.languages.translation import gettext, plural
from webapp.pages.masks import KINDS
from webapp.pages.parts import Context, Link


@dataclass(frozen=True, slots=True)
class PublishingContext(Context):
    """The form.

    ``holds`` describes the contents; ``languages`` are the choices for the page; ``classes`` can be masked; ``closed``
    says that the archive has no public address.
    """

    id: str
    title: str
    back: Link
    holds: tuple[str, ...]
    languages: tuple[Link, ...]
    classes: tuple[tuple[str, str], ...]
    closed: str | None
    lasts: str
    others: str | None


def present_publishing(
    story: Story, items: Sequence[ShownItem], url: str, language: str, kept: int, days: int, address: str
) -> PublishingContext:
    """Return the order form for a story.

    ``language`` is the reader's, who has ``kept`` packets and pages; sources are linked at ``address``.
    """
    quoted = sum(one.citation is not None or one.kind is ItemKind.PAGE for one in items)
    numbers = sum(one.kind is ItemKind.NUMBER and not one.is_lost for one in items)
    closed = gettext(
        "This archive is on no public address (setting public_address), so that sources will be named and not linked."
    )
    return PublishingContext(
        id=story.id,
        title=story.title,
        back=Link(story.title, url),
        holds=(
            plural("%(count)s quotation with its cut", "%(count)s quotations with their cuts", quoted),
            plural("%(count)s number with its words", "%(count)s numbers with their words", numbers),
            plural("%(count)s source", "%(count)s sources", len(story.documents)),
        ),
        languages=tuple(Link(NAMES[tag].name, tag, tag == language) for tag in LANGUAGES),
        classes=tuple((str(kind), gettext(KINDS[kind])) for kind in CHOSEN),
        closed=closed if is_local(address) else None,
        lasts=plural("It is kept for %(count)s day.", "It is kept for %(count)s days.", days),
        others=plural("You have %(count)s packet.", "You have %(count)s packets.", kept) if kept else None,
    )
