"""Sentences in both scripts: what stands in square brackets is masked, and no other letter or digit."""

from __future__ import annotations

import re

import pytest

from archive.masking.classes import classes_named
from archive.masking.document_names import document_names
from archive.masking.listed_names import ListedNames
from archive.masking.masks import MaskRules
from archive.text.folding import to_cyrillic
from archive.text.personal_numbers import MASK

RULES = MaskRules(classes_named("all"), ListedNames(()))

BIRTHS = """
[Stanka Mrvaljević] rođ.[12.03.1980. god.]
[Stanka Mrvaljević], god. rođ. [1980].
Mesto i datum rođenja: Vranje, [5.6.1977].
Dan, mesec i godina rođenja: [05.06.1977].
Datum rođenja (dan, mesec, godina): [05 06 1977]
[Stanka Mrvaljević] (rođ. [1975]) i [Marko Mrvaljević] (r. [1971]).
[Stanka Mrvaljević] r. [1975], Lapovo.
[Stanka Mrvaljević] ([1931]-2021), spomenik.
[Stanka Mrvaljević] ([3.2.1931] - 5.1.2024).
Ovde počiva [Stanka Mrvaljević] *[3.2.1931] †5.1.2024.
[Stanka Mrvaljević] - [1968] - agronom, Lapovo
[Stanka Mrvaljević], [1968]. god, agronom; [Marko Perović], generacija [1975].
[Stanka Mrvaljević] i [Marko Perović], rođeni [3.5.1958]. i [4.6.1960. godine].
Bračni par [Perović] (rođeni [1958]. i [1961]) prodaje kuću.
Otac rođen [3.5.1950], majka [4.6.1955].
Datum rođenja oca [3.5.1950], majke [4.6.1955].
Rodila se [3. maja 1977], a udala 1999.
Na svet je došla [3.5.1977]. u porodilištu u Čačku.
Dana [5. maja 1990]. godine rođeno je muško dete.
rođen [dvanaestog marta hiljadu devetsto osamdesete godine]
Ime i prezime deteta Datum rođenja Grupa 1. [Milica Perović] [12.04.2019]. mlađa 2. [Luka Vuletić] [3.11.2018].
R.br. Prezime i ime Rođ. Mesto 1. [Perović Milica] [1989] Čačak 2. [Vuletić Luka] [1978] Užice
Prezime i ime God. rođ. Sprema [Perović Milica] [1989] SSS [Vuletić Luka] [1978] VSS
Prezime, ime, god. rođenja: [Perović Milica], [1989]; [Vuletić Luka], [1978].
Datum rođenja deteta: [15.09.2019]. Datum upisa: 01.09.2023.
[Jović Mara], [3.5.1958]. Topola
[Marko Perović], star 62 godine, rođen u Čačku, prijavljen je 3.5.2020. godine.
[Marko Perović], 03.05.2022, s.r.
Škola „Rođeni grad“ radi od 1957. godine.
Deca rođena posle 1. januara 2018. upisuju se u novu grupu.
Izvod iz matične knjige rođenih za 2019. godinu
Datum rođenja i datum upisa, rok 15.09.2023. godine
Preduzeće je osnovano 12. marta 1980, a ugovor zaključen 03.05.1990. godine.
"""

HOMES = """
[Stanka Mrvaljević] sa stanovanjem u [Topoli, Karađorđeva 15].
[Stanka Mrvaljević] nastanjena u [selu Blaznava, Blaznava 114].
[Stanka Mrvaljević], sada nepoznatog boravišta, ranije [Karađorđeva 15].
Stanujem u [Karađorđevoj 15, drugi sprat, desno].
Preko puta, u [Karađorđevoj 22], živi [Stanka Mrvaljević].
Poziv je poslat na adresu u [Topoli, Karađorđeva 15], ali [Perović] nije primio.
Dete je išlo od kuće ([Karađorđeva 15]) do škole.
Moja adresa je [Nušićeva 7]. Adresa mi je [Lipova 4].
Ispred zgrade u kojoj živim ([Nušićeva 7]) stoji otpad.
[Marko Perović] JMBG [0305958710014] Ciganska mala, [Cara Lazara bb] 12.000 din
[Marko Perović], dipl. inž. maš., Topola, [Karađorđeva 15]
[Marko Perović], student druge godine, opština Lapovo, [Nušićeva 7]
[Marko Perović], sada u Beču, [Favoritenstrasse 88/14]
Preselila se u [Niš, Obilićeva 3], kod sestre.
Prebivalište (opština, mesto, ulica i broj): [Topola, Karađorđeva 15]
Ulica i broj [Karađorđeva 15] Mesto Topola Ime [Marko] Prezime [Perović]
Ime i prezime Adresa 1. [Rada Bisenić] vlasnik [Nušićeva 7] 2. [Ana Minić] zakupac stana [Rudinci 33] 3. Alfa d.o.o. 5
Ime i prezime Razred Adresa Prevoz [Rada Bisenić] osmi dva [Nušićeva 7] da [Slobodan Minić] sedmi tri [Rudinci bb] ne
Brojilo Adresa Potrošač 114455 [Nušićeva 7] [Rada Bisenić] 114456 [Lipova 12/4] [Slobodan Minić]
1. [Rada Bisenić], [Nušićeva 15, II ulaz, stan 8], Topola 2. [Marko Perović], [Lipova 15-b]
1. [Rada Bisenić], [Nušićeva 15, stan u prizemlju], Topola 2. [Marko Perović], [Lipova bez broja]
Stranka Adresa Napomena [Tihomir Perić] [Julija Benešića 18], Ilok lično [Ankica Vidić] [Julija Benešića 20], Ilok
R.br. Lice Adresa 1. [Perović Milica] [Vuka Karadžića 5] 8.000,00 2. [Golub Ana] [Ive Lole Ribara 10] 2.000,00
1. [Ana Golub] [Vrbava bb] 2. [Ana Perić Jokić] [Marka Oreškovića 3] 3. [Agim Krasniqi] [Donja Vrbava 4]
Likvidacija: „Pakta Sunt“ d.o.o, grad Kruševac, sarađuje grada Kruševca [Martina Manojlović]
1. [Perović Milica] 12.04.2010 Čačak 2. [Vuletić Luka], [Raduša 8]
Zabilježba: [Marko Perović] protiv [Ane Jokić], P. br. 114/23; parcela 644/1 Livada 3. klase
Potrošač: [Perović Marko] Pretplatni broj 114 Adresa: [Vrbava 45]
Ordinacija dr [Rade Bisenić], Nušićeva 7; frizerski salon „Rada“, vlasnica [Rada Bisenić], Glavna 5
Kancelarija je u Nemanjinoj 22, a lokal u Nušićevoj 7 izdaje Grad Užice.
R.br. Naziv škole Adresa Direktor 1. OŠ „Vuk“ Nušićeva 7 [Rada Bisenić] 2. OŠ „Sava“ Rudinci 33 [Slobodan Minić]
Prijem zahteva u kancelariji 4, Zorana Đinđića 2. Zahtev nosi [Zoran Perović].
"""

