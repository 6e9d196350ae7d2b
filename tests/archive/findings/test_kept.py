"""What is kept of units from one process to the next is what computing it anew comes to, whatever happened between."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.config import Settings
from archive.errors import QueryTooBroad
from archive.findings.counting import run
from archive.findings.definition import CountedUnit
from archive.findings.derived.value import DerivationContext
from archive.findings.files import load, readable
from archive.findings.kept import as_of, by_change, past
from archive.findings.kept.lines import KeptUnitRows, bring_up_to_date
from archive.findings.kept.units import UnitChoice, chosen_units, kept_units, municipality_of, units_at
from archive.findings.table import Table
from archive.findings.unit_rows import OWN
from archive.findings.units import Counted
from archive.model.decisions import DecisionAction
from archive.search.near_duplicates import NearDuplicateLinker
from archive.store.catalog import Catalog
from archive.store.kept.lines import KeptLine, KeptLines
from archive.store.kept.units import KeptUnits, KeptUnitsLost
from tests.finding_samples import add, contract, decide, document_id, price, read_again, rules_again, told

NAMES = ("spending", "vendors", "competition", "foi-outcomes", "cooperation", "capabilities")


def counted(home: Path, *, is_kept: bool, hidden: frozenset[str] = frozenset()) -> list[Table]:
    """Every finding by a process of its own, from what is kept, or computed anew."""
    with Archive.open(home, Settings()) as archive:
        catalog = archive.catalog
        catalog.folder = catalog.folder if is_kept else None
        seen = catalog.hiding(hidden) if hidden else catalog
        return [run(load(home, name), seen, archive.search, archive.engine) for name in NAMES]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An archive of two procedures, of which something is kept."""
    home = tmp_path / "home"
    with Archive.open(home, Settings()) as archive:
        add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
        add(archive, "ada", contract("Ada", "404-2/2020", "Beta d.o.o.", price("50.00")), "isti tekst " * 30)
        archive.settle()
    counted(home, is_kept=True)
    return home


def files(home: Path) -> list[Path]:
    return sorted((home / "cache").glob("units-*"))


def again(archive: Archive) -> None:
    add(archive, "ada-2", contract("Ada", "404-2/2020", "Beta d.o.o.", price("50.00")), "isti tekst " * 30)
    NearDuplicateLinker(archive.catalog).update()


def another(archive: Archive) -> None:
    add(archive, "c", contract("Bor", "404-3/2020", "Gama d.o.o.", price("7.00")))


def dispute(archive: Archive) -> None:
    for value, by in (("9.00", "Ana"), ("8.00", "Bojan")):
        decide(archive, document_id("bor"), DecisionAction.CORRECT, price(value), by=by)


