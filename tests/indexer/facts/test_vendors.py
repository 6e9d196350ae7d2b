"""Vendors are those whom a contract or an award makes one; bidders and the rest are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from indexer.facts.text import DocumentText
from indexer.facts.vendors import contracted
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of

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
    assert facts["vendor"] == ["„Primerak Optika” d.o.o. Zrenjanin"]
    assert facts.quote("vendor") == "„Primerak Optika“ d.o.o. Zrenjanin,"
    details = {"pib": "100000003", "mb": "10000004", "check_failed": "pib mb", "role": "supplier"}
    assert dict(facts.fact("vendor").details) == details


def test_label_before_the_name(facts_of: FactsOf) -> None:
    """ "Prodavac: Firma" names the vendor in a contract; the value is in Latin script."""
    facts = facts_of("УГОВОР О КУПОПРОДАЈИ\nПРОДАВАЦ: Примерак д.о.о, са седиштем у Руми\nКУПАЦ: Мика Пример")
    assert facts["vendor"] == ["Primerak d.o.o"]


def test_members_of_a_group(facts_of: FactsOf) -> None:
    """Each labelled member of a group of bidders that signs is a vendor."""
    facts = facts_of(
        "УГОВОР О РАДОВИМА\nНосилац посла: „Један Пут“ д.о.о. Ниш, и\nЧлан групе понуђача: „Други Пут“ а.д. Пирот, и"
    )
    assert facts["vendor"] == ["„Jedan Put” d.o.o. Niš", "„Drugi Put” a.d. Pirot"]
    assert facts.fact("vendor").details["role"] == "consortium_member"


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
    assert facts_of(f"ODLUKA O DODELI UGOVORA\n{award}")["vendor"] == ["„Primerak” d.o.o. Ruma"]


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


def test_role_given_to_a_firm_in_the_genitive(facts_of: FactsOf) -> None:
    """ "Privrednog društva" in a case is no part of the name; "Izvođač radova" is a supplier's role too."""
    facts = facts_of(
        "UGOVOR O RADOVIMA\nzaključen između:\n1. Osnovne škole „Lipa“ Niš (u daljem tekstu: Naručilac) i\n"
        "2. Privrednog društva „Prvi“ d.o.o. iz Niša, koga zastupa Pera Primer (u daljem tekstu: Izvođač radova)"
    )
    assert facts["vendor"] == ["„Prvi” d.o.o."]


def test_public_enterprise_and_law_office_as_suppliers(facts_of: FactsOf) -> None:
    """Forms that stand before a name, and firms that only describe themselves."""
    facts = facts_of("UGOVOR O USLUGAMA\nPružalac usluge: JKP „Čistoća“ Ub, PIB: 100000003")
    assert facts["vendor"] == ["JKP „Čistoća” Ub"]
    facts = facts_of("UGOVOR O USLUGAMA\nPružalac usluge: Advokatska kancelarija Primerović, Lipa 3, Ub")
    assert facts["vendor"] == ["Advokatska kancelarija Primerović"]


def test_spelled_out_legal_form(facts_of: FactsOf) -> None:
    """A name that begins with its form, in small letters and with commas, goes on to its seat."""
    name = "Društvo sa ograničenom odgovornošću za promet, građenje i usluge Primerak - Jug Niš"
    facts = facts_of(f"UGOVOR O RADOVIMA\nzaključen između: {name} sa sedištem u Nišu (u daljem tekstu: Izvođač)")
    assert facts["vendor"] == [name]


def test_firm_opposite_the_customer(facts_of: FactsOf) -> None:
    """Of two parties one is the customer, so the other supplies, also where its own role is misread or unusual."""
    facts = facts_of(
        "UGOVOR O NABAVCI\nzaključen između:\n1. Opština Ub (u daljem tekstu: Naručilac), i\n"
        "2. ,,Prvi” d.o.o. Ub, koga zastupa Pera Primer (u daljem tekstu: Isporuéilac)."
    )
    assert facts["vendor"] == ["„Prvi” d.o.o. Ub"]
    facts = facts_of(
        'SERVICE AGREEMENT\nThis Agreement is made by and between Specimen One, Inc. ("Client"), with an address at\n'
        'Elm Street 1, Dover, and Specimen Two & Sons Co., Ltd. ("STS"), with an address at Oak Street 2.'
    )
    assert facts["vendor"] == ["Specimen Two & Sons Co., Ltd."]


