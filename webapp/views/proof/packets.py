"""``/packets``: evidence packets of a reader, made in the background and kept for some days.

Only the owner and admins see a packet, and only while they may read each of its documents; for all others it does not
exist.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, current_app, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from archive.access.records import Right
from archive.citing.citation import page_span
from archive.errors import UnknownDocument, UsageError
from archive.masking.classes import ALWAYS, classes_named, in_order
from archive.model import Span
from archive.packet.orders import MOST_KEPT, PacketOrder, no_packet
from archive.packet.selection import Selection, passage
from webapp.access.callers import caller
from webapp.choosing import chosen_hits, citations_of, most_chosen
from webapp.languages.translation import gettext, number
from webapp.links import packet_url
from webapp.pages.packets import OfferedPacket, present_offer, present_packet, present_packets
from webapp.room import base_url, checked, current_room
from webapp.state import SearchState

blueprint = Blueprint("packets", __name__, url_prefix="/packets")

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The contents of a packet: the cited spans, and their description for the form."""

    spans: tuple[Span, ...]
    offered: OfferedPacket


@blueprint.get("/new", endpoint="offer")
def offer() -> str:
    """Show the order form for a packet of a citation, a document or a search."""
    chosen = _chosen(request.args)
    return render_template("packet_offer.html", page=present_offer(chosen.offered, kept_packets(), days_kept()))


@blueprint.post("/new", endpoint="offer_chosen")
def offer_chosen() -> str:
    """Show the order form for selected results, which are too many for a URL."""
    hits = chosen_hits()
    cited = [one.address.path() for one in citations_of(hits)]
    chosen = _of_citations(cited, wordless=len(hits) - len(cited))
    return render_template("packet_offer.html", page=present_offer(chosen.offered, kept_packets(), days_kept()))


@blueprint.post("", endpoint="order")
def order() -> ResponseReturnValue:
    """Order the packet, and redirect to its page."""
    chosen, archive = _chosen(request.form), current_room().archive
    check_room()
    if not chosen.spans:
        raise _nothing_to_pack()
    title = " ".join(request.form.get("title", "").split())[:LONGEST_TITLE] or chosen.offered.title
    made = PacketOrder(
        id=uuid.uuid4().hex,
        by=user_name(),
        made_at=datetime.now(UTC),
        title=title,
        base_url=base_url(),
        spans=chosen.spans,
        found=chosen.offered.found,
        packed=len(chosen.offered.rows),
        hidden=tuple(sorted(caller().hidden)),
        masks=bool(archive.settings.number("mask_personal_numbers")),
        originals="without_originals" not in request.form,
        notes="notes" in request.form,
        mask=",".join(map(str, in_order(classes_named(",".join(request.form.getlist("mask"))) - ALWAYS))),
    )
    archive.packet_orders.place(made)
    return redirect(packet_url(made.id), code=303)


@blueprint.get("", endpoint="show_all")
def show_all() -> str:
    """Show the packets of the caller."""
    orders = current_room().archive.packet_orders
    mine = [one for one in orders.all() if _may_see(one)]
    return render_template("packets.html", page=present_packets([(one, orders.outcome(one.id)) for one in mine]))


@blueprint.get("/<packet_id>", endpoint="show")
def show(packet_id: str) -> str:
    """Show the progress of a packet, or its seal and the result of verifying it."""
    found, orders = _found(packet_id), current_room().archive.packet_orders
    outcome, progress = orders.outcome(found.id), orders.progress(found.id)
    return render_template("packet.html", page=present_packet(found, progress, outcome, days_kept()))


@blueprint.get("/<packet_id>/packet.zip", endpoint="download")
def download(packet_id: str) -> Response:
    """Send the packet file."""
    found, orders = _found(packet_id), current_room().archive.packet_orders
    outcome = orders.outcome(found.id)
    if outcome is None or outcome.reason:
        raise no_packet()
    name = f"{'story' if found.story else 'packet'}-{found.made_at:%Y-%m-%d}-{found.id[:8]}.zip"
    return send_file(
        orders.packet(found.id), mimetype="application/zip", as_attachment=True, download_name=name, etag=outcome.sha256
    )


@blueprint.post("/<packet_id>/remove", endpoint="remove")
def remove(packet_id: str) -> ResponseReturnValue:
    """Remove a packet."""
    current_room().archive.packet_orders.remove(_found(packet_id).id)
    return redirect(url_for("packets.show_all"), code=303)


