"""Log-ins, sessions, tokens: what lets somebody in, for how long, and what is kept of it."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path
from threading import Thread

import argon2
import pytest

from archive.access.passwords import PasswordHashes
from archive.access.records import Right, Role, Scope, User, checked_user_name
from archive.accounts import FIRST_WAIT, FORGET_AFTER, KNOWN_FOR, Accounts, AllowedFailures, _places
from archive.errors import NotAdmitted, TooManyAttempts, UnknownUser, UsageError
from archive.store.catalog import Catalog
from archive.store.credentials import MOST_PLACES
from tests.access_samples import GOOD, QUICK, let_pass

ALLOWED = AllowedFailures()

HERE, THERE = "192.0.2.1", "192.0.2.2"
"""Addresses of nobody (RFC 5737)."""


@pytest.fixture
def accounts(catalog: Catalog) -> Accounts:
    made = Accounts(catalog, hashes=QUICK)
    made.add("Ana", Role.ADMIN, GOOD, "test")
    return made


def fail(accounts: Accounts, times: int, name: str = "Ana", address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(NotAdmitted):
            accounts.check_password(name, "not the password", address)


def test_the_right_password_lets_in_and_no_other(accounts: Accounts) -> None:
    assert accounts.check_password("ana", GOOD, HERE).name == "Ana"
    for name, password in (("Ana", GOOD + " "), ("Ana", ""), ("Iva", GOOD), ("", ""), ("Ana", "\ud800" * 12)):
        with pytest.raises(NotAdmitted) as refused:
            accounts.check_password(name, password, THERE)
        assert str(refused.value) == "The name or the password is wrong. Check both and try again."


@pytest.mark.parametrize(
    "password",
    ["short", "x" * 1001, "password1234", "Lozinka2026!", "qwertyuiop123", "aaaaaaaaaaaaaaa", "AnaAna123456",
     "1234567890123"],
)  # fmt: skip
def test_passwords_that_are_refused(accounts: Accounts, password: str) -> None:
    with pytest.raises(UsageError):
        accounts.set_password("Ana", password, "test")
    assert accounts.check_password("Ana", GOOD, HERE)


@pytest.mark.parametrize(
    "password", ["ovo je moja rečenica", "ш" * 6 + "abcdefgh", "x1" * 5 + "yzwq", "a" * 500 + "bcdef"]
)
def test_passwords_of_any_characters_are_taken(accounts: Accounts, password: str) -> None:
    accounts.set_password("Ana", password, "test")
    assert accounts.check_password("Ana", password, HERE)


def test_nothing_that_is_kept_gives_a_secret_away(accounts: Accounts, catalog: Catalog, tmp_path: Path) -> None:
    user = accounts.check_password("Ana", GOOD, HERE)
    session = accounts.begin_session(user, timedelta(hours=1))
    _, token = accounts.add_token("Ana", "feed", Scope.READ, 1, "test")
    fail(accounts, 1, name="a password typed as a name")
    catalog.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (GOOD, session, token, "a password typed as a name"):
        assert secret.encode() not in kept
    assert b"$argon2id$" in kept


def test_a_session_ends_with_its_time_with_logging_out_and_with_a_new_password(
    accounts: Accounts, catalog: Catalog
) -> None:
    user = accounts.check_password("Ana", GOOD, HERE)
    one, two, three = (accounts.begin_session(user, timedelta(hours=12)) for _ in range(3))
    assert len({one, two, three}) == 3
    person = accounts.person_of_session(one)
    assert person is not None
    assert person.user == user
    assert person.rights == frozenset(Right)
    accounts.end_session(one)
    assert accounts.person_of_session(one) is None
    let_pass(catalog, timedelta(hours=11))
    assert accounts.person_of_session(two)
    let_pass(catalog, timedelta(hours=1, seconds=1))
    assert accounts.person_of_session(two) is None
    fresh = accounts.begin_session(user, timedelta(hours=12))
    accounts.set_password("Ana", GOOD + "!", "test")
    assert accounts.person_of_session(fresh) is None
    assert accounts.person_of_session("") is None


def test_what_was_done_before_the_clock_was_set_back_lasts_no_longer(accounts: Accounts, catalog: Catalog) -> None:
    secret = accounts.begin_session(accounts.check_password("Ana", GOOD, HERE), timedelta(hours=12))
    fail(accounts, ALLOWED.here)
    let_pass(catalog, -timedelta(days=365))
    assert accounts.person_of_session(secret) is None
    with pytest.raises(TooManyAttempts, match="seconds"):
        accounts.check_password("Ana", GOOD, HERE)


def test_a_token_is_of_its_scope_and_ends(accounts: Accounts, catalog: Catalog) -> None:
    accounts.add("Ivo", Role.EDITOR, None, "test")
    token, secret = accounts.add_token("Ivo", "a script", Scope.EDIT, 30, "test")
    assert secret.startswith("dosije_")
    person = accounts.person_of_token(secret)
    assert person is not None
    assert person.rights == {Right.READ, Right.EDIT}
    catalog.users.set_role("Ivo", Role.READER, "test")
    assert (person := accounts.person_of_token(secret)) is not None
    assert person.rights == {Right.READ}
    _, of_admin = accounts.add_token("Ana", "", Scope.EDIT, 1, "test")
    assert (person := accounts.person_of_token(of_admin)) is not None
    assert not person.may(Right.ADMINISTER)
    let_pass(catalog, timedelta(days=29))
    assert accounts.person_of_token(secret)
    let_pass(catalog, timedelta(days=1, seconds=1))
    assert accounts.person_of_token(secret) is None
    assert accounts.person_of_token("dosije_x") is None
    with pytest.raises(UsageError):
        catalog.tokens.revoke(token.id, "Ana", of_user="Ana")
    _, again = accounts.add_token("Ivo", "", Scope.READ, 1, "test")
    (mine,) = [one for one in catalog.tokens.all("ivo") if one.id != token.id]
    catalog.tokens.revoke(mine.id, "Ivo", of_user="Ivo")
    assert accounts.person_of_token(again) is None
    for days in (0, 367):
        with pytest.raises(UsageError):
            accounts.add_token("Ivo", "", Scope.READ, days, "test")


def test_log_ins_that_fail_have_to_wait_longer_and_longer(accounts: Accounts, catalog: Catalog) -> None:
    fail(accounts, ALLOWED.here)
    for password in ("not the password", GOOD):  # The right one is not looked at either.
        with pytest.raises(TooManyAttempts, match="seconds"):
            accounts.check_password("Ana", password, HERE)
    let_pass(catalog, FIRST_WAIT)
    fail(accounts, 1)
    let_pass(catalog, FIRST_WAIT)
    with pytest.raises(TooManyAttempts):
        accounts.check_password("Ana", GOOD, HERE)
    let_pass(catalog, FIRST_WAIT)
    assert accounts.check_password("Ana", GOOD, HERE)
    fail(accounts, 1)  # Logging in has cleared the count.


def test_others_are_not_locked_out_by_whoever_guesses(accounts: Accounts) -> None:
    """The owner of an account gets in from elsewhere, while somebody guesses; the guesser waits for every name."""
    fail(accounts, ALLOWED.here)
    assert accounts.check_password("Ana", GOOD, THERE)
    accounts.add("Ivo", Role.READER, GOOD, "test")
    for number in range(ALLOWED.address - ALLOWED.here):
        fail(accounts, 1, name=f"guess {number}")
    with pytest.raises(TooManyAttempts):
        accounts.check_password("Ivo", GOOD, HERE)
    assert accounts.check_password("Ivo", GOOD, THERE)


def test_who_logs_in_rightly_has_not_failed(accounts: Accounts, catalog: Catalog) -> None:
    """An office comes from one address. Who knows one password there does not get around the limit for the others."""
    accounts = Accounts(catalog, AllowedFailures(address=3), QUICK)
    for _ in range(4):
        assert accounts.check_password("Ana", GOOD, HERE)
    accounts.add("Eva", Role.READER, GOOD, "test")
    fail(accounts, 2, name="Ivo")
    assert accounts.check_password("Ana", GOOD, HERE)
    fail(accounts, 1, name="Iva")
    with pytest.raises(TooManyAttempts):
        accounts.check_password("Eva", GOOD, HERE)


def test_a_log_in_that_succeeds_does_not_prolong_the_wait_of_others(accounts: Accounts, catalog: Catalog) -> None:
    """Nobody has been here before: each comes in as soon as the wait is over, one after the other."""
    accounts = Accounts(catalog, AllowedFailures(address=3), QUICK)
    office = ["Ivo", "Iva", "Eva"]
    for name in office:
        accounts.add(name, Role.READER, GOOD, "test")
    for number in range(3):
        fail(accounts, 1, name=f"guess {number}")
    with pytest.raises(TooManyAttempts):
        accounts.check_password("Ivo", GOOD, HERE)
    let_pass(catalog, FIRST_WAIT)
    for name in office:
        assert accounts.check_password(name, GOOD, HERE)


@pytest.mark.parametrize("seed", range(3))
def test_a_stranger_locks_nobody_out_where_they_have_logged_in_before(
    accounts: Accounts, catalog: Catalog, seed: int
) -> None:
    """Whatever a stranger tries, from the office's own address too; and the stranger is kept out meanwhile."""
    chance = random.Random(seed)
    accounts.add("Ivo", Role.READER, GOOD, "test")
    assert accounts.check_password("Ana", GOOD, HERE, "browser of Ana")
    assert accounts.check_password("Ivo", GOOD, HERE)
    looked_at = 0
    for _ in range(200):
        name = chance.choice(["Ana", "Ana", "Ana", "Ivo", f"guess {chance.random()}"])
        address = chance.choice(
            [HERE, THERE, f"2001:db8::{chance.randrange(9999)}", f"198.51.100.{chance.randrange(3)}"]
        )
        if (name, address) == ("Ivo", HERE):
            continue
        try:
            accounts.check_password(name, "not the password", address, chance.choice([None, "browser of nobody"]))
        except NotAdmitted:
            looked_at += name == "Ana"
        except TooManyAttempts:
            pass
    assert looked_at <= ALLOWED.name + ALLOWED.here
    assert accounts.check_password("Ana", GOOD, HERE, "browser of Ana"), "by her browser, guessed at beside her"
    assert accounts.check_password("Ana", GOOD, "203.0.113.9", "browser of Ana"), "by her browser, elsewhere"
    assert accounts.check_password("Ivo", GOOD, HERE), "by his address"
    for _ in range(ALLOWED.here):  # Who took her browser has as few guesses as anybody.
        with pytest.raises(NotAdmitted):
            accounts.check_password("Ana", "not the password", THERE, "browser of Ana")
    with pytest.raises(TooManyAttempts):
        accounts.check_password("Ana", GOOD, THERE, "browser of Ana")


