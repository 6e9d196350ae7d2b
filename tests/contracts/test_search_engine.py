"""What every search engine must do, written once for all of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from archive.errors import IndexDamaged
from archive.search.engine import EngineRequest, Held, SearchEngine
from archive.search.query import Fuzzy, Not, NumericField, Pattern, Range, some_of
from archive.search.query_language.parser import parse
from archive.search.request import UNKNOWN
from archive.text.vocabulary import IndexField, Term, Writing
from tests.engine_samples import MakeEngine, ask, entry, entry_text, found


def test_an_engine_without_an_index_is_empty_and_writes_nothing(engine: SearchEngine, tmp_path: Path) -> None:
    assert ask(engine, "kamera").total == 0
    assert engine.held() == {}
    assert engine.matches(Term(IndexField.FORM, "a"), "a", 1) == ()
    engine.remove(["nobody"])
    assert not (tmp_path / "index").exists()


def test_script_case_form_and_diacritics_do_not_matter(engine: SearchEngine) -> None:
    engine.add(
        [entry("cyr", "Ђачке екскурзије"), entry("lat", "đačka ekskurzija"), entry("ascii", "DJACKU EKSKURZIJU")]
    )
    engine.add([entry("other", "nastava u prirodi")])
    for text in ("екскурзије", "ekskurzije", "EKSKURZIJA", "ђачка екскурзија"):
        assert found(ask(engine, text)) == {"cyr", "lat", "ascii"}


def test_answers_are_the_same_however_documents_of_several_languages_came(make_engine: MakeEngine) -> None:
    """One by one, in either order, or all at once: a word has the stems of all languages of the pages that it is on."""
    papers = {
        "serbian": ("sr", "niti hires cameras kamere u selu"),
        "bare": ("sr", "niti kamere pecima i kucama"),
        "albanian": ("sq", "firma niti hires cameras"),
        "english": ("en", "hire the camera of niti hiring"),
    }
    entries = [
        replace(entry(name, None), text=entry_text(text, language=language))
        for name, (language, text) in papers.items()
    ]
    at_once, forwards, backwards = (make_engine(name) for name in ("once", "forwards", "backwards"))
    at_once.add(entries)
    for engine, order in ((forwards, entries), (backwards, entries[::-1])):
        for each in order:
            engine.add([each])
    for typed in ("niti", "hire", "hiring", "camera", "kamera", "kućama"):
        expected = [(hit.id, hit.score) for hit in ask(at_once, typed).hits]
        assert expected, typed
        for engine in (forwards, backwards):
            assert [(hit.id, hit.score) for hit in ask(engine, typed).hits] == expected, typed
    for engine in (at_once, forwards, backwards):
        engine.close()


def test_what_has_some_words_says_which_it_lacks(engine: SearchEngine) -> None:
    engine.add([entry("both", "kamere policija"), entry("one", "kamera"), entry("other", "policije vojska")])
    engine.add([entry("near", "video nadzor kamera"), entry("none", "ugovor")])
    asked = parse('kamera policije "video nadzor"', exact=False)
    parts = tuple(factor.query for factor in asked.factors)
    request = EngineRequest(some_of(parts), {}, "relevance", 10, 0, facets=(), parts=parts)
    results = engine.search(request)
    assert {hit.id: hit.lacking for hit in results.hits} == {"both": (2,), "one": (1, 2), "other": (0, 2), "near": (1,)}
    assert (results.total, results.facets) == (4, {})
    # Both engines score alike: two words before one, the rarer first.
    assert [hit.id for hit in results.hits] == ["near", "both", "other", "one"]
    without = parse("vojska", exact=False).query
    assert without is not None
    excluding = engine.search(
        EngineRequest(some_of(parts[:2], (Not(without),)), {}, "relevance", 10, 0, parts=parts[:2])
    )
    assert {hit.id: hit.lacking for hit in excluding.hits} == {"one": (1,), "near": (1,)}


def test_one_thing_is_found_in_its_spellings(engine: SearchEngine) -> None:
    engine.add(
        [
            entry("law", "na osnovu čl. 112. Zakona, st. 1. tač. 5)"),
            entry("other law", "član 112. " + "reč " * 20 + "stav 1. tačka 5"),
            entry("day", "dana 23. decembra 2019. godine"),
            entry("number", "JNMV 1.2.3/2019, 153. 846,15 dinara"),
            entry("name", "Ексим доо, видео-надзор"),
        ]
    )
    wanted = {
        "члан 112 став 1 тачка 5": {"law"},
        "član 112 stav 1": {"law"},
        "član 112": {"law", "other law"},
        "stav 112": set(),
        "23.12.2019": {"day"},
        "JN 1.2.3/2019": {"number"},
        "153.846,15 RSD": {"number"},
        "exim d.o.o. videonadzor": {"name"},
    }
    assert {text: found(ask(engine, text)) for text in wanted} == wanted


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
    kamera = Term(IndexField.FORM, "kamera")
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
    assert engine.held() == {"1": Held(2, 1)}
    assert ask(engine, "staro").total == 0
    assert ask(engine, "novo").hits[0].matches == ((0, 0),)


def test_an_id_twice_in_one_batch_is_refused_and_changes_nothing(engine: SearchEngine) -> None:
    engine.add([entry("1", "staro")])
    with pytest.raises(ValueError, match="twice"):
        engine.add([entry("2", "novo"), entry("2", "novo")])
    assert engine.held() == {"1": Held(1, 1)}
    engine.add([entry("2", "novo")])
    assert engine.held() == {"1": Held(1, 1), "2": Held(1, 1)}


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


def test_what_is_known_changes_without_the_text(engine: SearchEngine) -> None:
    engine.add([entry("1", "kamera", year="2020", title="Staro"), entry("2", "kamera")])
    engine.add([entry("1", None, revision=2, year="2021", title="Novo")])
    results = ask(engine, "kamera")
    assert results.facets["year"] == {"2021": 1, UNKNOWN: 1}
    assert {hit.id: hit.matches for hit in results.hits} == {"1": ((0, 0),), "2": ((0, 0),)}
    assert (found(ask(engine, "title:novo")), found(ask(engine, "title:staro"))) == ({"1"}, set())
    assert engine.held() == {"1": Held(2, 1), "2": Held(1, 1)}
    with pytest.raises(ValueError, match="text"):
        engine.add([entry("3", None)])
    assert set(engine.held()) == {"1", "2"}


def test_fields_of_what_is_known_match_no_word_on_a_page(engine: SearchEngine) -> None:
    engine.add(
        [
            entry(
                "1",
                "nešto",
                title="Nabavka kamera",
                vendor=("Vidozor d.o.o.",),
                reference="404-2/2021",
                pib="100000049",
            ),
            entry("2", "kamera vidozor 404-2/2021"),
        ]
    )
    for text in ("title:kamere", 'title:"nabavka kamera"', "vendor:vidozor", "reference:404-2", "pib:100000049"):
        (hit,) = ask(engine, text).hits
        assert (hit.id, hit.matches) == ("1", ()), text


def test_ranges_of_year_date_and_amount(engine: SearchEngine) -> None:
    engine.add(
        [
            entry("1", "cena 1.200.000,00 dinara", year="2020", date="2020-05-17"),
            entry("2", "cena 350.000,00 i 90.000 dinara", year="2021", date="2021"),
            entry("3", "bez cene"),
        ]
    )
    asked = {
        Range(NumericField.YEAR, 2020, 2020): {"1"},
        Range(NumericField.YEAR, None, 2021): {"1", "2"},
        Range(NumericField.DATE, 20200517, 20200517): {"1"},
        Range(NumericField.DATE, 20210301, None): {"2"},
        Range(NumericField.AMOUNT, 300_000, 400_000): {"2"},
        Range(NumericField.AMOUNT, 80_000, None): {"1", "2"},
        Range(NumericField.AMOUNT, 400_000, 1_000_000): set(),
    }
    for query, documents in asked.items():
        assert found(engine.search(EngineRequest(query, {}, "relevance", 10, 0))) == documents, query


def test_a_search_among_some_documents(engine: SearchEngine) -> None:
    engine.add([entry("1", "kamera", year="2020"), entry("2", "kamera", year="2021"), entry("3", "dron")])
    query = parse("kamera", exact=False).query
    results = engine.search(EngineRequest(query, {}, "relevance", 10, 0, among=frozenset({"2", "3", "nobody"})))
    assert (found(results), results.facets["year"]) == ({"2"}, {"2021": 1})


def test_the_words_a_term_stands_for(engine: SearchEngine) -> None:
    engine.add([entry("1", "kamera kamere kamere"), entry("2", "камере dron"), entry("3", "kamere")])
    words = engine.words(Pattern(IndexField.FORM, "kam*"), 10)
    assert [(word.word, word.documents) for word in words] == [("kamere", 3), ("kamera", 1)]
    assert words[0].writing & Writing.CYRILLIC
    assert not words[1].writing & Writing.CYRILLIC
    assert [word.word for word in engine.words(Fuzzy(IndexField.FORM, "drom", 1), 10)] == ["dron"]
