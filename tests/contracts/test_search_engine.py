"""What every search engine must do, written once for all of them, and checked against a model that is plain to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.errors import IndexDamaged
from archive.search.engine import EngineRequest, EngineResults, IndexEntry, SearchEngine
from archive.search.parser import parse
from archive.search.query import And, Field, Not, Or, Phrase, Prefix, Query, Term
from archive.search.request import FACETS, SORTS, UNKNOWN
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.text.analyzer import entry_terms
from tests.pages import page

ENGINES: list[Callable[[Path], SearchEngine]] = [WhooshEngine]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchEngine]:
    made: SearchEngine = request.param(tmp_path / "index")
    yield made
    made.close()


def entry(
    name: str,
    text: str,
    revision: int = 1,
    reading: int = 1,
    date: str | None = None,
    title: str = "",
    **facets: str | tuple[str, ...],
) -> IndexEntry:
    """An entry for a Serbian document of one page."""
    terms = entry_terms([("sr", page(text))])
    values = {facet: value if isinstance(value, tuple) else (value,) for facet, value in facets.items()}
    return IndexEntry(
        id=name,
        revision=revision,
        reading=reading,
        title=title or name,
        date=date,
        word_count=terms.word_count,
        stems=terms.stems,
        forms=terms.forms,
        joined=terms.joined,
        facets=values,
    )


def ask(
    engine: SearchEngine,
    text: str = "",
    filters: Mapping[str, tuple[str, ...]] | None = None,
    *,
    sort: str = "relevance",
    limit: int = 100,
    offset: int = 0,
    exact: bool = False,
) -> EngineResults:
    return engine.search(EngineRequest(parse(text, exact).query, filters or {}, sort, limit, offset))


def found(results: EngineResults) -> set[str]:
    return {hit.id for hit in results.hits}


def test_an_engine_without_an_index_is_empty_and_writes_nothing(engine: SearchEngine, tmp_path: Path) -> None:
    assert ask(engine, "kamera").total == 0
    assert engine.revisions() == {}
    assert engine.matches(Term(Field.FORM, "a"), "a", 1) == ()
    engine.remove(["nobody"])
    assert not (tmp_path / "index").exists()


def test_script_case_form_and_diacritics_do_not_matter(engine: SearchEngine) -> None:
    engine.add(
        [entry("cyr", "Ђачке екскурзије"), entry("lat", "đačka ekskurzija"), entry("ascii", "DJACKU EKSKURZIJU")]
    )
    engine.add([entry("other", "nastava u prirodi")])
    for text in ("екскурзије", "ekskurzije", "EKSKURZIJA", "ђачка екскурзија"):
        assert found(ask(engine, text)) == {"cyr", "lat", "ascii"}


def test_short_words_and_references_are_found(engine: SearchEngine) -> None:
    engine.add([entry("law", "na osnovu čl. 5 zakona"), entry("ref", "(ЈН 12/2019-У), vrednost 1.200.000,00 dinara")])
    assert found(ask(engine, '"čl. 5"')) == {"law"}
    for text in ("12/2019-У", "12/2019", "2019", '"JN 12/2019-u"', "1200000", "1.200.000"):
        assert found(ask(engine, text)) == {"ref"}, text


def test_the_exact_form_ranks_above_another_form(engine: SearchEngine) -> None:
    engine.add([entry("inflected", "ugovora dodela"), entry("exact", "ugovor dodela")])
    assert [hit.id for hit in ask(engine, "ugovor").hits] == ["exact", "inflected"]
    assert found(ask(engine, "ugovor", exact=True)) == {"exact"}


def test_a_phrase_is_one_match_and_needs_its_order(engine: SearchEngine) -> None:
    engine.add(
        [
            entry("yes", "ova javna nabavka i javna nabavka"),
            entry("no", "nabavka javna"),
            entry("gap", "javna i nabavka"),
        ]
    )
    (hit,) = ask(engine, '"javna nabavka"').hits
    assert (hit.id, hit.matches) == ("yes", ((1, 2), (4, 5)))


def test_a_word_printed_in_pieces_is_found_whole_and_by_its_pieces(engine: SearchEngine) -> None:
    engine.add([entry("split", "za video-\nnadzor grada"), entry("spaced", "na osnovu\nO D L U K U\no nadzoru")])
    found_at = {
        "videonadzorom": ("split", ((1, 2),)),
        "video-nadzor": ("split", ((1, 2),)),
        "video": ("split", ((1, 1),)),
        '"za videonadzor grada"': ("split", ((0, 3),)),
        '"za video nadzor grada"': ("split", ((0, 3),)),
        "videonad*": ("split", ((1, 2),)),
        "odluka": ("spaced", ((2, 7),)),
        '"osnovu odluku o nadzoru"': ("spaced", ((1, 9),)),
        "k": ("spaced", ((6, 6),)),
    }
    for text, (name, matches) in found_at.items():
        assert [(hit.id, hit.matches) for hit in ask(engine, text).hits] == [(name, matches)], text
        query = parse(text, exact=False).query
        assert query is not None
        assert engine.matches(query, name, 1) == matches, text


def test_matches_are_those_of_one_reading(engine: SearchEngine) -> None:
    engine.add([entry("1", "kamera", reading=2), entry("2", "ovo je kamera")])
    assert {hit.id: hit.reading for hit in ask(engine, "kamera").hits} == {"1": 2, "2": 1}
    kamera = Term(Field.FORM, "kamera")
    assert (engine.matches(kamera, "1", 2), engine.matches(kamera, "1", 1)) == (((0, 0),), ())


def test_facets_leave_out_their_own_selection_and_keep_what_was_chosen(engine: SearchEngine) -> None:
    engine.add(
        [
            entry("1", "kamera", municipality="Niš", year="2020", vendor=("Alfa", "Beta")),
            entry("2", "kamera", municipality="Niš", year="2021", vendor=("Alfa",)),
            entry("3", "kamera", municipality="Užice", year="2020"),
            entry("4", "dron", municipality="Vranje", year="2020"),
        ]
    )
    results = ask(engine, "kamera", {"municipality": ("Niš", "Vranje"), "year": ("2020",)})
    assert found(results) == {"1"}
    assert results.facets["municipality"] == {"Niš": 1, "Užice": 1, "Vranje": 0}
    assert results.facets["year"] == {"2020": 1, "2021": 1}
    assert results.facets["vendor"] == {"Alfa": 1, "Beta": 1}
    assert results.facets["kind"] == {UNKNOWN: 1}
    assert found(ask(engine, "", {"vendor": (UNKNOWN,)})) == {"3", "4"}


def test_orders_and_slices(engine: SearchEngine) -> None:
    engine.add([entry("a", "x", date="2020-05-01", title="Беочин"), entry("b", "x", date="2021", title="Ada")])
    engine.add([entry("c", "x", title="čačak")])
    assert [hit.id for hit in ask(engine, "x", sort="newest").hits] == ["b", "a", "c"]
    assert [hit.id for hit in ask(engine, "x", sort="oldest").hits] == ["a", "b", "c"]
    assert [hit.id for hit in ask(engine, "x", sort="title").hits] == ["b", "a", "c"]
    sliced = ask(engine, "x", sort="title", limit=1, offset=1)
    assert ([hit.id for hit in sliced.hits], sliced.total) == (["a"], 3)


def test_adding_again_replaces_and_removing_removes(engine: SearchEngine) -> None:
    engine.add([entry("1", "staro"), entry("2", "staro")])
    engine.add([entry("1", "novo", revision=2)])
    engine.remove(["2", "nobody"])
    assert engine.revisions() == {"1": 2}
    assert ask(engine, "staro").total == 0
    assert ask(engine, "novo").hits[0].matches == ((0, 0),)


def test_an_id_twice_in_one_batch_is_refused_and_changes_nothing(engine: SearchEngine) -> None:
    engine.add([entry("1", "staro")])
    with pytest.raises(ValueError, match="twice"):
        engine.add([entry("2", "novo"), entry("2", "novo")])
    assert engine.revisions() == {"1": 1}
    engine.add([entry("2", "novo")])
    assert engine.revisions() == {"1": 1, "2": 1}


def test_a_rebuild_is_invisible_until_published_and_then_replaces_everything(engine: SearchEngine) -> None:
    engine.add([entry("old", "staro")])
    before = engine.generation
    rebuild = engine.rebuild()
    rebuild.add([entry("1", "novo")])
    rebuild.add([entry("2", "novo")])
    assert (engine.generation, found(ask(engine))) == (before, {"old"})
    rebuild.publish({"1": 1, "2": 1})
    assert (engine.generation, found(ask(engine))) == (rebuild.generation, {"1", "2"})


@pytest.mark.parametrize("expected", [{"1": 1, "2": 1}, {"1": 2}, {}])
def test_a_rebuild_that_is_not_what_was_expected_is_refused(engine: SearchEngine, expected: dict[str, int]) -> None:
    engine.add([entry("old", "staro")])
    rebuild = engine.rebuild()
    rebuild.add([entry("1", "novo")])
    with pytest.raises(IndexDamaged, match="differs from the catalog"):
        rebuild.publish(expected)
    rebuild.discard()
    assert found(ask(engine)) == {"old"}
    engine.add([entry("more", "staro")])
    assert found(ask(engine)) == {"old", "more"}


# The model: documents as lists of words, and a query tried at every word. "a-" stands at a line's end, so that it and
# the next word are also one word.

VOCABULARY = ("aa", "ab", "abc", "b", "c", "a-")
Token = tuple[set[str], int, int]
"""What a word or joined word is called, and the first and last word it is printed on."""


def tokens(words: Sequence[str]) -> list[Token]:
    """Every word, and every joined word."""
    single: list[Token] = [({word.rstrip("-")}, at, at) for at, word in enumerate(words)]
    joined: list[Token] = []
    at = 0
    while at < len(words) - 1:
        last = at
        while words[last] == "a-" and last < len(words) - 1:
            last += 1
        if last > at:
            printed = "".join(words[at : last + 1])
            joined.append(({printed.rstrip("-"), _without_split_hyphens(words[at : last + 1])}, at, last))
        at = last + 1
    return single + joined


def _without_split_hyphens(pieces: Sequence[str]) -> str:
    return "".join(piece.rstrip("-") for piece in pieces)


def model_matches(query: Query, words: Sequence[str]) -> set[tuple[int, int]] | None:
    """Where a query of exact forms matches, or None where it does not hold."""
    match query:
        case Term(_, text):
            return {(first, last) for names, first, last in tokens(words) if text in names} or None
        case Prefix(_, text):
            begun = (token for token in tokens(words) if any(name.startswith(text) for name in token[0]))
            return {(first, last) for _, first, last in begun} or None
        case Phrase(terms):
            return {span for first in range(len(words)) for span in model_phrase(terms, first, words)} or None
        case Not(part):
            return None if model_matches(part, words) is not None else set()
        case And(parts) | Or(parts):
            each = [model_matches(part, words) for part in parts]
            holds = [matches for matches in each if matches is not None]
            if not holds or (isinstance(query, And) and len(holds) < len(each)):
                return None
            return {match for matches in holds for match in matches}


def model_phrase(terms: Sequence[str], first: int, words: Sequence[str]) -> set[tuple[int, int]]:
    """Where a phrase ends that begins at word ``first``."""
    ends = {first - 1}
    for term in terms:
        ends = {last for names, begin, last in tokens(words) if term in names and begin - 1 in ends}
    return {(first, end) for end in ends}


def model_shown(matches: set[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Matches that lie inside no other, ascending."""
    return tuple(
        sorted(one for one in matches if not any(o != one and o[0] <= one[0] and one[1] <= o[1] for o in matches))
    )


