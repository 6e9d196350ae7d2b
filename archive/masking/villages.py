"""Villages that are the home of a person, without a street or number, in texts in plain Latin letters
(:mod:`archive.masking.places`). A town says little of where somebody lives and stays visible."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from archive.masking.listed_names import name_tokens
from archive.masking.name_words import is_far_town, is_role, is_titled, is_town, is_word_somewhere

_NAME = r"[A-Z][a-z]{2,}(?:-[A-Z][a-z]+)?"
_SETTLEMENT = (
    r"(?i:sel(?:o|a|u|om)|s\.|zasel(?:ak|ka|ku)|zaseo(?:ka|ku|k)|naselj?(?:e|a|u)|mahal[aeiu]|salas\w{0,2}"
    r"|village(?: of)?|fshat(?:i|in)?(?: i| e)?)"
)
_VILLAGE = re.compile(rf"(?<![\w.]){_SETTLEMENT} {_NAME}(?: {_NAME}){{0,2}}(?:,? {_SETTLEMENT} {_NAME})?(?! ?[0-9])")
_LIVES = re.compile(
    r"(?<!\w)(?i:prebivalist\w*|boravist\w*|nastanj?\w*|stanuje\w*|ziv[ie](?: i radi)?|residing|living|banon"
    r"|roden\w{0,3}|rodjen\w{0,3}|lindur[^;]{0,20} nga|rodj?en[^;]{0,30}[0-9.] iz)"
    r"(?: (?i:je|su|se|od|i|danas|trenutno|stalno|in|[0-9.]+|godine|god\.))*(?: (?i:u|na|in|ne))?:? $"
)
_FROM = re.compile(
    rf"(?:, [0-9. ]{{4,12}})?(?:, [a-z]{{4,18}}(?: [a-z]{{4,18}})?)?,? "
    rf"(?:iz|from|nga) (?P<place>{_NAME}(?: {_NAME})?)(?!\w)"
)
_BEFORE_TOWN = re.compile(rf", (?P<place>{_NAME}(?: {_NAME})?), (?P<town>{_NAME})(?! ?[0-9])")
_IN = re.compile(
    rf"(?<!\w)(?i:nastanj?\w*|stanuje|prebivalist\w* (?:je )?|ziv[ie]) u (?P<place>{_NAME}(?: {_NAME})?)(?!\w)"
)
_STREET_FOLLOWS = re.compile(r",? (?:ul\.|ulic\w+|[A-Z]\w+ (?:[A-Za-z]\w+ ){0,3}(?:br\. ?)?[0-9])")
_TO_VILLAGE = re.compile(
    r"[ ,;()]*(?:[a-z]{3,18}[ ,]+){0,2}(?:\(?(?:[0-9. ]{3,7})?(?:19|20)[0-9]{2}\.?\)?[ ,]+)?"
    r"(?:(?:licn\w+ kart\w+|l\. ?k\.|lk|jmbg?|br\.?|broj)[ :]*)*(?:[0-9]{6,13}[ ,]+)?"
    r"(?:(?:iz|sa|from|nga|romsk\w+|adresa:?|,) ?)*"
)
_AFTER = 60


def villages(text: str, persons: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield villages of persons: after the word "selo" or the like, and after "iz" where it is no known town or
    word. ``persons`` are the places of names."""
    ends = sorted(end for _, end in persons)
    for found in _VILLAGE.finditer(text):
        begin = found.start()
        lives = _LIVES.search(text, max(0, begin - _AFTER), begin)
        near = ends[bisect_left(ends, begin - _AFTER) : bisect_right(ends, begin)]
        if lives or any(_TO_VILLAGE.fullmatch(text, end, begin) for end in near):
            yield found.span()
    come_from = filter(None, (_FROM.match(text, end) for end in ends))
    for place in (*come_from, *_IN.finditer(text)):
        yield from _small(text, place)
    for place in filter(None, (_BEFORE_TOWN.match(text, end) for end in ends)):
        (town,) = name_tokens(place["town"])
        if is_town(town) or is_far_town(town):
            yield from _small(text, place)


def _small(text: str, found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield a place that is no town, country or other word, and that no street follows."""
    begin, end = found.span("place")
    tokens = name_tokens(text[begin:end])
    is_named_word = is_word_somewhere(tokens[-1]) and not (len(tokens) > 1 and _SIDE.fullmatch(tokens[0].form))
    is_other = is_named_word or any(is_town(one) or is_role(one) or is_far_town(one) for one in tokens)
    if not (is_other or is_titled(tokens[0]) or _STREET_FOLLOWS.match(text, end)):
        yield begin, end


_SIDE = re.compile(r"(?:donj|gornj?|mal|velik|star)[a-z]{1,3}")
"""Of the names of two villages."""
