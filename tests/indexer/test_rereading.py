"""Reading documents again, with real files in a real archive."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.archive import Archive
from archive.errors import UnknownDocument
from archive.model import FactStatus, TextSource
from archive.model.decisions import Decision, DecisionAction
from archive.model.quality import Quality
from archive.search.request import SearchRequest
from indexer.ingest.progress import AddOptions, FileReport, Progress
from indexer.ingest.rereading import RereadOptions, RereadReport, RereadSummary, of_quality, reread
from indexer.ingest.run import add
from tests.indexer_samples import letter_pdf, scan, scanned_pdf

pytestmark = pytest.mark.usefixtures("warm_readers")

OPTIONS = RereadOptions(jobs=1, ocr="never")


def add_file(archive: Archive, path: Path) -> str:
    reports: list[FileReport] = []
    add(archive, [path], AddOptions(1, "never", "main", retry_failed=False), reports.append, Progress())
    assert reports[0].id is not None
    return reports[0].id


def read_again(
    archive: Archive, *ids: str, options: RereadOptions = OPTIONS
) -> tuple[RereadSummary, list[RereadReport]]:
    reports: list[RereadReport] = []
    return reread(archive, ids, options, reports.append, Progress()), reports


def test_a_scan_added_without_ocr_is_read_by_ocr_and_found(archive: Archive, tmp_path: Path) -> None:
    scanned_pdf(scan(letter_pdf())).save(tmp_path / "scan.pdf")
    id_ = add_file(archive, tmp_path / "scan.pdf")
    assert list(of_quality(archive, ["unreliable"])) == [id_]
    assert archive.search.search(SearchRequest("Dunavgrad")).total == 0

    summary, (report,) = read_again(archive, id_[:10], options=RereadOptions(jobs=1, ocr="auto"))

    assert (summary.reread, summary.failed, summary.pages) == (1, 0, 1)
    assert (report.id, report.status, report.reading, report.reason) == (id_, "reread", 2, None)
    assert report.quality in {Quality.GOOD, Quality.FAIR}
    (hit,) = archive.search.search(SearchRequest("Dunavgrad")).hits
    assert [page.number for page in hit.pages] == [1]
    assert hit.description.quality is report.quality
    (old,), (new,) = (archive.catalog.readings.get(id_, number).pages for number in (1, 2))
    assert (old.source, old.word_count, new.source) == (TextSource.NONE, 0, TextSource.OCR)


def test_rules_read_the_new_words_and_a_person_s_word_stays(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "ugovor.txt"
    path.write_text("УГОВОР О ЈАВНОЈ НАБАВЦИ\n\nзакључен дана 12. марта 2021. године у Нишу", encoding="utf-8")
    id_ = add_file(archive, path)
    before = archive.catalog.facts.of(id_)
    assert before
    read_again(archive, id_)
    after = archive.catalog.facts.of(id_)
    assert [fact.value for fact in after] == [fact.value for fact in before]
    assert {fact.span.reading for fact in after if fact.span} == {2}
    archive.catalog.decisions.record([Decision(id_, after[0].field, DecisionAction.CONFIRM, "ana")])
    read_again(archive, id_)
    (confirmed,) = (fact for fact in archive.catalog.facts.of(id_) if fact.field == after[0].field)
    assert (confirmed.value, confirmed.status) == (after[0].value, FactStatus.CONFIRMED)
    assert confirmed.span is not None
    assert (confirmed.span.reading, confirmed.details["carried_from"]) == (3, "2")
    assert archive.catalog.documents.find(id_).reading == 3


def test_the_words_of_a_confirmed_award_s_parts_are_found_again(archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "odluka.txt"
    path.write_text(
        "ODLUKA O DODELI UGOVORA\n\nUgovor se dodeljuje ponuđaču „Vidozor” d.o.o. Zrenjanin, u iznosu od "
        "90.000,00 dinara bez PDV.",
        encoding="utf-8",
    )
    id_ = add_file(archive, path)
    (before,) = (fact for fact in archive.catalog.facts.of(id_) if fact.field == "award")
    archive.catalog.decisions.record([Decision(id_, "award", DecisionAction.CONFIRM, "ana", old=before.value)])
    read_again(archive, id_)
    (after,) = (fact for fact in archive.catalog.facts.of(id_) if fact.field == "award")
    assert after.status is FactStatus.CONFIRMED
    assert after.details["carried_from"] == "1"
    for name in ("vendor_words", "amount_words"):
        assert after.details[name] == before.details[name]


def test_a_document_that_cannot_be_read_keeps_its_reading_and_the_rest_goes_on(
    archive: Archive, tmp_path: Path
) -> None:
    ids = []
    for name in ("prvi", "drugi"):
        (tmp_path / f"{name}.txt").write_text(f"{name} dopis o kamerama", encoding="utf-8")
        ids.append(add_file(archive, tmp_path / f"{name}.txt"))
    damaged = archive.originals.local(ids[0])
    damaged.chmod(0o644)
    damaged.write_bytes(b"%PDF-1.7\nno longer what it was")
    before = archive.catalog.documents.find(ids[0])

    summary, reports = read_again(archive, *ids)

    assert (summary.reread, summary.failed) == (1, 1)
    by_id = {report.id: report for report in reports}
    assert by_id[ids[0]].status == "failed"
    assert by_id[ids[0]].reason
    assert by_id[ids[1]].reading == 2
    assert archive.catalog.documents.find(ids[0]) == before
    assert archive.catalog.failures.all() == ()


def test_an_unknown_id_stops_before_anything_is_read(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "dopis.txt").write_text("dopis o kamerama", encoding="utf-8")
    id_ = add_file(archive, tmp_path / "dopis.txt")
    with pytest.raises(UnknownDocument):
        read_again(archive, id_, "0" * 12)
    assert archive.catalog.documents.find(id_).reading == 1


def test_a_document_named_twice_is_read_once(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "dopis.txt").write_text("dopis o kamerama", encoding="utf-8")
    id_ = add_file(archive, tmp_path / "dopis.txt")
    summary, _ = read_again(archive, id_, id_[:9])
    assert (summary.reread, archive.catalog.documents.find(id_).reading) == (1, 2)
