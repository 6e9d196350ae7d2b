"""Documents for Word hold whatever a document says, also what XML cannot."""

from __future__ import annotations

import io

import docx
import pytest
from flask import Flask

from webapp.files.word.parts import add_link, add_small, as_printed, new_document, save, writable


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


def test_names_are_in_the_script_of_the_reader_and_words_as_printed(app: Flask) -> None:
    document = new_document("Beočin")
    add_small(document, "Vidozor d.o.o.")
    as_printed(document.add_paragraph().add_run("Rok je 30 dana."))
    as_printed(add_link(document.add_paragraph(), "Član 5.", "http://localhost/documents/1"))
    add_link(document.add_paragraph(), "Bečej", "http://localhost/documents/1")
    file = io.BytesIO()
    with app.test_request_context("/", headers={"Accept-Language": "sr-Cyrl"}):
        save(document, file)
    read = docx.Document(file)
    assert read.core_properties.title == "Беочин"
    told = ["Беочин", "Видозор д.о.о.", "Rok je 30 dana.", "Član 5.", "Бечеј"]
    assert [paragraph.text for paragraph in read.paragraphs] == told
