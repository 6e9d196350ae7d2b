"""A story: an ordered collection of items from the archive, made by a reader or a team.

Its state is the replay of its immutable changes without those that were undone (event sourcing). So several people can
edit it concurrently, and for a reader who may not see a document, changes about it are left out of the replay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from archive.access.records import name_key
from archive.errors import Message, UsageError

LONGEST_TITLE, LONGEST_TEXT, LONGEST_TAG = 200, 20_000, 60
"""Most characters of a title or heading, of free text, and of a tag."""

MOST_ITEMS, MOST_TAGS = 2000, 50
"""Most items of a story, and most tags of a reader on a document."""


class ItemKind(StrEnum):
    """The kinds of items."""

    DOCUMENT = "document"
    PAGE = "page"
    WORDS = "words"
    CLAUSE = "clause"
    NUMBER = "number"
    VENDOR = "vendor"
    SEARCH = "search"
    NOTE = "note"
    HEADING = "heading"
    TEXT = "text"


MEMBERS: Mapping[ItemKind, Mapping[str, type]] = {
    ItemKind.DOCUMENT: {},
    ItemKind.PAGE: {"page": int},
    ItemKind.WORDS: {"reading": int, "first": int, "last": int, "quotation": str},
    ItemKind.CLAUSE: {"reading": int, "clause": str},
    ItemKind.NUMBER: {"finding": str, "address": str, "value": str, "as_of": int},
    ItemKind.VENDOR: {"vendor": str},
    ItemKind.SEARCH: {"parameters": dict},
    ItemKind.NOTE: {"annotation": str},
    ItemKind.HEADING: {"text": str},
    ItemKind.TEXT: {"text": str},
}
"""Members of the content of an item of each kind, besides its document."""

OF_DOCUMENTS = frozenset({ItemKind.DOCUMENT, ItemKind.PAGE, ItemKind.WORDS, ItemKind.CLAUSE, ItemKind.NOTE})
"""Kinds of items that refer to a document."""

WRITTEN = frozenset({ItemKind.HEADING, ItemKind.TEXT})
"""Kinds of items with text of the reader's own."""


