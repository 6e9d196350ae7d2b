"""Changes of stories: append-only rows, each with its event.

The event has the *seal* of the row, a SHA-256, and none of its content, because stories are private and events leave
the archive in packets. The batch id is random, so that the content cannot be guessed from the hash.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, case, insert, select

from archive.access.records import name_key
from archive.errors import ChangedMeanwhile, UnknownStory, UsageError
from archive.store.events import EventName, append_event, events_after
from archive.store.sql.database import Repository
from archive.store.sql.tables import reader_marks, story_changes
from archive.store.stories.story import (
    MOST_ITEMS,
    WRITTEN,
    Item,
    ItemContent,
    ItemKind,
    Story,
    StoryAction,
    StoryChange,
    StoryHead,
    StoryReader,
    checked_text,
    checked_title,
    head_of,
    replayed,
    undone_batches,
)
from archive.store.users import user_named

SEALED = "change story"
"""The action in events of stories and marks."""

SHORTEST_STORY_PREFIX = 6
"""Fewest digits of an id prefix that names a story."""

_ROW = ("story", "batch", "action", "item", "document", "detail", "by")


@dataclass(frozen=True, slots=True)
class _Said:
    """A change to be recorded."""

    action: StoryAction
    said: Mapping[str, Any]
    item: str | None = None
    document: str | None = None


class Stories(Repository):
    """Stories. No method needs the writer lock: each method is one short transaction.

    A ``key`` is an id, a prefix of one, or a title that is unique among the reader's stories.
    """

    def create(self, title: str, reader: StoryReader) -> Story:
        """Create a story that only its owner sees.

        :raises UsageError: the title is empty or too long.
        """
        made, wanted = uuid.uuid4().hex, checked_title(title)
        with self._database.writing() as connection:
            _record(connection, made, reader, [_Said(StoryAction.CREATE, {"title": wanted})])
        return self.get(made, reader)

    def all(self, reader: StoryReader) -> tuple[StoryHead, ...]:
        """Return the stories that a reader may see, the last changed first, without items."""
        with self._database.reading() as connection:
            return _listed(connection, reader)

    def head(self, story: str, reader: StoryReader) -> StoryHead | None:
        """Return the head of the story with this full id, if the reader may see it."""
        with self._database.reading() as connection:
            return next(iter(_listed(connection, reader, story)), None)

    def get(self, key: str, reader: StoryReader) -> Story:
        """Return a story. A removed one is returned only to those who may restore it, by its full id.

        :raises UnknownStory: no story that the reader may see has this key, or several have.
        """
        with self._database.reading() as connection:
            return replayed(_named(connection, key, reader))

    def changes(self, key: str, reader: StoryReader) -> tuple[StoryChange, ...]:
        """Return the change history of a story, in order. Errors as for :meth:`get`."""
        with self._database.reading() as connection:
            return tuple(_named(connection, key, reader))

    def retitle(self, key: str, title: str, reader: StoryReader) -> Story:
        """Change the title of a story. Errors as for :meth:`get` and :meth:`create`."""
        return self._change(key, reader, [_Said(StoryAction.RENAME, {"title": checked_title(title)})])

    def share(self, key: str, members: Sequence[str], reader: StoryReader) -> Story:
        """Share a story with these users and no others.

        :raises archive.errors.UnknownUser: there is no such user.
        :raises UsageError: the reader does not own it.
        """
        story = self._owned(key, reader)
        with self._database.writing() as connection:
            called = {name_key(user.name): user.name for user in (user_named(connection, name) for name in members)}
            called.pop(name_key(story.owner), None)
            said = {"members": sorted(called.values())}
            _record(connection, story.id, reader, [_Said(StoryAction.SHARE, said)])
        return self.get(story.id, reader)

    def remove(self, key: str, reader: StoryReader) -> Story:
        """Mark a story as removed; :meth:`undo` restores it. Errors as for :meth:`share`."""
        return self._change(self._owned(key, reader).id, reader, [_Said(StoryAction.REMOVE, {})])

    def add(self, key: str, contents: Sequence[ItemContent], reader: StoryReader, after: str | None = None) -> Story:
        """Insert items at the end or after an item, atomically.

        :raises UsageError: the story would have too many items, or has no such item.
        """
        story = self.get(key, reader)
        behind = None if after is None else story.item(after)
        with self._database.writing() as connection:
            now = replayed(_changes(connection, story.id))
            if len(now.items) + len(contents) > MOST_ITEMS:
                raise UsageError("A story has at most %(most)s items.", "Start another one.", most=f"{MOST_ITEMS:,}")
            last = int(max((item.rank for item in now.items), default=Fraction(0)))
            ranks = [Fraction(last + at) for at in range(1, len(contents) + 1)]
            if behind is not None:
                step = (_rank_behind(now.items, behind) - behind.rank) / max(1, len(contents))
                ranks = [behind.rank + step * at for at in range(1, len(contents) + 1)]
            added = [_added(content, rank) for content, rank in zip(contents, ranks, strict=True)]
            _record(connection, story.id, reader, added)
        return self.get(story.id, reader)

    def edit(self, key: str, item: str, text: str, reader: StoryReader, was: str | None = None) -> Story:
        """Change the text of a heading or a free-text item.

        :param was: the text that the reader saw.
        :raises ChangedMeanwhile: it is another one by now.
        :raises UsageError: there is no such item, or it is of another kind.
        """
        known = self.get(key, reader).item(item)
        if known.content.kind not in WRITTEN:
            raise UsageError("Only headings and free text can be changed.", "Take the item out, and add another.")
        checked = checked_title if known.content.kind is ItemKind.HEADING else checked_text
        wanted, present = checked(text), known.content.said["text"]
        if was is not None and present not in (wanted, checked(was)):
            raise ChangedMeanwhile("This text was changed while you wrote.")
        if wanted == present:
            return self.get(key, reader)
        return self._change(key, reader, [_Said(StoryAction.EDIT, {"text": wanted}, known.id, known.content.document)])

    def move(self, key: str, item: str, after: str | None, reader: StoryReader) -> Story:
        """Move an item after another one, or to the beginning.

        :raises UsageError: the story has no such item.
        """
        story = self.get(key, reader)
        moved, behind = story.item(item), None if after is None else story.item(after)
        if moved == behind:
            raise UsageError("An item cannot be moved behind itself.", "Name another one.")
        with self._database.writing() as connection:
            # Ranks include items that are hidden from the reader.
            others = [one for one in replayed(_changes(connection, story.id)).items if one.id != moved.id]
            said = {"rank": str(_rank_behind(others, behind))}
            _record(connection, story.id, reader, [_Said(StoryAction.MOVE, said, moved.id, moved.content.document)])
        return self.get(story.id, reader)

    def take_out(self, key: str, items: Sequence[str], reader: StoryReader) -> Story:
        """Remove items from a story. Errors as for :meth:`move`."""
        story = self.get(key, reader)
        found = {item.id: item.content.document for item in map(story.item, items)}
        gone = [_Said(StoryAction.TAKE_OUT, {}, id_, document) for id_, document in found.items()]
        return self._change(story.id, reader, gone)

    def undo(self, key: str, reader: StoryReader, event: int | None = None) -> Story:
        """Undo the batch of changes with this event, or the reader's last batch.

        :raises UsageError: there is nothing to undo, or it is undone already.
        """
        story = self.get(key, reader)
        with self._database.writing() as connection:
            batch = _to_undo(_changes(connection, story.id), self.changes(story.id, reader), reader, story, event)
            _record(connection, story.id, reader, [_Said(StoryAction.UNDO, {"batch": batch})])
        return self.get(story.id, reader)

    def differences(self) -> tuple[str, ...]:
        """Return the differences of stories and marks from the event log, as sentences."""
        with self._database.reading() as connection:
            return tuple(_differences(connection))

    def _owned(self, key: str, reader: StoryReader) -> Story:
        story = self.get(key, reader)
        if not story.is_of(reader):
            raise UsageError("Only the owner can share or remove a story.", "Ask %(owner)s.", owner=story.owner)
        return story

    def _change(self, key: str, reader: StoryReader, said: Sequence[_Said]) -> Story:
        story = self.get(key, reader)
        with self._database.writing() as connection:
            _record(connection, story.id, reader, said)
        return self.get(story.id, reader)


def _to_undo(
    changes: Sequence[StoryChange], seen: Iterable[StoryChange], reader: StoryReader, story: Story, event: int | None
) -> str:
    """Return the batch to be undone; batches that are hidden from the reader are ignored."""
    seen_events = {change.event for change in seen}
    undone = undone_batches(changes)
    known = [
        change
        for change in changes
        if change.event in seen_events and change.action not in (StoryAction.CREATE, StoryAction.UNDO)
    ]
    if event is None:
        own = [change for change in known if reader.sees_all or name_key(change.by) == name_key(reader.name)]
        chosen = [change for change in own if change.batch not in undone][-1:]
    else:
        chosen = [change for change in known if change.event == event]
    if not chosen:
        raise UsageError("There is nothing to undo.", "See what was done with: dosije story show STORY --history")
    (change,) = chosen
    if change.batch in undone:
        raise UsageError("That has already been undone.", "Look at the story as it is now.")
    if change.action in (StoryAction.SHARE, StoryAction.REMOVE) and not story.is_of(reader):
        raise UsageError("Only the owner can share or remove a story.", "Ask %(owner)s.", owner=story.owner)
    return change.batch


def _added(content: ItemContent, rank: Fraction) -> _Said:
    said = {"kind": str(content.kind), "content": dict(content.said), "rank": str(rank)}
    return _Said(StoryAction.ADD, said, uuid.uuid4().hex, content.document)


def _rank_behind(items: Sequence[Item], behind: Item | None) -> Fraction:
    """Return a rank after one of these items, or before all of them."""
    ranks = [item.rank for item in items]
    if behind is None:
        return min(ranks, default=Fraction(1)) - 1
    return (behind.rank + min((rank for rank in ranks if rank > behind.rank), default=behind.rank + 2)) / 2


def _record(connection: Connection, story: str, reader: StoryReader, said: Sequence[_Said]) -> None:
    """Record changes as one batch."""
    batch, at = uuid.uuid4().hex, datetime.now(UTC)
    for one in said:
        row = {
            "story": story,
            "batch": batch,
            "action": str(one.action),
            "item": one.item,
            "document": one.document,
            "detail": dict(one.said),
            "by": reader.name,
        }
        event = append_event(connection, EventName.APPRAISAL, None, sealed(row, _ROW))
        connection.execute(insert(story_changes).values(row | {"event": event, "at": at}))


def sealed(row: Mapping[str, Any], columns: Sequence[str]) -> dict[str, str]:
    """Return the detail of a row's event: its seal, without content."""
    told = json.dumps([row[name] for name in columns], ensure_ascii=False, sort_keys=True)
    return {"action": SEALED, "seal": hashlib.sha256(told.encode()).hexdigest()}


