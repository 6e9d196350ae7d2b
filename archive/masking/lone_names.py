"""Names of one word: of persons who are named in full elsewhere in a text, and those that a word before introduces."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from archive.masking.listed_names import KnownNames, NameToken, stem_of, stems_of
from archive.masking.name_context import (
    AFTER_INITIAL,
    AND,
    GAP,
    HOUSE_FOLLOWS,
    has_capital_after,
    is_at_head,
    is_right_after_role,
    is_subject,
)
from archive.masking.name_places import is_place, is_place_word
from archive.masking.name_words import (
    ALSO_FIRMS,
    ALSO_WORDS,
    CALLS,
    GREETINGS,
    MAIDEN,
    NO_GIVEN,
    given_names,
    given_of,
    is_far_town,
    is_initial,
    is_kin,
    is_kin_form,
    is_known,
    is_name_word,
    is_occupation,
    is_role,
    is_sure,
    is_titled,
    is_town,
    is_word_somewhere,
)
from archive.text.folding import fold

LEAST_LONE = 4
"""Fewest letters of a word that is looked for in other cases."""

_INITIALS = re.compile(r"[^\W\d_]{1,2}\. ?([^\W\d_])[^\W\d_]?\.(?!\w)")
_BORN_THEN = re.compile(r",? \((?:19|20)[0-9]{2}\)|,? (?:rođ|рођ|star|стар)")
_WHOSE = frozenset(["mu", "joj", "mi", "nam", "im"])
_INTRODUCED = re.compile(r"\.? ?[:,„“\"]? ?„?")
_IN_SENTENCE = re.compile(r"[^\W\d_] $")
_QUOTES = '“”"«-'
_OPENING = '„“”"»-'
_ENDINGS = (
    *("ka", "ke", "ki", "ku", "kom", "ima", "ovi", "ovih", "ovima", "eve", "evih", "ne"),
    *(f"kin{ending}" for ending in ("", "a", "e", "o", "u", "og", "om", "oj", "i", "ih", "im")),
)
"""Of wives, of families."""

_AFTER_INITIAL = re.compile(r"(?<!\w)(?:[^\W\d_]|[^\W\d_a-zčćžšđа-џ][^\W\d_A-Z])\. ?$")
_CALLED_AT = re.compile(r" (?:na|на) [+(]?[0-9]{2}")
"""Whom to call at a number."""

_NO_SURNAME = ("ici", "ice", "evo")
"""Ends of the names of villages and families."""


class Outside:
    """Whether an offset is in none of some places."""

    def __init__(self, places: Sequence[tuple[int, int]]) -> None:
        self._places = sorted(places)
        self._begins = [begin for begin, _ in self._places]

    def __call__(self, offset: int) -> bool:
        at = bisect_right(self._begins, offset) - 1
        return at < 0 or self._places[at][1] <= offset


class Told:
    """The names that are ``known`` by a text itself, and those that other pages make known."""

    def __init__(self, known: KnownNames, elsewhere: KnownNames) -> None:
        self.known, self._elsewhere = known, elsewhere
        self._here: dict[str, bool] = {}
        self._there: dict[str, bool] = {}

    def add(self, name: str) -> None:
        """Make a folded name known."""
        if name not in self.known:
            self.known.add(name)
            self._here.clear()

    def is_here(self, form: str) -> bool:
        """Return whether a folded word is a case form of a name of this text."""
        if form not in self._here:
            self._here[form] = _is_of(form, self.known)
        return self._here[form]

    def is_elsewhere(self, form: str) -> bool:
        """Return whether a folded word is a case form of a name of another page."""
        if form not in self._there:
            self._there[form] = _is_of(form, self._elsewhere)
        return self._there[form]

    def is_word(self, form: str) -> bool:
        """Return whether the document prints a name of another page in lower case, too."""
        return not self._elsewhere.words.isdisjoint((form, stem_of(form), *stems_of(form)))


def introduced_names(text: str, tokens: Sequence[NameToken], outside: Outside) -> Iterator[NameToken]:
    """Yield names of one word that the word before introduces: after "gospodin", "rođena", "ime"."""
    for at, token in enumerate(tokens):
        is_free = is_name_word(token) and outside(token.begin)
        if is_free and (_is_introduced(text, tokens, at) or _is_of_family(text, token)):
            yield token


def lone_names(
    text: str, tokens: Sequence[NameToken], told: Told, found: Sequence[tuple[int, int]], outside: Outside
) -> Iterator[tuple[int, int]]:
    """Yield single names, each with an initial beside it. A surname after "gospodin" is known from there on."""
    free = [at for at, one in enumerate(tokens) if is_name_word(one) and outside(one.begin)]
    introduced = {at for at in free if _is_introduced(text, tokens, at) or _is_of_family(text, tokens[at])}
    for at in introduced:
        told.add(given_of(tokens[at].form) or stem_of(tokens[at].form))
    begins = {begin for begin, _ in found} | {tokens[at].begin for at in introduced}
    for at in reversed(free):
        if _is_listed(text, tokens, at, begins, set()):
            begins.add(tokens[at].begin)
    ends = {end for _, end in found}
    for at in free:
        form = tokens[at].form
        if _is_listed(text, tokens, at, begins, ends):
            told.add(given_of(form))
        is_one = (
            (told.is_here(form) and _is_printed_alone(text, tokens, at, told.known))
            or (told.is_elsewhere(form) and _is_printed_without_doubt(text, tokens, at, told))
            or _stands_alone(text, tokens, at)
            or (given_of(form) and _CALLED_AT.match(text, tokens[at].end))
        )
        if at in introduced or (is_one and not is_place(text, tokens, at, at + 1)):
            place = _with_initials(text, tokens, at)
            ends.add(place[1])
            yield place
    for number, token in enumerate(tokens):
        # A child or witness that the paper itself shortens to initials.
        pair = _INITIALS.match(text, token.begin) if is_initial(text, token) else None
        if pair is None or not pair[1].isupper():
            continue
        if _BORN_THEN.match(text, pair.end()) or (number > 0 and is_right_after_role(text, tokens, number)):
            yield pair.span()


def _is_listed(text: str, tokens: Sequence[NameToken], at: int, begins: set[int], ends: set[int]) -> bool:
    """Return whether "and" or a comma joins a given name to another name: Maja, Ana i Stefan Olujić."""
    token = tokens[at]
    if not given_of(token.form) or is_town(token) or is_far_town(token) or HOUSE_FOLLOWS.match(text, token.end):
        return False
    after = _JOINED.match(text, token.end)
    if after and after.end() in begins:
        return True
    starts = (token.begin - size for size in _JOINED_SIZES)
    is_after = any(start in ends and _JOINED.fullmatch(text, start, token.begin) for start in starts)
    is_plain = token.form not in NO_GIVEN or token.form in given_names() or text[token.begin - 2] != ","
    return is_after and is_plain and not has_capital_after(text, tokens, at)


_JOINED = re.compile(rf"{AND.pattern}|, ")
_JOINED_SIZES = (2, 3, 4, 5)


def _with_initials(text: str, tokens: Sequence[NameToken], at: int) -> tuple[int, int]:
    """Return the place of a name with the initial before or after it, or with a given name before it."""
    begin, end = tokens[at].begin, tokens[at].end
    before = tokens[at - 1] if at else None
    if before and before.is_capital:
        gap = text[before.end : begin]
        if len(before.text) <= _LONGEST_ABBREVIATION and is_initial(text, before) and AFTER_INITIAL.fullmatch(gap):
            return before.begin, end
        if GAP.fullmatch(gap) and given_of(before.form):
            return before.begin, end
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after and len(after.text) == 1 and is_initial(text, after) and text[end : after.begin] == " ":
        end = after.end
    return begin, end


def _is_introduced(text: str, tokens: Sequence[NameToken], at: int) -> bool:
    """Return whether the word before introduces a name that stands alone: kinship, address, "rođena", "prezime"."""
    token, before = tokens[at], tokens[at - 1]
    gap = text[before.end : token.begin] if at else "-"
    if before.form in _WHOSE and at > 1 and gap == " ":
        before = tokens[at - 2]
    is_part = text[max(0, before.begin - 1) : before.begin].isdigit()
    if is_part or not _INTRODUCED.fullmatch(gap) or is_role(token) or is_town(token) or is_place_word(token):
        return False
    after = has_capital_after(text, tokens, at)
    if before.form in GREETINGS and _is_greeted(text, token, before, gap):
        return ":" in gap or not after
    if "," in gap or ("." in gap and len(before.form) > LEAST_LONE):
        return False
    is_maiden = MAIDEN.fullmatch(before.form) and not (at > 1 and _OF_BIRTH.fullmatch(tokens[at - 2].form))
    is_maiden = is_maiden and (before.form != "r" or _follows_name(text, tokens, at - 1))
    if is_maiden or _is_heading(tokens, at):
        return _is_after_label(tokens, at)
    if ":" in gap and _is_after_colon(text, token, before):
        return after is None or is_role(after)
    is_of_kin = is_kin(before) and gap.strip() in ("", ":", ".") and _is_of_kin(text, token, before, after)
    return is_of_kin or (gap == " " and after is None and _is_of_occupation(token, before))


def _is_greeted(text: str, token: NameToken, before: NameToken, gap: str) -> bool:
    """Return whether a word after a greeting is a name, in the vocative with a comma after it, or a given name."""
    is_word = len(before.form) > _LONGEST_ABBREVIATION
    is_called = (
        before.form in CALLS and gap == " " and text[token.end : token.end + 1] in tuple(",!") and not is_known(token)
    )
    return is_called or (bool(given_of(token.form)) and (gap.strip(" ") in (":", ",") or is_word))


_LONGEST_ABBREVIATION = 2


def _is_of_family(text: str, token: NameToken) -> bool:
    """Return whether kinship stands in parentheses after a name."""
    found = _IN_PARENTHESES.match(text, token.end)
    return bool(found and is_kin_form(fold(found[1])) and (given_of(token.form) or not is_known(token)))


_IN_PARENTHESES = re.compile(r" \(([^\W\d_A-ZА-Ш]+)[,)]")


_OF_BIRTH = re.compile("(?:god|dat|mest)[a-z]*")


def _follows_name(text: str, tokens: Sequence[NameToken], at: int) -> bool:
    """Return whether a word in lower case stands right after one with a capital."""
    before = tokens[at - 1]
    return at > 0 and before.is_capital and not tokens[at].is_capital and text[before.end : tokens[at].begin] == " "


def _is_heading(tokens: Sequence[NameToken], at: int) -> bool:
    """Return whether the label of a form stands before: "ime", "ime oca"."""
    before = tokens[at - 1].form
    return before == "ime" or (before in ("oca", "majke") and at > 1 and tokens[at - 2].form == "ime")


def _is_after_label(tokens: Sequence[NameToken], at: int) -> bool:
    token, before = tokens[at], tokens[at - 1]
    is_column = before.form == "prezime" and at > 1 and tokens[at - 2].form == "i"
    if MAIDEN.fullmatch(before.form) and not is_column:
        return bool(given_of(token.form)) or is_sure(token) or not token.text.isupper()
    return bool(given_of(token.form)) or not is_known(token)


def _is_after_colon(text: str, token: NameToken, before: NameToken) -> bool:
    is_plain = given_of(token.form) not in ALSO_FIRMS and token.form not in NO_GIVEN
    is_body = text[token.end : token.end + 2].strip().islower()
    return bool(given_of(token.form) and is_plain) or (is_titled(before) and not (is_known(token) or is_body))


def _is_of_occupation(token: NameToken, before: NameToken) -> bool:
    """Return whether an occupation inside a sentence stands before a given name, though it is a common word, too."""
    is_given = given_of(token.form) not in ("", *ALSO_FIRMS) and token.form not in NO_GIVEN
    return is_given and not (token.text.isupper() or before.is_capital) and is_occupation(before.form)


def _is_of_kin(text: str, token: NameToken, before: NameToken, after: NameToken | None) -> bool:
    """Return whether a word after one of kinship or address is a name: a common word only inside a sentence."""
    if given_of(token.form) or is_sure(token):
        return not (token.form in NO_GIVEN and _DATED.match(text, token.end))
    if before.form == "g" or token.text.isupper():
        # "g." may be the letter of a list.
        is_address = before.form == "g" and _IN_SENTENCE.search(text, max(0, before.begin - 2), before.begin)
        return bool(is_address) and not token.text.isupper()
    is_first = before.is_capital and not before.form.startswith("gospo")
    return not is_known(token) or (after is None and not is_first)


_DATED = re.compile(": | [0-9]")
"""After "Dana" and "Date"."""


def _is_of(form: str, known: KnownNames) -> bool:
    """Return whether a folded word is a case form of a known name, a wife's or a family's."""
    given = given_of(form)
    if given and (given in known or form in known):
        return True
    if len(form) < LEAST_LONE:
        return form in known
    return known.has(form) or any(form.removesuffix(end) in known for end in _ENDINGS if form.endswith(end))


def _is_printed_alone(text: str, tokens: Sequence[NameToken], at: int, known: KnownNames) -> bool:
    """Return whether a word that is like a known name is one where it stands: not at the head of a sentence, or no
    common word."""
    token = tokens[at]
    if is_role(token):
        return False
    is_common = given_of(token.form) in ALSO_WORDS or (is_known(token) and not given_of(token.form))
    if is_sure(token) or not is_common or _AFTER_INITIAL.search(text, max(0, token.begin - 4), token.begin):
        return True
    if not token.text.isupper() and not is_at_head(text, token.begin):
        return True
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is None or text[token.end : after.begin].strip() not in ("", ","):
        return _SPEAKER.match(text, token.end) is not None
    if after.is_capital:
        return _is_of(after.form, known)
    return token.text.isupper() or bool(given_of(token.form)) or is_subject(text, token.end)


def _is_printed_without_doubt(text: str, tokens: Sequence[NameToken], at: int, told: Told) -> bool:
    """Return whether a word that is like a name of another page is one where it stands: a common word only inside a
    sentence, among words without a capital, or before a verb."""
    token = tokens[at]
    if is_sure(token) or _AFTER_INITIAL.search(text, max(0, token.begin - 4), token.begin):
        return True
    if is_role(token) or is_town(token) or is_place_word(token) or token.form in NO_GIVEN:
        return False
    return not is_word_somewhere(token) or _is_common_name(text, tokens, at, told)


def _is_common_name(text: str, tokens: Sequence[NameToken], at: int, told: Told) -> bool:
    """Return whether a common word that is a name of another page is printed as a name."""
    token, after = tokens[at], has_capital_after(text, tokens, at)
    is_speaker = _SPEAKER.match(text, token.end) is not None
    is_firms = given_of(token.form) in ALSO_FIRMS or (text[token.end : token.end + 1] == ":" and not is_speaker)
    if is_firms or token.text.isupper() or _follows_capital(text, tokens, at):
        return False
    if after:
        # A surname, then the given name.
        return given_of(after.form) not in ("", *ALSO_WORDS)
    if not is_at_head(text, token.begin):
        return True
    return not told.is_word(token.form) and (is_speaker or is_subject(text, token.end))


_SPEAKER = re.compile(r": [„“\"]?[^\W\d_a-zčćžšđа-џ]|,? [sс]\. ?[rр]\.")
"""What somebody says, as minutes print it."""


def _follows_capital(text: str, tokens: Sequence[NameToken], at: int) -> bool:
    """Return whether a word with a capital stands right before: no title, and not the first of a sentence."""
    before = tokens[at - 1] if at else None
    if before is None or not before.is_capital or len(text[before.end : tokens[at].begin]) != 1 or is_titled(before):
        return False
    is_first = is_at_head(text, before.begin)
    return is_place_word(before) or not (is_first and is_known(before) and not given_of(before.form))


def _stands_alone(text: str, tokens: Sequence[NameToken], at: int) -> bool:
    """Return whether a single word is a name by itself: certainly a surname, or a given name that is no other word."""
    token = tokens[at]
    if token.form in NO_GIVEN or is_town(token) or token.text.isupper() or _follows_capital(text, tokens, at):
        return False
    if is_far_town(token) and at and tokens[at - 1].form in ("iz", "u", "kod"):
        return False
    after = text[token.end : token.end + 2]
    if is_sure(token) and not token.text.isascii() and not token.form.endswith(_NO_SURNAME):
        return not (after[1:].isupper() or after[:1] in tuple(_QUOTES))
    after = after.lstrip()
    given = given_of(token.form)
    if not given or given in ALSO_WORDS or len(token.form) < LEAST_LONE or after[:1].isupper():
        return False
    before = text[max(0, token.begin - _LEAST_BEFORE) : token.begin].rstrip(" ")
    if after[:1] in tuple(_QUOTES) or before[-1:] in tuple(_OPENING) or HOUSE_FOLLOWS.match(text, token.end):
        return False
    return after[:1].islower() or not is_at_head(text, token.begin)


_LEAST_BEFORE = 4
