"""The Image API 3.0 (https://iiif.io/api/image/3.0/) at level 1 (https://iiif.io/api/image/3.0/compliance/).

Level 1 requires regions in pixels and ``square``, the sizes ``max``, ``w,``, ``,h`` and ``w,h``, no rotation, the
quality ``default``, and JPEG; PNG is supported, too. Other features of the API are refused with 501, invalid requests
with 400.
"""

from __future__ import annotations

import math
import re
from typing import Any, cast

from werkzeug.exceptions import NotImplemented as NotServed

from archive.errors import UsageError
from archive.model import Box, Page
from archive.model.rendering import ImageFormat, ImagePiece
from webapp.iiif.addresses import size

CONTEXT = "http://iiif.io/api/image/3/context.json"
MEDIA_TYPES = {"jpg": "image/jpeg", "png": "image/png"}
TILE = 512
SCALE_FACTORS = (1, 2, 4)

MOST_PIXELS = 40_000_000
"""Maximum number of pixels of a response. A page may be very long, and it is cropped in the server process."""

LONGEST_SIDE = 65_500
"""Maximum side of a response in pixels, a limit of JPEG."""

_FORMATS = ("jpg", "tif", "png", "gif", "jp2", "pdf", "webp")
_QUALITIES = ("default", "color", "gray", "bitonal")
_NUMBER = r"(?:0|[1-9][0-9]{0,6})"
_REGION = re.compile(rf"({_NUMBER}),({_NUMBER}),({_NUMBER}),({_NUMBER})")
_SIZE = re.compile(rf"({_NUMBER})?,({_NUMBER})?")
_DECIMAL = r"[0-9]{1,7}(?:\.[0-9]{1,10})?"
_OTHER_REGION = re.compile(rf"pct:{_DECIMAL}(?:,{_DECIMAL}){{3}}")
_OTHER_SIZE = re.compile(rf"\^.+|pct:{_DECIMAL}|!{_NUMBER},{_NUMBER}")
_ROTATION = re.compile(rf"!?{_DECIMAL}")

Region = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the full image."""


def information(page: Page, address: str) -> dict[str, Any]:
    """Return ``info.json`` for the image of a page."""
    width, height = size(page)
    # OpenSeadragon takes three sizes beside three scale factors for those of its levels, so they must match.
    levels = [(math.ceil(width / factor), math.ceil(height / factor)) for factor in reversed(SCALE_FACTORS)]
    sizes = [{"width": wide, "height": high} for wide, high in levels if _affordable((wide, high)) == (wide, high)]
    return {
        "@context": CONTEXT,
        "id": address,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level1",
        "width": width,
        "height": height,
        "maxWidth": width,
        "maxHeight": min(height, LONGEST_SIDE),
        "maxArea": MOST_PIXELS,
        "sizes": sizes,
        "tiles": [{"width": TILE, "scaleFactors": list(SCALE_FACTORS)}],
        "preferredFormats": ["jpg"],
        "extraFormats": ["png"],
    }


def asked_piece(page: Page, region: str, wanted: str, rotation: str, quality: str, form: str) -> ImagePiece:
    """Return the part of a page that a URL requests.

    :raises UsageError: the request is invalid.
    :raises NotServed: it is valid, but beyond level 1.
    """
    full = size(page)
    left, top, width, height = _region(region, full)
    to = _size(wanted, (width, height))
    _only_plain(rotation, quality, form)
    box = Box(left / full[0], top / full[1], (left + width) / full[0], (top + height) / full[1])
    return ImagePiece(box, *to, cast("ImageFormat", form))


def _region(text: str, full: tuple[int, int]) -> Region:
    if text == "full":
        return 0, 0, *full
    if text == "square":
        side = min(full)
        return (full[0] - side) // 2, (full[1] - side) // 2, side, side
    if _OTHER_REGION.fullmatch(text):
        raise NotServed("Regions in per cent are not supported. Give them in pixels: x,y,w,h.")
    if not (found := _REGION.fullmatch(text)):
        raise UsageError(f"{text[:40]} is not a region.", "Regions are: full, square, and x,y,w,h in pixels.")
    left, top, width, height = map(int, found.groups())
    if not (width and height) or left >= full[0] or top >= full[1]:
        raise UsageError(f"The region {text} is empty: the image has {full[0]} by {full[1]} pixels.")
    return left, top, min(width, full[0] - left), min(height, full[1] - top)


def _size(text: str, region: tuple[int, int]) -> tuple[int, int]:
    if text == "max":
        return _affordable(region)
    if _OTHER_SIZE.fullmatch(text):
        raise NotServed(f"Sizes like {text[:40]} are not supported. Give max, w, or ,h or w,h.")
    found = _SIZE.fullmatch(text)
    if not found or found.groups() == (None, None):
        raise UsageError(f"{text[:40]} is not a size.", "Sizes are: max, w, or ,h or w,h in pixels.")
    width, height = (None if side is None else int(side) for side in found.groups())
    if width is None:
        assert height is not None
        width = max(1, round(height * region[0] / region[1])) if height else 0
    elif height is None:
        height = max(1, round(width * region[1] / region[0])) if width else 0
    if not (0 < width <= region[0] and 0 < height <= region[1]) or _affordable((width, height)) != (width, height):
        raise UsageError(
            f"A region of {region[0]} by {region[1]} pixels cannot be given as {width} by {height}.",
            f"Ask for no more pixels than it has, for {MOST_PIXELS:,} at most, and for one at least.",
        )
    return width, height


def _affordable(size_: tuple[int, int]) -> tuple[int, int]:
    """Return the size, reduced to the limits with the same aspect ratio."""
    width, height = size_
    share = min(1.0, math.sqrt(MOST_PIXELS / (width * height)), LONGEST_SIDE / max(width, height))
    return max(1, int(width * share)), max(1, int(height * share))


def _only_plain(rotation: str, quality: str, form: str) -> None:
    if not _ROTATION.fullmatch(rotation) or float(rotation.lstrip("!")) > 360:
        raise UsageError(f"{rotation[:40]} is not a rotation.", "It is 0.")
    if rotation != "0":
        raise NotServed("Images are not rotated. Ask for rotation 0.")
    for name, value, known, served in (
        ("quality", quality, _QUALITIES, ("default",)),
        ("format", form, _FORMATS, tuple(MEDIA_TYPES)),
    ):
        if value not in known:
            raise UsageError(f"{value[:40]} is not a valid {name}.", f"There is: {', '.join(served)}.")
        if value not in served:
            raise NotServed(f"The {name} {value} is not supported. Supported: {', '.join(served)}.")
