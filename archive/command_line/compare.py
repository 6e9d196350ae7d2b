"""``dosije compare`` and ``dosije templates``: two clauses side by side, and contracts made on one template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from archive.archive import Archive
from archive.command_line.options import JSON_OPTION, counted, print_json
from archive.comparing.clauses import (
    ClauseText,
    addressed,
    aligned_sentences,
    clause_text,
    compare_clauses,
    comparison_record,
)
from archive.comparing.filled_numbers import NumberPlace
from archive.comparing.kept_templates import TemplateContract
from archive.comparing.sentences import SentencePair, SentenceRelation
from archive.comparing.templates import TemplateAnswer, find_templates
from archive.comparing.tolerance import Tolerated
from archive.comparing.topics import ComparedClause, compare_topic, contracts_of, topic_record
from archive.comparing.words import Comparison, DifferenceKind, percent
from archive.errors import UsageError
from archive.model.clauses import clause_title
from archive.search.facets import label
from archive.serialization import serialize
from archive.store.catalog import Catalog

CLAUSES_SHOWN = 8
"""Odd or missing clauses of a contract that are shown at a terminal."""

MOST_NAMED = 2
"""Up to so many documents with a value are named; more are counted."""


@click.command("compare")
@click.argument("clauses", nargs=-1, metavar="[ID#EID ID#EID]")
@click.option("--vendor", help="Compare the clauses in the contracts of this vendor, by name, number or id.")
@click.option("--topic", help="The clauses on this topic: penalty, price, term ...")
@JSON_OPTION
@click.pass_obj
def compare_command(home: Path, clauses: tuple[str, ...], vendor: str | None, topic: str | None, as_json: bool) -> None:
    """Compare two clauses word by word, or the clauses on one topic in a vendor's contracts.

    Script, case, diacritics and what OCR takes for one another make no difference; it is shown as {one~other}. What
    differs is shown as [-one-]{+other+}, and numbers always count."""
    if (vendor is None) != (topic is None) or len(clauses) != (2 if vendor is None else 0):
        raise UsageError(
            "Name what is to be compared.", "Two clauses: ID#EID ID#EID. Or those of one vendor: --vendor and --topic."
        )
    with Archive.open(home, create=False) as archive:
        if vendor is None or topic is None:
            one, other = (clause_text(archive.catalog, *addressed(named)) for named in clauses)
            _show_pair(one, other, as_json=as_json)
        else:
            archive.settle()
            _show_topic(archive.catalog, vendor, topic, as_json=as_json)


@click.command("templates")
@click.option("--vendor", help="Only among the contracts of this vendor, by name, number or id.")
@JSON_OPTION
@click.pass_obj
def templates_command(home: Path, vendor: str | None, as_json: bool) -> None:
    """List contracts made on one template, those that depart most from it first, with the clauses that do."""
    with Archive.open(home, create=False) as archive:
        catalog = archive.catalog
        archive.settle()
        ids = None if vendor is None else contracts_of(catalog, catalog.vendors.find(vendor))
        found = find_templates(catalog, ids)
    if as_json:
        print_json([serialize(TemplateAnswer, template) for template in found])
        return
    for template in found:
        model = template.model
        click.echo(f"{counted(len(template.members) + 1, 'document')} like {model.id[:12]}  {model.title}")
        for member in template.members:
            _print_member(member)
        for place in template.numbers:
            _print_place(place)
    if not found:
        click.echo("No two documents share half of their clauses.", err=True)


def _show_pair(one: ClauseText, other: ClauseText, *, as_json: bool) -> None:
    comparison = compare_clauses(one, other)
    if as_json:
        print_json(comparison_record(one, other, comparison))
        return
    for mark, text in (("-", one), ("+", other)):
        click.echo(f"{mark} {_named(text)}")
    aligned = aligned_sentences(one, other, comparison)
    if aligned is None:
        click.echo(f"\n{_inline(comparison)}\n")
    else:
        _show_sentences(one, other, aligned)
    click.echo(f"{percent(comparison.agreement)} of the words agree.")
    if aligned is not None:
        return
    for reason, count in comparison.tally().items():
        click.echo(f"    {counted(count, 'word')}: {reason.label}")


_RELATIONS = {
    SentenceRelation.ALIKE: "worded alike",
    SentenceRelation.REWORDED: "in other words",
    SentenceRelation.ONLY_A: "only in the first (-)",
    SentenceRelation.ONLY_B: "only in the second (+)",
}


def _show_sentences(one: ClauseText, other: ClauseText, pairs: Sequence[SentencePair]) -> None:
    """Print matching sentences side by side, and those without a counterpart."""
    counts = Counter(pair.relation for pair in pairs)
    click.echo(
        "\nMost words differ, so sentences are compared: "
        + ", ".join(f"{counts[relation]} {told}" for relation, told in _RELATIONS.items())
        + "."
    )
    for pair in pairs:
        click.echo(f"\n  {_RELATIONS[pair.relation]}")
        if pair.comparison is not None:
            click.echo(f"      {_inline(pair.comparison)}")
            continue
        for mark, text, place in (("-", one, pair.first), ("+", other, pair.other)):
            if place is not None:
                click.echo(f"    {mark} {' '.join(text.words.texts[slice(*place)])}")
    click.echo("")


def _inline(comparison: Comparison) -> str:
    """Return both texts as one, differences marked; only the first where they differ in script alone."""
    pieces = []
    for stretch in comparison.stretches:
        one, other = comparison.texts(stretch)
        if stretch.kind is DifferenceKind.SAME or stretch.tolerated == {Tolerated.SCRIPT}:
            pieces.append(one)
        elif stretch.kind is DifferenceKind.TOLERATED:
            pieces.append(f"{{{one}~{other}}}")
        else:
            pieces.append(_change(one, other))
    return " ".join(pieces)


def _change(one: str, other: str) -> str:
    return " ".join(([f"[-{one}-]"] if one else []) + ([f"{{+{other}+}}"] if other else []))


def _show_topic(catalog: Catalog, vendor: str, topic: str, *, as_json: bool) -> None:
    found = compare_topic(catalog, catalog.vendors.find(vendor), topic)
    if as_json:
        print_json(topic_record(found))
        return
    if found.usual is None:
        click.echo(f"{counted(found.contracts, 'contract')} of {found.vendor.name}; none has clauses.", err=True)
        return
    click.echo(f"{label('topic', topic)}: {counted(len(found.rows), 'clause')} of {found.vendor.name}")
    click.echo(f"Usual ({counted(found.usual_count, 'clause')}), {_named(found.usual)}")
    click.echo(f"    {' '.join(found.usual.words.texts)}\n")
    for row in found.rows:
        _print_row(row)
    for id_ in found.without:
        click.echo(f"no such clause  {id_[:12]}  {catalog.documents.descriptions([id_])[id_].title}")


def _print_row(row: ComparedClause) -> None:
    agreement = percent(row.comparison.agreement) if row.differences else "the same"
    click.echo(f"{agreement:>14}  {_named(row.text)}")
    for usual, here in row.differences:
        click.echo(f"                {_change(usual, here)}")


def _print_member(member: TemplateContract) -> None:
    described = member.description
    click.echo(f"  {percent(member.share):>5}  {described.id[:12]}  {described.title}")
    for word, listed in (("odd", member.odd), ("missing", member.missing)):
        for odd in listed[:CLAUSES_SHOWN]:
            nearest = "" if odd.nearest is None else f", {percent(odd.similarity)} like {odd.nearest.eid}"
            click.echo(
                f"         {word}: {odd.clause.eid}  {clause_title(odd.clause.label, odd.clause.heading)}{nearest}"
            )
        if len(listed) > CLAUSES_SHOWN:
            click.echo(f"         {word}: {len(listed) - CLAUSES_SHOWN} more")


def _print_place(place: NumberPlace) -> None:
    """Print the values at one place of a template, each with its documents if they are few, else with their number."""
    values = []
    for text, found in place.by_text.items():
        who = ", ".join(one.document[:12] for one in found) if len(found) <= MOST_NAMED else len(found)
        values.append(f"{text or 'no such place'} ({who})")
    click.echo(f"         numbers: {place.clause.eid}  {place.before} # {place.after}: {'; '.join(values)}")


def _named(text: ClauseText) -> str:
    clause, described = text.clause, text.description
    return f"{described.id[:12]}#{clause.eid}  {clause_title(clause.label, clause.heading)}  {described.title}"
