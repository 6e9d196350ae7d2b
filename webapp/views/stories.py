"""``/stories``: collections of citations, numbers and text in an order chosen by a reader or a team.

Changes are written to the catalog in one short transaction each. The current story is stored in a cookie, which grants
no access. A story that is neither owned by nor shared with the reader does not exist for them. Its public page is made
in the background like packets.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Gone

from archive.citing.copying import public_address
from archive.errors import UsageError
from archive.masking.classes import ALWAYS, classes_named, in_order
from archive.model import Span
from archive.packet.orders import PacketOrder
from archive.store.stories.story import Item, Story, StoryHead, StoryReader
from archive.stories.exports import PROOFS, markdown_lines, paper_rows
from archive.stories.numbers import words_behind
from archive.stories.publication import LANGUAGES, PageOptions
from archive.stories.references import free_text, heading, named
from archive.stories.shown_items import ShownItem, shown_items
from webapp.access.callers import caller
from webapp.access.devices import refuse_if_off
from webapp.choosing import chosen_items
from webapp.files.word.story import write_story
from webapp.forms import COOKIE_SECONDS, STORY_COOKIE, current_story, known_person, remembering, story_reader, writer
from webapp.languages.speaking import spoken
from webapp.languages.translation import gettext
from webapp.links import own_page, packet_url
from webapp.pages.stories.cards import PICTURED, Behind
from webapp.pages.stories.keeping import present_keeping, story_version
from webapp.pages.stories.story import (
    StoryContext,
    items_text,
    present_publishing,
    present_stories,
    present_story,
    story_url,
)
from webapp.pages.wording import moment
from webapp.room import asked_mask, base_url, current_room
from webapp.state import positive_number
from webapp.views.proof.packets import check_room, days_kept, kept_packets, user_name

blueprint = Blueprint("stories", __name__, url_prefix="/stories")
files = Blueprint("story_files", __name__, url_prefix="/stories")

_TYPES = {
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@blueprint.get("", endpoint="show_all")
def show_all() -> str:
    """Show the stories of the reader, and those shared with them."""
    stories = current_room().archive.catalog.stories.all(story_reader())
    return render_template("stories.html", page=present_stories(stories, _current(), known_person()))


@blueprint.post("", endpoint="add")
def add() -> ResponseReturnValue:
    """Add each ``item`` to ``story``, to a new one with this ``title``, or to the current one.

    Without any of them, the choice of a story is shown.
    """
    items = chosen_items()
    stories, form = current_room().archive.catalog.stories, request.form
    back = own_page(form.get("back", ""))
    title, key = form.get("title", "").strip(), form.get("story", "") or _current()
    chosen = None if title or not key else current_story() if key == _current() else stories.get(key, story_reader())
    is_known = bool(known_person() or form.get("by", "").strip())
    if not is_known or (not title and chosen is None):
        page = present_stories(stories.all(story_reader()), _current(), known_person(), items, back)
        return render_template("story_choice.html", page=page)
    who = writer()
    contents = [named(current_room().archive, item, who) for item in items]
    story = stories.create(title, who) if chosen is None else chosen
    if contents:
        story = stories.add(story.id, contents, who)
    if request.accept_mimetypes.best == "application/json":
        told = gettext("Added to %(title)s: %(items)s.", title=story.title, items=items_text(len(contents)))
        return jsonify(told=told, title=story.title, count=story.count, url=story_url(story.id))
    return _remembered(story, who, story_url(story.id) if not items else f"{back.partition('#')[0]}#story")


@blueprint.get("/<story_id>", endpoint="show")
def show(story_id: str) -> ResponseReturnValue:
    """Show a story."""
    story = current_room().archive.catalog.stories.get(story_id, story_reader())
    if story.id != story_id:
        return redirect(story_url(story.id), code=302)
    _, page = _presented(story)
    return render_template("story.html", page=page)


@blueprint.get("/<story_id>/offline", endpoint="keeping")
def show_keeping(story_id: str) -> Response:
    """Send the list of pages to cache for offline reading."""
    refuse_if_off()
    story = current_room().archive.catalog.stories.get(story_id, story_reader())
    if story.is_removed:
        raise Gone(gettext("The story was removed."))
    items, page = _presented(story)
    return jsonify(present_keeping(story, items, page, moment(datetime.now(UTC))))


def _presented(story: Story) -> tuple[tuple[ShownItem, ...], StoryContext]:
    """Return the items of a story as the caller sees them, and its page."""
    archive, who = current_room().archive, story_reader()
    items = tuple(shown_items(archive, story.items, base_url(), who, may_wait=True))
    changes = archive.catalog.stories.changes(story.id, who)
    is_current, may_share = story.id == _current(), bool(archive.catalog.users.all())
    page = present_story(
        story, items, changes, who, _load_evidence(items), is_current=is_current, may_share=may_share,
        write=request.args.get("write", ""),
    )  # fmt: skip
    return items, replace(page, version=story_version(story, items))


def _load_evidence(items: Sequence[ShownItem]) -> Behind:
    """Return the words of the pages shown as clips, and the first facts of each number."""
    catalog = current_room().archive.catalog
    cited = [one.citation for one in items if one.citation is not None]
    pages = {(one.document.id, one.span.reading, one.parts[0].page.number) for one in cited}
    proofs = {one.item.id: words_behind(catalog, one.now, PROOFS) for one in items if one.now}
    shown = [one.item.content for one in items if one.kind in PICTURED and not one.is_lost]
    pictured = {content.document for content in shown if content.document is not None}
    newest = catalog.readings.newest(pictured)
    flowing = {id_ for id_, of_it in newest.items() if not of_it.pages or of_it.pages[0].is_flowing}
    return Behind(catalog.readings.words_of_pages(pages), proofs, flowing)


@blueprint.post("/<story_id>", endpoint="change")
def change(story_id: str) -> ResponseReturnValue:
    """Change a story by the action ``do``: open, heading, text, rename, share, remove, or undo an ``event``.

    "open" makes it the current story.
    """
    stories, form, who = current_room().archive.catalog.stories, request.form, writer()
    story = stories.get(story_id, who)
    match form.get("do", ""):
        case "open":
            pass
        case "heading":
            story = stories.add(story.id, [heading(form.get("text", ""))], who, form.get("after") or None)
        case "text":
            story = stories.add(story.id, [free_text(form.get("text", ""))], who, form.get("after") or None)
        case "rename":
            story = stories.retitle(story.id, form.get("title", ""), who)
        case "share":
            names = [name.strip() for name in form.get("members", "").split(",")]
            story = stories.share(story.id, list(filter(None, names)), who)
        case "remove":
            story = stories.remove(story.id, who)
        case "undo":
            event = form.get("event", "")
            story = stories.undo(story.id, who, positive_number("event", event) if event else None)
        case _:
            raise UsageError(gettext("The form does not say what to do."))
    written = f"#item-{form['after']}" if form.get("after") else ""
    return _remembered(story, who, f"{story_url(story.id)}{written}")


@blueprint.post("/<story_id>/items/<item_id>", endpoint="change_item")
def change_item(story_id: str, item_id: str) -> ResponseReturnValue:
    """Change an item by the action ``do``: up, down, behind, out, or edit.

    "behind" moves it after the item ``after``, or to the top; "out" removes it, and leads to the one beside it.
    """
    stories, form, who = current_room().archive.catalog.stories, request.form, writer()
    story = stories.get(story_id, who)
    item = story.item(item_id)
    place = [one.id for one in story.items].index(item.id)
    beside: Item | None = item
    match form.get("do", ""):
        case "up" | "down" as way:
            others = [one.id for one in story.items if one.id != item.id]
            wanted = min(max(place + (-1 if way == "up" else 1), 0), len(others))
            stories.move(story.id, item.id, others[wanted - 1] if wanted else None, who)
        case "behind":
            stories.move(story.id, item.id, form.get("after") or None, who)
        case "out":
            stories.take_out(story.id, [item.id], who)
            beside = story.items[place - 1] if place else next(iter(story.items[1:]), None)
        case "edit":
            stories.edit(story.id, item.id, form.get("text", ""), who, form.get("was"))
        case _:
            raise UsageError(gettext("The form does not say what to do."))
    return _remembered(story, who, f"{story_url(story.id)}{f'#item-{beside.id}' if beside else ''}")


@files.get("/<story_id>/story.<any(md, csv, docx):form>", endpoint="take")
def take(story_id: str, form: str) -> Response:
    """Send a story as a file."""
    archive = current_room().archive
    who = story_reader()
    story = archive.catalog.stories.get(story_id, who)
    file, mask = io.BytesIO(), asked_mask() or str
    if form == "docx":
        write_story(archive, story, base_url(), file, mask, who)
    else:
        lines = markdown_lines if form == "md" else paper_rows
        file.writelines(line.encode() for line in lines(archive, story, base_url(), mask, who))
    response = Response(file.getvalue(), content_type=_TYPES[form])
    response.headers["Content-Disposition"] = f'attachment; filename="story-{story.id[:8]}.{form}"'
    return response


def _current() -> str:
    return request.cookies.get(STORY_COOKIE, "")


def _remembered(story: StoryHead, who: StoryReader, target: str) -> Response:
    """Redirect, and store the current story and the name of the person in cookies."""
    response = remembering(make_response(redirect(target, code=303)), who.name)
    response.set_cookie(STORY_COOKIE, story.id, max_age=COOKIE_SECONDS, httponly=True, samesite="Strict")
    return response


publishing = Blueprint("story_page", __name__, url_prefix="/stories")


@publishing.get("/<story_id>/page", endpoint="offer")
def offer_page(story_id: str) -> ResponseReturnValue:
    """Show the order form with the contents of the page."""
    archive = current_room().archive
    story = archive.catalog.stories.get(story_id, story_reader())
    items = tuple(shown_items(archive, story.items, base_url(), story_reader(), may_wait=True))
    address = public_address(archive.settings, base_url())
    page = present_publishing(story, items, story_url(story.id), spoken().tag, kept_packets(), days_kept(), address)
    return render_template("story_publishing.html", page=page)


@publishing.post("/<story_id>/page", endpoint="order")
def order_page(story_id: str) -> ResponseReturnValue:
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
