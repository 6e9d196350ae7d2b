"""What is decided of several candidates together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from archive.model import Fact
from indexer.facts.scoring.amounts import MANY_SUMS
from indexer.facts.scoring.candidates import Proposal
from indexer.facts.scoring.context import BUCKETS, TextSurroundings, named
from indexer.facts.scoring.decision import decide, without_misread
from indexer.facts.scoring.model import ABOUT, RoleModel, shipped
from indexer.facts.scoring.names import all_firms
from indexer.facts.text import DocumentText
from indexer.formats.html import HtmlSource
from tests.indexer.facts.conftest import DOCUMENT, reading_of
from tests.indexer_samples import flowing_pages

ContextOf = Callable[..., TextSurroundings]


def decided(context: TextSurroundings, *roles: str) -> list[Fact]:
    """The facts where every candidate for one of these roles is likely, and none for another."""

    def model(role: str) -> RoleModel:
        sure = np.array([9.0 if role in roles else -9.0, -9.5], dtype=np.float32)
        classes = {"amount_role": ("estimated", "other"), "kind": ("contract", "other")}.get(role, ("yes", "no"))
        return RoleModel(classes, np.zeros((2, BUCKETS), dtype=np.float32), sure)

    return decide(context, {role: model(role) for role in shipped()})[0]


def amounts(context: TextSurroundings) -> dict[str, tuple[str, str]]:
    """The currency and the VAT of every sum that is likely."""
    found = decided(context, "amount", "amount_role")
    return {fact.value: (fact.details["currency"], fact.details["vat"]) for fact in found if fact.field == "amount"}


def test_a_sum_beside_itself_with_vat_needs_no_words_for_it(context_of: ContextOf) -> None:
    text = "Republika Srbija. Papir 100.000,00 20.000,00 120.000,00; kreda 77.000,00"
    assert amounts(context_of(text)) == {
        "100000.00": ("RSD", "without"),
        "20000.00": ("RSD", "unknown"),
        "120000.00": ("RSD", "with"),
        "77000.00": ("RSD", "unknown"),
    }


def test_a_sum_whose_currency_is_unclear_is_no_fact(context_of: ContextOf) -> None:
    """Two currencies are printed, and nothing tells which a third sum is in."""
    text = "Republika Srbija. Kredit 5.000,00 EUR, rata 9.000,00 dinara, razlika 7.777,00"
    assert amounts(context_of(text)) == {"5000.00": ("EUR", "unknown"), "9000.00": ("RSD", "unknown")}


def test_of_hundreds_of_sums_none_is_a_fact_without_a_rule(context_of: ContextOf) -> None:
    listed = " ".join(f"stavka {number}.100,00 dinara;" for number in range(1, MANY_SUMS + 2))
    assert amounts(context_of(listed)) == {}
    assert len(amounts(context_of(listed[: len(listed) // 2]))) > 40


def test_a_table_below_words_for_thousands_is_in_thousands(tmp_path: Path) -> None:
    rows = "".join(
        f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in (("Papir", "1.250"), ("Kreda", "3.475"))
    )
    page = tmp_path / "plan.html"
    page.write_text(
        f"<p>Kapital 8.000,00 dinara. Iznosi u hiljadama dinara</p><table>{rows}</table><p>Gorivo 4.500,00</p>"
    )
    words = [each.words for each in flowing_pages(HtmlSource(page, page.name))]
    context = TextSurroundings(DocumentText.of(DOCUMENT, reading_of(words), words), words)
    assert set(amounts(context)) == {"8000.00", "1250000.00", "3475000.00", "4500.00"}


def test_the_buyer_is_no_vendor(context_of: ContextOf) -> None:
    text = "Vodovod Primer d.o.o.\nGlavna 1, Ub\n\nDodeljuje se Drugi primer d.o.o."
    found = decided(context_of(text), "buyer", "vendor")
    assert [(fact.field, fact.value) for fact in found if fact.field in {"buyer", "vendor"}] == [
        ("buyer", "Vodovod Primer d.o.o."),
        ("vendor", "Drugi primer d.o.o."),
    ]


@pytest.mark.parametrize(
    ("score", "proposed"), [(-0.9, []), (-0.8, ["yes", "yes"]), (0.0, ["yes", "yes"]), (1.3, [None, None])]
)
def test_a_firm_that_is_likely_and_not_sure_is_proposed(
    context_of: ContextOf, score: float, proposed: list[str | None]
) -> None:
    """A score of -.85 is a probability of .3, from which firms are proposed; from .77, one of 1.2, they count."""
    likely = RoleModel(("yes",), np.zeros((1, BUCKETS), np.float32), np.array([score], np.float32), threshold=0.77)
    every, _ = decide(context_of("Primer d.o.o. Ub i Uzor d.o.o. Niš razgovarali su."), {**shipped(), "vendor": likely})
    assert [fact.details.get("proposed") for fact in every if fact.field == "vendor"] == proposed


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        ({"energijagasandpower": 0.9, "energijagasandp0wer": 0.8}, ["energijagasandpower", "energijagasandp0wer"]),
        ({"energijagasandpovver": 0.8, "energijagasandpower": 0.9}, ["energijagasandpower"]),
        ({"vidozoroptika1": 0.9, "vidozoroptika2": 0.9}, ["vidozoroptika1", "vidozoroptika2"]),
        ({"vidra": 0.9, "vidro": 0.8}, ["vidra", "vidro"]),
    ],
)
def test_a_name_that_ocr_read_in_several_ways_is_one_firm(names: dict[str, float], kept: list[str]) -> None:
    """The likeliest reading stays. Other digits, or names too short to compare, are other firms."""
    shown = [(Proposal(name, name, None), sure) for name, sure in names.items()]
    assert [proposal.key for proposal, _ in without_misread(shown)] == kept


ANNEX = """
Broj: III-404-18/2020-9