def test_person_and_customer_are_no_vendors(facts_of: FactsOf) -> None:
    """Where a person supplies, the customer must not be taken in his place."""
    facts = facts_of(
        "SERVICE AGREEMENT\nThis Agreement is made by and between Specimen One, Inc., a Delaware corporation\n"
        '("Company"), and John Specimen, an individual (the "Consultant").'
    )
    assert facts["vendor"] == []


def test_second_contract_in_one_file(facts_of: FactsOf) -> None:
    """A file may hold two contracts: the parties of the second stand far from the head."""
    filler = "Strane saglasno utvrđuju uslove prodaje. " * 110
    facts = facts_of(
        f"PREDUGOVOR O PRODAJI STANA\n{filler}\nUgovor O Posredovanju\nOvaj ugovor u Ubu zaključuju:\n"
        "Mika Primer iz Uba, JMBG 0101970710001 i\nAGENCIJA ZA NEKRETNINE LIPA, Pera Primer pr., matični broj\n"
        "76312275, kao posrednik"
    )
    assert facts["vendor"] == ["AGENCIJA ZA NEKRETNINE LIPA"]
    assert facts.fact("vendor").details["mb"] == "76312275"


def test_group_that_wins(facts_of: FactsOf) -> None:
    """Each member of a winning group is a vendor, and is marked as a member."""
    facts = facts_of(
        "ODLUKA O DODELI UGOVORA\nUgovor se dodeljuje ponuđaču grupi ponuđača: „Prvi“ d.o.o. Niš (nosilac posla)\n"
        "i „Drugi“ d.o.o. Ub (član grupe), za iznos od 100,00 dinara"
    )
    assert facts["vendor"] == ["„Prvi” d.o.o. Niš", "„Drugi” d.o.o. Ub"]
    assert facts.fact("vendor").details["role"] == "consortium_member"


def test_field_of_a_form_needs_no_legal_form(facts_of: FactsOf) -> None:
    """On the Kosovo form all up to the next label is the name; the address is none."""
    head = (
        "NJOFTIM PËR DHËNIE TË KONTRATËS\nIV.4) Emri dhe adresa e operatorit ekonomik, të cilit i është dhënë kontrata"
    )
    assert facts_of(f'{head}\nEmri zyrtar: Shembull Kod\nAdresa Postare: "Dardania", nr. 7')["vendor"] == [
        "Shembull Kod"
    ]
    assert facts_of(f'{head}\nEmri zyrtar: " PROVA - V " SH.P.K.\nQyteti: X')["vendor"] == ["„PROVA - V” SH.P.K."]
    assert facts_of(f'{head}\nEmri zyrtar:\nAdresa Postare: "Dardania", nr. 7')["vendor"] == []


def test_reply_tells_who_was_contracted(facts_of: FactsOf) -> None:
    """An authority that replies names its supplier."""
    facts = facts_of(
        "ODGOVOR NA ZAHTEV ZA PRISTUP INFORMACIJAMA\nOpština Ub zaključila je jedan ugovor i jedan aneks, oba sa\n"
        "istim isporučiocem, „Prvi” d.o.o. Ub: ugovor od 6. aprila 2031. godine."
    )
    assert facts["vendor"] == ["„Prvi” d.o.o. Ub"]


def test_one_vendor_in_different_quotes_is_one_value(facts_of: FactsOf) -> None:
    """Whatever the quotes are, the value has the same; a quote without its other half is left out."""
    for printed in (
        "„Prvi“ d.o.o. Ub",
        "»Prvi« d.o.o. Ub",
        ",,Prvi'' d.o.o. Ub",
        '"Prvi" d.o.o. Ub',
        "„Prvi“d.o.o. Ub",
    ):
        assert facts_of(f"ODLUKA O DODELI UGOVORA\nDodeljuje se ugovor ponuđaču {printed}, Lipa 3")["vendor"] == [
            "„Prvi” d.o.o. Ub"
        ]
    facts = facts_of("ODLUKA O DODELI UGOVORA\nDodeljuje se ugovor ponuđaču PRVI PUT“d.o.o. Ub.")
    assert facts["vendor"] == ["PRVI PUT d.o.o. Ub"]


def test_legal_form_misread_by_ocr(facts_of: FactsOf) -> None:
    """ "п.о.о." for "д.о.о." in a scan: the name ends there, and has the form that was printed."""
    facts = facts_of('ОДЛУКА О ДОДЕЛИ УГОВОРА\nУговор се додељује понуђачу .„Први" n.o.o.\nУб, ПИБ: 100000003.')
    assert facts["vendor"] == ["„Prvi” d.o.o. Ub"]


