"""Which lines of pages are running heads, feet and page numbers, and which only look so."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from archive.model import Box
from archive.model.words import Break, Word, Words
from archive.text.running_lines import RunningLines

BODY = (
    "Izvođač se obavezuje da radove izvede u roku.",
    "Naručilac plaća po ispostavljanju računa.",
    "Ugovorna kazna iznosi dva promila dnevno.",
    "Garantni rok je dve godine od prijema.",
    "Spor rešava nadležni sud u Nišu.",
    "Izmene ugovora vrše se aneksom.",
    "Rok za žalbu je osam dana od dostave.",
    "Stručni nadzor obezbeđuje naručilac sam.",
)
Placed = tuple[float, str]


def page(*lines: Placed, confidence: int | None = None) -> Words:
    """A page of lines, each at its height; ``|`` parts the pieces of a line."""
    words = []
    for top, line in lines:
        for at, piece in enumerate(line.split("|")):
            for index, text in enumerate(piece.split()):
                left = 0.1 + 0.2 * at + 0.01 * index
                before = Break.LINE if index == 0 else Break.SPACE
                words.append(Word(text, Box(left, top, left + 0.009, top + 0.012), confidence, before))
    return Words.of(words)


def text(number: int) -> list[Placed]:
    """What stands on a page, other lines on each."""
    turned = BODY[number % 8 :] + BODY[: number % 8]
    return [(0.2 + 0.05 * at, f"{line} {number * 17 + at}-{at}.") for at, line in enumerate(turned)]


def pages(count: int, lines: Callable[[int], Sequence[Placed]], confidence: int | None = None) -> list[Words]:
    every = ([*lines(number), *text(number)] for number in range(1, count + 1))
    return [page(*sorted(of_page), confidence=confidence) for of_page in every]


def running(made: Sequence[Words]) -> list[list[str]]:
    """The words in running lines of each page."""
    lines = RunningLines.of(dict(enumerate(made, start=1)))
    return [[words.texts[at] for at in sorted(lines.on(number))] for number, words in enumerate(made, start=1)]


RUNNING: dict[str, Callable[[int], Sequence[Placed]]] = {
    "head": lambda n: [(0.05, "Opština Primer – Konkursna dokumentacija")],
    "foot": lambda n: [(0.95, "Source: PRIMER INC, S-1/A, 7/31/1998")],
    "number": lambda n: [(0.95, f"- {n} -")],
    "number in words": lambda n: [(0.95, f"Strana {n} od 9")],
    "number in Cyrillic": lambda n: [(0.95, f"Страна {n} од 9")],
    "head with a number": lambda n: [(0.05, f"{2410 + n}. страна – Број 63 | СЛУЖБЕНИ ЛИСТ | 17. октобар 2016.")],
    "print date": lambda n: [(0.95, "Štampano 12/2/2019")],
    "head and foot": lambda n: [(0.05, "Opština Primer"), (0.93, "JN 3/2020"), (0.95, str(n))],
    "left and right pages": lambda n: [(0.05, "Ugovor o nadzoru" if n % 2 else "Opština Primer")],
    "under a dirty edge": lambda n: [(0.01, "' ."), (0.05, "Opština Primer")],
    "foot where the text ends": lambda n: [
        (0.6 + n % 9 / 50, "Portions of this exhibit were omitted and filed separately")
    ],
}


@pytest.mark.parametrize("kind", RUNNING)
@pytest.mark.parametrize("count", [3, 9, 40])
def test_running_lines_are_told(kind: str, count: int) -> None:
    if kind == "left and right pages" and count == 3:
        return
    for number, words in enumerate(running(pages(count, RUNNING[kind])), start=1):
        said = [word for _, line in RUNNING[kind](number) for word in line.replace("|", " ").split()]
        assert [word for word in said if word not in words] in ([], ["'", "."])
        assert len(words) <= len(said)


TEXT: dict[str, Callable[[int], Sequence[Placed]]] = {
    "numbers of articles": lambda n: [(0.05, f"Član {n + 4}.")],
    "articles of many pages": lambda n: [(0.05, f"Члан {n}.")],
    "headings of lots": lambda n: [(0.05, f"PARTIJA {n}.")],
    "items of a list": lambda n: [(0.05, f"{n}.")],
    "head of a table": lambda n: [(0.1, "Redni broj | Opis | Količina | Cena | Ukupno")],
    "head of a table of three columns": lambda n: [(0.1, "Redni broj | Opis radova | Ukupna cena")],
    "head of a table in two lines": lambda n: [
        (0.1, "Iznos iz | Iznos"),
        (0.113, "Oznaka | Opis | Budžet | Plan | Ukupno"),
    ],
    "numbers of columns": lambda n: [(0.1, "1 | 2 | 3 | 4 | 5")],
    "sentences like each other": lambda n: [(0.1, f"Ponuđač {'abcdefghi'[n % 9] * 4} dostavlja dokaz o uplati")],
    "a line at other heights": lambda n: [(0.02 + 0.05 * (n % 3), "Datum i potpis")],
    "the same line in the middle": lambda n: [(0.19, BODY[0])],
    "sums at the foot": lambda n: [(0.95, f"Ukupno za plaćanje sa porezom na dodatu vrednost {n * 731},00 dinara")],
    "figures of a table": lambda n: [(0.05, str(n * n + 40))],
}


@pytest.mark.parametrize("kind", TEXT)
@pytest.mark.parametrize("count", [2, 3, 9, 40])
def test_what_looks_like_one_is_text(kind: str, count: int) -> None:
    assert not any(running(pages(count, TEXT[kind])))


def test_a_repeated_line_under_text_is_text() -> None:
    """Only what stands at the edge is taken, and what stands behind it."""
    made = pages(9, lambda n: [(0.04, f"{'abcdefghi'[n % 9] * 5} {n}"), (0.06, "Opština Primer – Nabavka")])
    assert not any(running(made))


def test_a_table_under_a_running_head_keeps_its_head() -> None:
    made = pages(9, lambda n: [(0.04, "Opština Primer"), (0.1, "Redni broj | Opis | Količina | Cena")])
    assert running(made) == [["Opština", "Primer"]] * 9


def test_the_title_of_a_document_is_no_running_head() -> None:
    made = pages(9, lambda n: [(0.05, "Pokrajinski zaštitnik građana ombudsman")] if n > 1 else [])
    title = page((0.35, "Pokrajinski zaštitnik građana ombudsman"), (0.4, "Informator o radu"))
    assert running([title, *made[1:]])[0] == []


def test_two_pages_are_too_few_but_for_their_numbers() -> None:
    made = pages(2, lambda n: [(0.05, "Opština Primer – Konkursna dokumentacija"), (0.95, f"Strana {n}/2")])
    assert running(made) == [["Strana", "1/2"], ["Strana", "2/2"]]


def test_what_ocr_misread_is_told_by_most_of_its_letters() -> None:
    heads = ["Konkursna dokumentacija u postupku javne nabavke"] * 9
    heads[3], heads[5] = (
        "Konkursna dokumcntacija u postupku javne nabavke",
        "Konkursna dokumentaciја u postupku jаvne nabavke",
    )
    by_ocr = pages(9, lambda n: [(0.05, heads[n - 1])], confidence=80)
    assert [len(words) for words in running(by_ocr)] == [6] * 9
    # A text layer does not misread.
    assert running(pages(9, lambda n: [(0.05, heads[n - 1])]))[3] == []


def test_pages_without_boxes_have_running_lines_at_their_edges() -> None:
    def flowing(number: int) -> Words:
        lines = ["OPŠTINA PRIMER", *(line for _, line in text(number)), f"Strana {number}"]
        return Words.of(
            Word(word, None, None, Break.LINE if at == 0 else Break.SPACE)
            for line in lines
            for at, word in enumerate(line.split())
        )

    made = running([flowing(number) for number in range(1, 6)])
    assert made == [["OPŠTINA", "PRIMER", "Strana", str(number)] for number in range(1, 6)]


def test_empty_pages_have_none_and_hide_none() -> None:
    made = pages(9, RUNNING["head and foot"])
    made[2] = made[8] = page()
    assert [len(words) for words in running(made)] == [5, 5, 0, 5, 5, 5, 5, 5, 0]


def test_a_page_is_told_by_those_near_it() -> None:
    """The answer for a page is the same whatever else the document has."""
    made = pages(40, RUNNING["head and foot"])
    asked: list[int] = []

    def words_of(number: int) -> Words:
        asked.append(number)
        return made[number - 1]

    assert RunningLines(words_of, 40).on(20) == RunningLines.of(dict(enumerate(made, start=1))).on(20)
    assert sorted(asked) == list(range(14, 27))