ANEKS UGOVORA
Ugovor broj III-404-18/2020-7 zaključen je 6. aprila 2020. Menja se član 4. ugovora broj III-404-18/2020-7.
"""


@pytest.mark.parametrize(
    ("threshold", "agreed", "number"),
    [(0.7, 0.2, "III-404-18/2020-7"), (0.8, 0.2, "III-404-18/2020-9"), (0.8, 0.3, None)],
)
def test_of_numbers_none_of_which_is_sure_that_at_the_papers_own_label_counts(
    context_of: ContextOf, threshold: float, agreed: float, number: str | None
) -> None:
    """The number of the contract, which stands there twice, is .73 likely; that of the annex .27."""
    weights = np.zeros((1, BUCKETS), dtype=np.float32)
    weights[0, named("times=2")] = 2 / ABOUT
    model = RoleModel(("yes",), weights, np.array([-1], dtype=np.float32), threshold=threshold, agreed=agreed)
    facts, _ = decide(context_of(ANNEX), {**shipped(), "reference": model})
    assert [fact.value for fact in facts if fact.field == "reference"] == ([number] if number else [])


def fields(context: TextSurroundings, *roles: str) -> list[tuple[str, str]]:
    return [(fact.field, fact.value) for fact in decided(context, *roles) if fact.field in roles]


def test_what_is_said_of_vat_before_another_sum_is_of_that_sum(context_of: ContextOf) -> None:
    text = "Republika Srbija. Ukupno sa PDV: 120.000,00 dinara; Prva ponuda, 77.000,00 dinara"
    assert amounts(context_of(text)) == {"120000.00": ("RSD", "with"), "77000.00": ("RSD", "unknown")}


def test_a_sum_with_the_tax_below_needs_no_words(context_of: ContextOf) -> None:
    """Lines are rows, but the tax between two sums leaves no doubt."""
    text = "Republika Srbija\nOsnovica 485.000,00\nPorez 97.000,00\nZa uplatu 582.000,00"
    assert amounts(context_of(text))["582000.00"] == ("RSD", "with")


def test_who_heads_a_bill_does_not_buy(context_of: ContextOf) -> None:
    bill = "Kamera Primer d.o.o. Subotica\n\nJKP „Prvi primer” Ub\n\nPREDRAČUN br. 88-20\nSubotica, 10.03.2031."
    found = fields(context_of(bill), "buyer", "municipality")
    assert found == [("buyer", "JKP „Prvi primer” Ub"), ("municipality", "Ub")]
    paid = decided(context_of(f"{bill}\nUkupna cena 100.000,00 dinara"), "buyer", "amount")
    assert [fact.details["role"] for fact in paid if fact.field == "amount"] == ["other"]


def test_a_place_in_the_name_of_a_firm_is_nobody_elses(context_of: ContextOf) -> None:
    assert fields(context_of("Zdravo, javi se. Vidozor d.o.o. Niš, tel. 1"), "municipality") == []
    assert fields(context_of("Zdravo iz Niša. Vidozor d.o.o. Niš, tel. 1"), "municipality") == [("municipality", "Niš")]
    letter = "Za: Zlatar Kom Net\nZdravo, javi se.\nPisao je Zlatar Kom Net.\nZlatar Kom Net d.o.o."
    assert fields(context_of(letter), "municipality") == []


def test_a_ministry_writes_to_places_and_is_of_none(context_of: ContextOf) -> None:
    letter = "MINISTARSTVO PROSVETE\nBroj: 037-1/2031\n\nŠkola bez straha\nNovi Pazar\n\nObaveštavamo Vas."
    facts, _ = decide(context_of(letter), {**shipped(), "municipality": _sure_of_all()})
    assert [fact for fact in facts if fact.field == "municipality"] == []


def _sure_of_all() -> RoleModel:
    weights = np.zeros((1, BUCKETS), dtype=np.float32)
    return RoleModel(("yes",), weights, np.array([9.0], dtype=np.float32))


def test_a_bid_that_is_turned_down_makes_no_vendor(context_of: ContextOf) -> None:
    text = "Odbija se kao neprihvatljiva ponuda ponuđača Prvi primer d.o.o. Ub, koja kasni.\nDrugi primer d.o.o. Ruma"
    assert fields(context_of(text), "vendor") == [("vendor", "Drugi primer d.o.o. Ruma")]


def test_who_asks_tells_of_no_bids(context_of: ContextOf) -> None:
    text = "ZAHTEV\nza pristup informacijama od javnog značaja\n\nDa li je stiglo više od jedne ponude?"
    facts, kind = decide(context_of(text), {**shipped(), "bids": _sure_of_all()})
    assert kind == "foi_request"
    assert [fact for fact in facts if fact.field == "bids"] == []


def test_a_price_is_told_by_the_same_price_with_vat(context_of: ContextOf) -> None:
    text = "UGOVOR O NABAVCI\nCENA: bez PDV 599.000,00 din; PDV 119.800,00 din; svega 718.800,00 din."
    facts, _ = decide(context_of(text), {**shipped(), "amount": _sure_of_all()})
    found = {fact.value: (fact.details["role"], fact.details["vat"]) for fact in facts if fact.field == "amount"}
    assert found["718800.00"] == (found["599000.00"][0], "with")


@pytest.mark.parametrize(
    ("row", "statuses"),
    [
        ("599.000,00 | 119.800,00 | 718.800,00", ("without", "with")),
        ("599.000,00 | 718.800,00", ("without", "without")),
    ],
)
def test_of_a_sum_and_itself_with_vat_the_arithmetic_says_which_is_which(
    tmp_path: Path, row: str, statuses: tuple[str, str]
) -> None:
    """Words that say the same of both are wrong, unless each has a head of its own: an estimate and a price."""
    count = row.count("|") + 1
    heads = "<th>Svega bez PDV</th>" * count if count == 2 else f"<th colspan={count}>Cena bez PDV, PDV, sa PDV</th>"
    cells = "".join(f"<td>{each.strip()}</td>" for each in row.split("|"))
    page = tmp_path / "page.html"
    page.write_text(f"<p>UGOVOR O NABAVCI</p><table><tr>{heads}</tr><tr>{cells}</tr></table><p>dinara</p>", "utf-8")
    words = [each.words for each in flowing_pages(HtmlSource(page, page.name))]
    context = TextSurroundings(DocumentText.of(DOCUMENT, reading_of(words), words), words)
    facts, _ = decide(context, {**shipped(), "amount": _sure_of_all()})
    found = {fact.value: fact.details["vat"] for fact in facts if fact.field == "amount"}
    assert (found["599000.00"], found["718800.00"]) == statuses


def test_a_price_that_grew_by_a_tenth_is_no_price_with_vat(context_of: ContextOf) -> None:
    text = (
        "ANEKS UGOVORA\nUgovorena cena je 100.000,00 dinara. Uvećava se zbog radova od 10.000,00 dinara i iznosi "
        "110.000,00 dinara."
    )
    facts, _ = decide(context_of(text), {**shipped(), "amount": _sure_of_all()})
    found = {fact.value: (fact.details["role"], fact.details["vat"]) for fact in facts if fact.field == "amount"}
    assert found["100000.00"] == ("other", "unknown")
    assert found["110000.00"][1] == "unknown"


def test_a_time_is_no_sum(context_of: ContextOf) -> None:
    text = "Republika Srbija. Otvaranje u 12,40 časova, do 10,30 h; cena 12,40 dinara i 15,50"
    assert set(amounts(context_of(text))) == {"12.40", "15.50"}


def test_each_bidder_has_its_own_numbers(context_of: ContextOf) -> None:
    """The numbers after the next name are of the next."""
    text = (
        "ZAPISNIK O OTVARANJU PONUDA\nPonude su podneli:\n1. „Prvi primer“ d.o.o. Ub, MB 20000001\n"
        "2. „Drugi primer“ d.o.o. Ruma\n3. „Treći primer“ d.o.o. Bor, PIB 100000001"
    )
    facts, _ = decide(context_of(text))
    numbers = {
        fact.value: (fact.details.get("mb"), fact.details.get("pib")) for fact in facts if fact.field == "bidder"
    }
    assert numbers == {
        "„Prvi primer” d.o.o. Ub": ("20000001", None),
        "„Drugi primer” d.o.o. Ruma": (None, None),
        "„Treći primer” d.o.o. Bor": (None, "100000001"),
    }


def test_each_vendor_has_its_own_numbers(context_of: ContextOf) -> None:
    """Those of the winner of a lot stand behind its name in another column, after the names of all who bid."""
    text = (
        "ODLUKA O DODELI UGOVORA PO PARTIJAMA\nPart. Ponuđači Cena Pobednik Broj ponuda\n1 1. „Prvi primer“ d.o.o. Ub\n"
        "2. „Drugi primer“ d.o.o. Ruma\n90.000,00\n95.000,00\n„Prvi primer“ d.o.o. Ub, PIB 100000001 2\n"
        "2 1. „Drugi primer“ d.o.o. Ruma\n80.000,00\n„Drugi primer“ d.o.o. Ruma, PIB 100000002 1"
    )
    facts, _ = decide(context_of(text), {**shipped(), "vendor": _sure_of_all()})
    numbers = {fact.value: fact.details.get("pib") for fact in facts if fact.field == "vendor"}
    assert numbers == {"„Prvi primer” d.o.o. Ub": "100000001", "„Drugi primer” d.o.o. Ruma": "100000002"}


def test_the_numbers_after_the_buyers_name_are_no_vendors(context_of: ContextOf) -> None:
    """The vendor's stamp stands above the parties."""
    text = (
        "Vidozor d.o.o. Ub\nDel. br. 131/31\n\nUGOVOR o nabavci\n\nKUPAC\nGrad Loznica\nPIB: 100000002\n\n"
        "Isporuka po ponudi\nVidozor d.o.o. Ub\nPIB: 100000001"
    )
    facts = decided(context_of(text), "vendor", "buyer")
    assert {fact.field: fact.details.get("pib") for fact in facts if fact.field in {"buyer", "vendor"}} == {
        "buyer": "100000002",
        "vendor": "100000001",
    }


