"""A story, all stories of a reader, and the choice of one to add to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import url_for

from archive.access.records import name_key
from archive.citing.formats import default_style
from archive.citing.prose import shortened, source
from archive.store.stories.story import (
    WRITTEN,
    Item,
    ItemKind,
    Story,
    StoryAction,
    StoryChange,
    StoryHead,
    StoryReader,
    undone_batches,
)
from archive.stories.numbers import CountedNumber
from archive.stories.shown_items import ShownItem
from webapp.languages.translation import gettext, marked, plural, said
from webapp.pages.findings.wording import group_value, shown_number
from webapp.pages.parts import Context, Link
from webapp.pages.wording import about, day, field_label, moment, page_short, value_label

_KINDS = {
    ItemKind.DOCUMENT: marked("Document"),
    ItemKind.PAGE: marked("Page"),
    ItemKind.WORDS: marked("Words"),
    ItemKind.CLAUSE: marked("Clause"),
    ItemKind.NUMBER: marked("Number"),
    ItemKind.VENDOR: marked("Vendor"),
    ItemKind.SEARCH: marked("Search"),
    ItemKind.NOTE: marked("Note"),
    ItemKind.HEADING: marked("Heading"),
    ItemKind.TEXT: marked("Text"),
}

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
"""Of what was done to a story, the newest."""


@dataclass(frozen=True, slots=True)
class ItemCard:
    """An item. ``own`` are words that the reader can change, ``quotation`` those it cites, in ``language``; ``note`` is
    a person's note, ``added`` says by whom and when, ``change`` that a number has become another."""

    id: str
    kind: str
    is_heading: bool
    own: str | None
    link: Link | None
    quotation: str | None
    language: str | None
    about: tuple[str, ...]
    note: str | None
    change: str | None
    lost: str | None
    added: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """What somebody did. ``event`` undoes it, None where it cannot be undone."""

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
    """All stories of a reader, or the choice of one for ``items``. ``by`` is who they are, empty if nobody knows;
    ``back`` leads to where they were."""

    stories: tuple[StoryRow, ...]
    by: str
    items: tuple[str, ...] = ()
    back: str = ""


@dataclass(frozen=True, slots=True)
class StoryContext(Context):
    """One story. ``cites`` are the permalinks for its packet; ``members`` stand in the form that shares it."""

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


def story_url(story_id: str) -> str:
    """The page of a story."""
    return url_for("stories.show", story_id=story_id)


def items_text(count: int) -> str:
    """``3 items``."""
    return plural("%(count)s item", "%(count)s items", count)


def present_stories(
    stories: Iterable[StoryHead], current: str, by: str, items: Sequence[str] = (), back: str = ""
) -> StoriesContext:
    """All stories, or the choice of one to add ``items`` to."""
    rows = tuple(StoryRow(one.id, one.title, story_url(one.id), _about(one), one.id == current) for one in stories)
    return StoriesContext(rows, by, tuple(items), back)


def present_story(
    story: Story,
    shown_items: Sequence[ShownItem],
    changes: Sequence[StoryChange],
    reader: StoryReader,
    *,
    is_current: bool,
    may_share: bool,
) -> StoryContext:
    """One story with its items."""
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
        cards=tuple(_card(one, reader) for one in shown_items),
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


def _card(one: ShownItem, reader: StoryReader) -> ItemCard:
    item, citation = one.item, one.citation
    value = item.content.said.get("text") if one.kind in WRITTEN else None
    return ItemCard(
        id=item.id,
        kind=said(_KINDS[one.kind]),
        is_heading=one.kind is ItemKind.HEADING,
        own=value,
        link=None if one.is_lost or one.kind in WRITTEN else Link(_label(one), one.path),
        quotation=shortened(citation) if citation else None,
        language=one.description.language if one.description else None,
        about=about(one.description) if one.description else (),
        note=one.note.note if one.note else None,
        change=_change(one, reader),
        lost=gettext("What stood here is not in the archive any more, or not for you.") if one.is_lost else None,
        added=_added(item),
    )


def _added(item: Item) -> str:
    return gettext("%(name)s, %(when)s", name=item.by, when=moment(item.at))


def _label(one: ShownItem) -> str:
    stored = one.item.content.said
    if one.citation is not None:
        return source(one.citation, default_style(one.citation))
    if one.vendor is not None:
        return one.vendor.name
    if one.now is not None:
        return _number_label(one.now)
    if one.description is None:
        return search_label(stored["parameters"])
    if one.kind is ItemKind.PAGE:
        return f"{one.description.title}, {page_short(stored['page'])}"
    return one.description.title


def _number_label(now: CountedNumber) -> str:
    definition, joining = now.table.definition, now.joining
    groups = zip(definition.group, joining.key, strict=False)
    heads = [group_value(group, value) for group, value in groups]
    columns = [said(label) for label in now.columns]
    return f"{said(definition.title)}: {', '.join((*heads, *columns))}: {shown_number(now.cell.number)}"


def search_label(parameters: dict[str, list[str]]) -> str:
    chosen = [
        f"{field_label(name)}: {', '.join(value_label(name, value) for value in values)}"
        for name, values in parameters.items()
        if name not in ("q", "sort", "exact", "look_alikes", "unit")
    ]
    return " · ".join((*parameters.get("q", ()), *chosen))


def _change(one: ShownItem, reader: StoryReader) -> str | None:
    """That a number is another than when it was put in. Who did that may see more than the reader, so it is told to
    themselves, and to who sees everything."""
    sees_as_much = reader.sees_all or name_key(one.item.by) == name_key(reader.name)
    if one.now is None or not sees_as_much or one.now.value == one.item.content.said["value"]:
        return None
    event = one.item.content.said["as_of"]
    return gettext("It was a different number when it was added (event %(event)s).", event=event)


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
