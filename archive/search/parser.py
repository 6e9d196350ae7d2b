"""From what a person typed to what it means.

::

    kamere nadzor            both words, in any form
    kamere OR dronovi        either
    kamere -policija         kamere, but not policija          (also: kamere NOT policija)
    "video nadzor"           these forms, next to each other, in this order; every kind of quotation mark will do
    nabav*                   every word that begins so
    (kamere OR dronovi) javna nabavka

AND binds more tightly than OR. Operators are capitals, so that ordinary words stay ordinary. Parsing never fails: what
cannot be understood as written is searched for as plain words, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from archive.search.query import And, Field, Not, Or, Phrase, Prefix, Query, Term
from archive.text.analyzer import query_forms, query_stems, word_form

FORM_WEIGHT = 2.0
"""How much more the exact form of a word counts than its stem."""

MIN_PREFIX = 3
"""Letters and digits a prefix needs: a shorter one would stand for a good part of the dictionary."""

MAX_NESTING = 50
"""Parentheses and exclusions inside each other. Nobody writes more; a program that does must not exhaust the stack."""

_QUOTES = '"„“”«»‟″'
_TOKEN = re.compile(
    rf"(?P<minus>-(?=[^\s-]))?(?:[{_QUOTES}](?P<phrase>[^{_QUOTES}]*)[{_QUOTES}]|(?P<word>[^\s{_QUOTES}]+))"
)
_HAS_LETTER = re.compile(r"[^\W_]")


class _Mark(Enum):
    OPEN = "("
    CLOSE = ")"
    AND = "AND"
    OR = "OR"
    NOT = "NOT"


_OPERATORS = {"AND": _Mark.AND, "OR": _Mark.OR, "NOT": _Mark.NOT}


@dataclass(frozen=True, slots=True)
class _Text:
    """A word or a quoted phrase as typed."""

    text: str
    quoted: bool


_Token = _Mark | _Text


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """``query`` is None when nothing was asked for. ``notes`` are sentences about how the text was understood."""

    query: Query | None
    notes: tuple[str, ...]


class _Malformed(ValueError):
    """The text is no well-formed query; the message says why, as the beginning of a note."""


def parse(text: str, exact: bool) -> ParsedQuery:
    """Understand ``text``. With ``exact``, words must stand as typed (script, case and diacritics aside)."""
    notes: list[str] = []
    tokens = _without_bare_punctuation(list(_tokens(text, notes)), notes)
    leaves = _Leaves(exact, notes)
    try:
        query = _Parser(tokens, leaves).parse()
    except _Malformed as error:
        notes.append(f"{error}; the words were searched for without operators.")
        words = [token for token in tokens if isinstance(token, _Text)]
        words = words or [_Text(word, quoted=False) for word, mark in _OPERATORS.items() if mark in tokens]
        query = _joined(And, [leaves.query(word) for word in words]) if words else None
    return ParsedQuery(query, tuple(dict.fromkeys(notes)))


def _tokens(text: str, notes: list[str]) -> Iterable[_Token]:
    """Cut the text up. Parentheses count at the edges of words only: "čl. 5(2)" is two words."""
    for match in _TOKEN.finditer(text):
        if match["minus"]:
            yield _Mark.NOT
        if match["phrase"] is not None:
            if match["phrase"].strip():
                yield _Text(match["phrase"], quoted=True)
        else:
            yield from _word_tokens(match["word"])
    if sum(text.count(quote) for quote in _QUOTES) % 2:
        notes.append("A quotation mark has no partner and was ignored.")


def _word_tokens(word: str) -> Iterable[_Token]:
    while word.startswith("("):
        yield _Mark.OPEN
        word = word[1:]
        if len(word) > 1 and word.startswith("-"):
            yield _Mark.NOT
            word = word[1:]
    closing = 0
    while word.endswith(")") and word.count(")") > word.count("("):
        closing += 1
        word = word[:-1]
    if word:
        yield _OPERATORS.get(word) or _Text(word, quoted=False)
    yield from [_Mark.CLOSE] * closing


def _without_bare_punctuation(tokens: list[_Token], notes: list[str]) -> list[_Token]:
    """Leave out unquoted words of nothing but punctuation, unless there is nothing else to search for."""

    def is_bare(token: _Token) -> bool:
        return isinstance(token, _Text) and not token.quoted and not _HAS_LETTER.search(token.text)

    if all(is_bare(token) for token in tokens if isinstance(token, _Text)):
        return tokens
    for token in tokens:
        if isinstance(token, _Text) and is_bare(token):
            notes.append(f"“{token.text}” is only punctuation and was left out; quote it to search for it.")
    return [token for token in tokens if not is_bare(token)]


class _Leaves:
    """What a single word or phrase asks for."""

    def __init__(self, exact: bool, notes: list[str]) -> None:
        self._exact = exact
        self._notes = notes

    def query(self, token: _Text) -> Query:
        words = token.text.split()
        if token.quoted:
            if any(word.endswith("*") and len(word) > 1 for word in words):
                self._notes.append("An asterisk inside quotation marks is not a wildcard.")
            if len(words) == 1:
                return self._forms(words[0])
            return Phrase(tuple(word_form(word) for word in words))
        if token.text.endswith("*") and _HAS_LETTER.search(token.text):
            beginning = word_form(token.text)
            if len(_HAS_LETTER.findall(beginning)) >= MIN_PREFIX:
                return Prefix(Field.FORM, beginning)
            self._notes.append(f"“{token.text}” is too short for a wildcard and was searched for as a word.")
        return self._forms(token.text) if self._exact else self._any_form(token.text)

    def _forms(self, word: str) -> Query:
        return _joined(Or, [Term(Field.FORM, form) for form in query_forms(word)])

    def _any_form(self, word: str) -> Query:
        stems = [Term(Field.STEM, stem) for stem in query_stems(word)]
        forms = [Term(Field.FORM, form, FORM_WEIGHT) for form in query_forms(word)]
        return _joined(Or, [*stems, *forms])


class _Parser:
    """Recursive descent over the tokens: alternatives of sequences of factors."""

    def __init__(self, tokens: list[_Token], leaves: _Leaves) -> None:
        self._tokens = tokens
        self._leaves = leaves
        self._next = 0
        self._depth = 0

    def parse(self) -> Query | None:
        if not self._tokens:
            return None
        query = self._alternatives()
        if self._peek() is not None:
            raise _Malformed("A parenthesis was closed that was never opened")
        return query

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _accept(self, mark: _Mark) -> bool:
        if self._peek() is not mark:
            return False
        self._next += 1
        return True

    def _alternatives(self) -> Query:
        parts = [self._sequence()]
        while self._accept(_Mark.OR):
            parts.append(self._sequence())
        return _joined(Or, parts)

    def _sequence(self) -> Query:
        parts = [self._factor()]
        while self._accept(_Mark.AND) or self._peek() not in {None, _Mark.OR, _Mark.CLOSE}:
            parts.append(self._factor())
        return _joined(And, parts)

    def _factor(self) -> Query:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise _Malformed(f"More than {MAX_NESTING} operators were nested in each other")
        query = self._innermost()
        self._depth -= 1
        return query

    def _innermost(self) -> Query:
        if self._accept(_Mark.NOT):
            return Not(self._factor())
        if self._accept(_Mark.OPEN):
            query = self._alternatives()
            if not self._accept(_Mark.CLOSE):
                raise _Malformed("A parenthesis was not closed")
            return query
        token = self._peek()
        if not isinstance(token, _Text):
            where = "at the end" if token is None else f"before “{token.value}”"
            raise _Malformed(f"The query lacks a word {where}")
        self._next += 1
        return self._leaves.query(token)


def _joined(node: type[And] | type[Or], parts: list[Query] | list[Term]) -> Query:
    return parts[0] if len(parts) == 1 else node(tuple(parts))
