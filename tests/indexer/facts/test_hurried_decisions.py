"""Who won and who bid, as decisions in hurried prose tell it: lots by a letter, a subject or a verb, kinds of firms
in the dative, rebates, counts behind a label."""

from __future__ import annotations

import pytest

from indexer.facts.kind import calls_itself
from tests.indexer.facts.test_bid_lists import DECISION, bids, lines, page_of, surroundings
from tests.indexer.facts.test_who_pays_whom import facts_of, values


@pytest.mark.parametrize(
    "said",
    [
        "- partija 1 ide ponuđaču „Kolos“ d.o.o. Ub za 400.000,00 din. Iza njega su „Vihor“ d.o.o. Bor "
        "(455.000,00 din.) i „Mrazik“ d.o.o. Niš (470.000,00 din.).",
        "- партија 1 иде понуђачу „Колос“ д.о.о. Уб за 400.000,00 дин. Иза њега су „Вихор“ д.о.о. Бор "
        "(455.000,00 дин.) и „Мразик“ д.о.о. Ниш (470.000,00 дин.).",
    ],
)
def test_to_whom_a_lot_goes(said: str) -> None:
    assert lines(f"{DECISION}Primljene su tri ponude.\n{said}") == [("1", "„Kolos” d.o.o. Ub", "400000.00")]


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("Ugovor se dodeljuje Pekari „Klas“ d.o.o. Ub za 90.000,00 dinara.", "„Klas” d.o.o. Ub"),
        ("Уговор се додељује Штампарији „Клас“ д.о.о. Уб за 90.000,00 динара.", "„Klas” d.o.o. Ub"),
        ("Ugovor se dodeljuje zadruzi „Klas“ Ub za 90.000,00 dinara.", "„Klas” Ub"),
    ],
)
def test_what_a_winner_is_called_in_the_dative(said: str, who: str) -> None:
    assert [(vendor, amount) for _, vendor, amount in lines(f"{DECISION}{said}")] == [(who, "90000.00")]


@pytest.mark.parametrize(
    "said",
    [
        "Nabavka u dve partije. Stigle su ponude:\n1. „Kolos“ d.o.o. Ub - samo partija 1, 300.000 din. bez PDV\n"
        "2. „Vihor“ d.o.o. Bor - obe partije: p.1 310.000 bez PDV, p.2 95.000 bez PDV; rok 30 dana.",
        "Набавка у две партије. Стигле су понуде:\n1. „Колос“ д.о.о. Уб - само партија 1, 300.000 дин. без ПДВ\n"
        "2. „Вихор“ д.о.о. Бор - обе партије: п.1 310.000 без ПДВ, п.2 95.000 без ПДВ; рок 30 дана.",
    ],
)
def test_lots_by_one_letter_where_lots_are_spoken_of(said: str) -> None:
    assert bids(said) == [
        ("1", "„Kolos” d.o.o. Ub", "300000.00"),
        ("1", "„Vihor” d.o.o. Bor", "310000.00"),
        ("2", "„Vihor” d.o.o. Bor", "95000.00"),
    ]


@pytest.mark.parametrize("head", ["Cijena s popustom", "Cena posle popusta"])
def test_what_is_bid_is_the_price_after_the_rebate(head: str) -> None:
    rows = [
        ("Ponuditelj", "Cijena bez PDV", head),
        ("Kolos d.o.o. Ub", "98.400,00", "96.400,00"),
        ("Vihor d.o.o. Bor", "99.200,00", "99.200,00"),
        ("Mrazik d.o.o.", "57.200,00", "odbijena"),
    ]
    assert [(who, price) for _, who, price in bids(page_of(f"{DECISION}Ponude\n", [40, 240, 400], rows))] == [
        ("Kolos d.o.o. Ub", "96400.00"),
        ("Vihor d.o.o. Bor", "99200.00"),
        ("Mrazik d.o.o.", "57200.00"),
    ]


def test_unit_prices_beside_the_price_of_a_bid() -> None:
    said = (
        "ODLUKA O DODELI UGOVORA\nZa prvu partiju dali su ponude i „Kolos“ d.o.o. Ub, po 148,50 dinara za obrok, "
        "odnosno 4.158.000,00 dinara, i „Vihor“ d.o.o. Bor, po 153,00 dinara za obrok, odnosno 4.284.000,00 dinara."
    )
    assert [(who, price) for _, who, price in bids(said)] == [
        ("„Kolos” d.o.o. Ub", "4158000.00"),
        ("„Vihor” d.o.o. Bor", "4284000.00"),
    ]


