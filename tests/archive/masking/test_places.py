"""Each class finds its numbers, addresses and names however they are printed, and leaves other numbers alone."""

from __future__ import annotations

import pytest

from archive.errors import UsageError
from archive.masking.classes import ALWAYS, CHOSEN, MaskClass, classes_named
from archive.masking.contacts import phones as phones_in
from archive.masking.listed_names import ListedNames
from archive.masking.masks import MaskRules
from archive.masking.numbers import accounts as accounts_in
from archive.masking.numbers import is_account

NOBODY = ListedNames(())


def found(kind: MaskClass, text: str, names: ListedNames = NOBODY) -> list[str]:
    return [text[place.begin : place.end] for place in MaskRules({kind}, names).places(text)]


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("tel. 014/411-622, faks: 014 411 623", ["014/411-622", "014 411 623"]),
        ("Тел/факс: 021/6910-000, 6910-111; моб. 063/123-456", ["021/6910-000", "6910-111", "063/123-456"]),
        ("(011) 333 4444 ili +381 11 333 4444", ["(011) 333 4444", "+381 11 333 4444"]),
        ("tel: 091/610-1985 – Ana Anić 091/610-1968", ["091/610-1985", "091/610-1968"]),
        ("mob: O63/l23-456", ["O63/l23-456"]),
        ("Phone 850-555-0143", ["850-555-0143"]),
        (
            "0 6 2 – 4 1 1 – 8 8 3, 064:225-88-10, 064 1-55-60-70",
            ["0 6 2 – 4 1 1 – 8 8 3", "064:225-88-10", "064 1-55-60-70"],
        ),
        ("054 222-817, 0230 / 41 – 18 – 77, 033/62-118", ["054 222-817", "0230 / 41 – 18 – 77", "033/62-118"]),
        ("tel. 011 334 87 19 lok. 4, +381 11 334 87 19 ext. 4", ["011 334 87 19 lok. 4", "+381 11 334 87 19 ext. 4"]),
        ("Poziv sa broja 0038765123456", ["0038765123456"]),
        ("06 20 123 4567; 0049 171 1234567", ["06 20 123 4567", "0049 171 1234567"]),
        ("ev. br. 021-487-66, P. 064-128/18, 064-211/21, br. 065-2023-41, 15.000,00 3.750,00 18.750,00", []),
        ("broj 404-02-12/2020 od 12.03.2020, CPV 35125300-2, 031-404-2020, 1.200.000,00 dinara", []),
        ("Матични број: 08123456 ПИБ: 100000001, 840-104640-03, 160-0000000123456-12", []),
        ("telefon se navodi u ponudi od 12.03.2020. godine", []),
    ],
)
def test_phones(text: str, phones: list[str]) -> None:
    assert found(MaskClass.PHONE, text) == phones


def test_numbers_of_a_long_list_are_found_once_each() -> None:
    count = 500
    assert len(list(phones_in("+381 64 123 456, " * count))) <= 3 * count
    assert len(list(accounts_in("racun 160-5300101234567-28, " * count))) <= 3 * count


@pytest.mark.parametrize(
    ("text", "mails"),
    [
        ("e-mail: nabavke@ub.rs. Ponuda", ["nabavke@ub.rs"]),
        ("pera.peric @ firma.co.rs i pera©firma.rs", ["pera.peric @ firma.co.rs", "pera©firma.rs"]),
        ("ana [at] firma [dot] com i član (a) Ponude", ["ana [at] firma [dot] com"]),
        ("info(at)firma.com; nabavke@becej- primer.example", ["info(at)firma.com", "nabavke@becej- primer.example"]),
        ("Е-пошта: nabavkeQub.rs", ["nabavkeQub.rs"]),
        ("www.ub.rs, verzija 2.0, e-mail se dostavlja", []),
    ],
)
def test_mails(text: str, mails: list[str]) -> None:
    assert found(MaskClass.EMAIL, text) == mails


