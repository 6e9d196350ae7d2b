"""What comes first: of two documents that say the same, the one in which it means more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.search.engine import EngineRequest, IndexEntry, IndexText
from archive.search.query_language.parser import parse
from archive.search.whoosh_engine.engine import WhooshEngine
from tests.engine_samples import ask, entry, entry_text

FILLER = " ".join(f"reč{number}" for number in range(40))
OTHERS = [entry(f"other{number}", FILLER) for number in range(8)]


def order(engine: WhooshEngine, text: str, *entries: IndexEntry) -> list[str]:
    engine.add([*OTHERS, *entries])
    return [hit.id for hit in engine.search(EngineRequest(parse(text, False).query, {}, "relevance", 10, 0)).hits]


def with_text(name: str, text: IndexText) -> IndexEntry:
    return replace(entry(name, "x"), text=text)


@pytest.mark.parametrize("title", ["Nabavka dronova", "Набавка дрона", "nabavke dronovima"])
def test_a_word_in_the_title_counts_in_any_form_and_script(engine: WhooshEngine, title: str) -> None:
    """Documents as good as each other come in the order of their ids."""
    text = f"{FILLER} dron"
    assert order(engine, "dronovi", entry("a", text, title="Ugovor"), entry("b", text, title=title)) == ["b", "a"]


def test_a_title_is_no_reason_to_find_a_document_and_no_word_of_it_is_needed(engine: WhooshEngine) -> None:
    assert order(engine, "dron", entry("a", FILLER, title="Dron"), entry("b", f"{FILLER} dron")) == ["b"]


def test_a_document_is_as_good_as_its_best_page(engine: WhooshEngine) -> None:
    scattered = with_text("a", entry_text(f"dron {FILLER}", f"dron {FILLER}", f"dron {FILLER}", FILLER))
    on_one_page = with_text("b", entry_text(FILLER, f"dron dron dron {FILLER}", FILLER, FILLER))
    assert order(engine, "dron", scattered, on_one_page) == ["b", "a"]


def test_words_that_stand_together_mean_more_than_words_apart(engine: WhooshEngine) -> None:
    apart = entry("a", f"video {FILLER} nadzor")
    together = entry("b", f"{FILLER} nadzor jedan video")
    assert order(engine, "video nadzor", apart, together) == ["b", "a"]


def test_the_form_that_was_typed_comes_before_others(engine: WhooshEngine) -> None:
    assert order(engine, "drona", entry("a", f"{FILLER} dron"), entry("b", f"{FILLER} drona")) == ["b", "a"]


@pytest.mark.parametrize("batches", [1, 3])
@pytest.mark.parametrize("limit", [7, 70])
def test_equally_good_documents_come_newest_first_and_then_by_id(
    engine: WhooshEngine, batches: int, limit: int
) -> None:
    """Ids of any length, in one segment or several, and more such documents than are looked at page by page."""
    made = [entry(f"{at * 37 % 101}", "kamera", date=f"202{at % 2}-01-01") for at in range(70)]
    for first in range(batches):
        engine.add(made[first::batches])
    newest_first = sorted(made, key=lambda one: (-int((one.date or "")[:4]), one.id))
    assert [hit.id for hit in ask(engine, "kamera", limit=limit).hits] == [one.id for one in newest_first][:limit]


@pytest.mark.parametrize("is_in_order", [False, True])
@pytest.mark.parametrize("text", ["", "kamera"])
@pytest.mark.parametrize("sort", ["newest", "oldest", "title"])
def test_any_slice_of_an_order_is_that_of_the_whole(
    engine: WhooshEngine, sort: str, text: str, is_in_order: bool
) -> None:
    """Many are of one day, and many of none, which come last; ids decide between those, titles are of three kinds.

    :param is_in_order: all ids were put in order before.
    """
    days = ["2020-01-01", "2021-05-05", "2020", None]
    made = [entry(f"{at * 37 % 101}", "kamera", date=days[at % 5 % 4], title=f"Naslov {at % 3}") for at in range(60)]
    made.append(entry("999", "dron", date="2020-01-01", title="Naslov 0"))
    for first in range(4):
        engine.add(made[first::4])

    def key(one: IndexEntry) -> tuple[object, ...]:
        year, month, day = (int(part) for part in f"{one.date}-0-0".split("-")[:3]) if one.date else (0, 0, 0)
        at = (year * 100 + month) * 100 + day
        return {"newest": (-at, one.id), "oldest": (not at, at, one.id), "title": (one.title, one.id)}[sort]

    whole = [one.id for one in sorted(made, key=key) if not text or one is not made[-1]]
    if is_in_order:
        ask(engine, sort="title")
    for offset, limit in [(0, 0), (0, 1), (0, 7), (11, 13), (17, 30), (0, 60), (50, 20), (70, 5)]:
        hits = ask(engine, text, sort=sort, offset=offset, limit=limit).hits
        assert [hit.id for hit in hits] == whole[offset : offset + limit]
