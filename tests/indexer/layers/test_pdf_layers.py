"""PDF pages whose text layer lies, from the file to the page that is kept: words, boxes, source and reason."""

from __future__ import annotations

import zlib
from hashlib import sha256
from pathlib import Path

import pymupdf
import pytest

from archive.model import TextSource
from tests.indexer_samples import LETTER, Read, letter_pdf, scan, scanned_pdf

SERBIAN = [
    "Član 1. Ovim ugovorom određuju se međusobna prava",
    "i obaveze, kao i način plaćanja računa za opremu.",
    "Član 2. Plaćanje će biti izvršeno u roku od osam dana.",
    "Član 3. Obaveštenje o rešenju šalje se građanima.",
]


FRAME = pymupdf.Rect(30, 30, 390, 268)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "odluka.pdf"


def pdf(lines: list[str]) -> pymupdf.Document:
    """A page with these lines in a font that has all letters of Europe."""
    document = pymupdf.open()
    page = document.new_page(width=420, height=298)
    page.insert_htmlbox(FRAME, "<br>".join(lines))
    return document


def test_a_page_in_a_wrong_code_page_is_mended_and_keeps_its_boxes(path: Path, read: Read, tmp_path: Path) -> None:
    pdf(SERBIAN).save(tmp_path / "right.pdf")
    # ć and č are equally wide, and so are their misreadings: every box is where it would be.
    pdf([line.translate(str.maketrans("čČćđ", "èÈæð")) for line in SERBIAN]).save(path)
    (right,), (mended,) = read(tmp_path / "right.pdf"), read(path)
    assert mended.words.texts == right.words.texts
    assert mended.source is TextSource.TEXT
    assert mended.reason is not None
    assert "code page 1250 read as Latin-1" in mended.reason
    for index in range(len(right.words)):
        one, other = right.words.box(index), mended.words.box(index)
        assert one is not None
        assert other is not None
        assert one.x0 == pytest.approx(other.x0, abs=0.03)
        assert one.y0 == pytest.approx(other.y0, abs=0.03)


def test_a_sound_page_is_not_drawn(path: Path, read: Read) -> None:
    """OCR of a page that cannot be drawn within the limit would leave a note; a sound layer needs no drawing."""
    pdf(SERBIAN).save(path)
    (page,) = read(path, ocr="auto", max_page_pixels=1)
    assert (page.source, page.note) == (TextSource.TEXT, None)
    assert page.reason is not None
    assert "sound" in page.reason


def test_a_layer_that_lost_its_letters_is_replaced_by_ocr(path: Path, read: Read) -> None:
    """The page shows the letters, and its text layer has lost them: drawn as an image, with the poor layer hidden."""
    document = scanned_pdf(scan(pdf(SERBIAN)))
    lost = [line.translate(dict.fromkeys(map(ord, "čČćđš"), "§")) for line in SERBIAN]
    page = document[0]
    page.insert_htmlbox(FRAME, "<br>".join(lost), opacity=0)
    document.save(path)
    (read_page,) = read(path, ocr="auto")
    assert read_page.source is TextSource.OCR
    assert "građanima." in read_page.words.texts
    assert read_page.reason is not None
    assert "OCR makes more sense" in read_page.reason


def test_where_ocr_makes_no_more_sense_the_text_layer_stays(path: Path, read: Read) -> None:
    """A photograph over most of the page with a caption: the caption is all there is to read."""
    document = pymupdf.open()
    page = document.new_page(width=420, height=298)
    page.insert_image(pymupdf.Rect(0, 0, 420, 240), stream=_plain_grey())
    page.insert_text((40, 270), "Picture 4: the new school in the town of Brezovac", fontsize=11)
    document.save(path)
    (read_page,) = read(path, ocr="auto")
    assert (read_page.source, read_page.words.texts[0]) == (TextSource.TEXT, "Picture")
    assert read_page.reason is not None
    assert "no more sense" in read_page.reason


def test_letters_drawn_as_outlines_are_read_by_ocr(path: Path, read: Read) -> None:
    svg = letter_pdf()[0].get_svg_image(text_as_path=True)
    outlines = pymupdf.open(stream=svg.encode(), filetype="svg").convert_to_pdf()
    path.write_bytes(outlines)
    (page,) = read(path, ocr="auto")
    assert page.source is TextSource.OCR
    assert page.words.texts == tuple(" ".join(LETTER).split())


def test_a_doubtful_layer_stays_and_says_so_when_ocr_is_off(path: Path, read: Read) -> None:
    document = scanned_pdf(scan(letter_pdf()))
    document[0].insert_text((40, 280), "Digitally signed by Petar Petrovic 2023.03.15", fontsize=8)
    document.save(path)
    (page,) = read(path)
    assert page.source is TextSource.TEXT
    assert page.reason is not None
    assert "stamp or a footer" in page.reason
    assert page.note == "OCR was switched off."


