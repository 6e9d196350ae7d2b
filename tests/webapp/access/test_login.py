"""Coming in: who must log in, how a session begins and ends, and what the headers say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from archive.access.rules import OPEN, host_name, host_names, needs_log_in
from archive.accounts import AllowedFailures
from archive.archive import Archive
from archive.config import Settings
from archive.errors import CatalogUnavailable, UsageError
from archive.search.opensearch_engine.engine import OpenSearchEngine
from archive.search.service import SearchService
from archive.store.credentials import Sessions
from tests.access_samples import GOOD, let_pass
from tests.webapp.access.coming_in import AWAY, log_in, opened, with_settings


def test_a_room_on_this_computer_needs_no_log_in(archive: Archive) -> None:
    archive.settings = Settings()
    client = opened(archive).test_client()
    response = client.get("/")
    assert response.status_code == 200
    assert "Log out" not in response.text
    assert client.get("/users").status_code == 200
    assert client.get("/account").status_code == 404


def test_only_admins_are_told_where_the_servers_are(archive: Archive) -> None:
    archive.engine = OpenSearchEngine("http://127.0.0.1:9/archive", "documents")
    archive.search = SearchService(archive.catalog, archive.engine)
    app = opened(archive)
    answer = log_in(app).get("/?q=kamera")
    assert answer.status_code == 503
    assert "127.0.0.1:9" not in answer.text
    assert "dosije status on the server says why" in answer.text
    for client in (app.test_client(), log_in(app)):
        told, ready = client.get("/healthz"), client.get("/healthz/ready")
        assert (told.status_code, told.get_json()["status"], told.get_json()["missing"]) == (
            200,
            "degraded",
            ["search"],
        )
        assert (ready.status_code, ready.get_json()["checks"]) == (503, {"catalog": "ok", "search": "failed"})
        assert "127.0.0.1:9" not in told.text + ready.text
    assert "127.0.0.1:9" in log_in(app, "admin").get("/?q=kamera").text


def test_nobody_is_told_where_the_catalog_is_that_does_not_answer(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(opened(archive), "admin")

    def gone(*_: object) -> None:
        raise CatalogUnavailable("The catalog postgresql://db.internal cannot be reached.", "Start it.")

    monkeypatch.setattr(Sessions, "user", gone)
    answer = client.get("/")
    assert answer.status_code == 503
    assert "db.internal" not in answer.text


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


def test_who_logged_in_is_not_asked_for_a_name(app: Flask, archive: Archive) -> None:
    """It would not be taken either."""
    assert "Your name" not in log_in(app, "editor").get("/add").text
    archive.settings = Settings()
    assert "Your name" in opened(archive).test_client().get("/add").text


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
    cookies = answer.headers.getlist("Set-Cookie")
    assert sorted(cookie.partition("=")[0] for cookie in cookies) == ["__Host-browser", "__Host-session"]
    for cookie in cookies:
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
    for _ in range(AllowedFailures().here):
        assert client.post("/login", data={"name": "reader", "password": "wrong"}).status_code == 401
    answer = client.post("/login", data={"name": "reader", "password": GOOD})
    assert answer.status_code == 429
    assert "Too many log-ins" in answer.text
    assert client.post("/login", data={"name": "editor", "password": GOOD}).status_code == 303


def test_a_stranger_in_the_office_does_not_keep_people_out(app: Flask) -> None:
    """All have one address. Who has logged in with this browser before comes in while somebody guesses."""
    reader = log_in(app)
    stranger = app.test_client()
    for name in ("reader", *(f"guess {number}" for number in range(AllowedFailures().address))):
        for _ in range(AllowedFailures().here + 1):
            last = stranger.post("/login", data={"name": name, "password": "wrong"})
    assert last.status_code == 429
    reader.post("/logout")
    assert reader.post("/login", data={"name": "reader", "password": GOOD}).status_code == 303


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


def test_a_foreign_page_cannot_ride_on_a_session(app: Flask, archive: Archive) -> None:
    client = log_in(app, "admin")
    for headers in (
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        for path in ("/users/remove", "/logout", "/login", "/account/password"):
            assert client.post(path, data={"name": "reader"}, headers=headers).status_code == 403
    assert len(archive.catalog.users.all()) == 3
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
