"""What every catalog does with jobs and collections, whatever database is under it."""

from __future__ import annotations

import pytest

from archive.errors import UnknownJob, UsageError
from archive.model.queue import FileState, JobFile, JobState
from archive.store.catalog import Catalog
from tests.store_samples import add_samples

FILES = (JobFile("1/a.pdf", 10), JobFile("2/b.pdf", 20), JobFile("3/c.pdf", 0, FileState.FAILED, reason="Empty."))


def test_a_job_is_kept_with_its_files(catalog: Catalog) -> None:
    catalog.jobs.add("j1", "Bečej", "Ana", FILES)
    job = catalog.jobs.get("j1")
    assert (job.collection, job.by, job.state, job.attempts, job.files) == ("Bečej", "Ana", JobState.QUEUED, 0, 3)
    assert job.counts == {FileState.WAITING: 2, FileState.FAILED: 1}
    assert tuple(catalog.jobs.files("j1")) == FILES
    assert [one.id for one in catalog.jobs.newest(5)] == ["j1"]


def test_jobs_are_taken_in_turn_and_a_running_one_first(catalog: Catalog) -> None:
    for id_ in ("j1", "j2"):
        catalog.jobs.add(id_, "main", "Ana", FILES)
    assert [one.id for one in catalog.jobs.newest(1)] == ["j2"]
    for attempt in (1, 2):
        taken = catalog.jobs.take()
        assert taken
        assert (taken.id, taken.attempts, taken.state) == ("j1", attempt, JobState.RUNNING)
    catalog.jobs.put_back("j1", "Busy.")
    assert (catalog.jobs.get("j1").attempts, catalog.jobs.get("j1").note) == (1, "Busy.")
    again = catalog.jobs.take()
    assert again
    assert (again.id, again.note) == ("j1", None)
    catalog.jobs.finish("j1", "Gone.")
    following = catalog.jobs.take()
    assert following
    assert following.id == "j2"
    catalog.jobs.finish("j2", "Gone.")
    assert catalog.jobs.take() is None


def test_what_becomes_of_files_is_told_and_news_comes_last(catalog: Catalog) -> None:
    catalog.jobs.add("j1", "main", "Ana", FILES)
    added = JobFile("1/a.pdf", 10, FileState.ADDED, "f" * 64, 3)
    inside = JobFile("1/a.pdf!/x.txt", 0, FileState.FAILED, reason="Broken.")
    for file in (added, inside, inside):
        catalog.jobs.report_file("j1", file)
    catalog.jobs.report_pages("j1", 7)
    catalog.jobs.finish("j1", "Gone.")
    b = JobFile("2/b.pdf", 20, FileState.FAILED, reason="Gone.")
    assert catalog.jobs.files("j1") == [added, b, FILES[2], inside]
    job = catalog.jobs.get("j1")
    assert (job.state, job.pages_read, job.finished_at is not None) == (JobState.DONE, 7, True)


def test_what_failed_is_tried_again_once_the_job_has_ended(catalog: Catalog) -> None:
    catalog.jobs.add("j1", "main", "Ana", FILES)
    with pytest.raises(UsageError, match="not ended"):
        catalog.jobs.retry("j1", ["3/c.pdf"])
    catalog.jobs.take()
    catalog.jobs.finish("j1", "Gone.")
    with pytest.raises(UsageError, match="None of its files"):
        catalog.jobs.retry("j1", ["nonsense"])
    catalog.jobs.retry("j1", ["2/b.pdf"])
    job = catalog.jobs.get("j1")
    assert (job.state, job.attempts, job.finished_at) == (JobState.QUEUED, 0, None)
    assert job.counts == {FileState.WAITING: 1, FileState.FAILED: 2}


def test_a_job_that_has_ended_can_be_forgotten(catalog: Catalog) -> None:
    catalog.jobs.add("j1", "main", "Ana", FILES)
    with pytest.raises(UsageError, match="not ended"):
        catalog.jobs.remove("j1")
    catalog.jobs.finish("j1", "Gone.")
    catalog.jobs.remove("j1")
    assert (catalog.jobs.newest(5), catalog.jobs.files("j1")) == ([], [])
    for call in (catalog.jobs.get, catalog.jobs.remove):
        with pytest.raises(UnknownJob):
            call("j1")


def test_collections_are_counted(catalog: Catalog) -> None:
    assert catalog.collections.all() == []
    add_samples(catalog, [1, 2])
    (main,) = catalog.collections.all()
    assert type(main.pages) is int  # PostgreSQL adds large numbers up to decimals.
    assert (main.name, main.documents, main.pages) == ("main", 2, 6)
    assert main.newest == max(document.added_at for document in catalog.documents.newest_first())