class StoryAction(StrEnum):
    """Actions on a story. The event log records that something was done, with a seal of the change."""

    CREATE = "create"
    RENAME = "rename"
    SHARE = "share"
    REMOVE = "remove"
    ADD = "add"
    EDIT = "edit"
    MOVE = "move"
    TAKE_OUT = "take out"
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class ItemContent:
    """The content of an item: its kind, its document, and further members (:data:`MEMBERS`)."""

    kind: ItemKind
    document: str | None
    said: Mapping[str, Any]

    def __post_init__(self) -> None:
        wanted = MEMBERS[self.kind]
        if (self.document is not None) != (self.kind in OF_DOCUMENTS):
            raise ValueError(f"an item of kind {self.kind} is of one document, or of none")
        if self.said.keys() != wanted.keys() or any(type(self.said[name]) is not kind for name, kind in wanted.items()):
            raise ValueError(f"an item of kind {self.kind} says {', '.join(wanted)}")


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a story, with who added it and when. Items are sorted by ``rank``."""

    id: str
    content: ItemContent
    by: str
    at: datetime
    rank: Fraction


@dataclass(frozen=True, slots=True)
class StoryChange:
    """A change of a story. ``event`` is the number of its event; changes that were made together share a ``batch``.

    ``said`` is, depending on the action, the title, the members, the content and rank of an item, or the undone batch.
    """

    event: int
    story: str
    batch: str
    action: StoryAction
    item: str | None
    document: str | None
    said: Mapping[str, Any]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoryReader:
    """A person who reads or changes stories. ``sees_all``: the only user, on their own computer."""

    name: str
    sees_all: bool = False


NOBODY = StoryReader("\0")
"""A reader who sees no story."""


@dataclass(frozen=True, slots=True)
class StoryHead:
    """A story without its items, as lists show it. Only ``owner`` may share and remove it; ``members`` may read and
    change it; ``count`` is the number of its items."""

    id: str
    title: str
    owner: str
    members: tuple[str, ...]
    count: int
    created_at: datetime
    changed_at: datetime
    is_removed: bool

    def is_of(self, reader: StoryReader) -> bool:
        """Return whether the reader may share, remove and restore it."""
        return reader.sees_all or name_key(self.owner) == name_key(reader.name)

    def is_for(self, reader: StoryReader) -> bool:
        """Return whether the reader may read and change it."""
        return self.is_of(reader) or name_key(reader.name) in map(name_key, self.members)


@dataclass(frozen=True, slots=True)
class Story(StoryHead):
    """The current state of a story."""

    items: tuple[Item, ...]

    @property
    def documents(self) -> tuple[str, ...]:
        """The distinct documents of its items, in order."""
        return tuple(dict.fromkeys(item.content.document for item in self.items if item.content.document))

    def item(self, id_: str) -> Item:
        """Return the item with this id or id prefix.

        :raises UsageError: there is none, or more than one.
        """
        found = [item for item in self.items if id_ and item.id.startswith(id_)]
        if len(found) != 1:
            message = (
                Message("More than one item of the story begins with %(id)s.", id=repr(id_[:40]))
                if found
                else Message("The story has no item %(id)s.", id=repr(id_[:40]))
            )
            raise UsageError(message, "See them with: dosije story show STORY")
        return found[0]


def undone_batches(changes: Iterable[StoryChange]) -> frozenset[str]:
    """Return the batches that were undone."""
    return frozenset(change.said["batch"] for change in changes if change.action is StoryAction.UNDO)


def head_of(changes: Iterable[StoryChange]) -> StoryHead:
    """Compute the head of a story from its changes, which begin with its creation. Contents of items are not needed."""
    created, *rest = changes
    undone = undone_batches(rest)
    title, members, is_removed, items = created.said["title"], (), False, set()
    for change in rest:
        if change.batch in undone:
            continue
        match change.action:
            case StoryAction.RENAME:
                title = change.said["title"]
            case StoryAction.SHARE:
                members = tuple(change.said["members"])
            case StoryAction.REMOVE:
                is_removed = True
            case StoryAction.ADD:
                items.add(change.item)
            case StoryAction.TAKE_OUT:
                items.discard(change.item)
    at = rest[-1].at if rest else created.at
    return StoryHead(created.story, title, created.by, members, len(items), created.at, at, is_removed)


def replayed(changes: Iterable[StoryChange]) -> Story:
    """Compute a story from its changes, which begin with its creation. Changes of absent items are ignored."""
    listed = list(changes)
    undone, items = undone_batches(listed), dict[str, Item]()
    for change in listed:
        if change.item is not None and change.batch not in undone:
            _change_item(items, change.item, change)
    head = asdict(head_of(listed))
    return Story(**head, items=tuple(sorted(items.values(), key=lambda item: item.rank)))


def _change_item(items: dict[str, Item], id_: str, change: StoryChange) -> None:
    match change.action:
        case StoryAction.ADD:
            kind, rank = ItemKind(change.said["kind"]), Fraction(change.said["rank"])
            content = ItemContent(kind, change.document, change.said["content"])
            items[id_] = Item(id_, content, change.by, change.at, rank)
        case _ if id_ not in items:
            return
        case StoryAction.EDIT:
            known = items[id_]
            items[id_] = replace(known, content=replace(known.content, said={"text": change.said["text"]}))
        case StoryAction.MOVE:
            items[id_] = replace(items[id_], rank=Fraction(change.said["rank"]))
        case _:
            del items[id_]


@dataclass(frozen=True, slots=True)
class Marks:
    """The private marks of a reader on a document."""

    is_starred: bool = False
    is_read: bool = False
    tags: tuple[str, ...] = ()


def checked_title(text: str) -> str:
    """Normalize a title or heading.

    :raises UsageError: it is empty, too long, or has unprintable characters.
    """
    if wanted := _on_one_line(text, LONGEST_TITLE):
        return wanted
    message = Message("A title or heading has 1 to %(most)s characters on one line.", most=LONGEST_TITLE)
    raise UsageError(message, "Write another one.")


def checked_tag(text: str) -> str:
    """Normalize a tag. Errors as for :func:`checked_title`."""
    if wanted := _on_one_line(text, LONGEST_TAG):
        return wanted
    raise UsageError(Message("A tag has 1 to %(most)s characters on one line.", most=LONGEST_TAG), "Write another one.")


def _on_one_line(text: str, most: int) -> str | None:
    wanted = " ".join(text.split())
    return wanted if wanted and len(wanted) <= most and wanted.isprintable() else None


def checked_text(text: str) -> str:
    """Normalize free text.

    :raises UsageError: it is empty, too long, or holds control characters.
    """
    wanted = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not wanted or len(wanted) > LONGEST_TEXT:
        raise UsageError("A text of a story has 1 to %(most)s characters.", "Part it.", most=f"{LONGEST_TEXT:,}")
    if not wanted.replace("\n", "").replace("\t", "").isprintable():
        raise UsageError("A text of a story is plain; this one holds control characters.", "Type it again.")
    return wanted