def _named(connection: Connection, key: str, reader: StoryReader) -> list[StoryChange]:
    """Return the changes of the story with this key. Errors as for :meth:`Stories.get`."""
    if changes := _changes(connection, key):
        head = head_of(changes)
        if head.is_for(reader) and (not head.is_removed or head.is_of(reader)):
            return changes
    stories, wanted = _listed(connection, reader), key.strip()
    found = [story for story in stories if name_key(story.title) == name_key(wanted)]
    if not found and len(wanted) >= SHORTEST_STORY_PREFIX:
        found = [story for story in stories if story.id.startswith(wanted.lower())]
    if len(found) != 1:
        message = "There is more than one story %(name)s." if found else "There is no story %(name)s."
        raise UnknownStory(message, "See yours with: dosije story list", name=repr(key[:80]))
    return _changes(connection, found[0].id)


def _listed(connection: Connection, reader: StoryReader, story: str | None = None) -> tuple[StoryHead, ...]:
    listed = [head for head in _heads(connection, story) if head.is_for(reader) and not head.is_removed]
    return tuple(sorted(listed, key=lambda head: (head.changed_at, head.id), reverse=True))


def _heads(connection: Connection, story: str | None = None) -> Iterator[StoryHead]:
    """Return the head of every story, or of the one with this id."""
    of = story_changes.c
    # Changes of items are most of the table, and are not needed for a head.
    said = case((of.item.is_(None), of.detail)).label("detail")
    query: Select[Any] = select(*(column for column in of if column is not of.detail), said)
    if story is not None:
        query = query.where(of.story == story)
    for _, rows in groupby(connection.execute(query.order_by(of.story, of.event)), key=lambda row: row.story):
        yield head_of(_visible_changes(rows))


