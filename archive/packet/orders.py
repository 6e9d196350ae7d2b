"""Packets that readers order: a background process makes them, and they are kept for some days.

::

    HOME/packets/ID/order.json      the order, and who placed it
    HOME/packets/ID/progress.json   the number of attempts, and of rendered pages
    HOME/packets/ID/packet.zip      the packet, whole
    HOME/packets/ID/outcome.json    its seal and the result of verification, or the reason of failure
    HOME/packets/.ID                an order that is being placed or removed

Each file is written atomically, and the outcome is last: an order without one is waiting or in progress. A killed
process leaves no partial packet, only an order that the next one begins again.
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
"""Most packets of one person at a time, so that readers cannot fill the disk."""

MOST_ATTEMPTS = 3
"""Most attempts at an order whose process dies each time."""

_OUTCOME = "outcome.json"
_ID = re.compile("[0-9a-f]{32}")
_STALE_SECONDS = 60 * 60
"""Age at which a hidden folder counts as a remainder."""


def no_packet() -> UnknownPacket:
    """Return the error of a packet that does not exist, or belongs to another reader."""
    return UnknownPacket("There is no such packet.", "Packets are kept for some days; make it again.")


@dataclass(frozen=True, slots=True)
class PacketOrder:
    """An order of a packet. ``by`` is the user, None where nobody logs in; of the ``found`` documents ``packed`` are
    included. ``hidden`` are the collections hidden from the user, which are excluded. ``mask`` are the selected mask
    classes (:mod:`archive.masking.classes`).

    With a ``story``, its public page is made, in a ``language``, to be published at ``page_base``.
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
        """The distinct ids of its documents."""
        return tuple(dict.fromkeys(span.document for span in self.spans))


@dataclass(frozen=True, slots=True)
class OrderProgress:
    """The progress of an order: the number of attempts, and of rendered pages."""

    attempts: int = 0
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """The packet of an order, or the ``reason`` of failure. ``sha256`` and ``size`` are those of the zip; ``problems``
    are faults that verification of ``files`` files found."""

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
        """Store an order, durably.

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
        """Load an order.

        :raises UnknownPacket: there is no such order, or it has expired.
        """
        told = self._read_json(order_id, "order.json") if _ID.fullmatch(order_id) else None
        if told is None:
            raise no_packet()
        spans = tuple(Span(**span) for span in told.pop("spans"))
        made_at, hidden = datetime.fromisoformat(told["made_at"]), tuple(told["hidden"])
        return PacketOrder(**told | {"made_at": made_at, "spans": spans, "hidden": hidden})

    def all(self) -> list[PacketOrder]:
        """Return the orders, the newest first."""
        return self._orders(self._ids())

    def packet(self, order_id: str) -> Path:
        """Return the path of the packet of an order, finished or not."""
        return self.root / order_id / "packet.zip"

    def progress(self, order_id: str) -> OrderProgress:
        """Return the progress of an order."""
        return OrderProgress(**(self._read_json(order_id, "progress.json") or {}))

    def outcome(self, order_id: str) -> OrderOutcome | None:
        """Return the outcome of an order; None if it is not finished."""
        told = self._read_json(order_id, _OUTCOME)
        if told is None:
            return None
        return OrderOutcome(**told | {name: tuple(told[name]) for name in ("not_drawn", "problems")})

    def next(self) -> PacketOrder | None:
        """Return the oldest unfinished order; None if there is none."""
        # Polled twice a second, so finished orders are not read.
        waiting = self._orders(id_ for id_ in self._ids() if not (self.root / id_ / _OUTCOME).exists())
        return waiting[-1] if waiting else None

    def begin(self, order: PacketOrder) -> OrderProgress:
        """Record an attempt, and delete the remainder of a killed process."""
        self.packet(order.id).unlink(missing_ok=True)
        progress = OrderProgress(self.progress(order.id).attempts + 1)
        self.report(order, progress)
        return progress

    def report(self, order: PacketOrder, progress: OrderProgress) -> None:
        """Record the progress of an order."""
        self._write(order, "progress.json", asdict(progress))

    def finish(self, order: PacketOrder, outcome: OrderOutcome) -> None:
        """Record the outcome of an order."""
        self._write(order, _OUTCOME, asdict(outcome))

    def remove(self, order_id: str) -> None:
        """Remove an order with its packet. A missing one is no error."""
        hidden = self.root / f".{order_id}"
        with suppress(FileNotFoundError):
            rename(self.root / order_id, hidden)
        shutil.rmtree(hidden, ignore_errors=True)

    def sweep(self, kept: timedelta) -> int:
        """Remove the orders older than ``kept``, and remainders of placing and removing; returns their number."""
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
            with suppress(UnknownPacket):  # It was removed meanwhile.
                orders.append(self.get(id_))
        return sorted(orders, key=lambda order: (order.made_at, order.id), reverse=True)

    def _ids(self) -> Iterator[str]:
        with suppress(FileNotFoundError):
            yield from (folder.name for folder in self.root.iterdir() if _ID.fullmatch(folder.name))

    def _read_json(self, order_id: str, name: str) -> dict[str, Any] | None:
        try:
            told: dict[str, Any] = json.loads((self.root / order_id / name).read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            return None
        return told

    def _write(self, order: PacketOrder, name: str, told: Mapping[str, object]) -> None:
        try:
            replace_text(self.root / order.id / name, json.dumps(told, ensure_ascii=False))
        except FileNotFoundError:
            pass  # It was removed meanwhile; the result is not needed.
        except OSError as error:
            raise storage_error(error) from error
