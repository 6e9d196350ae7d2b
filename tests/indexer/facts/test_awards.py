"""Lines of awards: lot, vendors, sum, VAT, bids and number, each with its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from archive.model import Fact
from indexer.facts import awards, firms
from indexer.facts.awards import joined, winners
from indexer.facts.awards.lines import SHOWN
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.text import DocumentText
from tests.indexer.facts.conftest import DOCUMENT, reading_of, words_of

FactsOf = Callable[..., Any]
TextOf = Callable[..., DocumentText]

AWARD = "ODLUKA O DODELI UGOVORA\n"


def lines(facts: Any) -> list[dict[str, str]]:
    return [dict(one.details) for one in facts.all if one.field == "award"]


def parts(facts: Any, *names: str) -> list[tuple[str | None, ...]]:
    return [tuple(line.get(name) for name in names) for line in lines(facts)]


def printed(facts: Any, line: dict[str, str], name: str) -> list[str]:
    """The words that the details name as those of a part."""
    spans = (map(int, words.split("-")) for words in line[f"{name}_words"].split())
    return [" ".join(facts.words[first : last + 1]) for first, last in spans]


def test_a_sentence_that_awards(facts_of: FactsOf) -> None:
    facts = facts_of(
        f"{AWARD}Broj primljenih ponuda: 3\nUgovor se dodeljuje ponuđaču „Vidozor” d.o.o. Zrenjanin, PIB 106006802, "
        "u iznosu od 1.250.000,00 dinara bez PDV.\n"
    )
    (line,) = lines(facts)
    assert (line["vendor"], line["amount"], line["currency"], line["vat"], line["bids"], line["pib"]) == (
        "„Vidozor” d.o.o. Zrenjanin",
        "1250000.00",
        "RSD",
        "without",
        "3",
        "106006802",
    )
    assert printed(facts, line, "vendor") == ["„Vidozor” d.o.o. Zrenjanin,"]
    assert printed(facts, line, "amount") == ["1.250.000,00 dinara"]
    assert printed(facts, line, "bids") == ["3"]
    assert printed(facts, line, "pib") == ["106006802,"]
    assert facts["award"][0] == "„Vidozor” d.o.o. Zrenjanin, 1250000.00 RSD"


def test_lots_that_are_alike_in_all_but_their_numbers_stay_apart(facts_of: FactsOf) -> None:
    facts = facts_of(
        f"{AWARD}Ugovor se dodeljuje po partijama:\n"
        "Partija 1: ponuđaču „Vidozor” d.o.o. Zrenjanin, u iznosu od 90.000,00 dinara bez PDV.\n"
        "Partija 2: ponuđaču „Vidozor” d.o.o. Zrenjanin, u iznosu od 90.000,00 dinara bez PDV.\n"
    )
    assert parts(facts, "lot", "amount") == [("1", "90000.00"), ("2", "90000.00")]


def test_all_members_of_a_joint_bid_are_kept(facts_of: FactsOf) -> None:
    facts = facts_of(
        f"{AWARD}Ugovor se dodeljuje grupi ponuđača: „Vidozor” d.o.o. Zrenjanin, „Okolina Optik” d.o.o. Kragujevac "
        "i „Zvonolik” a.d. Niš, u iznosu od 90.000,00 evra sa PDV.\n"
    )
    (line,) = lines(facts)
    assert line["vendor"].split("; ") == [
        "„Vidozor” d.o.o. Zrenjanin",
        "„Okolina Optik” d.o.o. Kragujevac",
        "„Zvonolik” a.d. Niš",
    ]
    assert len(line["vendor_words"].split()) == 3
    assert (line["currency"], line["vat"]) == ("EUR", "with")


def test_what_the_winner_is_told_twice_is_one_line(facts_of: FactsOf) -> None:
    facts = facts_of(
        f"{AWARD}Ugovor se dodeljuje ponuđaču „Vidozor” d.o.o. Zrenjanin, u iznosu od 90.000,00 dinara.\n"
        "Obrazloženje\nKao najpovoljnija izabrana je ponuda ponuđača „Vidozor” d.o.o. Zrenjanin.\n"
    )
    assert len(lines(facts)) == 1


def test_a_rejected_bidder_is_no_winner(facts_of: FactsOf) -> None:
    facts = facts_of(
        f"{AWARD}Nije izabrana ponuda ponuđača „Vidozor” d.o.o. Zrenjanin, sa cenom od 90.000,00 dinara.\n"
    )
    assert lines(facts) == []


def test_a_sum_of_a_form_is_the_contracts_and_not_the_highest_bids(facts_of: FactsOf) -> None:
    facts = facts_of(
        "OBAVEŠTENJE O DODELI UGOVORA\nV.2.3) Naziv i adresa privrednog subjekta\nPoslovno ime: Zvonolik\n"
        "Nacionalni registracioni broj: 106006802\nMesto: Niš\n"
        "V.2.4) Informacije o vrednosti ugovora (bez PDV-a)\nUkupna vrednost ugovora: 416.258,79 RSD\n"
        "Najviša ponuda: 500.000,00 RSD\n"
    )
    assert parts(facts, "vendor", "amount", "vat", "pib") == [("Zvonolik", "416258.79", "without", "106006802")]


def test_each_row_of_a_register_is_a_line(facts_of: FactsOf) -> None:
    facts = facts_of(
        "REGISTAR UGOVORA\n\nPredmet\n\nNaziv dobavljača\n\nIznos ugovora bez PDV\n\n"
        "Ogrev\n\n„Vidozor” d.o.o. Zrenjanin\n\n463.415,83\n\n"
        "Gas\n\n„Okolina Optik” d.o.o. Kragujevac\n\n5.866.739,20\n\n"
        "Ugalj\n\n„Vidozor” d.o.o. Zrenjanin\n\n463.415,83\n"
    )
    assert parts(facts, "vendor", "amount", "vat") == [
        ("„Vidozor” d.o.o. Zrenjanin", "463415.83", "without"),
        ("„Okolina Optik” d.o.o. Kragujevac", "5866739.20", "without"),
        ("„Vidozor” d.o.o. Zrenjanin", "463415.83", "without"),
    ]


CONTRACT = (
    "UGOVOR O NABAVCI OGREVA\n1. Opština Ruma (u daljem tekstu: Naručilac) i\n"
    "2. „Vidozor” d.o.o. Zrenjanin, PIB 106006802 (u daljem tekstu: Dobavljač)\n"
    "Ugovorena cena iznosi 90.000,00 dinara bez PDV, odnosno 108.000,00 dinara sa PDV, a {more}.\n"
)


def contract_facts(text: DocumentText, *sums: tuple[str, str, str]) -> list[Fact]:
    """The vendor of the contract and its sums: value, how it stands to VAT, and the word that holds it."""
    vendor = text.words.index("„Vidozor”")
    facts = [text.fact("vendor", "„Vidozor” d.o.o. Zrenjanin", (vendor, vendor + 2), "vendor.scored", 0.98)]
    for value, vat, word in sums:
        at = text.words.index(word)
        details = {"currency": "RSD", "vat": vat, "role": "contract"}
        facts.append(text.fact("amount", value, (at, at + 1), "amount.contract", 0.96, details=details))
    return facts


def test_a_contract_is_a_line_of_its_vendor_and_its_price_without_vat(text_of: TextOf) -> None:
    text = text_of(CONTRACT.format(more="rok je 30 dana"))
    sums = [("90000.00", "without", "90.000,00"), ("108000.00", "with", "108.000,00")]
    line = joined.line(text, contract_facts(text, *sums))
    assert line is not None
    assert line.money is not None
    assert (line.vendors[0].name, line.money.value, line.vat) == (
        "„Vidozor” d.o.o. Zrenjanin",
        Decimal("90000"),
        "without",
    )
    assert line.number is not None
    assert line.number[1].value == "106006802"
    assert line.confidence == 0.72


def test_a_contract_with_two_prices_is_no_line(text_of: TextOf) -> None:
    text = text_of(CONTRACT.format(more="avans 45.000,00 dinara"))
    sums = [("90000.00", "without", "90.000,00"), ("45000.00", "unknown", "45.000,00")]
    assert joined.line(text, contract_facts(text, *sums)) is None


@pytest.mark.parametrize(("first", "kept"), [("Partija 1 ide onom ko je najpovoljniji.", True), ("", False)])
def test_the_line_of_a_lot_stays_where_others_are_named_and_not_read(first: str, kept: bool) -> None:
    """Of a decision on one contract, a line of another firm than its vendor is a bid that lost."""
    won = "Ugovor za partiju 2 dodeljuje se ponuđaču Beta d.o.o. Ub po ceni od 2.000.000,00 dinara bez PDV."
    pages = [words_of(f"ODLUKA O DODELI UGOVORA\n\n{first} {won} Saglasna je Alfa d.o.o. Ub.")]
    text = DocumentText.of(DOCUMENT, reading_of(pages), pages)
    at = text.words.index("Alfa")
    vendor = text.fact("vendor", "Alfa d.o.o. Ub", (at, at + 2), "rule", 0.9)
    told = awards.lines(TextSurroundings(text, pages), "award_decision", [vendor])
    assert [(line.lot.value, line.vendors[0].name) for line in told if line.lot] == [("2", "Beta d.o.o. Ub")] * kept


@pytest.mark.parametrize("others", ["", " Partija 2 poverava se drugome."])
def test_a_decision_on_several_lots_has_no_one_vendor_and_sum(others: str) -> None:
    told = f"ODLUKA O DODELI UGOVORA\n\nZa partiju 1 bira se Alfa d.o.o. Ub.{others} Vrednost je 1.000.000,00 dinara."
    pages = [words_of(told)]
    text = DocumentText.of(DOCUMENT, reading_of(pages), pages)
    vendor, price = text.words.index("Alfa"), text.words.index("1.000.000,00")
    facts = [
        text.fact("vendor", "Alfa d.o.o.", (vendor, vendor + 1), "rule", 0.9),
        text.fact(
            "amount", "1000000.00", (price, price + 1), "rule", 0.9, details={"currency": "RSD", "role": "award"}
        ),
    ]
    line = joined.line(text, facts, "award_decision")
    assert (line is None) == bool(others)
    assert line is None or (line.lot and line.lot.value) == "1"


def test_a_winner_whose_award_tells_no_sum_has_that_of_his_bid(facts_of: FactsOf) -> None:
    facts = facts_of(
        f"{AWARD}Bira se kao najpovoljnija ponuda ponuđača „Vidozor” d.o.o. Zrenjanin, broj 30-05.\n"
        "Ponuđena cena (bez PDV-a)\n„Okolina Optik” d.o.o. Kragujevac 95.000,00 dinara\n"
        "„Vidozor” d.o.o. Zrenjanin 90.000,00 dinara\n"
    )
    assert parts(facts, "vendor", "amount", "vat") == [("„Vidozor” d.o.o. Zrenjanin", "90000.00", "without")]


def test_a_body_of_review_tells_of_awards_of_others(facts_of: FactsOf) -> None:
    facts = facts_of(
        "REŠENJE\nUsvaja se zahtev za zaštitu prava.\nUgovor je dodeljen ponuđaču „Vidozor” d.o.o. Zrenjanin, "
        "u iznosu od 90.000,00 dinara.\n"
    )
    assert lines(facts) == []


def test_a_name_that_no_reader_knows_beside_the_winners_leaves_the_line_out(facts_of: FactsOf) -> None:
    """A member of the group would be missing."""
    facts = facts_of(
        f"{AWARD}Ugovor se dodeljuje grupi ponuđača: „Vidozor” d.o.o. Zrenjanin i zadruzi „okolina”, "
        "u iznosu od 90.000,00 evra sa PDV.\n"
    )
    assert lines(facts) == []


def test_a_loser_whose_bid_is_told_like_an_award_has_no_line(facts_of: FactsOf) -> None:
    """The committee's reasons name both bids; only the chosen vendor has a line."""
    facts = facts_of(
        "ODLUKA O DODELI UGOVORA\n\n"
        "Ugovor se dodeljuje ponuđaču „Primer“ d.o.o. Ruma u iznosu od 100.000,00 dinara bez PDV.\n\n"
        "Primljene su dve ponude: 1. „Primer“ d.o.o. Ruma 100.000,00 dinara bez PDV, 2. „Drugi“ d.o.o. Niš "
        "130.000,00 dinara bez PDV. Na prvo mesto rangirana je ponuda ponuđača „Primer“ d.o.o."
    )
    assert [fact.details["vendor"] for fact in facts.all if fact.field == "award"] == ["„Primer” d.o.o. Ruma"]


