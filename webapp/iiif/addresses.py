"""The addresses of IIIF resources, and the size of a canvas, on which all of them agree."""

from __future__ import annotations

from dataclasses import dataclass

from archive.model import Box, Page
from webapp.page_images import LARGE_WIDTH


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of one document's resources. ``base`` is where the room is found, without a slash at its end."""

    base: str
    document: str

    @property
    def root(self) -> str:
        """What all of them begin with."""
        return f"{self.base}/iiif/{self.document}"

    @property
    def manifest(self) -> str:
        """The manifest."""
        return f"{self.root}/manifest.json"

    def canvas(self, number: int) -> str:
        """Return the canvas of a page. It is a name; nothing is served there."""
        return f"{self.root}/canvas/{number}"

    def image(self, number: int) -> str:
        """Return the image service of a page."""
        return f"{self.root}/pages/{number}"

    def search(self, version: int) -> str:
        """Return the search service in a version of Content Search."""
        return f"{self.root}/search/{version}"

    def page(self, number: int, ending: str = "") -> str:
        """Return the page in the reading room, or its words as a file with this ending."""
        return f"{self.base}/documents/{self.document}/pages/{number}{ending}"


def size(page: Page) -> tuple[int, int]:
    """Return width and height of a page's canvas, which are those of its image in full, in pixels."""
    return LARGE_WIDTH, max(1, round(LARGE_WIDTH * page.height / page.width))


def xywh(box: Box, page: Page) -> str:
    """Return a box in the units of the canvas: left, top, width, height."""
    width, height = size(page)
    left, top = int(box.x0 * width), int(box.y0 * height)
    right, bottom = max(left + 1, round(box.x1 * width)), max(top + 1, round(box.y1 * height))
    return f"{left},{top},{right - left},{bottom - top}"
