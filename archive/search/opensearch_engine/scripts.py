"""Scripts that run on the servers, in Painless, which every distribution of OpenSearch includes and allows by default.

They return the parts of a document that a page of results needs, and compute the scores of the embedded engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from archive.search.matching.printed_words import STRETCH_BITS
from archive.search.opensearch_engine.encoding import of_variable_length
from archive.search.opensearch_engine.sources import Json, decoded

_SATURATED = """
float often = (float) Math.ceil(_score * 0.9999), k1 = (float) params.k1, b = (float) params.b;
float length = (float) doc['word_count'].value / (float) params.mean;
return (float) params.rare * (often * (k1 + 1f) / (often + k1 * (1f - b + b * length)));
"""
"""BM25 as in :func:`archive.search.matching.rescoring.saturated`, in the same precision.

The frequency of a phrase or NEAR is too low if the shard lacks some of its words, since each word contributes a share;
it is at least one for a match. A tolerance of 0.0001 covers rounding.
"""

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
int first(byte[] b, int o, int position) {
  int words = number(b, o);
  return position < words ? position : number(b, extents(b, o) + 8 * (position - words));
}
int last(byte[] b, int o, int position) {
  int words = number(b, o);
  return position < words ? position : number(b, extents(b, o) + 8 * (position - words) + 4);
}
int extents(byte[] b, int o) { return o + 16 + 4 * number(b, o + 4) + 12 * number(b, o + 8); }
void read(byte[] b, int[] state, int end, int[] to) {
  for (int i = 0; i < 50000 && state[0] < end; i++) {
    int gap = 0, shift = 0, part = 128;
    while (part > 127) {
      part = b[state[0]] & 255;
      state[0]++;
      gap |= (part & 127) << shift;
      shift += 7;
    }
    to[state[1] + 1] = (state[1] == 0 ? 0 : to[state[1]]) + gap;
    state[1]++;
  }
}
void occupy(byte[] b, int o, int[] positions, int from, int to, BitSet all) {
  for (int i = from; i <= to; i++) { all.set(first(b, o, positions[i]), last(b, o, positions[i]) + 1); }
}
boolean isNear(BitSet all, int first, int last, int reach) {
  int next = all.nextSetBit(last + 1), previous = first == 0 ? -1 : all.previousSetBit(first - 1);
  return next >= 0 && next - last <= reach || previous >= 0 && first - previous <= reach;
}
void count(byte[] b, int o, int[] positions, int from, int to, BitSet seen, int[] counts, int at, BitSet all, int near,
    BitSet on) {
  int pages = number(b, o + 4), page = -1, end = 0;
  for (int i = from; i <= to; i++) {
    if (seen.nextSetBit(positions[i]) == positions[i]) { continue; }
    seen.set(positions[i]);
    int first = first(b, o, positions[i]);
    if (first >= end || positions[i] != first) {
      page = page(b, o, first);
      end = page + 1 < pages ? number(b, o + 20 + 4 * page) : number(b, o);
    }
    counts[at + page]++;
    if (near > 0 && isNear(all, first, last(b, o, positions[i]), near)) { on.set(page); }
  }
}
void shortest(byte[] b, int o, int[] counts, int leaves, int from, int to, Map best, int[] lengths) {
  int pages = number(b, o + 4);
  for (int page = from; page < to; page++) {
    StringBuilder key = new StringBuilder();
    int some = 0;
    for (int leaf = 0; leaf < leaves; leaf++) {
      some |= counts[leaf * pages + page];
      key.append(counts[leaf * pages + page]);
      key.append(' ');
    }
    if (some == 0) { continue; }
    lengths[page] = (page + 1 < pages ? number(b, o + 20 + 4 * page) : number(b, o)) - number(b, o + 16 + 4 * page);
    def known = best.get(key.toString());
    if (known == null || lengths[(int) known] > lengths[page]) { best.put(key.toString(), page); }
  }
}
int keep(byte[] b, int o, int[] positions, int[] state, int to, BitSet all, int near, boolean alone, BitSet pages) {
  int kept = state[1];
  for (int i = state[0]; i <= to; i++) {
    int first = first(b, o, positions[i]), last = last(b, o, positions[i]);
    int page = alone && pages != null ? page(b, o, first) : 0;
    if (alone && (pages == null || pages.nextSetBit(page) == page) || isNear(all, first, last, near)) {
      kept++;
      positions[kept] = positions[i];
    }
  }
  state[0] = to + 1;
  state[1] = kept;
  return kept;
}
int write(byte[] b, int o, int[] positions, int[] state, int to, byte[] out, BitSet[] marks, int reach, int bits) {
  int words = number(b, o), at = state[1], pages = number(b, o + 4), page = -1, end = 0;
  for (int i = state[0]; i <= to; i++) {
    at = put(out, at, positions[i] - (i == 1 ? 0 : positions[i - 1]));
    int first = positions[i], last = first;
    if (first >= words) {
      marks[1].set(first - words);
      last = last(b, o, first);
      first = first(b, o, first);
      marks[0].set(page(b, o, first), page(b, o, last) + 1);
    } else if (first >= end) {
      page = page(b, o, first);
      marks[0].set(page);
      end = page + 1 < pages ? number(b, o + 20 + 4 * page) : words;
    }
    if (reach >= 0) { marks[2].set((first < reach ? 0 : first - reach) >> bits, ((last + reach) >> bits) + 1); }
  }
  state[0] = to + 1;
  state[1] = at;
  return at;
}
def id = doc['id'].value;
if (params.known.contains(id)) { return ''; }
def packed = doc['places'].value;
byte[] b = packed.bytes;
int o = packed.offset, pageCount = number(b, o + 4), distinct = number(b, o + 8), step = 50000;
int ends = o + 16 + 4 * pageCount + 8 * distinct, extents = ends + 4 * distinct;
int written = extents + 8 * number(b, o + 12);
int leafCount = params.leaves.size(), size = 10;
BitSet all = new BitSet();
List leaves = new ArrayList();
for (def leaf : params.leaves) {
  List words = new ArrayList();
  for (def word : found(b, o, leaf.words)) {
    int i = (int) word, end = written + number(b, ends + 4 * i);
    int from = written + (i == 0 ? 0 : number(b, ends + 4 * i - 4));
    int[] positions = new int[end - from + 1];
    int[] state = new int[] {from, 0};
    while (state[0] < end) { read(b, state, end, positions); }
    positions[0] = state[1];
    for (int at = 1; at <= state[1]; at += step) {
      occupy(b, o, positions, at, (int) Math.min(at + step - 1, state[1]), all);
    }
    words.add(positions);
    size += 10 + 5 * state[1];
  }
  leaves.add(words);
}
BitSet candidates = null;
if (params.pruned) {
  candidates = new BitSet();
  int[] counts = new int[leafCount * pageCount];
  int near = (int) params.near;
  for (int leaf = 0; leaf < leafCount; leaf++) {
    BitSet seen = new BitSet();
    for (def positions : leaves[leaf]) {
      for (int at = 1; at <= positions[0]; at += step) {
        int to = (int) Math.min(at + step - 1, positions[0]);
        count(b, o, positions, at, to, seen, counts, leaf * pageCount, all, near, candidates);
      }
    }
  }
  Map best = new HashMap();
  int[] lengths = new int[pageCount];
  for (int page = 0; page < pageCount; page += 1000) {
    shortest(b, o, counts, leafCount, page, (int) Math.min(page + 1000, pageCount), best, lengths);
  }
  for (def page : best.values()) { candidates.set((int) page); }
}
byte[] out = new byte[size + 10 * leafCount + 15 * (pageCount + number(b, o + 12))];
BitSet pages = new BitSet(), pieces = new BitSet(), stretches = new BitSet();
BitSet[] marks = new BitSet[] {pages, pieces, stretches};
int near = params.pruned ? (int) Math.max(params.near, params.reach) : (int) params.near, at = 0;
for (int leaf = 0; leaf < leafCount; leaf++) {
  int total = 0;
  for (def positions : leaves[leaf]) { total += positions[0]; }
  at = put(out, at, total);
  at = put(out, at, leaves[leaf].size());
  for (def positions : leaves[leaf]) {
    int[] state = new int[] {1, 0};
    int count = positions[0], kept = 0;
    for (int end = 0; end < count;) {
      end = (int) Math.min(end + step, count);
      kept = keep(b, o, positions, state, end, all, near, (boolean) params.leaves[leaf].alone, candidates);
    }
    at = put(out, at, kept);
    state = new int[] {1, at};
    for (int end = 0; end < kept;) {
      end = (int) Math.min(end + step, kept);
      at = write(b, o, positions, state, end, out, marks, (int) params.around, (int) params.bits);
    }
  }
}
for (int i = pages.nextSetBit(0), previous = -1; i >= 0; i = pages.nextSetBit(i + 1)) {
  if (previous >= 0 && number(b, o + 16 + 4 * i) - number(b, o + 20 + 4 * previous) < (int) params.near) {
    pages.set(previous, i);
  }
  previous = i;
}
at = put(out, at, pages.cardinality());
int before = 0, shown = 0;
for (int i = pages.nextSetBit(0), previous = 0; i >= 0; i = pages.nextSetBit(i + 1)) {
  int first = number(b, o + 16 + 4 * i);
  int end = i + 1 < pageCount ? number(b, o + 20 + 4 * i) : number(b, o);
  at = put(out, at, i - previous);
  at = put(out, at, first - before);
  at = put(out, at, end - first);
  previous = i;
  before = end;
  if (shown == (int) params.excerpts) {
    int after = ((first - 1) >> (int) params.bits) + 1;
    if (after < stretches.length()) { stretches.clear(after, stretches.length()); }
  }
  shown++;
}
for (int i = pieces.nextSetBit(0), previous = 0; i >= 0; i = pieces.nextSetBit(i + 1)) {
  int first = number(b, extents + 8 * i);
  at = put(out, at, i - previous);
  at = put(out, at, first);
  at = put(out, at, number(b, extents + 8 * i + 4) - first);
  previous = i;
}
String places = whole(out, 0, at);
if ((int) params.around < 0) { return places; }
if (!stretches.isEmpty()) { stretches.set(0); }
def text = doc['printed'].value, about = doc['shown'].value;
String excerpts = printed(text.bytes, text.offset, stretches);
return places + '.' + excerpts + '.' + whole(about.bytes, about.offset, about.length);
"""
)

