"""The kind of a document comes from its heading, in both scripts, and from nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from archive.model import KINDS
from indexer.gazetteer import kinds_with, table

FactsOf = Callable[..., Any]


def test_the_gazetteer_knows_only_kinds_of_the_design() -> None:
    """A kind misspelt in the data file would become a facet value of its own."""
    assert {marker["kind"] for marker in table("kinds")["marker"]} <= set(KINDS)


def test_every_policy_of_a_kind_is_explained_and_held_by_some_kind() -> None:
    """A policy misspelt in the data file would hold of nothing."""
    policies = table("kind_policies")
    assert policies["kinds"].keys() == set(KINDS)
    assert {name for held in policies["kinds"].values() for name in held} == policies["meaning"].keys()
    with pytest.raises(KeyError):
        kinds_with("contracts")


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("ПОЗИВ ЗА ПОДНОШЕЊЕ ПОНУДА", "tender_notice"),
        ("JAVNI POZIV", "tender_notice"),
        ("ПОЗИВ ЗАИНТЕРЕСОВАНИМА ДА ПОДНЕСУ ПОНУДУ", "tender_notice"),
        ("Poziv privrednim subjektima da podnesu ponude", "tender_notice"),
        ("USLOVI NABAVKE I OPIS POSLA", "tender_documents"),
        ("Zapisnik komisije sa otvaranja", "minutes"),
        ("OBAVEŠTENJE O ZAKLJUČENIM UGOVORIMA", "award_decision"),
        ("КОНКУРСНА ДОКУМЕНТАЦИЈА", "tender_documents"),
        ("IZMENE I DOPUNE KONKURSNE DOKUMENTACIJE", "tender_amendment"),
        ("О Д Л У К У\nо додели уговора", "award_decision"),
        ("Odluku o dodeli ugovora", "award_decision"),
        ("NJOFTIM PËR DHËNIE TË KONTRATËS", "award_decision"),
        ("ОБАВЕШТЕЊЕ О ОБУСТАВИ ПОСТУПКА", "cancellation"),
        ("ПЛАН ЈАВНИХ НАБАВКИ", "procurement_plan"),
        ("УГОВОР О ЈАВНОЈ НАБАВЦИ", "contract"),
        ("SUPPLY CONTRACT", "contract"),
        ("ANEKS UGOVORA", "contract_annex"),
        ("ZAPISNIK\nsa 12. sednice Komisije", "minutes"),
        ("Z A K O N", "regulation"),
        ("U Ime Naroda", "judgment"),
        ("ZAHTEV ZA IZDAVANJE ODOBRENJA", "form"),
    ],
)
def test_heading_tells_the_kind(facts_of: FactsOf, heading: str, kind: str) -> None:
    """A heading below a letterhead is found, and is its own evidence."""
    facts = facts_of(f"Општина Кладово\nБрој: 12/2031\n\n{heading}\n\nтекст који следи")
    assert facts["kind"] == [kind]
    assert facts.quote("kind") in " ".join(heading.split())


@pytest.mark.parametrize(
    "formula", ["direktor Apoteke donosi", "Skupština je donela", "директор је донео", "Na osnovu člana 9. donosim"]
)
def test_an_act_is_told_by_the_verb_before_it_in_the_middle_of_a_line(facts_of: FactsOf, formula: str) -> None:
    act = "ODLUKU o zaključenju okvirnih sporazuma\nza lekove po partijama"
    assert facts_of(f"Opština Kladovo\n\nPosle ocene ponuda {formula} {act}")["kind"] == ["award_decision"]
    named = f"Opština Kladovo\n\nPosle ocene ponuda {formula} tu {act}"
    assert facts_of(named)["kind"] == []
    assert facts_of(f"Opština Kladovo\n\nPosle ocene ponuda {formula} {act}".replace("ODLUKU", "odluku"))["kind"] == []
    below = f"Opština Kladovo\n\nPosle ocene ponuda {formula}\nodluku o dodeli ugovora\nNa poziv su stigle dve ponude."
    assert facts_of(below)["kind"] == ["award_decision"]
    assert facts_of(below.replace("\nNa poziv", " kada stignu ponude. Na poziv"))["kind"] == [], "a broken sentence"


def test_a_decision_without_a_subject_is_told_by_what_it_decides(facts_of: FactsOf) -> None:
    assert facts_of("Opština Ub\n\nODLUKA\n\nBiraju se sledeći isporučioci.")["kind"] == ["award_decision"]
    assert facts_of("Opština Ub\n\nODLUKA\n\nBira se predsednik komisije.")["kind"] == []


def test_a_reply_is_told_by_the_subject_of_its_letter(facts_of: FactsOf) -> None:
    assert facts_of("Opština Ub\n\nPREDMET: odgovor na zahtev od 3. maja\nPoštovani,")["kind"] == ["foi_reply"]
    assert facts_of("Opština Ub\n\nPoštovani, u prilogu je: odgovor na zahtev od 3. maja")["kind"] != ["foi_reply"]


def test_latin_letters_inside_cyrillic_words(facts_of: FactsOf) -> None:
    """OCR and typists mix the scripts within a word; the heading is still read."""
    assert facts_of("КOНКУРСНA ДОКУМЕНТАЦИЈA")["kind"] == ["tender_documents"]


def test_talk_about_another_document_is_no_heading(facts_of: FactsOf) -> None:
    """A cited decision, within a sentence and without capitals, says nothing about this document."""
    facts = facts_of("Obaveštavamo vas da je direktor doneo odluku o dodeli ugovora i da ćete je dobiti poštom.")
    assert facts["kind"] == []


def test_heading_on_a_later_page_does_not_count(facts_of: FactsOf) -> None:
    """The model contract inside tender documents does not make them a contract."""
    facts = facts_of("ТЕХНИЧКА СПЕЦИФИКАЦИЈА", "опис камера", "УГОВОР О ЈАВНОЈ НАБАВЦИ")
    assert facts["kind"] == []


def test_appeal_needs_the_subject_of_information(facts_of: FactsOf) -> None:
    """An appeal is one under the information law only if the opening says so."""
    assert facts_of("ŽALBA\nprotiv rešenja o porezu")["kind"] == []
    assert facts_of("ŽALBA\nzbog uskraćenog pristupa informaciji")["kind"] == ["foi_appeal"]


def test_title_is_the_heading_with_its_capitals(facts_of: FactsOf) -> None:
    """The title goes on over lines in capitals and stops where the text begins."""
    facts = facts_of("Broj: 5\n\nUGOVOR O JAVNOJ NABAVCI\nVIDEO-NADZORA\n\nzaključen između strana")
    assert facts["title"] == ["UGOVOR O JAVNOJ NABAVCI VIDEO-NADZORA"]


def test_title_leaves_out_the_page_number(facts_of: FactsOf) -> None:
    """A number on the next line is the page's, not the title's."""
    assert facts_of("JAVNI POZIV\n1\n\nNaručilac")["title"] == ["JAVNI POZIV"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("From: Ana\nSubject: Sastanak\n\nUGOVOR O DELU je u prilogu", "correspondence"),
        ("From: Ana\nSubject: RE: Freedom of Information request - chicks\n\nDear Ana", "foi_reply"),
        ("Od: Ana\nPredmet: Zahtev za pristup informacijama\n\nMolim kopije.", "foi_request"),
        ("Od: Ana\nPredmet: Zahtev za pristup informacijama\nTema: Sastanak\n\nMolim kopije.", "foi_request"),
        ("Od: Ana\nTema: Sastanak\nPredmet: Zahtev za pristup informacijama\n\nMolim.", "correspondence"),
        ("FREEDOM OF INFORMATION REQUEST\nWe have located the information you requested.", "foi_reply"),
        ("СПОРАЗУМ О САРАДЊИ\nу области видео-надзора", "other"),
        ("SPORAZUM O POSLOVNO-TEHNIČKOJ SARADNJI\nzaključen između", "other"),
        ("ОДЛУКУ\nо спровођењу отвореног поступка јавне набавке", "other"),
        ("Tužba radi duga\nDOKAZ: Ugovor o zakupu od 9.5.2031. godine", "other"),
        ("Viši sud u Rumi, sudija Pera Primer, u pravnoj stvari tužioca, doneo je sledeće Rešenje", "judgment"),
        ("REŠENJE\nO ODREĐIVANJU STAJALIŠTA\n(„Sl. list grada Rume”, br. 3/2031)", "regulation"),
        ("SOFTWARE AGREEMENT\nbetween the parties", "contract"),
        ("Exhibit 10 SUPPLY AGREEMENT This Supply Agreement", "contract"),
    ],
)
def test_kinds_that_other_words_hide(facts_of: FactsOf, text: str, kind: str) -> None:
    """E-mails by their subject, replies under the name of a request, submissions to courts, rulings of courts."""
    assert facts_of(text)["kind"] == [kind]


def test_a_blank_form_of_an_act_is_a_form(facts_of: FactsOf) -> None:
    """The Commissioner's printed appeal, not filled in; filled in, it is an appeal."""
    blanks = "\n".join(["______________"] * 6)
    form = f"ŽALBA\nzbog uskraćenog pristupa informaciji\n{blanks}"
    assert facts_of(form)["kind"] == ["form"]
    assert facts_of(f"{form}\nU Rumi, 3. marta 2031. godine")["kind"] == ["foi_appeal"]


