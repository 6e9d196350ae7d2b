"""The page of a finding: sentences, chart, table, and the limits of what is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from werkzeug.exceptions import NotFound

from archive.findings.definition import Definition
from archive.findings.derived import DERIVED
from archive.findings.files import is_of_money
from archive.findings.joined import Joining
from archive.findings.sentences import ToldSentence, told
from archive.findings.table import ABSENT, UNCLEAR, Table, TableRow
from archive.model.fields import FIELDS
from archive.store.coverage import Coverage
from archive.text.forms import word_form
from webapp.finding_tables import method_lines
from webapp.languages.translation import gettext, marked, number, plural, said
from webapp.links import review_url
from webapp.pages.findings.picture import PictureChoice
from webapp.pages.findings.pictures import choose_picture
from webapp.pages.findings.table import FindingTable, in_order, is_known, present_table, sorted_by
from webapp.pages.findings.wording import SentencePart, StoryScope, row_heads, sentence_parts, some_of_units
from webapp.pages.parts import Context, Link
from webapp.pages.wording import day, documents, field_label, pages
from webapp.state import ALL_COLUMNS, FindingState


@dataclass(frozen=True, slots=True)
class CopiedSentence:
    """The sentences of a finding with their source: as rich text, whose ``parts`` are links, and as plain ``text``.
    All addresses lead to the state of the archive that was counted, whatever comes later."""

    parts: tuple[SentencePart, ...]
    source: str
    address: str
    base: str

    @property
    def text(self) -> str:
        """All of it without formatting."""
        return f"{''.join(part.text for part in self.parts)}\n{self.source}\n{self.address}"


def _copied_sentence(
    table: Table, sentences: Sequence[ToldSentence], state: FindingState, base: str
) -> CopiedSentence | None:
    """Return what is copied of a finding, with addresses that begin with ``base``; None where it says nothing."""
    if not sentences:
        return None
    then = FindingState(state.name, as_of=str(table.as_of.event), vat=state.vat, convert=state.convert)
    space = SentencePart(" ")
    parts = tuple(part for one in sentences for part in (*sentence_parts(one, then), space))[:-1]
    when = table.as_of.at
    moment = "" if when is None else day(when)
    source = gettext(
        "Dosije, finding “%(title)s”, counted from the archive at event %(event)s, %(day)s.",
        title=said(table.definition.title),
        event=table.as_of.event,
        day=moment,
    )
    return CopiedSentence(tuple(replace(part, clip=None) for part in parts), source, f"{base}{then.url}", base)


@dataclass(frozen=True, slots=True)
class NotKnown:
    """Units without a known value: ``count`` links to them, ``fill`` to pages on which values can be added."""

    label: str
    count: Link
    fill: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class FindingContext(Context):
    """A finding.

    ``asked`` are the options of the reader, ``kept`` the hidden fields of its form; ``bases`` are VAT bases,
    ``currencies`` those to convert to; ``copied`` are the sentences for copying; ``hidden`` says how many rows are
    filtered out; ``parts`` link to the other rows of a long table; ``method`` says how it was made, ``story`` whose
    documents alone count.
    """

    asked: FindingState
    kept: tuple[tuple[str, str], ...]
    bases: tuple[tuple[str, str], ...]
    currencies: tuple[str, ...]
    title: str
    about: str
    sentences: tuple[tuple[SentencePart, ...], ...]
    copied: CopiedSentence | None
    notes: tuple[str, ...]
    hidden: str | None
    table: FindingTable
    parts: tuple[Link, ...]
    picture: PictureChoice | None
    files: tuple[Link, ...]
    not_known: tuple[NotKnown, ...]
    cannot: tuple[str, ...]
    method: tuple[str, ...]
    story: StoryScope | None = None


_BASES = (
    ("", marked("as printed")),
    ("without", marked("without VAT")),
    ("with", marked("with VAT")),
)
_CURRENCIES = ("EUR", "RSD", "BAM")
_FILES = ("csv", "xlsx", "json")


def present_finding(
    table: Table, state: FindingState, coverage: Coverage | None, size: int, base: str
) -> FindingContext:
    """Return the context of a finding, ``size`` rows per page.

    ``coverage`` describes the archive if the finding is counted as of now, ``base`` is the prefix of copied URLs.

    :raises NotFound: the requested row is after the last.
    """
    definition = table.definition
    asked = [row for row in table.rows if _is_asked(row, definition, state.only)]
    asked = in_order(asked, table, sorted_by(table, state))
    rows = [row for row in asked if state.columns == ALL_COLUMNS or is_known(row, table)]
    hidden = len(table.rows) - len(asked)
    if state.first > max(1, len(rows)):
        count = plural("%(count)s row", "%(count)s rows", len(rows))
        raise NotFound(gettext("There are %(rows)s; there is no row %(first)s.", rows=count, first=state.first))
    sentences = told(table)
    starts = range(1, len(rows) + 1, size) if len(rows) > size else ()
    shown = rows[state.first - 1 : state.first - 1 + size]
    return FindingContext(
        asked=state,
        kept=tuple((name, value) for name, value in state.pairs if name in ("sort", "picture", "columns", "story")),
        bases=tuple((value, gettext(label)) for value, label in _BASES) if definition.facts.field == "price" else (),
        currencies=_CURRENCIES if is_of_money(definition) else (),
        title=said(definition.title),
        about=said(definition.about),
        sentences=tuple(sentence_parts(sentence, state) for sentence in sentences),
        copied=_copied_sentence(table, sentences, state, base),
        notes=tuple(map(said, table.notes)),
        hidden=plural("%(count)s row is hidden.", "%(count)s rows are hidden.", hidden) if hidden else None,
        table=present_table(table, shown, [row for row in asked if row not in rows], state),
        parts=tuple(
            Link(gettext("from %(number)s", number=number(start)), state.from_row(start).url, start == state.first)
            for start in starts
        ),
        picture=choose_picture(table, asked, state),
        files=tuple(Link(form.upper(), state.file_url(form)) for form in _files(definition)),
        not_known=tuple(_not_known(table, state)),
        cannot=tuple(map(said, definition.cannot)),
        method=(*method_lines(table, cannot=False)[2:], *_coverage(coverage)),
    )


def _is_asked(row: TableRow, definition: Definition, only: str) -> bool:
    """Return whether the row labels have words with each of the requested prefixes."""
    words = [word_form(word) for head in row_heads(row, definition) for word in head.split()]
    return all(any(word.startswith(word_form(part)) for word in words) for part in only.split())


def _files(definition: Definition) -> tuple[str, ...]:
    return (*_FILES, "ocds") if definition.counts.has_procurements else _FILES


def _coverage(coverage: Coverage | None) -> tuple[str, ...]:
    """Return what the archive held, and what of it could not be read, as in a certificate."""
    if coverage is None:
        return ()
    held = gettext(
        "The archive held %(documents)s and %(pages)s; %(unread)s of its pages had no words that could be read.",
        documents=documents(coverage.archive.documents),
        pages=pages(coverage.archive.pages),
        unread=number(coverage.archive.unreadable + coverage.archive.wordless),
    )
    return (held,)


_MADE_OF = {
    "days_to_deadline": ("date", "deadline"),
    "days_to_answer": ("date", "received"),
    "request_outcome": ("foi_outcome",),
    "under_limit": ("amount",),
    "price": ("amount",),
    "price_each": ("amount", "quantity"),
    "annex_amounts": ("amount",),
    "annex_percent": ("amount",),
    "offers": ("offer",),
}
"""The fields that derived fields are computed from, for readers who want to fill in missing values."""


def _not_known(table: Table, state: FindingState) -> Iterator[NotKnown]:
    """Yield the units without a value, or without a clear one, with links to pages that can fill them in."""
    definition = table.definition
    field = definition.facts.field
    fields = _MADE_OF.get(field, ()) if field in DERIVED else (field,) if field in FIELDS else ()
    fill = [Link(gettext("Review: %(field)s", field=field_label(one)), review_url(one)) for one in fields]
    if definition.counts.has_procurements and field in (*DERIVED, *FIELDS):
        missing = Link(gettext("Papers that are missing"), FindingState("missing-documents").url)
        fill.append(missing)
    for id_ in (ABSENT, UNCLEAR):
        place = table.place_of(id_)
        cell = table.total.cells[place] if place is not None else None
        if place is not None and cell is not None and cell.number:
            count = some_of_units(cell.number, cell.units + cell.unknown, definition.counts)
            link = Link(count, state.number_url(Joining((), (id_,))))
            yield NotKnown(said(table.columns[place].label), link, tuple(fill))
