"""Response headers, compression, and static files with versioned URLs.

The headers forbid external resources, inline scripts and styles, and referrers to other sites. Our own pages get the
referrer, because without it browsers omit the origin of forms, which :mod:`webapp.same_origin` checks. Source: OWASP
ASVS 5.0, chapter 3.4.

The length of a compressed response depends on its content. An attacker who sees the traffic and makes a browser send
many requests that the response repeats can guess secrets from it (BREACH, https://breachattack.com). So responses to
requests of other sites (``Sec-Fetch-Site``) are not compressed.
"""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from itertools import chain
from pathlib import Path
from typing import IO, Any

from flask import Flask, Response, current_app, jsonify, request, send_file, url_for

from archive.access.rules import is_encrypted
from archive.system.files import collected
from webapp.access.callers import session_secret, whole_archive
from webapp.languages.speaking import spoken
from webapp.links import fixed_url

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
"""Default headers; a view may set a stricter value of its own."""

LEAST_BYTES = 1_000
"""Minimum size for compression; a smaller response fits one network packet anyway."""

_LEVEL = 3
"""Compression level; on a page of results, 5 saves 8 % and takes two thirds more time."""

_TEXTS = ("text/", "application/json", "application/ld+json", "application/xml", "application/atom+xml", "image/svg")

FOR_GOOD = "public, max-age=31536000, immutable"
"""Cache for a year: other content has another URL."""

_VERSION = "v"

_FACES = "faces/"
"""The folder of fonts. Their names contain the release, so their content never changes."""

_SANS, _SERIF = "sans-3-5.3.1", "serif-4-5.3.1"
_FACES_OF = {"sr-Latn": f"{_SANS}-latin-ext", "sr-Cyrl": f"{_SANS}-cyrillic"}


def first_faces(root: str, tag: str) -> str:
    """Return the ``Link`` header that preloads the fonts of a language, so that text does not change while it is read.

    ``root`` is the path at which the application is mounted.
    """
    names = (f"{_SANS}-latin", f"{_SERIF}-latin", _FACES_OF.get(tag))
    return ", ".join(
        f'<{root}/static/{_FACES}source-{name}.woff2>; rel=preload; as=font; type="font/woff2"; crossorigin'
        for name in names
        if name
    )


def text_answer(pieces: Iterable[str], mimetype: str, name: str | None = None) -> Response:
    """Return what is sent when all of it is made, so that no answer is cut off by an error, and little of it is in
    memory: more than some megabytes go into a file meanwhile. With a ``name`` it is to be saved."""
    file = collected(pieces)
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size < _WHOLE:
        with file:
            answer = Response(file.read(), mimetype=mimetype)
    else:
        answer = Response(iter(partial(file.read, _WHOLE), b""), mimetype=mimetype)
        answer.content_length = size
        answer.call_on_close(file.close)
    if name is not None:
        answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def streamed_answer(pieces: Iterable[str], mimetype: str, name: str) -> Response:
    """Return what is to be saved and is sent as it is made. As long as nothing is, an error is a page; later, it ends
    the connection before the answer does, by which HTTP knows that it is not whole."""
    remaining = iter(pieces)
    first = next(remaining, "")
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(chain([first], remaining), mimetype=mimetype, headers=headers)


_WHOLE = 1 << 20
"""Maximum size in memory; a longer response is not compressed."""

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BYTE_ORDER_MARK = "\ufeff"
"""Needed for Excel to read a CSV file as UTF-8."""


def csv_file(lines: Iterable[str], name: str, *, is_streamed: bool = False) -> Response:
    """Return a CSV file to be saved, as :func:`text_answer` does; what ``is_streamed`` is sent line by line."""
    answer = streamed_answer if is_streamed else text_answer
    return answer(chain([_BYTE_ORDER_MARK], lines), "text/csv", name)


def workbook_file(write: Callable[[IO[bytes]], None], name: str) -> Response:
    """Return a workbook as a download, as written by ``write``. 10,000 rows are some megabytes."""
    file = io.BytesIO()
    write(file)
    file.seek(0)
    return send_file(file, mimetype=_XLSX, as_attachment=True, download_name=name)


MAX_AGE = 24 * 60 * 60
"""Seconds for which browsers may cache an image. The original never changes, but our rendering may."""


def picture(image: bytes, media_type: str) -> Response:
    """Return an image of a page, which browsers may cache."""
    response = Response(image, mimetype=media_type)
    response.cache_control.private = True
    response.cache_control.max_age = MAX_AGE
    response.set_etag(hashlib.sha256(image).hexdigest()[:32])
    response.make_conditional(request)
    return response


def linked_data(value: object, content_type: str) -> Response:
    """Return JSON with the media type of a vocabulary."""
    response = jsonify(value)
    response.content_type = content_type
    return response


def install(app: Flask) -> None:
    """Register :data:`HEADERS`, compression and the caching of static files."""
    app.jinja_env.globals["url_for"] = partial(_address, app.static_url_path)

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and _VERSION not in values:
            values[_VERSION] = version(app, values["filename"])

    @app.after_request
    def deliver(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in {200, 304} and _is_newest(app):
            response.headers["Cache-Control"] = FOR_GOOD
        if response.mimetype == "text/html":
            response.headers.add("Link", first_faces(request.script_root, spoken().tag))
        return compressed(response) if _is_text(response) else response

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


def _address(static: str | None, endpoint: str, /, **values: Any) -> str:
    """Return ``url_for`` for templates, with cached URLs for endpoints without parameters and for static files."""
    if endpoint == "static":
        versioned = f"{values['filename']}?{_VERSION}={version(current_app, values['filename'])}"
        return f"{request.script_root}{static}/{versioned}"
    return url_for(endpoint, **values) if values else fixed_url(endpoint)


def version(app: Flask, filename: str) -> str:
    """Return the version in the URL of a static file: a part of the SHA-256 of its content."""
    path = Path(app.static_folder or "", filename)
    return _digest(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _digest(path: Path, changed_at: int) -> str:
    """Return the hash of a file with this modification time, from a cache."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _is_newest(app: Flask) -> bool:
    """Return whether the URL has the current version; a page of an earlier release has another."""
    asked, name = request.args.get(_VERSION), (request.view_args or {})["filename"]
    return name.startswith(_FACES) or (asked is not None and asked == version(app, name))


def _is_text(response: Response) -> bool:
    return response.content_type is not None and response.content_type.startswith(_TEXTS)


def compressed(response: Response) -> Response:
    """Return a response, compressed if it is text, large enough, and the browser accepts it."""
    response.vary.add("Accept-Encoding")
    is_file = request.endpoint == "static"
    if (
        response.status_code != 200
        or "Content-Encoding" in response.headers
        or (response.is_streamed and not is_file)
        or not request.accept_encodings["gzip"]
        or not _may_compress()
    ):
        return response
    response.direct_passthrough = False
    content = response.get_data()
    if len(content) < LEAST_BYTES:
        return response
    response.set_data(gzip.compress(content, _LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag is not None:
        response.set_etag(etag, weak=True)  # The bytes differ from the uncompressed ones (RFC 9110, section 8.8.3.3).
    return response


def _may_compress() -> bool:
    """Return whether compression is safe: the request is from our own page or typed by the user.

    Without the header it is so if there is no session, or no encryption.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    return session_secret() is None or not is_encrypted(whole_archive().settings)