def test_a_place_is_forgotten_with_time_with_a_new_password_and_with_many_others(
    accounts: Accounts, catalog: Catalog
) -> None:
    def is_known() -> bool:
        return bool(catalog.log_ins.known_places("Ana", _places("Ana", HERE, None), KNOWN_FOR))

    assert not is_known()
    assert accounts.check_password("Ana", GOOD, HERE)
    assert is_known()
    let_pass(catalog, KNOWN_FOR + timedelta(seconds=1))
    assert not is_known()
    assert accounts.check_password("Ana", GOOD, HERE)
    accounts.set_password("Ana", GOOD, "test")
    assert not is_known()
    assert accounts.check_password("Ana", GOOD, HERE)
    for number in range(MOST_PLACES):
        assert accounts.check_password("Ana", GOOD, f"198.51.100.{number}")
    assert not is_known()


def test_what_is_kept_of_failures_is_bounded(accounts: Accounts, catalog: Catalog) -> None:
    """The rarest go first, so that a flood of other names does not wipe out what was guessed most."""
    catalog.log_ins.most_failures = 40
    fail(accounts, ALLOWED.here)
    for number in range(30):
        fail(accounts, 1, name=f"guess {number}", address=f"198.51.100.{number}")
    with catalog._database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM log_in_failures").scalar() == 40
    with pytest.raises(TooManyAttempts):
        accounts.check_password("Ana", GOOD, HERE)


