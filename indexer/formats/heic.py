"""HEIC and HEIF, the photographs of telephones, through pi-heif, which teaches Pillow to read them."""

from __future__ import annotations

from collections.abc import Mapping

import pi_heif

from indexer.formats.image import ImageSource

pi_heif.register_heif_opener()


class HeicSource(ImageSource):
    """An opened photograph; an :class:`indexer.formats.source.OpenedOriginal`."""

    agent: Mapping[str, str] = {"reader": f"pi-heif {pi_heif.__version__}, libheif {pi_heif.libheif_version()}"}
    kinds = ("HEIF",)
