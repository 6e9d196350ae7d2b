"""Lines into paragraphs, whatever the layout made of them."""

from __future__ import annotations

from archive.model.words import Words
from indexer.clauses.layout import paragraphs
from indexer.facts.text import DocumentText
from tests.indexer.clauses.conftest import laid_out
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of


def texts(*pages: Words) -> list[str]:
    text = DocumentText.of(DOCUMENT, reading_of(list(pages)), pages)
    return [paragraph.text for paragraph in paragraphs(text, pages)]


FULL = "Isporučilac se obavezuje da sistem isporuči i ugradi u ugovorenom roku na sva"
LAST = "mesta iz priloga ovog ugovora."


def test_lines_of_a_text_file_are_paragraphs_if_they_are_long() -> None:
    long = "Kupac plaća cenu. " * 9
    assert texts(words_of(f"{long}\n{long}")) == [long.strip()] * 2


def test_lines_of_a_wrapped_text_file_are_joined() -> None:
    assert texts(words_of(f"{FULL}\n{LAST}\nKupac plaća cenu.")) == [f"{FULL} {LAST}", "Kupac plaća cenu."]


def test_lines_that_stand_close_are_a_paragraph_and_those_apart_are_not() -> None:
    page = laid_out([(0.1, FULL), (0.1, LAST), (0.1, ""), (0.1, FULL), (0.1, LAST), (0.1, FULL), (0.1, LAST)])
    assert texts(page) == [f"{FULL} {LAST}"] * 3


def test_an_indented_line_begins_a_paragraph() -> None:
    full, indented = f"{FULL[:-1]}.", FULL[:-4]
    page = laid_out([(0.1, full), (0.14, indented), (0.1, FULL), (0.1, LAST)])
    assert texts(page) == [full, f"{indented} {FULL} {LAST}"]


def test_a_centred_line_after_a_sentence_begins_a_paragraph() -> None:
    page = laid_out([(0.1, FULL), (0.1, f"{FULL[:-4]}."), (0.4, "Cena"), (0.4, "Član 2."), (0.1, FULL)])
    assert texts(page) == [f"{FULL} {FULL[:-4]}.", "Cena", "Član 2.", FULL]


def test_a_paragraph_goes_on_over_the_end_of_a_page() -> None:
    first, second = laid_out([(0.1, FULL)] * 3), laid_out([(0.1, LAST), (0.1, ""), (0.1, FULL)])
    assert texts(first, second)[0].endswith(LAST)


def test_running_heads_and_page_numbers_are_no_paragraphs() -> None:
    pages = [
        laid_out([(0.3, "Opština Izmišljena"), (0.1, ""), (0.1, f"{word} plaća cenu."), (0.1, ""), (0.5, f"{n}/3")])
        for n, word in enumerate(("Kupac", "Naručilac", "Zakupac"), start=1)
    ]
    assert texts(*pages) == ["Kupac plaća cenu.", "Naručilac plaća cenu.", "Zakupac plaća cenu."]


def test_scraps_that_ocr_read_from_dirt_are_no_paragraphs() -> None:
    lines = [(0.1, "Kupac plaća cenu."), (0.1, ""), (0.1, "ас х"), (0.1, ""), (0.4, "Rok"), (0.1, "")]
    assert texts(laid_out(lines, scanned=True)) == ["Kupac plaća cenu.", "Rok"]
    assert texts(laid_out(lines)) == ["Kupac plaća cenu.", "ас х", "Rok"]


def test_a_reference_at_the_beginning_of_a_line_begins_no_paragraph() -> None:
    lines = ["The obligations of the parties under the provisions of Section", "7.3 shall survive the termination."]
    assert texts(laid_out([(0.1, line) for line in lines])) == [" ".join(lines)]


def test_a_document_without_words_has_no_paragraphs() -> None:
    assert texts(Words.of([])) == []
