"""The list of topics, and the table of one topic across contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive.comparing.cells import CellName
from archive.comparing.topic_table import TABLES, StatedCell, StatedRow, TableFilters, TopicTable
from archive.model import Description
from webapp.languages.translation import gettext, marked, number, plural
from webapp.links import clause_url, desk_url, document_url, evidence_url, topic_table_url
from webapp.pages.parts import Context, Link
from webapp.pages.wording import value_label
from webapp.state import SearchState

_CELLS = {
    CellName.RATE: marked("Percentage"),
    CellName.BASE: marked("Of what"),
    CellName.CAP: marked("At most"),
    CellName.NOTICE: marked("Period of notice"),
    CellName.TERM: marked("Period or deadline"),
    CellName.CURRENCY: marked("Currency"),
    CellName.BEARER: marked("Who bears it"),
}


def cell_label(name: CellName) -> str:
    """Return the label of a column."""
    return gettext(_CELLS[name])


@dataclass(frozen=True, slots=True)
class TopicCell:
    """A statement of a contract with a link to its words; without the link it is unknown."""

    label: str
    words: Link | None
    departs: bool


@dataclass(frozen=True, slots=True)
class TopicTableRow:
    """A contract with its clauses on the topic; ``departs`` says that its wording differs from that of most."""

    document: Link
    about: tuple[str, ...]
    clauses: tuple[Link, ...]
    language: str | None
    departs: bool
    cells: tuple[TopicCell, ...]


@dataclass(frozen=True, slots=True)
class TopicTableContext(Context):
    """The table of a topic. ``usual`` has the most common statements, ``unknown`` what is missing."""

    title: str
    topic: str
    summary: str
    asked: TableFilters
    topics: tuple[Link, ...]
    columns: tuple[str, ...]
    rows: tuple[TopicTableRow, ...]
    usual: tuple[str, ...]
    unknown: tuple[str, ...]
    without: tuple[Link, ...]
    unread: tuple[Link, ...]
    files: tuple[Link, ...]
    desk: str


@dataclass(frozen=True, slots=True)
class TopicsContext(Context):
    """The topics, each with the number of contracts with a clause on it."""

    title: str
    summary: str
    topics: tuple[Link, ...]
    others: tuple[Link, ...]


def present_topics(contracts: int, counts: Mapping[str, int]) -> TopicsContext:
    """Return the context of the list of topics."""
    links = {name: _topic_link(name, count, TableFilters()) for name, count in counts.items()}
    return TopicsContext(
        title=gettext("Topics across contracts"),
        summary=plural("%(count)s contract", "%(count)s contracts", contracts),
        topics=tuple(links[name] for name in TABLES if name in links),
        others=tuple(link for name, link in links.items() if name not in TABLES),
    )


def _topic_link(name: str, count: int, asked: TableFilters, *, current: bool = False) -> Link:
    return Link(f"{value_label('topic', name)} ({number(count)})", topic_table_url(name, asked), current=current)


def present_topic_table(table: TopicTable, asked: TableFilters) -> TopicTableContext:
    """Return the context of the table of a topic."""
    title = value_label("topic", table.topic)
    return TopicTableContext(
        title=gettext("%(topic)s across contracts", topic=title),
        topic=table.topic,
        summary=topic_summary(table),
        asked=asked,
        topics=tuple(_topic_link(name, table.topics[name], asked, current=name == table.topic) for name in TABLES),
        columns=tuple(map(cell_label, stated_columns(table))),
        rows=tuple(_row(row, stated_columns(table)) for row in table.rows),
        usual=tuple(usual_lines(table)),
        unknown=tuple(unknown_lines(table)),
        without=tuple(map(_document, table.without)),
        unread=tuple(map(_document, table.unread)),
        files=tuple(
            Link(form.upper() if form != "docx" else "Word", topic_table_url(table.topic, asked, form))
            for form in ("csv", "xlsx", "docx")
        ),
        desk=desk_url(SearchState(), (table.topic,)),
    )


def stated_columns(table: TopicTable) -> tuple[CellName, ...]:
    """Return the columns with at least one known value."""
    return tuple(column.name for column in table.columns if column.unknown < len(table.rows))


def topic_summary(table: TopicTable) -> str:
    """Return the number of contracts with a clause on the topic, as a sentence."""
    return plural(
        "%(count)s of %(all)s contracts has a clause on this.",
        "%(count)s of %(all)s contracts have a clause on this.",
        len(table.rows),
        all=number(table.contracts),
    )


def usual_lines(table: TopicTable) -> Iterator[str]:
    """Yield the most common statement of each column."""
    for column in table.columns:
        if column.usual is not None:
            told = plural("%(count)s contract", "%(count)s contracts", column.usual_count)
            yield f"{cell_label(column.name)}: {column.usual} ({told})"
    if table.worded_alike:
        yield plural("%(count)s contract has this wording", "%(count)s contracts have this wording", table.worded_alike)


def unknown_lines(table: TopicTable) -> Iterator[str]:
    """Yield the number of unknown values of each column."""
    for column in table.columns:
        if column.unknown:
            told = plural("unknown in %(count)s contract", "unknown in %(count)s contracts", column.unknown)
            yield f"{cell_label(column.name)}: {told}"
    if table.unclear:
        yield plural(
            "The topic of %(count)s clause in these contracts is unknown; it may belong here.",
            "The topic of %(count)s clauses in these contracts is unknown; some may belong here.",
            table.unclear,
        )


def _row(row: StatedRow, columns: Sequence[CellName]) -> TopicTableRow:
    one = row.description
    about = (one.municipality, *one.facet_values()["vendor"], None if one.year is None else str(one.year))
    return TopicTableRow(
        document=_document(one),
        about=tuple(filter(None, about)),
        clauses=tuple(
            Link(text.clause.label or text.clause.eid, clause_url(one.id, text.clause.eid, SearchState()))
            for text in row.texts
        ),
        language=row.texts[0].reading.language,
        departs=row.departs,
        cells=tuple(_cell(name, row.cells.get(name)) for name in columns),
    )


def _cell(name: CellName, cell: StatedCell | None) -> TopicCell:
    words = None if cell is None else Link(cell.found.text, evidence_url(cell.span, cell.page, SearchState()))
    return TopicCell(cell_label(name), words, cell is not None and cell.departs)


def _document(described: Description) -> Link:
    return Link(described.title, document_url(described.id, SearchState()), note=described.filename)
