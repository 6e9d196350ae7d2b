"""The pages of evidence packets: contents, progress and seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from archive.masking.classes import CHOSEN
from archive.packet.orders import OrderOutcome, OrderProgress, PacketOrder
from webapp.languages.translation import gettext, number, plural, said
from webapp.links import document_url, packet_url
from webapp.pages.masks import KINDS
from webapp.pages.parts import Context, LabelledValue, Link
from webapp.pages.wording import documents, moment, pages, size
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class OfferedPacket:
    """The contents of a packet before it is ordered.

    ``source`` is ``cite``, ``document``, ``documents`` or ``clauses``; ``rows`` are (document id, title, part of it),
    of ``found`` in total. ``kept`` are the form fields that select the same again.
    """

    source: str
    title: str
    rows: tuple[tuple[str, str, str], ...]
    found: int
    kept: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OfferContext(Context):
    """The form that orders a packet. ``holds`` describes its contents; ``classes`` can be masked."""

    title: str
    holds: str
    rows: tuple[Link, ...]
    kept: tuple[tuple[str, str], ...]
    classes: tuple[tuple[str, str], ...]
    lasts: str
    others: str | None


@dataclass(frozen=True, slots=True)
class PacketContext(Context):
    """A packet that was ordered.

    ``stands`` is its state; ``verified`` is the result of verifying it, ``told`` are further details. ``reason`` is the
    reason of a failure.
    """

    id: str
    title: str
    about: tuple[str, ...]
    is_live: bool
    stands: str
    done: int
    total: int
    reason: str | None
    seal: str
    is_sound: bool
    verified: str
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    told: tuple[LabelledValue, ...]
    download: str | None
    is_public_page: bool = False


@dataclass(frozen=True, slots=True)
class PacketsContext(Context):
    """The packets of a reader with their states."""

    rows: tuple[tuple[Link, tuple[str, ...]], ...]


def present_offer(offered: OfferedPacket, kept: int, days: int) -> OfferContext:
    """Return the order form for ``offered``; the reader has ``kept`` packets, each kept for ``days``."""
    has = plural("You have %(count)s packet.", "You have %(count)s packets.", kept) if kept else None
    return OfferContext(
        title=offered.title,
        holds=_holds(offered),
        rows=tuple(Link(title, document_url(id_, SearchState()), note=what) for id_, title, what in offered.rows),
        kept=offered.kept,
        classes=tuple((str(kind), gettext(KINDS[kind])) for kind in CHOSEN),
        lasts=plural("It is kept for %(count)s day.", "It is kept for %(count)s days.", days),
        others=has,
    )


def _holds(offered: OfferedPacket) -> str:
    count, found = len(offered.rows), offered.found
    if offered.source == "cite" and count < found:
        return plural(
            "It will hold %(count)s citation; of %(found)s chosen results, %(left)s have no words.",
            "It will hold %(count)s citations; of %(found)s chosen results, %(left)s have no words.",
            count,
            left=number(found - count),
            found=number(found),
        )
    if offered.source == "cite":
        return plural("It will hold %(count)s citation.", "It will hold %(count)s citations.", count)
    if offered.source == "document":
        if count < found:
            return gettext(
                "It will hold the first %(count)s of %(found)s pages that have words. "
                "Cite what you need from the others.",
                count=number(count),
                found=number(found),
            )
        return plural(
            "It will hold the %(count)s page that has words.",
            "It will hold the %(count)s pages that have words.",
            count,
        )
    if count < found:
        return gettext(
            "It will hold the first %(count)s of %(found)s results, each with the paragraph or clause that was found. "
            "Narrow the search, or cite from the others.",
            count=number(count),
            found=number(found),
        )
    return plural(
        "It will hold %(count)s result, with the paragraph or clause that was found.",
        "It will hold %(count)s results, each with the paragraph or clause that was found.",
        count,
    )


def present_packet(
    order: PacketOrder, progress: OrderProgress, outcome: OrderOutcome | None, days: int
) -> PacketContext:
    """Return the page of a packet, which is kept for ``days``."""
    made = outcome if outcome and not outcome.reason else None
    return PacketContext(
        id=order.id,
        title=order.title,
        about=_about(order, days),
        is_live=outcome is None,
        stands=_state(progress, outcome),
        done=progress.done,
        total=progress.total,
        reason=said(outcome.reason) if outcome and outcome.reason else None,
        seal=made.seal if made else "",
        is_sound=bool(made and not made.problems),
        verified=_verified(made) if made else "",
        problems=made.problems if made else (),
        notes=tuple(map(said, made.not_drawn)) if made else (),
        told=tuple(_details(order, made)) if made else (),
        download=f"{packet_url(order.id)}/packet.zip" if made else None,
        is_public_page=bool(order.story),
    )


def present_packets(orders: Sequence[tuple[PacketOrder, OrderOutcome | None]]) -> PacketsContext:
    """Return the list of a reader's packets."""
    return PacketsContext(
        tuple(
            (
                Link(order.title, packet_url(order.id)),
                (
                    gettext("public page of a story") if order.story else gettext("evidence packet"),
                    documents(len(order.documents)),
                    moment(order.made_at),
                    _state(OrderProgress(), outcome),
                ),
            )
            for order, outcome in orders
        )
    )


