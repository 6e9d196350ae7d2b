"""How many cameras, how many places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from archive.model import Fact
from archive.model.words import Break
from indexer.facts import mentions
from indexer.facts.mentions.watchlist import Watchlist
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.text import DocumentText
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of
from tests.indexer.facts.test_award_tables import page_of

FactsOf = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "quantity", "quote"),
    [
        ("sistem koji čine 24 kamere na javnim površinama", ("24", "cameras"), "24 kamere"),
        ("уградња 16 (шеснаест) камера", ("16", "cameras"), "16 (шеснаест) камера"),
        ("isporuka dvadeset četiri kamere", ("24", "cameras"), "dvadeset četiri kamere"),
        ("uređuje se četrnaest (14) kupolastih kamera", ("14", "cameras"), "četrnaest (14) kupolastih kamera"),
        ("Испоручује се двадесет и шест (26) камера", ("26", "cameras"), "двадесет и шест (26) камера"),
        ("Ukupan broj kamera po aneksu iznosi 31.", ("31", "cameras"), "kamera po aneksu iznosi 31."),
        ("isporuka 24 nove IP kamere", ("24", "cameras"), "24 nove IP kamere"),
        ("nabavka 40 komada fiksnih kamera", ("40", "cameras"), "40 komada fiksnih kamera"),
        ("u gradu je 1.200 kamera", ("1200", "cameras"), "1.200 kamera"),
        ("biće postavljeno dve hiljade kamera", ("2000", "cameras"), "dve hiljade kamera"),
        ("biće postavljeno hiljadu kamera", ("1000", "cameras"), "hiljadu kamera"),
        ("install 12 (twelve) fixed network cameras", ("12", "cameras"), "12 (twelve) fixed network cameras"),
        ("raspoređene na 8 lokacija", ("8", "places"), "8 lokacija"),
        ("instaliranje na devet lokacija za merenje", ("9", "places"), "devet lokacija"),
        ("Ukupan broj kamera: 24", ("24", "cameras"), "kamera: 24"),
        ("Broj kamera je 24, a monitora", ("24", "cameras"), "kamera je 24,"),
        ("The number of cameras is 12.", ("12", "cameras"), "cameras is 12."),
        ("Oprema:\n1 Kamera fiksna 4 MP kom 24\n2 Snimač kom 1", ("24", "cameras"), "Kamera fiksna 4 MP kom 24"),
        ("Kamera pokretna, 6 kom", ("6", "cameras"), "Kamera pokretna, 6 kom"),
        ("isporučene su kamere (24 kom)", ("24", "cameras"), "kamere (24 kom)"),
        (
            "montira kamere za partiju 1, ukupno 9 kom: kej - 4 kom",
            ("9", "cameras"),
            "kamere za partiju 1, ukupno 9 kom:",
        ),
    ],
)
def test_quantities(facts_of: FactsOf, text: str, quantity: tuple[str, str], quote: str) -> None:
    """In figures, in words, in both, in tables; with the words that say so."""
    facts = facts_of(text)
    fact = facts.fact("quantity")
    assert (fact.value, fact.details["what"]) == quantity
    assert len(facts["quantity"]) == 1
    assert facts.quote("quantity") == quote


@pytest.mark.parametrize(
    "text",
    [
        "4 MP kamera sa noćnim snimanjem",
        "4MP kamera",
        "isporučuje kamere i 4 ormara, ukupno 9 kom",
        "zajedno sa postojećim sistem će imati 47 kamera",
        "snimak sa kamere 2",
        "lokacija 3 kamera u hodniku",
        "1. Kamera fiksna",
        "1) Kamera fiksna",
        "Spisak:\n3 Kamera fiksna\n4 Kamera pokretna",
        "nabavljene 2021 kamere rade",
        "snimač za 16 kamera",
        "licenca za 64 kamere",
        "podrška za do 8 kamera",
        "najmanje 4 kamere",
        "više od 4.000 kamera",
        "zato što kamere snimaju ulicu",
        "zato sto kamere snimaju ulicu",
        "jedna kamera snima ulaz",
        "24 (dvadeset pet) kamere",
        "dvadeset četiri (25) kamere",
        "Lokacija Broj kamera\n1 Trg kod Gradske kuće 4",
        "nosač za kameru kom 24",
        "broj 24 kamera",
    ],
)
def test_what_is_no_quantity(facts_of: FactsOf, text: str) -> None:
    """Resolutions, ordinals, rows, years, limits, capacities, other things' pieces, numbers that differ."""
    assert facts_of(text)["quantity"] == []


