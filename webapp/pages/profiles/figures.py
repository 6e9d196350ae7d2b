"""Parts of profiles: sentences with links, key figures, amounts of money, and unknown values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from archive.findings.joined import Joining, amounts, money_columns
from archive.findings.sentences import VAT_BASES
from archive.findings.table import ABSENT, UNCLEAR, UNITS, Table, TableRow
from archive.profiles.place import cell
from webapp.languages.translation import gettext, marked, plural, said
from webapp.pages.findings.picture import Picture
from webapp.pages.findings.wording import SentencePart, shown_number, some_of_units
from webapp.pages.parts import Link
from webapp.state import FindingState


@dataclass(frozen=True, slots=True)
class Figure:
    """A key figure; the note of its number says of how many it is, or what is unknown."""

    label: str
    number: Link


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """A sum in one currency on one VAT basis, of how many amounts.

    ``with_others`` names vendors that share it, if any.
    """

    amount: Link
    of: str
    with_others: str | None = None


@dataclass(frozen=True, slots=True)
class ProfilePicture:
    """A picture of a profile with the URL of its file."""

    picture: Picture
    id: str
    file: str


_MARK = re.compile(r"\{(\w+)\}")


def linked(text: str, links: Mapping[str, Link]) -> tuple[SentencePart, ...]:
    """Return a sentence with its placeholders in braces replaced by links."""
    parts = []
    at = 0
    for place in _MARK.finditer(text):
        if place.start() > at:
            parts.append(SentencePart(text[at : place.start()]))
        link = links[place[1]]
        parts.append(SentencePart(link.label, link.url))
        at = place.end()
    if at < len(text):
        parts.append(SentencePart(text[at:]))
    return tuple(parts)


def marks(*names: str) -> dict[str, str]:
    """Return placeholders in braces by name, for a sentence that is translated."""
    return {name: f"{{{name}}}" for name in names}


def procedures_text(count: int) -> str:
    """Return ``12 procedures``."""
    return plural("%(count)s procedure", "%(count)s procedures", count)


def money_rows(table: Table, row: TableRow, state: FindingState, others: str | None = None) -> Iterator[MoneyRow]:
    """Yield the sums of a row in every currency, each linked to its facts."""
    for money in money_columns(table):
        for one in amounts(table, row, money):
            basis = said(VAT_BASES[one.basis]) if one.basis in VAT_BASES else ""
            text = f"{shown_number(one.cell.number)} {one.currency} {basis}".rstrip()
            of = plural("of %(count)s contract or award", "of %(count)s contracts or awards", one.cell.units)
            yield MoneyRow(Link(text, state.number_url(one.joining)), of, others)


def not_known(table: Table, row: TableRow, state: FindingState) -> Iterator[Link]:
    """Yield the counts of units of a row with unknown or unclear values, each with the finding as its note."""
    of = cell(table, row, UNITS).units
    for column in (ABSENT, UNCLEAR):
        count = cell(table, row, column).number
        if count:
            label = said(next(one.label for one in table.columns if one.id == column))
            text = f"{label}: {some_of_units(count, of, table.definition.counts)}"
            url = state.number_url(Joining(row.key, (column,)))
            yield Link(text, url, note=said(table.definition.title))


_BASES = (("", marked("as printed")), ("without", marked("without VAT")), ("with", marked("with VAT")))


def basis_links(path: str, chosen: str) -> tuple[Link, ...]:
    """Return links to the same profile on each VAT basis."""
    return tuple(
        Link(gettext(label), f"{path}?vat={value}" if value else path, value == chosen) for value, label in _BASES
    )
