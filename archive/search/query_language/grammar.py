"""The grammar: parses well-formed tokens to a tree; NEAR binds most tightly.

::

    alternatives := sequence (OR sequence)*
    sequence     := factor ([AND] factor)*
    factor       := NOT factor | innermost (NEAR/n innermost)*
    innermost    := [field:] ( alternatives ) | word or phrase
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeGuard

from archive.errors import Message, QueryTooBroad
from archive.search.query import And, Carries, Near, Not, Or, Phrase, Query, Range
from archive.search.query_language.parsed_query import Factor, QueryField
from archive.search.query_language.tokens import FieldGroup, Operator, Proximity, TextToken, Token
from archive.text.vocabulary import IndexField

MAX_NESTING = 50
"""Most nested parentheses and exclusions, so that a generated query cannot exhaust the stack."""

MAX_PAIRS = 64
"""Most pairs of words of a NEAR between groups."""

_WITHOUT_PLACES = frozenset(
    {
        IndexField.TITLE,
        IndexField.TITLE_STEM,
        IndexField.VENDOR,
        IndexField.VENDOR_STEM,
        IndexField.REFERENCE,
        IndexField.IDENTIFIER,
    }
)
"""Fields of facts about a document: their terms have no positions, so NEAR does not apply."""

ReadText = Callable[[TextToken, bool], Query]
"""Returns the query of a word or phrase; the flag says whether it is excluded."""


class NotUnderstood(ValueError):
    """The tokens cannot be parsed; ``message`` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def understand(tokens: Sequence[Token], read: ReadText) -> tuple[Factor, ...]:
    """Parse well-formed tokens, at least one; return the factors that must all match.

    :raises NotUnderstood: they are nested too deeply, or NEAR is between parts without positions.
    :raises QueryTooBroad: NEAR expands to more than :data:`MAX_PAIRS` pairs.
    """
    return _Grammar(tokens, read).whole()


def joined(node: type[And] | type[Or], parts: Sequence[Query]) -> Query:
    """Return ``node`` of the distinct parts, or the only one."""
    different = tuple(dict.fromkeys(parts))
    return different[0] if len(different) == 1 else node(different)


class _Grammar:
    """Recursive descent."""

    def __init__(self, tokens: Sequence[Token], read: ReadText) -> None:
        self._tokens = tokens
        self._read = read
        self._next = 0
        self._depth = 0
        self._exclusions = 0
        self._pairs = 0
        self._field: QueryField | None = None

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _take(self) -> Token:
        self._next += 1
        return self._tokens[self._next - 1]

    def _accept(self, mark: Operator) -> bool:
        found = self._peek() is mark
        self._next += found
        return found

    def whole(self) -> tuple[Factor, ...]:
        factors = list(self._factors())
        if self._peek() is None:
            different: dict[Query, Factor] = {}
            for factor in factors:
                different.setdefault(factor.query, factor)
            return tuple(different.values())
        return (Factor(_typed(self._tokens), self._alternatives(joined(And, [factor.query for factor in factors]))),)

    def _alternatives(self, first: Query) -> Query:
        parts = [first]
        while self._accept(Operator.OR):
            parts.append(self._sequence())
        return joined(Or, parts)

    def _sequence(self) -> Query:
        return joined(And, [factor.query for factor in self._factors()])

    def _factors(self) -> Iterator[Factor]:
        while True:
            start = self._next
            query = self._factor()
            yield Factor(_typed(self._tokens[start : self._next]), query)
            if not self._accept(Operator.AND) and self._peek() in {None, Operator.OR, Operator.CLOSE}:
                return

    def _factor(self) -> Query:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise NotUnderstood(
                Message(
                    "More than %(count)s operators were nested in each other; the words were searched for without "
                    "operators.",
                    count=MAX_NESTING,
                )
            )
        query = self._exclusion() if self._accept(Operator.NOT) else self._near()
        self._depth -= 1
        return query

    def _exclusion(self) -> Query:
        self._exclusions += 1
        query = Not(self._factor())
        self._exclusions -= 1
        return query

    def _near(self) -> Query:
        query = self._innermost()
        while isinstance(operator := self._peek(), Proximity):
            self._next += 1
            right = None if self._peek() is Operator.NOT else self._innermost()
            if right is None or not (has_places(query) and has_places(right)):
                raise NotUnderstood(
                    Message(
                        "NEAR joins words and phrases of the pages, not exclusions or fields; the words were searched "
                        "for without operators."
                    )
                )
            query = self._near_each(query, right, operator.distance)
        return query

    def _near_each(self, left: Query, right: Query, distance: int) -> Query:
        """Distribute NEAR over required parts: a NEAR/5 (b c) is a NEAR/5 b and a NEAR/5 c."""
        if _requires_several(left):
            return joined(type(left), [self._near_each(part, right, distance) for part in left.parts])
        if _requires_several(right):
            return joined(type(right), [self._near_each(left, part, distance) for part in right.parts])
        self._pairs += 1
        if self._pairs > MAX_PAIRS:
            raise QueryTooBroad(
                "NEAR between groups expands to more than %(most)s pairs of words.",
                "Put fewer words in the groups.",
                most=MAX_PAIRS,
            )
        return Near(left, right, distance)

    def _innermost(self) -> Query:
        token = self._take()
        if not isinstance(token, TextToken):
            return self._group(token)
        if token.field is None and self._field is not None:
            token = replace(token, field=self._field, typed=f"{self._field}:{token.typed}")
        return self._read(token, self._exclusions % 2 == 1)

    def _group(self, token: Token) -> Query:
        outer = self._field
        if isinstance(token, FieldGroup):
            self._field = token.field
            self._next += 1
        query = self._alternatives(self._sequence())
        self._next += 1
        self._field = outer
        return query


def _typed(tokens: Sequence[Token]) -> str:
    """Return the tokens as typed text."""
    texts = [token.typed if isinstance(token, TextToken) else _shown(token) for token in tokens]
    return re.sub(r"(?<=[(:]) | (?=\))", "", " ".join(texts))


def _shown(token: Operator | Proximity | FieldGroup) -> str:
    return f"{token.field}:" if isinstance(token, FieldGroup) else token.value


def _requires_several(query: Query) -> TypeGuard[And | Or]:
    return isinstance(query, And) or (isinstance(query, Or) and any(map(_requires_several, query.parts)))


def has_places(query: Query) -> bool:
    """Return whether a query consists of words on pages only."""
    match query:
        case Not() | Range() | Carries():
            return False
        case And(parts) | Or(parts):
            return all(map(has_places, parts))
        case Near() | Phrase():
            return True
        case _:
            return query.field not in _WITHOUT_PLACES
