"""Near-duplicates: MinHash signatures of documents and the links between documents of nearly equal text.

:mod:`archive.search.minhash` makes and compares signatures; here they are opaque bytes.
Signatures are cut into *bands* (locality-sensitive hashing): two documents become candidates when they have a band in
common. Bands are in an indexed table, so that candidates are found without reading all signatures. Everything here can
be recomputed from the readings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from hashlib import blake2b
from itertools import permutations
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from archive.store.checkpoints import (
    NEAR_DUPLICATES,
    advance,
    checkpoint,
    forget_checkpoints,
    in_sequence,
    newest_sequence,
)
from archive.store.sql.database import Repository, batches, grouped, rows_among
from archive.store.sql.tables import checkpoints, documents, likenesses, signature_bands, signatures

BAND_BYTES = 20
"""Bytes of a band: five MinHash values of 32 bits; 25 bands. Two texts that share 70 % of their wording become
candidates with a probability of 0.99, at 50 % it is 0.55 and at 30 % 0.06. Another width needs a migration that empties
the tables."""

CANDIDATES = 1000
"""Most documents that are compared with a new one: those with the most bands in common."""

MISREAD_NUMBERS = 0.06
"""The share of numbers that OCR may have misread in one of two near-identical documents. If neither was read by OCR, a
single different number makes them distinct."""

LINKED = 100
"""Most links of one document, so that a form letter to a thousand recipients does not make a million links."""


@dataclass(frozen=True, slots=True)
class Signature:
    """The signature of a document's newest reading. ``version`` is that of the algorithm; ``text`` is a hash of all
    words.

    ``by_ocr``: whether any of it was read by OCR.
    """

    document: str
    reading: int
    version: int
    text: bytes
    wording: bytes
    numbers: bytes
    by_ocr: bool


_COLUMNS = [field.name for field in fields(Signature)]


@dataclass(frozen=True, slots=True)
class Similarity:
    """Another document and its similarity: the share (0..1) of wording in common, an estimate unless it is 1, and the
    share of numbers that agree. ``by_ocr``: whether any of the two was read by OCR, so that numbers may differ by
    misreading."""

    document: str
    wording: float
    numbers: float
    by_ocr: bool

    @property
    def is_near_identical(self) -> bool:
        """Whether the numbers agree as well, so that it is a copy of the same document."""
        return self.numbers >= 1 - (MISREAD_NUMBERS if self.by_ocr else 0)


@dataclass(frozen=True, slots=True)
class Signed:
    """A document's signature, whether all of its bands are indexed, and its links."""

    signature: Signature
    is_found: bool
    links: tuple[tuple[Similarity, Signature], ...]


