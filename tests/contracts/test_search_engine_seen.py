"""An engine from which a collection is hidden answers as one that never held it: totals, facets, words, scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from archive.search.engine import EngineResults, SearchEngine
from archive.search.query import Fuzzy, Pattern
from archive.search.query_language.parser import parse
from archive.text.vocabulary import IndexField, Term
from tests.engine_samples import MakeEngine, ask, entry

HIDDEN = frozenset({"secret", "other secret"})

PUBLIC = [
    entry("one", "ugovor o javnoj nabavci kamera u Nišu", collection="main", vendor="Kamera doo", year="2020"),
    entry("two", "odluka o nabavci, kamera i kamera", collection="main", municipality="Niš"),
    entry("three", "zapisnik o putevima 12.000,00 dinara", collection="letters", year="2021"),
]
SECRET = [
    entry("four", "kamera kamera skrivena kamera za Niš 12.000,00", collection="secret", vendor="Skrivena doo"),
    entry("five", "skrivenost i nabavka", collection="other secret", municipality="Skriveno", year="1999"),
]
QUESTIONS = [
    "", "kamera", "nabavka", "kamera nabavka", '"kamera kamera"', "skrivena", "skriv*", "kam*", "NOT putevi",
    "kamera OR putevi", "collection:secret", "amount:>1000", "vendor:skrivena", "year:1999..2021",
]  # fmt: skip


@pytest.fixture
def engines(make_engine: MakeEngine) -> Iterator[tuple[SearchEngine, SearchEngine]]:
    """One that holds everything, with what is hidden of it, and one that holds the rest only."""
    everything, rest = make_engine("all"), make_engine("rest")
    # In several commits, and one document changed later, so that texts and facts lie in several segments.
    for added in (SECRET[:1], PUBLIC[:2], [SECRET[1], PUBLIC[2]]):
        everything.add(added)
    rest.add(PUBLIC)
    for one in (PUBLIC[0], SECRET[0]):
        everything.add([replace(one, revision=2, text=None)])
    rest.add([replace(PUBLIC[0], revision=2, text=None)])
    yield everything.hiding(HIDDEN), rest
    everything.close()
    rest.close()


def told(results: EngineResults) -> object:
    hits = [(hit.id, hit.reading, round(hit.score, 5), hit.matches, hit.shown) for hit in results.hits]
    return results.total, hits, results.facets


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_is_that_of_an_engine_without_them(
    engines: tuple[SearchEngine, SearchEngine], question: str
) -> None:
    seen, rest = engines
    for sort in ("relevance", "newest", "title"):
        assert told(ask(seen, question, sort=sort)) == told(ask(rest, question, sort=sort))
    chosen = {"collection": ("secret", "main")}
    assert told(ask(seen, question, chosen)) == told(ask(rest, question, chosen))


def test_a_word_of_hidden_documents_only_is_no_word(engines: tuple[SearchEngine, SearchEngine]) -> None:
    seen, rest = engines
    for leaf in (
        Term(IndexField.WORD, "skrivena"),
        Pattern(IndexField.WORD, "*"),
        Pattern(IndexField.WORD, "skriv*"),
        Fuzzy(IndexField.WORD, "skrivene", 2),
        Fuzzy(IndexField.WORD, "kamere", 1),
    ):
        assert seen.words(leaf, 100) == rest.words(leaf, 100)
    assert seen.held() == rest.held()
    assert seen.held(["one", "two", "four"]) == rest.held(["one", "two"])
    assert (seen.count(), seen.fingerprint()) == (rest.count(), rest.fingerprint())
    query = parse("kamera", exact=False).query
    assert query is not None
    assert seen.matches(query, "four", 1) == ()
    assert seen.matches(query, "one", 1) == rest.matches(query, "one", 1) != ()


def test_what_is_added_later_is_hidden_as_well(engines: tuple[SearchEngine, SearchEngine]) -> None:
    seen, _ = engines
    assert ask(seen, "kamera").total == 2
    seen.add([entry("six", "nova kamera", collection="secret"), entry("seven", "nova kamera", collection="main")])
    assert ask(seen, "kamera").total == 3


def test_an_empty_engine_hides_nothing(engine: SearchEngine) -> None:
    assert ask(engine.hiding(HIDDEN), "kamera").total == 0


def test_everything_hidden_is_an_empty_engine(engine: SearchEngine) -> None:
    engine.add(SECRET)
    nothing = ask(engine.hiding(HIDDEN), "kamera OR skriv*")
    assert (nothing.total, nothing.hits) == (0, ())
    assert not any(nothing.facets.values())
    assert engine.hiding(HIDDEN).words(Pattern(IndexField.WORD, "*"), 10) == ()
