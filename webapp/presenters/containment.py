"""What lies inside what: the containers of a document, and the members of a container."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive.description import Description
from archive.store.members import Member, Membership
from webapp.contexts.common import Link
from webapp.contexts.document import Contents, MemberRow, Place
from webapp.languages.sentences import said
from webapp.languages.translation import gettext, number, plural
from webapp.links import contents_part_url, document_url
from webapp.presenters.wording import about
from webapp.search_state import SearchState

MEMBERS_SHOWN = 200
"""Members of a container listed at once."""


def present_places(
    places: Sequence[Membership], described: Mapping[str, Description], state: SearchState
) -> tuple[Place, ...]:
    """Where a document lies. ``described`` holds the containers."""
    return tuple(
        Place(Link(described[place.container].title, document_url(place.container, state)), place.path)
        for place in places
    )


def shown_members(members: Sequence[Member], first: int) -> Sequence[Member]:
    """The members listed at once, from number ``first`` on."""
    return members[first - 1 : first - 1 + MEMBERS_SHOWN]


def present_contents(
    container: str,
    members: Sequence[Member],
    described: Mapping[str, Description],
    first: int,
    state: SearchState,
) -> Contents | None:
    """What a container holds, listed from member ``first`` on; ``described`` holds the documents listed."""
    if not members:
        return None
    failed = sum(1 for member in members if member.reason is not None)
    files = plural("%(count)s file", "%(count)s files", len(members))
    if failed:
        files = gettext("%(files)s, %(count)s of them could not be read", files=files, count=number(failed))
    starts = range(1, len(members) + 1, MEMBERS_SHOWN) if len(members) > MEMBERS_SHOWN else ()
    return Contents(
        summary=files,
        members=tuple(_row(member, described, state) for member in shown_members(members, first)),
        parts=tuple(
            Link(
                f"{number(start)}–{number(min(start + MEMBERS_SHOWN - 1, len(members)))}",
                contents_part_url(container, state, start),
                start <= first < start + MEMBERS_SHOWN,
            )
            for start in starts
        ),
    )


def _row(member: Member, described: Mapping[str, Description], state: SearchState) -> MemberRow:
    if member.document is None:
        due = gettext("Not read yet; the next run of %(command)s reads it.", command="dosije add")
        return MemberRow(member.path, None, (), said(member.reason) if member.reason else due)
    description = described[member.document]
    link = Link(description.title, document_url(member.document, state))
    return MemberRow(member.path, link, about(description), None)
