"""The interface of OCR engines, the cache of their results, and the location of language data.

A cached result is keyed by the SHA-256 of the pixels, size and resolution of an image, and the engine with its
settings. It takes 5 KB per page. The folder may be emptied at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from archive.errors import CatalogError, Message, UsageError
from archive.model.words import Words
from archive.store.sql.wordpack import pack, unpack
from archive.system.files import replacing

if TYPE_CHECKING:
    from PIL import Image


class OcrFailed(Exception):
    """The engine failed on an image; the page is recorded as unread, and the other pages are read.

    ``message`` says why, in a sentence.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class OcrResult:
    """The result of OCR for one image.

    Boxes are fractions of the image as it was given. ``confidence`` is the mean over the words (0..100), limited to the
    percentage of known words if they make no sense. ``script`` is the ISO 15924 code of the dominant script, ``reason``
    a sentence on how the image was read, ``note`` a warning if the whole result is doubtful.
    """

    words: Words
    confidence: float | None
    script: str | None
    reason: str
    note: str | None = None


class OcrEngine(Protocol):
    """An engine that recognizes the words of page images."""

    @property
    def is_on(self) -> bool:
        """Whether the engine is enabled; otherwise pages are not even rendered for it."""

    @property
    def agent(self) -> Mapping[str, str]:
        """The version and the settings of the engine, as recorded in a reading."""

    def read(self, image: Image.Image, dpi: int) -> OcrResult:
        """Return the words of a greyscale image (mode ``L``) with resolution ``dpi``, in reading order.

        :raises OcrFailed: the engine failed on this image.
        """


class NullOcr:
    """The disabled engine of ``--ocr never``."""

    is_on = False
    agent: Mapping[str, str] = MappingProxyType({})

    def read(self, image: Image.Image, dpi: int) -> OcrResult:
        """Raise an error, because the engine is disabled.

        :raises OcrFailed: always.
        """
        raise OcrFailed(Message("OCR is switched off."))


class CachedOcr:
    """An :class:`indexer.ocr.engine.OcrEngine` that caches the results of another one.

    A file has a line of JSON (confidence, script, reason, note) and the packed words. Files are written atomically, so
    several processes may share a folder.
    """

    is_on = True

    def __init__(self, engine: OcrEngine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    @property
    def agent(self) -> Mapping[str, str]:
        """The description of the cached engine, since the cache does not change results."""
        return self._engine.agent

    def read(self, image: Image.Image, dpi: int) -> OcrResult:
        """See :meth:`indexer.ocr.engine.OcrEngine.read`."""
        path = self._path(image, dpi)
        kept = _load(path)
        if kept is None:
            kept = self._engine.read(image, dpi)
            _keep(path, kept)
        return kept

    def _path(self, image: Image.Image, dpi: int) -> Path:
        settings = json.dumps([image.mode, image.size, dpi, sorted(self._engine.agent.items())])
        digest = hashlib.sha256(settings.encode())
        digest.update(image.tobytes())
        name = digest.hexdigest()
        return self._folder / name[:2] / name


def _load(path: Path) -> OcrResult | None:
    """Return a cached result; None if it is missing or damaged."""
    try:
        head, words = path.read_bytes().split(b"\n", 1)
        said = json.loads(head)
        return OcrResult(unpack(words), said["confidence"], said["script"], said["reason"], said["note"])
    except (OSError, ValueError, KeyError, TypeError, CatalogError):
        return None


def _keep(path: Path, result: OcrResult) -> None:
    """Cache a result; errors such as a full disk are ignored."""
    said = {name: getattr(result, name) for name in ("confidence", "script", "reason", "note")}
    head = json.dumps(said)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path, mode=0o600) as file:
            file.write(head.encode() + b"\n" + pack(result.words))


ORIENTATION = "osd"
"""The model for orientation and script detection, which is needed beside the language models."""

_USUAL_PLACES = ("/usr/share/tesseract-ocr", "/usr/share/tessdata", "/usr/local/share/tessdata", "/usr/share/tesseract")


def find_tessdata(languages: str, folder: str = "") -> Path:
    """Return the folder that holds the models of ``languages`` (joined by +) and of orientation.

    Only ``folder`` is searched if one is given.

    :raises UsageError: there is none; the message names the missing models and their packages.
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
        "OCR lacks language data for %(names)s in %(folder)s." if folder else "OCR lacks language data for %(names)s.",
        "Install it (Debian, Ubuntu: apt-get install %(packages)s), name its folder in the setting tessdata, or go "
        "without OCR: --ocr never.",
        names=", ".join(fewest),
        folder=folder,
        packages=packages,
    )


def _places() -> Iterator[Path]:
    prefix = os.environ.get("TESSDATA_PREFIX")
    if prefix:
        yield Path(prefix)
    for usual in map(Path, _USUAL_PLACES):
        yield usual
        yield from sorted(usual.glob("*/tessdata"), reverse=True)
