"""Bidders are those whose bid was received; the invited, the present and the complaining are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FactsOf = Callable[..., Any]

AWARD = "ODLUKA O DODELI UGOVORA\n"
BOTH = ["„Prvi” d.o.o. Niš", "„Drugi” d.o.o. Ub"]


@pytest.mark.parametrize(
    "listed",
    [
        "Primljene su dve ponude:\n1) „Prvi“ d.o.o. Niš, sa cenom od 100,00;\n2) „Drugi“ d.o.o. Ub, sa cenom od 90,00.",
        "Наручилац је добио 2 благовремене понуде, и то:\n1. „Први“ д.о.о. Ниш\n2. „Други“ д.о.о. Уб",
        "Ponude su podneli: „Prvi“ d.o.o. Niš i „Drugi“ d.o.o. Ub.",
        "Zaprimljene su ponude ponuđača:\n- „Prvi“ d.o.o. Niš\n- „Drugi“ d.o.o. Ub",
        "Prispele su ponude sledećih ponuđača:\n„Prvi“ d.o.o. Niš\n„Drugi“ d.o.o. Ub",
        "Pristigla je ponuda ponuđača „Prvi“ d.o.o. Niš. Odbija se ponuda ponuđača „Drugi“ d.o.o. Ub.",
        "U postupku je učestvovalo 2 ponuđača i to:\n1. „Prvi“ d.o.o. Niš\n2. „Drugi“ d.o.o. Ub",
        "Partija 1. - 1 ponuda: „Prvi“ d.o.o. Niš\nPartija 2. - 2 ponude: Prvi“ Niš i „Drugi“ d.o.o. Ub",
        "Naziv ponuđača: „Prvi“ d.o.o. Niš\nNaziv ponuđača: „Drugi“ d.o.o. Ub",
        "Ponuđači (prema upisniku):\n1) „Prvi“ d.o.o. Niš, cena 100,00\n2) „Drugi“ d.o.o. Ub, cena 90,00",
        "Rang lista ponuda:\n1. „Prvi“ d.o.o. Niš (100 bodova)\n2. „Drugi“ d.o.o. Ub (88 bodova)",
        "Ponuđač 1: „Prvi“ d.o.o. Niš\nPonuđač 2: „Drugi“ d.o.o. Ub",
        "Blagovremeno su podnete ponude sledećih ponuđača:\n• „Prvi“ d.o.o. Niš\n• „Drugi“ d.o.o. Ub",
    ],
)
def test_lists_of_bids(facts_of: FactsOf, listed: str) -> None:
    """Numbered, dashed, in a sentence, line by line, by lot: both bidders, each once."""
    assert facts_of(AWARD + listed)["bidder"] == BOTH


@pytest.mark.parametrize("town", ["| Niš", "Niš", "| | Niš"])
def test_table_of_bids(facts_of: FactsOf, town: str) -> None:
    """Rows begin with the name, numbered or not; its town may stand in the next line of the cell."""
    facts = facts_of(
        "ZAPISNIK O OTVARANJU PONUDA\nPrisutan je predstavnik firme „Treći“ d.o.o. Bor, koja nije podnela ponudu.\n"
        f"R. Ponuđač Broj Cena bez PDV\n1 „Prvi” d.o.o. 404-18 100,00\n{town}\n2 „Drugi” d.o.o. Ub 404-19 90,00\n"
        "Rok isporuke: „Prvi” d.o.o. 45 dana, „Drugi” d.o.o. 60 dana."
    )
    assert facts["bidder"] == BOTH
    assert facts.quote("bidder") == f"„Prvi” d.o.o. 404-18 100,00 {town}"


def test_line_that_begins_within_a_name_is_no_row(facts_of: FactsOf) -> None:
    """A name wraps after a table too; its second half is no firm."""
    facts = facts_of(
        "ZAPISNIK O OTVARANJU PONUDA\nPonuđač Cena\n„Prvi” d.o.o. Niš 100,00\nRok: „Prvi” d.o.o. 5 dana, „Drugi\n"
        "Put” d.o.o. 6 dana, Treći\nPut d.o.o. 7 dana."
    )
    assert facts["bidder"] == ["„Prvi” d.o.o. Niš"]


def test_group_bids_together(facts_of: FactsOf) -> None:
    """Members of a group are bidders each."""
    facts = facts_of(f"{AWARD}Pristigle su ponude:\n1. „Prvi“ d.o.o. Niš i „Drugi“ d.o.o. Ub, zajednička ponuda")
    assert facts["bidder"] == BOTH


def test_english_notice(facts_of: FactsOf) -> None:
    """A table of tenderers, with prices beside."""
    facts = facts_of(
        "CONTRACT AWARD NOTICE\nTenderer Price Result\nSpecimen One d.o.o. Niš EUR 48,500.00 ranked first\n"
        "Specimen Two Ltd. EUR 51,200.00 rejected"
    )
    assert facts["bidder"] == ["Specimen One d.o.o. Niš", "Specimen Two Ltd."]


@pytest.mark.parametrize(
    "trap",
    [
        "Zahtjev za dostavu ponuda proslijeđen je ponuđačima:\nPonuđaču: Prvi DOO Niš\nPonuđaču: Drugi DOO Ub",
        "Poziv za podnošenje ponuda upućen je sledećim ponuđačima:\n1. „Prvi“ d.o.o. Niš\n2. „Drugi“ d.o.o. Ub",
        "Zahtev za zaštitu prava podneo je ponuđač „Prvi“ d.o.o. Niš.",
        "Ponudu nije podneo „Prvi“ d.o.o. Niš.",
        "Nije pristigla ponuda ponuđačima. Otvaranju prisustvuje Pera Primer za „Prvi“ d.o.o. Niš.",
        "Ponuđač: ____________, cena ______",
        "Podizvođači ponuđača:\n1. „Prvi“ d.o.o. Niš\n2. „Drugi“ d.o.o. Ub",
        "Predstavnici ponuđača:\n1. Mika Primer, „Prvi“ d.o.o. Niš",
        "Ponuda ponuđača „Prvi“ d.o.o. Niš stigla je u 10:12 i vraća se neotvorena.",
    ],
)
def test_invited_absent_and_complaining_firms_are_no_bidders(facts_of: FactsOf, trap: str) -> None:
    """None of them sent a bid."""
    assert facts_of(AWARD + trap)["bidder"] == []


def test_winner_called_a_bidder_is_one(facts_of: FactsOf) -> None:
    """Whom the award calls a bidder sent a bid, also where bids are not listed."""
    facts = facts_of(f"{AWARD}Dodeljuje se ugovor ponuđaču „Prvi“ d.o.o. Niš, Lipa 3.")
    assert facts["bidder"] == ["„Prvi” d.o.o. Niš"]
    assert facts.fact("bidder").method == "bidder.winner"


def test_mentions_of_one_firm_are_one_bidder(facts_of: FactsOf) -> None:
    """With the legal form, without it, by quotes, with two letters changed about: the fullest name, once."""
    facts = facts_of(
        f"{AWARD}Odbija se ponuda ponuđača „Primerak“ iz Niša. Primljena je ponuda: „Primerak“ d.o.o. Niš.\n"
        "Dodeljuje se ugovor ponuđaču „Primreak“ d.o.o. Niš."
    )
    assert facts["bidder"] == ["„Primerak” d.o.o. Niš"]


def test_namesakes_of_two_towns_stay_apart(facts_of: FactsOf) -> None:
    """Two firms of one name are told apart by their towns."""
    facts = facts_of(f"{AWARD}Ponude su podneli: „Vodovod“ d.o.o. Niš i „Vodovod“ d.o.o. Ub.")
    assert facts["bidder"] == ["„Vodovod” d.o.o. Niš", "„Vodovod” d.o.o. Ub"]


def test_other_kinds_name_no_bidder(facts_of: FactsOf) -> None:
    """Tender documents speak of bidders all the time and know none."""
    assert (
        facts_of("KONKURSNA DOKUMENTACIJA\nPonude su podneli: „Prvi“ d.o.o. Niš i „Drugi“ d.o.o. Ub.")["bidder"] == []
    )


def test_council_minutes_have_no_bidders(facts_of: FactsOf) -> None:
    """A session's minutes name firms, and no bids."""
    assert facts_of("ZAPISNIK SA 5. SEDNICE\nIzveštaj je podnela „Prvi“ d.o.o. Niš.")["bidder"] == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)])