def test_a_line_names_the_vendor_and_the_sum_of_a_paper_that_has_none(text_of: TextOf) -> None:
    text = text_of(f"{AWARD}Ugovor se dodeljuje ponuđaču „Vidozor” d.o.o. Niš, u iznosu od 90.000,00 dinara bez PDV.")
    told = awards.lines(TextSurroundings(text, []), "award_decision", [])
    found = list(awards.with_lines(text, "award_decision", [], told))
    assert [(fact.field, fact.value, fact.details["role"]) for fact in found] == [
        ("vendor", "„Vidozor” d.o.o. Niš", "supplier"),
        ("amount", "90000.00", "award"),
    ]
    chosen = [text.fact("vendor", "Zvonolik", (1, 1), "vendor.scored", 0.9)]
    assert [fact.value for fact in awards.with_lines(text, "award_decision", chosen, told)] == ["Zvonolik", "90000.00"]
    assert list(awards.with_lines(text, "tender_notice", [], told)) == []


def test_a_line_that_is_not_sure_enough_is_only_proposed(text_of: TextOf) -> None:
    """Of what was put together from vendor and sum of other papers than contracts, three of four are right."""
    text = text_of(CONTRACT.format(more="rok je 30 dana"))
    found = contract_facts(text, ("90000.00", "without", "90.000,00"))
    context = TextSurroundings(text, [])
    (line,) = awards.find(context, "contract_annex", found)
    assert line.details["proposed"] == "yes"
    assert line.confidence < SHOWN
    told = awards.lines(context, "contract_annex", found)
    assert list(awards.with_lines(text, "contract_annex", found, told)) == found
    unsure = [replace(fact, confidence=0.86) if fact.field == "vendor" else fact for fact in found]
    assert [line.details.get("proposed") for line in awards.find(context, "contract", unsure)] == ["yes"]


