"""All results of a search as files."""

from __future__ import annotations

import csv
import io
from functools import partialmethod
from typing import Any

import pytest
import python_calamine
from flask.testing import FlaskClient

from archive.errors import ArchiveBusy, UsageError
from archive.search.request import SearchRequest
from archive.search.results import SearchResults
from archive.search.service import SearchService
from archive.search.spreadsheets import COLUMNS
from tests.webapp_html import html_of, links
from tests.webapp_own_room import OwnRoom
from tests.webapp_samples import LETTERS, Sample

DOCUMENTS = LETTERS + 3


def table(client: FlaskClient, query: str) -> list[dict[str, str]]:
    response = client.get(f"/export.csv?{query}")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == "attachment; filename=search.csv"
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def sheet(client: FlaskClient, query: str) -> list[list[Any]]:
    response = client.get(f"/export.xlsx?{query}")
    assert response.status_code == 200
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(response.data)).get_sheet_by_index(0).to_python()


def test_the_search_page_leads_to_the_files_of_all_its_results(client: FlaskClient) -> None:
    html = html_of(client, "/?q=letter&year=2021&year=unknown&page=2")
    for name in ("csv", "xlsx", "json"):
        assert f"/export.{name}?q=letter&year=2021&year=unknown" in links(html)
    assert "/export.csv" not in html_of(client, "/?q=zzzz")


def test_a_table_has_every_document_and_what_is_known_of_it(client: FlaskClient, sample: Sample) -> None:
    assert len(table(client, "")) == DOCUMENTS
    first, *others = table(client, "q=cameras&year=2021")
    assert (first["id"], first["title"]) == (sample.contract, "Contract on video surveillance")
    assert (first["municipality"], first["vendors"], first["year"]) == ("Brezovac", "Providni Sistemi", "2021")
    assert (first["matching pages"], first["page"], first["filename"]) == ("2", "1", "contract.pdf")
    assert "cameras" in first["snippet"]
    assert first["address"] == f"http://localhost/documents/{sample.contract}"
    assert not others


def test_json_says_how_many_lack_some_of_the_words_and_lists_none_of_them(client: FlaskClient) -> None:
    told = client.get("/export.json?q=cameras+elephants").get_json()
    assert (told["total"], told["hits"], told["total_partly"]) == (0, [], 2)


def test_both_tables_and_the_json_say_the_same(client: FlaskClient) -> None:
    rows = table(client, "sort=title")
    headings, *cells = sheet(client, "sort=title")
    assert headings == list(rows[0]) == list(COLUMNS)
    assert [row[1] for row in cells] == [row["id"] for row in rows]
    told = client.get("/export.json?sort=title").get_json()
    assert [hit["id"] for hit in told["hits"]] == [row["id"] for row in rows]
    assert told["total"] == DOCUMENTS


def test_json_says_what_was_asked(client: FlaskClient) -> None:
    told = client.get("/export.json?q=cameras&not_year=2022&exact=1").get_json()
    assert (told["query"], told["filters"], told["exact"]) == ("cameras", {"not_year": ["2022"]}, True)


def test_what_a_document_says_never_runs_as_a_formula(room: OwnRoom) -> None:
    room.come_in('=HYPERLINK("evil").txt', "=1+1 kamera", "@SUM(A1) kamera")
    client = room.app.test_client()
    (row,) = table(client, "q=kamera")
    assert row["title"].startswith("'=HYPERLINK")
    assert not any(value.startswith(("=", "+", "-", "@")) for value in row.values())
    _, cells = sheet(client, "q=kamera")
    assert str(cells[2]).startswith("=HYPERLINK"), "in a workbook it is text as it is"


def test_a_vendor_is_asked_for_by_any_of_its_names(client: FlaskClient, sample: Sample) -> None:
    assert [row["id"] for row in table(client, "vendor=199000017")] == [sample.contract]


def test_more_results_than_an_export_takes_are_refused_with_their_number(sample: Sample) -> None:
    with pytest.raises(UsageError, match=f"finds {DOCUMENTS} documents; an export has at most 5"):
        sample.archive.search.all_results(SearchRequest(), most=5)


def test_more_than_one_piece_is_gathered_in_order(sample: Sample) -> None:
    pieces = sample.archive.search.all_results(SearchRequest(sort="title"), piece=4)
    whole = sample.archive.search.search(SearchRequest(sort="title", limit=DOCUMENTS))
    assert [len(piece.hits) for piece in pieces] == [4, 4, DOCUMENTS - 8]
    assert [hit.description.id for piece in pieces for hit in piece.hits] == [hit.id for hit in whole.hits]


def test_a_table_is_sent_as_it_is_found(room: OwnRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        room.come_in(f"{number}.txt", f"kamera {number}")
    whole = room.app.test_client().get("/export.csv?q=kamera&sort=title")
    assert whole.content_length == len(whole.data), "one piece is sent when it is made, and no error cuts it off"
    monkeypatch.setattr(SearchService, "in_pieces", partialmethod(SearchService.in_pieces, first_piece=2))
    asked, search = list[int](), SearchService.search

    def noted(service: SearchService, request: SearchRequest, *more: Any, **options: Any) -> SearchResults:
        asked.append(request.offset)
        return search(service, request, *more, **options)

    monkeypatch.setattr(SearchService, "search", noted)
    answer = room.app.test_client().get("/export.csv?q=kamera&sort=title")
    lines = answer.iter_encoded()
    begun = b"".join(next(lines) for _ in range(3))
    assert asked == [0]
    assert begun + b"".join(lines) == whole.data
    assert asked == [0, 2]


def test_documents_that_come_in_between_two_pieces_are_told(room: OwnRoom) -> None:
    for number in range(4):
        room.come_in(f"{number}.txt", f"kamera {number}")

    class Busy(SearchService):
        """Before each search but the first, a document comes in whose title goes before all others."""

        asked = 0

        def search(self, request: SearchRequest, *more: Any, **options: Any) -> SearchResults:
            if self.asked:
                room.come_in(f"{'0' * (9 - self.asked)}.txt", f"kamera nova {self.asked}")
            self.asked += 1
            return super().search(request, *more, **options)

    busy = Busy(room.archive.catalog, room.archive.engine)
    with pytest.raises(ArchiveBusy, match="was changed"):
        busy.all_results(SearchRequest("kamera", sort="title"), piece=2)


def test_an_export_that_makes_no_sense_is_refused(client: FlaskClient) -> None:
    for path in ("/export.csv?sort=random", "/export.xlsx?q=" + "x" * 2001, "/export.json?page=0"):
        assert client.get(path).status_code == 400
    assert client.get("/export.pdf").status_code == 404
