"""Amounts: what they are, how they stand to VAT, and which of them are no facts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from archive.text.folding import fold
from indexer.facts.amount_context import vat_of_all
from indexer.facts.sums import vat_in

FactsOf = Callable[..., Any]

CONTRACT = "UGOVOR O JAVNOJ NABAVCI\nČlan 2.\n"
AWARD = "ODLUKU O DODELI UGOVORA\n"


def amounts(facts: Any) -> list[tuple[str, str, str, str]]:
    """Value, currency, role and VAT of each amount."""
    found = [fact for fact in facts.all if fact.field == "amount"]
    return [(fact.value, *(fact.details[name] for name in ("currency", "role", "vat"))) for fact in found]


def test_price_of_a_contract_with_and_without_vat(facts_of: FactsOf) -> None:
    """The price, the VAT and their sum, each with what it is; the words that say so belong to the evidence."""
    facts = facts_of(
        f"{CONTRACT}Ugovorena cena iznosi 8.120.500,00 dinara bez PDV.\n"
        "PDV iznosi 1.624.100,00 dinara, a cena sa PDV iznosi 9.744.600,00 dinara."
    )
    assert amounts(facts) == [
        ("8120500.00", "RSD", "contract", "without"),
        ("1624100.00", "RSD", "other", "unknown"),
        ("9744600.00", "RSD", "contract", "with"),
    ]
    assert facts.quote("amount") == "8.120.500,00 dinara bez PDV."
    assert "sum_differs" not in facts.all[-1].details


def test_vat_that_does_not_add_up_is_flagged(facts_of: FactsOf) -> None:
    """All is reported as printed; the sum says that it differs, and is less certain."""
    facts = facts_of(
        f"{CONTRACT}Cena iznosi 1.000,00 dinara bez PDV, PDV iznosi 200,00 dinara, cena sa PDV iznosi 1.300,00 dinara."
    )
    flagged = [fact for fact in facts.all if "sum_differs" in fact.details]
    assert [fact.value for fact in flagged] == ["1300.00"]
    assert flagged[0].confidence < 0.7


@pytest.mark.parametrize(
    ("words", "differs"),
    [("dvanaest hiljada petsto", False), ("trinaest hiljada petsto dinara i 00/100", True), ("po ugovoru", False)],
)
def test_words_and_figures_are_compared(facts_of: FactsOf, words: str, differs: bool) -> None:
    """Between brackets, also behind the words about VAT; what spells no number says nothing."""
    facts = facts_of(f"{CONTRACT}Cena iznosi 12.500,00 dinara bez PDV (slovima: {words}).")
    assert ("words_differ" in facts.fact("amount").details) is differs


def test_vat_in_the_next_sentence(facts_of: FactsOf) -> None:
    """A sentence about the price that follows decides where the amount's own sentence is silent."""
    facts = facts_of(f"{CONTRACT}Cena iznosi 500.000,00 dinara.\nU cenu nije uračunat PDV.")
    assert amounts(facts) == [("500000.00", "RSD", "contract", "without")]


def test_vat_words_before_each_amount(facts_of: FactsOf) -> None:
    """Words before an amount count for it, although the next amount's words stand right behind it."""
    facts = facts_of(
        "ОБАВЕШТЕЊЕ О ЗАКЉУЧЕНОМ УГОВОРУ\n"
        "Уговорена вредност: без ПДВ-а 850.000,00 динара, са ПДВ-ом 1.020.000,00 динара"
    )
    assert [each[3] for each in amounts(facts)] == ["without", "with"]


def test_traps_of_a_contract(facts_of: FactsOf) -> None:
    """Fines, guarantees and insurance are no facts of a contract; a part of the price is no price."""
    facts = facts_of(
        f"{CONTRACT}Preostali deo kupoprodajne cene u iznosu od 207.000,00 EUR plaća se po overi.\n"
        "Član 3. Ugovorna kazna iznosi 5.000,00 EUR. Bankarska garancija na iznos od 12.000,00 EUR.\n"
        "Polisa osiguranja na 9.000,00 EUR."
    )
    assert amounts(facts) == [("207000.00", "EUR", "other", "unknown")]


