"""The words by which papers are counted where no fact of them makes the number."""

from __future__ import annotations

from archive.archive import Archive
from archive.findings.definition import Definition
from archive.findings.files import load
from archive.findings.precedence import Proof
from archive.findings.records import PLACING_FACTS, RowOf, Shown, placed, shown
from archive.findings.table import UNITS
from archive.model.decisions import DecisionAction
from archive.model.description import Description
from tests.finding_samples import add, contract, counted, decide, price, told


def behind(
    archive: Archive, name: str, key: tuple[str | None, ...], *, count: str = "", event: int | None = None
) -> list[Shown]:
    """The papers of a row of a finding, with what places them."""
    definition: Definition = load(archive.home, name)
    table = counted(archive, definition, event)
    row, place = table.row(key), table.place_of(UNITS)
    assert row is not None
    assert place is not None
    return placed(
        archive.catalog, shown(archive.catalog, row.cells[place].proofs), RowOf(definition, key, count, event)
    )


def told_of(one: Shown) -> dict[str, str]:
    """What places a paper, by field."""
    return {fact.field: fact.value for fact, _ in one.placing}


def test_a_paper_is_placed_by_its_row_its_number_and_its_kind(archive: Archive) -> None:
    add(archive, "ada", contract("Ada", "404-1/2020", "Alfa", price("100"), told("title", "UGOVOR")))
    (one,) = behind(archive, "competition", ("Ada",))
    assert list(told_of(one).items()) == [
        ("municipality", "Ada"), ("reference", "404-1/2020"), ("kind", "contract"), ("title", "UGOVOR"),
    ]  # fmt: skip
    assert len(one.placing) == PLACING_FACTS
    assert [words and words.quote for _, words in one.placing] == ["ada1", "ada3", "ada0", "ada7"]
    assert one.in_words.proof.fact == one.placing[0][0]
    assert one.in_words.evidence == one.placing[0][1]


def test_a_row_of_vendors_shows_the_name_of_each(archive: Archive) -> None:
    add(archive, "one", contract("Ada", "404-1/2020", "Alfa", price("100")))
    add(archive, "two", contract("Ub", "404-2/2020", "Beta", price("100"), told("vendor", "Gama")))
    (of_one,), (of_two,) = (behind(archive, "vendors", (key,)) for key in ("Alfa", "Beta + Gama"))
    assert [fact.value for fact, _ in of_one.placing][:1] == ["Alfa"]
    assert [fact.value for fact, _ in of_two.placing][:2] == ["Beta", "Gama"]


def test_a_row_of_a_vendor_shows_another_name_of_it(archive: Archive) -> None:
    add(archive, "one", contract("Ada", "404-1/2020", "Alfa", price("100")))
    add(archive, "other", contract("Ub", "404-2/2020", "Beta", price("100")))
    archive.catalog.vendors.identify()
    archive.catalog.vendors.merge("Alfa", "Beta", "Ana")
    (called,) = archive.catalog.vendors.names_for(["Beta"])["Beta"]
    found = behind(archive, "vendors", (called,))
    assert {told_of(one)["vendor"] for one in found} == {"Alfa", "Beta"}


def test_the_total_shows_every_group_and_a_row_of_the_unknown_none(archive: Archive) -> None:
    add(archive, "ada", contract("Ada", "404-1/2020", "Alfa", price("100")))
    nowhere = [one for one in contract("Ub", "404-2/2020", "Beta", price("100")) if one[0] != "municipality"]
    add(archive, "nowhere", nowhere)
    assert {told_of(one).get("municipality") for one in behind(archive, "competition", ())} == {"Ada", None}
    (unknown,) = behind(archive, "competition", (None,))
    assert told_of(unknown)["reference"] == "404-2/2020"


def test_where_municipalities_are_counted_each_paper_shows_its_own(archive: Archive) -> None:
    add(archive, "ada", contract("Ada", "404-1/2020", "Alfa", price("100")))
    (one,) = behind(archive, "competition", (), count="municipality")
    assert told_of(one) == {"municipality": "Ada"}


def test_what_a_person_said_goes_first_and_of_the_past_what_was_said_then(archive: Archive) -> None:
    id_ = add(archive, "ada", contract("Ada", "404-1/2020", "Alfa", price("100")))
    before = archive.catalog.events.newest()
    decide(archive, id_, DecisionAction.CORRECT, told("municipality", "Ub"))
    (now,) = behind(archive, "competition", ("Ub",))
    assert told_of(now)["municipality"] == "Ub"
    assert now.placing[0][1] is None, "no words say so"
    assert now.in_words.proof.fact == now.placing[1][0], "the first that has words"
    (then,) = behind(archive, "competition", ("Ada",), event=before)
    assert told_of(then)["municipality"] == "Ada"


def test_a_paper_of_which_nothing_is_known_has_no_words(archive: Archive) -> None:
    id_ = add(archive, "nothing", [])
    known: Description = archive.catalog.documents.descriptions([id_])[id_]
    (one,) = placed(
        archive.catalog, [Shown(Proof("u", id_), known, None)], RowOf(load(archive.home, "competition"), ())
    )
    assert one.placing == ()
    assert one.in_words is one
