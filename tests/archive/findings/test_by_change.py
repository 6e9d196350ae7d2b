"""Units that are brought up to date by what changed are those that are made of all documents, whatever changes."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from archive.archive import Archive
from archive.comparing.kept_templates import keep_templates, read_templates
from archive.config import Settings
from archive.errors import ArchiveBusy, DosijeError, FindingsBehind
from archive.facts.kept_doubts import kept_doubts
from archive.findings.counting import keep_findings, run
from archive.findings.definition import CountedUnit, Definition
from archive.findings.derived.value import DerivationContext
from archive.findings.files import readable
from archive.findings.kept import as_of, by_change, lines, past, units
from archive.findings.kept.units import kept_units as file_of
from archive.findings.kept.units import units_at
from archive.findings.table import Table
from archive.findings.units import Counted, CountedDocument
from archive.model import Description, Fact, FactStatus
from archive.model.decisions import Decision, DecisionAction
from archive.model.fields import RULING_FIELD
from archive.procedures.similarity import MOST_WITH_ONE_KEY
from archive.search.near_duplicates import NearDuplicateLinker
from archive.store.catalog import Catalog, CatalogLimits
from archive.store.documents import Known
from archive.store.kept.units import KeptUnits
from archive.store.sql.database import one_state
from tests.finding_samples import Told, add, contract, decide, document_id, price, read_again, rules_again, told
from tests.postgres_samples import empty_catalog, own_address

KINDS = (
    "tender_notice", "tender_documents", "minutes", "award_decision", "contract", "contract_annex", "cancellation",
    "foi_request", "foi_reply", "foi_appeal", "report", "correspondence", "regulation",
)  # fmt: skip
TOWNS = ("Ada", "Bor", "Čoka", None)
NUMBERS = ("404-1/2020", "404-2/2020", "404-1/2020-3", "1/2020", "2/2020", "7", "III-404-1/2020", "abc")
AMOUNTS = ("100.00", "250000.00", "777123.00", "1250000.00", "98765432109876.54")
SUBJECTS = ("Nabavka video nadzora", "Izgradnja mosta na Dunavu", "Nabavka video nadzora za opštinu")
OWN = {
    "watched-by-buyer": ("buyer", 'field = "watch"'),
    "bids-in-any-paper": ("municipality", 'field = "bids"'),
    # These take all papers of a municipality to tell what counts.
    "first-year": ("year", 'field = "watch"'),
    "newest-contract": ("municipality", 'field = "cpv"\nspeaks = ["contract", "tender_notice"]'),
    "all-sums": (
        "municipality",
        'field = "amount"\nspeaks = ["contract"]\nmeasure = "sum"\ncolumns = ["currency", "vat"]',
    ),
}
"""Findings that count municipalities: the groups of their rows, and their facts."""
TEXTS = tuple(f"isti{number} tekst{number} dugi{number} " * 20 for number in range(3))


def made_facts(chance: random.Random) -> list[Told]:
    """The facts of a paper that may belong to any other."""
    town = chance.choice(TOWNS)
    facts = [told("kind", chance.choice(KINDS)), told("date", f"2020-0{chance.randint(1, 9)}-0{chance.randint(1, 9)}")]
    facts += [told("municipality", town)] if town else []
    if chance.random() < 0.8:
        facts.append(told("buyer", chance.choice((f"Opština {town}", "Dom zdravlja", "Opština Ada"))))
    for _ in range(chance.choice((0, 1, 1, 2))):
        role = chance.choice(("procurement", "contract", "case"))
        facts.append(told(chance.choice(("reference", "related")), chance.choice(NUMBERS), role=role))
    for _ in range(chance.choice((0, 0, 1, 2))):
        role, vat = chance.choice(("contract", "award", "estimated", "bid")), chance.choice(("with", "without"))
        facts.append(told("amount", chance.choice(AMOUNTS), role=role, currency="RSD", vat=vat))
    more = [
        told("subject", chance.choice(SUBJECTS)), told("cpv", chance.choice(("32323500", "45221000"))),
        told("vendor", chance.choice(("Alfa d.o.o.", "Beta d.o.o."))), told("bids", str(chance.randint(1, 3))),
        told("quantity", str(chance.randint(2, 9)), what="cameras"), told("watch", "video", group="capability"),
        told("watch", "face recognition", group="capability", state=chance.choice(("", "denied", "asked"))),
        told("foi_outcome", chance.choice(("granted", "refused"))), told("deadline", "2020-05-01"),
    ]  # fmt: skip
    return facts + chance.sample(more, chance.randint(0, 5))


def ruling(archive: Archive, chance: random.Random, ids: list[str]) -> None:
    one, other = chance.sample(ids, 2)
    details = {} if chance.random() < 0.5 else {"belongs": "no"}
    fact = Fact(RULING_FIELD, other, None, "person", 1.0, FactStatus.CORRECTED, details)
    archive.catalog.decisions.record([Decision(one, RULING_FIELD, DecisionAction.ADD, "Ana", (fact,))])


def correction(archive: Archive, chance: random.Random, ids: list[str]) -> None:
    given = chance.choice([fact for fact in made_facts(chance) if fact[0] in ("kind", "municipality", "buyer", "date")])
    decide(archive, chance.choice(ids), DecisionAction.CORRECT, given, by=chance.choice(("Ana", "Bojan")))


def undoing(archive: Archive, chance: random.Random, ids: list[str]) -> None:
    id_ = chance.choice(ids)
    for recorded in archive.catalog.documents.known([id_])[id_].decisions:
        if recorded.undone_by is None:
            archive.catalog.decisions.undo(id_, recorded.event, "Ana")
            return


def new_document(archive: Archive, chance: random.Random, ids: list[str]) -> None:
    text = chance.choice(TEXTS) if chance.random() < 0.4 else ""
    collection = chance.choice(("main", "main", "main", "secret"))
    ids.append(add(archive, f"d{len(ids)}", made_facts(chance), text, collection))
    if chance.random() < 0.7:
        NearDuplicateLinker(archive.catalog).update()


def other_rules(archive: Archive, chance: random.Random, ids: list[str]) -> None:
    id_ = chance.choice(ids)
    if archive.catalog.documents.find(id_).reading == 1:
        rules_again(archive, id_, made_facts(chance))


def new_reading(archive: Archive, chance: random.Random, ids: list[str]) -> None:
    id_ = chance.choice(ids)
    number = archive.catalog.documents.find(id_).reading + 1
    read_again(archive, id_, number, made_facts(chance), chance.choice(TEXTS))


CHANGES: tuple[Callable[[Archive, random.Random, list[str]], None], ...] = (
    new_document, new_document, new_document, correction, correction, ruling, undoing, other_rules, new_reading,
)  # fmt: skip


@contextmanager
def nothing_kept(catalog: Catalog) -> Iterator[None]:
    """Count as if nothing was kept, from all documents."""
    folder, catalog.folder = catalog.folder, None
    forget(catalog)
    try:
        yield
    finally:
        catalog.folder = folder
        forget(catalog)


def forget(catalog: Catalog) -> None:
    """Be as a process that begins."""
    as_of._KEPT.pop(catalog, None)
    lines.TABLES._tables.pop(catalog, None)


def flat(unit: Counted) -> tuple[object, ...]:
    papers = [(paper.known, list(paper.facts), paper.numbers, paper.date, paper.rulings) for paper in unit.papers]
    procedure = unit.subject, unit.number, sorted(unit.copies)
    return unit.id, unit.municipality, unit.buyer, papers, unit.missing, unit.disputed, procedure, unit.place


def kept_units(catalog: Catalog) -> dict[CountedUnit, list[Counted]]:
    kept = as_of.file_now(catalog)
    assert kept is not None
    file, stamp = kept
    return {counts: list(units_at(file, stamp, file.order(counts, stamp))) for counts in CountedUnit}


def read_at_once(catalog: Catalog) -> AbstractContextManager[None]:
    """Every cell is read; a connection for each would cost more than all the rest."""
    kept = as_of.file_now(catalog)
    assert kept is not None
    return kept[0].held()


@cache
def counted_anew(home: Path) -> list[Definition]:
    """The findings that are not of a search."""
    found, wrong = readable(home)
    assert not wrong
    return [one for one in found if one.request is None]


def tables(archive: Archive, catalog: Catalog, some: slice) -> list[Table]:
    return [run(one, catalog, archive.search, archive.engine) for one in counted_anew(archive.home)[some]]


def lines_of_parts(archive: Archive, catalog: Catalog) -> set[str]:
    """The findings of municipalities that are added up from what documents add to them."""
    kept = as_of.file_now(catalog)
    assert kept is not None
    sources = [lines.KeptUnitRows(*kept, one, DerivationContext(None)) for one in counted_anew(archive.home)]
    return {one._definition.name for one in sources if one._parts}


def is_same(archive: Archive, catalog: Catalog, some: slice = slice(None)) -> None:
    """The file has what all documents come to: units, and tables, all or some, with their cells and facts."""
    forget(catalog)
    kept, counted = kept_units(catalog), tables(archive, catalog, some)
    with read_at_once(catalog):
        for table in counted:
            for cell in (cell for row in table.every_row for cell in row.cells):
                assert cell.documents == len({proof.document for proof in cell.proofs._read}), table.definition.name
    with nothing_kept(catalog):
        whole = as_of.state(catalog)
        for counts in CountedUnit:
            expected = {unit.id: flat(unit) for unit in whole.units(counts)}
            found = {unit.id: flat(unit) for unit in kept[counts]}
            assert found.keys() == expected.keys(), counts
            for id_, parts in expected.items():
                for one, other in zip(found[id_], parts, strict=True):
                    assert one == other, (counts, id_)
            assert [unit.id for unit in kept[counts]] == [unit.id for unit in whole.units(counts)], counts
        for one, other in zip(counted, tables(archive, catalog, some), strict=True):
            assert one == other, one.definition.name


@pytest.mark.parametrize("seed", range(2))
def test_whatever_changes_the_file_has_what_all_documents_come_to(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_and_compare(tmp_path / "home", Settings(), seed, monkeypatch)


def test_it_is_so_on_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty_catalog(tmp_path).close()
    change_and_compare(tmp_path / "home", Settings({"catalog_url": own_address()}), 3, monkeypatch)


@pytest.mark.parametrize("again", [0, 1], ids=["the same document", "another one"])
def test_an_older_catalog_that_was_put_back_and_changed_is_told_from_the_one_that_was_kept(
    tmp_path: Path, again: int
) -> None:
    """As many changes as before the exchange give it the same sequence number, and so many documents."""
    home, copy = tmp_path / "home", tmp_path / "older.sqlite"
    with Archive.open(home) as archive:
        ids = [add(archive, f"d{number}", [told("bids", "1"), told("municipality", "Ada")]) for number in range(3)]
        is_same(archive, archive.catalog)
    shutil.copy(home / "catalog.sqlite", copy)
    with Archive.open(home) as archive:
        decide(archive, ids[0], DecisionAction.CORRECT, told("bids", "4"), by="Ana")
        is_same(archive, archive.catalog)
        before = archive.catalog.history.newest().sequence
        kept_doubts(archive.catalog)
    shutil.copy(copy, home / "catalog.sqlite")
    with Archive.open(home) as archive:
        decide(archive, ids[again], DecisionAction.CORRECT, told("bids", "5"), by="Ana")
        assert archive.catalog.history.newest().sequence == before
        is_same(archive, archive.catalog)
        place = kept_doubts(archive.catalog).place()
        assert place is not None
        assert archive.catalog.history.has_been_at(place.sequence, place.event, place.hash)


@pytest.mark.parametrize("seed", range(4, 7))
def test_a_file_that_is_made_some_documents_at_a_time_has_what_all_come_to(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, ids = random.Random(seed), list[str]()
    monkeypatch.setattr(as_of._Kept, "_refresh", no_refresh(as_of._Kept._refresh))
    with Archive.open(tmp_path / "home") as archive:
        archive.catalog.limits = CatalogLimits(kept_portion=3, units_in_memory=0)
        for _ in range(25):
            new_document(archive, chance, ids)
        for _ in range(10):
            with suppress(DosijeError):
                chance.choice(CHANGES)(archive, chance, ids)
        is_same(archive, archive.catalog)
        for file in archive.cache.glob("units-*.sqlite"):
            file.unlink()
        taken = by_change._take
        portions: list[int] = []

        def killed_at_the_third(*told: Any) -> bool:
            if len(portions) == 2:
                raise KeyboardInterrupt
            portions.append(len(told[3]))
            return taken(*told)

        with monkeypatch.context() as patch:
            patch.setattr(by_change, "_take", killed_at_the_third)
            forget(archive.catalog)
            with pytest.raises(KeyboardInterrupt):
                kept_units(archive.catalog)
        assert len(portions) == 2
        assert min(portions) >= 3
        correction(archive, chance, ids)
        new_document(archive, chance, ids)
        is_same(archive, archive.catalog)


@pytest.mark.parametrize(
    ("places", "sizes"),
    [
        ("aaaab", [4, 1]),
        ("aabbbb", [2, 4]),
        ("a" * 20 + "b", [16, 4, 1]),
        ("abcdef", [2, 2, 2]),
        ("aaa.....", [3, 2, 2, 1]),
        ("", []),
    ],
)
def test_a_portion_ends_with_a_municipality_unless_that_is_large(places: str, sizes: list[int]) -> None:
    every = [(str(at), at, None if place == "." else place) for at, place in enumerate(places)]
    portions = list(by_change._portions(every, 2))
    assert [len(one) for one in portions] == sizes
    assert [pair for one in portions for pair in one.items()] == [(id_, at) for id_, at, _ in every]


def test_of_a_municipality_no_paper_is_read_but_that_which_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def noted(rows: Sequence[tuple[str, int, bytes]]) -> Iterator[Description]:
        read.extend(id_ for id_, *_ in rows)
        return parsed(rows)

    with Archive.open(tmp_path / "home", Settings()) as archive:
        for at in range(20):
            add(archive, f"d{at}", contract("Bor", f"404-{at}/2020", "Alfa d.o.o.", price(f"{at}.00")))
        archive.settle()
        as_of.file_now(archive.catalog)
        read, parsed = list[str](), units._descriptions
        monkeypatch.setattr(units, "_descriptions", noted)
        decide(archive, document_id("d3"), DecisionAction.CORRECT, told("date", "2020-05-06"))
        assert as_of.file_now(archive.catalog) is not None
        assert not set(read) - {document_id("d3")}


def test_of_several_that_make_the_file_at_once_each_document_is_read_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, ids = random.Random(8), list[str]()
    taken, read = by_change._take, list[str]()

    def noted(*told: Any) -> bool:
        read.extend(told[3])
        return taken(*told)

    monkeypatch.setattr(by_change, "_take", noted)
    with Archive.open(tmp_path / "home") as archive, Archive.open(tmp_path / "home") as other:
        for _ in range(20):
            new_document(archive, chance, ids)
        catalogs = [archive.catalog, other.catalog]
        for catalog in catalogs:
            catalog.limits = CatalogLimits(kept_portion=3, units_in_memory=0)
        with ThreadPoolExecutor(len(catalogs)) as threads:
            list(threads.map(kept_units, catalogs))
        assert sorted(read) == sorted(one.id for one in archive.catalog.documents.newest_first())
        for catalog in catalogs:
            is_same(archive, catalog)


def test_a_page_that_began_before_a_change_leaves_the_file_of_the_newer_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, ids = random.Random(9), list[str]()
    begin, begun = KeptUnits.begin, list[str]()

    def noted(file: KeptUnits, stamp: str) -> None:
        begun.append(stamp)
        begin(file, stamp)

    monkeypatch.setattr(KeptUnits, "begin", noted)

    def changed_by_others() -> None:
        with Archive.open(tmp_path / "home") as other:
            other.catalog.limits = CatalogLimits(units_in_memory=0)
            new_document(other, chance, ids)
            kept_units(other.catalog)

    with Archive.open(tmp_path / "home") as archive, ThreadPoolExecutor(1) as threads:
        archive.catalog.limits = CatalogLimits(units_in_memory=0)
        for _ in range(5):
            new_document(archive, chance, ids)
        kept_units(archive.catalog)
        with one_state():
            archive.catalog.history.stamp()
            threads.submit(changed_by_others).result()
            with pytest.raises(ArchiveBusy):
                kept_units(archive.catalog)
        assert len(begun) == 1
        is_same(archive, archive.catalog)


@pytest.mark.parametrize("is_kept", [False, True], ids=["of all", "of those that changed"])
def test_who_does_not_wait_is_told_how_far_it_is_and_it_is_done_beside_him(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_kept: bool
) -> None:
    chance, ids = random.Random(10), list[str]()
    monkeypatch.setattr(as_of._Kept, "_refresh", no_refresh(as_of._Kept._refresh))
    with Archive.open(tmp_path / "home") as archive:
        catalog = archive.catalog
        catalog.limits = CatalogLimits(kept_portion=3, units_in_memory=0)
        for _ in range(60):
            new_document(archive, chance, ids)
        NearDuplicateLinker(catalog).update()
        portions = iter((False, False, True))
        assert not as_of.keep_units(catalog, lambda: next(portions)), "it stops where it is told to"
        if is_kept:
            assert as_of.keep_units(catalog)
            for _ in range(9):
                new_document(archive, chance, ids)
            share = "86 %"
        else:
            file = file_of(catalog)
            assert file is not None
            assert 3 <= file.count() < 60
            share = f"{100 * file.count() // 60} %"
        catalog.limits = CatalogLimits(kept_portion=3, units_in_memory=0, is_awaiting_units=False)
        with pytest.raises(FindingsBehind, match=f" {share} is done"):
            as_of.file_now(catalog)
        kept = as_of._kept(catalog)
        if (thread := kept.aside._thread) is not None:  # It may have ended by now.
            thread.join()
        assert kept._file is not None
        assert kept._file.stamp() == catalog.history.stamp()
        looks = chain((False, False), repeat(True))
        definitions, _ = readable(archive.home)
        assert not keep_findings(definitions, catalog, lambda: next(looks)), "so is what units add"
        assert keep_findings(definitions, catalog)
        is_same(archive, catalog)


def test_somebody_else_may_write_the_file_while_it_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, ids = random.Random(12), list[str]()
    with Archive.open(tmp_path / "home") as archive:
        catalog = archive.catalog
        for _ in range(20):
            new_document(archive, chance, ids)
        assert as_of.keep_units(catalog)
        new_document(archive, chance, ids)
        counted = by_change.counted

        def overtaken(known: Known) -> CountedDocument:
            monkeypatch.setattr(by_change, "counted", counted)
            assert as_of.file_now(catalog) is not None
            return counted(known)

        monkeypatch.setattr(by_change, "counted", overtaken)
        assert as_of.keep_units(catalog)
        assert by_change.counted is counted, "somebody else was first"
        is_same(archive, catalog)


def test_who_cannot_write_what_units_add_does_not_try_for_ever(tmp_path: Path) -> None:
    chance, ids = random.Random(13), list[str]()
    with Archive.open(tmp_path / "home") as archive:
        catalog = archive.catalog
        for _ in range(20):
            new_document(archive, chance, ids)
        definitions, _ = readable(archive.home)
        assert as_of.keep_units(catalog)
        kept = as_of.file_now(catalog)
        assert kept is not None
        file = kept[0]._file
        assert file._path is not None
        file.wait = 0
        with KeptUnits(file._path).writing():
            assert not keep_findings(definitions, catalog)
        assert keep_findings(definitions, catalog)
        is_same(archive, catalog)


def units_then(catalog: Catalog, event: int) -> dict[CountedUnit, list[tuple[object, ...]]]:
    """All units after an event."""
    then = as_of.past_units_of(catalog, event)
    stamp = then.stamp or ""
    return {counts: [flat(unit) for unit in units_at(then.file, stamp, then.file.order(counts, stamp))]
            for counts in CountedUnit}  # fmt: skip


def go_back_and_compare(home: Path, settings: Settings, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance, ids = random.Random(seed), list[str]()
    with Archive.open(home, settings) as archive:
        seen = archive.catalog, archive.catalog.hiding(frozenset({"secret"}))
        for number in range(MOST_WITH_ONE_KEY - 2):
            add(archive, f"plan{number}", [told("kind", "procurement_plan"), told("amount", AMOUNTS[0])])
        for _ in range(40):
            new_document(archive, chance, ids)
        NearDuplicateLinker(archive.catalog).update()
        moments = []
        for _ in range(4):
            archive.catalog.vendors.identify()
            moments.append([catalog.events.newest() for catalog in seen])
            for _ in range(3):
                with suppress(DosijeError):
                    chance.choice(CHANGES)(archive, chance, ids)
        with suppress(DosijeError):
            archive.catalog.vendors.merge("Alfa d.o.o.", "Beta d.o.o.", "Ana")
        archive.catalog.vendors.identify()
        NearDuplicateLinker(archive.catalog).update()
        for catalog, events in zip(seen, zip(*moments, strict=True), strict=True):
            catalog.limits = CatalogLimits(kept_portion=chance.choice((8, 1_000)), anew_share=1)
            with nothing_kept(catalog):
                expected = [units_then(catalog, event) for event in events]
            with monkeypatch.context() as patch:
                patch.setattr(past, "fill", None)
                assert [units_then(catalog, event) for event in events] == expected


def test_a_file_of_then_that_is_made_from_that_of_now_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_back_and_compare(tmp_path / "home", Settings(), 0, monkeypatch)


def test_so_it_is_on_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty_catalog(tmp_path).close()
    go_back_and_compare(tmp_path / "home", Settings({"catalog_url": own_address()}), 5, monkeypatch)


def change_and_compare(home: Path, settings: Settings, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance, ids = random.Random(seed), list[str]()
    (home / "findings").mkdir(parents=True)
    for name, (group, facts) in OWN.items():
        lines = f'title = "{name}"\nabout = "x"\ncounts = "municipalities"\ngroup = ["{group}"]\n[facts]\n{facts}\n'
        (home / "findings" / f"{name}.toml").write_text(lines, encoding="utf-8")
    with Archive.open(home, settings) as archive:
        # Sums that are in so many papers that a few more or less decide whether they tell anything.
        for number in range(MOST_WITH_ONE_KEY - 2):
            add(
                archive,
                f"plan{number}",
                [told("kind", "procurement_plan"), *(told("amount", sum_) for sum_ in AMOUNTS)],
            )
        for _ in range(12):
            new_document(archive, chance, ids)
        NearDuplicateLinker(archive.catalog).update()
        seen = archive.catalog, archive.catalog.hiding(frozenset({"secret"}))
        for catalog in seen:
            is_same(archive, catalog)
            expected = {"capabilities", "watched-by-buyer", "bids-in-any-paper"}
            assert lines_of_parts(archive, catalog) == expected
        monkeypatch.setattr(as_of._Kept, "_refresh", no_refresh(as_of._Kept._refresh))
        for number in range(10):
            for _ in range(chance.choice((1, 1, 3))):
                with suppress(DosijeError):
                    chance.choice(CHANGES)(archive, chance, ids)
            # In turns, as each second finding: what a file missed is made up for at once with what comes next.
            is_same(archive, seen[number % 2], slice(number // 2 % 2, None, 2))
        for catalog in seen:
            is_same(archive, catalog)


def no_refresh(refresh: Callable[..., object]) -> Callable[..., object]:
    """All documents may be read where nothing is kept, and nowhere else."""

    def checked(self: as_of._Kept, catalog: object) -> object:
        assert self._file is None, "all documents were read"
        return refresh(self, catalog)

    return checked


def test_templates_of_an_older_catalog_that_was_put_back_are_not_those_that_were_kept(tmp_path: Path) -> None:
    home, copy = tmp_path / "home", tmp_path / "older.sqlite"
    with Archive.open(home) as archive:
        add(archive, "d0", [])
    shutil.copy(home / "catalog.sqlite", copy)
    read = set()
    for name in ("d1", "d2"):
        with Archive.open(home) as archive:
            add(archive, name, [])
            as_of = archive.catalog.events.newest_read()
            assert read_templates(archive.catalog, None, as_of) is None
            keep_templates(archive.catalog, None, as_of, ())
            assert read_templates(archive.catalog, None, as_of) == ()
            read.add(as_of)
        shutil.copy(copy, home / "catalog.sqlite")
    assert len(read) == 1
