"""Passages found again in another reading of the same print."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from archive.model import Page, Reading, Span, TextSource
from archive.model.annotations import How
from archive.text.anchoring import Finder, Passage, PassagePlace, compare_words, passage_of

TEXT = (
    "Član 5. Cena Ugovorena cena iznosi 12.480.000,00 dinara bez PDV. "
    "Isporučilac isporučuje 24 kamere. Kupac plaća 30 dana po prijemu. Prodavac plaća 30 dana po isporuci."
)
PAGE = TEXT.split()
PAYS = [at for at, word in enumerate(PAGE) if word == "plaća"]


def passage(words: list[str], first: int, last: int, page: int = 1) -> Passage:
    return Passage((page, page), tuple(words[:first]), tuple(words[first : last + 1]), tuple(words[last + 1 :]))


def of(text: str) -> Passage:
    """The passage of ``PAGE`` that these words are."""
    words = text.split()
    first = next(at for at in range(len(PAGE)) if PAGE[at : at + len(words)] == words)
    return passage(PAGE, first, first + len(words) - 1)


@pytest.mark.parametrize(
    ("wanted", "found", "how"),
    [
        ("24 kamere", "24 kamere", How.EXACT),
        ("24 kamere", "24 kamere.", How.EDGES),
        ("„24 kamere”", "24 kamere", How.EDGES),
        ("1 200 000", "1200 000", How.ALIGNED),
        ("125 00 dinara", "12 500 dinara", How.ALIGNED),
        ("24 kamere", "24kamere", How.SPACING),
        ("5%", "5‰", How.FOLDED),
        ("5", "-5", How.FOLDED),
        ("5", "(5)", How.EDGES),
        ("Opština Bečej", "Општина Бечеј", How.SCRIPT),
        ("Njegoš d.o.o.", "Његош д.о.о,", How.SCRIPT),
        ("Bečej, 24", "Becej 24", How.FOLDED),
        ("video-nadzora", "video- nadzora", How.SPACING),
        ("videonadzora", "video- nadzora", How.FOLDED),
        ("12.480.000,00", "1.248.000.000,0", How.ALIGNED),
        ("12.480.000,00", "1.248.000.000", How.FOLDED),
        ("24 kamere", "21 kamere", How.ALIGNED),
    ],
)
def test_how_words_resemble_each_other(wanted: str, found: str, how: How) -> None:
    assert compare_words(wanted.split(), found.split()) is how


def test_the_same_words_at_another_number() -> None:
    finder = Finder([["Strana", "1"], ["SPECIMEN", *PAGE]])
    assert finder.find(passage(PAGE, 3, 7, page=2)) == PassagePlace(6, 10, How.EXACT)


def test_of_the_same_words_those_with_the_same_surroundings() -> None:
    for at in PAYS:
        assert Finder([["Novo", *PAGE]]).find(passage(PAGE, at, at + 2)) == PassagePlace(at + 1, at + 3, How.EXACT)


def test_words_that_were_read_otherwise_are_not_taken_for_the_same_words_elsewhere() -> None:
    """The second „plaća 30 dana” was misread; the first one is not it."""
    at = PAYS[1]
    misread = [*PAGE[:at], "p1aća", "3O", *PAGE[at + 2 :]]
    place = Finder([misread]).find(passage(PAGE, at, at + 2))
    assert place == PassagePlace(at, at + 2, How.ALIGNED)
    assert Finder([misread]).text(place) == ("p1aća", "3O", "dana")


@pytest.mark.parametrize(
    ("read", "found"),
    [
        ("iznosi 12.480.000,00 dinara", "iznosi 12.480.000,00 dinara"),
        ("iznosi 12.480. 000,00 dinara", "iznosi 12.480. 000,00 dinara"),
        ("i znosi 12.480.000,00 dinara", "i znosi 12.480.000,00 dinara"),
        ("iznosi 12.4S0.000,00 | dinara", "iznosi 12.4S0.000,00 | dinara"),
        ("iznosi dinara", "iznosi dinara"),
    ],
)
def test_words_cut_misread_put_in_and_left_out(read: str, found: str) -> None:
    begin = PAGE.index("iznosi")
    pages = [[*PAGE[:begin], *read.split(), *PAGE[begin + 3 :]]]
    place = Finder(pages).find(of("iznosi 12.480.000,00 dinara"))
    assert place is not None
    assert " ".join(Finder(pages).text(place)) == found


def test_a_word_is_known_by_its_neighbours_whatever_it_was_read_as() -> None:
    at = PAGE.index("24")
    place = Finder([[*PAGE[:at], "Z%", *PAGE[at + 1 :]]]).find(passage(PAGE, at, at))
    assert place == PassagePlace(at, at, How.ALIGNED)


@pytest.mark.parametrize(
    "pages",
    [[[]], [["sasvim", "drugi", "tekst", "ove", "strane"]], [[], PAGE[:3]], []],
    ids=["empty", "another text", "gone", "no pages"],
)
def test_what_is_not_there_is_not_guessed(pages: list[list[str]]) -> None:
    assert Finder(pages).find(of("Isporučilac isporučuje 24 kamere.")) is None


def test_on_other_pages_only_one_place_will_do_unless_the_surroundings_decide() -> None:
    quote = passage(["a", "Kupac", "plaća", "b"], 1, 2)
    assert Finder([["x"], ["Kupac", "plaća"]]).find(quote) == PassagePlace(1, 2, How.EXACT)
    assert Finder([["x"], ["Kupac", "plaća", "i", "Kupac", "plaća"]]).find(quote) is None
    around = Finder([["x"], ["Kupac", "plaća", "i", "a", "Kupac", "plaća", "b"]])
    assert around.find(quote) == PassagePlace(5, 6, How.EXACT)


def test_mere_punctuation_is_found_as_it_is() -> None:
    assert Finder([["a", "—", "b"]]).find(passage(["a", "—", "b"], 1, 1)) == PassagePlace(1, 1, How.EXACT)


def test_the_last_word_of_a_page_does_not_take_the_next_page_with_it() -> None:
    pages = [[*PAGE, "1/2"], ["Druga", "strana", "ima", "svoj", "tekst"]]
    place = Finder(pages).find(passage([*PAGE, "у2"], len(PAGE) - 2, len(PAGE)))
    assert place is not None
    assert (place.first, place.last) == (len(PAGE) - 2, len(PAGE))


def test_the_most_similar_words_of_a_page() -> None:
    quote = ["Ugovorena", "vrednost", "iznosi", "12.480.000,00", "dinara", "bez", "poreza"]
    place = Finder([["x"], PAGE]).nearest(quote, 2)
    assert place is not None
    assert " ".join(Finder([["x"], PAGE]).text(place)) == "Ugovorena cena iznosi 12.480.000,00 dinara bez PDV."
    assert Finder([PAGE]).nearest(["nešto", "što", "nema", "veze", "sa", "tim"], 1) is None


def test_a_passage_over_two_pages_with_what_stands_around_it() -> None:
    pages = (Page(1, 0, 3, 0, 0, TextSource.TEXT), Page(2, 3, 3, 0, 0, TextSource.TEXT))
    reading = Reading("a" * 64, 1, datetime(2026, 3, 1, tzinfo=UTC), {}, None, pages)
    texts = {1: ("a", "b", "c"), 2: ("d", "e", "f")}
    found = passage_of(reading, Span("a" * 64, 1, 2, 3), texts.__getitem__)
    assert found == Passage((1, 2), ("a", "b"), ("c", "d"), ("e", "f"))
    assert Finder([["x", "a", "b", "c"], ["d", "e", "f"]]).find(found) == PassagePlace(3, 4, How.EXACT)


def test_a_long_passage_is_known_by_its_ends() -> None:
    pages = [[f"reč{page}.{at}" for at in range(400)] for page in range(3)]
    texts = [text for page in pages for text in page]
    cited = Passage((1, 3), tuple(texts[100:200]), tuple(texts[200:1000]), tuple(texts[1000:1100]))
    assert Finder([["x", *pages[0]], *pages[1:]]).find(cited) == PassagePlace(201, 1000, How.EXACT)
    misread = [["x", *pages[0]], ["?", *pages[1][5:]], pages[2]]
    assert Finder(misread).find(cited) == PassagePlace(201, 996, How.ALIGNED)
    assert Finder(pages[:2]).find(cited) is None
