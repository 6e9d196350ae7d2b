"""Packed words come back equal, small and fast, or are refused."""

from __future__ import annotations

import zlib
from array import array
from statistics import median
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import CatalogError
from archive.model.words import Words
from archive.store.sql.wordpack import pack, unpack
from tests.store_samples import sample_words

TEXT = st.text(min_size=1, max_size=12).filter(lambda text: len(text.split()) == 1 and not any(map(str.isspace, text)))


@st.composite
def pages_of_words(draw: st.DrawFn) -> Words:
    texts = draw(st.lists(TEXT, max_size=20))
    count = len(texts)
    edges = st.lists(st.integers(0, 65535), min_size=4 * count, max_size=4 * count)
    boxes = draw(st.one_of(st.just([]), edges))
    confidences = draw(st.one_of(st.just(b""), st.binary(min_size=count, max_size=count)))
    breaks = draw(st.binary(min_size=count, max_size=count))
    cells = draw(st.one_of(st.just([]), st.lists(st.integers(0, 65535), min_size=count, max_size=count)))
    return Words(tuple(texts), array("H", boxes), confidences, breaks, array("H", cells))


@given(pages_of_words())
def test_any_page_comes_back_equal(words: Words) -> None:
    assert unpack(pack(words)) == words


def test_packing_is_deterministic() -> None:
    assert pack(sample_words(1, 1)) == pack(sample_words(1, 1))


def test_boxes_are_little_endian_differences() -> None:
    """The format itself, byte for byte, so that no later version can change it unnoticed."""
    words = Words(("a", "б"), array("H", [10, 20, 30, 40, 35, 20, 300, 40]), b"\x5a\xff", b"\x02\x00")
    packed = pack(words)
    assert packed[:6] == bytes([1, 3, 0, 0, 0, 2])
    x_edges = bytes([10, 0, 20, 0, 5, 0, 9, 1])
    y_edges = bytes([20, 0, 20, 0, 0xEC, 0xFF, 20, 0])
    assert zlib.decompress(packed[6:]) == x_edges + y_edges + b"\x5a\xff" + b"\x02\x00" + "a\nб".encode()


@pytest.mark.parametrize("at", [0, 1, 5, 6, 20, -1])
def test_a_changed_byte_is_noticed(at: int) -> None:
    damaged = bytearray(pack(sample_words(1, 1)))
    damaged[at] ^= 0x55
    with pytest.raises(CatalogError, match="Packed words"):
        unpack(bytes(damaged))


@pytest.mark.parametrize("size", [0, 3, 6, 50])
def test_a_cut_blob_is_noticed(size: int) -> None:
    with pytest.raises(CatalogError, match="damaged"):
        unpack(pack(sample_words(1, 1))[:size])


def test_a_page_of_600_words_unpacks_in_a_millisecond() -> None:
    texts, boxes = [], array("H")
    for number in range(600):
        texts.append(f"реч{number * 7919 % 1000}")
        left, top = number % 12 * 5000 + number * 31 % 700, number // 12 * 1200
        boxes.extend([left, top, left + 3000 + number * 17 % 900, top + 800 + number % 7])
    words = Words(tuple(texts), boxes, bytes(60 + number % 40 for number in range(600)), bytes(600))
    packed = pack(words)
    seconds = []
    for _ in range(25):
        start = perf_counter()
        unpack(packed)
        seconds.append(perf_counter() - start)
    assert min(seconds) < 0.001, f"median {median(seconds) * 1000:.2f} ms"
    assert len(packed) < 15 * len(words)