def test_a_word_in_the_middle_of_a_title_in_capitals_is_no_heading(facts_of: FactsOf) -> None:
    """ "CONTRACT" makes a contract where the title ends with it."""
    assert facts_of("CONTRACT UNDERSTANDING DATASET\nread me")["kind"] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "Opština Ub\n\nZ A K LJ U Č A K\n\nODBACUJE SE zahtev za informacije od javnog značaja",
            "foi_decision",
        ),
        (
            "Crna Gora\nOPŠTINA BAR\n\nRJEŠENJE\n\nnajavljuje se po Zakonu o slobodnom pristupu informacijama",
            "foi_decision",
        ),
        ("GRADSKO VEĆE\n\nZ A K LJ U Č A K\n\nDaje se saglasnost na nabavku", "other"),
        (
            "MINISTARSTVO PRIMERA\n\nPredmet: Obaveštenje\n\nPovodom Vašeg zahteva za slobodan pristup informacijama "
            "od javnog značaja obaveštavamo Vas",
            "foi_reply",
        ),
        ("Za: Opština Ub\nOd: Redakcija\n\nPredmet: Zahtev za pristup informacijama od javnog značaja", "foi_request"),
        ("ДОГОВОР ЗА ЈАВНА НАБАВКА НА УСЛУГИ", "contract"),
        ("СПОРАЗУМНИ РАСКИД УГОВОРА", "contract_annex"),
        ("О Д Л У К А\nза избор на најповолна понуда", "award_decision"),
        ("INFORMACIJA\no javnim nabavkama u 2031. godini", "report"),
        ("OBRAZAC PONUDE\nPonuda broj 12/31", "form"),
        ("ЗАХТЕВ ЗА ПОКРЕТАЊЕ НАБАВКЕ", "other"),
        ("Re: Open Public Records Act request", "foi_request"),
        ("From: a@b.rs\nSubject: Odgovor na zahtev za slobodan pristup informacijama", "foi_reply"),
        ("FREEDOM OF INFORMATION ACT 2000\nThank you for your request of 15 July.", "foi_reply"),
    ],
)
def test_headings_of_papers_nobody_prepared_for(facts_of: FactsOf, text: str, kind: str) -> None:
    assert facts_of(text)["kind"] == [kind]
