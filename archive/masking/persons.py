"""Unlisted names of natural persons: proposed by given names, the form of surnames, and context: titles, labels, mail
addresses. Whoever is named in full somewhere is then found by each name alone (:mod:`archive.masking.lone_names`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from archive.masking.listed_names import KnownNames, NameToken, name_tokens, stems_of
from archive.masking.lone_names import LEAST_LONE, Outside, Told, lone_names
from archive.masking.name_context import (
    AFTER_INITIAL,
    AND,
    AROUND,
    STREET_GOES_ON,
    is_acting,
    is_after_apposition,
    is_after_role,
    is_after_title,
    is_at_head,
    is_subject,
)
from archive.masking.name_places import (
    ROW,
    goes_on_with_places,
    is_oblique,
    is_place,
    is_place_word,
    is_street,
    is_whole_row,
    quoted_titles,
)
from archive.masking.name_runs import is_after_name, run_of, with_nickname
from archive.masking.name_words import (
    ALSO_FIRMS,
    ALSO_WORDS,
    NO_GIVEN,
    any_of,
    given_names,
    given_of,
    has_form_of_surname,
    is_initial,
    is_kin,
    is_known,
    is_role,
    is_sure,
    is_titled,
    is_town,
    is_word_somewhere,
    may_be_surname,
)
from archive.text.folding import fold, to_latin
from archive.text.known_words import ENGLISH, is_folded_word

_AFTER_PERSON = re.compile(
    rf" ?[,(–—-]? ?(?:JMBG?\b|OIB\b|rođ\w*[. ]|[0-9]{{13}}(?!\w))|(?i: ?[,(–—-] ?(?:(?:{any_of('after')})|s\. ?r\.))"
)
_MAIL = re.compile(r"([\w.+-]{3,60}) ?@")
_MAIL_HEAD = re.compile(
    r"(?<!\w)(?:From|To|Cc|Bcc|Od|Za|Šalje|Prima): {0,2}\"?([^\W\d_][^\"<>@:\n(]{2,60}?)(?= ?[(\"<])"
    r"(?=[^<>\n]{0,30}<[^<> ]+@)"
)
_LOWER_WORD = re.compile(r"(?<![\w.-])(?!von |van )[a-zčćžšđа-џ]{3,}(?![\w.])")
_HEADING = re.compile(
    r"(?:ime i prezime|prezime(?:, [^\W\d_]+ [^\W\d_]+,?)? (?:i )?ime|ime prezime)(?!\w)", re.IGNORECASE
)
_NEXT_ROW = re.compile(r"[.,;]? [0-9]{1,3}[.)]? ")
_PREPOSITION = re.compile(r"(?<!\w)(?:u|iz|na|od|kod|sa|do|za|у|из|на|од|код|са|до|за) $", re.IGNORECASE)
_NUMBER_GOES_ON = re.compile(r"\. ?[0-9]|\.? ?:|\.? (?:br|бр)\.? ?[0-9]")
_NUMERALS = frozenset("IVX")
LONGEST_INITIAL = 2
_TWO_GIVEN = 2
_LONGEST_PREPOSITION = 8


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of which names are read. ``mails`` are the folded names of its addresses, ``table`` is the end of the
    heading "name and surname"."""

    text: str
    tokens: Sequence[NameToken]
    mails: frozenset[str]
    table: int | None


NOBODY = KnownNames()


def persons(text: str, elsewhere: KnownNames = NOBODY) -> list[tuple[int, int]]:
    """Return the places of persons' names: full names, and further occurrences of each of their words alone. Names
    that other pages make known are ``elsewhere``."""
    here = FullNames(text)
    told = Told(here.known, elsewhere)
    return here.found + list(
        lone_names(text, here.tokens, told, here.found, Outside([*here.found, *here.titles, *here.places]))
    )


