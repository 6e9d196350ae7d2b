"""The report: findings with tables, charts and evidence for every number, for a check by a second person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from archive.findings.definition import Definition
from archive.findings.joined import Joining, amounts, joined, money_columns, own_columns, row_of
from archive.findings.records import Shown
from archive.findings.sentences import told
from archive.findings.table import UNITS, Cell, Table, TableRow
from archive.findings.ticks import Tick, digest_of
from webapp.languages.translation import gettext, number, plural, said
from webapp.links import document_url
from webapp.pages.facts import present_evidence
from webapp.pages.findings.cell import proof_text
from webapp.pages.findings.picture import Picture
from webapp.pages.findings.pictures import choose_picture
from webapp.pages.findings.table import FindingTable, is_known, present_table
from webapp.pages.findings.wording import SentencePart, joined_title, sentence_parts, shown_number
from webapp.pages.parts import Context, EvidenceRow, Link
from webapp.pages.wording import day, shown_title
from webapp.state import FindingState, SearchState

MOST_ROWS = 20
"""Maximum number of rows of a table in the report."""

MOST_PROOFS = 5
"""Maximum number of quoted facts per number."""


MOST_CHECKED = 2_000
"""Maximum number of facts of a number that can be checked off, since all of them are loaded."""


@dataclass(frozen=True, slots=True)
class ReportProof:
    """A document behind a number, with its fact and evidence."""

    document: Link
    said: str | None
    evidence: EvidenceRow | None


@dataclass(frozen=True, slots=True)
class ReportNumber:
    """A number to be checked. ``name`` names it in the form, as it is now if it is to be checked off; ``bound`` says
    that it cannot. ``more`` leads to proofs not listed. ``checked`` says who ticked it and when; ``fallen`` that a tick
    no longer holds."""

    what: str
    value: str
    url: str
    name: str
    bound: str | None
    proofs: tuple[ReportProof, ...]
    more: Link | None
    checked: str | None
    fallen: str | None


@dataclass(frozen=True, slots=True)
class ReportTicks:
    """What a report tells of ticks: those that stand, by address. ``tells_values``: its reader may see what a number
    was when it was ticked. ``are_taken``: its reader may tick, for which all facts of each number are read."""

    standing: Mapping[str, Tick]
    tells_values: bool
    are_taken: bool


@dataclass(frozen=True, slots=True)
class ReportFinding:
    """A finding in the report. ``rest`` says how many rows of its table are omitted."""

    finding: Link
    anchor: str
    about: str
    sentences: tuple[tuple[SentencePart, ...], ...]
    notes: tuple[str, ...]
    picture: Picture | None
    table: FindingTable
    rest: str | None
    numbers: tuple[ReportNumber, ...]
    cannot: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportContext(Context):
    """The report.

    ``choices`` are all findings, those included marked as current; ``done`` confirms what was just ticked, ``problem``
    says why that failed.
    """

    asked: FindingState
    as_of: str
    choices: tuple[Link, ...]
    findings: tuple[ReportFinding, ...]
    checked: str
    files: tuple[Link, ...]
    by: str
    done: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table with its numbers in the report, and the quoted facts of each."""

    table: Table
    state: FindingState
    numbers: tuple[tuple[Joining, Cell], ...]
    proofs: Mapping[str, Sequence[Shown]]


def rows_of(table: Table) -> list[TableRow]:
    """Return the rows of a table in the report: those with the most units."""
    place = table.place_of(UNITS) or 0
    known = [row for row in table.rows if is_known(row, table)]
    kept = sorted(known, key=lambda row: -(row.cells[place].number or 0))[:MOST_ROWS]
    return [row for row in known if row in kept]


def numbers_of(table: Table) -> list[tuple[Joining, Cell]]:
    """Return the numbers of the report: those of sentences, then those of the table, each once."""
    found: dict[Joining, Cell] = {}
    for joining in _joinings(table):
        cell = joined(table, joining)
        if cell is not None and cell.number and cell.proofs:
            found.setdefault(joining, cell)
    return list(found.items())


def _joinings(table: Table) -> Iterator[Joining]:
    for sentence in told(table):
        yield from (one.joining for one in sentence.every_number if one.joining)
    money = money_columns(table)
    for row in (*rows_of(table), *table.every_row[len(table.rows) :]):
        yield Joining(row.key, (UNITS,))
        if money:
            yield from (amount.joining for column in money for amount in amounts(table, row, column))
        else:
            yield from (Joining(row.key, (column.id,)) for column in own_columns(table))


def too_many_facts(cell: Cell, most: int = MOST_CHECKED) -> str | None:
    """Return why a number cannot be checked off, None if it can."""
    if len(cell.proofs) <= most:
        return None
    return gettext("More than %(most)s facts make it: too many to be checked off at once.", most=number(most))


