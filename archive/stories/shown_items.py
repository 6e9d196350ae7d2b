"""Loading of the content of story items, with the rights of the reader.

An item whose target does not exist any more, or is hidden from the reader, is marked as lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from archive.access.records import name_key
from archive.archive import Archive
from archive.citing.citation import Citation, cite
from archive.errors import ArchiveBusy, UsageError
from archive.model import Description, Span
from archive.model.annotations import Annotation
from archive.store.stories.story import NOBODY, Item, ItemKind, Story, StoryReader
from archive.stories.numbers import CountedNumber, counted_number
from archive.vendors.entities import Entity


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An item with its content. ``path`` is its address on the web pages; ``is_lost``: its target does not exist.

    ``citation`` is of the words of an item, of a clause, or of an annotation's target. ``now`` is the current number of
    a finding, which may differ from the stored one. ``waits`` is the reason why it cannot be counted yet.
    """

    item: Item
    path: str = ""
    description: Description | None = None
    citation: Citation | None = None
    vendor: Entity | None = None
    note: Annotation | None = None
    now: CountedNumber | None = None
    is_lost: bool = False
    waits: ArchiveBusy | None = None

    @property
    def kind(self) -> ItemKind:
        """The kind of the item."""
        return self.item.content.kind

    def value_when_added(self, reader: StoryReader) -> str | None:
        """Return the value of a number when it was added, in stored form, if it is another now; else None.

        It is told only to the person who added it and to readers who see everything, because it may count documents
        that others may not see.
        """
        sees_as_much = reader.sees_all or name_key(self.item.by) == name_key(reader.name)
        value: str = self.item.content.said.get("value", "")
        return value if self.now is not None and sees_as_much and self.now.value != value else None


def shown_items(
    archive: Archive, items: Iterable[Item], base_url: str, reader: StoryReader = NOBODY, *, may_wait: bool = False
) -> Iterator[ShownItem]:
    """Load the content of items, in order.

    :param base_url: the base address of permalinks.
    :param reader: the reader: a number may be counted over the documents of a story that they see.
    :param may_wait: return an item without its number if that cannot be counted yet.
    :raises ArchiveBusy: something cannot be loaded yet, and ``may_wait`` is false.
    """
    listed = list(items)
    wanted = {item.content.document for item in listed if item.content.document}
    known = {id_ for id_ in wanted if archive.catalog.documents.has(id_)}
    described = archive.catalog.documents.descriptions(known)
    for item in listed:
        if item.content.document and item.content.document not in known:
            yield ShownItem(item, is_lost=True)
            continue
        try:
            yield _shown_item(archive, item, described.get(item.content.document or ""), base_url, reader)
        except ArchiveBusy as error:
            if not may_wait or item.content.kind is not ItemKind.NUMBER:
                raise
            yield ShownItem(item, item.content.said["address"], waits=error)
        except UsageError:
            yield ShownItem(item, is_lost=True)


def _shown_item(
    archive: Archive, item: Item, described: Description | None, base_url: str, reader: StoryReader
) -> ShownItem:
    said = item.content.said
    match item.content.kind:
        case ItemKind.HEADING | ItemKind.TEXT:
            shown = ShownItem(item)
        case ItemKind.VENDOR:
            vendor = archive.catalog.vendors.find(said["vendor"])
            shown = ShownItem(item, f"/vendors/{quote(vendor.id, safe='')}", vendor=vendor)
        case ItemKind.SEARCH:
            shown = ShownItem(item, f"/?{urlencode(said['parameters'], doseq=True)}")
        case ItemKind.NUMBER:
            shown = ShownItem(item, said["address"], now=counted_number(archive, said["address"], reader))
        case _:
            assert item.content.document is not None
            shown = _of_document(archive, item, item.content.document, described, base_url)
    return shown


def _of_document(
    archive: Archive, item: Item, document: str, described: Description | None, base_url: str
) -> ShownItem:
    said = item.content.said
    match item.content.kind:
        case ItemKind.WORDS:
            citation = _cited(archive, Span(document, said["reading"], said["first"], said["last"]), base_url)
            return ShownItem(item, citation.address.path(), described, citation)
        case ItemKind.CLAUSE:
            clause = archive.catalog.clauses.get(document, said["clause"], said["reading"])
            path = f"/documents/{document}/clauses/{quote(clause.eid)}?reading={said['reading']}"
            return ShownItem(item, path, described, _cited(archive, clause.span, base_url))
        case ItemKind.NOTE:
            return _noted(archive, item, described, base_url)
        case kind:
            page = f"/pages/{said['page']}" if kind is ItemKind.PAGE else ""
            return ShownItem(item, f"/documents/{document}{page}", described)


def _noted(archive: Archive, item: Item, described: Description | None, base_url: str) -> ShownItem:
    note = archive.catalog.annotations.get(item.content.said["annotation"])
    if note.removed_at is not None:
        return ShownItem(item, is_lost=True)
    citation = _cited(archive, note.target.span, base_url) if note.target.span else None
    return ShownItem(item, f"/annotations/{note.id}", described, citation, note=note)


def _cited(archive: Archive, span: Span, base_url: str) -> Citation:
    document = archive.catalog.documents.find(span.document)
    return cite(archive.catalog, document, span, base_url, datetime.now(UTC))


def citations_of(archive: Archive, story: Story, base_url: str) -> tuple[Citation, ...]:
    """Return the distinct citations of a story, for its evidence packet.

    :raises UsageError: the story cites nothing.
    """
    found: dict[Span, Citation] = {}
    for one in shown_items(archive, story.items, base_url, may_wait=True):
        if one.citation is not None:
            found.setdefault(one.citation.span, one.citation)
    if not found:
        raise UsageError(
            "The story has no words, clause or note to make a packet of.", "Add some, such as: ID#CLAUSE or ID:A-B"
        )
    return tuple(found.values())
