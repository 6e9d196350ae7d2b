"""What every answer has in common: headers, and errors that say what to try."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import webapp
from archive.archive import Archive
from archive.config import Settings
from archive.errors import IndexDamaged
from archive.search.request import SearchRequest
from tests.webapp_samples import Sample
from webapp import create_app
from webapp.delivery import HEADERS

ROOM = Path(webapp.__file__).parent
MAIL = "digest_mail.html"
"""The template that has inline styles."""

LONGEST_TEMPLATE = 60


@pytest.mark.parametrize(
    "path", ["/", "/?page=x", "/nothing", "/documents/{id}", "/documents/{id}/pages/1", "/documents/{id}/pages/1/image",
             "/static/app.css", "/healthz", "/api/v1/search"],
)  # fmt: skip
def test_every_answer_carries_the_headers(client: FlaskClient, sample: Sample, path: str) -> None:
    headers = client.get(path.format(id=sample.contract), buffered=True).headers
    for name, value in HEADERS.items():
        if name != "Cache-Control":
            assert headers[name] == value
    assert "Set-Cookie" not in headers


def test_the_policy_allows_nothing_inline_and_only_our_own_scripts() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/?page=0", 400, "page must be a number"),
        ("/?sort=random", 400, "Orders are"),
        ("/?q=" + "x" * 2001, 400, "Ask for fewer words"),
        ("/documents/xyz", 404, "is not a document id"),
        ("/documents/00000000", 404, "No document has an id"),
        ("/nothing", 404, "Not found"),
    ],
)
def test_a_mistake_is_named_with_the_way_back(client: FlaskClient, path: str, status: int, says: str) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert says in response.text
    assert 'href="/"' in response.text


def test_every_page_names_the_licence(client: FlaskClient) -> None:
    for path in ("/", "/nothing"):
        assert re.search(r"Dosije [\d.]+, free software \(AGPL-3\.0-or-later\)", client.get(path).text)


def test_other_methods_are_refused(client: FlaskClient) -> None:
    assert client.post("/").status_code == 405
    assert client.head("/").status_code == 200


class NoRenderer:
    """For applications that draw nothing."""

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        raise AssertionError("nothing is drawn here")

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def empty(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path, Settings())


def test_an_empty_archive_says_how_to_fill_it(empty: Archive) -> None:
    with empty:
        client = create_app(empty, NoRenderer()).test_client()
        html = client.get("/").text
        assert "dosije add" in html
        assert 'href="/add">Send files from here' in html
        assert "<fieldset>" not in html, "there is nothing to filter"
        assert client.get("/healthz").get_json()["documents"] == 0


def test_a_damaged_index_is_an_error_page_and_logged(
    empty: Archive, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged(request: SearchRequest, **_: bool) -> None:
        raise IndexDamaged("The index cannot be read.", "Run: dosije reindex")

    with empty:
        monkeypatch.setattr(empty.search, "search", damaged)
        client = create_app(empty, NoRenderer()).test_client()
        response = client.get("/")
        assert response.status_code == 503
        assert "dosije reindex" in response.text
        assert client.get("/healthz").get_json() == {"status": "degraded", "missing": ["search"], "documents": 0}
        assert client.get("/healthz/ready").status_code == 503
    assert "IndexDamaged" in caplog.text


def test_a_mistake_of_ours_tells_the_reader_nothing_but_that(empty: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(request: SearchRequest) -> None:
        raise RuntimeError("a secret of the program")

    with empty:
        monkeypatch.setattr(empty.search, "search", broken)
        response = create_app(empty, NoRenderer()).test_client().get("/")
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "Something went wrong" in response.text


def test_every_template_is_short_compiles_and_is_used(app: Flask) -> None:
    """A template that nothing extends, includes, imports or renders is dead."""
    names = app.jinja_env.list_templates(extensions=["html"])
    sources = {name: app.jinja_env.loader.get_source(app.jinja_env, name)[0] for name in names if app.jinja_env.loader}
    views = "".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py"))
    rendered = set(re.findall(r'(?:render|stream)_template\(\s*"([^"]+)"', views))
    for name in names:
        app.jinja_env.get_template(name)
        assert sources[name].count("\n") < LONGEST_TEMPLATE, name
        assert name in rendered or any(f'"{name}"' in source for source in sources.values()), name
        assert "|safe" not in sources[name].replace(" ", ""), name
        assert "style=" not in sources[name] or name == MAIL, name


def test_the_one_template_with_inline_styles_is_a_mail_and_no_page() -> None:
    """Programs that show mail drop style sheets, and some the ``<style>`` of a head (docs/decisions.md). A page could
    show no inline style: its policy refuses them."""
    naming = [path for kind in ("*.py", "*.html") for path in ROOM.rglob(kind) if MAIL in path.read_text("utf-8")]
    assert [path.parent.name for path in naming] == ["mail"]
    source = (ROOM / "templates" / MAIL).read_text("utf-8")
    assert not re.search("class=|<style|<script|{% (extends|include|from|import) |url\\(", source)
