"""The items of a story as cards: text, quotations with clips of their pages, numbers with their evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

from flask import url_for

from archive.citing.citation import Citation
from archive.citing.prose import shortened, source
from archive.findings.joined import row_of
from archive.findings.records import Shown
from archive.model import Words
from archive.search.request import STORY
from archive.store.stories.story import WRITTEN, Item, ItemKind, StoryReader
from archive.stories.numbers import CountedNumber
from archive.stories.shown_items import ShownItem
from webapp.languages.translation import gettext, marked, plural, said, said_error
from webapp.links import image_url
from webapp.page_images import THUMBNAIL_WIDTH
from webapp.pages.citation import usual_style
from webapp.pages.facts import present_evidence
from webapp.pages.findings.cell import proof_text
from webapp.pages.findings.wording import counted_from, group_value, joined_title, shown_number
from webapp.pages.parts import Crop, Link, Mark, crop
from webapp.pages.wording import about, day, field_label, moment, page_short, shown_title, value_label
from webapp.state import FindingState, SearchState

_KINDS = {
    ItemKind.DOCUMENT: marked("Document"),
    ItemKind.PAGE: marked("Page"),
    ItemKind.WORDS: marked("Words"),
    ItemKind.CLAUSE: marked("Clause"),
    ItemKind.NUMBER: marked("Number"),
    ItemKind.VENDOR: marked("Vendor"),
    ItemKind.SEARCH: marked("Search"),
    ItemKind.NOTE: marked("Note"),
    ItemKind.HEADING: marked("Heading"),
    ItemKind.TEXT: marked("Text"),
}


PICTURED = (ItemKind.DOCUMENT, ItemKind.PAGE)
"""Kinds of items that are shown by the image of a page, if it has one."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Data for the items of a story.

    ``pages`` are the words of pages shown as clips, by document, reading and number; ``proofs`` are the first facts of
    each number, by item; ``flowing`` are documents of flowing text, which have no page images.
    """

    pages: Mapping[tuple[str, int, int], Words]
    proofs: Mapping[str, Sequence[Shown]]
    flowing: Collection[str]


@dataclass(frozen=True, slots=True)
class ProofLine:
    """A fact of a number: its ``label``, its evidence and its place."""

    label: str
    quote: str
    language: str | None
    place: Link


@dataclass(frozen=True, slots=True)
class NumberCard:
    """A number of a finding: ``made`` tells what it was counted from, ``more`` how many of its facts are not shown."""

    value: str
    link: Link
    finding: str
    made: tuple[str, ...]
    proofs: tuple[ProofLine, ...]
    more: str | None


@dataclass(frozen=True, slots=True)
class ItemCard:
    """An item.

    ``own`` is text that the reader can edit, ``quotation`` is cited text in ``language`` with the clip of its page in
    ``crop``; ``thumbnail`` is the URL of the page's image. ``note`` is a person's note, ``added`` names who added the
    item and when, ``change`` tells that a number has changed, ``absent`` why the content is not shown. ``style`` is its
    CSS class.
    """

    id: str
    kind: str
    style: str
    is_heading: bool
    own: str | None
    link: Link | None
    quotation: str | None
    language: str | None
    label_language: str | None
    crop: Crop | None
    thumbnail: str | None
    about: tuple[str, ...]
    note: str | None
    number: NumberCard | None
    change: Link | None
    absent: str | None
    added: str


def present_card(one: ShownItem, reader: StoryReader, behind: Behind) -> ItemCard:
    """Return the card of an item for a reader."""
    item, citation = one.item, one.citation
    value = item.content.said.get("text") if one.kind in WRITTEN else None
    return ItemCard(
        id=item.id,
        kind=said(_KINDS[one.kind]),
        style=f"{one.kind}-item",
        is_heading=one.kind is ItemKind.HEADING,
        own=value,
        link=None if one.is_lost or one.waits or one.kind in WRITTEN else Link(item_label(one), one.path),
        quotation=shortened(citation) if citation else None,
        language=one.description.language if one.description else None,
        label_language=label_language(one),
        crop=_crop(citation, behind) if citation else None,
        thumbnail=_thumbnail(one, behind),
        about=about(one.description, is_titled=True) if one.description else (),
        note=one.note.note if one.note else None,
        number=_number(one, one.now, behind) if one.now else None,
        change=_change(one, reader),
        absent=_absent(one),
        added=_added(item),
    )


def _absent(one: ShownItem) -> str | None:
    if one.is_lost:
        return gettext("What was here is no longer in the archive, or not for you.")
    return None if one.waits is None else said_error(one.waits)


def _crop(citation: Citation, behind: Behind) -> Crop | None:
    """Return the clip of the first page of a quotation; None where its words have no boxes."""
    first = citation.parts[0]
    words = behind.pages.get((citation.document.id, citation.span.reading, first.page.number))
    if words is None or first.box is None or first.page.is_flowing:
        return None
    marks = [Mark(part.first, part.last, "") for part in citation.parts if part.page.number == first.page.number]
    label = gettext("The words on page %(number)s", number=first.page.number)
    return crop(citation.span, first.page, words, marks, label)


def _thumbnail(one: ShownItem, behind: Behind) -> str | None:
    content = one.item.content
    if one.is_lost or content.document is None or content.document in behind.flowing or one.kind not in PICTURED:
        return None
    return image_url(content.document, content.said.get("page", 1), THUMBNAIL_WIDTH)


def _number(one: ShownItem, now: CountedNumber, behind: Behind) -> NumberCard:
    proofs = tuple(line for proof in behind.proofs.get(one.item.id, ()) if (line := _proof_line(proof)))
    row = row_of(now.table, now.joining.key) or now.table.total
    return NumberCard(
        value=shown_number(now.cell.number),
        link=Link(joined_title(now.table, now.joining, row), one.path),
        finding=said(now.table.definition.title),
        made=counted_from(now.joining, now.cell, now.table.definition),
        proofs=proofs,
        more=more_behind(now, len(proofs)),
    )


def more_behind(now: CountedNumber, shown: int) -> str | None:
    """Return how many proofs of a number are not shown."""
    more = len(now.cell.proofs) - shown
    return plural("and %(count)s more behind it", "and %(count)s more behind it", more) if more > 0 else None


def _proof_line(proof: Shown) -> ProofLine | None:
    fact = proof.proof.fact
    evidence = present_evidence(fact, proof.evidence, SearchState()) if fact else None
    if evidence is None:
        return None
    place = Link(f"{shown_title(proof.known).text}, {evidence.place.label}", evidence.place.url)
    return ProofLine(proof_text(proof), evidence.quote, proof.known.language, place)


def _added(item: Item) -> str:
    return gettext("%(name)s, %(when)s", name=item.by, when=moment(item.at))


def item_label(one: ShownItem) -> str:
    """Return the label of an item, in the language of the request."""
    stored = one.item.content.said
    if one.citation is not None:
        return source(one.citation, usual_style(one.citation))
    if one.vendor is not None:
        return one.vendor.name
    if one.now is not None:
        return _number_label(one.now)
    if one.description is None:
        return search_label(stored["parameters"])
    if one.kind is ItemKind.PAGE:
        return f"{shown_title(one.description).text}, {page_short(stored['page'])}"
    return shown_title(one.description).text


def label_language(one: ShownItem) -> str | None:
    """Return the language of a label that is not ours."""
    if one.description is None:
        return None
    return one.description.language if one.citation else shown_title(one.description).language


def _number_label(now: CountedNumber) -> str:
    definition, joining = now.table.definition, now.joining
    groups = zip(definition.group, joining.key, strict=False)
    heads = [group_value(group, value) for group, value in groups]
    columns = [said(label) for label in now.columns]
    return f"{said(definition.title)}: {', '.join((*heads, *columns))}: {shown_number(now.cell.number)}"


def search_label(parameters: dict[str, list[str]]) -> str:
    chosen = [
        gettext("within a story")
        if name == STORY
        else f"{field_label(name)}: {', '.join(value_label(name, value) for value in values)}"
        for name, values in parameters.items()
        if name not in ("q", "sort", "exact", "look_alikes", "unit")
    ]
    return " · ".join((*parameters.get("q", ()), *chosen))


def change_text(one: ShownItem, reader: StoryReader) -> str | None:
    """Return what a number was when it was added, if it is another now and the reader may know it."""
    value = one.value_when_added(reader)
    if value is None:
        return None
    was, when = shown_number(Decimal(value) if value else None), day(one.item.at)
    event = one.item.content.said["as_of"]
    return gettext("It was %(value)s when it was added, %(day)s (event %(event)s)", value=was, day=when, event=event)


def _change(one: ShownItem, reader: StoryReader) -> Link | None:
    """Return a link saying that a number has changed since it was added, else None."""
    told, stored = change_text(one, reader), one.item.content.said
    if told is None:
        return None
    event = stored["as_of"]
    state = FindingState.from_arguments(stored["finding"], dict(parse_qsl(urlsplit(stored["address"]).query)))
    # There is no page of changes for the documents of a story alone, so link to the finding at that event.
    if state.story or not event:
        return Link(told, replace(state, as_of=str(event)).url if event else one.path)
    vat, convert = state.vat or None, state.convert or None
    url = url_for("findings.changes", name=state.name, against=event, vat=vat, convert=convert)
    return Link(gettext("%(told)s: what changed", told=told), url)
