"""Clauses as readers meet them: at a terminal, in search results, on pages of their own, and as JSON."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from archive.archive import Archive
from tests.conftest import run_dosije
from tests.webapp_html import html_of, links, text_of
from tests.webapp_samples import NoPicture
from webapp import create_app

pytestmark = pytest.mark.usefixtures("warm_readers")

CONTRACT = """УГОВОР О ЈАВНОЈ НАБАВЦИ

закључен дана 12. марта 2021. године у Нишу

Члан 1.

Предмет уговора

Предмет овог уговора је набавка камера за надзор.

Члан 2.

Уговорна казна

За сваки дан доцње испоручилац плаћа казну.

Испоручилац је дужан да:
1) отклони недостатке;
2) плати штету.

Члан 3.

Спорове решава надлежни суд.
"""


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An archive with one contract; no test writes to it."""
    folder = tmp_path_factory.mktemp("clauses")
    path = folder / "ugovor.txt"
    path.write_text(CONTRACT, encoding="utf-8")
    run = run_dosije(folder / "home", "add", path, "--ocr", "never", "--json")
    return folder / "home", json.loads(run.stdout.splitlines()[0])["id"]


@pytest.fixture
def client(filled: tuple[Path, str]) -> Iterator[FlaskClient]:
    with Archive.open(filled[0], create=False) as archive:
        yield create_app(archive, NoPicture()).test_client()


def answer(filled: tuple[Path, str], *arguments: str) -> Any:
    run = run_dosije(filled[0], *arguments, "--json")
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_the_tree_is_shown_at_a_terminal(filled: tuple[Path, str]) -> None:
    home, id_ = filled
    shown = run_dosije(home, "clauses", id_[:8]).stdout.splitlines()
    assert shown[0] == "art_1  p. 1  Предмет уговора  [Subject]"
    assert "  art_2__para_1  p. 1  За сваки дан доцње испоручилац плаћа казну. …  (counted)" in shown
    assert any(line.startswith("    art_2__para_2__point_1  p. 1  1) отклони") for line in shown)


def test_json_has_the_keys_of_the_contract_and_whole_texts(filled: tuple[Path, str]) -> None:
    records = {record["eid"]: record for record in answer(filled, "clauses", filled[1])}
    keys = ["eid", "label", "heading", "topic", "parent", "level", "pages", "words", "confidence", "counted", "text"]
    keys.append("numbering")
    point = records["art_2__para_2__point_2"]
    assert list(point) == keys
    assert (point["parent"], point["level"], point["pages"], point["text"]) == (
        "art_2__para_2",
        "point",
        [1, 1],
        "2) плати штету.",
    )
    first, last = records["art_2"]["words"]
    assert last - first + 1 == len(records["art_2"]["text"].split())


def test_a_document_without_clauses_says_so(tmp_path: Path) -> None:
    (tmp_path / "dopis.txt").write_text("Dopis o kamerama.", encoding="utf-8")
    run_dosije(tmp_path / "home", "add", tmp_path / "dopis.txt", "--ocr", "never")
    with Archive.open(tmp_path / "home", create=False) as archive:
        (document,) = archive.catalog.documents.newest_first()
    assert run_dosije(tmp_path / "home", "clauses", document.id).stdout == "No clauses were found in this document.\n"


def test_clauses_are_searched_at_a_terminal(filled: tuple[Path, str]) -> None:
    found = answer(filled, "search", "kazna", "--unit", "clauses")
    assert [(hit["id"], hit["eid"], hit["topic"]) for hit in found["hits"]] == [(filled[1], "art_2", "penalty")]
    assert found["found_as"]
    assert answer(filled, "search", "kazna", "--unit", "clauses", "--topic", "subject")["total"] == 0
    shown = run_dosije(filled[0], "search", "kazna", "--unit", "clauses").stdout
    assert shown.startswith("1 clause (")
    assert "art_2  Члан 2., Уговорна казна" in shown


def test_a_topic_without_the_unit_is_refused(filled: tuple[Path, str]) -> None:
    run = run_dosije(filled[0], "search", "kazna", "--topic", "penalty")
    assert (run.returncode, run.stdout) == (2, "")
    assert "no filter 'topic' in a search for documents" in run.stderr


