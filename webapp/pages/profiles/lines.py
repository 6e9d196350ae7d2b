"""Procedures as rows of dots for their documents: filled if in the archive, hollow if missing."""

from __future__ import annotations

from collections.abc import Sequence

from archive.procedures.stages import STAGES
from archive.profiles.place import PlaceProfile, ProcedurePaper, ProcedureStory
from webapp.languages.translation import gettext, marked, number, plural, short_date
from webapp.links import document_url
from webapp.pages.findings.picture import LETTER, Picture, PictureText, Shape, dot
from webapp.pages.wording import value_label
from webapp.state import SearchState

MOST_LINES = 15
"""Maximum procedures drawn, the newest; the table has all."""

_COLUMN, _ROW, _HEAD, _RADIUS = 92, 70, 40, 7
_LEAST_WIDTH = 460
_OTHER = ""
"""Stands for all kinds of documents without a stage."""


def draw_lines(title: str, profile: PlaceProfile) -> Picture | None:
    """Return the picture of the procedures of a municipality from top to bottom; None without any."""
    shown, count = profile.procedures[-MOST_LINES:], len(profile.procedures)
    if not shown:
        return None
    kinds = _kinds(shown)
    width = max(_LEAST_WIDTH, len(kinds) * _COLUMN)
    shapes, texts, lines = [], [], []
    for at, kind in enumerate(kinds):
        for place, line in enumerate(reversed(_two_lines(_kind_name(kind)))):
            texts.append(PictureText(line, _x(at), _HEAD - 14 - 13 * place, "middle", "axis", 11, room=_COLUMN))
    for at, story in enumerate(shown):
        y = _HEAD + at * _ROW + 34
        name = f"{story.year or gettext('no year')}  {procedure_name(story)}"
        texts.append(PictureText(name, 0, y - 16, kind="value", room=width))
        by_kind = _by_kind(story)
        places = [_x(kinds.index(kind)) for kind in by_kind]
        lines.append(f"M{min(places):g} {y}H{max(places):g}")
        for kind, papers in by_kind.items():
            shape, words = _dot(papers, _x(kinds.index(kind)), y)
            shapes.append(shape)
            texts += words
    lost = sum(profile.missing)
    return Picture(
        kind="procedures",
        width=width,
        height=_HEAD + len(shown) * _ROW + 4,
        title=title,
        told=plural(
            "%(papers)s missing in %(count)s procedure.",
            "%(papers)s missing in %(count)s procedures.",
            count,
            papers=papers_text(lost),
        ),
        note=" ".join(filter(None, (_left(len(shown), count), gettext(_NOTE) if lost else ""))),
        shapes=tuple(shapes),
        texts=tuple(texts),
        lines=tuple(lines),
        is_wide=True,
    )


_NOTE = marked("A hollow dot is a document that the law requires and the archive does not have.")


def papers_text(count: int) -> str:
    """Return ``3 papers``."""
    return plural("%(count)s paper", "%(count)s papers", count)


def procedure_name(story: ProcedureStory) -> str:
    """Return the subject of a procedure, or its reference number, or the title of its first document."""
    if story.unit.subject is not None:
        return story.unit.subject.value
    known = next(one.paper.known for one in story.papers if one.paper is not None)
    return known.reference or known.title


def _left(shown: int, of: int) -> str:
    if shown == of:
        return ""
    return gettext("The %(some)s newest of %(all)s are drawn; the table has all.", some=number(shown), all=number(of))


def _kinds(stories: Sequence[ProcedureStory]) -> list[str]:
    present = {paper.kind if paper.kind in STAGES else _OTHER for story in stories for paper in story.papers}
    return [kind for kind in (*STAGES, _OTHER) if kind in present]


def _by_kind(story: ProcedureStory) -> dict[str, list[ProcedurePaper]]:
    found: dict[str, list[ProcedurePaper]] = {}
    for paper in story.papers:
        found.setdefault(paper.kind if paper.kind in STAGES else _OTHER, []).append(paper)
    return found


def _kind_name(kind: str) -> str:
    return value_label("kind", kind) if kind else gettext("Other papers")


def _two_lines(text: str) -> list[str]:
    """Return a name in two lines if it is too long for one and has several words."""
    words = text.split()
    if len(words) == 1 or LETTER * 11 * len(text) <= _COLUMN - 6:
        return [text]
    cut = min(range(1, len(words)), key=lambda at: abs(len(" ".join(words[:at])) - len(" ".join(words[at:]))))
    return [" ".join(words[:cut]), " ".join(words[cut:])]


def _x(column: int) -> float:
    return (column + 0.5) * _COLUMN


def _dot(papers: Sequence[ProcedurePaper], x: float, y: float) -> tuple[Shape, list[PictureText]]:
    """Return the dot of the documents of one kind, and below it the first date and the number of further documents."""
    path = dot(x, y, _RADIUS)
    kind, paper = _kind_name(papers[0].kind if papers[0].kind in STAGES else _OTHER), papers[0].paper
    if paper is None:
        told = gettext("%(kind)s: not in the archive", kind=kind)
        return Shape(path, "missing", told), [PictureText(gettext("missing"), x, y + 21, "middle", "axis", 10)]
    when = short_date(paper.date) if paper.date else str(paper.year) if paper.year else gettext("no date")
    more = f" +{number(len(papers) - 1)}" if len(papers) > 1 else ""
    shape = Shape(path, "4", f"{kind}: {paper.known.title}, {when}", document_url(paper.id, SearchState()))
    return shape, [PictureText(f"{when}{more}", x, y + 21, "middle", "axis", 10, room=_COLUMN)]
