"""The pages of a citation and of verifying, and the way to them from a page."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.access.rules import host_names, is_encrypted, needs_log_in
from archive.citing.claims import claim_in
from archive.citing.verdicts import Verdict
from archive.citing.verification import Verifier
from archive.config import Settings
from tests.webapp_html import html_of, links, text_of
from tests.webapp_own_room import own_room
from tests.webapp_samples import OpenPage, Sample, read_again

QUOTE = "Providni Sistemi delivers eleven cameras"


def permalink(client: FlaskClient, path: str) -> str:
    """Where an address without a hash leads."""
    response = client.get(path)
    assert response.status_code == 302, response.text
    return response.location


def cited(sample: Sample) -> str:
    return f"/cite/{sample.contract}/1/12-16"


def test_a_citation_shows_the_words_the_verdict_and_every_form(client: FlaskClient, sample: Sample) -> None:
    path = permalink(client, cited(sample))
    assert re.fullmatch(rf"/cite/{sample.contract}/1/12-16\?quote=[0-9a-f]{{32}}", path)
    html = html_of(client, path)
    shown = text_of(html)
    assert QUOTE in shown
    assert "Verified. The words are in reading 1, the newest, with the hash that was cited." in shown
    assert f"SHA-256 {sample.contract}, reading 1" in shown
    for form in ("Text", "Markdown", "@misc{", "TY - GEN", "archive_location", "TextQuoteSelector"):
        assert form in shown
    assert f"http://localhost{path}" in shown
    assert f"/documents/{sample.contract}/pages/1?reading=1&words=12-16#words" in links(html)


def test_every_form_that_can_be_copied_is_a_claim_that_holds(client: FlaskClient, sample: Sample) -> None:
    archive = sample.archive
    verifier = Verifier(archive.catalog, archive.originals, archive.search)
    html = html_of(client, permalink(client, cited(sample)))
    blocks = re.findall(r'<pre class="copy" id="block-[0-9]" tabindex="0">(.*?)</pre>', html, re.DOTALL)
    assert len(blocks) == 7
    for block in blocks:
        text = block.replace("&#34;", '"').replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
        assert verifier.verify(claim_in(text)).verdict is Verdict.VERIFIED


def letter(client: FlaskClient, path: str) -> tuple[str, str]:
    """The copy for a letter on the page of a citation: as plain text and as HTML."""
    html = html_of(client, path)
    (text,) = re.findall(r'<pre class="letter-text" id="letter-text" tabindex="0">(.*?)</pre>', html, re.DOTALL)
    (rich,) = re.findall(r'<div class="letter-html" id="letter-html">(.*?)</div>', html, re.DOTALL)
    return unescape(text), rich


def test_a_copy_for_a_letter_has_a_short_link_that_opens_the_words(client: FlaskClient, sample: Sample) -> None:
    path = permalink(client, cited(sample))
    text, rich = letter(client, path)
    (link,) = re.findall(r"http://localhost(/c/[0-9A-Z]{6}) \(this link works on this machine only\)$", text)
    assert permalink(client, link) == path
    assert permalink(client, link.lower()) == path
    assert f'<a href="http://localhost{path}">http://localhost{link}</a>' in rich
    assert f"“{QUOTE}”" in text
    answers = [client.get("/api/v1/verify", query_string={"text": told}).get_json() for told in (text, rich)]
    assert [answer["verdict"] for answer in answers] == ["verified", "verified"]
    assert client.get("/api/v1/verify", query_string={"text": text.replace("eleven", "twelve")}).get_json()[
        "verdict"
    ] in ("changed", "missing")
    assert letter(client, path) == (text, rich)


def test_a_short_link_that_was_not_given(client: FlaskClient) -> None:
    for code in ("ZZZZZZ", "x", "AB-12C"):
        response = client.get(f"/c/{code}")
        assert response.status_code == 404
        assert "gave no short link" in response.text


def test_a_room_with_a_public_address_is_for_others(sample: Sample) -> None:
    settings = Settings({"public_address": "https://d.example"})
    assert "d.example" in host_names(settings)
    assert needs_log_in(settings)
    assert is_encrypted(settings)
    assert not needs_log_in(Settings({"public_address": "http://localhost:8000"}))


def test_copies_on_the_command_line_and_the_api_are_the_same(client: FlaskClient, sample: Sample) -> None:
    for form in ("quotation", "html"):
        query = {"words": "12-16", "format": form, "style": "bluebook"}
        answer = client.get(f"/api/v1/documents/{sample.contract}/cite", query_string=query).get_json()
        assert re.search(r"http://localhost/c/[0-9A-Z]{6}", answer["citation"])
        found = client.get("/api/v1/verify", query_string={"text": answer["citation"]}).get_json()
        assert found["verdict"] == "verified", found


def test_the_image_around_the_words_is_shown_where_there_is_one(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, permalink(client, cited(sample)))
    (view_box,) = re.findall(r'viewBox="0 ([0-9.]+) 595.0 ([0-9.]+)"', html)
    assert float(view_box[0]) > 0
    assert float(view_box[1]) < 300
    assert html.count('class="current"') == 2
    assert "<svg" not in html_of(client, permalink(client, f"/cite/{sample.reply}/1/0-3"))


def test_styles_change_the_wording_and_keep_the_words(client: FlaskClient, sample: Sample) -> None:
    path = permalink(client, cited(sample) + "?style=sr-short")
    shown = text_of(html_of(client, path))
    assert "str. 1: „Providni Sistemi delivers eleven cameras” http" in shown
    assert "p. 1: “Providni" in text_of(html_of(client, path.replace("sr-short", "en")))
    assert client.get(path.replace("sr-short", "latin")).status_code == 400


def test_words_that_are_not_those_of_the_hash_are_said_to_be_others(client: FlaskClient, sample: Sample) -> None:
    html = html_of(client, f"{cited(sample)}?quote={'0' * 32}")
    assert "Changed. The words at this address are there; their hash is not the one in the citation" in text_of(html)
    assert 'class="answer bad"' in html


@pytest.mark.parametrize(
    ("path", "status"),
    [("1/12", 404), ("1/16-12", 404), ("0/12-16", 404), ("9/12-16", 400), ("1/12-99999", 400), ("1/1-2?quote=x", 400)],
)
def test_addresses_of_nothing_are_refused(client: FlaskClient, sample: Sample, path: str, status: int) -> None:
    assert client.get(f"/cite/{sample.contract}/{path}").status_code == status


def test_words_of_a_page_are_cited_from_the_page(client: FlaskClient, sample: Sample) -> None:
    base = f"/documents/{sample.contract}"
    assert f'action="{base}/cite"' in html_of(client, f"{base}/pages/1")
    assert f"/cite/{sample.contract}/1/12-16" in links(html_of(client, f"{base}/pages/1?words=12-16"))
    found = client.get(f"{base}/cite", query_string={"page": "1", "quote": f" „{QUOTE}” "})
    assert (found.status_code, found.location) == (302, f"/cite/{sample.contract}/1/12-16")
    whole = client.get(f"{base}/cite?page=2&quote=")
    assert whole.location.startswith(f"/cite/{sample.contract}/1/")
    assert client.get(f"{base}/cite?page=3").status_code == 400
    assert client.get(f"{base}/cite?page=1&quote=drones").status_code == 400
    assert client.get(f"{base}/cite?page=99").status_code == 400


def test_a_pasted_quotation_is_verified(client: FlaskClient, sample: Sample) -> None:
    assert "Verified." not in html_of(client, "/verify")
    response = client.post("/verify", data={"text": QUOTE})
    assert "Verified. The words are in “Contract on video surveillance”, page 1" in text_of(response.text)
    assert f"/documents/{sample.contract}/pages/1?reading=1&words=12-16#words" in links(response.text)
    assert QUOTE in text_of(html_of(client, f"/verify?text={QUOTE}"))
    changed = client.post("/verify", data={"text": "Providni Sistemi delivers twelve cameras"})
    assert "Changed." in text_of(changed.text)
    assert "twelve eleven" in text_of(changed.text)


def test_alterations_warnings_and_what_was_not_compared_are_shown(client: FlaskClient, sample: Sample) -> None:
    quoted = "On page 1 it says: “the supplier [sic] … delivers”."
    shown = text_of(client.post("/verify", data={"text": quoted}).text)
    assert "Changes made by whoever cited it:" in shown
    assert "The quotation leaves out: “Providni Sistemi”." in shown
    assert "What was not compared the words around it: On page 1 it says:" in shown
    hidden = text_of(client.post("/verify", data={"text": "is a camera […] [not] places"}).text)
    assert "Warning. Words that the citer inserted may deny or condition it: “not”." in hidden


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("sr-Latn", "Upozorenje. Reči koje je umetnuo onaj ko navodi mogu da ga poreknu ili uslove: „not”."),
        ("sr-Cyrl", "Упозорење. Речи које је уметнуо онај ко наводи могу да га порекну или услове: „not”."),
    ],
)
def test_alterations_are_told_in_the_language_of_the_reader(
    client: FlaskClient, sample: Sample, language: str, told: str
) -> None:
    data = {"text": "is a camera […] [not] places"}
    shown = text_of(client.post("/verify", data=data, headers={"Accept-Language": language}).text)
    assert told in shown


def test_each_of_several_quotations_is_answered(client: FlaskClient, sample: Sample) -> None:
    text = f"“{QUOTE}” (p. 1)\n\n“{QUOTE}” (p. 2)\n\n“Nobody ever wrote these words down”"
    html = client.post("/verify", data={"text": text}).text
    shown = text_of(html)
    assert "Missing. 1 of 3 citations are verified." in shown
    assert "page p. 2 1" in shown
    assert html.count('class="each bad"') == 2
    answer = client.post("/api/v1/verify", data={"text": text}).get_json()
    assert [each["verdict"] for each in answer["answers"]] == ["verified", "changed", "missing"]
    assert answer["answers"][1]["fields"] == [{"field": "page", "cited": "p. 2", "archived": "1"}]


def test_what_is_no_claim_is_said_on_the_form(client: FlaskClient) -> None:
    response = client.post("/verify", data={"text": "https://example.org/<b>"})
    assert response.status_code == 400
    assert "is not a permalink of an archive" in text_of(response.text)
    assert "&lt;b&gt;" in response.text


def test_programs_get_json(client: FlaskClient, sample: Sample) -> None:
    answer = client.post("/api/v1/verify", data={"text": QUOTE}).get_json()
    assert (answer["verdict"], answer["original"]) == ("verified", "intact")
    (place,) = answer["places"]
    assert (place["document"], place["words"], place["page"]) == (sample.contract, [12, 16], 1)
    assert html_of(client, place["permalink"])
    refused = client.get("/api/v1/verify?text=")
    assert (refused.status_code, "error" in refused.get_json()) == (400, True)


def test_the_permalink_of_an_older_reading_tells_where_the_newest_has_it(tmp_path: Path) -> None:
    room = own_room(tmp_path)
    id_ = room.come_in("ugovor.txt", "Ugovor o kamerama", "isporuka 24 kamere")
    client = room.app.test_client()
    path = permalink(client, f"/cite/{id_}/1/3-5")
    read_again(room.archive, id_, ["Novi", "Ugovor o kamerama", "isporuka 24 kamere"])
    shown = text_of(html_of(client, path))
    assert (
        "Moved. The words are in reading 1 with the hash that was cited, and in reading 2, the newest, on page 1"
        in shown
    )
    assert "words 4–6 of reading 2, the newest: isporuka 24 kamere" in shown
    assert "quote-form" not in html_of(client, f"/documents/{id_}/pages/1?reading=1")
    room.archive.close()


@pytest.mark.parametrize("width", [1280, 380])
def test_the_pages_hold_in_a_browser(open_page: OpenPage, sample: Sample, width: int) -> None:
    page = open_page(cited(sample), width)
    page.get_by_text("Copy the citation").wait_for()
    page.locator("summary", has_text="RIS").click()
    page.locator("pre", has_text="TY  - GEN").click()
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(page.url.split("/cite/")[0] + "/verify")
    page.get_by_label("Citation, permalink or quotation to verify").fill(QUOTE)
    page.get_by_role("button", name="Verify").click()
    assert page.get_by_role("status").inner_text().startswith("Verified.")
