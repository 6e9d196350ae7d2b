"""Small malicious files: bombs, deep nesting, escaping links, huge dimensions."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Mapping
from copy import copy

import pymupdf

from tests.epub_sample import epub
from tests.indexer_samples import letter_pdf
from tests.outlook_store_sample import Mail, store
from tests.packed_samples import rared, seven_zipped, tarred
from tests.signed_samples import wrapped
from tests.tnef_sample import winmail

_CONTENT_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def truncated_pdf() -> bytes:
    """Return the first third of a letter."""
    whole: bytes = letter_pdf().tobytes()
    return whole[: len(whole) // 3]


def spliced_pdf() -> bytes:
    """Return the beginning of one file and the end of another, which has the cross-reference table."""
    one, other = letter_pdf().tobytes(), _pdf(b"BT ET", pages=30)
    return bytes(one[: len(one) // 2] + other[len(other) // 2 :])


def flate_bomb_pdf() -> bytes:
    """Return a page with 100 MB of spaces as its content, compressed twice to some hundred bytes."""
    packer = zlib.compressobj(9)
    once = b"".join([*(packer.compress(b" " * (1 << 20)) for _ in range(100)), packer.flush()])
    return _pdf(zlib.compress(once, 9), filters="[/FlateDecode /FlateDecode]")


def vast_pdf() -> bytes:
    """Return a page of 200 x 200 inches without a text layer: 1,600 million pixels at 200 dpi."""
    return _pdf(b"0 0 1 rg 100 100 9000 9000 re f", side=14_400)


def recursive_pdf() -> bytes:
    """Return a page tree that is its own child."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000000>>endobj\ntrailer<</Root 1 0 R>>"
    )


def boasting_pdf() -> bytes:
    """Return a page tree with a count of five and one page."""
    return bytes(letter_pdf().tobytes(no_new_id=True)).replace(b"/Count 1", b"/Count 5")


def entity_bomb_docx() -> bytes:
    """Return the billion laughs attack: ten entities, each ten times the previous one."""
    entities = "".join(f'<!ENTITY e{level + 1} "{f"&e{level};" * 10}">' for level in range(9))
    body = "<w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body>"
    return _docx(f'<!DOCTYPE w [<!ENTITY e0 "ha">{entities}]><w:document xmlns:w="{_WORDS}">{body}</w:document>')


def recursive_docx() -> bytes:
    """Return tables nested 20,000 deep."""
    deep = 20_000
    opening, closing = "<w:tbl><w:tr><w:tc>" * deep, "</w:tc></w:tr></w:tbl>" * deep
    return _docx(f'<w:document xmlns:w="{_WORDS}"><w:body>{opening}<w:p/>{closing}</w:body></w:document>')


def bloated_docx() -> bytes:
    """Return a document that unpacks to 640 MB, because twenty of its members are the same 32 MB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("word/document.xml", " " * (32 << 20))
        for number in range(19):
            again = copy(archive.filelist[-1])
            again.filename = f"word/media/{number}.bmp"
            archive.filelist.append(again)
    return buffer.getvalue()


def zip_bomb() -> bytes:
    """Return 40 MB of zeros in 0.04 MB, beside an ordinary letter."""
    return _zip({"dopis.txt": "pošten dopis u prilogu", "nula.txt": "0" * (40 << 20)})


def nested_zip() -> bytes:
    """Return ten nested archives."""
    content: bytes = b"tekst na dnu"
    for level in range(10):
        content = _zip({f"{level}.{'zip' if level else 'txt'}": content})
    return content


def linking_zip() -> bytes:
    """Return an archive with a path outside of it, and a symbolic link."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../../../../etc/cron.d/zlo.txt", "zlo")
        link = zipfile.ZipInfo("veza.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()


def packed_bomb(pack: Callable[[Mapping[str, bytes]], bytes]) -> Callable[[], bytes]:
    """Return a function that packs 40 MB of zeros and an ordinary letter into another archive format."""
    return lambda: pack({"nula.txt": bytes(40 << 20), "dopis.txt": "pošten dopis u prilogu".encode()})


def nested_tar() -> bytes:
    """Return ten nested compressed archives."""
    content = b"tekst na dnu"
    for level in range(10):
        content = tarred({f"{level}.{'tgz' if level else 'txt'}": content}, "gz")
    return content


def linking_tar() -> bytes:
    """Return an archive with a path outside of it, an absolute one, and a symbolic link."""
    return tarred({"../../etc/cron.d/zlo.txt": b"zlo", "/etc/zlo.txt": b"zlo"}, links={"veza.txt": "/etc/passwd"})


def boasting_rar() -> bytes:
    """Return a RAR archive that is truncated in its only file."""
    return rared({"veliki.txt": b"veliki " * 9000})[:4000]


def vast_gif() -> bytes:
    """Return two images of 65,535 x 65,535 pixels each, in some 80 bytes."""
    size = b"\xff\xff\xff\xff"
    picture = b"\x2c\0\0\0\0" + size + b"\0\x02\x02\x4c\x01\0"
    return b"GIF89a" + size + b"\x80\0\0" + bytes(3) + b"\xff" * 3 + picture * 2 + b"\x3b"


def laughing_xml() -> bytes:
    """Return the billion laughs attack as bare XML."""
    entities = "".join(f'<!ENTITY e{level + 1} "{f"&e{level};" * 10}">' for level in range(9))
    return f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "ha">{entities}]><a>&e9;</a>'.encode()


