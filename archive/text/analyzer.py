"""The analyzer: maps words of documents and of queries to index terms.

A page takes one lookup per word, in a table shared by pages that are analysed alike.

Words are separated by white space, and a word's number is its position. No word is dropped: "čl. 5" keeps its 5, and
punctuation is a term. A position may have several terms (:mod:`archive.text.forms`).

A joined word (:mod:`archive.text.joining`) is found by its pieces, each at its own position, and as a whole at a
position after all words: the k-th joined word of a document of n words has position n + k, and ``joined[k]`` are the
words that it is printed on. So words are not renumbered, positions are unambiguous, and a match of a joined word covers
all of its pieces.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary, proxy

from archive.model.words import Words
from archive.text.folding import is_bare, script_of
from archive.text.forms import latin_word, look_alike_key, with_number, with_parts, word_form, word_terms
from archive.text.joining import JoinedWord, joined_words
from archive.text.stemming import english_stem, serbian_stems, stems_beside
from archive.text.vocabulary import Aliases, IndexField, Occurrences, Term, Vocabulary, Writing

# Plain integers, because arithmetic on enum flags takes as long as stemming.
_BARE, _ENGLISH, _FOREIGN = Writing.BARE.value, Writing.ENGLISH.value, Writing.FOREIGN.value

MATTERING = _BARE | _ENGLISH | _FOREIGN
"""The bits of a :class:`Writing` that aliases depend on."""


def aliases(word: str, writing: int) -> Aliases:
    """Return the aliases of a WORD term with these bits of :class:`Writing`.

    Serbian, Croatian, Bosnian and Montenegrin cannot be told apart reliably and share one stemmer. Words of pages in
    another or an unknown language get Serbian and English stems, because most such pages are tables or poor scans in
    these; a language without a stemmer is found by exact forms. A word without letters is a correctly read number and
    has no skeleton: the skeleton of a typed number finds words in which OCR took a digit for a letter.
    """
    form = word_form(word)
    stems: list[str] = []
    if not writing & _ENGLISH:
        stems += serbian_stems(word, bare=bool(writing & _BARE))
    if writing & (_ENGLISH | _FOREIGN):
        stems.append(english_stem(form))
    alike = (look_alike_key(word),) if any(map(str.isalpha, word)) else ()
    return {IndexField.FORM: (form,), IndexField.STEM: distinct(stems), IndexField.LOOK_ALIKE: alike}


def distinct(terms: Iterable[str]) -> tuple[str, ...]:
    """Return distinct terms in their order."""
    return tuple(dict.fromkeys(terms))


_SERBIAN_GROUP = frozenset({"sr", "hr", "bs", "sh", "cnr"})
_LATIN, _CYRILLIC = Writing.LATIN.value, Writing.CYRILLIC.value
_SCRIPT = _LATIN | _CYRILLIC | _BARE


class TokenNumbers(dict[str, int]):
    """Maps printed tokens to word numbers, for the pages of one group. Missing tokens are analysed and added."""

    def __init__(self, numbering: Numbering, writing: int) -> None:
        super().__init__()
        self._numbering = numbering
        self._writing = writing

    def __missing__(self, token: str) -> int:
        number = self._numbering.number(latin_word(token), self._written(token))
        self[token] = number
        return number

    def whole(self, token: str) -> int:
        """Return the number of a token without its parts as further terms."""
        return self._numbering.number(latin_word(token), self._written(token), has_parts=False)

    def _written(self, token: str) -> int:
        # Most words are obviously plain, and need no check letter by letter.
        script = "Latn" if token.isascii() and token.isalpha() else script_of(token)
        match script:
            case "Latn":
                return self._writing | _LATIN
            case "Cyrl":
                return self._writing & ~_BARE | _CYRILLIC
            case _:
                return self._writing & ~_BARE


class Numbering:
    """The token tables of one vocabulary, and the parts of its compounds.

    ``parts`` maps the number of a compound to the other words at its position.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        # A weak reference, because the numbering lives as long as the vocabulary.
        self._vocabulary: Vocabulary = proxy(vocabulary)
        self._numbers: dict[tuple[str, int], int] = {}
        self._aliases: dict[tuple[str, int], Aliases] = {}
        self._tables: dict[int, TokenNumbers] = {}
        self.parts: dict[int, tuple[int, ...]] = {}

    def table(self, language: str | None, texts: Sequence[str]) -> TokenNumbers:
        """Return the table for a page in ``language`` (BCP 47) with these words."""
        primary = language.split("-")[0] if language else None
        if primary in _SERBIAN_GROUP:
            writing = _BARE if is_bare(texts) else 0
        else:
            writing = _ENGLISH if primary == "en" else _FOREIGN
        if writing not in self._tables:
            self._tables[writing] = TokenNumbers(self, writing)
        return self._tables[writing]

    def number(self, word: str, writing: int, has_parts: bool = True) -> int:
        """Return the number of a WORD term; its parts are numbered with it."""
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
    """Return the numbering of a vocabulary. A vocabulary must be filled by one thread at a time."""
    numbering = _numberings.get(vocabulary)
    if numbering is None:
        numbering = _numberings[vocabulary] = Numbering(vocabulary)
    return numbering


__all__ = [
    "ANALYSIS_VERSION",
    "FORM_WEIGHT",
    "ReadingTerms",
    "attribute_query_terms",
    "attribute_terms",
    "is_marked",
    "query_terms",
    "reading_terms",
    "reference_terms",
    "word_form",
    "word_terms",
]

