"""The queue of files for workers, on the page of what was added: for those who add documents, of what they see."""

from __future__ import annotations

import pytest
from flask import Flask

from archive.archive import Archive
from tests.queue_samples import REASON, WORKER, fill_queue
from tests.webapp.access.coming_in import log_in
from tests.webapp_html import text_of


def jobs(app: Flask, name: str, language: str = "en") -> str:
    client = log_in(app, name)
    return text_of(client.get("/jobs", headers={"Accept-Language": language}).text)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            ["Files in the queue", "2 files wait", "1 is being read", "1 added", "1 failed", f"read by {WORKER} since"],
        ),
        (
            "sr-Latn",
            ["Red za čitanje", "čekaju 2 fajla", "čita se: 1", f"čita ga {WORKER} ; početak", "Fajl je prazan."],
        ),
        (
            "sr-Cyrl",
            ["Ред за читање", "чекају 2 фајла", "чита се: 1", f"чита га {WORKER} ; почетак", "Фајл је празан."],
        ),
    ],
)
def test_the_queue_is_told(app: Flask, archive: Archive, language: str, told: list[str]) -> None:
    assert "queue" not in jobs(app, "editor"), "nothing was queued"
    fill_queue(archive.catalog)
    shown = jobs(app, "editor", language)
    assert [text for text in told if text not in shown] == []
    assert [name for name in ("cita-se", "prazan") if f"/skenovi/main/{name}.pdf" not in shown] == []
    assert "ceka-i-ovaj" not in shown, "what waits is counted, not listed"


def test_a_page_of_the_last_that_failed(app: Flask, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "FAILED_TASKS", 1)
    for collection in ("main", "drugi"):
        fill_queue(archive.catalog, collection)
    shown = jobs(app, "editor")
    assert shown.count(REASON) == 1
    assert "/skenovi/drugi/prazan.pdf" in shown
    assert "And 1 more file." in shown


def test_nobody_learns_of_files_for_a_collection_that_they_do_not_see(app: Flask, archive: Archive) -> None:
    archive.catalog.collections.share("tajna", is_private=True, members=[], by="test")
    fill_queue(archive.catalog, "tajna")
    assert "queue" not in jobs(app, "editor")
    assert "/skenovi/tajna/cita-se.pdf" in jobs(app, "admin")
    fill_queue(archive.catalog)
    assert "2 files wait" in jobs(app, "editor")
    assert "4 files wait" in jobs(app, "admin")
    assert "queue" not in jobs(app, "reader"), "who adds nothing needs to know of no machine"