def tick_address(state: FindingState, joining: Joining) -> str:
    """Return the URL that identifies a ticked number, regardless of the date."""
    return replace(state, as_of="", against="").number_url(joining)


def present_report(
    asked: FindingState,
    every: Sequence[Definition],
    tables: Sequence[ReportTable],
    ticks: ReportTicks,
    by: str,
    done: str | None = None,
    problem: str | None = None,
) -> ReportContext:
    """Return the report of these tables; ``every`` are the definitions it could have."""
    chosen = {one.table.definition.name for one in tables}
    findings = tuple(_finding(one, ticks) for one in tables)
    last = tables[0].table.as_of if tables else None
    numbers = [one for finding in findings for one in finding.numbers]
    moment = day(last.at) if last and last.at else gettext("empty")
    names = tuple(("finding", one.table.definition.name) for one in tables)
    pairs = (*(names if len(tables) < len(every) else ()), *((("as_of", asked.as_of),) if asked.as_of else ()))
    return ReportContext(
        asked=asked,
        as_of=gettext(
            "As of event %(event)s, %(day)s, index %(index)s.",
            event=last.event if last else 0,
            day=moment,
            index=last.generation if last else "",
        ),
        choices=tuple(Link(said(one.title), one.name, one.name in chosen) for one in every),
        findings=findings,
        checked=plural(
            "%(some)s of %(count)s number is checked.",
            "%(some)s of %(count)s numbers are checked.",
            len(numbers),
            some=number(sum(one.checked is not None for one in numbers)),
        ),
        files=tuple(Link(form.upper(), report_url(form, pairs)) for form in ("html", "docx")),
        by=by,
        done=done,
        problem=problem,
    )


def report_url(form: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return the URL of the report as a file."""
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"/findings/report.{form}{query}"


def _finding(one: ReportTable, ticks: ReportTicks) -> ReportFinding:
    table, state, definition = one.table, one.state, one.table.definition
    rows = rows_of(table)
    rest = len(table.rows) - len(rows)
    choice = choose_picture(table, table.rows, state)
    return ReportFinding(
        finding=Link(said(definition.title), state.url),
        anchor=definition.name,
        about=said(definition.about),
        sentences=tuple(sentence_parts(sentence, state) for sentence in told(table)),
        notes=tuple(map(said, table.notes)),
        picture=choice.picture if choice else None,
        table=present_table(table, rows, (), state),
        rest=plural("%(count)s more row", "%(count)s more rows", rest) if rest else None,
        numbers=tuple(_number(one, joining, cell, ticks) for joining, cell in one.numbers),
        cannot=tuple(map(said, definition.cannot)),
    )


def _number(one: ReportTable, joining: Joining, cell: Cell, ticks: ReportTicks) -> ReportNumber:
    url, address = one.state.number_url(joining), tick_address(one.state, joining)
    tick = ticks.standing.get(address)
    holds = tick is not None and tick.holds(cell)
    rest = len(cell.proofs) - MOST_PROOFS
    more = gettext("and %(count)s more", count=number(rest)) if rest > 0 else ""
    bound = too_many_facts(cell)
    return ReportNumber(
        what=joined_title(one.table, joining, row_of(one.table, joining.key) or one.table.total),
        value=shown_number(cell.number),
        url=url,
        name=f"{address}#{digest_of(cell)}" if ticks.are_taken and not bound and not holds else address,
        bound=bound,
        proofs=tuple(map(_proof, one.proofs[url])),
        more=Link(more, url) if more else None,
        checked=_checked(tick) if tick and holds else None,
        fallen=_fallen(tick, tells_values=ticks.tells_values) if tick and not holds else None,
    )


def _checked(tick: Tick) -> str:
    return gettext("checked by %(person)s, %(day)s", person=tick.by, day=day(tick.at))


def _fallen(tick: Tick, *, tells_values: bool) -> str:
    values = {"person": tick.by, "day": day(tick.at)}
    if not tells_values:
        return gettext("The check by %(person)s of %(day)s no longer holds: the number or its words changed.", **values)
    return gettext(
        "The check by %(person)s of %(day)s, at %(value)s, no longer holds: the number or its words changed.",
        value=tick.value,
        **values,
    )


def _proof(one: Shown) -> ReportProof:
    fact, state = one.proof.fact, SearchState()
    document = Link(shown_title(one.known).text, document_url(one.proof.document, state))
    evidence = None if fact is None else present_evidence(fact, one.evidence, state)
    return ReportProof(document, proof_text(one) or None, evidence)
