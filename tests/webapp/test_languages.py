"""Which language a reader gets, how to choose one, and how numbers, plurals and dates are said in it."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from webapp.languages.negotiation import negotiate
from webapp.languages.translation import gettext, long_date, number, plural
from webapp.pages.wording import documents, moment, pages


@pytest.mark.parametrize(
    ("asked", "tag"),
    [
        ("sr", "sr-Latn"),
        ("sr-RS", "sr-Latn"),
        ("sr-Latn", "sr-Latn"),
        ("sr-Latn-RS", "sr-Latn"),
        ("SR_rs", "sr-Latn"),
        ("sr-Cyrl", "sr-Cyrl"),
        ("sr-Cyrl-BA", "sr-Cyrl"),
        ("sr-cyrl-rs", "sr-Cyrl"),
        ("bs", "sr-Latn"),
        ("hr-HR", "sr-Latn"),
        ("sh", "sr-Latn"),
        ("cnr", "sr-Latn"),
        ("en-US", "en"),
        ("en", "en"),
        ("de", "en"),
        ("*", "en"),
        ("", "en"),
        ("de, sr;q=0.5, en;q=0.4", "sr-Latn"),
        ("en;q=0.4, sr-Cyrl;q=0.9", "sr-Cyrl"),
        ("sr;q=0, en", "en"),
        ("sr;q=0", "en"),
        ("sr;q=none;;,,=,-", "en"),
        ("srpski, serbian, -sr", "en"),
    ],
)
def test_the_language_that_a_browser_asks_for(asked: str, tag: str) -> None:
    assert negotiate(parse_accept_header(asked, LanguageAccept), None).tag == tag


@pytest.mark.parametrize(
    ("chosen", "tag"),
    [("sr-Cyrl", "sr-Cyrl"), ("en", "en"), ("de", "sr-Latn"), ("", "sr-Latn"), ("SR-CYRL", "sr-Latn")],
)
def test_a_choice_comes_before_the_browser_if_it_is_one_of_ours(chosen: str, tag: str) -> None:
    assert negotiate(parse_accept_header("sr", LanguageAccept), chosen).tag == tag


@pytest.mark.parametrize(
    ("count", "latin", "cyrillic", "english"),
    [
        (0, "0 dokumenata", "0 докумената", "0 documents"),
        (1, "1 dokument", "1 документ", "1 document"),
        (2, "2 dokumenta", "2 документа", "2 documents"),
        (5, "5 dokumenata", "5 докумената", "5 documents"),
        (11, "11 dokumenata", "11 докумената", "11 documents"),
        (21, "21 dokument", "21 документ", "21 documents"),
        (22, "22 dokumenta", "22 документа", "22 documents"),
        (111, "111 dokumenata", "111 докумената", "111 documents"),
        (1_200, "1.200 dokumenata", "1.200 докумената", "1,200 documents"),
    ],
)
def test_plurals(app: Flask, count: int, latin: str, cyrillic: str, english: str) -> None:
    for tag, expected in (("sr", latin), ("sr-Cyrl", cyrillic), ("en", english)):
        with app.test_request_context("/", headers={"Accept-Language": tag}):
            assert documents(count) == expected


def test_numbers_and_dates(app: Flask) -> None:
    day = datetime.date(2023, 3, 9)
    with app.test_request_context("/", headers={"Accept-Language": "sr"}):
        assert (number(Decimal("1234567.50")), number(-1_000), number(999)) == ("1.234.567,50", "-1.000", "999")
        assert long_date(day) == "9. mart 2023."
        assert moment(datetime.datetime(2023, 3, 9, 14, 5, tzinfo=datetime.UTC)) == "9. mart 2023, 14:05 UTC"
    with app.test_request_context("/", headers={"Accept-Language": "sr-Cyrl"}):
        assert (number(Decimal("1234.5")), long_date(day)) == ("1.234,5", "9. март 2023.")
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert (number(Decimal("1234567.50")), long_date(day)) == ("1,234,567.50", "9 March 2023")


def test_outside_of_a_request_it_is_english() -> None:
    assert (gettext("Search"), pages(2), number(1_000)) == ("Search", "2 pages", "1,000")
    assert plural("%(count)s of %(name)s", "%(count)s of all %(name)s", 2, name="x") == "2 of all x"


@pytest.mark.parametrize("tag", ["sr-Latn", "sr-Cyrl", "en"])
def test_a_page_says_in_which_language_it_is(client: FlaskClient, tag: str) -> None:
    answer = client.get("/", headers={"Accept-Language": tag})
    assert f'<html lang="{tag}">' in answer.text
    assert answer.headers["Content-Language"] == tag
    assert {"Accept-Language", "Cookie"} <= set(answer.vary)
    not_found = client.get("/documents/0000000", headers={"Accept-Language": tag})
    assert (not_found.status_code, not_found.headers["Content-Language"]) == (404, tag)


def test_programs_are_told_the_same_in_every_language(client: FlaskClient) -> None:
    for path in ("/api/v1/documents/0000000", "/api/v1/search?q=kamera", "/certificate.json?q=kamera"):
        english = client.get(path, headers={"Accept-Language": "en"})
        serbian = client.get(path, headers={"Accept-Language": "sr", "Cookie": "language=sr-Cyrl"})
        assert english.status_code == serbian.status_code
        assert "Content-Language" not in serbian.headers
        told, in_serbian = english.get_json(), serbian.get_json()
        for own in ("made_at", "sha256", "took_ms"):
            told.pop(own, None), in_serbian.pop(own, None)
        assert told == in_serbian


def test_choosing_a_language(client: FlaskClient) -> None:
    answer = client.get("/language/sr-Cyrl?back=/?q=kamera%26exact=1")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?q=kamera&exact=1")
    cookie = client.get_cookie("language")
    assert cookie is not None
    assert (cookie.value, cookie.http_only, cookie.same_site) == ("sr-Cyrl", True, "Lax")
    assert '<html lang="sr-Cyrl">' in client.get("/", headers={"Accept-Language": "en"}).text
    client.get("/language/en")
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "sr"}).text


@pytest.mark.parametrize("tag", ["de", "sr", "SR-LATN", "sr-Latn%0d%0aX:1", ".."])
def test_a_language_that_is_none_of_ours(client: FlaskClient, tag: str) -> None:
    answer = client.get(f"/language/{tag}")
    assert answer.status_code in (404, 308)
    assert client.get_cookie("language") is None


@pytest.mark.parametrize(
    "back",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "/\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "elsewhere",
        "",
    ],
)
def test_the_way_back_leads_to_no_other_site(client: FlaskClient, back: str) -> None:
    answer = client.get("/language/en", query_string={"back": back})
    assert answer.status_code == 303
    location = answer.headers["Location"]
    assert location == "/"


def test_links_to_every_language_lead_back_to_the_page(client: FlaskClient) -> None:
    page = client.get("/?q=kamera&exact=1", headers={"Accept-Language": "sr"}).text
    assert 'hreflang="sr-Cyrl"' in page
    assert 'href="/language/sr-Cyrl?back=/?q%3Dkamera%26exact%3D1"' in page
    assert page.count('aria-current="true">Srpski') == 1
