"""Parsing of firm names for comparison, ignoring script, case, quotes, dots and self-descriptions.

>>> shape("D.T.U.T.„Primer” d.o.o. Ruma") == shape("ПРИМЕР Д.О.О Рума")
True
>>> words("„Primer” d. o. o. Ruma")
('primer', '[doo]', 'ruma')
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files

from archive.text.folding import fold, to_latin, unmix, without_marks
from archive.vendors.look_alikes import printed_core, united

_QUOTES = re.compile("[\"“”„»«‟]|,,|''|‘‘|’’")
_BEGINS = r"(?<!\w)(?<!\b\w\.)"
"""Where a legal form may begin: not inside a word, nor inside a longer abbreviation."""
_WORD = re.compile(r"\[\w+\]|\w+")


@dataclass(frozen=True, slots=True)
class NameShape:
    """The parts of a firm's name.

    ``core`` are the sorted words of the name proper; ``qualifiers`` the other words, such as seat or trade; ``forms``
    the families of legal forms. Words are folded.
    """

    core: tuple[str, ...]
    qualifiers: frozenset[str]
    forms: frozenset[str]

    @property
    def bag(self) -> frozenset[str]:
        """All its words except legal forms."""
        return self.qualifiers.union(self.core)


@lru_cache(maxsize=1 << 17)
def words(name: str) -> tuple[str, ...]:
    """Return the folded words of a name in order, each legal form as its family in brackets. Initials are one word."""
    text = _QUOTES.sub(" ", _with_families(name))
    return tuple(_initials_joined(_WORD.findall(fold(text))))


@lru_cache(maxsize=1 << 17)
def shape(name: str) -> NameShape:
    """Parse one name.

    The name proper ends at the last legal form; quoted words are the whole of it. A leading form ends nothing: the seat
    in "JKP Vodovod Ruma" is part of the core.
    """
    text = _with_families(name)
    forms = frozenset(re.findall(r"\[(\w+)\]", text))
    before, closing, after = text.rpartition("[")
    if closing and re.search(r"\w", re.sub(r"\[\w+\]", "", before)):
        head, tail = before, after.partition("]")[2]
    else:
        head, tail = text, ""
    pieces = _QUOTES.split(re.sub(r"\[\w+\]", " ", head))
    if len(pieces) > 2 and _words_of(pieces[1]):
        core, around = _words_of(pieces[1]), _words_of(" ".join((pieces[0], *pieces[2:])))
    else:
        core, around = _without_description(_words_of(" ".join(pieces))), []
    # A name of legal form or punctuation only is similar to nothing.
    core = core or [name]
    qualifiers = frozenset(word for word in (*around, *_words_of(tail)) if not _generic().fullmatch(word))
    return NameShape(tuple(sorted(set(core))), qualifiers.difference(core), forms)


@dataclass(frozen=True, slots=True)
class NameSpelling:
    """The keys that a name shares with others. ``bag``: all its words except the legal form; ``told``: its core, as
    names with the same bag determine it; ``outline``: that of the core as printed in this name; ``core``: the
    representative of all cores that are one in print."""

    bag: frozenset[str]
    told: tuple[str, ...]
    outline: str
    core: tuple[str, ...]


def spellings(names: Iterable[str]) -> dict[str, NameSpelling]:
    """Parse each of these names beside the others: if the same words are printed once with a distinguishable seat
    („Primer” d.o.o. Ruma") and once without ("Primer Ruma"), the first parse applies to both; and a name that OCR read
    in the other script is replaced by the one that it looks like (:mod:`.look_alikes`).

    The parse of a name depends on names that share its bag, core or outline, transitively.
    """
    alone = {name: (one := shape(name), one.bag) for name in names}
    cores: dict[frozenset[str], tuple[str, ...]] = {}
    for one, bag in alone.values():
        known = cores.setdefault(bag, one.core)
        cores[bag] = min(known, one.core, key=lambda core: (len(core), core))
    told = {name: cores[bag] for name, (_, bag) in alone.items()}
    spelled = united(told)
    return {
        name: NameSpelling(bag, told[name], printed_core(name, told[name]).outline, spelled[told[name]])
        for name, (_, bag) in alone.items()
    }


def spelled_shape(name: str, spelling: NameSpelling) -> NameShape:
    """Return the shape of a name, as parsed beside others."""
    one = shape(name)
    told = spelling.told
    qualifiers = one.qualifiers if one.core == told else one.bag.difference(told)
    return replace(one, core=spelling.core, qualifiers=qualifiers)


def shapes(names: Iterable[str]) -> dict[str, NameShape]:
    """Return the shapes of these names, parsed beside each other (:func:`spellings`)."""
    return {name: spelled_shape(name, one) for name, one in spellings(names).items()}


@lru_cache(maxsize=1 << 17)
def _with_families(name: str) -> str:
    """Return a name in plain Latin letters, its legal forms replaced by their families: ``Primer [doo] Ruma``."""
    text = without_marks(to_latin(unmix(name)).replace("đ", "d").replace("Đ", "D"))
    long, short = _forms()
    return short.sub(_family_of, long.sub(lambda match: f" [{match.lastgroup}] ", text))


def _family_of(match: re.Match[str]) -> str:
    """Replace a legal form by its family. Two capitals without dots are one except at the beginning ("AS Trade"), where
    only JP is one."""
    is_form = "." in match[0] or match[0] == "JP" or re.search(r"\w", match.string[: match.start()])
    return f" [{match.lastgroup}] " if is_form else match[0]


@cache
def _forms() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of legal forms, and of those of three letters and more in any case; each family is a named
    group."""
    long: list[str] = []
    short: list[str] = []
    for family, printed in _table()["forms"].items():
        # Longer forms first: "d.o.o.e.l" begins like "d.o.o".
        patterns = [_form(without_marks(form)) for form in sorted(printed, key=len, reverse=True)]
        for into, is_long in ((long, True), (short, False)):
            of_length = [pattern for pattern, pattern_is_long in patterns if pattern_is_long is is_long]
            if of_length:
                into.append(f"(?P<{family}>{'|'.join(of_length)})")
    return (
        re.compile(rf"{_BEGINS}(?:{'|'.join(long)})(?!\w)\.?", re.IGNORECASE),
        re.compile(rf"{_BEGINS}(?:{'|'.join(short)})(?!\w)\.?"),
    )


def otherwise_dotted(form: str) -> tuple[str, ...]:
    """Return a folded legal form with dots if it has none, and without if it has: doo, d.o.o."""
    return _dotted().get(form, ())


@cache
def _dotted() -> dict[str, tuple[str, ...]]:
    abbreviated = {fold(form) for printed in _table()["forms"].values() for form in printed if "." in form}
    pairs = [(form, form.replace(".", "")) for form in abbreviated if " " not in form]
    return {one: (other,) for pair in pairs for one, other in (pair, pair[::-1])}


def _form(form: str) -> tuple[str, bool]:
    """Return the pattern of a legal form, and whether it is case-insensitive."""
    letters = re.findall(r"\w+", form)
    if "." not in form:
        return _spelled(form), True
    if sum(map(len, letters)) > 2:
        return r"\W{0,2}".join(letters), True
    dotted = r"\.\s?".join(f"[{letter}{letter.upper()}]" for letter in letters)
    return rf"{dotted}|{''.join(letters).upper()}", False


@cache
def _generic() -> re.Pattern[str]:
    return re.compile("|".join(_spelled(fold(word)) for word in _table()["words"]["generic"]))


def _spelled(phrase: str) -> str:
    return r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in phrase.split())


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files(__package__) / "legal_forms.toml").read_text("utf-8"))


def _words_of(text: str) -> list[str]:
    return list(_initials_joined(_WORD.findall(fold(text))))


def _without_description(found: list[str]) -> list[str]:
    """Drop the self-description at the beginning of a name, if anything remains."""
    proper = next((at for at, word in enumerate(found) if not _generic().fullmatch(word)), 0)
    return found[proper:]


def _initials_joined(found: list[str]) -> Iterator[str]:
    """Join consecutive single letters to one word: I.T.S. is ITS."""
    initials = ""
    for word in [*found, ""]:
        if len(word) == 1 and word.isalpha():
            initials += word
            continue
        if initials:
            yield initials
        initials = ""
        if word:
            yield word
