"""Where Tesseract's language data are. Asked before anything is read, so that a lack is said once and not on every
page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from archive.errors import UsageError

ORIENTATION = "osd"
"""The model that tells which way up a page is; needed beside the language models."""

_USUAL_PLACES = ("/usr/share/tesseract-ocr", "/usr/share/tessdata", "/usr/local/share/tessdata", "/usr/share/tesseract")


def find_tessdata(languages: str, folder: str = "") -> Path:
    """The folder that holds the models of ``languages`` (joined by +) and of orientation. Only ``folder`` if one is
    given.

    :raises UsageError: there is none; the message names what is missing and the packages that bring it.
    """
    needed = [*languages.split("+"), ORIENTATION]
    fewest = needed
    for place in [Path(folder)] if folder else _places():
        missing = [name for name in needed if not (place / f"{name}.traineddata").is_file()]
        if not missing:
            return place
        fewest = min(fewest, missing, key=len)
    packages = " ".join(f"tesseract-ocr-{name.replace('_', '-')}" for name in fewest)
    raise UsageError(
        f"OCR lacks language data for {', '.join(fewest)}" + (f" in {folder}." if folder else "."),
        f"Install it (Debian, Ubuntu: apt-get install {packages}), name its folder in the setting tessdata, "
        "or go without OCR: --ocr never.",
    )


def _places() -> Iterator[Path]:
    prefix = os.environ.get("TESSDATA_PREFIX")
    if prefix:
        yield Path(prefix)
    for usual in map(Path, _USUAL_PLACES):
        yield usual
        yield from sorted(usual.glob("*/tessdata"), reverse=True)
