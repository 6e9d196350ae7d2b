"""Findings as of the newest event say what they say now, to everybody, and no name of private papers gets out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from archive.access.records import Role, Scope
from archive.accounts import Accounts
from archive.archive import Archive
from archive.config import Settings
from archive.findings.files import SHIPPED
from tests.finding_samples import add, contract, price
from tests.webapp_samples import NoPicture
from webapp import create_app

USERS = ("admin", "member", "reader")
FINDINGS = sorted(file.stem for file in SHIPPED.glob("*.toml"))
SECRET = "Zmajokam"
"""Stands in the name that most papers print of a firm, all of them private."""


@dataclass(frozen=True, slots=True)
class Room:
    app: Flask
    tokens: dict[str, str]
    newest: int

    def ask(self, who: str, path: str) -> str:
        """The answer, without the moment that its addresses name."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        response = self.app.test_client().get(path, headers=headers)
        if response.status_code == 400:
            return "not offered"
        assert response.status_code == 200, path
        return re.sub(r"[?&](amp;)?as_of=\d+", "", response.text)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    firm = {"pib": "100000049"}

    def told(town: str, number: str, name: str, amount: str) -> list[tuple[str, str, dict[str, str]]]:
        facts = contract(town, number, name, price(amount))
        return [(field, value, details | firm if field == "vendor" else details) for field, value, details in facts]

    with Archive.open(tmp_path_factory.mktemp("seen") / "home", Settings({"login": "always"})) as archive:
        add(archive, "bor", told("Bor", "404-1/2020", "Kamera doo", "100.00"))
        for number in (2, 3):
            add(archive, f"z{number}", told("Ada", f"404-{number}/2020", f"{SECRET} doo", "200.00"), "", "tajna")
        accounts, tokens = Accounts(archive.catalog), {}
        for name in USERS:
            accounts.add(name, Role.ADMIN if name == "admin" else Role.READER, None, "test")
            _, tokens[name] = accounts.add_token(name, "", Scope.READ, 1, "test")
        archive.catalog.collections.share("tajna", is_private=True, members=["member"], by="test")
        archive.settle()
        yield Room(create_app(archive, NoPicture()), tokens, archive.catalog.events.newest())


@pytest.mark.parametrize("who", ["admin", "reader"])
def test_as_of_the_newest_event_is_now(room: Room, who: str) -> None:
    """To who sees all and who does not; whatever else happened, and to whom: archive/findings/test_past_seen.py."""
    for name in FINDINGS:
        for path in (f"/findings/{name}.csv", f"/api/v1/findings/{name}", f"/findings/{name}.ocds"):
            # Of the events, a reader is not shown the last one, which is about a private collection.
            now, then = (re.sub(r'"event":\d+', "", room.ask(who, path + at)) for at in ("", "?as_of=2030-01-01"))
            assert then == now, path


def test_no_name_of_private_papers_is_in_an_answer_as_of_an_event(room: Room) -> None:
    for event in range(2, room.newest + 1):
        for name in ("vendors", "vendors-by-municipality", "odd-clauses"):
            # An admin sees the private papers, and publishes a table that is not to tell what they call the firm.
            for path in (f"/findings/{name}.csv?as_of={event}", f"/findings/{name}?as_of={event}"):
                assert SECRET not in room.ask("admin", path), path
                assert SECRET not in room.ask("reader", path), path