@pytest.mark.parametrize("number", ["2. ", ""], ids=["numbered", "not numbered"])
@pytest.mark.parametrize("more", ["", ", Srbija", ", Srbija, Evropa", ", Severna Makedonija, Evropa", ", a, b, c, d"])
def test_a_party_is_found_however_many_words_describe_it(facts_of: FactsOf, more: str, number: str) -> None:
    text = CONTRACT.replace("Ulica lipa 3", f"Ulica lipa 3{more}").replace("\n2. ", f"\n{number}")
    assert facts_of(text)["vendor"] == ["„Primerak Optika” d.o.o. Zrenjanin"]


@pytest.mark.parametrize(
    "customer",
    [
        "Opštine Ub (u daljem tekstu: Naručilac) i ",
        "Opštine Ub (u daljem tekstu: Naručilac), i\n",
        "Opštine Ub (u daljem tekstu: Naručilac)\ni ",
        "Opštine Ub, kao naručioca, i ",
        "Opštine Ub kao naručioca i ",
    ],
)
def test_the_firm_opposite_the_customer_behind_a_conjunction(facts_of: FactsOf, customer: str) -> None:
    facts = facts_of(
        f"UGOVOR O NABAVCI\nzaključen između {customer}„Prvi” d.o.o. Ub, "
        "koga zastupa Pera Primer (u daljem tekstu: Isporuéilac)."
    )
    assert facts["vendor"] == ["„Prvi” d.o.o. Ub"]


def test_a_role_that_no_brackets_hold(facts_of: FactsOf) -> None:
    facts = facts_of(
        "UGOVOR O KUPOPRODAJI\nzaključen između:\n1. Opštine Ub, u daljem tekstu Kupac, i\n"
        "2. „Vidozor” d.o.o. Niš, koga zastupa Pera Primer, u daljem tekstu Prodavac."
    )
    assert facts["vendor"] == ["„Vidozor” d.o.o. Niš"]


def test_a_winner_without_legal_form(facts_of: FactsOf) -> None:
    """A name of which no dictionary has a word is one; words that may be of anything are not."""
    award = "ODLUKA O DODELI UGOVORA\nUgovor se dodeljuje ponuđaču {name}, u iznosu od 90.000,00 dinara."
    assert facts_of(award.format(name="Zvonolik Optik"))["vendor"] == ["Zvonolik Optik"]
    assert facts_of(award.format(name="Najnižom Cenom"))["vendor"] == []


def test_in_a_subcontract_the_contractor_pays(facts_of: FactsOf) -> None:
    text = (
        "UGOVOR O PODIZVOĐENJU\nzaključen 6. aprila 2031. između\nPrvi Primer a.d. Niš, Duga 1 (dalje: Izvođač)\ni\n"
        "Drugi Primer d.o.o. Ub, Kratka 2 (dalje: Podizvođač)"
    )
    assert facts_of(text)["vendor"] == ["Drugi Primer d.o.o. Ub"]
    with_customer = text.replace("između\n", "između\nOpštine Ub, Trg 1 (dalje: Naručilac)\ni\n")
    assert "Prvi Primer a.d. Niš" in facts_of(with_customer)["vendor"]


def test_parties_in_blocks_of_a_form(facts_of: FactsOf) -> None:
    facts = facts_of(
        "UGOVOR O NABAVCI\n\nKUPAC\nNaziv: Gimnazija „Primer“ Ruma\nAdresa: Duga 1\n\nPRODAVAC\n"
        "Naziv: „Vidozor“ d.o.o. Zrenjanin\nPIB: 100000003"
    )
    assert facts["buyer"] == ["Gimnazija „Primer” Ruma"]
    assert facts["vendor"] == ["„Vidozor” d.o.o. Zrenjanin"]


def test_members_told_after_a_dash(facts_of: FactsOf) -> None:
    facts = facts_of(
        "UGOVOR O RADOVIMA\nIZVOĐAČ: Grupa ponuđača koju čine\n1. „Jedan Put“ d.o.o. Niš, Duga 1 – nosilac posla\n"
        "2. „Drugi Put“ a.d. Pirot, Duga 2 – član grupe\n"
    )
    assert set(facts["vendor"]) == {"„Jedan Put” d.o.o. Niš", "„Drugi Put” a.d. Pirot"}


