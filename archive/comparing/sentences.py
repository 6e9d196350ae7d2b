"""Alignment of the sentences of two clauses, for clauses by different drafters.

Word by word, such clauses share little but function words, and the differences are not informative. So sentences are
aligned first, in any order: by the stems of their words, weighted by rarity, with names of the parties and synonyms
unified. Sentences without a counterpart are reported. Within a pair, words are compared by :mod:`.words`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import product
from math import log

from archive.comparing.tolerance import word_key
from archive.comparing.words import Comparison, compare_words
from archive.model import Break, Words
from archive.search.meanings.tables import is_function_word
from archive.text.folding import fold, latin
from archive.text.stemming import english_stem, serbian_stems

REWORDED = 0.5
"""Share of equal words below which two clauses or sentences count as reworded."""

COUNTERPART = 0.18
"""Least similarity of two sentences that correspond."""

PART_OF = 0.45
"""Least share of a sentence in its neighbour's counterpart for joining it to that neighbour."""

_ABBREVIATED = re.compile(
    r"(?:čl|st|tač|t|br|sl|god|d|o|a|tzv|tj|npr|itd|dr|mr|ul|reg|inc|co|corp|ltd|no|sec|art|vs|mr|mrs|u\.s|i\.e|e\.g)\."
    r"|\W*\w\.|\W*(?:\w\.)+",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?;][)\"”“'»]*$")
_NUMBER_END = re.compile(r"\d+\.$")
_MARKS = ".,;:!?()[]{}\"'“”„‘’«»"


class SentenceRelation(StrEnum):
    """The relation of a sentence to the other clause."""

    ALIKE = "alike"
    REWORDED = "reworded"
    ONLY_A = "only_a"
    ONLY_B = "only_b"


@dataclass(frozen=True, slots=True)
class SentencePair:
    """Corresponding words of both clauses, as ranges of indices (end exclusive); one side may be None. ``likeness`` is
    the similarity of content; ``comparison`` is word by word, for similarly worded ones."""

    first: tuple[int, int] | None
    other: tuple[int, int] | None
    likeness: float
    comparison: Comparison | None

    @property
    def relation(self) -> SentenceRelation:
        """The relation of the two sides."""
        if self.first is None or self.other is None:
            return SentenceRelation.ONLY_B if self.first is None else SentenceRelation.ONLY_A
        return SentenceRelation.REWORDED if self.comparison is None else SentenceRelation.ALIKE


def sentences(words: Words, heading: int = 0) -> list[tuple[int, int]]:
    """Split words into sentences, as ranges of indices (end exclusive), at paragraphs and full stops, except those of
    abbreviations and numbers. The first ``heading`` words may be a heading."""
    texts = words.texts
    found, begin = [(0, heading)] if heading else [], heading
    for at in range(heading + 1, len(texts) + 1):
        if at == len(texts) or _ends(texts[at - 1], texts[at], words.breaks[at] == Break.BLOCK):
            found.append((begin, at))
            begin = at
    return [each for each in _with_marks(found, texts) if any(map(word_key, texts[each[0] : each[1]]))]


def _ends(word: str, following: str, is_block: bool) -> bool:
    if is_block:
        return not following[:1].islower() or bool(_END.search(word)) or following.endswith(")")
    if not _END.search(word) or _ABBREVIATED.fullmatch(word):
        return False
    return word.endswith(";") or (not _NUMBER_END.search(word) and not following[:1].islower())


_MARK = re.compile(r"[-–•]|\(?(?:\d{1,2}(?:\.\d{1,2})*|[ivx]{1,5}|[a-zа-шčćžšđ]{1,2})[.)]+", re.IGNORECASE)


