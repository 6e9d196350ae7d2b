"""``/api/v1/stories``: the stories of a reader. A story that the reader may not see does not exist."""

from __future__ import annotations

from typing import Any

from flask import request

from archive.errors import UsageError
from archive.serialization import serialize
from archive.stories.records import (
    StoryAnswer,
    StoryChangeAnswer,
    StoryWithItems,
    change_records,
    story_record,
)
from archive.stories.references import free_text, heading, named
from webapp.api.endpoint import Asked, Endpoints
from webapp.api.schema import TEXT, choice, listed, of, record
from webapp.forms import story_reader, writer
from webapp.room import base_url, current_room
from webapp.state import positive_number

ENDPOINTS = Endpoints()

FORM = "application/x-www-form-urlencoded"
ACTIONS = ("add", "edit", "move", "take out", "rename", "share", "remove", "undo")


@ENDPOINTS.answered("/stories", "Stories", record(stories=listed(of(StoryAnswer))))
def stories(_: Asked) -> dict[str, Any]:
    """Return the stories of the reader and those shared with them, the last changed first."""
    found = current_room().archive.catalog.stories.all(story_reader())
    return {"stories": [serialize(StoryAnswer, story) for story in found]}


@ENDPOINTS.answered("/stories/<story_id>", "A story", of(StoryWithItems), (), (404,))
def story(_: Asked, story_id: str) -> dict[str, Any]:
    """Return a story by its id, the beginning of it, or its title, with its items: ``dosije story show --json``."""
    archive = current_room().archive
    return story_record(archive, archive.catalog.stories.get(story_id, story_reader()), base_url(), story_reader())


@ENDPOINTS.answered(
    "/stories/<story_id>/changes", "What was done to a story", record(changes=listed(of(StoryChangeAnswer))), (), (404,)
)
def story_changes(_: Asked, story_id: str) -> dict[str, Any]:
    """Return who did what to a story, in order, as far as the reader may see it."""
    return {"changes": change_records(current_room().archive.catalog.stories.changes(story_id, story_reader()))}


@ENDPOINTS.answered("/stories", "Begin a story", of(StoryAnswer), body=record(title=TEXT, by=TEXT), body_type=FORM)
def add_story(_: Asked) -> dict[str, Any]:
    """Begin a story with a title. by is the person; who sends a token needs none, here and below."""
    return serialize(
        StoryAnswer, current_room().archive.catalog.stories.create(request.form.get("title", ""), writer())
    )


@ENDPOINTS.answered(
    "/stories/<story_id>",
    "Change a story",
    of(StoryWithItems),
    (),
    (404,),
    body=record(action=choice(ACTIONS), reference=TEXT, heading=TEXT, text=TEXT, item=TEXT, after=TEXT, title=TEXT,
                member=TEXT, event=TEXT, by=TEXT),
    body_type=FORM,
)  # fmt: skip
def change_story(_: Asked, story_id: str) -> dict[str, Any]:
    """Change a story. action says how: add each reference (as at the terminal), a heading or a text; edit an item's
    text; move an item behind the item after, or to the beginning; take out each item; rename it (title); share it with
    each member and nobody else; remove it; undo what was done with an event, or last."""
    archive, form, who = current_room().archive, request.form, writer()
    kept = archive.catalog.stories
    match form.get("action", ""):
        case "add":
            contents = [*map(heading, form.getlist("heading")), *map(free_text, form.getlist("text"))]
            contents += [named(archive, reference, who) for reference in form.getlist("reference")]
            changed = kept.add(story_id, contents, who)
        case "edit":
            changed = kept.edit(story_id, form.get("item", ""), form.get("text", ""), who)
        case "move":
            changed = kept.move(story_id, form.get("item", ""), form.get("after") or None, who)
        case "take out":
            changed = kept.take_out(story_id, form.getlist("item"), who)
        case "rename":
            changed = kept.retitle(story_id, form.get("title", ""), who)
        case "share":
            changed = kept.share(story_id, list(filter(None, form.getlist("member"))), who)
        case "remove":
            changed = kept.remove(story_id, who)
        case "undo":
            event = form.get("event", "")
            changed = kept.undo(story_id, who, positive_number("event", event) if event else None)
        case other:
            raise UsageError(f"There is no action {other[:40]!r}.", f"Actions are: {', '.join(ACTIONS)}.")
    return story_record(archive, changed, base_url(), who)