ASKED = ("aa", "ab", "abc", "b", "c", "a", "ac", "aab", "a-c")
TERMS = st.sampled_from(ASKED).map(lambda word: Term(Field.FORM, word))
LEAVES = st.one_of(
    TERMS,
    st.just(Prefix(Field.FORM, "ab")),
    st.lists(st.sampled_from(ASKED), min_size=1, max_size=3).map(lambda words: Phrase(tuple(words))),
)
QUERIES: st.SearchStrategy[Query] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=5,
)
DOCUMENTS = st.dictionaries(
    st.sampled_from("123456"),
    st.tuples(
        st.lists(st.sampled_from(VOCABULARY), max_size=12),
        st.sampled_from([(), ("Alfa",), ("Beta",), ("Alfa", "Beta")]),
        st.sampled_from([(), ("2020",), ("2021",)]),
    ),
    max_size=6,
)
FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "vendor": st.sampled_from([("Alfa",), ("Alfa", "Beta"), (UNKNOWN,), ("Gama",)]),
        "year": st.sampled_from([("2020",), ("2020", "2021"), ("2021", UNKNOWN)]),
    },
)


@pytest.mark.parametrize("make", ENGINES)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    batches=st.lists(DOCUMENTS, min_size=1, max_size=4),
    removed=st.sets(st.sampled_from("123456"), max_size=2),
    asked=st.lists(st.tuples(QUERIES, FILTERS, st.sampled_from(SORTS)), min_size=1, max_size=8),
)
def test_an_engine_agrees_with_the_model(
    make: Callable[[Path], SearchEngine],
    batches: list[dict[str, tuple[list[str], tuple[str, ...], tuple[str, ...]]]],
    removed: set[str],
    asked: list[tuple[Query, dict[str, tuple[str, ...]], str]],
) -> None:
    """After any additions, replacements and removals: the same documents, counts and matches as trying every word."""
    held: dict[str, tuple[list[str], tuple[str, ...], tuple[str, ...]]] = {}
    with TemporaryDirectory() as folder:
        engine = make(Path(folder) / "index")
        for batch in batches:
            engine.add(
                entry(id_, " ".join(words).replace("a- ", "a-\n"), vendor=v, year=y)
                for id_, (words, v, y) in batch.items()
            )
            held.update(batch)
        engine.remove(removed)
        held = {id_: document for id_, document in held.items() if id_ not in removed}
        for query, filters, sort in asked:
            results = engine.search(EngineRequest(query, filters, sort, 100, 0))
            check_against_model(results, query, filters, held)
            for id_, (words, _, _) in held.items():
                assert engine.matches(query, id_, 1) == model_shown(model_matches(query, words) or set())
        engine.close()


def check_against_model(
    results: EngineResults,
    query: Query,
    filters: Mapping[str, tuple[str, ...]],
    held: Mapping[str, tuple[list[str], tuple[str, ...], tuple[str, ...]]],
) -> None:
    values = {id_: {"vendor": v or (UNKNOWN,), "year": y or (UNKNOWN,)} for id_, (_, v, y) in held.items()}
    matching = {id_ for id_, (words, _, _) in held.items() if model_matches(query, words) is not None}

    def passing(without: str) -> set[str]:
        active = {facet: set(chosen) for facet, chosen in filters.items() if facet != without}
        return {id_ for id_ in matching if all(set(values[id_][facet]) & chosen for facet, chosen in active.items())}

    assert found(results) == passing("")
    assert results.total == len(results.hits)
    for hit in results.hits:
        assert hit.matches == model_shown(model_matches(query, held[hit.id][0]) or set())
    for facet in ("vendor", "year"):
        counts = dict.fromkeys(filters.get(facet, ()), 0)
        for id_ in passing(facet):
            for value in values[id_][facet]:
                counts[value] = counts.get(value, 0) + 1
        assert results.facets[facet] == counts
    assert set(results.facets) == set(FACETS)
