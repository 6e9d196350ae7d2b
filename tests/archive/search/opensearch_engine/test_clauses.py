"""From a query to what OpenSearch is asked: compared as dictionaries, without a server."""

from __future__ import annotations

from typing import Any

import pytest

from archive.search.opensearch_engine.query_dsl import (
    NOTHING,
    IndexWord,
    Meaning,
    Rarities,
    found,
    ids_among,
    needs_post_filter,
    page_leaves,
    scored,
    spans,
    superset,
    unplaced,
)
from archive.search.opensearch_engine.scripts import Scoring, saturated
from archive.search.query import And, Carries, Fuzzy, Near, Not, NumericField, Or, Pattern, Phrase, Query, Range
from archive.text.vocabulary import IndexField, Term

KAMERA, NADZOR, U = (Term(IndexField.FORM, text) for text in ("kamera", "nadzor", "u"))
KAM = Pattern(IndexField.FORM, "kam*")
MEANING = Meaning(
    {
        KAMERA: [IndexWord("kamera", False), IndexWord("kamerá", False)],
        NADZOR: [IndexWord("nadzor", True)],
        U: [IndexWord("u", False)],
        KAM: [IndexWord("kamera", False), IndexWord("kamion", False)],
        Term(IndexField.FORM, "nema"): [],
    }
)


def phrase_clause(text: str) -> dict[str, Any]:
    """Each token of a phrase has its share of a score."""
    share = 1 / sum(len(line.split("\x1f")) for line in text.split("\n") if line != "\ue002")
    return {"match_phrase": {"words": {"query": text, "boost": share}}}


BEGINS, ENDS = "\ue000", "\ue001"
"""What tokens of joined words begin with, where the word begins and where it ends."""

KAMERA_WORDS = {"terms": {"words": ["kamera", "kamerá"]}}
NADZOR_WORDS = {"terms": {"words": ["nadzor", f"{BEGINS}nadzor"]}}


@pytest.mark.parametrize(
    ("query", "clause"),
    [
        (KAMERA, KAMERA_WORDS),
        (Term(IndexField.FORM, "kamera", 0.1), KAMERA_WORDS),
        (NADZOR, NADZOR_WORDS),
        (Term(IndexField.FORM, "nema"), NOTHING),
        (KAM, {"terms": {"words": ["kamera", "kamion"]}}),
        (Term(IndexField.TITLE, "nabavka"), {"term": {"known_title": "nabavka"}}),
        (
            Pattern(IndexField.TITLE, "na\\b?*"),
            {"wildcard": {"known_title": {"value": "na\\\\b?*", "rewrite": "constant_score"}}},
        ),
        (
            Fuzzy(IndexField.VENDOR, "alfa", 1),
            {"fuzzy": {"known_vendor": {"value": "alfa", "fuzziness": 1, "rewrite": "constant_score"}}},
        ),
        (Carries("kind", "contract"), {"term": {"facet_kind": "contract"}}),
        (Range(NumericField.YEAR, 2019, 2021), {"range": {"year": {"gte": 2019, "lte": 2021}}}),
        (Range(NumericField.AMOUNT, None, 10**30), {"range": {"amounts": {"gte": 0, "lte": 2**63 - 1}}}),
        (
            Range(NumericField.DATE, 20200101, 20201231),
            {"bool": {"filter": [{"range": {"date_last": {"gte": 20200101}}}, {"range": {"date": {"lte": 20201231}}}]}},
        ),
        (Not(KAMERA), {"bool": {"must_not": [KAMERA_WORDS]}}),
        (And((KAMERA, Not(NADZOR))), {"bool": {"filter": [KAMERA_WORDS, {"bool": {"must_not": [NADZOR_WORDS]}}]}}),
        (Or((KAMERA, NADZOR)), {"bool": {"should": [KAMERA_WORDS, NADZOR_WORDS], "minimum_should_match": 1}}),
        (Phrase(("kamera",)), KAMERA_WORDS),
        (Phrase(("nadzor", "kamera")), phrase_clause(f"nadzor\x1f{ENDS}nadzor\nkamera\x1fkamerá")),
        (Phrase(("kamera", "nadzor")), phrase_clause(f"kamera\x1fkamerá\nnadzor\x1f{BEGINS}nadzor")),
        (Phrase(("kamera", "u", "kamera")), phrase_clause("kamera\x1fkamerá\nu\nkamera\x1fkamerá")),
        (Phrase(("kamera", "nema")), NOTHING),
        (Phrase(("kamera", "nadzor", "nema")), NOTHING),
        (Near(Term(IndexField.FORM, "nema"), KAMERA, 3), NOTHING),
    ],
)
def test_a_query_becomes_a_clause(query: Query, clause: dict[str, Any]) -> None:
    assert found(query, MEANING) == clause


