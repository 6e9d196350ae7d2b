"""A finding as of an earlier event has the numbers that it had then, whatever happened since."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from archive.archive import Archive
from archive.config import Settings
from archive.errors import CatalogError, FindingsBehind, UsageError
from archive.findings.definition import CountedUnit, Definition
from archive.findings.files import load, read
from archive.findings.kept import as_of, past
from archive.findings.kept.as_of import state
from archive.findings.kept.by_change import PresentDocuments, fill
from archive.findings.kept.lines import KeptUnitRows
from archive.findings.kept.past import PastDocuments, PastUnits, event_at
from archive.findings.proofs import Tallies
from archive.findings.table import Table
from archive.findings.units import CountedDocument
from archive.model.decisions import DecisionAction
from archive.search.near_duplicates import NearDuplicateLinker
from archive.store.catalog import Catalog, CatalogLimits
from archive.store.events import EventName, append_event
from archive.store.fact_rows import replace_facts
from archive.store.kept.lines import KeptLines
from archive.store.kept.units import KeptUnits, KeptUnitsLost
from archive.store.sql.tables import events, superseded_facts
from tests.finding_samples import (
    add,
    contract,
    counted,
    decide,
    document_id,
    facts_of,
    numbers,
    price,
    read_again,
    rules_again,
    told,
)
from tests.waiting import wait_for

SAME = " ".join(f"reč{at}" for at in range(60))
OTHER = " ".join(f"druga{at}" for at in range(60))


@pytest.fixture
def vendors(archive: Archive) -> Definition:
    return load(archive.home, "vendors-by-municipality")


def newest(archive: Archive) -> int:
    return archive.catalog.events.newest()


def kept(table: Table) -> object:
    """What has to be the same again: all but the spans, which follow the newest reading."""
    return numbers(table), [
        (row.key, [(proof.unit, proof.document, proof.fact and proof.fact.value) for proof in cell.proofs])
        for row in (*table.rows, table.total)
        for cell in row.cells
    ]


def test_every_earlier_state_comes_back_whatever_happened_since(archive: Archive, vendors: Definition) -> None:
    states: dict[int, object] = {}

    def remember() -> None:
        archive.settle()
        assert newest(archive) not in states
        states[newest(archive)] = kept(counted(archive, vendors))

    bor = add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")), SAME)
    remember()
    ada = add(archive, "ada", contract("Ada", "404-2/2020", "Beta d.o.o.", price("200.00")))
    remember()
    decide(archive, bor, DecisionAction.CORRECT, price("150.00"))
    remember()
    add(archive, "bor-scan-2", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")), SAME)
    remember()
    read_again(archive, ada, 2, contract("Ada", "404-2/2020", "Beta d.o.o.", price("210.00")), OTHER)
    remember()
    rules_again(archive, bor, contract("Bor", "404-1/2020", "Gama d.o.o.", price("100.00")))
    remember()
    archive.catalog.decisions.undo(bor, None, "Ana")
    remember()
    archive.catalog.vendors.merge("Gama d.o.o.", "Beta d.o.o.", "Ana")
    remember()

    assert len({str(one) for one in states.values()}) > 5
    for event, then in states.items():
        assert kept(counted(archive, vendors, event)) == then, event


def test_a_page_does_not_wait_for_what_was_counted_then(archive: Archive, vendors: Definition) -> None:
    for number in range(5):
        add(archive, f"bor-{number}", contract("Bor", f"404-{number}/2020", "Alfa d.o.o.", price("100.00")))
    then = newest(archive)
    add(archive, "ada", contract("Ada", "404-9/2020", "Beta d.o.o.", price("200.00")))
    archive.catalog.limits = CatalogLimits(kept_portion=2, units_in_memory=0, is_awaiting_units=False)
    with pytest.raises(FindingsBehind):
        counted(archive, vendors, then)

    def counted_beside() -> Table | None:
        with suppress(FindingsBehind):
            return counted(archive, vendors, then)
        return None

    assert numbers(wait_for(counted_beside))["all"]["RSD·without"] == "500.00"
    assert [file.stat().st_mode & 0o777 for file in archive.home.rglob("then-*.sqlite")] == [0o600]


def test_a_catalog_that_fails_beside_who_asks_is_told_of(archive: Archive, vendors: Definition) -> None:
    then = _with_other_facts_put_aside(archive)
    archive.catalog.limits = CatalogLimits(units_in_memory=0, is_awaiting_units=False)

    def ask_on() -> None:
        while True:
            with suppress(FindingsBehind):
                counted(archive, vendors, then)

    with pytest.raises(CatalogError, match="put aside were changed"):
        ask_on()


@pytest.mark.parametrize("is_behind", [False, True])
@pytest.mark.parametrize("change", ["file removed", "file removed as lines are made", "lines not written"])
def test_a_file_of_then_that_is_lost_hinders_nobody(
    archive: Archive, vendors: Definition, monkeypatch: pytest.MonkeyPatch, change: str, *, is_behind: bool
) -> None:
    add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
    then = newest(archive)
    add(archive, "ada", contract("Ada", "404-2/2020", "Beta d.o.o.", price("200.00")))
    if is_behind:
        archive.catalog.limits = CatalogLimits(units_in_memory=0, is_awaiting_units=False)
    past_units_of, replace, tallies = as_of.past_units_of, KeptLines.replace, KeptUnitRows.tallies
    removed = list[Path]()

    def remove() -> None:
        for file in () if removed else list(archive.home.rglob("then-*.sqlite")):
            removed.append(file)
            file.unlink()

    def removing_first(rows: KeptUnitRows, most: int | None = None) -> Tallies:
        remove()
        return tallies(rows, most)

    def not_written(lines: KeptLines, *of: Any) -> None:
        if change == "file removed as lines are made":
            remove()
        elif lines._file._file._path is not None:
            raise KeptUnitsLost
        replace(lines, *of)

    if change == "file removed":
        monkeypatch.setattr(KeptUnitRows, "tallies", removing_first)
    else:
        monkeypatch.setattr(KeptLines, "replace", not_written)
    table = None
    while table is None:
        with suppress(FindingsBehind):
            table = counted(archive, vendors, then)
    assert numbers(table)["all"]["RSD·without"] == "100.00"
    units = past_units_of(archive.catalog, then)
    assert units._is_in_memory == (change == "lines not written")
    assert len(units.of([document_id("bor"), document_id("ada")])) == 1


def test_a_file_of_then_has_what_that_of_now_lacks_while_it_is_made_again(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [add(archive, town, contract(town, "404-1/2020", "Alfa d.o.o.")) for town in ("Ada", "Bor", "Ub", "Ruma")]
    NearDuplicateLinker(archive.catalog).update()
    archive.catalog.limits = CatalogLimits(anew_share=1)
    now, are_enough = KeptUnits(tmp_path / "now.sqlite"), iter((False, False, False, True))
    now.begin("filling 0 0")
    assert not fill(PresentDocuments(archive.catalog), now, 1, lambda: next(are_enough))
    assert now.count() == 3
    then = PastUnits(archive.catalog, newest(archive), "hash", ())
    monkeypatch.setattr(past, "fill", None)
    assert then.make(now)
    assert then.of(ids).keys() == set(ids)
    units = {paper.id for unit in state(archive.catalog).units(CountedUnit.PROCEDURES) for paper in unit.papers}
    assert {id_ for one in then.procedures() for id_ in one.papers} == units == set(ids)


def test_a_file_of_now_that_is_lost_leaves_that_of_then_on_the_disk(archive: Archive, tmp_path: Path) -> None:
    id_ = add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o."))
    NearDuplicateLinker(archive.catalog).update()
    then = PastUnits(archive.catalog, newest(archive), "hash", ())
    assert then.make(KeptUnits(tmp_path / "none.sqlite"))
    assert not then._is_in_memory
    assert then.of([id_]).keys() == {id_}


def test_what_is_read_again_while_a_file_is_made_counts_as_it_was(
    archive: Archive, vendors: Definition, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [
        add(archive, name, contract("Bor", f"404-{name}/2020", "Alfa d.o.o.", price("100.00"))) for name in ("1", "2")
    ]
    then = newest(archive)
    archive.catalog.limits = CatalogLimits(kept_portion=1)
    known = PastDocuments.known

    def reading_again(documents: PastDocuments, some: Collection[str]) -> dict[str, CountedDocument]:
        if ids:
            for id_ in [ids.pop() for _ in range(2)]:
                rules_again(archive, id_, contract("Ub", f"404-{id_}/2020", "Beta d.o.o.", price("300.00")))
        return known(documents, some)

    monkeypatch.setattr(PastDocuments, "known", reading_again)
    table = counted(archive, vendors, then)
    assert not ids
    assert numbers(table)["all"]["RSD·without"] == "200.00"
    assert numbers(counted(archive, vendors))["all"]["RSD·without"] == "600.00"


def test_a_file_whose_maker_was_killed_is_gone_on_with(
    archive: Archive, vendors: Definition, monkeypatch: pytest.MonkeyPatch
) -> None:
    for town in ("Bor", "Ada", "Kula", "Apatin"):
        add(archive, town, contract(town, "404-1/2020", "Alfa d.o.o.", price("100.00")))
    known, asked = PastDocuments.known, list[str]()

    def killed_after_two(documents: PastDocuments, some: Collection[str]) -> dict[str, CountedDocument]:
        if len(asked) == 2:
            asked.clear()
            raise KeyboardInterrupt
        asked.extend(some)
        return known(documents, some)

    monkeypatch.setattr(PastDocuments, "known", killed_after_two)
    archive.catalog.limits = CatalogLimits(kept_portion=1)
    with pytest.raises(KeyboardInterrupt):
        counted(archive, vendors, newest(archive))
    with Archive.open(archive.home, Settings()) as other:
        table = counted(other, vendors, newest(other))
        assert kept(table) == kept(counted(other, vendors))
    assert len(asked) == 2


def test_four_files_of_earlier_events_are_kept_and_those_being_made(archive: Archive, vendors: Definition) -> None:
    for name in range(7):
        add(archive, f"bor-{name}", contract("Bor", f"404-{name}/2020", "Alfa d.o.o.", price("100.00")))
    counted(archive, vendors, 2)
    (first,) = archive.home.rglob("then-*.sqlite")
    first.with_name(f"{first.name}-journal").touch()
    with KeptUnits(first).alone():
        for event in (4, 6, 8, 10):
            counted(archive, vendors, event)
        assert len(list(archive.home.rglob("then-*.sqlite"))) == 5
    counted(archive, vendors, 12)
    left = list(archive.home.rglob("then-*"))
    assert {file.stem for file in left if file.suffix == ".lock"} == {
        file.stem for file in left if file.suffix == ".sqlite"
    }
    assert len(left) == 8
    assert not list(archive.home.rglob(f"{first.stem}*"))


def test_a_copy_of_then_is_a_copy_though_it_was_read_otherwise_since(archive: Archive, vendors: Definition) -> None:
    facts = contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00"))
    documents = read(_documents(archive))
    add(archive, "one", facts, SAME)
    two = add(archive, "two-scan", facts, SAME)
    archive.settle()
    then = newest(archive)
    assert numbers(counted(archive, documents))["all"]["units"] == "1"
    read_again(archive, two, 2, facts, OTHER)
    archive.settle()
    assert numbers(counted(archive, documents))["all"]["units"] == "2"
    assert numbers(counted(archive, documents, then))["all"]["units"] == "1"


def _documents(archive: Archive) -> Path:
    file = archive.home / "findings" / "documents.toml"
    file.parent.mkdir()
    lines = ('title = "Documents"', 'about = "All."', 'counts = "documents"', 'group = ["municipality"]')
    file.write_text("\n".join((*lines, "[facts]", 'field = "date"')), encoding="utf-8")
    return file


def test_facts_that_were_not_kept_are_said_to_be_missing(archive: Archive, vendors: Definition) -> None:
    bor = add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
    then = newest(archive)
    assert not counted(archive, vendors, then).notes
    # As a version of Dosije that did not keep facts put others in their place:
    new = facts_of(bor, 1, contract("Bor", "404-1/2020", "Alfa d.o.o.", price("120.00")))
    with archive.catalog._database.writing() as connection:
        replace_facts(connection, bor, new)
        append_event(connection, EventName.METADATA_EXTRACTION, bor, {"reading": 1, "facts": 7, "facts_before": 7})
    rules_again(archive, bor, contract("Bor", "404-1/2020", "Alfa d.o.o.", price("130.00")))
    with Archive.open(archive.home, Settings()) as fresh:
        table = counted(fresh, vendors, then)
    assert numbers(table)["all"]["RSD·without"] == "120.00"
    assert table.notes[0].startswith("Documents whose facts of that time were not kept: 1.")


def _with_other_facts_put_aside(archive: Archive) -> int:
    """Have other facts stand for those that were put aside, and return the event before that."""
    bor = add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
    then = newest(archive)
    rules_again(archive, bor, contract("Bor", "404-1/2020", "Alfa d.o.o.", price("130.00")))
    with archive.catalog._database.writing() as connection:
        connection.execute(update(superseded_facts).values(packed=b"other"))
    return then


def test_facts_that_were_put_aside_and_changed_are_found_out(archive: Archive, vendors: Definition) -> None:
    then = _with_other_facts_put_aside(archive)
    with pytest.raises(CatalogError, match="put aside were changed"):
        counted(archive, vendors, then)


def test_what_another_process_writes_is_counted(archive: Archive, vendors: Definition) -> None:
    bor = add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
    assert numbers(counted(archive, vendors))["all"]["RSD·without"] == "100.00"
    with Archive.open(archive.home, Settings()) as other:
        decide(other, bor, DecisionAction.CORRECT, price("150.00"))
        add(other, "ada", contract("Ada", "404-2/2020", "Beta d.o.o.", price("200.00")))
    table = counted(archive, vendors)
    assert numbers(table)["all"]["RSD·without"] == "350.00"
    assert table.as_of.event == newest(archive)


def test_what_somebody_may_not_see_does_not_count_for_him_now_or_then(archive: Archive, vendors: Definition) -> None:
    add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
    hidden = contract("Ada", "404-2/2020", "Beta d.o.o.", price("200.00"))
    ada = add(archive, "ada", hidden, collection="secret")
    then = newest(archive)
    decide(archive, ada, DecisionAction.CORRECT, price("250.00"))
    add(archive, "ub", contract("Ub", "404-3/2020", "Alfa d.o.o.", price("10.00")))
    view = archive.hiding(frozenset({"secret"}))
    totals = [
        numbers(counted(who, vendors, event))["all"] for who in (archive, view) for event in (None, 2, newest(archive))
    ]
    assert [total["RSD·without"] for total in totals] == ["360.00", "100.00", "360.00", "110.00", "100.00", "110.00"]
    assert numbers(counted(archive, vendors, then))["all"]["RSD·without"] == "300.00"
    assert "Ada" not in str(kept(counted(view, vendors)))
    with pytest.raises(UsageError, match="no event"):
        counted(view, vendors, then)
    view.close()


def test_a_state_is_kept_while_nothing_changes(archive: Archive) -> None:
    add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
    first = state(archive.catalog)
    assert state(archive.catalog) is first
    archive.catalog.properties.set("x", "y")
    assert state(archive.catalog).papers is first.papers
    other = Catalog.open(archive.home / "catalog.sqlite")
    assert state(other) is not first
    other.close()


def test_moments_are_days_and_events(archive: Archive) -> None:
    with pytest.raises(UsageError, match="no events before"):
        event_at(archive.catalog, "2026-01-01")
    add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
    day = datetime.now(UTC).date()
    assert event_at(archive.catalog, day.isoformat()) == newest(archive)
    assert event_at(archive.catalog, "1") == 1
    with pytest.raises(UsageError, match="no events before"):
        event_at(archive.catalog, (day - timedelta(days=1)).isoformat())
    with pytest.raises(UsageError, match="no event 99 yet"):
        event_at(archive.catalog, "99")
    for senseless in ("yesterday", "9" * 25, "9" * 5000):
        with pytest.raises(UsageError, match="not a point in time"):
            event_at(archive.catalog, senseless)


def test_a_day_of_a_clock_that_was_set_back_is_no_point_in_time(archive: Archive) -> None:
    add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
    day, last = datetime.now(UTC).date(), newest(archive)
    with archive.catalog._database.writing() as connection:
        connection.execute(update(events).where(events.c.seq == last).values(at=datetime(2021, 1, 1, tzinfo=UTC)))
    with pytest.raises(
        UsageError, match=f"The clock was set back between event 1 of {day} and event {last} of 2021-01-01"
    ):
        event_at(archive.catalog, "2021-05-01")
    assert event_at(archive.catalog, day.isoformat()) == last
    assert event_at(archive.catalog, str(last)) == last


def test_machines_whose_clocks_differ_by_seconds_are_believed_at_midnight(archive: Archive) -> None:
    add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")))
    last = newest(archive)
    with archive.catalog._database.writing() as connection:
        for number, at in (
            (last - 1, datetime(2021, 1, 2, 0, 0, 2, tzinfo=UTC)),
            (last, datetime(2021, 1, 1, 23, 59, 59, tzinfo=UTC)),
        ):
            connection.execute(update(events).where(events.c.seq == number).values(at=at))
        connection.execute(update(events).where(events.c.seq < last - 1).values(at=datetime(2021, 1, 1, tzinfo=UTC)))
    assert event_at(archive.catalog, "2021-01-01") == last


def test_the_filters_of_a_search_are_laid_on_what_was_known_then(archive: Archive) -> None:
    bor = add(archive, "bor", contract("Bor", "404-1/2020", "Alfa d.o.o.", price("100.00")), SAME)
    add(archive, "ada", contract("Ada", "404-2/2020", "Beta d.o.o.", price("200.00")), OTHER)
    then = newest(archive)
    decide(archive, bor, DecisionAction.CORRECT, told("municipality", "Ada"))
    archive.settle()
    file = _documents(archive)
    whole = file.read_text(encoding="utf-8")

    def total(request: str, event: int | None) -> str:
        file.write_text(f"{whole}\n[request]\n{request}\n", encoding="utf-8")
        return numbers(counted(archive, read(file), event))["all"].get("units", "0")

    for request, before, after in (
        ('municipality = ["Ada"]', "1", "2"),
        ('not_municipality = ["Ada"]', "1", "0"),
        ('vendor = ["ALFA DOO"]', "1", "1"),
        ('vendor = ["unknown"]', "0", "0"),
        ('query = "reč5"', "1", "1"),
        ('query = "reč5"\nmunicipality = ["Ada"]', "0", "1"),
    ):
        assert (total(request, then), total(request, None)) == (before, after), request
