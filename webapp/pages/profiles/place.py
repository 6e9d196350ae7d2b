"""The profile of a municipality: its documents, procedures, vendors, cameras, money, requests and findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from archive.findings.joined import Joining, amounts, money_columns, own_columns, row_of
from archive.findings.measures import SEPARATOR, TOGETHER
from archive.findings.sentences import told
from archive.findings.table import DOCUMENTS, UNITS, Table, TableRow
from archive.profiles.place import OUTCOMES, PlaceProfile, ProcedureStory, cell
from archive.search.results import SearchResults
from webapp.languages.translation import gettext, marked, number, plural, said
from webapp.links import chronology_url, document_url, place_picture_url, place_url, places_url, profile_url, search_url
from webapp.pages.findings.picture import Drawing, Picture
from webapp.pages.findings.picture_charts import draw_timeline
from webapp.pages.findings.wording import SentencePart, group_value, notes_on, shown_number, speech
from webapp.pages.parts import Context, Link
from webapp.pages.profiles.figures import (
    Figure,
    MoneyRow,
    ProfilePicture,
    basis_links,
    linked,
    marks,
    money_rows,
    not_known,
    procedures_text,
)
from webapp.pages.profiles.lines import draw_lines, papers_text, procedure_name
from webapp.pages.profiles.requests import MOST_REQUESTS, RequestRow, RequestWords, present_requests
from webapp.pages.wording import value_label
from webapp.state import FindingState, SearchState

PICTURES = ("procedures", "money")
"""Names of the pictures of a municipality in URLs."""

MONEY, VENDORS, QUANTITIES, CAPABILITIES, MISSING = (
    "spending",
    "vendors-by-municipality",
    "quantities",
    "capabilities",
    "missing-documents",
)
"""Findings that have a section of their own in a profile."""


@dataclass(frozen=True, slots=True)
class ProcedureLine:
    """A procedure: its name, its year, its documents, and the missing kinds of documents."""

    name: str
    year: str
    papers: tuple[Link, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SellerRow:
    """A vendor: its number of awards and its sums; ``share`` is the length of its bar, in per cent of the longest."""

    firms: tuple[Link, ...]
    count: Link
    share: int
    money: tuple[MoneyRow, ...]


@dataclass(frozen=True, slots=True)
class CapabilityRow:
    """A capability, with the number of documents for each statement about it."""

    name: str
    said: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class PlaceBox:
    """The profile of a municipality.

    ``findings`` are sentences of all other findings; ``every_procedure``, ``every_seller`` and ``every_request`` are
    links to the full lists, None if all are shown.
    """

    says: tuple[tuple[SentencePart, ...], ...]
    figures: tuple[Figure, ...]
    kinds: tuple[Link, ...]
    years: tuple[Link, ...]
    lines: ProfilePicture | None
    procedures: tuple[ProcedureLine, ...]
    every_procedure: Link | None
    sellers: tuple[SellerRow, ...]
    every_seller: Link | None
    money: tuple[MoneyRow, ...]
    bases: tuple[Link, ...]
    whole: Link
    timeline: ProfilePicture | None
    requests: tuple[RequestRow, ...]
    every_request: Link | None
    capabilities: tuple[CapabilityRow, ...]
    findings: tuple[tuple[Link, tuple[tuple[SentencePart, ...], ...]], ...]
    unknown: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class PlaceContext(Context):
    """The page of a municipality.

    ``box`` is None where the archive has no document of it, or where its profile cannot be computed yet for the reason
    in ``waits``. ``item`` is what a story takes: the URL of a search for its documents.
    """

    title: str
    back: Link
    search: Link
    chronology: str
    item: str
    box: PlaceBox | None
    cannot: tuple[str, ...]
    waits: str | None = None


MOST_SELLERS, MOST_PROCEDURES = 50, 40
"""Maximum vendors and procedures on the page; a link leads to all of them."""

_CANNOT = (
    marked("Papers of this municipality that the archive does not have, or that do not name it."),
    marked("Whether a paper was never made, was not asked for or was not handed over."),
)


def present_place(profile: PlaceProfile, papers: SearchResults, words: RequestWords, vat: str) -> PlaceContext:
    """Return the page of a municipality; ``papers`` are the results of a search for its documents."""
    of_it = SearchState().with_filter("municipality", profile.municipality)
    return replace(
        present_place_without_profile(profile.municipality),
        box=_box(profile, papers, words, vat, of_it) if papers.total else None,
    )


def present_place_without_profile(municipality: str, waits: str | None = None) -> PlaceContext:
    """Return the page of a municipality whose profile cannot be computed yet; ``waits`` is the reason."""
    of_it = SearchState().with_filter("municipality", municipality)
    return PlaceContext(
        title=group_value("municipality", municipality),
        back=Link(gettext("Places"), places_url()),
        search=Link(gettext("Search its documents"), search_url(of_it)),
        chronology=chronology_url(of_it),
        item=search_url(of_it),
        box=None,
        cannot=tuple(map(gettext, _CANNOT)),
        waits=waits,
    )


def draw(profile: PlaceProfile, name: str, vat: str = "") -> Picture | None:
    """Return one of :data:`PICTURES`; None if there is no data."""
    place = group_value("municipality", profile.municipality)
    if name == "procedures":
        return draw_lines(gettext("%(place)s: papers of procedures", place=place), profile)
    table = profile.by(MONEY, "municipality", "year")
    if table is None:
        return None
    state = FindingState(MONEY, vat=vat)
    sums = (one for money in money_columns(table) for one in amounts(table, table.total, money))
    place_of_column = table.place_of(next((one.joining.columns[0] for one in sums), ""))
    if place_of_column is None:
        return None
    return draw_timeline(Drawing(table, table.rows, table.columns[place_of_column], state))


def _box(profile: PlaceProfile, papers: SearchResults, words: RequestWords, vat: str, of_it: SearchState) -> PlaceBox:
    pictures = {name: draw(profile, name, vat) for name in PICTURES}
    files = {
        name: ProfilePicture(one, name, place_picture_url(profile.municipality, name))
        for name, one in pictures.items()
        if one is not None
    }
    state = FindingState(MONEY, vat=vat)
    return PlaceBox(
        says=tuple(_summary(profile, papers, of_it)),
        figures=(*quantity_figures(profile), *_figures(profile)),
        kinds=_facet(papers, "kind", of_it),
        years=_facet(papers, "year", of_it),
        lines=files.get("procedures"),
        procedures=tuple(map(_line, reversed(profile.procedures[-MOST_PROCEDURES:]))),
        every_procedure=_more(len(profile.procedures), MOST_PROCEDURES, search_url(of_it)),
        sellers=tuple(islice(sellers(profile, vat), MOST_SELLERS)),
        every_seller=_every_seller(profile, vat),
        money=tuple(sums(profile, state)),
        bases=basis_links(place_url(profile.municipality), vat),
        whole=Link(gettext("The finding on all municipalities"), state.url),
        timeline=files.get("money"),
        requests=present_requests(profile, words),
        every_request=_more(len(profile.requests), MOST_REQUESTS, search_url(of_it.with_filter("kind", "foi_request"))),
        capabilities=tuple(_capabilities(profile)),
        findings=tuple(other_findings(profile)),
        unknown=tuple(unknown_counts(profile, vat)),
    )


def _more(count: int, shown: int, url: str) -> Link | None:
    """Return the link to all of them, None if all are shown."""
    if count <= shown:
        return None
    return Link(gettext("The newest %(some)s of %(all)s; all papers", some=number(shown), all=number(count)), url)


def _every_seller(profile: PlaceProfile, vat: str) -> Link | None:
    table = profile.by(VENDORS, "municipality", "vendor")
    if table is None or len(table.rows) <= MOST_SELLERS:
        return None
    text = gettext(
        "The %(some)s largest of %(all)s; all of them", some=number(MOST_SELLERS), all=number(len(table.rows))
    )
    return Link(text, FindingState(VENDORS, vat=vat).showing_only(profile.municipality).url)


def _facet(papers: SearchResults, name: str, of_it: SearchState) -> tuple[Link, ...]:
    """Return the values of a facet of its documents with their counts."""
    values = [one for one in papers.facets.get(name, ()) if one.count]
    if name == "year":
        values.sort(key=lambda one: one.value)
    return tuple(
        Link(value_label(name, one.value), search_url(of_it.with_filter(name, one.value)), note=number(one.count))
        for one in values
    )


def _summary(profile: PlaceProfile, papers: SearchResults, of_it: SearchState) -> Iterator[tuple[SentencePart, ...]]:
    years = sorted(int(one.value) for one in papers.facets.get("year", ()) if one.value.isdecimal() and one.count)
    table, row = _only(profile, CAPABILITIES)
    count, url = papers.total, search_url(of_it)
    place = table.place_of(DOCUMENTS) if table else None
    # The owner may have made it a finding on something else.
    if row and place is not None and row.cells[place].number == profile.papers:
        count = profile.papers
        url = FindingState(CAPABILITIES).number_url(Joining(row.key, (DOCUMENTS,)))
    links = {"papers": Link(papers_text(count), url)}
    if not years:
        yield linked(gettext("%(papers)s in the archive.", **marks("papers")), links)
    else:
        told_years = str(years[0]) if years[0] == years[-1] else f"{years[0]}–{years[-1]}"
        text = gettext("%(papers)s in the archive, %(years)s.", years=told_years, **marks("papers"))
        yield linked(text, links)
    if papers.total > count:
        copies = plural(
            "%(count)s near-identical copy is not counted.",
            "%(count)s near-identical copies are not counted.",
            papers.total - count,
        )
        yield (SentencePart(copies),)
    lacking = sum(map(bool, profile.missing))
    if profile.procedures:
        text = gettext(
            "They cover %(procedures)s; documents are missing in %(lacking)s.", **marks("procedures", "lacking")
        )
        if not lacking:
            text = gettext("They cover %(procedures)s; no document is missing.", **marks("procedures"))
        told_of = {
            "procedures": Link(
                procedures_text(len(profile.procedures)), _units_url(profile, MISSING, len(profile.procedures))
            ),
            "lacking": Link(number(lacking), _missing_url(profile)),
        }
        yield linked(text, told_of)


def _missing_url(profile: PlaceProfile) -> str:
    """Return the URL of the procedures with missing documents: all columns of missing kinds joined."""
    table, state = profile.tables.get(MISSING), FindingState(MISSING)
    columns = tuple(column.id for column in own_columns(table)) if table else ()
    return state.number_url(Joining((profile.municipality,), columns)) if columns else state.url


def _units_url(profile: PlaceProfile, name: str, count: int) -> str:
    """Return the URL of the units of this municipality in a finding if they are ``count``, else of the finding."""
    table, row = _only(profile, name)
    if table is None or row is None or cell(table, row, UNITS).number != count:
        return FindingState(name).url
    return FindingState(name).number_url(Joining(row.key, (UNITS,)))


def quantity_figures(profile: PlaceProfile) -> Iterator[Figure]:
    """Yield the numbers of cameras and of places, each linked to its facts."""
    table, row = _only(profile, QUANTITIES)
    labels = {"cameras": gettext("Cameras"), "places": gettext("Places with cameras")}
    for column in own_columns(table) if table and row else ():
        if column.id in labels and table and row:
            one = row.cells[table.columns.index(column)]
            if one.number:
                notes = ", ".join(notes_on(one, column, table.definition, row))
                url = FindingState(QUANTITIES).cell_url(row, column)
                yield Figure(labels[column.id], Link(shown_number(one.number), url, note=notes or None))


def _figures(profile: PlaceProfile) -> Iterator[Figure]:
    if profile.procedures:
        lacking = sum(map(bool, profile.missing))
        note = gettext("%(count)s with missing papers", count=number(lacking)) if lacking else None
        url = _units_url(profile, MISSING, len(profile.procedures))
        yield Figure(gettext("Procedures"), Link(number(len(profile.procedures)), url, note=note))
    for name, label, columns in _SHARES:
        table, row = _only(profile, name)
        if table and row:
            yield from _share(table, row, gettext(label), columns)
    if profile.requests:
        days, requests = number(profile.days_known), number(len(profile.requests))
        note = gettext("%(some)s of %(all)s with known days", some=days, all=requests)
        url = _units_url(profile, OUTCOMES, len(profile.requests))
        yield Figure(gettext("Requests"), Link(number(len(profile.requests)), url, note=note))


_SHARES = (
    ("competition", marked("One bid"), ("One bid",)),
    ("foi-in-time", marked("Answered in time"), ("in_time",)),
)
"""Findings shown as a percentage: the units in some columns, of all units with a known value."""


def _share(table: Table, row: TableRow, label: str, columns: Sequence[str]) -> Iterator[Figure]:
    own = own_columns(table)
    known = {unit for column in own for unit in row.cells[table.columns.index(column)].proofs.units}
    chosen = [column for column in own if column.id in columns]
    some = {unit for column in chosen for unit in row.cells[table.columns.index(column)].proofs.units}
    if known:
        state = FindingState(table.definition.name)
        # The whole table may lack a column that no unit of this place has; there are no facts to show for 0.
        url = state.number_url(Joining(row.key, tuple(column.id for column in chosen))) if chosen else ""
        note = plural("of %(count)s known", "of %(count)s known", len(known))
        yield Figure(label, Link(number(len(some)), url, note=note))


def _only(profile: PlaceProfile, name: str) -> tuple[Table | None, TableRow | None]:
    """Return the finding of this name and its row of this municipality, if it is grouped by municipality alone."""
    table = profile.by(name, "municipality")
    return table, table.row((profile.municipality,)) if table else None


def _line(story: ProcedureStory) -> ProcedureLine:
    state = SearchState()
    papers = tuple(
        Link(value_label("kind", one.kind) if one.kind else gettext("Unknown kind"), document_url(one.paper.id, state))
        for one in story.papers
        if one.paper is not None
    )
    missing = tuple(value_label("kind", one.kind) for one in story.papers if one.paper is None)
    return ProcedureLine(procedure_name(story), str(story.year or gettext("no year")), papers, missing)


def sellers(profile: PlaceProfile, vat: str) -> Iterator[SellerRow]:
    """Yield the vendors, those with the most awards first."""
    table = profile.by(VENDORS, "municipality", "vendor")
    if table is None:
        return
    state = FindingState(VENDORS, vat=vat)
    column = table.columns[table.place_of(UNITS) or 0]
    ranked = sorted(table.rows, key=lambda row: -int(cell(table, row, UNITS).number or 0))
    most = max((cell(table, row, UNITS).number or Decimal() for row in ranked), default=Decimal(1))
    for row in ranked:
        count = cell(table, row, UNITS).number or Decimal()
        names = (row.key[1] or "").split(TOGETHER)
        firms = tuple(Link(name or gettext("Unknown"), profile_url("vendor", name) if name else "") for name in names)
        link = Link(number(count), state.cell_url(row, column))
        yield SellerRow(firms, link, max(1, round(100 * count / (most or 1))), tuple(money_rows(table, row, state)))


def sums(profile: PlaceProfile, state: FindingState) -> Iterator[MoneyRow]:
    """Yield the sums of all years, each linked to its facts."""
    table = profile.by(MONEY, "municipality", "year")
    row = row_of(table, (profile.municipality,)) if table else None
    if table and row:
        yield from money_rows(table, row, state)


def _capabilities(profile: PlaceProfile) -> Iterator[CapabilityRow]:
    """Yield the capabilities with what documents say: present, denied, asked for, or possible."""
    table, row = _only(profile, CAPABILITIES)
    if table is None or row is None:
        return
    state, by_name = FindingState(CAPABILITIES), dict[str, list[Link]]()
    for column in own_columns(table):
        one, parts = row.cells[table.columns.index(column)], column.id.split(SEPARATOR)
        if len(parts) == 2 and one.number:
            text = gettext("%(said)s: %(papers)s", said=gettext(_STATES[parts[1]]), papers=papers_text(one.documents))
            by_name.setdefault(parts[0], []).append(Link(text, state.cell_url(row, column)))
    for name, links in by_name.items():
        yield CapabilityRow(value_label("watch", name), tuple(links))


_STATES = {
    "": marked("said to be there"),
    "denied": marked("denied"),
    "asked": marked("asked for"),
    "conditional": marked("possible or wanted"),
}
_APART = (MONEY, VENDORS, QUANTITIES, CAPABILITIES)


def other_findings(profile: PlaceProfile) -> Iterator[tuple[Link, tuple[tuple[SentencePart, ...], ...]]]:
    """Yield the sentences of each other finding about this municipality, if it has any."""
    ordered = sorted(profile.tables.values(), key=lambda table: table.definition.order)
    for table in ordered:
        definition = table.definition
        if definition.name in _APART or len(definition.group) > 1:
            continue
        sentences = tuple(filter(None, _sentences(table, profile.municipality)))
        if sentences:
            yield Link(said(definition.title), FindingState(definition.name).url), sentences


def _sentences(table: Table, municipality: str) -> Iterator[tuple[SentencePart, ...] | None]:
    """Yield the sentences of a finding, each number linked to its facts of this municipality.

    Sentences that count municipalities are skipped.
    """
    state = FindingState(table.definition.name)
    for sentence in told(table):
        joinings = [one.joining for one in sentence.every_number if one.joining]
        if any(joining.count not in ("", UNITS) for joining in joinings):
            continue
        yield tuple(_part(piece.text, piece.number.joining if piece.number else None, state, municipality)
                    for piece in sentence.pieces(speech()))  # fmt: skip


def _part(text: str, joining: Joining | None, state: FindingState, municipality: str) -> SentencePart:
    if joining is None:
        return SentencePart(text)
    of_it = Joining((municipality,), joining.columns, joining.without, joining.count)
    return SentencePart(text, state.number_url(of_it), state.number_url(of_it, "/clip"))


WITH_UNKNOWN = (VENDORS, "competition", QUANTITIES, "foi-outcomes")
"""Findings of which a profile tells how much is unknown."""


def unknown_counts(profile: PlaceProfile, vat: str, names: Sequence[str] = WITH_UNKNOWN) -> Iterator[Link]:
    """Yield the counts of unknown values in findings: ``Bids unknown: 5 of 14 procedures``."""
    for name in names:
        table = profile.tables.get(name)
        if table is None:
            continue
        state = FindingState(name, vat=vat)
        if len(table.definition.group) == 1:
            for row in table.rows:
                yield from not_known(table, row, state)
        else:
            only = state.showing_only(profile.municipality).url
            yield from (Link(one.label, only, note=one.note) for one in not_known(table, table.total, state))
