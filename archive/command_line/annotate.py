"""``dosije annotate`` and ``dosije annotations``: persons' notes on what stands in documents."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from archive.annotations import AnnotationTarget, annotation_collection, annotation_record, target_of
from archive.archive import Archive
from archive.citing.locators import base_url
from archive.command_line.options import JSON_OPTION, by_option, print_json
from archive.errors import UsageError
from archive.facts.corrections import checked_name
from archive.model.annotations import Annotation, checked_note

WORDS_SHOWN = 14
"""Quoted words of an annotation shown at a terminal."""


@click.command("annotate")
@click.argument("texts", nargs=-1, metavar="ID NOTE")
@click.option("--words", metavar="A-B", help="On words by their numbers in the newest reading: 120-125.")
@click.option("--quote", metavar="TEXT", help="On these words.")
@click.option("--page", type=click.IntRange(1), help="The page on which the quotation or the box stands.")
@click.option("--box", metavar="X0,Y0,X1,Y1", help="On a part of the page, in shares of its width and height.")
@click.option("--edit", metavar="ANNOTATION", help="Change this note: dosije annotate --edit ANNOTATION NOTE")
@click.option("--remove", metavar="ANNOTATION", help="Remove this note. It stays in the event log.")
@by_option
@JSON_OPTION
@click.pass_obj
def annotate_command(
    home: Path,
    texts: tuple[str, ...],
    words: str | None,
    quote: str | None,
    page: int | None,
    box: str | None,
    edit: str | None,
    remove: str | None,
    by: str,
    as_json: bool,
) -> None:
    """Write a NOTE on words or on a box of document ID, or change or remove one."""
    name = checked_name(by)
    asked = AnnotationTarget(words, quote, page, box)
    if (edit or remove) and (asked != AnnotationTarget() or (edit and remove)):
        raise UsageError("Do one thing at a time.", "Annotate a document, --edit a note or --remove one.")
    with Archive.open(home, create=False) as archive:
        catalog = archive.catalog
        if remove:
            _texts(texts, "--remove ANNOTATION", 0)
            done, told = catalog.annotations.remove(remove, name), "removed"
        elif edit:
            (note,) = _texts(texts, "--edit ANNOTATION NOTE", 1)
            done, told = catalog.annotations.edit(edit, checked_note(note), name), "changed"
        else:
            document_id, note = _texts(texts, "ID NOTE", 2)
            target = target_of(catalog, catalog.documents.find(document_id), asked)
            done, told = catalog.annotations.add(target, checked_note(note), name), "made"
        record = annotation_record(done, base_url(archive.settings))
    if as_json:
        print_json(record)
    else:
        click.echo(f"{told}  {_line(done)}\n{record['permalink']}")


@click.command("annotations")
@click.argument("document_id", metavar="[ID]", required=False)
@click.option("--w3c", is_flag=True, help="Print those of document ID as a W3C AnnotationCollection.")
@JSON_OPTION
@click.pass_obj
def annotations_command(home: Path, document_id: str | None, w3c: bool, as_json: bool) -> None:
    """List the notes on document ID, or on all documents."""
    with Archive.open(home, create=False) as archive:
        catalog, base = archive.catalog, base_url(archive.settings)
        document = None if document_id is None else catalog.documents.find(document_id)
        annotations = catalog.annotations.all(None if document is None else document.id)
        if w3c:
            if document is None:
                raise UsageError("A collection is of one document.", "Name it: dosije annotations ID --w3c")
            print_json(annotation_collection(catalog, document, annotations, base))
            return
        newest = {
            id_: catalog.documents.find(id_).reading for id_ in {annotation.document for annotation in annotations}
        }
    if as_json:
        print_json([annotation_record(annotation, base) for annotation in annotations])
        return
    for annotation in annotations:
        click.echo(_line(annotation))
        if annotation.target.reading < newest[annotation.document]:
            told = f"its words were not found after reading {annotation.target.reading}; it stands there"
            click.echo(f"    {told}", err=True)
    if not annotations:
        click.echo("There are no notes.", err=True)


def _texts(texts: Sequence[str], form: str, count: int) -> Sequence[str]:
    if len(texts) != count:
        raise UsageError(f"Write: dosije annotate {form}", 'A note of several words is put in quotes: "…"')
    return texts


def _line(annotation: Annotation) -> str:
    target = annotation.target
    words = target.quote.split()
    shown = " ".join(words[:WORDS_SHOWN]) + (" …" if len(words) > WORDS_SHOWN else "")
    place = f"“{shown}”" if target.span else "a box"
    carried = "" if annotation.how is None else f" (made in reading {annotation.made_on.reading}: {annotation.how})"
    who = f"{annotation.by}, {annotation.created_at:%Y-%m-%d}"
    return f"{annotation.id[:12]}  {target.document[:12]} p. {target.page} {place}{carried}: {annotation.note}  [{who}]"