def known_forms(token: NameToken, name: Sequence[NameToken]) -> Iterator[str]:
    """Yield the folded forms by which a word of a full ``name`` is known: its nominative, and the stem of a surname
    beside a given name that is in another case, too."""
    if token.form not in NO_GIVEN:
        yield token.form
    if given := given_of(token.form):
        yield given
    elif any(given_of(one.form) not in ("", one.form) or one.form[:-1] in given_names() for one in name):
        yield from (stem for stem in stems_of(token.form) if len(stem) >= LEAST_LONE)


def parts_of(token: NameToken) -> Iterator[NameToken]:
    """Yield a word of a name, and each part of a double surname."""
    yield token
    if "-" in token.text:
        parts = name_tokens(token.text, parted=True)
        yield from (one for one in parts if len(one.text) >= LEAST_LONE and not (is_town(one) or is_place_word(one)))


class FullNames:
    """The full names of a text: the places ``found``, those of them in the ``heads`` of mails, the ``spans`` of tokens
    of the others, and the names ``known`` by them."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens = name_tokens(text)
        heading = _HEADING.search(to_latin(text))
        mails = frozenset(re.sub(r"[^a-z]", "", fold(mail[1])) for mail in _MAIL.finditer(text))
        self.of = _Text(text, tokens, mails, heading.end() if heading else None)
        # An office has words in its name that are printed in lower case.
        heads = (head.span(1) for head in _MAIL_HEAD.finditer(text))
        self.found = [head for head in heads if not _LOWER_WORD.search(text, *head)]
        self.heads = tuple(self.found)
        self.titles = list(quoted_titles(text))
        self.spans: list[tuple[int, int]] = []
        self.places: list[tuple[int, int]] = []
        self.known = KnownNames()
        outside = Outside([*self.found, *self.titles])
        for begin, end in self.found:
            for token in name_tokens(text[begin:end]):
                self.known.add(token.form)
        at, placed = 0, -1
        while at < len(tokens):
            end = 0
            if tokens[at].is_capital and outside(tokens[at].begin):
                end = _end(self.of, at, self.found[-1][1] if self.found else -1)
            if end and (is_place(text, tokens, at, end) or goes_on_with_places(text, tokens, at, end, placed)):
                placed = tokens[end - 1].end
                if is_oblique(tokens[end - 1]) and is_street(text, tokens, at, end):
                    self.places.append((tokens[at].begin, placed))
                end = 0
            if end:
                end = with_nickname(text, tokens, end)
                self.found.append((tokens[at].begin, tokens[end - 1].end))
                self.spans.append((at, end))
                for name in _known_by(self.of, at, end):
                    self.known.add(name)
            at = end or at + 1


def _known_by(here: _Text, begin: int, end: int) -> set[str]:
    """Return the names, in folded form, that a full name makes known: not its common words, unless it has a title."""
    is_after = begin > 0 and is_after_role(here.text, here.tokens, begin)
    is_after = is_after or is_acting(here.text, here.tokens[begin].begin, here.tokens[end - 1].end)
    known = set[str]()
    for one in here.tokens[begin:end]:
        for part in parts_of(one):
            if len(part.text) > LONGEST_INITIAL and (is_after or _is_told_apart(part)):
                known.update(known_forms(part, here.tokens[begin:end]))
    return known


def _is_told_apart(token: NameToken) -> bool:
    """Return whether a word of a name is none of the common words, which are masked only beside another name."""
    if is_sure(token) or given_of(token.form) or may_be_surname(token):
        return True
    is_common = is_folded_word(token.form, ENGLISH) or (token.text.isupper() and is_known(token))
    return not (is_common or is_town(token) or is_place_word(token))


def _end(here: _Text, at: int, named: int) -> int:
    """Return the token after a person's name that begins at token ``at``; 0 if there is none. ``named`` is the end of
    the name before."""
    text, tokens = here.text, here.tokens
    run = run_of(text, tokens, at)
    words = [one for one in run if len(tokens[one].text) > 1 and not is_initial(text, tokens[one])]
    if len(run) < 2 or not words:
        return 0
    if words[0] != at or len(words) == 1:
        is_after = words[0] != at
        return _after_initials(text, tokens, words, named) if is_after else _before_initial(text, tokens, at)
    first, second = tokens[words[0]], tokens[words[1]]
    is_title = is_kin(first) or is_place_word(first) or (is_titled(first) and not given_of(first.form))
    if is_title or is_role(first) or is_role(second):
        return 0
    third = tokens[words[2]] if len(words) > 2 else None
    if "(" in text[first.end : second.begin] or (third and "(" in text[second.end : third.begin]):
        return _bracketed(text, tokens, words)
    fourth = tokens[words[3]] if len(words) > _TWO_GIVEN + 1 else None
    is_first = is_sure(first) or may_be_surname(first)
    if third and fourth and is_first and is_sure(third) and given_of(fourth.form):
        # The next row.
        third = None
    if third and is_sure(second) and not given_of(first.form) and _is_surname_first(second, third, None):
        # A double surname, or a word before a name.
        return words[2] + 1 if is_sure(first) or not is_known(first) else 0
    gap = text[named : first.begin] if named >= 0 else ""
    is_listed = gap == ", " or _NEXT_ROW.fullmatch(gap)
    is_likely = given_of(first.form) == first.form or (second.form in given_names() and not is_known(first))
    joined = AND.fullmatch(gap) or (is_listed and is_likely)
    is_pair = _is_pair(here, first, second, third) or (joined and _may_be_pair(first, second))
    return _extended(text, tokens, words, 2) if is_pair else 0


def _is_pair(here: _Text, first: NameToken, second: NameToken, third: NameToken | None) -> bool:
    """Return whether two words are a given name and a surname, in either order."""
    given = given_of(first.form)
    return (
        (bool(given) and _follows_given(here.text, first, second, given))
        or (_is_surname_first(first, second, third) and (is_sure(first) or _ends_before(here.text, third)))
        or (third is None and _is_common_first(here.text, first, second))
        or (is_sure(second) and not is_sure(first) and not is_town(second))
        or _is_mailed(first.form, second.form, here.mails)
        or _has_title_or_label(here.text, first, second, here.table)
        or _is_common_pair(here.text, first, second)
    )


def _is_common_pair(text: str, first: NameToken, second: NameToken) -> bool:
    """Return whether a given name and a common word are the name of a person who does what persons do."""
    given = given_of(first.form)
    is_plain = given and first.form in given_names() and not (first.text.isupper() or second.text.isupper())
    if not is_plain or not _may_be_pair(first, second) or is_titled(second) or is_kin(second):
        return False
    return is_acting(text, first.begin, second.end)


def _before_initial(text: str, tokens: Sequence[NameToken], at: int) -> int:
    """Return the token after the initial that stands after one name: Petrović A., Ana P."""
    first, initial = tokens[at], tokens[at + 1]
    given = given_of(first.form)
    is_name = is_sure(first) or (given and (given not in ALSO_WORDS or not is_at_head(text, first.begin)))
    is_name = is_name or is_whole_row(text, first.begin, initial.end)
    return at + 2 if is_name and len(initial.text) != LONGEST_INITIAL and AFTER_INITIAL.match(text, initial.end) else 0


def _after_initials(text: str, tokens: Sequence[NameToken], words: Sequence[int], named: int) -> int:
    """Return the token after a surname that stands after initials, or two of it."""
    first, at = tokens[words[0]], words[0] - 1
    if is_role(first) or is_town(first):
        return 0
    if is_sure(first) or may_be_surname(first):
        return _extended(text, tokens, words, 1)
    second = tokens[words[1]] if len(words) > 1 and words[1] == words[0] + 1 else None
    if second and (is_sure(second) or may_be_surname(second)):
        return words[1] + 1
    initial = tokens[at]
    is_rare = not is_known(first) and len(first.text) > LEAST_LONE and initial.text not in _NUMERALS
    is_named = (
        (is_rare and text[initial.begin - 1 : initial.begin] != ".")
        or (named >= 0 and (AND.fullmatch(text, named, initial.begin) or text[named : initial.begin] == ", "))
        or is_whole_row(text, initial.begin, first.end)
        or (at > 0 and (is_after_role(text, tokens, at) or is_after_apposition(text, initial.begin)))
    )
    is_shortened = len(initial.text) > LONGEST_INITIAL
    return words[0] + 1 if is_named and not (is_shortened or first.text.isupper()) else 0


def _bracketed(text: str, tokens: Sequence[NameToken], words: Sequence[int]) -> int:
    """Return the token after a name with the father's name in parentheses: Ana (Petar) Perić, Perić (Petar) Ana."""
    gaps = [text[tokens[one].end : tokens[other].begin] for one, other in pairwise(words)]
    opening = next(number for number, gap in enumerate(gaps, 1) if "(" in gap)
    if ")" in gaps[opening - 1]:
        # A shortened name.
        opening -= 1
    names = [tokens[one] for one in words[: opening + 2]]
    if opening < len(gaps) and ")" in gaps[opening]:
        is_named = any(is_sure(one) or given_of(one.form) for one in names)
        return _extended(text, tokens, words, opening + 2) if is_named else 0
    is_named = opening > 1 and bool(given_of(names[0].form) or is_sure(names[1]) or is_sure(names[0]))
    return words[opening - 1] + 1 if is_named else 0


