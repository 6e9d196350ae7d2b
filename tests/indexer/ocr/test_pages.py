"""Preparing a page image: what was done to it, and that every point of it finds its way back."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from indexer.ocr.pages import (
    GRAINY,
    has_uneven_ground,
    measured_skew,
    median,
    noise,
    prepared,
    rows_of_text,
    without_grain,
)
from tests.indexer_samples import letter_pdf, scan

DOT = (700, 180, 712, 192)
"""A dark square right of the letter's lines, by which a place on the page is known again."""


def dotted_letter() -> Image.Image:
    image = scan(letter_pdf())
    ImageDraw.Draw(image).rectangle((DOT[0], DOT[1], DOT[2] - 1, DOT[3] - 1), fill=0)
    return image


def grainy(image: Image.Image, deviation: float) -> Image.Image:
    grain = np.random.default_rng(1).normal(0, deviation, (image.height, image.width))
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("turn", range(4))
@pytest.mark.parametrize("skew", [-5.0, -1.5, 0.0, 2.5, 5.0])
def test_a_place_on_the_prepared_page_is_found_on_the_page_as_shown(turn: int, skew: float) -> None:
    shown = Image.new("L", (1000, 700), 255)
    upright = dotted_letter().rotate(skew, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    shown = upright.rotate(-90 * turn, expand=True)
    sheet = prepared(shown, turn)
    assert sheet.skew == pytest.approx(-skew, abs=0.25)
    dark = np.argwhere(np.asarray(sheet.image.filter(ImageFilter.BoxBlur(4))) < 40)
    (y0, x0), (y1, x1) = dark.min(axis=0), dark.max(axis=0)
    box = sheet.box((int(x0), int(y0), int(x1) + 1, int(y1) + 1))
    there = np.argwhere(np.asarray(shown.filter(ImageFilter.BoxBlur(4))) < 40).mean(axis=0) + 0.5
    assert (box.x0 + box.x1) / 2 * shown.width == pytest.approx(there[1], abs=1.5)
    assert (box.y0 + box.y1) / 2 * shown.height == pytest.approx(there[0], abs=1.5)


def test_straightening_cuts_nothing_off() -> None:
    image = Image.new("L", (600, 400), 255)
    for y in range(20, 400, 40):
        ImageDraw.Draw(image).rectangle((0, y, 599, y + 10), fill=0)
    sheet = prepared(image.rotate(4, Image.Resampling.BICUBIC, expand=True, fillcolor=255), 0)
    assert abs(sheet.skew + 4) < 0.1
    ink = (255 - np.asarray(sheet.image).astype(int)).sum() / 255
    assert ink == pytest.approx(600 * 11 * 10, rel=0.02)


@pytest.mark.parametrize("degrees", [-5, -3.3, -0.5, 0, 0.7, 5])
def test_skew_is_measured_to_a_tenth_of_a_degree(degrees: float) -> None:
    image = scan(letter_pdf()).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    assert measured_skew(np.asarray(image)) == pytest.approx(-degrees, abs=0.1)


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_page_without_text_is_left_as_it_is(shade: int) -> None:
    image = Image.new("L", (1654, 2339), shade)
    sheet = prepared(image, 0)
    assert (sheet.skew, sheet.image.size) == (0.0, image.size)
    assert list(rows_of_text(image, 200)) == []


def test_the_median_is_the_one_of_pillow() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (61, 47), dtype=np.uint8)
    assert np.array_equal(median(pixels), np.asarray(Image.fromarray(pixels).filter(ImageFilter.MedianFilter(3))))


def test_grain_is_measured_and_only_much_of_it_is_filtered() -> None:
    clean, rough = grainy(scan(letter_pdf()), 2), grainy(scan(letter_pdf()), 16)
    assert noise(np.asarray(clean)) < GRAINY < noise(np.asarray(rough))
    assert without_grain(clean) == (clean, False)
    filtered, was_filtered = without_grain(rough)
    assert was_filtered
    assert noise(np.asarray(filtered)) < noise(np.asarray(rough)) / 2


def test_ground_is_uneven_where_it_is_shaded_but_not_where_panels_are_dark() -> None:
    white, shaded, dark = (scan(letter_pdf()) for _ in range(3))
    letters = shaded.point(lambda value: min(value, 200))
    shaded.paste(letters.crop((100, 100, 900, 300)), (100, 100))
    ImageDraw.Draw(dark).rectangle((100, 600, 900, 700), fill=40)
    assert [has_uneven_ground(image) for image in (white, shaded, dark)] == [False, True, False]


def test_rows_of_text_hold_the_lines() -> None:
    rows = list(rows_of_text(scan(letter_pdf()), 200))
    assert len(rows) == 5
    assert all(x0 < x1 and 25 < y1 - y0 < 60 for x0, y0, x1, y1 in rows)
