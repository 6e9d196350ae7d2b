"""Build ``archive/text/place_forms.txt``: inflected forms of place names that do not share a stem.

Usage: ``python -m benchmarks.build_place_forms``. The names are those of ``indexer/gazetteer``. A form that is also a
word of the language is left out, except of municipalities of Serbia whose names are none.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import indexer.gazetteer
from archive.text import stemming
from archive.text.analyzer import found_by
from archive.text.folding import fold
from archive.text.known_words import SERBIAN, is_word
from archive.text.stemming import english_stem, serbian_stems
from indexer.gazetteer.declension import cases, forms

SERBIA = "municipalities.rs"
FILES = (SERBIA, "municipalities.ba", "municipalities.hr", "municipalities.me", "municipalities.xk",
         "settlements.rs", "settlements.xk")  # fmt: skip
SHORTEST = 3
"""Fewest letters of a word of a name; shorter ones are "na" and "u"."""

BY_HAND = ("bor bora borom boru", "plana plani", "sad sada sadom sadu", "tesanj tesnja tesnju")
"""Forms of names that are words of the language."""


def main() -> None:
    """Write the file, and say how many names are in it."""
    lines = sorted({*BY_HAND, *filter(None, (_line(word, *of) for word, of in _words().items()))})
    Path(stemming.__file__).with_name(stemming.PLACE_FORMS).write_text("".join(f"{line}\n" for line in lines))
    print(f"{len(lines)} names")


def _words() -> dict[str, tuple[set[str], bool]]:
    """Return the words of names with their forms, and whether it is a municipality of Serbia."""
    words = dict[str, tuple[set[str], bool]]()
    for file in FILES:
        for name in _names(file):
            parts, inflected = name.split(), [form.split() for form in forms(name)]
            inflected += [[*parts[:-1], form] for form in cases(parts[-1])]
            for form in inflected:
                for part, each in zip(parts, form, strict=True):
                    if len(part) >= SHORTEST:
                        words.setdefault(part, (set(), file == SERBIA))[0].add(each)
    return words


def _names(file: str) -> Iterator[str]:
    path = Path(indexer.gazetteer.__file__).with_name(f"{file}.csv")
    with path.open(encoding="utf-8", newline="") as opened:
        yield from (row["name"].replace("-", " ") for row in csv.DictReader(opened))


def _line(name: str, forms_of_it: Iterable[str], of_serbia: bool) -> str | None:
    """Return the forms of a name, folded, None if all share stems."""
    nominative = fold(name)
    if is_word(nominative, SERBIAN):
        return None
    found = {fold(form) for form in forms_of_it}
    folded = sorted(form for form in {nominative, *found} if of_serbia or not is_word(form, SERBIAN))
    typed = {form: {*serbian_stems(form, bare=True), english_stem(form)} for form in folded}
    if all(typed[one] & found_by(other) for one in folded for other in folded):
        return None
    return " ".join(folded)


if __name__ == "__main__":
    main()