def test_annex_sets_a_new_price(facts_of: FactsOf) -> None:
    """The old price and the addition are other sums; the price after the change is the contract's."""
    facts = facts_of(
        "ANEKS BROJ 1\nČlan 1. Zaključen je Ugovor ugovorene vrednosti 12.480,00 dinara bez PDV.\n"
        "Član 2. Cena se menja tako što se dodaje iznos od 1.248,00 dinara bez PDV.\n"
        "Ukupna ugovorena cena posle izmene iznosi 13.728,00 dinara bez PDV."
    )
    assert [each[2] for each in amounts(facts)] == ["other", "other", "contract"]


def test_award_estimate_and_losing_bid(facts_of: FactsOf) -> None:
    """What is granted, what was estimated and what another bid, each once; differences of prices are nothing."""
    facts = facts_of(
        f"{AWARD}Ugovor se dodeljuje ponuđaču „Primer” d.o.o. u iznosu od 1.450.000,00 dinara bez PDV.\nObrazloženje\n"
        "Procenjena vrednost javne nabavke je 1.500.000,00 dinara bez PDV. Ponude:\n"
        "1) „Primer” d.o.o. sa cenom od 1.450.000,00 dinara;\n2) „Drugi” d.o.o. sa cenom od 1.490.000,00 dinara.\n"
        "Razlika u ceni iznosi 40.000,00 dinara."
    )
    assert [each[::2] for each in amounts(facts)] == [
        ("1450000.00", "award"),
        ("1500000.00", "estimated"),
        ("1490000.00", "other"),
    ]


def test_lots_of_an_award(facts_of: FactsOf) -> None:
    """Equal prices of two lots are two facts; a repetition without the lot is none."""
    facts = facts_of(
        f"{AWARD}Dodeljuje se ugovor i to za:\n1. Partiju 8 - ponuđaču A d.o.o. za cenu od 11.840,00 dinara;\n"
        "2. Partiju 9 - ponuđaču A d.o.o. za cenu od 11.840,00 dinara;\nObrazloženje\nNa iznos od 11.840,00 dinara."
    )
    assert [fact.details["lot"] for fact in facts.all if fact.field == "amount"] == ["8", "9"]


@pytest.mark.parametrize("piece", ["po učeniku", "po komadu", "po obroku"])
def test_a_price_for_one_piece_says_so(facts_of: FactsOf, piece: str) -> None:
    """So is the same price without VAT that stands before it, and says so; the next sentence is another matter."""
    facts = facts_of(
        f"{AWARD}Partija 1 dodeljuje se ponuđaču Zlatna Staza doo sa cenom od 1.210,00 dinara bez PDV-a, odnosno sa "
        f"ukupnom cenom u iznosu od 1.452,00 dinara (sa PDV) {piece}. Vrednost ugovora je 90.000,00 dinara bez PDV-a."
    )
    assert amounts(facts) == [
        ("1210.00", "RSD", "award", "without"),
        ("1452.00", "RSD", "award", "with"),
        ("90000.00", "RSD", "contract", "without"),
    ]
    assert [fact.details.get("unit_price") for fact in facts.all if fact.field == "amount"] == ["yes", "yes", None]


def test_estimated_value_without_a_currency(facts_of: FactsOf) -> None:
    """In Serbian law it is in dinars, though thresholds in euros stand beside it."""
    facts = facts_of(
        "ИЗВЕШТАЈ О СПРОВЕДЕНОМ ПОСТУПКУ ЈАВНЕ НАБАВКЕ\nПроцењена вредност јавне набавке је 1.500.000.000,00 без ПДВ.\n"
        "Понуђач има један уговор минималне вредности 3.000.000,00 евра без ПДВ."
    )
    assert amounts(facts) == [("1500000000.00", "RSD", "estimated", "without")]


