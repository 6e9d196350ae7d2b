"""What each may who has come in: roles, tokens, users and collections, and what an audit keeps."""

from __future__ import annotations

import io
import json

from flask import Flask
from flask.testing import FlaskClient

from archive.access.records import Right, Role, Scope
from archive.access.rules import needed
from archive.accounts import Accounts
from archive.archive import Archive
from tests.access_samples import GOOD
from tests.webapp.access.coming_in import log_in, with_settings


def test_tokens(app: Flask, archive: Archive) -> None:
    client = log_in(app, "editor")
    made = client.post("/account/tokens", data={"label": "skripta", "scope": "read", "days": "3"})
    secret = next(word for word in made.text.replace("<", " ").replace(">", " ").split() if word.startswith("dosije_"))
    assert secret not in client.get("/account").text
    program = app.test_client()
    for header in (f"Bearer {secret}", f"bearer {secret}"):
        assert program.get("/api/v1/search?q=kamera", headers={"Authorization": header}).status_code == 200
    assert program.get("/saved", auth=("editor", secret)).status_code == 200
    (document,) = archive.catalog.documents.newest_first()
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
    (token,) = archive.catalog.tokens.all("editor")
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
    (document,) = archive.catalog.documents.newest_first()
    path, form = (
        f"/documents/{document.id}/annotations",
        {"note": "n", "words": "0-1", "reading": "1", "by": "Somebody Else"},
    )
    refused = log_in(app, "reader").post(path, data=form)
    assert refused.status_code == 403
    assert "editor" in refused.text
    assert archive.catalog.annotations.all() == ()
    assert log_in(app, "editor").post(path, data=form).status_code == 303
    (note,) = archive.catalog.annotations.all()
    assert note.by == "editor"


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
    assert {user.name for user in archive.catalog.users.all()} == {"reader", "editor", "admin"}


def test_an_upload_goes_to_a_collection_that_is_there(app: Flask, archive: Archive) -> None:
    """A private collection and one that does not exist are the same to who sees neither."""
    archive.catalog.collections.share("tajna", is_private=True, members=[], by="test")
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
    rotated = file.rename(file.with_name("audit.1"))
    log_in(with_settings(archive, audit="all")).get("/?q=tajno")
    assert "q=tajno" in file.read_text(encoding="utf-8")
    assert "q=tajno" not in rotated.read_text(encoding="utf-8")


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
