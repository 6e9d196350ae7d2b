"""Coming in: who must log in, how a session begins and ends, what each role may, and what the headers say."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.access.roles import Right, Role, Scope
from archive.accounts import FAILURES_HERE, Accounts
from archive.config import Settings
from archive.errors import UsageError
from archive.home import Archive
from tests.access_samples import GOOD, hash_quickly, let_pass
from tests.webapp_samples import Filler, NoPicture
from webapp import create_app
from webapp.access.rights import OPEN, needed
from webapp.access.rules import host_name, host_names, needs_log_in

AWAY = {"host": "0.0.0.0", "hosts": "localhost"}


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    """An archive with a document and a user of each role; the password of all is the same."""
    hash_quickly(monkeypatch)
    with Archive.open(tmp_path / "home", Settings(AWAY)) as opened:
        with opened.writing():
            Filler(opened, tmp_path).text("pismo.txt", ["Pismo o kamerama"], "sr-Latn")
            opened.indexing.index_due()
        for role in Role:
            Accounts(opened.catalog).add(role.value, role, GOOD, "test")
        yield opened


@pytest.fixture
def app(archive: Archive) -> Flask:
    return create_app(archive, NoPicture())


def with_settings(archive: Archive, **values: Any) -> Flask:
    archive.settings = Settings({**AWAY, **values})
    return create_app(archive, NoPicture())


def log_in(app: Flask, name: str = "reader", password: str = GOOD, **form: str) -> FlaskClient:
    client = app.test_client()
    response = client.post("/login", data={"name": name, "password": password, **form})
    assert response.status_code == 303, response.text
    return client


def test_a_room_on_this_computer_needs_no_log_in(archive: Archive) -> None:
    archive.settings = Settings()
    client = create_app(archive, NoPicture()).test_client()
    response = client.get("/")
    assert response.status_code == 200
    assert "Log out" not in response.text
    assert client.get("/users").status_code == 200
    assert client.get("/account").status_code == 404


@pytest.mark.parametrize(
    ("values", "needs"),
    [
        ({}, False),
        ({"host": "localhost"}, False),
        ({"host": "::1"}, False),
        ({"host": "0.0.0.0"}, True),
        ({"host": "192.0.2.7"}, True),
        ({"base_url": "https://arhiva.example"}, True),
        ({"base_url": "http://localhost:8000"}, False),
        ({"login": "always"}, True),
    ],
)
def test_who_must_log_in(values: dict[str, str], needs: bool) -> None:
    assert needs_log_in(Settings(values)) is needs
    with pytest.raises(UsageError):
        needs_log_in(Settings({"login": "never"}))


def test_every_address_asks_for_a_log_in(app: Flask) -> None:
    """Pages lead to the form, programs are told 401; what is there and what is not is told to nobody."""
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            if rule.endpoint in OPEN:
                continue
            path = rule.rule.replace("<", "").replace(">", "").replace("page_number:number", "1")
            response = client.open(path, method=method)
            if path.startswith(("/api/", "/iiif/", "/certificate.json")):
                assert response.status_code == 401, path
                assert response.headers["WWW-Authenticate"].startswith("Bearer")
                assert response.get_json()["error"]["status"] == 401
            elif rule.endpoint == "saved.feed":
                assert response.status_code == 401
                assert any(told.startswith("Basic") for told in response.headers.getlist("WWW-Authenticate"))
            else:
                assert response.status_code == 303, path
                assert response.location.startswith("/login?next=")
    assert client.get("/nothing/here").location.startswith("/login")
    health = client.get("/healthz")
    assert (health.status_code, health.get_json()) == (200, {"status": "ok"})
    with client.get("/static/app.css") as style:
        assert style.status_code == 200
    assert client.get("/language/sr-Latn").status_code == 303


def test_logging_in_and_out(app: Flask, archive: Archive) -> None:
    client = app.test_client()
    asked = client.get("/documents/abcdef12?q=a%26b&page=2")
    assert asked.location == "/login?next=%2Fdocuments%2Fabcdef12%3Fq%3Da%2526b%26page%3D2"
    form = client.get(asked.location)
    assert form.status_code == 200
    assert 'value="/documents/abcdef12?q=a%26b&amp;page=2"' in form.text
    assert "Vendors" not in form.text
    data = {"name": "reader", "password": GOOD, "next": "/vendors?q=x"}
    response = client.post("/login", data=data)
    assert (response.status_code, response.location) == (303, "/vendors?q=x")
    page = client.get("/")
    assert page.status_code == 200
    assert "Log out" in page.text
    assert client.get("/login?next=/vendors").location == "/vendors"
    secret = client.get_cookie("session")
    assert secret is not None
    assert client.post("/logout").location == "/login"
    assert client.get("/").status_code == 303
    client.set_cookie("session", secret.value)  # Whoever kept the cookie has nothing of it.
    assert client.get("/").status_code == 303


def test_a_session_is_new_on_each_log_in(app: Flask) -> None:
    """Nobody can plant one (session fixation), and the one of before is worth nothing."""
    client = app.test_client()
    client.set_cookie("session", "planted")
    client.post("/login", data={"name": "reader", "password": GOOD})
    first = client.get_cookie("session")
    client.post("/login", data={"name": "editor", "password": GOOD})
    second = client.get_cookie("session")
    assert first is not None
    assert second is not None
    assert len({"planted", first.value, second.value}) == 3
    client.set_cookie("session", first.value)
    assert client.get("/").status_code == 303


def test_the_cookie_is_for_us_alone(app: Flask, archive: Archive) -> None:
    plain = app.test_client().post("/login", data={"name": "reader", "password": GOOD})
    (cookie,) = (one for one in plain.headers.getlist("Set-Cookie") if one.startswith("session="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    secured = with_settings(archive, base_url="https://arhiva.example")
    answer = secured.test_client().post("/login", data={"name": "reader", "password": GOOD})
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in plain.headers


def test_what_is_seen_is_not_stored(app: Flask) -> None:
    client = log_in(app)
    for path in ("/", "/api/v1/search?q=kamera", "/nothing", "/vendors"):
        assert client.get(path).headers["Cache-Control"] == "private, no-store"
    with client.get("/static/app.css") as response:
        assert "no-store" not in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
     "evil", "/a\nb", "", "http:/x",
     "//[x"],
)  # fmt: skip
def test_nobody_is_led_elsewhere(app: Flask, wanted: str) -> None:
    client = app.test_client()
    response = client.post("/login", data={"name": "reader", "password": GOOD, "next": wanted})
    assert (response.status_code, response.location) == (303, "/")
    assert client.get("/login", query_string={"next": wanted}).location == "/"


def test_a_wrong_password_says_nothing_more(app: Flask) -> None:
    client = app.test_client()
    answers = [client.post("/login", data={"name": name, "password": "wrong"}) for name in ("reader", "nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].text.replace("reader", "nobody") == answers[1].text
    assert "wrong" in answers[0].text


def test_guessing_has_to_wait(app: Flask) -> None:
    client = app.test_client()
    for _ in range(FAILURES_HERE):
        assert client.post("/login", data={"name": "reader", "password": "wrong"}).status_code == 401
    answer = client.post("/login", data={"name": "reader", "password": GOOD})
    assert answer.status_code == 429
    assert "Too many log-ins" in answer.text
    assert client.post("/login", data={"name": "editor", "password": GOOD}).status_code == 303


def test_a_session_ends_after_the_hours_of_the_settings(archive: Archive) -> None:
    app = with_settings(archive, session_hours=2)
    client = log_in(app)
    let_pass(archive.catalog, timedelta(hours=1, minutes=59))
    assert client.get("/").status_code == 200
    let_pass(archive.catalog, timedelta(minutes=2))
    assert client.get("/").status_code == 303


def test_a_password_is_changed_by_whoever_knows_it(app: Flask) -> None:
    client, elsewhere = log_in(app), log_in(app)
    sent = {"old": "wrong", "new": GOOD + "!"}
    assert client.post("/account/password", data=sent).status_code == 400
    assert client.post("/account/password", data={"old": GOOD, "new": "short"}).status_code == 400
    assert client.get("/account").status_code == 200
    assert client.post("/account/password", data={"old": GOOD, "new": GOOD + "!"}).location == "/login"
    assert client.get("/").status_code == elsewhere.get("/").status_code == 303
    assert log_in(app, password=GOOD + "!").get("/").status_code == 200


def test_tokens(app: Flask, archive: Archive) -> None:
    client = log_in(app, "editor")
    made = client.post("/account/tokens", data={"label": "skripta", "scope": "read", "days": "3"})
    secret = next(word for word in made.text.replace("<", " ").replace(">", " ").split() if word.startswith("dosije_"))
    assert secret not in client.get("/account").text
    program = app.test_client()
    for header in (f"Bearer {secret}", f"bearer {secret}"):
        assert program.get("/api/v1/search?q=kamera", headers={"Authorization": header}).status_code == 200
    assert program.get("/saved", auth=("editor", secret)).status_code == 200
    (document,) = archive.catalog.documents()
    refused = program.post(
        f"/documents/{document.id}/annotations", data={"note": "n"}, headers={"Authorization": f"Bearer {secret}"}
    )
    assert refused.status_code == 403
    assert program.get("/users", headers={"Authorization": f"Bearer {secret}"}).status_code == 403
    for wrong in ("Bearer x", f"Bearer {secret}x", "Bearer", "Digest x", "Basic !!", ""):
        answer = program.get("/api/v1/search", headers={"Authorization": wrong})
        assert answer.status_code == 401, wrong
        assert "WWW-Authenticate" in answer.headers
        page = program.get("/vendors", headers={"Authorization": wrong})
        assert (page.status_code, "Please log in" in page.text) == (401, True)
    (token,) = archive.catalog.tokens("editor")
    assert log_in(app, "reader").post(f"/account/tokens/{token.id}/revoke").status_code == 400
    assert client.post(f"/account/tokens/{token.id}/revoke").status_code == 303
    assert program.get("/api/v1/search", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_what_each_role_may(app: Flask) -> None:
    """Every address that takes something, and every page of admins, refuses those below, with the reason."""
    clients = {role: log_in(app, role.value) for role in Role}
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            right = needed(rule.endpoint, method)
            path = rule.rule.replace("<", "").replace(">", "").replace("page_number:number", "1")
            for role, client in clients.items():
                if right is None or right in role.rights or rule.endpoint.startswith(("login.", "account.")):
                    continue
                response = client.open(path, method=method)
                assert response.status_code == 403, (path, role)
                assert "admin" in response.text
    assert clients[Role.READER].get("/").status_code == 200
    assert needed("anything.new", "POST") is Right.EDIT
    assert needed("anything.new", "GET") is Right.READ


def test_a_reader_changes_nothing_and_an_editor_signs_with_their_own_name(app: Flask, archive: Archive) -> None:
    (document,) = archive.catalog.documents()
    path, form = (
        f"/documents/{document.id}/annotations",
        {"note": "n", "words": "0-1", "reading": "1", "by": "Somebody Else"},
    )
    refused = log_in(app, "reader").post(path, data=form)
    assert refused.status_code == 403
    assert "editor" in refused.text
    assert archive.catalog.annotations() == ()
    assert log_in(app, "editor").post(path, data=form).status_code == 303
    (note,) = archive.catalog.annotations()
    assert note.by == "editor"


def test_a_foreign_page_cannot_ride_on_a_session(app: Flask, archive: Archive) -> None:
    client = log_in(app, "admin")
    for headers in (
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        for path in ("/users/remove", "/logout", "/login", "/account/password"):
            assert client.post(path, data={"name": "reader"}, headers=headers).status_code == 403
    assert len(archive.catalog.users()) == 3
    assert client.get("/").status_code == 200


def test_a_foreign_name_is_refused(archive: Archive) -> None:
    app = with_settings(archive, hosts="arhiva.example [fd00::7]", host="192.0.2.7")
    for name in (
        "arhiva.example",
        "ARHIVA.example:8000",
        "localhost:8000",
        "127.0.0.1",
        "[::1]:8000",
        "192.0.2.7",
        "[fd00::7]",
    ):
        assert app.test_client().get("/healthz", headers={"Host": name}).status_code == 200, name
    for name in ("evil.example", "arhiva.example.evil.example", "192.0.2.8:8000", "[::2]", "x@localhost.evil", "a b"):
        for path in ("/healthz", "/", "/static/app.css", "/nothing"):
            assert app.test_client().get(path, headers={"Host": name}).status_code == 400, name
    assert "0.0.0.0" not in host_names(Settings(AWAY))
    assert host_name("[::1") == ""


def test_admins_manage_users_and_collections(app: Flask, archive: Archive) -> None:
    client = log_in(app, "admin")
    assert client.post("/users", data={"name": "Iva", "role": "editor", "password": GOOD}).status_code == 303
    assert client.post("/users", data={"name": "iva", "role": "editor"}).status_code == 400
    assert client.post("/users", data={"name": "Ivo", "role": "king"}).status_code == 400
    theirs = log_in(app, "Iva")
    assert client.post("/users/role", data={"name": "Iva", "role": "reader"}).status_code == 303
    assert theirs.get("/add").status_code == 403
    assert (
        client.post("/users/collections", data={"name": "main", "private": "1", "members": "Iva, editor"}).status_code
        == 303
    )
    assert (
        client.post("/users/collections", data={"name": "main", "private": "1", "members": "Nobody"}).status_code == 404
    )
    told = client.get("/users/collections").text
    assert "Seen by Iva, editor, and by admins." in told
    assert theirs.get("/api/v1/search?q=kamere").get_json()["total"] == 1
    assert log_in(app, "reader").get("/api/v1/search?q=kamere").get_json()["total"] == 0
    assert client.post("/users/password", data={"name": "Iva", "password": GOOD + "?"}).status_code == 303
    assert theirs.get("/").status_code == 303
    assert client.post("/users/remove", data={"name": "Iva"}).status_code == 303
    assert client.post("/users/remove", data={"name": "admin"}).status_code == 400
    page = client.get("/users").text
    assert "Iva" not in page
    assert "argon2" not in page
    assert {user.name for user in archive.catalog.users()} == {"reader", "editor", "admin"}


def test_an_upload_goes_to_a_collection_that_is_there(app: Flask, archive: Archive) -> None:
    """A private collection and one that does not exist are the same to who sees neither."""
    archive.catalog.share("tajna", is_private=True, members=[], by="test")
    editor, admin = log_in(app, "editor"), log_in(app, "admin")

    def sent(client: FlaskClient, collection: str) -> tuple[int, str]:
        response = client.post("/add", data={"collection": collection, "files": (io.BytesIO(b"tekst"), "a.txt")})
        return response.status_code, response.text.replace(collection, "NAME")

    assert sent(editor, "tajna") == sent(editor, "nema")
    assert sent(editor, "tajna")[0] == 400
    assert sent(editor, "main")[0] == 303
    assert sent(admin, "tajna")[0] == 303
    assert "tajna" not in editor.get("/jobs").text
    assert "tajna" in admin.get("/jobs").text


def test_an_audit_is_kept_only_if_it_is_asked_for(app: Flask, archive: Archive) -> None:
    file = archive.home / "audit.jsonl"
    log_in(app).get("/?q=tajno")
    assert not file.exists()
    client = log_in(with_settings(archive, audit="documents"))
    client.get("/?q=tajno")
    client.get("/static/app.css").close()
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("POST", "/login", 303),
        ("GET", "/", 200),
    ]
    assert lines[1]["user"] == "reader"
    assert "tajno" not in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0
    log_in(with_settings(archive, audit="all")).get("/?q=tajno")
    assert "q=tajno" in file.read_text(encoding="utf-8")


def test_a_token_that_watches_over_the_server_reads_nothing(app: Flask, archive: Archive) -> None:
    _, secret = Accounts(archive.catalog).add_token("admin", "", Scope.MONITOR, 1, "test")
    headers = {"Authorization": f"Bearer {secret}"}
    assert app.test_client().get("/metrics", headers=headers).status_code == 200
    assert app.test_client().get("/api/v1/search?q=kamere", headers=headers).status_code == 403
    assert log_in(app).get("/metrics").status_code == 403
    _, of_reader = Accounts(archive.catalog).add_token("reader", "", Scope.MONITOR, 1, "test")
    answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {of_reader}"})
    assert answer.status_code == 403


def test_a_token_of_an_admin_does_not_administer(app: Flask, archive: Archive) -> None:
    _, secret = Accounts(archive.catalog).add_token("admin", "", Scope.EDIT, 1, "test")
    answer = app.test_client().get("/users", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 403
