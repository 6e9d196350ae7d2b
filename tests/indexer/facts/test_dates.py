"""A document's own date is told from all the other dates in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from indexer.facts.calendar import any_date, date_of
from indexer.facts.text import DocumentText
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of

FactsOf = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Датум: 27.12.2031. године", "2031-12-27"),
        ("Dana: 09.08.2031. godine", "2031-08-09"),
        ("Kladovo, 16. 06. 2031. godine", "2031-06-16"),
        ("У Бечеју, 6. априла 2031. године", "2031-04-06"),
        ("број: 346/31 од 28.11.2031.године", "2031-11-28"),
        ("Број: 404-51/2031-6\n27. август 2031. године", "2031-08-27"),
        ("UGOVOR\nzaključen dana 1.2.2031. godine", "2031-02-01"),
        ("UGOVOR O DELU\nzaključen 15. jula 2031. godine u Rumi", "2031-07-15"),
        ("AGREEMENT\nThis Agreement is entered into as of October 3, 2031 between", "2031-10-03"),
        ("AGREEMENT\nmade this 27th day of March, 2031", "2031-03-27"),
        ("SUPPLY CONTRACT\nThis contract is concluded in Ruma on 5 June 2031", "2031-06-05"),
        ("Data e përgatitjes së njoftimit: 14.07.2031", "2031-07-14"),
        ("AGREEMENT\nmade on the 20t h day of November, 2031", "2031-11-20"),
        ("AGREEMENT\nIN WITNESS WHEREOF, the undersigned execute this Agreement as of July 6, 2031.", "2031-07-06"),
        ("Date: 2031-03-12\nDear Sir", "2031-03-12"),
        ("Date of letter: 12 March 2031\nDear Sir", "2031-03-12"),
        ("Datum i mesto: 12.03.2031. godine, Kladovo\nODLUKA", "2031-03-12"),
        ("Број 123/1\nДатум 12.03.2031.\nИЗМЕНЕ И ДОПУНЕ КОНКУРСНЕ ДОКУМЕНТАЦИЈЕ", "2031-03-12"),
        ("SAVET ZA SPORT Broj: 12/31 Dana: 12.03.2031. godine NOVI SAD", "2031-03-12"),
        ("UGOVOR O RADU i tako dalje. U Novom Sadu, dana 12.3.2031. godine. Poslodavac", "2031-03-12"),
        ("Datum: 12 .03 . 2031. godine", "2031-03-12"),
        ("Opština Ub\n12.03.2031. godine, Ub\nODLUKA", "2031-03-12"),
        ("Gradsko veće, na sednici od 12.03.2031. godine, donosi\nZAKLJUČAK", "2031-03-12"),
        ("Broj i datum: 404-1/31 od 12.03.2031.\nODLUKA", "2031-03-12"),
        ("UGOVOR O DELU\nzaključili su u Kladovu, dana 12.03.2031. godine:", "2031-03-12"),
        ("Direktor, dana 12.03.2031. godine objavljuje\nPOZIV ZA PODNOŠENJE PONUDA", "2031-03-12"),
        ("IZVEŠTAJ O STRUČNOJ OCENI PONUDA\nkoji je komisija dana 12.03.2031. godine sačinila", "2031-03-12"),
        ("ZAPISNIK\nsa 5. sednice Skupštine opštine Ub, održane 12. marta 2031. godine", "2031-03-12"),
        ("PREDLOG\nPredlažu da sud odluči.\nu Valjevu, 25. oktobra 2031. godine\nPredlagači", "2031-10-25"),
        ("PRAVNI STAV\nUsvojen na sednici Odbora Agencije 16.10.2031. godine", "2031-10-16"),
        ("PRESUDA\nRešeno u Upravnom sudu dana 30.06.2031. godine", "2031-06-30"),
    ],
)
def test_places_of_the_documents_own_date(facts_of: FactsOf, text: str, date: str) -> None:
    """Figures, words, both scripts and English order give the ISO date, and the year with it."""
    facts = facts_of(text)
    assert facts["date"] == [date]
    assert facts["year"] == [date[:4]]


def test_evidence_is_the_date_alone(facts_of: FactsOf) -> None:
    """The span covers the words of the date, not the label before it."""
    assert facts_of("Kladovo, dana 6. aprila 2031. godine").quote("date") == "6. aprila 2031."


@pytest.mark.parametrize(
    "text",
    [
        "Ponude se podnose do 15.01.2032. godine do 8,30 časova",
        "(„Службени гласник“ број 124/12 од 3.4.2030. године)",
        "за школску 2031/2032. годину",
        "PRESUDA\nkoji se odnosi na ugovor zaključen 1.2.2030. godine",
        "Datum: 31.02.2031",
        "Date: 2031-02-31",
        "Spisak\nDatum 12.03.2031. Mesto Ub\nDatum 13.04.2032. Mesto Ruma",
        "Dokazi:\nprimljeno u sredu, 12.03.2031. godine",
        "ODLUKA O DODELI UGOVORA\nKomisija je dana 12.03.2031. godine sačinila izveštaj, a 15.3.2032. drugi",
        "rok za dostavljanje\nponuda, 12.03.2031. godine",
    ],
)
def test_other_dates_are_not_the_documents(facts_of: FactsOf, text: str) -> None:
    """Deadlines, gazettes, school years, days that do not exist and wrapped lines are no date."""
    assert facts_of(text)["date"] == []


def test_dispatch_date_on_the_last_page_goes_before_the_deadline(facts_of: FactsOf) -> None:
    """Standard forms print their date at the very end."""
    facts = facts_of("JAVNI POZIV\nRok: 16.09.2031", "opis", "Datum slanja ovog oglasa: 06.09.2031")
    assert facts["date"] == ["2031-09-06"]


def test_date_beside_the_signatures(facts_of: FactsOf) -> None:
    """Where the head has no date, the end may."""
    body = "Član 1. Strane su saglasne. " * 200
    assert facts_of(f"UGOVOR O SARADNJI\n{body}\nU Rumi, dana 1.2.2031. godine.")["date"] == ["2031-02-01"]


def test_month_of_a_cover_gives_the_year_only(facts_of: FactsOf) -> None:
    """ "Kladovo, jul 2031. godine" is a year; a day is not invented."""
    facts = facts_of("KONKURSNA DOKUMENTACIJA\n\nKladovo, jul 2031. godine")
    assert (facts["date"], facts["year"]) == ([], ["2031"])


def test_dates_that_disagree_give_no_year(facts_of: FactsOf) -> None:
    """Without a date of its own, a short document has the year that all its dates share, or none."""
    assert facts_of("rok je do 1.2.2031. a otvaranje 3.2.2031.")["year"] == ["2031"]
    assert facts_of("rok je do 30.12.2031. a otvaranje 3.1.2032.")["year"] == []


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("MASTER AGREEMENT\nThis Agreement is made and entered into on the 20th day of November, 2031", "2031-11-20"),
        ("SUPPLY AGREEMENT\nTHIS AGREEMENT is made July 31, 2031\nBETWEEN", "2031-07-31"),
        ("CONTRACT\nmade on 11/20/2031 between", "2031-11-20"),
        ("From: Ana\nDate: Fri, 30 Sep 2031 11:06:39 +0200\nSubject: x\n\nText", "2031-09-30"),
        ("Vrhovni sud\n10.11.2031. godine\nBeograd", "2031-11-10"),
        ("U IME NARODA\nsud, na ročištu za glavnu raspravu održanom dana 4.4.2031. godine", "2031-04-04"),
        ("PLAN JAVNIH NABAVKI\nDatum usvajanja\nRbr Predmet\n\n1\n11.01.2031", "2031-01-11"),
        ("ANEKS BR. 2\nizmeđu 1. Opštine Ub i 2. Pere\ndana 7.8.2031. godine", "2031-08-07"),
    ],
)
def test_more_places_of_the_own_date(facts_of: FactsOf, text: str, date: str) -> None:
    """English contracts, e-mails, courts, forms with labels apart, a date below the parties."""
    assert facts_of(text)["date"] == [date]


def test_an_agreement_that_is_only_cited_gives_no_date(facts_of: FactsOf) -> None:
    """The blank of this contract is its date; another one's is not."""
    facts = facts_of("AGREEMENT\nmade this ____ day of ____ 2031. The parties have an agreement dated 2 November 2030.")
    assert facts["date"] == []


