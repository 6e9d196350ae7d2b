"""The second look: what is taken from the other script's models, and what is not."""

from __future__ import annotations

import pytest
from PIL import Image

from archive.model.words import Break
from archive.text.folding import script_of
from indexer.ocr.pages import Rectangle
from indexer.ocr.scripts import CYRILLIC, LATIN, SeenWord, Threshold
from indexer.ocr.second_look import second_look


class Readings:
    """A recognizer that sees prepared words: each at its place, as a model saw them on real pages."""

    def __init__(self, words: list[SeenWord]) -> None:
        self._words = words
        self.looked_at: list[Rectangle] = []

    def show(self, image: Image.Image, dpi: int, threshold: Threshold) -> None:
        raise AssertionError("the image is shown before")

    def page(self) -> list[SeenWord]:
        raise AssertionError("a second look is at lines only")

    def line(self, rectangle: Rectangle) -> list[SeenWord]:
        self.looked_at.append(rectangle)
        return [word for word in self._words if rectangle[0] <= word.rectangle[0] <= rectangle[2]]


def placed(*words: tuple[str, int, int, int]) -> list[SeenWord]:
    """Words on one line: text, confidence, left, right."""
    return [SeenWord(text, (left, 0, right, 30), sure) for text, sure, left, right in words]


@pytest.mark.parametrize(
    ("seen", "sure", "again", "surer"),
    [
        ("„ЗАМРрОЈ“", 1, "„SANDOZ“", 80),
        ("бокгућ", 54, "60km/h", 88),
        ("Рапа:", 83, "Dana:", 96),
        ("Папа:", 41, "Dana:", 97),
        ("34-3100/2016-1!", 39, "34-3100/2016-II", 84),
        ("ХМ", 63, "XV", 95),
        ("хит", 43, "XVIII", 96),
        ("2огКат", 20, "ZorKam", 90),
        ("умлупритег", 4, "www.primer.rs", 23),
        ("ћир:/роггај.ртег.гз", 6, "http://portal.primer.rs/Poziv.aspx", 24),
    ],
)
def test_latin_words_in_cyrillic_pages_are_read_as_latin(seen: str, sure: int, again: str, surer: int) -> None:
    words = second_look(placed((seen, sure, 0, 90)), CYRILLIC, Readings(placed((again, surer, 1, 91))))
    assert words == placed((again, surer, 1, 91))


@pytest.mark.parametrize(
    ("seen", "sure", "again", "surer"),
    [
        ("Новог", 57, "HoBor", 92),
        ("за", 68, "3a", 89),
        ("ће", 62, "he", 94),
        ("Руменачки", 5, "PyMeHaukM", 78),
        ("ЈГСП", 71, "JICII", 74),
        ("Neprivaj", 61, "Мерпуај", 84),
        ("na", 76, "па", 97),
        ("DATUM", 80, "РАТОМ", 94),
        ("|", 76, "|||", 93),
        ("пограма", 92, "norpama", 81),
        ("Алимпића,", 92, "Anumnuha,", 80),
        ("1.Тачка", 17, "1.Tauka", 90),
        ("М", 66, "Vv", 53),
    ],
)
def test_words_that_were_right_stay(seen: str, sure: int, again: str, surer: int) -> None:
    words = placed((seen, sure, 0, 90))
    assert second_look(words, script_of(seen) or LATIN, Readings(placed((again, surer, 1, 91)))) == words


def test_words_the_model_was_sure_of_are_not_looked_at_again() -> None:
    other = Readings([])
    second_look(placed(("Одлука", 96, 0, 90), ("о", 95, 100, 110)), CYRILLIC, other)
    assert other.looked_at == []


def test_words_parted_otherwise_are_matched_by_their_place() -> None:
    words = placed(("Набавка", 96, 0, 90), ("Адоса.о.о.", 71, 100, 200), ("МеСоа", 40, 210, 260))
    other = Readings(placed(("Adoc", 92, 100, 145), ("d.o.o.", 93, 150, 200), ("Anlek", 95, 211, 259)))
    assert [word.text for word in second_look(words, CYRILLIC, other)] == ["Набавка", "Adoc", "d.o.o.", "Anlek"]


def test_a_line_break_stays_before_the_words_that_replace_its_word() -> None:
    words = [SeenWord("Апекао.о.", (0, 0, 100, 30), 30, Break.LINE)]
    again = second_look(words, CYRILLIC, Readings(placed(("Anlek", 93, 0, 50), ("d.o.o.", 93, 55, 100))))
    assert [word.before for word in again] == [Break.LINE, Break.SPACE]


def test_a_sure_word_that_looks_like_the_other_script_is_looked_at() -> None:
    """The model of Cyrillic is as sure of these as of any name."""
    words = placed(("понуђач", 97, 0, 90), ("Ромег", 91, 100, 150), ("доо,", 96, 160, 200), ("Кравић", 93, 210, 260))
    other = Readings(placed(("Power", 97, 101, 151)))
    assert [word.text for word in second_look(words, CYRILLIC, other)] == ["понуђач", "Power", "доо,", "Кравић"]
    assert len(other.looked_at) == 1


def test_short_words_go_with_the_line_they_stand_in() -> None:
    """Latin that a model of Cyrillic read at 92 and 93: "Prodavac je pre toga u roku od"."""
    seen = ("Ргодамас", 92), ("је", 93), ("рге", 93), ("тога", 90), ("и", 87), ("гоки", 92)
    again = ("Prodavac", 97), ("je", 97), ("pre", 97), ("toga", 96), ("u", 97), ("roku", 97)
    places = [(100 * at, 100 * at + 80) for at in range(6)]
    words = placed(*((text, sure, *place) for (text, sure), place in zip(seen, places, strict=True)))
    other = Readings(placed(*((text, sure, *place) for (text, sure), place in zip(again, places, strict=True))))
    assert " ".join(word.text for word in second_look(words, CYRILLIC, other)) == "Prodavac je pre toga u roku"


def test_cyrillic_lines_of_a_latin_page_are_read_as_cyrillic() -> None:
    words = placed(("jaBHe", 92, 0, 90), ("HaGaBKe", 91, 100, 190), ("y", 93, 200, 215), ("craB", 88, 220, 290))
    other = Readings(
        placed(("јавне", 96, 0, 90), ("набавке", 97, 100, 190), ("у", 97, 200, 215), ("став", 97, 220, 290))
    )
    assert [word.text for word in second_look(words, LATIN, other)] == ["јавне", "набавке", "у", "став"]


def test_a_legal_form_is_not_read_again_as_letters() -> None:
    words = placed(("д.о.0.", 63, 0, 60))
    assert second_look(words, CYRILLIC, Readings(placed(("n.o.o.", 79, 0, 60)))) == words


def test_a_short_word_that_each_model_put_elsewhere_is_neither_lost_nor_doubled() -> None:
    """Boxes of single letters are not exact: here they do not even touch."""
    words = placed(("кагпи", 88, 0, 90), ("и", 92, 91, 95), ("гоки", 91, 120, 190))
    other = Readings(placed(("kaznu", 97, 0, 88), ("u", 97, 98, 106), ("roku", 97, 121, 190)))
    assert [word.text for word in second_look(words, CYRILLIC, other)] == ["kaznu", "u", "roku"]