def test_a_firm_is_told_by_its_fullest_mention(facts_of: FactsOf, order: tuple[int, ...]) -> None:
    """With its legal form before without, and then with its town, wherever in the text that stands."""
    forms = ("„Primerak“", "„Primerak“ d.o.o.", "„Primerak“ d.o.o. Ruma")
    lists = "\n".join(f"Ponudu je podneo ponuđač {forms[at]}, blagovremeno." for at in order)
    assert facts_of(AWARD + lists)["bidder"] == ["„Primerak” d.o.o. Ruma"]


@pytest.mark.parametrize(
    "listed",
    [
        "Br. | Ponuđač | Cena bez PDV | Rok\n1 | „Prvi“ d.o.o. Niš | 100,00 | 6\n2 | „Drugi“ d.o.o. Ub | 90,00 | 6",
        "Pristigle su ponude dva ponuđača:\n1. „Prvi“ d.o.o. Niš - 100,00\n2. „Drugi“ d.o.o. Ub - 90,00",
        "Bira se ponuda ponuđača „Prvi“ d.o.o. Niš. Ponuda drugorangiranog ponuđača: „Drugi“ d.o.o. Ub",
        "Ponude podnete za partiju 1:\n„Prvi“ d.o.o. Niš, 100,00\n„Drugi“ d.o.o. Ub, 90,00",
    ],
)
def test_more_lists_of_bids(facts_of: FactsOf, listed: str) -> None:
    """In cells parted by strokes, after their number, one to a line below a cue."""
    assert facts_of(AWARD + listed)["bidder"] == BOTH


