"""Unlisted names of natural persons: proposed by given names, the form of surnames, and context: titles, labels, mail
addresses. The word lists are in ``names.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from archive.masking.listed_names import ENDINGS, SHORTEST_STEM, NameToken, is_same_name, name_tokens, stem_of
from archive.text.folding import fold, to_latin
from archive.text.known_words import ENGLISH, SERBIAN, is_folded_word

_RESOURCES = files("archive.masking")
_NAME_LISTS = tomllib.loads(_RESOURCES.joinpath("names.toml").read_text(encoding="utf-8"))


def _any(name: str) -> str:
    return "|".join(map(re.escape, _NAME_LISTS[name].split()))


_ALSO_WORDS = frozenset(_NAME_LISTS["also_words"].split())
_ROLE = re.compile(f"(?:{_any('roles')})[a-z]*")
_BEFORE_PLACE = re.compile(f"(?:{_any('places')})[a-z]*|{_any('whole_places')}")
_KIN = re.compile(f"(?:{_any('kin')})[a-z]*|{_any('whole_kin')}")
_BEFORE_PERSON = re.compile(
    rf"(?:\b(?:{_any('titles')})\w*\.?(?: [^\W\d_]+){{0,2}}|/s/"
    rf"|(?<!poslovno )\b(?:{_any('labels')})\w*(?: za \w+)? ?:) ?(?:_{{2,}} ?)?$",
    re.IGNORECASE,
)
_AFTER_PERSON = re.compile(rf" ?[,(–—-] ?(?:(?:{_any('after')})|s\. ?r\.)", re.IGNORECASE)
_AROUND = 40

_SURNAME = re.compile(r"[a-z]{2,}(?:ic|ov|ev|sk|ck|zk)(?:a|u|em|om|i|ima|e|eva|eve|evi|og|oj|im)?")
_SURE_SURNAME = re.compile(
    r"[^\W\d_]{2,}[iиIИ][ćћĆЋ](?:a|u|em|om|i|e|eva|eve|evi|а|у|ем|ом|и|е|ева|еве|еви|A|U|EM|А|У|ЕМ)?"
)
_BARE_SURNAME = re.compile(r"[a-z]{2,}(?:ov|ev|n|l|k|r|d|s)ic(?:a|u|em)?")
"""A surname without its diacritic, which is ambiguous with other words."""

_NUMBERED = r",? ?(?:br\.?|broj|бр\.?|број) ?"
_SURE_HOUSE = re.compile(rf"{_NUMBERED}[0-9]|,? ?[0-9]{{1,3}}[a-z]?, [0-9]{{5}}", re.IGNORECASE)
_HOUSE = re.compile(rf"(?:{_NUMBERED}|,? ?)[0-9]{{1,3}}(?![0-9.])|,? ?(?:bb|бб)\b", re.IGNORECASE)
_FIRM = r"[“”\"»]?,? ?(?:d\. ?o\. ?o|doo\b|a\. ?d\.|ad\b|д\. ?о\. ?о|доо\b|а\. ?д\.)"
_OF_FIRM = re.compile(_FIRM, re.IGNORECASE)
_CALLED_FIRM = re.compile(rf"(?: [^\W\d_][\w-]*){{0,2}}{_FIRM}", re.IGNORECASE)
_POST_CODE = re.compile(r"(?<![0-9])[0-9]{5} {1,2}$")
_GAP = re.compile(r"[ \n_]{1,2}|[ \n]?[(][ ]?|[ ]?[)][ \n]?")
_AFTER_INITIAL = re.compile(r"\.[ \n]?")
_MAIL = re.compile(r"([\w.+-]{3,60}) ?@")
_MAIL_HEAD = re.compile(
    r"(?<!\w)(?:From|To|Cc|Bcc|Od|Za|Šalje|Prima): {0,2}\"?([^\W\d_][^\"<>@:\n(]{2,60}?)(?= ?[(\"<])"
    r"(?=[^<>\n]{0,30}<[^<> ]+@)"
)
_LEAST_LONE = 4


@cache
def _given_names() -> frozenset[str]:
    lines = _RESOURCES.joinpath("given_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(fold(name) for line in lines if not line.startswith("#") for name in line.split())


@cache
def _given_of(form: str) -> str:
    """Return the given name of which a folded word is a case form; empty if none."""
    if form in _given_names():
        return form
    for cut in (1, 2):
        rest, ending = form[:-cut], form[-cut:]
        if len(rest) >= SHORTEST_STEM and ending in ENDINGS:
            bases = [rest + added for added in ("", "a", "o", "e")]
            bases += [f"{rest[:-1]}ar"] if rest.endswith("r") else []
            if base := next((base for base in bases if base in _given_names()), ""):
                return base
    return ""


def _is_sure(token: NameToken) -> bool:
    """Return whether a word is certainly a surname by its form."""
    if _SURE_SURNAME.fullmatch(token.text.replace("-", "")):
        return True
    is_bare = token.text.isascii() and _BARE_SURNAME.fullmatch(token.form) is not None
    return is_bare and not is_folded_word(token.form, SERBIAN)


def _may_be_surname(token: NameToken) -> bool:
    return _SURNAME.fullmatch(token.form) is not None and not is_folded_word(token.form, SERBIAN)


def _is_known(token: NameToken) -> bool:
    return is_folded_word(token.form, SERBIAN) or is_folded_word(token.form, ENGLISH)


def _is_name_word(token: NameToken) -> bool:
    text = token.text
    return token.is_capital and len(text) > 2 and (text[1:].islower() or text[:2].isupper() or "-" in text)


def persons(text: str) -> list[tuple[int, int]]:
    """Return the places of persons' names: a given name beside a surname, and further occurrences of each alone."""
    tokens = name_tokens(text)
    mails = frozenset(re.sub(r"[^a-z]", "", fold(mail[1])) for mail in _MAIL.finditer(text))
    found = [head.span(1) for head in _MAIL_HEAD.finditer(text)]
    known = {token.form for token in tokens if any(begin <= token.begin < end for begin, end in found)}
    at = 0
    while at < len(tokens):
        end = _end(text, tokens, at, mails)
        if end and not _is_place(text, tokens, at, end):
            found.append((tokens[at].begin, tokens[end - 1].end))
            known |= {_given_of(one.form) or stem_of(one.form) for one in tokens[at:end] if len(one.text) > 1}
        at = end or at + 1
    taken = {at for begin, end in found for at in range(begin, end)}
    found += (
        (token.begin, token.end)
        for number, token in enumerate(tokens)
        if token.begin not in taken
        and _is_name_word(token)
        and _is_lone(tokens, number, known)
        and not _is_place(text, tokens, number, number + 1)
    )
    return found


