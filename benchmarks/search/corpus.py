"""A synthetic corpus of any size: public documents in Serbian, both scripts, and English, about 300 words per page.

Word frequencies are real (:mod:`benchmarks.search.words`); word order is random except in phrases. Each document has a
topic of 40 words that it repeats. Documents have ten pages on average, and two in a thousand have 500. One word in
forty begins a phrase, one in thirty is an amount, a number or a reference, one in a thousand is misspelt. The same seed
gives the same corpus, and a longer one begins with the shorter.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.search.feed import CorpusDocument
from benchmarks.search.words import PHRASES, WordList, cyrillic, word_lists

SEED = 7
KINDS = ("contract", "award_decision", "tender_documents", "minutes", "foi_reply")
MUNICIPALITIES = tuple(f"Opština {number:03d}" for number in range(170))
VENDORS = tuple(f"Dobavljač {number:04d} d.o.o." for number in range(2000))
FIRST_YEAR, YEARS = 2010, 17

_LONG_SHARE, _LONG_PAGES = 0.002, 500
_COLLOCATIONS = 3000
_LANGUAGES = ("sr-Latn", "sr-Cyrl", "en")
_NOISE = "rnlcetz"


def write_corpus(path: Path, pages: int) -> None:
    """Write documents with ``pages`` pages in total as JSON Lines, in constant memory."""
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8") as out:
        for document in make_documents(pages):
            out.write(json.dumps(asdict(document), ensure_ascii=False) + "\n")
    part.replace(path)


def make_documents(pages: int) -> Iterator[CorpusDocument]:
    """Yield documents with ``pages`` pages in total; the last one is truncated."""
    random = np.random.default_rng(SEED)
    lists = word_lists()
    collocations = [random.integers(80, 6000, size=random.integers(2, 5)) for _ in range(_COLLOCATIONS)]
    municipality_shares, vendor_shares = _zipf(len(MUNICIPALITIES), 0.7), _zipf(len(VENDORS), 1.0)
    number = 0
    while pages > 0:
        length = _LONG_PAGES if random.random() < _LONG_SHARE else min(60, int(random.geometric(0.11)))
        length = min(length, pages)
        language = _LANGUAGES[random.choice(3, p=[0.6, 0.3, 0.1])]
        chosen = random.choice(len(VENDORS), size=1 + random.choice(3, p=[0.8, 0.15, 0.05]), p=vendor_shares)
        topic = random.integers(150, 30_000, size=40)
        pages_of = _PageMaker(lists[language], language, topic, collocations, random)
        yield CorpusDocument(
            id=f"{number:064x}",
            municipality=MUNICIPALITIES[random.choice(len(MUNICIPALITIES), p=municipality_shares)],
            vendors=sorted({VENDORS[at] for at in chosen}),
            year=FIRST_YEAR + int(random.integers(0, YEARS)),
            kind=KINDS[random.choice(len(KINDS), p=[0.35, 0.3, 0.15, 0.1, 0.1])],
            language=language,
            pages=[pages_of.make() for _ in range(length)],
        )
        pages -= length
        number += 1


def _zipf(count: int, exponent: float) -> NDArray[np.float64]:
    shares = 1 / np.arange(1, count + 1) ** exponent
    return np.asarray(shares / shares.sum())


class _PageMaker:
    """A generator of the pages of one document."""

    def __init__(
        self,
        words: WordList,
        language: str,
        topic: NDArray[np.int64],
        collocations: list[NDArray[np.int64]],
        random: np.random.Generator,
    ) -> None:
        self._words = words
        self._topic = np.minimum(topic, len(words.words) - 1)
        self._collocations = collocations
        self._random = random
        self._phrases = [] if language == "en" else [" ".join(phrase) for phrase in PHRASES]
        if language == "sr-Cyrl":
            self._phrases = [cyrillic(phrase) for phrase in self._phrases]

    def make(self) -> str:
        random = self._random
        count = int(np.clip(random.normal(300, 80), 60, 600))
        numbers = self._words.draw(random.random(count))
        dice = random.random(count)
        of_topic = dice < 0.12
        numbers[of_topic] = self._topic[random.integers(0, len(self._topic), size=of_topic.sum())]
        texts: list[str] = self._words.words[numbers].tolist()
        for at in np.flatnonzero(dice > 0.975).tolist():
            texts[at] = self._phrase()
        for at in np.flatnonzero((dice > 0.942) & (dice <= 0.975)).tolist():
            texts[at] = self._figure()
        for at in np.flatnonzero((dice > 0.12) & (dice <= 0.121)).tolist():
            letter = int(random.integers(0, len(texts[at])))
            texts[at] = texts[at][:letter] + _NOISE[int(random.integers(0, len(_NOISE)))] + texts[at][letter + 1 :]
        return self._punctuated(texts)

    def _phrase(self) -> str:
        if self._phrases and self._random.random() < 0.4:
            return self._phrases[min(int(self._random.exponential(8)), len(self._phrases) - 1)]
        collocation = self._collocations[min(int(self._random.exponential(300)), _COLLOCATIONS - 1)]
        return " ".join(self._words.words[np.minimum(collocation, len(self._words.words) - 1)].tolist())

    def _figure(self) -> str:
        random = self._random
        kind = random.random()
        if kind < 0.5:
            return f"{random.integers(1, 999)}.{random.integers(0, 999):03d},00"
        if kind < 0.95:
            return str(random.integers(1, 3000))
        return f"404-{random.integers(1, 400)}/{FIRST_YEAR + random.integers(0, YEARS)}"

    def _punctuated(self, texts: list[str]) -> str:
        at = 0
        while at < len(texts):
            texts[at] = texts[at][:1].upper() + texts[at][1:]
            at += int(self._random.integers(6, 22))
            if at <= len(texts):
                texts[at - 1] += "." if self._random.random() < 0.8 else ";"
            if at - 4 < len(texts) and self._random.random() < 0.5:
                texts[at - 4] += ","
        return " ".join(texts)
