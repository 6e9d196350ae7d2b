"""Firms by names without a legal form: those that words or a tax number tell to be firms, and further mentions, in any
case: after "Alarm Centar Primer d.o.o." that is "Alarm Centra Primer"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain

from archive.model.words import Break
from archive.text.folding import fold
from archive.text.known_words import SERBIAN, is_folded_word
from indexer.facts import firms
from indexer.facts.firms import Firm
from indexer.facts.places import place_at
from indexer.facts.text import DocumentText, any_of
from indexer.facts.vendors.parties import is_public_body
from indexer.gazetteer import table

LEAST_ALONE, LEAST = 6, 8
"""Minimum number of letters of a name of one word, and of several, that stands for a firm without its legal form."""

PREFIX = 3
"""Number of first letters by which the words of a text are looked up."""


def told(text: DocumentText, every: Sequence[Firm]) -> list[Firm]:
    """Return the firms beside ``every`` that a text tells to be firms without a legal form: "ponuđač Primer Jug iz
    Niša", "Primer Jug (PIB 100000001)"."""
    taken = _words_in(every)
    found: dict[int, Firm] = {}
    for match in _introduced().finditer(text.folded):
        first = text.word_at(match.end())
        is_near = text.page_of(first - 1) == text.page_of(first) and text.breaks[first] != Break.BLOCK
        if is_near and not text.is_capitalised(first - 1):
            _add(text, found, firms.read(text, first) or firms.read_bare(text, first), taken)
    for match in _NUMBERED.finditer(text.folded):
        _add(text, found, _before(text, text.word_at(match.start() + 1)), taken)
    return list(found.values())


def _add(text: DocumentText, found: dict[int, Firm], firm: Firm | None, taken: set[int]) -> None:
    if firm is not None and taken.isdisjoint(range(firm.first, firm.last + 1)) and not is_public_body(text, firm):
        found.setdefault(firm.first, firm)


@cache
def _introduced() -> re.Pattern[str]:
    """Return the pattern of words right after which the name of a firm stands."""
    cases = (table("roles")["bidder"], table("awards")["to_other"], table("awards")["with_supplier"])
    won = (verb for verb in table("award_lines")["won"] if "potpis" not in verb and "preuze" not in verb)
    named = any_of([*chain(*cases), *table("legal_forms")["introduction"], *won, *table("offers")["places"]])
    sent = (
        r"\bponud[aeu]\b(?:[^.;:]|(?<=\d)\.){0,60}?\b(?:podne|dostavi|preda|posla|da)(?:o|l\w)\s(?:(?:je|su|i)\s){0,2}"
    )
    return re.compile(rf"(?:{named}(?:\s(?:je|i))?:?\s|{sent})(?=\w)")


_NUMBERED = re.compile(r"[\s,]\(?(?:pib|jib|oib)\W{1,3}\d{9,13}\b")
_OF_PERSON = re.compile(r"\b(?:direktor\w*|zastup\w*|lic[aeu]|predsedni\w*|nacelni\w*)\W*$")


def _before(text: DocumentText, end: int) -> Firm | None:
    """Return the name without a legal form that ends, perhaps with a town, before word ``end``."""
    last = next((word - 1 for word in range(end - 1, max(0, end - 4), -1) if text.bare[word] == "iz"), end - 1)
    first = _first_capital(text, last)
    place = place_at(text, first)
    if place is not None and place.last == last:
        last = first - 1 if text.words[first - 1].endswith(",") else -1
        first = _first_capital(text, last)
    if last < 0:
        return None
    start = text.starts[first]
    # "DOO ZA IZGRADNJU", "Primerska 14, PIB".
    is_address = text.bare[first] == "za" or any(char.isdecimal() for char in text.quote(first, last))
    if is_address or not text.is_capitalised(first) or _OF_PERSON.search(text.folded, max(0, start - 20), start):
        return None
    firm = firms.read_bare(text, first)
    return firm if firm is not None and firm.last == last else None


def _first_capital(text: DocumentText, last: int) -> int:
    """Return the first of the capitalized words up to a word, or the word itself."""
    first = last
    while first > max(0, last - firms.MAX_BARE_WORDS + 1) and text.breaks[first] != Break.BLOCK:
        if not text.is_capitalised(first - 1) or text.words[first - 1].endswith((*firms.CLAUSE_ENDS, ".")):
            break
        first -= 1
    return first


def with_short(text: DocumentText, every: Sequence[Firm]) -> list[Firm]:
    """Return all firms of a text with those that it tells to be firms, and with further mentions of both."""
    return text.once("firms with short names", lambda: _with_short(text, every))


def _with_short(text: DocumentText, every: Sequence[Firm]) -> list[Firm]:
    formed = [firm for firm in every if firm.formed]
    again = mentions(text, formed, _words_in(formed))
    # A name in quotes may be that of a firm in another case.
    known = [*again, *(firm for firm in every if firm.formed or _words_in(again).isdisjoint(_words_in([firm])))]
    more = told(text, known)
    named = sorted([*known, *more, *mentions(text, more, _words_in([*known, *more]))], key=lambda firm: firm.first)
    return sorted([*named, *_same(text, named)], key=lambda firm: firm.first)


def _words_in(firms: Iterable[Firm]) -> set[int]:
    return {word for firm in firms for word in range(firm.first, firm.last + 1)}


def _same(text: DocumentText, named: Sequence[Firm]) -> Iterator[Firm]:
    """Yield the mentions of a firm as the same that was named last: "za partiju 2 istom ponuđaču"."""
    for match in _same_again().finditer(text.folded):
        first, last = text.word_at(match.start()), text.word_at(match.end() - 1)
        before = [firm for firm in named if firm.last < first]
        if before and text.starts[first] - text.starts[before[-1].last] < SAME_WITHIN:
            yield replace(before[-1], first=first, last=last)


SAME_WITHIN = 260
"""Characters after a name within which "the same bidder" means it."""


@cache
def _same_again() -> re.Pattern[str]:
    who = any_of([*table("awards")["to_bidder"], *table("awards")["to_other"], *table("award_lines")["with"]])
    return re.compile(rf"\bist(?:om|oj|im)\s{who}")


def mentions(text: DocumentText, every: Sequence[Firm], taken: set[int]) -> list[Firm]:
    """Return the further mentions of firms, in words that are not ``taken``."""
    known: dict[str, list[tuple[re.Pattern[str], Firm]]] = defaultdict(list)
    for firm in {firm.core: firm for firm in every}.values():
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
