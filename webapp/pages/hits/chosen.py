"""Pages for selected results: a list of citations, and one correction for many documents."""

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
    """Citations for copying, as rich text (``lines``) and as ``text``.

    ``without`` are documents without words to cite; ``items`` are hidden fields for another one of ``styles``.
    ``is_local`` says that the short links work on this machine only.
    """

    title: str
    lines: tuple[CopiedLines, ...]
    text: str
    without: tuple[Link, ...]
    items: tuple[str, ...]
    styles: tuple[tuple[str, str, bool], ...]
    is_local: bool


@dataclass(frozen=True, slots=True)
class CorrectingContext(Context):
    """The form that corrects a field of many documents.

    ``by`` is the default name; ``problem`` says why the form was rejected.
    """

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
    """Return the context of citations, each in its own style or all in ``style``."""
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
    """Return the context of the form for these documents."""
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