def test_parts_of_a_whole(facts_of: FactsOf) -> None:
    """Every number is told once; a smaller one says what it is a part of."""
    facts = facts_of("Trg – 3 kamere; škola – 2 kamere; kej – 3 kamere. Sistem čini ukupno 8 kamera.")
    found = [(fact.value, dict(fact.details)) for fact in facts.all if fact.field == "quantity"]
    assert found == [
        ("3", {"what": "cameras", "of": "8"}),
        ("2", {"what": "cameras", "of": "8"}),
        ("8", {"what": "cameras"}),
    ]


@pytest.mark.parametrize(
    ("text", "value", "quote"),
    [
        ("24 kamere na ulicama", "24", "24 kamere"),
        ("Postavljeno je ukupno\n24 kamere na ulicama", "24", "24 kamere"),
        ("dvadeset kamera na ulicama", "20", "dvadeset kamera"),
        ("sto dvadeset i pet kamera na ulicama", "125", "sto dvadeset i pet kamera"),
        ("ulice pet i šest kamera", "6", "šest kamera"),
        ("stavke tri, dvadeset kamera na ulicama", "20", "dvadeset kamera"),
        ("po ceni od hiljadu. Dvadeset pet kamera na ulicama", "25", "Dvadeset pet kamera"),
    ],
)
def test_a_number_begins_with_its_own_first_word(facts_of: FactsOf, text: str, value: str, quote: str) -> None:
    """At the beginning of a text or a line, and behind another number that is no part of it."""
    facts = facts_of(text)
    assert (facts["quantity"], facts.quote("quantity")) == ([value], quote)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Ugovorom su predviđene 52 kamere.", None),
        ("Уговором о набавци предвиђено је 52 камере.", None),
        ("Planom su predviđene 52 kamere.", "conditional"),
        ("Predviđene su 52 kamere na novim lokacijama.", "conditional"),
        ("Opredeljuju se sredstva u iznosu od 2.000.000,00 dinara za kupovinu 52 kamere.", "conditional"),
        ("Sredstva su utrošena, a postavljene su 52 kamere.", None),
    ],
)
def test_what_a_contract_foresees_is_agreed(facts_of: FactsOf, text: str, state: str | None) -> None:
    fact = facts_of(f"IZVEŠTAJ O REVIZIJI\n\n{text}").fact("quantity")
    assert (fact.value, fact.details.get("state")) == ("52", state)


@pytest.mark.parametrize("sign", [",", ":", ";"])
def test_punctuation_parts_a_number_from_a_thing(facts_of: FactsOf, sign: str) -> None:
    assert facts_of(f"isporuka 24 nove{sign} kamere na ulicama")["quantity"] == []


