"""What every search engine must do with documents of no words and of 200,000."""

from __future__ import annotations

from dataclasses import replace

from archive.search.engine import SearchEngine
from tests.engine_samples import ask, entry, entry_text, found


def test_a_phrase_runs_over_page_breaks_and_long_documents(engine: SearchEngine) -> None:
    """Positions beyond 65,536 and 200,000 words, on both sides of every boundary."""
    filler = ["reč"] * 199_999
    for at in (65_533, 65_535, 131_071, 199_997):
        filler[at : at + 2] = [f"levo{at}", f"desno{at}"]
    pages = [" ".join(filler[start : start + 400]) for start in range(0, len(filler), 400)]
    long = replace(entry("long", "x"), text=entry_text(*pages))
    engine.add([entry("before", "levo65535"), long, entry("after", "desno65535")])
    for at in (65_533, 65_535, 131_071, 199_997):
        (hit,) = ask(engine, f'"levo{at} desno{at}"').hits
        assert (hit.id, hit.matches) == ("long", ((at, at + 1),))
        page = at // 400 + 1
        assert hit.text.first_words[page - 1] == 400 * (page - 1)
        assert hit.text.words(page)[at % 400] == f"levo{at}"


def test_a_pattern_may_be_as_long_as_a_query(engine: SearchEngine) -> None:
    """Lucene follows none of more than 1,000 characters."""
    long = "x" * 1400
    engine.add([entry("long", f"{long}y kamera"), entry("other", f"{long[1:]}y", title="Kamera")])
    assert found(ask(engine, f"{long}*")) == {"long"}
    assert found(ask(engine, f"{long[1:]}?")) == {"other"}
    assert found(ask(engine, f"title:{long}* OR title:kam*")) == {"other"}


def test_documents_without_words_are_found_by_what_is_known_of_them(engine: SearchEngine) -> None:
    no_pages = replace(entry("no pages", "x", title="Prazan ugovor"), text=entry_text())
    empty_pages = replace(entry("empty pages", "x", municipality="Niš"), text=entry_text("", ""))
    engine.add([no_pages, empty_pages, entry("words", "ugovor")])
    assert found(ask(engine)) == {"no pages", "empty pages", "words"}
    (hit,) = ask(engine, "title:ugovor").hits
    assert (hit.id, hit.matches, hit.text.word_count, list(hit.text.first_words)) == ("no pages", (), 0, [])
    (hit,) = ask(engine, "-ugovor", {"municipality": ("Niš",)}).hits
    assert (hit.id, list(hit.text.first_words), list(hit.text.words(2))) == ("empty pages", [0, 0], [])
    assert found(ask(engine, "ugovor")) == found(ask(engine, "ugo*")) == {"words"}


def test_the_best_page_counts_more_than_scattered_words(engine: SearchEngine) -> None:
    """One page about both words comes before a long document that has them far from each other."""
    far = ["kamere " + "reč " * 300, *["reč " * 300] * 20, "nadzora " + "reč " * 300]
    engine.add([replace(entry("scattered", "x"), text=entry_text(*far))])
    close = [*["reč " * 300] * 21, "kamere nadzora " + "reč " * 300]
    engine.add([replace(entry("together", "x"), text=entry_text(*close)), entry("other", "nešto drugo")])
    assert [hit.id for hit in ask(engine, "kamera nadzor").hits] == ["together", "scattered"]
