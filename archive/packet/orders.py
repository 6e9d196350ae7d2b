"""Packets that readers ask for: each is made by a process in the background and kept for some days.

::

    HOME/packets/ID/order.json      what was asked for, and by whom
    HOME/packets/ID/progress.json   how often it was begun, and how many pages are drawn
    HOME/packets/ID/packet.zip      the packet, whole
    HOME/packets/ID/outcome.json    its seal and what verifying it said, or why there is no packet
    HOME/packets/.ID                one that is just being ordered or taken away

Each file is written whole or not at all, and the outcome comes last: an order without one is waiting or being made. A
maker that was killed leaves no half of a packet, only an order that the next one begins again.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from archive.errors import UnknownPacket, storage_error
from archive.model import Span
from archive.system.files import make_folders, rename, replace_text

MOST_KEPT = 20
"""Packets that one person may have at a time: readers must not fill the disk."""

MOST_ATTEMPTS = 3
"""Times that an order is begun whose maker dies each time."""

_OUTCOME = "outcome.json"
_ID = re.compile("[0-9a-f]{32}")
_STALE_SECONDS = 60 * 60
"""Age at which a hidden folder is taken for left over."""


def no_packet() -> UnknownPacket:
    """Return the error of a packet that is not there, or not for who asks."""
    return UnknownPacket("There is no such packet.", "Packets are kept for some days; make it anew.")


@dataclass(frozen=True, slots=True)
class PacketOrder:
    """What a packet is to hold. ``by`` is the user who asked, None where nobody logs in; of the ``found`` documents
    ``packed`` go in. ``hidden`` are the collections that do not exist for them, so nothing of those goes in.
    ``mask`` names the classes that were chosen (:mod:`archive.masking.classes`).

    Where a ``story`` is named, it is its public page that is to be made, in a ``language``, to lie at ``page_base``.
    """

    id: str
    by: str | None
    made_at: datetime
    title: str
    base_url: str
    spans: tuple[Span, ...]
    found: int
    packed: int
    hidden: tuple[str, ...] = ()
    masks: bool = True
    originals: bool = True
    notes: bool = False
    mask: str = ""
    story: str = ""
    language: str = ""
    page_base: str = ""

    @property
    def documents(self) -> tuple[str, ...]:
        """The ids of its documents, each once."""
        return tuple(dict.fromkeys(span.document for span in self.spans))


@dataclass(frozen=True, slots=True)
class OrderProgress:
    """How far an order is: how often it was begun, and how many of its pages are drawn."""

    attempts: int = 0
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """The packet that came of an order, or the ``reason`` why none did. ``sha256`` and ``size`` are those of the zip;
    ``problems`` are what verifying found in ``files`` files."""

    reason: str | None = None
    seal: str = ""
    sha256: str = ""
    size: int = 0
    files: int = 0
    citations: int = 0
    pages: int = 0
    notes: int = 0
    masked_numbers: int = 0
    not_drawn: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class PacketOrders:
    """The folder of orders. Threads and processes may share it; only one process at a time may make packets."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def place(self, order: PacketOrder) -> None:
        """Keep an order, durably.

        :raises archive.errors.ArchiveError: it cannot be written.
        """
        hidden = self.root / f".{order.id}"
        told = asdict(order) | {"made_at": order.made_at.isoformat()}
        try:
            make_folders(hidden)
            replace_text(hidden / "order.json", json.dumps(told, ensure_ascii=False))
            rename(hidden, self.root / order.id)
        except OSError as error:
            shutil.rmtree(hidden, ignore_errors=True)
            raise storage_error(error) from error

    def get(self, order_id: str) -> PacketOrder:
        """Return an order.

        :raises UnknownPacket: there is none of this id, or its time is over.
        """
        told = self._told(order_id, "order.json") if _ID.fullmatch(order_id) else None
        if told is None:
            raise no_packet()
        spans = tuple(Span(**span) for span in told.pop("spans"))
        made_at, hidden = datetime.fromisoformat(told["made_at"]), tuple(told["hidden"])
        return PacketOrder(**told | {"made_at": made_at, "spans": spans, "hidden": hidden})

    def all(self) -> list[PacketOrder]:
        """Return the orders, the newest first."""
        return self._orders(self._ids())

    def packet(self, order_id: str) -> Path:
        """Return where the packet of an order is, or will be."""
        return self.root / order_id / "packet.zip"

    def progress(self, order_id: str) -> OrderProgress:
        """Return how far an order is."""
        return OrderProgress(**(self._told(order_id, "progress.json") or {}))

    def outcome(self, order_id: str) -> OrderOutcome | None:
        """Return what came of an order; None as long as it is not done."""
        told = self._told(order_id, _OUTCOME)
        if told is None:
            return None
        return OrderOutcome(**told | {name: tuple(told[name]) for name in ("not_drawn", "problems")})

    def next(self) -> PacketOrder | None:
        """Return the order that has waited longest; None if none waits."""
        # This is asked twice a second, so that no order is read that is done.
        waiting = self._orders(id_ for id_ in self._ids() if not (self.root / id_ / _OUTCOME).exists())
        return waiting[-1] if waiting else None

    def begin(self, order: PacketOrder) -> OrderProgress:
        """Note that an order is begun, and take away what a maker left that was killed at the end."""
        self.packet(order.id).unlink(missing_ok=True)
        progress = OrderProgress(self.progress(order.id).attempts + 1)
        self.report(order, progress)
        return progress

    def report(self, order: PacketOrder, progress: OrderProgress) -> None:
        """Record how far an order is."""
        self._write(order, "progress.json", asdict(progress))

    def finish(self, order: PacketOrder, outcome: OrderOutcome) -> None:
        """Record what came of an order."""
        self._write(order, _OUTCOME, asdict(outcome))

    def remove(self, order_id: str) -> None:
        """Take an order away with its packet. One that is gone is no error."""
        hidden = self.root / f".{order_id}"
        with suppress(FileNotFoundError):
            rename(self.root / order_id, hidden)
        shutil.rmtree(hidden, ignore_errors=True)

    def sweep(self, kept: timedelta) -> int:
        """Remove the orders that are older, and what was left half placed or half removed; returns how many."""
        old = [order.id for order in self.all() if datetime.now(UTC) - order.made_at > kept]
        for id_ in old:
            self.remove(id_)
        for hidden in self.root.glob(".*"):
            with suppress(FileNotFoundError):
                if time.time() - hidden.stat().st_mtime > _STALE_SECONDS:
                    shutil.rmtree(hidden, ignore_errors=True)
        return len(old)

    def _orders(self, ids: Iterable[str]) -> list[PacketOrder]:
        orders = []
        for id_ in ids:
            with suppress(UnknownPacket):  # It has just been taken away.
                orders.append(self.get(id_))
        return sorted(orders, key=lambda order: (order.made_at, order.id), reverse=True)

    def _ids(self) -> Iterator[str]:
        with suppress(FileNotFoundError):
            yield from (folder.name for folder in self.root.iterdir() if _ID.fullmatch(folder.name))

    def _told(self, order_id: str, name: str) -> dict[str, Any] | None:
        try:
            told: dict[str, Any] = json.loads((self.root / order_id / name).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return told

    def _write(self, order: PacketOrder, name: str, told: Mapping[str, object]) -> None:
        try:
            replace_text(self.root / order.id / name, json.dumps(told, ensure_ascii=False))
        except FileNotFoundError:
            pass  # It was taken away meanwhile, and nobody waits for it.
        except OSError as error:
            raise storage_error(error) from error
