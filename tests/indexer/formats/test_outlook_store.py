"""Mailboxes of Outlook: every e-mail as one of the standard, with its attachments, and broken ones named."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import DamagedDocument
from indexer.formats import FORMATS, media_types, open_source
from indexer.formats.mail.messages import header, parse_mail, parts_of
from indexer.formats.sniffing import media_type_of
from indexer.formats.source import Container, ReadContext
from indexer.ocr.engine import NullOcr
from tests.outlook_store_sample import Mail, store

CONTEXT = ReadContext(NullOcr(), "never", 200, 100, 10**6)
MAILS = [
    Mail(
        "Ugovor škole",
        "From: =?utf-8?q?Ana_Ili=C4=87?= <ana@brezovac.rs>\r\nDate: Mon, 2 Nov 2026 10:00:00 +0100\r\n"
        "Content-Type: multipart/x; boundary=zlo\r\nTo: nabavke@primer.rs",
        "Šaljem ugovor.\r\n--zlo\r\nDrugi red",
        {"Rešenje.txt": b"tekst priloga", "../../zlo.txt": b"zlo"},
    ),
    Mail("../a/b", "", "bez zaglavlja"),
]


def opened(path: Path, data: bytes) -> Container:
    path.write_bytes(data)
    assert media_type_of(path, "x") == media_types.OUTLOOK_STORE
    source = open_source(media_types.OUTLOOK_STORE, path, path.name)
    assert isinstance(source, Container)
    return source


def test_each_e_mail_is_a_document_named_by_its_folder(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.pst", store(MAILS, folder="Prijem/ulaz"))
    names = ["Prijem_ulaz/00001 Ugovor škole.eml", "Prijem_ulaz/00002 .._a_b.eml"]
    assert source.read(1, CONTEXT).words.text().split("\n") == names
    assert [content.path for content in source.contents()] == names
    assert FORMATS[media_types.OUTLOOK_STORE].is_listing


def test_an_e_mail_has_its_headers_text_and_attachments(tmp_path: Path) -> None:
    first, second = (b"".join(one.chunks()) for one in opened(tmp_path / "a.pst", store(MAILS)).contents())
    mail = parse_mail(first)
    told = [header(mail, name) for name in ("From", "To", "Date", "Subject")]
    assert told == [
        "Ana Ilić <ana@brezovac.rs>",
        "nabavke@primer.rs",
        "Mon, 02 Nov 2026 10:00:00 +0100",
        "Ugovor škole",
    ]
    parts = parts_of(mail)
    assert parts.lines == ["Šaljem ugovor.", "--zlo", "Drugi red"]
    assert {name: content() for name, content in parts.attachments} == MAILS[0].attachments
    assert parts_of(parse_mail(second)).lines == ["bez zaglavlja"]


def test_the_same_e_mail_makes_the_same_bytes(tmp_path: Path) -> None:
    once, again = (
        [b"".join(one.chunks()) for one in opened(tmp_path / "a.pst", store(MAILS)).contents()] for _ in "12"
    )
    assert once == again


def test_broken_mailboxes_are_named(tmp_path: Path) -> None:
    whole = store(MAILS)
    for data in (whole[:600], whole[:0x4500], b"!BDN" + b"\xff" * 2000):
        with pytest.raises(DamagedDocument, match=r"a\.pst"):
            opened(tmp_path / "a.pst", data)
    with pytest.raises(DamagedDocument, match="no e-mail was found"):
        opened(tmp_path / "b.pst", store([]))