def test_the_vendor_and_the_price_of_a_contract_are_a_line_that_counts(text_of: TextOf) -> None:
    text = text_of(CONTRACT.format(more="rok je 30 dana"))
    found = contract_facts(text, ("90000.00", "without", "90.000,00"))
    (line,) = awards.find(TextSurroundings(text, []), "contract", found)
    assert (line.method, line.details.get("proposed")) == ("award.joined", None)


def test_beside_the_price_of_the_bid_a_contract_has_its_own(text_of: TextOf) -> None:
    text = text_of(CONTRACT.format(more="rok je 30 dana"))
    found = contract_facts(text, ("90000.00", "without", "90.000,00"))
    bid = next(replace(fact, value="80000.00") for fact in found if fact.field == "amount")
    bid = replace(bid, method="amount.other")
    line = joined.line(text, [*found, bid], "contract")
    assert line is not None
    assert line.money is not None
    assert line.money.value == Decimal("90000")


def test_the_only_sum_of_a_contract_is_its_price(text_of: TextOf) -> None:
    text = text_of(CONTRACT.format(more="rok je 30 dana"))
    found = [
        replace(fact, details={**fact.details, "role": "other"}) if fact.field == "amount" else fact
        for fact in contract_facts(text, ("90000.00", "without", "90.000,00"))
    ]
    line = joined.line(text, found, "contract")
    assert line is not None
    assert (line.method, line.money and line.money.value) == ("award.only-sum", Decimal("90000"))
    assert joined.line(text, found) is None


