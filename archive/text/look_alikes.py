"""Words that OCR takes for one another: they have one skeleton.

A skeleton is the exact form with one letter in the place of all that look like it. Two mistakes are meant::

    letters of one script        0 O, 1 l I, c e, З 3, B 8, rn m, cl d, vv w
    words read in the other one  Terracottem as Теггасокет, расход as pacxoд

What was read in the other script stands in the index letter by letter in Latin (teggasoket). To find it, one letter
stands for many, which is safe in long words only: few of them have all other letters in common. Digits differ from each
other in every skeleton, so no number is taken for another. What is found this way is a guess: the query language looks
for it only when asked, and says so. How many known words share a skeleton, and how many misread words keep theirs:
docs/measurements.md.
"""

from __future__ import annotations

from archive.text.forms import word_form

LONG = 6
"""Letters of a skeleton from which on a word may have been read in the other script."""

_ALIKE = ("li1|!]", "ec", "o0", "z3", "b8")
# Latin r has the shape of Cyrillic g, n of p, p of r, h of n, x of h; c of s; m of t in italics; y of u; b of v.
_ALIKE_ACROSS = ("li1|!]", "ecs5", "o0", "z3", "bv8", "rgpnhx", "mt", "uy")
_PAIRS = (("rn", "m"), ("cl", "d"), ("vv", "w"))
_PAIRS_ACROSS = (*_PAIRS, ("tt", "k"))


def _replacing(groups: tuple[str, ...]) -> dict[int, str]:
    return {ord(character): group[0] for group in groups for character in group}


_TABLE, _TABLE_ACROSS = _replacing(_ALIKE), _replacing(_ALIKE_ACROSS)


def look_alike_key(word: str) -> str:
    """The skeleton of a word, the same for a printed word and for a typed one."""
    form = word_form(word)
    across = _key(form, _PAIRS_ACROSS, _TABLE_ACROSS)
    return across if len(across) >= LONG else _key(form, _PAIRS, _TABLE)


def _key(form: str, pairs: tuple[tuple[str, str], ...], table: dict[int, str]) -> str:
    for pair, letter in pairs:
        form = form.replace(pair, letter)
    return form.translate(table)
