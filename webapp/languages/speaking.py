"""The language of requests in a Flask application."""

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
"""The cookie with the language chosen by a reader."""

FOR_PROGRAMS = ("/api/", "/iiif/", "/healthz", "/certificate.json")
"""Path prefixes of endpoints for programs, which are always in English."""


def install(app: Flask) -> None:
    """Register language negotiation and translation for requests and templates."""
    Babel(app, locale_selector=lambda: spoken().locale)
    app.jinja_env.globals |= {
        "plural": plural,
        "number": number,
        "spoken": spoken,
        "here": here,
        "languages": LANGUAGES,
    }
    # Replace the functions of Flask-Babel, which look up the language for each text.
    app.jinja_env.install_gettext_callables(gettext, form, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["_"] = _translated

    @app.after_request
    def say_which(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Language", spoken().tag)
            response.vary.update(("Accept-Language", "Cookie"))
        return response


@pass_eval_context
def _translated(context: EvalContext, text: str, **values: object) -> str:
    """Return a translation in templates, like Jinja's ``_``: our texts are markup, values are escaped."""
    translated = gettext(text)
    if not context.autoescape:
        return translated % values
    return Markup(translated) % values if values else _markup(translated)  # noqa: S704 - a text of ours


@lru_cache(maxsize=1 << 13)
def _markup(translated: str) -> Markup:
    """Return a text without placeholders as markup, from a cache; a page has a hundred."""
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
    """Return the path at which a reader continues after changing the language: this page, or "/" after a form."""
    return request.full_path.rstrip("?") if request.method == "GET" else "/"
