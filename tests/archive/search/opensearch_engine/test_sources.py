"""What OpenSearch is sent of a document, and that its words come back from what it keeps."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from archive.search.opensearch_engine.encoding import LONGEST, TextTerms, shortened, token, token_text
from archive.search.opensearch_engine.sources import Sources, days, document, key_of, printed_words
from tests.engine_samples import entry, entry_text


def terms_of(*pages: str) -> TextTerms:
    return Sources().terms(entry_text(*pages))


def test_a_line_for_each_word_and_joined_words_where_they_begin_and_end() -> None:
    lines = token_text(terms_of("za video-\nnadzor 12/2019")).split("\n")
    assert [set(line.split("\x1f")) for line in lines] == [
        {"za"},
        {"video", "\ue000videonadzor", "\ue000video-nadzor"},
        {"nadzor", "\ue001videonadzor", "\ue001video-nadzor"},
        {"12/2019", "12", "2019"},
    ]


@given(
    st.lists(
        st.lists(st.sampled_from(["kuća", "12/2019-У", "1", "200", "O", "D", "L", "U", "K", "A", "-"])), max_size=4
    )
)
def test_packed_words_come_back(pages: list[list[str]]) -> None:
    terms = terms_of(*map(" ".join, pages))
    again = TextTerms.unpack(terms.pack(), terms.places())
    assert (again.reading, again.word_count, again.words) == (terms.reading, terms.word_count, terms.words)
    for name in ("numbers", "positions", "joined", "first_words", "amounts"):
        assert np.array_equal(getattr(again, name), getattr(terms, name)), name
    assert token_text(again) == token_text(terms)


def test_a_word_that_is_too_long_keeps_its_beginning_and_stays_apart_from_others() -> None:
    one, other = "a" * (LONGEST + 1), "a" * (LONGEST + 2)
    assert shortened("kratka") == "kratka"
    assert len(shortened(one)) < LONGEST
    assert shortened(one) != shortened(other)
    assert shortened(shortened(one)) == shortened(one)


def test_no_word_looks_like_what_parts_words() -> None:
    for text in ("a\nb", "a\x1fb", "\ue000a", "\ue001a"):
        assert not set(token(text)) & set("\n\x1f\ue000\ue001")
    assert token("12/2019-у") == "12/2019-у"


def test_a_document_as_it_is_sent() -> None:
    made = entry("d1", "kamera 1.200,00", revision=3, date="2020-05", title="Уговор", kind="contract", year="2020")
    assert made.text is not None
    terms = Sources().terms(made.text)
    action, source = document(made, terms, printed_words(made.text.pages)).splitlines()
    assert json.loads(action) == {"index": {"_id": "d1"}}
    told = json.loads(source)
    assert (told["revision"], told["reading"], told["word_count"], told["page_count"]) == (3, 1, 2, 1)
    assert (told["date"], told["date_last"], told["year"], told["title"]) == (20200500, 20200599, 2020, "ugovor")
    assert (told["facet_kind"], told["facet_vendor"], told["amounts"]) == (["contract"], ["unknown"], [1200])
    assert "ugovor" in told["known_title"]


def test_a_word_is_sent_once_for_each_way_it_is_written() -> None:
    sources = Sources()
    text = entry_text("kamera kamera камера")
    sent = [json.loads(change.splitlines()[1]) for change in sources.words(text)]
    assert sorted((told["word"], told["writing"]) for told in sent) == [("kamera", 1), ("kamera", 2)]
    assert all(told["form"] == ["kamera"] and not told["joined"] for told in sent)
    assert list(sources.words(text)) == []


def test_days_that_a_date_may_mean() -> None:
    assert days(None) == (0, 0)
    assert days("2020") == (20200000, 20209999)
    assert days("2020-05") == (20200500, 20200599)
    assert days("2020-05-17") == (20200517, 20200517)


def test_a_long_id_is_known_by_its_digest() -> None:
    assert key_of("d1") == "d1"
    assert len(key_of("d" * 600)) == 64
