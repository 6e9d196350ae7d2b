"""Secrets that we make ourselves: of sessions and of tokens.

They are 32 random bytes, so nobody guesses one, and a plain SHA-256 keeps what lies in the catalog useless to whoever
reads it; slow hashes are for what people think up (:mod:`archive.access.passwords`).
"""

from __future__ import annotations

import hashlib
import secrets

TOKEN_PREFIX = "dosije_"  # noqa: S105 - it is what all of them begin with
"""Every token begins with it, so that programs that look for leaked secrets know one when they see it."""


def new_secret() -> str:
    """Return 32 random bytes, in 43 letters."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """Return a secret that can be recognised as a token."""
    return TOKEN_PREFIX + new_secret()


def digest(secret: str) -> str:
    """Return the SHA-256 to store of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
