"""One thing in several spellings is found by each of them, and an exact search finds what was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from archive.search.help import found_as
from archive.search.indexing import Indexer
from archive.search.meanings.tables import Spelling, first_parts, lines, month_names, rows
from archive.search.query_language.parser import parse
from archive.search.request import SearchRequest
from archive.search.service import SearchService
from archive.search.whoosh_engine.engine import WhooshEngine
from tests.archive.search.conftest import Shelf, added, shelf

AddDocument = Callable[..., str]


Told = tuple[str, str]
"""What is typed, and what is printed."""


FOUND = [
    # citations
    ("član 112 stav 1 tačka 5", "на основу чл. 112. ст. 1. тач. 5) Закона"),
    ("čl. 112 st. 1 tač. 5", "u skladu sa članom 112. Zakona, stav 1. tačka 5)"),
    ('"čl. 35"', "iz člana 35. ovog zakona"),
    ("članak 12 stavak 3", "prema čl. 12. st. 3. Zakona"),
    # abbreviations
    ("broj 15", "br. 15"),
    ("2019. g.", "2019. godine"),
    ("ul. Cara Dušana", "улица Цара Душана"),
    ("JN 1.2.3/2019", "ЈНМВ 1.2.3/2019"),
    ("JNMV 4", "јавне набавке ЈНОП 4"),
    ("ЈНМВ 4", "JNMV-4"),
    ("472.500,00 rsd", "472.500,00 динара"),
    ("100 €", "100 evra"),
    ("100 EUR", "100 evra"),
    ("ZPP", "Zakona o parničnom postupku"),
    ("Zakon o parničnom postupku", "podataka iz čl. 124 ZPP"),
    ("Sl. glasnik RS", "Службеном гласнику Републике Србије"),
    ("OŠ Vuk", "Osnovna škola Vuk"),
    ("EPS", "Elektroprivreda Srbije"),
    # dates
    ("23. decembar 2019", "dana 23.12.2019. godine"),
    ("23.12.2019.", "23. децембра 2019."),
    ("23/12/2019", "23. 12. 2019. godine"),
    ("2019-12-23", "23.12.2019"),
    ("5. mart 2021.", "05.03.2021."),
    ("petog marta 2021", "dana 5.3.2021. godine"),
    ("шести април 2020", "6. априла 2020."),
    ("dvadeset četvrtog decembra 2003.", "24. decembra 2003. godine"),
    ("31. maj 2020", "31.05.2020"),
    ("trideset prvog maja 2020", "31.05.2020"),
    ("4G", "4G mreža"),
    ("December 23, 2019", "23.12.2019"),
    ("23 December 2019", "prosinca, 23. prosinca 2019."),
    # amounts
    ("153.846,15", "ukupno 153. 846,15 dinara"),
    ("1.153.846,15", "1. 153. 846,15"),
    ("153846.15", "153.846,15"),
    ("23. XII 2019", "23.12.2019"),
    ("23.12.19", "23. децембра 2019."),
    ("23.12.2019", "dana 23.12.19. godine"),
    ("23.12.2019.godine", "23. decembra 2019."),
    ("23.12.2019. godine", "od 23/12/2019"),
    ("1.153.846,15", "1.153.846.15"),
    ("1.153.846.15", "1.153.846,15"),
    ("20 posto", "u visini od 20%"),
    ("12,5 miliona", "ukupno 12.500.000,00 dinara"),
    ("12,5 miliona dinara", "12 500 000 дин."),
    ("12.5 million", "12,5 miliona"),
    ("12.500.000", "oko 12,5 miliona dinara"),
    ("16000000", "до 16 милиона евра"),
    ("500.000", "pet puta po 500 hiljada"),
    ("599.614", "цена 599.614,80 динара"),
    ("599614 dinara", "599 614,80 din."),
    ("12,5 mil. EUR", "12,5 милиона евра"),
    ("500 hiljada", "500.000,00"),
    ("1,25 milijardi", "1.250.000.000"),
    # numbers that name a thing
    ("265-1234567-89", "račun 265-0000001234567-89 kod banke"),
    ("265 0000001234567 89", "265-1234567-89"),
    ("265000000123456789", "265-1234567-89"),
    ("021 456 789", "tel. 021/456-789"),
    ("(021) 456-789", "021/456789"),
    ("+381 21 456 789", "021 456-789"),
    ("063/1234567", "063 123 4567"),
    ("021/456-789", "+381 21 456-789"),
    ("021/456-789", "+381 21 45 67 89"),
    ("021456789", "tel. (021) 45-67-89"),
    ("+38121456789", "021/456 789"),
    ("063 1234567", "+38163 123-45-67"),
    ("404-1/19", "IV-404-1/2019"),
    ("Gž.br.2907/2002", "Гж. бр. 2907/02"),
    ("JNMV 2/2019", "ЈНМВ број 02/2019"),
    ("02/2019", "nabavka 2/2019"),
    ("12/19", "broj 012/2019"),
    ("404-1/2019", "404 - 1/2019"),
    ("404-1/2019-IV", "404-1/2019"),
    ("404-1-2019", "404-1/2019"),
    ("12/2019", "12/19"),
    ("12/2019", "12-2019"),
    ("404/2019", "404 / 2019"),
    ("br.404-1/2019", "broj: 404-1/2019"),
    ("07-00-123/2019-02", "07-00-123/19-02"),
    ("K-123/18", "II K 123/2018"),
    ("32323500-8", "CPV 32323500"),
    ("123-45-6789", "Nr. 123-45-6789-1-2-1"),
    ("PIB 101234567", "порески број 101234567"),
    ("čl.116", "члана 116. ЗЈН"),
    ("čl. 116 st. 1", "чл.116. ст.1."),
    # initials
    ("З. Алимпић", "Зоран Алимпић"),
    ("Sl. list grada N. Sada", "Службени лист града Новог Сада"),
    # dashes, one word and two
    ("X – turs", "X-TURS d.o.o."),
    ("Turs – komerc", "Turs-komerc"),
    ("turs-komerc", "Turs – komerc"),
    ("VIDEONADZOR", "sistem video nadzora"),
    ("videonadzor", "video-nadzorom"),
    ("video nadzor", "videonadzorom"),
    ("video-nadzor", "videonadzora"),
    ("Interturs d.o.o.", "„Inter turs“"),
    ("Inter turs", "INTERTURS DOO"),
    ("NITI-N", "firma NITI - N SH.P.K."),
    ("niti-n", "firma NITI-N"),
    ("CX-216", "kamera CX 216"),
    # places in the language of their papers
    ("Prištini", "Komuna e Prishtinës"),
    ("Приштина", "Komuna Prishtinë"),
    ("Prishtina", "grada Prištine"),
    ("Peći", "Komuna e Pejës"),
    ("Szabadka", "Град Суботица"),
    ("Novom Sadu", "Újvidék Város"),
    ("Újvidék", "Grada Novog Sada"),
    # foreign letters and names
    ("exim", "Ексим"),
    ("Eksim", "EXIM"),
    ("Huawei", "Хуавеј"),
    ("Hikvižn", "HIKVISION"),
    ("taxi", "taksija"),
    # holes of the stems
    ("gubici", "губитака"),
    ("gubitak", "gubici"),
    ("deo", "dio"),
    ("obaveštenje", "obavještenjem"),
    ("mjerenje", "merenja"),
    ("lečenje", "liječenju"),
    ("snabdijevanje", "snabdevanju"),
]


EXACTLY = ("broj 15", "ZPP", "VIDEONADZOR", "exim", "gubici", "23. decembar 2019", '"čl. 35"')

NOT_FOUND = [
    ("član 112 stav 1", "člana 11. i 12. stav 112 član 1"),
    ("član 5 stav 2", "član 5 " + "reč " * 20 + "stav 2"),
    ("godina", "500 g"),
    ("g 5", "godine 5"),
    ("23. decembar 2019", "24.12.2019. i 23. decembra 2018."),
    ("153.846,15", "153 i 846,15"),
    ("12,5 miliona", "12,5 puta milion"),
    ("12,5 miliona", "125.000.000 i 12.500"),
    ("12.500 miliona", "12.500.000"),
    ("123-45-6789", "123-45-67891"),
    ("videonadzor", "nadzor za video"),
    ("265-1234567-89", "265-1234567-88"),
    ("021/456-789", "021/456-780"),
    ("021/456-789", "021 i 456-789"),
    ("021/456-789", "456-789, 021"),
    ("404-1/2019", "404-1/2018"),
    ("404-1/19", "404-11/2019"),
    ("2/2019", "20/2019 i 12/2019"),
    ("599.614,00", "599.614,80"),
    ("599.614", "1.599.614,80 i 599.6142"),
    ("16.000.000", "16 hiljada i 160 miliona"),
    ("4G", "4 g. i 4. godine"),
    ("petog marta 2021", "4.3.2021. i 15.3.2021."),
    ("12/2019", "23. 12. 2019. godine"),
    ("12/2019", "12. avgusta 2019."),
    ("2019/2020", "prihodi 2019. i 2020. godine"),
    ("5/10", "čl. 5 - 10. Statuta"),
    ("5/10", "rok od 5-10 dana"),
    ("60/40", "45,60 40"),
    ("K-123/18", "informacija 123 18"),
    ("23.12.19", "23.12.2009"),
    ("lot A", "lot B"),
    ("A. B.", "B."),
    ("tel. 12", "soba 12"),
    ("PDV-om", "PDV om"),
    ("Peja", "peć na drva"),
    ("Istog", "strana istok"),
]


def kind_of(pair: Told) -> str:
    """The fact by which each pair has documents of its own."""
    return f"{(*FOUND, *NOT_FOUND).index(pair)}"


@dataclass(frozen=True, slots=True)
class Printed:
    """An archive in which all that is printed is indexed at once, and the documents of each pair."""

    shelf: Shelf
    ids: dict[Told, str]

    def asked(self, pair: Told, *, exact: bool = False) -> list[str]:
        """Ask for what is typed among the documents of a pair."""
        request = SearchRequest(pair[0], {"kind": (kind_of(pair),)}, exact=exact)
        return [hit.id for hit in self.shelf.search.search(request).hits]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Printed]:
    with shelf(tmp_path_factory.mktemp("printed")) as made:
        ids = {pair: added(made.catalog, f"a {pair[1]} b", kind=kind_of(pair)) for pair in FOUND}
        for pair in FOUND:
            added(made.catalog, "something else altogether, with the number 7", kind=kind_of(pair))
        ids |= {pair: added(made.catalog, pair[1], kind=kind_of(pair)) for pair in NOT_FOUND}
        made.indexing.index_due()
        yield Printed(made, ids)


@pytest.mark.parametrize("pair", FOUND)
def test_a_spelling_is_found_by_another(pair: Told, printed: Printed) -> None:
    assert printed.asked(pair) == [printed.ids[pair]]
    # Of what was found, some words are marked.
    assert printed.shelf.search.matches(printed.ids[pair], pair[0])


@pytest.mark.parametrize("pair", [pair for pair in FOUND if pair[0] in EXACTLY])
def test_an_exact_search_finds_the_spelling_that_was_typed(pair: Told, printed: Printed) -> None:
    assert printed.asked(pair, exact=True) == []


@pytest.mark.parametrize("pair", NOT_FOUND)
def test_what_is_no_other_spelling_is_not_found(pair: Told, printed: Printed) -> None:
    assert printed.asked(pair) == []


def test_other_spellings_stand_under_found_as(
    add_document: AddDocument, indexing: Indexer, service: SearchService, engine: WhooshEngine
) -> None:
    add_document("u iznosu od 5 dinara i 7 din.")
    indexing.index_due()
    (shown,) = found_as(parse("RSD", exact=False), engine, 8)
    assert set(shown.forms) == {"dinara", "din"}


def test_a_citation_lacks_its_inner_units_one_by_one(
    add_document: AddDocument, indexing: Indexer, service: SearchService
) -> None:
    id_ = add_document("na osnovu člana 112. stav 1. Zakona")
    indexing.index_due()
    (hit,) = service.search(SearchRequest("član 112 stav 1 tačka 5"), filled_up=True).partly
    assert (hit.id, hit.lacking) == (id_, ("tačka 5",))


@pytest.mark.parametrize("name", ["abbreviations.txt", "names.txt", "places.txt"])
def test_a_row_of_a_table_has_different_spellings(name: str) -> None:
    for row in rows(name):
        spelled = [*row.both_ways, *row.one_way]
        assert len(spelled) > 1, row
        assert len({spelling.variants for spelling in spelled}) == len(spelled), row


def test_the_parts_behind_a_slash_share_the_words_behind_them() -> None:
    spelled = {row.both_ways[0] for row in rows("abbreviations.txt")}
    assert (
        Spelling((("zakon", "o", "radu"), ("zakona", "o", "radu"), ("zakonu", "o", "radu"), ("zakonom", "o", "radu")))
        in spelled
    )


def test_the_tables_are_whole() -> None:
    assert len(month_names()) == 12
    assert len(list(lines("abbreviations.txt"))) > 60
    assert {"video", "inter"} <= first_parts()