def test_kosovo_form(facts_of: FactsOf) -> None:
    """The estimated value takes the one currency of the form."""
    facts = facts_of(
        "NJOFTIM PËR DHËNIE TË KONTRATËS\nII.1.7) Vlera e parashikuar e kontratës: 900,000.00\n"
        "Vlera e përgjithshme e kontratës 50,342.90 EUR\nTenderi i përgjegjshëm me çmimin më të ulët: 50,342.90"
    )
    assert amounts(facts) == [
        ("900000.00", "EUR", "estimated", "unknown"),
        ("50342.90", "EUR", "contract", "unknown"),
    ]


def test_traps_of_a_notice(facts_of: FactsOf) -> None:
    """Fees for documents and complaints, thresholds of turnover and of the law: only the estimate is a fact."""
    facts = facts_of(
        "JAVNI POZIV\n3. Procenjena vrednost: 4.200.000,00 dinara bez PDV. Vrednost je manja od 5.000.000,00 dinara.\n"
        "9. Za štampani primerak plaća se naknada od 50.000,00 dinara.\n"
        "12. Ponuđač ima prihod od najmanje 10.000.000,00 dinara.\n13. Taksa iznosi 60.000,00 dinara."
    )
    assert amounts(facts) == [("4200000.00", "RSD", "estimated", "without")]


def test_bids_in_the_table_of_an_opening(facts_of: FactsOf) -> None:
    """The head of a column, over two lines, says how its amounts stand to VAT; minutes of a session have no amounts."""
    table = "1 „Prvi” d.o.o. Ub 7.890.000,00 9.468.000,00\n2 „Drugi” d.o.o.\nNiš 8.340.000,00 10.008.000,00"
    head = "R. Ponuđač Cena bez\nPDV\nCena sa PDV\n"
    facts = facts_of(f"ZAPISNIK O OTVARANJU PONUDA\n{head}{table}")
    assert [each[::3] for each in amounts(facts)] == [
        ("7890000.00", "without"),
        ("9468000.00", "with"),
        ("8340000.00", "without"),
        ("10008000.00", "with"),
    ]
    assert amounts(facts_of(f"ZAPISNIK SA 3. SEDNICE\n{head}{table}")) == []


def test_a_total_that_does_not_add_up(facts_of: FactsOf) -> None:
    """A table's printed total is reported as printed, and flagged."""
    facts = facts_of(
        "Odgovor na zahtev za pristup informacijama\nDokument Vrednost bez PDV (dinara)\n"
        "Ugovor broj 1/2020 12.480.000,00\nAneks broj 1 1.248.000,00\nUkupno 13.782.000,00"
    )
    assert [each[::2] for each in amounts(facts)] == [
        ("12480000.00", "contract"),
        ("1248000.00", "other"),
        ("13782000.00", "other"),
    ]
    assert [fact.value for fact in facts.all if "sum_differs" in fact.details] == ["13782000.00"]


def test_procurement_plan(facts_of: FactsOf) -> None:
    """One estimate a line, in English separators; budget codes and years are none."""
    facts = facts_of(
        "PLAN JAVNIH NABAVKI\nRbr Predmet Procenjena vrednost Vrsta postupka\n"
        "0001 Ugalj 426591 3,300,000.00 Otvoreni postupak 2021\n0002 Drvo 1,000,000.00 Otvoreni postupak"
    )
    assert [each[0] for each in amounts(facts)] == ["3300000.00", "1000000.00"]


def test_prices_a_piece_in_columns_are_no_bids(facts_of: FactsOf) -> None:
    """A column of prices by the pupil holds no prices of contracts."""
    facts = facts_of("ZAPISNIK O OTVARANJU PONUDA\nPonuđač Cena bez PDV po učeniku\nPrvi d.o.o. 1.210,00")
    assert amounts(facts) == []


