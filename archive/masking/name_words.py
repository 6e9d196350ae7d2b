"""What words of names look like: given names in any case, forms of surnames, roles, towns. The lists are in
``names.toml`` and ``given_names.txt``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from archive.masking.listed_names import ENDINGS, SHORTEST_STEM, NameToken, stem_of
from archive.text.folding import fold
from archive.text.known_words import ENGLISH, SERBIAN, is_folded_word

_RESOURCES = files("archive.masking")
_NAME_LISTS = tomllib.loads(_RESOURCES.joinpath("names.toml").read_text(encoding="utf-8"))


def any_of(name: str) -> str:
    """Return an expression for any of the words of a list of ``names.toml``."""
    return "|".join(map(re.escape, _NAME_LISTS[name].split()))


ALSO_WORDS = frozenset(map(fold, _NAME_LISTS["also_words"].split()))
"""Given names that also are other words."""

ALSO_FIRMS = frozenset(_NAME_LISTS["also_firms"].split())
"""Given names that firms and bodies are called, too."""

GREETINGS = frozenset(_NAME_LISTS["greetings"].split())
"""Words before a name in a letter."""

CALLS = frozenset(_NAME_LISTS["calls"].split())
"""Those of them that are followed by a name in the vocative and a comma."""

_ALBANIAN = frozenset(map(fold, _NAME_LISTS["albanian"].split()))
_DEFINITE = {"it": "", "ut": "", "in": "", "un": "", "i": "", "u": "", "es": "ae", "en": "ae", "ja": "e"}
"""Endings of definite forms in Albanian, and what may end the name instead."""

NO_GIVEN = frozenset(_NAME_LISTS["no_given"].split())
"""Common words that look like case forms of given names."""

MAIDEN = re.compile(f"(?:{any_of('maiden')})[a-z]*|{any_of('whole_maiden')}")
"""Words after which a surname or nickname stands alone."""

_ROLE = re.compile(f"(?:{any_of('roles')})[a-z]*|{any_of('whole_roles')}")
_KIN = re.compile(f"(?:{any_of('kin')})[a-z]*|{any_of('whole_kin')}")
_TITLES = [fold(title) for title in _NAME_LISTS["titles"].split()]
_TITLE = re.compile("|".join(title + "[a-z]*" * (len(title) > SHORTEST_STEM) for title in _TITLES))
_TOWNS = frozenset(_NAME_LISTS["towns"].split())
_FAR_TOWNS = frozenset(_NAME_LISTS["other_towns"].split())
_TOWN_STEMS = frozenset(map(stem_of, _TOWNS))

_SURNAME = re.compile(r"[a-z]{2,}(?:ic|ov|ev|sk|ck|zk)(?:a|u|em|om|i|ima|e|eva|eve|evi|og|oj|im)?")
_SURE_SURNAME = re.compile(
    r"[^\W\d_]{2,}[iиIИ][ćћĆЋ](?:a|u|em|om|i|e|ev(?:[aeiou]|o[gmj]|i[hm]a?)?|а|у|ем|ом|и|е|ев(?:[аеиоу]|о[гмј]|и[хм]а?)?|k[aeiu]|kom|к[аеиу]|ком|A|U|EM|А|У|ЕМ)?"
)
_BARE_SURNAME = re.compile(r"[a-z]{2,}(?:ov|ev|n|l|k|r|d|s)ic(?:a|u|em)?")
"""A surname without its diacritic, which is ambiguous with other words."""

_TOWN_ENDINGS = ("a", "e", "i", "o", "u", "om", "em", "og", "oj", "im", "ih", "ima")


@cache
def given_names() -> frozenset[str]:
    """Return the folded given names."""
    lines = _RESOURCES.joinpath("given_names.txt").read_text(encoding="utf-8").splitlines()
    return _ALBANIAN | {fold(name) for line in lines if not line.startswith("#") for name in line.split()}


@cache
def given_of(form: str) -> str:
    """Return the given name of which a folded word is a case form; empty if none."""
    if form in given_names():
        return form
    if "-" in form:
        first, _, second = form.partition("-")
        return given_of(first) if given_of(second) else ""
    for ending in ("ne", "ta", "tu", "te", "tom"):
        # A Hungarian wife: Istvánné; Rade, Radeta.
        rest = form.removesuffix(ending)
        if rest in given_names() and (ending == "ne" or rest.endswith("e")) and rest != form:
            return rest
    for cut in (1, 2):
        rest, ending = form[:-cut], form[-cut:]
        if len(rest) >= SHORTEST_STEM - (cut == 1) and ending in ENDINGS:
            bases = [rest + added for added in (("", "a", "o", "e") if len(rest) >= SHORTEST_STEM else ("a",))]
            bases += [f"{rest[:-1]}ar"] if rest.endswith("r") else []
            if base := next((base for base in bases if base in given_names()), ""):
                return base
    for ending, vowels in _DEFINITE.items():
        rest = form.removesuffix(ending)
        if rest != form and (base := next((one for one in (rest, *map(rest.__add__, vowels)) if one in _ALBANIAN), "")):
            return base
    return ""


def is_sure(token: NameToken) -> bool:
    """Return whether a word is certainly a surname by its form."""
    if any(map(_SURE_SURNAME.fullmatch, token.text.split("-"))):
        return True
    is_bare = token.text.isascii() and _BARE_SURNAME.fullmatch(token.form) is not None
    return is_bare and not is_folded_word(token.form, SERBIAN)


def may_be_surname(token: NameToken) -> bool:
    """Return whether a word has the form of a surname, and is no other word."""
    return has_form_of_surname(token) and not is_folded_word(token.form, SERBIAN)


def has_form_of_surname(token: NameToken) -> bool:
    """Return whether a word or the last part of a double one ends as surnames do."""
    return _SURNAME.fullmatch(token.form.rpartition("-")[2]) is not None


def is_known(token: NameToken) -> bool:
    """Return whether a word is in the dictionaries, which have common names, too."""
    return is_folded_word(token.form, SERBIAN) or is_folded_word(token.form, ENGLISH)


_LANGUAGES = (SERBIAN, ENGLISH, "mk", "sl", "sq")
"""Without Hungarian, whose list takes 20 MB, and whose names stand the other way round."""


def is_word_somewhere(token: NameToken) -> bool:
    """Return whether a word that is no surname by its form is another word in a language of the region, or a town or
    place."""
    given = given_of(token.form)
    if is_sure(token) or (given and given not in ALSO_WORDS):
        return False
    is_word = any(is_folded_word(token.form, language) for language in _LANGUAGES)
    return is_word or given in ALSO_WORDS or is_town(token)


def is_role(token: NameToken) -> bool:
    """Return whether a word is that of a role or a part of a paper."""
    return _ROLE.fullmatch(token.form) is not None


def is_titled(token: NameToken) -> bool:
    """Return whether a word is a title of a person."""
    return _TITLE.fullmatch(token.form) is not None


def is_occupation(form: str) -> bool:
    """Return whether a folded word of a sentence is an occupation or title that may stand after a name."""
    return _TITLE.fullmatch(form) is not None and len(form) > SHORTEST_STEM


def is_kin(token: NameToken) -> bool:
    """Return whether a name alone may follow a word: of kinship, or of address."""
    return is_kin_form(token.form)


def is_kin_form(form: str) -> bool:
    """:func:`is_kin` for a folded word."""
    return _KIN.fullmatch(form) is not None


def is_town(token: NameToken) -> bool:
    """Return whether a word is a case form of a town's name, or its last word."""
    form = token.form
    stems = {form.removesuffix(ending) for ending in _TOWN_ENDINGS if form.endswith(ending)}
    return form in _TOWNS or not _TOWN_STEMS.isdisjoint(stems)


