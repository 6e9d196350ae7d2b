"""Contracts, minutes and awards of neighbours: the same rules with the words of their languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FactsOf = Callable[..., Any]

CONTRACTS = {
    "mk": (
        "ДОГОВОР ЗА ЈАВНА НАБАВКА\nсклучен помеѓу:\n1. Општина Битола, застапувана од градоначалникот (во понатамошниот"
        " текст: Договорен орган) и\n2. „Пелатерм“ ДООЕЛ Битола, ул. Партизанска 12 (во понатамошниот текст: Носител на"
        " набавката)\nЧлен 3\nВкупната вредност на договорот изнесува 480.000,00 денари без ДДВ, односно 566.400,00"
        " денари со вклучен ДДВ.",
        ("Opština Bitola", "„Pelaterm” DOOEL Bitola", "MKD", "480000.00", "566400.00"),
    ),
    "sl": (
        "POGODBA O DOBAVI PAPIRJA\nki jo skleneta\nObčina Kamnik, Glavni trg 24 (v nadaljevanju: naročnik)\nin\nZvezek"
        " d.o.o., Šutna 3, Kamnik (v nadaljevanju: dobavitelj)\n2. člen\nPogodbena vrednost znaša 18.450,00 EUR brez"
        " DDV oziroma 22.509,00 EUR z DDV.",
        ("Občina Kamnik", "Zvezek d.o.o.", "EUR", "18450.00", "22509.00"),
    ),
    "bg": (
        "ДОГОВОР ЗА ОБЩЕСТВЕНА ПОРЪЧКА\nмежду:\nОбщина Видин, ЕИК 000000001, наричана по-долу ВЪЗЛОЖИТЕЛ, и\n„Пример"
        " 2000“ ЕООД, наричано по-долу ИЗПЪЛНИТЕЛ.\nЧл. 3. Общата стойност на договора е 84 500,00 лв. без ДДС и"
        " 101 400,00 лв. с ДДС.",
        ("Obština Vidin", "„Primer 2000” EOOD", "BGN", "84500.00", "101400.00"),
    ),
    "sq": (
        "KONTRATË PËR FURNIZIM\ne lidhur ndërmjet:\nKomuna e Prizrenit, rr. Shembull, Prizren (në tekstin e mëtejmë:"
        ' Autoriteti Kontraktues) dhe\n"Shembull Tech" SH.P.K., Prizren (në tekstin e mëtejmë: Furnizuesi)\nNeni 1\n'
        "Vlera totale e kontratës është 12,450.00 € pa TVSH, 14,691.00 € me TVSH.",
        ("Komuna e Prizrenit", "„Shembull Tech” SH.P.K.", "EUR", "12450.00", "14691.00"),
    ),
    "de": (
        "LIEFERVERTRAG\nzwischen der Gemeinde Neustadt, Marktplatz 1 (nachfolgend: Auftraggeber) und\nMuster Holz GmbH,"
        " Waldweg 3, Neustadt (nachfolgend: Auftragnehmer)\n§ 2 Die Auftragssumme beträgt 45.800,00 EUR netto"
        " (54.502,00 EUR inkl. MwSt).",
        ("Gemeinde Neustadt", "Muster Holz GmbH", "EUR", "45800.00", "54502.00"),
    ),
}


@pytest.mark.parametrize("language", CONTRACTS)
def test_parties_and_price_of_a_contract(facts_of: FactsOf, language: str) -> None:
    """Who buys, who is paid and how much, without the tax and with it."""
    text, (bought, vendor, currency, without, including) = CONTRACTS[language]
    facts = facts_of(text)
    assert (facts["kind"], facts["buyer"], facts["vendor"]) == (["contract"], [bought], [vendor])
    found = {
        (fact.value, fact.details["currency"], fact.details["vat"]) for fact in facts.all if fact.field == "amount"
    }
    assert {(without, currency, "without"), (including, currency, "with")} <= found


@pytest.mark.parametrize(
    ("text", "bidders", "count"),
    [
        (
            "ZAPISNIK O ODPIRANJU PONUDB\nPrispele so 2 ponudbe:\n1. Prvi d.o.o., Kamnik – 120.450,00 EUR\n2. Drugi"
            " d.d., Ljubljana – 118.200,00 EUR",
            ["Prvi d.o.o.", "Drugi d.d."],
            "2",
        ),
        (
            "NIEDERSCHRIFT ÜBER DIE ÖFFNUNG DER ANGEBOTE\nAnzahl der eingegangenen Angebote: 2\nBieter:\n1. Muster Holz"
            " GmbH, Neustadt\n2. Muster Bau KG, Bogen",
            ["Muster Holz GmbH", "Muster Bau KG"],
            "2",
        ),
        (
            "ЗАПИСНИК ОД ОТВОРАЊЕ НА ПОНУДИ\nДо крајниот рок пристигнаа две понуди:\n- „Прв“ ДОО Битола\n- „Втор“ ДООЕЛ"
            " Охрид",
            ["„Prv” DOO Bitola", "„Vtor” DOOEL Ohrid"],
            "2",
        ),
    ],
)
def test_bids_that_came(facts_of: FactsOf, text: str, bidders: list[str], count: str) -> None:
    """Who bid and how many."""
    facts = facts_of(text)
    assert (facts["bidder"], facts["bids"]) == (bidders, [count])


def test_serbian_words_that_look_like_theirs(facts_of: FactsOf) -> None:
    """ "Protokol za", "dogovor" and "so" are no heading, no contract and no role in Serbian."""
    facts = facts_of(
        "Protokol za rad\nDogovorili smo se da Opština Ub kupi so od „Primer“ d.o.o. Ub, s porezom ili bez njega."
    )
    assert facts["kind"] == []
    assert facts["vendor"] == []
