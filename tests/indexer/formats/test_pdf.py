"""PDF: words in reading order with true boxes, the right source for each page, and clear refusals."""

from __future__ import annotations

from pathlib import Path

import pymupdf
import pytest

from archive.errors import DamagedDocument, EncryptedDocument, InputError
from archive.model import TextSource
from archive.model.words import Break
from tests.indexer_samples import LETTER, Read, letter_pdf, scan, scanned_pdf


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "odluka.pdf"


def test_words_come_in_reading_order_with_line_and_block_breaks(path: Path, read: Read) -> None:
    document = letter_pdf(["first line", "second line"], (300, 400))
    document[0].insert_text((40, 300), "another block")
    document.save(path)
    (page,) = read(path)
    assert page.words.text() == "first line\n\nsecond line\n\nanother block"
    assert (page.source, page.width, page.height) == (TextSource.TEXT, 300, 400)


def test_lines_of_a_paragraph_are_one_block(path: Path, read: Read) -> None:
    document = pymupdf.open()
    document.new_page().insert_text((40, 60), ["prva linija", "druga linija"], fontsize=12)
    document.save(path)
    assert read(path)[0].words.text() == "prva linija\ndruga linija"


def test_a_wide_gap_does_not_end_a_line(path: Path, read: Read) -> None:
    """A label and its value stand on one baseline, so they are one line."""
    document = pymupdf.open()
    page = document.new_page()
    page.insert_text((40, 60), "Narucilac:", fontsize=12)
    page.insert_text((140, 60), "Brezovac", fontsize=12)
    document.save(path)
    words = read(path)[0].words
    assert words.texts == ("Narucilac:", "Brezovac")
    assert words.breaks[1] == Break.SPACE


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_lie_on_the_ink_of_the_page_as_shown(path: Path, read: Read, rotation: int) -> None:
    """On a rotated page too, a box holds dark pixels of the drawn page, and nothing dark is outside of all boxes."""
    document = letter_pdf(["upper", "lower"], (300, 200))
    document[0].set_rotation(rotation)
    document.save(path)
    (page,) = read(path)
    drawn = pymupdf.open(path)[0].get_pixmap(colorspace=pymupdf.csGRAY)
    assert (page.width, page.height) == (drawn.width, drawn.height)
    dark = [(x, y) for x in range(drawn.width) for y in range(drawn.height) if drawn.pixel(x, y)[0] < 100]
    inside = [0, 0]
    for x, y in dark:
        holders = []
        for index in (0, 1):
            box = page.words.box(index)
            assert box is not None
            if box.x0 <= (x + 0.5) / page.width <= box.x1 and box.y0 <= (y + 0.5) / page.height <= box.y1:
                holders.append(index)
        assert len(holders) == 1, f"pixel {x}, {y} is in boxes {holders}"
        inside[holders[0]] += 1
    assert min(inside) > 20


@pytest.mark.parametrize("rotation", [0, 90])
def test_rotated_pages_keep_words_in_every_corner(path: Path, read: Read, rotation: int) -> None:
    """MuPDF's own clipping loses a part of a rotated page that is not square."""
    document = pymupdf.open()
    page = document.new_page(width=300, height=800)
    for x, y, text in ((5, 20, "A1"), (270, 20, "A2"), (5, 790, "B1"), (270, 790, "B2")):
        page.insert_text((x, y), text)
    page.set_rotation(rotation)
    document.save(path)
    assert sorted(read(path)[0].words.texts) == ["A1", "A2", "B1", "B2"]


def test_only_the_page_as_shown_counts(path: Path, read: Read) -> None:
    """Outside of the crop box nothing is on the page; of a word cut by its edge, the letters that are seen are."""
    document = pymupdf.open()
    page = document.new_page(width=300, height=300)
    page.insert_text((110, 150), "inside", fontsize=12)
    page.insert_text((180, 180), "overtheedge", fontsize=12)
    page.insert_text((20, 20), "outside", fontsize=12)
    page.set_cropbox(pymupdf.Rect(100, 100, 200, 200))
    document.save(path)
    (read_page,) = read(path)
    assert read_page.words.texts == ("inside", "over")
    box = read_page.words.box(1)
    assert box is not None
    assert 0.79 < box.x0 < box.x1 <= 1


def test_no_break_spaces_part_words_and_ligatures_do_not(path: Path, read: Read) -> None:
    document = pymupdf.open()
    document.new_page().insert_htmlbox(pymupdf.Rect(40, 40, 400, 100), "<p>12&nbsp;500&#8239;din o&#64257;ce</p>")
    document.save(path)
    assert read(path)[0].words.texts == ("12", "500", "din", "ofice")


def test_filled_form_fields_are_read(path: Path, read: Read) -> None:
    document = pymupdf.open()
    page = document.new_page()
    field = pymupdf.Widget()
    field.field_type, field.field_name = pymupdf.PDF_WIDGET_TYPE_TEXT, "ime"
    field.field_value, field.rect = "Brezovac", pymupdf.Rect(50, 50, 200, 80)
    page.add_widget(field)
    document.save(path)
    assert read(path)[0].words.texts == ("Brezovac",)


def test_a_page_without_a_text_layer_is_read_by_ocr_from_its_first_line_to_its_last(path: Path, read: Read) -> None:
    scanned_pdf(scan(letter_pdf())).save(path)
    (page,) = read(path, ocr="auto")
    assert page.source is TextSource.OCR
    assert page.words.texts == tuple(" ".join(LETTER).split())
    assert page.confidence is not None
    assert page.confidence > 85


