"""What people put on a printed page before it is scanned: the round stamp, the signature, the stamp of the registry.

Each is drawn as a coverage mask (255 where the ink is full) and laid over the print. Letters are MuPDF's own bold
Helvetica, which has Cyrillic.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Sequence

import pymupdf
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

STAMP_INK = (58, 52, 148)
PEN_INK = (28, 40, 120)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(io.BytesIO(pymupdf.Font("hebo").buffer), size)


def round_stamp(text: str, radius: int, rng: random.Random) -> Image.Image:
    """A round office stamp as a coverage mask: two rings, the text on a circle, a shield in the middle, worn ink."""
    side = 2 * radius + 8
    centre = side / 2
    mask = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(mask)
    line = max(2, radius // 40)
    for share, width in ((1.0, 2 * line), (0.62, line)):
        r = radius * share
        draw.ellipse((centre - r, centre - r, centre + r, centre + r), outline=255, width=width)
    font = _font(int(radius * 0.21))
    for number, letter in enumerate(text):
        angle = 2 * math.pi * number / len(text)
        tile = Image.new("L", (radius // 2, radius // 2), 0)
        ImageDraw.Draw(tile).text((radius // 4, radius // 4), letter, fill=255, font=font, anchor="mm")
        tile = tile.rotate(-math.degrees(angle), Image.Resampling.BICUBIC)
        at = (
            int(centre + 0.8 * radius * math.sin(angle) - radius // 4),
            int(centre - 0.8 * radius * math.cos(angle) - radius // 4),
        )
        mask.paste(ImageChops.lighter(tile, mask.crop((*at, at[0] + tile.width, at[1] + tile.height))), at)
    r = radius * 0.34
    shield = [(-r, -r), (r, -r), (r, r * 0.2), (0, r * 1.1), (-r, r * 0.2)]
    draw.polygon([(centre + x, centre + y) for x, y in shield], outline=255, width=line)
    draw.line((centre, centre - r, centre, centre + r), fill=255, width=line)
    draw.line((centre - r, centre - r * 0.2, centre + r, centre - r * 0.2), fill=255, width=line)
    worn = Image.frombytes("L", (side // 6, side // 6), rng.randbytes((side // 6) ** 2)).resize((side, side))
    mask = ImageChops.multiply(mask, worn.point(lambda value: min(255, 90 + value)))
    return mask.rotate(rng.uniform(-14, 14), Image.Resampling.BICUBIC).point(lambda value: value * 7 // 10)


def signature(width: int, rng: random.Random) -> Image.Image:
    """A hand's quick loops as a coverage mask."""
    height = width // 3
    mask = Image.new("L", (width, height), 0)
    loops, reach = rng.randint(5, 8), rng.uniform(0.25, 0.4)
    phase, slant = rng.uniform(0, 6), rng.uniform(0.2, 0.5)
    points = []
    for step in range(240):
        t = step / 239
        swing = math.sin(2 * math.pi * loops * t + phase) * reach * (1.15 - t) * (0.6 + 0.4 * math.sin(9 * t + phase))
        x = 0.06 + 0.8 * t + 0.06 * math.cos(2 * math.pi * loops * t + phase) - slant * swing * 0.3
        points.append((x * width, (0.5 - swing - 0.12 * t) * height))
    draw = ImageDraw.Draw(mask)
    draw.line(points, fill=235, width=max(2, width // 110), joint="curve")
    draw.line((points[-1], (0.12 * width, 0.82 * height)), fill=200, width=max(1, width // 160))
    return mask.filter(ImageFilter.GaussianBlur(0.7))


def lay_ink(sheet: Image.Image, mask: Image.Image, place: Sequence[float], colour: tuple[int, int, int]) -> None:
    """Lay ink over print the way ink does: what is dark below stays dark."""
    at = (int(place[0] * sheet.width - mask.width / 2), int(place[1] * sheet.height - mask.height / 2))
    inked = Image.composite(Image.new("RGB", mask.size, colour), Image.new("RGB", mask.size, "white"), mask)
    window = (at[0], at[1], at[0] + mask.width, at[1] + mask.height)
    sheet.paste(ImageChops.multiply(sheet.crop(window), inked), at)


def registry_stamp(lines: Sequence[str], width: int) -> Image.Image:
    """The rectangular stamp of the registry: a frame and its lines."""
    font = _font(width // 18)
    step = int(width / 13)
    mask = Image.new("L", (width, step * len(lines) + step // 2), 0)
    draw = ImageDraw.Draw(mask)
    draw.rectangle((1, 1, mask.width - 2, mask.height - 2), outline=220, width=max(2, width // 160))
    for number, line in enumerate(lines):
        draw.text((width // 24, step // 4 + number * step), line, fill=220, font=font)
    return mask