def _plain_grey() -> bytes:
    pixmap = pymupdf.Pixmap(pymupdf.csGRAY, pymupdf.IRect(0, 0, 40, 30), False)
    pixmap.clear_with(160)
    return bytes(pixmap.tobytes("png"))


def own_font_pdf(content: str, to_unicode: str = "") -> pymupdf.Document:
    """A page with this content, in Helvetica as /F1, whose codes mean what the entries of ``to_unicode`` say."""
    document = pymupdf.open()
    page = document.new_page(width=420, height=298)
    numbers = [document.get_new_xref() for _ in range(3)]
    for number in numbers:
        document.update_object(number, "<<>>")
    stream, font, table = numbers
    document.update_stream(stream, content.encode())
    page.set_contents(stream)
    entries = f"/ToUnicode {table} 0 R" if to_unicode else ""
    document.update_object(font, f"<</Type/Font/Subtype/Type1/BaseFont/Helvetica{entries}>>")
    document.update_stream(
        table,
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def "
        b"1 begincodespacerange <00> <FF> endcodespacerange " + to_unicode.encode() + b" endcmap end end",
    )
    document.xref_set_key(page.xref, "Resources", f"<</Font<</F1 {font} 0 R>>>>")
    return document


def shown(lines: list[str]) -> str:
    return "".join(f"BT /F1 12 Tf 40 {250 - 30 * (at % 8)} Td ({line}) Tj ET\n" for at, line in enumerate(lines))


@pytest.mark.parametrize("actual", ["()", "(x)", "(Decision)"])
def test_a_page_tagged_as_a_few_letters_is_read_whole(path: Path, read: Read, actual: str) -> None:
    own_font_pdf(f"/Span <</ActualText {actual}>> BDC\n{shown(LETTER)}EMC").save(path)
    (page,) = read(path)
    assert page.words.texts == tuple(" ".join(LETTER).split())


def test_what_a_drawn_initial_is_tagged_as_is_believed(path: Path, read: Read) -> None:
    own_font_pdf(f"/Span <</ActualText (Decision)>> BDC\n{shown(['D'])}EMC").save(path)
    (page,) = read(path)
    assert page.words.texts == ("Decision",)


LOST = "".join(f"<{ord(letter):02x}> <0020>\n" for letter in "nitohsc")


def test_a_layer_whose_letters_are_spaces_is_read_by_ocr(path: Path, read: Read) -> None:
    """As in a file in which net: "host" was read as e : h s "."""
    own_font_pdf(shown(LETTER), f"7 beginbfchar\n{LOST}endbfchar").save(path)
    (page,) = read(path, ocr="auto")
    assert page.source is TextSource.OCR
    assert page.reason is not None
    assert "lost letters" in page.reason
    assert "contract" in page.words.texts
    (layer,) = read(path)
    assert layer.note == "OCR was switched off."


def test_a_page_whose_every_letter_is_a_space_is_read_by_ocr(path: Path, read: Read) -> None:
    every = "".join(f"<{code:02x}> <0020>\n" for code in range(33, 123))
    own_font_pdf(shown(LETTER), f"90 beginbfchar\n{every}endbfchar").save(path)
    (page,) = read(path, ocr="auto")
    assert page.source is TextSource.OCR
    assert "contract" in page.words.texts
    (unread,) = read(path)
    assert (unread.source, unread.note) == (TextSource.NONE, "The page has no text layer, and OCR was switched off.")


def test_a_page_of_spaces_is_not_read_by_ocr(path: Path, read: Read) -> None:
    own_font_pdf(shown(["   ", " "])).save(path)
    (page,) = read(path, ocr="auto", max_page_pixels=1)
    assert (page.words.texts, page.source) == ((), TextSource.TEXT)


def test_letters_that_a_narrow_column_stacks_are_no_loss(path: Path, read: Read) -> None:
    letters = "".join(
        f"1 0 0 1 {20 + 12 * column} {280 - 9 * row} Tm (a) Tj " for column in (0, 20) for row in range(30)
    )
    own_font_pdf(f"BT /F1 8 Tf {letters} ET").save(path)
    (page,) = read(path, ocr="auto", max_page_pixels=1)
    assert (page.source, page.note, len(page.words)) == (TextSource.TEXT, None, 60)


def test_a_page_whose_content_is_cut_off_says_that_words_may_be_missing(path: Path, read: Read) -> None:
    document = own_font_pdf(shown(LETTER))
    (stream,) = document[0].get_contents()
    packed = zlib.compress(shown([sha256(bytes([at % 256, at // 256])).hexdigest() for at in range(3000)]).encode())
    document.update_stream(stream, packed[: len(packed) // 2] + b"\xff" * 20, compress=False)
    document.xref_set_key(stream, "Filter", "/FlateDecode")
    document.save(path)
    (page,) = read(path)
    assert page.words.texts
    assert page.note is not None
    assert "words may be missing" in page.note
