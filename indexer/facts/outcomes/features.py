"""Features of the outcome model: the words of a sentence, and the combined evidence of the sentences of a document."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.facts.mentions.states import sentences
from indexer.facts.text import DocumentText
from indexer.gazetteer import table

BUCKETS = 8192
STEM = 6
"""Length of the prefix of a word that counts as its stem."""

MOST_SENTENCES = 120
"""Maximum number of sentences that are classified."""

LONGEST = 60
"""Maximum number of words of a sentence that are used; in a table no sentence ends."""

SAID = ("granted", "partly", "refused", "silent", "ordered", "obeyed", "disobeyed")
"""Outcomes of a request, in the order of the classes of the models after ``none``."""

CLASSES = ("none", *SAID)
KINDS = ("foi_request", "foi_reply", "foi_decision", "foi_appeal", "correspondence", "form", "report")

DENIED = 5
"""Number of words after a negation that it applies to."""

_NOT = frozenset({"ne", "nije", "nisu", "nismo", "nisam", "nema", "nemaju", "ni", "niti", "bez", "not", "no", "unable"})
_COMMISSIONER = re.compile(r"poverenik|povjerenik|information commissioner")
HEAD = 60
"""Number of words at the top in which the author of a document is named."""


def parts(text: DocumentText) -> list[tuple[int, int]]:
    """Return the sentences that are classified, each as first and last word."""
    return [(first, min(last, first + LONGEST - 1)) for first, last in sentences(text)][:MOST_SENTENCES]


def sentence_features(text: DocumentText, part: tuple[int, int], about: Sequence[str]) -> NDArray[np.int32]:
    """Return the feature buckets of a sentence: its unigrams and bigrams, and those of the document."""
    words = ["#" if word.isdecimal() else word[:STEM] for word in text.bare[part[0] : part[1] + 1] if word]
    named = [*words, *map(" ".join, pairwise(words)), *about]
    for at, word in enumerate(words):
        if word in _NOT:
            named += [f"not {each[:5]}" for each in words[at + 1 : at + 1 + DENIED]]
        named.append(word[:4])
    named += _grouped(text.bare[part[0] : part[1] + 1], about)
    if words:
        named += [f"first:{words[0]}", f"first:{' '.join(words[:2])}"]
    return np.unique(np.fromiter((zlib.crc32(name.encode()) % BUCKETS for name in named), dtype=np.int32))


def _grouped(words: Sequence[str], about: Sequence[str]) -> list[str]:
    """Return the word groups of ``foi_words.toml`` in a sentence, single and in pairs; negated groups are distinct."""
    found: set[str] = set()
    denied = 0
    for word in words:
        sign = "-" if denied else "+"
        found.update(sign + group for group in _groups_of(word))
        denied = DENIED if word in _NOT else max(0, denied - 1)
    return [
        *(f"g{group}" for group in found),
        *(f"g{one}{other}" for one, other in combinations(sorted(found), 2)),
        *(f"g{group} {about[0]}" for group in found),
    ]


@lru_cache(maxsize=1 << 14)
def _groups_of(word: str) -> tuple[str, ...]:
    return tuple(name for name, starts in table("foi_words").items() if word.startswith(tuple(starts)))


def about_paper(text: DocumentText, kind: str | None) -> tuple[str, ...]:
    """Return author and kind of a document as features of each of its sentences."""
    return (f"by:{_is_of_commissioner(text)}", f"kind:{kind if kind in KINDS else 'other'}")


def _is_of_commissioner(text: DocumentText) -> bool:
    """Return whether the Commissioner is the author, not the addressee."""
    head = text.folded[: text.starts[min(HEAD, len(text.words) - 1)]] if text.words else ""
    return _COMMISSIONER.search(head) is not None and "povereniku" not in head.split()[:12]


def together(text: DocumentText, kind: str | None, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the strength of each outcome for a document, combined from its sentences.

    Granted and refused together make "partly". An order implies the silence or refusal that it ends, and only the
    Commissioner issues one; an appeal states only silence, a request nothing.
    """
    told = dict(zip(SAID, probabilities[:, 1:].max(axis=0), strict=True))
    both = min(told["granted"], max(told["refused"], told["partly"]))
    told["partly"] = max(told["partly"], both)
    weaker: list[str] = ["granted", "refused"] if both > SOME else []
    if _is_of_commissioner(text):
        weaker += ["granted"]
        weaker += ["silent", "refused", "partly"] if told["ordered"] > SOME else []
        weaker += ["silent", "obeyed"] if told["disobeyed"] > SOME else []
    else:
        weaker += ["ordered"]
    if told["obeyed"] > max(SOME, told["disobeyed"]):
        weaker += ["granted"]
    if kind in ("foi_appeal", "foi_request"):
        weaker += [name for name in SAID if name != "silent" or kind == "foi_request"] * 2
    for name in weaker:
        told[name] *= LESS
    return np.array([told[name] for name in SAID])


SOME = 0.3
"""Probability from which a sentence counts as evidence."""

LESS = 0.3
"""Factor for an outcome that a stronger one explains."""


def signs(strengths: NDArray[np.float64], by_phrase: str | None, kind: str | None) -> NDArray[np.float64]:
    """Return the input of the second model for each outcome: strength, margin to the next, agreement of the phrases."""
    odds = np.log((strengths + 0.01) / (1.01 - strengths))
    others = np.array([np.delete(strengths, at).max() for at in range(len(SAID))])
    same = np.array([float(name == by_phrase) for name in SAID])
    other = np.array([float(by_phrase is not None and name != by_phrase) for name in SAID])
    # An appeal states only one outcome, in set phrases.
    appealed = same * float(kind == "foi_appeal")
    return np.column_stack([odds, strengths - others, same, other, same * strengths, appealed])
