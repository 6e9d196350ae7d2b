"""Numbers of findings, by address: ``/findings/NAME/cell?row=…&column=…``."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from urllib.parse import parse_qs, unquote, urlsplit

from archive.archive import Archive
from archive.errors import UsageError
from archive.findings.counting import run
from archive.findings.files import as_asked, load
from archive.findings.joined import Joining, joined
from archive.findings.kept.past import event_at
from archive.findings.records import RowOf, Shown, placed, plain, shown
from archive.findings.table import Cell, Table
from archive.search.request import UNKNOWN
from archive.store.catalog import Catalog
from archive.store.stories.story import NOBODY, StoryReader


@dataclass(frozen=True, slots=True)
class CountedNumber:
    """A number with its table, and its row and columns there. ``event`` is the requested event, if any."""

    table: Table
    joining: Joining
    cell: Cell
    event: int | None = None

    @property
    def value(self) -> str:
        """The number as text; empty if unknown."""
        return value_text(self.cell.number)

    @property
    def columns(self) -> tuple[str, ...]:
        """The headings of its columns."""
        return tuple(column.label for column in self.table.columns if column.id in self.joining.columns)


def value_text(number: Decimal | None) -> str:
    """Return a number in stored form; empty if unknown."""
    return "" if number is None else str(plain(number))


def counted_number(archive: Archive, address: str, reader: StoryReader = NOBODY) -> CountedNumber:
    """Count the number at an address, now or as of the event in the address; over the documents of a story only, if it
    names one that the ``reader`` may see.

    :raises UsageError: there is no such finding, row or column.
    :raises archive.errors.UnknownStory: there is no such story for this reader.
    """
    parts = urlsplit(address)
    asked = parse_qs(parts.query, keep_blank_values=True)
    first = {name: values[0] for name, values in asked.items()}
    name = unquote(parts.path.removeprefix("/findings/").removesuffix("/cell"))
    definition = as_asked(load(archive.home, name), archive.home, first.get("vat", ""), first.get("convert", ""))
    event = event_at(archive.catalog, first["as_of"]) if first.get("as_of") else None
    among = None
    if first.get("story"):
        among = archive.catalog.stories.get(first["story"], reader).documents
    table = run(definition, archive.catalog, archive.search, archive.engine, event, among)
    key = tuple(None if value == UNKNOWN else value for value in asked.get("row", ()))
    columns, without = (tuple(asked.get(one, ())) for one in ("column", "not"))
    joining = Joining(key, columns, without, first.get("count", ""))
    cell = joined(table, joining)
    if cell is None:
        raise UsageError("%(name)s has no such row or column.", "Look at the finding as it is now.", name=name[:80])
    return CountedNumber(table, joining, cell, event)


def words_behind(catalog: Catalog, now: CountedNumber, most: int) -> list[Shown]:
    """Return the first proofs of a number with evidence; for a counted document, the facts that place it."""
    proofs = islice((proof for proof in now.cell.proofs if proof.fact is None or proof.fact.span), most)
    row = RowOf(now.table.definition, now.joining.key, now.joining.count, now.event)
    told = (one.in_words for one in placed(catalog, shown(catalog, proofs), row))
    return [one for one in told if one.evidence is not None]