@pytest.mark.parametrize(
    ("text", "accounts"),
    [
        ("tekući račun 840-104640-03 kod Uprave", []),
        ("рачун бр. 160-0000000123456-12", ["160-0000000123456-12"]),
        ("265000000000000104", ["265000000000000104"]),
        ("IBAN DE89 3704 0044 0532 0130 00 BIC", ["DE89 3704 0044 0532 0130 00"]),
        ("HR852340009 3219881204, RS87265100000199187742", ["HR852340009 3219881204", "RS87265100000199187742"]),
        ("рачун бр. 160\u00ad0000000123456\u00ad12", ["160\u00ad0000000123456\u00ad12"]),
        ("račun: 555-007-00012345-67", ["555-007-00012345-67"]),
        ("računarske mreže br. 404-02-66/07-05 od 2.8.2007.", []),
        ("265000000000000105, MB 08123456, PIB 100000001, 404-1-12", []),
    ],
)
def test_accounts(text: str, accounts: list[str]) -> None:
    assert is_account("265000000000000104")
    assert found(MaskClass.ACCOUNT, text) == accounts


@pytest.mark.parametrize(
    ("kind", "text", "places"),
    [
        (MaskClass.ID_CARD, "lk br. 008123456 PS Beograd", ["008123456"]),
        (MaskClass.ID_CARD, "Број личне карте: 008123456, ПИБ 100000001", ["008123456"]),
        (MaskClass.ID_CARD, "lična karta i PIB 100000001", []),
        (MaskClass.ID_CARD, "vozačka dozvola br. 001862394, LBO 10255718830", ["001862394", "10255718830"]),
        (MaskClass.ID_CARD, "здравствена књижица бр. 10448203317, OIB: 48712399057", ["10448203317", "48712399057"]),
        (MaskClass.ID_CARD, "Ime Br. l.k. Telefon 1 Ana 008123456 2 Iva 008123457 –", ["008123456", "008123457"]),
        (MaskClass.ID_CARD, "„Primer” d.o.o., OIB: 48712399057", []),
        (MaskClass.ID_CARD, "Alfa d.o.o., direktor Željko Rukavina, OIB 55443322119", ["55443322119"]),
        (
            MaskClass.ID_CARD, "Br. lk / predstavnik 1 „Tor“ d.o.o. Iva Ivić 008123456 2 lično 008123457 –",
            ["008123456", "008123457"],
        ),
        (MaskClass.ID_CARD, "Lična karta 008123456 008123457 Telefon", ["008123456", "008123457"]),
        (MaskClass.ID_CARD, "Gradska knjižnica, OIB 48712399057", []),
        (MaskClass.PLATE, "vozilo registarskih oznaka ВС 118-ЖЏ i BG1234AB", ["ВС 118-ЖЏ", "BG1234AB"]),
        (MaskClass.PLATE, "auto sarajevskih tablica K34-T-567, moped VR AB-19", ["K34-T-567", "VR AB-19"]),
        (MaskClass.PLATE, "ugovor br. VR 118-AB, obrazac PO AB-19, broj 404-12/24", []),
        (MaskClass.ID_CARD, "azilantska kartica AZ-00123/21", ["AZ-00123/21"]),
        (MaskClass.PASSPORT, "broj pasoša 012345678", ["012345678"]),
        (MaskClass.PASSPORT, "putna isprava BA1234567", ["BA1234567"]),
        (MaskClass.BIRTH_DATE, "rođen 12.03.1980. godine u Bečeju", ["12.03.1980. godine"]),
        (MaskClass.BIRTH_DATE, "рођене Агић, рођена 5. маја 1975. године", ["5. маја 1975. године"]),
        (MaskClass.BIRTH_DATE, "Datum rođenja 1. Ana 01.02.1970. 2. Iva 03.04.1981.", ["01.02.1970", "03.04.1981"]),
        (MaskClass.BIRTH_DATE, "Rođen/a Mesto 1 Ana 3. 5. 2005. Ub 2 Iva 4. 6. 2006.", ["3. 5. 2005", "4. 6. 2006"]),
        (MaskClass.BIRTH_DATE, "rođen petog maja hiljadu devetsto osme", ["petog maja hiljadu devetsto osme"]),
        (MaskClass.BIRTH_DATE, "rođ. 3.IX 1955; dana 15. 7. 1981. u Kninu rođeni", ["3.IX 1955", "15. 7. 1981"]),
        (MaskClass.BIRTH_DATE, "JMBG 0101980710008, od 01.01.1980. i od 02.01.1980.", ["01.01.1980"]),
        (MaskClass.BIRTH_DATE, "Iko Ikić (1961), Ana Anić (1987. god.), Iva Ivić, 1948, Ub", ["1961", "1987", "1948"]),
        (MaskClass.BIRTH_DATE, "Радник Здравко Илинчић, 1972. годиште; годиште 1980", ["1972", "1980"]),
        (MaskClass.BIRTH_DATE, "Született: 1979. március 15. Zentán", ["1979. március 15."]),
        (MaskClass.BIRTH_DATE, "Born: 3rd of April 1971; Ana Anić (14.2.2013, Ub)", ["3rd of April 1971", "14.2.2013"]),
        (MaskClass.BIRTH_DATE, "muž Senahid (1971), 1. Iva Ivić 1999 Ub; Andrić (1945)", ["1971", "1999"]),
        (MaskClass.BIRTH_DATE, "datëlindja 01.02.1995; szül. 1960. jan. 5. Ada", ["01.02.1995", "1960. jan. 5."]),
        (MaskClass.BIRTH_DATE, "Iva Ivić, 16.8.1999, Ub; Sultana (majka, 1955.)", ["16.8.1999", "1955"]),
        (
            MaskClass.BIRTH_DATE, "Dete Rođeno Adresa Ana Anić 3.5.2009 Lipa 2 Iko Ikić 4.6.2010",
            ["3.5.2009", "4.6.2010"],
        ),
        (MaskClass.BIRTH_DATE, "3. Iva Ivić strina 1962 1403962715016, 4. 1963 1403962715016", ["1962"]),
        (MaskClass.BIRTH_DATE, "u vozilu zatečena Iva Ivić, 1998 godište", ["1998"]),
        (MaskClass.BIRTH_DATE, "vozilo Zastava 101, 1985. godište", []),
        (MaskClass.BIRTH_DATE, "potpisao Petar Perić (14.2.2023)", []),
        (MaskClass.BIRTH_DATE, "Dete je rođeno 2014. godine, a brat Pavle 2016.", ["2014. godine", "2016"]),
        (MaskClass.BIRTH_DATE, "Ime Godište 1. Ana Anić 1990 2. Iva Ivić 1991", ["1990", "1991"]),
        (MaskClass.BIRTH_DATE, "umetnici rođeni posle 1990, i rođeni između 1980. i 1990. godine", []),
        (MaskClass.BIRTH_DATE, "Tabela (2018), Perić (2015), Ana Anić (2023), Ana Anić 1990", []),
        (MaskClass.BIRTH_DATE, "ugovor od 12.03.1980. godine", []),
        (MaskClass.ADDRESS, "Ana Anić iz Uba, Glavna 12, JMBG", ["Uba, Glavna 12"]),
        (MaskClass.ADDRESS, "sa prebivalištem u Novom Sadu, Trg mira br. 12,", ["Novom Sadu, Trg mira br. 12"]),
        (MaskClass.ADDRESS, "са станом у Кладову, ул. Дунавска бр. 5", ["Кладову, ул. Дунавска бр. 5"]),
        (MaskClass.ADDRESS, "Ana Anić 1405002735028 14.05.2002. Kneza Miloša 44, Ub", ["Kneza Miloša 44"]),
        (MaskClass.ADDRESS, "1 Perić Ana Липовичка 4 007120044", ["Липовичка 4"]),
        (MaskClass.ADDRESS, "настањен у Убу, насеље Рацина 3, приземље", ["Убу, насеље Рацина 3, приземље"]),
        (MaskClass.ADDRESS, "Ана Перић, с. Васиљ, кућни број 12", ["с. Васиљ, кућни број 12"]),
        (MaskClass.ADDRESS, "Iva Anić (mother), 021 6390 477, Bulevar mira 66a, stan 4", ["Bulevar mira 66a, stan 4"]),
        (MaskClass.ADDRESS, "Ana Anić, Venac vojvode Puta 7, ulaz A, 3. kat", ["Venac vojvode Puta 7, ulaz A, 3. kat"]),
        (MaskClass.ADDRESS, "Predmet je stan u ulici Srpskih vladara 101/9.", ["ulici Srpskih vladara 101/9"]),
        (MaskClass.ADDRESS, "Adresa: Zrenjaninski put 144ž/2, Borča. Ana Anić", ["Zrenjaninski put 144ž/2"]),
        (MaskClass.ADDRESS, "Radoje Kubat iz sela Brezova kod Uba", ["sela Brezova"]),
        (MaskClass.ADDRESS, "Iva Ivić, selo Bobovo; Iko Ikić (1949) iz sela Dub", ["selo Bobovo", "sela Dub"]),
        (MaskClass.ADDRESS, "Nastanjen u zaseoku Kulina, rođen je 1980. u selu Dub", ["zaseoku Kulina", "selu Dub"]),
        (MaskClass.ADDRESS, "Ана Перић, ткаља из Горње Добре, Iva Ivić iz Mrčajevaca", ["Горње Добре", "Mrčajevaca"]),
        (MaskClass.ADDRESS, "Ana Anić iz Novog Sada, Iva Ivić iz Nemačke, Iko Ikić iz Ministarstva, iz Livna", []),
        (MaskClass.ADDRESS, "Opština Bač i Ana Anić iz Bača, Svetozara Markovića 14.", ["Svetozara Markovića 14"]),
        (MaskClass.ADDRESS, "s boravkom u Inđiji, Vojvode Stepe 44 b, varilac", ["Inđiji, Vojvode Stepe 44 b"]),
        (MaskClass.ADDRESS, "Stanuje kod ćerke u Ulici cara Lazara br. 7/2", ["Ulici cara Lazara br. 7/2"]),
        (MaskClass.ADDRESS, "Alfa d.o.o.; kućna adresa direktora: Heroja Pinkija 18", ["Heroja Pinkija 18"]),
        (MaskClass.ADDRESS, "me banim në rrugën Ibrahim Kelmendi nr. 14", ["rrugën Ibrahim Kelmendi nr. 14"]),
        (MaskClass.ADDRESS, "lakhelye: Zenta, Tisza utca 9", ["Zenta, Tisza utca 9"]),
        (MaskClass.ADDRESS, "Ann Bee, Address: 12 Matije Korvina St, Apt 4", ["12 Matije Korvina St, Apt 4"]),
        (MaskClass.ADDRESS, "ul. Moskovska 22, Podgorica 2. Arhiva", []),
        (MaskClass.ADDRESS, "Iva Ivić (szül. 1985. 04. 12.), Horgos, Bartók Béla u. 44. sz.", ["Bartók Béla u. 44"]),
        (MaskClass.ADDRESS, "i lindur më 14.09.2006, nga fshati Miratoc", ["fshati Miratoc"]),
        (MaskClass.ADDRESS, "Iva Ivić, lk 005533118, iz zaseoka Ravnaja", ["zaseoka Ravnaja"]),
        (MaskClass.ADDRESS, "Mr. Jonathan Fisk, of 14 Primerov venac, Belgrade", ["14 Primerov venac"]),
        (MaskClass.ADDRESS, "Banon: lagjja e re, rruga Nënë Tereza 5", ["rruga Nënë Tereza 5"]),
        (MaskClass.ADDRESS, "živi sama, Braće Primer 18/12", ["Braće Primer 18/12"]),
        (MaskClass.ADDRESS, "rođena u Osijeku 1. travnja 2001.", []),
        (MaskClass.ADDRESS, "Na kućnu adresu (Ćele kula 4, ulaz B) poslato je", ["Ćele kula 4, ulaz B"]),
        (MaskClass.ADDRESS, "Adresa na kojoj živi Ema je Put Primera 21", ["Put Primera 21"]),
        (MaskClass.ADDRESS, "Iva Ivić, domaćica, ul. Ive Primera 5, stan br. 12", ["ul. Ive Primera 5, stan br. 12"]),
        (MaskClass.ADDRESS, "u Ulici lipa 7 žive; Stanari zgrade Primerska 6: svi", ["Ulici lipa 7", "Primerska 6"]),
        (MaskClass.ADDRESS, "Milunu Čabarkapi, Dobrilovina, Mojkovac; Iva Ivić, Mojkovac", ["Dobrilovina"]),
        (
            MaskClass.ADDRESS, "Iva Ivić – Cara Primera I 40 – Lok; nast. u Čelarevu, Rade Primera 6/a",
            ["Cara Primera I 40", "Čelarevu, Rade Primera 6/a"],
        ),
        (
            MaskClass.ADDRESS, "Živim sama u Ulici narodnih primera 9. Ja, iz sela Dubova 31, i sin",
            ["Ulici narodnih primera 9", "Dubova 31"],
        ),
        (
            MaskClass.ADDRESS, "domaćinstva u selu Dubova 17, Dubova 21 i Dubova 33",
            ["Dubova 17", "Dubova 21", "Dubova 33"],
        ),
        (MaskClass.ADDRESS, "Ivina kuća, Zli Do 6, ima stan: Maršala Primera 8.", ["Zli Do 6", "Maršala Primera 8"]),
        (MaskClass.ADDRESS, "Prebivalište Uspeh 1 Iva Ivić, potpis: Iva Ivić II 1140/23 i RE 004", []),
        (MaskClass.ADDRESS, "Vodi Iva Ivić. Prisutno 21 vijećnika. Iva Ivić. Nalog 887/24. Od 22 radnika", []),
        (MaskClass.ADDRESS, "Iva Ivić šalje na adresu firme Lok, Cara Primera 4", []),
        (MaskClass.ADDRESS, "javni beležnik Iva Ivić, Lok, Cara Primera 4", []),
        (
            MaskClass.ADDRESS, "Prezime: Ivić JMBG 0406988820012 Ulica i broj: Kratka aleja 14 Telefon",
            ["Kratka aleja 14"],
        ),
        (MaskClass.ADDRESS, "Prezime Ime Adresa 1 Bogosavljev Ervin Dugačka 12/3 slep", ["Dugačka 12/3"]),
        (MaskClass.ADDRESS, "stan Put Primera 79. Kod kuće, u Mulju 12", ["Put Primera 79", "Mulju 12"]),
        (MaskClass.ADDRESS, "rasveta kod kuće Ive Primera 61, a kuća ima stan od 5 m2", ["Ive Primera 61"]),
        (MaskClass.ADDRESS, "Grad Vukovar, Ulica dr. Franje Primera 1, OIB 50041264710", []),
        (MaskClass.ADDRESS, "Put do sela Brezova, selo Brezova ima školu.", []),
        (MaskClass.ADDRESS, "„Primer” SHPK, Adresa Postare: Agim Ramadani Nr 36", []),
        (MaskClass.ADDRESS, "Ana Anić, licenca 300, IV.5, Zavod, Trg mira 3", []),
        (MaskClass.ADDRESS, "„Primer” d.o.o. iz Uba, ul. Glavna 12, PIB 100000001", []),
        (MaskClass.ADDRESS, "iz Zakona o javnim nabavkama, član 12, Opština Ub, Glavna 3", []),
    ],
)  # fmt: skip
def test_papers_days_and_homes(kind: MaskClass, text: str, places: list[str]) -> None:
    assert found(kind, text) == places


