"""What runs on the servers: scripts in Painless, which every distribution of OpenSearch has and allows by default.

They send what a page of results needs of a document, however long it is, and give every matching document the score
of the embedded engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.search.matching.printed_words import STRETCH_BITS
from archive.search.opensearch_engine.encoding import of_variable_length, places_of_word
from archive.search.opensearch_engine.sources import Json, decoded

_SATURATED = """
float often = (float) _score, k1 = (float) params.k1, b = (float) params.b;
float length = (float) doc['word_count'].value / (float) params.mean;
return (float) params.rare * (often * (k1 + 1f) / (often + k1 * (1f - b + b * length)));
"""
"""BM25 as in :func:`archive.search.matching.rescoring.saturated`, in numbers of the same precision."""

_READING = """
int number(byte[] b, int at) {
  return (b[at] & 255) | (b[at + 1] & 255) << 8 | (b[at + 2] & 255) << 16 | (b[at + 3] & 255) << 24;
}
long hash(byte[] b, int at) {
  return ((long) number(b, at) & 4294967295L) | ((long) number(b, at + 4)) << 32;
}
int put(byte[] to, int at, int value) {
  while (value > 127) { to[at] = (byte) (value & 127 | 128); at++; value >>>= 7; }
  to[at] = (byte) value;
  return at + 1;
}
String printed(byte[] b, int o, BitSet wanted) {
  int count = number(b, o) & 2147483647, size = 0;
  for (int i = wanted.nextSetBit(0); i >= 0 && i < count; i = wanted.nextSetBit(i + 1)) {
    size += 10 + number(b, o + 4 + 4 * i) - (i == 0 ? 0 : number(b, o + 4 * i));
  }
  byte[] to = new byte[size];
  int at = 0, before = 0;
  for (int i = wanted.nextSetBit(0); i >= 0 && i < count; i = wanted.nextSetBit(i + 1)) {
    int from = i == 0 ? 0 : number(b, o + 4 * i), length = number(b, o + 4 + 4 * i) - from;
    at = put(to, at, i - before);
    at = put(to, at, length);
    System.arraycopy(b, o + 4 + 4 * count + from, to, at, length);
    at += length;
    before = i;
  }
  byte[] all = new byte[at];
  System.arraycopy(to, 0, all, 0, at);
  return Base64.getEncoder().encodeToString(all);
}
String whole(byte[] b, int o, int length) {
  byte[] all = new byte[length];
  System.arraycopy(b, o, all, 0, length);
  return Base64.getEncoder().encodeToString(all);
}
"""

_PLACES = (
    _READING
    + """
