"""What sketches keep of a text, and how well they tell what two texts share."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from datasketch import MinHash

from archive.model.words import Word, Words
from archive.search.minhash import (
    _PAIRS_AT_ONCE,
    MINIMUM_WORDS,
    NUMBERS_KEPT,
    PERMUTATIONS,
    SKETCH_VERSION,
    Sketch,
    _min_hash,
    kept_numbers,
    shared_wording,
    sketch,
)

LETTER = (
    "На основу члана 15. Закона о слободном приступу информацијама од јавног значаја, обраћам вам се захтевом да ми "
    "доставите копију уговора бр. 404-2/2019 од 9. марта 2019. године, о набавци камера за видео-надзор, чија је "
    "вредност 1.200.000,00 динара, са свим анексима и записницима о примопредаји опреме."
)
LATIN = (
    "na osnovu clana 15 zakona o slobodnom pristupu informacijama od javnog znacaja OBRACAM vam se zahtevom da mi "
    "dostavite kopiju ugovora br 404-2/2019 od 9. marta 2019 godine o nabavci kamera za video-nadzor (cija je "
    "vrednost 1.200.000,00 dinara) sa svim aneksima i zapisnicima o primopredaji opreme"
)


def page(text: str) -> Words:
    return Words.of(Word(text) for text in text.split())


def sketched(*pages: str) -> Sketch:
    made = sketch(map(page, pages))
    assert made is not None
    return made


def made_words(seed: int, count: int) -> list[str]:
    """Words of few enough kinds that pairs of them come back, as in any text."""
    chance = random.Random(seed)
    return [f"reč{chance.randrange(900)}" for _ in range(count)]


def jaccard(one: Sequence[str], other: Sequence[str]) -> float:
    ours, theirs = set(pairwise(one)), set(pairwise(other))
    return len(ours & theirs) / len(ours | theirs)


def test_script_case_marks_and_punctuation_do_not_count() -> None:
    assert sketched(LETTER) == sketched(LATIN)


def test_page_breaks_and_words_of_punctuation_do_not_count() -> None:
    halves = LETTER.split(", ", 1)
    assert sketched(LETTER) == sketched(halves[0] + " , —", "", "... " + halves[1])


def test_the_order_of_words_counts() -> None:
    words = LATIN.split()
    turned = sketched(" ".join(reversed(words)))
    assert turned.text != sketched(LATIN).text
    assert shared_wording(sketched(LATIN), [turned])[0] < 0.2


def test_a_text_of_few_words_is_compared_as_a_whole() -> None:
    words = made_words(1, MINIMUM_WORDS)
    short, shorter = sketched(" ".join(words[:-1])), sketched(" ".join(words[:-2]))
    assert not short.wording
    assert sketched(" ".join(words)).wording
    assert shared_wording(short, [short, shorter, sketched(" ".join(words))]) == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("pages", [[], ["", ""], ["— … ( )", "*"]])
def test_a_document_without_words_has_no_sketch(pages: list[str]) -> None:
    assert sketch(map(page, pages)) is None


@pytest.mark.parametrize("count", [400, 20_000])
@pytest.mark.parametrize("changed", [0.02, 0.1, 0.4])
def test_shared_wording_is_estimated_within_four_standard_errors(count: int, changed: float) -> None:
    one = made_words(2, count)
    chance = random.Random(3)
    other = [f"druga{at}" if chance.random() < changed else word for at, word in enumerate(one)]
    true = jaccard(one, other)
    (estimated,) = shared_wording(sketched(" ".join(one)), [sketched(" ".join(other))])
    assert estimated == pytest.approx(true, abs=4 * (true * (1 - true) / PERMUTATIONS) ** 0.5)


def test_only_the_same_text_shares_all_its_wording() -> None:
    words = made_words(4, 20_000)
    (share,) = shared_wording(sketched(" ".join(words)), [sketched(" ".join([*words, words[-2]]))])
    assert 0.99 < share < 1.0


def test_numbers_are_runs_of_digits_each_as_often_as_it_stands_there() -> None:
    assert len(sketched(LETTER).numbers) == 4 * len(re.findall(r"\d+", LETTER))


def test_a_number_that_gave_way_to_another_counts_wherever_else_both_stand() -> None:
    one, other = sketched("дана 9. марта 2019. члан 12. и 9."), sketched("дана 12. марта 2019. члан 12. и 9.")
    assert kept_numbers(one, one) == 1.0
    assert kept_numbers(one, other) == 1 - 1 / 5


def test_a_number_that_was_added_replaces_none() -> None:
    assert kept_numbers(sketched("бр. 15 од 9. марта"), sketched("стр. 1 бр. 15 од 9. марта стр. 2")) == 1.0
    assert kept_numbers(sketched("без бројева"), sketched("број 5")) == 1.0
    assert kept_numbers(sketched("без бројева"), sketched("без бројева")) == 1.0


def test_many_numbers_are_sampled_fairly() -> None:
    count = 4 * NUMBERS_KEPT
    one, other = (sketched(" ".join(map(str, range(start, start + count)))) for start in (1000, 1000 + count // 4))
    replaced = (1 / 4) / (5 / 4)
    assert 1 - kept_numbers(one, other) == pytest.approx(replaced, abs=4 * (replaced / NUMBERS_KEPT) ** 0.5)


def test_a_page_that_ocr_read_makes_its_document_one_that_ocr_read() -> None:
    read = Words.of([Word("одлука", confidence=90)])
    made = [sketch(pages) for pages in ([page(LETTER)], [page(LETTER), read], [read, page(LETTER)])]
    assert [one.by_ocr for one in made if one] == [False, True, True]


@pytest.mark.parametrize("count", [2, 3, 1_000, 2 * _PAIRS_AT_ONCE + 2])
def test_the_hashes_are_those_of_datasketch(count: int) -> None:
    """With which the sketches of archives were made until 28 November."""
    words = np.random.default_rng(5).integers(0, 1 << 64, count, np.uint64)
    pairs = ((words[:-1] * np.uint64(0x9E3779B97F4A7C15) + words[1:]) >> np.uint64(32)).tolist()
    theirs = MinHash(num_perm=PERMUTATIONS, hashfunc=int)
    theirs.update_batch(pairs)
    assert _min_hash(words) == np.asarray(theirs.hashvalues).astype("<u4").tobytes()


def test_sketches_that_are_kept_stay_comparable() -> None:
    """If this fails, sketches have changed: raise SKETCH_VERSION, so that the archives' are made anew, and pin them."""
    made = sketched(LETTER)
    assert SKETCH_VERSION == 1
    assert made.text.hex() == "edecd034de4e1de8e2c882fc9178328f"
    assert made.wording[:8].hex() == "1d132105cb8ef300"
    assert made.numbers[:8].hex() == "852d8d1b0bf18841"
    assert sketched(" ".join(made_words(3, 20_000))).wording[:8].hex() == "3aa4030057f80600"
