"""Stories as JSON: what ``dosije story --json`` and ``/api/v1/stories`` give."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archive.archive import Archive
from archive.serialization import AnyRecord, Id, JsonAnswer, Timestamp, attr, serialize
from archive.store.stories.story import ItemKind, Story, StoryChange, StoryReader, undone_batches
from archive.stories.shown_items import ShownItem, shown_items


def _content(one: ShownItem) -> dict[str, Any]:
    """Return what an item says; nothing of what is not there."""
    if one.is_lost:
        return {}
    said = dict(one.item.content.said)
    if one.note is not None:
        said["note"] = one.note.note
    if one.waits is not None:
        del said["value"]
        said["trouble"] = str(one.waits)
    elif one.kind is ItemKind.NUMBER:
        # Who put it in may have counted documents that this reader does not see.
        now = one.now
        said |= {"value": now.value if now else "", "title": now.table.definition.title if now else ""}
        said["as_of"] = now.table.as_of.event if now else 0
    return said


class ItemAnswer(JsonAnswer):
    """An item. content is what it says, by its kind; of a number, its value now, as_of which event. quotation has the
    words that it cites. lost: what it shows is not there, or not for this reader."""

    id: str = attr("item.id")
    kind: str = attr(lambda one: str(one.kind))
    by: str = attr("item.by")
    at: Timestamp = attr("item.at")
    lost: bool = attr("is_lost")
    document: Id | None = attr(lambda one: None if one.is_lost else one.item.content.document)
    title: str | None = attr("description.title")
    quotation: str | None = attr("citation.quote")
    path: str | None = attr(lambda one: one.path or None)
    content: AnyRecord = attr(_content)


class StoryAnswer(JsonAnswer):
    """A story. count is the number of its items."""

    id: str
    title: str
    owner: str
    members: tuple[str, ...]
    created: Timestamp = attr("created_at")
    changed: Timestamp = attr("changed_at")
    removed: bool = attr("is_removed")
    count: int


class StoryWithItems(StoryAnswer):
    """A story with its items in their order. count is the number of them."""

    items: tuple[ItemAnswer, ...]


class StoryChangeAnswer(JsonAnswer):
    """What somebody did to a story. What was done at once has one batch; undone: it was undone."""

    event: int
    at: Timestamp
    by: str
    action: str = attr(lambda change: str(change.action))
    item: str | None
    batch: str
    undone: bool


def story_record(archive: Archive, story: Story, base_url: str, reader: StoryReader) -> dict[str, Any]:
    """Return a story with its items, as a reader sees it."""
    return serialize(StoryWithItems, story, items=shown_items(archive, story.items, base_url, reader, may_wait=True))


def change_records(changes: Iterable[StoryChange]) -> list[dict[str, Any]]:
    """Return what was done to a story, in order."""
    listed = list(changes)
    undone = undone_batches(listed)
    return [serialize(StoryChangeAnswer, change, undone=change.batch in undone) for change in listed]
