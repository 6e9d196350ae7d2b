"""The background process that makes ordered packets and public pages, running while orders are waiting.

The reading room renders no pages of originals itself, and a packet of many pages takes minutes. Orders are on the disk
of the machine that serves the archive (:mod:`archive.packet.orders`), so one process per home is enough.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

from archive.archive import Archive
from archive.citing.citation import cite
from archive.config import Settings
from archive.errors import DosijeError, Message, sentences
from archive.masking.classes import ALWAYS
from archive.masking.texts import classes_for, rules_for
from archive.packet.maker import PacketMaker, PacketOptions
from archive.packet.orders import MOST_ATTEMPTS, OrderOutcome, OrderProgress, PacketOrder, PacketOrders
from archive.packet.verification import verify
from archive.store.sql.locks import FileLock
from archive.store.stories.story import StoryReader
from archive.stories.publication import PageOptions, StoryPublisher
from archive.system.files import sha256_of
from indexer.images.clips import ClipRenderer
from indexer.kept_process import KeptProcess, end_with_room

_SWEEP_SECONDS = 600
_REPORT_SECONDS = 0.5

PREFIX = "P"
"""Prefix of page numbers."""


class PacketWorker(KeptProcess):
    """The keeper of the process, which is started when an order is waiting; it also deletes expired packets."""

    pause = 0.5

    def __init__(self, home: Path, publish: StoryPublisher) -> None:
        """Start the keeper.

        :param publish: writes the public page of a story; it must be picklable.
        """
        self._orders, self._swept = PacketOrders(home / "packets"), 0.0
        self._kept = timedelta(days=Settings.load(home).number("packet_days"))
        super().__init__(home, partial(live, publish=publish))

    def is_due(self) -> bool:
        """Return whether an order is waiting."""
        if time.monotonic() - self._swept > _SWEEP_SECONDS:
            self._orders.sweep(self._kept)
            self._swept = time.monotonic()
        return self._orders.next() is not None


def live(home: Path, publish: StoryPublisher) -> None:
    """Make all ordered packets, in a process of its own."""
    end_with_room()
    try:
        with Archive.open(home) as archive, FileLock(archive.home / "packets.lock").awaited():
            make_all(archive, publish)
    except DosijeError as error:
        sys.exit(f"dosije: {error}")


def make_all(archive: Archive, publish: StoryPublisher) -> int:
    """Make the ordered packets, the oldest order first, and return the number of orders."""
    count = 0
    while order := archive.packet_orders.next():
        archive.packet_orders.finish(order, _outcome(archive, order, publish))
        count += 1
    return count


def _outcome(archive: Archive, order: PacketOrder, publish: StoryPublisher) -> OrderOutcome:
    attempts = archive.packet_orders.begin(order).attempts
    if attempts > MOST_ATTEMPTS:
        killed = Message("The process that made it was killed %(count)s times.", count=MOST_ATTEMPTS)
        return OrderOutcome(sentences(killed, Message("Choose fewer pages.")))
    try:
        return _published(archive, order, attempts, publish) if order.story else _make_packet(archive, order, attempts)
    except DosijeError as error:
        return OrderOutcome(str(error))


def _reporting(archive: Archive, order: PacketOrder, attempts: int) -> Callable[[int, int], None]:
    reported = 0.0

    def report(done: int, total: int) -> None:
        nonlocal reported
        if time.monotonic() - reported > _REPORT_SECONDS:
            archive.packet_orders.report(order, OrderProgress(attempts, done, total))
            reported = time.monotonic()

    return report


def _published(archive: Archive, order: PacketOrder, attempts: int, publish: StoryPublisher) -> OrderOutcome:
    """Return the outcome of publishing a story, with the collections visible to the user who ordered it."""
    seen, target = archive.hiding(frozenset(order.hidden)), archive.packet_orders.packet(order.id)
    reader = StoryReader(order.by or "", sees_all=order.by is None)
    story = seen.catalog.stories.get(order.story, reader)
    options = PageOptions(order.base_url, order.page_base, order.mask, order.language)
    with closing(ClipRenderer(archive.settings, archive.cache)) as drawing:
        made = publish(seen, story, reader, options, drawing, target, _reporting(archive, order, attempts))
    return OrderOutcome(
        seal=made.answer.seal,
        sha256=sha256_of(target),
        size=target.stat().st_size,
        files=made.answer.files,
        citations=made.quotations,
        pages=made.clips,
        not_drawn=made.notices,
        problems=made.answer.problems,
    )


def _make_packet(archive: Archive, order: PacketOrder, attempts: int) -> OrderOutcome:
    catalog, target = archive.hiding(frozenset(order.hidden)).catalog, archive.packet_orders.packet(order.id)
    citations = [
        cite(catalog, catalog.documents.find(span.document), span, order.base_url, order.made_at)
        for span in order.spans
    ]
    classes = classes_for(archive, order.mask) | (ALWAYS if order.masks else frozenset())
    options = PacketOptions(
        order.title, PREFIX, bool(classes), order.originals, rules_for(archive, classes), order.notes
    )
    with closing(ClipRenderer(archive.settings, archive.cache)) as drawing:
        maker = PacketMaker(
            catalog, archive.originals, drawing, _reporting(archive, order, attempts), archive.catalog.events
        )
        made = maker.make(citations, options, target, order.made_at)
    answer = verify(target)
    return OrderOutcome(
        seal=made.seal,
        sha256=sha256_of(target),
        size=target.stat().st_size,
        files=answer.files,
        citations=answer.citations,
        pages=len([page for page in made.contents.pages if page.stamp]),
        notes=len(made.contents.notes),
        masked_numbers=made.contents.masked,
        not_drawn=tuple(page.note for page in made.contents.pages if page.note),
        problems=tuple(f"{fault.file}: {fault.text}" for fault in answer.problems),
    )
