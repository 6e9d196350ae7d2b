"""The masks of a document as JSON, for those who may change them: it says what the masks hide."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from archive.masking.decisions import DocumentMasks
from archive.masking.masks import Mask


def masks_record(masks: DocumentMasks, numbers: Iterable[int]) -> dict[str, Any]:
    """Return the masks of some pages as ``dosije masks --json`` gives them."""
    return {
        "document": masks.document.id,
        "reading": masks.reading.number,
        "classes": [str(kind) for kind in masks.classes],
        "pages": [_page(masks, number) for number in numbers],
        "lost": [_mask(masks, mask) for mask in masks.lost],
    }


def _page(masks: DocumentMasks, number: int) -> dict[str, Any]:
    page, approval = masks.page(number), masks.approval(number)
    return {
        "number": number,
        "approved": approval and {"by": approval.by, "at": approval.at.isoformat(timespec="seconds")},
        "masks": [_mask(masks, mask) for mask in page.masks],
        "removed": [_mask(masks, mask) for mask in page.removed],
    }


def _mask(masks: DocumentMasks, mask: Mask) -> dict[str, Any]:
    box = mask.box
    return {
        "name": mask.name,
        "class": str(mask.kind),
        "words": None if mask.first is None else [mask.first, mask.last],
        "box": box and [box.x0, box.y0, box.x1, box.y1],
        "quote": masks.quote(mask),
        "by": mask.by,
        "at": mask.at and mask.at.isoformat(timespec="seconds"),
    }
