"""A file is what its bytes say, whatever its name; what nobody reads is refused by the name of its format."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest

from archive.errors import DamagedDocument, EncryptedDocument, UnsupportedFormat
from indexer.formats import media_types
from indexer.formats.sniffing import media_type_of
from tests.indexer_samples import letter_pdf, scan

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One small file of each format that is read, under a name that says nothing."""
    folder = tmp_path_factory.mktemp("files")
    made = {name: folder / f"{name}.dat" for name in ("pdf", "png", "jpeg", "tiff", "docx", "text")}
    letter_pdf().save(made["pdf"])
    for name in ("png", "jpeg", "tiff"):
        scan(letter_pdf(), dpi=20).save(made[name], name)
    docx.Document().save(str(made["docx"]))
    made["text"].write_text("Rešenje o pristupu informacijama\n" * 300, encoding="utf-8")
    return made


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("pdf", "application/pdf"),
        ("png", "image/png"),
        ("jpeg", "image/jpeg"),
        ("tiff", "image/tiff"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("text", "text/plain"),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".pdf", ".txt", ".doc", ".xyz"])
def test_content_decides_and_not_the_name(files: dict[str, Path], name: str, expected: str, suffix: str) -> None:
    assert media_type_of(files[name], f"dopis{suffix}") == expected


def test_a_pdf_may_follow_some_rubbish(files: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"HTTP/1.1 200 OK\r\n\r\n" + files["pdf"].read_bytes())
    assert media_type_of(path, path.name) == "application/pdf"


def test_a_list_of_prices_is_a_table(tmp_path: Path) -> None:
    path = tmp_path / "cene.csv"
    path.write_text("r.br.;kolicina;cena\n" + "".join(f"{row};{row * 7};1.2{row}0,00\n" for row in range(400)))
    assert media_type_of(path, path.name) == "text/csv"


@pytest.mark.parametrize(
    ("filename", "data", "named"),
    [
        ("a.wav", b"RIFF" + bytes(4) + b"WAVEfmt ", "sound or video"),
        ("a.mp3", b"ID3\x03" + bytes(40), "sound or video"),
        ("a.mp4", b"\0\0\0\x18ftypisom" + bytes(40), "sound or video"),
        ("a.avif", b"\0\0\0\x18ftypavif" + bytes(40), "an AVIF picture"),
        ("a.bin", bytes(range(256)) * 20, "unknown kind"),
        ("a.bin", bytes(5000), "unknown kind"),
    ],
)
def test_an_unsupported_format_is_named(tmp_path: Path, filename: str, data: bytes, named: str) -> None:
    path = tmp_path / filename
    path.write_bytes(data)
    with pytest.raises(UnsupportedFormat, match=named) as refused:
        media_type_of(path, filename)
    assert filename in refused.value.message
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (rb"{\rtf1\ansi Ugovor}", "application/rtf"),
        (b"<!DOCTYPE html><html><body>Ugovor</body></html>", "text/html"),
        (b"\n<!-- a --><HTML><body>Ugovor</body></html>", "text/html"),
        (b"<?xml version='1.0'?>\n<!DOCTYPE html><html/>", "text/html"),
        (b"Return-Path: <a@b.rs>\nReceived: from b.rs\n\tby c.rs\nSubject: Zahtev\n\nTekst", "message/rfc822"),
    ],
)
@pytest.mark.parametrize("filename", ["a", "a.doc", "a.txt"])
def test_a_mark_at_the_beginning_decides(tmp_path: Path, data: bytes, expected: str, filename: str) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    assert media_type_of(path, filename) == expected


def test_only_its_name_tells_a_table_from_other_text(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("naziv;iznos\nkamera;12\n", encoding="utf-8")
    assert [media_type_of(path, name) for name in ("a.CSV", "a.txt")] == ["text/csv", "text/plain"]


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("xl/workbook.xml", media_types.XLSX),
        ("ppt/presentation.xml", media_types.PPTX),
        ("dopis.pdf", "application/zip"),
    ],
)
def test_packages_are_told_apart_by_what_is_in_them(tmp_path: Path, part: str, expected: str) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(part, "x")
    assert media_type_of(path, path.name) == expected


@pytest.mark.parametrize(
    ("sample", "expected"), [("ugovor.doc", "application/msword"), ("racuni.xls", "application/vnd.ms-excel")]
)
def test_old_office_files_are_told_apart_by_their_streams(sample: str, expected: str) -> None:
    assert media_type_of(SAMPLES / sample, "a.pdf") == expected


def test_a_broken_old_office_file_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes((SAMPLES / "ugovor.doc").read_bytes()[:700])
    with pytest.raises(DamagedDocument, match=r"a\.doc"):
        media_type_of(path, path.name)


def test_an_old_word_file_with_a_password_is_encrypted(tmp_path: Path) -> None:
    """Its file information block, the first thing in its stream WordDocument, says so."""
    data = bytearray((SAMPLES / "ugovor.doc").read_bytes())
    block = data.index(b"\xec\xa5")
    data[block + 11] |= 0x01
    path = tmp_path / "a.doc"
    path.write_bytes(data)
    with pytest.raises(EncryptedDocument, match="password"):
        media_type_of(path, path.name)


def test_a_word_file_with_a_password_is_encrypted(tmp_path: Path) -> None:
    """The package lies encrypted in an OLE container, whose directory names its streams in UTF-16."""
    data = (SAMPLES / "ugovor.doc").read_bytes()
    name, encrypted = ("".join(f"{char}\0" for char in text).encode() for text in ("WordDocument", "EncryptedPackage"))
    at = data.index(name)
    entry = bytearray(data[at : at + 128])
    entry[: len(encrypted)] = encrypted
    entry[64:66] = (len(encrypted) + 2).to_bytes(2, "little")
    path = tmp_path / "a.docx"
    path.write_bytes(data[:at] + entry + data[at + 128 :])
    with pytest.raises(EncryptedDocument, match="password"):
        media_type_of(path, path.name)


def test_a_letter_cut_by_the_end_of_the_sample_does_not_make_text_binary(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for shift in range(4):
        path.write_text("x" * shift + "шћ" * 5000, encoding="utf-8")
        assert media_type_of(path, path.name) == "text/plain"
    path.write_text("шћ\n" * 5000, encoding="utf-16-le")
    assert media_type_of(path, path.name) == "text/plain"