def test_a_number_of_bids_that_is_told_once_is_of_no_lot(facts_of: FactsOf) -> None:
    facts = facts_of(
        f"{AWARD}Broj primljenih ponuda: 6\nUgovor se dodeljuje po partijama:\n"
        "Partija 1: ponuđaču „Vidozor” d.o.o. Zrenjanin, u iznosu od 90.000,00 dinara bez PDV.\n"
        "Partija 2: ponuđaču „Zvonolik” a.d. Niš, u iznosu od 70.000,00 dinara bez PDV.\n"
    )
    assert parts(facts, "lot", "bids") == [("1", None), ("2", None)]


def test_a_winner_whose_sum_stands_above_it_does_not_have_that_of_the_next_lot(facts_of: FactsOf) -> None:
    facts = facts_of(
        "OBAVEŠTENJE O DODELI UGOVORA\n"
        "Partija 1 – Zona Sever\nVrednost ugovora: 90.000,00 dinara bez PDV-a.\n"
        "Ugovor je dodeljen ponuđaču „Vidozor” d.o.o. Zrenjanin\n"
        "Partija 2 – Zona Jug\nVrednost ugovora: 70.000,00 dinara bez PDV-a.\n"
        "Ugovor je dodeljen ponuđaču „Zvonolik” a.d. Niš\n"
    )
    told = parts(facts, "vendor", "amount")
    assert ("„Vidozor” d.o.o. Zrenjanin", "70000.00") not in told
    assert ("„Zvonolik” a.d. Niš", "90000.00") not in told


