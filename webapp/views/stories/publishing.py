"""``/stories/ID/page``: the public page of a story, made in the background like packets."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.citing.copying import public_address
from archive.errors import UsageError
from archive.masking.classes import ALWAYS, classes_named, in_order
from archive.model import Span
from archive.packet.orders import PacketOrder
from archive.store.stories.story import Story
from archive.stories.publication import LANGUAGES, PageOptions
from archive.stories.shown_items import shown_items
from webapp.access.callers import caller
from webapp.forms import story_reader
from webapp.languages.speaking import spoken
from webapp.languages.translation import gettext
from webapp.links import packet_url
from webapp.pages.stories.publishing import present_publishing
from webapp.pages.stories.story import story_url
from webapp.room import base_url, current_room
from webapp.views.proof.packets import check_room, days_kept, kept_packets, user_name

blueprint = Blueprint("story_page", __name__, url_prefix="/stories")


@blueprint.get("/<story_id>/page", endpoint="offer")
def offer(story_id: str) -> ResponseReturnValue:
    """Show the order form with the contents of the page."""
    archive = current_room().archive
    story = archive.catalog.stories.get(story_id, story_reader())
    items = tuple(shown_items(archive, story.items, base_url(), story_reader(), may_wait=True))
    address = public_address(archive.settings, base_url())
    page = present_publishing(story, items, story_url(story.id), spoken().tag, kept_packets(), days_kept(), address)
    return render_template("story_publishing.html", page=page)


@blueprint.post("/<story_id>/page", endpoint="order")
def order(story_id: str) -> ResponseReturnValue:
    """Order the page, and redirect to its progress."""
    archive, form = current_room().archive, request.form
    story = archive.catalog.stories.get(story_id, story_reader())
    check_room()
    if not story.items:
        raise UsageError(gettext("There is nothing in the story yet."))
    language = form.get("language") or spoken().tag
    if language not in LANGUAGES:
        raise UsageError(gettext("There is no language %(name)s.", name=repr(language[:20])))
    options = PageOptions(
        public_address(archive.settings, base_url()),
        form.get("base", "").strip(),
        ",".join(map(str, in_order(classes_named(",".join(form.getlist("mask"))) - ALWAYS))),
        language,
    )
    made = PacketOrder(
        id=uuid.uuid4().hex,
        by=user_name(),
        made_at=datetime.now(UTC),
        title=story.title,
        base_url=options.address,
        spans=_documents(story),
        found=story.count,
        packed=story.count,
        hidden=tuple(sorted(caller().hidden)),
        masks=bool(archive.settings.number("mask_personal_numbers")),
        originals=False,
        mask=options.mask,
        story=story.id,
        language=options.language,
        page_base=options.base,
    )
    archive.packet_orders.place(made)
    return redirect(packet_url(made.id), code=303)


def _documents(story: Story) -> tuple[Span, ...]:
    """Return a span in each document of the story, so that readers need access to all of them to see the page."""
    return tuple(Span(document, 1, 0, 0) for document in story.documents)
