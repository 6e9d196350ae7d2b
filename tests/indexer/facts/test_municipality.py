"""A town is the document's municipality only in the place where a body names its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from indexer.facts.places import place_at
from indexer.facts.text import DocumentText
from indexer.gazetteer import municipalities, settlements, table
from indexer.gazetteer.declension import albanian_forms, cases, forms

FactsOf = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ОПШТИНА КЛАДОВО\nПредседник општине", "Kladovo"),
        ("Градска управа града Новог Сада", "Novi Sad"),
        ("ОШ „Бистри поток“ Косјерић\nброј 4", "Kosjerić"),
        ("Mesto: BEČEJ\nDržava: Srbija", "Bečej"),
        ("Naručilac: Biblioteka\nUlica duga 5\n31250 Bajina Bašta", "Bajina Bašta"),
        ("U Šapcu, 4. marta 2031. godine", "Šabac"),
        ("Qyteti: PRISHTINË", "Priština"),
        ("Municipality of Ivanjica", "Ivanjica"),
        ("U Negotinu, 4. marta 2031. godine", "Negotin"),
        ("OPŠTINA NEGOTINO\nGradonačelnik", "Negotino"),
        ("U Petrovcu, 4. marta 2031. godine", "Petrovac na Mlavi"),
    ],
)
def test_places_where_a_body_names_its_town(facts_of: FactsOf, text: str, name: str) -> None:
    """Both scripts, inflected or not, come back as the official Latin name."""
    assert facts_of(text)["municipality"] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Понуђач Примерак д.о.о. Чачак доставио је понуду.",
        "Prigovor se podnosi Komisiji u Kragujevcu.",
        "Beograd, 3. marta 2031. godine",
        "велики бор у дворишту школе",
        "po tužbi tužioca opštine Ruma, dana",
    ],
)
def test_other_towns_say_nothing(facts_of: FactsOf, text: str) -> None:
    """Seats of vendors, addressees, the capital of national bodies and ordinary words are not the municipality."""
    assert facts_of(text)["municipality"] == []


@pytest.mark.parametrize("word", ["Razlog", "Patos", "Borovnica", "Ruše", "Mogila", "Trojan"])
def test_words_are_no_places(text_of: Callable[..., DocumentText], word: str) -> None:
    """What a sentence or a list of goods may begin with is not listed, though a town abroad is called so."""
    assert place_at(text_of(word), 0) is None


def test_office_goes_before_an_address(facts_of: FactsOf) -> None:
    """The municipality that names itself beats a post code that stands earlier."""
    facts = facts_of("Prima: Primerak d.o.o.\n18000 Niš\n\nOpština Ub\nOpštinska uprava")
    assert facts["municipality"] == ["Ub"]
    assert facts.quote("municipality") == "Ub"


def test_seats_of_parties_to_a_contract_do_not_count(facts_of: FactsOf) -> None:
    """In a contract only a municipality that is a party counts; the address of a flat does not."""
    private = "UGOVOR O ZAKUPU\nZakupodavac Pera Primer, opština Ruma, 22400 Ruma"
    assert facts_of(private)["municipality"] == []
    assert facts_of("UGOVOR O RADOVIMA\nizmeđu: 1. Opština Ruma, kao naručilac")["municipality"] == ["Ruma"]


@pytest.mark.parametrize(
    ("name", "right", "also"),
    [
        ("Novi Sad", "Novog Sada, Novom Sadu", ""),
        ("Bačka Topola", "Bačke Topole, Bačkoj Topoli", ""),
        ("Bela Palanka", "Bele Palanke, Beloj Palanci", "Beloj Palanki, Beloj Palankoj"),
        ("Gornji Milanovac", "Gornjeg Milanovca, Gornjem Milanovcu", ""),
        ("Sremski Karlovci", "Sremskih Karlovaca, Sremskim Karlovcima", ""),
        ("Petrovac na Mlavi", "Petrovca na Mlavi, Petrovcu na Mlavi", ""),
        ("Čačak", "Čačka, Čačku", "Čačaka, Čačaku"),
        ("Žabalj", "Žablja, Žablju", "Žabalja, Žabalju"),
        ("Čakovec", "Čakovca, Čakovcu", ""),
        ("Sisak", "Siska, Sisku", "Sisaka, Sisaku"),
        ("Tivat", "Tivta, Tivtu", "Tivata, Tivatu"),
        ("Vukovar", "Vukovara, Vukovaru", "Vukovra, Vukovru"),
        ("Visoko", "Visokog, Visokom", "Visoka, Visoku"),
        ("Vodice", "Vodica, Vodicama", "Vodicu"),
        ("Grocka", "Grocke, Grockoj", "Grocci, Grocki"),
        ("Varaždinske Toplice", "Varaždinskih Toplica, Varaždinskim Toplicama", "Varaždinskim Toplicu"),
        ("Bele Vode", "Belih Voda, Belim Vodama", "Belim Vodu"),
        ("Malo Crniće", "Malog Crnića, Malom Crniću", "Malom Crnićama"),
        ("Nova Varoš", "Nove Varoši, Novoj Varoši", ""),
        ("Herceg Novi", "Herceg Novog, Herceg Novom", "Hercega Novog, Hercegu Novom"),
        ("Zemunik Donji", "Zemunika Donjeg, Zemuniku Donjem", "Zemunik Donjeg, Zemunik Donjem"),
        ("Doboj Istok", "Doboj Istoka, Doboj Istoku", "Doboja Istoka, Doboju Istoku"),
        ("Sveti Filip i Jakov", "Svetog Filipa i Jakova, Svetom Filipu i Jakovu", ""),
    ],
)
def test_declension(name: str, right: str, also: str) -> None:
    """Genitive and locative follow from the nominative; where a name may change in two ways, both are there."""
    told = ", ".join(filter(None, (name, right, also)))
    assert forms(name) == set(told.split(", "))


def test_gazetteer_names_are_unique() -> None:
    """A name that stood twice could not be told apart in a facet."""
    names = [place.name for place in municipalities()]
    assert len(names) == len(set(names))


def test_a_settlement_stands_for_its_municipality(facts_of: FactsOf) -> None:
    """A village school's letterhead names the village only; the seat, inflected, counts like the name."""
    facts = facts_of("Основна школа „Бистри поток“\nСеча Река\n\nПОЗИВ ЗА ПОДНОШЕЊЕ ПОНУДЕ")
    assert facts["municipality"] == ["Kosjerić"]
    assert facts.quote("municipality") == "Сеча Река"
    assert facts_of("JAVNI POZIV\nU Seči Reci, 3.3.2031. godine")["municipality"] == ["Kosjerić"]


