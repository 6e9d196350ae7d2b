"""``dosije masks``: what is masked of a document before it leaves, and a person's word on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from archive.annotations import AnnotationTarget, target_of
from archive.archive import Archive
from archive.command_line.options import JSON_OPTION, MASK_OPTION, by_option, counted, print_json
from archive.errors import UsageError
from archive.facts.corrections import checked_name
from archive.masking.classes import MaskClass, class_named, told
from archive.masking.decisions import DocumentMasks, add_mask, approve, masks_of, remove_mask
from archive.masking.masks import Mask, mask_on
from archive.masking.texts import page_rules

_PAGES = re.compile("([1-9][0-9]{0,6})(?:-([1-9][0-9]{0,6}))?")


@click.command("masks")
@click.argument("document_id", metavar="ID")
@MASK_OPTION
@click.option("--pages", "--page", metavar="N[-M]", help="Only these pages.")
@click.option("--add", "words", metavar="A-B", help="Mask words by their numbers in the newest reading: 120-125.")
@click.option("--add-quote", "quote", metavar="TEXT", help="Mask these words, on the page of --pages or anywhere.")
@click.option("--add-box", "box", metavar="X0,Y0,X1,Y1", help="Mask a part of the page of --pages, in shares of it.")
@click.option("--class", "kind", default="other", show_default=True, help="The class of what is added.")
@click.option("--remove", metavar="MASK", help="Take a mask away: its name as listed, without blanks between.")
@click.option("--approve", "approves", is_flag=True, help="Approve the masks of these pages, as they are now.")
@by_option
@JSON_OPTION
@click.pass_obj
def masks_command(
    home: Path,
    document_id: str,
    asked_mask: str,
    pages: str | None,
    words: str | None,
    quote: str | None,
    box: str | None,
    kind: str,
    remove: str | None,
    approves: bool,
    by: str,
    as_json: bool,
) -> None:
    """List what is masked of document ID, by default of every class; add a mask, take one away, approve them.

    Packets and pages that are to be masked by choice leave only after somebody approved their masks. A new reading of
    the document, or another rule, asks again.
    """
    name = checked_name(by)
    with Archive.open(home, create=False) as archive:
        catalog = archive.catalog
        document = catalog.documents.find(document_id)
        rules = page_rules(archive, asked_mask or "all")
        masks = masks_of(catalog, document, rules)
        numbers = _numbers(masks, pages)
        asked = AnnotationTarget(words, quote, numbers[0] if pages and not words else None, box)
        if sum(map(bool, (words or quote or box, remove, approves))) > 1:
            raise UsageError("Do one thing at a time.", "Add a mask, --remove one, or --approve them.")
        if words or quote or box:
            target = target_of(catalog, document, asked)
            add_mask(catalog, document, target.reading, mask_on(target, class_named(kind)), name)
        elif remove:
            remove_mask(catalog, document, masks.reading.number, _named(masks, numbers, remove), name)
        elif approves:
            approve(catalog, masks, numbers, name)
        masks = masks_of(catalog, document, rules)
        record = _masks_record(masks, numbers)
    if as_json:
        print_json(record)
    else:
        click.echo("\n".join(_lines(record, masks, numbers)))


def _numbers(masks: DocumentMasks, pages: str | None) -> Sequence[int]:
    every = range(1, len(masks.reading.pages) + 1)
    if pages is None:
        return every
    found = _PAGES.fullmatch(pages)
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if not first <= last <= len(every):
        raise UsageError(
            "%(pages)s are not pages of %(filename)s.", "Write a number, or the first and the last: 3-5",
            pages=repr(pages[:20]), filename=masks.document.filename,
        )  # fmt: skip
    return range(first, last + 1)


def _named(masks: DocumentMasks, numbers: Sequence[int], name: str) -> Mask:
    for number in numbers:
        for mask in masks.page(number).masks:
            if mask.name == name:
                return mask
    raise UsageError("There is no mask %(name)s.", "See them with: dosije masks ID", name=repr(name[:60]))


def _lines(record: dict[str, Any], masks: DocumentMasks, numbers: Sequence[int]) -> Iterator[str]:
    counts: Counter[MaskClass] = sum((masks.page(number).counts for number in numbers), Counter())
    for page in record["pages"]:
        approved = page["approved"]
        if page["masks"] or page["removed"]:
            seen = f"approved by {approved['by']}, {approved['at'][:10]}" if approved else "not approved"
            yield f"page {page['number']}: {seen}"
        for mask in page["masks"]:
            who = f"  [{mask['by']}, {mask['at'][:10]}]" if mask["by"] else ""
            yield f"  {mask['name']:<34} {mask['quote'] or 'a box'}{who}"
        for mask in page["removed"]:
            yield f"  {mask['name']:<34} taken away  [{mask['by']}, {mask['at'][:10]}]"
    for mask in record["lost"]:
        yield f"  {mask['name']:<34} was made in another reading, and its words are not found in this one"
    missing = [page["number"] for page in record["pages"] if not page["approved"]]
    yield f"{counted(len(numbers), 'page')}: {told(counts)}. Not approved: {counted(len(missing), 'page')}."


def _masks_record(masks: DocumentMasks, numbers: Iterable[int]) -> dict[str, Any]:
    """Return the masks of some pages as ``dosije masks --json`` gives them."""
    return {
        "document": masks.document.id,
        "reading": masks.reading.number,
        "classes": [str(kind) for kind in masks.classes],
        "pages": [_page_record(masks, number) for number in numbers],
        "lost": [_mask_record(masks, mask) for mask in masks.lost],
    }


def _page_record(masks: DocumentMasks, number: int) -> dict[str, Any]:
    page, approval = masks.page(number), masks.approval(number)
    return {
        "number": number,
        "approved": approval and {"by": approval.by, "at": approval.at.isoformat(timespec="seconds")},
        "masks": [_mask_record(masks, mask) for mask in page.masks],
        "removed": [_mask_record(masks, mask) for mask in page.removed],
    }


def _mask_record(masks: DocumentMasks, mask: Mask) -> dict[str, Any]:
    box = mask.box
    return {
        "name": mask.name,
        "class": str(mask.kind),
        "words": None if mask.first is None else [mask.first, mask.last],
        "box": box and [box.x0, box.y0, box.x1, box.y1],
        "quote": masks.quote(mask),
        "by": mask.by,
        "at": mask.at and mask.at.isoformat(timespec="seconds"),
    }