def endless_page() -> bytes:
    """Return a page of 3,000 words and one of three."""
    return ("reč " * 3000 + "\f" + "tri prave reči").encode()


def half_characters_pdf() -> bytes:
    """Return a page whose font maps letters to lone surrogates, and one with an undecodable name."""
    document = pymupdf.open()
    _set_content(document, document.new_page(), b"BT /F1 12 Tf 72 700 Td (AB Ugovor o nabavci kamera BA) Tj ET")
    _set_content(document, document.new_page(), b"/\xff\xfe Do")
    table = document.get_new_xref()
    document.update_object(table, "<<>>")
    document.update_stream(table, _HALF_CHARACTERS)
    font = document.get_new_xref()
    document.update_object(font, f"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode {table} 0 R>>")
    document.xref_set_key(document[0].xref, "Resources", f"<</Font<</F1 {font} 0 R>>>>")
    return bytes(document.tobytes())


_HALF_CHARACTERS = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def "
    b"1 begincodespacerange <00> <FF> endcodespacerange 2 beginbfchar <41> <D800> <42> <DC00> endbfchar "
    b"endcmap end end"
)


HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "truncated.pdf": truncated_pdf,
    "spliced.pdf": spliced_pdf,
    "flate.pdf": flate_bomb_pdf,
    "vast.pdf": vast_pdf,
    "recursive.pdf": recursive_pdf,
    "boasting.pdf": boasting_pdf,
    "entities.docx": entity_bomb_docx,
    "recursive.docx": recursive_docx,
    "bloated.docx": bloated_docx,
    "bomb.zip": zip_bomb,
    "nested.zip": nested_zip,
    "linking.zip": linking_zip,
    "bomb.tgz": packed_bomb(lambda contents: tarred(contents, "gz")),
    "bomb.7z": packed_bomb(seven_zipped),
    "nested.tgz": nested_tar,
    "linking.tar": linking_tar,
    "linking.rar": lambda: rared({"../zlo.txt": b"zlo"}, links={"veza.txt": "/etc/passwd"}),
    "boasting.rar": boasting_rar,
    "truncated.p7m": lambda: wrapped(b"tekst")[:500],
    "laughing.xml": laughing_xml,
    "winmail.dat": lambda: winmail("Ugovor")[:6] + b"\xff" * 400,
    "truncated.epub": lambda: epub({"a.xhtml": "<body>tekst</body>"})[:300],
    "truncated.pst": lambda: store([Mail("Ugovor", "From: ana@x.rs", "tekst")])[:0x4500],
    "vast.gif": vast_gif,
    "endless.txt": endless_page,
    "half.pdf": half_characters_pdf,
}
"""Functions that make each file, by its name."""


def _pdf(content: bytes, *, filters: str = "", side: int = 595, pages: int = 1) -> bytes:
    """Return a PDF of square pages, ``side`` points wide, all with this content."""
    document = pymupdf.open()
    for _ in range(pages):
        page = document.new_page(width=side, height=side)
        number = _set_content(document, page, content)
        if filters:
            document.xref_set_key(number, "Filter", filters)
    return bytes(document.tobytes())


def _set_content(document: pymupdf.Document, page: pymupdf.Page, content: bytes) -> int:
    """Set the content of a page, and return the number of its object."""
    number: int = document.get_new_xref()
    document.update_object(number, "<<>>")
    document.update_stream(number, content, compress=False)
    page.set_contents(number)
    return number


def _docx(document: str) -> bytes:
    return _zip({"[Content_Types].xml": _CONTENT_TYPES, "_rels/.rels": _RELATIONS, "word/document.xml": document})


def _zip(files: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()
