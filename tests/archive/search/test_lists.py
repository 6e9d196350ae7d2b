"""List search: what a line is, and what is said of each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from archive.errors import UsageError
from archive.search.indexing import Indexer
from archive.search.lists import FIRST_HITS, ListLine, ListOptions, SearchList, read_list, search_list
from archive.search.request import SearchRequest
from archive.search.service import SearchService
from archive.search.whoosh_engine.engine import WhooshEngine
from archive.store.catalog import Catalog

AddDocument = Callable[..., str]

TABLE = 'Ime;PIB;Mesto\nKamera d.o.o.;100000001;Niš\n"Nadzor; sistemi";100000002;Bečej\n;100000003;\n'


def texts(searches: SearchList) -> list[str]:
    return [line.text for line in searches.lines]


def test_each_line_is_a_search_and_what_is_passed_over_is_counted() -> None:
    searches = read_list("камера\n\n  nadzor \r\nкамера\nvideo  nadzor\n \n".encode())
    assert searches.lines == (ListLine(1, "камера"), ListLine(3, "nadzor"), ListLine(5, "video nadzor"))
    assert (searches.blank, searches.repeated) == (2, 1)
    assert searches.summary() == "3 searches; 2 blank lines and 1 repeated line skipped"


def test_capitals_make_another_line_because_operators_are_capitals() -> None:
    assert texts(read_list(b"a OR b\na or b")) == ["a OR b", "a or b"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encodings_that_spreadsheets_write_are_read(encoding: str) -> None:
    assert texts(read_list("đorđević\nŽivković".encode(encoding))) == ["đorđević", "Živković"]


@pytest.mark.parametrize("encoding", ["cp1250", "cp1251"])
def test_an_old_code_page_is_refused_with_what_to_do(encoding: str) -> None:
    text = "живковић" if encoding == "cp1251" else "živković"
    with pytest.raises(UsageError, match=r"names\.txt is not UTF-8 text \(byte 0\).*CSV UTF-8"):
        read_list(text.encode(encoding), "names.txt")


@pytest.mark.parametrize("data", [b"PK\x03\x04\x14\x00", b"a\0b"])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UsageError, match="is not text"):
        read_list(data, "names.xlsx")


@pytest.mark.parametrize(
    ("column", "header", "found"),
    [
        (None, False, ["Ime", "Kamera d.o.o.", "Nadzor; sistemi"]),
        (None, True, ["Kamera d.o.o.", "Nadzor; sistemi"]),
        ("2", True, ["100000001", "100000002", "100000003"]),
        ("pib", False, ["100000001", "100000002", "100000003"]),
        ("Mesto", True, ["Niš", "Bečej"]),
    ],
)
def test_a_column_of_a_table_is_searched(column: str | None, header: bool, found: list[str]) -> None:
    assert texts(read_list(TABLE.encode(), "firme.csv", column, header=header)) == found


def test_the_rows_of_a_table_keep_their_numbers() -> None:
    assert [line.number for line in read_list(TABLE.encode(), "firme.csv", "PIB").lines] == [2, 3, 4]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_delimiter_parts_the_columns(delimiter: str) -> None:
    rows = [("Ime", "PIB"), ("Prvi", "1"), ("Drugi", "2")]
    data = "\n".join(delimiter.join(row) for row in rows).encode()
    assert texts(read_list(data, "x.txt", "PIB")) == ["1", "2"]


def test_a_table_of_one_column_keeps_its_commas_in_quotes() -> None:
    assert texts(read_list(b'"Kamera, d.o.o."\nNadzor\n', "x.csv")) == ["Kamera, d.o.o.", "Nadzor"]


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("4", "There is no column 4; there are 3"),
        ("9" * 5000, "There is no column 9+; there are 3"),
        ("Grad", "The first row has: Ime, PIB, Mesto"),
    ],
)
def test_a_column_that_is_not_there_is_named(column: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_list(TABLE.encode(), "firme.csv", column)


def test_a_list_without_a_search_or_with_too_many_is_refused() -> None:
    with pytest.raises(UsageError, match="holds no search"):
        read_list(b"\n \n")
    with pytest.raises(UsageError, match="holds 3 searches; 2 are allowed"):
        read_list(b"a\nb\nc", most=2)


@pytest.fixture
def service(catalog: Catalog, engine: WhooshEngine, indexing: Indexer, add_document: AddDocument) -> SearchService:
    add_document("Ugovor o javnoj nabavci kamera", "Firma Kamera isporučuje kamere", municipality="Niš")
    add_document("Nabavka javnoj ustanovi", municipality="Bečej")
    for number in range(FIRST_HITS + 2):
        add_document(f"Dopis broj {number}", "Drugi dopis")
    indexing.index_due()
    return SearchService(catalog, engine)


def lines(*queries: str) -> list[ListLine]:
    return [ListLine(number, query) for number, query in enumerate(queries, start=1)]


def test_every_line_finds_what_the_search_box_finds(service: SearchService) -> None:
    queries = ("kamera", "камере", '"javnoj nabavci"', "nabavka -kamera", "nema ovoga", "dopis OR ugovor")
    for result, query in zip(search_list(service, lines(*queries), ListOptions()), queries, strict=True):
        straight = service.search(SearchRequest(query, limit=100, excerpts=1))
        assert result.documents == straight.total
        assert result.pages == sum(len(hit.pages) for hit in straight.hits)
        assert result.hits == straight.hits[:FIRST_HITS]
        assert result.asked == query


def test_pages_are_counted_beyond_the_documents_that_are_listed(service: SearchService) -> None:
    (result,) = search_list(service, lines("dopis"), ListOptions())
    assert (result.documents, result.pages, len(result.hits)) == (FIRST_HITS + 2, 2 * (FIRST_HITS + 2), FIRST_HITS)


def test_filters_and_exactness_go_for_every_line(service: SearchService) -> None:
    options = ListOptions(exact=True, filters={"municipality": ("Niš",)})
    assert [result.documents for result in search_list(service, lines("nabavci", "nabavka"), options)] == [1, 0]


def test_look_alikes_go_for_every_line(service: SearchService) -> None:
    for look_alikes, found in ((False, 0), (True, 1)):
        (result,) = search_list(service, lines("karnera"), ListOptions(look_alikes=look_alikes))
        assert result.documents == found
        assert any("OCR" in note for note in result.notes) is look_alikes


@pytest.mark.parametrize("line", ["javnoj nabavci", '"javnoj nabavci"', "„javnoj nabavci“", 'javnoj "nabavci'])
def test_a_line_can_be_taken_for_a_phrase(service: SearchService, line: str) -> None:
    (result,) = search_list(service, lines(line), ListOptions(phrase=True))
    assert (result.asked, result.documents) == ('"javnoj nabavci"', 1)


def test_a_line_that_cannot_be_searched_says_so_and_the_others_go_on(service: SearchService) -> None:
    results = list(search_list(service, lines("x" * 3000, "—", "kamera"), ListOptions()))
    assert [result.documents for result in results] == [None, None, 1]
    assert "2000 are allowed" in (results[0].error or "")
    assert "no word" in (results[1].error or ""), "it must not find every document"


def test_lines_are_searched_as_the_caller_goes_on(service: SearchService) -> None:
    def endless() -> object:
        yield from lines("kamera")
        raise AssertionError("asked for more than was wanted")

    assert next(search_list(service, endless(), ListOptions())).documents == 1  # type: ignore[arg-type] # on purpose
