"""Citations hold when a scan is read again with other OCR settings: a small run of the benchmark."""

from __future__ import annotations

from pathlib import Path

from archive.archive import Archive
from archive.citing.claims import Claim
from archive.citing.locators import Address, quote_hash
from archive.citing.quotation import Quotation
from archive.citing.verification import AddressedClaim
from archive.config import Settings
from benchmarks.citations import fault, samples
from indexer.ingest.progress import AddOptions, Progress
from indexer.ingest.rereading import RereadOptions, reread
from indexer.ingest.run import add
from tests.conftest import SPECIMENS

SCAN = SPECIMENS / "becej-2021-aneks-drugi-sken.jpg"


def test_no_citation_is_wrongly_verified(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "home") as archive:
        add(archive, [SCAN], AddOptions(1, "always", "main", retry_failed=False), _ignore, Progress())
    with Archive.open(tmp_path / "home", Settings({"ocr_dpi": 110})) as archive:
        (document,) = archive.catalog.documents.newest_first()
        reread(archive, [document.id], RereadOptions(1, "always", "srp_latn"), _ignore, Progress())
        words = [archive.catalog.readings.words(document.id, 1, reading).texts for reading in (1, 2)]
        assert words[0] != words[1], "the settings make no difference, so this shows nothing"
        verdicts = set()
        for sample in samples(archive.catalog, 1, count=100, seed=1):
            address = Address(sample.span, quote_hash(sample.words))
            answer = AddressedClaim(
                archive.catalog, sample.document, Claim(address, Quotation(" ".join(sample.words))), address
            ).verify()
            assert fault(sample, answer) is None
            verdicts.add(str(answer.verdict))
        assert len(verdicts) > 1


def _ignore(_report: object) -> None:
    """Nobody listens."""