@pytest.mark.parametrize(
    ("printed", "value", "currency"),
    [
        ("16 miliona evra", "16000000.00", "EUR"),
        ("1,5 milijardi dinara", "1500000000.00", "RSD"),
        ("EUR 80 million", "80000000.00", "EUR"),
        ("6,000,00 KM", "6000.00", "BAM"),
        ("721 952 119динара", "721952119.00", "RSD"),
        ("€ 1.200,00", "1200.00", "EUR"),
        ("4.425.044,00 Valuta: RSD", "4425044.00", "RSD"),
    ],
)
def test_forms_of_money(facts_of: FactsOf, printed: str, value: str, currency: str) -> None:
    """Scales in words, currencies before and after."""
    assert [each[:2] for each in amounts(facts_of(f"{CONTRACT}Cena iznosi {printed}."))] == [(value, currency)]


def test_kilometres_are_no_marks(facts_of: FactsOf) -> None:
    """ "60 km" is a distance; only capitals make a currency of it. Dinars are no adjective."""
    assert amounts(facts_of(f"{CONTRACT}Cena iznosi za 60 km, u 3 dinarske protivvrednosti.")) == []


def test_form_with_all_labels_first(facts_of: FactsOf) -> None:
    """A notice whose values follow in a block: the first sum on a line of its own is the contract's."""
    facts = facts_of(
        "ОБАВЕШТЕЊЕ О ЗАКЉУЧЕНОМ УГОВОРУ\n\nНазив наручиоца:\nУговорена вредност:\nКритеријум за доделу уговора:\n"
        "Највиша и најнижа понуђена цена:\nДатум закључења уговора:\nОсновна школа Пример\nУслуге превоза\n"
        "850.000,00 динара без ПДВ-а\nНајвиша: 900.000,00 динара без ПДВ-а\nНајнижа: 850.000,00 динара без ПДВ-а"
    )
    assert [each[::2] for each in amounts(facts)] == [("850000.00", "contract"), ("900000.00", "other")]


def test_judgment_orders_and_costs(facts_of: FactsOf) -> None:
    """What a court orders to be paid is a fact of its judgment, the costs and the reasons are not."""
    facts = facts_of(
        "PRESUDA\nOBAVEZUJE SE tuženi da tužiocu isplati iznos od 153. 846,15 dinara.\n"
        "Obavezuje se tuženi da naknadi troškove postupka u iznosu od 9.000,00 dinara.\nObrazloženje\n"
        "Tužilac je naveo da mu je isplaćen iznos od 1.000,00 dinara, obavezuje se da vrati 7.000,00 dinara."
    )
    assert amounts(facts) == [("153846.15", "RSD", "other", "unknown")]


@pytest.mark.parametrize("text", ["", "ODLUKA", f"{CONTRACT}PIB ________, cena ______ dinara", f"{CONTRACT}99.99.9999"])
def test_blank_and_broken_documents_have_none(facts_of: FactsOf, text: str) -> None:
    """An empty reading and a blank model contract give nothing, and no error."""
    assert amounts(facts_of(text)) == []


def test_prices_without_a_currency_are_dinars_in_a_serbian_contract(facts_of: FactsOf) -> None:
    """Only where thousands and paras are printed: "24" may be a number of anything."""
    facts = facts_of(f"{CONTRACT}Ukupna cena bez PDV-a iznosi: 1.000.000,00\nUkupna cena sa PDV-om: 1.200.000,00")
    assert [each[0] for each in amounts(facts)] == ["1000000.00", "1200000.00"]
    assert amounts(facts_of(f"{CONTRACT}Ukupna cena za kom 24")) == []


def test_vat_words_before_two_prices_without_currency(facts_of: FactsOf) -> None:
    """The words belong to the number behind them, although the second stand right behind the first number."""
    facts = facts_of(f"{AWARD}Ugovor se dodeljuje. Ponuđena cena: bez PDV 500.000,00 sa PDV 600.000,00")
    assert [(value, vat) for value, _, _, vat in amounts(facts)] == [("500000.00", "without"), ("600000.00", "with")]


