"""The parser of the query language (docs/queries.md).

::

    kamere nadzor            both words, in any form
    kamere OR dronovi        either
    kamere -policija         kamere, but not policija          (also: kamere NOT policija)
    "video nadzor"           these forms, next to each other, in this order; every kind of quotation mark will do
    kamere NEAR/5 nabavka    within five words of each other
    nabav* *ugosl* ka?era    wildcards
    teracotem~               nearly so written
    vendor:Alfa year:2019..2021

NEAR binds more tightly than AND, and AND than OR. Operators are in capitals, so that they differ from words. Parsing
never fails: an operator without operands is ignored, and a query that cannot be parsed is searched for as plain words;
a note says so in both cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from archive.search.query import And
from archive.search.query_language.alternatives import with_alternatives
from archive.search.query_language.grammar import NotUnderstood, joined, understand
from archive.search.query_language.interpreter import Interpreter, Manner
from archive.search.query_language.parsed_query import Factor, ParsedQuery, QueryNote, QueryNoteKind
from archive.search.query_language.repair import (
    repaired,
    without_function_words,
    without_idle_parentheses,
    without_question_mark,
)
from archive.search.query_language.tokens import TextToken, Token, tokenize
from archive.search.query_language.word_shapes import with_numbers_joined
from archive.text.analyzer import is_marked

__all__ = ["ParsedQuery", "parse"]


def parse(text: str, exact: bool, look_alikes: bool = False) -> ParsedQuery:
    """Parse ``text``, which must be encodable in UTF-8 (:class:`archive.search.request.SearchRequest` checks it).

    :param exact: match words as typed, ignoring script, case and diacritics.
    :param look_alikes: also match OCR misreadings of the typed words, except exact ones.
    :raises archive.errors.QueryTooBroad: the query has too many words. No other error is raised.
    """
    remarks: list[QueryNote] = []
    tokens = repaired(tokenize(text, remarks), remarks)
    tokens = tokens if exact else without_idle_parentheses(tokens)
    tokens = without_question_mark(with_numbers_joined(tokens)) if tokens else tokens
    texts = [token for token in tokens if isinstance(token, TextToken)]
    # Diacritics are a property of the whole query: "Čačak kamere" means its c and k as well as its č.
    marked = is_marked(" ".join(token.text for token in texts))
    if not exact:
        tokens = without_function_words(with_alternatives(tokens, marked), remarks)
        texts = [token for token in tokens if isinstance(token, TextToken)]
    if not texts:
        if remarks:
            remarks.append(
                QueryNote(QueryNoteKind.IGNORED, "Nothing was left to search for, so every document is found.")
            )
        return ParsedQuery(None, _different(remarks))
    manner = Manner(marked, exact, look_alikes and not exact)
    parsed = _understood(tokens, texts, manner, remarks)
    return parsed if not look_alikes else _with_look_alikes_named(parsed, exact)


def _understood(
    tokens: Sequence[Token], texts: Sequence[TextToken], manner: Manner, remarks: list[QueryNote]
) -> ParsedQuery:
    own = list(remarks)
    reader = Interpreter(manner, own)
    try:
        factors = understand(tokens, reader.read)
    except NotUnderstood as error:
        own = [*remarks, QueryNote(QueryNoteKind.PLAIN_WORDS, error.message)]
        reader = Interpreter(manner, own)
        factors = tuple(Factor(text.typed, reader.read(text, False)) for text in texts)
    query = joined(And, [factor.query for factor in factors])
    return ParsedQuery(query, _different(own), tuple(reader.words), tuple(dict.fromkeys(reader.values)), factors)


def _with_look_alikes_named(parsed: ParsedQuery, exact: bool) -> ParsedQuery:
    if exact:
        sentence = "An exact search leaves out words that OCR may have made of these."
    elif any(word.look_alike for word in parsed.words):
        sentence = "Words that OCR may have made of these are searched for, too."
    else:
        return parsed
    return replace(parsed, remarks=(*parsed.remarks, QueryNote(QueryNoteKind.LOOK_ALIKES, sentence)))


def _different(remarks: Sequence[QueryNote]) -> tuple[QueryNote, ...]:
    return tuple(dict.fromkeys(remarks))