@pytest.mark.parametrize(
    "text",
    [
        'PUBLIC CONTRACT\nbetween:\nUniversity of Primer, hereinafter the "Contracting Authority",\nand\n'
        'Vidozor LLC, Str. Lipa 4, hereinafter the "Supplier".',
        "KONTRATË\nndërmjet:\n1. KOMUNA E UBIT, rr. 1 (në tekstin e mëtejmë: Porositësi), dhe\n"
        "2. Vidozor LLC, rr. 2 (në tekstin e mëtejmë: Furnizuesi).",
    ],
)
def test_roles_of_contracts_in_other_languages(facts_of: FactsOf, text: str) -> None:
    assert facts_of(text)["vendor"] == ["Vidozor LLC"]


def test_an_answer_that_names_the_firm_before_the_verb(facts_of: FactsOf) -> None:
    head = "OPŠTINA UB\nOdgovor na zahtev za pristup informacijama od javnog značaja\n\n"
    told = "Opština je 2031. godine sa firmom „Vidozor“ d.o.o. Zrenjanin zaključila ugovor o kamerama."
    assert facts_of(head + told)["vendor"] == ["„Vidozor” d.o.o. Zrenjanin"]
    assert facts_of(head + "Opština je sa firmom „Vidozor“ d.o.o. Zrenjanin razgovarala o kamerama.")["vendor"] == []


def test_both_members_of_a_joint_bid_win(facts_of: FactsOf) -> None:
    """A contract that is given to a joint bid goes to all who handed it in; a subcontractor is none of them."""
    facts = facts_of(
        "ODLUKA O DODELI UGOVORA\nUgovor se dodeljuje zajedničkoj ponudi koju su podneli „Prvi“ d.o.o. Niš (nosilac) i"
        " „Drugi“ d.o.o. Ub, sa podizvođačem „Treći“ d.o.o. Bor."
    )
    assert facts["vendor"] == ["„Prvi” d.o.o. Niš", "„Drugi” d.o.o. Ub"]


@pytest.mark.parametrize(
    ("text", "vendors"),
    [
        ("NARUDŽBENICA\nDobavljač\n„Prvi“ d.o.o. Niš\nUlica lipa 3", ["„Prvi” d.o.o. Niš"]),
        ("NARUDŽBENICA\nNaručilac\n„Prvi“ d.o.o. Niš\nUlica lipa 3", []),
        ("SAOPŠTENJE\nDobavljač\n„Prvi“ d.o.o. Niš", []),
    ],
)
def test_an_order_labels_its_supplier(facts_of: FactsOf, text: str, vendors: list[str]) -> None:
    """The label counts in an order alone."""
    assert facts_of(text)["vendor"] == vendors


@pytest.mark.parametrize(
    ("sentence", "vendors"),
    [
        (
            "Dostavljamo ugovor broj 404-2/23 od 11.9.2023, koji je Grad zaključio sa preduzećem „Prvi“ d.o.o. Niš.",
            True,
        ),
        ("Ugovor broj 404-2/23 nije zaključen sa „Prvi“ d.o.o. Niš.", False),
        ("Ugovor ne sme da se zaključi sa „Prvi“ d.o.o. Niš.", False),
        ("Grad je zaključio sa dobavljačem „Prvi“ d.o.o. Niš ugovor broj 404-1/22.", True),
        ("Grad je zaključio sa dobavljačem „Prvi“ d.o.o. Niš zapisnik o sastanku.", False),
        ("Kamere su nabavljene od preduzeća „Prvi“ d.o.o. Niš.", True),
        ("Grad nikada nije zaključio ugovor sa preduzećem „Prvi“ d.o.o. Niš.", False),
        ("Grad nema zaključen ugovor sa firmom „Prvi“ d.o.o. Niš.", False),
        ("Grad sa preduzećem „Prvi“ d.o.o. Niš nije zaključio ugovor.", False),
        ("Grad sa preduzećem „Prvi“ d.o.o. Niš zaključio je ugovor.", True),
        ("Grad nije zaključio sa dobavljačem „Prvi“ d.o.o. Niš ugovor broj 404-1/22.", False),
        ("Od firme „Prvi“ d.o.o. Niš nismo kupili kamere.", False),
        ("Kamere nisu nabavljene od preduzeća „Prvi“ d.o.o. Niš.", False),
        ("Kamere su kupljene 3.5.2024. od:\n„Prvi“ d.o.o. Niš.", True),
        ("Od firme „Prvi“ d.o.o. Niš nabavljene su kamere.", True),
        ("Vozila: ugovor broj 301/24 sa „Prvi“ d.o.o. Niš.", True),
        ("Softver održava „Prvi“ d.o.o. Niš.", True),
        ("Radove je izvela firma „Prvi“ d.o.o. Niš.", True),
        ("Iznos je isplaćen izvršiocu „Prvi“ d.o.o. Niš.", True),
        ("Održavanje je povereno preduzeću „Prvi“ d.o.o. Niš.", True),
        ("Kamere je isporučio dobavljač „Prvi“ d.o.o. Niš.", True),
        ("Dosadašnji dobavljač „Prvi“ d.o.o. Niš je odustao.", False),
        ("Ugovor sa „Prvi“ d.o.o. Niš ne postoji.", False),
        ("Niti je ugovor sa „Prvi“ d.o.o. Niš potpisan.", False),
        ("Softver ne održava „Prvi“ d.o.o. Niš.", False),
        ("Račun se vodi kod „Prva banka“ a.d. Niš.", False),
    ],
)
def test_a_reply_tells_whom_it_contracted(facts_of: FactsOf, sentence: str, vendors: bool) -> None:
    """The contract may stand before the verb, with its date between them; what was not concluded has no vendor."""
    facts = facts_of(f"ODGOVOR NA ZAHTEV ZA PRISTUP INFORMACIJAMA\n{sentence}")
    assert facts["vendor"] == (["„Prvi” d.o.o. Niš"] if vendors else [])


