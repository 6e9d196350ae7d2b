"""A page that was read in the wrong script is read again, and one that makes no sense in either says so."""

from __future__ import annotations

from collections.abc import Iterator

import pymupdf
import pytest
from PIL import Image

from indexer.ocr.engine import OcrResult
from indexer.ocr.scripts import CYRILLIC, LATIN, SeenWord
from indexer.ocr.sense import ScriptReading, sensible
from indexer.ocr.tesseract import TesseractOcr
from tests.indexer_samples import scan

TEXT = "Ugovor o nabavci kamera za potrebe grada zaključuje se na osnovu odluke o dodeli ugovora"
LOOK_ALIKES = "TAJHA POMAH EXO TAMO MAPT XOP HEMA KACA APOMA OTAII COBA MHPHO"


def reading(script: str, text: str) -> ScriptReading:
    return ScriptReading(script, [SeenWord(word, (0, 0, 1, 1), 95) for word in text.split()])


def asked_once(first: ScriptReading) -> Iterator[ScriptReading]:
    yield first
    raise AssertionError("the page was read again")


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "",
        "7 510 1.200.000,00 12.03.2021.",
        "Ana B.",
        "The contractor shall deliver the cameras within thirty days of signature, and no part is paid before.",
        "A megrendelő és a szállító megállapodnak abban, hogy a szállító tizenegy kamerát szállít a városnak.",
        "Komuna njofton se kontrata për furnizimin me kamera është nënshkruar me operatorin ekonomik.",
    ],
)
def test_a_page_that_makes_sense_or_is_too_short_is_read_once(text: str) -> None:
    read = sensible(asked_once(reading(LATIN, text)))
    assert (read.script, read.instead_of, read.warning) == (LATIN, None, None)


def test_the_reading_that_makes_sense_is_taken_and_says_what_was_not() -> None:
    read = sensible(iter([reading(LATIN, LOOK_ALIKES), reading(CYRILLIC, "ТАЈНА РОМАН ЕХО ТАМО МАРТ ХОР НЕМА КАСА")]))
    assert read.script == CYRILLIC
    assert read.warning is None
    assert "Read as Latin, it would have 16% known words" in str(read.instead_of)


def test_a_page_whose_words_were_mostly_put_into_the_other_script_is_read_in_that() -> None:
    """Every one of these is a word in both scripts; R and N are letters of one."""
    mixed = reading(CYRILLIC, "AROMA ЕНО ROMAN MORE KATAR КОМЕТА ТАМО ОКО ОВАН ВАТА")
    read = sensible(iter([mixed, reading(LATIN, "AROMA EHO ROMAN MORE KATAR KOMETA TAMO OKO ORAH RATA")]))
    assert read.script == LATIN


def test_where_neither_makes_sense_the_first_stays_with_a_warning() -> None:
    nonsense = "Xqor Bramnik Tvoril Zgurdo Plomba Krivznet Ostagul Smerdik Vrantol Gubrisk Zanotrel"
    read = sensible(iter([reading(LATIN, nonsense), reading(CYRILLIC, "Хвор Брамзник Творцил Згурдоб")]))
    assert (read.script, read.instead_of) == (LATIN, None)
    assert "makes no sense in either script" in str(read.warning)
    assert read.sense < 0.4


LATIN_SHAPED = "Ha ocHoBy unaHa 3akoHa o jaBHHM HaGaBKaMa HapyuHoua noHybauy jaBHe HaGaBKe MaJIe BpegHocTH"


def test_a_page_of_latin_shaped_nonsense_is_read_again_or_says_so() -> None:
    """ "Ha ocHoBy unaHa 107" passed for fair: Ha, By and Ho are words."""
    again = reading(
        CYRILLIC, "На основу члана Закона о јавним набавкама Наручиоца понуђачу јавне набавке мале вредности"
    )
    assert sensible(iter([reading(LATIN, LATIN_SHAPED), again])).script == CYRILLIC
    alone = sensible(iter([reading(LATIN, LATIN_SHAPED)]))
    assert "makes no sense" in str(alone.warning)
    assert alone.sense < 0.6


def typeset(lines: list[str]) -> pymupdf.Document:
    """A page of these lines in a font that has both scripts."""
    document = pymupdf.open()
    page = document.new_page(width=420, height=60 + 24 * len(lines))
    html = "".join(f"<p>{line}</p>" for line in lines)
    page.insert_htmlbox(pymupdf.Rect(30, 30, 400, 40 + 24 * len(lines)), html, css="body {font-family: Times}")
    return document


def picture(lines: list[str]) -> Image.Image:
    document = pymupdf.open()
    page = document.new_page(width=420, height=200)
    css = "body {font-family: Times; font-size: 11pt}"
    page.insert_htmlbox(pymupdf.Rect(40, 40, 380, 180), f"<h2>{'<br>'.join(lines)}</h2>", css=css)
    pixels = page.get_pixmap(dpi=200, colorspace=pymupdf.csGRAY)
    return Image.frombytes("L", (pixels.width, pixels.height), pixels.samples)


def test_a_cyrillic_page_of_letters_that_look_latin_is_read_as_cyrillic(tesseract: TesseractOcr) -> None:
    """The model of Latin was sure of 88 of 100 that it is TAJHA POMAH EXO TAMO."""
    read = tesseract.read(picture(["ТАЈНА РОМАН ЕХО ТАМО МАРТ ХОР", "НЕМА КАСА АРОМА ОТАЦ"]), 200)
    assert read.script == CYRILLIC
    assert {"ТАЈНА", "НЕМА", "КАСА"} <= set(read.words.texts)


def lines_of(read: OcrResult) -> list[str]:
    return [line for line in read.words.text().split("\n") if line]


def test_a_cyrillic_award_with_a_latin_vendor_in_its_middle_is_read_in_both(tesseract: TesseractOcr) -> None:
    """The lines that told the script of the page were the vendor's. The page was read whole as Latin."""
    printed = [
        "На основу члана 107. Закона о јавним набавкама",
        "наручилац додељује уговор понуђачу",
        "Providni Sistemi International d.o.o.",
        "e-mail: office@providni.rs, web: www.providni.rs",
        "који је понудио најнижу цену у поступку.",
    ]
    read = tesseract.read(scan(typeset(printed)), 200)
    assert lines_of(read) == printed
    assert (read.script, read.note) == ("Cyrl", None)


def test_latin_brands_and_lines_in_a_cyrillic_page_are_read_as_latin(tesseract: TesseractOcr) -> None:
    printed = [
        "Предмет набавке су добра: Terracottem, комада 12, произвођача Powerline",
        "Купац и продавац потписују записник о пријему опреме.",
        "Prodavac plaća ugovornu kaznu u roku od pet dana.",
        "Наручилац плаћа цену у року од тридесет дана од пријема.",
        "Понуђач доставља меницу уз потписан уговор.",
    ]
    assert lines_of(tesseract.read(scan(typeset(printed)), 200)) == printed


def test_a_cyrillic_letterhead_of_a_latin_page_is_read_as_cyrillic(tesseract: TesseractOcr) -> None:
    printed = [
        "РЕПУБЛИКА СРБИЈА",
        "Одељење за финансије и јавне набавке",
        "Naručilac i ponuđač zaključuju ugovor o isporuci kamera.",
        "Rok za isporuku je trideset dana od dana potpisivanja.",
        "Ugovor stupa na snagu danom potpisivanja obe strane.",
    ]
    assert lines_of(tesseract.read(scan(typeset(printed)), 200)) == printed
