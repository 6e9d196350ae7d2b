"""Features of a whole document for classifying its kind."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, pairwise

from archive.model import Fact
from indexer.facts import kind
from indexer.facts.scoring.context import TextSurroundings, mixed, named

_WORD, _TWO, _TITLE, _TITLE_TWO, _FIRST = range(400, 450, 10)
HEAD_OF_KIND = 200
"""Number of words of the first page that are used."""

HEADING_LINES = 40
"""Number of lines in which a title is searched."""


def kind_features(context: TextSurroundings, rules: Sequence[Fact]) -> tuple[set[int], set[int]]:
    """Return the features of a document for classifying its kind, and those of its text."""
    text, codes = context.text, context.codes
    about = {f"rule:{fact.value}" for fact in rules} | {f"rule-by:{fact.method}" for fact in rules} or {"no-rule"}
    for number, (name, heading) in enumerate(islice(kind.headings(text), 6)):
        capitals = text.quote(heading.first, heading.last).isupper()
        about |= {f"heading{min(number, 2)}:{name}", f"any:{name}", f"heading{min(number, 2)}:{name}:{capitals}"}
    head = text.words_of_pages(1, HEAD_OF_KIND)
    found = {mixed(_WORD, each) for each in codes[:head]}
    found.update(mixed(_TWO, one * 31 + two) for one, two in pairwise(codes[:head]))
    for line in range(min(HEADING_LINES, context.line_count)):
        words = context.line_words(line)
        letters = "".join(text.words[words.start : words.stop])
        if letters.isupper() and sum(map(str.isalpha, letters)) > 4:
            found.update(title_features(context, words))
        if line < 12:
            found.add(mixed(_FIRST, codes[words.start]))
    pages, blanks = len(text.page_ends), sum(1 for word in text.words[:800] if len(word) > 5 and not word.strip("_.…"))
    about |= {f"pages={min(pages, 4) if pages < 10 else 10}", f"blanks={min(blanks, 6)}"}
    return set(map(named, about)), found


def title_features(context: TextSurroundings, words: range) -> list[int]:
    """Return the features of a line as a title."""
    codes = context.codes
    single = [mixed(_TITLE, codes[word]) for word in words[:10]]
    return single + [mixed(_TITLE_TWO, codes[one] * 31 + codes[one + 1]) for one in words[:9] if one + 1 < words.stop]
