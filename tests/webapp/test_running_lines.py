"""A contract whose articles run over pages with a head, a foot and a page number: quoted without them everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from archive.citing.locators import QUOTE_DIGITS, Address, quote_hash
from archive.model import Span
from tests.conftest import run_dosije
from tests.webapp_html import html_of, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app

pytestmark = pytest.mark.usefixtures("warm_readers")

HEAD = "Opstina Primer - Ugovor o odrzavanju kamera SPECIMEN"
ARTICLES = {
    1: ["Predmet ugovora je odrzavanje kamera na trgovima i raskrsnicama Primera, koje su postavljene ranije."],
    2: [
        "Izvodjac se obavezuje da svaku kameru pregleda jednom mesecno, da zameni oslabljene delove i da o tome",
        "vodi dnevnik odrzavanja, koji narucilac moze pregledati svakog radnog dana u prostorijama izvodjaca, a",
        "sve zamenjene delove cuva jos najmanje sest meseci od dana zamene da bi mogli biti naknadno ispitani.",
    ],
    3: [
        f"Ako izvodjac kasni sa pregledom kamere broj {at} duze od pet dana, duguje ugovornu kaznu za svaki dan."
        for at in ("prvi", "drugi", "treci", "cetvrti", "peti", "sesti", "sedmi", "osmi", "deveti", "deseti")
    ],
    4: ["Ovaj ugovor stupa na snagu danom potpisivanja obe ugovorne strane i zakljucuje se na godinu dana."],
}
LINES = ["UGOVOR O ODRZAVANJU KAMERA", *(line for at, text in ARTICLES.items() for line in (f"Clan {at}.", *text))]


def contract(path: Path, lines_a_page: int) -> None:
    pages = [LINES[at : at + lines_a_page] for at in range(0, len(LINES), lines_a_page)]
    with pymupdf.open() as document:
        for number, lines in enumerate(pages, start=1):
            page = document.new_page()
            page.insert_text((72, 40), HEAD, fontsize=9)
            for at, line in enumerate(lines):
                page.insert_text((72, 90 + 16 * at), line, fontsize=10)
            page.insert_text((250, 810), f"Strana {number} od {len(pages)}", fontsize=9)
        document.save(path)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The same contract on four pages and on three; a client of the reading room."""

    home: Path
    four: str
    three: str
    client: FlaskClient

    def run(self, *arguments: str | Path) -> Any:
        run = run_dosije(self.home, *arguments)
        assert run.returncode == 0, run.stderr + run.stdout
        return json.loads(run.stdout) if "--json" in arguments or "annotation" in arguments else run.stdout

    def verified(self, folder: Path, text: str) -> dict[str, Any]:
        (folder / "claim.txt").write_text(text, encoding="utf-8")
        answer: dict[str, Any] = json.loads(run_dosije(self.home, "verify", folder / "claim.txt", "--json").stdout)
        return answer


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    folder = tmp_path_factory.mktemp("running")
    ids = []
    for lines_a_page in (6, 8):
        contract(folder / f"ugovor-{lines_a_page}.pdf", lines_a_page)
        run = run_dosije(folder / "home", "add", folder / f"ugovor-{lines_a_page}.pdf", "--json")
        ids.append(json.loads(run.stdout.splitlines()[0])["id"])
    with Archive.open(folder / "home") as archive:
        four, three = ids
        yield Shelf(folder / "home", four, three, create_app(archive, NoPicture()).test_client())


def said(article: int) -> str:
    return " ".join((f"Clan {article}.", *ARTICLES[article]))


def words_of(shelf: Shelf, eid: str) -> Span:
    (clause,) = (one for one in shelf.run("clauses", shelf.four, "--json") if one["eid"] == eid)
    return Span(shelf.four, 1, *clause["words"])


def whole(shelf: Shelf, span: Span) -> tuple[str, ...]:
    with Archive.open(shelf.home, create=False) as archive:
        texts = [text for page in archive.catalog.readings.all_words(span.document, 1) for text in page.texts]
    return tuple(texts[span.first : span.last + 1])


def test_clauses_are_told_without_heads_and_feet(shelf: Shelf) -> None:
    for document, pages in (
        (shelf.four, [[1, 1], [1, 2], [2, 3], [4, 4]]),
        (shelf.three, [[1, 1], [1, 1], [1, 3], [3, 3]]),
    ):
        listed = [one for one in shelf.run("clauses", document, "--json") if re.fullmatch(r"art_\d", one["eid"])]
        assert [one["text"] for one in listed] == [said(article) for article in ARTICLES]
        assert [one["pages"] for one in listed] == pages
    assert f"Strana 2 od 4 {HEAD}" in " ".join(whole(shelf, words_of(shelf, "art_3")))


@pytest.mark.parametrize("form", ["text", "markdown", "annotation", "bibtex", "ris", "csl-json"])
def test_what_is_cited_is_verified(shelf: Shelf, tmp_path: Path, form: str) -> None:
    cited = run_dosije(shelf.home, "cite", shelf.four, "--clause", "art_2", "--format", form).stdout
    if form != "annotation":  # Its selectors say what stands around the words on their pages.
        assert "Strana" not in cited
        assert "SPECIMEN" not in cited
    answer = shelf.verified(tmp_path, cited)
    assert (answer["verdict"], answer["alterations"]) == ("verified", []), answer["fields"]
    assert answer["cited"]["text"] == said(2)


