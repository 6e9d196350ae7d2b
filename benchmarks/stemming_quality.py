"""Evaluate stemming on text with gold lemmas, compared with plain Snowball Serbian.

Usage: ``python benchmarks/stemming_quality.py FILE.conllu...``, with word and lemma in columns two and three.

Every word with a letter is searched for in turn, as the analyzer does it (stems and exact form), among all words of the
text. Recall is the share found of all words of its lemma; precision is the share of the found words that have its
lemma. Both are means over tokens (frequent words weigh more), and over types (each form weighs the same). Confused are
lemmas of which a form finds a form of another lemma, though the two have no form in common.

Forms of two lemmas, which are ambiguous without context, reduce the precision of every method. Neither the rules nor
the table were tuned on these lemmas, but the endings that the rules handle were chosen from errors of Snowball in the
legal text; the news text (UD SET) was only measured.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import Stemmer

from archive.text.analyzer import aliases, query_terms
from archive.text.folding import fold, latin
from archive.text.vocabulary import IndexField, Writing

Keys = Callable[[str], Iterable[str]]
"""A function from a word to the keys under which it is indexed or searched."""

_SNOWBALL = Stemmer.Stemmer("serbian")


@dataclass(frozen=True, slots=True)
class Method:
    """A named method: functions from words of documents and of queries to keys."""

    name: str
    of_document: Keys
    of_query: Keys


def document_keys(written: Callable[[str], str], writing: Writing) -> Keys:
    """Return a function for the analyzer's aliases of a word, spelled by ``written``."""
    fields = (IndexField.FORM, IndexField.STEM)
    return lambda word: [f"{field}:{term}" for field in fields for term in aliases(written(word), writing)[field]]


def query_keys(typed: Callable[[str], str], marked: bool) -> Keys:
    """Return a function for the analyzer's terms of a word, spelled by ``typed``."""
    return lambda word: [f"{term.field}:{term.text}" for term in query_terms(typed(word), marked, exact=False)]


def _snowball(word: str) -> list[str]:
    return [fold(_SNOWBALL.stemWord(fold(word)))]


WITH_MARKS = document_keys(str, Writing.LATIN)
WITHOUT_MARKS = document_keys(fold, Writing.LATIN | Writing.BARE)
METHODS = (
    Method("no stemming, folded", lambda word: [fold(word)], lambda word: [fold(word)]),
    Method("Snowball, folded", _snowball, _snowball),
    Method("ours, typed with diacritics", WITH_MARKS, query_keys(str, marked=True)),
    Method("ours, typed without", WITH_MARKS, query_keys(fold, marked=False)),
    Method("ours, with, on a page without", WITHOUT_MARKS, query_keys(str, marked=True)),
    Method("ours, without, on a page without", WITHOUT_MARKS, query_keys(fold, marked=False)),
)


def words_and_lemmas(path: Path) -> Counter[tuple[str, str]]:
    """Return the counts of (word, lemma) pairs in a CoNLL-U file, without words that have no letter."""
    pairs: Counter[tuple[str, str]] = Counter()
    for line in path.read_text("utf-8").splitlines():
        columns = line.split("\t")
        if len(columns) > 3 and columns[0].isdigit() and any(map(str.isalpha, columns[1])):
            pairs[latin(columns[1]), latin(columns[2])] += 1
    return pairs


class Filed:
    """An index of the words of a text by the keys of a method."""

    def __init__(self, pairs: Mapping[tuple[str, str], int], method: Method) -> None:
        self._pairs = pairs
        self._of_query = method.of_query
        self._filed: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for pair in pairs:
            for key in method.of_document(pair[0]):
                self._filed[key].add(pair)

    def found(self, word: str) -> set[tuple[str, str]]:
        """Return the (word, lemma) pairs that a query word finds."""
        return set().union(*(self._filed.get(key, ()) for key in self._of_query(word)))

    def recall_and_precision(self) -> list[float]:
        """Return recall and precision in per cent, over tokens, then over types."""
        of_lemma: Counter[str] = Counter()
        for (_, lemma), count in self._pairs.items():
            of_lemma[lemma] += count
        sums = [0.0] * 4
        for (word, lemma), count in self._pairs.items():
            found = self.found(word)
            right = sum(self._pairs[pair] for pair in found if pair[1] == lemma)
            recall, precision = right / of_lemma[lemma], right / max(1, sum(self._pairs[pair] for pair in found))
            for at, amount in enumerate((count * recall, count * precision, recall, precision)):
                sums[at] += amount
        words, forms = sum(self._pairs.values()), len(self._pairs)
        return [100 * amount / of for amount, of in zip(sums, (words, words, forms, forms), strict=True)]

    def confused(self) -> float:
        """Return the share of lemmas, in per cent, that find another lemma without a common form."""
        forms: dict[str, set[str]] = defaultdict(set)
        for word, lemma in self._pairs:
            forms[lemma].add(fold(word))
        confused = {
            lemma for word, lemma in self._pairs for _, other in self.found(word) if not forms[lemma] & forms[other]
        }
        return 100 * len(confused) / len(forms)


def main() -> None:
    """Print a Markdown table for each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    for path in parser.parse_args().files:
        pairs = words_and_lemmas(path)
        lemmas = {lemma for _, lemma in pairs}
        print(f"\n{path.name}: {sum(pairs.values()):,} words, {len(pairs):,} forms, {len(lemmas):,} lemmas\n")
        print("| method | words: recall / precision | forms: recall / precision | lemmas confused |")
        print("| --- | --- | --- | --- |")
        for method in METHODS:
            filed = Filed(pairs, method)
            recall, precision, *of_forms = filed.recall_and_precision()
            figures = f"{recall:.1f} / {precision:.1f} | {of_forms[0]:.1f} / {of_forms[1]:.1f} | {filed.confused():.1f}"
            print(f"| {method.name} | {figures} |")


if __name__ == "__main__":
    main()
