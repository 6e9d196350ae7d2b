"""Metrics for Prometheus: requests, their duration, and the state of the archive.

See :mod:`webapp.operations.counting` for several processes; without it, as in tests, each process counts for itself.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from archive.archive import Archive
from archive.errors import EngineUnavailable, IndexDamaged
from archive.model.queue import JobState, TaskState
from archive.upkeep.last_runs import last_runs
from webapp.operations.counting import FOLDER

_JOBS_COUNTED = 200
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_own = CollectorRegistry()
_requests = Counter("dosije_requests", "Requests answered.", ["endpoint", "status"], registry=_own)
_seconds = Histogram(
    "dosije_request_seconds", "Seconds until an answer began.", ["endpoint"], buckets=_BUCKETS, registry=_own
)


def install(app: Flask) -> None:
    """Count the requests of ``app``."""

    @app.before_request
    def begin() -> None:
        g.counted_from = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        _requests.labels(endpoint, str(response.status_code)).inc()
        _seconds.labels(endpoint).observe(time.perf_counter() - g.counted_from)
        return response


def told(archive: Archive) -> bytes:
    """Return all metrics in the format of Prometheus."""
    counted = _own
    if FOLDER in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)  # type: ignore[no-untyped-call]  # the library has no type here
    of_archive = CollectorRegistry()
    of_archive.register(_OfArchive(archive))
    return generate_latest(counted) + generate_latest(of_archive)


class _OfArchive(Collector):
    """A collector of the current state of the archive."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def collect(self) -> Iterable[Metric]:
        """See :class:`prometheus_client.registry.Collector`."""
        catalog = self._archive.catalog
        counts = catalog.coverage.counts()
        yield _gauge("documents", "Documents.", counts.documents)
        yield _gauge("pages", "Pages.", counts.pages)
        yield _gauge("original_bytes", "Bytes of all originals.", counts.bytes)
        yield _gauge("failures", "Files that could not be read.", counts.failures)
        yield from self._of_index()
        yield from self._upkeep()
        jobs = GaugeMetricFamily(
            "dosije_jobs", f"The newest {_JOBS_COUNTED} jobs of adding, by state.", labels=["state"]
        )
        states = [job.state for job in catalog.jobs.newest(_JOBS_COUNTED)]
        for state in JobState:
            jobs.add_metric([str(state)], states.count(state))
        yield jobs
        if catalog.tasks.has_queue:
            tasks = GaugeMetricFamily("dosije_tasks", "Files in the queue of workers, by state.", labels=["state"])
            by_state = catalog.tasks.state().counts
            for task_state in TaskState:
                tasks.add_metric([str(task_state)], by_state.get(task_state, 0))
            yield tasks

    def _upkeep(self) -> Iterable[Metric]:
        """Yield free disk space, and the last backup, drill and check."""
        free = shutil.disk_usage(self._archive.home).free
        yield _gauge("disk_free_bytes", "Bytes free on the disk of the archive's folder.", free)
        ended = GaugeMetricFamily("dosije_upkeep_timestamp_seconds", "When it last ended.", labels=["upkeep"])
        passed = GaugeMetricFamily("dosije_upkeep_passed", "Whether all was well at its end.", labels=["upkeep"])
        for upkeep, run in last_runs(self._archive.catalog).items():
            ended.add_metric([str(upkeep)], run.at.timestamp())
            passed.add_metric([str(upkeep)], run.passed)
        yield ended
        yield passed

    def _of_index(self) -> Iterable[Metric]:
        """Yield the state of the index; if it does not answer, only that."""
        engine = self._archive.engine
        try:
            engine.probe()
            due, published = self._archive.search.not_searched(), engine.published()
        except (EngineUnavailable, IndexDamaged):
            yield _gauge("index_up", "Whether the index answers.", 0)
            yield _gauge(
                "index_due", "Documents that wait to be indexed.", self._archive.catalog.indexing.count_not_indexed()
            )
            return
        yield _gauge("index_up", "Whether the index answers.", 1)
        yield _gauge("index_due", "Documents that wait to be indexed.", due)
        if published is not None:
            yield _gauge("index_published_timestamp_seconds", "When the index was last rebuilt.", published)


def _gauge(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"dosije_{name}", help_text, value=value)