def _about(order: PacketOrder, days: int) -> tuple[str, ...]:
    until = order.made_at + timedelta(days=days)
    by = (gettext("made for %(name)s", name=order.by),) if order.by else ()
    return (*by, moment(order.made_at), gettext("kept until %(moment)s", moment=moment(until)))


def _state(progress: OrderProgress, outcome: OrderOutcome | None) -> str:
    if outcome is not None:
        return gettext("failed") if outcome.reason else gettext("made")
    if not progress.attempts:
        return gettext("waiting")
    if not progress.total:
        return gettext("being made")
    return gettext(
        "being made: %(done)s of %(total)s pages drawn", done=number(progress.done), total=number(progress.total)
    )


def _verified(made: OrderOutcome) -> str:
    if made.problems:
        return plural(
            "Verification found %(count)s problem. Do not hand this packet over.",
            "Verification found %(count)s problems. Do not hand this packet over.",
            len(made.problems),
        )
    return plural(
        "Verified: %(count)s file, unchanged since it was sealed.",
        "Verified: %(count)s files, unchanged since they were sealed.",
        made.files,
    )


def _details(order: PacketOrder, made: OrderOutcome) -> list[LabelledValue]:
    if order.story:
        clips = plural("%(count)s cut of a page", "%(count)s cuts of pages", made.pages)
        quoted = plural("%(count)s quotation", "%(count)s quotations", made.citations)
        return [
            LabelledValue(gettext("Holds"), f"{quoted}, {clips}"),
            LabelledValue(gettext("Size"), size(made.size)),
            LabelledValue("SHA-256 (zip)", made.sha256, is_code=True),
        ]
    drawn = plural("%(count)s citation", "%(count)s citations", made.citations)
    told = [
        LabelledValue(gettext("Holds"), f"{drawn}, {documents(len(order.documents))}, {pages(made.pages)}"),
        LabelledValue(gettext("Originals"), gettext("inside") if order.originals else gettext("left out")),
        LabelledValue(
            gettext("Notes"),
            plural("%(count)s note", "%(count)s notes", made.notes) if order.notes else gettext("left out"),
        ),
        LabelledValue(
            gettext("Personal numbers masked"), number(made.masked_numbers) if order.masks else gettext("no")
        ),
        LabelledValue(gettext("Size"), size(made.size)),
        LabelledValue("SHA-256 (packet.zip)", made.sha256, is_code=True),
    ]
    if order.found > order.packed:
        bound = gettext("%(packed)s of %(found)s", packed=number(order.packed), found=number(order.found))
        told.insert(1, LabelledValue(gettext("Of what was found"), bound))
    return told