class NearDuplicates(Repository):
    """Signatures of documents and links between near-duplicates."""

    def unlinked(self, version: int) -> Iterator[tuple[str, int]]:
        """Yield documents whose newest reading has no linked signature of this version, in the order of their changes,
        with that reading's number.

        They are read in batches, so they may be signed and linked while the iterator is in use.
        """
        query = _unlinked(version, documents.c.id, documents.c.reading)
        return ((row.id, row.reading) for row in in_sequence(self._database, _linked(version), query))

    def catch_up(self, version: int) -> None:
        """Record the checkpoint up to which all documents are linked, unless it is known."""
        with self._database.reading() as connection:
            if checkpoint(connection, _linked(version)) == newest_sequence(connection):
                return
        with self._database.writing() as connection:
            advance(connection, _linked(version), _unlinked(version, documents.c.sequence))

    def sign(self, new: Iterable[Signature]) -> None:
        """Store the signatures of these documents, not linked yet; earlier signatures and links are deleted."""
        with self._database.writing() as connection:
            for signature in new:
                values = asdict(signature) | {"linked": False}
                of_document = signatures.c.document == signature.document
                old = connection.execute(select(signatures).where(of_document)).first()
                if old is None:
                    number = _insert(connection, values)
                else:
                    number = old.number
                    _remove(connection, number, _of_row(old))
                    connection.execute(update(signatures).where(signatures.c.number == number).values(values))
                if signature.text:
                    rows = [{"band": band, "signature": number} for band in _bands(signature)]
                    connection.execute(insert(signature_bands), rows)

    def candidates(self, signature: Signature) -> list[Signature]:
        """Return the signatures of other documents with a band in common, those with the most bands in common first; at
        most :data:`CANDIDATES`."""
        if not signature.text:
            return []
        sought = {"bands": _bands(signature), "document": signature.document, "version": signature.version}
        with self._database.reading() as connection:
            return [_of_row(row) for row in connection.execute(_CANDIDATES, sought)]

    def link(self, found: Mapping[str, Sequence[Similarity]]) -> None:
        """Record the near-duplicates of each of these signed documents, in both directions; an empty list means there
        are none.

        A document with :data:`LINKED` links gets no more; the first in a list take precedence.
        """
        ids = {*found, *(like.document for likes in found.values() for like in likes)}
        with self._database.writing() as connection:
            numbers = _numbers(connection, ids)
            rows = [
                {
                    "here": here,
                    "there": there,
                    "of_wording": like.wording,
                    "of_numbers": like.numbers,
                    "ocr": like.by_ocr,
                }
                for document, likes in found.items()
                for like in likes[:LINKED]
                for here, there in permutations((numbers[document], numbers[like.document]))
            ]
            if rows:
                connection.execute(_LINK, rows)
            for batch in batches(found):
                connection.execute(update(signatures).where(signatures.c.document.in_(batch)).values(linked=True))

    def get(self, document_id: str) -> Signed | None:
        """Return a document's signature with its links; None if it has none, or is not linked yet."""
        with self._database.reading() as connection:
            row = connection.execute(select(signatures).where(signatures.c.document == document_id)).first()
            if row is None or not row.linked:
                return None
            signature = _of_row(row)
            sought = set(_bands(signature)) if signature.text else set()
            of_it = and_(signature_bands.c.signature == row.number, signature_bands.c.band.in_(sought))
            found = connection.scalar(select(func.count()).where(of_it)) or 0
            query = select(likenesses, signatures).join(signatures, signatures.c.number == likenesses.c.other)
            links = []
            for link in connection.execute(query.where(likenesses.c.signature == row.number)).mappings():
                of_link = (link[likenesses.c[name]] for name in ("wording", "numbers", "by_ocr"))
                other = Signature(**{name: link[signatures.c[name]] for name in _COLUMNS})
                links.append((Similarity(other.document, *of_link), other))
        return Signed(signature, found == len(sought), tuple(links))

    def forget(self, document_id: str) -> None:
        """Delete a document's signature and links, so that :meth:`unlinked` yields it."""
        with self._database.writing() as connection:
            number = connection.scalar(select(signatures.c.number).where(signatures.c.document == document_id))
            linked = or_(likenesses.c.signature == number, likenesses.c.other == number)
            connection.execute(delete(likenesses).where(linked))
            connection.execute(delete(signature_bands).where(signature_bands.c.signature == number))
            connection.execute(delete(signatures).where(signatures.c.number == number))
            forget_checkpoints(connection, checkpoints.c.name.startswith(NEAR_DUPLICATES))

    def of(self, ids: Iterable[str]) -> dict[str, list[Similarity]]:
        """Return the near-duplicates of each of these documents, the nearest first, one query per batch; documents
        without any are omitted."""
        with self._database.reading() as connection:
            return _similarities(rows_among(connection, _LIKE, _OURS.c.document, ids))


