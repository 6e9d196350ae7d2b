"""The image of a page: its size and turn, the marks on it, and where its words stand."""

from __future__ import annotations

from archive.model import Span
from archive.model.words import Words
from webapp.contexts.page import PageImage, Rectangle, WordLayer
from webapp.languages.translation import gettext
from webapp.links import cite_url, image_url
from webapp.page_images import HUGE_WIDTH, LARGE_WIDTH, PAGE_WIDTH
from webapp.page_state import Size
from webapp.presenters.page_viewed import Viewed

_WIDTHS = {Size.FIT: PAGE_WIDTH, Size.LARGE: LARGE_WIDTH, Size.HUGE: HUGE_WIDTH}


def present_image(viewed: Viewed, marks: tuple[Rectangle, ...]) -> PageImage | None:
    """The image of the page; None on a flowing page, which has none."""
    page, view = viewed.page, viewed.view
    if page.is_flowing:
        return None
    width, height = round(page.width, 2), round(page.height, 2)
    turns = {
        0: (f"0 0 {width} {height}", None),
        90: (f"0 0 {height} {width}", f"translate({height} 0) rotate(90)"),
        180: (f"0 0 {width} {height}", f"translate({width} {height}) rotate(180)"),
        270: (f"0 0 {height} {width}", f"translate(0 {width}) rotate(270)"),
    }
    view_box, transform = turns[view.turn]
    smaller, larger = view.step(-1), view.step(1)
    return PageImage(
        url=image_url(viewed.document.id, page.number, _WIDTHS[view.size], viewed.older),
        label=gettext("Image of page %(number)s of %(title)s", number=page.number, title=viewed.description.title),
        width=width,
        height=height,
        view_box=view_box,
        transform=transform,
        marks=marks,
        layer=_layer(viewed, viewed.words),
        smaller=None if smaller is None else viewed.url(page.number, smaller),
        larger=None if larger is None else viewed.url(page.number, larger),
        turn_left=viewed.url(page.number, view.turned(-90)),
        turn_right=viewed.url(page.number, view.turned(90)),
    )


def _layer(viewed: Viewed, words: Words) -> WordLayer | None:
    page = viewed.page
    boxes = [words.box(index) for index in range(len(words))]
    edges = [
        edge
        for box in boxes
        if box is not None
        for edge in (
            round(box.x0 * page.width),
            round(box.y0 * page.height),
            max(1, round((box.x1 - box.x0) * page.width)),
            max(1, round((box.y1 - box.y0) * page.height)),
        )
    ]
    if not edges:
        return None
    first = Span(viewed.document.id, viewed.reading.number, page.first_word, page.first_word)
    words_of_first = f"{page.first_word}-{page.first_word}"
    cite, mark = cite_url(first), viewed.marked_url(first)
    return WordLayer(
        first=page.first_word,
        boxes=" ".join(map(str, edges)),
        cite=cite.removesuffix(words_of_first) + "A-B",
        mark=mark.replace(f"words={words_of_first}", "words=A-B"),
    )