def _is_lone(tokens: Sequence[NameToken], at: int, known: set[str]) -> bool:
    """Return whether a single word stands for a person whose full name was found, or is beside a word of kinship."""
    token, given = tokens[at], _given_of(tokens[at].form)
    if token.form in known and at + 1 < len(tokens) and tokens[at + 1].form in known:
        return True
    if given and at and _KIN.fullmatch(tokens[at - 1].form):
        return True
    if given:
        return given in known and given not in _ALSO_WORDS
    is_name = _is_sure(token) or not _is_known(token)
    return is_name and len(token.form) >= _LEAST_LONE and any(is_same_name(name, token.form) for name in known)


def _end(text: str, tokens: Sequence[NameToken], at: int, mails: frozenset[str]) -> int:
    """Return the token after a person's name that begins at token ``at``; 0 if there is none."""
    run = _run(text, tokens, at)
    words = [one for one in run if len(tokens[one].text) > 1]
    if len(run) > 1 and words and words[0] != at:
        # Initials first.
        return words[0] + 1 if _is_sure(tokens[words[0]]) else 0
    if len(words) < 2 or any(_ROLE.fullmatch(tokens[one].form) for one in words[:2]):
        return 0
    first, second = tokens[words[0]], tokens[words[1]]
    third = tokens[words[2]] if len(words) > 2 else None
    given = _given_of(first.form)
    if given and (_is_sure(second) or _may_be_surname(second) or given not in _ALSO_WORDS):
        return words[2 if third and _is_second_surname(second, third) else 1] + 1
    is_person = (
        _is_surname_first(first, second, third)
        or (_is_sure(second) and not _is_sure(first))
        or _is_mailed(first.form, second.form, mails)
        or _has_title_or_label(text, first, second)
    )
    return words[1] + 1 if is_person else 0


def _has_title_or_label(text: str, first: NameToken, second: NameToken) -> bool:
    """Return whether a title or label beside two words identifies them as a name."""
    if _is_known(first) and _is_known(second) and not _given_of(first.form):
        return False
    before, after = text[max(0, first.begin - _AROUND) : first.begin], text[second.end : second.end + _AROUND]
    return bool(_BEFORE_PERSON.search(to_latin(before)) or _AFTER_PERSON.match(to_latin(after)))


def _is_mailed(first: str, second: str, mails: frozenset[str]) -> bool:
    """Return whether a mail address is made of two words."""
    made = {first + second, second + first, first[0] + second, second + first[0], first + second[0]}
    return not mails.isdisjoint(made) or (first in mails and bool(_given_of(first)))


def _is_second_surname(surname: NameToken, third: NameToken) -> bool:
    if _is_sure(third):
        return True
    is_other = _is_known(third) or _given_of(third.form) or _ROLE.fullmatch(third.form)
    return not _is_sure(surname) and not is_other


def _is_surname_first(first: NameToken, second: NameToken, third: NameToken | None) -> bool:
    given = _given_of(second.form)
    if not given or (third and _is_sure(third)):
        return bool(given) and _is_sure(first)
    return _is_sure(first) or (given not in _ALSO_WORDS and not _is_known(first))


def _run(text: str, tokens: Sequence[NameToken], at: int) -> list[int]:
    """Return up to four consecutive tokens from ``at`` on that may be one name: capitalized words and initials only."""
    run: list[int] = []
    for number in range(at, min(len(tokens), at + 4)):
        token = tokens[number]
        is_initial = len(token.text) == 1 and token.is_capital and text[token.end : token.end + 1] == "."
        if not is_initial and not _is_name_word(token):
            break
        if run:
            before, gap = tokens[number - 1], text[tokens[number - 1].end : token.begin]
            if not (_GAP.fullmatch(gap) or (len(before.text) == 1 and _AFTER_INITIAL.fullmatch(gap))):
                break
        run.append(number)
    return run


def _is_place(text: str, tokens: Sequence[NameToken], at: int, end: int) -> bool:
    """Return whether an apparent name is that of a street, school or firm. Street names are in the genitive."""
    last = tokens[end - 1].end
    firm = _CALLED_FIRM if end == at + 1 else _OF_FIRM
    if firm.match(text, last) or _SURE_HOUSE.match(text, last):
        return True
    if _POST_CODE.search(text, max(0, tokens[at].begin - 8), tokens[at].begin):
        return True
    if _HOUSE.match(text, last) and tokens[at].form not in _given_names():
        return True
    return any(_BEFORE_PLACE.fullmatch(token.form) for token in tokens[max(0, at - 2) : at])
