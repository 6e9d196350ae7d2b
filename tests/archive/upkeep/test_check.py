"""Whatever is changed behind the archive's back is noticed and named; what is not changed is not complained of."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pysqlite3
import pytest

from archive.archive import Archive
from archive.errors import CatalogError
from archive.model.words import Words
from archive.search.whoosh_engine.layout import BLOCK
from archive.store.sql.wordpack import pack, unpack
from archive.upkeep.check import check
from archive.upkeep.problems import REMEDIES, Severity
from archive.upkeep.problems import ProblemKind as Kind
from tests.archive.upkeep.homes import DOCUMENTS, checked, execute, fill, flip, problems
from tests.store_samples import sample

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"
PAGE = 4096
"""Bytes of a page of SQLite's."""

FIRST = sample(0).id
SECOND = sample(1).id

Tampering = Callable[[Path], None]


def sql(*statements: str) -> Tampering:
    return lambda home: execute(home, *statements)


def change_original(home: Path) -> None:
    flip(home / "originals" / FIRST[:2] / FIRST[2:4] / FIRST, 3)


def lose_original(home: Path) -> None:
    (home / "originals" / SECOND[:2] / SECOND[2:4] / SECOND).unlink()


def change_word(home: Path) -> None:
    """As somebody does it who knows how words are packed."""
    connection = pysqlite3.connect(str(home / "catalog.sqlite"))
    with connection:
        at = "FROM page_words WHERE document = ? AND page = 1"
        (packed,) = connection.execute(f"SELECT packed {at}", (FIRST,)).fetchone()
        words = unpack(packed)
        texts = ("Раскид", *words.texts[1:])
        other = pack(Words(texts, words.boxes, words.confidences, words.breaks))
        connection.execute("UPDATE page_words SET packed = ? WHERE document = ? AND page = 1", (other, FIRST))
    connection.close()


def flip_words(home: Path) -> None:
    connection = pysqlite3.connect(str(home / "catalog.sqlite"))
    with connection:
        at = "document = ? AND page = 1"
        (packed,) = connection.execute(f"SELECT packed FROM page_words WHERE {at}", (FIRST,)).fetchone()
        packed = packed[:40] + bytes([packed[40] ^ 1]) + packed[41:]
        connection.execute(f"UPDATE page_words SET packed = ? WHERE {at}", (packed, FIRST))
    connection.close()


