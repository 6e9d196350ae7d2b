"""The same words are marked in the text of a page and on its image."""

from __future__ import annotations

import pytest
from flask import Flask

from archive.model import Box, Page, Span, TextSource
from archive.model.words import Break, Word, Words
from archive.search.results import Snippet
from webapp.pages.parts import Mark, Piece, crop, paragraphs, rectangles, snippet_pieces

WORDS = Words.of(
    [
        Word("Nabavka", Box(0.1, 0.1, 0.2, 0.12), before=Break.BLOCK),
        Word("video", Box(0.3, 0.1, 0.4, 0.13)),
        Word("nadzora", Box(0.1, 0.2, 0.2, 0.22), before=Break.LINE),
        Word("Cena", Box(0.1, 0.4, 0.2, 0.42), before=Break.BLOCK),
    ]
)
PAGE = Page(1, 0, 4, 600, 800, TextSource.TEXT)


def test_text_keeps_its_lines_and_blocks() -> None:
    assert paragraphs(WORDS, [], anchored=True) == ((Piece("Nabavka video\nnadzora"),), (Piece("Cena"),))


def lines(*texts: str, left: float = 0.1, letter: float = 0.008) -> Words:
    """A block of these lines, of letters of one width; without width, text that flows has no boxes."""
    words = []
    for row, text in enumerate(texts):
        at = left
        for place, word in enumerate(text.split()):
            box = Box(at, 0.1 + row / 50, at + letter * len(word), 0.115 + row / 50) if letter else None
            before = (Break.LINE if row else Break.BLOCK) if place == 0 else Break.SPACE
            words.append(Word(word, box, before=before))
            at += letter * (len(word) + 1)
    return Words.of(words)


def shown(words: Words) -> str:
    (pieces,) = paragraphs(words, [], anchored=True)
    return "".join(piece.text for piece in pieces)


PROSE = "Predmet ovog ugovora je isporuka, ugradnja i puštanje u rad sistema", "koji čine kamere na lokacijama."


@pytest.mark.parametrize("letter", [0.008, 0.0])
def test_running_text_flows(letter: float) -> None:
    assert shown(lines(*PROSE, letter=letter)) == " ".join(PROSE)


@pytest.mark.parametrize("letter", [0.008, 0.0])
def test_a_line_that_had_room_for_more_stays_a_line(letter: float) -> None:
    kept = "ANEKS BROJ 1", *PROSE, "Direktor"
    assert shown(lines(*kept, letter=letter)) == f"ANEKS BROJ 1\n{' '.join(PROSE)}\nDirektor"


def test_a_narrow_block_and_a_word_cut_in_two_keep_their_lines() -> None:
    assert shown(lines("Opština Bečej", "Trg izmišljenih predaka 1")) == "Opština Bečej\nTrg izmišljenih predaka 1"
    cut = "Predmet ovog ugovora je isporuka, ugradnja i puštanje u rad sis-", "tema"
    assert shown(lines(*cut)) == "\n".join(cut)


def test_a_mark_runs_over_a_line_break_and_carries_its_anchor() -> None:
    first, second = paragraphs(WORDS, [Mark(1, 2, "match-1", current=True)], anchored=True)
    assert first == (Piece("Nabavka"), Piece(" "), Piece("video\nnadzora", True, "match-1", True))
    assert second == (Piece("Cena"),)


def test_a_mark_over_two_blocks_is_cut_and_anchored_once() -> None:
    first, second = paragraphs(WORDS, [Mark(2, 3, "match-1")], anchored=True)
    assert first[-1] == Piece("nadzora", True, "match-1")
    assert second == (Piece("Cena", True),)


def test_anchors_are_left_to_the_image_where_there_is_one() -> None:
    assert all(piece.anchor is None for piece in paragraphs(WORDS, [Mark(0, 0, "match-1")], anchored=False)[0])


def test_words_that_two_marks_share_are_marked_once() -> None:
    (first, _) = paragraphs(WORDS, [Mark(0, 1, "a"), Mark(1, 2, "b")], anchored=True)
    assert "".join(piece.text for piece in first) == "Nabavka video\nnadzora"
    assert [piece.text for piece in first if piece.marked] == ["Nabavka video", "nadzora"]


UNSURE = Words.of(
    [
        Word("Nabavka", confidence=95),
        Word("vldeo", confidence=59),
        Word("nadzora", confidence=60),
        Word("ZorKam"),
    ]
)
"""OCR read the first three words; a text layer gave the last."""


def test_only_words_below_the_limit_are_doubtful_and_say_how_far() -> None:
    (pieces,) = paragraphs(UNSURE, [], anchored=True)
    assert [(piece.text, piece.doubt) for piece in pieces if piece.text.strip()] == [
        ("Nabavka", None),
        ("vldeo", "OCR was 59% sure of this word"),
        ("nadzora ZorKam", None),
    ]
    assert "".join(piece.text for piece in pieces) == UNSURE.text()


def test_a_mark_over_a_doubtful_word_has_no_gap() -> None:
    (pieces,) = paragraphs(UNSURE, [Mark(0, 2, "match-1", current=True)], anchored=True)
    marked = [piece for piece in pieces if piece.marked]
    assert "".join(piece.text for piece in marked) == "Nabavka vldeo nadzora"
    assert all(piece.current for piece in marked)
    assert [piece.anchor for piece in marked if piece.anchor] == ["match-1"]
    assert [piece.text for piece in marked if piece.doubt] == ["vldeo"]


def test_neighbouring_marks_stay_two() -> None:
    (pieces,) = paragraphs(UNSURE, [Mark(0, 1, "match-1"), Mark(2, 2, "match-2")], anchored=True)
    assert Piece(" ") in pieces


def test_a_mark_on_an_image_has_one_rectangle_a_line() -> None:
    upper, lower = rectangles(WORDS, PAGE, [Mark(0, 2, "match-7")])
    assert (upper.anchor, lower.anchor) == ("match-7", None)
    assert (upper.x, upper.y) == (0.1 * 600 - 1.5, 0.1 * 800 - 1.5)
    assert (upper.width, upper.height) == (0.3 * 600 + 3, 0.03 * 800 + 3)
    assert lower.y > upper.y + upper.height


def test_words_without_boxes_have_no_rectangles() -> None:
    assert rectangles(Words.of([Word("tekst")]), PAGE, [Mark(0, 0, "match-1")]) == ()


def test_a_snippet_falls_into_its_marks_and_the_rest() -> None:
    pieces = snippet_pieces(Snippet("… nova kamera", ((7, 13),)))
    assert pieces == (Piece("… nova "), Piece("kamera", marked=True))
    assert snippet_pieces(Snippet("", ())) == ()


def test_far_apart_marks_of_a_snippet_come_closer() -> None:
    text = "… u gradu Kruševac, " + "reč " * 20 + "nabavka struje za školu"
    first, last = text.index("Kruševac,"), text.index("struje")
    pieces = snippet_pieces(Snippet(text, ((first, first + 9), (last, last + 6))))
    assert "".join(piece.text for piece in pieces) == "… u gradu Kruševac, reč reč … reč nabavka struje za školu"


def test_words_without_boxes_are_shown_by_the_whole_page(app: Flask) -> None:
    unplaced = Words.of([Word("Nabavka", None), Word("nadzora", None)])
    with app.test_request_context():
        strip = crop(Span("a" * 64, 1, 0, 1), Page(1, 0, 2, 600, 800, TextSource.TEXT), unplaced, [], "proof")
    assert strip.view_box == "0 0.0 600.0 800.0"
    assert strip.marks == ()