FRAMEWORK = (
    "OKVIRNI SPORAZUM\nStrane: Opština Titel (Naručilac) i „Kolos“ d.o.o. Ub (Dobavljač).\nUkupna plaćanja ne mogu "
    "preći 1.200.000,00 dinara bez PDV.\nNa osnovu sporazuma izdaju se narudžbenice.\n{said}"
)


@pytest.mark.parametrize("said", ["Narudžbenica sadrži vrstu usluge i rok.", "Narudžbenica se dostavlja mejlom."])
def test_a_sentence_about_orders_is_no_title_of_one(said: str) -> None:
    facts = facts_of(FRAMEWORK.format(said=said))
    told = [fact for fact in facts if fact.field == "award"]
    assert [(fact.details["vendor"], fact.details["amount"]) for fact in told] == [("„Kolos” d.o.o. Ub", "1200000.00")]
    assert [fact.details["ceiling"] for fact in facts if fact.field == "amount"] == ["yes"]


@pytest.mark.parametrize("title", ["Narudžbenica broj 3", "NARUDŽBENICA", "Narudžbenica za ogrev"])
def test_an_order_is_still_one(title: str) -> None:
    assert calls_itself(surroundings(f"Opština Titel\n{title}\nDobavljač: „Kolos“ d.o.o. Ub").text, "order")


def test_who_bid_for_lots_that_others_won_is_no_vendor() -> None:
    """Names below a title that gives contracts look like winners; where each lot has one, the others only bid."""
    rows = [
        ("Ponuđač", "Rang", "Cena, din. bez PDV"),
        ("Partija 1 – nadzor",),
        ("Kolos d.o.o. Ub", "1", "1.398.600,00"),
        ("Vihor d.o.o. Bor", "2", "1.476.000,00"),
        ("Partija 2 – ograda",),
        ("Mrazik d.o.o.", "1", "972.480,00"),
    ]
    head = "Opština Titel\nODLUKU O DODELI\nkojom se ugovori dodeljuju prvorangiranim ponuđačima iz pregleda:\n"
    facts = facts_of(page_of(head, [40, 260, 340], rows))
    assert sorted(values(facts, "vendor")) == ["Kolos d.o.o. Ub", "Mrazik d.o.o."]


@pytest.mark.parametrize("said", ["Ponuda stiglo: 4 komada", "Понуда стигло: 4 комада"])
def test_bids_that_are_counted_behind_a_label(said: str) -> None:
    assert values(facts_of(f"ZAPISNIK O OTVARANJU PONUDA\nOpština Titel\n{said}, sve na vreme."), "bids") == ["4"]


@pytest.mark.parametrize(
    "said",
    [
        "Za prvu partiju dali su ponude „Kolos“ d.o.o. Ub za 400.000,00 i „Vihor“ d.o.o. Bor za 410.000,00 dinara. "
        "Za drugu partiju ponudu je dao „Vihor“ d.o.o. Bor za 95.000,00 dinara.\n\n"
        "Prema tome, ugovor za užinu dodeljuje se ponuđaču „Kolos“, a ugovor za ručak dodeljuje se ponuđaču „Vihor“.",
        "За прву партију дали су понуде „Колос“ д.о.о. Уб за 400.000,00 и „Вихор“ д.о.о. Бор за 410.000,00 динара. "
        "За другу партију понуду је дао „Вихор“ д.о.о. Бор за 95.000,00 динара.\n\n"
        "Према томе, уговор за ужину додељује се понуђачу „Колос“, а уговор за ручак додељује се понуђачу „Вихор“.",
    ],
)
def test_winners_told_by_subjects_have_the_lots_that_they_bid_for(said: str) -> None:
    """Whoever won has the price of its only bid, or of the only lot that nobody else won; the lot of the paragraph
    above is not that of the first winner."""
    assert [(lot, amount) for lot, _, amount in lines(f"{DECISION}{said}")] == [("1", "400000.00"), ("2", "95000.00")]


def test_a_winner_of_one_of_two_lots_that_are_both_open_has_no_price() -> None:
    said = (
        "Za prvu partiju dali su ponude „Kolos“ d.o.o. Ub za 400.000,00 i „Vihor“ d.o.o. Bor za 410.000,00 dinara. "
        "Za drugu partiju ponudu je dao „Vihor“ d.o.o. Bor za 95.000,00 dinara.\n\n"
        "Ugovor za ručak dodeljuje se ponuđaču „Vihor“."
    )
    assert lines(f"{DECISION}{said}") == []
