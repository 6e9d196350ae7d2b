"""The list of topics, and the table of one topic across contracts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from archive.comparing.cells import CellName
from archive.comparing.topic_contracts import TABLES, TableFilters
from archive.comparing.topic_table import StatedCell, StatedRow, TopicTable
from archive.model import Description
from webapp.languages.translation import gettext, marked, number, plural
from webapp.links import clause_url, desk_url, document_url, evidence_url, topic_lacking_url, topic_table_url
from webapp.pages.parts import Context, Link, part_links
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


CONTRACTS_SHOWN = 100
"""Contracts that lack clauses, listed at once."""


@dataclass(frozen=True, slots=True)
class LackingList:
    """The first of the contracts that lack clauses; ``whole`` leads to all, where these are more."""

    title: str
    count: str
    contracts: tuple[Link, ...]
    whole: Link | None


@dataclass(frozen=True, slots=True)
class LackingContext(Context):
    """The contracts that lack clauses on a topic, a part at a time. ``about`` has the topic, how many they are, and
    what all are of."""

    title: str
    back: Link
    about: tuple[str, ...]
    contracts: tuple[Link, ...]
    parts: tuple[Link, ...]


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
    lacking: tuple[LackingList, ...]
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


def present_topic_table(
    table: TopicTable, asked: TableFilters, without: Iterable[Description], unread: Iterable[Description]
) -> TopicTableContext:
    """Return the table of a topic, with the first contracts that lack clauses."""
    lists = (("without", table.without.count, without), ("unread", table.unread.count, unread))
    return TopicTableContext(
        title=_title(table.topic),
        topic=table.topic,
        summary=topic_summary(table),
        asked=asked,
        topics=tuple(_topic_link(name, table.topics[name], asked, current=name == table.topic) for name in TABLES),
        columns=tuple(map(cell_label, stated_columns(table))),
        rows=tuple(_row(row, stated_columns(table)) for row in table.rows),
        usual=tuple(usual_lines(table)),
        unknown=tuple(unknown_lines(table)),
        lacking=tuple(_lacking(table.topic, lack, asked, count, shown) for lack, count, shown in lists if count),
        files=tuple(
            Link(form.upper() if form != "docx" else "Word", topic_table_url(table.topic, asked, form))
            for form in ("csv", "xlsx", "docx")
        ),
        desk=desk_url(SearchState(), (table.topic,)),
    )


def _title(topic: str) -> str:
    return gettext("%(topic)s across contracts", topic=value_label("topic", topic))


_LACKING = {
    "without": marked("Contracts without such a clause"),
    "unread": marked("Contracts without any clauses found"),
}


def _lacking(topic: str, lack: str, asked: TableFilters, count: int, shown: Iterable[Description]) -> LackingList:
    whole = Link(gettext("The whole list (%(count)s)", count=number(count)), topic_lacking_url(topic, lack, asked))
    is_part = count > CONTRACTS_SHOWN
    contracts = tuple(map(_document, shown))
    return LackingList(gettext(_LACKING[lack]), number(count), contracts, whole if is_part else None)


def present_lacking(
    topic: str, lack: str, asked: TableFilters, count: int, shown: Iterable[Description], first: int
) -> LackingContext:
    """Return the contracts that lack clauses on a topic, from number ``first`` on."""
    given = (asked.vendor, asked.municipality, asked.year, asked.template)
    return LackingContext(
        title=gettext(_LACKING[lack]),
        back=Link(_title(topic), topic_table_url(topic, asked)),
        about=(
            value_label("topic", topic),
            plural("%(count)s contract", "%(count)s contracts", count),
            *(str(value) for value in given if value is not None),
        ),
        contracts=tuple(map(_document, shown)),
        parts=part_links(count, CONTRACTS_SHOWN, first, lambda at: topic_lacking_url(topic, lack, asked, at)),
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
