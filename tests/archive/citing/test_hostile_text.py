"""A text made to keep the verifier busy costs as much as it is long, and no more."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from time import process_time
from types import FrameType

import pytest

from archive.citing.claims import MOST_CLAIMS, claims_in
from archive.citing.matching import QuotationMatcher
from archive.citing.mentions import mentions
from archive.citing.quotation import Quotation
from archive.errors import UsageError

LINK = f"/cite/{'a' * 64}/1/3-5?quote={'b' * 32}"


def calls(work: Callable[[], object]) -> int:
    """How many functions, of Python and of C, are called."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    except UsageError:
        pass
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "piece",
    ['"', "„a ", "„a b c d” ", "/cite/", " . ", "…", "(", "str. 1: „", "[x ", "[x] ", "a-\n", "\n> „", "https://"],
)
@pytest.mark.parametrize("end", ["", LINK])
def test_reading_a_text_is_linear(piece: str, end: str) -> None:
    claims_in(f"reč {LINK}")
    some, more = (calls(partial(claims_in, piece * count + end)) for count in (2_000, 8_000))
    assert more <= 5 * some + 1_000


def seconds(text: str) -> float:
    """The least processor time of reading a text, of three."""
    spent = []
    for _ in range(3):
        begun = process_time()
        claims_in(f"„a b c d e f” {LINK}{text} x")
        all(mentions(text))
        spent.append(process_time() - begun)
    return min(spent)


@pytest.mark.parametrize("piece", ["br.", " ", "\n", "\n ", "§", "čl. 1,", "dvadeset ", "1. ", "(a)"])
def test_expressions_go_over_a_text_once(piece: str) -> None:
    """Eight times the text takes about eight times as long, and not sixty-four."""
    assert seconds(piece * 16_000) <= 24 * seconds(piece * 2_000) + 0.1


@pytest.mark.parametrize("quotation", ["a " * 300 + "b", "a … " * 39 + "b", "a […] b", "A " * 300])
def test_matching_is_linear_in_the_words_of_the_archive(quotation: str) -> None:
    few, many = (QuotationMatcher(("a " * count).split()) for count in (2_000, 8_000))
    quoted = Quotation(quotation)
    assert calls(lambda: many.matches(quoted)) <= 5 * calls(lambda: few.matches(quoted)) + 1_000


def test_a_text_of_very_many_citations_is_refused_before_any_is_looked_for() -> None:
    with pytest.raises(UsageError, match=f"{MOST_CLAIMS} are allowed"):
        claims_in("„četiri reči u navodnicima”\n" * 400)
