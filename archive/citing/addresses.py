"""Addresses of cited words: the permalink that names a reading and words of it, and hashes of bytes and of words."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from archive.config import Settings
from archive.model import Span

QUOTE_DIGITS = 32
"""Hexadecimal digits of a quotation's hash that a permalink carries: 128 bits, which nobody can forge."""

_PERMALINK = re.compile(
    r"/cite/(?P<document>[0-9a-f]{64})/(?P<reading>[1-9][0-9]{0,6})/(?P<first>[0-9]{1,9})-(?P<last>[0-9]{1,9})"
    r"(?![0-9])(?:\?quote=(?P<quote>[0-9a-f]{32}))?"
)


@dataclass(frozen=True, slots=True)
class Address:
    """Where cited words stand. ``quote`` is the beginning of their hash, None in an address that was typed by hand."""

    span: Span
    quote: str | None = None

    def path(self) -> str:
        """The permalink, from the root of the reading room."""
        span = self.span
        query = f"?quote={self.quote}" if self.quote else ""
        return f"/cite/{span.document}/{span.reading}/{span.first}-{span.last}{query}"


def addresses_in(text: str) -> Iterator[Address]:
    """The permalinks in a text, each once, in their order. Words that run backwards are no address."""
    seen = set()
    for match in _PERMALINK.finditer(text):
        first, last = int(match["first"]), int(match["last"])
        if match[0] not in seen and first <= last:
            seen.add(match[0])
            yield Address(Span(match["document"], int(match["reading"]), first, last), match["quote"])


def quote_hash(words: Iterable[str]) -> str:
    """The SHA-256 of a quotation: its words as they are, with one space between them, in UTF-8."""
    return hashlib.sha256(" ".join(words).encode()).hexdigest()


def ni_uri(sha256: str) -> str:
    """The name of bytes by their hash (RFC 6920): ``ni:///sha-256;`` and the hash in base64url without padding."""
    return f"ni:///sha-256;{base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip('=')}"


def base_url(settings: Settings) -> str:
    """Where the reading room is found, without a slash at the end."""
    told = settings.text("base_url") or f"http://{settings.text('host')}:{settings.number('port')}"
    return told.rstrip("/")