def _changes(connection: Connection, story: str) -> list[StoryChange]:
    query = select(story_changes).where(story_changes.c.story == story).order_by(story_changes.c.event)
    return _visible_changes(connection.execute(query))


def _visible_changes(rows: Iterable[Row[Any]]) -> list[StoryChange]:
    """Return changes without those that are void because of hidden ones: of an item that is hidden, or an undo of a
    hidden batch."""
    changes = list(map(_change_of, rows))
    added = {change.item for change in changes if change.action is StoryAction.ADD}
    changes = [change for change in changes if change.item is None or change.item in added]
    batches = {change.batch for change in changes}
    return [change for change in changes if change.action is not StoryAction.UNDO or change.said["batch"] in batches]


def _change_of(row: Row[Any]) -> StoryChange:
    action = StoryAction(row.action)
    return StoryChange(
        row.event, row.story, row.batch, action, row.item, row.document, row.detail or {}, row.by, row.at
    )


MARK_ROW = ("reader", "batch", "document", "detail")
"""Columns of a mark that its seal covers."""


def _differences(connection: Connection) -> Iterator[str]:
    """Yield the differences of stories and marks from the event log, as sentences."""
    told = {
        event.number: event.detail["seal"]
        for event in events_after(connection, 0, [EventName.APPRAISAL])
        if event.detail.get("action") == SEALED
    }
    for table, columns, name in ((story_changes, _ROW, "change of a story"), (reader_marks, MARK_ROW, "mark")):
        for row in connection.execute(select(table).order_by(table.c.event)):
            if told.pop(row.event, None) != sealed(row._asdict(), columns)["seal"]:
                yield f"The {name} of event {row.event} is not the one that the event log tells of."
    for number in told:
        yield f"Event {number} tells of a change of a story, or of a mark, that is not there."