@pytest.mark.parametrize(
    ("text", "value", "quote"),
    [
        ("isporuka 22 fiksne i 6 pokretnih kamera", "28", "22 fiksne i 6 pokretnih kamera"),
        ("уградња 112 стационарних и 18 покретних камера", "130", "112 стационарних и 18 покретних камера"),
        ("isporuka 10 kupolastih, 4 fiksne i 2 PTZ kamere", "16", "10 kupolastih, 4 fiksne i 2 PTZ kamere"),
        ("ugradnja deset novih i četiri postojeće kamere", "14", "deset novih i četiri postojeće kamere"),
        (
            "po 12 kamera u parku, 4 kamere u školi i 3 kamere kod pošte",
            "19",
            "12 kamera u parku, 4 kamere u školi i 3 kamere",
        ),
        (
            "deset (10) kamera sa zumom, pet (5) kamera bez zuma i 1 kamera",
            "16",
            "deset (10) kamera sa zumom, pet (5) kamera bez zuma i 1 kamera",
        ),
        (
            "trinaest (13) kamera sa zumom, osam (8) fiksnih kamera i dve (2) kamere za tablice",
            "23",
            "trinaest (13) kamera sa zumom, osam (8) fiksnih kamera i dve (2) kamere",
        ),
        ("U prvoj partiji isporučuje se 21, a u drugoj 9 kamera.", "9", "9 kamera."),
        ("Naručuje se na trgu 6, kod škole 4 i na keju 5 kamera.", "15", "na trgu 6, kod škole 4 i na keju 5 kamera."),
        (
            "na tri mesta: dom (7 kamera), škola (6) i park (3). Rok je 30 dana.",
            "16",
            "(7 kamera), škola (6) i park (3).",
        ),
        ("snimač (7 kamera), a rok isporuke (u danima) je 30", "7", "(7 kamera),"),
        ("od toga na trgu 6, a u školi 4 kamere", "4", "4 kamere"),
        ("obilazak 20 ulica i 6 kamera", "6", "6 kamera"),
        ("ponuđač 2 i 6 kamera", "6", "6 kamera"),
        ("najmanje 5 fiksnih i 6 pokretnih kamera", None, None),
        ("vrednost 18.500.000 120\nKamere u dvorištima", None, None),
        ("Postavljeno je 24 kamere na trgu i 6 kamera na keju.", "30", "24 kamere na trgu i 6 kamera"),
        ("Od 34 ugovorene kamere pet ne radi.", "34", "34 ugovorene kamere"),
    ],
)
def test_sorts_of_one_thing_are_added(facts_of: FactsOf, text: str, value: str | None, quote: str | None) -> None:
    facts = facts_of(text)
    assert facts["quantity"] == ([] if value is None else [value])
    assert value is None or facts.quote("quantity") == quote


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Isporučuje se u prvoj partiji 21, a u drugoj 9 kamera.", "21@1 9@2"),
        ("Partija 1 – trgovi (21 kamera)\nPartija 2 – dvorišta (9 kamera)", "21@1 9@2"),
        ("Партија 1: трг, 21 камера. Партија 2: двориште, 9 камера.", "21@1 9@2"),
        ("Isporučuje se 21 kamera za partiju 1, a 21 kamera za partiju 2.", "21@1 21@2"),
        ("Čine je dve partije. Prva obuhvata 21 kameru. Druga obuhvata 9 kamera.", "21@1 9@2"),
        ("Ukupno 30 kamera.\nPartija 1: 21 kamera\nPartija 2: 9 kamera", "30 21@1<30 9@2<30"),
        ("Isporuka 21 kamere.\nPartija 1: 21 kamera\nPartija 2: 9 kamera", "21<30 21@1 9@2"),
        ("Partija 1: 21 kamera, od toga 6 kamera na mostu\nPartija 2: 9 kamera", "21@1 6@1<21 9@2"),
        (
            "Ugovor za partiju 1 sa „Alfa“ d.o.o. Bor odnosi se na 21 kameru; "
            "ugovor za partiju 2, zaključen sa „Beta“ d.o.o. Bor, odnosi se na devet kamera.",
            "21@1 9@2",
        ),
        ("Partija 2: 9 kamera.\n" + "Rok je kratak. " * 10 + "Grad već ima 21 kameru.", "9@2<21 21"),
    ],
)
def test_quantities_of_lots_are_told_apart(facts_of: FactsOf, text: str, told: str) -> None:
    """Each as quantity@lot<of."""
    facts = (fact for fact in facts_of(text).all if fact.field == "quantity")
    marks = (("@", "lot"), ("<", "of"))
    values = (
        one.value + "".join(sign + one.details.get(name, "") for sign, name in marks if name in one.details)
        for one in facts
    )
    assert " ".join(values) == told


