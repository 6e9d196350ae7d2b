"""The number that a document is known by, among the numbers of all the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.decision import OWN, decide
from indexer.facts.text import DocumentText
from tests.indexer.facts.conftest import words_of

FactsOf = Callable[..., Any]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("ОДЛУКУ О ДОДЕЛИ УГОВОРА\nу поступку јавне набавке (ЈНМВ број 1.2.3/2019)", "1.2.3/2019"),
        ("ODLUKU O DODELI UGOVORA\nza javnu nabavku dobara, broj 404-18/2020", "404-18/2020"),
        ("KONKURSNA DOKUMENTACIJA\nЈавна набавка бр. д-14/19", "д-14/19"),
        ("ПОЗИВ ЗА ПОДНОШЕЊЕ ПОНУДА\nмалe вредности – видео-надзор, ЈНМВ број 12/2019-У.", "12/2019-У"),
        ("ПОЗИВ ЗА ПОДНОШЕЊЕ ПОНУДА\nпонуда за јавну набавку број 02/20-намирнице", "02/20"),
        ("Opštinska uprava\nV-06-404-31/2026\nOTVORENI POSTUPAK\nPoziv za podnošenje ponuda", "V-06-404-31/2026"),
        ("JAVNI POZIV\nReferentni broj: 01-355\nBroj: 7/2020", "01-355"),
        ("TENDERSKA DOKUMENTACIJA\nBROJ PROTOKOLA: 01-362/20\nBROJ JAVNE NABAVE: 01-361-5/20", "01-361-5/20"),
        ("NJOFTIM PËR DHËNIE TË KONTRATËS\nNumri i Prokurimit 616-25-2338-5-1-1", "616-25-2338-5-1-1"),
        ("OBAVEŠTENJE O OBUSTAVI POSTUPKA\nJN 7/2021", "7/2021"),
        ("KONKURSNA DOKUMENTACIJA\nJNMV: 5/2031\nmart 2031.", "5/2031"),
        ("ODLUKU O DODELI UGOVORA\nu postupku JN-Š 3/2031 za ishranu", "3/2031"),
        ("KONKURSNA DOKUMENTACIJA\nbr. jn. 5/2031", "5/2031"),
        ("КОНКУРСНА ДОКУМЕНТАЦИЈА\nза јавну набавку радова ред. бр. 5-2031", "5-2031"),
        ("КОНКУРСНА ДОКУМЕНТАЦИЈА\nЈНМВ бр. 1.2.3\nмарт 2031.", "1.2.3"),
        ("ZAPISNIK O OTVARANJU PONUDA\nZap. br. 902-4/2019\nBr. nabavke: 4-M/2019", "4-M/2019"),
        ("ЗАПИСНИК О ОТВАРАЊУ ПОНУДА\nБр. зап.: 31-2/2022\nШифра поступка ОП-31/2022", "ОП-31/2022"),
        ("Broj: 02-11-4/23\nODLUKU O IZBORU\n(konkurentski zahtjev broj 1094-7-3-88/23)", "1094-7-3-88/23"),
        ("INVITATION TO BID no. LRF/ITB/031\n17 May 2023", "LRF/ITB/031"),
        ("Broj: 51/7-2022\nIZMENA KONKURSNE DOKUMENTACIJE\nJavna nabavka: table (O-3/2022, poziv)", "O-3/2022"),
    ],
)
def test_number_of_a_procurement(facts_of: FactsOf, text: str, reference: str) -> None:
    """Papers of a procurement go by its number, as printed and in its script."""
    facts = facts_of(text)
    assert facts["reference"] == [reference]
    assert facts.fact("reference").details["role"] == "procurement"
    assert reference in facts.quote("reference")


@pytest.mark.parametrize(
    "text",
    [
        "Broj: 02-11/23\nDatum: 3.3.2023.\nODLUKA O IZBORU\nBira se ponuda. Za nabavku broj 7/22 postupak je poništen.",
        "Broj: 02-11/23\nDatum: 3.3.2023.\nODLUKA O IZBORU\nPlaća se na račun broj 205-88417/62 po javnoj nabavci.",
        "Broj: 02-11/23\nDatum: 3.3.2023.\nODLUKA O IZBORU\nza javnu nabavku (u daljem tekstu: nabavka) hrane",
        "Broj: 02-11/23\nDatum: 3.3.2023.\nODLUKA O IZBORU\n"
        + "Bira se ponuda. " * 40
        + "Obavještenje je objavljeno pod brojem 812-7-1-33-3-8/21.",
    ],
)
def test_a_number_in_a_sentence_is_not_preferred(text_of: Callable[..., DocumentText], text: str) -> None:
    """The own number of a paper of a procurement counts, but less sure: a label may have been missed."""
    facts, _ = decide(TextSurroundings(text_of(text), [words_of(text)]))
    [number] = [fact for fact in facts if fact.field == "reference"]
    assert number.value == "02-11/23"
    assert number.confidence <= OWN


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Broj: III-404-18/2020-7\nUGOVOR O JAVNOJ NABAVCI\nza javnu nabavku broj 404-18/2020", "III-404-18/2020-7"),
        ("УГОВОР Бр. 404-51/2019-8\nо набавци и уградњи опреме", "404-51/2019-8"),
        ("Broj: IlI-404-18/2020-9\nANEKS BROJ 1\nUgovora o nabavci broj III-404-18/2020-7", "III-404-18/2020-9"),
        ("UGOVOR O RADU\nDel. br. 345\nDatum: 12.03.2020.", "345"),
        ("UGOVOR O KUPOPRODAJI OPREME\nbroj 2-874/3 od 16.03.2026. godine, za partiju 1 nabavke JN 09/2026", "2-874/3"),
        ("Zavedeno kod naručioca pod: V-06-404-31/2026-P2/4\nUGOVOR O JAVNOJ NABAVCI", "V-06-404-31/2026-P2/4"),
        (
            "UGOVOR O ISPORUCI\nUgovor se zaključuje. Kod naručioca je zaveden pod brojem 404-71/2025-02-12.",
            "404-71/2025-02-12",
        ),
        ("UGOVOR O DELU\nkoga zastupa Ana Anić. Delovodni broj škole: 318-11/26.", "318-11/26"),
        ("УГОВОР О ИСПОРУЦИ\nПротокол уговорног органа: 03-11-2-90-7/26, 10.06.2026. године", "03-11-2-90-7/26"),
        ("SUPPLY CONTRACT\nNo. IVA-CCTV-02/2023-C1\nbetween", "IVA-CCTV-02/2023-C1"),
        ("KOMISIJA\nSavska 25, Beograd Broj: 4/0 - 01 - 177/2021 - 03\nDatum: 05.02.2021.", "4/0 - 01 - 177/2021 - 03"),
        ("FREEDOM OF INFORMATION\nRequest Number: F-2010-00325\nKeyword: x", "F-2010-00325"),
        ("PRAVILNIK\no nečemu\nČlan 1.\n" + "Tekst o nabavkama. " * 60 + "\nBroj 110-00-4/2013-01", "110-00-4/2013-01"),
        ("P. 809/2005\nU IME NARODA\nPRESUDA", "P. 809/2005"),
        ("UPRAVNI SUD\nSu II-17 U 1/31\nPRESUDA", "Su II-17 U 1/31"),
        ("UPRAVNI SUD\nI-2 Uv 40/31\nPRESUDA", "I-2 Uv 40/31"),
        ("OSNOVNI SUD U NIŠU\nPosl. br. 5 K. br. 12/31\nPRESUDA", "5 K. br. 12/31"),
        ("11P 123/31\nU IME NARODA\nPRESUDA", "11P 123/31"),
        ("IP 1 br. 116/31\nZapisnik o glavnoj raspravi", "IP 1 br. 116/31"),
        ("OPŠTINA UB\nIII broj 404-12/2031-02\n\nREŠENJE o pristupu informacijama", "404-12/2031-02"),
        ("UGOVOR O RADU\nDelovodni broj: 1432\nUb", "1432"),
        ("UGOVOR O RADU\nEv. br. 12/2031", "12/2031"),
        ("UGOVOR O RADU\nBroj; 12/2031", "12/2031"),
        ("UGOVOR O RADU\nBroj: ____404-18/2031____", "404-18/2031"),
        ("UGOVOR O RADU\nBroj: „404-18/2031”", "404-18/2031"),
        ("UGOVOR O RADU\nArhivski broj: 404-18/2031", "404-18/2031"),
        ("УГОВОР О РАДУ\nБрој: 404–12/2031", "404–12/2031"),
        ("OPŠTINA TITEL\n404-31/2026-II-5 18.6.2026.g.\nODLUKU O DODELI UGOVORA\nza kamere", "404-31/2026-II-5"),
        ("Our reference: FOI-2031-0123\nDear Ms Smith", "FOI-2031-0123"),
    ],
)
def test_own_number(facts_of: FactsOf, text: str, reference: str) -> None:
    """Everything else goes by the number at its head, in its title, or where laws carry it."""
    assert facts_of(text)["reference"] == [reference]


@pytest.mark.parametrize(
    "text",
    [
        "ODLUKU O DODELI UGOVORA\nOdluke o pokretanju postupka javne nabavke broj 404-18/2020-1",
        "ODLUKU O DODELI UGOVORA\n(„Službeni glasnik RS”, broj 124/12)",
        "IZVEŠTAJ O SPROVEDENOM POSTUPKU JAVNE NABAVKE\npo Odluci Uprave za javne nabavke\nbroj 119-01-65/2014 od",
        "ZAHTEV\nza pristup informacijama od javnog značaja\nBroj: 1/2020 je traženi ugovor",
        "UGOVOR O RADU\nbroj ______, datum: 12/03/2021",
        "ODLUKU O DODELI UGOVORA\nvidi i ranije\n404-18/2020-1 i 404-19/2020-2",
        "PREGLED UGOVORA\nUgovor\n404-18/2020\nAlfa\n404-19/2020\nBeta",
        "UGOVOR O RADU\nu zgradi broj 14\nU 5/2031 navrata",
        "KONKURSNA DOKUMENTACIJA\nJN 7",
        "",
    ],
)
def test_numbers_of_others(facts_of: FactsOf, text: str) -> None:
    """Of acts, gazettes and requests, of nobody and of dates."""
    assert facts_of(text)["reference"] == []


def test_the_number_given_most_often_wins(facts_of: FactsOf) -> None:
    """A slip on one page does not beat the number of all other pages; the year may be short."""
    facts = facts_of("KONKURSNA DOKUMENTACIJA\nЈН број 3/2020", "ЈНМВ бр. 2/2020", "ЈНМВ бр. 2/20")
    assert facts["reference"] == ["2/2020"]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (
            "OBAVEŠTENJE O DODELI UGOVORA\nokončan je otvoreni postupak za nadzor (broj 404-31/2031-02, CPV 32323500)",
            "404-31/2031-02",
        ),
        ("Број: 404-31/2031-02/11\nОДЛУКА О ДОДЕЛИ УГОВОРА\nу поступку 404-31/2031-02 доноси се", "404-31/2031-02"),
        ("JAVNI POZIV\nReferentni broj\nCPV\nNadzor u školama\n404-128/2031-VI\n32323500", "404-128/2031-VI"),
    ],
)
def test_the_only_file_of_the_class_of_procurements_is_that_of_the_paper(
    facts_of: FactsOf, text: str, number: str
) -> None:
    facts = facts_of(text)
    assert facts["reference"] == [number]
    assert facts.fact("reference").details["role"] == "procurement"


@pytest.mark.parametrize(
    "text",
    [
        "OBAVEŠTENJE O DODELI UGOVORA\npostupci (broj 404-31/2031-02) i (broj 404-32/2031-02)",
        "OBAVEŠTENJE O DODELI UGOVORA\nna osnovu odluke donete u ovom postupku pod 404-31/2031-6",
        "UGOVOR\nu postupku, prema ponudi koja je zavedena pod br. 404-31/2031",
    ],
)
def test_several_files_an_act_and_an_offer_are_not(facts_of: FactsOf, text: str) -> None:
    assert not [fact for fact in facts_of(text).all if fact.details.get("role") == "procurement"]


def test_both_sides_of_a_contract_register_it(facts_of: FactsOf) -> None:
    """The annex names it by the number of the buyer, which may stand below that of the vendor."""
    facts = facts_of(
        "Izvođač\nBr. 212/31, 10.06.2031.\nNaručilac\n03 broj 404-34-18/31, 12.06.2031.\nUGOVOR O RADOVIMA\npo ponudi, "
        "postupak OP-5/2031."
    )
    assert facts["reference"] == ["212/31"]
    related = {(fact.value, fact.details["role"]) for fact in facts.all if fact.field == "related"}
    assert related == {("404-34-18/31", "contract"), ("OP-5/2031", "procurement")}


def test_the_own_number_of_a_paper_is_not_its_procurement(facts_of: FactsOf) -> None:
    """Else minutes (404-31/2031-02/7) and decision (…/11) would be of two procurements."""
    facts = facts_of("Broj: 404-31/2031-02/7\nZAPISNIK O OTVARANJU PONUDA\nu otvorenom postupku")
    assert facts["reference"] == ["404-31/2031-02/7"]
    assert facts.fact("reference").details["role"] == "case"


def test_related_numbers(facts_of: FactsOf) -> None:
    """What the chain of a procurement needs: its number in the contract, and the contract's in a request."""
    contract = facts_of("Broj: 404-18/2020-7\nUGOVOR O NABAVCI\nza javnu nabavku broj 404-18/2020")
    assert contract["related"] == ["404-18/2020"]
    assert contract.fact("related").details["role"] == "procurement"
    bid = facts_of("UGOVOR\nbroj nabavke 36/2023, i da je prihvatio ponudu Dobavljača broj 412/23 od 21.08.2023.")
    assert bid["reference"] == ["36/2023"]
    request = facts_of("ZAHTEV\nza pristup informacijama od javnog značaja\nkopiju ugovora broj 404-51/2019-8;")
    assert request["related"] == ["404-51/2019-8"]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Br. 12-4/2020\nPOZIV ZA PODNOŠENJE PONUDA", "12-4/2020"),
        (
            "UGOVOR O ISPORUCI\nzaključen u Ubu dana 14. juna 2031. godine, pod brojem 404-27-15/2031-04, između:",
            "404-27-15/2031-04",
        ),
        ("UGOVOR\nBr. ugovora: III-404-77/2020", "III-404-77/2020"),
        ("UGOVOR O JAVNOJ NABAVCI DOBARA\nBroj ugovora kod naručioca: 404-99/16", "404-99/16"),
        ("UGOVOR O JAVNOJ NABAVCI DOBARA\nJN br. 12/2016 – nabavka goriva", "12/2016"),
        ("UGOVOR o javnoj nabavci\nZaveden kod naručioca pod br. 122-4 dana 03.02.2018. godine", "122-4"),
        ("ANEKS UGOVORA BR. 1\nzaveden kod Naručioca pod brojem 404-22/2020-5 od 12.12.2020. godine", "404-22/2020-5"),
        ("Osnovna škola „Primerak“\ndel. broj 01-12\nPOZIV ZA PODNOŠENJE PONUDA", "01-12"),
        ("FAKTURA br. 12/2031", "12/2031"),
        ("Opštinska uprava Sjenica\n03 broj 404-56/17\nPOZIV ZA PODNOŠENJE PONUDA", "404-56/17"),
        ("ODLUKA O DODELI UGOVORA\nZavedeno pod brojem 01-55/3 dana 7.5.2031.", "01-55/3"),
        ("PRESUDA\n3. P. br. 1234/2018", "3. P. br. 1234/2018"),
    ],
)
def test_more_places_of_the_own_number(facts_of: FactsOf, text: str, reference: str) -> None:
    """A number that begins like a date, labels of registers, stamps, below a title, of a court."""
    assert facts_of(text)["reference"] == [reference]


