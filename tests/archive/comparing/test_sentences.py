"""Clauses of different drafters: sentences beside each other, and those that have no counterpart."""

from __future__ import annotations

import pytest

from archive.comparing.clauses import aligned_sentences, clause_text, compare_clauses, comparison_record
from archive.comparing.sentences import SentenceRelation, sentences
from archive.comparing.words import DifferenceKind
from archive.model.words import Break, Word, Words
from archive.store.catalog import Catalog
from tests.contract_samples import Article, add_contract

ONE = (
    "Ako isporučilac kasni, plaća kupcu ugovornu kaznu od 0,2% cene za svaki dan zakašnjenja. "
    "Kupac o kašnjenju obaveštava isporučioca pisanim putem. Kazna se odbija od računa br. 5 po čl. 3. ovog ugovora."
)
OTHER = (
    "Наручилац ће о доцњи писмено обавестити извођача. За сваки дан доцње извођач дугује пенале од 2‰ вредности. "
    "Наплата пенала не искључује право на накнаду штете."
)


def words(text: str) -> Words:
    return Words.of(Word(each, None, None, Break.SPACE) for each in text.split())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (ONE, 3),
        ("Rok je 5 dana. Posle toga se plaća kazna; kazna raste.", 3),
        ("Primenjuje se čl. 5 st. 2 Zakona d.o.o. Vidik iz Niša.", 1),
        ("The Seller, Vidik Inc. of Nis, shall pay. The Buyer shall not.", 2),
        ("", 0),
        ("... – ...", 0),
    ],
)
def test_a_full_stop_ends_a_sentence_if_it_is_no_abbreviation(text: str, count: int) -> None:
    assert len(sentences(words(text))) == count


def test_sentences_that_say_the_same_stand_beside_each_other_in_any_order(catalog: Catalog) -> None:
    one = clause_text(catalog, add_contract(catalog, "one", [Article(ONE)]), "art_1")
    other = clause_text(catalog, add_contract(catalog, "other", [Article(OTHER)]), "art_1")
    compared = compare_clauses(one, other)
    found = aligned_sentences(one, other, compared)
    assert found is not None
    told = comparison_record(one, other, compared)["sentences"]
    pairs = {pair["a"] and pair["a"][:12]: pair["b"] and pair["b"][:12] for pair in told}
    assert pairs["Ako isporuči"] == "За сваки дан"
    assert pairs["Kupac o kašn"] == "Наручилац ће"
    assert pairs["Kazna se odb"] is None
    assert pairs[None] == "Наплата пена"
    (penalty,) = [pair for pair in told if pair["a"] and pair["a"].startswith("Ako")]
    assert (penalty["relation"], penalty["numbers"]) == ("reworded", [["0,2%"], ["2‰"]])
    first, last = penalty["words"][1]
    (page,) = catalog.readings.all_words(other.description.id, 1)
    assert " ".join(page.texts[first : last + 1]) == penalty["b"]
    assert {pair.relation for pair in found} == set(SentenceRelation) - {SentenceRelation.ALIKE}


def test_clauses_worded_alike_are_compared_word_by_word_as_ever(catalog: Catalog) -> None:
    one = clause_text(catalog, add_contract(catalog, "one", [Article(ONE)]), "art_1")
    other = clause_text(catalog, add_contract(catalog, "two", [Article(ONE.replace("0,2%", "2%"))]), "art_1")
    compared = compare_clauses(one, other)
    assert aligned_sentences(one, other, compared) is None
    assert comparison_record(one, other, compared)["sentences"] is None


def test_a_sentence_that_was_kept_among_others_is_compared_word_by_word(catalog: Catalog) -> None:
    kept = "Kazna se odbija od prvog računa koji kupac primi."
    one = clause_text(catalog, add_contract(catalog, "one", [Article(f"{ONE} {kept}")]), "art_1")
    changed = kept.replace("prvog", "poslednjeg")
    other = clause_text(catalog, add_contract(catalog, "two", [Article(f"{OTHER} {changed}")]), "art_1")
    found = aligned_sentences(one, other, compare_clauses(one, other))
    assert found is not None
    (alike,) = [pair for pair in found if pair.relation is SentenceRelation.ALIKE]
    assert alike.comparison is not None
    different = map(alike.comparison.texts, alike.comparison.of_kind(DifferenceKind.DIFFERENT))
    assert list(different) == [("prvog", "poslednjeg")]
