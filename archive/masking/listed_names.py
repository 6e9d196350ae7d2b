"""Matching of listed names in any grammatical case, order and script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from archive.text.folding import fold

NAMES_FILE = "masked-names.txt"
"""The file of listed names in the archive's home: one per line, ``#`` begins a comment."""

ENDINGS = frozenset(
    ["a", "e", "i", "o", "u", "em", "om", "oj", "ov", "ev", "og", "im", "in", "ina", "ine", "jom"]
    + [f"{stem}{vowel}" for stem in ("ov", "ev") for vowel in "aeiou"]
)
"""Case endings after the stem of a name, and possessive suffixes."""

_BY_CASE = ("", "a", "e", "i", "o", "u", "om", "og", "oj", "im", "ih")
"""Endings of a possessive."""

_AFTER_VOWEL = frozenset({"ju", "ja", "jem", "n", "t"} | {f"jev{ending}" for ending in _BY_CASE})
"""Of names in -i and of Albanian ones."""

_OTHER_ENDINGS = {"'s", "’s", "s", "es", "en", "it", "ut"} | {
    f"{stem}{ending}" for stem in ("ov", "ev", "ljev", "in") for ending in _BY_CASE
}
"""Of English, of Albanian, and of possessives, after a name that is known."""

VOWELS = "aeiou"

_ALL_ENDINGS = ENDINGS | _OTHER_ENDINGS | _AFTER_VOWEL
_LONGEST_ENDING = max(map(len, _ALL_ENDINGS))
SHORTEST_STEM = 3
_LONG = 6
_TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_BROKEN = re.compile(rf"{_TOKEN.pattern}(?<!ić)(?<!ић)- (?![иi] )[a-zčćžšđа-шђћљњџј]{{2,}}(?!\w)|{_TOKEN.pattern}")
"""With the rest of a word that a hyphen breaks at the end of a line."""

_PART = re.compile(r"[^\W\d_]+")
_GAP = re.compile(r"[ \n_]{1,3}|\. ?|[ \n]?\([ ]?|[ ]?\)[ ]?|-")


@dataclass(frozen=True, slots=True)
class NameToken:
    """A word of letters: as printed, without a hyphen at a line's end; folded; and its offsets."""

    text: str
    form: str
    begin: int
    end: int

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[0].isupper()


def name_tokens(text: str, *, parted: bool = False) -> list[NameToken]:
    """Return the words of a text that may be parts of names; hyphenated names are one word unless ``parted``."""
    if parted:
        return [NameToken(found[0], fold(found[0]), *found.span()) for found in _PART.finditer(text)]
    words = ((found[0].replace("- ", ""), found.span()) for found in _BROKEN.finditer(text))
    return [NameToken(word, fold(word), *span) for word, span in words]


@cache
def stem_of(form: str) -> str:
    """Return a folded name without the vowel that changes by case."""
    return form[:-1] if len(form) > SHORTEST_STEM and form[-1] in VOWELS else form


def is_same_name(name: str, form: str) -> bool:
    """Return whether a folded word is a case form of a folded name; in long names, one letter may be misread."""
    # The unstable vowel: Petar, Petra.
    without_fleeting = name[:-2] + name[-1] if name.endswith("ar") else name
    for stem in (stem_of(name), name, without_fleeting):
        if form.startswith(stem) and (form == stem or form[len(stem) :] in ENDINGS):
            return True
    one, other = stem_of(name), stem_of(form)
    is_long = len(name) >= _LONG and len(form) >= _LONG and len(one) == len(other)
    return is_long and sum(a != b for a, b in zip(one, other, strict=True)) <= 1


