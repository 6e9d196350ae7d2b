"""hOCR and ALTO of a page, read back: the same words in the same places."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from lxml import etree

from archive.model import Box, Page, TextSource
from archive.model.description import Description
from archive.model.words import Break, Word, Words
from tests.webapp_samples import Sample
from webapp.iiif.ocr_formats import as_alto, as_hocr, blocks

HEIGHT = round(2000 * 842 / 595)
XHTML = {"h": "http://www.w3.org/1999/xhtml"}
ALTO = {"a": "http://www.loc.gov/standards/alto/ns-v4#"}


def told(client: FlaskClient, path: str) -> etree._Element:
    response = client.get(path)
    assert response.status_code == 200
    return etree.fromstring(response.data, etree.XMLParser(resolve_entities=False, no_network=True))


def pixels(box: Box | None) -> list[int]:
    assert box is not None
    return [int(box.x0 * 2000), int(box.y0 * HEIGHT), round(box.x1 * 2000), round(box.y1 * HEIGHT)]


def test_hocr_has_every_word_in_its_place(client: FlaskClient, sample: Sample) -> None:
    words = sample.archive.catalog.readings.words(sample.contract, 2)
    first = sample.archive.catalog.readings.get(sample.contract).pages[1].first_word
    root = told(client, f"/documents/{sample.contract}/pages/2.hocr")
    found = root.findall(".//h:span[@class='ocrx_word']", XHTML)
    assert [word.text for word in found] == list(words.texts)
    assert "<b>ZorKam</b>" in words.texts
    for at, word in enumerate(found):
        assert word.get("title") == "bbox " + " ".join(map(str, pixels(words.box(at))))
        assert word.get("id") == f"word_{first + at}"
    (page,) = root.findall(".//h:div[@class='ocr_page']", XHTML)
    assert page.get("title") == f"bbox 0 0 2000 {HEIGHT}; ppageno 1"
    lines = root.findall(".//h:span[@class='ocr_line']", XHTML)
    assert ["".join(line.itertext()).strip() for line in lines] == words.text().replace("\n\n", "\n").split("\n")
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {meta.get("name") for meta in root.findall(".//h:meta", XHTML)} == {"ocr-system", "ocr-capabilities"}


def test_alto_has_every_word_in_its_place(client: FlaskClient, sample: Sample) -> None:
    words = sample.archive.catalog.readings.words(sample.contract, 2)
    root = told(client, f"/documents/{sample.contract}/pages/2.alto.xml")
    assert root.tag == f"{{{ALTO['a']}}}alto"
    found = root.findall(".//a:String", ALTO)
    assert [word.get("CONTENT") for word in found] == list(words.texts)
    for at, word in enumerate(found):
        left, top, width, height = (int(word.get(name, "")) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
        assert [left, top, left + width, top + height] == pixels(words.box(at))
    assert root.findtext(".//a:MeasurementUnit", namespaces=ALTO) == "pixel"
    assert root.findtext(".//a:fileName", namespaces=ALTO) == "contract.pdf"
    lines = root.findall(".//a:TextLine", ALTO)
    assert all(len(line.findall("a:SP", ALTO)) == len(line.findall("a:String", ALTO)) - 1 for line in lines)
    (page,) = root.findall(".//a:Page", ALTO)
    assert (page.get("WIDTH"), page.get("HEIGHT"), page.get("PHYSICAL_IMG_NR")) == ("2000", str(HEIGHT), "2")


def test_confidences_are_told_where_ocr_read(client: FlaskClient, sample: Sample) -> None:
    scan = told(client, f"/documents/{sample.scan}/pages/1.hocr")
    assert all("; x_wconf 55" in word.get("title", "") for word in scan.findall(".//h:span[@class='ocrx_word']", XHTML))
    alto = told(client, f"/documents/{sample.scan}/pages/1.alto.xml")
    assert {word.get("WC") for word in alto.findall(".//a:String", ALTO)} == {"0.55"}
    typed = told(client, f"/documents/{sample.contract}/pages/1.alto.xml")
    assert {word.get("WC") for word in typed.findall(".//a:String", ALTO)} == {None}


@pytest.mark.parametrize("ending", ["hocr", "alto.xml"])
def test_a_page_without_words_is_an_empty_page(client: FlaskClient, sample: Sample, ending: str) -> None:
    root = told(client, f"/documents/{sample.contract}/pages/3.{ending}")
    assert not root.xpath("//*[local-name()='String' or @class='ocrx_word']")
    assert root.xpath("//*[local-name()='PrintSpace' or @class='ocr_page']")


@pytest.mark.parametrize("ending", ["hocr", "alto.xml"])
def test_what_has_no_boxes_or_is_not_there_is_refused(client: FlaskClient, sample: Sample, ending: str) -> None:
    assert client.get(f"/documents/{sample.reply}/pages/1.{ending}").status_code == 404
    assert client.get(f"/documents/{sample.contract}/pages/9.{ending}").status_code == 404
    assert client.get(f"/documents/{sample.contract}/pages/1.{ending}?reading=2").status_code == 400
    assert client.get(f"/documents/00000000/pages/1.{ending}").status_code == 404


def test_media_types(client: FlaskClient, sample: Sample) -> None:
    for ending, kind in (("hocr", "text/vnd.hocr+html"), ("alto.xml", "application/xml")):
        response = client.get(f"/documents/{sample.contract}/pages/1.{ending}")
        assert response.mimetype == kind
        assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


def test_characters_that_xml_cannot_write_are_marked(sample: Sample) -> None:
    described = sample.archive.catalog.documents.descriptions([sample.contract])[sample.contract]
    words = Words.of([Word("a\x00b", Box(0, 0, 0.1, 0.1)), Word("<&>", Box(0.2, 0, 0.3, 0.1))])
    page = Page(1, 0, 2, 595, 842, TextSource.TEXT)
    broken: Description = replace(described, title="x\x0by", filename="n\x01.pdf")
    hocr = etree.fromstring(as_hocr(broken, page, words, None, "test"))
    assert [word.text for word in hocr.findall(".//h:span[@class='ocrx_word']", XHTML)] == ["a�b", "<&>"]
    alto = etree.fromstring(as_alto(broken, page, words, "sr-Latn", "test"))
    assert [word.get("CONTENT") for word in alto.findall(".//a:String", ALTO)] == ["a�b", "<&>"]


def test_blocks_and_lines_follow_the_breaks() -> None:
    box = Box(0, 0, 1, 1)
    breaks = [Break.SPACE, Break.SPACE, Break.LINE, Break.BLOCK, Break.SPACE, Break.BLOCK]
    words = Words.of([Word("x", box, before=before) for before in breaks])
    assert list(blocks(words)) == [[[0, 1], [2]], [[3, 4]], [[5]]]
    assert list(blocks(Words.of([]))) == []
