"""Lots that a decision names and of which no award was read, in wordings of our own, read with all rules."""

from __future__ import annotations

import pytest

from tests.indexer.facts.unprepared_papers import facts_of

PAPER = """SPECIMEN
Opština Brezovac
Broj: 404-31/2031-4
Datum: 03.02.2031.

{title}
u postupku javne nabavke broj 404-31/2031

{told}
"""

FIRST = (
    "Za Partiju 1 ugovor se dodeljuje ponuđaču „Primer Gradnja“ d.o.o. Novi Sad po ceni od 1.200.000,00 dinara "
    "bez PDV.\n"
)


def unread(told: str, title: str = "ODLUKA O DODELI UGOVORA") -> list[str]:
    facts = facts_of(PAPER.format(told=told, title=title))
    return sorted(fact.value for fact in facts if fact.field == "unread_lot")


@pytest.mark.parametrize(
    ("told", "lots"),
    [
        (FIRST + "Kamere iz Partije 2 nabavljaju se kako je predloženo.", ["2"]),
        (FIRST + "Drugu partiju izvršiće onaj ko je prvorangiran, a treću partiju isti.", ["2", "3"]),
        (FIRST + "Partije 2, 3 i 4 dobio je ko je najjeftiniji.", ["2", "3", "4"]),
        (FIRST.replace("Partiju 1", "Lot 1") + "Lot br. 2 po predlogu komisije.", ["2"]),
        (FIRST.replace("Partiju 1", "Partiju I (kamere)") + "Kamere iz Partije II, kako je predloženo.", ["2"]),
        (FIRST + FIRST.replace("Primer", "Uzor").replace("1.200", "1.100") + "Partija 2 je obustavljena.", ["1"]),
        (FIRST + "Procenjena vrednost Partije 1 je 1.300.000,00 dinara.", []),
        (FIRST + "Za Partiju 2 postupak se obustavlja.", []),
        (FIRST + "Postupak za partije 2 i 3 obustavlja se jer nema prihvatljivih ponuda.", []),
        (FIRST + "Partija 2 nije dodeljena.", []),
        (FIRST + "Partije 2 i 3 nisu dodijeljene.", []),
        (FIRST + "Za Partiju 2 nije dostavljena nijedna ponuda.", []),
        (
            "i delimičnoj obustavi postupka\nUgovori se dodeljuju za partije 1 i 2, kako je predloženo. Za partiju 3 "
            "postupak se obustavlja.",
            ["1", "2"],
        ),
        (FIRST + "Obustavlja se postupak za Partiju 2. Kamere iz Partije 3 kako je predloženo.", ["3"]),
    ],
)
def test_lots_without_a_line(told: str, lots: list[str]) -> None:
    assert unread(told) == lots


def test_only_decisions_give_contracts() -> None:
    """A call names lots, and gives none."""
    assert unread("Nabavka je oblikovana u partije: Partija 1 i Partija 2.", "JAVNI POZIV") == []


def test_a_decision_on_one_lot_has_none() -> None:
    assert unread("Ugovor za Partiju 2 dodeljuje se kako je predloženo.") == []


def test_the_words_are_those_that_name_the_lot() -> None:
    facts = facts_of(
        PAPER.format(told=FIRST + "Kamere iz Partije 2 kako je predloženo.", title="ODLUKA O DODELI UGOVORA")
    )
    (fact,) = (fact for fact in facts if fact.field == "unread_lot")
    assert fact.span is not None
    assert fact.span.last - fact.span.first == 1


NOTATIONS = (
    *("1", "01", "12", "I –", "II", "IV", "V (a)", "VI", "X:", "I-VII", "B –", "br. 3", "broj III", "1, 2 i 3", "1-3"),
    *("2/1", "2.1", "999"),
)


@pytest.mark.parametrize(
    "title", ["ODLUKA O DODELI UGOVORA", "ZAPISNIK O OTVARANJU PONUDA", "UGOVOR", "ODGOVOR NA ZAHTEV"]
)
@pytest.mark.parametrize("word", ["Partija", "partije", "LOT", "Grupa", "Dio"])
def test_every_reader_takes_every_notation_of_a_lot(title: str, word: str) -> None:
    """Readers share the grammar of lots: what one of them cannot take ends the reading of the paper."""
    for number in NOTATIONS:
        lot = f"{word} {number}"
        told = (
            f"Za {lot} kamere pristigle su tri ponude. Ugovor za {lot} dodeljuje se ponuđaču „Primer“ d.o.o. Niš, cena "
            f"1.200,00 dinara.\n{lot}\n1. „Primer“ d.o.o., 1.200,00 dinara\n2. „Uzor“ d.o.o., 1.300,00 dinara\n"
            f"Postupak za {lot} obustavlja se. {lot}: 2 ponude. Druga partija, redom: 1.200,00 i 1.300,00 dinara."
        )
        assert facts_of(PAPER.format(told=told, title=title))
