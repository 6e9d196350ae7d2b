"""Build the tree of clauses from the numbered clauses of a document: extents, headings, parents and ids.

Ids are Akoma Ntoso eIds (Naming Convention 1.0): ``art_5__para_2__point_3``. A repeated number gets an ordinal suffix:
``art_5-2``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archive.model import ClauseLevel
from archive.model.clauses import to_number
from indexer.clauses import headings
from indexer.clauses.acts import ACT
from indexer.clauses.body import Node, read_body
from indexer.clauses.layout import Paragraph, leads_on
from indexer.clauses.markers import is_closing
from indexer.clauses.units import NumberedClause

_PART_PREFIXES = ("part", "title", "chp", "subchp")
"""Prefixes of parts by rank, the highest first."""

_PREFIXES = {
    ClauseLevel.ARTICLE: "art",
    ClauseLevel.SECTION: "sec",
    ClauseLevel.SCHEDULE: "schedule",
    ClauseLevel.PARAGRAPH: "para",
    ClauseLevel.POINT: "point",
    ClauseLevel.SUBPOINT: "point",
    ClauseLevel.INDENT: "indent",
}


def build(paragraphs: Sequence[Paragraph], units: Sequence[NumberedClause]) -> list[Node]:
    """Return the top-level clauses of a document, each with its children."""
    starts = [_heading_start(paragraphs, units, place) for place in range(len(units))]
    heading_after = _headings_follow_numbers(paragraphs, units, starts)
    roots: list[Node] = []
    above: list[tuple[int, Node]] = []
    starts = _without_title(units, starts)
    for place, unit in enumerate(units):
        end = starts[place + 1] if place + 1 < len(units) else len(paragraphs)
        inside = paragraphs[unit.index + 1 : end]
        if _is_last(units, place):
            inside = inside[: _closing(inside)]
        node = _node(paragraphs, unit, starts[place])
        has_no_heading = unit.is_implied or unit.rank == ACT
        rest = (
            []
            if has_no_heading
            else _with_heading(node, paragraphs[unit.index], inside, starts[place] < unit.index, heading_after)
        )
        rank = _rank(unit)
        while above and not _holds(above[-1], rank, unit):
            above.pop()
        if above:
            above[-1][1].add(node)
        else:
            roots.append(node)
        if not unit.is_implied:
            _fill(node, unit, paragraphs[unit.index], rest)
        above.append((rank, node))
    for root in roots:
        root.close()
    return roots


def _node(paragraphs: Sequence[Paragraph], unit: NumberedClause, start: int) -> Node:
    own = paragraphs[unit.index]
    is_lost = unit.is_implied or (own.marker.is_lost if own.marker else unit.rank != ACT)
    label = own.body if unit.rank == ACT else "" if is_lost else own.label
    first = paragraphs[start].first
    node = Node(unit.level, unit.number, label, first, own.last, unit.confidence, is_counted=is_lost, rank=unit.rank)
    if start < unit.index:
        node.heading = headings.own_heading(paragraphs[unit.index - 1])
    return node


def _heading_start(paragraphs: Sequence[Paragraph], units: Sequence[NumberedClause], place: int) -> int:
    """Return the index of the first paragraph of a clause: its heading, if that precedes an article number."""
    unit = units[place]
    if unit.level is not ClauseLevel.ARTICLE:
        return unit.index
    is_first = _is_first(units, place)
    floor = max(0, unit.index - 1) if is_first else units[place - 1].index + 1
    if not is_first and units[place - 1].level is ClauseLevel.PART and paragraphs[units[place - 1].index].is_alone:
        # The first heading below "Glava II" is that of the chapter.
        floor += 1
    found = headings.before(paragraphs[floor : unit.index])
    if is_first:
        # The first article follows the document title, in capitals, or the end of the preamble.
        found = [each for each in found if not each.text.isupper() and not paragraphs[floor - 1].text.endswith(",")]
    return unit.index - len(found)


def _is_first(units: Sequence[NumberedClause], place: int) -> bool:
    """Return whether a clause is the first of its document or act."""
    return place == 0 or units[place - 1].rank == ACT


def _without_title(units: Sequence[NumberedClause], starts: Sequence[int]) -> list[int]:
    """Return the starts of clauses, with the document title excluded from the first article.

    It is kept as a heading if at least a quarter of the other articles have theirs there.
    """
    articles = [place for place, unit in enumerate(units) if unit.level is ClauseLevel.ARTICLE]
    others = articles[1:]
    headed = sum(starts[place] < units[place].index for place in others)
    kept = list(starts)
    for place in articles:
        if headed < len(others) / 4 and (place == articles[0] or _is_first(units, place)):
            kept[place] = units[place].index
    return kept


def _headings_follow_numbers(
    paragraphs: Sequence[Paragraph], units: Sequence[NumberedClause], starts: Sequence[int]
) -> bool:
    """Return whether most articles of this document have their headings below their numbers."""
    articles = [(unit, start) for unit, start in zip(units, starts, strict=True) if unit.level is ClauseLevel.ARTICLE]
    after = sum(
        paragraphs[unit.index].is_alone
        and unit.index + 1 < len(paragraphs)
        and paragraphs[unit.index + 1].marker is None
        and headings.is_heading(paragraphs[unit.index + 1])
        for unit, _ in articles
    )
    return after > 0 and after >= sum(start < unit.index for unit, start in articles)


def _with_heading(
    node: Node, own: Paragraph, inside: Sequence[Paragraph], has_heading: bool, heading_after: bool
) -> Sequence[Paragraph]:
    """Set the heading of a clause that follows its number; return the paragraphs after the heading."""
    if has_heading:
        return inside
    if not own.is_alone:
        node.heading = headings.own_heading(own) if headings.is_heading(own) else headings.run_in(own)
        return inside
    bracketed = headings.in_brackets(inside[0]) if inside else None
    if bracketed is not None:
        node.heading = bracketed
        node.last = inside[0].last
        return inside[1:]
    is_free = node.level is not ClauseLevel.ARTICLE or heading_after or (inside and _is_surely_heading(inside))
    if is_free and inside and inside[0].marker is None and headings.is_heading(inside[0]):
        node.heading = headings.own_heading(inside[0])
        node.last = inside[0].last
        return inside[1:]
    return inside


def _is_surely_heading(inside: Sequence[Paragraph]) -> bool:
    """Return whether the paragraph after a number is a heading in any case: in capitals, before text numbered 1."""
    following = inside[1].marker if len(inside) > 1 else None
    return inside[0].body.isupper() and following is not None and following.number == "1"


def _fill(node: Node, unit: NumberedClause, own: Paragraph, rest: Sequence[Paragraph]) -> None:
    """Parse the children of a clause; text on the line of its number is its first paragraph."""
    if unit.level is ClauseLevel.PART:
        return
    first = max(own.body_first, node.heading.last + 1) if node.heading else own.body_first
    if own.body and first <= own.last:
        rest = [Paragraph(first, own.last, own.text, own.body, None), *rest]
    read_body(node, rest)
    if unit.level is not ClauseLevel.ARTICLE:
        _without_single_paragraph(node)


def _without_single_paragraph(node: Node) -> None:
    """Replace the only paragraph of a section by its children: it cannot be cited apart from the section."""
    if len(node.children) == 1 and node.children[0].is_counted and node.children[0].level is ClauseLevel.PARAGRAPH:
        node.children = node.children[0].children


def _rank(unit: NumberedClause) -> int:
    """Return the nesting rank of a clause: 0 for a schedule, then parts by their rank, articles, sections by depth."""
    match unit.level:
        case ClauseLevel.SCHEDULE:
            return 0
        case ClauseLevel.PART:
            return 1 + unit.rank
        case ClauseLevel.ARTICLE:
            return 1 + len(_PART_PREFIXES)
        case _:
            return 2 + len(_PART_PREFIXES) + unit.number.count(".")


def _holds(above: tuple[int, Node], rank: int, unit: NumberedClause) -> bool:
    """Return whether an open clause may contain ``unit``: it ranks higher and its number is a prefix."""
    rank_above, node = above
    if rank_above >= rank:
        return False
    if node.level is ClauseLevel.SECTION:
        return unit.number.startswith(f"{node.number}.")
    if node.level is ClauseLevel.ARTICLE and "." in unit.number:
        return to_number(node.number) == int(unit.number.split(".")[0])
    return True


def _is_last(units: Sequence[NumberedClause], place: int) -> bool:
    """Return whether a contract ends with this clause: before the end, a schedule, or a restart of the numbering."""
    if place + 1 == len(units):
        return True
    following, unit = units[place + 1], units[place]
    again = following.level is unit.level and to_number(following.number) <= to_number(unit.number)
    return following.level is ClauseLevel.SCHEDULE or following.rank == ACT or (again and "." not in unit.number)


def _closing(paragraphs: Sequence[Paragraph]) -> int:
    """Return the index of the paragraph where the signatures or another part of the document begin."""
    for place, paragraph in enumerate(paragraphs):
        following = paragraphs[place + 1].marker if place + 1 < len(paragraphs) else None
        leads_in = following is not None and following.is_listed and paragraph.text.endswith(":")
        if not leads_in and ("____" in paragraph.text or is_closing(paragraph.text)):
            return place
        belongs = place == 0 or paragraph.marker is not None or leads_on(paragraphs[place - 1].text)
        if not belongs and headings.is_heading(paragraph):
            return place
    return len(paragraphs)


def with_ids(nodes: Sequence[Node]) -> Iterator[tuple[str, str | None, Node]]:
    """Yield every clause in order with its eId and that of its parent."""
    used: dict[str, int] = {}

    def walk(children: Sequence[Node], parent: str | None, inside: str) -> Iterator[tuple[str, str | None, Node]]:
        for node in children:
            eid = f"{inside}{_prefix(node)}_{_number(node)}" if node.rank != ACT else "act"
            used[eid] = used.get(eid, 0) + 1
            if used[eid] > 1:
                eid = f"{eid}-{used[eid]}"
            yield eid, parent, node
            for child in node.children:
                # Articles and sections are numbered through the whole document, across acts.
                is_unit = child.level in {ClauseLevel.ARTICLE, ClauseLevel.SECTION}
                yield from walk([child], eid, "" if is_unit or node.rank == ACT else f"{eid}__")

    return walk(nodes, None, "")


def _prefix(node: Node) -> str:
    return _PART_PREFIXES[node.rank] if node.level is ClauseLevel.PART else _PREFIXES[node.level]


def _number(node: Node) -> str:
    """Return the number of a clause as used in its id: Roman numerals of chapters and articles in capitals."""
    is_roman = node.level in {ClauseLevel.PART, ClauseLevel.ARTICLE} and node.number.isalpha()
    return node.number.upper() if is_roman else node.number