@pytest.mark.parametrize(
    "text",
    [
        "Odgovor na zahtev za pristup informacijama od javnog značaja\npo ugovoru br. 404-7/2020 plaćeno je sve.",
        "UGOVOR O NABAVCI\nprema ponudi koja je zavedena kod naručioca pod br. 404-22/2020",
    ],
)
def test_a_contract_or_an_offer_that_is_only_cited(facts_of: FactsOf, text: str) -> None:
    assert facts_of(text)["reference"] == []


@pytest.mark.parametrize(
    ("text", "related"),
    [
        (
            "Broj: 404-18/2031-6\nODLUKU O DODELI UGOVORA\nu postupku javne nabavke broj 12/2031, a na osnovu Odluke o "
            "pokretanju postupka broj 346/2031 od 3.2.2031.",
            {("404-18/2031-6", "case"), ("346/2031", "case")},
        ),
        (
            "UGOVOR\nBroj: 404-18/2031-8\nna osnovu Odluke o dodeli ugovora u otvorenom postupku, broj 404-18/2031-6",
            {("404-18/2031-6", "case")},
        ),
        (
            "ANEKS BR. 1\nugovora III/01-404-18/2031-10 (JN 12/2031, partija 2)\nmenja se ugovor",
            {("III/01-404-18/2031-10", "contract")},
        ),
        (
            "UGOVOR O RADOVIMA\nIzvođač će, po odluci naručioca 404-113-12/31, izvesti radove.",
            {("404-113-12/31", "case")},
        ),
        ("ANEKS\nugovora 12 meseci JN broj 12/2031", set()),
        (
            "KONKURSNA DOKUMENTACIJA\nJN broj 12/2031\nza javnu nabavku broj 404-18/2031, JN broj 12/2031",
            {("404-18/2031", "procurement")},
        ),
        (
            "ODLUKU O DODELI UGOVORA\nJN broj 12/2031\nPoziv je objavljen na Portalu: 2031/S F02-0001234",
            {("2031/S F02-0001234", "portal")},
        ),
        (
            "ODLUKU O DODELI UGOVORA\nJN broj 12/2031\nKLASA: 363-01/31-01/05\nURBROJ: 2188/06-01-31-1",
            {("363-01/31-01/05", "case")},
        ),
    ],
)
def test_every_number_that_links_a_paper_has_its_class(
    facts_of: FactsOf, text: str, related: set[tuple[str, str]]
) -> None:
    """Acts of the procedure, its file beside its ordinal, the portal's number, the KLASA."""
    facts = facts_of(text)
    assert {(fact.value, fact.details["role"]) for fact in facts.all if fact.field == "related"} == related


