"""What an answer costs, and whether it is that of the embedded engine far down and for long documents."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import urllib3

from archive.search.engine import EngineRequest, IndexEntry, SearchEngine
from archive.search.opensearch_engine.client import RequestLimits
from archive.search.opensearch_engine.engine import OpenSearchEngine
from archive.search.query import Or
from archive.search.query_language.parser import parse
from archive.search.service import make_hit
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.text.vocabulary import IndexField, Term
from benchmarks.engines import difference
from tests.engine_samples import entry, entry_text

MOST_TRIPS = 3
MOST_BYTES = 100_000
SHOWN = 20
"""Hits of a page of results, and the goals for it."""

EXCERPTS = 3
LONG_TEXTS = 4
SYLLABLES = [consonant + vowel for consonant in "bdgklmnprst" for vowel in "aeiou"]


def made_words(chance: random.Random, count: int) -> list[str]:
    """Words by some law of Zipf: few are common, most are rare."""
    some = [min(int(chance.paretovariate(0.6)), 3000) for _ in range(count)]
    return ["".join(SYLLABLES[(number * step) % 55] for step in (1, 7, 13)) for number in some]


def made_page(chance: random.Random, words: int) -> str:
    page = made_words(chance, words)
    for typed, share in (("kamera", 0.1), ("kamere", 0.1), ("videonadzor", 0.1), ("ugovor o nabavci", 0.1)):
        if chance.random() < share:
            page[chance.randrange(words)] = typed
    return " ".join(page)


def made_documents(count: int, pages: int, words: int) -> Iterator[IndexEntry]:
    """Documents of so many pages of so many words. Long ones share a few texts: more would take minutes to make."""
    chance = random.Random(pages)
    texts = [
        entry_text(*(made_page(chance, words) for _ in range(pages)))
        for _ in range(count if pages == 1 else LONG_TEXTS)
    ]
    for number in range(count):
        known = entry(f"{number:064x}", "x", date=f"20{number % 20:02}-01-01", title=f"Nabavka {number}", kind="form")
        yield replace(known, text=texts[number % len(texts)])


@contextmanager
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, int]]]:
    """The addresses of requests meanwhile, and how many bytes each answer had on its way."""
    seen: list[tuple[str, int]] = []
    ask = urllib3.HTTPConnectionPool.urlopen

    def asked(pool: Any, method: str, url: str, *told: Any, **more: Any) -> Any:
        answer = ask(pool, method, url, *told, **more)
        seen.append((url, int(answer.headers["content-length"])))
        return answer

    with monkeypatch.context() as patched:
        patched.setattr(urllib3.HTTPConnectionPool, "urlopen", asked)
        yield seen


ASKED = {
    "one word": ("kamera", {}, 0),
    "two words": ("kamera videonadzor", {}, 0),
    "phrase": ('"ugovor o nabavci"', {}, 0),
    "filter": ("kamera", {"kind": ("form",)}, 0),
    "question": ("gde je kamera za videonadzor", {}, 0),
    "wildcard": ("kam*", {}, 0),
    "deep": ("kamera videonadzor", {}, 55),
    "any word": ("kamera OR videonadzor OR ugovor", {}, 55),
    "everything": ("", {}, 0),
}


@pytest.mark.parametrize(("pages", "words"), [(1, 250), (100, 100), (900, 60)])
def test_an_answer_takes_three_round_trips_and_little_however_long_documents_are(
    opensearch_url: str, monkeypatch: pytest.MonkeyPatch, pages: int, words: int
) -> None:
    OpenSearchEngine(opensearch_url, "documents").add(made_documents(500 if pages == 1 else 80, pages, words))
    for kind, (text, filters, offset) in ASKED.items():
        engine = OpenSearchEngine(opensearch_url, "documents")
        engine.probe()
        request = EngineRequest(parse(text, False).query, filters, "relevance", SHOWN, offset, excerpts=EXCERPTS)
        # The first time nothing is known of words, the second time one trip less is needed once words are remembered.
        for trips in (MOST_TRIPS, MOST_TRIPS, MOST_TRIPS - 1):
            with answers(monkeypatch) as seen:
                hits = [make_hit(hit, EXCERPTS) for hit in engine.search(request).hits]
                searches = [size for url, size in seen if "search" in url]
            assert len(hits) == SHOWN or (pages == 1 and hits) or (pages == 1 and offset), kind
            assert len(searches) <= trips, kind
            assert sum(searches) <= MOST_BYTES, kind
        engine.close()


def test_words_that_came_meanwhile_are_found_by_who_remembers_the_others(opensearch_url: str) -> None:
    """Words of a leaf are remembered until the index of words has grown, documents that are new or gone are counted."""
    reader, writer = (OpenSearchEngine(opensearch_url, "documents") for _ in range(2))
    request = EngineRequest(parse("kamer*", False).query, {}, "relevance", SHOWN, 0, excerpts=EXCERPTS)
    writer.add(made_documents(20, 1, 100))
    before = [reader.search(request).total for _ in range(4)]
    assert len(set(before)) == 1
    for number, word in enumerate(("kamerica", "kamerama", "kamerica", "trg")):
        writer.add([replace(entry(f"new{number}", word, title="Nova"))])
        whole = OpenSearchEngine(opensearch_url, "documents").search(request)
        again = [reader.search(request) for _ in range(3)]
        for found in again:
            assert difference(whole, found, "relevance") is None
            assert [hit.id for hit in found.hits] == [hit.id for hit in whole.hits]
        assert whole.total == before[0] + min(number + 1, 3)
    writer.remove(["new0"])
    assert reader.search(request).total == before[0] + 2
    for engine in (reader, writer):
        engine.close()


def test_more_words_than_are_remembered_are_looked_up_each_time(opensearch_url: str) -> None:
    engine = OpenSearchEngine(opensearch_url, "documents", limits=RequestLimits(remembered=3))
    engine.add(made_documents(20, 1, 100))
    for text in ("kamera", "kamera OR videonadzor OR ugovor", "k*") * 3:
        query = EngineRequest(parse(text, False).query, {}, "relevance", SHOWN, 0)
        whole = OpenSearchEngine(opensearch_url, "documents").search(query)
        assert difference(whole, engine.search(query), "newest") is None
    engine.close()


def both(folder: Path, url: str, entries: list[IndexEntry]) -> list[SearchEngine]:
    engines: list[SearchEngine] = [WhooshEngine(folder), OpenSearchEngine(url, "documents")]
    for engine in engines:
        engine.add(entries)
    return engines


def test_long_documents_have_the_same_matches_excerpts_and_order(opensearch_url: str, tmp_path: Path) -> None:
    chance = random.Random(7)
    entries = []
    for number in range(90):
        pages = [made_page(chance, chance.randrange(1, 120)) for _ in range(chance.choice((1, 2, 5, 40)))]
        known = entry(f"d{number:03}", "x", title=chance.choice(("kamera", "ugovor")), year=str(2000 + number % 9))
        entries.append(replace(known, text=entry_text(*pages)))
    engines = both(tmp_path, opensearch_url, entries)
    for text in (
        *(text for text, _, _ in ASKED.values()),
        "kamera NEAR/9 ugovor",
        "ugovor -kamera",
        '"o nabavci" kamera',
    ):
        for offset in (0, 10, 50, 60):
            request = EngineRequest(parse(text, False).query, {}, "relevance", SHOWN, offset, excerpts=EXCERPTS)
            one, other = (engine.search(request) for engine in engines)
            assert difference(one, other, "newest") is None, (text, offset)
            assert [hit.score for hit in one.hits] == pytest.approx([hit.score for hit in other.hits]), text
            excerpts, others = ([make_hit(hit, EXCERPTS).pages for hit in found.hits] for found in (one, other))
            assert excerpts == others, (text, offset)
    for engine in engines:
        engine.close()


def test_words_at_one_place_count_once_on_a_page(opensearch_url: str, tmp_path: Path) -> None:
    """A word and its part have one stem. The longer page has as many words of it, at more places."""
    fill = " ".join(f"rec{number}" for number in range(10))
    shorter, longer = f"kamera/kamere {fill} kamera {fill}", f"kamera {fill} kamera {fill} kamere {fill}"
    text = entry_text(shorter, longer)
    engines = both(tmp_path, opensearch_url, [replace(entry("1", "x"), text=text), entry("2", "ugovor o radu")])
    request = EngineRequest(parse("kamera", False).query, {}, "relevance", SHOWN, 0)
    one, other = ([hit.score for hit in engine.search(request).hits] for engine in engines)
    assert one == pytest.approx(other)
    for engine in engines:
        engine.close()


def test_the_order_is_the_same_far_down(opensearch_url: str, tmp_path: Path) -> None:
    chance = random.Random(11)
    entries = []
    for number in range(5_400):
        words = [
            *["kamera"] * chance.choice((1, 1, 2, 3)), *["nadzor"] * chance.choice((0, 1, 2)),
            *["ugovor", "o", "nabavci"] * chance.choice((0, 1, 2)), *made_words(chance, chance.randrange(1, 12)),
        ]  # fmt: skip
        if chance.random() < 0.5:
            chance.shuffle(words)
        entries.append(entry(f"d{number:04}", " ".join(words), date=f"20{chance.randrange(20):02}"))
    engines = both(tmp_path, opensearch_url, entries)
    for text in ("kamera", "kamera nadzor", "kamera OR nadzor", '"ugovor o nabavci" OR kamera', "nadzor NEAR/3 kamera"):
        for offset in (40, 200, 1_000, 5_000):
            request = EngineRequest(parse(text, False).query, {}, "relevance", SHOWN, offset)
            one, other = (engine.search(request) for engine in engines)
            assert [hit.id for hit in one.hits] == [hit.id for hit in other.hits], (text, offset)
            assert difference(one, other, "newest") is None, (text, offset)
    for engine in engines:
        engine.close()


def test_a_hit_lacks_a_part_that_the_query_has_another_word_for(opensearch_url: str) -> None:
    engine = OpenSearchEngine(opensearch_url, "documents")
    engine.add([entry("1", "kamera na trgu"), entry("2", "trg")])
    kamera, typed = Term(IndexField.FORM, "kamera"), Term(IndexField.FORM, "kamrea")
    request = EngineRequest(Or((kamera, Term(IndexField.FORM, "trg"))), {}, "relevance", 10, 0, parts=(typed, kamera))
    assert {hit.id: hit.lacking for hit in engine.search(request).hits} == {"1": (0,), "2": (0, 1)}
    engine.close()