ANALYSIS_VERSION = 3
"""Must be raised whenever a word may yield other terms; an index of another version must be rebuilt."""

FORM_WEIGHT = 0.1
"""Weight of the exact form of a word, relative to 1 of its stem; chosen on Cranfield."""

TEXT_GAP = 100
"""Positions between two texts of one attribute, so that no phrase and hardly a NEAR crosses them."""

_MARKS = re.compile("[Ѐ-ӿčćšžđČĆŠŽĐ]|[csz]\u030c|c\u0301", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadingTerms:
    """The words of a document with their positions.

    A position below ``word_count`` is the number of a word; position ``word_count + k`` is the joined word printed on
    the words ``joined[k]`` (first, last).
    """

    word_count: int
    occurrences: Occurrences
    joined: tuple[tuple[int, int], ...]


def reading_terms(pages: Iterable[tuple[str | None, Words]], vocabulary: Vocabulary) -> ReadingTerms:
    """Analyse a document, given the language (BCP 47) and the words of each of its pages.

    Words that ``vocabulary`` lacks are added to it.
    """
    numbering = numbering_of(vocabulary)
    numbers = array("I")
    joined: list[tuple[TokenNumbers, int, JoinedWord]] = []
    for language, words in pages:
        table = numbering.table(language, words.texts)
        start = len(numbers)
        joined += [(table, start, word) for word in joined_words(words)]
        numbers.extend(map(table.__getitem__, words.texts))
    word_count = len(numbers)
    positions = array("I", range(word_count))
    parts = numbering.parts
    extra = [(part, at) for at, number in enumerate(numbers) if number in parts for part in parts[number]]
    for position, (table, _, word) in enumerate(joined, start=word_count):
        extra += [(number, position) for number in _joined_numbers(word, table, parts)]
    numbers.extend(number for number, _ in extra)
    positions.extend(position for _, position in extra)
    return ReadingTerms(
        word_count=word_count,
        occurrences=Occurrences(vocabulary, numbers, positions),
        joined=tuple((start + word.first, start + word.last) for _, start, word in joined),
    )


def _joined_numbers(word: JoinedWord, table: TokenNumbers, parts: Mapping[int, tuple[int, ...]]) -> set[int]:
    """Return the word numbers of a joined word. Parts of its hyphenated spelling are its pieces, so only the whole is
    new."""
    whole = table[word.text]
    spelled = {whole, *parts.get(whole, ())}
    return spelled if word.hyphenated is None else spelled | {table.whole(word.hyphenated)}


def is_marked(text: str) -> bool:
    """Return whether a query is typed in Cyrillic or with diacritics, so that letters without them are intended."""
    return _MARKS.search(text) is not None


def query_terms(word: str, marked: bool, exact: bool) -> tuple[Term, ...]:
    """Return the alternative terms of a typed word.

    :param marked: whether the query it is a word of is typed with diacritics (:func:`is_marked`).
    :param exact: match the word as typed, ignoring script, case and diacritics; amounts and dates match with any
        separators.
    """
    form = word_form(word)
    if exact:
        return tuple(Term(IndexField.FORM, text) for text in with_number(form))
    plain = latin_word(word)
    stems = (*serbian_stems(plain, bare=not marked), english_stem(form), *stems_beside(plain))
    return (
        *(Term(IndexField.STEM, stem) for stem in dict.fromkeys(stems)),
        *(Term(IndexField.FORM, text, FORM_WEIGHT) for text in with_number(form)),
    )


def attribute_terms(
    texts: Iterable[str], fields: tuple[IndexField, IndexField]
) -> dict[IndexField, dict[str, tuple[int, ...]]]:
    """Return the terms of a title, or of the names of the vendors, with their ascending positions.

    :param fields: the field of exact forms, and that of stems, which ignore diacritics.
    """
    exact, stemmed = fields
    terms: dict[IndexField, dict[str, list[int]]] = {exact: {}, stemmed: {}}
    position = 0
    for text in texts:
        for word in text.split():
            forms = with_parts(word_form(word))
            for field, found in ((exact, forms), (stemmed, distinct(stem for form in forms for stem in _stems(form)))):
                for term in found:
                    terms[field].setdefault(term, []).append(position)
            position += 1
        position += TEXT_GAP
    return {field: {term: tuple(at) for term, at in found.items()} for field, found in terms.items()}


def attribute_query_terms(word: str, fields: tuple[IndexField, IndexField]) -> tuple[Term, ...]:
    """Return the alternative terms of a word typed after ``title:`` or ``vendor:``."""
    exact, stemmed = fields
    form = word_form(word)
    return (*(Term(stemmed, stem) for stem in _stems(form)), Term(exact, form, FORM_WEIGHT))


@lru_cache(maxsize=1 << 15)
def found_by(word: str) -> frozenset[str]:
    """Return the stems of a printed word and of its parts. Words with a common stem are mostly found by the same typed
    word, as Bečeju and www.becej.example are."""
    return frozenset(stem for form in with_parts(word_form(word)) for stem in _stems(form))


def _stems(form: str) -> tuple[str, ...]:
    return (*serbian_stems(form, bare=True), english_stem(form))


def reference_terms(text: str) -> dict[str, tuple[int, ...]]:
    """Return the terms of a reference number with their positions: 1312 finds A-1312/B, and 404-2d finds 404-2д."""
    terms: dict[str, list[int]] = {}
    for position, word in enumerate(text.split()):
        for term in with_parts(word_form(word)):
            terms.setdefault(term, []).append(position)
    return {term: tuple(at) for term, at in terms.items()}
