"""Texts are compressed where that tells nobody anything, and static files are kept by browsers until they change."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from archive.archive import Archive
from archive.system.files import collected
from tests.webapp.access.coming_in import log_in, with_settings
from tests.webapp.access.conftest import archive
from tests.webapp_samples import Sample
from webapp import delivery
from webapp.delivery import FOR_GOOD, LEAST_BYTES, streamed_answer, text_answer

__all__ = ["archive"]

GZIP = {"Accept-Encoding": "gzip, br"}


def get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    response = client.get(path, headers=headers)
    response.get_data()
    response.close()
    return response


def is_compressed(response: TestResponse) -> bool:
    return response.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize(
    "path",
    ["/?q=camera", "/documents/{contract}", "/documents/{contract}/pages/1", "/api/v1/search?q=camera",
     "/api/openapi.json", "/iiif/{contract}/manifest.json", "/static/app.css", "/findings", "/lists"],
)  # fmt: skip
def test_a_text_is_the_same_compressed_and_smaller(client: FlaskClient, sample: Sample, path: str) -> None:
    path = path.format(contract=sample.contract)
    plain, small = get(client, path), get(client, path, **{"Accept-Encoding": "gzip"})
    assert plain.status_code == 200
    assert not is_compressed(plain)
    assert is_compressed(small)
    for response in (plain, small):
        assert "Accept-Encoding" in response.vary
        assert response.content_length == len(response.data)
    assert re.sub(rb'"took_ms":[0-9.]+|\d+ ms', b"", gzip.decompress(small.data)) == re.sub(
        rb'"took_ms":[0-9.]+|\d+ ms', b"", plain.data
    )
    assert len(small.data) < len(plain.data)


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "*;q=0"])
def test_who_does_not_take_gzip_does_not_get_it(client: FlaskClient, accepted: str) -> None:
    response = get(client, "/?q=camera", **{"Accept-Encoding": accepted})
    assert not is_compressed(response)
    assert "Accept-Encoding" in response.vary


def test_what_is_short_or_no_text_is_sent_as_it_is(client: FlaskClient, sample: Sample) -> None:
    for path in ("/healthz", f"/documents/{sample.contract}/pages/1/image", f"/documents/{sample.contract}/original"):
        response = get(client, path, **GZIP)
        assert response.status_code == 200
        assert not is_compressed(response)
    assert len(get(client, "/healthz").data) < LEAST_BYTES


def test_a_long_answer_is_in_a_file_that_is_let_go_when_its_reader_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    files = list[IO[bytes]]()

    def noted(pieces: Iterable[str | bytes]) -> IO[bytes]:
        files.append(collected(pieces))
        return files[-1]

    monkeypatch.setattr(delivery, "collected", noted)
    answer = text_answer(["x" * 1_000] * 2_000, "text/csv", "long.csv")
    assert answer.content_length == 2_000_000
    assert 0 < len(next(iter(answer.iter_encoded()))) < answer.content_length
    assert [file.closed for file in files] == [False]
    answer.close()
    text_answer(["short"], "text/csv")
    assert [file.closed for file in files] == [True, True]


def test_what_is_streamed_is_sent_as_it_is_made_and_breaks_off_with_an_error() -> None:
    made: list[int] = []

    def pieces(count: int) -> Iterator[str]:
        for at in range(count):
            made.append(at)
            yield str(at)
        raise OSError("the disk is full")

    sent = iter(streamed_answer(pieces(2), "text/plain", "x.txt").response)
    assert made == [0]
    assert [next(sent), next(sent)] == ["0", "1"]
    with pytest.raises(OSError, match="full"):
        next(sent)
    with pytest.raises(OSError, match="full"):
        streamed_answer(pieces(0), "text/plain", "x.txt")


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = get(client, "/static/app.css", **GZIP)
    again = get(client, "/static/app.css", **GZIP, **{"If-None-Match": first.headers["ETag"]})
    assert first.headers["ETag"].startswith("W/")
    assert (again.status_code, again.data) == (304, b"")


def test_head_is_told_the_same(client: FlaskClient) -> None:
    got, head = client.get("/?q=camera", headers=GZIP), client.head("/?q=camera", headers=GZIP)
    assert head.headers["Content-Encoding"] == "gzip"
    assert head.data == b""
    assert got.data


@pytest.mark.parametrize(
    ("site", "compresses"), [("same-origin", True), ("none", True), ("cross-site", False), ("same-site", False)]
)
def test_what_another_site_asks_for_is_not_compressed(client: FlaskClient, site: str, compresses: bool) -> None:
    assert is_compressed(get(client, "/?q=camera", **GZIP, **{"Sec-Fetch-Site": site})) == compresses


def test_where_nobody_says_who_asks_a_session_over_https_is_not_compressed(archive: Archive) -> None:
    """An old browser. Over HTTP everybody reads along, and a program with a token is asked by nobody else."""
    plain = with_settings(archive)
    assert is_compressed(get(log_in(plain), "/?q=kamera", **GZIP))
    secured = with_settings(archive, base_url="https://arhiva.example")
    assert is_compressed(get(secured.test_client(), "/login", **GZIP))
    client = secured.test_client()
    client.set_cookie("__Host-session", "x" * 43)
    assert not is_compressed(get(client, "/login", **GZIP))
    assert is_compressed(get(client, "/login", **GZIP, **{"Sec-Fetch-Site": "same-origin"}))


def addresses(client: FlaskClient, path: str) -> list[str]:
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', get(client, path).text)


def test_static_files_are_kept_until_they_change(client: FlaskClient, sample: Sample) -> None:
    found = {*addresses(client, "/?q=camera"), *addresses(client, f"/documents/{sample.contract}/pages/1")}
    assert len(found) >= 6
    for address in found:
        response = get(client, address)
        assert response.headers["Cache-Control"] == FOR_GOOD
        for other in (urlsplit(address).path, f"{urlsplit(address).path}?v=0123456789abcdef"):
            assert "immutable" not in get(client, other).headers["Cache-Control"]


def test_another_content_has_another_address(
    client: FlaskClient, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images, scripts = ("icon.svg", "icon-192.png"), ("keys.js", "last.js", "offline.js", "story.js", "unsent.js")
    names = ("app.css", "faces.css", *images, *scripts)
    for name in names:
        (tmp_path / name).write_text(f"of a later release: {name}")
    before = set(addresses(client, "/collections"))
    monkeypatch.setattr(app, "static_folder", str(tmp_path))
    after = set(addresses(client, "/collections"))
    assert len(before) == len(after) == len(names)
    assert not before & after
    for address in before:
        assert "immutable" not in get(client, address).headers["Cache-Control"]


def test_a_room_that_is_mounted_elsewhere_leads_there(client: FlaskClient) -> None:
    for root in ("", "/room", ""):
        html = client.get("/collections", environ_overrides={"SCRIPT_NAME": root}).text
        for path in ("/static/app.css", "/findings", "/language/en?back=", "/light/dark?back="):
            assert f'="{root}{path}' in html


def test_the_faces_are_asked_for_with_the_page_and_kept_for_good(client: FlaskClient) -> None:
    asked = re.findall(r"<(/static/faces/[^>]+)>; rel=preload; as=font", get(client, "/collections").headers["Link"])
    assert len(asked) == 2
    style = get(client, "/static/faces.css").text
    for address in asked:
        assert f'url("{address.removeprefix("/static/")}")' in style, "the same address, or it would be fetched twice"
        assert get(client, address).headers["Cache-Control"] == FOR_GOOD
    assert "Link" not in get(client, "/api/v1/search").headers
    cyrillic = get(client, "/collections", **{"Accept-Language": "sr-Cyrl"}).headers["Link"]
    assert "-cyrillic.woff2" in cyrillic
    assert "-latin-ext.woff2" not in cyrillic
