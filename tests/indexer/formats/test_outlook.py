"""Outlook's own e-mails: read like those that travelled."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.errors import DamagedDocument, UnsupportedFormat
from indexer.formats import media_types
from indexer.formats.mail.outlook import OutlookSource
from indexer.formats.sniffing import media_type_of
from indexer.formats.source import ReadContext
from indexer.ocr.engine import NullOcr
from tests.outlook_sample import compound_file, outlook_mail

CONTEXT = ReadContext(NullOcr(), "never", 200, 100, 10**6)
HEADERS = "From: Milica <milica@brezovac.rs>\nTo: nabavke@primer.rs\nDate: Tue, 5 Mar 2019 10:00:00 +0100\n"

Save = Callable[[bytes], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def write(data: bytes) -> Path:
        path = tmp_path / "dopis.msg"
        path.write_bytes(data)
        return path

    return write


def test_head_text_and_attachments_are_read(save: Save) -> None:
    path = save(outlook_mail("Наруџба", HEADERS, "У прилогу је уговор.", attachments={"уговор.txt": b"ugovor"}))
    assert media_type_of(path, "dopis.msg") == "application/vnd.ms-outlook"
    source = OutlookSource(path, path.name)
    assert source.read(1, CONTEXT).words.text() == (
        "From: Milica <milica@brezovac.rs>\nTo: nabavke@primer.rs\nDate: Tue, 5 Mar 2019 10:00:00 +0100\n"
        "Subject: Наруџба\nAttachments: уговор.txt\n\nУ прилогу је уговор."
    )
    assert [(content.path, b"".join(content.chunks())) for content in source.contents()] == [("уговор.txt", b"ugovor")]


def test_html_is_read_where_there_is_no_plain_text(save: Save) -> None:
    path = save(outlook_mail("Ugovor", HEADERS, html="<p>prvi</p><p>други</p>".encode()))
    assert OutlookSource(path, path.name).read(1, CONTEXT).words.text().endswith("Ugovor\n\nprvi\n\nдруги")


def test_rtf_is_read_where_there_is_nothing_else(save: Save) -> None:
    rtf = rb"{\rtf1\ansi\ansicpg1250 Rok je 30 dana\par Cena je 1.250.000 dinara.\par}"
    page = OutlookSource(save(outlook_mail("Ugovor", HEADERS, rtf=rtf)), "dopis.msg").read(1, CONTEXT)
    assert page.words.text().endswith("Ugovor\n\nRok je 30 dana\nCena je 1.250.000 dinara.")
    assert page.note is None


def test_html_that_outlook_wraps_into_rtf_is_read_once(save: Save) -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1250\fromhtml1 {\*\htmltag64 <p>}Rok je {\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 30"
        rb"{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0  dana\htmlrtf\par\htmlrtf0{\*\htmltag72 </p>}}"
    )
    page = OutlookSource(save(outlook_mail("Ugovor", HEADERS, rtf=rtf)), "dopis.msg").read(1, CONTEXT)
    assert page.words.text().endswith("Ugovor\n\nRok je 30 dana")


def test_a_damaged_text_costs_no_attachment(save: Save) -> None:
    mail = outlook_mail("Ugovor", HEADERS, attachments={"a.txt": b"a"}, rtf=rb"{\rtf1 Rok}").replace(b"LZFu", b"LZFx")
    source = OutlookSource(save(mail), "dopis.msg")
    assert source.read(1, CONTEXT).note == "Its body is compressed RTF that is damaged."
    assert [content.path for content in source.contents()] == ["a.txt"]


def test_an_e_mail_without_readable_text_says_so(save: Save) -> None:
    path = save(outlook_mail("Ugovor", HEADERS))
    note = OutlookSource(path, path.name).read(1, CONTEXT).note
    assert note == "Its text is empty, or stored in a way that is not read here."


def test_an_outlook_item_inside_is_named(save: Save) -> None:
    path = save(outlook_mail("Ugovor", HEADERS, "x", attachments={"sastanak": None}))
    (content,) = OutlookSource(path, path.name).contents()
    with pytest.raises(UnsupportedFormat, match=r"sastanak in dopis\.msg"):
        list(content.chunks())


def test_other_compound_files_are_no_e_mails(save: Save) -> None:
    assert media_type_of(save(compound_file({"WordDocument": b"x" * 100})), "a.msg") == media_types.DOC
    with pytest.raises(DamagedDocument):
        media_type_of(save(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)), "a.msg")


def test_broken_files_are_read_or_refused_and_nothing_else(save: Save) -> None:
    whole = outlook_mail("Ugovor", HEADERS, "tekst", b"<p>x", {"a.txt": b"x" * 200})
    chance = random.Random(7)
    refused = 0
    for _ in range(300):
        broken = bytearray(whole[: chance.randrange(600, len(whole) + 1)] if chance.random() < 0.3 else whole)
        for _ in range(chance.randrange(1, 8)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            source = OutlookSource(save(bytes(broken)), "dopis.msg")
            source.read(1, CONTEXT)
            for content in source.contents():
                b"".join(content.chunks())
        except (DamagedDocument, UnsupportedFormat):
            refused += 1
    assert 0 < refused < 300