CHANGES: dict[str, Callable[[Archive], None]] = {
    "nothing": lambda archive: None,
    "a document more": another,
    "a copy": again,
    "a correction": lambda archive: decide(archive, document_id("bor"), DecisionAction.CORRECT, price("9.00")),
    "a dispute": dispute,
    "other rules": lambda archive: rules_again(archive, document_id("bor"), [told("kind", "contract")]),
    "a reading": lambda archive: read_again(archive, document_id("bor"), 2, [told("kind", "minutes")], "drugi tekst"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_kept_is_what_is_computed(home: Path, change: str) -> None:
    with Archive.open(home, Settings()) as archive:
        CHANGES[change](archive)
        archive.settle()
    computed = counted(home, is_kept=False)
    assert counted(home, is_kept=True) == computed, "brought up to date"
    assert counted(home, is_kept=True) == computed, "as it was kept"


def annex(archive: Archive) -> None:
    add(archive, "annex", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("11.00"), told("kind", "contract_annex")))


@pytest.mark.parametrize("change", [CHANGES["a correction"], annex], ids=["a correction", "a document more"])
def test_an_older_catalog_in_the_place_of_a_newer_one(home: Path, change: Callable[[Archive], None]) -> None:
    catalog, older = home / "catalog.sqlite", home.parent / "older.sqlite"
    shutil.copy(catalog, older)
    before = counted(home, is_kept=False)
    with Archive.open(home, Settings()) as archive:
        change(archive)
        archive.settle()
    assert counted(home, is_kept=True) != before
    shutil.copy(older, catalog)
    assert counted(home, is_kept=True) == before, "what came later is known no longer"
    with Archive.open(home, Settings()) as archive:
        rules_again(archive, document_id("bor"), contract("Bor", "404-1/2020", "Alfa d.o.o.", price("12.00")))
        archive.settle()
    assert counted(home, is_kept=True) == counted(home, is_kept=False)


def test_a_file_that_others_read_for_long_stays_as_it_is(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(home, Settings()) as archive:
        kept = as_of.file_now(archive.catalog)
        assert kept is not None
        file, stamp = kept
        monkeypatch.setattr(file._file, "wait", 0)
        with file.reading(stamp):
            file.write("another state", [], {}, {}, municipality_of)
        assert file.stamp() == stamp
        file.write("another state", [], {}, {}, municipality_of)
        assert file.stamp() == "another state"


def test_a_unit_that_is_not_in_the_file_is_lost(home: Path) -> None:
    with Archive.open(home, Settings()) as archive:
        kept = as_of.file_now(archive.catalog)
        assert kept is not None
        with pytest.raises(KeptUnitsLost):
            list(units_at(*kept, [10_000]))


def test_lines_that_others_made_by_other_rules_are_not_read(home: Path) -> None:
    with Archive.open(home, Settings()) as archive:
        kept = as_of.file_now(archive.catalog)
        assert kept is not None
        mine, others = (KeptLines(*kept, "procedures", "asked", rules) for rules in ("mine", "others"))
        for due in mine.due(1):
            mine.replace(due.units, [], due.version)
        assert mine.totals() == []
        mine.replace([], [], 0)
        assert mine.totals() == [], "another process that is less far with the same lines"
        others.replace([], [], 0)
        for lines in (mine, others):
            with pytest.raises(KeptUnitsLost):
                lines.totals()


def test_units_are_due_in_batches_until_the_lines_of_all_are_made(home: Path) -> None:
    with Archive.open(home, Settings()) as archive:
        another(archive)
        archive.settle()
        kept = as_of.file_now(archive.catalog)
        assert kept is not None
        lines = KeptLines(*kept, "procedures", "asked", "rules")
        every = kept[0].order("procedures", kept[1])
        assert (lines.count_due(), lines.count_units(), len(every)) == (3, 3, 3)
        first = next(lines.due(1))
        lines.replace(first.units, [], first.version)
        assert lines.count_due() in (2, 3), "of those that changed together none is done before all are"
        done = list[int]()
        for due in lines.due(1):
            lines.replace(
                due.units, [KeptLine(unit, "[]", "[]", 1, "7", 1, 1, 0, 0, 0) for unit in due.units], due.version
            )
            done += due.units
        assert set(every) - set(first.units) <= set(done)
        assert lines.count_due() == 0
        assert not list(lines.due(1))
        (total,) = lines.totals()
        assert (total.units, total.amounts, int(total.amount)) == (len(done), len(done), 7 * len(done))


def test_on_another_day_lines_are_made_of_the_requests_whose_time_ran_out_alone(home: Path) -> None:
    def stand(day: date) -> tuple[int, dict[str, int]]:
        """How many units were due, and how many requests stand how."""
        kept = as_of.file_now(archive.catalog)
        assert kept is not None
        rows = KeptUnitRows(*kept, load(home, "foi-in-time"), DerivationContext(day))
        due = rows._kept().count_due()
        return due, {key[1]: one.count for key, one in rows.tallies().total.items() if key[0] == OWN}

    with Archive.open(home, Settings()) as archive:
        of = [told("municipality", "Bor"), told("kind", "foi_request")]
        for name, *day in (("a", "2022-03-01"), ("b", "2022-03-02"), ("c", "2022-04-01"), ("undated",)):
            add(archive, name, [*of, *(told("date", one) for one in day)])
        archive.settle()
        assert stand(date(2022, 3, 16)) == (4, {"running": 3})
        assert stand(date(2022, 3, 16)) == (0, {"running": 3})
        assert stand(date(2022, 3, 17)) == (1, {"no_answer": 1, "running": 2})
        assert stand(date(2022, 6, 1)) == (2, {"no_answer": 3})
        add(archive, "d", [*of, told("date", "2022-05-31")])
        archive.settle()
        assert stand(date(2022, 6, 1)) == (1, {"no_answer": 3, "running": 1})
        assert stand(date(2022, 3, 16)) == (3, {"running": 4}), "as of a day before"


def test_lines_are_made_before_the_file_is_locked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(home, Settings()) as archive:
        kept = as_of.file_now(archive.catalog)
        assert kept is not None
        file, _ = kept
        monkeypatch.setattr(file._file, "wait", 0)

        def make(units: Sequence[int]) -> list[list[KeptLine]]:
            with file.writing():
                return [[KeptLine(unit, "[]", "[]", 1, None, 1, 1, 0, 0, 0) for unit in units]] * 2

        several = [KeptLines(*kept, "procedures", asked, "rules") for asked in ("one", "another")]
        assert bring_up_to_date(several, make)
        for lines in several:
            assert sum(one.units for one in lines.totals()) == lines.count_units() > 0


def test_units_are_the_same_with_what_they_add_and_alone(home: Path) -> None:
    with Archive.open(home, Settings()) as archive:
        table = run(load(home, "spending"), archive.catalog, archive.search, archive.engine)
        tallies = [part.tally for row in (*table.rows, table.total) for cell in row.cells for part in cell.proofs.parts]
        assert [one.units for one in tallies] == [one.where(lambda _: True).units for one in tallies]
        assert any(one.units for one in tallies)


@pytest.mark.parametrize("is_kept", [True, False])
def test_proofs_are_sliced_as_a_list(home: Path, is_kept: bool) -> None:
    with Archive.open(home, Settings()) as archive:
        archive.catalog.folder = archive.catalog.folder if is_kept else None
        proofs = run(load(home, "spending"), archive.catalog, archive.search, archive.engine).total.cells[0].proofs
        for first, last in product((None, 0, 1, 2, -1, 5), repeat=2):
            assert list(proofs[first:last]) == list(proofs)[first:last]
        assert proofs[-1] == list(proofs)[-1]


def test_every_kind_of_unit_is_kept_whole(home: Path) -> None:
    with Archive.open(home, Settings()) as archive:
        again(archive)
        dispute(archive)
        add(archive, "c", contract("Bor", "404-3/2020", "Gama d.o.o.", told("subject", "Nabavka kamera")))
        add(archive, "asked", [told("kind", "foi_request"), told("municipality", "Bor"), told("date", "2020-05-01")])
        archive.settle()
        computed = {counts: as_of.state(archive.catalog).units(counts) for counts in CountedUnit}
    with Archive.open(home, Settings()) as archive:
        for counts, units in computed.items():
            kept = as_of.units_now(archive.catalog, counts, ())
            assert [replace(one, papers=()) for one in kept] == [replace(one, papers=()) for one in units]
            assert [[paper.id for paper in one.papers] for one in kept] == [[p.id for p in one.papers] for one in units]
            assert units, counts
    assert any(one.subject for one in computed[CountedUnit.PROCEDURES])


def test_a_process_that_runs_on_sees_what_another_changed(home: Path) -> None:
    with Archive.open(home, Settings()) as archive:
        finding, parts = load(home, "spending"), (archive.catalog, archive.search, archive.engine)
        assert run(finding, *parts).total.cells[2].number == 150
        with Archive.open(home, Settings()) as other:
            decide(other, document_id("bor"), DecisionAction.CORRECT, price("9.00"))
        assert run(finding, *parts).total.cells[2].number == 59
        with Archive.open(home, Settings()) as other:
            decide(other, document_id("ada"), DecisionAction.CORRECT, price("1.00"))
            assert run(finding, other.catalog, other.search, other.engine).total.cells[2].number == 10
        assert run(finding, *parts).total.cells[2].number == 10


def test_what_is_kept_is_read_and_nothing_of_the_catalog(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that changes nothing loads no document."""
    computed = counted(home, is_kept=False)
    for module in (as_of, by_change, past):
        monkeypatch.setattr(module, "counted", lambda *_: pytest.fail("a document was loaded"))
    assert counted(home, is_kept=True) == computed


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + b"\0" * 4000])
def test_a_damaged_file_is_made_anew(home: Path, damage: bytes) -> None:
    computed = counted(home, is_kept=False)
    (file,) = files(home)
    file.write_bytes(damage)
    assert counted(home, is_kept=True) == computed
    assert counted(home, is_kept=True) == computed
    assert file.read_bytes()[:15] == b"SQLite format 3"


def test_where_nothing_can_be_written_findings_are_counted_all_the_same(home: Path) -> None:
    computed = counted(home, is_kept=False)
    (file,) = files(home)
    file.unlink()
    file.mkdir()
    assert counted(home, is_kept=True) == computed


def test_who_does_not_see_a_collection_has_a_file_without_it(home: Path) -> None:
    with Archive.open(home, Settings()) as archive:
        add(archive, "secret", contract("Čoka", "404-9/2020", "Tajna d.o.o.", price("1000.00")), collection="secret")
        archive.settle()
    counted(home, is_kept=True)
    hidden = frozenset({"secret"})
    computed = counted(home, is_kept=False, hidden=hidden)
    assert counted(home, is_kept=True, hidden=hidden) == computed
    assert counted(home, is_kept=True, hidden=hidden) == computed
    of_all, of_some = sorted(files(home), key=lambda file: b"Tajna" not in file.read_bytes())
    assert b"Tajna" in of_all.read_bytes()
    assert b"Tajna" not in of_some.read_bytes()
    assert {file.stat().st_mode & 0o777 for file in files(home)} == {0o600}


def test_a_catalog_without_a_folder_keeps_nothing(tmp_path: Path) -> None:
    catalog = Catalog.open(tmp_path / "catalog.sqlite")
    assert as_of.units_now(catalog, load(tmp_path, "spending").counts, ()) == []
    catalog.close()
    assert [file.name for file in tmp_path.iterdir() if "units" in file.name] == []


def told_of(units: list[Counted]) -> list[tuple[object, ...]]:
    return [
        (replace(one, papers=()), [(paper.known, list(paper.facts), paper.rulings) for paper in one.papers])
        for one in units
    ]


@pytest.mark.parametrize(
    "choice", [UnitChoice(municipality="Ada"), UnitChoice(documents=frozenset({document_id("bor")}))]
)
def test_chosen_units_are_read_by_their_keys_and_are_those_of_the_whole(home: Path, choice: UnitChoice) -> None:
    with Archive.open(home, Settings()) as archive:
        another(archive)
        archive.settle()
        catalog = archive.catalog
        whole = as_of.state(catalog)
        expected = {counts: [one for one in whole.units(counts) if choice.has(one)] for counts in CountedUnit}
    counted(home, is_kept=True)
    with Archive.open(home, Settings()) as archive:
        kept, stamp = kept_units(archive.catalog), archive.catalog.history.stamp()
        assert kept is not None
        found = chosen_units(kept, stamp, CountedUnit, choice)
        assert {counts: told_of(units) for counts, units in found.items()} == {
            counts: told_of(units) for counts, units in expected.items()
        }
        assert as_of.chosen_now(archive.catalog, tuple(CountedUnit), choice) == found
        assert any(found.values())
        with pytest.raises(KeptUnitsLost):
            chosen_units(kept, "another state", CountedUnit, choice)


def test_every_finding_is_the_same_from_what_is_kept_and_computed_anew(specimen_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(specimen_home, home)
    for _ in range(2):  # The first process keeps what the second one reads.
        with Archive.open(home, Settings()) as archive:
            archive.settle()
            parts = archive.catalog, archive.search, archive.engine
            kept = [run(one, *parts) for one in readable(home)[0]]
    with Archive.open(home, Settings()) as archive:
        archive.catalog.folder = None
        parts = archive.catalog, archive.search, archive.engine
        fresh = [run(one, *parts) for one in readable(home)[0]]
    for one, other in zip(kept, fresh, strict=True):
        assert one == other, one.definition.name


def test_where_the_first_contracts_have_too_many_clauses_no_others_are_looked_for(
    specimen_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, found = tmp_path / "home", list[int]()
    shutil.copytree(specimen_home, home)
    telling = KeptUnits.papers_telling

    def noted(*asked: Any) -> frozenset[str]:
        found.append(len(papers := telling(*asked)))
        return papers

    monkeypatch.setattr(KeptUnits, "papers_telling", noted)
    with Archive.open(home, Settings()) as archive:
        definition = load(home, "odd-clauses")
        of_reports = replace(definition, needs=("report",))
        assert run(of_reports, archive.catalog, archive.search, archive.engine).rows == ()
        archive.catalog.limits = replace(archive.catalog.limits, template_clauses=2)
        found.clear()
        with pytest.raises(QueryTooBroad):
            run(definition, archive.catalog, archive.search, archive.engine)
        assert found == [2]
