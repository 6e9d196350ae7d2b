"""Where a query matches in one document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest

from archive.search.parser import parse
from archive.search.query import Field, Prefix
from archive.search.spans import Extents, find_matches

WORDS = ["a", "b", "c", "a", "b", "a", "d", "abc"]


class Document:
    """A document of eight words."""

    extents = Extents(len(WORDS))

    def positions(self, field: Field, term: str) -> Sequence[int]:
        return [number for number, word in enumerate(WORDS) if word == term]

    def expand(self, prefix: Prefix) -> Iterable[str]:
        return sorted({word for word in WORDS if word.startswith(prefix.text)})


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("a", ((0, 0), (3, 3), (5, 5))),
        ("a c", ((0, 0), (2, 2), (3, 3), (5, 5))),
        ("a x", ()),
        ('"a b"', ((0, 1), (3, 4))),
        ('"a b" a', ((0, 1), (3, 4), (5, 5))),
        ('"a b" b', ((0, 1), (3, 4))),
        ('"a b a"', ((3, 5),)),
        ('"b a b"', ()),
        ("c OR x", ((2, 2),)),
        ("c OR (a x)", ((2, 2),)),
        ("c -x", ((2, 2),)),
        ("c -a", ()),
        ("-x", ()),
        ("c -(-a)", ((2, 2),)),
        ("abc* OR d", ((6, 6), (7, 7))),
    ],
)
def test_matches(text: str, matches: tuple[tuple[int, int], ...]) -> None:
    query = parse(text, exact=True).query
    assert query is not None
    assert find_matches(query, Document()) == matches
