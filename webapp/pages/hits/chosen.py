"""The pages of what was chosen among results: citations in one list, and one correction of many papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.citing.copying import CopiedCitation, CopiedLines, as_copied_text, copied_lines
from archive.citing.styles import CitationStyle
from archive.model.description import Description
from archive.model.fields import FIELDS, RULING_FIELD
from webapp.languages.translation import gettext, plural
from webapp.links import document_url
from webapp.pages.citation import STYLE_NAMES
from webapp.pages.parts import Context, Link
from webapp.pages.wording import documents, field_label, shown_title
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class CitedContext(Context):
    """Citations to be copied together, as rich text (``lines``) and as ``text``. ``without`` are papers that have no
    words to cite; ``items`` ask for all again, in another one of ``styles``. ``is_local``: the short links lead to the
    words on this machine only."""

    title: str
    lines: tuple[CopiedLines, ...]
    text: str
    without: tuple[Link, ...]
    items: tuple[str, ...]
    styles: tuple[tuple[str, str, bool], ...]
    is_local: bool


@dataclass(frozen=True, slots=True)
class CorrectingContext(Context):
    """The form that corrects a field of many papers at once. ``by`` is the person, if known; ``problem`` says why what
    was sent cannot be."""

    title: str
    rows: tuple[Link, ...]
    items: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]
    by: str
    problem: str | None


def present_cited(
    copies: Sequence[tuple[CopiedCitation, CitationStyle]],
    style: CitationStyle | None,
    without: Sequence[Description],
    items: Sequence[str],
) -> CitedContext:
    """Return citations, each in its style; all of them in ``style``, if the reader asked for one."""
    return CitedContext(
        title=plural("%(count)s citation", "%(count)s citations", len(copies)),
        lines=tuple(copied_lines(copy, of) for copy, of in copies),
        text="\n\n".join(as_copied_text(copy, of) for copy, of in copies),
        without=tuple(map(_link, without)),
        items=tuple(items),
        styles=tuple((str(one), gettext(name), one is style) for one, name in STYLE_NAMES.items()),
        is_local=any(copy.is_local for copy, _ in copies),
    )


def present_correcting(
    chosen: Sequence[Description], items: Sequence[str], by: str, problem: str | None = None
) -> CorrectingContext:
    """Return the form for these papers."""
    return CorrectingContext(
        title=gettext("Correct %(documents)s", documents=documents(len(chosen))),
        rows=tuple(map(_link, chosen)),
        items=tuple(items),
        fields=tuple((name, field_label(name)) for name in FIELDS if name != RULING_FIELD),
        by=by,
        problem=problem,
    )


def _link(described: Description) -> Link:
    url = document_url(described.id, SearchState())
    return Link(shown_title(described).text, url, note=described.filename)
