"""What typed words were found as, on a real index."""

from __future__ import annotations

import pytest

from archive.search.help import Expansion, found_as
from archive.search.query_language.parser import parse
from archive.search.whoosh_engine.engine import WhooshEngine
from tests.engine_samples import entry


@pytest.fixture
def engine(engine: WhooshEngine) -> WhooshEngine:
    engine.add(
        [
            entry("1", "kamere kamera dron nabavka Terracottem"),
            entry("2", "камере dronovi nabavkama"),
            entry("3", "камере камером Terrac0ttern kuća"),
            entry("4", "kamere 1.200.000,00 kuca"),
        ]
    )
    return engine


def test_forms_come_in_their_scripts_those_in_most_documents_first(engine: WhooshEngine) -> None:
    (kamera,) = found_as(parse("kamera", exact=False), engine, limit=10)
    assert kamera == Expansion("kamera", ("kamere", "камере", "kamera", "камером"), more=0)


def test_what_is_left_out_is_counted(engine: WhooshEngine) -> None:
    (kamera,) = found_as(parse("kamera", exact=False), engine, limit=1)
    assert (kamera.forms, kamera.more) == (("kamere",), 3)


def test_a_word_found_only_as_typed_or_not_at_all_is_not_listed(engine: WhooshEngine) -> None:
    assert found_as(parse("(Terracottem, OR nigdezapisano)", exact=False), engine, limit=10) == ()


def test_quoted_words_numbers_exclusions_and_exact_words_are_not_expanded(engine: WhooshEngine) -> None:
    text = '"kamera" "kamere kamera" -dron 1.200.000 1 200 000 naslov:kamera'
    assert found_as(parse(text, exact=False), engine, limit=10) == ()
    assert found_as(parse("kamera dron", exact=True), engine, limit=10) == ()


@pytest.mark.parametrize("exact", [True, False])
def test_wildcards_and_fuzzy_words_say_what_they_stand_for(engine: WhooshEngine, exact: bool) -> None:
    wild, fuzzy = found_as(parse("*avk* kamerr~", exact), engine, limit=10)
    assert wild == Expansion("*avk*", ("nabavka", "nabavkama"), more=0)
    assert fuzzy == Expansion("kamerr~", ("kamere", "камере", "kamera"), more=0)


def test_a_word_asked_for_twice_is_listed_once(engine: WhooshEngine) -> None:
    assert len(found_as(parse("dron OR (dron kamera)", exact=False), engine, limit=10)) == 2


def test_look_alikes_are_listed_apart(engine: WhooshEngine) -> None:
    assert found_as(parse("Terracottem", exact=False), engine, limit=10) == ()
    (found,) = found_as(parse("Terracottem", exact=False, look_alikes=True), engine, limit=10)
    assert (found.forms, found.look_alikes) == (("terracottem",), ("terrac0ttern",))


@pytest.mark.parametrize(("typed", "shown"), [("terracottem", "теггасокет"), ("TERRACOTTEM", "теггасокет")])
def test_a_latin_brand_that_was_read_as_cyrillic_is_found_and_named(
    engine: WhooshEngine, typed: str, shown: str
) -> None:
    engine.add([entry("5", "садња уз средство Теггасокет")])
    (found,) = found_as(parse(typed, exact=False, look_alikes=True), engine, limit=10)
    assert shown in found.look_alikes
    assert shown not in found.forms


def test_a_bare_word_is_found_with_its_diacritics(engine: WhooshEngine) -> None:
    (found,) = found_as(parse("kuca", exact=False), engine, limit=10)
    assert set(found.forms) == {"kuca", "kuća"}
