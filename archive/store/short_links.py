"""Short links: codes of a few letters for the permalinks of cited words.

A code is a prefix of the SHA-256 of the permalink in Crockford's base 32, which avoids letters that are easily
confused. On a collision it is one letter longer. A code is never deleted.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from archive.model import Span
from archive.store.sql.database import Repository
from archive.store.sql.tables import short_links

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SHORTEST, LONGEST = 6, 26

_MISREAD = str.maketrans("OIL", "011")
_CODE = re.compile(rf"[{ALPHABET}]{{{SHORTEST},{LONGEST}}}")


@dataclass(frozen=True, slots=True)
class ShortLink:
    """A code, and the cited words; ``quote`` is a prefix of their hash."""

    code: str
    span: Span
    quote: str


def code_in(text: str) -> str | None:
    """Parse a code as somebody may have typed it; None if it cannot be one."""
    typed = text.upper().translate(_MISREAD)
    return typed if _CODE.fullmatch(typed) else None


class ShortLinks(Repository):
    """The short links that were issued."""

    def of(self, span: Span, quote: str) -> ShortLink:
        """Return the short link of words; create it if there is none.

        :raises DosijeError: nothing can be written.
        """
        with self._database.reading() as connection:
            found = _given(connection, span, quote)
        if found:
            return found
        with self._database.writing() as connection:
            return _given(connection, span, quote) or _give(connection, span, quote)

    def find(self, code: str) -> ShortLink | None:
        """Return the short link with this code, if there is one."""
        with self._database.reading() as connection:
            return _of_code(connection, code)


def _given(connection: Connection, span: Span, quote: str) -> ShortLink | None:
    """Return the link of these words, found by the prefix of its code."""
    letters = _letters(span, quote)
    for length in range(SHORTEST, LONGEST + 1):
        found = _of_code(connection, letters[:length])
        if found is None or (found.span, found.quote) == (span, quote):
            return found
    return None


def _give(connection: Connection, span: Span, quote: str) -> ShortLink:
    letters = _letters(span, quote)
    code = next(
        letters[:length] for length in range(SHORTEST, LONGEST + 1) if _of_code(connection, letters[:length]) is None
    )
    connection.execute(
        insert(short_links).values(
            code=code,
            document=span.document,
            reading=span.reading,
            first_word=span.first,
            last_word=span.last,
            quote=quote,
            given_at=datetime.now(UTC),
        )
    )
    return ShortLink(code, span, quote)


def _of_code(connection: Connection, code: str) -> ShortLink | None:
    row = connection.execute(select(short_links).where(short_links.c.code == code)).first()
    return ShortLink(code, Span(row.document, row.reading, row.first_word, row.last_word), row.quote) if row else None


def _letters(span: Span, quote: str) -> str:
    named = f"{span.document}/{span.reading}/{span.first}-{span.last}?quote={quote}"
    number = int(hashlib.sha256(named.encode()).hexdigest(), 16)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(251, 251 - 5 * LONGEST, -5))
