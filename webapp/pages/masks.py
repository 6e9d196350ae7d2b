"""The masks of selected documents with their clips of the page, class and words; and a page with masks applied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import request, url_for

from archive.masking.classes import CHOSEN, MaskClass, in_order
from archive.masking.decisions import Approval, DocumentMasks
from archive.masking.listed_names import KnownNames
from archive.masking.masks import HiddenWords, Mask, MaskedPage, MaskRules
from archive.model import Box, Description, Document, Page
from webapp.forms import known_person
from webapp.languages.translation import gettext, marked, number
from webapp.links import document_url, image_url, page_url
from webapp.page_images import PAGE_WIDTH
from webapp.pages.parts import Context, Link
from webapp.pages.wording import moment
from webapp.state import SearchState

KINDS = {
    MaskClass.PERSONAL_NUMBER: marked("personal number"),
    MaskClass.PHONE: marked("phone"),
    MaskClass.EMAIL: marked("e-mail"),
    MaskClass.ACCOUNT: marked("bank account"),
    MaskClass.ID_CARD: marked("identity card"),
    MaskClass.PASSPORT: marked("passport"),
    MaskClass.PLATE: marked("licence plate"),
    MaskClass.ADDRESS: marked("home address"),
    MaskClass.BIRTH_DATE: marked("date of birth"),
    MaskClass.NAME: marked("listed name"),
    MaskClass.PERSON: marked("proposed name"),
    MaskClass.OTHER: marked("something else"),
}

_CUT, _CUT_WIDTH = 14.0, 260.0
"""Margin of a clip around a mask and minimum width of a clip, in points."""


@dataclass(frozen=True, slots=True)
class MaskRow:
    """A mask.

    ``cut`` is the SVG view box of its clip of the page image, None where there is none. ``quote`` is None for a box;
    ``about`` names the person who changed it last.
    """

    name: str
    kind: str
    quote: str | None
    about: str | None
    cut: str | None


@dataclass(frozen=True, slots=True)
class MaskedPart:
    """A page with its masks.

    ``boxes`` (x, y, width, height) are in points of its image, empty on a flowing page.
    """

    key: str
    approves: str
    document_id: str
    document: Link
    language: str | None
    number: int
    page: Link
    summary: str
    approved: str | None
    image: str | None
    width: float
    height: float
    boxes: tuple[tuple[float, float, float, float], ...]
    rows: tuple[MaskRow, ...]
    removed: tuple[MaskRow, ...]
    masked: Link | None


@dataclass(frozen=True, slots=True)
class MasksContext(Context):
    """The masks of selected documents.

    ``asked`` is the query string, which every form keeps in its own URL; ``classes`` are (name, label, is chosen);
    ``lost`` is the number of masks whose words are not in the newest reading.
    """

    title: str
    asked: str
    by: str
    hidden: tuple[tuple[str, str], ...]
    classes: tuple[tuple[str, str, bool], ...]
    kinds: tuple[tuple[str, str], ...]
    parts: tuple[MaskedPart, ...]
    links: tuple[Link, ...]
    lost: int


def page_key(document_id: str, number: int) -> str:
    """Return the anchor of a page in the list."""
    return f"p-{document_id[:12]}-{number}"


def present_masks(
    masks: Sequence[DocumentMasks],
    shown: Sequence[tuple[DocumentMasks, int]],
    descriptions: Mapping[str, Description],
    parts: Sequence[str | None],
    classes: Collection[MaskClass],
) -> MasksContext:
    """Return the page of masks.

    ``parts`` are the URLs of the parts of the list, None for the current one.
    """
    titles = [descriptions[one.document.id].title for one in masks]
    return MasksContext(
        title=gettext("Masks of %(title)s", title=titles[0] if len(titles) == 1 else number(len(titles))),
        asked=request.query_string.decode("ascii", "replace"),
        by=known_person(),
        hidden=tuple((name, value) for name, value in request.args.items(multi=True) if name in ("document", "page")),
        classes=tuple((str(kind), gettext(KINDS[kind]), kind in classes) for kind in CHOSEN),
        kinds=tuple((str(kind), gettext(KINDS[kind])) for kind in reversed(MaskClass)),
        parts=tuple(_part(one, at, descriptions[one.document.id]) for one, at in shown),
        links=tuple(Link(number(at), url or "", current=url is None) for at, url in enumerate(parts, start=1))
        if len(parts) > 1
        else (),
        lost=sum(len(one.lost) for one in masks),
    )


def _part(masks: DocumentMasks, at: int, described: Description) -> MaskedPart:
    shown, approval, state, document = masks.page(at), masks.approval(at), SearchState(), masks.document
    page = shown.page
    return MaskedPart(
        key=page_key(document.id, at),
        approves=f"{document.id}:{at}:{shown.digest}",
        document_id=document.id,
        document=Link(described.title, document_url(document.id, state)),
        language=described.language,
        number=at,
        page=Link(gettext("Page %(number)s", number=at), page_url(document.id, at, state)),
        summary=_summary(shown.counts),
        approved=_approved(approval),
        image=None if page.is_flowing else image_url(document.id, at, PAGE_WIDTH),
        width=round(page.width, 1),
        height=round(page.height, 1),
        boxes=tuple(_edges(box, page) for box in shown.boxes),
        rows=tuple(_row(masks, shown, mask) for mask in shown.masks),
        removed=tuple(_row(masks, shown, mask) for mask in shown.removed),
        masked=_masked_link(document.id, at) if approval else None,
    )


def asked_classes() -> str:
    """Return the classes in the URL, separated by commas; empty if there are none."""
    return ",".join(request.args.getlist("mask"))


def _masked_link(document_id: str, at: int) -> Link:
    asked = asked_classes() or "all"
    return Link(
        gettext("The page as it may be seen"), url_for("masked.show", document_id=document_id, number=at, mask=asked)
    )


def _approved(approval: Approval | None) -> str | None:
    if approval is None:
        return None
    return gettext("Approved by %(person)s, %(moment)s", person=approval.by, moment=moment(approval.at))


def _summary(counts: Counter[MaskClass]) -> str:
    told = (f"{gettext(KINDS[kind])}: {number(counts[kind])}" for kind in in_order(counts))
    return ", ".join(told) or gettext("Nothing is masked on this page.")


def _row(masks: DocumentMasks, shown: MaskedPage, mask: Mask) -> MaskRow:
    about = None
    if mask.by is not None and mask.at is not None:
        about = f"{mask.by}, {moment(mask.at)}"
    return MaskRow(mask.name, gettext(KINDS[mask.kind]), masks.quote(mask), about, _cut(masks, shown.page, mask))


def _cut(masks: DocumentMasks, page: Page, mask: Mask) -> str | None:
    boxes = [mask.box] if mask.box else masks.boxes(mask)
    if page.is_flowing or not boxes:
        return None
    around = Box.around(boxes)
    top = max(0.0, around.y0 * page.height - _CUT)
    bottom = min(page.height, around.y1 * page.height + _CUT)
    left = max(0.0, min(around.x0 * page.width - _CUT, page.width - _CUT_WIDTH))
    width = min(page.width - left, max(_CUT_WIDTH, (around.x1 - around.x0) * page.width + 2 * _CUT))
    return f"{left:.1f} {top:.1f} {width:.1f} {bottom - top:.1f}"


def _edges(box: Box, page: Page) -> tuple[float, float, float, float]:
    x, y = round(box.x0 * page.width, 1), round(box.y0 * page.height, 1)
    return x, y, round((box.x1 - box.x0) * page.width, 1), round((box.y1 - box.y0) * page.height, 1)


@dataclass(frozen=True, slots=True)
class MaskedView:
    """A page with masks applied, their rules and approval; ``names`` are those that its document makes known, ``asked``
    the classes in the URL."""

    page: MaskedPage
    rules: MaskRules
    names: KnownNames
    approval: Approval | None
    asked: str


@dataclass(frozen=True, slots=True)
class MaskedContext(Context):
    """A page with masks applied: its image and its text."""

    title: str
    document_id: str
    image: str | None
    width: float
    height: float
    summary: str
    approved: str | None
    paragraphs: tuple[str, ...]
    language: str | None


def present_masked(document: Document, title: str, view: MaskedView) -> MaskedContext:
    """Return a page with masks applied."""
    page = view.page.page
    title, _ = HiddenWords(view.page.hidden).masked(title)
    image = url_for("masked.image", document_id=document.id, number=page.number, mask=view.asked or None)
    return MaskedContext(
        title=gettext("Page %(number)s – %(title)s", number=page.number, title=view.rules.masked(title, view.names)),
        document_id=document.id,
        image=None if page.is_flowing else image,
        width=round(page.width, 1),
        height=round(page.height, 1),
        summary=_summary(view.page.counts),
        approved=_approved(view.approval),
        paragraphs=tuple(view.page.words.text().split("\n\n")),
        language=page.language,
    )
