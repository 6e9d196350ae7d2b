"""The start of a reading process by the settings; the code that reads is imported only there (:mod:`.work`)."""

from __future__ import annotations

import binascii
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from archive.config import Settings
from archive.errors import UsageError
from indexer.facts.mentions.watchlist import Watchlist
from indexer.formats.source import OcrMode
from indexer.ingest.parts import DocumentRead, PageRead, Passed, ReadJob, ReadOptions, ReadPart
from indexer.ingest.unpacking import Unpacked
from indexer.ocr.engine import find_tessdata
from indexer.sandbox.process import Handler, Work


@dataclass(frozen=True, slots=True)
class Reader(ReadOptions, Handler[ReadJob, ReadPart]):
    """The handler that reads documents, with its options."""

    parts: ClassVar[tuple[type, ...]] = (PageRead, DocumentRead, Unpacked, Passed)

    @classmethod
    def of(
        cls,
        settings: Settings,
        ocr_mode: OcrMode,
        cache: Path | None = None,
        passwords: Sequence[str] = (),
        watchlist: Watchlist | None = None,
    ) -> Reader:
        """Return the reader for the settings.

        :raises archive.errors.UsageError: OCR is wanted and its language data are missing.
        """
        languages = settings.text("ocr_languages")
        return cls(
            ocr_mode,
            languages,
            None if ocr_mode == "never" else find_tessdata(languages, settings.text("tessdata")),
            ocr_dpi=settings.number("ocr_dpi"),
            max_pages=settings.number("max_pages"),
            max_page_pixels=settings.number("max_page_pixels"),
            max_page_words=settings.number("max_page_words"),
            max_words=settings.number("max_words"),
            cache=cache,
            passwords=tuple(passwords),
            watchlist=watchlist or Watchlist.shipped(),
            trusted=trusted_certificates(settings.text("trusted_certificates")),
        )

    def load(self) -> Work[ReadJob, ReadPart]:
        """Return the function that reads."""
        from indexer.ingest.work import read  # noqa: PLC0415 - the parent reads nothing

        return partial(read, options=self)

    def prepare(self, job: ReadJob) -> None:
        """Import what this job needs and, unless it is the only one, everything that rules need.

        A fork for a single job imports on demand.
        """
        from indexer.ingest.work import prepare  # noqa: PLC0415 - as above

        prepare(self, job)


_SUFFIXES = frozenset({".cer", ".crt", ".pem", ".der"})
_PEM, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
_SEQUENCE = b"\x30"


def trusted_certificates(folder: str) -> tuple[bytes, ...]:
    """Return each certificate in a folder as DER; none if ``folder`` is empty. A PEM file may hold several.

    :raises UsageError: it is no folder, or a file in it is no certificate.
    """
    if not folder:
        return ()
    try:
        files = sorted(file for file in Path(folder).expanduser().iterdir() if file.suffix.lower() in _SUFFIXES)
        return tuple(one for file in files for one in _certificates(file))
    except OSError as error:
        raise UsageError(
            "trusted_certificates: %(folder)s cannot be read: %(error)s.",
            "Name a folder that can be.",
            folder=folder,
            error=error,
        ) from error


def _certificates(file: Path) -> list[bytes]:
    data = file.read_bytes()
    if data.startswith(_SEQUENCE):
        return [data]
    blocks = data.decode("ascii", "replace").split(_PEM)[1:]
    try:
        found = [ssl.PEM_cert_to_DER_cert(f"{_PEM}{block.partition(_END)[0]}{_END}\n") for block in blocks]
    except (ValueError, binascii.Error):
        found = []
    if not found:
        raise UsageError(
            "trusted_certificates: %(file)s is not a certificate.",
            "Put only certificates there, as PEM or DER.",
            file=file,
        )
    return found
