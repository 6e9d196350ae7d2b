"""Vendors are those whom a contract or an award makes one; bidders and the rest are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FactsOf = Callable[..., Any]

CONTRACT = """
UGOVOR O JAVNOJ NABAVCI
zaključen 6. aprila 2031. godine između:
1. Opštine Ruma, PIB: 100000001, matični broj: 10000002 (u daljem tekstu: Naručilac) i
2. „Primerak Optika“ d.o.o. Zrenjanin, Ulica lipa 3, PIB: 100000003, matični broj: 10000004, koga zastupa
direktor Pera Primer (u daljem tekstu: Isporučilac)
"""


def test_supplier_of_a_contract_with_its_numbers(facts_of: FactsOf) -> None:
    """The party called a supplier is the vendor; its own PIB and matični broj go with it, not the buyer's."""
    facts = facts_of(CONTRACT)
    assert facts["vendor"] == ["„Primerak Optika“ d.o.o. Zrenjanin"]
    assert facts.quote("vendor") == "„Primerak Optika“ d.o.o. Zrenjanin,"
    assert dict(facts.fact("vendor").details) == {"pib": "100000003", "mb": "10000004"}


def test_label_before_the_name(facts_of: FactsOf) -> None:
    """ "Prodavac: Firma" names the vendor in a contract; the value is in Latin script."""
    facts = facts_of("УГОВОР О КУПОПРОДАЈИ\nПРОДАВАЦ: Примерак д.о.о, са седиштем у Руми\nКУПАЦ: Мика Пример")
    assert facts["vendor"] == ["Primerak d.o.o"]


def test_members_of_a_group(facts_of: FactsOf) -> None:
    """Each labelled member of a group of bidders that signs is a vendor."""
    facts = facts_of(
        "УГОВОР О РАДОВИМА\nНосилац посла: „Један Пут“ д.о.о. Ниш, и\nЧлан групе понуђача: „Други Пут“ а.д. Пирот, и"
    )
    assert facts["vendor"] == ["„Jedan Put“ d.o.o. Niš", "„Drugi Put“ a.d. Pirot"]


@pytest.mark.parametrize(
    "award",
    [
        "Уговор се додељује понуђачу „Примерак“ д.о.о. Рума, у износу од 100,00 динара",
        "dodeljuje se ugovor o javnoj nabavci izabranom ponuđaču\n„Primerak“ d.o.o. Ruma, za cenu od 100,00",
        "Predlaže se da se kao ponuđač izabere „Primerak“ d.o.o. Ruma.",
        "Партију 1 (Услуга превоза) - понуђачу „Примерак“ д.о.о. Рума, са ценом",
    ],
)
def test_winner_of_an_award(facts_of: FactsOf, award: str) -> None:
    """The words of an award lead to the winner, in both scripts."""
    assert facts_of(f"ODLUKA O DODELI UGOVORA\n{award}")["vendor"] == ["„Primerak“ d.o.o. Ruma"]


def test_bidders_and_invited_firms_are_no_vendors(facts_of: FactsOf) -> None:
    """A firm that only bid, or was only invited, is not named as a vendor."""
    facts = facts_of(
        "ODLUKA O DODELI UGOVORA\nPonude su podneli: „Prvi“ d.o.o. Niš i „Drugi“ d.o.o. Ub.\n"
        "Ponuđač „Treći“ a.d. pozvan je."
    )
    assert facts["vendor"] == []


def test_blank_model_contract(facts_of: FactsOf) -> None:
    """Underscores are not a name."""
    assert facts_of("UGOVOR O NABAVCI\nIsporučilac: ____________, PIB ________")["vendor"] == []


def test_public_body_is_no_vendor(facts_of: FactsOf) -> None:
    """A municipality that sells is not listed among the firms."""
    assert facts_of("UGOVOR O PRODAJI\nProdavac: Opština Ruma d.o.o, Ruma")["vendor"] == []


def test_consortium_on_the_kosovo_form(facts_of: FactsOf) -> None:
    """Members of a group stand in one field, apart by semicolons; the buyer's own name is not taken."""
    facts = facts_of(
        "NJOFTIM PËR DHËNIE TË KONTRATËS\nEmri zyrtar: KUVENDI I KOMUNES SH.P.K.\n"
        "IV.4) Emri dhe adresa e operatorit ekonomik, të cilit i është dhënë kontrata\n"
        "Emri zyrtar: Grup i Operatorëve Ekonomik SHEMBULL SH.P.K.; TJETËR SHPK\nQyteti: X"
    )
    assert facts["vendor"] == ["SHEMBULL SH.P.K.", "TJETËR SHPK"]


def test_other_kinds_name_no_vendor(facts_of: FactsOf) -> None:
    """Minutes list bidders in the words of an award; they are not read for vendors."""
    text = "ZAPISNIK O OTVARANJU PONUDA\npredlaže se da se ugovor dodeli ponuđaču „Primerak“ d.o.o. Ruma"
    assert facts_of(text)["vendor"] == []


def test_a_number_s_label_at_the_end_of_a_line_does_not_begin_a_party(facts_of: FactsOf) -> None:
    """ "PIB:" before a line break is a label, not the head of a list of parties."""
    facts = facts_of(
        "UGOVOR O JAVNOJ NABAVCI\nzaključen između:\n1. Opštine Ruma, PIB:\n100000001 (u daljem tekstu: Naručilac), i\n"
        "2. „Primerak Optika” d.o.o. Zrenjanin, PIB:\n100000003, matični broj:\n10000004 (u daljem\n"
        "tekstu: Isporučilac)."
    )
    assert facts["vendor"] == ["„Primerak Optika” d.o.o. Zrenjanin"]
