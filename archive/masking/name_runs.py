"""Runs of words that may be one name: with initials, a nickname after a dash or in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from archive.masking.listed_names import NameToken
from archive.masking.name_context import AFTER_INITIAL, GAP, HOUSE_FOLLOWS, STREET_GOES_ON, has_capital_after
from archive.masking.name_places import is_place_word, is_street
from archive.masking.name_words import (
    given_of,
    is_far_town,
    is_initial,
    is_known,
    is_name_word,
    is_role,
    is_sure,
    is_titled,
    is_town,
)

_DASH, _OPENING, _CLOSING = re.compile(" [-–—] "), re.compile(' [„“"«»]'), re.compile('[“”"«»] ')
_GOES_ON = re.compile(r" (?:i|и|je|је) | [^\W\d_]{2,}(?:ao|io|la|uje|ао|ио|ла|ује)(?!\w)")
_LONGEST_RUN = 5


def run_of(text: str, tokens: Sequence[NameToken], at: int) -> list[int]:
    """Return consecutive tokens from ``at`` on that may be one name: capitalized words and initials only."""
    run: list[int] = []
    for number in range(at, min(len(tokens), at + _LONGEST_RUN)):
        token = tokens[number]
        is_letter = is_initial(text, token) or (bool(run) and _is_bare_initial(tokens, number))
        if not (is_letter or is_name_word(token)) or (run and not _is_joined(text, tokens, number)):
            break
        run.append(number)
    return run


def _is_bare_initial(tokens: Sequence[NameToken], at: int) -> bool:
    """Return whether a letter without a full stop stands before a surname; "I" may be the word "and" in capitals."""
    is_letter = len(tokens[at].text) == 1 and tokens[at].is_capital and tokens[at].form != "i"
    return is_letter and at + 1 < len(tokens) and is_sure(tokens[at + 1])


def _is_joined(text: str, tokens: Sequence[NameToken], at: int) -> bool:
    """Return whether a word may go on with the name before it."""
    before, token = tokens[at - 1], tokens[at]
    gap = text[before.end : token.begin]
    if GAP.fullmatch(gap) or _CLOSING.fullmatch(gap) or (is_initial(text, before) and AFTER_INITIAL.fullmatch(gap)):
        return True
    if not given_of(before.form):
        return False
    if _OPENING.fullmatch(gap) and at + 1 < len(tokens) and is_sure(tokens[at + 1]):
        return _CLOSING.fullmatch(text, token.end, tokens[at + 1].begin) is not None
    return _DASH.fullmatch(gap) is not None and bool(given_of(token.form))


def with_nickname(text: str, tokens: Sequence[NameToken], end: int) -> int:
    """Return the token after a name that ends before ``end`` and the nickname that a dash joins to it."""
    here = tokens[end] if end < len(tokens) else None
    if here is None or not is_name_word(here) or not _DASH.fullmatch(text, tokens[end - 1].end, here.begin):
        return end
    is_other = is_role(here) or is_titled(here) or is_town(here) or is_place_word(here) or is_far_town(here)
    is_word = is_known(here) and not (given_of(here.form) or _GOES_ON.match(text, here.end))
    is_long = has_capital_after(text, tokens, end) or STREET_GOES_ON.match(text, here.end)
    return end if is_other or is_word or is_long else end + 1


def is_after_name(text: str, tokens: Sequence[NameToken], words: Sequence[int], count: int) -> bool:
    """Return whether a further word after a name of ``count`` words is the surname of the next row or a street."""
    here, names = tokens[words[count]], [tokens[one] for one in words[:count]]
    is_next = any(given_of(tokens[one].form) for one in words[count + 1 : count + 2])
    if is_next and given_of(names[-1].form) and not given_of(names[0].form):
        return True
    if len(words) > count + 1:
        return is_street(text, tokens, words[count], words[-1] + 1)
    is_whole = not is_sure(here) or here.form.endswith(_POSSESSIVES) or any(map(is_sure, names))
    return is_whole and HOUSE_FOLLOWS.match(text, here.end) is not None


_POSSESSIVES = ("iceva", "icevoj", "iceve")
