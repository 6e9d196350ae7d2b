"""Users and private collections at a terminal, and the room that does not open without anybody who can log in."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from archive.access.records import Role
from archive.accounts import Accounts
from archive.archive import Archive
from archive.config import Settings
from archive.errors import UsageError
from tests.access_samples import GOOD, QUICK
from tests.conftest import Dosije
from webapp.commands.serve import refuse_without_users

pytestmark = pytest.mark.usefixtures("warm_readers")


def test_users_come_and_go(dosije: Dosije, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text(f"{GOOD}\nanother line\n", encoding="utf-8")
    assert dosije("user", "list").returncode == 2, "nothing is made by looking"
    made = dosije("user", "add", "Ana", "--role", "admin", "--password-file", password)
    assert (made.returncode, made.stdout) == (0, "Ana may log in as admin.\n")
    assert "Nobody is asked to log in" in made.stderr
    asked = dosije("user", "add", "Ivo")
    assert (asked.returncode, "no terminal to ask" in asked.stderr) == (2, True)
    known = json.loads(dosije("user", "add", "Ivo", "--no-password", "--json", "--by", "Ana").stdout)
    assert (known["name"], known["role"], known["has_password"]) == ("Ivo", "reader", False)
    token = json.loads(dosije("user", "token", "ivo", "--days", "3", "--label", "feed", "--json").stdout)
    plain = dosije("user", "token", "ivo")
    assert plain.stdout.startswith("dosije_")
    listed = json.loads(dosije("user", "list", "--json").stdout)
    assert [len(user["tokens"]) for user in listed] == [0, 2]
    assert token["token"] not in json.dumps(listed)
    told = dosije("user", "list").stdout
    assert "Ivo  reader  (no password)" in told
    assert f"token {token['id']}  read  until" in told
    assert dosije("user", "revoke", token["id"]).returncode == 0
    assert dosije("user", "revoke", token["id"]).returncode == 2
    assert dosije("user", "role", "Ivo", "editor").stdout == "Ivo is editor.\n"
    assert dosije("user", "role", "Ana", "reader").returncode == 2, "somebody has to be admin"
    assert dosije("user", "password", "Ivo", "--password-file", password).returncode == 0
    assert dosije("user", "password", "Ivo", "--password-file", tmp_path / "none").returncode == 2
    assert dosije("user", "remove", "Ivo").returncode == 0
    assert dosije("user", "token", "Ivo").returncode == 2
    checked = dosije("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_collections_become_private(dosije: Dosije, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ugovor o kamerama", encoding="utf-8")
    assert dosije("add", tmp_path / "a.txt", "--collection", "tajna", "--ocr", "never").returncode == 0
    dosije("user", "add", "Ivo", "--no-password")
    shared = dosije("collections", "private", "tajna", "--member", "Ivo")
    assert shared.stdout == "tajna is seen by Ivo, admins only.\n"
    assert "set login = always" in shared.stderr
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOSIJE_LOGIN", "always")
        assert not dosije("collections", "private", "tajna", "--member", "Ivo").stderr
    assert json.loads(dosije("collections", "list", "--json").stdout) == [
        {"name": "tajna", "documents": 1, "private": True, "members": ["Ivo"]}
    ]
    assert dosije("collections", "list").stdout == "tajna  1 document  private to Ivo\n"
    assert dosije("collections", "private", "tajna", "--member", "Nobody").returncode == 2
    assert dosije("collections", "public", "nema").returncode == 2
    assert dosije("collections", "public", "tajna").stdout == "tajna is seen by everybody who may log in.\n"
    # Whoever works at the terminal of the archive sees all of it.
    assert json.loads(dosije("search", "kamere", "--json").stdout)["total"] == 1


def test_a_room_for_others_does_not_open_without_users(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home", Settings()) as archive:
        refuse_without_users(archive)
        archive.settings = archive.settings.changed(host="192.0.2.7")
        with pytest.raises(UsageError, match="there are no users yet"):
            refuse_without_users(archive)
        Accounts(archive.catalog).add("Ivo", Role.READER, None, "test")
        with pytest.raises(UsageError, match="dosije user add"):
            refuse_without_users(archive)
        Accounts(archive.catalog, hashes=QUICK).add("Ana", Role.ADMIN, GOOD, "test")
        refuse_without_users(archive)
        archive.settings = archive.settings.changed(audit="some")
        with pytest.raises(UsageError, match="audit"):
            refuse_without_users(archive)


def test_serving_elsewhere_is_refused_before_anything_listens(dosije: Dosije) -> None:
    run = dosije("serve", "--host", "0.0.0.0", "--port", "8765")
    assert run.returncode == 2
    assert "there are no users yet" in run.stderr
    assert "Dosije is at" not in run.stderr


def test_a_port_that_somebody_chose_is_no_other(dosije: Dosije, tmp_path: Path) -> None:
    """Not even where it is the default one: a proxy looks for the room there."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "settings.toml").write_text("port = 8000\n", encoding="utf-8")
    with ExitStack() as held:
        with suppress(OSError):  # Somebody else listens there.
            held.enter_context(socket.create_server(("127.0.0.1", 8000)))
        run = dosije("serve")
    assert run.returncode == 2
    assert "port 8000: Address already in use" in run.stderr
