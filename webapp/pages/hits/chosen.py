"""The bar below results, and pages for selected ones: a list of citations, and one correction for many documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.citing.copying import CopiedCitation, CopiedLines, as_copied_text, copied_lines
from archive.citing.styles import CitationStyle
from archive.model.description import Description
from archive.model.fields import FIELDS, RULING_FIELD
from archive.search.request import Unit
from webapp.languages.translation import gettext, number, plural
from webapp.links import document_url
from webapp.pages.citation import STYLE_NAMES
from webapp.pages.parts import Context, Link
from webapp.pages.wording import counted_units, documents, field_label, shown_title
from webapp.state import SearchState


@dataclass(frozen=True, slots=True)
class ChoosingBar:
    """``all`` offers to choose all results; where they are too many, ``too_many`` says so instead. ``counts`` are the
    sentence on how many are chosen, for one, for few and for many, with a number for each that a script replaces.
    ``of_search``: what is chosen from are the results of a search, which can be kept itself."""

    all: str | None
    too_many: str | None
    counts: tuple[tuple[str, str], ...]
    elsewhere: str
    of_search: bool


def choosing_bar(*, all_: str | None = None, too_many: str | None = None, of_search: bool = False) -> ChoosingBar:
    """Return the bar below things with boxes."""
    return ChoosingBar(
        all=all_,
        too_many=too_many,
        # Unicode CLDR: a number of each form that Serbian has.
        counts=tuple(
            (form, plural("%(count)s chosen", "%(count)s chosen", count))
            for form, count in (("one", 1), ("few", 2), ("other", 5))
        ),
        elsewhere=gettext("of them on other pages: %(count)s", count="#"),
        of_search=of_search,
    )


def present_choosing(state: SearchState, total: int, most: int, *, has_partly: bool) -> ChoosingBar | None:
    """Return the bar below ``total`` results, ``most`` of which can be chosen at once; none where there is nothing."""
    if not (total or has_partly):
        return None
    of_all = {
        Unit.DOCUMENTS: plural("All: %(count)s document", "All: %(count)s documents", total),
        Unit.CLAUSES: plural("All: %(count)s clause", "All: %(count)s clauses", total),
    }
    fits = 0 < total <= most
    told = gettext(
        "The search finds %(count)s; all can be chosen where it finds %(most)s at most.",
        count=counted_units(state.unit, total),
        most=number(most),
    )
    return choosing_bar(
        all_=of_all[state.unit] if fits else None, too_many=told if total > most else None, of_search=True
    )


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