def test_near_asks_for_both_orders_from_where_one_ends_to_where_the_other_begins() -> None:
    def order(*sides: list[str]) -> dict[str, Any]:
        clauses = [{"span_or": {"clauses": [{"span_term": {"words": token}} for token in side]}} for side in sides]
        return {"span_near": {"clauses": clauses, "slop": 4, "in_order": True}}

    assert found(Near(U, NADZOR, 5), MEANING) == {
        "bool": {
            "should": [order(["u"], ["nadzor", f"{BEGINS}nadzor"]), order(["nadzor", f"{ENDS}nadzor"], ["u"])],
            "minimum_should_match": 1,
        }
    }


def test_a_phrase_with_a_word_printed_in_pieces_has_to_be_sifted() -> None:
    phrase = Phrase(("u", "nadzor", "kamera"))
    assert needs_post_filter(phrase, MEANING)
    assert not needs_post_filter(Phrase(("u", "kamera", "u")), MEANING)
    assert not needs_post_filter(Phrase(("u", "nadzor")), MEANING)
    plain = phrase_clause("u\nnadzor\nkamera\x1fkamerá")
    assert superset(phrase, MEANING) == {
        "bool": {
            "filter": [
                phrase_clause(f"u\nnadzor\x1f{BEGINS}nadzor"),
                phrase_clause(f"nadzor\x1f{ENDS}nadzor\nkamera\x1fkamerá"),
            ],
            "must_not": [plain],
        }
    }
    sifted = Meaning(MEANING.words, {phrase: ("2", "1")})
    assert found(phrase, sifted) == {"bool": {"should": [plain, ids_among(["1", "2"])], "minimum_should_match": 1}}


def test_near_between_more_than_words_has_to_be_sifted() -> None:
    near = Near(Phrase(("kamera", "u")), NADZOR, 3)
    assert needs_post_filter(near, MEANING)
    assert superset(near, MEANING) == {"bool": {"filter": [found(near.left, MEANING), NADZOR_WORDS]}}
    assert found(near, Meaning(MEANING.words, {near: ()})) == NOTHING
    assert not needs_post_filter(Near(Or((KAMERA, KAM)), NADZOR, 3), MEANING)
    crowded = Meaning(MEANING.words, is_crowded=True)
    assert needs_post_filter(Near(KAM, U, 31), crowded)
    assert found(Near(U, NADZOR, 2), crowded) == {
        "bool": {
            "should": [
                phrase_clause(f"u\nnadzor\x1f{BEGINS}nadzor"),
                phrase_clause(f"u\n\ue002\nnadzor\x1f{BEGINS}nadzor"),
                phrase_clause(f"nadzor\x1f{ENDS}nadzor\nu"),
                phrase_clause(f"nadzor\x1f{ENDS}nadzor\n\ue002\nu"),
            ],
            "minimum_should_match": 1,
        }
    }
    assert spans(Near(KAMERA, NADZOR, 3), MEANING) == 8


def test_scores_are_of_words_together_and_filters_have_none() -> None:
    kamera = Term(IndexField.FORM, "kamera", 0.1)
    rarities = Rarities(100, {kamera: 9, KAMERA: 9}, Scoring(1.6, 0.75, 250.0))
    scores = scored(And((kamera, KAM, Carries("kind", "contract"))), MEANING, rarities)
    often = {"match": {"words": {"query": "kamera\x1fkamerá"}}}
    assert scores == {
        "bool": {
            "must": [
                saturated(often, rarities.of(kamera, 0.1), rarities.scoring),
                {"constant_score": {"filter": {"terms": {"words": ["kamera", "kamion"]}}, "boost": 1.0}},
                {"bool": {"filter": [{"term": {"facet_kind": "contract"}}]}},
            ]
        }
    }
    assert rarities.of(kamera, 0.1) == pytest.approx(0.1 * rarities.of(KAMERA, 1.0))
    many = Meaning({KAMERA: [IndexWord(f"kam{number}", False) for number in range(501)]})
    clauses = scored(KAMERA, many, rarities)["script_score"]["query"]["bool"]["should"]
    parts = [clause["match"]["words"]["query"].split("\x1f") for clause in clauses]
    assert [len(part) for part in parts] == [500, 1]


def test_many_ids_are_parted() -> None:
    assert ids_among([]) == NOTHING
    ids = [f"{number:05}" for number in range(60_001)]
    parts = ids_among(ids)["bool"]["should"]
    assert [len(part["terms"]["id"]) for part in parts] == [60_000, 1]


def test_the_leaves_of_a_query_are_looked_up_or_asked_about() -> None:
    title, year = Term(IndexField.TITLE, "x"), Range(NumericField.YEAR, 2020, None)
    query = And((Term(IndexField.STEM, "kamer", 0.5), Not(Phrase(("a", "b"))), Or((title, year)), Near(KAM, title, 2)))
    leaves = [Term(IndexField.STEM, "kamer"), Term(IndexField.FORM, "a"), Term(IndexField.FORM, "b"), KAM]
    assert list(page_leaves(query)) == leaves
    assert list(unplaced(query)) == [title, year, title]
