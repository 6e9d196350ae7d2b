"""The Presentation API 3.0 (https://iiif.io/api/presentation/3.0/): a document is a manifest, a page a canvas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archive.model import Description, Document, Page, Reading
from archive.search.facets import label
from webapp.iiif.addresses import Addresses, size
from webapp.iiif.search import SEARCH_1_CONTEXT, SEARCH_1_PROFILE
from webapp.page_images import THUMBNAIL_WIDTH

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
HOCR = ("text/vnd.hocr+html", "http://kba.github.io/hocr-spec/1.2/", "hOCR")
ALTO = ("application/xml", "http://www.loc.gov/standards/alto/ns-v4#", "ALTO 4")


def manifest(document: Document, described: Description, reading: Reading, at: Addresses) -> dict[str, Any]:
    """Return the manifest of a reading, without flowing pages."""
    pages = [page for page in reading.pages if not page.is_flowing]
    return {
        "@context": CONTEXT,
        "id": at.manifest,
        "type": "Manifest",
        "label": {described.language or "none": [described.title]},
        "metadata": list(_metadata(document, described)),
        "thumbnail": [_thumbnail(pages[0], at)],
        "homepage": [
            {
                "id": f"{at.base}/documents/{document.id}",
                "type": "Text",
                "label": {"en": ["In the reading room"]},
                "format": "text/html",
            }
        ],
        "rendering": [
            {
                "id": f"{at.base}/documents/{document.id}/original",
                "type": "Text",
                "label": {"en": ["The original file"]},
                "format": document.media_type,
            }
        ],
        "seeAlso": [
            {
                "id": f"{at.base}/api/v1/documents/{document.id}",
                "type": "Dataset",
                "label": {"en": ["What is known of it, as JSON"]},
                "format": "application/json",
            }
        ],
        "service": [
            {"id": at.search(2), "type": "SearchService2"},
            {"@context": SEARCH_1_CONTEXT, "@id": at.search(1), "@type": "SearchService1", "profile": SEARCH_1_PROFILE},
        ],
        "items": [_canvas(page, at) for page in pages],
    }


def _metadata(document: Document, described: Description) -> Iterator[dict[str, Any]]:
    known = (
        ("Kind", described.kind and label("kind", described.kind)),
        ("Municipality", described.municipality),
        ("Buyer", described.buyer),
        ("Vendor", [vendor.name for vendor in described.vendors]),
        ("Date", described.date),
        ("Reference", described.reference),
        ("File", document.filename),
        ("SHA-256", document.id),
    )
    for name, value in known:
        if value:
            yield {"label": {"en": [name]}, "value": {"none": [value] if isinstance(value, str) else value}}


def _canvas(page: Page, at: Addresses) -> dict[str, Any]:
    width, height = size(page)
    canvas = at.canvas(page.number)
    image = _image(page, at, "max") | {"width": width, "height": height}
    painting = {"id": f"{canvas}/image", "type": "Annotation", "motivation": "painting"}
    return {
        "id": canvas,
        "type": "Canvas",
        "label": {"none": [str(page.number)]},
        "width": width,
        "height": height,
        "thumbnail": [_thumbnail(page, at)],
        "seeAlso": [_words(at.page(page.number, ending), *of) for ending, of in ((".hocr", HOCR), (".alto.xml", ALTO))],
        "items": [
            {"id": f"{canvas}/page", "type": "AnnotationPage", "items": [{**painting, "body": image, "target": canvas}]}
        ],
    }


def _words(address: str, media_type: str, profile: str, name: str) -> dict[str, Any]:
    return {"id": address, "type": "Dataset", "label": {"en": [name]}, "format": media_type, "profile": profile}


def _thumbnail(page: Page, at: Addresses) -> dict[str, Any]:
    width, height = size(page)
    high = max(1, round(THUMBNAIL_WIDTH * height / width))
    return _image(page, at, f"{THUMBNAIL_WIDTH},{high}") | {"width": THUMBNAIL_WIDTH, "height": high}


def _image(page: Page, at: Addresses, wanted: str) -> dict[str, Any]:
    service = at.image(page.number)
    return {
        "id": f"{service}/full/{wanted}/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "service": [{"id": service, "type": "ImageService3", "profile": "level1"}],
    }