def test_a_list_of_procurements_cites_none(facts_of: FactsOf) -> None:
    act = "odluke o pokretanju postupka broj 346/2031 od 3.2.2031."
    few, many = (
        "\n".join(f"Dodeljuje se ugovor u postupku JN broj {at}/2031." for at in range(1, 2 + count))
        for count in (0, 6)
    )
    one, several = (facts_of(f"ODLUKU O DODELI UGOVORA\nna osnovu {act}\n{lines}") for lines in (few, many))
    assert "346/2031" in one["related"]
    assert "346/2031" not in several["related"]


def test_a_slip_of_the_same_shape_is_no_other_number(facts_of: FactsOf) -> None:
    facts = facts_of("KONKURSNA DOKUMENTACIJA\nЈН број 3/2020", "ЈНМВ бр. 2/2020", "ЈНМВ бр. 2/20")
    assert facts["related"] == []


@pytest.mark.parametrize(("read", "number"), [("404-55/2O31", "404-55/2031"), ("404-5l/2031", "404-5l/2031")])
def test_letters_between_figures_are_figures(facts_of: FactsOf, read: str, number: str) -> None:
    """O is a zero, l a one; at the end of a part a letter is a letter."""
    facts = facts_of(f"ОПШТИНА УБ\nБрој: {read}\n\nUGOVOR O NABAVCI")
    assert facts["reference"] == [number]
    assert facts.quote("reference") == read