def test_the_seat_of_the_buyer_goes_before_other_towns(facts_of: FactsOf) -> None:
    """The address right after the buyer's name decides, whatever town stands in a surer place further on."""
    facts = facts_of(
        "JAVNI POZIV\nNaručilac: Osnovna škola „Lipa“, Duga 2, 36210 Vrnjačka Banja\nDostaviti: Opština Ub"
    )
    assert facts["municipality"] == ["Vrnjačka Banja"]
    assert facts.fact("municipality").method == "municipality.buyer-seat"


def test_courts_and_litigants_are_no_municipality(facts_of: FactsOf) -> None:
    """Every town in a judgment is a party's or the court's."""
    assert facts_of("U IME NARODA\nOsnovni sud u Rumi\nGrad Beograd kao tužilac")["municipality"] == []


def test_settlements_belong_to_known_municipalities_and_are_no_namesakes() -> None:
    """A village that shares its name with a municipality or another village would be a guess."""
    known = {place.name for place in municipalities()}
    names = [settlement.name for settlement in settlements()]
    assert {settlement.municipality for settlement in settlements()} <= known
    assert len(names) == len(set(names))
    assert not known & set(names)


def test_lists_of_several_languages_are_one(facts_of: FactsOf) -> None:
    """Months of every language file are read; the longer beginning counts."""
    assert {"mart", "march", "mars"} <= set(table("months")["3"])
    assert facts_of("Ruma, 3 March 2031")["date"] == ["2031-03-03"]


def test_cases_of_common_nouns_and_albanian_places() -> None:
    """The five cases bodies are printed in, and the Albanian genitive."""
    assert cases("škola") == ("škola", "škole", "školi", "školu", "školom")
    assert cases("ministarstvo") == ("ministarstvo", "ministarstva", "ministarstvu", "ministarstvo", "ministarstvom")
    assert cases("muzej")[4] == "muzejem"
    assert albanian_forms("Prishtina") == {"Prishtina", "Prishtinës"}
    assert albanian_forms("Prizren") == {"Prizren", "Prizrenit"}