def test_words_of_vat_end_with_their_sentence(facts_of: FactsOf) -> None:
    """What is said of a price is not said of the budget in the next sentence."""
    facts = facts_of(
        f"{CONTRACT}Ugovorena cena iznosi 100.000,00 dinara bez PDV-a. "
        "Sredstva su planirana u iznosu od 300.000,00 dinara."
    )
    assert [(value, vat) for value, _, _, vat in amounts(facts)] == [
        ("100000.00", "without"),
        ("300000.00", "unknown"),
    ]


def test_words_of_vat_in_brackets_belong_to_the_sum_in_them(facts_of: FactsOf) -> None:
    facts = facts_of(f"{CONTRACT}Ugovorena cena iznosi 100.000,00 dinara (sa PDV 120.000,00 dinara).")
    assert [(value, vat) for value, _, _, vat in amounts(facts)] == [("100000.00", "unknown"), ("120000.00", "with")]


@pytest.mark.parametrize(
    "share",
    [
        "Izvršilac predaje obezbeđenje od 10% vrednosti ugovora, odnosno 20.000,00 dinara.",
        "Obezbeđenje iznosi 10% od ukupne vrednosti ugovora (20.000,00 dinara).",
        "The guarantor covers 10% of the contract value (20,000.00 RSD).",
    ],
)
def test_a_share_of_the_price_is_no_price(facts_of: FactsOf, share: str) -> None:
    facts = facts_of(f"{CONTRACT}Ugovorena cena iznosi 200.000,00 dinara.\n{share}")
    assert [value for value, *_ in amounts(facts)] == ["200000.00"]


def test_a_price_with_its_rate_of_vat_is_no_share(facts_of: FactsOf) -> None:
    facts = facts_of(f"{CONTRACT}Ugovorena cena sa PDV od 20% ukupne vrednosti iznosi 240.000,00 dinara.")
    assert [value for value, *_ in amounts(facts)] == ["240000.00"]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        (f"{CONTRACT}Cena godišnje licence je 11.900,00 EUR.", "contract"),
        (f"{CONTRACT}Cijena robe bez PDV-a iznosi 18.720,00 KM.", "contract"),
        (f"{CONTRACT}Vrednost ugovorenih radova iznosi 54.000,00 dinara.", "contract"),
        ("ODLUKA O ODABIRU\nOdabire se ponuda ponuditelja Primer d.o.o. s cijenom ponude 24.000,00 eura.", "award"),
        (f"{AWARD}Ukupna vrednost ugovora, najviša ponuda uzeta u obzir: 90.000,00 EUR", "other"),
        ("ANEKS UGOVORA\nUkupna cena se povećava, zbog viška od 12%, i iznosi 12.000,00 dinara.", "contract"),
        ("ANEKS UGOVORA\nUgovorena cena je 11.000,00 dinara.", "other"),
    ],
)
def test_what_a_price_is_called(facts_of: FactsOf, text: str, role: str) -> None:
    assert [each[2] for each in amounts(facts_of(text))] == [role]


def test_by_how_much_a_price_grew_is_no_amount(facts_of: FactsOf) -> None:
    facts = facts_of("ANEKS UGOVORA\nUkupna cena se povećava za 1.000,00 dinara i iznosi 9.000,00 dinara.")
    assert [each[0] for each in amounts(facts)] == ["9000.00"]


def test_only_sums_of_one_price_must_add_up(facts_of: FactsOf) -> None:
    """The estimate beside a price is not what price and VAT come to."""
    facts = facts_of(
        f"{AWARD}Ugovor se dodeljuje po ceni od 31.000,00 dinara bez PDV, PDV 6.200,00 dinara.\nObrazloženje\n"
        "Procenjena vrednost je 40.000,00 dinara sa PDV."
    )
    assert not [fact for fact in facts.all if "sum_differs" in fact.details]


