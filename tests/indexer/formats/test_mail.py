"""E-mails: the head and the text are its page, attachments its contents, whatever is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from archive.errors import DamagedDocument
from archive.model import TextSource
from indexer.formats.mail.messages import MailboxSource, MailSource, take_out_uuencoded
from indexer.formats.sniffing import is_mail, is_mailbox
from indexer.formats.source import Container, ReadContext, ReadPage, UniqueNames
from indexer.ocr.engine import NullOcr

CONTEXT = ReadContext(NullOcr(), "never", 200, 100, 10**6)

HEAD = """From: =?utf-8?B?0JzQuNC70LjRhtCw?= <milica@brezovac.rs>
To: nabavke@primer.rs
Cc: arhiva@primer.rs
Date: Tue, 5 Mar 2019 10:00:00 +0100
Subject: =?iso-8859-2?Q?Narud=BEba?=
 kamera
MIME-Version: 1.0
"""

Mail = Callable[[str | bytes], MailSource]


@pytest.fixture
def mail(tmp_path: Path) -> Mail:
    """Open an e-mail with these headers and body after the common ones."""

    def write(rest: str | bytes) -> MailSource:
        path = tmp_path / "dopis.eml"
        path.write_bytes(HEAD.encode() + (rest if isinstance(rest, bytes) else rest.encode()))
        return MailSource(path, path.name)

    return write


def page(source: MailSource) -> ReadPage:
    return source.read(1, CONTEXT)


def body(source: MailSource) -> str:
    return page(source).words.text().partition("\n\n")[2]


def contents(source: Container) -> dict[str, bytes]:
    return {content.path: b"".join(content.chunks()) for content in source.contents()}


def multipart(*parts: str, kind: str = "mixed") -> str:
    inside = "".join(f"--XX\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="XX"\n\npreamble\n{inside}--XX--\n'


PLAIN = "Content-Type: text/plain; charset=utf-8\n\nУ прилогу је уговор."
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>У прилогу је <b>уго</b>вор.</p>"
PDF = 'Content-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment; filename="a.pdf"\n'


def test_the_page_begins_with_the_head_as_a_person_reads_it(mail: Mail) -> None:
    read = page(mail("\nPoštovani,\nšaljem ponudu.\n"))
    assert read.words.text() == (
        "From: Милица <milica@brezovac.rs>\nTo: nabavke@primer.rs\nCc: arhiva@primer.rs\n"
        "Date: Tue, 5 Mar 2019 10:00:00 +0100\nSubject: Narudžba kamera\n\nPoštovani,\nšaljem ponudu."
    )
    assert (read.source, read.note) == (TextSource.TEXT, None)


def test_attachments_are_named_on_the_page_and_come_out_as_they_went_in(mail: Mail) -> None:
    source = mail(multipart(PLAIN, f"{PDF}Content-Transfer-Encoding: base64\n\nJVBERi0x", f"{PDF}\ndrugi"))
    assert "Attachments: a.pdf; a (2).pdf" in page(source).words.text()
    assert body(source) == "У прилогу је уговор."
    assert contents(source) == {"a.pdf": b"%PDF-1", "a (2).pdf": b"drugi"}
    assert isinstance(source, Container)


@pytest.mark.parametrize("parts", [(PLAIN, HTML), ("Content-Type: text/plain\n\n \n", HTML), (HTML,)])
def test_of_alternatives_one_is_read(mail: Mail, parts: tuple[str, ...]) -> None:
    assert body(mail(multipart(*parts, kind="alternative"))) == "У прилогу је уговор."


def test_a_picture_of_an_html_alternative_is_an_attachment(mail: Mail) -> None:
    related = multipart(HTML, "Content-Type: image/png\nContent-ID: <1>\n\nslika", kind="related").replace("XX", "YY")
    source = mail(multipart(PLAIN, related, kind="alternative"))
    assert body(source) == "У прилогу је уговор."
    assert contents(source) == {"image png part": b"slika"}


def test_html_lines_are_those_of_a_browser(mail: Mail) -> None:
    html = (
        "<html><head><style>p {color: red}</style><title>x</title></head><body><div>prvi\nred</div><div>drugi red<br>"
        "treći</div><p>pasus<script>alert(1)</script><p>još<table><tr><td>12</td><td>kom</td></tr><tr><td>3</td></tr>"
    )
    lines = "prvi red\ndrugi red\ntreći\n\npasus\n\njoš\n\n12 kom\n3"
    assert body(mail(f"Content-Type: text/html; charset=utf-8\n\n{html}")) == lines


def test_a_forwarded_e_mail_is_an_e_mail_of_its_own(mail: Mail, tmp_path: Path) -> None:
    inner = HEAD + multipart(PLAIN, f"{PDF}\nsadržaj").replace("XX", "YY")
    source = mail(multipart(PLAIN, f"Content-Type: message/rfc822\n\n{inner}"))
    ((name, data),) = contents(source).items()
    assert name == "Narudžba kamera.eml"
    (tmp_path / "unutra.eml").write_bytes(data)
    forwarded = MailSource(tmp_path / "unutra.eml", name)
    assert body(forwarded) == "У прилогу је уговор."
    assert list(contents(forwarded)) == ["a.pdf"]


@pytest.mark.parametrize(
    ("headers", "text", "note"),
    [
        ("charset=windows-1250", "šaljem ugovor, čekam žalbu".encode("cp1250"), None),
        ("charset=us-ascii", "šaljem ugovor, čekam žalbu".encode("cp1250"), "Read as cp1250"),
        ("charset=no-such-thing", "šaljem ugovor, čekam žalbu".encode(), None),
        ("charset=utf-8", "шаљем уговор, чекам жалбу".encode("cp1251"), "Read as cp1251"),
        ("charset=utf-8", bytes(range(0x80, 0xFF)), "encoding is unknown"),
    ],
)
def test_an_encoding_that_is_declared_wrongly_is_judged_and_that_is_said(
    mail: Mail, headers: str, text: bytes, note: str | None
) -> None:
    read = page(mail(b"Content-Type: text/plain; " + headers.encode() + b"\n\n" + text))
    if note:
        assert read.note is not None
        assert note in read.note
    else:
        assert read.note is None
        assert "čekam" in read.words.text()


@pytest.mark.parametrize(
    "broken",
    [
        'Content-Type: multipart/mixed; boundary="XX"\n\n--XX\n' + PLAIN,
        'Content-Type: multipart/mixed; boundary="XX"\n\n--XX\n' + PLAIN + "\n--XX\n" + PDF,
        "Content-Type: multipart/mixed\n\nУ прилогу је уговор.",
        "Content-Type: text\n\nУ прилогу је уговор.",
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nУ прилогу је уговор.",
    ],
)
def test_broken_mime_loses_no_text(mail: Mail, broken: str) -> None:
    assert "прилогу је уговор." in body(mail(broken))


def test_raw_letters_in_a_header_and_unknown_encoded_words(mail: Mail) -> None:
    source = mail("Subject: Жалба ¶\nSubject: =?x-unknown?Q?=9Aaljem?= =?bad\n\nx")
    text = page(source).words.text()
    assert "Жалба" in text
    assert "From: Милица" in text


def test_uuencoded_files_between_the_lines_are_attachments(mail: Mail) -> None:
    source = mail("\nPozdrav\n\nbegin 644 a.txt\n#0V%T\n`\nend\n\nkraj\n")
    assert body(source) == "Pozdrav\n\nkraj"
    assert contents(source) == {"a.txt": b"Cat"}


def test_what_only_looks_uuencoded_stays() -> None:
    for text in ("begin 644 a.txt\nšta\nend\n", "begin 644 days ago, the end\n", "begin 644 a.txt\n#0V%T\n"):
        assert take_out_uuencoded(text) == (text, [])


def test_a_signature_is_mentioned_and_is_no_document(mail: Mail) -> None:
    source = mail(multipart(PLAIN, "Content-Type: application/pgp-signature; name=s.asc\n\n-----", kind="signed"))
    assert contents(source) == {}
    assert page(source).reason == "It has a digital signature, which is kept in the original."


def test_endless_nesting_and_no_headers_are_named(mail: Mail, tmp_path: Path) -> None:
    with pytest.raises(DamagedDocument, match=r"dopis\.eml.*nested"):
        mail("Content-Type: message/rfc822\n\n" * 3000)
    path = tmp_path / "prazan.eml"
    path.write_text("\nsamo tekst\n")
    with pytest.raises(DamagedDocument, match="no e-mail headers"):
        MailSource(path, path.name)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"Received: from a\n by b\nTo: c\n\n", True),
        (b"From: a\r\nTo: b\r\nSubject: c\r\n\r\ntekst", True),
        (b"From a@b Tue Mar 5 2019\nReturn-Path: <a>\n\n", True),
        (b"Subject: nabavka\n\nbez drugih zaglavlja", False),
        (b"Napomena: ovo je obi\xc4\x8dan tekst\nMessage-ID: x\nbez zaglavlja\n\n", False),
        (b"From the beginning of time\nthere was text.\n", False),
        (b"", False),
    ],
)
def test_mail_is_known_by_its_headers(head: bytes, expected: bool) -> None:
    assert is_mail(head) is expected


def test_a_mailbox_lists_its_e_mails_and_gives_each(tmp_path: Path) -> None:
    separator = "From milica@brezovac.rs Tue Mar  5 10:00:00 2019\n"
    single = f"{separator}{HEAD}\nPrvi.\n\nFrom now on all is better.\n\n"
    path = tmp_path / "sanduče"
    path.write_text(single)
    assert not is_mailbox(path)
    path.write_text(f"{single}{separator}{HEAD}\nDrugi.\n")
    assert is_mailbox(path)
    source = MailboxSource(path, path.name)
    assert source.read(1, CONTEXT).words.text() == "0001 Narudžba kamera.eml\n0002 Narudžba kamera.eml"
    assert [data.decode() for data in contents(source).values()] == [
        f"{HEAD}\nPrvi.\n\nFrom now on all is better.\n\n",
        f"{HEAD}\nDrugi.\n",
    ]


def test_names_are_unique_and_printable() -> None:
    names = UniqueNames()
    long = names.of("x" * 5000 + ".pdf")
    assert (len(long), long[-5:], names.of("x" * 5000 + ".pdf")) == (400, "x.pdf", long.replace(".", " (2)."))
    assert [names.of(name) for name in ("a.b/c", "a.b/c", "\x07", "", "x.tar.gz", "x.tar.gz")] == [
        "a.b/c",
        "a.b/c (2)",
        "\ufffd",
        "unnamed",
        "x.tar.gz",
        "x.tar (2).gz",
    ]
