"""What a page of findings says that counts the papers of a story alone."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from archive.store.stories.story import Story
from webapp.languages.translation import plural
from webapp.pages.parts import Link


@dataclass(frozen=True, slots=True)
class StoryScope:
    """The story whose papers alone count: it, how many they are, and the address of the same for all papers."""

    story: Link
    papers: str
    whole: str


def story_scope(story: Story, whole: str) -> StoryScope:
    """Return that, with the address of the same for all papers."""
    count = plural("%(count)s paper", "%(count)s papers", len(story.documents))
    return StoryScope(Link(story.title, url_for("stories.show", story_id=story.id)), count, whole)