def _with_marks(found: Sequence[tuple[int, int]], texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Join a list marker, which is not a sentence, with the sentence after it."""
    start = None
    for begin, end in found:
        start = begin if start is None else start
        if end - start == 1 and _MARK.fullmatch(texts[start]):
            continue
        yield start, end
        start = None
    if start is not None:
        yield start, found[-1][1]


def align_sentences(
    one: Words, other: Words, *, by_ocr: bool, headings: tuple[int, int] = (0, 0)
) -> tuple[SentencePair, ...]:
    """Return the corresponding sentences of two clauses, in the order of the first, and those without a counterpart;
    those of the other one only follow their predecessor there.

    :param headings: the number of heading words of each; headings are always paired.
    """
    ours, theirs = sentences(one, headings[0]), sentences(other, headings[1])
    said = [[_terms(one.texts[begin:end]) for begin, end in ours], [_terms(other.texts[b:e]) for b, e in theirs]]
    weights = _weights([*said[0], *said[1]])
    scores = {
        (here, there): _similarity(said[0][here], said[1][there], weights)
        for here, there in product(range(bool(headings[0]), len(ours)), range(bool(headings[1]), len(theirs)))
    }
    if all(headings):
        scores[0, 0] = 1.0
    chosen = _chosen(scores, len(ours), len(theirs))
    groups = {pair: ([pair[0]], [pair[1]]) for pair in chosen}
    _joined(groups, said, weights)
    pairs = []
    for (here, there), (mine, others) in groups.items():
        first, second = (ours[mine[0]][0], ours[mine[-1]][1]), (theirs[others[0]][0], theirs[others[-1]][1])
        compared = compare_words(one.texts[slice(*first)], other.texts[slice(*second)], by_ocr=by_ocr)
        alike = compared if compared.agreement >= REWORDED else None
        pairs.append(SentencePair(first, second, scores[here, there], alike))
    taken = [{at for mine, _ in groups.values() for at in mine}, {at for _, others in groups.values() for at in others}]
    pairs += [SentencePair(each, None, 0.0, None) for at, each in enumerate(ours) if at not in taken[0]]
    return tuple(_in_order(pairs, [each for at, each in enumerate(theirs) if at not in taken[1]]))


def _in_order(pairs: Sequence[SentencePair], alone: Sequence[tuple[int, int]]) -> Iterator[SentencePair]:
    listed = sorted(pairs, key=lambda pair: pair.first or (0, 0))
    left = list(alone)
    for pair in listed:
        if pair.other is not None:
            while left and left[0] < pair.other:
                yield SentencePair(None, left.pop(0), 0.0, None)
        yield pair
    yield from (SentencePair(None, each, 0.0, None) for each in left)


def _chosen(scores: Mapping[tuple[int, int], float], count: int, other_count: int) -> list[tuple[int, int]]:
    """Return the pairs with the highest similarity, each sentence once; ties are broken by relative position."""

    def place(pair: tuple[int, int]) -> float:
        return abs(pair[0] / max(1, count) - pair[1] / max(1, other_count))

    found: list[tuple[int, int]] = []
    free, other_free = set(range(count)), set(range(other_count))
    for pair in sorted(scores, key=lambda pair: (-scores[pair] + 0.05 * place(pair), pair)):
        if scores[pair] >= COUNTERPART and pair[0] in free and pair[1] in other_free:
            found.append(pair)
            free.discard(pair[0])
            other_free.discard(pair[1])
    return found


Terms = frozenset[str]


def _joined(
    groups: Mapping[tuple[int, int], tuple[list[int], list[int]]],
    said: Sequence[Sequence[Terms]],
    weights: Mapping[str, float],
) -> None:
    """Join an unpaired sentence to its neighbour, if most of it is in the neighbour's counterpart."""
    for side in (0, 1):
        taken = {at for group in groups.values() for at in group[side]}
        for at, terms in enumerate(said[side]):
            if at in taken:
                continue
            for group in groups.values():
                own, others = group[side], group[1 - side]
                counterpart = frozenset().union(*(said[1 - side][each] for each in others))
                is_beside = at in (own[0] - 1, own[-1] + 1)
                if is_beside and _share(terms & counterpart, terms, weights) >= PART_OF:
                    own.append(at)
                    own.sort()
                    taken.add(at)
                    break


def _share(part: Terms, whole: Terms, weights: Mapping[str, float]) -> float:
    return sum(weights[term] for term in part) / (sum(weights[term] for term in whole) or 1.0)


def _similarity(one: Terms, other: Terms, weights: Mapping[str, float]) -> float:
    """Return the similarity of content: between the common share of both, and that of the shorter one."""
    both = sum(weights[term] for term in one & other)
    ours, theirs = sum(weights[term] for term in one), sum(weights[term] for term in other)
    return (both / (ours + theirs) + both / (2 * min(ours, theirs))) if ours and theirs else 0.0


def _weights(said: Sequence[Terms]) -> dict[str, float]:
    """Return the weights of terms: rarer ones weigh more."""
    counts = Counter(term for terms in said for term in terms)
    return {term: log(1 + len(said) / count) for term, count in counts.items()}


def _terms(texts: Sequence[str]) -> Terms:
    """Return the terms of a sentence: stems of its words, synonyms unified."""
    found = set()
    words = [fold(text).strip("\"'“”„‘’«»()[]{}.,;:!?-–—_*|•·") for text in texts]
    is_english = len(_ENGLISH.intersection(words)) > 1
    for text, word in zip(texts, words, strict=True):
        if not word or is_function_word(word) or word in _SMALL:
            continue
        if any(map(str.isdigit, word)):
            found |= {"#%" if "%" in text or "‰" in text else "#", f"#{word_key(text)}"}
        else:
            found.add(_term(latin(word), is_english))
    return frozenset(found)


_ENGLISH = frozenset(("the", "of", "and", "shall", "any", "this", "by", "or", "be"))
_SMALL = frozenset(
    ("any", "all", "such", "its", "their", "this", "that", "not", "no", "his", "koj", "sv", "isti", "ovaj")
)


@lru_cache(maxsize=1 << 14)
def _term(word: str, is_english: bool) -> str:
    stems = (english_stem(word),) if is_english else serbian_stems(word, bare=True)
    return next((_synonyms()[stem] for stem in stems if stem in _synonyms()), stems[0] if stems else word)


_SYNONYM_GROUPS = (
    "izvođač izvršilac isporučilac dobavljač prodavac pružalac zakupodavac prenosilac davalac kompanija supplier "
    "contractor seller provider licensor vendor company consultant franchisor",
    "naručilac naručitelj kupac korisnik zakupac primalac sticalac investitor klijent customer buyer client purchaser "
    "licensee distributor franchisee",
    "ugovor sporazum predugovor agreement contract",
    "strana stranka party",
    "raskid raskinuti otkaz otkazati prestanak prestati terminate termination cancel",
    "kazna penali promil",
    "kašnjenje docnja zakašnjenje kasniti delay",
    "cena vrednost iznos naknada price fee amount",
    "plaćanje isplata uplata platiti plaćati isplatiti pay payment",
    "faktura račun situacija invoice",
    "garancija jemstvo garantovati jemčiti guarantee warranty warrant",
    "mana nedostatak kvar neispravnost defect",
    "otkloniti popraviti ukloniti repair",
    "spor nesporazum sporan dispute controversy",
    "sud nadležnost nadležan court jurisdiction",
    "poverljiv tajna tajnost confidential proprietary secret",
    "informacija podatak information",
    "otkriti saopštiti objaviti disclose reveal",
    "dužan obavezan obavezivati obavezati obaveza shall must",
    "obavestiti obaveštenje obavestiti saopštenje notify notice",
    "pisan pismen pismeno written writing",
    "izmena dopuna promena menjati amendment amend modify modification",
    "saglasnost odobrenje pristanak consent approval",
    "treće trećim trećem",
    "rok period term",
    "šteta gubitak damage loss",
    "ispuniti ispunjenje izvršiti izvršenje perform performance",
    "neispunjenje neizvršenje nepoštovanje nepoštivanje kršenje povreda neurednog breach default fail failure",
    "prenos preneti ustupiti ustupanje transfer assign assignment",
    "osloboditi oslobađati mirovati excuse excused",
    "nastati nastupiti nastupanje događaj okolnost event cause circumstance",
    "zakon propis pravo law",
)  # fmt: skip
"""Synonyms in clauses of different drafters; a group per line."""


@cache
def _synonyms() -> dict[str, str]:
    """Map stems of synonyms to the first word of their group."""
    found: dict[str, str] = {}
    for row in _SYNONYM_GROUPS:
        first, *_ = listed = row.split()
        for word in listed:
            for stem in (*serbian_stems(latin(fold(word)), bare=True), english_stem(fold(word))):
                found.setdefault(stem, f"={first}")
    return found


def numbers_in(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the numbers of a sentence as printed."""
    return tuple(text.strip(_MARKS) for text in texts if any(map(str.isdigit, text)))
