"""A file is what its bytes say, whatever its name; what nobody reads is refused by the name of its format."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest

from archive.errors import EncryptedDocument, UnsupportedFormat
from indexer.formats.sniffing import media_type_of
from tests.indexer_samples import letter_pdf, scan


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


@pytest.mark.parametrize(
    ("filename", "data", "named"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Microsoft Office"),
        ("a.rtf", rb"{\rtf1\ansi Ugovor}", "RTF"),
        ("a.html", b"<!DOCTYPE html><html><body>Ugovor</body></html>", "HTML"),
        ("a.htm", b"\n<HTML><body>Ugovor</body></html>", "HTML"),
        ("a", b"Return-Path: <a@b.rs>\nReceived: from b.rs\n\tby c.rs\nSubject: Zahtev\n\nTekst", "e-mail"),
        ("a.eml", b"Subject: Zahtev\n\nTekst", "e-mail"),
        ("a.xml", b"<?xml version='1.0'?><a/>", "XML"),
        ("a.gif", b"GIF89a" + bytes(40), "GIF"),
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
    ("part", "named"),
    [("xl/workbook.xml", "XLSX"), ("META-INF/manifest.xml", "ODT"), ("dopis.pdf", "ZIP archive")],
)
def test_packages_are_told_apart_by_what_is_in_them(tmp_path: Path, part: str, named: str) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr(part, "x")
    with pytest.raises(UnsupportedFormat, match=named):
        media_type_of(path, path.name)


def test_a_word_file_with_a_password_is_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000) + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(EncryptedDocument, match="password"):
        media_type_of(path, path.name)


def test_a_letter_cut_by_the_end_of_the_sample_does_not_make_text_binary(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for shift in range(4):
        path.write_text("x" * shift + "шћ" * 5000, encoding="utf-8")
        assert media_type_of(path, path.name) == "text/plain"
    path.write_text("шћ\n" * 5000, encoding="utf-16-le")
    assert media_type_of(path, path.name) == "text/plain"
