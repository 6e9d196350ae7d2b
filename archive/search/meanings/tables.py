"""The tables of this folder: text that a person can read and mend. ``#`` begins a comment."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from archive.text.folding import script_of
from archive.text.forms import latin_word


def lines(name: str) -> Iterator[str]:
    """The lines of a table that say something."""
    text = files("archive.search.meanings").joinpath(name).read_text(encoding="utf-8")
    for line in text.splitlines():
        told = line.partition("#")[0].strip()
        if told:
            yield told


@cache
def function_words() -> frozenset[str]:
    """Words that a document need not have, in lower-case Latin."""
    return frozenset(word for line in lines("function_words.txt") for word in line.split())


def is_function_word(word: str) -> bool:
    """Whether a typed word carries no demand. A capital letter alone is a name: lot A."""
    return (
        not (len(word) == 1 and word.isupper()) and script_of(word) is not None and latin_word(word) in function_words()
    )