def test_failures_are_forgotten_after_an_hour(accounts: Accounts, catalog: Catalog) -> None:
    fail(accounts, ALLOWED.here)
    let_pass(catalog, FORGET_AFTER + timedelta(seconds=1))
    assert accounts.check_password("Ana", GOOD, HERE)


def test_guessing_at_once_is_no_way_around(accounts: Accounts, tmp_path: Path) -> None:
    """Attempts are counted before the password is looked at, and over processes: each thread has its own catalog."""
    outcomes: list[type] = []

    def guess() -> None:
        catalog = Catalog.open(tmp_path / "catalog.sqlite")
        try:
            Accounts(catalog, hashes=QUICK).check_password("Ana", "not the password", HERE)
        except (NotAdmitted, TooManyAttempts) as error:
            outcomes.append(type(error))
        catalog.close()

    threads = [Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(NotAdmitted) == ALLOWED.here
    assert outcomes.count(TooManyAttempts) == 12 - ALLOWED.here


def test_roles_and_removal_count_at_once(accounts: Accounts, catalog: Catalog) -> None:
    user = accounts.add("Ivo", Role.EDITOR, GOOD, "Ana")
    session = accounts.begin_session(user, timedelta(hours=1))
    _, token = accounts.add_token("Ivo", "", Scope.EDIT, 1, "Ana")
    catalog.users.set_role("ivo", Role.READER, "Ana")
    assert (person := accounts.person_of_session(session)) is not None
    assert person.rights == {Right.READ}
    catalog.users.remove("Ivo", "Ana")
    assert accounts.person_of_session(session) is None
    assert accounts.person_of_token(token) is None
    with pytest.raises(NotAdmitted):
        accounts.check_password("Ivo", GOOD, HERE)
    with pytest.raises(UsageError):  # Nobody signs with the name of somebody who was here.
        accounts.add("IVO", Role.READER, None, "Ana")
    with pytest.raises(UnknownUser):
        catalog.users.get("Ivo")


def test_there_is_always_an_admin(accounts: Accounts, catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="only admin"):
        catalog.users.set_role("Ana", Role.EDITOR, "Ana")
    with pytest.raises(UsageError, match="only admin"):
        catalog.users.remove("Ana", "Ana")
    accounts.add("Iva", Role.ADMIN, None, "Ana")
    catalog.users.remove("Ana", "Iva")


def test_what_is_done_to_users_is_in_the_log_without_secrets(accounts: Accounts, catalog: Catalog) -> None:
    accounts.add("Ivo", Role.EDITOR, GOOD, "Ana")
    accounts.set_password("Ivo", GOOD + "!", "Ana")
    catalog.users.set_role("Ivo", Role.READER, "Ana")
    token, secret = accounts.add_token("Ivo", "", Scope.READ, 1, "Ana")
    catalog.tokens.revoke(token.id, "Ana")
    catalog.collections.share("tajna", is_private=True, members=["Ivo"], by="Ana")
    catalog.users.remove("Ivo", "Ana")
    with catalog._database.reading() as connection:
        told = connection.exec_driver_sql("SELECT name, detail FROM events").all()
    details = [row.detail for row in told if row.name == "policy assignment"]
    actions = ["add user", "add user", "change password", "change role", "add token", "revoke token",
               "share collection", "remove user"]  # fmt: skip
    assert len(details) == len(actions)
    assert all(action in detail for action, detail in zip(actions, details, strict=True))
    assert secret not in repr(told)
    assert "argon2" not in repr(told)
    assert catalog.events.verify() == len(told)


def test_who_sees_which_collection(accounts: Accounts, catalog: Catalog) -> None:
    member, other = (accounts.add(name, Role.EDITOR, None, "test") for name in ("Iva", "Ivo"))
    catalog.collections.share("tajna", is_private=True, members=["iva"], by="test")
    catalog.collections.share("druga", is_private=True, members=[], by="test")

    def hidden(user: User | None) -> set[str]:
        return set(catalog.collections.hidden_from(user))

    assert hidden(member) == {"druga"}
    assert hidden(other) == hidden(None) == {"tajna", "druga"}
    assert hidden(catalog.users.get("Ana")) == set()
    catalog.collections.share("tajna", is_private=False, members=[], by="test")
    assert hidden(other) == {"druga"}
    with pytest.raises(UnknownUser):
        catalog.collections.share("tajna", is_private=True, members=["Nobody"], by="test")
    assert hidden(other) == {"druga"}


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a:b", "a/b", "a\\b", "a\nb\x00"])
def test_names_that_cannot_be(name: str) -> None:
    with pytest.raises(UsageError):
        checked_user_name(name)


@pytest.mark.usefixtures("accounts")
def test_an_older_hash_is_made_anew_on_logging_in(catalog: Catalog) -> None:
    before = catalog.users.password("Ana")
    costlier = PasswordHashes(argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    accounts = Accounts(catalog, hashes=costlier)
    accounts.check_password("Ana", GOOD, HERE)
    made_anew = catalog.users.password("Ana")
    assert made_anew != before
    assert accounts.check_password("Ana", GOOD, HERE)
    assert catalog.users.password("Ana") == made_anew
