"""What every catalog does with tasks, whatever database is under it; and how workers take them from one on a server."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from archive.model.queue import Outcome, TaskState
from archive.store.catalog import Catalog
from archive.store.sql.locks import WorkClaims
from archive.store.sql.postgres.lock import PostgresLock, Purpose, next_task
from tests.postgres_samples import empty_catalog, own_address

A, B = "a" * 64, "b" * 64
ADDED = Outcome(TaskState.ADDED, A, 12, None)


@pytest.fixture
def on_server(tmp_path: Path) -> Iterator[Catalog]:
    opened = empty_catalog(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def workers(on_server: Catalog) -> Iterator[list[tuple[ExitStack, WorkClaims]]]:
    """Two workers: what ends each, and its claims."""
    made = []
    for _ in range(2):
        stack = ExitStack()
        made.append((stack, stack.enter_context(PostgresLock(own_address(), Purpose.WRITING).shared())))
    yield made
    for stack, _ in made:
        stack.close()


def test_files_wait_once(catalog: Catalog) -> None:
    assert not catalog.tasks.has_open()
    assert catalog.tasks.state().is_empty
    for path in ("/a.pdf", "/a.pdf", "/elsewhere/a.pdf"):
        catalog.tasks.add(A, path, "a.pdf", "main")
    state = catalog.tasks.state()
    assert (dict(state.counts), state.in_work, state.pages_an_hour) == ({TaskState.QUEUED: 2}, (), None)
    assert catalog.tasks.has_open()
    assert catalog.tasks.others_want(A, None)
    assert not catalog.tasks.others_want(B, None)


def test_a_task_goes_to_one_worker_until_that_is_gone(
    on_server: Catalog, workers: list[tuple[ExitStack, WorkClaims]]
) -> None:
    on_server.tasks.add(A, "/a.pdf", "a.pdf", "main")
    on_server.tasks.add(A, "/same.pdf", "same.pdf", "main")
    (first, claims), (_, others) = workers
    task = on_server.tasks.take(claims, "one")
    assert task
    assert (task.path, task.attempts, task.pages) == ("/a.pdf", 1, 0)
    assert on_server.tasks.take(others, "two") is None, "the other waits for the same bytes"
    assert [(one.path, one.worker) for one in on_server.tasks.state().in_work] == [("/a.pdf", "one")]
    on_server.tasks.report(task.number, "one", 7)
    first.close()
    again = on_server.tasks.take(others, "two")
    assert again
    assert (again.number, again.attempts, again.pages) == (task.number, 2, 7)
    on_server.tasks.finish(task.number, "one", ADDED)
    assert on_server.tasks.state().counts[TaskState.WORKING] == 1, "it is no longer the first one's"
    on_server.tasks.finish(task.number, "two", ADDED)
    others.release(A)
    state = on_server.tasks.state()
    assert state.counts == {TaskState.ADDED: 1, TaskState.QUEUED: 1}
    assert state.pages_an_hour
    assert not on_server.tasks.others_want(A, task.number + 1)
    last = on_server.tasks.take(others, "two")
    assert last
    on_server.tasks.release([last.number], "two")
    others.release(A)
    back = on_server.tasks.take(others, "two")
    assert back
    assert back.attempts == 1, "to be given back was no attempt"
    on_server.tasks.finish(back.number, "two", ADDED)
    on_server.tasks.add(B, "/b.pdf", "b.pdf", "main")
    assert on_server.tasks.state().counts == {TaskState.QUEUED: 1}, "what has ended is forgotten by the next import"


def test_workers_do_not_wait_for_each_other(on_server: Catalog) -> None:
    on_server.tasks.add(A, "/a.pdf", "a.pdf", "main")
    on_server.tasks.add(B, "/b.pdf", "b.pdf", "main")
    queueing = on_server._database.queueing
    with queueing() as one, queueing() as two, queueing() as three:
        found = [next_task(connection) for connection in (one, two, three)]
    assert [place and place[1] for place in found] == [A, B, None]


def test_claims_are_counted(workers: list[tuple[ExitStack, WorkClaims]]) -> None:
    (_, claims), (_, others) = workers
    assert claims.take(A)
    assert claims.take(A)
    claims.release(A)
    assert not others.take(A)
    claims.release(A)
    assert others.take(A)


def taken(catalog: Catalog, claims: WorkClaims, most: int = 99) -> list[str]:
    """The names of the files that a worker takes, one after another."""
    found: list[str] = []
    while len(found) < most and (task := catalog.tasks.take(claims, "one")):
        found.append(task.filename)
        catalog.tasks.finish(task.number, "one", ADDED)
        claims.release(task.sha256)
    return found


def wait(catalog: Catalog, collection: str, count: int, *, urgent: bool = False) -> None:
    for number in range(count):
        name = f"{collection}{number}"
        sha256 = hashlib.sha256(f"{name}{urgent}".encode()).hexdigest()
        catalog.tasks.add(sha256, f"/{name}", name, collection, urgent=urgent)


def test_collections_take_turns_whoever_came_first(
    on_server: Catalog, workers: list[tuple[ExitStack, WorkClaims]]
) -> None:
    (_, claims), _ = workers
    wait(on_server, "a", 6)
    assert taken(on_server, claims, 2) == ["a0", "a1"]
    wait(on_server, "b", 3)
    wait(on_server, "c", 1)
    assert taken(on_server, claims) == ["a2", "b0", "c0", "a3", "b1", "a4", "b2", "a5"]


def test_what_is_urgent_goes_first(on_server: Catalog, workers: list[tuple[ExitStack, WorkClaims]]) -> None:
    (_, claims), _ = workers
    wait(on_server, "a", 3)
    wait(on_server, "b", 2, urgent=True)
    assert taken(on_server, claims) == ["b0", "b1", "a0", "a1", "a2"]
