"""Today's rules over stored readings, with real files in a real archive."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pysqlite3
import pytest

from archive.archive import Archive
from archive.errors import UnknownDocument
from archive.model import Fact, FactStatus, Span
from archive.model.decisions import METHOD, Decision, DecisionAction
from archive.search.request import SearchRequest
from indexer.ingest.extracting import ExtractReport, ExtractSummary, extract_again
from indexer.ingest.progress import AddOptions, Progress
from indexer.ingest.run import add
from tests.indexer.killing import run_and_kill

pytestmark = pytest.mark.usefixtures("warm_readers")

PLACES = ("Нишу", "Зрењанину", "Бечеју", "Краљеву")

EXTRACTING = """
import sys
from pathlib import Path
from archive.archive import Archive
from indexer.ingest.extracting import extract_again
from indexer.ingest.progress import Progress
from tests.indexer.killing import stopping_after

with Archive.open(Path(sys.argv[1])) as archive:
    extract_again(archive, [], stopping_after(11), Progress(), jobs=1, apply=True)
"""


def contracts(archive: Archive, folder: Path, count: int = 2) -> list[str]:
    """Contracts whose kind and year the rules find."""
    paths = []
    for number in range(count):
        path = folder / f"ugovor {number}.txt"
        place = PLACES[number % len(PLACES)]
        path.write_text(f"УГОВОР О ЈАВНОЈ НАБАВЦИ {number}\n\nзакључен дана 12. марта 2021. године у {place}", "utf-8")
        paths.append(path)
    reports: list[str] = []
    options = AddOptions(1, "never", "main", retry_failed=False)
    add(archive, paths, options, lambda report: reports.append(report.id or ""), Progress())
    return reports


def extract(
    archive: Archive, *ids: str, apply: bool = False, jobs: int = 1, words_for_a_process: int = 1 << 20
) -> tuple[ExtractSummary, list[ExtractReport]]:
    reports: list[ExtractReport] = []
    summary = extract_again(
        archive, ids, reports.append, Progress(), jobs=jobs, apply=apply, words_for_a_process=words_for_a_process
    )
    return summary, reports


def spoil(archive: Archive, id_: str) -> tuple[Fact, ...]:
    """Put facts of a worse rule in the place of those that were found; gives the good ones."""
    good = archive.catalog.facts.extracted(id_)
    worse = [
        Fact("kind", "minutes", Span(id_, 1, 0, 0), "kind.worse", 0.5),
        Fact("vendor", "Niko d.o.o.", Span(id_, 1, 0, 0), "vendor.worse", 0.5),
        *(fact for fact in good if fact.field not in {"kind", "year"}),
    ]
    archive.catalog.facts.replace_extracted(id_, 1, worse)
    return good


def test_what_would_change_is_shown_and_nothing_is_changed(archive: Archive, tmp_path: Path) -> None:
    spoilt, other = contracts(archive, tmp_path)
    spoil(archive, spoilt)
    before, events = archive.catalog.facts.of(spoilt), archive.catalog.events.verify()
    summary, reports = extract(archive)
    assert {(report.id, report.status) for report in reports} == {(spoilt, "changed"), (other, "unchanged")}
    (changed,) = (report for report in reports if report.differences)
    assert {(one.field, str(one.difference)) for one in changed.differences} == {
        ("kind", "changed"),
        ("vendor", "removed"),
        ("year", "added"),
    }
    assert (summary.documents, summary.changed, summary.failed, summary.applied) == (2, 1, 0, False)
    assert summary.fields["vendor"] == {"added": 0, "removed": 1, "changed": 0, "evidence": 0}
    assert (archive.catalog.facts.of(spoilt), archive.catalog.events.verify()) == (before, events)


def test_what_is_applied_is_found_at_once_and_only_once(archive: Archive, tmp_path: Path) -> None:
    spoilt, other = contracts(archive, tmp_path)
    good = spoil(archive, spoilt)
    events = archive.catalog.events.verify()
    summary, _ = extract(archive, spoilt[:10], apply=True)
    assert (summary.documents, summary.changed, summary.applied) == (1, 1, True)
    assert archive.catalog.facts.of(spoilt) == good
    assert archive.catalog.events.verify() == events + 1
    found = archive.search.search(SearchRequest("", {"kind": ("contract",)}))
    assert {hit.id for hit in found.hits} == {spoilt, other}
    assert extract(archive, apply=True)[0].changed == 0
    assert archive.catalog.events.verify() == events + 1


def test_what_a_person_decided_stays_and_can_be_undone(archive: Archive, tmp_path: Path) -> None:
    (id_,) = contracts(archive, tmp_path, 1)
    good = spoil(archive, id_)
    corrected = Fact("kind", "report", None, METHOD, 1.0, FactStatus.CORRECTED)
    decisions = [
        Decision(id_, "kind", DecisionAction.CORRECT, "ana", (corrected,)),
        Decision(id_, "year", DecisionAction.CORRECT, "ana"),
    ]
    archive.catalog.decisions.record(decisions)
    summary, (report,) = extract(archive, apply=True)
    assert [(one.field, str(one.difference)) for one in report.differences] == [("vendor", "removed")]
    assert summary.changed == 1
    assert {fact.field: fact.value for fact in archive.catalog.facts.of(id_)}["kind"] == "report"
    for _ in decisions:
        archive.catalog.decisions.undo(id_, None, "ana")
    assert archive.catalog.facts.of(id_) == good, "what today's rules find was stored under the decisions"


def test_several_processes_find_the_same(archive: Archive, tmp_path: Path) -> None:
    ids = contracts(archive, tmp_path, 6)
    good = {id_: spoil(archive, id_) for id_ in ids}
    summary, reports = extract(archive, apply=True, jobs=2, words_for_a_process=2)
    assert (summary.documents, summary.changed, summary.failed) == (6, 6, 0)
    assert sorted(report.id for report in reports) == sorted(ids)
    assert archive.catalog.facts.by_document(ids) == good


def test_a_container_s_list_of_names_states_no_facts(archive: Archive, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "ugovori.zip", "w") as packed:
        packed.writestr("УГОВОР О ЈАВНОЈ НАБАВЦИ 2021.txt", "kamere")
    options = AddOptions(1, "never", "main", retry_failed=False)
    add(archive, [tmp_path / "ugovori.zip"], options, lambda _: None, Progress())
    assert extract(archive)[0].changed == 0


def test_a_document_whose_words_are_damaged_fails_alone(archive: Archive, tmp_path: Path) -> None:
    ids = contracts(archive, tmp_path)
    with pysqlite3.connect(str(tmp_path / "home" / "catalog.sqlite")) as connection:
        connection.execute("UPDATE page_words SET packed = x'00' WHERE document = ?", (ids[0],))
    connection.close()
    summary, reports = extract(archive)
    assert (summary.documents, summary.failed) == (2, 1)
    (failed,) = (report for report in reports if report.status == "failed")
    assert failed.id == ids[0]
    assert ids[0] in (failed.reason or "")


def test_an_unknown_document_stops_it_before_anything_is_done(archive: Archive, tmp_path: Path) -> None:
    (id_,) = contracts(archive, tmp_path, 1)
    spoil(archive, id_)
    events = archive.catalog.events.verify()
    with pytest.raises(UnknownDocument):
        extract(archive, id_, "0" * 12, apply=True)
    assert archive.catalog.events.verify() == events


def test_a_killed_run_is_taken_up_by_the_next(archive: Archive, tmp_path: Path) -> None:
    ids = contracts(archive, tmp_path, 12)
    good = {id_: spoil(archive, id_) for id_ in ids}
    assert run_and_kill(EXTRACTING, [tmp_path / "home"], reports=4, pause=random.Random(5).uniform(0, 0.01)) == -9
    states = archive.catalog.facts.by_document(ids)
    done = [id_ for id_ in ids if states[id_] == good[id_]]
    assert len(done) >= 4, "what was reported is stored"
    assert all(len(states[id_]) > 0 for id_ in ids)
    summary, _ = extract(archive, apply=True)
    assert summary.changed == len(ids) - len(done)
    assert archive.catalog.facts.by_document(ids) == good
    assert archive.search.search(SearchRequest("", {"year": ("2021",)})).total == len(ids)