def flip_in_index(folder: str, suffix: str) -> Tampering:
    def tamper(home: Path) -> None:
        (file,) = (home / folder).glob(f"gen-*/*{suffix}")
        flip(file, 8)

    return tamper


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive that was checked once, so that its digests are recorded."""
    home = tmp_path_factory.mktemp("made") / "home"
    fill(home)
    assert checked(home).sealed == DOCUMENTS
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "home")


OF_FIRST = f"document = '{FIRST}'"
MUTATIONS: dict[str, tuple[Tampering, Kind, str]] = {
    "a byte of an original": (change_original, Kind.ORIGINAL_DAMAGED, FIRST),
    "an original": (lose_original, Kind.ORIGINAL_DAMAGED, SECOND),
    "a word of a reading": (change_word, Kind.READING_CHANGED, f"{FIRST}, reading 1"),
    "a bit of a reading": (flip_words, Kind.READING_DAMAGED, f"{FIRST}, reading 1"),
    "the words of a page": (
        sql(f"DELETE FROM page_words WHERE {OF_FIRST} AND page = 2"), Kind.READING_DAMAGED, FIRST,
    ),
    "a page's number of words": (
        sql(f"UPDATE pages SET word_count = word_count + 1 WHERE {OF_FIRST} AND number = 1"),
        Kind.READING_DAMAGED, FIRST,
    ),
    "a page's source": (
        sql(f"UPDATE pages SET source = 'text' WHERE {OF_FIRST} AND number = 1"), Kind.READING_CHANGED, FIRST,
    ),
    "a page's source, senseless": (
        sql(f"UPDATE pages SET source = 'none such' WHERE {OF_FIRST} AND number = 1"), Kind.READING_DAMAGED, FIRST,
    ),
    "a document's number of words": (
        sql(f"UPDATE documents SET word_count = 7 WHERE id = '{FIRST}'"), Kind.READING_DAMAGED, FIRST,
    ),
    "a page's number of words, senseless": (
        sql(f"UPDATE pages SET word_count = 'many' WHERE {OF_FIRST} AND number = 1"), Kind.CATALOG_DAMAGED, FIRST,
    ),
    "a document's name": (
        sql(f"UPDATE documents SET filename = 'drugi.pdf' WHERE id = '{FIRST}'"), Kind.RECORD_CHANGED, FIRST,
    ),
    "where a document came from": (
        sql(f"UPDATE sources SET path = '/scans/drugi.pdf' WHERE {OF_FIRST}"), Kind.RECORD_CHANGED, FIRST,
    ),
    "a document's moment, senseless": (
        sql(f"UPDATE documents SET added_at = 'once' WHERE id = '{FIRST}'"), Kind.CATALOG_DAMAGED, FIRST,
    ),
    "a fact's span, out of the reading": (
        sql(f"UPDATE facts SET last_word = 5000 WHERE {OF_FIRST} AND field = 'vendor'"), Kind.EVIDENCE_ASTRAY, FIRST,
    ),
    "a fact's span, by a word": (
        sql(f"UPDATE facts SET last_word = last_word + 1 WHERE {OF_FIRST} AND field = 'kind'"),
        Kind.FACT_CHANGED, FIRST,
    ),
    "a fact": (sql(f"DELETE FROM facts WHERE {OF_FIRST} AND field = 'kind'"), Kind.FACT_CHANGED, FIRST),
    "a decision": (
        sql(f"UPDATE decided_facts SET value = '1999' WHERE {OF_FIRST}"), Kind.DECISION_CHANGED, FIRST,
    ),
    "whose decision it was": (sql("UPDATE decisions SET by = 'iva'"), Kind.DECISION_CHANGED, FIRST),
    "a clause's span": (
        sql(f"UPDATE clauses SET first_word = 900, last_word = 901 WHERE {OF_FIRST}"), Kind.EVIDENCE_ASTRAY, FIRST,
    ),
    "a clause's label": (sql(f"UPDATE clauses SET label = 'Član 2.' WHERE {OF_FIRST}"), Kind.CLAUSE_CHANGED, FIRST),
    "an annotation's place": (
        sql(f"UPDATE annotations SET last_word = 700 WHERE {OF_FIRST}"), Kind.EVIDENCE_ASTRAY, FIRST,
    ),
    "an event's detail": (
        sql("UPDATE events SET detail = replace(detail, 'ugovor', 'govor') WHERE seq = 3"),
        Kind.EVENT_LOG_BROKEN, "event 3",
    ),
    "an event's moment, senseless": (sql("UPDATE events SET at = 'once' WHERE seq = 3"), Kind.EVENT_LOG_BROKEN, "log"),
    "an event in the middle": (sql("DELETE FROM events WHERE seq = 4"), Kind.EVENT_LOG_BROKEN, "event 4"),
    "the last events": (sql("DELETE FROM events WHERE seq > 10"), Kind.EVENT_LOG_CUT, "event 15"),
    "the event of a decision": (sql("DELETE FROM events WHERE seq >= 9"), Kind.CATALOG_DAMAGED, "catalog.sqlite"),
    "a whole document": (
        sql(
            *(f"DELETE FROM {table} WHERE document = '{SECOND}'" for table in (
                "clauses", "facts", "page_words", "pages", "readings", "sources", "index_records")),
            f"DELETE FROM documents WHERE id = '{SECOND}'",
        ),
        Kind.DOCUMENT_MISSING, SECOND,
    ),
    "rows that others point at": (
        sql(f"DELETE FROM pages WHERE {OF_FIRST} AND number = 1"), Kind.CATALOG_DAMAGED, "catalog.sqlite",
    ),
    **{
        f"a bit of {folder}/*{suffix}": (flip_in_index(folder, suffix), Kind.INDEX_DAMAGED, folder)
        for folder in ("index", "index/clauses")
        for suffix in (".terms", ".pieces", ".frequencies", ".positions", ".columns", ".toc")
    },
    "what copies are found by": (
        sql(f"UPDATE signatures SET numbers = x'00' WHERE {OF_FIRST}"), Kind.COMPUTED_CHANGED, FIRST,
    ),
    "the bands of it": (sql("UPDATE signature_bands SET band = band + 1"), Kind.COMPUTED_CHANGED, "document"),
    "a link to a copy": (sql("UPDATE likenesses SET wording = 0.01"), Kind.COMPUTED_CHANGED, "document"),
    "what a vendor is called": (sql("UPDATE vendors SET name = 'Treća d.o.o.'"), Kind.COMPUTED_CHANGED, "vendors"),
    "who is a vendor": (sql("UPDATE vendor_mentions SET won = NOT won"), Kind.COMPUTED_CHANGED, "vendors"),
    "what vendors are found by": (sql("DELETE FROM vendor_keys"), Kind.COMPUTED_CHANGED, "vendors"),
    "what the index holds": (
        sql(
            f"UPDATE documents SET revision = 9 WHERE id = '{FIRST}'",
            f"UPDATE index_records SET revision = 9 WHERE {OF_FIRST}",
        ),
        Kind.INDEX_DIFFERS, "index",
    ),
}  # fmt: skip


@pytest.mark.parametrize("changed", MUTATIONS)
def test_every_change_is_noticed_by_name(home: Path, changed: str) -> None:
    tamper, kind, where = MUTATIONS[changed]
    tamper(home)
    report = checked(home)
    named = [problem for problem in report.problems if problem.kind is kind]
    assert named, report.problems
    assert where in named[0].where
    assert named[0].severity is Severity.DAMAGE
    assert named[0].message.endswith(".")
    assert report.needs_a_person


def test_a_whole_archive_is_well_and_the_check_is_an_event(home: Path) -> None:
    first, second = checked(home), checked(home)
    assert (first.problems, first.needs_a_person, first.complete) == ([], False, True)
    assert (first.documents, first.pages, first.words) == (DOCUMENTS, 3 * DOCUMENTS, 34 * DOCUMENTS)
    assert first.bytes == sum(len(f"original {number}") for number in range(DOCUMENTS))
    assert (first.sealed, second.sealed, second.events) == (0, 0, first.events + 1)
    connection = pysqlite3.connect(str(home / "catalog.sqlite"))
    last = "SELECT name, document, detail, hash FROM events ORDER BY seq DESC LIMIT 1"
    name, document, detail, hash_ = connection.execute(last).fetchone()
    connection.close()
    assert (name, document, hash_) == ("fixity check", None, second.head)
    told = json.loads(detail)
    assert (told["outcome"], told["documents"], told["problems"]) == ("pass", DOCUMENTS, {})


def test_what_the_program_changes_is_no_problem(home: Path) -> None:
    with Archive.open(home) as archive, archive.writing():
        facts = archive.catalog.facts.extracted(SECOND)[1:]
        assert archive.catalog.facts.replace_extracted(SECOND, 1, facts)
        archive.catalog.decisions.undo(FIRST, None, "iva")
        archive.indexing.index_due()
    report = checked(home)
    assert (report.problems, report.sealed) == ([], 2)
    execute(home, f"UPDATE facts SET confidence = 0.1 WHERE document = '{SECOND}'")
    assert [problem.kind for problem in problems(home)] == [Kind.FACT_CHANGED]


def test_a_budget_is_spent_on_documents_in_turn(home: Path) -> None:
    change_original(home)
    runs = [checked(home, budget=1e-9) for _ in range(DOCUMENTS)]
    assert [run.documents for run in runs] == [1] * DOCUMENTS
    assert sum(len(run.problems) for run in runs) == 1
    assert not runs[0].complete
    assert checked(home, budget=60).complete


def test_leftovers_are_noticed_and_are_no_damage(home: Path) -> None:
    with Archive.open(home) as archive:
        source = home.parent / "rest.txt"
        source.write_bytes(b"left by a run that was killed")
        left = archive.originals.take_in(source).id
        with archive.writing():
            assert check(archive).problems == []
        sample(9).add_to(archive.catalog)
    (home / "originals" / sample(9).id[:2]).mkdir(exist_ok=True)
    found = {problem.kind: problem for problem in problems(home)}
    assert left in found[Kind.ORIGINAL_UNKNOWN].where
    assert found[Kind.INDEX_BEHIND].severity is found[Kind.ORIGINAL_UNKNOWN].severity is Severity.NOTICE
    assert sample(9).id in found[Kind.ORIGINAL_DAMAGED].where


def test_a_catalog_torn_to_pieces_is_named(home: Path) -> None:
    path = home / "catalog.sqlite"
    content = bytearray(path.read_bytes())
    with Archive.open(home) as archive:
        for page in range(4, len(content) // PAGE):
            content[page * PAGE : page * PAGE + 64] = b"\xff" * 64
        path.write_bytes(content)
        report = check(archive)
    kinds = {problem.kind for problem in report.problems}
    assert Kind.CATALOG_DAMAGED in kinds
    assert kinds <= {Kind.CATALOG_DAMAGED, Kind.EVENT_LOG_BROKEN}
    assert report.needs_a_person


def test_a_schema_whose_bytes_are_no_text_is_named(home: Path) -> None:
    path = home / "catalog.sqlite"
    schema = b"CREATE TABLE documents"
    path.write_bytes(path.read_bytes().replace(schema, schema.replace(b"E ", b"\xe8 ", 1)))
    with pytest.raises(CatalogError, match="failed"):
        Archive.open(home)


def test_every_kind_has_a_remedy_and_stands_in_the_operations_page() -> None:
    page = OPERATIONS.read_text(encoding="utf-8")
    for kind in Kind:
        assert REMEDIES[kind]
        assert f"| {kind} |" in page


def test_index_blocks_are_read_to_their_ends(home: Path) -> None:
    """A flipped bit at any place of a file of more than one block."""
    fill(home, range(10, 30))
    (file,) = (path for path in (home / "index").glob("gen-*/*.columns") if path.stat().st_size > 2 * BLOCK)
    for at in (BLOCK + 8, file.stat().st_size // 2, file.stat().st_size - 8):
        flip(file, at)
        assert [problem.kind for problem in problems(home)] == [Kind.INDEX_DAMAGED]
        flip(file, at)
    assert problems(home) == []
