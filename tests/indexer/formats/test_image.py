"""Pictures: PNG, JPEG, multi-page TIFF, whatever way up and at whatever resolution."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from archive.errors import DamagedDocument, UnsupportedFormat
from archive.model import Box, TextSource
from archive.model.words import Words
from indexer.formats import open_source
from indexer.formats.image import MOST_FRAMES
from indexer.formats.sniffing import media_type_of
from tests.indexer.hostile import vast_gif
from tests.indexer_samples import LETTER, Read, letter_pdf, scan

TEXTS = tuple(" ".join(LETTER).split())


def box_of(words: Words, text: str) -> Box:
    box = words.box(words.texts.index(text))
    assert box is not None
    return box


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif"])
def test_a_picture_is_a_page_of_its_size(tmp_path: Path, read: Read, suffix: str) -> None:
    path = tmp_path / f"sken.{suffix}"
    scan(letter_pdf()).save(path, dpi=(200, 200))
    (page,) = read(path, ocr="auto")
    assert (page.source, page.words.texts) == (TextSource.OCR, TEXTS)
    assert (page.width, page.height) == pytest.approx((420, 298), abs=1)


def test_every_page_of_a_tiff_is_read(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "sken.tiff"
    first, second = (scan(letter_pdf(lines)).convert("1") for lines in (None, ["Second page of the decision"]))
    first.save(path, compression="group4", dpi=(200, 200), save_all=True, append_images=[second])
    pages = read(path, ocr="auto")
    assert [page.words.texts for page in pages] == [TEXTS, ("Second", "page", "of", "the", "decision")]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_boxes_are_where_the_words_are_shown_on_a_page_scanned_sideways(tmp_path: Path, read: Read, turn: int) -> None:
    """OCR turns the page to read it; the boxes are those of the page as it came, turned like it."""
    # The orientation is told from enough letters only, so the letter is written out three times.
    letter = letter_pdf([*LETTER, *LETTER, *LETTER], (420, 595))
    path = tmp_path / "sken.png"
    scan(letter).save(path, dpi=(200, 200))
    upright = box_of(read(path, ocr="auto")[0].words, "Brezovac,")
    scan(letter, turn=turn).save(path, dpi=(200, 200))
    turned = box_of(read(path, ocr="auto")[0].words, "Brezovac,")
    expected = {
        90: (upright.y0, 1 - upright.x1, upright.y1, 1 - upright.x0),
        180: (1 - upright.x1, 1 - upright.y1, 1 - upright.x0, 1 - upright.y0),
        270: (1 - upright.y1, upright.x0, 1 - upright.y0, upright.x1),
    }[turn]
    assert (turned.x0, turned.y0, turned.x1, turned.y1) == pytest.approx(expected, abs=0.004)


def test_a_photograph_is_read_the_way_up_its_exif_data_say(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "foto.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to look at it
    scan(letter_pdf(), turn=90).save(path, dpi=(200, 200), exif=exif)
    (page,) = read(path, ocr="auto")
    assert page.words.texts == TEXTS
    assert page.width > page.height
    assert box_of(page.words, "Town").x0 < 0.2
    assert open_source("image/jpeg", path, path.name).draw(1, 300, 10**6).size == (300, 213)


@pytest.mark.parametrize("dpi", [None, 72, 1])
def test_a_resolution_that_cannot_be_is_not_believed(tmp_path: Path, read: Read, dpi: int | None) -> None:
    """Cameras write 72 dots per inch, programs nothing: the picture is then taken to show an A4 page."""
    path = tmp_path / "foto.png"
    large = scan(letter_pdf(), dpi=400)
    if dpi is None:
        large.save(path)
    else:
        large.save(path, dpi=(dpi, dpi))
    (page,) = read(path, ocr="auto")
    assert max(page.width, page.height) == pytest.approx(842, abs=1)
    assert "cameras" in page.words.texts


def test_a_fax_is_shown_in_its_true_shape(tmp_path: Path, read: Read) -> None:
    """204 x 98 dots per inch: half the lines, and still a page twice as wide as high."""
    path = tmp_path / "faks.tif"
    image = scan(letter_pdf())
    image.resize((image.width, image.height // 2)).save(path, dpi=(200, 100))
    (page,) = read(path)
    assert page.width / page.height == pytest.approx(420 / 298, abs=0.01)
    drawn = open_source("image/tiff", path, path.name).draw(1, 420, 10**6)
    assert drawn.size == pytest.approx((420, 298), abs=1)


def test_transparent_paper_is_white(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "sken.png"
    ink = scan(letter_pdf()).point(lambda value: 255 - value)
    black = Image.new("L", ink.size, 0)
    Image.merge("LA", (black, ink)).save(path, dpi=(200, 200))
    assert read(path, ocr="auto")[0].words.texts == TEXTS


def test_sixteen_bit_grey_is_not_clipped(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "sken.tif"
    scan(letter_pdf()).convert("I").point(lambda value: value * 257).convert("I;16").save(path, dpi=(200, 200))
    assert read(path, ocr="auto")[0].words.texts == TEXTS


def test_an_empty_picture_has_no_words_and_says_so(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "prazno.png"
    Image.new("L", (1654, 2339), 255).save(path, dpi=(200, 200))
    (page,) = read(path, ocr="auto")
    assert (page.source, page.confidence, page.note) == (TextSource.OCR, None, "OCR found no words.")


def test_a_truncated_picture_is_damaged(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "sken.jpg"
    scan(letter_pdf()).save(path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(DamagedDocument, match=r"sken\.jpg"):
        read(path, ocr="auto")


def test_a_picture_beyond_the_limit_is_never_decoded(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "bomba.png"
    Image.new("1", (3000, 3000)).save(path)
    with pytest.raises(DamagedDocument, match="too large"):
        read(path, ocr="auto", max_page_pixels=1_000_000)


def saved(picture: Image.Image, path: Path) -> Path:
    """A picture in the format of its suffix, without loss where the format has that."""
    if path.suffix == ".heic":
        # Only an encoder writes it, which the archive does not have.
        pillow_heif.from_pillow(picture.convert("RGB")).save(path, quality=90)
    else:
        picture.save(path, lossless=True)
    return path


KINDS = ["gif", "webp", "jp2", "j2k", "heic"]


@pytest.mark.parametrize("suffix", KINDS)
def test_a_picture_of_another_kind_is_read_and_drawn(tmp_path: Path, read: Read, suffix: str) -> None:
    path = saved(scan(letter_pdf()), tmp_path / f"sken.{suffix}")
    (page,) = read(path, ocr="auto")
    assert (page.source, page.words.texts) == (TextSource.OCR, TEXTS)
    with closing(open_source(media_type_of(path, "x"), path, path.name)) as source:
        assert source.draw(1, 300, 10**6).size == (300, 213)


@pytest.mark.parametrize("suffix", ["gif", "webp"])
def test_an_animation_has_a_limited_number_of_pages_and_says_so(tmp_path: Path, read: Read, suffix: str) -> None:
    path = tmp_path / f"baner.{suffix}"
    pictures = [Image.new("L", (40, 30), number * 8) for number in range(MOST_FRAMES + 5)]
    pictures[0].save(path, save_all=True, append_images=pictures[1:])
    pages = read(path, ocr="never")
    assert len(pages) == MOST_FRAMES
    assert pages[0].note is not None
    assert pages[0].note.startswith("An animation of 25 pictures; the first 20 are pages.")
    assert "animation" not in str(pages[1].note)


@pytest.mark.parametrize("suffix", KINDS)
def test_a_truncated_picture_of_another_kind_is_damaged(tmp_path: Path, read: Read, suffix: str) -> None:
    path = saved(scan(letter_pdf(), dpi=30), tmp_path / f"sken.{suffix}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    with pytest.raises(DamagedDocument, match=path.name):
        read(path, ocr="never")


def test_a_vast_animation_is_never_decoded(tmp_path: Path, read: Read) -> None:
    """Its second picture needs the first, which would take 17 GB."""
    path = tmp_path / "bomba.gif"
    path.write_bytes(vast_gif())
    with pytest.raises(DamagedDocument, match="65535 x 65535 pixels"):
        read(path, ocr="never")


def test_a_video_is_no_photograph(tmp_path: Path) -> None:
    path = tmp_path / "snimak.heic"
    path.write_bytes(b"\0\0\0\x18ftypisom" + bytes(range(256)) * 4)
    with pytest.raises(UnsupportedFormat):
        media_type_of(path, path.name)