NAMES = """
Svedoci: [Jović Mara], [Perović Nada], [Minić Vuk], [Vuletić Sava].
Spisak: 1. [Jović Mara] 2. [Perović Zora] 3. [Golub Petar] 4. [Zora Zec]
Potpisali su [Drag. Stanojkić] i [Svet. Jakšić], a [Jokić Slob.] nije.
[Dragan (Sv.) Stanković] i [Stanković (Mil.) Ana]
Potpisao je [Borivoje - Bora Cvijić], svedok, sa [Gojko-Gole Pejovićem].
Na to je [Velja Pantović - Guša] dobacio. [Guša] je zatim tražio reč, a od [Guše] je i [Pantović] otišao.
Svedok je [Zoran „Zoki“ Perović], a ne [Zoran M Perović] iz Lapova.
Ožalošćeni: supruga [Leposava], sin [Strahinja] i unuci [Vuk], [Sreten] i [Iskra].
Ožalošćeni su braća [Mile] i [Rade], pok. [Sava], njihov otac, i baka [Rosa].
[Marko Perović] i supruga mu [Ana], te deca [Luka] i [Nada].
Došle su [Ana], [Vesna] i [Jelena Perović].
Pozvani su [Klarićevi]; [Klarićevima] je poslato, [Minićevih] nema.
Prof. [Arsenijević] stanuje iznad. [Ana Jokić] r. [Horvat] je rekla.
[Golub-Jokić Ana-Marija] i [Perović Luka] su došli.
Zamena od 9.2.2024. [Perić Gabriela] [Pešić Vesna] 10.1.2024.
[Petar Perić] - Prilog, ugovor - Beograd, Nova - Varoš, Rada - Trans
Sl. Glasnik, Gen. Direktor, Kat. Opština Ruma, Red. br. Naziv
Dana 12. avgusta, Date: Thu, Prezime, ime, očevo ime Matični broj; nasljednika Rješenjem
"""


def _sentences(lines: str) -> list[str]:
    return [line for line in lines.splitlines() if line]


def _in_cyrillic(line: str) -> str:
    """Transliterate all but Roman numerals, and plates and accounts."""
    parts = re.split(r"(\b[IVX]+\b|d\.o\.o\.)", line)
    return "".join(part if at % 2 else to_cyrillic(part) for at, part in enumerate(parts))


MISREAD = """
Datum rođenja: [l2.03.198O]. Mesto: Ub
[Stanka Mrvaljević], roðena [12,03,1980] u Ubu, sada [Karaðorðeva br. l5]
[Stanka Mrvaljević] sa prebivalištem u [Ubu, ul. Nušićeva broj I2/O3]
[Stanka Mrvaljević] kupuje robu br. Ol, sve po 198O
"""


@pytest.mark.parametrize("line", _sentences(MISREAD))
def test_what_ocr_misread_is_masked(line: str) -> None:
    assert_masked(line)


@pytest.mark.parametrize("line", [*_sentences(BIRTHS), *_sentences(HOMES), *_sentences(NAMES)])
def test_both_scripts_are_masked_alike(line: str) -> None:
    assert_masked(line)
    assert_masked(_in_cyrillic(line))


def assert_masked(marked: str) -> None:
    """Check that what stands in square brackets is masked, and no other letter or digit."""
    text = marked.replace("[", "").replace("]", "")
    expected = re.sub(r"\[[^\]]*\]", lambda place: re.sub(r"\w", MASK, place[0][1:-1]), marked)
    assert _letters(text, RULES.masked(text, document_names([text]))) == _letters(text, expected)


def _letters(text: str, masked: str) -> str:
    """Return a masked text without its signs, which some classes hide, too."""
    return "".join(shown for letter, shown in zip(text, masked, strict=True) if letter.isalnum() or letter == " ")