class ReadingSignatures:
    """Signatures of readings that are not the newest, each of another document, in a file of this process alone: they
    find each other by their bands as those of newest readings do."""

    def __init__(self) -> None:
        from archive.store.sql.scratch import ScratchFile  # noqa: PLC0415 - a search needs none

        self._file = ScratchFile(
            "CREATE TABLE signatures (number INTEGER PRIMARY KEY, document TEXT, reading INTEGER, version INTEGER, "
            "text BLOB, wording BLOB, numbers BLOB, by_ocr INTEGER)",
            "CREATE TABLE bands (band INTEGER, number INTEGER, PRIMARY KEY (band, number)) WITHOUT ROWID",
        )
        self._count = 0

    def add(self, signature: Signature) -> None:
        """Take in a signature; one of no words finds nothing."""
        if signature.text:
            values = (getattr(signature, name) for name in _COLUMNS)
            self._file.run("INSERT INTO signatures VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (self._count, *values))
            bands = ((band, self._count) for band in set(_bands(signature)))
            self._file.run_for_each("INSERT INTO bands VALUES (?, ?)", bands)
            self._count += 1

    def __iter__(self) -> Iterator[tuple[Signature, list[Signature]]]:
        """Yield each with its candidates among the others (:meth:`NearDuplicates.candidates`)."""
        named = ", ".join(_COLUMNS)
        for number in range(self._count):
            ((*own,),) = self._file.rows(f"SELECT {named} FROM signatures WHERE number = ?", (number,))  # noqa: S608
            signature = _of_values(own)
            bands = set(_bands(signature))
            among = ", ".join("?" * len(bands))
            common = (
                f"SELECT number AS other, count(*) AS bands FROM bands WHERE band IN ({among}) "  # noqa: S608
                "AND number <> ? GROUP BY number"
            )
            query = (
                f"SELECT {named} FROM ({common}) CROSS JOIN signatures ON number = other "  # noqa: S608
                f"ORDER BY bands DESC, number LIMIT {CANDIDATES}"
            )
            yield signature, [_of_values(row) for row in self._file.rows(query, (*bands, number))]


def _of_values(row: Sequence[Any]) -> Signature:
    return Signature(**dict(zip(_COLUMNS, row, strict=True)) | {"by_ocr": bool(row[-1])})


def _linked(version: int) -> str:
    """Return the name of the checkpoint of documents linked by this version."""
    return f"{NEAR_DUPLICATES}{version}"


def _unlinked(version: int, *columns: Column[Any]) -> Select[Any]:
    """Select columns of the documents whose newest reading has no linked signature of this version."""
    of_newest = and_(signatures.c.document == documents.c.id, signatures.c.reading == documents.c.reading)
    return (
        select(*columns)
        .select_from(documents)
        .outerjoin(signatures, and_(of_newest, signatures.c.version == version))
        .where(or_(signatures.c.linked.is_(None), signatures.c.linked.is_(false())))
    )


def likenesses_of_all(connection: Connection, numbers: float) -> dict[str, list[Similarity]]:
    """Return the near-duplicates of every document that have at least this share of numbers in common."""
    return _similarities(connection.execute(_LIKE.where(likenesses.c.numbers >= numbers)))


def _similarities(rows: Iterable[Row[Any]]) -> dict[str, list[Similarity]]:
    return grouped((row.document, Similarity(row.other, row.wording, row.numbers, row.by_ocr)) for row in rows)


_OURS, _THEIRS = signatures.alias(), signatures.alias()
_LIKE = (
    select(_OURS.c.document, _THEIRS.c.document.label("other"), likenesses.c.wording)
    .add_columns(likenesses.c.numbers, likenesses.c.by_ocr)
    .join(likenesses, likenesses.c.signature == _OURS.c.number)
    .join(_THEIRS, _THEIRS.c.number == likenesses.c.other)
    .order_by(likenesses.c.wording.desc(), likenesses.c.numbers.desc(), _THEIRS.c.document)
)


def _bands(signature: Signature) -> list[int]:
    """Return the hash keys of a signature: a number of 64 bits for its text and one for each band."""
    wording = signature.wording
    whole = range(0, len(wording) - BAND_BYTES + 1, BAND_BYTES)
    parts = [signature.text, *(wording[start : start + BAND_BYTES] for start in whole)]
    return [_hash(part, place) for place, part in enumerate(parts)]


def _hash(part: bytes, place: int) -> int:
    hashed = blake2b(part, digest_size=8, salt=place.to_bytes(blake2b.SALT_SIZE, "little"))
    return int.from_bytes(hashed.digest(), "little", signed=True)


_COMMON = (
    select(signature_bands.c.signature, func.count().label("bands"))
    .where(signature_bands.c.band.in_(bindparam("bands", expanding=True)))
    .group_by(signature_bands.c.signature)
    .subquery()
)
_CANDIDATES = (
    select(signatures)
    .join(_COMMON, _COMMON.c.signature == signatures.c.number)
    .where(signatures.c.document != bindparam("document"), signatures.c.version == bindparam("version"))
    .order_by(_COMMON.c.bands.desc(), signatures.c.number)
    .limit(CANDIDATES)
)

_FREE = select(func.count()).where(likenesses.c.signature == bindparam("here")).scalar_subquery() < LINKED
_NEW = not_(exists().where(likenesses.c.signature == bindparam("here"), likenesses.c.other == bindparam("there")))
_LINK = insert(likenesses).from_select(
    ["signature", "other", "wording", "numbers", "by_ocr"],
    select(
        bindparam("here", type_=Integer),
        bindparam("there", type_=Integer),
        bindparam("of_wording", type_=Float),
        bindparam("of_numbers", type_=Float),
        bindparam("ocr", type_=Boolean),
    ).where(_FREE, _NEW),
)


def _insert(connection: Connection, values: Mapping[str, Any]) -> int:
    key = connection.execute(insert(signatures).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _remove(connection: Connection, number: int, old: Signature) -> None:
    """Remove the bands and links of a signature that is to be replaced."""
    of_it = and_(signature_bands.c.signature == number, signature_bands.c.band.in_(_bands(old)))
    connection.execute(delete(signature_bands).where(of_it))
    connection.execute(delete(likenesses).where(or_(likenesses.c.signature == number, likenesses.c.other == number)))


def _numbers(connection: Connection, ids: Iterable[str]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for batch in batches(ids):
        query = select(signatures.c.document, signatures.c.number).where(signatures.c.document.in_(batch))
        numbers |= {row.document: row.number for row in connection.execute(query)}
    return numbers


def _of_row(row: Row[Any]) -> Signature:
    return Signature(**{name: getattr(row, name) for name in _COLUMNS})
