"""The maker of packets begins with each order that comes, and ends with the room."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.model import Span
from archive.packet.orders import OrderOutcome, PacketOrder, PacketOrders
from indexer.packets import PacketWorker
from tests.waiting import wait_for
from webapp.files.public.writing import write_public_page


def placed(orders: PacketOrders, name: str) -> str:
    """Order a packet of a document that is not there, which takes no time to refuse."""
    span = Span("0" * 64, 1, 0, 0)
    orders.place(PacketOrder(name * 32, None, datetime.now(UTC), "Kamere", "http://x.example", (span,), 1, 1))
    return name * 32


def outcome(orders: PacketOrders, id_: str) -> OrderOutcome:
    return wait_for(orders.outcome, id_)


def test_the_maker_begins_with_each_order_and_ends_with_the_room(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        orders = archive.packet_orders
        worker = PacketWorker(archive.home, write_public_page)
        try:
            for name in "ab":
                assert "No document has an id" in str(outcome(orders, placed(orders, name)).reason)
            assert worker.pid is not None
        finally:
            worker.close()
        waiting = placed(orders, "c")
        time.sleep(2 * PacketWorker.pause)
        assert (orders.outcome(waiting), orders.progress(waiting).attempts) == (None, 0)


def test_only_orders_that_wait_are_read_to_find_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = PacketOrders(tmp_path)
    done, older = placed(orders, "a"), placed(orders, "b")
    placed(orders, "c")
    orders.finish(orders.get(done), OrderOutcome("no"))
    get, read = orders.get, []

    def counted(order_id: str) -> PacketOrder:
        read.append(order_id)
        return get(order_id)

    monkeypatch.setattr(orders, "get", counted)
    found = orders.next()
    assert found is not None
    assert (found.id, done in read) == (older, False)