@pytest.mark.parametrize(("more", "buyers"), [("", []), ("Cena je 90.000,00 dinara.", ["Grad Loznica"])])
def test_who_works_together_without_a_firm_and_a_sum_buys_nothing(
    context_of: ContextOf, more: str, buyers: list[str]
) -> None:
    text = f"UGOVOR O SARADNJI\n\nGrad Loznica i Ministarstvo prosvete sarađuju na bezbednosti škola.\n\n{more}"
    facts = decided(context_of(text), "buyer", "amount", "amount_role", "kind")
    assert [fact.value for fact in facts if fact.field == "buyer"] == buyers


def test_who_came_second_is_no_vendor(context_of: ContextOf) -> None:
    text = "Ponuda drugorangiranog ponuđača: Prvi primer d.o.o. Ub, cena 9,00.\nDrugi primer d.o.o. Ruma"
    assert fields(context_of(text), "vendor") == [("vendor", "Drugi primer d.o.o. Ruma")]


def test_a_quoted_name_within_a_bodys_is_no_body(context_of: ContextOf) -> None:
    text = "Osnovna škola „Bistri potok“ Kosjerić\nBroj: 7"
    buyer = fields(context_of(text), "buyer")
    assert buyer == [("buyer", "Osnovna škola „Bistri potok” Kosjerić")]


