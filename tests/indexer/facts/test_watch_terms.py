"""Terms of a watchlist: found by the analysis of search, place by place, with what the text denies."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from archive.model import Fact
from archive.model.words import Words
from indexer.facts import mentions
from indexer.facts.mentions.watch import MOST_PLACES
from indexer.facts.mentions.watchlist import Watchlist, WatchlistEntry
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.text import DocumentText
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of

Watched = Callable[..., list[Fact]]

LIST = Watchlist(
    (
        WatchlistEntry("face recognition", "capability", ("prepoznavanje lica", "facial recognition")),
        WatchlistEntry("video surveillance", "capability", ("video nadzor",)),
        WatchlistEntry("ZorKam PRO", "software", ("ZorKam PRO",)),
    )
)


@pytest.fixture
def watched() -> Watched:
    """The facts of the watchlist in a text of one text a page."""

    def find(*texts: str, watchlist: Watchlist = LIST) -> list[Fact]:
        pages: list[Words] = [words_of(text) for text in texts]
        text = DocumentText.of(DOCUMENT, reading_of(pages), pages)
        return mentions.find(TextSurroundings(text, pages), pages, watchlist, None)

    return find


def values(facts: list[Fact]) -> list[str]:
    return [fact.value for fact in facts if fact.field == "watch"]


def told(facts: list[Fact]) -> list[Mapping[str, str]]:
    return [fact.details for fact in facts]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sistem sa prepoznavanjem lica", ["face recognition"]),
        ("функција препознавања лица", ["face recognition"]),
        ("PREPOZNAVANJE LICA", ["face recognition"]),
        ("софтвер за препознавање\nлица", ["face recognition"]),
        ("supports Facial Recognition", ["face recognition"]),
        ("набавка видео-надзора", ["video surveillance"]),
        ("програмски пакет „ZorKam PRO”", ["ZorKam PRO"]),
        ("prepozna-\nvanje lica", ["face recognition"]),
        ("видео-\nнадзор и препознавање лица", ["video surveillance", "face recognition"]),
        ("prepoznavanje pravnih lica", []),
        ("prepoznavanje, zatim zaštita fizičkih lica", []),
        ("ZorKam u PRO verziji", []),
    ],
)
def test_terms_are_found_as_search_finds_them(watched: Watched, text: str, found: list[str]) -> None:
    """In every form, both scripts, compounds and words cut at a line's end; never over a word that is no part of it."""
    assert values(watched(text)) == found


def test_every_place_is_a_fact_with_its_words(watched: Watched) -> None:
    """Two places on two pages are two facts, each with the words it stands on and the group of its term."""
    facts = watched("sistem vrši prepoznavanje lica", "opis prepoznavanja lica")
    assert [(fact.span.first, fact.span.last) for fact in facts if fact.span] == [(2, 3), (5, 6)]
    assert told(facts) == [{"group": "capability"}, {"group": "capability"}]


@pytest.mark.parametrize(
    "text",
    [
        "sistem radi bez prepoznavanja lica",
        "ugovor ne obuhvata funkciju prepoznavanja lica",
        "Препознавање лица није предвиђено овим уговором.",
        "Забрањује се употреба система за препознавање лица.",
        "no facial recognition shall be used",
        "Facial recognition is not permitted.",
        "ni obrada snimaka niti prepoznavanje lica",
    ],
)
def test_what_the_text_denies(watched: Watched, text: str) -> None:
    """A term that the sentence denies is still a hit, and says so."""
    assert told(watched(text)) == [{"group": "capability", "negated": "yes", "state": "denied"}]


@pytest.mark.parametrize(
    "text",
    [
        "isporuka bez naknade, sa prepoznavanjem lica",
        "Sistem je bez mane. Ima prepoznavanje lica. Nije predviđeno grejanje.",
        "bez obzira na prepoznavanje lica",
        "ne samo prepoznavanje lica",
        "uključivanje prepoznavanja lica, bez zamene kamera",
    ],
)
def test_what_is_not_denied(watched: Watched, text: str) -> None:
    """A negation of another sentence, or of another thing, denies nothing."""
    assert told(watched(text)) == [{"group": "capability"}]


def test_a_brand_on_every_page(watched: Watched) -> None:
    """Beyond the limit, the last fact says how many places there are besides; none is lost in silence."""
    facts = watched(*["ZorKam PRO"] * (MOST_PLACES + 7))
    assert len(facts) == MOST_PLACES
    assert facts[-1].details == {"group": "software", "more": "7"}
    assert "more" not in facts[0].details


def test_the_longest_phrase_of_a_term(watched: Watched) -> None:
    """Phrases of one term that overlap are one place; two terms may share their words."""
    entries = (
        WatchlistEntry("LPR", "capability", ("kamera", "LPR kamera", "LPR kamera visoke rezolucije")),
        WatchlistEntry("camera", "thing", ("kamera",)),
    )
    facts = watched("nova LPR kamera visoke rezolucije", watchlist=Watchlist(entries))
    assert [(fact.value, fact.span.first, fact.span.last) for fact in facts if fact.span] == [
        ("LPR", 1, 4),
        ("camera", 2, 2),
    ]


def test_without_diacritics(watched: Watched) -> None:
    """A document typed without diacritics is found by a phrase with them."""
    entry = WatchlistEntry("school", "place", ("šumska škola",))
    assert values(watched("nabavka za sumsku skolu", watchlist=Watchlist((entry,)))) == ["school"]


def test_nothing_to_read(watched: Watched) -> None:
    """An empty document and an empty list have no hits."""
    assert watched("") == []
    assert watched("prepoznavanje lica", watchlist=Watchlist(())) == []