def test_an_annotation_has_the_words_of_each_page(shelf: Shelf) -> None:
    annotation = shelf.run("cite", shelf.four, "--clause", "art_3", "--format", "annotation")
    exact = []
    for target in annotation["target"]:
        quoted, placed = target["selector"]["refinedBy"][:2]
        page = target["selector"]["value"].removeprefix("page=")
        text = shelf.run("show", shelf.four, "--page", page, "--json")["pages"][0]["text"]
        assert text[placed["start"] : placed["end"]] == quoted["exact"]
        exact += quoted["exact"].split()
    assert " ".join(exact) == said(3)
    assert annotation["dosije:quoteSha256"] == quote_hash(exact)


def test_an_older_citation_with_the_foot_in_it_is_verified_and_the_foot_is_named(shelf: Shelf, tmp_path: Path) -> None:
    span = words_of(shelf, "art_2")
    words = whole(shelf, span)
    address = Address(span, quote_hash(words)[:QUOTE_DIGITS]).path()
    for claim in (address, f"„{' '.join(words)}” http://127.0.0.1:8000{address}"):
        answer = shelf.verified(tmp_path, claim)
        assert answer["verdict"] == "verified"
        named = [(one["kind"], one["cited"]) for one in answer["alterations"]]
        assert named == [("running lines", f"Strana 1 od 4 {HEAD}")]
    assert "Strana 1 od 4" in text_of(html_of(shelf.client, address))


def test_a_quotation_over_the_page_is_found_without_the_foot_and_with_it(shelf: Shelf, tmp_path: Path) -> None:
    over = "duguje ugovornu kaznu za svaki dan. Ako izvodjac kasni sa pregledom kamere broj peti duze"
    foot = over.replace("dan. Ako", f"dan. Strana 2 od 4 {HEAD} Ako")
    assert shelf.verified(tmp_path, over)["verdict"] == "verified"
    assert foot in " ".join(whole(shelf, words_of(shelf, "art_3")))
    assert shelf.verified(tmp_path, foot)["verdict"] == "verified"


def test_nothing_else_may_be_left_out_or_put_in(shelf: Shelf, tmp_path: Path) -> None:
    span = words_of(shelf, "art_2")
    true = said(2)
    last_line = ARTICLES[2][1]
    for forged in (
        true.replace(f"{last_line} ", ""),
        true.replace("najmanje sest", f"najmanje Strana 1 od 4 {HEAD} sest"),
        " ".join(whole(shelf, span)).replace("Strana 1", "Strana 9"),
        " ".join(whole(shelf, span)).replace(HEAD, HEAD.replace("odrzavanju", "uklanjanju")),
    ):
        address = Address(span, quote_hash(true.split())[:QUOTE_DIGITS]).path()
        assert shelf.verified(tmp_path, f"„{forged}” http://127.0.0.1:8000{address}")["verdict"] != "verified"


def test_two_prints_of_one_clause_are_alike_whatever_their_pages(shelf: Shelf) -> None:
    for article in (2, 3):
        found = shelf.run("compare", f"{shelf.four}#art_{article}", f"{shelf.three}#art_{article}", "--json")
        assert (found["agreement"], found["changes"]) == (1.0, [])


def test_snippets_of_clauses_show_no_foot_and_clauses_stand_in_their_order(shelf: Shelf) -> None:
    hits = shelf.run("search", '"svaki dan"', "--unit", "clauses", "--json")["hits"]
    snippets = " ".join(page["snippet"] for hit in hits for page in hit["pages"])
    assert "svaki dan" in snippets
    assert "Strana" not in snippets
    assert "SPECIMEN" not in snippets


def test_a_packet_shows_the_clause_without_them(shelf: Shelf, tmp_path: Path) -> None:
    shelf.run("packet", "make", "--output", tmp_path / "p", f"{shelf.four}#art_3")
    annotation = json.loads(next((tmp_path / "p").glob("data/citations/*.annotation.json")).read_text(encoding="utf-8"))
    assert "Strana" not in json.dumps([target["selector"]["refinedBy"][0]["exact"] for target in annotation["target"]])
    assert shelf.run("packet", "verify", tmp_path / "p", "--json")["verdict"] == "verified"


def test_the_page_of_a_clause_and_the_marks_of_its_words_leave_them_out(shelf: Shelf) -> None:
    html = html_of(shelf.client, f"/documents/{shelf.four}/clauses/art_3")
    (main,) = re.findall(r"<main.*?</main>", str(html), re.DOTALL)
    for line in ARTICLES[3]:
        assert line in " ".join(text_of(html).split())
    assert "SPECIMEN" not in main.replace(HEAD.title(), "")
    span = words_of(shelf, "art_3")
    page = str(html_of(shelf.client, f"/documents/{shelf.four}/pages/3?words={span.first}-{span.last}"))
    marked = " ".join(re.findall(r"<mark[^>]*>(.*?)</mark>", page, re.DOTALL))
    assert "broj peti" in marked
    assert "Strana" not in marked
    assert "SPECIMEN" not in marked
    # The head and the foot are on the page all the same.
    assert "Strana 3 od 4" in text_of(html_of(shelf.client, f"/documents/{shelf.four}/pages/3"))