def test_a_title_in_capitals_counts_where_the_scorer_is_unsure(context_of: ContextOf) -> None:
    """Of two kinds that are nearly as likely it is the one that the title names; one far less likely is none."""

    def told(behind: float) -> str | None:
        kinds = shipped()["kind"].classes
        scores = np.array(
            [-3.0 - behind * (name == "minutes") - 9 * (name not in {"minutes", "other"}) for name in kinds]
        )
        model = RoleModel(kinds, np.zeros((len(kinds), BUCKETS), dtype=np.float32), scores.astype(np.float32))
        unsure = RoleModel(kinds, model.weights, model.intercepts, threshold=0.9, agreed=0.9)
        return decide(context_of("ZAPISNIK O OTVARANJU PONUDA\nKomisija"), {**shipped(), "kind": unsure})[1]

    assert told(1.0) == "minutes"
    assert told(3.0) is None


def test_whom_a_bill_labels_as_the_customer_buys(context_of: ContextOf) -> None:
    """A public enterprise that heads a bill sells; without such a label it may buy."""
    bill = "RAČUN br. 12/24\nJKP „Vodovod“ Ub\n{label} Opština Ub\nZa uplatu: 12.000,00 dinara"

    def buyer(label: str) -> list[str]:
        facts, _ = decide(context_of(bill.format(label=label)))
        return [fact.value for fact in facts if fact.field == "buyer"]

    assert buyer("Kupac:") == ["Opština Ub"]
    assert buyer("U evidenciji je") == ["JKP „Vodovod” Ub"]