def check_room() -> None:
    """Check that the caller may order another packet or public page.

    :raises UsageError: the caller has :data:`MOST_KEPT` or more.
    """
    kept = kept_packets()
    if kept >= MOST_KEPT:
        raise UsageError(
            gettext("You have %(count)s packets already.", count=number(kept)), gettext("Remove one of them.")
        )


def user_name() -> str | None:
    """Return the name of the caller; None where there are no accounts."""
    user = caller().user
    return user.name if user else None


def days_kept() -> int:
    """Return the number of days for which a packet is kept."""
    return current_room().archive.settings.number("packet_days")


def kept_packets() -> int:
    """Return the number of packets and public pages of the caller."""
    return sum(one.by == user_name() and not _is_over(one) for one in current_room().archive.packet_orders.all())


def _is_over(one: PacketOrder) -> bool:
    return datetime.now(UTC) - one.made_at > timedelta(days=days_kept())


def _may_see(one: PacketOrder) -> bool:
    """Return whether the caller may see a packet that is not expired: it is theirs and they may read all its documents.

    Admins may see packets of others.
    """
    if _is_over(one) or (one.by != user_name() and not caller().may(Right.ADMINISTER)):
        return False
    catalog = current_room().archive.catalog
    try:
        return all(catalog.documents.find(id_) for id_ in one.documents)
    except UnknownDocument:
        return False


def _found(packet_id: str) -> PacketOrder:
    found = current_room().archive.packet_orders.get(packet_id)
    if not _may_see(found):
        raise no_packet()
    return found


def _chosen(asked: MultiDict[str, str]) -> _Chosen:
    """Return the selection in the parameters: citations (``cite``), a ``document``, or a search.

    :raises UsageError: it does not exist, is empty or too large.
    """
    if cites := asked.getlist("cite"):
        return _of_citations(cites)
    return _of_document(asked["document"]) if asked.get("document") else _of_search(asked)


def _of_citations(asked: list[str], wordless: int = 0) -> _Chosen:
    """Return the selection of citations; ``wordless`` results have none and are only counted.

    :raises UsageError: there are none, or more than a packet takes.
    """
    most = most_chosen()
    if len(asked) > most:
        raise UsageError(
            gettext("A packet takes %(most)s citations.", most=number(most)), gettext("Make several packets.")
        )
    if not asked:
        raise _nothing_to_pack()
    archive = current_room().archive
    selection = Selection(archive.catalog, archive.settings, datetime.now(UTC))
    citations = {citation.span: citation for citation in map(selection.one, asked)}
    names = tuple((one.document.id, one.described.title, " ".join(one.words[:12])) for one in citations.values())
    kept = tuple(("cite", text) for text in asked)
    title = next(iter(citations.values())).described.title
    return _Chosen(tuple(citations), OfferedPacket("cite", title, names, len(citations) + wordless, kept))


def _nothing_to_pack() -> UsageError:
    return UsageError(gettext("There is nothing to pack: no words were found in it."))


def _of_document(asked: str) -> _Chosen:
    catalog = current_room().archive.catalog
    document = catalog.documents.find(asked)
    title = catalog.documents.descriptions([document.id])[document.id].title
    reading = catalog.readings.get(document.id)
    pages = [page.number for page in reading.pages if page.word_count]
    packed = pages[: current_app.config["PACKET_PAGES"]]
    spans = tuple(page_span(catalog, document, page) for page in packed)
    names = tuple((document.id, title, gettext("Page %(number)s", number=page)) for page in packed)
    return _Chosen(spans, OfferedPacket("document", title, names, len(pages), (("document", document.id),)))


def _of_search(asked: MultiDict[str, str]) -> _Chosen:
    state = checked(SearchState.from_arguments(asked))
    archive = current_room().archive
    service, _ = archive.searching(state.unit)
    found = service.search(
        state.with_results_page(1).request(current_app.config["PACKET_DOCUMENTS"]), may_be_partial=False
    )
    spans = [(passage(archive.catalog, hit), hit) for hit in found.hits]
    packed = [(span, hit) for span, hit in spans if span is not None]
    names = tuple((hit.id, hit.description.title, hit.description.filename) for _, hit in packed)
    title = state.text or gettext("Documents")
    kept = tuple(pair for pair in state.pairs() if pair[0] != "page")
    offered = OfferedPacket(str(state.unit), title, names, found.total, kept)
    return _Chosen(tuple(dict.fromkeys(span for span, _ in packed if span)), offered)
