"""The start of a reading process; the code that reads is imported only there (:mod:`indexer.ingest.work`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from archive.config import Settings
from indexer.facts.watchlist import Watchlist
from indexer.formats.signed.trusted import trusted_certificates
from indexer.formats.source import OcrMode
from indexer.ingest.parts import DocumentRead, PageRead, ReadJob, ReadOptions, ReadPart
from indexer.ingest.unpacking import Unpacked
from indexer.ocr.engine import find_tessdata
from indexer.sandbox.process import Handler, Work


@dataclass(frozen=True, slots=True)
class Reader(ReadOptions, Handler[ReadJob, ReadPart]):
    """The handler that reads documents, with its options."""

    parts: ClassVar[tuple[type, ...]] = (PageRead, DocumentRead, Unpacked)

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