int page(byte[] b, int o, int position) {
  int low = 0, high = number(b, o + 4);
  while (high - low > 1) {
    int middle = (low + high) >>> 1;
    if (number(b, o + 16 + 4 * middle) <= position) { low = middle; } else { high = middle; }
  }
  return low;
}
List found(byte[] b, int o, List leaf) {
  int at = o + 16 + 4 * number(b, o + 4), count = number(b, o + 8);
  List found = new ArrayList();
  if (16 * leaf.size() > count) {
    int next = 0;
    for (int i = 0; i < count && next < leaf.size(); i++) {
      long word = hash(b, at + 8 * i);
      while (next < leaf.size() && ((Number) leaf.get(next)).longValue() < word) { next++; }
      if (next < leaf.size() && ((Number) leaf.get(next)).longValue() == word) { found.add(i); }
    }
    return found;
  }
  for (def wanted : leaf) {
    long word = ((Number) wanted).longValue();
    int low = 0, high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (hash(b, at + 8 * middle) < word) { low = middle + 1; } else { high = middle; }
    }
    if (low < count && hash(b, at + 8 * low) == word) { found.add(low); }
  }
  return found;
}
void see(byte[] b, int o, int[] state, int end, BitSet pages, BitSet pieces, BitSet stretches, int reach, int bits) {
  int words = number(b, o), extents = o + 16 + 4 * number(b, o + 4) + 12 * number(b, o + 8);
  for (int i = 0; i < 50000 && state[0] < end; i++) {
    int gap = 0, shift = 0, part = 128;
    while (part > 127) {
      part = b[state[0]] & 255;
      state[0]++;
      gap |= (part & 127) << shift;
      shift += 7;
    }
    state[1] += gap;
    int first = state[1], last = first;
    if (first >= words) {
      pieces.set(first - words);
      last = number(b, extents + 8 * (first - words) + 4);
      first = number(b, extents + 8 * (first - words));
      pages.set(page(b, o, first), page(b, o, last) + 1);
    } else if (first >= state[2]) {
      int on = page(b, o, first);
      pages.set(on);
      state[2] = on + 1 < number(b, o + 4) ? number(b, o + 20 + 4 * on) : words;
    }
    if (reach >= 0) { stretches.set((first < reach ? 0 : first - reach) >> bits, ((last + reach) >> bits) + 1); }
  }
}
def id = doc['id'].value;
if (params.known.contains(id)) { return ''; }
def packed = doc['places'].value;
byte[] b = packed.bytes;
int o = packed.offset, pageCount = number(b, o + 4), distinct = number(b, o + 8);
int ends = o + 16 + 4 * pageCount + 8 * distinct, extents = ends + 4 * distinct;
int written = extents + 8 * number(b, o + 12);
BitSet pages = new BitSet(), pieces = new BitSet(), stretches = new BitSet();
List leaves = new ArrayList();
int size = 0;
for (def leaf : params.leaves) {
  List words = found(b, o, leaf);
  leaves.add(words);
  size += 5;
  for (def word : words) {
    int i = (int) word;
    int[] state = new int[] {written + (i == 0 ? 0 : number(b, ends + 4 * i - 4)), 0, 0};
    int end = written + number(b, ends + 4 * i);
    size += 5 + end - state[0];
    while (state[0] < end) { see(b, o, state, end, pages, pieces, stretches, (int) params.reach, (int) params.bits); }
  }
}
if (params.between && !pages.isEmpty()) { pages.set(pages.nextSetBit(0), pages.length()); }
byte[] to = new byte[size + 15 * (pages.cardinality() + pieces.cardinality()) + 10];
int at = 0;
for (def words : leaves) {
  at = put(to, at, words.size());
  for (def word : words) {
    int i = (int) word;
    int from = written + (i == 0 ? 0 : number(b, ends + 4 * i - 4)), length = written + number(b, ends + 4 * i) - from;
    at = put(to, at, length);
    System.arraycopy(b, from, to, at, length);
    at += length;
  }
}
at = put(to, at, pages.cardinality());
int before = 0, shown = 0;
for (int i = pages.nextSetBit(0), previous = 0; i >= 0; i = pages.nextSetBit(i + 1)) {
  int first = number(b, o + 16 + 4 * i);
  int end = i + 1 < pageCount ? number(b, o + 20 + 4 * i) : number(b, o);
  at = put(to, at, i - previous);
  at = put(to, at, first - before);
  at = put(to, at, end - first);
  previous = i;
  before = end;
  if (shown++ == (int) params.excerpts) { stretches.clear((first + 127) >> (int) params.bits, stretches.length() + 1); }
}
for (int i = pieces.nextSetBit(0), previous = 0; i >= 0; i = pieces.nextSetBit(i + 1)) {
  int first = number(b, extents + 8 * i);
  at = put(to, at, i - previous);
  at = put(to, at, first);
  at = put(to, at, number(b, extents + 8 * i + 4) - first);
  previous = i;
}
String places = whole(to, 0, at);
if ((int) params.reach < 0) { return places; }
stretches.set(0);
def text = doc['printed'].value, about = doc['shown'].value;
String excerpts = printed(text.bytes, text.offset, stretches);
return places + '.' + excerpts + '.' + whole(about.bytes, about.offset, about.length);
"""
)

_SHOWN = (
    _READING
    + """