def test_a_sole_trader_and_the_shop_are_one_name(facts_of: FactsOf) -> None:
    """The name goes on after "PR" with what the shop is called, and before it with the owner."""
    facts = facts_of(
        "UGOVOR O USLUGAMA\nzaključen između:\n1. Opštine Ruma (u daljem tekstu: Naručilac) i\n2. PETRA PRIMER PR"
        " AGENCIJA ZA ČIŠĆENJE „SJAJ“ APATIN, Ribarska 2 (u daljem tekstu: Izvršilac)"
    )
    assert facts["vendor"] == ["PETRA PRIMER PR AGENCIJA ZA ČIŠĆENJE „SJAJ” APATIN"]


PARTIES = """
UGOVOR O KONSULTANTSKIM USLUGAMA
zaključen između:
1. Opštine Ruma, Glavna 107 (u daljem tekstu: {first}) i
2. „Primer“ d.o.o. Zrenjanin, Lipa 3, račun kod Uzorak banke a.d. Beograd (u daljem tekstu: {second})
"""


@pytest.mark.parametrize(
    ("first", "second", "is_vendor"),
    [
        ("Korisnik", "Konsultant", True),
        ("Opština", "Firma", True),
        ("Zakupodavac", "Zakupac", False),
        ("Prodavac", "Kupac", False),
        ("Davalac", "Primalac", False),
    ],
)
def test_who_stands_opposite_a_public_body(facts_of: FactsOf, first: str, second: str, is_vendor: bool) -> None:
    """Of two parties the firm is the vendor, whatever it is called, unless the roles say that it pays."""
    facts = facts_of(PARTIES.format(first=first, second=second))
    assert facts["vendor"] == (["„Primer” d.o.o. Zrenjanin"] if is_vendor else [])


def test_members_of_a_group_each_on_a_line_with_its_role(facts_of: FactsOf) -> None:
    """The name right before a role is whose role it is, also below the description of the first."""
    facts = facts_of(
        "UGOVOR O JAVNOJ NABAVCI\nNARUČILAC\nOpština Ruma\nPRODAVAC\nPRVI PRIMER d.o.o. Novi Sad (nosilac posla)\n"
        "Duga 1, PIB 100000001\ndirektor Pera Primer\nDRUGI PRIMER d.o.o. Ruma (član grupe)\nKratka 2\nČlan 1. Osnov"
    )
    assert facts["vendor"] == ["PRVI PRIMER d.o.o. Novi Sad", "DRUGI PRIMER d.o.o. Ruma"]


def test_what_is_awarded_may_be_told_over_several_lines(facts_of: FactsOf) -> None:
    facts = facts_of(
        "ODLUKU\no dodeli ugovora u javnoj nabavci br. 1.1.2/2031\nDODELJUJE SE ugovor o javnoj nabavci dobara –\n"
        "„Nabavka i ugradnja sistema na javnim površinama u Rumi –\nponovljeni postupak“\n"
        "ponuđaču „PRVI PRIMER“ d.o.o. Niš, Duga 1"
    )
    assert facts["vendor"] == ["„PRVI PRIMER” d.o.o. Niš"]