def test_the_search_page_finds_clauses(client: FlaskClient, filled: tuple[Path, str]) -> None:
    html = html_of(client, "/?q=kazna&unit=clauses")
    assert f"/documents/{filled[1]}/clauses/art_2?q=kazna&unit=clauses" in links(html)
    assert "Члан 2. – Уговорна казна" in text_of(html)
    assert "1 clause" in text_of(html)
    assert "Save this search" not in html
    assert "/?q=kazna" in links(html), "the way to documents"
    assert "/?q=kazna&unit=clauses" in links(html_of(client, "/?q=kazna"))


def test_a_filter_that_documents_do_not_know_falls_away_on_the_way_to_them(client: FlaskClient) -> None:
    html = html_of(client, "/?q=kazna&topic=penalty&unit=clauses")
    assert "/?q=kazna" in links(html)
    assert "Topic Penalty ×" in text_of(html)


def test_nothing_found_among_clauses_offers_wider_searches_among_clauses(client: FlaskClient) -> None:
    html = html_of(client, "/?q=kazna+kamera&unit=clauses")
    assert "0 clauses" in text_of(html)
    wider = [link for link in links(html) if link in ("/?q=kazna&unit=clauses", "/?q=kamera&unit=clauses")]
    assert len(wider) == 2


def test_a_unit_we_do_not_know_is_refused(client: FlaskClient) -> None:
    response = client.get("/?unit=pages")
    assert response.status_code == 400
    assert "Units are: documents, clauses." in text_of(response.text)


def test_the_document_page_lists_its_articles(client: FlaskClient, filled: tuple[Path, str]) -> None:
    html = html_of(client, f"/documents/{filled[1]}")
    clauses = [link for link in links(html) if "/clauses/" in link]
    assert [link.rpartition("/")[2] for link in clauses] == ["art_1", "art_2", "art_3"]
    assert "Члан 2. – Уговорна казна Penalty p. 1" in text_of(html)


def test_the_page_of_a_clause_shows_its_text_and_what_is_inside(client: FlaskClient, filled: tuple[Path, str]) -> None:
    base = f"/documents/{filled[1]}/clauses"
    html = html_of(client, f"{base}/art_2?q=dana")
    shown = text_of(html)
    assert '<mark id="match-2">дан</mark>' in html
    assert "Спорове" not in shown, "the next article is not part of it"
    assert {f"{base}/art_1?q=dana", f"{base}/art_3?q=dana", f"{base}/art_2__para_2__point_1?q=dana"} < set(links(html))
    assert any(link.startswith(f"/cite/{filled[1]}/1/") for link in links(html))


def test_a_counted_paragraph_says_that_it_was_counted(client: FlaskClient, filled: tuple[Path, str]) -> None:
    shown = text_of(html_of(client, f"/documents/{filled[1]}/clauses/art_2__para_1"))
    assert "Član 2. stav 1." in shown
    assert "counted by machine" in shown


def test_a_clause_that_is_not_there_is_not_found(client: FlaskClient, filled: tuple[Path, str]) -> None:
    response = client.get(f"/documents/{filled[1]}/clauses/art_9")
    assert response.status_code == 404
    assert "has no clause 'art_9'" in text_of(response.text)


def test_the_api_gives_the_same_as_the_command_line(client: FlaskClient, filled: tuple[Path, str]) -> None:
    id_ = filled[1]
    assert client.get(f"/api/v1/documents/{id_}/clauses").json == answer(filled, "clauses", id_)
    found = json.loads(client.get("/api/v1/search?q=kazna&unit=clauses&topic=penalty").text)
    assert (found["unit"], found["total"]) == ("clauses", 1)
    assert client.get("/api/v1/search?q=kazna&topic=penalty").status_code == 400


def test_clauses_are_exported_with_their_names(client: FlaskClient) -> None:
    lines = client.get("/export.csv?unit=clauses&q=казна").data.decode("utf-8-sig").splitlines()
    (row,) = csv.DictReader(lines)
    assert (row["clause"], row["heading"], row["page"]) == ("Члан 2.", "Уговорна казна", "1")
    (hit,) = client.get("/export.json?unit=clauses&q=казна").get_json()["hits"]
    assert (hit["label"], hit["id"]) == (row["clause"], row["id"])
