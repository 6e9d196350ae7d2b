"""Passwords: validation and hashing (Argon2id, with the library's parameters: RFC 9106, low memory).

Length is what matters (OWASP ASVS 5.0, 6.2): there are no rules on characters, and only common passwords are refused.
"""

from __future__ import annotations

import threading
from functools import cache, cached_property
from importlib.resources import files

import argon2

from archive.access.records import name_key
from archive.errors import UsageError

SHORTEST, LONGEST = 12, 1000
"""Fewest and most characters of a password."""

_AT_ONCE = threading.BoundedSemaphore(2)
"""Limits concurrent hashes: each takes 64 MB and a tenth of a second."""

_HASHER = argon2.PasswordHasher()


def checked_password(password: str, user: str) -> str:
    """Validate a password for the user of this name.

    :raises UsageError: it is too short, too long, or common.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(
            "A password has %(least)s to %(most)s characters; this one has %(count)s.",
            "A few words in a row make a good one.",
            least=SHORTEST,
            most=f"{LONGEST:,}",
            count=f"{len(password):,}",
        )
    plain = name_key(password)
    if (
        _core(plain) in _worst()
        or len(set(plain)) < 5
        or plain.replace(name_key(user), "").strip("0123456789!. ") == ""
    ):
        raise UsageError("This password is among the first that anybody would guess.", "Choose another.")
    return password


class PasswordHashes:
    """Hashes and verifies passwords, with the parameters of its hasher."""

    def __init__(self, hasher: argon2.PasswordHasher = _HASHER) -> None:
        self._hasher = hasher

    def hashed(self, password: str) -> str:
        """Return the hash to store of a password."""
        with _AT_ONCE:
            return self._hasher.hash(_bytes(password))

    def is_right(self, password: str, kept: str | None) -> bool:
        """Return whether a password matches the stored hash ``kept``. Without a hash, return false after the same
        time."""
        with _AT_ONCE:
            try:
                self._hasher.verify(kept or self._dummy_hash, _bytes(password[: LONGEST + 1]))
            except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
                return False
        return kept is not None

    def needs_rehash(self, kept: str) -> bool:
        """Return whether a hash has outdated parameters."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _dummy_hash(self) -> str:
        return self._hasher.hash(b"nobody has this one")


PASSWORD_HASHES = PasswordHashes()


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")


def _core(plain: str) -> str:
    """Return a password without common padding around a word."""
    return plain.strip("0123456789!?.,-_*# ")


@cache
def _worst() -> frozenset[str]:
    """Return the words of the most common passwords, and runs of keys."""
    listed = (files(__package__) / "worst_passwords.txt").read_text("utf-8").split()
    return frozenset({"", *listed, *(word * 2 for word in listed), *(word * 3 for word in listed)})
