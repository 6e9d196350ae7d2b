"""What is served beside pages: images of pages, and originals."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from archive.errors import DamagedDocument, OriginalDamaged
from archive.model import Document
from archive.store.originals.files import Originals
from archive.store.originals.object_store import ObjectStore
from tests.webapp_samples import Sample
from webapp.page_images import WIDTHS, PageImages
from webapp.views.document import safe_name


class CountingRenderer:
    """Draws nothing, and counts how often it was asked."""

    def __init__(self) -> None:
        self.drawn = 0

    def render(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        self.drawn += 1
        if page > 1:
            raise DamagedDocument(f"Page {page} cannot be drawn.")
        return f"{original.name} {media_type} {page} {width}".encode()

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_drawn_as_wide_as_asked(client: FlaskClient, sample: Sample, width: int) -> None:
    response = client.get(f"/documents/{sample.contract}/pages/1/image?width={width}")
    assert response.mimetype == "image/webp"
    image = Image.open(io.BytesIO(response.data))
    assert image.format == "WEBP"
    assert image.width == width
    assert image.height == pytest.approx(width * 842 / 595, abs=1)


def test_an_image_that_has_not_changed_is_not_sent_again(client: FlaskClient, sample: Sample) -> None:
    path = f"/documents/{sample.contract}/pages/1/image"
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "private" in first.headers["Cache-Control"]


@pytest.mark.parametrize("width", ["", "1", "241", "100000", "-240", "x", "240 ", "٢٤٠"])
def test_no_other_width_is_drawn(client: FlaskClient, sample: Sample, width: str) -> None:
    response = client.get(f"/documents/{sample.contract}/pages/1/image", query_string={"width": width})
    assert response.status_code == 400


def test_a_flowing_page_has_no_image(client: FlaskClient, sample: Sample) -> None:
    assert client.get(f"/documents/{sample.reply}/pages/1/image").status_code == 404


def document_of(originals: Originals, folder: Path) -> Document:
    (folder / "a.pdf").write_bytes(b"bytes")
    taken = originals.add(folder / "a.pdf")
    return Document(taken.id, "a.pdf", "application/pdf", 5, "main", datetime.now(UTC), 1, 1, 2, 0)


def test_an_image_is_drawn_once_and_kept(tmp_path: Path) -> None:
    originals, renderer = Originals(tmp_path / "originals"), CountingRenderer()
    document = document_of(originals, tmp_path)
    images = PageImages(tmp_path / "cache", originals, renderer)
    assert images.image(document, 1, 240) == images.image(document, 1, 240)
    assert PageImages(tmp_path / "cache", originals, renderer).image(document, 1, 240).endswith(b" 1 240")
    assert renderer.drawn == 1
    assert [path.name for path in (tmp_path / "cache").rglob("*.*")] == ["1-240.image"]


class LossyRenderer(CountingRenderer):
    """Says how it was asked."""

    def render_lossy(self, original: Path, media_type: str, page: int, width: int) -> bytes:
        return b"lossy " + self.render(original, media_type, page, width)


def test_an_image_for_reading_may_lose_something_and_is_kept_apart(tmp_path: Path) -> None:
    originals, renderer = Originals(tmp_path / "originals"), LossyRenderer()
    document = document_of(originals, tmp_path)
    images = PageImages(tmp_path / "cache", originals, renderer)
    read, exact = (images.image(document, 1, 240, exact=exact) for exact in (False, True))
    assert (read, exact) == (b"lossy " + exact, images.image(document, 1, 240))
    assert images.image(document, 1, 240, exact=False) == images.small(document, 1) == read
    assert renderer.drawn == 2
    small = b"RIFF\0\0\0\0WEBPVP8L exact and small"
    next((tmp_path / "cache").rglob("*.image")).write_bytes(small)
    assert images.image(document, 1, 240, exact=False) == small


def test_a_page_is_drawn_exactly_if_that_is_asked(sample: Sample, client: FlaskClient) -> None:
    path = f"/documents/{sample.contract}/pages/1/image"
    images = [client.get(path + query).data for query in ("", "?exact=1")]
    assert images[0] == images[1], "nothing of it is noisy"


def test_a_cache_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    originals, renderer = Originals(tmp_path / "originals"), CountingRenderer()
    document = document_of(originals, tmp_path)
    (tmp_path / "cache").write_text("a file where the folder should be")
    images = PageImages(tmp_path / "cache" / "pages", originals, renderer)
    assert images.image(document, 1, 240).endswith(b" 1 240")


def test_what_cannot_be_drawn_is_not_kept(tmp_path: Path) -> None:
    originals = Originals(tmp_path / "originals")
    document = document_of(originals, tmp_path)
    images = PageImages(tmp_path / "cache", originals, CountingRenderer())
    with pytest.raises(DamagedDocument):
        images.image(document, 2, 240)
    originals.discard(document.id)
    with pytest.raises(OriginalDamaged, match="missing"):
        images.image(document, 1, 240)
    assert not list((tmp_path / "cache").rglob("*.image"))


def test_an_original_is_an_attachment_that_browsers_do_not_run(client: FlaskClient, sample: Sample) -> None:
    response = client.get(f"/documents/{sample.contract}/original", buffered=True)
    assert response.data == sample.archive.originals.local(sample.contract).read_bytes()
    assert response.headers["Content-Disposition"] == "attachment; filename=contract.pdf"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.mimetype == "application/pdf"
    hostile = client.get(f"/documents/{sample.reply}/original", buffered=True).headers["Content-Disposition"]
    assert hostile == 'attachment; filename="odgovor _o_kamerama_.txt"'


def test_a_part_of_an_original_can_be_asked_for(client: FlaskClient, sample: Sample) -> None:
    response = client.get(f"/documents/{sample.contract}/original", headers={"Range": "bytes=0-3"}, buffered=True)
    assert (response.status_code, response.data) == (206, b"%PDF")


@pytest.mark.parametrize(
    ("filename", "safe"),
    [
        ("Уговор о набавци.pdf", "Уговор о набавци.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\r\nSet-Cookie: b.pdf", "a Set-Cookie_ b.pdf"),
        ("invoice\u202efdp.exe", "invoice fdp.exe"),
        ("...", "original"),
        ("", "original"),
    ],
)
def test_names_are_made_safe(filename: str, safe: str) -> None:
    assert safe_name(filename) == safe


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("x" * 400 + ".pdf")
    assert len(name) == 150
    assert name.endswith("x.pdf")
    assert len(safe_name("x" * 400)) == 150
    assert len(safe_name("x." + "y" * 400)) == 150


def test_originals_of_an_object_store_are_served_like_others(
    sample: Sample, client: FlaskClient, s3_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ObjectStore(s3_url, tmp_path / "copies", 1 << 30)
    store.add(original := sample.archive.originals.local(sample.contract))
    monkeypatch.setattr(sample.archive, "originals", ObjectStore(s3_url, tmp_path / "others", 1 << 30))
    asked = client.get(f"/documents/{sample.contract}/original", headers={"Range": "bytes=0-3"}, buffered=True)
    assert (asked.status_code, asked.data) == (206, original.read_bytes()[:4])
    images = PageImages(tmp_path / "images", sample.archive.originals, CountingRenderer())
    assert images.image(sample.archive.catalog.documents.find(sample.contract), 1, 240)


def test_a_reader_is_told_that_the_object_store_cannot_be_reached(
    sample: Sample, client: FlaskClient, s3_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setattr(sample.archive, "originals", ObjectStore(s3_url, tmp_path / "copies", 1 << 30))
    answer = client.get(f"/documents/{sample.contract}/original")
    assert answer.status_code == 503
    assert "cannot be reached" in answer.text
    assert "127.0.0.1" not in answer.text
    assert client.get("/?q=kamere").status_code == 200