def _extended(text: str, tokens: Sequence[NameToken], words: Sequence[int], count: int) -> int:
    """Return the token after a name of ``count`` words and the further names that stand after it."""
    while count < len(words):
        last, here = tokens[words[count - 1]], tokens[words[count]]
        if is_after_name(text, tokens, words, count):
            break
        is_other = is_word_somewhere(here) or given_of(here.form) or is_role(here) or is_town(here)
        if is_other and not is_sure(here) and not _is_second_surname(text, last, here):
            after = tokens[words[count + 1]] if count + 1 < len(words) else None
            if count == _TWO_GIVEN and _is_after_given(tokens, words, here):
                return words[count] + 1
            if not (given_of(last.form) and given_of(here.form)):
                break
            if after is None:
                # A column of given names.
                return words[count] + 1
            # Two given names, then the surname.
            if count > 2 or is_role(after) or is_town(after) or is_place_word(after):
                break
        is_counted = STREET_GOES_ON.match(text, here.end) or _NUMBER_GOES_ON.match(text, here.end)
        if (is_counted or here.text.isupper() != last.text.isupper()) and not is_sure(here):
            break
        count += 1
    return words[count - 1] + 1


def _is_after_given(tokens: Sequence[NameToken], words: Sequence[int], here: NameToken) -> bool:
    """Return whether a common word stands after two given names as their surname."""
    is_named = all(given_of(tokens[at].form) and not tokens[at].text.isupper() for at in words[:_TWO_GIVEN])
    return is_named and not (given_of(here.form) or is_role(here) or is_town(here) or is_place_word(here))