def test_l_between_figures_is_a_one(facts_of: FactsOf) -> None:
    assert facts_of("ОПШТИНА УБ\nБрој: 404-55/20l8\n\nUGOVOR O NABAVCI")["reference"] == ["404-55/2018"]


@pytest.mark.parametrize(
    ("title", "contract"),
    [
        ("ANEKS 1\nugovora o nabavci opreme (partija 2)\nbroj 404-3/2031-14 od 5.6.2031. godine", "404-3/2031-14"),
        ("АНЕКС БР. 2 УГОВОРА О ИЗВОЂЕЊУ РАДОВА НА САНАЦИЈИ КРОВА ДОМА КУЛТУРЕ, „САЛА”\nбр. 351-88/31", "351-88/31"),
        ("ANEKS UGOVORA O NABAVCI GORIVA\nza potrebe komunalne službe i vozila pod brojem 351-61/2031", "351-61/2031"),
        ("ANEKS I\nUgovora o javnoj nabavci broj JN 7/2031 za potrebe uprave i škola", None),
        ("ANEKS\nUgovora o uslugama; rešenje o obrazovanju komisije, svih članova, broj 02-15/2031", None),
    ],
)  # fmt: skip
def test_an_annex_is_of_the_contract_that_its_title_numbers(
    facts_of: FactsOf, title: str, contract: str | None
) -> None:
    numbers = [fact for fact in facts_of(title).all if fact.details.get("role") == "contract"]
    assert [fact.value for fact in numbers] == ([] if contract is None else [contract])


def test_a_contract_may_carry_its_number_at_the_end(facts_of: FactsOf) -> None:
    clauses = "Ugovorne strane su saglasne o svemu. " * 40
    facts = facts_of(f"UGOVOR O NABAVCI\nu postupku javne nabavke broj 14/2031\n{clauses}\nBroj: 404-38/2031-IV")
    assert facts["reference"] == ["404-38/2031-IV"]
    assert facts["related"] == ["14/2031"]