@pytest.mark.parametrize(
    ("sentence", "is_vendor"),
    [
        ("Ugovor se dodeljuje ponuđaču „Prvi“ d.o.o. Niš.", True),
        ("Ugovor se ne dodeljuje ponuđaču „Prvi“ d.o.o. Niš.", False),
        ("Ugovor nije bio dodeljen ponuđaču „Prvi“ d.o.o. Niš.", False),
        ("Žalba nije izjavljena. Ugovor se dodeljuje ponuđaču „Prvi“ d.o.o. Niš.", True),
        ("Nije izabran ponuđač „Prvi“ d.o.o. Niš.", False),
    ],
)
def test_who_is_not_chosen_wins_nothing(facts_of: FactsOf, sentence: str, is_vendor: bool) -> None:
    """The denial stands right before the verb, not in the sentence before."""
    facts = facts_of(f"ODLUKA O DODELI UGOVORA\n{sentence}")
    assert facts["vendor"] == (["„Prvi” d.o.o. Niš"] if is_vendor else [])


@pytest.mark.parametrize(
    ("line", "is_vendor"),
    [
        ("Dobavljač: „Prvi“ d.o.o. Niš", True),
        ("4. Izabrani ponuđač: „Prvi“ d.o.o. Niš", True),
        ("Dosadašnji dobavljač: „Prvi“ d.o.o. Niš", False),
        ("Podizvođač: „Prvi“ d.o.o. Niš", False),
        ("Dobavljač dostavlja: „Prvi“ d.o.o. Niš", False),
    ],
)
def test_a_line_that_labels_the_winner(facts_of: FactsOf, line: str, is_vendor: bool) -> None:
    """The label begins the line, and the name follows its colon."""
    facts = facts_of(f"ODLUKA O DODELI UGOVORA\nPredmet: gorivo\n{line}")
    assert facts["vendor"] == (["„Prvi” d.o.o. Niš"] if is_vendor else [])


@pytest.mark.parametrize(
    ("passage", "is_turned_down"),
    [
        ("Ponudu je podneo „Prvi“ d.o.o. Niš, čija je ponuda odbijena.", True),
        ("Ugovor je dobio „Prvi“ d.o.o. Niš, čija je ponuda najniža. Druga je odbijena.", False),
    ],
)
def test_what_follows_a_name_turns_its_bid_down(passage: str, is_turned_down: bool) -> None:
    """Within the sentence of the name, whose bid it was."""
    words = words_of(passage)
    text = DocumentText.of(DOCUMENT, reading_of([words]), [words])
    assert contracted.is_turned_down(text, text.words.index("„Prvi“")) is is_turned_down


@pytest.mark.parametrize(
    "parties",
    [
        "Opštine Ub (Naručilac) i\n„Prvi“ d.o.o. Niš, Duga 1, nosilac posla,\ni „Drugi“ d.o.o. Ub, član grupe",
        "Opština Ub, Duga 2 (Naručilac) i\n1. „Prvi“ d.o.o. Niš, nosilac posla\n2. „Drugi“ d.o.o. Ub, član grupe",
    ],
)
def test_members_told_after_a_comma(facts_of: FactsOf, parties: str) -> None:
    facts = facts_of(f"UGOVOR O RADOVIMA\nzaključen između\n{parties}")
    assert set(facts["vendor"]) == {"„Prvi” d.o.o. Niš", "„Drugi” d.o.o. Ub"}


def test_roles_alone_in_brackets(facts_of: FactsOf) -> None:
    """Who gives is paid, if the other is a public body."""
    facts = facts_of("ANEKS UGOVORA\nkoji su zaključili\nGrad Ub, Duga 1 (Korisnik)\ni\n„Prvi“ d.o.o. Niš (Davalac).")
    assert facts["vendor"] == ["„Prvi” d.o.o. Niš"]


def test_a_name_does_not_go_on_behind_the_other_side_of_the_signatures(facts_of: FactsOf) -> None:
    facts = facts_of(
        "UGOVOR O IZVOĐENJU RADOVA\nzaključen između:\nOPŠTINE UB, koju zastupa Ana Rac (Naručilac), i\n"
        "Put Primer DOO, Ub, PIB 102077518 (Izvođač).\nČlan 1\nCena radova iznosi 3.412.906,50 dinara bez PDV-a.\n"
        "IZVOĐAČ\nRade Pešić\nNARUČILAC\nAna Rac\nPUT PRIMER DOO\nUB"
    )
    assert set(facts["vendor"]) == {"Put Primer DOO"}