def _is_second_surname(text: str, last: NameToken, here: NameToken) -> bool:
    """Return whether a common word is a second surname: by its form, or since a sentence goes on after it."""
    if is_role(here) or is_town(here) or is_place_word(here) or not is_sure(last):
        return False
    return has_form_of_surname(here) or is_subject(text, here.end)


def _follows_given(text: str, first: NameToken, second: NameToken, given: str) -> bool:
    """Return whether the word after a given name is a surname."""
    if is_sure(second) or may_be_surname(second):
        return True
    is_shouted = first.text.isupper()
    is_common = is_shouted and is_known(second) and not has_form_of_surname(second)
    if is_common or is_place_word(second) or is_shouted != second.text.isupper():
        return False
    if given not in ALSO_WORDS and first.form not in NO_GIVEN:
        return not (is_town(second) and first.form not in given_names())
    is_rare = given not in ALSO_FIRMS and first.form not in NO_GIVEN and not is_word_somewhere(second)
    inside = not is_shouted and (is_rare or not is_at_head(text, first.begin))
    if given_of(second.form) == second.form and second.form not in ALSO_WORDS:
        return inside
    is_plain = given not in ALSO_FIRMS and first.form not in NO_GIVEN
    return inside and (is_plain or not is_known(second)) and not is_town(second)


