"""Sending files in real Chromium: folders, limits said before, a connection that breaks, and what became of each."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from archive.archive import Archive
from archive.config import Settings
from indexer.queue import UploadQueue
from tests.conftest import PATIENCE_MS
from tests.webapp_samples import NoPicture
from tests.webapp_served import served
from webapp import create_app

pytestmark = pytest.mark.usefixtures("warm_readers")

LIMITS: dict[str, str | int] = {"max_upload_bytes": 12_000_000, "max_upload_files": 4}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "home", Settings(LIMITS)) as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, archive: Archive) -> Iterator[Page]:
    with served(create_app(archive, NoPicture())) as address:
        context = browser.new_context(base_url=address, reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        yield context.new_page()
        context.close()


def test_the_front_page_is_shown_anew_but_takes_nothing_that_is_being_typed(page: Page, archive: Archive) -> None:
    job_id, files = archive.uploads.keep([("pismo.txt", BytesIO(b"Pismo o kamerama"))])
    archive.catalog.jobs.add(job_id, "main", "Ana", files)
    page.clock.install()
    page.goto("/")
    expect(page.get_by_text("The first documents are being read")).to_be_visible()
    page.fill("#q", "kame")
    UploadQueue(archive).work()
    page.clock.run_for(10_000)
    expect(page.locator("#q")).to_have_value("kame")
    page.fill("#q", "")
    page.clock.run_for(3_000)
    expect(page.locator(".front-says")).to_contain_text("1 document")
    expect(page.get_by_text("Being taken in")).to_have_count(0)
    expect(page.locator(".front-says")).to_be_in_viewport()


def test_a_folder_with_all_that_lies_in_it_over_a_broken_connection(
    page: Page, archive: Archive, tmp_path: Path
) -> None:
    folder = tmp_path / "papiri"
    (folder / "2023" / "prilozi").mkdir(parents=True)
    (folder / "2023" / "prilozi" / "veliki.bin.txt").write_bytes(b"Kamera na trgu. " * 600_000)
    (folder / "2023" / "pismo.txt").write_text("Pismo o kamerama", encoding="utf-8")
    (folder / "prazno.txt").touch()
    (folder / "slomljen.pdf").write_bytes(b"%PDF-1.4 x")
    (folder / ".DS_Store").write_bytes(b"x")
    failed: list[str] = []

    def break_once(route: Route) -> None:
        if "offset=4194304" in route.request.url and not failed:
            failed.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/add/uploads/**", break_once)
    page.goto("/add")
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("Or a whole folder").set_input_files(folder)
    told = page.locator("#sending-told")
    expect(told).to_have_text("Ready to be sent: 3 (9.6 MB) · Not to be sent: 1 · Skipped, not documents: 1")
    expect(page.get_by_text("papiri/2023/prilozi/")).to_be_visible()
    expect(page.get_by_text("The file is empty. Copy it again")).to_be_visible()
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_text("No connection. Nothing is lost")).to_be_visible()
    assert page.evaluate("document.getElementById('drop').inert"), "what is chosen now would not be sent"
    expect(page.get_by_role("link", name="Stop sending")).to_be_visible()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f]{32}$"))
    assert failed, "the connection was broken"
    (job,) = archive.catalog.jobs.newest(5)
    kept = {file.name: file.size for file in archive.catalog.jobs.files(job.id)}
    assert kept == {
        "papiri/slomljen.pdf": 10,
        "papiri/2023/pismo.txt": 16,
        "papiri/2023/prilozi/veliki.bin.txt": 9_600_000,
    }, "files of one name are told apart by their folders"
    expect(page.get_by_role("heading", name="Waiting (3)")).to_be_visible()
    page.evaluate("window.stayed = true")
    UploadQueue(archive).work()
    expect(page.get_by_role("heading", name="Failed (1)")).to_be_visible()
    expect(page.get_by_role("heading", name="To check (1)")).to_be_visible()
    expect(page.get_by_text("reading quality: unreliable")).to_be_visible()
    expect(page.get_by_role("heading", name="Added (1)")).to_be_visible()
    expect(page.get_by_text("cannot be opened as a PDF")).to_be_visible()


def test_more_than_goes_at_once_goes_in_parts_and_too_large_is_refused(
    page: Page, archive: Archive, tmp_path: Path
) -> None:
    files = [tmp_path / f"pismo {number}.txt" for number in range(6)]
    for number, file in enumerate(files):
        file.write_text(f"Pismo {number}", encoding="utf-8")
    os.truncate(files[0], 12_000_001)
    page.goto("/add")
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("Choose files or drop them here").set_input_files(files)
    expect(page.locator("#sending-told")).to_contain_text("so it goes in 2 parts · Not to be sent: 1")
    expect(page.get_by_text("Larger than 12 MB")).to_be_visible()
    page.get_by_role("button", name="Leave it out: pismo 5.txt").click()
    expect(page.locator("#sending-told")).to_have_text("Ready to be sent: 4 (28 B) · Not to be sent: 1")
    page.get_by_label("Choose files or drop them here").set_input_files(files[1:2] + files[5:])
    expect(page.locator("#sending-told")).to_contain_text("Ready to be sent: 5 ")
    page.get_by_role("button", name="Add them").click()
    page.wait_for_url("**/jobs")
    assert sorted(job.files for job in archive.catalog.jobs.newest(5)) == [1, 4]


def test_what_the_server_refuses_is_shown_and_goes_on_when_it_is_mended(page: Page, tmp_path: Path) -> None:
    (tmp_path / "pismo.txt").write_text("Pismo", encoding="utf-8")
    page.goto("/add")
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("Choose files or drop them here").set_input_files(tmp_path / "pismo.txt")
    page.get_by_label("Collection").fill("x")
    page.evaluate("document.getElementById('collection').value = ' '")
    page.get_by_role("button", name="Add them").click()
    expect(page.get_by_role("alert")).to_contain_text("The name of a collection")
    page.get_by_label("Collection").fill("main")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(re.compile(r"/jobs/[0-9a-f]{32}$"))
