"""The cached file of units that findings count: documents, their facts by field, the units built from them, and the
contribution of each unit to findings (:mod:`archive.store.kept.lines`).

It is in the cache and may be deleted; a process that computes a newer state writes the changes. Each document row
carries its sequence number, and the file a stamp of the catalog's state. A file that cannot be read is rebuilt.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import local
from typing import Any, NamedTuple

from archive.store.sql.kept_database import FAILURES, KeptDatabase, is_busy

_TABLES = """
CREATE TABLE state (stamp TEXT NOT NULL, version INTEGER NOT NULL);
CREATE TABLE papers (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, told BLOB NOT NULL, place TEXT NOT NULL)
    WITHOUT ROWID;
CREATE INDEX papers_by_place ON papers (place);
CREATE TABLE paper_keys (key TEXT, document TEXT, PRIMARY KEY (key, document)) WITHOUT ROWID;
CREATE INDEX paper_keys_by_document ON paper_keys (document);
CREATE TABLE copies (document TEXT, other TEXT, PRIMARY KEY (document, other)) WITHOUT ROWID;
CREATE TABLE facts (field TEXT, document TEXT, told TEXT NOT NULL, PRIMARY KEY (field, document)) WITHOUT ROWID;
CREATE INDEX facts_by_document ON facts (document);
CREATE TABLE units (number INTEGER PRIMARY KEY, counts TEXT NOT NULL, id TEXT NOT NULL, place TEXT NOT NULL,
    municipality TEXT, told TEXT NOT NULL, version INTEGER NOT NULL, until TEXT, within TEXT, buyer TEXT);
CREATE UNIQUE INDEX units_by_id ON units (counts, id);
CREATE INDEX units_in_order ON units (counts, place);
CREATE INDEX units_by_municipality ON units (counts, municipality);
CREATE INDEX units_by_version ON units (counts, version);
CREATE INDEX units_within ON units (within, counts, place) WHERE within IS NOT NULL;
CREATE INDEX documents_within ON units (within, buyer, id) WHERE counts = 'documents';
CREATE INDEX units_by_day ON units (until) WHERE until IS NOT NULL;
CREATE TABLE unit_papers (document TEXT, unit INTEGER, PRIMARY KEY (document, unit)) WITHOUT ROWID;
CREATE INDEX unit_papers_by_unit ON unit_papers (unit);
CREATE TABLE findings (number INTEGER PRIMARY KEY, asked TEXT NOT NULL UNIQUE, rules TEXT NOT NULL,
    version INTEGER NOT NULL, day TEXT);
CREATE TABLE line_keys (number INTEGER PRIMARY KEY, told TEXT NOT NULL UNIQUE);
CREATE TABLE lines (finding INTEGER, of_column INTEGER, of_row INTEGER, flags INTEGER, unit INTEGER, digits INTEGER,
    scale INTEGER, amount TEXT, proofs INTEGER NOT NULL, documents INTEGER NOT NULL, corrected INTEGER NOT NULL,
    confirmed INTEGER NOT NULL, disputed INTEGER NOT NULL, PRIMARY KEY (finding, of_column, of_row, flags, unit))
    WITHOUT ROWID;
CREATE INDEX lines_by_unit ON lines (unit, finding);
CREATE INDEX lines_of_long_amounts ON lines (finding, of_row, of_column, flags) WHERE amount IS NOT NULL;
CREATE TABLE line_totals (finding INTEGER, of_row INTEGER, of_column INTEGER, flags INTEGER, scale INTEGER,
    units INTEGER NOT NULL, digits INTEGER NOT NULL CHECK (typeof(digits) = 'integer'), proofs INTEGER NOT NULL,
    documents INTEGER NOT NULL, corrected INTEGER NOT NULL, confirmed INTEGER NOT NULL, disputed INTEGER NOT NULL,
    PRIMARY KEY (finding, of_row, of_column, flags, scale)) WITHOUT ROWID;
