"""The words of a document as OpenSearch is sent them: a string that its analyzer parts again and does not change.

A line for each word number, and in it what stands there: the word, and what else finds it (12/2019-У and 2019). A
joined word, which is printed on several words, has no line of its own: it is named twice, by a token for where it
begins and one for where it ends. So "the next word" is the next line for words and joined words alike: a phrase of two
is a token that ends in one line, and one that begins in the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b

import numpy as np

from archive.search.opensearch_engine.packing import TextTerms

POSITION = "\n"
"""Between the lines of one text."""

SAME = "\x1f"
"""Between the tokens of one line."""

_BEGINS, _ENDS = "\ue000", "\ue001"

ANYTHING = "\ue002"
"""In a question, a line of which it does not matter what stands there."""

_PARTING = re.compile(f"[{POSITION}{SAME}{_BEGINS}{_ENDS}{ANYTHING}]")

LONGEST = 8000
"""Characters of a word. Lucene takes 32,766 bytes; what is longer is no word, but is found all the same."""


def shortened(word: str) -> str:
    """A word as this engine keeps it: one that is too long by its beginning and a digest of the whole."""
    if len(word) <= LONGEST:
        return word
    return word[: LONGEST - 40] + blake2b(word.encode(), digest_size=16).hexdigest()


def token(word: str) -> str:
    """The token of a word that stands in one place."""
    return word if word.isalnum() and word[0] < _BEGINS else _PARTING.sub("\ufffd", word)


def beginning(word: str) -> str:
    """The token of a joined word where it begins."""
    return _BEGINS + token(word)


def ending(word: str) -> str:
    """The token of a joined word where it ends."""
    return _ENDS + token(word)


def together(tokens: Iterable[str]) -> str:
    """One line: any of these tokens."""
    return SAME.join(tokens)


def token_text(terms: TextTerms) -> str:
    """All lines of a document."""
    tokens = list(map(token, terms.words))
    in_place = int(np.searchsorted(terms.positions, terms.word_count))
    numbers, positions = terms.numbers[:in_place], terms.positions[:in_place]
    # Every word number has a word, so the first at each is a line; what else stands there comes after it.
    is_first = np.diff(positions, prepend=np.uint32(1 << 31)) != 0
    lines = [tokens[number] for number in numbers[is_first].tolist()]
    for number, position in zip(numbers[~is_first].tolist(), positions[~is_first].tolist(), strict=True):
        lines[position] += SAME + tokens[number]
    extents = terms.joined[terms.positions[in_place:] - terms.word_count].tolist()
    for number, (first, last) in zip(terms.numbers[in_place:].tolist(), extents, strict=True):
        lines[first] += SAME + _BEGINS + tokens[number]
        lines[last] += SAME + _ENDS + tokens[number]
    return POSITION.join(lines)
