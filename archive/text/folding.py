"""Folding: the one form in which words are compared, whatever script, case and diacritics they were written in.

The rule is measured on gold-lemma corpora of Serbian legal text and news: lower case, Cyrillic to Latin, č ć š ž
without their marks, and đ and dj both to d. Folding đ and dj to one letter costs 2.0 % collisions among three million
word forms (dj alone: 1.6 %) and in return unites Đorđević with Djordjevic and devojka with djevojka.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from archive.text.scripts import lower_to_latin, unmix, without_marks

# Soft hyphens, zero-width spaces and joiners and the byte order mark: PDF text is sown with them.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))

_DJ = re.compile("dj+")


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """The folded form of ``word``. Folding twice changes nothing, and nothing but invisible characters folds to ""."""
    if word.isascii():
        return _DJ.sub("d", word.lower())
    lower = unmix(unicodedata.normalize("NFKC", word.translate(_INVISIBLE))).lower()
    latin = without_marks(lower_to_latin(lower).replace("đ", "d"))
    return _DJ.sub("d", latin)
