"""Further mentions of firms by their names without the legal form, in any case: after "Alarm Centar Primer d.o.o." that
is "Alarm Centra Primer"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from archive.text.folding import fold
from archive.text.known_words import SERBIAN, is_folded_word
from indexer.facts import firms
from indexer.facts.firms import Firm
from indexer.facts.text import DocumentText

LEAST_ALONE, LEAST = 6, 8
"""Minimum number of letters of a name of one word, and of several, that stands for a firm without its legal form."""

PREFIX = 3
"""Number of first letters by which the words of a text are looked up."""


def mentions(text: DocumentText, every: Sequence[Firm]) -> list[Firm]:
    """Return the mentions of firms that the document names with their legal form elsewhere; ``every`` are those."""
    taken = {word for firm in every for word in range(firm.first, firm.last + 1)}
    known: dict[str, list[tuple[re.Pattern[str], Firm]]] = defaultdict(list)
    for firm in {firm.core: firm for firm in every if firm.formed}.values():
        words = _words(firm)
        if words and sum(map(len, words)) >= (LEAST if len(words) > 1 else LEAST_ALONE):
            pattern = re.compile(r"\W{1,3}".join(map(_in_any_case, words)) + r"(?!\w)")
            known[words[0][:PREFIX]].append((pattern, firm))
    return [] if not known else sorted(_mentions(text, known, taken), key=lambda firm: firm.first)


def _mentions(
    text: DocumentText, known: dict[str, list[tuple[re.Pattern[str], Firm]]], taken: set[int]
) -> Iterator[Firm]:
    for word, bare in enumerate(text.bare):
        if bare[:PREFIX] not in known or word in taken or not text.is_capitalised(word):
            continue
        for pattern, firm in known[bare[:PREFIX]]:
            match = pattern.match(text.folded, text.inside(word))
            last = text.word_at(match.end() - 1) if match else word
            if match and last not in taken and all(map(text.is_capitalised, range(word, last + 1))):
                yield replace(firm, first=word, last=last)
                break


def _words(firm: Firm) -> list[str]:
    """Return the folded words of a name before its legal form; none if it is one word of a dictionary."""
    quoted = re.search("„([^”]+)”", firm.name)
    words = re.findall(r"\w+", fold(quoted[1]) if quoted else firms.legal_forms()[0].split(fold(firm.name))[0])
    return [] if len(words) == 1 and is_folded_word(words[0], SERBIAN) else words


def _in_any_case(word: str) -> str:
    """Return the regular expression of a word in any case: "centar" is "centra", "gradnja" is "gradnje"."""
    if len(word) <= PREFIX:
        return re.escape(word)
    if word[-2] == "a" and word[-1] in "rcklj":
        return rf"{re.escape(word[:-2])}a?{word[-1]}\w{{0,2}}"
    return rf"{re.escape(word[:-1] if word[-1] in 'aeiou' else word)}\w{{0,3}}"
