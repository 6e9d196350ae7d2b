"""Accounts of firms and public bodies are public; those of persons, sole traders and of nobody known are masked."""

from __future__ import annotations

import re

import pytest

from archive.masking.classes import MaskClass
from archive.masking.listed_names import ListedNames
from archive.masking.masks import MaskRules

RULES = MaskRules({MaskClass.ACCOUNT}, ListedNames(()))


@pytest.mark.parametrize(
    "text",
    [
        "Opština Ub, Glavna 1, PIB 100000001, račun 160-0000000123456-12, koju zastupa Ana Anić.",
        "„Mont“ d.o.o. (u daljem tekstu: Izvođač), koga zastupa direktor Ana Anić, račun 170-0030012345678-45.",
        "„Mont“ d.o.o., direktor Ana Anić, račun 170-0030012345678-45.",
        "Ponuđač: „Mont“ d.o.o. Čačak. Račun za uplatu: 155-0000000045678-23. Kontakt osoba: Ana Anić.",
        "Рачун школе: 160-0000000123456-12, ОШ „Свети Сава“",
        "Буџет Републике, рачун 160-0000000123456-12; Дом здравља Уб, рачун 160-0000000123456-12",
        "Удружење „Сунце“, 105-0000002345678-44",
        "Такса се уплаћује на 840-742221843-57.",
        "Na žiro račun broj 510-8123-45 uplatiti 500 dinara.",
        "Račun Mjesne zajednice Primer kod Razvojne banke: 562-007-00001234-55.",
        "Dobavljač: Centar j.d.o.o., IBAN HR5423600001102345678.",
        "Na račun 160-0000000123456-12, primalac Dom zdravlja Ub, uplaćeno je 500 dinara.",
        "Račun 160-0000000123456-12 preduzeća „Mont“ d.o.o. je u blokadi.",
        "Ugovor zaključuju: 1. Ana Anić, Ub, i 2. JKP „Vodovod“ Ub, račun 160-0000000123456-12.",
        "Račun br. 7 Alfa d.o.o. Ub. Kupac: Ana Anić, Ub. Račun: 160-0000000123456-12.",
        "Kupac: Zemljoradnička zadruga „Klas“, Ub. Račun kupca je 160-0000000123456-12.",
        "Tuženi „Mont“ d.o.o. odgovara. Na računu tuženog broj 160-0000000123456-12 nema novca.",
        "Zakupac: „Mont“ d.o.o. Zakupčev račun: 160-0000000123456-12.",
        "Ana Anić je taksu platila na 832-3161-26.",
        "Isplatu izvršiti sa računa Opštine Ub 160-0000000123456-12.",
        "Ugovor zaključen u Ubu između Opštine Ub, račun 160-0000000123456-12, i Ane Anić.",
        "RAČUN br. 12/24 „Mont“ d.o.o. Šabac Kupac: Ana Anić, Ub. Iznos 12.000,00. Uplatiti na 170-0030012345678-45.",
    ],
)
def test_an_account_of_a_firm_or_body_is_public(text: str) -> None:
    assert RULES.places(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Naknada za Anu Anić: račun 160-5300101234567-28.",
        "Uplatiti na račun 160-5300101234567-28, vlasnik računa Ana Anić.",
        "IBAN HR1210010051863000160 (Ana Anić).",
        "Zakupodavac: Opština Ub, Glavna 1, i zakupac Ana Anić iz opštine Ub, račun 160-5300101234567-28.",
        "Ja, Ana Anić, zaposlena u OŠ „Vuk“ u Ubu, molim da se isplata izvrši na račun 160-5300101234567-28.",
        "Izvršilac Vuk Lisica, zaposlen u Opštini Ub, račun 160-5300101234567-28.",
        "Opština Ub isplaćuje stipendiju na račun 160-5300101234567-28 svakog meseca.",
        "OPŠTINA UB ZAHTEV ZA POMOĆ Broj računa: 160-5300101234567-28 Ime i prezime: Ana Anić",
        "Opština Ub Predmet: molba. Broj računa: 160-5300101234567-28 S poštovanjem, Ana Anić",
        "„Mont“ d.o.o. plaća cenu prodavcu na račun 160-5300101234567-28.",
        "Prodavac Jova Jović prima cenu od kupca „Mont“ d.o.o. na račun 160-5300101234567-28.",
        "Dom zdravlja Ub (u daljem tekstu: Naručilac), broj računa izvršioca 160-5300101234567-28.",
        "Predsednik komisije Petar Perić, dipl. ing., Opština Ub, 160-5300101234567-28.",
        "Direktor škole Petar Perić traži da se dug Opštine izmiri na njegov račun 160-5300101234567-28.",
        "Spisak radnika OŠ „Vuk“: 1. 160-5300101234567-28",
        "Kod Banke Primer a.d. Beograd otvoren je račun 160-5300101234567-28.",
        "Kupac: „Mont“ d.o.o. i kupac Ana Anić. Račun kupca je 160-5300101234567-28.",
        "Zakupac: Ana Anić. Zakupčev račun: 160-5300101234567-28.",
        "Ulog Ane Anić na štednoj knjižici, partija 160-5300101234567-28.",
        "Iva Ivić radi u „Mont“ a.d. Račun: 160-5300101234567-28.",
        "Za lečenje malog Vuka: žiro račun 160-5300101234567-28 na ime Ana Anić.",
        "Opština Ub, račun 160-5300101234567-28 otvoren kod OTP banke d.d., na ime Ana Anić.",
        "Naručitelj: Općina Ub, i Nalogoprimac: Nuo Šen, račun 160-5300101234567-28.",
        "Stipendija Grada isplaćuje se na žiro račun 160-5300101234567-28.",
        "Na račun 160-5300101234567-28 u roku od 8 dana i dostaviti Opštini Ub dokaz.",
        # Sole traders.
        "STR „Primer“ Ana Anić PR, PIB 100000001, račun 160-5300101234567-28.",
        "RAČUN br. 12/24 Stolarska radnja „Mont“, Ub. Kupac: Opština Ub. Uplatiti na račun 160-5300101234567-28.",
        "FAKTURA Preduzetnik Ana Anić. Kupac: „Mont“ d.o.o. Ub, Glavna 1. Plaća se na 160-5300101234567-28.",
        "Advokat Petar Perić, Ub, PIB 100000001, račun 160-5300101234567-28.",
        "FAKTURA br. 5/23 Ana Anić, lektor. Kupac: Alfa d.o.o. Ub, Glavna 1. Uplatiti na račun 160-5300101234567-28.",
        "FAKTURA br. 5/23 Lektura, Ub. Kupac: OŠ „Vuk“, Ub. Račun: 160-5300101234567-28.",
        "S.Z.R. „Metal“ Ub, tekući račun 160-5300101234567-28",
        # Whose employer, school, debtor or town is named.
        "Učenik Gimnazije Ub, račun 160-5300101234567-28.",
        "Ime: Ana Grad: Ub Broj računa: 160-5300101234567-28",
        "Nezaposleno lice iz Opštine Ub, račun 160-5300101234567-28.",
        "Porodica radnika preduzeća „Mont“ a.d., račun 160-5300101234567-28.",
        "Opština Ub dužna je isplatiti iznos na račun broj 160-5300101234567-28.",
        "Platilac: Opština Ub, primalac: Vuk Lisica, račun primaoca 160-5300101234567-28.",
        # Of nobody who is named.
        "Novac se uplaćuje na račun 160-5300101234567-28.",
    ],
)
def test_an_account_of_a_person_or_of_nobody_known_is_masked(text: str) -> None:
    (place,) = RULES.places(text)
    assert re.fullmatch(r"160-5300101234567-28|HR1210010051863000160", text[place.begin : place.end])


def test_of_two_accounts_each_is_of_whom_its_part_names() -> None:
    text = "Pomoć ide proizvođaču na račun 160-5300101234567-28, a deo preduzeću „Agro“ a.d. na 265-1620310002487-43."
    assert [text[one.begin : one.end] for one in RULES.places(text)] == ["160-5300101234567-28"]


def test_a_public_account_is_no_phone() -> None:
    phones = MaskRules({MaskClass.ACCOUNT, MaskClass.PHONE}, ListedNames(()))
    assert phones.places("tel. i račun Opštine Ub: 840-104640-03") == []