CREATE TRIGGER lines_added AFTER INSERT ON lines BEGIN
    INSERT INTO line_totals VALUES (NEW.finding, NEW.of_row, NEW.of_column, NEW.flags, coalesce(NEW.scale, -1), 1,
        coalesce(NEW.digits, 0), NEW.proofs, NEW.documents, NEW.corrected, NEW.confirmed, NEW.disputed)
    ON CONFLICT DO UPDATE SET units = units + 1, digits = digits + excluded.digits, proofs = proofs + excluded.proofs,
        documents = documents + excluded.documents, corrected = corrected + excluded.corrected,
        confirmed = confirmed + excluded.confirmed, disputed = disputed + excluded.disputed;
END;
CREATE TRIGGER lines_removed AFTER DELETE ON lines BEGIN
    UPDATE line_totals SET units = units - 1, digits = digits - coalesce(OLD.digits, 0), proofs = proofs - OLD.proofs,
        documents = documents - OLD.documents, corrected = corrected - OLD.corrected,
        confirmed = confirmed - OLD.confirmed, disputed = disputed - OLD.disputed
    WHERE finding = OLD.finding AND of_row = OLD.of_row AND of_column = OLD.of_column AND flags = OLD.flags
        AND scale = coalesce(OLD.scale, -1);
    DELETE FROM line_totals WHERE finding = OLD.finding AND of_row = OLD.of_row AND of_column = OLD.of_column
        AND flags = OLD.flags AND scale = coalesce(OLD.scale, -1) AND units = 0;
END;
"""
_CACHE = 32_768
"""Page cache of a writing connection, in kibibytes: facts arrive by document and are stored by field."""

_AT_ONCE = 500
"""Keys per statement."""


class KeptUnitsLost(Exception):
    """The file does not exist, cannot be read, or is of another state."""


@dataclass(frozen=True, slots=True)
class KeptPaper:
    """A document as of a change; ``facts`` has its facts as JSON, by field. It is indexed by its ``place``, and by the
    ``keys`` of what its unit depends on."""

    id: str
    sequence: int
    told: bytes
    place: str
    facts: Mapping[str, str]
    keys: frozenset[str]


class LedUnit(NamedTuple):
    """A document that leads to a unit, the unit's id and municipality."""

    document: str
    id: str
    municipality: str | None


@dataclass(frozen=True, slots=True)
class UnitsBefore:
    """The part of a state that is replaced: units by kind and id, the copies of documents, and the municipalities,
    by key (``places``), of which documents changed."""

    stamp: str
    ids: Mapping[str, Collection[str]]
    documents: Collection[str]
    places: Collection[str]


@dataclass(frozen=True, slots=True)
class KeptUnit:
    """A unit as JSON, with its index keys: id, municipality and, if ``is_led_to``, its ``papers``. Units are sorted by
    ``place``. What it adds to findings of today changes after the day ``until``, if that is given. A single document is
    counted ``within`` all of a municipality, and has a ``buyer``."""

    id: str
    place: str
    municipality: str | None
    told: str
    papers: tuple[str, ...]
    is_led_to: bool
    until: str | None = None
    within: str | None = None
    buyer: str | None = None


class Within(NamedTuple):
    """Single documents within a municipality that have one ``buyer``: how many, and the least id of their units."""

    buyer: str | None
    documents: int
    id: str


OfMunicipality = Callable[[str, str, Sequence[Within]], KeptUnit]
"""Makes the unit of a municipality from its key, the first place of its documents, and these by buyer."""


