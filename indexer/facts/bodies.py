"""Recognize names of public bodies: "Opština Bečej", "Osnovne škole „Bistri potok“ Kosjerić".

A name is a noun of the gazetteer with the adjectives before it and its tail: a place, a quoted name with a town, or a
field of work. The grammatical case tells its role in the sentence; the value is put into the nominative.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archive.text.folding import fold
from indexer.facts.places import (
    Noun,
    PlaceName,
    heads,
    municipality_of_letters,
    nouns,
    pattern_of,
    place_at,
    tails,
    words_of,
)
from indexer.facts.text import DocumentText
from indexer.gazetteer import table
from indexer.gazetteer.declension import ADJECTIVE_ENDINGS, CASES

MAX_WORDS = 18
MAX_QUOTED_WORDS = 10
MAX_FIELD_WORDS = 8

_OPENING = "„“\"«»”'‘"
_CLOSING = "“”\"»«'’"
_ENDS = ".,:;)"
"""Punctuation that ends a name at the end of a word."""


def tail_end(text: DocumentText, last: int) -> int:
    """Return the last word of a name by its noun ``last``: quoted words and a town, a field of work, or a place."""
    end = min(len(text.words), last + MAX_WORDS)
    noun = last
    # "О.Ш. „Липа“": the full stop of an abbreviation does not end a name.
    dotted = noun if "." in text.bare[noun] else None
    while last + 1 < end and (
        text.words[last][-1:] not in _ENDS + "/" or last == dotted or _lists_fields(text, noun, last)
    ):
        following = text.words[last + 1]
        bare = text.bare[last + 1]
        if not bare and following not in _OPENING:
            break
        if following[:1] in "(-–—_" or following[:1].isdigit() or _stops(text, last + 1):
            break
        if text.begins_line(last + 1) and not _goes_on(text, noun, last):
            break
        if following[:1] in _OPENING:
            return _after_quotes(text, last + 1)
        place = place_at(text, last + 1)
        if place is not None and (place.last + 1 >= end or text.bare[place.last + 1] not in {"i"}):
            return place.last
        if last > noun and _changes_case(text, noun, last):
            break
        last += 1
    while last > noun and text.bare[last] in {"i", "u", "za", "na", "o", "and", "the", "of"}:
        last -= 1
    return last


def _lists_fields(text: DocumentText, noun: int, last: int) -> bool:
    """Return whether a comma separates fields of work: "Uprava za imovinu, ugovore i nadzor"."""
    if not text.words[last].endswith(",") or last == noun:
        return False
    in_capitals = text.words[noun].isupper()
    for word in range(last + 1, min(len(text.words) - 1, last + MAX_FIELD_WORDS)):
        printed = text.words[word]
        plain = printed.rstrip(",").isalpha() and (printed.isupper() if in_capitals else printed.islower())
        if not plain or text.bare[word] in words_of("stop"):
            return False
        if text.bare[word] == "i":
            return text.words[word + 1].isupper() if in_capitals else text.words[word + 1].islower()
    return False


def begins_quote(text: DocumentText, word: int) -> bool:
    """Return whether ``word`` begins with an opening quotation mark."""
    return text.words[word][:1] in _OPENING


def _stops(text: DocumentText, word: int) -> bool:
    """Return whether a name ends before ``word``: a stop word, the abbreviation of another body, or "in" a place."""
    bare, following = text.bare[word], text.bare[word + 1 : word + 2]
    if bare in {"u", "na"}:
        # "u Varešu" and "na teritoriji" are part of a name, and so are words before a quoted one.
        quoted_ahead = any(each[:1] in _OPENING for each in text.words[word : word + MAX_QUOTED_WORDS])
        return not (following == ("teritoriji",) or quoted_ahead or (following and place_at(text, word + 1)))
    if bare == "i":
        return bool(following) and text.is_capitalised(word + 1) and not text.words[word].isupper()
    if bare == "od":
        return following != ("javnog",)
    if bare.replace(".", "") in words_of("abbreviations") and text.words[word].isupper():
        return True
    return bare in words_of("stop")


def _goes_on(text: DocumentText, noun: int, last: int) -> bool:
    """Return whether a name continues on the next line: it is unfinished, or both lines look alike in one block."""
    following = text.words[last + 1]
    if text.bare[last] in {"za", "i", "o", "na", "u"} or following[:1] in _OPENING:
        return True
    if not text.continues_block(last + 1):
        return False
    if following[:1].islower() or (text.bare[last] in _OF_PLACE and place_at(text, last + 1)):
        return True
    both_capitals = text.words[last].isupper() and following.isupper()
    return both_capitals and last > noun and text.bare[last + 1] not in nouns()


_OF_PLACE = frozenset({"opstine", "grada", "opcine", "bashkise", "komune"})
"""Words of a name after which the place follows: "uprava opštine", and Knjaževac on the next line."""


def _changes_case(text: DocumentText, noun: int, last: int) -> bool:
    """Return whether a name in capitals ends before a word in lower case: "… KONKURENCIJE Savska 25"."""
    following = text.words[last + 1]
    in_capitals = text.words[noun].isupper() and text.words[last].isupper() and len(text.bare[last]) > 1
    return in_capitals and following[:1].isupper() and following[1:2].islower()


def _after_quotes(text: DocumentText, first: int) -> int:
    """Return the last word of a name whose quoted part begins at ``first``: its end, or the town after it."""
    last = first
    # The opening mark may be a word of its own and the same character as the closing one.
    earliest = first + (len(text.words[first]) == 1)
    end = min(len(text.words), first + MAX_QUOTED_WORDS)
    while last < end and (last < earliest or text.words[last].rstrip(_ENDS)[-1:] not in _CLOSING):
        last += 1
    if last == end:
        return min(text.line_end(first), end - 1)
    if text.words[last][-1:] in _ENDS or last + 1 >= len(text.words):
        return last
    town = last + 1 + (text.bare[last + 1] == "u" and last + 2 < len(text.words))
    if text.begins_line(last + 1) and not text.words[town].isupper() and text.bare[last + 1] != "u":
        return last
    place = place_at(text, town)
    return last if place is None else place.last


def printed(text: DocumentText, first: int, last: int) -> str:
    """Return words as printed, in Latin script, without the punctuation around them."""
    return text.in_latin(first, last).strip(" ,;:.–-_|•")


def place_in(text: DocumentText, first: int, last: int) -> PlaceName | None:
    """Return the municipality at the end of the name of a body, None without one."""
    for start in range(max(first, last - 2), last + 1):
        place = place_at(text, start, last + 1)
        if place is not None and place.last == last and text.words[last].rstrip(_ENDS)[-1:] not in _CLOSING:
            return place
    return None


MAX_ADJECTIVES = 3

_LIMITED = frozenset({"d.o.o", "doo", "dooel", "sh.p.k", "shpk", "ltd"})
"""Only limited companies: some public bodies are joint-stock companies."""

_CONNECTORS = frozenset({"", "i", "u", "na", "s", "se", "k"})


@dataclass(frozen=True, slots=True)
class Body:
    """A public body as printed: its words, its name in Latin script and the nominative, and its grammatical case.

    ``place`` is the municipality in its name. ``is_local`` says that it is a municipality or city itself,
    ``is_oversight`` that it reviews or receives acts of others.
    """

    name: str
    first: int
    last: int
    case: str
    place: PlaceName | None = None
    is_local: bool = False
    is_oversight: bool = False


def bodies(text: DocumentText, first: int, end: int) -> Iterator[Body]:
    """Yield every public body whose name begins in the words from ``first`` up to, not including, ``end``."""
    word = first
    inflected, before, after, abbreviations = nouns(), heads(), tails(), words_of("abbreviations")
    while word < end:
        bare = text.bare[word]
        body = None
        if len(bare) == 1:
            body = _letter_spaced(text, word)
        elif bare in inflected:
            body = _by_noun(text, word, first)
        elif bare in before or bare in after:
            body = _by_head(text, word) or _by_tail(text, word)
        elif text.words[word].isupper() and bare.replace(".", "") in abbreviations:
            body = _by_abbreviation(text, word)
        if body is None:
            word += 1
        else:
            yield body
            word = body.last + 1


def _by_noun(text: DocumentText, word: int, first: int) -> Body | None:
    for noun in nouns()[text.bare[word]]:
        start = word if noun.is_place else _adjectives_start(text, word, first, noun)
        # "opštine Ub" in lower case occurs in a sentence; in the nominative it is part of an address.
        is_small = noun.is_place and (noun.case > 0 or _is_urban(text, word))
        if not (is_small or text.is_capitalised(start)) or not text.bare[start].isalpha():
            continue
        body = _local(text, word, noun) if noun.is_place else _named(text, start, word, noun)
        if body is not None:
            return body
    return None


def _is_urban(text: DocumentText, word: int) -> bool:
    """Return whether "gradska" before the noun makes it a municipality within a city."""
    return word > 0 and not text.begins_line(word) and text.bare[word - 1].startswith("gradsk")


def _adjectives_start(text: DocumentText, word: int, first: int, noun: Noun) -> int:
    """Return the first adjective before a noun that agrees with it; the noun itself if there is none."""
    endings = ADJECTIVE_ENDINGS[noun.gender][noun.case]
    start = word
    while start > max(first, word - MAX_ADJECTIVES) and not text.begins_line(start):
        before = text.bare[start - 1]
        apart = text.words[start - 1][-1:] in ".,:;)" or text.words[start][:1] in '(„"“'
        if apart or len(before) < 4 or not before.endswith(endings) or before in words_of("stop"):
            break
        start -= 1
    while start < word and not text.is_capitalised(start):
        start += 1
    return start


def _letter_spaced(text: DocumentText, word: int) -> Body | None:
    """Return a municipality or city in letter-spaced type on a letterhead: "О П Ш Т И Н А У Б"."""
    last = word
    while last + 1 < len(text.words) and len(text.bare[last + 1]) <= len("nj") and text.words[last + 1].isupper():
        last += 1
    letters = "".join(text.bare[word : last + 1])
    for noun in table("bodies")["place"]:
        if letters.startswith(fold(noun)):
            municipality = municipality_of_letters(letters.removeprefix(fold(noun)))
            if municipality is not None:
                place = PlaceName(municipality, word + len(fold(noun)), last)
                return Body(f"{noun.capitalize()} {municipality}", word, last, CASES[0], place, is_local=True)
    return None


def _local(text: DocumentText, word: int, noun: Noun) -> Body | None:
    """Return a municipality or city: the noun directly followed by the name of its place."""
    if word + 1 >= len(text.words) or text.words[word][-1:] in ".,:;)":
        return None
    place = place_at(text, word + 1)
    if place is None or place.is_settlement:
        return None
    as_printed = noun.case == 0 and text.bare[place.first : place.last + 1] == tuple(fold(place.municipality).split())
    case = CASES[noun.case]
    if noun.nominative.startswith("op") and _is_urban(text, word):
        name = printed(text, word - 1, place.last) if as_printed else f"Gradska {noun.nominative} {place.municipality}"
        return Body(name, word - 1, place.last, case, place, is_local=True)
    if as_printed or (noun.case == 0 and text.words[place.first].isupper()):
        name = printed(text, word, place.last)
    else:
        name = f"{noun.nominative.capitalize()} {place.municipality}"
    return Body(name, word, place.last, case, place, is_local=True)


def _named(text: DocumentText, start: int, word: int, noun: Noun) -> Body | None:
    """Return any other body (adjectives, noun and tail), None if it is not a proper name."""
    tail = tail_end(text, word)
    with_adjective = start < word
    follows = text.bare[word + 1] if tail > word else ""
    # "Univerzitet u Nišu" is a proper name; "škola u Nišu" and "uprava u Nišu" are not.
    in_town = noun.gender != "feminine" and follows == "u" and place_at(text, word + 2) is not None
    is_bare = follows not in words_of("fields") if noun.is_weak else follows in _CONNECTORS and not in_town
    if is_bare and not with_adjective:
        return None
    is_public = any(pattern_of("public").match(each) for each in text.bare[start:word])
    if noun.nominative in table("bodies")["needs_public"] and not is_public:
        return None
    head = _nominative(text, start, word, noun)
    if tail == word and fold(head) not in words_of("complete"):
        return None
    return _body(text, head, start, word, tail, CASES[noun.case])


def _nominative(text: DocumentText, start: int, word: int, noun: Noun) -> str:
    """Return adjectives and noun in the nominative."""
    if noun.case == 0:
        return printed(text, start, word)
    endings, to = ADJECTIVE_ENDINGS[noun.gender][noun.case], ADJECTIVE_ENDINGS[noun.gender][0][0]
    parts = []
    for each in range(start, word):
        adjective = text.in_latin(each, each)
        ending = max((ending for ending in endings if text.bare[each].endswith(ending)), key=len)
        parts.append(adjective[: len(adjective) - len(ending)] + (to.upper() if adjective.isupper() else to))
    in_capitals = text.words[word].isupper()
    nominative = noun.nominative.upper() if in_capitals else noun.nominative
    return " ".join([*parts, nominative if parts or in_capitals else nominative.capitalize()])


def _by_abbreviation(text: DocumentText, word: int) -> Body | None:
    last = word
    while last + 1 < len(text.words) and text.bare[last + 1].replace(".", "") in words_of("abbreviations"):
        last += 1
    tail = tail_end(text, last)
    if tail == last or not (begins_quote(text, last + 1) or text.is_capitalised(last + 1)):
        return None
    return _body(text, text.in_latin(word, last), word, last, tail, CASES[0])


def _by_head(text: DocumentText, word: int) -> Body | None:
    """Return a body in a language without cases: the noun phrase and the place or capitalized words after it."""
    if not text.is_capitalised(word):
        return None
    for head, with_place in heads().get(text.bare[word], ()):
        last = word + len(head) - 1
        if text.bare[word : last + 1] != head or last + 1 >= len(text.words):
            continue
        if with_place:
            place = place_at(text, last + 1)
            if place is not None:
                return Body(printed(text, word, place.last), word, place.last, CASES[0], place, is_local=True)
            continue
        tail = last
        while tail + 1 < len(text.words) and tail - last < MAX_WORDS and not text.begins_line(tail + 1):
            following = text.words[tail + 1]
            ends = text.words[tail][-1:] in ".,:;)" and tail > last
            if ends or not (following[:1].isupper() or following in {"of", "and", "the", "i", "e"}):
                break
            tail += 1
        if tail > last:
            return _body(text, printed(text, word, last), word, last, tail, CASES[0])
    return None


_WITHIN_NAME = frozenset({"of", "and", "&", "upon", "on"})


def _by_tail(text: DocumentText, word: int) -> Body | None:
    """Return a body whose name ends with its noun: capitalised words of a line, at least one of them its own."""
    last = next((word + len(tail) - 1 for tail in tails().get(text.bare[word], ()) if _reads(text, word, tail)), None)
    if last is None or not text.is_capitalised(word):
        return None
    ends = last + 1 == len(text.words) or text.begins_line(last + 1) or text.words[last][-1:] in _ENDS
    if not ends and text.is_capitalised(last + 1):
        return None
    first = word
    while first and word - first < MAX_FIELD_WORDS and not text.begins_line(first):
        before = text.words[first - 1]
        if before[-1:] in _ENDS or not (text.is_capitalised(first - 1) or before in _WITHIN_NAME):
            break
        first -= 1
    labels = words_of("label_names") | words_of("labels") | {"the"}
    while first < word and (text.bare[first] in labels or not text.is_capitalised(first)):
        first += 1
    if all(text.bare[each] in words_of("no_names") for each in range(first, word)):
        return None
    place = place_in(text, first, word - 1)
    is_local = text.bare[last] in {"council", "county"}
    if place is None and is_local:
        proper = [each for each in range(first, word) if text.bare[each] not in words_of("no_names")]
        place = PlaceName(printed(text, proper[0], proper[-1]), proper[0], proper[-1])
    return Body(printed(text, first, last), first, last, CASES[0], place, is_local=is_local)


def _reads(text: DocumentText, word: int, phrase: tuple[str, ...]) -> bool:
    return text.bare[word : word + len(phrase)] == phrase


def _body(text: DocumentText, head: str, first: int, last: int, tail: int, case: str) -> Body | None:
    """Return the body with the name ``head`` and words after ``last``, None for a firm, an office or a department."""
    rest = printed(text, last + 1, tail)
    name = f"{head} {rest}".strip()
    folded = fold(name)
    after = text.bare[tail + 1] if tail + 1 < len(text.words) else ""
    if not _LIMITED.isdisjoint((after, *text.bare[last : tail + 1])):
        return None
    if folded in words_of("incomplete") or pattern_of("never").match(folded):
        return None
    return Body(
        name,
        first,
        tail,
        case,
        place_in(text, last + 1, tail),
        is_oversight=bool(pattern_of("oversight").match(folded)),
    )