def test_a_heading_in_capitals_is_no_firm(context_of: ContextOf) -> None:
    """ "SA" and "OD" are prepositions before they are legal forms."""
    facts, _ = decide(context_of("ZAPISNIK SA SEDNICE\nPrisutni: Mika Primer.\n\nODLUKA OD OPŠTEG INTERESA"))
    assert [fact.value for fact in facts if fact.field in {"buyer", "vendor", "bidder"}] == []


def test_the_day_on_which_offers_close_is_not_that_of_their_call(context_of: ContextOf) -> None:
    """Even where it is the only date: what sets a deadline was made before it."""
    call = "POZIV ZA PODNOŠENJE PONUDA\nNaručilac: Opština Ub\nKrajnji rok za dostavljanje ponuda je 8.4.2031. godine."
    facts, kind = decide(context_of(call))
    assert kind == "tender_notice"
    assert [(fact.field, fact.value) for fact in facts if fact.field in {"date", "year"}] == [("year", "2031")]


def test_what_a_contract_calls_a_party_is_no_firm(context_of: ContextOf) -> None:
    text = "Agreement between Primer Group, Inc. (“Primer”) and the entity below (“Customer”) (each a “Party”)."
    assert "Customer" not in " ".join(firm.name for firm in all_firms(context_of(text)))


SHARED = (
    "UGOVOR {title}\nzaključen dana 3.4.2023. godine između: 1. „Okolina” d.o.o. Niš (u daljem tekstu: {first}) i "
    "2. „Zvonolik” d.o.o. Beograd (u daljem tekstu: {second}). Član 1. Ugovorna vrednost radova za naručioca opštinu "
    "Bečej iznosi 3.000.000,00 dinara bez PDV.\n"
)


def test_a_contract_among_members_of_a_group_buys_nothing(context_of: ContextOf) -> None:
    told = {"first": "nosilac posla", "second": "član grupe"}
    facts = decide(context_of(SHARED.format(title="O ZAJEDNIČKOM NASTUPU ČLANOVA GRUPE PONUĐAČA", **told)))[0]
    assert {fact.field for fact in facts}.isdisjoint({"buyer", "vendor"})
    assert {fact.details["role"] for fact in facts if fact.field == "amount"} == {"other"}
    sold = {"first": "naručilac", "second": "izvođač"}
    facts = decide(context_of(SHARED.format(title="O IZVOĐENJU RADOVA", **sold)))[0]
    assert [fact.value for fact in facts if fact.field == "vendor"] == ["„Zvonolik” d.o.o. Beograd"]
    assert {fact.details["role"] for fact in facts if fact.field == "amount"} == {"contract"}
