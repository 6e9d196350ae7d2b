"""Repair of token sequences to well-formed queries: operators without operands are dropped, and groups are closed.

A syntax error affects only the operator concerned; the rest of the query keeps its meaning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard

from archive.errors import Message
from archive.search.meanings.numbers import is_labelled
from archive.search.meanings.tables import is_behind_number, is_function_word, is_legal_form
from archive.search.query_language.parsed_query import QueryNote, QueryNoteKind
from archive.search.query_language.tokens import FieldGroup, Operator, Proximity, TextToken, Token

_QUESTION = re.compile(r"(.*[^\W_][^\w*?]*)\?[^\w*?]*")
_EDGES = re.compile(r"^\W+|\W+$")
_HAS_LETTER = re.compile(r"[^\W_]")
_OPERATORS = frozenset({Operator.AND, Operator.OR, Operator.NOT})
_INITIAL = re.compile(r"(?:[^\W\d_]|Lj|Nj|Dž|Љ|Њ|Џ|LJ|NJ|DŽ)\.")
"""An initial: З. Алимпић, Petrović Lj., N. Sad."""

_LONGEST_INITIAL = 2
_ENDS_IN_DIGIT = re.compile(r"\d\W*$")

_INTENDED_OPERATORS = {"ILI": "OR", "ИЛИ": "OR", "NEAR": "NEAR/10"}
"""Words in capitals that were probably meant as operators, with these operators."""


def repaired(tokens: Sequence[Token], remarks: list[QueryNote]) -> list[Token]:
    """Return tokens in which every operator has its operands and every parenthesis its partner.

    Notes on what was dropped are added to ``remarks``. A query of operators only searches for their names.
    """
    operators = [token for token in tokens if _is_operator(token)]
    if operators and not any(isinstance(token, TextToken) for token in tokens):
        tokens = [TextToken(operator.value, operator.value) for operator in operators]
        remarks.append(QueryNote(QueryNoteKind.AS_TEXT, "An operator alone was searched for as a word."))
    _remark_on_capitals(tokens, remarks)
    return _Repair(remarks).run(_without_bare_punctuation(tokens, remarks))


def _is_operator(token: Token) -> TypeGuard[Operator | Proximity]:
    return token in _OPERATORS or isinstance(token, Proximity)


def _needs_group(token: Token) -> bool:
    return token is Operator.NOT or isinstance(token, FieldGroup)


def _remark_on_capitals(tokens: Sequence[Token], remarks: list[QueryNote]) -> None:
    words = [token.text for token in tokens if isinstance(token, TextToken) and not token.quoted]
    if all(word.isupper() for word in words):
        return
    for word in dict.fromkeys(words):
        if word in _INTENDED_OPERATORS:
            sentence = Message(
                "“%(word)s” was searched for as a word; the operator is %(operator)s.",
                word=word,
                operator=_INTENDED_OPERATORS[word],
            )
            remarks.append(QueryNote(QueryNoteKind.AS_TEXT, sentence))


def _without_bare_punctuation(tokens: Sequence[Token], remarks: list[QueryNote]) -> list[Token]:
    """Drop unquoted words that are punctuation only, unless the query has no others."""

    def is_bare(token: Token) -> bool:
        return isinstance(token, TextToken) and not token.quoted and not _HAS_LETTER.search(token.text)

    if all(is_bare(token) for token in tokens if isinstance(token, TextToken)):
        return list(tokens)
    for token in tokens:
        if isinstance(token, TextToken) and is_bare(token):
            sentence = Message(
                "“%(word)s” is only punctuation and was left out; quote it to search for it.", word=token.typed
            )
            remarks.append(QueryNote(QueryNoteKind.IGNORED, sentence))
    return [token for token in tokens if not is_bare(token)]


def without_idle_parentheses(tokens: Sequence[Token]) -> list[Token]:
    """Drop redundant parentheses from well-formed tokens: in a sentence they are punctuation.

    Their words are then optional one by one like others, and function words among them are dropped.
    """
    idle: set[int] = set()
    opened: list[tuple[int, bool]] = []
    for at, token in enumerate(tokens):
        if token is Operator.OPEN:
            before = tokens[at - 1] if at else Operator.AND
            opened.append((at, not _needs_group(before) and not isinstance(before, Proximity)))
        elif token is Operator.OR and opened:
            opened[-1] = (opened[-1][0], False)
        elif token is Operator.CLOSE:
            start, is_idle = opened.pop()
            if is_idle and not isinstance(next(iter(tokens[at + 1 : at + 2]), None), Proximity):
                idle |= {start, at}
    return [token for at, token in enumerate(tokens) if at not in idle]


def without_question_mark(tokens: Sequence[Token]) -> list[Token]:
    """Treat a question mark at the end of a plain question as punctuation, not as a wildcard."""
    texts = [token for token in tokens if isinstance(token, TextToken) and token.field is None]
    asked = _QUESTION.fullmatch(texts[-1].text) if len(texts) == len(tokens) > 1 and not texts[-1].quoted else None
    if not asked or any("*" in token.text or "?" in token.text for token in texts[:-1] if not token.quoted):
        return list(tokens)
    return [*tokens[:-1], replace(texts[-1], text=asked[1])]


def without_function_words(tokens: Sequence[Token], remarks: list[QueryNote]) -> list[Token]:
    """Drop function words, so that a question is searched for by its other words."""
    kept = [token for at, token in enumerate(tokens) if not _carries_no_demand(tokens, at)]
    if not any(isinstance(token, TextToken) and token.field is None for token in kept):
        return list(tokens)
    left_out = [_EDGES.sub("", token.text) for token in tokens if isinstance(token, TextToken) and token not in kept]
    if left_out:
        sentence = Message(
            "Documents need not have: %(words)s. Quote such a word to ask for it.",
            words=", ".join(dict.fromkeys(left_out)),
        )
        remarks.append(QueryNote(QueryNoteKind.READ_AS, sentence))
    return kept


def _carries_no_demand(tokens: Sequence[Token], at: int) -> bool:
    """Return whether a word is a droppable function word; beside an operator it is not."""
    token = tokens[at]
    neighbours = tokens[max(0, at - 1) : at + 2]
    beside = [each for each in neighbours if isinstance(each, TextToken)]
    if not isinstance(token, TextToken) or token.quoted or token.field is not None or len(beside) < len(neighbours):
        return False
    before = beside[0].text if at else ""
    after = beside[-1].text if at + 1 < len(tokens) else ""
    return (
        is_function_word(token.text)
        or (bool(before) and is_legal_form(token.text))
        or (_INITIAL.fullmatch(token.text) is not None and any(map(_is_name, (before, after))))
        or is_labelled(token.text, after)
        or (_ENDS_IN_DIGIT.search(before) is not None and is_behind_number(token.text))
    )


def _is_name(word: str) -> bool:
    """Return whether a word may be a name with an initial."""
    return len(word) > _LONGEST_INITIAL and word[0].isupper()


class _Repair:
    """Tokens are appended from left to right, and removed if a required operand does not follow."""

    def __init__(self, remarks: list[QueryNote]) -> None:
        self._remarks = remarks
        self._kept: list[Token] = []
        self._open = 0

    def run(self, tokens: Sequence[Token]) -> list[Token]:
        for token in tokens:
            self._keep(token)
        if self._open:
            self._say(Message("A parenthesis was not closed; it was closed at the end."))
        while self._open:
            self._keep(Operator.CLOSE)
        self._drop_operators()
        return self._kept

    def _keep(self, token: Token) -> None:
        if token is Operator.CLOSE:
            self._drop_operators()
            self._close()
        elif token in {Operator.AND, Operator.OR} or isinstance(token, Proximity):
            self._join(token)
        else:
            self._open += token is Operator.OPEN
            self._kept.append(token)

    def _join(self, operator: Operator | Proximity) -> None:
        if self._kept and (isinstance(self._kept[-1], TextToken) or self._kept[-1] is Operator.CLOSE):
            self._kept.append(operator)
        else:
            self._say(
                Message("“%(operator)s” has nothing before it to join and was left out.", operator=operator.value)
            )

    def _drop_operators(self) -> None:
        """Remove operators without a following operand."""
        while self._kept and _is_operator(operator := self._kept[-1]):
            self._kept.pop()
            self._say(Message("“%(operator)s” has nothing after it to join and was left out.", operator=operator.value))

    def _close(self) -> None:
        self._open -= 1
        if self._kept[-1] is not Operator.OPEN:
            self._kept.append(Operator.CLOSE)
            return
        self._say(Message("A pair of parentheses with nothing in it was left out."))
        self._kept.pop()
        # Kept, an exclusion would exclude the next token.
        while self._kept and _needs_group(self._kept[-1]):
            self._kept.pop()

    def _say(self, sentence: str) -> None:
        self._remarks.append(QueryNote(QueryNoteKind.IGNORED, sentence))