def test_ocr_boxes_lie_where_the_text_layer_has_them(path: Path, read: Read, tmp_path: Path) -> None:
    """The same page, scanned and born digital: the centres of the same words are within 1 % of the page."""
    letter_pdf().save(path)
    scanned_pdf(scan(letter_pdf())).save(tmp_path / "scan.pdf")
    (digital,), (scanned,) = read(path), read(tmp_path / "scan.pdf", ocr="auto")
    assert digital.words.texts == scanned.words.texts
    for index in range(len(digital.words)):
        one, other = digital.words.box(index), scanned.words.box(index)
        assert one is not None
        assert other is not None
        assert one.x0 + one.x1 == pytest.approx(other.x0 + other.x1, abs=0.02)
        assert one.y0 + one.y1 == pytest.approx(other.y0 + other.y1, abs=0.04)


def test_a_scan_under_a_digital_signature_line_is_read_by_ocr(path: Path, read: Read) -> None:
    document = scanned_pdf(scan(letter_pdf()))
    document[0].insert_text((40, 280), "Digitally signed by Petar Petrovic 2023.03.15", fontsize=8)
    document.save(path)
    (page,) = read(path, ocr="auto")
    assert page.source is TextSource.OCR
    assert "cameras" in page.words.texts


def test_a_scan_with_an_invisible_text_layer_keeps_that_layer(path: Path, read: Read) -> None:
    document = scanned_pdf(scan(letter_pdf()))
    document[0].insert_text((40, 60), "layer of an earlier OCR program", render_mode=3)
    document.save(path)
    (page,) = read(path, ocr="auto")
    assert (page.source, page.words.texts[0]) == (TextSource.TEXT, "layer")


def test_ocr_can_be_forced_and_forbidden(path: Path, read: Read) -> None:
    letter_pdf().save(path)
    assert read(path, ocr="always")[0].source is TextSource.OCR
    scanned_pdf(scan(letter_pdf())).save(path)
    (unread,) = read(path, ocr="never")
    assert (unread.source, len(unread.words)) == (TextSource.NONE, 0)
    assert unread.note is not None
    assert "switched off" in unread.note


def test_a_blank_page_is_read_and_says_so(path: Path, read: Read) -> None:
    document = letter_pdf()
    document.new_page()
    document.save(path)
    blank = read(path, ocr="auto")[1]
    assert (blank.source, len(blank.words), blank.note) == (TextSource.TEXT, 0, "The page is blank.")


def test_a_very_large_page_is_drawn_for_ocr_at_a_lower_resolution(path: Path, read: Read) -> None:
    scanned_pdf(scan(letter_pdf())).save(path)
    (page,) = read(path, ocr="auto", max_page_pixels=400_000)
    assert page.note is not None
    assert "dots per inch" in page.note
    assert "cameras" in page.words.texts


@pytest.mark.parametrize("damage", ["Contents", "page"])
def test_a_page_that_fails_does_not_fail_its_document(path: Path, read: Read, damage: str) -> None:
    document = letter_pdf()
    document.new_page()
    document.new_page().insert_text((40, 60), "third")
    broken = document[1].xref
    if damage == "page":
        document.update_object(broken, "[1 2]")
    else:
        document.xref_set_key(broken, "Contents", f"{broken} 0 R")
    document.save(path)
    first, second, third = read(path)
    assert (first.words.texts[0], third.words.texts) == ("Town", ("third",))
    assert second.source is TextSource.NONE
    assert second.note is not None
    assert "could not be read" in second.note


def test_a_password_is_asked_for_nowhere(path: Path, read: Read) -> None:
    letter_pdf().save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, user_pw="tajna", owner_pw="vlasnik")
    with pytest.raises(EncryptedDocument, match=r"odluka\.pdf .*password"):
        read(path)


def test_a_pdf_that_only_restricts_printing_is_read(path: Path, read: Read) -> None:
    letter_pdf().save(path, encryption=pymupdf.PDF_ENCRYPT_AES_256, owner_pw="vlasnik")
    assert read(path)[0].words.texts[-1] == "tax."


def test_a_truncated_pdf_is_refused_and_not_kept_as_empty(path: Path, read: Read) -> None:
    whole = letter_pdf().tobytes()
    path.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(DamagedDocument, match=r"odluka\.pdf"):
        read(path)


def test_a_repaired_pdf_says_that_it_was_repaired(path: Path, read: Read) -> None:
    whole = letter_pdf().tobytes()
    path.write_bytes(whole[: whole.rindex(b"xref\n0 ")])
    (page,) = read(path)
    assert page.words.texts[-1] == "tax."
    assert page.note is not None
    assert "repaired" in page.note


def test_bytes_that_are_no_pdf_are_refused_without_naming_where_they_are_kept(path: Path, read: Read) -> None:
    path.write_bytes(b"%PDF-1.4\nnothing that follows")
    with pytest.raises(DamagedDocument, match="its bytes make no sense") as refused:
        read(path)
    assert str(path.parent) not in str(refused.value)


def test_too_many_pages_are_refused_and_not_cut(path: Path, read: Read) -> None:
    document = pymupdf.open()
    for _ in range(4):
        document.new_page()
    document.save(path)
    assert len(read(path, max_pages=4)) == 4
    with pytest.raises(InputError, match="has 4 pages; the limit is 3"):
        read(path, max_pages=3)
