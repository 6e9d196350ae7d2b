"""The page of a story, the list of a reader's stories, the choice of one to add to, and the order form of its page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import url_for

from archive.citing.copying import is_local
from archive.masking.classes import CHOSEN
from archive.model import Description
from archive.store.stories.story import (
    ItemKind,
    Story,
    StoryAction,
    StoryChange,
    StoryHead,
    StoryReader,
    undone_batches,
)
from archive.stories.publication import LANGUAGES
from archive.stories.shown_items import ShownItem
from webapp.languages.negotiation import LANGUAGES as NAMES
from webapp.languages.translation import gettext, marked, plural, said
from webapp.links import document_url
from webapp.pages.masks import KINDS
from webapp.pages.parts import Context, Link
from webapp.pages.stories.cards import Behind, ItemCard, present_card
from webapp.pages.wording import day, moment, page_short, shown_title
from webapp.state import SearchState

_DONE = {
    StoryAction.CREATE: marked("began the story"),
    StoryAction.RENAME: marked("changed the title"),
    StoryAction.SHARE: marked("changed who sees it"),
    StoryAction.REMOVE: marked("removed it"),
    StoryAction.ADD: marked("added something"),
    StoryAction.EDIT: marked("changed a text"),
    StoryAction.MOVE: marked("moved something"),
    StoryAction.TAKE_OUT: marked("took something out"),
    StoryAction.UNDO: marked("undid something"),
}

CHANGES_SHOWN = 50
"""Maximum changes of a story shown, the newest."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change of a story. ``event`` is the one to undo, None where it cannot be undone."""

    text: str
    event: int | None


@dataclass(frozen=True, slots=True)
class StoryRow:
    """A story in a list."""

    id: str
    title: str
    url: str
    about: tuple[str, ...]
    is_current: bool


@dataclass(frozen=True, slots=True)
class StoriesContext(Context):
    """All stories of a reader, or the choice of one for ``items``.

    ``by`` is the reader's name, empty if it is unknown; ``back`` is the URL to return to.
    """

    stories: tuple[StoryRow, ...]
    by: str
    items: tuple[str, ...] = ()
    back: str = ""


@dataclass(frozen=True, slots=True)
class StorySource:
    """A document of a story, with the places that the story refers to."""

    link: Link
    language: str | None
    about: tuple[str, ...]
    places: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class StoryContext(Context):
    """A story.

    ``cites`` are the permalinks for its packet; ``members`` is the value of the form that shares it; ``write`` is the
    id of the item after which the text form is open; an offline copy compares ``version`` to know whether it is
    outdated.
    """

    id: str
    title: str
    about: tuple[str, ...]
    is_removed: bool
    is_current: bool
    is_own: bool
    may_share: bool
    by: str
    members: str
    cards: tuple[ItemCard, ...]
    cites: tuple[str, ...]
    files: tuple[Link, ...]
    changes: tuple[ChangeRow, ...]
    last: int | None
    sources: tuple[StorySource, ...] = ()
    write: str = ""
    version: str = ""


def story_url(story_id: str) -> str:
    """Return the URL of a story."""
    return url_for("stories.show", story_id=story_id)


def items_text(count: int) -> str:
    """Return ``3 items``."""
    return plural("%(count)s item", "%(count)s items", count)


def present_stories(
    stories: Iterable[StoryHead], current: str, by: str, items: Sequence[str] = (), back: str = ""
) -> StoriesContext:
    """Return all stories, or the choice of one to add ``items`` to."""
    rows = tuple(StoryRow(one.id, one.title, story_url(one.id), _about(one), one.id == current) for one in stories)
    return StoriesContext(rows, by, tuple(items), back)


def present_story(
    story: Story,
    shown_items: Sequence[ShownItem],
    changes: Sequence[StoryChange],
    reader: StoryReader,
    behind: Behind,
    *,
    is_current: bool,
    may_share: bool,
    write: str = "",
) -> StoryContext:
    """Return a story with its items; the text form is open after the item ``write``."""
    rows = _changes(story, changes, reader)
    cites = dict.fromkeys(one.citation.permalink for one in shown_items if one.citation)
    return StoryContext(
        id=story.id,
        title=story.title,
        about=_about(story),
        is_removed=story.is_removed,
        is_current=is_current,
        is_own=story.is_of(reader),
        may_share=may_share and story.is_of(reader),
        by=reader.name,
        members=", ".join(story.members),
        cards=tuple(present_card(one, reader, behind) for one in shown_items),
        sources=tuple(_sources(shown_items)),
        write=write if any(one.item.id == write for one in shown_items) else "",
        cites=tuple(cites),
        files=tuple(
            Link(label, url_for("story_files.take", story_id=story.id, form=form))
            for label, form in (("Word", "docx"), ("Markdown", "md"), (gettext("Its papers (CSV)"), "csv"))
        ),
        changes=rows,
        last=next((row.event for row in rows if row.event), None),
    )


def _about(story: StoryHead) -> tuple[str, ...]:
    shared = gettext("shared with %(names)s", names=", ".join(story.members)) if story.members else gettext("private")
    changed = gettext("changed %(day)s", day=day(story.changed_at))
    return story.owner, items_text(story.count), shared, changed


def _sources(shown_items: Iterable[ShownItem]) -> Iterator[StorySource]:
    """Yield the documents of a story in order of appearance."""
    known: dict[str, Description] = {}
    places: dict[str, list[Link]] = {}
    for one in shown_items:
        if one.description is not None:
            known[one.description.id] = one.description
            page = one.citation.pages[0] if one.citation else one.item.content.said.get("page")
            label = page_short(page) if page else gettext("all of it")
            places.setdefault(one.description.id, []).append(Link(label, f"#item-{one.item.id}"))
    for id_, described in known.items():
        title = shown_title(described)
        named = () if title.printed else filter(None, (described.municipality, str(described.year or "")))
        link = Link(title.text, document_url(id_, SearchState()))
        yield StorySource(link, title.language, tuple(named), tuple(places[id_]))


def _changes(story: Story, changes: Sequence[StoryChange], reader: StoryReader) -> tuple[ChangeRow, ...]:
    undone = undone_batches(changes)
    rows, seen = [], set()
    for change in reversed(changes):
        if change.batch in seen:
            continue
        seen.add(change.batch)
        owned = change.action in (StoryAction.SHARE, StoryAction.REMOVE) and not story.is_of(reader)
        fixed = change.action in (StoryAction.CREATE, StoryAction.UNDO) or change.batch in undone or owned
        text = gettext(
            "%(when)s, %(name)s %(our_action)s",
            when=moment(change.at),
            name=change.by,
            our_action=said(_DONE[change.action]),
        )
        if change.batch in undone:
            text = gettext("%(change)s (undone)", change=text)
        rows.append(ChangeRow(text, None if fixed else change.event))
    return tuple(rows[:CHANGES_SHOWN])


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
