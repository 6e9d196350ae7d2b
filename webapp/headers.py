"""The headers that every answer carries: nothing from elsewhere, nothing inline, nothing told to other sites.

Pages work without script; what script there is lies in files of our own. Our own pages do get the referrer: without
it, browsers also keep the origin of a form from us, by which :mod:`webapp.same_origin` knows it for ours. Sources:
OWASP ASVS 5.0, chapter 3.4.
"""

from __future__ import annotations

from flask import Flask, Response

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
"""A view that needs a stricter value sets its own, which stays."""


def install(app: Flask) -> None:
    """Put :data:`HEADERS` on every answer of ``app``."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