def is_far_town(token: NameToken) -> bool:
    """Return whether a word is a case form of another town's or a country's name."""
    form = token.form
    return form in _FAR_TOWNS or any(
        form.removesuffix(one) in _FAR_TOWNS for one in _TOWN_ENDINGS if form.endswith(one)
    )


def is_name_word(token: NameToken) -> bool:
    """Return whether a word is printed as a name is."""
    text = token.text
    is_printed = token.is_capital and len(text) > 2 and (text[1:].islower() or text[:2].isupper() or "-" in text)
    return is_printed and not _VOWELS.isdisjoint(token.form)


def is_initial(text: str, token: NameToken) -> bool:
    """Return whether a word is an initial or shortened given name: ``M.``, ``Dž.``, ``Svet.``; or "pok." before the
    father's name."""
    size, is_late = len(token.text), token.form == "pok"
    if size > _LONGEST_SHORTENED or text[token.end : token.end + 1] != "." or not (token.is_capital or is_late):
        return False
    if size > _LONGEST_INITIAL:
        return is_late or (token.text[1:].islower() and token.form in _shortened() and not is_sure(token))
    if token.form in _NO_INITIALS and text[token.begin - 1 : token.begin] != "(":
        return False
    return size == 1 or token.text[1].islower() or token.form in _DIGRAPHS


@cache
def _shortened() -> frozenset[str]:
    """Return the beginnings of given names that are none themselves and end before a vowel."""
    names = given_names()
    begun = {name[:size] for name in names for size in range(3, _LONGEST_SHORTENED + 1) if name[size : size + 1]}
    return frozenset(one for one in begun - names if one[-1] not in "aeiou" and one not in _NO_INITIALS)


_VOWELS = frozenset("aeiourl")
"""With the consonants that may be one: Krk, Vlk."""
_DIGRAPHS = frozenset(["dz", "lj", "nj", "dj", "gj"])
_LONGEST_INITIAL, _LONGEST_SHORTENED = 2, 5
_NO_INITIALS = frozenset(_NAME_LISTS["no_initials"].split())