def _may_be_pair(first: NameToken, second: NameToken) -> bool:
    """Return whether two words may be a name where a name is expected."""
    if is_known(first) and is_known(second) and not given_of(first.form) and not given_of(second.form):
        return False
    is_formed = is_sure(first) or is_sure(second)
    if first.text.isupper() != second.text.isupper() and not is_formed:
        return False
    is_given = any(given_of(one.form) and one.form not in NO_GIVEN for one in (first, second))
    if first.text.isupper() and not (is_formed or may_be_surname(second) or is_given):
        return False
    return not (is_town(second) or is_role(second) or is_place_word(first) or is_place_word(second))


def _has_title_or_label(text: str, first: NameToken, second: NameToken, table: int | None) -> bool:
    """Return whether a title or label beside two words identifies them as a name, or the row of a table of names."""
    if not _may_be_pair(first, second):
        return False
    before, after = text[max(0, first.begin - AROUND) : first.begin], text[second.end : second.end + AROUND]
    if ROW.search(before):
        is_rare = given_of(first.form) or not (is_known(first) or is_known(second))
        is_whole = is_rare and not first.text.isupper() and is_whole_row(text, first.begin, second.end)
        if given_of(second.form) or (table is not None and first.begin > table) or is_whole:
            return True
    is_evident = any(is_sure(one) or (given_of(one.form) and one.form not in NO_GIVEN) for one in (first, second))
    if is_evident and is_after_apposition(text, first.begin):
        return True
    return is_after_title(text, first.begin) or _AFTER_PERSON.match(to_latin(after)) is not None


def _is_mailed(first: str, second: str, mails: frozenset[str]) -> bool:
    """Return whether a mail address is made of two words."""
    made = {first + second, second + first, first[0] + second, second + first[0], first + second[0]}
    return not mails.isdisjoint(made) or (first in mails and bool(given_of(first)))


def _ends_before(text: str, third: NameToken | None) -> bool:
    """Return whether a name of two words ends before a third one: of a role, a town or a street."""
    return third is None or is_role(third) or is_town(third) or STREET_GOES_ON.match(text, third.end) is not None


def _is_surname_first(first: NameToken, second: NameToken, third: NameToken | None) -> bool:
    given = given_of(second.form)
    if not given or is_town(first):
        return False
    if second.form in NO_GIVEN:
        return is_sure(first) and second.form in given_names() and (third is None or is_sure(third))
    is_exact = len(second.form) > LEAST_LONE or (second.form == given and len(given) >= LEAST_LONE)
    return is_sure(first) or ((is_exact or may_be_surname(first)) and given not in ALSO_WORDS and not is_known(first))


def _is_common_first(text: str, first: NameToken, second: NameToken) -> bool:
    """Return whether a common word with a capital inside a sentence is the surname of the given name after it."""
    given = given_of(second.form)
    if not given or second.form != given or given in ALSO_WORDS or given in NO_GIVEN or given_of(first.form):
        return False
    if is_town(first) or is_titled(first) or first.text.isupper() != second.text.isupper() or first.text.isupper():
        return False
    before = text[max(0, first.begin - _LONGEST_PREPOSITION) : first.begin]
    return not (is_at_head(text, first.begin) or _PREPOSITION.search(before))
