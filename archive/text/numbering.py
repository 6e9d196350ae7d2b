"""Numbers for the words of pages: each way of writing a token is analysed once for a vocabulary, then looked up.

A page is one lookup a word. There is a table for each group of pages whose words are analysed alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary, proxy

from archive.text.aliases import MATTERING, aliases
from archive.text.forms import latin_word, with_parts
from archive.text.scripts import is_bare, script_of
from archive.text.vocabulary import Aliases, Vocabulary, Writing

_SERBIAN_GROUP = frozenset({"sr", "hr", "bs", "sh", "cnr"})
# The bits of a Writing as plain numbers, for the reason given in archive.text.aliases.
_LATIN, _CYRILLIC, _BARE = Writing.LATIN.value, Writing.CYRILLIC.value, Writing.BARE.value
_ENGLISH, _FOREIGN = Writing.ENGLISH.value, Writing.FOREIGN.value
_SCRIPT = _LATIN | _CYRILLIC | _BARE


class Table(dict[str, int]):
    """Printed token to the number of its word, on the pages of one group. Missing tokens are analysed and added."""

    def __init__(self, numbering: Numbering, writing: int) -> None:
        super().__init__()
        self._numbering = numbering
        self._writing = writing

    def __missing__(self, token: str) -> int:
        number = self._numbering.number(latin_word(token), self._written(token))
        self[token] = number
        return number

    def whole(self, token: str) -> int:
        """The number of a token that is not to be found by its parts."""
        return self._numbering.number(latin_word(token), self._written(token), has_parts=False)

    def _written(self, token: str) -> int:
        # Most words are plain to see, and need not be counted letter by letter.
        script = "Latn" if token.isascii() and token.isalpha() else script_of(token)
        match script:
            case "Latn":
                return self._writing | _LATIN
            case "Cyrl":
                return self._writing & ~_BARE | _CYRILLIC
            case _:
                return self._writing & ~_BARE


class Numbering:
    """The tables of one vocabulary, and which of its words have parts that are words as well.

    ``parts`` maps the number of a compound to the numbers of what else stands at its position.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        # The numbering is kept for as long as the vocabulary lives, so it must not keep the vocabulary alive.
        self._vocabulary: Vocabulary = proxy(vocabulary)
        self._numbers: dict[tuple[str, int], int] = {}
        self._aliases: dict[tuple[str, int], Aliases] = {}
        self._tables: dict[int, Table] = {}
        self.parts: dict[int, tuple[int, ...]] = {}

    def table(self, language: str | None, texts: Sequence[str]) -> Table:
        """The table for a page in ``language`` (BCP 47) with these words."""
        primary = language.split("-")[0] if language else None
        if primary in _SERBIAN_GROUP:
            writing = _BARE if is_bare(texts) else 0
        else:
            writing = _ENGLISH if primary == "en" else _FOREIGN
        if writing not in self._tables:
            self._tables[writing] = Table(self, writing)
        return self._tables[writing]

    def number(self, word: str, writing: int, has_parts: bool = True) -> int:
        """The number of a WORD term; its parts are numbered with it."""
        key = word, writing
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = self._vocabulary.add(word, writing, self._aliases_of(word, writing))
        if has_parts and number not in self.parts and not word.isalnum():
            parts = with_parts(word)[1:]
            if parts:
                self.parts[number] = tuple(self._part(part, writing) for part in parts)
        return number

    def _aliases_of(self, word: str, writing: int) -> Aliases:
        key = word, writing & MATTERING
        found = self._aliases.get(key)
        if found is None:
            found = self._aliases[key] = aliases(*key)
        return found

    def _part(self, part: str, writing: int) -> int:
        in_letters = any(map(str.isalpha, part))
        return self.number(part, writing if in_letters else writing & ~_SCRIPT, has_parts=False)


_numberings: WeakKeyDictionary[Vocabulary, Numbering] = WeakKeyDictionary()


def numbering_of(vocabulary: Vocabulary) -> Numbering:
    """The numbering of a vocabulary. A vocabulary is filled by one thread at a time."""
    numbering = _numberings.get(vocabulary)
    if numbering is None:
        numbering = _numberings[vocabulary] = Numbering(vocabulary)
    return numbering
