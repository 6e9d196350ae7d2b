"""Plain text: every encoding told rightly or refused, pages by form feeds, words and breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import UnsupportedFormat
from indexer.formats.encoding import decode
from tests.indexer_samples import Read

LATIN = "Član 5. Naručilac će ponuđaču isplatiti iznos od 40.000 dinara. Žalba se šalje pošti."
CYRILLIC = "Члан 5. Наручилац ће понуђачу исплатити износ од 40.000 динара. Жалба се шаље пошти."
HUNGARIAN = "Az önkormányzat szerződést kötött; a díj összege hétezer forint, fizetése őszig esedékes."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (LATIN, "utf-8"),
        (CYRILLIC, "utf-8"),
        (LATIN, "utf-8-sig"),
        (CYRILLIC, "utf-16"),
        (CYRILLIC, "utf-16-le"),
        (LATIN, "utf-16-be"),
        (LATIN, "utf-32"),
        (LATIN, "cp1250"),
        (CYRILLIC, "cp1251"),
        (LATIN, "iso8859-2"),
        (CYRILLIC, "iso8859-5"),
        (LATIN, "cp852"),
        (CYRILLIC, "cp855"),
        (CYRILLIC.upper(), "cp1251"),
        ("Дело о наблюдении: съезд объявил, что этого больше не будет", "cp1251"),
        (HUNGARIAN, "cp1250"),
        ("“Smart” quotes – and a dash", "cp1252"),
        ("plain ASCII", "ascii"),
    ],
)
def test_text_comes_out_as_it_was_written(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert decoded is not None
    assert decoded.text == text


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(128, 256)) * 4,
        bytes(range(256)),
        "これは日本語の文書です。契約。".encode("shift-jis"),
        b"\xff\xfe\x00",
        b"text\x00with a nul",
    ],
)
def test_bytes_that_fit_no_encoding_are_refused(data: bytes) -> None:
    assert decode(data) is None


def test_a_text_of_dos_ends_with_a_mark(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "dopis.txt"
    path.write_bytes(LATIN.encode("cp852") + b"\r\n\x1a")
    (page,) = read(path)
    assert " ".join(page.words.texts) == LATIN


def test_a_judged_encoding_is_told_on_the_first_page(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "dopis.txt"
    path.write_bytes(LATIN.encode("cp1250"))
    (page,) = read(path)
    assert page.note is not None
    assert "cp1250" in page.note
    path.write_text(LATIN, encoding="utf-8")
    assert read(path)[0].note is None


def test_text_in_an_unknown_encoding_says_what_to_do(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "dopis.txt"
    path.write_bytes("договор о поставке камер наблюдения".encode("koi8-r"))
    with pytest.raises(UnsupportedFormat, match=r"dopis\.txt .*encoding.* UTF-8"):
        read(path)


def test_a_form_feed_ends_a_page(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "zapisnik.txt"
    path.write_text("strana jedan\f\fstrana tri\f", encoding="utf-8")
    pages = read(path)
    assert [page.words.texts for page in pages] == [("strana", "jedan"), (), ("strana", "tri")]
    assert (pages[0].width, pages[0].height) == (0, 0)


def test_lines_and_empty_lines_are_kept_as_breaks(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "dopis.txt"
    path.write_bytes("Prvi red\r\ndrugi red\r\n \r\nNovi pasus\ttab\u00a0razmak".encode())
    words = read(path)[0].words
    assert words.text() == "Prvi red\ndrugi red\n\nNovi pasus tab razmak"
    assert words.boxes.tolist() == []


def test_invisible_characters_are_not_in_words(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "dopis.txt"
    path.write_text("na\u00adbavka \u200b ugo\u200bvor \u2060", encoding="utf-8")
    assert read(path)[0].words.texts == ("nabavka", "ugovor")


def test_a_soft_hyphen_where_nobody_divides_a_word_is_a_hyphen(tmp_path: Path, read: Read) -> None:
    path = tmp_path / "dopis.txt"
    path.write_text("404\u00ad31/2025\u00adII Лим\u00adВода OPŠ\u00adTINA o\u00adpština 2025\u00ad", encoding="utf-8")
    assert read(path)[0].words.texts == ("404-31/2025-II", "Лим-Вода", "OPŠTINA", "opština", "2025")
