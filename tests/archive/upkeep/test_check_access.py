"""Rights that nobody gave, rulings that nobody made, and facts of before that were changed, are noticed and named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from archive.access.records import Role, Scope
from archive.accounts import Accounts
from archive.archive import Archive
from archive.store.events import EventName
from archive.upkeep.problems import ProblemKind
from tests.access_samples import QUICK
from tests.archive.upkeep.homes import execute, fill, problems
from tests.store_samples import sample

FIRST = sample(0).id
SECRET = "jedna duga lozinka"
NOW = "'2026-11-01 00:00:00', '2036-11-01 00:00:00'"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with users, some of whom changed, and facts that were read twice."""
    home = tmp_path_factory.mktemp("made") / "home"
    fill(home, range(2))
    with Archive.open(home) as archive, archive.writing():
        (firm,) = archive.catalog.vendors.all()
        taken_back = archive.catalog.vendors.split(firm.id, "Камера 1 д.о.о.", "Ana").event
        assert taken_back
        archive.catalog.vendors.undo(taken_back, "Ana")
        archive.catalog.vendors.split(firm.id, "Камера 1 д.о.о.", "Iva")
        one, other = archive.catalog.vendors.all()
        archive.catalog.vendors.separate(one.id, other.id, "Iva")
        accounts = Accounts(archive.catalog, hashes=QUICK)
        for name, role in (("Ana", Role.ADMIN), ("Iva", Role.READER), ("Mira", Role.EDITOR), ("Ćira", Role.READER)):
            accounts.add(name, role, None, "Ana")
        archive.catalog.users.set_role("iva", Role.EDITOR, "Ana")
        kept, _ = accounts.add_token("Iva", "prenos", Scope.READ, 30, "Ana")
        revoked, _ = accounts.add_token("Iva", "stari", Scope.READ, 30, "Ana")
        accounts.add_token("Mira", "njen", Scope.READ, 30, "Ana")
        archive.catalog.tokens.revoke(revoked.id, "Ana")
        archive.catalog.users.remove("Mira", "Ana")
        accounts.set_password("Iva", SECRET, "Ana")
        archive.catalog.users.set_password("Iva", QUICK.hashed(SECRET), None)
        archive.catalog.collections.share("izvori", True, ["Iva", "Ćira"], "Ana")
        archive.catalog.collections.share("stari", True, [], "Ana")
        archive.catalog.collections.share("stari", False, [], "Ana")
        assert archive.catalog.facts.replace_extracted(FIRST, 1, archive.catalog.facts.extracted(FIRST)[1:])
        archive.indexing.index_due()
        assert [token.id for token in archive.catalog.tokens.all(None)] == [kept.id]
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "home")


def test_what_was_done_with_the_program_is_no_problem(home: Path) -> None:
    assert problems(home) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE users SET role = 'admin' WHERE key = 'ćira'",
            "The user ćira is admin and the event log says: reader.",
        ),
        ("UPDATE users SET removed_at = NULL WHERE key = 'mira'", "mira is editor and the event log says: removed"),
        (
            "INSERT INTO users VALUES ('zla', 'Zla', 'admin', NULL, '2026-11-01 00:00:00', NULL)",
            "zla is admin and the event log says: not there",
        ),
        (
            f"INSERT INTO tokens VALUES ('abcd1234', 'x', 'ana', 'mali', 'write', {NOW})",
            "abcd1234 is of ana, for write and the event log says: not there",
        ),
        ("UPDATE tokens SET scope = 'write'", "for write and the event log says: of iva, for read"),
        ("UPDATE users SET password = '$argon2id$x' WHERE key = 'iva'", "The password of the user iva is not the one"),
        ("UPDATE users SET password = '$argon2id$x' WHERE key = 'ana'", "The password of the user ana is not the one"),
        ("UPDATE tokens SET digest = 'x'", "is not the one that the event log tells of"),
        ("UPDATE collections SET is_private = 0", "izvori is public and the event log says: private to iva, ćira"),
        ("INSERT INTO collection_members VALUES ('izvori', 'ana')", "izvori is private to ana, iva, ćira and the"),
    ],
)
def test_rights_that_nobody_gave_are_named(home: Path, statement: str, said: str) -> None:
    execute(home, statement)
    (problem,) = problems(home)
    assert problem.kind is ProblemKind.ACCESS_CHANGED
    assert said in problem.message
    assert problem.needs_a_person


def test_a_password_of_before_the_log_had_seals_is_not_compared(home: Path) -> None:
    """As the release before made it: the log of that is whole, and says nothing of what was kept."""
    with Archive.open(home) as archive, archive.writing():
        detail = {"action": "change password", "user": "Iva", "by": "Ana"}
        archive.catalog.events.record(EventName.POLICY_ASSIGNMENT, detail)
    execute(home, "UPDATE users SET password = '$argon2id$x' WHERE key = 'iva'")
    assert problems(home) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE vendor_rulings SET by = 'Zla' WHERE undone_by IS NULL",
        "UPDATE vendor_rulings SET undone_by = NULL WHERE undone_by IS NOT NULL",
        "DELETE FROM vendor_rulings WHERE undone_by IS NULL",
        "UPDATE vendor_rulings SET one = '{}' WHERE undone_by IS NULL",
        "UPDATE vendor_rulings SET action = 'merge' WHERE action = 'apart'",
        "DELETE FROM vendor_rulings WHERE action = 'apart'",
    ],
)
def test_rulings_that_nobody_made_are_named(home: Path, statement: str) -> None:
    execute(home, statement)
    problem = problems(home)[0]
    assert problem.kind is ProblemKind.DECISION_CHANGED
    assert problem.needs_a_person


@pytest.mark.parametrize("statement", ["UPDATE superseded_facts SET packed = x'78da'", "DELETE FROM superseded_facts"])
def test_facts_that_were_put_aside_are_compared_with_their_event(home: Path, statement: str) -> None:
    execute(home, statement)
    (problem,) = problems(home)
    assert (problem.kind, problem.document) == (ProblemKind.KEPT_FACTS_CHANGED, FIRST)
    assert "put aside" in problem.message