@pytest.mark.parametrize(
    "text",
    [
        "24 kamere na trgu, od toga 6 kamera na stubovima",
        "24 kamere na trgu. Na keju i 6 kamera na stubovima",
        "Ugovorene su 24 kamere, 6 kamera na stubovima radi",
        "24 kamere rade i 6 kamera ne radi",
        "24 kamere i 6 kamera čeka struju",
    ],
)
def test_what_is_a_part_or_told_otherwise_is_not_added(facts_of: FactsOf, text: str) -> None:
    assert facts_of(text)["quantity"] == ["24", "6"]


@pytest.mark.parametrize(
    ("text", "value", "added"),
    [
        ("Zbog potrebe postavljanja još dve kamere na mostu menja se član 2.", "2", "more"),
        ("Menja se član 2. zbog potrebe postavljanja još\ndve kamere na mostu.", "2", "more"),
        ("Rok se produžava za još 20 dana; isporučuje se 30 kamera.", "30", None),
        ("Dobavljač ugrađuje 5 dodatnih kamera u naselju.", "5", "more"),
        ("Количина камера повећава се за четири комада.", "4", "more"),
        ("Broj kamera uvećava se za 6.", "6", "more"),
        ("Broj kamera se smanjuje za tri.", "3", "less"),
        ("Broj kamera povećava se sa 24 na 30.", "30", None),
        ("Predmet ugovora menja se i glasi: isporuka 30 kamera.", "30", None),
    ],
)
def test_an_annex_tells_the_whole_or_what_it_adds(facts_of: FactsOf, text: str, value: str, added: str | None) -> None:
    fact = facts_of(f"ANEKS BR. 1\nugovora o javnoj nabavci\n\n{text}").fact("quantity")
    assert (fact.value, fact.details.get("added"), fact.details.get("state")) == (value, added, None)
    whole = facts_of(f"UGOVOR O JAVNOJ NABAVCI\n\n{text}")
    assert not any(each.details.get("added") for each in whole.all)


def test_the_items_of_a_list_are_added() -> None:
    """Unless a number that is no less is said of all."""
    items = "Oprema:\n1 Kamera fiksna 4 MP kom 24\n2 Snimač kom 1\n3 Kamera pokretna, 6 kom"
    (fact,) = [each for each in by_text(items) if each.field == "quantity"]
    assert fact.value == "30"
    again = by_text(f"{items}\n\n" + "reč " * 80 + f"\n\n{items}")
    assert [each.value for each in again if each.field == "quantity"] == ["30"]


def test_the_number_that_a_price_is_multiplied_with_is_a_quantity() -> None:
    """On the line of an item, whatever the heads of its columns are."""
    items = (
        "Stavka Kol. Cena Iznos\nKamera PTZ 4 Mpx, IR 150 m 6 268.000,00 1.608.000,00\nKamera fiksna 18 94.500,00 {}"
    )
    whole, part = by_text(items.format("1.701.000,00")), by_text(items.format("1.701.500,00"))
    assert [fact.value for fact in whole if fact.field == "quantity"] == ["24"]
    assert [fact.value for fact in part if fact.field == "quantity"] == ["6"]


def by_text(text: str) -> list[Fact]:
    pages = [words_of(text)]
    context = TextSurroundings(DocumentText.of(DOCUMENT, reading_of(pages), pages), pages)
    return mentions.find(context, pages, Watchlist.shipped(), None)


def in_table(*rows: tuple[str, ...], title: str = "SPECIFIKACIJA") -> list[tuple[str, ...]]:
    """The quantities that a page with a table tells, with their words."""
    page = page_of(title, *rows)
    text = DocumentText.of(DOCUMENT, reading_of([page]), [page])
    facts = mentions.find(TextSurroundings(text, [page]), [page], Watchlist.shipped(), None)
    told = [fact for fact in facts if fact.field == "quantity"]
    return [
        (fact.value, fact.details["what"], text.quote(fact.span.first, fact.span.last)) for fact in told if fact.span
    ]