_PRINTED = (
    _READING
    + """
BitSet stretches = new BitSet();
stretches.set((int) params.first, (int) params.first + (int) params.count);
def text = doc['printed'].value;
return printed(text.bytes, text.offset, stretches);
"""
)


_FIRST_WORDS = (
    _READING
    + """
def packed = doc['places'].value;
return whole(packed.bytes, packed.offset + 16, 4 * number(packed.bytes, packed.offset + 4));
"""
)


AROUND = 30
"""Words before and after a match whose blocks are sent: a snippet needs no more."""


@dataclass(frozen=True, slots=True)
class Scoring:
    """Parameters of the scores of all leaves: two ranking weights, and the mean number of words per document."""

    k1: float
    b: float
    mean_words: float


def saturated(clause: Json, rare: float, scoring: Scoring) -> Json:
    """Return a clause that scores the documents of another one by BM25 of its frequencies."""
    params = {"rare": rare, "k1": float(scoring.k1), "b": float(scoring.b), "mean": scoring.mean_words}
    return {"script_score": {"query": clause, "script": {"source": _SATURATED, "params": params}}}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The requested positions.

    ``leaves`` are, for each leaf, the ascending hashes of its words, and whether a position matters without another
    leaf within ``near`` words: in phrases and NEAR it does not.
    """

    leaves: Sequence[tuple[Sequence[int], bool]]
    near: int

    def field(self, known: Sequence[str] = (), reach: int | None = None, excerpts: int | None = None) -> Json:
        """Return the script field of the positions in a document, for :meth:`DocumentPlaces.of`.

        :param known: the ids of documents for which nothing is sent.
        :param reach: send only positions that the ranking depends on: of pages with equal frequencies, those on the
            shortest one; and words within this distance of each other.
        :param excerpts: send stored data, too, with the printed words around matches on this many pages.
        """
        params = {
            "leaves": [{"words": words, "alone": alone} for words, alone in self.leaves],
            "near": self.near,
            "known": known,
            "pruned": reach is not None,
            "reach": reach or 0,
            "excerpts": excerpts or 0,
            "around": -1 if excerpts is None else AROUND,
            "bits": STRETCH_BITS,
        }
        return {"script": {"source": _PLACES, "params": params}}


def printed_field(first: int, count: int) -> Json:
    """Return the script field of some blocks of the printed words of a document."""
    return {"script": {"source": _PRINTED, "params": {"first": first, "count": count}}}


def first_words_field() -> Json:
    """Return the script field of the first words of all pages of a document, for :func:`first_words`."""
    return {"script": {"source": _FIRST_WORDS}}


def first_words(packed: bytes) -> list[int]:
    """Return the number of the first word of each page."""
    found: list[int] = np.frombuffer(packed, "<u4").tolist()
    return found


@dataclass(frozen=True, slots=True)
class DocumentPlaces:
    """The positions of some leaves in one document: for each leaf those of each of its words, delta-encoded, and its
    frequency, which may be higher. ``pieces`` are the numbers, first and last words of joined words. The first words of
    pages are exact only for ``told`` pages; others lie between them."""

    gaps: tuple[tuple[NDArray[np.int64], ...], ...]
    often: tuple[int, ...]
    pieces: tuple[NDArray[np.int64], NDArray[np.int64]]
    first_words: list[int]
    told: frozenset[int]

    @classmethod
    def of(cls, packed: str, leaves: int, page_count: int) -> DocumentPlaces:
        """Decode the field of :meth:`Wanted.field`."""
        values = of_variable_length(decoded(packed))
        numbers = values.tolist()
        often, found, at = [], [], 0
        for _ in range(leaves):
            often.append(numbers[at])
            words, at = numbers[at + 1], at + 2
            parts = []
            for _ in range(words):
                begin = at + 1
                at = begin + numbers[at]
                if at > begin:
                    parts.append(values[begin:at])
            found.append(tuple(parts))
        end = at + 1 + 3 * numbers[at]
        pages, pieces = values[at + 1 : end].reshape(-1, 3), values[end:].reshape(-1, 3)
        extents = pieces[:, 1:]
        extents[:, 1] += extents[:, 0]
        told = frozenset((pages[:, 0].cumsum() + 1).tolist())
        return cls(
            tuple(found), tuple(often), (pieces[:, 0].cumsum(), extents), _first_words(pages, page_count).tolist(), told
        )


def _first_words(pages: NDArray[np.int64], page_count: int) -> NDArray[np.int64]:
    """Return the first words of all pages, from gaps of numbers and first words and the word counts of some of them; a
    page that is not listed begins where the listed one before it ends."""
    numbers = pages[:, 0].cumsum()
    ends = (pages[:, 1] + pages[:, 2]).cumsum()
    first_words = np.append(0, ends)[numbers.searchsorted(np.arange(page_count))]
    first_words[numbers] = ends - pages[:, 2]
    found: NDArray[np.int64] = first_words
    return found


def printed_stretches(packed: str) -> dict[int, bytes]:
    """Decode blocks of printed words, by number, from a script field."""
    data = decoded(packed)
    found: dict[int, bytes] = {}
    at = stretch = 0
    while at < len(data):
        gap, at = _number(data, at)
        length, at = _number(data, at)
        stretch += gap
        found[stretch] = data[at : at + length]
        at += length
    return found


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Decode a variable-length integer; returns it and the next offset."""
    value = shift = 0
    while data[at] > 127:
        value |= (data[at] & 127) << shift
        at, shift = at + 1, shift + 7
    return value | data[at] << shift, at + 1
