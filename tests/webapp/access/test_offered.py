"""Nothing is offered that would be refused: each link and form of each page, against the rights of who reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from archive.access.records import Role, Scope
from archive.access.rules import needed
from archive.accounts import Accounts
from archive.archive import Archive
from archive.config import Settings
from tests.rights_samples import LETTER, SECRET, add
from tests.webapp.access.coming_in import AWAY
from tests.webapp_every_page import fill_every_page
from tests.webapp_html import text_of
from tests.webapp_samples import NoPicture
from webapp import create_app

NOTHING = "There is nothing here for you to see."


@pytest.fixture(scope="module")
def pages(
    specimen_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Flask, dict[Role, str], list[str]]]:
    """A room in which every page has something to show, a token of each role, and the addresses of the pages."""
    filled = fill_every_page(specimen_home, tmp_path_factory.mktemp("offered"))
    with Archive.open(filled.home, Settings(AWAY)) as archive:
        yield create_app(archive, NoPicture()), tokens(archive), filled.paths()


def tokens(archive: Archive) -> dict[Role, str]:
    accounts = Accounts(archive.catalog)
    for role in Role:
        accounts.add(role.value, role, None, "test")
    return {role: accounts.add_token(role.value, "", Scope.EDIT, 1, "test")[1] for role in Role}


def get(app: Flask, path: str, token: str) -> TestResponse:
    return app.test_client().get(path, headers={"Authorization": f"Bearer {token}"} if token else {})


def offered(html: str) -> Iterator[tuple[str, str]]:
    """The method and the address of each link, form and button of a page."""
    method = "GET"
    for tag, name in re.findall(r"(<(a|form|button)\b[^>]*>)", html):
        said = {key: unescape(value) for key, value in re.findall(r'\b(\w+)="([^"]*)"', tag)}
        if name == "form":
            method = said.get("method", "get").upper()
        address = said.get({"a": "href", "form": "action", "button": "formaction"}[name], "")
        if address.startswith("/"):
            yield "GET" if name == "a" else method, address.partition("?")[0].partition("#")[0]


@pytest.mark.parametrize("role", [Role.READER, Role.EDITOR])
def test_no_page_offers_what_its_reader_may_not_do(pages: tuple[Flask, dict[Role, str], list[str]], role: Role) -> None:
    app, secrets, paths = pages
    places = app.url_map.bind("localhost")
    told = set()
    # The tables of findings offer nothing of an editor's, and take long.
    for path in paths if role is Role.READER else [path for path in paths if "/findings" not in path]:
        for method, address in offered(get(app, path, secrets[role]).text):
            endpoint, _ = places.match(address, method)
            right = needed(endpoint, method)
            told.add(endpoint)
            assert right is None or right in role.rights, (path, method, address)
    assert "search.show" in told
    assert ("add.show" in told) is (role is Role.EDITOR), "who may is still offered it"
    assert ({"correct.decide", "annotation.make", "vendor_rulings.apart"} <= told) is (role is Role.EDITOR)


def first_page(app: Flask, token: str) -> str:
    """The first page, without how long it took."""
    return re.sub(r"[0-9.]+ ms", "", text_of(get(app, "/", token).text))


def test_where_one_sees_nothing_the_same_is_said_whether_there_is_something_or_not(tmp_path: Path) -> None:
    told = dict[str, tuple[str, ...]]()
    for name in ("empty", "hidden"):
        with Archive.open(tmp_path / name, Settings(AWAY)) as archive:
            if name == "hidden":
                with archive.writing():
                    add(archive, tmp_path, "pismo.txt", LETTER, [], SECRET)
                    archive.indexing.index_due()
                archive.catalog.collections.share(SECRET, is_private=True, members=[], by="test")
            secrets, app = tokens(archive), create_app(archive, NoPicture())
            told[name] = tuple(first_page(app, secrets[role]) for role in (Role.READER, Role.EDITOR))
            archive.settings = Settings()
            owner = first_page(create_app(archive, NoPicture()), "")
            assert ("no documents in this archive yet" in owner) is (name == "empty"), "the owner sees everything"
    assert told["empty"] == told["hidden"]
    assert all(NOTHING in page for page in told["empty"])
