"""A queue with a file in each state, as workers leave it. Where workers take tasks is a matter of PostgreSQL alone
(:mod:`tests.contracts.test_store_tasks`); what is told of them is not."""

from __future__ import annotations

from archive.model.queue import Outcome, TaskState
from archive.store.catalog import Catalog
from archive.store.queue import begin_task
from archive.store.sql.tables import tasks as rows_of_tasks

WORKER = "citac:4711"
REASON = "The file is empty."


def fill_queue(catalog: Catalog, collection: str = "main") -> None:
    """Two files wait, one is being read for the second time, one was added, and one failed."""
    for number, name in enumerate(("ceka", "ceka-i-ovaj", "cita-se", "dodat", "prazan")):
        sha256 = f"{collection}{number}".encode().hex().ljust(64, "0")
        catalog.tasks.add(sha256, f"/skenovi/{collection}/{name}.pdf", f"{name}.pdf", collection)
    with catalog._database.queueing() as connection:
        rows = connection.execute(rows_of_tasks.select().where(rows_of_tasks.c.collection == collection))
        by_name = {row.filename: row.number for row in rows}
        for name in ("cita-se", "cita-se", "dodat", "prazan"):
            begin_task(connection, by_name[f"{name}.pdf"], WORKER)
    catalog.tasks.finish(by_name["dodat.pdf"], WORKER, Outcome(TaskState.ADDED, "d" * 64, 12, None))
    catalog.tasks.finish(by_name["prazan.pdf"], WORKER, Outcome(TaskState.FAILED, None, 0, REASON))
