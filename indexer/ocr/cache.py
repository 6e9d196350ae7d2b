"""OCR results on disk, so that no image is read twice with the same settings.

A result is found by the SHA-256 of the image's pixels, its size and resolution, and everything that the engine says of
itself. It takes 5 KB a page. The folder may be emptied at any time: pages are then read again when they are asked for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from PIL import Image

from archive.durable import replacing
from archive.errors import CatalogError
from archive.store.sql.wordpack import pack, unpack
from indexer.ocr.engine import OcrEngine, OcrResult


class CachedOcr:
    """An :class:`indexer.ocr.engine.OcrEngine` that asks another one only for what it does not know yet.

    A result is a line of JSON (confidence, script, reason, note) and the packed words. Several processes may share a
    folder: a result appears whole or not at all.
    """

    is_on = True

    def __init__(self, engine: OcrEngine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    @property
    def agent(self) -> Mapping[str, str]:
        """What the engine says of itself: a result does not depend on where it was kept."""
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
    """A kept result; None if there is none, or a damaged one, which the next will replace."""
    try:
        head, words = path.read_bytes().split(b"\n", 1)
        said = json.loads(head)
        return OcrResult(unpack(words), said["confidence"], said["script"], said["reason"], said["note"])
    except (OSError, ValueError, KeyError, TypeError, CatalogError):
        return None


def _keep(path: Path, result: OcrResult) -> None:
    """Write a result. That it cannot be kept (the disk is full) must not stop anybody from reading the page."""
    said = {name: getattr(result, name) for name in ("confidence", "script", "reason", "note")}
    head = json.dumps(said)
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path, mode=0o600) as file:
            file.write(head.encode() + b"\n" + pack(result.words))
