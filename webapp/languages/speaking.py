"""Making an application speak the language of its reader."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, Response, g, request
from flask_babel import Babel
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from webapp.languages.negotiation import DEFAULT, LANGUAGES, Language, negotiate
from webapp.languages.translation import form, gettext, number, plural

COOKIE = "language"
"""The cookie with the language that a reader chose."""

FOR_PROGRAMS = ("/api/", "/iiif/", "/healthz", "/certificate.json")
"""Beginnings of the paths that programs ask for. They are told the same in every language."""


def install(app: Flask) -> None:
    """Let ``app`` answer each request in the reader's language, and say in which."""
    Babel(app, locale_selector=lambda: spoken().locale)
    app.jinja_env.globals |= {
        "plural": plural,
        "number": number,
        "spoken": spoken,
        "here": here,
        "languages": LANGUAGES,
    }
    # In the place of those of Flask-Babel, which look the language up anew for each text.
    app.jinja_env.install_gettext_callables(gettext, form, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["_"] = _said

    @app.after_request
    def say_which(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Language", spoken().tag)
            response.vary.update(("Accept-Language", "Cookie"))
        return response


@pass_eval_context
def _said(context: EvalContext, text: str, **values: object) -> str:
    """Return ``_`` of templates, as Jinja's own: texts of ours are markup, what is put into them is escaped."""
    translated = gettext(text)
    if not context.autoescape:
        return translated % values
    return Markup(translated) % values if values else _markup(translated)  # noqa: S704 - a text of ours


@lru_cache(maxsize=1 << 13)
def _markup(translated: str) -> Markup:
    """Return a text without places for values; a page has a hundred."""
    return Markup(translated) % {}  # noqa: S704 - a text of ours


def spoken() -> Language:
    """Return the language of this request."""
    if "language" not in g:
        g.language = (
            LANGUAGES[DEFAULT]
            if request.path.startswith(FOR_PROGRAMS)
            else negotiate(request.accept_languages, request.cookies.get(COOKIE))
        )
    language: Language = g.language
    return language


def here() -> str:
    """Return where a reader who changes the language goes on: this page, or the first one if this answers a form."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"
