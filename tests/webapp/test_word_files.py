"""Documents for Word hold whatever a document says, also what XML cannot."""

from __future__ import annotations

import io

import docx
import pytest

from webapp.files.word.parts import add_link, add_small, new_document, writable


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x0b", "\x1f", "\x7f", "\ud800", "\uffff"])
def test_a_sign_that_xml_cannot_hold_is_replaced(sign: str) -> None:
    document = new_document(f"Ugovor{sign}", f"Ana{sign}")
    add_small(document, f"kazna{sign} 0,2%")
    add_link(document.add_paragraph(), f"strana{sign} 1", "http://localhost/documents/1")
    file = io.BytesIO()
    document.save(file)
    read = docx.Document(file)
    assert read.core_properties.title == "Ugovor\ufffd"
    assert [paragraph.text for paragraph in read.paragraphs] == ["Ugovor\ufffd", "kazna\ufffd 0,2%", "strana\ufffd 1"]


def test_all_other_text_stays() -> None:
    text = "Члан 5.\tstav 1\nđ ž — „navod” \U0001f600"
    assert writable(text) == text