def test_a_field_of_a_form_names_all_members_of_a_group(facts_of: FactsOf) -> None:
    facts = facts_of(
        "OBAVEŠTENJE O DODELI UGOVORA\nV.2.3) Naziv i adresa privrednog subjekta\n"
        "Poslovno ime: „Vidozor” d.o.o. Niš i „Zvonolik” a.d. Ruma\nMesto: Niš\n"
        "V.2.4) Informacije o vrednosti ugovora (bez PDV-a)\nUkupna vrednost ugovora: 416.258,79 RSD\n"
    )
    assert parts(facts, "vendor", "amount") == [("„Vidozor” d.o.o. Niš; „Zvonolik” a.d. Ruma", "416258.79")]


def test_a_field_of_a_form_tells_a_winner_whom_the_scorer_took_for_none(text_of: TextOf) -> None:
    """Else the sums of a decision's lots would not be all of it."""
    text = text_of(
        "OBAVEŠTENJE O DODELI UGOVORA\nV.2.3) Naziv i adresa privrednog subjekta\nPoslovno ime: Zvonolik\nMesto: Niš\n"
        "V.2.4) Informacije o vrednosti ugovora (bez PDV-a)\nUkupna vrednost ugovora: 416.258,79 RSD\n"
    )
    chosen = [text.fact("vendor", "„Vidozor” d.o.o.", (1, 1), "vendor.scored", 0.9)]
    (line,) = awards.find(TextSurroundings(text, []), "award_decision", chosen)
    assert (line.details["vendor"], line.details["amount"]) == ("Zvonolik", "416258.79")


def test_a_name_that_ends_like_a_legal_form_keeps_its_letters(facts_of: FactsOf, text_of: TextOf) -> None:
    """ "lt d" within "Asfalt d.o.o." is no Ltd: the line is the vendor's."""
    facts = facts_of(
        f"{AWARD}Ugovor se dodeljuje ponuđaču Ibarski asfalt d.o.o. Kraljevo, u iznosu od 1.250,00 dinara."
    )
    assert [line["vendor"] for line in lines(facts)] == ["Ibarski asfalt d.o.o. Kraljevo"]
    firm = firms.read(text_of("Ibarski asfalt d.o.o. Kraljevo"), 0)
    assert firm is not None
    assert firm.core == "ibarskiasfalt"


def test_a_report_on_many_contracts_is_no_line(facts_of: FactsOf) -> None:
    """The one firm that it names was not paid all that was spent."""
    facts = facts_of(
        "IZVEŠTAJ O REVIZIJI\nGrad je zaključio ugovore o javnim nabavkama ukupne vrednosti 112.000.000 dinara.\n"
        "Sa dobavljačem „Vidozor“ d.o.o. zaključen je aneks kojim je cena uvećana za 4.000.000 dinara."
    )
    assert lines(facts) == []