@pytest.mark.parametrize(
    "told",
    [
        "U postupku su učestvovali: 1) „Prvi“ d.o.o. Niš; 2) „Drugi“ d.o.o. Ub.",
        "Ponudile su se sledeće firme, redom prispeća:\n1. „Prvi“ d.o.o. Niš, 100,00\n2. „Drugi“ d.o.o. Ub, 90,00",
        "Ponude su još dali „Prvi“ d.o.o. Niš – 13.900,00 din i „Drugi“ d.o.o. Ub – 14.115,00 din.",
        "Pristigle su dve ponude: „Prvi“ d.o.o. Niš na iznos 100,00 dinara i konzorcijuma „Drugi“ d.o.o. Ub.",
        "Prispele su ponude: „Prvi“ d.o.o. Niš, pod brojem 12; „Drugi“ d.o.o. Ub, pod brojem 13.",
        "Ponuda „Prvi“ d.o.o. Niš je odbijena. Drugorangirani ponuđač je „Drugi“ d.o.o. Ub.",
    ],
)
def test_bids_told_in_sentences(facts_of: FactsOf, told: str) -> None:
    """With their prices between the names, numbered in a sentence, by their place."""
    assert facts_of(AWARD + told)["bidder"] == BOTH


@pytest.mark.parametrize(
    "told",
    [
        "Garancija za ponudu „Prva banka“ a.d. Niš.",
        "Nisu učestvovali „Prvi“ d.o.o. Niš i „Drugi“ d.o.o. Ub.",
        "Ponuda „Prvi“ d.o.o. Niš nije blagovremena i vraća se neotvorena.",
        "Oba ponuđača dala su ponudu samostalno. Rok isporuke: „Prvi“ d.o.o. 45 dana.",
    ],
)
def test_what_is_said_of_bids_without_a_bidder(facts_of: FactsOf, told: str) -> None:
    """The bank of a guarantee, who took no part, a bid that came too late, the next sentence."""
    assert facts_of(AWARD + told)["bidder"] == []
