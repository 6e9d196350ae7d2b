"""Whoever types a place in one case finds papers that print it in another."""

from __future__ import annotations

import pytest

from archive.text.analyzer import found_by, query_terms
from archive.text.folding import fold, to_cyrillic

IN_PLACES = """
    Ada:Adi Aleksandrovac:Aleksandrovcu Aleksinac:Aleksincu Alibunar:Alibunaru Apatin:Apatinu Aranđelovac:Aranđelovcu
    Arilje:Arilju Babušnica:Babušnici Barajevo:Barajevu Batočina:Batočini Bečej:Bečeju Beočin:Beočinu Blace:Blacu
    Bogatić:Bogatiću Bojnik:Bojniku Boljevac:Boljevcu Bor:Boru Bosilegrad:Bosilegradu Brus:Brusu Bujanovac:Bujanovcu
    Čačak:Čačku Čajetina:Čajetini Ćićevac:Ćićevcu Čoka:Čoki Ćuprija:Ćupriji Despotovac:Despotovcu
    Dimitrovgrad:Dimitrovgradu Doljevac:Doljevcu Golubac:Golupcu Grocka:Grockoj Inđija:Inđiji Irig:Irigu
    Ivanjica:Ivanjici Jagodina:Jagodini Kanjiža:Kanjiži Kikinda:Kikindi Kladovo:Kladovu Knić:Kniću Knjaževac:Knjaževcu
    Koceljeva:Koceljevi Kosjerić:Kosjeriću Kovačica:Kovačici Kovin:Kovinu Kragujevac:Kragujevcu Kraljevo:Kraljevu
    Krupanj:Krupnju Kruševac:Kruševcu Kučevo:Kučevu Kula:Kuli Kuršumlija:Kuršumliji Lajkovac:Lajkovcu Lapovo:Lapovu
    Lebane:Lebanu Leskovac:Leskovcu Loznica:Loznici Lučani:Lučanima Ljig:Ljigu Ljubovija:Ljuboviji
    Majdanpek:Majdanpeku Medveđa:Medveđi Merošina:Merošini Mionica:Mionici Negotin:Negotinu Niš:Nišu
    Obrenovac:Obrenovcu Odžaci:Odžacima Opovo:Opovu Osečina:Osečini Pančevo:Pančevu Paraćin:Paraćinu Pećinci:Pećincima
    Petrovac:Petrovcu Pirot:Pirotu Plana:Plani Plandište:Plandištu Požarevac:Požarevcu Požega:Požegi Preševo:Preševu
    Priboj:Priboju Prijepolje:Prijepolju Prokuplje:Prokuplju Rača:Rači Raška:Raškoj Ražanj:Ražnju Rekovac:Rekovcu
    Ruma:Rumi Sečanj:Sečnju Senta:Senti Sjenica:Sjenici Smederevo:Smederevu Sokobanja:Sokobanji Sombor:Somboru
    Srbobran:Srbobranu Subotica:Subotici Surdulica:Surdulici Svilajnac:Svilajncu Svrljig:Svrljigu Šabac:Šapcu Šid:Šidu
    Temerin:Temerinu Titel:Titelu Topola:Topoli Trgovište:Trgovištu Trstenik:Trsteniku Tutin:Tutinu Ub:Ubu Užice:Užicu
    Valjevo:Valjevu Varvarin:Varvarinu Vladimirci:Vladimircima Vlasotince:Vlasotincu Vranje:Vranju Vrbas:Vrbasu
    Vršac:Vršcu Zaječar:Zaječaru Zrenjanin:Zrenjaninu Žabalj:Žablju Žabari:Žabarima Žagubica:Žagubici Žitište:Žitištu
    Žitorađa:Žitorađi Palanka:Palanci Gradište:Gradištu Crnić:Crniću Iđoš:Iđošu Kneževac:Kneževcu Crnja:Crnji
    Zvornik:Zvorniku Milanovac:Milanovcu Varoš:Varoši Bašta:Bašti Mitrovica:Mitrovici Karlovci:Karlovcima
    Pazova:Pazovi Pazar:Pazaru Han:Hanu Trava:Travi Crkva:Crkvi Banja:Banji Sad:Sadu Sad:Sada
    Budva:Budvi Kolašin:Kolašinu Pljevlja:Pljevljima Rožaje:Rožajama Tivat:Tivtu Nikšić:Nikšiću Cetinje:Cetinju
    Bijeljina:Bijeljini Brčko:Brčkom Doboj:Doboju Gradiška:Gradišci Mostar:Mostaru Srbac:Srpcu Tešanj:Tešnju
    Zadar:Zadru Sisak:Sisku Osijek:Osijeku Vukovar:Vukovaru Bjelovar:Bjelovaru Karlovac:Karlovcu
"""
"""Names with their locatives, as in "kamere u Kuršumliji"."""


@pytest.mark.parametrize("names", IN_PLACES.split())
def test_a_place_is_found_by_its_name_and_in_a_sentence(names: str) -> None:
    for typed, printed in (names.split(":"), names.split(":")[::-1]):
        for query in (typed, to_cyrillic(typed), fold(typed)):
            terms = {term.text for term in query_terms(query, query != fold(typed), exact=False)}
            assert terms & found_by(printed), (query, printed)


@pytest.mark.parametrize("word", ["plana", "niš", "sada", "vode", "gore", "name", "stari", "pale"])
def test_a_word_that_is_also_a_place_does_not_stand_for_other_words(word: str) -> None:
    terms = {term.text for term in query_terms(word, marked=True, exact=False)}
    assert not terms & (found_by("biti") | found_by("dole") | found_by("nama") | found_by("pao"))