def test_the_price_of_the_winner_stands_in_the_row_of_its_name(facts_of: FactsOf) -> None:
    """The town after the legal form ends no name; an estimate below the ruling is no price."""
    facts = facts_of(
        "ODLUKA O IZBORU PONUDE\nBira se ponuda ponuđača Prvi Primer d.o.o. Kikinda.\nObrazloženje\n"
        "Procenjena vrednost: 980.000,00 dinara bez PDV.\nPristigle ponude:\n1 Prvi Primer d.o.o. Kikinda\n"
        "953.000,00 dinara\n2 Drugi Primer d.o.o. Ruma\n990.000,00 dinara"
    )
    assert parts(facts, "vendor", "amount") == [("Prvi Primer d.o.o. Kikinda", "953000.00")]


def test_a_lot_that_two_firms_won_for_different_sums_is_proposed_only(facts_of: FactsOf) -> None:
    told = (
        f"{AWARD}Ugovor za Partiju 1 dodeljuje se ponuđaču „Alfa” d.o.o. Niš po ceni od 1.250.000,00 dinara bez PDV.\n"
        "Ugovor za Partiju 2 dodeljuje se ponuđaču „Beta” d.o.o. Niš po ceni od 900.000,00 dinara bez PDV.\n"
    )
    once = [("1", None), ("2", None)]
    assert parts(facts_of(told), "lot", "proposed") == once
    twice = facts_of(
        f"{told}Ugovor za Partiju 2 dodeljuje se ponuđaču „Gama” d.o.o. Niš po ceni od 800.000,00 dinara bez PDV."
    )
    assert sorted(parts(twice, "lot", "proposed"), key=str) == [("1", None), ("2", "yes"), ("2", "yes")]


def test_lots_given_in_a_list_below_which_one_is_called_off_and_who_came_second_is_told(facts_of: FactsOf) -> None:
    told = (
        f"{AWARD}Ugovori se dodeljuju kako sledi:\n"
        "za Partiju 1, Trg, društvu „Alfa” d.o.o. iz Niša (PIB 106006802), ponuda br. 12, cena 4.075.200,00 RSD bez "
        "PDV;\n"
        "za Partiju 2, Park, ponuđaču „Beta” d.o.o. iz Niša (PIB 106006810),\nukupno 1.987.500,00 RSD bez PDV.\n"
        "II Za Partiju 3, Pijaca, postupak se obustavlja.\nObrazloženje\n"
        "U Partiji 1 cenu od 4.655.900,00 RSD „Beta” d.o.o. nije mogao da brani. U Partiji 2 iza prvorangiranog je "
        "opet „Alfa” d.o.o. (2.861.300,00 RSD)."
    )
    assert parts(facts_of(told), "lot", "amount", "proposed") == [("1", "4075200.00", None), ("2", "1987500.00", None)]


def test_who_is_chosen_on_the_line_is_no_bid_of_a_list(text_of: TextOf) -> None:
    """Sums in sentences one below the other are read as bids; a verb in the row above is of the one before."""
    for words, chosen in (
        ("za partiju 2 izabran je", True),
        ("odabrana je ponuda ponuđača", True),
        ("nije izabran je", False),
        ("izabran je\n", False),
        ("ponuda ponuđača", False),
    ):
        text = text_of(f"{words} „Beta” d.o.o. iz Niša")
        assert winners.is_just_chosen(text, text.words.index("„Beta”")) is chosen, words


def test_sums_in_the_order_of_the_lots_above(facts_of: FactsOf) -> None:
    told = (
        f"{AWARD}kojom se:\n– ulica (partija 1) poverava društvu „Alfa” d.o.o. Niš (PIB 106006802);\n"
        "– put (partija 2) poverava se preduzetniku Grader Jovan Ilić PR iz Niša.\n"
        "Cene po kojima se ugovori zaključuju iznose, redom po partijama: 8.914.600,00 dinara i 5.988.420,60 dinara, "
        "sve bez PDV-a.\nProcenjena vrednost je 19.400.000,00 dinara."
    )
    facts = facts_of(told)
    assert parts(facts, "lot", "amount", "vat") == [("1", "8914600.00", "without"), ("2", "5988420.60", "without")]
    assert len(facts["vendor"]) == 2