@pytest.mark.parametrize("damaged", ["18.500.O00,00", "l8.500.000,00", "18.5OO.000,00"])
def test_a_number_with_a_letter_in_it_is_none(facts_of: FactsOf, damaged: str) -> None:
    """A part of it would be another sum."""
    assert amounts(facts_of(f"{CONTRACT}Ugovorena cena iznosi {damaged} dinara bez PDV.")) == []
    assert amounts(facts_of(f"{AWARD}Procenjena vrednost: {damaged} RSD")) == []


@pytest.mark.parametrize(
    ("text", "vat"),
    [
        ("Svi iznosi u ovom ugovoru iskazani su bez PDV.", "without"),
        ("Sve cene su sa PDV.", "with"),
        ("Sve cene su fiksne.", "unknown"),
        ("Svi iznosi ne uključuju PDV.", "without"),
        ("U sve cene nije uključen PDV.", "without"),
        ("All prices do not include VAT.", "without"),
        ("Vsi zneski niso z DDV.", "without"),
        ("Sve cene uključuju PDV.", "with"),
        ("Svi iznosi plaćaju se u roku. Porez se obračunava.", "unknown"),
    ],
)
def test_vat_told_once_for_all_sums(text: str, vat: str) -> None:
    """What is said of all sums holds for those of which nothing is said."""
    assert vat_of_all(fold(text)) == vat


@pytest.mark.parametrize(
    ("head", "vat"),
    [
        ("Cena (uključen PDV)", "with"),
        ("Cena (nije uključen PDV)", "without"),
        ("Price, incl. VAT", "with"),
        ("Price, not including VAT", "without"),
        ("Preis inkl. MwSt", "with"),
        ("Preis nicht inkl. MwSt", "without"),
    ],
)
def test_what_is_denied_of_vat(head: str, vat: str) -> None:
    """Where the tax is said not to be included, the sum is without it."""
    assert vat_in(fold(head)) == vat


@pytest.mark.parametrize(
    "text",
    [
        "Naručilac plaća avans od 30%, odnosno 2.436.150,00 dinara.",
        "Kupac plaća 30% kao avans, u iznosu od 2.436.150,00 dinara.",
        "Za svaki dan kašnjenja plaća 0,5%, odnosno 40.602,50 dinara.",
        "Izvršitelj dostavlja zadužnicu na iznos od 812.050,00 dinara.",
        "Cena jednog komada je 81.205,00 dinara.",
    ],
)
def test_advances_penalties_and_single_pieces_are_no_sums(facts_of: FactsOf, text: str) -> None:
    """A contract speaks of many sums; what is paid before, for delay or for one piece is not what it is worth."""
    found = amounts(facts_of(f"{CONTRACT}Ugovorena cena iznosi 8.120.500,00 dinara bez PDV.\nČlan 3.\n{text}"))
    assert [each[0] for each in found] == ["8120500.00"]


def test_a_price_that_now_is(facts_of: FactsOf) -> None:
    """An annex says what the price was, by how much it grew, and what it is now; an instalment is no price."""
    found = amounts(
        facts_of(
            "ANEKS BR. 1\nČlan 1.\nUgovorena cena od 1.500.000,00 dinara bez PDV uvećava se za 100.000,00 dinara, "
            "tako da sada iznosi ukupno 1.600.000,00 dinara bez PDV.\nRata sada iznosi 80.000,00 dinara bez PDV."
        )
    )
    assert [(each[0], each[2]) for each in found] == [
        ("1500000.00", "other"),
        ("1600000.00", "contract"),
        ("80000.00", "other"),
    ]


def test_the_name_of_a_column_in_a_sentence_is_no_head(facts_of: FactsOf) -> None:
    """Bids listed below a sentence about the estimate are no estimates."""
    found = amounts(
        facts_of(
            "IZVEŠTAJ O STRUČNOJ OCENI PONUDA\nSredstva su 3.600.000 dinara, a procenjena vrednost bez PDV\n"
            "iznosi tri miliona dinara.\n1. Primer, cena 2.874.000,00;\n2. Drugi, cena 2.640.500,00;"
        )
    )
    assert "estimated" not in {each[2] for each in found}
