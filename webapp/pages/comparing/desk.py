"""The clause desk: a table of contracts and topics with clause texts, and actions on selected clauses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from archive.comparing.clauses import ClauseText
from archive.comparing.desk import FOUND, MOST_LOOKED_AT, MOST_TOPICS, ROWS, ClauseDesk, DeskClause, DeskRow
from archive.comparing.topic_contracts import TableFilters
from archive.comparing.words import DifferenceKind
from archive.model.clauses import clause_title
from archive.search.facets import FacetValue
from archive.search.request import UNKNOWN, Unit
from webapp.languages.translation import gettext, number, plural
from webapp.links import clause_url, compare_url, desk_url, document_url, topic_table_url
from webapp.pages.comparing.comparison import ComparedRun
from webapp.pages.hits.chosen import ChoosingBar, choosing_bar
from webapp.pages.parts import Context, LabelledValue, Link
from webapp.pages.wording import field_label, shown_title, value_label
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class DeskClauseCell:
    """A clause in a cell.

    ``item`` identifies it for stories, packets and citations; ``note`` says how it relates to that of the pinned
    contract, if marked words do not show it.
    """

    item: str
    clause: Link
    language: str | None
    runs: tuple[ComparedRun, ...]
    whole: Link | None
    note: str | None
    beside: Link | None


@dataclass(frozen=True, slots=True)
class DeskColumnCell:
    """A cell of a contract. ``nothing`` says why it has no clause; ``more`` links to those not shown."""

    column: str
    clauses: tuple[DeskClauseCell, ...]
    nothing: str | None
    more: Link | None


@dataclass(frozen=True, slots=True)
class DeskContractRow:
    """A contract. ``pin`` links to the comparison with it, or ends it."""

    document: Link
    language: str | None
    about: tuple[str, ...]
    cells: tuple[DeskColumnCell, ...]
    pin: Link
    is_pinned: bool


@dataclass(frozen=True, slots=True)
class DeskChoice:
    """A filter of contracts with its values and whether each is selected."""

    name: str
    label: str
    values: tuple[tuple[LabelledValue, bool], ...]


@dataclass(frozen=True, slots=True)
class DeskContext(Context):
    """The clause desk. ``topics`` are the available columns; ``kept`` are hidden fields of its forms."""

    title: str
    summary: str
    columns: tuple[str, ...]
    topics: tuple[tuple[LabelledValue, bool], ...]
    most_topics: int
    choices: tuple[DeskChoice, ...]
    kept: tuple[tuple[str, str], ...]
    rows: tuple[DeskContractRow, ...]
    place: str
    previous: str | None
    next: str | None
    tables: tuple[Link, ...]
    choosing: ChoosingBar


FILTERS = ("municipality", "vendor", "year")
"""The filters of the desk itself; other filters of the search are preserved."""

_VALUES = 40
"""Maximum number of values offered per filter."""

_WORDS = 3_200
"""Maximum number of words of clauses on the page; each clause has at least :data:`_FEWEST`."""

_FEWEST = 60
_MOST = 300
_ID = 12
"""Length of the prefix of a document id on this page, as in commands."""

_CLAUSES = SearchState(unit=Unit.CLAUSES)
"""The search to which selected clauses belong."""

_BEFORE = 8
"""Number of words before the first difference, if a clause is shown from there."""


def present_desk(
    desk: ClauseDesk, state: SearchState, topics: Sequence[str], pinned: str | None, first: int
) -> DeskContext:
    """Return the context of the desk, with contracts from number ``first`` (from 1) on."""
    shown = [*([desk.pinned] if desk.pinned else []), *desk.rows]
    words = max(_FEWEST, min(_MOST, _WORDS // max(1, len(shown) * len(desk.columns))))
    top = None if desk.pinned is None else desk.pinned.description.id

    def address(pin: str | None, start: int = 1) -> str:
        return desk_url(state, topics, pin, start)

    return DeskContext(
        state=state,
        title=gettext("Clause desk"),
        summary=_summary(desk),
        columns=tuple(map(_column, desk.columns)),
        topics=tuple(
            (LabelledValue(value_label("topic", topic), topic), topic in desk.columns)
            for topic in dict.fromkeys((*(one for one in desk.columns if one != FOUND), *desk.topics))
        ),
        most_topics=MOST_TOPICS,
        choices=tuple(_choice(name, desk.facets.get(name, ()), state) for name in FILTERS),
        kept=_hidden_fields(state, pinned),
        rows=tuple(_row(row, desk.columns, words, address, row.description.id == top) for row in shown),
        place=_place(desk, first),
        previous=address(pinned, max(1, first - ROWS)) if first > 1 else None,
        next=address(pinned, first + ROWS) if first + ROWS <= desk.looked_at else None,
        tables=tuple(
            Link(_column(one), topic_table_url(one, TableFilters())) for one in desk.columns if desk.topics.get(one)
        ),
        choosing=choosing_bar(),
    )


def _column(column: str) -> str:
    return gettext("Clauses found") if column == FOUND else value_label("topic", column)


def _summary(desk: ClauseDesk) -> str:
    told = [
        plural(
            "%(count)s contract of %(all)s has such a clause.",
            "%(count)s contracts of %(all)s have such clauses.",
            desk.having,
            all=number(desk.looked_at),
        )
    ]
    if not desk.is_whole:
        told.append(
            gettext(
                "Showing the first %(shown)s of %(found)s results. Narrow the search to see others.",
                shown=number(MOST_LOOKED_AT),
                found=number(desk.found),
            )
        )
    return " ".join(told)


def _place(desk: ClauseDesk, first: int) -> str:
    last = min(first + ROWS - 1, desk.looked_at)
    return gettext("Contracts %(first)s–%(last)s of %(all)s", first=first, last=last, all=number(desk.looked_at))


def _choice(name: str, values: Sequence[FacetValue], state: SearchState) -> DeskChoice:
    chosen = state.filters.get(name, ())
    listed = [(one.value, one.label, one.count) for one in values if one.value != UNKNOWN][:_VALUES]
    missing = [(value, value, 0) for value in chosen if value not in {one[0] for one in listed}]
    return DeskChoice(
        name,
        field_label(name),
        tuple(
            (LabelledValue(f"{value_label(name, label)} ({number(count)})" if count else label, value), value in chosen)
            for value, label, count in (*missing, *listed)
        ),
    )


def _hidden_fields(state: SearchState, pinned: str | None) -> tuple[tuple[str, str], ...]:
    others = tuple(pair for pair in state.pairs() if pair[0] not in ("q", "page", "unit", *FILTERS))
    return (*others, *([("pinned", pinned)] if pinned else []))


def _row(
    row: DeskRow, columns: Sequence[str], words: int, address: Callable[[str | None], str], is_pinned: bool
) -> DeskContractRow:
    one = row.description
    title = shown_title(one)
    about = (None if title.printed else one.municipality, *one.facet_values()["vendor"][:2])
    pin = Link(gettext("Compare with none"), address(None))
    if not is_pinned:
        pin = Link(gettext("Compare others with it"), address(one.id[:_ID]))
    return DeskContractRow(
        document=Link(title.text, document_url(one.id, SearchState())),
        language=None if title.printed else one.language,
        about=tuple(filter(None, (*about, None if title.printed or one.year is None else str(one.year)))),
        cells=tuple(_cell(row, column, words) for column in columns),
        pin=pin,
        is_pinned=is_pinned,
    )


def _cell(row: DeskRow, column: str, words: int) -> DeskColumnCell:
    clauses = row.cells[column]
    nothing = None
    if not clauses:
        nothing = gettext("no such clause") if row.is_read else gettext("no clauses were found in it")
    count = row.more[column]
    more = plural("%(count)s more clause", "%(count)s more clauses", count)
    return DeskColumnCell(
        _column(column),
        tuple(_clause(one, words) for one in clauses),
        nothing,
        Link(more, document_url(row.description.id, SearchState(), "clauses")) if count else None,
    )


def _clause(one: DeskClause, words: int) -> DeskClauseCell:
    text = one.text
    name = f"{text.description.id[:_ID]}#{text.clause.eid}"
    url = clause_url(text.description.id, text.clause.eid, SearchState())
    runs, is_whole = _runs(one, words)
    note = beside = None
    if one.nearest is not None:
        if one.compared is None:
            note = gettext("worded otherwise")
        elif not one.compared.of_kind(DifferenceKind.DIFFERENT):
            note = gettext("the same wording")
        nearest = f"{one.nearest.description.id[:_ID]}/{one.nearest.clause.eid}"
        beside = Link(gettext("Side by side"), compare_url(nearest, name.replace("#", "/")))
    return DeskClauseCell(
        item=clause_url(text.description.id, text.clause.eid, _CLAUSES),
        clause=Link(clause_title(text.clause.label, text.clause.heading) or text.clause.eid, url),
        language=text.reading.language,
        runs=runs,
        whole=None if is_whole and not one.is_cut else Link(gettext("whole clause"), url),
        note=note,
        beside=beside,
    )


def _runs(one: DeskClause, most: int) -> tuple[tuple[ComparedRun, ...], bool]:
    """Return the words of a clause in runs, and whether they are complete; a long one starts near a difference."""
    texts, head = one.text.words.texts, one.text.heading_words
    kinds = [DifferenceKind.SAME] * len(texts)
    for stretch in one.compared.stretches if one.compared else ():
        begin, end = stretch.other
        kinds[begin:end] = [stretch.kind] * (end - begin)
    first = next((at for at, kind in enumerate(kinds) if kind is DifferenceKind.DIFFERENT), 0)
    begin = head if first - head < most else first - _BEFORE
    end = min(len(texts), begin + most)
    runs = [ComparedRun("…", str(DifferenceKind.SAME))] if begin > head else []
    for is_other, run in groupby(range(begin, end), key=lambda at: kinds[at] is DifferenceKind.DIFFERENT):
        runs.append(ComparedRun(" ".join(texts[at] for at in run), "different" if is_other else "same"))
    return tuple(runs), (begin, end) == (head, len(texts))


@dataclass(frozen=True, slots=True)
class CounterpartRow:
    """A clause to compare with: a link to the comparison, its contract, and its beginning."""

    compare: Link
    document: Link
    language: str | None
    beginning: str


@dataclass(frozen=True, slots=True)
class ClausePicker:
    """Clauses to compare with, found by ``query`` or topic; ``desk`` links to more of them side by side."""

    query: str
    title: str
    rows: tuple[CounterpartRow, ...]
    previous: str | None
    next: str | None
    place: str
    desk: str


_BEGINNING = 40
"""Maximum number of words of an offered clause."""


def present_picker(
    clause: ClauseText, desk: ClauseDesk, others: Sequence[DeskClause], query: str, first: int
) -> ClausePicker:
    """Return the clauses to compare with."""
    name, topic = f"{clause.description.id[:_ID]}/{clause.clause.eid}", clause.clause.topic
    state = SearchState(text=query)

    def address(start: int) -> str:
        return compare_url(name, query=query, first=start)

    title = gettext("Clauses found")
    if not query and topic is not None:
        title = gettext("%(topic)s in other contracts", topic=value_label("topic", topic))
    return ClausePicker(
        query=query,
        title=title,
        rows=tuple(_counterpart(name, one) for one in others),
        previous=address(max(1, first - ROWS)) if first > 1 else None,
        next=address(first + ROWS) if first + ROWS <= desk.looked_at else None,
        place=_place(desk, first),
        desk=desk_url(state, (topic,) if topic and not query else (), clause.description.id[:_ID]),
    )


def _counterpart(name: str, one: DeskClause) -> CounterpartRow:
    text = one.text
    title = shown_title(text.description)
    texts = text.words.texts[text.heading_words :]
    return CounterpartRow(
        compare=Link(
            clause_title(text.clause.label, text.clause.heading) or text.clause.eid,
            compare_url(name, f"{text.description.id[:_ID]}/{text.clause.eid}"),
        ),
        document=Link(title.text, document_url(text.description.id, SearchState())),
        language=text.reading.language,
        beginning=" ".join(texts[:_BEGINNING]) + (" …" if len(texts) > _BEGINNING else ""),
    )
