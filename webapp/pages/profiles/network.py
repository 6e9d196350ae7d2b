"""The rivals of a vendor as a graph: the vendor in the middle, its rivals on the left and the right.

A line connects firms that bid in the same procedures: its width shows how often, its shade who won more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from archive.profiles.bids import BiddingFirm
from archive.profiles.vendor import MOST_DRAWN, Rival
from webapp.languages.translation import gettext, marked, number, plural
from webapp.pages.findings.picture import BOLD, LETTER, Picture, PictureText, Shape, box, dot, short

_WIDTH, _ROW, _TOP = 720, 62, 34
_SIDE, _BEND = 206, 44
"""Distance of rivals' dots from the edge in pixels at the middle of a side, and the addition to it at its ends."""

Put = Mapping[BiddingFirm, tuple[float, float]]


def draw_network(
    title: str,
    own: BiddingFirm,
    rivals: Sequence[Rival],
    between: Mapping[tuple[BiddingFirm, BiddingFirm], int],
    url: Callable[[BiddingFirm], str],
) -> Picture | None:
    """Return the graph of a vendor and its most frequent rivals; None without any.

    ``url`` returns the URL of the procedures shared with a firm.
    """
    shown = rivals[:MOST_DRAWN]
    if not shown:
        return None
    rows = math.ceil(len(shown) / 2)
    height = max(190, rows * _ROW + _TOP + 12)
    put = _places(own, [one.firm for one in shown], height)
    most = max(one.met for one in shown)
    shapes = [*_weak_lines(put, between), *(_line(one, put, own, most, url) for one in shown)]
    texts = []
    for one in shown:
        x, y = put[one.firm]
        shapes.append(Shape(dot(x, y, 6), "4", told(one), url(one.firm)))
        texts += _label(one, x, y)
    x, y = put[own]
    shapes.append(Shape(dot(x, y, 13), "5", own.name))
    lines = _broken(own.name, 30)
    room = BOLD * 14 * max(map(len, lines)) + 8
    shapes.append(Shape(box(x - room / 2, y - 40 - 17 * (len(lines) - 1), room, 17 * len(lines) + 2), "paper"))
    texts += [PictureText(line, x, y - 26 - 17 * at, "middle", "place", 14) for at, line in enumerate(reversed(lines))]
    left = len(rivals) - len(shown)
    return Picture(
        kind="network",
        width=_WIDTH,
        height=height,
        title=title,
        told="; ".join(map(told, shown)) + ".",
        note=" ".join(filter(None, (gettext(_NOTE), _left(left)))),
        shapes=tuple(shapes),
        texts=tuple(texts),
        is_wide=True,
    )


_NOTE = marked(
    "The more often two met, the thicker the line. Dark: the vendor won more often than the rival; grey: less often; "
    "pale: neither. Thin lines: rivals that met each other there."
)


def _left(count: int) -> str:
    if not count:
        return ""
    return plural("%(count)s more rival is in the table.", "%(count)s more rivals are in the table.", count)


def told(one: Rival) -> str:
    """Return a rival with the results against it, in words."""
    met = plural("met in %(count)s procedure", "met in %(count)s procedures", one.met)
    return f"{one.firm.name}: {met}, {score(one)}"


def score(one: Rival) -> str:
    """Return ``won 3, lost 1``: the results of the shared procedures, without zeros."""
    neither = one.met - one.won_against - one.lost_to - one.both - one.unknown
    parts = (
        (one.won_against, gettext("won %(count)s", count=number(one.won_against))),
        (one.lost_to, gettext("lost %(count)s", count=number(one.lost_to))),
        (one.both, gettext("both won %(count)s", count=number(one.both))),
        (neither, gettext("neither %(count)s", count=number(neither))),
        (one.unknown, gettext("unknown %(count)s", count=number(one.unknown))),
    )
    return ", ".join(text for count, text in parts if count)


def _places(own: BiddingFirm, rivals: Sequence[BiddingFirm], height: int) -> Put:
    """Return the positions of firms: rivals alternate left and right on an arc around the vendor.

    No two names of a side are on the same line.
    """
    middle = (height + _TOP - 12) / 2
    put = {own: (_WIDTH / 2, middle)}
    for side in (0, 1):
        there = rivals[side::2]
        for at, firm in enumerate(there):
            y = middle + (at - (len(there) - 1) / 2) * _ROW
            away = abs(y - middle) / max(1.0, height / 2)
            x = _SIDE + _BEND * away**2
            put[firm] = (round(x if side == 0 else _WIDTH - x, 1), round(y, 1))
    return put


def _line(one: Rival, put: Put, own: BiddingFirm, most: int, url: Callable[[BiddingFirm], str]) -> Shape:
    """Return the line from a rival to the vendor: dark if the vendor won more, grey if the rival did."""
    shade = "5" if one.won_against > one.lost_to else "lost" if one.lost_to > one.won_against else "2"
    width = 1.5 + 5.5 * one.met / most
    return Shape(_band(put[one.firm], put[own], width), shade, told(one), url(one.firm))


def _weak_lines(put: Put, between: Mapping[tuple[BiddingFirm, BiddingFirm], int]) -> list[Shape]:
    """Return the lines between rivals that met each other."""
    return [
        Shape(_band(put[one], put[other], 1), "unknown", f"{one.name} – {other.name}: {number(count)}")
        for (one, other), count in between.items()
        if one in put and other in put
    ]


def _band(one: tuple[float, float], other: tuple[float, float], width: float) -> str:
    """Return a straight line as a closed path that can be filled."""
    (x, y), (to_x, to_y) = one, other
    length = math.hypot(to_x - x, to_y - y) or 1
    across, down = (y - to_y) / length * width / 2, (to_x - x) / length * width / 2
    one_side = ((x + across, y + down), (to_x + across, to_y + down))
    places = (*one_side, (to_x - across, to_y - down), (x - across, y - down))
    return f"M{'L'.join(f'{round(a, 1):g} {round(b, 1):g}' for a, b in places)}Z"


def _label(one: Rival, x: float, y: float) -> list[PictureText]:
    """Return the name of a rival in one or two lines with its score below, outside of the arc."""
    is_left = x < _WIDTH / 2
    anchor, at = ("end", x - 12) if is_left else ("start", x + 12)
    room = (x if is_left else _WIDTH - x) - 16
    lines = _broken(one.firm.name, int(room / (LETTER * 13)))
    texts = [PictureText(line, at, y - 12 + 16 * place, anchor, "name", 13) for place, line in enumerate(lines)]
    return [*texts, PictureText(score(one), at, y - 12 + 16 * len(lines), anchor, "axis", 11, room=room)]


def _broken(text: str, most: int) -> list[str]:
    """Return a text in one or two lines of at most ``most`` characters, truncated if needed."""
    if len(text) <= most:
        return [text]
    cut = text.rfind(" ", 0, most + 1)
    cut = cut if cut > 0 else most
    return [text[:cut], short(text[cut:].strip(), most * LETTER * 13)]
