"""Marked pages and clips: what is drawn where, and that nothing else comes along."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pymupdf
import pytest
from PIL import Image, ImageChops

from archive.config import Settings
from archive.errors import DamagedDocument
from archive.model import Box
from archive.model.rendering import ClipPage
from indexer.images.clips import ClipRenderer
from indexer.images.pages import marked

pytestmark = pytest.mark.usefixtures("warm_readers")

WORDS = (("Уговор", Box(0.1, 0.1, 0.3, 0.14)), ("kamere", Box(0.32, 0.1, 0.5, 0.14)))


@pytest.fixture(scope="module")
def renderer() -> Iterator[ClipRenderer]:
    renderer = ClipRenderer(Settings({}))
    yield renderer
    renderer.close()


def grey(path: Path) -> Path:
    Image.linear_gradient("L").resize((300, 400)).save(path)
    return path


def colour(path: Path) -> Path:
    Image.merge("RGB", [Image.linear_gradient("L").rotate(turn).resize((300, 400)) for turn in (0, 90, 180)]).save(path)
    return path


def test_a_mark_darkens_no_print_and_a_mask_leaves_nothing() -> None:
    page = Image.new("L", (1000, 1000), 255)
    page.paste(30, (120, 220, 160, 240))
    drawn = marked(page, [Box(0.1, 0.2, 0.3, 0.26)], [Box(0.6, 0.2, 0.8, 0.26)])
    assert drawn.getpixel((250, 230)) == (255, 236, 120)
    assert np.asarray(drawn)[230, 140].max() <= 30, "print stays as dark as it was"
    assert drawn.crop((600, 200, 800, 260)).getcolors() == [(200 * 60, (0, 0, 0))]
    assert drawn.getpixel((450, 230)) == (255, 255, 255)


def test_a_line_that_climbs_is_marked_along_its_words() -> None:
    """Words of a skewed scan, each 40 pixels high; the last of the line begins 30 pixels above the first."""
    boxes = [Box(at / 10, 0.5 - at / 200, at / 10 + 0.08, 0.54 - at / 200) for at in range(1, 8)]
    drawn = marked(Image.new("L", (1000, 1000), 255), [*boxes, Box(0.1, 0.6, 0.2, 0.64)], [])
    assert drawn.getpixel((190, 512)) == (255, 236, 120)  # Between the first two words.
    assert drawn.getpixel((750, 530)) == (255, 255, 255)  # Under the last one, at the height of the first.
    assert drawn.getpixel((110, 570)) == (255, 255, 255)  # Between the lines.


def test_images_are_bound_as_they_are(renderer: ClipRenderer, tmp_path: Path) -> None:
    files = [grey(tmp_path / "1.png"), colour(tmp_path / "2.png")]
    pages = [ClipPage(file, 300, 400, f"N-{at:06}", "ugovor.pdf, p. 1", WORDS) for at, file in enumerate(files, 1)]
    with pymupdf.open("pdf", renderer.clip(pages, "Kamere")) as clip:
        assert [page.get_label() for page in clip] == ["N-000001", "N-000002"]
        for page, file in zip(clip, files, strict=True):
            ((number, *_),) = page.get_images()
            bound = Image.open(io.BytesIO(clip.extract_image(number)["image"]))
            original = Image.open(file).convert("RGB")
            assert ImageChops.difference(bound.convert("RGB"), original).getbbox() is None
            shown = page.get_pixmap(clip=pymupdf.Rect(0, 0, 300, 398))  # A line parts the page from its number.
            seen = Image.frombytes("RGB", (300, 398), shown.samples)
            assert ImageChops.difference(seen, original.crop((0, 0, 300, 398))).convert("L").getbbox() is None
            assert page.rect.height == 430


def test_words_are_found_where_they_stand_and_not_seen(renderer: ClipRenderer, tmp_path: Path) -> None:
    white = tmp_path / "white.png"
    Image.new("L", (300, 400), 255).save(white)
    page = ClipPage(white, 300, 400, "N-000001", "уговор.pdf", WORDS)
    with pymupdf.open("pdf", renderer.clip([page], "Kamere")) as clip:
        (place,) = clip[0].search_for("Уговор", clip=pymupdf.Rect(0, 0, 300, 400))
        assert place.x0 == pytest.approx(30, abs=1)
        assert place.x1 == pytest.approx(90, abs=2)
        assert "уговор.pdf" in clip[0].get_text()
        assert set(clip[0].get_pixmap(clip=pymupdf.Rect(0, 0, 300, 398)).samples) == {255}


def test_a_long_caption_stays_on_its_page(renderer: ClipRenderer, tmp_path: Path) -> None:
    page = ClipPage(grey(tmp_path / "1.png"), 200, 300, "PREDMET-000001", "x" * 300, ())
    with pymupdf.open("pdf", renderer.clip([page], "")) as clip:
        boxes = [pymupdf.Rect(block[:4]) for block in clip[0].get_text("blocks")]
        assert all(clip[0].rect.contains(box) for box in boxes)


def test_a_page_that_is_not_there_is_told(renderer: ClipRenderer) -> None:
    specimen = Path(__file__).parents[2] / "documents/specimens/becej-2020-ugovor.pdf"
    with pytest.raises(DamagedDocument, match="there is no page 9"):
        renderer.render_marked(specimen, "application/pdf", 9, 500, [], [])