def test_several_decisions_in_one_file_have_no_date_of_their_own(facts_of: FactsOf) -> None:
    """Three rulings one after another: the year they share stands, a date does not."""
    ruling = "RJEŠENJE\nРЕШЕЊЕ\nпо жалби за приступ информацијама од јавног значаја"
    facts = facts_of("\n\n".join(f"{ruling}\nБр. 5 Датум: {day}.06.2031. године" for day in (9, 12, 18)))
    assert facts["kind"] == ["foi_decision"]
    assert facts["date"] == []
    assert facts["year"] == ["2031"]


def test_an_opening_is_the_date_of_minutes_only(facts_of: FactsOf) -> None:
    """In a call, the day on which offers are opened lies ahead."""
    assert facts_of("JAVNI POZIV\nOtvaranje ponuda obaviće se dana 5.3.2031. godine")["date"] == []
    assert facts_of("ZAPISNIK O OTVARANJU PONUDA\nOtvaranje ponuda dana 5.3.2031. godine")["date"] == ["2031-03-05"]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("ODLUKA O DODELI UGOVORA\nDatum donošenja odluke: 05.05.2031. godine", "2031-05-05"),
        ("OBAVEŠTENJE O OBUSTAVI POSTUPKA\nCentar u Priboju\nu Priboju, dana 03.10.2031. god.", "2031-10-03"),
        ("IZVEŠTAJ O STRUČNOJ OCENI PONUDA\nDatum: 22.11.16.", "2016-11-22"),
        ("UGOVOR O NABAVCI\nzaključen na dan 01.03.2031. godine između", "2031-03-01"),
        ("UGOVOR O NABAVCI\nDatum potpisivanja ugovora: 15.03.2031.", "2031-03-15"),
        ("UGOVOR O NABAVCI\nbroj 55/31 od 15.03.2031. godine\nizmeđu", "2031-03-15"),
        ("UGOVOR br. 55-2031-15 od 15. 3. 2031.\nizmeđu", "2031-03-15"),
        ("UGOVOR\nZaveden kod naručioca pod brojem 404-22/2031-5 od 12.12.2031. godine", "2031-12-12"),
    ],
)
def test_labels_stamps_and_short_years(facts_of: FactsOf, text: str, date: str) -> None:
    assert facts_of(text)["date"] == [date]


def test_the_date_of_an_offer_on_a_wrapped_line_is_not_the_contracts(facts_of: FactsOf) -> None:
    assert facts_of("UGOVOR O NABAVCI\nu skladu sa ponudom\nbroj 15/20 od 01.02.2031. godine\nČlan 1.")["date"] == []


def test_a_short_year_needs_a_label_and_a_line(facts_of: FactsOf) -> None:
    """Numbers of articles look the same."""
    assert facts_of("ODLUKA\nu skladu sa tačkom 12.11.16. pravilnika\nDatum: 12.11.16 je rok")["date"] == []


@pytest.mark.parametrize(
    ("printed", "day"),
    [("5-3-2024", "2024-03-05"), ("5/3/2024", "2024-03-05"), ("5. 3.2024", "2024-03-05"), ("5-3/2024", None)],
)
def test_parts_of_a_date_are_parted_alike(printed: str, day: str | None) -> None:
    """ "404-5-3/2024" is the number of a file."""
    words = words_of(f"Broj {printed}")
    text = DocumentText.of(DOCUMENT, reading_of([words]), [words])
    (found,) = text.find(any_date())
    read = date_of(found)
    assert (None if read is None else read.isoformat()) == day
