"""``GET /documents/<id>/original``: the bytes as they came, to be saved and never to be shown by the browser."""

from __future__ import annotations

import re
import unicodedata

from flask import Blueprint, Response, send_file

from webapp.room import current_room, requested_document

blueprint = Blueprint("original", __name__)

_UNSAFE = re.compile(r'[/\\:*?"<>|]')
"""What file systems or the header itself give a meaning to. Werkzeug writes RFC 6266 but leaves these in."""

_LONGEST_NAME = 150


@blueprint.get("/documents/<document_id>/original")
def download(document_id: str) -> Response:
    """The original as an attachment. Parts of it can be asked for (``Range``)."""
    document = requested_document(document_id)
    path = current_room().archive.originals.local(document.id)
    response = send_file(
        path,
        mimetype=document.media_type,
        as_attachment=True,
        download_name=safe_name(document.filename),
        etag=document.id,
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def safe_name(filename: str) -> str:
    """A file name that no file system and no header misunderstands; its ending survives cutting."""
    visible = "".join(
        " " if unicodedata.category(character) in {"Cc", "Cf", "Cs"} else character for character in filename
    )
    name = " ".join(_UNSAFE.sub("_", visible).split()).strip(". ") or "original"
    if len(name) <= _LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"