BitSet stretches = new BitSet();
for (def stretch : params.stretches.get(doc['id'].value)) { stretches.set((int) stretch); }
def text = doc['printed'].value, about = doc['shown'].value;
return printed(text.bytes, text.offset, stretches) + '.' + whole(about.bytes, about.offset, about.length);
"""
)


REACH = 30
"""Words before and behind a match whose stretches are sent where the servers choose: an excerpt takes no more."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """What the scores of all leaves are made from: two weights of the ranking, and words of a document on average."""

    k1: float
    b: float
    mean_words: float


def saturated(clause: Json, rare: float, scoring: Scoring) -> Json:
    """Return the clause of the documents of another one, with scores from how often they have it."""
    params = {"rare": rare, "k1": float(scoring.k1), "b": float(scoring.b), "mean": scoring.mean_words}
    return {"script_score": {"query": clause, "script": {"source": _SATURATED, "params": params}}}


def places_field(
    leaves: Sequence[Sequence[int]], known: Sequence[str] = (), excerpts: int | None = None, *, between: bool = False
) -> Json:
    """Return the field of the places of words in a document, for :meth:`DocumentPlaces.of`.

    :param leaves: for each leaf the hashes of its words, in ascending order.
    :param known: the ids of documents of which nothing is sent.
    :param excerpts: send what is shown, too, with the printed words around what stands on so many pages.
    :param between: tell of all pages between those on which the words are.
    """
    reach = -1 if excerpts is None else REACH
    told = {"leaves": leaves, "known": known, "excerpts": excerpts or 0, "between": between}
    return {"script": {"source": _PLACES, "params": {**told, "reach": reach, "bits": STRETCH_BITS}}}


def shown_field(stretches: Mapping[str, Sequence[int]]) -> Json:
    """Return the field of what is shown of documents, and of these stretches of their printed words."""
    return {"script": {"source": _SHOWN, "params": {"stretches": stretches}}}


@dataclass(frozen=True, slots=True)
class DocumentPlaces:
    """Where the words of some leaves are in one document: ascending first and last words for each leaf, and the first
    words of its pages. Of pages without such words it is only told between which others they lie."""

    leaves: tuple[tuple[NDArray[np.int64], NDArray[np.int64]], ...]
    first_words: NDArray[np.int64]

    @classmethod
    def of(cls, packed: str, leaves: int, word_count: int, page_count: int) -> DocumentPlaces:
        """What the field of :func:`places_field` holds."""
        read = _Numbers(decoded(packed))
        found = [[places_of_word(read.bytes(read.number())) for _ in range(read.number())] for _ in range(leaves)]
        pages = read.numbers(3 * read.number()).reshape(-1, 3)
        pieces = read.rest().reshape(-1, 3)
        numbers, extents = pieces[:, 0].cumsum(), pieces[:, 1:]
        extents[:, 1] += extents[:, 0]
        places = tuple(_placed(parts, word_count, numbers, extents) for parts in found)
        return cls(places, _first_words(pages, page_count))


class _Numbers:
    """Reads numbers of variable length, one after another."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def more(self) -> bool:
        return self._at < len(self._data)

    def number(self) -> int:
        value = shift = 0
        while True:
            part = self._data[self._at]
            self._at += 1
            value |= (part & 127) << shift
            if part < 128:
                return value
            shift += 7

    def bytes(self, length: int) -> bytes:
        self._at += length
        return self._data[self._at - length : self._at]

    def numbers(self, count: int) -> NDArray[np.int64]:
        return np.array([self.number() for _ in range(count)], np.int64)

    def rest(self) -> NDArray[np.int64]:
        return of_variable_length(self.bytes(len(self._data) - self._at))


def _placed(
    parts: Sequence[NDArray[np.uint32]], word_count: int, pieces: NDArray[np.int64], extents: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    # Several of the words may stand at one position.
    positions = np.unique(np.concatenate([np.empty(0, np.int64), *parts])).astype(np.int64)
    if not len(positions) or positions[-1] < word_count:
        return positions, positions
    first, last = positions.copy(), positions.copy()
    is_joined = positions >= word_count
    of_each = extents[pieces.searchsorted(positions[is_joined] - word_count)]
    first[is_joined], last[is_joined] = of_each[:, 0], of_each[:, 1]
    return first, last


def _first_words(pages: NDArray[np.int64], page_count: int) -> NDArray[np.int64]:
    """The first words of all pages. Of some of them are told the gaps before their numbers and their first words, and
    how many words they have; the others begin where the told one before them ends."""
    numbers = pages[:, 0].cumsum()
    ends = (pages[:, 1] + pages[:, 2]).cumsum()
    first_words = np.append(0, ends)[numbers.searchsorted(np.arange(page_count))]
    first_words[numbers] = ends - pages[:, 2]
    found: NDArray[np.int64] = first_words
    return found


def printed_stretches(packed: str) -> dict[int, bytes]:
    """Stretches of printed words by their numbers, as a script sends them."""
    data = decoded(packed)
    read, number = _Numbers(data), 0
    found: dict[int, bytes] = {}
    while read.more:
        number += read.number()
        found[number] = read.bytes(read.number())
    return found
