"""What a word of the index is found by, besides itself: its aliases, field by field."""

from __future__ import annotations

from collections.abc import Iterable

from archive.text.forms import word_form
from archive.text.look_alikes import look_alike_key
from archive.text.stemming import english_stem, serbian_stems
from archive.text.terms import Field
from archive.text.vocabulary import Aliases, Writing

# Plain numbers: every word of an archive comes by here, and arithmetic on members of a flag takes as long as a stem.
_BARE, _ENGLISH, _FOREIGN = Writing.BARE.value, Writing.ENGLISH.value, Writing.FOREIGN.value

MATTERING = _BARE | _ENGLISH | _FOREIGN
"""The bits of a :class:`Writing` on which the aliases depend."""


def aliases(word: str, writing: int) -> Aliases:
    """The aliases of a WORD term that was found written in this way, given as the bits of a :class:`Writing`.

    Serbian, Croatian, Bosnian and Montenegrin cannot be told apart reliably and share one stemmer. A page of any
    other language, or of none that could be told, carries both stems: it is mostly a table or a poor scan of the
    two, and a language without a stemmer of ours is found by its exact forms. A word without letters is a number read
    right, so it has no skeleton: the skeleton of a typed number finds the words in which OCR took a digit for a letter.
    """
    form = word_form(word)
    stems: list[str] = []
    if not writing & _ENGLISH:
        stems += serbian_stems(word, bare=bool(writing & _BARE))
    if writing & (_ENGLISH | _FOREIGN):
        stems.append(english_stem(form))
    alike = (look_alike_key(word),) if any(map(str.isalpha, word)) else ()
    return {Field.FORM: (form,), Field.STEM: distinct(stems), Field.LOOK_ALIKE: alike}


def distinct(terms: Iterable[str]) -> tuple[str, ...]:
    """Terms in their order, each once."""
    return tuple(dict.fromkeys(terms))
