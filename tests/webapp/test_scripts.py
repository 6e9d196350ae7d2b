"""Every page in the script of its reader, and words of papers and persons as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.facts.values import Municipalities
from archive.text.cyrillic import LITERAL, is_foreign
from indexer.gazetteer import municipalities
from tests.drawn_once import DrawnOnce
from tests.webapp_every_page import PAGES, Filled, fill_every_page
from webapp import create_app
from webapp.languages import scripts
from webapp.languages.scripts import in_script, markup_in_script

LATIN = re.compile("[A-Za-zČčĆćŽžŠšĐđ]+")
CYRILLIC = re.compile("[Ѐ-ӿ]+")

ALLOWED = {
    "CONTRACT AWARD NOTICE": "the title of a paper in English",
    "SUPPLY CONTRACT": "the title of a paper in English",
    "Municipality of": "the name of a buyer in a paper in English",
    "Sıstem": "OCR read a letter that no Serbian word has",
    "Empty.": "a reason in the sample, which no message of ours is",
    "has changed.": "the same",
    "main": "the name that a person gave a collection",
}
"""What may stand in Latin on a page in Cyrillic, beside what the rule keeps, and why."""


@pytest.fixture(scope="module")
def filled(specimen_home: Any, tmp_path_factory: pytest.TempPathFactory) -> Filled:
    return fill_every_page(specimen_home, tmp_path_factory.mktemp("every"))


@pytest.fixture(scope="module")
def archive(filled: Filled) -> Iterator[Archive]:
    with Archive.open(filled.home, create=False) as archive:
        yield archive


@pytest.fixture(scope="module")
def room(archive: Archive, drawn_once: DrawnOnce) -> Flask:
    return create_app(archive, drawn_once, Municipalities((place.name, place.aliases) for place in municipalities()))


@pytest.fixture
def visitor(room: Flask) -> FlaskClient:
    return room.test_client()


def own_texts(html: str) -> list[str]:
    """What a page says itself: no text in quotation marks, and none of an element that quotes."""
    texts: list[str] = []

    def keep(text: str) -> str:
        texts.append(unescape(text).strip())
        return text

    scripts.turned(html, lambda text: scripts.outside_of_quotations(text, keep))
    return texts


@pytest.fixture(scope="module")
def answers(room: Flask, filled: Filled) -> Callable[[str], dict[str, str]]:
    """The HTML of every page in a language, by its path."""
    visitor = room.test_client()

    @cache
    def answers_in(tag: str) -> dict[str, str]:
        told = {}
        for path in (path for paths in PAGES.values() for path in paths):
            answer = visitor.get(path.format(**filled.ids), headers={"Accept-Language": tag}, follow_redirects=True)
            assert answer.status_code == 200, path
            told[path] = answer.text
        return told

    return answers_in


def test_a_page_in_cyrillic_has_no_latin_word_of_its_own(answers: Callable[[str], dict[str, str]]) -> None:
    wrong = []
    for path, html in answers("sr-Cyrl").items():
        for text in own_texts(html):
            left = LITERAL.sub(" ", text)
            for allowed in ALLOWED:
                left = left.replace(allowed, " ")
            if words := [word for word in LATIN.findall(left) if not is_foreign(word)]:
                wrong.append(f"{path}: {words} in {text[:100]!r}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("tag", ["sr-Latn", "en"])
def test_a_page_in_latin_has_no_cyrillic_word_of_its_own(tag: str, answers: Callable[[str], dict[str, str]]) -> None:
    wrong = [
        f"{path}: {text[:100]!r}"
        for path, html in answers(tag).items()
        for text in own_texts(html)
        if CYRILLIC.search(text)
    ]
    assert not wrong, "\n".join(wrong)


def test_words_of_papers_stay_as_they_are(answers: Callable[[str], dict[str, str]], archive: Archive) -> None:
    """Five words in a row that stand in a paper are a quotation, unless we state them: a title, subject or name."""
    words = re.compile(r"[^\W\d_]+")
    rows: set[tuple[str, ...]] = set()
    stated = {"Odgovoreno u roku od 15 dana"}  # A finding of ours, whose heading stands in papers as well.
    for document in archive.catalog.documents.newest_first():
        described = archive.catalog.documents.descriptions([document.id])[document.id]
        stated |= {described.title, described.subject or "", described.buyer or "", described.reference or ""}
        stated |= {vendor.name for vendor in described.vendors} | set(described.facet_values()["vendor"])
        reading = archive.catalog.readings.get(document.id, None)
        for page in archive.catalog.readings.words_on(reading, [page.number for page in reading.pages]).values():
            found = words.findall(" ".join(page.texts))
            rows.update(zip(*(found[at:] for at in range(5)), strict=False))
    names = (" ".join(words.findall(one)) for one in stated)
    known = sorted((name for name in names if name.count(" ") > 1), key=len, reverse=True)
    wrong = []
    for path, html in answers("sr-Latn").items():
        for text in own_texts(html):
            rest = " ".join(words.findall(text))
            if any(rest in name for name in known):
                continue
            for one in known:
                rest = rest.replace(one, "|")
            said = rest.split()
            if any(run in rows for run in zip(*(said[at:] for at in range(5)), strict=False)):
                wrong.append(f"{path}: {text[:150]!r}")
    assert not wrong, "\n".join(dict.fromkeys(wrong))


@pytest.fixture
def cyrillic(room: Flask) -> Iterator[Callable[[str], str]]:
    with room.test_request_context("/", headers={"Accept-Language": "sr-Cyrl"}):
        yield markup_in_script


@pytest.mark.parametrize(
    ("html", "turned"),
    [
        ('<p title="Bečej">Bečej &amp; Ada</p>', '<p title="Бечеј">Бечеј &amp; Ада</p>'),
        ('<a href="/?municipality=Bečej">Bečej</a>', '<a href="/?municipality=Bečej">Бечеј</a>'),
        ('<option value="Bečej">Bečej</option>', '<option value="Bečej">Бечеј</option>'),
        ("<option>Bečej</option>", "<option>Bečej</option>"),
        ('<input value="Bečej" placeholder="Bečej">', '<input value="Bečej" placeholder="Бечеј">'),
        ("<q>Bečej <b>grad</b></q> Ada", "<q>Bečej <b>grad</b></q> Ада"),
        ('<p lang="sr-Latn">a<p>b</p>c</p> Ada', '<p lang="sr-Latn">a<p>b</p>c</p> Ада'),
        ('<b translate="no">Ana</b> i Ada', '<b translate="no">Ana</b> и Ада'),
        ('<img lang="en" alt="Ana"> Ada', '<img lang="en" alt="Ana"> Ада'),
        ("kaže „grad”, “grad” i &#39;grad&#39; Ada", "каже „grad”, “grad” и &#39;grad&#39; Ада"),
        ("„Vidozor” d.o.o., OŠ „Vuk Karadžić” u Adi", "„Видозор” д.о.о., ОШ „Вук Караџић” у Ади"),
        ("<svg><title>Ada</title><text>Ada</text></svg>", "<svg><title>Ада</title><text>Ада</text></svg>"),
        ("<textarea>Ada</textarea><!doctype html>", "<textarea>Ada</textarea><!doctype html>"),
        ("&lt;script&gt; Ada", "&lt;script&gt; Ада"),
    ],
)
def test_what_is_turned_of_a_page(html: str, turned: str, cyrillic: Callable[[str], str]) -> None:
    assert cyrillic(html) == turned
    assert cyrillic(turned) == turned


def test_what_a_cyrillic_paper_says_is_latin_where_we_state_it(room: Flask) -> None:
    with room.test_request_context("/", headers={"Accept-Language": "en"}):
        assert in_script("Љубав д.о.о. „Љубав” „због љубави”") == "Ljubav d.o.o. „Ljubav” „због љубави”"
        assert markup_in_script("<q>Љубав</q> Љубав") == "<q>Љубав</q> Ljubav"


@pytest.mark.parametrize("tag", ["en", "sr-Latn", "sr-Cyrl"])
@pytest.mark.parametrize("path", ["/?q=kamera", "/certificate?q=kamera"])
def test_the_forms_of_a_word_that_were_found_are_named_in_the_script_they_have(
    tag: str, path: str, visitor: FlaskClient
) -> None:
    (word,) = visitor.get("/api/v1/search?q=kamera").get_json()["found_as"]
    assert {"kamera", "камера"} <= set(word["forms"])
    visitor.get(f"/language/{tag}")
    html = visitor.get(path).get_data(as_text=True)
    assert ", ".join(word["forms"]) in unescape(re.sub(r"<[^>]*>", "", html))


def test_a_facet_in_cyrillic_filters_by_the_stored_value(visitor: FlaskClient) -> None:
    html = visitor.get("/?q=kamere", headers={"Accept-Language": "sr-Cyrl"}).text
    value, label = re.search(r'name="municipality" value="(Beč[^"]*)".*?>\s*(Беч\w+)', html, re.DOTALL).groups()  # type: ignore[union-attr]
    assert (value, label) == ("Bečej", "Бечеј")
    assert visitor.get("/", query_string={"q": "kamere", "municipality": value}).status_code == 200


def test_a_picture_to_take_along_is_in_the_script_of_the_reader(visitor: FlaskClient) -> None:
    picture = visitor.get("/findings/competition.svg?picture=bars", headers={"Accept-Language": "sr-Cyrl"})
    assert picture.mimetype == "image/svg+xml"
    assert "Кладово" in picture.text
    assert "догађај" in picture.text
    assert not [text for text in own_texts(picture.text) for word in LATIN.findall(text) if not is_foreign(word)]


@pytest.mark.parametrize(("tag", "style"), [("sr-Cyrl", "sr-cyrl"), ("sr-Latn", "sr-long")])
def test_a_reader_of_cyrillic_cites_in_cyrillic(tag: str, style: str, visitor: FlaskClient, filled: Filled) -> None:
    path = "/cite/{contract}/1/0-5".format(**filled.ids)
    html = visitor.get(path, headers={"Accept-Language": tag}, follow_redirects=True).text
    assert re.findall(r'/cite/[^"]*style=([\w-]+)[^"]*" aria-current="true"', html) == [style]
    assert html.count("UGOVOR") > 0, "the words that are cited stay as they are printed"


@pytest.mark.parametrize(("tag", "typed"), [("sr-Latn", "камере Бечеј"), ("sr-Cyrl", "kamere Bečej")])
def test_what_was_typed_stays_as_it_was_typed(visitor: FlaskClient, tag: str, typed: str) -> None:
    html = visitor.get("/", query_string={"q": typed}, headers={"Accept-Language": tag}).text
    (title,), (heading,) = re.findall(r"<title[^>]*>([^<]*)", html)[:1], re.findall(r"<h1[^>]*>([^<]*)", html)
    assert typed in title
    assert typed in heading
    assert f'value="{typed}"' in html
