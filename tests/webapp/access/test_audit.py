"""The audit is read from its end, some lines at a time, and by admins alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from archive.archive import Archive
from tests.webapp.access.coming_in import log_in, with_settings
from tests.webapp_html import links
from webapp.access.audit import AUDIT_FILE, read


def write(home: Path, count: int, *, tail: str = "") -> None:
    lines = [
        {"at": "2026-11-28T10:00:00+00:00", "user": "Ana" if number % 2 else "Iva", "method": "GET",
         "path": f"/documents/{number}", "status": 200}
        for number in range(count)
    ]  # fmt: skip
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (home / AUDIT_FILE).write_text(text + tail, encoding="utf-8")


@pytest.mark.parametrize("count", [0, 1, 7, 3000])
def test_lines_come_the_newest_first_until_there_are_no_more(tmp_path: Path, count: int) -> None:
    write(tmp_path, count)
    paths: list[str] = []
    before: int | None = None
    while True:
        part = read(tmp_path, 100, before)
        paths += [line.path for line in part.lines]
        before = part.before
        if before is None:
            break
    assert paths == [f"/documents/{number}" for number in reversed(range(count))]


def test_a_line_that_is_being_written_is_left_and_a_damaged_one_is_shown(tmp_path: Path) -> None:
    write(tmp_path, 2, tail='no line\n[1]\n{"at": "2026-')
    lines = read(tmp_path, 10).lines
    assert [line.path for line in lines] == ["[1]", "no line", "/documents/1", "/documents/0"]
    assert [line.at is None for line in lines] == [True, True, False, False]


def test_no_audit_has_no_lines(tmp_path: Path) -> None:
    assert read(tmp_path, 10) == read(tmp_path, 10, before=500)
    assert read(tmp_path, 10).lines == ()


def test_what_one_user_did_and_what_was_done_to_one_document(tmp_path: Path) -> None:
    write(tmp_path, 3000)
    assert {line.user for line in read(tmp_path, 50, user="Iva").lines} == {"Iva"}
    assert [line.path for line in read(tmp_path, 50, part="/documents/2912").lines] == ["/documents/2912"]
    assert read(tmp_path, 50, user="Iva", part="/documents/2999").lines == ()
    assert read(tmp_path, 50, user="iva") == read(tmp_path, 50, user="Iva"), "a name is a name, as for logging in"


def test_admins_read_it_with_titles_and_others_do_not(app: Flask, archive: Archive) -> None:
    (document,) = archive.catalog.documents.newest_first()
    kept = with_settings(archive, audit="documents")
    log_in(kept, "reader").get(f"/documents/{document.id}")
    page = log_in(kept, "admin").get("/users/audit?user=reader")
    assert page.status_code == 200
    title = archive.catalog.documents.descriptions([document.id])[document.id].title
    assert title
    assert title in page.text
    assert f'href="/documents/{document.id}"' in page.text
    assert log_in(kept, "editor").get("/users/audit").status_code == 403
    assert "Nothing is recorded now" in log_in(with_settings(archive, audit="off"), "admin").get("/users/audit").text


def test_a_link_leads_to_the_address_that_was_asked_for(app: Flask, archive: Archive) -> None:
    admin = log_in(with_settings(archive, audit="all"), "admin")
    asked = ("/vendors/50%2525%23%3F", "/%5Cevil.example/", "/?q=%C5%BEica%20x")
    for path in asked:
        admin.get(path)
    page = admin.get("/users/audit").text
    assert set(asked) < set(links(page))
    assert '<code translate="no">/vendors/50%25#?</code>' in page


def test_a_file_of_many_megabytes_is_read_to_its_beginning(app: Flask, archive: Archive) -> None:
    """However far back a part is, its place is taken; a part in which nothing fits says that there are older ones."""
    admin = log_in(app, "admin")
    line = json.dumps({"at": "2026-11-28T10:00:00+00:00", "user": "Ana", "method": "GET", "path": "/" + "x" * 2000,
                       "status": 200}) + "\n"  # fmt: skip
    (archive.home / AUDIT_FILE).write_text(line * (18_000_000 // len(line)), encoding="utf-8")
    assert admin.get("/users/audit?before=17000000").status_code == 200
    page = admin.get("/users/audit?user=nobody").text
    assert "Older ones have not been looked through yet." in page
    (older,) = (link for link in links(page) if "before=" in link)
    assert "Nothing that fits is recorded here." in admin.get(older).text


def test_a_place_in_the_file_that_is_none_is_refused(app: Flask) -> None:
    admin = log_in(app, "admin")
    assert admin.get("/users/audit?before=x").status_code == 400
    assert admin.get("/users/audit?before=99999").status_code == 200