class KeptUnits:
    """The cached file of units of one catalog view. Any number of threads and processes may use it.

    Methods that take a ``stamp`` raise :class:`KeptUnitsLost` where the file does not exist or is of another state.
    """

    def __init__(self, path: Path | None) -> None:
        self._file = KeptDatabase(path, _TABLES)
        self._held = local()

    def stamp(self) -> str | None:
        """Return the stamp of the file's state, None if it does not exist."""
        return self.state()[0]

    def state(self) -> tuple[str | None, int]:
        """Return the stamp of the file's state, and its version, which each writing of units changes."""
        with suppress(KeptUnitsLost), self.reading() as connection:
            stamp, version = connection.execute("SELECT stamp, version FROM state").fetchone()
            return str(stamp), int(version)
        return None, 0

    def papers(self, stamp: str | None = None) -> list[tuple[str, int, bytes]]:
        """Return every document: its id, sequence number, and packed data.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        return self._rows("SELECT id, sequence, told FROM papers", (), stamp)

    def facts(self, fields: Iterable[str], stamp: str) -> list[tuple[str, str, str]]:
        """Return the facts of these fields as field, document and JSON.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        wanted = tuple(fields)
        among = ",".join("?" * len(wanted))
        return self._rows(f"SELECT field, document, told FROM facts WHERE field IN ({among})", wanted, stamp)  # noqa: S608

    def all_facts(self) -> list[tuple[str, str, str]]:
        """Return the facts of all fields.

        :raises KeptUnitsLost: the file is not there.
        """
        return self._rows("SELECT field, document, told FROM facts", (), None)

    def units(self, counts: str, stamp: str) -> list[str]:
        """Return the JSON of each unit of a kind, in order.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        rows = self._rows("SELECT told FROM units WHERE counts = ? ORDER BY place", (counts,), stamp)
        return [told for (told,) in rows]

    def units_in(self, counts: str, municipality: str, stamp: str) -> list[tuple[int, str, str]]:
        """Return the units of a kind in a municipality, in order: each with its number, place and JSON.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        query = "SELECT number, place, told FROM units WHERE counts = ? AND municipality = ? ORDER BY place"
        return self._rows(query, (counts, municipality), stamp)

    def units_with(self, counts: str, documents: Iterable[str], stamp: str) -> list[str]:
        """Return the JSON of each unit of a kind that one of these documents leads to.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        query = (
            "SELECT DISTINCT u.place, u.told FROM unit_papers p CROSS JOIN units u ON u.number = p.unit "
            "WHERE u.counts = ? AND p.document IN ({among})"
        )
        return [told for _, told in sorted(set(self._among(query, (counts,), documents, stamp)))]

    def each_by_id(self, counts: str, stamp: str) -> Iterator[str]:
        """Yield the JSON of each unit of a kind in the order of their ids, in one read transaction.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        with self.reading(stamp) as connection:
            for (told,) in connection.execute("SELECT told FROM units WHERE counts = ? ORDER BY id", (counts,)):
                yield told

    def order(self, counts: str, stamp: str) -> list[int]:
        """Return the numbers of the units of a kind, in order.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        rows = self._rows("SELECT number FROM units WHERE counts = ? ORDER BY place", (counts,), stamp)
        return [number for (number,) in rows]

    def in_order(self, numbers: Iterable[int], stamp: str) -> list[int]:
        """Sort these unit numbers in the order of units.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        rows = self._among("SELECT place, number FROM units WHERE number IN ({among})", (), numbers, stamp)
        return [number for _, number in sorted(rows)]

    def units_by_id(self, counts: str, ids: Iterable[str], stamp: str) -> list[str]:
        """Return the JSON of the units of a kind that have these ids.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        query = "SELECT told FROM units WHERE counts = ? AND id IN ({among})"
        return [told for (told,) in self._among(query, (counts,), ids, stamp)]

    def units_at(self, numbers: Iterable[int], stamp: str) -> list[tuple[int, str, str]]:
        """Return units by number: each with its number, place and JSON.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        return self._among("SELECT number, place, told FROM units WHERE number IN ({among})", (), numbers, stamp)

    def ids_at(self, numbers: Iterable[int], stamp: str) -> frozenset[str]:
        """Return the ids of units by their numbers.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        query = "SELECT id FROM units WHERE number IN ({among})"
        return frozenset(id_ for (id_,) in self._among(query, (), numbers, stamp))

    def papers_of(self, documents: Iterable[str], stamp: str) -> list[tuple[str, int, bytes]]:
        """Return these documents in the form of :meth:`papers`.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        return self._among("SELECT id, sequence, told FROM papers WHERE id IN ({among})", (), documents, stamp)

    def facts_of(
        self, documents: Iterable[str], stamp: str, fields: Collection[str] | None = None
    ) -> list[tuple[str, str, str]]:
        """Return the facts of these documents, of all fields or of some, as field, document and JSON.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        query = "SELECT field, document, told FROM facts WHERE document IN ({among})"
        if fields is None:
            return self._among(query, (), documents, stamp)
        listed = list(documents)
        query = "SELECT field, document, told FROM facts WHERE field = ? AND document IN ({among})"
        return [row for field in fields for row in self._among(query, (field,), listed, stamp)]

    def _among(self, query: str, before: tuple[str, ...], keys: Iterable[str | int], stamp: str) -> list[Any]:
        """Run a query for these keys in batches; return all rows."""
        listed, rows = list(keys), list[Any]()
        for at in range(0, len(listed), _AT_ONCE):
            some = listed[at : at + _AT_ONCE]
            rows += self._rows(query.format(among=",".join("?" * len(some))), (*before, *some), stamp)
        return rows

    def ids(self, stamp: str) -> frozenset[str]:
        """Return the ids of all documents.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        return frozenset(id_ for (id_,) in self._rows("SELECT id FROM papers", (), stamp))

    def papers_telling(self, field: str, values: Iterable[str], stamp: str, most: int = -1) -> frozenset[str]:
        """Return the documents with facts of a field that may have one of these values (a superset): all, or the first
        ``most``.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        wanted = [f'"{value}"' for value in values]
        tells = " OR ".join(["instr(told, ?)"] * len(wanted)) or "FALSE"
        query = f"SELECT document FROM facts WHERE field = ? AND ({tells}) LIMIT ?"  # noqa: S608 - no text of others
        return frozenset(id_ for (id_,) in self._rows(query, (field, *wanted, most), stamp))

    def places_of(self, documents: Iterable[str], stamp: str) -> dict[str, str]:
        """Return the place of each of these documents.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        return dict(self._among("SELECT id, place FROM papers WHERE id IN ({among})", (), documents, stamp))

    def documents_within(self, key: str, stamp: str, field: str = "") -> list[str]:
        """Return the documents that are counted within a municipality, or those of them with a fact of a field, in the
        order of their units.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        # CROSS JOIN as in :meth:`units_of`.
        query = (
            "SELECT p.document FROM units u CROSS JOIN unit_papers p ON p.unit = u.number "
            "WHERE u.within = ? AND u.counts = 'documents' AND (? = '' OR EXISTS "
            "(SELECT 1 FROM facts f WHERE f.field = ? AND f.document = p.document)) ORDER BY u.place"
        )
        return [id_ for (id_,) in self._rows(query, (key, field, field), stamp)]

    def count_within(self, key: str, stamp: str) -> int:
        """Count the documents that are counted within a municipality.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        ((count,),) = self._rows("SELECT count(*) FROM units WHERE within = ? AND counts = 'documents'", (key,), stamp)
        return int(count)

    def keys_of(self, documents: Iterable[str], stamp: str) -> list[tuple[str, str]]:
        """Return the keys of these documents, as pairs of key and document.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        return self._among("SELECT document, key FROM paper_keys WHERE document IN ({among})", (), documents, stamp)

    def papers_with(self, keys: Iterable[str], stamp: str) -> list[tuple[str, str]]:
        """Return the documents with one of these keys, as pairs of key and document.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        return self._among("SELECT key, document FROM paper_keys WHERE key IN ({among})", (), keys, stamp)

    def keys_that_begin(self, begins: str, stamp: str) -> list[tuple[str, str]]:
        """Return the keys with this prefix, as pairs of key and document.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        query = "SELECT key, document FROM paper_keys WHERE key >= ? AND key < ?"
        return self._rows(query, (begins, f"{begins[:-1]}{chr(ord(begins[-1]) + 1)}"), stamp)

    def copies_of(self, documents: Iterable[str], stamp: str) -> set[str]:
        """Return the documents that one of these is a copy of, or that are copies of it.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        query = "SELECT other FROM copies WHERE document IN ({among})"
        return {other for (other,) in self._among(query, (), documents, stamp)}

    def copies(self, documents: Iterable[str], stamp: str) -> dict[str, tuple[str, ...]]:
        """Return the copies of each of these documents that has any.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        found: dict[str, tuple[str, ...]] = {}
        query = "SELECT document, other FROM copies WHERE document IN ({among}) ORDER BY document, other"
        for document, other in self._among(query, (), documents, stamp):
            found[document] = (*found.get(document, ()), other)
        return found

    def count_with(self, key: str, stamp: str) -> int:
        """Return the number of documents with a key.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        ((count,),) = self._rows("SELECT count(*) FROM paper_keys WHERE key = ?", (key,), stamp)
        return int(count)

    def count(self) -> int:
        """Return the number of documents; 0 if the file does not exist."""
        with suppress(KeptUnitsLost), self.reading() as connection:
            return int(connection.execute("SELECT count(*) FROM papers INDEXED BY papers_by_place").fetchone()[0])
        return 0

    def units_of(self, counts: str, documents: Iterable[str], stamp: str) -> list[LedUnit]:
        """Return the units of a kind to which these documents lead.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        # CROSS JOIN forces SQLite to begin with the documents instead of reading all units of the kind.
        query = (
            "SELECT p.document, u.id, u.municipality FROM unit_papers p CROSS JOIN units u ON u.number = p.unit "
            "WHERE u.counts = ? AND p.document IN ({among})"
        )
        return [LedUnit(*row) for row in self._among(query, (counts,), documents, stamp)]

    def ids_in(self, counts: str, municipality: str, stamp: str) -> list[str]:
        """Return the ids of the units of a kind that are of a municipality.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        query = "SELECT id FROM units WHERE counts = ? AND municipality = ?"
        return [id_ for (id_,) in self._rows(query, (counts, municipality), stamp)]

    def with_fact(self, kinds: tuple[str, str], municipality: str, field: str, most: int, stamp: str) -> list[str]:
        """Return the ids of at most so many units of a municipality that are of both kinds, and of the first have a
        document with a fact of a field.

        :raises KeptUnitsLost: the file is not there, or not of this state.
        """
        # CROSS JOIN as in :meth:`units_of`.
        query = (
            "SELECT DISTINCT u.id FROM units u CROSS JOIN unit_papers p ON p.unit = u.number "
            "CROSS JOIN facts f ON f.field = ? AND f.document = p.document WHERE u.counts = ? AND u.municipality = ? "
            "AND EXISTS (SELECT 1 FROM units o WHERE o.counts = ? AND o.id = u.id) LIMIT ?"
        )
        return [id_ for (id_,) in self._rows(query, (field, kinds[0], municipality, kinds[1], most), stamp)]

    def write(
        self,
        stamp: str,
        changed: Iterable[KeptPaper],
        units: Mapping[str, Iterable[KeptUnit]],
        copies: Mapping[str, Iterable[str]],
        make: OfMunicipality,
        before: UnitsBefore | None = None,
        gone: Collection[str] = (),
    ) -> bool:
        """Update the file to another state: changed and new documents, units, and copies, and municipalities, which
        ``make`` puts together; returns whether it was updated. A file that cannot be written is removed; one that is
        locked for long, or is not of the state ``before``, is left unchanged.

        :param before: the part that units and copies replace, unless they replace all.
        :param gone: documents that no longer exist.
        """
        try:
            with self.writing() as connection:
                if before is not None and connection.execute("SELECT stamp FROM state").fetchone() != (before.stamp,):
                    return False
                _remove_papers(connection, gone)
                _write(connection, stamp, changed, units, before)
                _write_municipalities(connection, None if before is None else before.places, make)
                _write_copies(connection, copies, before)
        except FAILURES as error:
            self._remove_damaged(error)
            return False
        return True

    def _remove_damaged(self, error: Exception) -> None:
        if not is_busy(error):
            with suppress(OSError):
                self._file.remove()

    def copy(self, other: KeptUnits, stamp: str) -> None:
        """Become a copy of another file with all that is in it, with a stamp of its own.

        :raises KeptUnitsLost: it cannot be read, or this one cannot be written.
        """
        try:
            self._file.copy(other._file)
            with self.writing() as connection:
                connection.execute("UPDATE state SET stamp = ?", (stamp,))
        except FAILURES as error:
            self._remove_damaged(error)
            raise KeptUnitsLost from error

    def begin(self, stamp: str) -> None:
        """Create the file of a state without documents.

        :raises KeptUnitsLost: it cannot be written.
        """
        try:
            with self.writing() as connection:
                for table in ("papers", "facts", "paper_keys", "copies", "units", "unit_papers", "lines"):
                    connection.execute(f"DELETE FROM {table}")  # noqa: S608
                _write(connection, stamp, (), {}, None)
        except FAILURES as error:
            self._remove_damaged(error)
            raise KeptUnitsLost from error

    def finish(self, stamp: str, after: Callable[[int], str]) -> None:
        """Change the stamp of the file; ``after`` computes it from the number of documents.

        :raises KeptUnitsLost: it is of another state, or cannot be written.
        """
        try:
            with self.writing() as connection:
                if connection.execute("SELECT stamp FROM state").fetchone() != (stamp,):
                    raise KeptUnitsLost
                (papers,) = connection.execute("SELECT count(*) FROM papers").fetchone()
                connection.execute("UPDATE state SET stamp = ?", (after(papers),))
        except FAILURES as error:
            raise KeptUnitsLost from error

    def _rows(self, query: str, values: tuple[str | int, ...], stamp: str | None) -> list[Any]:
        with self.reading(stamp) as connection:
            return list(connection.execute(query, values))

    @contextmanager
    def reading(self, stamp: str | None = None) -> Iterator[Any]:
        """Begin a read transaction.

        :raises KeptUnitsLost: the file is not there, or not of the state of ``stamp``.
        """
        held = getattr(self._held, "connection", None)
        try:
            with self._file.reading() if held is None else nullcontext(held) as connection:
                if stamp is not None and connection.execute("SELECT stamp FROM state").fetchone() != (stamp,):
                    raise KeptUnitsLost
                yield connection
        except FAILURES as error:
            raise KeptUnitsLost from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Run all reads of this thread in one transaction; it must not write meanwhile.

        :raises KeptUnitsLost: the file is not there.
        """
        with self.reading() as connection:
            self._held.connection = connection
            try:
                yield
            finally:
                del self._held.connection

    @contextmanager
    def alone(self, *, is_waiting: bool = True) -> Iterator[None]:
        """Hold the lock of the process that builds the file from all documents.

        :raises KeptUnitsLost: the folder is read-only, or another process holds the lock and ``is_waiting`` is false.
        """
        try:
            with self._file.alone(is_waiting=is_waiting):
                yield
        except FAILURES as error:
            raise KeptUnitsLost from error

    @contextmanager
    def writing(self) -> Iterator[Any]:
        """Begin a write transaction; create the file if it does not exist."""
        with self._file.writing() as connection:
            connection.execute(f"PRAGMA cache_size = -{_CACHE}")
            yield connection


def _write(
    connection: Any,
    stamp: str,
    changed: Iterable[KeptPaper],
    units: Mapping[str, Iterable[KeptUnit]],
    part: UnitsBefore | None,
) -> None:
    papers = list(changed)
    facts = ((field, paper.id, told) for paper in papers for field, told in paper.facts.items())
    _remove_papers(connection, [paper.id for paper in papers])
    connection.executemany("INSERT INTO facts VALUES (?, ?, ?)", sorted(facts))
    rows = sorted((paper.id, paper.sequence, paper.told, paper.place) for paper in papers)
    connection.executemany("INSERT INTO papers VALUES (?, ?, ?, ?)", rows)
    keys = sorted((key, paper.id) for paper in papers for key in paper.keys)
    connection.executemany("INSERT INTO paper_keys VALUES (?, ?)", keys)
    version = (connection.execute("SELECT max(version) FROM state").fetchone()[0] or 0) + 1
    of_changed = {paper.id for paper in papers}
    for counts, every in units.items():
        before = _before(connection, counts, None if part is None else part.ids[counts])
        _write_units(connection, counts, list(every), before, of_changed, version)
    connection.execute("DELETE FROM state")
    connection.execute("INSERT INTO state VALUES (?, ?)", (stamp, version))


def _remove_papers(connection: Any, ids: Collection[str]) -> None:
    for table in ("papers WHERE id", "facts WHERE document", "paper_keys WHERE document"):
        connection.executemany(f"DELETE FROM {table} = ?", ((id_,) for id_ in ids))  # noqa: S608


def _write_units(
    connection: Any,
    counts: str,
    units: Sequence[KeptUnit],
    before: dict[str, tuple[tuple[Any, ...], int]],
    of_changed: set[str],
    version: int,
) -> None:
    """Replace the units of a kind. A unit that differs, or has a changed document, gets the new version."""
    for one in units:
        told, number = before.pop(one.id, (None, None))
        row = (one.place, one.municipality, one.told)
        if told == row and of_changed.isdisjoint(one.papers):
            continue
        number = _write_unit(connection, number, counts, one, version)
        connection.execute("DELETE FROM unit_papers WHERE unit = ?", (number,))
        if one.is_led_to:
            connection.executemany("INSERT INTO unit_papers VALUES (?, ?)", ((id_, number) for id_ in one.papers))
    _remove_units(connection, [number for _, number in before.values()])


def _write_unit(connection: Any, number: int | None, counts: str, one: KeptUnit, version: int) -> int:
    row = (number, counts, one.id, one.place, one.municipality, one.told, version, one.until, one.within, one.buyer)
    among = ",".join("?" * len(row))
    return int(connection.execute(f"INSERT OR REPLACE INTO units VALUES ({among})", row).lastrowid)  # noqa: S608


def _remove_units(connection: Any, numbers: Iterable[int]) -> None:
    gone = [(number,) for number in numbers]
    for table in ("units WHERE number", "unit_papers WHERE unit", "lines WHERE unit"):
        connection.executemany(f"DELETE FROM {table} = ?", gone)  # noqa: S608


def _write_municipalities(connection: Any, places: Collection[str] | None, make: OfMunicipality) -> None:
    """Make these municipalities, or all, from what is written of their documents; each gets the new version."""
    if places is None:
        every = "SELECT DISTINCT within FROM units WHERE within IS NOT NULL"
        places = [key for (key,) in connection.execute(every)]
    (version,) = connection.execute("SELECT version FROM state").fetchone()
    of_kind = "FROM units WHERE within = ? AND counts = ?"
    by_buyer = (
        "SELECT buyer, count(*), min(id) FROM units INDEXED BY documents_within "
        "WHERE within = ? AND counts = 'documents' GROUP BY buyer"
    )
    for key in places:
        before = connection.execute(f"SELECT number {of_kind}", (key, "municipalities")).fetchall()
        first = connection.execute(f"SELECT place {of_kind} ORDER BY place LIMIT 1", (key, "documents")).fetchone()
        if first is None:
            _remove_units(connection, [number for (number,) in before])
            continue
        number = before[0][0] if before else None
        unit = make(key, first[0], [Within(*row) for row in connection.execute(by_buyer, (key,))])
        _write_unit(connection, number, "municipalities", unit, version)


def _before(connection: Any, counts: str, ids: Collection[str] | None) -> dict[str, tuple[tuple[Any, ...], int]]:
    """Return the stored units of a kind, all or those with these ids, with their numbers."""
    query = "SELECT id, place, municipality, told, number FROM units WHERE counts = ?"
    if ids is None:
        rows = list(connection.execute(query, (counts,)))
    else:
        rows = [row for id_ in ids for row in connection.execute(f"{query} AND id = ?", (counts, id_))]
    return {id_: (tuple(told), number) for id_, *told, number in rows}


def _write_copies(connection: Any, copies: Mapping[str, Iterable[str]], part: UnitsBefore | None) -> None:
    if part is None:
        connection.execute("DELETE FROM copies")
    else:
        connection.executemany("DELETE FROM copies WHERE document = ?", ((id_,) for id_ in part.documents))
    rows = sorted((id_, other) for id_, others in copies.items() for other in others)
    connection.executemany("INSERT OR IGNORE INTO copies VALUES (?, ?)", rows)