class KnownNames:
    """Folded names, to look up whether a word is a case form of one of them as :func:`is_same_name` says, in the same
    time for any number of names. The misread letter is not the first."""

    def __init__(self) -> None:
        self._stems: set[str] = set()
        self._nearly: set[str] = set()
        self.words: set[str] = set()
        """Those of them that the document prints in lower case, too."""

    @classmethod
    def of_all(cls, parts: Iterable[KnownNames]) -> KnownNames:
        """Return the names of several documents."""
        made = cls()
        for part in parts:
            made._stems |= part._stems
            made._nearly |= part._nearly
            made.words |= part.words
        return made

    def add(self, name: str) -> None:
        """Add a folded name."""
        without_fleeting = name[:-2] + name[-1] if name.endswith("ar") else name
        self._stems |= {name, stem_of(name), without_fleeting}
        if len(name) > SHORTEST_STEM + 1 and name.endswith("ac"):
            # Uzelac, Uzelca; Lovac, Lovčev; Vrabac, Vrapca.
            self._stems |= {f"{name[:-2]}c", re.sub("bac$", "pc", name)}
        if len(name) == SHORTEST_STEM and name.endswith("a"):
            # Ana, Anin.
            self._stems.add(f"{name[:-1]}in")
        if len(name) >= _LONG:
            self._nearly |= _with_one_unread(stem_of(name))

    def __len__(self) -> int:
        """Return the number of names and stems."""
        return len(self._stems)

    def __contains__(self, form: str) -> bool:
        """Return whether this is one of the names itself, or its stem."""
        return form in self._stems

    def has(self, form: str) -> bool:
        """Return whether a folded word is a case form of one of the names."""
        if form in self._stems or not self._stems.isdisjoint(stems_of(form)):
            return True
        return len(form) >= _LONG and not self._nearly.isdisjoint(_with_one_unread(stem_of(form)))


def stems_of(form: str) -> Iterator[str]:
    """Yield a folded word without each ending that it may have."""
    for cut in range(1, min(len(form), _LONGEST_ENDING + 1)):
        ending, rest = form[-cut:], form[:-cut]
        if ending in _ALL_ENDINGS and (ending not in _AFTER_VOWEL or rest[-1] in VOWELS):
            yield rest


def _with_one_unread(stem: str) -> set[str]:
    return {f"{stem[:at]}?{stem[at + 1 :]}" for at in range(1, len(stem))}


class ListedNames:
    """A list of names."""

    def __init__(self, names: Iterable[str]) -> None:
        parted = (tuple(token.form for token in name_tokens(name, parted=True)) for name in names)
        self.names = tuple(dict.fromkeys(name for name in parted if name))

    @classmethod
    def of(cls, folder: Path) -> ListedNames:
        """Load the list of an archive's home; empty without a file."""
        try:
            lines = (folder / NAMES_FILE).read_text(encoding="utf-8-sig").splitlines()
        except FileNotFoundError:
            lines = []
        return cls(line.partition("#")[0] for line in lines)

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the places of the names in a text: complete, in any order, with initials."""
        tokens = name_tokens(text, parted=True) if self.names else []
        for name in self.names:
            at = 0
            while at < len(tokens):
                end = _end(text, tokens, at, name)
                if end:
                    yield tokens[at].begin, tokens[end - 1].end
                at = end or at + 1


def _end(text: str, tokens: Sequence[NameToken], at: int, name: Sequence[str]) -> int:
    """Return the token after a name that begins at token ``at``; 0 if there is none."""
    left, here = list(name), at
    while left and here < len(tokens):
        if here > at and not _GAP.fullmatch(text[tokens[here - 1].end : tokens[here].begin]):
            break
        form = tokens[here].form
        is_initial = len(form) == 1 and form == left[0][0] and len(left) > 1
        if part := next((part for part in left if is_same_name(part, form)), None):
            left.remove(part)
        elif is_initial:
            del left[0]
        elif len(form) > 1 or len(left) == len(name):
            # A single letter inside a name is the initial of the father's name.
            break
        here += 1
    return here if not left and all(token.is_capital for token in tokens[at:here]) else 0
