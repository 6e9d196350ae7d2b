"""Build ``archive/text/serbian_stems.zlib``: the words whose stem the rule of ``archive/text/stemming.py`` misses.

Usage: ``python benchmarks/build_stem_exceptions.py``; needs simplemma and wordfreq.

The words and their lemmas are simplemma's ``hbs`` dictionary: Serbian, Croatian and Bosnian in both scripts. simplemma
is under the MIT licence; its dictionaries are derived from other works, each under its own licence, which its
``licenses`` folder names. wordfreq's ``sh`` list (Apache 2.0; its data CC BY-SA 4.0) ranks lemmas; no figure
of it is kept.

Lemmas with one rule stem are kept apart: the most frequent has the plain stem, which unknown words share, and the
others a numbered one. A lemma in ijekavian (rješenje) belongs to the class of its ekavian twin (rešenje), where both
are known.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path

import wordfreq
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from archive.text import stemming
from archive.text.folding import fold, latin

TARGET = Path(stemming.__file__).parent / stemming.TABLE
_YAT = re.compile("(ije|(?<=[bcčćdđfghklmnprsštvzž])je)")
_ENDINGS = {
    "a": ("a", "e", "i", "u", "om", "o", "ama"),
    "o": ("o", "a", "u", "om", "ima"),
    "e": ("e", "a", "u", "em", "ima"),
}
"""Case endings of nouns, by the ending of the nominative."""


def known_words() -> dict[str, str]:
    """Return each known word with its lemma, both in lower-case Latin; a word with two lemmas keeps the first.

    simplemma maps some forms of verbal nouns to the verb (izvršenje), others not (izvršenja); the stemming rule covers
    all of them.
    """
    words: dict[str, str] = {}
    dictionary = DefaultDictionaryFactory(cache_max_size=0).get_dictionary("hbs")
    for word in dictionary:
        # An entry cannot contain the separators of the table.
        if not set(word) & set(" \t\n=,"):
            words.setdefault(latin(word), latin(dictionary[word]))
    return {word: lemma for word, lemma in words.items() if not (_is_verbal_noun(word) and not _is_verbal_noun(lemma))}


def _is_verbal_noun(word: str) -> bool:
    return stemming.VERBAL_NOUN.fullmatch(fold(word)) is not None


def frequencies(words: Mapping[str, str]) -> defaultdict[str, float]:
    """Return the frequency of each lemma, summed over its forms in both scripts."""
    common: defaultdict[str, float] = defaultdict(float)
    for word, frequency in wordfreq.get_frequency_dict("sh").items():
        if lemma := words.get(latin(word)):
            common[lemma] += frequency
    return common


def ekavian(lemma: str, lemmas: set[str]) -> str:
    """Return the ekavian twin of an ijekavian lemma, or the lemma itself if there is none.

    Not every je comes from yat: in rješenje only the first does, so both readings of each are tried.
    """
    pieces = _YAT.split(lemma)
    choices = [("e", piece) if at % 2 else (piece,) for at, piece in enumerate(pieces)]
    twins = ("".join(chosen) for chosen in product(*choices))
    return next((twin for twin in twins if twin in lemmas), lemma)


def classes(words: Mapping[str, str]) -> dict[str, str]:
    """Return the shared stem of each lemma's forms, by lemma."""
    common, lemmas = frequencies(words), set(words.values())
    twins = {lemma: ekavian(lemma, lemmas) for lemma in lemmas}
    sharing: dict[str, list[str]] = defaultdict(list)
    for lemma in set(twins.values()):
        sharing[stemming.rule_stem(fold(lemma))].append(lemma)
    stems: dict[str, str] = {}
    for stem, group in sharing.items():
        ranked = sorted(group, key=lambda lemma: (-common[lemma], len(lemma), lemma))
        stems.update({lemma: f"{stem}#{rank}" if rank else stem for rank, lemma in enumerate(ranked)})
    return {lemma: stems[twin] for lemma, twin in twins.items()}


def homonyms(words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield ambiguous words, each with its second lemma.

    The dictionary has one lemma per word. Where it assigns a headword to another lemma (pravo to prav), it does so with
    most forms of that noun, too (prava to pravi), so all of these are ambiguous.
    """
    for lemma in dict.fromkeys(words.values()):
        if words.get(lemma) != lemma:
            forms = (lemma[:-1] + ending for ending in _ENDINGS.get(lemma[-1], ()))
            yield from ((form, lemma) for form in forms if form in words)


def lines(words: Mapping[str, str]) -> Iterable[str]:
    """Return the entries of the table, by folded word."""
    stems = classes(words)
    found = {word: {stems[lemma]: None} for word, lemma in words.items()}
    for word, lemma in homonyms(words):
        if _rule_of(stems[lemma]) == _rule_of(stems[words[word]]):
            found[word][stems[lemma]] = None
    spellings: dict[str, dict[str, str]] = defaultdict(dict)
    for word, its in found.items():
        spellings[fold(word)][word] = ",".join(its)
    for folded in sorted(spellings):
        different = set(spellings[folded].values())
        if len(different) > 1:
            yield f"{folded}\t" + " ".join(f"{word}={stem}" for word, stem in sorted(spellings[folded].items()))
        elif different != {stemming.rule_stem(folded)}:
            yield f"{folded}\t{different.pop()}"


def _rule_of(stem: str) -> str:
    """Return the rule-based stem of a numbered stem."""
    return stem.partition("#")[0]


def main() -> None:
    """Write the table and print its size."""
    entries = list(lines(known_words()))
    data = zlib.compress("".join(f"{entry}\n" for entry in entries).encode(), 9)
    TARGET.write_bytes(data)
    print(f"{len(entries):,} words, {len(data):,} bytes")


if __name__ == "__main__":
    main()