def test_the_rows_of_a_table_are_added() -> None:
    heads = ("R.br.", "Naziv", "JM", "Kolicina", "Cena")
    rows = (
        ("1", "Kamera kupolasta 4 MP", "kom", "14", "21.000,00"),
        ("2", "Kamera PTZ", "kom", "6", "98.000,00"),
        ("3", "Stalak kamere", "kom", "20", "900,00"),
        ("4", "Server za 32 kamere", "kom", "1", "60.000,00"),
    )
    (found,) = in_table(heads, *rows)
    assert found[:2] == ("20", "cameras")
    assert found[2].startswith("Kamera kupolasta")
    assert [one[0] for one in in_table(("Sifra", "Naziv", "Kol."), ("100", "IP kamera 4Mpx", "24,00"))] == ["24"]
    sorts = (("1", "Nepokretna kamera 4 Mpx, IC 60 m", "kom", "22", ""), ("2", "Prenosna kamera", "kom", "3", ""))
    others = (("3", "Zastita kamera", "kom", "25", ""), ("4", "Ugradnja kamera", "kom", "25", ""))
    assert [one[0] for one in in_table(heads, *sorts, *others)] == ["25"]
    assert in_table(heads, ("1", "Kamere i oprema, prva rata 50%", "kom", "1", "9.000,00")) == []
    assert [one[0] for one in in_table(heads, ("1", "Kamera na ulazu", "kom", "1", "9.000,00"))] == ["1"]
    assert in_table(("Sifra", "Naziv", "Cena"), ("1", "Stalak kamere", "24,00")) == []


def test_the_numbers_below_a_head_that_names_the_thing_are_added() -> None:
    places = ("Trg", "4"), ("Skola", "7"), ("Most", "4")
    assert [one[0] for one in in_table(("Lokacija", "Broj kamera"), *places)] == ["15"]
    assert [one[0] for one in in_table(("Mesto", "Kamera (kom)"), *places, ("Svega", "15"))] == ["15"]
    both = [(place, number, "2", "x") for place, number in places]
    assert [one[0] for one in in_table(("Mesto", "Fiksne kamere", "PTZ kamere", "Napomena"), *both)] == ["21"]
    sums = [(place, number, "2", str(int(number) + 2)) for place, number in places]
    totals = ("Ukupno", "15", "6", "21")
    assert [one[0] for one in in_table(("Mesto", "Fiksne kamere", "PTZ kamere", "Ukupno kamera"), *sums, totals)] == [
        "21"
    ]
    kinds = ("Selo", "Obicne", "Za tablice", "Cena")
    rows = (("Dobra", "2", "1", "354.650"), ("Usje", "3", "0", "155.000"), ("Svega", "5", "1", "509.650"))
    assert [one[0] for one in in_table(kinds, *rows, title="Kamere u selima:")] == ["6"]
    assert in_table(kinds, *rows, title="Ormari u selima:") == []
    assert in_table(("Kamera", "Mesto"), ("1", "Trg"), ("2", "Skola"), ("3", "Most")) == []
    assert in_table(("Mesto", "Cena kamere"), ("Trg", "4500"), ("Most", "4800")) == []


def test_a_sentence_goes_on_in_the_next_block() -> None:
    """Many programs write each line of a page as a block."""
    lines = (
        "Ugovor za partiju 1 je za 21 kameru; ugovor za",
        "partiju 2, zakljucen sa Beta d.o.o. Ruma,",
        "odnosi se na 9 kamera.",
    )
    page = page_of("NALAZ", *((line,) for line in lines))
    page = replace(page, breaks=bytes(Break.BLOCK if at else Break.SPACE for at in page.breaks))
    text = DocumentText.of(DOCUMENT, reading_of([page]), [page])
    facts = mentions.find(TextSurroundings(text, [page]), [page], Watchlist.shipped(), None)
    assert [(fact.value, fact.details.get("lot"), fact.details.get("of")) for fact in facts] == [
        ("21", "1", None),
        ("9", "2", None),
    ]
