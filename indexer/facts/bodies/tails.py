"""Where the name of a public body ends: after the quoted words and their town, the field of work, the place."""

from __future__ import annotations

from archive.text.folding import to_latin
from indexer.facts.bodies.places import Place, place_at
from indexer.facts.bodies.words import nouns, words_of
from indexer.facts.text import DocumentText

MAX_WORDS = 18
MAX_QUOTED_WORDS = 10
MAX_FIELD_WORDS = 8

_OPENING = "„“\"«»”'‘"
_CLOSING = "“”\"»«'’"
_ENDS = ".,:;)"
"""What ends a name where it stands at the end of a word."""


def tail_end(text: DocumentText, last: int) -> int:
    """The last word of the name whose noun is word ``last``: quoted words and a town, a field of work, a place."""
    end = min(len(text.words), last + MAX_WORDS)
    noun = last
    # "О.Ш. „Липа“": the full stop of an abbreviation ends no name.
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
    """Whether a comma parts fields of work: "Uprava za imovinu, ugovore i nadzor" goes on to the word after "i"."""
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
    """Whether a quotation begins with ``word``."""
    return text.words[word][:1] in _OPENING


def _stops(text: DocumentText, word: int) -> bool:
    """Whether a name ends before ``word``: a stop word, another body's abbreviation, a place in which something is."""
    bare, following = text.bare[word], text.bare[word + 1 : word + 2]
    if bare in {"u", "na"}:
        # "u Varešu" and "na teritoriji" belong to a name, and so do words before a quoted one.
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
    """Whether a name goes on in the next line: it is unfinished, or both lines are of one block and look the same."""
    following = text.words[last + 1]
    if text.bare[last] in {"za", "i", "o", "na", "u"} or following[:1] in _OPENING:
        return True
    if not text.continues_block(last + 1):
        return False
    if following[:1].islower():
        return True
    both_capitals = text.words[last].isupper() and following.isupper()
    return both_capitals and last > noun and text.bare[last + 1] not in nouns()


def _changes_case(text: DocumentText, noun: int, last: int) -> bool:
    """Whether a name in capitals is over, because the next word has small letters: "… KONKURENCIJE Savska 25"."""
    following = text.words[last + 1]
    in_capitals = text.words[noun].isupper() and text.words[last].isupper() and len(text.bare[last]) > 1
    return in_capitals and following[:1].isupper() and following[1:2].islower()


def _after_quotes(text: DocumentText, first: int) -> int:
    """The last word of a name whose quoted part begins at ``first``: the closing quote, or the town after it."""
    last = first
    # The opening sign may stand alone, and be one that closes too.
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
    """Words as printed, in Latin script, without the punctuation around them."""
    return to_latin(text.quote(first, last)).strip(" ,;:.–-_|•")


def place_in(text: DocumentText, first: int, last: int) -> Place | None:
    """The municipality that the name of a body ends with."""
    for start in range(max(first, last - 2), last + 1):
        place = place_at(text, start, last + 1)
        if place is not None and place.last == last and text.words[last].rstrip(_ENDS)[-1:] not in _CLOSING:
            return place
    return None
