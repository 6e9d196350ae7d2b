"""Writing a word of the index the way a reader writes."""

from __future__ import annotations

from archive.text.scripts import script_of, to_cyrillic, without_marks


def spelled_like(word: str, typed: str, *, marked: bool) -> str:
    """``word``, which is in lower-case Latin with diacritics, in the script and case of ``typed``.

    :param marked: whether the reader writes diacritics; without them, đ is dj.
    """
    if script_of(typed) == "Cyrl":
        word = to_cyrillic(word)
    elif not marked:
        word = without_marks(word.replace("đ", "dj"))
    if len(typed) > 1 and typed.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if typed[:1].isupper() else word