def test_a_listed_name_is_found_in_any_case_order_and_script() -> None:
    names = ListedNames(["Petar Petrović", "# nobody", "Šaper"])
    text = "Petrom Petrovićem, P. Petrović, PETROVIĆ PETAR, Петра Петровића, Petru M. Petroviću, Petar Petrovlć"
    places = ["Petrom Petrovićem", "P. Petrović", "PETROVIĆ PETAR", "Петра Петровића", "Petru M. Petroviću"]
    assert found(MaskClass.NAME, text, names) == [*places, "Petar Petrovlć"]
    assert found(MaskClass.NAME, "Ugovor_Petar-Petrovic_2020.pdf", names) == ["Petar-Petrovic"]
    assert found(MaskClass.NAME, "Silvije Šaper, petar, Petrovići, Petar Jović", names) == ["Šaper"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Direktor Jelena Jovanović-Simić, član", ["Jelena Jovanović-Simić"]),
        ("Председник Комисије Вукоман Голијанин 2/2", ["Вукоман Голијанин"]),
        ("tužioca Kokić Violete i M. Marković", ["Kokić Violete", "M. Marković"]),
        ("od oca Dragana, direktor: Dong Čing, kontakt wu.li@primer.example Wu Lin", ["Dong Čing", "Dragana"]),
        ("Ana Perić je tužila. Perić je rekla.", ["Ana Perić", "Perić"]),
        ("Величковић (Саша) Анђела и Ана (пок. Јове) Перић", ["Величковић (Саша) Анђела", "Ана (пок. Јове) Перић"]),
        (
            "Prvi je Stojković Petrović (Dejan) Milica. Za Anu Perić Jovin je",
            ["Stojković Petrović (Dejan) Milica", "Anu Perić Jovin"],
        ),
        ("članovi: Х. Дрндaр, Шапоњић Љ. и Dž. Bihorac", ["Х. Дрндaр", "Шапоњић Љ", "Dž. Bihorac"]),
        ("Maja i Stefan Olujić, mal. A. P., sin Vukan", ["Maja", "Stefan Olujić", "A. P.", "Vukan"]),
        ("Ime Srećko Prezime Tihi Ime oca Cvetko", ["Srećko", "Tihi", "Cvetko"]),
        ("Horváth Mihályné és Kiss Piroska", ["Horváth Mihályné", "Kiss Piroska"]),
        ("gospodine Vang, javila se Amela, rođena Gojković, zvana „Cica“", ["Vang", "Amela", "Gojković", "Cica"]),
        (
            "Ana Toma je rekla. Toma, Tomin, sa Tomom; Anu su čuli.",
            ["Ana Toma", "Toma", "Tomin", "Tomom", "Anu"],
        ),
        ("Sead Mrđen tvrdi: Seadov brat, Mrđenove krave i Mrđeni.", ["Sead Mrđen", "Seadov", "Mrđenove", "Mrđeni"]),
        (
            "Ulaz je otključao Mile Krst, domar; ključ ima i Mira Orao.",
            ["Mile Krst", "Mira Orao"],
        ),
        ("Zora Tihi i Vera Golub izjavile su da nisu.", ["Zora Tihi", "Vera Golub"]),
        ("Došli su: Iskra Dim, Zlata Koza i Nada Dren.", ["Iskra Dim", "Zlata Koza", "Nada Dren"]),
        ("Pobednik je Una Sever, studentkinja. Čestitamo, Sever!", ["Una Sever", "Sever"]),
        ("Nova Varoš je saopštila; Sava Centar, dvorana; u Maloj Zori", []),
        ("Direktor, Mont Invest. Kupac: Delta Sport. Tehnički direktor, Đ. Šijan.", ["Đ. Šijan"]),
        ("Zdravo Mikice, šaljem. Hvala Bogu, dobro.", ["Mikice"]),
        ("Za Anu Perić i Vinku Rašić: Rašićkina i Anina", ["Anu Perić", "Vinku Rašić", "Rašićkina", "Anina"]),
        ("Lule Hysenit dhe Mirlindës; Hysenit", ["Lule Hysenit", "Mirlindës", "Hysenit"]),
        ("Osumnjičeni: D. S. i Žrtva: N. N., iz Šida", ["D. S.", "N. N."]),
        ("Zvati Vladu na 063-7-654-321; Asan (brat), Beacon (MS); Vladu je pozvao", ["Vladu", "Asan"]),
        ("Вера Жму- рић, Ana Petrović- direktor, Opšti- na Ub", ["Вера Жму- рић", "Ana Petrović"]),
        ("Domaćin Batrić Vlahović, рачун Споменке Васић", ["Batrić Vlahović", "Споменке Васић"]),
        (
            "Odbornici: Rumenka Bodi, Sava Miroslav Draga, Jon Koban i Ana Zimić.",
            ["Rumenka Bodi", "Sava Miroslav Draga", "Jon Koban", "Ana Zimić"],
        ),
        ("Dovela ju je fizioterapeutkinja Senka, a hirurg Jablan potpisao.", ["Senka", "Jablan"]),
        ("izjava školskog psihologa Rifeta Rodića", ["Rifeta Rodića"]),
        ("Javila se Mujkićka, po mužu Zulić.", ["Mujkićka", "Zulić"]),
        ("Vidak Trn je svedok. Trn je ćutao. Trn: Nisam. Trn u peti boli. Trn: kamen.", ["Vidak Trn", "Trn", "Trn"]),
        (
            "Ivica Hrast iz Uba. Hrast i grab na slici. Potpisi: M. Ivić I. Hrast",
            ["Ivica Hrast", "M. Ivić", "I. Hrast"],
        ),
        (
            "Tajnik: M. Zulić Zapisnik br. 3; Č. Žugić-Rak OPU: 12; N. Burić Prot. 4",
            ["M. Zulić", "Č. Žugić-Rak", "N. Burić"],
        ),
        (
            "Adresa 1. Bogosavljev Ervin Dugačka 12/3, svedok: Ana Ivić, komšija, Bela Stena 2",
            ["Bogosavljev Ervin", "Ana Ivić"],
        ),
        ("Uhapšeni su Lj. P. (1981) i D. M., star 30 godina; t. A. B. i s. 5 (1990)", ["Lj. P.", "D. M."]),
        ("Tu živi moja tetka Ilonka Kečkemeti-Bako.", ["Ilonka Kečkemeti-Bako"]),
        ("Ulice Petra Kočića, Sime Šolaje i Vuka Lisice, i Ana Zulić", ["Ana Zulić"]),
        ("u biblioteci Karlo Bijelicki i apoteci Vida Zulić", []),
        ("Šefica Zlata Malina me je izvrijeđala, čuo je Ionuț Bolba.", ["Zlata Malina", "Ionuț Bolba"]),
        ("radi u pekari ‘Zulić’; Vesela Luke 8. Zatim", []),
        ("To: Gradska uprava Lok <a@lok.example>, Kupac: Ratarska zadruga, Р.б. Име и презиме Сродство", []),
        ("Petković i sin DOO, „Vojvoda Petar Bojović“, kafić „Kod Zorana“, nagrada „Nikola Tesla“", []),
        ("Trg kralja Petra 5, Okaloosa County, America, Sremska Kamenica, г. Обљуба", []),
        ("OŠ „Nikola Tesla”, ul. Vuka Karadžića, Nikole Tesle 12, „Petrović” d.o.o., Novi Sad", []),
        ("udovoljavamo Vašem zahtevu, obaveštavamo Vas, zvanični Glasnik", []),
        ("Радисав Јаворски 2/2, Sime Jovića 4", ["Радисав Јаворски"]),
        ("bista Vuka Karadžića, Nikola Tesla Museum, rr. Agim Ramadani, rruga Imer Krasniqi", []),
        ("Vlada Republike Srbije, Rok izvršenja, Okružni sud", []),
    ],
)
def test_persons_are_proposed(text: str, names: list[str]) -> None:
    assert sorted(found(MaskClass.PERSON, text)) == sorted(names)


