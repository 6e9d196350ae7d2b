"""Where a firm's name ends: with its legal form, its closing quote, or before the words that no name holds."""

from __future__ import annotations

from indexer.facts.firms.words import breaks_name, closes_quote, form_at, inside, opens_quote, words_of_names
from indexer.facts.text import DocumentText

MAX_WORDS = 14
MAX_DESCRIBED_WORDS = 26
MAX_GAP_TO_FORM = 3
"""Words that may stand between a closing quote and the legal form: „Primer” inženjering d.o.o."""

CLAUSE_ENDS = (",", ";", ")", ":")

Ending = tuple[int | None, int]
"""The word at which the legal form begins (None without one), and the word that ends the name."""


def ending(text: DocumentText, first: int) -> Ending | None:
    """The word at which the legal form begins (None without one), and the word that ends the name."""
    stops, descriptive, before = words_of_names()
    described = descriptive.match(text.folded, inside(text, first)) is not None
    if text.words[first].isupper() and before.match(text.folded, inside(text, first)):
        enterprise = _ending_of_enterprise(text, first)
        if enterprise is not None:
            return enterprise
    limit = min(first + (MAX_DESCRIBED_WORDS if described else MAX_WORDS), len(text.words))
    in_quotes = False
    for word in range(first, limit):
        printed = text.words[word]
        form_end = form_at(text, word)
        if form_end is not None and (word > first or closes_quote(printed)):
            return word, form_end
        in_quotes = in_quotes or opens_quote(printed)
        if word > first and not in_quotes and (stops.match(text.folded, inside(text, word)) or breaks_name(text, word)):
            return _described_end(text, first, word - 1) if described else None
        if closes_quote(printed):
            return _form_after_quote(text, word) or (None, word)
        if not in_quotes and _ends_clause(text, word, described=described):
            return _described_end(text, first, word) if described else None
    return None


def _ends_clause(text: DocumentText, word: int, *, described: bool) -> bool:
    """Whether a name cannot go on after a word: a comma ends it unless the legal form follows, or small letters do.

    Only a described name goes on in small letters ("Preduzeće za proizvodnju, promet i usluge").
    """
    printed = text.words[word]
    if printed.endswith((";", ")", ":")):
        return True
    if not printed.endswith(",") or word + 1 >= len(text.words) or (opens_quote(printed) and len(printed) < 3):
        return False
    if form_at(text, word + 1) is not None:
        return False
    return not described or text.is_capitalised(word + 1) or text.words[word + 1][:1].isdigit()


def _described_end(text: DocumentText, first: int, last: int) -> Ending | None:
    """A described name without its legal form at the end needs a proper name: a capital after its first words."""
    form_end = form_at(text, first)
    proper = any(text.is_capitalised(word) for word in range((form_end or first) + 1, last + 1))
    return (None, last) if proper and last > first else None


def _ending_of_enterprise(text: DocumentText, first: int) -> Ending | None:
    """ "JP EPS Beograd", "JKP „Vodovod” Ruma": the form stands first, capitals or a quoted name follow."""
    last = first
    for word in range(first + 1, min(first + MAX_WORDS, len(text.words))):
        printed = text.words[word]
        if opens_quote(printed) or closes_quote(printed):
            closing = (at for at in range(word, min(word + MAX_WORDS, len(text.words))) if closes_quote(text.words[at]))
            last = next(closing, first)
            return _form_after_quote(text, last) or (None, last)
        if not text.is_capitalised(word) or text.begins_line(word):
            break
        last = word
        if printed.endswith(CLAUSE_ENDS):
            break
    return (None, last) if last > first else None


def _form_after_quote(text: DocumentText, word: int) -> tuple[int, int] | None:
    """The legal form that follows a closing quote: at once, after two words or after a description of the firm."""
    if text.words[word].endswith((";", ")", ":")):
        return None
    stops, descriptive, _ = words_of_names()
    limit = MAX_GAP_TO_FORM
    if word + 1 < len(text.words) and descriptive.match(text.folded, inside(text, word + 1)):
        limit = MAX_WORDS
    for after in range(word + 1, min(word + 1 + limit, len(text.words))):
        form_end = form_at(text, after)
        if form_end is not None:
            return after, form_end
        printed = text.words[after]
        ends = printed.endswith(CLAUSE_ENDS) or text.words[word].endswith(",")
        if ends or opens_quote(printed) or breaks_name(text, after):
            return None
        if stops.match(text.folded, inside(text, after)) or (limit < MAX_WORDS and not text.is_capitalised(after)):
            return None
    return None
