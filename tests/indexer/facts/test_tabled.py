"""Amounts and bidders that the heads of columns and rows tell, on HTML tables whose cells the file says."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.model import Fact, Span
from indexer.facts.awards import named as of_tables
from indexer.facts.awards import party_members, tabled
from indexer.facts.scoring import money
from indexer.facts.scoring.context import TextSurroundings
from indexer.facts.scoring.names import all_firms, within_cells
from indexer.facts.text import DocumentText
from indexer.formats.html import HtmlSource
from tests.indexer.facts.conftest import DOCUMENT, reading_of
from tests.indexer.facts.test_bid_lists import surroundings
from tests.indexer_samples import flowing_pages


def context_of(folder: Path, title: str, *rows: str) -> TextSurroundings:
    """A page with a title and a table; cells are parted by bars."""
    return context_of_tables(folder, (title, *rows))


def context_of_tables(folder: Path, *tables: tuple[str, ...]) -> TextSurroundings:
    """A page with tables, each below its title."""
    path = folder / "page.html"
    path.write_text(f"<html><body>{''.join(map(table_of, tables))}</body></html>", "utf-8")
    pages = [each.words for each in flowing_pages(HtmlSource(path, path.name))]
    return TextSurroundings(DocumentText.of(DOCUMENT, reading_of(pages), pages), pages)


def table_of(titled: tuple[str, ...]) -> str:
    """A title and the rows of a table, the first of which is its head, in HTML."""
    title, *rows = titled
    cells = ("".join(f"<td>{cell.strip()}</td>" for cell in row.split("|")) for row in rows)
    head, *body = (f"<tr>{row}</tr>" for row in cells)
    return f"<p>{title}</p><table>{head.replace('td>', 'th>')}{''.join(body)}</table>"


def told(context: TextSurroundings, kind: str) -> list[tuple[str, str, str]]:
    """The value, the role and the VAT of each amount."""
    facts = tabled.with_captions(context, tabled.find(context, kind))
    return [(fact.value, fact.details["role"], fact.details["vat"]) for fact in facts]


def test_heads_of_columns_say_what_a_sum_is(tmp_path: Path) -> None:
    """The estimate of a lot, and what the chosen bidder offered, without the tax and with it."""
    context = context_of(
        tmp_path,
        "ODLUKA O ODABIRU, iznosi u EUR",
        "Grupa | Procijenjena vrijednost | Odabrani ponuditelj | Cijena bez PDV-a | Cijena s PDV-om",
        "1 | 14.000,00 | Primjer d.o.o. | 12.870,50 | 13.514,03",
        "2 | 22.000,00 | Drugi primjer d.o.o. | 20.944,00 | 21.991,20",
    )
    assert told(context, "award_decision") == [
        ("14000.00", "estimated", "unknown"),
        ("12870.50", "award", "without"),
        ("13514.03", "award", "with"),
        ("22000.00", "estimated", "unknown"),
        ("20944.00", "award", "without"),
        ("21991.20", "award", "with"),
    ]


def test_goods_of_a_list_are_no_amounts(tmp_path: Path) -> None:
    """Of a list with prices and numbers of pieces only the total counts."""
    context = context_of(
        tmp_path,
        "ZAPISNIK O PRIJEMU",
        "R.b. | Dobro | JM | Količina | Jed. cena | Iznos",
        "1 | Krevet | kom | 10 | 118.400,00 | 1.184.000,00",
        "2 | Dušek | kom | 8 | 21.900,00 | 175.200,00",
    )
    assert told(context, "minutes") == []


def test_short_heads_and_thousands(tmp_path: Path) -> None:
    """A register in thousands with one decimal; what a short head says counts in a drawn column alone."""
    context = context_of(
        tmp_path,
        "Evidencija, iznosi u hiljadama dinara, bez PDV",
        "R.b. | Predmet | Procena | Ugovoreno",
        "1 | Lekovi | 1.300 | 1.284,5",
        "2 | Gorivo | 4.400 | 4.310",
    )
    assert told(context, "procurement_report") == [
        ("1300000.00", "estimated", "without"),
        ("1284500.00", "contract", "without"),
        ("4400000.00", "estimated", "without"),
        ("4310000.00", "contract", "without"),
    ]


def test_prices_of_bids_are_no_awards(tmp_path: Path) -> None:
    """Where nobody is called the winner, prices are only offered; the tax and prices of pieces are no amounts."""
    context = context_of(
        tmp_path,
        "ZAPISNIK O OTVARANJU PONUDA (u dinarima, bez PDV)",
        "Ponuđač | Ponuđena cena | Iznos PDV | Jedinična cena",
        "Primer d.o.o. | 1.200.000,00 | 240.000,00 | 1.350,00",
        "Uzorak d.o.o. | 1.100.000,00 | 220.000,00 | 1.250,00",
    )
    assert told(context, "minutes") == [("1200000.00", "other", "without"), ("1100000.00", "other", "without")]


def test_thousands_of_a_caption_are_whole_sums(tmp_path: Path) -> None:
    """ "U hiljadama dinara" above a table holds of every number below an estimate, small ones too, and of rules."""
    context = context_of(
        tmp_path,
        "PLAN JAVNIH NABAVKI, iznosi u hiljadama dinara, bez PDV",
        "Predmet | Procenjena vrednost | Konto",
        "Gorivo | 14.380 | 426823",
        "Papir | 985 | 426111",
        "Prevoz | 612,5 | 422900",
    )
    assert told(context, "procurement_plan") == [
        ("14380000.00", "estimated", "without"),
        ("985000.00", "estimated", "without"),
        ("612500.00", "estimated", "without"),
    ]
    read = context.text.fact("amount", "14380.00", _words(context, "14.380"), "amount.column", 0.85)
    assert [fact.value for fact in money.told_in_thousands(context, [read])] == ["14380000.00"]


def test_a_caption_speaks_of_its_own_table_and_of_those_below_without_one(tmp_path: Path) -> None:
    """Two tables of a page, the first without the tax and the second with it; the third goes on."""
    head = "Predmet | Procenjena vrednost"
    context = context_of_tables(
        tmp_path,
        ("Iznosi u dinarima, bez PDV", head, "Papir | 100.000,00"),
        ("Iznosi u dinarima, sa PDV", head, "Kreda | 240.000,00"),
        ("Ostalo", head, "Klupe | 360.000,00"),
    )
    assert told(context, "procurement_plan") == [
        ("100000.00", "estimated", "without"),
        ("240000.00", "estimated", "with"),
        ("360000.00", "estimated", "with"),
    ]


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Evidencija hiljade predmeta", "Ugovoreno do 500.000 dinara"),
        ("We count in thousands of cases, amounts in EUR", "Contract value"),
    ],
)
def test_sums_are_of_thousands_only_where_a_caption_or_head_says_so(tmp_path: Path, title: str, head: str) -> None:
    """A threshold in a head ends with three zeros, a report counts other things in thousands."""
    context = context_of(tmp_path, title, f"Predmet | {head}", "Lekovi | 128.450,00")
    assert told(context, "procurement_report") == [("128450.00", "contract", "unknown")]


def test_small_numbers_elsewhere_are_no_sums(tmp_path: Path) -> None:
    """Without such a caption three figures below an estimate are nothing."""
    context = context_of(
        tmp_path,
        "PLAN JAVNIH NABAVKI, iznosi u dinarima",
        "Predmet | Procenjena vrednost",
        "Gorivo | 985",
        "Papir | 12",
    )
    assert told(context, "procurement_plan") == []


def test_what_was_paid_and_contracts_of_before_are_left_out(tmp_path: Path) -> None:
    """Payments and the price of the contract before are no prices of this paper."""
    context = context_of(
        tmp_path,
        "ODLUKA O DODELI UGOVORA, iznosi u dinarima",
        "Dobavljač | Isplaćen iznos | Prethodna cena | Cena bez PDV",
        "Primer d.o.o. | 100.000,00 | 90.000,00 | 80.000,00",
        "Uzorak d.o.o. | 110.000,00 | 91.000,00 | 81.000,00",
    )
    assert told(context, "award_decision") == [("80000.00", "award", "without"), ("81000.00", "award", "without")]


def _words(context: TextSurroundings, printed: str) -> tuple[int, int]:
    at = context.text.words.index(printed)
    return at, at


def named(context: TextSurroundings, kind: str) -> list[str]:
    """The bidders of the tables."""
    facts: list[Fact] = of_tables.bidders(context, kind, all_firms(context))
    return [fact.value for fact in facts]


def test_bidders_stand_below_a_head_or_beside_one(tmp_path: Path) -> None:
    """All members of a group, each once."""
    context = context_of(
        tmp_path,
        "IZVEŠTAJ O STRUČNOJ OCENI",
        "Red. | Naziv ponuđača | Bodovi",
        "1 | „Prvi“ d.o.o. Niš | 97",
        "2 | Zajednička ponuda: „Drugi“ d.o.o. Ub i „Treći“ d.o.o. Bor | 95",
    )
    assert named(context, "procurement_report") == ["„Prvi” d.o.o. Niš", "„Drugi” d.o.o. Ub", "„Treći” d.o.o. Bor"]
    context = context_of(
        tmp_path, "ZAPISNIK", "Ponuđač | „Prvi“ d.o.o. Niš | „Drugi“ d.o.o. Ub", "Rok | 10 dana | 12 dana"
    )
    assert named(context, "minutes") == ["„Prvi” d.o.o. Niš", "„Drugi” d.o.o. Ub"]


def test_the_name_of_a_bidder_begins_in_its_own_cell(tmp_path: Path) -> None:
    """Lines of words run over cells, so a rule of text may take what the cell before it ends with."""
    context = context_of(tmp_path, "IZVEŠTAJ", "Mesto | Ponuđač", "Novi Grad | „Prvi“ d.o.o. Niš")
    words = context.text.words
    fact = context.text.fact("bidder", "Grad „Prvi” d.o.o. Niš", (words.index("Grad"), words.index("Niš")), "test", 0.9)
    assert [(each.value, each.span.first) for each in within_cells(context, [fact]) if each.span] == [
        ("„Prvi” d.o.o. Niš", words.index("„Prvi“"))
    ]


OPERATIVE = (
    "<p>ODLUKA O DODELI UGOVORA</p><p>Ugovor se dodeljuje {to}:</p>{below}<p>na osnovu ponude.</p><p>Obrazloženje</p>"
)


@pytest.mark.parametrize(
    ("to", "rows", "told"),
    [
        ("grupi ponuđača", ("„Prvi“ d.o.o. Niš", "„Drugi“ d.o.o. Ub"), ["consortium_member", "consortium_member"]),
        ("niže navedenom", ("„Prvi“ d.o.o. Niš",), ["supplier"]),
        ("po partijama", ("„Prvi“ d.o.o. Niš", "„Drugi“ d.o.o. Ub"), []),
        ("niže navedenom", ("„Prvi“ d.o.o. Niš, podizvođač „Drugi“ d.o.o. Ub",), ["supplier"]),
    ],
)
def test_whom_the_operative_part_of_an_award_names(
    tmp_path: Path, to: str, rows: tuple[str, ...], told: list[str]
) -> None:
    """One firm or a group, also in a table; of several each may be of a lot. Who complains below it is none."""
    page = tmp_path / "page.html"
    html = OPERATIVE.format(to=to, below=table_of(("", "Naziv", *rows))) + "<p>Žalbu je podneo „Treći“ d.o.o. Bor.</p>"
    page.write_text(f"<html><body>{html}</body></html>", "utf-8")
    words = [each.words for each in flowing_pages(HtmlSource(page, page.name))]
    context = TextSurroundings(DocumentText.of(DOCUMENT, reading_of(words), words), words)
    found = of_tables.in_operative_part(context, all_firms(context))
    assert [fact.details["role"] for fact in found] == told


def test_others_in_columns_are_no_bidders(tmp_path: Path) -> None:
    """Subcontractors, winners of a form and customers of a reference list have heads that speak of bidders, too."""
    context = context_of(
        tmp_path,
        "ZAPISNIK",
        "Podizvođač ponuđača | Naručilac iz reference ponuđača | Broj ponuda",
        "„Prvi“ d.o.o. Niš | „Drugi“ d.o.o. Ub | 3",
        "„Treći“ d.o.o. Bor | „Peti“ d.o.o. Ub | 4",
    )
    assert named(context, "minutes") == []


def test_suppliers_stand_below_a_head_or_beside_a_tall_one(tmp_path: Path) -> None:
    """In a register whatever its sums, in a contract with several; subcontractors are none, signatures neither."""

    def suppliers(kind: str, title: str, *rows: str) -> list[str]:
        context = context_of(tmp_path, title, *rows)
        return [fact.value for fact in of_tables.winners(context, kind, all_firms(context))]

    register = (
        "S kim je zaključeno | Ugovoreno",
        "Prvi d.o.o. | 1.284,5",
        "Drugi a.d., podizvođač Treći d.o.o. | 298,0",
    )
    assert suppliers("report", "Evidencija ugovora", *register) == ["Prvi d.o.o.", "Drugi a.d."]
    assert suppliers("contract", "Okvirni sporazum", "Dobavljač 1 | Dobavljač 2", "Prvi d.o.o. | Drugi a.d.") == [
        "Prvi d.o.o.",
        "Drugi a.d.",
    ]
    assert suppliers("contract", "Okvirni sporazum", "Naručilac | Nadzor", "Prvi d.o.o. | Drugi a.d.") == []


def test_others_that_bid_stand_beside_the_winner(tmp_path: Path) -> None:
    rows = ("Predmet | Izvršilac | Ostali učesnici", "Drvo | Prvi d.o.o. | Drugi d.o.o. (3.390, odbijena)")
    context = context_of(tmp_path, "Nalaz o nabavkama", *rows)
    assert [fact.value for fact in of_tables.bidders(context, "report", all_firms(context))] == ["Drugi d.o.o."]


def test_what_a_head_calls_an_estimate_is_no_price() -> None:
    def amount(role: str) -> Fact:
        details = {"role": role, "vat": "unknown", "currency": "RSD"}
        return Fact("amount", "1.00", Span("a" * 64, 1, 3, 3), "amount.x", 0.9, details=details)

    for head, role in (("estimated", "estimated"), ("award", "contract")):
        (found,) = tabled.joined([amount("contract")], [amount(head)])
        assert found.details["role"] == role


HEAD = "UGOVOR O NABAVCI USLUGA\n\n"
CLAUSES = "\n\nČlan 1.\nPredmet su usluge. Nadzor vrši Nadzor Plus d.o.o. Bor.\n"


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            "Naručilac Davalac\n\nOpština Bečej\nTrg 1\n\nČisto d.o.o. Senta\nSavska 3",
            [("Čisto d.o.o. Senta", "supplier")],
        ),
        (
            "Opština Bečej, koju zastupa predsednik, i firma Čisto d.o.o. Senta dogovaraju",
            [("Čisto d.o.o. Senta", "supplier")],
        ),
        (
            "Opština Bečej\n\ni grupa ponuđača:\n\nuloga firma\nvodeći „Čisto“ d.o.o. Senta\nčlan „Metla“ d.o.o. Ada",
            [("„Čisto” d.o.o. Senta", "consortium_member"), ("„Metla” d.o.o. Ada", "consortium_member")],
        ),
        ("Opština Bečej\n\nČisto d.o.o. Senta\n\nMetla d.o.o. Ada", []),
        ("Petar Petrović i Čisto d.o.o. Senta", []),
    ],
)
def test_whom_the_head_of_a_contract_names_beside_a_public_body(head: str, expected: list[tuple[str, str]]) -> None:
    context = surroundings(f"{HEAD}{head}{CLAUSES}")
    found = party_members.find(context, [])
    assert [(fact.value, fact.details["role"]) for fact in found] == expected