def test_many_names_are_looked_for_at_once() -> None:
    """Each of many names is looked for alone, in the time of a few."""
    names = [
        f"A{a}{b}{c}ić" for a in "bdgk" for b in "aeiou" for c in ("lan", "mer", "vod", "zin", "tor", "šun", "žar")
    ]
    text = " ".join(f"Petar {name} je" for name in names) + " i " + " je ".join(f"{name}em" for name in names)
    assert len(found(MaskClass.PERSON, text)) == 2 * len(names)


def test_classes_are_named_and_personal_numbers_always_among_them() -> None:
    assert classes_named("phone, email") == ALWAYS | {MaskClass.PHONE, MaskClass.EMAIL}
    assert classes_named("all") == ALWAYS | set(CHOSEN)
    with pytest.raises(UsageError, match="'fax'"):
        classes_named("phone,fax")


@pytest.mark.parametrize(
    "text",
    [
        "A" * 20_000,
        "Ab " * 7_000,
        "1 " * 10_000,
        "iz A, " * 3_000,
        "12-" * 7_000,
        "a.b@" * 5_000,
        "A. " * 7_000,
        "Petar Petrović, 1 A 1 A 1 A 1 A " * 600,
        "rođen " * 3_500,
        "rođeni 1958. i 1961. i " * 900,
        "Ime Adresa Petar Petrović " * 800,
        "lk " * 7_000,
        "Petar Petrović (A) " * 1_000,
        '"a ' * 7_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    """What a hostile paper repeats is read in about the time of any other text of that length."""
    MaskRules(classes_named("all"), ListedNames(["Petar Petrović"])).places(text)
